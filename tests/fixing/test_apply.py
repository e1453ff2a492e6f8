"""Applying fixes: what is shown beforehand is what is written."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from owui_lint import primitives
from owui_lint.fixing.diff import unified_diff
from owui_lint.fixing.edits import FileChange
from owui_lint.primitives import Hit, Primitive, registry
from owui_lint.session import Session
from tests.support import run
from tests.test_example_repository import copy_example

CODE = "plugins/actions/word-counter/word_counter.py"


def test_a_diff_shows_what_would_be_written(tmp_path: Path, capsys: Any) -> None:
    """Also where a fix makes room for another one: the row of a valve that is given another name."""
    root = copy_example(tmp_path / "bilingual")
    code = (root / CODE).read_text(encoding="utf-8")
    line = next(line for line in code.splitlines(keepends=True) if "MIN_WORDS: int" in line)
    code = code.replace(line, line + '        max_words: int = Field(default=9, description="Most.")\n')
    code = code.replace("self.valves.MIN_WORDS", "(self.valves.MIN_WORDS or self.valves.max_words)", 1)
    (root / CODE).write_text(code, encoding="utf-8")
    before = {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    options = ["--fix", "--unsafe-fixes", "--profile", "standard", str(root)]
    _, shown, _ = run(capsys, "--diff", *options)
    assert {path: path.read_bytes() for path in before} == before
    run(capsys, *options)
    changes = [
        FileChange(path.relative_to(root).as_posix(), old, path.read_bytes())
        for path, old in before.items()
        if path.read_bytes() != old
    ]
    assert len(changes) > 3 and shown == unified_diff(changes)
    assert "MAX_WORDS" in shown and "max_words` |" not in shown


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_fix_that_would_break_code_is_not_applied(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """The other files are fixed all the same, and what is left is said, also by ``--diff``."""
    real = registry()["valve-names"]

    def careless(subject: Any, context: Any, **params: Any) -> Iterator[Hit]:
        for hit in real.check(subject, context, **params):
            yield hit._replace(edits=tuple(edit._replace(replacement=b"(") for edit in hit.edits))

    monkeypatch.setitem(primitives._REGISTRY, real.name, Primitive(real.name, real.scope, careless, real.reads))
    root = copy_example(tmp_path / "bilingual")
    code = (root / CODE).read_text(encoding="utf-8")
    line = next(line for line in code.splitlines(keepends=True) if "MIN_WORDS: int" in line)
    text = code.replace(line, line + '        max_words: int = Field(default=9, description="Most.")\n')
    text = text.replace("version: ", "version: 9.", 1)
    (root / CODE).write_text(text, encoding="utf-8")
    options = ["--fix", "--unsafe-fixes", "--profile", "standard", "--lang", lang, str(root)]
    _, shown, said = run(capsys, "--diff", *options)
    _, out, left = run(capsys, *options)
    assert said == left
    why = "its code could not be parsed" if lang == "en" else "它的代码将无法解析"
    assert CODE in left and why in left
    assert (root / CODE).read_text(encoding="utf-8") == text
    assert "README.md" in shown and CODE not in shown
    assert f"{CODE}:" in out and "valve-name" in out


def _makes_room(root: Path) -> dict[str, bytes]:
    """A repository whose fixes take two rounds; return what its files hold."""
    root = copy_example(root)
    code = (root / CODE).read_text(encoding="utf-8")
    line = next(line for line in code.splitlines(keepends=True) if "MIN_WORDS: int" in line)
    code = code.replace(line, line + '        max_words: int = Field(default=9, description="Most.")\n')
    code = code.replace("self.valves.MIN_WORDS", "(self.valves.MIN_WORDS or self.valves.max_words)", 1)
    (root / CODE).write_text(code, encoding="utf-8")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("rounds", [1, 2])
def test_all_rounds_are_written_together(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, rounds: int
) -> None:
    """What another program changes between two rounds leaves nothing half fixed, and the message is true."""
    root = tmp_path / "bilingual"
    before = _makes_room(root)
    imagine, count = Session.imagine, iter(range(9))
    other = "plugins/actions/word-counter/README.md"

    def meanwhile(self: Session, files: Any) -> None:
        imagine(self, files)
        if next(count) + 1 == rounds:
            (root / other).write_bytes(before[other] + b"\nmore\n")

    monkeypatch.setattr(Session, "imagine", meanwhile)
    code, out, err = run(capsys, "--fix", "--unsafe-fixes", "--profile", "standard", "--no-cache", str(root))
    assert next(count) >= 2, "one round only"
    assert code == 2 and out == "" and "Nothing was changed." in err and other in err
    after = {path: (root / path).read_bytes() for path in before}
    assert after == {**before, other: before[other] + b"\nmore\n"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_interrupt_after_writing_says_what_was_written(tmp_path: Path, lang: str) -> None:
    root = tmp_path / "bilingual"
    _makes_room(root)
    driver = (
        "import sys\nfrom owui_lint import __main__\nfrom owui_lint.session import Session\nreread = Session.reread\n"
        "def late(self):\n    if not self.overlays:\n        raise KeyboardInterrupt\n    reread(self)\n"
        "Session.reread = late\n__main__.entry()\n"
    )
    arguments = ["check", "--fix", "--unsafe-fixes", "--profile", "standard", "--no-cache", "--lang", lang, str(root)]
    done = subprocess.run(
        [sys.executable, "-c", driver, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    said = "interrupted; all changes were already written" if lang == "en" else "已中断；此前所有改动均已写入"
    assert done.returncode == 130 and said in done.stderr and CODE in done.stderr
    assert "MAX_WORDS" in (root / CODE).read_text(encoding="utf-8")


def test_a_diff_knows_links_to_what_is_fixed(tmp_path: Path, capsys: Any) -> None:
    root = copy_example(tmp_path / "bilingual")
    readme = root / "plugins/actions/word-counter/README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(re.sub(r"(\*\*Version:\*\* )[\d.]+", r"\g<1>0.0.1", text), encoding="utf-8")
    (root / "plugins/actions/word-counter/README_CN.md").unlink()
    (root / "plugins/actions/word-counter/README_CN.md").symlink_to("README.md")
    _, shown, err = run(capsys, "--fix-versions", "--diff", "--select", "version-mismatch", str(root))
    assert "word-counter/README.md" in shown and "left" not in err
