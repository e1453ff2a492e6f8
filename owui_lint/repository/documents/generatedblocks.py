"""Generated blocks: what a program writes between two comments that mark them, as ``rules/locations.yaml`` says.

A mark of its own kind (``<!-- STATS_START -->``) protects all that follows where it is never closed: rather too much protected
than too little. What could also be a person's remark (``<!-- BEGIN STATS -->``, ``<!-- stats start -->``) is a mark only where the
block is closed, too, and where its name says that a program writes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.tuples import NamedTuple

# Possessive quantifiers: a comment that is never closed costs one pass.
_COMMENT = lazy_pattern(r"<!--[ \t]*+([A-Za-z][^>]{0,500}?)-->")
_BETWEEN = " \t_:-"


class _Mark(NamedTuple):
    name: str
    opens: bool
    is_certain: bool
    start: int
    end: int


class GeneratedMarks:
    """The words of the marks, as the data has them."""

    def __init__(self, data: Mapping[str, str]) -> None:
        self._data = data

    @cached_property
    def _any(self) -> str:
        return f"(?:(?P<opens>{self._data['opens']})|(?:{self._data['closes']}))"

    @cached_property
    def _behind(self) -> re.Pattern[str]:
        """A name, a sign between the two, and the word that marks; whatever follows."""
        return compiled(rf"(?P<name>[A-Za-z][\w .-]{{0,100}}?)[ \t]{{0,20}}[:_-][ \t]*+{self._any}\b", re.IGNORECASE)

    @cached_property
    def _first(self) -> re.Pattern[str]:
        """The word that marks, and the name."""
        return compiled(
            rf"{self._any}(?P<section>[ _-]section)?(?:[ \t]{{1,20}}|[ \t]{{0,20}}[:_-][ \t]{{0,20}})(?P<name>\w.{{0,200}})",
            re.IGNORECASE | re.DOTALL,
        )

    @cached_property
    def _last(self) -> re.Pattern[str]:
        """A name and the word that marks, with nothing between them but blanks."""
        return compiled(rf"(?P<name>[A-Za-z][\w .-]{{0,60}}?)[ \t]{{1,20}}{self._any}", re.IGNORECASE)

    @cached_property
    def _for_tools(self) -> re.Pattern[str]:
        return compiled(rf"(?<![a-z])(?:{self._data['for-tools']})\W*\Z", re.IGNORECASE)

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return compiled(rf"(?<![a-z])(?:{self._data['names']})(?![a-z])", re.IGNORECASE)

    def may_be_in(self, text: str) -> bool:
        """Tell cheaply whether a text can hold a generated block."""
        return "<!--" in text and any(self._mark(match) is not None for match in _COMMENT.finditer(text))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the offsets of the blocks of a text, their marks included, in order; none overlap."""
        marks = [mark for match in _COMMENT.finditer(text) if (mark := self._mark(match)) is not None]
        last = {mark.name: mark.start for mark in marks if not mark.opens}
        found: list[tuple[int, int]] = []
        opened: _Mark | None = None
        for mark in marks:
            if opened is None:
                if mark.opens and (mark.is_certain or last.get(mark.name, -1) > mark.start):
                    opened = mark
            elif not mark.opens and mark.name == opened.name:
                found.append((opened.start, mark.end))
                opened = None
        if opened is not None:
            found.append((opened.start, len(text)))
        return found

    def _mark(self, comment: re.Match[str]) -> _Mark | None:
        """Return the mark that a comment is, if it is one."""
        text = comment[1].rstrip()
        match = certain = self._behind.match(text)
        match = match or self._first.fullmatch(text) or self._last.fullmatch(text)
        if match is None:
            return None
        name = match["name"].replace("_", " ")
        is_section = match.re is self._first and match["section"] is not None
        if self._for_tools.search(name) or not (certain or is_section or self._names.search(name)):
            return None
        name = " ".join(match["name"].casefold().split()).strip(_BETWEEN)
        return _Mark(name, match["opens"] is not None, certain is not None, comment.start(), comment.end())
