"""Versions below the head of a plugin's README: nothing rewrites them, and one that certainly differs is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import check, run, write_files

CODE = '"""\ntitle: Echo\nversion: 1.2.0\n"""\n\n\nclass Filter:\n    pass\n'
FORMS = [
    *("## Plugin Information\n\n- **Version:** {0}", "## Metadata\n\n**Version:** {0}", "## Version\n\n{0}"),
    *("## 📌 Version\n\n`v{0}`", "## Version\n\nCurrent version: **{0}**", "## 插件信息\n\n- **版本**：{0}"),
    *(
        "## 版本\n\n{0}",
        "## ℹ️ About\n\n| Author | Ada |\n|-|-|\n| Version | {0} |",
        "## Filter details\n\nVersion: {0}",
    ),
    *("## Version\n\n**{0}** (2026-01-31)", "## 基本信息\n\n> 版本：{0}", "## Version\n\n- {0}"),
]
SUBTITLES = ["### Version {0}", "## Version: v{0}", "#### 版本 {0}"]
OTHERS = [
    *(
        "## Server\n\n- Version: {0}",
        "## Plugin information\n\n- Backend: Redis\n- Version: {0}",
        "## API\n\nVersion: {0}",
    ),
    *("## Version\n\n- 1.1.0: first\n- 1.0.0: older", "## Version\n\n1.1.0\n\n1.0.0", "## Version history\n\n{0}"),
    *("## Version\n\nNeeds Open WebUI {0}", "## Version\n\nOpen WebUI {0}", "## Metadata\n\n`version: {0}`"),
    *("## v{0}\n\n- louder", "### Version {0}\n\n- louder\n\n### Version 1.0.0", "## Usage\n\nVersion: {0}"),
    *("## Open WebUI version\n\n{0}", "## Minimum version\n\n{0}", "## Python\n\n{0}", "## Version\n\n{0}+"),
    *("## Changelog\n\n### Version {0}", "## About\n\nIt repeats, since version {0}.", "## 最低版本\n\n{0}"),
    *("## Metadata\n\n- Open WebUI version: {0}", "## Info\n\n- Needs version {0}", "## Version\n\n1.0.0 - 1.1.0"),
    *("## Metadata\n\n```\nversion: {0}\n```", "## About\n\n<!-- Version: {0} -->"),
]


def _told(root: Path, text: str) -> list[str]:
    files: dict[str, str | bytes] = {"f/echo/echo.py": CODE, "f/foo/foo.py": CODE.replace("Echo", "Foo")}
    found = check(write_files(root, {**files, "f/echo/README.md": text}), "version-unread").findings
    return [one.path for one in found]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_is_told_where_it_differs_and_is_never_rewritten(
    form: str, newline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for number, version in enumerate(("1.1.0", "1.2.0")):
        root = tmp_path / str(number)
        text = f"\ufeff# Echo 回声\n\nIt repeats.\n\n{form.format(version)}\n".replace("\n", newline)
        assert _told(root, text) == ([] if number else ["f/echo/README.md"])
        monkeypatch.chdir(root)
        run(capsys, "--no-cache", "--fix-versions")
        run(capsys, "bump", "filters/echo", "minor")
        assert (root / "f/echo/README.md").read_bytes().decode() == text


@pytest.mark.parametrize("form", SUBTITLES)
def test_a_subtitle_is_told(form: str, tmp_path: Path) -> None:
    text = f"# Echo\n\n{form}\n\nIt repeats.\n"
    assert _told(tmp_path / "differs", text.format("1.1.0")) == ["f/echo/README.md"]
    assert _told(tmp_path / "equals", text.format("1.2.0")) == []


@pytest.mark.parametrize("form", OTHERS)
def test_what_may_be_another_things_or_a_releases_is_not(form: str, tmp_path: Path) -> None:
    assert _told(tmp_path, f"# Echo\n\n{form.format('1.1.0')}\n") == []


@pytest.mark.parametrize("form", FORMS)
def test_a_head_that_is_read_says_enough(form: str, tmp_path: Path) -> None:
    assert _told(tmp_path, f"# Echo\n\n**Version:** 1.2.0\n\n{form.format('1.1.0')}\n") == []
