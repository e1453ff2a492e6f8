"""Where control goes in a function: as far as the text alone decides."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from owui_lint.repository.code import CodeIndex

Function = ast.FunctionDef | ast.AsyncFunctionDef


def can_fall_through(body: Sequence[ast.stmt]) -> bool:
    """Tell whether the end of a block can be reached. ``False`` where it is not certain that it can."""
    return not any(_leaves(statement) for statement in body)


def _leaves(statement: ast.stmt) -> bool:
    """Whether nothing behind a statement is reached, or whether that cannot be told."""
    while isinstance(statement, ast.If):
        if not statement.orelse or can_fall_through(statement.body):
            return False
        if len(statement.orelse) > 1:
            return not can_fall_through(statement.orelse)
        statement = statement.orelse[0]  # ``elif``: nested as deeply as there are, so no recursion
    if isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return True
    if isinstance(statement, ast.While):
        endless = isinstance(statement.test, ast.Constant) and bool(statement.test.value)
        return endless and not any(isinstance(node, ast.Break) for node in ast.walk(statement))
    if isinstance(statement, ast.With | ast.AsyncWith):
        return not can_fall_through(statement.body)
    if isinstance(statement, ast.Try):
        if not can_fall_through(statement.finalbody) and statement.finalbody:
            return True
        normal = can_fall_through([*statement.body, *statement.orelse])
        return not normal and not any(can_fall_through(handler.body) for handler in statement.handlers)
    if isinstance(statement, ast.Match):
        last = statement.cases[-1]
        exhaustive = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        return exhaustive and not any(can_fall_through(case.body) for case in statement.cases)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        function = statement.value.func
        return getattr(function, "attr", "") in ("exit", "abort", "_exit", "fail")
    return False


def returns(index: CodeIndex, function: Function) -> list[ast.Return]:
    """Return the ``return`` statements of a function itself, not of those nested in it."""
    return [node for node in index.within(function, ast.Return) if index.scope(node).node is function]


def yields(index: CodeIndex, function: Function) -> bool:
    """Tell whether a function is a generator."""
    return any(index.scope(node).node is function for node in index.within(function, ast.Yield, ast.YieldFrom))
