"""The documentation: what is generated covers all rules, and what is written exists in both languages."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
import typer
import yaml

from owui_lint.cli import app
from owui_lint.config import SETTINGS, load_config
from owui_lint.helptexts import CHINESE
from owui_lint.primitives import registry
from owui_lint.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ENGLISH_ONLY = {"architecture.md"}
# By its title, by that of its tab, or by the sentence above it.
_CONFIGURATION = re.compile(
    r'(?:```yaml title="\.owui-lint\.yaml"|=== "\.owui-lint\.yaml"\n\n +```yaml|`\.owui-lint\.yaml`.*\n\n```yaml)\n(.*?)^ *```',
    re.MULTILINE | re.DOTALL,
)


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
        assert all(f"### {setting.name}\n" in settings for setting in SETTINGS)
        assert all(f"### {name}\n" in primitives for name in registry())
        locations = tool.locations_reference(lang)
        data = load_rulebook().data["locations"]
        assert all(f"### {form}\n" in locations for form in data["forms"])
        assert all(f"| {location['name'][lang]} |" in locations for location in data["locations"])
        sections = load_rulebook().data["sections"]["sections"]
        assert all(f"| `{section['id']}` |" in settings for section in sections)
        index, clauses = tool.rule_index(lang), tool.clause_index(lang)
        for clause in load_rulebook().clauses.values():
            assert f"| {clause.id} | {tool.escape(clause.text.to(lang))} |" in clauses
        for rule in load_rulebook().rules.values():
            assert f"]({tool.rule_url(rule.name, lang)})" in index
            assert f"[{rule.name}]" in clauses


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_command_and_option_is_documented(tool: ModuleType, lang: str) -> None:
    page = tool.command_reference(lang)
    command = typer.main.get_command(app)
    for name, one in command.commands.items():  # type: ignore[attr-defined]
        section = page.split(f"### {name}\n")[1].split("\n### ")[0]
        assert len(re.findall(r"^\| <code>", section, re.MULTILINE)) == len(one.params), name
        for option in one.params:
            names = option.opts if option.param_type_name == "option" else []
            assert all(re.search(rf"<code>{re.escape(opt)}[ <]", section) for opt in names), (name, option.opts)
        help_text = " ".join(one.help.split())
        assert tool.escape(CHINESE[help_text] if lang == "zh" else help_text) in section
    assert "<code>--version<" in page and "<code>--install-completion<" in page


def test_what_is_generated_is_fresh(tool: ModuleType) -> None:
    """READMEs and pages hold their tables, so that they can be read where no site was built."""
    assert tool.main(["--check"]) == 0, "run `make docs-tables`"
    shown = {name for path in DOCS.rglob("*.md") for name in re.findall(r"<!-- generated: (\w+) -->", path.read_text())}
    assert shown == set(tool.PLACEHOLDERS)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_stale_page_is_filled_anew(tool: ModuleType, lang: str) -> None:
    page = "# A\n\n<!-- generated: settings -->\nstale\n<!-- /generated -->\n\nend\n"
    filled = tool.fill_page(page, lang)
    assert "stale" not in filled and tool.settings_reference(lang).strip() in filled
    assert filled.startswith("# A\n\n") and filled.endswith("\n\nend\n")
    assert tool.fill_page(filled, lang) == filled


@pytest.mark.parametrize("page", ["<!-- generated: settings -->\n", "a\n<!-- /generated -->\n"])
def test_a_mark_without_its_counterpart_is_an_error(tool: ModuleType, page: str) -> None:
    with pytest.raises(ValueError, match="no start or no end"):
        tool.fill_page(page, "en")


def test_links_lead_to_files(tool: ModuleType) -> None:
    """Rule pages are made with the site only: files link to them by their address, and the site by their path."""
    pages = [*DOCS.rglob("*.md"), *(ROOT / name for name in ("README.md", "README_CN.md", "CONTRIBUTING.md"))]
    for path in pages:
        prose = re.sub(r"^( *)```.*?^\1```|`[^`\n]+`", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", prose):
            assert (path.parent / target).exists(), (path, target)
    for name, link in (("cli.md", "rules/page-pair.md"), ("rules/index.zh.md", "page-pair.md")):
        address = tool.rule_url("page-pair", tool.language_of(name))
        assert tool.within_site(name, f"[a]({address})") == f"[a]({link})"


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
    """Each block that is shown as the configuration is one: no key of it is misspelt, and every value is taken."""
    blocks = [
        (path.name, textwrap.dedent(block))
        for path in (*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "README_CN.md")
        for block in _CONFIGURATION.findall(path.read_text(encoding="utf-8"))
    ]
    shown = Counter(name for name, _ in blocks)
    assert shown == {
        "adopting.md": 3,
        "configuration.md": 1,
        "deploying.md": 1,
        "README.md": 1,
        "adopting.zh.md": 3,
        "configuration.zh.md": 1,
        "deploying.zh.md": 1,
        "README_CN.md": 1,
    }
    for name, block in blocks:
        (tmp_path / ".owui-lint.yaml").write_text(block, encoding="utf-8")
        loaded = load_config(tmp_path)
        for key in yaml.safe_load(block):
            assert key in loaded.origins, (name, key)


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
