"""GitLab Code Quality: the subset of the Code Climate format that GitLab reads.

Source: docs.gitlab.com, "Code Quality", "Code Quality report format": ``description``, ``check_name``, ``fingerprint``,
``location.path``, ``location.lines.begin`` and ``severity`` are what is read; paths are relative, without ``./``.
"""

from __future__ import annotations

from owui_lint.finding import Severity
from owui_lint.reporting import Rendering
from owui_lint.reporting.jsonreport import dump
from owui_lint.text import printable

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(rendering: Rendering) -> str:
    """Return the report as a Code Quality artifact; fingerprints stay the same while lines move."""
    return dump(
        [
            {
                "description": printable(f"{finding.code} {finding.name}: {finding.message.to(rendering.lang)}"),
                "check_name": finding.name,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[finding.severity],
                "location": {
                    "path": printable(rendering.path(finding)),
                    "lines": {"begin": finding.place.span.line, "end": finding.place.span.end_line},
                },
            }
            for finding, fingerprint in zip(rendering.report.findings, rendering.fingerprints, strict=True)
        ]
    )
