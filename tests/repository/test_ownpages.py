"""Whose page is whose in repositories without ``plugins/{type}/``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repository.test_plugins import plugin_file
from tests.support import check, open_repo, write_files

ECHO, LATE = plugin_file(), plugin_file("Late", "Pipe")
STATED = "\n**Version:** 0.9.0\n"


def _stated(tmp_path: Path, files: dict[str, str], config: str = "docs-dir: docs\n") -> dict[str, list[str]]:
    """What files beside the code state of the plugin, each statement once for each location that it is at."""
    everything = {"echo.py": ECHO, ".owui-lint.yaml": config, **files}
    repository = open_repo(write_files(tmp_path, dict(everything))).repository
    found: dict[str, list[str]] = {}
    for location in repository.locations:
        if location.plugin.path == "echo.py" and location.path != "echo.py" and location.statements:
            found.setdefault(location.path, []).extend(one.value for one in location.statements)
    return found


@pytest.mark.parametrize(
    "path",
    [
        *("docs/README.md", "docs/README_CN.md", "docs/README.zh-CN.md", "docs/zh-CN/README.md", "docs/index.md"),
        *("docs/index.zh.md", "docs/echo/README.md", "docs/echo/README_CN.md", "docs/echo/index.md", "docs/page.md"),
    ],
)
def test_a_page_that_is_headed_with_the_title(tmp_path: Path, path: str) -> None:
    assert _stated(tmp_path, {path: f"# Echo\n{STATED}"}) == {path: ["0.9.0"]}


@pytest.mark.parametrize("path", ["docs/README.md", "docs/index.md", "docs/echo/README.md", "docs/a/README.md"])
@pytest.mark.parametrize("heading", ["# Documentation", "# Echo chambers", "# How Echo is made"])
def test_a_readme_of_the_documentation_itself(tmp_path: Path, path: str, heading: str) -> None:
    assert _stated(tmp_path, {path: f"{heading}\n{STATED}"}) == {}


def test_each_statement_is_at_one_location(tmp_path: Path) -> None:
    assert _stated(tmp_path, {"docs/index.md": "# Echo v0.9.0\n\n- **Echo** (v0.8.0)\n"}) == {
        "docs/index.md": ["0.9.0", "0.8.0"]
    }


def test_a_page_goes_with_the_same_page_in_another_language(tmp_path: Path) -> None:
    headed, other = f"# Echo\n{STATED}", f"# 回声\n{STATED}"
    files = {"docs/README.md": headed, "docs/README_CN.md": other, "docs/index.md": f"# Documentation\n{STATED}"}
    assert sorted(_stated(tmp_path, files)) == ["docs/README.md", "docs/README_CN.md"]


def test_what_the_configuration_says_of_a_readme_there(tmp_path: Path) -> None:
    files = {"late.py": LATE, "docs/README.md": f"# Documentation\n{STATED}"}
    config = "docs-dir: docs\npages: {docs/README.md: echo}\n"
    assert _stated(tmp_path, files, config) == {"docs/README.md": ["0.9.0"]}


def test_a_program_has_pages_of_its_own(tmp_path: Path) -> None:
    assert _stated(tmp_path, {"app/main.py": "x = 1\n", "docs/README.md": f"# Echo\n{STATED}"}) == {}


@pytest.mark.parametrize(
    ("files", "config", "is_read"),
    [
        ({}, "", True),
        ({"docs/plugins/more.md": "# More\n"}, "", False),
        ({"plugins/filters/README.md": "# Filters\n"}, "", True),
        ({}, "docs-dir: docs/plugins\n", False),
        ({"app/main.py": "x = 1\n"}, "", False),
    ],
)
def test_where_documentation_lies_if_nothing_says_so(
    tmp_path: Path, files: dict[str, str], config: str, is_read: bool
) -> None:
    found = _stated(tmp_path, {"docs/echo.md": f"# Echo\n{STATED}", **files}, config)
    assert found == ({"docs/echo.md": ["0.9.0"]} if is_read else {})


@pytest.mark.parametrize("folder", ["versioned_docs/version-1.1", "_archive", "old_versions", "v1", "旧版"])
def test_documentation_of_old_versions(tmp_path: Path, folder: str) -> None:
    assert _stated(tmp_path, {f"docs/{folder}/echo.md": f"# Echo\n{STATED}"}, "") == {}


@pytest.mark.parametrize(
    ("files", "page", "owner"),
    [
        # Its file is called like two or three plugins; one of them has the title.
        (
            {"pipes/echo/echo.py": "Echo", "filters/echo.py": "Echo F", "pipes/other/echo.py": "Other"},
            "# Echo",
            "pipes/echo/echo.py",
        ),
        ({"pipes/echo/echo.py": "Echo", "filters/echo.py": "Echo F"}, "# Echo v0.9.0", "pipes/echo/echo.py"),
        ({"pipes/echo/echo.py": "Echo", "filters/echo.py": "Echo F"}, "# Echo F", "filters/echo.py"),
        # It is called like one plugin, and headed with the title of another, which could be called so, too.
        ({"chat/main.py": "Echo", "filters/echo.py": "Echo F"}, "# Echo", "chat/main.py"),
        ({"loud.py": "Loud", "echo.py": "Late"}, "# Loud", None),
        ({"loud.py": "Echo", "filters/echo.py": "Loud"}, "# Echo", "loud.py"),
        # Nothing but the name of the file says it.
        ({"filters/echo.py": "Late", "loud.py": "Loud"}, "# Echo", "filters/echo.py"),
        # Two have the title, or none of them.
        ({"filters/echo.py": "Echo", "pipes/echo.py": "Echo"}, "# Echo", "both"),
        ({"filters/echo.py": "One", "pipes/echo.py": "Two"}, "# Echo", "both"),
    ],
)
def test_of_several_plugins_that_a_page_could_be_about_the_title_decides(
    tmp_path: Path, files: dict[str, str], page: str, owner: str | None
) -> None:
    code = {path: plugin_file(title, "Pipe") for path, title in files.items()}
    write_files(tmp_path, {**code, "docs/echo.md": f"{page}\n{STATED}"})
    pages = open_repo(tmp_path).repository.pages.all
    owners = [plugin.path for page in pages for plugin in page.owners]
    assert sorted(owners) == (sorted(files) if owner == "both" else [owner] if owner else [])


@pytest.mark.parametrize(
    "path", ["posts/echo", "announcements/echo", "adr/echo", "design/README", "echo-2026-01-31", "提案/echo"]
)
def test_what_tells_of_a_day_is_not_compared(tmp_path: Path, path: str) -> None:
    assert _stated(tmp_path, {f"docs/{path}.md": f"# Echo\n{STATED}"}) == {}


@pytest.mark.parametrize("path", ["docs/blog-posts.md", "docs/blog-posts/index.md", "docs/blog-posts/README.md"])
@pytest.mark.parametrize("code", ["blog_posts.py", "main.py"])
def test_a_plugin_may_be_called_like_that(tmp_path: Path, path: str, code: str) -> None:
    write_files(tmp_path, {code: plugin_file("Blog Posts", "Pipe"), path: f"# Blog Posts\n{STATED}"})
    repository = open_repo(tmp_path).repository
    assert [one.path for one in repository.locations if one.statements] == [code, path]


def test_the_configuration_may_say_that_it_is_a_plugins(tmp_path: Path) -> None:
    files = {"docs/specs/echo.md": f"# Echo\n{STATED}"}
    config = "docs-dir: docs\npages: {specs/echo.md: echo}\n"
    assert _stated(tmp_path, files, config) == {"docs/specs/echo.md": ["0.9.0"]}


STANDARD = {"plugins/filters/echo/echo.py": ECHO}
ADA = ECHO.replace("title: Echo\n", "title: Echo\nauthor: Ada\nauthor_url: https://github.com/ada-l\n")


@pytest.mark.parametrize(
    ("files", "found"),
    [
        # Without folders of types, pages may lie anywhere; nothing is missing.
        ({"docs/echo.md": "# Echo\n"}, {}),
        ({"docs/echo.md": f"# Echo\n{STATED}"}, {"docs/echo.md": ["docs"]}),
        ({"docs/plugins/echo.md": f"# Echo\n{STATED}"}, {"docs/plugins/echo.md": ["docs"]}),
        ({"docs/zh/echo.md": f"# Echo\n{STATED}"}, {"docs/zh/echo.md": ["docs-zh"]}),
        (
            {"docs/zh/echo.md": "# Echo\n", "docs/zh/index.md": "# x\n\n- **Echo** (v0.9.0)\n"},
            {"docs/zh/index.md": ["docs-list-zh"]},
        ),
        # A page goes with the same page in another language, whatever it is headed.
        (
            {"docs/en/echo.md": f"# Echo\n{STATED}", "docs/zh/echo.md": f"# 回声\n{STATED}"},
            {"docs/en/echo.md": ["docs"], "docs/zh/echo.md": ["docs-zh"]},
        ),
        (
            {"docs/echo.md": f"# Echo\n{STATED}", "docs/zh/echo.md": f"# 回声\n{STATED}"},
            {"docs/echo.md": ["docs"], "docs/zh/echo.md": ["docs-zh"]},
        ),
        (
            {"docs/en/echo.md": f"# Echo\n{STATED}", "docs/de/echo.md": f"# Das\n{STATED}"},
            {"docs/en/echo.md": ["docs"]},
        ),
        # The index of the documentation folder is one location, not two.
        ({"docs/plugins/index.md": "# x\n\n- **Echo** (v0.9.0)\n"}, {"docs/plugins/index.md": ["catalog"]}),
        # With folders of types, what lies elsewhere is nobody's.
        (
            {"docs/plugins/filters/index.md": "# x\n", "docs/plugins/echo.md": f"# Echo\n{STATED}"},
            {},
        ),
        ({"docs/plugins/filters/index.md": "# x\n", "docs/echo.md": f"# Echo\n{STATED}"}, {}),
        # Code for its authors makes no other project of it; code in a folder of a type is a plugin's.
        (
            {"docs/echo.md": f"# Echo\n{STATED}", "plugins/debug/x/y.py": "", "plugins/filters/echo/lib/x.py": ""},
            {"docs/echo.md": ["docs"]},
        ),
        ({"docs/echo.md": f"# Echo\n{STATED}", "app/main.py": ""}, {}),
    ],
)
def test_where_plugins_lie_in_folders_of_types_and_pages_do_not(
    tmp_path: Path, files: dict[str, str], found: dict[str, list[str]]
) -> None:
    repository = open_repo(write_files(tmp_path, {**STANDARD, **files})).repository
    stated: dict[str, list[str]] = {}
    for location in repository.locations:
        if location.path.startswith("docs") and location.statements:
            stated.setdefault(location.path, []).append(location.kind.kind)
    assert stated == found
    if "docs/plugins" not in repository.folders:
        assert all(location.statements for location in repository.locations if location.path.startswith("docs"))


def test_a_page_that_the_configuration_names_without_its_extension(tmp_path: Path) -> None:
    files = {
        **STANDARD,
        "docs/en/guide.md": f"# Guide\n{STATED}",
        ".owui-lint.yaml": "pages: {en/guide: filters/echo}\n",
    }
    pages = open_repo(write_files(tmp_path, files)).repository.pages.all
    assert [(page.document.path, page.owners[0].id) for page in pages] == [("docs/en/guide.md", "filters/echo")]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "echo",
            "plugins/echo",
            "filters/echo",
            "filter/echo",
            "plugins/filter/echo",
            "echo/index",
            "plugins/echo/index",
        ),
        *("echo/README", "echo/echo", "en/plugins/filters/echo", "plugins/en/echo", "echo/zh-TW/index", "zh-Hant/echo"),
        *("echo.zh", "echo_CN", "echo.zh-CN", "echo.en", "zh/echo/index"),
    ],
)
def test_the_place_of_a_page_says_whose_it_is(tmp_path: Path, path: str) -> None:
    assert _owned(tmp_path, {f"docs/{path}.md": f"# Echo\n{STATED}"}) == [f"docs/{path}.md"]


@pytest.mark.parametrize(
    "path",
    [
        # Any other folder, or any other word in the file's name, is about something else.
        *(
            "next/echo",
            "protocol/echo",
            "infra/echo",
            "contrib/other/echo",
            "rest-api/echo",
            "old-echo/echo",
            "pipes/echo",
        ),
        *(
            "echo-v1",
            "echo_old",
            "echo-changelog",
            "whats-new",
            "echo/design",
            "echo-1.0.0",
            "echo/1.0/index",
            "v1/echo",
        ),
        # The documentation's own home, and a list of plugins.
        *("index", "README", "en/index", "plugins/index", "filters/index"),
        # A translation is not compared, as `echo.ja.md` beside `echo.md` is not.
        *("ja/echo", "i18n/zh/echo", "echo_ja"),
    ],
)
def test_any_other_place_says_that_it_is_something_else(tmp_path: Path, path: str) -> None:
    assert _owned(tmp_path, {f"docs/{path}.md": f"# Echo\n{STATED}"}) == []


@pytest.mark.parametrize(
    ("head", "is_own"),
    [
        ("# 🔁 Echo\n", True),
        ("# Echo Filter\n", True),
        ("---\ntitle: Echo\n---\n", True),
        ('---\ntitle: "Echo Filter"\n---\n', True),
        ("---\ntitle: Guide\n---\n", False),
        ("", False),
        ("# Echo Pipe\n", False),
        # Of that version.
        ("# Echo 0.9.0\n", False),
        ("# Echo Filter v0.9.0\n", False),
        # By somebody else.
        ("# Echo\n\n**Author:** bob\n", False),
        ("# Echo\n\n**Author:** bob | **License:** MIT\n", False),
        ("# Echo\n\n| By [bob](https://example.org/bob) · v0.9.0 | ⭐ |\n| :--- | ---: |\n", False),
        ("# Echo\n\n**作者：** [bob](https://example.org/bob)\n", False),
        ("---\nauthor: bob\n---\n# Echo\n", False),
        ("# Echo\n\n**Author:** [Ada](https://example.org) | **License:** MIT\n", True),
        ("# Echo\n\n**Authors:** bob, Ada Lovelace\n", True),
        ("# Echo\n\n**Author:** [A. L.](https://github.com/ada-l)\n", True),
        ("# Echo\n\nBy default it is on.\n", True),
        ("# Echo\n\n> **Author:** `Ada`\n", True),
        ("# Echo\n\n> **Author:** `bob`\n", False),
        ("# Echo\n\n| Field | Value |\n|---|---|\n| Author | bob |\n", False),
        ("# Echo\n\n| Field | Value |\n|---|---|\n| **Author:** | [bob](b) |\n", False),
        ("# Echo\n\n| Field | Value |\n|---|---|\n| **Author** | Ada |\n| License | MIT |\n", True),
        ("# Echo\n\n| Author | License |\n| --- | --- |\n| Ada | MIT |\n", True),
    ],
)
def test_a_page_in_such_a_place_has_to_agree(tmp_path: Path, head: str, is_own: bool) -> None:
    for name, text in {"lf": head, "crlf": head.replace("\n", "\r\n")}.items():
        found = _owned(tmp_path / name, {"docs/echo.md": f"{text}{STATED}"}, ADA)
        assert found == (["docs/echo.md"] if is_own else [])


def test_a_page_by_somebody_else_goes_with_none_in_another_language(tmp_path: Path) -> None:
    files = {"docs/en/echo.md": "# Echo\n", "docs/zh/echo.md": "# 回声\n\n**作者：** bob\n"}
    assert _owned(tmp_path, files, ADA) == ["docs/en/echo.md"]


def test_where_plugins_of_several_types_are_called_so(tmp_path: Path) -> None:
    files = {"plugins/pipes/echo/echo.py": plugin_file("Echo Pipe", "Pipe"), "docs/pipes/echo.md": "# Echo\n"}
    pages = open_repo(
        write_files(tmp_path, {**STANDARD, **files, "docs/echo.md": "# Echo Pipe\n"})
    ).repository.pages.all
    assert [(page.document.path, [owner.id for owner in page.owners]) for page in pages if page.owners] == [
        ("docs/echo.md", ["pipes/echo"]),
        ("docs/pipes/echo.md", ["pipes/echo"]),
    ]


@pytest.mark.parametrize(
    ("config", "owned"),
    [
        ("pages: {docs/en/echo.md: none}\n", []),
        ("pages: {docs/zh/echo.md: none}\n", ["docs/en/echo.md"]),
        ("pages: {docs/en/echo.md: none, docs/zh/echo.md: filters/echo}\n", ["docs/zh/echo.md"]),
    ],
)
def test_what_the_configuration_says_goes_for_the_chinese_page(tmp_path: Path, config: str, owned: list[str]) -> None:
    files = {"docs/en/echo.md": "# Echo\n", "docs/zh/echo.md": "# Echo\n", ".owui-lint.yaml": config}
    assert _owned(tmp_path, files) == owned


@pytest.mark.parametrize(("heading", "says"), [("# Echo", "such as docs/echo.md"), ("# The protocol", "no plugin has")])
def test_that_no_folder_is_there_does_not_deny_pages_that_are_compared(tmp_path: Path, heading: str, says: str) -> None:
    files = {**STANDARD, "docs/echo.md": f"{heading}\n", "README.md": "# Plugins\n"}
    (finding,) = check(write_files(tmp_path, files), "docs-missing").findings
    assert finding.path == "README.md" and says in finding.message.en


def _owned(tmp_path: Path, files: dict[str, str], code: str = ECHO) -> list[str]:
    """The pages that are those of a plugin in a folder of its type."""
    everything = {"plugins/filters/echo/echo.py": code, **files}
    repository = open_repo(write_files(tmp_path, everything)).repository
    return [page.document.path for page in repository.pages.all if page.owners]


@pytest.mark.parametrize(
    ("chinese", "missing"),
    [("docs/i18n/zh/docs/echo.md", []), ("i18n/zh-CN/docs/echo.md", []), ("i18n/fr/docs/echo.md", ["docs/echo.zh.md"])],
)
def test_no_page_is_missing_where_translations_lie_in_a_folder_of_their_own(
    tmp_path: Path, chinese: str, missing: list[str]
) -> None:
    files = {
        **STANDARD,
        ".owui-lint.yaml": "docs-dir: docs\n",
        "docs/echo.md": f"# Echo\n{STATED}",
        chinese: "# 回声\n",
    }
    report = check(write_files(tmp_path, files), "version-missing", "page-pair", profile="strict")
    assert [finding.path for finding in report.findings if "echo" in finding.path] == missing
