"""Which plugin an entry of an index is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from owui_lint.repository import Repository
from owui_lint.repository.plugin import Document
from tests.repository.test_plugins import plugin_file
from tests.support import check, open_repo, write_files

INDEX = "docs/plugins/filters/index.md"
FILES = {
    "plugins/filters/echo/echo.py": plugin_file("Loud Echo"),
    "plugins/filters/rain/rain.py": plugin_file("Rain"),
    "plugins/pipes/snow/snow.py": plugin_file("Snow", "Pipe"),
    "plugins/filters/one/one.py": plugin_file("Twin"),
    "plugins/filters/two/two.py": plugin_file("Twin"),
    "docs/plugins/filters/echo.md": "# Loud Echo\n",
    "docs/plugins/filters/case-study.md": "# A case\n",
    "docs/plugins/pipes/snow.md": "# Snow\n",
    ".owui-lint.yaml": "pages: {filters/case-study: none}\n",
}


def _index(tmp_path: Path, text: str) -> tuple[Repository, Document]:
    repository = open_repo(write_files(tmp_path, {**FILES, INDEX: f"# Filters\n\n{text}"})).repository
    document = repository.pages.index(INDEX, "en")
    assert document is not None
    return repository, document


@pytest.mark.parametrize(
    ("entry", "owner"),
    [
        ("- [More](echo.md)\n", "echo"),
        ("- [More](../../../plugins/filters/rain/rain.py)\n", "rain"),
        ("- [More](echo.zh.md)\n", "echo"),
        ("- **Rain**\n", "rain"),
        ("- **Loud Echo**: [Rain](../../../plugins/filters/rain/)\n", "echo"),
        ("- [Rain](case-study.md)\n", None),
        ("- [Snow](../pipes/snow.md)\n", None),
        ("- **Twin**\n", None),
        ("## Rain\n\nVersion: 1.0.0, [more](echo.md)\n", "rain"),
        ("## More\n\nVersion: 1.0.0, [more](echo.md)\n", "echo"),
    ],
)
def test_by_link_and_by_name(tmp_path: Path, entry: str, owner: str | None) -> None:
    repository, document = _index(tmp_path, entry)
    found = repository.indexes.owner_of_entry(repository.indexes.entries(document)[0])
    assert (found.code.stem if found else None) == owner
    for plugin in repository.plugins:
        assert bool(repository.indexes.entries_of(document, plugin)) is (plugin.code.stem == owner)


def test_items_are_about_what_their_section_is_about(tmp_path: Path) -> None:
    repository, document = _index(tmp_path, "- **First**\n\n## Rain\n\n- **Easy**: yes\n- **Loud Echo**\n\n## End\n")
    indexes = repository.indexes
    first, rain, easy, echo, *_ = indexes.entries(document)
    assert indexes.section_of(first) is None
    assert indexes.section_of(easy) is indexes.section_of(echo) is rain
    assert indexes.items_in(rain) == [easy, echo]
    owners = [indexes.owner_of_entry(entry) for entry in (first, rain, easy, echo)]
    assert [owner.code.stem if owner else None for owner in owners] == [None, "rain", "rain", "echo"]


def test_an_entry_of_two_plugins_of_one_title_could_be_about_each(tmp_path: Path) -> None:
    repository, document = _index(tmp_path, "- **Twin**\n- **Rain**\n")
    twins = {plugin.id for plugin in repository.plugins if plugin.code.stem in ("one", "two")}
    twin, rain = repository.indexes.entries(document)
    assert repository.indexes.could_be_about(twin) == twins
    assert repository.indexes.could_be_about(rain) == set()
    assert repository.indexes.shared_in(document) == twins


def test_passages_that_link_one_plugin_and_nothing_else(tmp_path: Path) -> None:
    text = "Text [more](echo.md).\n\nText [more](../pipes/snow.md) and [a case](case-study.md).\n"
    repository, document = _index(tmp_path, text)
    by_stem = {plugin.code.stem: plugin for plugin in repository.plugins}
    passages = repository.indexes.passages_of(document, by_stem["echo"])
    assert [document.markdown.text[one.block.start : one.block.end].strip() for one in passages] == [
        "Text [more](echo.md)."
    ]
    (piece,) = repository.indexes.passages_of(document, by_stem["snow"])
    assert "a case" not in document.markdown.text[piece.block.start : piece.block.end]
    assert repository.indexes.passages_of(document, by_stem["rain"]) == []


@pytest.mark.parametrize(
    "entry",
    [
        '<a href="echo/">Echo</a> v1.0.0',
        '<a href="./echo/">Echo</a> v1.0.0',
        '<div class="card"><a href="echo">Echo</a> v1.0.0</div>',
        '<a href="echo.html">Echo</a> v1.0.0',
        "[Echo](echo/) v1.0.0",
    ],
)
def test_an_entry_may_link_the_address_of_a_page_on_the_site(entry: str, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "plugins/filters/echo_box/echo_box.py": '"""\ntitle: Echo\nversion: 1.1.0\n"""\n\n\nclass Filter:\n    pass\n',
        "docs/plugins/filters/echo.md": "# Echo\n\n**Version:** 1.1.0\n",
        "docs/plugins/filters/index.md": f"# Filters\n\n{entry}\n",
    }
    report = check(write_files(tmp_path, files), "version-mismatch", "version-missing")
    said = [one.message.en.partition(":")[0] for one in report.findings if one.path == "docs/plugins/filters/index.md"]
    assert said == ["1.0.0 should be 1.1.0"]
