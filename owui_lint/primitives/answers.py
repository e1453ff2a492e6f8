"""What pipes and tools answer with: values that OpenWebUI can show, and results that are there when they are asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.bodies import alternatives, gives_coroutine, written_once
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.flow import never_returning, reached_returns, yields
from owui_lint.repository.python.hooks import TOOL, entry_of
from owui_lint.repository.python.module import written
from owui_lint.repository.python.rewriting import awaiting

_NO_ANSWERS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp)
_GIVING_NO_ANSWER = frozenset(f"builtins.{name}" for name in ("list", "set", "sorted", "tuple"))


@primitive("answers-of-pipes", scope="plugin", reads="code")
def answers_of_pipes(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report lists, tuples, sets and numbers that ``pipe`` returns (``default``), and the coroutines of functions of the
    file, as OpenWebUI awaits ``pipe`` and not what it gives (``coroutine``; ``plain`` where ``pipe`` cannot await either):
    written there, or what a local name is bound to once. The edits await where ``pipe`` can, and nothing else is done with
    the coroutine.
    """
    entry = entry_of(plugin, context.repository.target)
    pipe = entry.methods.get("pipe") if entry is not None and entry.kind == "pipe" else None
    if entry is None or pipe is None:
        return
    node, index, module = pipe.node, entry.index, plugin.code.module
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or index.changing(node) or yields(index, node):
        return
    for one in reached_returns(index, node, never_returning(module.calls)):
        for given in alternatives(one.value):
            is_nothing = isinstance(given, ast.List | ast.Tuple) and not given.elts  # an empty answer is what is meant
            if given is None or is_nothing:
                continue
            value = written_once(index, given)
            if _is_no_answer(index, value):
                yield Hit(module.place(given))
            elif isinstance(value, ast.Call) and gives_coroutine(module, value, pipe):
                is_sole = given is value or _is_sole_use(index, given, value)
                edits = awaiting(module, value) if pipe.is_async and is_sole else ()
                code = written(value.func)
                values = {"code": code, "result": f"{code}(...)" if is_sole else written(given)}
                yield Hit(module.place(given), "coroutine" if pipe.is_async else "plain", values, edits)


def _is_sole_use(index: CodeIndex, name: ast.expr, value: ast.expr) -> bool:
    """Whether what a value is bound to is nothing but the local name that stands here, which is read nowhere else: to be
    awaited there, kept as a task or closed takes the coroutine."""
    target = index.sole_target(index.parent(value))
    return target is not None and index.reads_of(target.id, index.scope(target)) == [name]


def _is_no_answer(index: CodeIndex, value: ast.expr) -> bool:
    """Whether a value certainly is one of which OpenWebUI makes an empty answer; None may be meant as one."""
    if isinstance(value, ast.Call):
        return index.name_of(value.func) in _GIVING_NO_ANSWER
    if isinstance(value, ast.Constant):
        return not isinstance(value.value, str) and value.value is not None
    return isinstance(value, _NO_ANSWERS)


@primitive("results-of-functions", scope="plugin", reads="code")
def results_of_functions(plugin: Plugin, context: Context, *, caches: list[str]) -> Iterator[Hit]:
    """Report ``async`` functions below a decorator that keeps results (``caches``, dotted names), and so keeps a coroutine,
    which can be awaited once (``cached``); and tools that are generators (``generator``)."""
    entry = entry_of(plugin, context.repository.target)
    if entry is None:
        return
    index, module = entry.index, plugin.code.module
    keeping = frozenset(caches)
    for node in index.of(ast.AsyncFunctionDef):
        # Another decorator in between may make something of the coroutine function that can be kept.
        nearest = node.decorator_list[-1] if node.decorator_list else None
        named = nearest.func if isinstance(nearest, ast.Call) else nearest
        names = index.names_of(named) if named is not None else ()
        if nearest is not None and len(names) == 1 and names[0] in keeping:
            yield Hit(module.place(nearest), "cached", {"name": names[0], "function": node.name})
    for name, tool in entry.hooks.items() if entry.kind == TOOL else ():
        function = tool.node
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        if not index.changing(function) and yields(index, function):
            yield Hit(module.place(function), "generator", {"name": name})
