"""Days: as the command line takes them, and the module that counts them.

The ``datetime`` of Python 3.11 reads all of itself in Python before it takes the same classes in C: longer than it takes
to read all rules.
"""

from __future__ import annotations

from owui_lint import TYPE_CHECKING
from owui_lint.errors import UsageError
from owui_lint.text import printable

if TYPE_CHECKING:
    import datetime
else:
    try:
        import _datetime as datetime
    except ImportError:  # an interpreter that has no such module
        import datetime


def parse_day(text: str) -> datetime.date:
    """Return the day that ``YYYY-MM-DD`` or ``today`` names. Raises ``UsageError`` for anything else."""
    if text == "today":
        return datetime.date.today()
    try:
        day = datetime.date.fromisoformat(text)
        if day.isoformat() != text:  # which also takes 20260131, and weeks
            raise ValueError(text)
        return day
    except ValueError:
        shown = printable(text)
        raise UsageError(
            f"--release-date: {shown!r} is neither a day such as 2026-01-31 nor 'today'.",
            f"--release-date：{shown!r} 既不是形如 2026-01-31 的日期，也不是 'today'。",
        ) from None


__all__ = ["datetime", "parse_day"]
