"""Where control goes in a function: as far as the text alone decides."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.syntax import Try, last_name, statements

Function = ast.FunctionDef | ast.AsyncFunctionDef

_EXITS = frozenset({"exit", "abort", "_exit", "fail", "assert_never"})
Ends = Callable[[ast.Call], bool]


def is_exit(call: ast.Call) -> bool:
    """Tell whether a call never returns, by the name of what is called: ``sys.exit``, ``assert_never``."""
    return last_name(call.func) in _EXITS


def exits(statement: ast.stmt, ends: Ends = is_exit) -> bool:
    """Tell whether a statement is nothing but a call, awaited or not, that never returns, or ``assert False``."""
    if isinstance(statement, ast.Assert):
        return isinstance(statement.test, ast.Constant) and not statement.test.value
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    return isinstance(value, ast.Call) and ends(value)


def can_fall_through(body: Sequence[ast.stmt], ends: Ends = is_exit) -> bool:
    """Tell whether the end of a block can be reached, where calls that ``ends`` knows never return. ``False`` where it is
    not certain that it can."""
    return not any(leaves(statement, ends) for statement in body)


def leaves(statement: ast.stmt, ends: Ends) -> bool:
    """Tell whether nothing behind a statement is reached, or whether that cannot be told."""
    while isinstance(statement, ast.If):
        if not statement.orelse or can_fall_through(statement.body, ends):
            return False
        if len(statement.orelse) > 1:
            return not can_fall_through(statement.orelse, ends)
        statement = statement.orelse[0]  # ``elif``: nested as deeply as there are, so no recursion
    if isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return True
    if isinstance(statement, ast.While | ast.For | ast.AsyncFor):
        return not _breaks(statement) and _loop_leaves(statement, ends)
    if isinstance(statement, ast.With | ast.AsyncWith):
        return not can_fall_through(statement.body, ends)
    if isinstance(statement, Try):
        if not can_fall_through(statement.finalbody, ends) and statement.finalbody:
            return True
        normal = can_fall_through([*statement.body, *statement.orelse], ends)
        return not normal and not any(can_fall_through(handler.body, ends) for handler in statement.handlers)
    if isinstance(statement, ast.Match):
        last = statement.cases[-1]
        exhaustive = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        return exhaustive and not any(can_fall_through(case.body, ends) for case in statement.cases)
    return exits(statement, ends)


def _loop_leaves(loop: ast.While | ast.For | ast.AsyncFor, ends: Ends) -> bool:
    """Whether nothing behind a loop without ``break`` is reached, or whether that cannot be told."""
    if isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant) and loop.test.value:
        return True
    if loop.orelse and not can_fall_through(loop.orelse, ends):
        return True
    return isinstance(loop, ast.For | ast.AsyncFor) and (_is_endless(loop) or _tries_again(loop))


_ENDLESS = frozenset({"count", "cycle"})  # of itertools; what else is called so gives nothing to go through


def _is_endless(loop: ast.For | ast.AsyncFor) -> bool:
    return isinstance(loop.iter, ast.Call) and last_name(loop.iter.func) in _ENDLESS


def _tries_again(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop goes through attempts, of which one returns and the last, as it seems, raises: in a handler, or as
    what the loop is given provides for, ``with attempt``."""
    attempts = [one for one in loop.body if isinstance(one, Try | ast.With)]
    if not any(isinstance(one, ast.With) and _is_entered(one, loop.target) for one in attempts):
        handlers = (handler for one in attempts if isinstance(one, Try) for handler in one.handlers)
        if not any(isinstance(node, ast.Raise) for node in statements([*handlers])):
            return False
    return any(isinstance(node, ast.Return) for node in statements(loop.body))


def _is_entered(statement: ast.With, target: ast.expr) -> bool:
    managers = [item.context_expr for item in statement.items]
    return isinstance(target, ast.Name) and any(isinstance(one, ast.Name) and one.id == target.id for one in managers)


def _breaks(loop: ast.While | ast.For | ast.AsyncFor) -> bool:
    """Whether a loop has a ``break`` of its own."""
    return any(isinstance(node, ast.Break) for node in statements(loop.body, into_loops=False))


def never_returning(calls: Calls) -> Ends:
    """Return what tells of a call that it never returns: by its name, or as one of a function of the module that only
    raises or is declared so."""
    known: dict[Scope, bool] = {}

    def ends(call: ast.Call) -> bool:
        if is_exit(call):
            return True
        function = calls.local_function(call.func)
        if function is None or (function.is_async and not isinstance(calls.index.parent(call), ast.Await)):
            return False  # what is not awaited does not run
        if function not in known:
            known[function] = _never_returns(calls.index, function.node)
        return known[function]

    return ends


def _never_returns(index: CodeIndex, function: ast.AST) -> bool:
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    declared = function.returns
    name = declared.value if isinstance(declared, ast.Constant) else last_name(declared) if declared else ""
    if name in ("NoReturn", "Never"):
        return True
    return not can_fall_through(function.body) and not returns(index, function) and not yields(index, function)


def returns(index: CodeIndex, function: Function) -> list[ast.Return]:
    """Return the ``return`` statements of a function itself, not of those nested in it."""
    return [node for node in index.within(function, ast.Return) if index.scope(node).node is function]


def reached_returns(index: CodeIndex, function: Function, ends: Ends = is_exit) -> list[ast.Return]:
    """Return those of ``returns`` that no statement before them, there or around them, keeps from being reached."""
    found = returns(index, function)
    known: dict[ast.AST, bool] = {function: True}
    first: dict[tuple[ast.AST, str], int] = {}  # by block: the line in which the first statement that leaves it ends
    for one in found:
        passed: list[ast.AST] = []
        node: ast.AST = one
        while node not in known:
            above = index.parent(node) or function
            part = next((part for part in _BLOCKS if index.is_in(node, getattr(above, part, ()))), "")
            block: Sequence[ast.stmt] = getattr(above, part, ())
            if len(block) > 1 and (above, part) not in first:
                last = next((statement for statement in block if leaves(statement, ends)), block[-1])
                first[above, part] = last.end_lineno or last.lineno
            passed.append(node)
            if len(block) > 1 and getattr(node, "lineno", 0) > first[above, part]:
                known[node] = False
            else:
                node = above
        known.update(dict.fromkeys(passed, known[node]))
    return [one for one in found if known[one]]


_BLOCKS = ("body", "orelse", "finalbody")


def yields(index: CodeIndex, function: Function) -> bool:
    """Tell whether a function is a generator."""
    return any(index.scope(node).node is function for node in index.within(function, ast.Yield, ast.YieldFrom))
