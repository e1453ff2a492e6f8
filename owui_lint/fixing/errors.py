"""Why something was not written."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum


class Reason(StrEnum):
    """What kept a file from being written; the command line has a sentence for each, in both languages."""

    SYMLINK = "symlink"
    OUTSIDE = "outside"
    CHANGED = "changed"
    READ_ONLY = "read-only"
    NO_SPACE = "no-space"
    NOT_REGULAR = "not-regular"
    LOCKED = "locked"
    MISSING = "missing"
    EXISTS = "exists"
    BROKEN = "broken"
    CONFLICT = "conflict"
    OS = "os"


_REASONS = {
    errno.EACCES: Reason.READ_ONLY,
    errno.EPERM: Reason.READ_ONLY,
    errno.EROFS: Reason.READ_ONLY,
    errno.ENOSPC: Reason.NO_SPACE,
    errno.EDQUOT: Reason.NO_SPACE,
    errno.EFBIG: Reason.NO_SPACE,  # the size limit of the process, or of the file system
    errno.ELOOP: Reason.SYMLINK,  # O_NOFOLLOW met a link
    errno.EMLINK: Reason.SYMLINK,  # the same on FreeBSD
    errno.ENOENT: Reason.MISSING,
    errno.EEXIST: Reason.EXISTS,
    errno.EISDIR: Reason.NOT_REGULAR,
    errno.ENOTDIR: Reason.NOT_REGULAR,
}


class WriteError(Exception):
    """Nothing was written, or all was put back.

    Attributes:
        path: the file it failed at, POSIX and relative to the root; for LOCKED the path of the lock file.
        reason: what kept it from being written.
        detail: an English half sentence for people, may be empty. It can quote the operating system.
        pid: for LOCKED, the process that holds the lock, where known.
        others: the files besides `path` that cannot be written either, each with its own error, as far as that was known
            before anything was written.
        not_restored: files that were replaced and could not be put back, or that somebody else changed meanwhile: each
            is whole. Empty in every ordinary failure.
    """

    def __init__(self, path: str, reason: Reason, detail: str = "", *, pid: int | None = None) -> None:
        super().__init__(path, reason, detail)
        self.path = path
        self.reason = reason
        self.detail = detail
        self.pid = pid
        self.others: tuple[WriteError, ...] = ()
        self.not_restored: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.path}: {self.detail or self.reason.value}"


def from_os_error(path: str, error: OSError) -> WriteError:
    """Return the `WriteError` at `path` that says what `error` says."""
    return WriteError(path, _REASONS.get(error.errno or 0, Reason.OS), error.strerror or str(error))


@contextmanager
def os_errors(path: str) -> Iterator[None]:
    """Turn an `OSError` in the block into a `WriteError` at `path`."""
    try:
        yield
    except OSError as error:
        raise from_os_error(path, error) from error
