"""What a value is where names that are bound once are followed: ``user = __user__ or {}``, ``call = __event_call__``.

A name that is bound twice, be it under a test, stands for nothing here. ``nodes.py`` holds what each scope binds, so to
follow a name is a look into a dictionary.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from owui_lint.repository.python.code import CodeIndex, Scope

_MAX_STEPS = 8  # names and choices that are followed


def is_empty_dictionary(value: ast.expr) -> bool:
    """Tell whether a value is ``{}`` or ``dict()``."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id == "dict" and not (value.args or value.keywords)
    return isinstance(value, ast.Dict) and not value.keys


def _is_nothing(value: ast.expr) -> bool:
    return is_empty_dictionary(value) or (isinstance(value, ast.Constant) and not value.value)


def stands_for(index: CodeIndex, value: ast.expr, is_meant: Callable[[ast.expr], bool], depth: int = 0) -> bool:
    """Tell whether a value is one that ``is_meant`` knows, or comes of nothing else: by a name that is bound once, as the
    first of ``x or {}``, the last of ``x and y``, or either way of ``x if test else y``, where the other one is nothing."""
    if is_meant(value):
        return True
    if depth >= _MAX_STEPS:
        return False
    chosen: list[ast.expr] = []
    if isinstance(value, ast.Name):
        bound = index.sole_value(value)
        chosen = [bound] if bound is not None else []
    elif isinstance(value, ast.NamedExpr):
        chosen = [value.value]
    elif isinstance(value, ast.BoolOp):
        chosen = [value.values[0] if isinstance(value.op, ast.Or) else value.values[-1]]
    elif isinstance(value, ast.IfExp):
        chosen = [one for one in (value.body, value.orelse) if not _is_nothing(one)]
    return bool(chosen) and all(stands_for(index, one, is_meant, depth + 1) for one in chosen)


def names_of_parameter(index: CodeIndex, function: Scope, parameter: str) -> list[tuple[str, Scope]]:
    """Return the names by which a function certainly knows a dictionary that it is given, with the scopes that bind them:
    the parameter itself, and those that are put for it, or for an empty dictionary in its place, and for nothing else.
    None where the function binds the parameter anew."""
    bound = function.bound.get(parameter, ())
    if not (len(bound) == 1 and isinstance(bound[0], ast.arg)):
        return []
    found = [(parameter, function)]
    for name, scope in found:  # grows as it goes
        for use in index.reads_of(name, scope):
            target = index.sole_target(put_into(index, use))
            if target is not None and len(found) <= _MAX_STEPS:
                found.append((target.id, index.scope(target)))
    return found


def put_into(index: CodeIndex, use: ast.expr) -> ast.AST | None:
    """Return what a value goes into through ``use or {}`` and ``use if test else {}``: an assignment, perhaps."""
    child, above = use, index.parent(use)
    while True:
        if isinstance(above, ast.BoolOp) and isinstance(above.op, ast.Or) and above.values[0] is child:
            others = above.values[1:]
        elif isinstance(above, ast.IfExp) and above.test is not child:
            others = [above.orelse if above.body is child else above.body]
        else:
            return above
        if not all(map(is_empty_dictionary, others)):
            return None
        child, above = above, index.parent(above)
