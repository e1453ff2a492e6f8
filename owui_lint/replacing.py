"""What a run must not write over: git's own files, and files that somebody else wrote."""

from __future__ import annotations

import os
from collections.abc import Callable

from owui_lint.config import TOML_NAME, YAML_NAME
from owui_lint.errors import UsageError
from owui_lint.gitdirectory import is_git_directory
from owui_lint.repository.git import Git, GitError
from owui_lint.session import Session
from owui_lint.states import is_below, upwards
from owui_lint.text import printable

_MOST_READ = 64 * 1024 * 1024  # bytes of a file that is looked at; a larger one is nothing of ours
_GIT = ".git"
_Path = str | os.PathLike[str]


def holding(mark: bytes) -> Callable[[str, bytes], bool]:
    """Return what tells files of ours by what stands in them, whatever they are called."""
    return lambda path, data: mark in data


def refuse_foreign(
    session: Session, path: _Path, option: str, is_ours: Callable[[str, bytes], bool], *, anywhere: bool = False
) -> None:
    """Raise ``UsageError``, naming ``option``, where writing to ``path`` would destroy something.

    That is any file of a git directory and, in the work tree (``anywhere``: also outside of it), a file that says something
    and is no earlier one of what is written, which ``is_ours`` tells by its path and content.
    """
    refuse_git_directory(path, option)
    top = Git(session.root).top_level() or os.fspath(session.root)
    if _leads_through_link(path, top):
        return  # nothing is written through links of the repository: that is said by whoever writes
    target, shown = os.path.realpath(path), printable(os.fspath(path))
    if not (anywhere or is_below(target, top)) or not os.path.isfile(target):
        return
    data = _content(target)
    if data is None or (not data.strip() and not _is_checked(session, target)) or is_ours(target, data):
        return
    if _is_checked(session, target):
        raise UsageError(
            f"{option}: {shown} is one of the files that are checked: it is not written over.",
            f"{option}：{shown} 是被检查的文件之一，不会被覆盖。",
        )
    raise UsageError(
        f"{option}: {shown} exists and holds something else: it is not written over.",
        f"{option}：{shown} 已存在且是其他内容，不会被覆盖。",
    )


def _leads_through_link(path: _Path, top: str) -> bool:
    """Whether a path of a work tree is a link, or lies behind one that leads out of it."""
    folder, written = os.path.dirname(path) or ".", os.path.abspath(path)
    if is_below(folder, top):
        return os.path.islink(path)
    return any(written.startswith(os.path.join(one, "")) for one in (top, os.path.realpath(top)))


def refuse_git_directory(path: _Path, option: str) -> None:
    """Raise ``UsageError``, naming ``option``, where ``path`` lies in a git directory, or is one, or leads to one."""
    written, target = os.path.abspath(path), os.path.realpath(path)
    named = {part.casefold() for part in (*written.split(os.sep), *target.split(os.sep))}
    if _GIT in named or any(map(is_git_directory, upwards(target))):
        shown = printable(os.fspath(path))
        raise UsageError(
            f"{option}: {shown} lies in git's own folder: nothing is written there.",
            f"{option}：{shown} 位于 git 自身的目录中，不会写入。",
        )


def is_tracked(path: str) -> bool:
    """Tell whether git has a file, or may have it: where git cannot say, it may."""
    git = Git(os.path.dirname(path))
    if git.top_level() is None:
        return False
    try:
        return bool(git.run("--literal-pathspecs", "ls-files", "-z", "--cached", "--", os.path.basename(path)))
    except GitError:
        return True


def _is_checked(session: Session, target: str) -> bool:
    """Whether a file is one that the repository is checked by."""
    root = os.path.realpath(session.root)
    checked = (*session.repository.relevant_paths, YAML_NAME, TOML_NAME)
    return target in {os.path.join(root, name) for name in checked}


def _content(path: str) -> bytes | None:
    """What a file holds; nothing of one that cannot be read, which whoever writes says why."""
    try:
        with open(path, "rb") as stream:
            return stream.read(_MOST_READ)
    except OSError:
        return None
