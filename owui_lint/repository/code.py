"""What a module's code says, for rules: nodes by type, scopes, imports, and what a dotted name stands for.

Everything comes from one walk over the syntax tree, made when a rule first asks. Nothing is executed, so an answer is
what the text alone makes certain: a name that is bound in more than one way stands for nothing.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

NodeT = TypeVar("NodeT", bound=ast.AST)
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_BUILTINS = frozenset(dir(builtins))
_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
# Contexts and operators say nothing beyond their parent, and are about a third of a tree.
_FIELDS_WITHOUT_NODES = frozenset({"ctx", "op", "ops", "id", "attr", "type_comment", "type_ignores", "kind"})
_OUTSIDE = frozenset({"decorator_list", "bases", "keywords", "returns"})
_BINDING = frozenset(
    {
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.Lambda,
        ast.arg,
        ast.Global,
        ast.Nonlocal,
        ast.ExceptHandler,
        ast.MatchAs,
        ast.MatchStar,
        ast.MatchMapping,
        ast.Import,
        ast.ImportFrom,
    }
)
_MAX_ALIASES = 8  # names that stand for names that stand for names


@dataclass(eq=False)
class Import:
    """One name that an import binds. ``target`` is what it stands for: ``asyncio.to_thread``."""

    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    #: The module that is imported: ``a.b`` of ``import a.b`` and of ``from a.b import c``; "" of ``from . import c``.
    module: str
    #: The dots of a relative import.
    level: int
    #: What the bound name stands for; of a relative import, with its dots.
    target: str
    bound: str
    scope: Scope
    #: A failing import is caught, or this one stands where another one failed.
    guarded: bool = False
    #: Only type checkers execute it.
    type_checking: bool = False

    @property
    def top_level(self) -> str:
        """The package that must be installed; "" for a relative import."""
        return "" if self.level else self.module.partition(".")[0]


@dataclass(eq=False)
class Scope:
    """A module, class, function or lambda, and the names it binds."""

    node: ast.AST
    parent: Scope | None
    imports: dict[str, list[Import]] = field(default_factory=dict)
    #: Other bindings by name: targets of assignments, parameters, definitions, handlers.
    bound: dict[str, list[ast.AST]] = field(default_factory=dict)
    #: Names declared ``global`` or ``nonlocal``.
    outer: set[str] = field(default_factory=set)

    @property
    def is_function(self) -> bool:
        """Whether this is a function, method or lambda."""
        return isinstance(self.node, FunctionNode)

    @property
    def is_class(self) -> bool:
        """Whether this is a class body."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_async(self) -> bool:
        """Whether this is the body of an ``async def``."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def name(self) -> str:
        """The name of the function or class; "" for a module or lambda."""
        return getattr(self.node, "name", "")

    @property
    def qualified_name(self) -> str:
        """``Filter.inlet.helper``; "" for the module."""
        above = self.parent.qualified_name if self.parent else ""
        name = self.name or ("<lambda>" if self.parent else "")
        return f"{above}.{name}" if above else name

    @property
    def owner(self) -> ast.ClassDef | None:
        """The class whose method this function is."""
        above = self.parent
        return above.node if self.is_function and above is not None and isinstance(above.node, ast.ClassDef) else None

    def chain(self) -> Iterator[Scope]:
        """Yield this scope and those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    @property
    def method(self) -> Scope | None:
        """The method that this function is, or that it is nested in."""
        return next((scope for scope in self.chain() if scope.owner is not None), None)


class CodeIndex:
    """One module's nodes, scopes and names. Made once per module: ``Module.index``."""

    def __init__(self, tree: ast.Module | None) -> None:
        self.root = Scope(tree or ast.Module(body=[], type_ignores=[]), None)
        self.scopes: dict[ast.AST, Scope] = {self.root.node: self.root}
        self._by_type: dict[type[ast.AST], list[ast.AST]] = {}
        self._parents: dict[ast.AST, ast.AST] = {}
        self._scope_of: dict[ast.AST, Scope] = {}
        self._found: dict[tuple[str, Scope], tuple[str, ...]] = {}
        if tree is not None:
            self._walk(tree)

    def _walk(self, tree: ast.Module) -> None:
        """Visit every node once, in the order of the text, with a stack of its own: nesting costs no recursion."""
        by_type, parents, scopes = self._by_type, self._parents, self._scope_of
        fields: dict[type[ast.AST], tuple[str, ...]] = {}
        stack: list[tuple[ast.AST, Scope]] = [(tree, self.root)]
        while stack:
            node, scope = stack.pop()
            kind = type(node)
            scopes[node] = scope
            group = by_type.get(kind)
            if group is None:
                group = by_type[kind] = []
                fields[kind] = tuple(name for name in kind._fields if name not in _FIELDS_WITHOUT_NODES)
            group.append(node)
            if kind is ast.Constant:
                continue
            if kind is ast.Name:
                if type(node.ctx) is not ast.Load:  # type: ignore[attr-defined]
                    scope.bound.setdefault(node.id, []).append(node)  # type: ignore[attr-defined]
                continue
            inner = self._enter(node, kind, scope) if kind in _BINDING else scope
            children: list[tuple[ast.AST, Scope]] = []
            for name in fields[kind]:
                value = getattr(node, name, None)
                # Decorators, bases and return annotations are evaluated outside of what they belong to.
                where = scope if name in _OUTSIDE else inner
                if value.__class__ is list:
                    for child in cast("list[object]", value):
                        if isinstance(child, ast.AST):
                            parents[child] = node
                            children.append((child, where))
                elif isinstance(value, ast.AST):
                    parents[value] = node
                    children.append((value, where))
            children.reverse()
            stack += children

    def _enter(self, node: ast.AST, kind: type[ast.AST], scope: Scope) -> Scope:
        """Note what a node binds; return the scope of its children."""
        if kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda):
            if kind is not ast.Lambda:
                scope.bound.setdefault(node.name, []).append(node)  # type: ignore[attr-defined]
            inner = self.scopes[node] = Scope(node, scope)
            return inner
        if kind is ast.arg:
            scope.bound.setdefault(node.arg, []).append(node)  # type: ignore[attr-defined]
        elif kind in (ast.Global, ast.Nonlocal):
            scope.outer.update(node.names)  # type: ignore[attr-defined]
        elif kind in (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping):
            name = getattr(node, "name", None) or getattr(node, "rest", None)
            if name:
                scope.bound.setdefault(name, []).append(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node, scope)
        return scope

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                module, level = alias.name, 0
                bound = alias.asname or alias.name.partition(".")[0]
                target = alias.name if alias.asname else bound
            else:
                module, level = node.module or "", node.level
                bound = alias.asname or alias.name
                target = "." * level + (f"{module}.{alias.name}" if module else alias.name)
            found = Import(node, alias, module, level, target, bound, scope)
            scope.imports.setdefault(bound, []).append(found)

    # -- nodes -------------------------------------------------------------------------------------------------

    def of(self, *kinds: type[NodeT]) -> list[NodeT]:
        """Return the nodes of exactly these types, in the order of the text within each type."""
        if len(kinds) == 1:
            return cast("list[NodeT]", self._by_type.get(kinds[0], []))
        return [cast(NodeT, node) for kind in kinds for node in self._by_type.get(kind, [])]

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node that a node is part of."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, innermost first."""
        above = self._parents.get(node)
        while above is not None:
            yield above
            above = self._parents.get(above)

    def scope(self, node: ast.AST) -> Scope:
        """Return the scope a node is evaluated in; a definition stands in the scope around it."""
        return self._scope_of.get(node, self.root)

    @cached_property
    def functions(self) -> list[Scope]:
        """Functions and methods (no lambdas) in the order of the text."""
        return [
            scope for scope in self.scopes.values() if isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]

    def methods(self, owner: ast.ClassDef) -> dict[str, Scope]:
        """Return the functions that a class body defines by name (the last definition wins), also behind ``if`` and ``try``."""
        inner = self.scopes.get(owner)
        return {scope.name: scope for scope in self.functions if scope.parent is inner}

    # -- imports -----------------------------------------------------------------------------------------------

    @cached_property
    def imports(self) -> list[Import]:
        """Every name that an import binds, in the order of the text, with what guards it."""
        found = [one for scope in self.scopes.values() for group in scope.imports.values() for one in group]
        for one in found:
            self._guard(one)
        return sorted(found, key=lambda one: (one.node.lineno, one.node.col_offset))

    def _guard(self, found: Import) -> None:
        child: ast.AST = found.node
        for above in self.ancestors(found.node):
            if isinstance(above, ast.Try):
                caught = any(catches_import_error(handler) for handler in above.handlers)
                if caught and (child in above.body or child in above.handlers):
                    found.guarded = True
            elif isinstance(above, ast.If) and child in above.body:
                name = above.test.attr if isinstance(above.test, ast.Attribute) else getattr(above.test, "id", "")
                found.type_checking = found.type_checking or name == "TYPE_CHECKING"
            elif isinstance(above, ast.With | ast.AsyncWith):
                for item in above.items:
                    call = item.context_expr
                    if isinstance(call, ast.Call) and _last_name(call.func) == "suppress":
                        found.guarded = found.guarded or any(_last_name(arg) in _IMPORT_ERRORS for arg in call.args)
            child = above

    # -- names -------------------------------------------------------------------------------------------------

    def names_of(self, expression: ast.expr) -> tuple[str, ...]:
        """Return the dotted names that ``a`` or ``a.b.c`` can stand for, through imports and plain aliases.

        Several where alternative imports bind one name (``try``/``except ImportError``); a builtin as
        ``builtins.print``; none where the text does not make it certain (parameters, other assignments).
        """
        return self._names(expression, self.scope(expression), 0)

    def name_of(self, expression: ast.expr) -> str | None:
        """Return the first of :meth:`names_of`, or ``None``."""
        names = self.names_of(expression)
        return names[0] if names else None

    def _names(self, expression: ast.expr, scope: Scope, depth: int) -> tuple[str, ...]:
        attributes: list[str] = []
        while isinstance(expression, ast.Attribute):
            attributes.append(expression.attr)
            expression = expression.value
        if not isinstance(expression, ast.Name):
            return ()
        key = (expression.id, scope)
        bases = self._found.get(key)
        if bases is None:
            bases = self._lookup(expression.id, scope, depth)
            if depth == 0:
                self._found[key] = bases
        if not attributes or not bases:
            return bases
        tail = "".join(f".{attribute}" for attribute in reversed(attributes))
        return tuple(base + tail for base in bases)

    def binding(self, name: str, scope: Scope) -> Scope | None:
        """Return the scope in which a name, used in ``scope``, is bound; ``None`` for a builtin or unknown name."""
        for index, around in enumerate(scope.chain()):
            if (index and around.is_class) or (name in around.outer and around is not self.root):
                continue
            if name in around.imports or name in around.bound:
                return around
        return None

    def _lookup(self, name: str, scope: Scope, depth: int) -> tuple[str, ...]:
        where = self.binding(name, scope)
        if where is None:
            known = name in _BUILTINS and "*" not in self.root.imports
            return (f"builtins.{name}",) if known else ()
        imports = where.imports.get(name, [])
        others = [node for node in where.bound.get(name, []) if not self._is_fallback(node)]
        if imports:
            return () if others else tuple(dict.fromkeys(one.target for one in imports))
        if len(others) == 1 and depth < _MAX_ALIASES:
            assignment = self._parents.get(others[0])
            if (
                isinstance(assignment, ast.Assign)
                and assignment.targets == others
                and isinstance(assignment.value, ast.Name | ast.Attribute)
            ):
                return self._names(assignment.value, where, depth + 1)
        return ()

    def _is_fallback(self, node: ast.AST) -> bool:
        """Whether a binding is ``name = None`` or the like: what stands in for a failed import."""
        assignment = self._parents.get(node)
        value = assignment.value if isinstance(assignment, ast.Assign | ast.AnnAssign) else None
        return isinstance(value, ast.Constant) and value.value in (None, False)

    # -- attributes of self --------------------------------------------------------------------------------------

    @cached_property
    def self_attributes(self) -> dict[str, list[ast.Attribute]]:
        """``self.NAME`` in methods (by the method's own first parameter) by NAME; ``ctx`` tells reads from writes."""
        found: dict[str, list[ast.Attribute]] = {}
        for node in self.of(ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "self":
                found.setdefault(node.attr, []).append(node)
        return found


def catches_import_error(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler is reached when an import fails."""
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(_last_name(one) in _IMPORT_ERRORS for one in types)


def _last_name(expression: ast.expr) -> str:
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")
