"""What a filter's hook does with the body that it was given: what it returns in its place, and where that is none."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.flow import Ends, can_fall_through, returns, yields
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.syntax import Assignment, is_none, targets_of

_CHANGING_DICTS = frozenset({"clear", "update"})
_CHANGING_LISTS = frozenset({"append", "extend", "insert", "remove", "reverse", "sort"})


def alternatives(value: ast.expr | None) -> list[ast.expr | None]:
    """Return the values of which a conditional expression gives one; any other one alone."""
    found: list[ast.expr | None] = []
    waiting: list[ast.expr | None] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.IfExp):
            waiting += [one.orelse, one.body]
        else:
            found.append(one)
    return found


def written_once(index: CodeIndex, value: ast.expr) -> ast.expr:
    """Return what is written for a local name that is bound once, to one value; any other expression as it is."""
    target = index.sole_binding(value) if isinstance(value, ast.Name) else None
    if target is None or index.scope(target) is not index.scope(value) or not index.scope(target).is_function:
        return value
    given = index.value_of(target)
    return value if given is None else given


def replaced(module: Module, hook: Scope, ends: Ends) -> Iterator[tuple[ast.Name | ast.Subscript, ast.Call, str]]:
    """Yield what a hook makes something else of: ``body``, which it returns, or an item of it; the call that does, and
    what it then is: ``none`` or ``coroutine``."""
    index, bound, node = module.index, hook.bound.get("body", []), hook.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    is_returned = any(isinstance(one.value, ast.Name) and one.value.id == "body" for one in returns(index, node))
    for assignment in index.assignments(hook.node):
        targets = targets_of(assignment)
        if len(targets) != 1 or assignment.value is None or index.scope(assignment) is not hook:
            continue
        target, value = targets[0], written_once(index, assignment.value)
        call = value.value if isinstance(value, ast.Await) else value
        if not isinstance(call, ast.Call):
            continue
        if isinstance(target, ast.Name):
            if target.id == "body" and bound[1:] == [target] and is_returned:
                if _updates_body(call) or gives_none(module, call, hook, ends):
                    yield target, call, "none"
                elif gives_coroutine(module, call, hook) and not _is_awaited(index, hook, "body"):
                    yield target, call, "coroutine"
        elif (
            isinstance(target, ast.Subscript) and _is_body(target.value, hook) and isinstance(call.func, ast.Attribute)
        ):
            source = written_once(index, call.func.value) if call.func.attr in _CHANGING_LISTS else None
            if isinstance(source, ast.List | ast.ListComp) or _is_messages(source, hook):
                yield target, call, "none"


def _updates_body(call: ast.Call) -> bool:
    """Whether a call is ``body.update(...)``, whatever ``body`` is bound to besides."""
    function = call.func
    is_body = (
        isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "body"
    )
    return is_body and isinstance(function, ast.Attribute) and function.attr in _CHANGING_DICTS


def _is_awaited(index: CodeIndex, hook: Scope, name: str) -> bool:
    return any(isinstance(one.value, ast.Name) and one.value.id == name for one in index.within(hook.node, ast.Await))


def gives_coroutine(module: Module, call: ast.Call, hook: Scope) -> bool:
    """Whether a call gives a coroutine of an ``async def`` of the plugin, in a hook that does not reckon with one."""
    if module.calls.is_awaited(call) or module.calls.is_tolerant(hook.node) or hook in module.calls.tolerant:
        return False
    function = _own_function(module, call.func)
    return function is not None and function.is_async and not yields(module.index, function.node)  # type: ignore[arg-type]


def _own_function(module: Module, expression: ast.expr) -> Scope | None:
    """The undecorated function of the plugin that an expression certainly means."""
    scope = module.calls.local_function(expression)
    node = scope.node if scope is not None else None
    if scope is None or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or module.index.changing(node):
        return None
    is_sole = scope.parent is not None and len(scope.parent.bound.get(node.name, ())) == 1
    return scope if is_sole else None


def _is_messages(value: ast.expr | None, hook: Scope) -> bool:
    """Whether a value is the list of messages of the body."""
    return _is_item(value, hook, "body", "messages")


def _is_item(value: ast.expr | None, hook: Scope, argument: str, item: str) -> bool:
    """Whether a value is one item of an argument: ``body["messages"]``, ``body.get("messages", [])``."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.args:
        if value.func.attr not in ("get", "setdefault"):
            return False
        holder, key = value.func.value, value.args[0]
    elif isinstance(value, ast.Subscript):
        holder, key = value.value, value.slice
    else:
        return False
    return _is_argument(holder, hook, argument) and isinstance(key, ast.Constant) and key.value == item


def _is_body(value: ast.expr, hook: Scope) -> bool:
    """Whether a value is what a hook was given as its body, which it binds to nothing else."""
    return _is_argument(value, hook, "body")


def _is_argument(value: ast.expr, hook: Scope, argument: str) -> bool:
    bound = hook.bound.get(argument, [])
    is_sole = len(bound) == 1 and isinstance(bound[0], ast.arg)
    return is_sole and isinstance(value, ast.Name) and value.id == argument


_NO_DICTIONARIES = (
    *(ast.Tuple, ast.List, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp),
    *(ast.JoinedStr, ast.Lambda, ast.Compare),
)
_GIVING_NO_DICTIONARIES = frozenset({"json.dumps", *(f"builtins.{name}" for name in ("bool", "len", "list", "str"))})


def is_no_body(index: CodeIndex, value: ast.expr, hook: Scope) -> bool:
    """Whether a value certainly is no dictionary, and not None either."""
    return _is_no_dictionary(index, value) or _is_messages(value, hook)


def is_no_event(index: CodeIndex, value: ast.expr, hook: Scope) -> bool:
    """Whether a value certainly is no dictionary, and nothing empty either, which drops an event."""
    return not is_empty(value) and (_is_no_dictionary(index, value) or _is_item(value, hook, "event", "choices"))


def is_empty(value: ast.expr | None) -> bool:
    """Whether a value is written as nothing: ``None``, ``False``, ``""``, ``[]``, or left out."""
    if isinstance(value, ast.Constant):
        return not value.value
    if isinstance(value, ast.Dict):
        return not value.keys
    return value is None or (isinstance(value, ast.Tuple | ast.List) and not value.elts)


def _is_no_dictionary(index: CodeIndex, value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        names = index.names_of(value.func)
        return len(names) == 1 and names[0] in _GIVING_NO_DICTIONARIES
    return isinstance(value, (*_NO_DICTIONARIES, ast.Constant))


def is_changed_behind(index: CodeIndex, hook: Scope, argument: str, line: int) -> bool:
    """Tell whether a hook changes an argument, or a part of it by a name, in place behind a line."""
    parts = {argument}
    bindings: list[Assignment | ast.For] = index.within(hook.node, ast.Assign, ast.AnnAssign, ast.For)
    for one in bindings:
        source = one.iter if isinstance(one, ast.For) else one.value
        target = one.targets[0] if isinstance(one, ast.Assign) else one.target
        if isinstance(target, ast.Name) and source is not None and _root(source) in parts:
            parts.add(target.id)
    for node in index.within(hook.node, ast.Subscript, ast.Call):
        if node.lineno <= line or index.scope(node) is not hook:
            continue
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del) and _root(node) in parts:
            return True
        function = node.func if isinstance(node, ast.Call) else None
        if isinstance(function, ast.Attribute) and function.attr in _CHANGING and _root(function.value) in parts:
            return True
    return False


_KEEPING = frozenset({"add", "append", "appendleft", "extend", "insert", "push", "put", "put_nowait", "setdefault"})


def is_kept(index: CodeIndex, hook: Scope, argument: str) -> bool:
    """Tell whether a hook puts an argument, or a copy of all of it, where it outlives the call: to be sent later."""
    for use in index.reads_of(argument, hook):
        child: ast.AST = use
        for above in index.ancestors(use):
            if isinstance(above, ast.Attribute | ast.Subscript | ast.If):
                if not (isinstance(above, ast.Attribute) and above.attr == "copy"):
                    break
            elif isinstance(above, ast.Call) and child is not above.func:
                if isinstance(above.func, ast.Attribute) and above.func.attr in _KEEPING:
                    return True
            elif isinstance(above, Assignment):
                if any(isinstance(one, ast.Attribute | ast.Subscript) for one in targets_of(above)):
                    return True
                break
            elif isinstance(above, ast.stmt):
                break
            child = above
    return False


_CHANGING = _CHANGING_DICTS | _CHANGING_LISTS | {"pop", "popitem"}


def _root(value: ast.expr) -> str:
    """The name that an item, an attribute or what a method gives is taken of: ``event`` of ``event.get("choices")[0]``."""
    while isinstance(value, ast.Attribute | ast.Subscript | ast.Call):
        value = value.func if isinstance(value, ast.Call) else value.value
    return value.id if isinstance(value, ast.Name) else ""


def gives_none(module: Module, call: ast.Call, hook: Scope, ends: Ends) -> bool:
    """Whether a call certainly gives None: one that changes the body, or a copy of it, in place, or one of a function of
    the plugin that returns nothing."""
    if _changes_body(call, hook):
        return True
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr in _CHANGING_DICTS:
        copied = function.value
        return isinstance(copied, ast.Dict) or (
            isinstance(copied, ast.Call)
            and module.index.name_of(copied.func) in ("builtins.dict", "copy.copy", "copy.deepcopy")
            and any(_is_body(one, hook) for one in copied.args)
        )
    scope = _own_function(module, function)
    if scope is None or scope.is_async != module.calls.is_awaited(call):
        return False
    node = scope.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    if yields(module.index, node):
        return False
    gives = any(one.value is not None and not is_none(one.value) for one in returns(module.index, node))
    return not gives and can_fall_through(node.body, ends)


def _changes_body(call: ast.Call, hook: Scope) -> bool:
    """Whether a call changes the body, or a part of it, in place and returns None."""
    if not isinstance(call.func, ast.Attribute):
        return False
    holder, methods = call.func.value, _CHANGING_DICTS
    if isinstance(holder, ast.Subscript):
        holder, methods = holder.value, _CHANGING_DICTS | _CHANGING_LISTS
    return _is_body(holder, hook) and call.func.attr in methods
