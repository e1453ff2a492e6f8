"""What becomes of a value in the variables and attributes that it is put into."""

from __future__ import annotations

import ast

import pytest

from owui_lint.repository.python.fates import Fate, Fates, together
from tests.repository.support_calls import call_in, calls_of, in_function


def fate_of(source: str) -> Fate | None:
    calls = calls_of(source)
    return Fates(calls).of(call_in(calls))


@pytest.mark.parametrize(
    ("lines", "fate"),
    [
        (["x = call()", "await x"], Fate(True, False, True, False)),
        (["x = call()", "return x"], Fate(True, False, False, False)),
        (["x = call()", "x.name"], Fate(False, True, False, False)),
        (["x = call()", "if x: pass"], Fate(False, False, False, True)),
        (["x = call()", "if x: x.name"], Fate(False, True, False, False)),
        (["x = call()", "y = x", "await y"], Fate(True, False, True, False)),
        (["x = y = call()", "await x", "y.name"], Fate(True, True, True, False)),
        (["x, y = call(), 1", "x.name"], Fate(False, True, False, False)),
        (["x = call()", "x.name", "x = load()", "await x"], Fate(False, True, False, False)),
        (["x, y = call()", "x.name"], None),
        (["x, *y = call(), 1", "x.name"], None),
        (["call()"], None),
        (["global x", "x = call()", "x.name"], None),
        (
            ["a = call()", "b = a", "c = b", "d = c", "e = d", "f = e", "g = f", "g.name"],
            Fate(False, False, False, False),
        ),
    ],
)
def test_variables(lines: list[str], fate: Fate | None) -> None:
    assert fate_of(in_function(*lines)) == fate


@pytest.mark.parametrize(
    ("head", "others", "needed"),
    [
        ("class A:", "", True),
        ("class A(Other):", "", False),
        ("class A:", "def g(a):\n    return a.x\n", False),
        ("class A:", "setattr(A(), 'x', 1)\n", False),
        ("class A:", "class B:\n  def h(self):\n    return self.x\n", False),
    ],
)
def test_attributes(head: str, others: str, needed: bool) -> None:
    fate = fate_of(f"{head}\n  def f(self):\n    self.x = call()\n  def g(self):\n    return self.x.name\n{others}")
    assert (fate is not None and fate.needed) is needed


def test_several_fates() -> None:
    asked, needed = Fate(False, False, False, True), Fate(False, True, False, False)
    assert together([asked, asked]) == asked
    assert together([asked, needed]) == needed


def test_what_a_value_is_put_into() -> None:
    calls = calls_of(in_function("a = self.b = c['d'] = call()"))
    assert [ast.unparse(one) for one in Fates(calls).kept_in(call_in(calls))] == ["a", "self.b", "c['d']"]
