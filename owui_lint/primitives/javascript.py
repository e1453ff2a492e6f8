"""JavaScript that a plugin sends to the browser with an ``execute`` event."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.lazypattern import compiled
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import CodeIndex
from owui_lint.repository.syntax import entries, last_name

_MAX_STEPS = 12


@primitive("execute-guarded", scope="plugin", reads="code")
def execute_guarded(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report JavaScript given to ``execute`` without ``try … catch`` (``default``) or without a ``return``
    (``return``), where the plugin waits for its result. Code that is put together out of sight is not judged."""
    if not plugin.runs_in_process:
        return
    module = plugin.code.module
    for event in module.index.of(ast.Dict):
        given = entries(event)
        kind = given.get("type")
        if not (isinstance(kind, ast.Constant) and kind.value == "execute"):
            continue
        data = given.get("data")
        code = entries(data).get("code") if isinstance(data, ast.Dict) else None
        if code is None or not _is_call_of_event_call(module.index, event):
            continue
        script = _text(module.index, code, 0)
        if script is None:
            continue
        if not (compiled(r"\btry\s*\{").search(script) and compiled(r"\bcatch\b|\.catch\s*\(").search(script)):
            yield Hit(module.place(code))
        elif not compiled(r"\breturn\b").search(script):
            yield Hit(module.place(code), "return")


def _is_call_of_event_call(index: CodeIndex, event: ast.Dict) -> bool:
    """Whether an event goes to ``__event_call__``, which waits for an answer; an emitter does not."""
    call = next((above for above in index.ancestors(event) if isinstance(above, ast.Call)), None)
    return call is not None and "call" in last_name(call.func)


def _text(index: CodeIndex, node: ast.expr, steps: int) -> str | None:
    """The text of an expression with gaps where values are put in; ``None`` where it is not in sight."""
    if steps > _MAX_STEPS:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
    if isinstance(node, ast.BinOp):
        left, right = _text(index, node.left, steps + 1), _text(index, node.right, steps + 1)
        return left + right if left is not None and right is not None else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        # text.strip(), text.replace(..), textwrap.dedent(text)
        if node.func.attr == "dedent" and node.args:
            return _text(index, node.args[0], steps + 1)
        if node.func.attr in ("strip", "replace", "format"):
            return _text(index, node.func.value, steps + 1)
    if isinstance(node, ast.Name):
        value = index.sole_value(node)
        return _text(index, value, steps + 1) if value is not None else None
    return None
