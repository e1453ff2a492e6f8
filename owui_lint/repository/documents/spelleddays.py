"""Days as people write them on badges: ``2026-01-11``, ``2026.1.11``, ``Jan 11, 2026``, ``2026年1月11日``, ``11/1/2026``."""

from __future__ import annotations

import re

from owui_lint.days import datetime
from owui_lint.lazypattern import lazy_pattern

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Forms that are nothing but a date.
_PLAIN = (
    lazy_pattern(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
    lazy_pattern(rf"{_YEAR}(?P<mark>[-/ ]){_MONTH}(?P=mark){_DAY}"),
    lazy_pattern(rf"{_YEAR}[ ]?年[ ]?{_MONTH}[ ]?月[ ]?{_DAY}[ ]?[日号]"),
)
# Forms that are a date's where a date is told of: versions, numbers of builds and days of events look like this, too.
_WHERE_ONE_IS_TOLD_OF = (
    lazy_pattern(rf"{_YEAR}\.{_MONTH}\.{_DAY}"),
    lazy_pattern(r"(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"),
    lazy_pattern(rf"{_DAY}(?:st|nd|rd|th)?[ .-]{{1,2}}{_NAME}[.,]?[ -]{_YEAR}", re.IGNORECASE),
    lazy_pattern(rf"{_NAME}\.?[ -]{_DAY}(?:st|nd|rd|th)?,?[ -]{_YEAR}", re.IGNORECASE),
)
# The day or the month first: both are usual.
_YEAR_LAST = lazy_pattern(rf"(?P<one>\d{{1,2}})(?P<mark>[-./ ])(?P<other>\d{{1,2}})(?P=mark){_YEAR}")


def days_named(text: str, *, is_told_of: bool) -> tuple[datetime.date, ...] | None:
    """Return the days that ``text`` may name: one, two where it does not say which number is the month's, none where the
    calendar has no such day; ``None`` where it is no date.

    ``is_told_of``: a date belongs here, so that also what looks like a version is one.
    """
    for pattern in (*_PLAIN, *_WHERE_ONE_IS_TOLD_OF) if is_told_of else _PLAIN:
        match = pattern.fullmatch(text)
        if match is not None:
            found = match.groupdict()
            name = found.get("name")
            month = int(found["month"]) if name is None else _MONTHS.index(name[:3].casefold()) + 1
            return _days(int(found["year"]), (month, int(found["day"])))
    match = _YEAR_LAST.fullmatch(text) if is_told_of else None
    if match is None:
        return None
    one, other = int(match["one"]), int(match["other"])
    return _days(int(match["year"]), (one, other), (other, one)) or None


def _days(year: int, *candidates: tuple[int, int]) -> tuple[datetime.date, ...]:
    """Return the days that a year has of some, each a month and a day of it."""
    found: dict[datetime.date, None] = {}
    for month, day in candidates:
        try:
            found[datetime.date(year, month, day)] = None
        except ValueError:
            continue
    return tuple(found)
