"""Runs that are killed, interrupted or failed at every single call, and programs that write in between."""

import errno
import os
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from owui_lint.fixing import folders
from owui_lint.fixing.errors import Reason, WriteError
from owui_lint.fixing.transaction import recover, write_all

from .conftest import AFTER, BEFORE, CALLS, NEW, Steps, goal, make_tree, planned, rest, short_lived_tree, snapshot

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


@pytest.fixture
def tmp_path():
    """A folder in memory where there is one: these tests make thousands of small files."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


@pytest.fixture(autouse=True)
def no_waiting_for_disks(monkeypatch):
    """What the kernel has taken survives the process; `fsync` is for power cuts, which no test here makes."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


def no_links(*arguments, **options):
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.fixture(params=[True, False], ids=["hard-links", "no-hard-links"])
def hard_links(request, monkeypatch):
    if not request.param:
        monkeypatch.setattr(os, "link", no_links)
    return request.param


def count_steps(tmp_path, names=CALLS):
    """How many calls an undisturbed run makes."""
    tree = make_tree(tmp_path / "count")
    with pytest.MonkeyPatch.context() as monkeypatch:
        steps = Steps(monkeypatch, names=names)
        write_all(tree, planned())
    assert snapshot(tree) == goal()
    return steps.count


def whole(root):
    """Check that every file is whole, old or new, and return how many are new."""
    found = {path: entry for path, entry in snapshot(root).items() if not path.endswith(".tmp")}
    wanted = goal()
    new = found.pop(NEW, None)
    assert new in (None, wanted[NEW])
    assert found.keys() == BEFORE.keys()
    for path, (mode, data) in found.items():
        assert data in (BEFORE[path], AFTER[path])
        assert mode == wanted[path][0]
    return sum(data == AFTER[path] for path, (_, data) in found.items()) + (new is not None)


def killed(name, call):
    os.kill(os.getpid(), signal.SIGKILL)


def run_killed(tree, at, action):
    """Run `write_all` in a child that `action` kills at call `at`; return how it ended."""
    pid = os.fork()
    if not pid:
        try:
            with pytest.MonkeyPatch.context() as monkeypatch:
                Steps(monkeypatch, action, at)
                write_all(tree, planned())
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@posix
def test_killed_at_every_step(tmp_path, access, hard_links, record_property):
    total = count_steps(tmp_path)
    progress = []
    for at in range(total):
        with short_lived_tree(tmp_path / str(at)) as tree:
            assert run_killed(tree, at, killed) == -signal.SIGKILL
            progress.append(whole(tree))
            litter = {path for path in snapshot(tree) if path.endswith(".tmp")}
            result = write_all(tree, rest(tree))
            assert set(result.cleaned) == litter
            assert snapshot(tree) == goal()
            assert (tree / ".git/owui-lint.lock").read_bytes() == b""
    assert run_killed(make_tree(tmp_path / "end"), total, killed) == 0
    # Step by step from nothing to all, so every state in between has been seen.
    assert progress == sorted(progress)
    assert set(progress) == set(range(len(BEFORE) + 2))
    record_property("kill points", total)


@posix
def test_killed_in_the_middle_of_every_write(tmp_path):
    real = os.write
    total = count_steps(tmp_path, names=("write",))

    def half(number):
        count = 0

        def write(descriptor, data):
            nonlocal count
            count += 1
            if count > number:
                real(descriptor, data[: len(data) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(descriptor, data)

        return write

    for at in range(total):
        with short_lived_tree(tmp_path / str(at)) as tree:
            pid = os.fork()
            if not pid:
                os.write = half(at)
                try:
                    write_all(tree, planned())
                finally:
                    os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
            assert whole(tree) == 0
            write_all(tree, rest(tree))
            assert snapshot(tree) == goal()


@posix
def test_recover_alone_cleans_up(tmp_path):
    """A run killed after its last replacement leaves nothing to fix, only temporary files."""
    total = count_steps(tmp_path)
    for at in range(total):
        with short_lived_tree(tmp_path / str(at)) as tree:
            run_killed(tree, at, killed)
            recover(tree)
            whole(tree)
            assert not [path for path in snapshot(tree) if path.endswith(".tmp")]
            assert recover(tree) == ((), ())


@posix
def test_killed_again_while_cleaning_up(tmp_path):
    first = count_steps(tmp_path) - 12
    template = make_tree(tmp_path / "template")
    assert run_killed(template, first, killed) == -signal.SIGKILL
    assert [path for path in snapshot(template) if path.endswith(".tmp")]
    at, code = 0, -signal.SIGKILL
    while code:
        with short_lived_tree(tmp_path / str(at)) as tree:
            run_killed(tree, first, killed)
            pid = os.fork()
            if not pid:
                try:
                    with pytest.MonkeyPatch.context() as monkeypatch:
                        Steps(monkeypatch, killed, at)
                        write_all(tree, rest(tree))
                finally:
                    os._exit(0)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            whole(tree)
            recover(tree)
            write_all(tree, rest(tree))
            assert snapshot(tree) == goal()
            at += 1
    assert at > 10


def error_instead(number):
    def action(name, call):
        raise OSError(number, os.strerror(number))

    return action


def interrupt_before(name, call):
    raise KeyboardInterrupt


def interrupt_after(name, call):
    with suppress(OSError):
        call()
    raise KeyboardInterrupt


def disturbed(tmp_path, action, at, *, onwards=False, names=CALLS):
    """Run with `action` at call `at`, check that all is as before or all is written, and return the exception."""
    caught = None
    with short_lived_tree(tmp_path / f"tree-{at}") as tree:
        before = snapshot(tree)
        with pytest.MonkeyPatch.context() as monkeypatch:
            Steps(monkeypatch, action, at, onwards=onwards, names=names)
            try:
                write_all(tree, planned())
            except (WriteError, KeyboardInterrupt) as error:
                caught = error
        recover(tree)
        found = snapshot(tree)
    if caught is None:
        assert found == goal()
    elif isinstance(caught, WriteError):
        assert found == before
        assert caught.not_restored == ()
    else:  # an interrupt may come when all is done
        assert found in (before, goal())
    return caught


def fail_at_every_step(tmp_path, number):
    total = count_steps(tmp_path)
    failures = sum(disturbed(tmp_path, error_instead(number), at) is not None for at in range(total))
    assert failures > total // 2


def test_no_space_at_every_step(tmp_path, access, hard_links):
    fail_at_every_step(tmp_path, errno.ENOSPC)


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES], ids=errno.errorcode.get)
def test_other_failures_at_every_step(tmp_path, number):
    fail_at_every_step(tmp_path, number)


def test_full_disk_from_every_step_on(tmp_path, access, hard_links):
    """Once the disk is full, nothing more can be written, synced or linked; undoing needs none of that."""
    names = ("write", "fsync", "link") if hard_links else ("write", "fsync")
    total = count_steps(tmp_path, names)
    for at in range(total):
        caught = disturbed(tmp_path, error_instead(errno.ENOSPC), at, onwards=True, names=names)
        assert isinstance(caught, WriteError)
        assert caught.reason == Reason.NO_SPACE


@pytest.mark.parametrize("action", [interrupt_before, interrupt_after])
def test_interrupt_at_every_step(tmp_path, access, hard_links, action):
    for at in range(count_steps(tmp_path)):
        caught = disturbed(tmp_path, action, at)
        assert isinstance(caught, KeyboardInterrupt)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_real_signal_at_every_step(tmp_path, number):
    def terminated(*_):
        raise KeyboardInterrupt

    def send(name, call):
        signal.raise_signal(number)
        return call()

    old = signal.signal(number, terminated)
    try:
        for at in range(count_steps(tmp_path)):
            caught = disturbed(tmp_path, send, at)
            assert isinstance(caught, KeyboardInterrupt)
    finally:
        signal.signal(number, old)


def test_undone_files_are_the_very_same(tree, monkeypatch):
    """Undoing brings back the old file itself, with all that hangs on it, not a copy."""
    inodes = {path: (tree / path).stat().st_ino for path in BEFORE}
    calls = []
    real = os.replace

    def replace(*arguments, **options):
        calls.append(arguments)
        if len(calls) == len(BEFORE):
            raise OSError(errno.EIO, "Input/output error")
        real(*arguments, **options)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WriteError):
        write_all(tree, planned())
    assert {path: (tree / path).stat().st_ino for path in BEFORE} == inodes
    assert {path: (tree / path).read_bytes() for path in BEFORE} == BEFORE


def test_what_cannot_be_put_back_is_named(tree, monkeypatch):
    done = []
    real = os.replace

    def replace(*arguments, **options):
        if len(done) == 2:
            raise OSError(errno.EIO, "Input/output error")
        real(*arguments, **options)
        done.append(arguments)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WriteError) as caught:
        write_all(tree, planned())
    assert caught.value.reason == Reason.OS
    assert set(caught.value.not_restored) == set(list(BEFORE)[:2])
    assert "not put back" in caught.value.__notes__[0]
    assert whole(tree) == 2


def test_edits_of_others_are_never_lost(tmp_path):
    """Another program appends to a file, at every step; its line is in the file afterwards."""
    target = "docs/a.md"
    outcomes = set()
    for at in range(count_steps(tmp_path)):
        with short_lived_tree(tmp_path / str(at)) as tree:

            def write_between(name, call, tree=tree):
                with (tree / target).open("ab") as file:
                    file.write(b"\nmine\n")
                return call()

            with pytest.MonkeyPatch.context() as monkeypatch:
                Steps(monkeypatch, write_between, at)
                try:
                    write_all(tree, planned())
                    outcomes.add("written")
                except WriteError as error:
                    assert error.reason == Reason.CHANGED
                    outcomes.add("refused")
            found = (tree / target).read_bytes()
            assert found.endswith(b"\nmine\n")
            assert found.removesuffix(b"\nmine\n") in (BEFORE[target], AFTER[target])
    assert outcomes == {"written", "refused"}


def test_edit_of_a_replaced_file_survives_the_undoing(tree, monkeypatch):
    real = os.replace
    done = []

    def replace(*arguments, **options):
        if len(done) == 2:
            first = tree / next(iter(BEFORE))
            first.write_bytes(first.read_bytes() + b"mine")
            done.append(None)
            raise OSError(errno.EIO, "Input/output error")
        real(*arguments, **options)
        done.append(arguments)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WriteError) as caught:
        write_all(tree, planned())
    first, *others = BEFORE
    assert caught.value.not_restored == (first,)
    assert (tree / first).read_bytes() == AFTER[first] + b"mine"
    assert all((tree / path).read_bytes() == BEFORE[path] for path in others)


@posix
@pytest.mark.parametrize("victim", ["docs", "plugins"])
def test_folder_swapped_for_a_link_at_every_step(tmp_path, victim):
    """A link that appears at any moment never leads a write out of the root."""
    if not folders._BY_DESCRIPTOR:
        pytest.skip("no folder descriptors on this platform")
    for at in range(count_steps(tmp_path)):
        with short_lived_tree(tmp_path / "tree") as tree, short_lived_tree(tmp_path / "outside") as outside:
            before = snapshot(outside)

            def swap(name, call, tree=tree, outside=outside):
                (tree / victim).rename(tree / "moved")
                (tree / victim).symlink_to(outside / victim)
                return call()

            with pytest.MonkeyPatch.context() as monkeypatch:
                Steps(monkeypatch, swap, at)
                try:
                    write_all(tree, planned())
                except WriteError as error:
                    assert error.reason in {Reason.SYMLINK, Reason.MISSING}
            assert snapshot(outside) == before


@pytest.mark.parametrize("how", ["write", "rename"])
def test_change_after_preparing_is_kept(tree, access, hard_links, monkeypatch, how):
    """Another program writes or replaces the last file when the first is about to be replaced."""
    *_, target = BEFORE
    real = os.replace

    def replace(*arguments, **options):
        monkeypatch.setattr(os, "replace", real)
        if how == "rename":
            (tree / "theirs").write_bytes(b"mine")
            real(tree / "theirs", tree / target)
        else:
            (tree / target).write_bytes(b"mine")
        real(*arguments, **options)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WriteError) as caught:
        write_all(tree, planned())
    assert (caught.value.path, caught.value.reason) == (target, Reason.CHANGED)
    assert {path: data for path, (_, data) in snapshot(tree).items()} == {**BEFORE, target: b"mine"}


def test_file_replaced_by_its_like_is_noticed(tree, monkeypatch):
    """Same bytes, another file: whoever put it there may be about to write to it, and undoing would lose it."""
    *_, target = BEFORE
    real = os.replace

    def replace(*arguments, **options):
        monkeypatch.setattr(os, "replace", real)
        (tree / "theirs").write_bytes(BEFORE[target])
        real(tree / "theirs", tree / target)
        real(*arguments, **options)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WriteError) as caught:
        write_all(tree, planned())
    assert (caught.value.path, caught.value.reason) == (target, Reason.CHANGED)


@posix
def test_signals_while_cleaning_up_after_a_failure_wait(tree, monkeypatch):
    """The disk is full, and the user presses Ctrl-C at that: nothing is left behind all the same."""
    real = os.unlink
    written = []

    def write(descriptor, data):
        written.append(data)
        if len(written) == 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(descriptor, data)

    def unlink(*arguments, **options):
        signal.raise_signal(signal.SIGINT)
        real(*arguments, **options)

    real_write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        patch.setattr(os, "unlink", unlink)
        with pytest.raises(KeyboardInterrupt):
            write_all(tree, planned())
    assert {path: data for path, (_, data) in snapshot(tree).items()} == BEFORE
