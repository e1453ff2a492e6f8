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


def _bump(root: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str | bytes], version: str) -> str:
    write_files(root, files)
    return "".join(run(capsys, "bump", "filters/echo", version)[1:])


def test_the_docstring_and_the_changelog_beside_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    story = "# Echo\n\n## What's New in v0.3.5\n\n- new\n\n## Changelog\n\n### v0.3.5\n\n- new\n\n### v0.3.4\n\n- old\n"
    files: dict[str, str | bytes] = {
        "plugins/filters/echo/echo.py": CODE.replace("0.3.5\n", "0.3.5\n\n📌 What's new in 0.3.4\n- louder\n"),
        "plugins/filters/echo/README.md": story,
    }
    said = _bump(tmp_path, capsys, files, "0.3.6")
    assert "plugins/filters/echo/echo.py:5:1: the docstring tells what is new in 0.3.4: bring it up to 0.3.6" in said
    assert "the Changelog has no entry for 0.3.6 yet" in said
    assert (tmp_path / "plugins/filters/echo/echo.py").read_text().count("0.3.4") == 1
    files["plugins/filters/echo/echo.py"] = CODE
    files["plugins/filters/echo/README.md"] = story.replace("### v0.3.5", "### v0.3.6\n\n- new\n\n### v0.3.5")
    said = _bump(tmp_path, capsys, files, "0.3.6")
    assert "docstring" not in said
    assert "no entry" not in said


def test_all_places_that_are_newer_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = "# Echo\n\n**Version:** 1.0.0\n"
    files: dict[str, str | bytes] = {
        "plugins/filters/echo/echo.py": CODE,
        "plugins/filters/echo/README.md": page,
        "docs/plugins/filters/echo.md": page,
    }
    said = _bump(tmp_path, capsys, files, "0.3.6")
    assert "2 places are newer than 0.3.6: " in said
    assert "plugins/filters/echo/README.md:3 (1.0.0)" in said
    assert "docs/plugins/filters/echo.md:3 (1.0.0)" in said
