"""Days as the command line takes them."""

from __future__ import annotations

import datetime

from owui_lint.errors import UsageError
from owui_lint.text import printable


def parse_day(text: str) -> datetime.date:
    """Return the day that ``YYYY-MM-DD`` or ``today`` names. Raises ``UsageError`` for anything else."""
    if text == "today":
        return datetime.date.today()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        shown = printable(text)
        raise UsageError(
            f"--release-date: {shown!r} is neither a day such as 2026-01-31 nor 'today'.",
            f"--release-date：{shown!r} 既不是形如 2026-01-31 的日期，也不是 'today'。",
        ) from None
