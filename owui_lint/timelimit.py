"""A limit on the processor time of a piece of work, for what a repository's own rules ask of the built-in primitives.

Their patterns are the repository's: one that backtracks for ever must not stall a run. Python's ``re`` lets signals
through while it searches, in the main thread only. Where there is no such timer (Windows), there is no limit.
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


def is_in_reach() -> bool:
    """Tell whether a timer could end what this thread does: Python handles signals in its main thread."""
    return threading.current_thread() is threading.main_thread()


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``TimeIsUp`` where the body takes more than ``seconds`` of this process's time."""
    if not hasattr(signal, "setitimer") or not is_in_reach():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
