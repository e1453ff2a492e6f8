"""``owui-lint release``: the release draft."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from owui_lint import EXIT_CLEAN, EXIT_FINDINGS
from owui_lint.days import parse_day
from owui_lint.errors import UsageError
from owui_lint.options import DraftFormat, DraftFormatOption, LangOption, ReleaseDayOption


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""

    @app.command()
    def release(
        plugin: Annotated[str, typer.Argument(metavar="TYPE/NAME", help="The plugin to release.")],
        release_date: ReleaseDayOption = None,
        checklist: Annotated[
            bool, typer.Option("--checklist", help="Go through the release checklist instead (see `checklist`).")
        ] = False,
        url: Annotated[
            str | None, typer.Option("--url", metavar="URL", help="With --checklist: also check this server.")
        ] = None,
        output_format: DraftFormatOption = DraftFormat.text,
        lang: LangOption = None,
    ) -> None:
        """Draft a release: commit message, changes in both languages, checked locations; exit with 1 if something is missing."""
        if url is not None and not checklist:
            raise UsageError(
                "--url needs --checklist: a draft asks no server.",
                "--url 需要与 --checklist 一起使用：生成草稿时不会访问服务器。",
            )
        if checklist and release_date is not None:
            raise UsageError(
                "--release-date does not go with --checklist, which looks at no date badges: leave one of them out.",
                "--release-date 不能与 --checklist 同时使用：清单不核对日期徽章，请去掉其中一个。",
            )
        if checklist:
            from owui_lint.commands.checklist import checklist as go_through

            go_through([plugin], url=url, output_format=output_format, lang=lang)
        from owui_lint.primitives import Options
        from owui_lint.releasing.draft import make_draft
        from owui_lint.reporting.release import render
        from owui_lint.reporting.style import Style
        from owui_lint.session import open_session

        session = open_session((), Options(release_date=parse_day("today" if release_date is None else release_date)))
        language = session.language(lang)
        draft = make_draft(session, session.plugins([plugin])[0])
        sys.stdout.write(render(draft, output_format.value, language, Style.of(sys.stdout)))
        raise typer.Exit(EXIT_FINDINGS if draft.missing else EXIT_CLEAN)
