"""What ``release`` and the checklist say of a release that is none, or of which readers are not told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.release.test_draft import CODE, FILES
from tests.support import commit, git, run, run_json, write_files

CODE_PATH = "plugins/filters/echo/echo.py"
NOTES: dict[str, str | bytes] = {
    "plugins/filters/echo/v1.2.0.md": "# 🔊 Echo v1.2.0\n\n- Requests are tried again.\n",
    "plugins/filters/echo/v1.2.0_CN.md": "# 🔊 回声 v1.2.0\n\n- 失败后重试请求。\n",
}


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Version 1.1.4, then 1.2.0, both committed."""
    monkeypatch.chdir(tmp_path)
    before = {path: str(text).replace("1.2.0", "1.1.4") for path, text in FILES.items()}
    write_files(tmp_path, {**before, CODE_PATH: CODE.format("1.1.4")})
    commit(tmp_path, date="2026-05-01T08:00:00+00:00")
    write_files(tmp_path, dict(FILES))
    commit(tmp_path, date="2026-06-01T08:00:00+00:00")
    return tmp_path


def _missing(capsys: Any, *more: str) -> tuple[int, list[tuple[str, str]]]:
    code, data = run_json(capsys, "release", "filters/echo", "--release-date", "2026-06-01", *more)
    return code, [(item["rule"] or "", item["message"]) for item in data["missing"]]


def _items(capsys: Any, *more: str) -> dict[str, str]:
    _, data = run_json(capsys, "checklist", "filters/echo", *more)
    return {item["name"]: item["detail"] for item in data["plugins"][0]["items"] if item["status"] == "failed"}


def _rewrite(root: Path, version: str, code: str = "") -> None:
    files = {path: str(text).replace("1.2.0", version) for path, text in FILES.items()}
    write_files(root, {**files, CODE_PATH: CODE.format(version) + code})


@pytest.mark.parametrize("tagged", [False, True])
def test_a_version_that_went_down_is_no_release(released: Path, capsys: Any, tagged: bool) -> None:
    if tagged:
        git(released, "tag", "echo-v1.2.0")
    _rewrite(released, "1.1.9")
    commit(released, date="2026-06-01T09:00:00+00:00")
    code, missing = _missing(capsys)
    ((rule, text),) = missing
    assert (code, rule) == (1, "version-not-raised")
    assert text.startswith("The version of filters/echo went down from 1.2.0 to 1.1.9.")
    assert ("echo-v1.2.0" in text) == tagged
    ((_, text),) = _missing(capsys, "--lang", "zh")[1]
    assert text.startswith("filters/echo 的版本从 1.2.0 降到了 1.1.9。") and ("与标签 echo-v1.2.0" in text) == tagged
    assert CODE_PATH in _items(capsys)["no-errors"]


TAGS = ["echo-v1.2.0", "filters/echo@1.2.0", "v1.2.0", "Echo_Filter-1.2.0"]


@pytest.mark.parametrize("tag", TAGS)
def test_code_that_changed_after_its_release_is_no_release(released: Path, capsys: Any, tag: str) -> None:
    git(released, "tag", "-a", "-m", "x", tag)
    assert _missing(capsys) == (0, [])
    _rewrite(released, "1.2.0", "LIMIT = 3\n")
    for _ in range(2):
        code, ((rule, text),) = _missing(capsys)
        assert (code, rule) == (1, "version-not-raised") and f"(Compared with the tag {tag}.)" in text
        assert "no-errors" in _items(capsys)
        commit(released, date="2026-06-01T09:00:00+00:00")
    _rewrite(released, "1.2.0", "# a comment\n")
    assert _missing(capsys) == (0, [])
    _rewrite(released, "1.3.0", "LIMIT = 3\n")
    assert _missing(capsys) == (0, [])


@pytest.mark.parametrize("tag", ["nightly", "loud-v1.2.0", "v2026.06.01", "other/echo-1.9.0x", "echo-v1.1.4"])
def test_tags_that_say_nothing_of_this_release(released: Path, capsys: Any, tag: str) -> None:
    git(released, "tag", tag)
    _rewrite(released, "1.2.0", "LIMIT = 3\n")
    assert _missing(capsys) == (0, [])


def test_a_tag_without_a_name_is_of_nobody_among_several(released: Path, capsys: Any) -> None:
    write_files(released, {"plugins/filters/loud/loud.py": CODE.replace("Echo", "Loud").format("1.0.0")})
    commit(released, date="2026-06-01T09:00:00+00:00")
    git(released, "tag", "v1.2.0")
    _rewrite(released, "1.2.0", "LIMIT = 3\n")
    assert not any(rule == "version-not-raised" for rule, _ in _missing(capsys)[1])


def test_releases_of_other_branches_do_not_count(released: Path, capsys: Any) -> None:
    """A fix of an old release: what came out after it on main is not its past."""
    git(released, "checkout", "-q", "-b", "next")
    _rewrite(released, "1.3.0")
    commit(released, date="2026-06-01T09:00:00+00:00")
    git(released, "tag", "echo-v1.3.0")
    git(released, "checkout", "-q", "main")
    _rewrite(released, "1.2.1", "LIMIT = 3\n")
    assert _missing(capsys) == (0, [])


@pytest.mark.parametrize("gone", [("en",), ("zh",), ("en", "zh")])
def test_the_draft_and_the_checklist_miss_the_same_notes(released: Path, capsys: Any, gone: tuple[str, ...]) -> None:
    old = {path.replace("1.2.0", "1.1.4"): str(text).replace("1.2.0", "1.1.4") for path, text in NOTES.items()}
    write_files(released, {**old, **NOTES})
    assert _missing(capsys) == (0, []) and "notes" not in _items(capsys)
    paths = [path for path in NOTES if ("zh" if "_CN" in path else "en") in gone]
    for path in paths:
        (released / path).unlink()
    code, missing = _missing(capsys)
    assert code == 1 and [text.count(path) for (_, text), path in zip(missing, paths, strict=True)] == [1] * len(paths)
    assert _items(capsys)["notes"] == "missing: " + ", ".join(paths)
    assert _missing(capsys, "--lang", "zh")[1] == [
        ("", f"filters/echo 附有发布说明，但缺少 {path}")
        if len(gone) == 2
        else (
            "release-note-missing",
            f"filters/echo 1.2.0 的发布说明只有{'中' if gone == ('en',) else '英'}文：缺少 {path}。",
        )
        for path in paths
    ]


@pytest.mark.parametrize("profile", ["standard", "openwebui"])
def test_an_empty_note_is_none(released: Path, capsys: Any, profile: str) -> None:
    path = "plugins/filters/echo/v1.2.0_CN.md"
    write_files(released, {**NOTES, path: "\ufeff\r\n", ".owui-lint.yaml": f"profile: {profile}\n"})
    for lang in ("en", "zh"):
        code, ((rule, text),) = _missing(capsys, "--lang", lang)
        assert code == 1 and (rule == "release-note-missing" or path in text)
        assert path in _items(capsys, "--lang", lang)["notes"]


def test_a_copied_note_is_the_note_of_another_release(released: Path, capsys: Any) -> None:
    old = {path.replace("1.2.0", "1.1.4"): str(text).replace("1.2.0", "1.1.4") for path, text in NOTES.items()}
    write_files(released, {**old, **{path.replace("1.1.4", "1.2.0"): text for path, text in old.items()}})
    code, missing = _missing(capsys)
    assert code == 1 and [rule for rule, _ in missing] == ["release-note-missing"] * 2
    assert all("its title says 1.1.4" in text for _, text in missing) and "notes" in _items(capsys)
    assert all("标题写的是 1.1.4" in text for _, text in _missing(capsys, "--lang", "zh")[1])


def test_a_plugin_that_keeps_no_notes_misses_none(released: Path, capsys: Any) -> None:
    assert _missing(capsys) == (0, []) and "notes" not in _items(capsys)
    assert "Nothing is missing" in run(capsys, "release", "filters/echo", "--release-date", "2026-06-01")[1]
