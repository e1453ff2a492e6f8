"""Plugins by what pages and texts call them by, so that looking one up costs the same however many there are."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property

from owui_lint.repository.aside import without_put_aside
from owui_lint.repository.plugin import Plugin
from owui_lint.text import name_keys, slug

#: What says that a page is a plugin's, or that a text speaks of one, the strongest first: the configuration's map; the
#: page's name, which is that of the folder, its slug, that of the module, its slug; a name of the plugin, as it is or
#: without type words; the page in the other language; an entry of an index.
MAPPED, FOLDER, FOLDER_SLUG, MODULE, MODULE_SLUG, EXACTLY, LOOSELY, SIBLING, ENTRY = range(9, 0, -1)


class PluginIndex:
    """Some plugins of a repository. What they are looked up by is read when it is first asked for."""

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        self.plugins = tuple(plugins)

    def living_at(self, stem: str) -> list[tuple[int, Plugin]]:
        """Return the plugins that a page's name (without extension) speaks of, with the strength of that. Only the
        strongest are returned, and what was put aside only where there is nothing else."""
        for strength, name, found in (
            (FOLDER, stem, self._folders),
            (FOLDER_SLUG, slug(stem), self._folder_slugs),
            (MODULE, stem, self._stems),
            (MODULE_SLUG, slug(stem), self._stem_slugs),
        ):
            plugins = found.get(name)
            if plugins:
                return [(strength, plugin) for plugin in without_put_aside(plugins)]
        return []

    def named(self, text: str) -> list[tuple[int, Plugin]]:
        """Return the plugins that a text names, with the strength of that: exactly, else without type words.
        What was put aside is meant only where nothing else is called so."""
        return self.with_keys(name_keys(text))

    def with_keys(self, keys: tuple[tuple[str, ...], tuple[str, ...]]) -> list[tuple[int, Plugin]]:
        """Return what ``named`` does for a text with these ``name_keys``."""
        exact, loose = keys
        for strength, forms, names in ((EXACTLY, exact, self._exact_names), (LOOSELY, loose, self._loose_names)):
            numbers = {number for form in forms for number in names.get(form, ())}
            if numbers:
                plugins = [self.plugins[number] for number in sorted(numbers)]
                return [(strength, plugin) for plugin in without_put_aside(plugins)]
        return []

    def _by(self, key: Callable[[Plugin], str]) -> dict[str, list[Plugin]]:
        found: dict[str, list[Plugin]] = defaultdict(list)
        for plugin in self.plugins:
            found[key(plugin)].append(plugin)
        return found

    @cached_property
    def _folders(self) -> dict[str, list[Plugin]]:
        return self._by(_folder_name)

    @cached_property
    def _folder_slugs(self) -> dict[str, list[Plugin]]:
        return self._by(lambda plugin: slug(_folder_name(plugin)))

    @cached_property
    def _stems(self) -> dict[str, list[Plugin]]:
        return self._by(lambda plugin: plugin.code.stem)

    @cached_property
    def _stem_slugs(self) -> dict[str, list[Plugin]]:
        return self._by(lambda plugin: slug(plugin.code.stem))

    @cached_property
    def _exact_names(self) -> dict[str, list[int]]:
        return self._by_name(0)

    @cached_property
    def _loose_names(self) -> dict[str, list[int]]:
        return self._by_name(1)

    def _by_name(self, grade: int) -> dict[str, list[int]]:
        """The positions of plugins by their names' normal forms."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, plugin in enumerate(self.plugins):
            for key in plugin.names[grade]:
                found[key].append(number)
        return found


def _folder_name(plugin: Plugin) -> str:
    return posixpath.basename(plugin.folder) if plugin.folder else plugin.name
