"""Rules about documents where an example in a rule file would hide what matters: bytes, several fixes, odd input."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from owui_lint.fixing.apply import fix
from owui_lint.session import Selection
from tests.support import check, found, open_repo, write_files

CODE = '''"""
title: Echo
version: 1.0.0
"""
from pydantic import BaseModel, Field
class Filter:
    class Valves(BaseModel):
        A: int = Field(default=1, description="First.")
        B: str = Field(default="x", description="Second.")
        C: bool = Field(default=True, description="Third.")
        D: float = Field(default=0.5, description="Fourth.")
'''
ECHO = "plugins/filters/echo/"


def _fixed(root: Path, rule: str) -> None:
    session = open_repo(root)
    fix(session, lambda: session.check(Selection(select=(rule,))), unsafe=True)
    before = {path: path.read_bytes() for path in root.rglob("*.md")}
    report, again = fix(open_repo(root), lambda: check(root, rule), unsafe=True)
    assert not report.crashed
    assert not again.findings
    assert before == {path: path.read_bytes() for path in root.rglob("*.md")}


def test_rows_keep_bom_and_line_endings(tmp_path: Path) -> None:
    readme = b"\xef\xbb\xbf# Echo\r\n\r\n## Configuration\r\n\r\n| Name | Default |\r\n|---|---|\r\n| `B` | `y` |"
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": readme})
    _fixed(tmp_path, "valves-documented")
    assert (tmp_path / ECHO / "README.md").read_bytes() == (
        b"\xef\xbb\xbf# Echo\r\n\r\n## Configuration\r\n\r\n| Name | Default |\r\n|---|---|\r\n| `B` | `x` |\r\n"
        b"| `A` | `1` |\r\n| `C` | `True` |\r\n| `D` | `0.5` |"
    )
    assert found(check(tmp_path, "valves-documented")) == []


def test_rows_without_outer_bars_and_with_a_column_of_its_own(tmp_path: Path) -> None:
    readme = "# Echo\n\n## Configuration\n\nDescription | Unit | Name | Default\n---|---|---|---\n. | s | A | 1\n. | s | C | true\n"
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": readme})
    _fixed(tmp_path, "valves-documented")
    assert (tmp_path / ECHO / "README.md").read_text().splitlines()[6:] == [
        ". | s | A | 1",
        "Second. |  | B | x",
        ". | s | C | true",
        "Fourth. |  | D | 0.5",
    ]


def test_cells_that_stay_empty_at_the_ends_of_rows_without_outer_bars(tmp_path: Path) -> None:
    table = "描述 | 参数 | 默认值 | 说明\n---|---|---|---\n甲 | A | 1 | 。\n丙 | C | true | 。\n"
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README_CN.md": f"# 回声\n\n## 配置\n\n{table}"})
    _fixed(tmp_path, "valves-documented")
    rows = (tmp_path / ECHO / "README_CN.md").read_text(encoding="utf-8").splitlines()[6:]
    assert rows == ["甲 | A | 1 | 。", "|  | B | x |  |", "丙 | C | true | 。", "|  | D | 0.5 |  |"]


def test_the_chinese_table_takes_the_chinese_text(tmp_path: Path) -> None:
    code = (
        CODE.replace('description="Second."', 'description="第二个。"')
        .replace("C: bool", "c: bool")
        .replace("D: float", "d: float")
    )
    table = "# Echo\n\n## 配置参数\n\n| 参数 | 默认值 | 说明 |\n|---|---|---|\n| A | 1 | 第一个。 |\n| c | 是 | 。 |\n| d | 0.5 | 。 |\n"
    write_files(tmp_path, {ECHO + "echo.py": code, ECHO + "README_CN.md": table})
    _fixed(tmp_path, "valves-documented")
    assert "| B | x | 第二个。 |" in (tmp_path / ECHO / "README_CN.md").read_text(encoding="utf-8")


def test_many_missing_valves_are_added_at_once(tmp_path: Path) -> None:
    fields = "\n".join(f'        V{number}: int = Field(default={number}, description="x")' for number in range(40))
    code = CODE[: CODE.index("        A: int")] + fields + "\n"
    table = "# Echo\n\n## Configuration\n\n| Name | Default |\n|---|---|\n| `V0` | `0` |\n"
    write_files(tmp_path, {ECHO + "echo.py": code, ECHO + "README.md": table})
    _fixed(tmp_path, "valves-documented")
    rows = (tmp_path / ECHO / "README.md").read_text().splitlines()[6:]
    assert rows == [f"| `V{number}` | `{number}` |" for number in range(40)]


@pytest.mark.parametrize(
    "table",
    [
        "| Name | Default |\n|---|---|\n| `A` |\n||\n| | |\n",
        "| Name | Default |\n|---|---|\n| `A` | `1` | extra | cells |\n",
        "| Default | Name |\n|---|---|\n| 1 |\n",
        "| Name | Default |\n|---|---|\n",
        "| 参数 | 默认值 |\n|---|---|\n| " + "`" * 500 + " | x |\n| `A` | `" + "(" * 5000 + "` |\n",
        "| Name | Default |\n|---|---|\n| `A` | `" + "[" * 3000 + "` |\n",
    ],
)
def test_broken_tables_do_no_harm(tmp_path: Path, table: str) -> None:
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": f"# Echo\n\n## Configuration\n\n{table}"})
    assert not check(tmp_path).crashed
    _fixed(tmp_path, "valves-documented")


def test_a_name_in_brackets_is_put_right_and_nothing_else(tmp_path: Path) -> None:
    code = CODE.replace("A: int", "MIN_TEXT_LENGTH: int")
    readme = "\ufeff# 回声\r\n\r\n## 配置参数\r\n\r\n| 参数 | 默认值 |\r\n|---|---|\r\n| **Min Text Length（{}）** | `1` |\n| B | x | \r\n| C | on |\r\n| D | 0.5 |"
    write_files(tmp_path, {ECHO + "echo.py": code, ECHO + "README_CN.md": readme.format("MIN_LENGTH").encode()})
    _fixed(tmp_path, "valves-documented")
    assert (tmp_path / ECHO / "README_CN.md").read_bytes() == readme.format("MIN_TEXT_LENGTH").encode()


def test_inherited_valves_may_be_documented(tmp_path: Path) -> None:
    code = CODE.replace("class Valves(BaseModel)", "class Valves(Base)")
    table = "# Echo\n\n## Configuration\n\n| Name | Default |\n|---|---|\n| A | 1 |\n| B | x |\n| C | on |\n| D | 0.5 |\n| BASE_URL | x |\n"
    write_files(tmp_path, {ECHO + "echo.py": code, ECHO + "README.md": table})
    assert found(check(tmp_path, "valves-documented")) == []


def test_a_readme_about_a_copy_with_names_of_its_own_lacks_nothing(tmp_path: Path) -> None:
    copy = CODE.replace("A: int", "数量: int").replace("B: str", "名称: str").replace("default=1", "default=2")
    table = (
        "# 回声\n\n## 配置参数\n\n| 参数 | 默认值 |\n|---|---|\n| **数量** | `2` |\n| **名称** | `x` |\n| C | 是 |\n"
    )
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "echo_cn.py": copy, ECHO + "README_CN.md": table})
    assert found(check(tmp_path, "valves-documented")) == []


def test_a_valve_in_a_list_is_documented(tmp_path: Path) -> None:
    table = (
        "# Echo\n\n## Configuration\n\n| Name | Default |\n|---|---|\n| A | 1 |\n| B | x |\n| C | on |\n\n- `D`: half\n"
    )
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": table})
    assert found(check(tmp_path, "valves-documented")) == []


def test_sections_move_with_their_line_endings(tmp_path: Path) -> None:
    readme = b"# Echo\r\n\r\n## Support\r\n\r\nStar.  \r\n\r\n## Features\r\n\r\n- **A**\r\n\r\n## Usage\r\n\r\n1. Go"
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": readme})
    _fixed(tmp_path, "readme-section-order")
    assert (tmp_path / ECHO / "README.md").read_bytes() == (
        b"# Echo\r\n\r\n## Features\r\n\r\n- **A**\r\n\r\n## Usage\r\n\r\n1. Go\r\n\r\n## Support\r\n\r\nStar.  \r\n"
    )


def test_sections_that_cannot_be_cut_out_stay(tmp_path: Path) -> None:
    readme = "# Echo\n\n<details>\n\n## Support\n\nStar.\n\n</details>\n\n## Features\n\n- **A**\n\n## Usage\n\n1. Go\n"
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": readme})
    report = check(tmp_path, "readme-section-order")
    assert [finding.fix for finding in report.findings] == [None]


def test_sections_of_one_kind_move_together(tmp_path: Path) -> None:
    readme = "# E\n\n## Quick Start\n\n1\n\n## How to Use\n\n2\n\n## What's New in 1.0.0\n\n3\n\n## Features\n\n4\n\n## Configuration\n\n5\n"
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": readme})
    _fixed(tmp_path, "readme-section-order")
    lines = (tmp_path / ECHO / "README.md").read_text().split()
    assert [line for line in lines if line.isdigit()] == ["3", "4", "1", "2", "5"]


@pytest.mark.parametrize(("form", "count"), [("any", 0), ("line", 1), ("table", 1)])
def test_header_forms(tmp_path: Path, form: str, count: int) -> None:
    line = "# E\n\n**Author:** [A](https://a.org) | **Version:** 1.0.0 | **Project:** [P](https://p.org)\n"
    table = "# 回声\n\n| 作者：[A](https://a.org) · v1.0.0 | [P](https://p.org) |\n| :--- | ---: |\n"
    files = {".owui-lint.yaml": f"header-form: {form}\n", ECHO + "echo.py": CODE}
    write_files(tmp_path, {**files, ECHO + "README.md": line, ECHO + "README_CN.md": table})
    assert len(found(check(tmp_path, "readme-header"))) == count


def test_one_root_cause_gives_one_finding(tmp_path: Path) -> None:
    files = {ECHO + "echo.py": CODE, ECHO + "README.md": "# Echo\n", "docs/plugins/filters/index.md": "# F\n"}
    write_files(tmp_path, files)
    at_readme = [line for line in found(check(tmp_path)) if line.startswith(ECHO + "README.md")]
    assert sum("version-missing" in line for line in at_readme) == 1
    assert not any("readme-header" in line for line in at_readme)


def test_a_missing_page_is_named_once_and_by_either_rule(tmp_path: Path) -> None:
    files = {
        ECHO + "echo.py": CODE,
        "docs/plugins/filters/index.md": "# F\n",
        "docs/plugins/filters/index.zh.md": "# F\n",
        "docs/plugins/filters/echo.md": "# Echo (v1.0.0)\n",
    }
    write_files(tmp_path, files)
    missing = "docs/plugins/filters/echo.zh.md:1:1"
    both = [line for line in found(check(tmp_path)) if line.startswith(missing)]
    assert both == [f"{missing} version-missing"]
    assert found(check(tmp_path, "page-pair")) == [f"{missing} page-pair"]


def test_a_page_without_version_does_not_hide_the_readmes_head(tmp_path: Path) -> None:
    files = {
        ECHO + "echo.py": CODE,
        ECHO + "README.md": "# Echo (v1.0.0)\n",
        "docs/plugins/filters/index.md": "# F\n",
        "docs/plugins/filters/echo.md": "# Echo\n",
    }
    write_files(tmp_path, files)
    assert found(check(tmp_path), "readme-header") == [f"{ECHO}README.md:1:3 readme-header"]


def test_links_to_what_git_ignores_are_left_alone(tmp_path: Path) -> None:
    import subprocess

    readme = "# E\n\n[a](site/index.html) [b](gone/x.md) [c](b\\0d.md)\n"
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": readme, ".gitignore": "site/\n"})
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert [line.split(" ")[0] for line in found(check(tmp_path, "broken-link"))] == [
        f"{ECHO}README.md:3:26",
        f"{ECHO}README.md:3:41",
    ]


@pytest.mark.parametrize(
    ("form", "head", "expected"),
    [
        ("any", "", "`**Author:** [..](..) | **Version:** 1.2.0 | **Project:** [..](..)`"),
        ("table", "", "`| By [..](..) · v1.2.0 | [..](..) |`"),
        ("any", "**Author:** Ada", "`**Version:** 1.2.0`"),
        ("line", "Written by Ada.", "`**Version:** 1.2.0`"),
    ],
)
def test_a_missing_version_is_shown_as_the_head_that_is_asked_for(
    tmp_path: Path, form: str, head: str, expected: str
) -> None:
    files: dict[str, str | bytes] = {
        ".owui-lint.yaml": f"header-form: {form}\n",
        ECHO + "echo.py": '"""\ntitle: Echo\nversion: 1.2.0\n"""\nclass Filter:\n    pass\n',
        ECHO + "README.md": f"# Echo\n\n{head}\n\n## Author\n",
    }
    report = check(write_files(tmp_path, files), "version-missing")
    (message,) = (one.message for one in report.findings if one.path == ECHO + "README.md")
    assert expected in message.en and expected in message.zh


def test_a_missing_version_is_shown_as_the_document_would_have_it(tmp_path: Path) -> None:
    folder = "plugins/filters/echo"
    write_files(
        tmp_path,
        {
            f"{folder}/echo.py": '"""\ntitle: Echo\nversion: 1.2.0\n"""\nclass Filter:\n    pass\n',
            f"{folder}/README.md": "# Echo\n",
            f"{folder}/README_CN.md": "# 回声\n",
        },
    )
    examples = {
        "README.md": "`**Author:** [..](..) | **Version:** 1.2.0 | **Project:** [..](..)`",
        "README_CN.md": "`**作者：** [..](..) | **版本：** 1.2.0 | **项目：** [..](..)`",
    }
    messages = {
        finding.path.rpartition("/")[2]: finding.message
        for finding in check(tmp_path, "version-missing").findings
        if "README" in finding.path
    }
    assert messages.keys() == examples.keys()
    for name, example in examples.items():
        assert example in messages[name].en and example in messages[name].zh


@pytest.mark.parametrize("other", ["What's New", "Changelog"])
def test_a_changelog_where_whats_new_belongs_is_found_fault_with_once(tmp_path: Path, other: str) -> None:
    """Its name is wrong, and neither its place nor what it tells; the other language says more of it than the standard."""
    rules = (
        "readme-section-missing",
        "readme-section-order",
        "readme-parity",
        "changelog-elsewhere",
        "whats-new-single",
    )
    files: dict[str, str | bytes] = {
        ECHO + "echo.py": '"""\ntitle: Echo\nversion: 1.4.0\n"""\nclass Filter:\n    pass\n',
        ECHO
        + "README.md": f"# Echo\n\nIt echoes.\n\n## {other}\n\n### v1.4.0\n\n## Features\n\n## Usage\n\n## Support\n",
        ECHO + "README_CN.md": (
            "# 回声\r\n\r\n重复。\r\n\r\n## 更新日志\r\n\r\n### v1.4.0\r\n\r\n## 核心特性\r\n\r\n## 使用方法\r\n\r\n## 支持\r\n"
        ),
    }
    session = open_repo(write_files(tmp_path, files))
    report = session.check(Selection(select=rules))
    expected = (
        [f"{ECHO}README_CN.md:5:4 readme-parity"]
        if other != "Changelog"
        else [f"{ECHO}README.md:5:1 readme-section-missing", f"{ECHO}README_CN.md:5:1 readme-section-missing"]
    )
    assert found(report) == expected


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        ("## Changelog v1.4.0", "## 最新更新 v1.4.0", "`## What's New in v1.4.0`"),
        ("## Changelog\n\n### v1.4.0", "## 最新更新 v1.4.0", "`## What's New`"),
        ("## What's New in 1.4.0", "## 变更记录 1.4.0", "`## 最新更新 1.4.0`"),
    ],
)
def test_a_new_name_for_a_changelog_keeps_its_version(
    tmp_path: Path, english: str, chinese: str, expected: str
) -> None:
    files: dict[str, str | bytes] = {
        ECHO + "echo.py": '"""\ntitle: Echo\nversion: 1.4.0\n"""\nclass Filter:\n    pass\n',
        ECHO + "README.md": f"# Echo\n\nIt echoes.\n\n{english}\n\n- Faster\n\n## Features\n",
        ECHO + "README_CN.md": f"# 回声\n\n重复。\n\n{chinese}\n\n- 更快\n\n## 核心特性\n",
    }
    (finding,) = check(write_files(tmp_path, files), "readme-parity").findings
    assert expected in finding.message.en


def test_what_belongs_to_a_heading_moves_with_it_byte_for_byte(tmp_path: Path) -> None:
    head = "\ufeff# 🔁 回声\r\n\r\n"
    trouble = '<a id="排查"></a>\r\n<!-- 常见问题 -->\r\n## 故障排除\r\n\r\n没有。\t\r\n'
    support = '<span id="s"></span>\r\n\r\n## 支持\n\n一颗星。\r\n'
    readme = (head + trouble + "\r\n" + support).encode()
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README_CN.md": readme})
    _fixed(tmp_path, "readme-section-order")
    assert (tmp_path / ECHO / "README_CN.md").read_bytes() == (head + support + "\r\n" + trouble).encode()


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<!-- START_BLOCK -->", "<!-- END_BLOCK -->"),
        ("<!-- prettier-ignore-start -->", "<!-- prettier-ignore-end -->"),
        ("<!-- TOC -->", "<!-- /TOC -->"),
        ("<!--ts-->", "<!--te-->"),
        ("<!-- #region x -->", "<!-- #endregion -->"),
        ("<!-- 目录开始 -->", "<!-- 目录结束 -->"),
        ("<!-- vale off -->", "<!-- vale on -->"),
        ("<details>", "</details>"),
    ],
)
def test_halves_of_a_pair_keep_their_order(tmp_path: Path, opening: str, closing: str) -> None:
    readme = f"# 🔁 Echo\n\n## Troubleshooting\n\nNone.\n\n{opening}\n\n## Support\n\nA star.\n\n{closing}\n\nx\n"
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": readme})
    _fixed(tmp_path, "readme-section-order")
    assert (tmp_path / ECHO / "README.md").read_text(encoding="utf-8") == readme
    if "START_" in opening:
        return  # a program writes what is between: it is not moved at all
    whole = f"# 🔁 Echo\n\n## Troubleshooting\n\n{opening}\nNone.\n{closing}\n\nx\n\n## Support\n\nA star.\n"
    write_files(tmp_path, {ECHO + "README.md": whole})
    _fixed(tmp_path, "readme-section-order")
    assert (tmp_path / ECHO / "README.md").read_text(encoding="utf-8") == (
        f"# 🔁 Echo\n\n## Support\n\nA star.\n\n## Troubleshooting\n\n{opening}\nNone.\n{closing}\n\nx\n"
    )


def test_names_in_another_style_are_replaced_and_no_other_byte(tmp_path: Path) -> None:
    code = CODE.replace("A: int", "MAX_TURNS: int")
    readme = (
        "\ufeff# 🔁 回声\r\n\r\n开启{0}后，设置 **{0}**，或 `valves.{0}`。\n\r\n### `{0}`\r\n\r\n1. 设置{1}。\t\r\n\r\n"
        "```yaml\r\n{0}: 5\r\n```\r\n\r\n[{0}](https://x.example/max_turns) <!-- max_turns --> ./max_turns.md"
    )
    write_files(
        tmp_path, {ECHO + "echo.py": code, ECHO + "README_CN.md": readme.format("max_turns", "max\\_turns").encode()}
    )
    _fixed(tmp_path, "valves-documented")
    assert (tmp_path / ECHO / "README_CN.md").read_bytes() == readme.format("MAX_TURNS", "MAX\\_TURNS").encode()


@pytest.mark.parametrize(
    "text",
    [
        "`max_turns` is what the server calls it.",  # the code has it for something else
        "Sample: `{'max_turns': 1}` and https://x.example/?max_turns=1",
        "## Changelog\n\n- The valve `max_turns` is new.",
        "## Upgrading\n\nThe valve `max_turns` is gone.",
        "The valve `max_turns` is now `MAX_TURNS`.",
        "```python\ndef cut(max_turns):\n    return max_turns\n```",
        '```json\n{\n  "server": 1,\n  "max_turns": 5\n}\n```',
        "<!-- The valve max_turns -->",
        "<!-- STATS_START -->\nThe valve `max_turns`\n<!-- STATS_END -->",
    ],
)
def test_what_may_be_another_thing_or_another_time_keeps_its_name(tmp_path: Path, text: str) -> None:
    code = CODE.replace("A: int", "MAX_TURNS: int") + "    def inlet(self, body):\n        body['max_turns'] = 1\n"
    write_files(tmp_path, {ECHO + "echo.py": code, ECHO + "README.md": f"# 🔁 Echo\n\n{text}\n"})
    assert found(check(tmp_path, "valves-documented")) == []


def test_hostile_documents_are_searched_in_linear_time(tmp_path: Path) -> None:
    code = CODE.replace("A: int", "MAX_TURNS: int")
    body = (
        "max_turns " * 20_000
        + "\nthe max_turns\n" * 10_000
        + "\n\n```\n"
        + "max_turns: 1\n" * 5_000
        + "```\n"
        + "`" * 20_000
        + "<" * 20_000
    )
    write_files(tmp_path, {ECHO + "echo.py": code, ECHO + "README.md": f"# 🔁 Echo\n\n{body}\n"})
    start = time.perf_counter()
    assert not check(tmp_path, "valves-documented").crashed
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    ("rule", "in_english", "in_chinese"),
    [
        ("readme-header", "`**Author:** [..](..)", "`**作者：** [..](..)"),
        ("features-list", "`- 🚀 **Name**: what it does`", "`- 🚀 **名称**：说明`"),
        ("usage-steps", "`1. Install the plugin`", "`1. 安装插件`"),
        ("valves-table-columns", "`| Parameter | Default | Description |`", "`| 参数 | 默认值 | 描述 |`"),
    ],
)
def test_what_is_to_be_written_is_in_the_language_of_the_document(
    tmp_path: Path, rule: str, in_english: str, in_chinese: str
) -> None:
    english = "# 🔁 Echo\n\nText.\n\n## Key Features\n\n- One.\n\n## How to Use\n\nTalk.\n\n## Configuration\n\nNone.\n"
    chinese = "# 🔁 回声\n\n说明。\n\n## 核心特性\n\n- 其一。\n\n## 使用方法\n\n说话。\n\n## 配置参数\n\n无。\n"
    write_files(tmp_path, {ECHO + "echo.py": CODE, ECHO + "README.md": english, ECHO + "README_CN.md": chinese})
    messages = {finding.path: finding.message for finding in check(tmp_path, rule).findings}
    for lang in ("en", "zh"):
        assert in_english in messages[ECHO + "README.md"].to(lang)
        assert in_chinese in messages[ECHO + "README_CN.md"].to(lang)
