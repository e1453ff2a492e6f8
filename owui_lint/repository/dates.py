"""Date badges of the root READMEs, and the day they must not be older than."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Place
from owui_lint.openwebui.frontmatter import read_frontmatter
from owui_lint.repository.badges import badges, escape, looks_like_date, parse_date
from owui_lint.repository.files import SourceFile
from owui_lint.repository.git import Git, GitError
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
    labels = repository.inventory.date_labels
    for lang, document in repository.root_documents.items():
        for badge in badges(document.markdown):
            if looks_like_date(badge.message) and badge.label.casefold() in labels:
                generated = document.markdown.is_generated(badge.start)
                date = parse_date(badge.message)
                yield DateBadge(document.file, lang, badge.message, date, badge.start, badge.end, generated)


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
        out = git.text(
            *("log", f"-{_MAX_CANDIDATES}", "--no-merges", "--format=%x01%H %cs", "--name-status", "-z", "-M"),
            *("--no-textconv", "--no-ext-diff", "--relative", "-G", r"^[ \t]*version:"),
            *([git.commit] if git.commit else []),
            *("--", f":(glob){folder}/**/*.py"),
        )
        for record in out.split("\x01")[1:]:
            head, _, names = record.partition("\0")
            commit, _, day = head.strip().partition(" ")
            date = parse_date(day)
            for before, after in _moves(names):
                if after in paths and date is not None and _changes_version(git, commit, before, after):
                    return VersionChange(date, after)
    except GitError:
        return None
    return None


_MAX_CANDIDATES = 20


def _moves(names: str) -> Iterator[tuple[str | None, str]]:
    """Old and new path of each file of ``--name-status -z`` output; no old path for a file that was added."""
    fields = iter(names.strip("\n\0").split("\0"))
    for status in fields:
        kind = status.strip()[:1]
        first = next(fields, None)
        if first is None or not kind:
            return
        if kind in "RC":
            second = next(fields, None)
            if second is not None:
                yield first, second
        elif kind != "D":
            yield (None if kind == "A" else first), first


def _changes_version(git: Git, commit: str, before: str | None, after: str) -> bool:
    if git.resolve(f"{commit}^") is None and git.is_shallow():
        return False  # at the edge of a shallow clone every file looks new
    new = _version_at(git, commit, after)
    old = _version_at(git, f"{commit}^", before) if before is not None else None
    return new is not None and new != old


def _version_at(git: Git, revision: str, path: str) -> str | None:
    try:
        text = git.run("show", "--no-textconv", f"{revision}:./{path}").decode("utf-8", "replace")
    except GitError:
        return None
    return read_frontmatter(text).values.get("version")


def uncommitted_version_change(repository: Repository) -> Plugin | None:
    """Return a plugin whose version in the work tree differs from the last commit's, or ``None``."""
    git = repository.git
    if git.commit is not None:
        return None  # the tree of a commit has no work tree to differ from it
    try:
        changed = set(
            git.text("diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--relative", "HEAD", "--").split(
                "\0"
            )
        )
    except GitError:
        return None
    for plugin in repository.plugins:
        if plugin.path in changed and plugin.version is not None:
            before = _version_at(git, "HEAD", plugin.path)
            if before is not None and before != plugin.version:
                return plugin
    return None


def expected_date(found: Sequence[DateBadge], today: datetime.date) -> datetime.date | None:
    """Return the day all badges should show: the newest real one that is not to come; ``None`` where there is none.

    One day's grace: it may already be tomorrow where the author lives.
    """
    latest = today + datetime.timedelta(days=1)
    return max((badge.date for badge in found if badge.date is not None and badge.date <= latest), default=None)
