"""What Python refuses in code that it can parse: ``await`` outside of coroutines, ``return`` outside of functions.

``ast.parse`` knows the grammar only; the rest is the compiler's, which takes as long as the parser. So it is asked where
something stands in the tree that it may refuse, and what it says is what counts. It makes code that nobody runs.
"""

from __future__ import annotations

import ast
import sys
import warnings

from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.syntax import UNPARSABLE

_ASYNC = (ast.Await, ast.AsyncFor, ast.AsyncWith)


def compile_error(text: str, index: CodeIndex) -> SyntaxError | None:
    """Return why Python cannot compile a text that it can parse, ``None`` where it can; ``index`` is that of its tree."""
    if not _is_doubtful(index):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<plugin>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except UNPARSABLE:
        return None  # nested more deeply than this process can follow: the server's may
    return None


def _is_doubtful(index: CodeIndex) -> bool:
    """Whether something stands where the compiler may refuse it."""
    return (
        bool(index.of(ast.Match))  # rare, and needs more than a look
        or _Declarations(index).is_any_doubtful()
        or any(not index.scope(node).is_async for node in index.of(*_ASYNC))
        or any(node.is_async and not index.scope(node).is_async for node in index.of(ast.comprehension))
        or any(_is_misplaced(index, node) for node in (*index.of(ast.Return), *index.of(ast.Yield, ast.YieldFrom)))
        or any(not _is_in_loop(index, node) for node in index.of(ast.Break, ast.Continue))
        or any(_is_misimported(index, node) for node in index.of(ast.ImportFrom))
        or any(_repeats_names(node) for node in index.of(ast.arguments))
        or any(_is_lone(index, node) for node in index.of(ast.Starred))
        or any(any(one.type is None for one in node.handlers[:-1]) for node in index.of(ast.Try))
    )


def _is_misplaced(index: CodeIndex, node: ast.AST) -> bool:
    """Whether a node stands outside of functions, or in a coroutine which as a generator must not have it."""
    scope = index.scope(node)
    if scope is index.root or scope.is_class:
        return True
    if isinstance(node, ast.Return):
        return scope.is_async and node.value is not None and bool(index.within(scope.node, ast.Yield))
    return scope.is_async and isinstance(node, ast.YieldFrom)


class _Declarations:
    """What a scope does with the names that it declares; each name is looked through once, however often it is declared."""

    def __init__(self, index: CodeIndex) -> None:
        self._index = index
        self._lines: dict[str, dict[Scope, int]] = {}
        self._bindings: dict[tuple[str, Scope], tuple[bool, int]] = {}

    def is_any_doubtful(self) -> bool:
        """Tell whether the compiler may refuse a declaration."""
        index = self._index
        return any(map(self._is_doubtful, index.of(ast.Global))) or any(map(self._is_doubtful, index.of(ast.Nonlocal)))

    def _is_doubtful(self, node: ast.Global | ast.Nonlocal) -> bool:
        """Whether a name is declared that no function around binds, or that its own one takes, annotates or has used before."""
        scope = self._index.scope(node)
        for name in node.names:
            if isinstance(node, ast.Nonlocal) and not _is_bound_around(scope, name):
                return True
            is_taken, first = self._binding(name, scope)
            if is_taken or min(first, self._first_use(name, scope)) <= node.lineno:
                return True
        return False

    def _binding(self, name: str, scope: Scope) -> tuple[bool, int]:
        """Whether a scope takes or annotates a name, and the first line that binds it there."""
        key = name, scope
        if key not in self._bindings:
            bound = [*scope.bound.get(name, ()), *(one.node for one in scope.imports.get(name, ()))]
            is_taken = any(
                isinstance(one, ast.arg) or isinstance(self._index.parent(one), ast.AnnAssign) for one in bound
            )
            self._bindings[key] = is_taken, min((one.lineno for one in bound), default=sys.maxsize)
        return self._bindings[key]

    def _first_use(self, name: str, scope: Scope) -> int:
        if name not in self._lines:
            lines = self._lines[name] = {}
            for use in self._index.mentions.get(name, ()):
                where = self._index.scope(use)
                lines[where] = min(use.lineno, lines.get(where, sys.maxsize))
        return self._lines[name].get(scope, sys.maxsize)


def _is_bound_around(scope: Scope, name: str) -> bool:
    around = list(scope.chain())[1:]
    return not name.startswith("__") and any(
        one.is_function and (name in one.bound or name in one.imports) for one in around
    )


def _is_in_loop(index: CodeIndex, node: ast.AST) -> bool:
    for above in index.ancestors(node):
        if isinstance(above, ast.For | ast.AsyncFor | ast.While):
            return True
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return False
    return False


def _is_misimported(index: CodeIndex, node: ast.ImportFrom) -> bool:
    if node.module != "__future__":
        return node.names[0].name == "*" and index.scope(node) is not index.root
    body = index.children(index.root.node)
    before = body[: body.index(node)] if node in body else None
    return before is None or not all(
        isinstance(one, ast.Expr) if number == 0 else getattr(one, "module", None) == "__future__"
        for number, one in enumerate(before)
    )


def _is_lone(index: CodeIndex, node: ast.Starred) -> bool:
    """Whether a starred expression is a target, or does not stand among others."""
    among = isinstance(index.parent(node), ast.Call | ast.List | ast.Tuple | ast.Set | ast.ClassDef)
    return not (among and isinstance(node.ctx, ast.Load))


def _repeats_names(arguments: ast.arguments) -> bool:
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    names += [one.arg for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return len(set(names)) < len(names)
