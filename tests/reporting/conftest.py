"""A small repository, and reports on it that hold whatever a test wants them to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from owui_lint.engine import Report
from owui_lint.finding import Finding, Message, Place, Related, Severity, Span
from owui_lint.reporting import Rendering
from owui_lint.reporting.style import Style
from tests.support import open_repo, write_files

FILES: dict[str, str | bytes] = {
    "plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.1.0\n"""\n',
    "plugins/filters/echo/README.md": "# 🔊 Echo\n\n**Version:** 1.0.0\n",
    "plugins/filters/echo/README_CN.md": "# 🔊 回声\r\n\r\n**版本:** 1.0.0\r\n",
}
PATH = "plugins/filters/echo/README.md"

Render = Callable[..., Rendering]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_files(tmp_path / "repo", FILES)


@pytest.fixture
def rendering(root: Path) -> Render:
    """Return a rendering of given findings, or of what the rules find."""

    def make(findings: list[Finding] | None = None, lang: str = "en", *select: str, **values: bool) -> Rendering:
        session = open_repo(root)
        if findings is None:
            from owui_lint.session import Selection

            report = session.check(Selection(select=select, profile="standard"))
        else:
            report = Report(findings, 3, "standard", Message("chosen", "指定"), plugins=1, locations=3)
        return Rendering(report, lang, Style(False), session, **values)

    return make


def finding(
    message: str = "It is so.",
    path: str = PATH,
    severity: Severity = Severity.ERROR,
    line: int = 1,
    plugin: str | None = "filters/echo",
) -> Finding:
    """Return a finding with this text in all places where text of a repository can stand."""
    return Finding(
        "OWL601",
        "version-mismatch",
        severity,
        Place(path, Span(line, 1, line, 3)),
        Message(message, message),
        plugin=plugin,
        related=(Related(Place(path, Span(2, 1, 2, 2)), Message(message, message)),),
        family="versions",
    )
