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
    list[str] | None, typer.Argument(metavar="[PATH]...", help="Report only what lies here; everything is read.")
]
ListedPathsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[PATH]...", help="List only what lies here; everything is read.")
]
PluginOption = Annotated[list[str] | None, typer.Option("--plugin", metavar="TYPE/NAME", help="Only this plugin.")]
ProfileOption = Annotated[Profile | None, typer.Option("--profile", help="Which rules apply.")]
ReleaseDayOption = Annotated[
    str | None,
    typer.Option("--release-date", metavar="YYYY-MM-DD|today", help="The day for date badges; by default today."),
]

# How it is told
LangOption = Annotated[Lang | None, typer.Option("--lang", help="Language of messages.")]
TableFormatOption = Annotated[TableFormat, typer.Option("--output-format", help="How to print.")]
DraftFormatOption = Annotated[DraftFormat, typer.Option("--output-format", help="How to print.")]

# Which server, and how to reach it
UrlOption = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="The server. Else OPENWEBUI_URL, in the environment or in .env."),
]
EnvFileOption = Annotated[
    str | None, typer.Option("--env-file", metavar="PATH", help="File with OPENWEBUI_API_KEY (.env in the root).")
]
TimeoutOption = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", min=1, max=3600, help="Longest wait for an answer (30; 300 to save)."),
]
AllowHttpOption = Annotated[
    bool,
    typer.Option("--allow-http", help="Send the key over plain http to another machine: anybody between can read it."),
]
BackupOption = Annotated[
    str | None, typer.Option("--backup", metavar="DIR", help="Where deployments are saved (.owui-lint/backups).")
]
