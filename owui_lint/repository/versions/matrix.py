"""The version matrix as data: each plugin with all its locations, and the root's date badges, each with its status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from owui_lint.days import datetime
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.versions.dates import DateJudgement
from owui_lint.repository.versions.inventory import Location
from owui_lint.repository.versions.statuses import MISSING, OK, UNKNOWN


class PlaceRow(TypedDict):
    """A place that states a version, or lacks one (``value`` is ``None``). ``status`` is ``ok``, ``mismatch``,
    ``missing``, ``newer`` or ``unknown``."""

    kind: str
    path: str
    line: int
    column: int
    value: str | None
    status: str


class PluginRow(TypedDict):
    """A plugin, the version that its code states, and its places."""

    id: str
    version: str | None
    locations: list[PlaceRow]


class DateRow(TypedDict):
    """A date badge. ``status`` is as ``DateJudgement.status`` tells it."""

    path: str
    line: int
    value: str
    status: str


def rows_of(repository: Repository, plugins: Sequence[Plugin], *, with_lacking: bool) -> list[PluginRow]:
    """Return the matrix: each plugin with all its locations and their status; ``with_lacking`` also those that state
    nothing, other than the code."""
    return [
        {
            "id": plugin.id,
            "version": plugin.version,
            "locations": [
                row
                for location in repository.locations_in_sight(plugin)
                if with_lacking or not location.is_lacking
                for row in _rows(location)
            ],
        }
        for plugin in plugins
    ]


def rows_to_json(rows: Sequence[PluginRow]) -> list[dict[str, object]]:
    """Return the matrix as the JSON contract has it. It knows four statuses: what was not compared is accused of nothing,
    so it is ``ok``, and says beside it that it was not (``"compared": false``)."""
    return [
        {
            **row,
            "locations": [
                {**place, "status": OK, "compared": False} if place["status"] == UNKNOWN else place
                for place in row["locations"]
            ],
        }
        for row in rows
    ]


def _rows(location: Location) -> list[PlaceRow]:
    kind = location.kind.kind
    if not location.statements:
        span = location.anchor.span
        row: PlaceRow = {
            "kind": kind,
            "path": location.path,
            "line": span.line,
            "column": span.column,
            "value": None,
            "status": MISSING,
        }
        return [row]
    rows: list[PlaceRow] = []
    for statement in location.statements:
        place = statement.place(location.truth)
        wrong = statement.wrong_parts(location.truth) if location.truth else []
        rows.append(
            {
                "kind": kind,
                "path": location.path,
                "line": place.span.line,
                "column": place.span.column,
                "value": wrong[0].value if wrong else statement.value,
                "status": location.status(statement),
            }
        )
    return rows


def dates_of(
    repository: Repository, today: datetime.date, release: datetime.date | None, *, spelled: bool
) -> list[DateRow]:
    """Return the date badges of the root READMEs with their status, as rules would judge them ``today``; ``release`` is
    the day that they must show, ``spelled`` whether they must be written as the standard has it."""
    judgement = DateJudgement(repository, today, release)
    rows: list[DateRow] = []
    for badge in repository.dates:
        part = badge.shown if badge.generated else judgement.differing(badge) or badge.shown
        place = badge.place_of(part)
        status = judgement.status(badge, spelled=spelled)
        rows.append({"path": place.path, "line": place.span.line, "value": part.value, "status": status})
    return rows
