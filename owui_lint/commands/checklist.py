"""``owui-lint checklist``: what has to be in order before a release."""

from __future__ import annotations

from typing import Annotated

import typer

from owui_lint import EXIT_CLEAN, EXIT_FINDINGS
from owui_lint.options import (
    AllowHttpOption,
    BackupOption,
    DraftFormat,
    DraftFormatOption,
    EnvFileOption,
    LangOption,
    TimeoutOption,
)


def checklist(
    plugins: Annotated[list[str], typer.Argument(metavar="TYPE/NAME...", help="The plugins.")],
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="Also check this server; without it, no network is used."),
    ] = None,
    backup: BackupOption = None,
    env_file: EnvFileOption = None,
    timeout: TimeoutOption = None,
    allow_http: AllowHttpOption = False,
    output_format: DraftFormatOption = DraftFormat.text,
    lang: LangOption = None,
) -> None:
    """Go through the release checklist; exit with 1 if an item fails."""
    import sys

    from owui_lint.commands._server import connect
    from owui_lint.deploying.backup import backup_folder
    from owui_lint.deploying.checklist import Mark
    from owui_lint.deploying.checklist import checklist as run
    from owui_lint.deploying.state import Survey
    from owui_lint.reporting.checklist import render_markdown, render_text
    from owui_lint.reporting.jsonreport import dump
    from owui_lint.session import open_session

    session = open_session()
    language = session.language(lang)
    chosen = session.plugins(plugins)
    folder = backup_folder(session.root, backup)
    states = {}
    server_url = None
    write = sys.stdout.write
    if url:
        with connect(session, url, env_file, timeout, allow_http, language) as (access, server, output):
            survey = Survey(server, session.config, session.repository.plugins)
            survey.connect(chosen)
            states = {plugin.id: survey.state(plugin) for plugin in chosen}
            server_url, write = access.url, output.write
    lists = {
        plugin.id: run(session, plugin, state=states.get(plugin.id), url=server_url, folder=folder) for plugin in chosen
    }
    if output_format is DraftFormat.json:
        data = [{"id": name, "items": [item.to_json(language) for item in items]} for name, items in lists.items()]
        write(dump({"schema": 1, "plugins": data}))
    else:
        render = render_markdown if output_format is DraftFormat.markdown else render_text
        write("\n".join(render(name, items, language) for name, items in lists.items()))
    failed = any(item.mark is Mark.FAILED for items in lists.values() for item in items)
    raise typer.Exit(EXIT_FINDINGS if failed else EXIT_CLEAN)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(checklist)
