"""What lies beside the files of the repository: paths that are there, or would be, without being part of it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from owui_lint import TYPE_CHECKING
from owui_lint.repository.git import GitError, GitSaysNo, GitTimeout
from owui_lint.repository.tree import LINKS, matches_any

if TYPE_CHECKING:
    from owui_lint.repository.tree import Tree

_SECONDS = 3.0  # for what takes git some milliseconds
_SECONDS_AGAIN = 0.5  # once it has taken longer
_MOST_SLOW = 4  # paths that take git for ever, after which nothing is known of longer ones
_MOST_REFUSALS = 8  # folders of another repository or behind a link, after which nothing is known of the rest


def has_folder(tree: Tree, path: str) -> bool:
    """Tell whether a folder lies at a path on disk, be it one without any file of the repository."""
    return path in tree.folders or os.path.isdir(os.path.join(tree.root, path))


def holds_file(tree: Tree, path: str) -> bool:
    """Tell whether something other than a folder lies at a path on disk, by exactly this name: a file system may not tell
    upper from lower case."""
    full = os.path.join(tree.root, path)
    try:
        return (
            os.path.lexists(full)
            and not os.path.isdir(full)
            and os.path.basename(full) in os.listdir(os.path.dirname(full))
        )
    except (OSError, ValueError):
        return False


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


class _PartlyKnown(Exception):
    """Of some paths git could not tell in time whether it ignores them; of the others it did."""

    def __init__(self, ignored: list[str], unknown: list[str], error: GitTimeout) -> None:
        super().__init__()
        self.ignored = ignored
        self.unknown = unknown
        self.error = error


def ignored(tree: Tree, paths: Iterable[str]) -> set[str]:
    """Return those of some paths that git ignores or the configuration excludes, at which something lies that is no part of
    the repository, or which the work tree was not given; and those of which git cannot tell that in time, which the tree takes note of."""
    asked = set(paths)
    there = {path for path in asked if os.path.lexists(os.path.join(tree.root, path))}
    away = sorted(asked - there)
    there.update(tree.facts.of_all.entry("left out among", tuple(away), lambda: sorted(left_out(tree, away))))
    there.update(path for path in asked - there if matches_any(path, tree.config["exclude"]))
    rest = sorted((path for path in asked - there if path.isprintable()), key=lambda path: (len(path), path))
    try:
        return there.union(tree.facts.of_all.entry("ignored", tuple(rest), lambda: _ask_git(tree, rest)))
    except _PartlyKnown as found:  # nothing is kept of it
        tree.unjudged_links.update(found.unknown)
        tree.note_untold(LINKS, found.error)
        return there.union(found.ignored, found.unknown)


def left_out(tree: Tree, paths: Iterable[str]) -> set[str]:
    """Return those of some paths that git's index knows and that need not lie on disk."""
    from owui_lint import gitindex

    top = tree.git.top_level() if paths else None
    if top is None:
        return set()
    prefix = os.path.relpath(os.path.abspath(tree.root), top).replace(os.sep, "/")
    named = {path if prefix == "." else f"{prefix}/{path}": path for path in paths}
    return {named[path] for path in gitindex.left_out(top, named)}


def _ask_git(tree: Tree, paths: list[str]) -> list[str]:
    """Return those of the paths that git ignores, or refuses to judge: they lie in another repository within this one, or
    behind a symbolic link.

    A pattern with many stars takes git for ever, over a long path sooner than over a short one: ``paths`` come in the order
    of their length, and one that is not judged in time is left out. Raises ``_PartlyKnown`` where there was one.
    """
    rest, found, unknown = paths, list[str](), list[str]()
    refusals, late = 0, list[GitTimeout]()
    while rest and refusals < _MOST_REFUSALS and len(late) < _MOST_SLOW:
        try:
            out = tree.git.run(
                *("check-ignore", "-z", "--stdin", "--verbose", "--non-matching"),
                stdin="\0".join(rest).encode() + b"\0",
                seconds=_SECONDS_AGAIN if late else _SECONDS,
            )
        except GitTimeout as error:
            late.append(error)
            judged = _judged(error.output)
            found += [path for path, is_ignored in judged if is_ignored]
            unknown += rest[len(judged) : len(judged) + 1]
            rest = rest[len(judged) + 1 :]
        except GitSaysNo:  # to all of them
            rest = []
        except GitError as error:
            # One path that git refuses keeps it from judging all others.
            named = max((path for path in rest if f"'{path}'" in str(error)), key=len, default=None)
            if named is None:
                break
            refusals += 1
            beside = [path for path in rest if _lies_beside(path, named)]
            found += beside
            rest = [path for path in rest if path not in beside]
        else:
            found += [path for path, is_ignored in _judged(out) if is_ignored]
            rest = []
    if late:
        raise _PartlyKnown(found, unknown + rest, late[0])
    return found + rest if refusals == _MOST_REFUSALS else found


def _judged(out: bytes) -> list[tuple[str, bool]]:
    """Return the paths that git has judged, and whether it ignores each: behind file, line and pattern that decide that, all
    empty where none does. Of what was cut off, the whole ones."""
    fields = out.decode("utf-8", "replace").split("\0")[:-1]
    whole = len(fields) // 4 * 4
    pairs = zip(fields[2:whole:4], fields[3:whole:4], strict=True)
    return [(path, pattern != "" and not pattern.startswith("!")) for pattern, path in pairs]


def _lies_beside(path: str, other: str) -> bool:
    """Whether a path is another one, or lies in its folder or below that."""
    return path == other or ("/" in other and path.startswith(other[: other.rfind("/") + 1]))
