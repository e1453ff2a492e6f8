"""Spans of a text: what lies in them, and how they are united."""

from __future__ import annotations

from owui_lint.spans import is_in, united


def test_spans_that_overlap_or_touch_are_one():
    assert united([(20, 30), (0, 5), (5, 8), (21, 22), (29, 40)]) == [(0, 8), (20, 40)]
    assert united([]) == []


def test_a_span_holds_its_start_and_not_its_end():
    spans = [(2, 4), (4, 6), (9, 10)]
    assert [offset for offset in range(12) if is_in(offset, spans)] == [2, 3, 4, 5, 9]
    assert not is_in(0, [])
