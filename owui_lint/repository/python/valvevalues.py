"""What the code says of valves without being run: their names, owners, defaults and descriptions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.repository.python.module import Module, Valve
from owui_lint.repository.python.writtenvalue import UNKNOWN, WrittenValve, is_number

if TYPE_CHECKING:
    from typing import Any

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


def find_valves(module: Module) -> list[WrittenValve]:
    """Return the fields of ``Valves`` and ``UserValves`` of a module, in its order; one that both inherit stands there twice."""
    names = constants(module)
    found: list[WrittenValve] = []
    for valve in module.valves:
        value = valve_value(valve, names)
        known = value is not UNKNOWN
        target = valve.target
        start = module.offset(target.lineno, target.col_offset)
        end = module.offset(target.end_lineno or target.lineno, target.end_col_offset or target.col_offset)
        found.append(
            WrittenValve(valve.name, valve.owner, value if known else None, known, _description(valve), start, end)
        )
    return found


def _description(valve: Valve) -> str:
    described = (valve.said or {}).get("description")
    return described.value if isinstance(described, ast.Constant) and isinstance(described.value, str) else ""


def valve_value(valve: Valve, names: Mapping[str, ast.expr]) -> Any:
    """Return a valve's default as a value, or ``UNKNOWN``; ``names`` are the module's ``constants``."""
    if valve.default is None:
        return UNKNOWN
    node = valve.default
    if valve.said is not None and node is valve.said.get("default_factory"):
        if isinstance(node, ast.Name):
            return {"list": [], "dict": {}, "set": set(), "str": ""}.get(node.id, UNKNOWN)
        if not isinstance(node, ast.Lambda):
            return UNKNOWN
        node = node.body
    value = _evaluate(node, names)
    if not isinstance(value, str):
        try:
            repr(value)
        except (ValueError, RecursionError):
            return UNKNOWN  # an integer of more digits than Python writes out: no text can state it
    return value


def constants(module: Module) -> dict[str, ast.expr]:
    """Return the module-level names that are assigned once, with what they are assigned."""
    found: dict[str, list[ast.expr]] = {}
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(statement.value)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            found.setdefault(statement.target.id, []).append(statement.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _evaluate(node: ast.expr, names: Mapping[str, ast.expr], depth: int = 0) -> Any:
    if depth > 8:
        return UNKNOWN
    if isinstance(node, ast.Name) and node.id in names:
        return _evaluate(names[node.id], names, depth + 1)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = (_evaluate(side, names, depth + 1) for side in (node.left, node.right))
        if not (is_number(left) and is_number(right)):
            return UNKNOWN
        try:
            return _OPERATORS[type(node.op)](left, right)
        except (ArithmeticError, ValueError):
            return UNKNOWN
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN
    return UNKNOWN if value is ... or isinstance(value, bytes) else value
