"""Whose an entry of an index or a list is: the plugin's whose name it heads with, whatever its text links."""

from __future__ import annotations

from pathlib import Path

import pytest

from owui_lint.repository.documents.entrylinks import names_guide
from tests.repository.test_left_alone import mended
from tests.support import open_repo, write_files

ALPHA, BETA = "1.2.0", "1.5.0"  # what the code says
STALE = "1.1.0"


def _plugin(title: str, version: str) -> str:
    return f'"""\ntitle: {title}\nversion: {version}\n"""\n\n\nclass Filter:\n    pass\n'


def _page(title: str, version: str) -> str:
    return f"# {title}\n\n**Author:** Ada | **Version:** {version} | **Project:** [Echo](https://example.org)\n"


PLUGINS: dict[str, str | bytes] = {
    "plugins/filters/alpha/alpha.py": _plugin("Alpha Plugin", ALPHA),
    "plugins/filters/beta/beta.py": _plugin("Beta Plugin", BETA),
    "plugins/pipes/gamma/gamma.py": _plugin("Gamma", "3.0.0"),
}
PAGES: dict[str, str | bytes] = {
    "docs/plugins/filters/alpha.md": _page("Alpha Plugin", ALPHA),
    "docs/plugins/filters/beta.md": _page("Beta Plugin", BETA),
    "docs/plugins/pipes/gamma.md": _page("Gamma", "3.0.0"),
    "docs/plugins/filters/guide.md": _page("A guide", "0.9.0"),
    "docs/plugins/filters/recipes.md": "# Recipes\n",
}
INDEX = "docs/plugins/filters/index.md"
DOCS = "\n\n    [Documentation](alpha.md)"
CARD = "- **Alpha Plugin**\n\n    {0}\n\n    **Version:** {1}\n\n    [Documentation](alpha.md)"
MENTIONS = [
    *("Pairs with [Beta Plugin](beta.md).", "Extends [Beta Plugin](beta.md).", "See also [Beta Plugin](beta.md)"),
    *("Works with [Beta Plugin](beta.md), and [Gamma](../pipes/gamma.md)", "[Beta Plugin](beta.md) is alike."),
    *("New here? Read the [guide](guide.md).", "See [recipes](recipes.md)", "Built on [Gamma](../pipes/gamma.md)."),
    *("[Guide](guide.md) | [Source](../../../plugins/filters/alpha/)", "与 [Beta Plugin](beta.md) 配合使用。"),
    "Replaced [an older one](gone.md) (v0.3.0).",
]


@pytest.mark.parametrize("mention", MENTIONS)
@pytest.mark.parametrize(
    "entry",
    [
        *(CARD, "- **Alpha Plugin**\n\n    **Version:** {1}\n\n    {0}" + DOCS),
        *("- **Alpha Plugin** (v{1}) - {0} [Docs](alpha.md)", "- **Alpha Plugin** (v{1}) - {0}"),
        *(
            "- [Alpha Plugin](alpha.md) (v{1}) - {0}",
            "### Alpha Plugin\n\n{0}\n\n**Version:** {1}\n\n[Documentation](alpha.md)",
        ),
        *("| Plugin | Version | Notes |\n|---|---|---|\n| Alpha Plugin | {1} | {0} |",),
    ],
)
def test_what_the_text_of_an_entry_links_does_not_take_its_version_away(
    entry: str, mention: str, tmp_path: Path
) -> None:
    if entry.startswith("|") and "|" in mention:
        mention = mention.replace(" | ", ", ")
    beta = f"- **Beta Plugin** (v{BETA}) - is there. [Documentation](beta.md)"
    index = f"# Filters\n\n## All\n\n{entry.format(mention, STALE)}\n\n## More\n\n{beta}\n"
    after = mended(tmp_path, INDEX, index, {**PLUGINS, **PAGES})
    assert after == index.replace(STALE, ALPHA)
    for path, text in PAGES.items():  # what is linked is no page of the plugin's for that
        assert (tmp_path / path).read_text() == text


def test_the_cell_that_is_a_link_names_a_row(tmp_path: Path) -> None:
    rows = f"| {STALE} | pairs with [Beta Plugin](beta.md) | [Alpha Plugin](alpha.md) |\n| {BETA} | x | [Beta Plugin](beta.md) |"
    index = f"# Filters\n\n| Version | What | Plugin |\n|---|---|---|\n{rows}\n"
    assert mended(tmp_path, INDEX, index, {**PLUGINS, **PAGES}) == index.replace(STALE, ALPHA)


@pytest.mark.parametrize(
    ("entry", "page"),
    [
        *(("- **Alpha Plugin** - x. [Documentation](other.md)", True), ("- [Alpha Plugin](other.md) - x", True)),
        *(("- **Alpha Plugin**\n\n    [:octicons-arrow-right-24: Read more](other.md)", True),),
        *(
            ("- **Alpha Plugin** - read the [notes](other.md)", False),
            ("- **Alpha Plugin** [Tutorial](other.md)", False),
        ),
        *(("- **Alpha Plugin** - like [this one](other.md). [Documentation](alpha.md)", False),),
    ],
)
def test_a_page_is_a_plugins_where_the_entry_leads_to_it_on_purpose(tmp_path: Path, entry: str, page: bool) -> None:
    files = {**PLUGINS, **PAGES, "docs/plugins/filters/other.md": "# Something\n", INDEX: f"# All\n\n{entry}\n"}
    repository = open_repo(write_files(tmp_path, files)).repository
    repository.pages.link()
    alpha = next(plugin for plugin in repository.plugins if plugin.id == "filters/alpha")
    assert ("docs/plugins/filters/other.md" in [one.path for one in alpha.pages]) is page


@pytest.mark.parametrize(
    "line",
    [
        *("- **Alpha Plugin** v{0}: needs [Beta Plugin](plugins/filters/beta) (v1.4.0)",),
        *("- [Alpha Plugin](plugins/filters/alpha) (v{0}) pairs with [Beta Plugin](plugins/filters/beta) (v1.4.0)",),
        *("- **Alpha Plugin** v{0} - split from [Beta Plugin](plugins/filters/beta) (v1.0.0).",),
        *("- **Alpha Plugin** v{0}\n- Based on [Beta Plugin](plugins/filters/beta) (v0.9.0)",),
        *("- **Alpha Plugin** v{0}\n\nMigrating from [Beta Plugin](plugins/filters/beta) (v0.2.0)?",),
        *("- **Alpha Plugin** v{0}\n\nTested with [Beta Plugin](plugins/filters/beta) (v0.2.0).",),
        *("- **Alpha Plugin** v{0}\n- 拆分自 [Beta Plugin](plugins/filters/beta) (v0.2.0)",),
        *("- **Alpha Plugin** v{0}\n\nIf you come from one of these, export first:\n\n- Beta Plugin v0.9.0",),
        *("- **Alpha Plugin** v{0}\n\n**This month**\n\n- **Beta Plugin v0.9.0**: PNG export",),
        *("- **Alpha Plugin** v{0}\n\n**本月更新**\n\n- **Beta Plugin v0.9.0**：导出",),
        *("- **Alpha Plugin** - goes with [Beta Plugin](plugins/filters/beta).\n\n    **Version:** {0}",),
        *("| Plugin | Version | Notes |\n|---|---|---|\n| Alpha Plugin | {0} | like [Beta](plugins/filters/beta) |",),
    ],
)
def test_in_a_root_readme_the_version_of_then_stays(line: str, tmp_path: Path) -> None:
    before = f"# Plugins\n\nSome.\n\n## Plugins\n\n{line.format(STALE)}\n"
    assert mended(tmp_path, "README.md", before, PLUGINS) == before.replace(STALE, ALPHA)


@pytest.mark.parametrize(
    "line",
    [
        *("- **Beta Plugin** v{0}, [Alpha Plugin](plugins/filters/alpha) (v{1})",),
        *("- [Beta Plugin](plugins/filters/beta) (v{0}) and [Alpha Plugin](plugins/filters/alpha) (v{1})",),
        *("Try [Alpha Plugin](plugins/filters/alpha) (v{1}).\n\n- **Beta Plugin** v{0}",),
        *("These are available:\n\n- **Beta Plugin** v{0}\n- **Alpha Plugin** v{1}",),
        *("**All plugins**\n\n- **Beta Plugin** v{0}\n- **Alpha Plugin** v{1}",),
    ],
)
def test_what_it_states_of_now_is_read(line: str, tmp_path: Path) -> None:
    before = f"# Plugins\n\nSome.\n\n## Plugins\n\n{line.format('1.4.0', STALE)}\n"
    after = mended(tmp_path, "README.md", before, PLUGINS)
    assert after == before.replace("1.4.0", BETA).replace(STALE, ALPHA)


@pytest.mark.parametrize(
    "entry",
    [
        *("- [Alpha Plugin](alpha.md) (v{0}) - x. Ported from [Old Thing](old.md) (v0.9.0).",),
        *("- [Alpha Plugin](alpha.md) (v{0}) - x. See [recipes](gone.md) (v0.3.0).",),
        *("- [Alpha Plugin](alfa.md) (v{0}) - x.", "- [Alpha Plugin](../../../plugins/filters/alpha/) (v{0}) - x."),
    ],
)
def test_a_link_that_leads_nowhere_means_what_it_says(entry: str, tmp_path: Path) -> None:
    index = f"# Filters\n\n{entry.format(STALE)}\n"
    assert mended(tmp_path, INDEX, index, {**PLUGINS, **PAGES}) == index.replace(STALE, ALPHA)


@pytest.mark.parametrize(
    "caption",
    [
        *("<figure><img src='x.png'><figcaption>v0.9.0</figcaption></figure>",),
        "<figure>\n<img src='x.png'>\n<figcaption>\nv0.9.0\n</figcaption>\n</figure>",
    ],
)
def test_a_caption_tells_of_its_picture(caption: str, tmp_path: Path) -> None:
    page = f"# Alpha Plugin\n\n{caption}\n\n**Author:** Ada | **Version:** {STALE}\n"
    assert mended(tmp_path, "plugins/filters/alpha/README.md", page, PLUGINS) == page.replace(STALE, ALPHA)


@pytest.mark.parametrize("attribute", ["title='v{0}'", 'title="Version {0}"', 'data-version="{0}" aria-label="v{0}"'])
def test_a_badge_says_it_in_its_attributes_too(attribute: str, tmp_path: Path) -> None:
    badge = f'<span class="version-badge" {attribute.format(STALE)}>v{STALE}</span>'
    page = f"# Alpha Plugin\n\n{badge}\n"
    assert mended(tmp_path, "plugins/filters/alpha/README.md", page, PLUGINS) == page.replace(STALE, ALPHA)


@pytest.mark.parametrize("value", [f"{ALPHA} # hotfix", f'"{ALPHA}"'])
@pytest.mark.parametrize(("before", "after"), [("1.1.0", ALPHA), ("1.1.0 # copy", f"{ALPHA} # copy"), (ALPHA, ALPHA)])
def test_a_copy_of_the_code_gets_the_version_alone(value: str, before: str, after: str, tmp_path: Path) -> None:
    code = {"plugins/filters/alpha/alpha.py": _plugin("Alpha Plugin", value)}
    path = "plugins/filters/alpha/alpha_cn.py"
    assert mended(tmp_path, path, _plugin("Alpha", before), code) == _plugin("Alpha", after)


@pytest.mark.parametrize(
    "name", ["tutorial", "advanced-tutorial", "faq", "case_study", "How-to", "教程", "Quick start"]
)
def test_names_of_guides(name: str) -> None:
    assert names_guide(name)


@pytest.mark.parametrize("name", ["alpha", "deep-dive", "guided-search", "Example Filter"])
def test_other_names(name: str) -> None:
    assert not names_guide(name)
