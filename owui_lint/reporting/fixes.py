"""What is said of fixes beside the report: what was mended, what a fix would not change, what could not be written."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message
from owui_lint.fixing.messages import describe_left
from owui_lint.reporting.github import defuse, for_log
from owui_lint.reporting.style import Reader
from owui_lint.text import counted, printable

if TYPE_CHECKING:
    from typing import IO

    from owui_lint.fixing.apply import Fixed
    from owui_lint.fixing.edits import FileChange
    from owui_lint.fixing.errors import WriteError


def render_fixed(fixed: Fixed, lang: str) -> str:
    """Return what was mended: a line for each finding, and how many there were; empty where nothing was."""
    return "".join(_fixed(fixed, lang))


def _fixed(fixed: Fixed, lang: str) -> Iterator[str]:
    if not fixed.findings:
        return
    for finding in fixed.findings:
        assert finding.fix is not None  # it was applied
        span = finding.place.span
        description = printable(finding.fix.description.to(lang))
        line = f"{printable(finding.path)}:{span.line}:{span.column}: {finding.name}: {description}"
        yield f"{defuse(line)}\n"
    places, files = len(fixed.findings), len(fixed.changes)
    total = Message(
        f"Fixed {counted(places, 'place')} in {counted(files, 'file')}.",
        f"已修复 {places} 处，涉及 {files} 个文件。",
    )
    yield f"{total.to(lang)}\n\n"


def render_diff(changes: Iterable[FileChange], reader: Reader) -> str:
    """Return what would be changed as a diff: to be read by people, for a program as a patch."""
    from owui_lint.fixing.diff import patch, unified_diff

    return patch(changes) if reader is Reader.PROGRAM else for_log(unified_diff(changes))


def write_diff(text: str, stream: IO[str], reader: Reader) -> None:
    """Write a diff that was made for ``reader`` to a stream: UTF-8 with the files' own line ends, whatever the console has,
    where there is none."""
    if reader is not Reader.TERMINAL and isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    stream.write(text)


def render_nothing_to_change(findings: int, lang: str) -> str:
    """Return the explanation of an empty diff beside which there are findings: people would take it for all being well."""
    text = Message(
        f"nothing here that a fix would change; {counted(findings, 'finding')} left: see them without --diff.",
        f"没有可自动修复的内容；还有 {findings} 个问题，去掉 --diff 可查看。",
    )
    return f"owui-lint: {text.to(lang)}\n"


def render_left(errors: Sequence[WriteError], lang: str) -> str:
    """Return which files still need fixes that could not be written, and why."""
    return "".join(defuse(f"owui-lint: {describe_left(error).to(lang)}") + "\n" for error in errors)
