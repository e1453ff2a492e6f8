"""JavaScript that a plugin sends to the browser with an ``execute`` event."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.lazypattern import compiled
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import CodeIndex
from owui_lint.repository.flow import returns
from owui_lint.repository.module import Module
from owui_lint.repository.syntax import entries, last_name

_MAX_STEPS = 12


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
        data = given.get("data")
        code = entries(data).get("code") if isinstance(data, ast.Dict) else None
        if code is None or not _is_waited_for(module.index, event):
            continue
        scripts = _scripts(module, code)
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


def _scripts(module: Module, code: ast.expr) -> list[str]:
    """The texts that a piece of code may be: what it is written as, or each one that a helper returns; none where one of
    them is not in sight."""
    index = module.index
    if isinstance(code, ast.Name):
        code = index.sole_value(code) or code
    call = code.value if isinstance(code, ast.Await) else code
    helper = module.calls.local_function(call.func) if isinstance(call, ast.Call) else None
    texts = [_text(index, code, 0)]
    if helper is not None and isinstance(helper.node, ast.FunctionDef | ast.AsyncFunctionDef):
        if helper.node.decorator_list or helper.parent is None or len(helper.parent.bound.get(helper.name, ())) > 1:
            return []  # another function, perhaps
        given = [one.value for one in returns(index, helper.node)]
        texts = [_text(index, one, 0) if one is not None else None for one in given]
    scripts = [text for text in texts if text is not None and not _has_code_put_in(text)]
    return scripts if len(scripts) == len(texts) else []


def _has_code_put_in(text: str) -> bool:
    """Whether a gap in a script stands where a statement does: what is put in there is code itself."""
    return compiled(r"(?:^|[\n;{}])[ \t]*\0[ \t]*(?=$|[\n;{}])").search(text) is not None


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
