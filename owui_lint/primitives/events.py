"""Events and context: helpers that must exist, emitters that are guarded and awaited, calls that cannot hang."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from owui_lint.finding import Edit, LineNumber, Message, Related
from owui_lint.language import listed
from owui_lint.lazypattern import compiled
from owui_lint.openwebui.facts import PlatformFacts
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.aliases import stands_for
from owui_lint.repository.python.clients import calls_of_answers
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.flow import yields
from owui_lint.repository.python.guards import Function, Guards, Use, may_be_none_parameters
from owui_lint.repository.python.handed import LOOKING as _LOOKING
from owui_lint.repository.python.handed import parameter as parameter_of
from owui_lint.repository.python.hooks import hooks_of
from owui_lint.repository.python.loop import consumer_of
from owui_lint.repository.python.module import Module, written
from owui_lint.repository.python.rewriting import awaiting, guarding, limiting
from owui_lint.repository.python.scripts import scripts_of
from owui_lint.repository.python.senders import parameters_of
from owui_lint.repository.python.sentevents import calls_of, code_of, followed, type_of
from owui_lint.repository.python.syntax import is_none, is_super, last_name
from owui_lint.repository.python.translations import bind
from owui_lint.tuples import NamedTuple

_MAX_CALLERS = 8  # callers of callers that are followed
_MAX_NAMES = 16  # of what may be ``None`` in a function that defines others
_MAX_CHECKS = 4  # functions that hand on what they check
# What a coroutine is given to that hands its errors on.
_PASSING_ERRORS = frozenset(
    {"gather", "wait_for", "shield", "create_task", "ensure_future", "run", "run_until_complete"}
)


# -- helpers that must exist -----------------------------------------------------------------------------------


@primitive("helpers-exist", scope="plugin", reads="code")
def helpers_exist(
    plugin: Plugin, context: Context, *, helpers: list[str], where: str, also: Mapping[str, list[str]] | None = None
) -> Iterator[Hit]:
    """Report helper functions that the standard wants where they have a use. One finding per plugin and case.

    ``where``: ``user`` (reads ``__user__``), ``chat`` (reads the chat id from ``body`` or ``__metadata__``), ``emitter``
    (calls or passes on an emitter), or ``html`` (an action that holds the marker of merged HTML). ``also``: other names that do.
    """
    module = plugin.code.module
    owner = module.plugin_class
    if owner is None:
        return
    defined = {scope.name.lstrip("_") for scope in module.index.functions}
    missing = [
        name
        for name in helpers
        if not ({name.lstrip("_"), *(also or {}).get(name, [])} & defined) and not _is_inherited(module.index, owner)
    ]
    if not missing:
        return
    reason = next(_uses(plugin, where, context.repository.target), None)
    if reason is not None:
        values = {"class": owner.name, "names": listed(f"`{name}`" for name in missing)}
        related = Related(module.place(reason), Message("needed here", "此处需要"))
        yield Hit(
            module.place(owner), values={**values, "line": LineNumber(getattr(reason, "lineno", 1))}, related=(related,)
        )


def _is_inherited(index: CodeIndex, owner: ast.ClassDef) -> bool:
    """Whether the class has a base that is not in this file: it may bring the helpers."""
    known = {node.name for node in index.of(ast.ClassDef)} | {"object", "BaseModel"}
    return any(not (isinstance(base, ast.Name) and base.id in known) for base in owner.bases)


def _uses(plugin: Plugin, where: str, target: PlatformFacts) -> Iterator[ast.AST]:
    index = plugin.code.module.index
    if where == "user":
        for access in _user_reads(index):
            yield access.node
    elif where == "chat":
        for access in _chat_reads(index):
            yield access.node
    elif where == "emitter":
        yield from emitter_reads(plugin, target)
    elif where == "html" and "Action" in plugin.code.module.classes:
        for text, nodes in index.texts.items():
            if _HTML_MARKER in text and "<!DOCTYPE" in text.upper():
                yield from nodes


def emitter_reads(plugin: Plugin, target: PlatformFacts) -> Iterator[ast.Name]:
    """Yield the reads of ``__event_emitter__`` in hooks that take it."""
    index = plugin.code.module.index
    taking = {hook for hook in hooks_of(plugin, target) if "__event_emitter__" in hook.bound}
    for name in index.mentions.get("__event_emitter__", ()):
        if isinstance(name, ast.Name) and index.scope(name).method in taking:
            yield name


_HTML_MARKER = "<!-- OPENWEBUI_PLUGIN_OUTPUT -->"


# -- direct access ---------------------------------------------------------------------------------------------


class _Access(NamedTuple):
    node: ast.expr
    key: str
    scope: Scope


_CONTEXT_KEYS = frozenset({"id", "name", "language"})  # what _get_user_context returns; other keys have no helper
_CHAT_HOLDERS = frozenset({"body", "__metadata__", "metadata"})


def _accesses(index: CodeIndex, keys: Iterable[str]) -> Iterator[tuple[ast.expr, ast.expr, str]]:
    """Yield ``x["key"]`` and ``x.get("key", ...)``, each with ``x`` and the key."""
    for key in keys:
        for text in index.texts.get(key, ()):
            above = index.parent(text)
            if isinstance(above, ast.Subscript) and isinstance(above.ctx, ast.Load):
                yield above, above.value, key
            elif (
                isinstance(above, ast.Call)
                and isinstance(above.func, ast.Attribute)
                and above.func.attr == "get"
                and above.args[:1] == [text]
            ):
                yield above, above.func.value, key


def _item_of(node: ast.expr) -> tuple[ast.expr, object] | None:
    """Return ``x`` and the key of ``x["key"]`` and ``x.get("key", ...)``."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.value, node.slice.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return node.func.value, getattr(node.args[0], "value", None)
    return None


def _user_reads(index: CodeIndex) -> Iterator[_Access]:
    """Yield ``__user__["id"]``, ``__user__.get("name")``, also of ``__user__[0]``, of ``(__user__ or {})``, and of a name
    that stands for one of these."""
    if "__user__" not in index.mentions:
        return

    def is_user(value: ast.expr) -> bool:
        while isinstance(value, ast.Subscript) and isinstance(getattr(value.slice, "value", None), int):
            value = value.value  # of a list of users
        if isinstance(value, ast.Name):
            return value.id == "__user__"
        return isinstance(value, ast.BoolOp) and is_user(value.values[0])

    for node, holder, key in _accesses(index, sorted(_CONTEXT_KEYS)):
        if stands_for(index, holder, is_user):
            yield _Access(node, key, index.scope(node))


def _chat_reads(index: CodeIndex) -> Iterator[_Access]:
    """Yield ``body["chat_id"]``, ``__metadata__.get("chat_id")``, also of ``(__metadata__ or {})``, of
    ``body.get("metadata", {})``, and of a name that stands for one of these."""

    def is_given(value: ast.expr) -> bool:
        return isinstance(value, ast.Name) and value.id in _CHAT_HOLDERS

    def holds_chat(value: ast.expr) -> bool:
        nested = _item_of(value)
        if nested is not None and nested[1] == "metadata":
            return stands_for(index, nested[0], is_given)
        return is_given(value)

    for node, holder, key in _accesses(index, ["chat_id"]):
        if stands_for(index, holder, holds_chat):
            yield _Access(node, key, index.scope(node))


@primitive("context-through-helpers", scope="plugin", reads="code")
def context_through_helpers(
    plugin: Plugin, context: Context, *, user_helpers: list[str], chat_helpers: list[str]
) -> Iterator[Hit]:
    """Report functions that read the user's id, name or language (``user``) or the chat id (``chat``) past the helpers.

    One finding per function, at the first access. A plugin without the helper is another rule's. Functions that the
    helpers call are part of them.
    """
    index = plugin.code.module.index
    for case, reads, helpers in (
        ("user", _user_reads(index), user_helpers),
        ("chat", _chat_reads(index), chat_helpers),
    ):
        inside = _with_callees(index, helpers)
        if not inside:
            continue
        by_function: dict[Scope, list[_Access]] = {}
        for access in reads:
            if not any(scope.name in inside for scope in access.scope.chain()):
                by_function.setdefault(access.scope, []).append(access)
        for found in by_function.values():
            found.sort(key=lambda one: (one.node.lineno, one.node.col_offset))
            keys = listed(f"`{key}`" for key in dict.fromkeys(one.key for one in found))
            values = {"function": found[0].scope.name or "module", "keys": keys, "helper": helpers[0]}
            yield Hit(plugin.code.module.place(found[0].node), case, values)


def _with_callees(index: CodeIndex, helpers: list[str]) -> set[str]:
    """Return those helpers that exist, and the functions of the module that they call."""
    own = {scope.name: scope for scope in index.functions}
    names = {name for name in own if name.lstrip("_") in {helper.lstrip("_") for helper in helpers}}
    for name in list(names):
        for call in index.within(own[name].node, ast.Call):
            if last_name(call.func) in own:
                names.add(last_name(call.func))
    return names


# -- emitters --------------------------------------------------------------------------------------------------


class _Reach:
    """Whether a function can be entered with ``None`` for a parameter, going by its callers in the module."""

    def __init__(self, plugin: Plugin, emitters: list[str], given: Collection[str], target: PlatformFacts) -> None:
        self.index = plugin.code.module.index
        self.emitters = emitters
        self._known = parameters_of(self.index, _given_by_openwebui(emitters))
        self.hooks = {hook.node for hook in hooks_of(plugin, target)}
        #: The hooks that OpenWebUI always gives one.
        self.given = {hook.node for hook in hooks_of(plugin, target) if hook.name in given}
        self._guards: dict[ast.AST, Guards] = {}
        self._asking: dict[tuple[Scope, frozenset[str]], list[ast.Name]] = {}
        self._entries: dict[tuple[ast.AST, str, bool], ast.AST | None] = {}
        self._calls = plugin.code.module.calls
        self._checking: dict[tuple[Scope, str], bool] = {}
        self._deciding: dict[tuple[Scope, str], bool] = {}
        self._following = 0

    def guards(self, function: Function) -> Guards:
        """Return the analysis of one function, with the parameters its author declares as possibly ``None``."""
        found = self._guards.get(function)
        if found is None:
            found = self._guards[function] = self._follow(function, self.suspects(function))
        return found

    def _follow(self, function: Function, suspects: Iterable[str]) -> Guards:
        return Guards(self.index, function, suspects, checks=self._checks, telling=self._telling)

    def _checks(self, call: ast.Call, given: ast.Name) -> bool:
        """Whether a call ends, perhaps, where what it is given is ``None``: one of a function of the module that goes on only
        where it is there, or of one that is not in sight."""
        function = self._called(call)
        if function is None:
            return self._is_out_of_sight(call)
        name = parameter_of(function, call, given)
        if not name:
            return True  # it takes whatever comes
        return self._ends_without(function, name)

    def _called(self, call: ast.Call) -> Scope | None:
        """The function of the module that a call runs; of a class, the one that makes its objects."""
        made = self.index.sole_binding(call.func) if isinstance(call.func, ast.Name) else None
        if isinstance(made, ast.ClassDef):
            return self.index.method_of(made, "__init__")
        found = self._calls.local_function(call.func)
        return found if found is not None and isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef) else None

    def _is_out_of_sight(self, call: ast.Call) -> bool:
        if last_name(call.func) in _LOOKING:
            return False
        if isinstance(call.func, ast.Attribute) and self.index.is_instance(call.func.value):
            return True
        name = self.index.name_of(call.func) or "builtins."
        return not name.startswith(("builtins.", "asyncio.", "logging."))

    def _ends_without(self, function: Scope, name: str) -> bool:
        """Whether a function of the module comes to an end only where a parameter is not ``None``."""
        ends = bool(self.index.of(ast.Raise)) or bool(self.index.of(ast.Assert))
        if not ends or self._following >= _MAX_CHECKS:
            return False
        key = function, name
        if key not in self._checking:
            self._checking[key] = False  # until it is known: functions may call each other
            self._following += 1
            self._checking[key] = name not in self._follow(function.node, [name]).at_end  # type: ignore[arg-type]
            self._following -= 1
        return self._checking[key]

    @cached_property
    def _telling(self) -> set[str]:
        """The attributes and methods that may say whether there is an emitter: set by one, or where one has been asked for,
        and what returns something of these."""
        index = self.index
        names = {*self.emitters, *(name for known in self._known.values() for name in known)}
        uses = [use for name in sorted(names) for use in index.mentions.get(name, ()) if isinstance(use, ast.Name)]
        deciding = {statement for use in uses for statement in self._decided_by(use)}
        # Of ``elif`` after ``elif``, the first one has all that is set in the others.
        first = [one for one in deciding if index.parent(one) not in deciding]
        parts = (part for one in first for part in index.within(one, ast.Attribute))
        found = {part.attr for part in parts if isinstance(part.ctx, ast.Store)}
        waiting = list(found)
        for name in waiting:  # grows as it goes
            around = {index.scope(use) for use in index.mentions.get(name, ()) if isinstance(use, ast.Attribute)}
            more = {scope.name for scope in around if scope.name not in found and _gives_something(index, scope)}
            found.update(more)
            waiting += more
        return found

    def _decided_by(self, use: ast.Name) -> Iterator[ast.stmt]:
        """Yield the statement that puts what it reads somewhere, or goes by it."""
        child: ast.AST = use
        for above in self.index.ancestors(use):
            if isinstance(above, ast.stmt):
                is_asked = isinstance(above, ast.If | ast.While) and child is above.test
                if is_asked or isinstance(above, ast.Assign | ast.AnnAssign | ast.AugAssign):
                    yield above
                return
            child = above

    def suspects(self, function: Function) -> frozenset[str]:
        """Return the parameters that may be ``None``: the author says so, or says nothing about that of a helper, for
        which its callers speak."""
        names = {*self.emitters, *self._known.get(function, ())}
        declared = may_be_none_parameters(function, names)
        if function in self.hooks:
            return declared
        arguments = function.args
        needed = [*arguments.posonlyargs, *arguments.args][
            : len(arguments.posonlyargs + arguments.args) - len(arguments.defaults)
        ]
        return declared | {one.arg for one in needed if one.annotation is None and one.arg in names}

    def closures(self, scope: Scope) -> Iterator[tuple[Scope, Guards]]:
        """Yield the functions that a function defines and calls where a name that they take from it may be ``None``, each
        with its analysis: those that only others get may be called when the name has been tested."""
        done: set[Scope] = set()
        waiting = [self.guards(scope.node)] if scope in self._around else []  # type: ignore[arg-type]
        if any(len(guards.suspected) > _MAX_NAMES for guards in waiting):
            return
        while waiting:
            for call, suspects in waiting.pop().at.items():
                definition = (
                    self.index.sole_binding(call.func) if suspects and isinstance(call.func, ast.Name) else None
                )
                inner = self.index.scopes.get(definition) if definition is not None else None
                if inner is None or inner in done or inner.parent not in (scope, *done):
                    continue
                names = frozenset(name for name in suspects if self._is_taken(name, inner, scope))
                node = inner.node
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or self.index.changing(node):
                    continue
                if names and not self._is_asked_elsewhere(inner, scope, names):
                    done.add(inner)
                    guards = self._follow(node, names)
                    waiting.append(guards)
                    yield inner, guards

    @cached_property
    def _around(self) -> set[Scope]:
        """The functions that define others."""
        return {one.parent for one in self.index.functions if one.parent is not None and one.parent.is_function}

    def _is_taken(self, name: str, inner: Scope, scope: Scope) -> bool:
        """Whether a function knows a name as that of the function around it, which binds it once."""
        return self.index.binding(name, inner) is scope and len(scope.bound.get(name, ())) == 1

    def _is_asked_elsewhere(self, inner: Scope, scope: Scope, names: frozenset[str]) -> bool:
        """Whether more is done with one of ``names`` outside of a function that takes it than to call it, or to ask for it
        right there: what comes of that may decide whether the function is called, and what it does."""
        key = scope, names
        if key not in self._asking:
            uses = (use for name in sorted(names) for use in self.index.reads_of(name, scope))
            self._asking[key] = [use for use in uses if not self._is_only_called(use, names)]
        return any(inner not in self.index.scope(use).chain() for use in self._asking[key])

    def _is_only_called(self, use: ast.Name, names: Collection[str]) -> bool:
        """Whether a name is called, given to what is awaited, or asked for by an ``if`` that only awaits or returns; or put
        into another one of ``names``."""
        index = self.index
        child: ast.AST = use
        for above in index.ancestors(use):
            if isinstance(above, ast.Call):
                return (child is above.func and child is use) or isinstance(index.parent(above), ast.Await)
            if isinstance(above, ast.If):
                return child is above.test and all(map(_only_awaits, (*above.body, *above.orelse)))
            if isinstance(above, ast.Assign) and child is use:
                return all(isinstance(one, ast.Name) and one.id in names for one in above.targets)
            if isinstance(above, ast.stmt):
                return isinstance(above, ast.Expr)
            if isinstance(above, ast.IfExp | ast.NamedExpr | ast.Lambda | ast.arguments):
                return False
            child = above
        return False

    def entry(self, function: Function, parameter: str, is_given: bool, depth: int = 0) -> ast.AST | None:
        """Return why ``parameter`` may be ``None``: the hook, or the call that gives none; ``None`` where none is known.

        ``is_given``: what OpenWebUI always gives is taken to be there.
        """
        if function in self.hooks:
            return None if is_given and function in self.given else function
        asked = function, parameter, is_given
        if depth > _MAX_CALLERS or asked in self._entries:
            return self._entries.get(asked)
        self._entries[asked] = None  # until it is known: functions may call each other
        self._entries[asked] = self._entry(function, parameter, is_given, depth)
        return self._entries[asked]

    def _entry(self, function: Function, parameter: str, is_given: bool, depth: int) -> ast.AST | None:
        for call in self.index.calls_by_name.get(function.name, []):
            caller = self.index.scope(call).node
            if not isinstance(caller, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            at = self.guards(caller).at.get(call)
            if at is None or any(isinstance(one, ast.Starred) for one in call.args):
                continue
            if any(keyword.arg is None for keyword in call.keywords):
                continue
            if _is_tried(self.index, function, call) or self._is_told(function, call, parameter):
                continue
            argument = bind(function, call, parameter)
            if argument is None or is_none(argument):
                return call
            if (
                isinstance(argument, ast.Name)
                and argument.id in at
                and self.entry(caller, argument.id, is_given, depth + 1) is not None
            ):
                return call
        return None

    def _is_told(self, function: Function, call: ast.Call, parameter: str) -> bool:
        """Whether a call may say by another argument whether there is an emitter, and the function makes something of it."""
        scope = self.index.scopes[function]
        for given in (*call.args, *(keyword.value for keyword in call.keywords)):
            name = parameter_of(scope, call, given)
            if name != parameter and self._tells(call, given) and (not name or self._decides(scope, name)):
                return True
        return False

    def _tells(self, call: ast.Call, given: ast.expr) -> bool:
        """Whether an argument of a call may say whether there is an emitter."""
        caller = self.index.scope(call).node
        assert isinstance(caller, ast.FunctionDef | ast.AsyncFunctionDef)
        telling = (self.guards(caller).told, self.emitters, self._known.get(caller, ()))
        return any(one.id in names for one in self.index.within(given, ast.Name) for names in telling) or any(
            one.attr in self._telling for one in self.index.within(given, ast.Attribute)
        )

    def _decides(self, scope: Scope, name: str) -> bool:
        """Whether something in a function may depend on a parameter, apart from what it sends and returns."""
        if (scope, name) not in self._deciding:
            self._deciding[scope, name] = any(map(self._is_weighed, self.index.reads_of(name, scope)))
        return self._deciding[scope, name]

    def _is_weighed(self, use: ast.Name) -> bool:
        """Whether what a name stands for may decide something: it is asked for, put elsewhere or handed on."""
        child: ast.AST = use
        for above in self.index.ancestors(use):
            if isinstance(above, ast.Call):
                return child is not above.func and child is use
            if isinstance(above, ast.BoolOp | ast.Compare | ast.IfExp | ast.UnaryOp | ast.comprehension | ast.keyword):
                return True
            if isinstance(above, ast.stmt):
                return not isinstance(above, ast.Expr | ast.Return)
            child = above
        return False


def _is_tried(index: CodeIndex, function: Function, call: ast.Call) -> bool:
    """Whether the errors of a coroutine perhaps end nothing: it is kept, or gathered with its errors."""
    if not isinstance(function, ast.AsyncFunctionDef):
        return False
    child: ast.AST = call
    for above in index.ancestors(call):
        if isinstance(above, ast.Call):
            if any(one.arg in ("return_exceptions", None) for one in above.keywords):
                return True
            if child is above.func or last_name(above.func) not in _PASSING_ERRORS:
                return True
        elif isinstance(above, ast.Await | ast.Expr | ast.Return | ast.Lambda):
            return False
        elif not isinstance(above, ast.BoolOp | ast.IfExp | ast.Starred | ast.List | ast.Tuple | ast.ListComp):
            return True
        child = above
    return False


def _gives_something(index: CodeIndex, scope: Scope) -> bool:
    returns = index.within(scope.node, ast.Return) if scope.is_function else []
    return any(one.value is not None and not is_none(one.value) for one in returns)


def _only_awaits(statement: ast.stmt) -> bool:
    is_await = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Await)
    return is_await or isinstance(statement, ast.Return | ast.Pass)


@primitive("coroutines-awaited", scope="plugin", reads="code")
def coroutines_awaited(
    plugin: Plugin,
    context: Context,
    *,
    coroutines: list[str] | None = None,
    clients: Mapping[str, list[str]] | None = None,
    answers: list[str] | None = None,
) -> Iterator[Hit]:
    """Report calls of coroutine functions that nobody awaits, other than those of OpenWebUI.

    Cases: ``wrapper`` a call of an own ``async def``, or of one of the functions ``coroutines``, is all of a statement,
    ``used`` what an own one gives is taken for its result, as are ``answers`` (methods of what the methods of ``clients``
    give), ``generator`` an asynchronous generator expression that something goes through which cannot await.
    """
    module = plugin.code.module
    index = module.index
    methods = _async_methods(index)
    for statement in index.of(ast.Expr):
        call = statement.value
        if isinstance(call, ast.Call) and (
            _makes_coroutine(index, call, methods) or index.name_of(call.func) in (coroutines or ())
        ):
            yield Hit(module.place(call.func), "wrapper", {"name": written(call.func)}, _awaited(module, call))
    names = {*methods, *(node.name for node in index.of(ast.AsyncFunctionDef))} & index.calls_by_name.keys()
    within = (call for name in sorted(names) for call in index.calls_by_name[name] if _is_within(index, call))
    own = {call for call in within if _makes_coroutine(index, call, methods)}
    read = calls_of_answers(module.calls, clients or {}, answers or ())
    for call in index.in_order({*own, *(call for call in read if not module.calls.is_awaited(call))}):
        if module.coroutines.is_lost(call):
            yield Hit(module.place(call.func), "used", {"name": written(call.func)}, _awaited(module, call))
    for generator in index.of(ast.GeneratorExp):
        consumer = consumer_of(index, generator) if any(one.is_async for one in generator.generators) else ""
        if consumer:
            yield Hit(module.place(generator), "generator", {"consumer": consumer})


@primitive("emitters-guarded", scope="plugin", reads="code")
def emitters_guarded(
    plugin: Plugin, context: Context, *, emitters: list[str], given: list[str] | None = None
) -> Iterator[Hit]:
    """Report calls of emitters (parameters called as in ``emitters``, and those of helpers that every call in the file gives
    one of OpenWebUI's) that are not awaited or may be calls of ``None``.

    Cases: ``awaited`` the coroutine is dropped, ``used`` it is taken for its result, ``guarded`` a hook's emitter that may be
    ``None`` is called, ``caller`` a helper's is, and a caller gives none; ``given`` either, where it comes from one of the
    hooks ``given``, which OpenWebUI gives one always.
    """
    module = plugin.code.module
    index = module.index
    yield from _dropped(module, _given_by_openwebui(emitters))
    reach = _Reach(plugin, emitters, given or (), context.repository.target)
    for scope in index.functions:
        function = scope.node
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        suspects = reach.suspects(function)
        # What is called has to be one of the suspects, or a local name that one is put into.
        called = {call.func.id for call in index.within(function, ast.Call) if isinstance(call.func, ast.Name)}
        if not suspects or called.isdisjoint(index.scopes[function].bound):
            continue
        for name, calls in _calls_by_name(reach.guards(function)).items():
            parameter = name if name in suspects else next(iter(suspects))
            yield from _unguarded(module, reach, function, parameter, calls)
        for inner, guards in reach.closures(scope):
            for name, calls in _calls_by_name(guards).items():
                parameter = name if name in suspects else next(iter(suspects))
                yield from _unguarded(module, reach, function, parameter, calls, inner.name)


def _calls_by_name(guards: Guards) -> dict[str, list[ast.Call]]:
    """Return the calls of names that may be ``None``, by name, in the order of the text."""
    found: dict[str, list[ast.Call]] = {}
    for use in sorted(guards.uses, key=_use_position):
        if isinstance(use.node, ast.Call):
            found.setdefault(use.name, []).append(use.node)
    return found


def _unguarded(
    module: Module, reach: _Reach, function: Function, parameter: str, calls: list[ast.Call], inner: str = ""
) -> Iterator[Hit]:
    """Report calls of what may be ``None`` because ``parameter`` of a function may be: they stand in it, or in the function
    ``inner`` that it defines. One finding speaks for all of them, so its fix guards all."""
    entry = reach.entry(function, parameter, is_given=True)
    is_given = entry is None
    entry = entry or reach.entry(function, parameter, is_given=False)
    if entry is None:
        return
    name = last_name(calls[0].func)
    place, values = module.place(calls[0].func), {"name": name, "function": inner or function.name}
    edits = tuple(edit for call in calls for edit in guarding(module, call, name))
    if is_given:
        yield Hit(place, "given", values, edits)
    elif entry is function:
        yield Hit(place, "guarded", values, edits)
    else:
        related = Related(module.place(entry), Message("this call may give no emitter", "此调用可能没有传入 emitter"))
        line = getattr(entry, "lineno", 1)
        yield Hit(place, "caller", {**values, "line": LineNumber(line)}, edits, related=(related,))


def _use_position(use: Use) -> tuple[int, int]:
    return use.node.lineno, use.node.col_offset


def _dropped(module: Module, emitters: Iterable[str]) -> Iterator[Hit]:
    """Yield calls of emitters whose coroutine nobody takes: the call is the whole statement, or its result is used as if
    awaited."""
    index = module.index
    for call in calls_of(index, emitters):
        if not (isinstance(call.func, ast.Name) and index.binding(call.func.id, index.scope(call)) is not None):
            continue
        values, is_statement = {"name": call.func.id}, isinstance(index.parent(call), ast.Expr)
        if is_statement and not module.calls.is_tolerant(call):
            yield Hit(module.place(call.func), "awaited", values, _awaited(module, call))
        elif _is_within(index, call) and module.coroutines.is_lost(call):
            yield Hit(module.place(call.func), "used", values, _awaited(module, call))


def _is_within(index: CodeIndex, call: ast.Call) -> bool:
    """Whether something may be done with what a call gives: it is no statement of its own, and not awaited."""
    return not isinstance(index.parent(call), ast.Await | ast.Expr)


def _given_by_openwebui(emitters: Iterable[str]) -> list[str]:
    """Those names by which OpenWebUI gives emitters; any other may stand for a function of the plugin."""
    return [name for name in emitters if name.startswith("__")]


def _awaited(module: Module, call: ast.Call) -> tuple[Edit, ...]:
    return awaiting(module, call) if module.index.scope(call).is_async else ()


def _makes_coroutine(index: CodeIndex, call: ast.Call, methods: dict[str, set[ast.ClassDef]]) -> bool:
    """Whether a call certainly is one of a coroutine function of the module: a method of ``self``, or in a function that
    could await it, any that goes by a name of its own."""
    function, scope = call.func, index.scope(call)
    if isinstance(function, ast.Name):
        definition = index.sole_binding(function) if scope.is_async else None
        is_own = definition is not None and _is_coroutine_function(index, definition)
        return is_own and not index.remade.is_patched()
    if not isinstance(function, ast.Attribute) or function.attr not in methods:
        return False
    above, own = is_super(function.value), index.is_instance(function.value)
    if above or own:
        owner: ast.AST | None = scope.owner if above else index.own_class(function.value)
    else:
        owner = index.class_of(function.value) if scope.is_async else None
    if not isinstance(owner, ast.ClassDef):
        return False
    method = index.method_of(owner, function.attr, above=above)
    return method is not None and method.owner in methods[function.attr] and not index.remade.may_be(owner)


def _is_coroutine_function(index: CodeIndex, node: ast.AST) -> bool:
    """Whether a definition is an ``async def`` whose call gives a coroutine: not decorated, no generator."""
    return isinstance(node, ast.AsyncFunctionDef) and not index.changing(node) and not yields(index, node)


def _async_methods(index: CodeIndex) -> dict[str, set[ast.ClassDef]]:
    """Return the classes by their methods that are coroutines for certain: one ``async def``, no decorator, never replaced."""
    replaced = {use.attr for use in index.of(ast.Attribute) if isinstance(use.ctx, ast.Store)}
    found: dict[str, set[ast.ClassDef]] = {}
    for scope in index.functions:
        owner = scope.owner
        if owner is None or scope.parent is None or not _is_coroutine_function(index, scope.node):
            continue
        if scope.name not in replaced and len(scope.parent.bound.get(scope.name, [])) == 1:
            found.setdefault(scope.name, set()).add(owner)
    return found


@primitive("event-calls-time-out", scope="plugin", reads="code")
def event_calls_time_out(
    plugin: Plugin, context: Context, *, callers: list[str], types: list[str], seconds: float, slow: str
) -> Iterator[Hit]:
    """Report ``await __event_call__({"type": ...})`` for one of ``types`` that nothing limits in time.

    ``callers`` are the names an event call goes by, ``seconds`` is the limit that the edits set: only round scripts that
    are in sight and have nothing like ``slow`` (a pattern) in them. Tasks and names for what is awaited are followed.
    Limits: ``asyncio.wait_for`` with a timeout and ``asyncio.timeout`` or one of anyio's around the call, or around every
    call of the function it stands in. Cases: ``default``, and
    ``none`` for a ``wait_for`` without a time.
    """
    module = plugin.code.module
    index = module.index
    limited: dict[str, bool] = {}
    for call in calls_of(index, callers):
        if not (isinstance(call.func, ast.Name) and call.args):
            continue
        event = call.args[0]
        kind = type_of(index, event)
        if kind is None or kind.value not in types:
            continue
        waiting = _kept(index, call)
        above = index.parent(waiting)
        if isinstance(above, ast.Call) and _is_wait_for(above) and above.args[:1] == [waiting]:
            if not _has_timeout(above):
                yield Hit(module.place(above.func), "none", {"name": call.func.id})
            continue
        is_limited = _is_limited(index, call) or _is_limited(index, waiting)
        if isinstance(above, ast.Await) and not (
            is_limited or _is_limited_by_callers(index, index.scope(call).name, limited)
        ):
            values = {"name": call.func.id, "seconds": seconds}
            is_quick = _is_quick(module, event, compiled(slow))
            edits = limiting(module, call, seconds) if is_quick and waiting is call else ()
            yield Hit(module.place(call.func), values=values, edits=edits)


_KEEPING = frozenset({"create_task", "ensure_future", "gather", "shield"})
_MAX_KEPT = 4  # names and tasks that a coroutine goes through


def _kept(index: CodeIndex, call: ast.expr) -> ast.expr:
    """Return what stands for a coroutine where something becomes of it: itself, a task that is made of it, or the one use
    of a name for either."""
    found = call
    for _ in range(_MAX_KEPT):
        above = index.parent(found)
        if isinstance(above, ast.Call) and found in above.args and last_name(above.func) in _KEEPING:
            found = above
            continue
        uses = index.reads_of_value(above)
        if len(uses) != 1 or index.scope(uses[0]) is not index.scope(call):
            break
        found = uses[0]
    return found


def _is_quick(module: Module, event: ast.expr, slow: re.Pattern[str]) -> bool:
    """Whether the scripts of an event are in sight and do nothing that takes its time."""
    code = code_of(module.index, event)
    scripts = scripts_of(module, code) if code is not None else []
    return bool(scripts) and not any(map(slow.search, scripts))


def _is_wait_for(call: ast.Call) -> bool:
    return last_name(call.func) == "wait_for"


def _has_timeout(call: ast.Call) -> bool:
    given = call.args[1] if len(call.args) > 1 else None
    for keyword in call.keywords:
        if keyword.arg == "timeout":
            given = keyword.value
        elif keyword.arg is None:
            return True
    return given is not None and not is_none(given)


_LIMITS = frozenset({"timeout", "timeout_at", "fail_after", "fail_at", "move_on_after", "move_on_at"})


def _is_limited(index: CodeIndex, node: ast.AST) -> bool:
    """Whether ``async with asyncio.timeout(...)`` or ``with anyio.fail_after(...)`` stands around a node, within its function."""
    for above in index.ancestors(node):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
        if isinstance(above, ast.With | ast.AsyncWith) and any(
            _limits(index, item.context_expr) for item in above.items
        ):
            return True
    return False


def _limits(index: CodeIndex, context: ast.expr) -> bool:
    """Whether what a ``with`` enters, there or by a name, is a limit of time."""
    context = followed(index, context)
    return isinstance(context, ast.Call) and (index.name_of(context.func) or "").rpartition(".")[2] in _LIMITS


def _is_limited_by_callers(index: CodeIndex, name: str, known: dict[str, bool], depth: int = 0) -> bool:
    """Whether every one of the calls of a function is limited in time, there or further up."""
    if name not in known and depth <= _MAX_CALLERS:
        known[name] = False  # until it is known: functions may call each other
        calls = index.calls_by_name.get(name, ())
        known[name] = bool(calls) and all(
            _is_limited_there(index, call) or _is_limited_by_callers(index, index.scope(call).name, known, depth + 1)
            for call in calls
        )
    return known.get(name, False)


def _is_limited_there(index: CodeIndex, call: ast.Call) -> bool:
    waiting = _kept(index, call)
    above = index.parent(waiting)
    is_waited_for = isinstance(above, ast.Call) and _is_wait_for(above) and _has_timeout(above)
    return is_waited_for or _is_limited(index, call) or _is_limited(index, waiting)
