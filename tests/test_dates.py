"""Date badges against git: only a change of a plugin's version makes a date stale."""

from __future__ import annotations

import datetime
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from owui_lint.engine import Hidden
from tests.repository.test_plugins import plugin_file
from tests.support import check, commit, found, open_repo, run, run_json, write_files

CODE = "plugins/filters/echo/echo.py"
BADGE = "# P\n![updated](https://img.shields.io/badge/{}-gray?style=flat)\n"


def _commit(root: Path, day: str, *more: str) -> None:
    when = f"{day}T12:00:00+0800"
    environment = {**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x", *more], check=True, env=environment)


def _repo(tmp_path: Path, badge: str = "2026--01--31") -> Path:
    root = write_files(
        tmp_path, {CODE: plugin_file(), "README.md": BADGE.format(badge), "README_CN.md": BADGE.format(badge)}
    )
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    _commit(root, "2026-01-31")
    return root


def _stale(root: Path) -> list[str]:
    return found(check(root, "date-badge-stale", profile="standard"))


def test_the_day_of_the_release_is_fresh(tmp_path: Path) -> None:
    assert _stale(_repo(tmp_path)) == []


def test_a_version_that_changed_later(tmp_path: Path) -> None:
    root = _repo(tmp_path)
    write_files(root, {CODE: plugin_file().replace("1.0.0", "1.1.0")})
    _commit(root, "2026-03-01")
    assert _stale(root) == ["README.md:2:41 date-badge-stale", "README_CN.md:2:41 date-badge-stale"]
    report = check(root, "date-badge-stale", profile="standard")
    assert "filters/echo on 2026-03-01" in report.findings[0].message.en


def test_a_plugin_outside_of_the_plugins_folder(tmp_path: Path) -> None:
    root = write_files(tmp_path, {"functions/echo.py": plugin_file(), "README.md": BADGE.format("2026--01--31")})
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    _commit(root, "2026-01-31")
    assert _stale(root) == []
    write_files(root, {"functions/echo.py": plugin_file().replace("1.0.0", "1.1.0")})
    _commit(root, "2026-03-01")
    assert _stale(root) == ["README.md:2:41 date-badge-stale"]


def test_a_version_behind_a_tab_that_changed_later(tmp_path: Path) -> None:
    root = _repo(tmp_path)
    for version, day in (("1.0.0", "2026-02-01"), ("1.1.0", "2026-03-01")):
        write_files(root, {CODE: plugin_file().replace("version: 1.0.0", f"\tversion: {version}")})
        _commit(root, day)
    assert len(_stale(root)) == 2
    assert "on 2026-03-01" in check(root, "date-badge-stale", profile="standard").findings[0].message.en


def test_a_version_that_is_not_committed_yet(tmp_path: Path) -> None:
    root = _repo(tmp_path)
    write_files(root, {CODE: plugin_file().replace("1.0.0", "1.1.0")})
    assert len(_stale(root)) == 2


def test_a_plugin_that_is_not_committed_yet(tmp_path: Path) -> None:
    root = _repo(tmp_path)
    new = "plugins/filters/loud/loud.py"
    write_files(root, {new: plugin_file("Loud")})
    report = check(root, "date-badge-stale", profile="standard")
    assert len(report.findings) == 2
    assert "filters/loud is new" in report.findings[0].message.en and "新增" in report.findings[0].message.zh
    _commit(root, "2026-03-01")
    assert len(_stale(root)) == 2  # the same before the commit and after it
    (root / new).unlink()
    (root / CODE).rename(root / "plugins/filters/echo/moved.py")
    _commit(root, "2026-04-01")
    write_files(root, {name: BADGE.format("2026--03--01") for name in ("README.md", "README_CN.md")})
    (root / "plugins/filters/echo").rename(root / "plugins/filters/echo-filter")
    assert _stale(root) == []  # moved, which is no news
    write_files(root, {"plugins/filters/echo-filter/moved.py": plugin_file().replace("1.0.0", "1.1.0")})
    assert len(_stale(root)) == 2


def test_a_repository_that_is_not_committed_yet(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write_files(tmp_path, {"other.txt": "x"})
    _commit(tmp_path, "2026-05-01")
    files = {CODE: plugin_file(), "README.md": BADGE.format("2026--01--31")}
    assert _stale(write_files(tmp_path / "new", files)) == []


def test_the_matrix_shows_what_the_rules_report(tmp_path: Path, capsys: Any) -> None:
    def statuses(root: Path) -> list[str]:
        _, matrix = run_json(capsys, "versions", str(root))
        return [row["status"] for row in matrix["dates"]]

    root = _repo(tmp_path)
    assert statuses(root) == ["ok", "ok"]
    write_files(root, {CODE: plugin_file().replace("1.0.0", "1.1.0")})
    assert statuses(root) == ["mismatch", "mismatch"]  # not committed yet
    _commit(root, "2026-03-01")
    assert statuses(root) == ["mismatch", "mismatch"]
    write_files(root, {"README.md": BADGE.format("2026--03--01"), "README_CN.md": BADGE.format("2026--02--31")})
    assert statuses(root) == ["ok", "invalid"]
    write_files(root, {"README_CN.md": BADGE.format("2026--02--28")})
    assert statuses(root) == ["ok", "mismatch"]


@pytest.mark.parametrize("change", ["move", "string", "crlf", "other file", "merge"])
def test_what_is_no_change_of_a_version(tmp_path: Path, change: str) -> None:
    root = _repo(tmp_path)
    if change == "move":
        subprocess.run(
            ["git", "-C", str(root), "mv", "plugins/filters/echo", "plugins/filters/echo-filter"], check=True
        )
    elif change == "string":
        write_files(root, {CODE: plugin_file() + 'TEXT = """\n  version: 3\n"""\n'})
    elif change == "crlf":
        write_files(root, {CODE: plugin_file().replace("\n", "\r\n")})
    elif change == "other file":
        write_files(root, {"plugins/filters/echo/helper.py": "version: int = 3\n"})
    _commit(root, "2026-03-01")
    assert _stale(root) == []


def test_a_shallow_clone_says_nothing_it_cannot_know(tmp_path: Path) -> None:
    root = _repo(tmp_path / "origin")
    write_files(root, {"other.txt": "x"})
    _commit(root, "2026-05-01")
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{root}", str(tmp_path / "clone")], check=True)
    assert _stale(tmp_path / "clone") == []
    # It says that it cannot know, where it was asked.
    assert check(tmp_path / "clone", "date-badge-stale").hidden == Hidden(dates_not_compared=2)
    assert check(root, "date-badge-stale").hidden.dates_not_compared == 0
    subprocess.run(["git", "clone", "-q", "--depth", "2", f"file://{root}", str(tmp_path / "deep")], check=True)
    assert check(tmp_path / "deep", "date-badge-stale").hidden == Hidden(dates_not_compared=2)  # its edge
    assert not any(check(tmp_path / "clone", "version-mismatch").hidden)


def test_what_nobody_can_compare_for_want_of_git_is_said(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _repo(tmp_path)
    stale = ("--select", "date-badge-stale", str(root))
    assert "git is not" not in run(capsys, *stale)[1]
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path / "empty"))
        assert "No findings" in (out := run(capsys, *stale)[1]) and "git is not installed, so date badges" in out
        assert "未安装 git" in run(capsys, *stale, "--lang", "zh")[1]
        assert run_json(capsys, *stale)[1]["summary"]["hidden"] == {"dates-without-git": 2}
        assert "git" not in run(capsys, "--select", "version-mismatch", str(root))[1]
        code, _, err = run(capsys, *stale, "--since", "HEAD")
        assert code == 2 and "--since needs git, which is not installed" in err
    (root / ".git").rename(root / "plain")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert "git" not in run(capsys, *stale)[1], "without history nothing is missed"


@pytest.mark.parametrize(
    ("english", "chinese", "wrong"),
    [
        (["2026--01--31"], ["2026--01--31"], []),
        (["2026--01--31"], ["2026--01--30"], ["README_CN.md:2"]),
        (["2026--01--31", "2026--01--30"], ["2026--01--31"], ["README.md:3"]),
        (["2026--02--31"], ["2026--02--28"], ["README.md:2"]),
        (["2099--01--01"], ["2026--02--28"], ["README.md:2"]),
        (["2026--01--31"], [], ["README_CN.md:1"]),
        ([], [], []),
    ],
)
def test_badges_agree(tmp_path: Path, english: list[str], chinese: list[str], wrong: list[str]) -> None:
    badge = "![updated](https://img.shields.io/badge/{}-gray)\n"
    root = write_files(
        tmp_path,
        {
            CODE: plugin_file(),
            "README.md": "# P\n" + "".join(badge.format(day) for day in english),
            "README_CN.md": "# P\n" + "".join(badge.format(day) for day in chinese),
        },
    )
    report = check(root, "date-badge-mismatch", "date-badge-invalid")
    assert [f"{finding.path}:{finding.place.span.line}" for finding in report.findings] == wrong
    assert {finding.name for finding in report.findings} <= {"date-badge-mismatch"}


@pytest.mark.parametrize(
    ("label", "message", "days"),
    [
        ("updated", "2026-01-11", 1),
        ("", "2026-1-11", 1),
        ("release", "2026/01/11", 1),
        ("Last_update:", "2026.01.11", 1),
        ("last-modified", "20260111", 1),
        ("📅 Updated on", "11th January 2026", 1),
        ("更新于", "2026年1月11日", 1),
        ("updated", "13.01.2026", 1),
        ("updated", "11.01.2026", 2),
        ("updated", "2026.02.31", 0),
        ("updated", "2026.13.01", None),
        ("updated", "2026-01", None),
        ("updated", "daily", None),
        ("release", "2026.01.11", None),
        ("release", "v1.2.0", None),
        ("latest", "20260111", None),
        ("", "Jan 11, 2026", None),
        ("python", "2026-01-11", None),
    ],
)
def test_what_is_a_date(tmp_path: Path, label: str, message: str, days: int | None) -> None:
    address = f"https://img.shields.io/static/v1?label={quote(label)}&message={quote(message)}&color=gray"
    root = write_files(tmp_path, {CODE: plugin_file(), "README.md": f"# P\n![u]({address})\n"})
    badges = open_repo(root).repository.dates
    assert [len(badge.shown.days) for badge in badges] == ([] if days is None else [days])


@pytest.mark.parametrize("badge", ["updated-2026-01-11", "updated-2026.01.11", "updated-01.02.2026", "2026--1--11"])
def test_dates_that_are_not_written_right_are_set(tmp_path: Path, capsys: Any, badge: str) -> None:
    text = f"# P\n![Updated 2026-01-11](https://img.shields.io/badge/{badge}-gray)\n"
    root = write_files(tmp_path, {CODE: plugin_file(), "README.md": text})
    run(capsys, "--fix-versions", "--release-date", "2026-03-04", "--profile", "openwebui", str(root))
    label = "updated-" if "updated" in badge else ""
    right = f"# P\n![Updated 2026-03-04](https://img.shields.io/badge/{label}2026--03--04-gray)\n"
    assert (root / "README.md").read_text() == right
    assert run(capsys, "--fix-versions", "--release-date", "2026-03-04", str(root))[0] == 0


@pytest.mark.parametrize("profile", ["openwebui", "standard", "strict"])
def test_the_day_asked_for_is_asked_for_in_every_profile(tmp_path: Path, capsys: Any, profile: str) -> None:
    text = "# P\n![u](https://img.shields.io/badge/updated-2026--01--11-gray)\n"
    root = write_files(tmp_path, {"filters/echo.py": plugin_file(), "README.md": text, "README_CN.md": text})
    asked = ("--release-date", "2026-03-04", "--profile", profile, "--select", "versions", str(root))
    code, out, _ = run(capsys, *asked)
    assert code == 1 and out.count("error OWL609 date-badge-stale: 2026-01-11 is not the release day 2026-03-04") == 2
    assert run(capsys, "--fix-versions", *asked)[0] == 0 and run(capsys, *asked)[0] == 0
    assert "2026--03--04" in (root / "README.md").read_text() == (root / "README_CN.md").read_text()


@pytest.mark.parametrize("profile", ["openwebui", "standard"])
@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("2026--01--11", "2026--01--10"),
        ("2026--02--30", "2026--01--10"),
        ("2999--01--01", "2999--01--01"),
        ("2026.01.11", "2026--01--11"),
        ("2026--01--11", "2026--01--11"),
    ],
)
def test_what_versions_draws_with_a_cross_a_check_reports(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, profile: str, english: str, chinese: str
) -> None:
    badge = "# P\n![u](https://img.shields.io/badge/updated-{}-gray)\n"
    files = {"README.md": badge.format(english), "README_CN.md": badge.format(chinese)}
    files |= {"filters/echo.py": plugin_file(), ".owui-lint.yaml": f"profile: {profile}\n"}
    monkeypatch.chdir(write_files(tmp_path, files))
    crossed = {
        line.split()[2] for line in run(capsys, "versions")[1].splitlines() if "date badge" in line and "✗" in line
    }
    found = run_json(capsys, "check", "--select", "versions")[1]["findings"]
    reported = {f"{one['path']}:{one['line']}" for one in found if one["name"].startswith("date-")}
    assert crossed == reported
    severities = {one["severity"] for one in found if one["name"].startswith("date-")}
    assert severities <= ({"warning"} if profile == "openwebui" else {"error"})


def test_bump_sets_the_text_of_a_badge_too(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "# P\n![2026-01-11](https://img.shields.io/badge/updated-2026.01.11-gray)\n"
    monkeypatch.chdir(write_files(tmp_path, {CODE: plugin_file(), "README.md": text}))
    code, out, _ = run(capsys, "bump", "filters/echo", "minor", "--release-date", "2026-03-04")
    right = text.replace("[2026-01-11", "[2026-03-04").replace("2026.01.11", "2026--03--04")
    assert code == 0 and out.count("→ 2026-03-04") == 2 and Path("README.md").read_text() == right


@pytest.mark.parametrize("badge", ["", "![u](https://img.shields.io/endpoint?url=https%3A%2F%2Fexample.org)\n"])
def test_no_badge_that_could_be_set(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, badge: str) -> None:
    monkeypatch.chdir(write_files(tmp_path, {CODE: plugin_file(), "README.md": f"# P\n{badge}"}))
    asked = ("--fix-versions", "--select", "date-badge-stale", "--release-date", "2026-03-04", "--profile", "openwebui")
    for _ in range(2):  # the second answer may be a kept one
        code, out, _ = run(capsys, *asked)
        assert code == 0 and "no date badge that --release-date could set" in out
    assert "没有可供 --release-date 设置的日期徽章" in run(capsys, *asked, "--lang", "zh")[1]
    assert "no date badge" not in run(capsys)[1]
    day = ("--release-date", "2026-03-04")
    assert "no date badge" in run(capsys, "bump", "filters/echo", "minor", *day)[1]
    assert "no date badge" not in run(capsys, "bump", "filters/echo", "minor")[1]


@pytest.mark.parametrize("command", [["check"], ["bump", "filters/echo", "minor"], ["release", "filters/echo"]])
def test_a_day_that_is_empty_is_none(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """What a variable without a value leaves on a command line is not taken for no option at all, or for today."""
    monkeypatch.chdir(
        write_files(tmp_path, {"plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.0.0\n"""\n'})
    )
    code, _, err = run(capsys, *command, "--release-date", "")
    assert code == 2 and "--release-date" in err


def test_what_a_fix_did_to_a_badge_is_said(tmp_path: Path, capsys: Any) -> None:
    root = _repo(tmp_path)
    write_files(root, {"README_CN.md": BADGE.format("2026--01--30"), ".owui-lint.yaml": "profile: standard\n"})
    assert "date-badge-mismatch: 2026-01-30 → 2026-01-31" in run(capsys, "--fix-versions", str(root))[1]
    out = run(capsys, "--fix-versions", "--release-date", "2026-02-03", str(root))[1]
    assert out.count(": 2026-01-31 → 2026-02-03") == 2


def test_what_is_not_compared_is_said_so_in_the_words_of_the_contract(tmp_path: Path, capsys: Any) -> None:
    root = write_files(
        tmp_path, {"echo.py": plugin_file().replace("1.0.0", "latest"), "README.md": "# Echo\n\n**Version:** 1.0.0\n"}
    )
    _, data = run_json(capsys, "versions", str(root))
    readme = next(row for row in data["plugins"][0]["locations"] if row["path"] == "README.md")
    assert (readme["status"], readme["compared"]) == ("ok", False)
    assert "1 not compared" in run(capsys, "versions", str(root), "--lang", "en")[1]


_DAYS = "![updated](https://img.shields.io/badge/2026--01--31-gray)"
_OLD = "![{}](https://img.shields.io/badge/2025--12--{:02}-gray)"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    "others",
    [
        "## 📢 News\n\n- {0} Echo v1.1.0\n- {1} 首次发布\n",
        "## 更新日志\n\n{0} 修复\n",
        "<details><summary>Changelog</summary>\n\n{0} Fixes\n\n{1} First\n\n</details>\n",
        "| Plugin | 更新 |\n|---|---|\n| [Echo](plugins/filters/echo/) | {0} |\n",
        "| Theme | Day |\n|---|---|\n| 甲 | {0} |\n| 乙 | {1} |\n",
        "- 甲 {0}\n- 乙 {1}\n",
        "- **Echo**\n  {0}\n",
        "## Echo\n\n{0}\n",
        "## Data\n\n{0}\n\n## More\n\n{1}\n",
        "<table>\n<tr>\n<td>甲</td>\n<td>{0}</td>\n</tr>\n<tr>\n<td>乙</td>\n<td>{1}</td>\n</tr>\n</table>\n",
    ],
)
def test_days_of_single_releases_and_plugins_stay(
    tmp_path: Path, capsys: Any, others: str, mark: str, newline: str
) -> None:
    for label in ("updated", "date"):
        told = others.format(_OLD.format(label, 1), _OLD.format(label, 2))
        page = mark + f"# 插件 😀\n\n{_DAYS}\n\n{told}".replace("\n", newline)
        root = write_files(tmp_path / label, {CODE: plugin_file(), "README.md": page, "README_CN.md": page})
        assert [badge.value for badge in open_repo(root).repository.dates] == ["2026-01-31"] * 2
        expected = page.replace("2026--01--31", "2026--02--03").encode()
        for _ in range(2):
            run(capsys, "check", "--fix-versions", "--release-date", "2026-02-03", str(root))
            assert [(root / name).read_bytes() for name in ("README.md", "README_CN.md")] == [expected] * 2


def test_a_date_in_the_only_row_or_item_that_has_one_is_the_repositorys(tmp_path: Path) -> None:
    for number, others in enumerate(("| Updated |\n|---|\n| {} |\n", "- Updated: {}\n", "## Status\n\n{}\n")):
        page = f"# 插件\n\n{others.format(_DAYS)}"
        root = write_files(tmp_path / str(number), {CODE: plugin_file(), "README.md": page})
        assert [badge.value for badge in open_repo(root).repository.dates] == ["2026-01-31"]


def test_a_bump_leaves_days_of_single_releases(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"# P\n\n{_DAYS}\n\n## News\n\n- {_OLD.format('date', 1)} Echo v1.0.0\n"
    root = write_files(tmp_path, {CODE: plugin_file(), "README.md": page})
    monkeypatch.chdir(root)
    run(capsys, "bump", "filters/echo", "minor", "--release-date", "2026-02-03")
    text = (root / "README.md").read_text(encoding="utf-8")
    assert text == page.replace("2026--01--31", "2026--02--03")


def test_a_date_badge_by_reference_counts_where_it_is_shown(tmp_path: Path, capsys: Any) -> None:
    address = "https://img.shields.io/badge/2026--01--31-gray"
    own = f"# P\r\n\r\n![更新][d]\r\n\r\n## Changelog\r\n\r\n[d]: {address} '2026-01-31'\r\n"
    foreign = f"# P\n\n<!-- STATS_START -->\n![updated][d]\n<!-- STATS_END -->\n\n[d]: {address}\n"
    shared = f"# P\n\n![updated][d]\n\n## News\n\n- ![updated][d] First\n\n[d]: {address}\n"
    twice = f"\ufeff# P 回声\r\n\r\n![更新][d]\r\n\r\n## 支持\r\n\r\n![更新][d]\r\n\r\n[d]: {address}\r\n"
    other = f"# P\n\n![updated][d]\n\n## Plugins\n\n- [Echo](plugins/filters/echo/echo.py) ![updated][d]\n\n[d]: {address}\n"
    cases = ((own, True), (foreign, False), (shared, False), (twice, True), (other, False))
    for number, (page, is_written) in enumerate(cases):
        root = write_files(tmp_path / str(number), {CODE: plugin_file(), "README.md": page})
        expected = page.replace("2026--01--31", "2026--02--03").replace("2026-01-31", "2026-02-03")
        for _ in range(2):
            run(capsys, "check", "--fix-versions", "--release-date", "2026-02-03", str(root))
            assert (root / "README.md").read_bytes() == (expected if is_written else page).encode()


def test_all_spellings_of_a_day_go_along(tmp_path: Path, capsys: Any) -> None:
    page = (
        '# P\n\n<picture><source srcset="https://img.shields.io/badge/2026--01--31-red">'
        '<img src="https://img.shields.io/badge/2026--01--31-gray" alt="updated" title="Updated: 2026-01-31"></picture>\n'
    )
    root = write_files(tmp_path, {CODE: plugin_file(), "README.md": page})
    run(capsys, "check", "--fix-versions", "--release-date", "2026-02-03", str(root))
    expected = page.replace("2026--01--31", "2026--02--03").replace("2026-01-31", "2026-02-03")
    assert (root / "README.md").read_text(encoding="utf-8") == expected


@pytest.mark.parametrize("kind", ["committed", "working"])
@pytest.mark.parametrize(
    ("days", "said"),
    [(400, "in the future"), (2, "in the future"), (1, None), (0, None), (-1, "older than"), (-400, "older than")],
)
def test_a_release_day_that_cannot_stand_is_set_and_said(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, days: int, said: str | None, kind: str
) -> None:
    """Tomorrow can: it may be today where the release is made."""
    files = {CODE: plugin_file(), "README.md": BADGE.format("2025--01--30"), ".owui-lint.yaml": "profile: standard\n"}
    monkeypatch.chdir(write_files(tmp_path, files))
    day = (datetime.date.today() + datetime.timedelta(days=days)).isoformat()
    command = ["--fix-versions"] if kind == "committed" else ["bump", "filters/echo", "minor"]
    if kind == "committed":
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
        _commit(tmp_path, datetime.date.today().isoformat())
    code, out, _ = run(capsys, *command, "--release-date", day)
    assert code == 0 and BADGE.format(day.replace("-", "--")) == Path("README.md").read_text()
    assert ("The given release day" in out) is (said is not None) and (said or "") in out


@pytest.mark.parametrize("limit", [["--plugin", "filters/echo"], ["--since", "HEAD"], ["README.md", "README_CN.md"]])
def test_a_named_day_is_set_whatever_else_a_run_is_limited_to(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, limit: list[str]
) -> None:
    badge = "![updated](https://img.shields.io/badge/2026--01--01-gray?style=flat)\n"
    files: dict[str, str | bytes] = {
        "plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.0.0\n"""\n',
        "plugins/filters/echo/README.md": "# Echo\n\n**Version:** 0.9.0\n",
        "README.md": f"# Plugins\n{badge}",
        "README_CN.md": f"# 插件\n{badge}",
    }
    commit(write_files(tmp_path, files))
    monkeypatch.chdir(tmp_path)
    outside = ("--fix-versions", "--release-date", "2026-03-04", "plugins", "README.md")
    code, out, err = run(capsys, *outside)
    assert (code, out) == (2, "") and "--release-date sets the date badges of README_CN.md" in err
    assert "--release-date 设置 README_CN.md 中的日期徽章" in run(capsys, *outside, "--lang", "zh")[2]
    run(capsys, "--fix-versions", "--release-date", "2026-03-04", *limit)
    assert all("2026--03--04" in (tmp_path / name).read_text() for name in ("README.md", "README_CN.md"))
    is_set = limit == ["--plugin", "filters/echo"]
    assert ("1.0.0" in (tmp_path / "plugins/filters/echo/README.md").read_text()) == is_set
