"""What comes after a check, and what it costs on files with many findings: every format, a baseline that accepts all of
them, a base commit, a preview of all fixes. ``growth`` measures it, ``tests/test_growth.py`` counts its calls.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fuzz.targets import CODE, PAGE, PAGES, PLUGIN, _session
from owui_lint.baseline import AcceptedFinding, dump, entries_of
from owui_lint.engine import Report
from owui_lint.fixing.apply import preview
from owui_lint.fixing.diff import unified_diff
from owui_lint.reporting import Format, Rendering, render
from owui_lint.reporting.style import Style
from owui_lint.session import Selection, Session

Shape = Callable[[int], str]

_README = PAGES[4]
_ALL = Selection(profile="strict")


def _numbered(template: str, head: str = "", tail: str = "") -> Shape:
    return lambda size: head + "".join(template.replace("{n}", str(n)) for n in range(size // len(template))) + tail


def _method(template: str, head: str = "", tail: str = "\n") -> Shape:
    """Code in a method of a plugin, after some imports."""
    start = PLUGIN.replace("from pydantic", _IMPORTS + "from pydantic") + "        " + head
    return _numbered(template, start, tail)


_IMPORTS = "import requests\nfrom open_webui.models.chats import Chats\n"
_BADGE = "![v](https://img.shields.io/badge/version-0.9.{n}-blue)"
_HEAD = "# Echo\n\n## Echo\n\n"

#: Where a text with many findings stands, and the text. Some are one line: what is done per finding must not look at all
#: of it again. The others have a finding in each line.
SHAPES: dict[str, tuple[str, Shape]] = {
    "badges in a line": (_README, _numbered(_BADGE + " ", _HEAD, "\n")),
    "badges in a line of wide characters": (_README, _numbered("版本" + _BADGE + " ", _HEAD, "\n")),
    "badges in lines": (_README, _numbered(_BADGE + "\n\n", _HEAD)),
    "badges of a page in a line": (PAGES[0], _numbered(_BADGE + " ", PAGE, "\n")),
    "versions in a line": (PAGES[2], _numbered("**Version:** 0.9.{n} ", "# Echo\n\n", "\n")),
    "broken links in a line": (PAGES[0], _numbered("[a{n}](b{n}.md) ", PAGE, "\n")),
    "broken links in lines": (PAGES[0], _numbered("[a{n}](b{n}.md)\n\n", PAGE)),
    "broken anchors in a line": (PAGES[0], _numbered("[a](#b{n}) ", PAGE, "\n")),
    "conflicting plugins in a row": (PAGES[3], _numbered("- [Echo](echo.md) (v0.9.{n})\n", "# Filters\n\n")),
    "prints in a line": (CODE, _method("print(f'{body} {n}'); ")),
    "prints in a line of wide characters": (CODE, _method("print(f'{body} {n} 版'); ")),
    "prints in lines": (CODE, _method("print(f'{body} {n}')\n        ", tail="pass\n")),
    "calls to await in a line": (CODE, _method("Chats.get_chat_by_id({n}); ")),
    "calls to await in lines": (CODE, _method("Chats.get_chat_by_id({n})\n        ", tail="pass\n")),
    "calls to await in a call": (CODE, _method("Chats.get_chat_by_id({n}), ", "print(", ")\n")),
    "blocking calls in a line": (CODE, _method("requests.get('https://x.y/{n}'); ")),
    "secrets in a line": (CODE, _method("t{n} = 'sk-aB3xY9kQ7zLm2NpR4sT6vW8{n}'; ")),
    "states in a line": (CODE, _method("self.a{n} = body; ")),
    "valves that are not there, in a line": (CODE, _method("self.valves.x{n}; ")),
    "tries in lines": (CODE, _method("try:\n            pass\n        except Exception:\n            pass\n        ", tail="pass\n")),
    "valves in a line": (CODE, lambda size: PLUGIN.replace("        priority", "        " + _numbered("v{n}: str = Field('a'); ")(size) + "\n        priority")),
    "valves in lines": (CODE, lambda size: PLUGIN.replace("        priority", _numbered("        v{n}: str = Field('a')\n")(size) + "        priority")),
    "keys of front matter": (CODE, lambda size: PLUGIN.replace("description: d\n", _numbered("key_{n}: value\n")(size))),
    "one key": (CODE, lambda size: PLUGIN.replace("description: d\n", _numbered("description: d{n}\n")(size))),
    "requirements": (CODE, lambda size: PLUGIN.replace("description: d", "requirements: " + _numbered("p{n}, ")(size) + "os")),
    "suppressions in a line of code": (CODE, lambda size: PLUGIN + _numbered("# owui-lint: ignore[a{n}] ")(size) + "\n"),
    "suppressions in a line, then blank ones": (CODE, lambda size: PLUGIN + _numbered("# owui-lint: ignore[a] ")(size // 2) + "\n" * (size // 2) + "x = 1\n"),
    "suppressions in a line of a page": (PAGES[0], _numbered("<!-- owui-lint: ignore[a{n}] --> ", PAGE, "\n")),
    "suppressions in a line of a page, then blank ones": (PAGES[0], lambda size: PAGE + _numbered("<!-- owui-lint: ignore[a] --> ")(size // 2) + "\n" * (size // 2) + "x\n"),
    "suppressions between badges": (_README, _numbered(_BADGE + " <!-- owui-lint: ignore[a] --> ", _HEAD, "\n")),
    "one suppression for badges in a line": (_README, _numbered(_BADGE + " ", _HEAD, "<!-- owui-lint: ignore[version-mismatch] -->\n")),
    "suppressions for badges in a line": (_README, lambda size: _HEAD + _numbered(_BADGE)(size // 2) + _numbered("<!-- owui-lint: ignore[version-mismatch] -->")(size // 2) + "\n"),
    "names of a suppression for badges in a line": (_README, lambda size: _HEAD + _numbered(_BADGE)(size // 2) + "<!-- owui-lint: ignore[" + _numbered("a{n},")(size // 2) + "version-mismatch] -->\n"),
}  # fmt: skip


class Case:
    """A checked repository with one file of a shape; ``base`` holds git's folder with the same, but for that file.

    In it every second line is another one, and there is a line more; of a text of one line only the latter is true.
    """

    def __init__(self, shape: str, size: int, folder: Path) -> None:
        path, make = SHAPES[shape]
        text = make(size)
        self.files = {CODE: PLUGIN.encode(), **{page: PAGE.encode() for page in PAGES}, path: text.encode()}
        self.folder = folder
        lines = text.split("\n")
        # Bases: of few lines, all of one file are as before; of many, every second one is.
        other = [line + ("x" if line and number % 2 and len(lines) > 30 else "") for number, line in enumerate(lines)]
        self.base = {**self.files, path: ("\n".join(other) + "\nmore\n").encode()}
        self.session = _session(folder, self.files)
        self.report = self.check()

    def check(self, session: Session | None = None) -> Report:
        """Check; return the report. A rule that crashes is a failure of the measurement."""
        report = (session or self.session).check(_ALL)
        crashed = [finding for finding in report.findings if finding.name == "rule-crashed"]
        assert not crashed, crashed[0].message.en
        return report

    def render(self, form: Format, *, statistics: bool = False) -> str:
        """Return the report in a format."""
        return render(form, Rendering(self.report, "en", Style(False), self.session, statistics=statistics))

    def accepted(self) -> list[AcceptedFinding]:
        """Return the baseline of all findings."""
        return entries_of(self.report.findings, self.session.source)

    def check_against(self, entries: list[AcceptedFinding]) -> Report:
        """Check again, with a baseline."""
        self.session.baseline = entries
        try:
            return self.check()
        finally:
            self.session.baseline = None

    def check_since(self) -> Report:
        """Check against the base commit."""
        session = _session(self.folder, self.files)
        session.since = "HEAD"
        return self.check(session)

    def commit_base(self) -> None:
        """Make the base the newest commit of ``folder``."""
        for path, content in self.base.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)
        if not (self.folder / ".git").exists():
            _git(self.folder, "init", "-q", "-b", "main")
        _git(self.folder, "add", "-A")
        _git(self.folder, "commit", "-q", "--allow-empty", "--no-verify", "-m", "base")

    def preview(self) -> str:
        """Return what all fixes would change, as a diff."""
        _, fixed = preview(self.session, self.check, unsafe=True)
        return unified_diff(fixed.changes[path] for path in sorted(fixed.changes))


def _git(folder: Path, *arguments: str) -> None:
    person = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **person, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)


#: What is done with a case. Each is prepared, and what it returns is measured.
STEPS: dict[str, Callable[[Case], Callable[[], object]]] = {
    "check": lambda case: lambda: case.check(_session(case.folder, case.files)),
    **{form.value: lambda case, form=form: lambda: case.render(form) for form in Format},  # type: ignore[misc]
    "statistics": lambda case: lambda: case.render(Format.json, statistics=True),
    "baseline, written": lambda case: lambda: dump(case.accepted()),
    "baseline": lambda case: (lambda entries: lambda: case.check_against(entries))(case.accepted()),
    "since": lambda case: (lambda _: case.check_since)(case.commit_base()),  # type: ignore[func-returns-value]
    "preview": lambda case: case.preview,
}


@contextmanager
def folders(count: int) -> Iterator[list[Path]]:
    """Give that many empty folders to repositories of cases."""
    with tempfile.TemporaryDirectory(prefix="owui-lint-growth-") as folder:
        found = [Path(folder, str(number)) for number in range(count)]
        for path in found:
            path.mkdir()
        yield found
