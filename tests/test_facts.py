"""Facts of files: kept under the digest of their bytes, and of use only to whoever finds the same bytes."""

from __future__ import annotations

import marshal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from owui_lint import sealed
from owui_lint.config import load_config
from owui_lint.facts import Facts, FactStore
from owui_lint.repository import Plugin, SourceFile
from owui_lint.repository.documents.markdown import Heading, Markdown
from tests.generated import LOOSE, STANDARD
from tests.support import check, run, write_files
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
    assert {"headings", "inline_links"} <= marshal.loads(before[README][2]).keys()
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


@pytest.mark.parametrize("files", [STANDARD, LOOSE], ids=["standard", "loose"])
def test_a_fact_is_made_of_its_file_alone(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for a fact by its name gets what anybody else would, and while it is made nothing is asked of others."""
    owners: dict[int, str] = {}  # paths of files by their facts
    making: list[str] = []
    beyond: set[str] = set()
    made: set[str] = set()

    def asked(one: Any, name: str) -> Any:
        if making and not name.startswith("__") and name != "path":
            file = one if isinstance(one, SourceFile) else object.__getattribute__(one, "code").file
            path = object.__getattribute__(file, "path")
            if path != making[-1]:
                beyond.add(f"{name} of {path} for a fact of {making[-1]}")
        found = object.__getattribute__(one, name)
        if name == "facts":
            owners[id(found)] = object.__getattribute__(one, "path")
        return found

    def checking(keep: Callable[..., Any]) -> Callable[..., Any]:
        def fact(facts: Facts, name: str, *how: Any) -> Any:
            def make() -> Any:
                making.append(owners.get(id(facts), "all files"))
                try:
                    return how[-1]()
                finally:
                    making.pop()

            found = keep(facts, name, *how[:-1], make)
            made.add(name)
            assert how[-1] in (dict, list) or make() == found, f"{name} of {owners.get(id(facts))} is ambiguous"
            return found

        return fact

    for kind in (SourceFile, Plugin):
        monkeypatch.setattr(kind, "__getattribute__", asked)
    for name in ("plain", "rows", "entry"):
        monkeypatch.setattr(Facts, name, checking(getattr(Facts, name)))
    check(write_files(tmp_path, dict(files)), "all", profile="strict")
    assert not beyond and len(made) > 25


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


def test_what_another_process_found_is_added() -> None:
    theirs, ours = Facts(keep=True), Facts(keep=True)
    assert theirs.plain("a", lambda: 1) == 1
    assert [theirs.entry("b", key, lambda: "x") for key in (1, 2)] == ["x", "x"]
    assert ours.entry("b", 3, lambda: "y") == "y"
    ours.add(theirs.packed())
    assert ours.plain("a", lambda: 2) == 1
    assert ours.values["b"] == {1: "x", 2: "x", 3: "y"}
    assert ours.has_new


def test_what_depends_on_more_than_a_file_holds_for_the_same_bytes_only() -> None:
    facts = Facts(keep=True)
    assert facts.of_bytes("n", "a.md", b"1", lambda: [1]) == facts.of_bytes("n", "a.md", b"1", lambda: [2]) == [1]
    assert facts.of_bytes("n", "b.md", b"1", lambda: [3]) == [3]
    facts.has_new = False
    assert facts.of_bytes("n", "a.md", b"2", lambda: [2]) == [2] and facts.has_new
    assert facts.values["n"] == {"a.md": (b"2", [2]), "b.md": (b"1", [3])}
    assert Facts().of_bytes("n", "a.md", b"1", lambda: [1]) == [1]


def test_links_are_followed_again_when_files_come_and_go(root: Path, capsys: Any) -> None:
    target, page = root / "plugins/filters/quiet_hours_filter/more.md", root / README
    page.write_text(f"{page.read_text()}\n[More](more.md), [there](more.md#there), [folder](more/).\n")

    def dead() -> int:
        kept = run(capsys, "check", str(root), "--select", "broken-link")
        assert kept == run(capsys, "check", str(root), "--select", "broken-link", "--no-cache")
        return kept[1].count("broken-link:")

    assert dead() == 3
    target.write_text("# There\n")
    assert dead() == 1
    (root / "plugins/filters/quiet_hours_filter/more").mkdir()
    (root / "plugins/filters/quiet_hours_filter/more/x.md").write_text("# X\n")
    assert dead() == 0
    target.write_text("# Elsewhere\n")
    assert dead() == 1
    target.unlink()
    assert dead() == 2
