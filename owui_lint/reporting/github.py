"""GitHub Actions: annotations as workflow commands, and a summary of the step.

GitHub shows ten annotations of each level and step (docs.github.com, "Workflow commands", "Usage limits" of check runs):
the first ten of each level are given, the rest goes to the step summary, or into the log where there is none.
The runner reads a command from any line that starts with ``::`` after white space, and the old form ``##[..]`` anywhere in
a line (``ActionCommand.cs`` of actions/runner): text of the repository is escaped for the first and broken up for the second.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from owui_lint.finding import Finding, Severity
from owui_lint.reporting import Rendering
from owui_lint.text import printable

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_PER_LEVEL = 10
_SUMMARY_BYTES = 1024 * 1024  # GitHub refuses a longer step summary as a whole
_MAX_FIELD = 2000


def render(rendering: Rendering) -> str:
    """Return annotations, errors first, and a closing line; what does not fit stands in the step summary or the log."""
    from owui_lint.reporting.style import Style
    from owui_lint.reporting.text import summary

    shown, rest = split(rendering.report.findings)
    lines = [_annotation(finding, rendering) for finding in shown]
    if rest and not _summary_file():
        lines += [_plain(finding, rendering) for finding in rest]
    elif rest:
        count = len(rest)
        lines.append(
            f"另有 {count} 个问题见本步骤的摘要。"
            if rendering.lang == "zh"
            else f"{count} more in the summary of this step."
        )
    if not rendering.quiet:
        lines += [defuse(line) for line in summary(rendering.report, rendering.lang, Style(False))]
    return "\n".join(lines) + "\n"


def split(findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that GitHub shows as annotations, worst first, and the others in the same order."""
    counts: Counter[Severity] = Counter()
    shown: list[Finding] = []
    rest: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: (-finding.severity, finding.sort_key)):
        counts[finding.severity] += 1
        (shown if counts[finding.severity] <= _PER_LEVEL else rest).append(finding)
    return shown, rest


def _annotation(finding: Finding, rendering: Rendering) -> str:
    span = finding.place.span
    fields = {"file": rendering.path(finding), "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:  # GitHub refuses columns over several lines
        fields |= {"col": str(span.column), "endColumn": str(span.end_column)}
    fields["title"] = f"{finding.code} {finding.name}"
    properties = ",".join(f"{name}={escape_property(value)}" for name, value in fields.items())
    return f"::{_LEVELS[finding.severity]} {properties}::{escape_data(finding.message.to(rendering.lang))}"


def _plain(finding: Finding, rendering: Rendering) -> str:
    span = finding.place.span
    where = f"{finding.severity.label}: {printable(rendering.path(finding))}:{span.line}:{span.column}"
    return defuse(f"{where}: {finding.code} {finding.name}: {printable(finding.message.to(rendering.lang))}")


def escape_data(text: str) -> str:
    """Return text for behind the ``::`` of a workflow command."""
    return printable(text)[:_MAX_FIELD].replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Return text for a property of a workflow command."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def defuse(line: str) -> str:
    """Return a line that is no workflow command, in the new or the old form, whatever stands in it."""
    line = line.replace("##[", "##\\[")
    return f"\\{line}" if line.lstrip().startswith("::") else line


def for_log(text: str) -> str:
    """Return lines of text for whatever reads standard output and error: in GitHub's log none of them is a command."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    # The runner ends a line wherever its own reader does, which is not at line feeds alone.
    return "".join(map(defuse, text.splitlines(keepends=True)))


def _summary_file() -> Path | None:
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    return Path(name) if name else None


def append_step_summary(rendering: Rendering) -> None:
    """Append the report as Markdown to the file that ``$GITHUB_STEP_SUMMARY`` names, if it does.

    A file that cannot be written is passed over: the annotations have been printed, and the exit code counts.
    """
    from owui_lint.reporting.markdown import render as render_markdown

    target = _summary_file()
    if target is None:
        return
    text = render_markdown(rendering, limit=_SUMMARY_BYTES - 4096)
    try:
        with target.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
    except OSError:
        return
