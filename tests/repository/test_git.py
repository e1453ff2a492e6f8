"""Where a work tree starts, found as git finds it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from owui_lint.repository import git
from owui_lint.repository.git import Git, GitError


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_the_top_level_is_gits(tmp_path: Path) -> None:
    root, below = tmp_path / "r", tmp_path / "r/a/b"
    below.mkdir(parents=True)
    assert Git(below).top_level() is None
    _git(root, "init", "-q")
    _git(root, "commit", "-q", "--allow-empty", "-m", "x")
    _git(root, "worktree", "add", "-q", str(tmp_path / "linked"))
    _git(tmp_path, "clone", "-q", "--bare", str(root), str(tmp_path / "bare.git"))
    for folder in (root, below, tmp_path / "linked"):
        told = subprocess.run(["git", "rev-parse", "--show-toplevel"], cwd=folder, capture_output=True, text=True)
        assert Git(folder).top_level() == str(Path(told.stdout.strip()))
    assert Git(tmp_path / "bare.git").top_level() is None


@pytest.mark.parametrize("kind", ["empty folder", "text", "huge", "link to itself"])
def test_what_only_looks_like_gits(tmp_path: Path, kind: str) -> None:
    mark = tmp_path / ".git"
    if kind == "empty folder":
        mark.mkdir()
    elif kind == "link to itself":
        mark.symlink_to(mark)
    else:
        mark.write_text("hello")
        os.truncate(mark, 1 << 40 if kind == "huge" else 5)  # a file with a hole, which takes no room
    assert Git(tmp_path).top_level() is None


def test_git_is_not_taken_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\ntouch ran\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for path in (".", "", f"{os.pathsep}."):
        monkeypatch.setenv("PATH", path)
        assert git._program() is None
        with pytest.raises(GitError, match="not installed"):
            Git(tmp_path).files()
    assert not (tmp_path / "ran").exists()
