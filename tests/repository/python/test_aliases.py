"""What names stand for that are bound once."""

from __future__ import annotations

import ast
import textwrap

import pytest

from owui_lint.repository.python.aliases import names_of_parameter, stands_for
from owui_lint.repository.python.code import CodeIndex


def indexed(body: str) -> CodeIndex:
    return CodeIndex(ast.parse("def f(given, other):\n" + textwrap.indent(body, "    ")))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a = given\nuse(a)", True),
        ("a = given or {}\nb: dict = a\nuse(b)", True),
        ("a = {} if other is None else given\nuse(a)", True),
        ("a = given[0] if other else given\nuse(a)", False),
        ("a = other and given\nuse(a)", True),
        ("if (a := given):\n    use(a)", True),
        ("a = b = given\nuse(a)", True),
        ("a = given\na = a or {}\nuse(a)", False),
        ("a = given\nif other:\n    a = other\nuse(a)", False),
        ("a = other or given\nuse(a)", False),
        ("a = given if other else other\nuse(a)", False),
        ("a, b = given, other\nuse(a)", False),
        ("for a in given:\n    use(a)", False),
        ("a = given\ndel a\nuse(a)", False),
        ("a = a\nuse(a)", False),
    ],
)
def test_what_comes_of_a_parameter(body: str, expected: bool) -> None:
    index = indexed(body)
    (call,) = index.calls_by_name["use"]
    found = stands_for(index, call.args[0], lambda value: isinstance(value, ast.Name) and value.id == "given")
    assert found is expected


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("a = given or {}\nb = a if a else dict()", ["given", "a", "b"]),
        ("if (a := given):\n    pass", ["given", "a"]),
        ("a = given or other", ["given"]),
        ("a = given or {'x': 1}", ["given"]),
        ("a = {} or given", ["given"]),
        ("a = given\na = other", ["given"]),
        ("a = b = given", ["given"]),
        ("given = other\na = given", []),
    ],
)
def test_names_by_which_a_function_knows_a_parameter(body: str, names: list[str]) -> None:
    index = indexed(body)
    assert [name for name, _ in names_of_parameter(index, index.functions[0], "given")] == names


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("a = 1\nuse(a)", "1"),
        ("a = 1\na = 2\nuse(a)", "2"),
        ("a = 1\nif other:\n    use(a)\na = 2", "1"),
        ("a = 1\na = 2\nif other:\n    with given:\n        use([a])", "2"),
        ("a = 1\nfor b in given:\n    a = 2\n    use(a)", "2"),
        ("a = 1\nif other:\n    a = 2\nuse(a)", None),
        ("a = 1\nif other:\n    a = 2\nelse:\n    use(a)", None),
        ("a = 1\nfor b in given:\n    use(a)\n    a = 2", None),
        ("a = 1\nwhile other:\n    a = 2\nelse:\n    use(a)", None),
        ("a = 1\ntry:\n    a = 2\n    b()\nexcept Exception:\n    use(a)", None),
        ("a = 1\na += 1\nuse(a)", None),
        ("a = 1\na, b = given\nuse(a)", None),
        ("a = 1\na = use(a)", None),
        ("a = 1\ndel a\nuse(a)", None),
        ("a = 1\na = 2\nb = lambda: use(a)", None),
        ("a = 1\na = 2\ndef b():\n    nonlocal a\n    a = 3\nb()\nuse(a)", None),
        ("a = 1\na = b = 2\nuse(a)", "2"),
        ("given = 1\nuse(given)", "1"),
        ("try:\n    use(given)\nexcept Exception as given:\n    pass", None),
    ],
)
def test_the_binding_that_reaches_a_use(body: str, value: str | None) -> None:
    index = indexed(body)
    (call,) = index.calls_by_name["use"]
    name = next(iter(index.within(call.args[0], ast.Name)))
    found = index.value_at(name)
    assert (ast.unparse(found) if found is not None else None) == value
