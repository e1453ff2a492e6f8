"""The list before a release: for a terminal, and as Markdown task items."""

from __future__ import annotations

from collections.abc import Iterable

from owui_lint.deploying.checklist import CheckItem, Mark
from owui_lint.language import colon
from owui_lint.reporting.github import for_log
from owui_lint.reporting.markdown import escape
from owui_lint.text import printable

_MARKS = {Mark.OK: "✓", Mark.FAILED: "✗", Mark.UNKNOWN: "?"}


def render_text(plugin: str, items: Iterable[CheckItem], lang: str) -> str:
    """Return the list of a plugin (by its id) for a terminal."""
    lines = [printable(plugin)]
    lines += [f"  {_MARKS[item.mark]} {item.title.to(lang)}{colon(lang)}{item.detail.to(lang)}" for item in items]
    return for_log("\n".join(lines) + "\n")


def render_markdown(plugin: str, items: Iterable[CheckItem], lang: str) -> str:
    """Return the list as Markdown task items; what is not fulfilled stays open, with its reason."""
    lines = [f"## {escape(plugin)}", ""]
    for item in items:
        box = "x" if item.mark is Mark.OK else " "
        lines.append(f"- [{box}] {item.title.to(lang)}{colon(lang)}{escape(item.detail.to(lang))}")
    return for_log("\n".join(lines) + "\n")
