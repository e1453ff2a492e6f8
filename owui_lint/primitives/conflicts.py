"""Demands of plugins that share one process, compared with each other."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint.finding import Message, Place, Related
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.demands import Asked, Demand, contradict, contrary_pairs, demands_by_name


@primitive("requirement-conflicts", scope="repository", reads="names")
def requirement_conflicts(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report demands on one package that no single version meets: at each of two plugins (``default``), or at the
    later one of a single plugin (``own``); there also one that is met with the first (``repeated``)."""
    by_name = demands_by_name(repository.plugins)
    for demands in by_name.values():
        own: list[Demand] = []
        for number, (plugin, demand) in enumerate(demands):
            if number and demands[number - 1][0] is not plugin:
                own = []
            if own:
                yield from _repetition(plugin, demand, own)
            own.append(demand)
    for one, other in contrary_pairs(by_name):
        yield _conflict(one, other)
        yield _conflict(other, one)


def _repetition(plugin: Plugin, demand: Demand, before: list[Demand]) -> Iterator[Hit]:
    """The hit at a demand of a plugin that has made the same one before, or one that contradicts it. Two halves of a
    range, and the extras of one package, add up."""
    contrary = next((other for other in before if contradict(demand.specifier, other.specifier)), None)
    other = contrary or next((one for one in before if _is_same(one, demand)), None)
    if other is None:
        return
    case = "own" if contrary else "repeated"
    values = {"name": demand.name, "part": demand.text, "other": other.text}
    related = Related(_place(plugin, other), Message("the first one", "第一处"))
    yield Hit(_place(plugin, demand), case, values, related=(related,), plugin=plugin.id)


def _is_same(one: Demand, other: Demand) -> bool:
    extras = [demand.text.partition("[")[2].partition("]")[0] for demand in (one, other)]
    return one.specifier == other.specifier and extras[0] == extras[1]


def _place(plugin: Plugin, demand: Demand) -> Place:
    return plugin.code.file.place(demand.start, demand.end)


def _conflict(here: Asked, there: Asked) -> Hit:
    (plugin, demand), (other, contrary) = here, there
    values = {"name": demand.name, "part": demand.text, "other": contrary.text, "plugin": other.id}
    related = Related(_place(other, contrary), Message(f"{other.id} asks for this", f"{other.id} 的要求"))
    return Hit(_place(plugin, demand), values=values, related=(related,), plugin=plugin.id)
