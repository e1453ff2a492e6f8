"""Words for syntax trees: what a node says by itself, whatever module it stands in."""

from __future__ import annotations

import ast

#: Both statements with handlers: ``try: ... except`` and ``try: ... except*``.
Try = ast.Try | ast.TryStar


def last_name(expression: ast.AST) -> str:
    """Return the last name of a dotted one; empty for any other expression."""
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")


def is_none(expression: ast.AST | None) -> bool:
    """Tell whether an expression is ``None`` as written; that there is no expression is another matter."""
    return isinstance(expression, ast.Constant) and expression.value is None


def entries(display: ast.Dict) -> dict[str, ast.expr]:
    """Return the values of ``{...}`` by those of its keys that are literal texts; the last of equal keys, as at run time."""
    return {
        key.value: value
        for key, value in zip(display.keys, display.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def is_script(node: ast.AST) -> bool:
    """Tell whether a node is ``if __name__ == "__main__"``, below which only a script's code stands."""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.left, ast.Name)
        and node.test.left.id == "__name__"
    )
