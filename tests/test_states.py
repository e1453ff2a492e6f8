"""States of files: what may be known of a file without reading it, and which changes it must never miss."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from owui_lint import sealed, states
from owui_lint.config import load_config
from owui_lint.facts import FactStore
from owui_lint.repository.files import SourceFile
from owui_lint.repository.git import Git
from tests.repository.test_plugins import plugin_file
from tests.support import run, write_files

SECOND = 1_000_000_000
FILES = {
    "plugins/filters/echo/echo.py": plugin_file(),
    "plugins/filters/echo/README.md": "# E\n**Version:** 0.9.0\n\n[gone](gone.md)\n",
    "plugins/filters/echo/README_CN.md": "# 回声\n**版本：** 1.0.0\n",
    "docs/plugins/filters/index.md": "# Filters\n",
    ".gitignore": "*.log\n",
}
README = "plugins/filters/echo/README.md"


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let recent states be relied upon, as if the tests waited for the clock."""
    for name in ("_CLOCK_STEP", "_COARSE_CLOCK_STEP"):
        monkeypatch.setattr(states, name, -(10**15))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_files(tmp_path / "repo", FILES)
    subprocess.run(["git", "-C", str(root), "init", "-q"], check=True)
    return root


@pytest.mark.parametrize(
    ("modified", "changed", "settled"),
    [
        (10 * SECOND + 1, 10 * SECOND + 1, True),
        (20 * SECOND - 100_000_000, 10 * SECOND + 1, True),
        (20 * SECOND - 10_000_000, 10 * SECOND + 1, False),
        (10 * SECOND + 1, 20 * SECOND - 10_000_000, False),
        (20 * SECOND + 1, 10 * SECOND + 1, False),
        # A file system that counts in whole seconds.
        (19 * SECOND, 19 * SECOND, False),
        (17 * SECOND, 17 * SECOND, True),
    ],
)
def test_what_changed_just_now_may_change_unseen(modified: int, changed: int, settled: bool) -> None:
    assert states.is_settled((modified, changed, 0o100644, 5, 1), 20 * SECOND) is settled


def test_the_times_of_a_link_count_too() -> None:
    target = (SECOND + 1, SECOND + 1, 0o100644, 5, 1)
    assert states.is_settled((*target, SECOND + 1, SECOND + 1), 20 * SECOND)
    assert not states.is_settled((*target, SECOND + 1, 20 * SECOND - 1), 20 * SECOND)


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_text("b"),
        lambda path: path.write_text("ab"),
        lambda path: path.chmod(0o600),
        lambda path: (path.write_text("b"), os.utime(path, ns=(7, 7))),
        lambda path: path.unlink(),
        lambda path: (path.unlink(), path.mkdir()),
        lambda path: (path.rename(path.with_name("c")), path.symlink_to("c")),
    ],
)
def test_every_change_gives_another_state(tmp_path: Path, change: Callable[[Path], Any]) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    os.utime(path, ns=(7, 7))
    time.sleep(0.02)
    before = states.state(str(path))
    change(path)
    assert states.state(str(path)) != before


def test_only_regular_files_are_relied_upon(tmp_path: Path, patient: None) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "link").symlink_to("a")
    assert states.settled_state(str(tmp_path / "a")) is not None
    assert states.settled_state(str(tmp_path / "link")) is None
    assert states.settled_state(str(tmp_path)) is None
    assert states.settled_state(str(tmp_path / "gone")) is None


def test_a_state_is_looked_at_once_while_it_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "a"
    states.remember()
    try:
        assert states.state(str(path)) is None
        path.write_text("a")
        assert states.state(str(path)) is None
    finally:
        states.forget()
    assert states.state(str(path)) is not None


def _reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are read from now on."""
    found: list[str] = []
    read = SourceFile.__dict__["_read"].func
    monkeypatch.setattr(SourceFile, "_read", property(lambda self: found.append(self.path) or read(self)))
    return found


def test_only_what_changed_is_read_again(
    root: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, patient: None
) -> None:
    run(capsys, "check", str(root))
    (root / README).write_text(FILES[README] + "\nMore.\n")
    with monkeypatch.context() as patch:
        read = _reads(patch)
        kept = run(capsys, "check", str(root))
    there = {path for path in read if (root / path).exists()}
    assert there == {README}
    assert kept == run(capsys, "check", str(root), "--no-cache")


def test_git_is_not_asked_where_only_contents_changed(
    root: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, patient: None
) -> None:
    run(capsys, "check", str(root))
    texts = [FILES[README] + "\nMore.\n", FILES[README] + "\nEven more.\n"]
    (root / README).write_text(texts[0])
    run(capsys, "check", str(root))  # asks which missing files are ignored, and keeps that now
    (root / README).write_text(texts[1])
    asked: list[Any] = []
    with monkeypatch.context() as patch:
        patch.setattr(Git, "run", lambda self, *arguments, stdin=None: asked.append(arguments) or b"")
        kept = run(capsys, "check", str(root))
    assert not asked
    assert kept == run(capsys, "check", str(root), "--no-cache")


@pytest.mark.parametrize(
    "change",
    [
        lambda root: write_files(root, {"plugins/tools/t/t.py": plugin_file("T", "Tools")}),
        lambda root: (root / README).unlink(),
        lambda root: write_files(root, {".gitignore": "echo.py\n"}),
        lambda root: write_files(root, {".gitignore": "gone.md\n"}),
        lambda root: write_files(root, {"plugins/filters/.gitignore": "*.md\n"}),
        lambda root: write_files(root, {".git/info/exclude": "README_CN.md\n"}),
        lambda root: write_files(root, {".owui-lint.yaml": "exclude: [docs]\n"}),
        lambda root: write_files(root, {"plugins/filters/echo/gone.md": "# Here\n"}),
    ],
)
def test_other_files_are_noticed(root: Path, capsys: Any, patient: None, change: Callable[[Path], Any]) -> None:
    for _ in range(2):
        run(capsys, "check", str(root))
        write_files(root, {"plugins/filters/echo/README_CN.md": "# 回声\n**版本：** 0.8.0\n"})
    change(root)
    assert run(capsys, "check", str(root)) == run(capsys, "check", str(root), "--no-cache")


def test_the_user_s_own_ignore_file_is_watched(
    root: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, patient: None
) -> None:
    home = tmp_path / "home"
    write_files(home, {".gitconfig": f"[core]\n\texcludesFile = {home}/mine\n", "mine": "*.tmp\n"})
    monkeypatch.setenv("HOME", str(home))
    before = run(capsys, "check", str(root))
    (home / "mine").write_text("README_CN.md\n")
    after = run(capsys, "check", str(root))
    assert after != before
    assert after == run(capsys, "check", str(root), "--no-cache")


def test_what_changes_while_it_is_looked_at_is_not_kept(tmp_path: Path, patient: None) -> None:
    path = tmp_path / "a.md"
    path.write_text("one")

    def store() -> FactStore:
        return FactStore(str(tmp_path), load_config(tmp_path), keep=True)

    def text(facts: FactStore) -> str:
        file = SourceFile(tmp_path, "a.md", store=facts)
        return file.facts.plain("text", lambda: file.text)

    first = store()
    assert text(first) == "one"
    first.save()

    second = store()
    file = SourceFile(tmp_path, "a.md", store=second)
    assert file.digest and not second.is_spoiled
    path.write_text("another")
    assert file.facts.plain("length", lambda: len(file.text)) == 7
    assert second.is_spoiled
    second.save()

    path.write_text("one")  # the bytes that the facts are kept under
    third = store()
    again = SourceFile(tmp_path, "a.md", store=third)
    assert again.facts.plain("length", lambda: len(again.text)) == 3


def test_a_damaged_store_counts_as_none(root: Path, capsys: Any, patient: None) -> None:
    first = run(capsys, "check", str(root))
    for name in ("facts", "units", "results"):
        target = root / sealed.FOLDER / name
        target.write_bytes(target.read_bytes()[:-1] + b"\0")
        assert run(capsys, "check", str(root)) == first
