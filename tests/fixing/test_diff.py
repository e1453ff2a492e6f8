"""The diff: what `git apply` makes of it, and what a hostile file cannot do with it."""

import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owui_lint.fixing.diff import changed_spans, patch, unified_diff, visible
from owui_lint.fixing.edits import FileChange


def diff_lines(before, after):
    return unified_diff([FileChange("docs/a.md", before, after)]).splitlines()


def test_no_change_no_diff():
    assert unified_diff([FileChange("a", b"x\n", b"x\n")]) == ""
    assert unified_diff([]) == ""


def test_hunks_have_three_lines_of_context():
    before = b"".join(b"%d\n" % n for n in range(1, 21))
    after = before.replace(b"\n5\n", b"\nfive\n").replace(b"\n18\n", b"\n")
    assert diff_lines(before, after) == [
        *("--- a/docs/a.md", "+++ b/docs/a.md"),
        *("@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"),
        *("@@ -15,6 +15,5 @@", " 15", " 16", " 17", "-18", " 19", " 20"),
    ]


def test_new_file():
    assert unified_diff([FileChange("n", None, b"x\n")]) == "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n"


def test_missing_final_newline_is_marked():
    marker = "\\ No newline at end of file"
    assert diff_lines(b"a", b"b\n")[2:] == ["@@ -1 +1 @@", "-a", marker, "+b"]
    assert diff_lines(b"a\nb", b"x\nb")[2:] == ["@@ -1,2 +1,2 @@", "-a", "+x", " b", marker]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(b"a\r\nb\r\n", b"a\r\nc\r\n", [" a", "-b", "+c"], id="crlf-throughout"),
        pytest.param(b"a\r\nb", b"c\r\nb", ["-a", "+c", " b", "\\ No newline at end of file"], id="crlf-open-end"),
        pytest.param(b"a\r\nb\n", b"a\r\nc\n", [" a\\r", "-b", "+c"], id="mixed"),
        pytest.param(b"a\r\n", b"a\n", ["-a\\r", "+a"], id="line-end-changes"),
        pytest.param(b"a\rb\n", b"a\rc\n", ["-a\\rb", "+a\\rc"], id="lone-cr"),
        pytest.param(b"\xff\n", b"\xfe\n", ["-\\xff", "+\\xfe"], id="not-utf-8"),
        pytest.param(b"\xef\xbb\xbfa\n", b"a\n", ["-\\ufeffa", "+a"], id="bom"),
        pytest.param("版本\n".encode(), "版 本\t👩‍💻\n".encode(), ["-版本", "+版 本\t👩‍💻"], id="cjk-and-emoji"),
        pytest.param(b"a\n", b"\x1b[2J\x07\n", ["-a", "+\\x1b[2J\\x07"], id="terminal-escape"),
        pytest.param(b"a\n", "\u202e\u2066\x9b\u2028\n".encode(), ["-a", "+\\u202e\\u2066\\x9b\\u2028"], id="bidi"),
    ],
)
def test_line_forms(before, after, expected):
    assert diff_lines(before, after)[3:] == expected


def test_hostile_path_cannot_forge_lines():
    text = unified_diff([FileChange("a\n+++ b/x\x1b[0m\udcff", b"1\n", b"2\n")])
    assert text.splitlines()[:2] == [f'{mark}a\\012+++ b/x\\033[0m\\377"' for mark in ('--- "a/', '+++ "b/')]


@given(st.text(st.characters(codec=None)))
def test_visible_leaves_nothing_to_act_on(text):
    shown = visible(text)
    assert all(c in "\t\u200d" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in shown)
    shown.encode()


LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"d\n", b"e\n", b"\n"]), max_size=30)


@given(LINES, LINES)
def test_spans_lead_from_old_to_new(old, new):
    rebuilt, position = [], 0
    for a, a_end, b, b_end in changed_spans(old, new):
        assert a >= position and (a < a_end or b < b_end)
        rebuilt += [*old[position:a], *new[b:b_end]]
        assert len(rebuilt) == b_end
        position = a_end
    assert rebuilt + old[position:] == new


APPLYING = {
    "git": ["git", "apply", "--whitespace=nowarn", "--unidiff-zero", "-"],
    "patch": ["patch", "-p1", "-s", "--binary"],
}
CHANGED = st.lists(st.text("ab中 \r\u2028\x85\x1b\ufeff", max_size=3), min_size=1, max_size=25)


@pytest.mark.parametrize("program", APPLYING)
@settings(max_examples=40, deadline=None)
@given(
    old=CHANGED, new=CHANGED, ends=st.tuples(st.booleans(), st.booleans()), name=st.sampled_from(["f", "a b", '中\t"x'])
)
def test_programs_apply_it(tmp_path_factory, program, old, new, ends, name):
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    before, after = ("\n".join(lines).encode() + b"\n" * end for lines, end in zip((old, new), ends, strict=True))
    folder = tmp_path_factory.mktemp("apply")
    (folder / name).write_bytes(before)
    text = patch([FileChange(name, before, after)])
    if text:
        subprocess.run(APPLYING[program], input=text.encode(), cwd=folder, check=True, capture_output=True)
    assert (folder / name).read_bytes() == after


@given(LINES, LINES, st.one_of(st.sampled_from(["file", "my page.md", '中\t"x']), st.text(min_size=1)))
def test_what_is_read_of_clean_text_is_the_patch(old, new, name):
    change = FileChange(name, b"".join(old), b"".join(new))
    assert unified_diff([change]) == patch([change])


def test_large_hostile_file_is_no_burden():
    old = b"".join(b"%d\n" % (n % 97) for n in range(60_000))
    text = unified_diff([FileChange("a", old, b"x\n" + old + b"y\n")])
    assert text.startswith("--- a/a\n+++ b/a\n@@ -")


def test_anchors_that_appear_one_after_the_other():
    """Each line that occurs once sets the next one free: a depth that grows with the file, and work with its square."""

    def lines(count, other):
        found = [b"a1", other, b"U"]
        for n in range(1, count):
            found += [other, b"a%d" % (n + 1), other, b"a%d" % n]
        return found

    for count in (10, 5_000):
        old, new = lines(count, b"x"), lines(count, b"y")
        position, made = 0, []
        for start, end, other_start, other_end in changed_spans(old, new):
            made += old[position:start] + new[other_start:other_end]
            position = end
        assert made + old[position:] == new
