"""Which page belongs to which plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repository.test_plugins import plugin_file
from tests.support import open_repo, write_files

CODE = {"plugins/filters/echo/echo.py": plugin_file()}


@pytest.mark.parametrize(
    ("page", "belongs"),
    [
        ("echo.md", True),
        ("echo-filter.md", True),
        ("Echo.md", True),
        ("echo-tutorial.md", False),
        ("other.md", False),
    ],
)
def test_pages_by_name(tmp_path: Path, page: str, belongs: bool) -> None:
    files = {f"docs/plugins/filters/{page}": "# Something\n", "docs/plugins/filters/index.md": "# x\n"}
    repository = open_repo(write_files(tmp_path, {**CODE, **files})).repository
    repository.pages.link()
    assert [document.path for document in repository.plugins[0].pages] == (
        [f"docs/plugins/filters/{page}"] if belongs else []
    )


def test_pages_by_module_heading_sibling_entry_and_map(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "plugins/filters/folder/loud_echo.py": plugin_file("Loud Echo"),
        "docs/plugins/filters/loud-echo.md": "# x\n",
        "docs/plugins/filters/by-heading.md": "# 📣 Loud Echo\n",
        "docs/plugins/filters/by-heading.zh.md": "# 大声\n",
        "docs/plugins/filters/by-entry.md": "# y\n",
        "docs/plugins/filters/mapped.md": "# z\n",
        "docs/plugins/filters/folder.md": "# Folder\n",
        "docs/plugins/filters/index.md": "# Filters\n\n- [Loud Echo](by-entry.md)\n",
        ".owui-lint.yaml": "pages:\n  filters/mapped.md: filters/folder\n  filters/folder.md: none\n",
    }
    repository = open_repo(write_files(tmp_path, files)).repository
    repository.pages.link()
    names = sorted(document.path.rpartition("/")[2] for document in repository.plugins[0].pages)
    assert names == ["by-entry.md", "by-heading.md", "by-heading.zh.md", "loud-echo.md", "mapped.md"]


@pytest.mark.parametrize(
    ("page", "heading", "is_own"),
    [
        ("rain.md", "# Rain Filter", True),
        ("rain.md", "# 🌧️ Rain", True),
        ("rain.md", "# rain_filter", True),
        ("rain.md", "# Rain Filter for OpenWebUI (v0.9.0)", True),
        ("rain.md", "", True),
        ("rain-filter.md", "# Rain", True),
        ("rain_plugin.md", "# Rain plugin", True),
        ("filters/rain.md", "# Rain", True),
        ("rain/index.md", "# Rain Filter", True),
        ("weather/rain.md", "# Rain Filter", True),
        ("wet.md", "# Rain Filter", True),
        # What was put aside, versions and parts of the documentation.
        *(
            (f"{folder}/rain.md", "# Rain Filter", False)
            for folder in ("old", "v1", "archive", "0.9", "api", "filters/old")
        ),
        *((f"{folder}/rain.md", "", False) for folder in ("legacy", "v1.0", "changelog", "2024-01-02", "reference")),
        *((f"rain/{part}.md", "# Rain Filter", False) for part in ("server", "api", "changelog", "v1")),
        ("changelog.md", "# Rain Filter", False),
        # Another type's word, or another thing's heading.
        ("rain-pipe.md", "# Rain", False),
        ("rain-pipe.md", "", False),
        ("rain-tools.md", "# Rain Filter", False),
        ("rain.md", "# Rain Pipe", False),
        ("rain.md", "# Snow", False),
        ("rain.md", "# Rain for MkDocs", False),
        ("rain.md", "# How it works", False),
        ("wet.md", "# Rain", False),
    ],
)
def test_whose_a_page_of_another_layout_is(tmp_path: Path, page: str, heading: str, is_own: bool) -> None:
    files = {
        "filters/rain_filter.py": plugin_file("Rain Filter"),
        "pipes/snow_pipe.py": plugin_file("Snow Pipe", "Pipe"),
    }
    repository = open_repo(write_files(tmp_path, {**files, f"docs/plugins/{page}": f"{heading}\n\nText\n"})).repository
    owned = [page.document.plugin.name for page in repository.pages.all if page.document.plugin]
    assert owned == (["rain_filter"] if is_own else [])


def test_the_configuration_gives_a_plugin_any_page(tmp_path: Path) -> None:
    files = {"rain.py": plugin_file("Rain"), "docs/plugins/api/x.md": "# How it works\n"}
    config = {".owui-lint.yaml": "pages: {api/x.md: rain}\n"}
    repository = open_repo(write_files(tmp_path, {**files, **config})).repository
    assert [page.document.plugin.name for page in repository.pages.all if page.document.plugin] == ["rain"]
