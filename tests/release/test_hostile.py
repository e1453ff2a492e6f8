"""Text of strangers: nothing crashes or hangs, nothing a person wrote is lost, what is inserted is found again."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owui_lint.fixing.apply import fix
from owui_lint.fixing.edits import apply_edits
from owui_lint.releasing.bump import plan_bump
from owui_lint.releasing.draft import make_draft
from owui_lint.session import Selection
from tests.support import TODAY, open_repo, write_files

CODE = '"""\ntitle: Echo\nversion: 1.1.0\n"""\n'
_LINES = st.sampled_from(
    [
        "# Echo",
        "# 回声 v1.1.0",
        "**Author:** [Ada](https://example.org) | **Project:** x",
        "**作者：** Ada<br>",
        "**Author:** Ada | `**Version:** 1`",
        "| By [Ada](x) | [Star](y) |",
        "| :-- | --: |",
        "## What's New in v1.0.0",
        "## ✨ 0.9.0：旧的 (2026-01-01)",
        "### v1.0.0",
        "What's New",
        "==========",
        "----------",
        "- item **bold**",
        "  more",
        "```",
        "<!-- X_START -->",
        "<!-- X_END -->",
        "<!--",
        "-->",
        "## Usage",
        "",
        "\t- tab",
        "🔥",
    ]
)
_TEXTS = st.builds(
    lambda lines, end, bom: (("\ufeff" if bom else "") + end.join(lines)).encode(),
    st.lists(_LINES, max_size=14),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)


@settings(max_examples=120, deadline=None)
@given(english=_TEXTS, chinese=_TEXTS)
def test_bump_inserts_and_keeps_all_that_was_there(english: bytes, chinese: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        folder = "plugins/filters/echo"
        write_files(
            root, {f"{folder}/echo.py": CODE, f"{folder}/README.md": english, f"{folder}/README_CN.md": chinese}
        )
        session = open_repo(root)
        plugin = session.plugins(["filters/echo"])[0]
        bump = plan_bump(session, [plugin], "minor", datetime.date(2026, 5, 1))
        for change in bump.changes:
            assert change.before is not None
            rest = iter(_unversioned(change.after).splitlines())
            assert all(line in rest for line in _unversioned(change.before).splitlines()), "lines stay, in order"
        make_draft(session, plugin)
        # What is inserted as missing is found where it was inserted, and only once.
        selection = Selection(select=("version-missing",), profile="standard")
        _, fixed = fix(session, lambda: session.check(selection), unsafe=True)
        assert len(fixed.findings) <= 2
        for change in fixed.changes.values():
            assert change.before is not None and len(change.after) > len(change.before)
        assert not any(finding.fix for finding in session.check(selection).findings)


def _unversioned(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"1.2.0", b"1.1.0").replace(b"\r\n", b"\n").replace(b"\r", b"\n")


@pytest.mark.usefixtures("ends_in_time")
@pytest.mark.parametrize(
    ("text", "has_story"),
    [
        ("# E\n\n**Author:** A" + " " * 50_000 + "x\n", False),
        ("# E\n\n**Author:** " + "<br" * 30_000 + "\n", False),
        ("# E\n\n**Author:** " + "[" * 30_000 + " | \n", False),
        ("# E\n\n## What's New in v1.0.0" + " " * 50_000 + "x\n", True),
        ("# E\n\n## What's New in v1.0.0" + "(" * 50_000 + "\n", True),
        ("# E\n\n## What's New in v1.1.0\n\n- " + "**a" * 30_000 + "\n", True),
        ("# E\n\n## What's New in v1.1.0\n\n- " + "_a " * 30_000 + "[x](" * 10_000 + "\n", True),
        ("# E\n\n## What's New in v1.1.0\n\n" + "- x\n" * 20_000, True),
        ("# E\n\n" + "### v1.1.0\n" * 5_000, True),
    ],
    ids=range(9),
)
def test_long_lines_end(tmp_path: Path, text: str, has_story: bool) -> None:
    code, page = "plugins/filters/echo/echo.py", "plugins/filters/echo/README.md"
    write_files(tmp_path, {code: CODE, page: text})
    session = open_repo(tmp_path)
    plugin = session.plugins(["filters/echo"])[0]
    after = {change.path: change.after.decode() for change in plan_bump(session, [plugin], "minor", TODAY).changes}
    assert after[code] == CODE.replace("1.1.0", "1.2.0")
    # A page that has no stories of releases is left alone; in others the new one stands above, and nothing is lost.
    assert (page in after) == has_story
    if has_story:
        rest = iter(after[page].splitlines())
        assert all(line in rest for line in text.splitlines()) and "1.2.0" in after[page]
    assert make_draft(session, plugin).commit_message.startswith("feat(filters): release Echo")


def test_edits_of_a_bump_do_not_overlap_in_a_shared_index(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(30)]
    files: dict[str, str | bytes] = {f"plugins/tools/{name}/{name}.py": CODE.replace("Echo", name) for name in names}
    files |= {f"docs/plugins/tools/{name}.md": f"# {name}\n**Version:** 1.1.0\n" for name in names}
    files["docs/plugins/tools/index.md"] = "# T\n\n" + "".join(f"- [{name}]({name}.md) (v1.1.0)\n" for name in names)
    session = open_repo(write_files(tmp_path, files))
    bump = plan_bump(session, session.plugins([f"tools/{name}" for name in names]), "minor", datetime.date(2026, 5, 1))
    index = next(change for change in bump.changes if change.path.endswith("index.md"))
    assert index.after.count(b"(v1.2.0)") == 30 and apply_edits(index.after, []) == index.after
