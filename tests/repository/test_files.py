from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owui_lint.repository.files import MAX_FILE_BYTES, SourceFile, list_files
from tests.support import write_files


def _file(tmp_path: Path, data: bytes) -> SourceFile:
    (tmp_path / "f.md").write_bytes(data)
    return SourceFile(tmp_path, "f.md")


@pytest.mark.parametrize(
    ("data", "offset", "line_column", "byte"),
    [
        (b"ab\ncd", 3, (2, 1), 3),
        (b"ab\r\ncd", 4, (2, 1), 4),
        (b"ab\rcd", 3, (2, 1), 3),
        (b"a\r\nb\rc\nd", 7, (4, 1), 7),
        ("版本 1".encode(), 3, (1, 4), 7),
        (b"\xef\xbb\xbfab", 1, (1, 2), 4),
        ("\ufeff版本".encode(), 2, (1, 3), 9),
        ("😀x".encode(), 1, (1, 2), 4),
        (b"", 0, (1, 1), 0),
    ],
)
def test_positions(tmp_path: Path, data: bytes, offset: int, line_column: tuple[int, int], byte: int) -> None:
    file = _file(tmp_path, data)
    assert file.position(offset) == line_column
    assert file.byte_offset(offset) == byte
    assert file.character_offset(byte) == offset


def test_offsets_of_a_long_file(tmp_path: Path) -> None:
    text = "aä新😀\n" * 20_000
    file = _file(tmp_path, b"\xef\xbb\xbf" + text.encode())
    for offset in (90_000, 3, 50_001, 50_002, 0, 99_999, 4_000, 100_000):
        assert file.character_offset(3 + len(text[:offset].encode())) == offset


@given(st.text(), st.data())
def test_an_edit_changes_its_span_only(text: str, data: st.DataObject) -> None:
    file = SourceFile(Path("/"), "f")
    raw = text.encode("utf-8", "ignore")
    file.__dict__["_read"] = (raw, None)
    if file.problem:
        return
    start = data.draw(st.integers(0, len(file.text)))
    end = data.draw(st.integers(start, len(file.text)))
    edit = file.edit(start, end, "新")
    assert (file.character_offset(edit.start), file.character_offset(edit.end)) == (start, end)
    after = raw[: edit.start] + edit.replacement + raw[edit.end :]
    assert after.decode("utf-8-sig") == file.text[:start] + "新" + file.text[end:]


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"ok", None), (b"\xff\xfe", "not-utf8"), (b"a\0b", "nul"), (b"\xb0\xe6", "not-utf8"), (b"", None)],
)
def test_problems(tmp_path: Path, data: bytes, problem: str | None) -> None:
    file = _file(tmp_path, data)
    assert file.problem == problem
    if problem:
        assert file.text == ""


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    outside = tmp_path.parent / "outside.md"
    outside.write_text("secret")
    (tmp_path / "out").symlink_to(outside)
    (tmp_path / "in.md").write_text("in")
    (tmp_path / "link").symlink_to("in.md")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "big").write_bytes(b"")
    os.truncate(tmp_path / "big", MAX_FILE_BYTES + 1)
    problems = {name: SourceFile(tmp_path, name).problem for name in ("folder", "fifo", "out", "link", "big", "gone")}
    assert problems == {
        "folder": "not-a-file",
        "fifo": "not-a-file",
        "out": "link-outside",
        "link": None,
        "big": "too-large",
        "gone": "missing",
    }
    assert SourceFile(tmp_path, "loop").problem in ("unreadable", "missing", "link-outside")


def test_a_folder_that_leads_out_is_not_read_through(tmp_path: Path) -> None:
    write_files(tmp_path, {"outside/a/f.md": "secret", "root/in/a/f.md": "in", "root/b/x": ""})
    root = tmp_path / "root"
    (root / "link").symlink_to("in")
    assert SourceFile(root, "link/a/f.md").text == "in"
    (root / "link").unlink()
    (root / "link").symlink_to("../outside")
    assert SourceFile(root, "link/a/f.md").problem == "link-outside"
    assert SourceFile(root, "link/a/gone.md").problem in ("missing", "link-outside")


def test_files_are_what_git_sees(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "a", "sub/b.md": "b", "skipped/c.md": "c", ".gitignore": "skipped/\n"})
    assert list_files(tmp_path) == [".gitignore", "a.md", "skipped/c.md", "sub/b.md"]
    os.system(f"git init -q {tmp_path}")
    assert list_files(tmp_path) == [".gitignore", "a.md", "sub/b.md"]
