"""``owui-lint bump``: raise versions everywhere."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from owui_lint.days import parse_day
from owui_lint.errors import UsageError
from owui_lint.options import LangOption, ReleaseDayOption


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""

    @app.command()
    def bump(
        plugins: Annotated[
            list[str] | None, typer.Argument(metavar="TYPE/NAME...", help="The plugins to raise.")
        ] = None,
        change: Annotated[
            str | None, typer.Argument(metavar="major|minor|patch|X.Y.Z", help="The part to raise, or the new version.")
        ] = None,
        diff: Annotated[bool, typer.Option("--diff", help="Show the changes without writing them.")] = False,
        release_date: ReleaseDayOption = None,
        allow_downgrade: Annotated[
            bool, typer.Option("--allow-downgrade", help="Allow a lower version, or the same one.")
        ] = False,
        lang: LangOption = None,
    ) -> None:
        """Raise a plugin's version everywhere, set date badges, and prepare What's New and release notes."""
        from owui_lint.fixing.transaction import write_all
        from owui_lint.primitives import Options
        from owui_lint.releasing.bump import plan_bump
        from owui_lint.reporting.bump import render
        from owui_lint.reporting.fixes import render_diff, write_diff
        from owui_lint.reporting.style import Reader, Style
        from owui_lint.reporting.unseen import doubt_of_day
        from owui_lint.session import open_session

        if change is None or "/" in change:
            raise UsageError(
                "Say what to raise, last: `owui-lint bump TYPE/NAME patch` (or minor, major, a version).",
                "请在最后写明要提升什么：`owui-lint bump TYPE/NAME patch`（或 minor、major、具体版本）。",
            )
        if not plugins:
            raise UsageError(
                "Say which plugin to raise, first: `owui-lint bump TYPE/NAME patch`.",
                "请先写明要提升哪个插件：`owui-lint bump TYPE/NAME patch`。",
            )
        day = parse_day("today" if release_date is None else release_date)
        session = open_session((), Options(release_date=day, allow_downgrade=allow_downgrade))
        language = session.language(lang)
        planned = plan_bump(session, session.plugins(plugins), change, day)
        if diff:
            reader = Reader.of(sys.stdout)
            write_diff(render_diff(planned.changes, reader), sys.stdout, reader)
            return
        write_all(session.root, planned.changes)
        sys.stdout.write(render(planned, language, Style.of(sys.stdout)))
        doubt = doubt_of_day(session, day) if release_date is not None else None
        if doubt is not None:
            sys.stdout.write(f"{doubt.to(language)}\n")
