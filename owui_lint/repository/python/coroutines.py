"""Which coroutines a module loses: used as if they were their result, dropped, or handed back to whom does so."""

from __future__ import annotations

import ast
from collections.abc import Container

from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import Scope
from owui_lint.repository.python.fates import UNTOUCHED, Fate, Fates, together


class Coroutines:
    """What becomes of the coroutines that calls of one module give."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.index = calls.index
        self._fates = Fates(calls)
        self._goes_to = calls.goes_to
        self._misused: dict[Scope, bool] = {}
        self._callers_fates: dict[Scope, Fate | None] = {}

    def let_go(self) -> None:
        """Give up everything; nothing can be asked afterwards."""
        self._fates.let_go()
        vars(self).clear()

    def is_awaited_twice(self, call: ast.Call) -> bool:
        """Tell whether a call is awaited and what that gives is awaited too, there or through a variable."""
        outer = self._goes_to(call)
        return isinstance(outer, ast.Await) and self._is_awaited_later(outer)

    def _is_awaited_later(self, expression: ast.expr) -> bool:
        fate = self._fates.of(expression)
        return self._fates.gets_awaited(expression) if fate is None else fate.awaited

    def is_lost(self, expression: ast.expr) -> bool:
        """Tell whether a coroutine that an expression gives is certainly used as if it were the result, or dropped."""
        if any(not isinstance(target, ast.Tuple | ast.List) for target in self._fates.kept_in(expression)):
            # It is put into variables: are they never awaited, or used before they could be?
            fate = self._fates.of(expression)
            return fate is not None and not fate.consumed and (fate.needed or fate.only_asked)
        above = self._goes_to(expression)
        if isinstance(above, ast.ListComp):
            return self._loses_items(above)
        return isinstance(above, ast.Expr) or self._fates.is_test(expression) or self._fates.needs_result(expression)

    def _loses_items(self, listed: ast.ListComp) -> bool:
        """Whether all that is done with a list of coroutines is to go through it, and to use them as if they were results."""
        targets = self._fates.kept_in(listed)
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            return False
        name, scope = targets[0].id, self.index.scope(targets[0])
        if len(scope.bound.get(name, ())) != 1 or not scope.is_function:
            return False
        fates = [self._of_item(use) for use in self.index.reads_of(name, scope)]
        known = [fate for fate in fates if fate is not None]
        fate = together(known)
        return len(known) == len(fates) and fate.needed and not fate.consumed

    def _of_item(self, use: ast.Name) -> Fate | None:
        """What becomes of the items of a list where it is used: those that a loop goes through; its length is no item."""
        above = self._goes_to(use)
        if isinstance(above, ast.For | ast.comprehension) and above.iter is use:
            return self._fates.of_target(above.target)
        if self._fates.is_test(use) or (
            isinstance(above, ast.Call) and self.index.name_of(above.func) == "builtins.len"
        ):
            return UNTOUCHED
        return None

    def is_passed_on(self, call: ast.Call, ends: Container[Scope]) -> bool:
        """Tell whether an ``async def`` returns a call's coroutine to callers that await once, and so get the coroutine, or
        a plain function returns it to callers that all take it for the result.

        ``ends``: functions that something else calls as well, which awaits them and uses what it gets.
        """
        scope = self.index.scope(call)
        if not isinstance(self._goes_to(call), ast.Return):
            return False
        if not scope.is_async:
            return scope not in ends and self._is_misused(scope)
        if scope not in self._callers_fates:
            self._callers_fates[scope] = self._callers_fate(scope)
        fate = self._callers_fates[scope]
        return fate is not None and not fate.awaited and (fate.needed or scope in ends)

    def _callers_fate(self, scope: Scope) -> Fate | None:
        """What those that await a function do with what it returns; ``None`` for a decorated one, which may do more."""
        if self.index.changing(scope.node):
            return None
        results = [
            outer for outer in map(self._goes_to, self.calls.by_local.get(scope, ())) if isinstance(outer, ast.Await)
        ]
        return Fate(False, any(map(self.is_lost, results)), any(map(self._is_awaited_later, results)), False)

    def _is_misused(self, function: Scope) -> bool:
        """Whether all that the module does with a plain function is to call it and take what it returns for the result."""
        if function not in self._misused:
            calls = self.calls.by_local.get(function, [])
            named = self.index.mentions.get(function.name, ())
            is_known = bool(calls) and len(named) == len(calls) and self.calls.sole_function(calls[0].func) is function
            self._misused[function] = is_known and not any(
                self.calls.is_tolerant(call) or self.calls.is_awaited(call) or not self.is_lost(call) for call in calls
            )
        return self._misused[function]
