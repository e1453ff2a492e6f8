"""The entries of an index: what they link and what they call themselves, read from the page alone."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.documents.entrylinks import (
    ALONE,
    DOCUMENTATION,
    ICON,
    MENTION,
    NAME,
    EntryLink,
    label_of,
    standing,
)
from owui_lint.repository.documents.markdown import Block, Link, Markdown, plain_text
from owui_lint.repository.documents.passages import passages
from owui_lint.text import name_keys, unquoted
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION

if TYPE_CHECKING:
    from owui_lint.repository.plugin import Document
    from owui_lint.repository.versions.inventory import Inventory

_LEAD = lazy_pattern(r"\*\*(?P<bold>[^*]{1,200})\*\*|(?<!!)\[(?P<link>[^\[\]]{1,200})\]\(")
# What an entry begins with where that is in plain words: up to what separates it from what is told.
_PLAIN_LEAD = lazy_pattern(
    r"(?:[-*+]|\d{1,3}[.)])[ \t]++(?P<name>[^\s*`\[\]|<>:：(（][^*`\[\]|<>:：(（\r\n]{1,99}?)[ \t]{0,20}(?:[:：(（]|[ \t][-–—][ \t]|——)"
)
# A line that states a version of what stands above it.
_SIBLING = lazy_pattern(
    rf"(?<!\d){VERSION}[)）`*]{{0,4}}[ \t]{{0,4}}(?:[,，、&+/]|and|和|与)[ \t]{{0,4}}(?:and[ \t]+)?[*_]{{0,3}}$"
)
_LABELLED = r"(?m:^)>? ?(?:[-*+][ \t]{1,4})?(?:\*\*)?{label}[ \t]{0,4}(?:\*\*)?[ \t]{0,4}[:：]"
_VERSION_AT_END = lazy_pattern(
    rf"(?:[ \t]{{1,4}}[-–—])?[ \t]{{0,4}}[ \t(（][ \t]{{0,4}}"
    rf"(?:v?{VERSION}[)）]?[^\w.+]*$|v{VERSION}[)）]?(?:[ \t]{{1,4}}[-–—|·•]|[ \t]{{0,4}}[:：]).{{0,400}}$)",
    re.IGNORECASE,
)
_TAG = lazy_pattern(r"</?(?:su[bp]|small|code|kbd|span)(?:[ \t][^<>]{0,100})?>", re.IGNORECASE)


class IndexEntry(NamedTuple):
    """An entry of an index: a list item with its content, a table row, or a section.

    ``targets`` are linked repository paths, what counts most first (see ``entrylinks``): the first ``named`` of them are
    its name, the first ``sure`` that or said to be its documentation, the first ``own`` stand by themselves, and text
    mentions the others. ``names`` are what the entry calls itself and then what it links, ``keys`` the ``name_keys`` of
    these; ``lead`` is what is in bold or linked first in its first line, before any other words; ``title`` the
    ``name_keys`` of what it heads with, however that is written.
    ``page`` is the linked path that can be the plugin's documentation page.

    A section is a heading below the page's own with the text up to the next one: its heading says what it is about, or,
    where a version is stated below it, what it links. List items and rows in it are entries of their own, about the
    same where they do not say otherwise.
    """

    document: Document
    block: Block
    targets: tuple[str, ...]
    names: tuple[str, ...]
    keys: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    lead: str | None
    is_section: bool
    named: int
    sure: int
    own: int
    title: tuple[tuple[str, ...], tuple[str, ...]] | None
    page: str | None


class _Entry(NamedTuple):
    """An entry of an index as plain data."""

    block: tuple[int, ...]
    targets: tuple[str, ...]
    names: tuple[str, ...]
    keys: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    lead: str | None
    is_section: bool
    named: int
    sure: int
    own: int
    title: tuple[tuple[str, ...], tuple[str, ...]] | None
    page: str | None


def entries_in(document: Document, inventory: Inventory) -> list[IndexEntry]:
    """Return the list items, table rows and sections of an index that link to, or name, something, in order."""
    rows = document.file.facts.rows("entries", _Entry, lambda: _read_entries(document, inventory))
    return [_of_row(document, row) for row in rows]


def passages_in(document: Document) -> Iterator[IndexEntry]:
    """Yield the passages of an index that hold links (see ``passages``) as if they were entries."""
    for row in document.file.facts.rows("passages", _Entry, lambda: _read_passages(document)):
        yield _of_row(document, row)


def _of_row(document: Document, row: _Entry) -> IndexEntry:
    return IndexEntry(document, Block(*row.block), *row[1:])


def _read_entries(document: Document, inventory: Inventory) -> list[_Entry]:
    labels = _recurring(document.markdown)
    entries = [_read_entry(document, block, labels) for block in document.markdown.entries]
    entries += _read_sections(document, inventory, labels)
    return sorted((entry for entry in entries if entry.targets or entry.names), key=lambda entry: entry.block[1])


def _read_passages(document: Document) -> list[_Entry]:
    return [_read_entry(document, block, frozenset()) for block in passages(document.markdown)]


def _recurring(markdown: Markdown) -> frozenset[str]:
    """The texts of links of which there are several, each leading elsewhere: what they lead to is not what they name."""
    targets: dict[str, set[str]] = defaultdict(set)
    for link in markdown.text_links_in(0, len(markdown.text)):
        targets[label_of(link)].add(link.target)
    return frozenset(label for label, found in targets.items() if len(found) > 1)


def _read_sections(document: Document, inventory: Inventory, labels: frozenset[str]) -> Iterator[_Entry]:
    markdown = document.markdown
    ends = [*(heading.start for heading in markdown.headings[1:]), len(markdown.text)]
    for heading, end in zip(markdown.headings, ends, strict=False):
        if heading.level == 1:
            continue
        links, start = markdown.text_links_in(heading.start, heading.end), heading.start
        names = as_names([heading.plain])
        if not links and inventory.expression(_LABELLED).search(markdown.masked, heading.end, end):
            links, start = markdown.text_links_in(heading.end, end), heading.end
        linked = standing(markdown, links, (start, end), heading.end, labels)
        lead = next(reversed(names), None)
        block = (heading.line, heading.start, end)
        yield _entry(document, block, linked, names, lead, heading.plain, is_section=True)


def _read_entry(document: Document, block: Block, labels: frozenset[str]) -> _Entry:
    markdown = document.markdown
    links = markdown.text_links_in(block.start, block.end)
    # Bold text is the entry's name where it stands in the first line, and not behind a link: there it is a mention.
    line_end = min(markdown.lines[block.line - 1].end, block.end)  # a passage may be a part of a line
    first = next((link for link in links if link.start < line_end), None)
    text = markdown.text[block.start : line_end]
    line = text.lstrip()
    is_row = line.startswith("|") or ("|" in line and block.line in markdown.table_rows)
    lead, name_end = _row_lead(line) if is_row else _lead(line)
    title = lead or (_first_cell(line) if is_row else _plain_lead(line) if links else None)
    name_end += block.start + len(text) - len(line)
    linked = standing(markdown, links, (block.start, block.end), name_end, labels)
    own = [one.link for one in linked if one.role != MENTION]
    names = [plain_text(link.text) for link in own]
    names += _bold_texts(markdown.text[block.start : min(first.end, line_end) if first else line_end])
    if line.startswith("|"):
        names.append(plain_text(line.split("|", 2)[1].strip()))
    elif is_row:
        names.append(plain_text(markdown.table_rows[block.line][0].text))
    names += [plain_text(one.link.text) for one in linked if one.role == MENTION]
    return _entry(document, tuple(block), linked, as_names(names), lead, title, is_section=False)


def _entry(
    document: Document,
    block: tuple[int, ...],
    linked: list[EntryLink],
    names: tuple[str, ...],
    lead: str | None,
    title: str | None,
    *,
    is_section: bool,
) -> _Entry:
    found = [(target, one) for one in linked for target in linked_paths(document, [one.link])]
    targets = tuple(target for target, _ in found)
    named, sure, own = (sum(one.role <= role for _, one in found) for role in (NAME, DOCUMENTATION, ALONE))
    page = found[0][0] if own and not (found[0][1].is_guide and found[0][1].role > 0) else None
    called = name_keys(without_version(title)) if title else None
    return _Entry(block, targets, names, tuple(map(name_keys, names)), lead, is_section, named, sure, own, called, page)


def _lead(line: str) -> tuple[str | None, int]:
    """What is in bold or linked first in an entry's first line, and where it ends; ``None`` where words come before: those
    are its name."""
    found = _LEAD.search(line)
    if found is None or any(map(str.isalpha, ICON.sub("", line[: found.start()]))):
        return None, 0
    return plain_text(found["bold"] or found["link"]), found.end()


def _row_lead(line: str) -> tuple[str | None, int]:
    """What is in bold or linked first in the first cell of a table's row, and where it ends."""
    row = line.removeprefix("|")
    lead, end = _lead(row.partition("|")[0])
    return lead, end + len(line) - len(row) if lead is not None else 0


def _first_cell(line: str) -> str:
    return plain_text(_TAG.sub("", line.removeprefix("|").partition("|")[0])).strip()


def _plain_lead(line: str) -> str | None:
    found = _PLAIN_LEAD.match(line)
    return found["name"] if found is not None else None


def heads_with(document: Document, start: int, end: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the ``name_keys`` of what a line or an item heads with in words of its own; ``None`` where a link is its name,
    or said to be its documentation: then it means what that leads to."""
    markdown = document.markdown
    line = markdown.line_number(start)
    if not markdown.text_links_in(start, end):
        return None
    entry = _read_entry(document, Block(line, start, end), frozenset())
    return None if entry.sure else entry.title


def heads_before(
    document: Document, start: int, link: Link
) -> tuple[str | None, tuple[tuple[str, ...], tuple[str, ...]] | None] | None:
    """Return what a line heads with where a link stands in its text: the path that its name leads to, and the ``name_keys``
    of that name. ``None`` where the link stands by itself, or is the name; so does one of several in a row."""
    markdown = document.markdown
    line, end = markdown.line_number(start), markdown.line_end(start)
    links = markdown.text_links_in(start, end)
    role = next((one.role for one in standing(markdown, [link], (start, end), start, ())), MENTION)
    if role != MENTION or _follows_sibling(markdown.text[start : link.start]):
        return None
    entry = _read_entry(document, Block(line, start, end), frozenset())
    lead = next((target for target in linked_paths(document, links[:1])), None)
    return lead if entry.lead is not None and links[0] != link and entry.sure else None, entry.title


def _follows_sibling(text: str) -> bool:
    return _SIBLING.search(text) is not None


def as_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return what texts may call a plugin: themselves, and behind them what they are without a version at their end."""
    return tuple(dict.fromkeys(text for text in (*texts, *map(without_version, texts)) if text))


def without_version(text: str) -> str:
    """Return a name without a version at its end."""
    return _VERSION_AT_END.sub("", _TAG.sub("", text))


def _bold_texts(line: str) -> list[str]:
    """The bold texts of a line, the way an entry shows its plugin's name."""
    parts = line.split("**")
    return [plain_text(part) for part in parts[1::2] if part.strip(" :：")][:2]


def linked_paths(document: Document, links: Iterable[Link]) -> list[str]:
    """Return the repository paths that links of a document lead to, in their order."""
    return [target for link in links if (target := resolve_link(document.path, link.target)) is not None]


def resolve_link(source: str, target: str) -> str | None:
    """Return the repository path that a relative link in ``source`` means, or ``None`` for anything else.

    A leading ``/`` counts from the root; query and fragment are ignored. Links that leave the repository are none.
    """
    if "\\" in target or "&" in target:
        from owui_lint.repository.documents.rendering import destination

        target = destination(target)
    target = target.split("#", 1)[0].split("?", 1)[0]
    if not target or "://" in target or target.startswith(("mailto:", "//", "data:")):
        return None
    target = unquoted(target)
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(source), target)
    path = posixpath.normpath(joined)
    return None if path.startswith("../") or path in ("..", ".") else path
