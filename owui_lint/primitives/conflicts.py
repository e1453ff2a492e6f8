"""Demands of plugins that share one process, compared with each other."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from itertools import combinations, islice

from owui_lint.finding import Message, Place, Related
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Code, Plugin, Repository
from owui_lint.tuples import NamedTuple

# Pairs grow with the square, and the texts are strangers'. No repository comes near:
_MAX_ASKED = 10  # demands of one plugin on one package; pip refuses a second
_MAX_TEXTS = 50  # different demands on one package that are compared
_MAX_COMPARED = 5_000  # pairs of texts, of all packages
_MAX_RIVALS = 30  # demands that one is reported against


class _Demand(NamedTuple):
    """A requirement of certain versions, whatever the platform; ``start:end`` are its offsets in the file."""

    name: str
    specifier: str
    text: str
    start: int
    end: int


@primitive("requirement-conflicts", scope="repository")
def requirement_conflicts(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report demands on one package that no single version meets: at each of two plugins (``default``), or at the
    later one of a single plugin (``own``); there also one that is met with the first (``repeated``)."""
    by_name: dict[str, list[tuple[Plugin, _Demand]]] = {}
    for plugin in repository.plugins:
        if plugin.runs_in_process:
            asked: dict[str, int] = {}
            for demand in _demands(plugin.code):
                asked[demand.name] = asked.get(demand.name, 0) + 1
                if asked[demand.name] <= _MAX_ASKED:
                    if asked[demand.name] > 1:
                        yield from _repetition(plugin, demand, by_name[demand.name])
                    by_name.setdefault(demand.name, []).append((plugin, demand))
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
            if left >= 0 and _contradict(one, other):
                clashes.setdefault(one, []).append(other)
                clashes.setdefault(other, []).append(one)
        for number, (plugin, demand) in enumerate(demands) if clashes else ():
            later = (
                place
                for specifier in clashes.get(demand.specifier, ())
                for place in places[specifier][bisect(places[specifier], number) :][:_MAX_RIVALS]
                if demands[place][0] is not plugin
            )
            for place in sorted(later)[:_MAX_RIVALS]:
                yield _conflict((plugin, demand), demands[place])
                yield _conflict(demands[place], (plugin, demand))


def _repetition(plugin: Plugin, demand: _Demand, before: list[tuple[Plugin, _Demand]]) -> Iterator[Hit]:
    """The hit at a demand of a plugin that has made the same one before, or one that contradicts it. Two halves of a
    range, and the extras of one package, add up."""
    own = [other for asking, other in before if asking is plugin]
    contrary = next((other for other in own if _contradict(demand.specifier, other.specifier)), None)
    other = contrary or next((one for one in own if _is_same(one, demand)), None)
    if other is None:
        return
    case = "own" if contrary else "repeated"
    values = {"name": demand.name, "part": demand.text, "other": other.text}
    related = Related(_place(plugin, other), Message("the first one", "第一处"))
    yield Hit(_place(plugin, demand), case, values, related=(related,), plugin=plugin.id)


def _is_same(one: _Demand, other: _Demand) -> bool:
    extras = [demand.text.partition("[")[2].partition("]")[0] for demand in (one, other)]
    return one.specifier == other.specifier and extras[0] == extras[1]


def _demands(code: Code) -> list[_Demand]:
    def make() -> list[_Demand]:
        from owui_lint.openwebui.requirements import INDEXED, parse_requirements

        entry = code.frontmatter.get("requirements")
        if entry is None:
            return []
        start = entry.value_span.start
        return [
            _Demand(part.name, part.specifier, part.text, start + part.start, start + part.end)
            for part in parse_requirements(entry.value)
            if part.kind in INDEXED and part.specifier and not part.marker
        ]

    return code.file.facts.rows("demands", _Demand, make)


def _contradict(one: str, other: str) -> bool:
    from owui_lint.openwebui.requirements import are_compatible

    return are_compatible(one, other) is False


def _place(plugin: Plugin, demand: _Demand) -> Place:
    return plugin.code.file.place(demand.start, demand.end)


def _conflict(here: tuple[Plugin, _Demand], there: tuple[Plugin, _Demand]) -> Hit:
    (plugin, demand), (other, contrary) = here, there
    values = {"name": demand.name, "part": demand.text, "other": contrary.text, "plugin": other.id}
    related = Related(_place(other, contrary), Message(f"{other.id} asks for this", f"{other.id} 的要求"))
    return Hit(_place(plugin, demand), values=values, related=(related,), plugin=plugin.id)
