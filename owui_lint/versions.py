"""Version numbers as plugins write them, and how they compare."""

from __future__ import annotations

import re

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.tuples import NamedTuple

# A token that a reader takes for a version, be it in digits of another script: at least two numeric parts. A single
# number is too ambiguous to be a version in prose, but front matter may hold one (and is then told so).
# What looks like a pre-release and is a version (1.0-1.2) is the end of a range. Python's own spelling (PEP 440) is
# one too: 1.1.0b1, 1.1.0.dev2.
VERSION = (
    r"\d+(?:\.\d+){1,3}(?:(?:a|b|rc)\d+|\.(?:dev|post)\d+|-(?!v?\d+\.\d)[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?"
    r"(?:\+[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?"
)

# Before and behind a version in a text: it is no part of a word or of a longer number. Chinese needs no blank there.
BEGINS = r"(?<![^\W\u3400-\u9fff])"
ENDS = r"(?![^\W\u3400-\u9fff]|\.)"
_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"

# Digits of other scripts (full-width ones of an input method) are none to whoever compares versions.
_SEMVER = lazy_pattern(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(?:-((?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_NUMBERS = lazy_pattern(r"[0-9]+(?:\.[0-9]+){0,2}")
_NUMERIC = lazy_pattern(
    r"[vV]?([0-9]+(?:\.[0-9]+)*)(?:-([0-9A-Za-z.-]+)|((?i:a|b|rc)|\.(?i:dev|post))([0-9]+))?(?:\+.*)?"
)
# What Python's spelling of a state means: whether it comes before the release, and the part of a pre-release that it is.
_STATES = {
    ".dev": (False, (False, -1, "")),  # before all others
    "a": (False, (True, 0, "alpha")),
    "b": (False, (True, 0, "beta")),
    "rc": (False, (True, 0, "rc")),
    ".post": (True, (True, 0, "post")),
}
_DAY = lazy_pattern(
    r"(?:19|20)[0-9]{2}\.[01]?[0-9]\.[0-3]?[0-9]|[0-3]?[0-9]\.[01]?[0-9]\.(?:19|20)[0-9]{2}"
    r"|0[0-9]\.[01][0-9]\.[0-9]{2}|[0-3][0-9]\.0[0-9]\.[0-9]{2}"
)
_DIGITS = 18  # beyond this a "number" is hostile or a typing accident; int() of huge strings is quadratic

PART_NAMES = ("major", "minor", "patch")


def is_named_in(text: str, version: str) -> bool:
    """Tell whether a text names a version, be it with a ``v`` before it and the stop of a sentence behind it. No expression
    is made: there is another version for each plugin."""
    at = text.find(version)
    while at >= 0:
        start, end = at - (text[at - 1 : at] in ("v", "V")), at + len(version)
        before, behind = text[start - 1 : start] if start else "", text[end : end + 1]
        if behind == ".":
            behind = text[end + 1 : end + 2]
        if before != "." and not _goes_on(before) and not _goes_on(behind):
            return True
        at = text.find(version, at + 1)
    return False


def _goes_on(character: str) -> bool:
    """Whether a character beside a version makes it part of a word or number."""
    return (character.isalnum() or character == "_") and not _FIRST_HAN <= character <= _LAST_HAN


class VersionKey(NamedTuple):
    """Orders versions: numbers first, a pre-release before its release."""

    numbers: tuple[int, ...]
    final: bool
    prerelease: tuple[tuple[bool, int, str], ...]


# A version that is quoted, or has a comment, a remark or a stray stop behind it.
_VALUE = lazy_pattern(
    rf"(?:([\"'`])(?P<quoted>v?{VERSION})\1|(?P<plain>v?{VERSION}))(?:[ \t]*[#(（;].*|[,.，。])?", re.IGNORECASE
)


def version_in(value: str) -> str | None:
    """Return the version in a value of front matter: the value itself, or what is in quotes or before a remark there.

    ``None`` where the value is no version: ``latest``, or one in digits of another script, which other places must not
    be given.
    """
    if is_semver(value):
        return value
    match = _VALUE.fullmatch(value)
    version = (match["quoted"] or match["plain"]) if match else None
    return version if version is not None and version.isascii() else None


def looks_like_day(text: str) -> bool:
    """Tell whether a version could be a day: 2026.01.31, 31.01.2026, 31.01.26 (no part of a version begins with a zero)."""
    return _DAY.fullmatch(text) is not None


def without_v(text: str) -> str:
    """Return a version without the ``v``, small or capital, that stands before its number."""
    return text[1:] if text[:1] in ("v", "V") and text[1:2].isdigit() else text


def is_semver(text: str) -> bool:
    """Tell whether ``text`` is exactly MAJOR.MINOR.PATCH, with an optional pre-release and build (semver.org 2.0.0)."""
    return _SEMVER.fullmatch(text) is not None


def may_be_spread(version: str) -> bool:
    """Tell whether a version of the code may be written in other places: MAJOR.MINOR.PATCH, or up to three numbers, as many
    plugins have it (``0.3``, ``2026.01.11``). Any other form has to be mended in the code first."""
    return is_semver(version) or _NUMBERS.fullmatch(version) is not None


def version_key(text: str) -> VersionKey | None:
    """Return a key that orders versions, or ``None`` where ``text`` is no version (``latest``, ``1.x``).

    ``1.0`` and ``1.0.0`` have equal keys, although they are not the same text.
    """
    match = _NUMERIC.fullmatch(text.strip())
    texts = match[1].split(".") if match is not None else []
    if match is None or any(len(text) > _DIGITS for text in texts):
        return None
    numbers = [int(text) for text in texts]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    if match[3]:
        is_final, state = _STATES[match[3].lower()]
        return VersionKey(tuple(numbers), is_final, (state, _identifier(match[4])))
    prerelease = match[2]
    parts = tuple(_identifier(part) for part in (prerelease or "").split(".") if part)
    return VersionKey(tuple(numbers), prerelease is None, parts)


def is_final(text: str) -> bool:
    """Tell whether ``text`` is a version, and no pre-release."""
    key = version_key(text)
    return key is not None and key.final


def _identifier(text: str) -> tuple[bool, int, str]:
    """Order the parts of a pre-release: numbers before words, and by length first, which needs no int() of a huge one."""
    if not text.isdigit():
        return True, 0, text
    number = text.lstrip("0")
    return False, len(number), number


def is_newer(candidate: str, reference: str) -> bool:
    """Tell whether ``candidate`` is a higher version than ``reference``; false where either is no version."""
    left, right = version_key(candidate), version_key(reference)
    return left is not None and right is not None and left > right


def is_same(stated: str, truth: str) -> bool:
    """Tell whether ``stated`` is the version ``truth``. 0.3.0 and v0.3 are one version, written differently; where
    ``truth`` is SemVer, or no version at all, only the text itself is."""
    if stated == truth:
        return True
    key = version_key(truth) if not is_semver(truth) else None
    return key is not None and version_key(stated) == key


def raise_version(current: str, change: str) -> str:
    """Return the version after ``current`` for ``change``: ``major``, ``minor``, ``patch`` or an explicit version.

    Raises ``ValueError`` where ``current`` has no numeric parts, or ``change`` is neither a part nor SemVer.
    """
    if change not in PART_NAMES:
        if not is_semver(change):
            raise ValueError(change)
        return change
    match = compiled(r"[vV]?(\d+)(?:\.(\d+))?(?:\.(\d+))?").match(current) if current.isascii() else None
    if match is None or len(match[0]) > 3 * _DIGITS:
        raise ValueError(current)
    numbers = [int(part or 0) for part in match.groups()]
    index = PART_NAMES.index(change)
    key = version_key(current)
    is_before = key is not None and not key.final and all(number == 0 for number in numbers[index + 1 :])
    if not is_before:  # 1.0.0-rc.1 + patch is 1.0.0, not 1.0.1
        numbers[index] += 1
    return ".".join(str(number) for number in [*numbers[: index + 1], 0, 0][:3])
