"""Where a missing version belongs, in pages whose own form leaves no doubt.

A metadata line or a header table without the version, an index entry whose neighbours state theirs: there the place is
certain. Everywhere else (a page of prose, fields on lines of their own) a person has to choose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.markdown import Block, Cell, Line, plain_text
from owui_lint.repository.plugin import Document
from owui_lint.repository.versions.inventory import Location, Statement
from owui_lint.repository.versions.unread import unread_in
from owui_lint.versions import VERSION

if TYPE_CHECKING:
    from owui_lint.repository import Repository

#: What stands before a version, in a document of each language.
_LABELS = {"en": "**Version:** ", "zh": "**版本：** "}
_HEADS = {
    "line": {
        "en": "**Author:** [..](..) | **Version:** {version} | **Project:** [..](..)",
        "zh": "**作者：** [..](..) | **版本：** {version} | **项目：** [..](..)",
    },
    "table": {"en": "| By [..](..) · v{version} | [..](..) |", "zh": "| 作者：[..](..) · v{version} | [..](..) |"},
}
_NAMES_AUTHOR = lazy_pattern(r"作者|\b(?:by|authors?)\b", re.IGNORECASE)
_AUTHOR_LINE = lazy_pattern(r"[ \t]{0,3}\*\*(?:Author|作者)(?:[:：][ \t]*\*\*|\*\*[ \t]*[:：])", re.IGNORECASE)
_FIELD_LINE = lazy_pattern(r"[ \t]{0,3}\*\*[^*\r\n]{1,40}(?:[:：][ \t]*\*\*|\*\*[ \t]*[:：])")
_AUTHOR_CELL = lazy_pattern(r"(?:By[ \t]+\S|作者[ \t]*[:：])", re.IGNORECASE)
_HARD_BREAK = lazy_pattern(r"(?:\\|<br[ \t]{0,3}/?>)$", re.IGNORECASE)


def insertion(repository: Repository, location: Location, version: str) -> Edit | None:
    """Return the edit that writes ``version`` where ``location`` lacks it, or ``None`` where the place is not certain.

    ``None`` too for text that is no version number: it would not be recognised where it was written.
    """
    if location.statements or not location.present or not compiled(VERSION).fullmatch(version):
        return None
    if location.kind.finder == "entries":
        return _into_entry(repository, location, version)
    documents = (document for document in location.plugin.documents if document.path == location.path)
    document = next(documents, None)
    if document is None or unread_in(repository, location):
        return None  # it would state two versions
    found = document.file.facts.plain(f"place of a missing version ({document.lang})", lambda: _into_page(document))
    if found is None or repository.finder.statements.is_told(document, found[0]):
        return None
    return document.file.edit(found[0], found[0], found[1] + version)


def head(form: str, lang: str, version: str) -> str:
    """Return what a README shows as its whole head, in a language and in the form of the setting ``header-form``."""
    return _HEADS["table" if form == "table" else "line"][lang].replace("{version}", version)


def labelled(lang: str, version: str) -> str:
    """Return a version with its label, as it is read in the head of any page in a language."""
    return _LABELS[lang] + version


def example(repository: Repository, location: Location, version: str) -> str:
    """Return how ``version`` could be stated at ``location``: in a README that names no author either, the whole head."""
    lang = location.kind.lang
    if location.kind.finder == "readme":
        document = next((one for one in location.plugin.documents if one.path == location.path), None)
        if document is not None and not document.file.facts.plain("names an author", lambda: _names_author(document)):
            return head(repository.config["header-form"], lang, version)
    return labelled(lang, version)


def _names_author(document: Document) -> bool:
    markdown = document.markdown
    lines = (line for line in _header_lines(document) if not markdown.is_heading(line))
    return any(_NAMES_AUTHOR.search(markdown.masked_line(line)) for line in lines)


# -- READMEs and pages ------------------------------------------------------------------------------------------


def _into_page(document: Document) -> tuple[int, str] | None:
    """Return the offset at which a version belongs, and what goes before it there."""
    lines = [line for line in _header_lines(document) if _AUTHOR_LINE.match(document.markdown.masked_line(line))]
    cells = list(_author_cells(document))
    if len(lines) + len(cells) != 1:
        return None
    if cells:
        return cells[0].end, " · v"
    return _into_metadata(document, lines[0])


def _header_lines(document: Document) -> Iterator[Line]:
    """Lines where a page tells of itself: where a version would be found, too."""
    markdown = document.markdown
    end = markdown.header_end
    for line in markdown.lines:
        if line.start >= end:
            return
        if not line.code and not markdown.is_generated(line.start):
            yield line


def _author_cells(document: Document) -> Iterator[Cell]:
    header = {line.number for line in _header_lines(document)}
    for table in document.markdown.tables:
        if table.line in header and table.header and _AUTHOR_CELL.match(plain_text(table.header[0].text)):
            yield table.header[0]


def _into_metadata(document: Document, line: Line) -> tuple[int, str] | None:
    markdown = document.markdown
    shown = markdown.masked_line(line)
    field = f" | {_LABELS[document.lang]}"
    links = [(link.start - line.start, link.end - line.start) for link in markdown.links_in(line.start, line.end)]
    bars = [
        match.start()
        for match in compiled(r"[ \t]\|[ \t]").finditer(shown)
        if not any(start <= match.start() < end for start, end in links)
    ]
    if bars:
        return line.start + bars[0], field
    neighbours = markdown.lines[max(line.number - 2, 0) : line.number + 1]
    if any(other != line and _FIELD_LINE.match(markdown.masked_line(other)) for other in neighbours):
        return None  # fields on lines of their own: how they are kept apart is not ours to guess
    return line.end - len(shown) + len(_HARD_BREAK.sub("", shown.rstrip()).rstrip()), field


# -- entries of an index ----------------------------------------------------------------------------------------


def _into_entry(repository: Repository, location: Location, version: str) -> Edit | None:
    kind = location.kind
    document = repository.pages.index(location.path, kind.lang)
    if document is None:
        return None
    own = repository.indexes.entries_of(document, location.plugin)
    if unread_in(repository, location):
        return None  # it would state two versions
    if len(own) != 1 or document.markdown.is_generated(own[0].block.start):
        return None
    block = own[0].block
    if document.markdown.text[block.start : block.end].lstrip().startswith("|"):
        return _into_row(repository, document, block, version)
    others = Counter(one.form for other in _alike(repository, location) for one in other.statements)
    has_lines = "\n" in document.markdown.text[block.start : block.end].replace("\r", "\n")
    usual = "line" if has_lines else "behind-link"
    how = repository.inventory.forms[others.most_common(1)[0][0]].get("insert") if others else usual
    if how == "behind-link":
        return _behind_link(document, block, version)
    if how == "line" and has_lines:
        return _as_line(repository, location, document, block, version)
    return None


def _behind_link(document: Document, block: Block, version: str) -> Edit | None:
    links = document.markdown.text_links_in(block.start, block.end)
    first = next(iter(links), None)
    text = document.markdown.text
    if first is None or compiled(r"[\r\n]").search(text[block.start : first.start]):
        return None  # no link in the first line: nothing that a version could follow
    at = first.end + (2 if text.startswith("**", first.end) else 0)
    return document.file.edit(at, at, f" (v{version})")


def _as_line(repository: Repository, location: Location, document: Document, block: Block, version: str) -> Edit | None:
    """A line of its own above the line that links the page, with the label that the other entries use."""
    markdown, file = document.markdown, document.file
    links = markdown.text_links_in(block.start, block.end)
    if not links:
        return None
    line = markdown.lines[file.position(links[-1].start)[0] - 1]
    if line.number == block.line or not markdown.text[line.start : line.end].strip().startswith("["):
        return None
    indentation = markdown.text[line.start : line.end][: -len(markdown.text[line.start : line.end].lstrip())]
    label = _LABELS[document.lang]
    for statement in _stated_before(repository, location):
        start = statement.start
        before = file.line_text(file.position(start)[0])[: file.position(start)[1] - 1].strip(" \t")
        if before.startswith("**"):
            label = before + " " * (markdown.text[start - 1 : start] == " ")
            break
    newline = file.newline
    return file.edit(line.start, line.start, f"{indentation}{label}{version}{newline}{newline}")


def _stated_before(repository: Repository, location: Location) -> Iterator[Statement]:
    """The lines of the other entries that state their versions, the last first."""
    forms = repository.inventory.forms_with("insert", "line")
    for other in reversed(_alike(repository, location)):
        yield from (statement for statement in reversed(other.statements) if statement.form in forms)


def _alike(repository: Repository, location: Location) -> list[Location]:
    """The locations of all plugins that are of the same kind in the same file."""
    return [one for one in repository.finder.in_file(location.path) if one.kind == location.kind]


def _into_row(repository: Repository, document: Document, block: Block, version: str) -> Edit | None:
    """The empty cell below a header that asks for the version."""
    for table in document.markdown.tables:
        _, column = repository.inventory.version_column(table)
        for row in table.rows if column is not None else ():
            assert column is not None  # only tables with such a column come here
            if row and block.start <= row[0].start < block.end and column < len(row) and not row[column].text:
                at = row[column].start
                return document.file.edit(at, at, version + " " * document.markdown.text.startswith("|", at))
    return None
