"""Where git keeps what it knows of a work tree (gitrepository-layout(5)), found without starting git."""

from __future__ import annotations

import os

_MARK = b"gitdir: "
_LONGEST = 4096  # bytes of a path


def git_directory(folder: str) -> str | None:
    """Return the git directory that the ``.git`` in a folder stands for; ``None`` where there is none of git's.

    That is a folder with a ``HEAD``, or the file of a submodule or a linked work tree, which names one that need not be
    there. Of a stranger's file no more is read than it takes to see that.
    """
    path = os.path.join(folder, ".git")
    try:
        if os.path.isfile(os.path.join(path, "HEAD")):
            return path
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as stream:
            named = stream.read(_LONGEST).rstrip(b"\r\n") if stream.read(len(_MARK)) == _MARK else b""
    except OSError:
        return None
    return os.path.join(folder, os.fsdecode(named)) if named and b"\0" not in named else None
