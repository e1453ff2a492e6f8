"""Units of work: one rule asked about one subject. What a unit gives depends only on what it reads.

A primitive may declare that it reads less than the whole repository (``reads`` in ``primitives``). Its units are
then kept between runs under a digest of just that, and spread over processes. A primitive that declares nothing is
asked anew each time, in this process: forgetting to declare costs time, never truth.
"""

from __future__ import annotations

import marshal
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

from owui_lint import cache, lazypattern
from owui_lint.errors import is_interrupt
from owui_lint.finding import Edit, Message, Place, Related, Span
from owui_lint.primitives import Context, Primitive
from owui_lint.repository import Document, Plugin, Repository
from owui_lint.rulebook import LOCAL_FAMILY, Rule
from owui_lint.wording import Told, tell

_STORE = "units"
# Below this much code (bytes) a second process costs more than it saves.
_WORTH_A_PROCESS = 400_000
# With more code than this (bytes), trees are given up as soon as their rules have run: they take a hundred times the
# room of the text. With less, freeing them costs more than it saves.
_WORTH_FREEING = 2_000_000
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

Packed = tuple[Any, ...]


class Crash(NamedTuple):
    """A unit that failed, and with what."""

    error: Exception


class FailedElsewhere(Exception):
    """A unit failed in another process; ``str()`` is what it said there."""


Outcome = list[Told] | Crash
Unit = tuple[Rule, Primitive, Any]


def told_by(error: Exception) -> str:
    """Return an error's type and text; the type alone where the text cannot be made."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def pack(told: Told) -> Packed:
    """Return a hit in words as plain tuples, for ``marshal``."""
    return (
        _pack_place(told.place),
        told.case,
        tuple(told.message),
        told.identity,
        tuple(told.fix) if told.fix is not None else None,
        tuple(tuple(edit) for edit in told.edits),
        tuple((_pack_place(related.place), tuple(related.message)) for related in told.related),
        told.plugin,
    )


def unpack(packed: Packed) -> Told:
    """Return what ``pack`` made plain."""
    place, case, message, identity, fix, edits, related, plugin = packed
    return Told(
        _unpack_place(place),
        case,
        Message(*message),
        identity,
        Message(*fix) if fix is not None else None,
        tuple(Edit(*edit) for edit in edits),
        tuple(Related(_unpack_place(where), Message(*text)) for where, text in related),
        plugin,
    )


def _pack_place(place: Place) -> Packed:
    return (place.path, *place.span)


def _unpack_place(packed: Packed) -> Place:
    return Place(packed[0], Span(*packed[1:]))


class Units:
    """Evaluates units, from what is kept where possible, in other processes where it pays."""

    def __init__(self, repository: Repository, context: Context, *, keep: bool, jobs: int) -> None:
        self.repository = repository
        self.context = context
        self.keep = keep
        self.jobs = jobs
        self._own: dict[str, list[str]] = {}
        self._rules: dict[str, bytes] = {}
        self._subjects: dict[tuple[str, int], bytes | None] = {}
        self._fresh: dict[tuple[str, str], Outcome] = {}
        self._used: dict[bytes, tuple[Packed, ...] | None] = {}
        self._changed = False

    @cached_property
    def _salt(self) -> str:
        """Whatever all units depend on besides files: the tool, the interpreter, configuration, options, layout."""
        repository, options = self.repository, self.context.options
        asked = (options.release_date, options.allow_downgrade, options.icon)
        layout = (
            repository.is_standard_layout,
            repository.plugins_dir,
            cache.digest(repr(repository.paths).encode("utf-8", "surrogateescape")),
        )
        config = sorted(repository.config.values.items(), key=str)
        return repr((cache.state_of_tool(), sys.version, config, asked, layout))

    @cached_property
    def _kept(self) -> Mapping[bytes, tuple[Packed, ...] | None]:
        """Outcomes by key; ``None`` for a unit that was not asked for."""
        found = cache.load_sealed(str(self.repository.root), _STORE) if self.keep else None
        if found is None or found.get("salt") != self._salt:
            return {}
        units: Mapping[bytes, tuple[Packed, ...] | None] = found["units"]  # type: ignore[assignment]
        return units

    def key(self, rule: Rule, primitive: Primitive, subject: Any) -> bytes | None:
        """Return the digest of all that a unit depends on; ``None`` where that is the whole repository."""
        seen = self._seen(primitive.reads, subject)
        return None if seen is None else self._rule(rule) + seen

    def _rule(self, rule: Rule) -> bytes:
        found = self._rules.get(rule.name)
        if found is None:
            # The tool's own texts are part of the tool's state; a repository's are not.
            texts = (rule.cases, rule.fix) if rule.family == LOCAL_FAMILY else ()
            asked = repr((self._salt, rule.name, rule.primitive, sorted(rule.params.items(), key=str), texts))
            found = self._rules[rule.name] = cache.digest(asked.encode("utf-8", "surrogateescape"))
        return found

    def _seen(self, reads: str, subject: Any) -> bytes | None:
        """Return the digest of a subject and the files that decide what is found on it."""
        asked = (reads, id(subject))  # subjects live as long as the model
        if asked not in self._subjects:
            paths = self._reads(reads, subject)
            identity = (
                (subject.id, subject.type, subject.folder)
                if isinstance(subject, Plugin)
                else (getattr(subject, "lang", ""), getattr(subject, "kind", ""))
            )
            seen = None
            if paths is not None:
                states = [(path, self.repository.file(path).digest) for path in paths]
                seen = cache.digest(repr((identity, states)).encode("utf-8", "surrogateescape"))
            self._subjects[asked] = seen
        return self._subjects[asked]

    def _reads(self, reads: str, subject: Any) -> list[str] | None:
        """Return the paths that decide what a primitive finds on a subject; ``None`` for the whole repository."""
        if reads == "code" and isinstance(subject, Plugin):
            return _code_paths(subject)
        if reads == "document" and isinstance(subject, Document):
            return [subject.path, *(_code_paths(subject.plugin) if subject.plugin is not None else [])]
        plugin = subject if isinstance(subject, Plugin) else getattr(subject, "plugin", None)
        if reads == "own" and plugin is not None:
            return [subject.path, *self._own_paths(plugin)]
        return None

    def _own_paths(self, plugin: Plugin) -> list[str]:
        found = self._own.get(plugin.id)
        if found is None:
            self.repository.pages.link()
            below = self.repository.paths_below(f"{plugin.folder}/") if plugin.folder else ()
            folder = [path for path in below if path.endswith((".py", ".md"))]
            found = self._own[plugin.id] = [
                *_code_paths(plugin),
                *folder,
                *(document.path for document in plugin.documents),
            ]
        return found

    def outcome(self, rule: Rule, primitive: Primitive, subject: Any) -> Outcome:
        """Return what a rule finds on a subject."""
        found = self._fresh.get((rule.name, _path(subject))) if self._fresh else None
        key = self.key(rule, primitive, subject) if self.keep else None
        if key is None:
            return found if found is not None else self._ask(rule, primitive, subject)
        kept = self._kept.get(key)
        if found is None and kept is not None:
            self._used[key] = kept
            return [unpack(packed) for packed in kept]
        if found is None:
            found = self._ask(rule, primitive, subject)
        if not isinstance(found, Crash):
            self._used[key] = tuple(pack(told) for told in found)
            self._changed = True
        return found

    def pass_over(self, rule: Rule, primitive: Primitive, subject: Any) -> None:
        """Note a unit that is not asked for now: unless something changes, nor will the next run ask for it."""
        key = self.key(rule, primitive, subject) if self.keep else None
        if key is not None:
            self._used[key] = self._kept.get(key)

    def _ask(self, rule: Rule, primitive: Primitive, subject: Any) -> Outcome:
        try:
            return [tell(rule, hit) for hit in primitive.check(subject, self.context, **rule.params)]
        except Exception as error:  # a rule must not take the others down, nor pass in silence
            if is_interrupt(error):
                raise KeyboardInterrupt from error
            return Crash(error)

    def prefetch(
        self,
        wanted: Callable[[Plugin], Iterable[Unit]],
        meanwhile: Callable[[], Iterable[Unit]],
        progress: Callable[[int, int, str], None] | None = None,
    ) -> None:
        """Evaluate units in several processes, where that saves time.

        ``wanted`` gives the units of a plugin that may be asked anywhere; those that are kept are left out. Each
        process takes one plugin after the other, the largest first, until none is left: shares made beforehand would
        leave one waiting for another. ``meanwhile`` gives what only this process can do; it does that first.
        ``progress`` is told how many plugins were taken, how many there are, and which one is next.
        """
        plugins = self.repository.plugins
        if self._kept:
            plugins = [plugin for plugin in plugins if self._has_missing(wanted(plugin))]
        sizes = {
            plugin.id: sum(len(self.repository.file(path).data) for path in _code_paths(plugin)) for plugin in plugins
        }
        if sum(sizes.values()) < _WORTH_A_PROCESS:
            return
        is_large = sum(sizes.values()) > _WORTH_FREEING
        queue = _Queue(sorted(plugins, key=lambda plugin: (-sizes[plugin.id], plugin.id)))

        def share() -> Iterator[Unit]:
            for number, plugin in queue:
                if progress is not None:
                    progress(number, len(plugins), plugin.id)
                for unit in wanted(plugin):
                    if not self._kept or self._is_missing(*unit):
                        yield unit
                for code in (plugin.code, *plugin.copies) if is_large else ():
                    code.module.let_go()  # its rules have run, and the trees of all plugins would fill the memory

        children: dict[int, int] = {}
        try:
            for _ in range(self.jobs - 1 if hasattr(os, "fork") else 0):
                self._start(share(), children)
            for units in (meanwhile(), share()):
                for rule, primitive, subject in units:
                    self._fresh[rule.name, _path(subject)] = self._ask(rule, primitive, subject)
            for child, reading in list(children.items()):
                self._collect(child, reading)
                del children[child]
        finally:
            queue.close()
            for child in children:  # interrupted: nobody waits for what they find
                _end(child)

    def _has_missing(self, units: Iterable[Unit]) -> bool:
        """Whether something is to be asked about a plugin. One rule stands for all that read the same."""
        asked: set[tuple[str, int]] = set()
        for rule, primitive, subject in units:
            what = (primitive.reads, id(subject))
            if what not in asked:
                asked.add(what)
                if self._is_missing(rule, primitive, subject):
                    return True
        return False

    def _is_missing(self, rule: Rule, primitive: Primitive, subject: Any) -> bool:
        return self.key(rule, primitive, subject) not in self._kept

    def _start(self, share: Iterable[Unit], children: dict[int, int]) -> None:
        """Start a process for a share, and add it to ``children`` with the end of the pipe that it tells its outcomes
        through."""
        reading, writing = os.pipe()
        # A signal waits until the process is known here, or, over there, until it no longer runs any code of ours.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            child = os.fork()
            if child == 0:
                for number in _SIGNALS:
                    signal.signal(number, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
                _work(self, share, reading, writing)
            children[child] = reading
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(writing)

    def _collect(self, child: int, reading: int) -> None:
        """Take over what a process found. What it failed to tell is evaluated here when it is asked for."""
        with os.fdopen(reading, "rb") as stream:
            data = stream.read()
        os.waitpid(child, 0)
        try:
            told = marshal.loads(data)  # noqa: S302 - our own child's words
        except (ValueError, EOFError, TypeError):
            return
        found, expressions = told
        lazypattern.add(expressions)
        for name, path, packed in found:
            failed = isinstance(packed, str)
            self._fresh[name, path] = Crash(FailedElsewhere(packed)) if failed else [unpack(one) for one in packed]

    def save(self) -> None:
        """Keep what this run used, for the next."""
        if self.keep and (self._changed or self._used.keys() != self._kept.keys()):
            cache.store_sealed(str(self.repository.root), _STORE, {"salt": self._salt, "units": self._used})


class _Queue:
    """Plugins, each given out once, to whichever process asks first: their numbers lie in a pipe that all read from."""

    _WIDTH = 2  # bytes of a number
    _MAX = 4096 // _WIDTH  # what any pipe takes at once

    def __init__(self, plugins: list[Plugin]) -> None:
        parts = min(len(plugins), self._MAX)
        self._parts = [plugins[number::parts] for number in range(parts)]
        self._reading, writing = os.pipe()
        os.write(writing, b"".join(number.to_bytes(self._WIDTH, "big") for number in range(parts)))
        os.close(writing)

    def __iter__(self) -> Iterator[tuple[int, Plugin]]:
        """Yield plugins, each with the number of those that were given out before."""
        while taken := os.read(self._reading, self._WIDTH):
            number = int.from_bytes(taken, "big")
            for round_, plugin in enumerate(self._parts[number]):
                yield number + round_ * len(self._parts), plugin

    def close(self) -> None:
        """Give up the pipe."""
        os.close(self._reading)


def _end(child: int) -> None:
    """End a process and take note of its end."""
    with suppress(OSError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _work(units: Units, share: Iterable[Unit], reading: int, writing: int) -> None:
    """Be a child process: evaluate, tell, and leave without touching what the parent owns."""
    status = 1
    try:
        os.close(reading)
        told: list[tuple[str, str, str | tuple[Packed, ...]]] = []
        for rule, primitive, subject in share:
            found = units._ask(rule, primitive, subject)
            if isinstance(found, Crash):
                told.append((rule.name, subject.path, told_by(found.error)))
            else:
                told.append((rule.name, subject.path, tuple(pack(told) for told in found)))
        with os.fdopen(writing, "wb") as stream:
            stream.write(marshal.dumps((told, lazypattern.new_ones())))
        status = 0
    finally:
        os._exit(status)


def _path(subject: Any) -> str:
    return getattr(subject, "path", "")  # the repository has none


def _code_paths(plugin: Plugin) -> list[str]:
    return [plugin.path, *(copy.path for copy in plugin.copies)]
