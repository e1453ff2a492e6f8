"""Dictionaries read without running the module: what is certain, and what is not."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.statics import StaticDict, StaticNames, StaticValue


def plain(value: StaticValue) -> Any:
    """Return a static value as Python data; an open dictionary has the key ``...``."""
    if not isinstance(value, StaticDict):
        return value
    found: dict[Any, Any] = {key: plain(inner) for key, (_, inner) in value.items.items()}
    return {**found, ...: True} if value.open else found


def _names(source: str) -> StaticNames:
    tree = ast.parse(source)
    return StaticNames(tree.body, CodeIndex(tree))


def read(source: str) -> Any:
    """Return what ``X`` is after the source ran."""
    return plain(_names(source).lookup("X"))


@pytest.mark.parametrize(
    "source",
    [
        "X = {'a': {'k': 'v'}, 'b': {'k': 'w'}}",
        "X: dict = {'a': {'k': 'v'}}\nX['b'] = {'k': 'w'}",
        "A = {'k': 'v'}\nX = {'a': A, 'b': {**A, 'k': 'w'}}",
        "A = {'k': 'v'}\nX = {'a': A}\nX.update({'b': A | {'k': 'w'}})",
        "X = {'a': {'k': 'v'}}\nX |= {'b': {'k': 'w'}}",
        "X = dict(a=dict(k='v'), b={'k': 'w'})",
        "X = {'a': {}, 'b': {}}\nX['a']['k'] = 'v'\nX['b'].update(k='w')",
        "B = {'k': 'v'}\nX = {'a': B, 'b': B.copy()}\nX['b']['k'] = 'w'",
        "L = 'b'\nX = {'a': {'k': 'v'}, L: {'k': 'w' ''}}",
        "import copy\nB = {'k': 'v'}\nX = {'a': B}\nX['b'] = copy.deepcopy(B)\nX['b']['k'] = 'w'",
        "X = {'a': {'k': '' + 'v'}, 'b': {'k': 'w'}}\ndef f():\n    return X['a']",
    ],
)
def test_dictionaries_built_from_parts(source: str) -> None:
    assert read(source) == {"a": {"k": "v"}, "b": {"k": "w"}}


@pytest.mark.parametrize(
    "source",
    [
        "from texts import more\nX = {'a': '1', **more}",
        "X = {'a': '1'}\nX.update(load())",
        "X = {'a': '1'}\nX[name()] = '2'",
        "X = {'a': '1'}\nfill(X)",
        "X = {'a': '1'}\nfor n in names:\n    X[n] = '2'",
        "X = {'a': '1'}\nif y:\n    X['b'] = '2'",
        "X = {'a': '1'}\ndef add():\n    X['b'] = '2'",
        "X = {'a': '1'}\ndef add():\n    X.update(b='2')",
        "X = {'a': '1'}\nclass F:\n    def add(self):\n        global X\n        X = {}",
        "X = {'a': '1', key(): '2'}",
        "X = {'a': '1'}\nX.pop('b')",
    ],
)
def test_what_may_have_changed_is_open(source: str) -> None:
    assert read(source) == {"a": "1", ...: True}


@pytest.mark.parametrize("source", ["X = load()", "X = {'a': 1}\nX = f(X)", "for X in y:\n    pass", "X = [1]"])
def test_what_cannot_be_read_is_unknown(source: str) -> None:
    assert read(source) is None


def test_nesting_is_limited() -> None:
    depth = 80
    assert read("X = " + "{'a': " * depth + "'v'" + "}" * depth) is not None


def test_an_alias_is_the_same_dictionary_and_a_copy_is_not() -> None:
    names = _names("A = {'a': '1'}\nX = A\nY = {**A}\nX['b'] = '2'")
    assert plain(names.lookup("A")) == {"a": "1", "b": "2"}
    assert plain(names.lookup("Y")) == {"a": "1"}
