"""Which part of a page can be moved with nothing torn from it: what belongs to a heading above it, what is opened in one
part and closed in another, and what ends the page as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.markdown import Heading, Markdown
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

_NEAR = 200  # characters above a comment in which a blank line is looked for
# Elements that show nothing and are there to be led to.
_ANCHOR = lazy_pattern(
    r"[ \t]*+(?:<(?P<tag>a|div|span|p)[ \t]+(?:id|name)[ \t]*=[^<>]{1,300}+>[ \t]*+(?:</(?P=tag)>[ \t]*+)?)++",
    re.IGNORECASE,
)
_PAIRED_TAG = lazy_pattern(r"<(/?)(details|div|table|section|center)\b", re.IGNORECASE)
_COMMENT = lazy_pattern(r"<!--(.{0,500}?)-->", re.DOTALL)
_NUMBER = lazy_pattern(
    r"\W*(?:\d+(?:\.\d+)*[.)\uff0e\uff09\u3001:\uff1a](?!\d)|\d\ufe0f?\u20e3|[\u2460-\u2473]|[一二三四五六七八九十]{1,3}[、.\uff0e]"
    r"|第[\d一二三四五六七八九十]{1,3}[步章节部]|(?:step|part)[ \t]*\d)",
    re.IGNORECASE,
)
_RULE = lazy_pattern(r" {0,3}(?:(?:-[ \t]*+){3,}|(?:\*[ \t]*+){3,}|(?:_[ \t]*+){3,})")
# The last line of a page that closes its ornament, or leads back to its top.
_FOOTER_END = lazy_pattern(
    r"[ \t]*+(?:</?(?:div|p|center|sub|sup|h\d|img|br|a|table|b|i|em|strong|small)\b.*|\W*\[[^\[\]]*\]\(#[^()]*\)\W*)",
    re.IGNORECASE,
)


def start_of(markdown: Markdown, heading: Heading) -> int:
    """Return where a section starts: at its heading, or at the anchors and comments above that belong to it."""
    return start_above(markdown, markdown.lines[heading.line - 1].start)


def end_of(markdown: Markdown, heading: Heading) -> int:
    """Return where a section ends: where the next one starts (see ``start_of``), or at the end of the page."""
    end = markdown.section_end(heading)
    return end if end == len(markdown.text) else start_above(markdown, end)


def start_above(markdown: Markdown, offset: int) -> int:
    """Return where the lines above that belong to a line start: anchors, with blank lines below them or without, and
    comments directly above."""
    number = markdown.line_number(offset)  # the line's own; the one above has the index ``number - 2``
    start = number
    at = number - 1
    while at >= 1:
        line = markdown.lines[at - 1]
        written = markdown.text[line.start : line.end]
        is_comment = not line.code and _is_comment(markdown, line.start, line.end)
        if (not line.code and _ANCHOR.fullmatch(written)) or (is_comment and at == start - 1):
            start = at
        elif written.strip():
            break
        at -= 1
    return markdown.lines[start - 1].start


def _is_comment(markdown: Markdown, start: int, end: int) -> bool:
    """Tell whether a line is nothing but a comment, or a part of one."""
    return not markdown.masked[start:end].strip() and bool(markdown.without_any_code[start:end].strip())


def is_numbered(heading: Heading) -> bool:
    """Tell whether a heading has the number of its place: another place would make it wrong."""
    return _NUMBER.match(heading.plain) is not None


def is_ruled(text: str) -> bool:
    """Tell whether a text ends with a line across the page, which parts it from what follows."""
    lines = text.rstrip().splitlines()
    return len(lines) > 1 and not lines[-2].strip() and _RULE.fullmatch(lines[-1]) is not None


def has_footer(markdown: Markdown) -> bool:
    """Tell whether the page's last section ends with what is about all of the page: ornament, something below a line
    across the page, a link to its top."""
    headings = markdown.headings
    if not headings:
        return False
    body = markdown.masked[markdown.body_start(headings[-1]) :]
    lines = body.rstrip().splitlines()
    return bool(lines) and (
        _FOOTER_END.fullmatch(lines[-1]) is not None
        or any(not lines[at - 1].strip() and _RULE.fullmatch(lines[at]) for at in range(1, len(lines) - 1))
    )


class _Mark(NamedTuple):
    """A comment: what it is about, and whether it opens (1), closes (-1) or does not say so (0)."""

    about: str
    step: int
    start: int


class PairedMarks:
    """The comments and tags of a page that open something and close it again; ``words``: those of the comments."""

    def __init__(self, markdown: Markdown, words: Mapping[str, Any]) -> None:
        self._markdown = markdown
        self._opens, self._closes, self._single = (frozenset(words[key]) for key in ("opens", "closes", "single"))
        marks = list(self._comments()) if "<!--" in markdown.text else []
        opened = {mark.about for mark in marks if mark.step > 0}
        closed = {mark.about for mark in marks if mark.step < 0}
        # `<!-- toc -->` opens what `<!-- tocstop -->` closes.
        self._marks = [
            mark if mark.step else mark._replace(step=1)
            for mark in marks
            if mark.step or (mark.about in closed and mark.about not in opened)
        ]

    def _comments(self) -> Iterator[_Mark]:
        for match in _COMMENT.finditer(self._markdown.without_any_code):
            text = match[1].strip().casefold()
            tokens = compiled(r"[^\W_]+").findall(text)
            if not tokens or not self._single.isdisjoint(tokens):
                continue
            step = -1 if text.startswith("/") else 0
            rest = []
            for index, token in enumerate(tokens):
                is_near = index < 3 or index == len(tokens) - 1
                found, stem = self._step(token) if is_near and not step else (0, token)
                step = step or found
                if stem:
                    rest.append(stem)
            yield _Mark(rest[0] if rest else "", step, match.start())

    def _step(self, token: str) -> tuple[int, str]:
        """What a word opens (1) or closes (-1), and what is left of it: ``tocstop`` closes ``toc``."""
        for words, step in ((self._closes, -1), (self._opens, 1)):
            if token in words:
                return step, ""
            for word in words:
                if len(word) > 2 and token.endswith(word):
                    return step, token[: -len(word)]
        return (-1, token[3:]) if token.startswith("end") else (0, token)

    def are_whole(self, start: int, end: int) -> bool:
        """Tell whether all that is opened within ``start:end`` is closed there, and the reverse."""
        depths: dict[str, int] = {}
        for mark in self._marks:
            if start <= mark.start < end:
                depths[mark.about] = depths.get(mark.about, 0) + mark.step
                if depths[mark.about] < 0:
                    return False
        if any(depths.values()):
            return False
        depth = 0
        for match in _PAIRED_TAG.finditer(self._markdown.masked, start, end):
            depth += -1 if match[1] else 1
            if depth < 0:
                return False
        return not depth

    def has_loose_end(self, start: int, end: int) -> bool:
        """Tell whether what ``start:end`` ends with may be about what follows: a comment, after a blank line, that closes
        nothing."""
        markdown = self._markdown
        last = len(markdown.text[:end].rstrip())
        line = markdown.lines[markdown.line_number(max(last - 1, 0)) - 1]
        if line.start <= start or not _is_comment(markdown, line.start, line.end):
            return False
        first = markdown.text.rfind("<!--", start, last)
        if first < 0 or any(mark.start == first and mark.step < 0 for mark in self._marks):
            return False
        return compiled(r"\n[ \t]*\r?\n[ \t]*\Z").search(markdown.text[start:first][-_NEAR:]) is not None
