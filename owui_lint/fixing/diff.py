"""Unified diffs of file changes: patches that `git apply` and `patch` take, and the same to be read.

To be read, what a terminal would act on or not show is escaped, so that no line of a repository can forge output: for
clean text (UTF-8, LF, no control characters) both are the same, whatever the files are called.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from owui_lint.fixing.edits import FileChange
from owui_lint.rising import longest_rising
from owui_lint.text import acts

_CONTEXT = 3
_MAX_LOOKS = 64  # at each line, in search of anchors; files that people change need less than ten
_SHOWN = {"\t", "\u200d"}  # the joiner holds emoji together; it moves nothing

_Span = tuple[int, int, int, int]
"""A changed block: lines `a_start` to `a_end` of the old file became `b_start` to `b_end` of the new one."""


def visible(text: str) -> str:
    """Return `text` with all that a terminal would act on or hide replaced by an escape such as `\\x1b` or `\\u202e`.

    Lone surrogates that stand for undecodable bytes (`surrogateescape`) become the byte: `\\xff`.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character in _SHOWN or not acts(character):
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def patch(changes: Iterable[FileChange]) -> str:
    """Return the changes as one patch with paths `a/…` and `b/…`, byte for byte as the files have their lines; empty when
    nothing changes. What is not UTF-8 is held as surrogates (`surrogateescape`).
    """
    return "".join(f"{line}\n" for change in changes for line in _file_diff(change, _as_it_is))


def unified_diff(changes: Iterable[FileChange]) -> str:
    """Return the changes as one diff to be read: a patch in which all that acts on a terminal is escaped.

    Carriage returns at line ends are left out when every line end of the file, before and after, is CRLF; in every other
    file they are shown as `\\r`. A missing line end at the end of the file is marked as git marks it.
    """
    return "".join(f"{line}\n" for change in changes for line in _file_diff(change, _readable))


_Shown = Callable[[bytes, bool], str]
"""How a line is shown, its line end taken off; told whether all line ends of its file are CRLF."""


def _as_it_is(line: bytes, _plain_crlf: bool) -> str:
    return line.removesuffix(b"\n").decode("utf-8", "surrogateescape")


def _readable(line: bytes, plain_crlf: bool) -> str:
    return visible(line.removesuffix(b"\r\n" if plain_crlf else b"\n").decode("utf-8", "surrogateescape"))


def _quoted(path: str) -> str:
    """Return a path as git writes it in a patch: in quotes, with octal escapes, where it would not be read as it stands.

    `patch` ends a name at a tab; without one it ends it at a blank.
    """
    if path.isprintable() and not {'"', "\\"} & set(path):
        return f"{path}\t" if " " in path else path
    held = os.fsencode(path)
    return (
        '"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}" for byte in held) + '"'
    )


def _file_diff(change: FileChange, shown: _Shown) -> Iterator[str]:
    old, new = _lines(change.before or b""), _lines(change.after)
    spans = list(changed_spans(old, new))
    if change.before is None:
        yield from ("--- /dev/null", f"+++ {_quoted(f'b/{change.path}')}")
    elif spans:
        yield from (f"--- {_quoted(f'a/{change.path}')}", f"+++ {_quoted(f'b/{change.path}')}")
    plain_crlf = all(line.endswith(b"\r\n") for line in (*old, *new) if line.endswith(b"\n"))

    def lines(mark: str, of: Iterable[bytes]) -> Iterator[str]:
        for line in of:
            yield mark + shown(line, plain_crlf)
            if not line.endswith(b"\n"):
                yield "\\ No newline at end of file"

    for group in _grouped(spans):
        before, after = _around(group, len(old))
        a_start, a_end = group[0][0] - before, group[-1][1] + after
        b_start, b_end = group[0][2] - before, group[-1][3] + after
        yield f"@@ -{_range(a_start, a_end)} +{_range(b_start, b_end)} @@"
        position = a_start
        for span in group:
            yield from lines(" ", old[position : span[0]])
            yield from lines("-", old[span[0] : span[1]])
            yield from lines("+", new[span[2] : span[3]])
            position = span[1]
        yield from lines(" ", old[position:a_end])


def _lines(data: bytes) -> list[bytes]:
    # Only LF ends a line, as for git; `bytes.splitlines` would also break at a lone carriage return.
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _range(start: int, end: int) -> str:
    count = end - start
    # An empty range names the line before it; a range of one line leaves its length out.
    return f"{start + 1}" if count == 1 else f"{start + (count > 0)},{count}"


def _around(group: Sequence[_Span], old_length: int) -> tuple[int, int]:
    """Return how many lines of context fit before and after `group`."""
    return min(_CONTEXT, group[0][0]), min(_CONTEXT, old_length - group[-1][1])


def _grouped(spans: Iterable[_Span]) -> Iterator[list[_Span]]:
    group: list[_Span] = []
    for span in spans:
        if group and span[0] - group[-1][1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def changed_spans(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[_Span]:
    """Yield the blocks in which two files differ, in order; what lies between them is equal.

    A patience diff: lines that occur once on both sides anchor the comparison. `difflib` finds smaller blocks in text
    full of equal lines, but takes quadratic time and more on it; files here are not to be trusted. Lines can be laid out
    so that each anchor leaves one behind it that is unique only then: what has been compared often enough is one block.
    """
    pending: list[_Span] = [(0, len(old), 0, len(new))]
    left = _MAX_LOOKS * (len(old) + len(new))
    while pending:
        a, a_end, b, b_end = pending.pop()
        while a < a_end and b < b_end and old[a] == new[b]:
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and old[a_end - 1] == new[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
        anchors: list[tuple[int, int]] = []
        if a < a_end and b < b_end and left > 0:
            left -= a_end - a + b_end - b
            anchors = _anchors(old, new, (a, a_end, b, b_end))
        if anchors:
            ends = [*anchors, (a_end, b_end)]
            # The last block goes first onto the stack, so that blocks come off it in order.
            gaps = zip([(a, b), *anchors], ends, strict=True)
            pending += reversed([(start[0], end[0], start[1], end[1]) for start, end in gaps])
        elif a < a_end or b < b_end:
            yield a, a_end, b, b_end


def _anchors(old: Sequence[bytes], new: Sequence[bytes], span: _Span) -> list[tuple[int, int]]:
    """Return the longest rising sequence of lines that occur once on either side of `span`, as pairs of indexes."""
    a, a_end, b, b_end = span
    old_counts, new_counts = Counter(old[a:a_end]), Counter(new[b:b_end])
    where = {new[j]: j for j in range(b, b_end) if new_counts[new[j]] == 1}
    pairs = [(i, where[old[i]]) for i in range(a, a_end) if old_counts[old[i]] == 1 and old[i] in where]
    return [pairs[at] for at in longest_rising([j for _, j in pairs])]
