"""What a module says of its nodes' places."""

from __future__ import annotations

import ast
import gc
import weakref

import pytest

from owui_lint.repository.files import SourceFile
from owui_lint.repository.python.module import Module


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("def f(): pass", 5),
        ("async def f(): pass", 11),
        ("async  def  de(): pass", 13),
        ("class ss: pass", 7),
        ("def d(): pass", 5),
        ("@cache\nasync def c(): pass", 11),
        ("async def ﬁ(): pass", 11),  # the tree has the name's normal form
        ("def \\\n  f(): pass", 3),
    ],
)
def test_a_definition_is_placed_at_its_name(source: str, column: int) -> None:
    module = Module(SourceFile(".", "a.py", source.encode()))
    node = module.body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    place = module.place(node)
    assert place.span.column == column
    assert place.span.end_column > column


def _fields(source: str) -> dict[str, list[str]]:
    module = Module(SourceFile(".", "a.py", source.encode()))
    found: dict[str, list[str]] = {"Valves": [], "UserValves": []}
    for valve in module.valves:
        found[valve.owner].append(f"{valve.name}:{valve.target.lineno}")
    return found


HEAD = "from typing import ClassVar, Generic\nfrom pydantic import BaseModel\n"


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ("class E(BaseModel):\n A: int = 1\nclass Filter:\n Valves = E", ["A:4"]),
        ("class E(BaseModel):\n A: int = 1\nF = E\nclass Filter:\n Valves: type = F", ["A:4"]),
        ("class Valves(BaseModel):\n A: int = 1\nclass Filter:\n Valves = Valves", ["A:4"]),
        ("class Valves(BaseModel):\n A: int = 1\nclass Filter:\n class Valves(Valves):\n  B: int = 1", ["A:4", "B:7"]),
        # Nothing is known of what is imported, made by a call, or bound twice.
        ("from x import E\nclass Valves(BaseModel):\n A: int = 1\nclass Filter:\n Valves = E", []),
        ("class Valves(BaseModel):\n A: int = 1\nclass Filter:\n from x import Valves", []),
        ("class E(BaseModel):\n A: int = 1\nclass Filter:\n Valves = made(E)", []),
        ("class E(BaseModel):\n A: int = 1\nclass Filter:\n Valves = E\n Valves = None", []),
        ("if x:\n class E(BaseModel):\n  A: int = 1\nelse:\n E = None\nclass Filter:\n Valves = E", []),
        # Inherited ones come first; one that is declared again stays where it was, and counts as it is written last.
        ("class B(BaseModel):\n A: int = 1\n C: int = 1\nclass Filter:\n class Valves(B):\n  D: int = 1\n  A: int = 2", ["A:9", "C:5", "D:8"]),
        ("class A(BaseModel):\n A: int = 1\nclass B(A):\n B: int = 1\nclass C(B): pass\nclass Filter:\n class Valves(C):\n  D: int = 1", ["A:4", "B:6", "D:10"]),
        ("class B(BaseModel):\n A: int = 1\n C: int = 1\nclass Filter:\n class Valves(B):\n  A: ClassVar[int] = 2", ["C:5"]),
        ("class B(BaseModel):\n A: ClassVar = 1\n _B: int = 1\n model_config = {}\n C: int = 1\nclass Filter:\n class Valves(B):\n  pass", ["C:7"]),
        ("class B(BaseModel, Generic[T]):\n A: int = 1\nclass Filter:\n class Valves(B[int]):\n  C: int = 1", ["A:4", "C:7"]),
        # Of a class that is no model, pydantic takes what has an annotation.
        ("class M:\n A: int = 1\n B = 1\nclass N(M):\n C = 1\nclass Filter:\n class Valves(BaseModel, N):\n  D: int = 1", ["A:4", "D:10"]),
        # What two bases inherit from stands behind both.
        ("class R(BaseModel):\n A: int = 0\nclass P(R): pass\nclass Q(R):\n A: int = 1\nclass Filter:\n class Valves(P, Q): pass", ["A:7"]),
        # A base that is out of sight hides nothing of the rest.
        ("from x import Far\nclass B(Far):\n A: int = 1\nclass Filter:\n class Valves(B):\n  C: int = 1", ["A:5", "C:8"]),
        # Of the plugin's own base, and of a class in one.
        ("class B:\n class Valves(BaseModel):\n  A: int = 1\nclass Filter(B):\n pass", ["A:5"]),
        ("class B:\n class Valves(BaseModel):\n  A: int = 1\nclass Filter(B):\n class Valves(B.Valves):\n  C: int = 1", ["A:5", "C:8"]),
        # Circles, which Python refuses.
        ("class A(B):\n A: int = 1\nclass B(A):\n B: int = 1\nclass Filter:\n class Valves(B): pass", ["A:4", "B:6"]),
        ("class A(A):\n A: int = 1\nclass Filter:\n class Valves(A): pass", ["A:4"]),
        ("A = B\nB = A\nclass Filter:\n class Valves(A):\n  C: int = 1", ["C:7"]),
        ("class Filter:\n class Valves(Valves):\n  C: int = 1", ["C:5"]),
        ("class Filter(Filter):\n Valves = Valves", []),
    ],
)  # fmt: skip
def test_the_fields_of_valves(source: str, fields: list[str]) -> None:
    assert _fields(HEAD + source)["Valves"] == fields


def test_a_field_that_both_inherit_is_declared_once() -> None:
    source = (
        "class C(BaseModel):\n A: int = 1\nclass Filter:\n class Valves(C): pass\n class UserValves(C):\n  B: int = 1"
    )
    assert _fields(HEAD + source) == {"Valves": ["A:4"], "UserValves": ["A:4", "B:8"]}
    module = Module(SourceFile(".", "a.py", (HEAD + source).encode()))
    assert [(valve.name, valve.owner) for valve in module.declared_valves] == [("A", "Valves"), ("B", "UserValves")]


def test_a_long_line_of_classes_is_followed_at_once() -> None:
    chain = "".join(f"class C{number + 1}(C{number}, C{number}): pass\n" for number in range(5000))
    source = f"class C0(BaseModel):\n A: int = 1\n{chain}class Filter:\n class Valves(C5000): pass"
    assert _fields(HEAD + source)["Valves"] == ["A:4"]


def test_a_module_that_is_let_go_is_freed_without_the_collector() -> None:
    source = "def take(x):\n  return x.name\ndef f():\n  d = {'a': call()}\n  take(call())\n  return d['a'].name\n"
    module = Module(SourceFile(".", "a.py", source.encode()))
    gc.disable()
    try:
        assert sum(module.coroutines.is_lost(call) for call in module.index.calls_by_name["call"]) == 2
        tree = weakref.ref(module.tree or ast.Module())
        module.let_go()
        assert tree() is None
    finally:
        gc.enable()
