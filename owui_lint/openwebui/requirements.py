"""The ``requirements`` line of a plugin as OpenWebUI and pip take it.

Source: ``install_frontmatter_requirements`` in ``open_webui/utils/plugin.py``: the value is split at **every** comma,
each part is stripped, empty parts are dropped, and each other part becomes one argument of a single ``pip install``.
No shell and no requirements file is involved: quotes are part of the argument, a blank does not separate, and a
comment is not cut off. Hence ``foo>=1,<2`` asks for ``foo>=1`` and for something called ``<2``.
"""

from __future__ import annotations

import re
import sys
from enum import Enum
from functools import cache
from operator import eq, ge, gt, le, lt, ne

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_COMPARE = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
#: Longer parts are not looked at: no requirement is that long, and pip would refuse it.
MAX_PART = 2_000


class PartKind(Enum):
    """What pip takes an argument for."""

    #: ``foo==1.2.3`` or ``foo===1.2.3``: one version.
    PIN = "pin"
    #: Any other specifier: ``foo>=1``, ``foo==1.*``, ``foo~=1.2``.
    RANGE = "range"
    #: A name alone.
    UNPINNED = "unpinned"
    #: ``foo @ https://…`` or a bare address of an archive.
    URL = "url"
    #: ``git+https://…``, also behind ``foo @``.
    VCS = "vcs"
    #: ``git+https://…@<full hash>``: one commit, which stays what it is. A short hash may be the name of a branch.
    COMMIT = "commit"
    #: ``-r file``, ``--index-url=…``: pip takes it as an option, with all that follows from that.
    OPTION = "option"
    #: ``./foo``, ``/srv/foo``, ``C:\\foo``, ``foo.whl``, ``file:…``.
    PATH = "path"
    #: What stands before, between or behind commas without a name; pip never sees it.
    BLANK = "blank"
    #: ``<2`` of ``foo>=1,<2``: the rest of a list of versions that the comma cut off.
    SPECIFIER_REST = "specifier-rest"
    #: ``foo[a`` or ``b]==1`` of ``foo[a,b]==1``.
    BROKEN_EXTRAS = "broken-extras"
    #: ``foo bar`` or ``foo==1 bar==2``: names without a comma; pip takes them for one, and fails.
    SPACE_SEPARATED = "space-separated"
    #: Anything else that pip refuses.
    INVALID = "invalid"


#: The kinds that name a distribution from the package index.
INDEXED = frozenset({PartKind.PIN, PartKind.RANGE, PartKind.UNPINNED})
#: The kinds that make pip, and with it the saving of the plugin, fail.
FATAL = frozenset({PartKind.SPECIFIER_REST, PartKind.BROKEN_EXTRAS, PartKind.SPACE_SEPARATED, PartKind.INVALID})

# As packaging, which pip uses, reads them; each of these patterns has one way to match.
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*\b"
_OPERATOR = r"(?:===|~=|==|!=|<=|>=|<|>)"
_LEADING_NAME = lazy_pattern(rf"({_NAME})")
_EXTRAS = lazy_pattern(rf"\s*+\[\s*+({_NAME})?\s*+\]")
_SPECIFIER = lazy_pattern(rf"\s*({_OPERATOR})\s*([^\s,;()=<>!~][^\s,;()]*)")  # "== =1" is no "===1"
_ARBITRARY = lazy_pattern(r"\s*(===)\s*([^\s;)]*)")
# An address may hold a semicolon: only one behind a blank starts a marker.
_ADDRESS = lazy_pattern(r"[ \t]*@[ \t]*([^ \t]+)(?:[ \t]+(?:;[ \t]*(.*))?)?$", re.DOTALL)
_SPECIFIER_START = lazy_pattern(_OPERATOR)
_VCS = lazy_pattern(r"(?:git|hg|svn|bzr)\+", re.IGNORECASE)
_COMMIT = lazy_pattern(r"git\+[^#]*@(?:[0-9a-f]{40}|[0-9a-f]{64})(?:#.*)?", re.IGNORECASE)
_URL = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")
_WINDOWS_PATH = lazy_pattern(r"[A-Za-z]:[\\/]")
# Numbers and operators only: nearly all versions and clauses are of these forms and need no import of packaging,
# which costs as much as all else that a check of requirements does.
_PLAIN_VERSION = lazy_pattern(r"[0-9]{1,18}(?:\.[0-9]{1,18}){0,20}")
_PLAIN_CLAUSE = lazy_pattern(rf"([<>!=]=|[<>])\s*({_PLAIN_VERSION.pattern})|([!=]=)\s*({_PLAIN_VERSION.pattern})\.\*")
_ARCHIVE = lazy_pattern(r"\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz|tar)$", re.IGNORECASE)


# https://docs.python.org/3/whatsnew/3.12.html and 3.13.html, "Removed"; 3.14.html, "New modules".
_REMOVED_AFTER_311 = frozenset(
    {
        "aifc",
        "asynchat",
        "asyncore",
        "audioop",
        "cgi",
        "cgitb",
        "chunk",
        "crypt",
        "distutils",
        "imghdr",
        "imp",
        "lib2to3",
        "mailcap",
        "msilib",
        "nis",
        "nntplib",
        "ossaudiodev",
        "pipes",
        "smtpd",
        "sndhdr",
        "spwd",
        "sunau",
        "telnetlib",
        "uu",
        "xdrlib",
    }
)
_ADDED_AFTER_312 = frozenset({"annotationlib", "compression"})


class Part(NamedTuple):
    """One piece between two commas."""

    #: As pip gets it: stripped.
    text: str
    #: Where :attr:`text` stands in the value; for a blank part the empty place, or all of its blanks.
    start: int
    end: int
    kind: PartKind
    #: The distribution's name, normalised (PEP 503); "" where the part names none.
    name: str = ""
    extras: frozenset[str] = frozenset()
    #: ``==1.2.3``, without blanks; "" if there is none. Never more than one clause: a comma ends the part.
    specifier: str = ""
    #: The environment marker behind ``;``; "" if there is none.
    marker: str = ""

    @property
    def is_standard_library(self) -> bool:
        """Whether the name is that of a standard library module: pip would fail, or fetch a package nobody imports."""
        return self.kind in INDEXED and self.name.replace("-", "_") in standard_library_names()


@cache
def standard_library_names() -> frozenset[str]:
    """Top-level modules of the standard library of Python 3.11 and 3.12, whatever Python this runs on.

    OpenWebUI runs on these two (``Requires-Python`` in its metadata; the tests look), so a name that a later Python
    dropped still counts.
    """
    return (sys.stdlib_module_names | _REMOVED_AFTER_311) - _ADDED_AFTER_312


def parse_requirements(value: str) -> tuple[Part, ...]:
    """Split and classify the value of a plugin's ``requirements`` key.

    Args:
        value: as front matter gives it. Offsets of the parts count from its first character.

    Returns:
        A part for each piece between commas, blank ones too; none for an empty value. Takes time linear in the length.
    """
    if not value.strip():
        return ()
    parts = []
    position = 0
    open_extras = False
    for piece in value.split(","):
        text = piece.strip()
        start = position + (len(piece) - len(piece.lstrip()) if text else 0)
        part = _classify(text, start, start + len(text) if text else position + len(piece), open_extras)
        open_extras = part.kind is PartKind.BROKEN_EXTRAS and "]" not in text
        parts.append(part)
        position += len(piece) + 1
    return tuple(parts)


def _classify(text: str, start: int, end: int, open_extras: bool) -> Part:
    if not text:
        return Part(text, start, end, PartKind.BLANK)
    if len(text) > MAX_PART:
        return Part(text, start, end, PartKind.INVALID)
    if open_extras and "[" not in text:
        return Part(text, start, end, PartKind.BROKEN_EXTRAS)
    kind = _kind_by_start(text)
    if kind is not None:
        return Part(text, start, end, kind)
    match = _LEADING_NAME.match(text)
    if not match:
        return Part(text, start, end, PartKind.INVALID)
    return _named(text, start, end, match)


def _kind_by_start(text: str) -> PartKind | None:
    """The kind of a part that does not start with the name of a distribution; None if it may do so."""
    if text.startswith("-"):
        return PartKind.OPTION
    if _VCS.match(text):
        return _kind_in_repository(text)
    if _URL.match(text):
        return PartKind.PATH if text.lower().startswith("file:") else PartKind.URL
    if text.lower().startswith("file:") or text.startswith((".", "/", "~", "\\")) or _WINDOWS_PATH.match(text):
        return PartKind.PATH
    if _SPECIFIER_START.match(text):
        return PartKind.SPECIFIER_REST
    if "@" not in text and (_ARCHIVE.search(text) or compiled(r"[\w.-]+[\\/]").match(text)):
        return PartKind.PATH
    return None


def _kind_in_repository(address: str) -> PartKind:
    """The kind of an address in a repository (``git+…``), which may be followed by a marker."""
    return PartKind.COMMIT if _COMMIT.fullmatch(address.partition(" ")[0]) else PartKind.VCS


def _named(text: str, start: int, end: int, match: re.Match[str]) -> Part:
    """A part that starts with a name: extras, then ``@ address`` or a specifier, then a marker."""
    name = compiled(r"[-_.]+").sub("-", match.group(1)).lower()
    rest = text[match.end() :]
    extras: frozenset[str] = frozenset()
    found = _EXTRAS.match(rest)
    if found:
        extras = frozenset({found.group(1).lower()}) if found.group(1) else frozenset()
        rest = rest[found.end() :]
    elif rest.lstrip().startswith("["):
        return Part(text, start, end, PartKind.INVALID if "]" in rest else PartKind.BROKEN_EXTRAS, name)
    address = _ADDRESS.match(rest)
    if address:
        marker = address.group(2)
    else:
        rest, semicolon, behind = (piece.strip() for piece in rest.partition(";"))
        marker = behind if semicolon else None

    def part(kind: PartKind, specifier: str = "") -> Part:
        return Part(text, start, end, kind, name, extras, specifier, marker or "")

    if marker is not None and not _is_marker(marker):
        return part(PartKind.INVALID)
    if address:
        return part(_kind_in_repository(address.group(1)) if _VCS.match(address.group(1)) else PartKind.URL)
    if rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1].strip()
    if not rest:
        return part(PartKind.UNPINNED)
    clause = _ARBITRARY.match(rest) or _SPECIFIER.match(rest)
    if clause and clause.end() == len(rest):
        operator, version = clause.groups()
        if not _PLAIN_CLAUSE.fullmatch(operator + version) and _specifier(operator + version) is None:
            return part(PartKind.INVALID, operator + version)
        exact = operator == "===" or (operator == "==" and not version.endswith(".*"))
        return part(PartKind.PIN if exact else PartKind.RANGE, operator + version)
    tail = (rest[clause.end() :] if clause else text[match.end() :]).lstrip()
    separated = clause is not None or text[match.end() : match.end() + 1].isspace()
    if separated and _LEADING_NAME.match(tail):
        return part(PartKind.SPACE_SEPARATED)
    return part(PartKind.INVALID)


def satisfies(version: str, specifier: str) -> bool | None:
    """Whether a version is in a specifier set such as ``>=1,<2`` (PEP 440), pre-releases included.

    Returns:
        None if the version or the specifier cannot be read.
    """
    if _PLAIN_VERSION.fullmatch(version):
        clauses = [_PLAIN_CLAUSE.fullmatch(clause.strip()) for clause in specifier.split(",")]
        if all(clauses):
            return all(_meets(version, clause) for clause in clauses if clause)

    from packaging.version import InvalidVersion, Version

    specifiers = _specifier(specifier)
    if specifiers is None:
        return None
    try:
        return specifiers.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return None


def _meets(version: str, clause: re.Match[str]) -> bool:
    """Whether a plain version meets a plain clause, as PEP 440 compares release numbers: missing ones are zero."""
    operator, wanted, prefix_operator, prefix = clause.groups()
    have = [int(number) for number in version.split(".")]
    want = [int(number) for number in (wanted or prefix).split(".")]
    length = max(len(have), len(want))
    have += [0] * (length - len(have))
    if prefix_operator:
        return (have[: len(want)] == want) is (prefix_operator == "==")
    want += [0] * (length - len(want))
    return bool(_COMPARE[operator](have, want))


def leading_name(text: str) -> str:
    """Return the name that a requirement begins with, as it is written; "" where it begins with none."""
    match = _LEADING_NAME.match(text)
    return match[0] if match else ""


def _specifier(text: str) -> SpecifierSet | None:
    # packaging costs several milliseconds to import, and most plugins have no requirements.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def _is_marker(text: str) -> bool:
    from packaging.markers import InvalidMarker, Marker

    try:
        Marker(text)
    except (InvalidMarker, RecursionError):  # pip fails for too many parentheses, too
        return False
    return True


def are_compatible(first: str, second: str) -> bool | None:
    """Whether some version can meet both specifier sets.

    The versions tried are those that the clauses name and their close neighbours, which decides every combination of
    ``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``~=`` and ``==x.*`` except ones that only unusual version numbers
    (local parts, development releases) could meet.

    Returns:
        None if one of them cannot be read.
    """
    for pin, other in ((first, second), (second, first)):
        if pin.startswith("==") and _PLAIN_VERSION.fullmatch(pin, 2) and _PLAIN_CLAUSE.fullmatch(other):
            return satisfies(pin[2:], other)
    one, two = _specifier(first), _specifier(second)
    if one is None or two is None:
        return None
    both = one & two
    arbitrary = {clause.version for clause in both if clause.operator == "==="}
    if arbitrary and one == two:  # any text may stand behind ===, also one that is no version and so no candidate
        return len(arbitrary) == 1
    return any(both.contains(candidate, prereleases=True) for candidate in _candidates(first, second))


def _candidates(*specifiers: str) -> set[str]:
    """Versions at, just above and just below those that the clauses name."""
    found = {"0", "99999"}
    for _, named in _SPECIFIER.findall(" ".join(" ".join(specifiers).replace(",", " ").split())):
        version = named.removesuffix(".*").split("+")[0]
        found |= {version, named.removesuffix(".*"), f"{version}.0.1", f"{version}.post1", f"{version}rc1"}
        release = compiled(r"(?:\d{1,9}!)?(\d{1,9}(?:\.\d{1,9}){0,9})").match(version)
        if release:
            numbers = [int(number) for number in release.group(1).split(".")]
            epoch = version[: release.start(1)]
            for index, number in enumerate(numbers):
                for other in (number + 1, number - 1):
                    if other >= 0:
                        above = ".".join(map(str, [*numbers[:index], other]))
                        found |= {epoch + above, f"{epoch}{above}.99999"}
    return {version for version in found if _is_version(version)}


def _is_version(text: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
