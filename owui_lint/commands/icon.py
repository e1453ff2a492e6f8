"""``owui-lint icon NAME``: a Lucide icon as an ``icon_url`` line, ready for a plugin's front matter."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from owui_lint.icons.names import current_name
from owui_lint.options import LangOption
from owui_lint.text import printable


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="icon")(icon)


def icon(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of a Lucide icon, such as file-text; former names work too.")
    ],
    svg: Annotated[bool, typer.Option("--svg", help="Print the SVG itself.")] = False,
    lang: LangOption = None,
) -> None:
    """Print a Lucide icon as an icon_url line."""
    from owui_lint.icons.lucide import current_svg, icon_url
    from owui_lint.session import language_of_run

    current = current_name(name)
    if current != name:
        note = (
            f"{printable(name[:60])!r} 对应 Lucide 的 {current}。\n"
            if language_of_run(lang) == "zh"
            else f"{printable(name[:60])!r} is Lucide's {current}.\n"
        )
        sys.stderr.write(f"owui-lint: {note}")
    sys.stdout.write(f"{current_svg(current) if svg else f'icon_url: {icon_url(current)}'}\n")
