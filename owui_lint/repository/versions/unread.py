"""Numbers that may be a plugin's version, in forms that are not read: a place that holds one is not told that it states none,
and nothing is written there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.markdown import Block, Line, Markdown
from owui_lint.repository.documents.markdowncode import blank_comments
from owui_lint.repository.plugin import Document, Plugin
from owui_lint.repository.versions.inventory import Inventory, Location
from owui_lint.text import is_named_in, title_keys
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION

if TYPE_CHECKING:
    from owui_lint.repository import Repository

# Of links and images, and those that stand for themselves.
_ADDRESS = lazy_pattern(
    r"\]\([^()\r\n]{0,2000}\)|\]:[ \t]*\S{1,2000}|\b(?:href|src)=[\"'][^\"'\r\n]{0,2000}|https?://[^\s)>]{1,2000}"
)
_NEAR = 60  # characters before a number that tell whose it is
_PART = lazy_pattern(r"[|·•;；]|[,，][ \t]|[.!?][ \t]|[。！？]")
_NAME_BEFORE = lazy_pattern(r"\w.*?(?P<word>(?<![\w-])[A-Z][\w.-]*)[*_`\])]{0,4}[ \t]*[*_`(]{0,3}$")
# The name of another thing directly before its number, such as that of a model; a word for a version is none.
_THING = lazy_pattern(
    r"(?<![\w.-])(?!(?:Version|Ver|Release|Rev|Revision|V)\.?[ \t]+$)(?P<name>[A-Z][\w-]{0,40})[ \t]{1,3}$"
)
_LABEL = r"(?<![a-z])(?:{label}|(?:(?:current|latest|stable)[ \t]+)?release)(?:[ \t:：=*_→–—|-]|is\b|</?[a-z]{1,10}>){0,10}[`\[(（]?"
_OPENS_LINE = r"^[\W_]{0,20}" + _LABEL + "$"
# All of a line below the heading "Version", and of a heading that is a page's subtitle.
_IS_LINE = (
    r"[ \t>*_`-]{0,20}(?:{label}[ \t:：*_]{0,8})?v?{version}[*_`]{0,4}(?:[ \t]*[(（][^()（）]{1,40}[)）])?[ \t.。]*"
)
_NUMBER = rf"(?<![\w.-])(?:[vｖ]\.?[ \t]?)?(?:{VERSION})(?![\w.]*\d)"
_IS_SUBTITLE = r"#{2,6}[ \t]+[*_`]{0,3}{label}[ \t:：*_`]{0,8}v?{version}[\W_]*"


# What opens a line of a page's head with the version of what that is about, or with who made it and the version.
_OWN_FIELD = (
    r"[ \t>*_-]{0,20}{label}[\W_]{0,12}[vｖ]?\d"
    r"|[ \t>]{0,8}\|[ \t*_]{0,8}(?:By|Author|作者)\b[^|\r\n]{0,300}?[ \t(（~*_`]v\d"
)


class Unread(NamedTuple):
    """A number that may be a version, and where it stands in its file. ``sure``: a heading above it says that it is the
    version of what the page is about, or it stands in the page's subtitle."""

    value: str
    start: int
    end: int
    sure: bool = False


def unread_in(repository: Repository, location: Location) -> list[Unread]:
    """Return what a README, a page or a plugin's entries of an index hold that may be its version, in forms that are not read;
    addresses, and numbers that another thing is named or asked for before, are left out."""
    if location.kind.finder == "entries":
        return _in_entries(repository, location)
    documents = (*location.plugin.documents, *location.plugin.other_readmes)
    document = next((one for one in documents if one.path == location.path), None)
    return unread_on(repository, document, location.plugin) if document is not None else []


def unread_on(repository: Repository, document: Document, plugin: Plugin) -> list[Unread]:
    """Return what a README or a page of a plugin holds that may be its version, in forms that are not read."""
    name = f"unread versions ({document.kind}, {document.lang})"
    found = document.file.facts.rows(name, Unread, lambda: list(_in_page(repository, document)))
    return [one for one in found if one.value not in plugin.title]


def doubtful_in(repository: Repository, location: Location) -> list[Unread]:
    """Return the last number of each line in the head of a page that states the version of what that is about, without
    asking what else is named there: to say that it is not read, and where."""
    documents = (*location.plugin.documents, *location.plugin.other_readmes)
    document = next((one for one in documents if one.path == location.path), None)
    if document is None:
        return []
    markdown, inventory = document.markdown, repository.inventory
    return markdown.facts.rows("doubtful versions", Unread, lambda: list(_doubtful(markdown, inventory)))


def _doubtful(markdown: Markdown, inventory: Inventory) -> Iterator[Unread]:
    text = blank_comments(markdown.without_code)
    for line in markdown.lines_with_versions:
        shown = _without_addresses(text[line.start : line.end])
        if line.start < markdown.header_end and inventory.expression(_OWN_FIELD).match(shown):
            for match in list(inventory.expression(_NUMBER).finditer(shown))[-1:]:
                if not inventory.expression("{told-behind}").match(shown, match.end()):
                    yield _unread(line, match)


def _unread(line: Line, match: re.Match[str]) -> Unread:
    value = compiled(VERSION).search(match[0])
    assert value is not None  # it is part of what was found
    at = line.start + match.start() + value.start()
    return Unread(value[0], at, at + len(value[0]))


def _in_entries(repository: Repository, location: Location) -> list[Unread]:
    document = repository.pages.index(location.path, location.kind.lang)
    if document is None:
        return []
    title = location.plugin.title.casefold()
    found: dict[str, Unread] = {}
    for entry in repository.indexes.entries_of(document, location.plugin):
        for value, start, end, thing in _in_block(repository, document, entry.block):
            if thing in title:
                found.setdefault(value, Unread(value, start, end))
    return list(found.values())


def _in_block(repository: Repository, document: Document, block: Block) -> list[tuple[str, int, int, str]]:
    """What a block of an index holds of that, with the name of a thing directly before it, "" where there is none. A fact:
    an index that did not change is not read again."""

    def make() -> list[tuple[str, int, int, str]]:
        if not document.markdown.lines_with_versions:
            return []
        others, found = repository.inventory.others, []
        text = _without_addresses(document.markdown.without_code[block.start : block.end])
        for match in compiled(
            rf"(?<![\w.])v?\.?[ \t]?({VERSION})(?![\w.]*\d)|(?<=[a-z])(?:{VERSION})", re.IGNORECASE
        ).finditer(text):
            at, to = match.span(1 if match[1] else 0)
            near = max(0, match.start() - _NEAR)
            if not others.precede(text[near : match.start()]):
                thing = _THING.search(text[near:at])
                name = thing["name"].casefold() if thing else ""
                found.append((text[at:to], block.start + at, block.start + to, name))
        return found

    return document.file.facts.entry("unread versions", (block.start, block.end), make)


def repeated_in_lists(repository: Repository, plugin: Plugin, version: str) -> Iterator[tuple[Document, Unread]]:
    """Yield where the root READMEs hold a version in what they tell of a plugin, in forms that are not read: when it is
    raised, somebody has to look there."""
    for document in repository.root_documents.values():
        if any(one.path == document.path for one in plugin.own_readmes) or document.file.problem:
            continue
        for one in _numbers_in(repository, document, version):
            if repository.finder.owners.subject_at(document, one.start) is plugin:
                yield document, one


def _numbers_in(repository: Repository, document: Document, version: str) -> Iterator[Unread]:
    """Where a page holds a version that none of its statements is, and that nothing says to be another thing's."""
    markdown, inventory, finder = document.markdown, repository.inventory, repository.finder
    text = blank_comments(markdown.without_code)
    stated = {
        part.start for one in finder.in_file(document.path) for statement in one.statements for part in statement.parts
    }
    for line in markdown.lines_with_versions:
        shown = _without_addresses(text[line.start : line.end])
        for match in inventory.expression(_NUMBER).finditer(shown):
            one = _unread(line, match)
            is_other = inventory.others.precede(shown[max(0, match.start() - _NEAR) : match.start()])
            is_apart = markdown.is_generated(one.start) or finder.statements.is_told(document, one.start)
            if one.value == version and one.start not in stated and not is_other and not is_apart:
                yield one


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub(lambda match: " " * len(match[0]), text)


def _in_page(repository: Repository, document: Document) -> Iterator[Unread]:
    """Numbers in a page's head that nothing else is named before, and further down those behind a version's label."""
    markdown, inventory = document.markdown, repository.inventory
    if not markdown.lines_with_versions:
        return
    text, is_told = blank_comments(markdown.without_code), repository.finder.statements.is_told
    number = inventory.expression(_NUMBER)
    for line in markdown.lines_with_versions:
        shown = _without_addresses(text[line.start : line.end])
        for match in number.finditer(shown):
            if not _may_be_stated(repository, document, line, shown, match):
                continue
            one = _unread(line, match)
            if not _is_code(document, one.start, len(one.value)) and not is_told(document, one.start):
                yield one._replace(sure=_is_sure(repository, document, line))


def _is_code(document: Document, at: int, length: int) -> bool:
    """Whether what stands there is in inline code that is more than a version."""
    text, masked = document.markdown.text, document.markdown.masked
    if masked[at] == text[at]:
        return False
    return not text[max(0, at - 2) : at].rstrip("vV").endswith("`") or not text.startswith("`", at + length)


def _is_sure(repository: Repository, document: Document, line: Line) -> bool:
    """Whether nothing but the version of what a page is about can stand in a line below its head."""
    markdown, inventory = document.markdown, repository.inventory
    shown = markdown.text[line.start : line.end]
    if markdown.is_heading(line):
        return inventory.expression(_IS_SUBTITLE).fullmatch(shown) is not None and _is_subtitle(markdown, line)
    if line.start < markdown.header_end:
        return inventory.expression(_OWN_FIELD).match(shown) is not None
    heading = _heading_above(markdown, line)
    if _is_alone_below_version(inventory, heading, shown):
        return True
    return inventory.own_heading.fullmatch(heading) is not None and not repository.finder.statements.is_fact_of_another(
        document, line
    )


def _is_subtitle(markdown: Markdown, line: Line) -> bool:
    """Whether a heading stands directly below the page's title, and no other holds a version, as those of releases do."""
    title = markdown.title
    if title is None or markdown.text[title.end : line.start].strip():
        return False
    return sum(compiled(VERSION).search(heading.plain) is not None for heading in markdown.headings[1:]) == 1


def _heading_above(markdown: Markdown, line: Line) -> str:
    """The heading above a line below a page's head."""
    above = bisect_right(markdown.headings, line.start, key=lambda heading: heading.start)
    return markdown.headings[above - 1].plain


def _is_alone_below_version(inventory: Inventory, heading: str, shown: str) -> bool:
    """Whether a line is a version and nothing more, below a heading that is nothing but a label of it."""
    is_label = inventory.expression(r"[\W_]{0,20}{label}[\W_]{0,20}").fullmatch(heading) is not None
    return is_label and inventory.expression(_IS_LINE).fullmatch(shown) is not None


def _may_be_stated(repository: Repository, document: Document, line: Line, shown: str, match: re.Match[str]) -> bool:
    """Whether a number in a line of a page may be the version of what the page is about."""
    markdown, inventory = document.markdown, repository.inventory
    lead = shown[max(0, match.start() - _NEAR) : match.start()]
    tail = shown[match.end() : match.end() + _NEAR]
    if inventory.expression("{told-behind}").match(tail):
        return False  # news of a release, or how to come from it
    is_labelled = inventory.expression(_LABEL + "$").search(lead) is not None
    if line.start >= markdown.header_end:
        heading = _heading_above(markdown, line)
        if inventory.expression(_OPENS_LINE).search(lead) is not None:
            return not inventory.aside_heading.search(heading)
        return _is_alone_below_version(inventory, heading, shown)
    if not is_labelled and match[0][0] not in "vV" and not inventory.expression("{three-numbers}").match(match[0]):
        return False
    title = markdown.title.plain if markdown.title is not None else ""
    others = inventory.others
    part = _PART.split(lead)[-1]
    if others.are_told_of_in(part) or others.claim(lead, tail, title=title, is_field=True):
        return False
    named = _NAME_BEFORE.search(part) if not is_labelled else None
    return named is None or is_named_in(title, title_keys(named["word"]))
