"""Versions of other things beside a plugin's own, in each place that is rewritten: they stay, and the plugin's own is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from owui_lint.__main__ import main
from tests.support import write_files

OWN = "1.2.0"  # what the code says
STALE = "1.1.0"
OTHER = "0.6.5"


def _plugin(title: str, version: str = OWN) -> str:
    return f'"""\ntitle: {title}\nversion: {version}\n"""\n\n\nclass Filter:\n    pass\n'


def mended(root: Path, path: str, text: str, others: dict[str, str | bytes]) -> str:
    """What a page says once the versions are fixed; nothing is said about it that would keep that from being done."""
    write_files(root, {**others, path: text})
    main(["--fix-versions", str(root), "--no-cache"])
    return (root / path).read_bytes().decode()


def _index(root: Path, text: str, *, zh: bool = False) -> tuple[str, str]:
    """What stands in an index of the standard's layout, before and afterwards."""
    page = f"# Echo\n\n**Author:** Ada | **Version:** {OWN}\n"
    others: dict[str, str | bytes] = {
        "plugins/filters/echo/echo.py": _plugin("Echo"),
        "docs/plugins/filters/echo.md": page,
        "docs/plugins/filters/echo.zh.md": page,
    }
    index = f"# Filters\n\n## Available\n\n{text}\n"
    return index, mended(root, f"docs/plugins/filters/index{'.zh' if zh else ''}.md", index, others)


CARD = "- :material-counter:{{ .lg .middle }} **Echo**\n\n    ---\n\n    **Version:** {own}\n\n    {line}\n\n    [Page](echo.md)"
SECTION = "### [Echo](echo.md)\n\nDoes it.\n\n**Version:** {own}\n\n{line}"
CARD_ZH = "- **回声**\n\n    ---\n\n    **版本：** {own}\n\n    {line}\n\n    [文档](echo.zh.md)"

IN_ENTRIES = [
    *("**Requires:** v{0}", "**Open WebUI:** v{0}", "**Open WebUI** v{0}", "- Open WebUI v{0}", "- Open WebUI: {0}"),
    *("- Required Open WebUI version: {0}", "- Minimum version: {0}", "**Tested with:** v{0}", "- tiktoken: {0}"),
    *("**Compatible with:** `v{0}`", "- `tiktoken` v{0}", "**Redis** v{0}", "- API version: {0}", "- Python v3.11.0"),
    *(
        "**New in v{0}:** faster",
        "- Since: v{0}",
        "- First release: {0}",
        "- **GPT-4.1** v{0}",
        "- Library version: {0}",
    ),
]


@pytest.mark.parametrize("line", [*IN_ENTRIES, "| Requires | Version |\n|---|---|\n| Open WebUI | {0} |"])
@pytest.mark.parametrize("entry", [CARD, SECTION])
def test_an_entry_of_an_index_may_tell_of_other_things(entry: str, line: str, tmp_path: Path) -> None:
    line = line.format(OTHER)
    before, after = _index(tmp_path, entry.format(own=STALE, line=line))
    assert after == before.replace(STALE, OWN)


@pytest.mark.parametrize("line", ["**需要：** v{0}", "- 最低版本：{0}", "**Open WebUI：** v{0}", "- tiktoken v{0}"])
def test_so_may_one_in_chinese(line: str, tmp_path: Path) -> None:
    before, after = _index(tmp_path, CARD_ZH.format(own=STALE, line=line.format(OTHER)), zh=True)
    assert after == before.replace(STALE, OWN)


@pytest.mark.parametrize(
    "entry",
    [
        *("- **Echo** v{0}\n\n    [Page](echo.md)", "- **Echo chamber** v{0} - see its [page](echo.md)"),
        *("### Echo v{0}\n\n[Page](echo.md)", "### [The Echo chamber](echo.md)\n\n- **The Echo chamber** v{0}"),
        *("- [Echo](echo.md)\n    - **Version** v{0}", "### Echo\n\n- **Current version** — v{0}\n- [Page](echo.md)"),
        *("### Echo\n\n- Plugin version: {0}", "### Echo\n\n- Filter version: {0}", "### Echo\n\n**Echo** v{0}"),
        *(
            "### Echo\n\n| Version | Author |\n|---|---|\n| {0} | Ada |",
            "| Plugin | Version |\n|---|---|\n| Echo | {0} |",
        ),
        *("### Echo\n\n| Author | Version |\n|---|---|\n| Ada | {0} |", "<li><a href='echo.md'>Echo</a> v{0}</li>"),
    ],
)
def test_the_names_and_labels_of_an_entry_are_the_plugins(entry: str, tmp_path: Path) -> None:
    before, after = _index(tmp_path, entry.format(STALE))
    assert after == before.replace(STALE, OWN)


def _list(root: Path, text: str) -> tuple[str, str]:
    """What a root README says of two plugins, before and afterwards."""
    others: dict[str, str | bytes] = {"f/echo.py": _plugin("Echo"), "f/foo.py": _plugin("Foo Bar", "2.0.0")}
    page = f"# Plugins\n\nSome plugins.\n\n## Plugins\n\n{text}\n"
    return page, mended(root, "README.md", page, others)


TABLE = "| Plugin | {0} | Version |\n|---|---|---|\n| [Echo](f/echo.py) | {1} | {2} |\n| Foo Bar | {3} | {4} |"
THINGS = [
    *("Library", "Dependency", "Python package", "Requires", "Model", "API", "Docker image", "Bundled library", "CDN"),
    *(
        "Wraps",
        "Upstream",
        "Engine",
        "Based on",
        "Forked from",
        "Base project",
        "依赖库",
        "服务",
        "上游",
        "镜像",
        "基于",
    ),
]


@pytest.mark.parametrize("header", THINGS)
def test_a_version_behind_a_column_of_other_things_is_theirs(header: str, tmp_path: Path) -> None:
    before, after = _list(tmp_path, TABLE.format(header, "tiktoken", "0.7.0", "gpt-4.1", "1.0.0"))
    assert after == before


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        *(("Requires", ("Open WebUI 0.6", "-")), ("Open WebUI", ("0.6.5+", "0.5.0+")), ("Library", ("", "none"))),
        *(("Date", ("2026-01-31", "2026-02-01")), ("Author", ("Ada", "Bob")), ("Type", ("Filter", "Pipe"))),
        *(("Description", ("counts", "waits")), ("依赖", ("无", "tiktoken 0.7"))),
    ],
)
def test_a_version_behind_a_column_of_facts_is_the_plugins(header: str, cells: tuple[str, str], tmp_path: Path) -> None:
    before, after = _list(tmp_path, TABLE.format(header, cells[0], STALE, cells[1], "2.0.0"))
    assert after == before.replace(STALE, OWN)


def _readme(root: Path, text: str) -> tuple[str, str]:
    """What the README of one plugin says, before and afterwards."""
    page = f"# Echo\n\n{text}\n\nDoes it.\n"
    return page, mended(root, "README.md", page, {"echo.py": _plugin("Echo")})


TO_COME = [
    *("🚧 v2.0.0 | in progress", "🚧 v2.0.0", "🔜 v1.5.0", "🔜 v1.5.0 | charts", "🧪 v1.5.0-beta.1 | testers wanted"),
    *(
        "⬇️ v1.1.0 | [for Open WebUI 0.5](x.zip)",
        "📜 v1.1.0 | old docs",
        "▶️ v1.1.0 · [demo](x)",
        "🐳 v1.1.0 | 🐍 v3.11.0",
    ),
]


@pytest.mark.parametrize("line", TO_COME)
def test_pictures_tell_of_other_versions(line: str, tmp_path: Path) -> None:
    for number, text in enumerate(
        (line, f"**Version:** {OWN}\n\n{line}", f"**Version:** {OWN}\n\n📦 v0.1.0 | what was")
    ):
        before, after = _readme(tmp_path / str(number), text)
        assert after == before
        assert main(["--fix-versions", str(tmp_path / str(number)), "--no-cache"]) == 0


@pytest.mark.parametrize("line", ["🏷️ v{0} | 👤 Ada | 📄 MIT", "📦 v{0}", "🏷️ v{0} by Ada"])
def test_a_picture_may_stand_before_the_only_version(line: str, tmp_path: Path) -> None:
    before, after = _readme(tmp_path, line.format(STALE))
    assert after == before.replace(STALE, OWN)


def _dated(root: Path, badge: str) -> tuple[str, str]:
    """What a root README with a badge of a day says, before it is released and afterwards."""
    page = f"# Plugins\n\n{badge}\n\nSome plugins.\n"
    write_files(root, {"f/echo.py": _plugin("Echo"), "f/foo.py": _plugin("Foo"), "README.md": page})
    main(["--fix-versions", str(root), "--no-cache", "--release-date", "2026-01-31"])
    return page, (root / "README.md").read_bytes().decode()


DATE = "https://img.shields.io/badge/{0}-gray"


@pytest.mark.parametrize(
    "text", ["created", "since", "API version", "gpt-4o-2024-08-06", "Ollama 2025-12-01", "首次发布"]
)
@pytest.mark.parametrize("badge", [f"![{{text}}]({DATE})", f'<img alt="{{text}}" src="{DATE}">'])
def test_a_badge_of_a_day_without_a_label_shows_what_its_text_says(badge: str, text: str, tmp_path: Path) -> None:
    before, after = _dated(tmp_path, badge.format("2025--12--01", text=text))
    assert after == before


@pytest.mark.parametrize(
    "text", ["updated", "", "badge", "Updated badge", "2025-12-01", "updated 2025-12-01", "更新日期"]
)
def test_a_text_of_badges_or_of_days_is_the_repositorys(text: str, tmp_path: Path) -> None:
    before, after = _dated(tmp_path, f"![{text}]({DATE.format('2025--12--01')})")
    assert after == before.replace("2025--12--01", "2026--01--31").replace("2025-12-01", "2026-01-31")


@pytest.mark.parametrize(
    "table",
    [
        *("| Version | Status |\n|---|---|\n| 1.0.0 | EOL |", "| Version | Status |\n|---|---|\n| 1.0.0 | 不再维护 |"),
        "**Old version (for Open WebUI 0.5):**\n\n| Version | Open WebUI |\n|---|---|\n| 1.0.0 | 0.5.0 |",
    ],
)
def test_a_table_about_a_release_of_the_past_stays(table: str, tmp_path: Path) -> None:
    before, after = _readme(tmp_path, f"**Version:** {STALE}\n\n{table}")
    assert after == before.replace(STALE, OWN)


@pytest.mark.parametrize(
    "table",
    [
        *(
            "| Version | Status |\n|---|---|\n| {0} | stable |",
            "| Author | Version | Status |\n|-|-|-|\n| Ada | {0} | EOL |",
        ),
        *(
            "Overview:\n\n| Version | License |\n|---|---|\n| {0} | MIT |",
            "Counts.\n\n| Author | Version |\n|-|-|\n| A | {0} |",
        ),
    ],
)
def test_a_table_about_the_plugin_is_mended(table: str, tmp_path: Path) -> None:
    before, after = _readme(tmp_path, table.format(STALE))
    assert after == before.replace(STALE, OWN)


FORMER = [
    *("- **Echo (Legacy)** v1.0.0", "- [Echo (old)](archive/echo.py) v1.0.0", "- Echo (deprecated) v1.0.0"),
    *("### Legacy plugins\n\n| Plugin | Version |\n|---|---|\n| Echo | 1.0.0 |", "### Echo (old) v1.0.0"),
    *("| Plugin | Version |\n|---|---|\n| Echo (Legacy) | 1.0.0 |", "### Recently added\n\n- **Echo v1.0.0** — waits"),
    *(
        "- **Echo v1.0.0**: fails with images",
        "- **Echo** v1.0.0 - does not work on Windows",
        "- **Echo v1.0.0**：失败",
    ),
    *("### Echo\n\n- Library: tiktoken\n- Version: 0.7.0", "- **Echo** — 10.0.0.5"),
]


@pytest.mark.parametrize("text", FORMER)
def test_what_there_was_before_a_plugin_stays(text: str, tmp_path: Path) -> None:
    before, after = _list(tmp_path, f"- **Echo** v{STALE}\n\n{text}")
    assert after == before.replace(STALE, OWN)


@pytest.mark.parametrize(
    "text",
    [
        *("- **Echo** v{0} - fails over to others", "### Echo\n\n- Author: Ada\n- Library: tiktoken\n- Version: {0}"),
        *("| Plugin | Does | Version |\n|-|-|-|\n| Echo | keeps archived (old) chats | {0} |", "- **Echo (new)** v{0}"),
        "- **Echo** — {0}",
    ],
)
def test_what_a_plugin_does_says_nothing_of_its_past(text: str, tmp_path: Path) -> None:
    before, after = _list(tmp_path, text.format(STALE))
    assert after == before.replace(STALE, OWN)


@pytest.mark.parametrize(
    "value", ["**{0}:** gemini-1.5-pro · v1.0.0", "**{0}:** Tiktoken | **Version:** 1.0.0", "{0}: Bob | v1.0.0"]
)
@pytest.mark.parametrize(
    "label", ["Default model", "Fork of", "Original author", "Upstream", "Wraps", "Inspired by", "Data source", "Icons"]
)
def test_a_label_that_is_no_plugins_makes_it_another_things(label: str, value: str, tmp_path: Path) -> None:
    before, after = _readme(tmp_path, f"**Version:** {STALE}\n\n{value.format(label)}")
    assert after == before.replace(STALE, OWN)


@pytest.mark.parametrize("label", ["原作者", "镜像", "上游", "默认模型", "浏览器插件", "鸣谢"])
@pytest.mark.parametrize("value", ["{0}：Bob · v1.0.0", "**{0}**：Bob ｜ **版本**：1.0.0"])
def test_so_does_one_in_chinese(label: str, value: str, tmp_path: Path) -> None:
    before, after = _readme(tmp_path, f"**版本：** {STALE}\n\n{value.format(label)}")
    assert after == before.replace(STALE, OWN)


@pytest.mark.parametrize(
    "line",
    [
        *("**Created by:** Ada · v{0}", "Lead developer: Ada | v{0}", "**Type:** Filter | **Version:** {0}"),
        *("**Status:** Stable | **Version:** {0}", "**Website:** [here](x) · v{0}", "**Echo:** waits · v{0}"),
        *(
            "**Plugin type:** Filter | **Version:** {0}",
            "**Category:** Text · v{0}",
            "**Data source:** A | **Author:** Ada | v{0}",
        ),
        *("**Default model:** GPT | **Version:** {0} | **License:** MIT", "**类型：** 过滤器 | **版本：** {0}"),
        *("**Open WebUI:** 0.6.5 | **Version:** {0}", "**插件作者：** Ada · v{0}", "**作者**：Ada ｜ **版本**：{0}"),
    ],
)
def test_a_label_of_plugins_leaves_it_theirs(line: str, tmp_path: Path) -> None:
    before, after = _readme(tmp_path, line.format(STALE))
    assert after == before.replace(STALE, OWN)
