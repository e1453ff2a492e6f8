"""How the cost grows with the length of hostile texts: `make growth`, or `python -m fuzz.growth [PART ...]`.

``readers``: each reader on each shape at 64, 128 and 256 KiB. ``check``: a whole check of one hostile file of 256 KiB,
512 KiB and 1 MiB. ``files``: a whole check, in a process of its own, of 10,000, 30,000 and 100,000 files. ``patterns``:
every regular expression of the package and of the rule files on texts that are made to set it off. ``reports``: what comes
after a check of files with many findings: every format, a baseline, a base commit, a preview of fixes. Twice the text, or the
files, must not cost more than ``LIMIT`` times the time (of ``files`` also the memory); the exit code is 1 where it does.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import math
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import owui_lint
from fuzz.reports import SHAPES, STEPS, Case, folders
from fuzz.targets import CODE, PAGE, PAGES, PLUGIN, _book, _files, _session, markdown
from fuzz.tokens import TOKENS
from owui_lint.errors import UsageError
from owui_lint.lazypattern import LazyPattern
from owui_lint.openwebui.frontmatter import read_frontmatter
from owui_lint.repository import SourceFile
from owui_lint.repository.documents.badges import badges
from owui_lint.repository.documents.sections import normal_heading, release_named, version_named
from owui_lint.repository.message import CommitMessage, MessageFile
from owui_lint.session import Selection
from owui_lint.suppressions import find_suppressions
from owui_lint.text import printable, slug, title_keys
from owui_lint.yamlfile import YamlError, load_with_lines

LIMIT = 2.6  # per doubling; linear growth is 2, n log n about 2.1
FLOOR = 0.05  # seconds: below this, differences are the clock's
_KIB = 1024
_MEMORY = 2 * 1024**3  # bytes

Shape = Callable[[int], str]


def _repeat(piece: str) -> Shape:
    return lambda size: piece * max(size // len(piece), 1)


def _numbered(template: str, head: str = "", tail: str = "") -> Shape:
    """Copies that differ by a number, which stands for ``{n}``."""
    return lambda size: head + "".join(template.replace("{n}", str(n)) for n in range(size // len(template))) + tail


DOCUMENTS: dict[str, Shape] = {
    **{f"token {token!r}": _repeat(token) for token in dict.fromkeys(TOKENS)},
    **{f"nested {mark!r}": _repeat(mark) for mark in ("(", "[", "[[", "![", ">", "> ", "-", "- ", "*", "_", "|", "<", "#", "~")},
    "long line": _repeat("word "),
    "same heading": _repeat("## Features\n\ntext\n\n"),
    "numbered headings": _numbered("## Heading {n}\n"),
    "what's new": _numbered("## What's New in v1.{n}.0\n\n- x\n\n"),
    "links": _numbered("[a{n}](b{n}.md) "),
    "list of plugins": _numbered("- [Echo{n}](echo{n}.md) (v1.0.{n})\n"),
    "badges in a row": _numbered("![v](https://img.shields.io/badge/version-1.0.{n}-blue) "),
    "table rows": _numbered("| Echo{n} | 1.0.{n} | x |\n", "| Plugin | Version | About |\n|-|-|-|\n"),
    "valve table": _numbered("| `valve_{n}` | 1 | text |\n", "## Configuration\n\n| Parameter | Default | Description |\n|-|-|-|\n"),
    "table columns": lambda size: "|" + "a|" * (size // 4) + "\n|" + "-|" * (size // 4) + "\n",
    "mentions": _repeat("Echo v1.0.0 and **Version:** 1.0.1\n"),
    "suppressions": _repeat("<!-- owui-lint: ignore[version-mismatch] -->\n"),
    "nested lists": lambda size: "".join("  " * (n % 200) + "- x\n" for n in range(size // 200)),
    "setext": _repeat("a\n===\n"),
    "one long quote": _repeat("> **Version:** 1.0.0 "),
    "reference links": _numbered("[r{n}]: https://example.org/{n}\n[r{n}] "),
    "anchors": _numbered("# A{n}\n[x](#a{n}) [y](#b{n})\n"),
    "stories without versions": _repeat("## What's New\n"),
    "names to suppress": lambda size: "<!-- owui-lint: ignore[" + _numbered("a{n}, ")(size) + "a] -->\n",
    "names again and again": lambda size: "<!-- owui-lint: ignore[" + _repeat("version-mismatch, ")(size) + "a] -->\n",
    "backticks": lambda size: "| `priority` | " + "".join("`" * (n + 1) + "x " for n in range(int((2 * size) ** 0.5))) + "| x |\n",
    "samples of conflicts": lambda size: "```\n" + _repeat("<<<<<<< a\nb\n=======\nc\n>>>>>>> d\n")(size) + "```\n",
    "titles in bold": _repeat("**Changelog**\n\n- **Version:** 1.0.0\n\n"),
    "headings of HTML": _repeat("<h2>Changelog</h2>\n### x\n**Version:** 1.0.0\n"),
    "indented code": _repeat("a\n\n    Version: 1.0.0\n\n"),
    "fences": _repeat("```\n**Version:** 1.0.0\n```\n"),
}  # fmt: skip

#: Root READMEs: which plugin a version is about is asked there.
_BADGE = "![v](https://img.shields.io/badge/version-1.0.{n}-blue)"
OVERVIEWS: dict[str, Shape] = {
    "links and badges in a line": _numbered("[Echo{n}](plugins/filters/echo{n}) " + _BADGE + " "),
    "badges in a table row": _numbered(_BADGE + "|", "| Plugin | Version |\n|-|-|\n| Echo |"),
    "headings, then badges": lambda size: _numbered("## Heading {n}\n")(size // 4) + _numbered(_BADGE + "\n\n")(size),
    "badges of an item": lambda size: "- " + _numbered("[Echo{n}](x) ")(size // 4) + "\n" + _numbered("  " + _BADGE + "\n")(size),
    "stories": _numbered("## What's New in v1.0.{n}\n\n- **Echo** (v1.0.{n})\n\n"),
}  # fmt: skip

_METHOD = "    async def inlet(self, body: dict, __event_emitter__=None) -> dict:\n"
_EMITTING = "    async def outlet(self, body, __event_emitter__=None):\n        a0 = __event_emitter__\n"
_CHATS = PLUGIN.replace("from pydantic", "from open_webui.models.chats import Chats\nfrom pydantic")
_RENAMED = PLUGIN.replace("        priority", "        showIt: int = 0\n        priority")
PROGRAMS: dict[str, Shape] = {
    "valves": lambda size: PLUGIN.replace(
        "        priority", _numbered("        valve_{n}: str = Field(default='a', description='b')\n")(size) + "        priority"
    ),
    "used valves": lambda size: (
        PLUGIN.replace("        priority", _numbered("        v{n}: str = Field(default='a', description='b')\n")(size // 2) + "        priority")
        + _numbered("        x{n} = self.valves.v{n}\n")(size // 3)
    ),
    "if and else": lambda size: PLUGIN + "        if body:\n            a = 1\n" + _numbered("        elif body == {n}:\n            a = 2\n")(min(size, 15_000)),
    "ifs": lambda size: PLUGIN + _numbered("        if body == {n}:\n            a = 1\n        else:\n            return body\n")(size),
    "deep expression": lambda size: PLUGIN + "x = " + "(" * 80 + "1" + ")" * 80 + "\n" + _repeat("y = [[[[[[[[1]]]]]]]]\n")(size),
    "a deep annotation": lambda size: PLUGIN.replace("        priority", "        a: A" + ".b" * min(size // 16, 2_000) + "\n        priority"),
    "a union of types": lambda size: PLUGIN.replace("        priority", "        a: A" + " | B" * min(size // 16, 2_000) + "\n        priority"),
    "large integers": lambda size: PLUGIN.replace(
        "        priority",
        _numbered("        v{n}: int = Field(default=0x{f}, description=0x{f})\n        w{n}: list = [{'type': 0x{f}}]\n        c{n}: int = -0x{f}\n".replace("{f}", "f" * 4_000))(size) + "        priority",
    ),
    "tools of unknown types": lambda size: PLUGIN.replace("class Filter", "class Tools") + _numbered("    def f{n}(self, a: A{n}, b: 'B') -> C:\n        pass\n")(size),
    "models in functions": lambda size: PLUGIN + _numbered("    def f{n}(self):\n        class M(BaseModel):\n            a: Field\n        self.f{n}()\n")(size),
    "models above their types": lambda size: PLUGIN + _numbered("class M{n}(BaseModel):\n    a: 'N{n}'\nclass N{n}(BaseModel):\n    a: int\n")(size),
    "calls on the way in": lambda size: PLUGIN + "\nx = a" + ".b()" * min(size // 40, 700) + "\n" + _numbered("y = f(g(h(x, {n})))\n")(size),
    "user valves as dictionaries": lambda size: PLUGIN.replace("class Filter:", "class Filter:\n    class UserValves(BaseModel):\n        a: int = 1\n").replace("body: dict)", "body: dict, __user__)").replace("        return body\n", "") + "        v = __user__['valves']\n" + _repeat("        v['a']\n")(size),
    "elif of a module": lambda size: PLUGIN + "if a:\n a\n" + _repeat("elif a:\n a\n")(min(size, 16_000)),
    "elif that return": lambda size: PLUGIN + "        if body:\n            return body\n" + _numbered("        elif body:\n            return body\n")(min(size, 30_000)),
    "parentheses of a marker": lambda size: PLUGIN.replace("description: d", "requirements: " + _numbered("a{n}; " + "(" * 900 + "os_name == 'x'" + ")" * 900 + ", ")(size)),
    "quotes around an icon": lambda size: PLUGIN.replace("description: d", "icon_url: " + '" ' * (size // 4) + "x" + ' "' * (size // 4)),
    "not of not": lambda size: PLUGIN + "x = " + "not " * min(size // 4, 300) + "1\n" * max(size // 40, 1),
    "long sum": lambda size: PLUGIN + "x = 1" + _repeat(" + 1")(min(size, 3_000)) + "\n" + _repeat("x = x + x\n")(size),
    "joined strings": lambda size: PLUGIN + "x = (\n" + _repeat("    'abcdef'\n")(size) + ")\n",
    "strings added": lambda size: PLUGIN + _numbered("        s = 'a{n}' + str(body)\n        s += 'b'\n")(size),
    "names of names": lambda size: PLUGIN + "a0 = 'x'\n" + "".join(f"a{n + 1} = a{n} + a{n}\n" for n in range(size // 20)),
    "dictionaries of dictionaries": lambda size: PLUGIN
    + "D0 = {'en-US': {'a': 'x'}, 'zh-CN': {'a': 'x'}}\n"
    + "".join(f"D{n + 1} = {{'en-US': D{n}, 'zh-CN': D{n}, **D{n}}}\n" for n in range(size // 50)),
    "a chain of calls": lambda size: PLUGIN + "def f0(): return 1\n" + "".join(f"def f{n + 1}(): return f{n}()\n" for n in range(size // 30)),
    "an event handed over": lambda size: PLUGIN + "    async def action(self, body, __event_call__=None):\n        event = {'type': 'execute', 'data': {'code': 'return 1'}}\n" + _repeat("        await __event_call__(event)\n")(size),
    "names of an emitter, and functions within": lambda size: PLUGIN + _EMITTING + "".join(f"        a{n + 1} = a{n}\n        async def f{n}(x=a{n}):\n            a0({{}})\n        f{n}(a{n})\n" for n in range(size // 80)),
    "flags of an emitter": lambda size: PLUGIN + _EMITTING + _numbered("        b{n} = self.b{n} = bool(a0)\n        if b{n} and d[b{n}]:\n            await self._st(a0, b{n})\n")(size // 2) + "    async def _st(self, e, t):\n" + _repeat("        if t: await e({})\n")(size // 2),
    "a chain of helpers that check": lambda size: PLUGIN + _EMITTING + "        await self.f0(a0)\n" + "".join(f"    async def f{n}(self, e):\n        if e is None: raise E\n        await self.f{n + 1}(e)\n        await e({{}})\n" for n in range(size // 110)),
    "coroutines of heirs": lambda size: PLUGIN + "class B:\n    async def go(self): pass\n" + _numbered("class A{n}(B):\n    async def x(self):\n        super().go()\n        self.go()\n")(size),
    "same functions": lambda size: PLUGIN + _repeat(_METHOD + "        await __event_emitter__({'type': 'status', 'data': {'done': True}})\n        return body\n")(size),
    "functions": lambda size: PLUGIN + _numbered("    def f{n}(self):\n        return self.f{n}()\n")(size),
    "imports": lambda size: PLUGIN + _numbered("import m{n}\n")(size),
    "a long dict": lambda size: PLUGIN + "T = {\n" + _numbered("    'k{n}': 'v',\n")(size) + "}\n",
    "translations": lambda size: PLUGIN + "TRANSLATIONS = {\n" + _numbered("    'l{n}': {'a': 'b', 'c': 'd'},\n")(size) + "}\n",
    "tries": lambda size: PLUGIN + _repeat("        try:\n            pass\n        except Exception:\n            pass\n")(size),
    "requests": lambda size: PLUGIN + _repeat("        requests.get('https://x.y', timeout=1)\n")(size),
    "prints": lambda size: PLUGIN + _repeat("        print(f'{body} {self.valves.priority}')\n")(size),
    "states": lambda size: PLUGIN + _numbered("        self.a{n} = body\n")(size),
    "comments": lambda size: PLUGIN + _repeat("# owui-lint: ignore[version-mismatch]\n")(size),
    "front matter": lambda size: PLUGIN.replace("description: d\n", _numbered("key_{n}: value\n")(size)),
    "one key": lambda size: PLUGIN.replace("description: d\n", _repeat("description: d\n")(size)),
    "requirements": lambda size: PLUGIN.replace("description: d", "requirements: " + _numbered("p{n}==1.0, ")(size)),
    "versions of one package": lambda size: PLUGIN.replace("description: d", "requirements: " + _numbered("a=={n}, ")(size)),
    "ranges of one package": lambda size: PLUGIN.replace("description: d", "requirements: " + _numbered("a~={n}.1, ")(size)),
    "blocking calls": lambda size: PLUGIN.replace("from pydantic", "import requests\nfrom pydantic") + "    def one(self):\n" + _repeat("        requests.get('x')\n")(size // 2) + "    def two(self):\n" + _repeat("        self.one()\n")(size // 2),
    "a long icon": lambda size: PLUGIN.replace("description: d", "icon_url: data:image/svg+xml;base64," + _repeat("A")(size)),
    "a wrapped icon": lambda size: PLUGIN.replace("description: d", "icon_url: data:image/svg+xml;base64,\n" + _repeat("AAAAAAAA\n")(size)),
    "JavaScript": lambda size: PLUGIN + 'HTML = """<script>' + _repeat("fetch('/a'); el.innerHTML = x;\n")(size) + '</script>"""\n',
    "a long string": lambda size: PLUGIN + "X = '" + _repeat("**Version:** 1.0.0 <script>")(size) + "'\n",
    "classes": lambda size: PLUGIN + _numbered("class C{n}(BaseModel):\n    x: int = 1\n")(size),
    "heirs of heirs of the valves' base": lambda size: PLUGIN.replace("class Filter", "class C0(BaseModel):\n    b: int = 1\n\nclass Filter").replace("Valves(BaseModel)", "Valves(C0)").replace("        priority", "        showIt: int = 0\n        priority")
    + "".join(f"class C{n + 1}(C{n}):\n    f{n}: int = 0\n" for n in range(size // 40)),
    "valves below a line of classes": lambda size: PLUGIN.replace("class Filter", "class C0(BaseModel):\n    b: int = 1\n" + "".join(f"class C{n + 1}(C{n}):\n    fieldOf{n}: int = 0\n" for n in range(size // 40)) + "class Filter").replace("Valves(BaseModel)", f"Valves(C{size // 40})"),
    "bases of one name": lambda size: PLUGIN.replace("class Filter", "class O0:\n    class A(BaseModel):\n        showIt: int = 1\n" + "".join(f"class O{n + 1}:\n    class A(O{n}.A):\n        x: int = 1\n" for n in range(size // 60)) + "class Filter").replace("Valves(BaseModel)", f"Valves(O{size // 60}.A)"),
    "valves handed on": lambda size: _RENAMED + "        f0(self.valves)\n" + "".join(f"def f{n}(a):\n    a.update(f{n + 1}(a, **a))\n" for n in range(size // 35)),
    "valves handed to functions of one name": lambda size: _RENAMED + _repeat("        g(self.valves, body)\n")(size // 2) + _repeat("def g(a, b):\n    g(b, a)\n")(size // 2),
    "texts that may name valves": lambda size: _RENAMED + _numbered("        x = 'a.showThat{n}, {b}', showIt{n} = y(showIt=1)\n")(size // 2).replace(", showIt", "; showIt"),
    "lambdas": lambda size: PLUGIN + _repeat("f = lambda x: (lambda y: y)(x)\n")(size),
    "awaits": lambda size: PLUGIN + _repeat("        await f(g(h(body)))\n")(size),
    "variables of variables": lambda size: _CHATS + "        a = Chats.get_chat_by_id(1)\n" + "".join(f"        {_repeat(f'{new}={old};')(size // 4)}\n" for old, new in ("ab", "bc", "cd", "de")),
    "a variable again and again": lambda size: _CHATS + _repeat("        a = Chats.get_chat_by_id(1)\n        b = a; print(a, b)\n")(size),
    "a variable on one line": lambda size: _CHATS + "        " + _repeat("a = Chats.get_chat_by_id(1);")(size // 2) + "\n        print(" + _repeat("a,")(size // 2) + ")\n",
    "variables into one": lambda size: _CHATS + _numbered("        a{n} = Chats.get_chat_by_id(1)\n")(size // 3) + "        " + _numbered("b = a{n};")(size // 4) + "\n        print(" + _repeat("b,")(size // 3) + ")\n",
    "calls without await": lambda size: _CHATS + _repeat("        Chats.get_chat_by_id(1)\n")(size // 2) + "        if body:\n" + _repeat("            await Chats.get_chat_by_id(1)\n")(size // 2),
    "a long except": lambda size: _CHATS + "        try:\n" + _repeat("            self.valves.x\n            Chats.nothing(1)\n")(size // 2) + "        except (" + _numbered("E{n}, ")(size // 2) + "):\n            pass\n",
    "imports in a try": lambda size: PLUGIN + "try:\n" + _numbered("    import m{n}\n")(size // 2) + "".join(f"except E{n}:\n    pass\n" for n in range(size // 50)),
    "assignments of a class": lambda size: PLUGIN.replace("    def __init__", _numbered("    a{n} = 'b'\n")(size) + "    def __init__") + "        self.icon_url = 'x'\n",
    "a dict of secrets": lambda size: PLUGIN + "T = {\n" + _numbered("    'k{n}': 'aB3xY9kQ7zLm2NpR4sT6vW8{n}',\n")(size) + "}\n",
    "front matter that is not read": lambda size: PLUGIN.replace("description: d\n", _numbered("icon-url : x\nk{n} : v\n")(size)),
    "a long name": lambda size: PLUGIN + "        Files.get_" + _repeat("a_by_")(size) + "('x').name\nfrom open_webui.models.files import Files\n",
    "a long text to yield": lambda size: PLUGIN + "        yield '" + _repeat(" ")(size) + "'\n",
    "variables of a function around": lambda size: PLUGIN + "        x = 0\n" + _numbered("        def f{n}():\n            nonlocal x\n            x = body\n")(size),
    "declarations before what they declare": lambda size: PLUGIN + "        x = 0\n        def f():\n" + _repeat("            nonlocal x\n")(size // 2) + _repeat("            x = 1\n")(size // 2),
    "classes by two ways": lambda size: PLUGIN + "class A0: pass\nclass B0: pass\n" + "".join(f"class A{n + 1}(A{n}, B{n}): pass\nclass B{n + 1}(A{n}, B{n}): pass\n" for n in range(size // 60)),
    "functions in functions": lambda size: PLUGIN + _numbered("        def g{n}(a, b=body):\n            def h{n}(c=a): return c\n            return h{n}\n")(size),
    "unclosed": lambda size: PLUGIN + _repeat('f"""{x')(size),
    "broken": lambda size: PLUGIN + _repeat("def (:\n")(size),
}  # fmt: skip


def _read_lines(text: str) -> None:
    normal_heading(text), release_named(text), version_named(text), slug(text), title_keys(text), printable(text)


def _read_document(text: str) -> None:
    markdown(text.encode("utf-8", "replace"))
    list(badges(SourceFile(Path(), "a.md", text.encode("utf-8", "replace")).markdown))


def _read_yaml(text: str) -> None:
    try:
        load_with_lines(text)
    except YamlError:
        return


def _read_message(text: str) -> None:
    message = CommitMessage(MessageFile("m", text.encode("utf-8", "replace")), "#")
    _ = message.header, message.bullets, message.migration_notes, message.is_generated


def _read_suppressions(text: str) -> None:
    for name in ("a.py", "a.md"):
        find_suppressions(SourceFile(Path(), name, text.encode("utf-8", "replace")))


READERS: dict[str, Callable[[str], object]] = {
    "front matter": lambda text: read_frontmatter('"""\n' + text),
    "Markdown": _read_document,
    "headings": _read_lines,
    "YAML": _read_yaml,
    "messages": _read_message,
    "suppressions": _read_suppressions,
}


def _check(path: str, text: str) -> None:
    files = _files(PLUGIN.encode())  # no bytes at all would leave no plugin, and nothing to check
    files[path] = text.encode("utf-8", "replace")
    try:
        report = _session(Path("/nonexistent"), files).check(Selection(profile="strict"))
    except UsageError:
        return
    crashed = [finding for finding in report.findings if finding.name == "rule-crashed"]
    assert not crashed, crashed[0].message.en


def seconds(work: Callable[[], object], least: int = 1) -> float:
    """Return the processor time of ``work``: the best of ``least`` tries, more where it is too short to be measured."""
    best = float("inf")
    spent = 0.0
    tries = 0
    while tries < least or (spent < FLOOR / 5 and tries < 5):
        start = time.process_time()
        work()
        taken = time.process_time() - start
        best, spent, tries = min(best, taken), spent + taken, tries + 1
    return best


def growth(
    work: Callable[[int], object], sizes: tuple[int, int, int], floor: float = FLOOR
) -> tuple[list[float], float]:
    """Return the times at three sizes, and the growth per doubling that they show.

    Times below ``floor`` (seconds) show nothing.
    """
    last = seconds(lambda: work(sizes[2]))
    if last < floor:
        return [0.0, 0.0, last], 0.0
    times = [*(seconds(lambda size=size: work(size)) for size in sizes[:2]), last]
    found = _growth(times, floor, sizes)
    for _ in range(3):  # another look: other programs run too
        if found <= LIMIT:
            break
        times = [min(before, seconds(lambda size=size: work(size))) for before, size in zip(times, sizes, strict=True)]
        found = _growth(times, floor, sizes)
    return times, found


def _growth(costs: list[float], floor: float, sizes: tuple[int, int, int]) -> float:
    # From the first to the last, and the last step alone where the first is all start-up.
    return max(
        (costs[2] / max(costs[0], floor / 8)) ** (1 / math.log2(sizes[2] / sizes[0])),
        (costs[2] / max(costs[1], floor / 4)) ** (1 / math.log2(sizes[2] / sizes[1])),
    )


class Table:
    """Prints what is worth printing, and counts what is too much."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.rows: list[tuple[float, float, str]] = []
        self.bad = 0

    def row(self, name: str, times: list[float], found: float) -> None:
        """Take a measurement; print it where it is a failure."""
        self.rows.append((times[2], found, name))
        if times[2] > 5 and found <= LIMIT:
            print(f"  slow {times[2]:8.1f} s  x{found:.2f}  {name}", flush=True)
        if found > LIMIT:
            self.bad += 1
            shown = " ".join(f"{value * 1000:8.0f}" for value in times)
            print(f"  SUPERLINEAR {shown} ms  x{found:.2f}  {name}", flush=True)

    def end(self) -> int:
        """Print the summary; return the number of failures."""
        slowest, worst = max(self.rows), max(self.rows, key=lambda row: row[1])
        print(
            f"{self.title}: {len(self.rows)} measured, {self.bad} superlinear; slowest {slowest[0]:.2f} s ({slowest[2]}),"
        )
        print(f"  steepest x{worst[1]:.2f} per doubling ({worst[2]})", flush=True)
        return self.bad


def readers() -> int:
    """Measure each reader on each shape of document."""
    table = Table("readers, 64/128/256 KiB")
    for name, read in READERS.items():
        for shape, make in DOCUMENTS.items():
            texts = {size: make(size) for size in (64 * _KIB, 128 * _KIB, 256 * _KIB)}
            table.row(f"{name}: {shape}", *growth(lambda size, read=read, texts=texts: read(texts[size]), tuple(texts)))
    return table.end()


def check(kib: int = 1024) -> int:
    """Measure a whole check on each shape, with all rules, in the file that it belongs to; the largest has ``kib`` KiB."""
    _book()
    _check(CODE, PLUGIN)  # what is imported late is imported now
    bad = 0
    shapes = [
        *((f"{CODE}: {shape}", CODE, make) for shape, make in PROGRAMS.items()),
        *((f"{PAGES[0]}: {shape}", PAGES[0], lambda size, make=make: PAGE + make(size)) for shape, make in DOCUMENTS.items()),
        *((f"{PAGES[4]}: {shape}", PAGES[4], make) for shape, make in OVERVIEWS.items()),
        *((f"{PAGES[3]}: {shape}", PAGES[3], make) for shape, make in DOCUMENTS.items() if not shape.startswith("token")),
    ]  # fmt: skip
    sizes = (kib * _KIB // 4, kib * _KIB // 2, kib * _KIB)
    table = Table(f"whole check, {'/'.join(str(size // _KIB) for size in sizes)} KiB")
    for name, path, make in shapes:
        texts = {size: make(size) for size in sizes}
        gc.collect()
        table.row(name, *growth(lambda size, path=path, texts=texts: _check(path, texts[size]), tuple(texts)))
    bad += table.end()
    return bad


def reports(kib: int = 256) -> int:
    """Measure what is done with a report, on each shape with many findings; the largest has ``kib`` KiB."""
    sizes = (kib * _KIB // 4, kib * _KIB // 2, kib * _KIB)
    table = Table(f"reports, {'/'.join(str(size // _KIB) for size in sizes)} KiB")
    for shape in SHAPES:
        with folders(len(sizes)) as places:
            cases = {size: Case(shape, size, place) for size, place in zip(sizes, places, strict=True)}
            gc.collect()
            for step, prepare in STEPS.items():
                works = {size: prepare(case) for size, case in cases.items()}
                table.row(f"{shape}: {step}", *growth(lambda size, works=works: works[size](), sizes))
    return table.end()


# -- many files ------------------------------------------------------------------------------------------------------

#: The path and the text of the file with a number.
TREES: dict[str, Callable[[int], tuple[str, str]]] = {
    "texts, 100 a folder": lambda n: (f"plugins/filters/x{n // 100}/f{n % 100}.txt", ""),
    "a folder each": lambda n: (f"plugins/filters/x{n // 300}/y{n}/f.txt", ""),
    "Python that is no plugin": lambda n: (f"plugins/filters/x{n // 100}/f{n}.py", "x = 1\n"),
    "guides": lambda n: (f"docs/plugins/filters/guide-{n}.md", f"# Guide {n}\n\n[other](guide-{n + 1}.md)\n"),
}


def files() -> int:
    """Measure a whole check of a repository of one plugin and many other files: time and peak memory."""
    sizes = (10_000, 30_000, 100_000)
    table = Table(f"files, {'/'.join(f'{size:,}' for size in sizes)}")
    for shape, make in TREES.items():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            _write(root / CODE, PLUGIN)
            times, memory, done = [], [], 0
            for size in sizes:
                for number in range(done, size):
                    path, text = make(number)
                    _write(root / path, text)
                done = size
                taken, peak = _run(root)
                times.append(taken)
                memory.append(peak)
            print(f"  {shape}: {_slashed(times, 1)} s, {_slashed(memory, 0)} MiB", flush=True)
            table.row(shape, times, max(_growth(times, FLOOR, sizes), _growth(memory, FLOOR, sizes)))
    return table.end()


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except FileNotFoundError:
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")


def _run(root: Path) -> tuple[float, float]:
    """Return the processor time (seconds) and the peak memory (MiB) of a check of ``root``."""
    command = [
        sys.executable,
        "-m",
        "owui_lint",
        "check",
        "--no-cache",
        "--jobs",
        "1",
        "--profile",
        "strict",
        str(root),
    ]
    with tempfile.TemporaryFile("w+") as told:
        child = subprocess.Popen(command, stdout=told, env={**os.environ, "PYTHONPATH": os.getcwd()})
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        crashes = [line for line in told if "rule-crashed" in line]
        assert child.returncode in (0, 1), f"exit code {child.returncode}: {crashes}"
    return used.ru_utime + used.ru_stime, used.ru_maxrss / (_KIB * (_KIB if sys.platform == "darwin" else 1))


def _slashed(values: list[float], digits: int) -> str:
    return "/".join(f"{value:.{digits}f}" for value in values)


# -- regular expressions ---------------------------------------------------------------------------------------------


def modules() -> Iterator[ModuleType]:
    """Yield the modules of the package, imported."""
    for info in pkgutil.walk_packages(owui_lint.__path__, "owui_lint."):
        if info.name.endswith(("__main__", "patterns_worker")):
            continue
        try:
            yield importlib.import_module(info.name)
        except ImportError:
            continue  # an optional dependency that is not here


def expressions() -> dict[str, re.Pattern[str]]:
    """Return every regular expression for text in the package and the rule files, by where it is."""
    found: dict[str, re.Pattern[str]] = {}
    for module in modules():
        for name, value in vars(module).items():
            for pattern in _patterns_in(value):
                found.setdefault(pattern.pattern, re.compile(pattern.pattern, pattern.flags))
                named.setdefault(pattern.pattern, f"{module.__name__}.{name}")
        for line, literal, use in _written_in_place(Path(str(module.__file__)).read_text(encoding="utf-8")):
            found.setdefault(literal, re.compile(literal))
            named.setdefault(literal, f"{module.__name__}:{line} {use}")
    from owui_lint.repository.versions.inventory import Inventory

    inventory = Inventory(_book().data["locations"])
    for name in (name for name, form in inventory.forms.items() if form["reader"] == "pattern"):
        pattern = inventory.pattern(name)
        found[pattern.pattern] = pattern
        named[pattern.pattern] = f"locations.yaml {name}"
    for rule in _book().rules.values():
        for text in _strings(rule.params):
            if len(text) > 8 and re.search(r"[*+]|\\[bwds]", text):
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        found.setdefault(text, re.compile(text))
                    named.setdefault(text, f"rule {rule.name}")
                except re.error:
                    continue
    return found


def _written_in_place(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield the expressions of ``re.search("...", text)`` and ``compiled("...").search(text)``: line, text and use."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, arguments = node.func.value, node.args
        if isinstance(owner, ast.Call):
            owner, arguments = owner.func, owner.args
        literal = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else None
        if isinstance(owner, ast.Name) and owner.id in ("re", "compiled") and isinstance(literal, str):
            yield node.lineno, literal, node.func.attr


named: dict[str, str] = {}
#: Expressions that a loop tries at the start of a text.
HANDED_OVER = {"_WARNING", "_ERROR", "_DEBUG"}
#: Expressions whose text is cut to a length, or evened out, before they see it.
BOUNDED = {
    "owui_lint.deploying.server._PIP": "10,000 characters",
    "owui_lint.primitives.output._ATTRIBUTE": "8,000 characters",
    "owui_lint.releasing.headings._OLD_STORY": "200 characters",
    "owui_lint.releasing.headings._DATED": "200 characters",
    "owui_lint.repository.python.valve_uses._DOT_BEFORE": "80 characters",
    "owui_lint.repository.versions.unread._NAME_BEFORE": "60 characters",
    "owui_lint.openwebui.requirements._SPECIFIER": "no two blanks in a row",
    "locations.yaml header-table": "400 characters of each cell",
    "rule frontmatter-placeholder": "300 characters",
}
_ANYWHERE = {"search", "finditer", "findall", "sub", "subn", "split"}


def _uses(pattern: re.Pattern[str], sources: dict[str, str]) -> list[Callable[[str], object]]:
    """Return how an expression is used: from each place of a text, from its start, or on the whole of it."""
    where = named[pattern.pattern]
    module, _, name = where.rpartition(".")
    if name in HANDED_OVER:
        return [pattern.match]
    if " " in name:
        names = {name.rpartition(" ")[2]}
    else:
        names = set(re.findall(rf"\b{re.escape(name)}(?:\[[^\]]*\])?\.(\w+)\(", sources.get(module, "")))
    found: list[Callable[[str], object]] = [
        use for key, use in (("match", pattern.match), ("fullmatch", pattern.fullmatch)) if key in names
    ]
    return [pattern.findall] if not found or names & _ANYWHERE else found


def _patterns_in(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, LazyPattern):
        yield re.compile(value.pattern, value.flags)
    elif isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _patterns_in(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _patterns_in(item)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def attacks(pattern: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """Yield texts in three parts, of which the middle is to be repeated: what leads to a repeat, what it takes, what fails.

    All repeats of the expression are tried, with the shortest text that leads to them, and what follows is wrong.
    """
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.TEMPLATE if hasattr(re, "TEMPLATE") else pattern.flags)
    seen = set()
    for prefix, body in _repeats(list(tree), ""):
        for end in ("\x00", "\n!", ""):
            for head in (prefix, ""):
                if body and (head, body, end) not in seen:
                    seen.add((head, body, end))
                    yield head, body, end


def _repeats(items: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
    for index, (kind, value) in enumerate(items):
        before = prefix + _sample(items[:index])
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            body = _sample(list(value[2]))
            if value[1] is sre.MAXREPEAT or value[1] > 20:
                yield before, body
                # Two repeats in a row that take the same are the usual trap: what all of the rest takes, too.
                yield before, body + _sample(items[index + 1 :])
            yield from _repeats(list(value[2]), before)
        elif kind is sre.SUBPATTERN:
            yield from _repeats(list(value[3]), before)
        elif kind is sre.ATOMIC_GROUP:
            yield from _repeats(list(value), before)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from _repeats(list(branch), before)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _repeats(list(value[1]), before)
    # The whole, again and again: a search that fails late at each of its starts.
    whole = _sample(items)
    if not prefix and whole:
        yield "", whole
        yield "", whole[:-1]


def _sample(items: list[Any]) -> str:
    """A text that the parts match, more or less."""
    found = ""
    for kind, value in items:
        if kind is sre.LITERAL:
            found += chr(value)
        elif kind is sre.NOT_LITERAL:
            found += "a" if value != ord("a") else "b"
        elif kind is sre.ANY:
            found += "a"
        elif kind is sre.IN:
            found += _one_of(value)
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            found += _sample(list(value[2])) * max(min(value[0], 20), 1 if value[1] == 1 else 0)
        elif kind is sre.SUBPATTERN:
            found += _sample(list(value[3]))
        elif kind is sre.ATOMIC_GROUP:
            found += _sample(list(value))
        elif kind is sre.BRANCH:
            found += _sample(list(value[1][0]))
    return found


_CLASSES = {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " ", sre.CATEGORY_WORD: "a", sre.CATEGORY_NOT_DIGIT: "a"}
_CLASSES |= {sre.CATEGORY_NOT_SPACE: "a", sre.CATEGORY_NOT_WORD: "-"}


def _one_of(items: list[Any]) -> str:
    negated = items[0][0] is sre.NEGATE
    for character in "a1 -.x|[(\t<>\"'`#:/=*_\n\r~!":
        if negated != (character in _members(items)):
            return character
    return next(iter(_members(items)), "a") if not negated else "é"


def _members(items: list[Any]) -> set[str]:
    found: set[str] = set()
    for kind, value in items:
        if kind is sre.LITERAL:
            found.add(chr(value))
        elif kind is sre.RANGE:
            found |= {chr(code) for code in range(value[0], min(value[1], value[0] + 200) + 1)}
        elif kind is sre.CATEGORY:
            found.add(_CLASSES.get(value, "a"))
            if value in (sre.CATEGORY_SPACE,):
                found |= set(" \t\n\r")
    return found


# One line of this length is more than any reader hands to an expression that is not meant for whole texts.
_REPEATS = (400, 800, 1600)
_LONGEST_SEARCH = 2.0  # seconds


def patterns() -> int:
    """Measure a search of every expression in texts that are made to set it off.

    Short first: an expression that explodes would never come back from a long text.
    """
    table = Table(f"regular expressions, {'/'.join(str(count) for count in _REPEATS)} repeats")
    top = Path(owui_lint.__path__[0]).parent
    sources = {
        ".".join(path.relative_to(top).with_suffix("").parts).removesuffix(".__init__"): path.read_text(
            encoding="utf-8"
        )
        for path in top.joinpath("owui_lint").rglob("*.py")
    }
    for text, pattern in expressions().items():
        if named[text] in BOUNDED:
            continue
        uses = _uses(pattern, sources)
        worst: tuple[float, list[float], str] = (0.0, [0.0] * 3, "")
        for head, body, end in attacks(pattern):

            def search(
                count: int,
                uses: list[Callable[[str], object]] = uses,
                parts: tuple[str, str, str] = (head, body, end),
            ) -> None:
                text = parts[0] + parts[1] * count + parts[2]
                for use in uses:
                    use(text)

            if any(seconds(lambda count=count: search(count)) > _LONGEST_SEARCH for count in (12, 24, 48, 100)):
                worst = (99.0, [0.0, 0.0, _LONGEST_SEARCH], f"{head!r} + {body!r} * n + {end!r}")
                break
            times, found = growth(search, _REPEATS, 0.005)
            if found >= worst[0]:
                worst = (found, times, f"{head[:30]!r} + {body[:60]!r} * n + {end!r}")
        table.row(f"{named[text]}: {worst[2]}", worst[1], worst[0])
    return table.end()


PARTS = ("patterns", "readers", "check", "reports", "files")


def main() -> int:
    """Run the parts asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument(
        "--kib", type=int, default=1024, help="the largest file of the whole check; a quarter of it for reports"
    )
    arguments = parser.parse_args()
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))  # more is a failure, not this machine's end
    except ImportError:
        pass
    run = {
        "patterns": patterns,
        "readers": readers,
        "check": lambda: check(arguments.kib),
        "reports": lambda: reports(max(arguments.kib // 4, 1)),
        "files": files,
    }
    return 1 if sum([run[name]() for name in arguments.parts or PARTS]) else 0


if __name__ == "__main__":
    sys.exit(main())
