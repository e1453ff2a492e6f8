"""Generate the table of Lucide drawings in ``owui_lint/icons/data`` from the published releases of ``lucide-static``.

Run by hand, with the ``npm`` client on the path, when Lucide has published new releases::

    python tools/lucide_drawings.py --cache ~/.cache/lucide-static

Every published release is packed with ``npm pack`` into the cache (about 1 GB for 285 releases; releases already there
are not packed again), then read with the package's own code:

- ``lucide-table.bin``: every drawing, stroke by stroke, with the names it had and the releases it was current for;
- ``lucide-current.bin``: the markup of the newest release's icons;
- ``LICENSE-lucide.txt``: the notices (ISC for Lucide, MIT for the icons from Feather), as in the newest package.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tarfile
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from owui_lint.icons import geometry, lucide_data, svg  # noqa: E402

PACKAGE = "lucide-static"
Drawing = tuple[geometry.Features, ...]
SAME = 0.02
"""Largest difference in units of the canvas up to which an icon is not redrawn."""
DATA = ROOT / "owui_lint" / "icons" / "data"


@dataclass
class Release:
    """One published release: its drawings by name, and the names that are no alias where the release says so."""

    version: str
    drawings: dict[str, str] = field(default_factory=dict)
    canonical: frozenset[str] = frozenset()
    licence: str = ""


def main() -> None:
    """Pack what is missing, read all releases, write the data files, print figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--cache", type=Path, required=True, help="folder for the packed releases")
    parser.add_argument("--releases", help="comma-separated releases to read instead of all that are published")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    published = _npm("view", PACKAGE, "versions", "--json")
    versions = options.releases.split(",") if options.releases else json.loads(published)
    versions.sort(key=release_key)
    releases = [read_release(_pack(version, options.cache), version) for version in versions]
    newest = releases[-1]
    date = json.loads(_npm("view", PACKAGE, "time", "--json"))[newest.version][:10]
    content = make_table(versions, date, drawing_uses(releases), current_names(releases))
    table = dump_table(content)
    current = dump_current({name: newest.drawings[name] for name in newest.canonical})
    DATA.mkdir(exist_ok=True)
    (DATA / "lucide-table.bin").write_bytes(table)
    (DATA / "lucide-current.bin").write_bytes(current)
    (DATA / "LICENSE-lucide.txt").write_text(newest.licence, encoding="utf-8")
    print(
        f"{len(versions)} releases, newest {newest.version} of {date}; {len(newest.canonical)} icons; "
        f"{len(content.starts) - 1} drawings, {len(content.columns[0])} strokes, {len(content.names)} names; "
        f"table {len(table)} bytes, current {len(current)} bytes"
    )


def release_key(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Order of releases: by number, a pre-release before its release."""
    number, _, pre = version.partition("-")
    return tuple(int(part) for part in number.split(".")), not pre, pre


def read_release(archive: Path, version: str) -> Release:
    """Read the icons, the names and the licence from a packed release."""
    release = Release(version)
    with tarfile.open(archive) as tar:
        for member in tar:
            folder, _, name = member.name.rpartition("/")
            source = tar.extractfile(member)
            if source is None:
                continue
            if folder == "package/icons" and name.endswith(".svg"):
                release.drawings[name[:-4]] = bare_markup(source.read())
            elif member.name in ("package/icon-nodes.json", "package/tags.json"):
                release.canonical |= json.load(source).keys()
            elif member.name == "package/LICENSE":
                release.licence = source.read().decode("utf-8")
    release.canonical &= release.drawings.keys()
    return release


def bare_markup(data: bytes) -> str:
    """Return what stands within the ``svg`` element, on one line: what differs from icon to icon."""
    text = re.sub(r"<!--.*?-->", "", data.decode("utf-8"), flags=re.DOTALL)
    inner = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    return re.sub(r"\s*/>", "/>", re.sub(r">\s+<", "><", inner.strip())).replace("\n", " ")


def drawing_uses(releases: Sequence[Release]) -> list[tuple[Drawing, str, int, int]]:
    """Return each drawing that a name had, with the first and last release (indices) that had it.

    Newest first, and a drawing within ``SAME`` of one that the name has later is that one: such changes come from an
    optimiser and are not seen.
    """
    spans: dict[tuple[str, Drawing], list[int]] = {}
    known: dict[str, list[Drawing]] = {}
    for index in range(len(releases) - 1, -1, -1):
        for name in sorted(releases[index].canonical):
            drawing = strokes_of(releases[index].drawings[name])
            same = next((other for other in known.setdefault(name, []) if is_same(drawing, other)), None)
            if same is None:
                known[name].append(drawing)
                spans[name, drawing] = [index, index]
            else:
                spans[name, same][0] = index
    return [(drawing, name, first, last) for (name, drawing), (first, last) in spans.items()]


def current_names(releases: Sequence[Release]) -> dict[str, str | None]:
    """Return for every name ever published the name of that icon in the newest release, or None.

    A package tells of an alias only by a second file with the same drawing, and not in every release; so a name leads
    to the name that had the same drawing in the last release that had both, or in the one right after it.
    """
    newest = releases[-1]
    step: dict[str, str | None] = {}
    for index in range(len(releases) - 1, -1, -1):
        for name in releases[index].drawings.keys() - step.keys():
            step[name] = name if name in newest.canonical else _successor(name, index, releases)
    return {name: _follow(name, step) for name in step}


def _successor(name: str, last: int, releases: Sequence[Release]) -> str | None:
    """The icon that took over from ``name``, which ``releases[last]`` was the last to have."""
    release = releases[last]
    drawing = release.drawings[name]
    same = [other for other in sorted(release.canonical - {name}) if release.drawings[other] == drawing]
    if not same and last + 1 < len(releases):
        after = releases[last + 1]
        new = sorted(after.canonical - release.drawings.keys())
        same = [other for other in new if is_same(strokes_of(after.drawings[other]), strokes_of(drawing))]
    return same[0] if same else None


def _follow(name: str, step: Mapping[str, str | None]) -> str | None:
    passed: set[str] = set()
    here: str | None = name
    while here is not None and step[here] != here:
        if here in passed:
            return None
        passed.add(here)
        here = step[here]
    return here


@cache
def strokes_of(markup: str) -> Drawing:
    """Return the features of an icon's strokes, sorted."""
    text = f'<svg xmlns="{svg.SVG_NAMESPACE}" viewBox="0 0 24 24" stroke="black">{markup}</svg>'
    return tuple(sorted(geometry.describe(svg.read_svg(text.encode(), limit=1 << 20))))


@cache
def is_same(one: Drawing, other: Drawing) -> bool:
    """Tell whether two drawings have the same strokes, within ``SAME``."""
    if len(one) != len(other):
        return False
    left = list(other)
    for stroke in one:
        found = next(
            (there for there in left if all(abs(a - b) <= SAME for a, b in zip(stroke, there, strict=True))), None
        )
        if found is None:
            return False
        left.remove(found)
    return True


def _pack(version: str, cache: Path) -> Path:
    archive = cache / f"{PACKAGE}-{version}.tgz"
    if not archive.exists():
        _npm("pack", "--silent", "--pack-destination", str(cache), f"{PACKAGE}@{version}")
    return archive


def _npm(*arguments: str) -> str:
    return subprocess.run(["npm", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def make_table(
    releases: Sequence[str],
    date: str,
    uses: Iterable[tuple[Drawing, str, int, int]],
    names: Mapping[str, str | None],
) -> lucide_data.Table:
    """Return the table of ``uses``: drawing, name, first and last release."""
    kept = [
        (tuple(sorted(map(lucide_data.quantise, drawing))), name, first, last) for drawing, name, first, last in uses
    ]
    strokes = sorted({stroke for drawing, *_ in kept for stroke in drawing})
    stroke_number = {stroke: index for index, stroke in enumerate(strokes)}
    drawings = sorted({drawing for drawing, *_ in kept})
    drawing_number = {drawing: index for index, drawing in enumerate(drawings)}
    every = sorted(names)
    name_number: dict[str | None, int] = {
        None: lucide_data.NO_NAME,
        **{name: index for index, name in enumerate(every)},
    }
    rows = sorted((drawing_number[drawing], name_number[name], first, last) for drawing, name, first, last in kept)
    return lucide_data.Table(
        releases=list(releases),
        date=date,
        columns=[array("h", column) for column in zip(*strokes, strict=True)],
        starts=array("H", accumulate(map(len, drawings), initial=0)),
        strokes=array("H", [stroke_number[stroke] for drawing in drawings for stroke in drawing]),
        uses=[array("H", column) for column in zip(*rows, strict=True)],
        names=every,
        heirs=array("H", [name_number[names[name]] for name in every]),
    )


def dump_table(content: lucide_data.Table) -> bytes:
    """Return ``content`` in the form of ``lucide-table.bin``."""
    header = {
        "releases": content.releases,
        "date": content.date,
        "strokes": len(content.columns[0]),
        "drawings": len(content.starts) - 1,
        "uses": len(content.uses[0]),
        "names": content.names,
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    plain = [len(text).to_bytes(4, "little"), text]
    lengths, *columns = content.columns
    drawings, *uses = content.uses
    columns = [_steps(lengths), *columns, _steps(content.starts), content.strokes]
    for numbers in (*columns, _steps(drawings), *uses, content.heirs):
        little = numbers[:]
        if sys.byteorder == "big":
            little.byteswap()
        plain.append(little.tobytes())
    return zlib.compress(b"".join(plain), 9)


def _steps(numbers: array[int]) -> array[int]:
    """The differences of sorted numbers, which compress better."""
    return array(numbers.typecode, [numbers[0], *(after - before for before, after in pairwise(numbers))])


def dump_current(markup: Mapping[str, str]) -> bytes:
    """Return ``markup`` (name → what stands within ``svg``, on one line) in the form of ``lucide-current.bin``."""
    names = sorted(markup)
    return zlib.compress("\n".join([*names, *(markup[name] for name in names)]).encode(), 9)


if __name__ == "__main__":
    main()
