"""Merge conflicts, and files that cannot be read: nothing in them is taken for the truth, changed, or passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.repository.test_plugins import plugin_file
from tests.support import check, found, run, write_files

CODE = "plugins/filters/echo/echo.py"
README = "plugins/filters/echo/README.md"
README_ZH = "plugins/filters/echo/README_CN.md"
INDEX = "docs/plugins/filters/index.md"
ENTRY = "- [Echo](echo.md) (v0.9.0)\n"


def conflict(ours: str, theirs: str, newline: str = "\n") -> str:
    """What git leaves of a line that two branches changed."""
    return newline.join(["<<<<<<< HEAD", ours, "=======", theirs, ">>>>>>> feature", ""])


FILES = {
    CODE: plugin_file(),
    README: "# Echo\n\n**Version:** 0.9.0\n",
    README_ZH: "# 回声\n\n**版本：** 0.9.0\n",
    "docs/plugins/filters/echo.md": "# Echo\n\n**Version:** 0.9.0\n",
    INDEX: f"# Filters\n\n{ENTRY}",
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("path", "before", "ours", "theirs", "line"),
    [
        (README, FILES[README], "**Version:** 0.9.1", "**Version:** 0.9.2", 1),
        (INDEX, FILES[INDEX], ENTRY.strip(), ENTRY.strip().replace("0.9", "0.8"), 1),
        (CODE, "version: 1.0.0", "version: 1.0.0", "version: 0.9.5", 3),
    ],
)
def test_a_conflict_is_named_and_its_file_left_alone(
    tmp_path: Path, capsys: Any, path: str, before: str, ours: str, theirs: str, line: int, newline: str
) -> None:
    text = FILES[path].replace(before + "\n" if path == CODE else before, conflict(ours, theirs))
    root = write_files(tmp_path, {**FILES, path: text.replace("\n", newline)})
    content = (root / path).read_bytes()
    code, out, _ = run(capsys, "--fix-versions", "--plugin", "filters/echo", str(root))
    assert code == 1
    assert f"{path}:{line}:1: error OWL615 version-unreadable" in out
    assert (root / path).read_bytes() == content
    run(capsys, "--fix", "--unsafe-fixes", str(root))
    assert (root / path).read_bytes() == content


def test_other_files_are_brought_in_line(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, {**FILES, README: "# Echo\n\n" + conflict("**Version:** 0.9.1", "**Version:** 0.9.2")})
    run(capsys, "--fix-versions", str(root))
    assert "1.0.0" in (root / README_ZH).read_text() and "1.0.0" in (root / INDEX).read_text()


def test_nothing_follows_code_whose_version_is_not_decided(tmp_path: Path, capsys: Any) -> None:
    text = FILES[CODE].replace("version: 1.0.0\n", conflict("version: 1.1.0", "version: 1.0.0"))
    root = write_files(tmp_path, {**FILES, CODE: text})
    assert run(capsys, "--fix-versions", str(root))[0] == 1
    assert {path: (root / path).read_text() for path in FILES} == {**FILES, CODE: text}


@pytest.mark.parametrize("path", [CODE, README])
def test_one_conflict_is_one_finding(tmp_path: Path, path: str) -> None:
    """What follows from both sides being there is not told of the file."""
    old, new = ("version: 1.0.0\n", "version: 1.0.1") if path == CODE else (FILES[README], "# Echo\n**Version:** 1.0.1")
    text = FILES[path].replace(old, conflict(old.strip(), new))
    clean = set(found(check(write_files(tmp_path / "clean", FILES))))
    more = set(found(check(write_files(tmp_path / "conflict", {**FILES, path: text})))) - clean
    assert [line.split()[1] for line in more if line.startswith(path)] == ["file-unreadable"]


def test_bump_refuses_a_conflict_in_a_file_that_it_would_write(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = conflict(ENTRY.strip(), ENTRY.strip())
    root = write_files(tmp_path, {**FILES, INDEX: text})
    monkeypatch.chdir(root)
    code, _, err = run(capsys, "bump", "filters/echo", "minor")
    assert code == 2 and f"{INDEX}:1: a merge conflict starts here." in err
    assert (root / CODE).read_text() == FILES[CODE]


@pytest.mark.parametrize(
    "text",
    [
        "# Echo\n\n**Version:** 0.9.0\n=======\n",
        "# Echo\n\n**Version:** 0.9.0\n\n    <<<<<<< HEAD\n    =======\n    >>>>>>> feature\n",
        "# Echo\n\n**Version:** 0.9.0\n\n<<<<<<< of old\n\n>>>>>>> and new\n",
        "# Echo\n\n**Version:** 0.9.0\n\n<<<<<<<< HEAD\n=======\n>>>>>>>> feature\n",
    ],
)
def test_what_only_looks_like_a_conflict(tmp_path: Path, capsys: Any, text: str) -> None:
    root = write_files(tmp_path, {**FILES, README: text})
    run(capsys, "--fix-versions", str(root))
    assert (root / README).read_text() == text.replace("0.9.0", "1.0.0")


@pytest.mark.parametrize("path", [README_ZH, INDEX, "README.md"])
def test_a_file_that_cannot_be_read_is_not_passed_over(tmp_path: Path, capsys: Any, path: str) -> None:
    root = write_files(tmp_path, {**FILES, path: "# 回声\n\n**版本：** 0.9.0\n".encode("gb18030")})
    code, out, _ = run(capsys, "--fix-versions", str(root))
    assert code == 1 and f"{path}:1:1: error OWL615 version-unreadable" in out
    code, out, _ = run(capsys, str(root))
    assert f"{path}:1:1: error OWL001 file-unreadable" in out and "OWL615" not in out


def test_an_unreadable_readme_does_not_silence_the_other_one(tmp_path: Path) -> None:
    root = write_files(tmp_path, {**FILES, README_ZH: b"\xb0\xe6"})
    assert f"{README}:1:3 title-emoji" in found(check(root))


def test_an_unreadable_readme_silences_nothing_of_the_code(tmp_path: Path) -> None:
    """Else whoever accepted such a file in a baseline would never hear of the code again."""
    code = plugin_file() + 'API_KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD"\nprint(\n'
    names = [
        line.split()[1] for line in found(check(write_files(tmp_path, {**FILES, CODE: code, README: b"\xb0\xe6"})))
    ]
    assert "syntax-error" in names and "frontmatter-missing-field" in names and "file-unreadable" in names


def test_the_matrix_says_what_it_cannot_be_relied_on_for(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, {**FILES, README: conflict("**Version:** 0.9.1", "**Version:** 0.9.2")})
    (root / README_ZH).write_bytes("# 回声".encode("gb18030"))
    code, out, err = run(capsys, "versions", str(root))
    assert code == 0 and out
    assert err.splitlines() == [
        f"owui-lint: {README} holds a merge conflict: resolve it first.",
        f"owui-lint: {README_ZH} cannot be read.",
    ]
    assert run(capsys, "versions", str(write_files(tmp_path / "clean", FILES)))[2] == ""


PROMPT = 'PROMPT = """\\\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n"""\n'


@pytest.mark.parametrize(
    ("path", "sample"), [(CODE, PROMPT), (README, "```\n" + conflict("a", "b") + "```\n")], ids=["a prompt", "a fence"]
)
def test_what_only_looks_like_a_conflict_in_code_or_a_fence(
    tmp_path: Path, capsys: Any, path: str, sample: str
) -> None:
    root = write_files(tmp_path, {**FILES, path: FILES[path] + "\n" + sample})
    assert "conflict" not in run(capsys, "--fix-versions", str(root))[1]
    assert (root / path).read_text().endswith(sample)
    assert "1.0.0" in (root / README).read_text()


def test_a_conflict_behind_what_only_looks_like_one(tmp_path: Path, capsys: Any) -> None:
    shown = "# Echo\n\n```\n" + conflict("a", "b") + "```\n\n" + conflict("**Version:** 1.0.0", "**Version:** 1.0.1")
    root = write_files(tmp_path, {**FILES, README: shown})
    _, out, _ = run(capsys, "--select", "file-unreadable", str(root))
    assert f"{README}:11:1" in out
