"""What a module says of its nodes' places."""

from __future__ import annotations

import ast

import pytest

from owui_lint.repository.files import SourceFile
from owui_lint.repository.module import Module


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
