"""What lies beside the files of the repository: paths that are there, or would be, without being part of it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from owui_lint import TYPE_CHECKING
from owui_lint.repository.git import GitError, GitTimeout

if TYPE_CHECKING:
    from owui_lint.repository.tree import Tree

_SECONDS = 3.0  # for what takes git some milliseconds
_MOST_REFUSALS = 8  # folders of another repository or behind a link, after which nothing is known of the rest


def has_folder(tree: Tree, path: str) -> bool:
    """Tell whether a folder lies at a path on disk, be it one without any file of the repository."""
    return path in tree.folders or os.path.isdir(os.path.join(tree.root, path))


def is_link_to(tree: Tree, path: str, others: Iterable[str]) -> bool:
    """Tell whether what lies at a path on disk is a symbolic link to one of some other files of the repository."""
    full = os.path.join(tree.root, path)
    if not os.path.islink(full):
        return False
    target = os.path.realpath(full)
    return any(target == os.path.realpath(os.path.join(tree.root, one)) for one in others if one != path)


def link_target(tree: Tree, path: str) -> str | None:
    """Return what the symbolic link at a path on disk says that it leads to; ``None`` where there is none."""
    try:
        return os.readlink(os.path.join(tree.root, path))
    except (OSError, ValueError):
        return None


def ignored(tree: Tree, paths: Iterable[str]) -> set[str]:
    """Return those of some paths that git ignores, at which something lies that is no part of the repository, or which the
    work tree was not given."""
    asked = set(paths)
    there = {path for path in asked if os.path.lexists(os.path.join(tree.root, path))}
    there |= _left_out(tree, asked - there)
    rest = sorted(path for path in asked - there if path.isprintable())
    try:
        return there.union(tree.facts.of_all.entry("ignored", tuple(rest), lambda: _ask_git(tree, rest)))
    except GitTimeout:
        return asked  # nothing is known of them, and nothing is kept


def _left_out(tree: Tree, paths: Iterable[str]) -> set[str]:
    """Return those of some paths that git's index knows and that need not lie on disk."""
    from owui_lint.gitindex import left_out

    top = tree.git.top_level() if paths else None
    if top is None:
        return set()
    prefix = os.path.relpath(os.path.abspath(tree.root), top).replace(os.sep, "/")
    named = {path if prefix == "." else f"{prefix}/{path}": path for path in paths}
    return {named[path] for path in left_out(top, named)}


def _ask_git(tree: Tree, paths: list[str]) -> list[str]:
    """Return those of the paths that git ignores, or refuses to judge: they lie in another repository within this one, or
    behind a symbolic link. Raises ``GitTimeout``: a pattern with many stars takes git for ever."""
    rest, refused = paths, list[str]()
    for _ in range(_MOST_REFUSALS):
        if not rest:
            return refused
        try:
            asked = "\0".join(rest).encode() + b"\0"
            out = tree.git.run("check-ignore", "-z", "--stdin", stdin=asked, seconds=_SECONDS)
        except GitTimeout:
            raise
        except GitError as error:  # also git's way to say "none of them"
            # One path that git refuses keeps it from judging all others.
            named = max((path for path in rest if f"'{path}'" in str(error)), key=len, default=None)
            if named is None:
                return refused
            beside = [path for path in rest if _lies_beside(path, named)]
            refused += beside
            rest = [path for path in rest if path not in beside]
            continue
        return refused + out.decode("utf-8", "replace").rstrip("\0").split("\0")
    return refused + rest


def _lies_beside(path: str, other: str) -> bool:
    """Whether a path is another one, or lies in its folder or below that."""
    return path == other or ("/" in other and path.startswith(other[: other.rfind("/") + 1]))
