"""Where the lock lies, whom it shuts out, and what cannot be done with it."""

import json
import os
import shutil
import subprocess

import pytest

from owui_lint.fixing import lock as lock_module
from owui_lint.fixing.edits import FileChange
from owui_lint.fixing.errors import Reason, WriteError
from owui_lint.fixing.lock import RootLock
from owui_lint.fixing.transaction import recover, write_all

from .conftest import BEFORE, goal, planned, snapshot

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


@pytest.fixture
def bare_tree(tree):
    """The tree without a git directory."""
    shutil.rmtree(tree / ".git")
    return tree


def private_locks(tmp_path):
    return sorted((tmp_path / "cache").rglob("*.lock"))


@pytest.mark.parametrize("with_git", [True, False])
def test_second_run_is_refused(tree, with_git):
    if not with_git:
        shutil.rmtree(tree / ".git")
    with RootLock.acquire(tree.resolve()) as held:
        held.note([])
        with pytest.raises(WriteError, match=rf"another owui-lint is writing here \(pid {os.getpid()}\)") as caught:
            write_all(tree, planned())
        assert (caught.value.reason, caught.value.pid) == (Reason.LOCKED, os.getpid())
        assert recover(tree) == ((), ())
    assert {path: data for path, (_, data) in snapshot(tree).items()} == BEFORE
    write_all(tree, planned())
    assert snapshot(tree) == goal()


def test_holder_without_a_note_has_no_pid(tree):
    with RootLock.acquire(tree.resolve()), pytest.raises(WriteError) as caught:
        RootLock.acquire(tree.resolve())
    assert caught.value.pid is None
    assert str(caught.value).endswith("another owui-lint is writing here")


def test_other_roots_are_free(tree, tmp_path):
    (tmp_path / "other").mkdir()
    with RootLock.acquire(tree.resolve()):
        write_all(tmp_path / "other", [FileChange("a", None, b"x")])


@posix
def test_runs_at_once_do_not_mix(tmp_path):
    """Four processes raise a number in all files, each run on its own view; no raise is lost, no file differs."""
    names = [f"{n}.md" for n in range(4)]
    for name in names:
        (tmp_path / name).write_bytes(b"0\n")

    def work(rounds):
        while rounds:
            found = {name: (tmp_path / name).read_bytes() for name in names}
            try:
                write_all(tmp_path, [FileChange(name, data, b"%d\n" % (int(data) + 1)) for name, data in found.items()])
            except WriteError as error:
                assert error.reason in {Reason.LOCKED, Reason.CHANGED}
            else:
                rounds -= 1

    children = []
    for _ in range(4):
        pid = os.fork()
        if not pid:
            status = 1
            try:
                work(8)
                status = 0
            finally:
                os._exit(status)
        children.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0] * 4
    assert {(tmp_path / name).read_bytes() for name in names} == {b"32\n"}
    assert not list(tmp_path.glob(".owui-lint-*"))


def test_lock_lies_in_the_git_directory(tree, tmp_path):
    write_all(tree, planned())
    assert (tree / ".git/owui-lint.lock").is_file()
    assert private_locks(tmp_path) == []


def test_without_git_nothing_is_left_in_the_tree(bare_tree, tmp_path):
    write_all(bare_tree, planned())
    assert snapshot(bare_tree) == goal()
    assert len(private_locks(tmp_path)) == 1


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_linked_worktree(tmp_path):
    def git(*arguments, cwd):
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        run = subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True, text=True)
        return run.stdout

    main, linked = tmp_path / "main", tmp_path / "linked"
    main.mkdir()
    git("init", "-q", cwd=main)
    (main / "a.md").write_bytes(b"1\n")
    git("add", ".", cwd=main)
    git("commit", "-qm", "x", cwd=main)
    git("worktree", "add", "-q", str(linked), cwd=main)
    write_all(linked, [FileChange("a.md", b"1\n", b"2\n")])
    assert (main / ".git/worktrees/linked/owui-lint.lock").is_file()
    assert git("status", "--short", cwd=linked) == " M a.md\n"
    assert git("status", "--short", cwd=main) == ""


@pytest.mark.parametrize("content", [b"gitdir: ../victim\n", b"gitdir: \0\n", b"gitdir: ", b"\xff\xfe", b""])
def test_git_file_that_points_elsewhere(bare_tree, tmp_path, content):
    (tmp_path / "victim").mkdir()
    (bare_tree / ".git").write_bytes(content)
    write_all(bare_tree, planned())
    assert list((tmp_path / "victim").iterdir()) == []
    assert len(private_locks(tmp_path)) == 1


def _git_directory(folder):
    for name in ("objects", "refs"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    return folder


@pytest.mark.parametrize("kind", ["file", "absolute", "link", "that of a linked tree", "below its modules"])
def test_a_git_directory_that_does_not_know_the_tree_is_left_alone(bare_tree, tmp_path, kind):
    """Whatever a stranger's `.git` names: another repository's, too."""
    victim = _git_directory(tmp_path / "victim/.git" / ("modules/tree" if kind == "below its modules" else "."))
    if kind == "link":
        (bare_tree / ".git").symlink_to(victim)
    else:
        named = victim if kind == "absolute" else os.path.relpath(victim, bare_tree)
        (bare_tree / ".git").write_bytes(b"gitdir: " + os.fsencode(named) + b"\n")
    if kind == "that of a linked tree":
        (victim / "gitdir").write_bytes(os.fsencode(tmp_path / "another/.git") + b"\n")
    before = sorted((tmp_path / "victim").rglob("*"))
    write_all(bare_tree, planned())
    assert sorted((tmp_path / "victim").rglob("*")) == before
    assert len(private_locks(tmp_path)) == 1


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_submodule(tmp_path):
    def git(*arguments, cwd):
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"]
        subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True)

    for name in ("inner", "outer"):
        (tmp_path / name).mkdir()
        git("init", "-q", cwd=tmp_path / name)
        (tmp_path / name / "a.md").write_bytes(b"1\n")
        git("add", ".", cwd=tmp_path / name)
        git("commit", "-qm", "x", cwd=tmp_path / name)
    outer = tmp_path / "outer"
    git("submodule", "--quiet", "add", str(tmp_path / "inner"), "sub/inner", cwd=outer)
    git("commit", "-qm", "x", cwd=outer)
    write_all(outer / "sub/inner", [FileChange("a.md", b"1\n", b"2\n")])
    assert (outer / ".git/modules/sub/inner/owui-lint.lock").is_file()
    git("worktree", "add", "-q", str(tmp_path / "linked"), cwd=outer)
    git("submodule", "--quiet", "update", "--init", cwd=tmp_path / "linked")
    write_all(tmp_path / "linked/sub/inner", [FileChange("a.md", b"1\n", b"2\n")])
    assert (outer / ".git/worktrees/linked/modules/sub/inner/owui-lint.lock").is_file()


@posix
@pytest.mark.parametrize("kind", ["symlink", "dangling", "hard-link", "fifo", "folder"])
def test_planted_lock_file(tree, tmp_path, kind):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path = tree / ".git/owui-lint.lock"
    {
        "symlink": lambda: path.symlink_to(victim),
        "dangling": lambda: path.symlink_to(tmp_path / "nowhere"),
        "hard-link": lambda: os.link(victim, path),
        "fifo": lambda: os.mkfifo(path),
        "folder": path.mkdir,
    }[kind]()
    with pytest.raises(WriteError) as caught:
        write_all(tree, planned())
    assert caught.value.path == str(path)
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "nowhere").exists()
    assert {name: data for name, (_, data) in snapshot(tree).items()} == BEFORE


@posix
@pytest.mark.parametrize("kind", ["open-to-all", "symlink", "file"])
def test_unsafe_cache_folder_is_passed_over(bare_tree, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(lock_module.tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    locks = tmp_path / "cache/owui-lint/locks"
    locks.parent.mkdir(parents=True)
    (tmp_path / "victim").mkdir()
    if kind == "open-to-all":
        locks.mkdir()
        locks.chmod(0o777)
    elif kind == "symlink":
        locks.symlink_to(tmp_path / "victim")
    else:
        locks.write_bytes(b"")
    write_all(bare_tree, planned())
    assert snapshot(bare_tree) == goal()
    assert private_locks(tmp_path) == list((tmp_path / "victim").iterdir()) == []
    assert len(list((tmp_path / "tmp").rglob("*.lock"))) == 1


@posix
def test_no_place_for_a_lock(bare_tree, tmp_path, monkeypatch):
    monkeypatch.setattr(lock_module.tempfile, "tempdir", str(tmp_path / "file/below"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError, match="no place for a lock file"):
        write_all(bare_tree, planned())


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"garbage \xff\x00\n",
        b'["temporary", "docs/.owui-l',
        b'["temporary", 5]\n["temporary"]\n{"temporary": "x"}\n5\n[[], []]\n["pid", "x"]\n',
        b"[" * 100_000,
        b'["pid", ' + b"9" * 10_000 + b"]",
    ],
)
def test_damaged_note(tree, note):
    (tree / ".git/owui-lint.lock").write_bytes(note)
    with RootLock.acquire(tree.resolve()), pytest.raises(WriteError):
        RootLock.acquire(tree.resolve())
    result = write_all(tree, planned())
    assert result.cleaned == result.left == ()
    assert snapshot(tree) == goal()


def test_hostile_note_removes_nothing_but_temporary_files(tree, tmp_path):
    name = f".owui-lint-1-{'0' * 16}-0-new.tmp"
    for folder in (tree / "docs", tmp_path):
        (folder / name).write_bytes(b"")
    (tree / "way-out").symlink_to(tmp_path)
    noted = [f"docs/{name}", f"../{name}", f"way-out/{name}", str(tmp_path / name), "README.md", f"docs/{name}/x", ""]
    text = "".join(json.dumps(["temporary", path]) + "\n" for path in noted)
    (tree / ".git/owui-lint.lock").write_text(text)
    assert recover(tree) == ((f"docs/{name}",), ())
    assert (tmp_path / name).exists()
    assert (tree / "README.md").exists()
    assert (tree / ".git/owui-lint.lock").read_bytes() == b""


def test_temporary_file_that_cannot_be_removed_is_tried_again(tree, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refuse)
        result = write_all(tree, planned())
    assert len(result.left) == len(BEFORE) + 1
    assert all((tree / path).exists() for path in result.left)
    cleaned, left = recover(tree)
    assert (set(cleaned), left) == (set(result.left), ())
    assert snapshot(tree) == goal()


@posix
def test_removed_lock_file_shuts_nobody_out_unnoticed(tree, monkeypatch):
    """The file goes away between opening and locking: the lock is taken on the one that others will find."""
    path = tree.resolve() / ".git/owui-lint.lock"
    real = lock_module._try_lock
    calls = []

    def remove_first(descriptor):
        if not calls:
            path.unlink()
        calls.append(descriptor)
        return real(descriptor)

    monkeypatch.setattr(lock_module, "_try_lock", remove_first)
    with RootLock.acquire(tree.resolve()):
        assert len(calls) == 2
        with pytest.raises(WriteError):
            RootLock.acquire(tree.resolve())
