"""What is kept per subject, or found in another process, is what asking anew finds."""

from __future__ import annotations

import ast
import gc
import marshal
import os
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate import generate
from owui_lint import primitives, processes, sealed, units
from owui_lint.finding import Edit, Message, Place, Related, Span
from owui_lint.primitives import Primitive, registry
from owui_lint.wording import WordedHit
from tests.support import ask_noting, run, set_limits, write_files
from tests.test_example_repository import copy_example

ROOT = Path(__file__).parent.parent


def test_a_hit_survives_packing() -> None:
    place = Place("a.md", Span(1, 2, 3, 4))
    related = (Related(Place("b.py"), Message("x", "甲")),)
    edits = (Edit("a.md", 1, 2, b"\xff"),)
    for told in (
        WordedHit(place, "case", Message("a", "乙"), "identity", Message("fix", "修复"), edits, related, "t/p"),
        WordedHit(Place("a.md"), "default", Message("a", "乙"), ""),
    ):
        assert units.unpack(units.pack(told)) == told


@pytest.mark.parametrize("jobs", ["1", "2", "3", "8"])
def test_processes_find_the_same(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    root = copy_example(tmp_path / "x")
    alone = run(capsys, "check", str(root), "--no-cache", "--jobs", "1", "--profile", "strict")
    set_limits(monkeypatch, worth_a_process=0)
    assert run(capsys, "check", str(root), "--no-cache", "--jobs", jobs, "--profile", "strict") == alone


def test_no_more_processes_than_shares(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where there are more processes than plugins, each other one takes what is asked of one plugin's code alone.
    forks = 0
    fork = os.fork

    def counted() -> int:
        nonlocal forks
        forks += 1
        return fork()

    monkeypatch.setattr(os, "fork", counted)
    set_limits(monkeypatch, worth_a_process=0)
    generate(3, tmp_path / "x", methods=1)
    run(capsys, "check", str(tmp_path / "x"), "--no-cache", "--jobs", "40")
    assert forks == 3


def test_what_other_processes_read_is_kept(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, worth_a_process=0)
    root = copy_example(tmp_path / "x")
    for path in root.rglob("*"):
        os.utime(path, ns=(10**18, 10**18))  # only what is not new is kept
    run(capsys, "check", str(root), "--jobs", "2", "--select", "readme-language")
    kept = sealed.load(str(root), "facts")
    assert kept is not None
    readmes = [path for path in kept["files"] if path.startswith("plugins/") and path.endswith("README.md")]
    assert len(readmes) > 3
    assert all("letters" in marshal.loads(kept["files"][path][2]) for path in readmes)


@pytest.mark.parametrize("limit", [16, 30])
def test_few_open_files_are_no_error(tmp_path: Path, limit: int) -> None:
    resource = pytest.importorskip("resource")
    generate(40, tmp_path / "x", methods=12)
    command = [sys.executable, "-m", "owui_lint", "check", str(tmp_path / "x"), "--no-cache", "--output-format", "json"]

    def check(*options: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, check=False, **more)

    def restrict() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    expected = check("--jobs", "1")
    found = check("--jobs", "60", preexec_fn=restrict)
    assert (found.returncode, found.stdout, found.stderr) == (expected.returncode, expected.stdout, expected.stderr)


def test_what_children_tell_through_is_closed() -> None:
    before = len(os.listdir("/dev/fd"))
    for heard in (True, False):
        with processes.Children() as children:
            for _ in range(4):
                assert children.start(lambda: b"x" * 100_000)
            assert not heard or list(children.collect()) == [b"x" * 100_000] * 4
        assert len(os.listdir("/dev/fd")) == before


def test_trees_are_made_once_and_let_go(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trees: dict[str, weakref.ref[ast.Module]] = {}
    parse = ast.parse

    def counted(text: str) -> ast.Module:
        assert text not in trees, "parsed twice"
        tree = parse(text)
        trees[text] = weakref.ref(tree)
        assert sum(other() is not None for other in trees.values()) <= 2, "the trees of other plugins are still there"
        return tree

    set_limits(monkeypatch, worth_a_process=0, worth_freeing=-1)
    monkeypatch.setattr(ast, "parse", counted)
    root = tmp_path / "x"
    generate(8, root, methods=1)
    gc.collect()
    gc.disable()  # as in a run of the command line
    try:
        run(capsys, "check", str(root), "--no-cache", "--jobs", "1", "--profile", "strict")
        assert len(trees) == 8 and all(tree() is None for tree in trees.values())
    finally:
        gc.enable()


def test_a_crash_in_another_process_is_told(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def boom(subject: Any, context: Any, **params: Any) -> Any:
        raise RuntimeError("boom")

    real = registry()["valve-forms"]
    monkeypatch.setitem(primitives._REGISTRY, "valve-forms", Primitive(real.name, real.scope, boom, real.reads))
    set_limits(monkeypatch, worth_a_process=0)
    root = copy_example(tmp_path / "x")
    code, out, _ = run(capsys, "check", str(root), "--no-cache", "--jobs", "4")
    assert code == 3
    assert out.count("RuntimeError: boom") == 4


def test_kept_outcomes_are_the_same_and_forgotten_with_the_file(tmp_path: Path, capsys: Any) -> None:
    root = copy_example(tmp_path / "x")
    target = root / "plugins/filters/quiet_hours_filter/quiet_hours.py"
    for number in range(3):
        kept = run(capsys, "check", str(root))
        assert kept == run(capsys, "check", str(root), "--no-cache")
        target.write_text(target.read_text().replace("end_hour", f"end_hour{number}"))


def test_a_manifest_that_takes_the_readme_away(tmp_path: Path, capsys: Any) -> None:
    root = tmp_path / "x"
    code = '"""\ntitle: Rain\nversion: 0.2.0\n"""\nclass Filter: ...\n'
    page = "# Rain\n\n**Version:** 0.1.0\n"
    write_files(root, {"src/rain_filter.py": code, "README.md": page, "package.json": "{}"})
    told = []
    for manifest in ('{"private": true}', '{"name": "rain", "version": "3.0.0"}', "{}"):
        (root / "package.json").write_text(manifest)
        for _ in range(2):
            kept = run(capsys, "check", str(root), "--select", "version-mismatch")
            assert kept == run(capsys, "check", str(root), "--select", "version-mismatch", "--no-cache")
        told.append("0.1.0" in kept[1])
    assert told == [True, False, True]


def test_outcomes_of_rules_that_are_gone_are_dropped(tmp_path: Path, capsys: Any) -> None:
    root = copy_example(tmp_path / "x")
    readme = root / "plugins/filters/quiet_hours_filter/README.md"
    own = "code: LOC001\nname: own\nseverity: info\nprimitive: valve-names\nparams: {exempt: [%s]}\nsummary: s\n"

    def count(exempt: str) -> int:
        """How many outcomes are kept after a run with an own rule."""
        write_files(root, {".owui-lint/rules/own.yaml": own % exempt + "cases: {default: m, script: m, exempt: m}\n"})
        readme.write_text(readme.read_text() + "\nMore.\n")
        assert run(capsys, "check", str(root)) == run(capsys, "check", str(root), "--no-cache")
        kept = sealed.load(str(root), "units")
        assert kept is not None
        return sum(len(marshal.loads(table)) for _, table in kept["units"].values())  # type: ignore[attr-defined]

    counts = [count(name) for name in "abcdefghij"]
    assert len(set(counts[5:])) == 1


ASKED = [
    ("check",),
    ("check", "--select", "versions"),
    ("check", "--profile", "strict"),
    ("check", "--fix-versions", "--diff"),
    ("check", "--ignore", "valve-name", "--lang", "zh"),
]


def test_runs_that_ask_for_different_things_find_the_same(tmp_path: Path, capsys: Any) -> None:
    root = copy_example(tmp_path / "x")
    readme = root / "plugins/filters/quiet_hours_filter/README.md"
    for number in range(12):
        asked = ASKED[number * number % len(ASKED)]
        assert run(capsys, *asked, str(root)) == run(capsys, *asked, str(root), "--no-cache")
        readme.write_text(readme.read_text() + "\nMore.\n")


def test_a_run_that_asks_for_less_does_not_forget_the_rest(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_example(tmp_path / "x")
    readme = root / "plugins/filters/quiet_hours_filter/README.md"
    asked = ask_noting(monkeypatch)
    for arguments in (("check",), *ASKED[1:2], *ASKED[3:], ("check",)):
        asked.clear()
        run(capsys, *arguments, str(root), "--jobs", "1")
        readme.write_text(readme.read_text() + "\nMore.\n")
    names = {name for name, _ in asked}
    assert "blocking-calls" not in names
    assert "document-language" in names  # of the README that changed


def test_a_change_of_code_does_not_ask_anew_what_reads_a_text(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_example(tmp_path / "x")
    code = root / "plugins/filters/quiet_hours_filter/quiet_hours.py"
    run(capsys, "check", str(root), "--jobs", "1")
    code.write_text(code.read_text() + "\n# More.\n")
    asked = ask_noting(monkeypatch)
    run(capsys, "check", str(root), "--jobs", "1")
    reads = {registry()[name].reads for name, _ in asked}
    assert {"code", "coded", "own"} <= reads
    assert reads.isdisjoint({"text", "document", "readmes", "names", "shared", "heads"})
