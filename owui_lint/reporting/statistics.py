"""How often each rule found something."""

from __future__ import annotations

from typing import Any

from owui_lint.engine import Report
from owui_lint.finding import Finding, Severity

_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def count_rules(report: Report) -> list[dict[str, Any]]:
    """Return per rule its ``code``, ``name``, ``severity`` (the highest found), ``count``, how many of these are ``errors``,
    ``warnings`` and ``infos``, and ``fixable``, most first."""
    by_name: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_name.setdefault(finding.name, []).append(finding)
    rows = [
        {
            "code": own[0].code,
            "name": name,
            "severity": max(finding.severity for finding in own).label,
            "count": len(own),
            **{f"{severity.label}s": sum(finding.severity is severity for finding in own) for severity in _SEVERITIES},
            "fixable": sum(finding.fix is not None for finding in own),
        }
        for name, own in by_name.items()
    ]
    return sorted(rows, key=lambda row: (-row["count"], row["code"]))
