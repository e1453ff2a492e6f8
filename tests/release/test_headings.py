"""What's New where its newest heading is none like the others: one level below them, or in a quotation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import check, run, write_files

CODE = '"""\ntitle: Echo\nversion: 0.3.5\n"""\n\n\nclass Filter:\n    pass\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("### What's New in v0.3.5\n- new\n\n## What's New in v0.3.4\n", "### What's New in v0.3.6"),
        ("> Read this.\n>\n>## What's New in v0.3.5\n> - new\n\n## More\n", ">## What's New in v0.3.6"),
        ("> ### What's New in v0.3.5\n>\n> - new\n\n## More\n", ">### What's New in v0.3.6"),
    ],
)
def test_the_new_heading_stands_above_the_newest(
    text: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = f"# Echo\n\n{text}"
    files = {"plugins/filters/echo/echo.py": CODE, "plugins/filters/echo/README.md": readme}
    monkeypatch.chdir(write_files(tmp_path, {**files}))
    assert check(tmp_path, "whats-new-version", profile="standard").findings == []
    assert run(capsys, "bump", "filters/echo", "0.3.6")[0] == 0
    lines = (tmp_path / "plugins/filters/echo/README.md").read_text().split("\n")
    told = [line for line in lines if "What's New" in line]
    assert told[0] == expected
    assert told[1:] == [line for line in readme.split("\n") if "What's New" in line]
    at = lines.index(expected)
    assert lines[at + 1] == (">" if expected[0] == ">" else "")
    assert run(capsys, "bump", "filters/echo", "0.3.7")[0] == 0  # nothing was told yet
    again = (tmp_path / "plugins/filters/echo/README.md").read_text().split("\n")
    assert [line for line in again if "What's New" in line] == [expected.replace("0.3.6", "0.3.7"), *told[1:]]


def test_a_story_in_a_quotation_is_not_missing(tmp_path: Path) -> None:
    readme = "# Echo\n\nEchoes.\n\n>## What's New in v0.3.5\n> - new\n"
    write_files(tmp_path, {"plugins/filters/echo/echo.py": CODE, "plugins/filters/echo/README.md": readme})
    report = check(tmp_path, "readme-section-missing", profile="standard")
    assert not any("What's New" in one.message.en for one in report.findings)
