"""A What's New for the next release, in the words of the last one. Nothing that a person wrote is changed or removed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from owui_lint.finding import Edit, Place
from owui_lint.lazypattern import lazy_pattern
from owui_lint.releasing.rewording import Rewording, with_version
from owui_lint.repository.documents.markdown import Heading
from owui_lint.repository.documents.sections import PLACEHOLDER, STORY, Section, SectionBook, release_named
from owui_lint.repository.plugin import Document
from owui_lint.repository.versions.others import Others
from owui_lint.repository.versions.stories import ToldRelease, release_sections, releases, told_versions
from owui_lint.spans import is_in
from owui_lint.text import without_emoji
from owui_lint.versions import BEGINS, ENDS, VERSION

_VERSION = lazy_pattern(rf"{BEGINS}(?<!\.)v?({VERSION}){ENDS}", re.IGNORECASE)
_MARKS = "*_`~"  # of emphasis and the like, which stand in pairs
_DEFAULT = {"en": "🔥 What's New in v{version}", "zh": "🔥 最新更新 v{version}"}
_BULLET = {
    "en": f"- {PLACEHOLDER} What does {{version}} bring? (The text below is of the release before: take it out.)",
    "zh": f"- {PLACEHOLDER} {{version}} 有哪些变化？（下方是上一版本的内容，写好后请移除。）",
}
_FIRST_BULLET = {
    "en": f"- {PLACEHOLDER} What does {{version}} bring?",
    "zh": f"- {PLACEHOLDER} {{version}} 有哪些变化？",
}


@dataclass(frozen=True)
class NewHeading:
    """A What's New of a version: where, the heading's text without its marks, and the edits. ``instead_of`` is the
    version whose heading, with nothing told below it, it takes over, or the version itself where its heading said that
    it is still to come; ``None`` where it is inserted."""

    place: Place
    text: str
    edits: tuple[Edit, ...]
    instead_of: str | None = None


def new_heading(
    document: Document, book: SectionBook, others: Others, version: str, *, create: bool, only_latest: bool
) -> NewHeading | None:
    """Return the What's New of ``version`` to insert into ``document``, or ``None`` where there is nothing to do.

    It goes above the newest release that is told of, worded and decorated like that one's heading; where a section has
    a heading per release, only such a heading is added. Where nobody has yet written what the newest release brings,
    that one's heading and the tool's own line below it get the version instead, and a heading that announces ``version``
    becomes its own. What is still to come, or another thing's version, is no model. With ``create``, a page without
    What's New gets one above its first second-level heading. ``only_latest``: a What's New is to tell of the latest
    release only, so that what the last one brought is to be taken out of it; a history of releases keeps it.
    """
    sections = release_sections(document, book)
    named = [told for section in sections for told in told_versions(document, section) if told.version == version]
    if named:
        return _announced(document, book, named[0])
    if not sections:
        second = next((heading for heading in document.markdown.headings if heading.level == 2), None)
        if not create or second is None:
            return None
        words = _DEFAULT[document.lang].replace("{version}", version)
        return _insert(document, second, 2, words, version, _FIRST_BULLET)
    section, out = _latest(document, sections, book, others)
    taken_over = _take_over(document, out[0], version) if out else None
    if taken_over is not None:
        return taken_over
    model = out[0].heading if out and out[0].heading is not None else section.heading
    histories = book.histories(document.markdown, document.lang)
    # Where several releases are told of, or a history of them is kept, the one below is to stay.
    is_only = len(sections) == 1 and len(out) < 2
    replaces = only_latest and is_only and not is_in(section.heading.start, histories)
    is_section = model is section.heading and not is_in(model.start, histories)
    stated = release_named(model.plain)
    # Where no release is out, the version there is another one's.
    release = out[0].version if out and not is_section else stated.version if stated is not None else None
    if is_section and not out and stated is not None:
        words = _DEFAULT[document.lang].replace("{version}", version)
    else:
        words = _words(document, book, model, release, version, is_section=is_section, replaces=replaces)
    return _insert(document, model, model.level, words, version, _BULLET if replaces else _FIRST_BULLET)


def _latest(
    document: Document, sections: list[Section], book: SectionBook, others: Others
) -> tuple[Section, list[ToldRelease]]:
    """Return the section that is about what is out, and the plugin's releases that it tells of; the first section, and
    none, where there is no such one."""
    assert document.plugin is not None  # bump asks for a plugin's own documents
    for section in sections:
        told = told_versions(document, section)
        out, coming = releases(told, document.plugin, book, others)
        if out or not coming:
            return section, out
    return sections[0], []


def _announced(document: Document, book: SectionBook, told: ToldRelease) -> NewHeading | None:
    """Take from the heading of a release the words that say that it is still to come."""
    heading, markdown, file = told.heading, document.markdown, document.file
    if heading is None or markdown.is_generated(heading.start):
        return None
    match = _VERSION.search(markdown.text, heading.start, heading.end)
    if match is None or match[1] != told.version:
        return None
    behind = markdown.text[match.end() : heading.end]
    said = behind[: book.coming_length(behind)]
    marks = said.strip()[:1] if said.strip()[:1] in _MARKS else ""
    if not marks:
        said = said.rstrip(_MARKS)  # they close what opened before the version
    elif not said.endswith(marks):
        said = ""  # they close it here: what follows is not to be left open
    if not said:
        return None
    end = match.end() + len(said)
    text = heading.content.replace(markdown.text[match.start() : end], match[0], 1)
    return NewHeading(told.place, text, (file.edit(match.end(), end, ""),), told.version)


def _take_over(document: Document, told: ToldRelease, version: str) -> NewHeading | None:
    """Give a release of which nothing is told but the tool's own placeholder another version."""
    heading, markdown, file = told.heading, document.markdown, document.file
    if heading is None or markdown.is_generated(heading.start):
        return None
    end = markdown.section_end(heading)
    placeholders = {
        bullet.replace("{version}", told.version) for bullets in (_BULLET, _FIRST_BULLET) for bullet in bullets.values()
    }
    below = [line for line in markdown.lines[heading.line :] if line.start < end]
    texts = [
        markdown.text[line.start : line.end].strip(" \t>" if markdown.quote_mark(heading) else None) for line in below
    ]
    if not any(texts) or not placeholders.issuperset(filter(None, texts)):
        return None
    stated = re.compile(rf"(?<![\d.]){re.escape(told.version)}(?!\d|\.\d)")  # in the address of a link, too
    starts = [match.start() for match in stated.finditer(markdown.text, heading.start, heading.end)]
    if not starts:
        return None
    text = stated.sub(version, heading.content)
    starts += [markdown.text.index(told.version, line.start) for line, text in zip(below, texts, strict=True) if text]
    edits = tuple(file.edit(start, start + len(told.version), version) for start in starts)
    return NewHeading(told.place, text, edits, told.version)


def _words(
    document: Document,
    book: SectionBook,
    model: Heading,
    release: str | None,
    version: str,
    *,
    is_section: bool,
    replaces: bool,
) -> str:
    """The text of a heading for ``version``, as ``model`` is worded for ``release`` where that is understood."""
    markdown, lang = document.markdown, document.lang
    title = markdown.title
    names = [without_emoji(title.plain).strip() if title is not None else ""]
    if document.plugin is not None:
        names.append(document.plugin.title)
    text = Rewording(markdown, book, release, version, names, keeps_names=replaces).of(model)
    if text is not None and version not in text:
        text = with_version(text, version, lang)
    if text is not None and _tells_of(book, text, version, lang, is_section=is_section):
        return text
    if is_section:
        return _DEFAULT[lang].replace("{version}", version)
    lead = _VERSION.search(model.plain)
    return ("v" if lead is None or lead[0][:1] in "vV" else "") + version


def _tells_of(book: SectionBook, text: str, version: str, lang: str, *, is_section: bool) -> bool:
    """Whether a heading is read as one about a version."""
    plain = Heading(2, text, 1, 0, len(text)).plain
    named, kind = release_named(plain), book.classify(plain, lang)
    return (
        named is not None and named.version == version and (not is_section or (kind is not None and kind.id == STORY))
    )


def _insert(
    document: Document, before: Heading, level: int, words: str, version: str, bullets: dict[str, str]
) -> NewHeading | None:
    markdown, file = document.markdown, document.file
    at = markdown.lines[before.line - 1].start
    if markdown.is_generated(at):
        return None
    newline = file.newline
    bullet = bullets[document.lang].replace("{version}", version)
    mark = markdown.quote_mark(before)
    block = newline.join([*((mark + line).rstrip() for line in ("#" * level + " " + words, "", bullet, "")), ""])
    return NewHeading(file.place(at, at), words, (file.edit(at, at, block),))
