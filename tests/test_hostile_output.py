"""Each command and each output format over a repository whose every text is hostile: end to end, nothing is forged."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from owui_lint.config import SETTINGS
from owui_lint.reporting import Format
from owui_lint.reporting.github import for_log
from tests.support import run, write_files

HOSTILE = {
    "command": "a\n::error file=x::forged",
    "command-start": "::error::forged",
    "percent": "a%0A::error::forged%25",
    "escape": "\x1b[31mred\x07",
    "reordered": "user\u202etxt\u2066x",
    "separators": "a\u2028b\x85c",
    "cdata": "]]> <![CDATA[ &lt;",
    "script": "</script><script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "pipes": "a | b || c",
    "backticks": "`code` ``` fence",
    "braces": "{{ 7 * 7 }} {% raw %} {0} {name}",
    "link": "](javascript:alert(1)) [x](https://evil.example)",
    "comment": "--> <!-- owui-lint: ignore-file[all] -->",
}
COMMANDS = {
    **{f"check {name}": ("check", "--output-format", name.value) for name in Format if name is not Format.patch},
    "diff": ("check", "--fix", "--unsafe-fixes", "--diff"),
    "statistics": ("check", "--statistics"),
    "versions": ("versions",),
    "versions json": ("versions", "--output-format", "json"),
    "plugins": ("plugins",),
    "plugins json": ("plugins", "--output-format", "json"),
}
# What may act wherever it is printed.
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _repository(root: Path, text: str) -> Path:
    """A repository that says ``text`` wherever it can, in names of files too."""
    name = text.replace("/", "_").replace("\0", "")[:60]
    line = text.replace("\n", " ").replace("\r", " ")
    code = (
        f'"""\ntitle: T {line}\nauthor: {line}\nversion: 1.0 {line}\ndescription: {line}\nicon_url: {line}\n'
        f"requirements: {line}\nodd {line}: x\n"
        '"""\nfrom pydantic import BaseModel, Field\n\n\nclass Filter:\n    class Valves(BaseModel):\n'
        f"        aa: str = Field(default={text!r}, description={text!r})\n        badName: str = {text!r}\n\n"
        f"    async def inlet(self, body):\n        print({text!r})\n        return self.valves.nothing\n"
    )
    page = (
        f"# T {line}\n\n**Author:** {line} | **Version:** 0.9.0 {line}\n\n## {line}\n\n[{line}]({line})\n\n"
        f"## Configuration\n\n| Parameter | Default | Description |\n|-|-|-|\n| {line} | {line} | {line} |\n| `aa` | {line} | x |\n"
    )
    return write_files(
        root,
        {
            f"plugins/filters/{name}/{name}.py": code,
            f"plugins/filters/{name}/README.md": page,
            f"plugins/filters/{name}/README_CN.md": page.replace("Version:", "版本："),
            "plugins/filters/echo/echo.py": code,
            "plugins/filters/echo/README.md": page,
            f"docs/plugins/filters/{name}.md": page,
            "docs/plugins/filters/index.md": f"# F\n\n- [T {line}]({line}.md) (v0.1.0)\n",
            "README.md": f"# R {line}\n\n![d](https://img.shields.io/badge/updated-2026--01--01-gray)\n",
        },
    )


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_is_forged(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("CI", "true")  # where a diff is read, and no patch
    root = _repository(tmp_path / "repo", HOSTILE[kind])
    for lang in ("en", "zh"):
        for command, arguments in COMMANDS.items():
            if lang == "zh" and command not in ("check text", "check github", "check html", "versions"):
                continue
            first, *rest = arguments
            options = ["--profile", "strict", "--no-cache"] if first == "check" else []
            code, out, err = run(capsys, first, str(root), *rest, *options, "--lang", lang)
            assert code in (0, 1), (command, err)
            if command == "diff":  # which tells people on standard error that there is nothing to show
                assert len(err.splitlines()) <= 1, err
            else:
                assert not err, (command, err)
            _sound(command, out + err)
    badge = tmp_path / "badge.svg"
    assert run(capsys, "versions", str(root), "--badge", str(badge))[0] == 0
    svg = badge.read_text()
    ET.fromstring(svg)
    assert not ACTING.search(svg) and "<script" not in svg
    message = tmp_path / "message"
    message.write_text(f"{HOSTILE[kind]}\n\n{HOSTILE[kind]}\n", encoding="utf-8")
    for form in ("text", "json"):
        code, out, err = run(capsys, "commit-msg", str(message), "--output-format", form)
        assert code in (0, 1) and not err
        _sound(f"commit-msg {form}".replace(" text", ""), out)


def _sound(command: str, out: str) -> None:
    # A diff shows lines as they are in the file, but for what could act on a terminal.
    assert not ACTING.search(out), (command, ACTING.search(out))
    if command == "check github":
        for line in out.splitlines():
            assert not line.startswith("::") or re.match(
                r"::(?:error|warning|notice) file=[^\n]*?,title=OWL\d{3}", line
            ), line
            assert not re.match(r"\s*##\[", line)
    elif command == "check junit":
        ET.fromstring(out)
    elif command in ("check html",):
        assert out.count("<script") == out.count("</script") == 1
        assert not re.search(r"<[^>]*\s(?:href|src|style|on\w+)\s*=", re.sub(r'"[^"<>]*"', '""', out))
        assert "<img" not in out
    elif command == "check markdown":
        assert out.count("<!--") == 1 and "<script" not in out and "<img" not in out
    elif command.endswith((" json", " gitlab", " sarif")):
        json.loads(out)
    else:
        assert not any(line.startswith("::") for line in out.splitlines()), command


def test_the_reason_for_the_profile_is_text_in_a_comment(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    folder = "<img src=x> @org/team [click](evil) www.x.y `x` | #1"
    root = write_files(
        tmp_path / "repo",
        {
            ".owui-lint.yaml": f'plugins-dir: "{folder}"\n',
            f"{folder}/x.txt": "",
            "a.py": '"""\ntitle: Echo\nversion: 1.1.0\n"""\nclass Filter:\n    pass\n',
        },
    )
    _, out, _ = run(capsys, "check", str(root), "--output-format", "markdown")
    run(capsys, "check", str(root), "--output-format", "github")
    for text in (out, summary.read_text(encoding="utf-8")):
        assert "click" in text and "<img" not in text
        assert not re.search(r"@org|://|(?<!\\)\]\(|(?<!\\)`x|#1", text)


@pytest.mark.parametrize("form", ["text", "github"])
def test_what_was_fixed_forges_no_workflow_command(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    code = '"""\ntitle: Echo\nversion: 1.1.0\n"""\nclass Filter:\n    pass\n'
    files: dict[str, str | bytes] = {
        "::error::pwned/echo.py": code,
        "::error::pwned/README.md": "# Echo\n\n**Version:** 1.0.0\n",
        "::error::left/echo.py": code.replace("Echo", "Left"),
        "::error::left/##[error]x.md": "# Left\n\n**Version:** 1.0.0\n",
    }
    root = write_files(tmp_path / "repo", files)
    (root / "::error::left/README.md").symlink_to("##[error]x.md")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    _, out, err = run(capsys, "check", str(root), "--fix-versions", "--output-format", form)
    assert (root / "::error::pwned/README.md").read_text() == "# Echo\n\n**Version:** 1.1.0\n"
    assert "\\::error::pwned/README.md:3" in out + err and "was left as it is" in err
    for line in (out + err).splitlines():
        assert not re.match(r"\s*::(?!(?:error|warning|notice) file=)", line) and "##[" not in line, line


def test_an_error_forges_no_workflow_command(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    root = write_files(tmp_path, {"plugins/filters/##[error]x/x.py": '"""\ntitle: X\n"""\n'})
    code, _, err = run(capsys, "check", str(root), "--plugin", "filters/##[error]y")
    assert code == 2 and "Did you mean" in err and "##[" not in err


def test_names_are_no_workflow_commands_in_a_log(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    code = '"""\ntitle: Echo ##[error]x\nversion: 1.1.0##[error]x\n"""\nclass Filter:\n    pass\n'
    page = "# Echo\n\n::error::x\n\n**Version:** 1.1.0\n\n##[error]x\n\n## What's New in 1.1.0\n\n- ##[error]x\n- ::error::x\n"
    name = "plugins/filters/##[error]x"
    files = {f"{name}/##[error]x.py": code, f"{name}/README.md": page, "::error::x/y.py": code.replace("Echo", "Y")}
    rule = (
        "code: LOC001\nname: own\nseverity: info\nprimitive: pattern\nparams: {where: code, pattern: x}\n"
        'summary: "s\\n::error::x"\ncases: {default: "##[error]c"}\n'
    )
    monkeypatch.chdir(write_files(tmp_path, {**files, ".owui-lint/rules/own.yaml": rule}))
    for command in (
        *(["versions"], ["plugins"], ["rules"], ["rule", "own"], ["release", "filters/##[error]x"], ["deps"]),
        ["bump", "filters/##[error]x", "2.0.0", "--diff"],
        ["bump", "filters/##[error]x", "2.0.0"],
    ):
        _, out, err = run(capsys, *command)
        assert "--diff" not in command or "\\ ::error::x" in out
        for line in (out + err).splitlines():
            assert not line.lstrip().startswith("::") and "##[" not in line, (command, line)


# What can stand in the name of a file, too.
NAMES = {
    "escape": "tw\x1b[2J\x07",
    "carriage return": "tw\r::error::forged",
    "line feed": "tw\n::error::forged",
    "reordered": "tw\u202ex\u2066",
    "separators": "tw\u2028::error::x\x85::error::x",
}


def _settings(text: str) -> list[str]:
    """Configurations that say a text wherever one can be: as a value, in a list, as a key, and as what is behind a key."""
    known = {"docs/x.md": text, "filters/echo": text, "actions/x": [text], text: "filters/echo", "usage": [text]}
    values: list[Any] = [text, [text], {text: text}, {text: [text]}, *({key: value} for key, value in known.items())]
    written = [json.dumps({setting.name: value}) for setting in SETTINGS for value in values]
    shown = json.dumps(text)
    return [
        *written,
        f"{shown}: 1",
        f"{shown}: 1\n{shown}: 2",
        f"plugins-dir: {shown}\npages: {{{shown}: {shown}}}",
        f"pages: {{{text}: 1}}",
        f"a: *{text}",
        f"!{text} a",
    ]


def _two_of_a_name(root: Path, name: str) -> Path:
    """Two plugins in folders of one hostile name."""
    kinds = {"actions": "Action", "pipes": "Pipe"}
    code = '"""\ntitle: T\nversion: 1.0.0\n"""\n\n\nclass {}:\n    pass\n'
    return write_files(root, {f"plugins/{kind}/{name}/x.py": code.format(kinds[kind]) for kind in kinds})


def _is_harmless(told: str) -> bool:
    return not ACTING.search(told) and not any(line.lstrip().startswith("::") for line in told.splitlines())


@pytest.fixture(params=NAMES)
def text(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A hostile name, in a log of GitHub."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    return NAMES[request.param]


def test_no_error_about_the_configuration_is_forged(tmp_path: Path, text: str, capsys: Any) -> None:
    root = _two_of_a_name(tmp_path, text)
    refused = 0
    for written in _settings(text):
        (root / ".owui-lint.yaml").write_bytes(written.encode())
        code, out, err = run(capsys, "check", "--no-cache", "--select", "title-duplicate", str(root))
        assert code in (0, 1, 2) and _is_harmless(out + err), written
        refused += code == 2
        assert code != 2 or err.count("\n") == 1, written
    assert refused > len(SETTINGS)  # each has a value that it refuses


def test_no_error_about_the_command_line_is_forged(
    tmp_path: Path, text: str, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _two_of_a_name(tmp_path, text)
    write_files(root, {"b.json": json.dumps({text: [text]}), f"{text}.json": text})
    monkeypatch.chdir(root)
    options = (
        "--plugin",
        "--select",
        "--ignore",
        "--profile",
        "--since",
        "--output",
        "--baseline",
        "--release-date",
        "--jobs",
    )
    lines: list[tuple[str, ...]] = [("check", option, text) for option in options]
    lines += [("check", text), (text,), (f"--{text}",), ("check", "--output", f"json:{text}/x/y"), ("rule", text)]
    lines += [("check", "--baseline", "b.json"), ("check", "--baseline", f"{text}.json"), ("versions", text)]
    lines += [("bump", text, "patch"), ("bump", f"actions/{text}", text), ("release", text), ("commit-msg", text)]
    lines += [("icon", text), ("baseline", "--output", f"{text}/x"), ("deps", "--target", text)]
    for line in lines:
        code, out, err = run(capsys, *line)
        assert code in (0, 1, 2) and _is_harmless(out + err), line
    assert run(capsys, "check", "--plugin", text)[0] == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028"])
def test_a_command_is_defused_behind_every_end_of_a_line(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert for_log(f"a{end}::error::forged{end}") == f"a{end}\\::error::forged{end}"
