"""By which names a module knows what sends events: of many helpers, all or none."""

from __future__ import annotations

import ast

import pytest

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.senders import names_of


@pytest.mark.parametrize(("helpers", "followed"), [(60, 60), (500, 500), (501, 0)])
def test_all_helpers_are_followed_or_none(helpers: int, followed: int) -> None:
    lines = ["async def outlet(self, body, __event_emitter__=None):", "    tell = __event_emitter__"]
    lines += [f"    await show{number}(tell)" for number in range(helpers)]
    lines += [f"async def show{number}(send{number}):\n    send{number}({{}})" for number in range(helpers)]
    found = [name for name, _ in names_of(CodeIndex(ast.parse("\n".join(lines))), "__event_emitter__")]
    assert found[:2] == ["__event_emitter__", "tell"]
    assert len(found) == 2 + followed
