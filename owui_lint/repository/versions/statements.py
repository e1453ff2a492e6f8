"""What pages state about versions: each form of ``rules/locations.yaml`` as it is read in a document."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial
from itertools import islice

from owui_lint import TYPE_CHECKING, sealed
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.badges import Address, Badge, badges, escape, normal_label
from owui_lint.repository.documents.headlines import headlines
from owui_lint.repository.documents.markdown import Cell, Line, Markdown, Table, plain_text
from owui_lint.repository.documents.sections import HISTORY, STORY, normal_heading
from owui_lint.repository.files import SourceFile
from owui_lint.repository.plugin import Document
from owui_lint.repository.versions.inventory import Inventory, Part, Statement
from owui_lint.spans import is_in, span_around, united
from owui_lint.text import is_named_in, is_same_name, title_keys
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.repository import Repository

    PackedStatement = tuple[Any, ...]

_STORY_SECTIONS = frozenset({STORY, HISTORY})  # they tell of releases; never compared, never rewritten
_PUNCTUATION = " \t:：|·•,，-–—)）]"
NEAR = 400  # characters of a line around a version that tell whose it is
_VERSION_TEXT = lazy_pattern(rf"v?(?P<version>{VERSION})", re.IGNORECASE)
_LABELLED_TEXT = r"{label}[ :：]{1,3}v?{version}"
_NAMED_ALT = rf".{{0,200}}[ \t(（:：]v?(?P<version>{VERSION})[)）]?"
_LABELLED_ALT = r"(?:{label}|v)?[ \t]*[:：]?[ \t]*v?{version}"
_MOST_LINES = 20  # that may stand between what is nested in a list item and its first line
ITEM_MARK = lazy_pattern(r"^[ \t>]*(?:[-*+]|\d{1,3}[.)])[ \t]+")
_CELL_OF_HTML = lazy_pattern(r"[ \t>]*<(?:td|dd)\b", re.IGNORECASE)
_ROW_OF_HTML = lazy_pattern(r"[ \t>]*<(?:t[rdh]|d[td]|table|dl)\b", re.IGNORECASE)
_OF_A_TABLE = lazy_pattern(r"[ \t>]*(?:</?(?:t[rdh]|tbody|thead|table|dl|d[td])\b|.{0,400}\|)", re.IGNORECASE)
_IMAGE = lazy_pattern(
    r"!\[[^\[\]]{0,300}\](?:\([^()\s]{0,1000}\)?|\[[^\[\]]{0,200}\])|<img\b[^<>]{0,1000}>?", re.IGNORECASE
)
_TARGET = lazy_pattern(r"\](?:\([^()\s]{0,1000}\)|\[[^\[\]]{0,200}\])")
_TAG = lazy_pattern(r"<[^<>]{0,500}>")
_WORD = lazy_pattern(r"[^\W_]")
_NUMBERED = lazy_pattern(r"(?<![\w.-])v?\d{1,9}[.-]\d", re.IGNORECASE)  # a version, or a day
_LINKED = lazy_pattern(r"[`*_]{0,3}\]\([ \t]*(https?://[^()\s]{1,1000})\)")
_LINK_BEFORE = lazy_pattern(
    r"\]\((https?://[^()\s]{1,1000})\)[^\[\]()|,，;；]{0,20}[(（]?[ \t]{0,4}(?:version[ \t:]{0,4})?v?\Z", re.IGNORECASE
)
_CODE_AS_NAME = lazy_pattern(r"\[`[^`\[\]]{1,200}`\]")  # of a link, all of it
_LONGEST_ADDRESS = 1100
_PART_LEVEL = 2  # of a heading of a page's half; a deeper one names a part of something else
# Signs between a version's numbers in an address, and what makes a version there part of a longer one.
_ANY_SIGN = str.maketrans("_-", "..")
# A picture and what is written below it.
_FIGURE = lazy_pattern(
    r"<figure\b(?:[^<]|<(?!/figure\b)){0,3000}+|<figcaption\b(?:[^<]|<(?!/figcaption\b)){0,3000}+", re.IGNORECASE
)
# What readers are shown or told of an element.
_ATTRIBUTE = lazy_pattern(
    r"[ \t](?:title|alt|aria-label|data-version)[ \t]?=[ \t]?([\"'])(?P<value>[^\"'<>]{1,100})\1", re.IGNORECASE
)
_ENDS_IN_NUMBER = lazy_pattern(r"\d\.?$")
_NUMBER_GOES_ON = lazy_pattern(r"\.?\d")
_DIGIT = lazy_pattern(r"\d")
_DIRECTLY_BEFORE = lazy_pattern(r"[^\[\]()|,，;；]{0,20}[(（]?[ \t]{0,4}(?:version[ \t:]{0,4})?v?", re.IGNORECASE)
_CELL = lazy_pattern(
    rf"(?:<(?:b|kbd|code|su[bp]|small|strong)>)?[*_`]{{0,3}}(?P<link>\[[*_`]{{0,3}})?(?:[^\w\s+~<>=≥≤^*_`\[(（.-]{{1,2}}[ \t])?v?(?P<version>{VERSION})[*_`]{{0,3}}"
    r"(?(link)\](?:\([^()\s]{1,1000}\)|\[[^\[\]]{0,200}\])[*_]{0,3})(?:</[a-z]{1,8}>)?(?:[ \t]*[(（][^()（）]{1,80}[)）]|\[\^[\w-]{1,20}\]|[ \t][^\w\s+~<>=≥≤^&.-]{1,2})?",
    re.IGNORECASE,
)
_RELEASE = lazy_pattern(
    rf"[^()\s]{{1,400}}?/(?:releases/(?:tag|download)|archive/refs/tags)/[^()\s/]{{0,100}}?v?(?P<version>{VERSION})(?:(?:\.zip|\.tar\.gz)?|/[^()\s]{{0,400}})",
    re.IGNORECASE,
)


class Statements:
    """Reads what documents state about versions; what was read once is remembered."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.inventory = repository.inventory
        self.about_itself = lru_cache(maxsize=None)(self._about_itself)
        self.all_of = lru_cache(maxsize=None)(self._all_of)
        self._has_only_images = lru_cache(maxsize=None)(self._find_only_images)  # a line may have thousands of badges
        self._stands_beside = lru_cache(maxsize=None)(self._find_beside)
        self._names_another = lru_cache(maxsize=None)(self._find_name_of_another)
        self._told = lru_cache(maxsize=None)(self._find_told)
        #: Tells whether a text opens a story, as a heading in a language.
        self.opens_story = lru_cache(maxsize=None)(self._classify_as_story)
        self._badges: dict[str, list[Badge]] = {}

    def of_readme(self, document: Document) -> tuple[Statement, ...]:
        """Return what a README says of its plugin's version."""
        kind = next(kind for kind in self.inventory.kinds if kind.finder == "readme" and kind.lang == document.lang)
        return self.about_itself(document, kind.forms)

    def as_plugin_page(self, document: Document) -> tuple[Statement, ...]:
        """Return the versions that a page states in forms that only pages about plugins have."""
        forms = self.inventory.of_plugin_pages

        def has_line_of_one(statement: Statement) -> bool:
            line = self._line_around(document, statement)
            return forms[statement.form].search(document.markdown.text, *line) is not None

        return tuple(
            one
            for one in self.about_itself(document, tuple(sorted(forms)))
            if document.file.facts.entry("line of a page", (one.form, one.start), partial(has_line_of_one, one))
        )

    def _line_around(self, document: Document, statement: Statement) -> tuple[int, int]:
        start = statement.start
        return document.markdown.line_start(start), document.markdown.line_end(start)

    def _about_itself(self, document: Document, forms: tuple[str, ...]) -> tuple[Statement, ...]:
        """Statements of a page about itself: everywhere but in the sections that tell of releases."""

        def make() -> Iterable[Statement]:
            parts: dict[int, list[Statement]] = defaultdict(list)
            for one in self._untold(document, forms):
                parts[self.language_at(document, one.start)].append(one)
            forms_of_lists, sole = self.inventory.series, self.inventory.sole
            found = [
                one for part in parts.values() for one in without_history(without_lesser(part, sole), forms_of_lists)
            ]
            return sorted(found, key=_position)

        found = _kept_statements(document, "statements about itself", forms, make)
        # Not among the document's facts: what else is named there depends on the plugins.
        return self._without_repeats(document, forms, found) if any(one.uses > 1 for one in found) else found

    def _without_repeats(
        self, document: Document, forms: tuple[str, ...], found: tuple[Statement, ...]
    ) -> tuple[Statement, ...]:
        """Return statements of which badges that only say again, further down a page about one plugin, what one of them
        says are no other uses of its definition: they may change together."""
        if not document.is_of_one_plugin:
            return found
        stated = {one.shown for one in self._untold(document, forms)}
        repeats: dict[int, int] = defaultdict(int)
        for badge in self._version_badges(document):
            if badge.uses > 1 and badge.shown_at not in stated and self._is_repeated(document, badge.shown_at):
                repeats[badge.end] += 1

        def counted(one: Statement) -> Statement:
            defined = one.defined
            return one._replace(uses=one.uses - repeats[defined.end]) if defined is not None else one

        return tuple(map(counted, found)) if repeats else found

    def _is_repeated(self, document: Document, offset: int) -> bool:
        """Whether an image at an offset of a page about one plugin is about that, too: nothing but images stands in its
        line, and no heading above names another plugin or thing."""
        markdown = document.markdown
        line = markdown.lines[markdown.line_number(offset) - 1]
        if self.is_told(document, offset) or markdown.is_generated(offset) or not self._is_of_the_page(document, line):
            return False
        if not self._has_only_images(document, line.start, line.end):
            return False
        above = bisect_right(markdown.headings, offset, key=lambda heading: heading.start)
        heading = markdown.headings[above - 1].plain if above else ""
        return markdown.title is None or heading == markdown.title.plain or not self._names_another(heading)

    def _find_name_of_another(self, heading: str) -> bool:
        """Whether a heading below a page's title names a plugin or another thing."""
        named = self.repository.pages.plugins_of(None).named(heading)
        return bool(named) or self.inventory.others.are_named_in(heading)

    def _find_only_images(self, document: Document, start: int, end: int) -> bool:
        """Whether a part of a page holds no words but those of images and tags."""
        rest = _TAG.sub(" ", _IMAGE.sub(" ", document.markdown.text[start:end]))
        return _WORD.search(_TARGET.sub(" ", rest)) is None

    def in_series(self, document: Document, forms: tuple[str, ...]) -> tuple[Statement, ...]:
        """Statements of a page about itself that differ among themselves, so that which one counts is not certain."""
        counted = set(map(_position, self.about_itself(document, forms)))
        return tuple(one for one in self._untold(document, forms) if _position(one) not in counted)

    def _untold(self, document: Document, forms: tuple[str, ...]) -> tuple[Statement, ...]:
        """Statements of a page outside of the sections that tell of releases."""
        return outside(self.all_of(document, forms), self._told(document))

    def is_told(self, document: Document, offset: int) -> bool:
        """Tell whether what stands at an offset of a page is told of a release, and no statement about the plugin."""
        return is_in(offset, self._told(document))

    def _find_told(self, document: Document) -> list[tuple[int, int]]:
        markdown = document.markdown
        sections = (
            (section.heading.start, markdown.section_end(section.heading))
            for section in self.repository.sections.sections(markdown, document.lang)
            if section.kind.id in _STORY_SECTIONS
        )
        return united([*sections, *self.stories(document)])

    def _all_of(self, document: Document, forms: tuple[str, ...]) -> tuple[Statement, ...]:
        """All statements of a document, in order, generated blocks left out, each place once."""

        def make() -> Iterable[Statement]:
            found: dict[int, Statement] = {}
            for name in forms:
                for statement in self._read(name, document):
                    places = (statement.start, *(part.start for part in statement.parts))
                    if not any(map(document.markdown.is_generated, places)):
                        found.setdefault(_position(statement), statement)
            return (found[position] for position in sorted(found))

        return _kept_statements(document, "statements", forms, make)

    def within(self, document: Document, forms: tuple[str, ...], start: int, end: int) -> list[Statement]:
        """Return the statements in ``start:end`` of a document."""
        found = self.all_of(document, forms)
        first = bisect_left(found, start, key=_position)
        return list(found[first : bisect_left(found, end, lo=first, key=_position)])

    def stories(self, document: Document) -> list[tuple[int, int]]:
        """Return the offsets of the parts of a page that tell of releases, or of other things, in order; none overlap."""
        return document.file.facts.plain(f"stories ({document.lang})", lambda: united(self._find_stories(document)))

    def stories_around(self, document: Document, offset: int) -> list[int]:
        """Return where the stories begin that an offset of a page lies in, each of several within each other."""
        return [start for start, end in self._find_stories(document) if start <= offset < end]

    def _find_stories(self, document: Document) -> Iterator[tuple[int, int]]:
        markdown, lang = document.markdown, document.lang
        for heading in markdown.headings:
            if heading.level > 1 and self.opens_story(heading.plain, lang):
                yield heading.start, markdown.section_end(heading)
        if markdown.lines_with_versions or "/badge/" in markdown.folded:  # which may show days
            for headline in headlines(markdown, lambda text: self._titles_story(text, lang)):
                yield headline.start, headline.end
        if "<fig" in markdown.folded:
            yield from (match.span() for match in _FIGURE.finditer(markdown.masked))  # it was taken when it was

    def language_at(self, document: Document, offset: int) -> int:
        """Return which of a page's parts in a language of their own an offset lies in, by where that part begins; else 0."""
        return span_around(offset, self._languages(document))[0]

    def _languages(self, document: Document) -> list[tuple[int, int]]:
        """The offsets of the parts of a page that only say again, in another language, what the page says."""
        return document.file.facts.plain("languages", lambda: sorted(self._find_languages(document.markdown)))

    def _find_languages(self, markdown: Markdown) -> Iterator[tuple[int, int]]:
        is_meant = self.inventory.language_heading.fullmatch
        for heading in markdown.headings:
            if is_meant(heading.plain):
                yield heading.start, markdown.section_end(heading)
        if "<summary" in markdown.folded and markdown.lines_with_versions:
            for headline in headlines(markdown, lambda text: is_meant(text) is not None):
                yield headline.start, headline.end

    def heads(self, document: Document) -> list[tuple[int, int]]:
        """Return where a page tells of itself as a whole: above its first section, and again below the name of a language."""
        return document.file.facts.plain("heads", lambda: list(self._find_heads(document.markdown)))

    def _find_heads(self, markdown: Markdown) -> Iterator[tuple[int, int]]:
        yield 0, markdown.header_end
        headings, is_meant = markdown.headings, self.inventory.language_heading.fullmatch
        for number, heading in enumerate(headings):
            if heading.level <= _PART_LEVEL and heading.start >= markdown.header_end and is_meant(heading.plain):
                after = headings[number + 1].start if number + 1 < len(headings) else len(markdown.text)
                yield heading.end, after

    def _classify_as_story(self, text: str, lang: str) -> bool:
        kind = self.repository.sections.classify(text, lang)
        told = kind is not None and kind.id in _STORY_SECTIONS
        return told or self.inventory.story_heading.search(text) is not None

    def _titles_story(self, text: str, lang: str) -> bool:
        """Whether a line that is no heading of Markdown is the title of a story: a tagline may hold the same words."""
        is_title = self.opens_story(text, lang) and self.inventory.is_title(normal_heading(text))
        return is_title or self.inventory.leads_to_past(text)

    def _read(self, name: str, document: Document) -> Iterator[Statement]:
        """Yield the statements in one form."""
        form = self.inventory.forms[name]
        if form.get("has", "") not in document.markdown.folded:
            return
        zone = form.get("zone", "page")
        for start, end in self._spans_of(zone, document):
            found: Iterable[Statement]
            if form["reader"] == "badge":
                for badge in self._version_badges(document):
                    if start <= badge.shown_at < end and self._is_beside(name, document, badge.shown_at):
                        yield from _badge_statements(document.file, name, badge, self.inventory)
                continue
            if form["reader"] == "column":
                found = _columns(document, name, self.inventory, in_head=zone == "header")
            else:
                found = self._in_lines(name, zone, document, start, end)
            yield from (statement for statement in found if start <= statement.start < end)

    def _spans_of(self, zone: str, document: Document) -> list[tuple[int, int]]:
        """Where a part of a page begins and ends: several where the page says all in several languages."""
        markdown = document.markdown
        if zone == "title":
            return [(markdown.title.start, markdown.title.end)] if markdown.title is not None else []
        if zone == "header" and document.is_of_one_plugin:
            return self.heads(document)
        return [(0, len(markdown.text))]

    def _in_lines(self, name: str, zone: str, document: Document, start: int, end: int) -> Iterator[Statement]:
        """Yield what lines that touch ``start:end`` state in the form of an expression."""
        markdown = document.markdown
        pattern, beside = self.inventory.pattern(name), self.inventory.beside(name)
        below = self.inventory.below(name)
        is_front_matter = zone == "front-matter"
        needle = self.inventory.forms[name].get("has", "")
        is_word = needle.upper() != needle
        for line in markdown.front_matter if is_front_matter else markdown.lines_with_versions:
            if line.end < start or line.start >= end:
                continue
            raw = markdown.text[line.start : line.end]
            if needle not in raw and not (is_word and needle in raw.casefold()):
                continue
            if beside is not None and not self._is_beside(name, document, line.start):
                continue
            if below is not None and not self._is_below(below, markdown, line):
                continue
            found = _matches(pattern, raw if is_front_matter else markdown.masked_line(line), raw)
            if name in self.inventory.going_on:  # behind a name, so it is the line's first
                found = islice(found, 1)
            for match in found:
                if name in self.inventory.going_on and self._goes_on_in_story(raw[match.end("version") :], document):
                    continue
                if not self._is_claimed(name, zone, document, line, raw, match):
                    spans = [match.span("version"), *_linked(raw, match)]
                    parts = [Part(line.start + at, line.start + to, match["version"]) for at, to in spans]
                    if self.inventory.forms[name].get("attributes"):
                        parts = [*self._in_attributes(raw, match, line.start), *parts]
                    yield Statement(document.file, name, tuple(parts), _bound(markdown, line, parts))

    def _in_attributes(self, raw: str, match: re.Match[str], start: int) -> Iterator[Part]:
        """What the tag before a version says of it, too, in texts that hold nothing else."""
        for text in _ATTRIBUTE.finditer(raw, match.start(), match.start("version")):
            found = self.inventory.expression(_LABELLED_ALT).fullmatch(text["value"].strip())
            if found is not None:
                at = start + text.start("value") + text["value"].index(found["version"])
                yield Part(at, at + len(found["version"]), found["version"])

    def _goes_on_in_story(self, rest: str, document: Document) -> bool:
        """Whether what stands behind a version tells of a release."""
        return self.opens_story(plain_text(rest[:NEAR]).lstrip(_PUNCTUATION), document.lang)

    def _is_claimed(self, name: str, zone: str, document: Document, line: Line, raw: str, match: re.Match[str]) -> bool:
        """Whether the version that was found in a line belongs to another thing, named there or above."""
        if name in self.inventory.facts and self._is_in_facts_of_another(document.markdown, line):
            return True
        if zone not in ("header", "title"):
            return False
        markdown, others, is_field = document.markdown, self.inventory.others, zone == "header"
        if (_ROW_OF_HTML.match(raw) or ITEM_MARK.match(raw)) and others.label_one_of(_paragraph(markdown, line)):
            return True
        title = markdown.title.plain if markdown.title is not None else ""
        at, to = match.span("version")
        lead, tail, is_of_one = raw[max(0, at - NEAR) : at], raw[to : to + NEAR], document.is_of_one_plugin
        if others.claim(lead, tail, title=title, is_field=is_field, is_of_one=is_of_one):
            return True
        if not is_field:
            return False
        return any(
            others.claim_from_above(above, raw, lambda: _paragraph(markdown, line), title=title)
            for above in _lines_above(markdown, line)
        )

    def _is_in_facts_of_another(self, markdown: Markdown, line: Line) -> bool:
        """Whether the table that a line is a row of is about another thing than the heading above it."""
        others, headings = self.inventory.others, markdown.headings
        above = bisect_right(headings, line.start, key=lambda heading: heading.start)
        title = headings[above - 1].plain if above else ""
        # What a fact says may be code, such as the name of a package.
        rows_above, rows_below = _around(markdown, line, markdown.text)
        if others.are_facts_of(title, [*rows_above, *rows_below], _first_above(markdown, line)):
            return False
        return others.claim_table(_introduction(markdown, line)) or others.claim_among(rows_above, rows_below)

    def is_among_others(self, document: Document, offset: int) -> bool:
        """Tell whether an item or row beside the line of an offset names another thing and its version: what a plugin needs,
        or was tried with."""

        def look() -> bool:
            markdown = document.markdown
            line = markdown.lines[markdown.line_number(offset) - 1]
            return any(map(self.inventory.others.lead, _paragraph(markdown, line)))

        return document.file.facts.entry("among others", offset, look)

    def is_fact_of_another(self, document: Document, line: Line) -> bool:
        """Tell whether an item or row beside a line has a label of another thing, and none one of a plugin."""
        return self.inventory.others.label_one_of(_paragraph(document.markdown, line))

    def _is_below(self, label: re.Pattern[str], markdown: Markdown, line: Line) -> bool:
        """Whether the line above has a label, and the one below no further cell."""
        lines, at = markdown.lines, line.number - 1
        if not at or not label.search(markdown.masked_line(lines[at - 1])):
            return False
        return at + 1 >= len(lines) or _CELL_OF_HTML.match(markdown.masked_line(lines[at + 1])) is None

    def _is_beside(self, name: str, document: Document, offset: int) -> bool:
        """Whether what a form asks for stands in the line of an offset, and that line is about the page's subject."""
        markdown = document.markdown
        if self.inventory.beside(name) is None:
            return True
        line = markdown.lines[markdown.line_number(offset) - 1]
        return self._stands_beside(name, document, line.start, line.end) and self._is_of_the_page(document, line)

    def _find_beside(self, name: str, document: Document, start: int, end: int) -> bool:
        """Whether what a form asks for stands in a part of a page."""
        beside = self.inventory.beside(name)
        return beside is None or beside.search(document.markdown.text[start:end]) is not None

    def _is_of_the_page(self, document: Document, line: Line) -> bool:
        """Whether a line is about what the page is about: not one that is quoted, or about what a part of it is about."""
        markdown = document.markdown
        headings = markdown.headings
        above = bisect_right(headings, line.start, key=lambda heading: heading.start)
        opening = markdown.opening
        in_head = not above or (opening is not None and headings[above - 1].start == opening.start)
        return in_head or (headings[above - 1].level <= 2 and not markdown.text.startswith(">", line.start))

    def _version_badges(self, document: Document) -> list[Badge]:
        if document.path not in self._badges:
            self._badges[document.path] = self._read_badges(document)
        return self._badges[document.path]

    def _read_badges(self, document: Document) -> list[Badge]:
        labels = self.inventory.badge_labels
        return [
            badge
            for badge in badges(document.markdown)
            if _badge_version(badge.message, badge.label, self.inventory) is not None
            and _label_of(badge) in labels
            and not self.inventory.others.are_named_in(badge.alt or badge.name)
            and not self._shows_another(document.markdown, badge)
            and not self.inventory.others.are_linked_by(badge.link)
            and (bool(badge.label) or " " not in badge.message or self.inventory.others.may_be_linked_by(badge.link))
            # A picture tells what a number without a word is the version of.
            and not (_label_of(badge) in ("", "v") and self.inventory.others.are_named_in(badge.logo))
        ]

    def _shows_another(self, markdown: Markdown, badge: Badge) -> bool:
        """Whether a badge's text names what neither the page, the heading above nor its line does; where there is no text,
        whether its picture is that of a thing."""
        others = self.inventory.others
        name = others.name_in_alt(badge.alt or badge.name)
        if not name:
            return not (badge.alt or badge.name).strip() and others.are_pictured_by(badge.logo)
        start, end = markdown.line_start(badge.shown_at), markdown.line_end(badge.shown_at)
        above = bisect_right(markdown.headings, badge.shown_at, key=lambda heading: heading.start)
        # Where its address is defined elsewhere, that is far behind what stands beside it.
        last = badge.shown_at if badge.uses else max(badge.shown_at, badge.end)
        around = [_IMAGE.sub(" ", markdown.text[max(start, badge.shown_at - NEAR) : min(end, last + NEAR)])]
        around += [
            heading.plain for heading in (markdown.title, *markdown.headings[max(above - 1, 0) : above]) if heading
        ]
        return not any(is_named_in(plain_text(text), title_keys(name)) for text in around)


class _Stated(NamedTuple):
    """A statement as plain data."""

    form: str
    parts: tuple[tuple[Any, ...], ...]
    bound: str
    shown: int
    uses: int


@cache
def _name_of(forms: tuple[str, ...]) -> str:
    """A short name for forms, of which many files keep facts under several."""
    return sealed.digest_of(forms)[:6].hex()


def _kept_statements(
    document: Document, name: str, forms: tuple[str, ...], make: Callable[[], Iterable[Statement]]
) -> tuple[Statement, ...]:
    """Return statements that depend on nothing but a document's text, language and kind: they are among its facts."""
    file = document.file

    def rows() -> list[_Stated]:
        return list(map(_Stated._make, packed(make())))

    full_name = f"{name} {_name_of(forms)} ({document.kind}, {document.lang})"
    return unpacked(file, file.facts.rows(full_name, _Stated, rows))


def packed(statements: Iterable[Statement]) -> list[PackedStatement]:
    """Return statements of one file as plain tuples, without the file."""
    return [(one.form, tuple(map(tuple, one.parts)), *one[3:]) for one in statements]


def unpacked(file: SourceFile, rows: Iterable[PackedStatement | _Stated]) -> tuple[Statement, ...]:
    """Return what ``packed`` made plain."""
    return tuple(Statement(file, row[0], tuple(map(Part._make, row[1])), *row[2:]) for row in rows)


def _linked(line: str, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield where the address that a version links to, as that of its release, names the same version; and that of the link
    directly before it."""
    link = _LINKED.match(line, match.end("version"))
    found = compiled(rf"(?<![\w.])v?({VERSION})(?![\w.]*\d)", re.IGNORECASE).search(link[1]) if link else None
    if link and found and found[1] == match["version"]:
        yield link.start(1) + found.start(1), link.start(1) + found.end(1)
    start = match.start("version")
    before = _LINK_BEFORE.search(line, max(0, start - _LONGEST_ADDRESS), start) if "](http" in line else None
    release = _RELEASE.fullmatch(before[1]) if before else None
    if before and release and release["version"] == match["version"]:
        yield before.start(1) + release.start("version"), before.start(1) + release.end("version")


def _bound(markdown: Markdown, line: Line, parts: Sequence[Part]) -> str:
    """Return the address of the link that a version is the text of, or that stands directly before it, where it names the
    same version and is none of the parts; else ""."""
    stated = parts[0]
    if "[" not in markdown.text[line.start : line.end]:
        return ""
    for link in markdown.text_links_in(line.start, line.end):
        is_around = link.start <= stated.start < link.end
        between = markdown.text[link.end : stated.start] if link.end <= stated.start else ""
        if not is_around and not (between and _DIRECTLY_BEFORE.fullmatch(between)):
            continue
        goes_along = any(link.start <= part.start < link.end for part in parts if part.start != stated.start)
        if not goes_along and _names(link.target, stated.value):
            return link.target
    return ""


def _names(address: str, version: str) -> bool:
    """Whether an address names a version: as it is, with other signs between its numbers, or without, as an anchor does."""
    shown, wanted = address.translate(_ANY_SIGN), version.translate(_ANY_SIGN)
    at = shown.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not (_ENDS_IN_NUMBER.search(address[max(0, at - 2) : at]) or _NUMBER_GOES_ON.match(address, end)):
            return True
        at = shown.find(wanted, at + 1)
    anchor, joined = address.partition("#")[2], version.replace(".", "")
    digit = _DIGIT.search(anchor)
    at = digit.start() if digit else len(anchor)
    return anchor.startswith(joined, at) and not anchor[at + len(joined) :][:1].isdecimal()


def _position(statement: Statement) -> int:
    return statement.shown if statement.shown >= 0 else statement.parts[-1].start


def outside(statements: Iterable[Statement], spans: Iterable[tuple[int, int]]) -> tuple[Statement, ...]:
    """Return the statements that begin in none of some spans (offsets)."""
    taken = united(spans)
    return tuple(statement for statement in statements if not is_in(statement.start, taken))


def without_history(found: Sequence[Statement], forms: Collection[str]) -> list[Statement]:
    """Return statements without those of some forms that differ within one form: that is a history, whatever stands above it."""
    values: dict[str, set[str]] = defaultdict(set)
    for statement in found:
        values[statement.form].add(statement.value)
    return [statement for statement in found if statement.form not in forms or len(values[statement.form]) == 1]


def without_lesser(found: Sequence[Statement], forms: Collection[str]) -> Sequence[Statement]:
    """Return statements without those of some forms, where there are others."""
    return [statement for statement in found if statement.form not in forms] or found


def _matches(pattern: re.Pattern[str], shown: str, raw: str) -> Iterator[re.Match[str]]:
    """Matches in a line with code blanked out; also those of which nothing but the version itself is code, and the name of
    what it links."""
    yield from pattern.finditer(shown)
    if "`" in raw:
        for match in pattern.finditer(raw):
            lead = raw[match.start() : match.start("version")]
            before = lead.rstrip("vV")
            named = _CODE_AS_NAME.sub(lambda name: f"[{' ' * (len(name[0]) - 2)}]", before[:-1])
            if before.endswith("`") and shown.startswith(named, match.start()):
                yield match


def _lines_above(markdown: Markdown, line: Line) -> Iterator[str]:
    """The line before one in its paragraph, and the list item that it is nested in: what it may go on about."""
    lines, text = markdown.lines, markdown.text
    shown = text[line.start : line.end]
    indentation = len(shown) - len(shown.lstrip())
    for above in reversed(lines[max(line.number - 1 - _MOST_LINES, 0) : line.number - 1]):
        found = markdown.masked_line(above)
        if above.code or markdown.is_heading(above):
            return
        is_nested = bool(found.strip()) and len(found) - len(found.lstrip()) < indentation
        is_next = bool(found.strip()) and above.number == line.number - 1 and not ITEM_MARK.match(shown)
        if is_nested or is_next:
            yield found
        if is_nested or not indentation:
            return


def _paragraph(markdown: Markdown, line: Line) -> list[str]:
    """The lines of a line's paragraph, those that are near, how they begin; code in them is blanked out."""
    above, below = _around(markdown, line, markdown.masked)
    return above + below


def _around(markdown: Markdown, line: Line, text: str) -> tuple[list[str], list[str]]:
    """The lines above a line in its paragraph, and those below, the nearest first: how they begin in ``text``."""
    lines, at = markdown.lines, line.number - 1
    found: tuple[list[str], list[str]] = ([], [])
    around = (reversed(lines[max(at - _MOST_LINES, 0) : at]), lines[at + 1 : at + 1 + _MOST_LINES])
    for near, beside in zip(around, found, strict=True):
        for other in near:
            shown = text[other.start : min(other.end, other.start + NEAR)]
            if not shown.strip() or other.code:
                break
            beside.append(shown)
    return found


def _first_above(markdown: Markdown, line: Line) -> str:
    """The first line with a text of a line's paragraph, as a table's head is, "" where that is the line itself."""
    found = ""
    for above in reversed(markdown.lines[max(line.number - 1 - _MOST_LINES, 0) : line.number - 1]):
        text = markdown.masked[above.start : min(above.end, above.start + NEAR)]
        if not text.strip() or above.code:
            break
        if compiled(r"<[^<>]{0,500}>").sub("", text).strip(" \t>"):
            found = text
    return found


def _introduction(markdown: Markdown, line: Line) -> str:
    """What stands directly above the table that a line is a row of, "" for a heading or nothing near."""
    lines, at = markdown.lines, line.number - 1
    for above in reversed(lines[max(at - _MOST_LINES, 0) : at]):
        text = markdown.masked[above.start : min(above.end, above.start + NEAR)]
        if above.code or markdown.is_heading(above):
            return ""
        if text.strip() and not _OF_A_TABLE.match(text):
            return text
    return ""


def _label_of(badge: Badge) -> str:
    """A badge's label as it is compared; one of signs alone names something else than a version."""
    label = normal_label(badge.label)
    return label if label or not badge.label.strip() else badge.label


def _badge_version(message: str, label: str, inventory: Inventory) -> str | None:
    """The version that a badge states: all of its message, or what follows the word where that is no label."""
    match = _VERSION_TEXT.fullmatch(message)
    if match is None and not label:
        match = inventory.expression(_LABELLED_TEXT).fullmatch(message)
    return match["version"] if match is not None else None


def _is_label(found: re.Match[str], badge: Badge) -> bool:
    """Whether what stands before a version in a badge's title is the label of the badge."""
    return normal_label(found.string[: found.start("version")].rstrip("vV(（")) == normal_label(badge.label)


def _badge_statements(file: SourceFile, form: str, badge: Badge, inventory: Inventory) -> Iterator[Statement]:
    """What a badge states: its address, those that take its place, its text and its title are spellings of one statement."""
    parts: list[Part] = []
    for address in (Address(badge.message, badge.start, badge.end, badge.form), *badge.addresses):
        version = _badge_version(address.message, badge.label, inventory)
        if version is None:
            continue  # the badge's own has one: only version badges come here
        raw, written = file.text[address.start : address.end], escape(version, address.form)
        lead = len(address.message) - len(version)  # a "v" before the number is never escaped
        if raw.endswith(written):
            lead = len(raw) - len(written)
        elif lead > 1:  # a word, and which of the escapes are the number's is not certain
            return
        parts.append(Part(address.start + lead, address.end, version, address.form))
    version = parts[0].value
    for text in badge.texts:
        found = inventory.expression(_LABELLED_ALT).fullmatch(text.text)
        if found is None:  # behind a name it goes along with the badge's own
            found = compiled(_NAMED_ALT, re.IGNORECASE).fullmatch(text.text)
            found = found if found and found["version"] == version else None
            # What is shown above it may tell of another thing, such as what is required, if it is no label.
            if found and text.start == badge.title_start and not _is_label(found, badge):
                found = None
        if found:
            parts.append(Part(text.start + found.start("version"), text.start + found.end("version"), found["version"]))
    release = _RELEASE.fullmatch(badge.link) if badge.link_start else None
    goes_along = release is not None and release["version"] == version
    if release is not None and goes_along:
        start = badge.link_start + release.start("version")
        parts.append(Part(start, start + len(version), version))
    named = (address for address in (badge.link, badge.name) if _names(address, version))
    bound = "" if goes_along else next(named, "")
    yield Statement(file, form, tuple(sorted(parts)), bound, badge.shown_at if badge.uses else -1, badge.uses)


def _columns(document: Document, form: str, inventory: Inventory, *, in_head: bool) -> Iterator[Statement]:
    """Versions in columns that say so, of tables about plugins.

    ``in_head``: of a page about one thing: the table says nothing else of it than what usually stands there, and names it
    where it names something.
    """
    most = inventory.forms[form].get("rows")
    for table in document.markdown.tables:
        names, column = inventory.version_column(table)
        if column is None or (most is not None and len(table.rows) > most) or names[0] in inventory.foreign_headers:
            continue
        named = list(enumerate(names))
        records = [at for at, name in named if name in inventory.record_headers]
        if records and records[0] < column:
            continue  # a list of what was once
        if any(inventory.is_foreign(name) and _names_things(table, at, inventory) for at, name in named[:column]):
            continue  # each plugin's stands beside what it needs or wraps, whose version that is
        if in_head and not inventory.are_of_one(names):
            continue
        if in_head and _is_of_another_release(table, column, document.markdown, inventory):
            continue
        for row in table.rows:
            if records and not _leads_to_a_file(row):
                continue
            if column < len(row) and not (in_head and _names_another(inventory, names, row, document)):
                cell = row[column]
                match = _CELL.fullmatch(cell.text)
                if match and not (match["link"] and _leads_away(document.markdown, cell, inventory)):
                    value = match["version"]
                    part = Part(cell.start + match.start("version"), cell.start + match.end("version"), value)
                    parts = (part, *_release_links(row, value))
                    line = document.markdown.lines[document.file.position(part.start)[0] - 1]
                    yield Statement(document.file, form, parts, _bound(document.markdown, line, parts))


def _is_of_another_release(table: Table, column: int, markdown: Markdown, inventory: Inventory) -> bool:
    """Whether a table in a page's head is introduced as one about something else, or says that the version which its row
    is about was put aside."""
    if inventory.others.claim_table(_introduction(markdown, markdown.lines[table.line - 1])):
        return True
    past = inventory.expression("{past}")
    return column == 0 and any(past.match(cell.text) for row in table.rows for cell in row[1:])


def _names_things(table: Table, column: int, inventory: Inventory) -> bool:
    """Whether a column of a table names a thing somewhere without saying which version of it."""
    cells = [plain_text(row[column].text).strip() for row in table.rows if column < len(row)]
    return any(
        _WORD.search(cell) and not inventory.others.are_none(cell) and not _NUMBERED.search(cell) for cell in cells
    )


def _leads_away(markdown: Markdown, cell: Cell, inventory: Inventory) -> bool:
    """Whether the version in a cell links another thing's own pages."""
    links = markdown.links_in(cell.start, cell.end)
    return any(inventory.others.are_linked_by(link.target) for link in links)


def _leads_to_a_file(row: Sequence[Cell]) -> bool:
    """Whether the first cell of a row is a link to a file: the row is about that as it is now."""
    return bool(row) and compiled(r"\]\((?!https?:|#)[^()\s]{1,1000}\)").search(row[0].text) is not None


def _names_another(inventory: Inventory, headers: Sequence[str], row: Sequence[Cell], document: Document) -> bool:
    """Whether a row names something else than its page's title does."""
    title = document.markdown.title
    named = (index for index, name in enumerate(headers) if name in inventory.name_headers)
    index = next((index for index in named if not index or headers[index] not in inventory.first_name_headers), None)
    if title is None or index is None or index >= len(row):
        return False
    name = plain_text(row[index].text)
    return not is_named_in(title.plain, title_keys(name)) and not is_same_name(name, title.plain)


def _release_links(row: Sequence[Cell], version: str) -> Iterator[Part]:
    """Where links of a row lead to the same version's release: they go along with it."""
    for cell in row:
        for link in compiled(r"\]\(([^()\s]{1,1000})\)").finditer(cell.text):
            release = _RELEASE.fullmatch(link[1])
            if release and release["version"] == version:
                start = cell.start + link.start(1) + release.start("version")
                yield Part(start, start + len(version), version)
