"""What rules are asked about: each subject once, and under keys that tell of whom a rule has spoken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from owui_lint.repository import Repository
from owui_lint.repository.message import CommitMessage, MessageFile
from owui_lint.scopes import DOCUMENT, MESSAGE, PLUGIN, README, SCOPES
from tests.repository.test_plugins import plugin_file
from tests.support import open_repo, write_files

STANDARD = {
    "plugins/filters/echo/echo.py": plugin_file(),
    "plugins/filters/echo/README.md": "# Echo\n",
    "plugins/filters/echo/README_CN.md": "# 回声\n",
    "plugins/filters/README.md": "# Filters\n",
    "docs/plugins/filters/echo.md": "# Echo\n",
    "docs/plugins/filters/guide.md": "# A guide\n",
    "docs/plugins/filters/index.md": "# Filters\n\n- [Echo](echo.md)\n",
    "README.md": "# Plugins\n",
}
ALONE = {"echo.py": plugin_file(), "README.md": "# Echo\n"}


def _open(root: Path, files: dict[str, str]) -> Repository:
    return open_repo(write_files(root, dict(files))).repository


def _subjects(scope: str, repository: Repository) -> list[Any]:
    return list(SCOPES[scope].subjects(repository))


@pytest.mark.parametrize("files", [STANDARD, ALONE])
@pytest.mark.parametrize("scope", ["plugin", "readme", "document"])
def test_each_subject_comes_once_and_those_of_a_plugin_are_among_them(
    tmp_path: Path, scope: str, files: dict[str, str]
) -> None:
    repository = _open(tmp_path, files)
    subjects = _subjects(scope, repository)
    assert len({one.path for one in subjects}) == len(subjects) > 0
    for plugin in repository.plugins:
        assert all(any(one is other for other in subjects) for one in SCOPES[scope].of_plugin(repository, plugin))


def test_documents_are_readmes_pages_and_root_readmes_but_no_indexes(tmp_path: Path) -> None:
    repository = _open(tmp_path, STANDARD)
    assert [one.path for one in _subjects("document", repository)] == [
        "README.md",
        "docs/plugins/filters/echo.md",
        "docs/plugins/filters/guide.md",
        "plugins/filters/echo/README.md",
        "plugins/filters/echo/README_CN.md",
    ]


def test_the_pages_of_a_plugin_are_known_without_asking_for_all_documents_first(tmp_path: Path) -> None:
    repository = _open(tmp_path, STANDARD)
    found = {one.path for one in DOCUMENT.of_plugin(repository, repository.plugins[0])}
    assert "docs/plugins/filters/echo.md" in found


def test_a_root_readme_that_is_a_plugins_own_is_that(tmp_path: Path) -> None:
    repository = _open(tmp_path, ALONE)
    (document,) = _subjects("document", repository)
    assert document is _subjects("readme", repository)[0]
    assert DOCUMENT.keys(document) == README.keys(document) == [("path", "README.md"), ("plugin", "filters/echo")]


def test_keys(tmp_path: Path) -> None:
    repository = _open(tmp_path, STANDARD)
    (plugin,) = _subjects("plugin", repository)
    assert set(PLUGIN.keys(plugin)) == {(kind, "filters/echo") for kind in ("plugin", "code", "within")}
    keys = {one.path: DOCUMENT.keys(one) for one in _subjects("document", repository)}
    assert keys["docs/plugins/filters/guide.md"] == [("path", "docs/plugins/filters/guide.md")]
    assert ("plugin", "filters/echo") in keys["docs/plugins/filters/echo.md"]
    assert SCOPES["repository"].keys(repository) == []


@pytest.mark.parametrize(("text", "is_asked"), [("feat: a rule\n", True), ("Merge branch 'x'\n", False), (None, False)])
def test_only_messages_of_people_are_asked_about(tmp_path: Path, text: str | None, is_asked: bool) -> None:
    repository = _open(tmp_path, ALONE)
    if text is not None:
        repository.message = CommitMessage(MessageFile("message", text.encode()), "#")
    assert bool(list(MESSAGE.subjects(repository))) is is_asked
