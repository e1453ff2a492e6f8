"""Logging: calls that should go to the module's logger, and handlers that catch everything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from owui_lint.finding import Edit
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.mainpart import MainPart
from owui_lint.repository.python.module import Module, written
from owui_lint.repository.python.rewriting import importing, insertions, is_documented, leading_imports
from owui_lint.repository.python.syntax import Assignment, targets_of

_WARNING = lazy_pattern(r"\W*(?:warn|警告)|\s*⚠", re.IGNORECASE)
_ERROR = lazy_pattern(r"\W*(?:error|fail|exception|fatal|错误|失败|异常)|\s*[❌🚫]", re.IGNORECASE)
_DEBUG = lazy_pattern(r"\W*(?:debug|trace|调试)", re.IGNORECASE)


@primitive("calls-to-logger", scope="plugin", reads="code")
def calls_to_logger(plugin: Plugin, context: Context, *, calls: dict[str, str | None]) -> Iterator[Hit]:
    """Report calls (dotted names) that should be calls of the module's logger, with the edits that make them so.

    ``calls``: name to the logger's method, ``null`` where the text and the handler around it decide. Code that runs only
    below ``if __name__ == "__main__"`` is a script's and left alone. ``root``: the module's logger is ``logging.getLogger()``,
    where ``calls`` are about the root logger.
    """
    module = plugin.code.module
    if "logging.info" in calls:
        yield from _root_loggers(module)
    main_part = MainPart(module.index)
    rewriter: _Rewriter | None = None
    found = [(call, calls[name]) for call, name in module.calls.of(calls)]
    if "logging.info" in calls:
        found += [
            (call, calls[f"logging.{method}"]) for call, method in _of_root(module) if f"logging.{method}" in calls
        ]
    for call, wanted in found:
        if main_part.holds(call):
            continue
        rewriter = rewriter or _Rewriter(module)
        level = wanted or _level(module, call)
        edits = rewriter.edits(call, level)
        values = {"name": written(call.func), "logger": rewriter.name or "logger", "level": level}
        yield Hit(module.place(call.func), values=values, edits=edits)


def _root_loggers(module: Module) -> Iterator[Hit]:
    """Hits at ``logger = logging.getLogger()`` of the module's body, where the code logs with it."""
    index = module.index
    for call, _ in module.calls.of(("logging.getLogger",)):
        statement, target = index.parent(call), index.target_of(call)
        if statement is None or call.args or call.keywords:
            continue
        if index.parent(statement) is not module.tree or not isinstance(target, ast.Name):
            continue
        uses = (index.parent(use) for use in index.reads_of(target.id, index.root))
        if any(isinstance(use, ast.Attribute) and use.attr in _LEVELS for use in uses):
            yield Hit(module.place(call), "root", {"logger": target.id})


def _of_root(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Yield ``logging.getLogger().info(...)``, each with the method's name."""
    index = module.index
    for made, _ in module.calls.of(("logging.getLogger",)):
        method = index.parent(made)
        call = index.parent(method) if isinstance(method, ast.Attribute) and not (made.args or made.keywords) else None
        if isinstance(call, ast.Call) and isinstance(method, ast.Attribute) and call.func is method:
            yield call, method.attr


_LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})


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
    """Edits that turn calls into calls of the module's logger: a name is replaced, arguments stay as they are, lines are
    added. Where the name of the logger means something else at the call, or the arguments do not fit a logger, there
    are no edits."""

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
            value = statement.value if isinstance(statement, Assignment) else None
            target = next(iter(targets_of(statement)), None)
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
        imports = importing(self.module, "logging")
        if imports is None or not is_documented(self.module.body):
            self._setup = None
            return
        body = self.module.body
        last = (leading_imports(body) or body[:1])[-1].end_lineno
        assert last is not None  # statements that were parsed have an end
        newline = self.module.file.newline
        following = self.module.file.line_text(last + 1).strip()
        logger = newline + f"logger = logging.getLogger(__name__){newline}" + (newline if following else "")
        self._setup = tuple(insertions(self.module, [*imports, (last, logger)]))
        self.name, self.line = "logger", last

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


@primitive("bare-handlers", scope="plugin", reads="code")
def bare_handlers(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report ``except:`` without an exception; the edit writes ``except Exception:``. A handler that raises again is fine."""
    module = plugin.code.module
    for handler in module.index.of(ast.ExceptHandler):
        if handler.type is not None or any(node.exc is None for node in module.index.within(handler, ast.Raise)):
            continue
        start = module.offset(handler.lineno, handler.col_offset)
        edits: tuple[Edit, ...] = ()
        is_builtin = module.index.binding("Exception", module.index.scope(handler)) is None
        if is_builtin and module.file.text.startswith("except", start):
            edits = (module.file.edit(start + 6, start + 6, " Exception"),)
        yield Hit(module.file.place(start, start + 6), edits=edits)
