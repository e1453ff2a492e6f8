"""JavaScript that a plugin sends to the browser with an ``execute`` event."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.lazypattern import compiled
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import CodeIndex
from owui_lint.repository.scripts import code_of, scripts_of
from owui_lint.repository.syntax import entries, last_name


@primitive("execute-guarded", scope="plugin", reads="code")
def execute_guarded(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report JavaScript given to ``execute`` that catches no error (``default``) or without a ``return`` (``return``),
    where the plugin waits for its result. Events and code are followed through names that are bound once, code also
    into a helper that returns it; what is put together out of sight is not judged."""
    if not plugin.runs_in_process:
        return
    module = plugin.code.module
    for event in module.index.of(ast.Dict):
        given = entries(event)
        kind = given.get("type")
        if not (isinstance(kind, ast.Constant) and kind.value == "execute"):
            continue
        code = code_of(event)
        if code is None or not _is_waited_for(module.index, event):
            continue
        scripts = scripts_of(module, code)
        if not all(map(_catches, scripts)):
            yield Hit(module.place(code))
        elif not all(map(compiled(r"\breturn\b").search, scripts)):
            yield Hit(module.place(code), "return")


def _catches(script: str) -> bool:
    """Whether a script catches errors: with ``try … catch``, or those of a promise."""
    is_tried = compiled(r"\btry\s*\{").search(script) and compiled(r"\bcatch\b").search(script)
    return bool(is_tried or compiled(r"\.catch\s*\(").search(script))


def _is_waited_for(index: CodeIndex, event: ast.Dict) -> bool:
    """Whether an event goes to ``__event_call__``, which waits for an answer, there or by a name; an emitter does not."""
    above = index.parent(event)
    target = above.targets[0] if isinstance(above, ast.Assign) else getattr(above, "target", None)
    if isinstance(target, ast.Name) and index.sole_value(target) is event:
        uses = index.reads_of(target.id, index.scope(target))
        if any(isinstance(index.parent(use), ast.Subscript | ast.Attribute) for use in uses):
            return False  # something is put into it, perhaps
        return any(_is_given_to_event_call(index, use) for use in uses)
    return _is_given_to_event_call(index, event)


def _is_given_to_event_call(index: CodeIndex, event: ast.expr) -> bool:
    call = next((above for above in index.ancestors(event) if isinstance(above, ast.Call)), None)
    return call is not None and "call" in last_name(call.func)
