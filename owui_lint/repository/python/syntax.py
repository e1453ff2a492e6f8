"""Words for syntax trees: what a node says by itself, whatever module it stands in."""

from __future__ import annotations

import ast
import builtins
import warnings
from collections.abc import Iterable, Iterator, Sequence

#: Both statements with handlers: ``try: ... except`` and ``try: ... except*``.
Try = ast.Try | ast.TryStar
#: Both statements that bind what stands on their right side: ``x = y`` and ``x: int = y``.
Assignment = ast.Assign | ast.AnnAssign
#: What ``ast`` raises for a text that is no Python, or is nested more deeply than this process can follow.
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_ANYTHING = frozenset({"Exception", "BaseException"})


def parse(text: str | bytes) -> ast.Module:
    """Return the tree of a text. Raises one of ``UNPARSABLE``. Warnings of what is written there ("invalid escape sequence")
    are kept back: they belong to its author's own tools."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def parse_or_none(text: str | bytes) -> ast.Module | None:
    """Return the tree of a text, ``None`` where it cannot be parsed."""
    try:
        return parse(text)
    except UNPARSABLE:
        return None


def last_name(expression: ast.AST) -> str:
    """Return the last name of a dotted one; empty for any other expression."""
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")


def targets_of(node: ast.AST | None) -> list[ast.expr]:
    """Return what an assignment, annotated or not, puts its value into; nothing for ``x: int``, which puts none anywhere,
    and for any other node."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) and node.value is not None else []


def is_none(expression: ast.AST | None) -> bool:
    """Tell whether an expression is ``None`` as written; that there is no expression is another matter."""
    return isinstance(expression, ast.Constant) and expression.value is None


def with_defaults(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """Return the parameters of a function, those that take all the rest left out, each with its default if it has one."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    only = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [*zip(positional, defaults, strict=True), *only]


def is_super(expression: ast.AST) -> bool:
    """Tell whether an expression is ``super()``."""
    return isinstance(expression, ast.Call) and last_name(expression.func) == "super" and not expression.args


def entries(display: ast.Dict) -> dict[str, ast.expr]:
    """Return the values of ``{...}`` by those of its keys that are literal texts; the last of equal keys, as at run time."""
    return {
        key.value: value
        for key, value in zip(display.keys, display.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def assigned(node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each target of an assignment with what is put there: of ``a, b = x, y`` one for one, as far as no star
    stands there; of other values that are taken apart, the whole."""
    if node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    waiting = [(target, node.value) for target in reversed(targets)]
    while waiting:
        target, value = waiting.pop()
        if not isinstance(target, ast.Tuple | ast.List):
            yield target, value
            continue
        inner: list[tuple[ast.expr, ast.expr]] = []
        shown = value.elts if isinstance(value, ast.Tuple | ast.List) else None
        for part, given in zip(target.elts, shown or [value] * len(target.elts), strict=False):
            if shown and (isinstance(part, ast.Starred) or isinstance(given, ast.Starred)):
                break  # which of the others go where is not followed
            inner.append((part.value if isinstance(part, ast.Starred) else part, given))
        waiting += reversed(inner)


def decorators(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """Return the last names of a definition's decorators, called or not."""
    return set(map(decorator_name, node.decorator_list))


def decorator_name(decorator: ast.expr) -> str:
    """Return the last name of a decorator, called or not."""
    return last_name(decorator.func if isinstance(decorator, ast.Call) else decorator)


def statements(body: Sequence[ast.AST], *, into_loops: bool = True) -> Iterator[ast.AST]:
    """Yield statements and those below them, not those of functions and classes; of inner loops on demand."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(node, ast.While | ast.For | ast.AsyncFor) and not into_loops:
            waiting += node.orelse
        else:
            for part in ("body", "orelse", "handlers", "finalbody", "cases"):
                waiting += getattr(node, part, ())


def is_script(node: ast.AST) -> bool:
    """Tell whether a node is ``if __name__ == "__main__"``, either way round, below which only a script's code stands."""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and any(isinstance(one, ast.Name) and one.id == "__name__" for one in (node.test.left, *node.test.comparators))
    )


def catches(handler: ast.ExceptHandler, *errors: str, named: bool = False) -> bool:
    """Tell whether one of ``errors``, names of Python's own exceptions, reaches a handler: as one of its types, or by a
    base class.

    ``named``: ``except:`` and ``except Exception:`` do not count. They report whatever goes wrong, and say nothing of
    whether this error is reckoned with.
    """
    if handler.type is None:
        return not named
    return _are_caught(errors, handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type], named)


def raises_again(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler certainly ends with an error of its own or the one it was given: ``raise`` is its last
    statement, and nothing in it leaves otherwise."""
    return isinstance(handler.body[-1], ast.Raise) and not any(
        isinstance(node, ast.Return | ast.Break | ast.Continue) for node in statements(handler.body)
    )


def ends_errors(statement: Try, *errors: str, named: bool = False) -> bool:
    """Tell whether one of ``errors`` that comes up in a ``try`` may end there: a handler ``catches`` it.

    One that takes whatever goes wrong, and always raises again, ends nothing: ``except Exception: log(); raise``. One that
    names the error reckons with it, whatever it does then.
    """
    return any(
        catches(handler, *errors, named=named)
        and (not _only_passes(statement, handler) or catches(handler, *errors, named=True))
        for handler in statement.handlers
    )


def ends_any_error(statement: Try) -> bool:
    """Tell whether some error that comes up in a ``try`` may end there."""
    return any(not _only_passes(statement, handler) for handler in statement.handlers)


def replaces_errors(statement: Try) -> bool:
    """Tell whether a ``try`` may make another error of one that comes up in it: who catches that one decides."""
    return any(
        isinstance(node, ast.Raise) and node.exc is not None
        for handler in statement.handlers
        for node in statements(handler.body)
    )


def _only_passes(statement: Try, handler: ast.ExceptHandler) -> bool:
    leaving = (ast.Return, ast.Break, ast.Continue)  # with these, ``finally`` swallows whatever was raised
    return raises_again(handler) and not any(isinstance(node, leaving) for node in statements(statement.finalbody))


def suppresses(manager: ast.expr, *errors: str, named: bool = False) -> bool:
    """Tell whether a context manager is ``contextlib.suppress``, and one of ``errors`` ends there, as in ``catches``."""
    if not (isinstance(manager, ast.Call) and last_name(manager.func) == "suppress"):
        return False
    return _are_caught(errors, manager.args, named)


def _are_caught(errors: Iterable[str], types: Iterable[ast.expr], named: bool) -> bool:
    found = {base.__name__ for error in errors for base in getattr(builtins, error).__mro__[:-1]}
    return not found.difference(_ANYTHING if named else ()).isdisjoint(map(last_name, types))
