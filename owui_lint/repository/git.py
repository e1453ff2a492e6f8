"""Git, called so that nothing in a stranger's repository can run a program or wait for input."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message
from owui_lint.gitdirectory import git_directory, is_partial_clone, no_plain_file
from owui_lint.states import SKIPPED_FOLDERS, upwards
from owui_lint.text import printable
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    import subprocess

# Command-line settings win over the repository's own configuration. Each of these could start a
# program (fsmonitor, hooks, pager, external diff) or change output that is parsed here.
_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.pager=cat",
    "core.quotePath=false",
    "core.untrackedCache=false",
    "diff.external=",
    "diff.noprefix=false",
    "color.ui=false",
    "log.showSignature=false",
    "submodule.recurse=false",
    # The files are only read; whose they are does not matter once no configured program can run.
    "safe.directory=*",
)
_KEEP = ("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
_TIMEOUT = 60  # seconds; a git that hangs must not hang a hook
_NOTICEABLE = 1.0  # seconds, after which what git reads is looked at: it may be waiting for a pipe
_NO = 1  # the exit code for what is not there; what git cannot do ends with 128
_UNBORN = "does not have any commits yet"


class GitError(Exception):
    """Git is not there, refused, or does not know what it was asked for; ``str()`` is git's own line that says so.

    ``reason`` says it in both languages, as far as the words are not git's.
    """

    def __init__(self, en: str, zh: str | None = None) -> None:
        super().__init__(en)
        self.reason = Message(en, zh if zh is not None else en)


class GitSaysNo(GitError):
    """Git's answer to a question is no: it ended with 1, or said nothing."""


def _environment() -> dict[str, str]:
    environment = {name: os.environ[name] for name in _KEEP if name in os.environ}
    environment.update(
        GIT_OPTIONAL_LOCKS="0",
        GIT_TERMINAL_PROMPT="0",
        GIT_PAGER="cat",
        GIT_NO_LAZY_FETCH="1",
        # What an older git, which does not know that, would fetch by: this wins over all ``protocol.*`` settings.
        GIT_ALLOW_PROTOCOL="none",
        GIT_NO_REPLACE_OBJECTS="1",
        LC_ALL="C.UTF-8",
    )
    return environment


def _program() -> str | None:
    """Return git as ``PATH`` names it. Relative entries do not count: they may lead into the repository."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.path.isabs(path) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


class GitTimeout(GitError):
    """Git took longer than it was given; ``output`` is what it had printed by then, as far as that can be told."""

    def __init__(self, en: str, zh: str, output: bytes = b"") -> None:
        super().__init__(en, zh)
        self.output = output


class Change(NamedTuple):
    """What a commit did to one file: the day it was committed, the path then, and the names of its blobs before and after."""

    commit: str
    day: str
    path: str
    before: str | None
    after: str | None


def _is_skipped(path: str) -> bool:
    """Whether a path lies in a folder that is not looked into, be it tracked."""
    return any(f"/{name}/" in f"/{path}" for name in SKIPPED_FOLDERS)


def blob_name(data: bytes, like: str) -> str:
    """Return the name that git gives a file's content, in the hash that the name ``like`` is of."""
    import hashlib

    new = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return new(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class Git:
    """One repository's git, run in ``folder``. With ``commit``, history is asked as of that commit and there is no
    work tree: nothing is uncommitted."""

    def __init__(self, folder: str | os.PathLike[str], commit: str | None = None) -> None:
        self.folder = os.path.abspath(folder)
        self.commit = commit
        self._waits_for: str | None = None  # what git hung on once is not asked for again

    def run(self, *arguments: str, stdin: bytes | None = None, seconds: float = _TIMEOUT) -> bytes:
        """Return what ``git ARGUMENTS`` prints. Raises ``GitError``, and ``GitTimeout`` where that takes more than
        ``seconds``; never prompts, pages or runs hooks."""
        program = _program()
        if program is None:
            raise GitError("git is not installed", "未安装 git")
        if self._waits_for is not None:
            raise self._waiting()
        import subprocess  # which imports a dozen modules, and most runs need no git

        command = [program]
        for setting in _SETTINGS:
            command += ["-c", setting]
        try:
            with subprocess.Popen(
                [*command, *arguments],
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            ) as process:
                try:
                    out, err = self._communicate(process, stdin or b"", seconds)
                except BaseException:
                    process.kill()
                    raise
        except subprocess.TimeoutExpired as error:
            raise GitTimeout(
                f"git {arguments[0]} took more than {seconds:.0f} seconds",
                f"git {arguments[0]} 用时超过 {seconds:.0f} 秒",
                error.output or b"",
            ) from error
        except OSError as error:
            raise GitError(str(error)) from error
        if process.returncode != 0:
            raise _refusal(err.decode("utf-8", "replace"), process.returncode)
        return out

    def _communicate(self, process: subprocess.Popen[bytes], stdin: bytes, seconds: float) -> tuple[bytes, bytes]:
        """Return both outputs of a git. One that is slow because it waits for what is no plain file is ended.

        Raises ``GitError``, and ``subprocess.TimeoutExpired``.
        """
        import threading  # which subprocess imports

        waits_for: list[str] = []

        def look() -> None:
            found = no_plain_file(self.top_level() or self.folder)
            if found is not None and process.poll() is None:
                waits_for.append(found)
                process.kill()

        # Beside it, as what was not yet written of the input would be lost in a second ``communicate``.
        timer = threading.Timer(_NOTICEABLE, look)
        timer.daemon = True
        with suppress(RuntimeError):  # no memory for it: then only the limit of time holds
            timer.start()
        try:
            both = process.communicate(stdin, timeout=seconds)
        finally:
            timer.cancel()
        if waits_for:
            self._waits_for = waits_for[0]
            raise self._waiting()
        return both

    def _waiting(self) -> GitError:
        return GitError(
            f"{self._waits_for} is a pipe or a device, which git would wait for",
            f"{self._waits_for} 是管道或设备文件，git 会一直等待",
        )

    def why(self, error: GitError) -> Message:
        """Return in words why git could not tell something: its own, made printable; of a partial clone, with what helps."""
        said = Message(*map(printable, error.reason))
        top = self.top_level()
        if top is None or not is_partial_clone(top):
            return said
        return Message(
            f"{said.en}; in a partial clone, `git fetch --refetch --no-filter` gets what is missing, and actions/checkout "
            "needs no `filter`",
            f"{said.zh}；部分克隆可用 `git fetch --refetch --no-filter` 补全对象，使用 actions/checkout 时请去掉 `filter`",
        )

    def text(self, *arguments: str) -> str:
        """Return what git prints, decoded as file names are (undecodable bytes survive a round trip)."""
        return os.fsdecode(self.run(*arguments))

    def top_level(self) -> str | None:
        """Return the work tree that ``folder`` is in, as git finds it; ``None`` outside of one."""
        return next((folder for folder in upwards(self.folder) if git_directory(folder) is not None), None)

    def is_missing(self) -> bool:
        """Tell whether ``folder`` is in a work tree and there is no git to ask about it."""
        return self.top_level() is not None and _program() is None

    def files(self) -> list[str]:
        """Return tracked and untracked-but-not-ignored files below ``folder``, relative to it, that plugins may be in."""
        out = self.text("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
        return [name for name in out.split("\0") if name and not _is_skipped(name)]

    def is_shallow(self) -> bool:
        """Tell whether history is cut off, as in most CI clones."""
        try:
            return self.text("rev-parse", "--is-shallow-repository").strip() == "true"
        except GitError:
            return False

    def is_marked_shallow(self) -> bool:
        """Tell whether ``folder`` is the top of a plain clone whose history is cut off: by git's own mark, without a process."""
        return os.path.exists(os.path.join(self.folder, ".git", "shallow"))

    def comment_mark(self) -> str:
        """Return what starts a comment line of a commit message: ``#`` unless configured (``auto`` too means ``#``)."""
        for key in ("core.commentString", "core.commentChar"):
            try:
                value = self.text("config", "--get", key).rstrip("\n")
            except GitError:
                continue
            if value and value != "auto":
                return value
        return "#"

    def resolve(self, revision: str) -> str | None:
        """Return the commit a revision names, or ``None``. A revision that looks like an option is refused.

        Raises ``GitError`` where git cannot answer.
        """
        if revision.startswith("-") or "\0" in revision:
            return None
        try:
            return self.text("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}").strip()
        except GitSaysNo:
            return None

    def is_unborn(self) -> bool:
        """Tell whether nothing is committed yet on the branch that is checked out."""
        try:
            self.run("log", "-1", "--format=")
        except GitError as error:
            return _UNBORN in str(error)
        return False

    def changes(self, pattern: str, pathspecs: Iterable[str], limit: int, *options: str) -> list[Change]:
        """Return what the newest ``limit`` commits did to files in which a line that matches was added or removed.

        All of history is asked here, with nothing that would convert a file's text by a program. Raises ``GitError``.
        """
        out = self.text(
            *("log", f"-{limit}", "--format=%H %cs", "--raw", "--no-abbrev", "-z", "--relative", "-G", pattern),
            *("--no-textconv", "--no-ext-diff", *options),
            *([self.commit] if self.commit else []),
            *("--", *pathspecs),
        )
        return list(_changes(out))

    def tree(self, commit: str, *paths: str) -> dict[str, tuple[str, str]]:
        """Return the files of a commit below ``folder`` (only ``paths``, where given) as ``files`` does: path (relative to
        it) to mode and blob name. No submodules."""
        found: dict[str, tuple[str, str]] = {}
        for entry in self.text("ls-tree", "-r", "-z", commit, "--", *paths).split("\0"):
            head, tab, path = entry.partition("\t")
            if tab:
                mode, kind, name = head.split()
                if kind == "blob" and not _is_skipped(path):
                    found[path] = (mode, name)
        return found

    def blobs(self, names: Iterable[str], limit: int) -> dict[str, bytes]:
        """Return the content of blobs by name, without those that are not here or larger than ``limit`` bytes."""
        asked = "".join(f"{name}\n" for name in sorted(set(names))).encode()
        if not asked:
            return {}
        lines = self.run("cat-file", "--batch-check", stdin=asked).decode().splitlines()
        sizes = [line.split() for line in lines]
        wanted = [parts[0] for parts in sizes if len(parts) == 3 and parts[1] == "blob" and int(parts[2]) <= limit]
        out = self.run("cat-file", "--batch", stdin="".join(f"{name}\n" for name in wanted).encode())
        found: dict[str, bytes] = {}
        position = 0
        for _ in wanted:
            end = out.index(b"\n", position)
            name, _, size = out[position:end].decode().split()
            found[name] = out[end + 1 : end + 1 + int(size)]
            position = end + 1 + int(size) + 1
        return found


def _refusal(said: str, code: int) -> GitError:
    """Return the error that git's own words tell of: warnings may stand before the line that says it."""
    lines = said.strip().splitlines()
    if not lines:
        return GitSaysNo(f"git ended with {code}", f"git 以退出码 {code} 结束")
    line = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[0])
    reason = line.removeprefix("fatal: ").removeprefix("error: ")
    return GitSaysNo(reason) if code == _NO else GitError(reason)


def _changes(out: str) -> Iterator[Change]:
    """Read ``--raw -z``: a commit and its day, then for each file modes, blobs and kind, and one path, or two of a move."""
    commit = day = ""
    fields = iter(out.split("\0"))
    for field in fields:
        head = field.strip("\n")
        if not head.startswith(":"):
            commit, _, day = head.partition(" ")
            continue
        _, _, before, after, kind = head.split(" ")
        path = next(fields, "")
        if kind[:1] in ("R", "C"):
            path = next(fields, "")
        yield Change(commit, day, path, *(name if name.strip("0") else None for name in (before, after)))
