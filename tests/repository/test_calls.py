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
    ("receiver", "lost"),
    [
        (["def take(x, y):", "    return x.name"], True),
        (["async def take(x, y):", "    return f'{x}'"], True),
        (
            [
                "def take(x, y):",
                "    log.info('%s', x)",
                "    return show(y, x)",
                "def show(y, z):",
                "    return z.name",
            ],
            True,
        ),
        (["def take(x, y):", "    def inner():", "        return x.name", "    return inner"], True),
        (["async def take(x, y):", "    x = await x", "    return x.name"], False),
        (["async def take(x, y):", "    z = await x", "    return z.name"], False),
        (["async def take(x, y):", "    print(x.name)", "    return await x"], False),
        (
            ["async def take(x, y):", "    if inspect.isawaitable(x):", "        return await x", "    return x.name"],
            False,
        ),
        (["def take(x, y):", "    log.info(x.__name__)", "    return asyncio.gather(x, y)"], False),
        (["def take(x, y):", "    log.info(f'{x}')", "    return pool.submit(asyncio.run, x)"], False),
        (["def take(x, y):", "    keep(x)", "    return x.name"], False),
        (["def take(x, y):", "    return x"], False),
        (["def take(x, y):", "    return 1"], False),
        (["def take(*x):", "    return x.name"], False),
        (["@cache", "def take(x, y):", "    return x.name"], False),
        (["def take(x, y):", "    return take(x, y) or x.name"], False),
        (["def take(x, y):", "    return x.name", "def take(x, y):", "    return 1"], False),
        (["from other import take", "def take(x, y):", "    return x.name"], False),
    ],
)
def test_what_a_function_of_the_module_does_with_a_coroutine(receiver: list[str], lost: bool) -> None:
    for lines in (["return take(call(), 1)"], ["x = call()", "if x is None:", "    return", "return take(y=1, x=x)"]):
        calls = calls_of("\n".join(receiver) + "\n" + in_function(*lines))
        call = next(call for call in calls.index.of(ast.Call) if getattr(call.func, "id", "") == "call")
        assert calls.loses_coroutine(call) is lost


@pytest.mark.parametrize(
    ("lines", "lost"),
    [
        (["d = {}", "d['x'] = call()", "return d['x'].name"], True),
        (["d = {'y': 1}", "d['x'] = call()", "d['y'] = 2", "return d.get('x').name"], True),
        (["d = {'x': call()}", "return show(d)"], True),
        (["d = Data(x=call())", "return d.x.name"], True),
        (["d = Data(call(), 1)", "print(d.y)", "return d.x.name"], True),
        (["d = {}", "d['x'] = call()", "d['x'] = await d['x']", "return d['x'].name"], False),
        (["d = {}", "d['x'] = call()", "await resolve(d)", "return d['x'].name"], False),
        (["d = {}", "d['x'] = call()", "for k in d:", "    d[k] = await d[k]", "return d['x'].name"], False),
        (["d = {}", "d['x'] = call()", "d['x'] = load()", "return d['x'].name"], False),
        (["d = {}", "d['x'] = call()", "return d"], False),
        (["d = load()", "d['x'] = call()", "return d['x'].name"], False),
        (["d = {'x': call()}", "return d['y'].name"], False),
        (["d = Data(x=call())", "await d.load()", "return d.x.name"], False),
        (["d = Data(x=call())", "d.x = await d.x", "return d.x.name"], False),
        (["d = Other(x=call())", "return d.x.name"], False),
    ],
)
def test_what_becomes_of_a_part(lines: list[str], lost: bool) -> None:
    source = "@dataclass\nclass Data:\n    x: int\n    y: int = 0\n    async def load(self): ...\nclass Other: ...\n"
    calls = calls_of(source + "def show(data):\n    return data['x'].name\n" + in_function(*lines))
    call = next(call for call in calls.index.of(ast.Call) if getattr(call.func, "id", "") == "call")
    assert calls.loses_coroutine(call) is lost


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
