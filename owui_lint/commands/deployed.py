"""``owui-lint deployed``: what a server runs, compared with the repository."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from owui_lint import EXIT_CLEAN, EXIT_FINDINGS
from owui_lint.options import (
    AllowHttpOption,
    EnvFileOption,
    LangOption,
    TableFormat,
    TableFormatOption,
    TimeoutOption,
    UrlOption,
)


class _Allowed(StrEnum):
    inactive = "inactive"
    missing = "missing"


def deployed(
    plugins: Annotated[list[str] | None, typer.Argument(metavar="[TYPE/NAME]...", help="Only these plugins.")] = None,
    url: UrlOption = None,
    env_file: EnvFileOption = None,
    allow: Annotated[
        list[_Allowed] | None, typer.Option("--allow", help="A state that does not count as a difference.")
    ] = None,
    timeout: TimeoutOption = None,
    allow_http: AllowHttpOption = False,
    output_format: TableFormatOption = TableFormat.text,
    lang: LangOption = None,
) -> None:
    """Compare the plugins on an OpenWebUI server with the repository; exit with 1 if they differ."""
    from owui_lint.commands._server import connect
    from owui_lint.deploying.state import Survey
    from owui_lint.reporting.deployment import render_states, states_to_json
    from owui_lint.reporting.jsonreport import dump
    from owui_lint.reporting.style import Style
    from owui_lint.session import open_session

    session = open_session()
    language = session.language(lang)
    chosen = session.plugins(plugins) if plugins else session.repository.plugins
    with connect(session, url, env_file, timeout, allow_http, language) as (access, server, output):
        survey = Survey(server, session.config, session.repository.plugins)
        survey.connect(chosen)
        states = [survey.state(plugin) for plugin in chosen]
        if output_format is TableFormat.json:
            output.write(dump(states_to_json(states, access.url, survey.release, language)))
        else:
            output.write(render_states(states, access.url, survey.release, language, Style.of(sys.stdout)))
    allowed = {item.value for item in allow or ()}
    raise typer.Exit(
        EXIT_FINDINGS if any(state.drifts and state.status.value not in allowed for state in states) else EXIT_CLEAN
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(deployed)
