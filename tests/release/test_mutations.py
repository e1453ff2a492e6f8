"""Each place of a consistent repository is changed, alone and in pairs: it is found at its line and restored."""

from __future__ import annotations

from pathlib import Path

from benchmarks.mutations import mutations, open_session, pairs, survives
from tests.release.example import FILES, write_example
from tests.support import check, found


def test_the_example_is_consistent_and_has_every_form(tmp_path: Path) -> None:
    write_example(tmp_path)
    assert found(check(tmp_path, "version-mismatch", "version-missing", "version-not-semver")) == []
    session = open_session(tmp_path)
    forms = {statement.form for location in session.repository.locations for statement in location.statements}
    inventory = session.repository.inventory
    assert forms == set(inventory.forms)
    kinds = {location.kind.kind for location in session.repository.locations if location.statements}
    others = {kind.kind for kind in inventory.kinds if kind.finder in ("folders", "lists")}
    assert kinds == {kind.kind for kind in inventory.kinds} - others, "those of other layouts"


def test_each_place_alone(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    single = mutations(open_session(root), "0.0.1")
    assert len(single) >= 41
    assert [(m.path, m.line, problem) for m in single if (problem := survives(root, (m,)))] == []
    assert {path: (root / path).read_bytes() for path in FILES} == {
        path: content if isinstance(content, bytes) else content.encode() for path, content in FILES.items()
    }


def test_each_pair_of_places(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    single = mutations(open_session(root), "0.0.1-dev.2")
    problems = [
        ([f"{m.path}:{m.line}" for m in pair], problem) for pair in pairs(single) if (problem := survives(root, pair))
    ]
    assert problems == []


def test_a_newer_place_is_found_and_only_restored_on_request(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    for mutation in mutations(open_session(root), "99.0.0"):
        problem = survives(root, (mutation,))
        assert problem is not None and problem.startswith("left"), mutation
        assert survives(root, (mutation,), allow_downgrade=True) is None, mutation
