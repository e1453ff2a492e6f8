"""What's New: the sections in which a page tells of a release, the versions they name, and what they tell."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from owui_lint.finding import Place
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.markdown import Heading, Line, plain_text
from owui_lint.repository.documents.sections import (
    HISTORY,
    PLACEHOLDER,
    STORY,
    Named,
    Section,
    SectionBook,
    history_end,
    release_named,
    version_named,
)
from owui_lint.repository.plugin import Document, Plugin
from owui_lint.repository.versions.others import Others
from owui_lint.spans import is_in
from owui_lint.text import without_emoji
from owui_lint.tuples import NamedTuple
from owui_lint.versions import ENDS, VERSION, is_final, is_named_in, is_newer, is_same, looks_like_day

_LEAD = lazy_pattern(r"[ \t]*(?:[-*+][ \t]+)?(\*\*[^*\n]{1,80}\*\*|v\d[\w.+-]{1,30}\b)")
# A part named by its release, not one that mentions one.
_ABOUT = lazy_pattern(rf"[^\w\n]{{0,20}}v?\d+\.\d+\.\d+{ENDS}")
_LONGEST_REST = 200  # characters of a line behind what it begins with
# Nothing, what separates, or a remark in brackets.
_ALONE = lazy_pattern(r"[ \t*_`\])]*(?:$|[:\-–—|·•,;.(\[]|\W+$)")
_SUMMARY = lazy_pattern(
    r"[ \t]*(?:<details[^<>\n]{0,60}>[ \t]*)?<summary>([^\n]{1,200}?)(?:</summary>|$)", re.IGNORECASE
)
_TAG = lazy_pattern(r"<[^<>\n]{1,100}>")
_CELL_VERSION = lazy_pattern(rf"[*_`~ ]*v?({VERSION})[*_`~ ]*", re.IGNORECASE)
_ITEM = lazy_pattern(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+(\S.*)")


class ToldRelease(NamedTuple):
    """A version that a What's New names, and where; ``heading`` is the heading that names it, if one does, and ``text``
    what names it: that heading, or how a line begins, whose rest stands behind the version in ``named``, too."""

    named: Named
    place: Place
    heading: Heading | None
    text: str

    @property
    def version(self) -> str:
        """The version, without its ``v``."""
        return self.named.version

    @property
    def is_sure(self) -> bool:
        """Whether the version is what the text is about: in a line's beginning no word follows that says whose it
        is."""
        return self.heading is not None or _ALONE.match(self.named.behind) is not None


def stories(document: Document, book: SectionBook) -> list[Section]:
    """Return the What's New sections of a document, in order; those that name a release in headings below the second
    level, or in a quotation, above all others among them: the newest may be written otherwise than what was there before."""
    markdown = document.markdown
    found = [section for section in book.sections(markdown, document.lang) if section.kind.id == STORY]
    known = {section.heading.start for section in found}
    first = min(known, default=len(markdown.text))
    histories = book.histories(markdown, document.lang)
    for heading in (*markdown.headings, *markdown.quoted_headings):
        is_before = heading.start < first and heading.level in (2, 3) and not is_in(heading.start, histories)
        if is_before and book.opens(heading, document.lang, STORY) and release_named(heading.plain):
            found.append(Section(book.by_id[STORY], heading))
    return sorted(found, key=lambda section: section.heading.start)


def release_sections(document: Document, book: SectionBook) -> list[Section]:
    """Return the What's New sections of a document; of one without, the releases that its Changelog lists in headings."""
    found = stories(document, book)
    for start, end in () if found else book.histories(document.markdown, document.lang):
        listed = (heading for heading in _headings(document, start, end) if heading.level in (2, 3))
        told = (heading for heading in listed if book.opens(heading, document.lang, STORY))
        found += [Section(book.by_id[STORY], heading) for heading in told]
    return found


def stand_in(document: Document, book: SectionBook) -> Section | None:
    """Return the Changelog that stands where What's New belongs and tells of releases, in a document without one: it is
    What's New by another name."""
    sections = [one for one in book.sections(document.markdown, document.lang) if one.kind.rank is not None]
    if not sections or sections[0].kind.id != HISTORY or any(one.kind.id == STORY for one in sections):
        return None
    first = sections[0]
    has_others = any(one.kind.id != HISTORY for one in sections)
    if first.heading.level != 2 or not has_others:
        return None
    return first if told_versions(document, first, history_end(document.markdown, first.heading)) else None


def told_versions(document: Document, section: Section, end: int | None = None) -> list[ToldRelease]:
    """Versions that a What's New section names: in its heading, else in headings or bold lead-ins below it, up to ``end``
    (that of the section without it)."""
    markdown = document.markdown
    heading = section.heading
    named = release_named(heading.plain)
    if named:
        return [ToldRelease(named, document.file.place(heading.start, heading.end), heading, heading.plain)]
    end = markdown.section_end(heading) if end is None else end
    found: list[ToldRelease] = []
    for below in _headings(document, heading.start, end):
        if named := release_named(below.plain):
            found.append(ToldRelease(named, document.file.place(below.start, below.end), below, below.plain))
    if found:
        return found
    return list(_leads(document, heading.line + 1, end))


def releases_told(document: Document, section: Section, book: SectionBook) -> list[ToldRelease]:
    """All releases that a What's New section tells of, its own first: that of its heading, else the first one below it.

    Where the heading names the release, only parts below it whose heading or bold lead-in starts with a version count,
    or whose heading says that it is an older one ("Previously in v0.8.0"): others mention one ("works with 0.8.0").
    """
    told = told_versions(document, section)
    markdown, start = document.markdown, section.heading.start
    end = markdown.section_end(section.heading)
    if told and told[0].heading == section.heading:
        for below in _headings(document, start, end):
            if named := _part_named(below.plain, book):
                told.append(ToldRelease(named, document.file.place(below.start, below.end), below, below.plain))
        leads = _leads(document, section.heading.line + 1, end)
        told += [item for item in leads if _ABOUT.match(item.text)]
    if told and "<summary" in markdown.text[start:end]:
        told += _summaries(document, section.heading.line + 1, end, book)
    return told


def _part_named(text: str, book: SectionBook) -> Named | None:
    """Return the release that a part of a What's New is about, by its heading."""
    named = release_named(text)
    if named is None or not (_ABOUT.match(text) or book.introduces_past(named.before.removesuffix("v"))):
        return None
    return named


def _summaries(document: Document, first: int, end: int, book: SectionBook) -> Iterator[ToldRelease]:
    """Yield the releases that folded parts (``<summary>``) are about."""
    for line in _lines(document, first, end):
        match = _SUMMARY.match(document.markdown.masked_line(line))
        text = plain_text(_TAG.sub("", match[1])) if match else ""
        if match and (named := _part_named(text, book)):
            place = document.file.place(line.start + match.start(1), line.start + match.end(1))
            yield ToldRelease(named, place, None, text)


def releases(
    told: Iterable[ToldRelease], plugin: Plugin, book: SectionBook, others: Others
) -> tuple[list[ToldRelease], list[ToldRelease]]:
    """Return what of ``told`` is a release of the plugin for sure: those that are out, and those still to come. What the
    code has come to is out, whatever words stand beside it; else a pre-release is not."""
    release = plugin.release
    out: list[ToldRelease] = []
    coming: list[ToldRelease] = []
    for item in told:
        if _is_release_of(plugin, item, book, others):
            is_reached = release is not None and not is_newer(item.version, release)
            is_out = is_reached or (is_final(item.version) and not book.is_coming(item.named))
            (out if is_out else coming).append(item)
    return out, coming


def _is_release_of(plugin: Plugin, item: ToldRelease, book: SectionBook, others: Others) -> bool:
    """Whether a version that a What's New names is one of the plugin's for sure: not a day, nor that of what is named
    before it ("Gemini 2.5 support"). A number that stands alone has three parts or a "v"; else it may count
    anything."""
    release = plugin.release or ""
    if is_same(item.version, release):
        return True
    if others.are_named_in(item.text) or (looks_like_day(item.version) and not looks_like_day(release)):
        return False
    before = item.named.before
    if before.endswith("v") or item.version.count(".") > 1:
        words = before.removesuffix("v").replace(plugin.title.casefold(), " ")
        return book.introduces_release(words) or book.introduces_past(words)
    has_words = compiled(r"[^\W_]").search(before) is not None
    return (has_words or len(item.text.strip(" *_:：-")) == len(item.version)) and book.introduces_release(before)


def names_version(document: Document, section: Section, version: str) -> bool:
    """Tell whether a section names a version, in whichever form."""
    markdown = document.markdown
    start, end = section.heading.start, markdown.section_end(section.heading)
    return markdown.facts.entry(
        "versions named", (start, version), lambda: is_named_in(markdown.text[start:end], version)
    )


def _leads(document: Document, first: int, end: int) -> Iterator[ToldRelease]:
    """Yield what lines from the line ``first`` to the offset ``end`` start with, if it names a version."""
    for line in _lines(document, first, end):
        shown = document.markdown.masked_line(line)
        lead = _LEAD.match(shown)
        if lead and (named := version_named(lead[1])):
            rest = unicodedata.normalize("NFKC", shown[lead.end() :][:_LONGEST_REST]).casefold()
            place = document.file.place(line.start + lead.start(1), line.start + lead.end(1))
            yield ToldRelease(named._replace(behind=named.behind + rest), place, None, lead[1])


def _lines(document: Document, first: int, end: int) -> list[Line]:
    lines = document.markdown.lines
    return lines[first - 1 : bisect_left(lines, end, key=lambda line: line.start)]


def _headings(document: Document, start: int, end: int) -> list[Heading]:
    """Return the headings behind the offset ``start`` and before ``end``."""
    headings = document.markdown.headings
    first = bisect_right(headings, start, key=lambda heading: heading.start)
    return headings[first : bisect_left(headings, end, lo=first, key=lambda heading: heading.start)]


def changes_told(document: Document, book: SectionBook, version: str) -> list[str]:
    """Return what a document's What's New tells of ``version``: its outermost list items, else rows of tables, else its
    paragraphs. Below a heading that says of which kind changes are, they have it before them.

    Where there is none, of a Changelog. Inline Markdown is kept; what is still to be written, and parts about other
    releases, are left out. Empty where it tells of another version only; a What's New that names no version is taken to
    tell of the current one.
    """
    for section in release_sections(document, book):
        told = told_versions(document, section)
        own = next((item for item in told if item.version == version), None)
        if told and own is None:
            continue
        heading = own.heading if own is not None and own.heading is not None else section.heading
        found = items_below(document, heading, book, version)
        if found:
            return found
    return []


class _Items:
    """What is told in lines, as they come: items, rows of tables and paragraphs, of one release."""

    def __init__(self, book: SectionBook, version: str) -> None:
        self.book = book
        self.version = version
        self.items: list[str] = []
        self.rows: list[str] = []
        self.paragraphs: list[str] = []
        self._kind = ""  # of changes, by the heading above
        self._indentation: int | None = None
        self._fresh = True  # nothing goes on here
        self._is_other = False  # below a lead-in about another release

    def found(self) -> list[str]:
        """Return what is told, without what is still to be written."""
        found = self.items or self.rows or self.paragraphs
        return [text for text in found if PLACEHOLDER not in text and not self.book.is_unwritten(plain_text(text))]

    def open(self, heading: Heading) -> None:
        """A heading below the one of the release."""
        kind = without_emoji(heading.plain).strip()
        self._kind = kind if self.book.is_kind_of_change(kind) else ""
        self._fresh, self._is_other, self._indentation = True, False, None

    def add_row(self, cells: Iterable[str]) -> None:
        """A row of a table; a cell that is a version says of which release it tells."""
        texts = [text for text in cells if plain_text(text)]
        named = [match[1] for text in texts if (match := _CELL_VERSION.fullmatch(text))]
        if any(not is_same(version, self.version) for version in named):
            return
        told = [text for text in texts if not _CELL_VERSION.fullmatch(text)]
        if told:
            self.rows.append(self._labelled(": ".join((told[0], ", ".join(told[1:]))) if told[1:] else told[0]))

    def add(self, text: str, shown: str) -> None:
        """A line, as written, and without code and comments."""
        item = _ITEM.match(text)
        if item and (self._indentation is None or len(item[1]) <= self._indentation):
            self._indentation = len(item[1])
            self._fresh = self._is_other or self._is_about_other(shown)
            if not self._fresh:
                self.items.append(self._labelled(item[2]))
        elif item or not _TAG.sub("", text).strip():
            self._fresh = True  # an inner item: its outer one says what it is about
        elif self.items and not self._fresh:
            self.items[-1] += " " + text.strip()
        else:
            self._add_prose(text, shown)

    def _add_prose(self, text: str, shown: str) -> None:
        if _LEAD.match(shown):
            self._is_other = self._is_about_other(shown)
        if self.items or self._is_other:
            return
        if self._fresh or not self.paragraphs:
            self.paragraphs.append(text.strip())
        else:
            self.paragraphs[-1] += " " + text.strip()
        self._fresh = False

    def _is_about_other(self, shown: str) -> bool:
        lead = _LEAD.match(shown)
        return lead is not None and _ABOUT.match(lead[1]) is not None and self.is_older(version_named(lead[1]))

    def is_older(self, named: Named | None) -> bool:
        """Tell whether a release that is named is one before that which is told of."""
        return named is not None and is_newer(self.version, named.version)

    def _labelled(self, text: str) -> str:
        return f"{self._kind}: {text}" if self._kind else text


def items_below(document: Document, heading: Heading, book: SectionBook, version: str) -> list[str]:
    """Return what is told of ``version`` below a heading, as ``changes_told`` does."""
    markdown = document.markdown
    end = markdown.section_end(heading)
    told = _Items(book, version)
    headings = {below.line: below for below in _headings(document, heading.start, end)}
    tables = {table.line: table for table in markdown.tables if table.line > heading.line}
    behind = 0  # the offset behind what is left out, or was told as a table
    is_folded = False  # in a folded part about another release
    for line in _lines(document, heading.line + 1, end):
        shown = markdown.masked_line(line)
        if is_folded:
            is_folded = "</details" not in shown
            continue
        if line.start < behind:
            continue
        below, table, summary = headings.get(line.number), tables.get(line.number), _SUMMARY.match(shown)
        text = markdown.text[line.start : line.end].rstrip()
        if below is not None:
            told.open(below)
            if told.is_older(_part_named(below.plain, book)):
                behind = markdown.section_end(below)
        elif table is not None:
            for row in table.rows:
                told.add_row(cell.text for cell in row)
            behind = markdown.lines[min(table.line + len(table.rows), len(markdown.lines) - 1)].end
        elif summary is not None and told.is_older(_part_named(plain_text(_TAG.sub("", summary[1])), book)):
            is_folded = True
        elif line.code or text.lstrip().startswith(("#", "|", "---", "===")):
            told.add("", "")
        else:
            told.add(text, shown)
    return told.found()
