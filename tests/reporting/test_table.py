"""Tables: one way in which columns are aligned and coloured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import owui_lint
from owui_lint.finding import SEVERITY_WORDS, Severity
from owui_lint.reporting.inventory import render_rules
from owui_lint.reporting.style import Style
from owui_lint.reporting.table import Cell, columns, table
from owui_lint.rulebook import Texts, load_rulebook

_START = "\x1b\\[3[0-9]m"
ROWS: list[list[str | Cell]] = [["name", "值"], [Cell("回声", ("red",)), "1"], ["echo", Cell("", ("green",))]]


def test_columns_are_aligned_by_cells() -> None:
    assert table(ROWS, Style(False)) == "name  值\n回声  1\necho\n"
    assert table(ROWS, Style(False), ruled=True).splitlines()[1] == "────  ──"
    assert columns(ROWS, Style(False)) == ["name  值", "回声  1", "echo"]
    assert columns([], Style(False)) == []


def test_a_cell_is_coloured_and_nothing_else() -> None:
    shown = table(ROWS, Style(True))
    assert "\x1b[31m回声\x1b[0m  1\n" in shown and "\x1b[32m" not in shown
    assert re.sub("\x1b\\[[0-9;]*m", "", shown) == table(ROWS, Style(False))


def test_no_line_is_a_command_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert "\n\\::error::x" in table([["a"], ["::error::x"]], Style(False))


@pytest.mark.parametrize(("lang", "word"), [("en", "error"), ("zh", "错误")])
def test_severities_are_coloured_in_their_column_only(lang: str, word: str) -> None:
    """Summaries hold the words too."""
    rule = next(rule for rule in load_rulebook().rules.values() if rule.severity is Severity.WARNING)
    summary = {"en": f"One {word} or another {word} follows.", "zh": f"一个 {word} 之后"}
    rules = [rule._replace(texts=Texts({"summary": summary, "cases": {}}))]
    plain, shown = (render_rules(rules, lang, Style(enabled), None).splitlines() for enabled in (False, True))
    assert re.findall(f"{_START}([^\x1b]*)", shown[1]) == [SEVERITY_WORDS[Severity.WARNING].to(lang)]
    assert re.sub(_START, "", shown[1]).replace("\x1b[0m", "") == plain[1]


def test_no_other_module_aligns_columns() -> None:
    package = Path(owui_lint.__file__).parent
    aligning = {path.name for path in package.rglob("*.py") if "─" in path.read_text("utf-8")}
    assert aligning == {"table.py"}
