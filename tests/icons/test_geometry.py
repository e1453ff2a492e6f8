import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owui_lint.icons import geometry
from owui_lint.icons.geometry import GeometryError, describe, path_strokes
from owui_lint.icons.svg import read_svg


def drawn(inner, attributes='viewBox="0 0 24 24"'):
    text = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inner}</svg>'
    return sorted(describe(read_svg(text.encode())))


def path(d):
    return drawn(f'<path d="{d}"/>')


def close(one, other, tolerance=0.002):
    return len(one) == len(other) and all(
        abs(a - b) <= tolerance
        for first, second in zip(one, other, strict=True)
        for a, b in zip(first, second, strict=True)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("M1 2h3v4H1z", "m1,2 3,0 0,4 -3,0 0,-4"),
        ("M1 2L4 2L4 6", "M4 6V2H1"),
        ("M1 1l2 2 3 3", "M1 1L6 6"),
        ("M5 5a1 1 0 011 1", "M5 5 a 1 1 0 0 1 1 1"),
        ("M5 5a1 1 0 111-1", "M 5 5 A 1,1 0 1,1 6,4"),
        ("M5 5a.5.5.5.5.5", None),
        ("M1 1C2 2 3 2 4 1S6 0 7 1", "M1 1C2 2 3 2 4 1C5 0 6 0 7 1"),
        ("M1 1Q2 3 3 1T5 1", "M1 1Q2 3 3 1Q4-1 5 1"),
        ("M1 1S3 2 4 1", "M1 1C1 1 3 2 4 1"),
        ("M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0", "M12 2a10 10 0 0 1 0 20a10 10 0 0 1 0-20Z"),
        ("M1 1h2M5 5h2", "M5 5h2M3 1H1"),
        ("M1 1 5 5 9 1", "M1 1L5 5L9 1"),
        ("M1 1h4zl0 4", "M1 1h4zM1 1v4"),
        ("M5 5a0 2 0 0 1 4 0", "M5 5h4"),
        ("M5 5a1 1 0 0 1 8 0", "M5 5a4 4 0 0 1 8 0"),
        ("M1e1 2.5e-1h1", "M10 .25h1"),
    ],
)
def test_the_same_drawing_written_in_other_ways(one, other):
    if other is None:
        with pytest.raises(GeometryError):
            path(one)
    else:
        assert close(path(one), path(other))


@pytest.mark.parametrize(
    ("shape", "d"),
    [
        ('<line x1="1" y1="2" x2="3" y2="5"/>', "M1 2L3 5"),
        ('<line x2="3"/>', "M0 0h3"),
        ('<circle cx="12" cy="12" r="10"/>', "M2 12a10 10 0 1 1 20 0 10 10 0 1 1-20 0"),
        ('<ellipse cx="12" cy="8" rx="9" ry="3"/>', "M3 8a9 3 0 0 0 18 0a9 3 0 0 0-18 0"),
        ('<rect x="3" y="4" width="5" height="6"/>', "M3 4h5v6H3Z"),
        ('<rect x="3" y="3" width="18" height="18" rx="2"/>', "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z"),
        ('<rect width="4" height="4" rx="9"/>', "M2 0a2 2 0 0 1 0 4 2 2 0 0 1 0-4"),
        ('<rect width="8" height="4" ry="2" rx="auto"/>', "M2 0h4a2 2 0 0 1 0 4h-4a2 2 0 0 1 0-4"),
        ('<polyline points="1 1,5 5 9,1"/>', "M1 1 5 5 9 1"),
        ('<polygon points="1 1,5 5 9,1"/>', "M1 1 5 5 9 1z"),
        ('<polygon points="1 1,5 5 9,1 1 1"/>', "M1 1 5 5 9 1z"),
    ],
)  # fmt: skip
def test_shapes_are_paths(shape, d):
    assert close(drawn(shape), path(d))


@pytest.mark.parametrize(
    "shape", ['<circle r="0"/>', "<rect/>", "<path/>", '<path d="M1 1"/>', '<polyline points="1 1"/>']
)
def test_shapes_that_draw_nothing(shape):
    assert drawn(shape) == []


@pytest.mark.parametrize(
    "transform",
    [
        "translate(2 3)",
        "translate(2,3)",
        "matrix(1 0 0 1 2 3)",
        "rotate(90 1 1) rotate(-90 1 1) translate(2) translate(0 3)",
        "scale(2) translate(1 1.5) scale(.5 .5)",
        "skewX(30) skewX(-30) skewY(10)skewY(-10)translate(2 3)",
    ],
)
def test_transforms_are_applied(transform):
    assert close(drawn(f'<g transform="{transform}"><path d="M1 1a3 3 0 0 1 3 3"/></g>'), path("M3 4a3 3 0 0 1 3 3"))


@pytest.mark.parametrize(
    "transform", ["translate(", "spin(3)", "rotate()", "matrix(1 2)", "scale(1e9)", "translate(1 2 3)"]
)
def test_unreadable_transform(transform):
    with pytest.raises(GeometryError):
        drawn(f'<path d="M1 1h1" transform="{transform}"/>')


def test_canvas_is_scaled_to_24():
    small = path("M4 4h8a2 2 0 0 1 2 2")
    assert close(drawn('<path d="M8 8h16a4 4 0 0 1 4 4"/>', 'viewBox="0 0 48 48"'), small)
    assert close(drawn('<path d="M18 8h16a4 4 0 0 1 4 4"/>', 'viewBox="10,0,48,48" width="5"'), small)
    assert close(drawn('<path d="M8 8h16a4 4 0 0 1 4 4"/>', 'width="48" height="48px"'), small)
    assert close(drawn('<path d="M4 4h8a2 2 0 0 1 2 2"/>', ""), small)
    assert close(drawn('<path d="M4 4h8a2 2 0 0 1 2 2"/>', 'viewBox="0 0 0 0"'), small)


def test_mirrored_strokes_differ():
    assert not close(path("m9 18 6-6-6-6"), path("m15 18-6-6 6-6"), 0.5)


@pytest.mark.parametrize(
    "d",
    [
        "h1", "M", "M1", "M1 1L", "M1 1 z 2", "M0 0a1 1 0 2 0 1 1", "M0 0a1 1 0 0", "hello", "M1 1 h1e9", "M1 1h1e999",
        "M1 1hNaN", "M1 1h²", "M1 1" + "h1" * 2001, "M1 1" + "l" + " 1" * 20_000, "M1 1" + "a1 1 0 0 1 1 1" * 2001,
    ],
)  # fmt: skip
def test_unreadable_paths(d):
    with pytest.raises(GeometryError):
        path_strokes(d if d != "h1" else "1")


def test_too_many_segments_over_many_shapes():
    with pytest.raises(GeometryError):
        drawn('<path d="M1 1h1v1h1v1h1v1h1"/>' * 500)


COMMANDS = st.tuples(st.sampled_from("MmLlHhVvCcSsQqTtAaZz"), st.lists(st.floats(-50, 50), max_size=14))


@given(
    st.lists(COMMANDS, max_size=12).map(lambda parts: "".join(c + " ".join(map(str, n)) for c, n in parts)) | st.text()
)
def test_any_path_is_read_or_refused(d):
    try:
        strokes = path_strokes(d)
    except GeometryError:
        return
    for stroke in strokes:
        try:
            found = geometry.features(stroke)
        except GeometryError:
            continue
        assert all(math.isfinite(value) for value in found)


number = st.integers(0, 2400).map(lambda value: value / 100)
point = st.tuples(number, number)


@settings(max_examples=50)
@given(st.lists(point, min_size=3, max_size=8, unique=True), st.booleans())
def test_direction_and_start_do_not_matter(points, closed):
    there = "M" + "L".join(f"{x} {y}" for x, y in points)
    back = "M" + "L".join(f"{x} {y}" for x, y in reversed(points))
    if closed:
        turned = points[1:] + points[:1]
        assert close(path(there + "z"), path("M" + "L".join(f"{x} {y}" for x, y in turned) + "z"), 1e-6)
        assert close(path(there + "z"), path(back + "z"), 1e-6)
    else:
        assert close(path(there), path(back), 1e-6)


@pytest.mark.parametrize("t", [0.1, 0.5, 0.77])
@pytest.mark.parametrize(
    "points",
    [
        ((1, 1), (2, 8), (9, 8), (12, 3)),
        ((1, 1), (8, 1), (2, 9), (9, 9)),
        ((4, 4), (14, 14), (-2, 14), (8, 4)),
    ],
)
def test_a_curve_cut_in_two_is_the_same(points, t):
    def mix(a, b):
        return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t

    a, b, c, d = points
    ab, bc, cd = mix(a, b), mix(b, c), mix(c, d)
    abc, bcd = mix(ab, bc), mix(bc, cd)
    middle = mix(abc, bcd)
    whole, halves = geometry.features([(a, b, c, d)]), geometry.features([(a, ab, abc, middle), (middle, bcd, cd, d)])
    assert close([whole], [halves], 0.01)
