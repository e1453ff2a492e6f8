"""Events as they are written out: what stands under their keys, and the names of what sends them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.handed import parameter
from owui_lint.repository.python.senders import names_of
from owui_lint.repository.python.syntax import entries

_MAX_PASSED = 2  # functions that hand a dictionary to one another
_MAX_READS = 50  # of what a function is given


def followed(index: CodeIndex, value: ast.expr) -> ast.expr:
    """Return what is written for a name where it is used; any other expression as it is."""
    return (index.value_at(value) if isinstance(value, ast.Name) else None) or value


def fields(index: CodeIndex, value: ast.expr) -> dict[str, ast.expr] | None:
    """Return what a dictionary is written with, ``{...}`` or ``dict(...)``, also where a name stands for it; ``None`` for
    anything else."""
    value = followed(index, value)
    if isinstance(value, ast.Dict):
        return entries(value)
    if isinstance(value, ast.Call) and not value.args and index.name_of(value.func) == "builtins.dict":
        return {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg is not None}
    return None


def type_of(index: CodeIndex, event: ast.expr) -> ast.Constant | None:
    """Return the ``type`` of an event, as it is written or as the constant that a name stands for."""
    kind = (fields(index, event) or {}).get("type")
    kind = followed(index, kind) if kind is not None else None
    return kind if isinstance(kind, ast.Constant) else None


def code_of(index: CodeIndex, event: ast.expr) -> ast.expr | None:
    """Return the code that an event holds: ``{"type": ..., "data": {"code": ...}}``. ``None`` where something may be put
    into the dictionaries besides what they are written with."""
    data = (fields(index, event) or {}).get("data")
    if data is None or _may_change(index, event) or _may_change(index, data):
        return None
    return (fields(index, data) or {}).get("code")


def _may_change(index: CodeIndex, value: ast.expr) -> bool:
    """Whether more is done with the dictionary that a name stands for than to hand it over."""
    written = index.value_at(value) if isinstance(value, ast.Name) else None
    return written is not None and not is_only_handed_over(index, written)


def is_only_handed_over(index: CodeIndex, written: ast.expr) -> bool:
    """Tell whether nothing is put into a dictionary by the name that it is put into, or taken of it, also not by a function
    of the module that is given it."""
    if written not in index.handed_over:  # one event may be handed over a thousand times
        uses = index.reads_of_value(index.parent(written))
        index.handed_over[written] = bool(uses) and not any(_looks_into(index, use, 0) for use in uses)
    return index.handed_over[written]


def _looks_into(index: CodeIndex, use: ast.expr, depth: int) -> bool:
    """Whether something is put into a dictionary where it is used, or taken of it."""
    above = index.parent(use)
    if isinstance(above, ast.Subscript | ast.Attribute):
        return True
    call = index.parent(above) if isinstance(above, ast.keyword) else above
    if not isinstance(call, ast.Call) or use is call.func or depth == _MAX_PASSED:
        return False
    function = _function_of(index, call.func)
    name = parameter(function, call, use) if function is not None else ""
    given = index.reads_of(name, function) if name and function is not None else []
    return any(_looks_into(index, one, depth + 1) for one in given[:_MAX_READS])


def _function_of(index: CodeIndex, called: ast.expr) -> Scope | None:
    """Return the function of the module, or the method of the class around, that is called."""
    node: ast.AST | None = None
    if isinstance(called, ast.Name):
        node = index.sole_binding(called)
    elif isinstance(called, ast.Attribute) and index.is_instance(called.value):
        owner = next((scope for scope in index.scope(called).chain() if scope.is_class), None)
        bound = owner.bound.get(called.attr, []) if owner is not None else []
        node = bound[0] if len(bound) == 1 else None
    return index.scopes[node] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None


def displays(index: CodeIndex, kind: str) -> Iterator[ast.expr]:
    """Yield the events of a type that are written out, in the order of the text."""
    if kind not in index.texts:
        return
    made: list[ast.expr] = [*index.of(ast.Dict), *index.calls_by_name.get("dict", ())]
    for event in index.in_order(made):
        found = type_of(index, event)
        if found is not None and found.value == kind:
            yield event


def calls_of(index: CodeIndex, senders: Iterable[str]) -> list[ast.Call]:
    """Return the calls of what sends events: of names, and of those by which functions certainly know the same thing
    (``senders.py``), in the order of the text."""
    found: dict[ast.Call, None] = {}
    for sender in senders:
        found.update(dict.fromkeys(index.calls_by_name.get(sender, ())))
        for name, where in names_of(index, sender):
            above = ((index.parent(use), use) for use in index.reads_of(name, where) if name != sender)
            found.update(
                (call, None)
                for call, use in above
                if isinstance(call, ast.Call) and call.func is use and index.sole_binding(use) is not None
            )
    return index.in_order(found)
