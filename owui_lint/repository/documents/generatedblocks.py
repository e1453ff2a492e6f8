"""Generated blocks: what a program writes between two comments that mark them, as ``rules/locations.yaml`` says.

A mark of its own kind (``<!-- STATS_START -->``) that is never closed protects the section that it opens or stands in: what
lies below that is a person's again, so that a mark that was lost hides nothing of the rest. What could also be a person's
remark (``<!-- BEGIN STATS -->``, ``<!-- stats start -->``, ``<!-- quick-start -->``) is a mark only where the block is closed,
too, and where its name says that a program writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.tuples import NamedTuple

# Possessive quantifiers: a comment that is never closed costs one pass.
_COMMENT = lazy_pattern(r"<!--[ \t]*+(/?[A-Za-z][^>]{0,500}?)-->")
_BETWEEN = " \t_:-"
_WORDS = lazy_pattern(r"[ \t]{1,20}[^\W_]")


class GeneratedBlock(NamedTuple):
    """A generated block. ``start:end`` are its offsets, its marks included; ``marked`` is where its first mark ends;
    ``missing`` is the mark that would close it, as its first one is written: ``""`` where it is closed."""

    name: str
    start: int
    end: int
    marked: int
    missing: str


class _Mark(NamedTuple):
    name: str
    opens: bool
    is_certain: bool
    start: int
    end: int
    counterpart: str


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
    def _slash(self) -> re.Pattern[str]:
        """A name that ends behind a slash, as in HTML."""
        return compiled(r"/[ \t]{0,20}(?P<name>[A-Za-z][\w .-]{0,100})", re.IGNORECASE)

    @cached_property
    def _for_tools(self) -> re.Pattern[str]:
        return compiled(rf"(?<![a-z])(?:{self._data['for-tools']})\W*\Z", re.IGNORECASE)

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return compiled(rf"(?<![a-z])(?:{self._data['names']})(?![a-z])", re.IGNORECASE)

    @cached_property
    def _plain_words(self) -> re.Pattern[str]:
        return compiled(self._data["plain-words"], re.IGNORECASE)

    def may_be_in(self, text: str) -> bool:
        """Tell cheaply whether a text can hold a generated block."""
        return "<!--" in text and any(self._mark(match) is not None for match in _COMMENT.finditer(text))

    def blocks(self, text: str, end_of: Callable[[int], int]) -> list[GeneratedBlock]:
        """Return the blocks of a text in order; none overlap.

        Args:
            text: The text of a document, its code blanked out.
            end_of: Where a block ends that is never closed, by the offset at which its mark ends.
        """
        marks = [mark for match in _COMMENT.finditer(text) if (mark := self._mark(match)) is not None]
        closing: dict[int, _Mark] = {}
        following: dict[str, _Mark] = {}
        for mark in reversed(marks):
            other = following.get(mark.name)
            if mark.opens and other is not None and not other.opens:
                closing[mark.start] = other
            following[mark.name] = mark
        found: list[GeneratedBlock] = []
        position = 0
        for mark in marks:
            end = closing.get(mark.start)
            if mark.start < position or not mark.opens or not (end or mark.is_certain):
                continue
            if found and found[-1].end > mark.start:  # one that is never closed
                found[-1] = found[-1]._replace(end=mark.start)
            stop = end.end if end is not None else end_of(mark.end)
            found.append(GeneratedBlock(mark.name, mark.start, stop, mark.end, "" if end else mark.counterpart))
            position = end.end if end is not None else mark.end
        return found

    def _mark(self, comment: re.Match[str]) -> _Mark | None:
        """Return the mark that a comment is, if it is one."""
        text = comment[1].rstrip()
        ended = self._slash.fullmatch(text)
        if ended is not None:
            return _Mark(_name_of(ended), False, True, comment.start(), comment.end(), "")
        match = behind = self._behind.match(text)
        match = match or self._first.fullmatch(text) or self._last.fullmatch(text)
        if match is None:
            return None
        name = match["name"].replace("_", " ")
        is_section = match.re is self._first and match["section"] is not None
        if self._for_tools.search(name) or not (behind or is_section or self._names.search(name)):
            return None
        name = _name_of(match)
        is_certain = behind is not None and not _is_remark(behind, text) and not self._plain_words.fullmatch(name)
        counterpart = ""
        if match["opens"] is not None:
            word = self._data["closes"].split("|")[0]
            word = word.upper() if match["opens"].isupper() else word
            counterpart = f"<!-- {text[: match.start('opens')]}{word} -->"
        return _Mark(name, bool(counterpart), is_certain, comment.start(), comment.end(), counterpart)


def _name_of(mark: re.Match[str]) -> str:
    """The name of a block, the same in both of its marks."""
    return " ".join(mark["name"].casefold().split()).strip(_BETWEEN)


def _is_remark(mark: re.Match[str], text: str) -> bool:
    """Whether a sentence goes on from what could be a mark: ``note: begin with ...``."""
    word = mark["opens"] or ""
    return not word.isupper() and _WORDS.match(text, mark.end()) is not None
