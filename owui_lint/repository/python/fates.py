"""What becomes of a value: of what a call gives, in the variables and attributes that it is put into.

A value goes to a variable, from there to another one, to a function of the module (``handed.py``), under a key or into a
data object (``parts.py``). What cannot be followed for certain may do anything with it.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import Scope
from owui_lint.repository.python.syntax import decorators, last_name
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository.python.handed import Handed
    from owui_lint.repository.python.parts import Parts

_MAX_ALIASES = 4  # variables that are put into variables
_MAX_TOGETHER = 8  # variables that one assignment puts the same value, or values next to each other, into
_MAX_ITEMS = 200  # of a dictionary that is written out
# Calls that take a coroutine: the standard library's by name, a plugin's own by what it is called.
_TAKES_COROUTINE = lazy_pattern(
    r"^(?:gather|wait|wait_for|shield|create_task|ensure_future|run|run_until_complete|run_coroutine_threadsafe"
    r"|as_completed|start_soon|append|add)$|await|async|maybe|resolve|coro|task|future|unwrap",
    re.IGNORECASE,
)
_KEEP = frozenset({"append", "add"})
# What makes items of its keyword arguments: ``dict(a=value)``, ``items.update(a=value)``.
_MAKING_ITEMS = frozenset({"dict", "update"})
_OF_COROUTINES = frozenset({"close", "send", "throw", "add_done_callback"})
_LOGGING = ("debug", "info", "warning", "error", "critical", "exception")
# Functions that show what they get: of a coroutine, only that it is one.
_SHOWING = frozenset(
    {
        *(f"builtins.{name}" for name in ("str", "print", "repr", "format")),
        *(f"logging.{level}" for level in _LOGGING),
    }
)
# Functions that a coroutine is of no use to: they show, count or iterate over what they get. What asks for the kind of
# a value (`isinstance`, `hasattr`) may do so to await it.
_NEEDING = frozenset(
    {
        *_SHOWING,
        *(
            f"builtins.{name}"
            for name in (
                *("len", "list", "dict", "sorted", "getattr", "int", "float", "tuple", "set", "bytes", "bool", "sum"),
                *("min", "max", "any", "all", "enumerate", "frozenset", "reversed", "abs", "round"),
            )
        ),
        *("json.dumps", "json.dump", "json.loads"),
    }
)


class Fate(NamedTuple):
    """What becomes of a variable: some use may await it, needs what it would give, or certainly awaits it; all uses only
    ask if it is true."""

    consumed: bool
    needed: bool
    awaited: bool
    only_asked: bool


UNTOUCHED = Fate(False, False, False, False)
UNKNOWN = Fate(True, False, False, False)  # whoever has it may await it


def together(fates: list[Fate]) -> Fate:
    """Return what becomes of a value that has several fates."""
    return Fate(
        any(fate.consumed for fate in fates),
        any(fate.needed for fate in fates),
        any(fate.awaited for fate in fates),
        all(fate.only_asked for fate in fates),
    )


class Fates:
    """What becomes of values in one module."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.index = calls.index
        self._goes_to = calls.goes_to
        self._by_target: dict[tuple[str, Scope, int, int], Fate | None] = {}
        self._owners: dict[str, Scope | None] = {}
        #: By variable: the lines in which it is assigned.
        self._stores: dict[tuple[str, Scope], list[int]] = {}

    @cached_property
    def handed(self) -> Handed:
        """What the module's own functions do with what they are given."""
        from owui_lint.repository.python.handed import Handed

        return Handed(self)

    @cached_property
    def parts(self) -> Parts:
        """What becomes of items of dictionaries and fields of data objects."""
        from owui_lint.repository.python.parts import Parts

        return Parts(self)

    def let_go(self) -> None:
        """Give up everything: these refer to each other, and a run does without the collector."""
        for name in ("handed", "parts"):
            if name in vars(self):
                vars(getattr(self, name)).clear()
        vars(self).clear()

    # -- variables and attributes ----------------------------------------------------------------------------------

    def kept_in(self, expression: ast.expr) -> list[ast.expr]:
        """Return what a value is put into, as one of several values too: ``a = b = value``, ``a, b = value, 1``."""
        above = self._goes_to(expression)
        if isinstance(above, ast.AnnAssign | ast.NamedExpr):
            return [above.target]
        if isinstance(above, ast.Assign):
            return above.targets
        if isinstance(above, ast.Tuple) and len(above.elts) <= _MAX_TOGETHER and expression in above.elts:
            assignment = self.index.parent(above)
            position = above.elts.index(expression)
            if isinstance(assignment, ast.Assign) and all(_unpacks(one, above) for one in assignment.targets):
                return [one.elts[position] for one in assignment.targets if isinstance(one, ast.Tuple)]
        return []

    def of(self, expression: ast.expr, depth: int = 0) -> Fate | None:
        """Return what the uses of what a value is put into do with it, other variables that it is put into included.

        ``None`` where that cannot be told.
        """
        targets = self.kept_in(expression)
        if not targets or len(targets) > _MAX_TOGETHER or depth > _MAX_ALIASES:
            return None
        fates = [self.of_target(target, depth) for target in targets]
        known = [fate for fate in fates if fate is not None]
        return together(known) if len(known) == len(fates) else None

    def of_target(self, target: ast.expr, depth: int = 0) -> Fate | None:
        """Return what becomes of a value in one variable, or in an attribute of ``self`` that holds nothing else; ``None``
        where that cannot be told."""
        if isinstance(target, ast.Attribute):
            return self._of_attribute(target, depth)
        if isinstance(target, ast.Subscript):
            return self.parts.in_item(target)
        if not isinstance(target, ast.Name):
            return None
        name = target.id
        scope = self.index.binding(name, self.index.scope(target))
        if scope is None or scope is self.index.root or scope is not self.index.scope(target):
            return None
        several = len(scope.bound.get(name, [])) > 1
        # Assignments on one line have the same uses: each is looked at once, or a few lines would take for ever.
        key = (name, scope, target.lineno if several else 0, depth)
        if key not in self._by_target:
            uses = self._reads(name, scope, target.lineno if several else None)
            self._by_target[key] = None if several and not uses else self.of_uses(uses, depth)
        return self._by_target[key]

    def _of_attribute(self, target: ast.Attribute, depth: int) -> Fate | None:
        method = self.index.scope(target).method
        if method is None or method.parent is None or not self.index.is_instance(target.value):
            return None
        key = (f"self.{target.attr}", method.parent, 0, depth)
        if key not in self._by_target:
            uses = self._uses_of_attribute(target.attr, method.parent)
            # Whether others than its class use an attribute cannot be seen: only a wrong use counts, not a missing one.
            self._by_target[key] = self.of_uses(uses, depth) if uses else None
        return self._by_target[key]

    def _uses_of_attribute(self, name: str, owner: Scope) -> list[ast.Attribute]:
        """Where a class reads an attribute of ``self``; nothing if it may hold, or give, more than the class shows."""
        if not isinstance(owner.node, ast.ClassDef) or owner.node.bases or self._owner(name) is not owner:
            return []
        index = self.index
        uses = index.self_attributes[name]
        put = [use for use in uses if not isinstance(use.ctx, ast.Load)]
        values = [one for one in (*put, *owner.bound.get(name, ())) if not index.is_fallback(one)]
        return [use for use in uses if isinstance(use.ctx, ast.Load)] if len(values) == 1 else []

    def _owner(self, name: str) -> Scope | None:
        """The class that alone has to do with an attribute; looked for once, as many classes may have one of that name."""
        if name not in self._owners:
            own = self.index.self_attributes.get(name, [])
            all_uses = sum(isinstance(use, ast.Attribute) for use in self.index.mentions[name])
            owners = {getattr(self.index.scope(use).method, "parent", None) for use in own}
            alone = len(owners) == 1 and len(own) == all_uses and name not in self.index.texts
            self._owners[name] = owners.pop() if alone else None
        return self._owners[name]

    def of_uses(self, uses: Sequence[ast.expr], depth: int = 0) -> Fate:
        """Return what all uses of a value do with it. ``depth``: the variables that it went through before."""
        fates = [
            self.of(use, depth + 1)
            or Fate(self._is_consumed(use), self.needs_result(use), self.gets_awaited(use), self.is_test(use))
            for use in uses
        ]
        fate = together(fates)
        if fate.needed:
            needing = [use for use, one in zip(uses, fates, strict=True) if one.needed]
            if all(map(self._is_shown, needing)) and any(self._goes_out_of_sight(use) for use in uses):
                return fate._replace(needed=False)  # shown on its way to what may await it
        return fate

    def _is_shown(self, use: ast.expr) -> bool:
        """Whether a value only becomes part of a text or a message."""
        above = self._goes_to(use)
        return isinstance(above, ast.FormattedValue) or (isinstance(above, ast.Call) and self._shows(above))

    def _shows(self, call: ast.Call) -> bool:
        method = call.func
        if isinstance(method, ast.Attribute) and (self._is_text(method.value) or self._is_logged(method)):
            return True
        return not _SHOWING.isdisjoint(self.index.names_of(method))

    def _goes_out_of_sight(self, use: ast.expr) -> bool:
        """Whether a value is given to a call that nothing is known of."""
        above = self._goes_to(use)
        call = self.index.parent(above) if isinstance(above, ast.keyword) else above
        is_given = isinstance(call, ast.Call) and use is not call.func and self.inside(use) is None
        return is_given and isinstance(call, ast.Call) and not self.has_no_use_for_coroutines(call)

    def _reads(self, name: str, scope: Scope, line: int | None = None) -> list[ast.Name]:
        """Return where a variable, bound in ``scope``, is read; of several assignments (the one in ``line``), where the
        use follows on this one directly."""
        found = self.index.reads_of(name, scope)
        if line is None:
            return found
        if (name, scope) not in self._stores:
            self._stores[name, scope] = sorted(map(_line, scope.bound[name]))
        later = self._stores[name, scope]
        behind = bisect_right(later, line)
        first = bisect_left(found, line, key=_line)
        return found[first : bisect_right(found, later[behind], key=_line) if behind < len(later) else None]

    # -- one use -----------------------------------------------------------------------------------------------------

    def is_test(self, expression: ast.expr) -> bool:
        """Tell whether a value is only asked whether it is true."""
        above = self._goes_to(expression)
        if isinstance(above, ast.comprehension):
            return above.iter is not expression
        tests = (ast.If, ast.While, ast.IfExp, ast.Assert, ast.BoolOp, ast.UnaryOp, ast.Compare)
        return isinstance(above, tests)

    def needs_result(self, expression: ast.expr) -> bool:
        """Tell whether a value is used in a way that no coroutine can be."""
        above = self._goes_to(expression)
        if isinstance(above, ast.Attribute):
            return above.attr not in _OF_COROUTINES and not above.attr.startswith(("__", "cr_"))
        inside = self.inside(expression)
        if inside is not None:
            return inside.needed and not inside.consumed
        if _takes_apart(above, expression):
            return True
        if isinstance(above, ast.Call | ast.keyword):
            call = self.index.parent(above) if isinstance(above, ast.keyword) else above
            return isinstance(call, ast.Call) and (expression is call.func or self.has_no_use_for_coroutines(call))
        if isinstance(above, ast.For | ast.comprehension):
            return above.iter is expression
        return isinstance(above, ast.Subscript | ast.BinOp | ast.FormattedValue)

    def has_no_use_for_coroutines(self, call: ast.Call) -> bool:
        """Tell whether a call that gets a coroutine certainly has no use for one."""
        if _TAKES_COROUTINE.search(last_name(call.func)):
            return False
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("update", "extend", "join"):
            return True  # these iterate over what they get
        if self._shows(call):
            return True
        return any(name in _NEEDING or name.startswith("open_webui.") for name in self.index.names_of(call.func))

    @staticmethod
    def _is_text(owner: ast.expr) -> bool:
        """Whether a method is one of a text that is written out: ``"...".format(value)``."""
        return isinstance(owner, ast.Constant) and isinstance(owner.value, str)

    def _is_logged(self, method: ast.Attribute) -> bool:
        """Whether a method writes a message to a logger that the module makes."""
        made = self.index.sole_value(method.value) if isinstance(method.value, ast.Name) else None
        is_logger = isinstance(made, ast.Call) and "logging.getLogger" in self.index.names_of(made.func)
        return method.attr in _LOGGING and is_logger

    def _is_consumed(self, use: ast.expr) -> bool:
        """Whether a variable is awaited, or goes to what awaits it."""
        inside = self.inside(use)
        if inside is not None:
            return inside.consumed
        above = self._goes_to(use)
        if isinstance(above, ast.Call):
            return use is not above.func and not self.has_no_use_for_coroutines(above) and self._may_await(above)
        return isinstance(above, ast.Await | ast.Return | ast.Yield | ast.List | ast.Tuple | ast.Set | ast.Starred)

    def gets_awaited(self, expression: ast.expr) -> bool:
        """Tell whether a value is awaited, or goes to what is there to await: a list only keeps it."""
        inside = self.inside(expression)
        if inside is not None:
            return inside.awaited
        above = self._goes_to(expression)
        if not isinstance(above, ast.Call):
            return isinstance(above, ast.Await)
        name = last_name(above.func)
        return expression is not above.func and name not in _KEEP and _TAKES_COROUTINE.search(name) is not None

    def _may_await(self, call: ast.Call) -> bool:
        only = len(call.args) == 1 and not call.keywords and isinstance(self.index.parent(call), ast.Await)
        return only or _TAKES_COROUTINE.search(last_name(call.func)) is not None

    def inside(self, expression: ast.expr) -> Fate | None:
        """Return what becomes of a value in the function of this module that it is given to, in a data object, or under a key of
        a dictionary that is written out or called for; ``None`` where it goes to something else."""
        index = self.index
        above = index.parent(expression)
        if isinstance(above, ast.Dict):
            return self.parts.in_display(above, expression)
        call = index.parent(above) if isinstance(above, ast.keyword) else above
        if not isinstance(call, ast.Call) or expression is call.func:
            return None
        function = self.calls.sole_function(call.func)
        if function is not None:
            return self.handed.to(function, call, expression)
        if isinstance(above, ast.keyword) and above.arg is not None and last_name(call.func) in _MAKING_ITEMS:
            return UNKNOWN  # an item: whoever takes it out may await it
        made = index.sole_binding(call.func) if isinstance(call.func, ast.Name) else None
        if isinstance(made, ast.ClassDef) and "dataclass" in decorators(made):
            return self.parts.in_field(call, made, expression)
        return None


def _takes_apart(above: ast.AST | None, value: ast.expr) -> bool:
    """Whether a value is taken apart where it stands: ``*value``, ``{**value}``, ``f(**value)``, ``a, b = value``."""
    if isinstance(above, ast.Dict):
        if len(above.values) > _MAX_ITEMS:
            return False
        return any(key is None and one is value for key, one in zip(above.keys, above.values, strict=True))
    if isinstance(above, ast.Assign):
        return any(isinstance(target, ast.Tuple | ast.List) for target in above.targets)
    return isinstance(above, ast.Starred) or (isinstance(above, ast.keyword) and above.arg is None)


def _unpacks(target: ast.expr, values: ast.Tuple) -> bool:
    """Whether a target takes a display's values apart, one for one."""
    return (
        isinstance(target, ast.Tuple)
        and len(target.elts) == len(values.elts)
        and not any(isinstance(one, ast.Starred) for one in (*target.elts, *values.elts))
    )


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)
