"""Demands of certain versions of a package, and which of them no single version meets: plugins share one environment."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, islice

from owui_lint.repository import Code, Plugin
from owui_lint.tuples import NamedTuple

# Pairs grow with the square, and the texts are strangers'. No repository comes near:
_MAX_ASKED = 10  # demands of one plugin on one package; pip refuses a second
_MAX_TEXTS = 50  # different demands on one package that are compared
_MAX_COMPARED = 5_000  # pairs of texts, of all packages
_MAX_RIVALS = 30  # later demands that one is paired with


class Demand(NamedTuple):
    """A requirement of certain versions, whatever the platform; ``start:end`` are its offsets in the file."""

    name: str
    specifier: str
    text: str
    start: int
    end: int


Asked = tuple[Plugin, Demand]


def demands_by_name(plugins: Iterable[Plugin]) -> dict[str, list[Asked]]:
    """Return what those plugins that share one process demand of each package: in the order of the plugins, the first
    demands of each."""
    found: dict[str, list[Asked]] = {}
    for plugin in plugins:
        if plugin.runs_in_process:
            asked: dict[str, int] = {}
            for demand in _demands(plugin.code):
                asked[demand.name] = asked.get(demand.name, 0) + 1
                if asked[demand.name] <= _MAX_ASKED:
                    found.setdefault(demand.name, []).append((plugin, demand))
    return found


def contrary_pairs(by_name: Mapping[str, list[Asked]]) -> Iterator[tuple[Asked, Asked]]:
    """Yield the demands of two plugins that no single version meets, the earlier plugin's first, package by package.

    Where very many exclude each other not all pairs come, but each of the demands comes in one.
    """
    left = _MAX_COMPARED
    for demands in by_name.values():
        # Plugins are many, what they write of one package are few texts: those are compared.
        places: dict[str, list[int]] = {}
        for number, (_, demand) in enumerate(demands):
            places.setdefault(demand.specifier, []).append(number)
        clashes: dict[str, list[str]] = {}
        for one, other in combinations(islice(places, _MAX_TEXTS), 2):
            if len({id(demands[number][0]) for number in (*places[one], *places[other])}) == 1:
                continue  # of one plugin
            left -= 1
            if left >= 0 and contradict(one, other):
                clashes.setdefault(one, []).append(other)
                clashes.setdefault(other, []).append(one)
        if clashes:
            for earlier, later in _pairs(demands, places, clashes):
                yield demands[earlier], demands[later]


def _pairs(
    demands: list[Asked], places: Mapping[str, list[int]], clashes: Mapping[str, list[str]]
) -> Iterator[tuple[int, int]]:
    """Yield pairs of places in ``demands``: each with the next ones of other plugins that exclude it; one that is among
    the next of none, with the first."""
    paired: set[int] = set()
    for number, (plugin, demand) in enumerate(demands):
        against = [places[specifier] for specifier in clashes.get(demand.specifier, ())]
        later = sorted(place for rivals in against for place in _next(rivals, number, demands))[:_MAX_RIVALS]
        yield from ((number, place) for place in later)
        paired.update(later)
        if number not in paired and not later:
            first = min((rivals[0] for rivals in against if demands[rivals[0]][0] is not plugin), default=number)
            if first < number:
                yield first, number


def _next(rivals: list[int], number: int, demands: list[Asked]) -> list[int]:
    """The places behind ``number`` where other plugins demand, as many as one is paired with."""
    behind = bisect(rivals, number)
    own = demands[number][0]
    return [place for place in rivals[behind : behind + _MAX_RIVALS + _MAX_ASKED] if demands[place][0] is not own]


def contradict(one: str, other: str) -> bool:
    """Tell whether no version meets both specifiers, as far as they can be read."""
    from owui_lint.openwebui.requirements import are_compatible

    return are_compatible(one, other) is False


def _demands(code: Code) -> list[Demand]:
    def make() -> list[Demand]:
        from owui_lint.openwebui.requirements import INDEXED, parse_requirements

        entry = code.frontmatter.get("requirements")
        if entry is None:
            return []
        start = entry.value_span.start
        return [
            Demand(part.name, part.specifier, part.text, start + part.start, start + part.end)
            for part in parse_requirements(entry.value)
            if part.kind in INDEXED and part.specifier and not part.marker
        ]

    return code.file.facts.rows("demands", Demand, make)
