"""What the functions of a module do with the values that they are given."""

from __future__ import annotations

import ast

from owui_lint.repository.python.code import Scope
from owui_lint.repository.python.fates import UNKNOWN, Fate, Fates
from owui_lint.repository.python.syntax import decorators, last_name

MAX_PASSED = 8  # functions that a value is handed to one after the other
_MAX_ARGUMENTS = 50
#: Functions that only look at what they are given.
LOOKING = frozenset(
    {
        *("callable", "hasattr", "id", "isinstance", "print", "repr", "type"),
        *("debug", "error", "exception", "info", "warning"),
    }
)


class Handed:
    """What becomes of the parameters of a module's functions."""

    def __init__(self, fates: Fates) -> None:
        self._fates = fates
        self._index = fates.index
        self._calls = fates.calls
        self._of_parameters: dict[tuple[Scope, str], Fate] = {}
        #: The parameters that are being followed, each one given to the next function.
        self.followed: list[tuple[Scope, str]] = []

    def to(self, function: Scope, call: ast.Call, value: ast.expr) -> Fate | None:
        """Return what a function does with an argument of a call of it; ``None`` where its parameter cannot be told."""
        name = parameter(function, call, value)
        return self._in_parameter(function, name) if name else None

    def _in_parameter(self, function: Scope, name: str) -> Fate:
        """What a function does with what it is given; counts as unknown where it asks for coroutines or gives the name
        another value."""
        key = (function, name)
        if key in self._of_parameters:
            return self._of_parameters[key]
        if len(self.followed) >= MAX_PASSED or key in self.followed:
            return UNKNOWN
        fate = UNKNOWN
        if function not in self._calls.tolerant and len(function.bound.get(name, ())) == 1:
            uses = self._index.reads_of(name, function)
            self.followed.append(key)
            if not any(map(self._is_given_away, uses)):
                fate = self._fates.of_uses(uses)._replace(only_asked=False)
            self.followed.pop()
        self._of_parameters[key] = fate
        return fate

    def _is_given_away(self, use: ast.expr) -> bool:
        """Whether a value goes to a function of which nothing is known."""
        above = self._calls.goes_to(use)
        call = self._index.parent(above) if isinstance(above, ast.keyword) else above
        if not isinstance(call, ast.Call) or use is call.func or last_name(call.func) in LOOKING:
            return False
        return not self._fates.has_no_use_for_coroutines(call) and self._fates.inside(use) is None


def parameter(function: Scope, call: ast.Call, value: ast.expr) -> str:
    """Return the parameter that an argument of a call is given to; "" where that cannot be told."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    if len(given) > _MAX_ARGUMENTS or any(isinstance(one, ast.Starred) for one in call.args):
        return ""
    node = function.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    arguments = node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if function.owner is not None and "staticmethod" not in decorators(node):
        names = names[1:]
    for keyword in call.keywords:
        if keyword.value is value:
            known = {*names, *(one.arg for one in arguments.kwonlyargs)}
            return keyword.arg if keyword.arg in known else ""
    position = call.args.index(value)
    return names[position] if position < len(names) else ""
