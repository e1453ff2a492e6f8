"""Requirements as OpenWebUI splits them and pip reads the pieces."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from owui_lint.openwebui.requirements import (
    FATAL,
    INDEXED,
    PartKind,
    are_compatible,
    parse_requirements,
    satisfies,
    standard_library_names,
)

CASES = [
    ("", []),
    ("   ", []),
    ("foo==1.2.3", [(PartKind.PIN, "foo", "==1.2.3")]),
    ("Foo_Bar.baz == 1.2.3", [(PartKind.PIN, "foo-bar-baz", "==1.2.3")]),
    ("foo===1.2-odd", [(PartKind.PIN, "foo", "===1.2-odd")]),
    ("foo==1.*", [(PartKind.RANGE, "foo", "==1.*")]),
    ("foo~=1.2", [(PartKind.RANGE, "foo", "~=1.2")]),
    ("foo~=1", [(PartKind.INVALID, "foo", "~=1")]),
    ("foo (>=1)", [(PartKind.RANGE, "foo", ">=1")]),
    ("foo", [(PartKind.UNPINNED, "foo", "")]),
    ("foo, bar==1,", [(PartKind.UNPINNED, "foo", ""), (PartKind.PIN, "bar", "==1"), (PartKind.BLANK, "", "")]),
    ("foo>=1,<2", [(PartKind.RANGE, "foo", ">=1"), (PartKind.SPECIFIER_REST, "", "")]),
    ("foo[a]==1", [(PartKind.PIN, "foo", "==1")]),
    ("foo[a,b]==1, c", [(PartKind.BROKEN_EXTRAS, "foo", ""), (PartKind.BROKEN_EXTRAS, "", ""),
                        (PartKind.UNPINNED, "c", "")]),
    ("foo[a,b,c]", [(PartKind.BROKEN_EXTRAS, "foo", ""), (PartKind.BROKEN_EXTRAS, "", ""),
                    (PartKind.BROKEN_EXTRAS, "", "")]),
    ("foo bar", [(PartKind.SPACE_SEPARATED, "foo", "")]),
    ("foo==1 bar==2", [(PartKind.SPACE_SEPARATED, "foo", "")]),
    ("foo; python_version < '3.12'", [(PartKind.UNPINNED, "foo", "")]),
    ("foo;", [(PartKind.INVALID, "foo", "")]),
    ("foo; nonsense", [(PartKind.INVALID, "foo", "")]),
    ("foo=1", [(PartKind.INVALID, "foo", "")]),
    ("foo==", [(PartKind.INVALID, "foo", "")]),
    ("foo== =1", [(PartKind.INVALID, "foo", "")]),
    ("foo # why", [(PartKind.INVALID, "foo", "")]),
    ('"foo==1"', [(PartKind.INVALID, "", "")]),
    ("['foo'", [(PartKind.INVALID, "", "")]),
    ("none", [(PartKind.UNPINNED, "none", "")]),
    ("中文", [(PartKind.INVALID, "", "")]),
    ("foo-", [(PartKind.INVALID, "foo", "")]),
    ("foo[]", [(PartKind.UNPINNED, "foo", "")]),
    ("foo[#]", [(PartKind.INVALID, "foo", "")]),
    ("-r requirements.txt", [(PartKind.OPTION, "", "")]),
    ("--index-url=https://example.org/simple", [(PartKind.OPTION, "", "")]),
    ("foo @ https://example.org/foo.zip", [(PartKind.URL, "foo", "")]),
    ("foo @", [(PartKind.INVALID, "foo", "")]),
    ("foo@;", [(PartKind.URL, "foo", "")]),
    ("foo @ https://example.org/foo.zip ; python_version < '3.12'", [(PartKind.URL, "foo", "")]),
    ("foo @ https://example.org/foo.zip bar", [(PartKind.INVALID, "foo", "")]),
    ("https://example.org/foo.whl", [(PartKind.URL, "", "")]),
    ("git+https://example.org/foo.git@v1", [(PartKind.VCS, "", "")]),
    ("foo[x] @ git+ssh://git@example.org/foo", [(PartKind.VCS, "foo", "")]),
    (f"git+https://example.org/foo.git@{'0a' * 20}", [(PartKind.COMMIT, "", "")]),
    (f"git+https://example.org/foo.git@{'0a' * 20} ; python_version < '3.12'", [(PartKind.COMMIT, "", "")]),
    (f"foo @ git+ssh://git@example.org/foo@{'0A' * 20}#egg=foo", [(PartKind.COMMIT, "foo", "")]),
    (f"foo @ git+https://example.org/foo@{'0a' * 32}", [(PartKind.COMMIT, "foo", "")]),
    (f"git+https://example.org/foo.git@{'0a' * 19}", [(PartKind.VCS, "", "")]),
    (f"git+https://example.org/foo.git@{'0a' * 20}/next", [(PartKind.VCS, "", "")]),
    (f"git+https://example.org/foo.git@main#x@{'0a' * 20}", [(PartKind.VCS, "", "")]),
    (f"hg+https://example.org/foo@{'0a' * 20}", [(PartKind.VCS, "", "")]),
    ("./foo", [(PartKind.PATH, "", "")]),
    ("/srv/foo", [(PartKind.PATH, "", "")]),
    ("C:\\foo", [(PartKind.PATH, "", "")]),
    ("file:///srv/foo", [(PartKind.PATH, "", "")]),
    ("foo-1.0-py3-none-any.whl", [(PartKind.PATH, "", "")]),
    ("foo/bar", [(PartKind.PATH, "", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), CASES, ids=[row[0] for row in CASES])
def test_classification(value: str, expected: list[tuple[PartKind, str, str]]) -> None:
    parts = parse_requirements(value)
    assert [(part.kind, part.name, part.specifier) for part in parts] == expected


def test_details() -> None:
    value = " Foo[B] == 1.0 ;python_version < '3.12' ,, bar>=2 "
    foo, blank, bar = parse_requirements(value)
    assert value[foo.start : foo.end] == foo.text == "Foo[B] == 1.0 ;python_version < '3.12'"
    assert (foo.extras, foo.marker) == (frozenset({"b"}), "python_version < '3.12'")
    assert blank.start == blank.end
    assert [satisfies(version, bar.specifier) for version in ("2.1", "1", "odd")] == [True, False, None]


TEXTS = st.lists(
    st.sampled_from(
        [*" ,;@[]()<>=!~.-_#'\"/\\:*+", "foo", "b", "1", "2.0", "==", ">=", "git+", "https://", "-r", "中"]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=500, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=20)))
def test_parts_are_what_openwebui_gives_pip(value: str) -> None:
    parts = parse_requirements(value)
    given_to_pip = [piece.strip() for piece in value.split(",") if piece.strip()]
    assert [part.text for part in parts if part.kind is not PartKind.BLANK] == given_to_pip
    for part in parts:
        assert value[part.start : part.end].strip() == part.text
        if part.kind in INDEXED:
            requirement = Requirement(part.text)
            assert requirement.specifier == part.specifier
            assert {extra.lower() for extra in requirement.extras} == part.extras
        elif part.kind in FATAL and (part.kind is not PartKind.BROKEN_EXTRAS or "[" in part.text or "]" in part.text):
            with pytest.raises(InvalidRequirement):
                Requirement(part.text)


def test_standard_library() -> None:
    assert [part.is_standard_library for part in parse_requirements("asyncio, typing==3.7, requests, ./json")] == [
        True,
        True,
        False,
        False,
    ]
    assert {"cgi", "distutils", "tomllib"} <= standard_library_names()
    assert "compression" not in standard_library_names()


@pytest.mark.parametrize(
    ("version", "specifier", "expected"),
    [
        ("1.0", "==1", True),
        ("1.0rc1", ">=1.0", False),
        ("1.0rc1", ">=0.9", True),
        ("2", ">=1,<2", False),
        ("1", "", True),
        ("x", ">=1", None),
        ("1", "=1", None),
    ],
)
def test_satisfies(version: str, specifier: str, expected: bool | None) -> None:
    assert satisfies(version, specifier) is expected


PLAIN = st.lists(st.integers(0, 2), min_size=1, max_size=4).map(lambda numbers: ".".join(map(str, numbers)))
CLAUSES = st.builds("{}{}".format, st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "== "]), PLAIN) | st.builds(
    "{}{}.*".format, st.sampled_from(["==", "!="]), PLAIN
)


@settings(max_examples=500, deadline=None)
@given(PLAIN, st.lists(CLAUSES, min_size=1, max_size=2))
def test_plain_versions_compare_as_packaging_does(version: str, clauses: list[str]) -> None:
    specifier = ",".join(clauses)
    assert satisfies(version, specifier) is SpecifierSet(specifier).contains(version)


def test_plain_versions_need_no_packaging() -> None:
    code = (
        "import sys; from owui_lint.openwebui.requirements import *;"
        "a = parse_requirements('a==1.0, b>=2'); assert not are_compatible(a[0].specifier, '==2');"
        "assert satisfies('1', a[0].specifier); sys.exit('packaging' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


COMPATIBLE = [
    ("==1", "==1.0.0", True),
    ("==1", "==2", False),
    ("==1.5", ">=1,<2", True),
    (">=2", "<2", False),
    (">=2", "<=2", True),
    (">1", "<2", True),
    (">1.4.2", "<1.4.3", True),
    ("!=1", "==1", False),
    ("~=1.4", "<1.4", False),
    ("~=1.4", ">=1.9", True),
    ("~=1.4.0", ">=1.5", False),
    ("==1.*", ">=2", False),
    ("==1.*", ">1.8", True),
    ("==1.4.*", "!=1.4", True),
    (">=3", "", True),
    ("==2!1.0", ">=1", True),
    ("==1.0+cpu", "==1.0", True),
    ("==1.0+cpu", "==1.0+cu12", False),
    ("===odd", "===odd", True),
    ("===odd", "===other", False),
    ("===1.0", "==1.0", True),
    ("===odd", "==1.0", False),
    ("=1", ">=1", None),
]


@pytest.mark.parametrize(("first", "second", "expected"), COMPATIBLE)
def test_are_compatible(first: str, second: str, expected: bool | None) -> None:
    assert are_compatible(first, second) is expected
    assert are_compatible(second, first) is expected


# The piece that is read from a long value, and from one that is short enough to be a requirement.
LONG = {
    " ": (PartKind.UNPINNED, PartKind.UNPINNED),
    ",": (PartKind.UNPINNED, PartKind.UNPINNED),
    "[": (PartKind.INVALID, PartKind.BROKEN_EXTRAS),
    "a": (PartKind.INVALID, PartKind.UNPINNED),
    "-": (PartKind.INVALID, PartKind.INVALID),
    "a ": (PartKind.INVALID, PartKind.SPACE_SEPARATED),
    "=": (PartKind.INVALID, PartKind.PIN),
    ";": (PartKind.INVALID, PartKind.INVALID),
    "(": (PartKind.INVALID, PartKind.INVALID),
    "a,": (PartKind.UNPINNED, PartKind.UNPINNED),
    "git+": (PartKind.INVALID, PartKind.INVALID),
    "1.": (PartKind.INVALID, PartKind.INVALID),
    "~": (PartKind.INVALID, PartKind.INVALID),
}


@pytest.mark.usefixtures("ends_in_time")
@pytest.mark.parametrize("filler", LONG)
def test_long_values_end(filler: str) -> None:
    long = parse_requirements("foo" + filler * 50_000)
    short = parse_requirements(("foo" + filler * 900)[:1999])
    assert (long[0].kind, short[0].kind) == LONG[filler]
    assert len(long) == 1 + 50_000 * filler.count(",") and len(short) == 1 + 900 * filler.count(",")
