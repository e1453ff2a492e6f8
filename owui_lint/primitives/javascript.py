"""JavaScript that a plugin sends to the browser with an ``execute`` event."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from owui_lint.lazypattern import compiled
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.scripts import scripts_of
from owui_lint.repository.python.sentevents import calls_of, code_of, displays, is_only_handed_over
from owui_lint.repository.python.syntax import last_name


@primitive("execute-guarded", scope="plugin", reads="code")
def execute_guarded(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report JavaScript given to ``execute`` that catches no error (``default``) or without a ``return`` (``return``),
    where the plugin waits for its result. Events and code are followed through names, where one assignment is sure, code also
    into a helper that returns it; what is put together out of sight is not judged."""
    if not plugin.runs_in_process:
        return
    module = plugin.code.module
    events = list(displays(module.index, "execute"))
    waiting = set(calls_of(module.index, ["__event_call__"])) if events else set[ast.Call]()
    for event in events:
        code = code_of(module.index, event)
        if code is None or not _is_waited_for(module.index, event, waiting):
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


def _is_waited_for(index: CodeIndex, event: ast.expr, waiting: Collection[ast.Call]) -> bool:
    """Whether an event goes to ``__event_call__`` (``waiting``: the calls of it), which waits for an answer, there or by a
    name; an emitter does not."""
    uses = index.reads_of_value(index.parent(event))
    if uses and not is_only_handed_over(index, event):
        return False
    return any(_is_given(index, use, waiting) for use in uses) if uses else _is_given(index, event, waiting)


def _is_given(index: CodeIndex, event: ast.expr, waiting: Collection[ast.Call]) -> bool:
    call = next((above for above in index.ancestors(event) if isinstance(above, ast.Call)), None)
    return call is not None and ("call" in last_name(call.func) or call in waiting)
