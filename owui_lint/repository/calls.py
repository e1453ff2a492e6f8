"""Calls of a module: what they reach, what becomes of their result, and which functions run in a thread."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.code import CodeIndex, Scope
from owui_lint.tuples import NamedTuple

# What runs a function in a thread -> the position of that function among the arguments.
_THREADS = {
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "asgiref.sync.sync_to_async": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
    "starlette.concurrency.run_in_threadpool": 0,
}
_THREAD_METHODS = {"run_in_executor": 1, "submit": 0}
# Names by which code tells coroutines from plain results, so that it fits several releases.
_COROUTINE_TESTS = frozenset({"isawaitable", "iscoroutine", "iscoroutinefunction", "isasyncgenfunction", "isasyncgen"})
_RELEASE_TEST = lazy_pattern(r"version|async|legacy|compat|awaitable", re.IGNORECASE)
_MAX_ALIASES = 4  # variables that are put into variables
# Calls that take a coroutine: the standard library's by name, a plugin's own by what it is called.
_TAKES_COROUTINE = lazy_pattern(
    r"^(?:gather|wait|wait_for|shield|create_task|ensure_future|run|run_until_complete|run_coroutine_threadsafe"
    r"|as_completed|start_soon|append|add)$|await|async|maybe|resolve|coro|task|future|unwrap",
    re.IGNORECASE,
)


def last_name(expression: ast.AST) -> str:
    """Return ``c`` of ``a.b.c`` and of ``c``; "" for anything else."""
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")


class _Fate(NamedTuple):
    """What becomes of a variable: some use awaits it, some use needs what it would give, all uses only ask if it is true."""

    consumed: bool
    needed: bool
    only_asked: bool


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


class Calls:
    """The calls of one module."""

    def __init__(self, index: CodeIndex) -> None:
        self.index = index

    @cached_property
    def named(self) -> list[tuple[ast.Call, tuple[str, ...]]]:
        """Calls whose function has a known dotted name, with its names."""
        names_of = self.index.names_of
        found = [(call, names_of(call.func)) for call in self.index.of(ast.Call)]
        return [(call, names) for call, names in found if names]

    @cached_property
    def of_openwebui(self) -> list[tuple[ast.Call, tuple[str, ...]]]:
        """Calls of which at least one name lies in OpenWebUI."""
        return [(call, names) for call, names in self.named if any(name.startswith("open_webui.") for name in names)]

    @cached_property
    def _by_full_name(self) -> dict[str, list[ast.Call]]:
        found: dict[str, list[ast.Call]] = {}
        for call, names in self.named:
            for name in names:
                found.setdefault(name, []).append(call)
        return found

    def of(self, wanted: Iterable[str]) -> list[tuple[ast.Call, str]]:
        """Return the calls of functions by their dotted names, with the name, in the order of the text."""
        found: dict[ast.Call, str] = {}
        for name in wanted:
            for call in self._by_full_name.get(name, ()):
                found.setdefault(call, name)
        return [(call, found[call]) for call in self.index.in_order(found)]

    # -- functions of the module itself --------------------------------------------------------------------------

    def local_function(self, expression: ast.expr) -> Scope | None:
        """Return the function of this module that ``f``, ``self.f`` or a lambda means; ``partial(f, ..)`` means ``f``."""
        index = self.index
        if isinstance(expression, ast.Lambda):
            return index.scopes[expression]
        if isinstance(expression, ast.Call) and last_name(expression.func) == "partial" and expression.args:
            return self.local_function(expression.args[0])
        if isinstance(expression, ast.Name):
            where = index.binding(expression.id, index.scope(expression))
            nodes = where.bound.get(expression.id, []) if where else []
            return index.scopes.get(nodes[0]) if len(nodes) == 1 else None
        if isinstance(expression, ast.Attribute) and last_name(expression.value) in ("self", "cls"):
            method = index.scope(expression).method
            return self._methods.get((method.owner, expression.attr)) if method is not None else None
        return None

    @cached_property
    def _methods(self) -> dict[tuple[ast.AST | None, str], Scope]:
        return {(scope.owner, scope.name): scope for scope in self.index.functions if scope.owner is not None}

    @cached_property
    def by_local(self) -> dict[Scope, list[ast.Call]]:
        """The direct calls of each function of the module, by that function."""
        found: dict[Scope, list[ast.Call]] = defaultdict(list)
        for call in self.index.of(ast.Call):
            if isinstance(call.func, ast.Name | ast.Attribute):
                scope = self.local_function(call.func)
                if scope is not None:
                    found[scope].append(call)
        return found

    # -- threads -------------------------------------------------------------------------------------------------

    @cached_property
    def threaded(self) -> list[tuple[ast.Call, ast.expr]]:
        """Calls that run a function in a thread, with the expression of that function."""
        index = self.index
        positions = {call: _THREADS[name] for call, name in self.of(_THREADS)}
        for name, position in _THREAD_METHODS.items():
            for call in index.calls_by_name.get(name, ()):
                if isinstance(call.func, ast.Attribute):
                    positions[call] = position
        found = [(call, positions[call]) for call in index.in_order(positions)]
        return [(call, call.args[position]) for call, position in found if len(call.args) > position]

    @cached_property
    def in_thread(self) -> set[Scope]:
        """Functions and lambdas of the module that are handed to a thread."""
        scopes = (self.local_function(target) for _, target in self.threaded)
        return {scope for scope in scopes if scope is not None}

    # -- coroutines ----------------------------------------------------------------------------------------------

    @cached_property
    def tolerant(self) -> set[Scope]:
        """Functions that ask whether they have a coroutine before them, or on which release they run."""
        index = self.index
        found: set[Scope] = set()
        for name, nodes in index.mentions.items():
            asks = name in _COROUTINE_TESTS
            if asks or _RELEASE_TEST.search(name):
                found.update(index.scope(node) for node in nodes if asks or self._is_in_test(node))
        return found

    def _is_in_test(self, node: ast.AST) -> bool:
        """Whether an expression is part of what ``if`` asks."""
        child = node
        for above in self.index.ancestors(node):
            if isinstance(above, ast.If | ast.IfExp) and above.test is child:
                return True
            if isinstance(above, ast.stmt):
                return False
            child = above
        return False

    def is_tolerant(self, node: ast.AST) -> bool:
        """Tell whether a node's function, or one around it, is made for several releases."""
        return any(scope in self.tolerant for scope in self.index.scope(node).chain() if scope.is_function)

    def is_awaited(self, call: ast.Call) -> bool:
        """Tell whether a call's result is awaited on the spot."""
        return isinstance(self._around(call), ast.Await)

    def loses_coroutine(self, call: ast.Call) -> bool:
        """Tell whether a coroutine returned by a call is certainly used as if it were the result, or dropped."""
        above = self._around(call)
        if isinstance(above, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            return self._variable_loses(above)
        return isinstance(above, ast.Expr) or self._is_test(above) or self._needs_result(call)

    def is_returned(self, call: ast.Call) -> bool:
        """Tell whether a call's result is what its function returns."""
        return isinstance(self._around(call), ast.Return | ast.Lambda)

    def _around(self, expression: ast.expr) -> ast.AST | None:
        """The node that a value goes to, through ``x or y`` and ``x if y else z``."""
        child: ast.AST = expression
        above = self.index.parent(child)
        while (isinstance(above, ast.BoolOp) and above.values[-1] is child) or (
            isinstance(above, ast.IfExp) and above.test is not child
        ):
            child, above = above, self.index.parent(above)
        return above

    def _is_test(self, above: ast.AST | None) -> bool:
        """Whether a value is only asked whether it is true."""
        tests = (ast.If, ast.While, ast.IfExp, ast.Assert, ast.BoolOp, ast.UnaryOp, ast.Compare)
        return isinstance(above, tests)

    def _needs_result(self, expression: ast.expr) -> bool:
        """Whether a value is used in a way that no coroutine can be."""
        above = self._around(expression)
        if isinstance(above, ast.Attribute):
            return above.attr not in ("close", "send", "throw", "add_done_callback")
        if isinstance(above, ast.Call | ast.keyword):
            call = self.index.parent(above) if isinstance(above, ast.keyword) else above
            return isinstance(call, ast.Call) and expression is not call.func and self._call_loses(call)
        if isinstance(above, ast.For | ast.comprehension):
            return above.iter is expression
        return isinstance(above, ast.Subscript | ast.BinOp | ast.FormattedValue)

    def _call_loses(self, call: ast.Call) -> bool:
        """Whether a call that gets a coroutine certainly has no use for one."""
        if _TAKES_COROUTINE.search(last_name(call.func)):
            return False
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("update", "extend", "join"):
            return True  # these iterate over what they get
        names = self.index.names_of(call.func)
        return any(name.startswith("open_webui.") for name in names) or any(
            name
            in ("builtins.len", "builtins.str", "builtins.list", "builtins.dict", "builtins.sorted", "builtins.getattr")
            for name in names
        )

    def _variable_loses(self, assignment: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> bool:
        """Whether a coroutine that is put into a variable is never awaited, or used before it could be."""
        fate = self._fate(assignment, 0)
        return fate is not None and not fate.consumed and (fate.needed or fate.only_asked)

    def _fate(self, assignment: ast.AST | None, depth: int) -> _Fate | None:
        """What the uses of the variable that is assigned to do with it, other variables that it is put into included.

        ``None`` where that cannot be told.
        """
        if not isinstance(assignment, ast.Assign | ast.AnnAssign | ast.NamedExpr) or depth > _MAX_ALIASES:
            return None
        targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            return None
        target, name = targets[0], targets[0].id
        scope = self.index.binding(name, self.index.scope(target))
        if scope is None or scope is self.index.root or scope is not self.index.scope(target):
            return None
        several = len(scope.bound.get(name, [])) > 1
        # Assignments on one line have the same uses: each is looked at once, or a few lines would take for ever.
        key = (name, scope, target.lineno if several else 0, depth)
        if key not in self._fates:
            uses = self.reads(name, scope, target.lineno if several else None)
            self._fates[key] = None if several and not uses else self._fate_of(uses, depth)
        return self._fates[key]

    def _fate_of(self, uses: list[ast.Name], depth: int) -> _Fate:
        fates = [
            self._fate(self._around(use), depth + 1)
            or _Fate(self._is_consumed(use), self._needs_result(use), self._is_test(self._around(use)))
            for use in uses
        ]
        return _Fate(
            any(fate.consumed for fate in fates),
            any(fate.needed for fate in fates),
            all(fate.only_asked for fate in fates),
        )

    @cached_property
    def _fates(self) -> dict[tuple[str, Scope, int, int], _Fate | None]:
        return {}

    def reads(self, name: str, scope: Scope, line: int | None = None) -> list[ast.Name]:
        """Return where a variable, bound in ``scope``, is read; of several assignments (the one in ``line``), where the
        use follows on this one directly."""
        if name not in self._reads:
            reads = self._reads[name] = defaultdict(list)
            for use in self.index.mentions.get(name, ()):
                if isinstance(use, ast.Name) and isinstance(use.ctx, ast.Load):
                    where = self.index.binding(name, self.index.scope(use))
                    if where is not None:
                        reads[where].append(use)
            for uses in reads.values():
                uses.sort(key=_line)
        found = self._reads[name].get(scope, [])
        if line is None:
            return found
        if (name, scope) not in self._stores:
            self._stores[name, scope] = sorted(map(_line, scope.bound[name]))
        later = self._stores[name, scope]
        behind = bisect_right(later, line)
        first = bisect_left(found, line, key=_line)
        return found[first : bisect_right(found, later[behind], key=_line) if behind < len(later) else None]

    @cached_property
    def _reads(self) -> dict[str, dict[Scope, list[ast.Name]]]:
        return {}

    @cached_property
    def _stores(self) -> dict[tuple[str, Scope], list[int]]:
        return {}

    def _is_consumed(self, use: ast.Name) -> bool:
        """Whether a variable is awaited, or goes to what awaits it."""
        above = self._around(use)
        if isinstance(above, ast.Call):
            return use is not above.func and not self._call_loses(above) and self._may_await(above)
        return isinstance(above, ast.Await | ast.Return | ast.Yield | ast.List | ast.Tuple | ast.Set | ast.Starred)

    def _may_await(self, call: ast.Call) -> bool:
        only = len(call.args) == 1 and not call.keywords and isinstance(self.index.parent(call), ast.Await)
        return only or _TAKES_COROUTINE.search(last_name(call.func)) is not None
