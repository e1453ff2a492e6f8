"""The language of messages."""

from __future__ import annotations

import os
from enum import StrEnum


class Lang(StrEnum):
    """Languages of messages."""

    en = "en"
    zh = "zh"


def choose_language(asked: str | None, configured: str | None) -> str:
    """Return ``"en"`` or ``"zh"``: the command line's, the configuration's, else what the locale says."""
    for value in (asked, configured):
        if value:
            return value
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.casefold().startswith("zh") else "en"
    return "en"
