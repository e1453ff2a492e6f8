"""Files that a plugin writes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.handed import parameter
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.syntax import with_defaults

#: Functions that take a path and a mode: the names of the first parameter, where it may be given by name.
_OPENING = {
    "builtins.open": "file",
    "io.open": "file",
    "aiofiles.open": "file",
    "codecs.open": "filename",
    "gzip.open": "filename",
    "zipfile.ZipFile": "file",
}
_WRITERS = ("write_text", "write_bytes")
#: What writes all that it is given to a path: the names of the first parameter, where it may be given by name.
_SAVERS = {
    "save": "",
    "to_excel": "excel_writer",
    "to_csv": "path_or_buf",
    "savefig": "fname",
    "ExcelWriter": "path",
}
_MAKERS = frozenset({"os.path.join", "pathlib.Path", "builtins.str"})
_MAX_DEPTH = 5  # names and parts that are followed to where a path starts
_MAX_LEVELS = 2  # functions that a path is handed to one after the other


@primitive("written-files", scope="plugin", reads="code")
def written_files(plugin: Plugin, context: Context, *, below: list[str]) -> Iterator[Hit]:
    """Report files that are written at a literal path ``below`` one of these folders and not removed in the function. Of a
    path that a function of the plugin is given, where it is given."""
    module = plugin.code.module
    found: dict[ast.expr, str] = {}
    for path, literal in _Paths(module).written():
        folder = next((one for one in below if literal == one or literal.startswith(one + "/")), None)
        if folder is not None:
            found.setdefault(path, folder)
    for path in module.index.in_order(found):
        yield Hit(module.place(path), values={"folder": found[path]})


class _Paths:
    """The paths at which a module writes files that it does not remove again."""

    def __init__(self, module: Module) -> None:
        self._index: CodeIndex = module.index
        self._calls: Calls = module.calls
        self._removing = _removing_functions(self._index)
        #: By function, its parameter and the levels that are left: each is asked once, however often it is written to.
        self._known: dict[tuple[Scope, str, int], list[tuple[ast.expr, str]]] = {}

    def written(self) -> Iterator[tuple[ast.expr, str]]:
        """Yield each path whose start is a literal text, with that text; one that a function is given at its calls."""
        for where, path in self._of_calls():
            yield from self._literal(where, path, _MAX_LEVELS)

    def _literal(self, where: Scope, path: ast.expr, levels: int) -> Iterator[tuple[ast.expr, str]]:
        """Yield a path in a scope with the text that it starts with, or those that its function is given for it."""
        first = _first(self._index, path)
        if first is None or self._is_removed(where, path):
            return
        if isinstance(first, str):
            yield path, first
        elif levels:
            function = self._index.binding(first.id, self._index.scope(first))
            if function is not None:
                key = (function, first.id, levels - 1)
                if key not in self._known:
                    self._known[key] = list(self._given(*key))
                yield from self._known[key]

    def _of_calls(self) -> Iterator[tuple[Scope, ast.expr]]:
        """Yield what stands for a path in each call that writes, with the scope of the call."""
        index = self._index
        opened = dict(self._calls.of(_OPENING))
        saved = dict(self._calls.of(["pandas.ExcelWriter"]))
        named = {call: name for name in (*_WRITERS, *_SAVERS, "open") for call in index.calls_by_name.get(name, ())}
        for call in index.in_order({**opened, **saved, **named}):
            if call in opened:
                path = _argument(call, _OPENING[opened[call]]) if _opens_to_write(call, 1) else None
            elif call in saved:
                path = _argument(call, _SAVERS["ExcelWriter"])
            elif self._calls.local_function(call.func) is not None:
                path = None  # what a method of the plugin that is called so writes is seen in it
            else:
                path = _written_path(index, call, named[call])
            if path is not None:
                yield index.scope(call), path

    def _given(self, function: Scope, name: str, levels: int) -> Iterator[tuple[ast.expr, str]]:
        """Yield what calls of a function, which certainly mean it, give for the parameter of a path, as far as it is literal;
        through as many ``levels`` of functions that only hand it on."""
        node = function.node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        defaults = {one.arg: default for one, default in with_defaults(node.args)}
        for call, where in self._calls_of(function):
            value: ast.expr | None = None
            if not any(isinstance(one, ast.Starred) for one in call.args):
                given = [*call.args, *(one.value for one in call.keywords if one.arg is not None)]
                value = next((one for one in given if parameter(function, call, one) == name), None)
                if value is None and all(one.arg is not None for one in call.keywords):
                    value = defaults.get(name)
            if value is not None:
                yield from self._literal(where, value, levels)

    def _calls_of(self, function: Scope) -> Iterator[tuple[ast.Call, Scope]]:
        """Yield the calls that certainly reach a function, also those in a thread, which are brought into the same form;
        each with the scope it stands in."""
        calls, threads = self._calls, dict(self._calls.threaded)
        for call in calls.by_local.get(function, ()):
            if calls.sole_function(call.func) is function:
                yield call, self._index.scope(call)
        for thread in calls.in_thread.get(function, ()):
            target = threads[thread]
            if calls.sole_function(target) is function:
                behind = thread.args[thread.args.index(target) + 1 :]
                keywords = [one for one in thread.keywords if one.value is not target]
                yield ast.Call(func=target, args=behind, keywords=keywords), self._index.scope(thread)

    def _is_removed(self, where: Scope, path: ast.expr) -> bool:
        """Whether the function that a path stands in removes files, or hands this one to a function that does."""
        if any(one.is_function and one in self._removing for one in where.chain()):
            return True
        if not isinstance(path, ast.Name):
            return False
        users = (self._index.parent(use) for use in self._index.reads_of(path.id, where))
        calls = (one for one in users if isinstance(one, ast.Call))
        return any(self._calls.local_function(call.func) in self._removing for call in calls)


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    """Return the first argument of a call, or the one that is given by a name."""
    named = (one.value for one in call.keywords if one.arg == name)
    return call.args[0] if call.args else next(named, None)


def _opens_to_write(call: ast.Call, position: int) -> bool:
    """Tell whether ``open(path, "w")``, whose mode stands at a position, opens for writing."""
    given = call.args[position] if len(call.args) > position else None
    mode = next((one.value for one in call.keywords if one.arg == "mode"), given)
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and bool(set(mode.value) & set("wax"))


def _written_path(index: CodeIndex, call: ast.Call, name: str) -> ast.expr | None:
    """Return the path of ``Path(path).write_text(...)``, ``Path(path).open("w")`` and ``x.save(path)``, or of what saves
    all that it is given (``pandas.ExcelWriter(path)``); ``name`` is the last one of what is called."""
    if not isinstance(call.func, ast.Attribute):
        return None
    if name in _SAVERS:
        return _argument(call, _SAVERS[name])
    return _of_path_object(index, call.func.value) if name in _WRITERS or _opens_to_write(call, 0) else None


def _of_path_object(index: CodeIndex, owner: ast.expr) -> ast.expr | None:
    """Return what a ``pathlib.Path`` is made of: the first argument, or the whole of ``Path(folder) / name`` and
    ``Path(folder).joinpath(name)``; ``None`` for what is none for sure."""
    if isinstance(owner, ast.Name):
        owner = index.sole_value(owner) or owner
    if isinstance(owner, ast.Call) and "pathlib.Path" in index.names_of(owner.func):
        return owner.args[0] if owner.args else None
    folder = _folder(owner)
    return owner if folder is not None and _of_path_object(index, folder) is not None else None


def _folder(path: ast.expr) -> ast.expr | None:
    """Return what comes first of ``folder / name`` and ``folder.joinpath(name)``."""
    if isinstance(path, ast.BinOp) and isinstance(path.op, ast.Div):
        return path.left
    if isinstance(path, ast.Call) and isinstance(path.func, ast.Attribute) and path.func.attr == "joinpath":
        return path.func.value
    return None


def _first(index: CodeIndex, path: ast.expr) -> str | ast.Name | None:
    """Return what a path starts with: a literal text, or a parameter that nothing else is put into."""
    for _ in range(_MAX_DEPTH + 1):
        below: ast.expr | None = None
        if isinstance(path, ast.Name):
            if isinstance(index.sole_binding(path), ast.arg):
                return path
            below = index.sole_value(path)
        elif isinstance(path, ast.JoinedStr) and path.values:
            below = path.values[0]
        elif isinstance(path, ast.FormattedValue | ast.NamedExpr):
            below = path.value
        elif isinstance(path, ast.BinOp):
            below = path.left
        elif isinstance(path, ast.Call):
            below = _folder(path)
            if below is None and path.args and not _MAKERS.isdisjoint(index.names_of(path.func)):
                below = path.args[0]
        if below is None:
            break
        path = below
    return path.value if isinstance(path, ast.Constant) and isinstance(path.value, str) else None


def _removing_functions(index: CodeIndex) -> set[Scope]:
    """Return the functions that remove files, or move them elsewhere: what they write is their own, not for delivery."""
    removes: Iterable[ast.Name | ast.Attribute] = (
        one
        for name in ("remove", "unlink", "rmtree", "move", "rename", "replace")
        for one in index.mentions.get(name, ())
        if name != "replace" or "os.replace" in index.names_of(one) or _is_of_path(index, one)
    )
    return {scope for one in removes if isinstance(one, ast.Attribute) for scope in index.scope(one).chain()}


def _is_of_path(index: CodeIndex, method: ast.expr) -> bool:
    """Whether a method is one of a ``pathlib.Path`` for sure: other things are replaced, too."""
    return isinstance(method, ast.Attribute) and _of_path_object(index, method.value) is not None
