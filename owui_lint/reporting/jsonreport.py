"""The report as one JSON object, per the contract (``"schema": 1``)."""

from __future__ import annotations

import json
from typing import Any

from owui_lint.reporting import Rendering
from owui_lint.text import escape_acting


def render(rendering: Rendering) -> str:
    """Return the report as JSON."""
    data = rendering.report.to_json(rendering.lang)
    if rendering.statistics:
        from owui_lint.reporting.statistics import count_rules

        data["statistics"] = count_rules(rendering.report)
    if rendering.changes is not None:
        from owui_lint.fixing.diff import patch

        data["diff"] = patch(rendering.changes)
    return dump(data)


def dump(data: Any) -> str:
    """Return JSON that any reader takes: names that are not UTF-8 have their undecodable bytes replaced, and what could
    reorder or hide text on a screen, or be a command in GitHub's log, is escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2).replace("##[", r"##\u005b")
    text = text.encode("utf-8", "replace").decode("utf-8")
    # JSON itself escapes only what stands before the blank.
    return escape_acting(text, lambda character: json.dumps(character)[1:-1]) + "\n"
