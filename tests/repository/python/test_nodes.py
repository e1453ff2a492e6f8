"""What lies below and around the nodes of a module, and the scopes they stand in."""

from __future__ import annotations

import ast

import pytest

from owui_lint.repository.python.nodes import Nodes


def nodes(source: str) -> Nodes:
    return Nodes(ast.parse(source))


def test_scopes() -> None:
    code = nodes("class A:\n  @d\n  async def f(self, x=g()):\n    def inner():\n      h()\n    self.x = self.y")
    assert [scope.name for scope in code.functions] == ["f", "inner"]
    inner = code.scope(code.of(ast.Call)[-1])
    assert [scope.name for scope in inner.chain()] == ["inner", "f", "A", ""] and not inner.is_async
    assert inner.method is not None and inner.method.is_async and inner.method.owner is code.of(ast.ClassDef)[0]
    assert Nodes(None).functions == []


@pytest.mark.parametrize(
    ("definition", "where"),
    [
        ("def f(self, x=here()): ...", "A"),
        ("def f(self, *, x=here()): ...", "A"),
        ("def f(self, x: here() = 1): ...", "A"),
        ("def f(self, *x: here(), y=1): ...", "A"),
        ("def f(self, **x: here()) -> there(): ...", "A"),
        ("def f(self) -> here(): ...", "A"),
        ("@here()\n  def f(self): ...", "A"),
        ("f = lambda x=here(): x", "A"),
        ("f = lambda x: here()", ""),
        ("def f(self):\n    def g(x=here()): ...", "f"),
        ("def f(self):\n    x: here() = 1", "f"),
        ("def f(self):\n    return lambda x=here(): x", "f"),
        ("class B(here()): ...", "A"),
    ],
)
def test_what_stands_beside_a_definition_is_evaluated_around_it(definition: str, where: str) -> None:
    code = nodes(f"class A:\n  {definition}")
    (call,) = code.calls_by_name["here"]
    assert code.scope(call).name == where
    assert all(code.scope(one).is_function for one in code.of(ast.arg))


def test_what_lies_below_a_node_comes_in_the_order_of_the_text() -> None:
    tree = ast.parse("def f(a):\n    x = g(a, [b])\n    class C:\n        y = a\nz = a\n")
    index = Nodes(tree)
    function = tree.body[0]
    assert [node.id for node in index.within(function, ast.Name)] == ["x", "g", "a", "b", "y", "a"]
    both: list[ast.Name | ast.ClassDef] = index.within(function, ast.ClassDef, ast.Name)
    assert [type(node).__name__ for node in both] == ["Name"] * 4 + ["ClassDef"] + ["Name"] * 2
    assert set(index.within(tree)) == {node for node in ast.walk(tree) if not isinstance(node, ast.expr_context)}
    assert index.within(function.args, ast.Name) == []  # type: ignore[attr-defined]
    assert index.children(function) == [function.args, *function.body]  # type: ignore[attr-defined]
    assert all(index.parent(child) is node for node in index.within(tree) for child in index.children(node))


def test_what_is_around_a_node() -> None:
    code = nodes("if a:\n    b\n    c(d)\nelse:\n    e\n")
    branch, names = code.of(ast.If)[0], {name.id: name for name in code.of(ast.Name)}
    assert [type(node).__name__ for node in code.ancestors(names["d"])] == ["Call", "Expr", "If", "Module"]
    assert code.parent(code.root.node) is None
    statements = {name: code.parent(node) for name, node in names.items()}
    assert statements["a"] is branch
    in_body = {name: code.is_in(node, branch.body) for name, node in statements.items() if node is not None}
    assert in_body == {"a": False, "b": True, "c": False, "d": False, "e": False}
    assert code.in_order({names["e"], names["b"], names["d"]}) == [names["b"], names["d"], names["e"]]


@pytest.mark.parametrize(
    ("line", "is_lazy"),
    [
        ("(here() for a in b)", True),
        ("(a for a in b if here())", True),
        ("(a for a in b for c in here())", True),
        ("(a for a in here())", False),
        ("[here() for a in b]", False),
        ("([here() for a in b] for c in d)", True),
        ("(lambda: here() for a in b)", False),
        ("here()", False),
    ],
)
def test_what_a_generator_expression_evaluates_as_it_is_gone_through(line: str, is_lazy: bool) -> None:
    code = nodes(line)
    (call,) = code.calls_by_name["here"]
    assert (code.generator_around(call) is not None) is is_lazy


def test_nodes_by_what_they_are_called() -> None:
    code = nodes("a.b = b(a)\nx.b('t', f't{a}')\n'T'\n")
    assert {name: len(found) for name, found in code.mentions.items()} == {"a": 3, "b": 3, "x": 1}
    assert {name: len(found) for name, found in code.calls_by_name.items()} == {"b": 2}
    assert {text: len(found) for text, found in code.texts.items()} == {"t": 2, "T": 1}
