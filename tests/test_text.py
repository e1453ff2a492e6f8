"""Text helpers."""

from __future__ import annotations

import json
import sys
import unicodedata
import urllib.parse
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from owui_lint.fixing.diff import visible
from owui_lint.openwebui.names import KINDS
from owui_lint.reporting.jsonreport import dump
from owui_lint.text import (
    commonest,
    is_platform,
    is_slip,
    printable,
    slug,
    title_keys,
    type_words,
    unquoted,
    with_platform,
    without_platform,
)

PIECES = st.lists(st.one_of(st.sampled_from(["%", "%4", "%zz", "%25", "%e4", "%B8", "%8d", "中", "a", "/"]), st.text()))


@given(PIECES.map("".join))
@example("%E4%B8%8D%20x%C3")
def test_an_address_is_unquoted_as_the_standard_library_does(text: str) -> None:
    assert unquoted(text) == urllib.parse.unquote(text)


ACTING = [
    chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
]


def test_what_acts_is_shown_instead_wherever_text_is_printed() -> None:
    for character in ACTING:
        text = f"a{character}b版"
        assert character not in printable(text), ascii(character)
        assert (character in visible(text)) == (character in "\t\u200d")
        data = dump({"x": text})
        assert character not in data.replace("\n", "") and (
            unicodedata.category(character) == "Cs" or json.loads(data) == {"x": text}
        )
    assert printable("a\u061cb\xad\U000e0041\n") == "a\\u061cb\\xad\\U000e0041\\x0a"
    assert printable("a\nb", keep_newlines=True) == "a\nb"


def test_what_people_write_stays() -> None:
    text = "é 版本，「。」 🏷\ufe0f \u3000 \xa0 1️⃣ 한 א"
    assert printable(text) == printable(text + "\n", keep_newlines=True)[:-1] == visible(text) == text
    assert json.dumps(text, ensure_ascii=False) in dump({"x": text})


@pytest.mark.parametrize("word", ["titel", "tilte", "titl", "tittle", "titles", "itle", "tytle"])
def test_a_slip_is_one_letter_or_two_neighbours(word: str) -> None:
    assert is_slip(word, "title")


@pytest.mark.parametrize("word", ["title", "tetil", "til", "titleless", "subtitle", "litte", ""])
def test_other_words_are_no_slips(word: str) -> None:
    assert not is_slip(word, "title")


@given(st.lists(st.sampled_from(["a", "b", "c", ""])))
def test_the_commonest_value_is_that_of_a_counter(values: list[str]) -> None:
    counted = Counter(values).most_common(1)
    assert commonest(values) == (counted[0] if counted else ("", 0))


def test_a_module_is_named_as_its_file() -> None:
    assert title_keys("rain_filter.py") == title_keys("Rain Filter") == {"rain filter", "rain"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rain-pipes", {"pipe"}),
        ("Rain Filter", {"filter"}),
        ("rain_filter_plugin", {"filter", "plugin"}),
        ("filter", set()),
        ("filter-rain", set()),
        ("", set()),
    ],
)
def test_type_words_at_the_end_of_a_name(name: str, words: set[str]) -> None:
    assert type_words(name) == words


SPELLINGS = ["Open WebUI", "OpenWebUI", "open-webui", "open_webui", "Open Web UI", "OWUI"]


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_platform_has_many_spellings(name: str) -> None:
    assert is_platform(name)
    assert without_platform(f"Echo for {name}").strip() == without_platform(f"{name} Echo").strip() == "Echo"
    assert with_platform(f"Min {name}") == "Min open webui"


@pytest.mark.parametrize("name", ["open webuis", "reopen webui", "WebUI", "open_webui_memory", "bowui"])
def test_other_names_are_not_the_platforms(name: str) -> None:
    assert not is_platform(name)
    assert with_platform(name) == without_platform(name) == name


@pytest.mark.parametrize("kind", KINDS)
def test_each_word_for_a_kind_of_plugin_is_left_out_of_a_slug(kind: str) -> None:
    assert slug(f"Echo {kind}s") == "echo"
    assert slug(kind) == kind
