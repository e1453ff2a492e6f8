"""What the functions of a module do with the values that they are given."""

from __future__ import annotations

import pytest

from tests.repository.support_calls import in_function, is_lost


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
        assert is_lost("\n".join(receiver) + "\n" + in_function(*lines)) is lost
