"""Whose version it is: forms of versions, what may stand around them, and the zones of a page, each with each.

What is another thing's, a release's or a sample's is stated nowhere, so nothing accuses or rewrites it; the same form beside it,
about the plugin, is read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import open_repo, write_files

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
