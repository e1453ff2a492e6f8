"""Calls into OpenWebUI, and imports of it, against the target release."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.finding import Edit, Message
from owui_lint.lazypattern import compiled
from owui_lint.openwebui.facts import FunctionKind, PlatformFacts, facts, known_releases
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.askedmodules import AskedModules
from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import CodeIndex, Import
from owui_lint.repository.python.hooks import hooks_of
from owui_lint.repository.python.loop import consumer_of
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.rewriting import awaiting
from owui_lint.repository.python.syntax import Try, last_name
from owui_lint.text import nearest

_ASKING = ("hasattr", "getattr", "setattr")  # what gets a name as a text
_TABLES = "open_webui.models."


def _short(name: str) -> str:
    """``Users.get_user_by_id``: a table's method with its table, another function by its name."""
    parts = name.split(".")
    return ".".join(parts[-2:]) if parts[-2][:1].isupper() else parts[-1]


def _platform_calls(plugin: Plugin, context: Context) -> Iterator[tuple[ast.Call, str, FunctionKind]]:
    """Calls of functions of OpenWebUI that the target has, all alternative names of the same kind."""
    target = context.repository.target
    for call, names in plugin.code.module.calls.of_openwebui:
        kinds = {name: target.function_kind(name) for name in names}
        known = {name: kind for name, kind in kinds.items() if kind is not None}
        if len(set(known.values())) == 1:
            name, kind = next(iter(known.items()))
            yield call, name, kind


@primitive("platform-awaited", scope="plugin", reads="code")
def platform_awaited(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report calls of coroutine functions of OpenWebUI whose result is used without ``await``: in an ``async``
    function (``default``), or in a plain one, which cannot await (``sync``); and those that are awaited in a generator
    expression which something goes through that cannot await (``generator``)."""
    if not plugin.runs_in_process:
        return
    module, calls, target = plugin.code.module, plugin.code.module.calls, context.repository.target
    hooks = set(hooks_of(plugin, target))  # OpenWebUI awaits what they are, not what they return
    for call, name, kind in _platform_calls(plugin, context):
        if kind is not FunctionKind.ASYNC or calls.is_tolerant(call):
            continue
        if calls.is_awaited(call):
            generator = module.index.generator_around(call)
            consumer = consumer_of(module.index, generator) if generator is not None else ""
            if consumer:
                yield Hit(module.place(call.func), "generator", {"name": _short(name), "consumer": consumer})
            continue
        if not (module.coroutines.is_lost(call) or module.coroutines.is_passed_on(call, hooks)):
            continue
        if _awaited_beside(calls, call, name):
            continue
        scope = module.index.scope(call)
        since = target.changed_to_async_in(name)
        case = "default" if scope.is_async else "sync"
        values = {"name": _short(name), "release": target.release, "function": scope.name or "lambda"}
        edits = awaiting(module, call) if scope.is_async else ()
        yield Hit(module.place(call.func), case if since else f"{case}-always", {**values, "since": since or ""}, edits)


_MAX_BESIDE = 20  # awaited calls that one without is compared with; a branch per release has one


def _awaited_beside(calls: Calls, call: ast.Call, name: str) -> bool:
    """Whether the function in which something is called or handed over awaits it in another branch: one per release."""
    index = calls.index
    awaited = calls.awaited.get((index.scope(call), name), [])
    return any(
        _branches_off(index, call, other) or _branches_off(index, other, call) for other in awaited[:_MAX_BESIDE]
    )


def _branches_off(index: CodeIndex, node: ast.AST, other: ast.AST) -> bool:
    """Whether a node stands in a branch that does not run where ``other`` does, or that leaves before it."""
    to_other = [other, *index.ancestors(other)]
    child = node
    for above in index.ancestors(node):
        branch = _branch(index, above, child)
        if branch is not None and above in to_other:
            theirs = _branch(index, above, to_other[to_other.index(above) - 1])
            return theirs is not None and theirs is not branch
        if isinstance(above, ast.If) and branch is not None:
            assert isinstance(branch, list)
            if isinstance(branch[-1], ast.Return | ast.Raise | ast.Continue | ast.Break):
                return True
        child = above
    return False


def _branch(index: CodeIndex, above: ast.AST, child: ast.AST) -> object:
    """The part of a statement that a child lies in, if others run instead of it: a block, a handler, a case."""
    if isinstance(above, ast.If | Try):
        blocks = [above.body, above.orelse] if isinstance(above, ast.If) else [above.body]
        found = next((block for block in blocks if index.is_in(child, block)), None)
        return found if found is not None else child if isinstance(child, ast.ExceptHandler) else None
    if isinstance(above, ast.IfExp):
        return child if child is not above.test else None
    return child if isinstance(child, ast.match_case) else None


def _since(target: PlatformFacts, name: str) -> Message:
    """From when on a function is a coroutine function, in words."""
    since = target.changed_to_async_in(name)
    return Message(f"since {since}", f"自 {since} 起") if since else Message("as ever", "一直如此")


@primitive("platform-in-thread", scope="plugin", reads="code")
def platform_in_thread(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report coroutine functions of OpenWebUI that are run in a thread: handed over by name (``default``), or called
    in a plain function of the plugin that is (``inside``) and that returns the coroutine."""
    if not plugin.runs_in_process:
        return
    module, calls, target = plugin.code.module, plugin.code.module.calls, context.repository.target
    for call, function in calls.threaded:
        if isinstance(function, ast.Call) and last_name(function.func) == "partial" and function.args:
            function = function.args[0]
        names = calls.names_of(function)
        found = [name for name in names if target.function_kind(name) is FunctionKind.ASYNC]
        if found and len(found) == len(names) and not _provides_for_coroutine(module, call, found[0]):
            values = {"name": _short(found[0]), "release": target.release, "since": _since(target, found[0])}
            yield Hit(module.place(function), values=values, edits=_without_thread(module, call, function))
    for call, name, kind in _platform_calls(plugin, context):
        scope = module.index.scope(call)
        if kind is not FunctionKind.ASYNC or scope.is_async or scope not in calls.in_thread:
            continue
        threads = calls.in_thread[scope][:_MAX_BESIDE]
        if calls.is_tolerant(call) or all(_provides_for_coroutine(module, thread, name) for thread in threads):
            continue
        if calls.is_returned(call):
            values = {"name": _short(name), "release": target.release, "since": _since(target, name)}
            yield Hit(module.place(call.func), "inside", {**values, "function": scope.name or "lambda"})


def _provides_for_coroutine(module: Module, thread: ast.Call, name: str) -> bool:
    """Whether code that runs a function in a thread reckons with a coroutine, or has a branch for a release with one."""
    is_awaited_later = module.calls.is_tolerant(thread) or module.coroutines.is_awaited_twice(thread)
    return is_awaited_later or _awaited_beside(module.calls, thread, name)


def _without_thread(module: Module, call: ast.Call, function: ast.expr) -> tuple[Edit, ...]:
    """Edits that make ``await to_thread(f, x)`` into ``await f(x)``; none for other forms."""
    if last_name(call.func) != "to_thread" or call.args[0] is not function or not module.is_placed(call):
        return ()
    if not isinstance(module.index.parent(call), ast.Await):
        return ()
    text = module.file.text
    start = module.offset(call.lineno, call.col_offset)
    first = module.offset(function.lineno, function.col_offset)
    behind = module.offset(function.end_lineno or function.lineno, function.end_col_offset or 0)
    rest = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
    comma = compiled(r"\s*,?\s*" if not rest else r"\s*,[ \t]*").match(text, behind)
    if comma is None or "#" in text[start:first]:
        return ()
    return (module.file.edit(start, first, ""), module.file.edit(behind, comma.end(), "("))


@primitive("platform-not-awaitable", scope="plugin", reads="code")
def platform_not_awaitable(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report ``await`` of functions of OpenWebUI that are plain functions in the target release."""
    if not plugin.runs_in_process:
        return
    module, calls, target = plugin.code.module, plugin.code.module.calls, context.repository.target
    for call, name, kind in _platform_calls(plugin, context):
        if kind is FunctionKind.SYNC and isinstance(module.index.parent(call), ast.Await):
            if calls.is_tolerant(call) or module.index.is_handled(call, "TypeError", named=True):
                continue
            yield Hit(module.place(call.func), values={"name": _short(name), "release": target.release})


@primitive("platform-blocking", scope="plugin", reads="code")
def platform_blocking(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report calls of model tables directly in ``async`` functions, where the target still has them blocking."""
    target = context.repository.target
    newest = facts()
    if not plugin.runs_in_process or target.release == newest.release:
        return
    module, calls = plugin.code.module, plugin.code.module.calls
    for call, name, kind in _platform_calls(plugin, context):
        # What a later release made a coroutine is what waits for the database; other methods only compute.
        if kind is not FunctionKind.SYNC or not target.origin(name).startswith(_TABLES) or not newest.is_async(name):
            continue
        if module.index.scope(call).is_async and not calls.is_tolerant(call) and not calls.is_awaited(call):
            yield Hit(module.place(call.func), values={"name": _short(name), "release": target.release})


def _history(target: PlatformFacts, module: str) -> Message:
    """When a module that the target lacks came or went, in words."""
    known = known_releases()
    changes = target.module_releases(module)
    if not changes:
        text, zh = f"no release since {known[0]} has it", f"{known[0]} 以来的版本都没有"
        now = _moved_to(target, module)
        return Message(f"{text}; there is `{now}`", f"{zh}；现有 `{now}`") if now else Message(text, zh)
    reached = [change for change in changes if known.index(change) <= known.index(target.release)]
    if reached:
        return Message(f"gone since {reached[-1]}", f"自 {reached[-1]} 起已移除")
    return Message(f"there since {changes[0]}", f"自 {changes[0]} 起才有")


def _moved_to(target: PlatformFacts, module: str) -> str:
    """A module of the target that is called like the end of a dotted name, below ``open_webui``; "" where there is none."""
    parts = module.removeprefix("open_webui.").split(".")
    names = (".".join(("open_webui", *parts[start:])) for start in range(1, len(parts)))
    return next(filter(target.module_exists, names), "")


@primitive("platform-exists", scope="plugin", reads="code")
def platform_exists(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report modules of OpenWebUI that the target lacks: imported when the plugin loads (``module``) or in a function
    (``later``); names that its modules lack, imported (``name``, ``name-later``) or asked of the module (``attribute``,
    ``attribute-never``); methods of its tables that are gone
    (``method``) or never were there (``never``); and what is gone from ``request.app.state`` (``state``). Guarded imports
    and tests are respected, also those that ask a module for what another release has in its place."""
    if not plugin.runs_in_process:
        return
    target, module, calls = context.repository.target, plugin.code.module, plugin.code.module.calls
    guarded = {one.bound for one in module.index.imports if one.guarded}
    asked = AskedModules(module.index, "open_webui", target.module_exists)
    for one in module.index.imports:
        if one.top_level != "open_webui" or one.guarded or one.type_checking or one.bound in guarded:
            continue
        if not target.module_exists(one.module):
            values = {"module": one.module, "release": target.release, "history": _history(target, one.module)}
            in_function = one.scope.is_in_function
            yield Hit(module.place(one.node), "later" if in_function else "module", values)
        elif (
            isinstance(one.node, ast.ImportFrom)
            and _lacks_name(module, target, one, one.module)
            and not asked.is_tested(one.module)
        ):
            in_function = one.scope.is_in_function
            values = {"name": one.alias.name, "module": one.module, "release": target.release}
            values["history"] = _history_of_name(target, one.module, one.alias.name)
            yield Hit(module.place(one.alias), "name-later" if in_function else "name", values)
    for call, names in calls.of_openwebui:
        name = names[0]
        if len(names) != 1 or not _short(name).count(".") or not target.origin(name).startswith(_TABLES):
            continue
        since = target.removed_in(name)
        never = since is None and target.never_had(name)
        if not (since or never) or last_name(call.func) in module.index.texts or calls.is_tolerant(call):
            continue
        # Whatever error leads to another way: that is how one plugin serves releases with the method and without.
        if not module.index.is_handled(call, "AttributeError"):
            values = {"name": _short(name), "release": target.release, "since": since or "", "newest": facts().release}
            yield Hit(module.place(call.func), "never" if never else "method", values)

    yield from _lacking_attributes(module, target, asked)
    yield from _gone_from_state(module, target)


def _lacks_name(module: Module, target: PlatformFacts, one: Import, holder: str) -> bool:
    """Whether a module of OpenWebUI, by its dotted name, lacks what is imported from it, and the plugin nowhere asks for it
    by name, with ``hasattr`` or in ``dir()``."""
    name = one.alias.name
    return name != "*" and name not in module.index.texts and target.lacks_name(holder, name)


def _lacking_attributes(module: Module, target: PlatformFacts, asked: AskedModules) -> Iterator[Hit]:
    """Yield what is asked of imported modules of OpenWebUI, as ``config.X``, and is not there."""
    index = module.index
    for node, holder in asked.attributes():
        if not target.lacks_name(holder, node.attr):
            continue
        if node.attr in index.texts or module.calls.is_tolerant(node) or index.is_handled(node, "AttributeError"):
            continue
        if any(isinstance(one.ctx, ast.Store) for one in index.mentions[node.attr]) or asked.is_tested(holder):
            continue  # put there, perhaps
        history = _history_of_name(target, holder, node.attr)
        values = {"name": node.attr, "module": holder, "release": target.release, "history": history}
        is_gone = target.name_removed_in(holder, node.attr) is not None
        yield Hit(module.place(node), "attribute" if is_gone else "attribute-never", values)


def _gone_from_state(module: Module, target: PlatformFacts) -> Iterator[Hit]:
    index = module.index
    uses = [node for node in index.of(ast.Attribute) if _is_of_state(node)]
    names = {node.attr for node in uses}
    own = {node.attr for node in uses if not isinstance(node.ctx, ast.Load)}
    asked = {text for name in _ASKING for call in index.calls_by_name.get(name, []) for text in index.texts_given(call)}
    for name in sorted(names - own - asked):
        since = target.state_removed_in(name)
        for node in uses if since is not None else ():
            if node.attr == name and not index.is_handled(node, "AttributeError"):
                values = {"name": f"app.state.{name}", "since": since, "release": target.release}
                yield Hit(module.place(node), "state", values)


def _is_of_state(node: ast.Attribute) -> bool:
    """Whether this is an attribute of the state of the application that a request belongs to."""
    if not (isinstance(node.value, ast.Attribute) and node.value.attr == "state"):
        return False
    application = node.value.value
    return isinstance(application, ast.Attribute) and application.attr == "app"


def _history_of_name(target: PlatformFacts, module: str, name: str) -> Message:
    if target.module_releases(f"{module}.{name}"):
        history = _history(target, f"{module}.{name}")
        return Message(f" ({history.en})", f"（{history.zh}）")
    since = target.name_removed_in(module, name)
    if since is not None:
        return Message(f" (gone since {since})", f"（自 {since} 起移除）")
    near = nearest(name, set(target.names_of(module)))
    return Message(f" (did you mean {near}?)", f"（是不是 {near}？）") if near else Message("", "")


@primitive("import-rewriting", scope="plugin", reads="code")
def import_rewriting(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report text that OpenWebUI's replacement of imports changes for the worse: an import that then names a module
    that does not exist (``import``, in a function ``later``) or a name that its module lacks (``name``, ``name-later``), or
    text that is shown or used: a value of the front matter, a string in the code that is no docstring (``text``)."""
    if not plugin.runs_in_process:
        return
    target, module, file = context.repository.target, plugin.code.module, plugin.code.file
    rules = target.import_rewriting()
    if not any(old in file.text for old in rules):
        return
    guarded = {one.bound for one in module.index.imports if one.guarded}
    for one in module.index.imports:
        # ``from utils.x import y`` of the file is ``from open_webui.utils.x import y`` of what OpenWebUI runs.
        if isinstance(one.node, ast.Import) or one.level or one.guarded or one.type_checking:
            continue
        old = next((old for old in rules if f"from {one.module}".startswith(old)), None)
        if old is None:
            continue
        new = target.rewrite_imports(f"from {one.module}").removeprefix("from ")
        in_function = one.scope.is_in_function
        if not target.module_exists(new):
            moved = _moved_to(target, one.module)
            better = f"from {moved} import …" if moved else f"import {one.module}"
            values = {"old": old, "better": better, "new": new, "release": target.release}
            yield Hit(module.place(one.node), "later" if in_function else "import", values)
        elif one.bound not in guarded and _lacks_name(module, target, one, new):
            history = _history_of_name(target, new, one.alias.name)
            lacking = {"new": new, "name": one.alias.name, "release": target.release, "history": history}
            yield Hit(module.place(one.alias), "name-later" if in_function else "name", lacking)
    for entry in plugin.code.frontmatter.entries:
        old = next((old for old in rules if old in entry.value), None)
        if old is not None:
            place = file.place(entry.value_span.start, entry.value_span.end)
            yield Hit(place, "text", {"old": old, "new": rules[old], "release": target.release})
    reported: set[int] = set()
    for text, nodes in module.index.texts.items():
        old = next((old for old in rules if old in text), None)
        for node in nodes if old is not None else ():
            if old is not None and node.lineno not in reported and not isinstance(module.index.parent(node), ast.Expr):
                reported.add(node.lineno)
                yield Hit(module.place(node), "text", {"old": old, "new": rules[old], "release": target.release})
