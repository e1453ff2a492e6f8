"""Regular expressions that are compiled when they are first used, and once per version of the tool.

Importing this package would compile some two hundred of them, a fifth of a short run; most runs use a few. As Python
keeps the code of modules in ``.pyc`` files, the code of those that were used is kept in the user's cache folder.
"""

from __future__ import annotations

import re
import sys
from array import array

from owui_lint import TYPE_CHECKING, cache, sealed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_MAX_KEPT = 1000  # expressions, four times as many as the tool has
_Key = tuple[str, int]
#: Flags, code (unsigned numbers of four bytes), number of groups, and the names of groups: what ``_sre`` is given.
_Code = tuple[int, bytes, int, dict[str, int]]


class _Kept:
    """The expressions that earlier runs compiled (``known``), and those of this one (``new``)."""

    known: dict[_Key, _Code] | None = None
    new: dict[_Key, _Code] = {}  # noqa: RUF012 - there is one of these


class LazyPattern:
    """Stands for a compiled expression: each of its attributes is fetched once, and then as quick as the real one's."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(compiled(self.pattern, self._flags), name)
        setattr(self, name, found)
        return found


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what stands for ``re.compile(pattern, flags)``. Raises ``re.error`` where it is first used, if at all."""
    stand_in: Any = LazyPattern(pattern, flags)
    found: re.Pattern[str] = stand_in
    return found


_compiled: dict[_Key, re.Pattern[str]] = {}


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return ``re.compile(pattern, flags)``, from the code that is kept where there is some. Raises ``re.error``."""
    key = (pattern, int(flags))
    found = _compiled.get(key)
    if found is None:
        found = _compiled[key] = _from_kept(key) or _compile(key)
    return found


def _known() -> dict[_Key, _Code]:
    if _Kept.known is None:
        kept = sealed.load_of_user(_store())
        _Kept.known = kept["expressions"] if kept is not None and kept["for"] == cache.state_of_tool() else {}
    return _Kept.known


def _store() -> str:
    """Each installation has its own: they would take turns in forgetting each other's."""
    return f"expressions-{sealed.digest(f'{sys.executable} {__file__}'.encode('utf-8', 'surrogateescape')).hex()[:8]}"


def _from_kept(key: _Key) -> re.Pattern[str] | None:
    known = _known().get(key)
    if known is None:
        return None
    flags, data, groups, names = known
    try:
        import _sre  # type: ignore[import-not-found]  # which checks the code before it takes it

        code = array("I")
        code.frombytes(data)
        by_number: list[str | None] = [None] * (groups + 1)
        for name, number in names.items():
            by_number[number] = name
        found: re.Pattern[str] = _sre.compile(key[0], flags, code.tolist(), groups, names, tuple(by_number))
        return found
    except Exception:  # another form of code than this interpreter takes: it is compiled anew
        return None


def _compile(key: _Key) -> re.Pattern[str]:
    pattern, flags = key
    found = re.compile(pattern, flags)
    try:
        from re import _compiler, _parser  # type: ignore[attr-defined]

        code = _compiler._code(_parser.parse(pattern, flags), flags)
        _Kept.new[key] = (found.flags, array("I", code).tobytes(), found.groups, dict(found.groupindex))
    except Exception:  # an interpreter that does this differently: nothing is kept
        return found
    return found


def new_ones() -> list[tuple[_Key, _Code]]:
    """Return the expressions that this process compiled, as plain data for ``add``."""
    return list(_Kept.new.items())


def add(ones: Iterable[tuple[_Key, _Code]]) -> None:
    """Take over what another process compiled."""
    _Kept.new.update(ones)


def keep() -> None:
    """Keep what this run had to compile, for the next."""
    if _Kept.new:
        # Those of repositories' own rules come and go.
        before = _known() if len(_known()) < _MAX_KEPT else {}
        sealed.store_of_user(_store(), {"for": cache.state_of_tool(), "expressions": {**before, **_Kept.new}})
        _Kept.new.clear()
