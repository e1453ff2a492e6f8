"""What in a module depends on the release of OpenWebUI that it runs on."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.syntax import last_name

_VERSION = lazy_pattern(r"open_webui\.(?:\w+\.)*(?:VERSION|__version__)")
_DISTRIBUTION = ("open-webui", "open_webui")

# What only holds a version (a record, a text to show, one of two other values) says nothing of the release.
_HOLDS = (ast.Dict, ast.List, ast.Set, ast.JoinedStr, ast.IfExp, ast.Await)

# Names by which code tells coroutines from plain results, so that it fits several releases.
_COROUTINE_TESTS = frozenset({"isawaitable", "iscoroutine", "iscoroutinefunction", "isasyncgenfunction", "isasyncgen"})
_RELEASE_WORDS = ("version", "async", "legacy", "compat", "awaitable")

#: A name and the scope it is bound in; an attribute, whatever it is one of, with no scope.
_Name = tuple[str, Scope | None]


def release_mentions(index: CodeIndex) -> set[ast.AST]:
    """Return the expressions that stand for OpenWebUI's version, or for something made from it.

    From the version itself on, names that are assigned from such an expression, and functions that return one, are
    followed to where they are read; each name, and each node around a mention, is looked at once.
    """
    found: set[ast.AST] = set()
    followed: set[_Name] = set()
    around: set[ast.AST] = set()
    waiting = list(_versions(index))
    while waiting:
        node = waiting.pop()
        found.add(node)
        for name in _made_of(index, node, around):
            if name not in followed:
                followed.add(name)
                waiting += _reads(index, name)
    return found


def _versions(index: CodeIndex) -> Iterator[ast.AST]:
    """Yield reads of ``VERSION`` of OpenWebUI's modules, and ``version("open-webui")``."""
    for scope in index.scopes.values():
        for bound, imports in scope.imports.items():
            # What stands in where the import failed binds the name as well: it is the version all the same.
            if any(_VERSION.fullmatch(one.target) for one in imports):
                yield from index.reads_of(bound, scope)
    for name in ("VERSION", "__version__"):
        for use in index.mentions.get(name, ()):
            if isinstance(use, ast.Attribute) and any(_VERSION.fullmatch(one) for one in index.names_of(use)):
                yield use
    for distribution in _DISTRIBUTION:
        for text in index.texts.get(distribution, ()):
            call = index.parent(text)
            if isinstance(call, ast.Call) and last_name(call.func) == "version":
                yield call


def _reads(index: CodeIndex, name: _Name) -> list[ast.AST]:
    text, scope = name
    if scope is not None:
        return [*index.reads_of(text, scope)]
    return [use for use in index.mentions.get(text, ()) if isinstance(use, ast.Attribute) and _is_read(use)]


def _is_read(use: ast.Attribute) -> bool:
    return isinstance(use.ctx, ast.Load)


def _made_of(index: CodeIndex, node: ast.AST, around: set[ast.AST]) -> Iterator[_Name]:
    """Yield the names that the statement around an expression makes from it. ``around``: nodes that were passed before."""
    child = node
    for above in index.ancestors(node):
        if above in around or isinstance(above, _HOLDS):
            return
        if isinstance(above, ast.stmt):
            yield from _made_by(index, above, child)
            return
        around.add(above)
        if isinstance(above, ast.NamedExpr):
            yield from _targets(index, above.target)
        child = above


def _made_by(index: CodeIndex, statement: ast.stmt, value: ast.AST) -> Iterator[_Name]:
    """Yield the names that a statement makes from a value; asked for its value alone, or targets could be many times."""
    if isinstance(statement, ast.Return):
        function = index.scope(statement)
        yield (function.name, None if function.owner is not None else function.parent)
    elif isinstance(statement, ast.If) and statement.test is value:
        # ``if VERSION ...: NEW = True``
        for inner in (*statement.body, *statement.orelse):
            if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant):
                yield from _assigned(index, inner)
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) and statement.value is value:
        yield from _assigned(index, statement)


def _assigned(index: CodeIndex, statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> Iterator[_Name]:
    for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
        yield from _targets(index, target)


def _targets(index: CodeIndex, target: ast.expr) -> Iterator[_Name]:
    if isinstance(target, ast.Attribute):
        yield (target.attr, None)
        return
    for name in index.within(target, ast.Name):
        where = index.binding(name.id, index.scope(name))
        if isinstance(name.ctx, ast.Store) and where is not None:
            yield (name.id, where)


def tolerant_functions(index: CodeIndex) -> set[Scope]:
    """Return the functions that ask whether they have a coroutine before them, or on which release they run."""
    found: set[Scope] = set()
    for name, nodes in index.mentions.items():
        if name == "asyncio":
            continue  # the module is asked for nothing: ``if (user := await asyncio.to_thread(...))``
        asks = name in _COROUTINE_TESTS
        if asks or any(map(name.casefold().__contains__, _RELEASE_WORDS)):
            found.update(index.scope(node) for node in nodes if asks or _is_in_test(index, node))
    return found


def _is_in_test(index: CodeIndex, node: ast.AST) -> bool:
    """Whether an expression is part of what ``if`` asks."""
    child = node
    for above in index.ancestors(node):
        if isinstance(above, ast.If | ast.IfExp) and above.test is child:
            return True
        if isinstance(above, ast.stmt):
            return False
        child = above
    return False
