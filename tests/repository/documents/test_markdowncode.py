"""Which lines and spans of a Markdown text are code, front matter or comments."""

from __future__ import annotations

import pytest

from owui_lint.repository.documents.markdown import Markdown
from owui_lint.repository.documents.markdowncode import blank_comments, split_lines, starts_of


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


@pytest.mark.parametrize(
    ("text", "lines", "starts"),
    [
        ("", [], []),
        ("a", ["a"], [0]),
        ("a\n\nb\n", ["a", "", "b"], [0, 2, 3]),
        ("a\r\nb\rc\n", ["a", "b", "c"], [0, 3, 5]),
        ("版本\r\n\r\nb", ["版本", "", "b"], [0, 4, 6]),
    ],
)
def test_lines_and_where_they_start(text: str, lines: list[str], starts: list[int]) -> None:
    assert split_lines(text) == lines
    assert starts_of(text, lines) == starts


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("a <!-- b --> c", "a            c"),
        ("<!-- a\r\nb -->c", "      \r\n     c"),
        ("a <!-- b", "a       "),
        ("a -- b", "a -- b"),
    ],
)
def test_comments(text: str, blanked: str) -> None:
    assert blank_comments(text) == blanked
