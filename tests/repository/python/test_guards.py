"""Where a name that may be None is used: the flow inside one function."""

from __future__ import annotations

import ast
import textwrap

import pytest

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.guards import Guards, may_be_none_parameters


def uses(body: str) -> list[int]:
    """Return the lines (from 1, within the body) at which ``e`` or an alias is used although it may be None."""
    source = "async def f(e=None, other=None):\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ")
    tree = ast.parse(source)
    function = tree.body[0]
    assert isinstance(function, ast.AsyncFunctionDef)
    return sorted(use.node.lineno - 1 for use in Guards(CodeIndex(tree), function, {"e"}).uses)


@pytest.mark.parametrize(
    "body",
    [
        "if e:\n    await e()",
        "if e is not None and other:\n    await e()",
        "if not e:\n    return\nawait e()",
        "if e is None or other:\n    raise ValueError\nawait e()",
        "if not (e and other):\n    return\nawait e()",
        "assert e\nawait e()",
        "if other and not e:\n    return\nelif other:\n    await e()",
        "if other and not e:\n    return\nif other and x:\n    await e()",
        "if other and x and e is None:\n    pass\nelif x and other:\n    await e()",
        "e and await e()",
        "await e() if e else None",
        "x = e\nif x:\n    await e()\n    await x()",
        "ok = e is not None\nif ok:\n    await e()",
        "ok = bool(e and other)\nif not ok:\n    return\nawait e()",
        "e = e or noop\nawait e()",
        "try:\n    await e()\nexcept Exception:\n    pass",
        "try:\n    await e()\nexcept Exception:\n    if other:\n        return\n    raise",
        "try:\n    await e()\nexcept TypeError:\n    raise ValueError",
        "try:\n    try:\n        await e()\n    except Exception:\n        raise ValueError\nexcept ValueError:\n    pass",
        "try:\n    await e()\nexcept Exception:\n    raise\nfinally:\n    return",
        "with suppress(TypeError):\n    await e()",
        "while True:\n    if not e:\n        break\n    await e()",
        "while e:\n    await e()",
        "for one in other:\n    if not e:\n        continue\n    await e()",
        "if callable(e):\n    await e()",
        "async def inner():\n    await e()",
        "call = lambda: e()",
        "if (x := e):\n    await x()",
        "[e() for one in other if e]",
        "match other:\n    case 1 if e:\n        await e()",
        "for e in other:\n    e()",
        "if e == 'x':\n    e()",
        "if not e:\n    e = noop\ne()",
        "sys.exit(1)\ne()",
        "if e is None:\n    pytest.fail('x')\nawait e()",
        "if not e:\n    assert_never(1)\nawait e()",
        "if not e:\n    await exit()\nawait e()",
        "while e is None:\n    e = noop\nawait e()",
        "while not e:\n    e = other.next()\nawait e()",
        "while e is None:\n    if other:\n        return\nelse:\n    await e()\nawait e()",
        "while True:\n    if e:\n        break\nawait e()",
        "while True:\n    log()\nawait e()",
        "for one in other:\n    if e:\n        break\nelse:\n    return\nawait e()",
        "match e:\n    case None:\n        return\nawait e()",
        "match e:\n    case None:\n        pass\n    case _:\n        await e()",
        "match e:\n    case Emitter():\n        await e()",
        "match e:\n    case None | False as none:\n        return none\n    case call:\n        await e()",
        "match e, other:\n    case None, _:\n        return\nawait e()",
        "match other:\n    case [e]:\n        e()\n    case {'x': 1, **e}:\n        e()",
        "match other:\n    case _ if e is None:\n        return\nawait e()",
        "match other:\n    case 1:\n        return\n    case _:\n        e = noop\nawait e()",
    ],
)
def test_guarded(body: str) -> None:
    assert uses(body) == []


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("await e()", [1]),
        ("x = e\nawait x()", [2]),
        ("if other:\n    await e()", [2]),
        ("if e or other:\n    await e()", [2]),
        ("if e:\n    pass\nelse:\n    await e()", [4]),
        ("if not e:\n    log()\nawait e()", [3]),
        ("if e:\n    await e()\nawait e()", [3]),
        ("try:\n    await e()\nexcept KeyError:\n    await e()", [2, 4]),
        ("try:\n    pass\nexcept Exception:\n    await e()", [4]),
        ("try:\n    await e()\nexcept Exception as error:\n    log(error)\n    raise", [2]),
        ("try:\n    await e()\nexcept:\n    raise ValueError from None", [2]),
        ("try:\n    try:\n        await e()\n    except Exception:\n        raise\nexcept ValueError:\n    pass", [3]),
        ("e or await e()", [1]),
        ("sys.exit(e())", [1]),
        ("if e is None:\n    await e()", [2]),
        ("with other:\n    e.send()\n    e['x']", [2, 3]),
        ("e(e())", [1, 1]),
        ("while e is None:\n    if other:\n        break\nawait e()", [4]),
        ("while e:\n    other()\nawait e()", [3]),
        ("while other:\n    assert e\nawait e()", [3]),
        ("for one in other:\n    if not e:\n        break\nawait e()", [4]),
        ("match e:\n    case None:\n        log()\nawait e()", [4]),
        ("match e:\n    case None:\n        await e()", [3]),
        ("match e:\n    case _:\n        await e()", [3]),
        ("match e:\n    case None if other:\n        return\nawait e()", [4]),
        ("match other:\n    case 1:\n        await e()\nawait e()", [3, 4]),
    ],
)
def test_not_guarded(body: str, lines: list[int]) -> None:
    assert uses(body) == lines


def test_deep_expressions_do_not_recurse() -> None:
    assert uses("x = " + " + ".join(["'a'"] * 900) + "\ne()") == [2]


def test_long_chains_of_conditions_are_no_error() -> None:
    chain = "if other:\n    pass\n" + "elif other:\n    pass\n" * 600 + "else:\n    pass"
    assert uses(chain + "\ne()") in ([1205], [])


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("e=None", {"e"}),
        ("e: Optional[Callable] = None", {"e"}),
        ("e: Callable | None", {"e"}),
        ("e: typing.Optional[Callable]", {"e"}),
        ("*, e=None", {"e"}),
        ("e", set()),
        ("e: Callable", set()),
        ("e=print", set()),
        ("x=None", set()),
    ],
)
def test_declared_as_possibly_none(signature: str, expected: set[str]) -> None:
    function = ast.parse(f"def f(self, {signature}): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert may_be_none_parameters(function, ["e"]) == expected
