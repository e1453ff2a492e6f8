"""A line on the terminal for a run that takes longer than a second: what it is doing, wiped away at the end."""

from __future__ import annotations

import os
import time

from owui_lint import TYPE_CHECKING
from owui_lint.text import printable

if TYPE_CHECKING:
    from typing import IO

_DELAY = 1.0  # seconds before anything is shown: a run that is over by then stays silent
_INTERVAL = 0.1  # seconds between two drawings


class Progress:
    """Draws on a stream, if a person looks at it: a terminal, not CI. Told between plugins and rules; needs no thread."""

    def __init__(self, stream: IO[str], lang: str) -> None:
        self._stream = stream
        self._lang = lang
        self._shown = False
        self._next = time.monotonic() + _DELAY
        self._process = os.getpid()
        self._enabled = stream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"

    def tell(self, done: int, total: int, name: str) -> None:
        """Say that ``done`` of ``total`` plugins or rules are done and that ``name`` is next."""
        now = time.monotonic()
        if not self._enabled or now < self._next or os.getpid() != self._process:
            return
        self._next = now + _INTERVAL
        self._shown = True
        what = printable(name)  # folders of plugins are named by strangers
        text = f"正在检查 {done}/{total}：{what}" if self._lang == "zh" else f"checking {done}/{total}: {what}"
        self._stream.write(f"\r\x1b[2K{text}")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False
