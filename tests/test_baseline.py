"""The baseline: old findings are counted, new ones fail, and lines may move."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from owui_lint.baseline import NAME, AcceptedFinding, dump, entries_of, fingerprints, load, split_accepted
from owui_lint.finding import CRASH_NAME, Finding, Message, Place, Severity
from tests.support import check, commit, git, open_repo, run, run_json, write_files

README = "plugins/filters/echo/README.md"
FILES: dict[str, str | bytes] = {
    ".owui-lint.yaml": "profile: standard\n",
    "plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.1.0\n"""\n\n\nclass Filter:\n    pass\n',
    README: "# Echo\n\n**Version:** 1.0.0\n",
}

ACCEPTED = {**FILES, ".owui-lint.yaml": f"profile: standard\nbaseline: {NAME}\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_files(tmp_path, FILES)


def adopt(root: Path, capsys: Any) -> int:
    """Write a baseline; return the number of its entries."""
    assert run(capsys, "baseline", str(root))[0] == 0
    return len(json.loads((root / NAME).read_text())["findings"])


def checked(root: Path, capsys: Any) -> tuple[int, list[str], dict[str, int]]:
    code, data = run_json(capsys, "check", str(root), "--baseline", str(root / NAME))
    return code, [finding["name"] for finding in data["findings"]], data["summary"].get("hidden", {})


def test_old_findings_are_counted_and_new_ones_fail(root: Path, capsys: Any) -> None:
    count = adopt(root, capsys)
    assert checked(root, capsys) == (0, [], {"baseline": count, "baseline-version-errors": 1})
    (root / "plugins/filters/echo/README_CN.md").write_text("# 回声\n\n**版本:** 0.9.0\n", encoding="utf-8")
    code, names, _ = checked(root, capsys)
    assert code == 1 and "version-mismatch" in names


def test_moved_lines_are_the_same_finding(root: Path, capsys: Any) -> None:
    count = adopt(root, capsys)
    readme, code = root / README, root / "plugins/filters/echo/echo.py"
    readme.write_text("\n\n\n# Echo\n\n\n\n**Version:**   1.0.0\n")
    code.write_text('"""\ntitle: Echo\n\n\nversion: 1.1.0\n"""\n\n\nclass Filter:\n    pass\n')
    _, names, hidden = checked(root, capsys)
    assert (names, hidden["baseline"]) == ([], count)


def test_a_changed_value_is_a_new_finding(root: Path, capsys: Any) -> None:
    adopt(root, capsys)
    code = root / "plugins/filters/echo/echo.py"
    code.write_text(code.read_text().replace("1.1.0", "1.2.0"))  # the next release: the README is stale anew
    assert "version-mismatch" in checked(root, capsys)[1]


def test_equal_findings_are_counted(root: Path, capsys: Any) -> None:
    twice = "# Echo\n\n**Version:** 1.0.0\n\n![v](https://img.shields.io/badge/v-1.0.0-blue)\n"
    (root / README).write_text(twice)
    keys = [entry.fingerprint for entry in entries_of(check(root).findings, open_repo(root).source)]
    assert len(set(keys)) == len(keys)
    adopt(root, capsys)
    (root / README).write_text(twice + "\n![v](https://img.shields.io/badge/v-1.0.0-blue)\n")
    assert checked(root, capsys)[0] == 1  # a third equal one is new


def test_prune(root: Path, capsys: Any) -> None:
    count = adopt(root, capsys)
    before = (root / NAME).read_text()
    (root / README).write_text("# Echo\n\n**Version:** 1.1.0\n")
    assert checked(root, capsys)[2]["baseline-gone"] == 1
    (root / "plugins/filters/echo/bad.py").write_bytes(
        b'"""\ntitle: Bad\n"""\nprint(\n'
    )  # new: never let in by --prune
    code, out, _ = run(capsys, "baseline", str(root), "--prune")
    assert code == 0 and "1 gone" in out
    after = (root / NAME).read_text()
    assert len(json.loads(after)["findings"]) == count - 1
    assert set(after.splitlines()) - set(before.splitlines()) <= {after.splitlines()[-3], after.splitlines()[-2]}
    assert run(capsys, "baseline", str(root), "--prune")[0] == 0
    assert (root / NAME).read_text() == after


def test_summary_line_speaks_of_hidden_version_errors(root: Path, capsys: Any) -> None:
    adopt(root, capsys)
    _, out, _ = run(capsys, "check", str(root), "--baseline", str(root / NAME))
    assert "hidden by the baseline, 1 of them a version error." in out
    _, out, _ = run(capsys, "check", str(root), "--baseline", str(root / NAME), "--lang", "zh")
    assert "个问题被基线隐藏" in out and "其中 1 个是版本不一致错误" in out
    assert run(capsys, "check", str(root), "--no-baseline")[0] == 1


def test_configured_baseline(root: Path, capsys: Any) -> None:
    adopt(root, capsys)
    (root / ".owui-lint.yaml").write_text(f"profile: standard\nbaseline: {NAME}\n")
    assert run(capsys, "check", str(root))[0] == 0
    (root / NAME).unlink()
    code, _, err = run(capsys, "check", str(root))
    assert code == 2 and "owui-lint baseline" in err
    assert run(capsys, "baseline", str(root))[0] == 0  # and writing it anew works


@pytest.mark.parametrize("name", ["../outside.json", "{outside}", "link/outside.json"])
def test_a_configuration_cannot_reach_out(tmp_path: Path, capsys: Any, name: str) -> None:
    root = write_files(tmp_path / "repo", FILES)
    outside = tmp_path / "outside.json"
    outside.write_text("{}")
    (root / "link").symlink_to(tmp_path)
    (root / ".owui-lint.yaml").write_text(f"baseline: {name.format(outside=outside)}\n")
    for command in (["check"], ["baseline"], ["baseline", "--prune"]):
        code, _, err = run(capsys, *command, str(root))
        assert code == 2 and ".owui-lint.yaml:1: baseline: " in err
    assert outside.read_text() == "{}"


def test_other_file(root: Path, tmp_path_factory: pytest.TempPathFactory, capsys: Any) -> None:
    target = tmp_path_factory.mktemp("elsewhere") / "base.json"
    assert run(capsys, "baseline", str(root), "--file", str(target))[0] == 0
    assert run(capsys, "check", str(root), "--baseline", str(target))[0] == 0


def test_limits_do_not_change_what_is_known(root: Path, capsys: Any) -> None:
    adopt(root, capsys)
    code, data = run_json(capsys, "check", str(root / README), "--baseline", str(root / NAME))
    assert (code, data["findings"]) == (0, [])
    assert "baseline-gone" not in data["summary"]["hidden"]


def test_file_is_stable(root: Path, capsys: Any) -> None:
    adopt(root, capsys)
    text = (root / NAME).read_text(encoding="utf-8")
    adopt(root, capsys)
    assert (root / NAME).read_text(encoding="utf-8") == text
    entries = load(root / NAME)
    assert dump(reversed(entries)) == text and dump([]) == '{\n  "schema": 1,\n  "findings": []\n}\n'
    assert all(line.count('"fingerprint"') <= 1 for line in text.splitlines())


ENTRY = dump([AcceptedFinding("0" * 32, "a", "b", None, "c")])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 1),
        ("[]", 1),
        ("{", 1),
        (ENTRY.replace("  ]", "<<<<<<< HEAD\n  ]"), 5),
        (ENTRY.replace('"schema": 1', '"schema": 2'), 2),
        (ENTRY.replace('"rule": "a", ', ""), 4),
        (ENTRY.replace('"rule": "a"', '"rule": 1'), 4),
        (ENTRY.replace('"rule"', '"rules"'), 4),
        (b'{"schema": 1,\n"\xff": []}', 2),
        ("[" * 100_000, 1),
    ],
)
def test_damaged_baseline(root: Path, capsys: Any, content: str | bytes, line: int) -> None:
    path = root / NAME
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    code, out, err = run(capsys, "check", str(root), "--baseline", str(path))
    assert (code, out) == (2, "")
    assert err.startswith(f"owui-lint: {path}:{line}: ")
    assert run(capsys, "baseline", str(root), "--prune")[0] == 2
    assert run(capsys, "baseline", str(root))[0] == 0


def test_a_path_or_a_profile_takes_nothing_out_that_is_still_found(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, FILES)
    run(capsys, "baseline", str(root))
    before = (root / NAME).read_bytes()
    for arguments in (
        ["--prune", str(root / "plugins/filters")],
        ["--prune", "--profile", "openwebui", str(root)],
        [str(root / "plugins/filters")],
    ):
        code, out, _ = run(capsys, "baseline", *arguments)
        assert code == 0 and "gone" not in out
        assert (root / NAME).read_bytes() == before


def test_what_was_not_asked_is_not_gone(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, ACCEPTED)
    run(capsys, "baseline", str(root))
    for arguments in ([], ["--profile", "openwebui"], ["--ignore", "versions"], ["--select", "icons"]):
        assert "no longer" not in run(capsys, *arguments, str(root))[1]
    (root / README).write_text("# Echo\n", encoding="utf-8")
    assert "no longer occur" in run(capsys, str(root))[1]


def test_versions_are_brought_in_line_whatever_was_accepted(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, ACCEPTED)
    _, out, _ = run(capsys, "baseline", str(root))
    assert "--fix-versions" in out
    assert run(capsys, str(root))[0] == 0
    code, out, _ = run(capsys, "--fix-versions", str(root))
    assert code == 0 and "Fixed 1 place" in out
    assert "--fix-versions" not in run(capsys, "baseline", str(root))[1], "all that it can do is done"


def test_no_folder_for_it(tmp_path: Path, capsys: Any) -> None:
    code, _, err = run(capsys, "baseline", "--file", str(tmp_path / "none/x.json"), str(write_files(tmp_path, FILES)))
    assert code == 2 and "none does not exist" in err


def test_a_release_renews_nothing(tmp_path: Path, capsys: Any) -> None:
    """The next version is written into lines of which other things were accepted."""
    listing = "# Filters\n\n| Plugin | Version | Read |\n|---|---|---|\n| **Echo** | 1.0.0 | [README](./gone.md) |\n"
    root = write_files(tmp_path, {**ACCEPTED, "plugins/filters/README.md": listing})
    run(capsys, "--fix-versions", "--no-baseline", str(root))
    count = adopt(root, capsys)
    code = root / "plugins/filters/echo/echo.py"
    code.write_text(code.read_text().replace("1.1.0", "1.2.0"))
    assert run(capsys, "--fix-versions", str(root))[0] == 0
    assert "| 1.2.0 |" in (root / "plugins/filters/README.md").read_text()
    assert checked(root, capsys)[1:] == ([], {"baseline": count})


PLUGIN = '"""\ntitle: {title}\nversion: 1.0.0\nauthor: {author}\n"""\n\n\nclass Filter:\n    pass\n'
SUPPORT = "# {title}\n\n**Version:** 1.0.0\n\n## Support\n\nPlease [star]({link}) it.\n"


def _plugin(
    name: str, title: str = "", author: str = "Ada", link: str = "https://example.org"
) -> dict[str, str | bytes]:
    title = title or name.title()
    folder = f"plugins/filters/{name}"
    return {
        f"{folder}/{name}.py": PLUGIN.format(title=title, author=author),
        f"{folder}/README.md": SUPPORT.format(title=title, link=link),
    }


BADGE = "https://img.shields.io/badge/v-0.9.0-blue"
BEFORE_AND_AFTER: dict[str, tuple[dict[str, str | bytes], dict[str, str | bytes], str]] = {
    "another example": (
        {**_plugin("alpha"), **_plugin("beta"), **_plugin("gamma"), **_plugin("delta", link="http://x.org/other")},
        {**_plugin("alpha", link="http://x.org/mine"), **_plugin("epsilon")},
        "support-sentence",
    ),
    "another author of most": (
        {**_plugin("alpha"), **_plugin("beta"), **_plugin("gamma"), **_plugin("delta", author="Bob")},
        {**_plugin("alpha", author="Cy"), **_plugin("beta", author="Cy"), **_plugin("gamma", author="Cy")},
        "frontmatter-fixed-value",
    ),
    "a new plugin that may be the orphan's": (
        {
            **_plugin("alpha"),
            "docs/plugins/filters/alpha.md": "# Alpha\n\n**Version:** 1.0.0\n",
            "docs/plugins/filters/old-card.md": '# Old Card\n\n<span class="version-badge">v0.2.2</span>\n',
            "docs/plugins/filters/index.md": "# Filters\n\n- [Alpha](alpha.md) (v1.0.0)\n- [Old Card](old-card.md) (v0.2.2)\n",
        },
        _plugin("card", "Flash Card"),
        "page-orphan,index-orphan",
    ),
    "a page left over that may be the plugin's": (
        {
            **_plugin("card", "Flash Card"),
            "docs/plugins/filters/index.md": "# Filters\n\n- nothing yet\n",
        },
        {
            "docs/plugins/filters/old-card.md": '# Old Card\n\n<span class="version-badge">v0.2.2</span>\n',
            "docs/plugins/filters/index.md": "# Filters\n\n- nothing yet\n- [Old Card](old-card.md) (v0.2.2)\n",
        },
        "version-missing",
    ),
    "a badge of another plugin with the same definition": (
        {
            **_plugin("alpha"),
            "README.md": f"# P\n\n- [Alpha](plugins/filters/alpha/README.md) ![v][b]\n\n[b]: {BADGE}\n",
        },
        {
            **_plugin("beta"),
            "README.md": "# P\n\n- [Alpha](plugins/filters/alpha/README.md) ![v][b]\n- [Other](x.md) ![v][b]\n"
            f"\n[b]: {BADGE}\n",
        },
        "version-mismatch",
    ),
}


@pytest.mark.parametrize("case", BEFORE_AND_AFTER)
def test_what_is_said_of_others_makes_no_new_finding(tmp_path: Path, capsys: Any, case: str) -> None:
    before, after, rules = BEFORE_AND_AFTER[case]
    root = write_files(tmp_path, {".owui-lint.yaml": "profile: strict\n", **before})
    run(capsys, "baseline", str(root))
    known = json.loads((root / NAME).read_text())["findings"]
    paths = {entry["path"] for entry in known if entry["rule"] in rules.split(",")}
    assert {entry["rule"] for entry in known} >= set(rules.split(","))
    write_files(root, after)
    told = run_json(capsys, "check", str(root), "--select", rules, "--no-baseline")[1]["findings"]
    assert any(finding["path"] in paths for finding in told)
    found = run_json(capsys, "check", str(root), "--select", rules, "--baseline", str(root / NAME))[1]["findings"]
    assert not [finding for finding in found if finding["path"] in paths], found
    assert not [finding for finding in found if "orphan" in finding["name"]]


def test_what_is_said_of_others_makes_no_finding_since_a_commit(tmp_path: Path, capsys: Any) -> None:
    before, after, rule = BEFORE_AND_AFTER["another example"]
    root = write_files(tmp_path, {".owui-lint.yaml": "profile: strict\n", **before})
    commit(root)
    write_files(root, after)
    found = run_json(capsys, "check", str(root), "--select", rule, "--since", "HEAD")[1]["findings"]
    assert {finding["path"] for finding in found} <= set(after)


def test_what_yields_to_an_accepted_finding_is_accepted(tmp_path: Path, capsys: Any) -> None:
    """A run of fewer rules finds what a run of all leaves to a rule that sees it better."""
    code = '"""\ntitle: Echo\n"""\n\n\nclass Filter:\n    pass\n'
    files = {**ACCEPTED, "plugins/filters/echo/echo.py": code, "plugins/filters/echo/README_CN.md": b"\xb0\xe6"}
    root = write_files(tmp_path, files)
    adopt(root, capsys)
    assert run(capsys, str(root))[0] == 0
    code_of_run, out, _ = run(capsys, "--fix-versions", str(root))
    assert code_of_run == 0, out
    assert "hidden by the baseline" in out
    assert run(capsys, "--fix-versions", "--no-baseline", str(root))[0] == 1
    assert run(capsys, "--select", "version-unknown", str(root))[0] == 0


def test_what_is_new_beside_an_accepted_finding_is_new(tmp_path: Path, capsys: Any) -> None:
    """An accepted finding stands in for no other fault of the file, nor for one that came when it was mended."""
    code = '"""\ntitle: Echo\nauthor: Ada\nversion: 1.0.0\n"""\n\n\nclass Filter:\n    pass\n'
    root = write_files(tmp_path, {**ACCEPTED, "plugins/filters/echo/echo.py": code})
    adopt(root, capsys)
    path = root / "plugins/filters/echo/echo.py"
    path.write_text(code.replace("version: 1.0.0\n", ""))
    exit_code, out, _ = run(capsys, "--fix-versions", str(root))
    assert exit_code == 1 and "version-unknown" in out


def test_an_accepted_finding_stands_in_for_another_one_in_its_own_line_only(tmp_path: Path, capsys: Any) -> None:
    """Where a rule yields at single lines: a line that somebody accepted says nothing of a version that got lost below."""
    code = '"""\ntitle: Echo\nauthor-url: https://ada.dev\nversion : 1.0.0\n"""\n\n\nclass Filter:\n    pass\n'
    path = "plugins/filters/echo/echo.py"
    root = write_files(tmp_path, {**ACCEPTED, path: code})
    assert adopt(root, capsys) and run(capsys, "--fix-versions", str(root))[0] == 0
    (root / path).write_text(code.replace("version : 1.0.0", "version:"))
    exit_code, out, _ = run(capsys, "--fix-versions", str(root))
    assert exit_code == 1 and "version-unknown" in out


def test_a_rule_that_failed_is_never_accepted(root: Path, capsys: Any) -> None:
    crash = Finding("OWL009", CRASH_NAME, Severity.ERROR, Place(README), Message("failed", "失败"))
    source = open_repo(root).source
    assert entries_of([crash], source) == []
    (key,) = fingerprints([crash], source)
    forged = AcceptedFinding(key, CRASH_NAME, README, None, "failed")
    assert split_accepted([crash], [forged], source).new == [crash]


def test_no_baseline_of_a_run_in_which_a_rule_failed(root: Path, capsys: Any) -> None:
    params = "{where: code, pattern: '(a+)+$'}"
    rule = f"code: LOC001\nname: slow\nseverity: info\nprimitive: pattern\nparams: {params}\nsummary: s\n"
    code = FILES["plugins/filters/echo/echo.py"]
    assert isinstance(code, str)
    write_files(
        root,
        {
            ".owui-lint/rules/slow.yaml": f"{rule}cases: {{default: found}}\n",
            "plugins/filters/echo/echo.py": f"{code}#{'a' * 60}!\n",
        },
    )
    (root / ".owui-lint.yaml").unlink()
    for command in ("init", "baseline"):
        status, _, err = run(capsys, command, str(root), "--lang", "en")
        assert status == 2 and "A rule failed" in err
    assert not (root / NAME).exists()


_OWN = "https://github.com/ada/plugins"


def _published(root: Path, text: str) -> Path:
    files = {**FILES, ".owui-lint.yaml": f"select: [broken-link]\nbaseline: {NAME}\n", README: f"# Echo\n\n{text}\n"}
    commit(write_files(root, files))
    git(root, "config", "remote.origin.url", f"{_OWN}.git")
    return root


@pytest.mark.parametrize("elsewhere", [["--detach"], ["-b", "feature/x"]])
def test_a_link_that_only_its_branch_can_look_up_is_not_gone_elsewhere(
    tmp_path: Path, capsys: Any, elsewhere: list[str]
) -> None:
    root = _published(tmp_path, f"[a]({_OWN}/blob/main/gone.md)\n\n[b](gone.md)")
    assert adopt(root, capsys) == 2
    git(root, "checkout", "-q", *elsewhere)
    assert "no longer occur" not in run(capsys, str(root))[1]
    assert "gone" not in run(capsys, "baseline", "--prune", str(root))[1]
    (root / README).write_text(f"# Echo\n\n[a]({_OWN}/blob/main/gone.md)\n")
    assert "1 baseline entry no longer occurs" in run(capsys, str(root))[1]
    (root / README).write_text("# Echo\n")
    assert "2 baseline entries no longer occur" in run(capsys, str(root))[1]
    git(root, "checkout", "-q", "-f", "main")
    assert "no longer occur" not in run(capsys, str(root))[1]
    (root / "gone.md").write_text("x")
    (root / README).write_text(f"# Echo\n\n[a]({_OWN}/blob/main/gone.md)\n")
    assert "2 baseline entries no longer occur" in run(capsys, str(root))[1]


def test_a_comment_for_a_link_that_only_its_branch_can_look_up(tmp_path: Path) -> None:
    hint = "<!-- owui-lint: ignore[broken-link] -->"
    root = _published(tmp_path, f"[a]({_OWN}/blob/main/gone.md) {hint}")
    rules = ("broken-link", "suppression-unused")
    assert check(root, *rules).findings == []
    git(root, "checkout", "-q", "--detach")
    assert check(root, *rules).findings == []
    (root / README).write_text(f"# Echo\n\n[a](https://example.org/) {hint}\n")
    assert [finding.name for finding in check(root, *rules).findings] == ["suppression-unused"]


_HOW = re.compile(
    r"Report only new findings with `(?P<command>[^`]+)`(?:, or with `(?P<setting>[^`]+)` in the conf.*)?"
)


@pytest.mark.parametrize(
    ("below", "file", "setting"),
    [
        ("", None, f"baseline: {NAME}"),
        ("plugins", None, f"baseline: {NAME}"),
        ("plugins", "b.json", "baseline: plugins/b.json"),
        ("", "my base.json", "baseline: my base.json"),
        ("", "it's: #1.json", 'baseline: "it\'s: #1.json"'),
        ("", "../outside.json", None),
    ],
)
@pytest.mark.parametrize("toml", [False, True])
def test_how_a_baseline_is_used_is_told_as_it_works(
    tmp_path: Path,
    capsys: Any,
    monkeypatch: pytest.MonkeyPatch,
    below: str,
    file: str | None,
    setting: str | None,
    toml: bool,
) -> None:
    root = write_files(tmp_path / "repo", FILES)
    config = root / ".owui-lint.yaml"
    if toml:
        config.unlink()
        config = root / "pyproject.toml"
        config.write_text('[tool.owui-lint]\nprofile = "standard"\n')
    monkeypatch.chdir(root / below)
    out = run(capsys, "baseline", *(["--file", file] if file else []))[1]
    how = _HOW.search(out)
    assert how is not None, out
    monkeypatch.chdir(root / below)
    assert run(capsys, *shlex.split(how["command"])[1:])[0] == 0, how["command"]
    if setting is None:
        assert how["setting"] is None
        return
    if not toml:
        assert how["setting"] == setting
    config.write_text(config.read_text() + how["setting"] + "\n")
    assert run(capsys)[0] == 0
    assert "Report only" not in run(capsys, "baseline", *(["--file", file] if file else []))[1]


def test_how_a_baseline_of_a_repository_elsewhere_is_used(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path / "a repo", FILES)
    file = str(root / "third.json")
    how = _HOW.search(run(capsys, "baseline", "--file", file, str(root))[1])
    assert how is not None and how["setting"] == "baseline: third.json"
    command = shlex.split(how["command"])
    assert command == ["owui-lint", "check", str(root), "--baseline", file]
    assert run(capsys, *command[1:])[0] == 0
