"""Text helpers: slugs, normal forms of titles, and making hostile text safe to print."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from owui_lint.lazypattern import lazy_pattern
from owui_lint.openwebui.names import KIND, PLATFORM

_TYPE_WORD = lazy_pattern(rf"{KIND}s?")
_PLATFORM = lazy_pattern(rf"\b{PLATFORM}\b", re.IGNORECASE)
_ON_PLATFORM = lazy_pattern(rf"(?:\b(?:for|on|in)[ \t]+)?\b{PLATFORM}\b", re.IGNORECASE)
_PARENTHESES = lazy_pattern(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_ESCAPED_BYTES = lazy_pattern(r"(?:%[0-9A-Fa-f]{2})+")
# Controls, marks that reorder or hide text, lone surrogates, line and paragraph separators.
_ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Whatever may be of these, but for line ends: not what English and Chinese text consists of.
_MAYBE_ACTING = lazy_pattern("[^\n -~\u3000-\ud7ff\uff01-\uffee]")
_LEADING_NUMBER = lazy_pattern(r"^\s*(?:\d+[.、)]|[一二三四五六七八九十]{1,3}、)\s*")
_SEPARATORS = lazy_pattern(r"[\s_.-]+")
_LIKE_CODE = lazy_pattern(r"[A-Za-z0-9]_[A-Za-z0-9]|[a-z][A-Z]")
_NO_WORD = lazy_pattern(r"[\W_]+")
# Letters and digits, and nothing of a sentence, a template or an escape.
_MIXED = lazy_pattern(r"(?=[^\d]{0,199}\d)(?=[^A-Za-z]{0,199}[A-Za-z])[^\s<>{}$%\\]{1,200}+")
# Words and numbers, as in "claude-3-5-sonnet-20241022".
_NAME = lazy_pattern(r"(?:[A-Za-z]++\d{0,2}|\d++)(?:[-_.:](?:[A-Za-z]++\d{0,2}|\d++))*+")
# In two sets: Python compiles one with more ranges twenty times slower.
_CJK = lazy_pattern("[\u3400-\u4dbf\u4e00-\u9fff]|[\uf900-\ufaff\U00020000-\U0002ffff]")
# Whatever may be a pictograph; not the letters that Chinese and Korean text consists of.
_MAYBE_EMOJI = lazy_pattern("[^\x00-\u2000\u3400-\u9fff\uac00-\ud7a3]")
# What no shell takes for anything but a part of a word.
_PLAIN_ARGUMENT = lazy_pattern(r"[\w./@%+=:,-]+")
_ZWJ_AND_SELECTORS = lazy_pattern("[\u200d\ufe0e\ufe0f\u20e3]")


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """Return the form in which folder, module and page names are compared.

    Kebab-case, lower case, type suffixes dropped: ``Smart_Mind_Map_Tool`` and ``smart-mind-map`` are equal.
    """
    plain = _SEPARATORS.sub("-", name.strip()).strip("-").casefold()
    return _without_type(plain, "-")


def _without_type(text: str, separator: str) -> str:
    """Return words without the type words at their end; the first word stays."""
    words = text.split(separator)
    while len(words) > 1 and is_type_word(words[-1]):
        words.pop()
    return separator.join(words)


def is_type_word(word: str) -> bool:
    """Tell whether a word, in lower case, is one for a kind of plugin, in the singular or the plural."""
    return _TYPE_WORD.fullmatch(word) is not None


def type_words(name: str) -> frozenset[str]:
    """Return the type words that a name ends in, in the singular: ``{"pipe"}`` for ``rain-pipes``, and for "Rain Pipe"."""
    words = _SEPARATORS.sub(" ", name).casefold().split()
    found = set()
    while len(words) > 1 and is_type_word(words[-1]):
        found.add(words.pop().removesuffix("s"))
    return frozenset(found)


def without_platform(text: str) -> str:
    """Return a name or a heading without the platform that what it names is for."""
    return _ON_PLATFORM.sub(" ", text)


def is_platform(name: str) -> bool:
    """Tell whether a name is nothing but the platform's, in any spelling."""
    return _PLATFORM.fullmatch(name) is not None


def with_platform(text: str) -> str:
    """Return a text with the platform's name in one spelling, "open webui"."""
    return _PLATFORM.sub("open webui", text) if "ui" in text.casefold() else text


def is_emoji(character: str) -> bool:
    """Tell whether a character is a pictograph (Unicode category So, or in the emoji blocks)."""
    code = ord(character)
    return 0x1F000 <= code <= 0x1FAFF or (code > 0x2000 and unicodedata.category(character) == "So")


def has_emoji(text: str) -> bool:
    """Tell whether ``text`` shows at least one pictograph or keycap."""
    return "\u20e3" in text or any(map(is_emoji, _MAYBE_EMOJI.findall(text)))


def without_emoji(text: str) -> str:
    """Return ``text`` without pictographs, joiners and variation selectors."""
    if text.isascii():
        return text
    return _MAYBE_EMOJI.sub(_blank_emoji, _ZWJ_AND_SELECTORS.sub("", text))


def _blank_emoji(match: re.Match[str]) -> str:
    return " " if is_emoji(match[0]) else match[0]


@lru_cache(maxsize=4096)
def title_keys(text: str, *, drop_type: bool = True) -> frozenset[str]:
    """Return the forms under which a title is recognised.

    Case, emoji, punctuation, a leading number and the suffix of a Python file are ignored; text in parentheses counts as an
    alternative name where it changes the script (``导出为 Word (Export to Word)``). With ``drop_type`` the title
    without a trailing type word ("Files Filter") is one of the forms.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", without_emoji(text))
    plain = without_leading_number(plain.casefold()).removesuffix(".py")
    outside = _PARENTHESES.sub(" ", plain)
    variants = {plain, outside}
    if outside != plain:
        outside_has_cjk = has_cjk(outside)
        for match in _PARENTHESES.finditer(plain):
            inner = match[0][1:-1]
            # A parenthesis is another name only where it changes script; "(Enhanced)" or "(v1.2)" is a remark.
            if has_cjk(inner) != outside_has_cjk:
                variants.add(inner)
    keys = set()
    for variant in variants:
        key = _NO_WORD.sub(" ", variant).strip()
        keys.add(key)
        if drop_type:
            keys.add(_without_type(key, " "))
    return frozenset(key for key in keys if key)


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names, titles or headings are those of one thing (see ``title_keys``), with or without type words."""
    return not title_keys(one).isdisjoint(title_keys(other))


def without_leading_number(text: str) -> str:
    """Return a title or a heading without the number of its place in a list: ``2. Usage`` is ``Usage``."""
    return _LEADING_NUMBER.sub("", text)


def name_keys(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the forms that a name is looked up by: as it is, and also without its type word (see ``title_keys``)."""
    return tuple(sorted(title_keys(text, drop_type=False))), tuple(sorted(title_keys(text)))


def is_named_in(text: str, names: Iterable[str]) -> bool:
    """Tell whether one of ``names`` (forms of :func:`title_keys`) stands in a text: as whole words, Chinese ones anywhere."""
    forms = title_keys(text, drop_type=False)
    return any(name in words if has_cjk(name) else f" {name} " in f" {words} " for name in names for words in forms)


def is_like_code(name: str) -> bool:
    """Tell whether a name looks like no word of a language: it has an underscore, or a capital letter, within."""
    return _LIKE_CODE.search(name) is not None


def looks_generated(text: str, length: int = 16) -> bool:
    """Tell whether a text is like a secret: one word of some length in which letters and digits are mixed, no name."""
    return (
        len(text) >= length
        and len(set(text)) >= length // 2 + 2
        and _MIXED.fullmatch(text) is not None
        and not _NAME.fullmatch(text)
    )


def unquoted(text: str) -> str:
    """Return an address with its ``%XX`` decoded, as ``urllib.parse.unquote`` does, whose import takes longer."""
    if "%" not in text:
        return text
    return _ESCAPED_BYTES.sub(lambda match: bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace"), text)


def has_cjk(text: str) -> bool:
    """Tell whether ``text`` holds a Han character."""
    return _CJK.search(text) is not None


def count_cjk(text: str) -> int:
    """Return the number of Han characters in ``text``."""
    return len(_CJK.findall(text))


def printable(text: str, *, keep_newlines: bool = False) -> str:
    """Return ``text`` with everything escaped that could move a cursor, forge a line or reorder what is read.

    Text of a linted repository (names, titles, lines) reaches a terminal or a log only through here.
    """
    if text.isprintable():  # which none of these characters is
        return text
    text = escape_acting(text, _escaped)
    return text if keep_newlines else text.replace("\n", "\\x0a")


def argument(text: str) -> str:
    """Return ``text`` as one argument of a shell's command line, printable: for a command that a user is to run.

    It is in quotes where a shell would read it as something else, such as several words.
    """
    shown = printable(text)
    return shown if _PLAIN_ARGUMENT.fullmatch(shown) else "'" + shown.replace("'", "'\\''") + "'"


def _escaped(character: str) -> str:
    if character == "\t":
        return " "
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def acts(character: str) -> bool:
    """Tell whether a character can move a cursor, end a line, or hide or reorder what is read, by its category."""
    return unicodedata.category(character) in _ACTING


def escape_acting(text: str, escape: Callable[[str], str]) -> str:
    """Return ``text`` with each character that acts as ``escape`` gives it; line ends stay."""
    return _MAYBE_ACTING.sub(lambda match: escape(match[0]) if acts(match[0]) else match[0], text)


def display_width(text: str) -> int:
    """Return how many terminal cells ``text`` takes: wide and full-width characters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    if unicodedata.combining(character) or character in "\u200d\ufe0e\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def counted(count: int, noun: str) -> str:
    """Return a count with its English noun: ``1 file``, ``2 files``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


#: Words that a "did you mean" looks through at most.
MAX_CANDIDATES = 2000
#: How many "did you mean" a rule works out per subject: each compares a word with all candidates, and a hostile file
#: has thousands of words.
MAX_HINTS = 10


def commonest(values: Iterable[str]) -> tuple[str, int]:
    """Return the value that comes most often, the first of several, and how often it does; ``("", 0)`` for none.

    ``Counter.most_common`` imports a module for that, on the way of every check.
    """
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return max(counts.items(), key=lambda item: item[1], default=("", 0))


def nearest(word: str, candidates: list[str] | tuple[str, ...] | frozenset[str] | set[str]) -> str | None:
    """Return the candidate most like ``word`` for a "did you mean", or ``None``: also among more than ``MAX_CANDIDATES``."""
    import difflib

    if len(candidates) > MAX_CANDIDATES:
        return None

    matches = difflib.get_close_matches(word[:100], list(candidates), n=1, cutoff=0.7)
    return matches[0] if matches else None


def is_slip(word: str, meant: str) -> bool:
    """Tell whether ``word`` is ``meant`` with one letter added, left out or changed, or with two neighbours swapped."""
    if word == meant or abs(len(word) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(word), len(meant)) and word[start] == meant[start]:
        start += 1
    rest, other = word[start:], meant[start:]
    return (
        rest[1:] == other
        or rest == other[1:]
        or rest[1:] == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )
