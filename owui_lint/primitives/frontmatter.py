"""Front matter as OpenWebUI reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from owui_lint.finding import Message, Related
from owui_lint.openwebui.frontmatter import KNOWN_KEYS, EmptyReason, Entry, UnreadLine
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.plugin import Code


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
    """Report known keys in paragraphs of prose below the metadata: what is meant as text is read as metadata.

    The first paragraph is metadata whatever else is in it (a value that goes on in the next line, a list); further
    ones are prose where they do not start with a known key.
    """
    front = plugin.code.frontmatter
    duplicated = front.duplicates()
    for paragraph in _paragraphs(plugin.code)[1:]:
        known = [line for line in paragraph if isinstance(line, Entry) and line.key in KNOWN_KEYS]
        if paragraph[0] in known:
            continue
        line, _ = plugin.code.file.position(paragraph[0].line_span.start)
        for entry in known:
            if entry.key not in duplicated:
                yield _value_hit(plugin.code, entry, line=line)


def _paragraphs(code: Code) -> list[list[Entry | UnreadLine]]:
    """The lines of the front matter, split at blank lines."""
    front = code.frontmatter
    unsorted: list[Entry | UnreadLine] = [*front.entries, *front.unread]
    lines = sorted(unsorted, key=lambda line: line.line_span.start)
    paragraphs: list[list[Entry | UnreadLine]] = []
    end = front.first_line.end
    for line in lines:
        gap = code.file.text[end : line.line_span.start]
        if not paragraphs or len(gap.splitlines()) > 1:
            paragraphs.append([])
        paragraphs[-1].append(line)
        end = line.line_span.end
    return paragraphs
