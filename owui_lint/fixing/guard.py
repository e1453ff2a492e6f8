"""The last look at what a fix would make of code."""

from __future__ import annotations

import ast
import warnings

from owui_lint.fixing.edits import FileChange


def breaks_code(change: FileChange) -> bool:
    """Tell whether a change turns a Python file that can be parsed into one that cannot.

    No fix is meant to: this is for the day on which one does, and for files that are unlike any that it was tried on.
    """
    if not change.path.endswith(".py") or change.before is None:
        return False
    return _parses(change.before) and not _parses(change.after)


def _parses(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the author's own code
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
