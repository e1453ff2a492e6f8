"""Date badges of the root READMEs, and the day they must not be older than."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from owui_lint.finding import Edit, Place
from owui_lint.repository.badges import badges, escape, looks_like_date, parse_date
from owui_lint.repository.files import SourceFile
from owui_lint.repository.git import Git, GitError
from owui_lint.repository.locations import Inventory

if TYPE_CHECKING:
    from owui_lint.repository import Repository


@dataclass(frozen=True)
class DateBadge:
    """A static badge with a date. ``date`` is ``None`` where there is no such day; ``generated``: in a generated block."""

    file: SourceFile
    lang: str
    value: str
    date: datetime.date | None
    start: int
    end: int
    generated: bool

    @property
    def place(self) -> Place:
        """Where the date stands."""
        return self.file.place(self.start, self.end)

    def edit(self, date: datetime.date) -> Edit:
        """Return the edit that sets the badge's date."""
        return self.file.edit(self.start, self.end, escape(date.isoformat()))


def find_dates(repository: Repository) -> list[DateBadge]:
    """Return the date badges of the root READMEs, English first. Badges served by an endpoint hold no date."""
    return list(_find(repository))


def _find(repository: Repository) -> Iterator[DateBadge]:
    labels = Inventory(repository.data["locations"]).date_labels
    for lang, document in repository.root_documents.items():
        for badge in badges(document.markdown):
            if looks_like_date(badge.message) and badge.label.casefold() in labels:
                generated = document.markdown.is_generated(badge.start)
                date = parse_date(badge.message)
                yield DateBadge(document.file, lang, badge.message, date, badge.start, badge.end, generated)


@dataclass(frozen=True)
class VersionChange:
    """The newest change of a plugin's version that git knows: the day, and the file it was in."""

    date: datetime.date
    path: str


def newest_version_change(git: Git, paths: list[str]) -> VersionChange | None:
    """Return the newest commit that changed a ``version:`` line of one of ``paths``, by committer's local day.

    ``None`` without git or history, and where the answer would only be the edge of a shallow clone.
    """
    if not paths:
        return None
    try:
        out = git.text(
            "log",
            "-1",
            "--no-merges",
            "--format=%H %cs",
            "--name-only",
            "-z",
            "--no-renames",
            "-G",
            r"^[ 	]*version:",
            *([git.commit] if git.commit else []),
            "--",
            *paths,
        )
        head, _, names = out.partition("\0")
        commit, _, day = head.strip().partition(" ")
        if not day or (git.is_shallow() and not _has_parent(git, commit)):
            return None
    except GitError:
        return None
    date = parse_date(day.split("\n", 1)[0])
    changed = [name for name in names.strip("\0\n").split("\0") if name in paths]
    return VersionChange(date, changed[0] if changed else paths[0]) if date else None


def _has_parent(git: Git, commit: str) -> bool:
    return git.resolve(f"{commit}^") is not None
