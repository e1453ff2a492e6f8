"""The data files of Lucide drawings: their form, how they are written, how they are read.

``lucide-table.bin`` is zlib over a JSON header (its length first, 4 bytes) and arrays of 16-bit integers, little-endian:
strokes as columns of features in units of ``QUANTUM`` sorted by length, drawings as lists of strokes, and uses: drawing,
name, first and last release. ``lucide-current.bin`` is zlib over JSON: name of an icon → what stands within its ``svg``.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from owui_lint.icons.geometry import Features

QUANTUM = 0.005
"""Step in which the features of strokes are stored, in units of the canvas; their error is half of it."""
NUMBERS = len(Features.__args__)  # type: ignore[attr-defined]
_NO_NAME = 0xFFFF
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Use:
    """A drawing had a name from one release to another (indices into ``Table.releases``, both included)."""

    drawing: int
    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Table:
    """Every drawing of Lucide over its releases.

    ``columns`` holds one array for each feature, strokes sorted by the first (length), in units of ``QUANTUM``;
    ``drawings`` the strokes of each drawing; ``uses`` is sorted by drawing; ``names`` gives for every name that an icon
    ever had the name of that icon in the newest release, or None where the icon was removed.
    """

    releases: list[str]
    date: str
    columns: list[array[int]]
    drawings: list[array[int]]
    uses: list[Use]
    names: dict[str, str | None]

    @property
    def release(self) -> str:
        """The newest release in the table."""
        return self.releases[-1]


@cache
def table() -> Table:
    """Read the table of drawings."""
    return parse_table((_DATA / "lucide-table.bin").read_bytes())


@cache
def current() -> dict[str, str]:
    """Read the markup of the newest release's icons, by name."""
    markup: dict[str, str] = json.loads(zlib.decompress((_DATA / "lucide-current.bin").read_bytes()))
    return markup


def parse_table(data: bytes) -> Table:
    """Return the table that ``dump_table`` has written."""
    plain = zlib.decompress(data)
    size = int.from_bytes(plain[:4], "little")
    header = json.loads(plain[4 : 4 + size])
    numbers = array("h", plain[4 + size :])
    if sys.byteorder == "big":
        numbers.byteswap()
    at = 0

    def take(count: int, signed: bool = False) -> array[int]:
        nonlocal at
        part = numbers[at : at + count]
        at += count
        return part if signed else array("H", part.tobytes())

    columns = [take(header["strokes"], signed=True) for _ in range(NUMBERS)]
    sizes = take(header["drawings"])
    flat = take(sum(sizes))
    drawings, start = [], 0
    for length in sizes:
        drawings.append(flat[start : start + length])
        start += length
    names: list[str] = header["names"]
    heirs = take(len(names))
    uses = [take(header["uses"]) for _ in range(4)]
    return Table(
        releases=header["releases"],
        date=header["date"],
        columns=columns,
        drawings=drawings,
        uses=[Use(drawing, names[name], first, last) for drawing, name, first, last in zip(*uses, strict=True)],
        names={name: None if heir == _NO_NAME else names[heir] for name, heir in zip(names, heirs, strict=True)},
    )


def dump_table(content: Table) -> bytes:
    """Return ``content`` in the form of ``lucide-table.bin``."""
    names = list(content.names)
    number = {name: index for index, name in enumerate(names)}
    header = {
        "releases": content.releases,
        "date": content.date,
        "names": names,
        "strokes": len(content.columns[0]),
        "drawings": len(content.drawings),
        "uses": len(content.uses),
    }
    arrays = [
        *content.columns,
        array("H", [len(drawing) for drawing in content.drawings]),
        *content.drawings,
        array("H", [_NO_NAME if heir is None else number[heir] for heir in content.names.values()]),
        array("H", [use.drawing for use in content.uses]),
        array("H", [number[use.name] for use in content.uses]),
        array("H", [use.first for use in content.uses]),
        array("H", [use.last for use in content.uses]),
    ]
    text = json.dumps(header, separators=(",", ":")).encode()
    plain = [len(text).to_bytes(4, "little"), text]
    for numbers in arrays:
        if sys.byteorder == "big":
            numbers.byteswap()
        plain.append(numbers.tobytes())
    return zlib.compress(b"".join(plain), 9)


def dump_current(markup: Mapping[str, str]) -> bytes:
    """Return ``markup`` (name → what stands within ``svg``) in the form of ``lucide-current.bin``."""
    return zlib.compress(json.dumps(dict(sorted(markup.items())), separators=(",", ":")).encode(), 9)


def quantise(features: Features) -> tuple[int, ...]:
    """Return ``features`` in units of ``QUANTUM``, held within 16 bits."""
    return tuple(max(-0x7FFF, min(0x7FFF, round(value / QUANTUM))) for value in features)


def make_table(
    releases: Sequence[str],
    date: str,
    uses: Iterable[tuple[tuple[Features, ...], str, int, int]],
    names: Mapping[str, str | None],
) -> Table:
    """Return the table of ``uses``: drawing, name, first and last release."""
    kept = [(tuple(sorted(map(quantise, drawing))), name, first, last) for drawing, name, first, last in uses]
    strokes = sorted({stroke for drawing, *_ in kept for stroke in drawing})
    stroke_number = {stroke: index for index, stroke in enumerate(strokes)}
    drawings = sorted({tuple(stroke_number[stroke] for stroke in drawing) for drawing, *_ in kept})
    drawing_number = {drawing: index for index, drawing in enumerate(drawings)}
    return Table(
        releases=list(releases),
        date=date,
        columns=[array("h", column) for column in zip(*strokes, strict=True)],
        drawings=[array("H", drawing) for drawing in drawings],
        uses=sorted(
            (
                Use(drawing_number[tuple(stroke_number[stroke] for stroke in drawing)], name, first, last)
                for drawing, name, first, last in kept
            ),
            key=lambda use: (use.drawing, use.name, use.first),
        ),
        names=dict(sorted(names.items())),
    )
