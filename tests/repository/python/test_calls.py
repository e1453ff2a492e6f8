"""Which functions calls reach, and which of them run in a thread."""

from __future__ import annotations

import ast

import pytest

from tests.repository.support_calls import call_in, calls_of, in_function


@pytest.mark.parametrize(
    ("line", "function"),
    [
        ("asyncio.to_thread(work, 1)", "work"),
        ("to_thread(work)", "work"),
        ("loop.run_in_executor(None, work)", "work"),
        ("executor.submit(work, 1)", "work"),
        ("asyncio.to_thread(self.method)", "method"),
        ("asyncio.to_thread(functools.partial(work, 1))", "work"),
        ("asyncio.to_thread(lambda: 1)", ""),
        ("other.to_thread(work)", None),
        ("asyncio.to_thread()", None),
        ("work()", None),
    ],
)
def test_threads(line: str, function: str | None) -> None:
    calls = calls_of(
        "import asyncio, functools\nfrom asyncio import to_thread\n"
        "class A:\n  def method(self): ...\n  async def f(self):\n    def work(): ...\n    " + line
    )
    assert [scope.name for scope in calls.in_thread] == ([] if function is None else [function])


@pytest.mark.parametrize(
    ("called", "name", "certain"),
    [
        ("work()", "work", True),
        ("self.method()", "method", True),
        ("A().method()", "method", True),
        ("super().method()", None, False),
        ("self.twice()", "twice", False),
        ("self.replaced()", None, False),
        ("cached()", "cached", False),
        ("other.method()", None, False),
        ("partial(work, 1)", None, False),
    ],
)
def test_functions_of_the_module(called: str, name: str | None, certain: bool) -> None:
    source = (
        "@cache\ndef cached(): ...\ndef work(): ...\n"
        "class A:\n  def method(self): ...\n  def twice(self): ...\n  def replaced(self): ...\n"
        "  def f(self, other):\n    self.replaced = other\n    " + called + "\nclass B:\n  def twice(self): ...\n"
    )
    calls = calls_of(source)
    call = next(call for call in calls.index.of(ast.Call) if ast.unparse(call) == called)
    function, sole = calls.local_function(call.func), calls.sole_function(call.func)
    assert (function.name if function else None) == name
    assert (sole is not None) is certain


def test_calls_by_their_dotted_names() -> None:
    calls = calls_of("import a.b, open as c\nfrom d import e as f\na.b.g()\nf.h()\nf.h(1)\nlist()\nunknown()\n")
    found = [(ast.unparse(call), name) for call, name in calls.of(("d.e.h", "a.b.g", "builtins.list", "x"))]
    assert found == [("a.b.g()", "a.b.g"), ("f.h()", "d.e.h"), ("f.h(1)", "d.e.h"), ("list()", "builtins.list")]


def test_calls_of_openwebui_through_an_attribute() -> None:
    calls = calls_of(
        "from open_webui.models.users import Users\nfrom other import Chats\n"
        "class A:\n  def __init__(self):\n    self.users, self.n = Users, 1\n    self.table = Users\n    self.chats = Chats\n"
        "  def f(self):\n    Users.a()\n    self.table.b()\n    self.users.c()\n    self.chats.d()\n"
    )
    names = [names for _, names in calls.of_openwebui]
    assert names == [("open_webui.models.users.Users.a",), ("open_webui.models.users.Users.b",)]


@pytest.mark.parametrize(
    ("line", "awaited", "returned"),
    [
        ("await call()", True, False),
        ("await (x or call())", True, False),
        ("await (call() or x)", False, False),
        ("await (call() if x else y)", True, False),
        ("await take(call())", False, False),
        ("return call()", False, True),
        ("return x or call()", False, True),
        ("return (x, call())", False, False),
        ("y = lambda: call()", False, True),
    ],
)
def test_what_takes_a_result_on_the_spot(line: str, awaited: bool, returned: bool) -> None:
    calls = calls_of(in_function(line))
    call = call_in(calls)
    assert (calls.is_awaited(call), calls.is_returned(call)) == (awaited, returned)
