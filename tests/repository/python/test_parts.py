"""What becomes of a value under a key of a dictionary, or in a field of a data object."""

from __future__ import annotations

import pytest

from tests.repository.support_calls import in_function, is_lost


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
    assert is_lost(source + "def show(data):\n    return data['x'].name\n" + in_function(*lines)) is lost
