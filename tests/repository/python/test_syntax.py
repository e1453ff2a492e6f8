from __future__ import annotations

import ast

import pytest

from owui_lint.repository.python.syntax import assigned, catches, entries, is_none, last_name, suppresses


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(("text", "name"), [("a.b.c", "c"), ("a", "a"), ("a().b", "b"), ("a()", ""), ("1", "")])
def test_the_last_name_of_a_dotted_one(text: str, name: str) -> None:
    assert last_name(expression(text)) == name


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("a = b = x", "a:x b:x"),
        ("a: int = x", "a:x"),
        ("a: int", ""),
        ("a, (b, c) = x, (y, z)", "a:x b:y c:z"),
        ("[a, b] = f(x)", "a:f(x) b:f(x)"),
        ("a, *b = f(x)", "a:f(x) b:f(x)"),
        ("a, *b, c = x, y, z", "a:x"),
        ("a, b, c = x, *y", "a:x"),
    ],
)
def test_what_is_put_where(text: str, pairs: str) -> None:
    (statement,) = ast.parse(text).body
    assert isinstance(statement, ast.Assign | ast.AnnAssign)
    assert " ".join(f"{ast.unparse(to)}:{ast.unparse(value)}" for to, value in assigned(statement)) == pairs


def test_none_is_written_out() -> None:
    assert is_none(expression("None"))
    assert not is_none(expression("False")) and not is_none(None)


def test_entries_are_those_with_literal_texts_for_keys() -> None:
    display = expression("{'a': 1, 'b': 2, 3: 4, **c, d: 5, b'e': 6, 'a': 7}")
    assert isinstance(display, ast.Dict)
    assert {key: ast.literal_eval(value) for key, value in entries(display).items()} == {"a": 7, "b": 2}


@pytest.mark.parametrize(
    ("types", "caught", "named"),
    [
        ("", True, False),
        ("Exception", True, False),
        ("builtins.BaseException", True, False),
        ("ImportError", True, True),
        ("ModuleNotFoundError", True, True),
        ("(ValueError, builtins.ImportError)", True, True),
        ("(ValueError, Exception)", True, False),
        ("ValueError", False, False),
        ("MyImportError", False, False),
        ("errors", False, False),
        ("object", False, False),
    ],
)
@pytest.mark.parametrize("keyword", ["except", "except*"])
def test_what_a_handler_catches(types: str, caught: bool, named: bool, keyword: str) -> None:
    if keyword == "except*" and not types:
        return
    (statement,) = ast.parse(f"try:\n  import a\n{keyword} {types}:\n  pass").body
    assert isinstance(statement, ast.Try | ast.TryStar)
    assert catches(statement.handlers[0], "ModuleNotFoundError") is caught
    assert catches(statement.handlers[0], "ModuleNotFoundError", named=True) is named


@pytest.mark.parametrize(
    ("manager", "caught"),
    [
        ("suppress(TypeError)", True),
        ("contextlib.suppress(KeyError, Exception)", True),
        ("suppress(KeyError)", False),
        ("suppress()", False),
        ("suppress", False),
        ("open(TypeError)", False),
    ],
)
def test_what_a_context_manager_suppresses(manager: str, caught: bool) -> None:
    assert suppresses(expression(manager), "TypeError") is caught
