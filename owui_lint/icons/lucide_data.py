"""The data files of Lucide drawings: their form, and how they are read; `tools/lucide_drawings.py` writes them.

``lucide-table.bin`` is zlib over a JSON header (its length first, 4 bytes) and arrays of 16-bit integers, little-endian:
strokes as columns of features in units of ``QUANTUM`` sorted by length, drawings as lists of strokes, and uses: drawing,
name, first and last release; sorted columns as differences. ``lucide-current.bin`` is zlib over lines: the names of the
newest release's icons, then, in the same order, what stands within the ``svg`` of each.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import accumulate
from pathlib import Path

from owui_lint.icons.geometry import Features
from owui_lint.tuples import NamedTuple

QUANTUM = 0.005
"""Step in which the features of strokes are stored, in units of the canvas; their error is half of it."""
NUMBERS = 10
"""Features of a stroke."""
NO_NAME = 0xFFFF
DATA = Path(__file__).parent / "data"


class Use(NamedTuple):
    """A drawing had a name from one release to another (indices into ``Table.releases``, both included)."""

    drawing: int
    name: str
    first: int
    last: int


class Table(NamedTuple):
    """Every drawing of Lucide over its releases, kept in arrays as reading them must cost next to nothing.

    ``columns`` holds one array for each feature, strokes sorted by the first (length), in units of ``QUANTUM``. Drawing
    ``i`` has the strokes ``strokes[starts[i] : starts[i + 1]]``. ``uses`` are four columns: drawing (sorted), name,
    first and last release. ``names`` are all names that an icon ever had, sorted, and ``heirs`` for each of them the
    name of that icon in the newest release, or ``NO_NAME`` where the icon was removed.
    """

    releases: list[str]
    date: str
    columns: list[array[int]]
    starts: array[int]
    strokes: array[int]
    uses: list[array[int]]
    names: list[str]
    heirs: array[int]

    @property
    def release(self) -> str:
        """The newest release in the table."""
        return self.releases[-1]

    def drawing(self, number: int) -> array[int]:
        """Return the strokes of a drawing."""
        return self.strokes[self.starts[number] : self.starts[number + 1]]

    def drawings_with(self, strokes: Iterable[int]) -> Counter[int]:
        """Return the drawings that have any of ``strokes``, each given once, and how many of their strokes those are."""
        data, size = self.strokes.tobytes(), self.strokes.itemsize
        places = []
        for stroke in strokes:
            # Searching bytes is quicker by far than looking at each number.
            wanted = array(self.strokes.typecode, [stroke]).tobytes()
            at = data.find(wanted)
            while at >= 0:
                if at % size == 0:
                    places.append(at // size)
                at = data.find(wanted, at + 1)
        return Counter(bisect_right(self.starts, place) - 1 for place in sorted(places))

    def uses_of(self, number: int) -> list[Use]:
        """Return the names that a drawing had."""
        drawings, names, firsts, lasts = self.uses
        span = range(bisect_left(drawings, number), bisect_right(drawings, number))
        return [Use(number, self.names[names[i]], firsts[i], lasts[i]) for i in span]

    def knows(self, name: str) -> bool:
        """Tell whether an icon ever had this name."""
        place = bisect_left(self.names, name)
        return place < len(self.names) and self.names[place] == name

    def heir(self, name: str) -> str | None:
        """Return the newest release's name of the icon ``name``, None if removed. Raises ``KeyError`` if unknown."""
        if not self.knows(name):
            raise KeyError(name)
        heir = self.heirs[bisect_left(self.names, name)]
        return None if heir == NO_NAME else self.names[heir]


@cache
def table() -> Table:
    """Read the table of drawings."""
    return parse_table((DATA / "lucide-table.bin").read_bytes())


@cache
def current() -> dict[str, str]:
    """Read the markup of the newest release's icons, by name."""
    return parse_current((DATA / "lucide-current.bin").read_bytes())


def parse_table(data: bytes) -> Table:
    """Return the table that ``lucide-table.bin`` holds."""
    plain = zlib.decompress(data)
    at = 4 + int.from_bytes(plain[:4], "little")
    header = json.loads(plain[4:at])

    def take(count: int, code: str = "H") -> array[int]:
        nonlocal at
        numbers: array[int] = array(code)
        numbers.frombytes(plain[at : at + 2 * count])
        if sys.byteorder == "big":
            numbers.byteswap()
        at += 2 * count
        return numbers

    columns = [take(header["strokes"], "h") for _ in range(NUMBERS)]
    starts = array("H", accumulate(take(header["drawings"] + 1)))
    strokes = take(starts[-1])
    uses = [take(header["uses"]) for _ in range(4)]
    columns[0] = array("h", accumulate(columns[0]))
    uses[0] = array("H", accumulate(uses[0]))
    heirs = take(len(header["names"]))
    return Table(header["releases"], header["date"], columns, starts, strokes, uses, header["names"], heirs)


def parse_current(data: bytes) -> dict[str, str]:
    """Return the markup by name that ``lucide-current.bin`` holds."""
    lines = zlib.decompress(data).decode().split("\n")
    half = len(lines) // 2
    return dict(zip(lines[:half], lines[half:], strict=True))


def quantise(features: Features) -> tuple[int, ...]:
    """Return ``features`` in units of ``QUANTUM``, held within 16 bits."""
    return tuple(max(-0x7FFF, min(0x7FFF, round(value / QUANTUM))) for value in features)
