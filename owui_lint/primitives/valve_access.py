"""Valves that code takes for dictionaries: they are pydantic models."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import CodeIndex, last_name
from owui_lint.repository.hooks import Entry, entry_of
from owui_lint.repository.models import models_of
from owui_lint.repository.module import Module, written

_CATCHING = frozenset({"AttributeError", "TypeError", "Exception", "BaseException"})
_ASKING = frozenset({"isinstance", "hasattr", "callable", "type"})


@primitive("valves-are-models", scope="plugin", reads="code")
def valves_are_models(plugin: Plugin, context: Context, *, methods: list[str]) -> Iterator[Hit]:
    """Report valves that are read as if they were dictionaries: by subscripts (``default``; ``user`` those of
    ``UserValves``), and user valves by ``methods`` of dictionaries (``method``). Admin valves' methods are undeclared
    fields, which is another rule's."""
    module = plugin.code.module
    entry = entry_of(plugin, context.repository.target)
    if entry is None:
        return
    index = module.index
    found: list[tuple[str, ast.expr]] = []
    if _is_model(module, "Valves"):
        found += [("Valves", node) for node in _of_admin(index, entry)]
    if _is_model(module, "UserValves"):
        found += [("UserValves", node) for node in _of_user(index)]
    for owner, node in found:
        for use in (node, *_uses_of_name(index, node)):
            above = index.parent(use)
            values = {"owner": owner, "code": written(use)[:80]}
            if _is_provided_for(index, use):
                continue
            if isinstance(above, ast.Subscript) and above.value is use:
                yield Hit(module.place(above), "user" if owner == "UserValves" else "default", values)
            elif owner == "UserValves" and isinstance(above, ast.Attribute) and above.attr in methods:
                call = index.parent(above)
                if isinstance(call, ast.Call) and call.func is above:
                    yield Hit(module.place(above), "method", {**values, "name": above.attr})


def _is_model(module: Module, name: str) -> bool:
    """Whether a class of valves is a pydantic model without methods of its own that stand in for a dictionary's."""
    models = models_of(module.index, module.valve_class(name))
    return bool(models) and not any(
        {"__getitem__", "get", "__getattr__"} & module.index.methods(one).keys() for one in models
    )


def _of_admin(index: CodeIndex, entry: Entry) -> Iterator[ast.expr]:
    """Yield ``self.valves`` of the plugin, where nothing but a model is put there."""
    nodes = [node for node in index.self_attributes.get("valves", []) if entry.belongs(node)]
    for node in nodes:
        value = getattr(index.parent(node), "value", None)
        if isinstance(node.ctx, ast.Store) and not (isinstance(value, ast.Call) and last_name(value.func) == "Valves"):
            return
    yield from nodes


def _of_user(index: CodeIndex) -> Iterator[ast.expr]:
    """Yield ``__user__["valves"]`` and ``__user__.get("valves", …)``, where the code puts nothing else there."""
    found: list[ast.expr] = []
    for text in index.texts.get("valves", ()):
        above = index.parent(text)
        if isinstance(above, ast.Subscript) and above.slice is text and _is_user(above.value):
            if not isinstance(above.ctx, ast.Load):
                return
            found.append(above)
        elif isinstance(above, ast.Call) and above.args[:1] == [text] and _is_get(above.func):
            found.append(above)
    yield from found


def _is_get(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr == "get" and _is_user(function.value)


def _is_user(node: ast.expr) -> bool:
    if isinstance(node, ast.BoolOp):  # (__user__ or {})
        node = node.values[0]
    return isinstance(node, ast.Name) and node.id == "__user__"


def _uses_of_name(index: CodeIndex, node: ast.expr) -> list[ast.expr]:
    """Where a name is used that stands for nothing but an expression; none where code asks what it is."""
    assignment = index.parent(node)
    if not (isinstance(assignment, ast.Assign) and assignment.value is node and len(assignment.targets) == 1):
        return []
    target = assignment.targets[0]
    if not isinstance(target, ast.Name) or index.sole_binding(target) is not target:
        return []
    uses: list[ast.expr] = list(index.reads_of(target.id, index.scope(target)))
    return [] if any(isinstance(index.parent(use), ast.Call) for use in uses) else uses


def _is_provided_for(index: CodeIndex, node: ast.expr) -> bool:
    """Whether an error is caught here, or the code has asked what it deals with."""
    if index.is_handled(node, _catches):
        return True
    tests = (above.test for above in index.ancestors(node) if isinstance(above, ast.If | ast.IfExp))
    return any(last_name(call.func) in _ASKING for test in tests for call in index.within(test, ast.Call))


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(last_name(one) in _CATCHING for one in types)
