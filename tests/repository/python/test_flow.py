"""Whether the end of a function is reached, and what it returns."""

from __future__ import annotations

import ast

import pytest

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.flow import can_fall_through, returns, yields


def function(*lines: str) -> ast.FunctionDef:
    node = ast.parse("def f():\n" + "".join(f"    {line}\n" for line in lines)).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def _index(node: ast.stmt) -> CodeIndex:
    return CodeIndex(ast.Module(body=[node], type_ignores=[]))


@pytest.mark.parametrize(
    ("lines", "falls"),
    [
        (["pass"], True),
        (["return 1"], False),
        (["raise X"], False),
        (["if a: return 1"], True),
        (["if a: return 1", "else: raise X"], False),
        (["while a: return 1"], True),
        (["while True: pass"], False),
        (["while True:", "    if a: break"], True),
        (["for a in b: return 1"], True),
        (["with a: return 1"], False),
        (["try: return 1", "except X: pass"], True),
        (["try: return 1", "except X: raise"], False),
        (["try: return 1", "except* X: pass"], True),
        (["try: return 1", "except* X: raise"], False),
        (["try: pass", "except X: return 1", "else: return 2"], False),
        (["try: pass", "finally: return 1"], False),
        (["try: return 1", "finally: pass"], False),
        (["match a:", "    case 1: return 1", "    case _: return 2"], False),
        (["match a:", "    case 1: return 1"], True),
        (["sys.exit(1)"], False),
        (["assert False"], False),
        (["assert 0, 'never'"], False),
        (["assert None"], False),
        (["assert a"], True),
        (["assert True"], True),
    ],
)
def test_falls_through(lines: list[str], falls: bool) -> None:
    assert can_fall_through(function(*lines).body) is falls


def test_returns_are_the_function_s_own() -> None:
    node = function(
        "def g():", "    return 1", "if a:", "    return 2", "try: return 3", "except X: return", "lambda: 4"
    )
    assert [one.lineno for one in returns(_index(node), node)] == [5, 6, 7]


def test_yields() -> None:
    for lines, expected in ((["x = yield 1"], True), (["def g(): yield 1", "lambda: (yield)"], False)):
        node = function(*lines)
        assert yields(_index(node), node) is expected
