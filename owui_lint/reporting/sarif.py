"""SARIF 2.1.0 (OASIS, docs.oasis-open.org/sarif/sarif/v2.1.0), as GitHub code scanning and editors read it."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

from owui_lint import __version__
from owui_lint.finding import CRASH_NAME, Edit, Finding, Message, Place, Severity, Span
from owui_lint.reporting import Rendering
from owui_lint.reporting.jsonreport import dump
from owui_lint.rulebook import Rule
from owui_lint.text import printable

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "SRCROOT"


def render(rendering: Rendering) -> str:
    """Return the report as one SARIF log with one run."""
    report, lang = rendering.report, rendering.lang
    book = rendering.session.rulebook.rules
    names = sorted({finding.name: finding.code for finding in report.findings}.items(), key=lambda item: item[1])
    index = {name: number for number, (name, _) in enumerate(names)}
    severities = {finding.name: finding.severity for finding in report.findings}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "owui-lint",
                "version": __version__,
                "semanticVersion": __version__,
                "language": "zh-CN" if lang == "zh" else "en-US",
                "rules": [_descriptor(code, name, book.get(name), severities[name], lang) for name, code in names],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "仓库的根目录" if lang == "zh" else "The root of the repository"}}
        },
        "invocations": [{"executionSuccessful": not report.crashed}],
        "results": [
            _result(finding, fingerprint, index[finding.name], rendering)
            for finding, fingerprint in zip(report.findings, rendering.fingerprints, strict=True)
        ],
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _descriptor(code: str, name: str, rule: Rule | None, severity: Severity, lang: str) -> dict[str, Any]:
    if rule is None:  # the tool's own finding that a rule failed has no rule file
        summary = Message("A rule failed.", "规则执行失败。") if name == CRASH_NAME else Message(name, name)
        why, tags, origin = Message("", ""), ["tool"], severity
    else:
        summary, why, tags, origin = rule.summary, rule.why, [rule.family, *rule.clauses], rule.severity
    short, long = printable(summary.to(lang)), printable(why.to(lang))
    command = f"owui-lint rule {name}"
    more = f"更多说明与示例：`{command}`" if lang == "zh" else f"More, with examples: `{command}`"
    help_text = "\n\n".join(part for part in (short, long, more) if part)
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": f"{short} {long}".strip()},
        "help": {"text": help_text.replace("`", ""), "markdown": f"**{code} {name}**\n\n{help_text}"},
        "defaultConfiguration": {"level": _LEVELS[origin]},
        "properties": {"tags": [printable(tag) for tag in tags]},
    }


def _result(finding: Finding, fingerprint: str, rule_index: int, rendering: Rendering) -> dict[str, Any]:
    lang = rendering.lang
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": printable(finding.message.to(lang))},
        "locations": [{"physicalLocation": _physical(Place(finding.path, finding.place.span), rendering)}],
        "partialFingerprints": {"owuiLint/v1": fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _physical(related.place, rendering),
                "message": {"text": printable(related.message.to(lang))},
            }
            for number, related in enumerate(finding.related)
        ]
    if finding.fix is not None:
        result["fixes"] = [
            {
                "description": {"text": printable(finding.fix.description.to(lang))},
                "artifactChanges": _changes(finding.fix.edits, rendering),
            }
        ]
    properties = {"name": finding.name}
    if finding.plugin:
        properties["plugin"] = printable(finding.plugin)
    if finding.fix is not None:
        properties["fixApplicability"] = finding.fix.applicability
    result["properties"] = properties
    return result


def _physical(place: Place, rendering: Rendering) -> dict[str, Any]:
    return {"artifactLocation": _artifact(place.path, rendering), "region": _region(place.span)}


def _artifact(path: str, rendering: Rendering) -> dict[str, Any]:
    if path == ".":
        path = rendering.session.config["readme"]
    path = rendering.prefix + path
    try:
        name = os.fsencode(path)  # the file's own bytes, also those that are no UTF-8
    except UnicodeEncodeError:
        name = path.encode("utf-8", "replace")
    return {"uri": quote(name), "uriBaseId": _ROOT}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _changes(edits: tuple[Edit, ...], rendering: Rendering) -> list[dict[str, Any]]:
    by_path: dict[str, list[dict[str, Any]]] = {}
    for edit in edits:
        file = rendering.session.repository.file(edit.path)
        start, end = file.character_offset(edit.start), file.character_offset(edit.end)
        replacement = {
            "deletedRegion": _region(file.place(start, end).span),
            "insertedContent": {"text": edit.replacement.decode("utf-8", "replace")},
        }
        by_path.setdefault(edit.path, []).append(replacement)
    return [
        {"artifactLocation": _artifact(path, rendering), "replacements": replacements}
        for path, replacements in by_path.items()
    ]
