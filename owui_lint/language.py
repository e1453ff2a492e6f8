"""The language of messages."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from enum import StrEnum

from owui_lint.finding import Message


class Lang(StrEnum):
    """Languages of messages."""

    en = "en"
    zh = "zh"


_noted: list[str | None] = [None]


def note_language(configured: str | None) -> None:
    """Remember the language of the configuration that a run has read, for what ends the run."""
    _noted[0] = configured


def noted_language() -> str | None:
    """Return the language that was noted, if any."""
    return _noted[0]


def choose_language(asked: str | None, configured: str | None) -> str:
    """Return ``"en"`` or ``"zh"``: the command line's, the configuration's, else what the locale says."""
    for value in (asked, configured):
        if value:
            return value
    # As gettext has it: LANGUAGE lists languages, the preferred one first, and counts for more than the locale.
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    preferred = os.environ.get("LANGUAGE", "") if locale not in ("C", "POSIX") else ""
    for one in (preferred or locale).casefold().split(":"):
        if one[:2] in ("en", "zh"):
            return one[:2]
    return "en"


def listed(items: Iterable[str | Message]) -> Message:
    """Return items as a list in a sentence."""
    return _joined(items, Message(", ", "、"))


def first_of(items: Sequence[str], most: int, counter: str = "个") -> Message:
    """Return the first ``most`` items as a list in a sentence, with how many more there are; ``counter`` counts them in
    Chinese."""
    shown = listed(items[:most])
    more = len(items) - most
    return Message(f"{shown.en} and {more} more", f"{shown.zh} 等 {len(items)} {counter}") if more > 0 else shown


def in_turn(items: Iterable[str | Message]) -> Message:
    """Return statements one after the other."""
    return _joined(items, Message("; ", "；"))


def did_you_mean(near: str | Message | None) -> Message:
    """Return the sentence that asks whether ``near`` was meant, to be put between two others, with the blank before it in
    English; empty where nothing is near. Text of strangers is made printable before."""
    if near is None:
        return Message("", "")
    meant = near if isinstance(near, Message) else Message(near, near)
    return Message(f" Did you mean {meant.en}?", f"是不是 {meant.zh}？")


def _joined(items: Iterable[str | Message], between: Message) -> Message:
    both = [item if isinstance(item, Message) else Message(item, item) for item in items]
    return Message(between.en.join(item.en for item in both), between.zh.join(item.zh for item in both))


def colon(lang: str) -> str:
    """Return the colon between a label and its value, with the blank that follows it in English."""
    return "：" if lang == "zh" else ": "


def brackets(text: object, lang: str) -> str:
    """Return a remark in brackets, to be put behind a text."""
    return f"（{text}）" if lang == "zh" else f" ({text})"
