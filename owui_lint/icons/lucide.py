"""Name the Lucide icon that an SVG draws, and give the current drawing of an icon by name.

An SVG is a Lucide icon only where every stroke of it is a stroke of one drawing and none of that drawing is missing: a
stroke or two in common, as icons of other sets have by coincidence, is at most near.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cache

from owui_lint.icons import lucide_data
from owui_lint.icons.data_uri import svg_data_uri
from owui_lint.icons.geometry import GeometryError, describe
from owui_lint.icons.lucide_data import QUANTUM, Use, quantise
from owui_lint.icons.svg import Svg
from owui_lint.lazypattern import compiled
from owui_lint.tuples import NamedTuple

TOLERANCE = 0.04
"""Largest difference of two strokes taken for the same, in units of the canvas of 24.

SVGO with two decimals stays below 0.03 for 95 icons of 100; the closest drawings of different icons, other than one
renamed into the other, are 0.1 apart.
"""
NEAR = 0.5
"""Least share of strokes in common for which an icon is called near."""
MAX_STROKES = 64
"""Drawings with more strokes are no Lucide icon: the largest has 20."""


class Grade(Enum):
    """How well an SVG is a Lucide icon."""

    CURRENT = "current"
    """The drawing of the newest release."""
    FORMER = "former"
    """A drawing of an earlier release."""
    NEAR = "near"
    """Some strokes are those of an icon."""
    NONE = "none"


class Match(NamedTuple):
    """The Lucide icon that an SVG draws.

    ``name`` is the name under which the drawing was published (for ``FORMER`` and ``NEAR``, last), ``names`` all names
    of that drawing in the release ``last_release``. ``current`` is the icon's name in the newest release, None if it
    was removed. ``shared`` of ``total`` strokes (of the SVG and the drawing together) are the same.
    """

    grade: Grade
    name: str = ""
    names: tuple[str, ...] = ()
    current: str | None = None
    last_release: str = ""
    shared: int = 0
    total: int = 0


class Resolved(NamedTuple):
    """What a name asked for means: the icon's current name, or None with the names most like it.

    ``removed`` tells that an icon of that name existed once and has no successor.
    """

    name: str | None
    suggestions: tuple[str, ...] = ()
    removed: bool = False


def newest_release() -> str:
    """Return the Lucide release that ``CURRENT`` refers to."""
    return lucide_data.table().release


def identify(svg: Svg) -> Match:
    """Return the Lucide icon that ``svg`` draws. Never raises: unreadable geometry is ``Grade.NONE``."""
    if not svg.complete or not 0 < len(svg.shapes) <= MAX_STROKES:
        return Match(Grade.NONE)
    try:
        strokes = describe(svg)
    except GeometryError:
        return Match(Grade.NONE)
    if not 0 < len(strokes) <= MAX_STROKES:
        return Match(Grade.NONE)
    table = lucide_data.table()
    found = [_same_strokes(quantise(stroke)) for stroke in strokes]
    total = len(strokes) + svg.others
    best: tuple[float, int, int, str] | None = None
    match = Match(Grade.NONE)
    for drawing, hits in table.drawings_with(set().union(*found)).items():
        size = table.starts[drawing + 1] - table.starts[drawing]
        if hits < NEAR * (total + size - hits):  # at best every hit is one of the shared strokes
            continue
        shared, difference = _compare(found, table.drawing(drawing))
        union = total + size - shared
        share = shared / union
        if share < NEAR:
            continue
        uses = table.uses_of(drawing)
        last = max(use.last for use in uses)
        uses = [use for use in uses if use.last == last]
        rank = (-share, -last, difference, uses[0].name)
        if best is None or rank < best:
            best, match = rank, _match(uses, last, shared, union)
    return match


def resolve(name: str) -> Resolved:
    """Return the current icon that ``name`` means.

    Takes former names and aliases, a prefix ``lucide:``, and names in other cases (``FileText``, ``file_text``).
    """
    table = lucide_data.table()
    asked = compiled(r"\Alucide[:/]", re.IGNORECASE).sub("", name.strip()[:100]).lower()
    if not table.knows(asked):
        asked = _folded().get(_fold(asked), asked)
    if table.knows(asked):
        heir = table.heir(asked)
        return Resolved(heir, removed=heir is None)

    import difflib  # needed for mistyped names only

    return Resolved(None, tuple(difflib.get_close_matches(asked, lucide_data.current(), n=3)))


def current_svg(name: str) -> str:
    """Return the SVG of the icon ``name`` (as ``resolve`` gives it) on one line. Raises ``KeyError``."""
    markup = lucide_data.current()[name]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
        f"{markup}</svg>"
    )


def icon_url(name: str) -> str:
    """Return the value of ``icon_url`` for the icon ``name``. Raises ``KeyError``."""
    return svg_data_uri(current_svg(name))


def _match(uses: Sequence[Use], last: int, shared: int, total: int) -> Match:
    content = lucide_data.table()
    is_current = last == len(content.releases) - 1
    if shared == total:
        grade = Grade.CURRENT if is_current else Grade.FORMER
    else:
        grade = Grade.NEAR
    name = uses[0].name
    names = tuple(use.name for use in uses)
    return Match(grade, name, names, content.heir(name), content.releases[last], shared, total)


def _same_strokes(stroke: tuple[int, ...]) -> dict[int, int]:
    """Strokes of the table within the tolerance of ``stroke``, each with its difference in quanta."""
    first, *others = lucide_data.table().columns
    reach = round(TOLERANCE / QUANTUM)
    low, high = bisect_left(first, stroke[0] - reach), bisect_right(first, stroke[0] + reach)
    same = range(low, high)
    differences = {index: abs(first[index] - stroke[0]) for index in same}
    for column, value in zip(others, stroke[1:], strict=True):
        near = {}
        for index, difference in differences.items():
            apart = abs(column[index] - value)
            if apart <= reach:
                near[index] = max(difference, apart)
        differences = near
    return differences


def _compare(found: Sequence[dict[int, int]], drawing: Iterable[int]) -> tuple[int, int]:
    """How many strokes of a drawing are found, each once, and the largest difference among them."""
    left = Counter(drawing)
    shared, worst = 0, 0
    # Strokes with one counterpart go first, so that those with several take what is left over.
    for same in sorted(found, key=len):
        there = [(same[stroke], stroke) for stroke, count in left.items() if count > 0 and stroke in same]
        if there:
            difference, stroke = min(there)
            left[stroke] -= 1
            shared += 1
            worst = max(worst, difference)
    return shared, worst


@cache
def _folded() -> dict[str, str]:
    """Names without hyphens; of two that fall together, the one of the newest release."""
    table = lucide_data.table()
    return {_fold(name): name for name in sorted(table.names, key=lambda name: table.heir(name) == name)}


def _fold(name: str) -> str:
    return compiled(r"[\s_-]").sub("", name)
