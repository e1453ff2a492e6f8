from __future__ import annotations

import datetime
import faulthandler
import gc
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import NoReturn

import pytest

from owui_lint.cache import ENVIRONMENT
from owui_lint.deploying.access import KEY_NAMES, URL_NAMES
from tests.support import TODAY

_KEPT = {"HOME", "PATH"}  # without them nothing is found, not even git
_SECONDS = 60  # far more than anything that ends in time takes, on any machine


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test has the same locale, colours and width, on a machine at home or in CI, and leaves the user's cache alone."""
    for name in {*ENVIRONMENT, *URL_NAMES, *KEY_NAMES} - _KEPT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(_cache(tmp_path_factory)))


def _cache(factory: pytest.TempPathFactory) -> Path:
    # One folder for all tests: the compiled rule book is made once.
    path = factory.getbasetemp() / "cache"
    path.mkdir(exist_ok=True)
    return path


@pytest.fixture(autouse=True)
def _frees_memory() -> Iterator[None]:
    """A run of the command line looks for no garbage, as it ends soon; a thousand of them in one process would fill it."""
    yield
    gc.enable()


@pytest.fixture
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs in this process takes the day for ``TODAY``: dates of the example repository are in no future of it."""

    class Day(datetime.date):
        @classmethod
        def today(cls) -> Day:
            return cls(TODAY.year, TODAY.month, TODAY.day)

    monkeypatch.setattr("owui_lint.primitives.datetime", SimpleNamespace(date=Day))


@pytest.fixture
def ends_in_time() -> Iterator[None]:
    """A test that would run for ages fails, wherever it is: a search of a regular expression looks for signals too."""
    if not hasattr(signal, "setitimer"):  # Windows: all that can be done from outside is to end the run
        faulthandler.dump_traceback_later(_SECONDS, exit=True)
        yield
        faulthandler.cancel_dump_traceback_later()
        return

    def fail(number: int, frame: FrameType | None) -> NoReturn:
        pytest.fail(f"this has not ended in {_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
