"""Work spread over processes: a queue that all take from, and children that tell what came of their share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from owui_lint import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Self

ARE_POSSIBLE = hasattr(os, "fork")


class Queue:
    """Things, each given out once, to whichever process asks first: their numbers lie in a pipe that all read from.

    Raises ``OSError`` where the system has no room for a pipe.
    """

    _WIDTH = 2  # bytes of a number
    _MAX = 4096 // _WIDTH  # what any pipe takes at once

    def __init__(self, things: Sequence[Any]) -> None:
        parts = min(len(things), self._MAX)
        self._parts = [things[number::parts] for number in range(parts)]
        self._reading, writing = os.pipe()
        os.write(writing, b"".join(number.to_bytes(self._WIDTH, "big") for number in range(parts)))
        os.close(writing)

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        """Yield things, each with the number of those that were given out before."""
        while taken := os.read(self._reading, self._WIDTH):
            number = int.from_bytes(taken, "big")
            for round_, thing in enumerate(self._parts[number]):
                yield number + round_ * len(self._parts), thing

    def close(self) -> None:
        """Give up the pipe."""
        os.close(self._reading)


class Children:
    """Processes that each do some work and tell what came of it, as bytes. Those that were not heard out are ended when
    this is left: nobody waits for them."""

    def __init__(self) -> None:
        #: The end of the pipe that a process tells through, by its number.
        self._readings: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(list(self._readings))

    def _end(self, children: Sequence[int]) -> None:
        for child in children:
            os.close(self._readings.pop(child))
            _end(child)

    def start(self, work: Callable[[], bytes]) -> bool:
        """Start a process that does ``work``; tell whether the system let us: it may have no room for one, or for a pipe."""
        import signal

        signals = (signal.SIGINT, signal.SIGTERM)
        try:
            reading, writing = os.pipe()
        except OSError:
            # This process has files to open, too. What the ended ones had taken is evaluated when it is asked for.
            self._end(list(self._readings)[len(self._readings) // 2 :])
            return False
        # A signal waits until the process is known here, or, over there, until it no longer runs any code of ours.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        try:
            child = _fork()
            if child is None:
                os.close(reading)
                return False
            if child == 0:
                for number in signals:
                    signal.signal(number, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
                _work(work, reading, writing)
            self._readings[child] = reading
            return True
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            os.close(writing)

    def collect(self) -> Iterator[bytes]:
        """Wait for each process, and yield what it told: nothing, or a part of it, where it failed."""
        for child, reading in list(self._readings.items()):
            with os.fdopen(reading, "rb", closefd=False) as stream:
                told = stream.read()
            os.waitpid(child, 0)
            os.close(self._readings.pop(child))
            yield told


def _fork() -> int | None:
    """Return what ``os.fork`` does; ``None`` where the system has no room for another process: this one does its work."""
    with suppress(OSError):
        return os.fork()
    return None


def _end(child: int) -> None:
    """End a process and take note of its end."""
    import signal

    with suppress(OSError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _work(work: Callable[[], bytes], reading: int, writing: int) -> None:
    """Be a child process: work, tell, and leave without touching what the parent owns."""
    status = 1
    try:
        os.close(reading)
        told = work()
        with os.fdopen(writing, "wb") as stream:
            stream.write(told)
        status = 0
    finally:
        os._exit(status)
