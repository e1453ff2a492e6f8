"""Links and special files where the tool writes reports or reads more than plugins: nothing outside is read or touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.repository.test_plugins import plugin_file
from tests.support import commit, run, write_files

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links and special files of POSIX")
CODE = "plugins/filters/echo/echo.py"
OPTIONS = {
    "output": lambda path: ("check", "--output", f"sarif:{path}"),
    "badge": lambda path: ("versions", "--badge", path),
}


@pytest.fixture(params=OPTIONS)
def option(request: pytest.FixtureRequest) -> Any:
    return OPTIONS[request.param]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_files(tmp_path / "repo", {CODE: plugin_file()})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/victim").write_text("mine")
    monkeypatch.chdir(root)
    return root


def _victims(root: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (root.parent / "outside").iterdir()}


@pytest.mark.parametrize(
    ("link", "target", "path"),
    [
        ("report", "../outside/victim", "report"),
        ("report", "../outside/new", "report"),
        ("report", CODE, "report"),
        ("report", "report", "report"),
        ("out", "../outside", "out/victim"),
        ("out", "../outside", "out/new"),
        ("out", "../outside", "out/new/report"),
        ("out", "../outside/new", "out/report"),
        ("out", "../outside/", "out/../victim"),
    ],
)
@pytest.mark.parametrize("absolute", [False, True])
def test_a_report_is_not_written_through_links(
    root: Path, capsys: Any, option: Any, link: str, target: str, path: str, absolute: bool
) -> None:
    (root / link).symlink_to(target)
    code, _, err = run(capsys, *option(f"{root}/{path}" if absolute else path))
    if path == "out/../victim":
        assert not (root.parent / "victim").exists()
    assert code == 2 and "link" in err, err
    assert _victims(root) == {"victim": "mine"}
    assert (root / CODE).read_text() == plugin_file()


def test_links_around_the_root_of_a_larger_work_tree(root: Path, capsys: Any, option: Any) -> None:
    """A pull request also plants links in the folders that the configured root lies in."""
    (root / ".owui-lint.yaml").write_text("lang: en\n")
    commit(root.parent)
    (root.parent / "report").symlink_to("outside/victim")
    code, _, err = run(capsys, *option("../report"))
    assert code == 2 and "link" in err
    assert _victims(root) == {"victim": "mine"}


def test_a_report_does_not_go_into_a_pipe_of_the_repository(root: Path, capsys: Any, option: Any) -> None:
    os.mkfifo(root / "report")
    code, _, err = run(capsys, *option("report"))
    assert code == 2 and "not a regular file" in err


def test_where_reports_are_written(root: Path, capsys: Any, option: Any) -> None:
    (root / "inner").mkdir()
    (root / "link").symlink_to("inner")
    (root.parent / "outside/link").symlink_to("victim")
    (root.parent / "outside/victim").write_text("")  # what says something is not replaced by a badge
    os.link(root.parent / "outside/victim", root / "hard")
    for path in ("report", "new/report", "link/report", "hard", "../outside/link"):
        assert run(capsys, *option(path))[0] in (0, 1), path
        assert len(Path(path).read_text()) > 100
    (root / "report").chmod(0o604)
    assert run(capsys, *option("report"))[0] in (0, 1)
    assert (root / "report").stat().st_mode & 0o777 == 0o604
    assert (root / "hard").stat().st_nlink == 1
    assert sorted(path.name for path in root.iterdir() if path.name[0] != ".") == [
        *("hard", "inner", "link", "new", "plugins", "report")
    ]
    assert run(capsys, *option("inner"))[0] == 2


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/stderr", "/dev/fd/1"])
def test_a_report_for_the_terminal(root: Path, name: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "owui_lint", "--output", f"sarif:{name}"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    assert '"$schema"' in done.stdout + done.stderr


SECRET = "code: LOC001\nname: own\nprimitive: pattern\nseverity: SECRETVALUE\n"


@pytest.mark.parametrize("link", [".owui-lint/rules", ".owui-lint"])
def test_own_rules_are_not_read_through_a_linked_folder(root: Path, capsys: Any, link: str) -> None:
    outside = root.parent / "outside"
    write_files(outside, {"secret.yaml": SECRET, "rules/secret.yaml": SECRET})
    (root / link).parent.mkdir(parents=True, exist_ok=True)
    (root / link).symlink_to(outside)
    for command in (["check"], ["rules"], ["rule", "own"], ["check", "--show-config"]):
        code, out, err = run(capsys, *command)
        assert code == 2 and "SECRETVALUE" not in out + err and "leads out of the repository" in err


def test_own_rules_in_a_linked_folder_of_the_repository(root: Path, capsys: Any) -> None:
    write_files(root, {"inner/own.yaml": SECRET, ".owui-lint/x": ""})
    (root / ".owui-lint/rules").symlink_to("../inner")
    code, _, err = run(capsys, "check")
    assert code == 2 and "own.yaml:1" in err


@pytest.mark.parametrize("folder", ["docs", "plugins/filters/echo", "plugins/filters", "plugins"])
def test_nothing_is_read_through_a_linked_folder(root: Path, capsys: Any, folder: str) -> None:
    files = {
        "README.md": "# SECRETVALUE\n\n**Version:** 0.SECRETVALUE\n",
        "README_CN.md": "# 回声\n",
        "docs/plugins/filters/echo.md": "# Echo\n\n**Version:** 0.0.1\n",
    }
    outside = write_files(
        root.parent / "outside", {**files, "echo.py": plugin_file().replace("1.0.0", "0.SECRETVALUE")}
    )
    write_files(
        outside,
        {"plugins/filters/echo.md": "SECRETVALUE [x](SECRETVALUE.md)\n", "filters/echo/echo.py": "SECRETVALUE("},
    )
    for path in sorted((root / folder).rglob("*"), reverse=True) if (root / folder).exists() else ():
        path.unlink() if path.is_file() else path.rmdir()
    if (root / folder).exists():
        (root / folder).rmdir()
    (root / folder).symlink_to(outside)
    write_files(root, {"own.py": plugin_file("Own"), "README.md": f"[x]({folder}/README.md#y) [z]({folder}/echo.py)\n"})
    for versioned in (False, True):
        if versioned:
            commit(root)
        for command in (
            ["check", "--profile", "strict", "--no-cache"],
            ["versions"],
            ["plugins"],
            ["init", "--dry-run"],
        ):
            _, out, err = run(capsys, *command)
            assert "SECRETVALUE" not in out + err, command


@pytest.mark.parametrize("kind", ["pipe", "device", "outside", "huge"])
@pytest.mark.parametrize("command", ["init", "commit-msg"])
def test_what_is_no_file_is_not_opened(root: Path, capsys: Any, kind: str, command: str) -> None:
    path = root / ".pre-commit-config.yaml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "huge":
        path.touch()
        os.truncate(path, 1 << 34)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else "../outside/victim")
    arguments = ["--dry-run"] if command == "init" else [str(path)]
    program = "import signal; signal.alarm(8); from owui_lint.__main__ import entry; entry()"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    limits = "import resource; resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20)); "
    done = subprocess.run(
        [sys.executable, "-P", "-c", limits + program, command, *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if command == "init":
        assert done.returncode == 0 and f"left {path.name}" in done.stdout, done
    elif kind != "outside":
        assert done.returncode == 2 and path.name in done.stderr, done
