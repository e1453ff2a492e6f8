"""Words for syntax trees: what a node says by itself, whatever module it stands in."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

#: Both statements with handlers: ``try: ... except`` and ``try: ... except*``.
Try = ast.Try | ast.TryStar
#: Both statements that bind what stands on their right side: ``x = y`` and ``x: int = y``.
Assignment = ast.Assign | ast.AnnAssign
_ANYTHING = frozenset({"Exception", "BaseException"})


def last_name(expression: ast.AST) -> str:
    """Return the last name of a dotted one; empty for any other expression."""
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")


def targets_of(node: ast.AST | None) -> list[ast.expr]:
    """Return what an assignment, annotated or not, puts its value into; nothing for ``x: int``, which puts none anywhere,
    and for any other node."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) and node.value is not None else []


def is_none(expression: ast.AST | None) -> bool:
    """Tell whether an expression is ``None`` as written; that there is no expression is another matter."""
    return isinstance(expression, ast.Constant) and expression.value is None


def is_super(expression: ast.AST) -> bool:
    """Tell whether an expression is ``super()``."""
    return isinstance(expression, ast.Call) and last_name(expression.func) == "super" and not expression.args


def entries(display: ast.Dict) -> dict[str, ast.expr]:
    """Return the values of ``{...}`` by those of its keys that are literal texts; the last of equal keys, as at run time."""
    return {
        key.value: value
        for key, value in zip(display.keys, display.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def decorators(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """Return the last names of a definition's decorators, called or not."""
    return {last_name(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list}


def is_script(node: ast.AST) -> bool:
    """Tell whether a node is ``if __name__ == "__main__"``, either way round, below which only a script's code stands."""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and any(isinstance(one, ast.Name) and one.id == "__name__" for one in (node.test.left, *node.test.comparators))
    )


def catches(handler: ast.ExceptHandler, *errors: str, named: bool = False) -> bool:
    """Tell whether one of ``errors``, names of Python's own exceptions, reaches a handler: as one of its types, or by a
    base class.

    ``named``: ``except:`` and ``except Exception:`` do not count. They report whatever goes wrong, and say nothing of
    whether this error is reckoned with.
    """
    if handler.type is None:
        return not named
    return _are_caught(errors, handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type], named)


def suppresses(manager: ast.expr, *errors: str) -> bool:
    """Tell whether a context manager is ``contextlib.suppress``, and one of ``errors`` ends there, as in ``catches``."""
    if not (isinstance(manager, ast.Call) and last_name(manager.func) == "suppress"):
        return False
    return _are_caught(errors, manager.args, named=False)


def _are_caught(errors: Iterable[str], types: Iterable[ast.expr], named: bool) -> bool:
    found = {base.__name__ for error in errors for base in getattr(builtins, error).__mro__[:-1]}
    return not found.difference(_ANYTHING if named else ()).isdisjoint(map(last_name, types))
