"""Turn the shapes of an SVG into strokes, and each stroke into numbers that do not depend on how it is written.

A stroke is one continuous line: shapes become paths, paths are split at each move, transforms are applied, and the
drawing is scaled to Lucide's canvas of 24 × 24 units. A stroke is described by integrals along it (length, centre,
second and third moments), so direction, starting point, kind of segments, relative or absolute commands and rounding
by an optimiser (all of which SVGO changes) move the numbers by no more than the drawing itself moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from owui_lint.icons.svg import Shape, Svg
from owui_lint.lazypattern import lazy_pattern

CANVAS = 24.0
"""Side of Lucide's canvas, in user units."""
MAX_SEGMENTS = 2000
"""Drawings with more segments are not described: the largest Lucide icon has fewer than 100."""

Point = tuple[float, float]
Segment = tuple[Point, ...]
"""Two points: a line. Four: a cubic Bézier curve."""
Stroke = list[Segment]
Matrix = tuple[float, float, float, float, float, float]
Features = tuple[float, float, float, float, float, float, float, float, float, float]
"""Length, centre x and y, three second and four third central moments, all in units of length on the canvas."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_LARGEST = 1e5
_SMALLEST = 1e-6
_NUMBER = lazy_pattern(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SEPARATOR = lazy_pattern(r"[\s,]*")
_TRANSFORM = lazy_pattern(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
# Nodes and weights of Gauss-Legendre quadrature with 8 points, on [0, 1].
_QUADRATURE = tuple(
    (0.5 + sign * node / 2, weight / 2)
    for node, weight in (
        (0.1834346424956498, 0.3626837833783620),
        (0.5255324099163290, 0.3137066458778873),
        (0.7966664774136267, 0.2223810344533745),
        (0.9602898564975363, 0.1012285362903763),
    )
    for sign in (-1, 1)
)


class GeometryError(ValueError):
    """A drawing has geometry that is not described: unreadable, unbounded, or more than ``MAX_SEGMENTS``."""


def describe(svg: Svg) -> list[Features]:
    """Return the features of every visible stroke of ``svg``, in no particular order.

    Raises ``GeometryError``. A ``viewBox`` other than ``0 0 24 24`` is scaled to it, larger side to 24, centred: the
    same drawing on another canvas is the same drawing.
    """
    canvas = canvas_matrix(svg)
    described: list[Features] = []
    steps: dict[str, Matrix] = {}  # each text once: many shapes can stand within one long transform
    segments = 0
    for shape in svg.shapes:
        matrix = canvas
        for transform in shape.transforms:
            if transform not in steps:
                steps[transform] = parse_transform(transform)
            matrix = multiply(matrix, steps[transform])
        for stroke in shape_strokes(shape):
            segments += len(stroke)
            if segments > MAX_SEGMENTS:
                raise GeometryError(f"more than {MAX_SEGMENTS} segments")
            described.append(features([tuple(apply(matrix, point) for point in segment) for segment in stroke]))
    return described


def canvas_matrix(svg: Svg) -> Matrix:
    """Return what maps user units of ``svg`` to the canvas of 24 × 24: the identity for Lucide's own icons."""
    box = _numbers(svg.attributes.get("viewBox", ""))
    if len(box) != 4:
        sides = [_numbers(svg.attributes.get(name, "")) for name in ("width", "height")]
        box = [0.0, 0.0, sides[0][0], sides[1][0]] if all(sides) else [0.0, 0.0, CANVAS, CANVAS]
    x, y, width, height = box
    if width <= 0 or height <= 0:
        return IDENTITY
    scale = CANVAS / max(width, height)
    left, top = (CANVAS - width * scale) / 2, (CANVAS - height * scale) / 2
    return (scale, 0.0, 0.0, scale, left - x * scale, top - y * scale)


def parse_transform(text: str) -> Matrix:
    """Return the matrix of a ``transform`` attribute. Raises ``GeometryError`` where it is not readable."""
    matrix = IDENTITY
    for found in _TRANSFORM.finditer(text):
        numbers = _numbers(found[2])
        match found[1], numbers:
            case "matrix", [a, b, c, d, e, f]:
                step: Matrix = (a, b, c, d, e, f)
            case "translate", [x, *rest] if len(rest) < 2:
                step = (1.0, 0.0, 0.0, 1.0, x, rest[0] if rest else 0.0)
            case "scale", [x, *rest] if len(rest) < 2:
                step = (x, 0.0, 0.0, rest[0] if rest else x, 0.0, 0.0)
            case "rotate", [angle]:
                step = _rotation(angle)
            case "rotate", [angle, x, y]:
                around = multiply((1.0, 0.0, 0.0, 1.0, x, y), _rotation(angle))
                step = multiply(around, (1.0, 0.0, 0.0, 1.0, -x, -y))
            case "skewX", [angle]:
                step = (1.0, 0.0, math.tan(math.radians(angle)), 1.0, 0.0, 0.0)
            case "skewY", [angle]:
                step = (1.0, math.tan(math.radians(angle)), 0.0, 1.0, 0.0, 0.0)
            case _:
                raise GeometryError("unreadable transform")
        matrix = multiply(matrix, step)
    if _TRANSFORM.sub("", text).strip(" \t\r\n,"):
        raise GeometryError("unreadable transform")
    return matrix


def multiply(outer: Matrix, inner: Matrix) -> Matrix:
    """Return the matrix that applies ``inner`` first, then ``outer``."""
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return (a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f)


def apply(matrix: Matrix, point: Point) -> Point:
    """Return ``point`` moved by ``matrix``."""
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


def shape_strokes(shape: Shape) -> list[Stroke]:
    """Return the strokes of one basic shape in its own user units. Raises ``GeometryError``."""
    if shape.tag == "path":
        return path_strokes(shape.attributes.get("d", ""))
    if shape.tag in ("polyline", "polygon"):
        return _polygon(_numbers(shape.attributes.get("points", "")), closed=shape.tag == "polygon")
    value = {name: _length(shape.attributes.get(name)) for name in ("x", "y", "width", "height", "cx", "cy", "r")}
    if shape.tag == "line":
        ends = [_length(shape.attributes.get(name)) for name in ("x1", "y1", "x2", "y2")]
        return [[((ends[0], ends[1]), (ends[2], ends[3]))]]
    if shape.tag == "rect":
        return _rectangle(shape, value["x"], value["y"], value["width"], value["height"])
    rx, ry = value["r"], value["r"]
    if shape.tag == "ellipse":
        rx, ry = _radii(shape)
    if rx <= 0 or ry <= 0:
        return []
    cx, cy = value["cx"], value["cy"]
    half = [*_arc((cx - rx, cy), rx, ry, 0.0, False, True, (cx + rx, cy))]
    return [[*half, *_arc((cx + rx, cy), rx, ry, 0.0, False, True, (cx - rx, cy))]]


def path_strokes(d: str) -> list[Stroke]:
    """Return the strokes of path data, split at each move. Raises ``GeometryError`` where it is not readable."""
    strokes: list[Stroke] = []
    stroke: Stroke = []
    here: Point = (0.0, 0.0)
    start: Point = here
    handle: Point | None = None  # second control point of the curve before, for S and T
    previous = ""
    segments = 0
    for command, arguments in _commands(d):
        kind = command.upper()
        ox, oy = here if command.islower() else (0.0, 0.0)
        if kind == "M":
            if stroke:
                strokes.append(stroke)
            stroke = []
            here = start = (arguments[0] + ox, arguments[1] + oy)
            previous = kind
            continue
        before = len(stroke)
        if kind == "Z":
            if here != start or not stroke:
                stroke.append((here, start))
            strokes.append(stroke)
            stroke, before, here, handle = [], 0, start, None
            segments += 1
        elif kind in "LHV":
            x = arguments[0] + ox if kind != "V" else here[0]
            y = arguments[-1] + oy if kind != "H" else here[1]
            stroke.append((here, (x, y)))
            here = (x, y)
        elif kind == "A":
            rx, ry, angle, large, sweep, x, y = arguments
            end = (x + ox, y + oy)
            stroke.extend(_arc(here, rx, ry, angle, large != 0, sweep != 0, end))
            here = end
        else:
            points = [(x + ox, y + oy) for x, y in zip(arguments[::2], arguments[1::2], strict=True)]
            smooth = handle is not None and previous in {"S": "CS", "T": "QT"}.get(kind, "")
            if kind in "ST":
                mirrored = (2 * here[0] - handle[0], 2 * here[1] - handle[1]) if smooth and handle else here
                points.insert(0, mirrored)
            handle = points[-2]
            if kind in "QT":
                control, end = points
                points = [_between(here, control, 2 / 3), _between(end, control, 2 / 3), end]
            stroke.append((here, *points))
            here = points[-1]
        previous = kind
        segments += len(stroke) - before
        if segments > MAX_SEGMENTS:
            raise GeometryError(f"more than {MAX_SEGMENTS} segments")
    if stroke:
        strokes.append(stroke)
    return strokes


def features(stroke: Sequence[Segment]) -> Features:
    """Return the numbers that describe ``stroke`` (at least one segment, on the canvas of 24 × 24).

    Moments are divided by powers of the extent, so that an error of 0.01 units in the drawing is about 0.01 in each.
    """
    if any(not -_LARGEST < value < _LARGEST for segment in stroke for point in segment for value in point):
        raise GeometryError("a coordinate that is too large or no number")
    middle = CANVAS / 2
    samples = [
        (x - middle, y - middle, length) for segment in stroke for x, y, length in _samples(segment) if length > 0
    ]
    length = sum(weight for _, _, weight in samples)
    if length < 1e-6:  # a dot: nothing but its round cap
        x, y = stroke[0][0]
        return (0.0, x, y, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    cx = sum(x * weight for x, _, weight in samples) / length
    cy = sum(y * weight for _, y, weight in samples) / length
    xx = xy = yy = xxx = xxy = xyy = yyy = 0.0
    for x, y, weight in samples:
        u, v, share = x - cx, y - cy, weight / length
        uu, uv, vv = u * u * share, u * v * share, v * v * share
        xx += uu
        xy += uv
        yy += vv
        xxx += uu * u
        xxy += uu * v
        xyy += vv * u
        yyy += vv * v
    first = math.sqrt(xx + yy) + 1
    second = xx + yy + 1
    moments = (xx / first, xy / first, yy / first, xxx / second, xxy / second, xyy / second, yyy / second)
    return (length, cx + middle, cy + middle, *moments)


def _samples(segment: Segment) -> Iterator[tuple[float, float, float]]:
    """Yield points (x, y) of a segment, each with the length that it stands for."""
    if len(segment) == 2:
        (ax, ay), (bx, by) = segment
        length = math.hypot(bx - ax, by - ay)
        for t, weight in _QUADRATURE:
            yield ax + (bx - ax) * t, ay + (by - ay) * t, length * weight
        return
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = segment
    for t, weight in _QUADRATURE:
        s = 1 - t
        k0, k1, k2, k3 = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
        d0, d1, d2 = 3 * s * s, 6 * s * t, 3 * t * t
        speed = math.hypot(
            d0 * (bx - ax) + d1 * (cx - bx) + d2 * (dx - cx), d0 * (by - ay) + d1 * (cy - by) + d2 * (dy - cy)
        )
        yield k0 * ax + k1 * bx + k2 * cx + k3 * dx, k0 * ay + k1 * by + k2 * cy + k3 * dy, speed * weight


def _commands(d: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command with its arguments; commands left out by the writer are filled in."""
    at, end, command = _skip(d, 0), len(d), ""
    while at < end:
        if d[at].upper() in _ARGUMENTS:
            command = d[at]
            at = _skip(d, at + 1)
        elif command in ("", "Z", "z"):
            raise GeometryError(f"unreadable path data at character {at + 1}")
        kind = command.upper()
        arguments: list[float] = []
        for index in range(_ARGUMENTS[kind]):
            # The flags of an arc are one digit each and may stand without a separator ("a1 1 0 011 1").
            if kind == "A" and index in (3, 4):
                if d[at : at + 1] not in ("0", "1"):
                    raise GeometryError(f"unreadable arc flag at character {at + 1}")
                arguments.append(float(d[at]))
                at = _skip(d, at + 1)
                continue
            number = _NUMBER.match(d, at)
            if number is None:
                raise GeometryError(f"unreadable path data at character {at + 1}")
            arguments.append(_number(number[0]))
            at = _skip(d, number.end())
        yield command, arguments
        if kind == "M":  # further pairs after a move are lines
            command = "l" if command == "m" else "L"


def _skip(text: str, at: int) -> int:
    found = _SEPARATOR.match(text, at)
    return found.end() if found else at


def _arc(start: Point, rx: float, ry: float, angle: float, large: bool, sweep: bool, end: Point) -> Iterator[Segment]:
    """Yield an elliptical arc as cubic curves of at most an eighth of a turn (SVG 2, appendix B.2.4)."""
    if start == end:
        return
    rx, ry = abs(rx), abs(ry)
    if rx < _SMALLEST or ry < _SMALLEST:
        yield (start, end)
        return
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    hx, hy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = (cos * hx + sin * hy) / rx, (cos * hy - sin * hx) / ry
    size = x * x + y * y
    if size > 1:
        rx, ry, x, y = rx * math.sqrt(size), ry * math.sqrt(size), x / math.sqrt(size), y / math.sqrt(size)
        size = 1.0
    if size == 0:
        yield (start, end)
        return
    root = math.sqrt((1 - size) / size) * (-1 if large == sweep else 1)
    px, py = root * y, -root * x  # centre on the unit circle, between the two points
    mx, my = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    first, last = math.atan2(y - py, x - px), math.atan2(-y - py, -x - px)
    turn = last - first
    if sweep and turn < 0:
        turn += 2 * math.pi
    elif not sweep and turn > 0:
        turn -= 2 * math.pi
    pieces = max(1, math.ceil(abs(turn) / (math.pi / 4) - 1e-9))
    step = turn / pieces
    reach = 4 / 3 * math.tan(step / 4)

    def place(u: float, v: float) -> Point:
        u, v = (u + px) * rx, (v + py) * ry
        return mx + cos * u - sin * v, my + sin * u + cos * v

    here = start
    for index in range(pieces):
        a, b = first + index * step, first + (index + 1) * step
        ca, sa, cb, sb = math.cos(a), math.sin(a), math.cos(b), math.sin(b)
        there = end if index == pieces - 1 else place(cb, sb)
        yield (here, place(ca - reach * sa, sa + reach * ca), place(cb + reach * sb, sb - reach * cb), there)
        here = there


def _rectangle(shape: Shape, x: float, y: float, width: float, height: float) -> list[Stroke]:
    if width <= 0 or height <= 0:
        return []
    rx, ry = _radii(shape)
    rx, ry = min(max(rx, 0.0), width / 2), min(max(ry, 0.0), height / 2)
    if rx == 0 or ry == 0:
        return _polygon([x, y, x + width, y, x + width, y + height, x, y + height], closed=True)
    right, bottom = x + width, y + height
    corners = (
        ((x + rx, y), (right - rx, y), (right, y + ry)),
        ((right, y + ry), (right, bottom - ry), (right - rx, bottom)),
        ((right - rx, bottom), (x + rx, bottom), (x, bottom - ry)),
        ((x, bottom - ry), (x, y + ry), (x + rx, y)),
    )
    stroke: Stroke = []
    for begin, corner, end in corners:
        stroke.append((begin, corner))
        stroke.extend(_arc(corner, rx, ry, 0.0, False, True, end))
    return [stroke]


def _radii(shape: Shape) -> tuple[float, float]:
    """``rx`` and ``ry`` of a rectangle or ellipse: either takes the other's value where it is not given."""
    rx, ry = shape.attributes.get("rx", "auto"), shape.attributes.get("ry", "auto")
    return _length(ry if rx == "auto" else rx), _length(rx if ry == "auto" else ry)


def _polygon(numbers: Sequence[float], *, closed: bool) -> list[Stroke]:
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(points) > MAX_SEGMENTS:
        raise GeometryError(f"more than {MAX_SEGMENTS} segments")
    if closed and points and points[0] != points[-1]:
        points.append(points[0])
    stroke: Stroke = list(pairwise(points))
    return [stroke] if stroke else []


def _rotation(angle: float) -> Matrix:
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return (cos, sin, -sin, cos, 0.0, 0.0)


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _numbers(text: str) -> list[float]:
    return [_number(found) for found in _NUMBER.findall(text)]


def _number(text: str) -> float:
    value = float(text)
    if not -_LARGEST < value < _LARGEST:
        raise GeometryError("a coordinate that is too large")
    return value


def _length(text: str | None) -> float:
    """A coordinate in user units; lengths in other units and percentages are not Lucide's and count as numbers."""
    found = _NUMBER.match((text or "").strip())
    return _number(found[0]) if found else 0.0
