from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.deploying.conftest import ECHO_PATH, FILTER
from tests.deploying.fake import Answer
from tests.deploying.test_deploy import ECHO, deploy
from tests.support import run, run_json, write_files

README = "# Echo 🔊\n\n## What's New in v{version}\n\n- More.\n"
README_ZH = "# 回声 🔊\n\n## v{version} 最新更新\n\n- 更多。\n"


def items(capsys, *more):
    code, data = run_json(capsys, "checklist", ECHO, *more)
    return code, {item["name"]: item["status"] for item in data["plugins"][0]["items"]}, data


@pytest.fixture
def ready(repo):
    folder = "plugins/filters/echo"
    write_files(
        repo,
        {
            f"{folder}/README.md": README.format(version="1.0.0"),
            f"{folder}/README_CN.md": README_ZH.format(version="1.0.0"),
        },
    )
    write_files(repo, {".owui-lint.yaml": "profile: openwebui\n"})
    return repo


def test_all_in_order_without_a_network(ready, capsys):
    code, found, _ = items(capsys)
    assert code == 0
    assert found == {
        "dependencies-resolved": "ok",
        "dependencies-agree": "ok",
        "compatible": "ok",
        "versions-agree": "ok",
        "notes": "ok",
        "no-errors": "ok",
        "deployed": "unknown",
        "way-back": "unknown",
    }


@pytest.mark.parametrize(
    ("line", "failing"),
    [
        ("requirements: foo>=1,<2", {"dependencies-resolved"}),
        ("requirements: json", {"dependencies-resolved"}),
        ("required_open_webui_version: 99.0.0", {"compatible"}),
        ("required_open_webui_version: latest", {"compatible"}),
        ("required_open_webui_version: 0.5.0", set()),
        ("requirements: fastapi==0.1.0", {"dependencies-agree"}),
    ],
)
def test_front_matter(ready, capsys, line, failing):
    write_files(ready, {ECHO_PATH: FILTER.format(version="1.0.0").replace("title:", f"{line}\ntitle:")})
    code, found, _ = items(capsys)
    assert {name for name, status in found.items() if status == "failed"} - {"no-errors"} == failing
    assert code == (1 if failing else 0)


def test_conflict_with_another_plugin(ready, capsys):
    other = FILTER.format(version="1.0.0").replace("Echo", "Other")
    write_files(ready, {"plugins/filters/other/other.py": other.replace("title:", "requirements: foo==2\ntitle:")})
    write_files(ready, {ECHO_PATH: FILTER.format(version="1.0.0").replace("title:", "requirements: foo==1\ntitle:")})
    _, found, data = items(capsys)
    assert found["dependencies-agree"] == "failed"
    assert "filters/other" in data["plugins"][0]["items"][1]["detail"]


def test_no_conflict_with_a_pipeline_which_runs_on_a_server_of_its_own(ready, capsys):
    other = FILTER.format(version="1.0.0").replace("Echo", "Other").replace("class Filter", "class Pipeline")
    other = other.replace("title:", "requirements: foo==2\ntitle:")
    write_files(ready, {"plugins/pipelines/other/other.py": other})
    write_files(ready, {ECHO_PATH: FILTER.format(version="1.0.0").replace("title:", "requirements: foo==1\ntitle:")})
    assert items(capsys)[1]["dependencies-agree"] == "ok"


def test_version_that_is_not_one(ready, capsys):
    write_files(ready, {ECHO_PATH: FILTER.format(version="1.0"), ".owui-lint.yaml": "profile: standard\n"})
    code, found, _ = items(capsys)
    assert code == 1
    assert (found["versions-agree"], found["no-errors"]) == ("failed", "failed")


def test_notes_in_one_language(ready, capsys):
    (ready / "plugins/filters/echo/README_CN.md").unlink()
    assert items(capsys)[1]["notes"] == "ok"
    write_files(ready, {".owui-lint.yaml": "profile: standard\n"})
    assert items(capsys)[1]["notes"] == "failed"


def test_release_note_files_where_the_plugin_keeps_them(ready, capsys):
    folder = "plugins/filters/echo"
    # no note of a release
    write_files(ready, {f"{folder}/v2-migration.md": "x\n", ".owui-lint.yaml": "profile: standard\n"})
    assert items(capsys)[1]["notes"] == "ok"
    write_files(ready, {f"{folder}/v0.9.0.md": "x\n", f"{folder}/v1.0.0.md": "x\n"})
    _, found, data = items(capsys)
    assert found["notes"] == "failed"
    assert "v1.0.0_CN.md" in data["plugins"][0]["items"][4]["detail"]
    write_files(ready, {f"{folder}/v1.0.0_CN.md": "x\n"})
    assert items(capsys)[1]["notes"] == "ok"


def test_deployed_and_way_back(ready, capsys, openwebui, key):
    assert items(capsys, "--url", openwebui.url)[1]["way-back"] == "ok"
    deploy(capsys, openwebui, ECHO)
    _, found, _ = items(capsys)
    assert (found["deployed"], found["way-back"]) == ("ok", "ok")
    openwebui.items["functions"]["echo"]["content"] = FILTER.format(version="3.0.0")
    assert items(capsys, "--url", openwebui.url)[1]["deployed"] == "failed"


def test_the_version_that_runs_is_no_way_back(ready, capsys, openwebui, key):
    deploy(capsys, openwebui, ECHO)
    write_files(ready, {ECHO_PATH: FILTER.format(version="1.1.0") + 'raise RuntimeError("no")\n'})
    assert deploy(capsys, openwebui, ECHO, "--no-verify")[1] == {ECHO: "failed"}
    details = {item["name"]: item["detail"] for item in items(capsys)[2]["plugins"][0]["items"]}
    assert details["deployed"].startswith("1.0.0 went to") and details["way-back"].startswith("back to —")
    write_files(ready, {ECHO_PATH: FILTER.format(version="1.2.0")})
    openwebui.fault("POST", "/functions/id/echo/update", Answer(500, b"x"))
    assert deploy(capsys, openwebui, ECHO, "--no-verify")[1] == {ECHO: "failed"}  # or it has not arrived yet
    found = items(capsys, "--url", openwebui.url)[2]["plugins"][0]["items"]
    assert "back to 1.0.0" not in str(found) and "back to —" in str(found)


def test_paths_are_told_in_full(ready, capsys):
    folder = "plugins/filters/" + "a_rather_long_name_of_a_plugin_" * 3
    code = f"{folder}/echo.py"
    line = "requirements: a b, c d, e f, g h\ntitle: Long"
    write_files(ready, {code: FILTER.format(version="1.0.0").replace("title: Echo", line)})
    _, data = run_json(capsys, "checklist", folder.removeprefix("plugins/"))
    detail = next(item["detail"] for item in data["plugins"][0]["items"] if item["name"] == "dependencies-resolved")
    assert detail == "; ".join([f"{code}:2 requirement-invalid"] * 3) + " (+1)"


def test_unknown_target(ready, capsys):
    write_files(ready, {".owui-lint.yaml": "target-openwebui: 77.1\nprofile: openwebui\n"})
    write_files(ready, {".owui-lint.yaml": "target-openwebui: '77.1'\nprofile: openwebui\n"})
    code, _, err = run(capsys, "checklist", ECHO)
    assert code == 2
    assert "77.1" in err


def test_markdown_and_text(ready, capsys):
    _, text, _ = run(capsys, "checklist", ECHO, "--output-format", "markdown")
    assert text.startswith("## filters/echo\n\n- [x] ")
    _, text, _ = run(capsys, "checklist", ECHO, "--lang", "zh")
    assert "✓ 各处版本一致：1.0.0" in text


@pytest.mark.parametrize(
    ("lang", "detail"),
    [
        ("en", "echo.py:2 requirement-invalid; plugins/filters/echo/echo.py:2 requirement-invalid (+1)\n"),
        ("zh", "echo.py:2 requirement-invalid；plugins/filters/echo/echo.py:2 requirement-invalid（另有 1 处）\n"),
    ],
)
def test_the_first_of_many_findings(ready, capsys, lang, detail):
    line = "requirements: a b, c d, e f, g h"
    write_files(ready, {ECHO_PATH: FILTER.format(version="1.0.0").replace("title:", f"{line}\ntitle:")})
    _, text, _ = run(capsys, "checklist", ECHO, "--lang", lang)
    assert detail in text


def test_markdown_of_hostile_text(ready, capsys):
    evil = "requirements: <img src=x onerror=alert(1)> [a](javascript:x) @everyone"
    write_files(ready, {ECHO_PATH: FILTER.format(version="1.0.0").replace("title:", f"{evil}\ntitle:")})
    _, text, _ = run(capsys, "checklist", ECHO, "--output-format", "markdown")
    acting = re.sub(r"\\.", "", text)
    assert "<" not in acting
    assert "](" not in acting
    assert "@everyone" not in text


@pytest.mark.parametrize("command", [("checklist", ECHO), ("release", ECHO, "--checklist")])
def test_markdown_links_nowhere(ready, capsys, command):
    evil = "required_open_webui_version: https://evil.example/@all www.evil.example WWW.evil.example a@b.example #1"
    write_files(ready, {ECHO_PATH: FILTER.format(version="1.0.0").replace("title:", f"{evil}\ntitle:")})
    code, text, _ = run(capsys, *command, "--output-format", "markdown")
    assert code == 1 and "evil.example" in text
    assert not re.search(r"(?i)://|www\.|@\w|#\d", text)


def test_release_offers_the_checklist(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(
        tmp_path, {"plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.0.0\n"""\nclass Filter: ...\n'}
    )
    monkeypatch.chdir(tmp_path)
    here = run(capsys, "checklist", "filters/echo", "--output-format", "json")
    assert run(capsys, "release", "filters/echo", "--checklist", "--output-format", "json") == here
    assert here[0] in (0, 1) and '"schema": 1' in here[1]


def test_notes_are_asked_for_as_the_profile_does(repo, capsys):
    """Without the standard a plugin needs no README in two languages, nor one at all."""
    write_files(repo, {".owui-lint.yaml": "profile: openwebui\n"})
    code, found, data = items(capsys)
    assert code == 0 and found["notes"] == "ok"
    titles = {item["name"]: item["title"] for item in data["plugins"][0]["items"]}
    assert titles["notes"] == "Release notes"
    write_files(repo, {"plugins/filters/echo/v0.9.0.md": "# v0.9.0\n"})
    _, found, data = items(capsys)
    details = {item["name"]: item["detail"] for item in data["plugins"][0]["items"]}
    assert found["notes"] == "failed" and details["notes"] == "missing: plugins/filters/echo/v1.0.0.md"


def test_what_is_missing_is_called_so(repo, capsys):
    write_files(repo, {".owui-lint.yaml": "profile: standard\nignore: [readme-missing]\n"})
    assert "Release notes in both languages: missing: README (en), README (zh)" in run(capsys, "checklist", ECHO)[1]
    assert "中英文发布说明齐全：缺少英文 README、中文 README" in run(capsys, "checklist", ECHO, "--lang", "zh")[1]


@pytest.mark.parametrize(("newest", "status"), [("0.9.0", "failed"), ("1.0.0", "ok")])
def test_a_changelog_that_does_not_tell_of_the_version(ready, capsys, newest, status):
    folder = "plugins/filters/echo"
    write_files(ready, {f"{folder}/README.md": "# Echo 🔊\n", f"{folder}/README_CN.md": "# 回声 🔊\n"})
    write_files(ready, {f"{folder}/CHANGELOG.md": f"# Changelog\n\n## [{newest}]\n\n- More.\n"})
    _, found, data = items(capsys)
    assert found["notes"] == status
    detail = next(item["detail"] for item in data["plugins"][0]["items"] if item["name"] == "notes")
    assert ("CHANGELOG.md:3: the newest entry here is 0.9.0" in detail) is (status == "failed")
