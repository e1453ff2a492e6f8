"""Versions that are not the plugin's: of other software, of former releases, of a name. Nothing accuses or rewrites them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from owui_lint.repository.versions.matrix import rows_of
from tests.support import check, found, open_repo, run, write_files


def plugin(path: str, title: str, version: str) -> dict[str, str | bytes]:
    return {path: f'"""\ntitle: {title}\nversion: {version}\n"""\n\n\nclass Filter:\n    pass\n'}


def own(text: str) -> dict[str, str | bytes]:
    """A plugin with a README that states its version and says something more."""
    return {
        **plugin("f/echo/echo.py", "Echo", "1.2.0"),
        "f/echo/README.md": f"# Echo\n\n**Version:** 1.2.0\n\n{text}\n",
    }


def titled(title: str) -> dict[str, str | bytes]:
    return {**own(""), "f/echo/README.md": f"# {title}\n\n**Version:** 1.2.0\n"}


def root(text: str) -> dict[str, str | bytes]:
    """Two plugins, and what the root README says of them."""
    echo, foo = plugin("f/echo.py", "Echo", "1.2.0"), plugin("f/foo.py", "Foo", "0.1.0")
    return {**echo, **foo, "README.md": f"# P\n\n{text}\n"}


def readme(text: str) -> dict[str, str | bytes]:
    """A plugin whose README begins like this."""
    return {**own(""), "f/echo/README.md": f"# Echo\n\n{text}\n"}


STORIES = [
    *("Releases", "History", "Updates", "Changes", "Migration", "Upgrading", "Roadmap", "Past releases"),
    *("历史", "发布历史", "修订记录", "版本说明", "升级说明"),
    *("Änderungsprotokoll", "変更履歴", "更新履歴", "변경 이력"),
]
TELLING = ["Compatibility", "Minimum Open WebUI version", "Supported Open WebUI versions", "Requirements"]
TELLING += ["Tested versions", "Deprecated", "Known issues", "Changes", "Old versions"]
TWO_ROWS = "| Plugin | Version | Open WebUI |\n|-|-|-|\n| Echo | 1.2.0 | 0.6 |\n| Echo | 1.1.0 | 0.5 |"
NOT_ITS_OWN = {
    **{f"below {heading}": own(f"## {heading}\n\n**Version:** 1.1.0\n\n- first") for heading in STORIES},
    "a story of the third level": own("## Usage\n\n### Changelog\n\n**Version:** 1.1.0"),
    "a story of the first level": own("# Version History\n\n**Version:** 1.1.0"),
    "a list of releases": {**own(""), "f/echo/README.md": "# Echo\n\n**Log**\n\n- Version 1.1.0\n- Version 1.0.0\n"},
    "the name of a model": {**plugin("p/ds/ds.py", "DeepSeek v3.1", "4.0.0"), "p/ds/README.md": "# DeepSeek v3.1\n"},
    "the name of a model in the root": {
        **plugin("p/ds.py", "DeepSeek v3.1", "4.0.0"),
        **plugin("p/x.py", "X", "4.0.0"),
        "README.md": "# P\n\n- [DeepSeek v3.1](p/ds.py)\n",
    },
    **{
        f"title {title}": titled(f"Echo {title}")
        for title in [
            *("(Open WebUI >= 0.6.0)", "for Open WebUI 0.6", "(Open WebUI 0.6.0+)", "(requires 0.6.0)"),
            *("0.8 → 0.9", "on Python 3.11", "v1.1.0+", "v1.1.0 to v2"),
            *("v1.1.0: What's New", "v1.1.0 - Release notes", "v1.1.0 - Migration guide", "v1.1.0 - 更新日志"),
            *("v1.1.0 - legacy", "API v1.1 - says it", "1.1 - says it", "v1.1.0+ - says it", "v1.1.0-v1.3.0 - says it"),
            *("for Llama v1.1 - says it", "- Open WebUI v1.1.0 - says it", "(Python 3.11): says it"),
            "for Open WebUI v1.1.0 by Ada",
        ]
    },
    **{
        f"title {title}, another name": {**own(""), "f/echo/README.md": f"# {title}\n\n**Version:** 1.2.0\n"}
        for title in (
            "Llama v1.1 - Echo",
            "Upgrade to Echo v1.1.0 - how",
            "Echo and Foo v1.1.0 - both",
            "Foo v1.1.0 - foo",
        )
    },
    **{
        f"root, a heading of a release: {heading}": root(f"### Echo {heading}\n\nText.")
        for heading in [
            *("v1.1.0 - 2026-01-01", "v1.1.0 - v1.3.0", "v1.1.0: changes", "v1.1.0+", "v1.1.0+ - says it"),
            *("v1.1.0 - first\n\n### Echo v1.0.0 - second", "API v1.1.0 - says it", "on Open WebUI v1.1.0 - it"),
        ]
    },
    **{
        f"line {line}": own(line)
        for line in [
            *(
                "- Open WebUI · v0.6.0",
                "Powered by Mermaid · v10.0.0",
                "| Ollama · 0.5.1 | yes |",
                "The score is a · 0.5",
            ),
            *("### 2026-01-01 · v1.0.0", "Licensed under GPL · v3.0", "| [httpx](https://x.y) · 0.27.0 |"),
            *("Open WebUI **Version:** 0.6.0", "Works with Open WebUI • v0.6.0", "Open WebUI · Version 0.6.0"),
            *("Tested: Open WebUI | Version 0.6.0 | Python 3.11", "- httpx | v0.27.0", "**Version:** 1.1.0-1.2.0"),
            "![x](https://img.shields.io/badge/version-1.1.0--1.2.0-blue)",
            "![Open WebUI](https://img.shields.io/badge/version-0.6.0-blue)",
            "![Python version](https://img.shields.io/badge/v-3.11-blue)",
            "## Requirements\n\n1. **Open WebUI**\n   - **Version:** 0.6.0\n",
            "| Requirement | Version |\n|-|-|\n| Open WebUI | 0.6.0 |",
            "| Version | Date | Changes |\n|-|-|-|\n| 1.1.0 | x | y |",
            "# Requirements\n\n| Name | Version |\n|-|-|\n| httpx | 0.6.0 |",
        ]
    },
    **{f"root, below {heading}": root(f"## {heading}\n\n- **Echo**: 0.6.0\n- **Foo**: 0.0.9") for heading in TELLING},
    "root, a row per release": root(f"## Table\n\n{TWO_ROWS}"),
    "root, a range": root("- **Echo** v1.0.0-v1.1.0: works with 0.5"),
    "root, what another thing needs": root("## Echo\n\nv0.6.0 | minimum Open WebUI"),
    **{
        f"another line names it: {text}": readme(text)
        for text in [
            *(
                "Repeats. Needs at least Open WebUI\nversion 0.6.10.",
                "Speaks the Model Context Protocol,\nversion 1.1.0",
            ),
            *("Bundled: [spaCy](https://spacy.io)\nVersion: 1.1.0", "Ollama server  \nVersion: 0.3.12"),
            *("> **Open WebUI**\n> Version: 0.6.10", "> Library: chart.js\n> Version: 4.4.0"),
            *(
                "- Open WebUI\n  - Version: 0.6.10",
                "- **Open WebUI**\n  - Version: 0.6.10",
                "1. Python\n\n   Version: 3.11",
            ),
            "**Model:** Llama Guard | **Version:** 1.0.0 | **Size:** 8B",
            "**Model:** Llama 3.1 | **Version:** 1.0.0 | **Size:** 8B",
            *("Tested with Open WebUI 0.6.0 | v0.6.5 | v0.7.0", "**Requires:** Open WebUI | **Version:** 0.6.5"),
            *("Requires the Foo filter | Version 1.0.0", "Open WebUI | Version: 0.6.5"),
        ]
    },
    **{
        f"one of several fields: {text}": readme(text)
        for text in [
            *("Author: Ada, Open WebUI Version: 0.6.0", "By Ada for Open WebUI, v0.6.0", "by Ada, works with v0.6.0"),
            *("License: GPL, Version 3.0", "Author: Ada, GPL v3.0", "By Ada, since v1.0.0", "By Ada, Python 3.11"),
            *("Version 1.1.0 by default", "Version 1.1.0 by Ada added tests for it", "Version 0.6.10 by Open WebUI"),
            *("Speaks to the model\nby Meta, version 3.1", "- Llama\n  by Meta, v3.1", "Library: x.js, by Ada, v4.4.0"),
            *(
                "Author: Ada, Version: 1.0.0-1.1.0",
                "Author: Ada, Version: 1.1.0+",
                "Author: Ada, Version: 1.1.0 or later",
            ),
            *("By now, v1.1.0", "By 2026, v1.1.0", "By using Llama, v3.1", "By default, version 1.1.0 is used."),
            *("Author: Ada, tested with Open WebUI, v0.6.0", "`Author: Ada, Version: 1.1.0`", "Made by Meta, v3.1"),
            *("v1.1.0 by Ada\n\nv1.0.0 by Ada", "Created with Llama by Meta, version 3.1"),
            *("**Platform:** Open WebUI | **Version:** 0.6.5", "**Platform:** Open WebUI  \n**Version:** 0.6.5"),
            *(
                "**Requires:** Open WebUI | **Version:** 0.6.5 | **License:** MIT",
                "Requires: Open WebUI<br>Version: 0.6",
            ),
            *("<b>Model</b>: Llama<br><b>Version</b>: 3.1<br>", "**Requires:** Open WebUI | <b>Version:</b> 0.6.5"),
        ]
    },
    **{
        f"a table of facts: {rows}": readme(
            "<table>\n" + "\n".join(f"<tr>\n<td>{a}</td>\n<td>{b}</td>\n</tr>" for a, b in rows) + "\n</table>"
        )
        for rows in [
            *((("Name", "Open WebUI"), ("Version", "0.6.0")), (("Model", "Llama"), ("Version", "3.1"))),
            *((("Requires", "Open WebUI"), ("Version", "0.6.0")), (("Version", "1.0.0"), ("Version", "0.9.0"))),
            *((("Library", "spaCy"), ("Author", "x"), ("Version", "3.1")), (("Python Version", "3.11"),)),
            *((("Version", "0.6.0+"),), (("Version", "1.0.0</td>\n<td>0.9.0"),)),
        ]
    },
    **{
        f"a badge: {badge}": readme(f"![x](https://img.shields.io/badge/{badge})")
        for badge in [
            *(
                "3.11-blue?logo=python",
                "v-3.11-blue?style=flat&amp;logo=python",
                "🐍-3.11-blue",
                "-0.6.5-blue?logo=ollama",
            ),
            *("Open_WebUI_version-0.6.1-blue", "Python%203.11-blue", "API_Version%201.1-blue", "Version%201%2E1-blue"),
        ]
    },
    "a table of facts in code": readme("```html\n<tr>\n<td>Version</td>\n<td>1.1.0</td>\n</tr>\n```"),
    **{
        f"root, a table of facts: {rows}": root(f"### Echo\n\n{rows}")
        for rows in [
            "| Open WebUI | x |\n|-|-|\n| Version | 0.6.0 |",
            "| Version | 1.0.0 | 1.1.0 |\n|-|-|-|",
            "| Model | Llama |\n|-|-|\n| Version | 3.1 |",
            "#### Requirements\n\n| A | B |\n|-|-|\n| Version | 0.6.0 |",
            "| A | B |\n|-|-|\n| Version | 1.1.0 |\n| Version | 1.0.0 |",
        ]
    },
    "what the code requires": {
        "f/echo/echo.py": '"""\ntitle: Echo\nversion: 1.2.0\nrequired_open_webui_version: 0.6.5\n"""\n\nclass Filter: ...\n',
        "f/echo/README.md": "# Echo\n\n**Platform:** Open WebUI | **Version:** 0.6.5 | **License:** MIT\n",
    },
    **{
        f"the day of a release: {text}": own(text)
        for text in [
            *("**Release:** 10.01.2026", "Latest: 10.1.2026", "Stable release: 01.02.26", "Release: 2026.01.10"),
            "**Author:** Ada | **Latest:** 10.01.2026",
            "![release](https://img.shields.io/badge/release-10.01.2026-blue)",
            "![release](https://img.shields.io/badge/release-2026.01.10-blue)",
            "![r](https://img.shields.io/static/v1?label=release&message=10.01.2026)",
        ]
    },
    **{
        f"a table about {row}": own(f"| Name | Version |\n|-|-|\n| {row} |")
        for row in ("Open WebUI | 0.6.10", "spaCy | 1.1.0", "llama-echo | 1.1.0")
    },
    **{
        f"title {title}, bare": {**own(""), "f/echo/README.md": f"# Echo {title}\n"}
        for title in (
            "for LibreChat v0.8.0",
            "with Llama v1.1 for Open WebUI",
            "for Open WebUI 0.6 (beta)",
            "(spaCy 1.1.0)",
            "with Llama v1.1",
            "+ Llama v1.1",
        )
    },
    "a badge that links another thing": readme(
        "[![release](https://img.shields.io/badge/release-v0.6.10-green)](https://github.com/open-webui/open-webui/releases)"
    ),
    "a badge with another label": readme("![x](https://img.shields.io/badge/version-1.1.0-blue?label=spaCy)"),
    **{
        f"further down: {text}": own(text)
        for text in [
            "## Other\n\n### Relay\n\n**Author:** Me | **Version:** 0.4.1",
            "## Contributing\n\n> **Author:** Your Name | **Version:** 0.1.0",
        ]
    },
    **{
        f"root, below {heading}": root(f"## {heading}\n\n- **Echo** (v1.1.0)\n- **Foo** (v0.0.9)")
        for heading in [
            *(
                "2025-11",
                "November 2025",
                "2025 年 11 月",
                "Known problems",
                "Planned",
                "Coming soon",
                "Similar",
                "Dependencies",
            ),
            *("For Open WebUI 0.5", "Python packages", "Third-party libraries", "Tech stack", "依赖", "即将推出"),
        ]
    },
    **{
        f"root, a table of {header}": root(
            f"## Table\n\n| {header} | Plugin | Version |\n|-|-|-|\n| x | Echo | 1.1.0 |"
        )
        for header in ("Date", "日期")
    },
    "root, a table of packages": root("| Package | Version |\n|-|-|\n| echo | 0.39.0 |"),
    "root, a former release": root("- [Echo v1.1.0](archive/echo_1.1.0.py)"),
}


@pytest.mark.parametrize("files", NOT_ITS_OWN.values(), ids=NOT_ITS_OWN)
def test_what_is_not_the_plugins_is_left_alone(files: dict[str, str | bytes], tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, files)
    assert found(check(tmp_path, "version-mismatch")) == []
    run(capsys, "--fix-versions", "--allow-downgrade", str(tmp_path))
    for path, text in files.items():
        assert (tmp_path / path).read_text(encoding="utf-8") == text


STALE = {
    **{
        page.splitlines()[-1]: {**own(""), "f/echo/README.md": f"{page}\n"}
        for page in [
            *(
                "# Echo v1.1.0",
                "# Echo for OpenWebUI (v1.1.0)",
                "# Echo\n\nBy Me · v1.1.0",
                "# Echo\n\nMIT License | v1.1.0",
            ),
            "# Echo\n\n**Project:** [OpenWebUI Extensions](https://x.y) | **Version:** 1.1.0",
            "# Echo\n\n**Version:** 1.1.0 (stable)",
            *("# Echo\n\n**Version:** 1.1.0 (needs Open WebUI 0.6.10)", "# Echo\n\n**Version:** 1.1.0 ([log](x.md))"),
            *("# Echo\n\n**版本：** 1.1.0（需要 0.6.10）", "# Echo\n\n**Version:** 1.1.0 &nbsp;|&nbsp; **Author:** X"),
            *("# Echo\n\n**作者：** X ｜ **版本：** 1.1.0 ｜ **许可：** MIT", "# Echo\n\n**Version:**\u00a01.1.0"),
            "# Echo\n\n**Author:** X - **Version:** 1.1.0 - **License:** MIT",
            *(
                f"# Echo\n\n| Version | {name} |\n|-|-|\n| 1.1.0 | 0.6+ |"
                for name in ("Open WebUI", "Open-WebUI", "Min OWUI")
            ),
            *(
                "# Echo\n\nRepeats.\nVersion: 1.1.0",
                "# Echo\n\nRepeats\nVersion: 1.1.0",
                "# Echo\n\nAuthor: A\nVersion: 1.1.0",
            ),
            *("# Echo\n\nRequires: Open WebUI 0.6.0\nVersion: 1.1.0", "# Echo\n\n- Info\n  - Version: 1.1.0"),
            "# Echo\n\n**Requires:** Open WebUI 0.6\n**Version:** 1.1.0",
            "# Echo\n\nThis is Echo,\nversion 1.1.0",
            "# Echo\n\n<!-- OWUI -->\n**Version:** 1.1.0",
            *("# Echo (beta v1.1.0)", "# Echo\n\n**Author:** A | **Model:** Gemini | **Version:** 1.1.0"),
            *(
                "# 🔊 Echo Filter\n\n| Name | Version |\n|-|-|\n| Echo | 1.1.0 |",
                "# Echo\n\n| 🏷️ Version |\n|-|\n| 1.1.0 (new) |",
            ),
            *("# Echo v1.1.0 - says it again", "# Echo (v1.1.0) – says it", "# 🔊 Echo Filter v1.1.0: says it"),
            *(
                "# Echo v1.1.0 | Open WebUI",
                "# Echo v1.1.0 by Ada",
                "# Echo v1.1.0 (Open WebUI filter)",
                "# Echo v1.1.0 (pipeline for OWUI)",
            ),
            *(
                f"# Echo\n\n![x](https://img.shields.io/badge/{label}%201.1.0-blue)"
                for label in ("Version", "Current%20Version", "Ver", "插件版本")
            ),
            *("# Echo (Latest version 1.1.0) — says it", "# Echo（版本 1.1.0）：回声"),
            *("# Echo (Version 1.1.0) — says it", "# Echo（v1.1.0）：回声", "# Echo <sub>v1.1.0</sub> - says it"),
            *("<h1>Echo v1.1.0 - says it</h1>", '<h1 align="center"><b>Echo</b> <sub>v1.1.0</sub></h1>'),
            *("<h1>Echo<br><sub>v1.1.0</sub></h1>", "# Echo <sup><sub>v1.1.0</sub></sup>"),
            '<h1><img src="x.svg"> Echo <code>v1.1.0</code></h1>',
            "# Echo\n\nSays it again\nby Ada · v1.1.0",
            *("# Echo v1.1.0 for Open WebUI", "# Echo v1.1.0 (beta)", "# Echo v1.1.0 {#echo}"),
            *("# Vision Support v1.1.0", "# 多语言支持过滤器 v1.1.0", "# Tested Echo (beta) v1.1.0"),
            *(
                f"# Echo\n\n{field} | **Version:** 1.1.0"
                for field in (
                    *("**Requires:** Open WebUI 0.6.5+", "**Required Open WebUI:** 0.6.5", "Python 3.11+"),
                    *("**Tested with:** Open WebUI 0.6", "**要求：** Open WebUI 0.6.5+", "**Needs:** Python 3"),
                    *("Open WebUI Filter", "Filter for Open WebUI", "Open WebUI 过滤器"),
                )
            ),
            "# Echo\n\nOpen WebUI Filter | v1.1.0",
            "# Echo\n\n**Author:** Ada from Berlin | **Version:** 1.1.0",
            "# Echo\n\n| Author | Version |\n|-|-|\n| me | 1.1.0 |",
            "# Echo\n\n**Version:** 1.2.0\n\n## Author\n\n**Author:** Me | **Version:** 1.1.0",
        ]
    },
    "a list and a heading": root("- [Echo](f/echo.py) v1.1.0\n\n## Echo (v1.2.0)\n\nText."),
    "both of them": root("- [Echo](f/echo.py) v1.1.0\n\n### Echo v1.0.0\n\nText."),
    "a plain name": root("- Echo (v1.1.0): echoes"),
    "a heading with a small version": root("### 🔊 Echo <sub>v1.1.0</sub>"),
    "a list with a badge of HTML": root('- **Echo** <span class="pill">v1.1.0</span>'),
    "a link with attributes": root("- [Echo](f/echo.py){ .md-button } v1.1.0"),
    "the only code in a folder": {
        **plugin("src/echo.py", "Echo", "1.2.0"),
        "README.md": "# Echo\n\n**Version:** 1.1.0\n",
    },
    "a release whose number is no day": readme("**Release:** 1.0.10"),
    "a release that was not": readme("![release](https://img.shields.io/badge/release-1.1.0-blue)"),
    "a version that is a day": {
        **plugin("f/echo/echo.py", "Echo", "2026.01.31"),
        "f/echo/README.md": "# Echo\n\n![release](https://img.shields.io/badge/release-2026.01.10-blue)\n",
    },
    "a version and the day of its release": readme("Current version: 1.1.0\n\nRelease: 10.01.2026"),
    "a heading with a key": root("### Echo <kbd>v1.1.0</kbd>"),
    "a heading that goes on": root("### Echo v1.1.0 - says it again"),
    "a heading with an emoji": root("### Echo v1.1.0 🚀"),
    "a heading with a label": root("### Echo (version 1.1.0)"),
    "a table with a short label": root("| Plugin | Ver. |\n|-|-|\n| Echo | 1.1.0 |"),
    "a plain name, no parenthesis": root("- Echo v1.1.0"),
}


@pytest.mark.parametrize("files", STALE.values(), ids=STALE)
def test_what_is_the_plugins_is_compared(files: dict[str, str | bytes], tmp_path: Path) -> None:
    report = check(write_files(tmp_path, files), "version-mismatch")
    assert report.findings and all(finding.fix is not None for finding in report.findings)


WRITTEN = [
    *(
        f"# 回声 Echo\n\n![{alt}](https://img.shields.io/badge/{badge}-blue.svg?style=flat)"
        for alt, badge in (
            *(("回声 v{0}", "版本-v{0}"), ("Echo ({0})", "Version%20{0}"), ("Echo v0.9.0", "%E7%89%88%E6%9C%AC-{0}")),
            *(("x", "Version_v{0}"), ("版本：{0}", "📦_版本：-{0}")),
        )
    ),
    "# Echo\n\n<table>\n  <tr>\n    <td><b>版本</b></td>\n    <td><code>v{0}</code></td>\n  </tr>\n</table>",
    "# 🔊 Echo v{0} – 回声",
    '<h1 align="center">Echo<br><sub>v{0}</sub></h1>',
    "# 回声 Echo\n\n作者：张三，版本：{0}，许可证：MIT",
    "# Echo\n\n<b>作者</b>: 张三<br><b>版本</b>: {0}<br>",
    "# Echo\n\n_Version {0} by 张三_",
]


@pytest.mark.parametrize("page", WRITTEN)
def test_nothing_but_the_version_is_written(page: str, tmp_path: Path, capsys: Any) -> None:
    text = "\ufeff" + page.replace("\n", "\r\n") + "\r\n\r\n回声 — é\n\r\n## 1.1.0\r\nv1.1.0"
    files = {**own(""), "f/echo/README.md": text.format("1.1.0")}
    readme = write_files(tmp_path, files) / "f/echo/README.md"
    assert run(capsys, "--fix-versions", str(tmp_path))[0] == 0
    assert readme.read_bytes() == text.format("1.2.0").encode()
    assert run(capsys, "--fix-versions", "--diff", str(tmp_path))[1] == ""


@pytest.mark.parametrize(
    "value", ["1.2.0  # keep in sync", '"1.2.0"', "1.2.0 (beta) <img src=x>", "latest", "v1.2.0", "V1.2.0"]
)
def test_only_a_version_is_copied(value: str, tmp_path: Path, capsys: Any) -> None:
    """Whatever else the code's value holds stays there, however often versions are brought in line."""
    files = {**own(""), **plugin("f/echo/echo.py", "Echo", value)}
    readme = write_files(tmp_path, files) / "f/echo/README.md"
    for stated in ("1.2.0", "1.1.0"):
        readme.write_text(f"# Echo\n\n**Version:** {stated}\n", encoding="utf-8")
        for _ in range(2):
            run(capsys, "--fix-versions", str(tmp_path))
            expected = stated if value == "latest" else "1.2.0"
            assert readme.read_text(encoding="utf-8") == f"# Echo\n\n**Version:** {expected}\n"


@pytest.mark.parametrize(
    ("value", "stated", "status"),
    [
        *(("latest", "1.2.0", "unknown"), ("2", "1.2.0", "unknown"), ("1.x", "1.2.0", "unknown")),
        *(("2", "2.0.0", "ok"), ("1.2.0b1", "1.2.0-beta.1", "ok"), ("1.2", "1.2.0", "ok")),
        *(("1.2.0b1", "1.1.0", "mismatch"), ("1.2.0b1", "1.2.0", "newer"), ("1.2.0", "1.2.0rc1", "mismatch")),
        *(("1.2.0,", "1.1.0", "mismatch"), ('"1.2.0",', "1.2.0", "ok"), ("1.2.0.", "1.3.0", "newer")),
    ],
)
def test_what_cannot_be_compared_does_not_agree(
    value: str, stated: str, status: str, tmp_path: Path, capsys: Any
) -> None:
    files = {**plugin("f/echo/echo.py", "Echo", value), "f/echo/README.md": f"# Echo\n\n**Version:** {stated}\n"}
    repository = open_repo(write_files(tmp_path, files)).repository
    code, page = rows_of(repository, repository.plugins, with_lacking=True)[0]["locations"]
    assert (code["status"], page["status"]) == ("ok", status)
    told = found(check(tmp_path, "version-unknown"))
    assert told == (["f/echo/echo.py:3:10 version-unknown"] if status == "unknown" else [])
    table = run(capsys, "versions", "--lang", "en", str(tmp_path))[1]
    assert ("1 agree, 1 not compared ?." in table) is (status == "unknown")
    assert ("2 agree." in table) is (status == "ok")


def test_what_is_not_compared_is_said_where_versions_are_fixed(tmp_path: Path, capsys: Any) -> None:
    files = {**own(""), **plugin("f/echo/echo.py", "Echo", "latest")}
    code, out, _ = run(capsys, "--fix-versions", "--lang", "en", str(write_files(tmp_path, files)))
    assert code == 1 and "the versions stated elsewhere (1 place) are not compared" in out


@pytest.mark.parametrize("value", ["v1.2.0", "V1.2.0"])
def test_a_v_before_the_codes_version_is_no_part_of_it(value: str, tmp_path: Path, capsys: Any) -> None:
    page = "# Echo V{0}\n\n**Version:** {0} | v{0}\n\n![v{0}](https://img.shields.io/badge/Version-V{0}-blue)\n"
    files = {**own(""), **plugin("f/echo/echo.py", "Echo", value), "f/echo/README.md": page.format("1.2.0")}
    readme = write_files(tmp_path, files) / "f/echo/README.md"
    assert check(tmp_path, "version-mismatch").findings == []
    readme.write_text(page.format("1.1.0"), encoding="utf-8")
    assert run(capsys, "--fix-versions", str(tmp_path))[0] == 0
    assert readme.read_text(encoding="utf-8") == page.format("1.2.0")


def test_lines_that_differ_are_said_to_and_left_alone(tmp_path: Path, capsys: Any) -> None:
    text = "# Echo\n\nVersion: 1.2.0\n\nEchoes.\n\nVersion: 1.1.0\n"
    files = {**plugin("plugins/filters/echo/echo.py", "Echo", "1.2.0"), "plugins/filters/echo/README.md": text}
    report = check(write_files(tmp_path, files), "version-missing", "version-mismatch")
    (told,) = (finding for finding in report.findings if finding.path.endswith("echo/README.md"))
    assert "several versions in the same form (1.2.0, 1.1.0)" in told.message.en
    run(capsys, "--fix-versions", "--allow-downgrade", str(tmp_path))
    assert (tmp_path / "plugins/filters/echo/README.md").read_text(encoding="utf-8") == text


def test_a_version_and_the_release_that_it_links_to_go_together(tmp_path: Path, capsys: Any) -> None:
    page = "# Echo\n\n**Version:** [{0}](https://github.com/x/y/releases/tag/v{0})\n"
    readme = write_files(tmp_path, {**own(""), "f/echo/README.md": page.format("1.1.0")}) / "f/echo/README.md"
    assert len(check(tmp_path, "version-mismatch").findings) == 1
    assert run(capsys, "--fix-versions", str(tmp_path))[0] == 0
    assert readme.read_text(encoding="utf-8") == page.format("1.2.0")
    readme.write_text(page.format("1.2.0").replace("tag/v1.2.0", "tag/v1.1.0"), encoding="utf-8")
    assert check(tmp_path, "version-mismatch").findings == [], "an address of another release is another statement"


def test_a_row_and_the_release_that_it_links_go_together(tmp_path: Path, capsys: Any) -> None:
    link = "https://github.com/a/b/releases/download/echo-v{0}/echo.py"
    badge = "[![v{0}](https://img.shields.io/badge/v-{0}-blue)](https://github.com/a/b/releases/tag/v{0})"
    table = "| Plugin | File | Version |\n|-|-|-|\n| Echo | [py](" + link + ") | {0} |\n"
    files = {
        **plugin("f/echo/echo.py", "Echo", "1.2.0"),
        **plugin("f/foo.py", "Foo", "0.1.0"),
        "README.md": "# P\n\n" + table.format("1.1.0"),
        "f/echo/README.md": "# Echo\n\n" + badge.format("1.1.0") + "\n",
    }
    run(capsys, "--fix-versions", str(write_files(tmp_path, files)))
    assert (tmp_path / "README.md").read_text() == "# P\n\n" + table.format("1.2.0")
    assert (tmp_path / "f/echo/README.md").read_text() == "# Echo\n\n" + badge.format("1.2.0") + "\n"


@pytest.mark.parametrize(
    "readme",
    ["# My App\n\n**Version:** 1.1.0\n", "# Echo\n\n**Version:** 1.1.0\n"],
)
def test_a_project_that_brings_a_plugin_has_a_version_of_its_own(readme: str, tmp_path: Path) -> None:
    files = {**plugin("src/echo.py", "Echo", "1.2.0"), "app/main.py": "", "README.md": readme}
    assert found(check(write_files(tmp_path, files), "version-mismatch")) == []
