"""State of one request that is kept on the plugin's instance, which serves all requests."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.code import CodeIndex, Scope, instance_of
from owui_lint.repository.python.decisions import Brought, Decisions, brought_to_hook
from owui_lint.repository.python.guards import Function
from owui_lint.repository.python.hooks import PluginClass, entry_of
from owui_lint.repository.python.models import lineage_of
from owui_lint.repository.python.syntax import Assignment, assigned, is_none, last_name
from owui_lint.tuples import NamedTuple

_MAX_DEPTH = 6  # helpers of helpers that are followed
_MAX_TESTS = 100  # of one function that are looked at
_MAX_NAMES = 20  # of one test that are looked up
_MAX_BESIDE = 20  # statements before, or in the other branch of, one that sets something
_MAX_ASSIGNED = 500  # assignments that are looked at for one test
_USES = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)  # what may ask for what outlives a request
_PLAIN = (ast.Constant, ast.Name, ast.Attribute)  # what is put there as it is: nothing is made, read or fetched for it
_SHARED = frozenset({"app", "base_url"})  # request.app is the server's, not the request's


class _Holder(NamedTuple):
    """What outlives a request: an attribute of the plugin or its class, an item of a dictionary there, a global name."""

    node: ast.Attribute | ast.Subscript | ast.Name
    #: As it is told: ``self.x``, ``self.x["y"]``, ``Filter.x``, ``x``.
    name: str
    attribute: str
    is_same: Callable[[ast.AST], bool]
    key: str = ""


class _Given(NamedTuple):
    """What a function is given of the request: the names of its parameters."""

    tainted: frozenset[str]
    brought: Brought


class _Search:
    def __init__(self, index: CodeIndex, entry: PluginClass) -> None:
        self.index = index
        self.owner = entry.node.name
        self.methods = entry.methods
        #: Attribute (``self.x``), or what else lives as long, to where a request's data is put there, and in which hook.
        self.found: dict[str, tuple[_Holder, str]] = {}
        #: Attribute to where a request's data is added to a list or a text there, and in which hook.
        self.collected: dict[str, tuple[ast.Attribute, Scope]] = {}
        self.visited: set[tuple[str, _Given]] = set()
        #: The tests of functions that were followed.
        self.tests: dict[Function, list[ast.If]] = {}
        self._dictionaries: dict[str, bool] = {}
        self._tested: dict[Scope, float] = {}

    def is_dictionary(self, attribute: str) -> bool:
        """Tell whether ``__init__`` makes a dictionary of an attribute, and nothing else makes something of it."""
        if attribute not in self._dictionaries:
            self._dictionaries[attribute] = _is_made_dictionary(self.index, attribute)
        return self._dictionaries[attribute]

    def first_test(self, hook: Scope) -> float:
        """Return the line of the first test in a hook that asks for anything on ``self`` but its settings."""
        if hook not in self._tested:
            index = self.index
            asked = (
                (one.lineno, use)
                for one in index.within(hook.node, ast.If)
                for use in index.within(one.test, ast.Attribute)
            )
            lines = (line for line, use in asked if _is_self(index, use) and use.attr != "valves")
            self._tested[hook] = min(lines, default=float("inf"))
        return self._tested[hook]

    @cached_property
    def items_read(self) -> set[tuple[str, str]]:
        """The items of attributes that anything asks for by a literal key: attribute and key."""
        index, found = self.index, set[tuple[str, str]]()
        for attribute, uses in index.self_attributes.items():
            for use in uses:
                above = index.parent(use)
                item = _item(index.parent(above)) if isinstance(above, ast.Attribute) else _item(above)
                if item is not None and item[0] is use and not isinstance(getattr(above, "ctx", None), ast.Store):
                    found.add((attribute, item[1]))
        return found


@primitive("request-state", scope="plugin", reads="code")
def request_state(plugin: Plugin, context: Context, *, kinds: list[str]) -> Iterator[Hit]:
    """Report attributes of ``self`` that the hooks of plugins of ``kinds`` fill with data of the request, once per attribute;
    also those of the class, global names, and items of a dictionary on ``self`` under a literal key, where they are read.

    Cases: ``default`` the value comes from the hook's arguments, also as a comparison with what is taken out of them, ``unread`` nobody reads it, ``between`` one hook sets it
    for another one, ``collected`` one hook adds it to a list or a text of which another one takes the last or first, or
    which a hook empties for each request (``emptied``). Other items (``self.cache[chat_id] = ...``), lazily made objects and what is built on the attribute's
    own value (totals, maxima, ``{**self.cache, ...}``) are no state.
    """
    module = plugin.code.module
    index = module.index
    entry = entry_of(plugin, context.repository.target)
    if entry is None or entry.kind not in kinds:
        return
    if not _keeps_anything(index, entry.node.name):
        return
    search = _Search(index, entry)
    own = list(entry.hooks.values())
    has_others = bool(lineage_of(index, entry.node).others)  # classes out of sight, which may read what they know
    for hook in own:
        parameters = frozenset(_parameters(hook)) - {"self", instance_of(hook.node)}
        _follow(search, hook, _Given(parameters, brought_to_hook(parameters)), hook, 0)
    for name, (holder, hook_name) in search.found.items():
        if _is_read(search, holder):
            yield Hit(module.place(holder.node), "default", {"name": name, "hook": hook_name})
        elif isinstance(holder.node, ast.Attribute) and _is_self(index, holder.node) and not has_others:
            yield Hit(module.place(holder.node), "unread", {"name": name, "hook": hook_name})
    for name, (use, hook) in search.collected.items():
        holder = _attribute(use)
        if holder.name in search.found:
            continue
        other = next((one for one in own if one is not hook and _takes_one(index, name, one)), None)
        emptying = next((one for one in own if other is None and _empties(search, name, one)), None)
        if other is not None or emptying is not None:
            case, values = "collected" if other else "emptied", {"name": holder.name, "hook": hook.name}
            yield Hit(module.place(use), case, {**values, "other": (other or emptying or hook).name})
    for hook in own:
        for node, other in _set_between(index, hook, own):
            holder = _attribute(node)
            if holder.name not in search.found:
                search.found[holder.name] = (holder, hook.name)
                yield Hit(module.place(node), "between", {"name": holder.name, "hook": hook.name, "other": other.name})


def _keeps_anything(index: CodeIndex, owner: str) -> bool:
    """Whether anything outlives the function that it is set in, after the start."""
    for use in (use for uses in index.self_attributes.values() for use in uses):
        above = index.parent(use)
        if isinstance(above, ast.Attribute) and above.attr in _ADDING:
            return True
        holds = above if isinstance(above, ast.Subscript) and above.value is use else use
        if isinstance(holds.ctx, ast.Store) and index.scope(use).name != "__init__":
            return True
    classes = (index.parent(name) for name in index.mentions.get(owner, ()))
    return bool(index.of(ast.Global)) or any(
        isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store) for one in classes
    )


def _attribute(node: ast.Attribute) -> _Holder:
    """An attribute of ``self``, or of the class by its name."""
    owner = node.value.id if isinstance(node.value, ast.Name) else ""

    def is_same(one: ast.AST) -> bool:
        return (
            isinstance(one, ast.Attribute)
            and one.attr == node.attr
            and isinstance(one.value, ast.Name)
            and one.value.id in ("self", owner)
        )

    return _Holder(node, f"{owner}.{node.attr}", node.attr, is_same)


def _holder(search: _Search, target: ast.expr) -> _Holder | None:
    """What outlives a request and is set as a target; ``None`` for local names, and items by a key of the request."""
    index = search.index
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        is_own = target.value.id == search.owner or index.is_instance(target.value)
        return _attribute(target) if is_own else None
    if isinstance(target, ast.Name):
        # Bound by a function that says ``global``.
        is_global = target.id in index.scope(target).outer and target.id in index.root.bound
        same = target.id
        return (
            _Holder(target, same, same, lambda one: isinstance(one, ast.Name) and one.id == same) if is_global else None
        )
    if not (
        isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute) and _is_self(index, target.value)
    ):
        return None
    item, attribute = _item(target), target.value.attr
    if item is None or not search.is_dictionary(attribute):
        return None
    key = item[1]

    def is_item(one: ast.AST) -> bool:
        asked = _item(one)
        if asked is None or asked[1] != key:
            return False
        return isinstance(asked[0], ast.Attribute) and asked[0].attr == attribute and _is_self(index, asked[0])

    return _Holder(target, f'self.{attribute}["{key}"]', attribute, is_item, key)


def _item(node: ast.AST | None) -> tuple[ast.expr, str] | None:
    """What is asked for an item, and its key, of ``x["key"]``, ``x.get("key")`` and ``x.pop("key")``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop"):
        holder, key = node.func.value, node.args[0] if node.args else None
    elif isinstance(node, ast.Subscript):
        holder, key = node.value, node.slice
    else:
        return None
    return (holder, key.value) if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _is_made_dictionary(index: CodeIndex, attribute: str) -> bool:
    stores = [use for use in index.self_attributes.get(attribute, ()) if isinstance(use.ctx, ast.Store)]
    made = index.parent(stores[0]) if len(stores) == 1 and index.scope(stores[0]).name == "__init__" else None
    value = made.value if isinstance(made, ast.Assign | ast.AnnAssign) else None
    is_call = isinstance(value, ast.Call) and getattr(value.func, "id", "") == "dict"
    return isinstance(value, ast.Dict) or is_call


def _parameters(scope: Scope) -> list[str]:
    assert isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef)
    arguments = scope.node.args
    return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _follow(search: _Search, scope: Scope, handed: _Given, hook: Scope, depth: int) -> None:
    """Follow data of the request through one method that is ``handed`` some and the methods that it hands it to."""
    if depth > _MAX_DEPTH or (scope.name, handed) in search.visited:
        return
    search.visited.add((scope.name, handed))
    function = scope.node
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    index = search.index
    names = _spread(index, function, handed.tainted)
    decisions = Decisions(index, function, handed.brought)
    assignments: list[ast.Assign | ast.AnnAssign] = index.within(function, ast.Assign, ast.AnnAssign)
    for node in assignments:
        for target, value in assigned(node):
            if isinstance(target, ast.Name) and not index.scope(target).outer:
                continue
            holder = _holder(search, target)
            if (
                holder is not None
                and (_is_tainted(index, value, names) or _is_decided(index, decisions, node, value, holder))
                and not _is_lazy(index, node, holder)
                and not _is_renewed(search, function, node, value, holder, names)
                and not _is_built_on(index, node, value, holder)
            ):
                search.found.setdefault(holder.name, (holder, hook.name))
    for use, value in _added(index, function):
        if use.attr not in search.collected and _is_tainted(index, value, names) and _is_made_empty(index, use.attr):
            search.collected[use.attr] = (use, hook)
    for call in index.within(function, ast.Call):
        if isinstance(call.func, ast.Attribute) and _is_self(index, call.func):
            method = search.methods.get(call.func.attr)
            given = _given(index, method, call, names, decisions) if method is not None else None
            if method is not None and given is not None and (given.tainted or given.brought.decided):
                _follow(search, method, given, hook, depth + 1)


_ADDING = frozenset({"append", "appendleft", "extend", "insert"})


def _added(index: CodeIndex, function: Function) -> Iterator[tuple[ast.Attribute, ast.expr]]:
    """Yield the attributes of ``self`` that a function adds values to, with the value: ``self.x.append(value)``,
    ``self.x += value``."""
    for call in index.within(function, ast.Call):
        adding = call.func if isinstance(call.func, ast.Attribute) and call.func.attr in _ADDING else None
        if adding and call.args and isinstance(adding.value, ast.Attribute) and _is_self(index, adding.value):
            yield adding.value, call.args[-1]
    for node in index.within(function, ast.AugAssign):
        if isinstance(node.op, ast.Add) and isinstance(node.target, ast.Attribute) and _is_self(index, node.target):
            yield node.target, node.value


def _is_made_empty(index: CodeIndex, attribute: str) -> bool:
    """Whether an attribute is an empty list or text where it is made in ``__init__``."""
    stores = (use for use in index.self_attributes.get(attribute, ()) if isinstance(use.ctx, ast.Store))
    made = [index.parent(use) for use in stores if index.scope(use).name == "__init__"]
    return len(made) == 1 and isinstance(made[0], ast.Assign | ast.AnnAssign) and _is_empty(made[0].value)


def _is_empty(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return last_name(value.func) in ("list", "deque") and not value.args
    return (isinstance(value, ast.List) and not value.elts) or (isinstance(value, ast.Constant) and value.value == "")


def _takes_one(index: CodeIndex, attribute: str, hook: Scope) -> bool:
    """Whether a hook takes one by its place out of a list on ``self``, and does more with it than to compare it: with
    requests side by side, whose it is nobody knows."""
    for use in index.self_attributes[attribute]:
        above = index.parent(use)
        if index.scope(use) is not hook:
            continue
        call = index.parent(above) if isinstance(above, ast.Attribute) and above.attr in ("pop", "popleft") else None
        is_popped = isinstance(call, ast.Call) and all(map(_is_number, call.args))
        if is_popped and not isinstance(index.parent(call), ast.Expr) and not _is_compared(index, call):  # type: ignore[arg-type]
            return True
        is_item = isinstance(above, ast.Subscript) and above.value is use and isinstance(above.ctx, ast.Load)
        if is_item and _is_number(above.slice) and not _is_within_comparison(index, above):  # type: ignore[union-attr,arg-type]
            return True
    return False


def _is_number(node: ast.expr) -> bool:
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _is_within_comparison(index: CodeIndex, node: ast.AST) -> bool:
    return any(isinstance(above, ast.Compare) for above in index.ancestors(node))


def _empties(search: _Search, attribute: str, hook: Scope) -> bool:
    """Whether a hook empties an attribute whatever has come together there, and so what other requests have put in it."""
    index = search.index
    for use in index.self_attributes[attribute]:
        if index.scope(use) is not hook:
            continue
        statement = _statement(index, use)
        if isinstance(use.ctx, ast.Store):
            is_emptying = isinstance(statement, ast.Assign | ast.AnnAssign) and _is_empty(statement.value)
        else:
            above = index.parent(use)
            is_emptying = isinstance(above, ast.Attribute) and above.attr == "clear"
        if is_emptying and _is_in_any_case(search, statement, hook):
            return True
    return False


def _statement(index: CodeIndex, node: ast.AST) -> ast.AST:
    return next((above for above in index.ancestors(node) if isinstance(above, ast.stmt)), node)


def _is_in_any_case(search: _Search, statement: ast.AST, hook: Scope) -> bool:
    """Whether a statement of a hook is executed in each request: under no test, and behind none that leaves and asks for
    anything on ``self`` but its settings."""
    for above in search.index.ancestors(statement):
        if above is hook.node:
            break
        if not isinstance(above, ast.Try | ast.With | ast.AsyncWith):
            return False
    return getattr(statement, "lineno", 0) <= search.first_test(hook)


def _spread(index: CodeIndex, function: Function, tainted: frozenset[str]) -> frozenset[str]:
    """Return the local names that hold data of the request: two passes, for names that are used before they are bound."""
    names = set(tainted)
    bindings: list[ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.For | ast.AsyncFor | ast.comprehension] = (
        index.within(function, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension)
    )
    for _ in range(2):
        for node in bindings:
            is_loop = isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
            pairs = [(node.target, node.iter)] if is_loop else assigned(node)  # type: ignore[union-attr,arg-type]
            for target, value in pairs:
                if _is_tainted(index, value, names):
                    names.update(_names(target))
    return frozenset(names)


def _names(target: ast.expr) -> set[str]:
    """Return the plain names that a target binds: of ``x.y = ...`` and ``x[0] = ...`` none."""
    if isinstance(target, ast.Name):
        return {target.id}
    if isinstance(target, ast.Tuple | ast.List):
        return {name for one in target.elts for name in _names(one)}
    return set()


def _is_tainted(index: CodeIndex, value: ast.expr, names: set[str] | frozenset[str]) -> bool:
    if not any(name.id in names for name in index.within(value, ast.Name)):
        return False
    stack: list[ast.AST] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Attribute) and node.attr in _SHARED:
            continue
        if isinstance(node, ast.Compare | ast.Lambda):
            continue  # a yes or no about the request may well be the same for all: ``Decisions`` tells
        if isinstance(node, ast.Name) and node.id in names:
            return True
        stack += index.children(node)
    return False


def _given(index: CodeIndex, method: Scope, call: ast.Call, names: frozenset[str], decisions: Decisions) -> _Given:
    """Return the parameters of a method that a call gives data of the request."""
    parameters = _parameters(method)[1:]
    given = [*zip(parameters, call.args, strict=False)]
    given += [(one.arg, one.value) for one in call.keywords if one.arg is not None and one.arg in parameters]

    def those(tells: Callable[[ast.expr], bool]) -> frozenset[str]:
        return frozenset(parameter for parameter, argument in given if tells(argument))

    tainted = those(lambda argument: _is_tainted(index, argument, names))
    return _Given(tainted, Brought(those(decisions.is_whole), those(decisions.is_part), those(decisions.is_decision)))


def _is_decided(
    index: CodeIndex, decisions: Decisions, node: ast.Assign | ast.AnnAssign, value: ast.expr, holder: _Holder
) -> bool:
    """Whether the request decides what an assignment puts into what outlives it: a comparison is the value, or a test, each
    way of which puts something else there. What asks for the value that is there only goes on from it; a request that
    comes by none of several ways (``elif``) changes nothing, so these may be commands for all."""
    if any(holder.is_same(use) for use in index.within(value, *_USES)):
        return False
    if decisions.is_decision(value):
        return True
    test = index.parent(node)
    if not (isinstance(test, ast.If) and isinstance(value, _PLAIN) and decisions.is_asked(test.test)):
        return False
    if any(holder.is_same(use) for use in index.within(test.test, *_USES)):
        return False
    beside = test.orelse if index.is_in(node, test.body) else test.body
    others: list[ast.Assign | ast.AnnAssign] = []
    if _has_else(test):
        others += [one for statement in beside[:_MAX_BESIDE] for one in index.assignments(statement)[:_MAX_ASSIGNED]]
    others += [one for one in _before(index, test) if isinstance(one, ast.Assign | ast.AnnAssign)]
    return any(
        holder.is_same(target) and isinstance(other, _PLAIN) and not _is_alike(other, value)
        for one in others
        for target, other in assigned(one)
    )


def _has_else(test: ast.If) -> bool:
    """Whether one of the ways of an ``if`` with all its ``elif`` is taken for certain."""
    while len(test.orelse) == 1 and isinstance(test.orelse[0], ast.If):
        test = test.orelse[0]
    return bool(test.orelse)


def _before(index: CodeIndex, statement: ast.stmt) -> list[ast.stmt]:
    """Return the statements that stand before one in its block, as far as they are looked at."""
    above = index.parent(statement)
    blocks: list[list[ast.stmt]] = [getattr(above, part, []) for part in ("body", "orelse", "finalbody")]
    block = next((one for one in blocks if index.is_in(statement, one)), [])
    behind = bisect_left(block, statement.lineno, key=lambda one: one.lineno)
    return block[max(0, behind - _MAX_BESIDE) : behind]


def _is_alike(one: ast.expr, other: ast.expr) -> bool:
    """Whether two constants, names or attributes are written alike."""
    while isinstance(one, ast.Attribute) and isinstance(other, ast.Attribute) and one.attr == other.attr:
        one, other = one.value, other.value
    if isinstance(one, ast.Constant) and isinstance(other, ast.Constant):
        return type(one.value) is type(other.value) and one.value == other.value
    return isinstance(one, ast.Name) and isinstance(other, ast.Name) and one.id == other.id


def _is_self(index: CodeIndex, node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and index.is_instance(node.value)


def _is_lazy(index: CodeIndex, node: ast.AST, holder: _Holder) -> bool:
    """Whether an assignment stands below ``if not self.x`` or ``if self.x is None``: made once, for all requests. Of an
    item, below any test of the dictionary."""
    for above in index.ancestors(node):
        if isinstance(above, ast.If):
            if isinstance(holder.node, ast.Subscript) and any(
                use.attr == holder.attribute and _is_self(index, use) for use in index.within(above.test, ast.Attribute)
            ):
                return True
            parts = above.test.values if isinstance(above.test, ast.BoolOp) else [above.test]
            if any(_asks_whether_unset(index, part, holder) for part in parts):
                return True
    return False


def _is_renewed(
    search: _Search, function: Function, node: ast.stmt, value: ast.expr, holder: _Holder, names: frozenset[str]
) -> bool:
    """Whether what an assignment makes is for all requests, made when there is none yet or it is too old: it keeps what is
    there (``x = x or ...``), or what outlives a request decides about it in a test around it, or in one before it that
    leaves where there is one. ``names`` hold data of the request: where a test asks for these, the request decides."""
    index = search.index
    first = value.values[0] if isinstance(value, ast.BoolOp) else value.body if isinstance(value, ast.IfExp) else None
    if first is not None and holder.is_same(first):
        return True
    around = set(index.ancestors(node))
    line = node.lineno
    if function not in search.tests:
        search.tests[function] = index.within(function, ast.If)[:_MAX_TESTS]
    tests = [one for one in search.tests[function] if one.lineno <= line]
    tests = [one for one in tests if one in around or (_leaves(one) and index.parent(one) in around)]
    aliases = _aliases(index, function, holder) if tests else set[str]()
    for test in tests:
        is_around = test in around
        if not is_around and _asks_whether_unset(index, test.test, holder):
            continue
        told = _told(index, test.test)
        asked = _asked_names(index, told, aliases)
        if asked & names - aliases - {"self"}:
            continue
        if (
            asked & aliases
            or any(_asks_for(index, one, holder) or _asks_own_method(search, one) for one in told)
            or any(_asks_for_flag(search, one, test if is_around else function, test.lineno) for one in told)
        ):
            return True
    return False


def _told(index: CodeIndex, test: ast.expr) -> list[ast.expr]:
    """Return a test with those that it asks by name: ``missing = self.client is None``, ``if missing:``."""
    values = (_behind(index, name) for name in index.within(test, ast.Name)[:_MAX_NAMES])
    return [test, *(value for value in values if isinstance(value, _TESTS))]


def _asked_names(index: CodeIndex, told: list[ast.expr], aliases: set[str]) -> set[str]:
    """The names that tests ask for; without what is put into one of ``aliases`` after it was asked for:
    ``client is None and (client := …)``."""
    names = [name for test in told for name in index.within(test, ast.Name)]
    made = [one for test in told for one in index.within(test, ast.NamedExpr) if one.target.id in aliases]
    put = {name for one in made for name in index.within(one, ast.Name)}
    others = {name.id for name in names if name not in put}
    return others if others & aliases else {name.id for name in names}


def _behind(index: CodeIndex, test: ast.expr) -> ast.expr:
    """Return the test that a local name stands for, and nothing else; any other expression as it is."""
    value = index.sole_value(test) if isinstance(test, ast.Name) else None
    return value if isinstance(value, _TESTS) else test


_TESTS = (ast.BoolOp, ast.Compare, ast.UnaryOp)


def _leaves(test: ast.If) -> bool:
    return isinstance(test.body[-1], ast.Return) and not test.orelse


def _aliases(index: CodeIndex, function: Function, holder: _Holder) -> set[str]:
    """The names of what outlives a request: local ones that it is put into, and its own."""
    found = index.assignments(function)[:_MAX_ASSIGNED]
    own = {holder.attribute} if isinstance(holder.node, ast.Name) else set[str]()
    return own.union(
        name for one in found for target, value in assigned(one) if holder.is_same(value) for name in _names(target)
    )


def _asks_for(index: CodeIndex, test: ast.expr, holder: _Holder) -> bool:
    is_named = any(one.value == holder.attribute for one in index.within(test, ast.Constant))
    return is_named or any(holder.is_same(use) for use in index.within(test, *_USES))


def _asks_own_method(search: _Search, test: ast.expr) -> bool:
    """Whether a test asks a method of the plugin that is given nothing and does not only look at the settings."""
    for call in search.index.within(test, ast.Call):
        method = search.methods.get(call.func.attr) if isinstance(call.func, ast.Attribute) else None
        if method is None or call.args or call.keywords or not _is_self(search.index, call.func):
            continue
        uses = [use for use in search.index.within(method.node, ast.Attribute) if _is_self(search.index, use)]
        asked = {use.attr for use in uses}
        if "valves" not in asked or asked - {"valves"}:
            return True
    return False


def _asks_for_flag(search: _Search, test: ast.expr, where: ast.AST, line: int) -> bool:
    """Whether a test asks for what outlives a request and is set behind it within ``where``: a flag, or a time; not for
    what is taken away there."""
    index = search.index
    for one in index.assignments(where)[:_MAX_ASSIGNED]:
        if one.lineno <= line:
            continue
        for target, value in assigned(one):
            is_taken_away = isinstance(value, ast.Constant) and not value.value
            holder = None if is_taken_away else _holder(search, target)
            if holder is not None and _asks_for(index, test, holder):
                return True
    return False


def _asks_whether_unset(index: CodeIndex, test: ast.expr, holder: _Holder) -> bool:
    """Whether a test is ``not self.x``, ``self.x is None`` or ``not hasattr(self, "x")``, by a name too."""
    test = _behind(index, test)
    if isinstance(test, ast.Compare):
        is_alike = isinstance(test.ops[0], ast.Is | ast.Eq)
        return is_alike and holder.is_same(test.left) and is_none(test.comparators[0])
    if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        return False
    asked = _behind(index, test.operand)
    if isinstance(asked, ast.Compare):
        is_other = isinstance(asked.ops[0], ast.IsNot | ast.NotEq)
        return is_other and holder.is_same(asked.left) and is_none(asked.comparators[0])
    if isinstance(asked, ast.Call) and getattr(asked.func, "id", "") in ("hasattr", "getattr") and len(asked.args) > 1:
        return _names_attribute(asked, holder.attribute)
    return holder.is_same(asked)


def _names_attribute(call: ast.Call, attribute: str) -> bool:
    """Whether a call of ``hasattr`` or ``getattr`` asks for an attribute."""
    asked = call.args[1] if len(call.args) > 1 else None
    return isinstance(asked, ast.Constant) and asked.value == attribute


def _is_built_on(index: CodeIndex, node: ast.AST, value: ast.expr, holder: _Holder) -> bool:
    """Whether an assignment goes on from what the attribute holds: its value, or the one of a local name, is made of it,
    or it stands below a comparison of size with it. ``user or self.user`` is either, and made of neither."""
    if isinstance(value, ast.Name):
        bound = index.scope(value).bound.get(value.id, [])
        above = index.parent(bound[0]) if len(bound) == 1 else None
        if isinstance(above, ast.Assign | ast.AnnAssign) and above.value is not None:
            value = above.value
    tests = [above.test for above in index.ancestors(node) if isinstance(above, ast.If)]
    waiting: list[ast.expr] = [value]
    made_of: list[ast.expr] = []
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BoolOp):
            waiting += one.values
        elif isinstance(one, ast.IfExp):
            waiting += [one.body, one.orelse]
            tests.append(one.test)
        elif not isinstance(one, ast.Attribute) and not holder.is_same(one):
            made_of.append(one)
    sizes = [
        compared
        for test in tests
        for compared in index.within(test, ast.Compare)
        if any(isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for operator in compared.ops)
    ]
    return any(holder.is_same(use) for one in (*made_of, *sizes) for use in index.within(one, *_USES))


def _is_read(search: _Search, holder: _Holder) -> bool:
    """Whether anything asks for what outlives a request."""
    index, node, name = search.index, holder.node, holder.attribute
    if isinstance(node, ast.Name):
        return bool(index.reads_of(name, index.root))
    uses = index.self_attributes.get(name, [])
    if isinstance(node, ast.Subscript):
        return (name, holder.key) in search.items_read
    others = (use for use in index.mentions.get(name, ()) if holder.is_same(use))
    return any(isinstance(use.ctx, ast.Load) for use in (*uses, *others))


def _set_between(index: CodeIndex, hook: Scope, all_hooks: list[Scope]) -> Iterator[tuple[ast.Attribute, Scope]]:
    """Yield attributes that a hook sets to a time or a random value and another hook reads, with that hook."""
    for uses in index.self_attributes.values():
        set_here = [use for use in uses if index.scope(use) is hook and _is_set_to_moment(index, use)]
        if not set_here:
            continue
        reader = next((one for one in all_hooks if one is not hook and _takes_up(index, uses, one)), None)
        if reader is not None and not _is_age(uses, set_here[0], index, hook):
            yield set_here[0], reader


def _is_set_to_moment(index: CodeIndex, use: ast.Attribute) -> bool:
    value = next((above.value for above in (index.parent(use),) if isinstance(above, Assignment)), None)
    return isinstance(use.ctx, ast.Store) and value is not None and _is_of_the_moment(index, value)


def _takes_up(index: CodeIndex, uses: list[ast.Attribute], hook: Scope) -> bool:
    """Whether a hook reads what another one has set for it. One that only compares it with a limit, or sets it anew
    itself, asks how old something is that all requests share."""
    own = [use for use in uses if index.scope(use).method is hook]
    is_read = any(isinstance(use.ctx, ast.Load) and not _is_compared(index, use) for use in own)
    return is_read and not any(_is_set_to_moment(index, use) for use in own)


def _is_age(uses: list[ast.Attribute], set_here: ast.Attribute, index: CodeIndex, hook: Scope) -> bool:
    """Whether a hook asks for an attribute before it sets it: what it then sees is left by an earlier request, as it is
    with the time to live of a cache."""
    own = (use for use in uses if index.scope(use).method is hook and isinstance(use.ctx, ast.Load))
    calls = (call for name in ("hasattr", "getattr") for call in index.calls_by_name.get(name, ()))
    asked = (call for call in calls if index.scope(call).method is hook and _names_attribute(call, set_here.attr))
    place = (set_here.lineno, set_here.col_offset)
    return any((one.lineno, one.col_offset) < place for one in (*own, *asked))


def _is_compared(index: CodeIndex, use: ast.AST) -> bool:
    """Whether a value serves no other end than to be compared in size."""
    above = index.parent(use)
    while isinstance(above, ast.BinOp):
        above = index.parent(above)
    return isinstance(above, ast.Compare) and all(
        isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for operator in above.ops
    )


def _is_of_the_moment(index: CodeIndex, value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and any(
        name.partition(".")[0] in ("time", "datetime", "uuid", "random", "secrets")
        for name in index.names_of(value.func)
    )
