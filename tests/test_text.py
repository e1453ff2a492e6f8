"""Text helpers."""

from __future__ import annotations

import urllib.parse

from hypothesis import example, given
from hypothesis import strategies as st

from owui_lint.text import unquoted

PIECES = st.lists(st.one_of(st.sampled_from(["%", "%4", "%zz", "%25", "%e4", "%B8", "%8d", "中", "a", "/"]), st.text()))


@given(PIECES.map("".join))
@example("%E4%B8%8D%20x%C3")
def test_an_address_is_unquoted_as_the_standard_library_does(text: str) -> None:
    assert unquoted(text) == urllib.parse.unquote(text)
