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
    assert code == 2 and "no regular file" in err


def test_where_reports_are_written(root: Path, capsys: Any, option: Any) -> None:
    (root / "inner").mkdir()
    (root / "link").symlink_to("inner")
    (root.parent / "outside/link").symlink_to("victim")
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
