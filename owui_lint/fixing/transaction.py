"""Write all changes or none.

1. Check every file: below the root without a symbolic link on the way, regular, writable, and still holding exactly the
   bytes that the change was planned on; and of code, that it can still be parsed with the change.
2. Write every new content to a temporary file in the folder of its target, on disk, with the target's mode and owner;
   beside it keep the old content under a second temporary name, so that undoing needs no space.
3. Replace one target after the other by renaming. A failure here puts back what was replaced, latest first.
4. Remove the temporary names.

A run that is killed at any point leaves every target whole, old or new, and perhaps temporary files, which the next run
on this root removes (see `lock`). The fixer plans again from what it then finds, so a rerun completes the work.

Hard links: replacing gives the target a file of its own; other names of the old file keep the old content. The other
way, writing into the shared file, could not be atomic and could reach out of the root.

What remains: between the last look at a target and its renaming there is a moment in which another program can change
it. Where hard links work, writing into the file in that moment is noticed and undone; replacing it by renaming is not.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from owui_lint.fixing.edits import FileChange
from owui_lint.fixing.errors import Reason, WriteError
from owui_lint.fixing.folders import Folder, Identity, Tree, identity
from owui_lint.fixing.guard import breaks_code
from owui_lint.fixing.lock import RootLock
from owui_lint.lazypattern import lazy_pattern
from owui_lint.tuples import NamedTuple

# The names of all temporary files: they are never part of a repository.
TEMPORARY = lazy_pattern(r"\.owui-lint-[0-9]+-[0-9a-f]{16}-[0-9]+-(?:new|old)\.tmp")

#: The files that this process has written for good: whoever ends it later has to know.
WRITTEN: list[str] = []

# What says before anything is planned in earnest that a file is not to be written; all else can be over in a moment.
_LASTING = {Reason.SYMLINK, Reason.READ_ONLY, Reason.NOT_REGULAR, Reason.OUTSIDE, Reason.BROKEN}

# What says that a temporary file is not there, or not where we would remove anything; all else may pass.
_GONE = {Reason.MISSING, Reason.NOT_REGULAR, Reason.SYMLINK, Reason.OUTSIDE}


class WriteResult(NamedTuple):
    """What `write_all` did; all paths are POSIX and relative to the root.

    Attributes:
        written: the files replaced or created, in the order of the changes.
        cleaned: temporary files of a killed run that were removed.
        left: temporary files that could not be removed; the next run tries again.
    """

    written: tuple[str, ...]
    cleaned: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(slots=True)
class _Step:
    """One change on its way: the temporary names, and what was found out about the files."""

    change: FileChange
    new: str
    old: str
    checked: os.stat_result | None = None
    written: Identity | None = None
    old_is_link: bool = False

    def temporaries(self) -> list[str]:
        folder = self.change.path.rpartition("/")
        return [f"{folder[0]}{folder[1]}{name}" for name in (self.new, self.old)]


def write_all(root: Path, changes: Sequence[FileChange]) -> WriteResult:
    """Bring `changes` to disk below `root`, all or none, replacing in the order given.

    Changes that change nothing are left out; when no other remain, only the temporary files of a killed run are removed
    and nothing is written or locked. New files (`before=None`) appear under their name only once they are complete.
    A signal (SIGINT, SIGTERM, SIGHUP) that arrives while files are being replaced is delivered when that is done.

    Raises:
        ValueError: two changes name one path.
        WriteError: nothing was changed, or all was put back but for `not_restored`; where the first look found several
            files that cannot be written, the error names all of them.
    """
    changes = [change for change in changes if change.before != change.after]
    if len({change.path for change in changes}) != len(changes):
        raise ValueError("two changes name the same path")
    if not changes:
        return WriteResult((), *recover(root))
    run = f".owui-lint-{os.getpid()}-{os.urandom(8).hex()}"
    steps = [_Step(change, f"{run}-{i}-new.tmp", f"{run}-{i}-old.tmp") for i, change in enumerate(changes)]
    temporaries = [path for step in steps for path in step.temporaries()]
    with Tree(root) as tree, RootLock.acquire(tree.path) as lock, _Interrupts() as interrupts:
        errors = _check_all(tree, steps)
        if errors:
            errors[0].others = tuple(errors[1:])
            raise errors[0]
        cleaned, left = _clean(tree, lock)
        lock.note(temporaries)
        try:
            for step in steps:
                _prepare(tree, step)
            interrupts.hold()
            for step in steps:
                _replace(tree, step)
            _sync(tree, steps)
            WRITTEN.extend(step.change.path for step in steps if step.change.path not in WRITTEN)
        except BaseException as error:
            interrupts.hold()
            _undo(tree, steps, error)
            raise
        finally:
            left += _remove(tree, temporaries)[1]
            if not left:
                lock.clear()
    return WriteResult(tuple(change.path for change in changes), tuple(cleaned), tuple(left))


def unwritable(root: Path, changes: Iterable[FileChange]) -> list[WriteError]:
    """Return why some of `changes` can never be written as things are: links, read-only files and folders, no files, code
    that they would break.

    Writes nothing. What may be another the next moment (a file that was just changed) is for `write_all` to say.

    Raises:
        WriteError: the root cannot be opened.
    """
    with Tree(root) as tree:
        return [
            error for error in _check_all(tree, [_Step(each, "", "") for each in changes]) if error.reason in _LASTING
        ]


def recover(root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove the temporary files of a killed run on `root`; return the removed ones and those that withstood.

    Does nothing, and makes no file, when no run left any or another run is at work.

    Raises:
        WriteError: the root cannot be opened.
    """
    with Tree(root) as tree:
        lock = RootLock.acquire_left_behind(tree.path)
        if lock is None:
            return (), ()
        with lock:
            cleaned, left = _clean(tree, lock)
            if not left:
                lock.clear()
    return tuple(cleaned), tuple(left)


def _clean(tree: Tree, lock: RootLock) -> tuple[list[str], list[str]]:
    noted = lock.left_behind()
    # The note is a file like any other: it may name only what the tool itself would make.
    return _remove(tree, (path for path in noted if TEMPORARY.fullmatch(path.rpartition("/")[2])))


def _remove(tree: Tree, paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Remove temporary files; return those removed and those that are still there."""
    removed: list[str] = []
    left: list[str] = []
    for path in paths:
        try:
            with tree.folder_of(path) as (folder, name):
                if folder.status(name) is not None:
                    folder.remove(name)
                    removed.append(path)
        except WriteError as error:
            if error.reason not in _GONE:
                left.append(path)
    return removed, left


def _check_all(tree: Tree, steps: Iterable[_Step]) -> list[WriteError]:
    errors: list[WriteError] = []
    for step in steps:
        try:
            _check(tree, step)
        except WriteError as error:
            errors.append(error)
    return errors


def _check(tree: Tree, step: _Step) -> None:
    change = step.change
    with tree.folder_of(change.path) as (folder, name):
        if change.before is None:
            if folder.status(name) is not None:
                raise WriteError(change.path, Reason.EXISTS, "exists already")
        else:
            step.checked = folder.verify(name, change.before, change.path)
        if not folder.is_writable():
            raise WriteError(change.path, Reason.READ_ONLY, "its folder is read-only")
    if breaks_code(change):
        raise WriteError(change.path, Reason.BROKEN, "its code could not be parsed any more")


def _prepare(tree: Tree, step: _Step) -> None:
    change = step.change
    with tree.folder_of(change.path) as (folder, name):
        step.written = folder.write_new(step.new, change.after, step.checked)
        if change.before is None:
            return
        # A second name for the old file restores it with all it has; a copy has to do where there are no hard links.
        step.old_is_link = folder.link(name, step.old)
        if not step.old_is_link:
            folder.write_new(step.old, change.before, step.checked)


def _replace(tree: Tree, step: _Step) -> None:
    change = step.change
    with tree.folder_of(change.path) as (folder, name):
        if change.before is None:
            _create(folder, step, name)
            return
        current = folder.verify(name, change.before, change.path)
        if step.checked is None or identity(current) != identity(step.checked):
            raise WriteError(change.path, Reason.CHANGED, "was replaced after the fix was planned")
        folder.replace(step.new, name)
        if step.old_is_link:
            folder.verify(step.old, change.before, change.path)


def _create(folder: Folder, step: _Step, name: str) -> None:
    # Linking fails when the name is taken, renaming would overwrite; without hard links a look has to do.
    if folder.link(step.new, name):
        return
    if folder.status(name) is not None:
        raise WriteError(step.change.path, Reason.EXISTS, "exists already")
    folder.replace(step.new, name)


def _sync(tree: Tree, steps: Sequence[_Step]) -> None:
    # One path per folder stands for it.
    for path in {step.change.path.rpartition("/")[0]: step.change.path for step in steps}.values():
        with tree.folder_of(path) as (folder, _):
            folder.sync()


def _undo(tree: Tree, steps: Sequence[_Step], cause: BaseException) -> None:
    """Put back what was replaced, latest first; note on `cause` what could not be."""
    not_restored: list[str] = []
    for step in reversed(steps):
        try:
            _put_back(tree, step)
        except (WriteError, OSError):
            not_restored.append(step.change.path)
    with suppress(WriteError):
        _sync(tree, steps)
    if not_restored:
        if isinstance(cause, WriteError):
            cause.not_restored = tuple(not_restored)
        cause.add_note(f"not put back: {', '.join(not_restored)}")


def _put_back(tree: Tree, step: _Step) -> None:
    change = step.change
    if step.written is None:
        return
    with tree.folder_of(change.path) as (folder, name):
        status = folder.status(name)
        # What stands there says whether it was replaced: an exception can come after the renaming, before any record.
        if status is None or identity(status) != step.written:
            return
        # Somebody may have edited the new file already; that is not ours to throw away.
        folder.verify(name, change.after, change.path)
        if change.before is None:
            folder.remove(name)
        else:
            folder.replace(step.old, name)


class _Interrupts:
    """Holds signals back from `hold` to the end of the block, where the platform can (not on Windows).

    Only the calling thread is shielded. If another thread takes the signal, the exception can still come in the middle:
    that is undone like any failure.
    """

    def __init__(self) -> None:
        self._before: Collection[int] | None = None

    def __enter__(self) -> _Interrupts:
        return self

    def hold(self) -> None:
        """Hold signals back from here on; asking again changes nothing."""
        if sys.platform != "win32" and self._before is None:
            held = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
            self._before = signal.pthread_sigmask(signal.SIG_BLOCK, held)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if sys.platform != "win32" and self._before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._before)
