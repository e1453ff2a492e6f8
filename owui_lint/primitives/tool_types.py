"""The types of a tool's parameters, which OpenWebUI looks up to describe the tool to models."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from types import BuiltinFunctionType

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import CodeIndex, Scope
from owui_lint.repository.hooks import TOOL, entry_of
from owui_lint.repository.module import written
from owui_lint.repository.syntax import last_name

_BUILTINS = frozenset(dir(builtins))
# Where one of these is used, anything may be put into the module, or its annotations be left alone.
_OPENING = ("__annotations__", "exec", "globals", "locals", "no_type_check", "setattr", "vars")


@primitive("tool-types", scope="plugin", reads="code")
def tool_types(plugin: Plugin, context: Context, *, undescribed: list[str]) -> Iterator[Hit]:
    """Report names in annotations of tools that ``typing.get_type_hints`` does not find, so that the tool cannot be saved.

    It looks up what is written as text in the module alone. Annotations are text where they are quoted, where the file
    asks for it, and in releases that run plugins so. Cases: ``default`` the name is one of the class's, ``typing`` only
    type checkers import it, ``unknown`` nothing binds it.

    Also those of which pydantic makes no schema: ``function`` of Python, ``module``, and the ``undescribed`` types.
    """
    entry = entry_of(plugin, context.repository.target)
    if entry is None or entry.kind != TOOL:
        return
    module, index = plugin.code.module, entry.index
    if any(name in index.mentions for name in _OPENING):
        return
    inner = index.scopes[entry.node]
    put_there = {name for scope in index.scopes.values() for name in scope.outer}  # by functions
    as_text = entry.target.annotations_are_text or _asks_for_text(index)
    values = {"class": entry.node.name, "release": entry.target.release}
    for name, tool in entry.hooks.items():
        if entry.index.changing(tool.node):
            continue  # what a decorator returns has annotations of its own
        for node, used in _looked_up(index, tool, as_text=as_text):
            case = _lost(used, index, inner) if used not in put_there else None
            if case is not None:
                yield Hit(module.place(node), case, {**values, "tool": name, "name": used})
        for node, case in _without_schema(index, tool, frozenset(undescribed)):
            yield Hit(module.place(node), case, {**values, "tool": name, "name": written(node)})


_PARTS = ("typing", "builtins")  # modules whose generic types are described by their parts


def _without_schema(index: CodeIndex, tool: Scope, undescribed: frozenset[str]) -> Iterator[tuple[ast.expr, str]]:
    """Yield the parts of a tool's annotations that no schema can be made of, with their case. Arguments that begin with an
    underscore, and what a tool returns, are not described."""
    arguments = _arguments(tool)
    waiting = [one.annotation for one in arguments if one.annotation is not None and not one.arg.startswith("_")]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name | ast.Attribute):
            names = index.names_of(node)
            case = _kind_of(index, node, names[0], undescribed) if len(names) == 1 else None
            if case is not None:
                yield node, case
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            waiting += [node.left, node.right]
        elif isinstance(node, ast.Subscript):
            names = index.names_of(node.value)
            if len(names) == 1 and names[0] in undescribed:
                waiting.append(node.value)
            elif len(names) == 1 and names[0].partition(".")[0] in _PARTS:
                waiting += _parts(index, node)


def _parts(index: CodeIndex, node: ast.Subscript) -> list[ast.expr]:
    """The types that a generic one consists of. What is annotated to one is left out: ``get_type_hints``, as OpenWebUI
    calls it, drops that."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return {"Literal": [], "Annotated": parts[:1]}.get(_form(index, node) or "", parts)


def _arguments(tool: Scope) -> list[ast.arg]:
    """The parameters of a tool; OpenWebUI describes ``*args`` and ``**more`` as it does the others."""
    given = tool.node.args  # type: ignore[attr-defined]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]


def _kind_of(index: CodeIndex, node: ast.expr, name: str, undescribed: frozenset[str]) -> str | None:
    """The case of a type by its dotted name; ``None`` where it may be described."""
    if name in undescribed:
        return "undescribed"
    module, _, own = name.rpartition(".")
    if module == "builtins":
        return "function" if isinstance(getattr(builtins, own, None), BuiltinFunctionType) else None
    if not isinstance(node, ast.Name) or node.id in index.root.bound:
        return None
    imports = index.root.imports.get(node.id, [])
    return "module" if imports and all(isinstance(one.node, ast.Import) for one in imports) else None


def _lost(name: str, index: CodeIndex, inner: Scope) -> str | None:
    """Why a name cannot be looked up in the module; ``None`` where it may be there."""
    root = index.root
    if name in root.bound or name in _BUILTINS or "*" in root.imports:
        return None
    if name in root.imports:
        _ = index.imports  # asked for as a whole, imports know what guards them
        return "typing" if all(one.type_checking for one in root.imports[name]) else None
    return "default" if name in inner.bound or name in inner.imports else "unknown"


def _looked_up(index: CodeIndex, tool: Scope, *, as_text: bool) -> Iterator[tuple[ast.expr, str]]:
    """Yield the names in a function's annotations that are looked up by their text, each with the node that has it."""
    node = tool.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    annotations = [one.annotation for one in _arguments(tool)] + [node.returns]
    own = {one.name for one in getattr(node, "type_params", [])}
    for annotation in annotations:
        for found, name in _names_in(index, annotation, as_text=as_text) if annotation is not None else ():
            if name not in own:
                yield found, name


def _asks_for_text(index: CodeIndex) -> bool:
    """Tell whether a file begins with ``from __future__ import annotations``."""
    return any(one.module == "__future__" for one in index.root.imports.get("annotations", ()))


def _names_in(index: CodeIndex, annotation: ast.expr, *, as_text: bool) -> Iterator[tuple[ast.expr, str]]:
    """Yield the names in an annotation that are looked up by their text, each with the node that has it.

    ``as_text``: all of the annotation is text; else only what is quoted in it.
    """
    waiting: list[ast.AST] = [annotation]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and as_text:
            yield node, node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node, name) for name in _names_in_text(index, node.value))
        elif isinstance(node, ast.Subscript) and _form(index, node) is not None:
            # Their texts are values; only what Annotated begins with is a type.
            first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
            waiting += [node.value, first] if _form(index, node) == "Annotated" else [node.value]
        elif not isinstance(node, ast.Lambda | ast.comprehension):
            waiting += ast.iter_child_nodes(node)


def _form(index: CodeIndex, node: ast.Subscript) -> str | None:
    """Return ``Literal`` or ``Annotated`` for one of these, whatever the file calls it."""
    names = [name.rpartition(".")[2] for name in index.names_of(node.value)] or [last_name(node.value)]
    return next((name for name in names if name in ("Literal", "Annotated")), None)


def _names_in_text(index: CodeIndex, text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for _, name in _names_in(index, tree.body, as_text=True):
        yield name
