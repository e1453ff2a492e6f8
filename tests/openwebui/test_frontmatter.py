"""The front-matter reader: a table of surprising cases, and a comparison with OpenWebUI's own function."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owui_lint.openwebui.frontmatter import READ_KEYS, EmptyReason, read_frontmatter
from owui_lint.rulebook import load_rulebook

CACHE = Path(__file__).parents[2] / ".cache" / "openwebui"

READ = [
    ("plain", '"""\ntitle: A\nversion: 1.0.0\n"""\nx = 1\n', {"title": "A", "version": "1.0.0"}),
    ("crlf", '"""\r\ntitle: A\r\nversion: 1\r\n"""\r\n', {"title": "A", "version": "1"}),
    ("lone carriage return", '"""\rtitle: A\rversion: 1\r"""', {"title": "A", "version": "1"}),
    ("quotes may have blanks around", ' \t"""  \ntitle: A\n"""', {"title": "A"}),
    ("last duplicate wins, first place kept", '"""\na: 1\nb: 2\na: 3\n"""', {"a": "3", "b": "2"}),
    ("later duplicate may be empty", '"""\ntitle: A\ntitle:\n"""', {"title": ""}),
    ("indented keys count", '"""\n    title: A\n\tversion: 1\n"""', {"title": "A", "version": "1"}),
    ("case of keys is kept", '"""\nTitle: A\ntitle: b\n"""', {"Title": "A", "title": "b"}),
    ("quotes and comments stay", '"""\ntitle: "A" # no\n"""', {"title": '"A" # no'}),
    ("no blank behind the colon", '"""\ntitle:A\n"""', {"title": "A"}),
    ("second colon belongs to the value", '"""\ntitle:: A: b\n"""', {"title": ": A: b"}),
    ("a web address is a key", '"""\nhttps://example.org\n"""', {"https": "//example.org"}),
    ("prose is a key", '"""\nNote: this\nSee also: that\n"""', {"Note": "this"}),
    ("block scalar keeps its mark only", '"""\ndescription: >\n  long text\n"""', {"description": ">"}),
    ("lines of a block scalar become keys", '"""\ndescription: |\n  usage: x\n"""', {"description": "|", "usage": "x"}),
    ("not keys", '"""\nauthor-url: x\nkey2: x\ntitle : x\n- title: x\n标题: x\ntitle\uff1ax\n"title": x\n"""', {}),
    ("underscores alone are a key", '"""\n_: x\n"""', {"_": "x"}),
    ("a line with quotes ends the block unread", '"""\ntitle: A\nversion: 1 """\nauthor: b\n"""', {"title": "A"}),
    ("quotes inside a line end it too", '"""\na: 1\n# """ b: 2\nc: 3\n"""', {"a": "1"}),
    ("four quotes end it", '"""\na: 1\n""""\nb: 2', {"a": "1"}),
    ("quotes in two lines do not", '"""\na: ""\n"b: 2\nc: 3\n"""', {"a": '""', "c": "3"}),
    ("single quotes do not end it", "\"\"\"\na: 1\n'''\nb: 2\n\"\"\"", {"a": "1", "b": "2"}),
    ("unterminated: the whole file is read", '"""\ntitle: A\nclass Pipe:\n    try:\n', {"title": "A", "try": ""}),
    ("vertical tab ends a line", '"""\ntitle: A\x0bversion: 1\n"""', {"title": "A", "version": "1"}),
    ("form feed ends a line", '"""\ntitle: A\x0cB\n"""', {"title": "A"}),
    ("separators end a line", '"""\na: 1\x1cb: 2\x1dc: 3\x1ed: 4\n"""', {"a": "1", "b": "2", "c": "3", "d": "4"}),
    ("unit separator is a blank, not an end", '"""\na: 1\x1fb: 2\x1f\n"""', {"a": "1\x1fb: 2"}),
    ("next line, U+2028, U+2029 end a line", '"""\na: 1\x85b: 2\u2028c: 3\u2029"""', {"a": "1", "b": "2", "c": "3"}),
    ("U+2028 behind the opening quotes", '"""\u2028title: A\u2028"""', {"title": "A"}),
    ("unicode blanks are stripped", '\u3000"""\u00a0\n\u3000title:\u2003A\u00a0\n"""', {"title": "A"}),
    ("zero width space is no blank", '"""\n\u200btitle: A\nb:\u200bc\n"""', {"b": "\u200bc"}),
    ("ignoring case lets letters outside ASCII in", '"""\nde\u017fc: 1\n\u212aey: 2\n\u0131d: 3\n\u0130d: 4\n"""',
     {"de\u017fc": "1", "\u212aey": "2", "\u0131d": "3", "\u0130d": "4"}),
    ("byte order mark inside is no blank", '"""\n\ufefftitle: A\nversion: 1\n"""', {"version": "1"}),
    ("NUL is part of a value", '"""\na: \x00 b\n"""', {"a": "\x00 b"}),
    ("lone surrogate", '"""\na: \ud800\n"""', {"a": "\ud800"}),
]  # fmt: skip

REFUSED = [
    ("", EmptyReason.EMPTY_FILE),
    (" \n\t\n", EmptyReason.EMPTY_FILE),
    ('\ufeff"""\ntitle: A\n"""', EmptyReason.BOM),
    ('\n"""\ntitle: A\n"""', EmptyReason.BLANK_FIRST_LINE),
    ('\x0c"""\ntitle: A\n"""', EmptyReason.BLANK_FIRST_LINE),
    ('# -*- coding: utf-8 -*-\n"""\ntitle: A\n"""', EmptyReason.COMMENT_FIRST),
    ("#!/usr/bin/env python\n", EmptyReason.COMMENT_FIRST),
    ("'''\ntitle: A\n'''", EmptyReason.SINGLE_QUOTES),
    ('r"""\ntitle: A\n"""', EmptyReason.STRING_PREFIX),
    ('Rb"""\ntitle: A\n"""', EmptyReason.STRING_PREFIX),
    ("u'''\ntitle: A\n'''", EmptyReason.STRING_PREFIX),
    ('"""title: A\nversion: 1\n"""', EmptyReason.TEXT_AFTER_QUOTES),
    ('""""""\ntitle: A\n', EmptyReason.TEXT_AFTER_QUOTES),
    ('""" # noqa\ntitle: A\n"""', EmptyReason.TEXT_AFTER_QUOTES),
    ('import os\n"""\ntitle: A\n"""', EmptyReason.CODE_FIRST),
    ('"\ntitle: A\n"""', EmptyReason.CODE_FIRST),
    ('\u200b"""\ntitle: A\n"""', EmptyReason.CODE_FIRST),
    ('"""', EmptyReason.NO_KEYS),
    ('"""\n"""', EmptyReason.NO_KEYS),
    ('"""\nA plugin.\n"""\ntitle: A', EmptyReason.NO_KEYS),
]


@pytest.mark.parametrize(("text", "values"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_values(text: str, values: dict[str, str]) -> None:
    front_matter = read_frontmatter(text)
    assert front_matter.values == values
    assert list(front_matter.values) == list(values)
    assert front_matter.empty_reason is (None if values else EmptyReason.NO_KEYS)


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_empty_reason(text: str, reason: EmptyReason) -> None:
    front_matter = read_frontmatter(text)
    assert front_matter.values == {}
    assert front_matter.empty_reason is reason


def test_spans_point_at_the_text() -> None:
    text = '"""\r\n  title:  Größe 📊  \r\nversion:\r\ntitle: B\r\n  """ x\r\ncode'
    front_matter = read_frontmatter(text)
    first, version, last = front_matter.entries
    assert text[slice(*first.key_span)] == "title"
    assert text[slice(*first.value_span)] == "Größe 📊" == first.value
    assert text[slice(*first.line_span)] == "  title:  Größe 📊  "
    assert text[version.value_span.start - 1] == ":"
    assert version.value_span.start == version.value_span.end
    assert front_matter.get("title") == last
    assert front_matter.get("Title") is None
    assert front_matter.duplicates() == {"title": (first, last)}
    assert front_matter.closing_line is not None
    assert text[slice(*front_matter.closing_line)] == '  """ x'
    assert text[slice(*front_matter.first_line)] == '"""'


def test_unread_lines_name_the_key_that_was_meant() -> None:
    text = '"""\nauthor-url: a\ntitle : b\nversion\uff1a1\n- icon_url: c\nplain words\n\nkey2: d\ndate = e\nx = 1\n**id:** f\n"y": g\n"""'
    found = [(text[slice(*line.line_span)], line.near_key) for line in read_frontmatter(text).unread]
    assert found == [
        ("author-url: a", "author-url"),
        ("title : b", "title"),
        ("version\uff1a1", "version"),
        ("- icon_url: c", "icon_url"),
        ("plain words", None),
        ("key2: d", "key2"),
        ("date = e", "date"),
        ("x = 1", None),
        ("**id:** f", "id"),
        ('"y": g', None),
    ]


def test_unknown_keys() -> None:
    front_matter = read_frontmatter('"""\ntitle: A\nfundin_url: b\nNote: c\n"""')
    assert [entry.key for entry in front_matter.unknown()] == ["fundin_url", "Note"]


def test_keys_of_other_tools_stand_for_keys_that_openwebui_reads() -> None:
    """The rule says that OpenWebUI has a key of its own for them."""
    aliases = load_rulebook().rules["frontmatter-misspelt-key"].params["aliases"]
    assert set(aliases.values()) <= READ_KEYS


@pytest.mark.parametrize("filler", [" ", "a", "_", ":", "\t", "a ", " a", "\u3000", '"', "-"])
def test_long_lines_are_read(filler: str) -> None:
    """A pattern that backtracks over 200,000 characters would not come back."""
    line = (filler * 200_000)[:200_000]
    front_matter = read_frontmatter(f'"""\n{line}\ntitle: A\n"""')
    assert front_matter.values.get("title") == ("A" if '"""' not in line else None)


def reference():  # type: ignore[no-untyped-def]
    """OpenWebUI's own ``extract_frontmatter`` of the newest cached release; skips the test if there is none."""
    releases = [path for path in CACHE.glob("[0-9]*") if path.name.replace(".", "").isdigit()]
    if not releases:
        pytest.skip("no wheel is cached: run tools/openwebui_facts.py --cache")
    newest = max(releases, key=lambda path: tuple(map(int, path.name.split("."))))
    tree = ast.parse((newest / "open_webui" / "utils" / "plugin.py").read_text(encoding="utf-8"))
    (function,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "extract_frontmatter")
    namespace: dict[str, object] = {"re": re}
    exec(compile(ast.Module([function], []), "plugin.py", "exec"), namespace)
    return namespace["extract_frontmatter"]


BREAKS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
PIECES = [*BREAKS, '"""', '"', "'''", "r", ":", " ", "\t", "\x1f", "\u3000", "\u200b", "\ufeff", "#", "-", "\uff1a"]
PIECES += ["title", "Version", "_", "x_y", "a", "1", "\u017f", "\u0130", "\u212a", "é", "中", "\x00", "\ud800"]
WORDS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
TEXTS = st.one_of(
    st.text(max_size=40),
    WORDS,
    st.builds('"""{}{}'.format, st.sampled_from(BREAKS), WORDS),
    st.builds('{}"""{}{}{}"""{}'.format, st.sampled_from(["", " ", "\ufeff", "\n"]), st.sampled_from(BREAKS), WORDS,
              st.sampled_from(BREAKS), WORDS),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_equals_openwebui(text: str) -> None:
    assert read_frontmatter(text).values == reference()(text)


@pytest.mark.parametrize("text", [row[1] for row in READ] + [row[0] for row in REFUSED])
def test_table_is_what_openwebui_does(text: str) -> None:
    assert read_frontmatter(text).values == reference()(text)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_spans_always_cut_out_what_they_name(text: str) -> None:
    front_matter = read_frontmatter(text)
    for entry in front_matter.entries:
        assert text[slice(*entry.key_span)] == entry.key
        assert text[slice(*entry.value_span)] == entry.value
        assert text[slice(*entry.line_span)] in text.splitlines()
        assert entry.line_span.start <= entry.key_span.start
        assert entry.value_span.end <= entry.line_span.end
    if front_matter.closing_line:
        assert '"""' in text[slice(*front_matter.closing_line)]
        assert text[slice(*front_matter.closing_line)] in text.splitlines()
