"""Spans of a text: pairs of offsets, the second one behind the end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence


def united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that overlap or touch as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def is_in(offset: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether an offset lies in one of some spans, which are in order and do not overlap."""
    index = bisect_right(spans, offset, key=lambda span: span[0])
    return index > 0 and offset < spans[index - 1][1]


def span_around(offset: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the one of some spans, which are in order and do not overlap, in which an offset lies; ``(0, 0)`` for none."""
    index = bisect_right(spans, offset, key=lambda span: span[0])
    return spans[index - 1] if index and offset < spans[index - 1][1] else (0, 0)
