"""``owui-lint baseline``: accept what is found today, so that only what is new fails."""

from __future__ import annotations

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
    from owui_lint.adopting.accepting import write_baseline
    from owui_lint.reporting.adopting import render_accepted
    from owui_lint.session import open_whole

    session = open_whole(path)
    target = file.resolve() if file else session.configured_baseline() or session.root / NAME
    accepted = write_baseline(session, target, prune=prune, profile=profile)
    configured = session.configured_baseline()
    is_used = configured is not None and configured.resolve() == target.resolve()
    language = session.language(lang)
    sys.stdout.write(render_accepted(accepted, target.name, language, hint=not is_used))
