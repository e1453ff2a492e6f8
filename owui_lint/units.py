"""Units of work: one rule asked about one subject. What a unit gives depends only on what it reads.

A primitive may declare that it reads less than the whole repository (``reads`` in ``primitives``). Its units are
then kept between runs under a digest of just that, and spread over processes. A primitive that declares nothing is
asked anew each time, in this process: forgetting to declare costs time, never truth.
"""

from __future__ import annotations

import marshal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from owui_lint import TYPE_CHECKING, cache, lazypattern, sealed
from owui_lint.errors import is_interrupt
from owui_lint.finding import LOCAL_FAMILY, Edit, Message, Place, Related, Span
from owui_lint.primitives import OUT_OF_TIME, TOO_SLOW, Context, Primitive, RuleStopped
from owui_lint.repository import Document, Plugin, Repository
from owui_lint.rulebook import Rule
from owui_lint.tuples import NamedTuple
from owui_lint.wording import WordedHit, tell

if TYPE_CHECKING:
    from typing import Any, TypeVar

    from owui_lint.scopes import RuleScope

    T = TypeVar("T")
    Packed = tuple[Any, ...]
    Table = dict[bytes, tuple[Packed, ...] | None]
    """Outcomes on one subject by the digest of the rule; ``None`` for a rule that was not asked."""
    Seen = tuple[str, bytes]
    """How which subject is read, and the digest of what is seen then."""
    Unit = tuple[Rule, Primitive, Any]
    """A rule, its primitive, and the subject that it is asked about."""

_STORE = "units"
_NEVER = (b"", b"")
_REPEATS = frozenset("*+?{")
_NOTICEABLE = 0.3  # seconds
_PARTS_OF_CODE = 4  # of what is asked of one plugin's code: whoever is done first takes the next


class Limits(NamedTuple):
    """From which amount on something is done otherwise.

    Below ``worth_a_process`` bytes of code a second process costs more than it saves. With more than ``worth_freeing``
    bytes, trees are given up as soon as their rules have run: they take a hundred times the room of the text; with
    less, freeing them costs more than it saves. ``local_seconds`` of processor time are for a rule of the repository's
    own on one subject, ``local_seconds_in_all`` for those that take a noticeable time on a subject, as no honest rule
    does.
    """

    worth_a_process: int = 20_000
    worth_freeing: int = 2_000_000
    local_seconds: float = 10.0
    local_seconds_in_all: float = 15.0


#: Those of every run.
LIMITS = Limits()


class Crash(NamedTuple):
    """A unit that failed, and with what."""

    error: Exception


class FailedElsewhere(Exception):
    """A unit failed in another process; ``str()`` is what it said there."""


UnitResult = list[WordedHit] | Crash


def told_by(error: Exception) -> str:
    """Return an error's type and text; the type alone where the text cannot be made."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def pack(told: WordedHit) -> Packed:
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


def unpack(packed: Packed) -> WordedHit:
    """Return what ``pack`` made plain."""
    place, case, message, identity, fix, edits, related, plugin = packed
    return WordedHit(
        _unpack_place(place),
        case,
        Message._make(message),
        identity,
        Message._make(fix) if fix is not None else None,
        tuple(map(Edit._make, edits)),
        tuple(Related(_unpack_place(where), Message._make(text)) for where, text in related),
        plugin,
    )


def _pack_place(place: Place) -> Packed:
    return (place.path, *place.span)


def _unpack_place(packed: Packed) -> Place:
    return Place(packed[0], Span._make(packed[1:]))


def _may_repeat(value: object) -> bool:
    """Whether a pattern with a repeat may be among the parameters of a rule."""
    if isinstance(value, Mapping):
        return any(map(_may_repeat, (*value, *value.values())))
    if isinstance(value, str):
        return not _REPEATS.isdisjoint(value)
    return isinstance(value, Sequence) and any(map(_may_repeat, value))


class Units:
    """Evaluates units, from what is kept where possible, in other processes where it pays."""

    def __init__(self, repository: Repository, context: Context, *, keep: bool, jobs: int) -> None:
        self.repository = repository
        self.context = context
        self.keep = keep
        self.jobs = jobs
        #: Digests by the plugin's id.
        self._code: dict[str, bytes] = {}
        self._heads: dict[str, bytes] = {}
        self._own: dict[str, bytes] = {}
        self._shared: dict[str, bytes] = {}
        self._rules: dict[str, bytes] = {}
        self._tables: dict[tuple[str, int], Table | None] = {}
        self._fresh: dict[tuple[str, str], UnitResult] = {}
        self._used: dict[Seen, Table] = {}
        self._of_plugins: dict[tuple[str, str], tuple[bytes, Any]] = {}
        self._changed: set[int] = set()  # ids of tables that something was added to
        self._stopped: set[str] = set()
        self._spent = 0.0  # seconds, on own rules that took a noticeable time on one subject

    @cached_property
    def _salt(self) -> str:
        """Whatever all units depend on besides files: the tool, the interpreter, configuration, options, layout."""
        repository, options = self.repository, self.context.options
        asked = (options.release_date, options.allow_downgrade, options.icon)
        layout = (
            repository.is_standard_layout,
            repository.plugins_dir,
            sealed.digest(
                repr((repository.paths, sorted(repository.unjudged_files))).encode("utf-8", "surrogateescape")
            ),
            # Which files are plugins, or copies of one, is a matter of their contents, and tells what others can import.
            [_code_paths(plugin) for plugin in repository.plugins],
        )
        salt = repr((cache.state_of_tool(), repository.config.basis, asked, layout))
        return sealed.digest(salt.encode("utf-8", "surrogateescape")).hex()

    def kept_for(self, plugin: Plugin, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` gives, which is plain and depends on nothing but what ``shared`` units read on a plugin; kept
        under ``name`` for as long as that stays the same, with the outcomes that ``save`` keeps."""
        if not self.keep:
            return make()
        key = (name, plugin.id)
        if key not in self._of_plugins:
            digest = self._digest_of_shared(plugin)
            kept = self._stored.get("of plugins", {}).get(key)
            self._of_plugins[key] = kept if kept is not None and kept[0] == digest else (digest, make())
        found: T = self._of_plugins[key][1]
        return found

    @cached_property
    def _stored(self) -> Mapping[str, Any]:
        found = sealed.load(self.repository.root, _STORE) if self.keep else None
        return found if found is not None and found.get("salt") == self._salt else {}

    @cached_property
    def _kept(self) -> Mapping[str, tuple[bytes, bytes]]:
        """The tables that are kept, packed, each with the digest of what was seen: one of each subject."""
        tables: Mapping[str, tuple[bytes, bytes]] = self._stored.get("units", {})
        return tables

    def _table(self, primitive: Primitive, subject: Any) -> Table | None:
        """Return what is kept of a subject, for a primitive that reads as this one does; what is added to it is kept for
        the next run. ``None`` where the outcome depends on the whole repository, or nothing is kept."""
        reads = primitive.reads if primitive.on_readmes is None else primitive.reading(subject)
        asked = (reads, id(subject))  # subjects live as long as the model
        try:
            return self._tables[asked]
        except KeyError:
            seen = self._seen(reads, subject) if self.keep else None
            found = None
            if seen is not None:
                found = self._used.get(seen)
                if found is None:
                    digest, packed = self._kept.get(seen[0], _NEVER)
                    found = marshal.loads(packed) if digest == seen[1] else {}  # noqa: S302 - sealed with the store
                    self._used[seen] = found
            self._tables[asked] = found
            return found

    def _rule(self, rule: Rule) -> bytes:
        found = self._rules.get(rule.name)
        if found is None:
            # The tool's own texts are part of the tool's state; a repository's are not.
            texts = (rule.cases, rule.fix) if rule.family == LOCAL_FAMILY else ()
            asked = repr((self._salt, rule.name, rule.primitive, sorted(rule.params.items(), key=str), texts))
            found = self._rules[rule.name] = sealed.digest(asked.encode("utf-8", "surrogateescape"))
        return found

    def _seen(self, reads: str, subject: Any) -> Seen | None:
        """Return a subject, with the digest of all that decides what is found on it; ``None`` where that is the whole
        repository."""
        digest: bytes | None = None
        if reads == "heads":
            digest = self._digest_of_heads
        elif reads == "names":
            digest = self.repository.digest_of_plugins
        elif isinstance(subject, Plugin):
            digest = self._digest_on_plugin(reads, subject)
        elif isinstance(subject, Document):
            digest = self._digest_on_document(reads, subject)
        elif reads == "shared":
            digest = self.repository.digest_of_shared
        return (f"{reads} {_path(subject)}", digest) if digest is not None else None

    def _digest_on_plugin(self, reads: str, plugin: Plugin) -> bytes | None:
        if reads == "shared":
            return self._digest_of_shared(plugin)
        if reads == "readmes":
            readmes = [(one.path, one.lang, one.file.digest) for one in plugin.readmes.values()]
            return sealed.digest_of((plugin.id, readmes))
        if reads == "code":
            files = self._digest_of_code(plugin)
        elif reads == "own":
            files = self._digest_of_own(plugin)
        else:
            return None
        identity = (plugin.id, plugin.type, plugin.folder)
        return sealed.digest_of((identity, self.repository.file(plugin.path).digest, files))

    def _digest_on_document(self, reads: str, document: Document) -> bytes | None:
        plugin = document.plugin
        files = b""
        if reads == "own" and plugin is not None:
            files = self._digest_of_own(plugin)
        elif reads == "document":
            files = self._digest_of_head(plugin) if plugin is not None else b""
        elif reads == "coded":
            files = self._digest_of_code(plugin) if plugin is not None else b""
        elif reads != "text":
            return None
        identity = (document.lang, document.kind, "plugin" if plugin is not None else None)
        return sealed.digest_of((identity, self.repository.file(document.path).digest, files))

    def _digest_of_code(self, plugin: Plugin) -> bytes:
        """The digest of a plugin's code and its copies."""
        if plugin.id not in self._code:
            self._code[plugin.id] = self._digest_of_files(_code_paths(plugin))
        return self._code[plugin.id]

    def _digest_of_head(self, plugin: Plugin) -> bytes:
        """The digest of what a plugin's code says of itself at its head, and of whether it has valves."""
        if plugin.id not in self._heads:
            codes = [(code.path, code.head) for code in plugin.codes]
            self._heads[plugin.id] = sealed.digest_of((codes, plugin.has_valves))
        return self._heads[plugin.id]

    def _digest_of_own(self, plugin: Plugin) -> bytes:
        """The digest of all that belongs to a plugin: its code, folder and pages, and the tests that may try it."""
        if plugin.id not in self._own:
            self.repository.pages.link()
            below = self.repository.paths_below(f"{plugin.folder}/") if plugin.folder else ()
            folder = [path for path in below if self.repository.is_text(path)]
            pages = [document.path for document in plugin.documents]
            files = self._digest_of_files([*_code_paths(plugin), *folder, *pages])
            self._own[plugin.id] = sealed.digest_of((files, self._digest_of_tests))
        return self._own[plugin.id]

    def _digest_of_shared(self, plugin: Plugin) -> bytes:
        """The digest of what may be told of a plugin: by its own documents, and by those that may tell of any."""
        if plugin.id not in self._shared:
            own = [document.path for document in (*plugin.own_readmes, *plugin.pages)]
            files = self._digest_of_files(own)
            self._shared[plugin.id] = sealed.digest_of((self.repository.digest_of_shared, files))
        return self._shared[plugin.id]

    @cached_property
    def _digest_of_tests(self) -> bytes:
        """The digest of the tests that lie in no plugin's folder."""
        return self._digest_of_files(self.repository.tests_apart)

    @cached_property
    def _digest_of_heads(self) -> bytes:
        """The digest of all that is said of plugins, by documents and at the head of their code, and of whose which document
        is: a manifest may decide that."""
        repository = self.repository
        repository.pages.link()
        documents = [path for path in repository.relevant_paths if not path.endswith(".py")]
        links = [(path, target) for path in documents if (target := repository.link_target(path)) is not None]
        heads = [(code.path, code.head) for plugin in repository.plugins for code in plugin.codes]
        alike = [plugin.copies_compared for plugin in repository.plugins]
        owned = [
            (plugin.id, [one.path for one in plugin.own_readmes], [one.path for one in plugin.pages])
            for plugin in repository.plugins
        ]
        return sealed.digest_of((self._digest_of_files(documents), links, heads, alike, owned))

    def _digest_of_files(self, paths: Iterable[str]) -> bytes:
        return sealed.digest_of([(path, self.repository.file(path).digest) for path in paths])

    def asking(self, rule: Rule, primitive: Primitive) -> Callable[[Any], UnitResult]:
        """Return what tells what a rule finds on a subject."""
        name = self._rule(rule)

        def outcome(subject: Any) -> UnitResult:
            table = self._table(primitive, subject)
            if table is not None:
                kept = table.get(name)
                if kept is not None:
                    return [unpack(packed) for packed in kept] if kept else []
            found = self._fresh.get((rule.name, _path(subject))) if self._fresh else None
            if found is None:
                found = self._ask(rule, primitive, subject)
            if table is not None and not isinstance(found, Crash):
                table[name] = tuple(pack(told) for told in found)
                self._changed.add(id(table))
            return found

        return outcome

    def pass_over(self, rule: Rule, primitive: Primitive, subject: Any) -> None:
        """Record that this run does not evaluate a rule on a subject, because another rule silenced it there.

        Without the record, the next run could not tell the unit from one whose outcome was never worked out, and would have
        children evaluate it in advance.

        Args:
            rule: The rule that is not evaluated.
            primitive: Its primitive, which says what the unit reads.
            subject: What the rule would have been evaluated on.
        """
        table = self._table(primitive, subject)
        if table is not None and self._rule(rule) not in table:
            table[self._rule(rule)] = None
            self._changed.add(id(table))

    def _ask(self, rule: Rule, primitive: Primitive, subject: Any) -> UnitResult:
        try:
            if rule.family == LOCAL_FAMILY:
                return self._ask_in_time(rule, primitive, subject)
            return self._evaluate(rule, primitive, subject)
        except Exception as error:  # a rule must not take the others down, nor pass in silence
            if is_interrupt(error):
                raise KeyboardInterrupt from error
            return Crash(error)

    def _evaluate(self, rule: Rule, primitive: Primitive, subject: Any) -> list[WordedHit]:
        return [tell(rule, hit) for hit in primitive.check(subject, self.context, **rule.params)]

    def _ask_in_time(self, rule: Rule, primitive: Primitive, subject: Any) -> UnitResult:
        """Ask a rule of the repository's own, whose patterns may take for ever: once stopped, it is not asked again.

        A search holds all threads up. Where nothing could end it (an editor's check), a rule that gives a primitive a
        pattern which may repeat is not asked; ``pattern`` searches in a process of its own.
        """
        from owui_lint.timelimit import TimeIsUp, is_in_reach, time_limit

        if not is_in_reach() and rule.primitive != "pattern" and _may_repeat(rule.params):
            return []
        if rule.name in self._stopped:
            raise RuleStopped(TOO_SLOW)
        if self._spent > LIMITS.local_seconds_in_all:
            raise RuleStopped(OUT_OF_TIME)
        started = time.monotonic()
        try:
            with time_limit(LIMITS.local_seconds):
                return self._evaluate(rule, primitive, subject)
        except TimeIsUp:
            self._stopped.add(rule.name)
            raise RuleStopped(TOO_SLOW) from None
        finally:
            took = time.monotonic() - started
            self._spent += took if took > _NOTICEABLE else 0.0

    def prefetch(
        self,
        asked: Sequence[tuple[Rule, Primitive]],
        meanwhile: Callable[[], Iterable[Unit]],
        progress: Callable[[int, int, str], None] | None,
    ) -> None:
        """Evaluate units in several processes, where that saves time.

        ``asked`` are the rules that may be asked in any process; what is kept of these is left out. Each process takes
        one plugin after the other, the largest first, until none is left: shares made beforehand would leave one waiting
        for another. Where fewer plugins changed than there are processes, what is asked of their code alone is the others'
        share, who begin with it while this process still looks up what else is to be asked. ``meanwhile`` gives what only
        this process can do; it does that first. ``progress`` is told how many plugins were taken, how many there are, and
        which one is next.
        """
        lacks = self._lacking(asked)
        plugins = [plugin for plugin in self.repository.plugins if lacks(plugin, "code")]
        # Where something is kept and only documents changed, what they ask of code is known: that is little work.
        if self._size_of(plugins) < LIMITS.worth_a_process:
            return
        from owui_lint import processes  # a run after a small change starts none

        here: list[tuple[Rule, Primitive]] = []
        parts = [asked]
        if len(plugins) < self.jobs:  # a file is parsed in a moment, and then there is much to ask
            here = [(rule, primitive) for rule, primitive in asked if primitive.reads != "code"]
            of_code = [(rule, primitive) for rule, primitive in asked if primitive.reads == "code"]
            size = -(-len(of_code) // _PARTS_OF_CODE)
            parts = [of_code[start : start + size] for start in range(0, len(of_code), size)]
        else:
            plugins = [plugin for plugin in self.repository.plugins if lacks(plugin, None)]
        is_large = self._size_of(plugins) > LIMITS.worth_freeing
        ordered = sorted(plugins, key=lambda plugin: (-self._size_of([plugin]), plugin.id))
        try:
            queue = processes.Queue([(plugin, part) for part in parts for plugin in ordered])
        except OSError:
            return  # all is evaluated here, when it is asked for

        def share() -> Iterator[Unit]:
            for number, (plugin, part) in queue:
                if progress is not None:
                    progress(number // len(parts), len(plugins), plugin.id)
                yield from self._units(plugin, part)
                for code in plugin.codes if is_large else ():
                    code.module.let_go()  # its rules have run, and the trees of all plugins would fill the memory

        def rest() -> Iterator[Unit]:
            for plugin in self.repository.plugins if here else ():
                if lacks(plugin, None):
                    yield from self._units(plugin, here)

        try:
            with processes.Children() as children:
                # One for each share at most, while this process does what only it can do.
                for _ in range(min(self.jobs - 1, len(plugins)) if processes.ARE_POSSIBLE else 0):
                    if not children.start(lambda: self._told(share())):
                        break
                for work in (meanwhile(), rest(), share()):
                    for rule, primitive, subject in work:
                        self._fresh[rule.name, _path(subject)] = self._ask(rule, primitive, subject)
                for told in children.collect():
                    self._take(told)
        finally:
            queue.close()

    def _size_of(self, plugins: Iterable[Plugin]) -> int:
        """The number of bytes of the code of plugins."""
        return sum(self.repository.file(path).size for plugin in plugins for path in _code_paths(plugin))

    def _lacking(self, asked: Iterable[tuple[Rule, Primitive]]) -> Callable[[Plugin, str | None], bool]:
        """Return what tells whether something is not known that the rules ask of a plugin; with a second argument, those of
        them that read what it says."""
        # Rules that read the same are looked up together: they share a table per subject.
        groups: dict[tuple[RuleScope, str, str | None], tuple[Primitive, set[bytes]]] = {}
        for rule, primitive in asked if self._kept else ():
            groups.setdefault((primitive.scope, primitive.reads, primitive.on_readmes), (primitive, set()))[1].add(
                self._rule(rule)
            )

        def lacks(plugin: Plugin, reads: str | None) -> bool:
            return not groups or any(
                self._lacks(primitive, names, subject)
                for (scope, what, _), (primitive, names) in groups.items()
                if reads in (None, what)
                for subject in scope.of_plugin(self.repository, plugin)
            )

        return lacks

    def _units(self, plugin: Plugin, asked: Iterable[tuple[Rule, Primitive]]) -> Iterator[Unit]:
        """The units of a plugin whose outcomes are not known."""
        for rule, primitive in asked:
            for subject in primitive.scope.of_plugin(self.repository, plugin):
                if not self._kept or self._lacks(primitive, {self._rule(rule)}, subject):
                    yield rule, primitive, subject

    def is_known(self, rule: Rule, primitive: Primitive, subject: Any) -> bool:
        """Tell whether the outcome of a unit is kept, or that it was not asked for."""
        return not self._lacks(primitive, {self._rule(rule)}, subject)

    def _lacks(self, primitive: Primitive, names: set[bytes], subject: Any) -> bool:
        table = self._table(primitive, subject)
        return table is None or not names <= table.keys()

    def _told(self, share: Iterable[Unit]) -> bytes:
        """Evaluate units in a process of their own; return the outcomes for ``_take``."""
        told: list[tuple[str, str, str | tuple[Packed, ...]]] = []
        for rule, primitive, subject in share:
            found = self._ask(rule, primitive, subject)
            outcome = told_by(found.error) if isinstance(found, Crash) else tuple(pack(one) for one in found)
            told.append((rule.name, subject.path, outcome))
        facts = self.repository.facts
        return marshal.dumps((told, lazypattern.new_ones(), facts.news(), facts.is_spoiled))

    def _take(self, told: bytes) -> None:
        """Take over what a process found. What it failed to tell is evaluated here when it is asked for."""
        try:
            found, expressions, news, is_spoiled = marshal.loads(told)  # noqa: S302 - our own child's words
        except (ValueError, EOFError, TypeError):
            return
        lazypattern.add(expressions)
        self.repository.facts.take(news)
        self.repository.facts.is_spoiled |= is_spoiled
        for name, path, packed in found:
            failed = isinstance(packed, str)
            self._fresh[name, path] = Crash(FailedElsewhere(packed)) if failed else [unpack(one) for one in packed]

    def save(self) -> None:
        """Keep what this run used, and for some time what only other runs did, for the next."""
        if not self.keep or self.repository.facts.is_spoiled:
            return  # spoiled: some of it was found in other bytes than those it would be kept for
        if not self._changed:
            return
        ages = sealed.ages(self._stored.get("ages", {}), self._kept, {subject for subject, _ in self._used})
        # Rules of a repository's own come and go.
        asked = set(self._rules.values())
        before = self._stored.get("rules", {})
        rules = {**sealed.ages(before, before, asked), **dict.fromkeys(asked, 0)}
        tables = {subject: self._kept[subject] for subject in ages}
        for (subject, digest), table in self._used.items():
            kept = self._kept.get(subject, _NEVER)
            if kept[0] != digest or id(table) in self._changed:
                try:
                    kept = digest, marshal.dumps({rule: found for rule, found in table.items() if rule in rules})
                except ValueError:
                    continue  # something in it is not plain: the next run goes on without
            tables[subject] = kept
        content = {"salt": self._salt, "units": tables, "ages": ages, "rules": rules, "of plugins": self._of_plugins}
        sealed.store(self.repository.root, _STORE, content)


def _path(subject: Any) -> str:
    return getattr(subject, "path", "")  # the repository has none


def _code_paths(plugin: Plugin) -> list[str]:
    return [code.path for code in plugin.codes]
