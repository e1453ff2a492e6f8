"""The result cache: an unchanged repository is answered from a stat check, without reading or parsing anything.

The answer of a run is kept together with the state of everything it depended on: each file and folder of the
repository, git's index and head, the configuration's and the rule files' state, the tool's own modules, the
interpreter, the day, the terminal and the arguments. Any difference, and the answer is forgotten.

Command lines that have been read once are kept, too: reading them again would import typer, a fifth of a short run.

This module is imported before everything else and imports next to nothing itself.

Whoever sends a pull request can put files into the repository, also into the cache's folder. What is kept is
therefore sealed with a key that lies in the user's own cache folder: a foreign or damaged cache does not open.
"""

from __future__ import annotations

import marshal
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

FOLDER = ".owui-lint-cache"
_RESULTS = "results"
_COMMAND_LINES = "command-lines"
_FORMAT = 1
_SEAL = 32
_KEEP = 8  # answers kept side by side: a hook, a terminal and an editor ask differently
_KEEP_COMMAND_LINES = 64
_MAX_PATHS = 60_000
_MAX_BYTES = 128 * 1024 * 1024  # larger than what is kept for a thousand plugins
# A file that changed this shortly before the run may change again without its time of change moving on.
_CLOCK_STEP = 50_000_000  # nanoseconds
# Options that write, look beyond the files, or are about the cache itself.
_NEVER = (
    "--fix",
    "--unsafe-fixes",
    "--fix-versions",
    "--diff",
    "--output",
    "--no-cache",
    "--since",
    "--icon",
    "--show-config",
)
_ENVIRONMENT = (
    *("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS"),
    *("HOME", "XDG_CACHE_HOME", "PATH", "GITHUB_STEP_SUMMARY", "GITHUB_ACTIONS", "CI"),
)
_WATCHED_ABOVE = (".git", ".owui-lint.yaml", "pyproject.toml", "plugins")

Answer = tuple[int, str, str]


def digest(data: bytes, key: bytes = b"") -> bytes:
    """Return a 32-byte digest, keyed where a key is given."""
    from _blake2 import blake2b  # hashlib would import OpenSSL first

    return bytes(blake2b(data, digest_size=_SEAL, key=key).digest())


def user_folder() -> str:
    """Return the folder for what can be made again: ``$XDG_CACHE_HOME/owui-lint`` or the platform's like."""
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    return os.path.join(base or os.path.join(os.path.expanduser("~"), ".cache"), "owui-lint")


def _key(*, create: bool = False) -> bytes | None:
    path = os.path.join(user_folder(), "seal")
    key = _read(path)
    if create and (key is None or len(key) != _SEAL):
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            _replace(path, os.urandom(_SEAL))
        except OSError:
            return None
        key = _read(path)
    return key if key is not None and len(key) == _SEAL else None


def _read(path: str) -> bytes | None:
    """Return the bytes of a file that may be a stranger's; ``None`` for a pipe, a device, and what is too large."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if status.st_mode & 0o170000 != 0o100000 or status.st_size > _MAX_BYTES:
                return None
            return stream.read(_MAX_BYTES)
    except (OSError, ValueError):
        return None


def _replace(path: str, data: bytes) -> None:
    """Write a file as a whole or not at all; also where the run is interrupted. Raises ``OSError``."""
    temporary = f"{path}.{os.getpid()}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as stream:
            stream.write(data)
        os.replace(temporary, path)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


def is_cacheable(arguments: list[str]) -> bool:
    """Tell whether the answer to these arguments may be kept: a check that writes nothing."""
    return not any(argument.split("=", 1)[0] in _NEVER for argument in arguments)


def question(arguments: list[str]) -> bytes:
    """Return a key for what is asked, from where, and what the answer's looks depend on."""
    streams = tuple(bool(stream and stream.isatty()) for stream in (sys.stdout, sys.stderr))
    environment = tuple(os.environ.get(name) for name in _ENVIRONMENT)
    encoding = getattr(sys.stdout, "encoding", None)
    asked = (_FORMAT, sys.version, sys.executable, os.getcwd(), tuple(arguments), environment, streams, encoding)
    return digest(repr(asked).encode("utf-8", "surrogateescape"))


_State = tuple[int, ...]


def _state(path: str) -> _State | None:
    """What changes when a file does: its times of change first. ``None`` where there is none."""
    try:
        status = os.lstat(path)
        times = (status.st_mtime_ns, status.st_ctime_ns)
        if status.st_mode & 0o170000 == 0o120000:
            status = os.stat(path)
            return (max(status.st_mtime_ns, status.st_ctime_ns), *times, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError):
        return None
    return (*times, status.st_mode, status.st_size, status.st_ino)


def _names(path: str) -> object:
    # The root's own time of change moves when the cache's folder is made; its names do not.
    try:
        return tuple(sorted(name for name in os.listdir(path) if name != FOLDER))
    except OSError:
        return None


def _above(folder: str) -> list[str]:
    """Paths whose coming or going above a folder decides which repository it belongs to."""
    found = []
    while True:
        found += [os.path.join(folder, name) for name in _WATCHED_ABOVE]
        parent = os.path.dirname(folder)
        if parent == folder:
            return found
        folder = parent


def _states(paths: list[str]) -> list[_State | None]:
    return [_state(path) for path in paths]


def _state_of_all(root: str, states: list[_State | None], exists_only: list[str]) -> bytes:
    exist = [os.path.exists(path) for path in exists_only]
    seen = (time.strftime("%Y-%m-%d"), _names(root), states, exist)
    return digest(repr(seen).encode("utf-8", "surrogateescape"))


def find(start: str) -> str | None:
    """Return the nearest folder at or above ``start`` that has a cache."""
    folder = os.path.abspath(start)
    while True:
        if os.path.isdir(os.path.join(folder, FOLDER)):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def load_sealed(root: str, name: str) -> dict[str, object] | None:
    """Return what ``store_sealed`` kept under ``name`` for this repository; ``None`` for anything else found there."""
    kept = _unseal(os.path.join(root, FOLDER, name))
    return kept if kept is not None and kept.get("root") == root else None


def _unseal(path: str) -> dict[str, object] | None:
    key = _key()
    if key is None:
        return None
    data = _read(path)
    # Unsealed bytes are never unmarshalled: they could crash the interpreter.
    if data is None or len(data) <= _SEAL or digest(data[_SEAL:], key) != data[:_SEAL]:
        return None
    try:
        kept = marshal.loads(data[_SEAL:])
    except (ValueError, EOFError, TypeError):
        return None  # our own seal, but another interpreter's form of data
    return kept if isinstance(kept, dict) and kept.get("format") == _FORMAT else None


def store_sealed(root: str, name: str, content: Mapping[str, object]) -> None:
    """Keep plain data (what ``marshal`` takes) for this repository under ``name``. Failing to is no error."""
    data = _sealed({**content, "root": root})
    if data is not None:
        _write(root, name, data)


def _sealed(content: Mapping[str, object]) -> bytes | None:
    key = _key(create=True)
    if key is None:
        return None
    try:
        data = marshal.dumps({**content, "format": _FORMAT})
    except ValueError:
        return None  # something in it is not plain: a check goes on without
    return digest(data, key) + data


def load_of_user(name: str) -> dict[str, Any] | None:
    """Return what ``store_of_user`` kept under ``name``; ``None`` for anything else found there."""
    return _unseal(os.path.join(user_folder(), name))


def store_of_user(name: str, content: Mapping[str, object]) -> None:
    """Keep plain data for all repositories of the user under ``name``. Failing to is no error."""
    data = _sealed(content)
    if data is not None:
        try:
            _replace(os.path.join(user_folder(), name), data)
        except OSError:
            return  # a read-only home costs the next run some milliseconds, no more


def known_command_line(arguments: list[str]) -> dict[str, Any] | None:
    """Return the options that these arguments were read as before, by the same tool; else ``None``."""
    kept = load_of_user(_COMMAND_LINES)
    if kept is None or kept["tool"] != state_of_tool():
        return None
    found: dict[str, Any] | None = kept["lines"].get(tuple(arguments))
    return found


def keep_command_line(options: Mapping[str, object]) -> None:
    """Keep what the arguments of this run (see ``begin``) were read as."""
    if _run is None:
        return
    kept = load_of_user(_COMMAND_LINES)
    lines: dict[tuple[str, ...], object] = {}
    if kept is not None and kept["tool"] == state_of_tool():
        lines = kept["lines"]
        while len(lines) >= _KEEP_COMMAND_LINES:
            del lines[next(iter(lines))]
    lines[tuple(_run[0])] = dict(options)
    store_of_user(_COMMAND_LINES, {"tool": state_of_tool(), "lines": lines})


def lookup(arguments: list[str]) -> Answer | None:
    """Return exit code, output and error output of the same run before, if nothing has changed since; else ``None``."""
    if not is_cacheable(arguments):
        return None
    paths = [argument for argument in arguments[1:] if not argument.startswith("-") and os.path.exists(argument)]
    start = paths[0] if paths else os.getcwd()
    root = find(start if os.path.isdir(start) else os.path.dirname(start) or ".")
    kept = load_sealed(root, _RESULTS) if root is not None else None
    if kept is None or root is None:
        return None
    answer = kept["answers"].get(question(arguments))  # type: ignore[attr-defined]
    if answer is None or _state_of_all(root, _states(kept["paths"]), kept["exists"]) != kept["state"]:  # type: ignore[arg-type]
        return None
    return tuple(answer)


_run: tuple[list[str], int] | None = None


def begin(arguments: list[str], started: int) -> None:
    """Remember what this run was asked, and when it started (nanoseconds since the epoch)."""
    global _run
    _run = (arguments, started)


def finish(root: str, answer: Answer, listed: list[str], besides: list[str]) -> None:
    """Keep the answer of the run that ``begin`` announced; see ``store``."""
    if _run is not None:
        store(root, _run[0], answer, listed, besides, _run[1])


def store(root: str, arguments: list[str], answer: Answer, listed: list[str], besides: list[str], started: int) -> None:
    """Keep an answer. ``listed`` are the repository's files relative to ``root``, ``besides`` further files that were
    read, ``started`` the run's start in nanoseconds: what changed later, or so shortly before that it could change
    again unseen, is not kept."""
    if not is_cacheable(arguments):
        return
    root = os.path.abspath(root)
    paths = [*_everything(root, listed), *besides, *_git_paths(root), *_own_paths()]
    if len(paths) > _MAX_PATHS:
        return
    states = _states(paths)
    if any(max(state[:2]) > started - _CLOCK_STEP for state in states if state is not None):
        return
    exists = _above(os.getcwd())
    state = _state_of_all(root, states, exists)
    kept = load_sealed(root, _RESULTS)
    answers: dict[bytes, Answer] = {}
    if kept is not None and kept["state"] == state:
        answers = kept["answers"]  # type: ignore[assignment]
        while len(answers) >= _KEEP:
            del answers[next(iter(answers))]
    answers[question(arguments)] = answer
    kept_now = {"paths": paths, "exists": exists, "state": state, "answers": answers}
    store_sealed(root, _RESULTS, kept_now)


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


def _everything(root: str, listed: list[str]) -> list[str]:
    """All listed files, and all folders but those that never hold a listed file."""
    needed = set()
    for path in listed:
        folder = os.path.dirname(path)
        while folder and folder not in needed:
            needed.add(folder)
            folder = os.path.dirname(folder)
    found = [os.path.join(root, path) for path in listed]
    for folder, names, _ in walk(root):
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        inside = "" if relative == "." else relative + "/"
        names[:] = [
            name
            for name in names
            if name not in (".git", FOLDER, "node_modules", "__pycache__") or inside + name in needed
        ]
        if relative != ".":
            found.append(folder)
        if len(found) > _MAX_PATHS:
            break
    return found


def _git_paths(root: str) -> list[str]:
    """What git's answers depend on: head, the branch it names, index and ignore files."""
    home = os.path.expanduser("~")
    found = [os.path.join(home, ".config", "git", "ignore"), os.path.join(home, ".gitconfig")]
    folder = root
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return found
        folder = parent
    git = os.path.join(folder, ".git")
    if os.path.isfile(git):
        git = os.path.join(folder, _line(git).partition("gitdir:")[2].strip())
    common = os.path.join(git, _line(os.path.join(git, "commondir")))
    found += [os.path.join(git, name) for name in ("HEAD", "index")]
    found += [os.path.join(common, name) for name in ("packed-refs", "config", "shallow", "info/exclude")]
    found.append(os.path.join(common, _line(os.path.join(git, "HEAD")).partition("ref:")[2].strip() or "HEAD"))
    # Between a repository in a subfolder and git's top level, ignore files count too.
    above = root
    while above != folder:
        above = os.path.dirname(above)
        found.append(os.path.join(above, ".gitignore"))
    return found


def _line(path: str) -> str:
    """The first line of one of git's small files; empty where there is none. What it names need not be there."""
    return os.fsdecode((_read(path) or b"")[:4096].partition(b"\n")[0].strip().replace(b"\0", b""))


def _own_paths() -> list[str]:
    """The tool itself: modules, data and rule files; a tool that changes gives new answers."""
    here = os.path.dirname(os.path.abspath(__file__))
    return _paths_below(here, os.path.join(os.path.dirname(here), "rules"))


def _paths_below(*folders: str) -> list[str]:
    found: list[str] = []
    for top in folders:
        for folder, names, files in os.walk(top):
            names[:] = [name for name in names if name != "__pycache__"]
            found.append(folder)
            found += [os.path.join(folder, name) for name in files]
    return found


def state_of_folders(*folders: str) -> list[tuple[str, object]]:
    """Return the files and folders below some folders, each with its state, which changes when it does."""
    return [(path, _state(path)) for path in sorted(_paths_below(*folders))]


_tool: str | None = None


def state_of_tool() -> str:
    """Return a key for the tool's own modules, data and rule files, and the interpreter, as they were at the start."""
    global _tool
    if _tool is None:
        states = [_state(path) for path in _own_paths()]
        _tool = digest(repr((sys.version, sys.executable, states)).encode("utf-8", "surrogateescape")).hex()
    return _tool


def _write(root: str, name: str, data: bytes) -> None:
    folder = os.path.join(root, FOLDER)
    try:
        if os.path.islink(folder):
            return  # nothing is written through links
        os.makedirs(folder, exist_ok=True)
        ignore = os.path.join(folder, ".gitignore")
        if not os.path.lexists(ignore):
            _replace(ignore, b"# Made by owui-lint; can be deleted at any time.\n*\n")
        _replace(os.path.join(folder, name), data)
    except OSError:
        return  # a repository that cannot be written to is checked all the same
