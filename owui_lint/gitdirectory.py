"""Where git keeps what it knows of a work tree (gitrepository-layout(5)), found without starting git."""

from __future__ import annotations

import os

_MARK = b"gitdir: "
_LONGEST = 4096  # bytes of a path
_LARGEST = 65_536  # bytes of one of git's small files


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


def head_and_settings(folder: str) -> tuple[str, str] | None:
    """Return the texts of git's ``HEAD`` and ``config`` of the work tree that a folder is the top of, empty where they cannot
    be read; ``None`` where it is none."""
    git = git_directory(folder)
    if git is None:
        return None
    common = os.path.join(git, _text(os.path.join(git, "commondir")).strip())
    return _text(os.path.join(git, "HEAD")), _text(os.path.join(common, "config"))


def _text(path: str) -> str:
    try:
        if not os.path.isfile(path):
            return ""
        with open(path, "rb") as stream:
            return stream.read(_LARGEST).decode("utf-8", "replace").replace("\r\n", "\n")
    except (OSError, ValueError):
        return ""
