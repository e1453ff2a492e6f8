"""What each format says about a small repository, and what it does at its limits."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from owui_lint.finding import Severity
from owui_lint.reporting import Format, render
from owui_lint.reporting.badge import render_badge
from tests.reporting.conftest import PATH, Render, finding
from tests.support import run, write_files

SCHEMA = json.loads(Path(__file__).with_name("data").joinpath("sarif-schema-2.1.0.json").read_text())
GITLAB = {  # docs.gitlab.com, "Code Quality report format"
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sarif(rendering: Render, lang: str) -> None:
    log = json.loads(render(Format.sarif, rendering(None, lang)))
    jsonschema.validate(log, SCHEMA, format_checker=jsonschema.FormatChecker())
    (run_,) = log["runs"]
    assert run_["columnKind"] == "unicodeCodePoints"
    rules = run_["tool"]["driver"]["rules"]
    for result in run_["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["markdown"].startswith(f"**{rule['id']}")
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] == "SRCROOT"
        assert re.fullmatch("[0-9a-f]{32}", result["partialFingerprints"]["owuiLint/v1"])
    keys = [result["partialFingerprints"]["owuiLint/v1"] for result in run_["results"]]
    assert len(set(keys)) == len(keys)


def test_sarif_fix_is_the_fix(rendering: Render, root: Path) -> None:
    """Applying the replacements at their lines and columns gives the text with the right version, CRLF and all."""
    log = json.loads(render(Format.sarif, rendering(None, "en", "version-mismatch")))
    results = log["runs"][0]["results"]
    assert len(results) == 2 and all(result["relatedLocations"] for result in results)
    for result in results:
        (change,) = result["fixes"][0]["artifactChanges"]
        path = root / change["artifactLocation"]["uri"]
        lines = path.read_bytes().decode().split("\n")
        for replacement in change["replacements"]:
            region = replacement["deletedRegion"]
            assert region["startLine"] == region["endLine"]
            line = lines[region["startLine"] - 1]
            text = replacement["insertedContent"]["text"]
            lines[region["startLine"] - 1] = line[: region["startColumn"] - 1] + text + line[region["endColumn"] - 1 :]
        assert "1.1.0" in lines[2] and "1.0.0" not in "\n".join(lines)


def test_sarif_of_a_crash(rendering: Render) -> None:
    crash = finding()
    crash = type(crash)("OWL009", "rule-crashed", Severity.ERROR, type(crash.place)("."), crash.message)
    log = json.loads(render(Format.sarif, rendering([crash])))
    jsonschema.validate(log, SCHEMA)
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "README.md"


def test_gitlab(rendering: Render) -> None:
    report = json.loads(render(Format.gitlab, rendering()))
    jsonschema.validate(report, GITLAB)
    assert report and len({entry["fingerprint"] for entry in report}) == len(report)
    assert json.loads(render(Format.gitlab, rendering([]))) == []


def test_junit_counts_and_threshold(rendering: Render) -> None:
    given = [finding(severity=Severity.ERROR), finding("b", severity=Severity.WARNING), finding("c", path="README.md")]
    tree = ET.fromstring(render(Format.junit, rendering(given)))
    assert (tree.tag, tree.get("tests"), tree.get("failures")) == ("testsuites", "3", "2")
    for suite in tree.iter("testsuite"):
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
    passed = [case for case in tree.iter("testcase") if case.find("failure") is None]
    assert [case.findtext("system-out") for case in passed] == [f"warning: {PATH}:1:1: b"]
    empty = ET.fromstring(render(Format.junit, rendering([])))
    assert empty.get("tests") == "1" and empty.get("failures") == "0"


def test_github_gives_ten_of_each_level(rendering: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [finding(severity=level, line=line) for level in Severity for line in range(1, 14)]
    log = render(Format.github, rendering(given))
    levels = re.findall(r"(?m)^::(\w+) ", log)
    assert levels == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert len(re.findall(rf"(?m)^\w+: {PATH}:1[123]:1: ", log)) == 9  # without a summary the rest stands in the log
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    log = render(Format.github, rendering(given))
    assert "9 more in the summary of this step." in log and log.count(f"{PATH}:1") == 0


def test_step_summary_is_appended(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    target = tmp_path / "summary.md"
    target.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(target))
    code, out, _ = run(capsys, "check", str(root), "--output-format", "github")
    assert code == 1 and out.startswith("::error ")
    text = target.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- owui-lint report -->\n### ❌ owui-lint\n") and "| Plugin |" in text
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))  # a folder: cannot be written
    assert run(capsys, "check", str(root), "--output-format", "github")[0] == 1


def test_paths_are_those_of_the_git_repository(tmp_path: Path, root: Path, capsys: Any) -> None:
    import subprocess

    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (root / ".owui-lint.yaml").write_text("profile: standard\n")
    code, out, _ = run(capsys, "check", str(root), "--output-format", "gitlab")
    assert code == 1
    assert {entry["location"]["path"].split("/")[0] for entry in json.loads(out)} == {"repo"}


@pytest.mark.parametrize("limit", [2_000, 10_000, 60_000])
def test_markdown_keeps_its_limit(rendering: Render, limit: int) -> None:
    from owui_lint.reporting.markdown import render as render_markdown

    given = [finding(f"text {n}", f"plugins/filters/p{n}/README.md") for n in range(2000)]
    text = render_markdown(rendering(given), limit)
    assert len(text.encode()) <= limit
    assert text.count("<details") == text.count("</details>")
    listed = len(re.findall(r"(?m)^- 1: ", text))
    assert f"_{2000 - listed} more findings are not listed._" in text


def test_markdown_shows_the_matrix(rendering: Render) -> None:
    text = render(Format.markdown, rendering())
    assert "<code>filters/echo</code> | 1.1.0 | ❌ 1.0.0 ✗ |" in text
    assert render(Format.markdown, rendering([])).startswith("<!-- owui-lint report -->\n### ✅ owui-lint\n")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_html_reads_without_its_script(rendering: Render, lang: str) -> None:
    page = render(Format.html, rendering(None, lang))
    body = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in page
    assert 'id="filters" class="filters" hidden' in body  # controls that would do nothing are not shown
    assert '<details class="file" open>' in body and 'class="mismatch"' in body
    assert "http" not in re.sub(r'(?s)http-equiv="Content-Security-Policy".*?>', "", body)
    assert "Nothing found" in render(Format.html, rendering([]))


def test_statistics(rendering: Render) -> None:
    given = [finding("a"), finding("b")]
    text = render(Format.text, rendering(given, statistics=True))
    assert re.search(r"(?m)^2\s+OWL601\s+version-mismatch\s+error$", text)
    text = render(Format.text, rendering(given, "zh", statistics=True))
    assert re.search(r"(?m)^2\s+OWL601\s+version-mismatch\s+错误$", text)
    given.append(finding("c", severity=Severity.WARNING))
    text = render(Format.text, rendering(given, statistics=True))
    assert re.search(r"(?m)^3\s+OWL601\s+version-mismatch\s+2 errors, 1 warning$", text)
    text = render(Format.text, rendering(given, "zh", statistics=True))
    assert re.search(r"(?m)^3\s+OWL601\s+version-mismatch\s+2 个错误、1 个警告$", text)
    data = json.loads(render(Format.json, rendering(given, "zh", statistics=True)))
    assert data["statistics"][0]["severity"] == "error"
    data = json.loads(render(Format.json, rendering(given, statistics=True)))
    row = data["statistics"][0]
    assert row["count"] == 3 and (row["errors"], row["warnings"], row["infos"]) == (2, 1, 0)
    assert "statistics" not in json.loads(render(Format.json, rendering(given)))


def test_quiet(rendering: Render) -> None:
    assert render(Format.text, rendering([], quiet=True)) == ""
    assert "in 1 plugin," not in render(Format.text, rendering([finding()], quiet=True))


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [(["ok", "ok"], "consistent"), (["ok", "mismatch"], "1 of 2 agree"), (["ok"] * 19 + ["missing"], "19 of 20 agree")],
)
def test_badge(statuses: list[str], expected: str) -> None:
    rows = [{"id": "a/b", "locations": [{"status": status} for status in statuses]}]
    tree = ET.fromstring(render_badge(rows, "en"))
    assert tree.get("aria-label") == f"versions: {expected}"
    assert float(tree.get("width", "")) > 80
    assert "一致" in render_badge(rows, "zh")


def test_several_outputs_in_one_run(root: Path, tmp_path: Path, capsys: Any) -> None:
    names = [name for name in Format if name not in (Format.text, Format.patch)]
    arguments = [part for name in names for part in ("--output", f"{name}:{tmp_path / 'out' / name}")]
    code, out, _ = run(capsys, "check", str(root), *arguments)
    assert code == 1 and "version-mismatch" in out
    for name in names:
        assert (tmp_path / "out" / name).read_text(encoding="utf-8").strip()
    assert run(capsys, "check", str(root), "--output", "pdf:x")[0] == 2


def test_versions_badge(root: Path, tmp_path: Path, capsys: Any) -> None:
    target = tmp_path / "badge.svg"
    assert run(capsys, "versions", str(root), "--badge", str(target))[0] == 0
    assert "1 of 3 agree" in target.read_text(encoding="utf-8")
    assert run(capsys, "versions", str(root), "--badge", str(tmp_path))[0] == 2


def test_undecodable_file_names(tmp_path: Path, capsys: Any) -> None:
    """A name that is no UTF-8 reaches every format and stops none."""
    write_files(tmp_path, {"plugins/filters/echo/echo.py": '"""\ntitle: Echo\n"""\n'})
    folder = bytes(tmp_path) + b"/plugins/filters/caf\xe9"
    try:
        import os

        os.mkdir(folder)
        with open(folder + b"/x.py", "wb") as stream:
            stream.write(b'"""\ntitle: X\n"""\n')
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    for name in set(Format) - {Format.patch}:
        target = tmp_path / "out"
        code, _, err = run(capsys, "check", str(tmp_path), "--profile", "standard", "--output", f"{name}:{target}")
        assert code == 1, err
        assert "caf" in target.read_text(encoding="utf-8")
        target.unlink()
