"""Front matter as OpenWebUI reads it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from owui_lint.finding import Message, Related
from owui_lint.openwebui.frontmatter import KNOWN_KEYS, EmptyReason, Entry
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.markdown import plain_text
from owui_lint.repository.plugin import Code
from owui_lint.text import has_cjk, title_keys


def _value_hit(code: Code, entry: Entry, case: str = "default", **values: object) -> Hit:
    span = entry.value_span if entry.value else entry.key_span
    return Hit(code.file.place(span.start, span.end), case, {"key": entry.key, "value": entry.value, **values})


@primitive("frontmatter-readable", scope="plugin")
def frontmatter_readable(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report code whose front matter OpenWebUI does not see; the case says what is in its way."""
    front = plugin.code.frontmatter
    if front.empty_reason is None:
        return
    file = plugin.code.file
    end = len(file.line_text(1))
    case = front.empty_reason.value
    if front.empty_reason is EmptyReason.BOM:
        yield Hit(file.place(0, end), case)
        return
    first = file.line_text(1).strip()
    yield Hit(file.place(0, end), case, {"line": first or " "})


@primitive("frontmatter-keys", scope="plugin")
def frontmatter_keys(
    plugin: Plugin, context: Context, *, keys: list[str], types: Mapping[str, list[str]] | None = None
) -> Iterator[Hit]:
    """Report ``keys`` (and those of ``types`` for the plugin's type) that front matter lacks or leaves empty.

    The case is the key's name where the rule has such a case (``title``), else ``default``.
    """
    front = plugin.code.frontmatter
    for key in [*keys, *(types or {}).get(plugin.type, [])]:
        entry = front.get(key)
        if entry is None:
            # A key in other case is there for a reader and not for OpenWebUI: the finding goes to that line.
            near = next((other for other in front.entries if other.key.casefold() == key), None)
            if near is not None:
                span = near.key_span
                yield Hit(plugin.code.file.place(span.start, span.end), "case", {"key": key, "found": near.key})
            else:
                span = front.first_line
                yield Hit(plugin.code.file.place(span.start, span.end), _case_of(key), {"key": key})
        elif not entry.value:
            yield Hit(plugin.code.file.place(entry.key_span.start, entry.key_span.end), "empty", {"key": key})


def _case_of(key: str) -> str:
    return "title" if key == "title" else "version" if key == "version" else "default"


@primitive("frontmatter-duplicates", scope="plugin")
def frontmatter_duplicates(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report every earlier entry of a key that comes again: OpenWebUI keeps the last one only."""
    front = plugin.code.frontmatter
    for key, entries in front.duplicates().items():
        if key not in KNOWN_KEYS:
            continue  # prose such as "Note: .." may come as often as it likes
        last = entries[-1]
        for entry in entries[:-1]:
            line, _ = plugin.code.file.position(last.key_span.start)
            place = plugin.code.file.place(entry.key_span.start, entry.key_span.end)
            related = Related(
                plugin.code.file.place(last.key_span.start, last.key_span.end),
                Message("this one is used", "实际生效的是这一处"),
            )
            case = "same" if entry.value == last.value else "default"
            values = {"key": key, "line": line, "value": entry.value, "last": last.value}
            yield Hit(place, case, values, related=(related,))


@primitive("frontmatter-prose", scope="plugin")
def frontmatter_prose(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report known keys that stand below prose: what is meant as text is read as metadata."""
    front = plugin.code.frontmatter
    prose = next((line.line_span.start for line in front.unread if line.near_key is None), None)
    if prose is None:
        return
    duplicated = front.duplicates()
    for entry in front.entries:
        if entry.key in KNOWN_KEYS and entry.key_span.start > prose and entry.key not in duplicated:
            line, _ = plugin.code.file.position(prose)
            yield _value_hit(plugin.code, entry, line=line)


_MIN_PLUGINS = 3  # fewer have no prevailing value


@primitive("frontmatter-same", scope="repository")
def frontmatter_same(repository: Repository, context: Context, *, settings: Mapping[str, str]) -> Iterator[Hit]:
    """Report values that differ from the configured ones (``configured``); ``settings`` maps keys to setting names.

    Where none is configured: values that differ from the one that more than half of the plugins have (``majority``).
    """
    for key, setting in settings.items():
        wanted: str | None = repository.config[setting]
        found = [(plugin, entry) for plugin in repository.plugins if (entry := plugin.code.frontmatter.get(key))]
        case = "configured"
        if wanted is None:
            values = Counter(entry.value for _, entry in found)
            wanted, count = values.most_common(1)[0] if values else ("", 0)
            if len(found) < _MIN_PLUGINS or count * 2 <= len(found):
                continue
            case = "majority"
        for plugin, entry in found:
            if entry.value and entry.value != wanted:
                hit = _value_hit(plugin.code, entry, case, expected=wanted)
                yield replace(hit, plugin=plugin.id)


_URL = re.compile(r"https?://[^\s/?#]+\.?[^\s]*", re.IGNORECASE)


@primitive("frontmatter-urls", scope="plugin")
def frontmatter_urls(plugin: Plugin, context: Context, *, keys: list[str]) -> Iterator[Hit]:
    """Report values of ``keys`` that are no http(s) URL."""
    for key in keys:
        entry = plugin.code.frontmatter.get(key)
        if entry is not None and entry.value and not _URL.fullmatch(entry.value):
            yield _value_hit(plugin.code, entry)


@primitive("titles-unique", scope="repository")
def titles_unique(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report titles that another plugin has, too."""
    by_title: dict[str, list[tuple[Plugin, Entry]]] = defaultdict(list)
    for plugin in repository.plugins:
        entry = plugin.code.frontmatter.get("title")
        if entry is not None and entry.value:
            by_title[" ".join(entry.value.casefold().split())].append((plugin, entry))
    for group in by_title.values():
        first, first_entry = group[0]
        for plugin, entry in group[1:]:
            span = first_entry.value_span
            place = first.code.file.place(span.start, span.end)
            related = Related(place, Message("the other plugin", "另一个插件"))
            hit = _value_hit(plugin.code, entry, path=first.path)
            yield replace(hit, plugin=plugin.id, related=(related,))


@primitive("title-in-index", scope="repository")
def title_in_index(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report entries of the English indexes whose name is not the plugin's title; emoji, case and type words do not count."""
    if not repository.is_standard_layout:
        return
    for kind in repository.types:
        document = repository.pages.index(f"{repository.docs_dir}/{kind}/index.md", "en")
        for entry in repository.pages.entries(document) if document is not None else ():
            plugin = repository.pages.owner_of_entry(entry)
            name = _entry_name(entry.document.file.line_text(entry.block.line))
            if plugin is None or not name or not plugin.code.values.get("title"):
                continue
            # A title in Chinese may stand in the English index as a translation.
            if has_cjk(name) == has_cjk(plugin.title) and not title_keys(plugin.title) & title_keys(name):
                place = entry.document.file.line_place(entry.block.line)
                yield Hit(place, values={"title": plugin.title, "found": name}, plugin=plugin.id)


_ENTRY_NAME = re.compile(r"\*\*(?P<bold>[^*]{1,200})\*\*|(?<!!)\[(?P<link>[^\[\]]{1,200})\]\(")


def _entry_name(line: str) -> str | None:
    """Return the name that an entry of an index starts with: what is in bold or linked first."""
    match = _ENTRY_NAME.search(line)
    return plain_text(match["bold"] or match["link"]) if match else None


@primitive("frontmatter-bilingual", scope="plugin")
def frontmatter_bilingual(plugin: Plugin, context: Context, *, keys: list[str]) -> Iterator[Hit]:
    """Report values of ``keys`` that are not written in both languages."""
    for key in keys:
        entry = plugin.code.frontmatter.get(key)
        if entry is None or not entry.value:
            continue
        if not has_cjk(entry.value) or not re.search(r"[A-Za-z]{3,}[ ,;-]+[A-Za-z]{2,}", entry.value):
            yield _value_hit(plugin.code, entry)
