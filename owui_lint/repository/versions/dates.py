"""Date badges of the root READMEs, and the day they must not be older than."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, partial

from owui_lint import TYPE_CHECKING
from owui_lint.days import datetime
from owui_lint.finding import Edit, Place
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.frontmatter import read_frontmatter
from owui_lint.repository.documents.badges import Badge, badges, escape, is_cut, normal_label, parse_date
from owui_lint.repository.documents.spelleddays import days_named
from owui_lint.repository.files import MAX_FILE_BYTES, SourceFile
from owui_lint.repository.git import Change, Git, GitError, blob_name
from owui_lint.repository.tree import HISTORY
from owui_lint.repository.versions.statuses import MISMATCH, OK
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository import Plugin, Repository
    from owui_lint.repository.plugin import Document
    from owui_lint.repository.versions.others import Others

    PackedText = tuple[int, int, str, tuple[int, ...], str, bool]
    PackedBadge = tuple[list[PackedText], bool, int, str, int, bool]
    """A date badge as plain data: its spellings, and the rest as ``DateBadge`` has it."""

# A label, and what may be a date: all from its first number or from the name of a month before that.
_TEXT = lazy_pattern(
    r"(?P<label>[^\d]{0,40}?)(?P<date>(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?[ ])?\d.{0,20})",
    re.IGNORECASE,
)
#: States of a date badge besides ``OK`` and ``MISMATCH``.
INVALID, GENERATED = "invalid", "generated"


class DateText(NamedTuple):
    """One spelling of a badge's date: the one that is shown, in an address of ``form``, or that of the badge's text (form
    ``""``). ``days`` are those it may name, none where there is no such day; ``is_cut``: its dashes cut the address."""

    start: int
    end: int
    value: str
    days: tuple[datetime.date, ...]
    form: str = ""
    is_cut: bool = False

    def says(self, date: datetime.date) -> bool:
        """Tell whether this need not be changed to say ``date``: texts may spell it as they like."""
        return self.value == date.isoformat() and not self.is_cut if self.form else self.days == (date,)


class DateBadge(NamedTuple):
    """A static badge with a date, and the same in its text, its title and further addresses where these say one (``others``);
    ``generated``: in a generated block. ``at``
    is the offset of the image, ``label`` what tells that it is a date badge;
    ``uses`` is as in ``Badge``. ``is_shared``: some of those uses are no date badge, so it is not rewritten."""

    file: SourceFile
    lang: str
    shown: DateText
    others: tuple[DateText, ...]
    generated: bool
    at: int
    label: str
    uses: int
    is_shared: bool = False

    @property
    def parts(self) -> tuple[DateText, ...]:
        """All spellings of the date, the one that is shown first."""
        return (self.shown, *self.others)

    @property
    def value(self) -> str:
        """The date as it is shown."""
        return self.shown.value

    @property
    def date(self) -> datetime.date | None:
        """The day that is shown; ``None`` where there is no such day, or where it could be one of two."""
        return self.shown.days[0] if len(self.shown.days) == 1 else None

    @property
    def place(self) -> Place:
        """Where the date that is shown stands."""
        return self.place_of(self.shown)

    def place_of(self, part: DateText) -> Place:
        """Return where a spelling stands."""
        return self.file.place(part.start, part.end)

    def wrong_parts(self, date: datetime.date) -> list[DateText]:
        """Return the spellings that have to be changed for the badge to say ``date``."""
        return [part for part in self.parts if not part.says(date)]

    def written(self, date: datetime.date) -> str:
        """Return ``date`` as it is written where the one that is shown stands."""
        return escape(date.isoformat(), self.shown.form)

    def edits(self, date: datetime.date) -> tuple[Edit, ...]:
        """Return the edits that make every spelling say ``date``: none where others show one of them, too."""
        if self.is_shared:
            return ()
        text = date.isoformat()
        return tuple(self.file.edit(part.start, part.end, escape(text, part.form)) for part in self.wrong_parts(date))


def find_dates(repository: Repository) -> list[DateBadge]:
    """Return the date badges of the root READMEs that stand for the repository, English first, and those in generated
    blocks. Badges served by an endpoint hold no date."""
    found: list[DateBadge] = []
    for lang, document in repository.root_documents.items():
        facts = document.file.facts
        make = partial(_packed, repository, document, lang)
        # Which badges are about a plugin is a matter of what plugins are called.
        kept = facts.entry_under("dates", repository.digest_of_plugins, lang, make) if facts.keep else make()
        found += [_unpacked(document.file, lang, badge) for badge in kept]
    return found


def _packed(repository: Repository, document: Document, lang: str) -> list[PackedBadge]:
    from owui_lint.repository.versions.owndates import own_dates  # what is kept does without

    def packed(text: DateText) -> PackedText:
        return (text.start, text.end, text.value, tuple(day.toordinal() for day in text.days), text.form, text.is_cut)

    return [
        (list(map(packed, badge.parts)), badge.generated, badge.at, badge.label, badge.uses, badge.is_shared)
        for badge in own_dates(repository, document, list(_find(repository, document, lang)))
    ]


def _unpacked(file: SourceFile, lang: str, packed: PackedBadge) -> DateBadge:
    parts, generated, at, label, uses, is_shared = packed
    shown, *others = (
        DateText(start, end, value, tuple(map(datetime.date.fromordinal, days)), form, is_cut)
        for start, end, value, days, form, is_cut in parts
    )
    return DateBadge(file, lang, shown, tuple(others), generated, at, label, uses, is_shared)


def _find(repository: Repository, document: Document, lang: str) -> Iterator[DateBadge]:
    labels, things = repository.inventory.date_labels, repository.inventory.others
    markdown = document.markdown
    for badge in badges(markdown):
        label = _label_of(badge, labels, things)
        days = days_named(badge.message, is_told_of=labels[label]) if label is not None else None
        if label is not None and days is not None and not things.are_linked_by(badge.link):
            cut = is_cut(markdown.text[badge.start : badge.end], badge.form)
            shown = DateText(badge.start, badge.end, badge.message, days, badge.form, cut)
            generated = markdown.is_generated(badge.shown_at) or markdown.is_generated(badge.start)
            others = (*_dates_in_texts(badge, labels), *_dates_in_addresses(badge, markdown.text))
            yield DateBadge(document.file, lang, shown, others, generated, badge.shown_at, label, badge.uses)


def _label_of(badge: Badge, labels: Collection[str], things: Others) -> str | None:
    """The label that makes a badge a date badge, ``None`` where it has another. Without one, its text says what it shows:
    nothing but words for badges, or such a label, also beside a day."""
    if badge.label:
        texts = [badge.label]
    else:
        text = badge.alt or badge.name
        match = _TEXT.fullmatch(text)
        texts = [text, things.name_in_alt(text), match["label"] if match else text]
    return next(filter(labels.__contains__, map(normal_label, texts)), None)


def _dates_in_texts(badge: Badge, labels: Collection[str]) -> Iterator[DateText]:
    """Yield the dates that a badge's text and its title say: nothing else, or behind a label of date badges."""
    for text in badge.texts:
        match = _TEXT.fullmatch(text.text)
        days = days_named(match["date"], is_told_of=True) if match else None
        if match is not None and days is not None and normal_label(match["label"]) in labels:
            yield DateText(text.start + match.start("date"), text.start + match.end("date"), match["date"], days)


def _dates_in_addresses(badge: Badge, page: str) -> Iterator[DateText]:
    """Yield the dates in addresses that take the place of a badge's own."""
    for message, start, end, form in badge.addresses:
        days = days_named(message, is_told_of=True)
        if days is not None:
            yield DateText(start, end, message, days, form, is_cut(page[start:end], form))


class VersionChange(NamedTuple):
    """The newest change of a plugin's version that git knows: the day, and the file it was in."""

    date: datetime.date
    path: str


def newest_version_change(repository: Repository) -> VersionChange | None:
    """Return the newest commit that changed the front matter's version of a plugin, by committer's local day.

    Moving a file, or touching a line that only looks like a version, changes none. ``None`` without git or history,
    where the answer would be the edge of a shallow clone, and where it is not found among the latest candidates. Where git
    cannot read the history that there is, the repository takes note of it.
    """
    git, paths = repository.git, {plugin.path for plugin in repository.plugins}
    around = sorted({_around(path, repository.plugins_dir) for path in paths})
    try:
        for change in git.changes(VERSION_LINE, around, _MAX_CANDIDATES, "--no-merges", "-M"):
            date = parse_date(change.day)
            if change.path in paths and date is not None and _changes_version(git, change):
                return VersionChange(date, change.path)
    except GitError as error:
        _note(repository, error)
    return None


def _note(repository: Repository, error: GitError) -> None:
    git = repository.git
    if git.top_level() is not None and not git.is_missing() and not git.is_unborn():
        repository.note_untold(HISTORY, error)


def _around(path: str, plugins_dir: str) -> str:
    """Return what tells git to look where a plugin may have come from: the plugins' folder, else the topmost one."""
    folder = plugins_dir if path.startswith(f"{plugins_dir}/") else path.rpartition("/")[0].partition("/")[0]
    escaped = compiled(r"[\\*?\[]").sub(r"\\\g<0>", folder)
    return f":(glob){escaped}/**/*.py" if folder else ":(glob)*.py"


def not_compared(repository: Repository) -> int:
    """Return the number of date badges that git cannot tell the age of: no change of a version is left in a shallow
    clone."""
    if not repository.git.is_marked_shallow() or HISTORY in repository.untold:
        return 0
    own = _own(repository)
    return own if own and newest_version_change(repository) is None else 0


def without_git(repository: Repository) -> int:
    """Return the number of date badges whose age nobody can tell: there is history, and no git to read it."""
    return _own(repository) if repository.git.is_missing() else 0


def without_history(repository: Repository) -> int:
    """Return the number of date badges that were not compared with history because git could not read it when asked."""
    return _own(repository) if HISTORY in repository.untold else 0


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


class Uncommitted(NamedTuple):
    """A plugin with a version that is not committed yet; ``is_new``: the last commit has no such plugin."""

    plugin: Plugin
    is_new: bool


def uncommitted_version_change(repository: Repository) -> Uncommitted | None:
    """Return a plugin whose version in the work tree differs from the last commit's, or that is new, or ``None``.

    Files are compared by the names of their blobs: ``git diff`` would run filters that the repository names. A plugin is
    not new but moved where a file that is gone stated its version. Where git cannot read the last commit, the repository
    takes note of it.
    """
    git = repository.git
    if git.commit is not None:
        return None  # the tree of a commit has no work tree to differ from it
    plugins = [plugin for plugin in repository.plugins if plugin.version is not None]
    try:
        tree = git.tree("HEAD")
        changed = {
            plugin.id: tree[plugin.path][1]
            for plugin in plugins
            if plugin.path in tree and not _holds(plugin.code.file, tree[plugin.path][1])
        }
        # Where nothing is committed, the repository itself is what is new.
        new = {plugin.id for plugin in plugins if plugin.path not in tree} if tree else set()
        here = frozenset(repository.listed) if new else frozenset()
        gone = [blob for path, (_, blob) in tree.items() if new and path.endswith(".py") and path not in here]
        before = versions_in(git, [*changed.values(), *gone])
    except GitError as error:
        _note(repository, error)
        return None
    moved = {before.get(blob) for blob in gone}
    for plugin in plugins:
        version = before.get(changed.get(plugin.id))
        if version is not None and version != plugin.version:
            return Uncommitted(plugin, is_new=False)
        if plugin.id in new and plugin.version not in moved:
            return Uncommitted(plugin, is_new=True)
    return None


def _holds(file: SourceFile, blob: str) -> bool:
    return file.facts.plain(f"blob of {len(blob)}", lambda: blob_name(file.data, blob)) == blob


class Stale(NamedTuple):
    """Why a badge is too old. Cases: ``release`` (``day`` is the release day asked for), ``committed`` (``subject``, a
    plugin or file, got its version on ``day``), ``working`` (the version of ``subject`` is not committed yet), ``added``
    (neither is ``subject`` itself)."""

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
        days = (part.days[0] for badge in self.own for part in badge.parts if len(part.days) == 1)
        return max((day for day in days if not self.is_to_come(day)), default=None)

    def invalid(self, badge: DateBadge) -> str | None:
        """Return what is wrong with how a badge tells its day: ``unreal``, no day of the calendar; ``dashes``, they cut the
        address, so that nothing is shown; ``unclear``, it could be one of two; ``future``, still to come and not the
        release asked for; ``spelling``, another one than that of the standard. Else ``None``.

        How dates are spelled in generated blocks is left to their generators.
        """
        date = badge.date
        if not badge.shown.days:
            return "unreal"
        if badge.shown.is_cut and not badge.generated:
            return "dashes"
        if date is None:
            return None if badge.generated else "unclear"
        if self.is_to_come(date):
            return "future"
        return None if badge.generated or badge.shown.says(date) else "spelling"

    def is_to_come(self, day: datetime.date) -> bool:
        """Tell whether a day is still to come. One day's grace: it may already be tomorrow where the author lives."""
        return day > self._today + datetime.timedelta(days=1) and day != self._release

    def differing(self, badge: DateBadge) -> DateText | None:
        """Return the spelling of a badge's date by which another one is newer: it was forgotten; ``None`` for none."""
        if self.expected is None:
            return None
        return next((part for part in badge.parts if self.expected not in part.days), None)

    def stale(self, badge: DateBadge) -> Stale | None:
        """Return why a badge is too old, ``None`` where it is not, or names no day."""
        if badge.date is None:
            return None
        if self._release is not None:
            is_shown = all(self._release in part.days for part in badge.parts)
            return None if is_shown else Stale("release", self._release)
        return self.outdated(badge.date)

    def outdated(self, day: datetime.date) -> Stale | None:
        """Return why a badge that shows a day is too old, where no release day is asked for."""
        if day < self._today and self._uncommitted is not None:
            case = "added" if self._uncommitted.is_new else "working"
            return Stale(case, self._today, self._uncommitted.plugin.id)
        change = self._committed
        if change is not None and day < change.date:
            return Stale("committed", change.date, self._repository.owner_id(change.path) or change.path)
        return None

    def status(self, badge: DateBadge, *, spelled: bool = True) -> str:
        """Return ``ok``, ``invalid`` (no day, one to come, or one that is not written right), ``mismatch`` (older than
        it should be) or ``generated`` (in a generated block, which is not judged here). ``spelled``: how a day is written
        counts, too."""
        if badge.generated:
            return GENERATED
        if self.invalid(badge) not in (None, *(() if spelled else ("spelling",))):
            return INVALID
        return MISMATCH if self.differing(badge) is not None or self.stale(badge) else OK

    @cached_property
    def _committed(self) -> VersionChange | None:
        return newest_version_change(self._repository)

    @cached_property
    def _uncommitted(self) -> Uncommitted | None:
        return uncommitted_version_change(self._repository)
