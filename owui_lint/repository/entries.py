"""The entries of an index: what they link and what they call themselves, read from the page alone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.markdown import Block, Link, plain_text
from owui_lint.repository.passages import passages
from owui_lint.repository.plugin import Document
from owui_lint.text import name_keys, unquoted
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION

if TYPE_CHECKING:
    from owui_lint.repository.inventory import Inventory

_LEAD = lazy_pattern(r"\*\*(?P<bold>[^*]{1,200})\*\*|(?<!!)\[(?P<link>[^\[\]]{1,200})\]\(")

# No words of a name: an icon, a tag, a tick, the start of a version.
_ICON = lazy_pattern(r":[\w+-]{1,80}:(?:[ \t]{0,4}\{[^{}]{0,200}\})?|<[^<>]{1,200}>|\[[xX]\]|v\d")
# A line that states a version of what stands above it.
_LABELLED = r"(?m:^)>? ?(?:[-*+][ \t]{1,4})?(?:\*\*)?{label}[ \t]{0,4}(?:\*\*)?[ \t]{0,4}[:：]"
_VERSION_AT_END = lazy_pattern(
    rf"(?:[ \t]{{1,4}}[-–—])?[ \t]{{0,4}}[ \t(（][ \t]{{0,4}}"
    rf"(?:v?{VERSION}[)）]?[^\w.+]*$|v{VERSION}[)）]?(?:[ \t]{{1,4}}[-–—|·•]|[ \t]{{0,4}}[:：]).{{0,400}}$)",
    re.IGNORECASE,
)
_TAG = lazy_pattern(r"</?(?:su[bp]|small|code|kbd|span)(?:[ \t][^<>]{0,100})?>", re.IGNORECASE)


class IndexEntry(NamedTuple):
    """An entry of an index: a list item with its content, a table row, or a section.

    ``targets`` are linked repository paths, ``names`` what the entry calls itself and what it links, ``keys`` the
    ``name_keys`` of these; ``lead`` is what is in bold or linked first in its first line, before any other words.

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


class _Entry(NamedTuple):
    """An entry of an index as plain data."""

    block: tuple[int, ...]
    targets: tuple[str, ...]
    names: tuple[str, ...]
    keys: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    lead: str | None
    is_section: bool


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
    entries = [_read_entry(document, block) for block in document.markdown.entries]
    entries += _read_sections(document, inventory)
    return sorted((entry for entry in entries if entry.targets or entry.names), key=lambda entry: entry.block[1])


def _read_passages(document: Document) -> list[_Entry]:
    return [_read_entry(document, block) for block in passages(document.markdown)]


def _read_sections(document: Document, inventory: Inventory) -> Iterator[_Entry]:
    markdown = document.markdown
    ends = [*(heading.start for heading in markdown.headings[1:]), len(markdown.text)]
    for heading, end in zip(markdown.headings, ends, strict=False):
        if heading.level == 1:
            continue
        links = markdown.text_links_in(heading.start, heading.end)
        names = as_names([heading.plain])
        if not links and inventory.expression(_LABELLED).search(markdown.masked, heading.end, end):
            links = markdown.text_links_in(heading.end, end)
        targets = linked_paths(document, links)
        lead = next(reversed(names), None)
        yield _entry((heading.line, heading.start, end), targets, names, lead, is_section=True)


def _read_entry(document: Document, block: Block) -> _Entry:
    markdown = document.markdown
    linked = markdown.text_links_in(block.start, block.end)
    names = [plain_text(link.text) for link in linked]
    # Bold text is the entry's name where it stands in the first line, and not behind a link: there it is a mention.
    line_end = min(markdown.lines[block.line - 1].end, block.end)  # a passage may be a part of a line
    links = markdown.text_links_in(block.start, line_end)
    names += _bold_texts(markdown.text[block.start : min(links[0].end, line_end) if links else line_end])
    line = markdown.text[block.start : line_end].lstrip()
    if line.startswith("|"):
        names.append(plain_text(line.split("|", 2)[1].strip()))
    elif "|" in line and block.line in markdown.table_rows:
        names.append(plain_text(markdown.table_rows[block.line][0].text))
    return _entry(tuple(block), linked_paths(document, linked), as_names(names), _lead(line), is_section=False)


def _entry(
    block: tuple[int, ...], targets: list[str], names: tuple[str, ...], lead: str | None, *, is_section: bool
) -> _Entry:
    return _Entry(block, tuple(targets), names, tuple(map(name_keys, names)), lead, is_section)


def _lead(line: str) -> str | None:
    """What is in bold or linked first in an entry's first line; ``None`` where words come before: those are its name."""
    found = _LEAD.search(line)
    if found is None or any(map(str.isalpha, _ICON.sub("", line[: found.start()]))):
        return None
    return plain_text(found["bold"] or found["link"])


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
        from owui_lint.repository.rendering import destination

        target = destination(target)
    target = target.split("#", 1)[0].split("?", 1)[0]
    if not target or "://" in target or target.startswith(("mailto:", "//", "data:")):
        return None
    target = unquoted(target)
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(source), target)
    path = posixpath.normpath(joined)
    return None if path.startswith("../") or path in ("..", ".") else path
