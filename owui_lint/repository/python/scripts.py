"""JavaScript in events: its text, as far as it is in sight."""

from __future__ import annotations

import ast

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.flow import reached_returns
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.syntax import last_name

if TYPE_CHECKING:
    import re

_MAX_STEPS = 12
_MAX_TEXT = 200_000  # characters
_METHODS = frozenset({"format", "replace", "strip"})
_BRACES = lazy_pattern(r"\{\{|\}\}|\{[^{}]{0,200}\}")
_PERCENT = lazy_pattern(r"%%|%(?:\(\w{1,80}\))?[-+ 0#]{0,5}\d{0,9}(?:\.\d{1,9})?[a-zA-Z]")


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
        given = [one.value for one in reached_returns(index, helper.node)]
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
        if isinstance(node.op, ast.Mod):
            return None if _puts_in_code(index, node.right) else _filled(_PERCENT, left)
        return left + right if left is not None and right is not None else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        # text.strip(), text.format(..), text.replace(..), textwrap.dedent(text)
        if node.func.attr == "dedent" and node.args:
            return _text(index, node.args[0], steps + 1)
        text = _text(index, node.func.value, steps + 1) if node.func.attr in _METHODS else None
        if node.func.attr == "format":
            return None if any(_puts_in_code(index, one) for one in _given(node)) else _filled(_BRACES, text)
        return _replaced(text, node.args) if node.func.attr == "replace" else text
    if isinstance(node, ast.Name):
        value = index.value_at(node)
        return _text(index, value, steps + 1) if value is not None else None
    return None


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _puts_in_code(index: CodeIndex, value: ast.expr) -> bool:
    """Whether what is put into a script has parts of blocks, as they are written: ``"try {"``, which a gap would hide."""
    texts = (one.value for one in index.within(value, ast.Constant) if isinstance(one.value, str))
    return any("{" in text or "}" in text for text in texts)


def _filled(slots: re.Pattern[str], text: str | None) -> str | None:
    """Return a text with gaps in the place of its slots; a doubled sign stands for itself."""
    if text is None:
        return None
    return slots.sub(lambda found: found[0][0] if found[0] in ("{{", "}}", "%%") else "\0", text)


def _replaced(text: str | None, given: list[ast.expr]) -> str | None:
    """Return a text after ``text.replace(..)``, with gaps where something is put in that is no text as written; ``None`` where
    it cannot be told what is replaced."""
    parts = [one.value if isinstance(one, ast.Constant) else None for one in given[:2]]
    if text is None or len(parts) < 2 or not isinstance(parts[0], str):
        return None
    new = parts[1] if isinstance(parts[1], str) else "\0"
    is_short = len(text) + text.count(parts[0]) * len(new) <= _MAX_TEXT  # a few lines could fill any memory
    return text.replace(parts[0], new) if is_short else None
