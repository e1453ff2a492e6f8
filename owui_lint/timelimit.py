"""A limit on the processor time of a piece of work, for what a repository's own rules ask of the built-in primitives.

Their patterns are the repository's: one that backtracks for ever must not stall a run. Python's ``re`` lets signals
through while it searches. Where there is no such timer (Windows), and outside of the main thread, there is no limit.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TimeIsUp(BaseException):
    """The limit is reached. No ``Exception``: nothing in between is to take it for a failure of its own."""


def _end(number: int, frame: object) -> None:
    raise TimeIsUp


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``TimeIsUp`` where the body takes more than ``seconds`` of this process's time."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
