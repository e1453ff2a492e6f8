"""The release draft: what it proposes, what it checks, and what it says is missing."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

from owui_lint.releasing.draft import change_kind, make_draft
from owui_lint.repository.message import MessageFile
from owui_lint.rulebook import RuleBook, load_rulebook
from owui_lint.session import Selection
from tests.support import commit, open_repo, run, write_files

CODE = '"""\ntitle: Echo Filter\nversion: {}\n"""\nclass Filter:\n    pass\n'
STORY = (
    "# 🔊 Echo\n\n**Version:** 1.2.0\n\nIt echoes.\n\n## 🔥 What's New in v1.2.0\n\n"
    "- **Streaming Retries** ✨: Requests are tried again, see [the docs](x.md).\n  This continues the line.\n"
    "    - an inner point\n- **Fast `show_debug_log`** is **off**.\n- Third\n- Fourth <!-- note -->\n\n## Usage\n"
)
STORY_ZH = (
    "# 🔊 回声\n\n**版本：** 1.2.0\n\n说明。\n\n## 🔥 最新更新 v1.2.0\n\n- **流式重试**：失败后重试\n- 默认关闭日志\n"
)
ROOT = "# P\n\n![updated](https://img.shields.io/badge/2026--06--01-gray)\n"
FILES: dict[str, str | bytes] = {
    "plugins/filters/echo/echo.py": CODE.format("1.2.0"),
    "plugins/filters/echo/README.md": STORY,
    "plugins/filters/echo/README_CN.md": STORY_ZH,
    "docs/plugins/filters/echo.md": "# Echo\n**Version:** 1.2.0\n",
    "docs/plugins/filters/echo.zh.md": "# 回声\n**版本：** 1.2.0\n",
    "docs/plugins/filters/index.md": "# F\n\n- [Echo](echo.md) (v1.2.0)\n",
    "docs/plugins/filters/index.zh.md": "# F\n\n- [回声](echo.zh.md) (v1.2.0)\n",
    "README.md": ROOT,
    "README_CN.md": ROOT,
}


def _repository(root: Path, previous: str = "1.1.4", extra: dict[str, str | bytes] | None = None) -> Path:
    write_files(root, {**FILES, "plugins/filters/echo/echo.py": CODE.format(previous)})
    commit(root, date="2026-06-01T08:00:00+00:00")
    return write_files(root, {"plugins/filters/echo/echo.py": CODE.format("1.2.0"), **(extra or {})})


def _draft(root: Path) -> Any:
    session = open_repo(root, release_date=datetime.date(2026, 6, 1))
    return make_draft(session, session.plugins(["filters/echo"])[0])


def test_a_complete_release(tmp_path: Path) -> None:
    draft = _draft(_repository(tmp_path))
    assert (draft.version, draft.previous, draft.missing) == ("1.2.0", "1.1.4", [])
    assert draft.commit_message.splitlines() == [
        "feat(filters): release Echo Filter v1.2.0 with streaming retries and fast show_debug_log",
        "",
        "- Streaming Retries: Requests are tried again, see the docs. This continues the line.",
        "- Fast show_debug_log is off.",
        "- Third",
    ]
    assert draft.changes["en"][0].startswith("Streaming Retries ✨: Requests")
    assert draft.changes["en"][3] == "Fourth"
    assert draft.changes["zh"] == ["流式重试：失败后重试", "默认关闭日志"]
    assert [row["status"] for row in draft.locations] == ["ok"] * 7


@pytest.mark.parametrize(
    ("previous", "kind", "start"),
    [
        ("1.1.4", "minor", "feat(filters): "),
        ("1.1.9", "minor", "feat(filters): "),
        ("1.2.0-rc.1", "patch", "fix(filters): "),
        ("0.9.0", "major", "feat(filters): "),
    ],
)
def test_the_type_follows_from_what_was_raised(tmp_path: Path, previous: str, kind: str, start: str) -> None:
    assert change_kind(previous, "1.2.0") == kind
    draft = _draft(_repository(tmp_path, previous))
    assert draft.commit_message.startswith(start)
    assert "Migration" not in draft.commit_message and draft.missing == []


def _told(root: Path, story: str, version: str = "1.2.0", previous: str = "1.1.4") -> Any:
    """The draft of a release of which What's New tells this."""
    head = STORY.partition("- **Streaming")[0]
    files: dict[str, str | bytes] = {**FILES, "plugins/filters/echo/README.md": f"{head}{story}\n\n## Usage\n"}
    files = {path: str(text).replace("1.2.0", version) for path, text in files.items()}
    write_files(root, {**files, "plugins/filters/echo/echo.py": CODE.format(previous)})
    commit(root, date="2026-06-01T08:00:00+00:00")
    return _draft(write_files(root, {"plugins/filters/echo/echo.py": CODE.format(version)}))


def test_a_breaking_release_that_says_nothing_of_it(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = _told(tmp_path, "- **Fix**: crash on empty text\n- **Migration**: TODO", "2.0.0")
    assert draft.commit_message.splitlines()[0] == (
        "feat(filters)!: release Echo Filter v2.0.0 (Fix: crash on empty text)"
    )
    assert "- Migration: TODO" in draft.commit_message
    (missing,) = draft.missing
    assert "what users have to do" in missing.text.en and "用户需要做什么" in missing.text.zh
    assert (missing.place.path, missing.place.span.line) == ("plugins/filters/echo/README.md", 7)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "MSG").write_text(draft.commit_message)
    code, out, _ = run(capsys, "commit-msg", "MSG")
    assert code == 1 and "commit-breaking" in out


@pytest.mark.parametrize(
    "bullet",
    [
        "- **Breaking**: API_URL is now BASE_URL, set it again.",
        "- ⚠️ **BREAKING CHANGE:** API_URL is now BASE_URL, set it again.",
        "- **Breaking** – API_URL is now BASE_URL, set it again.",
        "### 💥 Breaking Changes\n\n- API_URL is now BASE_URL, set it again.",
    ],
)
def test_a_breaking_change_marks_the_message(tmp_path: Path, bullet: str) -> None:
    draft = _told(tmp_path, f"- **Faster Retries**: more.\n{bullet}")
    assert draft.commit_message.splitlines() == [
        "feat(filters)!: release Echo Filter v1.2.0 with faster retries",
        "",
        "- Faster Retries: more.",
        "- Migration: API_URL is now BASE_URL, set it again.",
    ]
    assert draft.missing == []


@pytest.mark.parametrize(
    "bullet", ["- No breaking changes: all is as it was.", "- Breaking the ice: echoes greet first."]
)
def test_what_breaks_nothing(tmp_path: Path, bullet: str) -> None:
    assert "!" not in _told(tmp_path, bullet).commit_message


@pytest.mark.parametrize(
    ("story", "tail", "changes"),
    [
        ("- **Fix**: crash.", " (Fix: crash)", ["Fix: crash."]),
        (
            "- **Faster**: twice as fast.\n- **Tail Cut**: x",
            " with tail cut",
            ["Faster: twice as fast.", "Tail Cut: x"],
        ),
        ("- **Adds docs**: a page.", " (Adds docs: a page)", ["Adds docs: a page."]),
        ("- **v1.2.0**: retries.\n- **v1.1.4**: old.", " (v1.2.0: retries)", ["v1.2.0: retries."]),
        ("### Fixed\n\n- Crash\n\n### 🚀 Added\n\n- Retries", " (Fixed: Crash)", ["Fixed: Crash", "Added: Retries"]),
        ("### Export\n\n- Rows stay", " (Rows stay)", ["Rows stay"]),
        (
            "| Change | What |\n| - | - |\n| **Retry limit** | three times |\n| Speed | |",
            " with retry limit",
            ["Retry limit: three times", "Speed"],
        ),
        ("| Version | What |\n| - | - |\n| v1.2.0 | Retries |\n| v1.1.4 | Old |", " (Retries)", ["Retries"]),
        (
            "- New\n\n<details>\n<summary>Older: v1.1.4</summary>\n\n- Old\n\n</details>\n\n- Last",
            " (New)",
            ["New", "Last"],
        ),
        ("<details><summary>All changes</summary>\n\n- New\n\n</details>", " (New)", ["New"]),
        ("- New\n\n### Previously in v1.1.4\n\n- Old", " (New)", ["New"]),
        ("- New\n\n### v1.1.4\n\n- Old", " (New)", ["New"]),
        ("- New\n\n**v1.1.4**\n\n- Old", " (New)", ["New"]),
        ("- New\n\n### Works with 1.0.0\n\n- More", " (New)", ["New", "More"]),
        ("- TODO\n- New", " (New)", ["New"]),
        ("- TODO", "", []),
        ("- *TBD*…", "", []),
        ("- **TODO**: write this", "", []),
        ("- **TODO list**: shown beside the chat", " with TODO list", ["TODO list: shown beside the chat"]),
    ],
)
def test_what_is_told_in_other_forms(tmp_path: Path, story: str, tail: str, changes: list[str]) -> None:
    draft = _told(tmp_path, story)
    assert draft.changes["en"] == changes
    assert draft.commit_message.splitlines()[0] == f"feat(filters): release Echo Filter v1.2.0{tail}"
    nothing = [item.place.span.line for item in draft.missing if "tells nothing" in item.text.en]
    assert nothing == ([] if changes else [7])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("- 待补充", "没有写这个版本的变化"),
        ("- **Streaming retries**: tried again after a failure.", "没有中文"),
        ("- `SHOW_STATUS`", ""),
        ("- 支持 `SHOW_STATUS`, `SHOW_DEBUG_LOG` and `TITLE_SOURCE`", ""),
    ],
)
def test_the_chinese_story_is_written_and_chinese(tmp_path: Path, told: str, words: str) -> None:
    zh = STORY_ZH.partition("- **")[0] + told + "\n"
    missing = _draft(_repository(tmp_path, extra={"plugins/filters/echo/README_CN.md": zh})).missing
    assert [item.place.span.line for item in missing] == ([7] if words else [])
    assert all(words in item.text.zh for item in missing)


def test_changes_are_read_from_a_changelog_where_there_is_no_whats_new(tmp_path: Path) -> None:
    history = "## Changelog\r\n\r\n### v1.2.0\r\n\r\n- Faster\r\n\r\n### v1.1.4\r\n\r\n- Slower\r\n"
    readme = f"# Echo\r\n\r\nIt echoes.\r\n\r\n## Usage\r\n\r\n{history}"
    draft = _draft(_repository(tmp_path, extra={"plugins/filters/echo/README.md": readme}))
    assert draft.changes["en"] == ["Faster"]


def test_the_proposed_message_passes_the_hook(tmp_path: Path) -> None:
    root = _repository(tmp_path)
    for text in (STORY, STORY.replace("v1.2.0", "v1.1.0"), "# Echo\n", STORY_ZH):
        write_files(root, {"plugins/filters/echo/README.md": text})
        message = _draft(root).commit_message
        selection = Selection(select=("commit-subject", "commit-body", "commit-breaking"))
        assert open_repo(root).check_message(MessageFile("M", message.encode()), selection).findings == []


TITLES = {"words": " ".join(["Conversation"] * 8) + " Title", "one word": "x" * 300, "wide": "é " * 70}


@pytest.mark.parametrize("title", TITLES)
def test_a_long_title_is_cut_so_that_the_subject_fits(tmp_path: Path, title: str) -> None:
    code = CODE.replace("Echo Filter", TITLES[title]).format("1.2.0")
    root = _repository(tmp_path, extra={"plugins/filters/echo/echo.py": code})
    message = _draft(root).commit_message
    subject = message.splitlines()[0]
    assert subject.endswith("… v1.2.0") and 105 < len(subject) <= 120
    selection = Selection(select=("commit-subject", "commit-body"))
    assert open_repo(root).check_message(MessageFile("M", message.encode()), selection).findings == []


def test_the_draft_keeps_to_what_the_rules_say(tmp_path: Path) -> None:
    session = open_repo(_repository(tmp_path))
    for name, params in {"commit-subject": {"longest": 60}, "commit-body": {"most": 1}}.items():
        rule = session.rulebook.rules[name]
        session.rulebook.rules[name] = rule._replace(params={**rule.params, **params})
    message = make_draft(session, session.plugins(["filters/echo"])[0]).commit_message
    assert message.splitlines() == [
        "feat(filters): release Echo Filter v1.2.0",
        "",
        "- Streaming Retries: Requests are tried again, see the docs. This continues the line.",
    ]


def test_after_the_commit_the_version_before_comes_from_history(tmp_path: Path) -> None:
    root = _repository(tmp_path)
    commit(root, date="2026-06-01T09:00:00+00:00")
    write_files(root, {"x.md": "x"})
    commit(root, date="2026-06-01T10:00:00+00:00")
    assert _draft(root).previous == "1.1.4"


def test_without_git_and_for_a_new_plugin(tmp_path: Path) -> None:
    draft = _draft(write_files(tmp_path, dict(FILES)))
    assert draft.previous is None and draft.commit_message.startswith("feat(filters): release")


@pytest.mark.parametrize(
    ("extra", "path", "words"),
    [
        ({"plugins/filters/echo/README_CN.md": STORY_ZH.replace("1.2.0", "1.1.0")}, "README_CN.md", "1.1.0 should be"),
        ({"plugins/filters/echo/README_CN.md": "# 回声\n**版本：** 1.2.0\n"}, "README_CN.md", "tells nothing"),
        ({"docs/plugins/filters/index.md": "# F\n"}, "index.md", "not in this index"),
        ({"README_CN.md": ROOT.replace("06--01", "05--31")}, "README_CN.md", "2026-05-31"),
        ({"plugins/filters/echo/v1.2.0.md": "# x\n"}, "v1.2.0_CN.md", "exists only in English"),
        ({"plugins/filters/echo/README.md": STORY.replace("Third", "<!-- owui-lint: todo --> x")}, "README.md", "mark"),
    ],
)
def test_what_is_missing(tmp_path: Path, extra: dict[str, str | bytes], path: str, words: str) -> None:
    missing = _draft(_repository(tmp_path, extra=extra)).missing
    assert any(item.place.path.endswith(path) and words in item.text.en for item in missing), missing


def test_badges_of_a_release_to_come_are_judged_as_the_rules_judge_them(tmp_path: Path) -> None:
    later = ROOT.replace("2026--06--01", "2030--01--01")
    root = _repository(tmp_path, extra={"README.md": later, "README_CN.md": later})
    session = open_repo(root, release_date=datetime.date(2030, 1, 1))
    draft = make_draft(session, session.plugins(["filters/echo"])[0])
    assert [row["status"] for row in draft.dates] == ["ok", "ok"] and draft.missing == []
    (root / "README_CN.md").write_text(ROOT)
    session = open_repo(root, release_date=datetime.date(2030, 1, 1))
    draft = make_draft(session, session.plugins(["filters/echo"])[0])
    assert [row["status"] for row in draft.dates] == ["ok", "mismatch"]
    assert {item.place.path for item in draft.missing} == {"README_CN.md"}


def test_another_plugins_trouble_is_not_this_ones(tmp_path: Path) -> None:
    loud = {"plugins/filters/loud/loud.py": CODE.replace("Echo", "Loud").format("1")}
    assert _draft(_repository(tmp_path, extra=dict(loud))).missing == []


def test_the_command_in_every_format(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    title = "Echo | <img src=x> @ada `x` \x1b[31m"
    evil = {
        "plugins/filters/echo/echo.py": CODE.replace("Echo Filter", title).format("1.2.0"),
        "plugins/filters/echo/README.md": STORY.replace(
            "Third", "@everyone | <script>alert(1)</script> https://x.y WWW.x.y"
        ),
    }
    monkeypatch.chdir(_repository(tmp_path, extra=dict(evil)))
    command = ("release", "filters/echo", "--release-date", "2026-06-01")
    code, out, _ = run(capsys, *command)
    assert code == 0 and "Nothing is missing." in out and "\x1b" not in out
    code, out, _ = run(capsys, *command, "--output-format", "json")
    data = json.loads(out)
    assert code == 0 and (data["schema"], data["missing"], data["previous"]) == (1, [], "1.1.4")
    code, out, _ = run(capsys, *command, "--output-format", "markdown", "--lang", "zh")
    assert code == 0 and "### 变更列表（英文）" in out and "没有遗漏" in out
    shown = re.sub(r"(?s)(`{3,})text\n.*?\1", "", out)
    assert not re.search(r"(?i)<script>|@\w|://|www\.", shown)
    (tmp_path / "plugins/filters/echo/README_CN.md").unlink()
    code, out, _ = run(capsys, *command)
    assert code == 1 and "Still missing" in out
    assert run(capsys, "release", "filters/nothing")[0] == 2


@pytest.mark.parametrize(
    ("options", "en", "zh"),
    [
        (("--url", "not-a-url"), "--url needs --checklist", "--url 需要与 --checklist 一起使用"),
        (("--url", ""), "--url needs --checklist", "--url 需要与 --checklist 一起使用"),
        (
            ("--checklist", "--release-date", "2026-06-01"),
            "does not go with --checklist",
            "不能与 --checklist 同时使用",
        ),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], en: str, zh: str
) -> None:
    monkeypatch.chdir(_repository(tmp_path))
    for lang, words in (("en", en), ("zh", zh)):
        code, out, err = run(capsys, "release", "filters/echo", *options, "--lang", lang)
        assert (code, out) == (2, "") and words in err


def test_a_draft_keeps_to_the_strictest_of_the_rules_for_messages() -> None:
    book = load_rulebook()
    limited = [rule for rule in book.rules.values() if "message-limit" in rule.roles and "longest" in rule.params]
    more = {f"strict-{rule.name}": rule._replace(params={**rule.params, "longest": 70}) for rule in limited}
    assert RuleBook({**book.rules, **more}, book.data, book.primitives).lowest("message-limit", "longest") == 70
    assert book.lowest("message-limit", "longest") > 70


_LOG = "plugins/filters/echo/CHANGELOG.md"
_PLAIN = {
    "plugins/filters/echo/echo.py": CODE.format("1.2.0"),
    "plugins/filters/echo/README.md": "# Echo\n\n**Version:** 1.2.0\n",
    ".owui-lint.yaml": "profile: openwebui\n",
}


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({}, []),  # nothing says that it tells of releases
        ({_LOG: "# Changelog\n\n## [1.1.0] - 2026-01-01\n\n- Old\n"}, [3]),
        ({_LOG: "# Changelog\n\n## [1.3.0]\n\n- New\n\n## [1.2.0]\n"}, [3]),
        ({_LOG: "# Changelog\n\n## 1.2.0\n\n- More\n\n## [1.3.0]\n\n- New\n"}, [7]),
        # Days and months are no versions, of a plugin that has others.
        ({_LOG: "# Changelog\n\n## 2026.01.15\n\n- More\n"}, []),
        ({_LOG: "# Changelog\n\n## 15.01.2026\n\n- More\n\n## 2025.12\n\n- Old\n"}, []),
        ({_LOG: "# Changelog\n\n## 2026.01.15 - v1.2.0\n\n- More\n\n## 1.1.0\n"}, []),
        # What was taken back, is planned or comes before a release.
        ({_LOG: "# Changelog\n\n## [1.3.0] - 2026-01-01 [YANKED]\n\n- New\n\n## [1.2.0]\n\n- More\n"}, []),
        ({_LOG: "# Changelog\n\n## [2.0.0] - planned\n\n- New\n\n## [1.2.0] - the fix\n\n- More\n"}, []),
        ({_LOG: "# Changelog\n\n## 2.0.0（开发中）\n\n- New\n\n## 1.2.0\n\n- More\n"}, []),
        ({_LOG: "# Changelog\n\n## [2.0.0-beta.1]\n\n- New\n\n## [1.2.0]\n\n- More\n"}, []),
        ({_LOG: "# Changelog\n\n## [2.0.0] - planned\n\n- New\n\n## [1.1.0]\n\n- More\n"}, [7]),
        ({_LOG: "# Changelog\n\n## [2.0.0-beta.1]\n\n- New\n"}, [3]),
        ({_LOG: "# Changelog\n\n## [1.2.0-beta.1]\n\n- New\n"}, [3]),
        ({_LOG: "# Changelog\n\n## 1.1.0 – 1.2.0\n\n- New\n"}, []),
        ({_LOG: "# Changelog\n\n## Version 1.2.0\n\n- New\n\n## 1.1.0\n"}, []),
        ({_LOG: "# Changelog\n\n## [Unreleased]\n\n## [1.2.0]\n\n### Fixed\n\n- More\n"}, []),
        ({_LOG: "## 1.1.0\n", "plugins/filters/echo/v1.2.0.md": "# v1.2.0\n\n- More\n"}, []),
        ({_LOG: "## 1.1.0\n", "plugins/filters/echo/README.md": "# Echo\n\n## What's New in v1.2.0\n\n- More\n"}, []),
        ({_LOG: "# Notes\n\nfree text\n"}, []),
        ({"CHANGELOG.md": "## 1.1.0\n"}, []),
        ({_LOG: "## 1.1.0\n", "plugins/filters/echo/more/loud.py": CODE.replace("Echo", "Loud").format("1.1.0")}, []),
    ],
)
def test_a_changelog_whose_newest_entry_is_of_another_version(
    tmp_path: Path, files: dict[str, str], lines: list[int]
) -> None:
    missing = _draft(write_files(tmp_path, {**_PLAIN, **files})).missing
    assert [(item.place.path, item.place.span.line) for item in missing] == [(_LOG, line) for line in lines]


def test_a_changelog_tells_what_changed(tmp_path: Path) -> None:
    log = "# Changelog\n\n## [1.2.0] - 2026-01-01\n\n### Fixed\n\n- **Retries**: again\n\n## [1.1.0]\n\n- Old\n"
    draft = _draft(write_files(tmp_path, {**_PLAIN, _LOG: log}))
    assert [text for texts in draft.changes.values() for text in texts] == ["Fixed: Retries: again"]
    assert draft.missing == []


@pytest.mark.parametrize("above", ["[1.3.0] [YANKED]", "[2.0.0] - planned", "[2.0.0-beta.1]", "1.4.0 (unreleased)"])
def test_a_changelog_tells_below_what_is_not_out(tmp_path: Path, above: str) -> None:
    log = f"# Changelog\n\n## {above}\n\n- Later\n\n## [1.2.0]\n\n- Retries again\n\n## [1.1.0]\n\n- Old\n"
    draft = _draft(write_files(tmp_path, {**_PLAIN, _LOG: log}))
    assert [text for texts in draft.changes.values() for text in texts] == ["Retries again"]
    assert draft.missing == []


def test_what_is_said_of_a_newer_entry(tmp_path: Path) -> None:
    log = "# Changelog\n\n## [1.3.0]\n\n- Later\n\n## [1.2.0]\n\n- Retries again\n"
    (missing,) = _draft(write_files(tmp_path, {**_PLAIN, _LOG: log})).missing
    assert missing.text.en == "the newest entry here is 1.3.0, and the code says 1.2.0"
    assert missing.text.zh == "此处最新的一条是 1.3.0，而代码中是 1.2.0"


def test_versions_that_are_days(tmp_path: Path) -> None:
    files = {**_PLAIN, "plugins/filters/echo/echo.py": CODE.format("2026.1.15"), _LOG: "## 2026.1.15\n\n- More\n"}
    assert _draft(write_files(tmp_path, {**files, "plugins/filters/echo/README.md": "# Echo\n"})).missing == []
    late = _draft(write_files(tmp_path, {_LOG: "## 2025.12.1\n\n- More\n"})).missing
    assert [item.place.path for item in late] == [_LOG]
