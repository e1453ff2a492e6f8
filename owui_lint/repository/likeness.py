"""What two files of code have in common: the same code may speak two languages."""

from __future__ import annotations

import ast
import hashlib
from binascii import crc32

from owui_lint import TYPE_CHECKING

if TYPE_CHECKING:
    from owui_lint.repository.module import Module

_MOST = 0.8


def digest_without_texts(module: Module) -> str:
    """Return a digest of what a module's code does, whatever its texts, comments and layout say; "" where it is no Python."""
    if module.tree is None:
        return ""
    digest = hashlib.sha256()
    waiting: list[object] = [module.tree]  # a stack: trees may be deeper than Python's own
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            digest.update(b"text\n")
        elif isinstance(node, ast.AST):
            digest.update(f"{type(node).__name__}\n".encode())
            waiting += [value for _, value in ast.iter_fields(node)]
        elif isinstance(node, list):
            kept = [one for one in node if not _is_remark(one)]
            digest.update(f"{len(kept)}\n".encode())
            waiting += kept
        else:
            digest.update(f"{node!r}\n".encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def is_made_of(part: Module, whole: Module) -> bool:
    """Tell whether most of a module's lines stand in another one: it is a copy of that, or what that was made of."""
    lines = _lines(part)
    return bool(lines) and len(lines & _lines(whole)) >= _MOST * len(lines)


def _lines(module: Module) -> frozenset[int]:
    """Digests of a module's lines that hold words, without their indents."""
    file = module.file

    def make() -> list[int]:
        lines = (line.strip() for line in file.text.splitlines())
        return sorted({crc32(line.encode()) for line in lines if any(map(str.isalpha, line))})

    return frozenset(file.facts.plain("digests of lines", make))


def _is_remark(node: object) -> bool:
    """Whether a statement is nothing but a text: a docstring, or a remark."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
