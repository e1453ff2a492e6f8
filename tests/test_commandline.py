"""What a command line says before typer reads it; typer must say the same."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import typer

from owui_lint import cache, sealed, states
from owui_lint.cli import app
from owui_lint.commandline import COMMANDS, TOP_LEVEL_OPTIONS, last_value, with_command
from tests.repository.test_plugins import plugin_file
from tests.support import commit, run, write_files

FILES: dict[str, str | bytes] = {
    "plugins/filters/echo/echo.py": plugin_file(),
    "plugins/filters/echo/README.md": "# E\n**Version:** 0.9.0\n",
}


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests edit faster than clocks tick: recent files are trusted."""
    for name in ("_CLOCK_STEP", "_COARSE_CLOCK_STEP"):
        monkeypatch.setattr(states, name, -(10**15))


def test_the_commands_are_those_of_the_application() -> None:
    command: Any = typer.main.get_command(app)
    assert set(command.commands) == COMMANDS
    options = {name for option in command.params for name in option.opts}
    assert {"-h", "--help", *options} == TOP_LEVEL_OPTIONS


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["check"]),
        (["."], ["check", "."]),
        (["-q", "versions"], ["check", "-q", "versions"]),
        (["--", "x"], ["check", "--", "x"]),
        (["versions", "."], ["versions", "."]),
        (["--version"], ["--version"]),
        (["-h"], ["-h"]),
    ],
)
def test_the_command_comes_first(arguments: list[str], expected: list[str]) -> None:
    assert with_command(arguments) == expected == with_command(expected)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("check", None),
        ("check --lang en", "en"),
        ("check --lang=en", "en"),
        ("check --lang en --lang zh", "zh"),
        ("check --lang=zh --lang en", "en"),
        ("check --lang en --lang=zh", "zh"),
        ("check --lang zh -- --lang en", "zh"),
        ("check x -- --lang en", None),
        ("check -- --lang=en", None),
        ("check --lang", None),
        ("check --lang en --lang", "en"),
        ("check --language en", None),
    ],
)
def test_the_last_value_counts(line: str, expected: str | None) -> None:
    assert last_value(line.split(), "--lang") == expected


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize(
    ("arguments", "is_chinese"),
    [
        (["--lang", "en", "--lang", "zh", "nonexist/x"], True),
        (["--lang", "zh", "--lang", "en", "nonexist/x"], False),
        (["nonexist/x", "--", "--lang", "zh"], False),
        (["--lang", "zh", "--select", "nosuch"], True),
        (["--lang", "zh", "--lang", "en", "--nosuch"], False),
    ],
)
def test_errors_speak_the_language_of_the_report(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, arguments: list[str], is_chinese: bool
) -> None:
    monkeypatch.chdir(write_files(tmp_path, FILES))
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "") and _is_chinese(err) is is_chinese


@pytest.mark.parametrize(
    "arguments",
    [[], ["."], ["check"], ["check", "."], ["plugins/filters"], ["check", "plugins/filters"], ["--lang=zh", "."]],
    ids=" ".join,
)
def test_an_unchanged_repository_is_answered_from_the_cache_however_it_is_asked(
    tmp_path: Path, capsys: Any, _patient: None, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(write_files(tmp_path, FILES))
    first = run(capsys, *arguments)
    assert first[2] == ""
    looked_up: list[cache.Answer | None] = []
    lookup = cache.lookup

    def noting() -> cache.Answer | None:
        looked_up.append(lookup())
        return looked_up[-1]

    monkeypatch.setattr(cache, "lookup", noting)
    assert run(capsys, *arguments) == first
    assert looked_up == [first]
    if "check" not in arguments:
        assert run(capsys, "check", *arguments) == first and looked_up == [first, first]


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--fix"], ["--fix-versions"], ["--diff"], ["--fix", "--unsafe-fixes"], ["--output", "json:report"]),
        *(["--output=json:report"], ["--no-cache"], ["--since", "HEAD"], ["--since=HEAD"], ["--show-config"]),
        *(["--output-format", "github"], ["--baseline", "accepted.json"]),
        ["--diff", "--icon", "star", "--plugin", "filters/echo"],
    ],
    ids=" ".join,
)
def test_what_may_change_unseen_is_never_kept(
    tmp_path: Path, capsys: Any, _patient: None, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {**FILES, "accepted.json": '{"schema": 1, "findings": []}'}))
    commit(tmp_path)
    run(capsys)  # the cache knows the repository
    assert (tmp_path / sealed.FOLDER).exists()
    for line in (["check", *arguments], ["check", ".", *arguments]):
        assert run(capsys, *line)[0] in (0, 1)
        cache.begin(line, time.time_ns())
        try:
            assert cache.lookup() is None
        finally:
            cache.end()


def test_what_a_fix_writes_is_seen_by_the_same_run(
    tmp_path: Path, capsys: Any, _patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run that writes knows from runs before, and has looked at, is not what is there afterwards."""
    monkeypatch.chdir(write_files(tmp_path, FILES))
    run(capsys)
    code, out, _ = run(capsys, "--fix-versions")
    assert code == 0 and "No findings" in out
    assert "1.0.0" in (tmp_path / "plugins/filters/echo/README.md").read_text()
