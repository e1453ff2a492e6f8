"""What becomes of a call's result, and which functions run in a thread."""

from __future__ import annotations

import ast

import pytest

from owui_lint.repository.calls import Calls
from owui_lint.repository.code import CodeIndex


def calls_of(source: str) -> Calls:
    return Calls(CodeIndex(ast.parse(source)))


def in_function(*lines: str) -> str:
    return "async def f():\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("lines", "lost"),
    [
        (["call()"], True),
        (["await call()"], False),
        (["x = await call()"], False),
        (["x = call()"], True),
        (["x = call()", "await x"], False),
        (["x = call()", "return x"], False),
        (["x = call()", "if x:", "    pass"], True),
        (["x = call()", "if x:", "    await x"], False),
        (["x = call()", "print(x.name)"], True),
        (["x = call()", "y = x"], True),
        (["x = call()", "self.y = x"], False),
        (["x = call()", "y = x", "await y"], False),
        (["x = call()", "y = x", "while y and getattr(y, 'z'):", "    y = x.w"], True),
        (["x = call()", "y = x", "x.name"], True),
        (["x = call()", "x = 1", "x.real"], False),
        (["x = call()", "def g():", "    return x.name"], True),
        (["x = call()", "await wrap(x)"], False),
        (["x = call()", "wrap(x)"], False),
        (["call().name"], True),
        (["call()['name']"], True),
        (["if call():", "    pass"], True),
        (["for x in call():", "    pass"], True),
        (["print(f'{call()}')"], True),
        (["return call()"], False),
        (["x = call() or 1"], True),
        (["x = await (call() if y else call())"], False),
        (["x = [call() for _ in y]"], False),
        (["asyncio.gather(call(), call())"], False),
        (["asyncio.create_task(call())"], False),
        (["len(call())"], True),
        (["data.update(call())"], True),
        (["self.x = call()"], False),
        (["x, y = call()"], False),
        (["global x", "x = call()"], False),
    ],
)
def test_loses_coroutine(lines: list[str], lost: bool) -> None:
    calls = calls_of(in_function(*lines))
    call = next(call for call in calls.index.of(ast.Call) if getattr(call.func, "id", "") == "call")
    assert (not calls.is_awaited(call) and calls.loses_coroutine(call)) is lost


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
    ("lines", "tolerant"),
    [
        (["call()"], False),
        (["if inspect.isawaitable(x): pass", "call()"], True),
        (["if OPENWEBUI_VERSION >= (0, 9): pass", "call()"], True),
        (["x = 1 if IS_ASYNC else 2", "call()"], True),
        (["if x: pass", "call()"], False),
    ],
)
def test_tolerant(lines: list[str], tolerant: bool) -> None:
    calls = calls_of(in_function(*lines))
    assert calls.is_tolerant(calls.index.of(ast.Call)[-1]) is tolerant
