"""Front matter across plugins: values that should be the same, titles that should differ, links, languages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from owui_lint.finding import Message, Related
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.frontmatter import DELIMITER
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.primitives.frontmatter import value_hit
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.aside import folder_put_aside
from owui_lint.text import commonest, has_cjk, is_same_name

_MIN_PLUGINS = 3  # fewer have no prevailing value


@primitive("frontmatter-same", scope="repository", reads="names")
def frontmatter_same(repository: Repository, context: Context, *, settings: Mapping[str, str]) -> Iterator[Hit]:
    """Report values that differ from the configured ones (``configured``); ``settings`` maps keys to setting names.

    Where none is configured: values that differ from the one that more than half of the plugins have (``majority``).
    """
    for key, setting in settings.items():
        wanted: str | None = repository.config[setting]
        found = [plugin for plugin in repository.plugins if key in plugin.code.values]
        case = "configured"
        if wanted is None:
            wanted, count = commonest(plugin.code.values[key] for plugin in found)
            if len(found) < _MIN_PLUGINS or count * 2 <= len(found):
                continue
            case = "majority"
        for plugin in found:
            stated, file = plugin.code.stated(key), plugin.code.file
            if stated is not None and stated.value != wanted:
                # What most say does not tell whose plugin it is.
                is_certain = case == "configured" and _fits_a_line(wanted)
                edits = (file.edit(stated.start, stated.end, wanted),) if is_certain else ()
                values = {"key": key, "value": stated.value, "expected": wanted, "setting": setting}
                yield Hit(file.place(stated.start, stated.end), case, values, edits, plugin=plugin.id)


def _fits_a_line(value: str) -> bool:
    """Whether front matter would give a value back as it is, and stay a string that Python takes."""
    return value.strip().splitlines() == [value] and DELIMITER not in value and "\\" not in value


_URL = lazy_pattern(r"https?://[^\s/?#]\S*", re.IGNORECASE)


@primitive("frontmatter-urls", scope="plugin", reads="code")
def frontmatter_urls(plugin: Plugin, context: Context, *, keys: list[str]) -> Iterator[Hit]:
    """Report values of ``keys`` that are no http(s) URL."""
    for key in keys:
        entry = plugin.code.frontmatter.get(key)
        if entry is not None and entry.value and not _URL.fullmatch(entry.value):
            yield value_hit(plugin.code, entry)


@primitive("titles-unique", scope="repository", reads="names")
def titles_unique(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report titles that another plugin has, too: of a plugin that was put aside, or that nothing else calls so, first."""
    by_title: dict[str, list[Plugin]] = defaultdict(list)
    for plugin in repository.plugins:
        title = plugin.code.values.get("title")
        if title:
            by_title[" ".join(title.casefold().split())].append(plugin)
    for plugins in by_title.values():
        if len(plugins) < 2:
            continue
        first, *others = sorted(plugins, key=_is_copied)
        for plugin in others:
            first_entry, entry = first.code.frontmatter.get("title"), plugin.code.frontmatter.get("title")
            assert first_entry is not None and entry is not None  # both have a value
            span = first_entry.value_span
            place = first.code.file.place(span.start, span.end)
            related = Related(place, Message("the other plugin", "另一个插件"))
            hit = value_hit(plugin.code, entry, path=first.path)
            yield hit._replace(plugin=plugin.id, related=(related,))


def _is_copied(plugin: Plugin) -> tuple[bool, bool]:
    """What tells that a plugin has its title from another one."""
    return folder_put_aside(plugin.path) is not None, not plugin.is_called_by_title


@primitive("title-in-index", scope="repository", reads="shared")
def title_in_index(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report entries of the English indexes whose name is not the plugin's title; emoji, case and type words do not count."""
    if not repository.is_standard_layout:
        return
    for kind in repository.types:
        document = repository.pages.index(f"{repository.docs_dir}/{kind}/index.md", "en")
        for entry in repository.indexes.entries(document) if document is not None else ():
            plugin = repository.indexes.owner_of_entry(entry)
            section = None if entry.is_section else repository.indexes.section_of(entry)
            if section is not None and repository.indexes.owner_of_entry(section) is plugin:
                continue  # the heading is its name
            name = compiled(r"[ \t(（]v\d[\w.+-]{0,30}[)）]?$").sub("", entry.lead) if entry.lead else ""
            if plugin is None or not name or plugin.code.values.get("title") in (None, "", name):
                continue
            # A title in Chinese may stand in the English index as a translation.
            if has_cjk(name) == has_cjk(plugin.title) and not any(
                is_same_name(plugin.title, one) for one in (name, *entry.names)
            ):
                place = entry.document.file.line_place(entry.block.line)
                yield Hit(place, values={"title": plugin.title, "found": name}, plugin=plugin.id)


@primitive("frontmatter-bilingual", scope="plugin", reads="code")
def frontmatter_bilingual(plugin: Plugin, context: Context, *, keys: list[str]) -> Iterator[Hit]:
    """Report values of ``keys`` that are not written in both languages."""
    for key in keys:
        entry = plugin.code.frontmatter.get(key)
        if entry is None or not entry.value:
            continue
        if not has_cjk(entry.value) or not compiled(r"[A-Za-z]{3}[ ,;-]++[A-Za-z]{2}").search(entry.value):
            yield value_hit(plugin.code, entry)
