"""The class that OpenWebUI picks out of a plugin's module, and the methods it calls on it."""

from __future__ import annotations

import ast
from functools import cached_property

from owui_lint.openwebui.facts import Facts
from owui_lint.repository.code import CodeIndex, Scope
from owui_lint.repository.plugin import Plugin

TOOL = "tool"


class PluginClass:
    """A plugin's class on one release of OpenWebUI. ``kind``: ``pipe``, ``filter``, ``action``, ``event`` or ``tool``."""

    def __init__(self, node: ast.ClassDef, kind: str, index: CodeIndex, target: Facts) -> None:
        self.node = node
        self.kind = kind
        self.index = index
        self.target = target

    @cached_property
    def methods(self) -> dict[str, Scope]:
        """The methods that the class defines itself, and those that it has from classes of the same file."""
        found: dict[str, Scope] = {}
        for node in reversed(self.index.lineage(self.node)):
            scope = self.index.scopes[node]
            found = {name: method for name, method in found.items() if name not in scope.bound | scope.imports}
            found |= self.index.methods(node)
        return found

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


def entry_of(plugin: Plugin, target: Facts) -> PluginClass | None:
    """Return the plugin's class, if the file defines one that OpenWebUI (not the pipelines server) looks for."""
    module = plugin.code.module
    if plugin.type == "pipelines":
        return None
    for kind, name in target.plugin_classes().items():
        node = module.classes.get(name)
        if node is not None:
            return PluginClass(node, kind, module.index, target)
    return None


def hooks_of(plugin: Plugin, target: Facts) -> list[Scope]:
    """Return the methods of a plugin that OpenWebUI calls, in the order of the text."""
    entry = entry_of(plugin, target)
    return list(entry.hooks.values()) if entry is not None else []


def parameters(scope: Scope) -> list[ast.arg]:
    """Return a function's parameters that can be given by name, without the first (``self``) of a method."""
    arguments = scope.node.args  # type: ignore[attr-defined]
    given = [*arguments.posonlyargs, *arguments.args]
    decorators = {getattr(one, "id", "") for one in getattr(scope.node, "decorator_list", [])}
    return [*(given if "staticmethod" in decorators else given[1:]), *arguments.kwonlyargs]


def required(scope: Scope) -> set[str]:
    """Return the names of parameters without a default."""
    arguments = scope.node.args  # type: ignore[attr-defined]
    given = [*arguments.posonlyargs, *arguments.args]
    without = given[: len(given) - len(arguments.defaults)]
    only = [one for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is None]
    return {one.arg for one in (*without, *only)}
