"""Conditions that a plugin's code makes about what it runs on: the Python, the system, the modules that are installed.

What stands behind one is not certain to run. Pythons that OpenWebUI does not run on are never met, so a branch for these
alone is never come to, and one for all others is certain.
"""

from __future__ import annotations

import ast
import operator

from owui_lint import TYPE_CHECKING
from owui_lint.openwebui.names import PYTHONS
from owui_lint.repository.python.syntax import last_name
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository.python.code import CodeIndex

_SYSTEM = frozenset(
    {"sys.platform", "os.name", "os.uname", "platform.system", "platform.machine", "platform.platform"}
    | {"sys.implementation.name", "platform.python_implementation"}
)
_VERSION = frozenset({"sys.version_info", "sys.hexversion", "sys.version", "platform.python_version_tuple"})
_MOST = 10_000  # no part of a version is greater
_ORDERS = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class Gate(NamedTuple):
    """Whether the branches of an ``if`` may be left out where OpenWebUI runs: what stands there may fail elsewhere."""

    body: bool
    orelse: bool


_NONE = Gate(False, False)


def gate_of(index: CodeIndex, test: ast.expr) -> Gate:
    """Return what a condition, by what the plugin runs on, leaves open; both are false for one about something else."""
    if _asks_for_modules(index, test):
        return Gate(True, True)
    names = {name for node in index.within(test, ast.Name, ast.Attribute) for name in index.names_of(node)}
    if not _SYSTEM.isdisjoint(names):
        return Gate(True, True)
    if _VERSION.isdisjoint(names):
        return _NONE
    decided = _decided(index, test)
    return Gate(decided is not True, decided is not False)


def _asks_for_modules(index: CodeIndex, test: ast.expr) -> bool:
    """Whether a condition is about a module being installed: by ``find_spec``, there, in the value of a name, or in a function
    of the file that is called."""
    asked: list[ast.AST] = [test]
    for name in index.within(test, ast.Name):
        found = index.sole_binding(name)
        if isinstance(found, ast.FunctionDef):
            asked.append(found)
        elif found is not None:
            value = index.sole_value(name)
            asked += [value] if value is not None else []
    return any(_looks_for_module(last_name(call.func)) for one in asked for call in index.within(one, ast.Call))


def _looks_for_module(function: str) -> bool:
    """Whether a function, by its name, tells of a module: ``find_spec``, or ``is_nltk_available`` as libraries have it."""
    return function == "find_spec" or (function.startswith("is_") and function.endswith("_available"))


def _decided(index: CodeIndex, test: ast.expr) -> bool | None:
    """What a comparison with Python's version gives on every Python that OpenWebUI runs on; ``None`` if that differs."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _decided(index, test.operand)
        return None if inner is None else not inner
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or type(test.ops[0]) not in _ORDERS:
        return None
    wanted = _constant(test.comparators[0])
    if wanted is None:
        return None
    # The first and the last that there may be of each: what holds for both holds for those between.
    pythons = [(*python, micro) for python in PYTHONS for micro in (0, _MOST)]
    order = _ORDERS[type(test.ops[0])]
    found = set()
    for python in pythons:
        part = _part_of(index, test.left, python)
        if part is None or isinstance(part, tuple) is not isinstance(wanted, tuple):
            return None
        found.add(order(part, wanted))
    return found.pop() if len(found) == 1 else None


def _constant(expression: ast.expr) -> tuple[int, ...] | int | None:
    if isinstance(expression, ast.Constant) and type(expression.value) is int:
        return expression.value
    if not isinstance(expression, ast.Tuple):
        return None
    parts = [one.value for one in expression.elts if isinstance(one, ast.Constant) and type(one.value) is int]
    return tuple(parts) if parts and len(parts) == len(expression.elts) else None


def _part_of(index: CodeIndex, expression: ast.expr, python: tuple[int, ...]) -> tuple[int, ...] | int | None:
    """What ``sys.version_info``, ``sys.version_info[:2]``, ``sys.version_info[0]`` or ``.major`` is on one Python."""
    if isinstance(expression, ast.Attribute) and expression.attr in ("major", "minor"):
        return python[expression.attr == "minor"] if _is_version(index, expression.value) else None
    if isinstance(expression, ast.Subscript):
        if not _is_version(index, expression.value):
            return None
        part = expression.slice
        if isinstance(part, ast.Slice):
            end = _constant(part.upper) if part.upper is not None and part.lower is part.step is None else None
            return python[:end] if isinstance(end, int) and 0 < end <= len(python) else None
        place = _constant(part)
        return python[place] if isinstance(place, int) and place in (0, 1) else None
    return python if _is_version(index, expression) else None


def _is_version(index: CodeIndex, expression: ast.expr) -> bool:
    return index.names_of(expression) == ("sys.version_info",)
