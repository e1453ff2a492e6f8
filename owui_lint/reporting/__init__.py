"""Reports: one module per format, each with ``render(Rendering) -> str``. A reporter shows; it never judges."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.engine import Report
from owui_lint.finding import Finding
from owui_lint.reporting.style import Reader, Style
from owui_lint.session import Session
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.fixing.edits import FileChange


class Format(StrEnum):
    """The formats of a report."""

    text = "text"
    json = "json"
    github = "github"
    gitlab = "gitlab"
    sarif = "sarif"
    junit = "junit"
    markdown = "markdown"
    html = "html"
    patch = "patch"


# A module is imported only when its format is asked for.
_MODULES = {
    Format.text: "text",
    Format.json: "jsonreport",
    Format.github: "github",
    Format.gitlab: "gitlab",
    Format.sarif: "sarif",
    Format.junit: "junit",
    Format.markdown: "markdown",
    Format.html: "html",
    Format.patch: "patch",
}


#: The formats that show counts per rule, where they are asked for.
STATISTICS = frozenset({Format.text, Format.json})


class _Asked(NamedTuple):
    """What a rendering is made of."""

    report: Report
    lang: str
    style: Style
    session: Session
    statistics: bool = False
    quiet: bool = False
    changes: Sequence[FileChange] | None = None
    reader: Reader = Reader.PROGRAM
    is_first_look: bool = False


class Rendering(_Asked):
    """What a format gets: the report, the language, the style of the stream it goes to, and the session for the rest.

    ``statistics``: counts per rule, in ``STATISTICS`` formats; as text they take the place of findings. ``quiet``: findings only.
    ``changes``: what fixes would change, where that was asked for; as text it is shown in place of the findings.
    ``reader``: who reads it, which decides how changes are shown. ``is_first_look``: everything was asked for, nothing is
    accepted yet, and nothing mended: perhaps the tool is new here.
    """

    def for_file(self) -> Rendering:
        """Return the same for a file, which a program reads as well, and which is not for whom the tool is new."""
        return self._replace(style=Style(False), reader=Reader.PROGRAM, is_first_look=False)

    def source(self, path: str, line: int) -> str:
        """Return a line of a file of the repository; empty where there is none."""
        return self.session.source(path, line)

    @cached_property
    def fingerprints(self) -> list[str]:
        """A key per finding, in their order, that stays the same while lines move."""
        from owui_lint.baseline import fingerprints

        return fingerprints(self.report.findings, self.source)

    @cached_property
    def prefix(self) -> str:
        """What stands before a path to make it relative to git's top level: services show files from there."""
        git = self.session.repository.git
        top = git.top_level()
        below = os.path.relpath(git.folder, top).replace(os.sep, "/") if top is not None else "."
        return "" if below == "." else f"{below}/"

    def path(self, finding: Finding) -> str:
        """Return a finding's path from git's top level; a finding about the repository stands at its README."""
        return self.prefix + (finding.path if finding.path != "." else self.session.config["readme"])


def render(name: Format, rendering: Rendering) -> str:
    """Return the report in a format."""
    module = importlib.import_module(f"owui_lint.reporting.{_MODULES[name]}")
    text: str = module.render(rendering)
    return text
