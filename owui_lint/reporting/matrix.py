"""The version matrix as a table: a row per plugin, a column per kind of location, the root's date badges below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from owui_lint.finding import Message
from owui_lint.reporting.github import for_log
from owui_lint.reporting.style import Style
from owui_lint.reporting.table import Cell, table
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.files import CONFLICT
from owui_lint.repository.versions.dates import GENERATED
from owui_lint.repository.versions.matrix import DateRow, PlaceRow, PluginRow
from owui_lint.repository.versions.statuses import MISMATCH, MISSING, NEWER, OK, UNKNOWN
from owui_lint.text import counted, printable

_MARKS = {OK: "", MISMATCH: " ✗", NEWER: " ↑", MISSING: "—", UNKNOWN: " ?"}
_COLOURS = {OK: "green", MISMATCH: "red", NEWER: "yellow", MISSING: "red", UNKNOWN: "yellow"}
_ORDER = (MISMATCH, NEWER, MISSING, UNKNOWN, OK)


def doubts_of(repository: Repository, plugins: list[Plugin]) -> list[Message]:
    """Return what is to be said of files whose versions the matrix does not have, or has from both sides of a merge."""
    chosen = {plugin.id for plugin in plugins}
    paths = dict.fromkeys(location.path for location in repository.locations if location.plugin.id in chosen)
    found = []
    for path in paths:
        problem, shown = repository.file(path).problem, printable(path)
        if problem == CONFLICT:
            found.append(
                Message(f"{shown} holds a merge conflict: resolve it first.", f"{shown} 含有合并冲突：请先解决。")
            )
        elif problem not in (None, "missing"):
            found.append(Message(f"{shown} cannot be read.", f"无法读取 {shown}。"))
    return found


def kind_names(repository: Repository) -> dict[str, Message]:
    """Return the column titles by kind of location, in the order of ``rules/locations.yaml``."""
    return {kind.kind: kind.column for kind in repository.inventory.kinds}


def render(
    rows: Sequence[PluginRow], dates: Sequence[DateRow], names: Mapping[str, Message], lang: str, style: Style
) -> str:
    """Return the matrix as a table for a terminal. ``names`` are the column titles by kind of location."""
    kinds = [kind for kind in names if any(row["kind"] == kind for entry in rows for row in entry["locations"])]
    grid: list[list[str | Cell]] = [["插件" if lang == "zh" else "plugin", *(names[kind].to(lang) for kind in kinds)]]
    for entry in rows:
        cells: list[str | Cell] = [printable(entry["id"])]
        for kind in kinds:
            text, status = cell_of([row for row in entry["locations"] if row["kind"] == kind])
            cells.append(Cell(text, (_COLOURS[status],) if status else ()))
        grid.append(cells)
    lines = [table(grid, style, ruled=True)] if rows else []  # without plugins there is nothing to head
    for date in dates:
        if date["status"] != GENERATED:
            bad = date["status"] != OK
            label = "日期徽章" if lang == "zh" else "date badge"
            text = f"{label}  {printable(date['path'])}:{date['line']}  {date['value']}{' ✗' if bad else ''}"
            lines.append(style(text, "red") if bad else text)
    lines.append(_total(rows, lang, style))
    return for_log("\n".join(lines) + "\n")


def cell_of(rows: Sequence[PlaceRow]) -> tuple[str, str]:
    """One cell for all rows of a kind: the worst status, its value, and how many there are if several."""
    if not rows:
        return "", ""
    worst = min(rows, key=lambda row: _ORDER.index(row["status"]))
    status, value = worst["status"], worst["value"]
    text = _MARKS[MISSING] if value is None else f"{printable(value)}{_MARKS[status]}"
    return (f"{text} ({len(rows)})" if len(rows) > 1 else text), status


def _total(rows: Sequence[PluginRow], lang: str, style: Style) -> str:
    counts = dict.fromkeys(_ORDER, 0)
    for entry in rows:
        for row in entry["locations"]:
            counts[row["status"]] += 1
    total = sum(counts.values())
    if lang == "zh":
        text = f"{len(rows)} 个插件，{total} 处版本：{counts[OK]} 处一致"
        rest = [(counts[MISMATCH], "处不一致 ✗"), (counts[NEWER], "处比代码新 ↑"), (counts[MISSING], "处缺失 —")]
        rest.append((counts[UNKNOWN], "处未比较 ?"))
        text += "".join(f"，{count} {label}" for count, label in rest if count) + "。"
    else:
        text = f"{counted(len(rows), 'plugin')}, {counted(total, 'location')}: {counts[OK]} agree"
        rest = [
            (counts[MISMATCH], "differ ✗"),
            (counts[NEWER], "newer than the code ↑"),
            (counts[MISSING], "missing —"),
            (counts[UNKNOWN], "not compared ?"),
        ]
        text += "".join(f", {count} {label}" for count, label in rest if count) + "."
    return style(text, "bold", "green" if counts[OK] == total else "red")
