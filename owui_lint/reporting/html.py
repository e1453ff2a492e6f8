"""The report as one HTML file that needs nothing else: no server, no network, and for reading no script.

Its content security policy allows the one style sheet and the one script of the template, by their hashes, and nothing else:
should text of a repository ever get through as markup, it still could not run or load anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

from owui_lint import __version__
from owui_lint.finding import SEVERITY_WORDS, Finding, Severity
from owui_lint.reporting import Rendering
from owui_lint.reporting.matrix import cell_of, kind_names
from owui_lint.repository.versions.matrix import rows_of
from owui_lint.repository.versions.statuses import OK
from owui_lint.text import printable

_TEMPLATES = Path(__file__).parent / "templates"
_LABELS = {
    "en": {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "advice"},
    "zh": {severity: word.zh for severity, word in SEVERITY_WORDS.items()},
}
_TILES = {
    "en": {
        Severity.ERROR: ("error", "errors"),
        Severity.WARNING: ("warning", "warnings"),
        Severity.INFO: ("piece of advice", "pieces of advice"),
    },
    "zh": {severity: (label, label) for severity, label in _LABELS["zh"].items()},
}


_MARKED = 500  # characters of a line


def render(rendering: Rendering) -> str:
    """Return the report as a page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from owui_lint.reporting.style import Style
    from owui_lint.reporting.text import summary

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_text,
    )
    style, script = ((_TEMPLATES / name).read_text(encoding="utf-8").strip() for name in ("report.css", "report.js"))
    report, lang = rendering.report, rendering.lang
    verdict, *commands = summary(report, lang, Style(False))
    labels = _LABELS[lang]
    severities = sorted({finding.severity for finding in report.findings}, reverse=True)
    counts = [
        (severity.label, _TILES[lang][severity][report.count_of(severity) != 1], report.count_of(severity))
        for severity in sorted(Severity, reverse=True)
    ]
    return environment.get_template("report.html.j2").render(
        zh=lang == "zh",
        version=__version__,
        name=rendering.session.root.name,
        style=_Trusted(style),
        script=_Trusted(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        verdict=verdict,
        commands=[command.split("`") for command in commands],
        counts=counts,
        report=report,
        matrix=_matrix(rendering),
        files=[
            {"path": path, "findings": [_row(finding, rendering, labels) for finding in group]}
            for path, group in groupby(report.findings, key=lambda finding: finding.path)
        ],
        plugins=sorted({finding.plugin for finding in report.findings if finding.plugin}),
        rules=sorted(Counter(finding.name for finding in report.findings).items()),
        severities=[(severity.label, labels[severity]) for severity in severities],
    )


class _Trusted(str):
    """Text of our own template files, which goes in as it is."""

    def __html__(self) -> str:
        return self


def _text(value: Any) -> Any:
    """Make each value that is printed free of what no HTML file may hold."""
    return printable(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _row(finding: Finding, rendering: Rendering, labels: dict[Severity, str]) -> dict[str, Any]:
    span = finding.place.span
    line = rendering.source(finding.path, span.line)
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    left = max(0, start - 60)
    # Not more than a screen shows: as many findings as a line of megabytes holds may each span all of it.
    end = min(end, start + _MARKED)
    right = min(len(line), max(end, start) + 60)
    return {
        "severity": finding.severity.label,
        "label": labels[finding.severity],
        "code": finding.code,
        "name": finding.name,
        "plugin": finding.plugin or "",
        "line": span.line,
        "column": span.column,
        "message": finding.message.to(rendering.lang),
        "fix": finding.fix.description.to(rendering.lang) if finding.fix else "",
        # Only a marked part is worth a look at the line; the ends are cut, lines can be megabytes long.
        "before": ("…" if left else "") + line[left:start],
        "marked": line[start : min(end, right)],
        "after": line[min(end, right) : right] + ("…" if right < len(line) else ""),
        "related": [
            {
                "path": related.place.path,
                "line": related.place.span.line,
                "message": related.message.to(rendering.lang),
            }
            for related in finding.related
        ],
    }


def _matrix(rendering: Rendering) -> dict[str, Any]:
    session, repository = rendering.session, rendering.session.repository
    rows = rows_of(repository, repository.plugins, with_lacking=session.wants_all_places(rendering.report.profile))
    names = kind_names(repository)
    kinds = [kind for kind in names if any(place["kind"] == kind for row in rows for place in row["locations"])]
    table = []
    for row in rows:
        cells = []
        for kind in kinds:
            places = [place for place in row["locations"] if place["kind"] == kind]
            text, status = cell_of(places)
            where = ", ".join(f"{place['path']}:{place['line']}" for place in places)
            cells.append({"text": text, "status": status or "none", "where": where})
        table.append(
            {"id": row["id"], "cells": cells, "wrong": any(cell["status"] not in (OK, "none") for cell in cells)}
        )
    places = [place for row in rows for place in row["locations"]]
    return {
        "kinds": [names[kind].to(rendering.lang) for kind in kinds],
        "rows": table,
        "total": len(places),
        "agree": sum(place["status"] == OK for place in places),
    }
