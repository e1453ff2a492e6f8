import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owui_lint.finding import Message
from owui_lint.icons.data_uri import IconKind, IconProblem, parse_icon, svg_data_uri
from owui_lint.icons.svg import MAX_BYTES

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M1 1h9"/></svg>'
ENCODED = base64.b64encode(SVG.encode()).decode()
PREFIX = "data:image/svg+xml;base64,"


def encoded(data):
    return PREFIX + base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (PREFIX + ENCODED, IconKind.SVG_BASE64),
        ("  " + PREFIX + ENCODED + "\n", IconKind.SVG_BASE64),
        (PREFIX + ENCODED.rstrip("="), IconKind.SVG_BASE64),
        (PREFIX + ENCODED.replace("=", "%3D").replace("+", "%2B"), IconKind.SVG_BASE64),
        (PREFIX + ENCODED + " # file-text", IconKind.SVG_BASE64),
        ("DATA:Image/SVG+XML; charset=utf-8 ;Base64," + ENCODED, IconKind.SVG_BASE64),
        ("data:image/svg+xml," + SVG, IconKind.SVG_TEXT),
        ("data:image/svg+xml;utf8," + SVG.replace("<", "%3C"), IconKind.SVG_TEXT),
    ],
)
def test_svg_is_decoded(value, kind):
    icon = parse_icon(value)
    assert (icon.kind, icon.problem, icon.data) == (kind, None, SVG.encode())


@pytest.mark.parametrize("value", ["http://example.com/i.svg", "https://example.com/a b.svg".replace(" ", "%20")])
def test_address(value):
    assert parse_icon(value).kind is IconKind.URL
    assert parse_icon(value).problem is None


@pytest.mark.parametrize(
    ("value", "problem", "detail"),
    [
        ("", IconProblem.EMPTY, ""),
        (" \n\t", IconProblem.EMPTY, ""),
        ("[Data URI or URL for Icon]", IconProblem.NOT_A_URI, ""),
        ("icon.svg", IconProblem.NOT_A_URI, ""),
        ("javascript:alert(1)", IconProblem.NOT_A_URI, ""),
        ("data:", IconProblem.NOT_A_URI, ""),
        ("data:image/svg+xml;base64", IconProblem.NOT_A_URI, ""),
        (SVG, IconProblem.NOT_A_URI, ""),
        ("https://example.com/\n  icon.svg", IconProblem.WRAPPED, ""),
        (PREFIX, IconProblem.NOT_BASE64, "nothing follows the comma / 逗号之后没有内容"),
        (PREFIX + "PHN2Zy$$", IconProblem.NOT_BASE64, "character 7 / 第 7 个字符"),
        (PREFIX + "PHN2Z_-8", IconProblem.NOT_BASE64, "character 6 / 第 6 个字符"),
        (PREFIX + "PHN2Z", IconProblem.NOT_BASE64, "5 characters / 共 5 个字符"),
        (PREFIX + "PHN2=", IconProblem.NOT_BASE64, "5 characters / 共 5 个字符"),
        (PREFIX + SVG, IconProblem.WRAPPED, "character 1 / 第 1 个字符"),
        (PREFIX + "图标", IconProblem.NOT_BASE64, "character 1 / 第 1 个字符"),
        ("data:image/png;base64," + ENCODED, IconProblem.WRONG_MEDIA_TYPE, "image/png"),
        ("data:image/svg;base64," + ENCODED, IconProblem.WRONG_MEDIA_TYPE, "image/svg"),
        ("data:;base64," + ENCODED, IconProblem.WRONG_MEDIA_TYPE, ""),
        (encoded(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), IconProblem.NOT_SVG, "PNG"),
        (encoded(b"GIF89a\1\0\1\0"), IconProblem.NOT_SVG, "GIF"),
        (encoded(b"\xff\xd8\xff\xe0"), IconProblem.NOT_SVG, "JPEG"),
        (encoded(b"\x1f\x8b\x08"), IconProblem.NOT_SVG, "gzip"),
    ],
)
def test_problem(value, problem, detail):
    icon = parse_icon(value)
    said = " / ".join(icon.detail) if isinstance(icon.detail, Message) else icon.detail
    assert (icon.problem, said) == (problem, detail)


def test_what_can_be_kept_is_given_with_the_problem():
    wrapped = parse_icon(PREFIX + ENCODED[:20] + "\n    " + ENCODED[20:])
    assert (wrapped.problem, wrapped.data) == (IconProblem.WRAPPED, SVG.encode())
    called_png = parse_icon("data:image/png;base64," + ENCODED)
    assert called_png.data == SVG.encode()
    assert parse_icon("data:image/png;base64," + base64.b64encode(b"\x89PNG").decode()).data is None
    assert parse_icon(SVG).data == SVG.encode()


@pytest.mark.parametrize(
    "start", [PREFIX, "data:image/svg+xml,", "data:image/png;base64,", "<svg>", "data:" + ";" * 99]
)
def test_ten_megabytes(start):
    icon = parse_icon(start + "A" * 10_000_000)
    assert icon.problem in (IconProblem.TOO_LARGE, IconProblem.NOT_A_URI)
    assert icon.data is None


def test_bare_hash_ends_the_text_as_in_a_browser():
    assert parse_icon('data:image/svg+xml,<svg stroke="#000"/>').data == b'<svg stroke="'
    assert parse_icon('data:image/svg+xml,<svg stroke="%23000"/>').data == b'<svg stroke="#000"/>'


def test_limit_is_that_of_the_decoded_bytes():
    assert parse_icon(encoded(b"<" * MAX_BYTES)).problem is None
    assert parse_icon(encoded(b"<" * (MAX_BYTES + 1))).problem is IconProblem.TOO_LARGE


@given(st.text(min_size=1))
def test_round_trip(text):
    icon = parse_icon(svg_data_uri("<" + text))
    assert (icon.kind, icon.problem, icon.data) == (IconKind.SVG_BASE64, None, ("<" + text).encode())


@given(st.sampled_from(["", PREFIX, "data:", "data:image/svg+xml,", "<", "https://"]), st.text())
def test_never_raises(start, text):
    icon = parse_icon(start + text)
    assert icon.problem or icon.data is not None or icon.kind is IconKind.URL
