"""Modules written out for tests of what becomes of a call."""

from __future__ import annotations

import ast

from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.coroutines import Coroutines


def calls_of(source: str) -> Calls:
    return Calls(CodeIndex(ast.parse(source)))


def in_function(*lines: str) -> str:
    return "async def f():\n" + "".join(f"    {line}\n" for line in lines)


def call_in(calls: Calls) -> ast.Call:
    """The first call of ``call``."""
    return next(one for one in calls.index.of(ast.Call) if getattr(one.func, "id", "") == "call")


def is_lost(source: str) -> bool:
    """Whether the coroutine that ``call()`` gives is lost."""
    calls = calls_of(source)
    call = call_in(calls)
    return not calls.is_awaited(call) and Coroutines(calls).is_lost(call)
