"""Scopes, imports and names of a module."""

from __future__ import annotations

import ast
import builtins

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owui_lint.repository.python.code import BRINGING, CodeIndex


def index(source: str) -> CodeIndex:
    return CodeIndex(ast.parse(source))


def called(source: str) -> list[tuple[str, ...]]:
    """What the calls of a text stand for, in its order."""
    code = index(source)
    return [code.names_of(call.func) for call in code.of(ast.Call)]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b\na.b.c()", ("a.b.c",)),
        ("import a.b as x\nx.c()", ("a.b.c",)),
        ("from a.b import c as d\nd.e()", ("a.b.c.e",)),
        ("def f():\n  from a import c\n  return lambda: c()", ("a.c",)),
        ("from a import c\ndef f(c):\n  c()", ()),
        ("from a import c\ndef f():\n  c = 1\n  c()", ()),
        ("from a import c\nrun = c.d\nagain = run\nagain()", ("a.c.d",)),
        ("try:\n  from a import c\nexcept ImportError:\n  c = None\nc()", ("a.c",)),
        ("try:\n  from a import c\nexcept ImportError:\n  from b import c\nc()", ("a.c", "b.c")),
        ("try:\n  from a import c\nexcept ImportError:\n  def c(): ...\nc()", ()),
        ("print()", ("builtins.print",)),
        ("from a import *\nprint()", ()),
        ("from math import *\nfrom typing import *\nprint()", ("builtins.print",)),
        ("from math import *\npow()", ()),
        ("from os import *\nopen()", ()),
        ("from .math import *\nprint()", ()),
        ("from typing import *\nfrom a import *\nprint()", ()),
        ("from .a import c\nc()", (".a.c",)),
        ("from a import c\nclass X:\n  c = 1\n  def f(self):\n    c()", ("a.c",)),
        ("def f():\n  global c\n  c = 1\n  c()\nimport c", ("c",)),
        ("a = b\nb = a\na()", ()),
        ("x[0]()", ()),
        ("from a import c\n@c()\ndef f(c): ...", ("a.c",)),
    ],
)
def test_names(source: str, names: tuple[str, ...]) -> None:
    assert called(source)[-1] == names


@pytest.mark.parametrize(
    ("source", "guarded", "type_checking"),
    [
        ("import a", False, False),
        ("try:\n  import a\nexcept ImportError:\n  pass", True, False),
        ("try:\n  import a\nexcept (OSError, ModuleNotFoundError):\n  pass", True, False),
        ("try:\n  pass\nexcept Exception:\n  import a", True, False),
        ("try:\n  import a\nexcept* ImportError:\n  pass", True, False),
        ("try:\n  import a\nexcept ValueError:\n  pass", False, False),
        ("try:\n  import a\nfinally:\n  pass", False, False),
        ("with contextlib.suppress(ImportError):\n  import a", True, False),
        ("if TYPE_CHECKING:\n  import a", False, True),
        ("if typing.TYPE_CHECKING:\n  pass\nelse:\n  import a", False, False),
        ("try:\n  def f():\n    import a\nexcept ImportError:\n  pass", True, False),
    ],
)
def test_guards(source: str, guarded: bool, type_checking: bool) -> None:
    (found,) = index(source).imports
    assert (found.guarded, found.type_checking) == (guarded, type_checking)
    assert (found.module, found.top_level) == ("a", "a")


@pytest.mark.parametrize("module", sorted(set(BRINGING) - {"pydantic", "typing_extensions"}))
def test_which_builtins_a_star_replaces(module: str) -> None:
    there: dict[str, object] = {}
    exec(f"from {module} import *", there)
    found = {name for name in there if hasattr(builtins, name) and not name.startswith("__")}
    assert found == set(BRINGING[module])


def test_methods_and_attributes_of_the_instance() -> None:
    code = index("class A:\n  @d\n  async def f(self, x=g()):\n    def inner():\n      h()\n    self.x = self.y")
    assert list(code.methods(code.of(ast.ClassDef)[0])) == ["f"]
    assert {name: type(nodes[0].ctx) for name, nodes in code.self_attributes.items()} == {"x": ast.Store, "y": ast.Load}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("x = 1\nx", "1"),
        ("x: int = 1\nx", "1"),
        ("x = y = 1\nx", "1"),
        ("x = 1\ndef f():\n  return x", "1"),
        ("x = 1\nx += 1\nx", None),
        ("x, y = 1, 2\nx", None),
        ("import x\nx = 1\nx", None),
        ("from a import *\nx = 1\nx", None),
        ("x = 1\ndef f():\n  global x\n  x = 2\nx", None),
        ("def f(x):\n  return x", None),
        ("x", None),
    ],
)
def test_what_one_assignment_gives_a_name(source: str, value: str | None) -> None:
    code = index(source)
    use = [name for name in code.of(ast.Name) if name.id == "x" and isinstance(name.ctx, ast.Load)][-1]
    found = code.sole_value(use)
    assert (None if found is None else ast.unparse(found)) == value


def test_names_in_defaults_are_those_of_the_class() -> None:
    names = called("from a import b as x\nclass A:\n  from c import d as y\n  def f(self, x=x(), y=y()): ...")
    assert names == [("a.b",), ("c.d",)]


def test_attributes_of_the_instance_by_whatever_name() -> None:
    code = CodeIndex(
        ast.parse(
            "class A:\n"
            "    def f(this, that):\n        this.a = that.no\n        return lambda: this.b\n"
            "    def g(self, this):\n        return this.no, self.c\n"
            "    @classmethod\n    def h(cls):\n        cls.no = 1\n"
            "    @staticmethod\n    def i(one):\n        one.no = 1\n"
            "def j(this, self):\n    return this.no, self.d\n"
        )
    )
    assert set(code.self_attributes) == {"a", "b", "c", "d"}


def test_nesting_costs_no_recursion() -> None:
    code = index("x = " + "+".join(["a()"] * 2000))
    assert len(code.of(ast.Call)) == 2000
    assert [name for call in code.of(ast.Call) for name in code.names_of(call.func)] == []


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "import a",
                "from a import b as c",
                "c = b",
                "b()",
                "global b",
                "lambda b: b()",
                "@c()\ndef b(a=b()): a()",
                "class c(b):\n  def b(self): self.x = c()",
                "try:\n  import b\nexcept: b = None",
                "match b:\n  case {'x': c, **b}: c()",
                "async def a():\n  await b(c() async for c in a())",
                "with b() as c: pass",
                "del b",
                "[b() for b in c]",
                "from . import *",
            ]
        ),
        max_size=12,
    )
)
def test_answers_for_any_module(statements: list[str]) -> None:
    code = index("\n".join(statements))
    for call in code.of(ast.Call):
        assert isinstance(code.names_of(call.func), tuple)
        assert code.scope(call) in code.scopes.values()
    assert all(found.bound in found.scope.imports for found in code.imports)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("class C: ...", "C"),
        ("class A: ...\nclass B(A): ...\nclass C(B, object): ...", "C B A"),
        ("class A: ...\nclass B: ...\nclass C(A, B): ...", "C A B"),
        ("class B: ...\nclass C(x.A, B): ...", "C"),
        ("class B: ...\nclass C(B, x.A): ...", "C B"),
        ("class A: ...\nclass B(A): ...\nclass D(A): ...\nclass C(B, D): ...", "C B"),
        ("class A: ...\nclass A: ...\nclass C(A): ...", "C"),
        ("class C(C): ...", "C"),
    ],
)
def test_what_a_class_inherits_from(source: str, names: str) -> None:
    index = CodeIndex(ast.parse(source))
    assert " ".join(node.name for node in index.lineage(index.of(ast.ClassDef)[-1])) == names


def test_methods_of_bases() -> None:
    source = (
        "class A:\n def f(self): ...\n def g(self): ...\n def h(self): ...\nclass B(A):\n def g(self): ...\n h = None\n"
    )
    index = CodeIndex(ast.parse(source))
    a, b = index.of(ast.ClassDef)
    f, g, _, own = index.functions
    assert index.method_of(b, "f") is f
    assert index.method_of(b, "g") is own
    assert index.method_of(b, "g", above=True) is g
    assert index.method_of(b, "h") is None
    assert index.method_of(a, "f") is f
    assert index.method_of(a, "g") is None  # an instance of B has another one
    assert index.method_of(a, "nothing") is None
