"""The heading of a new release: what belongs to every release goes along, whole; nothing of the old one does."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from owui_lint.fixing.transaction import write_all
from owui_lint.releasing.bump import plan_bump
from owui_lint.repository.documents.sections import PLACEHOLDER
from tests.support import check, found, open_repo, write_files

DAY = datetime.date(2026, 5, 20)
CODE = '"""\ntitle: Echo Box\nversion: 1.3.0\n"""\n'
TAG = "https://github.com/mei2/owui/releases/tag"
EN, ZH = "🔥 What's New in v1.3.1", "🔥 最新更新 v1.3.1"

SECTIONS = [
    # Links: the address of the release goes along, else the link is left out, never half of it.
    ("en", f"🔥 What's New in [v1.3.0]({TAG}/v1.3.0)", f"🔥 What's New in [v1.3.1]({TAG}/v1.3.1)"),
    ("en", f"What's New in [v1.3.0]({TAG}/echo-v1.3.0 'Echo')", f"What's New in [v1.3.1]({TAG}/echo-v1.3.1 'Echo')"),
    ("en", f"What's New in [1.3.0]({TAG}/v1.3.0 'of 2026-01-03')", f"What's New in [1.3.1]({TAG}/v1.3.1)"),
    ("zh", f"🔥 最新更新 [v1.3.0]({TAG}/v1.3.0)", f"🔥 最新更新 [v1.3.1]({TAG}/v1.3.1)"),
    ("en", "[What's New in v1.3.0](https://x.org/log)", "[What's New in v1.3.1](https://x.org/log)"),
    ("en", "What's New in [v1.3.0](CHANGELOG.md)", "What's New in [v1.3.1](CHANGELOG.md)"),
    ("en", "What's New in [v1.3.0](CHANGELOG.md#v130)", "What's New in v1.3.1"),
    ("en", "What's New in [v1.3.0](v1.3.0.md)", "What's New in v1.3.1"),
    ("en", "What's New in [v1.3.0](https://x.org/2026/01/echo)", "What's New in v1.3.1"),
    ("en", "What's New in [v1.3.0](https://github.com/a/b/compare/v1.2.0...v1.3.0)", "What's New in v1.3.1"),
    (
        "en",
        "What's New in [v1.3.0](https://en.wikipedia.org/wiki/A_(b))",
        "What's New in [v1.3.1](https://en.wikipedia.org/wiki/A_(b))",
    ),
    ("en", f"What's New in [**v1.3.0**]({TAG}/v1.3.0): faster", f"What's New in [**v1.3.1**]({TAG}/v1.3.1)"),
    ("en", f"What's New in v1.3.0 ([notes]({TAG}/v1.3.0))", f"What's New in v1.3.1 ([notes]({TAG}/v1.3.1))"),
    ("en", "What's New in v1.3.0 ([notes](https://x.org/12))", "What's New in v1.3.1"),
    ("zh", f"最新更新 v1.3.0（[说明]({TAG}/v1.3.0)）", f"最新更新 v1.3.1（[说明]({TAG}/v1.3.1)）"),
    ("en", "What's New in [v1.3.0][rel]", "What's New in v1.3.1"),
    ("en", "What's New in [v1.3.0]", "What's New in [v1.3.1]"),
    ("en", '<a href="https://x.org/v1.3.0">What\'s New in v1.3.0</a>', "What's New in v1.3.1"),
    (
        "en",
        '<a href="https://x.org/log">What\'s New in v1.3.0</a>',
        '<a href="https://x.org/log">What\'s New in v1.3.1</a>',
    ),
    ("en", "What's New in v1.3.0 <https://x.org/1>", "What's New in v1.3.1"),
    # Badges: an image is not read as a heading's words.
    ("en", "What's New ![v1.3.0](https://img.shields.io/badge/v1.3.0-blue)", "What's New in v1.3.1"),
    ("en", f"What's New [![v](https://img.shields.io/badge/v1.3.0-blue)]({TAG}/v1.3.0)", EN),
    ("zh", "最新更新 ![v1.3.0](https://img.shields.io/badge/v1.3.0-blue)", "最新更新 v1.3.1"),
    ("en", "![new](https://x.org/new.svg) What's New in v1.3.0", "![new](https://x.org/new.svg) What's New in v1.3.1"),
    # Days, other versions, stories.
    ("en", "🔥 What's New (v1.3.0, December 2025)", "🔥 What's New (v1.3.1)"),
    ("en", "🔥 What's New in v1.3.0 (December)", "🔥 What's New in v1.3.1"),
    ("en", "What's New in v1.3.0 | Dec 2025", "What's New in v1.3.1"),
    ("en", "What's New in v1.3.0, faster", "What's New in v1.3.1"),
    ("en", "What's New in v1.3.0 (the CJK release)", "What's New in v1.3.1"),
    ("zh", "🔥 最新更新（v1.3.0，2025年12月）", "🔥 最新更新（v1.3.1）"),
    ("zh", "🔥 最新更新 v1.3.0【十二月】", "🔥 最新更新 v1.3.1"),
    ("en", "🔥 What's New since v1.2.0 (v1.3.0)", EN),
    ("zh", "🔥 最新更新：v1.2.0 → v1.3.0", ZH),
    ("en", "What's New: 1.2.0 → 1.3.0", EN),
    ("en", "What's New in v1.3.0 vs v1.2.0", "What's New in v1.3.1"),
    ("en", "What's New in v1.2.x – v1.3.0", EN),
    ("en", "What's New in v1.3.0 / v1.2.9", "What's New in v1.3.1"),
    ("en", "What's New for December", EN),
    # What others link to.
    ("en", "🔥 What's New in v1.3.0 {#whats-new-v130}", "🔥 What's New in v1.3.1"),
    ("en", "🔥 What's New in v1.3.0 {#whats-new-v130 .wide}", "🔥 What's New in v1.3.1 {.wide}"),
    ("en", "What's New {: .wide data-toc-label=News }", "What's New in v1.3.1 {: .wide data-toc-label=News }"),
    ("en", '<a id="v130"></a>🔥 What\'s New in v1.3.0', "🔥 What's New in v1.3.1"),
    ("en", "What's New in v1.3.0 <!-- 2025-12-01 -->", "What's New in v1.3.1"),
    # What belongs to every release.
    ("en", "**What's New in Echo Box v1.3.0** ✨", "**What's New in Echo Box v1.3.1** ✨"),
    ("en", "_What's New_ in `v1.3.0`", "_What's New_ in `v1.3.1`"),
    ("en", "What's New&nbsp;in v1.3.0 :tada:", "What's New&nbsp;in v1.3.1 :tada:"),
    ("zh", "🔥 最新更新：回声盒 v1.3.0", "🔥 最新更新：回声盒 v1.3.1"),
    ("zh", "👩🏽‍💻 v1.3.0 更新内容 (What's New)", "👩🏽‍💻 v1.3.1 更新内容 (What's New)"),
    ("en", "What's New <small>v1.3.0</small>", "What's New <small>v1.3.1</small>"),
    # Marks that are never closed.
    ("en", "What's New in v1.3.0 (the", "What's New in v1.3.1"),
    ("en", "**What's New in v1.3.0", EN),
    ("en", "What's New [in v1.3.0", EN),
]


def _bumped(root: Path, heading: str, lang: str, newline: str = "\n", change: str = "patch") -> tuple[str, str]:
    """A README before and after a bump."""
    name = f"plugins/filters/echo/README{'_CN' if lang == 'zh' else ''}.md"
    title = "# 回声盒" if lang == "zh" else "# 📦 Echo Box"
    before = f"\ufeff{title}\n\n它重复。\n\n{heading}\n\n- 旧 Old\n\n## Usage\n\n[rel]: {TAG}/v1.3.0\n"
    before = before.replace("\n", newline)
    write_files(root, {"plugins/filters/echo/echo.py": CODE, name: before})
    session = open_repo(root)
    write_all(root, plan_bump(session, session.plugins(["filters/echo"]), change, DAY).changes)
    return before, (root / name).read_bytes().decode()


def _new_line(before: str, after: str, newline: str = "\n") -> str:
    """The heading that a bump put in; all else is as it was."""
    at = next(at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new)
    at = after.rfind(newline, 0, at) + len(newline)
    block = after[at : at + len(after) - len(before)]
    assert after == before[:at] + block + before[at:]
    line, empty, bullet, *rest = block.split(newline)
    assert (empty, rest) == ("", ["", ""]) and bullet.startswith(f"- {PLACEHOLDER}")
    return line


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("lang", "heading", "expected"), SECTIONS)
def test_sections(tmp_path: Path, lang: str, heading: str, expected: str, newline: str) -> None:
    before, after = _bumped(tmp_path, f"## {heading}", lang, newline)
    assert _new_line(before, after, newline) == f"## {expected}"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (f"### [v1.3.0]({TAG}/v1.3.0)", f"### [v1.3.1]({TAG}/v1.3.1)"),
        ("### [1.3.0] - 2025-12-01", "### [1.3.1]"),
        ("### v1.3.0 Faster", "### v1.3.1"),
        ("### Preview Panel v1.3.0", "### v1.3.1"),
        ("### 🎉 Version 1.3.0 (Dec 1st)", "### 🎉 Version 1.3.1"),
    ],
)
def test_releases_below_a_section(tmp_path: Path, heading: str, expected: str) -> None:
    before, after = _bumped(tmp_path, f"## What's New\n\n{heading}", "en")
    assert _new_line(before, after) == expected


@pytest.mark.parametrize("heading", ["v1.3.0 (what 1.2.0 lacked)", "v1.3.0 - December", "v1.3.0"])
def test_releases_of_a_history(tmp_path: Path, heading: str) -> None:
    before, after = _bumped(tmp_path, f"## Changelog\n\n### {heading}", "en")
    assert _new_line(before, after) == "### v1.3.1"


@pytest.mark.parametrize(("lang", "heading", "expected"), SECTIONS)
def test_a_second_bump_takes_the_heading_over(tmp_path: Path, lang: str, heading: str, expected: str) -> None:
    _, once = _bumped(tmp_path, f"## {heading}", lang)
    session = open_repo(tmp_path)
    write_all(tmp_path, plan_bump(session, session.plugins(["filters/echo"]), "minor", DAY).changes)
    name = f"plugins/filters/echo/README{'_CN' if lang == 'zh' else ''}.md"
    assert (tmp_path / name).read_bytes().decode() == once.replace("1.3.1", "1.4.0")


def test_a_prerelease_in_an_address(tmp_path: Path) -> None:
    before, after = _bumped(tmp_path, f"## What's New in [v1.3.0]({TAG}/v1.3.0)", "en", change="1.4.0-rc.1")
    assert _new_line(before, after) == f"## What's New in [v1.4.0-rc.1]({TAG}/v1.4.0-rc.1)"


@pytest.mark.parametrize("name", ["{#whats-new}", '<a id="whats-new"></a>'])
@pytest.mark.parametrize("profile", ["standard", "openwebui"])
def test_an_anchor_goes_along_where_the_old_section_is_to_go(tmp_path: Path, name: str, profile: str) -> None:
    write_files(tmp_path, {".owui-lint.yaml": f"profile: {profile}\n"})
    before, after = _bumped(tmp_path, f"## What's New in v1.3.0 {name}", "en")
    expected = f"## What's New in v1.3.1 {name}" if profile == "standard" else "## What's New in v1.3.1"
    assert _new_line(before, after) == expected


ALIASES = "section-aliases: {whats-new: {en: [Fresh Bytes], zh: [新鲜事]}}\n"


@pytest.mark.parametrize(
    ("lang", "heading", "expected"),
    [
        ("en", "## 🔥 Fresh Bytes in v1.3.0", "## 🔥 Fresh Bytes in v1.3.1"),
        ("en", "## Fresh Bytes (v1.3.0)", "## Fresh Bytes (v1.3.1)"),
        ("en", "## Fresh Bytes: 1.3.0 - faster", "## Fresh Bytes: 1.3.1"),
        ("en", "## v1.3.0 Fresh Bytes", "## v1.3.1 Fresh Bytes"),
        ("en", "## Fresh Bytes", "## Fresh Bytes v1.3.1"),
        ("zh", "## 新鲜事 v1.3.0", "## 新鲜事 v1.3.1"),
        ("zh", "## 🔥 新鲜事（v1.3.0）", "## 🔥 新鲜事（v1.3.1）"),
        ("zh", "## v1.3.0 新鲜事", "## v1.3.1 新鲜事"),
    ],
)
def test_other_names_of_the_section_may_name_a_version(tmp_path: Path, lang: str, heading: str, expected: str) -> None:
    write_files(tmp_path, {".owui-lint.yaml": f"profile: standard\n{ALIASES}"})
    before, after = _bumped(tmp_path, heading, lang)
    assert _new_line(before, after) == expected
    named = found(check(tmp_path, "whats-new-version", "whats-new-single"))
    assert [line.rsplit(" ", 1)[1] for line in named] == ["whats-new-single"], "both sections are What's New"


@pytest.mark.parametrize(
    "heading", ["## Fresh Bytes since v1.2.0", "## Fresh Bytes of Gemini 2.5", "## Fresh Bytes and more"]
)
def test_other_names_open_nothing_else(tmp_path: Path, heading: str) -> None:
    write_files(tmp_path, {".owui-lint.yaml": f"profile: standard\n{ALIASES}"})
    _, after = _bumped(tmp_path, heading, "en")
    assert f"## {EN}\n" in after and heading in after
