import pytest
from hypothesis import given
from hypothesis import strategies as st

from owui_lint.icons.svg import MAX_BYTES, MAX_DEPTH, Danger, SvgError, SvgProblem, read_svg

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(inner, attributes=""):
    return f"<svg {NS} {attributes}>{inner}</svg>".encode()


def dangers(data):
    return {hazard.danger for hazard in read_svg(data).hazards}


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(ord("b"), ord("k")))
    + b']><svg xmlns="http://www.w3.org/2000/svg"><text>&j;</text></svg>'
)


def test_billion_laughs_is_not_expanded():
    read = read_svg(LAUGHS)
    assert not read.complete
    assert {hazard.danger for hazard in read.hazards} == {Danger.DOCTYPE, Danger.ENTITY}


def test_doctype_without_declarations_is_read_on():
    doctype = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    read = read_svg(doctype + svg('<path d="M0 0h1"/>&unknown;'))
    assert read.complete
    assert len(read.shapes) == 1
    assert {hazard.danger for hazard in read.hazards} == {Danger.DOCTYPE, Danger.ENTITY}


@pytest.mark.parametrize(
    ("inner", "danger"),
    [
        ("<script>alert(1)</script>", Danger.SCRIPT),
        ('<x:script xmlns:x="http://www.w3.org/2000/svg"/>', Danger.SCRIPT),
        ('<path onload="x()"/>', Danger.EVENT_ATTRIBUTE),
        ('<path ONCLICK="x()"/>', Danger.EVENT_ATTRIBUTE),
        ("<foreignObject/>", Danger.FOREIGN_CONTENT),
        ('<iframe xmlns="http://www.w3.org/1999/xhtml"/>', Danger.FOREIGN_CONTENT),
        ('<image href="https://example.com/x.png"/>', Danger.EXTERNAL_REFERENCE),
        ('<image xlink:href="//example.com/x.png"/>', Danger.EXTERNAL_REFERENCE),
        ('<use href="other.svg#a"/>', Danger.EXTERNAL_REFERENCE),
        ('<a href="java&#10;script:alert(1)"/>', Danger.EXTERNAL_REFERENCE),
        ('<image href="data:image/svg+xml;base64,AAAA"/>', Danger.EXTERNAL_REFERENCE),
        ('<g xml:base="http://example.com/"/>', Danger.EXTERNAL_REFERENCE),
        ('<path style="fill:url(http://example.com/x)"/>', Danger.EXTERNAL_REFERENCE),
        ('<path fill="url( &quot;x.svg#a&quot; )"/>', Danger.EXTERNAL_REFERENCE),
        (r'<path style="fill:\75 rl(http://example.com)"/>', Danger.EXTERNAL_REFERENCE),
        ("<style>@import 'a.css';</style>", Danger.EXTERNAL_REFERENCE),
        (r"<style><![CDATA[@\69mport 'a.css']]></style>", Danger.EXTERNAL_REFERENCE),
        ("<style>a{background:image-set('x.png' 1x)}</style>", Danger.EXTERNAL_REFERENCE),
        ('<set attributeName="href" to="javascript:x()"/>', Danger.ANIMATED_REFERENCE),
        ('<animate attributeName="xlink:href" values="#a"/>', Danger.ANIMATED_REFERENCE),
        ("<?xml-stylesheet href='a.css'?>", Danger.PROCESSING_INSTRUCTION),
    ],
)
def test_danger(inner, danger):
    assert dangers(svg(inner)) == {danger}


@pytest.mark.parametrize(
    "inner",
    [
        '<use href="#a"/>',
        '<path fill="url(#gradient)" transform="translate(1 2)"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        "<style>path{fill:red}/* url(http://example.com) */</style>",
        '<animate attributeName="opacity" values="0;1"/>',
        "<!-- <script/> --><title>on</title>",
        '<path d="M0 0" one="1" curl="(x)"/>'.replace("one", "data-one"),
    ],
)
def test_inert(inner):
    assert dangers(svg(inner)) == set()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", SvgProblem.EMPTY),
        (b" \n", SvgProblem.EMPTY),
        (b"hello", SvgProblem.NOT_WELL_FORMED),
        (svg("<g>"), SvgProblem.NOT_WELL_FORMED),
        (svg("<path d='M0 0'/>")[:-9], SvgProblem.NOT_WELL_FORMED),
        (svg("&nbsp;"), SvgProblem.NOT_WELL_FORMED),
        (svg("<x:path/>"), SvgProblem.NOT_WELL_FORMED),
        (svg("")[:-1], SvgProblem.NOT_WELL_FORMED),
        (svg("") + b"<svg/>", SvgProblem.NOT_WELL_FORMED),
        (b"<html/>", SvgProblem.ROOT_NOT_SVG),
        (b"<svg/>", SvgProblem.NO_NAMESPACE),
        (svg("é").decode().encode("latin-1"), SvgProblem.NOT_UTF8),
        (svg("").decode().encode("utf-16"), SvgProblem.NOT_UTF8),
        (svg("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH), SvgProblem.TOO_DEEP),
        (svg("<g>" * 9000), SvgProblem.TOO_DEEP),
        (svg("<g/>" * 5000), SvgProblem.TOO_MANY_ELEMENTS),
        (svg(" " * MAX_BYTES), SvgProblem.TOO_LARGE),
        (b"<" * 10_000_000, SvgProblem.TOO_LARGE),
    ],
)
def test_problem(data, problem):
    with pytest.raises(SvgError) as raised:
        read_svg(data)
    assert raised.value.problem is problem


def test_declared_encoding_does_not_change_the_one_checked():
    read = read_svg(b'<?xml version="1.0" encoding="utf-7"?>' + svg("<path d='M0 0h1'/>"))
    assert len(read.shapes) == 1


def test_only_what_is_visible_is_a_shape():
    read = read_svg(
        svg(
            '<path d="M0 0h24v24H0z" stroke="none"/>'
            '<g style="display:none"><path d="M1 1h1" stroke="red"/></g>'
            '<defs><path d="M2 2h1" stroke="red"/></defs>'
            '<g visibility="hidden"><path d="M3 3h1" stroke="red"/></g>'
            '<path d="M4 4h1" style="stroke: red !important"/>'
            '<g transform="scale(2)"><circle r="1" stroke="inherit" transform="rotate(9)" fill="red"/></g>'
            '<text>a</text><use href="#a"/>',
            'fill="none"',
        )
    )
    assert [(shape.tag, shape.transforms) for shape in read.shapes] == [
        ("path", ()),
        ("circle", ("scale(2)", "rotate(9)")),
    ]
    assert read.others == 2


def test_detail_is_short_and_printable():
    (hazard,) = read_svg(svg(f'<image href="http://&#10;\u202e{"x" * 500}"/>')).hazards
    assert len(hazard.detail) < 80
    assert hazard.detail.isprintable()


@given(
    st.text()
    | st.lists(st.sampled_from(["<svg>", "</svg>", f"<svg {NS}>", "<!DOCTYPE", "[", "]>", "&a;"])).map("".join)
)
def test_any_text_is_read_or_refused(text):
    try:
        read_svg(text.encode("utf-8", "surrogatepass"))
    except SvgError as error:
        assert error.problem in SvgProblem
