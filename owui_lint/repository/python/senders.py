"""By which names a module knows what sends events: ``__event_emitter__`` itself, and what its helpers call it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from owui_lint.repository.python.aliases import names_of_parameter
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.handed import parameter
from owui_lint.repository.python.syntax import is_none, with_defaults
from owui_lint.repository.python.translations import bind

_MAX_HELPERS = 500  # parameters that one sender is handed to: of more, none is followed
_MAX_CALLS = 1000  # of a helper: what is called more often is not followed
_MAX_CHOICES = 8  # within each other
# What comes to functions by texts, other than ``getattr`` with a text.
_LOOKING_UP = frozenset(
    {
        *("__dict__", "__getattribute__", "attrgetter", "eval", "exec", "getattr_static", "getmembers"),
        *("globals", "locals", "methodcaller", "vars"),
    }
)

_Named = tuple[str, Scope]


def names_of(index: CodeIndex, sender: str) -> list[_Named]:
    """Return the names that stand for a sender or for nothing, with the scopes that bind them: parameters of its own name,
    parameters of helpers that every call in the module gives the sender (or None), and names that these are put into."""
    if sender not in index.senders:
        index.senders[sender] = _Followed(index, sender).names() if sender in index.mentions else []
    return index.senders[sender]


def parameters_of(index: CodeIndex, senders: Iterable[str]) -> dict[ast.AST, set[str]]:
    """Return the parameters that stand for one of the senders, by function."""
    found: dict[ast.AST, set[str]] = {}
    for sender in senders:
        for name, scope in names_of(index, sender):
            if isinstance(scope.bound[name][0], ast.arg):
                found.setdefault(scope.node, set()).add(name)
    return found


class _Followed:
    """One sender, from the functions that are given it by its name on to the helpers that are handed it."""

    def __init__(self, index: CodeIndex, sender: str) -> None:
        self.index = index
        self.sender = sender
        #: What is known by a name: the parameter whose value it is.
        self.parameters: dict[_Named, _Named] = {}
        self.helpers: dict[_Named, None] = {}
        self._by_name: dict[str, list[Scope]] = {}
        for scope in index.functions:
            self._by_name.setdefault(scope.name, []).append(scope)

    def names(self) -> list[_Named]:
        """Return all names that certainly stand for the sender, or for nothing."""
        own = [(self.sender, scope) for scope in self.index.functions if self.sender in scope.bound]
        waiting = list(own)
        for one in waiting:  # grows as it goes
            for name in names_of_parameter(self.index, one[1], one[0]):
                self.parameters[name] = one
                for helper in self._handed_to(name):
                    if helper not in self.helpers and helper[0] != self.sender:
                        self.helpers[helper] = None
                        waiting.append(helper)
            if len(self.helpers) > _MAX_HELPERS:
                return [name for one in own for name in names_of_parameter(self.index, one[1], one[0])]
        doubtful = self._doubtful()
        return [name for name, origin in self.parameters.items() if origin not in doubtful]

    def _handed_to(self, name: _Named) -> Iterator[_Named]:
        """Yield the parameters of functions of the module that a name is given to."""
        for use in self.index.reads_of(*name):
            given: ast.expr = use
            above = self.index.parent(use)
            while isinstance(above, ast.IfExp | ast.BoolOp):
                given, above = above, self.index.parent(above)
            call = self.index.parent(above) if isinstance(above, ast.keyword) else above
            if isinstance(call, ast.Call) and given is not call.func:
                function = self._function(call)
                taken = parameter(function, call, given) if function is not None else ""
                if function is not None and taken:
                    yield taken, function

    def _function(self, call: ast.Call) -> Scope | None:
        """Return the one function of the module with the name that is called, if nothing is done with it than to call it."""
        func = call.func
        name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
        named = self._by_name.get(name, ())
        if len(named) != 1 or self._is_got_by_text(name) or self._is_changed(named[0]):
            return None
        calls = self.index.calls_by_name[name]
        is_only_called = len(self.index.mentions[name]) == len(calls)
        return named[0] if is_only_called and len(calls) <= _MAX_CALLS else None

    def _is_got_by_text(self, name: str) -> bool:
        """Whether the module may come to a function by a text: it is what a ``getattr`` asks for, or there is one that
        computes what it asks for, and the text stands somewhere."""
        return name in self.index.texts and (self._gets_by_computed_names or name in self._got_by_text)

    @cached_property
    def _gets_by_computed_names(self) -> bool:
        if not _LOOKING_UP.isdisjoint(self.index.mentions):
            return True
        return any(text is None for text in map(_text_asked_for, self.index.calls_by_name.get("getattr", ())))

    @cached_property
    def _got_by_text(self) -> set[str | None]:
        return set(map(_text_asked_for, self.index.calls_by_name.get("getattr", ())))

    def _is_changed(self, function: Scope) -> bool:
        others = (one for one in self.index.changing(function.node) if getattr(one, "id", "") != "staticmethod")
        return any(others)

    def _doubtful(self) -> set[_Named]:
        """Return the parameters of helpers that some call gives, or may give, something else, and those that are given on."""
        given_on: dict[_Named, list[_Named]] = {}
        doubtful: list[_Named] = []
        for helper in self.helpers:
            for call in self.index.calls_by_name[helper[1].name]:
                origins = self._origins(helper, call)
                if origins is None:
                    doubtful.append(helper)
                    break
                for origin in origins:
                    given_on.setdefault(origin, []).append(helper)
        found = set(doubtful)
        for one in doubtful:  # grows as it goes
            more = [helper for helper in given_on.get(one, ()) if helper not in found]
            found.update(more)
            doubtful += more
        return found

    def _origins(self, helper: _Named, call: ast.Call) -> list[_Named] | None:
        """Return the parameters of which a call gives one to a helper's; ``None`` where it may give something else."""
        name, function = helper
        if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
            return None
        assert isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef)
        defaults = {one.arg: default for one, default in with_defaults(function.node.args)}
        argument = bind(function.node, call, name) or defaults.get(name)
        return self._meant(argument) if argument is not None else None

    def _meant(self, value: ast.expr, depth: int = 0) -> list[_Named] | None:
        if depth > _MAX_CHOICES:
            return None
        if is_none(value):
            return []
        if isinstance(value, ast.Name):
            where = self.index.binding(value.id, self.index.scope(value))
            origin = self.parameters.get((value.id, where)) if where is not None else None
            return [origin] if origin is not None and self.index.sole_binding(value) is not None else None
        if isinstance(value, ast.IfExp):
            ways = [value.body, value.orelse]
        elif isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
            ways = value.values
        else:
            return None
        found: list[_Named] = []
        for way in ways:
            meant = self._meant(way, depth + 1)
            if meant is None:
                return None
            found += meant
        return found


def _text_asked_for(call: ast.Call) -> str | None:
    """Return the name of the attribute that a ``getattr`` asks for; ``None`` where it is not written in the call."""
    asked = call.args[1] if len(call.args) > 1 else None
    return asked.value if isinstance(asked, ast.Constant) and isinstance(asked.value, str) else None
