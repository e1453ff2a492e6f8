"""What filter hooks return in place of the body, and whether they end without having returned anything."""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterator, Mapping, Sequence

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.bodies import (
    alternatives,
    gives_coroutine,
    gives_none,
    is_changed_behind,
    is_empty,
    is_kept,
    is_no_body,
    is_no_event,
    replaced,
    written_once,
)
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.flow import (
    Ends,
    can_fall_through,
    exits,
    leaves,
    never_returning,
    reached_returns,
    returns,
    yields,
)
from owui_lint.repository.python.hooks import entry_of
from owui_lint.repository.python.module import Module, written
from owui_lint.repository.python.syntax import Try, is_none, statements
from owui_lint.tuples import NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef


@primitive("filter-returns", scope="plugin", reads="code")
def filter_returns(
    plugin: Plugin, context: Context, *, usual: Mapping[str, list[str]], returning: Mapping[str, list[str]]
) -> Iterator[Hit]:
    """Report filter hooks that are given the body and return None: a bare ``return`` (``bare``), what gives none, such as
    a change in place (``changed``), no ``return`` with a value at all (``none``), or an end that is reached without one
    (``end``; ``end-usual`` when nothing goes wrong, except in ``outlet``); those that return what is no dictionary
    (``other``) or what nobody awaits (``coroutine``), put None into the body (``part``), or are generators
    (``generator``). In ``outlet`` (``-outlet``) less is at stake. ``stream``: hooks that never return the event they are
    given; those that return what is none (``-stream``), or change it and end without a ``return`` (``end-stream``).

    What may be taken for granted where nothing goes wrong is the rule's. ``usual``: ``arguments`` of hooks that requests
    come with, ``keys`` that bodies have, and attributes under which ``settings`` lie, which are on for some and off for
    others. ``returning``: what returns when it is called, functions of ``modules``, ``arguments``, and, where it is
    awaited, ``awaited``.
    """
    entry = entry_of(plugin, context.repository.target)
    if entry is None or entry.kind != "filter":
        return
    module = plugin.code.module
    ends = never_returning(module.calls)
    for name, hook in entry.hooks.items():
        node = hook.node
        if not isinstance(node, Function) or entry.index.changing(node):
            continue
        is_stream = "body" not in entry.target.reserved_arguments(entry.kind, name)
        if is_stream and name != "stream":
            continue
        suffix = "-outlet" if name == "outlet" else ""
        if not is_stream and yields(entry.index, node):
            yield Hit(module.place(node), f"generator{suffix}", {"hook": name})
            continue
        is_given = yield from _of_stream(module, hook, ends) if is_stream else _of_body(module, hook, suffix, ends)
        if not is_given or not can_fall_through(node.body, ends):
            continue
        endings = Endings(Requests(entry.index, hook, usual), _possibly_ending(entry.index, ends, returning))
        if is_stream:
            last = max((one.lineno for one in returns(entry.index, node)), default=node.lineno)
            is_changed = endings.is_reached(node.body) and is_changed_behind(entry.index, hook, "event", last)
            if is_changed and not is_kept(entry.index, hook, "event"):
                yield Hit(module.place(node), "end-stream", {"hook": name})
            continue
        is_usual = not suffix and endings.is_reached(node.body)
        yield Hit(module.place(node), "end-usual" if is_usual else f"end{suffix}", {"hook": name})


def _of_stream(module: Module, hook: Scope, ends: Ends) -> Generator[Hit, None, bool]:
    """Report what a hook returns in place of its event; the outcome is whether it returns any. It is given many, of which
    it may drop some: never all of them."""
    index, node, values = module.index, hook.node, {"hook": hook.name}
    assert isinstance(node, Function)
    given = [(one, written_once(index, one.value)) for one in returns(index, node) if one.value is not None]
    for place, value in given:
        if isinstance(value, ast.Call) and gives_coroutine(module, value, hook):
            yield Hit(module.place(place), "coroutine-stream", {**values, "code": written(value.func)})
        elif is_no_event(index, value, hook):
            yield Hit(module.place(place), "other-stream", values)
    if yields(index, node) or not all(is_empty(value) for _, value in given):
        return True
    if returns(index, node) or can_fall_through(node.body, ends):
        yield Hit(module.place(node), "stream", values)
    return False


def _of_body(module: Module, hook: Scope, suffix: str, ends: Ends) -> Generator[Hit, None, bool]:
    """Report what a hook returns in place of its body; the outcome is whether it returns anything."""
    index, node, values = module.index, hook.node, {"hook": hook.name}
    assert isinstance(node, Function)
    for target, replacing, what in replaced(module, hook, ends):
        told = {**values, "code": written(replacing.func), "target": written(target)}
        case = f"{'changed' if what == 'none' else what}{suffix}" if isinstance(target, ast.Name) else "part"
        yield Hit(module.place(replacing), case, told)
    found, reached = returns(index, node), set(reached_returns(index, node, ends))
    empty: list[ast.expr | ast.Return] = []
    is_given = any(one not in reached and one.value is not None and not is_none(one.value) for one in found)
    for one in (one for one in found if one in reached):
        for given in alternatives(one.value):
            place = one if given is None or given is one.value else given
            value = written_once(index, given) if given is not None else None
            call = value.value if isinstance(value, ast.Await) else value
            if value is None or is_none(value):
                empty.append(place)
                continue
            is_given = True
            if isinstance(call, ast.Call) and gives_none(module, call, hook, ends):
                yield Hit(module.place(one), f"changed{suffix}", {**values, "code": written(call.func)})
            elif isinstance(value, ast.Call) and gives_coroutine(module, value, hook):
                yield Hit(module.place(place), f"coroutine{suffix}", {**values, "code": written(value.func)})
            elif is_no_body(index, value, hook):
                yield Hit(module.place(place), f"other{suffix}", values)
    if is_given:
        for nothing in empty:
            yield Hit(module.place(nothing), f"bare{suffix}", values)
    elif found or can_fall_through(node.body, ends):
        yield Hit(module.place(node), f"none{suffix}", values)
    return is_given


# -- what is so of requests where nothing goes wrong --------------------------------------------------------------


_MAX_TEST_DEPTH = 30


class _Outcomes(NamedTuple):
    """Which outcomes of a test certainly occur where nothing goes wrong; neither, where nothing is known of it."""

    true: bool
    false: bool


_UNKNOWN, _TRUE, _EITHER = _Outcomes(False, False), _Outcomes(True, False), _Outcomes(True, True)
_TYPES = frozenset({"bool", "bytes", "float", "frozenset", "int", "list", "set", "str", "tuple"})


class Requests:
    """What tests in a hook of a filter say of usual requests (``usual`` as in the rule)."""

    def __init__(self, index: CodeIndex, hook: Scope, usual: Mapping[str, list[str]]) -> None:
        self._index = index
        self._hook = hook
        self._arguments = frozenset(usual.get("arguments", ()))
        self._keys = frozenset(usual.get("keys", ()))
        self._settings = frozenset(usual.get("settings", ()))

    def outcomes(self, test: ast.expr, depth: int = 0) -> _Outcomes:
        """Return which outcomes of a test occur for certain."""
        if depth > _MAX_TEST_DEPTH:
            return _UNKNOWN
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.outcomes(test.operand, depth + 1)
            return _Outcomes(inner.false, inner.true)
        if isinstance(test, ast.BoolOp):
            return self._joined(test, depth)
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return self._compared(test.left, test.ops[0], test.comparators[0])
        if isinstance(test, ast.Call):
            kind = self._kind(test)
            if kind is not None:
                return kind
        return _TRUE if self._is_there(test) else self._as_set(test)

    def subjects(self, test: ast.expr) -> set[str]:
        """Return the names and attributes that a test asks about."""
        names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(test) if isinstance(node, ast.Attribute)}
        return names - {"self"} - self._settings

    def _joined(self, test: ast.BoolOp, depth: int) -> _Outcomes:
        parts = [self.outcomes(value, depth + 1) for value in test.values]
        subjects = [self.subjects(value) for value in test.values]
        if sum(map(len, subjects)) > len(set().union(*subjects)) and _EITHER in parts:
            return _UNKNOWN  # one setting twice: of ``mode == "a" or mode == "b"``, one may always be so
        all_true, any_true = all(part.true for part in parts), any(part.true for part in parts)
        all_false, any_false = all(part.false for part in parts), any(part.false for part in parts)
        is_and = isinstance(test.op, ast.And)
        return _Outcomes(all_true, any_false) if is_and else _Outcomes(any_true, all_false)

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> _Outcomes:
        if is_none(right) and self._is_there(left):
            return _Outcomes(isinstance(operator, ast.IsNot | ast.NotEq), isinstance(operator, ast.Is | ast.Eq))
        if isinstance(operator, ast.In | ast.NotIn) and self._is_body(right) and self._is_key(left):
            return _Outcomes(isinstance(operator, ast.In), isinstance(operator, ast.NotIn))
        if isinstance(operator, ast.In | ast.NotIn) and self._as_set(left) == _EITHER:
            return _UNKNOWN  # those are perhaps all that there are
        parts = self._as_set(left), self._as_set(right)
        return _EITHER if _EITHER in parts else _UNKNOWN

    def _kind(self, test: ast.Call) -> _Outcomes | None:
        """What ``isinstance`` says of the body, which is a dictionary; ``None`` for other calls."""
        name = test.func.id if isinstance(test.func, ast.Name) else ""
        if name in ("callable", "getattr", "hasattr"):
            return _UNKNOWN
        if name != "isinstance" or len(test.args) != 2:
            return None
        if not self._is_body(test.args[0]):
            return _UNKNOWN
        kinds = test.args[1].elts if isinstance(test.args[1], ast.Tuple) else [test.args[1]]
        names = {one.id if isinstance(one, ast.Name) else "" for one in kinds}
        return _Outcomes("dict" in names, names <= _TYPES)

    def _is_there(self, value: ast.expr) -> bool:
        """Whether a value is one that usual requests come with, and that is not empty then."""
        value = written_once(self._index, value)
        if isinstance(value, ast.Name):
            bound = self._hook.bound.get(value.id, [])
            return value.id in self._arguments and len(bound) == 1 and isinstance(bound[0], ast.arg)
        if isinstance(value, ast.Subscript):
            return self._is_body(value.value) and self._is_key(value.slice)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "get":
            return self._is_body(value.func.value) and self._is_key(value.args[0] if value.args else None)
        return False

    def _is_body(self, value: ast.expr) -> bool:
        return isinstance(value, ast.Name) and value.id == "body" and self._is_there(value)

    def _is_key(self, key: ast.expr | None) -> bool:
        return isinstance(key, ast.Constant) and key.value in self._keys

    def _as_set(self, value: ast.expr) -> _Outcomes:
        """What a value says that is, or is made of, a setting."""
        settings = (
            node.value.attr
            for node in ast.walk(value)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
        )
        return _EITHER if any(name in self._settings for name in settings) else _UNKNOWN


# -- whether an end is reached where nothing goes wrong ------------------------------------------------------------


class Endings:
    """Whether the end of a block is certainly reached where nothing goes wrong: not only after an error, at the end of a
    loop that may have returned, or where no case of several fits, nor where a test may well be true of every request."""

    def __init__(self, requests: Requests, may_end: Ends) -> None:
        self._requests = requests
        self._ends = may_end

    def is_reached(self, body: Sequence[ast.stmt]) -> bool:
        """Tell whether the end of a block is certainly reached."""
        asked: set[str] = set()  # what the tests of branches that return are about
        last = max((number for number, statement in enumerate(body) if _works([statement])), default=-1)
        return all(self._is_passed(statement, number < last, asked) for number, statement in enumerate(body))

    def _is_passed(self, statement: ast.stmt, goes_on: bool, asked: set[str]) -> bool:
        """Whether what is behind a statement is reached; ``goes_on``: something is done there."""
        if isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break) or exits(statement, self._ends):
            return False
        if _is_made_to_end(statement):
            return False
        if not any(isinstance(node, ast.Return | ast.Raise) for node in statements([statement])):
            return not leaves(statement, self._ends)
        if isinstance(statement, ast.With | ast.AsyncWith):
            return self.is_reached(statement.body)
        if isinstance(statement, Try):
            return self.is_reached([*statement.body, *statement.orelse, *statement.finalbody])
        if isinstance(statement, ast.Match):
            return any(_works(case.body) and self.is_reached(case.body) for case in statement.cases)
        # What a loop looks for is in every request, perhaps.
        return isinstance(statement, ast.If) and self._is_if_passed(statement, goes_on, asked)

    def _is_if_passed(self, statement: ast.If, goes_on: bool, asked: set[str]) -> bool:
        chosen = [statement]
        while len(chosen[-1].orelse) == 1 and isinstance(chosen[-1].orelse[0], ast.If):
            chosen.append(chosen[-1].orelse[0])
        outcomes = [self._requests.outcomes(one.test) for one in chosen]
        is_new = asked.isdisjoint(self._requests.subjects(statement.test))
        for one, outcome in zip(chosen, outcomes, strict=True):
            asked |= self._requests.subjects(one.test)
            is_chosen = outcome.true or (outcome == _UNKNOWN and _works(one.body))
            if is_chosen and self.is_reached(one.body):
                return True
        if _TRUE in outcomes:
            return False
        otherwise, is_sole = chosen[-1].orelse, len(chosen) == 1
        if otherwise:
            return (_works(otherwise) or (is_sole and outcomes[0].false)) and self.is_reached(otherwise)
        # Where something is done behind it, the branch is the exception.
        return goes_on or (is_sole and outcomes[0].false and is_new)


def _is_made_to_end(statement: ast.stmt) -> bool:
    """Whether a statement does nothing else than to wait for what may never come, or to compute what may fail."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(value, ast.Await):
        return not isinstance(value.value, ast.Call)
    return isinstance(value, ast.BinOp)


def _works(body: Sequence[ast.stmt]) -> bool:
    """Whether a block does more than to call something, as what only reports does."""
    return any(not isinstance(statement, ast.Expr | ast.Pass) for statement in body)


def _possibly_ending(index: CodeIndex, ends: Ends, returning: Mapping[str, list[str]]) -> Ends:
    """Return what tells of a call that it may never return: it does not, what it calls comes from elsewhere or is not
    certain, or what it waits for may never come. ``returning`` as in the rule."""
    own = {function.name for function in index.functions}
    modules, awaited, arguments = (frozenset(returning.get(key, ())) for key in ("modules", "awaited", "arguments"))

    def may_end(call: ast.Call) -> bool:
        if ends(call):
            return True
        function, origin = call.func, index.name_of(call.func)
        is_awaited = isinstance(index.parent(call), ast.Await)
        if origin is not None:
            return origin not in awaited if is_awaited else origin.partition(".")[0] not in modules
        if isinstance(function, ast.Name):
            definition = index.sole_binding(function)
            is_known = isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            return not is_known and function.id not in arguments
        if not isinstance(function, ast.Attribute):
            return True
        if index.is_instance(function.value):
            return function.attr not in own
        return is_awaited or function.attr in own or _may_be_imported(index, function.value)

    return may_end


def _may_be_imported(index: CodeIndex, expression: ast.expr) -> bool:
    """Whether an object may come with ``from x import *``."""
    while isinstance(expression, ast.Attribute | ast.Call | ast.Subscript):
        expression = expression.func if isinstance(expression, ast.Call) else expression.value
    if "*" not in index.root.imports or not isinstance(expression, ast.Name):
        return False
    return index.binding(expression.id, index.scope(expression)) is None
