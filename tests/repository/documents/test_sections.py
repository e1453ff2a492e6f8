"""Headings of which one language needs no counterpart, and headings that are about two things."""

from __future__ import annotations

import pytest

from owui_lint.repository.documents.markdown import Markdown
from owui_lint.repository.documents.sections import SectionBook, release_named
from owui_lint.rulebook import load_rulebook

BOOK = SectionBook(load_rulebook().data["sections"], {})


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        *(
            (heading, True)
            for heading in ("中文文档", "🌐 Language", "English", "English | 中文", "Read this in Chinese")
        ),
        *((heading, True) for heading in ("Table of Contents", "📑 目录", "⭐ Star History", "Contributors", "贡献者")),
        *((heading, True) for heading in ("💬 微信交流群", "加入交流群", "Community")),
        *(
            (heading, False)
            for heading in ("中文支持", "Chinese text", "License", "Contributing", "目录结构", "Contact")
        ),
        *((heading, False) for heading in ("Starting", "Language model", "交流方式说明", "Content types")),
    ],
)
def test_sections_of_one_language(heading: str, expected: bool) -> None:
    assert BOOK.is_of_one_language(heading) is expected


@pytest.mark.parametrize(
    ("heading", "subjects"),
    [
        ("Installation & Notes", 2),
        ("Configuration / Valves", 2),
        ("🔧 故障排除与常见问题", 2),
        ("安装 和 说明", 2),
        ("问答、支持以及其他", 3),
        ("限制 / Limits", 1),
        ("限制（Limits and costs）", 1),
        ("Q&A", 1),
        ("Android", 1),
        ("参与贡献", 1),
        ("和谐模式", 1),
        ("与", 1),
        ("", 1),
    ],
)
def test_subjects_of_a_heading(heading: str, subjects: int) -> None:
    assert len(BOOK.subjects(heading)) == subjects


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("# Echo\n## Changelog\n### v1.2.0\n### Features\n## Usage\n", ["changelog", "usage"]),
        ("# Echo\r\n## 更新日志\r\n### v1.2.0\r\n## 使用方法\r\n### v1.1.0\r\n", ["changelog", "usage", "whats-new"]),
        ("# Echo\n# Changelog\n## v1.2.0\n# More\n## Usage\n", ["usage"]),
        ("# Release Notes\n## What's New in 1.2.0\n## Usage\n", ["whats-new", "usage"]),
        ("# Echo\n## More\n### Changelog\n#### v1.2.0\n### Usage\n", ["changelog", "usage"]),
        ("# Echo\n```\n## Changelog\n```\n### v1.2.0\n", ["whats-new"]),
    ],
)
def test_what_stands_below_a_changelog_opens_no_section(text: str, ids: list[str]) -> None:
    assert [section.kind.id for section in BOOK.sections(Markdown(text), "en")] == ids


@pytest.mark.parametrize(
    ("headings", "repeated"),
    [
        ("Core Features|Features", ["Features"]),
        ("🚀 How to Use|Usage|使用方法", ["Usage", "使用方法"]),
        ("Support|⭐ Support", ["⭐ Support"]),
        ("FAQ|FAQ", ["FAQ"]),
        ("Quick Start|Usage|Usage Examples|Installation & Usage", []),
        ("Configuration|Configuration Options|Valves|Settings", []),
        ("What's New in 1.1.0|What's New in 1.0.0", []),
    ],
)
def test_sections_that_stand_there_twice(headings: str, repeated: list[str]) -> None:
    text = "# Echo\n" + "".join(f"## {heading}\n" for heading in headings.split("|"))
    assert [section.heading.plain for section, _ in BOOK.repeated(Markdown(text), "en")] == repeated


@pytest.mark.parametrize(
    ("text", "coming"),
    [
        ("v1.3.0 (planned)", True),
        ("v1.3.0（计划中）", True),
        ("v1.3.0 — coming soon", True),
        ("v1.3.0: planned for March", True),
        ("v1.3.0：开发中", True),
        ("Planned: v1.3.0", True),
        ("Coming in v1.3.0", True),
        ("即将推出的 v1.3.0", True),
        ("v1.3.0", False),
        ("v1.3.0: draft mode", False),
        ("v1.3.0: jump to the next image", False),
        ("v1.3.0：任务计划", False),
        ("v1.3.0：预览图片", False),
        ("What's next for images: v1.3.0", False),
        ("v1.3.0 (planned for March 2027)", True),
        ("v1.3.0 (2027-03-01, planned)", True),
        ("v1.3.0 *(planned)*", True),
        ("v1.3.0 ~~planned~~", True),
        ("v1.3.0 [planned]", True),
        ("v1.3.0 — TBD", True),
        ("v1.3.0 (not yet released)", True),
        ("v1.3.0 (in development)", True),
        ("v1.3.0 is coming", True),
        ("v1.3.0 draft", True),
        ("v1.3.0（未发布）", True),
        ("v1.3.0（预计三月发布）", True),
        ("v1.3.0（计划于 2027 年 3 月发布）", True),
        ("v1.3.0 计划", True),
        ("v1.3.0（规划中）", True),
        ("v1.3.0 即将支持图片", True),
        ("v1.3.0 Preview Panel", False),
        ("v1.3.0 Next Generation", False),
        ("v1.3.0 (next-gen engine)", False),
        ("v1.3.0 (todo lists)", False),
        ("v1.3.0 (adds a draft mode)", False),
        ("v1.3.0 (fixes preview)", False),
        ("v1.3.0 (no longer a preview)", False),
        ("v1.3.0 (formerly planned as v2.0.0)", False),
        ("v1.3.0 - Preview for images", False),
        ("v1.3.0 - Draft in the editor", False),
        ("v1.3.0: planned maintenance", False),
        ("v1.3.0 计划任务", False),
        ("v1.3.0（支持计划任务）", False),
        ("v1.3.0 预览模式", False),
        ("v1.3.0（新增预览）", False),
        ("v1.3.0（即时预览）", False),
        ("v1.3.0 开发中的功能", False),
    ],
)
def test_what_is_still_to_come_is_said_beside_the_version(text, coming):
    named = release_named(text)
    assert named.version == "1.3.0" and BOOK.is_coming(named) is coming


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("最新更新v1.2.3", "whats-new"),
        ("v1.2.3更新内容", "whats-new"),
        ("1.2.3版本更新", "whats-new"),
        ("🔥 更新V1.2.3", "whats-new"),
        ("支持Qwen2.5模型", None),
    ],
)
def test_chinese_needs_no_blank_beside_a_version(heading, kind):
    found = BOOK.classify(heading, "zh")
    assert (found and found.id) == kind
    named = release_named(heading)
    assert (named and named.version) == ("1.2.3" if kind else None)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("⚙️ 配置參數", "configuration"),
        ("設定", "configuration"),
        ("功能特點", "features"),
        ("主要特色", "features"),
        ("特色功能", "features"),
        ("支援", "support"),
        ("支持 / Support", "support"),
        ("【支持】", "support"),
        ("九、支持", "support"),
        ("更新日誌", "changelog"),
        ("變更紀錄", "changelog"),
        ("最新變更 v1.2.3", "whats-new"),
        ("🆕 新版本 v1.2.3 更新内容", "whats-new"),
        ("🔥 最近更新 (v1.2.3)", "whats-new"),
        ("⭐ 支持作者", "support"),
        ("支持与反馈", "support"),
        ("新版本的打算", None),
        ("最近更新记录", None),
        ("新版本更新日志", None),
        ("新版本更新方法", None),
        ("🆕 v1.2.3 新特性", "whats-new"),
        ("v1.2.3 新功能", "whats-new"),
        ("使用說明", "usage"),
        ("疑難排解", "troubleshooting"),
        ("安裝", "installation"),
        ("支援的模型", None),
        ("支持/不支持的格式", None),
        ("設定檔範例", None),
        ("一、二、三", None),
    ],
)
def test_chinese_headings(heading, kind):
    found = BOOK.classify(heading, "zh")
    assert (found and found.id) == kind


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("✨ Feature Highlights", "features"),
        ("🔧 Valve Configuration", "configuration"),
        ("User Valve Settings", "configuration"),
        ("Install and Use", "usage"),
        ("Installation & Usage", "usage"),
        ("⭐ Like this plugin?", "support"),
        ("Valve", "configuration"),
        ("Valve timing", None),
        ("Like a shell", None),
    ],
)
def test_english_headings(heading, kind):
    found = BOOK.classify(heading, "en")
    assert (found and found.id) == kind


def test_traditional_words_beside_a_version():
    assert BOOK.introduces_release("版本更新內容")
    assert BOOK.is_coming(release_named("v1.3.0（尚未發佈）"))
    assert BOOK.coming_length("（計劃中）") == 5
    assert BOOK.is_of_one_language("繁體中文")


@pytest.mark.parametrize(
    ("text", "coming"), [("即将推出的v1.3.0", True), ("v1.3.0未发布", True), ("v1.3.0计划任务", False)]
)
def test_nor_do_words_that_say_that_it_is_still_to_come(text, coming):
    named = release_named(text)
    assert named.version == "1.3.0" and BOOK.is_coming(named) is coming


def test_words_before_a_release_take_no_time():
    """Each of these could be read as one word or as two."""
    assert BOOK.introduces_release("更新" * 5_000)
    assert not BOOK.introduces_release("更新" * 5_000 + "x")
