"""Whose page is whose in repositories without ``plugins/{type}/``: nothing but its name and its heading say so.

A page there may be about anything. It is a plugin's where its file and its heading both say so, or where its heading is
the title and nothing around it is called otherwise: what a folder or a file is called like tells old versions, and parts
such as a changelog, from the page about the plugin itself.
"""

from __future__ import annotations

import posixpath

from owui_lint import TYPE_CHECKING
from owui_lint.repository.documents.entries import without_version
from owui_lint.repository.plugin_index import EXACTLY, PluginIndex
from owui_lint.text import is_same_name, slug, title_keys, type_words, without_platform

if TYPE_CHECKING:
    from owui_lint.repository.plugin import Plugin

_ANY_TYPE = frozenset({"plugin", "function"})


def own_claims(path: str, stem: str, heading: str | None, plugins: PluginIndex) -> list[tuple[int, Plugin]]:
    """Return whose page the one at ``path`` (below the documentation folder) is, with the strength of that.

    Its file, without language and suffix, is called ``stem``; a page without a heading has nothing but that.
    """
    alike = plugins.living_at(stem) if stem else []
    called = [claim for claim in alike if is_of_type(stem, claim[1])]
    if heading is None:
        return called
    name = without_version(without_platform(heading)).strip()
    exactly = [claim for claim in plugins.named(name) if claim[0] == EXACTLY]
    if alike:
        headed = [claim for claim in called if is_headed(name, claim[1])]
        # A file may be called like several plugins, or like one and headed with another's title: that decides then.
        titled = [claim for claim in exactly if is_titled(name, claim[1])] if headed else []
        if not titled:
            return headed
        return [claim for claim in titled if _could_be_called(stem, claim[1])]
    # In a plugin's folder what is called neither like it nor "index" is a part of what is said of it.
    folder = posixpath.basename(posixpath.dirname(path))
    if folder and plugins.living_at(folder):
        return []
    return exactly


def is_titled(name: str, plugin: Plugin) -> bool:
    """Tell whether a heading is a plugin's title, and not only the name of its file."""
    said = title_keys(name, drop_type=False)
    return any(not said.isdisjoint(title_keys(code.title, drop_type=False)) for code in plugin.codes)


def _could_be_called(stem: str, plugin: Plugin) -> bool:
    """Whether a page's file may be called so for a plugin: like its file, its folder, or its title."""
    names = (plugin.code.stem, posixpath.basename(plugin.name), *(code.title for code in plugin.codes))
    return any(is_same_name(stem, name) for name in names) or slug(stem) in map(slug, names)


def is_headed(name: str, plugin: Plugin) -> bool:
    """Tell whether a heading names a plugin, with or without the type word, and nothing else."""
    return is_of_type(name, plugin) and plugin.is_called(name)


def is_of_type(name: str, plugin: Plugin) -> bool:
    """Tell whether the type words that a name ends in are the plugin's own; one without any says nothing else."""
    said = type_words(name)
    if not said:
        return True
    own = {word for one in (plugin.title, plugin.name, plugin.code.stem) for word in type_words(one)}
    return said <= own | _ANY_TYPE | {plugin.type.rstrip("s")}
