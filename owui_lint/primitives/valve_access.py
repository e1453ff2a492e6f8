"""Valves that code takes for dictionaries: they are pydantic models."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.hooks import PluginClass, entry_of
from owui_lint.repository.python.models import models_of
from owui_lint.repository.python.module import Module, written
from owui_lint.repository.python.syntax import Try, ends_errors, last_name, suppresses

_RAISED = ("AttributeError", "TypeError")  # by a model that is taken for a dictionary
_ASKING = frozenset({"isinstance", "issubclass", "hasattr", "callable", "type", "__class__"})
_CHANGING = frozenset({"update", "setdefault", "pop"})


@primitive("valves-are-models", scope="plugin", reads="code")
def valves_are_models(plugin: Plugin, context: Context, *, methods: list[str]) -> Iterator[Hit]:
    """Report valves that are read as if they were dictionaries: by subscripts (``default``; ``user`` those of
    ``UserValves``), and user valves by ``methods`` of dictionaries (``method``). Admin valves' methods are undeclared
    fields, which is another rule's."""
    module = plugin.code.module
    entry = entry_of(plugin, context.repository.target)
    if entry is None:
        return
    index, care = module.index, _Care(module.index, module.calls)
    found: list[tuple[str, ast.expr]] = []
    if _is_model(module, "Valves", methods):
        found += [("Valves", node) for node in _of_admin(module, entry)]
    if _is_model(module, "UserValves", methods):
        found += [("UserValves", node) for node in _of_user(index, entry)]
    for owner, node in found:
        for use in (node, *_uses_of_name(index, node)):
            above = index.parent(use)
            values = {"owner": owner, "code": written(use)[:80]}
            if isinstance(above, ast.Subscript) and above.value is use:
                if not care.is_taken(use, _text(above.slice)):
                    yield Hit(module.place(above), "user" if owner == "UserValves" else "default", values)
            elif owner == "UserValves" and isinstance(above, ast.Attribute) and above.attr in methods:
                call = index.parent(above)
                if not (isinstance(call, ast.Call) and call.func is above):
                    continue
                if not care.is_taken(use, _text(call.args[0]) if call.args else ""):
                    yield Hit(module.place(above), "method", {**values, "name": above.attr})


def _text(key: ast.expr) -> str | None:
    """The key that is asked for; ``None`` where it is not literal."""
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _is_model(module: Module, name: str, methods: Iterable[str]) -> bool:
    """Whether a class of valves is a pydantic model, and nothing of its own stands in for a dictionary's methods."""
    models = models_of(module.index, module.valve_class(name))
    own = {"__getitem__", "__getattr__", "__getattribute__", *methods}
    return bool(models) and all(
        len(one.bases) == 1 and own.isdisjoint(module.index.scopes[one].bound) for one in models
    )


def _of_admin(module: Module, entry: PluginClass) -> Iterator[ast.expr]:
    """Yield ``self.valves`` of the plugin, where nothing but a model is put there."""
    nodes = [node for node in module.index.self_attributes.get("valves", []) if entry.belongs(node)]
    for node in nodes:
        value = getattr(module.index.parent(node), "value", None)
        if isinstance(node.ctx, ast.Store) and not module.makes_valves(value, "Valves"):
            return
    yield from nodes


def _of_user(index: CodeIndex, entry: PluginClass) -> Iterator[ast.expr]:
    """Yield ``__user__["valves"]`` and ``__user__.get("valves", …)`` of what hooks are given, where the code changes nothing
    of it."""
    for use in index.mentions.get("__user__", ()):
        above = index.parent(use)
        if isinstance(above, ast.Attribute) and above.attr in _CHANGING:
            return
    hooks = set(entry.hooks.values())
    found: list[ast.expr] = []
    for text in index.texts.get("valves", ()):
        above = index.parent(text)
        user: ast.expr | None = None
        if isinstance(above, ast.Subscript) and above.slice is text:
            user = above.value
        elif isinstance(above, ast.Call) and above.args[:1] == [text] and isinstance(above.func, ast.Attribute):
            user = above.func.value if above.func.attr == "get" else None
        if isinstance(user, ast.BoolOp):  # (__user__ or {})
            user = user.values[0]
        if not (isinstance(user, ast.Name) and user.id == "__user__" and isinstance(above, ast.expr)):
            continue
        if isinstance(above, ast.Subscript) and not isinstance(above.ctx, ast.Load):
            return
        given = index.binding(user.id, index.scope(user))
        if given in hooks and given is not None and [type(one) for one in given.bound[user.id]] == [ast.arg]:
            found.append(above)
    yield from found


def _uses_of_name(index: CodeIndex, node: ast.expr) -> list[ast.expr]:
    """Where a name is used that stands for nothing but an expression; none where code asks what it is."""
    assignment = index.parent(node)
    if isinstance(assignment, ast.IfExp) and assignment.body is node:  # .. if __user__ else None
        other = assignment.orelse
        if not (isinstance(other, ast.Constant) and other.value is None):
            return []
        node, assignment = assignment, index.parent(assignment)
    target = index.target_of(node)
    if not isinstance(target, ast.Name) or index.sole_binding(target) is not target:
        return []
    uses: list[ast.expr] = list(index.reads_of(target.id, index.scope(target)))
    return [] if any(isinstance(index.parent(use), ast.Call) for use in uses) else uses


class _Care:
    """Tells where code provides for valves that are none: an error is caught, or it has asked what it deals with."""

    def __init__(self, index: CodeIndex, calls: Calls) -> None:
        self._index = index
        self._calls = calls
        self._taken: dict[ast.AST, bool] = {}
        self._ways: dict[Try | ast.With | ast.AsyncWith, list[Scope] | None] = {}
        self._reading: dict[str, set[Scope]] = {}

    def is_taken(self, node: ast.expr, key: str | None) -> bool:
        """Tell whether something around a node provides for what is no dictionary. ``key`` is what it is asked for: "" for
        all that it has, ``None`` if that is not literal."""
        return self._is_asked(node) or self._has_other_way(node, key)

    def _is_asked(self, node: ast.AST) -> bool:
        """Whether something around a node names the error, or asks first; what is around a statement is looked at once."""
        passed: list[ast.AST] = []
        found = False
        for above in self._index.ancestors(node):
            known = self._taken.get(above)
            found = self._is_careful(above) if known is None else known
            if known is not None or found:
                break
            passed.append(above)
        self._taken.update(dict.fromkeys(passed, found))
        return found

    def _is_careful(self, above: ast.AST) -> bool:
        if isinstance(above, ast.If | ast.IfExp):
            return self._asks(above.test)
        if isinstance(above, Try):
            return ends_errors(above, *_RAISED, named=True)
        if isinstance(above, ast.With | ast.AsyncWith):
            return any(suppresses(item.context_expr, *_RAISED, named=True) for item in above.items)
        return isinstance(above, ast.Match)

    def _asks(self, test: ast.expr) -> bool:
        """Whether a test asks what it deals with, or is the answer under a name."""
        asked = self._index.within(test, ast.Name, ast.Attribute)
        values = (self._index.sole_value(one) for one in asked if isinstance(one, ast.Name))
        told = [
            below
            for value in values
            if value is not None
            for below in self._index.within(value, ast.Name, ast.Attribute)
        ]
        return any(last_name(one) in _ASKING for one in (*asked, *told))

    def _has_other_way(self, node: ast.expr, key: str | None) -> bool:
        """Whether the error ends in a handler of whatever goes wrong, and the function, or one that the handler calls, reads
        the valve in another way: then it works. With nothing but ``except Exception`` the plugin never sees what is set."""
        around = [above for above in self._index.ancestors(node) if isinstance(above, Try | ast.With | ast.AsyncWith)]
        ways = [way for above in around if (way := self._ways_of(above)) is not None]
        if not ways or key is None:
            return bool(ways)
        scope = self._index.scope(node)
        functions = {scope.method or scope}.union(*ways)
        return not functions.isdisjoint(self._reading_otherwise) or not functions.isdisjoint(
            self._reading_attribute(key)
        )

    def _ways_of(self, above: Try | ast.With | ast.AsyncWith) -> list[Scope] | None:
        """The functions of the module that the handlers of a statement call; ``None`` where no error of the kind ends."""
        if above not in self._ways:
            found: list[Scope] | None = None
            if isinstance(above, Try):
                if ends_errors(above, *_RAISED):
                    calls = (call for handler in above.handlers for call in self._index.within(handler, ast.Call))
                    found = [way for call in calls if (way := self._calls.local_function(call.func)) is not None]
            elif any(suppresses(item.context_expr, *_RAISED) for item in above.items):
                found = []
            self._ways[above] = found
        return self._ways[above]

    def _reading_attribute(self, name: str) -> set[Scope]:
        """The functions that read an attribute of that name, of whatever object."""
        if name not in self._reading:
            uses = (one for one in self._index.mentions.get(name, ()) if isinstance(one, ast.Attribute))
            self._reading[name] = self._functions(uses)
        return self._reading[name]

    @cached_property
    def _reading_otherwise(self) -> set[Scope]:
        """The functions that make a dictionary of an object, or ask it for attributes by computed names."""
        asked = [call for name in ("getattr", "vars", "dict") for call in self._index.calls_by_name.get(name, ())]
        dumped = [one for name in ("model_dump", "__dict__") for one in self._index.mentions.get(name, ())]
        return self._functions([*asked, *dumped])

    def _functions(self, nodes: Iterable[ast.AST]) -> set[Scope]:
        scopes = map(self._index.scope, nodes)
        return {scope.method or scope for scope in scopes}
