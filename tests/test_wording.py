"""Hits in words: what strangers wrote is quoted as far as it can be read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from owui_lint.finding import LineNumber, Message, Place
from owui_lint.primitives import Hit
from owui_lint.rulebook import Rule
from owui_lint.wording import fill, tell


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("data:image/svg+xml;base64," + "PHN2ZyB4bWxucz0i" * 20, "data:image/svg+xml;base64,PHN2ZyB4bWxu…"),
        ("https://x.org/i.png#" + "A1" * 40 + "==&v=1", "https://x.org/i.png#A1A1A1A1A1A1…&v=1"),
        ("plugins/filters/async-context-compression/async_context_compression.py", None),
        ("documentation/assets/screenshots/overview/conversations/summarizer", None),
        ("https://github.com/someone/plugins/commit/0123456789abcdef0123456789abcdef01234567", None),
        ("SHOW_STATUS_OF_EVERY_SINGLE_STEP_IN_THE_BROWSER_AND_IN_THE_LOG", None),
        ("word " * 60, ("word " * 60)[:199] + "…"),
        ("A" * 5_000_000, "AAAAAAAAAAAA…"),
    ],
)
def test_data_that_nobody_reads_is_cut(value: str, shown: str | None) -> None:
    assert fill(Message("{value}", "{value}"), {"value": value}, "en") == (value if shown is None else shown)


def test_only_what_is_said_to_be_a_line_is_left_out_of_what_a_finding_is_known_by() -> None:
    message = Message("{headline} at {line}, {count}", "{headline} {line} {count}")
    rule = cast("Rule", SimpleNamespace(cases={"default": SimpleNamespace(message=message)}, fix=None))
    told = tell(rule, Hit(Place("a.md"), values={"headline": "News", "line": LineNumber(7), "count": 2}))
    assert told.message.en == "News at 7, 2" and told.identity == "News at , 2"
