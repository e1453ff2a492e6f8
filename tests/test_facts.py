"""Facts of files: kept under the digest of their bytes, and of use only to whoever finds the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from owui_lint import sealed
from owui_lint.config import load_config
from owui_lint.facts import Facts, FactStore
from owui_lint.repository.markdown import Heading, Markdown
from tests.support import run
from tests.test_example_repository import copy_example

README = "plugins/filters/quiet_hours_filter/README.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "x")


def _kept(root: Path) -> dict[str, Any]:
    found = sealed.load(str(root), "facts")
    assert found is not None
    files: dict[str, Any] = found["files"]  # type: ignore[assignment]
    return files


def test_a_page_that_did_not_change_is_not_scanned_again(
    root: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "check", str(root))
    before = _kept(root)
    assert {"headings", "links"} <= before[README][2].keys()
    page = root / README
    page.write_text(page.read_text() + "\n## One more\n")
    scanned: list[str] = []
    scan = Markdown.__dict__["masked"].func
    masked = property(lambda self: scanned.append(self.text) or scan(self))
    with monkeypatch.context() as patch:
        patch.setattr(Markdown, "masked", masked)
        kept = run(capsys, "check", str(root))
    # Pages of the same plugin are compared with the changed one, and root READMEs say something of every plugin.
    others = {path.read_text() for path in root.rglob("*.md") if "quiet" not in str(path) and path.parent != root}
    assert page.read_text() in scanned and len(others) > 10 and not others.intersection(scanned)
    assert kept == run(capsys, "check", str(root), "--no-cache")
    after = _kept(root)
    assert after[README][1] != before[README][1]
    assert {path for path in before if path in after and before[path][1] != after[path][1]} == {README}


def test_nothing_is_kept_without_being_asked_for(root: Path, capsys: Any) -> None:
    run(capsys, "check", str(root), "--no-cache")
    assert sealed.load(str(root), "facts") is None


def test_facts_of_other_bytes_are_not_used(root: Path) -> None:
    def store() -> FactStore:
        return FactStore(str(root), load_config(root), keep=True)

    def facts_of(kept: FactStore, path: str, digest: bytes) -> Facts:
        known = kept.of(path, str(root / path), lambda: digest)
        assert known is not None and known.digest == digest
        return known.facts

    first = store()
    facts = facts_of(first, "a.md", b"1")
    assert facts.plain("x", lambda: [1]) == facts.plain("x", lambda: [2]) == [1]
    assert facts.rows("h", Heading, lambda: [Heading(1, "T", 1, 0, 1)]) is facts.rows("h", Heading, list)
    first.save()
    same = facts_of(store(), "a.md", b"1")
    assert same.plain("x", lambda: [2]) == [1]
    assert same.rows("h", Heading, list) == [Heading(1, "T", 1, 0, 1)]
    assert facts_of(store(), "a.md", b"2").plain("x", lambda: [2]) == [2]
    assert facts_of(store(), "b.md", b"1").plain("x", lambda: [3]) == [3]
    assert Facts().rows("h", Heading, list) == []
