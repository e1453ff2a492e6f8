"""Every example of every rule file is run: what it says must be found is found, at its line, and nothing else."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from owui_lint.config import load_config
from owui_lint.engine import Report
from owui_lint.finding import FAMILIES, LANGUAGES
from owui_lint.fixing.apply import choose, fix
from owui_lint.primitives import Options, registry
from owui_lint.reporting.explain import examples_of
from owui_lint.repository.message import MessageFile
from owui_lint.rulebook import PROFILES, Rule, load_rulebook
from owui_lint.session import Selection, Session
from tests.support import TODAY, commit, write_files

BOOK = load_rulebook()
RULES = sorted(BOOK.rules.values(), key=lambda rule: rule.code)


def _examples() -> Iterator[Any]:
    for rule in RULES:
        for example in examples_of(rule):
            yield pytest.param(rule, example, id=f"{rule.name}: {example['name']}")


def _session(root: Path, example: dict[str, Any]) -> Session:
    if "base" in example:
        commit(write_files(root, example["base"]))
        for path in example["base"]:
            (root / path).unlink()
    write_files(root, example.get("files", {}))
    day = example.get("release-date")
    release = datetime.date.fromisoformat(str(day)) if day else None
    options = Options(release_date=release, today=TODAY, icon=example.get("icon"))
    return Session(root, load_config(root), BOOK, (), options, since="HEAD" if "base" in example else None)


def _check(session: Session, example: dict[str, Any], selection: Selection) -> Report:
    if "message" in example:
        return session.check_message(MessageFile("COMMIT_EDITMSG", example["message"].encode()), selection)
    return session.check(selection)


def _places(report: Report, rule: Rule, *, columns: bool) -> list[str]:
    return sorted(
        f"{finding.path}:{finding.place.span.line}" + (f":{finding.place.span.column}" if columns else "")
        for finding in report.findings
        if finding.name == rule.name
    )


IMPEDIMENTS = {"file-unreadable", "syntax-error", "frontmatter-unreadable", "requirement-invalid", "plugin-class"}


@pytest.mark.parametrize(("rule", "example"), list(_examples()))
def test_example(rule: Rule, example: dict[str, Any], tmp_path: Path) -> None:
    session = _session(tmp_path, example)
    selection = Selection(select=(rule.name,), profile=example.get("profile"))
    report = _check(session, example, selection)
    assert not report.crashed, report.findings
    assert _places(report, rule, columns=False) == sorted(":".join(at.split(":")[:2]) for at in example["findings"])
    with_columns = [at for at in example["findings"] if at.count(":") == 2]
    assert set(with_columns) <= set(_places(report, rule, columns=True))
    for finding in report.findings:
        for lang in LANGUAGES:
            assert not re.search(r"\{\w+\}", finding.message.to(lang).replace("{key}", "")), finding.message
    if "fixed" in example:
        fix(session, lambda: session.check(selection), unsafe=rule.applicability == "unsafe")
        for path, expected in example["fixed"].items():
            assert (tmp_path / path).read_bytes() == (expected if isinstance(expected, bytes) else expected.encode())
        again = session.check(selection)
        assert not choose(again.findings, unsafe=rule.applicability == "unsafe")[1], "a second run must change nothing"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_file_is_complete(rule: Rule) -> None:
    examples = examples_of(rule)
    assert any(example["findings"] for example in examples), "a bad example is missing"
    assert any(not example["findings"] for example in examples), "a good example is missing"
    assert rule.family == FAMILIES[int(rule.code[3])]
    assert re.fullmatch(r"OWL\d{3}", rule.code)
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.name)
    assert rule.origin == f"{rule.family}/{rule.name}.yaml"
    assert set(rule.profiles) <= set(PROFILES) and rule.profiles
    assert rule.standard, "a rule names the clauses that it checks"
    primitive = registry()[rule.primitive]
    assert set(rule.params) <= set(primitive.parameters)
    assert {*rule.requires, *rule.yields_to, *rule.yields_at} <= set(BOOK.rules)
    # Requiring silences whatever a run selects: a fault that is merely the same seen better is yielded to.
    assert set(rule.requires) <= IMPEDIMENTS
    if rule.fix is not None:
        assert rule.applicability in ("safe", "unsafe")
        assert any("fixed" in example for example in examples), "a rule that fixes shows it in an example"
    else:
        assert not any("fixed" in example for example in examples)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_texts_are_in_their_language(rule: Rule) -> None:
    texts = [rule.summary, rule.why, *(case.message for case in rule.cases.values())]
    if rule.fix is not None:
        texts.append(rule.fix)
    for text in texts:
        assert re.search("[\u4e00-\u9fff]", text.zh), text
        assert not re.search("[\u4e00-\u9fff]", re.sub(r"`[^`]*`", "", text.en)), text
        assert set(re.findall(r"\{(\w+)\}", text.en)) == set(re.findall(r"\{(\w+)\}", text.zh)), text


def test_no_blank_follows_chinese_punctuation() -> None:
    """A folded YAML text has a blank where its lines end."""
    texts = [text for rule in RULES for text in (rule.summary, rule.why, rule.fix)]
    texts += [case.message for rule in RULES for case in rule.cases.values()]
    texts += [clause.text for clause in BOOK.clauses.values()]
    texts += [text for profile in BOOK.profiles.values() for text in (profile.summary, profile.purpose)]
    found = [text.zh for text in texts if text is not None and re.search(r"[，。、；：？！（）“”]\s", text.zh)]
    assert not found


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
