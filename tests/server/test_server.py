"""The editor server, through a real process and its standard streams."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import Editor, apply, slice_of
from tests.support import run, write_files

pytest.importorskip("pygls")

CODE = '"""\ntitle: Echo\nversion: 1.1.0\n"""\n'
README = "# 🎉🎉 回声 Echo\n\n**作者：** [Ada](https://example.org) 🎉 | **版本：** 1.0.0 | **项目：** [回声](https://example.org)\n"
ALL = {"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}}

Start = Callable[..., Editor]


@pytest.fixture
def start() -> Iterator[Start]:
    editors: list[Editor] = []

    def begin(*arguments: Any, **options: Any) -> Editor:
        editors.append(Editor(*arguments, **options))
        return editors[-1]

    yield begin
    for editor in editors:
        editor.kill()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return write_files(
        tmp_path.resolve() / "repo",
        {
            ".owui-lint.yaml": "profile: standard\nselect: [version-mismatch, valve-name, frontmatter-unreadable]\n",
            "plugins/filters/echo/echo.py": CODE,
            "plugins/filters/echo/README.md": "# Echo\n**Version:** 1.1.0\n",
            "plugins/filters/echo/README_CN.md": README,
        },
    )


def test_diagnostics_have_utf16_positions_and_explain_themselves(start: Start, repo: Path) -> None:
    editor = start(repo)
    uri = editor.open(repo / "plugins/filters/echo/README_CN.md")
    (found,) = editor.diagnostics(uri)
    begin, end = slice_of(README, found["range"])
    assert README[begin:end] == "1.0.0"
    assert (found["severity"], found["code"], found["source"]) == (1, "version-mismatch", "owui-lint")
    assert found["codeDescription"]["href"].endswith("/rules/version-mismatch/")
    (related,) = found["relatedInformation"]
    assert related["location"]["uri"] == (repo / "plugins/filters/echo/echo.py").as_uri()
    assert related["location"]["range"]["start"] == {"line": 2, "character": 9}
    assert editor.end() == 0


def test_unsaved_code_moves_findings_to_the_other_open_files(start: Start, repo: Path) -> None:
    editor = start(repo)
    readme = editor.open(repo / "plugins/filters/echo/README.md")
    assert editor.diagnostics(readme) == []
    code = editor.open(repo / "plugins/filters/echo/echo.py")
    assert editor.diagnostics(code) == []
    editor.type(code, CODE.replace("1.1.0", "1.2.0"))
    (found,) = editor.diagnostics(readme)
    assert "1.2.0" in found["message"]
    editor.close(code)  # unsaved, so the file on disk counts again
    assert editor.diagnostics(readme) == []


def test_a_quick_fix_is_a_versioned_edit(start: Start, repo: Path) -> None:
    editor = start(repo)
    uri = editor.open(repo / "plugins/filters/echo/README_CN.md")
    (found,) = editor.diagnostics(uri)
    (action,) = editor.actions(uri, found["range"], ["quickfix"])
    assert action["isPreferred"] and action["kind"] == "quickfix"
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 1}
    assert apply(README, change["edits"]) == README.replace("1.0.0", "1.1.0")
    editor.type(uri, apply(README, change["edits"]))
    assert editor.diagnostics(uri) == []
    assert editor.actions(uri, ALL) == []


def test_a_fix_for_a_text_that_was_typed_on_is_not_offered(start: Start, repo: Path) -> None:
    editor = start(repo)
    uri = editor.open(repo / "plugins/filters/echo/README_CN.md")
    editor.diagnostics(uri)
    editor.type(uri, "\n" + README)
    assert editor.actions(uri, ALL) == []


def test_all_safe_fixes_of_a_file_in_one_action(start: Start, repo: Path) -> None:
    text = "# Echo ![v1.0.0](https://img.shields.io/badge/v1.0.0-blue)\n\n**Version:** 1.0.0\n"
    editor = start(repo)
    uri = editor.open(repo / "plugins/filters/echo/README.md", text)
    assert len(editor.diagnostics(uri)) >= 2
    (action,) = editor.actions(uri, ALL, ["source.fixAll"])
    (change,) = action["edit"]["documentChanges"]
    assert apply(text, change["edits"]) == text.replace("1.0.0", "1.1.0")


def test_without_versioned_edits_plain_changes(start: Start, repo: Path) -> None:
    editor = start(repo, workspace={"workspaceEdit": {"documentChanges": False}})
    uri = editor.open(repo / "plugins/filters/echo/README_CN.md")
    editor.diagnostics(uri)
    (action,) = editor.actions(uri, ALL, ["quickfix"])
    assert apply(README, action["edit"]["changes"][uri]) == README.replace("1.0.0", "1.1.0")


def test_columns_in_the_unit_the_editor_asks_for(start: Start, repo: Path) -> None:
    editor = start(repo, general={"positionEncodings": ["utf-8", "utf-16"]})
    assert editor.server["capabilities"]["positionEncoding"] == "utf-8"
    uri = editor.open(repo / "plugins/filters/echo/README_CN.md")
    (found,) = editor.diagnostics(uri)
    line = README.splitlines()[2]
    assert found["range"]["start"] == {"line": 2, "character": len(line[: line.index("1.0.0")].encode())}


@pytest.mark.parametrize("shown", [True, False], ids=["counted by the editor", "hidden by the editor"])
def test_byte_order_mark(start: Start, repo: Path, shown: bool) -> None:
    path = repo / "plugins/filters/echo/README.md"
    text = "# Echo (v1.0.0)\r\n\r\n**Version:** 1.0.0\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    visible = "\ufeff" + text if shown else text
    editor = start(repo)
    uri = editor.open(path, visible)
    editor.diagnostics(uri)
    (action,) = editor.actions(uri, ALL, ["source.fixAll"])
    assert apply(visible, action["edit"]["documentChanges"][0]["edits"]) == visible.replace("1.0.0", "1.1.0")


def test_a_hidden_byte_order_mark_is_still_seen(start: Start, repo: Path) -> None:
    path = repo / "plugins/filters/echo/echo.py"
    code = CODE + "class Filter:\n    pass\n"
    path.write_bytes(b"\xef\xbb\xbf" + code.encode())
    editor = start(repo)
    uri = editor.open(path, code)
    assert [found["code"] for found in editor.diagnostics(uri)] == ["frontmatter-unreadable"]


def test_messages_in_the_language_of_the_editor(start: Start, repo: Path) -> None:
    editor = start(repo, locale="zh-cn")
    uri = editor.open(repo / "plugins/filters/echo/README_CN.md")
    (found,) = editor.diagnostics(uri)
    assert "应为" in found["message"]
    assert "/zh/rules/" in found["codeDescription"]["href"]


def test_a_folder_without_plugins_and_no_folder(start: Start, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "plain", {"a.py": "print('x')\n", "b.md": "# B\n"})
    for editor in (start(folder), start(None)):
        uri = editor.open(folder / "a.py")
        assert editor.diagnostics(uri) == []
        assert editor.end() == 0


def test_a_new_file_that_is_not_on_disk_yet(start: Start, repo: Path) -> None:
    editor = start(repo)
    text = '"""\ntitle: New\n"""\nclass Filter:\n    class Valves:\n        show: bool = True\n'
    uri = editor.open(repo / "plugins/filters/new/new.py", text)
    assert [found["code"] for found in editor.diagnostics(uri)] == ["valve-name"]
    assert not (repo / "plugins/filters/new").exists()


def test_configuration_is_read_again_when_it_is_saved(start: Start, repo: Path) -> None:
    editor = start(repo)
    uri = editor.open(repo / "plugins/filters/echo/README_CN.md")
    assert len(editor.diagnostics(uri)) == 1
    config = repo / ".owui-lint.yaml"
    config.write_text("profil: standard\n")
    editor.save(uri)
    assert "profile" in editor.message("window/showMessage")["message"]
    config.write_text("profile: standard\nselect: [valve-name]\n")
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": config.as_uri(), "type": 2}]})
    while editor.diagnostics(uri):
        pass


HOSTILE = {
    "nested": '"""\ntitle: x\n"""\nx = ' + "(" * 5000 + ")" * 5000 + "\n",
    "unclosed": '"""\ntitle: x\nclass Filter:\n',
    "null": '"""\ntitle: x\0\n"""\n',
    "lone surrogate": '"""\ntitle: \ud800x\nversion: 1.0\n"""\n',
    "odd line ends": '"""\ntitle: a\u2028b\x0bc\x85\rversion: 1.0\r\n"""\n',
    "escapes": '"""\ntitle: \x1b[31m\u202egnp.exe\nversion: ../../x\n"""\n',
    "empty": "",
    "long line": '"""\ntitle: ' + "a" * 200_000 + '\n"""\n',
}


def test_hostile_texts_never_end_the_server(start: Start, repo: Path) -> None:
    editor = start(repo)
    uri = editor.open(repo / "plugins/filters/echo/echo.py")
    editor.diagnostics(uri)
    for name, text in HOSTILE.items():
        editor.type(uri, text)
        assert editor.diagnostics(uri) is not None, name
        editor.actions(uri, ALL)
    editor.type(uri, CODE)
    assert editor.diagnostics(uri) == []


def test_other_schemes_and_nonsense_are_survived(start: Start, repo: Path) -> None:
    editor = start(repo)
    for uri in ("untitled:Untitled-1", "file:///%00/x.py", "file://host/share/x.py", "git:/a?b"):
        document = {"uri": uri, "languageId": "python", "version": 1, "text": CODE}
        editor.notify("textDocument/didOpen", {"textDocument": document})
        editor.actions(uri, ALL)
    editor.send_raw(b"{nonsense")
    editor.notify("textDocument/didChange", {"textDocument": {"uri": "file:///never/opened.py", "version": 1}})
    uri = editor.open(repo / "plugins/filters/echo/README_CN.md")
    assert len(editor.diagnostics(uri)) == 1


def test_only_what_git_knows_is_part_of_the_repository(start: Start, repo: Path) -> None:
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    write_files(repo, {".gitignore": "private/\n", "plugins/filters/private/p.py": CODE.replace("Echo", "P")})
    editor = start(repo)
    text = CODE + "class Filter:\n    class Valves:\n        show: bool = True\n"
    uri = editor.open(repo / "plugins/filters/private/p.py", text)
    assert editor.diagnostics(uri) == []


def test_without_pygls_the_command_says_what_to_install(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pygls.lsp.server", None)
    monkeypatch.delitem(sys.modules, "owui_lint.server.service", raising=False)
    code, out, err = run(capsys, "server")
    assert (code, out) == (2, "")
    assert "owui-lint[server]" in err and "Traceback" not in err
