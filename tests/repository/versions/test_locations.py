"""Each form of a version is found where it is meant, and only there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from owui_lint.fixing.apply import fix
from owui_lint.repository.versions import unread
from owui_lint.repository.versions.inventory import Inventory, Location
from owui_lint.rulebook import load_rulebook
from owui_lint.session import Selection
from tests.release.example import write_example
from tests.repository.test_plugins import plugin_file
from tests.support import check, open_repo, write_files

CODE = {"plugins/filters/echo/echo.py": plugin_file()}


def _locations(tmp_path: Path, kind: str, **files: str | bytes) -> list[Location]:
    repository = open_repo(write_files(tmp_path, {**CODE, **files})).repository
    return [location for location in repository.locations if location.kind.kind == kind]


@pytest.mark.parametrize(
    "line",
    [
        "Version: {v}",
        "- version: v{v}",
        "版本：`{v}`",
        "**Version:** {v}",
        "**Version**: {v}",
        "**Version:** v{v}",
        "**版本：** {v}",
        "**版本:** {v}",
        "**版本**：{v}",
        "**版本 (Version):** {v}",
        "**Author:** [A](https://x.y) | **Version:** {v} | **Project:** [P](https://x.y)",
        "> **Version:** {v} | **Author:** A",
        "- **Version:** {v}",
        "| **Version:** {v} |",
        "| By [A](https://x.y) · v{v} | [⭐ Star](https://x.y) |",
        "| 作者：[A](https://x.y) · v{v} | [⭐ 点个 Star](https://x.y) |",
        *(
            f"| By [A](https://x.y){shown} | [⭐ Star](https://x.y) |"
            for shown in (
                *(
                    " · **v{v}**",
                    " · `v{v}`",
                    " · **`{v}`**",
                    "&nbsp;·&nbsp;v{v}",
                    "\u00a0·\u00a0v{v}",
                    "\u3000·\u3000v{v}",
                ),
                *(
                    " &middot; v{v}",
                    " &bull; {v}",
                    " • v{v}",
                    " ・ v{v}",
                    " · Version: {v}",
                    " · **Version:** {v} (beta)",
                ),
                *(" | v{v}", " | **v{v}**"),
                " · [v{v}](https://github.com/a/k/releases/tag/v{v})",
            )
        ),
        "**Version:**\u3000{v}",
        *(
            f"## Use\n\n{shown} | **Project:** [P](https://x.y)"
            for shown in (
                *("**Author:** A | **Version:**&nbsp;{v}", "**Author:** A | **Version:**\u00a0{v}"),
                "__Author:__ A | __Version:__ {v}",
                "**Author:** A | **Version:** [{v}](https://github.com/a/k/releases/tag/v{v})",
            )
        ),
        '<span class="version-badge">v{v}</span>',
        '<span class="badge version-badge" title="x">{v}</span>',
        "![v](https://img.shields.io/badge/v-{v}-blue?style=flat)",
        "![v{v}](https://img.shields.io/badge/v{v}-blue)",
        "![Version](https://img.shields.io/badge/version-v{v}-green.svg)",
        "![版本](https://img.shields.io/badge/版本-{v}-green.svg)",
        "[![Version][version-badge]][changelog]\n\n[version-badge]: https://img.shields.io/badge/version-{v}-blue",
        '<p align="center">\n<img alt="v" src="https://img.shields.io/badge/version-{v}-green">\n</p>',
        "> Version {v}",
        "_Version {v}_",
        "**Current version: {v}**",
        "**Version:** v{v} (2026-01-02)",
        "Author: Ada | Version: {v}",
        "Version {v} · Ada",
        "<b>Version:</b> {v}",
        "当前版本：{v}",
        "*v{v}*",
        "`v{v}`",
        "v{v} | MIT",
        "**Author:** Ada | v{v}",
        "🏷️ v{v}",
        "**Version:** {v}, **License:** MIT",
        "**Version:** {v} - stable",
        "**Version:** {v} stable",
        "**Version:** {v} ✅",
        "**Version:** {v}.",
        "**Version:** [{v}](https://x.y)",
        "*Version {v} — Jan 2026*",
        "* Version - {v}",
        "**Release:** {v}",
        "Latest release: v{v}",
        "**Ver.** {v}",
        "| Author | Version |\n|---|---|\n| Ada | {v} |",
        "Name | Value\n--- | ---\nVersion | {v}",
        "| Author | Version | Project |\n|---|---|---|\n| Ada | {v} | [Box](https://x.y) |",
        "**Author:** Ada | **Current 版本:** {v}",
        "![v](https://img.shields.io/static/v1?label=version&message=v{v}&color=blue)",
        "![v](https://img.shields.io/static/v1?message={v}&style=flat&label=Version)",
        "![v](https://img.shields.io/static/v1.svg?label=%E7%89%88%E6%9C%AC&message={v})",
        '<img src="https://img.shields.io/static/v1?label=version&amp;message={v}&amp;color=blue">',
        "![v](https://badgen.net/badge/version/v{v}/blue)",
        "![v](https://flat.badgen.net/static/release/{v})",
        "<table><tr><td><b>Version</b></td><td>{v}</td></tr></table>",
        '<h1 align="center">Echo v{v}</h1>',
        "<sub>v{v}</sub>",
        *(
            "Author: Ada, Version: {v}",
            "By Ada, v{v}",
            "by [Ada](https://x.y), version {v}",
            "Author: Ada; Version: {v}",
        ),
        *(
            "Author: Ada / Version: {v}",
            "Author: Ada Version: {v}",
            "作者：张三，版本：{v}",
            "作者: 张三, 版本号: `{v}`",
        ),
        *(
            "Maintainer: Ada, Version: {v}, License: MIT",
            "by Ada Lovelace - v{v}",
            "<b>Author:</b> Ada, <b>Version:</b> {v}",
        ),
        *("Version {v} by Ada", "_Version {v} by Ada Lovelace_", "**Version {v}** by @ada", "Version {v}, by ada-l"),
        *("v{v} by Ada", "**v{v}** by [Ada](https://x.y)", "<sub>v{v} by Ada</sub>", "版本 {v} 作者 张三"),
        *("Version: {v} Author: Ada", "Author: Ada<br>Version: {v}<br>License: MIT"),
        "<b>Author</b>: Ada<br><b>Version</b>: {v}<br>",
        "<p><strong>Author:</strong> Ada | <strong>Version:</strong> {v}</p>",
        "<p><strong>Author:</strong> Ada &nbsp;·&nbsp; <strong>Version:</strong> {v}</p>",
        "<p><em>Author:</em> Ada &bull; <em>Version:</em> {v}</p>",
        "**Platform:** Open WebUI | **Version:** {v} | **License:** MIT",
        "Platform: Open WebUI | Version: {v} | Author: Ada",
        "**Platform:** Open WebUI  \n**Version:** {v}  \n**License:** MIT",
        "**平台：** Open WebUI | **版本：** {v} | **许可证：** MIT",
        "<table>\n<tr>\n<td><b>Version</b></td>\n<td><code>{v}</code></td>\n</tr>\n</table>",
        "<table>\n  <tr>\n    <th>版本：</th>\n    <td>v{v}</td>\n  </tr>\n</table>",
        "<table>\n<tr><td>Version</td>\n<td>{v}</td></tr>\n<tr><td>Author</td>\n<td>Ada</td></tr>\n</table>",
        "<dl>\n<dt>Version</dt>\n<dd>{v}</dd>\n<dt>License</dt>\n<dd>MIT</dd>\n</dl>",
        "| | |\n|---|---|\n| **Version** | `{v}` |",
        "**Version:**&nbsp;{v}",
        "**Version:** {v}, 2026-01-02",
        "Version {v} (beta)",
        *("目前版本：{v}", "**稳定版本**：v{v}", "**当前版本：** v{v}", "**最新版本**: `{v}`", "**版本号**：{v}"),
        "![v](https://img.shields.io/badge/plugin_version-{v}-blue)",
        "![v](https://img.shields.io/badge/Version%20{v}-blue)",
        "![v](https://img.shields.io/badge/版本_v{v}-blue.svg)",
        "![v](https://img.shields.io/badge/📦_Version%3A-{v}-blue?style=flat&logo=github)",
        "![v](https://img.shields.io/badge/%E5%BD%93%E5%89%8D%E7%89%88%E6%9C%AC-v{v}-blue)",
        "![v](https://custom-icon-badges.demolab.com/badge/version-{v}-blue?logo=shields.io/badge)",
        '<a href="x"><img alt="Echo" src="https://img.shields.io/badge/Version-v{v}-blue.svg" /></a>',
        "![v](https://img.shields.io/badge/current_version-v{v}-blue)",
        "![v](https://img.shields.io/badge/stable-v{v}-blue)",
    ],
)
@pytest.mark.parametrize("version", ["1.0.0", "0.2", "10.20.30", "1.0.0-rc.1", "1.0.0b1"])
def test_forms(tmp_path: Path, line: str, version: str) -> None:
    shown = line.format(v=version)
    if ".io/badge/" in line or ".com/badge/" in line:
        escaped = version.replace("-", "--")
        shown = line.replace("![v{v}]", f"![v{version}]").format(v=escaped)
    (location,) = _locations(tmp_path, "readme", **{"plugins/filters/echo/README.md": f"# Echo\n\n{shown}\n"})
    assert [statement.value for statement in location.statements] == [version]


@pytest.mark.parametrize(
    "text",
    [
        "```\n**Version:** 2.0.0\n```",
        "`**Version:** 2.0.0`",
        "<!-- **Version:** 2.0.0 -->",
        "**Version:** 2.0.0 of the protocol is needed.",
        "Needs OpenWebUI v0.8.0 or later.",
        "**Minimum Version:** 0.8.0",
        "OpenWebUI Version: 0.8.0",
        "Version: 2.0.0 or later of OpenWebUI",
        "## Install\n\nVersion: 2.0.0",
        "![OpenWebUI](https://img.shields.io/badge/OpenWebUI-0.8.0-blue)",
        "![python](https://img.shields.io/badge/python-3.11-blue)",
        "![v](https://img.shields.io/static/v1?label=python&message=3.11&color=blue)",
        "![v](https://img.shields.io/static/v1?label=version&color=blue&logo=v1.2.3)",
        "![v](https://badgen.net/badge/python/3.11/blue)",
        "![v](https://badgen.net/npm/v/express)",
        "![v](https://badgen.net/github/release/x/1.2.3)",
        "## What's New in v2.0.0\n\n**Version:** 2.0.0",
        "## Changelog\n\n**Version:** 0.9.0",
        "<!-- X_START -->\n**Version:** 2.0.0\n<!-- X_END -->",
        "## Usage\n\n![v](https://img.shields.io/badge/v-2.0.0-blue)",
        "> Version 0.8.0 or later of OpenWebUI",
        "| | |\n|---|---|\n| OpenWebUI version | 0.8.0 |",
        "| OpenWebUI | Version 0.8.0 |",
        "Works since v0.8.0",
        "- v0.9.0",
        "# Changelog\n\n**v0.9.0**",
        "**v0.9.0**\n\n- More\n\n**v0.8.0**\n\n- Less",
        "## v0.9.0",
        "**Version:** 0.9.0+",
        "**Version:** 0.9.0b",
        "**Version:** 0.9.0, 0.9.1",
        "Version 0.9.0 (of Open WebUI)",
        "![Open WebUI](https://img.shields.io/badge/stable-0.9.0-blue)",
        "![v](https://img.shields.io/badge/api_version-0.9.0-blue)",
        "**Version:** 0.9.0beast1",
        "Version: 0.9.0 - 0.9.9",
        "Version 0.9.0, which had no streams, is old.",
        "Release: 2026.01.31",
        "Latest Python 3.11 is needed",
        "Release 0.9.0 notes",
        "| Version | Changes |\n|---|---|\n| 0.9.0 | a |\n| 0.8.0 | b |",
        "<table><tr><td>OpenWebUI Version</td><td>0.9.0</td></tr></table>",
        "| By [A](https://x.y) | Open WebUI | v0.9.0 |",
        "| By [A](https://x.y) | Ollama v0.9.0 |",
        "| By [A](https://x.y) | 0.9.0 |",
        "| By [A](https://x.y)/v0.9.0 |",
        "## Others\n\n| By Bob | v0.9.0 | more |",
        "## Others\n\nAuthor: Bob says that Version: 0.9.0",
        "## Others\n\n![Version](https://img.shields.io/badge/version-0.9.0-blue)",
        "## Others\n\nBy Bob: ![Version](https://img.shields.io/badge/version-0.9.0-blue)",
        "## Others\n\n> Author: Bob | Version: 0.9.0",
        "---\nversion: 0.9.0\n---",
        "[version]: https://img.shields.io/badge/version-2.0.0-blue",
        '<!-- <img src="https://img.shields.io/badge/version-2.0.0-blue"> -->',
    ],
)
def test_what_is_no_statement(tmp_path: Path, text: str) -> None:
    (location,) = _locations(tmp_path, "readme", **{"plugins/filters/echo/README.md": f"# Echo\n\n{text}\n"})
    assert location.statements == ()


@pytest.mark.parametrize(
    ("index", "values"),
    [
        ("- [Echo](echo.md) (v1.0.0) - x", ["1.0.0"]),
        ("- **[Echo](echo.md)** (1.0.0)", ["1.0.0"]),
        ("* :material-x: **Echo**\n\n    **Version:** 1.0.0\n", ["1.0.0"]),
        ("| Plugin | Version |\n|---|---|\n| [Echo](echo.md) | v1.0.0 |", ["1.0.0"]),
        ("| Version | Plugin |\n|---|---|\n| `1.0.0` | [Echo](./echo.md#x) |", ["1.0.0"]),
        ("- [Echo](echo.md) ![v](https://img.shields.io/badge/v-1.0.0-blue)", ["1.0.0"]),
        ("- [Other](other.md) (v1.0.0)\n- [Echo](echo.md)", []),
        ("- [Case study](study.md) (v9.9.9) about **Echo**", []),
        ("[Echo](echo.md) (v1.0.0) in a paragraph", ["1.0.0"]),
        ("- [Echo][e] v1.0.0\n\n[e]: echo.md", ["1.0.0"]),
        ("- **[Echo][]** (v1.0.0)\n\n[echo]: <echo.md>", ["1.0.0"]),
        ("- [Echo] — v1.0.0\n\n[Echo]: echo.md", ["1.0.0"]),
        ("- [Echo v1.0.0][e]\n\n[e]: echo.md", ["1.0.0"]),
        ("| Name | Version |\n|---|---|\n| [Repeater][e] | 1.0.0 |\n\n[e]: echo.md", ["1.0.0"]),
        ('<ul>\n<li><a href="echo.md">Echo</a> v1.0.0</li>\n<li><a href="x.md">X</a> v9.9.9</li>\n</ul>', ["1.0.0"]),
        ('<li><a href="x.md">X</a> (v9.9.9)</li><li><b><a href="echo.md">Echo</a></b> (v1.0.0)</li>', ["1.0.0"]),
        ("[Echo](echo.md)\n:   Version 1.0.0", ["1.0.0"]),
        ('??? note "Echo"\n\n    **Version:** 1.0.0\n\n    [Docs](echo.md)\n\n**Version:** 9.9.9', ["1.0.0"]),
        (
            "<details>\n<summary>Echo</summary>\n\n**Version:** 1.0.0\n\n[Docs](echo.md)\n\n</details>\n\n**Version:** 9.9.9",
            ["1.0.0"],
        ),
        ('<table>\n<tr>\n<td><a href="echo.md">Echo</a></td>\n<td>v1.0.0</td>\n</tr>\n</table>', ["1.0.0"]),
        ("- [Echo](echo.md){ .md-button } (v1.0.0)", ["1.0.0"]),
        ("Take [Echo](echo.md) first, v9.9.9 of it is old.\n\n- [Echo](echo.md) v1.0.0", ["1.0.0"]),
        ("## Echo (v1.0.0)\n\nRepeats.", ["1.0.0"]),
        ("## Echo (version 1.0.0)\n\nRepeats.", ["1.0.0"]),
        ("## Echo\n\nRepeats. (needs version 9.9.9)", []),
        ("| Plugin | Ver. |\n|---|---|\n| Echo | 1.0.0 |", ["1.0.0"]),
        ("| Plugin | Stable version |\n|---|---|\n| Echo | 1.0.0 |", ["1.0.0"]),
        ("| Plugin | Python version |\n|---|---|\n| Echo | 3.11 |", []),
        ("### [Repeater](echo.md)\n\nRepeats.\n\n**Version:** 1.0.0\n\n[Documentation](echo.md)", ["1.0.0"]),
        ("## Echo\n\n- **Version:** 1.0.0\n- [Documentation](echo.md)", ["1.0.0"]),
        ("## Echo\n\nSay it again.\n\n- [Other](https://x.y) (v9.9.9)", []),
        ("## Echo\n\n| Version | Docs |\n|---|---|\n| 1.0.0 | [here](echo.md) |", ["1.0.0"]),
        ("## Repeater\n\n- **Version:** 1.0.0\n- **Author:** A\n- [Documentation](echo.md)", ["1.0.0"]),
        ("## Choosing one\n\nTake [Echo](echo.md).\n\n- **Gone** (v9.9.9)", []),
        ("## Echo\n\nRepeats.\n\n## Notes\n\n**Version:** 9.9.9", []),
        ("## What's New\n\n### Echo (v0.9.0)\n\n## Echo\n\n**Version:** 1.0.0", ["1.0.0"]),
        ("## Echo\n\nv1.0.0\n\nRepeats.", ["1.0.0"]),
        ("## Echo\n\n**v1.0.0**\n\nMore.\n\n**v0.9.0**\n\nLess.", []),
        ("### The Repeater (v1.0.0)\n\nRepeats.\n\n[Docs](echo.md)\n\n### Other v9.9.9", []),
        (
            "### The Repeater ![v](https://img.shields.io/badge/v-1.0.0-blue)\n\n[Code](/plugins/filters/echo/), [docs](echo.md)",
            [],
        ),
        ("### The Repeater\n\n`v1.0.0`\n\n[Docs](echo.md)", []),
        ("**[Repeater](echo.md)** v1.0.0<br>\nRepeats.", ["1.0.0"]),
        ("<details>\n<summary>The Repeater v1.0.0</summary>\n\n[Docs](echo.md)\n\n</details>", []),
        ("### The Repeater (v9.9.9)\n\n[Docs](echo.md), [another](other.md)", []),
        ("### For Ollama v9.9.9\n\n[Docs](echo.md)", []),
        ("## Changelog\n\n### Repeater v9.9.9\n\n[Docs](echo.md)", []),
        ("### The Repeater (v9.9.9)\n\n[Docs](echo.md)\n\n### Echo (v1.0.0)", ["1.0.0"]),
        ("- [Echo](echo.md) - v1.0.0 - Fixes the common errors of models", []),
        ("- [Echo](echo.md) - v1.0.0 - 修复模型输出的常见格式问题", []),
        ("- [Echo](echo.md) - v1.0.0 - Fixes the crash", []),
        ("- [Echo](echo.md) - v1.0.0 - fixes some bugs", []),
        ("- [Echo](echo.md) - v1.0.0 - 修复崩溃", []),
        ("- [Echo](echo.md) (v1.0.0, 2026-01-05) - echo", []),
        ("- [Echo](echo.md) (v1.0.0, v1.1.0) - echo", []),
        ("- [`Echo`](echo.md) `1.0.0`", ["1.0.0"]),
        ("- `[Echo](echo.md)` `1.0.0` [Echo](echo.md)", []),
        ("- [Echo](echo.md)\n  (v1.0.0) - echo", []),
        ("- [Echo](echo.md)\n  (v1.0.0 is gone)", []),
        ("- [Echo](echo.md) :material-tag: 1.0.0", []),
        ("- [Echo](echo.md) :material-tag:{ .x } v1.0.0 - echo", []),
        ("- [Echo](echo.md) :python: 3.11", []),
        ("- **Echo v1.0.0**", ["1.0.0"]),
        ("- [Echo v1.0.0](https://x.y)", ["1.0.0"]),
        ("| Plugin | Version |\n|---|---|\n| Echo | 1.0.0 |", ["1.0.0"]),
    ],
)
def test_entries(tmp_path: Path, index: str, values: list[str]) -> None:
    files = {"docs/plugins/filters/index.md": f"# Filters\n\n{index}\n", "docs/plugins/filters/echo.md": "# Echo\n"}
    files["docs/plugins/filters/study.md"] = "# Case study\n"
    (location,) = _locations(tmp_path, "index", **files)
    assert [statement.value for statement in location.statements] == values


@pytest.mark.parametrize(
    ("index", "found"),
    [
        ("Take [Echo](echo.md).", ["version-missing: entry"]),
        ("<table>\n<tr>\n<td><a href='echo.md'>Echo</a></td>\n<td>1.0.0</td>\n</tr>\n</table>", []),
        ("[Echo](echo.md) needs 0.6.0.", ["version-missing: entry"]),
        ("[Echo](echo.md) and [Other](other.md), v1.0.0.", ["version-missing: entry"]),
        ("Nothing of the kind.", ["version-missing: index"]),
        ("## Changelog\n\n[Echo](echo.md) v0.9.0", ["version-missing: index"]),
    ],
)
def test_an_index_in_a_form_of_its_own(tmp_path: Path, index: str, found: list[str]) -> None:
    """A plugin whose page it links is in the index; that no version stands there is said where that is certain."""
    root = tmp_path / "x"
    write_files(
        root, {"docs/plugins/filters/index.md": f"# Filters\n\n{index}\n", "docs/plugins/filters/echo.md": "# E\n"}
    )
    write_files(root, dict(CODE))
    report = open_repo(root).check(Selection(select=("version-missing",)))
    texts = [finding.message.en for finding in report.findings if finding.path.endswith("filters/index.md")]
    assert [f"version-missing: {'index' if 'not in this index' in text else 'entry'}" for text in texts] == found


def test_root_badges_belong_by_line_and_by_heading(tmp_path: Path) -> None:
    root = (
        "# Plugins ![v9.9.9](https://img.shields.io/badge/v9.9.9-blue)\n\n"
        "## 1. [Echo](https://openwebui.com/f/ada/echo) ![v1.0.0](https://img.shields.io/badge/v1.0.0-blue)\n\n"
        "## 2. Other\n\n![v3.0.0](https://img.shields.io/badge/v3.0.0-blue)\n\n"
        "## Echo\n\n![v](https://img.shields.io/badge/v-1.1.0-blue)\n\n"
        "| Plugin | Version |\n|---|---|\n| [E](plugins/filters/echo/) | 1.2.0 |\n"
    )
    (location,) = _locations(tmp_path, "root", **{"README.md": root})
    assert [statement.value for statement in location.statements] == ["1.0.0", "1.1.0", "1.2.0"]


@pytest.mark.parametrize(
    "line",
    [
        "- [Echo](plugins/filters/echo/README.md) v{v}",
        "- [Echo](plugins/filters/echo/echo.py) (v{v}) - says it again",
        "* 🔁 **[Echo](plugins/filters/echo)** v{v}: says it again",
        "1. **Echo** (v{v})",
        "- **Echo (v{v})** - says it again",
        "**Echo v{v}**",
        "- **Echo** v{v}：再说一遍",
        "- [Needs Loud](https://x.y) and [Echo](plugins/filters/echo) ({v})",
        "### Echo (v{v})",
        "### 🔁 Echo - v{v}",
        "### [Echo](plugins/filters/echo) `v{v}`",
        *("### Echo <kbd>v{v}</kbd>", "### Echo v{v} 🚀", "### Echo v{v} - says it again", "### Echo (v{v}): says it"),
        "### Echo\n\n| License | MIT |\n|---|---|\n| **Version** | `v{v}` |",
        "### Echo\n\n| | |\n|---|---|\n| 版本 | {v} |\n| 作者 | 张三 |",
        "### Echo\n\n<table>\n<tr>\n<td>Version</td>\n<td>{v}</td>\n</tr>\n</table>",
        "### Echo\n\n<table><tr><td>Version</td><td>{v}</td></tr></table>",
        "### Echo\n\n**Version:** {v}",
        "### Echo\n\n- Author: Ada\n- Version: {v}",
        "- [Echo](plugins/filters/echo), v{v}",
        "- [Echo](plugins/filters/echo) **v{v}** - says it again",
        "- **[Echo](plugins/filters/echo)** <sup>v{v}</sup>",
        "- [Echo](plugins/filters/echo) version {v}",
        "- [Echo](plugins/filters/echo) (version {v})",
        "- [Echo](plugins/filters/echo) [v{v}]",
        "- [Echo](plugins/filters/echo) @{v}",
        "- [Echo](plugins/filters/echo) - Version: {v}",
        "- [Echo](plugins/filters/echo) · v{v} · says it again",
        "- **Echo** v{v} [docs](x.md)",
        "| Plugin | What |\n|---|---|\n| [Echo](plugins/filters/echo) v{v} | says it again |",
        "| Plugin | Latest |\n|---|---|\n| [Echo](plugins/filters/echo) | {v} |",
        "Plugin | Latest\n---|---\nEcho | {v}",
        "Plugin | Latest\n---|---\n`Echo` | `{v}`",
        "- [Echo](plugins/filters/echo)\n  - Version: {v}\n  - Author: Ada",
        "### Echo\n\n*Version {v}*",
        "### Echo\n\nv{v}",
    ],
)
def test_root_text_names_a_plugin_and_its_version(tmp_path: Path, line: str) -> None:
    (location,) = _locations(tmp_path, "root", **{"README.md": f"# P\n\n## Plugins\n\n{line.format(v='0.9.0')}\n"})
    assert [statement.value for statement in location.statements] == ["0.9.0"]


@pytest.mark.parametrize(
    "text",
    [
        "- **Echo** repeats since v0.9.0",
        "- **Echo** (v0.9.0+)",
        "- **Echo** v0.8.0 - v0.9.0 are broken",
        "- [Echo](plugins/filters/echo) needs [OpenWebUI](https://x.y) (0.9.0)",
        "- [Echo](plugins/filters/echo) needs **OpenWebUI** (v0.9.0)",
        "- **Echo** 0.9.0",
        "#### 🚀 Key Leap (v0.9.0)",
        "- **Key Leap** (v0.9.0)",
        "- `**Echo** (v0.9.0)`",
        "Thanks for **Echo** (v0.9.0)",
        "## What's New in v0.9.0\n\n- **Echo** (v0.9.0)",
        "## 📰 News\n\n- **Echo** v0.9.0: first release",
        "## 更新日志\n\n- **Echo** v0.9.0：首个版本",
        "## Talk\n\n- **Echo** v0.8.0: first\n- **Echo** v0.9.0: second",
        "## Changelog\n\n### Echo v0.9.0",
        "## Talk\n\n### Echo v0.9.0\n\n### Echo v0.8.0",
        "### What Echo v0.9.0 brings",
        "## Changelog\n\n### Echo\n\n**v0.9.0**",
        "### Echo\n\n**v0.9.0**\n\n- More\n\n**v0.8.0**\n\n- Less",
        "| Plugin | OpenWebUI |\n|---|---|\n| **Echo** | v0.9.0 |",
        "- **Echo**, v0.9.0 of which was bad",
        "- **Echo** version 0.9.0 of OpenWebUI is needed",
        "- **Echo** (requires v0.9.0)",
        "- **Echo**: v0.9.0, v0.9.1",
        "- Since v0.9.0 **Echo** repeats",
        "<details>\n<summary>What's New in Echo v0.9.0</summary>\n\nMore.\n\n</details>",
        "<details>\n<summary>Changelog</summary>\n\n<h3>Echo v0.9.0</h3>\n\n</details>",
        "<summary>Echo v0.9.0</summary>\n<summary>Echo v0.8.0</summary>",
        "<summary>Echo needs Open WebUI v0.9.0</summary>",
        "<h3>Key Leap v0.9.0</h3>",
        '!!! warning "Echo v0.9.0"',
        "**Echo** v0.9.0 says it again.",
        "### OpenWebUI\n\n**Version:** 0.9.0",
        "**Version:** 0.9.0",
    ],
)
def test_root_text_that_states_no_version_of_a_plugin(tmp_path: Path, text: str) -> None:
    assert _locations(tmp_path, "root", **{"README.md": f"# P\n\n{text}\n"}) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("### Rain (DEPRECATED) (v0.9.0)\n\nSays it again.", ["0.9.0"]),
        ("### [Rain (DEPRECATED)](plugins/filters/old/) `v0.9.0`", ["0.9.0"]),
        ("## Changelog\n\n### Rain (DEPRECATED) v0.9.0", []),
        ("### What changed in Rain (DEPRECATED) v0.9.0", []),
        ("### Rain (DEPRECATED) (v0.9.0)\n\n### Rain (DEPRECATED) (v0.8.0)", []),
    ],
)
def test_a_title_with_a_word_of_stories(tmp_path: Path, text: str, values: list[str]) -> None:
    files = {"plugins/filters/old/old.py": plugin_file("Rain (DEPRECATED)"), "README.md": f"# P\n\n{text}\n"}
    found = _locations(tmp_path, "root", **files)
    assert [statement.value for location in found for statement in location.statements] == values


def test_a_list_of_plugins_may_have_any_usual_name(tmp_path: Path) -> None:
    files = {"plugins/filters/README.zh.md": "# 过滤器\n\n- [回声](echo/) (v0.9.0)\n"}
    (location,) = _locations(tmp_path, "listing-zh", **files)
    assert (location.path, location.statements[0].value) == ("plugins/filters/README.zh.md", "0.9.0")


def test_an_entry_with_a_bare_version_behind_its_link(tmp_path: Path) -> None:
    index = "# Filters\n\n- [Echo](echo.md) v0.9.0 - needs [OpenWebUI](https://x.y) (0.6.0)\n"
    (location,) = _locations(tmp_path, "index", **{"docs/plugins/filters/index.md": index})
    assert [statement.value for statement in location.statements] == ["0.9.0"]


LOOSE = {
    "tools/rain/main.py": plugin_file("Rain").replace("1.0.0", "v1.2.0"),
    "tools/rain/README.md": "# Rain (v1.1.0)\n\nSays when.\n",
    "tools/pair/one.py": plugin_file("One"),
    "tools/pair/two.py": plugin_file("Two"),
    "tools/pair/README.md": "# Pair\n\n**Version:** 0.1.0\n",
    "tools/mute/main.py": plugin_file("Mute"),
    "tools/mute/README.md": "# Mute\n",
    "README.md": "# P\n\n| Tool | Version |\n| --- | --- |\n| [Rain](tools/rain) | v1.1.0 |\n| One | 1.0.0 |\n",
}


def test_other_layouts_state_versions_too(tmp_path: Path) -> None:
    """What they need not state is no location; of two plugins in one folder none has its README."""
    repository = open_repo(write_files(tmp_path, dict(LOOSE))).repository
    found = {
        (location.kind.kind, location.path, location.plugin.title, statement.value)
        for location in repository.locations
        for statement in location.statements
        if location.kind.kind != "code"
    }
    assert found == {
        ("readme", "tools/rain/README.md", "Rain", "1.1.0"),
        ("root", "README.md", "Rain", "1.1.0"),
        ("root", "README.md", "One", "1.0.0"),
    }
    assert all(location.statements for location in repository.locations)


def test_readmes_of_folders_with_several_plugins(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "filters/one.py": plugin_file("One Filter"),
        "filters/more/two.py": plugin_file("Two Filter"),
        "filters/readme.md": "# Filters\n\n**Version:** 7.0.0\n\n- [One](one.py) v0.9.0\n\n## Two\n\nVersion: 0.8.0\n",
        "filters/README_CN.md": "# 过滤器\n\n| 插件 | 版本 |\n|---|---|\n| One | 0.7.0 |\n",
        "server/README.md": "# Server\n\n- **One** (v0.1.0)\n",
    }
    repository = open_repo(write_files(tmp_path, files)).repository
    found = {
        (location.kind.kind, location.plugin.name, statement.value)
        for location in repository.locations
        for statement in location.statements
        if location.kind.kind != "code"
    }
    assert found == {("folder", "one", "0.9.0"), ("folder", "two", "0.8.0"), ("folder-zh", "one", "0.7.0")}
    assert "server/README.md" not in repository.relevant_paths


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"README.md": "# 🔊 Echo for OpenWebUI\n\n**Version:** 0.9.0\n\n- **Echo** (v0.8.0)\n"}, ["0.9.0", "0.8.0"]),
        (
            {"README.md": "# Echo Filter\n\n**Version:** 0.9.0\n", "README_CN.md": "# 回声\n\n**版本：** 0.7.0\n"},
            ["0.9.0", "0.7.0"],
        ),
        ({"README.md": "# Loudspeaker\n\n**Version:** 3.0.0\n\nWith `echo.py` for OpenWebUI.\n"}, []),
        ({"README.md": "# Echoes\n\n**Version:** 3.0.0\n"}, []),
        (
            {"echo.py": plugin_file("Smart Filter"), "README.md": "# Smart Home\n\n**Version:** 3.0.0\n"},
            [],
        ),
        (
            {"echo.py": plugin_file("Smart Filter"), "README.md": "# 🧠 Smart for Open-WebUI\n\n**Version:** 0.9.0\n"},
            ["0.9.0"],
        ),
        (
            {"echo.py": plugin_file("Smart Filter"), "README.md": "# The Smart Filter: all\n\n**Version:** 0.9.0\n"},
            ["0.9.0"],
        ),
        ({"README.md": "# Echo\n\n**Version:** 0.9.0\n", "late.py": plugin_file("Late")}, []),
        ({"README_CN.md": "# 回声\n\n**版本：** 0.7.0\n"}, []),
    ],
)
def test_a_repository_about_one_plugin(tmp_path: Path, files: dict[str, str | bytes], found: list[str]) -> None:
    """The only plugin, in the root: the README there is its own where its heading names it, else a project's."""
    repository = open_repo(write_files(tmp_path, {"echo.py": plugin_file(), **files})).repository
    stated = [
        statement.value
        for location in repository.locations
        for statement in location.statements
        if location.kind.kind != "code"
    ]
    assert stated == found


ELSEWHERE = {
    "plugins/citations/citations_filter.py": plugin_file("Citation Numbers"),
    "plugins/citations/citations_filter_cn.py": plugin_file("引用编号"),
    "plugins/tags/auto_tag.py": plugin_file("Auto Tag", "Action"),
    "plugins/tags/old/auto_tag.py": plugin_file("Auto Tag", "Action").replace("1.0.0", "0.0.1"),
    "docs/plugins/citations.md": "# Citation Numbers for Open WebUI\n\n**Version:** 0.1.0\n",
    "docs/plugins/citations.zh.md": "# 编号\n\n**版本：** 0.2.0\n",
    "docs/plugins/tagging.md": "# 🏷️ Auto Tag\n\nVersion: 0.3.0\n",
    "docs/plugins/actions/auto-tag/index.md": "# Auto Tag Action v0.4.0\n\nVersion: 0.4.0\n",
    "docs/plugins/more.md": "# Tag\n\n**Version:** 9.0.0\n",
    "docs/plugins/mute.md": "# Auto Tags and more\n\n**Version:** 9.0.0\n",
    "docs/plugins/README.md": "# Auto Tag\n\n**Version:** 0.8.0\n",
    "docs/plugins/index.md": "# Plugins\n\n| Plugin | Version |\n|---|---|\n| Auto Tag | 0.5.0 |\n",
    "docs/plugins/index.zh.md": "# 插件\n\n- [标签](tagging.md) (v0.6.0)\n",
    "docs/plugins/actions/index.md": "# Actions\n\n- [Tag](auto-tag/index.md) (v0.9.0)\n",
    "docs/plugins/other/index.md": "# Others\n\n- **Auto Tag** (v9.0.0)\n",
    "docs/index.md": "# Home\n\nVersion: 9.0.0\n\n- [Numbers](plugins/citations.md) (v0.7.0)\n- [x](plugins/more.md) (v9.0.0)\n",
}


def test_documentation_of_other_layouts(tmp_path: Path) -> None:
    """A page is a plugin's by its name or by a heading that is the title; what is not there is not missing."""
    repository = open_repo(write_files(tmp_path, dict(ELSEWHERE))).repository
    found = {
        (location.kind.kind, location.path.removeprefix("docs/"), location.plugin.name, statement.value)
        for location in repository.locations
        for statement in location.statements
        if location.kind.kind != "code"
    }
    assert found == {
        ("docs", "plugins/citations.md", "citations_filter", "0.1.0"),
        ("docs-zh", "plugins/citations.zh.md", "citations_filter", "0.2.0"),
        ("docs", "plugins/tagging.md", "plugins/tags/auto_tag", "0.3.0"),
        ("docs", "plugins/actions/auto-tag/index.md", "plugins/tags/auto_tag", "0.4.0"),
        ("docs", "plugins/README.md", "plugins/tags/auto_tag", "0.8.0"),
        ("docs-list", "plugins/index.md", "plugins/tags/auto_tag", "0.5.0"),
        ("docs-list-zh", "plugins/index.zh.md", "plugins/tags/auto_tag", "0.6.0"),
        ("docs-list", "index.md", "citations_filter", "0.7.0"),
        ("docs-list", "plugins/actions/index.md", "plugins/tags/auto_tag", "0.9.0"),
    }
    assert all(location.statements for location in repository.locations)
    assert {path for path in ELSEWHERE if path.startswith("docs")} <= set(repository.relevant_paths)
    assert "docs/plugins/more.md" not in {page.document.path for page in repository.pages.all}


def test_documentation_of_a_project_that_brings_plugins_along(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {**ELSEWHERE, "server/main.py": "import os\n"}
    repository = open_repo(write_files(tmp_path, files)).repository
    assert {location.kind.kind for location in repository.locations} == {"code"}


def test_a_v_in_the_code_is_not_written_twice(tmp_path: Path) -> None:
    root = write_files(tmp_path, dict(LOOSE))
    session = open_repo(root)
    fix(session, lambda: session.check(Selection(select=("version-mismatch",))), unsafe=False)
    assert (root / "tools/rain/README.md").read_text().startswith("# Rain (v1.2.0)\n")
    assert "| v1.2.0 |" in (root / "README.md").read_text()
    assert not session.check(Selection(select=("version-mismatch",))).findings


FORMS = load_rulebook().data["locations"]["forms"]
SHOWN = [
    (name, page)
    for name, form in FORMS.items()
    for page in (["\n".join(form["shown"])] if form["reader"] == "column" else form["shown"])
]


NAMING = (
    "after-link",
    "after-name",
    "bare-after-link",
    "after-plain-name",
    "in-link",
    "after-html-link",
    "html-cell",
    "after-heading",
    "entry-row",
    "heading-goes-on",
    "after-summary",
    "html-heading",
    "tab-title",
    "wrapped",
    "column",
)
"""Forms that name the plugin themselves: those of lists."""


@pytest.mark.parametrize(("form", "page"), SHOWN)
def test_a_form_looks_as_it_is_shown(form: str, page: str, tmp_path: Path) -> None:
    """What the documentation shows of a form is read in that form, wherever that form is looked for."""
    kinds = ["code"] if form == "front-matter" else ["index", "root"] if form in NAMING else ["docs", "readme"]
    if form in (
        "after-plain-name",
        "after-html-link",
        "html-cell",
        "after-summary",
        "html-heading",
        "tab-title",
    ):
        kinds = ["root"]  # what stands in an index is an entry by its markup, or by the page that it links
    page = page.replace(
        "page.md",
        "/docs/plugins/filters/name.md" if FORMS[form].get("name") == "target" else "https://openwebui.com/posts/name",
    )
    code = '"""\ntitle: Name\nversion: 1.2.3\n"""\n\n\nclass Filter:\n    pass\n'
    own = page + "\n" if page.startswith("# ") else f"# Name\n\n{page}\n"
    if form == "page-front-matter":
        own = f"---\n{page}\n---\n\n# Name\n"
    if form in ("metadata-line", "metadata-badge"):
        own = f"# Name\n\n## Author\n\n{page}\n"
    files = {
        "plugins/filters/name/name.py": code,
        "plugins/filters/name/README.md": own,
        "docs/plugins/filters/name.md": own,
        "docs/plugins/filters/index.md": f"# Filters\n\n{page}\n",
        "README.md": f"# Root\n\n{page}\n",
    }
    repository = open_repo(write_files(tmp_path, files)).repository
    found = [location for location in repository.locations if location.kind.kind in kinds]
    assert sorted((location.kind.kind, one.form, one.value) for location in found for one in location.statements) == [
        (kind, form, "1.2.3") for kind in kinds
    ]


_KEYS = {
    "reader": {"pattern", "front-matter", "badge", "column"},
    "zone": {"title", "header", "front-matter"},
    "owner": {"before", "above"},
    "name": {"in-link", "target", "line", "quoted", "item", "title"},
    "history": {True},
    "series": {True},
    "facts": {True},
    "attributes": {True},
    "goes-on": {True},
    "of-kind": {True},
    "sole": {True},
    "orphan": {"entry", "linked-entry"},
    "insert": {"line", "behind-link"},
}


def test_what_is_said_of_a_form_means_something() -> None:
    for name, form in load_rulebook().data["locations"]["forms"].items():
        assert form.keys() <= _KEYS.keys() | {
            "shown",
            "has",
            "beside",
            "below",
            "pattern",
            "orphan-page",
            "labels",
            "rows",
        }, name
        assert all(form[key] in values for key, values in _KEYS.items() if key in form), name
        assert "orphan" not in form or form["reader"] == "pattern", name


def test_each_fragment_of_a_pattern_is_there_and_is_used() -> None:
    data = load_rulebook().data["locations"]
    holding = ("fragments", "forms", "others", "story-headings")
    texts = json.dumps([data[key] for key in holding], ensure_ascii=False)
    texts += Path(unread.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r"\{([a-z][a-z-]*)\}", texts)) == {"version", "platform", "kind", *data["fragments"]}


def test_nothing_depends_on_what_a_form_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever code knows of a form by its name is missing for the next form that is added."""
    write_example(tmp_path)
    page = '# Gone\n\n<span class="version-badge">v1.0.0</span>\n'
    index = (tmp_path / "docs/plugins/filters/index.md").read_text().replace("**Version:** 1.1.0\n\n", "")
    write_files(
        tmp_path,
        {
            "docs/plugins/filters/gone.md": page,
            "docs/plugins/filters/index.md": index,
            "docs/plugins/pipes/index.md": "# Pipes\n\n- [Bridge](bridge.md)\n- [Gone](gone.md) (v1.0.0)\n",
            "plugins/tools/bridge/README.md": "# Bridge Tool\n\nv0.12.0 | MIT\n\nv0.11.0 | MIT\n",
            "README_CN.md": "# 插件\n\n- [v0.1.0 桥工具 v0.11.0](plugins/tools/bridge/README_CN.md)\n\n## 更新\n\n- **桥** v0.1.0\n",
        },
    )

    def findings() -> list[object]:
        return [finding.to_json("en") for finding in check(tmp_path, "versions").findings]

    before = findings()
    assert {"page-orphan", "index-orphan", "version-missing", "version-mismatch"} <= {
        finding["name"] for finding in before if isinstance(finding, dict)
    }
    made = Inventory.__init__

    def renamed(self: Inventory, data: dict[str, Any]) -> None:
        forms = {f"x-{name}": form for name, form in data["forms"].items()}
        sets = {name: [f"x-{form}" for form in names] for name, names in data["form-sets"].items()}
        made(self, {**data, "forms": forms, "form-sets": sets})

    monkeypatch.setattr(Inventory, "__init__", renamed)
    assert findings() == before
