"""The changelog that a plugin keeps in its folder, in the form of https://keepachangelog.com: a second-level heading for
each release."""

from __future__ import annotations

import posixpath
import re

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.plugin import Document
from owui_lint.tuples import NamedTuple
from owui_lint.versions import ENDS, VERSION, is_same, version_key

if TYPE_CHECKING:
    from owui_lint.finding import Place
    from owui_lint.repository import Plugin, Repository
    from owui_lint.repository.markdown import Heading

_NAME = "changelog.md"
_ENTRY = lazy_pattern(rf"\[?v?({VERSION})\]?{ENDS}", re.IGNORECASE)


class Changelog(NamedTuple):
    """A changelog, and the version and the heading of its newest entry."""

    document: Document
    newest: str
    heading: Heading

    @property
    def place(self) -> Place:
        """Where the newest entry stands."""
        return self.document.file.place(self.heading.start, self.heading.end)

    def ends_with(self, version: str) -> bool:
        """Tell whether the newest entry is that of a version."""
        return is_same(self.newest, version)


def find_changelog(repository: Repository, plugin: Plugin) -> Changelog | None:
    """Return the changelog in the folder that a plugin has for itself; ``None`` where there is none, or none in that form.

    One in the root, or in a folder of several plugins, tells of more than one plugin.
    """
    folder = posixpath.dirname(plugin.path)
    if not folder or any(other is not plugin and other.path.startswith(f"{folder}/") for other in repository.plugins):
        return None
    paths = repository.by_folder.get(folder, ())
    path = next((path for path in paths if posixpath.basename(path).casefold() == _NAME), None)
    if path is None or repository.file(path).problem:
        return None
    document = Document(repository.file(path), "en", "note")
    entries = [
        (key, match[1], heading)
        for heading in document.markdown.headings
        if heading.level == 2 and (match := _ENTRY.match(heading.plain)) and (key := version_key(match[1])) is not None
    ]
    if not entries:
        return None
    _, newest, heading = max(entries, key=lambda entry: entry[0])  # some write it at the end
    return Changelog(document, newest, heading)
