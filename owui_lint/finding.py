"""What a rule reports: findings with their places, and the fixes that mend them.

Positions are what an editor shows: lines and columns start at 1, columns count
characters. Edits are byte spans, so that everything outside them stays as it is.
"""

from __future__ import annotations

import enum

from owui_lint import TYPE_CHECKING
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

LANGUAGES = ("en", "zh")
#: The families of rules, by the first digit of their codes.
FAMILIES = ("tool", "frontmatter", "icons", "valves", "layout", "readme", "versions", "code", "dependencies", "release")
LOCAL_FAMILY = "local"  # a repository's own rules, with codes LOC001 to LOC999
#: The rule under whose name a rule that failed is reported.
CRASH_CODE, CRASH_NAME, CRASH_FAMILY = "OWL009", "rule-crashed", "tool"
#: What neither a comment nor a baseline hides: a run whose rules failed must never look clean.
NEVER_HIDDEN = frozenset({CRASH_NAME})


class Severity(enum.IntEnum):
    """How much a finding matters; ordered, so thresholds are comparisons."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The name used in rule files, on the command line and in reports."""
        return self.name.lower()

    @classmethod
    def parse(cls, label: str) -> Severity:
        """Return the severity called ``label``; raises ``KeyError`` for any other word."""
        return cls[label.upper()]


class LineNumber(int):
    """The number of a line, or of lines, among the values of a text. It changes when others are written above, and the
    finding is the same: what a finding is known by again leaves it out."""

    __slots__ = ()


class Message(NamedTuple):
    """One text in both languages."""

    en: str
    zh: str

    def to(self, lang: str) -> str:
        """Return the text in ``lang`` (``"en"`` or ``"zh"``)."""
        return self.zh if lang == "zh" else self.en


SEVERITY_WORDS = {
    Severity.ERROR: Message("error", "错误"),
    Severity.WARNING: Message("warning", "警告"),
    Severity.INFO: Message("info", "提示"),
}
APPLICABILITY_WORDS = {"safe": Message("safe", "安全"), "unsafe": Message("unsafe", "需人工复核")}


class Span(NamedTuple):
    """A range of characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


START_OF_FILE = Span(1, 1, 1, 1)


class Place(NamedTuple):
    """A span in a file; ``path`` is POSIX and relative to the repository root."""

    path: str
    span: Span = START_OF_FILE


class Related(NamedTuple):
    """A second place that explains a finding, e.g. where the code states its version."""

    place: Place
    message: Message


class Edit(NamedTuple):
    """Replace the bytes ``start`` (included) to ``end`` (excluded) of the file ``path`` by ``replacement``.

    ``path`` is POSIX and relative to the root; offsets count bytes from 0; ``start == end`` inserts.
    """

    path: str
    start: int
    end: int
    replacement: bytes


class Fix(NamedTuple):
    """Edits that mend a finding. ``safe``: never changes meaning; ``unsafe``: a person should look."""

    applicability: str
    description: Message
    edits: tuple[Edit, ...]


class Finding(NamedTuple):
    """One thing that is wrong, where it is, and what to do about it.

    ``identity`` says what was found without saying where: the English message without its line numbers, and without
    examples, counts and suggestions from elsewhere. It stays the same while the lines around it move, and other files change.
    """

    code: str
    name: str
    severity: Severity
    place: Place
    message: Message
    plugin: str | None = None
    standard: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    identity: str = ""
    #: The family of the rule that found it.
    family: str = ""

    @property
    def path(self) -> str:
        """The file the finding stands in."""
        return self.place.path

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Findings are reported by file, then position, then code; the rest keeps equal ones from changing places."""
        return (self.place.path, self.place.span, self.code, self.name, self.message, self.plugin or "", self.related)

    def at(self, severity: Severity) -> Finding:
        """Return this finding with another severity."""
        return self._replace(severity=severity)

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the finding as the JSON contract has it (``schema`` 1)."""
        span = self.place.span
        return {
            "code": self.code,
            "name": self.name,
            "severity": self.severity.label,
            "path": self.place.path,
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
            "message": self.message.to(lang),
            "plugin": self.plugin,
            "standard": list(self.standard),
            "related": [
                {
                    "path": related.place.path,
                    "line": related.place.span.line,
                    "column": related.place.span.column,
                    "message": related.message.to(lang),
                }
                for related in self.related
            ],
            "fix": {"applicability": self.fix.applicability, "description": self.fix.description.to(lang)}
            if self.fix
            else None,
        }
