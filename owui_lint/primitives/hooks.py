"""The class that OpenWebUI picks, its hooks, and what they take and return."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import Scope
from owui_lint.repository.flow import can_fall_through, returns, yields
from owui_lint.repository.hooks import TOOL, Entry, entry_of, parameters, required
from owui_lint.repository.module import PLUGIN_CLASSES


@primitive("plugin-class", scope="plugin")
def plugin_class(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a file in which OpenWebUI finds no class (``none``), an imported name in place of the plugin's own class
    (``imported``), another of several classes than the folder says (``folder``), or two classes (``several``)."""
    module = plugin.code.module
    if module.tree is None or plugin.type == "pipelines" or "Pipeline" in module.classes:
        return
    index, target = module.index, context.repository.target
    root = index.root
    if "*" in root.imports:
        return  # any name may come from there
    classes = target.plugin_classes()
    functions = [name for kind, name in classes.items() if kind != TOOL]
    there = [name for name in functions if name in root.bound or name in root.imports]
    values = {"release": target.release, "order": ", ".join(functions)}
    if not there and classes[TOOL] not in root.bound and classes[TOOL] not in root.imports:
        yield Hit(module.place(module.body[0]) if module.body else plugin.code.file.line_place(1), "none", values)
        return
    if not there:
        return
    picked = there[0]
    own = [name for name in (*functions, classes[TOOL]) if name in module.classes]
    if picked not in root.bound:
        if own:
            found = root.imports[picked][0]
            yield Hit(module.place(found.node), "imported", {**values, "picked": picked, "own": own[0]})
        return
    defined = [name for name in there if name in module.classes]
    if picked not in defined or len(defined) < 2:
        return
    meant = next((name for name in defined if PLUGIN_CLASSES[name] == plugin.type), None)
    place = module.place(module.classes[picked])
    other = next(name for name in defined if name != picked)
    if meant is not None and meant != picked and context.repository.is_standard_layout:
        yield Hit(place, "folder", {**values, "picked": picked, "own": meant, "type": plugin.type})
    else:
        yield Hit(place, "several", {**values, "picked": picked, "own": other})


@primitive("hooks-defined", scope="plugin")
def hooks_defined(plugin: Plugin, context: Context, *, mistaken: Mapping[str, list[str]]) -> Iterator[Hit]:
    """Report a class without any method that OpenWebUI would call (``default``); ``near`` where it has a method whose
    name is one of ``mistaken`` (hook -> wrong names)."""
    entry = entry_of(plugin, context.repository.target)
    if entry is None or entry.hooks or not entry.is_whole:
        return
    names = entry.index.scopes[entry.node].bound
    hooks = entry.target.hooks(entry.kind)
    if any(name in names for name in hooks) or (
        entry.kind == TOOL and any(not name.startswith("_") for name in entry.methods)
    ):
        return  # bound by an assignment
    values = {
        "class": entry.node.name,
        "hooks": ", ".join(f"`{hook}`" for hook in hooks),
        "release": entry.target.release,
    }
    for name, scope in entry.methods.items():
        meant = next((hook for hook in hooks if name in mistaken.get(hook, ())), None)
        if meant:
            yield Hit(plugin.code.module.place(scope.node), "near", {**values, "found": name, "hook": meant})
            return
    yield Hit(plugin.code.module.place(entry.node), "tool" if entry.kind == TOOL else "default", values)


@primitive("hook-arguments", scope="plugin")
def hook_arguments(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report parameters that OpenWebUI does not pass: without a default, so that the call fails (``required``), or with
    one, so that they never hold anything else (``never``); and hooks without the argument that it always passes
    (``body``, ``event``)."""
    entry = entry_of(plugin, context.repository.target)
    if entry is None:
        return
    for name, hook in entry.hooks.items():
        if not getattr(hook.node, "decorator_list", None):
            yield from _arguments(plugin, entry, name, hook)


def _arguments(plugin: Plugin, entry: Entry, name: str, hook: Scope) -> Iterator[Hit]:
    module = plugin.code.module
    passed = entry.target.reserved_arguments(entry.kind, None if entry.kind == TOOL else name)
    needed = required(hook)
    values = {"hook": name, "release": entry.target.release, "kind": entry.kind}
    for parameter in parameters(hook):
        if parameter.arg in passed:
            continue
        reserved = parameter.arg.startswith("__") and parameter.arg.endswith("__")
        if entry.kind == TOOL and not reserved:
            continue  # the model fills these in
        near = _near(parameter.arg, passed)
        case = "required" if parameter.arg in needed else "never"
        if case == "never" and not reserved and not near:
            continue  # a default that nobody overrides is the author's own business
        if entry.kind == TOOL:
            case = "tool"
        yield Hit(
            module.place(parameter), f"{case}-near" if near else case, {**values, "name": parameter.arg, "near": near}
        )
    always = {"body", "event"} & passed
    arguments = hook.node.args  # type: ignore[attr-defined]
    if entry.kind != TOOL and always and not arguments.kwarg:
        missing = always - {parameter.arg for parameter in parameters(hook)}
        if missing:
            yield Hit(module.place(hook.node), "missing", {**values, "name": min(missing)})


def _near(name: str, passed: frozenset[str]) -> str:
    """The reserved argument that is meant: the same word with other underscores, else the nearest spelling."""
    from owui_lint.text import nearest

    word = name.strip("_")
    same = next((one for one in sorted(passed) if one.strip("_") == word), None)
    return same or (nearest(name, passed) if name.startswith("__") else None) or ""


@primitive("filter-returns", scope="plugin")
def filter_returns(plugin: Plugin, context: Context, *, hooks: list[str]) -> Iterator[Hit]:
    """Report filter hooks that return None: a bare ``return`` (``bare``), no ``return`` with a value at all (``none``),
    or an end that is reached without one (``end``)."""
    entry = entry_of(plugin, context.repository.target)
    if entry is None or entry.kind != "filter":
        return
    module = plugin.code.module
    for name in hooks:
        hook = entry.hooks.get(name)
        node = hook.node if hook is not None else None
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.decorator_list or yields(node):
            continue
        found = list(returns(node))
        empty = [one for one in found if one.value is None or _is_none(one.value)]
        values = {"hook": name}
        if len(empty) == len(found):
            if found or can_fall_through(node.body):
                yield Hit(module.place(node), "none", values)
            continue
        for one in empty:
            yield Hit(module.place(one), "bare", values)
        if can_fall_through(node.body):
            yield Hit(module.place(node), "end", values)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
