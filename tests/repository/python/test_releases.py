"""What in a module depends on the release of OpenWebUI that it runs on."""

from __future__ import annotations

import ast

import pytest

from tests.repository.support_calls import calls_of, in_function


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
