"""Which classes of a module may have other methods than those that are written in them.

A decorator, a metaclass or code that sets attributes by names it computes may put something else in the place of a method,
and so may a class out of sight that inherits from the one in the file.
"""

from __future__ import annotations

import ast

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.syntax import decorator_name, last_name

# Decorators of classes that leave methods alone.
_LEAVING = frozenset(
    {
        *("dataclass", "total_ordering", "final", "runtime_checkable", "unique", "deprecated", "dataclass_transform"),
        *("define", "frozen", "mutable", "attrs"),
    }
)
_LEAVING_METACLASSES = frozenset({"ABCMeta", "EnumMeta", "EnumType", "type"})
_CHANGING = frozenset({"__init_subclass__", "__getattribute__"})  # methods by which a class decides about others
_READING = frozenset({"copy", "get", "items", "keys", "values"})  # methods of a namespace that put nothing into it
# Calls that a class is given to and that make no other one of it.
_ASKING = frozenset(
    {"isinstance", "issubclass", "super", "cast", "TypeVar", "Field", "fields", "asdict", "print", "id"}
)


class Remade:
    """What one module may make of its classes."""

    def __init__(self, index: CodeIndex) -> None:
        self._index = index
        self._is_patched: bool | None = None
        self._known: dict[ast.ClassDef, bool] = {}
        self._changed: dict[ast.ClassDef, bool] = {}
        self._given_away: dict[ast.ClassDef, bool] = {}

    def may_be(self, owner: ast.ClassDef) -> bool:
        """Tell whether an object that methods of a class call ``self`` may have other methods than the file shows."""
        if self.is_patched():
            return True
        if owner not in self._known:
            heirs = self._index.inheriting(owner)
            self._known[owner] = any(map(self._is_changed, [*self._index.family(owner), *heirs])) or any(
                map(self._is_given_away, [owner, *heirs])
            )
        return self._known[owner]

    def is_patched(self) -> bool:
        """Tell whether the module may set any name or attribute of its own: by a name that is not written there."""
        if self._is_patched is None:
            self._is_patched = self._sets_computed() or self._writes_namespace()
        return self._is_patched

    def _is_changed(self, owner: ast.ClassDef) -> bool:
        """Whether a class, as it is made, may get other methods, or hands out others than it has."""
        if owner not in self._changed:
            index = self._index
            metaclasses = {last_name(one.value) for one in owner.keywords if one.arg == "metaclass"}
            self._changed[owner] = (
                any(decorator_name(one) not in _LEAVING for one in index.changing(owner))
                or len(metaclasses) < len(owner.keywords)
                or not metaclasses <= _LEAVING_METACLASSES
                or not _CHANGING.isdisjoint(index.scopes[owner].bound)
            )
        return self._changed[owner]

    # -- by computed names -----------------------------------------------------------------------------------------

    def _sets_computed(self) -> bool:
        calls = [call for name in ("setattr", "__setattr__") for call in self._index.calls_by_name.get(name, ())]
        return any(
            not any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in call.args[:2])
            and not (call.args and self._is_another(call.args[0]))
            for call in calls
        )

    def _is_another(self, target: ast.expr) -> bool:
        """Whether what an attribute is set on is something that a class or its object holds: ``self.valves``, or a name that
        stands for it."""
        if isinstance(target, ast.Name):
            value = self._index.sole_value(target)
            return value is not None and not isinstance(value, ast.Name) and self._is_another(value)
        if isinstance(target, ast.Call):
            return last_name(target.func) != "type" and self._index.class_of(target) is None
        return isinstance(target, ast.Subscript) or (isinstance(target, ast.Attribute) and target.attr != "__class__")

    def _writes_namespace(self) -> bool:
        index = self._index
        if index.calls_by_name.get("exec"):
            return True
        spaces: list[ast.expr] = [one for one in index.mentions.get("__dict__", ()) if isinstance(one, ast.Attribute)]
        spaces += [call for name in ("vars", "globals") for call in index.calls_by_name.get(name, ())]
        return any(map(self._is_written, spaces))

    def _is_written(self, space: ast.expr) -> bool:
        above = self._index.parent(space)
        if isinstance(above, ast.Subscript):
            return not isinstance(above.ctx, ast.Load)
        if isinstance(above, ast.Attribute):
            return above.attr not in _READING
        return isinstance(above, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.AugAssign)

    # -- by classes out of sight -----------------------------------------------------------------------------------

    def _is_given_away(self, owner: ast.ClassDef) -> bool:
        """Whether a class is put somewhere from where another one may inherit from it."""
        if owner not in self._given_away:
            uses = self._index.mentions.get(owner.name, ())
            self._given_away[owner] = any(map(self._may_lead_on, uses))
        return self._given_away[owner]

    def _may_lead_on(self, use: ast.expr) -> bool:
        index = self._index
        child: ast.AST = use
        for above in index.ancestors(use):
            if isinstance(above, ast.Call):
                return child is not above.func and last_name(above.func) not in _ASKING
            if isinstance(above, ast.keyword | ast.Tuple | ast.List | ast.Dict | ast.Set | ast.Starred):
                child = above
                continue
            if isinstance(above, ast.Assign | ast.NamedExpr):
                return index.sole_target(above) is None or not self._is_followed(above)
            return isinstance(above, ast.Return | ast.Yield | ast.IfExp | ast.BoolOp | ast.For | ast.comprehension)
        return False

    def _is_followed(self, assignment: ast.Assign | ast.NamedExpr) -> bool:
        """Whether all uses of another name for a class are seen through: it is called, or a class in sight inherits."""
        uses = self._index.reads_of_value(assignment)
        return isinstance(assignment.value, ast.Name) and not any(map(self._may_lead_on, uses))
