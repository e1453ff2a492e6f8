"""Demands of plugins that share one process, compared with each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

from owui_lint.finding import Message, Place, Related
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Code, Plugin, Repository
from owui_lint.tuples import NamedTuple


class _Demand(NamedTuple):
    """A requirement of certain versions, whatever the platform; ``start:end`` are its offsets in the file."""

    name: str
    specifier: str
    text: str
    start: int
    end: int


@primitive("requirement-conflicts", scope="repository")
def requirement_conflicts(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report, at each of two plugins, demands on one package that no single version meets."""
    by_name: dict[str, list[tuple[Plugin, _Demand]]] = {}
    for plugin in repository.plugins:
        if plugin.runs_in_process:
            for demand in _demands(plugin.code):
                by_name.setdefault(demand.name, []).append((plugin, demand))
    for demands in by_name.values():
        # Plugins are many, what they write of one package are few texts: those are compared.
        one_of_each = {demand.specifier: demand for _, demand in demands}.values()
        clashes = {
            specifiers
            for one, other in combinations(one_of_each, 2)
            if _contradict(one, other)
            for specifiers in permutations((one.specifier, other.specifier))
        }
        for one, other in combinations(demands, 2) if clashes else ():
            if one[0] is not other[0] and (one[1].specifier, other[1].specifier) in clashes:
                yield _conflict(one, other)
                yield _conflict(other, one)


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


def _contradict(one: _Demand, other: _Demand) -> bool:
    from owui_lint.openwebui.requirements import are_compatible

    return are_compatible(one.specifier, other.specifier) is False


def _place(plugin: Plugin, demand: _Demand) -> Place:
    return plugin.code.file.place(demand.start, demand.end)


def _conflict(here: tuple[Plugin, _Demand], there: tuple[Plugin, _Demand]) -> Hit:
    (plugin, demand), (other, contrary) = here, there
    values = {"name": demand.name, "part": demand.text, "other": contrary.text, "plugin": other.id}
    related = Related(_place(other, contrary), Message(f"{other.id} asks for this", f"{other.id} 的要求"))
    return Hit(_place(plugin, demand), values=values, related=(related,), plugin=plugin.id)
