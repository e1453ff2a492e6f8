from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owui_lint.versions import is_newer, is_same, is_semver, raise_version, version_in, version_key

ORDERED = [
    "0.9",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-beta.20260131235959999999",
    "1.0.0-beta.20260131235959999999999",
    "1.0.0-nightly-" + "0123456789abcdef" * 3,
    "1.0.0-rc.1",
]
PYTHON = ["1.0.dev3", "1.0.0a2", "1.0.0a10", "1.0.0b1", "1.0.0rc1", "1.0.0", "1.0.0.post1", "1.0.1.dev1", "1.0.1"]
ORDERED += ["1.0.0", "1.0.1", "1.2", "1.10.0", "2.0.0"]


def test_order_is_semver_s() -> None:
    keys = [version_key(version) for version in ORDERED]
    assert None not in keys
    assert keys == sorted(keys)  # type: ignore[type-var]
    assert version_key("1.0") == version_key("v1.0.0") == version_key("V1.0") == version_key("1.0.0+build.5")


def test_pythons_own_spelling_has_the_same_order() -> None:
    keys = [version_key(version) for version in PYTHON]
    assert None not in keys
    assert keys == sorted(keys)  # type: ignore[type-var]
    assert version_key("1.0.0b1") == version_key("1.0.0-beta.1") and not is_newer("1.0.0b1", "1.0.0")
    assert version_key("1.0.0c1") is version_key("1.0.0b") is None


@pytest.mark.parametrize(
    ("stated", "truth", "expected"),
    [
        ("1.0.0", "1.0.0", True),
        ("v1.0", "1.0.0", False),  # which is SemVer: only the text itself will do
        ("v0.3", "0.3", True),
        ("0.3.0", "0.3", True),
        ("2.0", "2", True),
        ("0.4", "0.3", False),
        ("latest", "latest", True),
        ("newest", "latest", False),
        (f"2.{'9' * 30}", f"1.{'9' * 30}", False),  # too long to be compared as numbers
    ],
)
def test_one_version_in_two_spellings(stated: str, truth: str, expected: bool) -> None:
    assert is_same(stated, truth) is expected


def test_build_metadata_says_nothing_of_the_order_however_long() -> None:
    commit = "0123456789abcdef" * 3
    assert version_key(f"1.2.3+{commit}") == version_key(f"1.2.3+{commit[:9]}-{commit}") == version_key("1.2.3")
    assert is_newer("9.0.0", f"1.2.3+{commit}") and is_newer(f"9.0.0+{commit}", "1.2.3")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1.0.0", "1.0.0"),
        ("v0.3", "v0.3"),
        ('"1.0.0"', "1.0.0"),
        ("1.0.0（测试版）", "1.0.0"),
        ("１.0.0", None),  # the digit of an input method: tools that compare versions read none
        ("1.0.٣", None),
        ("1.0.0-rc.１", None),
        ('"1.0.０"', None),
        ("latest", None),
    ],
)
def test_the_version_in_a_value_has_the_digits_of_versions(value: str, expected: str | None) -> None:
    assert version_in(value) == expected


@pytest.mark.parametrize("text", ["latest", "", "1.x", "v", "1..2", "-1", "9" * 5000])
def test_what_is_no_version_has_no_key(text: str) -> None:
    assert version_key(text) is None
    assert not is_newer(text, "1.0.0") and not is_newer("1.0.0", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.2.3", True), ("1.2.3-rc.1+x", True), ("1.2", False), ("v1.2.3", False), ("01.2.3", False), ("1.2.1０", False)],
)
def test_semver(text: str, expected: bool) -> None:
    assert is_semver(text) is expected


@pytest.mark.parametrize(
    ("current", "change", "expected"),
    [
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("0.3", "minor", "0.4.0"),
        ("1.0.0-rc.1", "patch", "1.0.0"),
        ("1.0.0-rc.1", "major", "1.0.0"),
        ("1.1.0-rc.1", "major", "2.0.0"),
        ("1.2.3+exp-1", "patch", "1.2.4"),
        ("1.0.0-rc.1+exp-1", "patch", "1.0.0"),
        ("1.2.3", "4.5.6", "4.5.6"),
        ("V1.2.3", "patch", "1.2.4"),
        ("1.0.0b1", "patch", "1.0.0"),
        ("1.0.0.post1", "patch", "1.0.1"),
    ],
)
def test_raise(current: str, change: str, expected: str) -> None:
    assert raise_version(current, change) == expected


@pytest.mark.parametrize(("current", "change"), [("latest", "patch"), ("1.0.0", "1.0"), ("1.0.0", "huge")])
def test_raise_refuses(current: str, change: str) -> None:
    with pytest.raises(ValueError):
        raise_version(current, change)


@given(st.tuples(*[st.integers(0, 10**6)] * 3), st.sampled_from(["major", "minor", "patch"]))
def test_raising_always_gives_a_newer_version(numbers: tuple[int, int, int], part: str) -> None:
    current = ".".join(map(str, numbers))
    assert is_newer(raise_version(current, part), current)
    assert is_semver(raise_version(current, part))
