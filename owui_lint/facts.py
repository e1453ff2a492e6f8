"""Facts of files, kept between runs: what the bytes of one file make certain, as plain data.

A repository's pages hardly change from one run to the next. What has been read out of one (its headings, links,
versions) is kept under the digest of its bytes, so that only pages that did change are scanned again.

A fact may depend on nothing but the bytes and path of its file, the tool and the configuration, unless it is kept with
the digest of whatever else decides it (``of_bytes``, ``entry_under``).
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from functools import cached_property

from owui_lint import TYPE_CHECKING, cache, sealed, states
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any, Protocol, TypeVar

    from owui_lint.config import Config
    from owui_lint.states import State

    T = TypeVar("T")
    R = TypeVar("R", bound=NamedTuple)

    class _Known(Protocol):
        """Something that is made of one file."""

        facts: Facts


_STORE = "facts"


class Facts:
    """The facts of one file by name, each worked out once. They are plain (what ``marshal`` takes).

    ``kept``: those of the run before, as ``packed`` returned them. ``keep``: they are to be kept for the next run.
    """

    __slots__ = ("_kept", "_made", "_values", "has_new", "keep")

    def __init__(self, kept: bytes = b"", *, keep: bool = False) -> None:
        self.keep = keep
        self.has_new = False
        self._kept = kept
        self._values: dict[str, Any] | None = None
        self._made: dict[str, list[Any]] = {}

    @property
    def values(self) -> dict[str, Any]:
        """All that is known, by name."""
        if self._values is None:
            self._values = marshal.loads(self._kept) if self._kept else {}  # noqa: S302 - sealed with the store
        return self._values

    def packed(self) -> bytes:
        """Return the facts for the next run. What nothing was added to is not packed again: most files do not change, and
        many are not asked for."""
        try:
            return marshal.dumps(self.values) if self.has_new else self._kept
        except ValueError:
            return b""  # something in it is not plain: the next run goes on without

    def add(self, packed: bytes) -> None:
        """Take over what another process has found out about the same bytes, as ``packed`` returned it."""
        for name, value in marshal.loads(packed).items():  # noqa: S302 - our own child's words
            known = self.values.setdefault(name, value)
            if known is not value:
                if not isinstance(known, dict):
                    continue
                known.update(value)
            self.has_new = True

    def plain(self, name: str, make: Callable[[], T]) -> T:
        """Return a fact that is plain data; ``make`` works it out where it is not known."""
        if name not in self.values:
            self.values[name] = make()
            self.has_new = True
        found: T = self.values[name]
        return found

    def entry(self, name: str, key: Any, make: Callable[[], T]) -> T:
        """Return one entry of a fact that is a dictionary; ``make`` works it out where it is not known.

        For what is cheap to work out once the file is read: it is only worth remembering for the next run.
        """
        if not self.keep:
            return make()
        entries = self.plain(name, dict)
        if key not in entries:
            entries[key] = make()
            self.has_new = True
        found: T = entries[key]
        return found

    def of_bytes(self, name: str, path: str, digest: bytes, make: Callable[[], T]) -> T:
        """Return what a fact tells of a file as long as its bytes have this digest; ``make`` works it out where it is not
        known. For facts that depend on more than their file."""
        if not self.keep:
            return make()
        files: dict[str, tuple[bytes, T]] = self.plain(name, dict)
        known = files.get(path)
        if known is None or known[0] != digest:
            known = files[path] = digest, make()
            self.has_new = True
        return known[1]

    def entry_under(self, name: str, digest: bytes, key: Any, make: Callable[[], T]) -> T:
        """Return one entry of a fact that is a dictionary and holds as long as ``digest`` is the same: that of whatever
        decides it besides the file. ``make`` works the entry out where it is not known."""
        if not self.keep:
            return make()
        known = self.values.get(name)
        if known is None or known[0] != digest:
            known = self.values[name] = digest, {}
        entries: dict[Any, T] = known[1]
        if key not in entries:
            entries[key] = make()
            self.has_new = True
        found: T = entries[key]
        return found

    def rows(self, name: str, kind: type[R], make: Callable[[], list[R]]) -> list[R]:
        """Return a fact that is a list of named tuples of plain values, the same list each time."""
        found = self._made.get(name)
        if found is None:
            kept = self.values.get(name)
            if kept is not None:
                found = list(map(kind._make, marshal.loads(kept)))  # noqa: S302 - sealed with the store
            else:
                found = make()
                if self.keep:
                    # Packed: a page has many rows, and most are not asked for again.
                    self.values[name] = marshal.dumps([tuple(row) for row in found])
                    self.has_new = True
            self._made[name] = found
        return found


def kept_rows(kind: type[R]) -> Callable[[Callable[[Any], list[R]]], cached_property[list[R]]]:
    """Make a method a ``cached_property`` whose value, rows of ``kind``, is a fact of ``self.facts``."""

    def wrap(make: Callable[[Any], list[R]]) -> cached_property[list[R]]:
        def value(self: _Known) -> list[R]:
            return self.facts.rows(make.__name__, kind, lambda: make(self))

        value.__doc__ = make.__doc__
        return cached_property(value)

    return wrap


class Known(NamedTuple):
    """What is known of a file without reading it. ``state`` is its state if that can be relied upon: then the digest is
    that of the bytes of a file in this state."""

    state: State | None
    digest: bytes
    facts: Facts


_NEVER: tuple[State | None, bytes, bytes] = (None, b"", b"")


class FactStore:
    """The facts of a repository's files. Without ``keep`` nothing is kept and nothing that is kept is used."""

    def __init__(self, root: str, config: Config, *, keep: bool) -> None:
        self._root = root
        self._config = config
        self._given: dict[str, Known] = {}
        self.keep = keep
        #: A file changed after its digest was taken from the store: what was found in it belongs to other bytes.
        self.is_spoiled = False

    @cached_property
    def _salt(self) -> str:
        return repr((cache.state_of_tool(), self._config.basis))

    @cached_property
    def _stored(self) -> dict[str, Any]:
        found = sealed.load(self._root, _STORE)
        return found if found is not None and found.get("salt") == self._salt else {}

    @cached_property
    def _kept(self) -> dict[str, tuple[State | None, bytes, bytes]]:
        files: dict[str, tuple[State | None, bytes, bytes]] = self._stored.get("files", {})
        return files

    def of(self, path: str, target: str, read: Callable[[], bytes]) -> Known | None:
        """Return what is known of the file ``path``, which lies at ``target``; what is added to its facts is kept when
        the store is saved. ``read`` returns the digest of its bytes; it is asked where the file's state is not the
        one that the digest is known of, or not old enough to tell. ``None`` where nothing is kept."""
        if not self.keep:
            return None
        state = states.settled_state(target)
        before, digest, facts = self._kept.get(path, _NEVER)
        if state is None or state != before:
            now = read()
            digest, facts = now, facts if digest == now else b""
        found = self._given[path] = Known(state, digest, Facts(facts, keep=True))
        return found

    @cached_property
    def of_all(self) -> Facts:
        """What is known of which files there are and which ones git ignores; kept as long as that is certain to be
        what it was."""
        state = cache.state_of_files(self._root) if self.keep else None
        before, facts = self._stored.get("of all", (None, b""))
        return Facts(facts if state is not None and state == before else b"", keep=state is not None)

    def news(self) -> dict[str, bytes]:
        """Return the facts that this run added to, packed, by path: for another process to ``take``."""
        return {path: known.facts.packed() for path, known in self._given.items() if known.facts.has_new}

    def take(self, news: Mapping[str, bytes]) -> None:
        """Take over what another process has found out about files that this one knows, too."""
        for path, packed in news.items():
            known = self._given.get(path)
            if known is not None and packed:
                known.facts.add(packed)

    def save(self) -> None:
        """Keep the facts of all files that were asked for, and for some time those of others, for the next run."""
        if not self.keep or self.is_spoiled:
            return
        kept = self._kept
        if self.of_all.has_new or any(
            known.facts.has_new or kept.get(path, _NEVER)[:2] != (known.state, known.digest)
            for path, known in self._given.items()
        ):
            ages = sealed.ages(self._stored.get("ages", {}), kept, self._given)
            files = {path: kept[path] for path in ages}
            files |= {path: (known.state, known.digest, known.facts.packed()) for path, known in self._given.items()}
            of_all = (cache.state_of_files(self._root), self.of_all.packed() if self.of_all.keep else b"")
            sealed.store(self._root, _STORE, {"salt": self._salt, "files": files, "ages": ages, "of all": of_all})
