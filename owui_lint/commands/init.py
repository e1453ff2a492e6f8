"""``owui-lint init``: look at the repository, and write what it needs to be checked from now on."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from owui_lint.options import LangOption, RepositoryArgument


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    path: RepositoryArgument = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written without writing it.")] = False,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Do not accept the current findings.")] = False,
    lang: LangOption = None,
) -> None:
    """Write a configuration, a pre-commit hook and a GitHub workflow; existing files are not changed."""
    from owui_lint.adopting.plan import plan_files, write_plan
    from owui_lint.reporting.adopting import render_files, render_seen
    from owui_lint.session import open_whole

    session = open_whole(path)
    language = session.language(lang)
    plan = plan_files(session, language, baseline=not no_baseline)
    if not dry_run:
        write_plan(session.root, plan)
    sys.stdout.write(render_seen(plan, language))
    sys.stdout.write(render_files(plan, language, dry_run=dry_run))
