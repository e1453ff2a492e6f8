"""Tables that document valves: their columns, and which valve each row is about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.markdown import Cell, Markdown, Table, plain_text
from owui_lint.spans import is_in
from owui_lint.text import display_width, without_emoji
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

_COLUMN_TITLES = {
    "name": Message("the name", "参数名"),
    "default": Message("the default", "默认值"),
    "description": Message("the description", "描述"),
}
_PARENTHESES = lazy_pattern(r"[(（][^()（）]{0,80}[)）]")
_IDENTIFIER = lazy_pattern(r"(?<![\w.$-])[A-Za-z_]\w*(?![\w-])")
_WHOLE = lazy_pattern(r"(?:\*\*)?(`?)([A-Za-z_][A-Za-z0-9_]*)\1(?:\*\*)?(?:\s*[(（][^()（）]{0,80}[)）])?(?:\*\*)?")
_BEHIND_A_LABEL = lazy_pattern(r"[^\W_][*_]{0,3}[ ]?[(（]`?([A-Za-z_]\w*)`?[)）][*_]{0,3}\Z")  # **Label (NAME)**
_SHORTEST_LABELLED = 3  # letters of a name; what is shorter in parentheses is a unit: Timeout (MS)
_ENVIRONMENT = lazy_pattern(r"\benv(?:ironment)?\b|环境变量", re.IGNORECASE)
_VARIABLES = lazy_pattern(r"\benv(?:ironment)?[ -]var(?:iable)?s?\b|环境变量", re.IGNORECASE)
_VALVES = lazy_pattern(r"valves?\b|阀", re.IGNORECASE)
_SECTION = 2  # the level of a page's sections
_LINES_ABOVE = 3  # of a table, in which the one that introduces it is looked for
_UPPER = lazy_pattern(r"(?<![\w.$-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w-])")


class Columns:
    """Which column of a table is which, by the words of ``rules/words.yaml``."""

    names = ("name", "default", "description")

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._by_word = {
            str(word).casefold(): column
            for column, languages in words["valve-columns"].items()
            for listed in languages.values()
            for word in listed
        }

    @staticmethod
    def title(name: str) -> Message:
        """Return how a column is called in a text for people."""
        return _COLUMN_TITLES[name]

    def of(self, table: Table) -> dict[str, int]:
        """Return the index of each known column; the first of two wins."""
        found: dict[str, int] = {}
        for index, cell in enumerate(table.header):
            text = " ".join(_PARENTHESES.sub(" ", without_emoji(plain_text(cell.text))).casefold().split())
            column = self._by_word.get(text)
            if column is not None:
                found.setdefault(column, index)
        return found


class Row(NamedTuple):
    """A row of a valves table. ``valves``: the names in the code that it is about; ``written``: a name as it stands
    there that no code has, also beside words that say which valve is meant; neither: its name is prose or a translation."""

    cells: tuple[Cell, ...]
    line: int
    valves: tuple[str, ...]
    written: str | None

    def cell(self, index: int | None) -> Cell | None:
        """Return a cell, or ``None`` for a column that the row does not have."""
        return self.cells[index] if index is not None and index < len(self.cells) else None


class ValveTable:
    """A table with a name column whose rows are about valves. ``heading`` is the one it stands under; ``is_reference``:
    it stands where valves are documented and has defaults, so that all of its rows are meant to be valves;
    ``is_of_environment``: it is about variables of the environment, which may be called as valves are."""

    def __init__(
        self,
        table: Table,
        columns: Mapping[str, int],
        rows: tuple[Row, ...],
        heading: str,
        is_reference: bool,
        is_of_environment: bool = False,
    ) -> None:
        self.table = table
        self.columns = columns
        self.rows = rows
        self.heading = heading
        self.is_reference = is_reference
        self.is_of_environment = is_of_environment

    @cached_property
    def known(self) -> int:
        """The number of rows that are about valves of the code."""
        return sum(bool(row.valves) for row in self.rows)


def valve_tables(
    markdown: Markdown,
    names: Iterable[str],
    columns: Columns,
    sections: Sequence[tuple[int, int]],
    is_in_code: Callable[[str], bool] = lambda word: False,
) -> list[ValveTable]:
    """Return the tables of a document in which at least one row is about one of the valves ``names``.

    Where there is none: those in the configuration ``sections`` (offsets, in order) that have defaults and name something.
    ``is_in_code`` tells whether the code says a word at all: one in parentheses may then be what it deals with, not a name.
    """
    known = frozenset(names)
    folded = {name.casefold(): name for name in known}
    found: list[ValveTable] = []
    for table in markdown.tables:
        indexes = columns.of(table)
        if "name" not in indexes or len(indexes) < 2 or markdown.is_generated(table.header[0].start):
            continue
        rows = tuple(
            Row(cells, line, *_about(cells[indexes["name"]].text, known, folded))
            for line, cells in enumerate(table.rows, table.line + 2)
            if len(cells) > indexes["name"]
        )
        rows = _with_labelled(rows, indexes["name"], is_in_code)
        above = bisect_right(markdown.headings, table.header[0].start, key=lambda heading: heading.start) - 1
        heading = markdown.headings[above].plain if above >= 0 else ""
        inside = is_in(table.header[0].start, sections)
        is_other = markdown.facts.entry(
            "is of environment", table.line, partial(_is_of_environment, markdown, table, above)
        )
        is_reference = inside and "default" in indexes and not is_other
        found.append(ValveTable(table, indexes, rows, heading, is_reference, is_other))
    known_ones = [table for table in found if table.known]
    if any(not table.is_of_environment for table in known_ones):
        return known_ones
    return [table for table in found if table.is_reference and any(row.written for row in table.rows)] + known_ones


def _with_labelled(rows: tuple[Row, ...], column: int, is_in_code: Callable[[str], bool]) -> tuple[Row, ...]:
    """Return the rows with a word in capitals behind a label, ``**Theme (THEME)**``, as the name that is written there, if
    all rows about valves are written in just this way; elsewhere such a word may be a format or a unit."""
    forms = {_labelled_form(row.cells[column].text, row.valves) for row in rows if row.valves}
    if len(forms) != 1 or None in forms:
        return rows
    found: list[Row] = []
    for row in rows:
        text = row.cells[column].text
        behind = None if row.valves or row.written else _BEHIND_A_LABEL.search(text)
        name = behind[1] if behind else ""
        is_name = len(name) >= _SHORTEST_LABELLED and name.isupper() and _labelled_form(text, (name,)) in forms
        found.append(row._replace(written=name) if is_name and not is_in_code(name) else row)
    return tuple(found)


def _labelled_form(text: str, names: tuple[str, ...]) -> tuple[str, str] | None:
    """Return how a cell writes a name behind a label (the marks at its start, and what there is around the name), or
    ``None`` for one that does not, or names several."""
    behind = _BEHIND_A_LABEL.search(text)
    if behind is None or names != (behind[1],):
        return None
    marks = text[: len(text) - len(text.lstrip("*_"))]
    return marks, text[behind.start() + 1 : behind.start(1)].lstrip() + text[behind.end(1) :]


def _is_of_environment(markdown: Markdown, table: Table, above: int) -> bool:
    """Tell whether a table is about variables of the environment: one of the headings it stands under (``above``: the number
    of the nearest) says so, or the line above it, and neither speaks of valves."""
    level = 7
    for heading in markdown.headings[above::-1] if above >= 0 else ():
        if heading.level < level and heading != markdown.title:
            level = heading.level
            plain = heading.plain
            if _VALVES.search(plain):
                return False
            if _ENVIRONMENT.search(plain):
                return True
        if level <= _SECTION:
            break
    lines = markdown.lines[: table.line - 1]
    line = next((line for line in lines[: -_LINES_ABOVE - 1 : -1] if markdown.masked_line(line).strip()), None)
    lead = markdown.masked_line(line) if line is not None else ""
    return _VARIABLES.search(lead) is not None and _VALVES.search(lead) is None


def _about(text: str, known: frozenset[str], folded: Mapping[str, str]) -> tuple[tuple[str, ...], str | None]:
    """Return the valves that a name cell is about, and the name as written where it is one that no code has."""
    tokens = _IDENTIFIER.findall(text)
    exact = tuple(dict.fromkeys(token for token in tokens if token in known))
    if exact:
        return exact, None
    whole = _WHOLE.fullmatch(text.strip())
    behind = _BEHIND_A_LABEL.search(text)
    words = compiled(r"[\s-]+").sub("_", plain_text(_PARENTHESES.sub("", text)).strip()).casefold()
    other_case = next(
        (folded[token.casefold()] for token in tokens if token.casefold() in folded and "_" in token), None
    )
    if other_case is None and words in folded:
        other_case = folded[words]
        if behind and _UPPER.fullmatch(behind[1]):  # this is what people type, whatever the label before it resembles
            return (other_case,), behind[1]
    if other_case is not None:
        if behind and behind[1].casefold() == other_case.casefold():
            return (other_case,), behind[1]
        written = whole[2] if whole and _is_name(whole) and whole[2].casefold() == other_case.casefold() else None
        return (other_case,), written
    if whole and _is_name(whole):
        return (), whole[2]
    upper = _UPPER.findall(text)
    return (), upper[0] if len(upper) == 1 else None


def _is_name(whole: re.Match[str]) -> bool:
    """Whether a cell that is one word is a name of the code, not a word of the language."""
    return bool(whole[1]) or "_" in whole[2] or whole[2].isupper()


def is_padded(markdown: Markdown, table: Table) -> bool:
    """Tell whether all lines of a table have the same width, as a formatter leaves them."""
    first = table.line
    lines = [markdown.lines[number - 1] for number in range(first, first + 2 + len(table.rows))]
    return len({display_width(markdown.text[line.start : line.end].rstrip()) for line in lines}) == 1
