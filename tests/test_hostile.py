"""Repositories that strangers send: nothing hangs, nothing crashes, nothing is forged, nothing outside is touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owui_lint.repository import outside
from owui_lint.repository.documents.badges import badges, escape
from owui_lint.repository.documents.entries import resolve_link
from owui_lint.repository.documents.markdown import Markdown
from owui_lint.repository.documents.sections import normal_heading, release_named, version_named
from owui_lint.text import printable, slug, title_keys
from owui_lint.yamlfile import YamlError, load_with_lines
from tests.repository.test_plugins import plugin_file
from tests.support import run, run_json, write_files

CODE = "plugins/filters/echo/echo.py"
README = "plugins/filters/echo/README.md"
README_CN = "plugins/filters/echo/README_CN.md"
BASE: dict[str, str | bytes] = {CODE: plugin_file(), README_CN: "# 回声\n**版本：** 1.0.0\n"}


def _git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def _names(data: dict[str, Any]) -> set[str]:
    return {finding["name"] for finding in data["findings"]}


def test_links_loops_and_pipes(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, BASE)
    (root / "plugins/filters/loop").symlink_to(".")
    (root / "plugins/filters/echo/self.py").symlink_to("self.py")
    (root / "plugins/filters/echo/passwd.py").symlink_to("/etc/passwd")
    os.mkfifo(root / README)
    os.mkfifo(root / "plugins/filters/echo/fifo.py")
    code, data = run_json(capsys, "check", str(root))
    assert code == 1
    assert not any("root:" in json.dumps(finding) for finding in data["findings"])


def test_a_pattern_that_takes_git_for_ever(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_SECONDS", 0.5)
    link = f"# Echo\n**Version:** 1.0.0\n[x]({'a' * 120}.md)\n"
    root = write_files(tmp_path, {**BASE, README: link, ".gitignore": "*a" * 14 + "*b\n"})
    _git(root, "init", "-q")
    started = time.monotonic()
    _, data = run_json(capsys, "check", str(root))
    assert time.monotonic() - started < 20
    assert "broken-link" not in _names(data)  # nobody knows: what git ignores need not be there
    (root / ".gitignore").write_text("")
    assert "broken-link" in _names(run_json(capsys, "check", str(root))[1])  # and nothing of that is kept


def test_a_fix_does_not_follow_a_folder_that_is_a_link(tmp_path: Path, capsys: Any) -> None:
    outside = write_files(tmp_path / "outside", {"echo.md": "# Echo\n**Version:** 0.1.0\n"})
    root = write_files(tmp_path / "repo", BASE)
    (root / "docs/plugins").mkdir(parents=True)
    (root / "docs/plugins/filters").symlink_to(outside)
    run(capsys, "--fix-versions", str(root))
    assert (outside / "echo.md").read_text() == "# Echo\n**Version:** 0.1.0\n"


def test_names_that_are_not_utf8(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, BASE)
    folder = os.fsencode(root) + b"/plugins/filters/ev\xffil"
    try:
        os.mkdir(folder)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    with open(folder + b"/evil.py", "w") as stream:
        stream.write(plugin_file("Evil"))
    for command in (
        ["check"],
        ["check", "--output-format", "json"],
        ["versions"],
        ["plugins", "--output-format", "json"],
    ):
        code, out, err = run(capsys, *command, str(root))
        assert code in (0, 1) and "Traceback" not in err
        out.encode("utf-8", "backslashreplace")
    _git(root, "init", "-q")
    assert run(capsys, "check", str(root))[0] == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_an_unreadable_folder(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, {**BASE, "plugins/tools/x/x.py": plugin_file("X", "Tools")})
    os.chmod(root / "plugins/tools/x", 0)
    try:
        assert run(capsys, "check", str(root))[0] == 1
    finally:
        os.chmod(root / "plugins/tools/x", 0o755)


def test_submodules_worktrees_shallow_and_bare_clones(tmp_path: Path, capsys: Any) -> None:
    origin = write_files(tmp_path / "origin", {**BASE, README: "# E\n**Version:** 0.9.0\n"})
    _git(origin, "init", "-q")
    _git(origin, "add", "-A")
    _git(origin, "commit", "-q", "-m", "x")
    _git(origin, "worktree", "add", "-q", str(tmp_path / "worktree"))
    _git(tmp_path, "clone", "-q", "--depth", "1", f"file://{origin}", "shallow")
    _git(tmp_path, "clone", "-q", "--bare", str(origin), "bare")
    parent = write_files(tmp_path / "parent", BASE)
    _git(parent, "init", "-q")
    _git(parent, "submodule", "-q", "add", str(origin), "plugins/sub")
    for name in ("origin", "worktree", "shallow"):
        _, data = run_json(capsys, "check", str(tmp_path / name))
        assert "version-mismatch" in _names(data), name
    assert run(capsys, "check", str(tmp_path / "parent"))[0] == 1
    assert run(capsys, "check", str(tmp_path / "bare"))[0] == 2


def test_the_repository_s_git_configuration_runs_nothing(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_files(
        tmp_path / "repo", {**BASE, "README.md": "# P\n![d](https://img.shields.io/badge/2026--01--01-gray)\n"}
    )
    marker = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\n")
    program.chmod(0o755)
    _git(root, "init", "-q")
    _git(root, "add", "-A")
    _git(root, "commit", "-q", "-m", "x")
    for name in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "core.sshCommand",
        "core.editor",
        "gpg.program",
        "diff.x.command",
        "diff.x.textconv",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
    ):
        _git(root, "config", name, str(program))
    _git(root, "config", "core.hooksPath", str(tmp_path))
    _git(root, "config", "log.showSignature", "true")
    (root / ".gitattributes").write_text("* diff=x filter=x\n")
    (root / CODE).write_text(plugin_file().replace("1.0.0", "1.1.0"))
    monkeypatch.chdir(root)
    for command in (
        ["check"],
        ["check", "--since", "HEAD"],
        ["--fix-versions"],
        ["release", "filters/echo"],
        ["bump", "filters/echo", "minor"],
        ["init"],
    ):
        run(capsys, *command)
        assert not marker.exists(), command


def test_code_is_never_run(tmp_path: Path, capsys: Any) -> None:
    marker = tmp_path / "ran"
    bomb = f"open({str(marker)!r}, 'w')\n"
    files = {
        CODE: plugin_file() + bomb,
        "conftest.py": bomb,
        "sitecustomize.py": bomb,
        "yaml.py": bomb,
        "typer.py": bomb,
    }
    root = write_files(tmp_path / "repo", {**BASE, **files})
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-P", "-m", "owui_lint"], cwd=root, capture_output=True, env=environment)
    assert done.returncode in (0, 1), done.stderr
    assert not marker.exists()


def test_case_collisions(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, {**BASE, "plugins/filters/Echo/echo.py": plugin_file("Other")})
    code, data = run_json(capsys, "plugins", str(root))
    assert code == 0
    assert len({plugin["id"] for plugin in data["plugins"]}) == len(data["plugins"])


NASTY = [
    "\x1b[31m", "\n::error::x", "%0A", "\x07", "\u202e", "]]>", "</script>", "|", "`", "\r", "\0", "\u2028", "{0}", "{x.__class__}",
    "[x](javascript:alert(1))", "<!-- ", "**Version:** ", "../../../etc", "版本",
]  # fmt: skip


@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_titles_forge_nothing_in_text(tmp_path: Path, capsys: Any, nasty: str) -> None:
    source = f'"""\ntitle: T{nasty}\nversion: 1{nasty}\nauthor: {nasty}\n"""\nclass Filter: ...\n'
    root = write_files(
        tmp_path, {**BASE, CODE: source, "docs/plugins/filters/index.md": f"- [T{nasty}](x.md) (v1.0.0)\n"}
    )
    for command in ("check", "versions", "plugins"):
        code, out, err = run(capsys, command, str(root))
        assert code in (0, 1, 2), err
        for mark in _ACTING:
            assert mark not in out
        assert "<class" not in out


_ACTING = ("\x1b", "\x07", "\u202e", "\u2028", "\0", "\r", "\n::error")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_versions_and_names_forge_nothing_in_releases(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, nasty: str, lang: str
) -> None:
    name = "echo" + nasty.replace("/", "").replace("\0", "")
    version = "1.0.0" + nasty.replace("\n", " ")
    badge = f"![d](https://img.shields.io/badge/2026--01--01{nasty.strip()}-gray)\n"
    code = plugin_file().replace("1.0.0", version)
    page = f"# E {nasty}\n**Version:** {version}\n\n## What's New in {version}\n\n- x{nasty}\n"
    folder = f"plugins/filters/{name}"
    rule = (
        "code: LOC001\nname: own\nseverity: info\nprimitive: pattern\nparams: {where: code, pattern: x}\n"
        f"summary: s\ncases: {{default: c}}\nexamples: [{{name: {json.dumps('a' + nasty)}, findings: "
        f"[{json.dumps('b' + nasty)}], files: {{{json.dumps('c' + nasty)}: {json.dumps('d' + nasty)}}}}}]\n"
    )
    root = write_files(
        tmp_path,
        {
            f"{folder}/{name}.py": code,
            f"{folder}/README.md": page,
            f"{folder}/README_CN.md": page,
            "README.md": badge,
            "README_CN.md": badge,
            ".owui-lint/rules/own.yaml": rule,
            "plugins/filters/twin/twin.py": plugin_file("Twin"),
        },
    )
    monkeypatch.chdir(root)
    monkeypatch.setenv("CI", "true")  # where a diff is read, and no patch
    for command in (
        ["release", f"filters/{name}"],
        ["release", f"filters/{name}", "--output-format", "markdown"],
        ["release", f"filters/{name}x"],
        ["bump", f"filters/{name}", "filters/twin", "minor"],
        ["bump", f"filters/{name}", "0.1.0"],
        ["bump", f"filters/{name}", "2.0.0", "--diff"],
        ["bump", f"filters/{name}", "2.0.0"],
        ["bump", f"filters/{name}", "2.0.0"],
        ["rule", "own"],
        ["rules"],
        ["check", "--plugin", f"filters/{name}x"],
    ):
        _, out, err = run(capsys, *command, "--lang", lang)
        for mark in _ACTING:
            assert mark not in out + err, command


TEXT = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("#*|`-[]()<!:/.v0123456789\n\r\t 版本\u202e\x1b")), max_size=300
)


@settings(deadline=None, max_examples=150)
@given(TEXT)
def test_readers_take_any_text(text: str) -> None:
    markdown = Markdown(text)
    list(badges(markdown))
    _ = (
        markdown.links,
        markdown.tables,
        markdown.entries,
        markdown.headings,
        markdown.generated,
        markdown.lines_with_versions,
    )
    (
        normal_heading(text),
        version_named(text),
        release_named(text),
        slug(text),
        title_keys(text),
        resolve_link("a/b.md", text),
        [escape(text, form) for form in ("", "dashed", "query", "folders")],
    )
    shown = printable(text)
    assert "\x1b" not in shown and "\n" not in shown and "\u202e" not in shown
    try:
        load_with_lines(text)
    except YamlError as error:
        assert error.line >= 1


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 5000,
        "- " * 5000,
        "[" * 300_000,
        "{a: " * 60_000,
        "? " * 100_000,
        "a: 1\n" * 3,
        "a: &x b\n",
        "? [a]\n: b\n",
        "!!python/name:os.system x\n",
        "a: !!binary '*'\n",
        "\t",
        "%YAML 9.9\n---\na: b\n",
        "a: 2026-99-99\n",
        'a:\n  b: !!int ""\n',
        'a:\n- !!bool "x"\n',
        'a:\n  !!timestamp "x": b\n',
        'a:\n  b: !!timestamp "x"\n',
        'a:\n  b: !!float ""\n',
        'a:\n  b: !!null "x"\n',
        'a:\n  b: !!binary "x"\n',
        *(f'a:\n  !!{tag} "x": b\n' for tag in ("map", "seq", "set", "omap", "pairs", "binary")),
        *(f'a:\n  b: !!{tag} "x"\n' for tag in ("map", "seq", "set", "omap", "pairs")),
        'a:\n  b: !!int "0x"\n',
        'a:\n  b: !!int "' + "9" * 5000 + '"\n',
    ],
)
def test_hostile_yaml_is_an_error_with_a_line_or_plain_data(text: str) -> None:
    try:
        data, _ = load_with_lines(text)
    except YamlError as error:
        assert error.line >= (2 if text.startswith("a:\n") else 1)
    else:
        json.dumps(data, default=str)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_want_of_memory_is_no_fault_of_the_tool(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("owui_lint.session.Session.check", full)
    code, out, err = run(capsys, "check", "--no-cache", "--lang", language, str(write_files(tmp_path, BASE)))
    assert (code, out) == (3, "")
    assert err == {"en": "owui-lint: not enough memory\n", "zh": "owui-lint: 内存不足\n"}[language]
