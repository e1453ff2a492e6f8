from __future__ import annotations

import ast

import pytest

from owui_lint.repository.syntax import entries, is_none, last_name


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(("text", "name"), [("a.b.c", "c"), ("a", "a"), ("a().b", "b"), ("a()", ""), ("1", "")])
def test_the_last_name_of_a_dotted_one(text: str, name: str) -> None:
    assert last_name(expression(text)) == name


def test_none_is_written_out() -> None:
    assert is_none(expression("None"))
    assert not is_none(expression("False")) and not is_none(None)


def test_entries_are_those_with_literal_texts_for_keys() -> None:
    display = expression("{'a': 1, 'b': 2, 3: 4, **c, d: 5, b'e': 6, 'a': 7}")
    assert isinstance(display, ast.Dict)
    assert {key: ast.literal_eval(value) for key, value in entries(display).items()} == {"a": 7, "b": 2}
