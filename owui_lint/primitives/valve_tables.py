"""The valves tables of READMEs and pages against the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, partial

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, LineNumber, Message, Related
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.names import VALVE_CLASSES
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Code, Document, Plugin
from owui_lint.repository.documents.markdown import Cell
from owui_lint.repository.documents.valvetables import Columns, Row, ValveTable, is_padded, valve_tables
from owui_lint.repository.python.writtenvalue import Words, WrittenValve, agrees, escaped, write_value
from owui_lint.spans import is_in
from owui_lint.text import commonest, display_width, has_cjk, is_slip

if TYPE_CHECKING:
    from typing import Any

_MIN_SLIP = 4  # letters of a word in which one may be a slip
_STYLE_ROWS = 100  # rows that show how a table is written
_MAX_PAIRS = 10_000  # names that are compared for renames; no honest table comes near
_MOST_STYLES = 200  # names in another style that one document is searched for
_LISTED = lazy_pattern(r"\n[ \t]*(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+[*_`]{0,4}(\w+)")
_WORD = lazy_pattern(r"\w+")
_FOR_USERS = lazy_pattern(r"\busers?\b|用户|个人", re.IGNORECASE)


@primitive("valves-documented", scope="document", reads="coded", on_readmes="own")
def valves_documented(document: Document, context: Context) -> Iterator[Hit]:
    """Report valves that a README's tables lack (``missing``), rows about a valve that the code does not have
    (``invented``) or writes otherwise (``name``), defaults that differ from the code's (``default``), and rows about a
    valve that the table has had before (``twice``); and what else the document calls otherwise than the code (``mention``,
    at the first of its places).

    Names in prose or in translation, and defaults in prose, are not judged. Pages need not list all valves.
    """
    plugin = document.plugin
    if plugin is None or not document.is_of_one_plugin or not plugin.has_valves:
        return
    check = _Check(plugin, document, context)
    for table in check.tables:
        for row in table.rows:
            yield from check.row(table, row)
        yield from check.repeated(table)
    yield from check.mentions()
    if document.kind == "readme":
        yield from check.missing()


class _Check:
    def __init__(self, plugin: Plugin, document: Document, context: Context) -> None:
        self.plugin = plugin
        self.document = document
        self.context = context

    @cached_property
    def words(self) -> Words:
        return Words(self.context.repository.data["words"])

    @cached_property
    def sources(self) -> list[Code]:
        """The code, and for Chinese documents its copies: an older README may be about one of them."""
        return [self.plugin.code, *(self.plugin.copies if self.document.lang == "zh" else ())]

    @cached_property
    def valves(self) -> dict[str, list[WrittenValve]]:
        """The code's valves by name; a name may be in ``Valves`` and in ``UserValves``."""
        return _by_name([self.plugin.code])

    @cached_property
    def tables(self) -> list[ValveTable]:
        return self._tables_of(self.document)

    @cached_property
    def _all_tables(self) -> list[ValveTable]:
        return self._every_table_of(self.document)

    def _tables_of(self, document: Document) -> list[ValveTable]:
        every = self._all_tables if document is self.document else self._every_table_of(document)
        return [table for table in every if not table.is_of_environment]

    def _every_table_of(self, document: Document) -> list[ValveTable]:
        names = {valve.name for code in self.sources for valve in code.written_valves}
        repository = self.context.repository
        spans = sorted(
            (section.heading.start, document.markdown.section_end(section.heading))
            for section in repository.sections.sections(document.markdown, document.lang)
            if section.kind.id == "configuration"
        )
        columns = Columns(repository.data["words"])
        return valve_tables(document.markdown, names, columns, spans, self._is_in_code)

    def _is_in_code(self, word: str) -> bool:
        return word in self._words_of_code

    @cached_property
    def _words_of_code(self) -> set[str]:
        return {word for code in self.sources for word in _WORD.findall(code.file.text)}

    # -- rows that are there ---------------------------------------------------------------------------------

    def row(self, table: ValveTable, row: Row) -> Iterator[Hit]:
        cell = row.cells[table.columns["name"]]
        if not row.valves:
            if row.written and self._may_accuse(table):
                yield self._unknown(row.written, cell)
            return
        if len(row.valves) > 1 or row.valves[0] not in self.valves:
            return
        name = row.valves[0]
        if row.written and (row.written.casefold() == name.casefold() or self._is_strange(row.written, table)):
            yield self._misnamed(row.written, name, cell)
        default = row.cell(table.columns.get("default"))
        if default is not None:
            yield from self._default(table, name, default)

    def _is_strange(self, written: str, table: ValveTable) -> bool:
        """Whether a name certainly is no valve, nor anything else that the code names, as a variable of the environment."""
        return self._may_accuse(table) and written not in self.plugin.code.file.text

    def repeated(self, table: ValveTable) -> Iterator[Hit]:
        """Hits at rows about a valve that a row above is about. A name of both classes may stand there for each, and so
        may one for each value of a column that tables of valves do not have."""
        first: dict[tuple[str, ...], int] = {}
        for row in table.rows if "default" in table.columns else ():
            name = row.valves[0] if len(row.valves) == 1 else ""
            told_apart = [cell.text for index, cell in enumerate(row.cells) if index not in table.columns.values()]
            key = (name, *told_apart)
            if len(self.valves.get(name, ())) != 1 or first.setdefault(key, row.line) == row.line:
                continue
            cell = row.cells[table.columns["name"]]
            yield Hit(
                self.document.file.place(cell.start, cell.end), "twice", {"name": name, "line": LineNumber(first[key])}
            )

    def _unknown(self, written: str, cell: Cell) -> Hit:
        renamed = self.renamed.get(written)
        if renamed is not None:
            return self._misnamed(written, renamed, cell)
        return Hit(self.document.file.place(cell.start, cell.end), "invented", {"name": written})

    def _misnamed(self, written: str, name: str, cell: Cell) -> Hit:
        at = cell.start + cell.text.index(written)
        edit = self.document.file.edit(at, at + len(written), name)
        place = self.document.file.place(cell.start, cell.end)
        return Hit(place, "name", {"found": written, "name": name}, (edit,), self._related(name))

    @cached_property
    def documented(self) -> set[str]:
        """The valves that some row is about, also one of a table of variables of the environment."""
        return {name for table in self._all_tables for row in table.rows for name in row.valves}

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Unknown names that contain, word for word, the one undocumented name that does, or the reverse, or that are a
        slip away from it.

        ``LLM_MODEL_ID`` in the table and ``MODEL_ID`` in the code are one thing to mend, not two.
        """
        left = [name for name in self.valves if name not in self.documented]
        unknown = {row.written for table in self.tables for row in table.rows if row.written and not row.valves}
        found: dict[str, str] = {}
        if len(unknown) * max(len(left), len(unknown)) > _MAX_PAIRS:
            return found
        for written in unknown:
            near = [name for name in left if _are_near(name, written)]
            rivals = [other for other in unknown if near and _are_near(near[0], other)]
            if len(near) == 1 and rivals == [written]:
                found[written] = near[0]
        return found

    def _may_accuse(self, table: ValveTable) -> bool:
        """Whether a table is so surely about valves that an unknown name in it is an invention."""
        may_be_more = self.plugin.code.may_have_more_valves
        return not may_be_more and (table.is_reference or table.known * 2 >= len(table.rows))

    def _default(self, table: ValveTable, name: str, cell: Cell) -> Iterator[Hit]:
        candidates = self.valves[name]
        if _FOR_USERS.search(table.heading):
            candidates = [valve for valve in candidates if valve.owner == "UserValves"] or candidates
        values = [valve.default for valve in candidates]
        accepted = [*values, *(valve.default for valve in self._of_copies.get(name, ()))]
        if any(agrees(cell.text, value, self.words) is not False for value in accepted):
            return
        expected = write_value(values[0], cell.text, self.words, code=True)
        edits = (self._replace(table, cell, expected),) if expected is not None else ()
        shown = expected.strip("`") if expected is not None else repr(values[0])
        place = self.document.file.place(cell.start, cell.end)
        found = cell.text.strip("`") or cell.text
        yield Hit(place, "default", {"name": name, "found": found, "expected": shown}, edits, self._related(name))

    @cached_property
    def _of_copies(self) -> dict[str, list[WrittenValve]]:
        """The valves of the copies, as ``valves``."""
        return _by_name(self.sources[1:])

    def _related(self, name: str) -> tuple[Related, ...]:
        valve = self.valves[name][0]
        place = self.plugin.code.file.place(valve.start, valve.end)
        return (Related(place, Message("the code", "代码")),)

    def _replace(self, table: ValveTable, cell: Cell, text: str) -> Edit:
        """Return the edit of a cell; in a table whose columns are lined up they stay so, as far as there is room."""
        end = cell.end
        if self._is_padded(table):
            room = self.document.markdown.text[end:].partition("|")[0]
            spare = len(room) - len(room.lstrip(" ")) - 1
            grown = display_width(text) - display_width(cell.text)
            if grown < 0:
                text += " " * -grown
            else:
                end += max(0, min(grown, spare))
        return self.document.file.edit(cell.start, end, text)

    def _is_padded(self, table: ValveTable) -> bool:
        line = table.table.line
        if line not in self._padded:
            self._padded[line] = is_padded(self.document.markdown, table.table)
        return self._padded[line]

    @cached_property
    def _padded(self) -> dict[int, bool]:
        return {}

    # -- what is not in tables -------------------------------------------------------------------------------

    def mentions(self) -> Iterator[Hit]:
        """Hits at names that are a valve's but for their style, each at the first place that certainly is about the valve;
        not at those that a row's hit is about."""
        facts = self.document.file.facts
        written = facts.plain("words that look like names", partial(_names_in, self.document))
        found = [(old, new) for old in written if (new := self._by_letters.get(_letters(old), old)) != old]
        known = {valve.name for code in self.sources for valve in code.written_valves}
        found = [(old, new) for old, new in found if old not in known][:_MOST_STYLES]
        if not found:
            return
        from owui_lint.repository.documents.valvementions import ValveMentions

        names = ValveMentions(self.document, self.context.repository.sections, known | {old for old, _ in found})
        code = [one.file.text for one in self.sources]
        for old, new in found:
            places = names.of(old, new, is_alone=not any(old in text for text in code))
            places = [one for one in places if not is_in(one.start, self._rows_told)]
            if not places:
                continue
            edits = tuple(self.document.file.edit(*one) for one in places)
            place = self.document.file.place(places[0].start, places[0].end)
            values = {"found": old, "name": new, "count": len(places)}
            yield Hit(place, "mention", values, edits, self._related(new))

    @cached_property
    def _by_letters(self) -> dict[str, str]:
        """The valves by their letters; those that only their style tells apart are left out."""
        found: dict[str, str] = {}
        for name in self.valves:
            letters = _letters(name)
            found[letters] = name if letters not in found else ""
        return {letters: name for letters, name in found.items() if name}

    @cached_property
    def _rows_told(self) -> list[tuple[int, int]]:
        """The spans of the name cells of rows in which another name stands than the code's."""
        cells = (row.cells[table.columns["name"]] for table in self.tables for row in table.rows if row.written)
        return sorted((cell.start, cell.end) for cell in cells)

    # -- rows that are not -----------------------------------------------------------------------------------

    def missing(self) -> Iterator[Hit]:
        full = [table for table in self.tables if "default" in table.columns]
        rows = [row for table in self.tables for row in table.rows]
        documented = self.documented | set(self.renamed.values()) | self._listed
        if not full or any(not row.written and self.valves.keys().isdisjoint(row.valves) for row in rows):
            return  # a row that cannot be read, or is about a copy, may be the one that is missed
        homes = self._homes(full)
        lacking = [name for name in self.valves if name not in documented]
        edits = self._insertions(homes, lacking)
        for name in lacking:
            header = homes[name].table.header
            place = self.document.file.place(header[0].start, header[-1].end)
            owner = self.valves[name][0].owner
            yield Hit(place, "missing", {"name": name, "owner": owner}, edits.get(name, ()), self._related(name))

    @cached_property
    def _listed(self) -> set[str]:
        """Names that a list item or a heading starts with: they are documented there."""
        markdown = self.document.markdown
        return set(markdown.facts.plain("listed names", lambda: _LISTED.findall("\n" + markdown.without_code)))

    def _homes(self, tables: list[ValveTable]) -> dict[str, ValveTable]:
        """Return the table that each valve belongs into: the one of the valve before it, among those for its kind of
        valve (the users' or the administrators')."""
        where: dict[str, ValveTable] = {}
        for table in tables:
            for row in table.rows:
                where.update(dict.fromkeys(row.valves, table))
        homes: dict[str, ValveTable] = {}
        for owner in VALVE_CLASSES:
            wanted = owner == "UserValves"
            fitting = [table for table in tables if bool(_FOR_USERS.search(table.heading)) == wanted] or tables
            lines = {table.table.line for table in fitting}
            current = fitting[0]
            for name, found in self.valves.items():
                if name in where and where[name].table.line in lines:
                    current = where[name]
                if found[0].owner == owner:
                    homes[name] = current
        return homes

    def _insertions(self, homes: dict[str, ValveTable], lacking: list[str]) -> dict[str, tuple[Edit, ...]]:
        """Return the edits that add rows, each below that of the valve before. All of a document belong together: rows
        meet at one place."""
        last: dict[int, int] = {}  # per table, the line of the row that the next one goes below
        lines = {name: row.line for table in self.tables for row in table.rows for name in row.valves}
        at: dict[int, list[str]] = {}
        added: list[str] = []
        wanted = set(lacking)
        for name, table in homes.items():
            if name not in wanted:
                if name in lines and table.rows and table.rows[0].line <= lines[name] <= table.rows[-1].line:
                    last[table.table.line] = lines[name]
                continue
            text = self._row_text(table, name) if table.rows else None
            if text is not None:
                number = last.get(table.table.line, table.rows[-1].line)
                at.setdefault(number, []).append(text)
                added.append(name)
        newline = self.document.file.newline
        edits = []
        for number, texts in at.items():
            end = self.document.markdown.lines[number - 1].end
            edits.append(self.document.file.edit(end, end, "".join(newline + text for text in texts)))
        return dict.fromkeys(added, tuple(edits))

    def _row_text(self, table: ValveTable, name: str) -> str | None:
        valve = self.valves[name][0]
        if not valve.is_known:
            return None
        value = valve.value
        columns = table.columns
        rows = table.rows[:_STYLE_ROWS]
        defaults = [cell.text for row in rows if (cell := row.cell(columns["default"]))]
        like = self._like(value, defaults)
        uses_code = sum(text.startswith("`") for text in defaults) * 2 >= len(defaults)
        written = write_value(value, like, self.words, code=uses_code)
        if written is None:
            return None
        cells = [""] * len(table.table.header)
        cells[columns["name"]] = _name_form(table, name, self.document.lang)
        cells[columns["default"]] = written
        if "description" in columns:
            cells[columns["description"]] = self._description(valve)
        markdown = self.document.markdown
        sample_line = markdown.lines[table.rows[-1].line - 1]
        sample = markdown.text[sample_line.start : sample_line.end]
        if self._is_padded(table):
            widths = [
                max(
                    display_width(line[index].text)
                    for line in (table.table.header, *table.table.rows[:_STYLE_ROWS])
                    if index < len(line)
                )
                for index in range(len(cells))
            ]
            cells = [
                cell + " " * max(0, width - display_width(cell)) for cell, width in zip(cells, widths, strict=True)
            ]
        indent = sample[: len(sample) - len(sample.lstrip(" \t>"))]
        body = sample.strip(" \t>")
        bar = " | " if " | " in body or " |" in body else "|"
        # Without a bar at its end, a cell that is empty there would be none.
        opening = bar.lstrip() if body.startswith("|") or not cells[0].strip() else ""
        closing = bar.rstrip() if body.endswith("|") or not cells[-1].strip() else ""
        return f"{indent}{opening}{bar.join(cells)}{closing}"

    def _like(self, value: Any, defaults: list[str]) -> str:
        """Return a default of the table that is of the same kind, as the pattern for a new one."""
        for text in defaults:
            if text.strip() in self.words.not_said:
                continue
            if isinstance(value, bool):
                if text.strip("`*").casefold() in self.words.flags:
                    return text
            elif value in ("", None):
                if agrees(text, "", self.words):
                    return text
            elif agrees(text, "", self.words) is not True and text.strip("`*").casefold() not in self.words.flags:
                return text if text.count("`") in (0, 2) else ""
        return ""

    def _description(self, valve: WrittenValve) -> str:
        """Return the description in the document's language: the code's, else what the plugin's other documents say. Where
        there is none the cell stays empty: a document is written in its language, and a row may do without."""
        is_chinese = self.document.lang == "zh"
        texts = [other.description for other in self._of_copies.get(valve.name, ())] if is_chinese else []
        for text in (*texts, valve.description):
            if text and has_cjk(text) == is_chinese:
                return escaped(" ".join(text.split()))
        return self._described_elsewhere.get(valve.name, "")

    @cached_property
    def _described_elsewhere(self) -> dict[str, str]:
        """The descriptions in the plugin's other documents of the same language, by valve."""
        found: dict[str, str] = {}
        for document in self.plugin.documents:
            if document.path == self.document.path or document.lang != self.document.lang:
                continue
            for table in self._tables_of(document):
                for row in table.rows:
                    cell = row.cell(table.columns.get("description"))
                    if cell is not None and has_cjk(cell.text) == (document.lang == "zh"):
                        found.update((name, cell.text) for name in row.valves if name not in found)
        return found


def _by_name(codes: list[Code]) -> dict[str, list[WrittenValve]]:
    found: dict[str, list[WrittenValve]] = {}
    for code in codes:
        for valve in code.written_valves:
            found.setdefault(valve.name, []).append(valve)
    return found


def _name_form(table: ValveTable, name: str, lang: str) -> str:
    """Return a name written as most names of the table are: ``code``, **bold**, **Words (NAME)** or plain."""
    column = table.columns["name"]
    cells = [(row.cells[column].text, row.valves[0]) for row in table.rows[:_STYLE_ROWS] if len(row.valves) == 1]
    word = compiled(r"\w[^*`()（）]*")
    form, _ = commonest(word.sub("…", text.replace(valve, "{}", 1)) for text, valve in cells)
    if "{}" not in form:
        return f"`{name}`"
    if "…" in form:
        words = compiled(r"([*`]*)… ?([(（])([*`]*)\{\}([*`]*)[)）]([*`]*)$").match(form)
        if words is None:
            return f"`{name}`"
        if lang == "zh":  # the words would have to be translated
            return f"{words[1]}{words[3]}{name}{words[4]}{words[5]}"
        return f"{words[1]}{name.replace('_', ' ').title()} ({words[3]}{name}{words[4]}){words[5]}"
    return form.replace("{}", name)


def _are_near(name: str, other: str) -> bool:
    words, others = _words(name), _words(other)
    return words <= others or others <= words or _is_misspelt(name.casefold(), other.casefold())


def _is_misspelt(name: str, other: str) -> bool:
    """Whether two names differ by a slip; short words that differ by a letter are two words: ``top_k``, ``top_p``."""
    pairs = list(zip(name.split("_"), other.split("_"), strict=False))
    short = any(one != two and min(len(one), len(two)) < _MIN_SLIP for one, two in pairs)
    return is_slip(name, other) and (name.count("_") != other.count("_") or not short)


def _letters(name: str) -> str:
    """What is left of a name without its style: ``maxTurns`` and ``MAX_TURNS`` are the same."""
    return name.replace("_", "").casefold()


def _names_in(document: Document) -> list[str]:
    from owui_lint.repository.documents.valvementions import names_in

    return names_in(document.file.text)


def _words(name: str) -> set[str]:
    return set(name.casefold().strip("_").split("_"))
