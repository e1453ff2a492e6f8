"""Files below a root, reached without ever following a symbolic link.

Where the platform has file descriptors for folders (Linux, macOS, BSD), a folder is opened component by component from
the root with `O_NOFOLLOW`, and all that happens in it goes through its descriptor: a link that somebody swaps in between
two steps cannot redirect a write. Elsewhere (Windows) every component is checked by `lstat` right before the use.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from owui_lint.fixing.errors import Reason, WriteError, os_errors

_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_DIRECTORY: int = getattr(os, "O_DIRECTORY", 0)
# O_NONBLOCK: a FIFO swapped in must not hang the open. O_BINARY: no translation of line ends on Windows.
_FILE: int = _NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_BY_DESCRIPTOR: bool = (
    bool(_NOFOLLOW and _DIRECTORY)
    and {
        os.open,
        os.stat,
        os.unlink,
        os.rename,
        os.link,
        os.access,
    }
    <= os.supports_dir_fd
)
_LINK_FOLLOWS: bool = os.link not in os.supports_follow_symlinks
_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
# Symbolic links and junctions; other reparse points (cloud files, deduplication) are ordinary files.
_LINK_TAGS = {0xA000000C, 0xA0000003}
# A file system that has no hard links says so in one of these ways.
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}

Identity = tuple[int, int]


def identity(status: os.stat_result) -> Identity:
    """Return what tells one file from every other: device and inode."""
    return status.st_dev, status.st_ino


def is_link(status: os.stat_result) -> bool:
    """Whether a `lstat` result is that of a symbolic link or a junction."""
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) in _LINK_TAGS


def is_read_only(status: os.stat_result) -> bool:
    """Whether no write bit is set: such a file is read-only by intent, also for root, whom permissions do not bind."""
    return not status.st_mode & _WRITE_BITS


def write_fully(descriptor: int, data: bytes) -> None:
    """Write all of `data`; `os.write` may take less than it is given."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


class Folder:
    """An opened folder; names are single components. Methods raise `OSError` where nothing else is said."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self._path = path
        self._descriptor = descriptor

    def _at(self, name: str) -> str:
        return name if self._descriptor is not None else str(self._path / name)

    def is_writable(self) -> bool:
        """Whether files can be made here, as far as mode bits and the system tell beforehand."""
        if self._descriptor is None:  # Windows: the read-only attribute of a folder does not mean that
            return True
        writable = os.access(".", os.W_OK | os.X_OK, dir_fd=self._descriptor)
        return writable and not is_read_only(os.fstat(self._descriptor))

    def status(self, name: str) -> os.stat_result | None:
        """Return the `lstat` of `name`, None when there is no such thing."""
        try:
            return os.stat(self._at(name), dir_fd=self._descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def verify(self, name: str, expected: bytes, path: str) -> os.stat_result:
        """Check that `name` is a regular file that can be written and holds exactly `expected`; return its status.

        Raises:
            WriteError: at `path`, with MISSING, SYMLINK, NOT_REGULAR, READ_ONLY or CHANGED.
        """
        status = self.status(name)
        if status is None:
            raise WriteError(path, Reason.MISSING, "there is no such file")
        if is_link(status):
            raise WriteError(path, Reason.SYMLINK, "is a symbolic link")
        if not stat.S_ISREG(status.st_mode):
            raise WriteError(path, Reason.NOT_REGULAR, "is not a regular file")
        if is_read_only(status):
            raise WriteError(path, Reason.READ_ONLY, "is read-only")
        # Opening for writing is the one honest test of the permission: it knows access lists, read-only mounts and
        # immutable files, and changes nothing.
        descriptor = os.open(self._at(name), os.O_RDWR | _FILE, dir_fd=self._descriptor)
        with os.fdopen(descriptor, "rb") as file:
            opened = os.fstat(descriptor)
            same = identity(opened) == identity(status) and stat.S_ISREG(opened.st_mode)
            if not same or file.read(len(expected) + 1) != expected:
                raise WriteError(path, Reason.CHANGED, "was changed after the fix was planned")
        return opened

    def write_new(self, name: str, data: bytes, like: os.stat_result | None) -> Identity:
        """Write a new file to disk, with mode and, where allowed, owner of `like`; None takes the user's umask."""
        mode = 0o666 if like is None else 0o600
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE
        descriptor = os.open(self._at(name), flags, mode, dir_fd=self._descriptor)
        try:
            write_fully(descriptor, data)
            if like is not None:
                self._take_over(descriptor, like)
            os.fsync(descriptor)
            return identity(os.fstat(descriptor))
        finally:
            os.close(descriptor)

    def _take_over(self, descriptor: int, like: os.stat_result) -> None:
        mode = stat.S_IMODE(like.st_mode)
        if sys.platform == "win32":  # the only bit is read-only, and a read-only file never gets here
            return
        own = os.fstat(descriptor)
        if (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
            try:
                os.fchown(descriptor, like.st_uid, like.st_gid)
            except PermissionError:
                mode &= ~(stat.S_ISUID | stat.S_ISGID)  # would now grant the rights of somebody else
        os.fchmod(descriptor, mode)

    def link(self, source: str, target: str) -> bool:
        """Give the file `source` a second name; False when the file system cannot, `FileExistsError` if it is taken."""
        try:
            os.link(
                self._at(source),
                self._at(target),
                src_dir_fd=self._descriptor,
                dst_dir_fd=self._descriptor,
                follow_symlinks=_LINK_FOLLOWS,
            )
        except OSError as error:
            if error.errno in _NO_LINKS:
                return False
            raise
        return True

    def replace(self, source: str, target: str) -> None:
        """Rename `source` to `target` in one step, over what is there."""
        os.replace(self._at(source), self._at(target), src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def remove(self, name: str) -> None:
        """Remove the file `name`; it is no error when it is gone."""
        with suppress(FileNotFoundError):
            os.unlink(self._at(name), dir_fd=self._descriptor)

    def sync(self) -> None:
        """Bring names to disk, where the platform can do that for a folder."""
        if self._descriptor is None:
            return
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}:
                raise


class Tree:
    """The root, opened; a context manager. The root itself may be reached through a symbolic link: the user named it.

    Raises:
        WriteError: at `.`, when the root cannot be opened.
    """

    def __init__(self, root: Path) -> None:
        with os_errors("."):
            self.path = root.resolve(strict=True)
            self._descriptor = os.open(self.path, os.O_RDONLY | _DIRECTORY) if _BY_DESCRIPTOR else None

    def __enter__(self) -> Tree:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    @contextmanager
    def folder_of(self, path: str) -> Iterator[tuple[Folder, str]]:
        """Open the folder that holds `path`; yields it and the file's name.

        Raises:
            WriteError: OUTSIDE for a path that is not plainly below the root; SYMLINK, MISSING or NOT_REGULAR when a
                component on the way is a link, missing or no folder. `OSError`s of the block become `WriteError`s too.
        """
        *parents, name = split(path)
        with os_errors(path):
            if self._descriptor is None:
                yield Folder(self._checked(parents, path), None), name
                return
            descriptor = os.dup(self._descriptor)
            try:
                for part in parents:
                    descriptor = _descend(descriptor, part, path)
                yield Folder(self.path.joinpath(*parents), descriptor), name
            finally:
                os.close(descriptor)

    def _checked(self, parents: list[str], path: str) -> Path:
        folder = self.path
        for part in parents:
            folder = folder / part
            _require_folder(folder.lstat(), part, path)
        return folder


def _descend(descriptor: int, part: str, path: str) -> int:
    """Open the folder `part` in `descriptor` and close the latter; on an error `descriptor` stays open."""
    try:
        inner = os.open(part, os.O_RDONLY | _DIRECTORY | _NOFOLLOW, dir_fd=descriptor)
    except OSError as error:
        # Systems do not agree on the error for a link here; looking at it does not depend on that.
        if error.errno in {errno.ENOTDIR, errno.ELOOP, errno.EMLINK}:
            _require_folder(os.stat(part, dir_fd=descriptor, follow_symlinks=False), part, path)
        raise
    os.close(descriptor)
    return inner


def _require_folder(status: os.stat_result, part: str, path: str) -> None:
    if is_link(status):
        raise WriteError(path, Reason.SYMLINK, f"the folder {part!r} is a symbolic link")
    if not stat.S_ISDIR(status.st_mode):
        raise WriteError(path, Reason.NOT_REGULAR, f"{part!r} is not a folder")


def split(path: str) -> list[str]:
    """Return the components of a POSIX path relative to the root.

    Raises:
        WriteError: OUTSIDE for anything that is not plainly below the root: absolute, empty or dotted components, NUL,
            what Windows would read as a drive, stream or separator, or the git directory.
    """
    parts = path.split("/")
    forbidden = {"", ".", ".."}
    special = "\0" if os.sep == "/" else "\0\\:"
    if any(part in forbidden or any(char in part for char in special) for part in parts) or not _encodes(path):
        raise WriteError(path, Reason.OUTSIDE, "is not a plain path below the root")
    if any(part.casefold() == ".git" for part in parts):
        raise WriteError(path, Reason.OUTSIDE, "lies in the git directory")
    return parts


def _encodes(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True
