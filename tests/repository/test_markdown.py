from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owui_lint.repository.markdown import Markdown, plain_text

PIECES = [
    "# a\n",
    "## b ##\n",
    "```\n",
    "~~~py\n",
    "`",
    "``",
    "<!-- ",
    " -->",
    "[x](y)",
    "![a](b)",
    "| a | b |\n",
    "|---|---|\n",
]
PIECES += [
    "- x\n",
    "    y\n",
    "1. z\n",
    "\r\n",
    "\r",
    "\n\n",
    "版本",
    "**",
    "<!-- S_START -->",
    "<!-- S_END -->",
    "===\n",
    "\\",
    "[",
    "](",
    ")",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_text_is_scanned_and_masked_at_equal_offsets(pieces: list[str]) -> None:
    text = "".join(pieces)
    markdown = Markdown(text)
    assert len(markdown.masked) == len(text)
    assert "".join(text[line.start : line.end] for line in markdown.lines) == text.replace("\r", "").replace("\n", "")
    for heading in markdown.headings:
        assert text[heading.start : heading.end] == heading.content
    for link in markdown.links:
        assert link.target in text[link.start : link.end]
        assert text[link.target_start : link.target_start + len(link.target)] == link.target
    for table in markdown.tables:
        for cell in [*table.header, *(cell for row in table.rows for cell in row)]:
            assert text[cell.start : cell.end] == cell.text
    for start, end in markdown.generated:
        assert 0 <= start < end <= len(text)
    for entry in markdown.entries:
        assert 0 <= entry.start <= entry.end <= len(text)


def test_headings() -> None:
    text = "# One #\n\n```\n# no\n```\n<!-- # no -->\nTwo\n===\n\n### *Three* [x](y) `code`\n\n#no\n- item\n---\n"
    assert [(heading.level, heading.plain, heading.line) for heading in Markdown(text).headings] == [
        (1, "One", 1),
        (1, "Two", 7),
        (3, "Three x code", 10),
    ]


def test_a_fence_ends_with_its_own_mark() -> None:
    lines = Markdown("````\n```\n````\na\n~~~\n```\n~~~\nb\n   ```x\nc").lines
    assert [line.code for line in lines] == [True, True, True, False, True, True, True, False, True, True]


def test_a_fence_inside_a_list_item() -> None:
    markdown = Markdown("- a\n\n    ```py\n    version: 1.0.0\n    ```\n- b\n")
    assert "version" not in markdown.masked
    assert len(markdown.entries) == 2


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a `b` c", "a     c"),
        ("a ``b ` c`` d", "a           d"),
        ("a ` b", "a ` b"),
        ("a `b\nc` d", "a `b\nc` d"),
        ("a <!-- b\nc --> d", "a       \n      d"),
        ("a <!-- b", "a       "),
    ],
)
def test_masking(text: str, masked: str) -> None:
    assert Markdown(text).masked == masked


def test_links() -> None:
    found = Markdown("[a](b.md) ![i](i.png) [![n](n.png)](t.md) [q](<a b.md> 't') `[no](no)` [p](a_(b).md) [x]()").links
    assert [(link.image, link.text, link.target) for link in found] == [
        (False, "a", "b.md"),
        (True, "i", "i.png"),
        (False, "![n](n.png)", "t.md"),
        (True, "n", "n.png"),
        (False, "q", "a b.md"),
        (False, "p", "a_(b).md"),
        (False, "x", ""),
    ]


def test_tables() -> None:
    table = Markdown("x\n\n| A | `b|c` \\| d |\n| :-- | --: |\n| 1 | 2 |\n| 3 |\n\ny | z\n").tables[0]
    assert [cell.text for cell in table.header] == ["A", "`b|c` \\| d"]
    assert [[cell.text for cell in row] for row in table.rows] == [["1", "2"], ["3"]]


def test_entries_are_items_with_their_content_and_rows() -> None:
    markdown = Markdown("- **A**\n\n    ---\n\n    v1\n\n- B\n\ntext\n\n| X | Y |\n|---|---|\n| r | s |\n")
    assert [markdown.text[entry.start : entry.end].split()[0] for entry in markdown.entries] == ["-", "-", "|"]
    assert "v1" in markdown.text[markdown.entries[0].start : markdown.entries[0].end]


def test_generated_blocks() -> None:
    text = "a <!-- STATS_START --> b <!-- STATS_END --> c <!-- ALL-CONTRIBUTORS-LIST:START - x --> d"
    markdown = Markdown(text)
    assert [markdown.is_generated(text.index(mark)) for mark in ("a ", " b", " c", " d")] == [False, True, False, True]


def test_plain_text() -> None:
    assert plain_text("1. [**Word** `x`](y) ![b](c) _z_") == "1. Word x z"


def test_an_underscore_within_a_word_marks_nothing() -> None:
    assert plain_text("_rain_ `rain_filter` **rain__filter.py** *_a_b_*") == "rain rain_filter rain__filter.py a_b"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("---\ntitle: Rain\ntags:\n  - a\n- b\n# remark\n\nversion: 1.0.0\n---\n# Rain\n", 9),
        ("---\r\ntitle: Rain\r\n...\r\n# Rain\r\n", 3),
        ("--- \ntitle: Rain\n---", 3),
        ("---\n# Rain\n---\n", 0),
        ("---\n\nWords of a page.\n\n---\n# Rain\n", 0),
        ("---\ntitle: never closed\n", 0),
        ("----\ntitle: Rain\n---\n", 0),
        ("# Rain\n\n---\ntitle: Rain\n---\n", 0),
        ("", 0),
    ],
)
def test_front_matter(text: str, lines: int) -> None:
    assert len(Markdown(text).front_matter) == lines


def test_front_matter_is_no_text() -> None:
    markdown = Markdown("---\ntitle: '# A | B'\nversion: 1.0.0\n---\n\n# Rain\n\nVersion 1.0.0\n")
    assert [heading.plain for heading in markdown.headings] == ["Rain"]
    assert "title" not in markdown.masked and len(markdown.masked) == len(markdown.text)
    assert [line.number for line in markdown.lines_with_versions] == [8]


@pytest.mark.parametrize(
    ("text", "title", "marked"),
    [
        ("<h1>Rain</h1>\n", "Rain", "Rain"),
        (
            '<h1 align="center">\r\n  <img src="x"> Rain <sub>v1</sub>\r\n</h1>\r\n\r\n## Use\r\n',
            "Rain v1",
            '<img src="x"> Rain <sub>v1</sub>',
        ),
        ("<h1>Logo</h1>\n\n# Rain\n", "Rain", "Rain"),
        ('<h1><img src="x"></h1>\n\n<h1>Rain</h1>\n', "Rain", "Rain"),
        ("```\n<h1>Rain</h1>\n```\n", None, None),
        ("<h1>Rain\n\n<h1>", None, None),
    ],
)
def test_title_in_html(text: str, title: str | None, marked: str | None) -> None:
    markdown = Markdown(text)
    found = markdown.title
    assert (found and found.plain) == title
    assert (found and text[found.start : found.end]) == marked


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            ("# A\n\n    version: 1\n\n    more\nb\n", [3, 4, 5]),
            ("    a\n", [1]),
            ("# A\n    b\n", [2]),
            ("a\n\n\tb\n\n\nc\n", [3]),
        ),
        *(("a\n    b\n", []), ("- a\n\n    b\n", []), ("- a\n\n  b\n\n    c\n", []), ("1. a\nb\n\n    c\n", [])),
        *(
            ("- a\n\nb\n\n    c\n", [5]),
            ("- a\n# B\n\n    c\n", [4]),
            ('??? note "A"\n\n    b\n', []),
            ("a\n:   b\n\n    c\n", []),
        ),
        *(
            ("[^1]: a\n\n    b\n", []),
            ("```\na\n```\n    b\n", [1, 2, 3, 4]),
            ("a\r\n\r\n    b\r\nc\r\n", [3]),
            ("a\n\n   b\n", []),
        ),
        *(("- a\n\n    ```\n    b\n    ```\n", [3, 4, 5]), ("> a\n\n    b\n", [3])),
    ],
)
def test_what_is_code_by_its_indentation(text: str, code: list[int]) -> None:
    assert [line.number for line in Markdown(text).lines if line.code] == code
