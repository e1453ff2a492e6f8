"""Loops of a plugin's own: which ``async`` functions run on one, where they keep nobody waiting but the plugin itself."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Container, Iterator

from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.handed import parameter
from owui_lint.repository.python.syntax import last_name

_STARTING = ("run", "run_until_complete")
_SENDING = ("create_task", "run_coroutine_threadsafe")
_LOOKING = frozenset({"isawaitable", "iscoroutine", "isinstance"})


def on_own_loops(calls: Calls, hooks: Container[Scope]) -> set[Scope]:
    """Return the ``async`` functions that run on a loop of the plugin's own, as far as the module calls them: all of their
    calls are given to ``asyncio.run`` and the like, or stand in functions of which this is so. ``hooks`` run on the server's.
    """
    index = calls.index
    given = _given_to_loops(calls)
    others: dict[Scope, int] = {}  # calls of a function that are not known to run it elsewhere
    callees: dict[Scope, list[Scope]] = defaultdict(list)
    for function, there in calls.by_local.items() if given else ():
        if function.is_async and function not in hooks:
            left = [index.scope(one) for one in there if one not in given]
            others[function] = len(left)
            for caller in left:
                callees[caller].append(function)
    found: set[Scope] = set()
    waiting = [function for function, count in others.items() if not count]
    while waiting:
        found.add(caller := waiting.pop())
        for function in callees[caller]:
            others[function] -= 1
            if not others[function]:
                waiting.append(function)
    return found


def _given_to_loops(calls: Calls) -> set[ast.AST]:
    """Return the calls and names that loops of the plugin's own are given: there, or by a name of which nothing else is made,
    be it the parameter of a function that hands it on."""
    index = calls.index
    given: set[ast.AST] = set()
    left: dict[tuple[Scope, str], int] = {}  # uses of a name that are not known to be given to a loop
    waiting = list(_taken_by_loops(calls))
    while waiting:
        for node in index.within(waiting.pop(), ast.Call, ast.Name):
            if node in given or (isinstance(node, ast.Call) and calls.is_awaited(node)):
                continue
            given.add(node)
            where = index.binding(node.id, index.scope(node)) if isinstance(node, ast.Name) else None
            if not isinstance(node, ast.Name) or where is None or not where.is_function or _only_looks(index, node):
                continue
            key = where, node.id
            if key not in left:
                left[key] = sum(not _only_looks(index, use) for use in index.reads_of(node.id, where))
            left[key] -= 1
            if not left[key]:
                waiting += _sources(calls, where, node.id)
    return given


def _only_looks(index: CodeIndex, use: ast.Name) -> bool:
    """Whether a use of a coroutine or task has nothing run it: ``task.cancel()``, ``asyncio.iscoroutine(x)``."""
    above = index.parent(use)
    return isinstance(above, ast.Attribute) or (isinstance(above, ast.Call) and last_name(above.func) in _LOOKING)


def _sources(calls: Calls, function: Scope, name: str) -> Iterator[ast.expr]:
    """Yield what a name of a function is given: by assignments, or as a parameter by the module's calls."""
    for bound in function.bound.get(name, ()):
        value = calls.index.value_of(bound)
        if value is not None and not isinstance(value, ast.Await):
            yield value
        if isinstance(bound, ast.arg) and isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef):
            for call in calls.by_local.get(function, ()):
                values = (*call.args, *(keyword.value for keyword in call.keywords))
                yield from (one for one in values if parameter(function, call, one) == name)


def _taken_by_loops(calls: Calls) -> Iterator[ast.expr]:
    """Yield what calls are given that run it on a loop that is not the server's."""
    index = calls.index
    found = [call for name in _STARTING for call in index.calls_by_name.get(name, ())]
    if "new_event_loop" in index.calls_by_name:
        # Which loop a coroutine is sent to is seldom in sight: where the module makes one, it counts as that.
        found += index.calls_by_name.get("run_coroutine_threadsafe", ())
        sending = (call for name in _SENDING for call in index.calls_by_name.get(name, ()))
        found += (call for call in sending if _is_of_new_loop(index, call.func))
    for call in found:
        # What is awaited, or is a function of the plugin itself, may have its argument run on any loop.
        if call.args and not calls.is_awaited(call) and calls.local_function(call.func) is None:
            yield call.args[0]
    for use in (use for name in _STARTING for use in index.mentions.get(name, ())):
        above = index.parent(use)
        handed = index.parent(above) if isinstance(above, ast.keyword) else above
        if isinstance(handed, ast.Call) and handed.func is not use and _starts_loop(index, use):
            yield from handed.args  # as ``asyncio.to_thread(asyncio.run, coroutine)`` and ``Thread(target=asyncio.run, ...)``
            yield from (keyword.value for keyword in handed.keywords)


def _starts_loop(index: CodeIndex, function: ast.expr) -> bool:
    """Whether a function that is handed on has a loop run what it is given."""
    is_method = isinstance(function, ast.Attribute) and function.attr == "run_until_complete"
    return is_method or index.names_of(function) == ("asyncio.run",)


def _is_of_new_loop(index: CodeIndex, method: ast.expr) -> bool:
    """Whether a method is one of a loop that the module makes: of a name or an attribute that holds nothing else."""
    loop = method.value if isinstance(method, ast.Attribute) else None
    if isinstance(loop, ast.Name):
        made = index.sole_value(loop)
    else:
        made = index.sole_value_of_attribute(loop.attr) if isinstance(loop, ast.Attribute) else None
    return isinstance(made, ast.Call) and index.name_of(made.func) == "asyncio.new_event_loop"
