"""The last look at what a fix would make of code."""

from __future__ import annotations

from owui_lint.fixing.edits import FileChange
from owui_lint.repository.python.syntax import parse_or_none


def breaks_code(change: FileChange) -> bool:
    """Tell whether a change turns a Python file that can be parsed into one that cannot.

    No fix is meant to: this is for the day on which one does, and for files that are unlike any that it was tried on.
    """
    if not change.path.endswith(".py") or change.before is None:
        return False
    return parse_or_none(change.before) is not None and parse_or_none(change.after) is None
