"""What names of folders and files say: each question asks the same vocabulary."""

from __future__ import annotations

import pytest

from owui_lint.repository.aside import (
    dated_parts,
    folder_of_old,
    folder_put_aside,
    is_acceptable,
    is_candidate,
    is_chapter,
    is_no_part,
)

OF_OLD = ["versioned_docs", "version-1.1", "_archive", "_old", "old_versions", "old-docs", "release-1.1", "legacy-v1"]
OF_OLD += ["snapshots", "旧版", "v1.x", "1.1", "archived-docs", "Older_Releases", "历史版本"]


@pytest.mark.parametrize("folder", OF_OLD)
def test_folders_of_pages_about_old_versions(folder: str) -> None:
    assert folder_of_old(f"a/{folder}/echo.md") == folder
    assert folder_of_old(f"{folder}.md") is None


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("archive/1.0/echo.py", "archive"),
        ("filters/Old/echo.py", "filters/Old"),
        ("a/tests/examples/echo.py", "a/tests"),
        ("old.py", None),
        ("filters/older/echo.py", None),
        ("my-examples/echo.py", None),
        ("scripts/echo.py", None),
    ],
)
def test_the_outermost_folder_that_was_put_aside_is_told(path: str, folder: str | None) -> None:
    assert folder_put_aside(path) == folder


@pytest.mark.parametrize(
    "path", ["old/x.py", "a/Samples/x.py", "Docs/x.py", "scripts/x.py", "templates/x.py", ".github/x.py", "setup.py"]
)
def test_what_was_put_aside_or_is_for_authors_is_no_part(path: str) -> None:
    assert is_no_part(path)


@pytest.mark.parametrize("path", ["echo/setup.py", "document/x.py", "scripts.py", "filters/echo/echo.py"])
def test_names_that_only_look_like_those_of_helpers_are_parts(path: str) -> None:
    assert not is_no_part(path)


@pytest.mark.parametrize(
    "path",
    [
        "v1/echo.md",
        "2024-01-31.md",
        "release_notes/echo.md",
        "echo/changelog.md",
        "API/echo.md",
        "old/echo.md",
        "legacy-v1/echo.md",
        "versioned_docs/version-1.1/echo.md",
        "历史版本/echo.md",
        *(f"a/{folder}/echo.md" for folder in OF_OLD),
    ],
)
def test_versions_histories_and_references_are_chapters(path: str) -> None:
    assert is_chapter(path)


@pytest.mark.parametrize(
    "path",
    [
        "echo.md",
        "filters/echo.md",
        "versioning.md",
        "rapid-news-feed.md",
        "old-echo.md",
        "gold/echo.md",
        "release-notes-bot/x.md",
    ],
)
def test_other_pages_may_be_a_plugins(path: str) -> None:
    assert not is_chapter(path)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        *((f"{name}/echo.md", [name]) for name in ("posts", "Announcements", "adr", "decisions", "specs", "proposals")),
        *((f"a/{name}/echo.md", [name]) for name in ("design-decisions", "blog_posts", "rfcs", "设计文档", "公告")),
        ("design/specs/echo.md", ["design", "specs"]),
        ("design.md", ["design"]),
        ("echo-proposal.md", ["echo-proposal"]),
        ("echo-2026-01-31.md", ["echo-2026-01-31"]),
        ("filters/20260131_echo/index.md", ["20260131_echo"]),
        ("echo.md", []),
        ("designer/echo.md", []),
        ("special/postbox.md", []),
        ("guides/echo-1.2.md", []),
    ],
)
def test_what_is_of_a_day(path: str, parts: list[str]) -> None:
    assert dated_parts(path) == parts


@pytest.mark.parametrize(
    ("path", "candidate", "acceptable"),
    [
        ("echo.py", True, True),
        ("test_echo.py", False, True),
        ("tests.py", False, True),
        ("filtertemplate.py", True, False),
        ("FILTER_TEMPLATE.py", False, False),
        ("contest.py", True, True),
        (".py", False, True),
        ("echo.md", False, False),
    ],
)
def test_what_could_be_a_plugin(path: str, candidate: bool, acceptable: bool) -> None:
    assert (is_candidate(path), is_acceptable(path)) == (candidate, acceptable)
