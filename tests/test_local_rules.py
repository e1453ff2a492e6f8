"""A repository's own rules: loaded as data, shown like any rule, and unable to stall a run."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from owui_lint import localrules
from owui_lint.patterns import MAX_MATCHES, Matcher, PatternTooSlow
from owui_lint.session import Selection, open_session
from tests.support import run, run_json, set_limits, write_files

FILES: dict[str, str | bytes] = {
    "plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.1.0\nauthor: Ada\n"""\n\nx = "FIXME: soon"\n',
    "plugins/filters/echo/README.md": "# Echo\n\nFIXME\n",
    "plugins/filters/echo/README_CN.md": "# 回声\n",
    "plugins/tools/ping/ping.py": '"""\ntitle: Ping\nauthor: Bob\n"""\n\n\nclass Tools:\n    pass\n',
}
RULE = """\
code: LOC001
name: no-fixme
severity: error
primitive: pattern
params:
  where: code
  pattern: 'FIXME: (?P<what>\\w+)'
summary: Nothing is left to mend.
cases:
  default:
    en: "{what} is left to mend ({found})."
    zh: "{what} 尚未处理。"
"""
PATH = ".owui-lint/rules/no-fixme.yaml"
ECHO = "plugins/filters/echo/echo.py"


def found(capsys: Any, root: Path, *arguments: str) -> list[str]:
    _, data = run_json(capsys, "check", str(root), "--select", "local", *arguments)
    return [f"{one['path']}:{one['line']}:{one['column']} {one['message']}" for one in data["findings"]]


def test_is_a_rule_like_any_other(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {**FILES, PATH: RULE})
    for select in ("local", "LOC", "LOC001", "no-fixme"):
        code, data = run_json(capsys, "check", str(tmp_path), "--select", select)
        assert code == 1 and [one["message"] for one in data["findings"]] == ["soon is left to mend (FIXME: soon)."]
        assert data["findings"][0]["plugin"] == "filters/echo"
    code, data = run_json(capsys, "check", str(tmp_path))  # and in every profile without being asked for
    assert "no-fixme" in {one["name"] for one in data["findings"]}
    assert run(capsys, "check", str(tmp_path), "--select", "local", "--ignore", "LOC001")[0] == 2  # no rule is left
    assert found(capsys, tmp_path, "--lang", "zh") == [f"{ECHO}:7:6 soon 尚未处理。"]
    monkeypatch.chdir(tmp_path / "plugins")
    assert "LOC001  no-fixme" in run(capsys, "rules", "--family", "local")[1]
    assert "Nothing is left to mend." in run(capsys, "rule", "no-fixme")[1]
    (tmp_path / ECHO).write_text('"""\ntitle: Echo\n"""\nx = "FIXME: soon"  # owui-lint: ignore[no-fixme] later\n')
    assert found(capsys, tmp_path) == []


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ("{where: readme, pattern: FIXME}", ["plugins/filters/echo/README.md:3:1"]),
        ("{where: readme, pattern: FIXME, lang: zh}", []),
        ("{where: readme, pattern: FIXME, must: match}", ["plugins/filters/echo/README_CN.md:1:1"]),
        ("{where: frontmatter, key: author, pattern: ^Ada$, must: match}", ["plugins/tools/ping/ping.py:3:9"]),
        ("{where: frontmatter, key: version, pattern: '^\\d', must: match}", ["plugins/tools/ping/ping.py:1:1"]),
        ("{where: code, pattern: class, types: [tools]}", ["plugins/tools/ping/ping.py:7:1"]),
        ("{where: code, pattern: '(?m)^title', types: [filters]}", [f"{ECHO}:2:1"]),
    ],
)
def test_pattern(tmp_path: Path, capsys: Any, params: str, expected: list[str]) -> None:
    rule = f"code: LOC001\nname: own\nseverity: info\nprimitive: pattern\nparams: {params}\nsummary: s\ncases: {{default: m}}\n"
    write_files(tmp_path, {**FILES, PATH: rule})
    assert found(capsys, tmp_path) == [f"{place} m" for place in expected]


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", r"(\w+\s?)*!", "(.*)*x{25}y", "(?:a?){40}a{40}b"])
def test_no_pattern_stalls_a_run(tmp_path: Path, capsys: Any, pattern: str) -> None:
    """The rule is stopped and says so; the run goes on, and never ends as if nothing had been wrong."""
    evil = '"""\ntitle: Evil\n"""\nx = "' + "a" * 60 + ("a " * 40) + '!"\n' + "a" * 60 + "\u00e4\n"
    rule = RULE.replace("FIXME: (?P<what>\\w+)", pattern).replace("LOC001", "LOC002").replace("no-fixme", "evil")
    rule = rule.replace("{what}", "{found}")
    write_files(
        tmp_path, {**FILES, "plugins/filters/evil/evil.py": evil, PATH: RULE, ".owui-lint/rules/evil.yaml": rule}
    )
    code, data = run_json(capsys, "check", str(tmp_path), "--select", "local")
    names = [one["name"] for one in data["findings"]]
    assert "no-fixme" in names
    if code == 3:
        message = next(one["message"] for one in data["findings"] if one["name"] == "rule-crashed")
        assert message.startswith("The rule evil was stopped: its pattern takes too long")
    else:  # Python's engine sees through some of them
        assert "rule-crashed" not in names


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_patterns_given_to_other_primitives_do_not_stall_a_run(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    set_limits(monkeypatch, worth_a_process=0, local_seconds=0.3)
    evil = '"""\ntitle: ' + "a" * 60 + '\n"""\n'
    params = "{patterns: ['(\\w+)+!'], parts: [x], keys: []}"
    rule = (
        f"code: LOC002\nname: evil\nseverity: info\nprimitive: frontmatter-placeholders\nparams: {params}\nsummary: s\n"
    )
    cases = "cases: {default: m, part: m}\n"
    write_files(
        tmp_path,
        {**FILES, "plugins/filters/evil/evil.py": evil, PATH: RULE, ".owui-lint/rules/evil.yaml": rule + cases},
    )
    code, data = run_json(capsys, "check", str(tmp_path), "--select", "local", "--jobs", jobs)
    stopped = [one["message"] for one in data["findings"] if one["name"] == "rule-crashed"]
    assert code == 3 and "no-fixme" in [one["name"] for one in data["findings"]]
    assert stopped and all(one.startswith("The rule evil was stopped: its pattern takes too long") for one in stopped)


def test_slow_rules_have_a_limit_together(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, local_seconds_in_all=0.5)
    evil = f'"""\ntitle: Evil\n"""\n#{"a" * 60}!\n'
    rules: dict[str, str | bytes] = {}
    for number in range(2, 12):
        rule = RULE.replace("LOC001", f"LOC{number:03}").replace("no-fixme", f"slow-{number}")
        rule = rule.replace("FIXME: (?P<what>\\w+)", "(a+)+$").replace("{what} ", "")
        rules[f".owui-lint/rules/{number}.yaml"] = rule
    write_files(tmp_path, {"plugins/filters/evil/evil.py": evil, **rules})
    code, data = run_json(capsys, "check", str(tmp_path), "--select", "local")
    messages = [one["message"] for one in data["findings"]]
    assert code == 3 and len(messages) == 10
    assert sum("all rules of this repository's own together" in one for one in messages) >= 7


def test_where_nothing_could_stop_a_pattern_it_is_not_asked(tmp_path: Path) -> None:
    """A search holds all threads up, so an editor would hear nothing any more."""
    params = "{names: '^(a+)+$', say: x, longer_than: 0}"
    rule = f"code: LOC002\nname: evil\nseverity: info\nprimitive: prompts-say\nparams: {params}\nsummary: s\n"
    evil = f'"""\ntitle: Evil\n"""\n{"a" * 60}b = """x"""\n'
    evil_path = "plugins/filters/evil/evil.py"
    write_files(
        tmp_path,
        {**FILES, evil_path: evil, PATH: RULE, ".owui-lint/rules/evil.yaml": f"{rule}cases: {{default: m}}\n"},
    )
    names: list[str] = []
    session = open_session((str(tmp_path),))
    thread = threading.Thread(
        target=lambda: names.extend(finding.name for finding in session.check(Selection(select=("local",))).findings),
        daemon=True,
    )
    thread.start()
    thread.join()
    assert set(names) == {"no-fixme"}


def test_a_stopped_pattern_leaves_the_next_one_alone() -> None:
    with pytest.raises(PatternTooSlow):
        Matcher("(a+)+$").search("a" * 60 + "b")
    assert [match[:2] for match in Matcher("b").search("abb")] == [(1, 2), (2, 3)]
    assert len(Matcher("").search("x" * 10_000)) == MAX_MATCHES
    assert Matcher("(?P<name>.)").search("\udcff\u0000")[0].groups == {"name": "\udcff"}


def test_memory_is_bounded() -> None:
    with pytest.raises(PatternTooSlow):
        Matcher("(?:(?:(.)(.)(.)(.))*?)*?$x").search("a" * 4_000_000)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "must be keys and values"),
        ("code: [", 2, ""),
        (RULE + "sumary: x\n", 13, "unknown key 'sumary', did you mean 'summary'?"),
        (RULE.replace("LOC001", "OWL999"), 1, "code: must match ^LOC"),
        (RULE.replace("LOC001", "LOC1"), 1, "code: must match"),
        (RULE.replace("name: no-fixme", "name: version-mismatch"), 2, "taken by OWL601 version-mismatch"),
        (RULE.replace("severity: error", "severity: err"), 3, "did you mean 'error'?"),
        (RULE.replace("primitive: pattern", "primitive: patern"), 4, "did you mean 'pattern'?"),
        (RULE.replace("where: code", "where: codes"), 6, "did you mean 'code'?"),
        (RULE.replace("  where: code\n", ""), 5, "'where' is missing"),
        (RULE.replace("FIXME: (", "FIXME: (("), 7, "unterminated subpattern"),
        (RULE.replace("FIXME: ", "(?i)" + "[!-\uffef]" * 395), 7, "more than 1 seconds to compile"),
        (RULE.replace("FIXME", "x" * 3000), 7, "longer than 2000 characters"),
        (RULE.replace("default:", "other:"), 9, "'default' is missing"),
        (RULE + "requires: [nothing]\n", 1, "no rule is called 'nothing'"),
        (RULE + "requires: [no-fixme]\n", 1, "require each other"),
        (RULE.replace("summary: Nothing", "summary: !!python/object/apply:os.system [x] #"), 8, ""),
        (RULE.replace("code: LOC001", "code: !!binary TE9DMDAx"), 1, "must be text"),
        (
            RULE.replace("({found})", "({fund})"),
            11,
            "cases.default.en: pattern has no value {fund}, did you mean {found}?",
        ),
        (RULE.replace('zh: "{what}', 'zh: "{where}'), 12, "cases.default.zh: pattern has no value {where}, "),
        (RULE.replace("  where: code", "  must: match\n  where: code"), 12, "no value {what}, only {found}"),
        ("a: &a [1]\nb: *a\n", 1, "anchors and aliases are not supported"),
    ],
)
def test_errors_name_file_and_line(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, text: str, line: int, message: str
) -> None:
    monkeypatch.setattr(localrules, "_COMPILE_SECONDS", 0.6)  # which every machine takes for the longest of them
    write_files(tmp_path, {**FILES, PATH: text})
    code, out, err = run(capsys, "check", str(tmp_path))
    assert (code, out) == (2, "")
    assert err.startswith(f"owui-lint: {PATH}:{line}: ") and message in err, err
    assert not re.search(r"[?!.]\.$|？。", err.strip())
    code, _, err = run(capsys, "check", str(tmp_path), "--lang", "zh")
    assert code == 2 and err.strip().endswith(("。", "？")) and "？。" not in err


def test_code_taken_twice(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, {**FILES, PATH: RULE, ".owui-lint/rules/z.yaml": RULE.replace("no-fixme", "other")})
    code, _, err = run(capsys, "check", str(tmp_path))
    assert code == 2 and "z.yaml:1: 'LOC001' is taken by LOC001 no-fixme" in err


def test_files_that_are_none(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path / "repo", {**FILES, PATH: RULE, ".owui-lint/rules/notes.md": "# Notes"})
    assert run(capsys, "check", str(root), "--select", "local")[0] == 1
    (tmp_path / "outside.yaml").write_text(RULE)
    (root / ".owui-lint/rules/link.yaml").symlink_to(tmp_path / "outside.yaml")
    code, _, err = run(capsys, "check", str(root))
    assert code == 2 and "link.yaml:1: the file cannot be used (link-outside)" in err


def test_a_folder_that_cannot_be_read(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {**FILES, PATH: RULE})
    names = os.listdir

    def listdir(folder: str) -> list[str]:
        if str(folder).endswith("rules"):
            raise PermissionError(13, "Permission denied")
        return names(folder)

    monkeypatch.setattr(os, "listdir", listdir)
    code, _, err = run(capsys, "check", str(tmp_path))
    assert (code, err) == (2, "owui-lint: .owui-lint/rules cannot be read: Permission denied.\n")


def test_other_primitives_and_their_cases(tmp_path: Path, capsys: Any) -> None:
    rule = (
        "code: LOC007\nname: needs-licence\nseverity: warning\nprimitive: frontmatter-keys\nparams: {keys: [license]}\n"
        'summary: s\ncases: {default: "{key} is missing"}\n'
    )
    write_files(tmp_path, {**FILES, PATH: rule})
    assert found(capsys, tmp_path) == [
        f"{ECHO}:1:1 license is missing",
        "plugins/tools/ping/ping.py:1:1 license is missing",
    ]
