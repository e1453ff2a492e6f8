"""Calls that keep the event loop waiting, and with it every user of the server."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.finding import Message, Related
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import Scope
from owui_lint.repository.hooks import entry_of
from owui_lint.repository.module import Module


@primitive("blocking-calls", scope="plugin", reads="code")
def blocking_calls(plugin: Plugin, context: Context, *, functions: list[str]) -> Iterator[Hit]:
    """Report calls of ``functions`` (dotted names) that run on the event loop: in an ``async`` function
    (``default``), in a plain function that an ``async`` one calls directly (``called``), or in a plain hook (``hook``),
    which OpenWebUI calls on the loop too. Functions handed to a thread are not accused."""
    entry = entry_of(plugin, context.repository.target)
    if entry is None:
        return
    module, blocking = plugin.code.module, frozenset(functions)
    calls = module.calls
    hooks = set(entry.hooks.values())
    for call, names in calls.named:
        name = names[0]
        if name not in blocking or len(names) != 1:
            continue
        scope = module.index.scope(call)
        values = {"name": name.removeprefix("builtins."), "function": scope.name}
        if scope.is_async:
            yield Hit(module.place(call.func), values=values)
        elif scope in hooks:
            yield Hit(module.place(call.func), "hook", values)
        elif scope.is_function and scope not in calls.in_thread and not isinstance(scope.node, ast.Lambda):
            caller = _async_caller(module, scope)
            if caller is not None:
                above = module.index.scope(caller)
                related = Related(module.place(caller), Message(f"called by {above.name}", f"由 {above.name} 调用"))
                yield Hit(module.place(call.func), "called", {**values, "caller": above.name}, related=(related,))


def _async_caller(module: Module, scope: Scope) -> ast.Call | None:
    """The first call of a function that stands directly in an ``async`` function."""
    found = module.calls.by_local.get(scope, [])
    return next((call for call in found if module.index.scope(call).is_async), None)
