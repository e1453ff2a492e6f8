"""Which coroutines are lost: on the spot, in a list, by callers."""

from __future__ import annotations

import pytest

from owui_lint.repository.python.coroutines import Coroutines
from tests.repository.support_calls import call_in, calls_of, in_function, is_lost


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
        (["x, y = call()"], True),
        (["x, y = call(), 1", "await x"], False),
        (["x, y = await call()"], False),
        (["x = {**call()}"], True),
        (["x = dict(y=call())"], False),
        (["x = dict(**call())"], True),
        (["global x", "x = call()"], False),
    ],
)
def test_is_lost(lines: list[str], lost: bool) -> None:
    assert is_lost(in_function(*lines)) is lost


@pytest.mark.parametrize(
    ("lines", "lost"),
    [
        (["x = [call() for _ in y]", "for z in x:", "    z.name"], True),
        (["x = [call() for _ in y]", "print(len(x))", "return [z.name for z in x]"], True),
        (["x = [call() for _ in y]", "for z in x:", "    await z"], False),
        (["x = [call() for _ in y]", "await asyncio.gather(*x)"], False),
        (["x = [call() for _ in y]", "x = []", "for z in x:", "    z.name"], False),
    ],
)
def test_a_list_of_coroutines(lines: list[str], lost: bool) -> None:
    assert is_lost(in_function(*lines)) is lost


@pytest.mark.parametrize(
    ("source", "passed_on"),
    [
        ("async def get():\n    return call()\nasync def f():\n    return (await get()).name\n", True),
        ("async def get():\n    return call()\nasync def f():\n    return (await (await get())).name\n", False),
        ("async def get():\n    return call()\nasync def f():\n    x = await get()\n    await x\n", False),
        ("@tried\nasync def get():\n    return call()\nasync def f():\n    return (await get()).name\n", False),
        ("async def get():\n    return await call()\nasync def f():\n    return (await get()).name\n", False),
        ("def get():\n    return call()\ndef f():\n    return get().name\n", True),
        ("def get():\n    return call()\nasync def f():\n    return (await get()).name\n", False),
        ("def get():\n    return call()\ndef f():\n    return get().name\nwork(get)\n", False),
        ("def get():\n    return call()\n", False),
    ],
)
def test_what_is_handed_back_to_callers(source: str, passed_on: bool) -> None:
    calls = calls_of(source)
    assert Coroutines(calls).is_passed_on(call_in(calls), ()) is passed_on


def test_a_function_that_others_call_too() -> None:
    for word, passed_on in (("async def", True), ("def", False)):
        calls = calls_of(f"{word} get():\n    return call()\n")
        assert Coroutines(calls).is_passed_on(call_in(calls), {calls.index.functions[0]}) is passed_on


@pytest.mark.parametrize(
    ("lines", "twice"),
    [
        (["await (await call())"], True),
        (["x = await call()", "await x"], True),
        (["x = await call()", "await asyncio.gather(x)"], True),
        (["x = await call()", "return x"], False),
        (["await call()"], False),
        (["x = call()", "await x"], False),
    ],
)
def test_what_is_awaited_twice(lines: list[str], twice: bool) -> None:
    calls = calls_of(in_function(*lines))
    assert Coroutines(calls).is_awaited_twice(call_in(calls)) is twice
