"""Valves: the fields of ``Valves`` and ``UserValves``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.renaming import Renaming

_UPPER_SNAKE = lazy_pattern(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


def upper_snake(name: str) -> str:
    """Return ``name`` in UPPER_SNAKE_CASE: ``maxTokens`` and ``max-tokens`` become ``MAX_TOKENS``."""
    name = compiled(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])").sub("_", name)
    return compiled(r"_+").sub("_", name).strip("_").upper()


@primitive("valve-names", scope="plugin", reads="own")
def valve_names(
    plugin: Plugin,
    context: Context,
    *,
    exempt: list[str],
    ordered: list[str] | None = None,
    exempt_by_type: Mapping[str, list[str]] | None = None,
) -> Iterator[Hit]:
    """Report fields that are not UPPER_SNAKE_CASE; ``exempt`` names are read by OpenWebUI and must stay as they are.

    Cases: ``default``, ``script`` for names in another script, ``exempt`` for an exempt name in capitals, in ``Valves`` of
    plugins that OpenWebUI orders by it (``ordered``: types, all for none). The edits rename the valve wherever it is named; there are
    none where a use cannot be followed.
    """
    renaming: Renaming | None = None
    exempt = [*exempt, *(exempt_by_type or {}).get(plugin.type, [])]
    told: set[int] = set()
    for valve in plugin.code.written_valves:
        if valve.start in told:
            continue  # which ``Valves`` and ``UserValves`` inherit
        told.add(valve.start)
        name, new = valve.name, upper_snake(valve.name)
        if name in exempt:
            continue
        if name.casefold() in exempt and (ordered is None or plugin.type in ordered) and valve.owner == "Valves":
            case, new = "exempt", name.casefold()
        elif not name.isascii():
            case = "script"
        elif not _UPPER_SNAKE.fullmatch(name):
            case = "default"
        else:
            continue
        renaming = renaming or _renaming(plugin, context)
        edits = renaming.edits(name, new) if case != "script" else ()
        place = plugin.code.file.place(valve.start, valve.end)
        yield Hit(place, case, {"name": name, "owner": valve.owner, "suggestion": new}, edits=edits)


def _renaming(plugin: Plugin, context: Context) -> Renaming:
    repository = context.repository
    repository.pages.link()
    copies = {code.path for code in plugin.codes}
    below = repository.paths_below(f"{plugin.folder}/") if plugin.folder else ()
    others = [repository.file(path) for path in below if path.endswith(".py") and path not in copies]
    valves = {valve.name for valve in plugin.code.written_valves}
    valves |= {upper_snake(name) for name in valves}  # a document may name some as they are to be
    return Renaming(plugin.code.file, others, plugin.documents, valves, repository.sections)
