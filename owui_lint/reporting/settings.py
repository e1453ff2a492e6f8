"""The configuration of a run: each setting, its value, and where that came from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from owui_lint.reporting.jsonreport import dump
from owui_lint.reporting.style import Style
from owui_lint.reporting.table import table
from owui_lint.session import Session
from owui_lint.text import printable


def render_settings(session: Session, lang: str, style: Style) -> str:
    """Return every setting as a table; the profile is the one a run would take, with the reason."""
    rows = [["设置", "值", "来源"] if lang == "zh" else ["setting", "value", "from"]]
    for name, value, origin in _settings(session, lang):
        shown = "—" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        rows.append([name, printable(shown), printable(origin)])
    return table(rows, style)


def settings_to_json(session: Session, lang: str) -> str:
    """Return the same as one JSON object."""
    settings = [{"name": name, "value": value, "from": origin} for name, value, origin in _settings(session, lang)]
    return dump({"schema": 1, "settings": settings})


def _settings(session: Session, lang: str) -> Iterator[tuple[str, Any, str]]:
    profile, reason = session.profile()
    for setting, value, origin in session.config.items():
        if setting.name == "profile" and value is None:
            value, origin = profile, ("自动判断：" if lang == "zh" else "found: ") + reason.to(lang)
        elif origin == "default" and lang == "zh":
            origin = "默认"
        yield setting.name, value, origin
