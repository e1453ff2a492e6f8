"""Read the value of ``icon_url``: a ``data:`` URI, an address, or something that is neither."""

from __future__ import annotations

import base64
import binascii
import re
from enum import Enum

from owui_lint.finding import Message
from owui_lint.icons.svg import MAX_BYTES, too_many_bytes
from owui_lint.lazypattern import lazy_pattern
from owui_lint.tuples import NamedTuple

SVG_MEDIA_TYPE = "image/svg+xml"
_BASE64 = lazy_pattern(r"[A-Za-z0-9+/]*={0,2}")
_MEDIA_TYPE = lazy_pattern(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}\Z")
_URL = lazy_pattern(r"https?://[^\s/?#]+", re.IGNORECASE)
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"RIFF", "WebP"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"BM", "BMP"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF-", "PDF"),
)


class IconKind(Enum):
    """What form a value has."""

    SVG_BASE64 = "svg-base64"
    """``data:image/svg+xml;base64,…``, the form that the standard asks for."""
    SVG_TEXT = "svg-text"
    """``data:image/svg+xml,…``: percent-encoded or plain text."""
    OTHER_DATA = "other-data"
    """A ``data:`` URI of another media type."""
    URL = "url"
    """An ``http`` or ``https`` address."""
    RAW_SVG = "raw-svg"
    """SVG text without a ``data:`` URI around it; a browser takes it for a relative address."""
    UNKNOWN = "unknown"


class IconProblem(Enum):
    """Why a value does not give the bytes of an SVG."""

    EMPTY = "empty"
    WRAPPED = "wrapped"
    """Whitespace within the value: OpenWebUI cuts a value at the end of its first line."""
    NOT_A_URI = "not-a-uri"
    WRONG_MEDIA_TYPE = "wrong-media-type"
    NOT_BASE64 = "not-base64"
    TOO_LARGE = "too-large"
    NOT_SVG = "not-svg"
    """The bytes are those of another format, which ``detail`` names."""


class Icon(NamedTuple):
    """An ``icon_url`` as read: its form, its bytes where it holds any, and the first problem met."""

    kind: IconKind
    media_type: str = ""
    data: bytes | None = None
    problem: IconProblem | None = None
    detail: str | Message = ""


def parse_icon(value: str) -> Icon:
    """Read ``value`` as OpenWebUI's front matter gives it.

    Never raises. ``data`` is given with ``WRAPPED`` and ``WRONG_MEDIA_TYPE`` too where the bytes are SVG, as a fix can
    keep them.
    """
    text = value.strip()
    if not text:
        return Icon(IconKind.UNKNOWN, problem=IconProblem.EMPTY)
    if text[:5].lower() == "data:":
        return _parse_data(text[5:])
    if text[0] == "<":
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > MAX_BYTES:
            return Icon(IconKind.RAW_SVG, problem=IconProblem.TOO_LARGE, detail=too_many_bytes(len(data), MAX_BYTES))
        return Icon(IconKind.RAW_SVG, data=data, problem=IconProblem.NOT_A_URI)
    if _URL.match(text):
        wrapped = len(text.split(None, 1)) > 1
        return Icon(IconKind.URL, problem=IconProblem.WRAPPED if wrapped else None)
    return Icon(IconKind.UNKNOWN, problem=IconProblem.NOT_A_URI)


def svg_data_uri(svg: str) -> str:
    """Return the ``data:image/svg+xml;base64,`` URI of the SVG text ``svg``, on one line."""
    return f"data:{SVG_MEDIA_TYPE};base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def _parse_data(rest: str) -> Icon:
    header, comma, body = rest.partition(",")
    # The grammar of RFC 2397; a media type left out is text/plain.
    media_type, *parameters = (part.strip().lower() for part in header[:256].split(";"))
    is_base64 = "base64" in parameters
    if not comma or (media_type and not _MEDIA_TYPE.match(media_type)):
        return Icon(IconKind.OTHER_DATA, problem=IconProblem.NOT_A_URI)
    if media_type != SVG_MEDIA_TYPE:
        kind = IconKind.OTHER_DATA
    else:
        kind = IconKind.SVG_BASE64 if is_base64 else IconKind.SVG_TEXT
    # Four thirds for base64 and three bytes for a percent-encoded one: longer bodies are too large in any case.
    if len(body) > 4 * MAX_BYTES:
        return Icon(kind, media_type, problem=IconProblem.TOO_LARGE, detail=_length(len(body)))
    body = body.partition("#")[0].rstrip(" ")  # a bare "#" begins a fragment: browsers cut there
    wrapped = "\n" in body or (is_base64 and len(body.split()) > 1)
    if not is_base64:
        data = _unquote(body)
    else:
        compact = "".join(body.split())
        if "%" in compact:  # a browser undoes percent encoding before it reads base64
            compact = _unquote(compact).decode("latin-1")
        decoded = _decode(compact)
        if decoded is None:
            problem = IconProblem.WRAPPED if wrapped else IconProblem.NOT_BASE64
            return Icon(kind, media_type, problem=problem, detail=_bad_base64(compact))
        data = decoded
    if len(data) > MAX_BYTES:
        return Icon(kind, media_type, problem=IconProblem.TOO_LARGE, detail=too_many_bytes(len(data), MAX_BYTES))
    if kind is IconKind.OTHER_DATA:
        kept = data if data.lstrip()[:1] == b"<" else None
        return Icon(kind, media_type, kept, IconProblem.WRONG_MEDIA_TYPE, media_type)
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return Icon(kind, media_type, problem=IconProblem.NOT_SVG, detail=name)
    return Icon(kind, media_type, data, IconProblem.WRAPPED if wrapped else None)


def _unquote(text: str) -> bytes:
    from urllib.parse import unquote_to_bytes  # its import costs more than all else here, and is rarely needed

    return unquote_to_bytes(text.encode("utf-8", "surrogatepass"))


def _decode(text: str) -> bytes | None:
    """Base64 as a browser reads it: padding may be left out, nothing else may be wrong."""
    if not text or not _BASE64.fullmatch(text):
        return None
    bare = text.rstrip("=")
    if len(bare) % 4 == 1 or (len(bare) != len(text) and len(text) % 4):
        return None
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None


def _bad_base64(text: str) -> Message:
    end = _BASE64.match(text)
    at = end.end() if end else 0
    if not text:
        return Message("nothing follows the comma", "逗号之后没有内容")
    return Message(f"character {at + 1}", f"第 {at + 1} 个字符") if at < len(text) else _length(len(text))


def _length(characters: int) -> Message:
    return Message(f"{characters} characters", f"共 {characters} 个字符")
