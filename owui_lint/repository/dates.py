"""Date badges of the root READMEs, and the day they must not be older than."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Place
from owui_lint.lazypattern import compiled
from owui_lint.openwebui.frontmatter import read_frontmatter
from owui_lint.repository.badges import badges, escape, looks_like_date, parse_date
from owui_lint.repository.files import MAX_FILE_BYTES, SourceFile
from owui_lint.repository.git import Change, Git, GitError, blob_name
from owui_lint.repository.inventory import MISMATCH, OK
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository import Plugin, Repository

#: States of a date badge besides ``OK`` and ``MISMATCH``.
INVALID, GENERATED = "invalid", "generated"


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


def newest_version_change(repository: Repository) -> VersionChange | None:
    """Return the newest commit that changed the front matter's version of a plugin, by committer's local day.

    Moving a file, or touching a line that only looks like a version, changes none. ``None`` without git or history,
    where the answer would be the edge of a shallow clone, and where it is not found among the latest candidates.
    """
    git, paths = repository.git, {plugin.path for plugin in repository.plugins}
    around = sorted({_around(path, repository.plugins_dir) for path in paths})
    try:
        for change in git.changes(VERSION_LINE, around, _MAX_CANDIDATES, "--no-merges", "-M"):
            date = parse_date(change.day)
            if change.path in paths and date is not None and _changes_version(git, change):
                return VersionChange(date, change.path)
    except GitError:
        return None
    return None


def _around(path: str, plugins_dir: str) -> str:
    """Return what tells git to look where a plugin may have come from: the plugins' folder, else the topmost one."""
    folder = plugins_dir if path.startswith(f"{plugins_dir}/") else path.rpartition("/")[0].partition("/")[0]
    escaped = compiled(r"[\\*?\[]").sub(r"\\\g<0>", folder)
    return f":(glob){escaped}/**/*.py" if folder else ":(glob)*.py"


def not_compared(repository: Repository) -> int:
    """Return the number of date badges that git cannot tell the age of: no change of a version is left in a shallow
    clone."""
    if not repository.git.is_marked_shallow():
        return 0
    own = _own(repository)
    return own if own and newest_version_change(repository) is None else 0


def without_git(repository: Repository) -> int:
    """Return the number of date badges whose age nobody can tell: there is history, and no git to read it."""
    return _own(repository) if repository.git.is_missing() else 0


def _own(repository: Repository) -> int:
    return sum(not badge.generated for badge in repository.dates)


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


class Stale(NamedTuple):
    """Why a badge is too old. Cases: ``release`` (``day`` is the release day asked for), ``committed`` (``subject``, a
    plugin or file, got its version on ``day``), ``working`` (the version of ``subject`` is not committed yet)."""

    case: str
    day: datetime.date
    subject: str = ""


class DateJudgement:
    """What is wrong with the date badges of the root READMEs; rules report it, and tables show it.

    ``today`` is the day of the run, ``release`` the day that badges must show, if one was asked for.
    """

    def __init__(self, repository: Repository, today: datetime.date, release: datetime.date | None) -> None:
        self._repository = repository
        self._today = today
        self._release = release

    @cached_property
    def own(self) -> list[DateBadge]:
        """Badges that people keep up: those outside of generated blocks."""
        return [badge for badge in self._repository.dates if not badge.generated]

    @cached_property
    def expected(self) -> datetime.date | None:
        """The day that all badges should show: the newest that one of them may show; ``None`` where there is none."""
        return max((badge.date for badge in self.own if badge.date and not self.invalid(badge)), default=None)

    def invalid(self, badge: DateBadge) -> str | None:
        """Return ``unreal`` where a badge names no day of the calendar, ``future`` where the day is still to come and not
        the release asked for, else ``None``.

        One day's grace: it may already be tomorrow where the author lives.
        """
        if badge.date is None:
            return "unreal"
        is_to_come = badge.date > self._today + datetime.timedelta(days=1)
        return "future" if is_to_come and badge.date != self._release else None

    def differs(self, badge: DateBadge) -> bool:
        """Tell whether another badge shows a newer day: this one was forgotten."""
        return self.expected is not None and badge.date != self.expected

    def stale(self, badge: DateBadge) -> Stale | None:
        """Return why a badge is too old, ``None`` where it is not, or names no day."""
        if badge.date is None:
            return None
        if self._release is not None:
            return Stale("release", self._release) if badge.date != self._release else None
        if self._uncommitted is not None and badge.date < self._today:
            return Stale("working", self._today, self._uncommitted.id)
        change = self._committed
        if change is not None and badge.date < change.date:
            owner = self._repository.owner_of(change.path)
            return Stale("committed", change.date, owner.id if owner else change.path)
        return None

    def status(self, badge: DateBadge) -> str:
        """Return ``ok``, ``invalid`` (no day, or one to come), ``mismatch`` (older than it should be) or ``generated``
        (in a generated block, which is not judged here)."""
        if badge.generated:
            return GENERATED
        if self.invalid(badge):
            return INVALID
        return MISMATCH if self.differs(badge) or self.stale(badge) else OK

    @cached_property
    def _committed(self) -> VersionChange | None:
        return newest_version_change(self._repository)

    @cached_property
    def _uncommitted(self) -> Plugin | None:
        shown = (badge.date for badge in self.own if badge.date is not None)
        return uncommitted_version_change(self._repository) if any(day != self._today for day in shown) else None
