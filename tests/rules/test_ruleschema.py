"""Rule files against their JSON Schema: by the jsonschema library, and by the check that runs without it."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from owui_lint.cache import rules_folder
from owui_lint.rulebook import RuleError, builtin_rule_schema, compile_folder, read_rule, read_yaml
from owui_lint.schemacheck import problems
from owui_lint.wording import SLOT

SCHEMA = builtin_rule_schema()
FILES = sorted(Path(rules_folder()).glob("*/*.yaml"))
GOOD = """\
code: OWL599
name: some-rule
severity: info
profiles: {standard: , strict: warning}
standard: [B1]
primitive: document-language
params:
  zh_below: 8
  en_above: 40
summary: {en: a, zh: 甲}
why: {en: a, zh: 甲}
cases:
  default: {en: a, zh: 甲, severity: error}
examples:
  - name: one
    files: {a.py: x}
    findings: []
"""


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_built_in_rules_fit(path: Path) -> None:
    data = read_yaml(path)
    jsonschema.validate(data, SCHEMA)
    assert not list(problems(data, SCHEMA))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_a_finding_is_known_by_is_there(path: Path) -> None:
    cases = read_yaml(path)["cases"]
    for case in cases.values():
        assert all("{" + slot + "}" in case["en"] for slot in case.get("incidental", ()))
        known = cases.get(case.get("known-as"), {"en": ""})
        assert "known-as" not in known and ("known-as" not in case or known["en"])
        assert set(SLOT.findall(known["en"])) <= set(SLOT.findall(case["en"])) | {"title", "plugin", "kind", "path"}


def _write(folder: Path, text: str) -> Path:
    path = folder / "readme" / "some-rule.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert read_rule(_write(tmp_path, GOOD))["code"] == "OWL599"


@pytest.mark.parametrize(
    ("old", "new", "line", "text"),
    [
        ("severity: info", "severity: info\nlevel: 3", 4, "unknown key 'level'"),
        ("severity: info", "severity: info\nseverity: error", 4, "is there twice"),
        ("severity: info", "severity: fatal", 3, "not one of error, warning, info"),
        ("  zh_below: 8", "  zh_belwo: 8", 8, "unknown key 'zh_belwo'"),
        ("  zh_below: 8\n", "", 7, "'zh_below' is missing"),
        ("  zh_below: 8", "  zh_below: many", 8, "a whole number"),
        ("primitive: document-language", "primitive: document-langauge", 6, "did you mean"),
        ("  default: {en: a, zh: 甲, severity: error}", "  default: {en: a}", 13, "'zh' is missing"),
        ("code: OWL599", "code: W1", 1, "must match"),
        ("    findings: []", "    found: []", 17, "unknown key 'found'"),
        ("standard: [B1]", "standard: B1", 5, "must be a list"),
        ("profiles: {standard: , strict: warning}", "profiles: []", 4, "empty"),
        ("profiles: {standard: , strict: warning}", "profiles: {lax: info}", 4, "not one of"),
        ("summary: {en: a, zh: 甲}", "summary: {en: '', zh: 甲}", 10, "empty"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, text: str) -> None:
    assert old in GOOD
    path = _write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(RuleError) as raised:
        compile_folder(tmp_path)
    assert str(raised.value).startswith(f"some-rule.yaml:{line}: "), raised.value
    assert text in str(raised.value)
    if "twice" not in text:
        assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(read_yaml(path))


@pytest.mark.parametrize("shared", ["code: OWL599", "name: some-rule"])
def test_two_rules_of_one_name_or_code_do_not_load(tmp_path: Path, shared: str) -> None:
    """One would silently take the place of the other."""
    other = GOOD.replace("code: OWL599", "code: OWL598").replace("name: some-rule", "name: other-rule")
    line = next(line for line in other.splitlines() if line.startswith(shared.partition(":")[0]))
    rules = {"readme/some-rule.yaml": GOOD, "readme/other-rule.yaml": other.replace(line, shared)}
    for name, text in rules.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=shared.partition(": ")[2]):
        compile_folder(tmp_path)


def test_a_rule_lies_in_the_folder_of_its_code(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "some-rule.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(RuleError, match="OWL599 is no code of the family code"):
        compile_folder(tmp_path)
