"""Ctrl-C, a termination signal and a reader that goes away: nothing is left behind, and nothing is said twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from owui_lint import primitives
from owui_lint.__main__ import main
from owui_lint.primitives import Primitive
from owui_lint.scopes import PLUGIN
from tests.test_example_repository import copy_example

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
CODE = Path("plugins/filters/quiet_hours_filter/quiet_hours.py")

# Runs the tool, and sends its whole process group a signal at the Nth call of a function: as a terminal does.
DRIVER = """
import os, signal, sys
at, number, alone = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "alone"
import owui_lint.__main__ as tool
from owui_lint import units
units.LIMITS = units.Limits(worth_a_process=0)
me, count = os.getpid(), 0
def watch(frame, event, argument):
    global count
    if event == "call" and os.getpid() == me:
        count += 1
        if count == at:
            sys.setprofile(None)
            os.close(os.open(os.environ["SENT"], os.O_CREAT | os.O_WRONLY))
            (os.kill if alone else os.killpg)(me, number)
sys.argv[1:] = sys.argv[4:]
if at:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.setprofile(watch)
else:
    sys.setprofile(watch)
    import atexit
    end = os._exit
    os._exit = lambda code: (sys.stderr.write(f"calls {count}\\n"), sys.stderr.flush(), end(code))
tool.entry()
"""


def start(root: Path, home: Path, at: int, number: int, *arguments: str, alone: bool = False) -> tuple[int, str, str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "XDG_CACHE_HOME": str(home),
        "OWUI_LINT_TRACEBACK": "",
        "SENT": str(root.with_suffix(".sent")),
    }
    command = [sys.executable, "-c", DRIVER, str(at), str(int(number)), "alone" if alone else "group", *arguments]
    process = subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    out, err = process.communicate(timeout=120)
    assert not _alive(process.pid), "a process of the run is still there"
    return process.returncode, out, err


def _alive(group: int) -> bool:
    """Tell whether a process group still has members; those that were killed may need a moment to be gone."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True


def _snapshot(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".owui-lint-cache" not in path.parts
    }


def _points(total: int, count: int) -> list[int]:
    """Moments of a run: dense at the start and at the end, where things are opened, written and closed."""
    step = max(total // count, 1)
    return sorted({3, 6, 40, *range(step, total, step), total - 400, total - 100, total - 30, total - 8} - {0})


def test_an_interrupt_in_the_middle_of_an_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until Python 3.12, what is raised while a class is made comes out as another error."""

    def late(*_: object, **__: object) -> None:
        class Interrupted:
            def __set_name__(self, owner: type, name: str) -> None:
                raise KeyboardInterrupt

        class Imported:
            attribute = Interrupted()

    monkeypatch.setitem(primitives.registry(), "versions-agree", Primitive("versions-agree", PLUGIN, late))
    root = copy_example(tmp_path / "x")
    assert main(["check", str(root), "--no-cache", "--jobs", "1"]) == 130
    assert capsys.readouterr().err.endswith("owui-lint: interrupted\n")


def _whole_cache(root: Path, home: Path) -> None:
    """What is kept is kept as a whole: no temporary files, an ignore file that ignores, and a seal that fits."""
    found = [path for top in (root, home) for path in top.rglob("*") if path.name.endswith(".tmp")]
    assert not found
    folder = root / ".owui-lint-cache"
    if (folder / "results").exists():
        assert (folder / ".gitignore").read_text().endswith("*\n")
    for seal in home.rglob("seal"):
        assert len(seal.read_bytes()) == 32


ARGUMENTS = {
    "check": ("check", "--jobs", "3", "--no-cache"),
    "cache": ("check", "--jobs", "1"),
    "fix": ("--fix-versions", "--no-cache"),
}


@pytest.mark.parametrize(
    ("what", "number"), [*((what, signal.SIGINT) for what in ARGUMENTS), ("check", signal.SIGTERM)]
)
def test_interrupted_at_many_moments(tmp_path: Path, what: str, number: int) -> None:
    arguments = ARGUMENTS[what]
    home = tmp_path / "home"

    def fresh(name: str) -> Path:
        root = copy_example(tmp_path / name)
        if what == "fix":
            code = root / CODE
            code.write_text(code.read_text().replace("version: ", "version: 9", 1))
        return root

    done = fresh("whole")
    subprocess.run(["git", "init", "-q", str(done)], check=True)
    # The first run compiles the rule book; those that are interrupted find it there, as most do.
    start(fresh("first"), home, 0, number, *arguments)
    _, _, err = start(done, home, 0, number, *arguments)
    total = int(err.rpartition("calls ")[2])
    before = _snapshot(fresh("before"))
    after = {path: data for path, data in _snapshot(done).items() if not path.startswith(".git/")}
    assert (before != after) == (what == "fix")
    seen = set()
    for at in _points(total, 5):
        root = fresh(f"at{at}")
        code, _, err = start(root, home, at, number, *arguments, alone=at % 2 == 0)
        seen.add(code)
        assert "Traceback" not in err and "Exception ignored" not in err, (at, err)
        # Which process takes which plugin is decided by the moment: this one may never come as far.
        ended = code in (0, 1) and (at > total * 0.9 or not root.with_suffix(".sent").exists())
        assert code == 130 or ended, (at, code, err)
        assert err.count("interrupted") == (code == 130), (at, err)
        _whole_cache(root, home)
        found = _snapshot(root)
        assert found.keys() == before.keys()
        if code == 130:
            assert found == before or (found == after and what == "fix"), at
        shutil.rmtree(root)
    assert 130 in seen


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    """``owui-lint | head -1``: a pipe that is closed is no error to speak of."""
    root = copy_example(tmp_path / "x")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    tool = [sys.executable, "-m", "owui_lint"]
    for arguments in (
        ["check", "--no-cache", "--output-format", "html"],
        ["check", "--output-format", "html"],
        ["check", "--output-format", "html"],  # from the cache
        ["rules", "--output-format", "json"],
        ["versions"],
    ):
        process = subprocess.Popen(
            [*tool, *arguments], cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        # A report that fits into the pipe has arrived as a whole.
        assert process.wait(60) in (0, 1, 141)


@pytest.mark.parametrize(
    "arguments",
    [
        ["rules"],
        ["rule", "versions"],
        ["versions"],
        ["plugins"],
        ["schema"],
        ["deps"],
        ["icon", "file-text"],
        ["--version"],
        [],
    ],
)
def test_a_reader_that_is_not_there(tmp_path: Path, arguments: list[str]) -> None:
    root = copy_example(tmp_path / "x")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "owui_lint", *arguments], cwd=root, env=environment, stdout=write, stderr=subprocess.PIPE
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")
