"""Values as code has them and as people write them down: do they mean the same?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.text import has_cjk
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

UNKNOWN = object()  # a default that only running the code would tell
_MAX_TEXT = 80  # characters; a longer default is summarised in a table, not written out
_MAX_BITS = 64
_TICKS = lazy_pattern(r"`++")
_NUMBER = lazy_pattern(r"[-+]?(?:\d[\d_,]*+(?:\.\d*+)?|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_PARENTHESES = lazy_pattern(r"[(（][^()（）]{0,80}[)）]")
_ESCAPED = lazy_pattern(r"\\([\\`*_{}\[\]()#+.!|<>~-])")


_CELL_END = lazy_pattern(r"(?<!\\)\|")
_CODE = lazy_pattern(r"(`[^`]++`)")
_HTML = lazy_pattern(r"<(?=[A-Za-z/!?])|&(?=#?\w{1,30};)")
_DOLLAR = lazy_pattern(r"(?<!\\)\$")


class WrittenValve(NamedTuple):
    """A valve as documents tell of it. ``value`` is its default where that ``is_known`` without running the code,
    ``description`` that of its ``Field``; ``start:end`` are the offsets of its name in the code."""

    name: str
    owner: str
    value: Any
    is_known: bool
    description: str
    start: int
    end: int

    @property
    def default(self) -> Any:
        """The default as a value, or ``UNKNOWN``."""
        return self.value if self.is_known else UNKNOWN


def is_number(value: Any) -> bool:
    """Tell whether a value is a number; truth values are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_short_number(value: Any) -> bool:
    """Whether a value is a truth value or a number that Python writes out: of an integer, it refuses to from some size on."""
    return isinstance(value, float) or (isinstance(value, int) and value.bit_length() <= _MAX_BITS)


class ValveDifferences(NamedTuple):
    """How the valves of a copy differ from those of the code: names that it is ``lacking``, names that it alone has, and
    ``defaults`` as the name, the value of the copy and that of the code."""

    lacking: list[str]
    added: list[str]
    defaults: list[tuple[str, str, str]]


def valve_differences(copy: Iterable[WrittenValve], code: Iterable[WrittenValve]) -> ValveDifferences:
    """Return how the valves of a copy differ from those of the code. Of defaults, only numbers and truth values are
    compared: texts may be translated."""
    here, there = ({(valve.owner, valve.name): valve for valve in valves} for valves in (copy, code))
    names, others = ({name: None for _, name in valves} for valves in (here, there))
    defaults: dict[str, tuple[str, str, str]] = {}
    for key, valve in here.items():
        other = there.get(key)
        pair = (valve.value, other.value) if other is not None and valve.is_known and other.is_known else ()
        if pair and all(map(_is_short_number, pair)) and pair[0] != pair[1]:
            defaults.setdefault(valve.name, (valve.name, repr(pair[0]), repr(pair[1])))
    lacking = [name for name in others if name not in names]
    return ValveDifferences(lacking, [name for name in names if name not in others], list(defaults.values()))


class Words:
    """How values are written out in words, per ``rules/words.yaml``."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.pairs = [(str(on).casefold(), str(off).casefold()) for on, off in data["flags"]]
        self.flags = {off: False for _, off in self.pairs} | {on: True for on, _ in self.pairs}
        self.nothing = {str(word).casefold() for word in data["nothing"]} | {""}
        self.not_said = {str(word).casefold() for word in data["not-said"]}


def agrees(cell: str, value: Any, words: Words) -> bool | None:
    """Tell whether a table cell says ``value``; ``None`` where it is prose that cannot be compared."""
    text, is_code, has_remark = _read(cell)
    bare = _unquoted(text)
    if value is UNKNOWN or bare.casefold() in words.not_said or (not cell.strip() and not _is_nothing(value)):
        return None
    verdict = _compare(bare, is_code, value, words)
    if verdict is False and has_remark and not (isinstance(value, bool) or is_number(value)):
        return None  # "`a` or `b`", "`x` by default": the value may be in the rest
    return verdict


def _read(cell: str) -> tuple[str, bool, bool]:
    """Return the value in a cell, whether it is written as code, and whether more text stands beside it."""
    text = cell.strip()
    code = _first_code(text)
    if code is not None:
        start, end, ticks = code
        rest = (text[:start] + text[end:]).strip(" *_")
        inside = text[start + ticks : end - ticks]
        inner = inside.strip() if inside.strip() else inside
        return inner.replace("\\|", "|"), True, bool(rest)
    if text.startswith("**") and text.endswith("**"):
        text = text.strip("*").strip()
    plain = _ESCAPED.sub(r"\1", _PARENTHESES.sub("", text).strip() or text)
    return plain.strip().strip("<>"), False, False


def _first_code(text: str) -> tuple[int, int, int] | None:
    """Return where the first code span starts and ends, and how many backticks there are at each end: it closes at the
    next run of as many."""
    if "`" not in text:
        return None
    runs = list(_TICKS.finditer(text))
    last: dict[int, int] = {}
    found = None
    for number in range(len(runs) - 1, -1, -1):
        ticks = runs[number].end() - runs[number].start()
        if ticks in last:
            found = (runs[number].start(), runs[last[ticks]].end(), ticks)
        last[ticks] = number
    return found


def _unquoted(text: str) -> str:
    for opening, closing in (('"', '"'), ("'", "'"), ("“", "”"), ("「", "」")):
        if len(text) >= 2 and text.startswith(opening) and text.endswith(closing):
            return text[1:-1]
    return text


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict | set | tuple) and not value)


def _compare(bare: str, is_code: bool, value: Any, words: Words) -> bool | None:
    word = bare.casefold()
    number = _number(bare)
    flag = words.flags.get(word)
    is_prose = not is_code and (" " in bare or has_cjk(bare) or len(bare) > _MAX_TEXT)
    if _is_nothing(value):
        if word in words.nothing:
            return True
        definite = number is not None or flag is not None or (is_code and " " not in bare and not has_cjk(bare))
        return False if definite else None
    if isinstance(value, bool):
        if flag is not None:
            return flag is value
        if number is not None:
            return number == value
        return False if is_code and " " not in bare and not has_cjk(bare) else None
    if is_number(value):
        if number is not None:
            return number == value or (bare.endswith("%") and number / 100 == value)
        leading = _NUMBER.match(bare)
        if leading and leading[0]:
            return True if _number(leading[0]) == value else None  # a unit, or a sentence
        return False if flag is not None or word in words.nothing or (is_code and not has_cjk(bare)) else None
    if isinstance(value, str):
        return _compare_text(bare, is_code, is_prose, value, words)
    return _compare_collection(bare, value, words)


def _number(text: str) -> float | None:
    plain = text.rstrip("%").strip()
    if not _NUMBER.fullmatch(plain):
        return None
    try:
        return float(plain.replace("_", "").replace(",", ""))
    except (ValueError, OverflowError):
        return None


def _compare_text(bare: str, is_code: bool, is_prose: bool, value: str, words: Words) -> bool | None:
    wanted = " ".join(value.split()).casefold()
    shown = " ".join(bare.replace("\\n", " ").split()).casefold()
    if (
        shown == wanted
        or shown.strip("<>") == wanted
        or shown == " ".join(value.replace("\n", "\\n").split()).casefold()
    ):
        return True
    if f"]({value})".casefold() in shown or shown.startswith(f"[{wanted}]("):
        return True
    if len(value) > _MAX_TEXT or "\n" in value or bare.endswith(("...", "…")) or has_cjk(bare) != has_cjk(value):
        return False if bare.casefold() in words.nothing else None
    if bare.casefold() in words.nothing:
        return False
    return None if is_prose or (not is_code and wanted in shown) else False


def _compare_collection(bare: str, value: Any, words: Words) -> bool | None:
    if bare.casefold() in words.nothing:
        return False
    from ast import literal_eval  # few defaults are collections

    try:
        written = literal_eval(bare[:2000])
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        written = None
    if isinstance(value, dict):
        return written == value if isinstance(written, dict) else None
    if isinstance(written, list | tuple | set):
        return sorted(map(str, written)) == sorted(map(str, value))
    parts = [_unquoted(part.strip()).casefold() for part in bare.strip("[]").split(",")]
    return True if sorted(parts) == sorted(str(item).casefold() for item in value) else None


def write_value(value: Any, like: str, words: Words, *, code: bool) -> str | None:
    """Return ``value`` as a cell written in the manner of the cell ``like``; ``None`` where it is too long to write.

    ``code``: whether it goes into backticks where ``like`` does not tell.
    """
    text, is_code, _ = _read(like)
    is_code = is_code if like.strip() else code
    if isinstance(value, bool):
        shown = _write_flag(value, text, words)
    elif isinstance(value, str):
        quoted = len(text) > 2 and text[0] == text[-1] and text[0] in "\"'"
        shown = f"{text[0]}{value}{text[0]}" if quoted else value or '""'
    else:
        shown = repr(value)
    if len(shown) > _MAX_TEXT or not shown.isprintable() or "`" in shown:
        return None
    is_code = is_code or shown.strip() != shown or "*" in shown or escaped(shown) != _CELL_END.sub(r"\|", shown)
    shown = shown.replace("|", "\\|")
    return f"`{shown}`" if is_code else shown


def escaped(text: str) -> str:
    """Return a text of one line as it is written in a table's cell: what would end the cell, be HTML or mathematics there is
    escaped; what is code already is left as it is, but for the ends of cells."""
    text = _CELL_END.sub(r"\|", text)
    parts = _CODE.split(text)
    has_mathematics = text.count("$") > 1
    for number in range(0, len(parts), 2):  # code is at the odd ones
        parts[number] = _HTML.sub(r"\\\g<0>", parts[number])
        if has_mathematics:
            parts[number] = _DOLLAR.sub(r"\$", parts[number])
    text = "".join(parts)
    odd = (len(text) - len(text.rstrip("\\"))) % 2
    return text + "\\" * odd


def _write_flag(value: bool, like: str, words: Words) -> str:
    word = _unquoted(like).casefold()
    for on, off in words.pairs:
        if word in (on, off):
            other = on if value else off
            return other.capitalize() if like[:1].isupper() else other
    return str(value)
