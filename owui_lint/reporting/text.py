"""The report for people at a terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby

from owui_lint import TYPE_CHECKING
from owui_lint.engine import Report
from owui_lint.finding import SEVERITY_WORDS, Finding, Message, Severity
from owui_lint.language import listed
from owui_lint.reporting import Rendering
from owui_lint.reporting.style import SEVERITY_COLOURS, Style
from owui_lint.reporting.unseen import unseen
from owui_lint.text import counted, display_width, printable

if TYPE_CHECKING:
    from typing import Any

_WIDTH = 100  # cells of source shown around a finding
_MOST_LIMITS = 3  # paths and plugins that are named
_MANY = 50  # findings that nobody mends in one go
#: What is said to those who see a repository's findings for the first time.
ADOPTING = Message(
    "Adopting? `owui-lint init` accepts these and fails on new ones; `--statistics` counts them per rule.",
    "首次接入？`owui-lint init` 会将现有问题记入基线，之后只对新问题报错；`--statistics` 按规则统计数量。",
)


def render(rendering: Rendering) -> str:
    """Return the report as text, grouped by file, with a summary at the end; or the diff that was asked for."""
    if rendering.changes is not None:
        from owui_lint.reporting.fixes import render_diff

        return render_diff(rendering.changes, rendering.reader)
    lines: list[str] = []
    if rendering.statistics:
        lines += _statistics(rendering)
    else:
        for _, group in groupby(rendering.report.findings, key=lambda finding: finding.path):
            for finding in group:
                lines += _finding(finding, rendering)
            lines.append("")
    if not rendering.quiet:
        lines += summary(rendering.report, rendering.lang, rendering.style)
        if rendering.is_first_look and len(rendering.report.findings) > _MANY:
            lines.append(ADOPTING.to(rendering.lang))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        # What looks like a workflow command in a log is one, whoever wrote it.
        from owui_lint.reporting.github import defuse

        lines = [defuse(line) for line in lines]
    return "\n".join(lines) + "\n" if lines else ""


def _statistics(rendering: Rendering) -> Iterator[str]:
    from owui_lint.reporting.statistics import count_rules
    from owui_lint.reporting.table import table

    rows = count_rules(rendering.report)
    if not rows:
        return
    header = (
        ["数量", "编号", "名称", "级别", "可修复"]
        if rendering.lang == "zh"
        else ["count", "code", "name", "severity", "fixable"]
    )
    cells = [
        [
            str(row["count"]),
            row["code"],
            row["name"],
            _severities(row, rendering.lang),
            str(row["fixable"] or ""),
        ]
        for row in rows
    ]
    yield table([header, *cells], rendering.style)


def _severities(row: dict[str, Any], lang: str) -> str:
    """The severity of a rule's findings; of a rule that has several, how many there are of each."""
    counts = [(severity, row[f"{severity.label}s"]) for severity in sorted(SEVERITY_WORDS, reverse=True)]
    found = [(severity, count) for severity, count in counts if count]
    if len(found) == 1:
        return SEVERITY_WORDS[found[0][0]].to(lang)
    return listed(
        Message(counted(count, severity.label), f"{count} 个{SEVERITY_WORDS[severity].zh}") for severity, count in found
    ).to(lang)


def _finding(finding: Finding, rendering: Rendering) -> list[str]:
    lang, style = rendering.lang, rendering.style
    line, column, end_line, end_column = finding.place.span
    colour = SEVERITY_COLOURS[finding.severity]
    where = style(f"{printable(finding.path)}:{line}:{column}", "bold")
    label = style(SEVERITY_WORDS[finding.severity].to(lang), colour, "bold")
    message = printable(finding.message.to(lang))
    lines = [f"{where}: {label} {finding.code} {style(finding.name, 'cyan')}: {message}"]
    if end_line != line or end_column != column:
        text = rendering.source(finding.path, line)
        if text and not text.isspace():
            end = end_column if end_line == line else len(text) + 1
            lines += _excerpt(text, line, column, end, style, colour)
    return lines


def _excerpt(line: str, number: int, column: int, end: int, style: Style, colour: str) -> list[str]:
    """Return the source line and a caret line, cut to a window around the span."""
    start, stop = column - 1, max(end - 1, column)
    whole = start == 0 and not line[stop:].strip()
    left = max(0, min(start - 40, len(line) - _WIDTH))
    right = min(len(line), left + _WIDTH)
    before, marked, after = line[left:start], line[start : min(stop, right)], line[min(stop, right) : right]
    shown = ("…" if left else "") + printable(before)
    gutter = f"{number:>6} | "
    marked = printable(marked)
    lines = [style(gutter, "dim") + shown + marked + printable(after) + ("…" if right < len(line) else "")]
    if not whole:
        carets = style("^" * max(1, display_width(marked)), colour, "bold")
        lines.append(style(" " * (len(gutter) - 2) + "| ", "dim") + " " * display_width(shown) + carets)
    return lines


def summary(report: Report, lang: str, style: Style) -> list[str]:
    """Return the closing lines: counts, what was looked at, and the commands that mend something."""
    counts = {severity: report.count_of(severity) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)}
    if lang == "zh":
        parts = [f"{count} 个{SEVERITY_WORDS[severity].zh}" for severity, count in counts.items() if count]
        head = "、".join(parts) if parts else "没有发现问题"
        scope = f"（{report.plugins} 个插件，{report.files} 个文件，{report.locations} 处版本）"
    else:
        parts = [counted(count, SEVERITY_WORDS[severity].en) for severity, count in counts.items() if count]
        head = ", ".join(parts) if parts else "No findings"
        scope = (
            f" in {counted(report.plugins, 'plugin')}, {counted(report.files, 'file')}, "
            f"{counted(report.locations, 'version location')}"
        )
    worst = report.worst()
    colour = SEVERITY_COLOURS[worst] if worst is not None else "green"
    rest = [said.to(lang) for said in unseen(report)]
    end = "。" + "".join(rest) if lang == "zh" else " ".join([".", *rest])
    lines = [style(head, colour, "bold") + scope + end]
    if report.since is not None:
        commit = report.since[:10]
        lines.append(
            f"仅报告与 {commit} 之后的改动有关的问题。"
            if lang == "zh"
            else f"Only findings that the changes since {commit} brought or touch are reported."
        )
    if report.is_limited and not report.hidden.paths_without_files:
        lines.append(_limits(report).to(lang))
    reason = printable(report.profile_reason.to(lang))
    lines.append(f"规则集：{report.profile}（{reason}）。" if lang == "zh" else f"Profile {report.profile}: {reason}.")
    lines += commands(report, lang)
    return lines


def _limits(report: Report) -> Message:
    """Say of which paths and plugins findings are reported."""
    if report.limits and report.only:
        paths, plugins = _named(report.limits, "paths", "路径"), _named(report.only, "plugins", "插件")
        return Message(
            f"Only findings of {plugins.en} in {paths.en} are reported.",
            f"仅报告{paths.zh}中属于{plugins.zh}的问题。",
        )
    shown = _named(report.limits or report.only, "", "")
    return Message(f"Only findings in {shown.en} are reported.", f"仅报告{shown.zh}中的问题。")


def _named(limits: Sequence[str], kind: str, kind_zh: str) -> Message:
    """Return some paths or plugins in words, each once; many by their number and ``kind``."""
    limits = list(dict.fromkeys(limits))
    if len(limits) > _MOST_LIMITS:
        which = f"the {len(limits)} {kind}".rstrip()
        return Message(f"{which} that were asked for", f"所指定的 {len(limits)} {'个' + kind_zh if kind_zh else '项'}")
    names = listed(limits)
    return Message(printable(names.en), f" {printable(names.zh)} ")


def commands(report: Report, lang: str) -> Iterator[str]:
    """Yield how much each command would fix."""
    fixable = [finding for finding in report.findings if finding.fix is not None]
    versions = sum(finding.family == "versions" and _is_safe(finding) for finding in fixable)
    safe = sum(_is_safe(finding) for finding in fixable) - versions
    unsafe = len(fixable) - versions - safe
    rows = [
        (versions, "owui-lint --fix-versions"),
        (safe, "owui-lint --fix"),
        (unsafe, "owui-lint --fix --unsafe-fixes --diff"),
    ]
    for count, command in rows:
        if count:
            yield f"其中 {count} 个可用 `{command}` 修复。" if lang == "zh" else f"{count} fixable with `{command}`."


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability == "safe"
