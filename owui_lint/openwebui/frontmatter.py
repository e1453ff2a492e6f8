"""Front matter exactly as OpenWebUI reads it, with the place of every key and value.

Source: ``extract_frontmatter`` in ``open_webui/utils/plugin.py``. ``tools/openwebui_facts.py`` checks that the function
is the same in every release it reads, and ``tests/openwebui/test_frontmatter.py`` compares this module with it.

It is neither YAML nor a Python docstring:

* the first line, stripped, must be exactly ``\"\"\"``, else nothing is read;
* lines end where :meth:`str.splitlines` says, so a form feed or U+2028 inside a value ends it;
* the first later line that holds ``\"\"\"`` anywhere ends the block and is not read; without one, the whole file is read;
* a line is a key if it matches ``^\\s*([a-z_]+):\\s*(.*)\\s*$``, ignoring case; all other lines are dropped silently;
* keys keep their case, values their quotes and ``# comments``; the last of several equal keys wins.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cached_property

from owui_lint.lazypattern import lazy_pattern
from owui_lint.tuples import NamedTuple

DELIMITER = '"""'

#: Keys that OpenWebUI 0.12.4 acts on, in the server or in its web interface.
READ_KEYS = frozenset(
    {
        "description",
        "funding_url",
        "icon_url",
        "required_open_webui_version",
        "requirements",
        "title",
        "version",
    }
)

#: Keys that mean metadata wherever they stand: besides those that OpenWebUI reads, those that are customary among authors
#: of plugins. OpenWebUI keeps these and does nothing with them.
KNOWN_KEYS = READ_KEYS | {"author", "author_url", "date", "git_url", "id", "licence", "license"}

# The part of OpenWebUI's pattern before the value. What follows the colon always matches, and its value is stripped,
# so "the rest of the line, stripped" is the same value. IGNORECASE is kept: it lets four letters outside ASCII in.
_KEY = lazy_pattern(r"\s*([a-z_]+):", re.IGNORECASE)
_NEAR_KEY = lazy_pattern(
    r"\s*(?:[-*]\s+)?(?P<mark>\*\*|[\"'`])?(?P<word>[^\W\d][\w-]*)(?:\*\*|[\"'`])?\s*(?P<sign>[:=\uff1a])(?!=)"
)
# A key of several words, with blanks between them.
_NEAR_WORDS = lazy_pattern(r"\s*(?:[-*]\s+)?([a-z]+(?:[ \t-][a-z]+){1,4})\s*[:=\uff1a](?!=)", re.IGNORECASE)
_LINE_BREAK = lazy_pattern("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_STRING_PREFIX = lazy_pattern(r"""(?:[rbuf]|rb|br|rf|fr)('''|\""")""", re.IGNORECASE)


class Span(NamedTuple):
    """A half-open range of characters (not bytes) in the text that was read."""

    start: int
    end: int


class EmptyReason(Enum):
    """Why OpenWebUI reads no key at all."""

    EMPTY_FILE = "empty-file"
    BOM = "bom"
    BLANK_FIRST_LINE = "blank-first-line"
    COMMENT_FIRST = "comment-first"
    SINGLE_QUOTES = "single-quotes"
    STRING_PREFIX = "string-prefix"
    TEXT_AFTER_QUOTES = "text-after-quotes"
    CODE_FIRST = "code-first"
    NO_KEYS = "no-keys"


class Entry(NamedTuple):
    """One line that OpenWebUI takes as ``key: value``."""

    key: str
    value: str
    key_span: Span
    #: Of the stripped value; empty, behind the colon, if the value is.
    value_span: Span
    #: The whole line without its line break.
    line_span: Span


class UnreadLine(NamedTuple):
    """A line of the block, not blank, that OpenWebUI drops."""

    line_span: Span
    #: The word before a colon (also a full-width one), where the author seems to have meant a key: ``author-url: x``.
    #: In quotes, in bold, before an equals sign, or in several words it is one only where it is a known key:
    #: ``version = 1.0.0``, ``author url: x``.
    near_key: str | None


class FrontMatter:
    """The result of :func:`read_frontmatter`."""

    def __init__(
        self,
        entries: tuple[Entry, ...],
        unread: tuple[UnreadLine, ...],
        empty_reason: EmptyReason | None,
        first_line: Span,
        closing_line: Span | None,
    ) -> None:
        #: Every match, in the order of the file; equal keys can come more than once.
        self.entries = entries
        #: Lines in the block that were dropped; a long file without an end has many.
        self.unread = unread
        #: Why :attr:`values` is empty; None if it is not.
        self.empty_reason = empty_reason
        #: The first line of the text without its line break: where a finding about :attr:`empty_reason` belongs.
        self.first_line = first_line
        #: The line that ends the block, without its line break; None if there is none, or if nothing was begun.
        self.closing_line = closing_line

    @cached_property
    def values(self) -> dict[str, str]:
        """What ``extract_frontmatter`` returns: the last value of each key, in the order of first appearance."""
        return {entry.key: entry.value for entry in self.entries}

    def get(self, key: str) -> Entry | None:
        """The entry whose value OpenWebUI uses for ``key`` (the last one), or None. Case matters."""
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[str, Entry]:
        return {entry.key: entry for entry in self.entries}

    def duplicates(self) -> dict[str, tuple[Entry, ...]]:
        """The keys that come more than once, each with all its entries in the order of the file."""
        groups: dict[str, list[Entry]] = {}
        for entry in self.entries:
            groups.setdefault(entry.key, []).append(entry)
        return {key: tuple(group) for key, group in groups.items() if len(group) > 1}

    def unknown(self) -> tuple[Entry, ...]:
        """The entries whose key OpenWebUI does not know: misspelt keys, and prose that happens to match."""
        return tuple(entry for entry in self.entries if entry.key not in KNOWN_KEYS)


def read_frontmatter(text: str) -> FrontMatter:
    """Read the front matter of a plugin's source text as OpenWebUI does.

    Args:
        text: the whole file, decoded without removing a byte order mark and without translating line breaks.

    Returns:
        Always a result, whatever the text. Takes time linear in the length of the text.
    """
    line_break = _LINE_BREAK.search(text)
    first_line = Span(0, line_break.start() if line_break else len(text))
    reason = _refusal(text, text[: first_line.end])
    if reason is not None:
        return FrontMatter((), (), reason, first_line, None)

    body_start = line_break.end() if line_break else len(text)
    closing = text.find(DELIMITER, body_start)
    # Cut behind the first closing quotes: of the lines before that, only the last one holds them.
    lines = text[body_start : closing + len(DELIMITER) if closing >= 0 else len(text)].splitlines(keepends=True)
    entries: list[Entry] = []
    unread: list[UnreadLine] = []
    position = body_start
    for kept in lines[:-1] if closing >= 0 else lines:
        line = kept.splitlines()[0]
        span = Span(position, position + len(line))
        match = _KEY.match(line)
        if match:
            entries.append(_entry(line, match, span))
        elif line.strip():
            unread.append(UnreadLine(span, _near_key(line)))
        position += len(kept)

    closing_line = None
    if closing >= 0:
        line_break = _LINE_BREAK.search(text, closing)
        closing_line = Span(position, line_break.start() if line_break else len(text))
    reason = None if entries else EmptyReason.NO_KEYS
    return FrontMatter(tuple(entries), tuple(unread), reason, first_line, closing_line)


def next_line(text: str, end: int) -> int:
    """Return where the line begins that follows on one that ends at ``end`` and is not the last."""
    return end + (2 if text.startswith("\r\n", end) else 1)


def _near_key(line: str) -> str | None:
    match = _NEAR_KEY.match(line)
    if match is None:
        words = _NEAR_WORDS.match(line)
        return words[1] if words is not None and meant_key(words[1]) in KNOWN_KEYS else None
    word = match["word"]
    plain = not match["mark"] and match["sign"] != "="
    return word if plain or meant_key(word) in KNOWN_KEYS else None


def meant_key(word: str) -> str:
    """Return a key as it would be written that stands as ``Author-URL`` or ``author url``."""
    return word.replace("-", "_").replace(" ", "_").replace("\t", "_").casefold()


def _entry(line: str, match: re.Match[str], span: Span) -> Entry:
    rest = line[match.end() :]
    value = rest.strip()
    value_start = span.start + match.end() + (len(rest) - len(rest.lstrip()) if value else 0)
    return Entry(
        key=match.group(1),
        value=value,
        key_span=Span(span.start + match.start(1), span.start + match.end(1)),
        value_span=Span(value_start, value_start + len(value)),
        line_span=span,
    )


def _refusal(text: str, first_line: str) -> EmptyReason | None:
    """Why the first line keeps OpenWebUI from reading on; None if it does read on."""
    first = first_line.strip()
    if first == DELIMITER:
        return None
    if not text:
        return EmptyReason.EMPTY_FILE
    if text.startswith("\ufeff"):
        return EmptyReason.BOM
    if not first:
        return EmptyReason.BLANK_FIRST_LINE if text.strip() else EmptyReason.EMPTY_FILE
    if first.startswith("#"):
        return EmptyReason.COMMENT_FIRST
    if first.startswith("'''"):
        return EmptyReason.SINGLE_QUOTES
    if first.startswith(DELIMITER):
        return EmptyReason.TEXT_AFTER_QUOTES
    if _STRING_PREFIX.match(first):
        return EmptyReason.STRING_PREFIX
    return EmptyReason.CODE_FIRST
