"""``owui-lint icon NAME``: a Lucide icon as an ``icon_url`` line, ready for a plugin's front matter."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from owui_lint.icons.names import current_name
from owui_lint.language import choose_language
from owui_lint.options import LangOption
from owui_lint.text import printable


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="icon")(icon)


def icon(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A Lucide icon, e.g. file-text; former names too.")],
    svg: Annotated[bool, typer.Option("--svg", help="Print the SVG itself.")] = False,
    lang: LangOption = None,
) -> None:
    """Print a Lucide icon as an icon_url line."""
    from owui_lint.icons.lucide import current_svg, icon_url

    current = current_name(name)
    if current != name:
        note = (
            f"{printable(name[:60])!r} 现名 {current}。\n"
            if choose_language(lang, None) == "zh"
            else f"{printable(name[:60])!r} is Lucide's {current}.\n"
        )
        sys.stderr.write(f"owui-lint: {note}")
    sys.stdout.write(f"{current_svg(current) if svg else f'icon_url: {icon_url(current)}'}\n")
