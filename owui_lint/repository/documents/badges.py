"""Static badges: images whose address says what they show.

=========  =========================================================================================================
``dashed``   ``img.shields.io/badge/LABEL-MESSAGE-COLOUR``: ``--`` is a dash, ``__`` an underscore, ``_`` a space
             (shields.io, "Static Badge"; also custom-icon-badges.demolab.com)
``query``    ``img.shields.io/static/v1?label=LABEL&message=MESSAGE&color=COLOUR`` (shields.io, before 2023; still served)
``folders``  ``badgen.net/badge/LABEL/MESSAGE/COLOUR`` (badgen.net, "Static Badge")
=========  =========================================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from owui_lint.days import datetime
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.markdown import Markdown
from owui_lint.text import unquoted, without_emoji
from owui_lint.tuples import NamedTuple

_URL = lazy_pattern(
    r"https?://(?:(?:(?:img\.|raster\.)?shields\.io|custom-icon-badges\.(?:demolab|herokuapp)\.com)/(?:badge/(?P<dashed>[^?#\s]*)|static/v1(?:\.svg)?\?(?P<query>[^#\s]*))"
    r"|(?:flat\.)?badgen\.net/(?:badge|static)/(?P<folders>[^?#\s]*))",
    re.IGNORECASE,
)
# What stands behind the address of an image: its title, and where it is the text of a link that link's address.
_TITLE = lazy_pattern(r">?[ \t]{1,20}(?:\"(?P<double>[^\"\r\n]{0,300})\"|'(?P<single>[^'\r\n]{0,300})')")
_AROUND = lazy_pattern(
    r">?(?:[ \t]{1,20}(?:\"[^\"\r\n]{0,300}\"|'[^'\r\n]{0,300}'))?[ \t]{0,20}\)\]\(([^()\s]{1,1000})"
)
_AROUND_REFERENCE = lazy_pattern(r"\](?:\(([^()\s]{1,1000})|\[([^\[\]\r\n]{1,200})\])")
_LOGO = lazy_pattern(r"[?&](?:amp;)?(?:logo|icon)=([^&#\s]{0,100})", re.IGNORECASE)
_OTHER_LABEL = lazy_pattern(r"[?&]label=([^&#\s]{0,200})", re.IGNORECASE)
_SERVICES = ("shields.io/badge/", "shields.io/static/v1", "badgen.net/", "custom-icon-badges.")
_HTML_IMAGE = lazy_pattern(r"<(img|source|/?picture)\b([^<>]{0,2000})>", re.IGNORECASE)
_HTML_ATTRIBUTE = lazy_pattern(r"(?<![\w-])(src|srcset|alt|title)\s*=\s*([\"'])([^\"'<>]{0,2000})\2", re.IGNORECASE)
_CANDIDATE = lazy_pattern(r"(?:^|,)\s*([^\s,]\S{0,1990}[^\s,])")  # an address of several that a picture can have
_REFERENCE = lazy_pattern(r"!\[([^\[\]]{0,300})\](?:\[([^\[\]]{0,200})\])?(?!\()")
_SEPARATOR = lazy_pattern(r"(?<!-)(?:--)*-(?!-)")
_FIELD = lazy_pattern(r"(?:^|(?<=&)|(?<=&amp;))(label|message)=([^&]*)", re.IGNORECASE)
_DATE = lazy_pattern(r"(\d{4})-(\d{2})-(\d{2})")
# A day whose dashes were not all doubled, so that it is cut into label, message and colour.
_CUT_DATE = lazy_pattern(r"(?:^|-)(\d{4}--?\d{1,2}-\d{1,2}|\d{4}-\d{1,2}--\d{1,2})-[^-]*$")


class Text(NamedTuple):
    """A text that stands for a badge or is shown with it, and its offset."""

    text: str
    start: int


class Address(NamedTuple):
    """A message of a badge as an address has it: ``start:end`` are its offsets, escaped as ``form`` of address asks for."""

    message: str
    start: int
    end: int
    form: str


class Badge(NamedTuple):
    """A static badge. ``shown_at`` is the offset of the image in the document, ``start:end`` are those of the badge's
    message, as written: escaped as ``form`` of address asks for. ``link`` is the address that the image is a link to, "" for
    none, and ``link_start`` its offset, 0 where it is defined elsewhere; ``logo`` is what is named as its picture.

    ``title``: what is shown above it, "" for nothing; ``twins``: the same message in addresses that take its place in other
    surroundings. ``uses``: how many images have their address from the same definition, 0 for an address of its own;
    ``name``: the definition's label where that is its text, which has to stay then and is none of ``texts``.
    """

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
    title: str
    title_start: int
    twins: tuple[tuple[str, int, int, str], ...]
    uses: int
    name: str

    @property
    def texts(self) -> tuple[Text, ...]:
        """What is written of it besides addresses."""
        return (Text(self.alt, self.alt_start), Text(self.title, self.title_start))

    @property
    def addresses(self) -> list[Address]:
        """The addresses that take the place of its own, in their order."""
        return [Address(*twin) for twin in self.twins]


class _Image(NamedTuple):
    """An image: where it is shown, its text and its title, the address with where it is written, and the link that it is
    the text of. ``others`` are further addresses with their offsets, ``uses`` and ``name`` are as in ``Badge``."""

    start: int
    alt: Text
    title: Text
    target: Text
    link: Text = Text("", 0)
    others: tuple[Text, ...] = ()
    uses: int = 0
    name: str = ""


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
        for label, address in _read(image.target):
            pictured = _LOGO.search(image.target.text)
            twins = (twin for other in image.others for name, twin in _read(other) if name == label)
            yield Badge(
                image.start,
                image.alt.text,
                image.alt.start,
                label,
                address.message,
                address.start,
                address.end,
                address.form,
                image.link.text,
                image.link.start,
                unquoted(pictured[1]) if pictured else "",
                image.title.text,
                image.title.start,
                tuple((*twin,) for twin in twins),  # plain, as all that is kept
                image.uses,
                image.name,
            )


def _read(target: Text) -> Iterator[tuple[str, Address]]:
    """Yield the label of a badge and its message, for an address of one: once or not at all."""
    match = _URL.match(target.text)
    if match is None:
        return
    form = match.lastgroup
    assert form is not None  # one of the three has matched
    other = _OTHER_LABEL.search(target.text, match.end())  # shown in the place of the one in the path
    for label, message, at, raw in _READERS[form](match[form]):
        start = target.start + match.start(form) + at
        shown = unquoted(other[1].replace("+", " ")) if other else label
        yield shown, Address(message, start, start + len(raw), form)


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
            end = link.target_start + len(link.target)
            around = _AROUND.match(markdown.masked, end)
            outer = Text(around[1], around.start(1)) if around else Text("", 0)
            alt = Text(link.text, link.start + 2)
            yield _Image(link.start, alt, _title(markdown, end), Text(link.target, link.target_start), outer)


def _title(markdown: Markdown, end: int) -> Text:
    """What stands as title behind an address that ends at an offset."""
    found = _TITLE.match(markdown.masked, end)
    quotes = found.lastgroup if found else None
    return Text(found[quotes], found.start(quotes)) if found and quotes else Text("", 0)


def _by_reference(markdown: Markdown) -> Iterator[_Image]:
    """Images whose address is defined elsewhere, each use of a definition; of two with one label the first counts."""
    defined = {_folded(one.label): one for one in reversed(markdown.definitions)}
    uses: dict[str, list[re.Match[str]]] = {}
    for use in _REFERENCE.finditer(markdown.masked) if defined else ():
        uses.setdefault(_folded(use[2] or use[1]), []).append(use)
    for label in defined.keys() & uses.keys():
        _, target, start = defined[label]
        title = _title(markdown, start + len(target))
        for use in uses[label]:
            around = _AROUND_REFERENCE.match(markdown.masked, use.end())
            link = Text(around[1], around.start(1)) if around and around[1] else Text("", 0)
            if around and around[2]:
                outer = defined.get(_folded(around[2]))
                link = Text(outer.target, 0) if outer else link
            name = "" if use[2] else use[1]
            alt = Text("" if name else use[1], use.start(1))
            yield _Image(use.start(), alt, title, Text(target, start), link, (), len(uses[label]), name)


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())


def _in_html(markdown: Markdown) -> Iterator[_Image]:
    others: list[Text] = []  # of the picture that an image is in
    for tag in _HTML_IMAGE.finditer(markdown.masked) if "<img" in markdown.folded else ():
        found = {
            match[1].casefold(): Text(match[3], tag.start(2) + match.start(3))
            for match in _HTML_ATTRIBUTE.finditer(tag[2])
        }
        if tag[1].casefold().endswith("picture"):
            others = []
            continue
        several = found.get("srcset", Text("", 0))
        others += [Text(one[1], several.start + one.start(1)) for one in _CANDIDATE.finditer(several.text)]
        source = found.get("src")
        if source is not None and tag[1].casefold() == "img":
            around = _AROUND.match(markdown.masked, source.start + len(source.text))
            link = Text(around[1], around.start(1)) if around else Text("", 0)
            alt, title = found.get("alt", Text("", tag.start())), found.get("title", Text("", 0))
            yield _Image(tag.start(), alt, title, source, link, tuple(others))
            others = []


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
