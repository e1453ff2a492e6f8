"""Rules about code and dependencies on input that nobody would write."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import check, found, write_files

FAMILIES = ("frontmatter", "valves", "code", "dependencies")
HEAD = '"""\ntitle: Echo\n"""\n'
STATEMENTS = [
    "from open_webui.models.users import Users",
    "from open_webui.models.users import *",
    "from utils.x import y",
    "import asyncio, time, requests, google.genai",
    "class Filter:\n    pass",
    "class Filter(Filter):\n    class Valves(Valves): X: int\n    def inlet(): return",
    "class Filter:\n    class Valves(BaseModel):\n        X: int = Field(..., **x)\n        y = z = 1\n"
    "    def __init__(self, /, *a, **k): self.valves = self.Valves(**{'a': os.environ})\n"
    "    async def inlet(*args, __user__): self.valves.Y; return await Users.get_user_by_id(1).x",
    "class Tools:\n    @staticmethod\n    def go(__user__, __x__=1): time.sleep(1)",
    "class Action: action = lambda self, body: None",
    "class Pipe:\n    async def pipe(self, body, /, *, user): yield asyncio.to_thread(Users.get_user_by_id, lambda: Users)",
    "class Event:\n    class UserValves: ...\n    def event(self): return (yield)",
    "Users = Users.get_user_by_id(Users)",
    "x = lambda: Users.get_user_by_id(lambda: x)",
    "asyncio.to_thread(functools.partial(*x))",
    "asyncio.to_thread(*x)",
    "__event_call__({'type': 'execute', 'data': {'code': x + f'{x}' + y.replace()}, **z})",
    "def f(f=f): return f(f)(f)",
    "try:\n    pass\nexcept* ImportError:\n    import x",
    "match x:\n    case [Filter, *Action]: pass",
    "type X[T] = T",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), max_size=6), st.sampled_from(["filters", "tools", "pipes", "pipelines"]))
def test_rules_never_fail(statements: list[str], kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_files(Path(folder), {f"plugins/{kind}/echo/echo.py": HEAD + "\n".join(statements) + "\n"})
        assert not check(root, *FAMILIES, profile="strict").crashed


LINES = st.text(st.sampled_from(list("abtile:-> |[]{}<>\"'\t\n\r\x0b\u2028：，,=;@#1.")), max_size=60)


@settings(max_examples=60, deadline=None)
@given(LINES, LINES)
def test_any_front_matter(lines: str, requirements: str) -> None:
    text = f'"""\ntitle: Echo\nrequirements: {requirements}\nrequired_open_webui_version: {lines}\n{lines}\n"""\nclass Tools: ...\n'
    with tempfile.TemporaryDirectory() as folder:
        root = write_files(Path(folder), {"tools/echo.py": text, "tools/two.py": text})
        assert not check(root, *FAMILIES, profile="strict").crashed


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "(" * 80 + ")" * 80,
        "x = " + "+".join(["Users.get_user_by_id(1)"] * 1500),
        "x = 1" + ".a" * 800,
        "if x:\n    pass\n" + "elif x:\n    pass\n" * 400,
        "def f():\n    return\n" * 2000,
        "class Filter:\n" + "".join(f"    class Valves{n}:\n        X: int\n" for n in range(1000)),
    ],
)
def test_deep_and_long_code(tmp_path: Path, code: str) -> None:
    root = write_files(tmp_path, {"filters/echo.py": HEAD + "from open_webui.models.users import Users\n" + code})
    assert not check(root, *FAMILIES, profile="strict").crashed


def test_one_cause_gives_one_finding(tmp_path: Path) -> None:
    """A package that OpenWebUI ships is told to go, not to get a version as well."""
    text = '"""\ntitle: Echo\nrequirements: aiohttp\n"""\nimport aiohttp\nclass Tools:\n    def go(self): ...\n'
    root = write_files(tmp_path, {"tools/echo.py": text})
    assert found(check(root, "dependencies", profile="standard")) == ["tools/echo.py:3:15 requirement-shipped"]


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("0.8", []),
        ("0.9", ["platform-call-not-awaited"]),
        (None, ["platform-call-not-awaited"]),
    ],
)
def test_the_target_decides(tmp_path: Path, target: str | None, names: list[str]) -> None:
    code = "from open_webui.models.users import Users\nclass Tools:\n    def go(self):\n        return Users.get_user_by_id('1').name\n"
    files: dict[str, str | bytes] = {"tools/echo.py": HEAD + code}
    if target:
        files[".owui-lint.yaml"] = f'target-openwebui: "{target}"\n'
    report = check(write_files(tmp_path, files), "platform-call-not-awaited")
    assert [finding.name for finding in report.findings] == names
    assert all("0.9.0" in finding.message.en for finding in report.findings)


@pytest.mark.parametrize(
    ("hook", "lines", "severity"),
    [
        ("inlet", ["if self.valves.X:", "    return body"], "error"),
        ("inlet", ["if not body:", "    return body", "body['x'] = 1"], "error"),
        ("outlet", ["if self.valves.X:", "    return body"], "warning"),
        ("inlet", ["try:", "    return body", "except ValueError:", "    body['x'] = 1"], "warning"),
        ("inlet", ["if not body:", "    return body", "body['x'] = 1", "refuse(body)"], "warning"),
        ("inlet", ["if not body:", "    return body", "body['x'] = 1", "self.refuse(body)"], "warning"),
    ],
)
def test_an_end_that_nothing_wrong_leads_to_is_an_error(
    tmp_path: Path, hook: str, lines: list[str], severity: str
) -> None:
    code = "from somewhere import refuse, Base\nclass Filter(Base):\n"
    code += f"    def {hook}(self, body):\n" + "".join(f"        {line}\n" for line in lines)
    write_files(tmp_path, {"plugins/filters/echo/echo.py": HEAD + code})
    report = check(tmp_path, "filter-returns-none")
    assert [finding.severity.name.lower() for finding in report.findings] == [severity]


@pytest.mark.parametrize(
    ("head", "last", "severity"),
    [
        ("", "self.note(body)", "error"),
        ("", "await self.note_later(body)", "error"),
        ("", "await __event_emitter__({})", "error"),
        ("import asyncio", "await asyncio.sleep(1)", "error"),
        ("", "note_it(body)", "error"),
        ("", "print(body)", "error"),
        ("import logging\nlog = logging.getLogger()", "log.info(body)", "error"),
        ("", "Note(body)", "error"),
        ("", "body.update(x=1)", "error"),
        ("from helpers import *", "log.info(body)", "warning"),
        ("from helpers import *", "log(body)", "warning"),
        ("from typing import *", "raise_for(body)", "warning"),
        ("", "raise_for(body)", "warning"),
        ("", "alias(body)", "warning"),
        ("", "getattr(self, 'fail')(body)", "warning"),
        ("", "await asyncio.Event().wait()", "warning"),
        ("import asyncio", "await asyncio.Event().wait()", "warning"),
        ("import asyncio", "await asyncio.Future()", "warning"),
        ("", "await self.client.post(body)", "warning"),
        ("", "await self.pending", "warning"),
        ("", "1 / 0", "warning"),
        ("", "me.note(body)", "warning"),
    ],
)
def test_an_end_behind_what_may_not_return_is_a_warning(tmp_path: Path, head: str, last: str, severity: str) -> None:
    code = f"""{head}
class Note:
    pass
def note_it(body):
    body["note"] = 1
class Filter:
    def note(self, body):
        body["note"] = 1
    async def note_later(self, body):
        body["note"] = 1
    async def inlet(self, body, __event_emitter__=None):
        if not self.valves.ON:
            return body
        alias = self.fail
        me = self.other
        body["x"] = 1
        {last}
"""
    write_files(tmp_path, {"plugins/filters/echo/echo.py": HEAD + code})
    report = check(tmp_path, "filter-returns-none")
    assert [finding.severity.name.lower() for finding in report.findings] == [severity]


def test_lists_that_go_into_lists_by_the_thousand(tmp_path: Path) -> None:
    lines = ["        m0 = []", '        m0.append({"id": "a"})']
    lines += [f"        m{n} = []\n        m{n}.extend(m{n - 1})" for n in range(1, 1500)]
    code = "\n".join(["class Pipe:", "    def pipes(self):", *lines, "        return m1499", ""])
    root = write_files(tmp_path, {"pipes/echo.py": HEAD + code})
    assert not check(root, "code").crashed
