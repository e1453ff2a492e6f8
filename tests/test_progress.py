"""The progress line: only for people, only when it takes long, and gone at the end."""

from __future__ import annotations

import io
from typing import Any

import pytest

from owui_lint import progress
from tests.support import run, write_files


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    for name in ("CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return now


def test_a_short_run_is_silent(clock: list[float]) -> None:
    terminal = Terminal()
    line = progress.Progress(terminal, "en")
    for number in range(10):
        clock[0] += 0.09
        line.tell(number, 10, "some-rule")
    line.clear()
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(("lang", "text"), [("en", "checking 3/40: some-rule"), ("zh", "正在检查 3/40：some-rule")])
def test_a_long_run_says_what_it_does(clock: list[float], lang: str, text: str) -> None:
    terminal = Terminal()
    line = progress.Progress(terminal, lang)
    clock[0] = 1.5
    line.tell(3, 40, "some-rule")
    line.tell(4, 40, "too-soon-after")
    line.clear()
    assert terminal.getvalue() == f"\r\x1b[2K{text}\r\x1b[2K"


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb")])
def test_never_in_ci(clock: list[float], monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    for stream in (Terminal(), io.StringIO()):
        line = progress.Progress(stream, "en")
        clock[0] += 60
        line.tell(1, 2, "x")
        line.clear()
        assert stream.getvalue() == ""


def test_pipes_see_nothing_of_it(tmp_path: Any, capsys: Any, clock: list[float]) -> None:
    write_files(tmp_path, {"plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.0.0\n"""\n'})
    assert run(capsys, "check", str(tmp_path), "--quiet", "--select", "versions") == (0, "", "")


def test_names_of_strangers_are_made_printable(clock: list[float]) -> None:
    terminal = Terminal()
    line = progress.Progress(terminal, "en")
    clock[0] = 1.5
    line.tell(0, 1, "filters/a\x1b[31mb")
    assert terminal.getvalue() == "\r\x1b[2Kchecking 0/1: filters/a\\x1b[31mb"
