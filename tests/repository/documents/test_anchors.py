"""Anchors as GitHub and MkDocs make them, references, and generated blocks."""

from __future__ import annotations

import pytest

from owui_lint.repository.documents.anchors import anchors, github_slug, normal_anchor, references
from owui_lint.repository.documents.generatedblocks import GeneratedMarks
from owui_lint.repository.documents.markdown import Markdown
from owui_lint.rulebook import load_rulebook

MARKS = GeneratedMarks(load_rulebook().data["locations"]["generated-marks"])


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("How to Use", "how-to-use"),
        ("⭐ Support", "-support"),
        ("⚙️ Configuration (Valves)", "-configuration-valves"),
        ("使用方法 (Usage)：第一步", "使用方法-usage第一步"),
        ("What's New in v1.2.8", "whats-new-in-v128"),
        ("snake_case & kebab-case", "snake_case--kebab-case"),
    ],
)
def test_github_slugs(heading: str, slug: str) -> None:
    assert github_slug(heading) == slug


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("## ⭐ Support\n", "support"),  # MkDocs drops what is not ASCII
        ("## ⭐ Support\n", "-support"),
        ("## 使用方法\n", "使用方法"),
        ("## 使用方法\n", "_1"),
        ("## A\n## A\n## A\n", "a-2"),
        ("## A\n## A\n", "a_1"),
        ("## [Name](x.md) `code` **bold**\n", "name-code-bold"),
        ("## Name {#own .class}\n", "own"),
        ('<a name="here"></a>\n', "here"),
        ("<div id='there'>\n", "there"),
        ("<h2 align='center'>In HTML</h2>\n", "in-html"),
        ("Some text. {: #mark .x }\n", "mark"),
        ("## :rocket: Start\n", "-start"),
        ("## :rocket: Start\n", "rocket-start"),
        ("## Support :star:\n", "support"),
        ("## Support :star:\n", "support-star"),
        ("## Start { .cls }\n", "start"),
        ("## Start { .cls }\n", "start--cls-"),
        ("## Costs &amp; limits\n", "costs--limits"),
        ("## Costs &amp; limits\n", "costs-limits"),
        ("## The `&amp;` sign\n", "the-amp-sign"),
        ("Setext\n===\n", "setext"),
    ],
)
def test_anchors(text: str, anchor: str) -> None:
    assert anchor in anchors(Markdown(text))


def test_what_is_no_anchor() -> None:
    found = anchors(Markdown("```\n## Code\n```\n<!-- <a name='gone'></a> -->\n`<a name='shown'></a>`\n## A\n"))
    assert found == {"a"}


def test_written_anchors_are_decoded() -> None:
    assert normal_anchor("user-content-%E4%BD%BF%E7%94%A8") == "使用"
    assert normal_anchor("\ufe0f-Configuration") == "-configuration"


def test_references() -> None:
    text = "[a](x.md) ![b](<y z.png>)\n[c]: ../w.md\n<img alt='' src='v.png'> `[d](no.md)`\n"
    found = list(references(Markdown(text)))
    assert [(item.target, item.image, item.html) for item in found] == [
        ("x.md", False, False),
        ("y z.png", True, False),
        ("../w.md", False, False),
        ("v.png", True, True),
    ]
    assert all(text[item.start : item.end] == item.target for item in found)


@pytest.mark.parametrize("part", ["<a ", "[", "[a]: ", "# {", "<h1>", '<a id="', "![](", "{#"])
def test_hostile_text_ends(part: str) -> None:
    markdown = Markdown(part * 20_000)
    assert list(references(markdown)) is not None
    assert anchors(markdown) is not None


def test_a_mark_in_inline_code_opens_no_generated_block() -> None:
    assert Markdown("Replaces the `<!-- RULES_START -->` block.\n\nMore.\n", marks=MARKS).generated == []
    assert Markdown("<!-- RULES_START -->\nx\n<!-- RULES_END -->\n", marks=MARKS).generated == [(0, 41)]
