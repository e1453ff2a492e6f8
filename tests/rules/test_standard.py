"""The standard is covered: every decidable clause has a rule, and rules cite clauses that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path

from owui_lint.finding import Severity
from owui_lint.rulebook import PROFILES, load_rulebook
from tests.support import run, run_json, write_files

BOOK = load_rulebook()


def test_every_decidable_clause_has_a_rule() -> None:
    without = {clause.id for clause in BOOK.clauses.values() if clause.decidable and not BOOK.citing(clause.id)}
    assert not without, f"no rule for {sorted(without)}"


def test_rules_cite_clauses_that_exist() -> None:
    for rule in BOOK.rules.values():
        assert rule.standard, rule.name
        assert set(rule.standard) <= set(BOOK.clauses), rule.name


def test_rules_for_guesses_are_advice() -> None:
    for rule in BOOK.rules.values():
        if all(BOOK.clauses[clause].heuristic for clause in rule.standard):
            assert rule.severity is Severity.INFO or set(rule.profiles) == {"strict"}, rule.name


def test_clauses_are_described_in_both_languages() -> None:
    for clause in BOOK.clauses.values():
        assert re.search("[\u4e00-\u9fff]", clause.text.zh), clause.id
        assert not re.search("[\u4e00-\u9fff]", clause.text.en), clause.id
    assert list(BOOK.clauses) == sorted(BOOK.clauses, key=_order)


def _order(clause: str) -> tuple[int, int]:
    return "ABCDEFGHIJKRUV".index(clause[0]), int(clause[1:])


def test_profiles_are_data() -> None:
    assert tuple(BOOK.profiles) == PROFILES


def test_coverage_in_json(capsys) -> None:
    code, data = run_json(capsys, "rules", "--coverage")
    assert code == 0
    assert data["summary"]["clauses"] == len(BOOK.clauses)
    assert next(clause for clause in data["clauses"] if clause["id"] == "F1")["rules"] == ["valve-name"]


def test_coverage_as_text(capsys) -> None:
    code, out, _ = run(capsys, "rules", "--coverage", "--lang", "zh")
    assert code == 0
    assert "valve-name" in out and "可判定条款" in out


def test_rules_of_a_profile_say_what_it_is_for(capsys) -> None:
    code, out, _ = run(capsys, "rules", "--profile", "openwebui")
    assert code == 0
    assert BOOK.profiles["openwebui"].summary.en in out


def test_summary_says_which_profile_and_why(capsys, tmp_path: Path) -> None:
    files = {"plugins/filters/echo/echo.py": '"""\ntitle: Echo\n"""\n', "docs/plugins/filters/index.md": "# Filters\n"}
    write_files(tmp_path, files)
    _, out, _ = run(capsys, str(tmp_path))
    assert "Profile standard: docs/plugins/ exists (for the general rules only: --profile openwebui)." in out
    _, out, _ = run(capsys, str(tmp_path), "--profile", "strict", "--lang", "zh")
    assert "规则集：strict（由 --profile 指定）。" in out
    (tmp_path / "docs/plugins/filters/index.md").rename(tmp_path / "index.md")
    for folder in ("docs/plugins/filters", "docs/plugins", "docs"):
        (tmp_path / folder).rmdir()
    config = write_files(tmp_path, {".owui-lint.yaml": "docs-dir: handbook\n"}) / ".owui-lint.yaml"
    _, out, _ = run(capsys, str(tmp_path))
    assert "Profile openwebui: no README_CN.md and no handbook/ (" in out
    assert "--profile standard)." in out
    config.write_text("plugins-dir: elsewhere\n")
    write_files(tmp_path, {"elsewhere/notes.txt": ""})
    _, out, _ = run(capsys, str(tmp_path))
    assert "Profile openwebui: no plugins in elsewhere/{type}/ (for the bilingual standard: --profile standard)." in out
    config.write_text("profile: openwebui\n")
    _, out, _ = run(capsys, str(tmp_path))
    assert "Profile openwebui: chosen by .owui-lint.yaml" in out
    _, out, _ = run(capsys, str(tmp_path), "--output-format", "json")
    assert set(json.loads(out)) == {"schema", "findings", "summary"}


def test_places_that_no_rule_asks_for_are_neither_counted_nor_shown(capsys, tmp_path: Path) -> None:
    code = '"""\ntitle: Echo\nversion: 1.0.0\n"""\n'
    files = {"plugins/filters/echo/echo.py": code, "docs/plugins/filters/index.md": "# Filters\n"}
    config = write_files(tmp_path, {**files, ".owui-lint.yaml": "profile: openwebui\n"}) / ".owui-lint.yaml"
    _, out, _ = run(capsys, "versions", str(tmp_path))
    assert "1 plugin, 1 location: 1 agree." in out and "—" not in out
    _, out, _ = run(capsys, str(tmp_path))
    assert " 1 version location." in out
    _, out, _ = run(capsys, str(tmp_path), "--output-format", "markdown")
    assert "Versions: 1 of 1 places agree" in out
    _, out, _ = run(capsys, str(tmp_path), "--profile", "standard", "--output-format", "markdown")
    assert "Versions: 1 of 7 places agree" in out
    config.write_text("profile: standard\n")
    _, out, _ = run(capsys, "versions", str(tmp_path))
    assert "1 plugin, 7 locations: 1 agree, 6 missing —." in out
    config.write_text("profile: standard\nignore: [version-missing]\n")
    _, out, _ = run(capsys, "versions", str(tmp_path))
    assert "1 plugin, 1 location: 1 agree." in out
    (tmp_path / "plugins/filters/echo/echo.py").write_text('"""\ntitle: Echo\n"""\n')
    _, out, _ = run(capsys, "versions", str(tmp_path))
    assert "1 plugin, 1 location: 0 agree, 1 missing —." in out


def test_the_summary_tells_of_chinese_readmes_what_is_so(capsys, tmp_path: Path) -> None:
    files = {
        "plugins/filters/echo/echo.py": '"""\ntitle: Echo\n"""\n',
        "plugins/filters/echo/README.md": "# 回声\n\n这是一个示例插件，用来检查中文说明文件是否被识别，文字需要足够长才行。\n",
        "plugins/filters/echo/README_EN.md": "# Echo\n",
        "docs/zh/echo.md": "# 回声\n",
    }
    _, out, _ = run(capsys, str(write_files(tmp_path, files)), "--lang", "zh")
    assert "没有 README_CN.md，也没有 docs/plugins/；" in out
    write_files(tmp_path, {".owui-lint.yaml": "docs-dir: docs\n"})
    _, out, _ = run(capsys, str(tmp_path))
    assert "Profile openwebui: no README_CN.md and no docs/{type}/ (" in out
