"""Date badges of the root READMEs, and generated blocks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from owui_lint.finding import Edit
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.badges import Badge, badges
from owui_lint.repository.dates import DateBadge, newest_version_change
from owui_lint.repository.git import GitError

_ONE_DAY = datetime.timedelta(days=1)


def _edits(badge: DateBadge, context: Context) -> tuple[Edit, ...]:
    release = context.options.release_date
    return (badge.edit(release),) if release is not None and badge.date != release else ()


def _own(repository: Repository) -> list[DateBadge]:
    """Badges that people keep up: those outside of generated blocks."""
    return [badge for badge in repository.dates if not badge.generated]


@primitive("date-is-real", scope="repository")
def date_is_real(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report date badges that name no day of the calendar (``unreal``) or a day that is still to come (``future``)."""
    for badge in _own(repository):
        if badge.date is None:
            yield Hit(badge.place, "unreal", {"found": badge.value}, _edits(badge, context))
        elif badge.date > context.options.today + _ONE_DAY and badge.date != context.options.release_date:
            # One day's grace: it may already be tomorrow where the author lives.
            yield Hit(badge.place, "future", {"found": badge.value}, _edits(badge, context))


@primitive("dates-agree", scope="repository")
def dates_agree(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report date badges that differ between the root READMEs; the older one is taken to be the forgotten one."""
    own = _own(repository)
    english = [badge for badge in own if badge.lang == "en"]
    chinese = [badge for badge in own if badge.lang == "zh"]
    for left, right in zip(english, chinese, strict=False):
        if left.value == right.value:
            continue
        stale, other = (
            (left, right) if (left.date or datetime.date.min) < (right.date or datetime.date.min) else (right, left)
        )
        edits = _edits(stale, context)
        if (
            context.options.release_date is None
            and other.date is not None
            and other.date <= context.options.today + _ONE_DAY
        ):
            edits = (stale.edit(other.date),)
        yield Hit(
            stale.place, values={"found": stale.value, "expected": other.value, "path": other.file.path}, edits=edits
        )


@primitive("dates-fresh", scope="repository")
def dates_fresh(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report date badges that are not the release day asked for (``release``), or are older than the newest change of
    a plugin's version: committed (``committed``) or not yet (``working``)."""
    own = [badge for badge in _own(repository) if badge.date is not None]
    release = context.options.release_date
    if release is not None:
        for badge in own:
            if badge.date != release:
                yield Hit(
                    badge.place,
                    "release",
                    {"found": badge.value, "expected": release.isoformat()},
                    _edits(badge, context),
                )
        return
    if not own:
        return
    change = newest_version_change(repository.git, [plugin.path for plugin in repository.plugins])
    working = _uncommitted(repository, context) if any(badge.date != context.options.today for badge in own) else None
    for badge in own:
        assert badge.date is not None
        if working is not None and badge.date < context.options.today:
            yield Hit(badge.place, "working", {"found": badge.value, "plugin": working.id})
        elif change is not None and badge.date < change.date:
            owner = repository.owner_of(change.path)
            values = {
                "found": badge.value,
                "expected": change.date.isoformat(),
                "plugin": owner.id if owner else change.path,
            }
            yield Hit(badge.place, "committed", values)


def _uncommitted(repository: Repository, context: Context) -> Plugin | None:
    """Return a plugin whose version in the work tree differs from the last commit's."""
    from owui_lint.openwebui.frontmatter import read_frontmatter

    if repository.git.commit is not None:
        return None
    try:
        out = repository.git.text(
            "diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--relative", "HEAD", "--"
        )
        changed = set(out.split("\0"))
        for plugin in repository.plugins:
            if plugin.path in changed and plugin.version is not None:
                before = repository.git.run("show", f"HEAD:./{plugin.path}").decode("utf-8", "replace")
                if read_frontmatter(before).values.get("version") != plugin.version:
                    return plugin
    except (GitError, ValueError):
        return None
    return None


@primitive("generated-agree", scope="repository")
def generated_agree(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report badges in generated blocks of the root READMEs that differ between the languages, row by row."""
    documents = repository.root_documents
    if len(documents) < 2:
        return
    rows = {lang: _generated_rows(repository, lang) for lang in documents}
    for key, badge in rows["zh"].items():
        other = rows["en"].get(key)
        if other is not None and other.message != badge.message:
            file = documents["zh"].file
            values = {"found": badge.message, "expected": other.message, "path": documents["en"].path}
            yield Hit(file.place(badge.start, badge.end), values=values)


def _generated_rows(repository: Repository, lang: str) -> dict[tuple[str, str, int], Badge]:
    """Static badges in generated blocks, by the row's first link, the badge's alt text and its count in the row."""
    document = repository.root_documents[lang]
    markdown = document.markdown
    found: dict[tuple[str, str, int], Badge] = {}
    for badge in badges(markdown):
        if not markdown.is_generated(badge.start):
            continue
        line = markdown.lines[document.file.position(badge.start)[0] - 1]
        links = [link for link in markdown.links_in(line.start, line.end) if not link.image]
        if not links:
            continue  # without a link that both languages share, rows cannot be told apart
        number = 0
        while (key := (links[0].target, badge.label, number)) in found:
            number += 1
        found[key] = badge
    return found
