"""``owui-lint baseline``: accept what is found today, so that only what is new fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from owui_lint.baseline import NAME
from owui_lint.options import LangOption, ProfileOption, RepositoryArgument


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(baseline)


def baseline(
    path: RepositoryArgument = None,
    prune: Annotated[bool, typer.Option("--prune", help="Only remove entries that no longer occur.")] = False,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help=f"The baseline file (default: {NAME}).")
    ] = None,
    profile: ProfileOption = None,
    lang: LangOption = None,
) -> None:
    """Write the current findings to a baseline; `check` then reports only new ones."""
    from owui_lint.adopting.accepting import how_to_use, write_baseline
    from owui_lint.reporting.adopting import render_accepted
    from owui_lint.session import open_whole

    session = open_whole(path)
    configured = session.configured_baseline()
    target = file.resolve() if file else configured or session.root / NAME
    accepted = write_baseline(session, target, prune=prune, profile=profile)
    # As it is called from here: that is how a command finds it again.
    name = os.fspath(file) if file else os.path.relpath(target)
    is_used = configured is not None and configured.resolve() == target.resolve()
    command, setting = ("", "") if is_used else how_to_use(session, path, name, target)
    sys.stdout.write(render_accepted(accepted, name, session.language(lang), command=command, setting=setting))
