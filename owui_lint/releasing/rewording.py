"""The heading of a release, reworded for the next one: with what belongs to every release, and nothing of the old one.

A heading is read part by part: links, tags, attribute lists, emphasis and brackets are kept whole or left out whole, so
that no half of one is ever written. Its words must be such as stand beside any release ("What's New in", "更新内容"), or the
plugin's name. Of what else there is, a part in brackets and all behind the version is left out; before the version it
makes the heading no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.documents.markdown import Heading, Link, Markdown, plain_text
from owui_lint.repository.documents.sections import SectionBook
from owui_lint.versions import VERSION

_LONGEST = 1000  # characters; a heading that goes on for longer is no model
_PART = lazy_pattern(
    r"(?P<comment><!--[^<>]*-->)"
    r"|(?P<anchor><a\b[^<>]*>[ \t]*</a>)"
    r"|<(?P<tag>[a-z][a-z0-9-]*)(?:[ \t][^<>]*)?/?>"
    r"|(?P<attributes>\{[^{}]*\})"
    r"|(?P<sign>\\\W|&(?:[a-z]+|\#\d+);|:[a-z][a-z0-9_+-]*:)"  # an emoji's name among them
    r"|(?P<bracket>[(（\[【「])"
    r"|(?P<mark>\*+|~~|`+|(?<!\w)_+)"
    rf"|(?P<version>v?(?P<number>{VERSION})(?![^\W_\u3400-\u9fff]|\.))"
    r"|(?P<end>[:：]|(?<=[ \t])[-–—]+(?=[ \t])|——)"
    r"|(?P<word>[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+)"
    r"|(?P<blank>[ \t]+)"
    r"|(?P<other>.)",
    re.IGNORECASE,
)
_VERSION = lazy_pattern(rf"(?<![\w./=-])v?(?P<number>{VERSION})(?![^\W_\u3400-\u9fff]|\.)", re.IGNORECASE)
_LETTERS = lazy_pattern(r"[^\W_\u3400-\u9fff]{2}")
_CLOSING = {"(": ")", "（": "）", "[": "]", "【": "】", "「": "」"}
_DIGIT = lazy_pattern(r"\d")
_FORGE = lazy_pattern(r"https?://(?:www\.)?(?:github|gitlab|gitee|codeberg)\.(?:com|org)/[^/]+/[^/]+", re.IGNORECASE)
_NAMED = lazy_pattern(r"\b(?:id|name)[ \t]*=", re.IGNORECASE)
_AT_END = " \t,，、;；|｜·•/&+→"  # nothing follows that they could join
_ATTRIBUTES_AT_END = lazy_pattern(r"[ \t]*\{[^{}]*\}\Z")


class _Foreign(Exception):
    """What is read next may belong to the old release alone."""


def with_version(text: str, version: str, lang: str) -> str:
    """Return a heading's text with a version at its end: before attributes, which have to be last."""
    attributes = _ATTRIBUTES_AT_END.search(text)
    words = text[: attributes.start()] if attributes else text
    joint = " in v" if lang == "en" and plain_text(words).casefold().endswith("new") else " v"
    return f"{words}{joint}{version}{text[len(words) :]}"


class Rewording:
    """Rewords headings of one page about the release ``old`` for the release ``new``; offsets are those of its text.

    Of a heading that shows no version (``old`` is ``None``, or in an image alone) all is kept, without a version. ``names``
    are what the plugin is called. ``keeps_names``: the new heading takes the place of the old one, so the name by which
    others link it goes along, where it speaks of no release.
    """

    def __init__(
        self,
        markdown: Markdown,
        book: SectionBook,
        old: str | None,
        new: str,
        names: Iterable[str],
        *,
        keeps_names: bool,
    ) -> None:
        self._markdown = markdown
        self._text = markdown.text
        self._book = book
        self._old, self._new = old, new
        called = sorted(filter(None, names), key=len, reverse=True)
        self._names = lazy_pattern("|".join(map(re.escape, called)) or r"(?!)", re.IGNORECASE)
        self._keeps_names = keeps_names
        self._links: dict[int, Link] = {}
        self._depth = 0  # of brackets

    def of(self, heading: Heading) -> str | None:
        """Return the words of a heading for the new release, or ``None`` where it is no model."""
        if len(heading.content) > _LONGEST or self._text[heading.start : heading.end] != heading.content:
            return None
        links = self._markdown.links_in(heading.start, heading.end)
        self._links = {link.start: link for link in links if not self._text.startswith("<", link.start)}
        try:
            text = self._read(heading.start, heading.end)[0]
        except _Foreign:
            return None
        return text.strip() or None

    def _read(self, start: int, end: int) -> tuple[str, bool]:
        """Return what of a part of the heading is kept, and whether it names the new version. Raises ``_Foreign``."""
        kept: list[str] = []
        at, told = start, 0  # ``told``: how many of ``kept`` there are up to the version
        while at < end:
            try:
                behind, piece, names_it = self._piece(at, end, is_told=told > 0)
            except _Foreign:
                if not told:
                    raise
                return "".join(kept[:told]), True
            if behind < 0:
                break  # what follows tells the old story
            if not piece:
                while kept and not kept[-1].strip():
                    kept.pop()  # the blank that set it off
            elif names_it:
                kept.append(piece)
                told = len(kept)
            else:
                kept.append(piece)
            at = behind
        text = "".join(kept)
        return text.rstrip(_AT_END) if told else text.rstrip(), told > 0

    def _piece(self, at: int, end: int, *, is_told: bool) -> tuple[int, str, bool]:
        """Return where the part at an offset ends (-1: nothing is kept from here on), what of it is kept, and whether that
        names the new version."""
        link = self._links.get(at)
        if link is not None and link.end <= end:
            return (link.end, *self._link(link))
        name = self._names.match(self._text, at, end)
        if name and not _is_in_word(self._text, at) and not _is_in_word(self._text, name.end()):
            return name.end(), name[0], False
        match = _PART.match(self._text, at, end)
        assert match is not None  # whatever stands there is at least another character
        kind = match.lastgroup if match.lastgroup != "number" else "version"
        if kind == "version":
            if match["number"] != self._old:
                raise _Foreign
            return match.end(), match["version"].removesuffix(match["number"]) + self._new, True
        if kind == "word":
            if _DIGIT.search(match[0]) or not self._book.introduces_release(match[0].casefold()):
                raise _Foreign
        elif kind == "end" and is_told:
            return -1, "", False
        elif kind == "comment":
            return match.end(), "", False
        elif kind == "anchor":
            return match.end(), match[0] if self._may_name(match[0]) else "", False
        elif kind == "attributes":
            return match.end(), self._attributes(match[0]), False
        elif kind == "tag":
            return self._tag(match, end)
        elif kind == "mark":
            return self._mark(match, end)
        elif kind == "bracket":
            return self._bracket(match, end)
        return match.end(), match[0], False

    def _may_name(self, text: str) -> bool:
        return self._keeps_names and not _DIGIT.search(text)

    def _attributes(self, text: str) -> str:
        """Of an attribute list, what may stand at two headings."""
        kept = [
            word
            for word in text[1:-1].split()
            if not _DIGIT.search(word) and (self._keeps_names or not (word[0] == "#" or _NAMED.match(word)))
        ]
        if kept in ([], [":"]):
            return ""
        is_same = kept == text[1:-1].split()
        return text if is_same else "{" + " ".join(kept) + "}"

    def _link(self, link: Link) -> tuple[str, bool]:
        source = self._text[link.start : link.end]
        if link.image:
            return ("", False) if _DIGIT.search(source) else (source, False)
        inner_end = link.start + 1 + len(link.text)
        text, names_it = self._read(link.start + 1, inner_end)
        if not text.strip():
            return "", False
        address = self._address(link.target)
        behind = self._text[inner_end : link.end]
        if behind.startswith("]("):
            at = link.target_start - inner_end
            title = behind[at + len(link.target) :]
            if address is not None:
                return f"[{text}{behind[:at]}{address}{')' if _DIGIT.search(title) else title}", names_it
        elif address == link.target and not names_it and not _DIGIT.search(behind):
            return source, False
        if self._depth and not names_it:
            raise _Foreign  # "(notes)": of a remark in brackets the link is what matters
        return text, names_it

    def _address(self, target: str) -> str | None:
        """Return the address of the new release for that of the old one, ``None`` where it would lead to the old one, or
        to nothing: whether a file of the repository will be there is not known here."""
        own = re.compile(rf"(?<![\d.])(v?){re.escape(self._old)}(?!\d|\.\d)", re.IGNORECASE) if self._old else None
        rest = own.sub("", target) if own is not None else target
        if _DIGIT.search(_FORGE.sub("", rest, count=1)):
            return None
        if own is None or rest == target:
            return target
        return own.sub(lambda match: match[1] + self._new, target) if "://" in target else None

    def _tag(self, match: re.Match[str], end: int) -> tuple[int, str, bool]:
        tag, name = match[0], re.escape(match["tag"])
        close = re.compile(rf"</{name}[ \t]*>", re.IGNORECASE).search(self._text, match.end(), end)
        if close is None:
            if match["tag"].casefold() not in ("br", "wbr", "img"):
                raise _Foreign
            return match.end(), "" if _DIGIT.search(tag) else tag, False
        text, names_it = self._read(match.end(), close.start())
        if not text.strip():
            return close.end(), "", False
        # An address in it is not read: without digits it is none of a single release.
        is_kept = not _DIGIT.search(tag) and (self._keeps_names or not _NAMED.search(tag))
        return close.end(), f"{tag}{text}{close[0]}" if is_kept else text, names_it

    def _mark(self, match: re.Match[str], end: int) -> tuple[int, str, bool]:
        mark = match[0]
        close = self._text.find(mark, match.end(), end)
        if close < 0:
            raise _Foreign
        text, names_it = self._read(match.end(), close)
        return close + len(mark), f"{mark}{text}{mark}" if text.strip() else "", names_it

    def _bracket(self, match: re.Match[str], end: int) -> tuple[int, str, bool]:
        close = _closed_at(self._text, match.start(), end)
        if close < 0:
            raise _Foreign
        self._depth += 1
        try:
            text, names_it = self._read(match.end(), close)
        except _Foreign:
            text = self._version_in(match.end(), close)
            names_it = bool(text)
        finally:
            self._depth -= 1
        if not text.strip():
            return close + 1, "", False
        return close + 1, f"{match[0]}{text}{_CLOSING[match[0]]}", names_it

    def _version_in(self, start: int, end: int) -> str:
        """Return what is kept of a remark that names the new version behind other things: the version alone."""
        found = (match for match in _VERSION.finditer(self._text, start, end) if match["number"] == self._old)
        match = next(found, None)
        return match[0].removesuffix(match["number"]) + self._new if match else ""


def _is_in_word(text: str, at: int) -> bool:
    """Whether letters of one word stand on both sides of an offset."""
    return bool(0 < at < len(text) and _LETTERS.match(text, at - 1))


def _closed_at(text: str, start: int, end: int) -> int:
    """Return where the bracket at ``start`` is closed, -1 where it is not."""
    opening, closing = text[start], _CLOSING[text[start]]
    depth = 0
    for at in range(start, end):
        if text[at] == opening:
            depth += 1
        elif text[at] == closing:
            depth -= 1
            if not depth:
                return at
    return -1
