"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
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


class Profile(StrEnum):
    """Profiles, as in ``rulebook.PROFILES``."""

    openwebui = "openwebui"
    standard = "standard"
    strict = "strict"


# Where and what
RepositoryArgument = Annotated[Path | None, typer.Argument(metavar="[PATH]", help="The repository.")]
PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="Report only findings below these paths; the whole repository is still read."
    ),
]
ListedPathsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="List only what is below these paths; the whole repository is still read."
    ),
]
PluginOption = Annotated[list[str] | None, typer.Option("--plugin", metavar="TYPE/NAME", help="Only this plugin.")]
ProfileOption = Annotated[Profile | None, typer.Option("--profile", help="The profile: which rules apply.")]
ReleaseDayOption = Annotated[
    str | None,
    typer.Option("--release-date", metavar="YYYY-MM-DD|today", help="The date for date badges (default: today)."),
]

# How it is told
LangOption = Annotated[Lang | None, typer.Option("--lang", help="Language of messages.")]
TableFormatOption = Annotated[TableFormat, typer.Option("--output-format", help="The output format.")]
DraftFormatOption = Annotated[DraftFormat, typer.Option("--output-format", help="The output format.")]

# Which server, and how to reach it
UrlOption = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="The server (default: OPENWEBUI_URL from the environment or .env)."),
]
EnvFileOption = Annotated[
    str | None,
    typer.Option("--env-file", metavar="PATH", help="File with OPENWEBUI_API_KEY (default: .env in the root)."),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=1,
        max=3600,
        help="Time limit for each answer, with repeated attempts (default: 30, and 300 for saving).",
    ),
]
AllowHttpOption = Annotated[
    bool,
    typer.Option("--allow-http", help="Send the key to another machine over plain http, where others can read it."),
]
BackupOption = Annotated[
    str | None, typer.Option("--backup", metavar="DIR", help="Folder for backups (default: .owui-lint/backups).")
]
