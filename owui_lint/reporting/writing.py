"""Reports written to files: in the work tree through no link, since a pull request may bring links; elsewhere as asked."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from owui_lint.errors import UsageError, reason_of
from owui_lint.finding import Message
from owui_lint.repository.git import Git
from owui_lint.sealed import replace
from owui_lint.states import is_below
from owui_lint.text import printable


def write_report(path: str, text: str, root: str | os.PathLike[str], option: str) -> None:
    """Write a report about the repository at ``root``: in its work tree as a whole or not at all; also to a pipe or a
    device outside of it. What must not be replaced is refused before (``replacing.py``).

    Raises ``UsageError``, naming ``option``, where that fails, and for a link in the work tree.
    """
    # Nothing that a file name can hold may keep a report from being written.
    data = text.encode("utf-8", "backslashreplace")
    target, shown = Path(path), printable(path)
    # Git's folder where it is the larger one: a pull request can bring links there too.
    top = Path(Git(root).top_level() or root).resolve()
    try:
        # As it is written and as it is found: either may lead through a link to the other side.
        if is_below(target.parent, top) or Path(os.path.normpath(target.absolute())).is_relative_to(top):
            _write_below(target, data, top, option)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except (OSError, ValueError) as error:
        why = reason_of(error) if isinstance(error, OSError) else Message(*[printable(str(error))] * 2)
        raise UsageError(
            f"{option}: {shown} cannot be written: {why.en}.", f"{option}：无法写入 {shown}：{why.zh}。"
        ) from error


def _write_below(target: Path, data: bytes, top: Path, option: str) -> None:
    shown = printable(str(target))
    if target.is_symlink() or not is_below(target.parent, top):
        raise UsageError(
            f"{option}: {shown} is a link, or lies behind one that leads out of the repository: nothing is written there.",
            f"{option}：{shown} 是链接，或经由链接指向仓库之外，因此不会写入。",
        )
    mode = 0o666
    if target.exists():
        mode = target.lstat().st_mode
        if not stat.S_ISREG(mode):
            raise UsageError(f"{option}: {shown} is not a regular file.", f"{option}：{shown} 不是普通文件。")
    target.parent.mkdir(parents=True, exist_ok=True)
    replace(str(target), data, mode=stat.S_IMODE(mode))
