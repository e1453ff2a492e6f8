"""Which lines and spans of a Markdown text are code, front matter or comments, found in one pass over its lines."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from owui_lint.lazypattern import compiled, lazy_pattern

FRONT_MATTER = "---"
_FIELD = lazy_pattern(r"[A-Za-z_][\w .-]{0,80}:(?:[ \t]|$)")
_FENCE = lazy_pattern(r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(`{3,}|~{3,})([^\r\n]*)")
_INDENTED = lazy_pattern(r"(?:\A|[\r\n])(?: {4}| {0,3}\t)")
# What indented text below is a part of: an item, a note or tab of MkDocs, a definition, a footnote.
_HOLDS = lazy_pattern(r"(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)|(?:!!!|\?\?\?\+?|===\+?)[ \t]|:[ \t]|\[\^")
_LINE_END = lazy_pattern(r"\r\n|\n|\r")
_TICKS = lazy_pattern(r"`+")


def split_lines(text: str) -> list[str]:
    """Split at ``\\n``, ``\\r\\n`` and lone ``\\r``; a final line ending opens no further line."""
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def starts_of(text: str, lines: list[str]) -> list[int]:
    """Return where the lines of a text start."""
    if not lines:
        return []
    if "\r\n" not in text:
        return list(accumulate([len(line) + 1 for line in lines[:-1]], initial=0))
    starts = [0]
    for line in lines[:-1]:
        end = starts[-1] + len(line)
        starts.append(end + (2 if text.startswith("\r\n", end) else 1))
    return starts


def in_code(text: str, lines: list[str], starts: list[int]) -> list[bool]:
    """Return whether each line is inside front matter or fenced code, or opens or closes it."""
    inside = [False] * len(lines)
    marks: set[int] = set()
    for mark in ("```", "~~~"):
        at = text.find(mark)
        while at >= 0:
            marks.add(bisect_right(starts, at) - 1)
            at = text.find(mark, at + len(mark))
    fence, opened = "", 0
    for index in sorted(marks):
        opening = _FENCE.match(lines[index])
        if opening and not fence and not ("`" in opening[1] and "`" in opening[2]):
            fence, opened = opening[1], index
        elif opening and fence and opening[1].startswith(fence) and not opening[2].strip():
            inside[opened : index + 1] = [True] * (index + 1 - opened)
            fence = ""
    if fence:
        inside[opened:] = [True] * (len(lines) - opened)
    if text.startswith(FRONT_MATTER):
        length = front_matter_length(lines)
        inside[:length] = [True] * length
    if any(_may_open_code(text, match.start()) for match in _INDENTED.finditer(text)):
        _mark_indented(lines, inside)
    return inside


def _may_open_code(text: str, end: int) -> bool:
    """Whether an indented line may be code by what the line above it holds, which ends at an offset."""
    above = text[max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1 : end].strip()
    return not above or above.startswith(("#", "```", "~~~"))


def _mark_indented(lines: list[str], inside: list[bool]) -> None:
    """Mark what is code by its indentation: it follows an empty line, and nothing that it could be a part of, such as a list's
    item, is above it."""
    is_part, is_apart, last = False, True, -1  # ``last``: the line of code above, where nothing but empty lines follow
    for index, line in enumerate(lines):
        text = line.lstrip(" \t")
        if inside[index]:
            is_apart, last = True, -1
        elif not text.strip():
            is_apart = True
        elif _is_indented(line[: len(line) - len(text)]):
            if last >= 0 or (is_apart and not is_part):
                first = last if last >= 0 else index
                inside[first : index + 1] = [True] * (index + 1 - first)
                last = index
            is_apart = False
        else:
            is_title = text.startswith("#")
            goes_on = is_part and not is_title and (not is_apart or len(text) < len(line))
            is_part = goes_on or _HOLDS.match(text) is not None
            is_apart, last = is_title, -1


def _is_indented(blanks: str) -> bool:
    """Whether blanks before a line's text take four columns or more."""
    return len(blanks) > 3 or "\t" in blanks


def front_matter_length(lines: list[str]) -> int:
    """Return how many lines front matter takes, its marks included; 0 where ``---`` is but a rule above text."""
    has_fields = False
    for number, line in enumerate(map(str.rstrip, lines)):
        if number == 0:
            if line != FRONT_MATTER:
                return 0
        elif line in (FRONT_MATTER, "..."):
            return number + 1 if has_fields else 0
        elif _FIELD.match(line):
            has_fields = True
        elif line and not line.startswith((" ", "\t", "#", "-")):
            return 0
    return 0


def blank_comments(text: str) -> str:
    """Return ``text`` with HTML comments blanked out at equal offsets, line ends kept."""
    if "<!--" not in text:
        return text
    parts: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        end = len(text) if end < 0 else end + 3
        parts += [text[position:start], compiled(r"[^\r\n]").sub(" ", text[start:end])]
        position = end
    parts.append(text[position:])
    return "".join(parts)


def blank_spans(line: str) -> str:
    """Return a line with inline code blanked out: what stands between two runs of backticks of one length, and the runs."""
    if "``" not in line:
        parts = line.split("`")
        paired = (len(parts) - 1) // 2 * 2  # a last one that is not closed is text
        for index in range(1, paired, 2):
            parts[index] = " " * (len(parts[index]) + 2)
        return "".join(parts[: paired + 1]) + "".join(f"`{part}" for part in parts[paired + 1 :])
    runs = [match.span() for match in _TICKS.finditer(line)]
    waiting: dict[int, list[int]] = {}
    for start, end in reversed(runs):
        waiting.setdefault(end - start, []).append(start)
    parts = []
    position = 0
    for start, end in runs:
        same = waiting[end - start]
        same.pop()  # this run itself
        if start < position or not same:
            continue
        close = same[-1] + end - start
        parts += [line[position:start], " " * (close - start)]
        position = close
    parts.append(line[position:])
    return "".join(parts)
