"""The report as a pull-request comment: a short verdict, the version matrix and the findings, folded.

Text of the repository is escaped so that it is neither Markdown nor HTML, and broken up where GitHub and GitLab would make
it a mention, a reference or a link: a comment that a robot writes must not notify or send people anywhere.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import groupby

from owui_lint.finding import SEVERITY_WORDS, Finding, Severity
from owui_lint.language import brackets
from owui_lint.lazypattern import lazy_pattern
from owui_lint.reporting import Rendering
from owui_lint.reporting.matrix import cell_of, kind_names
from owui_lint.repository.versions.matrix import PluginRow, rows_of
from owui_lint.repository.versions.statuses import MISSING, OK, UNKNOWN
from owui_lint.text import printable

MARKER = "<!-- owui-lint report -->"  # by this a robot finds its earlier comment and replaces it
_ICONS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "💡"}
_PLURALS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.INFO: "Advice"}
_HOST = lazy_pattern(r"(?i)www(?=\.)")
_MARKS = lazy_pattern(r"([\\`*_\[\]|~$])")
_OPENING = lazy_pattern(r"^(\s*(?:\d+(?=[.)](?:\s|$)))?)([-+.)])")  # of a list; "1.0" is none
_BREAK = "\u200b"
_LIMIT = 60_000  # bytes; a comment on GitHub holds 65,536 characters
_PER_FILE = 20  # findings shown of one file; more hide the other files


def escape(text: str) -> str:
    """Return text that reads the same in Markdown, also at the beginning of a line, and is nothing but text: no markup,
    mention, reference, link or table cell comes of it."""
    shown = html.escape(printable(text), quote=False)
    shown = _OPENING.sub(r"\1\\\2", _MARKS.sub(r"\\\1", shown))
    for whole, head in (("@", "@"), ("#", "#"), ("!\\[", "!"), ("://", ":")):
        shown = shown.replace(whole, head + _BREAK + whole[len(head) :])
    return _HOST.sub(r"\g<0>" + _BREAK, shown)


def code(text: str) -> str:
    """Return text as code. HTML, because a backtick or a pipe inside would end a Markdown code span."""
    shown = html.escape(printable(text), quote=True)
    for character in "|`*_[]~$\\!:@":
        shown = shown.replace(character, f"&#{ord(character)};")
    return f"<code>{shown}</code>"


def render(rendering: Rendering, limit: int = _LIMIT) -> str:
    """Return the report as Markdown of at most ``limit`` bytes; findings beyond that are counted."""
    zh = rendering.lang == "zh"
    parts = [*_head(rendering), *_matrix(rendering)]
    size = sum(len(part.encode("utf-8", "replace")) + 1 for part in parts)
    findings = sorted(rendering.report.findings, key=lambda finding: (-finding.severity, finding.sort_key))
    left = len(findings)
    for severity, of_severity in groupby(findings, key=lambda finding: finding.severity):
        group = list(of_severity)
        block = list(_group(severity, group, rendering))
        cost = sum(len(part.encode("utf-8", "replace")) + 1 for part in block)
        if size + cost > limit - 200:
            block, told = _cut(severity, group, rendering, limit - 200 - size)
            parts += block
            left -= told
            break
        parts += block
        size += cost
        left -= len(group)
    if left:
        parts.append(f"_另有 {left} 个问题未列出。_" if zh else f"_{left} more findings are not listed._")
    return "\n".join(parts).rstrip("\n") + "\n"


def _head(rendering: Rendering) -> Iterator[str]:
    from owui_lint.reporting.style import Style
    from owui_lint.reporting.text import commands, summary

    report = rendering.report
    worst = report.worst()
    icon = "✅" if worst is None else _ICONS[worst]
    first, *rest = summary(report, rendering.lang, Style(False))
    own = set(commands(report, rendering.lang))  # in which nothing is of the repository, and code is marked
    yield MARKER
    yield f"### {icon} owui-lint"
    yield ""
    yield first
    yield ""
    for line in rest:
        yield f"- {line if line in own else escape(line)}"
    if rest:
        yield ""


def _matrix(rendering: Rendering) -> Iterator[str]:
    """Yield the version matrix: rows that disagree in sight, the whole folded."""
    zh = rendering.lang == "zh"
    session, repository = rendering.session, rendering.session.repository
    rows = rows_of(repository, repository.plugins, with_lacking=session.wants_all_places(rendering.report.profile))
    wrong = [row for row in rows if any(place["status"] != OK for place in row["locations"])]
    total = sum(len(row["locations"]) for row in rows)
    agree = sum(place["status"] == OK for row in rows for place in row["locations"])
    if not total:
        return
    title = f"版本：{agree}/{total} 处一致" if zh else f"Versions: {agree} of {total} places agree"
    yield f"<details{' open' if wrong else ''}><summary>{title}</summary>"
    yield ""
    yield from _table(wrong or rows, rendering)
    yield ""
    if wrong and len(wrong) < len(rows):
        count = len(rows) - len(wrong)
        yield f"其余 {count} 个插件全部一致。" if zh else f"The other {count} plugins agree everywhere."
        yield ""
    yield "</details>"
    yield ""


def _table(rows: list[PluginRow], rendering: Rendering) -> Iterator[str]:
    names = kind_names(rendering.session.repository)
    kinds = [kind for kind in names if any(place["kind"] == kind for row in rows for place in row["locations"])]
    yield (
        "| "
        + " | ".join(
            ["插件" if rendering.lang == "zh" else "Plugin"] + [escape(names[k].to(rendering.lang)) for k in kinds]
        )
        + " |"
    )
    yield "| :--- |" + " :---: |" * len(kinds)
    for row in rows:
        cells = [code(row["id"])]
        for kind in kinds:
            text, status = cell_of([place for place in row["locations"] if place["kind"] == kind])
            cells.append(("❌ " if status and status not in (OK, MISSING, UNKNOWN) else "") + escape(text))
        yield "| " + " | ".join(cells) + " |"


def _group(severity: Severity, group: list[Finding], rendering: Rendering) -> Iterator[str]:
    zh = rendering.lang == "zh"
    label = SEVERITY_WORDS[severity].zh if zh else _PLURALS[severity]
    opened = " open" if severity is Severity.ERROR and len(group) <= _PER_FILE else ""
    yield f"<details{opened}><summary>{_ICONS[severity]} {label}{brackets(len(group), rendering.lang)}</summary>"
    yield ""
    for path, own in groupby(group, key=lambda finding: finding.path):
        findings = list(own)
        yield f"**{code(path)}**"
        yield ""
        yield from (_item(finding, rendering) for finding in findings[:_PER_FILE])
        if len(findings) > _PER_FILE:
            more = len(findings) - _PER_FILE
            yield f"- … 另有 {more} 个" if zh else f"- … {more} more"
        yield ""
    yield "</details>"
    yield ""


def _item(finding: Finding, rendering: Rendering) -> str:
    fix = " 🔧" if finding.fix is not None else ""
    where = f"{finding.place.span.line}"
    return f"- {where}: {escape(finding.message.to(rendering.lang))} {code(finding.name)}{fix}"


def _cut(severity: Severity, group: list[Finding], rendering: Rendering, room: int) -> tuple[list[str], int]:
    """Return as much of a group as fits into ``room`` bytes, and how many findings that are."""
    low, high = 0, len(group)
    while low < high:
        middle = (low + high + 1) // 2
        block = list(_group(severity, group[:middle], rendering))
        if sum(len(part.encode("utf-8", "replace")) + 1 for part in block) <= room:
            low = middle
        else:
            high = middle - 1
    return (list(_group(severity, group[:low], rendering)), low) if low else ([], 0)
