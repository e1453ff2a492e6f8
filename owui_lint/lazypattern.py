"""Regular expressions that are compiled when they are first used.

Importing this package would compile some two hundred of them, a fifth of a short run; most runs use a few.
"""

from __future__ import annotations

import re
from typing import Any, cast


class LazyPattern:
    """Stands for a compiled expression: each of its attributes is fetched once, and then as quick as the real one's."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, found)
        return found


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what stands for ``re.compile(pattern, flags)``. Raises ``re.error`` where it is first used, if at all."""
    return cast("re.Pattern[str]", LazyPattern(pattern, flags))
