"""Trees that strangers send: huge, deep, special files, other people's. ``CASES`` is also the table of docs/security.md."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from owui_lint import sealed
from tests.repository.test_plugins import plugin_file
from tests.support import commit, git, run, run_json, write_files

CODE = "plugins/filters/echo/echo.py"
README = "plugins/filters/echo/README.md"
README_CN = "plugins/filters/echo/README_CN.md"
BASE: dict[str, str | bytes] = {
    CODE: plugin_file(),
    README: "# E\n**Version:** 1.0.0\n",
    README_CN: "# 回声\n**版本：** 1.0.0\n",
}
DOCS = Path(__file__).parents[1] / "docs"


def _sparse(root: Path, name: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)


def _link(root: Path, name: str, target: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def _fifo(root: Path, name: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def _unwritten(root: Path) -> None:
    (root / ".owui-lint.yaml").write_text("baseline: b.json\n")
    os.mkfifo(root / "b.json")


# What is done to a good repository, the exit code, and what is said (a part of a line of the output).
_LARGE = "error OWL001 file-unreadable: The file is larger than 8 MiB and is not read."
_LINK = "error OWL001 file-unreadable: This is a symbolic link that leads out of the repository, so it is not followed."
_PIPE = "error OWL001 file-unreadable: This is not a regular file, so it is not read."
_AS_EVER = "20 warnings in 1 plugin, 3 files, 3 version locations."
_CONFIGURATION_LINK = "owui-lint: .owui-lint.yaml is a link that leads out of the repository."
CASES: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "plugin code of 2 GB": (lambda root: _sparse(root, CODE), 1, _LARGE),
    "README of 2 GB": (lambda root: _sparse(root, README), 1, _LARGE),
    "plugin code that is a link to /dev/zero": (lambda root: _link(root, CODE, "/dev/zero"), 1, _LINK),
    "README that is a link to /dev/zero": (lambda root: _link(root, README, "/dev/zero"), 1, _LINK),
    "README that is a link to /etc/passwd": (lambda root: _link(root, README, "/etc/passwd"), 1, _LINK),
    "README that is a pipe": (lambda root: _fifo(root, README), 1, _PIPE),
    "cache that is a pipe": (lambda root: _fifo(root, f"{sealed.FOLDER}/results"), 1, _AS_EVER),
    "cache that is a link to /dev/zero": (
        lambda root: _link(root, f"{sealed.FOLDER}/results", "/dev/zero"),
        1,
        _AS_EVER,
    ),
    "cache of 2 GB": (lambda root: _sparse(root, f"{sealed.FOLDER}/units"), 1, _AS_EVER),
    "configuration that is a link to /dev/zero": (
        lambda root: _link(root, ".owui-lint.yaml", "/dev/zero"),
        2,
        _CONFIGURATION_LINK,
    ),
    "configuration that is a link to /etc/passwd": (
        lambda root: _link(root, ".owui-lint.yaml", "/etc/passwd"),
        2,
        _CONFIGURATION_LINK,
    ),
    "configuration of 2 GB": (
        lambda root: _sparse(root, ".owui-lint.yaml"),
        2,
        "owui-lint: .owui-lint.yaml is larger than 1 MiB.",
    ),
    "pyproject.toml of 2 GB": (
        lambda root: _sparse(root, "pyproject.toml"),
        2,
        "owui-lint: pyproject.toml is larger than 1 MiB.",
    ),
    "baseline that is a pipe": (_unwritten, 2, "b.json is not a file."),
}


@pytest.mark.skipif(os.name == "nt", reason="special files of POSIX")
@pytest.mark.parametrize("name", CASES)
def test_special_files(tmp_path: Path, name: str) -> None:
    """In a process with 600 MB of memory, which one of these files read as a whole would use up."""
    prepare, expected, said = CASES[name]
    root = write_files(tmp_path / "repo", BASE)
    prepare(root)
    code, out, err = _bounded(root, "check", "--fail-on", "info", "--jobs", "1")
    assert code == expected, (out, err)
    assert said in out + err
    assert "Traceback" not in err and "root:" not in out + err
    if "code" in name:  # one root cause, one finding there
        assert out.count("echo.py:") == 1


@pytest.mark.parametrize("page", ["security.md", "security.zh.md"])
def test_the_documentation_says_the_same(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for _, _, said in CASES.values():
        assert f"`{said}`" in text


def _bounded(root: Path, *arguments: str) -> tuple[int, str, str]:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20)); "
    program = limit + "from owui_lint.__main__ import entry; entry()"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("versioned", [False, True], ids=["plain", "git"])
def test_a_tree_a_thousand_deep(tmp_path: Path, capsys: Any, versioned: bool) -> None:
    root = write_files(tmp_path / "repo", BASE)
    here = os.getcwd()
    try:
        os.chdir(root)
        for _ in range(1000):
            os.mkdir("d")
            os.chdir("d")
        Path("deep.py").write_text(plugin_file("Deep"))
    finally:
        os.chdir(here)
    if versioned:
        git(root, "init", "-q")
    try:
        for _ in range(2):
            code, out, err = run(capsys, "check", str(root))
            assert code == 0 and "rule-crashed" not in out and "1 plugin" in out, err
    finally:
        subprocess.run(["rm", "-rf", str(root)], check=True)  # pytest's own clean-up calls itself per level


def test_twenty_thousand_files(tmp_path: Path, capsys: Any) -> None:
    """100,000 take five times as long: ``python -m fuzz.growth files``."""
    root = write_files(tmp_path / "repo", BASE)
    for number in range(200):
        folder = root / f"plugins/tools/x{number}"
        folder.mkdir(parents=True)
        for name in range(100):
            os.close(os.open(folder / f"f{name}.txt", os.O_CREAT))
    code, data = run_json(capsys, "check", str(root))
    assert code == 0
    assert data["summary"]["plugins"] == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_owned_by_another_user(tmp_path: Path, capsys: Any) -> None:
    """Git refuses to work in it; it is only asked to read, with nothing that could run a program, so it is told not to."""
    root = write_files(
        tmp_path / "repo", {**BASE, README: "# E\n**Version:** 0.9.0\n", "ignored/a.py": "", ".gitignore": "ignored/\n"}
    )
    commit(root)
    for path in [root, *root.rglob("*")]:
        os.chown(path, 12345, 12345, follow_symlinks=False)
    refused = subprocess.run(
        ["git", "-C", str(root), "status"], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}
    )
    assert "dubious ownership" in refused.stderr
    code, out, _ = run(capsys, "check", str(root))
    assert code == 1 and "version-mismatch" in out
    _, data = run_json(capsys, "check", "--since", "HEAD", str(root))
    assert data["findings"] == []
    assert run(capsys, "--fix-versions", str(root))[0] == 0
    assert "1.0.0" in (root / README).read_text()


def _as_anybody() -> list[str]:
    """What runs a command as somebody whom permissions bind, which they do not bind root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv, or not to be root")
    return ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs permissions of POSIX")
@pytest.mark.parametrize("place", ["plugins/filters/echo", CODE, README])
def test_what_may_not_be_read_is_no_silent_nothing(tmp_path: Path, place: str) -> None:
    anybody = _as_anybody()
    root = write_files(tmp_path, {**BASE, "plugins/filters/other/other.py": plugin_file()})
    commit(root)
    (root / place).chmod(0)
    try:
        command = [*anybody, sys.executable, "-m", "owui_lint", "check", "--no-cache", "--select", "OWL001", str(root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        (root / place).chmod(0o755)
    assert done.returncode == 1, done.stderr
    assert "error OWL001 file-unreadable" in done.stdout and place in done.stdout
