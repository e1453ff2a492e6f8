"""JUnit XML, as Jenkins, GitLab and others read it: a suite per file, a test case per finding.

A finding below the threshold that fails the run is a passed case with its text as output. Text is XML 1.0:
characters that XML forbids even when escaped are shown as ``\\uXXXX``.
"""

from __future__ import annotations

from itertools import groupby

from owui_lint.finding import Finding
from owui_lint.lazypattern import lazy_pattern
from owui_lint.reporting import Rendering
from owui_lint.text import printable

# What XML 1.0 does not allow in a document, whatever its form; `printable` has shown most of it already.
_FORBIDDEN = lazy_pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


def escape(text: str) -> str:
    """Return text for an attribute or an element of XML 1.0."""
    shown = _FORBIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", printable(text))
    return "".join(_ESCAPES.get(character, character) for character in shown)


def render(rendering: Rendering) -> str:
    """Return the report as JUnit XML."""
    report, fails = rendering.report, rendering.session.fails
    failures = sum(map(fails, report.findings))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="owui-lint" tests="{max(len(report.findings), 1)}" failures="{failures}" errors="0" time="0">',
    ]
    if not report.findings:
        lines += [
            '  <testsuite name="owui-lint" tests="1" failures="0" errors="0" skipped="0" time="0">',
            '    <testcase name="owui-lint" classname="owui-lint" time="0"/>',
            "  </testsuite>",
        ]
    for path, group in groupby(report.findings, key=lambda finding: finding.path):
        findings = list(group)
        failed = sum(map(fails, findings))
        lines.append(
            f'  <testsuite name="{escape(path)}" tests="{len(findings)}" failures="{failed}" errors="0" skipped="0" time="0">'
        )
        for finding in findings:
            lines += _case(finding, rendering, failed=fails(finding))
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _case(finding: Finding, rendering: Rendering, *, failed: bool) -> list[str]:
    span = finding.place.span
    where = escape(f"{rendering.path(finding)}:{span.line}:{span.column}")
    message = escape(finding.message.to(rendering.lang))
    label = finding.severity.label
    name = f"{escape(finding.code)} {escape(finding.name)} ({span.line}:{span.column})"
    classname = escape(finding.plugin or finding.path)
    if failed:
        body = f'      <failure type="{label}" message="{message}">{where}: {message}</failure>'
    else:
        body = f"      <system-out>{label}: {where}: {message}</system-out>"
    file = escape(rendering.path(finding))
    return [
        f'    <testcase name="{name}" classname="{classname}" file="{file}" line="{span.line}" time="0">',
        body,
        "    </testcase>",
    ]
