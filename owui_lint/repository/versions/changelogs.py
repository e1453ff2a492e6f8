"""The changelog that a plugin keeps in its folder, in the form of https://keepachangelog.com: a second-level heading for
each release."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.plugin import Document
from owui_lint.tuples import NamedTuple
from owui_lint.versions import (
    ENDS,
    VERSION,
    is_final,
    is_named_in,
    is_newer,
    is_same,
    looks_like_day,
    version_key,
)

if TYPE_CHECKING:
    from owui_lint.finding import Place
    from owui_lint.repository import Plugin, Repository
    from owui_lint.repository.documents.markdown import Heading

_NAME = "changelog.md"
_ENTRY = lazy_pattern(rf"\[?v?({VERSION})\]?{ENDS}", re.IGNORECASE)
_YEAR = lazy_pattern(r"(?:19|20)[0-9]{2}(?![0-9])")
# What is said of a version that was taken back, or is still to come.
_NOT_OUT = lazy_pattern(
    r"\b(?:yanked|withdrawn|retracted|planned|upcoming|unreleased|tb[ad]|wip|in (?:progress|development)|not (?:yet )?released)\b"
    r"|撤回|撤销|计划|规划|开发中|进行中|待发布|未发布|尚未发布",
    re.IGNORECASE,
)


class Entry(NamedTuple):
    """A version that a changelog tells of, and the heading that it does so below. ``is_out``: it is a release that stands,
    none that was taken back, is planned or comes before one."""

    version: str
    heading: Heading
    is_out: bool


class Changelog(NamedTuple):
    """A changelog, and its entries."""

    document: Document
    entries: list[Entry]

    @property
    def newest(self) -> Entry:
        """The newest release; where none is out, the newest of all. Some write it at the end."""
        return max(self.entries, key=lambda entry: (entry.is_out, version_key(entry.version)))

    @property
    def place(self) -> Place:
        """Where the newest entry stands."""
        return self.document.file.place(self.newest.heading.start, self.newest.heading.end)

    def heading_of(self, version: str) -> Heading | None:
        """Return the heading below which a version is told of: its entry's, else one that names it behind something else."""
        own = (entry.heading for entry in self.entries if is_same(entry.version, version))
        others = (one for one in _headings(self.document) if is_named_in(_behind_entry(one.plain), version))
        return next(own, None) or next(others, None)

    def tells_of(self, version: str) -> bool:
        """Tell whether a version has an entry, and no newer one is out."""
        return self.heading_of(version) is not None and not (
            self.newest.is_out and is_newer(self.newest.version, version)
        )


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
    has_days = not _is_day(plugin.release or "")
    entries = [
        Entry(match[1], heading, is_final(match[1]) and not _NOT_OUT.search(heading.plain))
        for heading in _headings(document)
        if (match := _ENTRY.match(heading.plain)) and version_key(match[1]) and not (has_days and _is_day(match[1]))
    ]
    return Changelog(document, entries) if entries else None


def _headings(document: Document) -> Iterator[Heading]:
    """The headings of releases, whatever they are called."""
    return (heading for heading in document.markdown.headings if heading.level == 2)


def _behind_entry(heading: str) -> str:
    """What stands in a heading behind the version that it begins with, where it does: 1.0.0 has no entry in 1.0.0-beta.1."""
    match = _ENTRY.match(heading)
    return heading[match.end() :] if match else heading


def _is_day(version: str) -> bool:
    """Whether a number is a day or a month, unless the plugin's versions look so too."""
    return looks_like_day(version) or _YEAR.match(version) is not None
