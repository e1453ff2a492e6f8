"""Indexes: which plugin each entry of an index is about, by what it links, what it names and the section it stands in."""

from __future__ import annotations

import posixpath
from bisect import bisect_left, bisect_right
from collections import defaultdict

from owui_lint import TYPE_CHECKING
from owui_lint.repository.documents.entries import IndexEntry, entries_in, passages_in
from owui_lint.repository.documents.markdown import Block
from owui_lint.repository.documents.passages import outermost
from owui_lint.repository.plugin import Document, Plugin

if TYPE_CHECKING:
    from owui_lint.repository import Repository


class Indexes:
    """The entries of all indexes of a repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.pages = repository.pages
        #: By path of an index, and there by plugin.
        self._entries: dict[str, list[IndexEntry]] = {}
        self._owned: dict[str, dict[str, list[IndexEntry]]] = {}
        self._passages: dict[str, dict[str, dict[Block, IndexEntry]]] = {}
        self._sections: dict[str, list[IndexEntry]] = {}
        self._shared: dict[str, frozenset[str]] = {}
        #: By path of an index, start of the entry, and whether that is a section.
        self._owners: dict[tuple[str, int, bool], Plugin | None] = {}

    def entries(self, document: Document) -> list[IndexEntry]:
        """Return the list items, table rows and sections of an index that link to, or name, something, in order."""
        if document.path not in self._entries:
            self._entries[document.path] = entries_in(document, self.repository.inventory)
        return self._entries[document.path]

    def entries_of(self, document: Document, plugin: Plugin) -> list[IndexEntry]:
        """Return the entries of an index that are about a plugin."""
        owned = self._owned.get(document.path)
        if owned is None:
            owned = self._owned[document.path] = defaultdict(list)
            for entry in self.entries(document):
                owner = self.owner_of_entry(entry)
                if owner is not None:
                    owned[owner.id].append(entry)
        return owned.get(plugin.id, [])

    def passages_of(self, document: Document, plugin: Plugin) -> list[IndexEntry]:
        """Return the passages of an index that link a plugin and nothing else, each as large as it can be."""
        owned = self._passages.get(document.path)
        if owned is None:
            owned = self._passages[document.path] = self._own_passages(document)
        about = owned.get(plugin.id, {})
        return [about[block] for block in outermost(about)]

    def _own_passages(self, document: Document) -> dict[str, dict[Block, IndexEntry]]:
        self.pages.link()
        owned: dict[str, dict[Block, IndexEntry]] = defaultdict(dict)
        for entry in passages_in(document):
            owners = {owner.id if owner else None for owner in map(self.pages.owner_of_target, entry.targets)}
            only = next(iter(owners)) if len(owners) == 1 else None
            if only is not None:
                owned[only][entry.block] = entry
        return owned

    def owner_of_entry(self, entry: IndexEntry) -> Plugin | None:
        """Return the plugin an entry is about: the owner of the first page it links, else the one it names, else the one
        that the section is about. A section has a name before it has links."""
        asked = (entry.document.path, entry.block.start, entry.is_section)
        if asked not in self._owners:
            self.pages.link()
            self._owners[asked] = self._find_owner(entry)
        return self._owners[asked]

    def is_named(self, entry: IndexEntry) -> bool:
        """Tell whether an entry that is about a plugin says so itself: it need not be read with its section."""
        return self._own_owner(entry)[0] is not None

    def _find_owner(self, entry: IndexEntry) -> Plugin | None:
        owner, is_settled = self._own_owner(entry)
        section = self.section_of(entry) if not is_settled else None
        return self.owner_of_entry(section) if section is not None else owner

    def _own_owner(self, entry: IndexEntry) -> tuple[Plugin | None, bool]:
        """The plugin that an entry links or names, and whether nothing else can tell whom it is about."""
        kind = self._type_of(entry.document)
        if entry.is_section:
            return self._named_one(entry, kind) or self._linked_one(entry, kind), True
        called = self.called_like(entry, kind)
        # What it calls itself is told by no link in it, but one that is its name.
        if called is not None and called in map(self.pages.owner_of_target, entry.targets[: entry.own]):
            return called, True
        for target in entry.targets if called is None else entry.targets[: entry.named]:
            owner = self.pages.owner_of_target(target)
            if owner is not None and kind in (None, owner.type):
                return owner, True
            if self.pages.is_page(target):
                return (
                    None,
                    True,
                )  # it links a page of its own (a case study, a guide): the name in it is only a mention
        named = called or self._named_one(entry, kind)
        return named, named is not None

    def called_like(self, entry: IndexEntry, kind: str | None) -> Plugin | None:
        """Return the only plugin that is called like what an entry heads with."""
        named = self.pages.plugins_of(kind).with_keys(entry.title) if entry.title is not None else []
        return named[0][1] if len({plugin.id for _, plugin in named}) == 1 else None

    def _named_one(self, entry: IndexEntry, kind: str | None) -> Plugin | None:
        plugins = self.pages.plugins_of(kind)
        for keys in entry.keys:
            named = plugins.with_keys(keys)
            if len({plugin.id for _, plugin in named}) == 1:
                return named[0][1]
        return None

    def _linked_one(self, entry: IndexEntry, kind: str | None) -> Plugin | None:
        """The only plugin that an entry links."""
        linked = filter(None, map(self.pages.owner_of_target, entry.targets))
        owners = {owner.id: owner for owner in linked if kind in (None, owner.type)}
        return next(iter(owners.values())) if len(owners) == 1 else None

    def could_be_about(self, entry: IndexEntry) -> set[str]:
        """Return the ids of the plugins that share the name of an entry, which is nobody's for that; none for any other."""
        if self.owner_of_entry(entry) is not None:
            return set()
        plugins = self.pages.plugins_of(self._type_of(entry.document))
        named = ({plugin.id for _, plugin in plugins.with_keys(keys)} for keys in entry.keys)
        return {one for ids in named if len(ids) > 1 for one in ids}

    def shared_in(self, document: Document) -> frozenset[str]:
        """Return the ids of the plugins that entries of an index could be about, each that or another one of its title."""
        if document.path not in self._shared:
            ids = map(self.could_be_about, self.entries(document))
            self._shared[document.path] = frozenset().union(*ids)
        return self._shared[document.path]

    def section_of(self, entry: IndexEntry) -> IndexEntry | None:
        """Return the section that a list item or row of an index stands in."""
        path = entry.document.path
        if path not in self._sections:
            self._sections[path] = [one for one in self.entries(entry.document) if one.is_section]
        sections = self._sections[path]
        index = bisect_right(sections, entry.block.start, key=_start) - 1
        return sections[index] if index >= 0 and entry.block.start < sections[index].block.end else None

    def items_in(self, section: IndexEntry) -> list[IndexEntry]:
        """Return the list items and table rows of a section of an index."""
        entries = self.entries(section.document)
        first = bisect_right(entries, section.block.start, key=_start)
        return entries[first : bisect_left(entries, section.block.end, lo=first, key=_start)]

    def _type_of(self, document: Document) -> str | None:
        folder = posixpath.basename(posixpath.dirname(document.path))
        return folder if folder in self.repository.types else None


def _start(entry: IndexEntry) -> int:
    return entry.block.start
