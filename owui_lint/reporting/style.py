"""Colour on a terminal only, and never with ``NO_COLOR``."""

from __future__ import annotations

import os
import stat
from enum import Enum, auto

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Severity

if TYPE_CHECKING:
    from typing import IO

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
SEVERITY_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


class Style:
    """Wraps text in terminal attributes, or leaves it alone."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled

    @classmethod
    def of(cls, stream: IO[str]) -> Style:
        """Return the style for a stream: see no-color.org and bixense.com/clicolors for the variables."""
        if os.environ.get("NO_COLOR"):
            return cls(False)
        if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE"):
            return cls(True)
        return cls(stream.isatty() and os.environ.get("TERM") != "dumb")

    def __call__(self, text: str, *names: str) -> str:
        """Return ``text`` with the attributes called ``names``."""
        if not self.enabled or not text or not names:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"


class Reader(Enum):
    """Who reads what is written. On a terminal and in a log control characters act; ``PROGRAM`` takes bytes as they
    are."""

    TERMINAL = auto()
    LOG = auto()
    PROGRAM = auto()

    @classmethod
    def of(cls, stream: IO[str]) -> Reader:
        """Return who reads a stream. What is no terminal is read by a program, or kept in a file; in a CI run a pipe
        may just as well be its log."""
        if stream.isatty():
            return cls.TERMINAL
        if not os.environ.get("CI") and os.environ.get("GITHUB_ACTIONS") != "true":
            return cls.PROGRAM
        try:
            is_file = stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
        except (OSError, ValueError):  # a stream of this process, such as a test's
            is_file = False
        return cls.PROGRAM if is_file else cls.LOG
