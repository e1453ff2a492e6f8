"""Byte edits and the file changes that they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from owui_lint.finding import Edit
from owui_lint.tuples import NamedTuple


class FileChange(NamedTuple):
    """What one file holds before and after a fix.

    `path` is POSIX and relative to the root. `before` is what the change was planned on; None creates the file, whose
    folder has to exist.
    """

    path: str
    before: bytes | None
    after: bytes


class OverlappingEdits(ValueError):
    """Two edits want the same bytes; `first` and `second` are the two, in the order of the file."""

    def __init__(self, first: Edit, second: Edit) -> None:
        super().__init__(f"{first.path}: edits {first.start}..{first.end} and {second.start}..{second.end} overlap")
        self.first = first
        self.second = second


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return `data` with `edits` applied; every byte outside the spans stays as it is.

    All offsets refer to `data` as given, so the order of `edits` matters only for insertions at one place, which keep
    it. Equal edits count once: two rules may ask for the same thing. An insertion at the start of a replaced span goes
    before it.

    Raises:
        ValueError: a span is reversed or reaches out of `data`.
        OverlappingEdits: two different edits share a byte, or one inserts inside the other's span.
    """
    # dict, not set: it drops duplicates and keeps the order, on which the stable sort below relies.
    ordered = sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end))
    parts: list[bytes] = []
    position = 0
    previous: Edit | None = None
    for edit in ordered:
        if not 0 <= edit.start <= edit.end <= len(data):
            raise ValueError(f"{edit.path}: edit {edit.start}..{edit.end} is out of a file of {len(data)} bytes")
        if previous is not None and edit.start < previous.end:
            raise OverlappingEdits(previous, edit)
        parts += (data[position : edit.start], edit.replacement)
        position = edit.end
        previous = edit
    parts.append(data[position:])
    return b"".join(parts)


def plan(read: Callable[[str], bytes], edits: Iterable[Edit]) -> list[FileChange]:
    """Group `edits` by file and apply them to what `read` returns for its path.

    The changes come in the order in which their paths first appear in `edits`: `write_all` replaces in that order, so a
    caller decides what a killed run has done first. Files that would not change are left out.

    Raises:
        ValueError, OverlappingEdits: as `apply_edits`.
    """
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)
    before = {path: read(path) for path in by_path}
    changes = (FileChange(path, before[path], apply_edits(before[path], group)) for path, group in by_path.items())
    return [change for change in changes if change.before != change.after]
