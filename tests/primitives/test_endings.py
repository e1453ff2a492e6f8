"""Whether a filter's hook ends without a return where nothing goes wrong."""

from __future__ import annotations

import ast

import pytest

from owui_lint.primitives.endings import Endings, Requests
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.flow import can_fall_through, is_exit

USUAL = {"arguments": ["body", "__user__"], "keys": ["messages"], "settings": ["valves"]}


@pytest.mark.parametrize(
    ("lines", "reached"),
    [
        (["pass"], True),
        (["return 1"], False),
        (["if a: return 1", "b = 2"], True),
        (["if a: return 1", "b = 2", "assert False"], False),
        (["if a: return 1", "b = 2", "assert b"], True),
        (["if a: return 1", "b = 2", "await future"], False),
        (["if a: return 1", "b = 2", "1 / 0"], False),
        (["if a: return 1", "b = 2", "b"], True),
        (["if a: return 1", "b = 2", "log(b)"], True),
        (["if self.valves.A: return 1"], True),
        (["if a: b = 2", "else: return 1"], True),
        (["with a:", "    b = 2"], True),
        (["try: b = 2", "except X: return 1"], True),
        (["try: b = 2", "finally: log(b)"], True),
        (["match a:", "    case 1: b = 2", "    case _: return 2"], True),
        (["while a:", "    b = 2"], True),
        (["if a: return 1"], False),
        (["if a: return 1", "log(b)"], False),
        (["if a: return 1", "else: log(b)"], False),
        (["if not a: log(b)", "else: return 1"], False),
        (["if a.valves.B: return 1", "elif a.valves.C: return 2"], False),
        (["for a in b: return 1"], False),
        (["for a in b:", "    if a: return 1", "b = 2"], False),  # what it looks for may be in every request
        (["for a in b:", "    try: return 1", "    except X: pass", "b = 2"], False),
        (["while a: return 1"], False),
        (["try: return 1", "except X: b = 2"], False),
        (["try: b = 2", "except X: pass", "else: return 1"], False),
        (["match a:", "    case 1: return 1"], False),
        (["if not a: return 1", "b = 2", "sys.exit(1)"], False),
    ],
)
def test_the_end_is_reached(lines: list[str], reached: bool) -> None:
    assert _is_reached(lines) is reached


@pytest.mark.parametrize(
    ("test", "reached"),
    [
        # what is so of every request: the branch is never, or always taken
        ("not body", True),
        ("not isinstance(body, dict)", True),
        ("isinstance(body, str)", True),
        ("not __user__", True),
        ("__user__ is None", True),
        ("not body.get('messages')", True),
        ("'messages' not in body", True),
        ("not messages", True),
        ("not body or not __user__", True),
        ("not body and a", True),
        ("body", False),
        ("isinstance(body, dict)", False),
        ("not isinstance(body, str)", False),
        ("not (body is None)", False),
        ("body is not None", False),
        ("'messages' in body", False),
        ("body['messages'] or a", False),
        # what a setting decides
        ("self.valves.ON", True),
        ("not self.valves.ON", True),
        ("self.valves.MODE == 'a'", True),
        ("self.valves.ON and a", True),
        ("body['model'] in self.valves.MODELS", True),
        ("self.valves", False),
        ("self.valves.MODE in ('a', 'b')", False),
        ("self.valves.MODE == 'a' or self.valves.MODE == 'b'", False),
        ("self.valves.ON or a", False),
        ("isinstance(self.valves.KEY, str)", False),
        # what nothing is known of
        ("not a", False),
        ("not body.get('skip')", False),
        ("not self.check(body)", False),
        ("'skip' not in body", False),
        ("not __metadata__", False),
        ("not " * 900 + "body", False),
    ],
)
def test_tests_of_usual_requests(test: str, reached: bool) -> None:
    assert _is_reached(["messages = body.get('messages')", f"if {test}: return body", "log(body)"]) is reached


def test_a_test_of_what_was_asked_before_says_nothing() -> None:
    assert not _is_reached(["if not a: return 1", "if not a.b: return 2"])
    assert not _is_reached(["if self.valves.A: return 1", "if not self.valves.A: return 2"])


def test_a_body_that_is_given_another_value_is_not_known() -> None:
    assert not _is_reached(["body = self.load(body)", "if not body: return body", "log(body)"])


def _is_reached(lines: list[str]) -> bool:
    text = "def f(self, body, __user__=None, __metadata__=None):\n" + "".join(f"    {line}\n" for line in lines)
    tree = ast.parse(text)
    index = CodeIndex(tree)
    node = tree.body[0]
    assert isinstance(node, ast.FunctionDef)
    reached = Endings(Requests(index, index.scopes[node], USUAL), is_exit).is_reached(node.body)
    assert can_fall_through(node.body) or not reached
    return reached
