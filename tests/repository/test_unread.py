"""What may be a version in a form that is not read: it is quoted, and no second one is written beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

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
        assert _told(root, text) == ([] if number else ["WARNING"])
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
