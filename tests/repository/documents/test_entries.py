"""The entries of an index: what they link and what they call themselves, read from the page alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from owui_lint.repository import Document
from owui_lint.repository.documents.entries import (
    IndexEntry,
    as_names,
    entries_in,
    passages_in,
    resolve_link,
    without_version,
)
from tests.support import open_repo, write_files


def _entries(tmp_path: Path, text: str) -> list[IndexEntry]:
    repository = open_repo(write_files(tmp_path, {"docs/index.md": text})).repository
    return entries_in(Document(repository.file("docs/index.md"), "en", "index"), repository.inventory)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        *(("echo.md", "docs/echo.md"), ("../plugins/echo/", "plugins/echo"), ("/plugins/echo.py", "plugins/echo.py")),
        *(("echo.md#usage", "docs/echo.md"), ("echo.md?plain=1", "docs/echo.md"), ("./a/../echo.md", "docs/echo.md")),
        *(
            ("%E5%9B%9E%E5%A3%B0.md", "docs/回声.md"),
            ("a%23b.md", "docs/a#b.md"),
            ("my\\_echo.md", "docs/my_echo.md"),
            ("a&amp;b&#x21;.md", "docs/a&b!.md"),
            ("a\\&amp;b.md", "docs/a&amp;b.md"),
            ("a\\b.md", "docs/a\\b.md"),
            ("two words.md", "docs/two words.md"),
            ("/../echo.md", None),
        ),
        *(("../../echo.md", None), ("..", None), ("../..", None), (".", "docs"), ("#usage", None), ("", None)),
        *(("https://x.y/echo.md", None), ("//x.y/echo.md", None), ("mailto:a@b.c", None), ("data:,x", None)),
    ],
)
def test_what_a_link_means(target: str, path: str | None) -> None:
    assert resolve_link("docs/index.md", target) == path


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(("Echo v1.2.0", "Echo"), ("Echo (1.2.0)", "Echo"), ("Echo – v1.2.0", "Echo"), ("回声（v1.2.0）", "回声")),
        *(("Echo v1.2.0: says it", "Echo"), ("Echo <sub>v1.2.0</sub>", "Echo"), ("Echo", "Echo")),
        *(("GPT 4.1 Echo", "GPT 4.1 Echo"), ("Echo 2", "Echo 2"), ("v1.2.0", "v1.2.0")),
    ],
)
def test_a_name_without_the_version_at_its_end(text: str, name: str) -> None:
    assert without_version(text) == name
    assert as_names([text]) == tuple(dict.fromkeys((text, name)))


def test_items_rows_and_sections_are_entries_in_the_order_of_the_page(tmp_path: Path) -> None:
    text = "# All\n\n## [Late](late.md)\n\n- **[Echo](echo.md)** v1.0.0\n\n| Plugin | Version |\n|-|-|\n| Shout | 1.0.0 |\n"
    found = _entries(tmp_path, text)
    assert [(one.block.line, one.is_section, one.targets, one.lead) for one in found] == [
        (3, True, ("docs/late.md",), "Late"),
        (5, False, ("docs/echo.md",), "Echo"),
        (9, False, (), None),
    ]
    assert "Shout" in found[2].names


@pytest.mark.parametrize(
    ("item", "lead"),
    [
        *(("**Echo** says it", "Echo"), ("🔊 [Echo](e.md)", "Echo"), ("[x] **Echo**", "Echo"), ("see **Echo**", None)),
        *((":sound: **Echo**", "Echo"), ("<b></b>**Echo**", "Echo"), ("![i](i.png) **Echo**", None)),
    ],
)
def test_what_leads_an_entry(tmp_path: Path, item: str, lead: str | None) -> None:
    (entry,) = _entries(tmp_path, f"# All\n\n- {item}\n")
    assert entry.lead == lead


def test_bold_text_behind_a_link_is_a_mention_and_no_name(tmp_path: Path) -> None:
    (entry,) = _entries(tmp_path, "# All\n\n- [Echo](e.md) works with **Shout**\n  and **Whisper**\n")
    assert entry.names == ("Echo",)


@pytest.mark.parametrize(
    ("label", "targets"),
    [
        *(
            ("**Version:** 1.0.0", ("docs/e.md",)),
            ("- Version: 1.0.0", ("docs/e.md",)),
            ("> 版本号：1.0.0", ("docs/e.md",)),
        ),
        *(("**Current version**: 1.0.0", ("docs/e.md",)), ("插件版本：1.0.0", ("docs/e.md",))),
        *(("Conversion: 1.0.0", ()), ("The Version: 1.0.0", ()), ("Versions: many", ())),
    ],
)
def test_what_a_section_links_below_its_heading_counts_where_a_version_is_stated(
    tmp_path: Path, label: str, targets: tuple[str, ...]
) -> None:
    found = _entries(tmp_path, f"# All\n\n## Echo\n\n{label}\n\nSee [here](e.md).\n")
    assert [one.targets for one in found if one.is_section] == [targets]


def test_entries_are_the_same_when_they_come_from_the_store(tmp_path: Path) -> None:
    repository = open_repo(
        write_files(tmp_path, {"i.md": "# All\n\n- **[Echo](e.md)** v1\n\n[Late](l.md), [On](o.md)\n"})
    )
    document = Document(repository.repository.file("i.md"), "en", "index")
    inventory = repository.repository.inventory
    assert entries_in(document, inventory) == entries_in(document, inventory)
    assert [one.targets for one in passages_in(document)] == [one.targets for one in passages_in(document)] != []
