"""A module's syntax tree by number: what lies below and around a node, nodes by type and name, scopes and what they bind.

Everything comes from one walk over the tree. What names stand for is told by ``code.py``.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.repository.python.syntax import Assignment, last_name, targets_of

if TYPE_CHECKING:
    from typing import Any, TypeVar

    NodeT = TypeVar("NodeT", bound=ast.AST)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

# Contexts and operators say nothing beyond their parent, and are a third of a tree; the others hold names and numbers.
_FIELDS_WITHOUT_NODES = frozenset(
    {
        *("ctx", "op", "ops", "id", "attr", "type_comment", "type_ignores", "kind"),
        *("arg", "asname", "conversion", "is_async", "level", "module", "simple"),
    }
)
# What is evaluated where a definition stands, not in what it defines.
_OUTSIDE = frozenset({"decorator_list", "bases", "keywords", "returns", "defaults", "kw_defaults", "annotation"})
_OF_PARAMETERS = frozenset({ast.arguments, ast.arg})
_BINDING = frozenset(
    {
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.Lambda,
        ast.arguments,
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


class Import:
    """One name that an import binds. ``target`` is what it stands for: ``asyncio.to_thread``."""

    def __init__(
        self,
        node: ast.Import | ast.ImportFrom,
        alias: ast.alias,
        module: str,
        level: int,
        target: str,
        bound: str,
        scope: Scope,
    ) -> None:
        self.node = node
        self.alias = alias
        #: The module that is imported: ``a.b`` of ``import a.b`` and of ``from a.b import c``; "" of ``from . import c``.
        self.module = module
        #: The dots of a relative import.
        self.level = level
        #: What the bound name stands for; of a relative import, with its dots.
        self.target = target
        self.bound = bound
        self.scope = scope
        #: A failing import is caught, this one stands where another one failed, or only some releases or systems come to it.
        self.guarded = False
        #: Only type checkers execute it.
        self.type_checking = False

    @property
    def top_level(self) -> str:
        """The package that must be installed; "" for a relative import."""
        return "" if self.level else self.module.partition(".")[0]


class Scope:
    """A module, class, function or lambda, and the names it binds."""

    def __init__(self, node: ast.AST, parent: Scope | None) -> None:
        self.node = node
        self.parent = parent
        self.imports: dict[str, list[Import]] = {}
        #: Other bindings by name: targets of assignments, parameters, definitions, handlers.
        self.bound: dict[str, list[ast.AST]] = {}
        #: Names declared ``global`` or ``nonlocal``.
        self.outer: set[str] = set()

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
    def is_in_function(self) -> bool:
        """Whether this is a function or lies in one, so that it does not run when the module is loaded."""
        return any(scope.is_function for scope in self.chain())

    @property
    def name(self) -> str:
        """The name of the function or class; "" for a module or lambda."""
        return getattr(self.node, "name", "")

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


class Nodes:
    """One module's nodes and scopes.

    Nodes are numbered in the order of the text, a node before those below it: what lies below a node is then a slice,
    and nodes of one type below it are found by bisection.
    """

    def __init__(self, tree: ast.Module | None) -> None:
        self.root = Scope(tree or ast.Module(body=[], type_ignores=[]), None)
        self.scopes: dict[ast.AST, Scope] = {self.root.node: self.root}
        self._nodes: list[ast.AST] = []
        self._numbers: dict[ast.AST, int] = {}
        #: By number: that of the parent (-1 for the module), and the scope a node is evaluated in.
        self._parents: list[int] = []
        self._scopes: list[Scope] = []
        self._by_type: dict[type[ast.AST], list[int]] = {}
        self._of: dict[type[ast.AST], list[ast.AST]] = {}
        if tree is not None:
            self._walk(tree)

    def let_go(self) -> None:
        """Give up everything; the index is of no use afterwards. A run does without the collector, so what refers to
        each other, as scopes and imports do, has to be taken apart to be freed."""
        for scope in self.scopes.values():
            vars(scope).clear()
        vars(self).clear()

    def _walk(self, tree: ast.Module) -> None:
        """Visit every node once, in the order of the text, with a stack of its own: nesting costs no recursion."""
        nodes, numbers, parents, scopes, by_type = (
            self._nodes,
            self._numbers,
            self._parents,
            self._scopes,
            self._by_type,
        )
        stack: list[tuple[ast.AST, int, Scope]] = [(tree, -1, self.root)]
        pop, push, number = stack.pop, stack.append, 0
        while stack:
            node, parent, scope = pop()
            kind = node.__class__
            nodes.append(node)
            numbers[node] = number
            parents.append(parent)
            scopes.append(scope)
            try:
                by_type[kind].append(number)
            except KeyError:
                by_type[kind] = [number]
            if kind is ast.Name:
                if node.ctx.__class__ is not ast.Load:  # type: ignore[attr-defined]
                    scope.bound.setdefault(node.id, []).append(node)  # type: ignore[attr-defined]
            elif kind in _BINDING:
                inner = self._enter(node, kind, scope)
                outer = scope.parent or scope if kind in _OF_PARAMETERS else scope
                for name in _FIELDS.get(kind) or _fields(kind):
                    value = getattr(node, name, None)
                    if value:
                        where = outer if name in _OUTSIDE else inner
                        for child in reversed(value) if value.__class__ is list else (value,):
                            if isinstance(child, ast.AST):
                                push((child, number, where))
            elif kind is not ast.Constant:
                for name in _FIELDS.get(kind) or _fields(kind):
                    value = getattr(node, name, None)
                    if value.__class__ is list:
                        for child in reversed(value):
                            if isinstance(child, ast.AST):
                                push((child, number, scope))
                    elif isinstance(value, ast.AST):
                        push((value, number, scope))
            number += 1

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
        if len(kinds) != 1:
            return [node for kind in kinds for node in self.of(kind)]
        if kinds[0] not in self._of:
            self._of[kinds[0]] = [self._nodes[number] for number in self._by_type.get(kinds[0], ())]
        found: list[Any] = self._of[kinds[0]]
        return found

    @cached_property
    def _ends(self) -> list[int]:
        """By number: the number behind the last node below a node."""
        ends = list(range(1, len(self._nodes) + 1))
        for number, parent in zip(range(len(ends) - 1, 0, -1), reversed(self._parents), strict=False):
            if ends[number] > ends[parent]:
                ends[parent] = ends[number]
        return ends

    def within(self, node: ast.AST, *kinds: type[NodeT]) -> list[NodeT]:
        """Return a node and those below it, of exactly these types (all for none), in the order of the text."""
        first = self._numbers[node]
        end = self._ends[first]
        nodes: list[Any] = self._nodes
        if not kinds:
            return nodes[first:end]
        numbers: list[int] = []
        for kind in kinds:
            group = self._by_type.get(kind)
            if group:
                start = bisect_left(group, first)
                numbers += group[start : bisect_left(group, end, start)]
        if len(kinds) > 1:
            numbers.sort()
        return [nodes[number] for number in numbers]

    def children(self, node: ast.AST) -> list[ast.AST]:
        """Return the nodes directly below a node, in the order of the text."""
        number = self._numbers[node]
        end, found = self._ends[number], []
        number += 1
        while number < end:
            found.append(self._nodes[number])
            number = self._ends[number]
        return found

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node that a node is part of."""
        number = self._numbers.get(node, 0)
        return self._nodes[self._parents[number]] if number else None

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, innermost first."""
        number = self._numbers.get(node, 0)
        while number:
            number = self._parents[number]
            yield self._nodes[number]

    def assignments(self, node: ast.AST) -> list[Assignment]:
        """Return the assignments of values below a node, annotated or not, in the order of the text."""
        if node not in self._numbers:  # of a file that does not parse
            return []
        found: list[Assignment] = self.within(node, ast.Assign, ast.AnnAssign)
        return [one for one in found if one.value is not None]

    def target_of(self, value: ast.AST) -> ast.expr | None:
        """Return what an assignment, annotated or not, puts a value into, where it is all of the value and the only target."""
        above = self.parent(value)
        targets = targets_of(above)
        return targets[0] if len(targets) == 1 and above.value is value else None  # type: ignore[union-attr]

    def value_of(self, target: ast.AST) -> ast.expr | None:
        """Return what an assignment, annotated or not, puts into a target, where that is its only one."""
        above = self.parent(target)
        return above.value if targets_of(above) == [target] else None  # type: ignore[union-attr]

    def is_in(self, node: ast.AST, block: Sequence[ast.AST]) -> bool:
        """Tell whether a node is one of a block's own; ``in`` would look at each of them."""
        if not block or self.parent(node) is not self.parent(block[0]):
            return False
        return self._numbers[block[0]] <= self._numbers[node] <= self._numbers[block[-1]]

    def bound_before(self, node: ast.AST, name: str, scope: Scope) -> ast.AST | None:
        """Return the last node before another one, in the order of the text, that binds a name in a scope."""
        bound = scope.bound.get(name, [])  # noted in that order
        position = bisect_left(bound, self._numbers[node], key=self._numbers.__getitem__)
        return bound[position - 1] if position else None

    def is_bound_below(self, node: ast.AST, name: str, scope: Scope) -> bool:
        """Tell whether anything below a node binds a name in a scope."""
        bound, number = scope.bound.get(name, []), self._numbers[node]
        position = bisect_left(bound, number, key=self._numbers.__getitem__)
        return position < len(bound) and self._numbers[bound[position]] < self._ends[number]

    def scope(self, node: ast.AST) -> Scope:
        """Return the scope a node is evaluated in. A definition stands in the scope around it, with its decorators, bases,
        annotations and the defaults of its parameters; the parameters themselves are the function's."""
        number = self._numbers.get(node)
        return self.root if number is None else self._scopes[number]

    def generator_around(self, node: ast.AST) -> ast.GeneratorExp | None:
        """Return the innermost generator expression that evaluates a node as it is gone through.

        ``None`` for what is evaluated at once: in other comprehensions, and what the first ``for`` takes its items from.
        """
        below = child = node
        for above in self.ancestors(node):
            if isinstance(above, ast.stmt | ast.Lambda):
                break
            if isinstance(above, ast.GeneratorExp):
                first = above.generators[0]
                if child is not first or below is not first.iter:
                    return above
            below, child = child, above
        return None

    def in_order(self, nodes: Iterable[NodeT]) -> list[NodeT]:
        """Return nodes in the order of the text."""
        return sorted(nodes, key=self._numbers.__getitem__)

    @cached_property
    def mentions(self) -> dict[str, list[ast.Name | ast.Attribute]]:
        """Uses of names, as ``name`` and as ``x.name``, by name."""
        found: dict[str, list[ast.Name | ast.Attribute]] = {}
        for name in self.of(ast.Name):
            found.setdefault(name.id, []).append(name)
        for attribute in self.of(ast.Attribute):
            found.setdefault(attribute.attr, []).append(attribute)
        return found

    @cached_property
    def calls_by_name(self) -> dict[str, list[ast.Call]]:
        """Calls by the last name of what is called: ``c`` of ``a.b.c()`` and of ``c()``."""
        found: dict[str, list[ast.Call]] = {}
        for call in self.of(ast.Call):
            found.setdefault(last_name(call.func), []).append(call)
        return found

    @cached_property
    def texts(self) -> dict[str, list[ast.Constant]]:
        """Literal texts with their nodes, those in f-strings and docstrings included."""
        found: dict[str, list[ast.Constant]] = {}
        for node in self.of(ast.Constant):
            if isinstance(node.value, str):
                found.setdefault(node.value, []).append(node)
        return found

    @cached_property
    def functions(self) -> list[Scope]:
        """Functions and methods (no lambdas) in the order of the text."""
        return [
            scope for scope in self.scopes.values() if isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """Return the fields of a type that hold nodes, last first: as a stack takes them."""
    found = _FIELDS.get(kind)
    if found is None:
        found = _FIELDS[kind] = tuple(name for name in reversed(kind._fields) if name not in _FIELDS_WITHOUT_NODES)
    return found
