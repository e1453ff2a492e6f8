"""Static badges: images whose address says what they show.

=========  =========================================================================================================
``dashed``   ``img.shields.io/badge/LABEL-MESSAGE-COLOUR``: ``--`` is a dash, ``__`` an underscore, ``_`` a space
             (shields.io, "Static Badge"; also custom-icon-badges.demolab.com)
``query``    ``img.shields.io/static/v1?label=LABEL&message=MESSAGE&color=COLOUR`` (shields.io, before 2023; still served)
``folders``  ``badgen.net/badge/LABEL/MESSAGE/COLOUR`` (badgen.net, "Static Badge")
=========  =========================================================================================================
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.markdown import Markdown
from owui_lint.text import unquoted, without_emoji
from owui_lint.tuples import NamedTuple

_URL = lazy_pattern(
    r"https?://(?:(?:(?:img\.|raster\.)?shields\.io|custom-icon-badges\.(?:demolab|herokuapp)\.com)/(?:badge/(?P<dashed>[^?#\s]*)|static/v1(?:\.svg)?\?(?P<query>[^#\s]*))"
    r"|(?:flat\.)?badgen\.net/(?:badge|static)/(?P<folders>[^?#\s]*))",
    re.IGNORECASE,
)
# What stands behind the address of an image that is the text of a link, or of an image in HTML within one.
_AROUND = lazy_pattern(r"(?:[ \t]{1,4}\"[^\"\r\n]{0,300}\")?\)\]\(([^()\s]{1,1000})")
_LOGO = lazy_pattern(r"[?&](?:amp;)?(?:logo|icon)=([^&#\s]{0,100})", re.IGNORECASE)
_OTHER_LABEL = lazy_pattern(r"[?&]label=([^&#\s]{0,200})", re.IGNORECASE)
_SERVICES = ("shields.io/badge/", "shields.io/static/v1", "badgen.net/", "custom-icon-badges.")
_HTML_IMAGE = lazy_pattern(r"<img\b([^<>]{0,2000})>", re.IGNORECASE)
_HTML_ATTRIBUTE = lazy_pattern(r"(?<![\w-])(src|alt)\s*=\s*([\"'])([^\"'<>]{0,2000})\2", re.IGNORECASE)
_REFERENCE = lazy_pattern(r"!\[([^\[\]]{0,300})\](?:\[([^\[\]]{0,200})\])?(?!\()")
_SEPARATOR = lazy_pattern(r"(?<!-)(?:--)*-(?!-)")
_FIELD = lazy_pattern(r"(?:^|(?<=&)|(?<=&amp;))(label|message)=([^&]*)", re.IGNORECASE)
_DATE = lazy_pattern(r"(\d{4})-(\d{2})-(\d{2})")
# A day whose dashes were not all doubled, so that it is cut into label, message and colour.
_CUT_DATE = lazy_pattern(r"(?:^|-)(\d{4}--?\d{1,2}-\d{1,2}|\d{4}-\d{1,2}--\d{1,2})-[^-]*$")


class Badge(NamedTuple):
    """A static badge. ``shown_at`` is the offset of the image in the document, ``start:end`` are those of the badge's
    message, as written: escaped as ``form`` of address asks for. ``link`` is the address that the image is a link to, "" for
    none; ``logo`` is what is named as its picture."""

    shown_at: int
    alt: str
    alt_start: int
    label: str
    message: str
    start: int
    end: int
    form: str
    link: str
    link_start: int
    logo: str


class _Image(NamedTuple):
    """An image: where it is shown, its text, and the address with where it is written."""

    start: int
    alt: str
    alt_start: int
    target: str
    target_start: int


def _undashed(text: str) -> str:
    return compiled(r"__|--|_").sub(lambda match: {"__": "_", "--": "-", "_": " "}[match[0]], unquoted(text))


def escape(text: str, form: str) -> str:
    """Return ``text`` as it is written in an address of this form; as it is where that is ``""``, no address."""
    if form == "dashed":
        return text.replace("-", "--").replace("_", "__").replace(" ", "_")
    if form:
        return compiled(r"[^\w.~-]", re.ASCII).sub(
            lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass")), text
        )
    return text


def is_cut(raw: str, form: str) -> bool:
    """Tell whether what is written in an address of this form as one part of it is cut into several by its dashes."""
    return form == "dashed" and _SEPARATOR.search(raw) is not None


def badges(markdown: Markdown) -> list[Badge]:
    """Return the static badges of a document, in order: inline images, those of references, and those of HTML.

    Badges served by an endpoint are none.
    """
    return markdown.facts.rows("badges", Badge, lambda: list(_find(markdown)))


def _find(markdown: Markdown) -> Iterator[Badge]:
    if not any(service in markdown.folded for service in _SERVICES):
        return
    for image in sorted([*_inline(markdown), *_by_reference(markdown), *_in_html(markdown)]):
        match = _URL.match(image.target)
        if match is None:
            continue
        form = match.lastgroup
        assert form is not None  # one of the three has matched
        around = _AROUND.match(markdown.masked, image.target_start + len(image.target))
        link, link_start = (around[1], around.start(1)) if around else ("", 0)
        other = _OTHER_LABEL.search(image.target, match.end())  # shown in the place of the one in the path
        pictured = _LOGO.search(image.target, match.start(form))
        logo = unquoted(pictured[1]) if pictured else ""
        for label, message, at, raw in _READERS[form](match[form]):
            start = image.target_start + match.start(form) + at
            label = unquoted(other[1].replace("+", " ")) if other else label
            end = start + len(raw)
            yield Badge(
                image.start, image.alt, image.alt_start, label, message, start, end, form, link, link_start, logo
            )


_Read = Iterator[tuple[str, str, int, str]]


def _dashed(path: str) -> _Read:
    """Yield label and message of an address's part, where the message is written in it, and how: once or not at all.

    A day that is cut into parts by its dashes is the message that was meant, although nothing is shown of it.
    """
    cuts = [found.end() - 1 for found in _SEPARATOR.finditer(path)]
    meant = _CUT_DATE.search(path) if len(cuts) > 2 else None
    if meant is not None:
        yield _undashed(path[: meant.start()]), _undashed(meant[1]), meant.start(1), meant[1]
    if 1 <= len(cuts) <= 2:
        first = cuts[0] + 1 if len(cuts) == 2 else 0
        raw = path[first : cuts[-1]]
        yield _undashed(path[: cuts[0]]) if len(cuts) == 2 else "", _undashed(raw), first, raw


def _query(query: str) -> _Read:
    fields = {field[1].casefold(): field for field in _FIELD.finditer(query)}
    message = fields.get("message")
    if message is not None:
        label = fields["label"][2] if "label" in fields else ""
        yield unquoted(label.replace("+", " ")), unquoted(message[2].replace("+", " ")), message.start(2), message[2]


def _folders(path: str) -> _Read:
    parts = path.split("/")
    if 2 <= len(parts) <= 3:
        yield unquoted(parts[0]), unquoted(parts[1]), len(parts[0]) + 1, parts[1]


_READERS: dict[str, Callable[[str], _Read]] = {"dashed": _dashed, "query": _query, "folders": _folders}


def _inline(markdown: Markdown) -> Iterator[_Image]:
    for link in markdown.inline_links:
        if link.image:
            yield _Image(link.start, link.text, link.start + 2, link.target, link.target_start)


def _by_reference(markdown: Markdown) -> Iterator[_Image]:
    """Images whose address is defined elsewhere; each definition counts once, where it is first shown."""
    uses: dict[str, re.Match[str]] = {}
    for use in _REFERENCE.finditer(markdown.masked) if markdown.definitions else ():
        uses.setdefault((use[2] or use[1]).casefold(), use)
    for label, target, start in markdown.definitions:
        first = uses.pop(label.casefold(), None)
        if first is not None:
            yield _Image(first.start(), first[1], first.start(1), target, start)


def _in_html(markdown: Markdown) -> Iterator[_Image]:
    for tag in _HTML_IMAGE.finditer(markdown.masked):
        found = {match[1].casefold(): match for match in _HTML_ATTRIBUTE.finditer(tag[1])}
        source, alt = found.get("src"), found.get("alt")
        if source is not None:
            text, at = (alt[3], tag.start(1) + alt.start(3)) if alt is not None else ("", tag.start())
            yield _Image(tag.start(), text, at, source[3], tag.start(1) + source.start(3))


def normal_label(text: str) -> str:
    """Return the form in which labels of badges are compared: "Last_updated:" and "last updated" are equal."""
    return " ".join(compiled(r"[^\w]+|_+").split(without_emoji(text).casefold())).strip()


def parse_date(text: str) -> datetime.date | None:
    """Return the date that ``YYYY-MM-DD`` names, or ``None`` where there is no such day."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
