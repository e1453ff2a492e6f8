"""What code of the repository could be imported by: plugins are loaded alone, so their names are nobody's modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repository.test_plugins import plugin_file
from tests.support import open_repo, write_files

FILES: dict[str, str] = {
    "plugins/tools/requests/requests.py": plugin_file("Requests", "Tools"),
    "plugins/tools/httpx/httpx.py": plugin_file("Httpx", "Tools"),
    "plugins/tools/httpx/helper.py": "x = 1\n",
    "plugins/tools/rain/rain_tool.py": plugin_file("Rain", "Tools"),
    "shared/text/util.py": "x = 1\n",
    "top.py": "x = 1\n",
    "notes.md": "",
}


def _importable(tmp_path: Path, files: dict[str, str]):  # type: ignore[no-untyped-def]
    return open_repo(write_files(tmp_path, dict(files))).repository.importable


def test_a_plugin_called_like_a_package_is_not_that_package(tmp_path: Path) -> None:
    importable = _importable(tmp_path, FILES)
    assert "requests" not in importable.anywhere | importable.beside("plugins/tools/requests")
    assert "requests" not in importable.beside("plugins/tools")


def test_a_folder_called_like_its_plugin_is_a_package_where_it_holds_more_code(tmp_path: Path) -> None:
    importable = _importable(tmp_path, FILES)
    assert "httpx" in importable.anywhere & importable.beside("plugins/tools")
    assert importable.beside("plugins/tools/httpx") == {"helper"}


def test_code_below_makes_a_package_of_a_plugins_folder_too(tmp_path: Path) -> None:
    importable = _importable(tmp_path, {**FILES, "plugins/tools/requests/lib/more.py": "x = 1\n"})
    assert "requests" in importable.anywhere
    assert importable.beside("plugins/tools/requests") == {"lib"}


@pytest.mark.parametrize(
    ("folder", "names"),
    [("", {"plugins", "shared", "top"}), ("shared", {"text"}), ("shared/text", {"util"}), ("nowhere", set())],
)
def test_what_lies_beside(tmp_path: Path, folder: str, names: set[str]) -> None:
    assert _importable(tmp_path, FILES).beside(folder) == names


def test_anywhere_are_modules_and_folders_at_any_depth(tmp_path: Path) -> None:
    found = _importable(tmp_path, FILES).anywhere
    assert {"top", "shared", "text", "util", "helper", "rain"} <= found
    assert not {"rain_tool", "notes", "notes.md", ""} & found
