"""The contract of the command line: exit codes, JSON, and clear words for whatever is wrong."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from owui_lint.cli import Level, app
from owui_lint.finding import Severity
from owui_lint.helptexts import CHINESE, texts_of
from owui_lint.options import Profile
from owui_lint.rulebook import PROFILES
from tests.repository.test_plugins import plugin_file
from tests.support import commit, git, run, run_json, write_files

CODE = "plugins/filters/echo/echo.py"
README = "plugins/filters/echo/README.md"
README_CN = "plugins/filters/echo/README_CN.md"
STALE: dict[str, str | bytes] = {
    CODE: plugin_file(),
    README: "# E\n**Version:** 0.9.0\n",
    README_CN: "# 回声\n**版本：** 1.0.0\n",
}


def test_enums_follow_the_data() -> None:
    assert set(Profile) == set(PROFILES)
    assert {Severity.parse(level.value) for level in Level} == set(Severity)


def test_json_contract(tmp_path: Path, capsys: Any) -> None:
    code, data = run_json(capsys, "check", str(write_files(tmp_path, STALE)), "--select", "version-mismatch")
    assert code == 1
    assert data["schema"] == 1
    (finding,) = data["findings"]
    assert set(finding) == {
        *("code", "name", "severity", "path", "line", "column", "end_line", "end_column"),
        *("message", "plugin", "standard", "related", "fix"),
    }
    assert finding["path"] == README and (finding["line"], finding["column"], finding["end_column"]) == (2, 14, 19)
    assert finding["plugin"] == "filters/echo" and finding["severity"] == "error"
    assert finding["related"][0]["path"] == CODE and finding["related"][0]["line"] == 3
    assert finding["fix"]["applicability"] == "safe"
    assert set(data["summary"]) == {"files", "plugins", "locations", "errors", "warnings", "infos", "fixable"}
    assert (data["summary"]["errors"], data["summary"]["fixable"], data["summary"]["plugins"]) == (1, 1, 1)


def test_versions_contract(tmp_path: Path, capsys: Any) -> None:
    _, data = run_json(capsys, "versions", str(write_files(tmp_path, STALE)))
    assert data["schema"] == 1 and data["dates"] == []
    (plugin,) = data["plugins"]
    assert (plugin["id"], plugin["version"]) == ("filters/echo", "1.0.0")
    assert [(row["kind"], row["value"], row["status"]) for row in plugin["locations"]] == [
        ("code", "1.0.0", "ok"),
        ("readme", "0.9.0", "mismatch"),
        ("readme-zh", "1.0.0", "ok"),
    ]
    assert set(plugin["locations"][0]) == {"kind", "path", "line", "column", "value", "status"}


def test_plugins_contract(tmp_path: Path, capsys: Any) -> None:
    source = '"""\ntitle: Echo\nversion: 1.0.0\nNote: junk\n"""\nclass Filter:\n    class Valves:\n        priority: int = 0\n        A: int = 1\n    class UserValves:\n        B: int = 2\n'
    _, data = run_json(capsys, "plugins", str(write_files(tmp_path, {CODE: source})))
    assert data == {
        "schema": 1,
        "plugins": [
            {
                "id": "filters/echo",
                "type": "filters",
                "name": "echo",
                "path": CODE,
                "class": "Filter",
                "title": "Echo",
                "version": "1.0.0",
                "frontmatter": {"title": "Echo", "version": "1.0.0", "Note": "junk"},
                "valves": ["priority", "A"],
                "user_valves": ["B"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 1),
        (["--fail-on", "info"], 1),
        (["--ignore", "all"], 2),
        (["--select", "valve-name"], 0),
        (["--select", "valve-name,icons"], 0),
        (["--select", "valve-name, versions,"], 1),
        (["--ignore", "versions,readme,layout,frontmatter,icons"], 0),
        (["--select", "valve-name,no-such-rule"], 2),
        (["--select", ","], 2),
        (["--exit-zero"], 0),
        (["--select", "no-such-rule"], 2),
        (["--unsafe-fixes"], 2),
        (["--ignore", "version-mismach"], 2),
        (["--profile", "nope"], 2),
        (["--nope"], 2),
        (["--plugin", "filters/none"], 2),
        (["--output", "pdf:x"], 2),
        (["--release-date", "tomorrow"], 2),
    ],
)
def test_exit_codes(tmp_path: Path, capsys: Any, arguments: list[str], code: int) -> None:
    found, out, err = run(capsys, "check", str(write_files(tmp_path, STALE)), *arguments)
    assert found == code, out + err
    assert "Traceback" not in err
    if code == 2:
        assert err.strip()


def test_suggestions(tmp_path: Path, capsys: Any) -> None:
    root = str(write_files(tmp_path, STALE))
    assert "version-mismatch" in run(capsys, "--ignore", "version-mismach", root)[2]
    assert "filters/echo" in run(capsys, "--plugin", "filters/ecko", root)[2]
    assert "是不是" in run(capsys, "--ignore", "version-mismach", root, "--lang", "zh")[2]


def test_paths_limit_what_is_reported_not_what_is_read(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, STALE)
    code, data = run_json(capsys, "check", str(root / CODE))
    assert not any(finding["path"] == README for finding in data["findings"])
    code, data = run_json(capsys, "check", str(root / README), "--select", "versions")
    assert code == 1 and {finding["path"] for finding in data["findings"]} == {README}
    assert run(capsys, "check", str(root / "nowhere"))[0] == 2


def test_paths_where_nothing_is_checked_do_not_read_as_all_being_well(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, {**STALE, "notes/plan.txt": "x"})
    for lang, text in (("en", "There are no files to check at"), ("zh", "指定的路径中没有需要检查的文件")):
        code, out, _ = run(capsys, "check", str(root / "notes"), "--lang", lang)
        assert code == 0 and text in out
        assert text not in run(capsys, "check", str(root / CODE), "--lang", lang)[1]


BAD_FILES: list[tuple[str, dict[str, str | bytes], int, str]] = [
    ("not UTF-8", {CODE: plugin_file().encode() + b"# \xff\n"}, 1, "file-unreadable"),
    ("NUL", {CODE: plugin_file() + "\0"}, 1, "file-unreadable"),
    ("BOM", {CODE: b"\xef\xbb\xbf" + plugin_file().encode()}, 1, "frontmatter-unreadable"),
    ("syntax error", {CODE: plugin_file() + "def f(:\n"}, 1, "syntax-error"),
    ("deep nesting", {CODE: plugin_file() + "x = " + "(" * 5000 + ")" * 5000}, 1, "syntax-error"),
    ("deep unary", {CODE: plugin_file() + "x = " + "-" * 20000 + "1"}, 1, "syntax-error"),
    ("README not UTF-8", {CODE: plugin_file(), README: b"# \xb0\xe6\n"}, 1, "file-unreadable"),
    ("README is a folder", {CODE: plugin_file(), README + "/x": ""}, 1, "readme-missing"),
    ("empty README", {CODE: plugin_file(), README: ""}, 1, "readme-missing"),
    ("docs missing", {CODE: plugin_file(), "plugins/filters/echo/README_CN.md": "# x"}, 1, "docs-missing"),
]


@pytest.mark.parametrize(("files", "code", "name"), [pytest.param(*case[1:], id=case[0]) for case in BAD_FILES])
def test_bad_files_are_findings(
    tmp_path: Path, capsys: Any, files: dict[str, str | bytes], code: int, name: str
) -> None:
    found, data = run_json(capsys, "check", str(write_files(tmp_path, files)), "--profile", "standard")
    assert found == code
    assert name in {finding["name"] for finding in data["findings"]}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (".owui-lint.yaml", "a: [", ".owui-lint.yaml:"),
        (".owui-lint.yaml", "profile: standard\nprofile: strict\n", ".owui-lint.yaml:2"),
        (
            ".owui-lint.yaml",
            "\n\nprofil: standard\n",
            ".owui-lint.yaml:3: unknown key 'profil'. Did you mean 'profile'",
        ),
        (".owui-lint.yaml", "profile: nope\n", "not one of"),
        (".owui-lint.yaml", "target-openwebui: 0.10\n", "must be text (in quotes)"),
        (".owui-lint.yaml", "- a\n", "expected keys and values"),
        (".owui-lint.yaml", "a: &x [1]\nb: *x\n", "anchors"),
        (".owui-lint.yaml", "a: !!python/object/apply:os.system ['true']\n", ".owui-lint.yaml:1"),
        (".owui-lint.yaml", b"\xff", "not UTF-8"),
        ("pyproject.toml", "[tool.owui-lint\n", "pyproject.toml"),
        ("pyproject.toml", "[tool.owui-lint]\nselekt = []\n", "Did you mean 'select'"),
        ("pyproject.toml", "[tool]\nowui-lint = 3\n", "must be a table"),
    ],
)
def test_bad_configuration_is_a_usage_error(
    tmp_path: Path, capsys: Any, name: str, text: str | bytes, said: str
) -> None:
    code, _, err = run(capsys, "check", str(write_files(tmp_path, {**STALE, name: text})))
    assert code == 2
    assert said in err and "Traceback" not in err


def test_two_configurations_compete(tmp_path: Path, capsys: Any) -> None:
    files = {
        **STALE,
        ".owui-lint.yaml": "profile: strict\n",
        "pyproject.toml": "[tool.owui-lint]\nprofile = 'strict'\n",
    }
    assert run(capsys, "check", str(write_files(tmp_path, files)))[0] == 2


def test_somebody_else_s_broken_pyproject_is_not_our_business(tmp_path: Path, capsys: Any) -> None:
    assert run(capsys, "check", str(write_files(tmp_path, {**STALE, "pyproject.toml": "[tool.other\n"})))[0] == 1


def test_no_plugin_is_nothing_to_check(tmp_path: Path, capsys: Any) -> None:
    code, out, err = run(capsys, "check", str(write_files(tmp_path, {"README.md": "# x"})))
    assert code == 2 and "No OpenWebUI plugin found" in err and not out


def test_an_unreadable_file(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_files(tmp_path, STALE)
    really_open = os.open

    def refuse(path: Any, *arguments: Any, **more: Any) -> int:
        if str(path).endswith("echo/README.md"):
            raise PermissionError(13, "Permission denied")
        return really_open(path, *arguments, **more)

    monkeypatch.setattr(os, "open", refuse)
    code, data = run_json(capsys, "check", str(root))
    assert code == 1
    assert ("file-unreadable", README) in {(finding["name"], finding["path"]) for finding in data["findings"]}
    assert not [
        finding for finding in data["findings"] if finding["path"] == README and finding["name"] != "file-unreadable"
    ]


def test_a_rule_that_crashes_is_a_finding_and_exit_3(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from owui_lint import primitives

    broken = primitives.registry()["valve-names"]

    def boom(subject: Any, context: Any, **params: Any) -> Any:
        raise RuntimeError("\x1b[31mboom\n::error::x")

    monkeypatch.setitem(primitives._REGISTRY, "valve-names", primitives.Primitive(broken.name, broken.scope, boom))
    code, data = run_json(capsys, "check", str(write_files(tmp_path, STALE)), "--profile", "standard")
    assert code == 3
    names = [finding["name"] for finding in data["findings"]]
    assert "rule-crashed" in names and "version-mismatch" in names
    (crash,) = [finding for finding in data["findings"] if finding["name"] == "rule-crashed"]
    assert "\x1b" not in crash["message"] and "\n" not in crash["message"]


def test_language_follows_the_locale(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    root = str(write_files(tmp_path, STALE))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "应为" in run(capsys, "check", root)[1]
    assert "should be" in run(capsys, "check", root, "--lang", "en")[1]
    write_files(tmp_path, {".owui-lint.yaml": "lang: en\n"})
    assert "should be" in run(capsys, "check", root)[1]


def test_colour_is_asked_for(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    root = str(write_files(tmp_path, STALE))
    assert "\x1b[" not in run(capsys, "check", root)[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run(capsys, "check", root)[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run(capsys, "check", root)[1]


@pytest.mark.parametrize(
    "command",
    [
        ["rules"],
        ["rules", "--lang", "zh"],
        ["rule", "version-mismatch"],
        ["rule", "OWL101", "--lang", "zh"],
        ["--version"],
        ["--help"],
    ],
)
def test_commands_that_need_no_repository(capsys: Any, command: list[str]) -> None:
    code, out, err = run(capsys, *command)
    assert code == 0 and out.strip() and not err


def test_hostile_names_do_not_reach_the_terminal(tmp_path: Path, capsys: Any) -> None:
    name = "plugins/filters/ev\x1b[31mil\n::error::/e.py"
    code, out, _ = run(
        capsys, "check", str(write_files(tmp_path, {name: plugin_file("T\x1b]0;x\x07\u202e")})), "--profile", "standard"
    )
    assert code == 1
    assert "\x1b" not in out and "\u202e" not in out and "\n::error" not in out
    for command in ("versions", "plugins"):
        _, out, _ = run(capsys, command, str(tmp_path))
        assert "\x1b" not in out and "\u202e" not in out and "\n::error" not in out


def test_a_per_path_ignore(tmp_path: Path, capsys: Any) -> None:
    config = "per-path-ignores:\n  plugins/filters/echo/README*.md: [versions, readme-missing]\n"
    _, data = run_json(capsys, "check", str(write_files(tmp_path, {**STALE, ".owui-lint.yaml": config})))
    assert "version-mismatch" not in {finding["name"] for finding in data["findings"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--select", "versions", "--ignore", "versions"],
        ["--fix-versions", "--ignore", "versions"],
        ["--select", "commit-subject"],
        ["--select", "commit-subject,commit-body", "--fix"],
    ],
)
def test_a_selection_that_asks_no_rule_checks_nothing(tmp_path: Path, capsys: Any, arguments: list[str]) -> None:
    root = write_files(tmp_path, STALE)
    code, out, err = run(capsys, *arguments, str(root))
    assert (code, out) == (2, "") and err.startswith("owui-lint: Nothing to check: ")
    assert "没有可检查的内容" in run(capsys, *arguments, "--lang", "zh", str(root))[2]
    assert ("commit-msg" in err) == ("commit-subject" in arguments[1])


@pytest.mark.parametrize("command", ["versions", "plugins", "deps"])
def test_an_empty_list_says_why(tmp_path: Path, capsys: Any, command: str) -> None:
    (tmp_path / ".git").mkdir()
    code, data = run_json(capsys, command, str(tmp_path))
    assert code == 0 and data["plugins"] == []
    assert "No OpenWebUI plugin found" in run(capsys, command, str(tmp_path))[2]
    assert "没有找到 OpenWebUI 插件" in run(capsys, command, "--lang", "zh", str(tmp_path))[2]
    assert "plugin found" not in run(capsys, command, str(write_files(tmp_path, STALE)))[2]


FORMATS = ["text", "json", "github", "gitlab", "sarif", "junit", "markdown", "html"]


@pytest.mark.parametrize("target", [README, CODE, "README.md", ".owui-lint.yaml", "pyproject.toml"])
def test_nothing_is_written_over_what_is_checked(tmp_path: Path, capsys: Any, target: str) -> None:
    files = {**STALE, "README.md": "# R\n", ".owui-lint.yaml": "lang: en\n", "pyproject.toml": "[project]\n"}
    root = write_files(tmp_path, files)
    path = root / target
    before = {name: (root / name).read_bytes() for name in files}
    for arguments in (
        ["check", "--fix", "--output", f"json:{path}"],
        ["check", "--output", f"markdown:{path}"],
        ["versions", "--badge", str(path)],
        ["baseline", "--file", str(path)],
    ):
        code, out, err = run(capsys, *arguments, str(root))
        assert (code, out) == (2, ""), arguments
        assert "not written over" in err or ("--badge" in arguments and "an SVG" in err)
    assert {name: (root / name).read_bytes() for name in files} == before


def _git_repository(root: Path, files: dict[str, str | bytes]) -> Path:
    commit(write_files(root, files))
    return root


@pytest.mark.parametrize(
    "target",
    ["LICENSE", "CHANGELOG.md", "mkdocs.yml", ".github/workflows/ci.yml", "a.json", "a.patch", "i.svg", "n.xml"],
)
@pytest.mark.parametrize("is_tracked", [False, True])
def test_nothing_is_written_over_what_is_no_earlier_report(
    tmp_path: Path, capsys: Any, target: str, is_tracked: bool
) -> None:
    root = _git_repository(
        tmp_path, {**STALE, target: "--- a\n" if target == "a.patch" and is_tracked else '{"a": 1}\n'}
    )
    if not is_tracked:
        git(root, "rm", "-q", "--cached", target)
    before = (root / target).read_bytes()
    for form in FORMATS:
        code, out, err = run(capsys, "check", "--fix", "--output", f"{form}:{root / target}", str(root))
        assert (code, out) == (2, "") and "not written over" in err
        assert "不会被覆盖" in run(capsys, "check", "--lang", "zh", "--output", f"{form}:{root / target}", str(root))[2]
    assert run(capsys, "check", "--fix", "--diff", "--output", f"patch:{root / target}", str(root))[0] == 2
    assert (root / target).read_bytes() == before


@pytest.mark.parametrize(
    "target", [".git/config", ".git/new.json", ".git", ".GIT/x.json", "bare/config", "bare/a/x.json"]
)
def test_nothing_is_written_into_a_git_directory(tmp_path: Path, capsys: Any, target: str) -> None:
    root = _git_repository(tmp_path / "r", STALE)
    git(root, "init", "-q", "--bare", "../bare")
    path = (tmp_path if target.startswith("bare") else root) / target
    before = path.read_bytes() if path.is_file() else None
    for arguments in (
        ["check", "--output", f"json:{path}"],
        ["versions", "--badge", f"{path.with_suffix('.svg')}"],
        ["baseline", "--file", str(path)],
    ):
        if path.name == ".git" and arguments[0] == "versions":
            continue
        code, out, err = run(capsys, *arguments, str(root))
        assert (code, out) == (2, "") and ("git's own folder" in err or "does not exist" in err), err
    assert (path.read_bytes() if path.is_file() else None) == before


def test_reports_of_all_formats_are_known_again(tmp_path: Path, capsys: Any) -> None:
    """Also a report without findings, one of counts, one in Chinese, and one that the repository has."""
    clean = {path: text.replace("0.9.0", "1.0.0") if isinstance(text, str) else text for path, text in STALE.items()}
    for name, files in (("stale", STALE), ("clean", clean)):
        root = _git_repository(tmp_path / name, files)
        for form in (*FORMATS, "patch"):
            for more in (["--lang", "zh"], ["--lang", "en"], ["--quiet"], ["--statistics"], ["--fix", "--diff"]):
                if (form == "patch") != ("--diff" in more) or (
                    more == ["--statistics"] and form not in ("text", "json")
                ):
                    continue
                target = root / f"out.{form}"
                for _ in range(2):
                    code, _, err = run(capsys, "check", *more, "--output", f"{form}:{target}", str(root))
                    assert code != 2, (form, more, err)
                    if form != "patch":
                        git(root, "add", "-A")


def test_earlier_reports_are_written_over(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, {**STALE, "docs/plugins/index.md": "# Plugins\n"})
    folder = root / "docs/plugins"
    for _ in range(2):
        for form in FORMATS:
            name = folder / ("report.md" if form == "markdown" else f"report.{form}")
            assert run(capsys, "check", "--output", f"{form}:{name}", str(root))[0] == 1
        assert run(capsys, "versions", "--badge", str(folder / "v.svg"), str(root))[0] == 0
        assert run(capsys, "baseline", "--file", str(folder / "base.json"), str(root))[0] == 0
    write_files(root, {"logo.svg": "<svg></svg>", "package.json": "{}", "new.svg": "", "new.json": ""})
    assert run(capsys, "versions", "--badge", str(root / "logo.svg"), str(root))[0] == 2
    assert run(capsys, "versions", "--badge", str(root / "badge.png"), str(root))[0] == 2
    assert run(capsys, "baseline", "--file", str(root / "package.json"), str(root))[0] == 2
    assert run(capsys, "versions", "--badge", str(root / "new.svg"), str(root))[0] == 0
    assert run(capsys, "baseline", "--file", str(root / "new.json"), str(root))[0] == 0


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("fix", "Did you mean `owui-lint --fix`?"),
        ("fix-versions", "Did you mean `owui-lint --fix-versions`?"),
        ("help", "Did you mean `owui-lint --help`?"),
        ("list", ""),
        ("vers", ""),
    ],
)
def test_a_word_that_is_no_command_is_told_so(capsys: Any, word: str, hint: str) -> None:
    code, _, err = run(capsys, word)
    assert code == 2 and f"{word} is neither a path nor a command." in err and "See `owui-lint -h`." in err
    assert hint in err
    assert "既不是路径，也不是命令" in run(capsys, word, "--lang", "zh")[2]
    assert "does not exist" in run(capsys, f"{word}/x")[2]


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--allow-downgrade"], ["--baseline", "x.json", "--no-baseline"], ["bump", "patch"]),
        *(["--statistics", "--output-format", form] for form in ("github", "gitlab", "sarif", "junit", "markdown")),
        *(["rules", "--coverage", *more] for more in (["--clause", "R1"], ["--profile", "strict"], ["--fixable"])),
        *(["rules", "--coverage", *more] for more in (["--family", "readme"], ["--severity", "error"])),
    ],
)
def test_what_would_do_nothing_is_refused(tmp_path: Path, capsys: Any, arguments: list[str]) -> None:
    assert run(capsys, *arguments)[0] == 2
    assert run(capsys, "--fix-versions", "--allow-downgrade", str(write_files(tmp_path, STALE)))[0] == 0


def test_counts_go_where_there_is_a_place_for_them(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_files(tmp_path, STALE))
    code, out, err = run(capsys, "--statistics", "--output-format", "sarif")
    assert (code, out) == (2, "") and "json, text." in err
    assert run(capsys, "--statistics", "--output-format", "sarif", "--output", "text:counts")[0] == 1
    assert (tmp_path / "counts").read_text() == run(capsys, "--statistics")[1]
    assert "statistics" in json.loads(run(capsys, "--statistics", "--output-format", "json")[1])


def test_a_list_of_clauses_names_what_would_have_no_effect(capsys: Any) -> None:
    code, out, err = run(capsys, "rules", "--coverage", "--profile", "strict", "--fixable", "--lang", "en")
    assert (code, out) == (2, "") and "--profile, --fixable would have no effect." in err
    assert run(capsys, "rules", "--coverage", "--output-format", "json", "--lang", "zh")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--baseline", ""], "--baseline"),
        (["--baseline="], "--baseline"),
        ([""], "PATH"),
        (["plugins", ""], "PATH"),
        (["--since", ""], "--since"),
        (["--select", "versions", "--select", ""], "--select"),
        (["--icon", ""], "--icon"),
    ],
)
def test_what_is_given_as_nothing_is_named(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, arguments: list[str], what: str
) -> None:
    monkeypatch.chdir(write_files(tmp_path, STALE))
    arguments = arguments if arguments[0] != "plugins" else ["check", *arguments]
    assert run(capsys, *arguments) == (2, "", f"owui-lint: {what} must not be empty.\n")
    assert f"{what} 不能为空。" in run(capsys, *arguments, "--lang", "zh")[2]


@pytest.mark.parametrize("day", ["20260131", "2026-W05-6", "2026W056", "2026-1-31", "31.01.2026", "2026-02-30"])
def test_a_day_is_written_in_one_way(tmp_path: Path, capsys: Any, day: str) -> None:
    code, _, err = run(capsys, str(write_files(tmp_path, STALE)), "--release-date", day)
    assert code == 2 and f"'{day}' is neither a day such as 2026-01-31 nor 'today'." in err


def test_a_level_that_was_forgotten_is_asked_for(capsys: Any) -> None:
    assert "Say what to raise, last" in run(capsys, "bump", "filters/echo")[2]
    assert "Say which plugin to raise" in run(capsys, "bump", "patch")[2]


def test_settings_that_leave_no_rule(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, {**STALE, ".owui-lint.yaml": "select: [versions]\nignore: [versions]\n"})
    for command in (["check"], ["baseline"]):
        assert run(capsys, *command, str(root))[0] == 2
    # What one run selects stands for itself: the settings' other rules are asked, and what the profile lacks too.
    assert run(capsys, "--select", "icons", str(root))[0] == 0
    assert run(capsys, "--select", "learnings-form", "--profile", "openwebui", str(root))[0] == 0


def test_a_rule_without_its_revision_is_a_note(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, STALE)
    code, out, _ = run(capsys, "--select", "version-not-raised", str(root))
    assert code == 0 and "add --since REF" in out
    assert "--since REF" in run(capsys, "--select", "version-not-raised", "--lang", "zh", str(root))[1]
    assert "--since" not in run(capsys, "--select", "version-not-raised,icons", str(root))[1]


def test_a_fault_is_named_whatever_is_selected(tmp_path: Path, capsys: Any) -> None:
    """What would be said by a better rule is said by the one that is selected."""
    readme = "plugins/filters/echo/README.md"
    files = {"plugins/filters/echo/echo.py": plugin_file(), readme: "# Echo\n\nSays it again.\n"}
    root = write_files(tmp_path, {**files, "docs/plugins/filters/index.md": "# Filters\n"})
    for selected, named in [
        (["readme-header"], ["readme-header"]),
        (["readme-header", "version-missing"], ["version-missing"]),
        (["version-missing"], ["version-missing"]),
        (["docs-missing", "version-missing"], ["docs-missing", "version-missing"]),
    ]:
        options = [part for name in selected for part in ("--select", name)]
        _, out, _ = run(capsys, *options, str(root))
        assert {name for name in selected if f" {name}: " in out} == set(named)


def test_what_could_not_be_judged_is_not_called_clean(tmp_path: Path, capsys: Any) -> None:
    broken = plugin_file() + "class Filter:\n    def inlet(self\n"
    root = write_files(
        tmp_path, {"plugins/filters/echo/echo.py": broken, "plugins/filters/loud/loud.py": plugin_file("Loud")}
    )
    _, out, _ = run(capsys, "--select", "print-call", str(root))
    assert "1 file could not be judged (plugins/filters/echo/echo.py): `owui-lint` (without" in out
    (root / "accepted.json").write_text('{"schema": 1, "findings": []}')
    _, out, _ = run(capsys, "--select", "print-call", "--baseline", str(root / "accepted.json"), str(root))
    assert "1 file could not be judged (plugins/filters/echo/echo.py): `owui-lint --no-baseline` (without" in out
    _, out, _ = run(capsys, "--select", "print-call", "--plugin", "filters/loud", "--lang", "zh", str(root))
    assert "无法判断" not in out
    _, out, _ = run(capsys, "--ignore", "syntax-error", "--lang", "zh", str(root))
    assert "有 1 个文件无法判断" in out
    _, out, _ = run(capsys, str(root))
    assert "could not be judged" not in out and "syntax-error" in out


def test_a_limited_run_says_what_its_findings_are_limited_to(tmp_path: Path, capsys: Any) -> None:
    files = {f"plugins/filters/{name}/{name}.py": plugin_file(name) for name in ("echo", "loud", "mute", "shy")}
    root = write_files(tmp_path, files)
    _, out, _ = run(capsys, str(root))
    assert "Only findings" not in out
    _, out, _ = run(capsys, str(root / "plugins/filters/loud"))
    assert " in 4 plugins" in out
    assert "\nOnly findings in plugins/filters/loud are reported.\n" in out
    _, out, _ = run(capsys, "--plugin", "filters/echo", "--lang", "zh", str(root))
    assert "\n仅报告 filters/echo 中的问题。\n" in out
    _, out, _ = run(capsys, *(str(root / path) for path in files))
    assert "Only findings in the 4 that were asked for are reported." in out
    _, out, _ = run(capsys, str(root / "gone.md"))
    assert "Only findings" not in out
    loud, shy = str(root / "plugins/filters/loud/loud.py"), str(root / "plugins/filters/shy")
    _, out, _ = run(capsys, loud, loud, "--plugin", "filters/echo")
    assert "\nOnly findings of filters/echo in plugins/filters/loud/loud.py are reported.\n" in out
    _, out, _ = run(capsys, loud, shy, "--plugin", "filters/echo", "--plugin", "filters/mute", "--lang", "zh")
    assert (
        "\n仅报告 plugins/filters/loud/loud.py、plugins/filters/shy 中属于 filters/echo、filters/mute 的问题。\n" in out
    )
    _, out, _ = run(capsys, *(str(root / path) for path in files), "--plugin", "filters/echo")
    assert "\nOnly findings of filters/echo in the 4 paths that were asked for are reported.\n" in out
    _, out, _ = run(capsys, loud, loud)
    assert "\nOnly findings in plugins/filters/loud/loud.py are reported.\n" in out
    _, out, _ = run(capsys, "--plugin", "filters/echo", "--plugin", "filters/echo", str(root))
    assert "\nOnly findings in filters/echo are reported.\n" in out


def test_many_findings_name_the_way_to_adopt(tmp_path: Path, capsys: Any) -> None:
    prints = "class Filter:\n    def inlet(self, body):\n" + "        print(body)\n" * 60 + "        return body\n"
    root = write_files(
        tmp_path, {"plugins/filters/echo/echo.py": plugin_file() + prints, ".owui-lint.yaml": "profile: standard\n"}
    )
    line = "Adopting? `owui-lint init` accepts these and fails on new ones; `--statistics` counts them per rule.\n"
    _, out, _ = run(capsys, str(root))
    assert out.endswith(line)
    _, out, _ = run(capsys, str(root), "--lang", "zh")
    assert out.endswith(
        "首次接入？`owui-lint init` 会将现有问题记入基线，之后只对新问题报错；`--statistics` 按规则统计数量。\n"
    )
    for options in (
        ["--quiet"],
        ["--statistics"],
        ["--diff"],
        ["--fix"],
        ["--output-format", "markdown"],
        ["--select", "print-call"],
        ["--profile", "strict"],  # `init` accepts what the configured one finds
        ["--plugin", "filters/echo"],
        ["--select", "version-mismatch"],
    ):
        _, out, err = run(capsys, str(root), *options)
        assert "Adopting" not in out + err, options
    run(capsys, "baseline", str(root))
    (root / ".owui-lint.yaml").write_text("profile: standard\nbaseline: .owui-lint-baseline.json\n")
    _, out, _ = run(capsys, str(root))
    assert "Adopting" not in out


def test_a_plugin_that_a_list_leaves_out_is_named(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, {f"tools/{name}.py": "\n" + plugin_file(name, "Tools") for name in "abcd"})
    code, out, err = run(capsys, "plugins", str(root))
    assert code == 0 and out == "No plugin found.\n"
    assert err == (
        "owui-lint: OpenWebUI reads no title from tools/a.py, tools/b.py, tools/c.py and 1 more file: `owui-lint` says why.\n"
    )
    write_files(root, {f"tools/{name}.py": plugin_file(name, "Tools") for name in "abc"})
    _, out, err = run(capsys, "plugins", "--lang", "zh", str(root))
    assert "3 个插件" in out and "读不到以下文件的标题：tools/d.py。" in err


def test_help_in_chinese(capsys: Any) -> None:
    for arguments in (["--help", "--lang", "zh"], ["-h", "--lang=zh"]):
        code, out, _ = run(capsys, *arguments)
        assert code == 0 and "检查仓库（默认命令）。" in out and "退出码" in out and out.startswith("用法：")
        assert "\n选项：\n" in out and "\n命令：\n" in out
    code, out, _ = run(capsys, "bump", "--help", "--lang", "zh")
    assert code == 0 and "在所有位置提升插件版本" in out
    assert "[必填]" in run(capsys, "icon", "--help", "--lang", "zh")[1]
    code, out, _ = run(capsys, "check", "--help", "--lang", "zh")
    assert code == 0 and "[默认：text]" in out and "default" not in out
    assert out.startswith("用法：owui-lint check [选项] ") and "--jobs <整数>" in out
    assert "[选项] 命令 [参数]..." in run(capsys, "--help", "--lang", "zh")[1]
    code, out, _ = run(capsys, "bump", "--help", "--lang", "en")
    assert code == 0 and "Raise a plugin's version everywhere" in out


def test_every_help_text_is_translated() -> None:
    command = typer.main.get_command(app)
    known = {" ".join(getattr(owner, name).split()) for owner, name in texts_of(command)}
    assert known <= set(CHINESE)
    assert set(CHINESE) <= known


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (["--fixx"], "There is no option --fixx. Did you mean --fix?", "没有选项 --fixx。是不是 --fix？"),
        (["versions", "--nope"], "There is no option --nope.", "没有选项 --nope。"),
        (["--jobs", "x"], "--jobs: 'x' is not a number from 1 to 64.", "--jobs：'x' 不是 1 到 64 之间的数。"),
        (["-j", "99"], "--jobs: '99' is not a number from 1 to 64.", "--jobs：'99' 不是 1 到 64 之间的数。"),
        (
            ["--fail-on", "x"],
            "--fail-on: 'x' is not one of info, warning, error.",
            "--fail-on：'x' 不是以下之一：info、warning、error。",
        ),
        (["--select"], "--select needs a value.", "--select 需要一个值。"),
        (["--fix=1"], "--fix takes no value.", "--fix 不接受值。"),
        (
            ["rule"],
            "NAME is missing: `owui-lint rule [OPTIONS] {NAME}`.",
            "缺少 NAME：`owui-lint rule [OPTIONS] {NAME}`。",
        ),
        (["rule", "a", "b", "c"], "Unexpected argument: b c.", "多余的参数：b c。"),
        (
            ["--select versions"],
            "'--select versions' is one argument: write --select=versions, or option and value as two.",
            "'--select versions' 是一个参数：请写成 --select=versions，或把选项和值分成两个参数。",
        ),
        (["--x\x1b[31m"], "There is no option --x\\x1b[31m.", "没有选项 --x\\x1b[31m。"),
    ],
)
def test_what_is_wrong_with_a_command_line(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, arguments: list[str], english: str, chinese: str
) -> None:
    command = arguments[0] if arguments[0] in ("versions", "rule") else "check"
    for lang, text, help_ in (("en_US", english, " See `{}`.\n"), ("zh_CN", chinese, "请查看 `{}`。\n")):
        monkeypatch.setenv("LC_ALL", f"{lang}.UTF-8")
        code, out, err = run(capsys, *arguments)
        assert (code, out) == (2, "")
        assert err == f"owui-lint: {text}" + help_.format(f"owui-lint {command} -h")


def test_a_mistyped_command(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, "versoins")
    assert code == 2 and "Did you mean `owui-lint versions`?" in err
    code, _, err = run(capsys, "no/such/path.py")
    assert code == 2 and "no/such/path.py does not exist." in err


def test_a_command_behind_options(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, "--lang", "en", "versions")
    assert code == 2 and "A command comes before its options: `owui-lint versions ...`." in err


def test_lists_are_limited_to_paths(tmp_path: Path, capsys: Any) -> None:
    other = {"plugins/pipes/talk/talk.py": '"""\ntitle: Talk\nversion: 1.0.0\n"""\nclass Pipe:\n    pass\n'}
    root = write_files(tmp_path, {**STALE, **other})
    for command in ("versions", "plugins"):
        for path, expected in [("plugins/pipes", ["pipes/talk"]), (README, ["filters/echo"]), ("", 2)]:
            _, data = run_json(capsys, command, str(root / path))
            found = [row["id"] for row in data["plugins"]]
            assert found == expected if isinstance(expected, list) else len(found) == expected


@pytest.mark.parametrize("arguments", [["--family", "nope"], ["--family", "OWL6xx"], ["--clause", "Z9"]])
def test_a_list_of_no_rules_says_why(capsys: Any, arguments: list[str]) -> None:
    code, out, err = run(capsys, "rules", *arguments)
    assert (code, out) == (2, "") and arguments[1] in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("arguments", [["check"], ["versions"]])
def test_output_that_does_not_arrive(tmp_path: Path, arguments: list[str]) -> None:
    root = write_files(tmp_path, {**STALE})
    for _ in range(2):  # the second answer is kept
        command = [sys.executable, "-m", "owui_lint", *arguments, str(root)]
        with open("/dev/full", "w") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 2 and "cannot be written" in done.stderr and "Traceback" not in done.stderr
        shell = " ".join(shlex.quote(word) for word in command) + " >&-"
        done = subprocess.run(["sh", "-c", shell], stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode in (0, 1) and done.stderr == ""


def test_a_kept_answer_is_shown_where_characters_are_missing(tmp_path: Path) -> None:
    root = write_files(tmp_path, {**STALE, "README.md": "# 🔥 `x` 版本\n"})
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "owui_lint", "check", "--lang", "zh", str(root)]
    seen = [subprocess.run(command, env=environment, capture_output=True, text=True, check=False) for _ in range(3)]
    assert len({(done.returncode, done.stdout, done.stderr) for done in seen}) == 1 and seen[0].stderr == ""


def test_no_matrix_without_plugins(tmp_path: Path, capsys: Any) -> None:
    assert run(capsys, "versions", str(tmp_path))[:2] == (0, "0 plugins, 0 locations: 0 agree.\n")


def test_a_dash_is_no_file(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"plugins/filters/echo/echo.py": plugin_file()}))
    code, out, err = run(capsys, "--output", "json:-")
    assert (code, out) == (2, "") and "--output-format json" in err
    assert not (tmp_path / "-").exists()


def test_where_plugins_may_be_is_said_where_none_is_found(tmp_path: Path, capsys: Any) -> None:
    modules = '[submodule "p"]\n\tpath = plugins\n\turl = https://example.org/p.git\n'
    root = _git_repository(tmp_path / "super", {".gitmodules": modules, "README.md": "# R\n"})
    code, _, err = run(capsys, "check", str(root))
    assert code == 2 and "A submodule is a repository of its own, and checked there: plugins." in err
    assert "子模块是独立的仓库，需在其目录中检查：plugins。" in run(capsys, "check", "--lang", "zh", str(root))[2]
    git(tmp_path, "clone", "-q", "--bare", "super", "bare")
    assert "This is a bare git repository" in run(capsys, "check", str(tmp_path / "bare"))[2]
    excluded = write_files(tmp_path / "excluded", {**STALE, ".owui-lint.yaml": "exclude: [plugins]\n"})
    assert "1 Python file is excluded by the configuration" in run(capsys, "check", str(excluded))[2]


def test_settings_are_shown_in_two_formats(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, STALE)
    for form in FORMATS:
        code, out, err = run(capsys, "--show-config", "--output-format", form, str(root))
        assert code == (0 if form in ("text", "json") else 2)
        assert code == 0 or (out == "" and f"--show-config prints text or json, not {form}" in err)
