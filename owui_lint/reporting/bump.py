"""What a bump did, and what it leaves to a person, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint.releasing.bump import Bump, Step
from owui_lint.reporting.github import for_log
from owui_lint.reporting.style import Style
from owui_lint.text import counted, printable


def render(bump: Bump, lang: str, style: Style) -> str:
    """Return the steps of a bump that was written, plugin by plugin, then what is left to do."""
    return for_log("\n".join(_lines(bump, lang, style)) + "\n")


def _lines(bump: Bump, lang: str, style: Style) -> Iterator[str]:
    zh = lang == "zh"
    for plugin, (old, new) in bump.versions.items():
        yield style(f"{printable(plugin)}: {printable(old)} → {printable(new)}", "bold")
    for step in bump.steps:
        yield _step(step, lang)
    files = len(bump.changes)
    yield f"已写入 {files} 个文件。" if zh else f"Wrote {counted(files, 'file')}."
    if bump.left:
        yield ""
        yield style("还需你完成：" if zh else "Left to you:", "bold")
        for step in bump.left:
            yield _step(step, lang)


def _step(step: Step, lang: str) -> str:
    span = step.place.span
    return f"  {printable(step.place.path)}:{span.line}:{span.column}: {printable(step.text.to(lang))}"
