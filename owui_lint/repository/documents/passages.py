"""Passages of a page: paragraphs and HTML, what is neither a list, a table nor a heading.

An index may be kept in any form. Where it is no list, table or sections, what links a plugin's page is found here, in
pieces small enough to be about one plugin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.documents.markdown import Block, Line, Link, Markdown

# A note or a tab of MkDocs: what is indented below it belongs to it.
_CONTAINER = lazy_pattern(r"[ \t]*(?:!!!|\?\?\?\+?|===[!+]?)[ \t]")
_FOLDED = lazy_pattern(r"[ \t]*<details\b", re.IGNORECASE)
_ROW = lazy_pattern(r"[ \t]*<(?:tr|li|dt|details|div|section|p)\b", re.IGNORECASE)


def passages(markdown: Markdown) -> Iterator[Block]:
    """Yield the passages of a page that hold links: each as a whole, and, where it has several links, in smaller pieces.

    The pieces are the rows or items of HTML, single lines, and the parts of a line from one link to the next.
    """
    for run in _runs(markdown):
        yield from _pieces(markdown, run)


def _runs(markdown: Markdown) -> Iterator[list[Line]]:
    taken = _taken(markdown)
    run: list[Line] = []
    container: int | None = None  # the indentation of the container that is open
    is_folded = False  # within `<details>`
    for line in markdown.lines:
        shown = markdown.masked_line(line)
        if not shown.strip():
            if container is None and not is_folded and run:
                yield run
                run = []
            continue
        indentation = len(shown) - len(shown.lstrip())
        if container is not None and indentation <= container:
            yield run
            run, container = [], None
        if is_folded:
            run.append(line)
            is_folded = "</details" not in shown.casefold()
            continue
        if container is None and _FOLDED.match(shown) and "</details" not in shown.casefold():
            if run:
                yield run
            run, is_folded = [line], True
            continue
        if line.number in taken and container is None:
            if run:
                yield run
            run = []
            continue
        if container is None and _CONTAINER.match(shown):
            if run:
                yield run
            run, container = [], indentation
        run.append(line)
    if run:
        yield run


def _taken(markdown: Markdown) -> set[int]:
    """The lines of lists, tables, headings and code."""
    taken = {line.number for line in markdown.lines if line.code}
    taken.update(heading.line for heading in markdown.headings)
    for table in markdown.tables:
        taken.update(range(table.line, table.line + len(table.rows) + 2))
    for block in markdown.entries:
        taken.update(range(block.line, markdown.line_number(max(block.end - 1, block.start)) + 1))
    return taken


def _pieces(markdown: Markdown, lines: list[Line]) -> Iterator[Block]:
    links = markdown.text_links_in(lines[0].start, lines[-1].end)
    if not links:
        return
    yield _block(lines)
    if len(links) == 1:
        return
    rows: list[list[Line]] = [[]]
    for line in lines:
        if rows[-1] and _ROW.match(markdown.masked_line(line)):
            rows.append([])
        rows[-1].append(line)
    for row in rows:
        if len(rows) > 1 and markdown.text_links_in(row[0].start, row[-1].end):
            yield _block(row)
        for line in row:
            inside = markdown.text_links_in(line.start, line.end)
            if inside and len(row) > 1:
                yield _block([line])
            if len(inside) > 1:
                yield from _parts(line, inside)


def _parts(line: Line, links: list[Link]) -> Iterator[Block]:
    starts = [line.start, *(link.start for link in links[1:])]
    for start, end in zip(starts, [*starts[1:], line.end], strict=True):
        yield Block(line.number, start, end)


def _block(lines: list[Line]) -> Block:
    return Block(lines[0].number, lines[0].start, lines[-1].end)


def outermost(blocks: Iterable[Block]) -> list[Block]:
    """Return those of the blocks that lie in no other one, in order."""
    found: list[Block] = []
    for block in sorted(blocks, key=lambda block: (block.start, -block.end)):
        if not found or block.start >= found[-1].end:
            found.append(block)
    return found
