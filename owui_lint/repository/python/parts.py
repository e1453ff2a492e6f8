"""What becomes of a value under a key of a dictionary, or in a field of a data object."""

from __future__ import annotations

import ast

from owui_lint.repository.python.code import Scope
from owui_lint.repository.python.fates import UNTOUCHED, Fate, Fates, together
from owui_lint.repository.python.handed import MAX_PASSED, parameter
from owui_lint.tuples import NamedTuple

_MAX_USES = 50  # of a dictionary or data object
_OTHER = ast.Pass()  # stands for a use of another part


class _Part(NamedTuple):
    """A key of a dictionary, or one of the ``fields`` of a data object; ``put``: the item that was set to it."""

    key: object
    fields: tuple[str, ...]
    put: ast.AST | None


class Parts:
    """What becomes of the parts of dictionaries and data objects that a module makes."""

    def __init__(self, fates: Fates) -> None:
        self._fates = fates
        self._index = fates.index
        self._calls = fates.calls
        self._handed = fates.handed
        self._of_parts: dict[tuple[Scope, str, object, tuple[str, ...]], Fate | None] = {}

    def in_item(self, target: ast.Subscript) -> Fate | None:
        """Return what becomes of what is put under a key of a dictionary that the function made itself; ``None`` where that
        cannot be told."""
        holder, key = target.value, target.slice
        if not (isinstance(holder, ast.Name) and isinstance(key, ast.Constant)):
            return None
        if not isinstance(self._index.sole_value(holder), ast.Dict):
            return None
        return self._of_part(holder, _Part(key.value, (), target))

    def in_display(self, display: ast.Dict, value: ast.expr) -> Fate | None:
        """Return what becomes of a value in a dictionary that is written out; ``None`` where that cannot be told."""
        if len(display.values) > _MAX_USES:
            return None
        if self._is_serialised(display):
            return Fate(False, True, False, False)
        key = display.keys[display.values.index(value)]
        target = self._sole_target(display)
        if target is None or not isinstance(key, ast.Constant):
            return None
        return self._of_part(target, _Part(key.value, (), None))

    def _is_serialised(self, display: ast.Dict) -> bool:
        """Whether a dictionary is written out as JSON where it stands, which no coroutine can be."""
        call = self._index.parent(display)
        if not isinstance(call, ast.Call) or any(one.arg in ("default", "cls", None) for one in call.keywords):
            return False
        return call.args[:1] == [display] and not {"json.dumps", "json.dump"}.isdisjoint(
            self._index.names_of(call.func)
        )

    def in_field(self, call: ast.Call, made: ast.ClassDef, value: ast.expr) -> Fate | None:
        """Return what becomes of an argument of a call that makes an object of the data class ``made``; ``None`` where that
        cannot be told."""
        fields = [
            one.target.id for one in made.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        above, target = self._index.parent(value), self._sole_target(call)
        if target is None or made.bases or len(call.args) > min(len(fields), _MAX_USES):
            return None
        name = above.arg if isinstance(above, ast.keyword) else fields[call.args.index(value)]
        return self._of_part(target, _Part(name, tuple(fields), None)) if name in fields else None

    def _sole_target(self, value: ast.expr) -> ast.Name | None:
        """The local name that is all that a value is put into, and that is nothing else."""
        targets = self._fates.kept_in(value)
        target = targets[0] if len(targets) == 1 else None
        return target if isinstance(target, ast.Name) and self._index.sole_binding(target) is target else None

    def _of_part(self, holder: ast.Name, part: _Part) -> Fate | None:
        """What becomes of a part of what a local name stands for; ``None`` where something else may do anything with it."""
        where = self._index.binding(holder.id, self._index.scope(holder))
        if where is None or not where.is_function or where in self._calls.tolerant:
            return None
        uses = self._index.reads_of(holder.id, where)
        return self._together_of_part(uses, part)

    def _together_of_part(self, uses: list[ast.Name], part: _Part) -> Fate | None:
        """What all uses of a dictionary or data object do with a part of it."""
        if len(uses) > _MAX_USES:
            return None
        fates = [self._use_of_part(use, part) for use in uses]
        known = [fate for fate in fates if fate is not None]
        return together(known)._replace(only_asked=False) if len(known) == len(fates) else None

    def _use_of_part(self, use: ast.Name, part: _Part) -> Fate | None:
        """What one use of a dictionary or data object does with a part of it."""
        above = self._index.parent(use)
        read: ast.AST | None = None
        if isinstance(above, ast.Subscript) and above.value is use and not part.fields:
            if not isinstance(above.slice, ast.Constant):
                return None
            read = above if above.slice.value == part.key else _OTHER
        elif isinstance(above, ast.Attribute) and part.fields:
            if above.attr not in part.fields:
                return None  # a method sees all of it
            read = above if above.attr == part.key else _OTHER
        elif isinstance(above, ast.Attribute) and above.attr == "get":
            call = self._index.parent(above)
            if not (isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)):
                return None
            read = call if call.args[0].value == part.key else _OTHER
        elif isinstance(above, ast.Call | ast.keyword):
            return self._part_of_argument(use, part)
        elif self._fates.is_test(use):
            return UNTOUCHED
        if read is _OTHER or (read is not None and read is part.put):
            return UNTOUCHED
        if not isinstance(read, ast.expr) or not isinstance(getattr(read, "ctx", ast.Load()), ast.Load):
            return None
        return self._fates.of_uses([read])

    def _part_of_argument(self, use: ast.Name, part: _Part) -> Fate | None:
        """What a function of the module does with a part of what it is given."""
        above = self._index.parent(use)
        call = self._index.parent(above) if isinstance(above, ast.keyword) else above
        if not isinstance(call, ast.Call) or use is call.func:
            return None
        function = self._calls.sole_function(call.func)
        name = parameter(function, call, use) if function is not None else ""
        if function is None or not name or function in self._calls.tolerant or len(function.bound.get(name, ())) != 1:
            return None
        asked = (function, name, part.key, part.fields)
        if asked not in self._of_parts:
            self._of_parts[asked] = None  # until it is known: functions may call each other
            if len(self._handed.followed) < MAX_PASSED:
                self._handed.followed.append((function, name))
                self._of_parts[asked] = self._together_of_part(self._index.reads_of(name, function), part)
                self._handed.followed.pop()
        return self._of_parts[asked]
