"""Bump: every place of a plugin, the code last, nothing of a person's text lost."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from owui_lint.errors import UsageError
from owui_lint.fixing.edits import FileChange
from owui_lint.fixing.transaction import write_all
from owui_lint.releasing.bump import Bump, plan_bump
from owui_lint.repository.documents.sections import PLACEHOLDER
from owui_lint.rulebook import load_rulebook
from owui_lint.session import Selection
from tests.release.example import FILES, write_example
from tests.support import check, commit, found, open_repo, run, write_files

DAY = datetime.date(2026, 5, 20)
ECHO = '"""\ntitle: Echo\nversion: 1.1.0\n"""\n'


def _plan(root: Path, change: str, *names: str, **options: Any) -> Bump:
    session = open_repo(root, **options)
    return plan_bump(session, session.plugins(names), change, DAY)


def _write(root: Path, bump: Bump) -> None:
    write_all(root, bump.changes)


def _state(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _readme(root: Path, text: str, lang: str = "en") -> str:
    """Bump a plugin with this README to 1.2.0 and return the README."""
    name = f"plugins/filters/echo/README{'_CN' if lang == 'zh' else ''}.md"
    write_files(root, {"plugins/filters/echo/echo.py": ECHO, name: text})
    _write(root, _plan(root, "minor", "filters/echo"))
    return (root / name).read_bytes().decode()


@pytest.mark.parametrize(
    "name", ["actions/card", "filters/echo_filter", "filters/loud", "pipes/bridge", "tools/bridge"]
)
@pytest.mark.parametrize("change", ["major", "minor", "patch", "9.0.0"])
def test_every_place_is_raised_and_all_else_stays(tmp_path: Path, name: str, change: str) -> None:
    root = write_example(tmp_path)
    bump = _plan(root, change, name)
    _, new = bump.versions[name]
    _write(root, bump)
    assert open_repo(root).plugins([name])[0].version == new
    assert found(check(root, "version-mismatch", "version-missing", "date-badge-mismatch")) == []
    changed = {path for path in FILES if (root / path).read_bytes() != _bytes(path)}
    assert changed == {change.path for change in bump.changes}
    told = {step.place.path for step in bump.steps if step.text.en.startswith("new heading")}
    for path in changed - told:
        assert _without_versions(_bytes(path)) == _without_versions((root / path).read_bytes()), path


def _without_versions(data: bytes) -> bytes:
    return re.sub(rb"\d+\.\d+\.\d+(--?rc\.\d+)?|\d{4}--\d\d--\d\d", b"@", data)


def _bytes(path: str) -> bytes:
    content = FILES[path]
    return content if isinstance(content, bytes) else content.encode()


def test_the_code_is_written_last_and_date_badges_are_set(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    bump = _plan(root, "minor", "tools/bridge", "filters/echo_filter")
    paths = [change.path for change in bump.changes]
    assert sorted(paths[-2:]) == ["plugins/filters/echo_filter/echo.py", "plugins/tools/bridge/bridge.py"]
    _write(root, bump)
    for name in ("README.md", "README_CN.md"):
        assert "badge/2026--05--20-gray" in (root / name).read_text(encoding="utf-8")
    assert "v-0.11.0" in (root / "README.md").read_text(encoding="utf-8"), "a generated block is never written"


def test_a_killed_run_is_completed_by_a_rerun(tmp_path: Path) -> None:
    """Whatever part of the files was replaced when a run was killed, the same command gets to the same end."""
    notes = {"plugins/pipes/bridge/v0.12.0.md": "# v0.12.0\n"}
    whole = write_files(write_example(tmp_path / "whole"), dict(notes))
    changes = _plan(whole, "minor", "pipes/bridge").changes
    _write(whole, _plan(whole, "minor", "pipes/bridge"))
    assert len(changes) > 7
    for written in range(len(changes)):
        root = write_files(write_example(tmp_path / str(written)), dict(notes))
        _replace(root, changes[:written])
        _write(root, _plan(root, "minor", "pipes/bridge"))
        assert _state(root) == _state(whole), written


def test_a_killed_run_over_two_plugins_is_never_done_twice(tmp_path: Path) -> None:
    names = ("tools/bridge", "filters/echo_filter")
    whole = write_example(tmp_path / "whole")
    changes = _plan(whole, "minor", *names).changes
    _write(whole, _plan(whole, "minor", *names))
    for written in range(1, len(changes)):
        root = write_example(tmp_path / str(written))
        _replace(root, changes[:written])
        try:
            _write(root, _plan(root, "minor", *names))
        except UsageError as error:
            assert "on its own first" in error.message.en
            for name in names:
                if open_repo(root).plugins([name])[0].version in ("0.12.0", "1.1.0"):
                    _write(root, _plan(root, "minor", name))
        assert _state(root) == _state(whole), written


def _replace(root: Path, changes: list[FileChange]) -> None:
    for change in changes:
        (root / change.path).write_bytes(change.after)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "story",
    ["## What's New in v1.1.0\n\n- The old story\n\n", "## What's New\n\n### v1.1.0\n\n- The old story\n\n", ""],
)
def test_a_second_bump_takes_over_what_nobody_has_written_to(
    tmp_path: Path, story: str, lang: str, newline: str
) -> None:
    name = f"plugins/filters/echo/README{'_CN' if lang == 'zh' else ''}.md"
    text = f"# Echo\n\nSince 1.1.1.\n\n{story}## Usage\n\n1.1.1\n".replace("\n", newline)
    write_files(tmp_path, {"plugins/filters/echo/echo.py": ECHO, name: text})
    _write(tmp_path, _plan(tmp_path, "minor", "filters/echo"))
    once = (tmp_path / name).read_bytes()
    write_files(tmp_path, {"plugins/filters/echo/echo.py": ECHO, name: text})
    for change in ("patch", "minor", "minor"):
        _write(tmp_path, _plan(tmp_path, change, "filters/echo"))
    assert (tmp_path / name).read_bytes() == once.replace(b"1.2.0", b"1.3.0")


@pytest.mark.parametrize("written", ["- More\n", "Soon.\n", "### Faster\n"])
def test_a_second_bump_leaves_what_somebody_has_written(tmp_path: Path, written: str) -> None:
    before = "# Echo\n\n## What's New in v1.1.0\n\n- The old story\n\n## Usage\n"
    text = _readme(tmp_path, before).replace("## What's New in v1.1.0", f"{written}\n## What's New in v1.1.0")
    write_files(tmp_path, {"plugins/filters/echo/README.md": text})
    _write(tmp_path, _plan(tmp_path, "minor", "filters/echo"))
    after = (tmp_path / "plugins/filters/echo/README.md").read_text(encoding="utf-8")
    assert after.count("What's New in v") == 3 and after.endswith(text[text.index("## What's New in v1.2.0") :])


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("## 🔥 What's New in v1.1.0", "## 🔥 What's New in v1.2.0"),
        ("## What's new in 1.1.0", "## What's new in 1.2.0"),
        ("## ✨ v1.1.0 Updates (What's New)", "## ✨ v1.2.0 Updates (What's New)"),
        ("## ✨ v1.1.0: Adaptive Actions & SDK v0.1.30", "## ✨ v1.2.0"),
        ("## What's New in v1.1.0 (2026-01-03)", "## What's New in v1.2.0"),
        ("## What's New", "## What's New in v1.2.0"),
        ("## What's New\n\n### v1.1.0", "### v1.2.0"),
        ("## Latest Updates - 1.1.0 - Faster", "## Latest Updates - 1.2.0"),
    ],
)
def test_the_heading_of_the_last_release_is_the_model(tmp_path: Path, heading: str, expected: str) -> None:
    before = f"# Echo\n\nIt echoes.\n\n{heading}\n\n- The old story\n\n## Usage\n"
    after = _readme(tmp_path, before)
    lines = after.splitlines()
    at = lines.index(expected)
    assert lines[at + 2].startswith(f"- {PLACEHOLDER}")
    block = "\n".join(lines[at : at + 4]) + "\n"
    assert after.replace(block, "", 1) == before, "what a person wrote is all still there"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("## 🔥 最新更新 v1.1.0", "## 🔥 最新更新 v1.2.0"),
        ("## v1.1.0 最新更新", "## v1.2.0 最新更新"),
        ("## 1.1.0 版本更新", "## 1.2.0 版本更新"),
        ("## ✨ 1.1.0 更新内容 (What's New)", "## ✨ 1.2.0 更新内容 (What's New)"),
        ("## ✨ v1.1.0：自适应面板与 SDK v0.1.30", "## ✨ v1.2.0"),
        ("## 最新更新", "## 最新更新 v1.2.0"),
    ],
)
def test_chinese_headings(tmp_path: Path, heading: str, expected: str) -> None:
    after = _readme(tmp_path, f"# 回声\r\n\r\n说明。\r\n\r\n{heading}\r\n\r\n- 旧内容\r\n", "zh")
    assert f"{expected}\r\n\r\n- {PLACEHOLDER} 1.2.0" in after
    assert "\n" not in after.replace("\r\n", "")


def test_releases_that_are_told_of_side_by_side_stay(tmp_path: Path) -> None:
    one = "# Echo\n\nIt echoes.\n\n## What's New\n\n### v1.1.0\n\n- Old\n"
    write_files(tmp_path, {f"{name}/.owui-lint.yaml": "profile: standard\n" for name in ("one", "several")})
    assert "take it out" in _readme(tmp_path / "one", one)
    several = _readme(tmp_path / "several", f"{one}\n### v1.0.0\n\n- Older\n")
    assert "### v1.2.0\n\n- " in several and "take it out" not in several


@pytest.mark.parametrize(
    ("lang", "other"), [("en", "### Gemini 2.5 support"), ("zh", "### 支持 Gemini 2.5"), ("en", "### Python 3.12")]
)
def test_the_version_of_another_thing_is_no_model(tmp_path: Path, lang: str, other: str) -> None:
    head = f"# Echo\n\nIt echoes.\n\n## {'最新更新' if lang == 'zh' else 'What is new'}\n\n"
    alone = _readme(tmp_path / "alone", f"{head}{other}\n\n- Old\n", lang)
    assert f"v1.2.0\n\n- {PLACEHOLDER}" in alone and f"{other}\n\n- Old\n" in alone and alone.count(other[4:]) == 1
    beside = _readme(tmp_path / "beside", f"{head}{other}\n\n- Old\n\n### v1.1.0\n\n- Old\n", lang)
    assert f"{other}\n\n- Old\n\n### v1.2.0\n\n- {PLACEHOLDER}" in beside


def test_the_section_of_another_thing_is_no_model(tmp_path: Path) -> None:
    after = _readme(tmp_path, "# Echo\n\nIt echoes.\n\n## What's New: Gemini 2.5 support\n\n- Old\n")
    assert "## 🔥 What's New in v1.2.0\n" in after and "## What's New: Gemini 2.5 support\n\n- Old\n" in after


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", " (planned)"), ("zh", "（计划中）"), ("en", " - coming soon"), ("en", "-rc.1"), ("zh", "：开发中")],
)
def test_what_is_to_come_later_is_no_model(tmp_path: Path, lang: str, said: str) -> None:
    head = (
        f"# Echo\n\nIt echoes.\n\n## {'最新更新' if lang == 'zh' else 'What is new'}\n\n### v1.4.0{said}\n\n- Soon\n\n"
    )
    after = _readme(tmp_path, f"{head}### v1.1.0\n\n- Old\n", lang)
    assert after.startswith(f"{head}### v1.2.0\n\n- {PLACEHOLDER}")


@pytest.mark.parametrize(
    ("lang", "announced", "released"),
    [
        ("en", "### v1.2.0 (planned)", "### v1.2.0"),
        ("en", "### 🚀 v1.2.0 (Planned for March): Faster", "### 🚀 v1.2.0: Faster"),
        ("en", "## What's New in v1.2.0 — coming soon", "## What's New in v1.2.0"),
        ("en", "### v1.2.0 *(unreleased)*", "### v1.2.0"),
        ("en", "### **v1.2.0 (unreleased)**", "### **v1.2.0**"),
        ("en", "### **v1.2.0** planned", "### **v1.2.0** planned"),
        ("zh", "### v1.2.0（计划中）", "### v1.2.0"),
        ("zh", "### v1.2.0：开发中", "### v1.2.0"),
        ("zh", "### v1.2.0（支持计划任务）", "### v1.2.0（支持计划任务）"),
        ("en", "### v1.2.0 Preview Panel", "### v1.2.0 Preview Panel"),
    ],
)
def test_what_was_announced_becomes_the_release(tmp_path: Path, lang: str, announced: str, released: str) -> None:
    section = "" if announced.startswith("## ") else f"## {'最新更新' if lang == 'zh' else 'What is new'}\r\n\r\n"
    text = f"\ufeff# Echo\r\n\r\nIt echoes.\r\n\r\n{section}{announced}\r\n\r\n- Faster\r\n"
    assert _readme(tmp_path, text, lang) == text.replace(announced, released)


@pytest.mark.parametrize("profile", ["openwebui", "standard"])
@pytest.mark.parametrize("section", ["Changelog", "Release Notes", "Version History", "What's New"])
@pytest.mark.parametrize("dated", ["", " (2025-06-11)"])
def test_a_history_of_releases_keeps_what_it_tells(tmp_path: Path, profile: str, section: str, dated: str) -> None:
    """Only the standard's What's New tells of the latest release alone."""
    write_files(tmp_path, {".owui-lint.yaml": f"profile: {profile}\n"})
    after = _readme(tmp_path, f"# Echo\n\nIt echoes.\n\n## {section}\n\n### v1.1.0{dated}\n\n- Old\n")
    assert "### v1.2.0\n\n- " in after and after.endswith(f"### v1.1.0{dated}\n\n- Old\n")
    assert ("take it out" in after) is (section == "What's New" and profile == "standard")


STORIES = {
    "below": "## What's New\n\n### v1.1.0\n\n- Old\n",
    "beside": "## What's New in v1.1.0 (Gemini 2.5.0)\n\n- Old\n",
    "bold": "## What's New\n\n- **v1.1.0**: old\n",
    "no version": "## What's New\n\n- Old\n",
    "history": "## Changelog\n\n### v1.1.0\n\n- Old\n",
    "nothing told": f"## What's New in v1.1.0\n\n- {PLACEHOLDER} What does 1.1.0 bring?\n",
    "none": "## Usage\n",
}


@pytest.mark.parametrize(
    "configuration",
    [
        *(f"profile: {profile}\n" for profile in load_rulebook().profiles),
        "profile: standard\nignore: [whats-new-single]\n",
        "profile: openwebui\nselect: [readme]\n",
    ],
)
@pytest.mark.parametrize("story", STORIES)
def test_bump_says_to_take_out_what_the_check_would_not_have(tmp_path: Path, configuration: str, story: str) -> None:
    write_files(tmp_path, {".owui-lint.yaml": configuration})
    after = _readme(tmp_path, f"# Echo\n\nIt echoes.\n\n{STORIES[story]}")
    report = open_repo(tmp_path).check(Selection())
    reported = {finding.name for finding in report.findings}
    assert ("take it out" in after) is ("whats-new-single" in reported)
    assert "whats-new-version" not in reported


def test_a_readme_without_story_gets_one_and_a_page_does_not(tmp_path: Path) -> None:
    write_files(tmp_path, {f"{name}/.owui-lint.yaml": "profile: standard\n" for name in ("a", "b")})
    after = _readme(tmp_path / "a", "# Echo\n\nIt echoes.\n\n## Usage\n")
    assert after.index("What's New in v1.2.0") < after.index("## Usage")
    assert _readme(tmp_path / "b", "# Echo\n\nIt echoes.\n") == "# Echo\n\nIt echoes.\n"


@pytest.mark.parametrize(
    "configuration", ["profile: openwebui\n", "profile: standard\nignore: [readme-section-missing]\n"]
)
def test_a_readme_without_story_gets_none_where_no_rule_asks_for_it(tmp_path: Path, configuration: str) -> None:
    write_files(tmp_path, {".owui-lint.yaml": configuration})
    text = "# Echo\n\nIt echoes.\n\n## Usage\n"
    assert _readme(tmp_path, text) == text
    told = _readme(tmp_path, text.replace("## Usage", "## What's New in v1.1.0\n\n- Old\n\n## Usage"))
    assert "What's New in v1.2.0" in told


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-01-01\n\n- Old\n", 5),
        ("## 1.0.0\n\n## v1.1.0\n", 3),
        ("# Changelog\n\n## [1.2.0]\n\n- New\n\n## [1.1.0]\n", None),
        ("# Changelog\n\n## [1.2.0] - planned\n\n- New\n\n## [1.1.0]\n", None),
        ("# Changelog\n\n## 2026.01.15\n\n- New\n", None),
        ("# Changelog\n\n## [2.0.0] - planned\n\n- New\n\n## [1.1.0]\n", 7),
        ("# 1.1.0\n\nfree text\n", None),
        ("# Changelog\n\n## How to write it\n", None),
    ],
)
def test_a_changelog_is_left_and_named(tmp_path: Path, log: str, line: int | None) -> None:
    path = "plugins/filters/echo/CHANGELOG.md"
    root = write_files(tmp_path, {"plugins/filters/echo/echo.py": ECHO, path: log})
    planned = _plan(root, "minor", "filters/echo")
    assert path not in {change.path for change in planned.changes}
    said = [(step.place.span.line, step.text.en) for step in planned.left if step.place.path == path]
    assert said == ([(line, "say what 1.2.0 brings: bump leaves this file alone")] if line else [])


@pytest.mark.parametrize("profile", ["openwebui", "standard"])
def test_places_without_a_version_are_left_to_a_person_where_a_rule_asks_for_them(tmp_path: Path, profile: str) -> None:
    files = {"plugins/filters/echo/echo.py": ECHO, "docs/plugins/filters/index.md": "# Filters\n"}
    planned = _plan(
        write_files(tmp_path, {**files, ".owui-lint.yaml": f"profile: {profile}\n"}), "minor", "filters/echo"
    )
    assert len(planned.left) == (6 if profile == "standard" else 0)


def test_the_placeholder_is_found_until_it_is_written(tmp_path: Path) -> None:
    _readme(tmp_path, "# Echo\n\nIt echoes.\n\n## What's New in v1.1.0\n\n- Old\n")
    assert found(check(tmp_path, "release-placeholder")) == ["plugins/filters/echo/README.md:7:3 release-placeholder"]


def test_notes_are_made_where_the_plugin_keeps_them(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "plugins/filters/echo/echo.py": ECHO.replace("Echo", "Echo {{ 7*7 }} <b>"),
            "plugins/filters/echo/README_CN.md": "# 回声\n",
            "plugins/filters/echo/v1.0.0.md": "# v1.0.0\n",
            "plugins/filters/echo/v1.2.0.md": "# mine\n",
        },
    )
    _write(tmp_path, _plan(tmp_path, "minor", "filters/echo"))
    assert (tmp_path / "plugins/filters/echo/v1.2.0.md").read_text() == "# mine\n"
    note = (tmp_path / "plugins/filters/echo/v1.2.0_CN.md").read_text(encoding="utf-8")
    assert note.startswith("# Echo {{ 7*7 }} <b> v1.2.0 发布说明\n") and PLACEHOLDER in note
    assert "README_CN.md" in note and "v1.1.0" in note


def test_lower_or_equal_versions_are_refused(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_example(tmp_path)
    monkeypatch.chdir(root)
    before = _state(root)
    for version in ("1.1.0", "1.0.9", "v2", "1.2", "latest"):
        code, out, err = run(capsys, "bump", "filters/echo_filter", version)
        assert (code, out) == (2, "") and err.startswith("owui-lint: ")
    code, _, err = run(capsys, "bump", "filters/nothing", "minor", "--lang", "zh")
    assert code == 2 and "没有名为" in err
    assert _state(root) == before
    code, out, _ = run(capsys, "bump", "filters/echo_filter", "1.0.9", "--allow-downgrade")
    assert code == 0 and "1.1.0 → 1.0.9" in out
    assert found(check(root, "version-mismatch")) == []


def test_a_place_that_is_newer_than_the_target_is_refused(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"plugins/filters/echo/echo.py": ECHO, "plugins/filters/echo/README.md": "# E\n**Version:** 2.0.0\n"}
    )
    with pytest.raises(UsageError, match=r"newer than 1\.2\.0"):
        _plan(tmp_path, "minor", "filters/echo")
    _write(tmp_path, _plan(tmp_path, "2.0.0", "filters/echo"))
    assert found(check(tmp_path, "version-mismatch")) == []


def test_a_plugin_without_version(tmp_path: Path) -> None:
    write_files(tmp_path, {"plugins/filters/echo/echo.py": '"""\ntitle: Echo\n"""\n'})
    with pytest.raises(UsageError, match="states no version"):
        _plan(tmp_path, "minor", "filters/echo")
    write_files(tmp_path, {"plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: latest\n"""\n'})
    with pytest.raises(UsageError, match="no version that can be raised"):
        _plan(tmp_path, "minor", "filters/echo")
    _write(tmp_path, _plan(tmp_path, "1.0.0", "filters/echo"))
    assert "version: 1.0.0" in (tmp_path / "plugins/filters/echo/echo.py").read_text()


def test_the_version_of_now_names_what_brings_the_places_in_line(tmp_path: Path) -> None:
    write_files(tmp_path, {"plugins/filters/echo/echo.py": ECHO})
    with pytest.raises(UsageError, match=r"is at 1\.1\.0 already: `owui-lint --fix-versions`"):
        _plan(tmp_path, "1.1.0", "filters/echo")


LIST = "# Plugins\n\nSome.\n\n## Plugins\n\n{0}\n"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("- **Echo** (`echo`): does things (v1.1.0). More.", 36),
        ("### Echo\n\n#### Leap (1.1.0)", None),
        ("- **Echo**: needs Open WebUI 1.1.0", None),
        ("- **Other**: does things (v1.1.0). More.", None),
        ("- **Echo**: does things (v1.0.0). More.", None),
        ("**Changelog**\n\n- **Echo**: does things (v1.1.0)", None),
    ],
)
def test_where_the_old_version_stands_in_a_form_that_is_not_read_is_left(
    tmp_path: Path, text: str, column: int | None
) -> None:
    files = {"README.md": LIST.format(text), "plugins/filters/echo/echo.py": ECHO}
    planned = _plan(write_files(tmp_path, files), "minor", "filters/echo")
    left = [step.place.span for step in planned.left if step.place.path == "README.md"]
    if "####" in text:
        assert [span.line for span in left] == [9]
    else:
        assert [(span.line, span.column) for span in left] == ([(7, column)] if column else [])


def test_where_the_code_says_it_again_is_left(tmp_path: Path) -> None:
    code = f'{ECHO}\n\nclass Filter:\n    def inlet(self, body):\n        print("Echo v1.1.0 started")\n        return body\n'
    planned = _plan(write_files(tmp_path, {"plugins/filters/echo/echo.py": code}), "minor", "filters/echo")
    assert [(step.place.path, step.place.span.line) for step in planned.left] == [("plugins/filters/echo/echo.py", 9)]
    assert "v1.1.0 started" in b"".join(change.after or b"" for change in planned.changes).decode()


def test_what_is_left_says_why_there_is_no_version(tmp_path: Path) -> None:
    files = {
        "plugins/filters/echo/echo.py": ECHO,
        "plugins/filters/echo/README.md": "# Echo\n",
        "docs/plugins/filters/echo.md": "# Echo\n\n**Version:** 1.1.0\n",
        "docs/plugins/filters/index.md": "# Filters\n",
        "docs/plugins/filters/index.zh.md": "# 过滤器\n\n- [Echo](echo.zh.md)\n",
    }
    left = {step.place.path: step.text.en for step in _plan(write_files(tmp_path, files), "minor", "filters/echo").left}
    assert left["plugins/filters/echo/README_CN.md"] == "Chinese README: does not exist"
    assert left["docs/plugins/filters/echo.zh.md"] == "Chinese documentation page: does not exist"
    assert left["docs/plugins/filters/index.md"] == "index: does not list the plugin"
    assert left["docs/plugins/filters/index.zh.md"] == "Chinese index: states no version"


def test_diff_writes_nothing(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_example(tmp_path)
    monkeypatch.chdir(root)
    before = _state(root)
    code, out, _ = run(
        capsys, "bump", "pipes/bridge", "tools/bridge", "patch", "--diff", "--release-date", "2026-05-20"
    )
    assert code == 0 and "**版本：** 0.12.1" in out and "+++ b/plugins/tools/bridge/bridge.py" in out
    assert _state(root) == before


def test_all_files_that_cannot_be_written_are_named_and_nothing_is_raised(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bump that leaves places behind makes the inconsistency that it is there to prevent."""
    folder = "plugins/filters/echo"
    texts = {
        f"{folder}/README.md": "# Echo\n**Version:** 1.1.0\n",
        f"{folder}/README_CN.md": "# 回声\n**版本：** 1.1.0\n",
    }
    root = write_files(tmp_path, {f"{folder}/echo.py": ECHO, **texts})
    (root / "real.md").write_text(texts[f"{folder}/README.md"])
    (root / folder / "README.md").unlink()
    (root / folder / "README.md").symlink_to(root / "real.md")
    (root / folder / "README_CN.md").chmod(0o444)
    monkeypatch.chdir(root)
    code, out, err = run(capsys, "bump", "filters/echo", "minor")
    assert code == 2 and not out and "Nothing was changed" in err
    assert f"{folder}/README.md was not written: " in err and "symbolic link" in err
    assert f"{folder}/README_CN.md was not written: " in err and "read-only" in err
    assert (root / folder / "echo.py").read_text() == ECHO


def test_other_layouts_are_raised_and_get_no_new_section(tmp_path: Path) -> None:
    readme = "# Echo\n\n**Version:** 1.1.0\n\n## Usage\n\nSay it.\n"
    code = ECHO + "\n\nclass Tools:\n    pass\n"
    root = write_files(tmp_path, {"tools/echo/main.py": code, "tools/echo/README.md": readme})
    _write(root, _plan(root, "minor", "tools/echo"))
    assert (root / "tools/echo/README.md").read_text() == readme.replace("1.1.0", "1.2.0")
    assert "version: 1.2.0" in (root / "tools/echo/main.py").read_text()


def test_a_copy_with_other_code_keeps_its_version(tmp_path: Path) -> None:
    code = '"""\ntitle: Echo\nversion: {}\n"""\nclass Filter: {}\n'
    files = {
        "plugins/filters/echo/echo.py": code.format("1.0.0", "pass"),
        "plugins/filters/echo/echo_cn.py": code.format("2.0.0", "def inlet(self): ..."),
        "plugins/filters/echo/echo_zh.py": code.format("1.0.0", "pass"),
    }
    session = open_repo(write_files(tmp_path, dict(files)))
    bump = plan_bump(session, session.repository.plugins, "minor", DAY)
    changed = {change.path for change in bump.changes}
    assert {"plugins/filters/echo/echo.py", "plugins/filters/echo/echo_zh.py"} <= changed
    assert "plugins/filters/echo/echo_cn.py" not in changed
    assert [one.place.path for one in bump.left if "its version stays" in one.text.en] == [
        "plugins/filters/echo/echo_cn.py"
    ]


def test_a_badge_of_several_plugins_is_left(tmp_path: Path) -> None:
    badge = "https://img.shields.io/badge/v1.1.0-blue"
    page = f"# P\n\n- [Echo](tools/echo/) ![v][{{}}]\n- [Loud](tools/loud/) ![v][both]\n\n[both]: {badge}\n[own]: {badge}\n"
    for name, label in (("shared", "both"), ("own", "own")):
        files = {
            f"tools/{one.casefold()}/main.py": ECHO.replace("Echo", one) + "\n\nclass Tools:\n    pass\n"
            for one in ("Echo", "Loud")
        }
        root = write_files(tmp_path / name, {**files, "README.md": page.format(label)})
        bump = _plan(root, "minor", "tools/echo")
        _write(root, bump)
        expected = page.format(label).replace(f"[own]: {badge}", f"[own]: {badge.replace('1.1.0', '1.2.0')}")
        assert (root / "README.md").read_text() == (expected if label == "own" else page.format(label))
        assert any("1 other image" in one.text.en for one in bump.left) == (label == "both")


def test_the_chinese_page_of_a_page_that_both_indexes_link(tmp_path: Path) -> None:
    files = {
        "plugins/filters/echo/echo.py": ECHO,
        "plugins/filters/echo/README.md": "# Echo\n",
        "plugins/filters/echo/README_CN.md": "# 回声\n",
        "docs/plugins/filters/repeat.md": "# Repetition guard\n\n**Version:** 1.1.0\n",
        "docs/plugins/filters/repeat.zh.md": "# 重复过滤\r\n\r\n**版本：** 1.1.0\r\n",
        "docs/plugins/filters/index.md": "# Filters\n\n- [Echo](repeat.md) (v1.1.0)\n",
        "docs/plugins/filters/index.zh.md": "# 过滤器\n\n- [回声 Echo](repeat.md) (v1.1.0)\n",
    }
    root = write_files(tmp_path, dict(files))
    bump = _plan(root, "minor", "filters/echo")
    _write(root, bump)
    assert not any("does not exist" in step.text.en for step in bump.left)
    for path in [path for path in files if path.startswith("docs/")]:
        assert (root / path).read_bytes() == files[path].replace("1.1.0", "1.2.0").encode(), path


def test_a_newer_page_that_is_found_by_its_name_holds_up_nothing(tmp_path: Path, capsys: Any) -> None:
    page = "# Echo\r\n\r\n**Version:** {}\r\n\r\n## What's New in 2.0.0\r\n\r\n- more\r\n"
    files = {
        "plugins/filters/echo/echo.py": ECHO,
        "docs/echo.md": page.format("3.0.0"),
        "docs/en/echo.md": page.format("1.0.0"),
        "docs/zh/echo.md": "# 回声\n\n**版本：** 3.0.0\n",
    }
    for name, options in {"bump": {}, "allowed": {"allow_downgrade": True}}.items():
        root = write_files(tmp_path / name, dict(files))
        bump = _plan(root, "minor", "filters/echo", **options)
        changed = {change.path for change in bump.changes}
        assert "plugins/filters/echo/echo.py" in changed
        assert {path for path in changed if path.startswith("docs")} == {"docs/en/echo.md"}
        left = [one.place.path for one in bump.left if "found by its name" in one.text.en]
        assert left == ["docs/echo.md", "docs/zh/echo.md"]
    for option in ((), ("--allow-downgrade",)):
        root = write_files(tmp_path / f"fix{len(option)}", dict(files))
        _, out, _ = run(capsys, "--fix-versions", *option, "--select", "version-mismatch", str(root))
        assert (root / "docs/en/echo.md").read_bytes() == page.format("1.1.0").encode()
        assert (root / "docs/echo.md").read_bytes() == page.format("3.0.0").encode()
        assert out.count("newer than") == 2


def test_a_newer_page_that_the_configuration_names_holds_up_the_others(tmp_path: Path) -> None:
    files = {
        "plugins/filters/echo/echo.py": ECHO,
        "docs/echo.md": "# Echo\n\n**Version:** 3.0.0\n",
        ".owui-lint.yaml": "pages: {docs/echo.md: filters/echo}\n",
    }
    with pytest.raises(UsageError, match=r"docs/echo\.md:3 says 3\.0\.0"):
        _plan(write_files(tmp_path, files), "minor", "filters/echo")


def test_what_is_raised_already_is_not_raised_in_silence(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "plugins/filters/my echo/echo.py"
    write_files(tmp_path, {code: '"""\ntitle: Echo\nversion: 0.1.0\n"""\n\n\nclass Filter:\n    pass\n'})
    commit(tmp_path)
    monkeypatch.chdir(tmp_path)
    bumps = ("bump", "filters/my echo", "minor")
    assert run(capsys, *bumps)[0] == 0
    status, _, err = run(capsys, *bumps, "--lang", "en")
    assert status == 2 and "is raised already: its code is at 0.2.0, and the last commit at 0.1.0." in err
    assert "version: 0.2.0" in (tmp_path / code).read_text()
    assert "`owui-lint bump 'filters/my echo' 0.3.0`" in err
    assert run(capsys, "bump", "filters/my echo", "0.3.0")[0] == 0
    commit(tmp_path)
    assert run(capsys, *bumps)[0] == 0
    assert "version: 0.4.0" in (tmp_path / code).read_text()
