"""What two files of code have in common: the same plugin may be written in two languages."""

from __future__ import annotations

import ast
from binascii import crc32

from owui_lint import TYPE_CHECKING

if TYPE_CHECKING:
    from owui_lint.repository.python.module import Module

_MOST = 0.8


def shape_of(module: Module) -> str:
    """Return how much a module offers: of each class how many functions and fields it has, and of the module how many
    functions; "" where it is no Python.

    A copy in another language has other texts, and now and then other names, of valves too; one that was left behind
    lacks what came since.
    """
    return "; ".join(sorted(_offers(module.tree.body, ""))) if module.tree is not None else ""


def _offers(body: list[ast.stmt], name: str) -> list[str]:
    functions = sum(isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) for one in body)
    fields = sum(isinstance(one, ast.AnnAssign) for one in body) if name else 0
    found = [f"{name or 'module'}: {functions} functions, {fields} fields"]
    for one in body:
        if isinstance(one, ast.ClassDef):
            found += _offers(one.body, f"{name}.{one.name}" if name else one.name)
    return found


def is_made_of(part: Module, whole: Module) -> bool:
    """Tell whether most of a module's lines stand in another one: it is a copy of that, or what that was made of."""
    lines = _lines(part)
    return bool(lines) and len(lines & _lines(whole)) >= _MOST * len(lines)


def _lines(module: Module) -> frozenset[int]:
    """Digests of a module's lines that hold words, without their indents."""
    file = module.file

    def make() -> list[int]:
        lines = (line.strip() for line in file.text.splitlines())
        return sorted(
            {crc32(line.encode("utf-8", "backslashreplace")) for line in lines if any(map(str.isalpha, line))}
        )

    return frozenset(file.facts.plain("digests of lines", make))
