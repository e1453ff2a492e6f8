"""Static badges of shields.io: ``/badge/LABEL-MESSAGE-COLOUR`` in an image's URL.

In the path ``-`` separates, ``--`` is a dash, ``__`` an underscore and ``_`` a space (shields.io, "Static Badge").
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.markdown import Link, Markdown
from owui_lint.text import unquoted
from owui_lint.tuples import NamedTuple

_URL = lazy_pattern(r"https?://(?:img\.|raster\.)?shields\.io/badge/([^?#\s]*)", re.IGNORECASE)
_SEPARATOR = lazy_pattern(r"(?<!-)(?:--)*-(?!-)")
_DATE = lazy_pattern(r"(\d{4})-(\d{2})-(\d{2})")


class Badge(NamedTuple):
    """A static badge. ``start:end`` are the offsets of its message in the document, as written (escaped)."""

    link: Link
    alt: str
    alt_start: int
    label: str
    message: str
    start: int
    end: int


def _unescape(text: str) -> str:
    return compiled(r"__|--|_").sub(lambda match: {"__": "_", "--": "-", "_": " "}[match[0]], unquoted(text))


def escape(text: str) -> str:
    """Return ``text`` as it is written in a badge's path."""
    return text.replace("-", "--").replace("_", "__").replace(" ", "_")


def badges(markdown: Markdown) -> Iterator[Badge]:
    """Yield the static badges of a document, in order. Badges served by an endpoint are none."""
    for link in markdown.links:
        match = _URL.match(link.target) if link.image else None
        if match is None:
            continue
        path = match[1]
        cuts = [found.end() - 1 for found in _SEPARATOR.finditer(path)]
        if not 1 <= len(cuts) <= 2:
            continue
        first = cuts[0] + 1 if len(cuts) == 2 else 0
        label = _unescape(path[: cuts[0]]) if len(cuts) == 2 else ""
        start = link.target_start + match.start(1) + first
        raw = path[first : cuts[-1]]
        alt_start = link.start + 2
        yield Badge(link, link.text, alt_start, label, _unescape(raw), start, start + len(raw))


def parse_date(text: str) -> datetime.date | None:
    """Return the date that ``YYYY-MM-DD`` names, or ``None`` where there is no such day."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def looks_like_date(text: str) -> bool:
    """Tell whether ``text`` has the form of a date, whether or not there is such a day."""
    return _DATE.fullmatch(text) is not None
