"""Repositories whose git cannot answer: what it was asked for is said to be missing, with git's reason, and nothing waits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from owui_lint.repository import git as git_module
from owui_lint.repository import outside
from tests.repository.test_plugins import plugin_file
from tests.support import commit, git, run, run_json, write_files

CODE = "plugins/filters/echo/echo.py"
BADGE = "# P\n![updated](https://img.shields.io/badge/2020--01--01-gray)\n"
posix = pytest.mark.skipif(os.name == "nt", reason="needs pipes")


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A repository of two commits, whose date badge is older than the plugin's version."""
    root = write_files(tmp_path / "full", {CODE: plugin_file(), "README.md": BADGE, "README_CN.md": BADGE})
    commit(root, date="2026-05-01T12:00:00+00:00")
    write_files(root, {CODE: plugin_file() + "\n\nMORE = 1\n"})
    commit(root, date="2026-05-02T12:00:00+00:00")
    return root


def _partial(root: Path) -> Path:
    git(root, "config", "uploadpack.allowFilter", "true")
    clone = root.with_name("partial")
    git(root, "clone", "-q", "--filter=blob:none", f"file://{root}", str(clone))
    return clone


def _append(name: str, text: str) -> Callable[[Path], Path]:
    def damaged(root: Path) -> Path:
        with (root / ".git" / name).open("a") as stream:
            stream.write(text)
        return root

    return damaged


def _replaced(name: str, text: str) -> Callable[[Path], Path]:
    def damaged(root: Path) -> Path:
        (root / ".git" / name).write_text(text)
        return root

    return damaged


def _without_objects(root: Path) -> Path:
    for folder in (root / ".git/objects").iterdir():
        shutil.rmtree(folder)
    return root


# What is done to a good repository, and a part of git's own words for it.
REFUSALS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "partial clone": (_partial, "from promisor remote; in a partial clone, `git fetch --refetch --no-filter`"),
    "configuration": (_append("config", "[core"), "bad config line"),
    "version of the format": (_append("config", "[core]\nrepositoryformatversion = 9\n"), "xpected git repo version"),
    "head": (_replaced("HEAD", "\x1b[2J"), "not a git repository"),
    "branch": (_replaced("refs/heads/main", "nothing\n"), "appears to be broken|Not a valid object name"),
    "objects": (_without_objects, "not a git repository|bad object|could not read|unable to read"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_history_that_git_cannot_read_is_no_silent_nothing(full: Path, kind: str, capsys: Any) -> None:
    stale = ("check", "--no-cache", "--profile", "standard", "--select", "date-badge-stale")
    assert run_json(capsys, *stale, str(full))[0] == 1
    damage, reason = REFUSALS[kind]
    root = damage(full)
    code, out, _ = run(capsys, *stale, str(root))
    assert code == 0
    assert "git could not read its history, so date badges were not compared with it" in out
    assert any(words in out for words in reason.split("|")), out
    assert "git 无法读取提交历史" in run(capsys, *stale, str(root), "--lang", "zh")[1]
    assert run_json(capsys, *stale, str(root))[1]["summary"]["hidden"]["dates-without-history"] == 2
    # Rules that do not ask for it say nothing of it.
    assert "history" not in run(capsys, "check", "--no-cache", "--select", "version-mismatch", str(root))[1]


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_comparison_that_git_cannot_make_says_why(full: Path, kind: str, capsys: Any) -> None:
    damage, reason = REFUSALS[kind]
    code, out, err = run(capsys, "check", "--since", "HEAD~1", str(damage(full)))
    assert (code, out) == (2, "")
    if kind in ("branch", "objects"):  # git says no more than that
        assert "git knows no revision" in err or "cannot tell what changed" in err
    else:
        assert "--since: git cannot tell what changed since 'HEAD~1': " in err and reason in err
    assert err.count("\n") == 1 and "\x1b" not in err


def test_what_git_cannot_tell_is_asked_again(full: Path, capsys: Any) -> None:
    """The repository that a person repaired is not answered from before."""
    stale = ("check", "--profile", "standard", "--select", "date-badge-stale")
    clone = _partial(full)
    assert run(capsys, *stale, str(clone))[0] == 0
    git(clone, "fetch", "-q", "--refetch", "--no-filter")
    assert run(capsys, *stale, str(clone))[0] == 1


def test_files_that_git_cannot_list_are_said_to_be_all(full: Path, capsys: Any) -> None:
    write_files(full, {".gitignore": "old/\n", "old/plugins/filters/x/x.py": plugin_file()})
    full = _append("config", "[core")(full)
    _, out, _ = run(capsys, "check", "--select", "version-mismatch", str(full))
    assert "git could not list the files, so those that it ignores were looked at too: bad config line" in out
    assert "git 无法列出文件" in run(capsys, "check", "--select", "version-mismatch", "--lang", "zh", str(full))[1]


@pytest.mark.parametrize("kind", ["no repository", "nothing committed", "another branch"])
def test_where_there_is_no_history_nothing_is_missed(full: Path, kind: str, capsys: Any) -> None:
    if kind == "another branch":
        git(full, "checkout", "-q", "--orphan", "new")
    else:
        shutil.rmtree(full / ".git")
    if kind == "nothing committed":
        git(full, "init", "-q")
    _, data = run_json(capsys, "check", "--select", "date-badge-stale", "--profile", "standard", str(full))
    assert "hidden" not in data["summary"]


@posix
@pytest.mark.parametrize(
    "place", [".git/index", ".git/packed-refs", ".git/info/exclude", ".gitignore", "plugins/.gitignore", "my-ignores"]
)
def test_git_does_not_wait_for_a_pipe(full: Path, place: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_module, "_NOTICEABLE", 0.3)
    if place == "my-ignores":
        git(full, "config", "core.excludesFile", str(full / place))
    (full / place).unlink(missing_ok=True)
    (full / place).parent.mkdir(exist_ok=True)
    os.mkfifo(full / place)
    started = os.times().elapsed
    _, out, _ = run(capsys, "check", "--select", "date-badge-stale", "--profile", "standard", str(full))
    assert os.times().elapsed - started < git_module._TIMEOUT / 2  # a hang, be it one that ends
    if place != ".git/packed-refs" or "is a pipe" in out:  # which not every question reads
        assert f"{place} is a pipe or a device, which git would wait for" in out


@posix
def test_a_slow_git_is_not_taken_for_one_that_waits(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_module, "_NOTICEABLE", 0.001)
    (full / ".git/info/exclude").unlink()
    (full / ".git/info/exclude").symlink_to(os.devnull)
    os.mkfifo(full / "a pipe of the author's")
    assert CODE in git_module.Git(full).files()
    known = git(full, "rev-parse", f"HEAD:{CODE}").strip()
    unknown = [f"{number:040x}" for number in range(30_000)]  # more than a pipe takes in at once
    assert list(git_module.Git(full).blobs([known, *unknown], 10_000)) == [known]


def _links(root: Path, *targets: str) -> None:
    """A page with links to what is not there, and a pattern that takes git for ever over long names of nothing but ``a``."""
    page = "# Echo\n**Version:** 1.0.0\n" + "".join(f"[x]({target})\n" for target in targets)
    write_files(root, {"plugins/filters/echo/README.md": page, ".gitignore": "*a" * 14 + "*b\n/built/\n"})


def test_a_path_that_takes_git_for_ever_hides_no_other_one(
    full: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "_SECONDS", 0.5)
    monkeypatch.setattr(outside, "_SECONDS_AGAIN", 0.3)
    slow = [f"{'a' * length}.md" for length in (90, 100)]
    long = f"{'z' * 120}.md"  # behind them, as they are asked in the order of their length
    _links(full, "missing.md", *slow, long, "../../../built/page.md")
    arguments = ("check", "--no-cache", "--select", "broken-link", str(full))
    _, data = run_json(capsys, *arguments)
    found = " ".join(finding["message"] for finding in data["findings"])
    assert "missing.md" in found and long[:12] in found and len(data["findings"]) == 2
    assert data["summary"]["hidden"] == {"links-unjudged": 2}
    out = run(capsys, *arguments)[1]
    assert (
        "Links to 2 paths (plugins/filters/echo/aaaa" in out and "were not judged" in out and "git check-ignore" in out
    )
    assert "有 2 个路径" in run(capsys, *arguments, "--lang", "zh")[1]


def test_paths_that_take_git_for_ever_are_given_up_at_last(
    full: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "_SECONDS", 0.3)
    monkeypatch.setattr(outside, "_SECONDS_AGAIN", 0.1)
    asked: list[float] = []
    real = git_module.Git.run

    def counting(self: Any, *arguments: str, **options: Any) -> bytes:
        asked.extend([options["seconds"]] if arguments[0] == "check-ignore" else [])
        return real(self, *arguments, **options)

    monkeypatch.setattr(git_module.Git, "run", counting)
    _links(full, "missing.md", *(f"{'a' * length}.md" for length in range(90, 120)))
    _, data = run_json(capsys, "check", "--no-cache", "--select", "broken-link", str(full))
    assert len(data["findings"]) == 1 and data["summary"]["hidden"] == {"links-unjudged": 30}
    assert len(asked) == outside._MOST_SLOW


def test_what_git_ignores_is_known_of_each_path(full: Path, capsys: Any) -> None:
    _links(full, "../../../built/a.md", "kept.md", "x.tmp", "y.tmp")
    write_files(full, {".gitignore": "/built/\n*.tmp\n!y.tmp\n"})
    _, data = run_json(capsys, "check", "--no-cache", "--select", "broken-link", str(full))
    assert [finding["line"] for finding in data["findings"]] == [4, 6]
