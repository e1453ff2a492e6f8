"""What stands in the parts of a README: its head, and the content of its sections."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from owui_lint.finding import LineNumber, Message, Related
from owui_lint.language import listed
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Document, Plugin, Repository
from owui_lint.repository.documents.markdown import Cell, Line, Markdown, Table, plain_text
from owui_lint.repository.documents.markdowncode import blank_comments
from owui_lint.repository.documents.rendering import decoded, has_shortcode
from owui_lint.repository.documents.sections import Section, history_end, version_named
from owui_lint.repository.documents.valvetables import Columns
from owui_lint.repository.versions.insertion import head as head_of
from owui_lint.repository.versions.stories import stand_in
from owui_lint.spans import is_in
from owui_lint.text import commonest, has_emoji, is_emoji, without_emoji
from owui_lint.tuples import NamedTuple

_BULLET = lazy_pattern(r"[ \t>]*(?P<mark>[-*+]|\d{1,9}[.)、])[ \t]+(?P<text>\S.*)")
_SHORTCODE = lazy_pattern(r":[a-z0-9_+-]{2,60}:")  # of an emoji
_STEP_HEADING = lazy_pattern(r"\W{0,6}(?:\d{1,3}\s*[.、)）:：]|step\s*\d|第.{1,3}步|步骤)", re.IGNORECASE)


def _sections(document: Document, context: Context, kind: str) -> list[Section]:
    sections = context.repository.sections.sections(document.markdown, document.lang)
    return [section for section in sections if section.kind.id == kind]


def _body(document: Document, section: Section) -> tuple[int, int]:
    """Return the offsets of a section's content, its heading left out."""
    markdown = document.markdown
    return markdown.body_start(section.heading), markdown.section_end(section.heading)


def _text(document: Document, section: Section) -> str:
    """The text of a section, its links as they are written in a line, wherever their addresses stand."""
    markdown = document.markdown
    start, end = _body(document, section)
    parts: list[str] = []
    for link in (
        markdown.text_links_in(start, end) if "[" in markdown.text[start:end] or "<a" in markdown.folded else ()
    ):
        is_inline = link.start <= link.target_start < link.end and markdown.text[link.start] == "["
        if not is_inline and start <= link.start:
            parts += [markdown.text[start : link.start], f"[{link.text}]({link.target})"]
            start = link.end
    return "".join([*parts, markdown.text[start:end]])


# -- the head ----------------------------------------------------------------------------------------------------


@primitive("title-emoji", scope="readme", reads="text")
def title_emoji(document: Document, context: Context) -> Iterator[Hit]:
    """Report a README whose title shows no emoji."""
    title = document.markdown.title
    if title is not None and not (has_emoji(decoded(title.content)) or has_shortcode(title.content)):
        yield Hit(document.file.place(title.start, title.end), values={"title": title.plain})


_AUTHOR, _PROJECT = r"(?:Authors?|作者)", r"(?:Project|Repository|项目|專案|仓库|倉庫)"
_BOLD = r"(?:\*\*|__)"
_BOLD_LABEL = rf"{_BOLD}[ \t]*%s[ \t]*(?:[:：][ \t]*{_BOLD}|{_BOLD}[ \t]*[:：])"
_LABELS = {
    "author": lazy_pattern(_BOLD_LABEL % _AUTHOR, re.IGNORECASE),
    "project": lazy_pattern(_BOLD_LABEL % _PROJECT, re.IGNORECASE),
}
_PART_NAMES = {
    "author": Message("the author", "作者"),
    "version": Message("the version", "版本"),
    "project": Message("the project", "项目"),
}
# The same without bold type: in a line, a list or HTML, or as a cell of a table of facts.
_PLAIN_LABEL = (
    r"(?:^[ \t>*+-]*+|[|·•；;][ \t]*+)%s[ \t]*[:：][ \t]*\S|\|[ \t*_]*+%s[ \t*_:：]*+(?:\||$)"
    r"|<(?:b|d[td]|em|strong|t[dh])>[ \t]*%s[ \t]*+(?:[:：][ \t]*+)?</"
)
_PLAIN_LABELS = {
    "author": lazy_pattern(_PLAIN_LABEL % (_AUTHOR, _AUTHOR, _AUTHOR), re.IGNORECASE | re.MULTILINE),
    "project": lazy_pattern(_PLAIN_LABEL % (_PROJECT, _PROJECT, _PROJECT), re.IGNORECASE | re.MULTILINE),
}
_TABLE_AUTHOR = lazy_pattern(r"(?:\bBy[ \t]+\S|作者[ \t]*[:：][ \t]*\S)", re.IGNORECASE)


@primitive("header-form", scope="readme", reads="text")
def header_form(document: Document, context: Context) -> Iterator[Hit]:
    """Report a README whose head does not state author, version and project (``missing``), lacks some of them
    (``incomplete``), or states them in another form: than either of the two (``plain``), or than the setting
    ``header-form`` demands (``form``). ``unlinked``: author or project are there, and link to nothing. ``unequal``: they
    are in a header table that is none, because its delimiter row has another number of cells."""
    markdown = document.markdown
    title = markdown.title
    if title is None:
        return
    end = next((heading.start for heading in markdown.headings if heading.start > title.start), len(markdown.text))
    place = document.file.place(title.start, title.end)
    authors = _author_cells(markdown.tables, title.end, end)
    others = (other for cell, header in authors for other in header if other != cell)
    table = any(markdown.text_links_in(other.start, other.end) for other in others)
    head = markdown.masked[title.end : end]
    version = context.repository.inventory.expression(r"(?:\*\*|__)[ \t]*{label}[ \t]*{bold-colon}")
    labels = {**_LABELS, "version": version}
    found = {part for part, pattern in labels.items() if pattern.search(head)}
    if context.repository.finder.statements.of_readme(document):
        found.add("version")
    if authors:
        found.add("author")
    plain = {part for part, pattern in _PLAIN_LABELS.items() if part not in found and pattern.search(head)}
    wanted = context.repository.config["header-form"]
    if not table and len(found) < len(_PART_NAMES):
        for broken, width in markdown.unequal_tables:
            if _author_cells([broken], title.end, end):
                at = markdown.lines[broken.line]
                counts = {"cells": len(broken.header), "delimiters": width}
                yield Hit(document.file.place(at.start, at.end), "unequal", counts)
                return
    if not table and not (found | plain) & {"author", "project"}:
        yield Hit(place, "missing", {"head": head_of(wanted, document.lang, "1.2.3")})
        return
    missing = [] if table else [part for part in _PART_NAMES if part not in found | plain]
    if plain and not table and not missing:
        values = {"parts": listed(_PART_NAMES[part] for part in _PART_NAMES if part in plain)}
        yield Hit(place, "plain", {**values, "head": head_of("line", document.lang, "1.2.3")})
        return
    if missing:
        yield Hit(place, "incomplete", {"parts": listed(_PART_NAMES[part] for part in missing)})
        return
    unlinked = _unlinked(markdown, title.end, end, [cell for cell, _ in authors])
    if unlinked:
        yield Hit(place, "unlinked", {"parts": listed(_PART_NAMES[part] for part in unlinked)})
    line = any(all(pattern.search(text) for pattern in labels.values()) for text in head.splitlines())
    if (wanted == "line" and not line) or (wanted == "table" and not table):
        yield Hit(place, "form", {"wanted": _FORM_NAMES[wanted], "head": head_of(wanted, document.lang, "1.2.3")})


_FORM_NAMES = {"line": Message("one line", "一行文字"), "table": Message("a header table", "信息表格")}


def _author_cells(tables: Iterable[Table], start: int, end: int) -> list[tuple[Cell, Sequence[Cell]]]:
    """Return the cells in the heads of ``tables`` within ``start:end`` that name the author, each with its row. Such a table is a README's head
    where another cell links the project."""
    tables = (table for table in tables if table.header and start <= table.header[0].start < end)
    return [(cell, table.header) for table in tables for cell in table.header if _TABLE_AUTHOR.search(cell.text)]


def _unlinked(markdown: Markdown, start: int, end: int, authors: list[Cell]) -> list[str]:
    """Return which of author and project stand in a README's head without a link: behind their labels, or in ``authors``,
    the cells of a header table."""
    found: list[str] = []
    for part, pattern in _LABELS.items():
        spans = [(cell.start, cell.end) for cell in authors] if part == "author" else []
        for label in pattern.finditer(markdown.masked, start, end):
            value = compiled(r"[^|\n]*").match(markdown.masked, label.end(), end)
            spans.append(value.span() if value else label.span())
        if spans and not any(_links(markdown, *span) for span in spans):
            found.append(part)
    return found


def _links(markdown: Markdown, start: int, end: int) -> bool:
    is_address = compiled(r"https?://|www\.", re.IGNORECASE).search(markdown.text, start, end)
    return is_address is not None or any(True for _ in markdown.text_links_in(start, end))


@primitive("section-first", scope="readme", reads="text")
def section_first(document: Document, context: Context, *, section: str) -> Iterator[Hit]:
    """Report a section that other second-level headings stand above, although it belongs directly below the description."""
    title = document.markdown.opening
    headings = [heading for heading in document.markdown.headings if heading.level == 2 and heading != title]
    for found in _sections(document, context, section)[:1]:
        if found.heading.level == 2 and headings and headings[0] != found.heading:
            heading = found.heading
            values = {"section": found.kind.name, "other": headings[0].plain, "line": LineNumber(headings[0].line)}
            yield Hit(document.file.place(heading.start, heading.end), values=values)


# -- the content of sections -------------------------------------------------------------------------------------


@primitive("section-holds", scope="readme", reads="document")
def section_holds(
    document: Document, context: Context, *, section: str, content: str, example: Mapping[str, str]
) -> Iterator[Hit]:
    """Report a section without the ``content`` it should have: ``marked-list``, ``steps`` or ``valve-table``.

    Several sections of that kind count as one. Cases: ``none``; for a list ``plain``, ``mixed`` (at the first item without
    a mark in a list where others have one) and ``table`` (there is one without marks instead), for a table ``columns``.
    ``example``: by the language of the document, how it is written, whatever the language of the message.
    """
    sections = _sections(document, context, section)
    if not sections or (content == "valve-table" and (document.plugin is None or not document.plugin.has_valves)):
        return
    spans = sorted(_body(document, found) for found in sections)
    heading = sections[0].heading
    problem = _CONTENTS[content](document, context, spans)
    if problem is not None:
        case, values, span = problem
        place = document.file.place(*(span or (heading.start, heading.end)))
        yield Hit(place, case, {"section": sections[0].kind.name, "example": example[document.lang], **values})


Spans = list[tuple[int, int]]
#: A case with its values, and where in the section it is found; ``None``: at its heading.
Problem = tuple[str, dict[str, object], tuple[int, int] | None] | None


def _lines(document: Document, spans: Spans) -> Iterator[Line]:
    return (line for line in document.markdown.lines if not line.code and is_in(line.start, spans))


def _tables(document: Document) -> Iterator[Table]:
    return (table for table in document.markdown.tables if table.header)


def _items(document: Document, spans: Spans) -> Iterator[re.Match[str]]:
    markdown = document.markdown
    for line in _lines(document, spans):
        match = _BULLET.match(markdown.text[line.start : line.end])
        if match and markdown.masked_line(line).strip():
            yield match


def _inner_headings(document: Document, spans: Spans) -> list[str]:
    return [heading.content for heading in document.markdown.headings if is_in(heading.start, spans)]


_IMAGES = lazy_pattern(r"(?:!\[[^\]]*+\](?:\([^)]*+\)|\[[^\]]*+\])?[ \t]*+)++")
_ENTITY = lazy_pattern(r"&(?:#(?P<code>\d{1,7}|[xX][0-9A-Fa-f]{1,6})|(?P<name>[A-Za-z]{2,31}));")
_ANCHOR = lazy_pattern(r"(?:<a\b[^<>]{0,500}>[ \t]*(?:</a>[ \t]*)?)+", re.IGNORECASE)  # of what follows, and no text
_ENTITIES_OF_TEXT = frozenset({"amp", "apos", "gt", "lt", "nbsp", "quot"})


def _is_symbol(character: str) -> bool:
    """Whether a character is an emoji, an arrow, or a digit or letter in a circle."""
    code = ord(character)
    return 0x2190 <= code <= 0x21FF or 0x2460 <= code <= 0x24FF or 0x2776 <= code <= 0x2793 or is_emoji(character)


def _is_entity(text: str) -> bool:
    """Whether a text starts with a symbol that is written as an entity of HTML: ``&#128640;``, ``&rarr;``."""
    entity = _ENTITY.match(text) if text.startswith("&") else None
    if entity is None:
        return False
    if entity["name"]:
        return entity["name"] not in _ENTITIES_OF_TEXT
    code = int(entity["code"][1:], 16) if entity["code"][0] in "xX" else int(entity["code"])
    return code <= 0x10FFFF and _is_symbol(chr(code))


def _is_marked(text: str) -> bool:
    """Whether a line starts with a symbol or an image that text follows, or with a name in bold or code."""
    return (
        text.startswith(("**", "__", "`", "[", "<"))
        or (text.startswith("![") and not _IMAGES.fullmatch(text))
        or _SHORTCODE.match(text) is not None
        or _is_symbol(text[0])
        or "\u20e3" in text[:3]
        or "**" in text[:12]
        or _is_entity(text)
    )


def _is_marked_item(text: str) -> bool:
    """The same of a list item, which may be an image alone."""
    return text.startswith("![") or _is_marked(text)


def _stands_out(text: str) -> bool:
    """Whether a list item is marked, or starts with a name in italics or brackets."""
    is_italic = text[0] in "*_" and not text[1:2].isspace() and text[0] in text[2:]
    return is_italic or text.startswith(("【", "「", "『")) or _is_marked_item(text)


def _shows_symbol(text: str) -> bool:
    return has_emoji(text) or _SHORTCODE.search(text) is not None or _is_entity(text)


def _is_marked_row(row: Sequence[Cell]) -> bool:
    """Whether a row starts with a name that stands out, or shows an emoji in any cell, such as a tick."""
    return bool(row and row[0].text and _stands_out(row[0].text)) or any(_shows_symbol(cell.text) for cell in row)


def _marked_list(document: Document, context: Context, spans: Spans) -> Problem:
    """A list, or lines, subsections or a table that do the same: each feature has a name that stands out."""
    if _inner_headings(document, spans):
        return None
    lists = _lists(document, spans)
    for items in lists:
        plain = [item for item in items if not _stands_out(item.text)]
        if plain and any(_is_marked_item(item.text) for item in items):
            return "mixed", {"count": len(plain), "all": len(items)}, (plain[0].start, plain[0].end)
    lines = [document.markdown.masked_line(line).strip() for line in _lines(document, spans)]
    items_of_all = [item["text"] for item in _items(document, spans)]
    shown = [line for line in lines if line and not _ANCHOR.fullmatch(line)]
    if any(map(_is_marked_item, items_of_all)) or any(map(_is_marked, shown)):
        return None
    names = [item.text for items in lists for item in items] or items_of_all
    if names and all(map(_stands_out, names)):
        return None
    rows = [row for table in _tables(document) if is_in(table.header[0].start, spans) for row in table.rows]
    if rows:
        is_told = any(row and row[0].text for row in rows) and not any(map(_is_marked_row, rows))
        return ("table", {}, None) if is_told else None
    return ("plain" if items_of_all else "none"), {}, None


class _Item(NamedTuple):
    """The text of a list item's first line, and its offsets; ``mark`` is what tells lists apart: ``-``, ``*``, ``.``."""

    mark: str
    text: str
    start: int
    end: int


def _lists(document: Document, spans: Spans) -> list[list[_Item]]:
    """Return the lists of a section, each with its items of the first level; text at the left margin ends one, and
    so does an item with another mark, or another section."""
    markdown = document.markdown
    found: list[list[_Item]] = [[]]
    end = 0
    for line in _lines(document, spans):
        if line.start >= end:  # another of several sections
            end = spans[bisect_right(spans, line.start, key=lambda span: span[0]) - 1][1]
            found.append([])
        raw = markdown.text[line.start : line.end]
        match = _BULLET.match(raw)
        if match and match.start("mark") == 0 and markdown.masked_line(line).strip():
            start = line.start + match.start("text")
            mark = match["mark"][-1]
            if found[-1] and found[-1][-1].mark != mark:
                found.append([])
            found[-1].append(_Item(mark, match["text"], start, line.end))
        elif raw[:1].strip():
            found.append([])
    return [items for items in found if items]


def _steps(document: Document, context: Context, spans: Spans) -> Problem:
    if any(item["mark"][0].isdigit() for item in _items(document, spans)):
        return None
    inner = [plain_text(without_emoji(text)) for text in _inner_headings(document, spans)]
    return None if any(_STEP_HEADING.match(text) for text in inner) else ("none", {}, None)


def _valve_table(document: Document, context: Context, spans: Spans) -> Problem:
    columns = Columns(context.repository.data["words"])
    missing: list[list[str]] = []
    for table in _tables(document):
        if is_in(table.header[0].start, spans):
            found = columns.of(table)
            missing.append([name for name in columns.names if name not in found])
    if not missing:
        return "none", {}, None
    lacking = min(missing, key=len)
    if not lacking:
        return None
    return "columns", {"columns": listed(columns.title(name) for name in lacking)}, None


_CONTENTS = {"marked-list": _marked_list, "steps": _steps, "valve-table": _valve_table}


@primitive("history-elsewhere", scope="readme", reads="text")
def history_elsewhere(document: Document, context: Context, *, section: str) -> Iterator[Hit]:
    """Report a section that lists releases itself (``versions``), or that links to no history (``link``). One that stands
    where What's New belongs is that, by another name."""
    markdown = document.markdown
    renamed = stand_in(document, context.repository.sections)
    for found in _sections(document, context, section):
        if found == renamed:
            continue
        start, end = _body(document, found)[0], history_end(markdown, found.heading)
        versions = list(_listed_versions(document, found.heading.line, end))
        place = document.file.place(found.heading.start, found.heading.end)
        if versions:
            yield Hit(place, "versions", {"section": found.kind.name, "count": len(versions), "first": versions[0]})
        elif not markdown.links_in(start, end) and "http" not in markdown.masked[start:end]:
            yield Hit(place, "link", {"section": found.kind.name})


def _listed_versions(document: Document, after: int, end: int) -> Iterator[str]:
    """Versions that open a heading, a list item or a line in bold, below the line ``after``."""
    markdown = document.markdown
    for index in range(after, len(markdown.lines)):
        line = markdown.lines[index]
        if line.start >= end:
            return
        if line.code:
            continue
        shown = markdown.masked_line(line)
        match = compiled(
            r"[ \t]*+(?:#{1,6}[ \t]++|[-*+][ \t]++|\|[ \t]*+)?+(?:\*\*|\[|`)*+[ \t]*+(v?\d+\.\d+[\w.+-]*)"
        ).match(without_emoji(shown))
        named = version_named(match[1]) if match else None
        if named:
            yield named.version


# -- Support -----------------------------------------------------------------------------------------------------

_STAR = lazy_pattern(r"\bstars?\b|⭐|🌟|★|点赞|星标|加星|标星", re.IGNORECASE)
_MIN_READMES = 3  # fewer have no prevailing form


def _plain_sentence(text: str) -> str:
    """Return a text as it is compared: without emoji, emphasis and differences in spacing."""
    text = compiled(r"[*_]{1,3}").sub("", without_emoji(text))
    return compiled(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])").sub("", " ".join(text.split())).strip(" -")


@primitive("support-text", scope="repository", reads="heads")
def support_text(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report Support sections without the configured sentence (``configured``).

    Where none is configured: those that hold nothing (``empty``), ask for no star or link nothing (``ask``), and those
    whose first paragraph differs from the one that most READMEs of the language have (``majority``).
    """
    settings = {"en": "support-sentence", "zh": "support-sentence-zh"}
    name = repository.sections.by_id["support"].name
    by_lang: dict[str, list[tuple[Plugin, Document, _Support]]] = defaultdict(list)
    for plugin in repository.plugins:
        for lang, document in plugin.readmes.items():
            kept = document.file.facts.plain(f"support ({lang})", partial(_support_in, document, context))
            if kept is not None:
                by_lang[lang].append((plugin, document, _Support._make(kept)))
    for lang, entries in by_lang.items():
        setting = settings[lang]
        sentence = repository.config[setting]
        first = [_first_paragraph(support.text) for _, _, support in entries]
        usual = None if sentence else _majority(first)
        for plugin, document, (text, start, end) in entries:
            place = document.file.place(start, end)
            if sentence:
                if _plain_sentence(sentence) not in _plain_sentence(text):
                    yield Hit(place, "configured", {"sentence": sentence, "setting": setting}, plugin=plugin.id)
            elif not blank_comments(text).strip(" \t\r\n-*_"):
                yield Hit(place, "empty", {"section": name}, plugin=plugin.id)
            elif not _STAR.search(text) or "http" not in text:
                yield Hit(place, "ask", plugin=plugin.id)
            elif usual is not None and usual not in _plain_sentence(text):
                _, other, there = entries[first.index(usual)]
                related = Related(other.file.place(there.start, there.end), Message("the usual sentence", "常用语句"))
                # Not how many there are: what a baseline knows must not change with another plugin's README.
                values = {"path": other.path, "setting": setting}
                yield Hit(place, "majority", values, related=(related,), plugin=plugin.id)


class _Support(NamedTuple):
    """The text of a Support section; ``start:end`` are the offsets of its heading."""

    text: str
    start: int
    end: int


def _support_in(document: Document, context: Context) -> tuple[str, int, int] | None:
    section = next(iter(_sections(document, context, "support")), None)
    return (_text(document, section), section.heading.start, section.heading.end) if section is not None else None


def _first_paragraph(text: str) -> str:
    paragraphs = [part for part in compiled(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)").split(text.strip()) if part.strip()]
    return _plain_sentence(paragraphs[0]) if paragraphs else ""


def _majority(values: list[str]) -> str | None:
    """Return the value that more than half have; ``None`` among fewer than three."""
    value, count = commonest(filter(None, values))
    return value if len(values) >= _MIN_READMES and count * 2 > len(values) else None


@primitive("text-mentions", scope="plugin")
def text_mentions(plugin: Plugin, context: Context, *, words: list[str]) -> Iterator[Hit]:
    """Report a plugin where neither the head of its code nor a README has one of ``words`` (case is ignored)."""
    texts = [plugin.code.file.text[:4000], *(document.file.text for document in plugin.readmes.values())]
    if plugin.readmes and not any(word.casefold() in text.casefold() for text in texts for word in words):
        document = next(iter(plugin.readmes.values()))
        title = document.markdown.title
        place = document.file.place(title.start, title.end) if title else document.file.place(0)
        yield Hit(place)
