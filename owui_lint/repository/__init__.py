"""The linted repository: files, plugins, documents and version locations, each read and parsed once."""

from __future__ import annotations

import os
import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from owui_lint import TYPE_CHECKING, sealed
from owui_lint.config import Config
from owui_lint.openwebui.names import KINDS, PLUGIN_CLASSES
from owui_lint.repository.aside import is_candidate
from owui_lint.repository.discovery import Discovery
from owui_lint.repository.documents.sections import SectionBook
from owui_lint.repository.files import SourceFile
from owui_lint.repository.plugin import Code, Document, Plugin, selected
from owui_lint.repository.readmes import named_language
from owui_lint.repository.root import find_root, is_repository
from owui_lint.repository.tree import Tree, matches_any, parents
from owui_lint.text import is_platform, slug

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.openwebui.facts import PlatformFacts
    from owui_lint.releasing.comparison import Comparison
    from owui_lint.repository.documents.generatedblocks import GeneratedMarks
    from owui_lint.repository.importable import Importable
    from owui_lint.repository.message import CommitMessage
    from owui_lint.repository.pages import Pages
    from owui_lint.repository.versions.dates import DateBadge
    from owui_lint.repository.versions.indexes import Indexes
    from owui_lint.repository.versions.inventory import Inventory, Location
    from owui_lint.repository.versions.leftover import LeftOver
    from owui_lint.repository.versions.locations import Finder

_TYPE_FOLDERS = frozenset({"", "src", *PLUGIN_CLASSES.values(), *(f"{kind}s" for kind in KINDS)})


def _is_called_like(folder: str, plugin: Plugin) -> bool:
    """Whether the name of a folder is that of a plugin, and neither a type's nor the platform's."""
    name = slug(folder)
    if folder in _TYPE_FOLDERS or is_platform(name):
        return False
    return name == slug(plugin.code.stem) or set(name.split("-")) <= set(slug(plugin.title).split("-"))


class Repository(Tree):
    """One repository and what is in it: the model that rules read. Nothing here judges.

    ``data`` are the rule book's data files by name (``locations``, ``sections``): what is searched for is data.
    ``since`` is the revision that it is compared with. ``message`` is a commit message about it, for rules that ask of one.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        config: Config,
        data: dict[str, Any],
        paths: Iterable[str] | None = None,
        overlays: Mapping[str, bytes] | None = None,
        keep: bool = False,
        since: str | None = None,
    ) -> None:
        """``paths``, ``overlays`` and ``keep``: those of ``Tree``."""
        super().__init__(root, config, paths, overlays, keep)
        self.data = data
        self.since = since
        self.message: CommitMessage | None = None

    @cached_property
    def comparison(self) -> Comparison | None:
        """What it is compared with, if anything. Raises ``UsageError`` where there is no such revision, or no git."""
        if self.since is None:
            return None
        from owui_lint.releasing.comparison import compare_with_base

        return compare_with_base(self, self.since)

    @cached_property
    def relevant_paths(self) -> list[str]:
        """The files that rules read: plugin code and candidates for it, READMEs, pages, indexes of pages and above them, root
        READMEs."""
        debug = f"{self.debug_dir}/"
        known = {path for plugin in self.plugins for path in (plugin.path, *(one.path for one in plugin.own_readmes))}
        known.update(document.path for document in self.pages.lists_by_place)
        return [
            path
            for path in self.paths
            if not path.startswith(debug) and (path in known or self._lies_where_rules_read(path))
        ]

    def _lies_where_rules_read(self, path: str) -> bool:
        """Whether a file, by its name and place alone, may be something that rules read."""
        name = path[path.rfind("/") + 1 :]
        names = (self.config["readme"], self.config["readme-zh"])
        if path.startswith(f"{self.plugins_dir}/"):
            if is_candidate(path) or name in names:
                return True
        elif path.startswith(self._site):
            if path.endswith(".md"):
                return True
        elif path in names or (path in self.overviews and self.docs_dir in self.folders):
            return True
        if path.endswith(".py"):
            return not self.is_standard_layout
        lang = named_language(name)
        folder = path[: max(path.rfind("/"), 0)]
        if lang is None or folder not in self._around_plugins:
            return False
        return lang != "en" or self.readmes.of(folder, "en") == path

    @cached_property
    def _site(self) -> str:
        """The folder whose pages rules read, with its slash: where the standard's is not there, that of a project of another
        kind is the project's."""
        is_read = self.pages_dir == self.docs_dir or self.pages.are_anywhere
        return f"{self.pages_dir if is_read else self.docs_dir}/"

    @cached_property
    def overviews(self) -> frozenset[str]:
        """Where the indexes of the folders above that of the pages lie: there a site shows what there is."""
        suffixes = ("", self.config["docs-zh-suffix"])
        return frozenset(f"{folder}/index{suffix}.md" for folder in parents(self.docs_dir) for suffix in suffixes)

    def is_of_site(self, path: str) -> bool:
        """Tell whether a file is a page, or an index above the pages: a built site may answer links of such."""
        return path.startswith(f"{self.pages_dir}/") or path in self.overviews

    @cached_property
    def _around_plugins(self) -> frozenset[str]:
        """The folders that plugins lie in, at any depth; the root is one."""
        return frozenset(folder for plugin in self.plugins for folder in (*parents(plugin.path), ""))

    # -- plugins ---------------------------------------------------------------------------------------------

    @cached_property
    def _discovery(self) -> Discovery:
        return Discovery(self, self.readmes)

    @property
    def is_standard_layout(self) -> bool:
        """Whether plugins lie in ``plugins/{type}/``; else any accepted Python file is a plugin."""
        return self._discovery.is_standard_layout

    @cached_property
    def plugins(self) -> list[Plugin]:
        """All plugins, sorted by id."""
        return self._discovery.found.plugins

    @cached_property
    def digest_of_names(self) -> bytes:
        """The digest of all that decides what plugins are called: which files there are, what code says at its head, what
        READMEs are called, and which READMEs belong to whom."""
        plugins = [
            (
                plugin.id,
                plugin.folder,
                plugin.is_misplaced,
                [(code.path, code.head) for code in plugin.codes],
                plugin.copies_compared,
                [self._what_is(one) for one in plugin.own_readmes],
                [one.heading for one in plugin.readmes.values()],
            )
            for plugin in self.plugins
        ]
        missing = [path for path in self.relevant_paths if self.file(path).is_missing]
        return sealed.digest_of((self.paths, missing, self.is_standard_layout, plugins))

    @cached_property
    def digest_of_plugins(self) -> bytes:
        """The digest of all that decides which plugin a page speaks of, but for that page: what plugins are called, and which
        documents belong to whom."""
        self.pages.link()
        pages = [(self._what_is(page.document), [owner.id for owner in page.owners]) for page in self.pages.all]
        return sealed.digest_of((self.digest_of_names, pages))

    def _what_is(self, document: Document) -> tuple[str, str, str, str | None]:
        """All about a document but what it says."""
        return document.path, document.lang, document.kind, self.link_target(document.path)

    @cached_property
    def digest_of_shared(self) -> bytes:
        """The digest of that, and of all documents that may tell of any plugin."""
        paths = sorted(self.documents_of_all)
        links = [(path, target) for path in paths if (target := self.link_target(path)) is not None]
        digests = [(path, self.file(path).digest) for path in paths]
        return sealed.digest_of((self.digest_of_plugins, digests, links))

    @cached_property
    def holds_only_plugins(self) -> bool:
        """Whether all code is plugins' or lies beside them: else it is a project of another kind that brings some along."""
        from owui_lint.repository.ownreadmes import holds_all_code

        # What lies in the folders of types is plugins' by its place.
        kinds = (*self.types, "debug") if self.is_standard_layout else ()
        theirs = tuple(f"{self.plugins_dir}/{kind}/" for kind in kinds)
        return holds_all_code(
            self, "", [plugin for plugin in self.plugins if plugin.code.class_name is not None], theirs
        )

    @cached_property
    def importable(self) -> Importable:
        """The names that code could be imported by."""
        from owui_lint.repository.importable import Importable

        return Importable(self, self.plugins)

    @cached_property
    def plugin_by_id(self) -> dict[str, Plugin]:
        """Plugins by id."""
        return {plugin.id: plugin for plugin in self.plugins}

    @cached_property
    def plugins_by_type(self) -> dict[str, list[Plugin]]:
        """Plugins by the folder of their type, in their order."""
        found: dict[str, list[Plugin]] = defaultdict(list)
        for plugin in self.plugins:
            found[plugin.type].append(plugin)
        return dict(found)

    @cached_property
    def types_with_unjudged_code(self) -> frozenset[str]:
        """The types of plugins in whose folders lies code that is not judged: it may be that of a plugin."""
        code = [path for path in self.unjudged_files if is_candidate(path)]
        folders = {kind: f"{self.plugins_dir}/{kind}/" for kind in self.types}
        return frozenset(kind for kind, folder in folders.items() if any(path.startswith(folder) for path in code))

    @cached_property
    def plugin_by_file(self) -> dict[str, Plugin]:
        """The plugin that a file belongs to: code, copies, READMEs and pages."""
        owners: dict[str, Plugin] = {}
        for plugin in self.plugins:
            for path in plugin.files:
                owners[path] = plugin
        return owners

    @cached_property
    def owners_by_file(self) -> dict[str, list[Plugin]]:
        """The plugins whose own a file is: code, copies, all READMEs whose version is theirs, and pages."""
        self.pages.link()
        owners: dict[str, list[Plugin]] = defaultdict(list)
        for plugin in self.plugins:
            for path in dict.fromkeys((*plugin.files, *(document.path for document in plugin.own_readmes))):
                owners[path].append(plugin)
        return dict(owners)

    @cached_property
    def documents_of_all(self) -> frozenset[str]:
        """The documents that rules read and that may tell of any plugin: all that are no plugin's own, and READMEs and lists
        of several plugins even where they are."""
        apart = {path for path in self.relevant_paths if not path.endswith(".py") and path not in self.owners_by_file}
        read_for_all = (*self.root_documents.values(), *self.folder_documents.values(), *self.pages.lists)
        return frozenset(apart.union(document.path for document in read_for_all))

    def owner_of(self, path: str) -> Plugin | None:
        """Return the plugin a path belongs to: one of its files, or anything in its folder."""
        self.pages.link()
        owner = self.plugin_by_file.get(path)
        if owner is not None:
            return owner
        folder = posixpath.dirname(path)
        while folder:
            if folder in self.plugin_by_folder:
                return self.plugin_by_folder[folder]
            folder = posixpath.dirname(folder)
        return None

    def owner_id(self, path: str) -> str | None:
        """Return the id of the plugin that a path belongs to."""
        owner = self.owner_of(path)
        return owner.id if owner else None

    @cached_property
    def tests_apart(self) -> list[str]:
        """The paths of tests that lie in no plugin's folder."""
        from owui_lint.repository.testfiles import tests_apart

        return tests_apart(self)

    @cached_property
    def plugin_by_folder(self) -> dict[str, Plugin]:
        """Plugins by the folder of their own."""
        return {plugin.folder: plugin for plugin in self.plugins if plugin.folder}

    @cached_property
    def plugins_in(self) -> dict[str, list[Plugin]]:
        """Plugins by the folder that their code lies in."""
        found: dict[str, list[Plugin]] = defaultdict(list)
        for plugin in self.plugins:
            found[posixpath.dirname(plugin.path)].append(plugin)
        return dict(found)

    @cached_property
    def plugin_alone_in(self) -> dict[str, Plugin]:
        """Plugins by the folder that they lie in, where they share it with no other and it is called like them: each word
        of its name is one of the plugin's title, or it is the file's name."""
        return {
            folder: plugins[0]
            for folder, plugins in self.plugins_in.items()
            if len(plugins) == 1 and _is_called_like(posixpath.basename(folder), plugins[0])
        }

    def select_plugins(self, selector: str) -> list[Plugin]:
        """Return the plugins that ``TYPE/NAME`` means: the one with that id, else all that match loosely."""
        return selected(self.plugins, selector)

    @cached_property
    def target(self) -> PlatformFacts:
        """The OpenWebUI release that plugins must run on: ``target-openwebui``, or the newest known one."""
        from owui_lint.openwebui.facts import facts

        return facts(self.config["target-openwebui"])

    # -- documents, locations, dates ---------------------------------------------------------------------------

    @cached_property
    def sections(self) -> SectionBook:
        """The sections of the README standard, with the configuration's aliases."""
        return SectionBook(self.data["sections"], self.config["section-aliases"])

    @cached_property
    def pages(self) -> Pages:
        """Documentation pages, and what belongs to whom."""
        from owui_lint.repository.pages import Pages

        return Pages(self)

    @cached_property
    def indexes(self) -> Indexes:
        """The entries of indexes, and which plugin each is about."""
        from owui_lint.repository.versions.indexes import Indexes

        return Indexes(self)

    @cached_property
    def left_over(self) -> LeftOver:
        """Pages that state a plugin's version and are no plugin's, and whose they may be."""
        from owui_lint.repository.versions.leftover import LeftOver

        return LeftOver(self)

    @cached_property
    def marks(self) -> GeneratedMarks:
        """What marks generated blocks, per ``rules/locations.yaml``."""
        from owui_lint.repository.documents.generatedblocks import GeneratedMarks

        return GeneratedMarks(self.data["locations"]["generated-marks"])

    @cached_property
    def inventory(self) -> Inventory:
        """Where versions stand and how they are written, per ``rules/locations.yaml``."""
        from owui_lint.repository.versions.inventory import Inventory

        return Inventory(self.data["locations"])

    @cached_property
    def finder(self) -> Finder:
        """What finds version locations."""
        from owui_lint.repository.versions.locations import Finder

        return Finder(self)

    @cached_property
    def locations(self) -> list[Location]:
        """Every version location of every plugin, by plugin, per ``rules/locations.yaml``."""
        return [location for plugin in self.plugins for location in self.finder.of_plugin(plugin)]

    def locations_in_sight(self, plugin: Plugin) -> list[Location]:
        """Return a plugin's version locations but for those that are not there as far as is known, and that nothing can be
        said of."""
        return [one for one in self.finder.of_plugin(plugin) if one.present or not self.is_out_of_sight(one.path)]

    @cached_property
    def dates(self) -> list[DateBadge]:
        """The date badges of the root READMEs."""
        from owui_lint.repository.versions.dates import find_dates

        return find_dates(self)

    @cached_property
    def root_documents(self) -> dict[str, Document]:
        """The root READMEs by language; where they are a plugin's own, as that."""
        own = {document.path: document for plugin in self.plugins for document in plugin.own_readmes}
        paths = self.readmes.by_lang("")
        return {lang: own.get(path) or Document(self.file(path), lang, "root") for lang, path in paths.items()}

    @cached_property
    def folder_documents(self) -> dict[tuple[str, str], Document]:
        """By folder and language, the READMEs of other layouts that are about several plugins; not those of the root."""
        if self.is_standard_layout:
            return {}
        own = {document.path for plugin in self.plugins for document in plugin.readmes.values()}
        others = {document.path: document for plugin in self.plugins for document in plugin.other_readmes}
        return {
            (folder, lang): others.get(path) or Document(self.file(path), lang, "root")
            for folder in self._around_plugins - {""}
            for lang, path in self.readmes.by_lang(folder).items()
            if path not in own
        }

    def readmes_possibly_of(self, plugin: Plugin) -> Iterator[Document]:
        """Yield the READMEs that could be a plugin's own and are nobody's, the nearest first; none in the standard's
        layout, where their place says it."""
        own = self._discovery.found.own_readmes
        if self.is_standard_layout or own is None:
            return
        for folder in own.possible_folders(plugin):
            for lang, path in self.readmes.by_lang(folder).items():
                yield Document(self.file(path), lang, "readme")

    def can_assign(self, path: str, plugins: list[Plugin]) -> bool:
        """Tell whether the configuration can say that a README is one of some plugins', or with none of them nobody's: not
        where its place, or a plugin's, says it."""
        own = self._discovery.found.own_readmes
        if own is None:
            return False
        types = tuple(f"{self.plugins_dir}/{kind}/" for kind in self.types) if self.is_standard_layout else ()
        return not path.startswith(types) and all(plugin in own.plugins for plugin in plugins)

    @cached_property
    def looks_bilingual(self) -> tuple[str, str] | None:
        """Why the repository looks like one that follows the bilingual standard (English, Chinese), or ``None``."""
        if not self.is_standard_layout:
            return None
        # That a folder is there which the configuration names says nothing: the standard's has folders of types.
        if self.docs_dir in self.folders and (not self.config.is_written("docs-dir") or self.pages.are_by_type):
            return f"{self.docs_dir}/ exists", f"存在 {self.docs_dir}/"
        zh, root = self.config["readme-zh"], self.root_documents.get("zh")
        if root is not None and root.path != self.config["readme"]:
            return f"{root.path} exists", f"存在 {root.path}"
        for plugin in self.plugins:
            if "zh" in plugin.readmes and plugin.readmes["zh"].path == f"{plugin.folder}/{zh}":
                return f"{plugin.folder}/{zh} exists", f"存在 {plugin.folder}/{zh}"
        return None


__all__ = [
    "Code",
    "Document",
    "Plugin",
    "Repository",
    "SourceFile",
    "find_root",
    "is_repository",
    "matches_any",
    "slug",
]
