"""Facts of files, kept between runs: what the bytes of one file make certain, as plain data.

A repository's pages hardly change from one run to the next. What has been read out of one (its headings, links,
versions) is kept under the digest of its bytes, so that only pages that did change are scanned again.

A fact may depend on nothing but the bytes and path of its file, the tool and the configuration.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any, Protocol, TypeVar

from owui_lint import cache
from owui_lint.config import Config

_STORE = "facts"

T = TypeVar("T")
R = TypeVar("R", bound=tuple[Any, ...])


class Facts:
    """The facts of one file by name, each worked out once. ``values`` are plain (what ``marshal`` takes).

    ``keep``: they are to be kept for the next run.
    """

    __slots__ = ("_made", "has_new", "keep", "values")

    def __init__(self, values: dict[str, Any] | None = None, *, keep: bool = False) -> None:
        self.values: dict[str, Any] = values if values is not None else {}
        self.keep = keep
        self.has_new = False
        self._made: dict[str, list[Any]] = {}

    def plain(self, name: str, make: Callable[[], T]) -> T:
        """Return a fact that is plain data; ``make`` works it out where it is not known."""
        if name not in self.values:
            self.values[name] = make()
            self.has_new = True
        found: T = self.values[name]
        return found

    def rows(self, name: str, kind: Callable[..., R], make: Callable[[], list[R]]) -> list[R]:
        """Return a fact that is a list of named tuples of plain values, the same list each time."""
        found = self._made.get(name)
        if found is None:
            kept = self.values.get(name)
            if kept is not None:
                found = [kind(*row) for row in kept]
            else:
                found = make()
                if self.keep:
                    self.values[name] = [tuple(row) for row in found]
                    self.has_new = True
            self._made[name] = found
        return found


class _Known(Protocol):
    """Something that is made of one file."""

    facts: Facts


def kept_rows(kind: Callable[..., R]) -> Callable[[Callable[[Any], list[R]]], cached_property[list[R]]]:
    """Make a method a ``cached_property`` whose value, rows of ``kind``, is a fact of ``self.facts``."""

    def wrap(make: Callable[[Any], list[R]]) -> cached_property[list[R]]:
        def value(self: _Known) -> list[R]:
            return self.facts.rows(make.__name__, kind, lambda: make(self))

        value.__doc__ = make.__doc__
        return cached_property(value)

    return wrap


class FactStore:
    """The facts of a repository's files. Without ``keep`` nothing is kept and nothing that is kept is used."""

    def __init__(self, root: str, config: Config, *, keep: bool) -> None:
        self._root = root
        self._config = config
        self._keep = keep
        self._given: dict[str, tuple[bytes, Facts]] = {}

    @cached_property
    def _salt(self) -> str:
        return repr((cache.state_of_tool(), sys.version, sorted(self._config.values.items(), key=str)))

    @cached_property
    def _kept(self) -> dict[str, tuple[bytes, dict[str, Any]]]:
        found = cache.load_sealed(self._root, _STORE)
        if found is None or found.get("salt") != self._salt:
            return {}
        files: dict[str, tuple[bytes, dict[str, Any]]] = found["files"]  # type: ignore[assignment]
        return files

    def of(self, path: str, digest: Callable[[], bytes]) -> Facts:
        """Return the facts of a file; what is added to them is kept when the store is saved."""
        if not self._keep:
            return Facts()
        now = digest()
        before, values = self._kept.get(path, (b"", {}))
        facts = Facts(values if before == now else {}, keep=True)
        self._given[path] = (now, facts)
        return facts

    def save(self) -> None:
        """Keep the facts of all files that were asked for, for the next run."""
        if not self._keep:
            return
        files = {path: (digest, facts.values) for path, (digest, facts) in self._given.items() if facts.values}
        if files.keys() != self._kept.keys() or any(facts.has_new for _, facts in self._given.values()):
            cache.store_sealed(self._root, _STORE, {"salt": self._salt, "files": files})
