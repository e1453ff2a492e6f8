"""Texts of a module that are looked for in other texts, under whatever name: marks that are found, split at or cut out."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import Scope
from owui_lint.repository.python.handed import parameter
from owui_lint.repository.python.syntax import Assignment, last_name, targets_of, with_defaults

# Methods and functions that look at a text: what they are given is searched for.
_READERS = frozenset(
    {
        *("find", "rfind", "index", "rindex", "count", "replace", "split", "rsplit", "partition", "rpartition"),
        *("startswith", "endswith", "removeprefix", "strip"),
        *("compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "subn"),
    }
)
# Functions and methods that give what they are given, or the items of it.
_PASSING = frozenset(
    {
        *("dict", "enumerate", "frozenset", "list", "reversed", "set", "sorted", "tuple", "zip"),
        *("casefold", "escape", "get", "items", "keys", "lower", "values"),
    }
)
_HOLDING = (ast.Dict, ast.List, ast.Set, ast.Starred, ast.Tuple, ast.keyword)
_MAX_NAMES = 8  # names that are put into names


class Searches:
    """What becomes of literal texts in one module, as far as it is to be looked for."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._index = calls.index
        #: By the name, and what binds it: a scope, the class of an attribute, or nothing in particular.
        self._known: dict[tuple[str, Scope | None], bool] = {}

    def holds(self, text: ast.expr, depth: int = 0) -> bool:
        """Tell whether a text, or a list or dictionary that it is put into, is looked for in others somewhere."""
        child: ast.AST = text
        is_whole = True  # nothing was added to it: what it is put into is the same text
        for above in self._index.ancestors(text):
            if isinstance(above, ast.Compare):
                return _compares(above, child)
            if isinstance(above, ast.Call):
                if last_name(above.func) not in _PASSING:
                    if child is above.func:
                        return False
                    if last_name(above.func) in _READERS:
                        return not self._is_read(above, child)
                    return is_whole and self._is_given(above, child, depth)
            elif isinstance(above, ast.For | ast.AsyncFor | ast.comprehension):
                return is_whole and above.iter is child and self._is_bound([above.target], depth)
            elif isinstance(above, ast.arguments):
                return is_whole and self._is_default(above, child, depth)
            elif isinstance(above, ast.Expr):
                return above.value is text  # a docstring, or a text that goes nowhere
            elif isinstance(above, ast.stmt):
                return is_whole and isinstance(above, Assignment) and self._is_bound(targets_of(above), depth)
            elif not isinstance(above, (*_HOLDING, ast.Attribute)):
                is_whole = False
            child = above
        return False

    def _is_read(self, call: ast.Call, given: ast.AST) -> bool:
        """Whether a function of ``re`` is given a text to look for something in it: behind the pattern, and what replaces it."""
        name = self._index.name_of(call.func) or ""
        if not name.startswith("re."):
            return False
        if isinstance(given, ast.keyword):
            return given.arg == "string"
        return given in call.args[2 if name in ("re.sub", "re.subn") else 1 :]

    def _is_given(self, call: ast.Call, given: ast.AST, depth: int) -> bool:
        """Whether a function of the module looks for what a call gives it."""
        value = given.value if isinstance(given, ast.keyword) else given
        function = self._calls.local_function(call.func)
        if function is None or not isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        name = parameter(function, call, value) if isinstance(value, ast.expr) else ""
        return bool(name) and self._is_used(name, function, depth)

    def _is_default(self, arguments: ast.arguments, default: ast.AST, depth: int) -> bool:
        """Whether a function looks for what is the default of one of its parameters."""
        function = self._index.parent(arguments)
        scope = self._index.scopes.get(function) if function is not None else None
        names = (one.arg for one, value in with_defaults(arguments) if value is default)
        return scope is not None and any(self._is_used(name, scope, depth) for name in names)

    def _is_bound(self, targets: Iterable[ast.expr], depth: int) -> bool:
        """Whether one of the names or attributes that something is put into is looked for."""
        waiting = list(targets)
        while waiting:
            one = waiting.pop()
            if isinstance(one, ast.Tuple | ast.List):
                waiting += one.elts
            elif isinstance(one, ast.Starred):
                waiting.append(one.value)
            elif isinstance(one, ast.Name):
                if self._is_used(one.id, self._index.scope(one), depth):
                    return True
            elif isinstance(one, ast.Attribute) and self._is_used(one.attr, self._owner(one), depth):
                return True
        return False

    def _owner(self, target: ast.Attribute) -> Scope | None:
        """Return the class whose method sets an attribute of its own object."""
        if not self._index.is_instance(target.value):
            return None
        return next((scope for scope in self._index.scope(target).chain() if scope.is_class), None)

    def _is_of_other(self, use: ast.Attribute, owner: Scope) -> bool:
        """Whether an attribute is certainly asked of another object than those of a class: of an item of something, or of
        what a call gives, where nothing in the module makes objects of that class, as with the plugin's own."""
        index, asked = self._index, use.value
        if owner.name in index.mentions:
            return False
        if any(index.is_instance(name) or name.id == "cls" for name in index.within(asked, ast.Name)):
            return False
        if isinstance(asked, ast.Name):
            bound = index.sole_binding(asked)
            return bound is not None and isinstance(index.parent(bound), ast.For | ast.AsyncFor | ast.comprehension)
        return isinstance(asked, ast.Subscript | ast.Call)

    def _is_used(self, name: str, scope: Scope | None, depth: int) -> bool:
        """Whether a use of a name that a scope binds, or of an attribute (of a class, of any object), looks for it; each is
        asked once."""
        key = name, scope
        if key not in self._known and depth < _MAX_NAMES:
            self._known[key] = False  # while its uses lead back to it
            uses: list[ast.expr] = list(self._index.reads_of(name, scope)) if scope is not None else []
            if scope is None or scope.is_class:
                mentions = self._index.mentions.get(name, ())
                asked = (use for use in mentions if isinstance(use, ast.Attribute) and isinstance(use.ctx, ast.Load))
                uses += (use for use in asked if scope is None or not self._is_of_other(use, scope))
            self._known[key] = any(self.holds(use, depth + 1) for use in uses)
        return self._known.get(key, False)


def _compares(comparison: ast.Compare, part: ast.AST) -> bool:
    """Whether a part of a comparison is compared with a text that may hold it; what is compared with ``None``, ``""`` or
    other texts as they are written is not looked for."""
    others = (one for one in (comparison.left, *comparison.comparators) if one is not part)
    return not all(map(_is_written, others))


def _is_written(value: ast.expr) -> bool:
    parts = value.elts if isinstance(value, ast.List | ast.Set | ast.Tuple) else [value]
    return all(isinstance(one, ast.Constant) for one in parts)
