"""What keeps a release of a plugin back: what the rules find, also against the release before, and notes that are not
there. The draft and the checklist ask the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from owui_lint.errors import UsageError
from owui_lint.finding import Finding, Message, Place
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.git import Git, GitError
from owui_lint.repository.versions.changelogs import find_changelog
from owui_lint.repository.versions.dates import VERSION_LINE, versions_in
from owui_lint.repository.versions.notes import find_notes, missing_notes
from owui_lint.repository.versions.stories import changes_told
from owui_lint.session import Selection, Session
from owui_lint.text import printable
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION, is_newer, looks_like_day, version_key

# What a release of a plugin is tagged with: word-counter-v1.3.0, actions/word-counter@1.3.0, v1.3.0.
_TAG = lazy_pattern(rf"(?:(?P<name>.*?[^-_/@.+])[-_/@.+]+)??v?(?P<version>{VERSION})", re.IGNORECASE)
_SEPARATORS = lazy_pattern(r"[\W_]+")


class PastRelease(NamedTuple):
    """A release that git knows of: its version, the commit to compare with, and the tag that says so, if one does."""

    version: str
    revision: str
    tag: str | None = None


def previous_release(repository: Repository, plugin: Plugin) -> PastRelease | None:
    """Return the release before the current version: the last commit's where that differs, else that of before the
    commit that brought the current one. ``None`` for a new plugin, and without git."""
    git = repository.git
    try:
        now = git.tree("HEAD", plugin.path).get(plugin.path)
        changes = git.changes(VERSION_LINE, [f":(literal){plugin.path}"], 20)
        before = [("HEAD", now[1] if now else None)] + [(f"{change.commit}^", change.before) for change in changes]
        versions = versions_in(git, [blob for _, blob in before if blob])
    except (GitError, ValueError):
        return None
    stated = ((versions.get(blob), revision) for revision, blob in before if blob)
    return next((PastRelease(old, where) for old, where in stated if old and old != plugin.version), None)


def tagged_release(repository: Repository, plugin: Plugin) -> PastRelease | None:
    """Return the newest release of a plugin that a tag of this history names. A tag that names no plugin counts where
    there is but one."""
    names = {_slug(name) for name in (plugin.name, plugin.code.stem, plugin.id, plugin.title)}
    if len(repository.plugins) == 1:
        names.add("")
    found = [
        PastRelease(match["version"], f"refs/tags/{tag}", tag)
        for tag in _tags(repository.git)
        if (match := _TAG.fullmatch(tag)) and _slug(match["name"] or "") in names
    ]
    released = [(key, one) for one in found if (key := version_key(one.version)) and not looks_like_day(one.version)]
    return max(released, key=lambda pair: pair[0])[1] if released else None


def _tags(git: Git) -> list[str]:
    try:
        return git.text("for-each-ref", "--merged=HEAD", "--format=%(refname:strip=2)", "refs/tags").splitlines()
    except GitError:
        return []


def _slug(name: str) -> str:
    return _SEPARATORS.sub("-", name.casefold()).strip("-")


def against_the_past(session: Session, plugin: Plugin) -> Iterator[tuple[Finding, PastRelease]]:
    """Yield what the rules about changes find against the release that this one follows: a tagged one of the same version
    or a newer one, else the one before in history."""
    repository, version = session.repository, plugin.version
    roles = session.rulebook.in_role("revision")
    profile, _ = session.profile()
    asked = [rule.name for rule in session.rulebook.choose(profile, (), session.config["ignore"]) if rule.name in roles]
    tagged = tagged_release(repository, plugin)
    is_past = tagged is None or version is None or is_newer(version, tagged.version)
    past = previous_release(repository, plugin) if is_past else tagged
    if past is None or not asked:
        return
    # What of history is not here (a partial clone) is compared with nothing.
    with suppress(UsageError, GitError):
        report = session.against(past.revision).check(Selection(select=tuple(asked), plugins=(plugin.id,)))
        for finding in report.findings:
            yield finding, past


def untold(session: Session, plugin: Plugin) -> tuple[Place, Message] | None:
    """Return where the changelog that a plugin keeps should tell of the current version, and does not: with what to say of
    it. ``None`` where something else tells of it, or no changelog is kept."""
    repository, version = session.repository, plugin.version
    changelog = find_changelog(repository, plugin) if version is not None else None
    if version is None or changelog is None or changelog.tells_of(version):
        return None
    told = (changes_told(document, repository.sections, version) for document in plugin.readmes.values())
    if find_notes(repository, plugin).get(version) or any(told):
        return None
    newest, shown = printable(changelog.newest.version), printable(version)
    if changelog.heading_of(version) is not None:
        return changelog.place, Message(
            f"the newest entry here is {newest}, and the code says {shown}",
            f"此处最新的一条是 {newest}，而代码中是 {shown}",
        )
    return changelog.place, Message(
        f"the newest entry here is {newest}, and nothing else tells what {shown} brings",
        f"此处最新的一条是 {newest}，其他地方也没有写明 {shown} 的变化",
    )


def absent_notes(session: Session, plugin: Plugin) -> list[str]:
    """Return the paths of the current version's release notes that are not there, of a plugin that keeps such files: in
    both languages where the profile is bilingual, else in those of its other notes."""
    bilingual = session.rulebook.profiles[session.profile()[0]].is_bilingual
    return missing_notes(session.repository, plugin, bilingual=bilingual)
