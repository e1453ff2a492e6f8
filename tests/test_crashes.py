"""A rule that crashes: one finding there that nothing hides, exit code 3, and all other rules still speak."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from owui_lint import primitives
from owui_lint.primitives import Primitive, registry
from tests.support import run_json, set_limits
from tests.test_example_repository import copy_example

CODE = "plugins/filters/quiet_hours_filter/quiet_hours.py"


def _recursion() -> None:
    _recursion()


def _memory() -> None:
    raise MemoryError


def _value() -> None:
    raise ValueError("a\x1b[31m\n::error::forged\u202e")


def _unprintable() -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    raise Odd


@pytest.mark.parametrize("jobs", ["1", "3"])
@pytest.mark.parametrize("crash", [_recursion, _memory, _value, _unprintable], ids=lambda crash: crash.__name__)
def test_one_finding_and_all_others(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, jobs: str, crash: Any
) -> None:
    root = copy_example(tmp_path / "x")
    code = (root / CODE).read_text()
    comment = '"""\n# owui-lint: ignore-file[rule-crashed, valve-form, OWL009, valves]\n'
    (root / CODE).write_text(code.replace('"""\n', comment, 1))
    set_limits(monkeypatch, worth_a_process=0)
    arguments = ("check", str(root), "--no-cache", "--jobs", jobs, "--profile", "strict")
    _, before = run_json(capsys, *arguments)
    real = registry()["valve-forms"]

    def check(subject: Any, context: Any, **params: Any) -> Iterator[Any]:
        if subject.path == CODE:
            crash()
        yield from real.check(subject, context, **params)

    monkeypatch.setitem(primitives._REGISTRY, real.name, Primitive(real.name, real.scope, check, real.reads))
    exit_code, data = run_json(capsys, *arguments, "--exit-zero")
    assert exit_code == 3
    crashed = [finding for finding in data["findings"] if finding["name"] == "rule-crashed"]
    assert [finding["path"] for finding in crashed] == [CODE]
    assert not {"\x1b", "\n", "\u202e"} & set(crashed[0]["message"])
    # Whether a comment hides what the rule finds there is not known either.
    silent = {"rule-crashed", "suppression-unused", "valve-form"}
    found = [
        [one for one in report["findings"] if one["name"] not in silent or (one["path"] != CODE)]
        for report in (before, data)
    ]
    assert found[0] == found[1]


def test_a_child_that_is_killed_costs_time_not_findings(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os
    import signal

    root = copy_example(tmp_path / "x")
    set_limits(monkeypatch, worth_a_process=0)
    arguments = ("check", str(root), "--no-cache", "--profile", "strict")
    before = run_json(capsys, *arguments, "--jobs", "1")
    parent = os.getpid()
    real = registry()["valve-forms"]

    def check(subject: Any, context: Any, **params: Any) -> Iterator[Any]:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        yield from real.check(subject, context, **params)

    monkeypatch.setitem(primitives._REGISTRY, real.name, Primitive(real.name, real.scope, check, real.reads))
    assert run_json(capsys, *arguments, "--jobs", "3") == before


def test_a_system_that_starts_no_process(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    def fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    root = copy_example(tmp_path / "x")
    set_limits(monkeypatch, worth_a_process=0)
    arguments = ("check", str(root), "--no-cache", "--profile", "strict")
    before = run_json(capsys, *arguments, "--jobs", "1")
    monkeypatch.setattr(os, "fork", fork)
    assert run_json(capsys, *arguments, "--jobs", "3") == before
