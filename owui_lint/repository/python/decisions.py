"""Decisions about a request in a function: comparisons of what the request brings, and what they are put into.

A yes or no need not differ from request to request: whether there is a user at all, or a key in the body, may depend on
nothing but the release. What a comparison finds in a value that was taken out of the body or of the user does.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.guards import Function
from owui_lint.repository.python.syntax import assigned, is_none
from owui_lint.tuples import NamedTuple

#: Arguments of hooks that hold what one request brings.
_WHOLES = frozenset({"body", "event", "__user__", "__metadata__", "__model__"})
_PARTS = frozenset({"__chat_id__", "__message_id__"})
#: Keys with a text or a list behind them: ``"x" in body["model"]`` looks into it, and does not ask whether there is a key.
_SEQUENCES = frozenset(
    {
        *("model", "messages", "role", "content", "files", "tool_ids", "filter_ids"),
        *("id", "user_id", "chat_id", "session_id", "message_id", "name", "email", "groups", "title"),
    }
)
_OF_TEXTS = frozenset(
    {"lower", "upper", "casefold", "strip", "lstrip", "rstrip", "split", "splitlines", "replace", "title"}
)
_TELLING = frozenset({"bool", "int", "str", "any", "all"})
_CONVERTING = frozenset({"str", "int", "float", "bool", "len", "list", "set", "tuple", "sorted", "max", "min", "sum"})
_COPYING = frozenset({"dict", "copy", "deepcopy"})
_TAKING = frozenset({"get", "pop", "setdefault"})
_MAX_DEPTH = 25  # of an expression that is looked at


class Brought(NamedTuple):
    """The names of a function that hold what a request brings."""

    #: All of the body, the user or the metadata.
    wholes: frozenset[str] = frozenset()
    #: What is taken out of these.
    parts: frozenset[str] = frozenset()
    #: What a comparison with it has told.
    decided: frozenset[str] = frozenset()


def brought_to_hook(parameters: Iterable[str]) -> Brought:
    """Return what the parameters of a hook hold."""
    names = frozenset(parameters)
    return Brought(names & _WHOLES, names & _PARTS)


class Decisions:
    """Tells what expressions of a function say about the request; ``brought`` are those of its parameters that hold some of
    it. Names are followed in two passes, for those that are used before they are bound."""

    def __init__(self, index: CodeIndex, function: Function, brought: Brought) -> None:
        self._index = index
        self._wholes, self._parts, self._decided = set(brought.wholes), set(brought.parts), set(brought.decided)
        bindings: list[ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.For | ast.AsyncFor | ast.comprehension] = (
            index.within(function, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension)
        )
        for _ in range(2):
            for node in bindings:
                self._bind(node)

    def _bind(
        self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.For | ast.AsyncFor | ast.comprehension
    ) -> None:
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            if self.is_part(node.iter):
                self._parts.update(one.id for one in self._index.within(node.target, ast.Name))
            return
        for target, value in assigned(node):
            if not isinstance(target, ast.Name):
                continue
            if self.is_whole(value):
                self._wholes.add(target.id)
            if self.is_part(value):
                self._parts.add(target.id)
            if self.is_decision(value):
                self._decided.add(target.id)

    def is_whole(self, value: ast.expr, depth: int = 0) -> bool:
        """Tell whether an expression is all of the body, the user or the metadata, or a copy of it."""
        if depth > _MAX_DEPTH:
            return False
        if isinstance(value, ast.Call):
            is_copy = isinstance(value.func, ast.Attribute) and value.func.attr == "copy" and not value.args
            if is_copy and isinstance(value.func, ast.Attribute):
                return self.is_whole(value.func.value, depth + 1)
            return _called(value) in _COPYING and self._any(self.is_whole, value.args, depth)
        if isinstance(value, ast.Dict):
            spread = [one for key, one in zip(value.keys, value.values, strict=True) if key is None]
            return self._any(self.is_whole, spread, depth)
        if isinstance(value, ast.Name):
            return value.id in self._wholes
        return self._any(self.is_whole, _alternatives(value), depth)

    def is_part(self, value: ast.expr, depth: int = 0) -> bool:
        """Tell whether an expression is, or is plainly made of, something that is taken out of what a request brings."""
        if depth > _MAX_DEPTH:
            return False
        if isinstance(value, ast.Name):
            return value.id in self._parts
        if isinstance(value, ast.Subscript | ast.Attribute):
            return self.is_whole(value.value, depth + 1) or self.is_part(value.value, depth + 1)
        if isinstance(value, ast.Call):
            function = value.func
            if isinstance(function, ast.Name):
                return function.id in _CONVERTING and self._any(self.is_part, value.args, depth)
            if not isinstance(function, ast.Attribute):
                return False
            takes = function.attr in _TAKING and self.is_whole(function.value, depth + 1)
            return takes or self.is_part(function.value, depth + 1)
        return self._any(self.is_part, [*_alternatives(value), *_made_of(value)], depth)

    def is_decision(self, value: ast.expr, depth: int = 0) -> bool:
        """Tell whether an expression certainly says something of this one request that a comparison has told."""
        if depth > _MAX_DEPTH:
            return False
        if isinstance(value, ast.Compare):
            return self._compares(value)
        if isinstance(value, ast.Name):
            return value.id in self._decided
        if isinstance(value, ast.Call):
            return _called(value) in _TELLING and self._any(self.is_decision, value.args, depth)
        below = [*_alternatives(value), *_made_of(value)]
        if isinstance(value, ast.IfExp):
            return self.is_asked(value.test, depth + 1) or self._any(self.is_decision, below, depth)
        return self._any(self.is_decision, below, depth)

    def is_asked(self, test: ast.expr, depth: int = 0) -> bool:
        """Tell whether the request certainly decides a test: a decision about it, or whether a part of it is empty."""
        if depth > _MAX_DEPTH:
            return False
        if isinstance(test, ast.BoolOp):
            return self._any(self.is_asked, test.values, depth)
        if isinstance(test, ast.UnaryOp):
            return self.is_asked(test.operand, depth + 1)
        return self.is_decision(test, depth) or self.is_part(test, depth)

    def _any(self, tells: Callable[[ast.expr, int], bool], values: Iterable[ast.expr], depth: int) -> bool:
        return any(tells(one, depth + 1) for one in values)

    def _compares(self, node: ast.Compare) -> bool:
        operands = [node.left, *node.comparators]
        return any(
            self._is_told(operator, left, right)
            for operator, left, right in zip(node.ops, operands, operands[1:], strict=False)
        )

    def _is_told(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> bool:
        """Whether a comparison tells something of a value of the request: not whether there is one, or a key."""
        if is_none(left) or is_none(right):
            return False
        if isinstance(operator, ast.Is | ast.IsNot):
            constants = (one.value for one in (left, right) if isinstance(one, ast.Constant))
            if not any(isinstance(one, bool) for one in constants):
                return False
        if not isinstance(operator, ast.In | ast.NotIn):
            return self.is_part(left) or self.is_part(right)
        if self.is_whole(right):
            return False
        return self.is_part(left) or (self.is_part(right) and self._is_sequence(right))

    def _is_sequence(self, value: ast.expr, depth: int = 0) -> bool:
        """Whether a value of the request is a text or a list, as far as the code or OpenWebUI's own keys say so."""
        if depth > _MAX_DEPTH:
            return False
        if isinstance(value, ast.Name):
            bound = self._index.sole_value(value)
            return bound is not None and self._is_sequence(bound, depth + 1)
        if isinstance(value, ast.Constant):
            return isinstance(value.value, str)
        if isinstance(value, ast.Subscript):
            return _is_key(value.slice)
        if isinstance(value, ast.Call):
            if isinstance(value.func, ast.Name):
                return value.func.id in ("str", "list", "set", "tuple", "sorted")
            called = _called(value)
            is_got = called in _TAKING and bool(value.args)
            return called in _OF_TEXTS or (
                is_got and (_is_key(value.args[0]) or self._any(self._is_sequence, value.args[1:], depth))
            )
        if isinstance(value, ast.List | ast.Tuple | ast.JoinedStr | ast.ListComp | ast.SetComp):
            return True
        return self._any(self._is_sequence, _alternatives(value), depth)


def _called(call: ast.Call) -> str:
    """The last name of what is called; of a method of something else too."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _alternatives(value: ast.expr) -> list[ast.expr]:
    """What an expression may come to be, as it is: ``x or y``, ``x if .. else y``, ``name := x``, ``await x``."""
    if isinstance(value, ast.BoolOp):
        return value.values
    if isinstance(value, ast.IfExp):
        return [value.body, value.orelse]
    return [value.value] if isinstance(value, ast.NamedExpr | ast.Await) else []


def _made_of(value: ast.expr) -> list[ast.expr]:
    """What an expression puts together: the operands, the elements, the values."""
    if isinstance(value, ast.BinOp):
        return [value.left, value.right]
    if isinstance(value, ast.UnaryOp):
        return [value.operand]
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return value.elts
    if isinstance(value, ast.Dict | ast.JoinedStr):
        return value.values
    if isinstance(value, ast.FormattedValue | ast.Starred):
        return [value.value]
    return [value.elt] if isinstance(value, ast.ListComp | ast.SetComp | ast.GeneratorExp) else []


def _is_key(key: ast.expr) -> bool:
    return isinstance(key, ast.Constant) and key.value in _SEQUENCES
