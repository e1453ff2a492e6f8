"""Columns that are aligned: by the cells that a terminal gives to each character, not by their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from owui_lint.reporting.github import for_log
from owui_lint.reporting.style import Style
from owui_lint.text import display_width
from owui_lint.tuples import NamedTuple


class Cell(NamedTuple):
    """A cell's text, and the attributes of :class:`Style` that it has on a terminal."""

    text: str
    style: tuple[str, ...] = ()


def table(rows: Sequence[Sequence[str | Cell]], style: Style, *, ruled: bool = False) -> str:
    """Return rows as aligned columns; the first row is the header, with a rule below it where asked for."""
    cells = [list(map(_cell, row)) for row in rows]
    widths = _widths(cells)
    head = [Cell(cell.text, ("bold",)) for cell in cells[0]]
    lines = list(_lines([head, *cells[1:]], widths, style))
    if ruled:
        lines.insert(1, style("  ".join("─" * width for width in widths), "dim"))
    return for_log("\n".join(lines) + "\n")


def columns(rows: Sequence[Sequence[str | Cell]], style: Style) -> list[str]:
    """Return the lines of rows that have no header; none for none."""
    cells = [list(map(_cell, row)) for row in rows]
    return list(_lines(cells, _widths(cells), style))


def _cell(given: str | Cell) -> Cell:
    return given if isinstance(given, Cell) else Cell(given)


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    return [max(display_width(cell.text) for cell in column) for column in zip(*rows, strict=True)]


def _lines(rows: Iterable[Sequence[Cell]], widths: Sequence[int], style: Style) -> Iterable[str]:
    for row in rows:
        shown = []
        for cell, width in zip(row, widths, strict=True):
            # Attributes end with the text, so that what is padded behind the last one can be cut off.
            shown.append(style(cell.text, *cell.style) + " " * (width - display_width(cell.text)))
        yield "  ".join(shown).rstrip()
