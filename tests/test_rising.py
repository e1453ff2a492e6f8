"""The longest rising part of a sequence, compared with trying all of them."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from owui_lint.rising import longest_rising


@given(st.lists(st.integers(0, 8), max_size=9))
def test_no_other_part_that_rises_is_longer(values: list[int]) -> None:
    def rises(positions: tuple[int, ...]) -> bool:
        return all(values[one] < values[other] for one, other in pairwise(positions))

    found = tuple(longest_rising(values))
    assert found == tuple(sorted(set(found))) and rises(found)
    longest = max(n for n in range(len(values) + 1) if any(map(rises, combinations(range(len(values)), n))))
    assert len(found) == longest
