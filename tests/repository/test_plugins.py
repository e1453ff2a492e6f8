from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from owui_lint.repository.plugin import Plugin
from owui_lint.repository.readmes import named_language
from owui_lint.text import slug, title_keys
from tests.support import check, open_repo, run, write_files

FRONT = '"""\ntitle: {title}\nversion: 1.0.0\n"""\nclass {cls}: ...\n'


def plugin_file(title: str = "Echo", cls: str = "Filter") -> str:
    return FRONT.format(title=title, cls=cls)


def _plugins(tmp_path: Path, files: dict[str, str | bytes]) -> list[Plugin]:
    return open_repo(write_files(tmp_path, files)).repository.plugins


def test_standard_layout(tmp_path: Path) -> None:
    found = _plugins(
        tmp_path,
        {
            "plugins/filters/echo_filter/echo.py": plugin_file(),
            "plugins/filters/echo_filter/echo_cn.py": plugin_file("回声"),
            "plugins/filters/echo_filter/test_echo.py": "class Filter: ...\n",
            "plugins/filters/echo_filter/helper.py": "x = 1\n",
            "plugins/filters/echo_filter/README.md": "# Echo\n",
            "plugins/actions/ACTION_PLUGIN_TEMPLATE.py": plugin_file("[Name]", "Action"),
            "plugins/actions/mind-map/思维导图.py": plugin_file("思维导图", "Action"),
            "plugins/actions/mind-map/mind_map.py": plugin_file("Mind Map", "Action"),
            "plugins/pipes/lone.py": plugin_file("Lone", "Pipe"),
            "plugins/pipelines/moe.py": "import os\n\nclass Pipeline: ...\n",
            "plugins/debug/x/probe.py": plugin_file("Probe"),
            "scripts/tool.py": plugin_file("Elsewhere", "Tools"),
        },
    )
    assert [(plugin.id, plugin.path, plugin.folder, [copy.stem for copy in plugin.copies]) for plugin in found] == [
        ("actions/mind-map", "plugins/actions/mind-map/mind_map.py", "plugins/actions/mind-map", ["思维导图"]),
        ("filters/echo_filter", "plugins/filters/echo_filter/echo.py", "plugins/filters/echo_filter", ["echo_cn"]),
        ("pipelines/moe", "plugins/pipelines/moe.py", None, []),
        ("pipes/lone", "plugins/pipes/lone.py", None, []),
    ]
    assert list(found[1].readmes) == ["en"]


def test_a_plugin_may_be_called_as_tests_are(tmp_path: Path) -> None:
    found = _plugins(
        tmp_path,
        {
            "plugins/filters/ab_test/ab_test.py": plugin_file("AB Test"),
            "plugins/filters/test_echo/test_echo.py": plugin_file("Test Echo"),
            "plugins/filters/speed_test/speed_test.py": "import pytest\n\n\nclass Filter: ...\n",
            "plugins/filters/unit_test/unit_test.py": '"""\ntitle: Tests\n"""\nx = 1\n',
            "plugins/filters/test/test.py": plugin_file("Test"),
            "plugins/filters/echo/echo.py": plugin_file("Echo"),
            "plugins/filters/echo/echo_test.py": plugin_file("Echo Test"),
            "plugins/filters/lone_test.py": plugin_file("Lone"),
            "plugins/filters/my_template/my_template.py": plugin_file("Template"),
        },
    )
    assert [plugin.id for plugin in found] == ["filters/ab_test", "filters/echo", "filters/test_echo"]


def test_plugins_outside_of_the_folders_of_types(tmp_path: Path) -> None:
    found = _plugins(
        tmp_path,
        {
            "plugins/filters/echo/echo.py": plugin_file(),
            "plugins/filters/echo/readme.md": "# Echo\n",
            "plugins/README.md": "# Plugins\n",
            "plugins/loose.py": plugin_file("Loose", "Pipe"),
            "plugins/functions/shout/shout.py": plugin_file("Shout", "Pipe"),
            "plugins/functions/shout/README.md": "# Shout\n",
            "functions/echo.py": plugin_file("Another Echo"),
            "functions/unreadable.py": "\n" + plugin_file("Unreadable"),
            "dist/echo.py": plugin_file("Echo"),
            "functions/no_class.py": plugin_file(cls="Other"),
            ".github/assets/echo.py": plugin_file("Hidden"),
            "tests/fixtures/whisper.py": plugin_file("Whisper"),
            "functions/pipe_template.py": plugin_file("Template", "Pipe"),
        },
    )
    assert [(plugin.id, plugin.path, plugin.is_misplaced) for plugin in found] == [
        ("filters/echo", "plugins/filters/echo/echo.py", False),
        ("filters/functions/echo", "functions/echo.py", True),
        ("filters/unreadable", "functions/unreadable.py", True),
        ("pipes/loose", "plugins/loose.py", True),
        ("pipes/shout", "plugins/functions/shout/shout.py", True),
    ]
    assert {plugin.id: [one.path for one in plugin.readmes.values()] for plugin in found if plugin.readmes} == {
        "filters/echo": ["plugins/filters/echo/readme.md"],
        "pipes/shout": ["plugins/functions/shout/README.md"],
    }


def test_ids_are_unique(tmp_path: Path) -> None:
    """Under them is kept what belongs to a plugin: a plugin in a folder of a folder is called like a path elsewhere."""
    below = {
        f"plugins/filters/{path}": plugin_file(path) for path in ("y/y.py", "x/x.py", "x/y/y.py", "y.py", "x/a.py")
    }
    found = _plugins(tmp_path, {**below, "x/y.py": plugin_file("Elsewhere"), "x/README.md": "# Elsewhere\n"})
    assert len({plugin.id for plugin in found}) == len(found) == 6
    assert [plugin.id for plugin in found if plugin.is_misplaced] == ["filters/x/y.py"]


def test_a_copy_in_another_language_does_not_hide_the_readme(tmp_path: Path) -> None:
    found = _plugins(
        tmp_path,
        {
            "mind_map.py": plugin_file("Mind Map", "Action"),
            "mind_map_cn.py": plugin_file("思维导图", "Action"),
            "README.md": "# Mind Map\n",
            "README_CN.md": "# 思维导图\n",
            "tools/echo/echo.py": "x = 1\n",
        },
    )
    assert {plugin.id: sorted(plugin.readmes) for plugin in found} == {
        "actions/mind_map": ["en", "zh"],
        "actions/mind_map_cn": [],
    }


def test_two_plugins_in_one_folder(tmp_path: Path) -> None:
    found = _plugins(
        tmp_path,
        {
            "plugins/actions/info/info.py": plugin_file("Info", "Action"),
            "plugins/actions/info/js_poc.py": plugin_file("Poc", "Action"),
        },
    )
    assert [(plugin.id, plugin.folder) for plugin in found] == [
        ("actions/info", "plugins/actions/info"),
        ("actions/js_poc", None),
    ]


def test_other_layouts(tmp_path: Path) -> None:
    found = _plugins(
        tmp_path,
        {
            "functions/filters/clip/main.py": plugin_file("Clip"),
            "functions/filters/server/main.py": "import os\n",
            "tools/search.py": plugin_file("Search", "Tools"),
            "tools/a/same.py": plugin_file("A", "Tools"),
            "tools/b/same.py": plugin_file("B", "Tools"),
            "late/comment.py": "# hello\n" + plugin_file("Late"),
        },
    )
    assert [plugin.id for plugin in found] == [
        "filters/clip",
        "filters/comment",
        "tools/search",
        "tools/tools/a/same",
        "tools/tools/b/same",
    ]


@pytest.mark.parametrize("name", ["README.md", "readme.md", "Readme.markdown"])
@pytest.mark.parametrize("name_zh", ["README_CN.md", "README.zh-CN.md", "readme_zh.md", "README中文.md"])
def test_readmes_of_other_layouts_have_any_usual_name(tmp_path: Path, name: str, name_zh: str) -> None:
    files: dict[str, str | bytes] = {
        "tools/rain/main.py": plugin_file("Rain", "Tools"),
        f"tools/rain/{name}": "# Rain\n",
        f"tools/rain/{name_zh}": "# 雨\n",
        f"{name}": "# Mine\n",
    }
    repository = open_repo(write_files(tmp_path, files)).repository
    (plugin,) = repository.plugins
    assert {lang: document.path for lang, document in plugin.readmes.items()} == {
        "en": f"tools/rain/{name}",
        "zh": f"tools/rain/{name_zh}",
    }
    assert {lang: document.path for lang, document in repository.root_documents.items()} == {"en": name}
    assert repository.relevant_paths == sorted(files)


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("filters/echo_filter", True),
        ("filter/echo", True),
        ("echo", True),
        ("plugins/filters/echo-filter", True),
        ("actions/echo", False),
    ],
)
def test_selectors(tmp_path: Path, selector: str, matches: bool) -> None:
    (plugin,) = _plugins(tmp_path, {"plugins/filters/echo_filter/echo.py": plugin_file()})
    assert plugin.matches(selector) is matches


def test_slug_and_titles() -> None:
    assert slug("Smart_Mind_Map_Tool") == slug("smart-mind-map") == "smart-mind-map"
    assert slug("filter") == "filter"
    assert title_keys("📂 导出为 Word (Export to Word)") & title_keys("3. Export to Word")
    assert not title_keys("Export to Word (Enhanced)") & title_keys("Enhanced")


def test_a_title_on_the_opening_line_is_meant(tmp_path: Path) -> None:
    """OpenWebUI reads nothing there; that it was meant for a plugin is seen in every layout."""
    code = '"""title: Echo\nversion: 1.0.0\n"""\n\n\nclass Filter:\n    pass\n'
    repository = open_repo(
        write_files(tmp_path, {"f/echo/echo.py": code, "f/b/b.py": code.replace('"""t', '"""\nt', 1)})
    ).repository
    assert sorted(plugin.path for plugin in repository.plugins) == ["f/b/b.py", "f/echo/echo.py"]


@pytest.mark.parametrize("title", ["", "title:\n", "titel: Echo\n", "title\uff1aEcho\n"])
def test_a_plugin_that_has_lost_its_title_is_still_one(tmp_path: Path, title: str) -> None:
    code = f'"""\n{title}author: Ada\nversion: 1.0.0\n"""\nclass Tools: ...\n'
    helper, module = code.replace("Tools", "Helper"), code.replace("class Tools", "class Filter")
    files: dict[str, str | bytes] = {"tools/echo.py": code, "lib/a.py": helper, "lib/sql.py": module}
    if title:  # something like a title says what is meant
        files.pop("lib/sql.py")
    assert [plugin.path for plugin in _plugins(tmp_path, files)] == ["tools/echo.py"]


_CHINESE, _ENGLISH = "# Echo 回声\n\n**版本：** 1.0.0\n\n## 用法\n", "# Echo\n\n**Version:** 1.0.0\n\n## Usage\n"
_JAPANESE = "# Echo エコー\n\n入力をそのまま返します。\n"


@pytest.mark.parametrize("folder", ["", "plugins/filters/echo/", "filters/echo/"])
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"README.md": _CHINESE, "README_EN.md": _ENGLISH}, {"en": "README_EN.md", "zh": "README.md"}),
        ({"README.md": _CHINESE, "readme.en-US.md": _ENGLISH}, {"en": "readme.en-US.md", "zh": "README.md"}),
        ({"README.md": _ENGLISH, "README_EN.md": _ENGLISH}, {"en": "README.md"}),
        ({"README.md": _JAPANESE, "README_EN.md": _ENGLISH}, {"en": "README.md"}),
        ({"README.md": _CHINESE}, {"en": "README.md"}),
        (
            {"README.md": _CHINESE, "README_CN.md": _CHINESE, "README_EN.md": _ENGLISH},
            {"en": "README.md", "zh": "README_CN.md"},
        ),
        ({"README_CN.md": _CHINESE, "README-en.md": _ENGLISH}, {"en": "README-en.md", "zh": "README_CN.md"}),
    ],
)
def test_which_readme_is_the_english_one(
    tmp_path: Path, folder: str, files: dict[str, str], expected: dict[str, str]
) -> None:
    root = write_files(tmp_path, {f"{folder}echo.py": plugin_file(), **{folder + name: files[name] for name in files}})
    repository = open_repo(root).repository
    (plugin,) = repository.plugins
    assert {lang: readme.path for lang, readme in plugin.readmes.items()} == {
        lang: folder + name for lang, name in expected.items()
    }
    assert {path for path in repository.relevant_paths if path.endswith(".md")} >= {
        folder + name for name in expected.values()
    }
    unread = {folder + name for name in files if "en" in name.casefold()} - {folder + expected["en"]}
    assert not unread & set(repository.relevant_paths)


@pytest.mark.parametrize("folder", ["", "plugins/filters/echo/"])
def test_an_english_readme_beside_a_chinese_one_is_mended(tmp_path: Path, capsys: Any, folder: str) -> None:
    code = plugin_file().replace("1.0.0", "1.1.0")
    files = {f"{folder}README.md": _CHINESE, f"{folder}README_EN.md": _ENGLISH}
    root = write_files(tmp_path, {f"{folder}echo.py": code, **files})
    run(capsys, "--fix-versions", str(root))
    for name, text in files.items():
        assert (root / name).read_text() == text.replace("1.0.0", "1.1.0")
    missing = check(root, "readme-missing", profile="standard").findings
    assert [finding.path for finding in missing] == ([f"{folder}README.md", f"{folder}README_CN.md"] if folder else [])
    assert all("README is called" in finding.message.en for finding in missing)


@pytest.mark.parametrize("name", ["README.md", "README_EN.md", "readme.en-US.md", "README_CN.md", "Readme.zh-CN.md"])
def test_a_folder_of_two_is_that_of_the_one_that_any_of_its_readmes_names(tmp_path: Path, name: str) -> None:
    folder = "plugins/filters/voice"
    codes = {f"{folder}/{one}.py": plugin_file(one.title()) for one in ("echo", "shout")}
    found = _plugins(tmp_path, {**codes, f"{folder}/{name}": "# Shout\n"})
    assert {plugin.code.stem: plugin.folder for plugin in found} == {"echo": None, "shout": folder}


@pytest.mark.parametrize("name", ["README.md", "README_EN.md", "README_CN.md", "readme.zh.md", ""])
def test_a_link_to_any_readme_of_a_plugins_folder_is_one_to_the_plugin(tmp_path: Path, name: str) -> None:
    files = {"f/echo/main.py": plugin_file(), "f/more/more.py": plugin_file("More"), "f/x/y.py": plugin_file("Y")}
    repository = open_repo(write_files(tmp_path, files)).repository
    owner = repository.pages.plugin_named([], [f"f/echo/{name}".rstrip("/")])
    assert owner is not None and owner.path == "f/echo/main.py"


@pytest.mark.parametrize(
    ("name", "lang"),
    [
        *(("README.md", ""), ("readme.markdown", ""), ("README_CN.md", "zh"), ("README.zh-CN.md", "zh")),
        *(("README中文.md", "zh"), ("README_EN.md", "en"), ("README-english.md", "en"), ("README.de.md", None)),
        *(("READMETOO.md", None), ("README_EN.txt", None), ("docs.md", None)),
    ],
)
def test_the_language_in_the_name_of_a_readme(name: str, lang: str | None) -> None:
    assert named_language(name) == lang
