"""What the value of ``icon_url`` is: a drawing that browsers show, a form that is only not the standard's, or broken.

Everything here takes text and returns data; values come from strangers and may be of any size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from owui_lint.finding import Message
from owui_lint.icons.data_uri import Icon, IconKind, IconProblem, parse_icon, svg_data_uri
from owui_lint.icons.svg import SVG_NAMESPACE, Svg, SvgError, SvgProblem, read_svg
from owui_lint.lazypattern import lazy_pattern
from owui_lint.tuples import NamedTuple

FORMS = frozenset({"address", "relative", "other-image", "text", "spaces"})
"""Cases in which browsers may well show the icon, and only the standard asks for another form."""
_BLOCK_MARKS = frozenset({"", ">", "|", ">-", "|-", ">+", "|+"})
_BASE64_LINE = lazy_pattern(r"[A-Za-z0-9+/]+={0,2}")
_SURE_LENGTH = 20  # base64 text of this length is no word of prose
_SVG_TEXT = lazy_pattern(r"(?:data:image/svg\+xml[^,]{0,60},\s*)?(?:<|%3c)(?:svg|\?xml)", re.IGNORECASE)
_SVG_END = lazy_pattern(r"(?:<|%3c)(?:/|%2f)svg", re.IGNORECASE)
_ENTRY = lazy_pattern(r"\s*[a-z_]+:(?:\s|$)")  # of front matter
_SHOWN = 60
_NAME = lazy_pattern(r"(?:lucide[:/])?[A-Za-z][A-Za-z0-9_-]{0,60}\Z", re.IGNORECASE)
_RELATIVE = lazy_pattern(r"\.{0,2}/\S*\Z|[^\s:<>\[\]{}]+\.(?:svg|png|jpe?g|gif|webp|ico)\Z", re.IGNORECASE)
_ROOT_WITHOUT_NAMESPACE = re.compile(rb"<svg(?=[\s/>])(?![^>]*\sxmlns\s*=)")
_QUOTES = ('""', "''", "``", "“”")
_PLACEHOLDERS = ("[]", "<>", "{}", "【】")


class Reading(NamedTuple):
    """A value as read. ``case`` names what is wrong, None where nothing is; ``detail`` what a reader needs to find it.

    ``svg`` and ``data`` are the drawing and its bytes where there is one. ``mended`` is a value that gives the same
    drawing in the standard's form. ``lines`` is how many of the following lines belong to a wrapped value.
    """

    case: str | None
    detail: str | Message = ""
    svg: Svg | None = None
    data: bytes = b""
    mended: str | None = None
    lines: int = 0

    @property
    def is_drawn(self) -> bool:
        """Whether a browser shows the SVG as the value stands."""
        return self.svg is not None and (self.case is None or self.case in FORMS)


def read_icon(value: str) -> Reading:
    """Read a value as OpenWebUI's front matter gives it (one line). Never raises."""
    value = value.strip()
    icon = parse_icon(value)
    if icon.kind is IconKind.URL:
        return Reading("address-spaces" if icon.problem else "address", value[:_SHOWN])
    if icon.kind is IconKind.RAW_SVG and value[:4].lower() == "<svg":
        drawing = _drawing(icon.data or b"")
        return drawing._replace(case="raw-svg", detail="")
    if icon.problem is IconProblem.NOT_A_URI and value[:5].lower() != "data:":
        return _no_address(value)
    if icon.kind is IconKind.OTHER_DATA:
        return _other_data(icon)
    if icon.data is None:
        problem = icon.problem or IconProblem.EMPTY
        case = "not-base64" if problem is IconProblem.WRAPPED else problem.value
        return Reading(case, icon.detail)
    drawing = _drawing(icon.data)
    if drawing.case is not None:
        return drawing
    form = "text" if icon.kind is IconKind.SVG_TEXT else "spaces" if icon.problem is IconProblem.WRAPPED else None
    return drawing if form is None else drawing._replace(case=form)


def read_wrapped(value: str, following: Sequence[str]) -> Reading | None:
    """Read ``value`` with those of the ``following`` lines that go on with it; None where none does.

    A first line that is whole by itself is not wrapped: ask ``read_icon`` before.
    """
    start = value.strip().rstrip("\\")
    if _SVG_TEXT.match(start):
        return _read_wrapped_text(start, following)
    if start in _BLOCK_MARKS:
        start = ""
    elif start[:5].lower() != "data:":
        return None
    parts: list[str] = []
    for line in following:
        part = line.strip().rstrip("\\")
        begins = not start and not parts and part[:5].lower() == "data:"
        if not begins and (not (start or parts) or not _BASE64_LINE.fullmatch(part)):
            break
        parts.append(part)
    # A word of prose below the last line of base64 looks like base64 too.
    for count in range(len(parts), max(0, len(parts) - 3), -1):
        reading = read_icon(start + "".join(parts[:count]))
        if reading.svg is not None:
            whole = svg_data_uri(reading.data.decode())
            return reading._replace(case="wrapped", detail="", mended=reading.mended or whole, lines=count)
    if parts and (not start or len(parts[0]) >= _SURE_LENGTH):
        return Reading("wrapped", lines=len(parts))
    return None


def _read_wrapped_text(start: str, following: Sequence[str]) -> Reading | None:
    """Read an SVG that begins as text in one line and ends in one of the ``following``."""
    if _SVG_END.search(start):
        return None
    parts = [start]
    for line in following:
        if _ENTRY.match(line):
            return None
        parts.append(line.strip().rstrip("\\"))
        if _SVG_END.search(line):
            reading = read_icon(" ".join(parts))  # a line end is a blank between attributes
            return reading._replace(case="wrapped", detail="", lines=len(parts) - 1)
    return None


def _drawing(data: bytes) -> Reading:
    try:
        svg = read_svg(data)
    except SvgError as error:
        mended = None
        if error.problem is SvgProblem.NO_NAMESPACE:
            named = _ROOT_WITHOUT_NAMESPACE.sub(b'<svg xmlns="' + SVG_NAMESPACE.encode() + b'"', data, count=1)
            mended = _drawing(named).mended if named != data else None
        case = "no-drawing" if error.problem is SvgProblem.EMPTY else error.problem.value
        return Reading(case, error.detail, mended=mended)
    return Reading(None, svg=svg, data=data, mended=svg_data_uri(data.decode()))


def _other_data(icon: Icon) -> Reading:
    if icon.data is not None:
        drawing = _drawing(icon.data)
        if drawing.svg is not None or not icon.media_type.startswith("image/"):
            return drawing._replace(case="media-type", detail=icon.media_type or "text/plain")
    if icon.problem is IconProblem.WRONG_MEDIA_TYPE:
        return Reading("other-image", icon.media_type or "text/plain")
    problem = icon.problem or IconProblem.NOT_A_URI
    return Reading("not-base64" if problem is IconProblem.WRAPPED else problem.value, icon.detail)


def _no_address(value: str) -> Reading:
    shown = value[:_SHOWN]
    ends = value[0] + value[-1]
    if ends in _QUOTES and len(value) > 2:
        bare = value[1:-1].strip()
        # Quotes within quotes are not taken off: there may be thousands.
        inner = Reading("not-a-uri") if bare and bare[0] in "".join(_QUOTES) else read_icon(bare)
        return inner._replace(case="quoted", detail=shown, mended=_kept(bare, inner))
    if ends in _PLACEHOLDERS:
        return Reading("placeholder", shown)
    if _RELATIVE.match(value):
        return Reading("relative", shown)
    if _NAME.match(value):
        from owui_lint.icons.lucide import icon_url, resolve  # reads the table of drawings

        name = resolve(value).name
        if name is not None:
            return Reading("name", name, mended=icon_url(name))
    return Reading("not-a-uri", shown)


def _kept(inner: str, reading: Reading) -> str | None:
    """What remains of a quoted value without its quotes, where that is an icon."""
    return inner if reading.case is None or reading.case == "address" else reading.mended
