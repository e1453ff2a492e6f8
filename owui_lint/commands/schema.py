"""``owui-lint schema``: JSON Schemas for editors and other programs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from owui_lint.options import LangOption


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(schema)


def schema(
    rules: Annotated[
        bool, typer.Option("--rules", help="Print the schema of rule files instead of the configuration's.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Print the JSON Schema of the configuration, or of rule files."""
    from owui_lint.reporting.jsonreport import dump
    from owui_lint.schemas import config_schema, rule_schema
    from owui_lint.session import language_of_run

    sys.stdout.write(dump(rule_schema() if rules else config_schema(language_of_run(lang))))
