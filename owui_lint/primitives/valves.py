"""Valves: the fields of ``Valves`` and ``UserValves``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from owui_lint.finding import Edit
from owui_lint.lazypattern import lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.module import Module
from owui_lint.repository.valve_uses import ValveUses, rename_edits

_MAX_RENAMES = 200  # per plugin, far above any; each is a search through the plugin's files
_UPPER_SNAKE = lazy_pattern(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


def upper_snake(name: str) -> str:
    """Return ``name`` in UPPER_SNAKE_CASE: ``maxTokens`` and ``max-tokens`` become ``MAX_TOKENS``."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"_+", "_", name).strip("_").upper()


@primitive("valve-names", scope="plugin", reads="own")
def valve_names(
    plugin: Plugin, context: Context, *, exempt: list[str], exempt_by_type: Mapping[str, list[str]] | None = None
) -> Iterator[Hit]:
    """Report fields that are not UPPER_SNAKE_CASE; ``exempt`` names are read by OpenWebUI and must stay as they are.

    Cases: ``default``, ``script`` for names in another script, ``exempt`` for an exempt name in capitals. The edits
    rename the valve wherever it is named; there are none where a use cannot be followed.
    """
    renaming = _Renaming(plugin, context)
    exempt = [*exempt, *(exempt_by_type or {}).get(plugin.type, [])]
    for valve in plugin.valves:
        name = valve.name
        values = {"name": name, "owner": valve.owner, "suggestion": upper_snake(name)}
        place = plugin.code.module.place(valve.target)
        if name in exempt:
            continue
        if name.casefold() in exempt:
            new = name.casefold()
            yield Hit(place, "exempt", {**values, "suggestion": new}, edits=renaming.edits(name, new))
        elif not name.isascii():
            yield Hit(place, "script", values)
        elif not _UPPER_SNAKE.fullmatch(name):
            yield Hit(place, values=values, edits=renaming.edits(name, upper_snake(name)))


class _Renaming:
    """Edits for the valves of one plugin; what they need is read when a first name is to be changed."""

    def __init__(self, plugin: Plugin, context: Context) -> None:
        self.plugin = plugin
        self.context = context
        self._others: list[Module] | None = None
        self._uses: dict[Module, ValveUses] = {}
        self._count = 0

    def edits(self, old: str, new: str) -> tuple[Edit, ...]:
        """Return the edits of one rename."""
        self._count += 1
        if self._count > _MAX_RENAMES:
            return ()
        if self._others is None:
            self.context.repository.pages.link()
            copies = {self.plugin.path, *(copy.path for copy in self.plugin.copies)}
            folder = self.plugin.folder
            self._others = [
                Module(self.context.repository.file(path))
                for path in (self.context.repository.paths_below(f"{folder}/") if folder else ())
                if path.endswith(".py") and path not in copies
            ]
        return rename_edits(self.plugin.code.module, self._others, self.plugin.documents, old, new, self._uses)
