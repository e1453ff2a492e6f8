"""What may be a version in a form that is not read: it is quoted, and no second one is written beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.repository.test_plugins import plugin_file
from tests.support import check, run, write_files

CODE = '"""\ntitle: Echo\nversion: 1.2.0\n"""\n\n\nclass Filter:\n    pass\n'
AUTHOR = "**Author:** [Ada](https://example.org) | **Project:** [Echo](https://example.org)"
README = "plugins/filters/echo/README.md"


def _told(root: Path, text: str, code: str = CODE) -> list[str]:
    """What is said of a README without a version that is read, by severity."""
    write_files(root, {"plugins/filters/echo/echo.py": code, README: text})
    return [str(one.severity.name) for one in check(root, "version-missing").findings if one.path == README]


@pytest.mark.parametrize(
    "form",
    [
        *("Echo is at v{0} now.", "Now at v{0}.", "- Status: stable (v{0})", "Release {0} is out.", "It is {0}, by now."),
        *("这个插件现在是 v{0}，很稳定。", "Echo `v{0}` repeats.", "|||v{0}|", "## Info\n\n- **Version:** {0}\n", "**Ver** 📦 v{0} 📦"),
        *("## 信息\n\n版本号：{0} 稳定", "> Version {0} of it.", "Echo, version **{0}** of today"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_is_quoted_and_nothing_is_written(
    form: str, newline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for number, version in enumerate(("1.1.0", "1.2.0")):
        root = tmp_path / str(number)
        text = f"# Echo\n\n{AUTHOR}\n\n{form.format(version)}\n".replace("\n", newline)
        assert _told(root, text) == ([] if number else ["ERROR"])
        monkeypatch.chdir(root)
        run(capsys, "check", "--select", "version-missing", "--fix", "--unsafe-fixes")
        assert (root / README).read_bytes().decode() == text


@pytest.mark.parametrize(
    "other",
    [
        *("Needs Open WebUI v0.6.0.", "Talks to DeepSeek v3.1.", "Since v1.1.0 it is loud.", "`pip install echo==1.1.0`"),
        *("Listens at 127.0.0.1.", "Over 3.5 years.", "Released on 2026.01.31.", "[v](https://example.org/v1.1.0)"),
        *("## Changelog\n\nVersion: 1.1.0 of old", "## Models\n\n- Version: 4.1 mini", "## Usage\n\nAsk for v1.1.0."),
        *("<!-- v1.1.0 -->", "```\nVersion: 1.1.0\n```", "Tested with Echo v1.1.0.", "需要 v1.1.0。", "Python 3.11.4"),
    ],
)  # fmt: skip
def test_what_is_another_things_does_not_count(other: str, tmp_path: Path) -> None:
    assert _told(tmp_path, f"# Echo\n\n{AUTHOR}\n\n{other}\n") == ["ERROR"]


def test_a_number_in_the_title_is_part_of_the_name(tmp_path: Path) -> None:
    assert _told(tmp_path, f"# Echo v3.5 mini\n\n{AUTHOR}\n", CODE.replace("Echo", "Echo v3.5 mini")) == ["ERROR"]


@pytest.mark.parametrize(
    "form",
    [
        *("**Version:** [1.1.0](docs/v1.1.0.md)", "**Version:** [1.1.0](#v110)", "**Version:** [v1.1.0](CHANGES.md#1-1-0)"),
        *("**Version:** [1.1.0](https://github.com/a/b/compare/v1.0.0...v1.1.0)", "Version: [1.1.0](#110---2026-01-02)"),
        "[![v1.1.0](https://img.shields.io/badge/v1.1.0-blue)](docs/v1.1.0.md)",
        "[![v](https://img.shields.io/badge/version-1.1.0-blue)](https://github.com/a/b/compare/v1.0.0...v1.1.0)",
        "- [Echo](docs/echo-v1.1.0.md) v1.1.0",
        "- [Echo][it] v1.1.0\n\n[it]: docs/echo-v1.1.0.md",
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_link_that_names_the_version_is_left_with_its_text(
    form: str, newline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    readme = f"\ufeff# 回声 Echo\n\n{form}\n".replace("\n", newline)
    root = write_files(tmp_path, {"echo.py": CODE, "README.md": readme})
    monkeypatch.chdir(root)
    code, out, _ = run(capsys, "--no-cache", "--fix-versions")
    assert "change both by hand" in " ".join(out.split()) and code == 1
    run(capsys, "bump", "filters/echo", "minor")
    assert (root / "README.md").read_bytes().decode() == readme
    (root / "echo.py").write_text(CODE.replace("1.2.0", "1.1.0"))
    assert check(root, "version-mismatch").findings == []


def test_linked_cells_of_a_table_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    rows = "| Echo | [{0}](https://github.com/a/b/releases) |\r\n| **Echo** | [`v{0}`](https://github.com/a/b/releases/tag/v{0}) |\r\n"
    others = "| Echo | [1.52.3](https://pypi.org/project/echo) |\r\n| Echo | [1.1.0](x.md) beta [2](y) |\r\n"
    table = f"# P\r\n\r\n| Plugin | Version |\r\n|---|---|\r\n{rows}{others}"
    root = write_files(
        tmp_path, {"p/echo.py": CODE, "p/o.py": CODE.replace("Echo", "O"), "README.md": table.replace("{0}", "1.1.0")}
    )
    monkeypatch.chdir(root)
    assert run(capsys, "--no-cache", "--fix-versions")[0] == 0
    assert (root / "README.md").read_bytes().decode() == table.replace("{0}", "1.2.0")


@pytest.mark.parametrize(
    "head",
    [
        "| Property | Value |\n|:-|:-|\n| Version | `v{0}` |\n| Type | `filter` |",
        "| 🏷️ 版本 | {0} |\n|-|-|\n| 优先级 | 0 |",
        *("Current version: {0}, see [changes](CHANGELOG.md)", "Current version: **{0}** ([changes](CHANGELOG.md))."),
        *(
            "当前版本：{0}，详见[更新日志](CHANGELOG.md)",
            "Version {0} (Open WebUI 1.1.0+)",
            "Version: {0}（需要 OpenWebUI ≥ 1.1）",
        ),
        *("作者：张三 ｜ 版本：{0} ｜ 许可证：MIT", "Author: Ada ｜ Version: `v{0}`", "版本：{0} ｜ 作者：张三"),
        *("**Filter version:** {0}", "**过滤器版本：** `v{0}`", "- Function Version: {0}", "过滤器版本：{0} ｜ MIT"),
        "| Author | Version | Requirements |\n|:-|:-|:-|\n| Ada | `{0}` | httpx 1.1.0 |",
        "| 作者 | 版本 | 更新时间 |\n|-|-|-|\n| 张三 | v{0} | 2026-01-31 |",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_the_version_of_a_head_is_written(
    head: str, newline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    readme = f"\ufeff# Echo 回声\n\n{head}\n\n## 依赖\n\n| 版本 | 1.1.0 |".replace("\n", newline)
    root = write_files(tmp_path, {"echo.py": CODE, "README.md": readme.replace("{0}", "1.1.0")})
    monkeypatch.chdir(root)
    for _ in range(2):
        assert run(capsys, "--no-cache", "--fix-versions")[0] == 0
        assert (root / "README.md").read_bytes().decode() == readme.replace("{0}", "1.2.0")


@pytest.mark.parametrize(
    "heading", ["## 中文", "## 🇨🇳 简体中文", "## Chinese version", "# 中文说明", "中文\n----", "## English / 英文"]
)
@pytest.mark.parametrize(
    "form", ["**版本：** {0}", "版本：{0}", "**作者：** A | **版本：** {0}", "| 作者 | 版本 |\n|-|-|\n| A | {0} |"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_page_in_two_languages_is_mended_in_each(
    heading: str, form: str, newline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    readme = f"\ufeff# Echo\n\nVersion: {{0}}\n\n## Usage\n\nSay.\n\n{heading}\n\n{form}\n\n### 用法\n\n版本：0.1.0\n"
    readme = readme.replace("\n", newline)
    root = write_files(tmp_path, {"echo.py": CODE, "README.md": readme.replace("{0}", "1.1.0")})
    monkeypatch.chdir(root)
    assert run(capsys, "--no-cache", "--fix-versions")[0] == 0
    assert (root / "README.md").read_bytes().decode() == readme.replace("{0}", "1.2.0")


@pytest.mark.parametrize(
    "heading", ["## 中文模型", "### 中文", "## Chinese models", "## 更新日志", "## Usage", "## 中文更新日志"]
)
def test_other_sections_do_not_say_again_what_the_page_says(heading: str, tmp_path: Path) -> None:
    text = f"# Echo\n\nVersion: 1.2.0\n\n{heading}\n\n版本：1.1.0\n"
    assert check(write_files(tmp_path, {"echo.py": CODE, "README.md": text}), "version-mismatch").findings == []


@pytest.mark.parametrize(
    "line",
    ["v0.0.9 changed the valves", "Version 0.0.9 changed the valves", "**v0.0.9** was the first", "版本 0.0.9 新增"],
)
def test_what_only_tells_of_a_version(tmp_path: Path, line: str) -> None:
    files = {"plugins/filters/echo/echo.py": plugin_file(), "plugins/filters/echo/README.md": f"# Echo\n\n{line}\n"}
    findings = check(write_files(tmp_path, files), "version-missing", profile="standard").findings
    assert [finding.message.en for finding in findings if "0.0.9" in finding.message.en] == []
    assert any(finding.path.endswith("README.md") for finding in findings)
