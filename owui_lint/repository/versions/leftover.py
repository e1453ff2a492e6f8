"""Pages that state a plugin's version and are no plugin's, and the plugins that they may be of: one that was renamed leaves
its page behind, under the old name."""

from __future__ import annotations

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import compiled
from owui_lint.repository.aside import folder_put_aside
from owui_lint.repository.documents.entrylinks import names_guide
from owui_lint.repository.pages import NO_PLUGIN
from owui_lint.text import is_platform, is_type_word, slug, title_keys
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository import Repository
    from owui_lint.repository.documents.entries import IndexEntry
    from owui_lint.repository.pages import Page
    from owui_lint.repository.plugin import Document, Plugin

_SHORT = 2  # letters: `to`, `of`


class Renamed(NamedTuple):
    """The only plugin of a type without a page, and the pages of the only name that no plugin has there, by language. The two
    names have a word in common."""

    plugin: Plugin
    pages: dict[str, Page]

    def setting(self, repository: Repository) -> str:
        """Return what the configuration says where the pages are the plugin's."""
        page = next(iter(self.pages.values()))
        return repository.config.entry("pages", page.key, self.plugin.id)


class LeftOver:
    """What is left over of a repository's pages, where they lie in folders of types."""

    def __init__(self, repository: Repository) -> None:
        repository.pages.link()
        self.repository = repository
        names = {slug(name) for plugin in repository.plugins for name in (plugin.name, plugin.code.stem)}
        #: The paths of pages that go with those of plugins, and may be at versions of their own.
        self.guides = {page.document.path for page in repository.pages.all if self._is_guide(page, names)}
        #: The pages that are nobody's although they state a plugin's version in the way a plugin's page does.
        self.pages = list(filter(self._is_orphan, repository.pages.all)) if repository.pages.are_by_type else []
        #: By type, where there is one plugin for one name and nothing else to choose from.
        self.renamed = {kind: found for kind in repository.types if (found := self._find_renamed(kind)) is not None}

    def _is_guide(self, page: Page, names: set[str]) -> bool:
        stem = slug(page.stem)
        is_said = names_guide(page.stem) or self.repository.pages.mapped(page) == NO_PLUGIN
        return is_said or any(stem[: match.start()] in names for match in compiled("-").finditer(stem))

    def _is_orphan(self, page: Page) -> bool:
        """A guide or a case study is none: it states no version, its name says what it is, or continues a plugin's name. Where
        code of its type is not judged, the page may be of a plugin among it."""
        document = page.document
        if page.owners or document.file.problem or document.path in self.guides:
            return False
        is_known = page.type not in self.repository.types_with_unjudged_code
        return is_known and bool(self.repository.finder.statements.as_plugin_page(document))

    def _find_renamed(self, kind: str) -> Renamed | None:
        pages = {(page.stem, page.document.lang): page for page in self.pages if page.type == kind}
        lacking = [
            plugin
            for plugin in self.repository.plugins_by_type.get(kind, [])
            if not plugin.pages and not plugin.is_misplaced and folder_put_aside(plugin.path) is None
        ]
        if len(lacking) != 1 or len({stem for stem, _ in pages}) != 1:
            return None
        if not any(_share_a_word(page, lacking[0]) for page in pages.values()):
            return None  # more plugins are new and have no page yet than are renamed to something else altogether
        return Renamed(lacking[0], {lang: page for (_, lang), page in pages.items()})

    def page_for(self, plugin: Plugin, lang: str) -> Page | None:
        """Return the page that may be a plugin's under a name that it had."""
        found = self.renamed.get(plugin.type)
        return found.pages.get(lang) if found is not None and found.plugin is plugin else None

    def entry_for(self, plugin: Plugin, document: Document) -> IndexEntry | None:
        """Return the entry of an index that leads to that page."""
        page = self.page_for(plugin, document.lang)
        entries = self.repository.indexes.entries(document) if page is not None else []
        return next((one for one in entries if page is not None and page.document.path in one.targets), None)

    def plugin_for(self, entry: IndexEntry, kind: str) -> Plugin | None:
        """Return the plugin that the page which an entry leads to may be of."""
        found = self.renamed.get(kind)
        paths = {page.document.path for page in found.pages.values()} if found is not None else set()
        return found.plugin if found is not None and not paths.isdisjoint(entry.targets) else None


def _share_a_word(page: Page, plugin: Plugin) -> bool:
    """Whether a page is called a little like a plugin, beyond what kind of plugin it is."""
    title = page.document.markdown.title
    names = (plugin.title, plugin.name, plugin.code.stem)
    return not _words(page.stem, title.plain if title is not None else "").isdisjoint(_words(*names))


def _words(*names: str) -> set[str]:
    """The words of names that say which plugin is meant."""
    words = {word for name in names for key in title_keys(name) for word in key.split()}
    return {word for word in words if len(word) > _SHORT and not is_type_word(word) and not is_platform(word)}
