"""Reports: one module per format, each with ``render(Rendering) -> str``. A reporter shows; it never judges."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from enum import StrEnum

from owui_lint.engine import Report
from owui_lint.reporting.style import Style
from owui_lint.session import Session


class Format(StrEnum):
    """The formats of a report."""

    text = "text"
    json = "json"


# A module is imported only when its format is asked for.
_MODULES = {Format.text: "text", Format.json: "jsonreport"}


@dataclass(frozen=True)
class Rendering:
    """What a format gets: the report, the language, the style of the stream it goes to, and the session for the rest."""

    report: Report
    lang: str
    style: Style
    session: Session

    def source(self, path: str, line: int) -> str:
        """Return a line of a file of the repository; empty where there is none."""
        return self.session.repository.file(path).line_text(line)


def render(name: Format, rendering: Rendering) -> str:
    """Return the report in a format."""
    module = importlib.import_module(f"owui_lint.reporting.{_MODULES[name]}")
    text: str = module.render(rendering)
    return text
