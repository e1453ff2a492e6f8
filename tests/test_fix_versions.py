"""Fixing versions, byte for byte: what is outside of the version stays as it is, whatever the file looks like."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.repository.test_plugins import plugin_file
from tests.support import check, open_repo, run, run_json, write_files

README = "plugins/filters/echo/README.md"


def _repo(tmp_path: Path, readme: bytes, **more: str | bytes) -> Path:
    return write_files(tmp_path, {"plugins/filters/echo/echo.py": plugin_file(), README: readme, **more})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"# E\r\n**Version:** 0.9.0\r\n", b"# E\r\n**Version:** 1.0.0\r\n"),
        (b"# E\r**Version:** 0.9.0\r", b"# E\r**Version:** 1.0.0\r"),
        (b"# E\r\n\n\r**Version:** 0.9.0\nx\r\n", b"# E\r\n\n\r**Version:** 1.0.0\nx\r\n"),
        (b"\xef\xbb\xbf# E\n**Version:** 0.9.0", b"\xef\xbb\xbf# E\n**Version:** 1.0.0"),
        ("# 回声 😀\n\n**版本：** 0.9.0 | 作者\n".encode(), "# 回声 😀\n\n**版本：** 1.0.0 | 作者\n".encode()),
        (b"# E\n**Version:** v0.9.0  \n\t\n", b"# E\n**Version:** v1.0.0  \n\t\n"),
        (b"# E (v0.9.0)\n", b"# E (v1.0.0)\n"),
        (
            b"# E\r\n<span class='version-badge'>v0.9.0</span>\r\n",
            b"# E\r\n<span class='version-badge'>v1.0.0</span>\r\n",
        ),
        (b"# E\n| By [A](b) \xc2\xb7 v0.9.0 | x |\n", b"# E\n| By [A](b) \xc2\xb7 v1.0.0 | x |\n"),
        (
            b"# E\n![v0.9.0](https://img.shields.io/badge/v0.9.0-blue?x=0.9.0)\n",
            b"# E\n![v1.0.0](https://img.shields.io/badge/v1.0.0-blue?x=0.9.0)\n",
        ),
        (
            b"# E\n![v](https://img.shields.io/badge/v-0.9.0--rc.1-blue)\n",
            b"# E\n![v](https://img.shields.io/badge/v-1.0.0-blue)\n",
        ),
        (
            b"# E\r\n![v0.9.0](https://img.shields.io/static/v1?message=v0.9.0&label=version&x=0.9.0)\r\n",
            b"# E\r\n![v1.0.0](https://img.shields.io/static/v1?message=v1.0.0&label=version&x=0.9.0)\r\n",
        ),
        (
            b'# E\n<img src="https://img.shields.io/static/v1?label=version&amp;message=0.9.0%2B1&amp;color=blue">\n',
            b'# E\n<img src="https://img.shields.io/static/v1?label=version&amp;message=1.0.0&amp;color=blue">\n',
        ),
        (
            b"# E\n![v](https://badgen.net/badge/version/v0.9.0-rc.1/blue)\n",
            b"# E\n![v](https://badgen.net/badge/version/v1.0.0/blue)\n",
        ),
        (  # the text, the title and the address, which is defined below a section that tells of releases
            "\ufeff# 回声\r\n\r\n![v0.9.0][v]\r\n\r\n## Changelog\r\n\r\n[v]: <https://img.shields.io/badge/v0.9.0-blue> 'v0.9.0'\r\n".encode(),
            "\ufeff# 回声\r\n\r\n![v1.0.0][v]\r\n\r\n## Changelog\r\n\r\n[v]: <https://img.shields.io/badge/v1.0.0-blue> 'v1.0.0'\r\n".encode(),
        ),
        (
            "# E\n\n## 中文\n\n![v][V  a]\n\n## English\n\n![v0.9.0][v a]\n\n## 致谢\n\n[v a]: https://img.shields.io/badge/v-0.9.0-blue\n".encode(),
            "# E\n\n## 中文\n\n![v][V  a]\n\n## English\n\n![v1.0.0][v a]\n\n## 致谢\n\n[v a]: https://img.shields.io/badge/v-1.0.0-blue\n".encode(),
        ),
        (  # it is shown twice in the head, and again below the last section: the same statement
            "\ufeff# 回声\r\n\r\n![v][v] ![v0.9.0][v]\r\n\r\n## 支持\r\n\r\n谢谢。\r\n\r\n---\r\n\r\n[![版本][v]](https://github.com/a/b) <br>\r\n\r\n[v]: https://img.shields.io/badge/v-0.9.0-blue\r\n".encode(),
            "\ufeff# 回声\r\n\r\n![v][v] ![v1.0.0][v]\r\n\r\n## 支持\r\n\r\n谢谢。\r\n\r\n---\r\n\r\n[![版本][v]](https://github.com/a/b) <br>\r\n\r\n[v]: https://img.shields.io/badge/v-1.0.0-blue\r\n".encode(),
        ),
        (  # further down it is shown as Open WebUI's, and in a sentence
            b"# E\n\n![v][v]\n\n## Open WebUI\n\n![v][v]\n\n[v]: https://img.shields.io/badge/v-0.9.0-blue\n",
            b"# E\n\n![v][v]\n\n## Open WebUI\n\n![v][v]\n\n[v]: https://img.shields.io/badge/v-0.9.0-blue\n",
        ),
        (
            b"# E\n\n![v][v]\n\n## Use\n\nFirst in ![v][v].\n\n[v]: https://img.shields.io/badge/v-0.9.0-blue\n",
            b"# E\n\n![v][v]\n\n## Use\n\nFirst in ![v][v].\n\n[v]: https://img.shields.io/badge/v-0.9.0-blue\n",
        ),
        (  # far ahead in its line stands what its text names, farther than what tells whose it is
            f"# E\n\n![Loud][v] {'x ' * 500}Loud\n\n[v]: https://img.shields.io/badge/v-0.9.0-blue\n".encode(),
            f"# E\n\n![Loud][v] {'x ' * 500}Loud\n\n[v]: https://img.shields.io/badge/v-0.9.0-blue\n".encode(),
        ),
        (  # titles that are nothing but a label and the version, and what tells of other things
            "\ufeff# 回声\r\n\r\n![v](https://img.shields.io/badge/version-0.9.0-blue 'version: 0.9.0') ![v](https://img.shields.io/badge/version-0.9.0-blue '版本 0.9.0') ![v](https://img.shields.io/badge/release-0.9.0-blue 'Release v0.9.0')\r\n![v](https://img.shields.io/badge/version-0.9.0-blue 'Requires Open WebUI 0.9.0') ![v](https://img.shields.io/badge/version-0.9.0-blue 'stable since v0.9.0') ![v](https://img.shields.io/badge/version-0.9.0-blue 'Python 0.9.0')\r\n<img src='https://img.shields.io/badge/version-0.9.0-blue' title='需要 Open WebUI 0.9.0'> <img src='https://img.shields.io/badge/version-0.9.0-blue' title='V0.9.0'>\r\n".encode(),
            "\ufeff# 回声\r\n\r\n![v](https://img.shields.io/badge/version-1.0.0-blue 'version: 1.0.0') ![v](https://img.shields.io/badge/version-1.0.0-blue '版本 1.0.0') ![v](https://img.shields.io/badge/release-1.0.0-blue 'Release v1.0.0')\r\n![v](https://img.shields.io/badge/version-1.0.0-blue 'Requires Open WebUI 0.9.0') ![v](https://img.shields.io/badge/version-1.0.0-blue 'stable since v0.9.0') ![v](https://img.shields.io/badge/version-1.0.0-blue 'Python 0.9.0')\r\n<img src='https://img.shields.io/badge/version-1.0.0-blue' title='需要 Open WebUI 0.9.0'> <img src='https://img.shields.io/badge/version-1.0.0-blue' title='V1.0.0'>\r\n".encode(),
        ),
        (  # what tells of a release shows it, too
            b"# E\n\n![v0.9.0][v]\n\n## Changelog\n\n- ![v0.9.0][v]\n\n[v]: https://img.shields.io/badge/v-0.9.0-blue\n",
            b"# E\n\n![v0.9.0][v]\n\n## Changelog\n\n- ![v0.9.0][v]\n\n[v]: https://img.shields.io/badge/v-0.9.0-blue\n",
        ),
        (  # the text is the label
            b"# E\n\n![v0.9.0]\n\n[v0.9.0]: https://img.shields.io/badge/v-0.9.0-blue\n",
            b"# E\n\n![v0.9.0]\n\n[v0.9.0]: https://img.shields.io/badge/v-0.9.0-blue\n",
        ),
        (
            b"# E\n\n![E]\n\n[e]: https://img.shields.io/badge/v-0.9.0-blue\n",
            b"# E\n\n![E]\n\n[e]: https://img.shields.io/badge/v-1.0.0-blue\n",
        ),
        (  # a badge's further spellings, and what is none
            '# E\n![回声 0.9.0](https://img.shields.io/badge/v-0.9.0-blue "v0.9.0") ![x](y "v0.9.0")\n'.encode(),
            '# E\n![回声 1.0.0](https://img.shields.io/badge/v-1.0.0-blue "v1.0.0") ![x](y "v0.9.0")\n'.encode(),
        ),
        (
            b"# E\r\n<picture><source srcset='https://img.shields.io/badge/v-0.9.0-red 1x, https://img.shields.io/badge/v-0.9.0-red?s=2 2x'>"
            b'<source srcset="https://img.shields.io/badge/node-0.9.0-red"><img src="https://img.shields.io/badge/v-0.9.0-blue" title="Version 0.9.0" alt="v"></picture>\r\n'
            b'<img srcset="https://img.shields.io/badge/v-0.9.0-red" alt="0.9.0">\r\n',
            b"# E\r\n<picture><source srcset='https://img.shields.io/badge/v-1.0.0-red 1x, https://img.shields.io/badge/v-1.0.0-red?s=2 2x'>"
            b'<source srcset="https://img.shields.io/badge/node-0.9.0-red"><img src="https://img.shields.io/badge/v-1.0.0-blue" title="Version 1.0.0" alt="v"></picture>\r\n'
            b'<img srcset="https://img.shields.io/badge/v-0.9.0-red" alt="0.9.0">\r\n',
        ),
    ],
)
def test_bytes(tmp_path: Path, capsys: Any, before: bytes, after: bytes) -> None:
    root = _repo(tmp_path, before)
    os.chmod(root / README, 0o755)
    run(capsys, "--fix-versions", str(root))
    assert (root / README).read_bytes() == after
    assert stat.S_IMODE((root / README).stat().st_mode) == 0o755
    run(capsys, "--fix-versions", str(root))
    assert (root / README).read_bytes() == after


FORMS = [
    "**Version:** {}",
    "**版本：** {}",
    "| By [A](b) · v{} | c |",
    '<span class="version-badge">v{}</span>',
    "![v{}](https://img.shields.io/badge/v{}-blue)",
]
NOISE = st.text(alphabet=st.sampled_from("ab 版本：*_`|#<>-[]().0123456789v\n\r\t😀"), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(form=st.sampled_from(FORMS), before=NOISE, after=NOISE, newline=st.sampled_from(["\n", "\r\n", "\r"]))
def test_fixing_twice_is_fixing_once_and_reverting_gives_the_original(
    tmp_path: Path, capsys: Any, form: str, before: str, after: str, newline: str
) -> None:
    original = newline.join(["# E", before, "", form.format("0.9.0", "0.9.0"), "", after]).encode()
    root = _repo(tmp_path, original)
    stated = [one for location in open_repo(root).repository.locations for one in location.statements]
    # Noise such as "v1.1" in a line of its own states a version, too: another one than the code's had.
    assume(len([one for one in stated if one.file.path == README]) == 1)
    code = root / "plugins/filters/echo/echo.py"
    run(capsys, "--fix-versions", str(root))
    once = (root / README).read_bytes()
    run(capsys, "--fix-versions", str(root))
    assert (root / README).read_bytes() == once
    report = check(root, "version-mismatch", profile="standard")
    assert not report.findings
    code.write_text(plugin_file().replace("1.0.0", "0.9.0"))
    (root / README).write_bytes(once)
    run(capsys, "--fix-versions", "--allow-downgrade", str(root))
    if original.count(b"1.0.0") == 0:
        assert (root / README).read_bytes() == original


def test_diff_writes_nothing(tmp_path: Path, capsys: Any) -> None:
    root = _repo(tmp_path, b"# E\n**Version:** 0.9.0\n")
    code, out, _ = run(capsys, "--fix-versions", "--diff", str(root))
    assert "-**Version:** 0.9.0" in out and "+**Version:** 1.0.0" in out
    assert code == 1
    assert (root / README).read_bytes() == b"# E\n**Version:** 0.9.0\n"


def test_an_empty_diff_says_what_is_left(tmp_path: Path, capsys: Any) -> None:
    root = _repo(tmp_path, b"# E\nno version\n")
    code, out, err = run(capsys, "--select", "version-missing", "--diff", str(root))
    assert (code, out) == (1, "") and "1 finding left: see them without --diff" in err
    _, out, err = run(capsys, "--select", "version-missing", "--diff", "--quiet", str(root))
    assert out == err == ""


def test_a_newer_place_holds_the_plugin_back_until_it_is_allowed(tmp_path: Path, capsys: Any) -> None:
    zh = "plugins/filters/echo/README_CN.md"
    root = _repo(tmp_path, b"# E\n**Version:** 1.1.0\n", **{zh: "# 回声\n**版本：** 0.9.0\n"})
    code, out, _ = run(capsys, "--fix-versions", str(root))
    assert code == 1
    assert "newer than the code" in out and "--allow-downgrade" in out
    assert b"1.1.0" in (root / README).read_bytes() and b"0.9.0" in (root / zh).read_bytes()
    code, _, _ = run(capsys, "--fix-versions", "--allow-downgrade", "--select", "version-mismatch", str(root))
    assert b"1.0.0" in (root / README).read_bytes() and b"1.0.0" in (root / zh).read_bytes()


def test_only_the_plugin_asked_for(tmp_path: Path, capsys: Any) -> None:
    other = "plugins/filters/loud/README.md"
    files = {"plugins/filters/loud/loud.py": plugin_file("Loud"), other: "# L\n**Version:** 0.9.0\n"}
    root = _repo(tmp_path, b"# E\n**Version:** 0.9.0\n", **files)
    run(capsys, "--fix-versions", "--plugin", "filters/echo", str(root))
    assert b"1.0.0" in (root / README).read_bytes()
    assert b"0.9.0" in (root / other).read_bytes()


@pytest.mark.parametrize(
    ("badge", "dash"),
    [
        ("# P\n![updated](https://img.shields.io/badge/{}-gray?style=flat)\n", "--"),
        ("# P\n![updated](https://img.shields.io/static/v1?label=updated&message={}&color=gray)\n", "-"),
    ],
)
def test_release_date(tmp_path: Path, capsys: Any, badge: str, dash: str) -> None:
    first, second, third = (day.replace("-", dash) for day in ("2026-01-01", "2026-01-02", "2026-02-03"))
    files = {"README.md": badge.format(first), "README_CN.md": badge.format(second)}
    root = _repo(tmp_path, b"# E\n**Version:** 1.0.0\n", **files)
    run(capsys, "--fix-versions", "--release-date", "2026-02-03", str(root))
    for name in files:
        assert (root / name).read_text() == badge.format(third)
    code, _, err = run(capsys, "--release-date", "2026-02-30", str(root))
    assert code == 2 and "2026-02-30" in err


def test_nothing_is_written_through_a_link(tmp_path: Path, capsys: Any) -> None:
    inside = tmp_path / "real.md"
    inside.write_text("# E\n**Version:** 0.9.0\n")
    root = write_files(tmp_path, {"plugins/filters/echo/echo.py": plugin_file()})
    (root / README).symlink_to(inside)
    code, out, err = run(capsys, "--fix-versions", str(root))
    assert code == 1 and f"{README} was left as it is" in err and "symbolic link" in err
    assert "version-mismatch" in out and "fixable" not in out
    assert "0.9.0" in inside.read_text()


def test_files_that_cannot_be_written_are_named_and_the_others_fixed(tmp_path: Path, capsys: Any) -> None:
    zh, page = "plugins/filters/echo/README_CN.md", "docs/plugins/filters/echo.md"
    root = _repo(tmp_path, b"# E\n**Version:** 0.9.0\n", **{zh: "# E\n**版本：** 0.9.0\n"})
    (root / page).parent.mkdir(parents=True)
    (root / "page.md").write_text("# Echo\n**Version:** 0.9.0\n")
    (root / page).symlink_to(root / "page.md")
    os.chmod(root / zh, 0o444)
    _, diff, err = run(capsys, "--fix-versions", "--diff", str(root))
    assert README in diff and zh in diff and page not in diff
    assert f"{zh} was left" in err and f"{page} was left" in err
    code, out, err = run(capsys, "--fix-versions", str(root), "--lang", "zh")
    assert code == 1 and f"未修改 {zh}：" in err and f"未修改 {page}：" in err
    assert b"1.0.0" in (root / README).read_bytes() and "0.9.0" in (root / zh).read_text()
    assert f"{zh}:2:" in out and f"{page}:2:" in out
    os.chmod(root / zh, 0o644)
    (root / page).unlink()
    (root / "page.md").rename(root / page)
    code, out, err = run(capsys, "--fix-versions", "--select", "version-mismatch", str(root))
    assert "1.0.0" in (root / zh).read_text() and "1.0.0" in (root / page).read_text() and "left" not in err


def test_a_link_to_a_file_that_is_fixed_is_no_complaint(tmp_path: Path, capsys: Any) -> None:
    zh = "plugins/filters/echo/README_CN.md"
    root = _repo(tmp_path, b"# E\n**Version:** 0.9.0\n")
    (root / zh).symlink_to("README.md")
    _, out, err = run(capsys, "--fix-versions", str(root))
    assert "left" not in err and f"{zh}:2" not in out
    assert b"1.0.0" in (root / README).read_bytes()


def test_json_while_fixing_is_still_one_object(tmp_path: Path, capsys: Any) -> None:
    root = _repo(tmp_path, b"# E\n**Version:** 0.9.0\n")
    _, data = run_json(capsys, "--fix-versions", str(root))
    assert not [finding for finding in data["findings"] if finding["name"] == "version-mismatch"]


def test_the_profile_decides_what_is_reported_and_repaired(tmp_path: Path, capsys: Any) -> None:
    """What a check leaves alone, `--fix-versions` leaves alone too; only a day that is named is always set."""
    code = '"""\ntitle: Echo\nversion: 0.3\n"""\n\n\nclass Filter:\n    pass\n'
    badge = "![updated](https://img.shields.io/badge/2026--01--01-gray)\n"
    files = {"echo/echo.py": code, "echo/README.md": "# Echo\n\nEchoes.\n", "README.md": f"# Root\n\n{badge}"}
    root = write_files(tmp_path, files)
    assert run(capsys, "check", str(root), "--select", "versions")[0] == 1
    code_of_run, out, _ = run(capsys, "--fix-versions", str(root))
    assert code_of_run == 0 and "OWL6" not in out
    assert {path: (root / path).read_text() for path in files} == files
    assert run(capsys, "--fix-versions", str(root), "--profile", "standard")[0] == 1
    assert run(capsys, "--fix-versions", str(root), "--release-date", "2026-03-04")[0] == 0
    assert "2026--03--04" in (root / "README.md").read_text()


def test_a_diff_in_json_is_one_object_with_the_report(tmp_path: Path, capsys: Any) -> None:
    root = _repo(tmp_path, b"# E\n**Version:** 0.9.0\n")
    code, data = run_json(capsys, "--fix-versions", "--diff", str(root))
    assert code == 1 and data["schema"] == 1
    assert "+**Version:** 1.0.0" in data["diff"]
    assert [finding["name"] for finding in data["findings"] if finding["path"] == README] == ["version-mismatch"]


@pytest.mark.parametrize("form", ["sarif", "gitlab", "junit", "github", "markdown", "html"])
def test_a_diff_stands_beside_a_report_that_has_no_place_for_it(tmp_path: Path, capsys: Any, form: str) -> None:
    root = _repo(tmp_path, b"# E\n**Version:** 0.9.0\n")
    _, out, err = run(capsys, "--fix-versions", "--diff", str(root), "--output-format", form)
    assert "version-mismatch" in out and "+**Version:** 1.0.0" in err
    assert out == run(capsys, "--select", "versions", str(root), "--output-format", form)[1]


FORMS_OF_LINES = {
    "crlf": b"# Echo\r\n\r\n**Version:** 0.9.0\r\n\r\nIt echoes.\r\n",
    "lone cr": b"# Echo\r\r**Version:** 0.9.0\r",
    "mixed": b"# Echo\r\n\n**Version:** 0.9.0\n\r\nIt\recho\x1bes.\r\n",
    "bom, and no line end": b"\xef\xbb\xbf# Echo\n\n**Version:** 0.9.0",
    "cjk": "# Echo\n\n回声\u2028\n\n**Version:** 0.9.0\n".encode(),
}


@pytest.mark.parametrize("form", FORMS_OF_LINES)
@pytest.mark.parametrize("program", ["git apply --whitespace=nowarn", "patch -s -p1 --binary -i"])
def test_a_diff_in_a_file_is_a_patch(tmp_path: Path, form: str, program: str) -> None:
    """What it makes of the files is what the fix makes of them, byte for byte; a console's encoding is none of a patch."""
    if shutil.which(program.split()[0]) is None:
        pytest.skip(program)
    before = FORMS_OF_LINES[form]
    root, other = (_repo(tmp_path / name, before) for name in ("shown", "fixed"))
    environment = {**os.environ, "PYTHONIOENCODING": "gb18030"}
    command = [sys.executable, "-m", "owui_lint", "--fix-versions", "--profile", "openwebui", "--no-cache"]
    with (tmp_path / "diff").open("wb") as file:
        subprocess.run([*command, "--diff", str(root)], stdout=file, env=environment, check=False)
    assert (root / README).read_bytes() == before
    subprocess.run([*command, str(other)], capture_output=True, check=True)
    subprocess.run([*program.split(), str(tmp_path / "diff")], cwd=root, check=True)
    assert (root / README).read_bytes() == (other / README).read_bytes() == before.replace(b"0.9.0", b"1.0.0")


@pytest.mark.parametrize("where", ["CI", "GITHUB_ACTIONS"])
def test_a_diff_in_a_log_acts_on_nothing(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    root = _repo(tmp_path, FORMS_OF_LINES["mixed"].replace(b"It", b"::error::It"))
    arguments = ("--fix-versions", "--diff", "--profile", "openwebui", str(root))
    patch = run(capsys, *arguments)[1]
    assert "\x1b" in patch and run_json(capsys, *arguments)[1]["diff"] == patch
    monkeypatch.setenv(where, "true")
    log = run(capsys, *arguments)[1]
    assert "\r" not in log and "\x1b" not in log and " # Echo\\r\n" in log
    assert ("\\ ::error" in log) is (where == "GITHUB_ACTIONS")
    assert "\x1b" not in run(capsys, *arguments, "--output-format", "github")[2]
    assert run_json(capsys, *arguments)[1]["diff"] == patch


COMMAND = [sys.executable, "-m", "owui_lint", "--fix-versions", "--profile", "openwebui", "--no-cache", "--diff"]
ON_A_TERMINAL = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"


@pytest.mark.parametrize("where", ["CI", "GITHUB_ACTIONS"])
def test_a_patch_in_ci_is_asked_for(tmp_path: Path, where: str) -> None:
    """A pipe is a log there, so it gets a diff to be read; by name, in a pipe or in a file, it gets the patch."""
    root = _repo(tmp_path / "repo", FORMS_OF_LINES["mixed"])
    environment = {**os.environ, "PYTHONIOENCODING": "gb18030"}
    piped = subprocess.run([*COMMAND, str(root)], env=environment, capture_output=True, check=False).stdout
    assert b"\x1b" in piped and b"\r" in piped  # also for a pager, which shows such characters as it likes
    environment[where] = "true"
    log = subprocess.run([*COMMAND, str(root)], env=environment, capture_output=True, check=False).stdout
    assert b"\x1b" not in log and b"\r" not in log and log != piped
    command = [*COMMAND, "--output-format", "patch", "--output", f"patch:{tmp_path / 'file'}", str(root)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 1 and done.stderr == b""
    assert done.stdout == (tmp_path / "file").read_bytes() == piped
    apply = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(apply, input=done.stdout, cwd=root, check=True)
    assert (root / README).read_bytes() == FORMS_OF_LINES["mixed"].replace(b"0.9.0", b"1.0.0")


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal of its own")
@pytest.mark.parametrize("form", ["text", "patch"])
def test_a_diff_in_a_file_is_none_for_the_terminal_beside_it(tmp_path: Path, form: str) -> None:
    root = _repo(tmp_path / "repo", FORMS_OF_LINES["mixed"])
    command = [*COMMAND, "--output-format", form, "--output", f"text:{tmp_path / 'file'}", str(root)]
    shown = subprocess.run([sys.executable, "-c", ON_A_TERMINAL, *command], capture_output=True, check=False).stdout
    piped = subprocess.run([*COMMAND, str(root)], capture_output=True, check=False).stdout
    assert b"\x1b" not in shown and b"+**Version:** 1.0.0" in shown and b"\\x1b" in shown
    assert (tmp_path / "file").read_bytes() == piped and b"\x1b" in piped


@pytest.mark.parametrize("asked", [("--output-format", "patch"), ("--output", "patch:fixes.patch")])
def test_a_patch_needs_a_diff(tmp_path: Path, capsys: Any, asked: tuple[str, ...]) -> None:
    root = _repo(tmp_path, b"# E\n**Version:** 0.9.0\n")
    code, out, err = run(capsys, "--fix-versions", *asked, str(root))
    assert (code, out) == (2, "") and "needs --diff" in err
    assert b"0.9.0" in (root / README).read_bytes()


def test_a_diff_does_not_keep_reports_from_being_written(tmp_path: Path, capsys: Any) -> None:
    root = _repo(tmp_path / "root", b"# E\n**Version:** 0.9.0\n")
    report = tmp_path / "report.json"
    _, out, _ = run(capsys, "--fix-versions", "--diff", str(root), "--output", f"json:{report}")
    data = json.loads(report.read_text())
    assert out.startswith("--- a/") and data["diff"] == out and data["findings"]


def test_a_diff_needs_no_leave_to_write(tmp_path: Path, capsys: Any) -> None:
    root = _repo(tmp_path, b"# E\n**Version:** 0.9.0\n")
    os.chmod(root / README, 0o444)
    code, out, err = run(capsys, "--fix-versions", "--diff", str(root))
    assert code == 1 and "+**Version:** 1.0.0" in out
    assert f"{README} was left as it is: it or its folder is read-only" in err


def test_a_version_with_digits_of_another_script_is_copied_nowhere(tmp_path: Path, capsys: Any) -> None:
    """Whoever compares versions reads none in it, so no page is brought in line with it."""
    code = "plugins/filters/echo/echo.py"
    root = write_files(
        tmp_path, {code: plugin_file().replace("1.0.0", "\uff11.0.0"), README: "# Echo\n**Version:** 1.0.0\n"}
    )
    exit_code, data = run_json(capsys, "--fix-versions", "--profile", "standard", str(root))
    told = {(finding["name"], finding["path"]) for finding in data["findings"]}
    assert exit_code == 1 and ("version-not-semver", code) in told and ("version-mismatch", README) not in told
    assert (root / README).read_text() == "# Echo\n**Version:** 1.0.0\n"
    (root / code).write_text(plugin_file())
    (root / README).write_text("# Echo\n**Version:** \uff11.0.0\n")  # in a page it is a slip like any other
    run(capsys, "--fix-versions", str(root))
    assert (root / README).read_text() == "# Echo\n**Version:** 1.0.0\n"


@pytest.mark.parametrize("profile", ["openwebui", "standard"])
@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("version: 1.0.0\n", ""), 1),
        (("version:", "Version:"), 3),
        (("version: 1.0.0", "version:"), 3),
        (("version:", "version :"), 3),
        (("version:", "version\uff1a"), 3),
        (("version:", "verison:"), 3),
        (("1.0.0", "latest"), 3),
        (("1.0.0", "\uff11.0.0"), 3),
        (('"""\ntitle', '\n"""\ntitle'), 1),
        (('"""\ntitle', '\ufeff"""\ntitle'), 1),
    ],
)
def test_a_version_that_openwebui_does_not_see_is_never_called_consistent(
    tmp_path: Path, capsys: Any, profile: str, change: tuple[str, str], line: int
) -> None:
    """Wherever a page states a version, a check and ``--fix-versions`` fail alike: by one finding, at the line at fault."""
    code = "plugins/filters/echo/echo.py"
    root = write_files(tmp_path, {code: plugin_file().replace(*change, 1), README: "# Echo\n**Version:** 0.9.0\n"})
    for arguments in (["--fix-versions"], ["check"]):
        exit_code, data = run_json(capsys, *arguments, "--profile", profile, str(root))
        errors = [one for one in data["findings"] if one["severity"] == "error" and one["path"] == code]
        assert exit_code == 1 and [one["line"] for one in errors] == [line], errors
        assert len([one for one in data["findings"] if (one["path"], one["line"]) == (code, line) and line > 1]) <= 1
    assert (root / README).read_text() == "# Echo\n**Version:** 0.9.0\n"


@pytest.mark.parametrize(("profile", "severity"), [("openwebui", "warning"), ("standard", "error")])
@pytest.mark.parametrize("key", ["title", "version"])
@pytest.mark.parametrize("written", ["", "{Key}: {value}\n", "{key}:\n", "{key} : {value}\n", "{key}\uff1a{value}\n"])
def test_a_key_that_openwebui_does_not_see_weighs_as_much_as_one_that_is_not_there(
    tmp_path: Path, capsys: Any, profile: str, severity: str, key: str, written: str
) -> None:
    value = {"title": "Echo", "version": "1.0.0"}[key]
    line = written.format(Key=key.capitalize(), key=key, value=value)
    text = plugin_file().replace(f"{key}: {value}\n", line)
    text = text.replace(
        '"""', '"""\nauthor: Ada\nauthor_url: https://ada.dev\nfunding_url: https://ada.dev\ndescription: E.', 1
    )
    root = write_files(tmp_path, {"plugins/filters/echo/echo.py": text})
    _, data = run_json(capsys, "check", "--profile", profile, "--ignore", "code,valves,layout", str(root))
    assert [one["severity"] for one in data["findings"]] == [severity]


@pytest.mark.parametrize("written", ["Version: 1.0.0", "version:", "version\uff1a1.0.0"])
@pytest.mark.parametrize("profile", ["openwebui", "strict"])
def test_a_fault_weighs_the_same_whatever_the_command_line_selects(
    tmp_path: Path, capsys: Any, profile: str, written: str
) -> None:
    """The rule that makes it an error is not selected, and has its finding in the same line."""
    files = {
        "e.py": f'"""\ntitle: Echo\n{written}\n"""\nclass Filter: ...\n',
        "README.md": "# Echo\n\n**Version:** 1.0.0\n",
    }
    root = write_files(tmp_path, files)
    _, data = run_json(capsys, "check", "--profile", profile, str(root))
    (whole,) = [one for one in data["findings"] if (one["path"], one["line"]) == ("e.py", 3)]
    _, data = run_json(capsys, "check", "--profile", profile, "--select", whole["name"], str(root))
    (alone,) = [one for one in data["findings"] if (one["path"], one["line"]) == ("e.py", 3)]
    assert whole == alone and whole["severity"] == "error"
