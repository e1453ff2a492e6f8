"""A repository of our own that states versions in every known form: five plugin types, both languages, CRLF, CJK."""

from __future__ import annotations

from pathlib import Path

from tests.support import write_files


def _code(title: str, version: str, body: str = "", *, name: str = "Filter") -> str:
    return f'"""\ntitle: {title}\nauthor: Ada\nversion: {version}\n"""\n\nclass {name}:\n    pass\n{body}'


_INDEX_EN = """# Filters

Sample code, which is no location:

```python
\"\"\"
title: Echo
version: 1.0.0
\"\"\"
```

<div class="grid cards" markdown>

- :material-text:{ .lg .middle } **Echo**

    ---

    Repeats what is said. Needs OpenWebUI 0.8.0.

    **Version:** 1.1.0

    [:octicons-arrow-right-24: Documentation](echo.md)

- :material-bell:{ .lg .middle } **Loud Filter**

    ---

    Shouts.

    **Version:** 2.0.0-rc.1

    [:octicons-arrow-right-24: Documentation](loud.md)

</div>
"""
_INDEX_ZH = """# 过滤器

- [回声](echo.zh.md) (v1.1.0) - 重复所说的话
- **[大声](loud.zh.md)** （v2.0.0-rc.1） - 大喊，见 [案例](case.md) (v0.1.0)
"""

FILES: dict[str, str | bytes] = {
    # An action: header tables, a copy of the code, a listing, and a README with a byte order mark and CRLF.
    "plugins/actions/card/card.py": _code("Flash Card", "0.2.4", name="Action"),
    "plugins/actions/card/card_cn.py": _code("闪记卡", "0.2.4", name="Action"),
    "plugins/actions/card/README.md": b"\xef\xbb\xbf"
    + "# 🃏 Flash Card\r\n\r\n| By [Ada](https://example.org) · v0.2.4 | [⭐ Star](https://example.org) |\r\n"
    "| :--- | ---: |\r\n\r\nMakes cards.\r\n\r\n## What's New in v0.2.3\r\n\r\n- Was v0.2.2 before\r\n".encode(),
    "plugins/actions/card/README_CN.md": "# 🃏 闪记卡\r\n\r\n"
    "| 作者：[Ada](https://example.org) · v0.2.4 | [⭐ 点个 Star](https://example.org) |\r\n| :--- | ---: |\r\n",
    "docs/plugins/actions/card.md": "# Flash Card (v0.2.4) - cards to learn from\n",
    "docs/plugins/actions/card.zh.md": "# 闪记卡 (v0.2.4)",
    "docs/plugins/index.md": "# Plugins\n\n| Plugin | Version |\n| :-- | :-- |\n| [Card](actions/card.md) | 0.2.4 |\n",
    "docs/plugins/index.zh.md": "# 插件\r\n\r\n- [闪记卡][c] (v0.2.4)\r\n\r\n[c]: actions/card.zh.md\r\n",
    "docs/plugins/actions/index.md": "# Actions\n\n| Plugin | Version |\n| :-- | :-- |\n| [Card](card.md) | `0.2.4` |\n",
    "docs/plugins/actions/index.zh.md": "# 动作\n\n| 插件 | 版本 |\n| :-- | :-- |\n| [闪记卡](card.zh.md) | 0.2.4 |\n",
    "plugins/actions/README.md": "# Actions\n\n| Plugin | What | Version |\n| - | - | - |\n"
    "| **Flash Card (闪记卡)** | cards, since 0.1.0 | 0.2.4   |\n",
    "plugins/actions/README_CN.md": "# 动作\n\n| 插件 | 版本 |\n| - | - |\n| **闪记卡** | 0.2.4 |\n",
    # Filters: metadata lines, badges with alt text and URL, two pages for one plugin, a pre-release with its dashes.
    "plugins/filters/echo_filter/echo.py": _code("Echo", "1.1.0"),
    "plugins/filters/echo_filter/README.md": "# Echo ![v1.1.0](https://img.shields.io/badge/v1.1.0-blue?style=flat)\n\n"
    "**Author:** [Ada](https://example.org) | **Version:** 1.1.0 | **Project:** [Echo](https://example.org/1.0.0)\n\n"
    '<img alt="v1.1.0" src="https://img.shields.io/badge/version-1.1.0-blue"> ![Version 1.1.0][badge]\n\n'
    "## Usage\n\n[badge]: https://img.shields.io/badge/version-v1.1.0-blue\n",
    "plugins/filters/echo_filter/README_CN.md": "# 回声\n\n**作者：** [Ada](https://example.org) | **版本：** 1.1.0\n",
    "docs/plugins/filters/echo.md": '# Echo\n\n<span class="category-badge">Filter</span>\n'
    '<span class="version-badge">v1.1.0</span>\n\n## Changelog\n\n**Version:** 1.0.0\n',
    "docs/plugins/filters/echo.zh.md": '# 回声\n\n<span class="version-badge">v1.1.0</span>\n\n**版本:** 1.1.0\n',
    "docs/plugins/filters/echo-filter.md": "# Echo\n\n![version](https://img.shields.io/static/v1?label=version&message=1.1.0)\n\n"
    "| By [Ada](https://example.org) | **v1.1.0** | [⭐ Star](https://example.org) |\n| - | - | - |\n",
    "plugins/filters/loud/loud.py": _code("Loud", "2.0.0-rc.1").replace("\n", "\r\n"),
    "plugins/filters/loud/README.md": "# Loud\n\n![v](https://img.shields.io/badge/v-2.0.0--rc.1-blue?style=flat)\n",
    "plugins/filters/loud/README_CN.md": "# 大声 v2.0.0-rc.1\r\n\n混合换行。\r\n",
    "docs/plugins/filters/loud.md": "# Loud\n**Version**: v2.0.0-rc.1\n\n**Filter version:** 2.0.0-rc.1\n",
    "docs/plugins/filters/loud.zh.md": "# 大声\n**版本号：** `2.0.0-rc.1`\n",
    "docs/plugins/filters/case.md": "# A case study\n",
    "docs/plugins/filters/index.md": _INDEX_EN,
    "docs/plugins/filters/index.zh.md": _INDEX_ZH,
    # A pipe and a tool of the same name, an index of plain links.
    "plugins/pipes/bridge/bridge.py": _code("Bridge", "0.12.0", name="Pipe"),
    "plugins/pipes/bridge/README.md": "# Bridge\n\nVersion: 0.12.0\n\n<b>Author:</b> Ada<br><b>Version:</b> 0.12.0\n\n"
    "<dl>\n<dt>Version</dt>\n<dd>0.12.0</dd>\n</dl>\n",
    "plugins/pipes/bridge/README_CN.md": "# 桥\n\n<sub>v0.12.0</sub>\n",
    "docs/plugins/pipes/bridge.md": "---\ntitle: Bridge\nversion: 0.12.0\n---\n\n# Bridge\n",
    "docs/plugins/pipes/bridge-pipe.md": "# Bridge\n\n🏷️ v0.12.0 | MIT\n",
    "docs/plugins/pipes/bridge.zh.md": '<h1 align="center">桥 v0.12.0</h1>\n\n连接。\n',
    "docs/plugins/pipes/index.md": "# Pipes\n\n- [Bridge](bridge.md) (v0.12.0) - since v0.1.0\n",
    "docs/plugins/pipes/index.zh.md": "# 管道\n\n- [桥](bridge.zh.md) (v0.12.0)\n",
    "plugins/tools/bridge/bridge.py": _code("Bridge Tool", "0.12.0", name="Tools"),
    "plugins/tools/bridge/README.md": "# Bridge Tool\n\n| License | MIT |\n| - | - |\n| **Version** | `v0.12.0` |\n",
    "plugins/tools/bridge/README_CN.md": "# 桥工具\n\n<p>当前版本：<b>0.12.0</b></p>\n\n作者：张三，版本：0.12.0\n",
    "docs/plugins/tools/bridge-tool.md": "# Bridge Tool\n\n| License | Version |\n| - | - |\n| MIT | 0.12.0 |\n",
    "docs/plugins/tools/bridge-tool.zh.md": "# 桥工具\n\n## 作者\n\n**作者：** Ada | **版本：** 0.12.0\n\n"
    "作者：Ada | ![v](https://img.shields.io/badge/v-0.12.0-blue)\n",
    "docs/plugins/tools/index.md": "# Tools\n\n- [Bridge Tool v0.12.0](bridge-tool.md)\n",
    "docs/plugins/tools/index.zh.md": "# 工具\n\n- [桥工具](bridge-tool.zh.md) — 0.12.0\n",
    # The root: a badge beside the heading, a generated block, a date badge; equal numbers of other software.
    "README.md": "# Plugins\n\n![updated](https://img.shields.io/badge/2026--05--01-gray?style=flat)\n\n"
    "<!-- STATS_START -->\n| [Bridge](https://example.org/b) | ![v](https://img.shields.io/badge/v-0.11.0-blue) |\n"
    "<!-- STATS_END -->\n\n"
    "### 1. [Bridge Tool](plugins/tools/bridge/README.md) ![v0.12.0](https://img.shields.io/badge/v0.12.0-blue)\n\n"
    "![OpenWebUI](https://img.shields.io/badge/OpenWebUI-0.12.0-blue)\n\n- **Flash Card v0.2.4** - cards to learn from\n\n"
    "### Flash Card v0.2.4: learns\n\n### Loud (v2.0.0-rc.1)\n\nShouts.\n\n### Echo\n\n- **Version:** 1.1.0\n\n| License | MIT |\n| - | - |\n| Version | 1.1.0 |\n\n## All\n\n- Loud (v2.0.0-rc.1): shouts\n- [Loud](plugins/filters/loud/) 2.0.0-rc.1\n\n"
    "<ul>\n<li><a href='plugins/filters/echo_filter/'>Echo</a> v1.1.0</li>\n</ul>\n\n"
    "<table>\n<tr><td><a href='plugins/filters/loud/'>Loud</a></td><td>2.0.0-rc.1</td></tr>\n</table>\n\n"
    "- [Loud](plugins/filters/loud/)\n  (v2.0.0-rc.1) - shouts\n\n"
    "<details>\n<summary>Echo v1.1.0</summary>\n\nRepeats.\n\n</details>\n\n<h4>Loud <sub>v2.0.0-rc.1</sub></h4>\n\n"
    '=== "Flash Card (v0.2.4)"\n\n    Cards.\n',
    "README_CN.md": "# 插件\n\n![updated](https://img.shields.io/badge/2026--05--01-gray?style=flat)\n\n"
    "<!-- STATS_START -->\n| [桥](https://example.org/b) | ![v](https://img.shields.io/badge/v-0.11.0-blue) |\n"
    "<!-- STATS_END -->\n\n"
    "### 1. [桥工具](plugins/tools/bridge/README_CN.md) ![v0.12.0](https://img.shields.io/badge/v0.12.0-blue)\n",
}


def write_example(root: Path) -> Path:
    """Write the repository to ``root``."""
    return write_files(root, dict(FILES))
