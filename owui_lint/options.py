"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from owui_lint.language import Lang


class TableFormat(StrEnum):
    """Formats of the listing commands."""

    text = "text"
    json = "json"


class DraftFormat(StrEnum):
    """Formats of what goes into a release or its discussion."""

    text = "text"
    markdown = "markdown"
    json = "json"


LangOption = Annotated[Lang | None, typer.Option("--lang", help="Language of messages.")]
