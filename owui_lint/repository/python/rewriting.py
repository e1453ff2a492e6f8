"""Edits of code by the positions of ``ast``: calls awaited, guarded or limited, imports added.

The tree that was parsed already has every position that is needed: what stays is not printed anew, so it stays byte for
byte.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import pairwise

from owui_lint.finding import Edit
from owui_lint.lazypattern import compiled
from owui_lint.repository.python.code import Scope
from owui_lint.repository.python.module import Module, written
from owui_lint.repository.python.syntax import Try


def awaiting(module: Module, call: ast.Call, function: str = "") -> tuple[Edit, ...]:
    """Return edits that put ``await`` before a call, in parentheses where something follows on it; with ``function``,
    what stands up to the call's first argument becomes that text.

    None in a generator expression: it would become an asynchronous one, which only ``async for`` goes through. With
    ``function``, none where the call's name and its parentheses are not plainly written side by side.
    """
    if not module.is_placed(call) or module.index.generator_around(call) is not None:
        return ()
    start = module.offset(call.lineno, call.col_offset)
    end = module.offset(call.end_lineno or call.lineno, call.end_col_offset or 0)
    above = module.index.parent(call)
    alone = (ast.Assign, ast.AnnAssign, ast.Expr, ast.keyword, ast.Call, ast.Return, ast.ListComp)
    whole = isinstance(above, alone) and getattr(above, "func", None) is not call
    head = start
    if function:
        head = module.offset(call.func.end_lineno or call.lineno, call.func.end_col_offset or 0) + 1
        if module.file.text[start:head] != f"{written(call.func)}(":
            return ()
        if module.file.text[head : head + 1].isspace():
            function = function.rstrip(" ")  # the arguments begin in the next line
    first = module.file.edit(start, head, f"await {function}" if whole else f"(await {function}")
    return (first,) if whole else (first, module.file.edit(end, end, ")"))


def guarding(module: Module, call: ast.Call, condition: str) -> tuple[Edit, ...]:
    """Return edits that put the statement ``await call(...)`` under ``if condition:``.

    None where the call is only a part of a statement, shares its lines, or has a text of several lines: its lines would
    have to be told from those of the code.
    """
    index, file = module.index, module.file
    awaited = index.parent(call)
    statement = index.parent(awaited) if isinstance(awaited, ast.Await) else None
    if not isinstance(statement, ast.Expr) or statement.end_lineno is None or statement.end_col_offset is None:
        return ()
    if index.within(statement, ast.NamedExpr):
        return ()  # what it binds may be used below
    texts = (node for kind in (ast.Constant, ast.JoinedStr) for node in index.within(statement, kind))
    if any(node.end_lineno != node.lineno for node in texts):
        return ()
    begin = file.line_starts[statement.lineno - 1]
    start = module.offset(statement.lineno, statement.col_offset)
    indent = file.text[begin:start]
    behind = compiled(r"[ \t]*(?:#[^\r\n]*)?(?:[\r\n]|\Z)")
    if indent.strip() or behind.match(file.text, module.offset(statement.end_lineno, statement.end_col_offset)) is None:
        return ()
    step = "\t" if "\t" in indent else "    "
    edits = [file.edit(start, start, f"if {condition}:{file.newline}{indent}{step}")]
    for line in range(statement.lineno + 1, statement.end_lineno + 1):
        if file.line_text(line).strip():
            edits.append(file.edit(file.line_starts[line - 1], file.line_starts[line - 1], step))
    return tuple(edits)


def limiting(module: Module, call: ast.Call, seconds: float) -> tuple[Edit, ...]:
    """Return edits that put ``asyncio.wait_for(..., timeout=seconds)`` around a call that is awaited."""
    imports = importing(module, "asyncio", module.index.scope(call))
    if imports is None or not module.is_placed(call):
        return ()
    start = module.offset(call.lineno, call.col_offset)
    end = module.offset(call.end_lineno or call.lineno, call.end_col_offset or 0)
    head = module.file.edit(start, start, "asyncio.wait_for(")
    return (*insertions(module, imports), head, module.file.edit(end, end, f", timeout={seconds})"))


def importing(module: Module, name: str, scope: Scope | None = None) -> list[tuple[int, str]] | None:
    """Return what to insert (for ``insertions``) so that a module of the standard library can be used by its name: nothing
    where the file imports it; ``None`` where the name is something else (in ``scope`` too), or no place for the import is
    certain."""
    index, body = module.index, module.body
    if scope is not None and index.binding(name, scope) not in (None, index.root):
        return None
    leading = leading_imports(body)
    if any(below.lineno == above.end_lineno for above, below in pairwise(body[: len(leading) + 2])):
        return None  # statements that share a line: none can come between them
    found = index.root.imports.get(name, [])
    if any(one.target == name and index.parent(one.node) is module.tree for one in found):
        return []
    if any(name in scope.bound or name in scope.imports for scope in index.scopes.values()) or not is_documented(body):
        return None
    line, newline = (leading or body)[0 if not leading else -1].end_lineno, module.file.newline
    assert line is not None  # statements that were parsed have an end
    text = f"import {name}{newline}"
    return [(_import_anchor(leading, line, name), text) if leading else (line, newline + text)]


def is_documented(body: list[ast.stmt]) -> bool:
    """Tell whether a module starts with a docstring: without one there is no place that is certain to be its beginning."""
    return bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)


def leading_imports(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the imports after the docstring, up to the first other statement; blocks of imports only belong to them."""
    found: list[ast.stmt] = []
    for statement in body[1:]:
        if not _is_import(statement):
            break
        found.append(statement)
    return found


def insertions(module: Module, parts: Iterable[tuple[int, str]]) -> Iterator[Edit]:
    """Yield edits that insert texts after lines (from 1): one edit per line, with its texts in the given order."""
    file = module.file
    texts: dict[int, str] = {}
    for line, text in parts:
        texts[line] = texts.get(line, "") + text
    for line, text in texts.items():
        at_end = line >= len(file.line_starts)
        offset = len(file.text) if at_end else file.line_starts[line]
        yield file.edit(offset, offset, (file.newline if at_end else "") + text)


def _is_import(statement: ast.stmt) -> bool:
    if isinstance(statement, Try):
        return all(_is_import(one) for one in statement.body)
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _import_anchor(leading: list[ast.stmt], last: int, name: str) -> int:
    """Return the line after which ``import name`` comes: in the order of the alphabet among plain imports."""
    plain = [one for one in leading if isinstance(one, ast.Import)]
    before = next((one for one in plain if one.names[0].name > name), None)
    if before is not None:
        return before.lineno - 1
    if plain:
        return plain[-1].end_lineno or last
    after = next((one for one in leading if getattr(one, "module", "") != "__future__"), None)
    return after.lineno - 1 if after is not None else last


def adding_argument(module: Module, call: ast.Call, argument: str) -> tuple[Edit, ...]:
    """Return edits that add an argument behind all others of a call, in a line of its own where the last one has one.

    None where the end of the last argument is not certain: in parentheses of its own, or misplaced in an f-string.
    """
    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    if not module.is_placed(call) or call.end_lineno is None or call.end_col_offset is None:
        return ()
    file = module.file
    close = module.offset(call.end_lineno, call.end_col_offset) - 1
    if not given:
        is_empty = file.text[close - 1 : close + 1] == "()"
        return (file.edit(close, close, argument),) if is_empty else ()
    last = max(given, key=lambda one: (one.lineno, one.col_offset))
    end = module.offset(last.end_lineno or last.lineno, last.end_col_offset or 0)
    behind = compiled(r"[ \t]*(,?)[ \t]*(#[^\r\n]*)?(\r\n|\r|\n)?\s*").match(file.text, end)
    if behind is None or behind.end() != close:
        return ()
    begin = file.line_starts[last.lineno - 1]
    indent = file.text[begin : module.offset(last.lineno, last.col_offset)]
    if indent.strip() or not behind[3]:
        return (file.edit(end, end, f", {argument}"),)
    comma = () if behind[1] else (file.edit(end, end, ","),)
    return (*comma, file.edit(behind.start(3), behind.start(3), f"{behind[3]}{indent}{argument},"))
