"""State of one request that is kept on the plugin's instance, which serves all requests."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.code import CodeIndex, Scope
from owui_lint.repository.guards import Function
from owui_lint.repository.hooks import entry_of
from owui_lint.repository.syntax import is_none

_MAX_DEPTH = 6  # helpers of helpers that are followed
_SHARED = frozenset({"app"})  # request.app is the server's, not the request's


class _Search:
    def __init__(self, index: CodeIndex, methods: dict[str, Scope]) -> None:
        self.index = index
        self.methods = methods
        #: Attribute to the assignment that puts a request's data there, and the hook it happens in.
        self.found: dict[str, tuple[ast.Attribute, str]] = {}
        self.visited: set[tuple[str, frozenset[str]]] = set()


@primitive("request-state", scope="plugin", reads="code")
def request_state(plugin: Plugin, context: Context, *, kinds: list[str]) -> Iterator[Hit]:
    """Report attributes of ``self`` that the hooks of plugins of ``kinds`` fill with data of the request, once per attribute.

    Cases: ``default`` the value comes from the hook's arguments, ``unread`` nobody reads it, ``between`` one hook sets it
    for another one. Items of a dictionary (``self.cache[chat_id] = ...``), lazily made objects and what is built on the attribute's
    own value (totals, maxima, ``{**self.cache, ...}``) are no state.
    """
    module = plugin.code.module
    index = module.index
    entry = entry_of(plugin, context.repository.target)
    if entry is None or entry.kind not in kinds:
        return
    stores = [use for uses in index.self_attributes.values() for use in uses if isinstance(use.ctx, ast.Store)]
    if all(index.scope(use).name == "__init__" for use in stores):
        return  # nothing is put on self after the start
    search = _Search(index, entry.methods)
    own = list(entry.hooks.values())
    for hook in own:
        _follow(search, hook, frozenset(name for name in _parameters(hook) if name != "self"), hook.name, 0)
    for attribute, (node, hook_name) in search.found.items():
        case = "default" if _is_read(index, attribute) else "unread"
        yield Hit(module.place(node), case, {"name": attribute, "hook": hook_name})
    for hook in own:
        for attribute, node, other in _set_between(index, hook, own):
            if attribute not in search.found:
                search.found[attribute] = (node, hook.name)
                yield Hit(module.place(node), "between", {"name": attribute, "hook": hook.name, "other": other.name})


def _parameters(scope: Scope) -> list[str]:
    assert isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef)
    arguments = scope.node.args
    return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _follow(search: _Search, scope: Scope, tainted: frozenset[str], hook: str, depth: int) -> None:
    """Follow data of the request (``tainted`` names) through one method and the methods that it hands it to."""
    if depth > _MAX_DEPTH or (scope.name, tainted) in search.visited:
        return
    search.visited.add((scope.name, tainted))
    function = scope.node
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    index = search.index
    names = _spread(index, function, tainted)
    assignments: list[ast.Assign | ast.AnnAssign] = index.within(function, ast.Assign, ast.AnnAssign)
    for node in assignments:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if (
                _is_self(target)
                and isinstance(target, ast.Attribute)
                and node.value is not None
                and _is_tainted(index, node.value, names)
                and not _is_lazy(index, node, target.attr)
                and not _is_built_on(index, node, node.value, target.attr)
            ):
                search.found.setdefault(target.attr, (target, hook))
    for call in index.within(function, ast.Call):
        if isinstance(call.func, ast.Attribute) and _is_self(call.func):
            method = search.methods.get(call.func.attr)
            given = _given(index, method, call, names) if method is not None else None
            if method is not None and given:
                _follow(search, method, given, hook, depth + 1)


def _spread(index: CodeIndex, function: Function, tainted: frozenset[str]) -> frozenset[str]:
    """Return the local names that hold data of the request: two passes, for names that are used before they are bound."""
    names = set(tainted)
    bindings: list[ast.Assign | ast.AnnAssign | ast.For | ast.AsyncFor | ast.comprehension] = index.within(
        function, ast.Assign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.comprehension
    )
    for _ in range(2):
        for node in bindings:
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else node.iter
            if value is not None and _is_tainted(index, value, names):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
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
            continue  # a yes or no about the request is a decision, which may well be the same for all
        if isinstance(node, ast.Name) and node.id in names:
            return True
        stack += index.children(node)
    return False


def _given(index: CodeIndex, method: Scope, call: ast.Call, names: frozenset[str]) -> frozenset[str]:
    """Return the parameters of a method that a call gives data of the request."""
    parameters = _parameters(method)[1:]
    given = {
        parameter
        for parameter, argument in zip(parameters, call.args, strict=False)
        if _is_tainted(index, argument, names)
    }
    given |= {
        keyword.arg
        for keyword in call.keywords
        if keyword.arg in parameters and _is_tainted(index, keyword.value, names)
    }
    return frozenset(name for name in given if name is not None)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _is_lazy(index: CodeIndex, node: ast.AST, attribute: str) -> bool:
    """Whether an assignment stands below ``if not self.x`` or ``if self.x is None``: made once, for all requests."""
    for above in index.ancestors(node):
        if isinstance(above, ast.If):
            parts = above.test.values if isinstance(above.test, ast.BoolOp) else [above.test]
            if any(_asks_whether_unset(part, attribute) for part in parts):
                return True
    return False


def _asks_whether_unset(test: ast.expr, attribute: str) -> bool:
    """Whether a test is ``not self.x``, ``self.x is None`` or ``not hasattr(self, "x")``."""

    def named(node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and node.attr == attribute and _is_self(node)

    if isinstance(test, ast.Compare):
        right = test.comparators[0]
        return named(test.left) and is_none(right)
    if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        return False
    asked = test.operand
    if isinstance(asked, ast.Call) and getattr(asked.func, "id", "") in ("hasattr", "getattr") and len(asked.args) > 1:
        return _names_attribute(asked, attribute)
    return named(asked)


def _names_attribute(call: ast.Call, attribute: str) -> bool:
    """Whether a call of ``hasattr`` or ``getattr`` asks for an attribute."""
    asked = call.args[1] if len(call.args) > 1 else None
    return isinstance(asked, ast.Constant) and asked.value == attribute


def _is_built_on(index: CodeIndex, node: ast.AST, value: ast.expr, attribute: str) -> bool:
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
        elif not isinstance(one, ast.Attribute):
            made_of.append(one)
    sizes = [
        compared
        for test in tests
        for compared in index.within(test, ast.Compare)
        if any(isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for operator in compared.ops)
    ]
    own = (use for one in (*made_of, *sizes) for use in index.within(one, ast.Attribute))
    return any(use.attr == attribute and _is_self(use) for use in own)


def _is_read(index: CodeIndex, attribute: str) -> bool:
    return any(isinstance(use.ctx, ast.Load) for use in index.self_attributes.get(attribute, []))


def _set_between(index: CodeIndex, hook: Scope, all_hooks: list[Scope]) -> Iterator[tuple[str, ast.Attribute, Scope]]:
    """Yield attributes that a hook sets to a time or a random value and another hook reads, with that hook."""
    for attribute, uses in index.self_attributes.items():
        set_here = [use for use in uses if index.scope(use) is hook and _is_set_to_moment(index, use)]
        if not set_here:
            continue
        reader = next((one for one in all_hooks if one is not hook and _takes_up(index, uses, one)), None)
        if reader is not None and not _is_age(uses, set_here[0], index, hook):
            yield attribute, set_here[0], reader


def _is_set_to_moment(index: CodeIndex, use: ast.Attribute) -> bool:
    assignment = index.parent(use)
    return (
        isinstance(use.ctx, ast.Store)
        and isinstance(assignment, ast.Assign)
        and _is_of_the_moment(index, assignment.value)
    )


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
