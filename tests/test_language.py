"""Lists and punctuation, as each language has them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from owui_lint.finding import Message
from owui_lint.language import brackets, choose_language, colon, did_you_mean, in_turn, listed
from tests.support import run, write_files


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (listed(["a", "b"]), Message("a, b", "a、b")),
        (listed([Message("the author", "作者"), "b"]), Message("the author, b", "作者、b")),
        (listed(item for item in ()), Message("", "")),
        (in_turn(["a:1", "b:2"]), Message("a:1; b:2", "a:1；b:2")),
        (Message(*(f"label{colon(lang)}x" for lang in ("en", "zh"))), Message("label: x", "label：x")),
        (Message(*(f"label{brackets(3, lang)}" for lang in ("en", "zh"))), Message("label (3)", "label（3）")),
    ],
)
def test_punctuation(found: Message, expected: Message) -> None:
    assert found == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ("", "en"),
        ("LANG=zh_CN.UTF-8", "zh"),
        ("LANG=ZH", "zh"),
        ("LANG=de_DE.UTF-8", "en"),
        ("LC_MESSAGES=zh_TW LANG=en_US", "zh"),
        ("LC_ALL=en_US.UTF-8 LC_MESSAGES=zh_CN LANG=zh_CN", "en"),
        ("LC_ALL=en_US.UTF-8 LANGUAGE=zh_CN", "zh"),
        ("LC_ALL=zh_CN.UTF-8 LANGUAGE=en", "en"),
        ("LANG=en_US.UTF-8 LANGUAGE=zh_CN:en", "zh"),
        ("LANG=en_US.UTF-8 LANGUAGE=de:zh:en", "zh"),
        ("LANG=zh_CN.UTF-8 LANGUAGE=de", "en"),
        ("LANGUAGE=zh", "zh"),
        ("LC_ALL=C LANGUAGE=zh_CN", "en"),
        ("LC_ALL=C.UTF-8 LANGUAGE=zh_CN", "zh"),
        ("LC_ALL= LANG=zh_CN", "zh"),
    ],
)
def test_the_environment_decides_as_gettext_has_it(
    monkeypatch: pytest.MonkeyPatch, environment: str, expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for item in environment.split():
        monkeypatch.setenv(*item.split("=", 1))
    assert choose_language(None, None) == expected
    assert choose_language(None, "en") == "en" and choose_language("zh", "en") == "zh"


def test_the_configuration_decides_for_every_command(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = '"""\ntitle: Echo\nversion: 1.0.0\n"""\n\n\nclass Filter:\n    pass\n'
    monkeypatch.chdir(write_files(tmp_path, {"plugins/filters/echo/echo.py": code, ".owui-lint.yaml": "lang: zh\n"}))
    for arguments in (
        ["rules"],
        ["rule", "version-mismatch"],
        ["schema"],
        ["--help"],
        ["bump", "--help"],
        ["check", "--plugin", "nosuch/x"],
        ["bump", "nosuch/x", "patch"],
        ["--select", "nosuch"],
        ["--nosuch"],
        ["icon", "nosuch"],
        ["rule", "nosuch"],
    ):
        assert re.search("[\u4e00-\u9fff]", "".join(run(capsys, *arguments)[1:])), arguments
        if "--help" not in arguments:
            shown = "".join(run(capsys, *arguments, "--lang", "en")[1:])
            assert not re.search("[\u4e00-\u9fff]", shown) or "schema" in arguments or "rule" in arguments, arguments
    (tmp_path / ".owui-lint.yaml").write_text("lang: nosuch\n")
    assert run(capsys, "rules")[0] == 0 and "is not one of" in run(capsys, "check")[2]


def test_what_is_near_is_asked_for_and_nothing_where_nothing_is():
    assert did_you_mean("echo") == Message(" Did you mean echo?", "是不是 echo？")
    assert did_you_mean(Message("a, b", "a、b")) == Message(" Did you mean a, b?", "是不是 a、b？")
    assert did_you_mean(None) == Message("", "")
