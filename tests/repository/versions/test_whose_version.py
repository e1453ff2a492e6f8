"""Whose version it is: forms of versions, what may stand around them, and the zones of a page, each with each.

What is another thing's, a release's or a sample's is stated nowhere, so nothing accuses or rewrites it; the same form beside it,
about the plugin, is read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import check, open_repo, run, write_files

VERSION = "0.7.7"  # in no cell anything's but what the cell is about


def _plugin(title: str, version: str = "1.2.0") -> str:
    return f'"""\ntitle: {title}\nversion: {version}\n"""\n\n\nclass Filter:\n    pass\n'


def _own(text: str) -> dict[str, str | bytes]:
    """A plugin and its README."""
    return {"echo.py": _plugin("Echo"), "README.md": f"# Echo\n\n{text}\n"}


def _collection(text: str) -> dict[str, str | bytes]:
    """Two plugins, and what the root README says of one below its name."""
    return {
        "f/echo.py": _plugin("Echo"),
        "f/foo.py": _plugin("Foo", "0.1.0"),
        "README.md": f"# P\n\n### Echo\n\n{text}\n",
    }


def _standard(text: str) -> dict[str, str | bytes]:
    """A plugin in the standard's layout, its README and its page."""
    page = f"# Echo\n\n**Author:** Ada | **Version:** 1.2.0\n\n{text}\n"
    return {
        "plugins/filters/echo/echo.py": _plugin("Echo"),
        "plugins/filters/echo/README.md": page,
        "docs/plugins/filters/echo.md": page,
    }


ZONES = {"own README": _own, "collection": _collection, "standard": _standard}


def stated(root: Path, files: dict[str, str | bytes]) -> list[str]:
    """Where the version of a cell is taken for a plugin's: the forms."""
    repository = open_repo(write_files(root, files)).repository
    return [
        one.form
        for location in repository.locations
        for one in location.statements
        if VERSION in (part.value for part in one.parts)
    ]


def _read(tmp_path: Path, zone: str, texts: list[str]) -> dict[str, list[str]]:
    return {text: stated(tmp_path / str(number), ZONES[zone](text)) for number, text in enumerate(texts)}


HEADLINES = [
    *("<details><summary>{0}</summary>", "<details>\n<summary><b>{0}</b></summary>", "<summary>📝 {0}</summary>"),
    *("<h2>{0}</h2>", '<h3 align="center">{0}</h3>', "**{0}**", "__{0}__", "*{0}*", "📝 **{0}**", "**{0}:**"),
    *("**{0}**:", "<b>{0}</b>", "<p><strong>{0}</strong></p>", "{0}:", "> **{0}**", "## {0}", "{0}\n---------"),
]
TELLING = ["What's New", "Changelog", "Older versions", "Release history", "Tested with", "更新日志", "历史版本"]
ENTRIES = [
    *(
        "**v{0}**\n\n- louder",
        "Version {0}\n\n- louder",
        "Version: {0}",
        "- **Version:** {0}",
        "<p>v{0}</p>",
        "v{0} by Ada",
    ),
    *("| Version | Author |\n|-|-|\n| {0} | Ada |", "**Author:** Ada | **Version:** {0}", "- Echo v{0}"),
    "![v](https://img.shields.io/badge/version-{0}-blue)",
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("headline", HEADLINES)
def test_what_is_told_of_releases_is_no_statement(headline: str, zone: str, tmp_path: Path) -> None:
    texts = [
        f"{headline.format(heading)}\n\n{entry.format(VERSION)}"
        for number, heading in enumerate(TELLING)
        for entry in (ENTRIES if not number else ENTRIES[number % 3 :: 3])
    ]
    assert {text: forms for text, forms in _read(tmp_path, zone, texts).items() if forms} == {}


@pytest.mark.parametrize("entry", ["Version: {0}", "**Version:** {0}", "v{0} by Ada"])
@pytest.mark.parametrize(
    "above",
    [
        "<details><summary>Changelog</summary>\n\n**v0.1.0**\n\n</details>",
        "- **Changelog**\n  - Version: 0.1.0",
        "**Changelog:**\n\n- v0.1.0: first",
        "Tested with:\n\n- Open WebUI 0.6.0\n\n  More of it.",
        "<h3>Says it again</h3>",
        "**Says it again**",
        "<details><summary>Says more</summary>More.</details>",
        "**Version 1.2.0 (2026)**",
    ],
)
def test_what_stands_behind_a_story_is_read(above: str, entry: str, tmp_path: Path) -> None:
    text = f"{above}\n\n{entry.format(VERSION)}"
    assert stated(tmp_path, _own(text)) != []


TAGLINES = [
    *("Keeps the history of your chats", "Updates your memory", "Compatible with Open WebUI 0.6+", "Since 2024"),
    *("Tested with Open WebUI 0.6.5", "Last updated: 2026-01-01", "© 2026 Jane", "🎉 New release!", "Built with ❤️"),
    *(
        "An alternative to the built-in search",
        "保存聊天的历史",
        "自动更新记忆",
        "兼容 Open WebUI 0.6+",
        "日志分析插件",
    ),
    *("计划任务插件", "最后更新：2026-01-01", "Find related documents", "Coming soon"),
]


@pytest.mark.parametrize("form", ["*{0}*", "**{0}**", '<h3 align="center">{0}</h3>', "> *{0}*", "🔔 **{0}**", "{0}:"])
@pytest.mark.parametrize("tagline", TAGLINES)
def test_a_tagline_silences_nothing(tagline: str, form: str, tmp_path: Path) -> None:
    entries = ["**Version:** {0}", "**Author:** Ada | **Version:** {0}", "- **Version:** {0}\n- **Author:** Ada"]
    texts = [f"{form.format(tagline)}\n\n{entry.format(VERSION)}" for entry in entries]
    assert [text for text, forms in _read(tmp_path / "own", "own README", texts).items() if not forms] == []
    table = f"# P\n\n{form.format(tagline)}\n\n| Plugin | Version |\n|-|-|\n| LiteLLM | {VERSION} |\n"
    assert stated(tmp_path / "root", {**_among(""), "README.md": table}) != []


def _wrapping(text: str) -> dict[str, str | bytes]:
    """A plugin called like the service that it wraps, and its README."""
    return {"litellm.py": _plugin("LiteLLM Pipe"), "README.md": f"# LiteLLM Pipe\n\n**Version:** 1.2.0\n\n{text}\n"}


def _among(text: str) -> dict[str, str | bytes]:
    """The same among others, in the root README."""
    return {"p/litellm.py": _plugin("LiteLLM"), "p/foo.py": _plugin("Foo"), "README.md": f"# P\n\nPipes.\n\n{text}\n"}


NAMED = [
    *(
        "- LiteLLM v{0}",
        "- **LiteLLM** v{0}",
        "- LiteLLM (v{0})",
        "- LiteLLM: {0}",
        "- **LiteLLM**: v{0}",
        "1. LiteLLM v{0}",
        "### LiteLLM v{0}",
    ),
    *("| Tool | Version |\n|-|-|\n| LiteLLM | {0} |", "**LiteLLM v{0}**", "### LiteLLM\n\n**Version:** {0}"),
]
ASIDES = [
    *(
        "Prerequisites",
        "Prereqs",
        "前置条件",
        "前提条件",
        "先决条件",
        "环境准备",
        "Setup",
        "Set up",
        "Tested",
        "Tested on",
        "Models",
    ),
    *(
        "Supported models",
        "Before you start",
        "What you need",
        "Installation",
        "Deployment",
        "部署",
        "FAQ",
        "Troubleshooting",
    ),
    *("Environment", "Requirements", "Getting started", "安装", "常见问题", "Notes"),
]
FOREIGN = [
    *(
        "https://github.com/BerriAI/litellm",
        "https://litellm.ai",
        "https://pypi.org/project/litellm",
        "https://hub.docker.com/r/x/y",
    ),
    *("https://github.com/BerriAI/litellm/releases", "https://github.com/open-webui/litellm"),
]
OPERATORS = ["≥", "≤", ">", ">=", "<", "~", "^", "=", "==", "&gt;=", "~>"]


@pytest.mark.parametrize("zone", [_wrapping, _among])
@pytest.mark.parametrize("heading", ASIDES)
def test_what_a_plugin_needs_may_be_called_like_it(heading: str, zone: Any, tmp_path: Path) -> None:
    texts = [f"## {heading}\n\n{text.format(VERSION)}" for text in NAMED]
    read = {text: stated(tmp_path / str(number), zone(text)) for number, text in enumerate(texts)}
    assert not any(read.values()), read


@pytest.mark.parametrize("zone", [_wrapping, _among])
@pytest.mark.parametrize("address", FOREIGN)
def test_what_is_linked_elsewhere_is_another_things(address: str, zone: Any, tmp_path: Path) -> None:
    forms = [
        *("- [LiteLLM]({1}) v{0}", "- [LiteLLM]({1}) (v{0})", "- [LiteLLM v{0}]({1})", "- [LiteLLM]({1}) - {0}"),
        *('- <a href="{1}">LiteLLM</a> v{0}', "- [LiteLLM][x] v{0}\n\n[x]: {1}", "### [LiteLLM]({1}) v{0}"),
        *(
            "| Tool | Version |\n|-|-|\n| [LiteLLM]({1}) | {0} |",
            "- [LiteLLM]({1}) ![v](https://img.shields.io/badge/v-{0}-red)",
        ),
    ]
    texts = [f"## Pipes\n\n{text.format(VERSION, address)}" for text in forms]
    read = {text: stated(tmp_path / str(number), zone(text)) for number, text in enumerate(texts)}
    assert not any(read.values()), read


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_version_that_is_asked_for_is_none_that_is_stated(operator: str, tmp_path: Path) -> None:
    names = [
        "- LiteLLM ",
        "- **LiteLLM** ",
        "- [LiteLLM](p/litellm.py) ",
        "### LiteLLM ",
        "- LiteLLM (",
        "**LiteLLM ",
        "- `LiteLLM` ",
    ]
    texts = [
        f"{name}{operator}{blank}v{VERSION}" + ")" * name.endswith("(") + "**" * name.startswith("**")
        for name in names
        for blank in ("", " ")
    ]
    read = {text: stated(tmp_path / str(number), _among(text)) for number, text in enumerate(texts)}
    assert not any(read.values()), read


@pytest.mark.parametrize(
    "text",
    [
        *(
            "- Open WebUI v0.6.5\n- LiteLLM v{0}",
            "- LiteLLM v{0}\n- **Python** 3.11",
            "| Tool | Version |\n|-|-|\n| LiteLLM | {0} |\n| Python | 3.11 |",
        ),
        *(
            f"| {header} | Plugin | Version |\n|-|-|-|\n| #12 | LiteLLM | {{0}} |"
            for header in ("Issue", "Bug", "Environment", "问题")
        ),
        *(
            f"| Plugin | Version | {header} |\n|-|-|-|\n| LiteLLM | {{0}} | x |"
            for header in ("Bug", "Tested", "Release date")
        ),
        *(
            f"| {header} | Version |\n|-|-|\n| LiteLLM | {{0}} |"
            for header in ("Environment", "Software", "Service", "软件", "Tested")
        ),
        *(
            f"- **LiteLLM** v{{0}}{tail}"
            for tail in (
                *(
                    " – last release for Open WebUI 0.5",
                    " – released 2026-01-02",
                    " – initial import",
                    ": crashes with Python 3.13",
                ),
                *(
                    ": do not use",
                    ": added a valve",
                    "：新增功能",
                    "：修复",
                    " – final release",
                    ": broken",
                    "：请勿使用",
                ),
            )
        ),
        "**Example report**\n\n- LiteLLM v{0}\n- Open WebUI v0.6.5",
        "Tested with:\n\n- LiteLLM v{0}",
    ],
)
def test_what_was_once_stays_as_it_is_told(text: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _among(text.format(VERSION))) == []


@pytest.mark.parametrize("heading", ["Plugins", "Pipes", "插件", "All of them", "Features"])
@pytest.mark.parametrize("text", NAMED)
def test_a_list_of_plugins_states_their_versions(text: str, heading: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _among(f"## {heading}\n\n{text.format(VERSION)}")) != []


@pytest.mark.parametrize("header", ["Released", "Tested with", "Changes", "Issues", "发布日期"])
def test_a_row_that_leads_to_the_plugin_is_about_it(header: str, tmp_path: Path) -> None:
    table = f"| Plugin | Version | {header} |\n|-|-|-|\n| [LiteLLM](p/litellm.py) | {VERSION} | x |"
    assert stated(tmp_path, _among(table)) != []


@pytest.mark.parametrize("heading", ["Supported plugins", "Example plugins", "Test plugins"])
def test_a_heading_that_names_plugins_is_that_of_a_list(heading: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _among(f"## {heading}\n\n- **LiteLLM** v{VERSION}")) != []


@pytest.mark.parametrize("heading", [*ASIDES[-4:], "Setup"])
@pytest.mark.parametrize("address", ["p/litellm.py", "./p/litellm.py#code", "/p/litellm.py"])
def test_a_link_to_the_plugin_is_certain_anywhere(address: str, heading: str, tmp_path: Path) -> None:
    assert (
        stated(tmp_path, _among(f"## {heading}\n\n- [LiteLLM]({address}) v{VERSION}")) != []
        or heading == "Requirements"
    )


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://openwebui.com/f/ada/litellm",
            "https://github.com/ada/x/releases/tag/v0.7.7",
            "https://www.ada.dev/litellm",
        ),
        *(
            "https://github.com/else/x/blob/main/p/litellm.py",
            "https://raw.githubusercontent.com/else/x/main/p/litellm.py",
        ),
    ],
)
def test_an_address_of_those_who_made_it_is_the_plugins(address: str, tmp_path: Path) -> None:
    code = _plugin("LiteLLM").replace(
        "version", "author_url: https://github.com/Ada\nfunding_url: https://ada.dev/coffee\nversion"
    )
    assert stated(tmp_path, {**_among(f"- [LiteLLM]({address}) v{VERSION}"), "p/litellm.py": code}) != []


TABLES = [
    *(
        "| {0} | |\n|-|-|\n| Version | 0.7.7 |",
        "| Name | {0} |\n|-|-|\n| Version | 0.7.7 |",
        "| Dependency | {0} |\n|-|-|\n| **Version** | `0.7.7` |",
    ),
    *(
        "| {0} | x |\n|-|-|\n| Version | 0.7.7 |\n| Port | 6379 |",
        "Tested with:\n\n| Name | {0} |\n|-|-|\n| Version | 0.7.7 |",
    ),
    *("<table>\n<tr><td>{0}</td><td>x</td></tr>\n<tr>\n<td>Version</td>\n<td>0.7.7</td>\n</tr>\n</table>",),
]
BADGES = [
    *(
        "![{0} 0.7.7](https://img.shields.io/badge/v-0.7.7-red)",
        "![{0}](https://img.shields.io/badge/version-0.7.7-red)",
    ),
    *(
        "![{0} v0.7.7](https://img.shields.io/badge/版本-0.7.7-red)",
        '<img alt="{0}" src="https://img.shields.io/badge/v0.7.7-red">',
    ),
    *(
        "![{0} version](https://img.shields.io/static/v1?label=version&message=0.7.7)",
        "![{0}](https://badgen.net/badge/version/0.7.7)",
    ),
]
THINGS = ["Open WebUI", "Redis", "Llama", "spaCy", "Python", "回声服务器", "Node.js", "vLLM"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("thing", THINGS)
def test_tables_and_badges_of_another_thing_state_nothing(thing: str, zone: str, tmp_path: Path) -> None:
    texts = [text.format(thing) for text in (*TABLES, *BADGES)]
    assert {text: forms for text, forms in _read(tmp_path, zone, texts).items() if forms} == {}


@pytest.mark.parametrize("zone", ["own README", "collection"])
@pytest.mark.parametrize("thing", ["Echo", "echo filter"])
@pytest.mark.parametrize("text", [*TABLES[:2], *BADGES])
def test_tables_and_badges_of_the_plugin_are_read(text: str, thing: str, zone: str, tmp_path: Path) -> None:
    assert stated(tmp_path, ZONES[zone](text.format(thing))) != []


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"![{alt}](https://img.shields.io/badge/version-0.7.7-red)"
            for alt in (
                "",
                "Version",
                "Static Badge",
                "Plugin Version",
                "App Version",
                "Script Version",
                "Build",
                "GitHub release",
                "版本",
                "x",
            )
        ),
        *(
            f"![](https://img.shields.io/badge/version-0.7.7-red?logo={logo})"
            for logo in ("github", "python", "data:image/png;base64,x")
        ),
        "![Version](https://img.shields.io/badge/version-0.7.7-red?logo=redis)",
        *(
            "Name | Value\n--- | ---\nVersion | 0.7.7",
            "| 属性 | 值 |\n|-|-|\n| 版本 | 0.7.7 |",
            "| License | MIT |\n|-|-|\n| Version | 0.7.7 |",
            "| Field | Value |\n|-|-|\n| Version | 0.7.7 |\n| Dependencies | httpx |\n| Author | Ada |",
            "| Field | Value |\n|-|-|\n| Version | 0.7.7 |\n| Requires | Open WebUI 0.6.0 |\n| Status | Stable |",
            "Plugin information:\n\n| Field | Value |\n|-|-|\n| Version | 0.7.7 |",
            "| Property | Value |\n|-|-|\n| Version | `0.7.7` |\n| Type | `filter` |",
            "| Property | Value |\n|-|-|\n| **Version** | 0.7.7 |\n| **Priority** | 0 |",
            "| Info | |\n|-|-|\n| Version | 0.7.7 |\n| Dependencies | `tiktoken`, httpx |",
            "| | |\n|-|-|\n| 👤 Author | Ada |\n| 🏷️ Version | 0.7.7 |",
            "| | |\n|-|-|\n| **🏷️ Version** | 0.7.7 |\n| 📄 **License** | MIT |",
            "| | |\n|-|-|\n| 🏷️ 版本 | 0.7.7 |\n| 依赖 | httpx |",
            "一个基于大模型的智能总结工具，帮助您快速理解长文本。\n\n| 项目 | 内容 |\n|-|-|\n| 版本 | 0.7.7 |",
            "支持所有模型\n\n| 项目 | 内容 |\n|-|-|\n| 版本 | 0.7.7 |\n| 作者 | 张三 |",
        ),
    ],
)
def test_badges_and_tables_that_name_nothing_are_the_pages(text: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _own(text)) != []


@pytest.mark.parametrize(
    "rows",
    [
        *("| Dependencies | tiktoken |\n| Version | 0.7.7 |", "| 依赖 | tiktoken |\n| 版本 | 0.7.7 |"),
        *("| Version | 0.7.7 |\n| Dependency | tiktoken |", "| Version | 0.7.7 |\n| Library | `tiktoken` |"),
        *("| Name | `redis` |\n| Version | 0.7.7 |", "| 🧠 Model | whisper |\n| 🏷️ Version | 0.7.7 |"),
        *("| Version | 0.7.7 |\n| Port | 6379 |", "| 🏷️ Version | 0.7.7 |\n| 🖥️ Host | redis |"),
        *("| Type | `sqlite` |\n| Engine | `sqlite` |\n| Version | 0.7.7 |", "| 🐍 Python Version | 0.7.7 |"),
    ],
)
def test_facts_that_name_a_thing_are_those_of_that(rows: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _own(f"| Property | Value |\n|-|-|\n{rows}")) == []


@pytest.mark.parametrize(
    "header", ["Updated", "Last updated", "Open WebUI version", "Requirements", "更新日期", "依赖"]
)
def test_a_table_without_a_maker_may_be_one_of_a_release(header: str, tmp_path: Path) -> None:
    table = f"| Version | {header} |\n|-|-|\n| {VERSION} | 1 |"
    assert stated(tmp_path / "release", _own(table)) == []
    table = f"| Version | {header} | Author |\n|-|-|-|\n| {VERSION} | 1 | Ada |"
    assert stated(tmp_path / "head", _own(table)) == ["header-column"]


def test_a_picture_names_a_thing_where_no_text_does(tmp_path: Path) -> None:
    assert stated(tmp_path, _own("![](https://img.shields.io/badge/version-0.7.7-red?logo=redis)")) == []


@pytest.mark.parametrize(
    "text",
    [
        "![Redis]({0}?logo=redis)",
        '<img src="{0}" alt="Redis" title="Redis">',
        '<img alt="Redis" src="{0}"> ![Redis]({0})',
    ],
)
def test_a_badge_does_not_name_a_thing_for_itself(text: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _own(text.format("https://img.shields.io/badge/version-0.7.7-red"))) == []


@pytest.mark.parametrize("zone", ZONES)
def test_samples_by_indentation_state_nothing(zone: str, tmp_path: Path) -> None:
    samples = [
        *(
            "version: 0.7.7",
            "title: Echo\n    version: 0.7.7",
            "- Echo v0.7.7",
            "**Version:** 0.7.7",
            "### Echo v0.7.7",
        ),
        *("| Plugin | Version |\n    |-|-|\n    | Echo | 0.7.7 |", "![v](https://img.shields.io/badge/v-0.7.7-red)"),
    ]
    texts = [f"Put this at the top:\n\n    {sample}" for sample in samples]
    texts += [text.replace("    ", "\t") for text in texts]
    assert {text: forms for text, forms in _read(tmp_path, zone, texts).items() if forms} == {}


@pytest.mark.parametrize(
    "folder", ["_archive", "versioned_docs/version-1.1", "old_versions", "release-1.1", "legacy-v1", "旧版"]
)
@pytest.mark.parametrize("docs", ["docs", "docs/plugins/filters"])
def test_pages_of_old_versions_stay(docs: str, folder: str, tmp_path: Path) -> None:
    page = "# Echo\n\n**Version:** 0.7.7\n"
    loose = {"echo.py": _plugin("Echo"), ".owui-lint.yaml": "docs-dir: docs\n"}
    files = (loose if docs == "docs" else _standard("")) | {f"{docs}/{folder}/echo.md": page}
    assert stated(tmp_path / "a", files) == []
    assert stated(tmp_path / "b", files | {f"{docs}/echo.md": page}) != []


def test_a_plugins_page_may_lie_in_a_folder_called_like_one_of_old_versions(tmp_path: Path) -> None:
    code = {"plugins/filters/snapshots/snapshots.py": _plugin("Snapshots")}
    assert stated(tmp_path, {**code, "docs/plugins/filters/snapshots/index.md": "# S\n\n**Version:** 0.7.7\n"}) != []


UNREAD = [
    *(
        "– Says it (v{0})",
        "[v{0}](https://x.y/releases)",
        "(v{0} – 2026-01-02)",
        "(by A, v{0})",
        "<sup>{0}</sup>",
        "📦 v{0}",
        "➜ v{0}",
    ),
    *(
        ", release {0}",
        ", version {0}.",
        '<Badge text="v{0}" />',
        "(v 1.1.0)".replace("1.1.0", "{0}"),
        "(ver{0})",
        "(V.{0})",
        "(rev {0})",
    ),
    *("=={0}==", "\n  (v{0})", "{0} ✅", "<kbd>{0}</kbd>: x", ": added, v{0}"),
]


@pytest.mark.parametrize("version", ["1.2.0", "0.7.7"])
@pytest.mark.parametrize("text", UNREAD)
def test_an_entry_never_states_two_versions(text: str, version: str, tmp_path: Path, capsys: Any) -> None:
    index = f"# Filters\n\n- [Echo](echo.md) {text.format(version)}\n- [Foo](foo.md) (v1.2.0)\n"
    files = {
        **_standard(""),
        "plugins/filters/foo/foo.py": _plugin("Foo"),
        "docs/plugins/filters/foo.md": "# Foo\n\n**Version:** 1.2.0\n",
    }
    write_files(tmp_path, {**files, "docs/plugins/filters/index.md": index})
    path = tmp_path / "docs/plugins/filters/index.md"
    report = check(tmp_path, "version-missing")
    messages = [finding.message.en for finding in report.findings if finding.path.endswith("filters/index.md")]
    assert not any("states no version" in message or "not in this index" in message for message in messages)
    run(capsys, "check", "--select", "versions", "--fix", "--unsafe-fixes", str(tmp_path))
    assert path.read_text(encoding="utf-8") in (index, index.replace("0.7.7", "1.2.0"))


@pytest.mark.parametrize("text", ["- Talks to GPT 4.1 and Claude 3.5 models", "- Uses the Gemini API 2.5.1"])
def test_an_entry_with_the_number_of_another_thing_states_no_version(text: str, tmp_path: Path) -> None:
    index = f"# Filters\n\n- [Echo](echo.md) {text}\n"
    write_files(tmp_path, {**_standard(""), "docs/plugins/filters/index.md": index})
    messages = [finding.message.en for finding in check(tmp_path, "version-missing").findings]
    assert any("The entry of Echo states no version" in message for message in messages), messages


@pytest.mark.parametrize(
    "line",
    [
        *(
            "- **Echo** v{0}, **Foo** v{1}",
            "- **Echo** v{0} | **Foo** v{1}",
            "- **Echo** (v{0}) · **Foo** (v{1})",
            "**Echo** v{0}, **Foo** v{1}",
        ),
        *(
            "- [Echo](f/echo.py) v{0}, [Foo](f/foo.py) v{1}",
            "- [Echo](f/echo.py) v{0} · **Foo** v{1}",
            "- [Echo](f/echo.py) (v{0}), **Foo** (v{1})",
        ),
        "- [x] **Echo** (v{0})\n- [X] [Foo](f/foo.py) v{1}",
    ],
)
def test_each_of_several_plugins_in_a_line_has_its_own(line: str, tmp_path: Path, capsys: Any) -> None:
    page = "# P\n\n" + line + "\n"
    files = {
        "f/echo.py": _plugin("Echo"),
        "f/foo.py": _plugin("Foo", "3.0.0"),
        "README.md": page.format("1.1.0", "2.9.0"),
    }
    run(capsys, "--fix-versions", str(write_files(tmp_path, files)))
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == page.format("1.2.0", "3.0.0")


@pytest.mark.parametrize(
    "line",
    [
        *(
            "- [Echo]({1}) v{0}",
            "- [Echo]({1}) (v{0})",
            "- **[Echo]({1})** - {0}",
            "- [Echo v{0}]({1})",
        ),
        *("**Version:** [{0}]({1})", "| Plugin | Version |\n|-|-|\n| [Echo]({1}) | {0} |"),
    ],
)
def test_a_version_and_the_release_that_its_name_links_agree(line: str, tmp_path: Path, capsys: Any) -> None:
    code = _plugin("Echo").replace("version", "author_url: https://github.com/ada\nversion")
    page = "# Echo\n\n" + line.replace("{1}", "https://github.com/ada/b/releases/tag/v{0}") + "\n"
    run(capsys, "--fix-versions", str(write_files(tmp_path, {"echo.py": code, "README.md": page.format("1.1.0")})))
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == page.format("1.2.0")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "**Version / 版本:** {0}",
            "**版本 / Version:** {0}",
            "**版本 Version：** {0}",
            "Version / 版本: {0}",
            "版本 Version：{0}",
        ),
        *("**Author / 作者:** A | **Version / 版本:** {0}", "| 版本 Version | Author |\n|-|-|\n| {0} | Ada |"),
    ],
)
def test_labels_in_two_languages_are_labels(text: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _own(text.format(VERSION))) != []


@pytest.mark.parametrize("cell", ["{0}", "{0} ✅", "🟢 {0}", "<kbd>{0}</kbd>", "{0}[^1]", "`v{0}`", "**{0}** (new)"])
@pytest.mark.parametrize(
    "header", ["Version / 版本", "版本 (Version)", "Version(版本)", "目前版本", "Latest Release", "最新版", "Current"]
)
def test_columns_of_versions(header: str, cell: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _among(f"| Plugin | {header} |\n|-|-|\n| LiteLLM | {cell.format(VERSION)} |")) != []


@pytest.mark.parametrize("header", ["Python / 版本", "Version / Python", "Model 版本", "Open WebUI (版本)"])
def test_columns_of_other_versions(header: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _among(f"| Plugin | {header} |\n|-|-|\n| LiteLLM | {VERSION} |")) == []


@pytest.mark.parametrize("cell", ["≥ {0}", "{0}+", "> {0}", "~{0}", "{0} - 1.0.0", "{0} ≥", "<{0}", "Python {0}"])
def test_cells_that_ask_for_a_version(cell: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _among(f"| Plugin | Version |\n|-|-|\n| LiteLLM | {cell.format(VERSION)} |")) == []


ECHO_CODE = '"""\ntitle: Echo\nversion: 1.0.0\n"""\nclass Filter: ...\n'


# Each states another thing's version, beside a name, an author or a link that could be the plugin's.
@pytest.mark.parametrize(
    "text",
    [
        "## Based on\n\n| By [Bob](https://github.com/bob) · v0.9.0 | original plugin |\n|---|---|",
        "## Models\n\n| By OpenAI · v0.9.0 | chat |",
        "## Settings\n\n| By default · 0.9.0 | seconds |",
        "## Output\n\nAuthor: Ada | Version: 0.9.0 | Pages: 3",
        "## Front matter\n\nauthor: Ann · version: 0.9.0 · license: MIT",
        "## Libraries\n\nAuthor: Bob | ![release](https://img.shields.io/badge/release-v0.9.0-blue)",
        "| By Ann · Mermaid · v0.9.0 | x |",
        "| By Ann | Requires OWUI - v0.9.0 |",
        "| Author: Ann | Server | Version: 0.9.0 |",
        "[![R](https://img.shields.io/badge/release-v0.9.0-blue)](https://github.com/open-webui/mcpo/releases/tag/v0.9.0)",
        "[![V](https://img.shields.io/badge/version-0.9.0-blue)](https://github.com/open-webui/open-webui.git)",
    ],
)
def test_what_a_readme_says_of_other_things(text: str, tmp_path: Path) -> None:
    files = {"plugins/filters/echo/echo.py": ECHO_CODE, "plugins/filters/echo/README.md": f"# Echo\n\n{text}\n"}
    repository = open_repo(write_files(tmp_path, files)).repository
    assert [one.value for location in repository.locations[1:] for one in location.statements] == []


@pytest.mark.parametrize(
    "text",
    [
        "- [Echo](plugins/filters/echo/) - v0.9.0 - Fixes the crashes reported in #12",
        "- [Echo](plugins/filters/echo/) - v0.9.0 - 修复格式错误",
        "- [Echo](plugins/filters/echo/) (v0.9.0, 2025-01-05): fixed a bug",
        "- [Echo](plugins/filters/echo/) :simple-python: 0.9.0",
        "- [Echo](plugins/filters/echo/)\n  (v0.9.0) - minimum Open WebUI",
        "## Plugins and updates\n\n| Plugin | Version |\n|---|---|\n| [Echo](plugins/filters/echo/) | 0.9.0 |",
        '<summary><a href="plugins/filters/echo/">Echo</a> with GPT v0.9.0</summary>',
        "<details><summary>Echo v0.9.0</summary>\n\n- Fixed a bug.\n\n</details>",
        '=== "Echo v0.9.0"\n\n    - Fixed a bug.',
    ],
)
def test_what_a_root_readme_says_of_other_things(text: str, tmp_path: Path) -> None:
    files = {"plugins/filters/echo/echo.py": ECHO_CODE, "README.md": f"# P\n\nPlugins.\n\n{text}\n"}
    repository = open_repo(write_files(tmp_path, files)).repository
    assert [one.path for one in repository.locations if one.path == "README.md"] == []


@pytest.mark.parametrize(
    "line",
    [
        *("Version {0} (Open WebUI)", "Version: {0} ([tiktoken](https://pypi.org/project/tiktoken))"),
        *("Version: {0}, see [x](y)", "Version: {0}, see [changes](CHANGELOG.md#v077)", "Version {0} (Redis 7.2+)"),
        *("Open WebUI ｜ 版本：{0}", "上游：LibreTranslate ｜ 版本：{0}", "作者：OpenAI ｜ 版本：{0}"),
        *("Upstream: x ｜ Version: {0}", "原作者：Bob ｜ 版本：{0}", "需要 Open WebUI ｜ v{0}"),
        *("**Tool version:** {0}", "**工具版本：** {0}", "**Pipe version:** {0}", "**Word filter version:** {0}"),
        *("Filter version {0}", "**Filter version:** {0}+", "**最低过滤器版本：** {0}", "Pipeline version: {0}"),
    ],
)  # fmt: skip
def test_what_stands_beside_a_version_may_make_it_anothers(line: str, tmp_path: Path) -> None:
    assert stated(tmp_path, _own(line.format(VERSION))) == []
