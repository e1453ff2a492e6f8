"""What's New: the sections in which a page tells of a release, the versions they name, and what they tell."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from owui_lint.finding import Place
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.markdown import Heading, Line, plain_text
from owui_lint.repository.others import Others
from owui_lint.repository.plugin import Document, Plugin
from owui_lint.repository.sections import (
    HISTORY,
    STORY,
    Named,
    Section,
    SectionBook,
    history_end,
    release_named,
    version_named,
)
from owui_lint.tuples import NamedTuple
from owui_lint.versions import ENDS, is_final, is_named_in, is_newer, is_same, looks_like_day

PLACEHOLDER = "<!-- owui-lint: todo -->"  # marks text that the tool wrote for a person to replace
_LEAD = lazy_pattern(r"[ \t]*(?:[-*+][ \t]+)?(\*\*[^*\n]{1,80}\*\*|v\d[\w.+-]{1,30}\b)")
# A part named by its release, not one that mentions one.
_ABOUT = lazy_pattern(rf"[^\w\n]{{0,20}}v?\d+\.\d+\.\d+{ENDS}")
_LONGEST_REST = 200  # characters of a line behind what it begins with
# Nothing, what separates, or a remark in brackets.
_ALONE = lazy_pattern(r"[ \t*_`\])]*(?:$|[:\-–—|·•,;.(\[]|\W+$)")
_ITEM = lazy_pattern(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+(\S.*)")


class Told(NamedTuple):
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
    """Return the What's New sections of a document, in order."""
    found = [section for section in book.sections(document.markdown, document.lang) if section.kind.id == STORY]
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


def told_versions(document: Document, section: Section, end: int | None = None) -> list[Told]:
    """Versions that a What's New section names: in its heading, else in headings or bold lead-ins below it, up to ``end``
    (that of the section without it)."""
    markdown = document.markdown
    heading = section.heading
    named = release_named(heading.plain)
    if named:
        return [Told(named, document.file.place(heading.start, heading.end), heading, heading.plain)]
    end = markdown.section_end(heading) if end is None else end
    found: list[Told] = []
    for below in _headings(document, heading.start, end):
        if named := release_named(below.plain):
            found.append(Told(named, document.file.place(below.start, below.end), below, below.plain))
    if found:
        return found
    return list(_leads(document, heading.line + 1, end))


def releases_told(document: Document, section: Section) -> list[Told]:
    """All releases that a What's New section tells of, its own first: that of its heading, else the first one below it.

    Where the heading names the release, only parts below it whose heading or bold lead-in starts with a version count:
    others mention one ("works with 0.8.0").
    """
    told = told_versions(document, section)
    if told and told[0].heading == section.heading:
        markdown, start = document.markdown, section.heading.start
        end = markdown.section_end(section.heading)
        for below in _headings(document, start, end):
            if _ABOUT.match(below.plain) and (named := release_named(below.plain)):
                told.append(Told(named, document.file.place(below.start, below.end), below, below.plain))
        leads = _leads(document, section.heading.line + 1, end)
        told += [item for item in leads if _ABOUT.match(item.text)]
    return told


def releases(told: Iterable[Told], plugin: Plugin, book: SectionBook, others: Others) -> tuple[list[Told], list[Told]]:
    """Return what of ``told`` is a release of the plugin for sure: those that are out, and those still to come. What the
    code has come to is out, whatever words stand beside it; else a pre-release is not."""
    release = plugin.release
    out: list[Told] = []
    coming: list[Told] = []
    for item in told:
        if _is_release_of(plugin, item, book, others):
            is_reached = release is not None and not is_newer(item.version, release)
            is_out = is_reached or (is_final(item.version) and not book.is_coming(item.named))
            (out if is_out else coming).append(item)
    return out, coming


def _is_release_of(plugin: Plugin, item: Told, book: SectionBook, others: Others) -> bool:
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
        return book.introduces_release(before.removesuffix("v").replace(plugin.title.casefold(), " "))
    has_words = compiled(r"[^\W_]").search(before) is not None
    return (has_words or len(item.text.strip(" *_:：-")) == len(item.version)) and book.introduces_release(before)


def names_version(document: Document, section: Section, version: str) -> bool:
    """Tell whether a section names a version, in whichever form."""
    markdown = document.markdown
    start, end = section.heading.start, markdown.section_end(section.heading)
    return is_named_in(markdown.text[start:end], version)


def _leads(document: Document, first: int, end: int) -> Iterator[Told]:
    """Yield what lines from the line ``first`` to the offset ``end`` start with, if it names a version."""
    for line in _lines(document, first, end):
        shown = document.markdown.masked_line(line)
        lead = _LEAD.match(shown)
        if lead and (named := version_named(lead[1])):
            rest = unicodedata.normalize("NFKC", shown[lead.end() :][:_LONGEST_REST]).casefold()
            place = document.file.place(line.start + lead.start(1), line.start + lead.end(1))
            yield Told(named._replace(behind=named.behind + rest), place, None, lead[1])


def _lines(document: Document, first: int, end: int) -> list[Line]:
    lines = document.markdown.lines
    return lines[first - 1 : bisect_left(lines, end, key=lambda line: line.start)]


def _headings(document: Document, start: int, end: int) -> list[Heading]:
    """Return the headings behind the offset ``start`` and before ``end``."""
    headings = document.markdown.headings
    first = bisect_right(headings, start, key=lambda heading: heading.start)
    return headings[first : bisect_left(headings, end, lo=first, key=lambda heading: heading.start)]


def changes_told(document: Document, book: SectionBook, version: str) -> list[str]:
    """Return what a document's What's New tells of ``version``: its outermost list items, else its paragraphs.

    Where there is none, of a Changelog. Inline Markdown is kept, placeholders of the tool are left out. Empty where it tells of another version only; a
    What's New that names no version is taken to tell of the current one.
    """
    for section in release_sections(document, book):
        told = told_versions(document, section)
        own = next((item for item in told if item.version == version), None)
        if told and own is None:
            continue
        heading = own.heading if own is not None and own.heading is not None else section.heading
        found = _items(document, heading)
        if found:
            return found
    return []


def _items(document: Document, heading: Heading) -> list[str]:
    markdown = document.markdown
    items: list[str] = []
    paragraphs: list[str] = []
    item_indentation: int | None = None
    fresh = True
    for line in _lines(document, heading.line + 1, markdown.section_end(heading)):
        text = markdown.text[line.start : line.end].rstrip()
        if line.code or text.lstrip().startswith(("#", "|", "---", "===")):
            fresh = True
            continue
        item = _ITEM.match(text)
        if item and (item_indentation is None or len(item[1]) <= item_indentation):
            item_indentation = len(item[1])
            items.append(item[2])
            fresh = False
        elif not text.strip():
            fresh = True
        elif item:
            fresh = True  # an inner item: its outer one says what it is about
        elif items and not fresh:
            items[-1] += " " + text.strip()
        elif not items:
            if fresh or not paragraphs:
                paragraphs.append(text.strip())
            else:
                paragraphs[-1] += " " + text.strip()
            fresh = False
    found = items or paragraphs
    return [text for text in found if PLACEHOLDER not in text and plain_text(text)]
