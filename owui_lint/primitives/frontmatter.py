"""Front matter as OpenWebUI reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from owui_lint.finding import Edit, LineNumber, Message, Related
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.frontmatter import (
    DELIMITER,
    KNOWN_KEYS,
    Entry,
    Span,
    UnreadLine,
    meant_key,
    next_line,
)
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.plugin import Code
from owui_lint.text import is_slip


def value_hit(code: Code, entry: Entry, case: str = "default", **values: object) -> Hit:
    """Return the hit at an entry's value, or at its key where the value is empty."""
    span = entry.value_span if entry.value else entry.key_span
    return Hit(code.file.place(span.start, span.end), case, {"key": entry.key, "value": entry.value, **values})


@primitive("frontmatter-readable", scope="plugin", reads="code")
def frontmatter_readable(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report code whose front matter OpenWebUI does not see; the case says what is in its way."""
    front = plugin.code.frontmatter
    if front.empty_reason is None:
        return
    file = plugin.code.file
    end = len(file.line_text(1))
    case = front.empty_reason.value
    if plugin.code.holds_nothing:
        case = "only-comments" if file.text.strip() else "empty-file"
    yield Hit(file.place(0, end), case)


@primitive("frontmatter-keys", scope="plugin", reads="code")
def frontmatter_keys(
    plugin: Plugin, context: Context, *, keys: list[str], types: Mapping[str, list[str]] | None = None
) -> Iterator[Hit]:
    """Report ``keys`` (and those of ``types`` for the plugin's type) that front matter lacks (``default``), leaves empty
    (``empty``), or has in a form that OpenWebUI does not find for its capital letters (``case``), each in the line that is
    meant. Of a title and a version, which are worth more, the cases are ``title``, ``title-empty``, ``title-case``, and so on.
    """
    front = plugin.code.frontmatter
    for key in [*keys, *(types or {}).get(plugin.type, [])]:
        entry = front.get(key)
        if entry is not None and entry.value:
            continue
        span, near = where_meant(plugin.code, key)
        case = "" if near is None else "empty" if near is entry else "case"
        values = {"key": key, **({"found": near.key} if near is not None else {})}
        yield Hit(plugin.code.file.place(span.start, span.end), _case_of(key, case), values)


def where_meant(code: Code, key: str) -> tuple[Span, Entry | None]:
    """Return where a key stands for a reader that OpenWebUI finds no value of: the entry that has no value, or capital
    letters, and where there is none the line in which it is misspelt or that is dropped; else the first line."""
    front = code.frontmatter
    near = front.get(key) or next((other for other in front.entries if other.key.casefold() == key), None)
    return (near.key_span, near) if near is not None else (_meant_lines(code).get(key, front.first_line), None)


def _meant_lines(code: Code) -> dict[str, Span]:
    """The lines by which the author seems to have meant a known key that is not there: misspelt, or dropped."""
    lines = {key: line.line_span for line, _case, key, _written in _dropped_lines(code)}
    end = _before_prose(code)
    for entry in code.frontmatter.unknown():
        if entry.key_span.start <= end and entry.value:
            lines.setdefault(_nearest_key(entry.key.casefold()), entry.key_span)
    return lines


def _case_of(key: str, case: str) -> str:
    if key not in ("title", "version"):
        return case or "default"
    return f"{key}-{case}" if case else key


@primitive("frontmatter-duplicates", scope="plugin", reads="code")
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
            values = {"key": key, "line": LineNumber(line), "value": entry.value, "last": last.value}
            is_same = entry.value == last.value
            edits = _without_line(plugin.code, entry) if is_same else ()
            yield Hit(place, "same" if is_same else "default", values, edits, related=(related,))


def _without_line(code: Code, entry: Entry) -> tuple[Edit, ...]:
    """The edit that takes an entry's line out; none where lines follow that its value may go on in."""
    following = next_line(code.file.text, entry.line_span.end)
    if any(line.line_span.start == following for line in code.frontmatter.unread):
        return ()
    return (code.file.edit(entry.line_span.start, following, ""),)


@primitive("frontmatter-prose", scope="plugin", reads="code")
def frontmatter_prose(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report known keys in paragraphs of prose below the metadata: what is meant as text is read as metadata.

    The first paragraph is metadata whatever else is in it (a value that goes on in the next line, a list); further
    ones are prose where they do not start with a key.
    """
    front = plugin.code.frontmatter
    duplicated = front.duplicates()
    for paragraph in _paragraphs(plugin.code)[1:]:
        if _starts_with_key(paragraph):
            continue
        known = [line for line in paragraph if isinstance(line, Entry) and line.key in KNOWN_KEYS]
        line, _ = plugin.code.file.position(paragraph[0].line_span.start)
        for entry in known:
            if entry.key not in duplicated:
                yield value_hit(plugin.code, entry, line=LineNumber(line))


def _paragraphs(code: Code) -> list[list[Entry | UnreadLine]]:
    """The lines of the front matter, split at blank lines."""
    front = code.frontmatter
    unsorted: list[Entry | UnreadLine] = [*front.entries, *front.unread]
    lines = sorted(unsorted, key=lambda line: line.line_span.start)
    paragraphs: list[list[Entry | UnreadLine]] = []
    end = front.first_line.end
    for line in lines:
        gap = code.head_text[end : line.line_span.start]
        if not paragraphs or len(gap.splitlines()) > 1:
            paragraphs.append([])
        paragraphs[-1].append(line)
        end = line.line_span.end
    return paragraphs


def _starts_with_key(paragraph: list[Entry | UnreadLine]) -> bool:
    """Whether a paragraph looks like metadata: a known key, or a word in small letters before a colon. Prose starts with
    a capital one (`Note: ..`)."""
    first = paragraph[0]
    key = first.key if isinstance(first, Entry) else first.near_key or ""
    return key in KNOWN_KEYS or (isinstance(first, Entry) and key.islower() and not first.value.startswith("//"))


def _before_prose(code: Code) -> int:
    """The offset up to which lines are meant as metadata: the paragraph with the first key, and those behind it that
    start with one."""
    first = next(iter(code.frontmatter.entries), None)
    end = 0
    for paragraph in _paragraphs(code):
        if first in paragraph or (end and _starts_with_key(paragraph)):
            end = paragraph[-1].line_span.end
        elif end:
            break
    return end


@primitive("frontmatter-misspelt", scope="plugin", reads="code")
def frontmatter_misspelt(
    plugin: Plugin, context: Context, *, aliases: Mapping[str, str], case_of: list[str]
) -> Iterator[Hit]:
    """Report keys that are nearly a known one (``default``), that differ from one of ``case_of`` in case, or that other
    tools use for one (``aliases``: key -> known key), where front matter does not have the known key itself."""
    front = plugin.code.frontmatter
    end = _before_prose(plugin.code)
    # A key that two lines mean can be given to one of them only.
    given = {key for _, case, key, _ in _dropped_lines(plugin.code) if case != "digit"}
    for entry in front.unknown():
        key = entry.key
        if entry.key_span.start > end or not entry.value:
            continue
        folded = key.casefold()
        if folded in KNOWN_KEYS:
            meant, case = (folded if folded in case_of else ""), "case"
        elif folded in aliases:
            meant, case = aliases[folded], "alias"
        else:
            meant, case = _nearest_key(folded), "default"
        if meant and front.get(meant) is None and not (meant == "license" and front.get("licence")):
            span = entry.key_span
            edits = (plugin.code.file.edit(span.start, span.end, meant),) if meant not in given else ()
            given.add(meant)
            yield Hit(plugin.code.file.place(span.start, span.end), case, {"key": key, "meant": meant}, edits)


def _nearest_key(key: str) -> str:
    """The known key that ``key`` is a misspelling of, or nothing. One slip in a short word says too little: `data`."""
    slips = [known for known in sorted(KNOWN_KEYS) if len(known) > 4 and is_slip(key, known)]
    if slips:
        return slips[0]
    import difflib

    near = difflib.get_close_matches(key[:60], sorted(KNOWN_KEYS), n=1, cutoff=0.86)
    return near[0] if near else ""


_NEAR = 300  # characters on either side of a line end that tell whether a text goes on
_BLOCK = lazy_pattern(r"[|>][+-]?[0-9]?[+-]?(?:\s+#.*)?")


@primitive("frontmatter-multiline", scope="plugin", reads="code")
def frontmatter_multiline(
    plugin: Plugin, context: Context, *, broken: Mapping[str, str] | None = None
) -> Iterator[Hit]:
    """Report values that go on in the next lines, of which OpenWebUI reads the first only: YAML block scalars
    (``block``), lists (``list``) and further lines (``continued``).

    Those are indented, or stand between two keys. ``broken``: by key, the expression of a value and a line at the margin
    below it, with a line end between, that are one text for sure.
    """
    code = plugin.code
    front, text = code.frontmatter, code.file.text
    unread = {line.line_span.start: line for line in front.unread}
    end = _before_prose(code)
    last = max((entry.key_span.start for entry in front.entries if entry.key_span.start < end), default=0)

    def goes_on(entry: Entry, below: UnreadLine) -> bool:
        """Whether a line belongs to the value above: it is deeper than its key, or stands between two keys of one block;
        prose stands apart."""
        line = text[below.line_span.start : below.line_span.end]
        is_deeper = _indent(line) > _indent(text[entry.line_span.start : entry.line_span.end])
        if below.near_key is not None or line.lstrip().startswith("#"):
            return False
        return is_deeper or below.line_span.start < last or is_broken(entry, line)

    def is_broken(entry: Entry, line: str) -> bool:
        pattern = (broken or {}).get(entry.key)
        near = f"{entry.value[-_NEAR:]}\n{line[:_NEAR]}"
        return pattern is not None and compiled(pattern).fullmatch(near) is not None

    for entry in front.entries:
        if entry.key not in KNOWN_KEYS:
            continue
        below = unread.get(next_line(text, entry.line_span.end))
        rest = text[below.line_span.start : below.line_span.end].lstrip() if below is not None else ""
        place = None
        if _BLOCK.fullmatch(entry.value):
            case = "block"
        elif below is not None and not entry.value and rest.startswith(("- ", "* ")):
            case = "list"
        elif below is not None and goes_on(entry, below):
            case, place = "continued", code.file.place(below.line_span.end - len(rest), below.line_span.end)
        else:
            continue
        lines: list[UnreadLine] = []
        while below is not None and goes_on(entry, below):
            lines.append(below)
            below = unread.get(next_line(text, below.line_span.end))
        hit = value_hit(code, entry, case)
        # More of a text at the margin may stand behind what is surely part of it.
        is_whole = below is None or below.near_key is not None or entry.key not in (broken or {})
        yield hit._replace(
            place=place or hit.place, edits=_joined(code, entry, lines) if case != "list" and is_whole else ()
        )


# Han characters and kana, and the punctuation of their width: text in them has no blanks between words.
_WIDE = lazy_pattern(r"[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff60]")


def _joined(code: Code, entry: Entry, lines: Sequence[UnreadLine]) -> tuple[Edit, ...]:
    """The edit that writes a text into one line; none for keys by whose value somebody acts, or where more of it may
    stand in lines that OpenWebUI takes for keys."""
    text = code.file.text
    if entry.key not in ("author", "description", "licence", "license") or not lines:
        return ()
    indent = _indent(text[entry.line_span.start : entry.line_span.end])
    if entry.key == "author" and any(_indent(text[one.line_span.start : one.line_span.end]) <= indent for one in lines):
        return ()  # a name ends with its line: what follows at the margin is more often a remark ("Based on ..")
    rest = compiled(r"\s*?([ \t]*)(\S[^\r\n]*)").match(text, lines[-1].line_span.end)
    if rest and DELIMITER not in rest[2] and (len(rest[1]) > indent or rest[2].split()[0] in KNOWN_KEYS):
        return ()
    words = (text[line.line_span.start : line.line_span.end].split()[0] for line in lines)
    if not KNOWN_KEYS.isdisjoint(words):
        return ()  # a key without its colon
    joined = "" if _BLOCK.fullmatch(entry.value) else entry.value
    for line in lines:
        part = text[line.line_span.start : line.line_span.end].strip()
        joined += part if not joined or (_WIDE.match(joined[-1]) and _WIDE.match(part)) else f" {part}"
    start = entry.value_span.start if entry.value else entry.key_span.end + 1
    return (code.file.edit(start, lines[-1].line_span.end, joined if entry.value else f" {joined}"),)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


@primitive("frontmatter-placeholders", scope="plugin", reads="code")
def frontmatter_placeholders(
    plugin: Plugin, context: Context, *, patterns: list[str], parts: list[str], keys: list[str]
) -> Iterator[Hit]:
    """Report values that a template left to be filled in: those that match one of ``patterns`` as a whole.

    Case ``part``: one of ``parts`` within the value of one of ``keys``, which say nothing about placeholders.
    """
    matchers = [compiled(pattern, re.IGNORECASE) for pattern in patterns]
    part = compiled("|".join(parts), re.IGNORECASE)
    code = plugin.code
    for entry in code.frontmatter.entries:
        value = entry.value[:300]
        if entry.key in KNOWN_KEYS and any(matcher.fullmatch(value) for matcher in matchers):
            yield value_hit(code, entry)
        elif entry.key in keys and (found := part.search(value)):
            start = entry.value_span.start
            values = {"key": entry.key, "value": found[0]}
            yield Hit(code.file.place(start + found.start(), start + found.end()), "part", values)


_FULL_WIDTH_COLON = "\uff1a"


@primitive("frontmatter-dropped", scope="plugin", reads="code")
def frontmatter_dropped(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report lines that mean a known key in a form OpenWebUI does not read, where it is not there in the right form.

    Cases: ``hyphen`` (or a blank) in the key, ``colon`` (full-width), ``space`` before the colon, ``item`` (``- key``),
    ``digit`` in the key, ``marks`` (``**key**:``, ``"key":``), ``equals`` (``key = ..``), ``quotes`` (the closing
    quotes stand in the key's line).
    """
    code = plugin.code
    front, text = code.frontmatter, code.file.text
    given: set[str] = set()
    for line, case, key, written in _dropped_lines(code):
        start = line.line_span.start + _indent(text[line.line_span.start : line.line_span.end])
        edits: tuple[Edit, ...] = ()
        end = start + len(written)
        if case != "digit" and key not in given and _is_meant_so(key, written, text[end : line.line_span.end]):
            blank = " " if text[end : end + 1].strip() else ""
            edits = (code.file.edit(start, end, f"{key}:{blank}"),)
            given.add(key)
        place = code.file.place(start, start + len(written))
        yield Hit(place, case, {"written": written, "key": key}, edits)
    closing = front.closing_line
    if closing is not None:
        line_text = text[closing.start : closing.end]
        match = compiled(r"[ \t]*([a-z_]+):(?!//)").match(line_text)
        if (
            match
            and match[1] in KNOWN_KEYS
            and match.end() <= line_text.find(DELIMITER)
            and front.get(match[1]) is None
        ):
            start = closing.start + match.start(1)
            yield Hit(code.file.place(start, start + len(match[1])), "quotes", {"key": match[1], "written": match[1]})


def _is_meant_so(key: str, written: str, value: str) -> bool:
    """Whether a line may become metadata as it stands: what is in quotes, or is code, would keep its marks, and pip and
    browsers are given what ``requirements`` and ``icon_url`` hold, be it prose."""
    return (
        key not in ("requirements", "icon_url")
        and written.lstrip("-* \t")[:1] not in ("'", '"', "`")
        and value.strip()[:1] not in tuple("'\"`[{>:=")
    )


def _dropped_lines(code: Code) -> Iterator[tuple[UnreadLine, str, str, str]]:
    """Yield lines that OpenWebUI does not read and that mean a known key which is not there, as ``_dropped`` tells it."""
    end = _before_prose(code)
    for line in code.frontmatter.unread:
        if line.near_key is None or line.line_span.start > end:
            continue
        found = _dropped(code.head_text[line.line_span.start : line.line_span.end], line)
        if found is not None and code.frontmatter.get(found[1]) is None:
            yield (line, *found)


def _dropped(text: str, line: UnreadLine) -> tuple[str, str, str] | None:
    """Case, the key that is meant, and what stands up to the colon (included)."""
    match = compiled(
        rf"\s*((?:[-*]\s+)?(\*\*|[\"'`])?([\w-]+(?:[ \t][\w-]+){{0,4}})(?:\*\*|[\"'`])?\s*[:={_FULL_WIDTH_COLON}](?(2)(?:\*\*)?))"
    ).match(text)
    if match is None or line.near_key is None:
        return None
    written, word = match[1], match[3]
    key = meant_key(word)
    if key not in KNOWN_KEYS:
        plain = key.rstrip("0123456789").rstrip("_")
        return ("digit", plain, written) if plain in KNOWN_KEYS and plain != key else None
    if match[2]:
        case = "marks"
    elif written.endswith("="):
        case = "equals"
    elif written.startswith(("-", "*")):
        case = "item"
    elif key != word.casefold():
        case = "hyphen"
    else:
        case = "colon" if written.endswith(_FULL_WIDTH_COLON) else "space"
    return case, key, written


@primitive("required-release", scope="plugin", reads="code")
def required_release(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a ``required_open_webui_version`` that is no plain version: one that OpenWebUI's numeric comparison can
    never meet (``never``), or that it always takes as met (``always``); and one newer than the configured target
    (``newer``)."""
    entry = plugin.code.frontmatter.get("required_open_webui_version")
    if entry is None or not entry.value:
        return
    if compiled(r"\d{1,9}(?:\.\d{1,9}){0,3}").fullmatch(entry.value):
        target = context.repository.target.release
        if context.repository.config["target-openwebui"] and _numbers(entry.value) > _numbers(target):
            yield value_hit(plugin.code, entry, "newer", release=target)
        return
    yield value_hit(plugin.code, entry, "always" if compiled(r"[<>=~^!]").match(entry.value) else "never")


def _numbers(version: str) -> list[int]:
    numbers = [int(number) for number in version.split(".")]
    return numbers + [0] * (4 - len(numbers))
