"""The configuration of a run: each setting, its value, and where that came from."""

from __future__ import annotations

import json

from owui_lint.reporting.inventory import table
from owui_lint.reporting.style import Style
from owui_lint.session import Session
from owui_lint.text import printable


def render_settings(session: Session, lang: str, style: Style) -> str:
    """Return every setting as a table; the profile is the one a run would take, with the reason."""
    zh = lang == "zh"
    profile, reason = session.profile()
    rows = [["设置", "值", "来源"] if zh else ["setting", "value", "from"]]
    for setting, value, origin in session.config.items():
        if setting.name == "profile" and value is None:
            value, origin = profile, ("自动判断：" if zh else "found: ") + reason.to(lang)
        elif origin == "default" and zh:
            origin = "默认"
        shown = "—" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        rows.append([setting.name, printable(shown), printable(origin)])
    return table(rows, style)
