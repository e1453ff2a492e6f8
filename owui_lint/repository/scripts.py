"""JavaScript in events: its text, as far as it is in sight."""

from __future__ import annotations

import ast

from owui_lint.lazypattern import compiled
from owui_lint.repository.code import CodeIndex
from owui_lint.repository.flow import returns
from owui_lint.repository.module import Module
from owui_lint.repository.syntax import last_name

_MAX_STEPS = 12


def scripts_of(module: Module, code: ast.expr) -> list[str]:
    """Return the texts that a piece of code may be: what it is written as, or each one that a helper returns; none where one of
    them is not in sight."""
    index = module.index
    if isinstance(code, ast.Name):
        code = index.value_at(code) or code
    call = code.value if isinstance(code, ast.Await) else code
    helper = module.calls.local_function(call.func) if isinstance(call, ast.Call) else None
    texts = [_text(index, code, 0)]
    if helper is not None and isinstance(helper.node, ast.FunctionDef | ast.AsyncFunctionDef):
        decorators = {last_name(one) for one in index.changing(helper.node)}
        is_sole = helper.parent is not None and len(helper.parent.bound.get(helper.name, ())) == 1
        if not is_sole or not decorators <= {"staticmethod", "classmethod"}:
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
        value = index.value_at(node)
        return _text(index, value, steps + 1) if value is not None else None
    return None
