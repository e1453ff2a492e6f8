"""Objects that other packages make, as clients of HTTP: which calls of a module are of their methods."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import CodeIndex, Scope

_MAX_NAMES = 8  # of the dotted name of a method


def calls_of_clients(calls: Calls, clients: Mapping[str, Sequence[str]]) -> Iterator[tuple[ast.Call, str]]:
    """Yield calls of methods (dotted ones too) of objects that ``clients`` make: used at once, by a local name or as
    ``self.name``, with the name ``client.method``. An object that may also be something else is left out."""
    index = calls.index
    makers = {call: names[0] for call, names in calls.named if names[0] in clients and len(names) == 1}
    if not makers:
        return
    held: dict[ast.AST, str] = {}  # the expressions that are such an object
    for maker, client in makers.items():
        held[maker] = client
        above = index.parent(maker)
        if isinstance(above, ast.NamedExpr):
            target: ast.expr | None = above.target
        else:
            target = above.optional_vars if isinstance(above, ast.withitem) else index.target_of(maker)
        if isinstance(target, ast.Name):
            if index.sole_binding(target) is target:
                held.update((use, client) for use in index.reads_of(target.id, index.scope(target)))
        elif isinstance(target, ast.Attribute) and index.is_instance(target.value):
            attributes = index.self_attributes.get(target.attr, [])
            if all(use is target or isinstance(use.ctx, ast.Load) for use in attributes):
                held.update((use, client) for use in attributes)
    methods = {client: frozenset(names) for client, names in clients.items()}
    for use, client in held.items():
        call, method = method_called(index, use)
        if call is not None and method in methods[client]:
            yield call, f"{client}.{method}"


def method_called(index: CodeIndex, used: ast.AST) -> tuple[ast.Call | None, str]:
    """Return the call of ``x.a.b(...)`` by its ``x``, with ``a.b``."""
    names: list[str] = []
    for above in islice(index.ancestors(used), _MAX_NAMES):
        if not isinstance(above, ast.Attribute):
            return above if isinstance(above, ast.Call) and above.func is used else None, ".".join(names)
        names.append(above.attr)
        used = above
    return None, ""


def calls_of_answers(
    calls: Calls, clients: Mapping[str, Sequence[str]], methods: Collection[str]
) -> Iterator[ast.Call]:
    """Yield calls of ``methods`` of what the methods of ``clients`` give: by a name that such answers alone are put into,
    by ``async with client.get(...) as answer`` or ``answer = await client.get(...)``."""
    index = calls.index
    targets: dict[tuple[str, Scope], list[ast.AST]] = {}
    for call, _ in calls_of_clients(calls, clients):
        above = index.parent(call)
        target: ast.AST | None = None
        if isinstance(above, ast.withitem) and isinstance(index.parent(above), ast.AsyncWith):
            target = above.optional_vars
        elif isinstance(above, ast.Await):
            target = index.target_of(above)
        if isinstance(target, ast.Name):
            targets.setdefault((target.id, index.scope(target)), []).append(target)
    for (name, scope), found in targets.items():
        if not scope.is_function or len(scope.bound.get(name, ())) != len(found):
            continue
        for use in index.reads_of(name, scope):
            called, method = method_called(index, use)
            if called is not None and method in methods:
                yield called
