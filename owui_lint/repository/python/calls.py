"""Calls of a module: which functions they reach, what takes their result on the spot, and which functions run in a thread.

What becomes of a result further on is told by ``coroutines.py`` and ``fates.py``.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property

from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.syntax import decorator_name, is_super, last_name, targets_of

# What runs a function in a thread -> the position of that function among the arguments.
_THREADS = {
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "asgiref.sync.sync_to_async": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
    "starlette.concurrency.run_in_threadpool": 0,
}
_THREAD_METHODS = {"run_in_executor": 1, "submit": 0}
_BINDING = frozenset({"staticmethod", "classmethod"})  # decorators after which a function is called as it is written


def _returns_or_asks(use: ast.AST | None) -> bool:
    return isinstance(use, ast.Return | ast.If | ast.IfExp | ast.UnaryOp | ast.Compare)


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
        named = self.named
        if self._held:
            named = [(call, names) for call in self.index.of(ast.Call) if (names := self.names_of(call.func))]
        return [(call, names) for call, names in named if any(name.startswith("open_webui.") for name in names)]

    def names_of(self, expression: ast.expr) -> tuple[str, ...]:
        """Return the dotted names that an expression can stand for, also through an attribute of ``self`` that is another
        name for something of OpenWebUI."""
        names = self.index.names_of(expression)
        tail = ""
        while not names and self._held and isinstance(expression, ast.Attribute):
            if self.index.is_instance(expression.value):
                return tuple(base + tail for base in self._held.get(expression.attr, ()))
            tail = f".{expression.attr}{tail}"
            expression = expression.value
        return names

    @cached_property
    def _held(self) -> dict[str, tuple[str, ...]]:
        """What attributes of ``self`` stand for that are set to something of OpenWebUI, and to nothing else."""
        index = self.index
        found: dict[str, tuple[str, ...]] = {}
        for assignment in index.assignments(index.root.node):
            target, value = targets_of(assignment)[0], assignment.value
            if not isinstance(target, ast.Attribute) or not isinstance(value, ast.Name | ast.Attribute):
                continue
            names, method = index.names_of(value), index.scope(target).method
            if not names or not names[0].startswith("open_webui."):
                continue
            is_class = method is not None and method.parent is not None and target.attr in method.parent.bound
            if not is_class and index.sole_value_of_attribute(target.attr) is value:
                found[target.attr] = names
        return found

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
        """Return the function of this module that ``f``, ``self.f``, ``Class().f`` or a lambda means; ``partial(f, ..)``
        means ``f``."""
        index = self.index
        if isinstance(expression, ast.Lambda):
            return index.scopes[expression]
        if isinstance(expression, ast.Call) and last_name(expression.func) == "partial" and expression.args:
            return self.local_function(expression.args[0])
        if isinstance(expression, ast.Name):
            where = index.binding(expression.id, index.scope(expression))
            if where is None or expression.id in where.imports:
                return None  # of an import and a function that stands in for it, as where it fails, either may be meant
            nodes = where.bound.get(expression.id, ())
            return index.scopes.get(nodes[0]) if len(nodes) == 1 else None
        if isinstance(expression, ast.Attribute) and expression.attr in index.names_of_methods:
            above, value = is_super(expression.value), expression.value
            if above:
                owner = index.scope(expression).owner
            else:
                owner = index.own_class(value) or index.class_of(value)
            return index.method_of(owner, expression.attr, above=above) if owner is not None else None
        return None

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

    def sole_function(self, expression: ast.expr) -> Scope | None:
        """Return the function of this module that is certainly called by an expression: nothing else goes by its name, no
        other class has a method of that name, and no decorator changes it."""
        function = self.local_function(expression)
        if function is None or function.parent is None or not isinstance(expression, ast.Name | ast.Attribute):
            return None
        node = function.node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        if node.name in function.parent.imports or len(function.parent.bound.get(node.name, ())) != 1:
            return None
        if not _BINDING.issuperset(map(decorator_name, self.index.changing(node))):
            return None
        is_sole = function.owner is None or (self._methods_called[node.name] == 1 and node.name not in self._replaced)
        return function if is_sole else None

    @cached_property
    def _methods_called(self) -> Counter[str]:
        return Counter(scope.name for scope in self.index.functions if scope.owner is not None)

    @cached_property
    def _replaced(self) -> set[str]:
        """The attributes that the module sets, of whatever object."""
        return {use.attr for use in self.index.of(ast.Attribute) if isinstance(use.ctx, ast.Store)}

    # -- results, as they are given ---------------------------------------------------------------------------------

    def is_awaited(self, call: ast.Call) -> bool:
        """Tell whether a call's result is awaited on the spot."""
        return isinstance(self.goes_to(call), ast.Await)

    @cached_property
    def awaited(self) -> dict[tuple[Scope, str], list[ast.Call]]:
        """Calls into OpenWebUI that are awaited, by the scope they stand in and each of their names."""
        found: dict[tuple[Scope, str], list[ast.Call]] = {}
        for call, names in self.of_openwebui:
            if self.is_awaited(call):
                for name in names:
                    found.setdefault((self.index.scope(call), name), []).append(call)
        return found

    def is_returned(self, call: ast.Call) -> bool:
        """Tell whether a call's result is what its function returns, there or by a local name with which nothing else is
        done than to ask whether there is anything."""
        above = self.goes_to(call)
        if isinstance(above, ast.Return | ast.Lambda):
            return True
        uses = [self.goes_to(use) for use in self.index.reads_of_value(above)]
        return any(isinstance(use, ast.Return) for use in uses) and all(map(_returns_or_asks, uses))

    def goes_to(self, expression: ast.expr) -> ast.AST | None:
        """Return the node that a value goes to, through ``x or y`` and ``x if y else z``."""
        child: ast.AST = expression
        above = self.index.parent(child)
        while (isinstance(above, ast.BoolOp) and above.values[-1] is child) or (
            isinstance(above, ast.IfExp) and above.test is not child
        ):
            child, above = above, self.index.parent(above)
        return above

    @cached_property
    def tolerant(self) -> set[Scope]:
        """Functions that ask whether they have a coroutine before them, or on which release they run."""
        from owui_lint.repository.python.releases import tolerant_functions

        return tolerant_functions(self.index)

    def is_tolerant(self, node: ast.AST) -> bool:
        """Tell whether a node's function, or one around it, is made for several releases, or a branch around it for some."""
        chain = self.index.scope(node).chain()
        return any(scope in self.tolerant for scope in chain if scope.is_function) or self.index.is_of_release(node)

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
    def in_thread(self) -> dict[Scope, list[ast.Call]]:
        """Functions and lambdas of the module that are handed to a thread, with the calls that do."""
        found: dict[Scope, list[ast.Call]] = {}
        for call, target in self.threaded:
            scope = self.local_function(target)
            if scope is not None:
                found.setdefault(scope, []).append(call)
        return found
