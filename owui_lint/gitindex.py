"""What git's index knows and the work tree was not given (gitformat-index(5)), found without starting git: all but some
folders of a sparse checkout, and what a partial clone could not fetch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from owui_lint.gitdirectory import git_directory, is_partial_clone

_MAX_BYTES = 32 * 1024 * 1024
_MOST_READ = 400_000_000  # bytes in all: the index is read anew for each path
_LONGEST = 4096  # bytes of a path
_WITH_NAMES = (2, 3)  # the versions that write each path out
_LENGTH = 0x0FFF  # of the path, which longer ones say too
_ASSUMED, _EXTENDED = 0x8000, 0x4000  # it is not to be compared with the file; further marks follow
_LEFT_OUT = 0x4000  # among these: it is not to be in the work tree


def left_out(folder: str, paths: Iterable[str]) -> set[str]:
    """Return those of some paths below the top of a work tree at which its index has a file, or files below, that need not
    lie on disk. Where that cannot be told of a sparse checkout or a partial clone, all of them."""
    git, asked = git_directory(folder), list(paths)
    index = _index(os.path.join(git, "index")) if git is not None and asked else b""
    if git is None or not index.startswith(b"DIRC"):
        return set()
    is_partial = is_partial_clone(folder)
    if int.from_bytes(index[4:8], "big") not in _WITH_NAMES or len(asked) * len(index) > _MOST_READ:
        is_sparse = os.path.isfile(os.path.join(git, "info", "sparse-checkout"))
        return set(asked) if is_sparse or is_partial else set()
    return {path for path in asked if any(is_partial or _may_be_away(index, at) for at in _places(index, path))}


def _index(path: str) -> bytes:
    try:
        if not os.path.isfile(path):
            return b""
        with open(path, "rb") as stream:
            return stream.read(_MAX_BYTES)
    except OSError:
        return b""


def _places(index: bytes, path: str) -> Iterator[int]:
    """Yield where entries begin that are called like a path, lie below it, or are a folder left out whole that it lies in."""
    name = os.fsencode(path)
    above = [name[:end] for end in range(1, len(name)) if name[end : end + 1] == b"/"]
    for wanted in (name + b"\0", name + b"/", *(folder + b"/\0" for folder in above)):
        at = index.find(wanted)
        while at >= 0:
            if _begins(index, at):
                yield at
            at = index.find(wanted, at + 1)


def _begins(index: bytes, at: int) -> bool:
    """Whether a path begins at an offset: before it stands its length."""
    length = _length(index, at)
    return any(_number(index, at - back) & _LENGTH == length for back in (2, 4))


def _may_be_away(index: bytes, at: int) -> bool:
    """Whether the entry whose path begins at an offset says that the work tree need not have it."""
    length = _length(index, at)
    extended, plain = _number(index, at - 4), _number(index, at - 2)
    if extended & _EXTENDED and extended & _LENGTH == length:
        return bool(extended & _ASSUMED or plain & _LEFT_OUT)
    return bool(plain & _ASSUMED)


def _length(index: bytes, at: int) -> int:
    return min(index.find(b"\0", at, at + _LONGEST) - at, _LENGTH)


def _number(index: bytes, at: int) -> int:
    return int.from_bytes(index[at : at + 2], "big")
