"""Whose page is whose where plugins lie in folders of types and pages do not: all of a page's path has to say so.

Such documentation may be about anything that the plugins are about, too: protocols, servers, versions to come. What lies in
a folder of any other name, or is called like a plugin and one word more, is about something else.
"""

from __future__ import annotations

import posixpath
import re

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.entries import without_version
from owui_lint.repository.documents.markdown import plain_text
from owui_lint.repository.ownpages import is_headed, is_of_type, is_titled
from owui_lint.repository.pagelanguages import is_language
from owui_lint.text import is_named_in, slug, title_keys, without_platform

if TYPE_CHECKING:
    from owui_lint.repository.plugin import Document, Plugin
    from owui_lint.repository.plugin_index import PluginIndex
    from owui_lint.repository.versions.inventory import Inventory

_TITLE = lazy_pattern(r"^title[ \t]*:[ \t]*(?P<title>[^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)


class PlacedPages:
    """Tells whose page one is by its place, and what it says of itself."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory

    def claims(self, path: str, name: str, document: Document, plugins: PluginIndex) -> list[tuple[int, Plugin]]:
        """Return whose page the one at ``path`` (below the documentation folder) is, with the strength of that. ``name`` is
        that of its file, without language and suffix."""
        folders = [folder for folder in path.split("/")[:-1] if not is_language(folder)]
        called = name
        if name in ("index", "README"):
            if not folders:
                return []
            called = folders.pop()
        alike = [claim for claim in plugins.living_at(called) if is_of_type(called, claim[1])]
        own = [claim for claim in alike if all(_says_nothing_else(folder, called, claim[1]) for folder in folders)]
        heading = self._heading(document) if own else None
        if heading is None:
            return []
        headed = [one for one in own if is_headed(heading, one[1]) and self.may_be_of(document, one[1])]
        # Several plugins may be called so; the one that has the heading for its title is meant then.
        return [claim for claim in headed if is_titled(heading, claim[1])] or headed

    def may_be_of(self, document: Document, plugin: Plugin) -> bool:
        """Whether a page says nothing against being a plugin's: it is headed with no version, and by nobody else."""
        heading = self._heading(document)
        if heading is not None and without_version(heading).strip() != heading and not is_headed(heading, plugin):
            return False
        author = plugin.code.values.get("author", "")
        said = self._authors(document) if author else []
        return not said or any(_is_by(author, plugin.code.values.get("author_url", ""), who) for who in said)

    def _heading(self, document: Document) -> str | None:
        """What a page is headed with; where it has no heading, the title in its front matter."""
        title = document.markdown.title
        heading = title.plain if title is not None else document.file.facts.plain("title", lambda: _title_of(document))
        return without_platform(heading).strip() if heading else None

    def _authors(self, document: Document) -> list[str]:
        """Who made what a page is about, as it says it at its head: the rest of each such field."""

        def make() -> list[str]:
            markdown, pattern = document.markdown, self.inventory.others.author_field
            texts = (_front_matter_of(document), markdown.without_code[: markdown.header_end])
            found = [match["who"] for text in texts for match in pattern.finditer(text)]
            return [who for who in found if any(map(str.isalnum, who))]

        return document.file.facts.plain("authors", make)


def _says_nothing_else(folder: str, called: str, plugin: Plugin) -> bool:
    """Whether the name of a folder is that of plugins, of a plugin's type or of the plugin itself."""
    name = folder.casefold()
    return (
        name in ("plugins", "plugin")
        or name.removesuffix("s") == plugin.type.removesuffix("s")
        or slug(folder) == slug(called)
    )


def _title_of(document: Document) -> str:
    found = _TITLE.search(_front_matter_of(document))
    return found["title"].strip(" \t\"'") if found is not None else ""


def _front_matter_of(document: Document) -> str:
    markdown = document.markdown
    lines = markdown.front_matter
    return markdown.text[: lines[-1].end] if lines else ""


def _is_by(author: str, home: str, who: str) -> bool:
    """Whether what a page says of who made it could mean the author that code names; ``home`` is the author's address."""
    shown = plain_text(who)
    if is_named_in(shown, title_keys(author)) or is_named_in(author, title_keys(shown)):
        return True
    account = posixpath.basename(home.rstrip("/"))
    return (
        bool(account) and compiled(rf"(?<![\w-]){re.escape(account)}(?![\w-])", re.IGNORECASE).search(who) is not None
    )
