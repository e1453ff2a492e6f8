"""What lies beside the files of the repository: paths that are there, or would be, without being part of it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from owui_lint import TYPE_CHECKING
from owui_lint.repository.git import GitError

if TYPE_CHECKING:
    from owui_lint.repository import Repository


def has_folder(repository: Repository, path: str) -> bool:
    """Tell whether a folder lies at a path on disk, be it one without any file of the repository."""
    return path in repository.folders or os.path.isdir(os.path.join(repository.root, path))


def ignored(repository: Repository, paths: Iterable[str]) -> set[str]:
    """Return those of some paths that git ignores, or at which something lies that is no part of the repository."""
    asked = set(paths)
    there = {path for path in asked if os.path.lexists(os.path.join(repository.root, path))}
    rest = sorted(path for path in asked - there if path.isprintable())
    return there.union(repository.facts.of_all.entry("ignored", tuple(rest), lambda: _ask_git(repository, rest)))


def _ask_git(repository: Repository, paths: list[str]) -> list[str]:
    """Return those of the paths that git ignores."""
    if not paths:
        return []
    try:
        out = repository.git.run("check-ignore", "-z", "--stdin", stdin="\0".join(paths).encode() + b"\0")
    except GitError:  # also git's way to say "none of them"
        return []
    return out.decode("utf-8", "replace").rstrip("\0").split("\0")
