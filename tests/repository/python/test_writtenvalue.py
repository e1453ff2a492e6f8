"""Defaults as people write them down, against the values of the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from owui_lint.repository.files import SourceFile
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.valvevalues import constants, valve_value
from owui_lint.repository.python.writtenvalue import (
    UNKNOWN,
    Words,
    WrittenValve,
    agrees,
    valve_differences,
    write_value,
)
from owui_lint.rulebook import load_rulebook

WORDS = Words(load_rulebook().data["words"])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("`True`", True), ("true", True), ("是", True), ("**开启**", True), ("1", True), ("`off`", False),
        ("`Empty`", ""), ('`""`', ""), ("空", ""), ("None", ""), ("`None`", None), ("无", None), ("", ""), ("`[]`", []),
        ("`64000`", 64000), ("64,000", 64000), ("64_000", 64000), ("0.80", 0.8), ("80%", 0.8), ("`300` seconds", 300),
        ("300s", 300), ("-1", -1), ("1e-3", 0.001), ("0.1（默认）", 0.1),
        ("`chat_title`", "chat_title"), ("chat_title", "chat_title"), ('"gpt"', "gpt"), ("`a\\|b`", "a|b"),
        ("<https://example.org>", "https://example.org"), ("`## 📂 Rules`", "## 📂 Rules"),
        ('`["a", "b"]`', ["a", "b"]), ("a, b", ["a", "b"]), ("`{'a': 1}`", {"a": 1}),
    ],
)  # fmt: skip
def test_equal_by_meaning(cell: str, value: Any) -> None:
    assert agrees(cell, value, WORDS) is True


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("`False`", True), ("否", True), ("`5`", True), ("`auto`", False), ("`10`", 5), ("10", 5), ("True", 5),
        ("`openai`", ""), ("3", None), ("`gpt-4`", "gpt-5"), ("gpt4", "gpt5"), ('`""`', "x"), ("空", "x"), ("`None`", 5),
        ('`["a"]`', ["a", "b"]), ("`[]`", ["a"]), ("`{}`", {"a": 1}),
    ],
)  # fmt: skip
def test_different(cell: str, value: Any) -> None:
    assert agrees(cell, value, WORDS) is False


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("the model of the chat", ""), ("当前模型", None), ("see below", "x"), ("—", 5), ("-", "x"), ("", 5), ("auto", True),
        ("5 minutes", 300), ("`en` or `zh`", "fr"), ("长提示词…", "你是一个助手"), ("`...`", "x" * 200), ("anything", UNKNOWN),
    ],
)  # fmt: skip
def test_prose_is_not_judged(cell: str, value: Any) -> None:
    assert agrees(cell, value, WORDS) is None


@pytest.mark.parametrize(
    ("value", "like", "written"),
    [
        (True, "false", "true"), (True, "`False`", "`True`"), (False, "开启", "关闭"), (False, "是", "否"),
        ("x", '`"y"`', '`"x"`'), ("x", '`""`', "`x`"), ("a|b", "`c`", "`a\\|b`"), ("", "", '`""`'), (None, "", "`None`"),
        (3, "5", "3"), ("x" * 100, "`y`", None), ("a\nb", "`y`", None), ("a`b", "`y`", None),
    ],
)  # fmt: skip
def test_written_like_the_others(value: Any, like: str, written: str | None) -> None:
    assert write_value(value, like, WORDS, code=True) == written


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("int = 2 * 1024", 2048), ("str = NAME", "n"), ("list = Field(default_factory=list)", []),
        ("list = Field(default_factory=lambda: ['a'])", ["a"]), ("float = Field(-0.5)", -0.5), ("int = 1 / 0", UNKNOWN),
        ("str = os.getenv('X', 'y')", UNKNOWN), ("str = f'{NAME}'", UNKNOWN), ("str", UNKNOWN), ("int = 9**9**9", UNKNOWN),
        ("int = Field(...)", UNKNOWN), ("str = TWICE", UNKNOWN), ("str = LOOP", UNKNOWN), ("bytes = b'x'", UNKNOWN),
    ],
)  # fmt: skip
def test_values_of_the_code(tmp_path: Path, code: str, value: Any) -> None:
    head = "NAME = 'n'\nTWICE = 'a'\nTWICE = 'b'\nLOOP = LOOP\n"
    (tmp_path / "m.py").write_text(f"{head}class Filter:\n    class Valves:\n        X: {code}\n", encoding="utf-8")
    module = Module(SourceFile(tmp_path, "m.py"))
    found = valve_value(module.valves[0], constants(module))
    assert found is UNKNOWN if value is UNKNOWN else found == value


@pytest.mark.parametrize(
    ("here", "there", "defaults"),
    [
        (200, 300, [("X", "200", "300")]),
        (True, False, [("X", "True", "False")]),
        (1, 1.0, []),
        ("en", "zh", []),
        (None, 3, []),
        (UNKNOWN, 3, []),
        pytest.param(16**5000, 3, [], id="too large to be written out"),
    ],
)
def test_defaults_of_a_copy_that_no_translation_explains(here: Any, there: Any, defaults: list[Any]) -> None:
    copy, code = ([WrittenValve("X", "Valves", one, one is not UNKNOWN, "", 0, 1)] for one in (here, there))
    assert valve_differences(copy, code) == ([], [], defaults)


def test_names_that_only_a_copy_or_only_the_code_has() -> None:
    def valves(*names: str) -> list[WrittenValve]:
        return [WrittenValve(name, owner, 1, True, "", 0, 1) for name in names for owner in ("Valves", "UserValves")]

    assert valve_differences(valves("A", "B"), valves("C", "A")) == (["C"], ["B"], [])
