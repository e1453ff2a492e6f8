"""One writer per root, and the note that lets the next run clean up after a killed one.

The lock file is `owui-lint.lock` in the git directory, where it neither litters the repository nor leaves the machine.
Without a git directory that is the work tree's own and can be written it is a file in the user's cache folder, or else
in a private folder below the temporary one, named after the hash of the real root. It is never removed: that would let
two runs hold two files of one name.

While a run writes, the lock file lists its process and its temporary files, one JSON array a line, only ever appended
and brought to disk before the first temporary file exists. The operating system drops the lock when the process dies,
so whoever gets the lock knows that all files listed there belong to a dead run. An empty file: nothing to clean up.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType

from owui_lint.fixing.errors import Reason, WriteError, from_os_error, os_errors
from owui_lint.fixing.folders import identity, write_fully
from owui_lint.gitdirectory import own_git_directory
from owui_lint.sealed import user_folder

_NAME = "owui-lint.lock"
_FLAGS: int = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_UNUSABLE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR}
_LONGEST = 16 * 1024 * 1024

if sys.platform == "win32":
    import msvcrt

    # Locked bytes cannot be read by others on Windows, and they may lie behind the end: leave the content readable.
    _LOCKED_BYTE = 1 << 30

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in {errno.EACCES, errno.EDEADLK}:
                return False
            raise
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class RootLock:
    """The lock of one root, held to the end of a `with` block; made by `acquire`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, root: Path) -> RootLock:
        """Take the lock of `root` (a real path) without waiting.

        Raises:
            WriteError: LOCKED when another run holds it, with its `pid` where known; OS when no lock file can be made.
        """
        for path in _candidates(root, create=True):
            lock = cls._open(path, create=True)
            if lock is not None:
                return lock
        raise WriteError(".", Reason.OS, "found no place for a lock file")

    @classmethod
    def acquire_left_behind(cls, root: Path) -> RootLock | None:
        """Take the lock of `root` if a killed run left a note in it; None when there is none, or its run still lives.

        Makes no file.
        """
        for path in _candidates(root, create=False):
            with suppress(OSError, WriteError):
                if path.lstat().st_size and (lock := cls._open(path, create=False)) is not None:
                    return lock
        return None

    @classmethod
    def _open(cls, path: Path, *, create: bool) -> RootLock | None:
        """Open and lock the file `path`; None when it cannot be used here."""
        while True:
            try:
                descriptor = os.open(path, _FLAGS | (os.O_CREAT if create else 0), 0o644)
            except OSError as error:
                if error.errno in _UNUSABLE:
                    return None
                raise from_os_error(str(path), error) from error
            with os_errors(str(path)), ExitStack() as closing:
                lock = closing.enter_context(cls(path, descriptor))
                status = os.fstat(descriptor)
                # A second name could be that of any file of the user: we would write into it.
                if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
                    raise WriteError(str(path), Reason.OS, "the lock file is not a plain file")
                if not _try_lock(descriptor):
                    raise lock._held()
                # Somebody may have removed the file between opening and locking: then this lock shuts nobody out.
                with suppress(FileNotFoundError):
                    if identity(path.lstat()) == identity(status):
                        closing.pop_all()
                        return lock

    def _held(self) -> WriteError:
        pid = next((value for kind, value in reversed(list(self._entries())) if kind == "pid"), None)
        known = pid if isinstance(pid, int) else None
        detail = "another owui-lint is writing here" + (f" (pid {known})" if known is not None else "")
        return WriteError(str(self._path), Reason.LOCKED, detail, pid=known)

    def _entries(self) -> Iterator[tuple[str, object]]:
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        with os.fdopen(os.dup(self._descriptor), "rb") as file:
            lines = file.read(_LONGEST).splitlines()
        for line in lines:
            # A run killed while writing leaves part of a line, which names nothing yet made.
            with suppress(ValueError, RecursionError):
                entry = json.loads(line)
                if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str):
                    yield entry[0], entry[1]

    def left_behind(self) -> list[str]:
        """Return the paths of temporary files that dead runs noted, in order. They are a claim of the file: check them."""
        paths = (value for kind, value in self._entries() if kind == "temporary" and isinstance(value, str))
        return list(dict.fromkeys(paths))

    def note(self, temporaries: Iterable[str]) -> None:
        """Bring this process and the temporary files it is about to make to disk.

        Raises:
            WriteError: the note could not be written.
        """
        entries = [["pid", os.getpid()], *(["temporary", path] for path in temporaries)]
        # The leading line end closes what a killed run may have left open.
        text = "".join(f"\n{json.dumps(entry)}" for entry in entries) + "\n"
        with os_errors(str(self._path)):
            os.lseek(self._descriptor, 0, os.SEEK_END)
            write_fully(self._descriptor, text.encode("ascii"))
            os.fsync(self._descriptor)

    def clear(self) -> None:
        """Forget the note: no temporary file is left. Failing to only makes the next run look for files in vain."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)

    def __enter__(self) -> RootLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)


def _candidates(root: Path, *, create: bool) -> Iterator[Path]:
    """Yield where the lock file of `root` may be, best first; `create` makes the folders outside the repository."""
    git = own_git_directory(str(root))
    if git is not None:
        yield Path(git, _NAME)
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:32] + ".lock"
    for folder in _user_folders():
        if _is_private(folder, create=create):
            yield folder / name


def _user_folders() -> Iterator[Path]:
    own = user_folder()
    if Path(own).is_absolute():  # else there is no home
        yield Path(own, "locks")
    name = "owui-lint-locks"
    if sys.platform != "win32":  # there the temporary folder is the user's own, elsewhere all users share it
        name += f"-{os.getuid()}"
    yield Path(tempfile.gettempdir(), name)


def _is_private(folder: Path, *, create: bool) -> bool:
    """Whether `folder` is a real folder of this user in which nobody else can plant files."""
    with suppress(OSError):
        if create:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if sys.platform == "win32":
            return stat.S_ISDIR(status.st_mode)
        own = status.st_uid == os.geteuid()
        return stat.S_ISDIR(status.st_mode) and own and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return False
