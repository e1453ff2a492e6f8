"""The types of a tool's parameters, which OpenWebUI looks up to describe the tool to models."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator
from types import BuiltinFunctionType

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.hooks import TOOL, entry_of
from owui_lint.repository.python.models import lineage_of
from owui_lint.repository.python.module import written
from owui_lint.repository.python.syntax import UNPARSABLE, is_none, last_name
from owui_lint.tuples import NamedTuple

_BUILTINS = frozenset(dir(builtins))
# Where one of these is used, anything may be put into the module, or its annotations be left alone.
_OPENING = ("__annotations__", "exec", "globals", "locals", "no_type_check", "setattr", "vars")


@primitive("tool-types", scope="plugin", reads="code")
def tool_types(plugin: Plugin, context: Context, *, undescribed: list[str], refused: list[str]) -> Iterator[Hit]:
    """Report names in annotations of tools that ``typing.get_type_hints`` does not find, so that the tool cannot be saved.

    It looks up what is written as text in the module alone. Annotations are text where they are quoted, where the file
    asks for it, and in releases that run plugins so. Cases: ``default`` the name is one of the class's, ``typing`` only
    type checkers import it, ``unknown`` nothing binds it.

    Also those of which pydantic makes no schema: ``function`` of Python, ``module``, the ``undescribed`` types (left out where
    there is a choice of types), and, as the same case, those ``refused`` and errors. ``plain``: a class of
    the file that says nothing of its values; ``typed-dict`` one of ``typing``, which pydantic takes from Python 3.12 on.
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
    described = _Described(index, frozenset(undescribed), frozenset(refused))
    for name, tool in entry.hooks.items():
        if index.changing(tool.node) or index.is_left_out(tool.node):
            continue  # what a decorator returns has annotations of its own
        for node, used in _looked_up(index, tool, as_text=as_text):
            case = _lost(used, index, inner) if used not in put_there else None
            if case is not None:
                yield Hit(module.place(node), case, {**values, "tool": name, "name": used})
        for node, case, _ in described.faults(tool):
            yield Hit(module.place(node), case, {**values, "tool": name, "name": written(node)})


_PARTS = ("typing", "builtins", "collections")  # modules whose generic types are described by their parts
_CLASSES = frozenset({"builtins.type", "typing.Type"})  # ``type[X]`` is the class X, of which no value is asked for
_MAX_DEPTH = 20  # types in types, and names for types


class _Fault(NamedTuple):
    """A part of an annotation that no schema is made of. ``is_left_out``: in a choice, pydantic goes without it."""

    node: ast.expr
    case: str
    is_left_out: bool = False


class _Described:
    """What pydantic knows of the types of a file. Arguments that begin with an underscore, and what a tool returns, are not
    described.

    ``undescribed``: types with values that no schema tells of; ``refused``: those that pydantic knows nothing of.
    """

    def __init__(self, index: CodeIndex, undescribed: Collection[str], refused: Collection[str]) -> None:
        self.index = index
        self._undescribed = undescribed
        self._refused = refused

    def faults(self, tool: Scope) -> Iterator[_Fault]:
        """Yield the faults of a tool's parameters, each at what the annotation says."""
        for one in _arguments(tool):
            if one.annotation is not None and not one.arg.startswith("_"):
                yield from self._of(one.annotation, 0)

    def _of(self, node: ast.expr, depth: int) -> list[_Fault]:
        if depth > _MAX_DEPTH:
            return []
        choices = _choices(self.index, node)
        if choices is not None:
            found = [fault for one in choices for fault in self._of(one, depth + 1)]
            # Among several, those that cannot be described are left out; ``Optional`` alone is no choice.
            is_one = len({ast.dump(one) for one in choices}) < 2
            return [fault for fault in found if is_one or not fault.is_left_out]
        if isinstance(node, ast.Subscript):
            names = self.index.names_of(node.value)
            if not names and isinstance(node.value, ast.Name):
                return self._of_name(node.value, depth)  # a generic class of the file
            if len(names) != 1 or names[0] in _CLASSES:
                return []
            if names[0] in self._undescribed or names[0] in self._refused:
                return self._of(node.value, depth + 1)
            if names[0].partition(".")[0] in _PARTS:
                return [fault for part in _parts(self.index, node) for fault in self._of(part, depth + 1)]
            return []
        return self._of_name(node, depth) if isinstance(node, ast.Name | ast.Attribute) else []

    def _of_name(self, node: ast.Name | ast.Attribute, depth: int) -> list[_Fault]:
        names = self.index.names_of(node)
        if len(names) == 1:
            if names[0] in self._undescribed:
                return [_Fault(node, "undescribed", is_left_out=True)]
            case = "undescribed" if names[0] in self._refused else _kind_of(self.index, node, names[0])
            return [_Fault(node, case)] if case is not None else []
        # What is looked up in the module is not what a class or a function calls so.
        if not isinstance(node, ast.Name) or self.index.binding(node.id, self.index.scope(node)) is not self.index.root:
            return []
        owner = self.index.sole_binding(node)
        if isinstance(owner, ast.ClassDef):
            case = _class_without_schema(self.index, owner)
            return [_Fault(node, case)] if case is not None else []
        value = self.index.sole_value(node)
        if not isinstance(value, ast.Name | ast.Subscript | ast.BinOp):
            return []
        return [fault._replace(node=node) for fault in self._of(value, depth + 1)][:1]


def _choices(index: CodeIndex, node: ast.expr) -> list[ast.expr] | None:
    """The types of ``x | y``, ``Union`` and ``Optional``, also of those in it, without None; ``None`` for any other type."""
    waiting, found, is_choice = [node], [], False
    while waiting:
        one = waiting.pop()
        form = index.name_of(one.value) if isinstance(one, ast.Subscript) else None
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.BitOr):
            waiting += [one.right, one.left]
        elif isinstance(one, ast.Subscript) and form in ("typing.Union", "typing.Optional"):
            waiting += reversed(one.slice.elts) if isinstance(one.slice, ast.Tuple) else [one.slice]
        else:
            found += [] if is_none(one) else [one]
            continue
        is_choice = True
    return found if is_choice else None


_VALUES = ("str", "int", "float", "dict", "list")
# Bases that tell pydantic nothing; what else a class inherits from may.
_TELLING_NOTHING = frozenset(
    {"typing.Protocol", "typing_extensions.Protocol"}
    | {f"builtins.{name}" for name in _VALUES}
    | {
        f"builtins.{name}"
        for name, one in vars(builtins).items()
        if isinstance(one, type) and issubclass(one, BaseException)
    }
)
_MARKS = frozenset({"typing.runtime_checkable", "typing_extensions.runtime_checkable", "typing.final"})
_TELLING = ("__get_pydantic_core_schema__", "__pydantic_core_schema__", "__get_validators__")


def _class_without_schema(index: CodeIndex, owner: ast.ClassDef) -> str | None:
    """The case of a class of the file that pydantic makes no schema of: nothing tells it what such a value consists of."""
    lineage = lineage_of(index, owner)
    for one in lineage.classes:
        is_made = any(index.name_of(mark) not in _MARKS for mark in one.decorator_list) or one.keywords
        if is_made or not index.scopes[one].bound.keys().isdisjoint(_TELLING):
            return None
    if any(name in index.mentions for name in _TELLING):
        return None  # given to the class later
    others = [index.name_of(base.value if isinstance(base, ast.Subscript) else base) for base in lineage.others]
    if others and all(name == "typing.TypedDict" for name in others):
        return "typed-dict"
    return "plain" if all(name in _TELLING_NOTHING for name in others) else None


def _parts(index: CodeIndex, node: ast.Subscript) -> list[ast.expr]:
    """The types that a generic one consists of. What is annotated to one is left out: ``get_type_hints``, as OpenWebUI
    calls it, drops that."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return {"Literal": [], "Annotated": parts[:1]}.get(_form(index, node) or "", parts)


def _arguments(tool: Scope) -> list[ast.arg]:
    """The parameters of a tool; OpenWebUI describes ``*args`` and ``**more`` as it does the others."""
    given = tool.node.args  # type: ignore[attr-defined]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]


def _kind_of(index: CodeIndex, node: ast.expr, name: str) -> str | None:
    """The case of what is no type, or an error, by its dotted name; ``None`` where it may be described."""
    module, _, own = name.rpartition(".")
    if module == "builtins":
        if name in _TELLING_NOTHING and own not in _VALUES:
            return "undescribed"
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
    except UNPARSABLE:
        return
    for _, name in _names_in(index, tree.body, as_text=True):
        yield name
