"""Calls of a module: what they reach, what becomes of their result, and which functions run in a thread."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from functools import cached_property

from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.code import CodeIndex, Scope
from owui_lint.repository.syntax import is_script, is_super, last_name
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
_MAX_PASSED = 8  # functions that a value is handed to one after the other
_MAX_USES = 50  # of a dictionary or data object, and arguments of a call
_MAX_TOGETHER = 8  # variables that one assignment puts the same value, or values next to each other, into
# Calls that take a coroutine: the standard library's by name, a plugin's own by what it is called.
_TAKES_COROUTINE = lazy_pattern(
    r"^(?:gather|wait|wait_for|shield|create_task|ensure_future|run|run_until_complete|run_coroutine_threadsafe"
    r"|as_completed|start_soon|append|add)$|await|async|maybe|resolve|coro|task|future|unwrap",
    re.IGNORECASE,
)

_KEEP = frozenset({"append", "add"})
_OF_COROUTINES = frozenset({"close", "send", "throw", "add_done_callback"})
# Functions that only look at what they are given.
_LOOKING = frozenset(
    {
        "callable",
        "debug",
        "error",
        "exception",
        "hasattr",
        "id",
        "info",
        "isinstance",
        "print",
        "repr",
        "type",
        "warning",
    }
)
_BINDING = frozenset({"staticmethod", "classmethod"})  # decorators after which a function is called as it is written


class _Fate(NamedTuple):
    """What becomes of a variable: some use may await it, needs what it would give, or certainly awaits it; all uses only
    ask if it is true."""

    consumed: bool
    needed: bool
    awaited: bool
    only_asked: bool


_UNTOUCHED = _Fate(False, False, False, False)
_UNKNOWN = _Fate(True, False, False, False)  # whoever has it may await it


def _together(fates: list[_Fate]) -> _Fate:
    return _Fate(
        any(fate.consumed for fate in fates),
        any(fate.needed for fate in fates),
        any(fate.awaited for fate in fates),
        all(fate.only_asked for fate in fates),
    )


def _unpacks(target: ast.expr, values: ast.Tuple) -> bool:
    """Whether a target takes a display's values apart, one for one."""
    return (
        isinstance(target, ast.Tuple)
        and len(target.elts) == len(values.elts)
        and not any(isinstance(one, ast.Starred) for one in (*target.elts, *values.elts))
    )


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
            if last_name(expression.value) == "self":
                return tuple(base + tail for base in self._held.get(expression.attr, ()))
            tail = f".{expression.attr}{tail}"
            expression = expression.value
        return names

    @cached_property
    def _held(self) -> dict[str, tuple[str, ...]]:
        """What attributes of ``self`` stand for that are set to something of OpenWebUI, and to nothing else."""
        index = self.index
        found: dict[str, tuple[str, ...]] = {}
        for assignment in index.of(ast.Assign):
            target, value = assignment.targets[0], assignment.value
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
            nodes = where.bound.get(expression.id, []) if where else []
            return index.scopes.get(nodes[0]) if len(nodes) == 1 else None
        if isinstance(expression, ast.Attribute) and expression.attr in index.names_of_methods:
            above, value = is_super(expression.value), expression.value
            if above or (isinstance(value, ast.Name | ast.Attribute) and last_name(value) in ("self", "cls")):
                method = index.scope(expression).method
                owner = method.owner if method is not None else None
            else:
                owner = index.class_of(value)
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

    def is_of_script(self, node: ast.AST) -> bool:
        """Tell whether a node runs only where the file is started as a script: below ``if __name__ == "__main__"``, or in
        functions that nothing else calls."""
        if any(map(is_script, self.index.ancestors(node))):
            return True
        function = self._module_function(node)
        return function is not None and function in self._of_scripts

    @cached_property
    def _of_scripts(self) -> set[Scope]:
        """The functions of the module's body that only a script reaches."""
        called_by: dict[Scope, list[Scope]] = defaultdict(list)
        started, elsewhere = set[Scope](), set[Scope]()
        functions = [scope for scope in self.index.functions if self._is_module_function(scope)]
        for function in functions:
            for use in self.index.reads_of(function.name, self.index.root):
                if any(map(is_script, self.index.ancestors(use))):
                    started.add(function)
                elif (caller := self._module_function(use)) is not None:
                    called_by[caller].append(function)
                else:
                    elsewhere.add(function)
        # A function that nothing calls is not a script's: somebody else may, or it is left over.
        reached = _reached(started, called_by)
        others = elsewhere | (set(functions) - reached)
        return reached - _reached(others, called_by)

    def _module_function(self, node: ast.AST) -> Scope | None:
        """The function of the module's body that a node stands in, where nothing else has its name."""
        outer = next((one for one in self.index.scope(node).chain() if one.parent is self.index.root), None)
        return outer if outer is not None and self._is_module_function(outer) else None

    def _is_module_function(self, scope: Scope) -> bool:
        is_sole = scope.parent is self.index.root and scope.parent.bound.get(scope.name) == [scope.node]
        return is_sole and scope.is_function and not getattr(scope.node, "decorator_list", True)

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
        """Tell whether a node's function, or one around it, is made for several releases, or a branch around it for some."""
        chain = self.index.scope(node).chain()
        return any(scope in self.tolerant for scope in chain if scope.is_function) or self.index.is_of_release(node)

    def is_awaited(self, call: ast.Call) -> bool:
        """Tell whether a call's result is awaited on the spot."""
        return isinstance(self._around(call), ast.Await)

    @cached_property
    def awaited(self) -> dict[tuple[Scope, str], list[ast.Call]]:
        """Calls into OpenWebUI that are awaited, by the scope they stand in and each of their names."""
        found: dict[tuple[Scope, str], list[ast.Call]] = {}
        for call, names in self.of_openwebui:
            if self.is_awaited(call):
                for name in names:
                    found.setdefault((self.index.scope(call), name), []).append(call)
        return found

    def is_awaited_twice(self, call: ast.Call) -> bool:
        """Tell whether a call is awaited and what that gives is awaited too, there or through a variable."""
        outer = self._around(call)
        return isinstance(outer, ast.Await) and self._is_awaited_later(outer)

    def _is_awaited_later(self, expression: ast.expr) -> bool:
        fate = self._fate(expression, 0)
        return self._gets_awaited(expression) if fate is None else fate.awaited

    def loses_coroutine(self, expression: ast.expr) -> bool:
        """Tell whether a coroutine that an expression gives is certainly used as if it were the result, or dropped."""
        if self._kept_in(expression):
            # It is put into variables: are they never awaited, or used before they could be?
            fate = self._fate(expression, 0)
            return fate is not None and not fate.consumed and (fate.needed or fate.only_asked)
        above = self._around(expression)
        if isinstance(above, ast.ListComp):
            return self._loses_items(above)
        return isinstance(above, ast.Expr) or self._is_test(expression) or self._needs_result(expression)

    def _loses_items(self, listed: ast.ListComp) -> bool:
        """Whether all that is done with a list of coroutines is to go through it, and to use them as if they were results."""
        targets = self._kept_in(listed)
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            return False
        name, scope = targets[0].id, self.index.scope(targets[0])
        if len(scope.bound.get(name, ())) != 1 or not scope.is_function:
            return False
        fates = [self._fate_of_item(use) for use in self.index.reads_of(name, scope)]
        known = [fate for fate in fates if fate is not None]
        fate = _together(known)
        return len(known) == len(fates) and fate.needed and not fate.consumed

    def _fate_of_item(self, use: ast.Name) -> _Fate | None:
        """What becomes of the items of a list where it is used: those that a loop goes through; its length is no item."""
        above = self._around(use)
        if isinstance(above, ast.For | ast.comprehension) and above.iter is use:
            return self._fate_in(above.target, 0)
        if self._is_test(use) or (isinstance(above, ast.Call) and self.index.name_of(above.func) == "builtins.len"):
            return _Fate(False, False, False, False)
        return None

    def is_returned(self, call: ast.Call) -> bool:
        """Tell whether a call's result is what its function returns."""
        return isinstance(self._around(call), ast.Return | ast.Lambda)

    def is_passed_on(self, call: ast.Call, ends: Container[Scope]) -> bool:
        """Tell whether an ``async def`` returns a call's coroutine to callers that await once, and so get the coroutine, or
        a plain function returns it to callers that all take it for the result.

        ``ends``: functions that something else calls as well, which awaits them and uses what it gets.
        """
        scope = self.index.scope(call)
        if not isinstance(self._around(call), ast.Return):
            return False
        if not scope.is_async:
            return scope not in ends and self._is_misused(scope)
        if scope not in self._callers_fates:
            self._callers_fates[scope] = self._callers_fate(scope)
        fate = self._callers_fates[scope]
        return fate is not None and not fate.awaited and (fate.needed or scope in ends)

    def _callers_fate(self, scope: Scope) -> _Fate | None:
        """What those that await a function do with what it returns; ``None`` for a decorated one, which may do more."""
        if getattr(scope.node, "decorator_list", ()):
            return None
        results = [outer for outer in map(self._around, self.by_local.get(scope, ())) if isinstance(outer, ast.Await)]
        return _Fate(False, any(map(self.loses_coroutine, results)), any(map(self._is_awaited_later, results)), False)

    def _is_misused(self, function: Scope) -> bool:
        """Whether all that the module does with a plain function is to call it and take what it returns for the result."""
        if function not in self._misused:
            calls = self.by_local.get(function, [])
            named = self.index.mentions.get(function.name, ())
            is_known = bool(calls) and len(named) == len(calls) and self.sole_function(calls[0].func) is function
            self._misused[function] = is_known and not any(
                self.is_tolerant(call) or self.is_awaited(call) or not self.loses_coroutine(call) for call in calls
            )
        return self._misused[function]

    @cached_property
    def _misused(self) -> dict[Scope, bool]:
        return {}

    @cached_property
    def _callers_fates(self) -> dict[Scope, _Fate | None]:
        return {}

    def _around(self, expression: ast.expr) -> ast.AST | None:
        """The node that a value goes to, through ``x or y`` and ``x if y else z``."""
        child: ast.AST = expression
        above = self.index.parent(child)
        while (isinstance(above, ast.BoolOp) and above.values[-1] is child) or (
            isinstance(above, ast.IfExp) and above.test is not child
        ):
            child, above = above, self.index.parent(above)
        return above

    def _is_test(self, expression: ast.expr) -> bool:
        """Whether a value is only asked whether it is true."""
        above = self._around(expression)
        if isinstance(above, ast.comprehension):
            return above.iter is not expression
        tests = (ast.If, ast.While, ast.IfExp, ast.Assert, ast.BoolOp, ast.UnaryOp, ast.Compare)
        return isinstance(above, tests)

    def _needs_result(self, expression: ast.expr) -> bool:
        """Whether a value is used in a way that no coroutine can be."""
        above = self._around(expression)
        if isinstance(above, ast.Attribute):
            return above.attr not in _OF_COROUTINES and not above.attr.startswith(("__", "cr_"))
        inside = self._fate_inside(expression)
        if inside is not None:
            return inside.needed and not inside.consumed
        if isinstance(above, ast.Call | ast.keyword):
            call = self.index.parent(above) if isinstance(above, ast.keyword) else above
            return isinstance(call, ast.Call) and (expression is call.func or self._call_loses(call))
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

    def _kept_in(self, expression: ast.expr) -> list[ast.expr]:
        """What a value is put into, as one of several values too: ``a = b = value``, ``a, b = value, 1``."""
        above = self._around(expression)
        if isinstance(above, ast.AnnAssign | ast.NamedExpr):
            return [above.target]
        if isinstance(above, ast.Assign):
            return above.targets
        if isinstance(above, ast.Tuple) and len(above.elts) <= _MAX_TOGETHER and expression in above.elts:
            assignment = self.index.parent(above)
            position = above.elts.index(expression)
            if isinstance(assignment, ast.Assign) and all(_unpacks(one, above) for one in assignment.targets):
                return [one.elts[position] for one in assignment.targets if isinstance(one, ast.Tuple)]
        return []

    def _fate(self, expression: ast.expr, depth: int) -> _Fate | None:
        """What the uses of what a value is put into do with it, other variables that it is put into included.

        ``None`` where that cannot be told.
        """
        targets = self._kept_in(expression)
        if not targets or len(targets) > _MAX_TOGETHER or depth > _MAX_ALIASES:
            return None
        fates = [self._fate_in(target, depth) for target in targets]
        known = [fate for fate in fates if fate is not None]
        return _together(known) if len(known) == len(fates) else None

    def _fate_in(self, target: ast.expr, depth: int) -> _Fate | None:
        """What becomes of a value in one variable, or in an attribute of ``self`` that holds nothing else."""
        if isinstance(target, ast.Attribute):
            return self._fate_in_attribute(target, depth)
        if isinstance(target, ast.Subscript):
            return self._fate_in_item(target)
        if not isinstance(target, ast.Name):
            return None
        name = target.id
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

    def _fate_in_attribute(self, target: ast.Attribute, depth: int) -> _Fate | None:
        method = self.index.scope(target).method
        if method is None or method.parent is None or last_name(target.value) != "self":
            return None
        key = (f"self.{target.attr}", method.parent, 0, depth)
        if key not in self._fates:
            uses = self._uses_of_attribute(target.attr, method.parent)
            # Whether others than its class use an attribute cannot be seen: only a wrong use counts, not a missing one.
            self._fates[key] = self._fate_of(uses, depth) if uses else None
        return self._fates[key]

    def _uses_of_attribute(self, name: str, owner: Scope) -> list[ast.Attribute]:
        """Where a class reads an attribute of ``self``; nothing if it may hold, or give, more than the class shows."""
        if not isinstance(owner.node, ast.ClassDef) or owner.node.bases or self._owner(name) is not owner:
            return []
        index = self.index
        uses = index.self_attributes[name]
        put = [use for use in uses if not isinstance(use.ctx, ast.Load)]
        values = [one for one in (*put, *owner.bound.get(name, ())) if not index.is_fallback(one)]
        return [use for use in uses if isinstance(use.ctx, ast.Load)] if len(values) == 1 else []

    def _owner(self, name: str) -> Scope | None:
        """The class that alone has to do with an attribute; looked for once, as many classes may have one of that name."""
        if name not in self._owners:
            own = self.index.self_attributes.get(name, [])
            all_uses = sum(isinstance(use, ast.Attribute) for use in self.index.mentions[name])
            owners = {getattr(self.index.scope(use).method, "parent", None) for use in own}
            alone = len(owners) == 1 and len(own) == all_uses and name not in self.index.texts
            self._owners[name] = owners.pop() if alone else None
        return self._owners[name]

    @cached_property
    def _owners(self) -> dict[str, Scope | None]:
        return {}

    def _fate_of(self, uses: Sequence[ast.expr], depth: int) -> _Fate:
        fates = [
            self._fate(use, depth + 1)
            or _Fate(
                self._is_consumed(use),
                self._needs_result(use),
                self._gets_awaited(use),
                self._is_test(use),
            )
            for use in uses
        ]
        return _together(fates)

    @cached_property
    def _fates(self) -> dict[tuple[str, Scope, int, int], _Fate | None]:
        return {}

    def reads(self, name: str, scope: Scope, line: int | None = None) -> list[ast.Name]:
        """Return where a variable, bound in ``scope``, is read; of several assignments (the one in ``line``), where the
        use follows on this one directly."""
        found = self.index.reads_of(name, scope)
        if line is None:
            return found
        if (name, scope) not in self._stores:
            self._stores[name, scope] = sorted(map(_line, scope.bound[name]))
        later = self._stores[name, scope]
        behind = bisect_right(later, line)
        first = bisect_left(found, line, key=_line)
        return found[first : bisect_right(found, later[behind], key=_line) if behind < len(later) else None]

    @cached_property
    def _stores(self) -> dict[tuple[str, Scope], list[int]]:
        return {}

    def _is_consumed(self, use: ast.expr) -> bool:
        """Whether a variable is awaited, or goes to what awaits it."""
        inside = self._fate_inside(use)
        if inside is not None:
            return inside.consumed
        above = self._around(use)
        if isinstance(above, ast.Call):
            return use is not above.func and not self._call_loses(above) and self._may_await(above)
        return isinstance(above, ast.Await | ast.Return | ast.Yield | ast.List | ast.Tuple | ast.Set | ast.Starred)

    def _gets_awaited(self, expression: ast.expr) -> bool:
        """Whether a value is awaited, or goes to what is there to await: a list only keeps it."""
        inside = self._fate_inside(expression)
        if inside is not None:
            return inside.awaited
        above = self._around(expression)
        if not isinstance(above, ast.Call):
            return isinstance(above, ast.Await)
        name = last_name(above.func)
        return expression is not above.func and name not in _KEEP and _TAKES_COROUTINE.search(name) is not None

    def _may_await(self, call: ast.Call) -> bool:
        only = len(call.args) == 1 and not call.keywords and isinstance(self.index.parent(call), ast.Await)
        return only or _TAKES_COROUTINE.search(last_name(call.func)) is not None

    # -- values that are handed on -------------------------------------------------------------------------------

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
        if not _BINDING.issuperset(_decorators(node)):
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

    def _fate_inside(self, expression: ast.expr) -> _Fate | None:
        """What becomes of a value in the function of this module that it is given to, in a data object, or under a key of
        a dictionary that is written out; ``None`` where it goes to something else."""
        index = self.index
        above = index.parent(expression)
        if isinstance(above, ast.Dict):
            return self._fate_in_display(above, expression)
        call = index.parent(above) if isinstance(above, ast.keyword) else above
        if not isinstance(call, ast.Call) or expression is call.func:
            return None
        function = self.sole_function(call.func)
        if function is not None:
            name = _parameter(function, call, expression)
            return self._fate_of_parameter(function, name) if name else None
        made = index.sole_binding(call.func) if isinstance(call.func, ast.Name) else None
        if isinstance(made, ast.ClassDef) and "dataclass" in _decorators(made):
            return self._fate_in_field(call, made, expression)
        return None

    def _fate_of_parameter(self, function: Scope, name: str) -> _Fate:
        """What a function does with what it is given; counts as unknown where it asks for coroutines or gives the name
        another value."""
        key = (function, name)
        if key in self._of_parameters:
            return self._of_parameters[key]
        if len(self._followed) >= _MAX_PASSED or key in self._followed:
            return _UNKNOWN
        fate = _UNKNOWN
        if function not in self.tolerant and len(function.bound.get(name, ())) == 1:
            uses = self.index.reads_of(name, function)
            self._followed.append(key)
            if not any(map(self._is_given_away, uses)):
                fate = self._fate_of(uses, 0)._replace(only_asked=False)
            self._followed.pop()
        self._of_parameters[key] = fate
        return fate

    def _is_given_away(self, use: ast.expr) -> bool:
        """Whether a value goes to a function of which nothing is known."""
        above = self._around(use)
        call = self.index.parent(above) if isinstance(above, ast.keyword) else above
        if not isinstance(call, ast.Call) or use is call.func or last_name(call.func) in _LOOKING:
            return False
        return not self._call_loses(call) and self._fate_inside(use) is None

    @cached_property
    def _of_parameters(self) -> dict[tuple[Scope, str], _Fate]:
        return {}

    @cached_property
    def _followed(self) -> list[tuple[Scope, str]]:
        """The parameters that are being followed, each one given to the next function."""
        return []

    def _fate_in_item(self, target: ast.Subscript) -> _Fate | None:
        """What becomes of what is put under a key of a dictionary that the function made itself."""
        holder, key = target.value, target.slice
        if not (isinstance(holder, ast.Name) and isinstance(key, ast.Constant)):
            return None
        if not isinstance(self.index.sole_value(holder), ast.Dict):
            return None
        return self._fate_of_part(holder, _Part(key.value, (), target))

    def _fate_in_display(self, display: ast.Dict, value: ast.expr) -> _Fate | None:
        if len(display.values) > _MAX_USES:
            return None
        key = display.keys[display.values.index(value)]
        target = self._sole_target(display)
        if target is None or not isinstance(key, ast.Constant):
            return None
        return self._fate_of_part(target, _Part(key.value, (), None))

    def _fate_in_field(self, call: ast.Call, made: ast.ClassDef, value: ast.expr) -> _Fate | None:
        fields = [
            one.target.id for one in made.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        above, target = self.index.parent(value), self._sole_target(call)
        if target is None or made.bases or len(call.args) > min(len(fields), _MAX_USES):
            return None
        name = above.arg if isinstance(above, ast.keyword) else fields[call.args.index(value)]
        return self._fate_of_part(target, _Part(name, tuple(fields), None)) if name in fields else None

    def _sole_target(self, value: ast.expr) -> ast.Name | None:
        """The local name that is all that a value is put into, and that is nothing else."""
        targets = self._kept_in(value)
        target = targets[0] if len(targets) == 1 else None
        return target if isinstance(target, ast.Name) and self.index.sole_binding(target) is target else None

    def _fate_of_part(self, holder: ast.Name, part: _Part) -> _Fate | None:
        """What becomes of a part of what a local name stands for; ``None`` where something else may do anything with it."""
        where = self.index.binding(holder.id, self.index.scope(holder))
        if where is None or not where.is_function or where in self.tolerant:
            return None
        uses = self.index.reads_of(holder.id, where)
        return self._together_of_part(uses, part)

    def _together_of_part(self, uses: list[ast.Name], part: _Part) -> _Fate | None:
        if len(uses) > _MAX_USES:
            return None
        fates = [self._use_of_part(use, part) for use in uses]
        known = [fate for fate in fates if fate is not None]
        return _together(known)._replace(only_asked=False) if len(known) == len(fates) else None

    def _use_of_part(self, use: ast.Name, part: _Part) -> _Fate | None:
        above = self.index.parent(use)
        read: ast.AST | None = None
        if isinstance(above, ast.Subscript) and above.value is use and not part.fields:
            if not isinstance(above.slice, ast.Constant):
                return None
            read = above if above.slice.value == part.key else _OTHER
        elif isinstance(above, ast.Attribute) and part.fields:
            if above.attr not in part.fields:
                return None  # a method sees all of it
            read = above if above.attr == part.key else _OTHER
        elif isinstance(above, ast.Attribute) and above.attr == "get":
            call = self.index.parent(above)
            if not (isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)):
                return None
            read = call if call.args[0].value == part.key else _OTHER
        elif isinstance(above, ast.Call | ast.keyword):
            return self._part_of_argument(use, part)
        elif self._is_test(use):
            return _UNTOUCHED
        if read is _OTHER or (read is not None and read is part.put):
            return _UNTOUCHED
        if not isinstance(read, ast.expr) or not isinstance(getattr(read, "ctx", ast.Load()), ast.Load):
            return None
        return self._fate_of([read], 0)

    def _part_of_argument(self, use: ast.Name, part: _Part) -> _Fate | None:
        """What a function of the module does with a part of what it is given."""
        above = self.index.parent(use)
        call = self.index.parent(above) if isinstance(above, ast.keyword) else above
        function = self.sole_function(call.func) if isinstance(call, ast.Call) and use is not call.func else None
        name = _parameter(function, call, use) if function is not None and isinstance(call, ast.Call) else ""
        if function is None or not name or function in self.tolerant or len(function.bound.get(name, ())) != 1:
            return None
        asked = (function, name, part.key, part.fields)
        if asked not in self._of_parts:
            self._of_parts[asked] = None  # until it is known: functions may call each other
            if len(self._followed) < _MAX_PASSED:
                self._followed.append((function, name))
                self._of_parts[asked] = self._together_of_part(self.index.reads_of(name, function), part)
                self._followed.pop()
        return self._of_parts[asked]

    @cached_property
    def _of_parts(self) -> dict[tuple[Scope, str, object, tuple[str, ...]], _Fate | None]:
        return {}


class _Part(NamedTuple):
    """A key of a dictionary, or one of the ``fields`` of a data object; ``put``: the item that was set to it."""

    key: object
    fields: tuple[str, ...]
    put: ast.AST | None


_OTHER = ast.Pass()  # stands for a use of another part


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    return {last_name(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list}


def _parameter(function: Scope, call: ast.Call, value: ast.expr) -> str:
    """Return the parameter that an argument of a call is given to; "" where that cannot be told."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    if len(given) > _MAX_USES or any(isinstance(one, ast.Starred) for one in call.args):
        return ""
    node = function.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    arguments = node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if function.owner is not None and "staticmethod" not in _decorators(node):
        names = names[1:]
    for keyword in call.keywords:
        if keyword.value is value:
            known = {*names, *(one.arg for one in arguments.kwonlyargs)}
            return keyword.arg if keyword.arg in known else ""
    position = call.args.index(value)
    return names[position] if position < len(names) else ""


def _reached(start: set[Scope], called_by: dict[Scope, list[Scope]]) -> set[Scope]:
    """Return functions and those that they call, directly or by way of others."""
    found, waiting = set(start), list(start)
    while waiting:
        for function in called_by.get(waiting.pop(), ()):
            if function not in found:
                found.add(function)
                waiting.append(function)
    return found
