"""The version locations of every plugin: one inventory for check, fix, matrix and bump (``rules/locations.yaml``)."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.repository.plugin import Code, Document, Plugin, is_named_by_language
from owui_lint.repository.versions.inventory import Location, LocationKind, Part, Statement
from owui_lint.repository.versions.owners import Owners
from owui_lint.repository.versions.statements import (
    Statements,
    outside,
    packed,
    unpacked,
    without_history,
    without_lesser,
)
from owui_lint.spans import is_in, span_around
from owui_lint.versions import version_in

if TYPE_CHECKING:
    from typing import TypeVar

    from owui_lint.repository import Repository
    from owui_lint.repository.documents.entries import IndexEntry
    from owui_lint.repository.versions.statements import PackedStatement

    T = TypeVar("T")


class Finder:
    """Finds version locations, and what is stated there."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.inventory = repository.inventory
        self.statements = Statements(repository)
        self.owners = Owners(repository, self.statements)
        self._found: dict[tuple[str, str], list[Location]] = {}
        self._of_plugin: dict[str, list[Location]] = {}
        self._uses: dict[str, dict[int, set[tuple[str, int]]]] = {}

    def of_plugin(self, plugin: Plugin) -> list[Location]:
        """Return every location of a plugin, in the order of the inventory. What other plugins' own documents say is not
        looked at."""
        found = self._of_plugin.get(plugin.id)
        if found is None:
            located = (location for kind in self.inventory.kinds for location in self._of_kind(kind, plugin))
            found = self._of_plugin[plugin.id] = list(map(self._with_settled_uses, located))
        return found

    def in_file(self, path: str) -> list[Location]:
        """Return the locations of all plugins in a file that is there, by plugin. Only of whom it is, and of all where it
        tells of several, anything is looked at."""
        owners = self.repository.owners_by_file.get(path, ())
        is_for_all = path in self.repository.documents_of_all
        return [
            location
            for plugin in self.repository.plugins
            if is_for_all or plugin in owners
            for kind in self.inventory.kinds
            if plugin in owners or kind.finder not in _AT_HOME
            for location in self._of_kind(kind, plugin)
            if location.path == path
        ]

    def _of_kind(self, kind: LocationKind, plugin: Plugin) -> list[Location]:
        key = (kind.kind, plugin.id)
        if key not in self._found:
            self.repository.pages.link()
            self._found[key] = list(_FINDERS[kind.finder](self, kind, plugin))
        return self._found[key]

    def _with_settled_uses(self, location: Location) -> Location:
        """Return a location in which a badge may be rewritten whose address several images have from one definition: where
        each of them states the version of the same plugin."""

        def settled(one: Statement) -> Statement:
            known = self._uses_in(location.path)[one.defined.start] if one.defined is not None else ()
            is_alone = len({plugin for plugin, _ in known}) == 1 and len(known) == one.uses
            return one._replace(uses=1) if is_alone else one

        if all(one.defined is None for one in location.statements):
            return location
        return location._replace(statements=tuple(map(settled, location.statements)))

    def _uses_in(self, path: str) -> dict[int, set[tuple[str, int]]]:
        """Of whom the images of a file are that have their address from one definition, and where they are shown, by where
        that stands."""
        uses = self._uses.get(path)
        if uses is None:
            uses = self._uses[path] = defaultdict(set)
            for location in self.in_file(path):
                for one in location.statements:
                    if one.defined is not None:
                        uses[one.defined.start].add((location.plugin.id, one.shown))
        return uses

    # -- where to look ---------------------------------------------------------------------------------------

    def _in_code(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        yield self._code_location(kind, plugin, plugin.code)

    def _in_copies(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        for copy in plugin.copies:
            # What was put aside under another name may well be an older version.
            if copy.version is not None and is_named_by_language(copy.stem):
                yield self._code_location(kind, plugin, copy)

    def _code_location(self, kind: LocationKind, plugin: Plugin, code: Code) -> Location:
        entry = code.version
        statements: tuple[Statement, ...] = ()
        if entry is not None:
            # Of a copy, what stands around the version is left as it is.
            version = version_in(entry.value) if code is not plugin.code else None
            start = entry.start + entry.value.find(version) if version is not None else entry.start
            part = Part(start, start + len(version) if version else entry.end, version or entry.value)
            statements = (Statement(code.file, "front-matter", (part,)),)
        return Location(kind, plugin, code.path, True, statements)

    def _in_readme(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        document = plugin.readmes.get(kind.lang)
        if plugin.folder is None:
            # Without a folder of its own the plugin need not have a README, nor a version there; the layout rule speaks.
            for one in plugin.own_readmes:
                if one.lang == kind.lang and self.statements.about_itself(one, kind.forms):
                    yield self._page_location(kind, plugin, one.path, one)
            return
        name = self.repository.config["readme-zh" if kind.lang == "zh" else "readme"]
        path = document.path if document is not None else f"{plugin.folder}/{name}"
        yield self._page_location(kind, plugin, path, document)

    def _in_pages(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        pages = [page for page in plugin.pages if page.lang == kind.lang]
        found = (self._page_location(kind, plugin, page.path, page)._replace(by_name=page.is_by_name) for page in pages)
        if self.repository.pages.are_by_type:
            yield from found
        elif self.repository.holds_only_plugins:
            # Nothing says that such a page must state the version; what it states is compared.
            yield from (one for one in found if one.statements)
        is_promised = self.repository.is_standard_layout and self._has_docs
        if not pages and is_promised and _is_due(kind, plugin):
            suffix = self.repository.config["docs-zh-suffix"] if kind.lang == "zh" else ""
            others = [page.path for page in plugin.pages]
            if others and self.repository.pages.are_translated_elsewhere:
                return  # where the other one would lie is not certain
            if others:
                path = self.repository.pages.counterparts(others[0])[0]
            else:
                path = f"{self.repository.docs_dir}/{plugin.type}/{plugin.name}{suffix}.md"
            yield self._page_location(kind, plugin, path, None)

    @cached_property
    def _has_docs(self) -> bool:
        return self.repository.docs_dir in self.repository.folders

    def _page_location(self, kind: LocationKind, plugin: Plugin, path: str, document: Document | None) -> Location:
        if document is None:
            return Location(kind, plugin, path, False, ())
        stated = self._known_of(document, kind, plugin, lambda: packed(self._about_itself(document, kind, plugin)))
        return Location(kind, plugin, path, True, unpacked(document.file, stated))

    def _about_itself(self, document: Document, kind: LocationKind, plugin: Plugin) -> Iterator[Statement]:
        """What a page states of its plugin as a whole."""
        for one in self.statements.about_itself(document, kind.forms):
            if not self.is_about_another(document, one, plugin):
                yield one

    def is_about_another(self, document: Document, statement: Statement, plugin: Plugin) -> bool:
        """Tell whether what a page states of itself is no version of the plugin that it could belong to."""
        owners = self.owners
        return owners.is_no_version(statement, plugin) or owners.is_beside_another(document, statement, plugin)

    def differing_in(self, location: Location) -> tuple[Statement, ...]:
        """Return what a page without a version that counts states in lines of one form that differ: none or several."""
        document = self._document_of(location)
        found = self.statements.in_series(document, location.kind.forms) if document is not None else ()
        return tuple(one for one in found if not self.owners.is_no_version(one, location.plugin))

    def parts_by_language(self, location: Location) -> list[list[Statement]]:
        """Return the statements of a location, those together that stand in one part of a page that is in two languages."""
        document = self._document_of(location)
        found: dict[int, list[Statement]] = {}
        for one in location.statements:
            part = self.statements.language_at(document, one.start) if document is not None else 0
            found.setdefault(part, []).append(one)
        return list(found.values())

    def _document_of(self, location: Location) -> Document | None:
        documents = (*location.plugin.documents, *location.plugin.other_readmes)
        return next((one for one in documents if one.path == location.path), None)

    def _in_entries(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        assert kind.path is not None
        if not self.repository.is_standard_layout or (kind.single and not self._has_docs):
            return
        path = self._expand(kind.path, plugin)
        if kind.path.endswith(_README_NAMES) and not self.repository.exists(path):
            path = self.repository.readmes.of(posixpath.dirname(path), kind.lang) or path
        document = self.repository.pages.index(path, kind.lang)
        if document is None:
            if _is_due(kind, plugin):
                yield Location(kind, plugin, path, False, ())
            return
        stated, line, is_open = self._known_of(document, kind, plugin, lambda: self._in_index(document, kind, plugin))
        if stated or (_is_due(kind, plugin) and not is_open):
            statements = unpacked(document.file, stated)
            yield Location(kind, plugin, path, True, statements, (document.file, line) if line else None)

    def _known_of(self, document: Document, kind: LocationKind, plugin: Plugin, make: Callable[[], T]) -> T:
        """Return what a page says of a plugin, as plain data that is kept for as long as the page is the same, and so is
        what plugins are called."""
        facts = document.file.facts
        if not facts.keep:
            return make()
        return facts.entry_under("of plugins", self.repository.digest_of_plugins, (kind.kind, plugin.id), make)

    def _in_index(
        self, document: Document, kind: LocationKind, plugin: Plugin
    ) -> tuple[list[PackedStatement], int, bool]:
        """What the entries of an index state about a plugin, packed, the line of the first one, or 0, and whether it is open
        what they state: there is none because its name is another plugin's, too, or it names several plugins, and which
        version is whose is not certain."""
        stories = self.statements.stories(document)
        entries = self.repository.indexes.entries_of(document, plugin)
        now = [entry for entry in entries if not is_in(entry.block.start, stories)]
        # An item below such a heading is all that some indexes have, which have to have one.
        entries = now or [entry for entry in entries if kind.single and not entry.is_section]
        passages = self.repository.indexes.passages_of(document, plugin) if not entries and kind.single else []
        entries += [entry for entry in passages if not is_in(entry.block.start, stories)]
        whole = entries
        if not entries:  # it may be one of several that an entry is about
            whole, entries = self._parts_of_entries(document, plugin, stories)
        statements = without_lesser(self._stated_in(entries, kind, plugin), self.inventory.sole)
        sure = self.inventory.going_on | self.inventory.facts  # forms that state nothing in a story, whatever is due
        statements = [one for one in statements if one.form not in sure or not is_in(one.start, stories)]
        statements = without_history(statements, self.inventory.told if passages else sure)
        is_shared = kind.single and not entries and plugin.id in self.repository.indexes.shared_in(document)
        company = self.owners.company
        has_doubts = not statements and any(
            company.has_doubts(document, entry.block.start, entry.block.end) for entry in whole if not entry.is_section
        )
        return packed(statements), entries[0].block.line if entries else 0, is_shared or has_doubts

    def _parts_of_entries(
        self, document: Document, plugin: Plugin, stories: list[tuple[int, int]]
    ) -> tuple[list[IndexEntry], list[IndexEntry]]:
        """The items and rows of an index that name a plugin beside the one that they are about, and the parts of them that
        begin with its name."""
        whole, parts = [], []
        for entry in self.repository.indexes.entries(document):
            if not entry.is_section and not is_in(entry.block.start, stories):
                found = self.owners.company.pieces_of(entry, plugin)
                whole += [entry] if found else []
                parts += found
        return whole, parts

    def _stated_in(self, entries: Iterable[IndexEntry], kind: LocationKind, plugin: Plugin) -> list[Statement]:
        """What entries of an index state about a plugin, what they tell of releases left out."""
        return [
            statement
            for entry in entries
            for statement in self._within_entry(entry, kind.forms)
            if span_around(statement.start, self.statements.stories(entry.document))[0] <= entry.block.start
            and not self.owners.is_of_another(entry, statement, plugin)
            and not self.owners.is_no_version(statement, plugin)
        ]

    def _within_entry(self, entry: IndexEntry, forms: tuple[str, ...]) -> list[Statement]:
        """Statements of an entry of an index; those of entries within it are not its own."""
        found = self.statements.within(entry.document, forms, entry.block.start, entry.block.end)
        if not found or not entry.is_section:
            return found
        items = [(item.block.start, item.block.end) for item in self.repository.indexes.items_in(entry)]
        return without_history(outside(found, items), self.inventory.series)

    def _in_mentions(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        document = self.repository.root_documents.get(kind.lang)
        if document is None:
            return
        statements = self._mentioned(document, kind, plugin)
        if statements:
            yield Location(kind, plugin, document.path, True, tuple(statements))

    def _mentioned(self, document: Document, kind: LocationKind, plugin: Plugin) -> tuple[Statement, ...]:
        """What a README or an index says of a plugin by its name; what it says of itself is another location, where it is the
        plugin's own."""
        return unpacked(
            document.file,
            self._known_of(document, kind, plugin, lambda: packed(self._mentions(document, kind, plugin))),
        )

    def _mentions(self, document: Document, kind: LocationKind, plugin: Plugin) -> list[Statement]:
        found = self.owners.mentions_of(document, kind.forms).get(plugin.id, [])
        itself = next((one for one in (*plugin.own_readmes, *plugin.pages) if one.path == document.path), None)
        if found and itself is not None:
            own = {statement.parts for statement in self.statements.of_readme(itself)}
            found = [statement for statement in found if statement.parts not in own]
        return found

    def _in_folders(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        folder = plugin.path
        while folder := posixpath.dirname(folder):
            document = self.repository.folder_documents.get((folder, kind.lang))
            statements = self._mentioned(document, kind, plugin) if document is not None else []
            if document is not None and statements:
                yield Location(kind, plugin, document.path, True, tuple(statements))

    def _in_lists(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        for document in self.repository.pages.lists:
            statements = self._mentioned(document, kind, plugin) if document.lang == kind.lang else []
            if statements:
                yield Location(kind, plugin, document.path, True, tuple(statements))

    def _expand(self, template: str, plugin: Plugin) -> str:
        config = self.repository.config
        return template.format(
            plugins=self.repository.plugins_dir,
            docs=self.repository.docs_dir,
            type=plugin.type,
            readme=config["readme"],
            readme_zh=config["readme-zh"],
            zh=config["docs-zh-suffix"],
        )


#: How the place of a location ends that is a README: one of any usual name may be there in its stead.
_README_NAMES = ("{readme}", "{readme_zh}")

#: What an entry of ``rules/locations.yaml`` can give as ``in``.
_FINDERS: Mapping[str, Callable[[Finder, LocationKind, Plugin], Iterator[Location]]] = {
    "code": Finder._in_code,
    "copies": Finder._in_copies,
    "readme": Finder._in_readme,
    "pages": Finder._in_pages,
    "entries": Finder._in_entries,
    "mentions": Finder._in_mentions,
    "folders": Finder._in_folders,
    "lists": Finder._in_lists,
}

#: Those that look at nothing but what is the plugin's own.
_AT_HOME = frozenset({"code", "copies", "readme", "pages"})


def _is_due(kind: LocationKind, plugin: Plugin) -> bool:
    """Whether a location has to state the version: not that of a plugin which is to be moved first."""
    return kind.single and not plugin.is_misplaced
