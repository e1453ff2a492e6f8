"""``owui-lint icon NAME``: a Lucide icon as an ``icon_url`` line, ready for a plugin's front matter."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from owui_lint.errors import UsageError
from owui_lint.language import choose_language
from owui_lint.options import LangOption
from owui_lint.text import printable


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="icon")(icon)


def current_name(name: str) -> str:
    """Return the name in the newest Lucide release of the icon that ``name`` means: a name, a former one, an alias.

    Raises ``UsageError``, with the names most like it, for a name that Lucide never had, and for a removed icon.
    """
    from owui_lint.icons.lucide import newest_release, resolve

    found = resolve(name)
    if found.name is not None:
        return found.name
    shown, release = printable(name[:60]), newest_release()
    if found.removed:
        raise UsageError(
            f"Lucide has removed the icon {shown!r}; {release} has none in its place.",
            f"Lucide 已移除图标 {shown!r}，{release} 中没有替代图标。",
        )
    near = ", ".join(found.suggestions)
    hint, hint_zh = (f" Did you mean {near}?", f"是不是 {near}？") if near else ("", "")
    raise UsageError(
        f"Lucide {release} has no icon {shown!r}.{hint} All names: lucide.dev/icons.",
        f"Lucide {release} 中没有图标 {shown!r}。{hint_zh}全部名称见 lucide.dev/icons。",
    )


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
