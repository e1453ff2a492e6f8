"""Where a document certainly names a valve under another name than the code's, and what is to be written there.

A word that nothing else in the plugin's code is called is the valve's wherever the document writes it as a name: in code, in
sample code that lists settings, in running text where it looks like a name. A word that the code has for other things as well
is the valve's only where the place says so. What is told of earlier releases keeps the names of its time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from functools import cached_property
from itertools import islice, takewhile

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.markdown import Line
from owui_lint.repository.documents.sections import HISTORY, STORY, SectionBook, release_named
from owui_lint.spans import is_in
from owui_lint.text import is_like_code
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository.plugin import Document

_NAMES = lazy_pattern(
    r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9]*(?:(?:\\?_[A-Za-z0-9]+)+|[a-z][A-Z][A-Za-z0-9]*)(?![A-Za-z0-9_])"
)
_OF_VALVES = lazy_pattern(r"valves\.\Z", re.IGNORECASE)
_ABOUT_VALVES = lazy_pattern(
    r"valves?\b|\b(?:settings?|options?|parameters?|configur\w*)\b|参数|配置|设置项|选项", re.IGNORECASE
)
_MOVED = lazy_pattern(r"\b(?:migrat|upgrad|deprecat|renam)\w*|迁移|升级|弃用|改名|重命名", re.IGNORECASE)
_LEADS = lazy_pattern(r"[ \t>]*(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+[*_`\"]{0,5}\Z")
_STEP = lazy_pattern(r"[ \t]*+(?:\d{1,3}[.)]|[-*•])[ \t]++[A-Z][a-z]+[ \t]")  # of a list that stands in a block of code
_DEFAULT = lazy_pattern(r"\bdefaults?\b|默认|缺省", re.IGNORECASE)
_KEY = lazy_pattern(r"[ \t]*(?:-[ \t]+)?([\"']?)([A-Za-z_]\w*)\1[ \t]*(?::|=(?!=))")
_WORD = lazy_pattern(r"[A-Za-z0-9_]+")
_DECLARED = lazy_pattern(r"[ \t]*:[^=#\n]{1,100}=[ \t]*(?:pydantic\.)?Field\(")
_TOKEN = lazy_pattern(r"(?<![A-Za-z0-9_#/.])[A-Za-z](?:[A-Za-z0-9]|\\?_)*")
_UNDERSCORE = r"\\?_"  # it may be escaped
_LONGEST_CELL = 80  # characters of a cell that holds a name
_LONGEST_LINE = 4000  # characters; what is longer nobody wrote


class Mention(NamedTuple):
    """A place that names a valve otherwise, and the name in the code, written as there."""

    start: int
    end: int
    text: str


def names_in(text: str) -> list[str]:
    """Return the words of a text that look like names, each once."""
    return sorted({word.replace("\\", "") for word in _NAMES.findall(text)})


class ValveMentions:
    """The names of valves in one document. ``valves``: the names that valves have, or had, in the code."""

    def __init__(self, document: Document, book: SectionBook, valves: Collection[str]) -> None:
        self._document = document
        self._markdown = document.markdown
        self._book = book
        self._valves = valves
        self._found_keys: dict[int, tuple[set[str], set[str]]] = {}

    def of(self, old: str, new: str, is_alone: bool) -> list[Mention]:
        """Return where the document names a valve ``old`` that is called ``new``; ``is_alone``: nothing else in the code is
        called so."""
        text = self._document.file.text
        pattern = compiled(rf"(?<![A-Za-z0-9_]){re.escape(old).replace('_', _UNDERSCORE)}(?![A-Za-z0-9_])")
        found = []
        for match in pattern.finditer(text) if old.partition("_")[0] in text else ():
            line = self._markdown.lines[self._markdown.line_number(match.start()) - 1]
            if line.end - line.start > _LONGEST_LINE or self._is_kept(line, match.start(), old, new):
                continue
            if self._is_named(line, match, old, is_alone):
                is_escaped = "\\" in match[0]
                found.append(Mention(match.start(), match.end(), new.replace("_", "\\_") if is_escaped else new))
        return found

    def _is_kept(self, line: Line, at: int, old: str, new: str) -> bool:
        """Whether a place is not the document's to change, tells of earlier days, or of both names; or is led to."""
        if self._markdown.is_generated(at) or is_in(at, self._told):
            return True
        written = self._markdown.text[line.start : line.end]
        if new in written and compiled(rf"(?<![A-Za-z0-9_]){re.escape(new)}(?![A-Za-z0-9_])").search(written):
            return True
        anchor = f"#{old.casefold()}"
        return old.casefold() != new.casefold() and self._markdown.is_heading(line) and anchor in self._markdown.folded

    @cached_property
    def _told(self) -> list[tuple[int, int]]:
        """The spans of what tells of releases: What's New, the Changelog, sections about a version or a migration."""
        markdown = self._markdown
        spans = [(line.start, line.end) for line in markdown.front_matter]
        sections = {
            section.heading.start
            for section in self._book.sections(markdown, self._document.lang)
            if section.kind.id in (STORY, HISTORY)
        }
        end = 0
        for heading in markdown.headings:
            if heading.start < end or heading == markdown.title:
                continue
            plain = heading.plain
            if heading.start in sections or release_named(plain) is not None or _MOVED.search(plain):
                end = markdown.section_end(heading)
                spans.append((heading.start, end))
        return sorted(spans)

    def _is_named(self, line: Line, match: re.Match[str], old: str, is_alone: bool) -> bool:
        """Whether a word is certainly the valve's name."""
        text = self._markdown.text
        start, end = match.span()
        if _OF_VALVES.search(text, max(line.start, start - 10), start):
            return True
        if line.code:
            is_step = _STEP.match(text, line.start, start) is not None and self._stands_alone(start, end)
            return self._is_key(line, match, old, is_alone) or (is_alone and is_step and is_like_code(old))
        if self._is_hidden(line, start):
            return False
        cell = self._cells.get(line.number)
        if cell is not None and cell[0] <= start < cell[1] and self._is_all_of(cell, old):
            return True
        is_shaped = is_like_code(old)
        code = self._code_around(line, start, end)
        if code is None and not (is_alone and is_shaped):
            return False
        if code is not None and not self._is_whole(code, old) and not (is_alone and is_shaped):
            return False
        if not code and not self._stands_alone(start, end):
            return False
        return (is_alone and is_shaped) or self._is_about_valves(line, start, is_alone)

    def _is_hidden(self, line: Line, at: int) -> bool:
        """Whether a place is within a comment, a tag, or the target of a link."""
        markdown = self._markdown
        if not markdown.masked[at].strip() and markdown.without_any_code[at].strip():
            return True
        before = markdown.masked[line.start : at]
        if before.rfind("<") > before.rfind(">") and compiled(r"</?[A-Za-z!]").match(before, before.rfind("<")):
            return True
        return before.rfind("](") > before.rfind(")")

    def _code_around(self, line: Line, start: int, end: int) -> str | None:
        """The inline code that a place is in, or ``None``."""
        markdown = self._markdown
        if markdown.without_any_code[start].strip():
            return None
        first, last = markdown.text.rfind("`", line.start, start), markdown.text.find("`", end, line.end)
        return markdown.text[first + 1 : last] if 0 <= first < last else None

    @staticmethod
    def _is_whole(code: str, old: str) -> bool:
        """Whether inline code is the name, maybe with its value."""
        return compiled(rf"([\"']?){re.escape(old)}\1(?:[ \t]*[:=](?!=)[^\n]*)?").fullmatch(code.strip()) is not None

    def _stands_alone(self, start: int, end: int) -> bool:
        """Whether a word in running text is not a part of a path, an address or a call."""
        text = self._markdown.text
        before, behind = text[max(0, start - 1) : start], text[end : end + 2]
        return before not in tuple("./#$@\\-:") and not compiled(r"[/(@\\-]|[.:=?&][\w/]").match(behind)

    def _is_about_valves(self, line: Line, at: int, is_alone: bool) -> bool:
        """Whether a line says that it is about a valve: it says so, or begins with the name and has a default; where
        nothing else is called so, the configuration's section is enough."""
        markdown = self._markdown
        written = markdown.text[line.start : line.end]
        if _LEADS.match(markdown.text, line.start, at):
            return is_alone or _DEFAULT.search(written, at - line.start) is not None
        return "valve" in written.casefold() or (is_alone and _ABOUT_VALVES.search(written) is not None)

    @cached_property
    def _cells(self) -> dict[int, tuple[int, int]]:
        """The first cells of tables, by line."""
        rows = (row for table in self._markdown.tables for row in table.rows if row)
        return {self._markdown.line_number(row[0].start): (row[0].start, row[0].end) for row in rows}

    def _is_all_of(self, cell: tuple[int, int], old: str) -> bool:
        """Whether a cell holds a name and no other, but for those of other valves."""
        text = self._markdown.text[cell[0] : cell[1]]
        if text.strip("*_` ") == old:
            return True
        if len(text) > _LONGEST_CELL or not (is_like_code(old) or f"`{old}`" in text or f">{old}<" in text):
            return False
        tokens = (token.replace("\\", "") for token in _TOKEN.findall(text))
        return all(token in self._valves or not is_like_code(token) for token in tokens)

    # -- sample code ---------------------------------------------------------------------------------------------

    def _is_key(self, line: Line, match: re.Match[str], old: str, is_alone: bool) -> bool:
        """Whether a name in sample code is that of a setting: in a declaration of a field, or at the start of a line in a
        listing of nothing but valves. One that the code has for other things needs a second valve beside it."""
        text = self._markdown.text
        key = _KEY.match(text, line.start, line.end)
        if key is None or key.span(2) != match.span():
            written = text[line.start : line.end]
            quoted = text[match.start() - 1 : match.start()] in "\"'" and text[match.end() : match.end() + 1] in "\"'"
            return quoted and "valves" in written[: match.start() - line.start].casefold()
        if _DECLARED.match(text, match.end(), line.end):
            return True
        keys, used = self._keys(line)
        return keys <= {*self._valves} and old not in used and (is_alone or len(keys) > 1)

    def _keys(self, line: Line) -> tuple[set[str], set[str]]:
        """The names that the lines of the block of code around a line begin with, and the words that stand elsewhere in it."""
        number = line.number - 1
        first = self._blocks[bisect_right(self._blocks, number) - 1]
        if first not in self._found_keys:
            keys: set[str] = set()
            used: set[str] = set()
            for one in takewhile(_is_code, islice(self._markdown.lines, first, None)):
                text = self._markdown.text[one.start : one.end].partition("#")[0]
                key = _KEY.match(text)
                if key is not None:
                    keys.add(key[2])
                used.update(_WORD.findall(text, key.end() if key is not None else 0))
            self._found_keys[first] = keys, used
        return self._found_keys[first]

    @cached_property
    def _blocks(self) -> list[int]:
        """The indexes of the lines that blocks of code begin with."""
        lines = self._markdown.lines
        return [index for index, line in enumerate(lines) if line.code and not (index and lines[index - 1].code)]


def _is_code(line: Line) -> bool:
    return line.code
