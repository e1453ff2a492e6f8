"""Work spread over processes: nothing is done twice or lost, and nobody is left behind, whatever happens to one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from owui_lint import processes
from owui_lint.processes import ARE_POSSIBLE, Children, Queue

pytestmark = pytest.mark.skipif(not ARE_POSSIBLE, reason="the system has no fork")
LARGE = b"x" * (1 << 20)  # more than a pipe takes at once


@pytest.fixture(autouse=True)
def nothing_stays_open() -> Iterator[None]:
    while (children := _children()) == "one has ended":
        pass  # another test's
    before = _open()
    yield
    assert _open() == before and _children() == children


def _open() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0


def _children() -> str:
    """Whether this process has children: none, or some that run, as those that other tests leave to be used again; or one
    that ended and was not heard out, which is no child any more then."""
    try:
        return "some run" if os.waitpid(-1, os.WNOHANG)[0] == 0 else "one has ended"
    except ChildProcessError:
        return "none"


@pytest.mark.parametrize("count", [0, 1, 2, Queue._MAX - 1, Queue._MAX, Queue._MAX + 1, 3 * Queue._MAX + 7])
def test_a_queue_gives_each_thing_out_once_with_its_number(count: int) -> None:
    queue = Queue([f"thing {number}" for number in range(count)])
    taken = list(queue)
    queue.close()
    assert sorted(taken) == sorted((number, f"thing {number}") for number in range(count))


def test_processes_share_a_queue() -> None:
    queue = Queue(range(2 * Queue._MAX))

    def work() -> bytes:
        return b" ".join(b"%d" % thing for _, thing in queue)

    with Children() as children:
        for _ in range(4):
            children.start(work)
        shares = [list(map(int, told.split())) for told in children.collect()]
    queue.close()
    assert sorted(thing for share in shares for thing in share) == list(range(2 * Queue._MAX))


def test_what_children_tell_comes_whole_and_in_their_order() -> None:
    with Children() as children:
        for letter in (b"a", b"b", b"c"):
            children.start(lambda letter=letter: letter + LARGE)  # type: ignore[misc]
        assert list(children.collect()) == [letter + LARGE for letter in (b"a", b"b", b"c")]


def _fail() -> bytes:
    raise RuntimeError("a rule crashed")


def _die() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b"never"


def _leave() -> bytes:
    raise SystemExit(0)


@pytest.mark.parametrize("work", [_fail, _die, _leave])
def test_a_child_that_fails_tells_nothing_and_holds_nobody_up(work: object, capfd: pytest.CaptureFixture[str]) -> None:
    with Children() as children:
        children.start(work)  # type: ignore[arg-type]
        children.start(lambda: b"done")
        assert list(children.collect()) == [b"", b"done"]


def test_a_child_runs_nothing_of_what_its_parent_would_do_at_its_end(tmp_path: Path) -> None:
    mark = tmp_path / "left"
    parent = os.getpid()
    with Children() as children:
        try:
            children.start(_fail)
        finally:
            if os.getpid() != parent:  # pragma: no cover - what must not happen
                mark.touch()
                os._exit(0)
        list(children.collect())
    assert not mark.exists()


def test_nobody_waits_for_children_that_were_not_heard_out() -> None:
    with pytest.raises(KeyboardInterrupt), Children() as children:
        for _ in range(2):
            children.start(lambda: signal.pause() or b"")
        raise KeyboardInterrupt


def test_of_those_that_were_heard_out_in_part_nothing_is_left_open() -> None:
    with Children() as children:
        for _ in range(3):
            children.start(lambda: b"done")
        assert next(children.collect()) == b"done"


def test_where_no_process_can_be_started_the_others_do_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(processes.os, "fork", refuse)
    with Children() as children:
        children.start(lambda: b"never")
        assert list(children.collect()) == []


def test_signals_wait_only_while_a_process_is_started() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with Children() as children:
        children.start(lambda: repr(signal.pthread_sigmask(signal.SIG_BLOCK, []) == before).encode())
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before
        assert list(children.collect()) == [b"True"]
