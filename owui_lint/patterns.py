"""Regular expressions of a linted repository, searched so that none of them can stall or exhaust a run.

Python's ``re`` backtracks: ``(a+)+$`` on thirty letters takes minutes and cannot be interrupted from within. A linear-time
engine (RE2) has another syntax, no lookaround, and is a compiled dependency that would make a rule mean two things.
So the search runs in a process of its own that can be killed. The kernel ends it after a second of its own
processor time, which a busy machine does not use up; memory, matches and the length of text and pattern are bounded too.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from owui_lint.tuples import NamedTuple

MAX_MATCHES = 100  # per text
WALL_SECONDS = 20.0  # per search, everywhere
RULE_SECONDS = 5.0  # processor time for all searches of one pattern


class Match(NamedTuple):
    """A match: offsets of its start and end, and the texts of its named groups."""

    start: int
    end: int
    groups: dict[str, str]


class PatternTooSlow(Exception):
    """A search used up its time or memory."""


class Matcher:
    """One pattern, searched in many texts."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._left = RULE_SECONDS

    def search(self, text: str) -> list[Match]:
        """Return the matches in ``text``, at most ``MAX_MATCHES``.

        Raises ``PatternTooSlow`` where this search, or all searches of this pattern together, take too long.
        """
        answer = _Worker.ask({"pattern": self.pattern, "text": text, "matches": MAX_MATCHES})
        if answer is None:
            raise PatternTooSlow
        self._left -= float(answer["seconds"])
        if self._left < 0:
            raise PatternTooSlow
        return [Match(start, end, groups) for start, end, groups in answer["matches"]]


class _Worker:
    """The process that searches; started when first asked, and again after it was killed."""

    _process: subprocess.Popen[bytes] | None = None

    @classmethod
    def ask(cls, request: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer to a request, or ``None`` where the process did not live to give one."""
        process = cls._process
        if process is None or process.poll() is not None:
            process = cls._process = cls._start()
        assert process.stdin is not None and process.stdout is not None  # both are pipes
        timer = threading.Timer(WALL_SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:  # it died while we were writing
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            cls.stop()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        script = Path(__file__).with_name("patterns_worker.py")
        # -I: neither the environment nor the current folder, which is a stranger's, adds modules; -S: no site packages.
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @classmethod
    def stop(cls) -> None:
        """End the process, if there is one."""
        process, cls._process = cls._process, None
        if process is not None:
            process.kill()
            process.communicate()


def stop() -> None:
    """End the process that searches, if there is one; what does not end a program by ``exit`` must call this."""
    _Worker.stop()


atexit.register(stop)
