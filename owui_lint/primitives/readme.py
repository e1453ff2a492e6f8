"""The structure of READMEs: sections, their order, What's New, and the two languages side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, LineNumber, Message, Place, Related
from owui_lint.language import listed
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Document, Plugin
from owui_lint.repository.documents.counterparts import lacking, titled
from owui_lint.repository.documents.markdown import Line, Markdown, plain_text
from owui_lint.repository.documents.sections import (
    STORY,
    Section,
    SectionBook,
    SectionKind,
    normal_heading,
    release_named,
)
from owui_lint.repository.versions.stories import (
    names_version,
    releases,
    releases_told,
    stand_in,
    stories,
    told_versions,
)
from owui_lint.rising import longest_rising
from owui_lint.spans import is_in
from owui_lint.text import is_slip
from owui_lint.versions import is_newer, is_same

if TYPE_CHECKING:
    from typing import Any

_METADATA = lazy_pattern(
    r"[ \t>]*(?:\||\*\*(?:Author|作者|Version|版本)|!\[|\[!\[|<|English\s*\||\[English\]|中文)", re.IGNORECASE
)


def _title_place(document: Document) -> Place:
    title = document.markdown.title
    return document.file.place(title.start, title.end) if title else Place(document.path)


@primitive("sections-present", scope="readme", reads="document")
def sections_present(document: Document, context: Context) -> Iterator[Hit]:
    """Report required sections that a README lacks; a configuration section only where the plugin has valves.

    Cases: ``title``, ``description``, ``default``; ``near`` at a line that seems to be meant as the section's heading.
    """
    plugin = document.plugin
    assert plugin is not None  # a README belongs to a plugin
    markdown = document.markdown
    if markdown.title is None:
        first = markdown.opening
        yield Hit(Place(document.path) if first is None else document.file.place(first.start, first.end), "title")
    elif not markdown.facts.plain("has a description", lambda: _has_description(markdown)):
        yield Hit(_title_place(document), "description")
    book = context.repository.sections
    present = {section.kind.id for section in book.sections(markdown, document.lang)}
    present |= {STORY} if STORY not in present and stories(document, book) else set()  # it may stand in a quotation
    lacking = [kind for kind in book.kinds if kind.required and kind.id not in present]
    stand_ins = _stand_ins(document, book, lacking) if lacking else {}
    for kind in lacking:
        if kind.id == "configuration" and not plugin.has_valves:
            continue
        values = {"section": kind.name, "heading": kind.name.to(document.lang)}
        meant = stand_ins.get(kind.id)
        if meant is None:
            yield Hit(_title_place(document), values=values)
        else:
            found = markdown.text[meant.start : meant.end].strip()
            yield Hit(document.file.place(meant.start, meant.end), "near", {**values, "found": found})


_NEARLY_HEADING = lazy_pattern(r" {0,3}(?:#{1,6}(?=[^#\s])|(?P<mark>\*\*|__)(?=.*(?P=mark)[ \t:\uff1a]*$))(?P<text>.+)")
_LONGEST_STAND_IN = 100  # characters
_MOST_STAND_INS = 200  # headings that are compared with names; no honest README comes near


def _stand_ins(document: Document, book: SectionBook, kinds: list[SectionKind]) -> dict[str, Line]:
    """Return the lines by which an author seems to have meant the heading of a section, by the section's id.

    A heading of another level, a line in bold, a heading without the blank behind its marks, or one with a slip; for
    What's New, a Changelog in its place. What stands in a Changelog is meant for nothing else.
    """
    markdown = document.markdown
    wanted = {kind.id: normal_heading(kind.name.to(document.lang)) for kind in kinds}
    found: dict[str, Line] = {}
    histories = book.histories(markdown, document.lang)
    headings = {
        heading.line: heading
        for heading in markdown.headings
        if heading is not markdown.title and not is_in(heading.start, histories)
    }
    if STORY in wanted and (other := stand_in(document, book)) is not None:
        found[STORY] = markdown.lines[other.heading.line - 1]
    for line in markdown.lines:
        heading = headings.get(line.number)
        is_short = not heading and not line.code and line.end - line.start <= _LONGEST_STAND_IN
        is_short = is_short and not is_in(line.start, histories)
        match = _NEARLY_HEADING.match(markdown.masked_line(line)) if is_short else None
        text = heading.plain if heading else plain_text(match["text"]) if match else ""
        kind = book.classify(text, document.lang) if text else None
        if kind is not None and kind.id in wanted:
            found.setdefault(kind.id, line)
    unnamed = [heading for heading in headings.values() if book.classify(heading.plain, document.lang) is None]
    for name, normal in wanted.items():
        for heading in unnamed[:_MOST_STAND_INS] if name not in found else ():
            if _is_like(normal_heading(heading.plain), normal):
                found.setdefault(name, markdown.lines[heading.line - 1])
    return found


def _is_like(heading: str, name: str) -> bool:
    """Whether a heading is a name with a slip in one of its words: a typing error, not another word."""
    words, expected = compiled(r"\w+").findall(heading), compiled(r"\w+").findall(name)
    wrong = [pair for pair in zip(words, expected, strict=False) if pair[0] != pair[1]]
    return len(words) == len(expected) and len(wrong) == 1 and is_slip(*wrong[0]) and len(wrong[0][1]) > 2


def _has_description(markdown: Markdown) -> bool:
    """Whether a sentence stands between the title and the first section: not metadata, a badge, a table or a link row."""
    assert markdown.title is not None
    end = next(
        (heading.line for heading in markdown.headings if heading.start > markdown.title.start), len(markdown.lines) + 1
    )
    for line in markdown.lines[markdown.title.line : end - 1]:
        shown = markdown.masked_line(line)
        if not line.code and compiled(r"\w{2}").search(shown) and not _METADATA.match(shown):
            return True
    return False


@primitive("section-order", scope="readme", reads="text")
def section_order(document: Document, context: Context) -> Iterator[Hit]:
    """Report the fewest sections that would have to move for the order to be the standard's; the edits move them.

    A Changelog where What's New belongs stands where it should: another rule asks for its name. From the first section on
    that stands there before, nothing is said: which of the two is to go decides what the order is.
    """
    first: dict[str, Section] = {}
    book = context.repository.sections
    sections = book.sections(document.markdown, document.lang)
    renamed = stand_in(document, book)
    repeated = (section for section, first in book.repeated(document.markdown, document.lang) if first != renamed)
    end = next((section.heading.start for section in repeated), len(document.markdown.text))
    for section in sections:
        if section == renamed or section.heading.start >= end:
            continue
        if section.kind.rank is not None and section.heading.level == 2:
            first.setdefault(section.kind.id, section)
    found = sorted(first.values(), key=lambda section: section.heading.start)
    ranks = [section.kind.rank or 0 for section in found]
    kept = set(longest_rising(ranks))
    for index, section in enumerate(found):
        if index in kept:
            continue
        before = [
            other for position, other in enumerate(found) if position in kept and (other.kind.rank or 0) > ranks[index]
        ]
        after = [
            other for position, other in enumerate(found) if position in kept and (other.kind.rank or 0) < ranks[index]
        ]
        heading = section.heading
        place = document.file.place(heading.start, heading.end)
        if before and before[0].heading.start < heading.start:
            case, other = "before", before[0]
        else:
            case, other = "after", after[-1]
        values = {"section": section.kind.name, "other": other.kind.name, "line": LineNumber(other.heading.line)}
        related = Related(document.file.place(other.heading.start, other.heading.end), other.kind.name)
        edits = _move(document, section, other, case, sections, context.repository.data["words"]["paired-comments"])
        yield Hit(place, case, values, edits, (related,))


def _move(
    document: Document, section: Section, other: Section, case: str, sections: list[Section], words: Mapping[str, Any]
) -> tuple[Edit, ...]:
    """Return the edits that move a section, and those of its kind that follow it, with all content ``before`` or ``after``
    another one.

    The content stays byte for byte; blank lines around it are kept to one at its new and its old place. Nothing is moved
    where something would be torn apart: what a program writes, what one part opens and another one closes, a page and its
    footer, a numbered heading and its place.
    """
    from owui_lint.repository.documents.movable import PairedMarks, end_of, has_footer, is_numbered, is_ruled, start_of

    markdown = document.markdown
    text, file = markdown.text, document.file
    start, end = start_of(markdown, section.heading), end_of(markdown, section.heading)
    moved = [section.heading]
    siblings = {start_of(markdown, other.heading): other for other in sections if other.kind is section.kind}
    while end in siblings:  # "Quick Start" and "How to Use" go together
        moved.append(siblings[end].heading)
        end = end_of(markdown, siblings[end].heading)
    target = (start_of if case == "before" else end_of)(markdown, other.heading)
    passed = (target, start) if target < start else (end, target)
    if any((first < end and start < last) or first < target < last for first, last in markdown.generated):
        return ()
    marks = PairedMarks(markdown, words)
    if not (marks.are_whole(start, end) and marks.are_whole(*passed)) or any(map(is_numbered, moved)):
        return ()
    if marks.has_loose_end(start, end) or marks.has_loose_end(*passed):
        return ()
    if len(text) in (target, end) and (
        has_footer(markdown) or is_ruled(text[start:end]) or is_ruled(text[passed[0] : passed[1]])
    ):
        return ()  # what parts two sections, or ends a page, would stand elsewhere
    block = text[start:end]
    newline = file.newline
    content = block[: _ending(block)]
    insert = content + newline * 2
    if target == len(text):  # the end of the file: the section before it needs the blank line, this one does not
        last = _ending(text)
        insert = newline * 2 + content + newline
        edits = [file.edit(last, len(text), insert)]
    else:
        edits = [file.edit(target, target, insert)]
    if end == len(text):  # what stood before the last section ends the file now
        start = _ending(text[:start])
        edits.append(file.edit(start, end, newline if text[_ending(text) :] else ""))
    else:
        edits.append(file.edit(start, end, ""))
    return tuple(edits)


def _ending(text: str) -> int:
    """Return the offset behind the last line that is not blank, its line ending left out."""
    cut = len(text.rstrip(" \t\r\n"))
    return next((at for at in range(cut, len(text)) if text[at] in "\r\n"), len(text))


@primitive("sections-unique", scope="readme", reads="text")
def sections_unique(document: Document, context: Context) -> Iterator[Hit]:
    """Report sections that stand there before: under the same heading (``default``), or under another name (``name``).
    Two What's New are another rule's, and a Changelog in its place is one of them."""
    book = context.repository.sections
    renamed = stand_in(document, book)
    for section, first in book.repeated(document.markdown, document.lang):
        heading, other = section.heading, first.heading
        if first == renamed:
            continue
        is_same = normal_heading(heading.plain) == normal_heading(other.plain)
        values = {
            "section": section.kind.name,
            "line": LineNumber(other.line),
            "heading": heading.plain,
            "other": other.plain,
        }
        related = Related(document.file.place(other.start, other.end), section.kind.name)
        place = document.file.place(heading.start, heading.end)
        yield Hit(place, "default" if is_same else "name", values, related=(related,))


@primitive("whats-new-names-version", scope="document", reads="document")
def whats_new_names_version(document: Document, context: Context) -> Iterator[Hit]:
    """Report a What's New that tells of a release that the code has not come to (``newer``), of another one only
    (``default``), of one that is still to come only (``coming``), or of none of the plugin's (``unnamed``).

    Which version is a release of the plugin, and out, is told by ``rules/sections.yaml``. What a line begins with is
    about its version only where no word follows, or the code's version is named nowhere.
    """
    plugin = document.plugin
    if plugin is None or plugin.release is None or not document.is_of_one_plugin:
        return
    sections = stories(document, context.repository.sections)
    if not sections:
        return
    release = plugin.release
    mentioned = [item for section in sections for item in told_versions(document, section)]
    is_named = any(names_version(document, section, release) for section in sections)
    is_told = any(is_same(item.version, release) for item in mentioned)
    told = [item for item in mentioned if item.is_sure or not (is_told or is_named)]
    out, coming = releases(told, plugin, context.repository.sections, context.repository.inventory.others)
    values = {"expected": release}
    entry = plugin.code.version
    assert entry is not None  # plugin.release is set
    related = Related(plugin.code.file.place(entry.start, entry.end), Message("the code's version", "代码中的版本"))
    if newer := [item for item in out if is_newer(item.version, release)]:
        yield Hit(newer[0].place, "newer", {**values, "found": newer[0].version}, related=(related,))
    elif is_told:
        return
    elif out:
        yield Hit(out[0].place, values={**values, "found": out[0].version}, related=(related,))
    elif is_named:
        return
    elif coming:
        yield Hit(coming[0].place, "coming", {**values, "found": coming[0].version}, related=(related,))
    else:
        heading = sections[0].heading
        yield Hit(document.file.place(heading.start, heading.end), "unnamed", values)


@primitive("whats-new-single", scope="document", reads="document")
def whats_new_single(document: Document, context: Context) -> Iterator[Hit]:
    """Report each release but the latest that What's New tells of: sections behind the first (``section``), or parts of
    the only one (``part``), in whichever order they stand. What is still to come is none, and a history has all of
    them."""
    plugin = document.plugin
    if plugin is None or not document.is_of_one_plugin:
        return
    book = context.repository.sections
    sections = stories(document, book)
    for section in sections[1:]:
        heading = section.heading
        first = sections[0].heading
        related = Related(document.file.place(first.start, first.end), Message("the first one", "第一处"))
        yield Hit(
            document.file.place(heading.start, heading.end),
            "section",
            {"line": LineNumber(first.line)},
            related=(related,),
        )
    if len(sections) == 1:
        sure = [item for item in releases_told(document, sections[0], book) if item.is_sure]
        told, _ = releases(sure, plugin, book, context.repository.inventory.others)
        latest = told[0].version if told else ""
        for item in told:
            latest = item.version if is_newer(item.version, latest) else latest
        for item in told:
            if item.version != latest:
                yield Hit(item.place, "part", {"found": item.version, "latest": latest})


@primitive("readme-parity", scope="plugin", reads="readmes")
def readme_parity(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report sections that only one language has (``missing``; at the heading of one that the standard does not know, or
    has already: ``alone``, and ``some`` where it is one of several), those that are part of another one in one language
    only (``level``), a Changelog where the other one has What's New (``renamed``), and a different order of those both
    have (``order``).

    Sections that are required are left to the rule that requires them.
    """
    pair = _pair(plugin)
    if pair is None:
        return
    book = context.repository.sections
    sections = {}
    for document in pair:
        found: dict[str, Section] = {}
        renamed = stand_in(document, book)
        for section in book.sections(document.markdown, document.lang):
            found.setdefault(STORY if section == renamed else section.kind.id, section)
        sections[document.lang] = found
    english, chinese = pair
    for here, there in ((chinese, english), (english, chinese)):
        for kind_id, section in sections[there.lang].items():
            if kind_id in sections[here.lang]:
                mine = sections[here.lang][kind_id]
                if mine.heading.level > section.heading.level:
                    yield _nested(here, mine, there, section)
                elif mine.kind.id != kind_id and section.kind.id == kind_id:
                    yield _renamed(here, mine, there, section)
            elif not section.kind.required and kind_id not in _joined(here, book):
                heading = section.heading
                values = {"section": section.kind.name, "line": LineNumber(heading.line), "path": there.path}
                related = Related(there.file.place(heading.start, heading.end), section.kind.name)
                yield Hit(_title_place(here), "missing", values, related=(related,))
        yield from _alone(there, here, book)
    common = [kind for kind in sections["en"] if kind in sections["zh"]]
    order = [kind for kind in sections["zh"] if kind in sections["en"]]
    if common != order:
        at = next(index for index, (left, right) in enumerate(zip(common, order, strict=True)) if left != right)
        section, expected = sections["zh"][order[at]], book.by_id[common[at]]
        heading = section.heading
        place = chinese.file.place(heading.start, heading.end)
        yield Hit(place, "order", {"section": section.kind.name, "other": expected.name, "path": english.path})


def _joined(document: Document, book: SectionBook) -> set[str]:
    """The ids of the sections that headings of a README name together with another one."""
    headings = (heading.plain for heading in document.markdown.headings if heading.level > 1)
    parts = (part for subjects in map(book.subjects, headings) if len(subjects) > 1 for part in subjects)
    kinds = (book.classify(part, document.lang) for part in parts)
    return {kind.id for kind in kinds if kind is not None}


def _alone(here: Document, there: Document, book: SectionBook) -> Iterator[Hit]:
    """Hits at sections of a README that the other one has nothing for."""
    found = lacking(*(titled(document.markdown, document.lang, book) for document in (here, there)))
    missing = sum(len(one.headings) - one.found for one in found)
    if missing > _subsections(here) - _subsections(there):
        return  # they are there, a level below
    for headings, others, after in found:
        shown = [Message(f"`{heading.plain}`", f"“{heading.plain}”") for heading in headings[:_MOST_NAMES]]
        more = [Message("…", "…")] if len(headings) > _MOST_NAMES else []
        names = listed([*shown, *more])
        place = after and there.file.place(after.start, after.end)
        related = (Related(place, Message("it belongs behind this section", "应位于此章节之后")),) if place else ()
        for heading in headings[-1 if others else 0 :]:
            values = {"heading": heading.plain, "path": there.path, "names": names, "found": others}
            at = here.file.place(heading.start, heading.end)
            yield Hit(at, "some" if others else "alone", values, related=related)


_MOST_NAMES = 8  # of headings in one message


def _renamed(here: Document, section: Section, there: Document, other: Section) -> Hit:
    """The hit at a section that has another one's name, and stands where the other language has that one."""
    place = here.file.place(section.heading.start, section.heading.end)
    related = Related(there.file.place(other.heading.start, other.heading.end), other.kind.name)
    values = {
        "heading": section.heading.plain,
        "other": other.kind.name,
        "expected": _named_like(section, other.kind.name.to(here.lang), here.lang),
        "path": there.path,
        "line": LineNumber(other.heading.line),
    }
    return Hit(place, "renamed", values, related=(related,))


def _named_like(section: Section, name: str, lang: str) -> str:
    """Return a section's name with the version that its present heading names."""
    named = release_named(section.heading.plain)
    if named is None:
        return name
    version = f"v{named.version}" if named.before.endswith("v") else named.version
    return f"{name} in {version}" if lang == "en" else f"{name} {version}"


def _nested(here: Document, section: Section, there: Document, other: Section) -> Hit:
    """The hit at a section whose heading is a level below that of the other language."""
    place = here.file.place(section.heading.start, section.heading.end)
    related = Related(there.file.place(other.heading.start, other.heading.end), section.kind.name)
    values = {
        "section": section.kind.name,
        "marks": "#" * section.heading.level,
        "expected": "#" * other.heading.level,
        "path": there.path,
        "line": LineNumber(other.heading.line),
    }
    return Hit(place, "level", values, related=(related,))


@primitive("readme-shape", scope="plugin", reads="readmes")
def readme_shape(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report different numbers of subsections, tables or code blocks in the two READMEs (``sections``, ``tables``, ``code``)."""
    pair = _pair(plugin)
    if pair is None:
        return
    english, chinese = pair
    for case, left, right in (
        ("sections", _subsections(english), _subsections(chinese)),
        ("tables", _tables(english), _tables(chinese)),
        ("code", _code_blocks(english), _code_blocks(chinese)),
    ):
        if left != right:
            yield Hit(_title_place(chinese), case, {"en": left, "zh": right, "path": english.path})


def _pair(plugin: Plugin) -> tuple[Document, Document] | None:
    english, chinese = plugin.readmes.get("en"), plugin.readmes.get("zh")
    return (english, chinese) if english is not None and chinese is not None else None


def _subsections(document: Document) -> int:
    return sum(heading.level > 1 for heading in document.markdown.headings)


def _tables(document: Document) -> int:
    """The tables below the first section's heading: above it, author and version may stand in a table or in a line."""
    first = next((heading.line for heading in document.markdown.headings if heading.level > 1), 0)
    return sum(table.line > first for table in document.markdown.tables)


def _code_blocks(document: Document) -> int:
    lines = document.markdown.lines[len(document.markdown.front_matter) :]
    return sum(line.code and (index == 0 or not lines[index - 1].code) for index, line in enumerate(lines))
