"""Documentation pages: which there are, which page belongs to which plugin, and which plugin a link or a text means.

What claims a page for a plugin, and which claim is stronger, is listed in ``plugin_index.py``. The strongest one
decides; two plugins with equal claims are a finding, and the page is left alone.

Where plugins, or pages, do not lie in folders of types, pages may lie anywhere. Then the name and the heading have to
agree, or the heading is the title (``ownpages.py``); beside ``plugins/{type}/`` all of the path has to say so, too
(``placedpages.py``). A project that has other code than plugins has pages of its own.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from owui_lint import TYPE_CHECKING, sealed
from owui_lint.lazypattern import compiled
from owui_lint.repository.aside import dated_parts, folder_of_old, is_chapter
from owui_lint.repository.pagelanguages import (
    counterparts,
    holds_translations,
    is_among_translations,
    is_in_third,
    named,
    placed,
)
from owui_lint.repository.plugin import Document, Plugin, meant
from owui_lint.repository.plugin_index import ENTRY, EXACTLY, MAPPED, SIBLING, PluginIndex
from owui_lint.repository.tree import parents

if TYPE_CHECKING:
    from owui_lint.repository import Repository
    from owui_lint.repository.placedpages import PlacedPages

    _Settled = tuple[str | None, list[tuple[int, str]], bool]
    """What the configuration says of a page, its claims by the plugins' ids, and whether nothing but its name makes it the
    owner's."""

NO_PLUGIN = "none"


class Page:
    """A page below the documentation folder. ``type`` is the folder of the plugins' type that it lies in, or ``""``;
    ``name`` is that of its file without language and extension, ``stem`` what it is called by: an index or a README by its
    folder, "" for the documentation folder itself."""

    def __init__(self, document: Document, type: str, name: str, stem: str) -> None:
        self.document = document
        self.type = type
        self.name = name
        self.stem = stem
        self.claims: list[tuple[int, Plugin]] = []
        #: What the configuration says of it, or of the page in the other language that it goes with.
        self.said: str | None = None

    @property
    def key(self) -> str:
        """What the configuration calls it."""
        return f"{self.type}/{self.stem}" if self.type else self.stem

    @property
    def owners(self) -> list[Plugin]:
        """The plugins with the strongest claim: none, one, or several that compete."""
        best = max((strength for strength, _ in self.claims), default=0)
        unique: dict[str, Plugin] = {plugin.id: plugin for strength, plugin in self.claims if strength == best}
        return list(unique.values())


class Pages:
    """All documentation pages of a repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.zh_suffix: str = repository.config["docs-zh-suffix"]
        self._linked = False
        self._documents: dict[tuple[str, str], Document] = {}
        self._plugins: dict[str | None, PluginIndex] = {}

    def split_language(self, name: str) -> tuple[str, str]:
        """Return a Markdown file name without extension and language suffix, and its language."""
        stem = name.removesuffix(".md")
        if self.zh_suffix and stem.endswith(self.zh_suffix):
            return stem.removesuffix(self.zh_suffix), "zh"
        return stem, "en"

    @cached_property
    def are_by_type(self) -> bool:
        """Whether pages lie in folders of types, as plugins do: their place then says what they are about."""
        folders = self.repository.folders
        return self.repository.is_standard_layout and any(
            f"{self.repository.docs_dir}/{kind}" in folders for kind in self.repository.types
        )

    @cached_property
    def are_anywhere(self) -> bool:
        """Whether pages need not lie in folders of types: the layout is another, and the repository is about plugins."""
        return not self.are_by_type and self.repository.holds_only_plugins

    @cached_property
    def are_translated_elsewhere(self) -> bool:
        """Whether what is in Chinese lies in a folder of translations around the pages (``i18n/zh/docs/echo.md``)."""
        docs, subfolders = self.repository.docs_dir, self.repository.subfolders
        return any(holds_translations(subfolders, folder) for folder in (docs, *parents(docs), ""))

    @cached_property
    def lists_by_place(self) -> list[Document]:
        """Where pages may lie anywhere: the indexes of the documentation folder, of those that it lies in and of types, which
        may list plugins and their versions."""
        if not self.are_anywhere:
            return []
        docs = self.repository.pages_dir
        return self._indexes_of((*(f"{docs}/{kind}" for kind in self.repository.types), *parents(f"{docs}/index.md")))

    @cached_property
    def lists(self) -> list[Document]:
        """Where pages may lie anywhere: these, and the indexes of the folders that pages of plugins lie in."""
        if not self.are_anywhere:
            return []
        known = {document.path for document in self.lists_by_place}
        known.update(page.document.path for page in self.all)
        inner = f"{self.repository.pages_dir}/"
        folders = {folder: None for page in self.all for folder in parents(page.document.path)}
        beside = self._indexes_of(folder for folder in folders if folder.startswith(inner))
        return [*self.lists_by_place, *(document for document in beside if document.path not in known)]

    def _indexes_of(self, folders: Iterable[str]) -> list[Document]:
        repository = self.repository
        # In the standard's layout, what the documentation folder's own index says is a location of its own.
        other = [folder for folder in folders if not (repository.is_standard_layout and folder == repository.docs_dir)]
        paths = [f"{folder}/index{suffix}.md" for folder in other for suffix in ("", self.zh_suffix)]
        found = (self.index(path, self.language_of(path)) for path in paths)
        return [document for document in found if document is not None]

    def language_of(self, path: str) -> str:
        """Return the language of a page that may lie anywhere: the one that its name states, else that of its folder."""
        lang = self.split_language(path)[1]
        if lang != "en" or path.startswith(self._folders_of_types):
            return lang
        own = placed(path.removeprefix(self.repository.pages_dir + "/"))
        return own.lang if own is not None else lang

    def _split_at_any(self, path: str) -> tuple[str, str]:
        """Return the name of a page that lies in no folder of a type, without extension and language, and its language; beside
        ``plugins/{type}/`` names may end in any usual form of that (``echo_CN.md``)."""
        name, lang = self.split_language(posixpath.basename(path))
        usual = named(name) if lang == "en" and self.repository.is_standard_layout else None
        return usual if usual is not None else (name, self.language_of(path))

    def counterparts(self, path: str) -> list[str]:
        """Return where the page in the other language may lie, the place where it belongs first; in the folder of a type
        there is but one such place."""
        stem, lang = self.split_language(path)
        by_name = f"{stem}{self.zh_suffix if lang == 'en' else ''}.md"
        if path.startswith(self._folders_of_types):
            return [by_name]
        return counterparts(path, lang, by_name, self.repository.subfolders, self.repository.pages_dir)

    @cached_property
    def _folders_of_types(self) -> tuple[str, ...]:
        return tuple(f"{self.repository.pages_dir}/{kind}/" for kind in self.repository.types)

    @cached_property
    def by_type(self) -> dict[str, list[Page]]:
        """Pages (no indexes) by plugin type, sorted by path; of no type (``""``) in repositories of another layout."""
        found: dict[str, list[Page]] = {}
        repository = self.repository
        prefix = repository.pages_dir + "/"
        readmes = {document.path for plugin in repository.plugins for document in plugin.own_readmes}
        for path in repository.paths_below(prefix):
            if not path.endswith(".md"):
                continue
            kind, _, rest = path[len(prefix) :].partition("/")
            is_readme = False
            if kind not in repository.types or not rest:
                if not self.are_anywhere or path in readmes:
                    continue
                if repository.is_link_to(path, readmes):
                    continue
                kind, rest = "", path[len(prefix) :]
                is_readme = repository.readmes.is_readme(path)
            if self.is_translation(path):
                continue
            name, lang = self.split_language(posixpath.basename(rest))
            if is_readme:
                name, lang = "README", repository.readmes.language_of(path)
            elif not kind:
                name, lang = self._split_at_any(path)
            stem = name
            if name == "index" or is_readme:
                if kind and "/" not in rest:
                    continue  # the type's own index
                stem = posixpath.basename(posixpath.dirname(rest))
            page = Page(Document(repository.file(path), lang, "docs"), kind, name, stem)
            if not self._is_of_old(page, rest):
                found.setdefault(kind, []).append(page)
        return found

    def _is_of_old(self, page: Page, path: str) -> bool:
        """Whether a page in a folder of a type, by its path there, is that of an old version: the folder says so and is no
        plugin's, and the configuration says nothing."""
        folder = folder_of_old(path) if page.type else None
        return folder is not None and self.mapped(page) is None and not self.plugins_of(page.type).living_at(folder)

    def is_translation(self, path: str) -> bool:
        """Tell whether a page is another one in a language that is not compared: ``echo.de.md`` beside ``echo.md``."""
        stem, dot, lang = path.removesuffix(".md").rpartition(".")
        is_other = (
            bool(dot) and f".{lang}" != self.zh_suffix and compiled(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?").fullmatch(lang)
        )
        return bool(is_other) and self.repository.exists(f"{stem}.md")

    def is_paired_by_name(self, path: str) -> bool:
        """Tell whether a page that lies in no folder of a type has a Chinese one beside it by another usual name than the
        configured one (``echo_CN.md``)."""
        if path.startswith(self._folders_of_types):
            return False
        folder, _, name = path.rpartition("/")
        stem = name.removesuffix(".md")
        beside = self.repository.by_folder.get(folder, [])  # sorted
        for mark in "._-":
            prefix = f"{folder}/{stem}{mark}"
            first = bisect_left(beside, prefix)
            for at in range(first, len(beside)):
                one = beside[at]
                if not one.startswith(prefix):
                    break
                if one.endswith(".md") and named(one[len(folder) + 1 : -3]) == (stem, "zh"):
                    return True
        return False

    def is_of_third(self, path: str) -> bool:
        """Tell whether a page lies where a language that is not compared does, or among translations in whatever order; in
        the folder of a type a folder is a plugin's."""
        if path.startswith(self._folders_of_types):
            return False
        own = path.removeprefix(self.repository.pages_dir + "/")
        return is_in_third(own) or is_among_translations(own)

    @cached_property
    def all(self) -> list[Page]:
        """All pages; claims are settled. Of those without a type only a plugin's are the repository's."""
        self.link()
        return [page for pages in self.by_type.values() for page in pages if page.type or page.claims]

    @cached_property
    def found_by_name(self) -> list[Page]:
        """The pages that are a plugin's although no folder of a type says so."""
        return [page for page in self.all if page.owners] if self.are_anywhere else []

    def index(self, path: str, lang: str) -> Document | None:
        """Return the index document at ``path``, or ``None`` where there is none."""
        if not self.repository.exists(path):
            return None
        key = (path, lang)
        if key not in self._documents:
            self._documents[key] = Document(self.repository.file(path), lang, "index")
        return self._documents[key]

    # -- who owns a page -------------------------------------------------------------------------------------

    def link(self) -> None:
        """Settle which page belongs to which plugin; the plugins get their pages. Runs once.

        It is kept for as long as the pages, their indexes and what plugins are called are the same.
        """
        if self._linked:
            return
        self._linked = True
        kept = self.repository.facts.of_all
        settled = kept.entry_under("claims", self._digest, "", self._settled) if kept.keep else self._settled()
        plugins = self.repository.plugin_by_id
        for pages in self.by_type.values():
            for page in pages:
                page.said, claims, is_by_name = settled[page.document.path]
                page.claims = [(strength, plugins[name]) for strength, name in claims]
                if len(page.owners) == 1:
                    page.document.plugin = page.owners[0]
                    page.document.is_by_name = is_by_name
                    page.owners[0].pages.append(page.document)

    @property
    def _digest(self) -> bytes:
        """The digest of all that decides which page belongs to whom."""
        repository = self.repository
        pages = [page.document.path for pages in self.by_type.values() for page in pages]
        indexes = filter(repository.exists, self._paths_of_indexes) if self.are_by_type else ()
        digests = [(path, repository.file(path).digest) for path in (*pages, *indexes)]
        return sealed.digest_of((repository.digest_of_names, digests))

    @property
    def _paths_of_indexes(self) -> list[str]:
        """Where the indexes of types lie, which may say whose a page is."""
        return [
            f"{self.repository.docs_dir}/{kind}/index{suffix}.md"
            for kind in self.by_type
            for suffix in ("", self.zh_suffix)
        ]

    def _settled(self) -> dict[str, _Settled]:
        """Work out, by path, whose pages are."""
        settled: dict[str, _Settled] = {}
        for kind, pages in self.by_type.items():
            plugins = self.plugins_of(kind or None)
            groups = _by_other_language(pages)
            for page, others in groups:
                page.said = self._said_of(page, others)
            for page in pages:
                page.claims = self._claims(page, plugins)
            _settle_titles(pages)
            self._claim_by_sibling(groups)
            if self.are_by_type:
                self._claim_by_entry(kind, pages, plugins)
                self._claim_by_sibling(groups)  # both indexes may link the same page
            for page, others in groups:
                is_by_name = not self.are_by_type and all(one.said is None for one in (page, *others))
                claims = [(strength, plugin.id) for strength, plugin in page.claims]
                settled[page.document.path] = page.said, claims, is_by_name
        return settled

    def plugins_of(self, kind: str | None) -> PluginIndex:
        """Return the plugins of a type, or all, by what they are called."""
        found = self._plugins.get(kind)
        if found is None:
            plugins = self.repository.plugins if kind is None else self.repository.plugins_by_type.get(kind, ())
            found = self._plugins[kind] = PluginIndex(plugins)
        return found

    def _claims(self, page: Page, plugins: PluginIndex) -> list[tuple[int, Plugin]]:
        if page.said == NO_PLUGIN:
            return []
        if page.said is not None:
            return [(MAPPED, plugin) for plugin in meant(self.repository.plugins, page.said)]
        if not self.are_by_type:
            return self._own_claims(page, plugins)
        claims = plugins.living_at(page.stem)
        if not claims and page.document.markdown.title is not None:
            claims = plugins.named(page.document.markdown.title.plain)
        return claims

    def _own_claims(self, page: Page, plugins: PluginIndex) -> list[tuple[int, Plugin]]:
        from owui_lint.repository.ownpages import own_claims  # only other layouts need it

        path = page.document.path.removeprefix(self.repository.pages_dir + "/")
        if is_chapter(path) or self._is_of_a_day(path, plugins):
            return []
        if self.repository.is_standard_layout:
            return self._placed.claims(path, page.name, page.document, plugins)
        title = page.document.markdown.title
        return own_claims(path, page.stem, title.plain if title is not None else None, plugins)

    @cached_property
    def _placed(self) -> PlacedPages:
        from owui_lint.repository.placedpages import PlacedPages  # the standard's pages do without

        return PlacedPages(self.repository.inventory)

    def _is_of_a_day(self, path: str, plugins: PluginIndex) -> bool:
        """Whether a page, by its path below the documentation folder, tells of a day, and no plugin is called so."""
        return any(not plugins.living_at(part) and not plugins.named(part) for part in dated_parts(path))

    def mapped(self, page: Page) -> str | None:
        """Return what the configuration says of a page: a plugin, ``none`` for no plugin, or nothing."""
        pages: dict[str, str] = self.repository.config["pages"]
        return next((pages[name] for name in self._names_of(page) if name in pages), None) if pages else None

    def _names_of(self, page: Page) -> tuple[str, ...]:
        """What the configuration may call a page."""
        path = page.document.path
        relative = path.removeprefix(self.repository.pages_dir + "/")
        return relative, path, page.key, f"{page.key}.md", relative.removesuffix(".md")

    @cached_property
    def names(self) -> dict[str, Page]:
        """Pages by what the configuration may call them."""
        return {name: page for pages in self.by_type.values() for page in pages for name in self._names_of(page)}

    def _said_of(self, page: Page, others: list[Page]) -> str | None:
        """What the configuration says of a page; a Chinese one without an entry of its own goes with the English one."""
        said = self.mapped(page)
        if said is None and page.document.lang == "zh":
            english = (self.mapped(one) for one in others if one.document.lang == "en")
            said = next((one for one in english if one is not None), None)
        return said

    def _claim_by_sibling(self, groups: list[tuple[Page, list[Page]]]) -> None:
        """A page without a claim belongs to whom its page in the other language belongs."""
        has_doubts = self.repository.is_standard_layout and not self.are_by_type
        for page, others in groups:
            if page.claims or page.said is not None:
                continue
            # What another page has from its own sibling is what this one gets from that, too.
            owners = {plugin.id: plugin for one in others for plugin in one.owners}
            page.claims = [
                (SIBLING, plugin)
                for plugin in owners.values()
                if not has_doubts or self._placed.may_be_of(page.document, plugin)
            ]

    def _claim_by_entry(self, kind: str, pages: list[Page], plugins: PluginIndex) -> None:
        unclaimed = {page.document.path: page for page in pages if not page.claims and page.said is None}
        if not unclaimed:
            return
        at_home = {(one.id, page.document.lang) for page in pages for _, one in page.claims}
        for lang, name in (("en", "index.md"), ("zh", f"index{self.zh_suffix}.md")):
            document = self.index(f"{self.repository.docs_dir}/{kind}/{name}", lang)
            for entry in self.repository.indexes.entries(document) if document else []:
                page = unclaimed.get(entry.page) if entry.page is not None else None
                if page is None:
                    continue
                called = self.repository.indexes.called_like(entry, kind)
                named = [called] if called else [one for keys in entry.keys for _, one in plugins.with_keys(keys)]
                # Where it does not say that it leads to the documentation, it leads to more than the plugin's own page.
                page.claims += [(ENTRY, one) for one in named if entry.sure or (one.id, lang) not in at_home]

    # -- what links and texts mean ----------------------------------------------------------------------------------

    @cached_property
    def _page_paths(self) -> frozenset[str]:
        return frozenset(page.document.path for pages in self.by_type.values() for page in pages)

    def is_page(self, path: str) -> bool:
        """Tell whether a path is a page below the documentation folder, an index excepted."""
        return path in self._page_paths

    def owner_of_target(self, target: str) -> Plugin | None:
        """Return the plugin that a linked path is a file or the folder of, or alone in whose folder it lies."""
        repository = self.repository
        found = repository.plugin_by_file.get(target)
        if found is not None:
            return found
        path = target.rstrip("/")
        folder = path.rpartition("/")[0] if repository.readmes.is_readme(path) else path
        found = repository.plugin_by_folder.get(path) or repository.plugin_alone_in.get(folder)
        return found or self._owner_of_address(path) or self._owner_of_missing(target)

    def _owner_of_address(self, path: str) -> Plugin | None:
        """The plugin of the page that a path is the address of on the site: links of HTML are not rewritten for that, so
        they name the folder that is made of a page."""
        inner = f"{self.repository.pages_dir}/"
        path = path.removesuffix(".html")
        if not path.startswith(inner) or path in self.repository.folders:
            return None
        return self.repository.plugin_by_file.get(f"{path}.md")

    def _owner_of_missing(self, target: str) -> Plugin | None:
        """The plugin that a documentation page would belong to if it were there: that of the page in the other language."""
        if not target.endswith(".md") or self.repository.exists(target):
            return None
        stem, lang = self.split_language(target)
        return self.repository.plugin_by_file.get(f"{stem}{self.zh_suffix if lang == 'en' else ''}.md")

    def plugin_named(self, texts: Iterable[str], targets: list[str]) -> Plugin | None:
        """Return the one plugin that a text of a root README is about, by linked file or by exact name."""
        self.link()
        for target in targets:
            owner = self.owner_of_target(target)
            if owner is not None:
                return owner
        for text in texts:
            named = self.plugins_of(None).named(text)
            if len({plugin.id for _, plugin in named}) == 1:
                return named[0][1]
        return None


def _by_other_language(pages: list[Page]) -> list[tuple[Page, list[Page]]]:
    """Return each page with those that are the same in another language: at its place, but for folders of languages."""
    by_place: dict[str, list[Page]] = {}
    for page in pages:
        folder = posixpath.dirname(page.document.path)
        own = placed(f"{folder}/") if not page.type else None
        by_place.setdefault((own.path if own is not None else f"{folder}/") + page.name, []).append(page)
    others = {id(page): [one for one in found if one is not page] for found in by_place.values() for page in found}
    return [(page, others[id(page)]) for page in pages]


def _settle_titles(pages: list[Page]) -> None:
    """Of several plugins that have a page's heading for their title, leave those for which most speaks: that something
    else calls them so, and that no other page has their name."""
    named = {plugin.id for page in pages for strength, plugin in page.claims if strength > EXACTLY}
    for page in pages:
        if len(page.owners) > 1 and all(strength <= EXACTLY for strength, _ in page.claims):
            speaking = {plugin.id: plugin.is_called_by_title + (plugin.id not in named) for _, plugin in page.claims}
            most = max(speaking.values())
            page.claims = [claim for claim in page.claims if speaking[claim[1].id] == most]
