"""Static badges: what is written into an address is what is read from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owui_lint.repository.documents.badges import badges, escape
from owui_lint.repository.documents.markdown import Markdown

ADDRESSES = {
    "dashed": "https://img.shields.io/badge/version-{}-blue",
    "query": "https://img.shields.io/static/v1?label=version&message={}&color=blue",
    "folders": "https://badgen.net/badge/version/{}/blue",
}


@pytest.mark.parametrize("form", ADDRESSES)
@given(st.from_regex(r"v?\d{1,3}(\.\d{1,3}){1,3}([-+_ ][0-9A-Za-z-]{1,8}(\.[0-9]{1,3})?)?", fullmatch=True))
def test_what_is_written_is_read(form: str, message: str) -> None:
    if form == "dashed" and (message[-1] in "-" or "_-" in message or "-_" in message):
        return  # shields.io itself cannot tell these apart
    text = f"# A\n\n![v]({ADDRESSES[form].format(escape(message, form))})\n"
    (badge,) = badges(Markdown(text))
    assert (badge.label, badge.message, badge.form) == ("version", message, form)
    assert text[badge.start : badge.end] == escape(message, form)


@pytest.mark.parametrize(
    ("address", "label", "message"),
    [
        ("https://img.shields.io/static/v1?message=a+b%2B1&label=x", "x", "a b+1"),
        ("https://img.shields.io/static/v1.svg?LABEL=x&amp;Message=1.0", "x", "1.0"),
        ("https://img.shields.io/static/v1?message=1.0", "", "1.0"),
        ("https://img.shields.io/static/v1?label=&message=1.0#top", "", "1.0"),
        ("https://badgen.net/badge/a%20b/1.0", "a b", "1.0"),
        ("https://badgen.net/static/a/1.0/blue?icon=x", "a", "1.0"),
    ],
)
def test_addresses(address: str, label: str, message: str) -> None:
    (badge,) = badges(Markdown(f"![v]({address})\n"))
    assert (badge.label, badge.message) == (label, message)


@pytest.mark.parametrize(
    "address",
    [
        "https://img.shields.io/static/v1?label=x",
        "https://img.shields.io/static/v1?xmessage=1.0&label=x",
        "https://img.shields.io/static/v10?message=1.0",
        "https://img.shields.io/endpoint?url=x&message=1.0",
        "https://badgen.net/badge/1.0",
        "https://badgen.net/badge/a/b/c/1.0",
        "https://badgen.net/npm/v/express",
        "https://example.org/?u=https://badgen.net/badge/version/1.0",
    ],
)
def test_what_is_no_static_badge(address: str) -> None:
    assert badges(Markdown(f"![v]({address})\n")) == []
