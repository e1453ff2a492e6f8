"""The documentation: what is generated covers all rules, and what is written exists in both languages."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import typer
import yaml

from owui_lint.cli import app
from owui_lint.config import SETTINGS
from owui_lint.helptexts import CHINESE
from owui_lint.primitives import registry
from owui_lint.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ENGLISH_ONLY = {"architecture.md"}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    specification = importlib.util.spec_from_file_location("generate_docs", ROOT / "tools/generate_docs.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_every_rule_has_a_page_in_both_languages(tool: ModuleType) -> None:
    pages = tool.rule_pages()
    for rule in load_rulebook().rules.values():
        english, chinese = pages[f"rules/{rule.name}.md"], pages[f"rules/{rule.name}.zh.md"]
        assert "## Examples" in english and "## 示例" in chinese
        assert english.count("\n- **") >= len(rule.cases)
        assert re.search("[\u4e00-\u9fff]", chinese)
        for page in (english, chinese):
            fences = re.findall(r"^(`{3,})", page, re.MULTILINE)
            assert len(fences) % 2 == 0, rule.name
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page), rule.name


def test_references_are_complete(tool: ModuleType) -> None:
    for lang in ("en", "zh"):
        settings, primitives = tool.settings_reference(lang), tool.primitives_reference(lang)
        assert all(f"{{ #{setting.name} }}" in settings for setting in SETTINGS)
        assert all(f"{{ #{name} }}" in primitives for name in registry())
        locations = tool.locations_reference(lang)
        data = load_rulebook().data["locations"]
        assert all(f"{{ #{form} }}" in locations for form in data["forms"])
        assert all(f"| {location['name'][lang]} |" in locations for location in data["locations"])
        sections = load_rulebook().data["sections"]["sections"]
        assert all(f"| `{section['id']}` |" in settings for section in sections)
        index, clauses = tool.rule_index(lang), tool.clause_index(lang)
        for clause in load_rulebook().clauses.values():
            assert f"| {clause.id} | {tool.escape(clause.text.to(lang))} |" in clauses
        for rule in load_rulebook().rules.values():
            assert f"]({rule.name}.md)" in index
            assert f"[{rule.name}]" in clauses


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_command_and_option_is_documented(tool: ModuleType, lang: str) -> None:
    page = tool.command_reference(lang)
    command = typer.main.get_command(app)
    for name, one in command.commands.items():  # type: ignore[attr-defined]
        section = page.split(f"### {name} {{ #{name} }}\n")[1].split("\n### ")[0]
        assert len(re.findall(r"^\| <code>", section, re.MULTILINE)) == len(one.params), name
        for option in one.params:
            names = option.opts if option.param_type_name == "option" else []
            assert all(re.search(rf"<code>{re.escape(opt)}[ <]", section) for opt in names), (name, option.opts)
        help_text = " ".join(one.help.split())
        assert tool.escape(CHINESE[help_text] if lang == "zh" else help_text) in section
    assert "<code>--version<" in page and "<code>--install-completion<" in page


def test_the_tables_of_the_readmes_and_the_architecture_are_fresh(tool: ModuleType) -> None:
    assert tool.main(["--check"]) == 0, "run `make docs-tables`"


def test_every_page_is_there_in_both_languages_and_in_the_navigation() -> None:
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    english = {page for page in pages if not page.endswith(".zh.md")}
    assert {page.removesuffix(".md") for page in english - ENGLISH_ONLY} == {
        page.removesuffix(".zh.md") for page in pages - english
    }
    configuration = (ROOT / "mkdocs.yml").read_text()
    assert all(f": {page}" in configuration for page in english)
    names = re.findall(r"^ +- ([\w ]+):", configuration.split("\nnav:\n")[1].split("\nnot_in_nav")[0], re.MULTILINE)
    assert all(re.search(rf"^ +{name}: .*[\u4e00-\u9fff]", configuration, re.MULTILINE) for name in names)


def test_both_languages_have_the_same_shape() -> None:
    for path in DOCS.rglob("*.zh.md"):
        chinese = path.read_text(encoding="utf-8")
        english = path.with_name(path.name.replace(".zh.md", ".md")).read_text(encoding="utf-8")
        for pattern in (r"^#+ ", r"^ *```\w", r"^\|[-|]+$", r"^=== ", r"<!-- generated: \w+ -->"):
            assert len(re.findall(pattern, english, re.M)) == len(re.findall(pattern, chinese, re.M)), (path, pattern)


@pytest.mark.parametrize("text", ["a *b* `c*d|e` <script>", "[x](y) {slot} #1 |", "__init__ ~x~"])
def test_text_is_shown_as_it_is(tool: ModuleType, text: str) -> None:
    markdown = pytest.importorskip("markdown")
    shown = markdown.markdown(tool.escape(text), extensions=["tables"])
    assert "<script>" not in shown
    for piece in re.findall(r"[\w*]+", text.replace("`c*d|e`", "")):
        assert piece in shown


def test_examples_of_the_configuration_load(tmp_path: Path) -> None:
    from owui_lint.config import load_config

    known = {setting.name for setting in SETTINGS}
    for path in sorted(DOCS.glob("*.md")):
        for block in re.findall(r'```yaml title="\.owui-lint\.yaml"\n(.*?)```', path.read_text(encoding="utf-8"), re.S):
            if set(yaml.safe_load(block)) <= known:
                (tmp_path / ".owui-lint.yaml").write_text(block, encoding="utf-8")
                load_config(tmp_path)


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material")
    pytest.importorskip("mkdocs_static_i18n")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "NO_MKDOCS_2_WARNING": "1", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for name in load_rulebook().rules:
        assert (tmp_path / "rules" / name / "index.html").is_file()
        assert (tmp_path / "zh/rules" / name / "index.html").is_file()
