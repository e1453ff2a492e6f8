"""``rules`` and ``rule``: filters, and what a person needs to know offline."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from owui_lint.rulebook import load_rulebook
from tests.support import run, write_files

RULES = load_rulebook().rules


@pytest.mark.parametrize(
    ("arguments", "keep"),
    [
        (["--severity", "info"], lambda rule: rule.severity.label == "info"),
        (["--fixable"], lambda rule: rule.fix is not None),
        (["--clause", "R1"], lambda rule: "R1" in rule.standard),
        (["--family", "versions", "--fixable"], lambda rule: rule.family == "versions" and rule.fix is not None),
        (["--profile", "openwebui"], lambda rule: "openwebui" in rule.profiles),
    ],
)
def test_filters(capsys: Any, arguments: list[str], keep: Any) -> None:
    code, out, _ = run(capsys, "rules", "--output-format", "json", *arguments)
    assert code == 0
    assert {entry["name"] for entry in json.loads(out)["rules"]} == {r.name for r in RULES.values() if keep(r)}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(RULES))
def test_explanation(capsys: Any, name: str, lang: str) -> None:
    code, out, _ = run(capsys, "rule", name, "--lang", lang)
    rule = RULES[name]
    assert code == 0
    assert rule.summary.to(lang) in out and rule.why.to(lang) in out
    # A commit message has no comments.
    assert (f"`ignore: [{name}]`" if name.startswith("commit-") else f"owui-lint: ignore[{name}]") in out
    assert ("\n反例\n" if lang == "zh" else "\nBad: ") in out


def test_chinese_words_of_severity_and_fix(capsys: Any) -> None:
    _, out, _ = run(capsys, "rule", "version-mismatch", "--lang", "zh")
    assert "version-mismatch（错误）" in out and "\n修复（安全）：" in out and "\n  [错误] " in out
    _, out, _ = run(capsys, "rules", "--family", "valves", "--lang", "zh")
    assert re.search(r"(?m)^OWL301 +valve-name +警告 +需人工复核 ", out)
    assert not re.search(r" (?:error|warning|info|safe|unsafe) ", out)


def test_severities_of_profiles(capsys: Any) -> None:
    """A rule is explained with what it weighs in each profile, and for which rules it speaks; a list of a profile's rules
    has its severities."""
    _, out, _ = run(capsys, "rule", "valve-form")
    assert "(warning; openwebui: info)\n" in out and "\n  [warning; openwebui: info] " in out and "\n  [error] " in out
    assert "（警告；openwebui：提示）" in run(capsys, "rule", "valve-form", "--lang", "zh")[1]
    _, out, _ = run(capsys, "rule", "version-unknown")
    assert "(error)\n" in out and "Stands for" not in out
    _, out, _ = run(capsys, "rule", "frontmatter-misspelt-key")
    assert re.search(r"(?m)^Stands for: .*frontmatter-missing-field.*version-unknown", out)
    for profile, severity in (("openwebui", "info"), ("standard", "warning")):
        _, out, _ = run(capsys, "rules", "--profile", profile, "--output-format", "json")
        assert [one["severity"] for one in json.loads(out)["rules"] if one["name"] == "valve-form"] == [severity]
        _, out, _ = run(capsys, "rules", "--profile", profile, "--severity", severity)
        assert re.search(rf"(?m)^OWL320 +valve-form +{severity} ", out)


def test_own_rules_cannot_write_on_a_terminal(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        'code: LOC001\nname: own\nseverity: info\nprimitive: pattern\nparams: {where: code, pattern: "x"}\n'
        'summary: "a \\e[2J b"\nstandard: ["\\a"]\ncases: {default: "c \\u202e d"}\n'
    )
    write_files(tmp_path, {".owui-lint/rules/own.yaml": text, "plugins/filters/e/e.py": '"""\ntitle: E\n"""\nx = 1\n'})
    monkeypatch.chdir(tmp_path)
    for arguments in (["rule", "own"], ["rules"], ["check", "--select", "own"]):
        code, out, _ = run(capsys, *arguments)
        assert code == 0 and not {"\x1b", "\x07", "\u202e"} & set(out)


@pytest.mark.parametrize(
    ("words", "number", "expected"),
    [
        ("owui-lint check --outp", 2, {"--output", "--output-format"}),
        ("owui-lint check --profile s", 3, {"standard", "strict"}),
    ],
)
def test_shell_completion(words: str, number: int, expected: set[str]) -> None:
    root = Path(__file__).parents[1]
    variables = {"COMP_WORDS": words, "COMP_CWORD": str(number), "_OWUI_LINT_COMPLETE": "complete_bash"}
    done = subprocess.run(
        [sys.executable, "-m", "owui_lint"],
        env={**os.environ, **variables, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert set(done.stdout.split()) == expected
