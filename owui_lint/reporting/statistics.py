"""How often each rule found something."""

from __future__ import annotations

from collections import Counter
from typing import Any

from owui_lint.engine import Report


def count_rules(report: Report) -> list[dict[str, Any]]:
    """Return per rule its ``code``, ``name``, ``severity`` (the highest found), ``count`` and ``fixable``, most first."""
    counts = Counter(finding.name for finding in report.findings)
    rows = []
    for name, count in counts.items():
        own = [finding for finding in report.findings if finding.name == name]
        rows.append(
            {
                "code": own[0].code,
                "name": name,
                "severity": max(finding.severity for finding in own).label,
                "count": count,
                "fixable": sum(finding.fix is not None for finding in own),
            }
        )
    return sorted(rows, key=lambda row: (-row["count"], row["code"]))
