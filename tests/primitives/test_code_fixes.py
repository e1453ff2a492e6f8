"""Fixes that rewrite code: every byte outside what they mean to change stays; hostile code crashes no rule."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from owui_lint.fixing.apply import choose, fix
from owui_lint.rulebook import load_rulebook
from owui_lint.session import Selection
from tests.support import check, open_repo, write_files

CODE = "plugins/filters/echo/echo.py"
LOGGING = ("print-call", "root-logger", "bare-except")


def mended(root: Path, *select: str) -> bytes:
    """Apply the fixes of rules; return the code. A second run must have nothing to do."""
    session = open_repo(root)
    selection = Selection(select=select, profile="strict")
    report, _ = fix(session, lambda: session.check(selection), unsafe=True)
    assert not report.crashed
    assert not choose(report.findings, unsafe=True)[1]
    data = (root / CODE).read_bytes()
    ast.parse(data.decode("utf-8-sig"))
    return data


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_endings_and_byte_order_mark_stay(tmp_path: Path, newline: str, bom: bytes) -> None:
    lines = [
        '"""',
        "title: 回声",
        '"""',
        "import os",
        "from typing import Any  # 类型",
        "",
        "class Filter:",
        "    def inlet(self, body):",
        '        s = "中文🙂"; print("状态：", s, body)  # 打印 print(',
        "        try:",
        '            print(f"{s}")\t',
        "        except: pass",
        "        return body",
    ]
    write_files(tmp_path, {CODE: bom + newline.join(lines).encode()})
    expected = [
        *lines[:3],
        "import logging",
        *lines[3:5],
        "",
        "logger = logging.getLogger(__name__)",
        *lines[5:8],
        '        s = "中文🙂"; logger.info("状态： %s %s", s, body)  # 打印 print(',
        lines[9],
        '            logger.info(f"{s}")\t',
        "        except Exception: pass",
        lines[12],
    ]
    assert mended(tmp_path, *LOGGING) == bom + newline.join(expected).encode()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "\nimport logging\n\nlogger = logging.getLogger(__name__)\n\n"),
        ("import re\n", "import logging\nimport re\n\nlogger = logging.getLogger(__name__)\n\n"),
        ("import json\n", "import json\nimport logging\n\nlogger = logging.getLogger(__name__)\n\n"),
        (
            "from __future__ import annotations\nfrom os import path\n",
            "from __future__ import annotations\nimport logging\nfrom os import path\n\n"
            "logger = logging.getLogger(__name__)\n\n",
        ),
        (
            "import re\ntry:\n    import rich\nexcept ImportError:\n    rich = None\n",
            "import logging\nimport re\ntry:\n    import rich\nexcept ImportError:\n    rich = None\n\n"
            "logger = logging.getLogger(__name__)\n\n",
        ),
        ("import logging\nlog = logging.getLogger('x')\n", None),
        ("import logging\n\n", "import logging\n\nlogger = logging.getLogger(__name__)\n\n"),
    ],
)
def test_where_the_logger_comes_from(tmp_path: Path, head: str, expected: str | None) -> None:
    front = '"""\ntitle: Echo\n"""\n'
    body = "class Filter:\n    def inlet(self, body):\n        {}(body)\n        return body\n"
    write_files(tmp_path, {CODE: front + head + body.format("print")})
    name = "log.info" if expected is None else "logger.info"
    assert mended(tmp_path, "print-call").decode() == front + (expected or head) + body.format(name)


@pytest.mark.parametrize(
    "code",
    [
        "def f(logger):\n    print('a')\n",
        "from loguru import logger\ndef f():\n    print('a')\n",
        "import logging as l\nlogging = 1\ndef f():\n    print('a')\n",
        "def f():\n    print()\n    print('a', file=x)\n    print(*a)\n    print('a', sep='')\n",
        "print('before there is a logger')\nimport logging\nlogger = logging.getLogger(__name__)\n",
    ],
)
def test_what_is_not_certain_is_reported_and_left_alone(tmp_path: Path, code: str) -> None:
    data = ('"""\ntitle: Echo\n"""\n' + code).encode()
    write_files(tmp_path, {CODE: data})
    assert check(tmp_path, "print-call").findings
    assert mended(tmp_path, "print-call") == data


@pytest.mark.parametrize(
    "use",
    [
        "getattr(self.valves, name)",
        "setattr(self.valves, name, 1)",
        "self.Valves(**name)",
        "self.valves.model_dump()",
        "self.valves.model_copy(update={})",
        "vars(self.valves)",
        "name.loud",
        "getattr(name, 'loud')",
        "{'loud': 1}",
        "name['loud']",
        "self.valves.LOUD",
        "f'{self.valves.loud}{name.loud}'",
        "getattr(name, body)",
        "'{v.loud}'.format(v=self.valves)",
    ],
)
def test_a_use_that_cannot_be_followed_stops_the_rename(tmp_path: Path, use: str) -> None:
    code = (
        '"""\ntitle: Echo\n"""\nfrom pydantic import BaseModel\nclass Filter:\n'
        "    class Valves(BaseModel):\n        loud: bool = True\n"
        f"    def inlet(self, body, name):\n        x = {use}\n        return body\n"
    ).encode()
    write_files(tmp_path, {CODE: code})
    assert mended(tmp_path, "valve-name") == code


def test_every_use_in_an_f_string_is_renamed(tmp_path: Path) -> None:
    front = '"""\ntitle: Echo\n"""\nfrom pydantic import BaseModel\nclass Filter:\n    class Valves(BaseModel):\n'
    body = '    {}: bool = True\n    def inlet(self, body):\n        return f"{{self.valves.{}}} 中 {{1 if self.valves.{} else 2}}"\n'
    write_files(tmp_path, {CODE: front + "    " + body.format(*["loud"] * 3)})
    assert mended(tmp_path, "valve-name").decode() == front + "    " + body.format(*["LOUD"] * 3)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_an_inherited_valve_of_a_class_bound_by_name_is_renamed_everywhere(
    tmp_path: Path, newline: str, bom: bytes
) -> None:
    lines = [
        '"""',
        "title: 回声",
        '"""',
        "from pydantic import BaseModel",
        "class Common(BaseModel):",
        '    {}: str = "中🙂"  # 声音 loud',
        "class 设置(Common):",
        "    pass",
        "class Filter:",
        "    Valves = 设置",
        "    def __init__(self):",
        '        self.valves = 设置({}="中")',
        "    def inlet(self, body):",
        '        body["声音"] = "🙂" + self.valves.{}; return body\t',
    ]
    code = newline.join(lines)
    write_files(tmp_path, {CODE: bom + code.replace("{}", "loud").encode()})
    assert mended(tmp_path, "valve-name") == bom + code.replace("{}", "LOUD").encode()


@pytest.mark.parametrize("use", ["EchoValves(**body)", "EchoValves.model_fields", "other.loud", "getattr(x, 'loud')"])
def test_a_valve_of_a_class_bound_by_name_stays_where_a_use_cannot_be_followed(tmp_path: Path, use: str) -> None:
    code = f"""\"\"\"
title: Echo
\"\"\"
from pydantic import BaseModel
class EchoValves(BaseModel):
    loud: bool = True
class Filter:
    Valves = EchoValves
    def inlet(self, body, x, other):
        return {use}
""".encode()
    write_files(tmp_path, {CODE: code})
    assert mended(tmp_path, "valve-name") == code


@pytest.mark.parametrize(
    ("lines", "is_renamed"),
    [
        ("class Filter(ABC):\n    valves: EchoValves", True),
        ("class Filter(Base):\n    valves: EchoValves", False),  # which may read them by their names
        ("class Kept:\n    valves: EchoValves\nclass Filter:", True),
        ("def shown(valves: 'EchoValves'): ...\nclass Filter:", True),
        ("class Kept(BaseModel):\n    valves: EchoValves\nclass Filter:", False),
        ("class Kept(BaseModel):\n    valves: 'dict[str, EchoValves]'\nclass Filter:", False),
        ("@dataclass\nclass Kept:\n    valves: EchoValves | None = None\nclass Filter:", False),
        ("class Heir(EchoValves):\n    more: str = ''\nclass Filter:", False),
        ("class Other:\n    class Valves(EchoValves): ...\nclass Filter:", True),
    ],
)
def test_a_valve_that_another_class_has_as_a_field_stays(tmp_path: Path, lines: str, is_renamed: bool) -> None:
    code = f"""\"\"\"
title: Echo
\"\"\"
from abc import ABC
from dataclasses import dataclass
from pydantic import BaseModel
from base import Base
class EchoValves(BaseModel):
    loud: bool = True
{lines}
    Valves = EchoValves
    def inlet(self, body):
        return self.valves.loud and body
""".encode()
    write_files(tmp_path, {CODE: code})
    assert mended(tmp_path, "valve-name") == (code.replace(b"loud", b"LOUD") if is_renamed else code)


def test_a_use_in_a_broken_test_stops_the_rename(tmp_path: Path) -> None:
    code = (
        b'"""\ntitle: Echo\n"""\nfrom pydantic import BaseModel\nclass Filter:\n'
        b"    class Valves(BaseModel):\n        loud: bool = True\n"
    )
    write_files(tmp_path, {CODE: code, "plugins/filters/echo/test_echo.py": "x.valves.loud ="})
    assert mended(tmp_path, "valve-name") == code


_DEEP = {
    "sum": "x = " + " + ".join(["a"] * 900),
    "items": "x = TRANSLATIONS" + "[0]" * 900,
    "calls": "x = TRANSLATIONS" + ".get(k)" * 450,
    "attributes": "x = self.valves" + ".a" * 900,
    "conditions": "t(" + "'a' if x else " * 900 + "'b')",
    "tests": "if " + " + ".join(["a"] * 900) + ":\n        self.x = body",
    "unions": "x: " + " | ".join(["int"] * 900) + " = 1",
    "chain": "if a: pass\n" + "    elif b: pass\n" * 900,
    "not": "x = " + "not " * 190 + "a",
}


@pytest.mark.parametrize("kind", sorted(_DEEP))
def test_deep_code_crashes_no_rule(tmp_path: Path, kind: str) -> None:
    body = _DEEP[kind]
    code = (
        '"""\ntitle: Echo\n"""\nTRANSLATIONS = {"en-US": {"a": "A"}, "zh-CN": {"a": "甲"}}\n'
        "def t(k):\n    return TRANSLATIONS['en-US'][k]\n"
        "class Filter:\n  class Valves:\n    loud: bool = True\n"
        f"  def inlet(self, body, a=None, __event_emitter__=None):\n    {body}\n    return body\n"
    )
    write_files(tmp_path, {CODE: code})
    families = {rule.family for rule in load_rulebook().rules.values()} & {"code", "valves", "layout"}
    report = check(tmp_path, *sorted(families), profile="strict")
    assert not report.crashed, [finding.message.en for finding in report.findings if finding.code == "OWL009"]
