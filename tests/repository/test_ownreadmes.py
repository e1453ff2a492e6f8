"""Whose README is whose in repositories without ``plugins/{type}/``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.repository.test_plugins import plugin_file
from tests.support import open_repo, run, write_files

ECHO, LATE = plugin_file(), plugin_file("Late", "Pipe")
HEADED, OTHER = "# Echo\n", "# Loudspeaker\n"


def _own(tmp_path: Path, files: dict[str, str]) -> dict[str, list[str]]:
    """The READMEs that plugins have, by the plugins' paths."""
    repository = open_repo(write_files(tmp_path, dict(files))).repository
    return {plugin.path: [one.path for one in plugin.own_readmes] for plugin in repository.plugins}


DEEP = ["src/echo/echo.py", "functions/filters/echo.py", "filters/x/main.py", "open_webui/functions/x.py", "a/b/c/x.py"]


@pytest.mark.parametrize("path", ["echo.py", "src/echo.py", *DEEP])
def test_one_plugin_at_any_depth(tmp_path: Path, path: str) -> None:
    files = {path: ECHO, "README.md": "# Echo for OpenWebUI\n", "README_CN.md": "# 回声\n"}
    helpers = {"tests/test_x.py": "x = 1\n", "scripts/release.py": "x = 1\n", "setup.py": "x = 1\n"}
    packages = {f"{path.partition('/')[0]}/__init__.py": ""} if "/" in path else {}
    assert _own(tmp_path, {**files, **helpers, **packages})[path] == ["README.md", "README_CN.md"]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "test_echo.py",
            "echo_test.py",
            "tests.py",
            "conftest.py",
            "src/nested/test_echo.py",
            "build.py",
            "release.py",
        ),
        *("bump_version.py", "install.py", "demo.py", "example.py", "tools/gen.py", "benchmarks/b.py", "ci/x.py"),
    ],
)
def test_what_is_for_authors_is_no_other_program(tmp_path: Path, path: str) -> None:
    files = {"src/echo.py": ECHO, "README.md": HEADED, path: "import os\n"}
    assert _own(tmp_path, files) == {"src/echo.py": ["README.md"]}


def test_plugins_in_folders_that_are_often_for_authors(tmp_path: Path) -> None:
    files = {"tools/echo.py": ECHO, "tools/late.py": LATE, "README.md": HEADED}
    assert _own(tmp_path, files) == {"tools/echo.py": [], "tools/late.py": []}


@pytest.mark.parametrize("path", ["src/echo.py", *DEEP])
@pytest.mark.parametrize(
    "files",
    [
        {"README.md": OTHER},
        {"README_CN.md": HEADED},
        {"README.md": HEADED, "server/main.py": "x = 1\n"},
        {"README.md": HEADED, "app/build.py": "x = 1\n"},
        {"README.md": HEADED, "agent.py": "x = 1\n"},
        {"README.md": HEADED, "cmd/main.go": "package main\n"},
        {"README.md": HEADED, "web/src/App.vue": "<template/>\n"},
        {"README.md": HEADED, "late.py": LATE},
    ],
)
def test_a_project_of_another_kind_keeps_its_readme(tmp_path: Path, path: str, files: dict[str, str]) -> None:
    assert _own(tmp_path, {path: ECHO, **files})[path] == []


@pytest.mark.parametrize("heading", ["# owui-echo", "# Open-WebUI Echo", "# Echo (for OWUI)", "# Echo in Open WebUI"])
def test_a_plugins_name_is_the_same_with_the_platform_in_it(tmp_path: Path, heading: str) -> None:
    assert _own(tmp_path, {"src/echo.py": ECHO, "README.md": f"{heading}\n"})["src/echo.py"] == ["README.md"]


@pytest.mark.parametrize(
    ("title", "heading", "is_own"),
    [
        ("Open WebUI Memory", "# Memory", True),
        ("Open WebUI Memory", "# Memory for OWUI", True),
        ("Open WebUI Memory", "# Memory of plants", False),
        ("OWUI Memory Filter", "# OWUI Memory", True),
        ("Open WebUI Tools", "# Open WebUI Tools", True),
        ("Open WebUI Tools", "# Tools", False),
        ("Open WebUI Filters", "# Open WebUI", False),
    ],
)
def test_the_platform_in_a_title_is_no_part_of_the_name(tmp_path: Path, title: str, heading: str, is_own: bool) -> None:
    files = {"src/x.py": plugin_file(title), "README.md": f"{heading}\n"}
    assert _own(tmp_path, files)["src/x.py"] == (["README.md"] if is_own else [])


PROJECT = '[project]\nname = "x"\nauthors = [\n  {name = "Ada"},\n]\n'
MANIFESTS = {
    "helm/Chart.yaml": "apiVersion: v2\nversion: 7.7.7\n",
    "package.json": '{"name": "echo", "version": "7.7.7"}',
    "web/package.json": '{\r\n  "version": "7.7.7"\r\n}\r\n',
    "pyproject.toml": PROJECT + 'version = "7.7.7"\n',
    "core/pyproject.toml": PROJECT.replace("\n", "\r\n") + 'dynamic = ["version"]\r\n',
    "Cargo.toml": '[package]\nname = "x"\nversion = "7.7.7"\n',
    "setup.cfg": "[metadata]\nname = x\nversion = 7.7.7\n",
    "setup.py": 'from setuptools import setup\n\nsetup(name="x", version="7.7.7")\n',
}
TOOLS = {
    "package.json": '{"devDependencies": {"prettier": "3.0.0"}}',
    "web/package.json": '{"private": true, "author": {"name": "x"}, "scripts": {"version": "node bump.js"}}',
    "composer.json": '{"name": "", "require": {"version": "1.0.0"}}',
    "manifest.json": '[{"name": "x"}]',
    "pyproject.toml": '[tool.ruff]\ntarget-version = "py311"\n',
    "docs/package.json": '{"name": "docs", "version": "7.7.7"}',
    "tests/fixtures/Chart.yaml": "version: 7.7.7\n",
    "chart/Chart.yaml.tpl": "version: 7.7.7\n",
}


@pytest.mark.parametrize("manifest", MANIFESTS)
@pytest.mark.parametrize(
    ("heading", "is_own"), [("# Echo", False), ("# Echo for OWUI", False), ("# Echo Filter", True)]
)
def test_above_a_plugin_a_manifest_says_that_there_is_more(
    tmp_path: Path, manifest: str, heading: str, is_own: bool
) -> None:
    files = {
        "functions/echo.py": plugin_file("Echo Filter"),
        manifest: MANIFESTS[manifest],
        "README.md": f"{heading}\n",
    }
    assert _own(tmp_path, files) == {"functions/echo.py": ["README.md"] if is_own else []}


@pytest.mark.parametrize("manifest", TOOLS)
def test_settings_of_tools_are_no_manifest(tmp_path: Path, manifest: str) -> None:
    files = {"functions/echo.py": ECHO, manifest: TOOLS[manifest], "README.md": HEADED}
    assert _own(tmp_path, files) == {"functions/echo.py": ["README.md"]}


@pytest.mark.parametrize("folder", ["", "echo/"])
def test_beside_a_plugin_a_manifest_says_nothing(tmp_path: Path, folder: str) -> None:
    files = {f"{folder}echo.py": ECHO, f"{folder}package.json": MANIFESTS["package.json"], f"{folder}README.md": HEADED}
    assert _own(tmp_path, files) == {f"{folder}echo.py": [f"{folder}README.md"]}


def test_a_module_that_is_no_plugin(tmp_path: Path) -> None:
    files = {"server/app/main.py": ECHO.replace("class Filter: ...", "import os"), "README.md": HEADED}
    assert _own(tmp_path, files) == {"server/app/main.py": []}


def test_the_nearest_readme_that_names_it(tmp_path: Path) -> None:
    files = {"functions/echo/src/echo.py": ECHO, "functions/echo/README.md": HEADED, "functions/late.py": LATE}
    found = _own(tmp_path, {**files, "functions/README.md": "# Functions\n", "README.md": HEADED})
    assert found == {"functions/echo/src/echo.py": ["functions/echo/README.md"], "functions/late.py": []}


def test_the_readme_of_a_part_with_more_code_in_it(tmp_path: Path) -> None:
    files = {"echo/openwebui/echo.py": ECHO, "echo/README.md": HEADED, "echo/server/main.py": "x = 1\n"}
    assert _own(tmp_path, files) == {"echo/openwebui/echo.py": []}


@pytest.mark.parametrize("folder", ["", "filters/echo/"])
@pytest.mark.parametrize("aside", ["old", "legacy", "archive", "tests/fixtures", "Examples/more"])
@pytest.mark.parametrize("below", [ECHO, LATE])
def test_what_was_put_aside_takes_no_readme_away(tmp_path: Path, folder: str, aside: str, below: str) -> None:
    files = {f"{folder}echo.py": ECHO, f"{folder}README.md": "# The Echo\n", f"{folder}{aside}/x.py": below}
    found = _own(tmp_path, {**files, f"{folder}{aside}/README.md": HEADED})
    assert found == {
        f"{folder}echo.py": [f"{folder}README.md"],
        f"{folder}{aside}/x.py": [f"{folder}{aside}/README.md"],
    }


def test_where_all_is_put_aside_nothing_is(tmp_path: Path) -> None:
    assert _own(tmp_path, {"examples/echo.py": ECHO, "README.md": HEADED}) == {"examples/echo.py": ["README.md"]}


@pytest.mark.parametrize("folder", ["", "filters/echo/"])
@pytest.mark.parametrize(
    ("heading", "is_own"), [("# Echo\n", True), ("# 🔊 Echo Filter\n", True), ("# The Echo\n", False), (OTHER, False)]
)
def test_another_plugin_below(tmp_path: Path, folder: str, heading: str, is_own: bool) -> None:
    """A README beside one plugin, above another, is the one's where it is headed with its name and nothing else."""
    files = {f"{folder}echo.py": ECHO, f"{folder}README.md": heading, f"{folder}more/late.py": LATE}
    assert _own(tmp_path, files)[f"{folder}echo.py"] == ([f"{folder}README.md"] if is_own else [])


def test_of_two_plugins_in_one_folder_none_has_its_readme(tmp_path: Path) -> None:
    files = {"filters/echo.py": ECHO, "filters/late.py": LATE, "filters/README.md": HEADED}
    assert _own(tmp_path, files) == {"filters/echo.py": [], "filters/late.py": []}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("README.md: echo", {"a/echo.py": ["README.md", "README_CN.md"], "a/late.py": []}),
        ("README_CN.md: pipes/late", {"a/echo.py": [], "a/late.py": ["README_CN.md"]}),
        ("docs/README.md: late", {"a/echo.py": [], "a/late.py": ["docs/README.md"]}),
        ("README.md: none", {"a/echo.py": [], "a/late.py": []}),
        ("README.md: echo\n  README_CN.md: late", {"a/echo.py": ["README.md"], "a/late.py": ["README_CN.md"]}),
        ("README.md: echo\n  README_CN.md: none", {"a/echo.py": ["README.md"], "a/late.py": []}),
        (
            "README.md: echo\n  docs/README.md: echo",
            {"a/echo.py": ["README.md", "README_CN.md", "docs/README.md"], "a/late.py": []},
        ),
    ],
)
def test_the_configuration_says_whose_it_is(tmp_path: Path, config: str, expected: dict[str, list[str]]) -> None:
    files = {"a/echo.py": ECHO, "a/late.py": LATE, "README.md": OTHER, "README_CN.md": OTHER, "docs/README.md": OTHER}
    assert _own(tmp_path, {**files, ".owui-lint.yaml": f"pages:\n  {config}\n"}) == expected
    repository = open_repo(tmp_path).repository
    assert {path for paths in expected.values() for path in paths} <= set(repository.relevant_paths)


def test_a_configured_readme_takes_none_away(tmp_path: Path) -> None:
    files = {
        "a/echo.py": ECHO,
        "a/README.md": HEADED,
        "README.md": OTHER,
        ".owui-lint.yaml": "pages: {README.md: echo}\n",
    }
    assert _own(tmp_path, files) == {"a/echo.py": ["README.md", "a/README.md"]}


@pytest.mark.parametrize(
    ("heading", "is_own"),
    [("# Echo v1.1.0", True), ("# Echo", True), ("# 🔊 Echo Filter", True), ("# The Echo", False), ("# Tools", False)],
)
@pytest.mark.parametrize("path", ["p/echo.py", "a/p/echo.py"])
def test_a_readme_further_up_that_is_headed_with_its_name(
    tmp_path: Path, path: str, heading: str, is_own: bool
) -> None:
    beside = f"{path.removesuffix('echo.py')}README.md"
    files = {path: ECHO, beside: HEADED, "README.md": f"{heading}\n\n**Version:** 1.1.0\n"}
    assert _own(tmp_path, files) == {path: [beside, "README.md"] if is_own else [beside]}
    stated = {one.path: [s.value for s in one.statements] for one in open_repo(tmp_path).repository.locations}
    assert stated.get("README.md", [])[-1:] == (["1.1.0"] if is_own else [])


def test_what_it_says_of_the_plugin_by_its_name_counts_as_well(tmp_path: Path) -> None:
    said = "# Echo\n\n## Plugins\n\n- **Echo** (v1.1.0)\n"
    files = {"a/p/echo.py": ECHO, "a/p/README.md": HEADED, "a/README.md": said}
    locations = open_repo(write_files(tmp_path, dict(files))).repository.locations
    assert [one.path for one in locations if one.statements] == ["a/p/echo.py", "a/README.md"]


def test_the_configuration_takes_a_readme_away(tmp_path: Path) -> None:
    files = {"echo.py": ECHO, "README.md": HEADED, ".owui-lint.yaml": "pages: {README.md: none}\n"}
    assert _own(tmp_path, files) == {"echo.py": []}


def test_a_misspelt_readme_in_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"echo.py": ECHO, "README.md": HEADED, ".owui-lint.yaml": "pages: {REEDME.md: echo}\n"}
    assert run(capsys, str(write_files(tmp_path, dict(files))))[0] == 2
    (tmp_path / ".owui-lint.yaml").write_text("pages: {README.md: echo}\n")
    assert run(capsys, str(tmp_path))[0] == 0


def test_an_old_version_is_not_what_an_index_names(tmp_path: Path) -> None:
    old = plugin_file().replace("1.0.0", "0.1.0")
    index = "# P\n\n| Plugin | Version |\n|---|---|\n| Echo | 0.9.0 |\n| Loud | 0.2.0 |\n"
    files = {"echo.py": ECHO, "legacy/echo.py": old, "legacy/loud.py": plugin_file("Loud"), "README.md": index}
    repository = open_repo(write_files(tmp_path, dict(files))).repository
    found = {(one.plugin.path, one.statements[0].value) for one in repository.locations if one.kind.kind == "root"}
    assert found == {("echo.py", "0.9.0"), ("legacy/loud.py", "0.2.0")}


def test_whose_readme_that_could_be_is_known_without_asking_for_the_plugins_first(tmp_path: Path) -> None:
    files = {"src/echo.py": ECHO, "README.md": OTHER}
    plugin = open_repo(write_files(tmp_path, dict(files))).repository.plugins[0]
    fresh = open_repo(tmp_path).repository
    assert [one.path for one in fresh.readmes_possibly_of(plugin)] == ["README.md"]


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("README.md", "a/README.md"),
        ("a/README.md", "../README.md"),
        ("README_CN.md", "a/README_CN.md"),
        ("docs/README.md", "../a/README.md"),
        ("docs/echo.md", "../a/README.md"),
    ],
)
def test_what_is_linked_says_it_once(tmp_path: Path, link: str, target: str) -> None:
    stated = "# Echo\n\n**Version:** 0.9.0\n"
    original = os.path.normpath(os.path.join(os.path.dirname(link), target))
    write_files(tmp_path, {"a/echo.py": ECHO, original: stated})
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(target)
    found = [one.path for one in open_repo(tmp_path).repository.locations if one.statements and one.path != "a/echo.py"]
    assert found == [original]


def test_a_linked_readme_alone_is_the_plugin_s(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/echo.py": ECHO, "texts/about.md": "# Echo\n"})
    (tmp_path / "a/README.md").symlink_to("../texts/about.md")
    assert _own(tmp_path, {}) == {"a/echo.py": ["a/README.md"]}
