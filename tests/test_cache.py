"""The cache gives the answer that a run without it gives, or none."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from owui_lint import cache, sealed, states
from tests.generated import LOOSE, STANDARD, TELLING, Edit, edits
from tests.repository.test_plugins import plugin_file
from tests.support import run, write_files

FILES: dict[str, str | bytes] = {
    "plugins/filters/echo/echo.py": plugin_file(),
    "plugins/filters/echo/README.md": "# E\n**Version:** 0.9.0\n",
    "plugins/filters/echo/README_CN.md": "# 回声\n**版本：** 1.0.0\n",
    "docs/plugins/filters/index.md": "# Filters\n",
}


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests edit faster than clocks tick: they move times of change themselves, so recent files are trusted."""
    for name in ("_CLOCK_STEP", "_COARSE_CLOCK_STEP"):
        monkeypatch.setattr(states, name, -(10**15))


def _lookup(root: Path, *arguments: str) -> cache.Answer | None:
    cache.begin(["check", str(root), *arguments], time.time_ns())
    try:
        return cache.lookup()
    finally:
        cache.end()


def test_an_unchanged_repository_is_answered_from_the_cache(tmp_path: Path, capsys: Any, _patient: None) -> None:
    root = write_files(tmp_path, FILES)
    first = run(capsys, "check", str(root))
    assert _lookup(root) == first
    assert run(capsys, "check", str(root)) == first
    assert (root / sealed.FOLDER / ".gitignore").read_text().endswith("*\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "plugins/filters/echo/README.md").write_text("# E\n**Version:** 0.9.1\n"),
        lambda root: (root / "plugins/filters/echo/README.md").unlink(),
        lambda root: (root / "README_CN.md").write_text("x"),
        lambda root: (root / "new/folder").mkdir(parents=True),
        lambda root: (root / "docs/plugins/filters/echo.md").write_text("# Echo\n"),
        lambda root: (root / ".owui-lint.yaml").write_text("ignore: [all]\n"),
        lambda root: (root / "pyproject.toml").write_text("[tool.owui-lint]\n"),
        lambda root: os.system(f"git init -q {root}"),
        lambda root: os.chmod(root / "plugins/filters/echo/README.md", 0),
        lambda root: (root / sealed.FOLDER / "results").write_bytes(b"\0" * 200),
        lambda root: (root / sealed.FOLDER / "results").unlink(),
    ],
)
def test_any_change_makes_it_forget(tmp_path: Path, capsys: Any, change: Any, _patient: None) -> None:
    root = write_files(tmp_path, FILES)
    run(capsys, "check", str(root))
    assert _lookup(root) is not None
    change(root)
    assert _lookup(root) is None


def test_a_file_in_a_folder_that_was_empty(tmp_path: Path, capsys: Any, _patient: None) -> None:
    root = write_files(tmp_path, FILES)
    (root / "plugins/actions/later").mkdir(parents=True)
    run(capsys, "check", str(root))
    (root / "plugins/actions/later/later.py").write_text(plugin_file("Later", "Action"))
    assert _lookup(root) is None


def test_folders_that_are_never_looked_into(tmp_path: Path, capsys: Any, _patient: None) -> None:
    linked = {"plugins/filters/echo/README.md": "# Echo\n\n**Version:** 1.0.0\n\n[a](../../../node_modules/a.md)\n"}
    root = write_files(tmp_path, {**FILES, **linked})
    (root / "node_modules").mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    run(capsys, "check", str(root))
    assert "does not exist" in run(capsys, "check", str(root))[1]
    write_files(root, {"node_modules/b.py": plugin_file("B"), "node_modules/a.md": "# A\n"})
    kept = run(capsys, "check", str(root))
    assert kept == run(capsys, "check", "--no-cache", str(root))
    assert "node_modules" not in kept[1] and "1 plugin," in kept[1]


def _is_right(root: Path, capsys: Any) -> bool:
    return run(capsys, "check", str(root)) == run(capsys, "check", "--no-cache", str(root))


def test_a_file_that_gives_way_to_a_folder(tmp_path: Path, capsys: Any, _patient: None) -> None:
    root = write_files(tmp_path, {"echo.py": plugin_file(), "extra": "x"})
    run(capsys, "check", str(root))
    (root / "extra").unlink()
    write_files(root, {"extra/b.py": plugin_file("B")})
    assert _is_right(root, capsys) and "2 plugins" in run(capsys, "check", str(root))[1]


def test_a_table_in_a_file_that_was_not_the_configuration(tmp_path: Path, capsys: Any, _patient: None) -> None:
    table = "[tool.owui-lint]\nprofile = 'strict'\n"
    for name, ignored in (("a", "pyproject.toml\n"), ("b/sub", "")):
        root = write_files(tmp_path / name, {"echo.py": plugin_file()})
        config = tmp_path / name[0] / "pyproject.toml"
        config.write_text("[tool.other]\n")
        if ignored:
            write_files(root, {".gitignore": ignored})
            subprocess.run(["git", "init", "-q", str(root)], check=True)
        run(capsys, "check", str(root))
        config.write_text(table)
        assert _is_right(root, capsys) and "strict" in run(capsys, "check", str(root))[1]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("config", "[core] excludesfile = {}\n"),
        ("config", "[core]\n\texcludesFile = {} ; mine\n"),
        ("config", '[core]\n\texcludesFile = "{}" # mine\n'),
        ("config.worktree", "[core]\n\texcludesFile = {}\n"),
    ],
)
def test_a_file_that_git_is_told_to_ignore_by(
    tmp_path: Path, capsys: Any, _patient: None, file: str, line: str
) -> None:
    root = write_files(tmp_path / "x", {"echo.py": plugin_file(), "b.py": plugin_file("B")})
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    subprocess.run(["git", "-C", str(root), "config", "extensions.worktreeConfig", "true"], check=True)
    with (root / ".git" / file).open("a") as stream:
        stream.write(line.format(tmp_path / "ignore"))
    assert "2 plugins" in run(capsys, "check", str(root))[1]
    (tmp_path / "ignore").write_text("b.py\n")
    assert _is_right(root, capsys) and "1 plugin," in run(capsys, "check", str(root))[1]


def test_a_folder_that_becomes_a_repository(tmp_path: Path, capsys: Any, _patient: None) -> None:
    root = write_files(tmp_path, {"echo.py": plugin_file(), "n/b.py": plugin_file("B")})
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / "n/.git").mkdir()
    run(capsys, "check", str(root))
    git = ["git", "-C", str(root / "n"), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)
    assert _is_right(root, capsys)


def test_a_branch_that_moves(tmp_path: Path, capsys: Any, _patient: None) -> None:
    root = write_files(tmp_path, FILES)
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    run(capsys, "check", str(root))
    assert _lookup(root) is not None
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "y"], check=True)
    assert _lookup(root) is None


def test_what_is_asked_is_part_of_the_key(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, _patient: None
) -> None:
    root = write_files(tmp_path, FILES)
    run(capsys, "check", str(root))
    assert _lookup(root, "--lang", "zh") is None
    assert _lookup(root, "--fix") is None and _lookup(root, "--no-cache") is None
    monkeypatch.setenv("NO_COLOR", "1")
    assert _lookup(root) is None


def test_a_foreign_cache_does_not_open(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, _patient: None
) -> None:
    root = write_files(tmp_path / "repo", FILES)
    run(capsys, "check", str(root))
    assert _lookup(root) is not None
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "somebody-else"))
    assert _lookup(root) is None
    run(capsys, "check", str(root))  # seals anew
    moved = Path(shutil.copytree(root, tmp_path / "copy"))
    assert _lookup(moved) is None


def test_no_cache_leaves_nothing(tmp_path: Path, capsys: Any, _patient: None) -> None:
    root = write_files(tmp_path, FILES)
    run(capsys, "check", "--no-cache", str(root))
    assert not (root / sealed.FOLDER).exists()


def test_a_cache_folder_that_is_a_link_is_not_written_through(tmp_path: Path, capsys: Any, _patient: None) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = write_files(tmp_path / "repo", FILES)
    (root / sealed.FOLDER).symlink_to(outside)
    run(capsys, "check", str(root))
    assert not list(outside.iterdir())


def test_the_step_summary_is_written_each_time(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, _patient: None
) -> None:
    root = write_files(tmp_path / "repo", FILES)
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    for number in (1, 2):
        run(capsys, "check", str(root), "--output-format", "github")
        assert summary.read_text().count("owui-lint report") == number


def test_recent_changes_are_not_trusted(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, FILES)
    run(capsys, "check", str(root))
    assert _lookup(root) is None


PATHS = [*FILES, "README.md", "docs/plugins/filters/echo.md", "plugins/tools/t/t.py"]
TEXTS = [plugin_file(), plugin_file("T", "Tools"), "# E\n**Version:** 1.0.0\n", "# E\n**Version:** 2.0.0\n", ""]
EDITS = st.tuples(st.sampled_from(PATHS), st.one_of(st.none(), st.sampled_from(TEXTS)))


def _edit(root: Path, path: str, text: str | None) -> None:
    if text is None:
        (root / path).unlink(missing_ok=True)
    else:
        write_files(root, {path: text})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(edits=st.lists(EDITS, min_size=1, max_size=6))
def test_with_and_without_cache_are_equal(
    tmp_path: Path, capsys: Any, _patient: None, edits: list[tuple[str, str | None]]
) -> None:
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    root = write_files(tmp_path, FILES)
    moment = 1_000_000_000_000_000_000
    for path, text in edits:
        _edit(root, path, text)
        if text is not None:
            moment += 1_000_000
            os.utime(root / path, ns=(moment, moment))
        cold = run(capsys, "check", "--no-cache", str(root))
        kept = run(capsys, "check", str(root))
        again = run(capsys, "check", str(root))
        assert cold == kept == again


def _change(root: Path, edit: Edit, moment: int) -> None:
    """Carry out an edit, as if at a time of its own."""
    what, name, argument = edit
    path = root / name
    if what == "write":
        write_files(root, {name: argument})
    elif not path.exists():
        return
    elif what == "swap":
        old, _, new = argument.partition("\n\n")
        write_files(root, {name: path.read_text().replace(old, new)})
    elif what == "move":
        (root / argument).parent.mkdir(parents=True, exist_ok=True)
        path.replace(root / argument)
        return
    else:
        path.unlink()
        return
    os.utime(path, ns=(moment, moment))


FOUND = ("--profile", "strict", "--jobs", "1", "--output-format", "json")
MENDED = ("--profile", "strict", "--jobs", "1", "--unsafe-fixes", "--diff")  # which shows where edits are


def test_what_an_edit_changes_elsewhere_is_seen(tmp_path: Path, capsys: Any, _patient: None) -> None:
    def told(*more: str) -> list[tuple[int, str, str]]:
        return [run(capsys, "check", str(tmp_path), *asked, *more) for asked in (FOUND, MENDED)]

    moment = 1_000_000_000_000_000_000
    for what, edit in TELLING.items():
        shutil.rmtree(tmp_path)
        root = write_files(tmp_path, dict(STANDARD))
        for path in STANDARD:
            os.utime(root / path, ns=(moment, moment))
        before = told()
        _change(root, edit, moment + 1_000_000)
        kept = told()
        assert kept == told("--no-cache"), what
        assert kept != before, f"{what}: this changes nothing"


@pytest.mark.parametrize("files", [STANDARD, LOOSE], ids=["standard", "loose"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(data=st.data())
def test_an_edit_of_any_file_is_seen(
    tmp_path: Path, capsys: Any, _patient: None, files: dict[str, str], data: Any
) -> None:
    shutil.rmtree(tmp_path)
    root = write_files(tmp_path, dict(files))
    moment = 1_000_000_000_000_000_000
    for path in files:
        os.utime(root / path, ns=(moment, moment))
    asked = ("check", str(root), *data.draw(st.sampled_from([FOUND, MENDED])))
    run(capsys, *asked)
    for edit in data.draw(st.lists(edits(files), min_size=1, max_size=5)):
        moment += 1_000_000
        _change(root, edit, moment)
        kept = run(capsys, *asked)
        assert kept == run(capsys, *asked, "--no-cache")
    assert run(capsys, *asked) == kept


GIT_EDITS = st.one_of(
    EDITS,
    st.tuples(st.just(".gitignore"), st.sampled_from(["", "*.md\n", "t.py\n", "docs/\n", "gone.md\n"])),
    st.tuples(st.just(".git/info/exclude"), st.sampled_from(["", "README_CN.md\n"])),
    st.tuples(st.just("plugins/filters/echo/gone.md"), st.one_of(st.none(), st.just("# Here\n"))),
    st.tuples(st.just("git"), st.sampled_from(["add -A", "rm -rq --cached plugins", "stash -q -u"])),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(edits=st.lists(GIT_EDITS, min_size=1, max_size=6))
def test_with_and_without_cache_are_equal_under_git(
    tmp_path: Path, capsys: Any, _patient: None, edits: list[tuple[str, str | None]]
) -> None:
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    linked = {"plugins/filters/echo/README.md": "# E\n**Version:** 0.9.0\n\n[gone](gone.md)\n"}
    root = write_files(tmp_path, {**FILES, **linked})
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    run(capsys, "check", str(root))
    for path, text in edits:
        if path == "git":
            subprocess.run([*git, *str(text).split()], check=False, capture_output=True)
        else:
            _edit(root, path, text)
        if not (root / "plugins").exists():
            break  # stashed away: nothing to check
        kept = run(capsys, "check", str(root))
        assert kept == run(capsys, "check", "--no-cache", str(root))


def test_a_relative_cache_folder_is_not_made_in_the_repository(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_files(tmp_path / "repository", FILES)
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(root)
    run(capsys, "check")
    assert not (root / "relative").exists()
    assert (tmp_path / "home/.cache/owui-lint/seal").exists()


def test_a_file_that_somebody_left_behind_stays(tmp_path: Path) -> None:
    left = tmp_path / f"answers.{os.getpid()}.tmp"
    left.write_text("x")
    sealed.replace(str(tmp_path / "answers"), b"y")
    assert (tmp_path / "answers").read_bytes() == b"y" and left.read_text() == "x"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers", left.name]


def test_a_current_folder_that_is_gone(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for arguments in ((), ("versions",), ("init",)):
        code, _, err = run(capsys, *arguments)
        assert code == 2 and "current folder is gone" in err
