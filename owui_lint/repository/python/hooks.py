"""The class that OpenWebUI picks out of a plugin's module, and the methods it calls on it."""

from __future__ import annotations

import ast
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.openwebui.facts import PlatformFacts
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.syntax import with_defaults

if TYPE_CHECKING:
    from owui_lint.repository.plugin import Plugin

TOOL = "tool"
_SETTING = frozenset({"setattr", "__setattr__", "locals", "vars", "__dict__", "__getattribute__", "exec"})


class PluginClass:
    """A plugin's class on one release of OpenWebUI. ``kind``: ``pipe``, ``filter``, ``action``, ``event`` or ``tool``."""

    def __init__(self, node: ast.ClassDef, kind: str, index: CodeIndex, target: PlatformFacts) -> None:
        self.node = node
        self.kind = kind
        self.index = index
        self.target = target

    @cached_property
    def methods(self) -> dict[str, Scope]:
        """The methods that the class defines itself, and those that it has from classes of the same file, unless something
        may put others in their place."""
        found: dict[str, Scope] = {}
        lineage = self.index.lineage(self.node)
        for node in lineage[:1] if self._may_add_methods(lineage) else reversed(lineage):
            scope = self.index.scopes[node]
            found = {name: method for name, method in found.items() if name not in scope.bound | scope.imports}
            found |= self.index.methods(node)
        return {name: method for name, method in found.items() if not self.index.may_be_set(self.node, name)}

    def _may_add_methods(self, lineage: list[ast.ClassDef]) -> bool:
        """Whether the class may get methods out of sight that come before those of its bases: from a decorator, a
        metaclass, or code that sets what it computes the name of."""
        if len(lineage) == 1:
            return False
        is_made = any(node.decorator_list or node.keywords for node in lineage)
        return is_made or not _SETTING.isdisjoint(self.index.mentions)

    @cached_property
    def hooks(self) -> dict[str, Scope]:
        """The methods that OpenWebUI calls: a kind's hooks, or every public method of a tool."""
        if self.kind == TOOL:
            return {name: scope for name, scope in self.methods.items() if not name.startswith("_")}
        known = self.target.hooks(self.kind)
        return {name: scope for name, scope in self.methods.items() if name in known}

    @property
    def is_whole(self) -> bool:
        """Whether the class inherits from nothing, so that all of it is in sight."""
        return all(self.index.name_of(base) == "builtins.object" for base in self.node.bases) and not self.node.keywords

    def belongs(self, node: ast.AST) -> bool:
        """Tell whether a node lies in a method of the class, where ``self`` is the plugin."""
        method = self.index.scope(node).method
        return method is not None and method.owner is self.node


def entry_of(plugin: Plugin, target: PlatformFacts) -> PluginClass | None:
    """Return the plugin's class, if the file defines one that OpenWebUI (not the pipelines server) looks for."""
    module = plugin.code.module
    if plugin.type == "pipelines":
        return None
    for kind, name in target.plugin_classes().items():
        if module.is_tool and kind != TOOL:
            continue
        node = module.classes.get(name)
        if node is not None:
            return PluginClass(node, kind, module.index, target)
    return None


def hooks_of(plugin: Plugin, target: PlatformFacts) -> list[Scope]:
    """Return the methods of a plugin that OpenWebUI calls, in the order of the text."""
    entry = entry_of(plugin, target)
    return list(entry.hooks.values()) if entry is not None else []


def gets_arguments(index: CodeIndex, hook: Scope) -> bool:
    """Tell whether a hook is given what it declares, as OpenWebUI passes it: nothing that changes it decorates it, or only
    functions of this module whose wrapper hands on all it gets and shows the hook's own parameters, as ``functools.wraps`` has it."""
    return all(_hands_on(index, one) for one in index.changing(hook.node))


def _hands_on(index: CodeIndex, decorator: ast.expr) -> bool:
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    maker = index.sole_binding(name) if isinstance(name, ast.Name) else None
    if not isinstance(maker, ast.FunctionDef) or maker.decorator_list:
        return False
    nested: list[ast.FunctionDef | ast.AsyncFunctionDef] = [*index.within(maker, ast.FunctionDef)]
    nested += index.within(maker, ast.AsyncFunctionDef)
    wrappers = [one for one in nested if one.decorator_list]
    if len(wrappers) != 1 or len(wrappers[0].decorator_list) != 1:
        return False
    wrapper, wrapping = wrappers[0], wrappers[0].decorator_list[0]
    if not isinstance(wrapping, ast.Call) or index.name_of(wrapping.func) != "functools.wraps" or not wrapping.args:
        return False
    wrapped, around = wrapping.args[0], index.scopes[wrapper].parent
    if not isinstance(wrapped, ast.Name) or around is None or index.binding(wrapped.id, around) is not around:
        return False
    if not (_is_returned(index, around, wrapper.name) and _passes_all(index, wrapper, wrapped.id)):
        return False
    if name is decorator:
        return around.node is maker
    # ``@log("x")``: what is called makes the decorator.
    return around.parent is index.scopes[maker] and _is_returned(index, around.parent, around.name)


def _is_returned(index: CodeIndex, around: Scope, name: str) -> bool:
    """Whether all that a function returns goes by a name."""
    found = [node.value for node in index.within(around.node, ast.Return) if index.scope(node) is around]
    return bool(found) and all(isinstance(value, ast.Name) and value.id == name for value in found)


def _passes_all(index: CodeIndex, wrapper: ast.FunctionDef | ast.AsyncFunctionDef, wrapped: str) -> bool:
    """Whether a wrapper takes whatever it is given, and does nothing with it than to call the function with all of it."""
    takes = wrapper.args
    if takes.vararg is None or takes.kwarg is None or takes.kwonlyargs or takes.posonlyargs or len(takes.args) > 1:
        return False
    own = [one.arg for one in takes.args]
    calls = [
        call for call in index.within(wrapper, ast.Call) if isinstance(call.func, ast.Name) and call.func.id == wrapped
    ]
    for call in calls:
        given = [one.value if isinstance(one, ast.Starred) else one for one in call.args]
        names = [one.id for one in given if isinstance(one, ast.Name)]
        if names != [*own, takes.vararg.arg] or len(given) != len(names):
            return False
        if [(one.arg, getattr(one.value, "id", "")) for one in call.keywords] != [(None, takes.kwarg.arg)]:
            return False
    uses = [one for one in index.within(wrapper, ast.Name) if one.id in (takes.vararg.arg, takes.kwarg.arg)]
    return bool(calls) and len(uses) == 2 * len(calls)


def parameters(scope: Scope) -> list[ast.arg]:
    """Return a function's parameters that can be given by name, without the first (``self``) of a method."""
    arguments = scope.node.args  # type: ignore[attr-defined]
    given = [*arguments.posonlyargs, *arguments.args]
    decorators = {getattr(one, "id", "") for one in getattr(scope.node, "decorator_list", [])}
    return [*(given if "staticmethod" in decorators else given[1:]), *arguments.kwonlyargs]


def required(scope: Scope) -> set[str]:
    """Return the names of parameters without a default."""
    arguments = scope.node.args  # type: ignore[attr-defined]
    return {one.arg for one, default in with_defaults(arguments) if default is None}
