"""Whose a version is in a line, an item or a row that names several plugins: that of the one named nearest before it, within
its own part of the line where that names one.

Where versions stand before the names, or several names before several versions, nobody can tell, and nobody is said to own
them. Versions in forms that are read with a name before them (``owner: before``) say whose they are by themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, partial

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.entries import IndexEntry, resolve_link
from owui_lint.repository.documents.markdown import Block, plain_text
from owui_lint.repository.plugin import Document, Plugin
from owui_lint.repository.versions.inventory import Statement
from owui_lint.repository.versions.statements import Statements
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.repository import Repository

_GAP = "\0"  # stands for each character of a link or an image
_IMAGE = lazy_pattern(
    r"!\[[^\[\]]{0,300}\](?:\([^()\s]{0,1000}\)|\[[^\[\]]{0,200}\])|<img\b[^<>]{0,1000}>", re.IGNORECASE
)
_ENTITY = lazy_pattern(r"&(?!(?:middot|bull);)#?\w{1,10};")
# What separates the parts of a line, and what its cells.
_PART_END = lazy_pattern(r"[·•;；\r\n]|&(?:middot|bull);|<br[ \t]?/?>", re.IGNORECASE)
_CELL_END = lazy_pattern(r"(?<!\\)\||｜|</?(?:t[dhr]|li|d[td])\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = lazy_pattern(r"<[^<>]{1,500}>")
# What names end at: the marks of emphasis, too; and what else a name may follow and be the first of what is said there.
_CHUNK_END = lazy_pattern(
    rf"[\0|｜·•;；,，、:：()（）\[\]!?。\r\n]+|\*+|__+|`+|(?<=\s)[-–—]+(?=\s)|——|\.(?=\s|$)|(?<![\w.])v?{VERSION}",
    re.IGNORECASE,
)
_LEAD_END = lazy_pattern(r"[\0|·•;；,，、:：!?。]+|(?<=\s)[-–—]+(?=\s)|——|\.(?=\s|$)|^[ \t>]*\d{1,3}[.)]|\[[xX]\]")
# Behind it, what running text names is no longer spoken of.
_SENTENCE_END = lazy_pattern(r"[|·•;；!?。]+|\.(?=\s|$)")
_JOINER = lazy_pattern(r"(?<![^\W_])(?:and|or|plus)(?![^\W_])|[和与及或]", re.IGNORECASE)
_TO_VERSION = lazy_pattern(rf"[\s*_`(（\[:：–—-]*(?P<version>\0+|v?{VERSION})", re.IGNORECASE)
_LETTER = lazy_pattern(r"[^\W\d_]")
_VERSION = lazy_pattern(rf"(?<![\w.])v?{VERSION}", re.IGNORECASE)
_MOST_WORDS = 6  # of a name at the end of running text
_LONGEST = 100  # characters of a name
_LONGEST_BLOCK = 4000  # characters of an item or a paragraph that are read as one


class _Name(NamedTuple):
    """What may name a plugin: ``stands`` where nothing but a joining word leads to it, in running text else. ``to:until`` is
    the image, the link or the version directly behind it, ``0:0`` for none; ``reach``: where its sentence or part ends.
    ``in_text``: only as a plugin is written."""

    start: int
    end: int
    text: str
    target: str
    stands: bool
    to: int
    until: int
    reach: int
    in_text: bool


class _Read(NamedTuple):
    """What a part of a page says, as plain data: what may be names, where its parts and its cells end, and where
    versions stand in its text, read or not."""

    names: tuple[tuple[int, int, str, str, bool, int, int, int, bool], ...]
    parts: tuple[int, ...]
    cells: tuple[int, ...]
    versions: tuple[int, ...]


class Mention(NamedTuple):
    """A plugin that is named in a line, and where."""

    name: _Name
    plugin: Plugin


class Company:
    """Tells whose versions are where several plugins are named together. ``leads_home``: whether an address out of the
    repository may be that of one of its plugins."""

    def __init__(self, repository: Repository, statements: Statements, leads_home: Callable[[str], bool]) -> None:
        self.repository = repository
        self.statements = statements
        self._leads_home = leads_home
        self._read = lru_cache(maxsize=None)(self._read_part)
        self._mentions = lru_cache(maxsize=None)(self._find_mentions)  # a line may have thousands of badges
        self._owners_in = lru_cache(maxsize=None)(self._find_owners)

    def owner_of(self, document: Document, statement: Statement, start: int, end: int) -> tuple[bool, Plugin | None]:
        """Return whether ``start:end`` of a page names several plugins, and then which of them a statement there is about,
        ``None`` where that is not certain."""
        mentions = self._mentions(document, start, end)
        if len({mention.plugin.id for mention in mentions}) < 2:
            return False, None
        around = [one for one in mentions if one.name.start <= statement.start < one.name.end]
        if around:
            return True, around[0].plugin  # a badge that leads to its plugin
        if self._is_in_column(document, statement.start):
            return False, None
        for first, last in self._spans_around(document, statement.start, start, end):
            owners = self._owners_in(document, start, end, first, last)
            if owners is not None:
                return True, owners.get(statement.start)
        return True, None

    def _is_in_column(self, document: Document, offset: int) -> bool:
        """Whether an offset lies in the only column of a table that says to hold versions: those of what its rows are about."""
        markdown = document.markdown
        line = markdown.line_number(offset)
        if line not in markdown.table_rows:
            return False
        table = next(one for one in markdown.tables if one.line < line <= one.line + 1 + len(one.rows))
        names, column = self.repository.inventory.version_column(table)
        cells = markdown.table_rows[line]
        is_only = sum(map(self.repository.inventory.states_versions, names)) == 1
        return (
            is_only and column is not None and column < len(cells) and cells[column].start <= offset < cells[column].end
        )

    def comes_first(self, document: Document, statement: Statement) -> bool:
        """Tell whether a line names plugins, and a statement stands before all of them."""
        mentions = self._mentions(document, *document.markdown.line_around(statement.start))
        return bool(mentions) and statement.start < mentions[0].name.start

    def may_be_of(self, document: Document, statement: Statement, plugin: Plugin) -> bool:
        """Tell whether what names several plugins around a statement, its item or its paragraph, lets it be that of one."""
        spans = [document.markdown.line_around(statement.start)]
        if self.repository.inventory.forms[statement.form]["reader"] == "badge":
            # A label stands by itself: a line above that tells of another plugin does not take its version away.
            spans.append(self._block_around(document, statement))
        for start, end in spans:
            is_shared, owner = self.owner_of(document, statement, start, end)
            if is_shared:
                return owner is plugin
        return True

    def is_beside(self, document: Document, statement: Statement, plugin: Plugin) -> bool:
        """Tell whether a statement on a plugin's own page stands directly behind the name of another one, or is the text of
        a link to that."""
        start, end = document.markdown.line_around(statement.start)
        for name, owner in self._mentions(document, start, end):
            is_directly = name.to <= statement.start < name.until or name.start <= statement.start < name.end
            if is_directly and owner is not plugin:
                return True
        return False

    def pieces_of(self, entry: IndexEntry, plugin: Plugin) -> list[IndexEntry]:
        """Return the parts of an entry that names several plugins which begin with the name of a certain one, each up to the
        next name of another."""
        block = entry.block
        mentions = [one for one in self._mentions(entry.document, block.start, block.end) if one.name.stands]
        if all(one.plugin is not plugin for one in mentions):
            return []
        pieces = []
        for mention, following in zip(mentions, [*mentions[1:], None], strict=True):
            if mention.plugin is plugin:
                start = mention.name.start
                end = following.name.start if following is not None else block.end
                line = entry.document.markdown.line_number(start)
                pieces.append(entry._replace(block=Block(line, start, end), is_section=False))
        return pieces

    def has_doubts(self, document: Document, start: int, end: int) -> bool:
        """Tell whether a part of a page names several plugins and holds a version of which it is not certain whose it is."""
        found = self.statements.within(document, self._forms, start, end)
        shared = (self.owner_of(document, one, *self._around(document, one, start, end)) for one in found)
        if any(is_shared and owner is None for is_shared, owner in shared):
            return True
        names = {mention.plugin.id for mention in self._mentions(document, start, end)}
        return len(names) > 1 and bool(self._read(document, start, end).versions)

    def _around(self, document: Document, statement: Statement, start: int, end: int) -> tuple[int, int]:
        first, last = document.markdown.line_around(statement.start)
        return max(first, start), min(last, end)

    # -- how it is told ------------------------------------------------------------------------------------

    @cached_property
    def _forms(self) -> tuple[str, ...]:
        """The forms in which versions stand beside names, but for those that are read with the name."""
        kind = next(kind for kind in self.repository.inventory.kinds if kind.finder == "mentions")
        after_name = self.repository.inventory.after_name
        return tuple(form for form in kind.forms if form not in after_name)

    def _spans_around(self, document: Document, offset: int, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the part, the cell and the whole that an offset of ``start:end`` lies in."""
        read = self._read(document, start, end)
        for ends in (sorted((*read.parts, *read.cells)), read.cells):
            at = bisect_right(ends, offset)
            yield ends[at - 1] if at else start, ends[at] if at < len(ends) else end
        yield start, end

    def _find_owners(
        self, document: Document, start: int, end: int, first: int, last: int
    ) -> dict[int, Plugin | None] | None:
        """Whose the statements in ``first:last`` are, a part of ``start:end``, by their offsets; ``None`` where no plugin is
        named in it."""
        stated = self.statements.within(document, self._forms, first, last)
        mentions = [one for one in self._mentions(document, start, end) if first <= one.name.start < last]
        starts = [one.start for one in stated]

        def counts(name: _Name) -> bool:
            """Whether what is named may have a version behind it: running text names other things, too."""
            at = bisect_right(starts, name.to - 1)
            return name.stands or (at < len(starts) and name.to <= starts[at] < name.until)

        named = [one for one in mentions if counts(one.name)]
        if not named:
            return None
        if self._opens_with_version(document, start, end, first, named[0].name.start):
            return {}
        told = [one for one in mentions if not counts(one.name)]
        return _Order(stated, named, told, self.repository.inventory.others.are_former).owners()

    def _opens_with_version(self, document: Document, start: int, end: int, first: int, name: int) -> bool:
        """Whether a version stands in the text of ``start:end`` from ``first`` to where a name begins."""
        versions = self._read(document, start, end).versions
        at = bisect_left(versions, first)
        return at < len(versions) and versions[at] < name

    def is_behind_versions(self, document: Document, statement: Statement) -> bool:
        """Tell whether a statement that is read with the name before it stands where several plugins are named, and versions
        before the names: it may be that of the name behind it."""
        start, end = document.markdown.line_around(statement.start)
        mentions = self._mentions(document, start, end)
        if len({mention.plugin.id for mention in mentions}) < 2:
            return False
        for first, last in self._spans_around(document, statement.start, start, end):
            inside = [one.name.start for one in mentions if first <= one.name.start < last]
            if inside:
                badges = self.statements.within(document, self._forms, first, inside[0])
                return bool(badges) or self._opens_with_version(document, start, end, first, inside[0])
        return False

    def _find_mentions(self, document: Document, start: int, end: int) -> list[Mention]:
        found: list[Mention] = []
        for row in self._read(document, start, end).names:
            name = _Name(*row)
            plugin = self._plugin_of(document, name)
            if plugin is not None and not (found and name.start < found[-1].name.end):
                found.append(Mention(name, plugin))
        return found

    def _plugin_of(self, document: Document, name: _Name) -> Plugin | None:
        pages = self.repository.pages
        if name.target:
            target = resolve_link(document.path, name.target)
            if target is None and "//" in name.target and not self._leads_home(name.target):
                return None
            return pages.plugin_named([name.text] if name.text else [], [target] if target is not None else [])
        plugin = pages.plugin_named([name.text], [])
        if plugin is None or not name.in_text:
            return plugin
        return plugin if name.text in plugin.names_in_code else None

    def _block_around(self, document: Document, statement: Statement) -> tuple[int, int]:
        """Where the item or the paragraph begins and ends that a statement stands in."""
        markdown, offset = document.markdown, statement.start

        def find() -> tuple[int, int]:
            entries = markdown.entries
            at = bisect_right(entries, offset, key=lambda block: block.start) - 1
            if at >= 0 and entries[at].start <= offset < entries[at].end:
                first, last = entries[at].start, entries[at].end
            else:
                number = markdown.line_number(offset)
                first, last = markdown.line_around(offset)
                for line in reversed(markdown.lines[: number - 1]):
                    if not markdown.text[line.start : line.end].strip() or markdown.is_heading(line):
                        break
                    first = line.start
                for line in markdown.lines[number:]:
                    if not markdown.text[line.start : line.end].strip() or markdown.is_heading(line):
                        break
                    last = line.end
            return (first, last) if last - first <= _LONGEST_BLOCK else markdown.line_around(offset)

        return document.file.facts.entry("block around", offset, find)

    def _read_part(self, document: Document, start: int, end: int) -> _Read:
        return _Read(*document.file.facts.entry("company", (start, end), partial(_read, document, start, end)))


class _Order:
    """The order of versions and names in a part of a line; ``told``: the names in running text, which have none behind them."""

    def __init__(
        self,
        stated: Sequence[Statement],
        named: Sequence[Mention],
        told: Sequence[Mention],
        is_former: Callable[[str], bool],
    ) -> None:
        self._stated = stated
        self._named = named
        self._told = told
        self._is_former = is_former

    def owners(self) -> dict[int, Plugin | None]:
        """Return whose each version is, by its offset; ``None``: that is not certain."""
        found: dict[int, Plugin | None] = {one.start: None for one in self._stated}
        if self._stated and self._stated[0].start < self._named[0].name.start:
            return found  # versions come first here, so each may be that of the name behind it
        runs = list(self._runs())
        lacks = any(not stated for _, stated in runs)
        for number, (mention, stated) in enumerate(runs):
            follows_name = number > 0 and not runs[number - 1][1]
            may_be_two = lacks and len({one.value for one in stated}) > 1
            if not (follows_name or may_be_two or self._is_former(mention.name.text)):
                found.update({one.start: mention.plugin for one in stated if not self._is_told_of(mention, one)})
        return found

    def _is_told_of(self, mention: Mention, statement: Statement) -> bool:
        """Whether another plugin is spoken of between a name and a version, in the sentence of the version."""
        at = bisect_right(self._told, statement.start, key=lambda one: one.name.start) - 1
        if at < 0 or self._told[at].plugin is mention.plugin:
            return False
        name = self._told[at].name
        return mention.name.start < name.start and statement.start < name.reach

    def _runs(self) -> Iterator[tuple[Mention, list[Statement]]]:
        """Yield each name with the versions between it and the next one of another plugin."""
        starts = [one.start for one in self._stated]
        heads = [
            mention
            for number, mention in enumerate(self._named)
            if not number or self._named[number - 1].plugin is not mention.plugin
        ]
        ends = [*(mention.name.start for mention in heads[1:]), None]
        for mention, end in zip(heads, ends, strict=True):
            first = bisect_right(starts, mention.name.start)
            last = bisect_right(starts, end) if end is not None else len(starts)
            yield mention, list(self._stated[first:last])


def _read(document: Document, start: int, end: int) -> tuple[Any, ...]:
    """Return what ``_Read`` holds for a part of a page, from the page alone."""
    markdown = document.markdown
    text = list(markdown.text[start:end])
    links = markdown.links_in(start, end)
    for link in links:
        text[link.start - start : link.end - start] = _GAP * (min(link.end, end) - link.start)
    shown = "".join(text)
    for pattern in (_IMAGE, _ENTITY):
        shown = pattern.sub(lambda match: (_GAP if match[0][0] != "&" else " ") * len(match[0]), shown)
    parts = tuple(start + match.start() for match in _PART_END.finditer(shown))
    cells = tuple(start + match.start() for match in _CELL_END.finditer(shown))
    shown = _PART_END.sub(lambda match: "·" * len(match[0]), shown)
    shown = _CELL_END.sub(lambda match: "|" * len(match[0]), shown)
    shown = _TAG.sub(lambda match: " " * len(match[0]), shown)
    found = [
        (link.start - start, min(link.end, end) - start, plain_text(link.text), link.target, False)
        for link in links
        if not link.image
    ]
    found += ((at, to, text, "", in_text) for at, to, text, in_text in _texts(shown))
    leads = [0, *(match.end() for match in _LEAD_END.finditer(shown))]
    names = []
    reaches = [*(match.start() for match in _SENTENCE_END.finditer(shown)), len(shown)]
    for at, to, name, target, in_text in sorted(found, key=lambda one: (one[0], -one[1])):  # the longest first
        lead = shown[leads[bisect_right(leads, at) - 1] : at]
        reach = reaches[bisect_left(reaches, min(to, len(shown)))]
        stands = not in_text and not _LETTER.search(_JOINER.sub("", _VERSION.sub("", lead)))
        behind = _TO_VERSION.match(shown, to)
        span = behind.span("version") if behind else (-start, -start)
        names.append((start + at, start + to, name, target, stands, *(start + one for one in (*span, reach)), in_text))
    versions = tuple(start + match.start() for match in _VERSION.finditer(shown))
    return tuple(names), parts, cells, versions


def _texts(shown: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield what of a line may be a name without being a link: what stands between two marks, what stands there between
    joining words, and, in running text, the last words before a version."""
    ends = [*(match.span() for match in _CHUNK_END.finditer(shown)), (len(shown), len(shown))]
    first = 0
    for end, following in ends:
        yield from _names_in(shown, first, end)
        first = following


def _names_in(shown: str, first: int, last: int) -> Iterator[tuple[int, int, str, bool]]:
    chunk = shown[first:last]
    if not _LETTER.search(chunk):
        return
    pieces = [(0, len(chunk))]
    at = 0
    for match in _JOINER.finditer(chunk):
        pieces.append((at, match.start()))
        at = match.end()
    if at:
        pieces.append((at, len(chunk)))
    for start, end in pieces:
        text = chunk[start:end]
        bare = text.strip(" \t#>*+-_~")
        if bare and len(bare) <= _LONGEST:
            begin = first + start + text.index(bare)
            yield begin, begin + len(bare), bare, False
    if _TO_VERSION.match(shown, last):
        words = list(compiled(r"\S+").finditer(chunk))[-_MOST_WORDS:]
        for word in words[1:]:
            end = words[-1].end()
            yield first + word.start(), first + end, chunk[word.start() : end], True
