"""Logging: calls that should go to the module's logger, and handlers that catch everything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from owui_lint.finding import Edit
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import is_script
from owui_lint.repository.module import Module, written

_WARNING = lazy_pattern(r"\W*(?:warn|警告)|\s*⚠", re.IGNORECASE)
_ERROR = lazy_pattern(r"\W*(?:error|fail|exception|fatal|错误|失败|异常)|\s*[❌🚫]", re.IGNORECASE)
_DEBUG = lazy_pattern(r"\W*(?:debug|trace|调试)", re.IGNORECASE)


@primitive("calls-to-logger", scope="plugin", reads="code")
def calls_to_logger(plugin: Plugin, context: Context, *, calls: dict[str, str | None]) -> Iterator[Hit]:
    """Report calls (dotted names) that should be calls of the module's logger, with the edits that make them so.

    ``calls``: name to the logger's method, ``null`` where the text and the handler around it decide. Code below
    ``if __name__ == "__main__"`` is a script's and left alone.
    """
    module = plugin.code.module
    rewriter: _Rewriter | None = None
    for call, name in module.calls.of(calls):
        if any(is_script(above) for above in module.index.ancestors(call)):
            continue
        rewriter = rewriter or _Rewriter(module)
        level = calls[name] or _level(module, call)
        edits = rewriter.edits(call, level)
        values = {"name": written(call.func), "logger": rewriter.name or "logger", "level": level}
        yield Hit(module.place(call.func), values=values, edits=edits)


def _level(module: Module, call: ast.Call) -> str:
    """Return the logger's method for a message: by its first words, else ``error`` in a handler and ``info`` elsewhere."""
    text = _lead(call.args[0]) if call.args else ""
    for pattern, level in ((_WARNING, "warning"), (_ERROR, "error"), (_DEBUG, "debug")):
        if pattern.match(text):
            return level
    for above in module.index.ancestors(call):
        if isinstance(above, ast.ExceptHandler):
            return "error"
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            break
    return "info"


def _lead(argument: ast.expr) -> str:
    if isinstance(argument, ast.JoinedStr) and argument.values:
        argument = argument.values[0]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


class _Rewriter:
    """Edits that turn calls into calls of the module's logger, by the positions of ``ast``.

    The tree that was parsed already has every position that is needed: a name is replaced, arguments stay as they
    are, lines are added. Nothing is printed anew, so all the rest stays byte for byte. Where the name of the logger
    means something else at the call, or the arguments do not fit a logger, there are no edits.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.index = module.index
        self.name: str | None = None
        self.line = 0  # where the logger is assigned; code of the module's body above it cannot use it
        self._setup: tuple[Edit, ...] | None = ()
        self._find()
        if self.name is None:
            self._plan()

    def _find(self) -> None:
        """Find the logger that the module has."""
        found: dict[str, int] = {}
        for statement in self.module.body:
            value = statement.value if isinstance(statement, ast.Assign) else None
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            if (
                isinstance(value, ast.Call)
                and isinstance(target, ast.Name)
                and "logging.getLogger" in self.index.names_of(value.func)
                and len(self.index.root.bound.get(target.id, [])) == 1
            ):
                found[target.id] = statement.lineno
        name = next((one for one in ("logger", "log", "LOGGER", *found) if one in found), None)
        if name is not None:
            self.name, self.line = name, found[name]

    def _plan(self) -> None:
        """Plan the lines that give the module a logger; no edits where its names are taken."""
        scopes = self.index.scopes.values()
        if any("logger" in scope.bound or "logger" in scope.imports for scope in scopes):
            self._setup = None
            return
        imports = self.index.root.imports.get("logging", [])
        imported = any(one.target == "logging" and self.index.parent(one.node) is self.module.tree for one in imports)
        if not imported and any("logging" in scope.bound or "logging" in scope.imports for scope in scopes):
            self._setup = None
            return
        body = self.module.body
        if not body or not (isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)):
            self._setup = None  # without a docstring there is no place that is certain
            return
        leading = _leading_imports(body)
        last = leading[-1].end_lineno if leading else body[0].end_lineno
        assert last is not None  # statements that were parsed have an end
        newline = self.module.file.newline
        following = self.module.file.line_text(last + 1).strip()
        parts = [(last, newline + f"logger = logging.getLogger(__name__){newline}" + (newline if following else ""))]
        if not imported:
            parts.insert(0, (_import_anchor(leading, last), f"import logging{newline}"))
            if not leading:
                parts[0] = (last, newline + parts[0][1])
        self._setup = tuple(self._insert(parts))
        self.name, self.line = "logger", last

    def _insert(self, parts: list[tuple[int, str]]) -> Iterator[Edit]:
        """Yield one edit per line after which something is inserted."""
        file = self.module.file
        for line in dict.fromkeys(line for line, _ in parts):
            text = "".join(part for at, part in parts if at == line)
            at_end = line >= len(file.line_starts)
            offset = len(file.text) if at_end else file.line_starts[line]
            yield file.edit(offset, offset, (file.newline if at_end else "") + text)

    def edits(self, call: ast.Call, level: str) -> tuple[Edit, ...]:
        """Return the edits for one call; none where it cannot be rewritten for certain."""
        if self._setup is None or self.name is None or call.keywords or not call.args:
            return ()
        if any(isinstance(argument, ast.Starred) for argument in call.args):
            return ()
        scope = self.index.scope(call)
        where = self.index.binding(self.name, scope)
        if where is not None and where is not self.index.root:
            return ()  # the name means something else here
        if scope is self.index.root and call.lineno <= self.line:
            return ()
        own = self._call_edits(call, level)
        return (*self._setup, *own) if own else ()

    def _call_edits(self, call: ast.Call, level: str) -> tuple[Edit, ...]:
        module = self.module
        function = call.func
        start = module.offset(function.lineno, function.col_offset)
        end = module.offset(function.end_lineno or 0, function.end_col_offset or 0)
        if module.file.text[start:end] != written(function):
            return ()  # written over several lines, or a position that does not hold
        edits = [module.file.edit(start, end, f"{self.name}.{level}")]
        if isinstance(function, ast.Name) and len(call.args) > 1:  # print joins its arguments, a logger formats them
            first = call.args[0]
            begin = module.offset(first.lineno, first.col_offset)
            close = module.offset(first.end_lineno or 0, first.end_col_offset or 0)
            slots = " ".join(["%s"] * (len(call.args) - 1))
            literal = module.file.text[begin:close]
            if (
                isinstance(first, ast.Constant)
                and isinstance(first.value, str)
                and "%" not in first.value
                and compiled(r"\"[^\"\\\r\n]*\"|'[^'\\\r\n]*'").fullmatch(literal)
            ):
                edits.append(module.file.edit(close - 1, close - 1, f" {slots}"))
            else:
                edits.append(module.file.edit(begin, begin, f'"%s {slots}", '))
        return tuple(edits)


def _leading_imports(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the imports after the docstring, up to the first other statement; blocks of imports only belong to them."""
    found: list[ast.stmt] = []
    for statement in body[1:]:
        if not _is_import(statement):
            break
        found.append(statement)
    return found


def _is_import(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Try):
        return all(_is_import(one) for one in statement.body)
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _import_anchor(leading: list[ast.stmt], last: int) -> int:
    """Return the line after which ``import logging`` comes: in the order of the alphabet among plain imports."""
    plain = [one for one in leading if isinstance(one, ast.Import)]
    before = next((one for one in plain if one.names[0].name > "logging"), None)
    if before is not None:
        return before.lineno - 1
    if plain:
        return plain[-1].end_lineno or last
    after = next((one for one in leading if getattr(one, "module", "") != "__future__"), None)
    return after.lineno - 1 if after is not None else last


@primitive("bare-handlers", scope="plugin", reads="code")
def bare_handlers(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report ``except:`` without an exception; the edit writes ``except Exception:``. A handler that raises again is fine."""
    module = plugin.code.module
    for handler in module.index.of(ast.ExceptHandler):
        if handler.type is not None or any(node.exc is None for node in module.index.within(handler, ast.Raise)):
            continue
        start = module.offset(handler.lineno, handler.col_offset)
        edits: tuple[Edit, ...] = ()
        if module.file.text.startswith("except", start):
            edits = (module.file.edit(start + 6, start + 6, " Exception"),)
        yield Hit(module.file.place(start, start + 6), edits=edits)
