"""What tests share: small repositories on disk, and runs over them in the same process."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from owui_lint import units
from owui_lint.__main__ import main
from owui_lint.config import load_config
from owui_lint.engine import Report
from owui_lint.primitives import Context, Hit, Options, Primitive, registry
from owui_lint.rulebook import load_rulebook
from owui_lint.session import Selection, Session

TODAY = datetime.date(2027, 1, 1)
_PERSON = {"NAME": "Ada", "EMAIL": "ada@example.org"}


def write_files(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write a repository: path to text (as it is, no newline translation) or bytes."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def git(root: Path, *arguments: str, date: str = "2026-05-01T12:00:00+00:00") -> str:
    """Run git in a repository of a test, by a person of its own and at a time of its own; return what it prints."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ},
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _PERSON.items()},
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_DATE": date,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(root),
    }
    done = subprocess.run(["git", *arguments], cwd=root, env=environment, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "surrogateescape")


def commit(root: Path, message: str = "test: a state", *, date: str = "2026-05-01T12:00:00+00:00") -> str:
    """Commit all there is, in a repository made for it if there is none; return the commit's name."""
    if not (root / ".git").exists():
        git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A", date=date)
    git(root, "commit", "-q", "--allow-empty", "--no-verify", "-m", message, date=date)
    return git(root, "rev-parse", "HEAD").strip()


def open_repo(root: Path, **options: Any) -> Session:
    """Open a repository as it is on disk; ``today`` is fixed."""
    return Session(root, load_config(root), load_rulebook(), (), Options(**{"today": TODAY, **options}))


def ask_noting(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Have each primitive that is asked from now on note its name and the subject's path (the repository has none)."""
    asked: list[tuple[str, str]] = []

    def noting(real: Primitive) -> Primitive:
        def check(subject: Any, context: Context, **params: Any) -> Iterator[Hit]:
            asked.append((real.name, getattr(subject, "path", "")))
            return real.check(subject, context, **params)

        return real._replace(check=check)

    for name, real in list(registry().items()):
        monkeypatch.setitem(registry(), name, noting(real))
    return asked


def set_limits(monkeypatch: pytest.MonkeyPatch, **limits: float) -> None:
    """Have all runs of a test, also through the command line, spread work and stop rules at other limits."""
    monkeypatch.setattr(units, "LIMITS", units.LIMITS._replace(**limits))


def check(root: Path, *select: str, profile: str | None = None, **options: Any) -> Report:
    """Run rules on a repository on disk."""
    return open_repo(root, **options).check(Selection(select=select, profile=profile))


def found(report: Report, *names: str) -> list[str]:
    """Return ``path:line:column name`` of the findings (of ``names`` only, where given)."""
    return [
        f"{finding.path}:{finding.place.span.line}:{finding.place.span.column} {finding.name}"
        for finding in report.findings
        if not names or finding.name in names
    ]


def run(capsys: Any, *arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process; return exit code, output and error output."""
    capsys.readouterr()
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys: Any, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Run the command line with JSON output."""
    code, out, _ = run(capsys, *arguments, "--output-format", "json")
    return code, json.loads(out)
