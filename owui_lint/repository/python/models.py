"""Classes of a file that inherit from each other, as pydantic's models do."""

from __future__ import annotations

import ast

from owui_lint.repository.python.code import CodeIndex
from owui_lint.tuples import NamedTuple

BASE_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})
# Bases that add neither fields nor methods of a model.
_EMPTY_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing_extensions.Generic"})
_MAX_ALIASES = 8  # names that stand for names


class Lineage(NamedTuple):
    """A class and those of the file above it, nearest first, as Python looks for a name in them.

    ``others`` are the bases that are out of sight, pydantic's own among them; ``plain`` the classes that certainly
    inherit from nothing, so that they are no models.
    """

    classes: tuple[ast.ClassDef, ...]
    others: tuple[ast.expr, ...]
    plain: frozenset[ast.ClassDef]


def lineage_of(index: CodeIndex, owner: ast.ClassDef) -> Lineage:
    """Return what a class inherits from; a base that leads back to the class itself counts as out of sight."""
    above: list[ast.ClassDef] = []  # a class after all that it inherits from
    others: list[ast.expr] = []
    plain: set[ast.ClassDef] = set()
    entered = {owner}
    waiting: list[tuple[ast.ClassDef, list[ast.expr]]] = [(owner, [*owner.bases])]
    while waiting:
        current, bases = waiting[-1]
        if not bases:
            waiting.pop()
            above.append(current)
            if all(_is_empty(index, base) or class_named(index, base) in plain for base in current.bases):
                plain.add(current)
            continue
        base = bases.pop()  # the last first: at the end, what is nearest stands last
        found = class_named(index, base)
        if found is None:
            others += [] if _is_empty(index, base) else [base]
        elif found not in entered:
            entered.add(found)
            waiting.append((found, [*found.bases]))
        elif any(found is one for one, _ in waiting):
            others.append(base)
    return Lineage(tuple(reversed(above)), tuple(others), frozenset(plain))


def _is_empty(index: CodeIndex, base: ast.expr) -> bool:
    return index.name_of(base.value if isinstance(base, ast.Subscript) else base) in _EMPTY_BASES


def class_named(index: CodeIndex, expression: ast.expr) -> ast.ClassDef | None:
    """Return the class of the file that ``Name``, ``Generic[int]`` or ``Outer.Name`` stands for, also by another name."""
    for _ in range(_MAX_ALIASES):
        if isinstance(expression, ast.Subscript):
            expression = expression.value
        if isinstance(expression, ast.Attribute):
            return _nested(index, expression)
        if not isinstance(expression, ast.Name):
            return None
        target = _binding(index, expression)
        if target is None or isinstance(target, ast.ClassDef):
            return target
        assignment = index.parent(target)
        if not isinstance(assignment, ast.Assign | ast.AnnAssign) or assignment.value is None:
            return None
        expression = assignment.value
    return None


def _nested(index: CodeIndex, expression: ast.Attribute) -> ast.ClassDef | None:
    outer = index.sole_binding(expression.value) if isinstance(expression.value, ast.Name) else None
    if not isinstance(outer, ast.ClassDef) or expression.attr in index.scopes[outer].imports:
        return None
    bound = index.scopes[outer].bound.get(expression.attr, [])
    return bound[0] if len(bound) == 1 and isinstance(bound[0], ast.ClassDef) else None


def _binding(index: CodeIndex, name: ast.Name) -> ast.AST | None:
    """What binds a name. In a class's body, a name that the statement itself is about to bind is still the one of the
    module: ``Valves = Valves``, ``class Valves(Valves)``."""
    target = index.sole_binding(name)
    if target is not None and index.scope(name).is_class:
        statement = target if isinstance(target, ast.stmt) else index.parent(target)
        if any(above is statement for above in index.ancestors(name)):
            return index.sole_binding(name, index.root)
    return target


def models_of(index: CodeIndex, owner: ast.ClassDef | None) -> list[ast.ClassDef]:
    """Return a model and those above it, nearest first, up to pydantic's own; none where one of them is out of sight."""
    if owner is None:
        return []
    lineage = lineage_of(index, owner)
    is_model = bool(lineage.others) and all(index.name_of(base) in BASE_MODELS for base in lineage.others)
    return [*lineage.classes] if is_model else []
