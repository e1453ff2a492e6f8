"""Date badges of the root READMEs, and the day they must not be older than."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Place
from owui_lint.openwebui.frontmatter import read_frontmatter
from owui_lint.repository.badges import badges, escape, looks_like_date, parse_date
from owui_lint.repository.files import MAX_FILE_BYTES, SourceFile
from owui_lint.repository.git import Change, Git, GitError, blob_name
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository import Plugin, Repository


class DateBadge(NamedTuple):
    """A static badge with a date. ``date`` is ``None`` where there is no such day; ``generated``: in a generated block."""

    file: SourceFile
    lang: str
    value: str
    date: datetime.date | None
    start: int
    end: int
    form: str
    generated: bool

    @property
    def place(self) -> Place:
        """Where the date stands."""
        return self.file.place(self.start, self.end)

    def edit(self, date: datetime.date) -> Edit:
        """Return the edit that sets the badge's date."""
        return self.file.edit(self.start, self.end, escape(date.isoformat(), self.form))


def find_dates(repository: Repository) -> list[DateBadge]:
    """Return the date badges of the root READMEs, English first. Badges served by an endpoint hold no date."""
    return list(_find(repository))


def _find(repository: Repository) -> Iterator[DateBadge]:
    labels = repository.inventory.date_labels
    for lang, document in repository.root_documents.items():
        for badge in badges(document.markdown):
            if looks_like_date(badge.message) and badge.label.casefold() in labels:
                generated = document.markdown.is_generated(badge.start)
                date = parse_date(badge.message)
                yield DateBadge(document.file, lang, badge.message, date, badge.start, badge.end, badge.form, generated)


class VersionChange(NamedTuple):
    """The newest change of a plugin's version that git knows: the day, and the file it was in."""

    date: datetime.date
    path: str


def newest_version_change(git: Git, folder: str, paths: Collection[str]) -> VersionChange | None:
    """Return the newest commit that changed the front matter's version of one of ``paths``, by committer's local day.

    Moving a file, or touching a line that only looks like a version, changes none. ``None`` without git or history,
    where the answer would be the edge of a shallow clone, and where it is not found among the latest candidates.
    """
    try:
        for change in git.changes(VERSION_LINE, f":(glob){folder}/**/*.py", _MAX_CANDIDATES, "--no-merges", "-M"):
            date = parse_date(change.day)
            if change.path in paths and date is not None and _changes_version(git, change):
                return VersionChange(date, change.path)
    except GitError:
        return None
    return None


#: Lines that may state a version in front matter, for git: in its brackets a backslash is one, so no ``\t``.
VERSION_LINE = "^[[:space:]]*version:"
_MAX_CANDIDATES = 20


def _changes_version(git: Git, change: Change) -> bool:
    if git.resolve(f"{change.commit}^") is None and git.is_shallow():
        return False  # at the edge of a shallow clone every file looks new
    found = versions_in(git, filter(None, (change.before, change.after)))
    new, old = found.get(change.after), found.get(change.before)
    return new is not None and new != old


def versions_in(git: Git, blobs: Iterable[str]) -> dict[str | None, str]:
    """Return the version that the front matter of each blob states, by the blob's name; of those that state one.

    Raises ``GitError``.
    """
    found: dict[str | None, str] = {}
    for name, data in git.blobs(blobs, MAX_FILE_BYTES).items():
        version = read_frontmatter(data.decode("utf-8", "replace")).values.get("version")
        if version is not None:
            found[name] = version
    return found


def uncommitted_version_change(repository: Repository) -> Plugin | None:
    """Return a plugin whose version in the work tree differs from the last commit's, or ``None``.

    Files are compared by the names of their blobs: ``git diff`` would run filters that the repository names.
    """
    git = repository.git
    if git.commit is not None:
        return None  # the tree of a commit has no work tree to differ from it
    try:
        tree = git.tree("HEAD")
        changed = {
            plugin.id: tree[plugin.path][1]
            for plugin in repository.plugins
            if plugin.version is not None and plugin.path in tree and not _holds(plugin.code.file, tree[plugin.path][1])
        }
        before = versions_in(git, changed.values())
    except GitError:
        return None
    for plugin in repository.plugins:
        version = before.get(changed.get(plugin.id))
        if version is not None and version != plugin.version:
            return plugin
    return None


def _holds(file: SourceFile, blob: str) -> bool:
    return file.facts.plain(f"blob of {len(blob)}", lambda: blob_name(file.data, blob)) == blob


def is_acceptable(badge: DateBadge, today: datetime.date, release: datetime.date | None) -> bool:
    """Tell whether a badge shows a day that it may show: a real one that is not to come, or the ``release`` asked for.

    One day's grace: it may already be tomorrow where the author lives.
    """
    return badge.date is not None and (badge.date <= today + datetime.timedelta(days=1) or badge.date == release)


def expected_date(
    found: Sequence[DateBadge], today: datetime.date, release: datetime.date | None
) -> datetime.date | None:
    """Return the day all badges should show: the newest that one of them may show; ``None`` where there is none."""
    days = [badge.date for badge in found if badge.date is not None and is_acceptable(badge, today, release)]
    return max(days, default=None)
