"""A line scanner for Markdown that knows front matter, fences, comments, headings, tables, list items and links.

It answers what rules ask and no more; it never backtracks, so that a hostile page costs linear time.
``masked`` is the text with code and comments blanked out at the same offsets: whoever searches there
cannot mistake sample code for a statement of the page. What is code is told by ``markdowncode.py``, which a page whose
facts are known does not need.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from operator import add

from owui_lint import TYPE_CHECKING
from owui_lint.facts import Facts, kept_rows
from owui_lint.lazypattern import lazy_pattern
from owui_lint.spans import is_in
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.repository.documents.generatedblocks import GeneratedBlock, GeneratedMarks

# Searched for in the whole text, a line end put before it: what starts with one is found at the speed of C.
_HEADING = lazy_pattern(r"\n {0,3}(?:(#{1,6})(?:[ \t]+|(?=\n)|\Z)([^\n]*)|(=+|-{2,})[ \t]*(?=\n|\Z))")
# A heading in a quotation: a mark of that needs no blank behind it.
_QUOTED_HEADING = lazy_pattern(r"\n {0,3}>[ >]{0,10}(#{1,6})[ \t]++([^\n]+)")
_HTML_TITLE = lazy_pattern(r"<h1\b[^<>]{0,500}>((?:[^<]|<(?!/?h\d)){1,1000}?)</h1>", re.IGNORECASE)
# A line of its own; in an element that encloses it, or centred, it is rather a part of a page's ornament.
_HTML_HEADING = lazy_pattern(
    r"\n {0,3}(?:<(?P<level>h[2-6])(?P<attributes>\b[^<>\n]{0,500})>(?P<text>(?:[^<\n]|<(?!/?h\d)){1,500}+)</(?P=level)>[ \t]*(?=\n|\Z))",
    re.IGNORECASE,
)
_SECTION = 2  # the level of a page's sections
# A line that is neither HTML, an image or a row of them, a mark, nor quoted.
_TEXT = lazy_pattern(r"\n {0,3}(?![<!#=|>-]|\[!)[^\n]*\w{2}")
_ENCLOSING = lazy_pattern(r"<(?P<end>/?)(?:blockquote|center|details|div|p|table)\b", re.IGNORECASE)
_TAG = lazy_pattern(r"<[^<>]{1,500}>")
_CLOSING = lazy_pattern(r"(?:^|[ \t])#+$")
_NO_SETEXT = lazy_pattern(r"[ \t]*(?:[-*+>|#]|\d+[.)]\s)")
_ITEM = lazy_pattern(r"([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+)(?=\S)")
# Possessive quantifiers: a bracket that is never closed costs one pass, not a search.
_DEFINITION = lazy_pattern(
    r"^ {0,3}\[(?P<label>[^\[\]\r\n^]{1,200})\]:[ \t]*(?:<(?P<angled>[^<>\r\n]{1,2000})>|(?P<bare>[^\s<>]{1,2000}))",
    re.MULTILINE,
)
_LINK = lazy_pattern(
    r"(?<!\\)\[((?:[^\[\]\\\r\n]++|\\.|\[[^\[\]\r\n]{0,300}+\](?:\([^()\s]{0,2000}+\))?+){0,60}+)\]"
    r"\([ \t]*+(<[^<>\r\n]{0,2000}+>|[^\s()<]*+(?:\([^\s()]*+\)[^\s()]*+)*+)"
    r"(?:[ \t]++(?:\"[^\"\r\n]{0,2000}+\"|'[^'\r\n]{0,2000}+'))?+[ \t]*+\)"
)
_BY_REFERENCE = lazy_pattern(r"(!?)\[([^\[\]\r\n]{1,300}+)\](?:\[([^\[\]\r\n]{0,200}+)\])?+(?![(:\[])")
_HTML_LINK = lazy_pattern(
    r"<a\b[^<>]{0,500}?\bhref[ \t]{0,4}=[ \t]{0,4}([\"'])([^\"'<>\r\n]{1,2000})\1[^<>]{0,500}>((?:[^<]|<(?!/?a\b)){0,1000}?)</a>",
    re.IGNORECASE,
)
_LINK_OR_IMAGE = lazy_pattern(f"(!?){_LINK.pattern}")
_POINT_AND_NUMBER = lazy_pattern(r"\.\d")
_TABLE_RULE = lazy_pattern(r"\n[ \t>]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+(?=\n|\Z)")
_PIPE = lazy_pattern(r"(?<!\\)\|")
_CELL_END = lazy_pattern(r"\\.|\|")
_UNSEEN = lazy_pattern(
    r"(?P<code>`[^`]*+`)|<!--[^<>]{0,500}-->|(?P<line><br\b[^<>]{0,500}>)"
    r"|</?(?:a|b|em|font|i|img|kbd|small|span|strong|sub|sup|u)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_UNDERSCORES = lazy_pattern(r"(?<!\w)_{1,3}|_{1,3}(?!\w)")  # those within a word are a part of it


class Line(NamedTuple):
    """A line without its ending; ``code`` is true inside a fence and front matter (their own marks included), and in a block
    that is code by its indentation."""

    number: int
    start: int
    end: int
    code: bool


class Link(NamedTuple):
    """A link or image; offsets are into the document's text. ``target_start`` is where its target is written."""

    image: bool
    text: str
    target: str
    start: int
    end: int
    target_start: int


class Definition(NamedTuple):
    """The definition of a reference, ``[label]: target``; ``start`` is the target's offset."""

    label: str
    target: str
    start: int


class Heading(NamedTuple):
    """``content`` is the heading as written, ``start:end`` its offsets; ``line`` counts from 1."""

    level: int
    content: str
    line: int
    start: int
    end: int

    @property
    def plain(self) -> str:
        """The heading as read (see ``plain_text``), without tags, comments and the list of attributes at its end."""
        content = self.content
        if content.endswith("}"):
            from owui_lint.repository.documents.rendering import without_attributes

            content = without_attributes(content)
        return plain_text(_without_tags(content) if "<" in content else content)


class Cell(NamedTuple):
    """A table cell, trimmed."""

    text: str
    start: int
    end: int


class Table(NamedTuple):
    """A pipe table: ``header`` and ``rows`` are lists of cells; ``line`` is the header's."""

    line: int
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


class _TableSpans(NamedTuple):
    """Where the cells of a table are, by row, its header first: their texts are the page's."""

    line: int
    rows: list[list[tuple[int, int]]]


class Block(NamedTuple):
    """A part of a page: a list item with all that is indented below it, a table row, or a section."""

    line: int
    start: int
    end: int


def plain_text(content: str) -> str:
    """Return inline Markdown as it reads: links and images become their text, entities what they show; emphasis marks go,
    and so do emoji that are written by their names."""
    if ":" in content:
        from owui_lint.repository.documents.rendering import without_shortcodes

        content = without_shortcodes(content)
    return named_text(content)


def named_text(content: str) -> str:
    """Return inline Markdown as it reads (see ``plain_text``), with the names of emoji as they are written: anchors on GitHub
    have them."""
    if "[" in content:
        content = _LINK_OR_IMAGE.sub(lambda match: "" if match[1] else match[2], content)
    if "&" in content:
        from owui_lint.repository.documents.rendering import decoded

        content = decoded(content)
    content = content.replace("*", "").replace("`", "")
    if "_" in content:
        content = _UNDERSCORES.sub("", content)
    return " ".join(content.split())


def _start(heading: Heading) -> int:
    return heading.start


def _without_tags(content: str) -> str:
    """Return inline Markdown without anchors, other tags that show nothing, and comments; code stays as it is."""
    return _UNSEEN.sub(lambda match: match["code"] or (" " if match["line"] else ""), content)


class Markdown:
    """One parsed document; everything is computed once, on demand."""

    def __init__(
        self, text: str | Callable[[], str], facts: Facts | None = None, marks: GeneratedMarks | None = None
    ) -> None:
        """``text``, or what gives it when it is needed; ``facts``: what is known of it already; ``marks``: what marks the
        blocks in it that are generated, where that is asked for."""
        self._text = text
        self._marks = marks
        self.facts = facts if facts is not None else Facts()

    @cached_property
    def text(self) -> str:
        """The text of the document."""
        return self._text if isinstance(self._text, str) else self._text()

    @cached_property
    def folded(self) -> str:
        """The text in lower case: to see cheaply whether a search can find anything."""
        return self.text.casefold()

    @cached_property
    def lines(self) -> list[Line]:
        """All lines, those of front matter and inside fenced code marked. A fence that is never closed runs to the end."""
        from owui_lint.repository.documents.markdowncode import in_code, split_lines, starts_of

        text = self.text
        contents = split_lines(text)
        starts = starts_of(text, contents)
        ends = map(add, starts, map(len, contents))
        rows = zip(range(1, len(contents) + 1), starts, ends, in_code(text, contents, starts), strict=True)
        return list(map(partial(tuple.__new__, Line), rows))

    @cached_property
    def front_matter(self) -> list[Line]:
        """The lines of the page's front matter (YAML, as site generators read it), its marks included."""
        from owui_lint.repository.documents.markdowncode import FRONT_MATTER, front_matter_length

        if not self.text.startswith(FRONT_MATTER):
            return []
        return self.lines[: front_matter_length([self.text[line.start : line.end] for line in self.lines])]

    @cached_property
    def without_code(self) -> str:
        """The text with front matter and fenced code blanked out at equal offsets; comments are still there."""
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
        from owui_lint.repository.documents.markdowncode import blank_comments

        return self._without_inline_code(blank_comments(self.without_code))

    @cached_property
    def without_any_code(self) -> str:
        """The text with fenced and inline code blanked out at equal offsets; comments are still there."""
        return self._without_inline_code(self.without_code)

    def _without_inline_code(self, text: str) -> str:
        if "`" not in text:
            return text
        from owui_lint.repository.documents.markdowncode import blank_spans

        parts: list[str] = []
        position = 0
        tick = text.find("`")
        while tick >= 0:
            line = self.lines[self.line_number(tick) - 1]
            parts += [text[position : line.start], blank_spans(text[line.start : line.end])]
            position = line.end
            tick = text.find("`", position)
        parts.append(text[position:])
        return "".join(parts)

    @cached_property
    def scanned(self) -> str:
        """``masked`` with an end of line put before it, each one a ``\\n``: offsets are one higher."""
        return "\n" + self.masked.replace("\r", "\n")

    @cached_property
    def lines_with_versions(self) -> list[Line]:
        """The lines outside of fences that show two numbers with a point between them."""
        text = self.text
        points = (match.start() for match in _POINT_AND_NUMBER.finditer(text))
        numbers = dict.fromkeys(self.line_number(point) for point in points if text[point - 1 : point].isdecimal())
        return [line for number in numbers if not (line := self.lines[number - 1]).code]

    def masked_line(self, line: Line) -> str:
        """Return a line of ``masked``."""
        return self.masked[line.start : line.end]

    @kept_rows(Heading)
    def headings(self) -> list[Heading]:
        """ATX and setext headings outside of code and comments, and those of HTML, but for the title, in lines of their
        own."""
        found: list[Heading] = []
        for match in _HEADING.finditer(self.scanned):
            line = self.lines[self.line_number(match.start()) - 1]
            if match[1]:
                start, lead = match.start(2) - 1, match.end(1) - 1
                while lead < start and self.text[lead] in " \t":
                    lead += 1
                if self.text.startswith("`", lead):  # inline code, which is blanked out where headings are looked for
                    start = lead
                content = _CLOSING.sub("", self.text[start : line.end].rstrip()).rstrip()
                found.append(Heading(len(match[1]), content, line.number, start, start + len(content)))
            elif line.number > 1 and not line.code and not self.lines[line.number - 2].code:
                previous = self.lines[line.number - 2]
                above = self.masked_line(previous)
                if above.strip() and not _NO_SETEXT.match(above) and "|" not in above:
                    start = previous.start + len(above) - len(above.lstrip())
                    content = self.text[start : previous.end].rstrip()
                    level = 1 if match[3][0] == "=" else 2
                    found.append(Heading(level, content, previous.number, start, start + len(content)))
        others = self._below_a_text(list(self._html_headings()), found) if "<h" in self.folded else []
        return sorted([*found, *others], key=_start) if others else found

    @kept_rows(Heading)
    def quoted_headings(self) -> list[Heading]:
        """Headings in quotations outside of code and comments; they are none of the page's own."""
        found: list[Heading] = []
        for match in _QUOTED_HEADING.finditer(self.scanned) if ">" in self.text else ():
            start = match.start(2) - 1
            content = _CLOSING.sub("", self.text[start : match.end(2) - 1].rstrip()).rstrip()
            found.append(Heading(len(match[1]), content, self.line_number(match.start()), start, start + len(content)))
        return found

    def _below_a_text(self, others: list[Heading], found: list[Heading]) -> list[Heading]:
        """Those of ``others``, headings of HTML, that open a section: above the first section of Markdown, and where there is
        none directly below the title, one is a tagline."""
        is_titled = any(heading.level == 1 for heading in found)
        first = next((one.start for one in found[not is_titled :] if one.level > 1), len(self.text))
        if first < len(self.text) or not others:
            return [one for one in others if one.start > first]
        lines = {heading.line for heading in found}
        texts = (self.line_number(match.start()) for match in _TEXT.finditer(self.scanned, 0, others[-1].start))
        text = next((line for line in texts if line not in lines), len(self.lines))
        return [one for one in others if one.line > text and one.level == _SECTION]

    def _html_headings(self) -> Iterator[Heading]:
        matches = [match for match in _HTML_HEADING.finditer(self.scanned) if match["text"].strip()]
        tags = list(_ENCLOSING.finditer(self.scanned)) if matches else []
        depth, at = 0, 0
        for match in matches:
            while at < len(tags) and tags[at].start() < match.start():
                depth = max(depth - 1, 0) if tags[at]["end"] else depth + 1
                at += 1
            line = self.lines[self.line_number(match.start("level") - 1) - 1]
            if not depth and not line.code and "center" not in match["attributes"].casefold():
                start = match.start("text") - 1  # offsets of ``scanned`` are one higher
                start += len(match["text"]) - len(match["text"].lstrip())
                content = self.text[start : match.end("text") - 1].rstrip()
                yield Heading(int(match["level"][1]), content, line.number, start, start + len(content))

    @cached_property
    def _heading_lines(self) -> frozenset[int]:
        return frozenset(heading.line for heading in self.headings)

    def is_heading(self, line: Line) -> bool:
        """Tell whether a line is a heading, or the first of one that is underlined."""
        return line.number in self._heading_lines

    @cached_property
    def title(self) -> Heading | None:
        """The first level-one heading; where there is none, the first ``<h1>``, without the tags in it."""
        titles = (heading for heading in self.headings if heading.level == 1)
        return next(titles, None) or next(iter(self._html_titles), None)

    @property
    def opening(self) -> Heading | None:
        """The title; where there is none, the heading that the document begins with, whatever its level."""
        if self.title is not None or not self.headings or self.text[: self.headings[0].start].strip(" \t\r\n#"):
            return self.title
        return self.headings[0]

    @property
    def header_end(self) -> int:
        """Where what a page says of itself as a whole ends: at the first heading but its opening one, or at its end."""
        opening = self.opening
        others = (one.start for one in self.headings if opening is None or one.start != opening.start)
        return next(others, len(self.text))

    @kept_rows(Heading)
    def _html_titles(self) -> list[Heading]:
        found: list[Heading] = []
        for match in _HTML_TITLE.finditer(self.masked) if "<h1" in self.folded else ():
            content = _TAG.sub("", match[1]).split()
            if content:
                start = match.start(1) + len(match[1]) - len(match[1].lstrip())
                end = min(match.start(1) + len(match[1].rstrip()), self.line_end(start))
                found.append(Heading(1, " ".join(content), self.line_number(start), start, end))
        return found

    @cached_property
    def links(self) -> list[Link]:
        """Links and images outside of code and comments: inline ones, those by reference, and links in HTML."""
        others = self._other_links
        return sorted([*self.inline_links, *others], key=lambda link: link.start) if others else self.inline_links

    @kept_rows(Link)
    def _other_links(self) -> list[Link]:
        return [*self._links_by_reference(), *self._html_links()]

    def _links_by_reference(self) -> Iterator[Link]:
        """``[text][label]``, ``[label][]`` and ``[label]`` whose label is defined."""
        targets = {" ".join(label.casefold().split()): (target, start) for label, target, start in self.definitions}
        for match in _BY_REFERENCE.finditer(self.masked) if targets else ():
            found = targets.get(" ".join((match[3] or match[2]).casefold().split()))
            if found is not None:
                text = self.text[match.start(2) : match.end(2)]
                yield Link(match[1] == "!", text, found[0], match.start(), match.end(), found[1])

    def _html_links(self) -> Iterator[Link]:
        for match in _HTML_LINK.finditer(self.masked) if "<a " in self.folded else ():
            text = _TAG.sub("", self.text[match.start(3) : match.end(3)]).strip()
            yield Link(False, text, match[2], match.start(), match.end(), match.start(2))

    @kept_rows(Link)
    def inline_links(self) -> list[Link]:
        """Inline links and images outside of code and comments, images inside link texts included."""
        found: list[Link] = []
        masked = self.masked
        pending = [(0, len(masked))]
        while pending:
            first, last = pending.pop()
            for match in _LINK.finditer(masked, first, last):
                target = match[2]
                offset = match.start(2)
                if target.startswith("<"):
                    target, offset = target[1:-1], offset + 1
                start = match.start()
                image = start > first and masked[start - 1] == "!"
                text = self.text[match.start(1) : match.end(1)]
                found.append(Link(image, text, target, start - image, match.end(), offset))
                if "](" in match[1]:
                    pending.append((match.start(1), match.end(1)))
        return sorted(found, key=lambda link: link.start)

    @cached_property
    def definitions(self) -> list[Definition]:
        """Definitions of references outside of code and comments."""
        shown = self.masked
        found = _DEFINITION.finditer(shown) if "]:" in shown else ()
        return [
            Definition(match["label"], match["angled"], match.start("angled"))
            if match["angled"] is not None
            else Definition(match["label"], match["bare"], match.start("bare"))
            for match in found
        ]

    def links_in(self, start: int, end: int) -> list[Link]:
        """Return the links that start within ``start:end``."""
        first = bisect_left(self.links, start, key=lambda link: link.start)
        return self.links[first : bisect_left(self.links, end, lo=first, key=lambda link: link.start)]

    def text_links_in(self, start: int, end: int) -> list[Link]:
        """Return the links that start within ``start:end``, images left out."""
        return [link for link in self.links_in(start, end) if not link.image]

    @cached_property
    def tables(self) -> list[Table]:
        """Pipe tables: a header line, a delimiter line, rows until a line without a pipe."""
        if not self.facts.keep:
            return self._find_tables()

        def spans() -> list[_TableSpans]:
            of_cells = [
                (table.line, [[(*cell[1:],) for cell in row] for row in (table.header, *table.rows)])
                for table in self._find_tables()
            ]
            return [_TableSpans(line, rows) for line, rows in of_cells]

        def made(row: list[tuple[int, int]]) -> tuple[Cell, ...]:
            return tuple([Cell(self.text[start:end], start, end) for start, end in row])

        found = self.facts.rows("tables", _TableSpans, spans)
        return [Table(line, made(header), tuple(map(made, rows))) for line, (header, *rows) in found]

    @property
    def unequal_tables(self) -> Iterator[tuple[Table, int]]:
        """What is written as tables but shown as text, because the delimiter line has another number of cells than the
        header; each with that number."""
        for table, width in self._written_tables():
            header, rule = self.lines[table.line - 1], self.lines[table.line]
            # GitHub splits at pipes in inline code too, and without any the line is the underline of a heading.
            shown = _PIPE.split(self.text[header.start : header.end].strip(" \t\r>"))
            split = len(shown) - (not shown[0]) - (len(shown) > 1 and not shown[-1])
            if width not in (len(table.header), split) and "|" in self.text[rule.start : rule.end]:
                yield table, width

    def _find_tables(self) -> list[Table]:
        return [table for table, width in self._written_tables() if len(table.header) == width]

    def _written_tables(self) -> Iterator[tuple[Table, int]]:
        """What is written as a table, and how many cells its delimiter line has."""
        lines, masked = self.lines, self.masked
        behind = 0  # the line after the last table
        for match in _TABLE_RULE.finditer(self.scanned) if "|" in masked else ():
            rule = self.line_number(match.start())
            if rule < 2 or rule <= behind or lines[rule - 1].code or "|" not in self.masked_line(lines[rule - 2]):
                continue
            header = self.cells(lines[rule - 2])
            rows = []
            behind = rule + 1
            while behind <= len(lines) and not lines[behind - 1].code and "|" in self.masked_line(lines[behind - 1]):
                rows.append(self.cells(lines[behind - 1]))
                behind += 1
            yield Table(rule - 1, header, tuple(rows)), match[0].strip("\n \t>|").count("|") + 1

    @cached_property
    def table_rows(self) -> dict[int, tuple[Cell, ...]]:
        """The rows of all tables by their lines, those of the heads left out."""
        return {line: row for table in self.tables for line, row in enumerate(table.rows, table.line + 2) if row}

    def cells(self, line: Line) -> tuple[Cell, ...]:
        """Return the cells of a table line; a pipe that is escaped or inside inline code does not split."""
        shown = self.masked_line(line)
        cells: list[Cell] = []
        stripped = shown.strip(" \t>")
        start = line.start + shown.index(stripped) if stripped else line.start
        end = start + len(stripped)
        # Inline code at either end, which is blanked out, is a cell where no pipe stands before or behind it.
        lead, tail = self.text[line.start : start].lstrip(" \t>"), self.text[end : line.end].rstrip()
        if lead.startswith("`"):
            start -= len(lead)
        elif stripped.startswith("|"):
            start += 1
        if tail.endswith("`"):
            end += len(tail)
        elif stripped.endswith("|") and not stripped.endswith("\\|") and end > start:
            end -= 1
        position = start
        for match in _CELL_END.finditer(self.masked[start:end]):
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

        rows = self.table_rows
        for line in self.lines:
            shown = self.masked_line(line)
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
        return bisect_right(self._starts, offset)

    def line_start(self, offset: int) -> int:
        """Return where the line of an offset starts."""
        start = self.text.rfind("\n", 0, offset) + 1
        return max(start, self.text.rfind("\r", start, offset) + 1)

    def line_end(self, offset: int) -> int:
        """Return where the line of an offset ends, its line ending left out."""
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        lone = self.text.find("\r", offset, end)
        return end if lone < 0 else lone

    def line_around(self, offset: int) -> tuple[int, int]:
        """Return where the line of an offset starts and ends, for an offset that the next run will ask about again."""
        return self.facts.entry("lines around", offset, lambda: (self.line_start(offset), self.line_end(offset)))

    @cached_property
    def _starts(self) -> list[int]:
        return [line.start for line in self.lines]

    @cached_property
    def generated_blocks(self) -> list[GeneratedBlock]:
        """Generated blocks: written by a program, never by us. A mark in inline code is only talked about."""
        marks = self._marks
        if marks is None:
            return []
        rows = self.facts.plain("generated", lambda: self._find_generated(marks) if marks.may_be_in(self.text) else [])
        if not rows:
            return []
        from owui_lint.repository.documents.generatedblocks import GeneratedBlock

        return [GeneratedBlock(*row) for row in rows]

    def _find_generated(self, marks: GeneratedMarks) -> list[tuple[Any, ...]]:
        return [tuple(block) for block in marks.blocks(self.without_any_code, self._end_of_unclosed)]

    def _end_of_unclosed(self, marked: int) -> int:
        """Where a block ends whose end mark was lost: with the section that it opens or stands in. That of a page's title
        is the page; there it ends at the next heading."""
        index = bisect_right(self.headings, marked, key=_start)
        following = self.headings[index : index + 2]
        opened = [
            heading for heading in following[:1] if not self.text[marked : self.line_start(heading.start)].strip()
        ]
        around = opened or self.headings[max(index - 1, 0) : index]
        if around and around[0].level >= _SECTION:
            return self.section_end(around[0])
        after = following[len(opened) :]
        return self.line_start(after[0].start) if after else len(self.text)

    @cached_property
    def generated(self) -> list[tuple[int, int]]:
        """The spans of generated blocks, in order; none overlap."""
        return [(block.start, block.end) for block in self.generated_blocks]

    def is_generated(self, offset: int) -> bool:
        """Tell whether an offset lies in a generated block."""
        return is_in(offset, self.generated)

    def quote_mark(self, heading: Heading) -> str:
        """Return the marks of the quotation that a heading stands in, "" where it stands in none."""
        lead = self.text[self.line_start(heading.start) : heading.start].rstrip("# \t")
        return lead if ">" in lead else ""

    def _quoted_end(self, heading: Heading) -> int:
        """Where what stands below a heading in a quotation ends: at the next one of its level or above, else with the
        quotation."""
        others = (one.line for one in self.quoted_headings if one.line > heading.line and one.level <= heading.level)
        stop = next(others, len(self.lines) + 1)
        for line in self.lines[heading.line :]:
            if line.number == stop or not self.text.startswith(">", line.start):
                return line.start
        return len(self.text)

    @cached_property
    def _section_ends(self) -> dict[int, int]:
        """Where the section of each heading ends, by the heading's start."""
        return self.facts.plain("section ends", self._find_section_ends)

    def _find_section_ends(self) -> dict[int, int]:
        ends: dict[int, int] = {}
        opened: list[Heading] = []
        for heading in self.headings:
            while opened and opened[-1].level >= heading.level:
                ends[opened.pop().start] = self.line_start(heading.start)
            opened.append(heading)
        ends.update((heading.start, self._quoted_end(heading)) for heading in self.quoted_headings)
        return {**ends, **dict.fromkeys((heading.start for heading in opened), len(self.text))}

    def body_start(self, heading: Heading) -> int:
        """Return the offset at which what stands below a heading starts: behind its line, and the one that underlines it."""
        end = self.line_end(heading.end)
        if self.text[self.line_start(heading.start) : heading.start].strip(" \t"):
            return end  # behind its mark, or a tag
        below = self.lines[heading.line] if heading.line < len(self.lines) else None
        underline = self.masked_line(below).strip() if below is not None else ""
        return below.end if below is not None and underline and not underline.strip("=-") else end

    def section_end(self, heading: Heading) -> int:
        """Return the offset at which the section of ``heading`` ends: the next heading of its level or above."""
        return self._section_ends[heading.start]
