"""Git, called so that nothing in a stranger's repository can run a program or wait for input."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

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
    "protocol.allow=never",
    # The files are only read; whose they are does not matter once no configured program can run.
    "safe.directory=*",
)
_KEEP = ("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
_TIMEOUT = 60  # seconds; a git that hangs must not hang a hook


class GitError(Exception):
    """Git is not there, refused, or does not know what it was asked for; ``str()`` is git's own first line."""


def _environment() -> dict[str, str]:
    environment = {name: os.environ[name] for name in _KEEP if name in os.environ}
    environment.update(
        GIT_OPTIONAL_LOCKS="0",
        GIT_TERMINAL_PROMPT="0",
        GIT_PAGER="cat",
        GIT_NO_LAZY_FETCH="1",
        GIT_NO_REPLACE_OBJECTS="1",
        LC_ALL="C.UTF-8",
    )
    return environment


class Git:
    """One repository's git, run in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """Return what ``git ARGUMENTS`` prints. Raises ``GitError``; never prompts, pages or runs hooks."""
        program = shutil.which("git")
        if program is None:
            raise GitError("git is not installed")
        command = [program]
        for setting in _SETTINGS:
            command += ["-c", setting]
        try:
            done = subprocess.run(
                [*command, *arguments],
                cwd=self.folder,
                env=_environment(),
                input=stdin if stdin is not None else b"",
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GitError(str(error)) from error
        if done.returncode != 0:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise GitError(lines[0] if lines else f"git ended with {done.returncode}")
        return done.stdout

    def text(self, *arguments: str) -> str:
        """Return what git prints, decoded as file names are (undecodable bytes survive a round trip)."""
        return os.fsdecode(self.run(*arguments))

    def top_level(self) -> Path | None:
        """Return the work tree that ``folder`` is in, or ``None`` outside of one (or without git)."""
        try:
            out = self.text("rev-parse", "--show-toplevel").rstrip("\n")
        except GitError:
            return None
        return Path(out) if out else None

    def files(self) -> list[str]:
        """Return tracked and untracked-but-not-ignored files below ``folder``, relative to it."""
        out = self.text("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
        return [name for name in out.split("\0") if name]

    def is_shallow(self) -> bool:
        """Tell whether history is cut off, as in most CI clones."""
        try:
            return self.text("rev-parse", "--is-shallow-repository").strip() == "true"
        except GitError:
            return False

    def resolve(self, revision: str) -> str | None:
        """Return the commit a revision names, or ``None``. A revision that looks like an option is refused."""
        if revision.startswith("-"):
            return None
        try:
            return self.text("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}").strip()
        except GitError:
            return None
