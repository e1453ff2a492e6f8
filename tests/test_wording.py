"""Hits in words: what strangers wrote is quoted as far as it can be read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from owui_lint.finding import LineNumber, Message, Place
from owui_lint.primitives import Hit
from owui_lint.rulebook import Case, Rule
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
    rule = cast("Rule", SimpleNamespace(cases={"default": Case(message)}, fix=None))
    told = tell(rule, Hit(Place("a.md"), values={"headline": "News", "line": LineNumber(7), "count": 2}))
    assert told.message.en == "News at 7, 2" and told.identity == "News at , 2"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("actions/echo-box", "actions/echo-box"),
        ("动作/字数", "动作/字数"),
        ("actions/字 数", "'actions/字 数'"),
        ("actions/it's $HOME", "'actions/it'\\''s $HOME'"),
        ("a\x1b[2J;b", "'a\\x1b[2J;b'"),
        ("x" * 300, "x" * 300),
        ("`owui-lint {other}`", "'`owui-lint {other}`'"),
    ],
)
def test_what_stands_in_a_command_is_one_argument(value: str, shown: str) -> None:
    text = Message("{name} fails: run `owui-lint bump {name} patch` on `{name}`.", "")
    told = fill(text, {"name": value, "other": "!"}, "en")
    assert f": run `owui-lint bump {shown} patch` on `" in told


def test_a_command_in_a_value_is_a_value() -> None:
    told = fill(Message("{one} {two} `owui-lint x`", ""), {"one": "`owui-lint ", "two": "a b"}, "en")
    assert told == "`owui-lint  a b `owui-lint x`"
