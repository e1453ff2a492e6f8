"""``owui-lint deps``: what plugins need, what OpenWebUI brings along, and what is left to install."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from owui_lint.options import LangOption, RepositoryArgument


class GraphFormat(StrEnum):
    """How the graph is printed."""

    text = "text"
    json = "json"
    mermaid = "mermaid"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""

    @app.command()
    def deps(
        path: RepositoryArgument = None,
        target: Annotated[
            str | None, typer.Option("--target", metavar="RELEASE", help="The OpenWebUI release to compare with.")
        ] = None,
        output_format: Annotated[
            GraphFormat, typer.Option("--output-format", help="The output format.")
        ] = GraphFormat.text,
        lang: LangOption = None,
    ) -> None:
        """Print the dependency graph: plugin, packages, and whether OpenWebUI ships them."""
        from owui_lint.config import check_target
        from owui_lint.reporting.graph import describe_dependencies, render_mermaid, render_text
        from owui_lint.reporting.inventory import hint_without_plugins
        from owui_lint.reporting.jsonreport import dump
        from owui_lint.reporting.style import Style
        from owui_lint.session import open_session

        session = open_session([str(path)] if path else ())
        if target is not None:
            check_target(target, "--target")
            session.config.override("target-openwebui", target, "--target")
        language = session.language(lang)
        sys.stderr.write(hint_without_plugins(session, language))
        graph = describe_dependencies(session.repository)
        if output_format is GraphFormat.json:
            sys.stdout.write(dump(graph))
        elif output_format is GraphFormat.mermaid:
            sys.stdout.write(render_mermaid(graph, language))
        else:
            sys.stdout.write(render_text(graph, language, Style.of(sys.stdout)))
