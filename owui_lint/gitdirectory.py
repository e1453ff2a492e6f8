"""Where git keeps what it knows of a work tree (gitrepository-layout(5)), found without starting git."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator

from owui_lint.states import upwards, walk

_MARK = b"gitdir: "
_OF_GIT = ("HEAD", "objects", "refs")  # what every git directory has
_LONGEST = 4096  # bytes of a path
_LARGEST = 65_536  # bytes of one of git's small files
_MOST_LOOKED_AT = 200_000  # entries of folders
# What git reads of any folder of a work tree.
_OF_FOLDERS = frozenset({".gitignore", ".gitattributes", ".gitmodules", ".mailmap"})


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


def is_git_directory(folder: str) -> bool:
    """Tell whether a folder is a git directory itself: a bare repository, or the ``.git`` of another one."""
    return all(os.path.exists(os.path.join(folder, name)) for name in _OF_GIT)


def head_and_settings(folder: str) -> tuple[str, str] | None:
    """Return the texts of git's ``HEAD`` and ``config`` of the work tree that a folder is the top of, empty where they cannot
    be read; ``None`` where it is none."""
    git = git_directory(folder)
    if git is None:
        return None
    common = os.path.join(git, _text(os.path.join(git, "commondir")).strip())
    return _text(os.path.join(git, "HEAD")), _text(os.path.join(common, "config"))


def own_git_directory(folder: str) -> str | None:
    """Return the git directory of the work tree at ``folder`` if it is this work tree's own, so that something may be
    written there; else ``None``.

    It is a folder in the work tree, that of a linked work tree, whose ``gitdir`` points back, or that of a submodule,
    which lies below the superproject's. A stranger's ``.git`` may name any folder besides.
    """
    mark = os.path.join(folder, ".git")
    git = git_directory(folder)
    if git is None or os.path.islink(mark) or not os.path.isfile(os.path.join(git, "HEAD")):
        return None
    if os.path.isdir(mark):
        return git
    back = _text(os.path.join(git, "gitdir")).strip()
    if back and "\0" not in back and os.path.realpath(os.path.join(git, back)) == os.path.realpath(mark):
        return git
    above = os.path.dirname(os.path.abspath(folder))
    around = next((one for one in upwards(above) if os.path.lexists(os.path.join(one, ".git"))), None)
    owner = own_git_directory(around) if around is not None else None
    is_submodule = owner is not None and _is_below(git, os.path.join(owner, "modules"))
    return git if is_submodule else None


def _is_below(path: str, folder: str) -> bool:
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))


def is_partial_clone(folder: str) -> bool:
    """Tell whether git may lack contents of the repository that a folder is the top of: it fetches them when it needs them."""
    return "promisor = true" in (head_and_settings(folder) or ("", ""))[1]


def no_plain_file(top: str) -> str | None:
    """Return what git reads of a work tree and is a pipe or a device, relative to its top; ``None`` where there is nothing of
    the kind."""
    settings = (head_and_settings(top) or ("", ""))[1]
    git = git_directory(top) or os.path.join(top, ".git")
    common = os.path.join(git, _text(os.path.join(git, "commondir")).strip())
    for number, path in enumerate(_read_by_git(top, dict.fromkeys((git, common)), settings)):
        if number > _MOST_LOOKED_AT:
            break
        if _is_special(path):
            return os.path.relpath(path, top).replace(os.sep, "/")
    return None


def _read_by_git(top: str, own: Iterable[str], settings: str) -> Iterator[str]:
    for place in own:
        for folder, _, others in walk(place):
            yield from (os.path.join(folder, name) for name in others)
    for folder, names, others in walk(top):
        names[:] = [name for name in names if name != ".git"]
        yield from (os.path.join(folder, name) for name in others if name in _OF_FOLDERS or name in settings)


def _is_special(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    # Sockets cannot be opened at all, and git keeps one itself.
    is_endless = stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode)
    return is_endless and os.path.realpath(path) != os.devnull


def _text(path: str) -> str:
    try:
        if not os.path.isfile(path):
            return ""
        with open(path, "rb") as stream:
            return stream.read(_LARGEST).decode("utf-8", "replace").replace("\r\n", "\n")
    except (OSError, ValueError):
        return ""
