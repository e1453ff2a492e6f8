"""Commit messages, as git hands them to its hook."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from owui_lint.repository.message import CommitMessage, MessageFile
from owui_lint.session import Selection
from tests.support import git, open_repo, run

GOOD = "feat(actions): add export settings panel\n\n- Add valves for export format selection\n"


def _names(tmp_path: Path, message: str | bytes) -> list[tuple[int, str, str]]:
    data = message if isinstance(message, bytes) else message.encode()
    report = open_repo(tmp_path).check_message(
        MessageFile("MSG", data), Selection(select=("commit-subject", "commit-body", "commit-breaking"))
    )
    assert not report.crashed, report.findings
    return [(finding.place.span.line, finding.name, finding.message.en) for finding in report.findings]


@pytest.mark.parametrize(
    "message",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD.rstrip(),
        "\n\n" + GOOD,
        GOOD + "\n\n# Please enter the commit message\n#\tmodified: 更新.md\n",
        GOOD + "# ------------------------ >8 ------------------------\nBREAKING CHANGE: no\n全部\n",
        GOOD + "- b\n- c\n\nCo-authored-by: Ada <ada@example.org>\nRefs #12\n",
        "docs(plugins): update bilingual README structure",
        "chore: release",
        "feat!: rename TITLE_SOURCE\n\n- Rename it\n\nBREAKING CHANGE: set TITLE_SOURCE again\n",
        "feat(x)!: rename it\n\n- Rename it\n- Migration: default TITLE_SOURCE changed to chat_title\n",
        "feat!: rename it\n\n- Rename it\n- Migrate saved settings by hand\n",
        "feat!: rename it\n\n- Rename it\n- Migration:\n  set it again\n",
        "feat!: rename it\n\n- Show a TODO list\n- Migration: none needed\n",
        "Merge branch 'main' into feature",
        "Merge pull request #12 from ada/feature\n\n更新",
        "Merge 0123abc into 4567def",
        'Revert "feat: 更新"\n\nThis reverts commit 0123.',
        'Reapply "x"',
        "fixup! feat: x",
        "squash! 更新",
        "amend! x",
        "Squashed commit of the following:\n\ncommit 1\n",
    ],
)
def test_messages_that_pass(tmp_path: Path, message: str) -> None:
    assert _names(tmp_path, message) == []


@pytest.mark.parametrize(
    ("message", "line", "name", "words"),
    [
        ("", 1, "commit-subject", "empty"),
        ("# only comments\n", 1, "commit-subject", "empty"),
        ("Update README", 1, "commit-subject", "not `type"),
        ("更新文档：内容", 1, "commit-subject", "not `type"),
        (": no type", 1, "commit-subject", "not `type"),
        ("http://example.org", 1, "commit-subject", "not `type"),
        ("chore: 更新", 1, "commit-subject", "English"),
        ("chore: обработать пустые метаданные", 1, "commit-subject", "English"),
        ("chore: 빈 메타데이터 처리", 1, "commit-subject", "English"),
        ("chore: handle ハンドル", 1, "commit-subject", "in quotes"),
        ("chore: update", 1, "commit-subject", "does not say"),
        ("Fix: a thing\n\n- x", 1, "commit-subject", "`fix`"),
        ("faet: a thing\n\n- x", 1, "commit-subject", "`feat`"),
        ("chore:", 1, "commit-subject", "Nothing follows"),
        ("chore(): a thing", 1, "commit-subject", "empty"),
        ("chore:a thing", 1, "commit-subject", "no space"),
        ("chore：a thing", 1, "commit-subject", "full-width"),
        ("chore : a thing", 1, "commit-subject", "no space"),
        ("chore: " + "a " * 80, 1, "commit-subject", "cut off"),
        ("chore: a thing.", 1, "commit-subject", "period"),
        ("\ufeffchore: 更新", 1, "commit-subject", "English"),
        ("feat: a thing", 1, "commit-body", "no body"),
        ("feat: a thing\n- x", 2, "commit-body", "second line"),
        ("feat: a thing\n\nSome prose.", 3, "commit-body", "no bullets"),
        ("feat: a thing\n\n- 1\n- 2\n- 3\n- 4\n", 6, "commit-body", "4 bullets"),
        ("feat: a thing\n\n- 修改了一处问题\n", 3, "commit-body", "English"),
        ("feat!: a thing\n\n- x", 1, "commit-breaking", "needs a note"),
        ("feat: a thing\n\n- x\n\nBREAKING CHANGE:\n", 1, "commit-breaking", "needs a note"),
        ("feat!: a thing\n\n- x\n- Migration: TODO", 1, "commit-breaking", "needs a note"),
        ("feat!: a thing\n\n- x\n- **Migration:** tbd", 1, "commit-breaking", "needs a note"),
        ("feat!: a thing\n\n- x\n- Migration:", 1, "commit-breaking", "needs a note"),
        ("feat!: a thing\n\n- x\n- Migration notes: 待补充", 1, "commit-breaking", "needs a note"),
        ("feat!: a thing\n\n- x\n\nBREAKING CHANGE: TODO\n", 1, "commit-breaking", "needs a note"),
        ("feat!: a thing\n\n- x\n- TODO", 4, "commit-body", "still to be written"),
        ("feat: a thing\n\n- x\n- ...", 4, "commit-body", "still to be written"),
        ("feat: a thing\n\n- x\n\nBREAKING CHANGE: set X\n", 5, "commit-breaking", "`!`"),
    ],
)
def test_messages_that_do_not(tmp_path: Path, message: str, line: int, name: str, words: str) -> None:
    found = _names(tmp_path, message)
    assert any((at, rule) == (line, name) and words in text for at, rule, text in found), found


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    assert [text for _, _, text in _names(tmp_path, "chore: café".encode("latin-1"))] == ["The message is not UTF-8."]
    _names(tmp_path, bytes(range(256)) * 20)


@pytest.mark.usefixtures("ends_in_time")
@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("(" * 50_000, [("commit-subject", "This is not `type(scope): subject`")]),
        ("a(" * 20_000 + ":", [("commit-subject", "This is not `type(scope): subject`")]),
        ("feat: " + "- " * 50_000, [("commit-body", "no body"), ("commit-subject", "has 100005 characters")]),
        ("\r" * 50_000, [("commit-subject", "The message is empty.")]),
        ("feat" + " " * 50_000 + "x", [("commit-subject", "This is not `type(scope): subject`")]),
    ],
    ids=range(5),
)
def test_hostile_text_ends(tmp_path: Path, message: str, expected: list[tuple[str, str]]) -> None:
    found = _names(tmp_path, message)
    assert [(at, name) for at, name, _ in found] == [(1, name) for name, _ in expected]
    assert all(words in text for (_, _, text), (_, words) in zip(found, expected, strict=True)), found


def test_the_configured_comment_character(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "core.commentChar", ";")
    assert _names(tmp_path, GOOD + "; 注释\n# a heading\n") == []
    assert CommitMessage(MessageFile("M", b"; a\n# b\n"), ";").lines == [(2, "# b")]


def test_the_command(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "MSG").write_text("chore: \x1b[31m更新\n", encoding="utf-8")
    code, out, _ = run(capsys, "commit-msg", "MSG", "--lang", "zh")
    assert code == 1 and "MSG:1:8: 错误 OWL904 commit-subject: 标题必须使用英文；" in out and "\x1b" not in out
    code, out, _ = run(capsys, "commit-msg", "MSG", "--output-format", "json")
    assert code == 1 and json.loads(out)["findings"][0]["path"] == "MSG"
    (tmp_path / "MSG").write_text(GOOD)
    assert run(capsys, "commit-msg", "MSG") == (0, "", "")
    code, out, err = run(capsys, "commit-msg", "nothing")
    assert (code, out) == (2, "") and "cannot be read" in err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Update\n")))
    code, out, _ = run(capsys, "commit-msg", "-")
    assert code == 1 and out.startswith("-:1:1: error")


def test_as_a_hook_of_git(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    hook = tmp_path / ".git/hooks/commit-msg"
    root = Path(__file__).parents[2]
    hook.write_text(f'#!/bin/sh\nPYTHONPATH="{root}" exec "{sys.executable}" -m owui_lint commit-msg "$1"\n')
    hook.chmod(0o755)
    with pytest.raises(subprocess.CalledProcessError) as caught:
        git(tmp_path, "commit", "--allow-empty", "-m", "Update")
    assert b"OWL904" in caught.value.stdout + caught.value.stderr
    git(tmp_path, "commit", "--allow-empty", "-m", GOOD)
    git(tmp_path, "switch", "-q", "-c", "side")
    git(tmp_path, "commit", "--allow-empty", "-m", GOOD)
    git(tmp_path, "switch", "-q", "-")
    git(tmp_path, "merge", "--no-ff", "-m", "Keep what the side has", "side")  # a merge, in a person's words
