from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owui_lint.repository.documents.generatedblocks import GeneratedMarks
from owui_lint.repository.documents.markdown import Markdown, plain_text
from owui_lint.rulebook import load_rulebook

MARKS = GeneratedMarks(load_rulebook().data["locations"]["generated-marks"])
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
    "<h2> x",
    "</h2>\n",
    "<div>",
    "</div>",
    "&amp;",
    ":star:",
    "{ #x }",
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


@pytest.mark.parametrize(
    ("heading", "plain"),
    [
        ("What&#39;s New in v1.2.3", "What's New in v1.2.3"),
        ("🔥 What&rsquo;s&nbsp;New", "🔥 What’s New"),
        (":sparkles: Key Features", "Key Features"),
        ("Support :star:", "Support"),
        (":material-tag:{ .lg } Tags", "Tags"),
        ("&#x2B50; Support", "⭐ Support"),
        ("Support { #support }", "Support"),
        ('Support {: .a-b #c key="d e" }', "Support"),
        ("<span>Support</span> {.cls}", "Support"),
        ("Configuration &amp; Valves", "Configuration & Valves"),
        ("The `&amp;` and `:star:` in `{ #x }`", "The &amp; and :star: in { #x }"),
        ("At 10:30:45 in std::string::npos", "At 10:30:45 in std::string::npos"),
        ("Prompt {name}", "Prompt {name}"),
        ("Use {a: b}", "Use {a: b}"),
        ("&#xFFFFFF; &#0; &unknown;", "&#xFFFFFF; &#0; &unknown;"),
    ],
)
def test_a_heading_reads_as_it_is_rendered(heading: str, plain: str) -> None:
    assert [found.plain for found in Markdown(f"## {heading}\r\n").headings] == [plain]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("# Rain\r\n\r\nIt rains.\r\n\r\n<h2>Support</h2>\r\n\r\n## More\r\n", ["Rain", "More"]),
        ("# Rain\r\n\r\nIt rains.\r\n\r\n## More\r\n\r\n<h2>Support</h2>\r\n", ["Rain", "More", "Support"]),
        ('# 雨\n## 用法\n<h3 id="x"> ✨ 支持 <b>我们</b></h3>  \n', ["雨", "用法", "✨ 支持 我们"]),
        ("# Rain\n\n<h2>It rains</h2>\n\nText.\n\n<h2>Use</h2>\n\n<h3>Now</h3>\n", ["Rain", "Use"]),
        ("Rain\n===\n\n![](x.png)\n\n<h2>It rains</h2>\n", ["Rain"]),
        ("## Rain\n\n<h3>It rains</h3>\n\n## Use\n\n<h3>Now</h3>\n", ["Rain", "Use", "Now"]),
        ('# Rain\n\n<h2 align="center">Rains</h2>\n', ["Rain"]),
        ("# Rain\n\nText.\n<div>\n\n<h2>Rains</h2>\n\n</div>\n<h2>Use</h2>\n", ["Rain", "Use"]),
        ("# Rain\n\nText <h2>Use</h2>\n\n- <h2>Use</h2>\n", ["Rain"]),
        ("# Rain\n\n```html\n<h2>Use</h2>\n```\n<!--\n<h2>Use</h2>\n-->\n<h2> </h2>\n", ["Rain"]),
    ],
)
def test_headings_of_html(text: str, plain: list[str]) -> None:
    found = Markdown(text).headings
    assert [heading.plain for heading in found] == plain
    assert all(text[heading.start : heading.end] == heading.content for heading in found)


def test_a_heading_of_html_ends_the_section_before_it() -> None:
    markdown = Markdown("# Rain\n\n## Use\n\ntext\n\n<h2>Support</h2>\n\nmore\n\n<h3>Us</h3>\n")
    ends = [markdown.text[heading.start : markdown.section_end(heading)] for heading in markdown.headings[1:]]
    assert ends == ["Use\n\ntext\n\n", "Support</h2>\n\nmore\n\n<h3>Us</h3>\n", "Us</h3>\n"]


@pytest.mark.parametrize(
    "text", ["## A\r\nx", "A\r\n---\r\nx", "## `A`\nx", "## A ##\nx", "# B\n\nyes\n\n<h2>A</h2>\nx", "A\n=\nx"]
)
def test_what_stands_below_a_heading(text: str) -> None:
    markdown = Markdown(text)
    assert markdown.text[markdown.body_start(markdown.headings[-1]) :].strip() == "x"
    markdown = Markdown(text[:-1])
    assert not markdown.text[markdown.body_start(markdown.headings[-1]) :].strip()


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


@pytest.mark.parametrize(
    ("text", "widths"),
    [
        ("| A | B | C |\n| :-- | --: |\n", [2]),
        ("> A | B\r\n> --|--|--\r\n", [3]),
        ("| A | B |\n| :-- | --: |\n", []),
        ("| A \\| x | B |\n| :-- | --: |\n", []),
        ("| A | `b|c` |\n| - | - | - |\n", []),
        ("| A | B | <!-- c -->\n| - | - | - |\n", []),
        ("A | B\n---\n", []),
        ("```\n| A | B |\n| - |\n```\n", []),
    ],
)
def test_tables_that_are_none_for_their_delimiters(text: str, widths: list[int]) -> None:
    assert [width for _, width in Markdown(text).unequal_tables] == widths


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("`a` | 1 | `b`", ["`a`", "1", "`b`"]),
        ("| `a` | 1 | `b` |", ["`a`", "1", "`b`"]),
        ("  `a|x` | 1 | `b` |  ", ["`a|x`", "1", "`b`"]),
        ("| `a` | 1 | `b|`", ["`a`", "1", "`b|`"]),
        ("| a | 1 | b | <!-- c -->", ["a", "1", "b"]),
    ],
)
def test_a_row_may_begin_and_end_with_code(row: str, cells: list[str]) -> None:
    text = f"A | B | C\r\n---|---|---\r\n{row}\r\n"
    (table,) = Markdown(text).tables
    assert [cell.text for cell in table.rows[0]] == cells
    assert all(text[cell.start : cell.end] == cell.text for cell in table.rows[0])


def test_entries_are_items_with_their_content_and_rows() -> None:
    markdown = Markdown("- **A**\n\n    ---\n\n    v1\n\n- B\n\ntext\n\n| X | Y |\n|---|---|\n| r | s |\n")
    assert [markdown.text[entry.start : entry.end].split()[0] for entry in markdown.entries] == ["-", "-", "|"]
    assert "v1" in markdown.text[markdown.entries[0].start : markdown.entries[0].end]


def test_generated_blocks() -> None:
    text = "a <!-- STATS_START --> b <!-- STATS_END --> c <!-- ALL-CONTRIBUTORS-LIST:START - x --> d <!-- ALL-CONTRIBUTORS-LIST:END -->"
    markdown = Markdown(text, marks=MARKS)
    assert [markdown.is_generated(text.index(mark)) for mark in ("a ", " b", " c", " d")] == [False, True, False, True]


@pytest.mark.parametrize(
    ("text", "protected"),
    [
        ("# T\n<!-- S_START -->\na\n\n## B\nb\n", "a"),
        ("# T\n<!-- S_START -->\n## A\na\n### C\nc\n## B\nb\n", "ac"),
        ("# T\n## A\n<!-- S_START -->\na\n### C\nc\n## B\nb\n", "ac"),
        ("<!-- S_START -->\n# T\na\n## B\nb\n", "a"),
        ("<!-- S_START -->\na\n", "a"),
        ("# T\n\n<!-- S_START -->\na\n<!-- S_START -->\nc\n<!-- S_END -->\nb\n", "ac"),
        ("# T\n<!-- S_START -->\na\n<!-- L:START -->\nc\n<!-- L:END -->\nb\n## D\nd\n", "ac"),
        ("# T\n<!-- S_END -->\nb\n<!-- S_START -->\na\n## D\nd\n", "a"),
        ("# T\n\n<!-- S_START -->\na\n```\n## C\n```\nc\n\nD\n---\nd\n", "ac"),
        ("# T\n<!-- quick-start -->\nb\n", ""),
    ],
)
def test_a_block_that_is_never_closed_ends_with_its_section(text: str, protected: str) -> None:
    for page in (text, text.replace("\n", "\r\n")):
        markdown = Markdown(page, marks=MARKS)
        shown = [
            page[line.start]
            for line in markdown.lines
            if line.end - line.start == 1
            if markdown.is_generated(line.start)
        ]
        assert "".join(shown) == protected


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<!-- STATS_START -->", "<!-- STATS_END -->"),
        ("<!-- ALL-CONTRIBUTORS-LIST:START - x -->", "<!-- ALL-CONTRIBUTORS-LIST:END -->"),
        ("<!--plugins:begin-->", "<!-- plugins:end -->"),
    ],
)
def test_the_mark_that_is_missing(opening: str, closing: str) -> None:
    assert [block.missing for block in Markdown(opening, marks=MARKS).generated_blocks] == [closing]
    assert [block.missing for block in Markdown(opening + closing, marks=MARKS).generated_blocks] == [""]


@pytest.mark.parametrize(
    "marks",
    [
        ("STATS_START", "STATS_END"),
        ("plugins:start - x", "plugins:end"),
        ("START_SECTION:stats", "END_SECTION:stats"),
        ("BEGIN STATS", "END STATS"),
        ("stats start", "stats end"),
        ("BEGIN GENERATED PLUGINS", "END GENERATED PLUGINS"),
        ("begin auto-generated", "end auto-generated"),
        ("START doctoc generated TOC please keep comment here", "END doctoc generated TOC please keep comment here"),
        ("STATS_START", "END STATS"),
    ],
)
def test_marks_of_generated_blocks(marks: tuple[str, str]) -> None:
    for newline in ("\n", "\r\n"):
        block = f"<!-- {marks[0]} -->{newline}甲{newline}<!-- {marks[1]} -->"
        text = f"a{newline}{block}{newline}b"
        at = text.index("<")
        assert Markdown(text, marks=MARKS).generated == [(at, at + len(block))]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- prettier-ignore-start -->\nx\n<!-- prettier-ignore-end -->",
        "<!-- lint_disable_START -->\nx\n<!-- lint_disable_END -->",
        "<!-- remark-ignore-start -->\nx\n<!-- remark-ignore-end -->",
        "<!-- dprint-ignore-start -->\nx\n<!-- dprint-ignore-end -->",
        "<!-- quick start -->\nx",
        "<!-- Start here -->\nx\n<!-- End of it -->",
        "<!-- BEGIN -->\nx\n<!-- END -->",
        "<!-- --8<-- [start:x] -->\nx\n<!-- --8<-- [end:x] -->",
    ],
)
def test_comments_around_what_people_write(text: str) -> None:
    assert Markdown(text, marks=MARKS).generated == []


def test_plain_text() -> None:
    assert plain_text("1. [**Word** `x`](y) ![b](c) _z_") == "1. Word x z"


def test_an_underscore_within_a_word_marks_nothing() -> None:
    assert plain_text("_rain_ `rain_filter` **rain__filter.py** *_a_b_*") == "rain rain_filter rain__filter.py a_b"


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
