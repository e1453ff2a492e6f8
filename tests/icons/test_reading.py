import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owui_lint.icons.data_uri import svg_data_uri
from owui_lint.icons.lucide import icon_url
from owui_lint.icons.reading import FORMS, read_icon, read_wrapped

OPEN = '<svg xmlns="http://www.w3.org/2000/svg">'
SVG = f'{OPEN}<path d="M1 1h9"/></svg>'
URI = svg_data_uri(SVG)
PREFIX = "data:image/svg+xml;base64,"
LAUGHS = (
    '<!DOCTYPE svg [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + f"]>{OPEN}&m;</svg>"
)


def encoded(data, media_type="image/svg+xml"):
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("value", "case", "mended"),
    [
        (URI, None, URI),
        ("https://example.org/icon.svg", "address", None),
        ("https://example.org/icon.svg  # ours", "address-spaces", None),
        ("/static/icon.svg", "relative", None),
        ("icon.png", "relative", None),
        (encoded(b"\x89PNG\r\n\x1a\n", "image/png"), "other-image", None),
        ("data:image/svg+xml," + SVG.replace("#", "%23"), "text", URI),
        (URI[:60] + " " + URI[60:], "spaces", URI),
        (f'"{URI}"', "quoted", URI),
        (f"'{URI}'", "quoted", URI),
        ('"https://example.org/icon.svg"', "quoted", "https://example.org/icon.svg"),
        ('"what?"', "quoted", None),
        ('"', "not-a-uri", None),
        ('""', "not-a-uri", None),
        ("[Data URI or URL for Icon]", "placeholder", None),
        ("<icon>", "placeholder", None),
        ("{{ icon }}", "placeholder", None),
        ("lucide:file-text", "name", icon_url("file-text")),
        ("FileText", "name", icon_url("file-text")),
        ("fil-text", "not-a-uri", None),
        ("📄", "not-a-uri", None),
        ("javascript:alert(1)", "not-a-uri", None),
        ("data:", "not-a-uri", None),
        (SVG, "raw-svg", URI),
        (OPEN, "raw-svg", None),
        (encoded(SVG.encode(), "image/svg"), "media-type", URI),
        (encoded(SVG.encode(), "image/png"), "media-type", URI),
        (encoded(b"<html></html>", "text/html"), "media-type", None),
        (PREFIX + "PHN2Zy$$", "not-base64", None),
        (PREFIX + SVG, "not-base64", None),
        (encoded(b"\x89PNG\r\n\x1a\n"), "not-svg", None),
        (encoded(b"   "), "no-drawing", None),
        (encoded(b"<svg>\xff</svg>"), "not-utf8", None),
        (encoded(SVG[:-2].encode()), "not-well-formed", None),
        (encoded(b"<html/>"), "root-not-svg", None),
        (encoded(b'<svg><path d="M1 1h9"/></svg>'), "no-namespace", URI),
        (encoded(b'<svg xmlns="http://www.w3.org/1999/xhtml"/>'), "no-namespace", None),
        (encoded(f"{OPEN}{'<g>' * 99}{'</g>' * 99}</svg>".encode()), "too-deep", None),
        (encoded(f"{OPEN}{'<g/>' * 5000}</svg>".encode()), "too-many-elements", None),
        (encoded(b"<" * 40_000), "too-large", None),
        (PREFIX + "A" * 10_000_000, "too-large", None),
        ("data:image/png;base64," + "A" * 10_000_000, "too-large", None),
        ("x" * 10_000_000, "not-a-uri", None),
        ("<svg" * 2_500_000, "raw-svg", None),
        ("", "empty", None),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_what_a_value_is(value, case, mended):
    reading = read_icon(value)
    assert (reading.case, reading.mended) == (case, mended)
    assert reading.is_drawn is (reading.svg is not None and (case is None or case in FORMS))
    assert len(reading.detail) < 200
    if mended is not None:
        assert read_icon(mended).case in (None, "address")


def test_entities_are_not_expanded():
    reading = read_icon(svg_data_uri(LAUGHS))
    assert reading.case is None
    assert not reading.svg.complete
    assert {hazard.danger.value for hazard in reading.svg.hazards} == {"doctype", "entity"}


@pytest.mark.parametrize("ending", ["", "\\"])
@pytest.mark.parametrize("start", [60, len(PREFIX)])
def test_wrapped_value_is_joined(start, ending):
    lines = [f"    {URI[start : start + 30]}{ending}", f"  {URI[start + 30 :]}", "description: x"]
    reading = read_wrapped(URI[:start] + ending, lines)
    assert (reading.case, reading.mended, reading.lines) == ("wrapped", URI, 2)


@pytest.mark.parametrize("mark", ["", ">", "|", "|-"])
def test_value_on_the_next_line(mark):
    reading = read_wrapped(mark, [f"  {URI}", "", "Prose"])
    assert (reading.case, reading.mended, reading.lines) == ("wrapped", URI, 1)


def test_prose_below_is_not_part_of_the_value():
    reading = read_wrapped(URI[:60], [URI[60:], "Thanks"])
    assert (reading.mended, reading.lines) == (URI, 1)
    assert read_wrapped(PREFIX + "PHN2Zy", ["Thanks", "all"]) is None
    assert read_wrapped("", ["Thanks"]) is None
    assert read_wrapped("https://example.org/", ["icon.svg"]) is None


def test_wrapped_value_that_is_no_drawing_has_no_mended_form():
    reading = read_wrapped(PREFIX + "A" * 40, ["A" * 40] * 1000)
    assert (reading.case, reading.mended) == ("wrapped", None)


@pytest.mark.parametrize("start", ["", "data:image/svg+xml,", "data:image/svg+xml;utf8,"])
def test_wrapped_text_is_joined(start):
    lines = [
        '  xmlns:x="y" xmlns="http://www.w3.org/2000/svg"',
        "  viewBox='0 0 24 24'>",
        '<path d="M5 12h14"/>',
        "</svg>",
    ]
    reading = read_wrapped(f"{start}<svg", [*lines, "license: MIT"])
    assert (reading.case, reading.lines) == ("wrapped", 4)
    assert read_icon(reading.mended).case is None


def test_text_that_does_not_go_on_is_not_wrapped():
    assert read_wrapped("data:image/svg+xml,<svg", ["license: MIT", "</svg>"]) is None
    assert read_wrapped("data:image/svg+xml,<svg", ["Prose."]) is None
    assert read_wrapped("<svg></svg>", ["</svg>"]) is None


@given(
    st.sampled_from(["", PREFIX, "data:", "data:image/svg+xml,<svg", '"', "<svg", "[", "lucide:", URI[:50]]),
    st.text(),
    st.lists(st.text()),
)
def test_never_raises(start, text, following):
    assert read_icon(start + text).case != ""
    read_wrapped(start + text, following)
