"""Valves: the fields of ``Valves`` and ``UserValves``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin

_UPPER_SNAKE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


def upper_snake(name: str) -> str:
    """Return ``name`` in UPPER_SNAKE_CASE: ``maxTokens`` and ``max-tokens`` become ``MAX_TOKENS``."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"_+", "_", name).strip("_").upper()


@primitive("valve-names", scope="plugin")
def valve_names(
    plugin: Plugin, context: Context, *, exempt: list[str], exempt_by_type: Mapping[str, list[str]] | None = None
) -> Iterator[Hit]:
    """Report fields that are not UPPER_SNAKE_CASE; ``exempt`` names are read by OpenWebUI and must stay as they are.

    Cases: ``default``, ``script`` for names in another script, ``exempt`` for an exempt name in capitals.
    """
    exempt = [*exempt, *(exempt_by_type or {}).get(plugin.type, [])]
    for valve in plugin.valves:
        name = valve.name
        values = {"name": name, "owner": valve.owner, "suggestion": upper_snake(name)}
        place = plugin.code.module.place(valve.target)
        if name in exempt:
            continue
        if name.casefold() in exempt:
            yield Hit(place, "exempt", {**values, "suggestion": name.casefold()})
        elif not name.isascii():
            yield Hit(place, "script", values)
        elif not _UPPER_SNAKE.fullmatch(name):
            yield Hit(place, values=values)
