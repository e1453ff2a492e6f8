"""What `write_all` writes, and what it refuses to write."""

import errno
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from owui_lint.fixing import folders
from owui_lint.fixing.edits import FileChange
from owui_lint.fixing.errors import Reason, WriteError
from owui_lint.fixing.transaction import recover, unwritable, write_all

from .conftest import BEFORE, NEW, goal, make_tree, planned, snapshot

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root")


def refused(root, changes):
    """Run into a `WriteError`, check that nothing changed, and return it."""
    before = snapshot(root)
    with pytest.raises(WriteError) as caught:
        write_all(root, changes)
    assert snapshot(root) == before
    assert caught.value.not_restored == ()
    return caught.value


def test_all_is_written_with_modes_kept(tree, access):
    result = write_all(tree, planned())
    assert snapshot(tree) == goal()
    assert result.written == (*BEFORE, NEW)
    assert result.cleaned == result.left == ()
    assert (tree / ".git/owui-lint.lock").read_bytes() == b""


def test_nothing_to_write_makes_no_file(tree):
    before = snapshot(tree)
    result = write_all(tree, [FileChange("README.md", b"same", b"same")])
    assert result.written == ()
    assert snapshot(tree) == before
    assert sorted(path.name for path in (tree / ".git").iterdir()) == ["HEAD"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755, 0o777, 0o200, 0o4755, 0o2755])
def test_mode_stays_whatever_the_umask(tree, mode):
    (tree / "README.md").chmod(mode)
    umask = os.umask(0o077)
    try:
        if mode == 0o200 and os.geteuid() != 0:
            pytest.skip("only root reads a file without a read bit")
        write_all(tree, planned())
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tree / "README.md").stat().st_mode) == mode


@as_root
def test_owner_stays(tree):
    os.chown(tree / "README.md", 12345, 54321)
    write_all(tree, planned())
    status = (tree / "README.md").stat()
    assert (status.st_uid, status.st_gid) == (12345, 54321)


@posix
def test_other_names_of_a_file_keep_the_old_content(tree, tmp_path):
    other = tmp_path / "other"
    os.link(tree / "README.md", other)
    write_all(tree, planned())
    assert other.read_bytes() == BEFORE["README.md"]
    assert snapshot(tree) == goal()


def test_root_may_be_named_through_a_link(tree, tmp_path, access):
    (tmp_path / "link").symlink_to(tree)
    write_all(tmp_path / "link", planned())
    assert snapshot(tree) == goal()


def test_missing_root(tmp_path):
    for call in (lambda: write_all(tmp_path / "no", planned()), lambda: recover(tmp_path / "no")):
        with pytest.raises(WriteError) as caught:
            call()
        assert (caught.value.path, caught.value.reason) == (".", Reason.MISSING)


def test_one_path_twice_is_a_mistake_of_the_caller(tree):
    with pytest.raises(ValueError, match="same path"):
        write_all(tree, [FileChange("README.md", b"", b"1"), FileChange("README.md", b"", b"2")])


@pytest.mark.parametrize(
    "path",
    [
        *("../outside.md", "docs/../../outside.md", "docs/../README.md", "/etc/passwd", "//etc/passwd", "", ".", ".."),
        *("docs//a.md", "./README.md", "docs/", "docs/a.md/.", "a\0b", "\ud800", ".git/config", "docs/.GIT/hooks/x"),
    ],
)
@pytest.mark.parametrize("before", [None, b""])
def test_paths_out_of_the_root(tree, tmp_path, path, before, access):
    (tmp_path / "outside.md").write_bytes(b"")
    error = refused(tree, [*planned(), FileChange(path, before, b"new")])
    assert (error.path, error.reason) == (path, Reason.OUTSIDE)
    assert (tmp_path / "outside.md").read_bytes() == b""


@pytest.mark.parametrize("path", ["C:/a.md", "docs\\a.md", "docs/a.md:stream"])
def test_what_windows_would_read_otherwise(path, monkeypatch):
    monkeypatch.setattr(folders.os, "sep", "\\")
    with pytest.raises(WriteError, match="not a plain path"):
        folders.split(path)


def link_to_file(tree, outside):
    (tree / "docs/a.md").unlink()
    (tree / "docs/a.md").symlink_to(outside / "a.md")


def link_within(tree, outside):
    (tree / "docs/a.md").rename(tree / "docs/real.md")
    (tree / "docs/a.md").symlink_to("real.md")


def dangling_link(tree, outside):
    (tree / "docs/a.md").unlink()
    (tree / "docs/a.md").symlink_to("nowhere")


def link_to_folder(tree, outside):
    (tree / "docs/a.md").unlink()
    (tree / "docs").rmdir()
    (tree / "docs").symlink_to(outside)


def folder_link_within(tree, outside):
    (tree / "docs").rename(tree / "real")
    (tree / "docs").symlink_to("real")


def fifo(tree, outside):
    (tree / "docs/a.md").unlink()
    os.mkfifo(tree / "docs/a.md")


def folder(tree, outside):
    (tree / "docs/a.md").unlink()
    (tree / "docs/a.md").mkdir()


def file_for_folder(tree, outside):
    (tree / "docs/a.md").unlink()
    (tree / "docs").rmdir()
    (tree / "docs").write_bytes(b"")


def missing(tree, outside):
    (tree / "docs/a.md").unlink()


def missing_folder(tree, outside):
    missing(tree, outside)
    (tree / "docs").rmdir()


def changed(tree, outside):
    (tree / "docs/a.md").write_bytes("**版本：** 1.0.1".encode())


def longer(tree, outside):
    with (tree / "docs/a.md").open("ab") as file:
        file.write(b"\n")


def emptied(tree, outside):
    (tree / "docs/a.md").write_bytes(b"")


def read_only(tree, outside):
    (tree / "docs/a.md").chmod(0o444)


def read_only_folder(tree, outside):
    (tree / "docs").chmod(0o555)


@posix
@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        *((each, Reason.SYMLINK) for each in (link_to_file, link_within, dangling_link)),
        *((each, Reason.SYMLINK) for each in (link_to_folder, folder_link_within)),
        *((each, Reason.NOT_REGULAR) for each in (fifo, folder, file_for_folder)),
        *((each, Reason.MISSING) for each in (missing, missing_folder)),
        *((each, Reason.CHANGED) for each in (changed, longer, emptied)),
        *((each, Reason.READ_ONLY) for each in (read_only, read_only_folder)),
    ],
)
def test_refusals(tree, tmp_path, prepare, reason, access):
    if prepare is read_only_folder and access == "paths":
        pytest.skip("mode bits of folders mean nothing where paths are used")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_bytes(BEFORE["docs/a.md"])
    prepare(tree, outside)
    # The files before it in the list would already be replaced if checking did not come first.
    content = {path: (tree / path).read_bytes() for path in BEFORE if path != "docs/a.md"}
    inodes = {path: (tree / path).stat().st_ino for path in content}
    with pytest.raises(WriteError) as caught:
        write_all(tree, planned())
    assert (caught.value.path, caught.value.reason) == ("docs/a.md", reason)
    assert {path: (tree / path).read_bytes() for path in content} == content
    assert {path: (tree / path).stat().st_ino for path in content} == inodes
    assert [path.name for path in outside.iterdir()] == ["a.md"]
    assert (outside / "a.md").read_bytes() == BEFORE["docs/a.md"]
    assert not list(tree.rglob("*.tmp"))


@pytest.mark.parametrize("make", ["file", "folder", "link", "dangling"])
def test_new_file_never_overwrites(tree, make, access):
    new = tree / NEW
    {
        "file": lambda: new.write_bytes(b"mine"),
        "folder": new.mkdir,
        "link": lambda: new.symlink_to("a.md"),
        "dangling": lambda: new.symlink_to("nowhere"),
    }[make]()
    with pytest.raises(WriteError) as caught:
        write_all(tree, planned())
    assert (caught.value.path, caught.value.reason) == (NEW, Reason.EXISTS)
    assert (tree / "README.md").read_bytes() == BEFORE["README.md"]


@pytest.mark.parametrize("hard_links", [True, False])
def test_new_file_that_appears_meanwhile_stays(tree, access, monkeypatch, hard_links):
    real = os.replace
    if not hard_links:
        monkeypatch.setattr(os, "link", no_links)

    def replace(*arguments, **options):
        if not (tree / NEW).exists():
            (tree / NEW).write_bytes(b"mine")
        real(*arguments, **options)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WriteError) as caught:
        write_all(tree, planned())
    assert caught.value.reason == Reason.EXISTS
    found = snapshot(tree)
    assert found.pop(NEW)[1] == b"mine"
    assert {path: data for path, (_, data) in found.items()} == BEFORE


def no_links(*arguments, **options):
    raise OSError(errno.EPERM, "Operation not permitted")


def test_without_hard_links(tree, access, monkeypatch):
    monkeypatch.setattr(os, "link", no_links)
    write_all(tree, planned())
    assert snapshot(tree) == goal()


def test_new_file_needs_its_folder(tree, access):
    error = refused(tree, [FileChange("docs/new/a.md", None, b"")])
    assert error.reason == Reason.MISSING


def in_child(function):
    """Run `function` in a child process; it must not raise."""
    pid = os.fork()
    if not pid:
        status = 1
        try:
            function()
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@as_root
@pytest.mark.parametrize("what", ["file", "folder"])
def test_permissions_of_somebody_else(what):
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        tree = make_tree(Path(name, "tree"))
        for path in tree.rglob("*"):
            os.chown(path, 12345, 12345)
        os.chown(tree / "docs/a.md" if what == "file" else tree / "docs", 0, 0)
        before = snapshot(tree)

        def run():
            os.setgroups([])
            os.setgid(12345)
            os.setuid(12345)
            with pytest.raises(WriteError) as caught:
                write_all(tree, planned())
            assert (caught.value.path, caught.value.reason) == ("docs/a.md", Reason.READ_ONLY)

        in_child(run)
        assert snapshot(tree) == before


@posix
def test_size_limit_of_the_process(tree):
    """A real failure of the system in the middle of a write."""
    import resource

    before = snapshot(tree)
    large = FileChange("README.md", BEFORE["README.md"], b"x" * 100_000)

    def run():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        with pytest.raises(WriteError) as caught:
            write_all(tree, [*planned()[:3], large])
        assert (caught.value.path, caught.value.reason) == ("README.md", Reason.NO_SPACE)

    in_child(run)
    assert snapshot(tree) == before


FULL_DISK = """
import sys
from pathlib import Path
from owui_lint.fixing.edits import FileChange
from owui_lint.fixing.errors import WriteError
from owui_lint.fixing.transaction import write_all
root = Path(sys.argv[1])
(root / ".git").mkdir()
(root / ".git/HEAD").touch()
old = {f"{n}.md": bytes([65 + n]) * 60_000 for n in range(4)}
for name, data in old.items():
    (root / name).write_bytes(data)
try:
    write_all(root, [FileChange(name, data, data + b"x" * 60_000) for name, data in old.items()])
except WriteError as error:
    print(error.reason)
assert sorted(path.name for path in root.iterdir()) == [".git", *sorted(old)]
assert all((root / name).read_bytes() == data for name, data in old.items())
write_all(root, [FileChange("0.md", old["0.md"], b"fits")])
print((root / "0.md").read_text())
"""


@as_root
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux mounts")
def test_full_disk(tmp_path):
    """On a file system of 512 KiB, mounted for the test in a name space of its own."""
    command = 'mount -t tmpfs -o size=512k none "$1" || exit 77; exec "$2" -c "$3" "$1"'
    run = subprocess.run(
        ["unshare", "-m", "sh", "-c", command, "sh", tmp_path, sys.executable, FULL_DISK],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    if run.returncode == 77 or "unshare failed" in run.stderr:
        pytest.skip("no mounts here")
    assert (run.stdout, run.stderr) == ("no-space\nfits\n", "")


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [
        (b"x = 1\n", b"x = (\n", True),
        (b"x = 1\n", b"x = 2\n", False),
        (b"x = (\n", b"y = (\n", False),  # it was broken before
        (b"\xef\xbb\xbfx = 1\r\n", b"\xef\xbb\xbfx =\r\n", True),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", b"# -*- coding: latin-1 -*-\ny = '\xe9'\n", False),
        (b"x = 1\n", b"x = 1\0\n", True),
        (b"x = 1\n", b"(" * 100_000, True),
    ],
)
def test_code_that_would_be_broken_is_not_written(tmp_path: Path, before: bytes, after: bytes, broken: bool) -> None:
    root = tmp_path
    for name, is_code in (("a.py", True), ("a.txt", False)):
        (root / name).write_bytes(before)
        changes = [FileChange("b.md", None, b"new"), FileChange(name, before, after)]
        assert [error.path for error in unwritable(root, changes)] == [name] * (broken and is_code)
        if broken and is_code:
            with pytest.raises(WriteError) as caught:
                write_all(root, changes)
            assert caught.value.reason is Reason.BROKEN
            assert (root / name).read_bytes() == before and not (root / "b.md").exists()
        else:
            write_all(root, changes)
            assert (root / name).read_bytes() == after
            (root / "b.md").unlink()
