"""Calls that keep the event loop waiting, and with it every user of the server."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from owui_lint.finding import Edit, Message, Related
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.bodies import written_once
from owui_lint.repository.python.clients import calls_of_clients, method_called
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.hooks import PluginClass, entry_of
from owui_lint.repository.python.loop import EventLoop, is_moved
from owui_lint.repository.python.module import Module, written
from owui_lint.repository.python.ownloops import on_own_loops
from owui_lint.repository.python.rewriting import awaiting, importing, insertions
from owui_lint.repository.python.syntax import is_script


@primitive("blocking-calls", scope="plugin", reads="code")
def blocking_calls(
    plugin: Plugin,
    context: Context,
    *,
    functions: list[str],
    clients: Mapping[str, list[str]],
    whole: list[str] | None = None,
    instead: Mapping[str, str] | None = None,
) -> Iterator[Hit]:
    """Report calls of ``functions`` (dotted names), and of methods of what ``clients`` (dotted names -> methods) make, that
    run on the event loop: in an ``async`` function (``default``), in a plain function that an ``async`` one calls directly
    (``called``), or ``through`` others, where a generator is among them ``generator``; or in a plain hook or ``pipes``
    (``hook``), which OpenWebUI calls on the loop too, or ``below`` one, in what it calls. Functions handed to a thread are not accused.

    In an ``async`` function the edits await an asynchronous function that does the same (``instead``: name -> name), or
    hand the call to a thread, where that is all of the waiting (``whole``: names of functions whose result is complete).
    """
    entry = entry_of(plugin, context.repository.target)
    if entry is None:
        return
    module, blocking = plugin.code.module, frozenset(functions)
    calls = module.calls
    found = {call: names[0] for call, names in calls.named if names[0] in blocking and len(names) == 1}
    found.update((call, name) for call, name in calls_of_clients(calls, clients) if not calls.is_awaited(call))
    elsewhere = on_own_loops(calls, set(entry.hooks.values())) if found else set()
    for call, hit in _on_the_loop(module, entry, found, elsewhere):
        if hit.case == "default":
            name = found[call]
            other = (instead or {}).get(name)
            edits = _edits(module, call, other) if other or name in (whole or ()) else ()
            better = other or f"asyncio.to_thread({written(call.func)}, …)"
            hit = hit._replace(values={**hit.values, "better": better}, edits=edits)
        yield hit


def _on_the_loop(
    module: Module, entry: PluginClass, found: Mapping[ast.Call, str], elsewhere: Collection[Scope] = ()
) -> Iterator[tuple[ast.Call, Hit]]:
    """Yield the calls (with their names) that run on the event loop, each with a hit that says how: ``default``,
    ``called``, ``through``, ``generator``, ``hook`` or ``below``, as ``blocking_calls`` has them. ``elsewhere``: ``async`` functions
    that do not count, as they run on a loop of the plugin's own."""
    if not found:
        return
    index = module.index
    models = entry.methods.get("pipes") if entry.kind == "pipe" else None
    hooks = {hook for hook in (*entry.hooks.values(), models) if hook is not None and not is_moved(hook)}
    ways = EventLoop(module.calls, hooks if entry.kind == "pipe" else (), elsewhere, hooks).ways()
    for call in index.in_order(found):
        scope = index.scope(call)
        place, values = module.place(call.func), {"name": found[call].removeprefix("builtins."), "function": scope.name}
        if scope.is_async:
            if scope not in elsewhere:
                yield call, Hit(place, values=values)
        elif scope in hooks:
            yield call, Hit(place, "hook", values)
        elif scope in ways:
            way = ways[scope]
            caller = index.scope(way.call).name
            related = Related(module.place(way.call), Message(f"called by {caller}", f"由 {caller} 调用"))
            case = "generator" if way.streams else "called" if way.function is scope else "through"
            case = "below" if way.below else case
            values |= {"caller": caller, "called": way.function.name}
            yield call, Hit(place, case, values, related=(related,))


def _edits(module: Module, call: ast.Call, instead: str | None) -> tuple[Edit, ...]:
    """Edits that await ``instead`` or the call in a thread; none where the result is read bit by bit afterwards."""
    index = module.index
    imports = importing(module, "asyncio", index.scope(call))
    streams = any(keyword.arg in (None, "stream") for keyword in call.keywords)
    bare = any(isinstance(argument, ast.GeneratorExp) for argument in call.args)  # it must stay the only argument
    if imports is None or streams or bare or isinstance(index.parent(call), ast.Await):
        return ()
    has_arguments = bool(call.args or call.keywords)
    function = f"{instead}(" if instead else f"asyncio.to_thread({written(call.func)}" + (", " if has_arguments else "")
    own = awaiting(module, call, function)
    return (*insertions(module, imports), *own) if own else ()


_ASKING_FOR_LOOPS = frozenset({"is_running", "get_running_loop", "_get_running_loop"})


@primitive("nested-loops", scope="plugin", reads="code")
def nested_loops(
    plugin: Plugin, context: Context, *, functions: list[str], methods: list[str], unless: list[str]
) -> Iterator[Hit]:
    """Report calls of ``functions`` (dotted names) and ``methods`` that start an event loop where one runs: in an ``async``
    function (``default``), in a plain one that an ``async`` one calls (``called``) or leads to (``through``), in a plain hook (``hook``), and where
    the plugin is loaded and made (``load``). ``waiting``: code on a loop that waits for what it sends to the same loop.

    Nothing in a file that imports one of ``unless``, which lets loops nest, or that asks anywhere whether a loop is running;
    what waits for itself does so there too.
    """
    entry = entry_of(plugin, context.repository.target)
    module = plugin.code.module
    index = module.index
    for call in _waiting_for_own_loop(index) if entry is not None else ():
        yield Hit(module.place(call.func), "waiting", {"function": index.scope(call).name})
    if entry is None or any(one.top_level in unless for one in index.imports):
        return
    own = any(one.name in methods for one in index.of(ast.FunctionDef))
    if own or not _ASKING_FOR_LOOPS.isdisjoint(index.calls_by_name):
        return
    starting = frozenset(functions)
    found = {call: names[0] for call, names in module.calls.named if names[0] in starting and len(names) == 1}
    for name in methods:
        found.update((call, name) for call in index.calls_by_name.get(name, ()) if call not in found)
    found = {call: name for call, name in found.items() if not _is_provided_for(index, call)}
    for call in index.in_order(found):
        scope = index.scope(call)
        if not scope.is_in_function or scope is entry.methods.get("__init__"):
            yield Hit(module.place(call.func), "load", {"name": found[call]})
    for _, hit in _on_the_loop(module, entry, found):
        if hit.case == "below":
            continue
        if hit.case == "generator":
            hit = hit._replace(case="called" if hit.values["called"] == hit.values["function"] else "through")
        yield hit


def _waiting_for_own_loop(index: CodeIndex) -> Iterator[ast.Call]:
    """Yield ``.result()`` of what ``run_coroutine_threadsafe`` sends to the loop that runs the very function."""
    for sending in index.calls_by_name.get("run_coroutine_threadsafe", ()):
        given = [*sending.args[1:2], *(keyword.value for keyword in sending.keywords if keyword.arg == "loop")]
        scope = index.scope(sending)
        loop = written_once(index, given[0]) if given and scope.is_function else None
        if not (isinstance(loop, ast.Call) and index.name_of(loop.func) in _OWN_LOOP and index.scope(loop) is scope):
            continue
        target = index.target_of(sending)
        if isinstance(target, ast.Name) and scope.bound.get(target.id) == [target]:
            # Whoever does anything else with it may know that it is done.
            uses: list[ast.expr] = list(index.reads_of(target.id, scope))
            held = uses if len(uses) == 1 and index.scope(uses[0]) is scope else []
        else:
            held = [sending]
        for one in held:
            call, method = method_called(index, one)
            if call is not None and method == "result":
                yield call


_OWN_LOOP = frozenset({"asyncio.get_event_loop", "asyncio.get_running_loop"})


def _is_provided_for(index: CodeIndex, call: ast.Call) -> bool:
    """Whether the code around a call reckons with the error, or is a script's."""
    return index.is_handled(call, "RuntimeError", named=True) or any(map(is_script, index.ancestors(call)))
