"""States of files and folders: what their entries say, which changes when they do. Nothing is read.

A run of the command that keeps its answer looks at each state once, before it reads the file: a file that changes
afterwards is then found changed by the next run, whatever this one read.
"""

from __future__ import annotations

import os
import time

from owui_lint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

State = tuple[int, ...]
"""Time of modification, time of change (nanoseconds since the epoch), mode, size, inode; of a link, these of its target
and both times of its own."""
SIZE = 3  # its place in a state

# What changed this shortly ago may change again without its times moving on: kernels count in steps of up to 10 ms,
# some file systems in seconds.
_CLOCK_STEP = 50_000_000  # nanoseconds
_COARSE_CLOCK_STEP = 2_000_000_000
_SECOND = 1_000_000_000

#: Folders that nobody writes plugins in, whatever git knows of them.
SKIPPED_FOLDERS = frozenset({".git", ".owui-lint-cache", "node_modules", "__pycache__"})

_seen: dict[str, State | None] | None = None


def remember() -> None:
    """Start to look at each state only once, until ``forget``. Only for a run that does not write to what it reads."""
    global _seen
    _seen = {}


def forget() -> None:
    """Forget the states that were seen, and look anew each time."""
    global _seen
    _seen = None


def of_status(status: os.stat_result) -> State:
    """Return the state of an entry that is no link, by its status."""
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_mode, status.st_size, status.st_ino)


def state(path: str) -> State | None:
    """Return the state of an entry; ``None`` where there is none."""
    if _seen is None:
        return _look(path)
    try:
        return _seen[path]
    except KeyError:
        found = _seen[path] = _look(path)
        return found


def _look(path: str) -> State | None:
    try:
        status = os.lstat(path)
        if status.st_mode & 0o170000 != 0o120000:
            return of_status(status)
        return (*of_status(os.stat(path)), status.st_mtime_ns, status.st_ctime_ns)
    except (OSError, ValueError):
        return None


def is_settled(state: State, moment: int) -> bool:
    """Tell whether a state that was seen at ``moment`` (nanoseconds since the epoch) or later can be relied upon: that
    a change after ``moment`` would have given another one."""
    if len(state) == 5 and max(state[0], state[1]) <= moment - _COARSE_CLOCK_STEP:
        return True
    times = (*state[:2], *state[5:])
    is_coarse = not any(time % _SECOND for time in times)
    return max(times) <= moment - (_COARSE_CLOCK_STEP if is_coarse else _CLOCK_STEP)


def settled_state(path: str) -> State | None:
    """Return the state of a regular file if it can be relied upon from now on."""
    now = time.time_ns()
    found = state(path)
    if found is None or len(found) != 5 or found[2] & 0o170000 != 0o100000:
        return None
    return found if is_settled(found, now) else None


def upwards(folder: str) -> Iterator[str]:
    """Yield a folder and all that it lies in, from the inside out."""
    while True:
        yield folder
        around = os.path.dirname(folder)
        if around == folder:
            return
        folder = around


def is_below(path: str | os.PathLike[str], root: str | os.PathLike[str]) -> bool:
    """Tell whether what a path leads to, links followed, lies in the folder ``root``."""
    top = os.path.realpath(root)
    try:
        return os.path.commonpath([os.path.realpath(path), top]) == top
    except ValueError:  # on different drives
        return False


def walk(top: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each folder with the names of its folders and of its other entries, as ``os.walk`` does; links are not followed.

    What the receiver takes out of the folders' names is not entered. ``os.walk`` calls itself per level (until Python
    3.12): a tree of a thousand levels would end it.
    """
    pending = [top]
    while pending:
        folder = pending.pop()
        names: list[str] = []
        others: list[str] = []
        links: set[str] = set()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    try:
                        is_folder = entry.is_dir()
                    except OSError:
                        is_folder = False  # a link to itself
                    (names if is_folder else others).append(entry.name)
                    if entry.is_symlink():
                        links.add(entry.name)
        except OSError:
            continue  # a folder that cannot be read, or whose path is too long, has nothing to say
        yield folder, names, others
        pending += [os.path.join(folder, name) for name in reversed(names) if name not in links]


def paths_below(folders: Iterable[str]) -> list[str]:
    """Return the files and folders below some folders, and these themselves; without compiled modules."""
    found: list[str] = []
    for top in folders:
        for folder, names, files in walk(top):
            names[:] = [name for name in names if name != "__pycache__"]
            found.append(folder)
            found += [os.path.join(folder, name) for name in files]
    return found
