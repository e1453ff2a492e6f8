"""Sealed stores: what is kept between runs, closed with a key that lies in the user's own cache folder.

Whoever sends a pull request can put files into the repository, also into the folder that a repository's stores lie
in. A foreign or damaged store therefore does not open, and counts as if there were none.

Imported before everything else; imports next to nothing itself.
"""

from __future__ import annotations

import marshal
import os

try:
    from _blake2 import blake2b  # hashlib would import OpenSSL first
except ImportError:  # an interpreter that keeps it elsewhere
    from hashlib import blake2b

from owui_lint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from typing import Any

FOLDER = ".owui-lint-cache"
_FORMAT = 2
_PLAIN = 2  # the form of marshal in which equal data is equal bytes: later ones tell apart what is the same object
_SEAL = 32  # bytes
_MAX_BYTES = 128 * 1024 * 1024  # larger than what is kept for a thousand plugins


def digest(data: bytes | memoryview, key: bytes = b"") -> bytes:
    """Return a 32-byte digest, keyed where a key is given."""
    return bytes(blake2b(data, digest_size=_SEAL, key=key).digest())


def digest_of(data: Any) -> bytes:
    """Return the digest of plain data (what ``marshal`` takes). Raises ``ValueError`` for anything else."""
    return digest(marshal.dumps(data, _PLAIN))


def user_folder() -> str:
    """Return the folder for what can be made again: ``$XDG_CACHE_HOME/owui-lint`` or the platform's like.

    A relative value is not heeded, as the XDG specification has it: it would name a folder of whatever is linted.
    """
    named = (os.environ.get("XDG_CACHE_HOME"), os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    base = next((folder for folder in named if folder and os.path.isabs(folder)), None)
    return os.path.join(base or os.path.join(os.path.expanduser("~"), ".cache"), "owui-lint")


def _key(*, create: bool = False) -> bytes | None:
    path = os.path.join(user_folder(), "seal")
    key = read_file(path)
    if create and (key is None or len(key) != _SEAL):
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            replace(path, os.urandom(_SEAL))
        except OSError:
            return None
        key = read_file(path)
    return key if key is not None and len(key) == _SEAL else None


def read_file(path: str) -> bytes | None:
    """Return the bytes of a file that may be a stranger's; ``None`` for a pipe, a device, and what is too large."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if status.st_mode & 0o170000 != 0o100000 or status.st_size > _MAX_BYTES:
                return None
            return stream.read(status.st_size + 1)  # no more than is there, which is what memory is made ready for
    except (OSError, ValueError):
        return None


def replace(path: str, *data: bytes, mode: int = 0o600, sync: bool = False) -> None:
    """Write a file of these parts as a whole or not at all; also where the run is interrupted. Raises ``OSError``.

    With ``sync`` also where the power goes: for what cannot be made again. Files of people are not written by this, but
    several at once, by ``fixing.transaction``.
    """
    # Not the number of the process: in containers that is the same small one again and again.
    temporary = f"{path}.{os.urandom(6).hex()}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(temporary, flags, mode), "wb") as stream:
            stream.writelines(data)
            if sync:
                stream.flush()
                os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        if os.path.lexists(temporary):  # nobody else's: the name is this call's alone
            os.unlink(temporary)
        raise


def load(root: str, name: str) -> dict[str, object] | None:
    """Return what ``store`` kept under ``name`` for this repository; ``None`` for anything else found there."""
    kept = _unseal(os.path.join(root, FOLDER, name))
    return kept if kept is not None and kept.get("root") == root else None


def _unseal(path: str) -> dict[str, object] | None:
    key = _key()
    if key is None:
        return None
    data = read_file(path)
    if data is None or len(data) <= _SEAL:
        return None
    content = memoryview(data)[_SEAL:]  # a copy of what is kept would take longer than to digest it
    # Unsealed bytes are never unmarshalled: they could crash the interpreter.
    if digest(content, key) != data[:_SEAL]:
        return None
    try:
        kept = marshal.loads(content)
    except (ValueError, EOFError, TypeError):
        return None  # our own seal, but another interpreter's form of data
    return kept if isinstance(kept, dict) and kept.get("format") == _FORMAT else None


_MAX_AGE = 4  # stores in a row


def ages(before: Mapping[Any, int], kept: Iterable[Any], used: Container[Any]) -> dict[Any, int]:
    """Return how many stores in a row have not used an entry, for the ``kept`` ones that are to stay: ``used`` ones are
    not among them, and those left out too often go. ``before``: the answer of the store before.

    A hook that asks for a part must not make the next one that asks for all start anew.
    """
    found = {entry: before.get(entry, 0) + 1 for entry in kept if entry not in used}
    return {entry: age for entry, age in found.items() if age <= _MAX_AGE}


def store(root: str, name: str, content: Mapping[str, object]) -> None:
    """Keep plain data (what ``marshal`` takes) for this repository under ``name``. Failing to is no error."""
    data = _sealed({**content, "root": root})
    if data is not None:
        _write(root, name, *data)


def _sealed(content: Mapping[str, object]) -> tuple[bytes, bytes] | None:
    """Return a seal and what it closes, as they follow each other in a file."""
    key = _key(create=True)
    if key is None:
        return None
    try:
        data = marshal.dumps({**content, "format": _FORMAT})
    except ValueError:
        return None  # something in it is not plain: a check goes on without
    return digest(data, key), data


def load_of_user(name: str) -> dict[str, Any] | None:
    """Return what ``store_of_user`` kept under ``name``; ``None`` for anything else found there."""
    return _unseal(os.path.join(user_folder(), name))


def store_of_user(name: str, content: Mapping[str, object]) -> None:
    """Keep plain data for all repositories of the user under ``name``. Failing to is no error."""
    data = _sealed(content)
    if data is not None:
        try:
            replace(os.path.join(user_folder(), name), *data)
        except OSError:
            return  # a read-only home costs the next run some milliseconds, no more


def _write(root: str, name: str, *data: bytes) -> None:
    folder = os.path.join(root, FOLDER)
    try:
        if os.path.islink(folder):
            return  # nothing is written through links
        os.makedirs(folder, exist_ok=True)
        ignore = os.path.join(folder, ".gitignore")
        if not os.path.lexists(ignore):
            replace(ignore, b"# Made by owui-lint; can be deleted at any time.\n*\n")
        replace(os.path.join(folder, name), *data)
    except OSError:
        return  # a repository that cannot be written to is checked all the same
