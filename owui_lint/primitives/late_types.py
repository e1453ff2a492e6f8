"""Types that are looked up by their text, once the code around them has run."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from owui_lint.lazypattern import lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import CodeIndex, Scope, is_script, last_name
from owui_lint.repository.hooks import TOOL, entry_of
from owui_lint.repository.models import models_of
from owui_lint.repository.module import Module, written

_BUILTINS = frozenset(dir(builtins))
_DATACLASSES = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"})
# What `dataclasses` takes for a name of the class's own module, and looks up there.
_BARE = lazy_pattern(r"\w+(?![\w.])")


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
    put_there = {name for scope in index.scopes.values() for name in scope.outer}  # by functions
    as_text = entry.target.annotations_are_text or _asks_for_text(index)
    values = {"class": entry.node.name, "release": entry.target.release}
    for name, tool in entry.hooks.items():
        if getattr(tool.node, "decorator_list", None):
            continue  # what a decorator returns has annotations of its own
        for node, used in _looked_up(tool, as_text=as_text):
            case = _lost(used, index, inner) if used not in put_there else None
            if case is not None:
                yield Hit(module.place(node), case, {**values, "tool": name, "name": used})


def _lost(name: str, index: CodeIndex, inner: Scope) -> str | None:
    """Why a name cannot be looked up in the module; ``None`` where it may be there."""
    root = index.root
    if name in root.bound or name in _BUILTINS or "*" in root.imports:
        return None
    if name in root.imports:
        _ = index.imports  # asked for as a whole, imports know what guards them
        return "typing" if all(one.type_checking for one in root.imports[name]) else None
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
        for found, name in _names_in(annotation, as_text=as_text) if annotation is not None else ():
            if name not in own:
                yield found, name


@primitive("late-types", scope="plugin", reads="code")
def late_types(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report classes whose fields' types are looked up in the plugin's module when OpenWebUI has forgotten it.

    That is so in releases that run plugins with annotations as text and take their modules out of ``sys.modules`` once
    they are loaded: pydantic and ``dataclasses`` look there. Cases: ``default`` a model made in a function, ``dataclass``
    one of these made in a function, ``forward`` a model above the types that it names, which nothing makes while the
    module is loaded.
    """
    target = context.repository.target
    module = plugin.code.module
    if not (target.annotations_are_text and target.forgets_modules) or plugin.type == "pipelines":
        return
    index, loading = module.index, _Loading(module)
    for node in index.of(ast.ClassDef):
        around = [scope for scope in index.scope(node).chain() if scope.is_function]
        if around:
            found = _made_late(module, loading, node, around)
        else:
            found = _named_early(module, loading, node)
        for place, case, name in found:
            values = {"class": node.name, "name": name, "release": target.release}
            yield Hit(
                module.place(place), case, {**values, "function": around[0].name or "lambda"} if around else values
            )
            break  # one of its fields is enough


class _Loading:
    """What may run while OpenWebUI loads a plugin: rather too much of it than too little."""

    def __init__(self, module: Module) -> None:
        self.index = module.index
        self.plugin_class = module.plugin_class

    def may_call(self, function: Scope) -> bool:
        """Whether a function may be called; one without a name, or of Python's own, if its class is used."""
        if function.owner is None or not function.name.startswith("__"):
            return not function.name or function.name in self._used
        return function.owner is self.plugin_class or function.owner.name in self._used

    def completes(self, model: str) -> bool:
        """Whether something may have pydantic look up a model's types."""
        index = self.index
        rebuilt = (one for one in index.mentions.get("model_rebuild", ()) if isinstance(one, ast.Attribute))
        # A model that has it as a field has its types looked up when that is made, and may be the only one to use it.
        is_field = any(index.scope(one).is_class for one in index.mentions.get(model, ()))
        return is_field or model in self._used or any(last_name(one.value) == model for one in rebuilt)

    @cached_property
    def _used(self) -> set[str]:
        """The names that are called, and used in calls."""
        index = self.index
        functions: dict[str, list[ast.AST]] = defaultdict(list)
        names = {self.plugin_class.name} if self.plugin_class is not None else set()
        for scope in index.functions:
            functions[scope.owner.name if scope.name == "__init__" and scope.owner else scope.name].append(scope.node)
            names.update(last_name(_called(one)) for one in getattr(scope.node, "decorator_list", ()))
        at_once = {scope for scope in index.scopes.values() if not any(one.is_function for one in scope.chain())}
        waiting = [call for call in index.of(ast.Call) if index.scope(call) in at_once]
        found: set[str] = set()
        while waiting or names:
            for call in waiting:
                if not self._is_part_of_call(call) and not any(is_script(above) for above in index.ancestors(call)):
                    names.update(last_name(one) for one in index.within(call, ast.Name, ast.Attribute))
            waiting = [
                call for name in names - found for node in functions[name] for call in index.within(node, ast.Call)
            ]
            found |= names
            names = set()
        return found

    def _is_part_of_call(self, call: ast.Call) -> bool:
        """Whether a call is the argument of another one, or what that one's method is looked up in."""
        above = self.index.parent(call)
        return isinstance(above, ast.Call) or (
            isinstance(above, ast.Attribute) and isinstance(self.index.parent(above), ast.Call)
        )


_Found = Iterator[tuple[ast.AST, str, str]]


def _made_late(module: Module, loading: _Loading, node: ast.ClassDef, around: Sequence[Scope]) -> _Found:
    """The fields of a class in a function that cannot be made any more: where they stand, the case, what is not found."""
    index = module.index
    if any(not _DATACLASSES.isdisjoint(index.names_of(_called(one))) for one in node.decorator_list):
        for name, annotation in _fields(node):
            if _BARE.match(written(annotation)) and not loading.may_call(around[-1]):
                yield node, "dataclass", name
        return
    if not models_of(index, node):
        return
    inner, parent = index.scopes[node], index.scope(node)
    near = {node.name, *inner.bound, *inner.imports, *parent.bound, *parent.imports}
    for _, annotation in _fields(node):
        for place, name in _names_in(annotation, as_text=True):
            is_lost = name not in near and (name in index.root.bound or name in index.root.imports)
            if is_lost and not loading.may_call(around[-1]):
                yield place, "default", name


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """The fields of a model or a dataclass: their names and annotations."""
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            annotation = statement.annotation
            if last_name(annotation.value if isinstance(annotation, ast.Subscript) else annotation) != "ClassVar":
                yield statement.target.id, annotation


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _named_early(module: Module, loading: _Loading, node: ast.ClassDef) -> _Found:
    """The types that a model of the module names before they are there, if nothing completes it while that is loaded."""
    index, root = module.index, module.index.root
    end = node.end_lineno or node.lineno
    for _, annotation in _fields(node):
        for place, name in _names_in(annotation, as_text=True):
            bound = [*root.bound.get(name, ()), *(one.node for one in root.imports.get(name, ()))]
            is_later = bound and all(getattr(one, "lineno", 0) > end for one in bound)
            if is_later and models_of(index, node) and not loading.completes(node.name):
                yield place, "forward", name


def _asks_for_text(index: CodeIndex) -> bool:
    """Tell whether a file begins with ``from __future__ import annotations``."""
    return any(one.module == "__future__" for one in index.root.imports.get("annotations", ()))


def _names_in(annotation: ast.expr, *, as_text: bool) -> Iterator[tuple[ast.expr, str]]:
    """Yield the names in an annotation that are looked up by their text, each with the node that has it.

    ``as_text``: all of the annotation is text; else only what is quoted in it.
    """
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
    for _, name in _names_in(tree.body, as_text=True):
        yield name
