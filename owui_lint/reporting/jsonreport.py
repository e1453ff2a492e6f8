"""The report as one JSON object, per the contract (``"schema": 1``)."""

from __future__ import annotations

import json
from typing import Any

from owui_lint.reporting import Rendering


def render(rendering: Rendering) -> str:
    """Return the report as JSON."""
    data = rendering.report.to_json(rendering.lang)
    if rendering.statistics:
        from owui_lint.reporting.statistics import count_rules

        data["statistics"] = count_rules(rendering.report)
    return dump(data)


def dump(data: Any) -> str:
    """Return JSON that any reader takes: names that are not UTF-8 have their undecodable bytes replaced."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"
