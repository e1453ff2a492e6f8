"""Lines that head a part of a page without being headings of Markdown: the summary of what is folded away, a heading of
HTML, a line in bold, a short line that ends in a colon.

Readers take them for headings, so what tells of releases below them is told all the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.markdown import Line, Markdown, plain_text
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION

_FOLD = lazy_pattern(
    r"<(?P<end>/)?details\b|<summary\b[^<>]{0,200}>(?P<summary>(?:[^<]|<(?!/?summary\b)){1,400}+)</summary>",
    re.IGNORECASE,
)
_HEADING = lazy_pattern(
    r"<h(?P<level>[1-6])\b[^<>]{0,500}>(?P<text>(?:[^<]|<(?!/?h\d)){1,400}+)</h(?P=level)>", re.IGNORECASE
)
# A whole line in bold or italics, or one that ends in a colon; an icon may stand before it.
_HEADLINE = lazy_pattern(
    r"\n(?P<indent>[ \t>]{0,20}+)(?P<item>(?:[-*+]|\d{1,3}[.)])[ \t]{1,4})?(?:<p\b[^<>\n]{0,200}>)?(?:[^\w\s*_<>|`\[(]{1,4}[ \t]{1,4})?"
    r"(?:(?P<mark>[*_]{1,3})(?P<text>[^*_|\n]{1,80})(?P=mark)(?P<colon>[ \t]*[:：])?"
    r"|<(?P<tag>b|strong|em|i)>(?P<inner>[^<|\n]{1,80})</(?P=tag)>(?P<after>[ \t]*[:：])?(?:</p>)?"
    r"|(?P<introduction>[^|<*_`\n]{1,80}[:：]))[ \t\\]{0,4}(?=\n|\Z)",
    re.IGNORECASE,
)
_ENDS = frozenset("*_>:：")
_TAG = lazy_pattern(r"<[^<>]{1,500}>")
_GOES_ON = lazy_pattern(r"[ \t>]*(?:[-*+]|\d{1,3}[.)])[ \t]|[ \t>]*\||[ \t]")
_STATES = rf"\W*(?:[\w \t-]{{0,20}}(?:version|ver|release|latest|版本号?)\W*)?v?(?:{VERSION})"


class Headline(NamedTuple):
    """A line that heads ``start:end`` of a page, and how it reads."""

    text: str
    start: int
    end: int


def headlines(markdown: Markdown, is_meant: Callable[[str], bool]) -> Iterator[Headline]:
    """Yield the headlines of a page whose text ``is_meant``; a line that states a version is none."""
    if "<summary" in markdown.folded:
        yield from _summaries(markdown, is_meant)
    if "<h" in markdown.folded:
        yield from _html_headings(markdown, is_meant)
    yield from _lines(markdown, is_meant)


def _summaries(markdown: Markdown, is_meant: Callable[[str], bool]) -> Iterator[Headline]:
    """What is folded away: up to the end of the element that a summary belongs to."""
    opened: list[list[Headline]] = []  # the summaries of each element that is open
    for match in _FOLD.finditer(markdown.masked):
        if match["end"]:
            for one in opened.pop() if opened else ():
                yield one._replace(end=match.start())
        elif match["summary"] is None:
            opened.append([])
        elif is_meant(text := plain_text(_TAG.sub("", match["summary"]))):
            found = Headline(text, match.start(), _next_heading(markdown, match.end()))
            if opened:
                opened[-1].append(found)
            else:
                yield found
    for element in opened:
        yield from element


def _html_headings(markdown: Markdown, is_meant: Callable[[str], bool]) -> Iterator[Headline]:
    found = [(int(match["level"]), match) for match in _HEADING.finditer(markdown.masked)]
    levels = {level for level, _ in found}
    starts = {level: [one.start for one in markdown.headings if one.level <= level] for level in levels}
    for number, (level, match) in enumerate(found):
        text = plain_text(_TAG.sub("", match["text"]))
        if level > 1 and is_meant(text) and not _states_version(text):
            later = (found[at][1].start() for at in range(number + 1, len(found)) if found[at][0] <= level)
            end = _next_of(starts[level], match.end(), len(markdown.text))
            yield Headline(text, match.start(), min(end, next(later, end)))


def _lines(markdown: Markdown, is_meant: Callable[[str], bool]) -> Iterator[Headline]:
    found = [match for match in _marked(markdown.scanned) if not _is_code(markdown, match.start())]
    covered = 0
    for number, match in enumerate(found):
        text = plain_text(match["text"] or match["inner"] or match["introduction"])
        if _states_version(text) or not is_meant(text):
            continue
        start = match.start()  # offsets of ``scanned`` are one higher, and it begins with the end of the line before
        is_lead = bool(match["item"] or match["colon"] or match["after"]) or text.endswith((":", "："))
        if is_lead and start < covered:
            continue
        if match["item"]:
            end = _end_of_item(markdown, start, len(match["indent"]))
        elif is_lead:
            end = _end_of_block(markdown, start)
        else:
            later = (found[at].start() for at in range(number + 1, len(found)) if _heads_more(found[at]))
            end = _next_heading(markdown, start)
            end = min(end, next(later, end))
        covered = max(covered, end)
        yield Headline(text, start, end)


def _marked(scanned: str) -> Iterator[re.Match[str]]:
    """Yield the lines that are marked as headlines; most are ruled out by how they end, before any expression."""
    start = 0
    for line in scanned.split("\n")[1:]:
        if line.rstrip(" \t\\")[-1:] in _ENDS:
            match = _HEADLINE.match(scanned, start)
            if match is not None:
                yield match
        start += len(line) + 1


def _states_version(text: str) -> bool:
    return compiled(_STATES, re.IGNORECASE).match(text) is not None


def _heads_more(match: re.Match[str]) -> bool:
    """Whether a line in bold heads another part; one that begins with a version is an entry of the part above it."""
    text = match["text"] or match["inner"]
    return bool(text) and not match["item"] and not _states_version(text)


def _is_code(markdown: Markdown, offset: int) -> bool:
    return markdown.lines[markdown.line_number(offset) - 1].code


def _next_of(starts: list[int], offset: int, end: int) -> int:
    index = bisect_left(starts, offset)
    return starts[index] if index < len(starts) else end


def _next_heading(markdown: Markdown, offset: int) -> int:
    """Where the next heading of Markdown starts behind an offset; the end of the page."""
    headings = markdown.headings
    index = bisect_left(headings, offset, key=lambda heading: heading.start)
    return headings[index].start if index < len(headings) else len(markdown.text)


def _below(markdown: Markdown, offset: int) -> Iterator[tuple[Line, str]]:
    """The lines below that of an offset, as they are with code and comments blanked out."""
    lines = markdown.lines
    for index in range(markdown.line_number(offset), len(lines)):
        yield lines[index], markdown.masked_line(lines[index])


def _end_of_item(markdown: Markdown, offset: int, indentation: int) -> int:
    """Where what is nested in the list item of a line ends."""
    for line, shown in _below(markdown, offset):
        if shown.strip() and len(shown) - len(shown.lstrip(" \t>")) <= indentation:
            return line.start
    return len(markdown.text)


def _end_of_block(markdown: Markdown, offset: int) -> int:
    """Where what a line introduces ends: the paragraph, the list or the table that follows."""
    is_inside, is_apart = False, False
    for line, shown in _below(markdown, offset):
        if not shown.strip():
            is_apart = is_inside
        elif markdown.is_heading(line) or (is_apart and not _GOES_ON.match(shown)):
            return line.start
        else:
            is_inside, is_apart = True, False
    return len(markdown.text)
