"""What holds for every repository: findings depend on what is there and nothing else, and fixes only mend."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from owui_lint.config import load_config
from owui_lint.engine import Report
from owui_lint.finding import Severity
from owui_lint.fixing.apply import fix
from owui_lint.primitives import Options
from owui_lint.repository.files import list_files
from owui_lint.rulebook import load_rulebook
from owui_lint.session import Selection, Session
from tests.generated import repositories
from tests.support import TODAY, run, set_limits, write_files

BOOK = load_rulebook()
ALL = Selection(profile="strict")
VERSIONS = Selection(select=("versions",), profile="standard")
few = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))


def session(root: Path, paths: list[str] | None = None) -> Session:
    return Session(root, load_config(root), BOOK, (), Options(today=TODAY), paths=paths)


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def mend(root: Path, selection: Selection, *, unsafe: bool = False, down: bool = False) -> Report:
    """Fix; ``down``: also places that are newer than the code."""
    opened = session(root)
    opened.options = Options(today=TODAY, allow_downgrade=down)
    report, _ = fix(opened, lambda: opened.check(selection), unsafe=unsafe)
    return report


def errors(report: Report) -> set[tuple[str, str, str | None]]:
    return {(one.name, one.path, one.plugin) for one in report.findings if one.severity is Severity.ERROR}


@few
@given(files=repositories(), seed=st.integers(0, 1000))
def test_the_order_of_files_does_not_matter(files: dict[str, bytes], seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = write_files(Path(name), dict(files))  # type: ignore[arg-type]
        found = session(root).check(ALL).findings
        shuffled = list_files(root)
        random.Random(seed).shuffle(shuffled)
        assert session(root, shuffled).check(ALL).findings == found
    with tempfile.TemporaryDirectory() as name:
        names = list(files)
        random.Random(seed).shuffle(names)  # as the file system would list them
        assert session(write_files(Path(name), {path: files[path] for path in names})).check(ALL).findings == found


@settings(few, max_examples=10)
@given(files=repositories())
def test_neither_do_processes_and_cache(files: dict[str, bytes], capsys: Any) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        set_limits(patch, worth_a_process=0)
        root = write_files(Path(name), dict(files))  # type: ignore[arg-type]
        asked = ("check", name, "--profile", "strict", "--output-format", "json")
        alone = run(capsys, *asked, "--no-cache", "--jobs", "1")
        assert alone[0] in (0, 1)
        for more in (("--no-cache", "--jobs", "3"), ("--jobs", "2"), ("--jobs", "1"), ()):
            assert run(capsys, *asked, *more) == alone
        assert root.is_dir()


@few
@given(files=repositories(), unsafe=st.booleans())
def test_fixing_makes_no_error_and_twice_is_once(files: dict[str, bytes], unsafe: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = write_files(Path(name), dict(files))  # type: ignore[arg-type]
        before = errors(session(root).check(ALL))
        mend(root, ALL, unsafe=unsafe)
        once = contents(root)
        assert errors(session(root).check(ALL)) <= before
        mend(root, ALL, unsafe=unsafe)
        assert contents(root) == once


@few
@given(files=repositories())
def test_reverting_the_version_gives_the_original_bytes(files: dict[str, bytes]) -> None:
    """From versions that agree: another version in the code, fix, the old one again, fix."""
    with tempfile.TemporaryDirectory() as name:
        root = write_files(Path(name), dict(files))  # type: ignore[arg-type]
        mend(root, VERSIONS, down=True)
        agreed = contents(root)
        codes = [path for path in agreed if path.endswith(".py")]
        _set_versions(root, codes, dict.fromkeys(codes, "7.8.9"))
        mend(root, VERSIONS)
        changed = contents(root)
        assert changed != agreed
        old = {path: _version(agreed[path]) for path in codes}
        _set_versions(root, codes, old)
        mend(root, VERSIONS, down=True)
        assert contents(root) == agreed


def _version(data: bytes) -> str:
    return data.decode().partition("version: ")[2].partition("\n")[0]


def _set_versions(root: Path, codes: list[str], versions: dict[str, str]) -> None:
    for path in codes:
        data = (root / path).read_bytes()
        old = f"version: {_version(data)}\n".encode()
        (root / path).write_bytes(data.replace(old, f"version: {versions[path]}\n".encode(), 1))
