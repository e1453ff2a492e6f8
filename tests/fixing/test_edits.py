"""Byte edits: tables of the awkward encodings, and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owui_lint.finding import Edit
from owui_lint.fixing.edits import FileChange, OverlappingEdits, apply_edits, plan


def edit(start, end, replacement):
    return Edit("file", start, end, replacement)


def replace(data, old, new):
    """The edit that replaces the only `old` in `data`."""
    assert data.count(old) == 1
    start = data.index(old)
    return edit(start, start + len(old), new)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"a\r\nv1.0.0\r\nb\r\n", b"a\r\nv1.10.0\r\nb\r\n", id="crlf"),
        pytest.param(b"a\rv1.0.0\rb\r", b"a\rv1.10.0\rb\r", id="lone-cr"),
        pytest.param(b"\xef\xbb\xbfv1.0.0\n", b"\xef\xbb\xbfv1.10.0\n", id="bom"),
        pytest.param(b"a\r\nb\nv1.0.0\rc\n\r", b"a\r\nb\nv1.10.0\rc\n\r", id="mixed"),
        pytest.param("版本：v1.0.0 更新\n".encode(), "版本：v1.10.0 更新\n".encode(), id="cjk"),
        pytest.param(b"a\nv1.0.0", b"a\nv1.10.0", id="no-final-newline"),
        pytest.param(b"\xff\xfe\x00v1.0.0\x00\xc3(", b"\xff\xfe\x00v1.10.0\x00\xc3(", id="not-utf-8"),
        pytest.param("版".encode("utf-16") + b"v1.0.0", "版".encode("utf-16") + b"v1.10.0", id="utf-16"),
        pytest.param(
            b"v1.0.0\x0c\x0b\x1c\xc2\x85\xe2\x80\xa8", b"v1.10.0\x0c\x0b\x1c\xc2\x85\xe2\x80\xa8", id="odd-ends"
        ),
    ],
)
def test_only_the_span_changes(data, expected):
    assert apply_edits(data, [replace(data, b"1.0.0", b"1.10.0")]) == expected


@pytest.mark.parametrize(
    ("data", "edits", "expected"),
    [
        pytest.param(b"", [], b"", id="empty-file-no-edit"),
        pytest.param(b"", [edit(0, 0, b"x\n")], b"x\n", id="empty-file-insertion"),
        pytest.param(b"abc", [edit(0, 3, b"")], b"", id="delete-all"),
        pytest.param(b"abc", [edit(3, 3, b"d"), edit(0, 0, b"_")], b"_abcd", id="both-ends-unsorted"),
        pytest.param(b"abc", [edit(1, 1, b"1"), edit(1, 1, b"2")], b"a12bc", id="insertions-keep-order"),
        pytest.param(b"abc", [edit(1, 1, b"2"), edit(1, 1, b"1")], b"a21bc", id="insertions-keep-order-reversed"),
        pytest.param(b"abc", [edit(1, 2, b"X"), edit(1, 2, b"X")], b"aXc", id="duplicates-count-once"),
        pytest.param(b"abc", [edit(1, 1, b"X"), edit(1, 1, b"X")], b"aXbc", id="duplicate-insertions-count-once"),
        pytest.param(b"abc", [edit(1, 2, b"X"), edit(1, 1, b"<")], b"a<Xc", id="insertion-before-replacement"),
        pytest.param(b"abc", [edit(1, 2, b"X"), edit(2, 2, b">")], b"aX>c", id="insertion-after-replacement"),
        pytest.param(b"abcd", [edit(0, 2, b"X"), edit(2, 4, b"Y")], b"XY", id="adjacent"),
    ],
)
def test_edits_together(data, edits, expected):
    assert apply_edits(data, edits) == expected


@pytest.mark.parametrize(
    "edits",
    [
        [edit(0, 2, b"x"), edit(1, 3, b"y")],
        [edit(0, 3, b"x"), edit(1, 1, b"y")],
        [edit(0, 2, b"x"), edit(0, 2, b"y")],
        [edit(0, 3, b"x"), edit(0, 1, b"")],
    ],
)
def test_overlaps_are_refused_in_any_order(edits):
    for order in (edits, edits[::-1]):
        with pytest.raises(OverlappingEdits) as caught:
            apply_edits(b"abc", order)
        assert {caught.value.first, caught.value.second} == set(edits)


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (2, 1), (0, 4), (4, 4)])
def test_spans_out_of_bounds_are_refused(start, end):
    with pytest.raises(ValueError, match="out of a file of 3 bytes"):
        apply_edits(b"abc", [edit(start, end, b"")])


@st.composite
def data_and_edits(draw):
    """Any bytes, with edits that do not overlap, in any order."""
    data = draw(st.binary(max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(data)), max_size=8)))
    cuts = cuts[: len(cuts) // 2 * 2]
    edits = [edit(*span, draw(st.binary(max_size=5))) for span in zip(cuts[::2], cuts[1::2], strict=True)]
    return data, draw(st.permutations(edits))


@given(data_and_edits())
def test_everything_outside_the_spans_stays(case):
    data, edits = case
    result = apply_edits(data, edits)
    # Walk old and new side by side: the gaps must be the same bytes, the spans the replacements.
    old = new = 0
    for each in sorted(edits, key=lambda each: each.start):
        gap = each.start - old
        assert result[new : new + gap] == data[old : each.start]
        new += gap
        assert result[new : new + len(each.replacement)] == each.replacement
        new += len(each.replacement)
        old = each.end
    assert result[new:] == data[old:]


@given(data_and_edits())
def test_edits_can_be_undone(case):
    data, edits = case
    shift, back = 0, []
    for each in sorted(edits, key=lambda each: each.start):
        start = each.start + shift
        back.append(edit(start, start + len(each.replacement), data[each.start : each.end]))
        shift += len(each.replacement) - (each.end - each.start)
    assert apply_edits(apply_edits(data, edits), back) == data


def test_plan_groups_by_file_in_order_and_drops_what_does_not_change():
    sources = {"a": b"1", "b": b"2", "c": b"3", "unused": b""}
    edits = [
        Edit("b", 1, 1, b"!"),
        Edit("c", 0, 1, b"3"),
        Edit("a", 0, 0, b"<"),
        Edit("b", 0, 0, b"<"),
    ]
    assert plan(sources.__getitem__, edits) == [FileChange("b", b"2", b"<2!"), FileChange("a", b"1", b"<1")]


def test_plan_refuses_a_file_it_was_not_given():
    with pytest.raises(KeyError):
        plan({}.__getitem__, [Edit("a", 0, 0, b"")])
