"""What a run must not write over: files that people wrote."""

from __future__ import annotations

import os

from owui_lint.config import TOML_NAME, YAML_NAME
from owui_lint.errors import UsageError
from owui_lint.session import Session
from owui_lint.states import is_below
from owui_lint.text import printable

_HEAD = 64 * 1024  # bytes by which a file of ours is known
_Path = str | os.PathLike[str]


def refuse_checked(session: Session, path: _Path, option: str, ours: bytes) -> None:
    """Raise ``UsageError``, naming ``option``, where ``path`` is a file that the repository is checked by. One that holds
    ``ours`` near its start is an earlier one of what is written, and may be replaced."""
    if os.path.islink(path) and is_below(os.path.dirname(path) or ".", session.root):
        return  # nothing is written through links of the repository: that is said by whoever writes
    target, root = os.path.realpath(path), os.path.realpath(session.root)
    checked = {os.path.join(root, name) for name in (*session.repository.relevant_paths, YAML_NAME, TOML_NAME)}
    if target in checked and ours not in _head(target):
        shown = printable(os.fspath(path))
        raise UsageError(
            f"{option}: {shown} is one of the files that are checked: it is not written over.",
            f"{option}：{shown} 是被检查的文件之一，不会被覆盖。",
        )


def refuse_other(path: _Path, option: str, ours: bytes) -> None:
    """Raise ``UsageError``, naming ``option``, where ``path`` is a file that says something and does not hold ``ours``."""
    head = _head(path)
    if head.strip() and ours not in head:
        shown = printable(os.fspath(path))
        raise UsageError(
            f"{option}: {shown} exists and holds something else: it is not written over.",
            f"{option}：{shown} 已存在且是其他内容，不会被覆盖。",
        )


def _head(path: _Path) -> bytes:
    """The start of a file; nothing of what is none, or cannot be read: whoever writes there says why that cannot be."""
    try:
        if os.path.isfile(path):
            with open(path, "rb") as stream:
                return stream.read(_HEAD)
    except OSError:
        pass
    return b""
