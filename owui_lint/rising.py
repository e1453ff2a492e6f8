"""The most elements of a sequence that stand in rising order."""

from __future__ import annotations

from bisect import bisect_left

from owui_lint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def longest_rising(values: Sequence[int]) -> list[int]:
    """Return the positions of a longest strictly rising subsequence, in order; empty for no values.

    Patience sorting: ``tails[n]`` ends the best one of n + 1 values, at ``tops[n]``; ``links`` lead back along it.
    """
    tails: list[int] = []
    tops: list[int] = []
    links: list[int | None] = []
    for position, value in enumerate(values):
        pile = bisect_left(tails, value)
        links.append(tops[pile - 1] if pile else None)
        tails[pile : pile + 1] = [value]
        tops[pile : pile + 1] = [position]
    chain: list[int] = []
    at = tops[-1] if tops else None
    while at is not None:
        chain.append(at)
        at = links[at]
    return chain[::-1]
