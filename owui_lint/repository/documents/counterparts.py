"""Which sections of a README the other language does not have: their names differ, so their order has to tell."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter

from owui_lint.lazypattern import compiled
from owui_lint.repository.documents.markdown import Heading, Markdown
from owui_lint.repository.documents.sections import STORY, SectionBook, normal_heading
from owui_lint.rising import longest_rising
from owui_lint.text import has_cjk, is_emoji
from owui_lint.tuples import NamedTuple

_MOST_SECTIONS = 200  # no honest README comes near


class Titled(NamedTuple):
    """A second-level heading with the id of the section that it opens; "" for one that the standard does not know.
    ``subjects`` is for how many sections it counts: "Installation & Notes" may be two."""

    heading: Heading
    kind: str
    subjects: int


class Lacking(NamedTuple):
    """``headings`` of which the other README has only ``found``; with none, each of them has no counterpart. ``after`` is
    the heading of the other README behind which they would stand."""

    headings: tuple[Heading, ...]
    found: int
    after: Heading | None


def titled(markdown: Markdown, lang: str, book: SectionBook) -> list[Titled]:
    """Return the second-level headings that are compared: those of What's New, and repeated ones, are other rules',
    and some need no counterpart."""
    found: dict[str, Titled] = {}
    repeated = {section.heading for section, _ in book.repeated(markdown, lang)}
    for heading in markdown.headings:
        if heading in repeated:
            continue
        if heading.level == 2 and heading != markdown.opening and not book.is_of_one_language(heading.plain):
            kind = book.classify(heading.plain, lang)
            if kind is None or kind.id != STORY:
                one = Titled(heading, kind.id if kind is not None else "", len(book.subjects(heading.plain)))
                found.setdefault(normal_heading(heading.plain), one)
    return list(found.values())


def lacking(here: Sequence[Titled], there: Sequence[Titled]) -> list[Lacking]:
    """Return what ``there`` lacks of ``here``. Nothing where it is not certain: as many sections in both, sections that
    seem to stand elsewhere, or a heading there that may be about two of them. Sections of the standard of which there is
    none are left to the rules that know them."""
    if max(len(here), len(there)) > _MOST_SECTIONS:
        return []
    kinds, others = _by_kind(here), _by_kind(there)
    if any(len(kinds.get(kind, ())) < len(numbers) for kind, numbers in others.items()):
        return []  # what only they have may be what seems to be missing
    if any(_subjects(there, others[kind]) > _subjects(here, kinds.get(kind, ())) for kind in others):
        return []
    found: list[Lacking] = []
    pairs: list[tuple[int, int]] = []
    for kind, numbers in others.items():
        if kind and len(kinds[kind]) > len(numbers):
            found.append(Lacking(tuple(here[number].heading for number in kinds[kind]), len(numbers), None))
        elif kind:
            pairs += zip(kinds[kind], numbers, strict=True)
    left, right = kinds.get("", []), others.get("", [])
    alike = _alike(here, there, left, right)
    if any(_says_more(there[other].heading, here[number].heading) for number, other in alike):
        return []
    pairs += alike
    groups = _between(pairs, left, right)
    if any(len(theirs) > len(mine) for _, mine, theirs in groups):
        return []
    for above, mine, theirs in groups:
        if len(mine) > len(theirs):
            after = there[above].heading if above is not None else None
            found.append(Lacking(tuple(here[number].heading for number in mine), len(theirs), after))
    return found


def _between(
    pairs: Sequence[tuple[int, int]], left: Sequence[int], right: Sequence[int]
) -> list[tuple[int | None, list[int], list[int]]]:
    """The sections of both sides that are in no pair, by the pairs of the same order in both that they stand between;
    first the other side's section of the pair above, ``None`` at the top."""
    cuts = sorted(pairs)
    cuts = [cuts[position] for position in longest_rising([place for _, place in cuts])]
    groups: dict[int, tuple[list[int], list[int]]] = {}
    for side, numbers in enumerate((left, right)):
        paired = {pair[side] for pair in pairs}
        for number in numbers:
            if number not in paired:
                part = bisect_left(cuts, number, key=itemgetter(side))
                groups.setdefault(part, ([], []))[side].append(number)
    return [(cuts[part - 1][1] if part else None, *sides) for part, sides in groups.items()]


def _by_kind(side: Sequence[Titled]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, one in enumerate(side):
        found.setdefault(one.kind, []).append(number)
    return found


def _subjects(side: Sequence[Titled], numbers: Sequence[int]) -> int:
    """How many subjects some headings have beyond one each."""
    return sum(side[number].subjects - 1 for number in numbers)


def _says_more(heading: Heading, other: Heading) -> bool:
    """Whether a heading has Chinese words right beside the Latin ones that are all of another one: "Details 如何工作" may
    be about two of the other language's sections; "限制 / Limits" is about one."""
    mine, theirs = normal_heading(heading.plain), normal_heading(other.plain)
    mixed = compiled(r"[a-z0-9] ?[\u4e00-\u9fff]|[\u4e00-\u9fff] ?[a-z0-9]")
    words = compiled(r"[a-z0-9]+").findall
    return mixed.search(mine) is not None and not has_cjk(theirs) and set(words(theirs)) <= set(words(mine))


def _alike(
    here: Sequence[Titled], there: Sequence[Titled], left: Sequence[int], right: Sequence[int]
) -> list[tuple[int, int]]:
    """Pairs of sections whose headings have an emoji or a Latin word in common."""
    waiting = {number: _signs(here[number].heading) for number in left}
    found: list[tuple[int, int]] = []
    for other in right:
        signs = _signs(there[other].heading)
        same = next((number for number, mine in waiting.items() if not signs.isdisjoint(mine)), None)
        if same is not None:
            del waiting[same]
            found.append((same, other))
    return found


def _signs(heading: Heading) -> set[str]:
    words = compiled(r"[a-z][a-z0-9]{2,}").findall(normal_heading(heading.plain))
    return {*words, *(character for character in heading.content if is_emoji(character))}
