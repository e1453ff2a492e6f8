"""Date badges of the root READMEs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps

from owui_lint import TYPE_CHECKING
from owui_lint.days import datetime
from owui_lint.finding import Edit
from owui_lint.primitives import Check, Context, Hit, primitive
from owui_lint.primitives.generatedblocks import links_beside
from owui_lint.repository import Repository
from owui_lint.repository.versions.dates import DateBadge, DateJudgement

if TYPE_CHECKING:
    from typing import Any


# In lower case: what stands in an image, or in a text, that may tell a day as well as a static badge.
_TOLD_ELSEWHERE = (
    "/endpoint",
    "last-commit",
    "badge/dynamic",
    "release-date",
    "updated",
    "更新于",
    "更新时间",
    "最后更新",
)


def _naming_the_day(check: Check) -> Check:
    """Have hits say in ``to`` which day their edits set, where they do not say so: that of the release, where one was
    asked for."""

    @wraps(check)
    def named(repository: Repository, context: Context, **params: Any) -> Iterator[Hit]:
        release = context.options.release_date
        for hit in check(repository, context, **params):
            day = release.isoformat() if release is not None else hit.values.get("expected", "")
            yield hit._replace(values={"to": day, **hit.values})

    return named


def _judgement(repository: Repository, context: Context) -> DateJudgement:
    return DateJudgement(repository, context.options.today, context.options.release_date)


def _edits(badge: DateBadge, day: datetime.date | None, context: Context) -> tuple[Edit, ...]:
    """Return the edits that make a badge say the day of the release that was asked for; where none was, ``day``."""
    day = context.options.release_date or day
    return badge.edits(day) if day is not None else ()


@primitive("date-is-real", scope="repository")
@_naming_the_day
def date_is_real(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report date badges that name no day of the calendar (``unreal``), one of two (``unclear``) or one that is still to
    come (``future``), or whose day is not written right (``dashes``, ``spelling``): the edits write it as the standard does.

    Those in generated blocks (``generated``) are never rewritten.
    """
    judgement = _judgement(repository, context)
    for badge in repository.dates:
        case = judgement.invalid(badge)
        if case is None:
            continue
        day = badge.date if case in ("dashes", "spelling") else None
        edits = () if badge.generated else _edits(badge, day, context)
        values = {"found": badge.value, "expected": badge.date.isoformat() if badge.date is not None else ""}
        if case == "dashes" and day is not None:
            values["to"] = badge.written(context.options.release_date or day)  # it is the dashes that differ
        yield Hit(badge.place, "generated" if badge.generated else case, values, edits)


@primitive("dates-agree", scope="repository")
@_naming_the_day
def dates_agree(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report date badges of the root READMEs that differ from the newest one: the others were forgotten; ``text`` where
    only what stands for the image does.

    Those in generated blocks are compared with the other language's (``generated``) and never rewritten. ``alone``: one
    README has a badge, the other one none, and no other image that may tell a day.
    """
    yield from _generated_dates(repository)
    judgement = _judgement(repository, context)
    yield from _without_badge(repository, judgement)
    expected = judgement.expected
    if expected is None:
        return
    path = next(badge.file.path for badge in judgement.own for part in badge.parts if part.days == (expected,))
    for badge in judgement.own:
        part = judgement.differing(badge)
        if part is not None:
            case = "default" if part.form else "text"
            values = {"found": part.value, "expected": expected.isoformat(), "path": path}
            yield Hit(badge.place_of(part), case, values, _edits(badge, expected, context))


def _without_badge(repository: Repository, judgement: DateJudgement) -> Iterator[Hit]:
    shown = {badge.lang: badge for badge in repository.dates}
    if len(repository.root_documents) < 2 or len(shown) != 1 or not judgement.own:
        return
    badge = judgement.own[0]
    document = next(document for lang, document in repository.root_documents.items() if lang != badge.lang)
    # What a server, a workflow or a workspace of its own writes into an image is not known here.
    text = document.markdown.folded
    if any(word in text for word in _TOLD_ELSEWHERE):
        return
    title = document.markdown.title
    place = document.file.place(title.start, title.start) if title is not None else document.file.place(0, 0)
    yield Hit(place, "alone", {"found": badge.value, "path": badge.file.path})


def _generated_dates(repository: Repository) -> Iterator[Hit]:
    by_language: dict[str, list[DateBadge]] = {"en": [], "zh": []}
    for badge in repository.dates:
        # A date in a plugin's row is compared with the rest of the row.
        if badge.generated and not links_beside(repository.root_documents[badge.lang], badge.shown.start):
            by_language[badge.lang].append(badge)
    for here, there in zip(by_language["zh"], by_language["en"], strict=False):
        if (here.shown.days or here.value) != (there.shown.days or there.value):
            values = {"found": here.value, "expected": there.value, "path": there.file.path}
            yield Hit(here.place, "generated", values)


@primitive("dates-fresh", scope="repository")
@_naming_the_day
def dates_fresh(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report date badges that are not the release day asked for (``release``), or are older than the newest change of
    a plugin's version: committed (``committed``) or not yet (``working``, or ``added`` for a plugin that is new)."""
    judgement = _judgement(repository, context)
    for badge in judgement.own:
        stale = judgement.stale(badge)
        if stale is not None:
            values = {"found": badge.value, "expected": stale.day.isoformat(), "plugin": stale.subject}
            yield Hit(badge.place, stale.case, values, _edits(badge, None, context))
