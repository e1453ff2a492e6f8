"""The types of a tool's parameters, which OpenWebUI looks up to describe the tool to models."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import CodeIndex, Scope, last_name
from owui_lint.repository.hooks import TOOL, entry_of

_BUILTINS = frozenset(dir(builtins))


@primitive("tool-types", scope="plugin", reads="code")
def tool_types(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report names in annotations of tools that ``typing.get_type_hints`` does not find, so that the tool cannot be saved.

    It looks up what is written as text in the module alone. Annotations are text where they are quoted, where the file
    asks for it, and in releases that run plugins so. Cases: ``default`` the name is one of the class's, ``typing`` only
    type checkers import it, ``unknown`` nothing binds it.
    """
    entry = entry_of(plugin, context.repository.target)
    if entry is None or entry.kind != TOOL:
        return
    module, index = plugin.code.module, entry.index
    inner = index.scopes[entry.node]
    as_text = entry.target.annotations_are_text or _asks_for_text(index)
    values = {"class": entry.node.name, "release": entry.target.release}
    for name, tool in entry.hooks.items():
        if getattr(tool.node, "decorator_list", None):
            continue  # what a decorator returns has annotations of its own
        for node, used in _looked_up(tool, as_text=as_text):
            case = _lost(used, index, inner)
            if case is not None:
                yield Hit(module.place(node), case, {**values, "tool": name, "name": used})


def _asks_for_text(index: CodeIndex) -> bool:
    found = index.root.imports.get("annotations", ())
    return any(one.module == "__future__" for one in found)


def _lost(name: str, index: CodeIndex, inner: Scope) -> str | None:
    """Why a name cannot be looked up in the module; ``None`` where it may be there."""
    root = index.root
    if name in root.bound or name in _BUILTINS or "*" in root.imports:
        return None
    if any(name in scope.outer for scope in index.scopes.values()):
        return None  # a function puts it there
    if name in root.imports:
        imports = [one for one in index.imports if one.scope is root and one.bound == name]
        return "typing" if all(one.type_checking for one in imports) else None
    return "default" if name in inner.bound or name in inner.imports else "unknown"


def _looked_up(tool: Scope, *, as_text: bool) -> Iterator[tuple[ast.expr, str]]:
    """Yield the names in a function's annotations that are looked up by their text, each with the node that has it."""
    node = tool.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    given = node.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    annotations = [one.annotation for one in arguments if one is not None] + [node.returns]
    own = {one.name for one in getattr(node, "type_params", [])}
    for annotation in annotations:
        for found, name in _names(annotation, as_text=as_text) if annotation is not None else ():
            if name not in own:
                yield found, name


def _names(annotation: ast.expr, *, as_text: bool) -> Iterator[tuple[ast.expr, str]]:
    waiting: list[ast.AST] = [annotation]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and as_text:
            yield node, node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node, name) for name in _names_in_text(node.value))
        elif isinstance(node, ast.Subscript) and last_name(node.value) in ("Literal", "Annotated"):
            # Their texts are values; only what Annotated begins with is a type.
            first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
            waiting += [node.value, first] if last_name(node.value) == "Annotated" else [node.value]
        elif not isinstance(node, ast.Lambda | ast.comprehension):
            waiting += ast.iter_child_nodes(node)


def _names_in_text(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for _, name in _names(tree.body, as_text=True):
        yield name
