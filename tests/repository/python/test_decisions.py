"""What an expression of a hook says of the request: all of what it brings, a part of it, a decision about it."""

from __future__ import annotations

import ast

import pytest

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.decisions import Decisions, brought_to_hook

_BOUND = """
    user = dict(__user__ or {})
    role = user["role"]
    is_admin = role == "admin"
    for message in body["messages"]:
        pass
"""


def _decisions(expression: str) -> tuple[Decisions, ast.expr]:
    text = f"def inlet(self, body, __user__, __request__, __chat_id__, other):{_BOUND}    found = {expression}\n"
    tree = ast.parse(text)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    last = function.body[-1]
    assert isinstance(last, ast.Assign)
    parameters = [one.arg for one in function.args.args]
    return Decisions(CodeIndex(tree), function, brought_to_hook(parameters)), last.value


@pytest.mark.parametrize("expression", ["user", "__user__ or {}", "body.copy()", "{**body}", "copy.deepcopy(user)"])
def test_all_of_what_a_request_brings(expression: str) -> None:
    decisions, value = _decisions(expression)
    assert decisions.is_whole(value)
    assert not decisions.is_part(value)


@pytest.mark.parametrize(
    ("expression", "is_part"),
    [
        ('body["model"]', True),
        ('(user or {}).get("name", "")', True),
        ('message["content"].strip().lower()', True),
        ('len(body["messages"])', True),
        ('f"{role}!"', True),
        ("[one['id'] for one in body['files']]", True),
        ("__chat_id__", True),
        ("len(body)", False),
        ("body.items()", False),
        ("self.count(body['messages'])", False),
        ('other["model"]', False),
        ('__request__.headers["x"]', False),
    ],
)
def test_parts(expression: str, is_part: bool) -> None:
    decisions, value = _decisions(expression)
    assert decisions.is_part(value) is is_part


@pytest.mark.parametrize(
    ("expression", "is_decision"),
    [
        ('role == "admin"', True),
        ("not is_admin", True),
        ('"x" in body["model"]', True),
        ('"x" in (body.get("name") or "")', True),
        ('"x" in role.lower()', True),
        ('role in self.valves.ROLES and other["x"]', True),
        ('1 if message["role"] == "user" else 2', True),
        ('any(one in role for one in ("a", "b"))', True),
        ('"x" in message', False),  # of which nothing says that it is a text
        ('any(one == role for one in ("a", "b"))', True),
        ('body["stream"] is True', True),
        ("(yes := 3 < len(body['messages']) < 5)", True),
        ("user is None", False),
        ("user == {}", False),
        ('"x" in user', False),
        ('"x" in body["features"]', False),
        ('body.get("files") is not None', False),
        ('other["x"] == 1', False),
        ('__request__.url.scheme == "https"', False),
        ('self.load(role == "admin")', False),
        ('lambda: role == "admin"', False),
        ("+".join(["1"] * 300) + ' == body["x"]', True),
        ("(" * 40 + 'role == "admin"' + ")" * 40, True),
        ("not " * 40 + '(role == "admin")', False),  # deeper than anyone writes
    ],
)
def test_decisions(expression: str, is_decision: bool) -> None:
    decisions, value = _decisions(expression)
    assert decisions.is_decision(value) is is_decision
