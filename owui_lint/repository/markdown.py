"""A line scanner for Markdown that knows fences, comments, headings, tables, list items and links.

It answers what rules ask and no more; it never backtracks, so that a hostile page costs linear time.
``masked`` is the text with code and comments blanked out at the same offsets: whoever searches there
cannot mistake sample code for a statement of the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(`{3,}|~{3,})([^\r\n]*)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)(.*)")
_SETEXT_MARKS = ("=", "-")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_ITEM = re.compile(r"([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+)(?=\S)")
# Possessive quantifiers: a bracket that is never closed costs one pass, not a search.
_LINK = re.compile(
    r"(!?)\[((?:[^\[\]\\\r\n]++|\\.|\[[^\[\]\r\n]{0,300}+\](?:\([^()\s]{0,2000}+\))?+){0,60}+)\]"
    r"\([ \t]*+(<[^<>\r\n]{0,2000}+>|[^\s()<]*+(?:\([^\s()]*+\)[^\s()]*+)*+)"
    r"(?:[ \t]++(?:\"[^\"\r\n]{0,2000}+\"|'[^'\r\n]{0,2000}+'))?+[ \t]*+\)"
)
_LINE_END = re.compile(r"\r\n|\n|\r")
_TWO_NUMBERS = re.compile(r"\d\.\d")
_TABLE_RULE = re.compile(r"[ \t>]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
_GENERATED = re.compile(
    r"<!--[ \t]*+([A-Za-z][\w .-]{0,100}?)[ \t]{0,20}[:_-][ \t]*+(START|BEGIN|END|STOP)\b[^>]{0,400}?-->", re.IGNORECASE
)
_INLINE_MARKS = re.compile(r"[*_`]{1,3}")


class Line(NamedTuple):
    """A line without its ending; ``code`` is true inside a fence (the fence's own lines included)."""

    number: int
    start: int
    end: int
    code: bool


class Link(NamedTuple):
    """An inline link or image; offsets are into the document's text."""

    image: bool
    text: str
    target: str
    start: int
    end: int
    target_start: int


@dataclass(frozen=True, slots=True)
class Heading:
    """``content`` is the heading as written, ``start:end`` its offsets; ``line`` counts from 1."""

    level: int
    content: str
    line: int
    start: int
    end: int

    @property
    def plain(self) -> str:
        """The heading as read: links and images replaced by their text, emphasis marks removed."""
        return plain_text(self.content)


class Cell(NamedTuple):
    """A table cell, trimmed."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """A pipe table: ``header`` and ``rows`` are lists of cells; ``line`` is the header's."""

    line: int
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Block(NamedTuple):
    """A list item with all that is indented below it, or one table row: an entry of an index."""

    line: int
    start: int
    end: int


def plain_text(content: str) -> str:
    """Return inline Markdown as it reads: links and images become their text, emphasis marks go."""
    if "[" in content:
        content = _LINK.sub(lambda match: "" if match[1] else match[2], content)
    return " ".join(_INLINE_MARKS.sub("", content).split())


class Markdown:
    """One parsed document; everything is computed once, on demand."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lines(self) -> list[Line]:
        """All lines, those inside fenced code marked. A fence that is never closed runs to the end."""
        lines: list[Line] = []
        fence = ""
        position = 0
        text = self.text
        for number, raw in enumerate(_split_lines(text), 1):
            end = position + len(raw)
            code = bool(fence)
            if "`" in raw or "~" in raw:
                opening = _FENCE.match(raw)
                if opening and not fence and not ("`" in opening[1] and "`" in opening[2]):
                    fence, code = opening[1], True
                elif opening and fence and opening[1].startswith(fence) and not opening[2].strip():
                    fence = ""
            lines.append(Line(number, position, end, code))
            position = end + (2 if text.startswith("\r\n", end) else 1)
        return lines

    @cached_property
    def without_code(self) -> str:
        """The text with fenced code blanked out at equal offsets; comments are still there."""
        if not any(line.code for line in self.lines):
            return self.text
        parts: list[str] = []
        position = 0
        for line in self.lines:
            if line.code:
                parts.append(self.text[position : line.start])
                parts.append(" " * (line.end - line.start))
                position = line.end
        parts.append(self.text[position:])
        return "".join(parts)

    @cached_property
    def masked(self) -> str:
        """The text with fenced code, inline code and comments blanked out at equal offsets.

        A span of inline code ends with its line: code over several lines is rare, a stray backtick is not.
        """
        return self._without_inline_code(blank_comments(self.without_code))

    @cached_property
    def without_any_code(self) -> str:
        """The text with fenced and inline code blanked out at equal offsets; comments are still there."""
        return self._without_inline_code(self.without_code)

    def _without_inline_code(self, text: str) -> str:
        if "`" not in text:
            return text
        parts: list[str] = []
        position = 0
        for line in self.lines:
            raw = text[line.start : line.end]
            if "`" in raw:
                parts += [text[position : line.start], _blank_spans(raw)]
                position = line.end
        parts.append(text[position:])
        return "".join(parts)

    @cached_property
    def shown(self) -> list[str]:
        """The lines of ``masked``, without their endings."""
        return [self.masked[line.start : line.end] for line in self.lines]

    @cached_property
    def lines_with_versions(self) -> list[Line]:
        """The lines outside of fences that show two numbers with a point between them."""
        text = self.text
        return [line for line in self.lines if not line.code and _TWO_NUMBERS.search(text, line.start, line.end)]

    def masked_line(self, line: Line) -> str:
        """Return a line of ``masked``."""
        return self.shown[line.number - 1]

    @cached_property
    def headings(self) -> list[Heading]:
        """ATX and setext headings outside of code and comments."""
        found: list[Heading] = []
        previous: Line | None = None
        for line, shown in zip(self.lines, self.shown, strict=True):
            match = _HEADING.match(shown) if "#" in shown[:10] else None
            if match:
                start = line.start + match.start(2)
                content = self.text[start : line.end].rstrip()
                closed = re.sub(r"(?:^|[ \t])#+$", "", content)
                found.append(Heading(len(match[1]), closed.rstrip(), line.number, start, start + len(closed.rstrip())))
            elif previous is not None and shown[:4].lstrip()[:1] in _SETEXT_MARKS and _SETEXT.match(shown):
                above = self.masked_line(previous)
                if above.strip() and not re.match(r"[ \t]*(?:[-*+>|#]|\d+[.)]\s)", above) and "|" not in above:
                    start = previous.start + len(above) - len(above.lstrip())
                    content = self.text[start : previous.end].rstrip()
                    found.append(
                        Heading(1 if "=" in shown else 2, content, previous.number, start, start + len(content))
                    )
            previous = None if line.code else line
        return found

    @cached_property
    def title(self) -> Heading | None:
        """The first level-one heading."""
        return next((heading for heading in self.headings if heading.level == 1), None)

    @cached_property
    def links(self) -> list[Link]:
        """Inline links and images outside of code and comments, images inside link texts included."""
        found: list[Link] = []
        pending = [(0, len(self.masked))]
        while pending:
            start, end = pending.pop()
            for match in _LINK.finditer(self.masked, start, end):
                target = match[3]
                offset = match.start(3)
                if target.startswith("<"):
                    target, offset = target[1:-1], offset + 1
                text = self.text[match.start(2) : match.end(2)]
                found.append(Link(bool(match[1]), text, target, match.start(), match.end(), offset))
                if "](" in match[2]:
                    pending.append((match.start(2), match.end(2)))
        return sorted(found, key=lambda link: link.start)

    def links_in(self, start: int, end: int) -> list[Link]:
        """Return the links that start within ``start:end``."""
        first = bisect_left(self.links, start, key=lambda link: link.start)
        return self.links[first : bisect_left(self.links, end, lo=first, key=lambda link: link.start)]

    @cached_property
    def tables(self) -> list[Table]:
        """Pipe tables: a header line, a delimiter line, rows until a line without a pipe."""
        found: list[Table] = []
        lines = self.lines
        index = 1 if "|" in self.masked else len(lines)
        while index < len(lines):
            shown, above = self.shown[index], self.shown[index - 1]
            if "-" in shown and "|" in above and not lines[index].code and _TABLE_RULE.match(shown):
                header = self.cells(lines[index - 1])
                rows = []
                last = index + 1
                while last < len(lines) and "|" in self.shown[last] and not lines[last].code:
                    rows.append(self.cells(lines[last]))
                    last += 1
                if len(header) == shown.strip(" \t>|").count("|") + 1:
                    found.append(Table(lines[index - 1].number, header, tuple(rows)))
                index = last
            index += 1
        return found

    def cells(self, line: Line) -> tuple[Cell, ...]:
        """Return the cells of a table line; a pipe that is escaped or inside inline code does not split."""
        shown = self.masked_line(line)
        cells: list[Cell] = []
        stripped = shown.strip(" \t>")
        start = line.start + shown.index(stripped) if stripped else line.start
        end = start + len(stripped)
        if stripped.startswith("|"):
            start += 1
        if stripped.endswith("|") and not stripped.endswith("\\|") and end > start:
            end -= 1
        position = start
        for match in re.finditer(r"\\.|\|", self.masked[start:end]):
            if match[0] == "|":
                cells.append(self._cell(position, start + match.start()))
                position = start + match.end()
        cells.append(self._cell(position, end))
        return tuple(cells)

    def _cell(self, start: int, end: int) -> Cell:
        raw = self.text[start:end]
        text = raw.strip()
        lead = len(raw) - len(raw.lstrip())
        return Cell(text, start + lead, start + lead + len(text))

    @cached_property
    def entries(self) -> list[Block]:
        """List items of the outermost level with their indented content, and rows of tables, in order."""
        blocks: list[Block] = []
        current: tuple[int, int, int, int] | None = None  # line, start, end, indentation

        def close() -> None:
            nonlocal current
            if current is not None:
                blocks.append(Block(*current[:3]))
                current = None

        rows = {self.line_number(row[0].start) for table in self.tables for row in table.rows if row}
        for line, shown in zip(self.lines, self.shown, strict=True):
            if not shown.strip():
                continue
            if line.number in rows:
                close()
                blocks.append(Block(line.number, line.start, line.end))
                continue
            indentation = len(shown) - len(shown.lstrip())
            item = _ITEM.match(shown)
            if item and (current is None or indentation <= current[3]):
                close()
                current = (line.number, line.start, line.end, indentation)
            elif current is not None and indentation > current[3]:
                current = (current[0], current[1], line.end, current[3])
            else:
                close()
        close()
        return blocks

    def line_number(self, offset: int) -> int:
        """Return the number (from 1) of the line that an offset lies in."""
        low, high = 0, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            if self.lines[middle].start <= offset:
                low = middle + 1
            else:
                high = middle
        return low

    @cached_property
    def generated(self) -> list[tuple[int, int]]:
        """Spans between ``<!-- NAME_START -->`` and ``<!-- NAME_END -->``: written by a program, never by us.

        A block that is never closed runs to the end of the file: rather too much protected than too little. A mark in
        inline code is only talked about.
        """
        spans: list[tuple[int, int]] = []
        opened: tuple[str, int] | None = None
        for match in _GENERATED.finditer(self.without_any_code):
            name, mark = match[1].casefold(), match[2].upper()
            if mark in ("START", "BEGIN") and opened is None:
                opened = (name, match.start())
            elif mark in ("END", "STOP") and opened is not None and opened[0] == name:
                spans.append((opened[1], match.end()))
                opened = None
        if opened is not None:
            spans.append((opened[1], len(self.text)))
        return spans

    def is_generated(self, offset: int) -> bool:
        """Tell whether an offset lies in a generated block."""
        index = bisect_right(self.generated, offset, key=lambda span: span[0]) - 1
        return index >= 0 and offset < self.generated[index][1]

    @cached_property
    def _section_ends(self) -> dict[int, int]:
        """Where the section of each heading ends, by the heading's start."""
        ends: dict[int, int] = {}
        opened: list[Heading] = []
        for heading in self.headings:
            while opened and opened[-1].level >= heading.level:
                ends[opened.pop().start] = self.lines[heading.line - 1].start
            opened.append(heading)
        return ends

    def section_end(self, heading: Heading) -> int:
        """Return the offset at which the section of ``heading`` ends: the next heading of its level or above."""
        return self._section_ends.get(heading.start, len(self.text))


def _split_lines(text: str) -> list[str]:
    """Split at ``\\n``, ``\\r\\n`` and lone ``\\r``; a final line ending opens no further line."""
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def blank_comments(text: str) -> str:
    """Return ``text`` with HTML comments blanked out at equal offsets, line ends kept."""
    if "<!--" not in text:
        return text
    parts: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        end = len(text) if end < 0 else end + 3
        parts += [text[position:start], re.sub(r"[^\r\n]", " ", text[start:end])]
        position = end
    parts.append(text[position:])
    return "".join(parts)


_TICKS = re.compile(r"`+")


def _blank_spans(line: str) -> str:
    runs = [match.span() for match in _TICKS.finditer(line)]
    waiting: dict[int, list[int]] = {}
    for start, end in reversed(runs):
        waiting.setdefault(end - start, []).append(start)
    parts: list[str] = []
    position = 0
    for start, end in runs:
        same = waiting[end - start]
        same.pop()  # this run itself
        if start < position or not same:
            continue
        close = same[-1] + end - start
        parts += [line[position:start], " " * (close - start)]
        position = close
    parts.append(line[position:])
    return "".join(parts)
