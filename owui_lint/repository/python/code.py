"""What a module's code says, for rules: classes, imports, and what a dotted name stands for.

Nodes and scopes come from one walk over the syntax tree (``nodes.py``). Nothing is executed, so an answer is what
the text alone makes certain: a name that is bound in more than one way stands for nothing.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.repository.python.nodes import Import, Nodes, Scope
from owui_lint.repository.python.syntax import Try, ends_any_error, ends_errors, last_name, replaces_errors, suppresses

if TYPE_CHECKING:
    from owui_lint.repository.python.gates import Gate
    from owui_lint.repository.python.remade import Remade

__all__ = ["CodeIndex", "Import", "Scope", "instance_of"]

_BUILTINS = frozenset(dir(builtins))
_IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError")
#: Modules whose ``*`` is known, with the builtins that it puts something else in the place of. A test compares.
BRINGING = {
    "asyncio": ("TimeoutError",),
    "enum": ("property",),
    "math": ("pow",),
    "os": ("open",),
    "re": ("compile",),
} | dict.fromkeys(
    (
        *("abc", "base64", "collections", "collections.abc", "contextlib", "copy", "csv", "dataclasses", "datetime"),
        *("decimal", "fractions", "functools", "hashlib", "html", "itertools", "json", "logging", "os.path", "pathlib"),
        *("pydantic", "random", "shutil", "statistics", "string", "subprocess", "textwrap", "time", "typing"),
        *("typing_extensions", "urllib.parse", "uuid"),
    ),
    (),
)
_NAMESPACES = frozenset({"__dict__", "vars", "exec"})  # by which attributes are set, too
_MAX_BASES = 16  # classes that one inherits from
_MAX_ALIASES = 8  # names that stand for names that stand for names


class CodeIndex(Nodes):
    """One module's nodes, scopes and names. Made once per module: ``Module.index``."""

    def __init__(self, tree: ast.Module | None) -> None:
        self._found: dict[tuple[str, Scope], tuple[str, ...]] = {}
        self._bound_as: dict[tuple[str, Scope], list[ast.AST]] = {}
        self._guarding: dict[ast.AST, bool] = {}
        self._gates: dict[ast.If, Gate] = {}
        self._asking: dict[ast.If | ast.IfExp, bool] = {}
        self._reads: dict[str, dict[Scope, list[ast.Name]]] = {}
        self._giving_back: dict[ast.expr, bool] = {}
        self._makers_giving_back: dict[tuple[ast.FunctionDef, bool], bool] = {}
        self._reads_by_value: dict[tuple[str, Scope], dict[ast.expr | None, list[ast.Name]]] = {}
        self._handling: dict[tuple[ast.AST, str, bool], bool] = {}
        super().__init__(tree)

    # -- errors ------------------------------------------------------------------------------------------------

    def is_handled(self, node: ast.AST, error: str, *, named: bool = False) -> bool:
        """Tell whether an error may end in a ``try``, or a ``with suppress(...)``, around a node; each is asked once."""
        is_replaced = False
        for above in self.ancestors(node):
            if isinstance(above, Try | ast.With) and self._handles(above, error, named):
                return True
            if isinstance(above, Try):
                if is_replaced and not named and ends_any_error(above):
                    return True
                is_replaced = is_replaced or replaces_errors(above)
        return False

    def _handles(self, above: Try | ast.With, error: str, named: bool) -> bool:
        key = (above, error, named)
        if key not in self._handling:
            if isinstance(above, ast.With):
                ends = any(suppresses(one.context_expr, error, named=named) for one in above.items)
            else:
                ends = ends_errors(above, error, named=named)
            self._handling[key] = ends
        return self._handling[key]

    # -- classes -----------------------------------------------------------------------------------------------

    def methods(self, owner: ast.ClassDef) -> dict[str, Scope]:
        """Return the functions that a class body defines by name (the last definition wins), also behind ``if`` and ``try``."""
        return self._methods.get(owner, {})

    @cached_property
    def _methods(self) -> dict[ast.AST, dict[str, Scope]]:
        found: dict[ast.AST, dict[str, Scope]] = {}
        for scope in self.functions:
            if scope.owner is not None:
                found.setdefault(scope.owner, {})[scope.name] = scope
        return found

    def lineage(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """Return a class with those that it certainly inherits from, in the order in which Python looks for methods: up to
        the first base that is not in sight, as it may have any method."""
        if owner not in self._lineages:
            self._lineages[owner] = self._follow_bases(owner)
        return self._lineages[owner]

    def _follow_bases(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        found: list[ast.ClassDef] = []
        waiting: list[ast.expr | ast.ClassDef] = [owner]
        while waiting and len(found) < _MAX_BASES:
            one = waiting.pop()
            node = self.sole_binding(one) if isinstance(one, ast.Name) else one
            if node in found:
                return found[: found.index(node)] or [owner]  # by two ways: what comes before it is certain
            if isinstance(node, ast.ClassDef):
                found.append(node)
                waiting += reversed(node.bases)
            elif not (isinstance(one, ast.Name) and self.name_of(one) == "builtins.object"):
                break
        return found

    @cached_property
    def names_of_methods(self) -> set[str]:
        """The names of all methods of the module's classes."""
        return {name for methods in self._methods.values() for name in methods}

    @cached_property
    def _lineages(self) -> dict[ast.ClassDef, list[ast.ClassDef]]:
        return {}

    @cached_property
    def _overridden(self) -> set[tuple[ast.ClassDef, str]]:
        """Classes with what may come before theirs in an instance: of a class of the module that inherits from them, or of
        another one that it inherits from beside them."""
        found: set[tuple[ast.ClassDef, str]] = set()
        for base, heirs in self._heirs.items():
            later = self.family(base)
            between = {one for heir in heirs for one in self.family(heir) if one not in later}
            for scope in (self.scopes[one] for one in between):
                found.update((base, name) for name in (*scope.bound, *scope.imports))
        return found

    def _is_passed_over(self, owner: ast.ClassDef, name: str) -> bool:
        """Whether ``super()`` in a class may mean what none of its bases has: in a class that inherits from it, others stand
        between it and its bases."""
        if owner not in self._beside:
            known = {*self.family(owner), *self.inheriting(owner)}
            others = {one for heir in self.inheriting(owner) for one in self.family(heir) if one not in known}
            scopes = [self.scopes[one] for one in others]
            self._beside[owner] = {name for scope in scopes for name in (*scope.bound, *scope.imports)}
        return name in self._beside[owner]

    @cached_property
    def _beside(self) -> dict[ast.ClassDef, set[str]]:
        return {}

    def inheriting(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """Return the classes of the module that inherit from one, directly or not."""
        return self._heirs.get(owner, [])

    @cached_property
    def _heirs(self) -> dict[ast.ClassDef, list[ast.ClassDef]]:
        found: dict[ast.ClassDef, list[ast.ClassDef]] = {}
        for node in self.of(ast.ClassDef):
            for base in self.family(node)[1:] if node.bases else ():
                found.setdefault(base, []).append(node)
        return found

    def family(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """Return a class and all those of the module that it inherits from, in whatever order."""
        if owner not in self._families:
            family = [owner]
            for node in family:  # grows as it goes
                bases = [one for base in node.bases for one in self._classes_meant(base)]
                family += dict.fromkeys(one for one in bases if one not in family)
                if len(family) > _MAX_BASES:
                    break
            self._families[owner] = family
        return self._families[owner]

    def _classes_meant(self, base: ast.expr) -> list[ast.ClassDef]:
        """The classes that a base may be: by their name, by another one, and below a class or another name, where they are
        all that go by this one; ``Base[int]`` is ``Base``."""
        if isinstance(base, ast.Subscript):
            base = base.value
        for _ in range(_MAX_ALIASES):
            value = self.sole_value(base) if isinstance(base, ast.Name) else None
            if value is None:
                break
            base = value
        if isinstance(base, ast.Attribute):
            return self._classes_by_name.get(base.attr, [])
        node = self.sole_binding(base) if isinstance(base, ast.Name) else None
        return [node] if isinstance(node, ast.ClassDef) else []

    @cached_property
    def _classes_by_name(self) -> dict[str, list[ast.ClassDef]]:
        found: dict[str, list[ast.ClassDef]] = {}
        for node in self.of(ast.ClassDef):
            found.setdefault(node.name, []).append(node)
        return found

    @cached_property
    def _families(self) -> dict[ast.ClassDef, list[ast.ClassDef]]:
        return {}

    def may_be_set(self, owner: ast.ClassDef, name: str) -> bool:
        """Tell whether something may put another object in the place of a method of a class: on ``self`` there or in a class
        of the same family, or on what cannot be told."""
        setting = self._setting.get(name, ())
        return any(
            one is None or one is owner or one in self.family(owner) or owner in self.family(one) for one in setting
        )

    @cached_property
    def _setting(self) -> dict[str, set[ast.ClassDef | None]]:
        """The attributes that the module sets, by name, with the classes whose ``self`` has them then."""
        found: dict[str, set[ast.ClassDef | None]] = {}
        for use in self.of(ast.Attribute):
            if isinstance(use.ctx, ast.Store):
                method = self.scope(use).method if self.is_instance(use.value) else None
                found.setdefault(use.attr, set()).add(method.owner if method is not None else None)
        for call in (call for name in ("setattr", "__setattr__") for call in self.calls_by_name.get(name, ())):
            for one in call.args:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    found.setdefault(one.value, set()).add(None)
        return found

    def method_of(self, owner: ast.ClassDef, name: str, *, above: bool = False) -> Scope | None:
        """Return the function that a class has as a method, from a base of this module too (``above``: from there only);
        ``None`` where that is not certain, as where an inheriting class has another one, or something sets it."""
        if not above and ((owner, name) in self._overridden or self.may_be_set(owner, name)):
            return None
        if above and self._is_passed_over(owner, name):
            return None
        for node in self.lineage(owner)[above:]:
            scope = self.scopes[node]
            if name in scope.bound or name in scope.imports:
                return self.methods(node).get(name)
        return None

    # -- decorators ----------------------------------------------------------------------------------------------

    def changing(self, function: ast.AST) -> list[ast.expr]:
        """Return the decorators of a definition that may make something else of it: all but functions of this module that
        return what they are given and do nothing else with it than to mark it, ``@mark`` and ``@mark("x")``, where nothing
        in the module reads the mark, to put something else in the place of what has it."""
        found: list[ast.expr] = getattr(function, "decorator_list", [])
        for one in found:
            if one not in self._giving_back:
                self._giving_back[one] = self._gives_back(one)
        return [one for one in found if not self._giving_back[one]]

    def _gives_back(self, decorator: ast.expr) -> bool:
        name = decorator.func if isinstance(decorator, ast.Call) else decorator
        maker = self.sole_binding(name) if isinstance(name, ast.Name) else None
        if not isinstance(maker, ast.FunctionDef) or maker.decorator_list:
            return False
        key = maker, name is not decorator
        if key not in self._makers_giving_back:
            self._makers_giving_back[key] = self._makes_giver_back(maker) if key[1] else self._returns_first(maker)
        return self._makers_giving_back[key]

    def _makes_giver_back(self, maker: ast.FunctionDef) -> bool:
        inner = [one for one in maker.body if isinstance(one, ast.FunctionDef) and not one.decorator_list]
        return len(inner) == 1 and self._returns_only(maker, inner[0].name) and self._returns_first(inner[0])

    def _returns_first(self, function: ast.FunctionDef) -> bool:
        """Whether a function returns its first parameter as it got it, and keeps it nowhere, so that nobody else calls it."""
        given = [*function.args.posonlyargs, *function.args.args]
        if not given or not self._returns_only(function, given[0].arg):
            return False
        around = [self.parent(use) for use in self.reads_of(given[0].arg, self.scopes[function])]
        marks = [one for one in around if isinstance(one, ast.Attribute)]
        return all(isinstance(one, ast.Return | ast.Attribute) for one in around) and self._only_mark(marks)

    def _only_mark(self, marks: list[ast.Attribute]) -> bool:
        """Whether attributes of a function are all that is done with it, and lead to nothing: no other signature, or what it
        wraps, is put on it, nothing else reads them, and nothing sets attributes by names it computes, perhaps of theirs."""
        if any(one.attr == "__dict__" or (isinstance(one.ctx, ast.Store) and _is_special(one.attr)) for one in marks):
            return False
        if marks and self._sets_by_computed_names:
            return False
        own = set(marks)
        return not any(
            name in self.texts or any(isinstance(use.ctx, ast.Load) and use not in own for use in self.mentions[name])
            for name in {one.attr for one in marks if not _is_special(one.attr)}
        )

    @cached_property
    def _sets_by_computed_names(self) -> bool:
        """Whether the module may set any attribute: by a name that is not written in the call, or through a namespace."""
        calls = [call for name in ("setattr", "__setattr__") for call in self.calls_by_name.get(name, ())]
        written = (
            any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in call.args[:2]) for call in calls
        )
        return not _NAMESPACES.isdisjoint(self.mentions) or not all(written)

    def _returns_only(self, function: ast.FunctionDef, name: str) -> bool:
        """Whether all that a function returns is what one name stands for, which it binds once."""
        scope = self.scopes[function]
        if len(scope.bound.get(name, ())) != 1 or name in scope.imports or name in self._rebound:
            return False
        is_end = isinstance(function.body[-1], ast.Return)
        own = [one for one in self.within(function, ast.Return, ast.Yield, ast.YieldFrom) if self.scope(one) is scope]
        return is_end and all(isinstance(one, ast.Return) and getattr(one.value, "id", "") == name for one in own)

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
            if isinstance(above, Try):
                # What follows a body that imports is come to where that has not failed.
                is_behind = self.is_in(child, above.orelse) and any(
                    isinstance(one, ast.Import | ast.ImportFrom) for one in above.body
                )
                if isinstance(child, ast.ExceptHandler) or is_behind or self.is_in(child, above.body):
                    found.guarded = found.guarded or self._guards(above)
            elif isinstance(above, ast.If):
                is_body = self.is_in(child, above.body)
                found.type_checking = found.type_checking or (is_body and last_name(above.test) == "TYPE_CHECKING")
                gate = self._gate(above)
                found.guarded = found.guarded or self._asks_release(above) or (gate.body if is_body else gate.orelse)
            elif isinstance(above, ast.With | ast.AsyncWith):
                found.guarded = found.guarded or self._guards(above)
            child = above

    def is_left_out(self, node: ast.AST) -> bool:
        """Tell whether what the plugin runs on may leave a node out: the Python, the system, the modules that are installed."""
        child = node
        for above in self.ancestors(node):
            if isinstance(above, ast.If):
                gate = self._gate(above)
                if gate.body if self.is_in(child, above.body) else gate.orelse and self.is_in(child, above.orelse):
                    return True
            child = above
        return False

    def _gate(self, above: ast.If) -> Gate:
        """What a condition by what the plugin runs on leaves open; asked once, as thousands of imports may stand in it."""
        if above not in self._gates:
            from owui_lint.repository.python.gates import gate_of  # few imports stand in an ``if``

            self._gates[above] = gate_of(self, above.test)
        return self._gates[above]

    def _guards(self, above: Try | ast.With | ast.AsyncWith) -> bool:
        """Whether a statement provides for an import that fails; asked once, as thousands may stand in it."""
        if above not in self._guarding:
            if isinstance(above, Try):
                guards = ends_errors(above, *_IMPORT_ERRORS)
            else:
                guards = any(suppresses(item.context_expr, *_IMPORT_ERRORS) for item in above.items)
            self._guarding[above] = guards
        return self._guarding[above]

    # -- releases of OpenWebUI -----------------------------------------------------------------------------------

    @cached_property
    def release_mentions(self) -> set[ast.AST]:
        """Expressions that stand for OpenWebUI's version or for something made from it."""
        from owui_lint.repository.python.releases import release_mentions

        return release_mentions(self)

    def is_of_release(self, node: ast.AST) -> bool:
        """Tell whether a node stands in a branch that only some releases of OpenWebUI come to."""
        return bool(self.release_mentions) and any(
            isinstance(above, ast.If | ast.IfExp) and self._asks_release(above) for above in self.ancestors(node)
        )

    def _asks_release(self, choice: ast.If | ast.IfExp) -> bool:
        """Whether an ``if`` decides by the release; asked once, as thousands of nodes may stand in it."""
        if choice not in self._asking:
            asked = self.within(choice.test, ast.Name, ast.Attribute, ast.Call) if self.release_mentions else ()
            self._asking[choice] = not self.release_mentions.isdisjoint(asked)
        return self._asking[choice]

    # -- names -------------------------------------------------------------------------------------------------

    def names_of(self, expression: ast.expr) -> tuple[str, ...]:
        """Return the dotted names that ``a`` or ``a.b.c`` can stand for, through imports and plain aliases.

        Several where alternative imports bind one name (``try``/``except ImportError``); a builtin as
        ``builtins.print``; none where the text does not make it certain (parameters, other assignments).
        """
        tail = ""
        while expression.__class__ is ast.Attribute:
            tail = f".{expression.attr}{tail}"
            expression = expression.value
        if not isinstance(expression, ast.Name):
            return ()
        scope = self.scope(expression)
        bases = self._found.get((expression.id, scope))
        if bases is None:
            bases = self._found[expression.id, scope] = self._lookup(expression.id, scope, 0)
        return tuple([base + tail for base in bases]) if tail and bases else bases

    def name_of(self, expression: ast.expr) -> str | None:
        """Return the first of :meth:`names_of`, or ``None``."""
        names = self.names_of(expression)
        return names[0] if names else None

    def _alias(self, expression: ast.expr, scope: Scope, depth: int) -> tuple[str, ...]:
        """What the right side of ``name = a.b.c`` stands for."""
        tail = ""
        while isinstance(expression, ast.Attribute):
            tail = f".{expression.attr}{tail}"
            expression = expression.value
        if not isinstance(expression, ast.Name):
            return ()
        return tuple(base + tail for base in self._lookup(expression.id, scope, depth))

    def binding(self, name: str, scope: Scope) -> Scope | None:
        """Return the scope in which a name, used in ``scope``, is bound; ``None`` for a builtin or unknown name."""
        for index, around in enumerate(scope.chain()):
            if (index and around.is_class) or (name in around.outer and around is not self.root):
                continue
            if name in around.imports or name in around.bound:
                return around
        return None

    def sole_binding(self, name: ast.Name, scope: Scope | None = None) -> ast.AST | None:
        """Return the one node that binds a name (as ``scope`` knows it; else as it stands there): a definition, a target;
        ``None`` where it may stand for anything else."""
        where = self.binding(name.id, scope or self.scope(name))
        if where is None or name.id in where.imports or "*" in where.imports or name.id in self._rebound:
            return None
        nodes = where.bound[name.id]
        return nodes[0] if len(nodes) == 1 else None

    def sole_value(self, name: ast.Name) -> ast.expr | None:
        """Return what a name stands for, where all that binds it is one assignment to it, be it within an expression."""
        target = self.sole_binding(name)
        assignment = self.parent(target) if target is not None else None
        return assignment.value if isinstance(assignment, ast.Assign | ast.AnnAssign | ast.NamedExpr) else None

    def value_at(self, use: ast.Name) -> ast.expr | None:
        """Return what a name stands for where it is used: by the one assignment to it, or by the last one before the use in
        the same function, where every way to the use leads through that one and through no other behind it."""
        scope = self.scope(use)
        if len(scope.bound.get(use.id, ())) < 2:
            return self.sole_value(use)
        if not scope.is_function or use.id in scope.imports or use.id in self._rebound or use.id in scope.outer:
            return None
        target = self.bound_before(use, use.id, scope)
        assignment = self.parent(target) if target is not None else None
        if not isinstance(assignment, ast.Assign | ast.AnnAssign):
            return None
        child: ast.AST = use
        block = self.parent(assignment)
        for above in self.ancestors(use):
            if above is block:
                parts = (getattr(above, part, None) for part in ("body", "orelse", "finalbody"))
                same = next((part for part in parts if part and self.is_in(assignment, part)), None)
                return assignment.value if same is not None and self.is_in(child, same) else None
            if above is assignment:
                return None
            if isinstance(above, ast.For | ast.AsyncFor | ast.While) and self.is_bound_below(above, use.id, scope):
                return None  # by the round before
            child = above
        return None

    def reads_of_value(self, assignment: ast.AST | None) -> list[ast.Name]:
        """Return where the value is read that an assignment puts into a name; nothing where that cannot be told of
        every read of the name."""
        target = assignment.targets[0] if isinstance(assignment, ast.Assign) else getattr(assignment, "target", None)
        if not isinstance(assignment, ast.Assign | ast.AnnAssign | ast.NamedExpr) or not isinstance(target, ast.Name):
            return []
        scope = self.scope(target)
        if isinstance(assignment, ast.Assign) and len(assignment.targets) > 1:
            return []
        key = target.id, scope
        if key not in self._reads_by_value:
            by_value = self._reads_by_value[key] = {}
            for use in self.reads_of(target.id, scope):
                by_value.setdefault(self.value_at(use), []).append(use)
        found = self._reads_by_value[key]
        return [] if None in found else found.get(assignment.value, [])

    def sole_target(self, assignment: ast.AST | None) -> ast.Name | None:
        """Return the name that an assignment puts its value into, and that nothing else binds."""
        if isinstance(assignment, ast.Assign):
            target = assignment.targets[0] if len(assignment.targets) == 1 else None
        else:
            target = assignment.target if isinstance(assignment, ast.AnnAssign | ast.NamedExpr) else None
        return target if isinstance(target, ast.Name) and self.sole_binding(target) is target else None

    def texts_given(self, call: ast.Call) -> Iterator[str]:
        """Yield the literal texts in the arguments of a call, and in what names among these stand for."""
        for given in (*call.args, *(keyword.value for keyword in call.keywords)):
            argument = (self.sole_value(given) if isinstance(given, ast.Name) else None) or given
            yield from (node.value for node in self.within(argument, ast.Constant) if isinstance(node.value, str))

    def sole_value_of_attribute(self, name: str) -> ast.expr | None:
        """Return what ``self.name`` stands for, where one assignment is all that sets an attribute of that name."""
        if name not in self._attributes:
            uses = (use for use in self.mentions[name] if isinstance(use, ast.Attribute))
            stores = [use for use in uses if not isinstance(use.ctx, ast.Load) and not self._is_declared(use)]
            is_sole = len(stores) == 1 and name not in self.texts and stores[0] in self.self_attributes.get(name, ())
            self._attributes[name] = self.value_of(stores[0]) if is_sole else None
        return self._attributes[name]

    def _is_declared(self, target: ast.AST) -> bool:
        """Whether a target is only given a type: ``self.x: int``, which sets nothing."""
        above = self.parent(target)
        return isinstance(above, ast.AnnAssign) and above.value is None

    def class_of(self, value: ast.expr) -> ast.ClassDef | None:
        """Return the class of this module whose instance an expression is: ``Class(...)``, a name or an attribute of
        ``self`` that one is put into, and nothing else."""
        if isinstance(value, ast.Name):
            value = self.sole_value(value) or value
        elif isinstance(value, ast.Attribute) and self.is_instance(value.value):
            value = self.sole_value_of_attribute(value.attr) or value
        if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name)):
            return None
        owner = self.sole_binding(value.func)
        return owner if isinstance(owner, ast.ClassDef) and not owner.decorator_list else None

    @cached_property
    def _attributes(self) -> dict[str, ast.expr | None]:
        return {}

    @cached_property
    def _rebound(self) -> set[str]:
        """Names that a function binds for a scope around it."""
        return {
            name
            for scope in self.scopes.values()
            for name in scope.outer
            if name in scope.bound or name in scope.imports
        }

    def reads_of(self, name: str, scope: Scope) -> list[ast.Name]:
        """Return where a name that is bound in ``scope`` is read, there and in functions below, by line."""
        if name not in self._reads:
            reads = self._reads[name] = {}
            for use in self.mentions.get(name, ()):
                if isinstance(use, ast.Name) and isinstance(use.ctx, ast.Load):
                    where = self.binding(name, self.scope(use))
                    if where is not None:
                        reads.setdefault(where, []).append(use)
            for uses in reads.values():
                uses.sort(key=lambda use: use.lineno)
        return self._reads[name].get(scope, [])

    def _lookup(self, name: str, scope: Scope, depth: int) -> tuple[str, ...]:
        where = self.binding(name, scope)
        if where is None:
            known = name in _BUILTINS and not self._may_be_brought(name)
            return (f"builtins.{name}",) if known else ()
        imports = where.imports.get(name, [])
        others = self._bindings_of(name, where)
        if imports:
            return () if others else tuple(dict.fromkeys(one.target for one in imports))
        if len(others) == 1 and depth < _MAX_ALIASES:
            value = self.value_of(others[0])
            if isinstance(value, ast.Name | ast.Attribute):
                return self._alias(value, where, depth + 1)
        return ()

    def _may_be_brought(self, builtin: str) -> bool:
        """Whether ``from x import *`` may put something else in the place of a builtin."""
        return any(
            one.level or one.module not in BRINGING or builtin in BRINGING[one.module]
            for one in self.root.imports.get("*", ())
        )

    def _bindings_of(self, name: str, where: Scope) -> list[ast.AST]:
        """What binds a name in a scope, and is no fallback; looked at once, as each use elsewhere asks for all of it."""
        key = (name, where)
        if key not in self._bound_as:
            self._bound_as[key] = [node for node in where.bound.get(name, []) if not self.is_fallback(node)]
        return self._bound_as[key]

    def is_fallback(self, node: ast.AST) -> bool:
        """Tell whether a binding is ``name = None`` or the like: what stands in for a failed import, or for a value to come."""
        assignment = self.parent(node)
        value = assignment.value if isinstance(assignment, ast.Assign | ast.AnnAssign) else None
        return isinstance(value, ast.Constant) and value.value in (None, False)

    @cached_property
    def returned_calls(self) -> dict[ast.FunctionDef, ast.Call | None]:
        """The calls that plain functions which do nothing else return, as far as somebody asked (``fields.py``)."""
        return {}

    @cached_property
    def handed_over(self) -> dict[ast.expr, bool]:
        """Whether the dictionaries that stand in names are handed over as written, as far as somebody asked
        (``sentevents.py``)."""
        return {}

    @cached_property
    def remade(self) -> Remade:
        """Which classes may have other methods than those that are written."""
        from owui_lint.repository.python.remade import (
            Remade,  # few modules call what may be a coroutine and await nothing
        )

        return Remade(self)

    @cached_property
    def senders(self) -> dict[str, list[tuple[str, Scope]]]:
        """The names that stand for what sends events, as far as somebody asked (``senders.py``)."""
        return {}

    # -- attributes of self --------------------------------------------------------------------------------------

    @cached_property
    def self_attributes(self) -> dict[str, list[ast.Attribute]]:
        """``self.NAME`` by NAME, whatever methods call it (``is_instance``); ``ctx`` tells reads from writes."""
        found: dict[str, list[ast.Attribute]] = {}
        for own in ("self", *sorted(self._other_selves)):
            for name in self.mentions.get(own, ()):
                above = self.parent(name)
                if isinstance(above, ast.Attribute) and self.is_instance(name):
                    found.setdefault(above.attr, []).append(above)
        return found

    def is_instance(self, expression: ast.AST) -> bool:
        """Tell whether an expression is the object that a method is called on: what the method around has as its first
        parameter. ``self`` is it wherever it stands, since functions outside of the class may be given the plugin."""
        if not isinstance(expression, ast.Name) or expression.id == "self":
            return isinstance(expression, ast.Name)
        if expression.id not in self._other_selves:
            return False
        method = self.binding(expression.id, self.scope(expression))
        return method is not None and method.owner is not None and instance_of(method.node) == expression.id

    def own_class(self, expression: ast.expr) -> ast.ClassDef | None:
        """Return the class whose method certainly has an expression as its first parameter, be it the object or the class:
        a function within the method may have a parameter of that name, too, and then it is something else."""
        if not isinstance(expression, ast.Name) or expression.id in self._rebound:
            return None
        method = self.binding(expression.id, self.scope(expression))
        if method is None or method.owner is None or len(method.bound.get(expression.id, ())) != 1:
            return None
        return method.owner if first_parameter(method.node) == expression.id else None

    @cached_property
    def _other_selves(self) -> set[str]:
        """What methods call ``self`` otherwise."""
        return {instance_of(scope.node) for scope in self.functions if scope.owner is not None} - {"self", ""}


def instance_of(function: ast.AST) -> str:
    """Return the name by which a method knows its instance; "" for a static method, or one of the class."""
    is_of_class = any(getattr(one, "id", "") == "classmethod" for one in getattr(function, "decorator_list", ()))
    return "" if is_of_class else first_parameter(function)


def first_parameter(function: ast.AST) -> str:
    """Return the name by which a method knows its instance, or its class; "" for a static method."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    if any(getattr(one, "id", "") == "staticmethod" for one in function.decorator_list):
        return ""
    parameters = [*function.args.posonlyargs, *function.args.args]
    return parameters[0].arg if parameters else ""


def _is_special(name: str) -> bool:
    """Whether Python itself gives functions an attribute of that name: ``__name__``, ``__signature__``."""
    return name.startswith("__")
