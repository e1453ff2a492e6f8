"""Lists and punctuation, as each language has them."""

from __future__ import annotations

import pytest

from owui_lint.finding import Message
from owui_lint.language import brackets, colon, in_turn, listed


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (listed(["a", "b"]), Message("a, b", "a、b")),
        (listed([Message("the author", "作者"), "b"]), Message("the author, b", "作者、b")),
        (listed(item for item in ()), Message("", "")),
        (in_turn(["a:1", "b:2"]), Message("a:1; b:2", "a:1；b:2")),
        (Message(*(f"label{colon(lang)}x" for lang in ("en", "zh"))), Message("label: x", "label：x")),
        (Message(*(f"label{brackets(3, lang)}" for lang in ("en", "zh"))), Message("label (3)", "label（3）")),
    ],
)
def test_punctuation(found: Message, expected: Message) -> None:
    assert found == expected
