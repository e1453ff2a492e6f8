"""From findings to written files: choose fixes that do not get in each other's way, write, look again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from owui_lint.engine import Report
from owui_lint.finding import Edit, Finding
from owui_lint.fixing.edits import FileChange, plan
from owui_lint.session import Session, fixable

_MAX_ROUNDS = 10  # fixes that wait for each other settle in two or three


@dataclass
class Fixed:
    """What was mended: the findings, in order, and the files with their first and last content."""

    findings: list[Finding] = field(default_factory=list)
    changes: dict[str, FileChange] = field(default_factory=dict)

    def add(self, findings: Sequence[Finding], changes: Sequence[FileChange]) -> None:
        """Add a round."""
        self.findings += findings
        for change in changes:
            first = self.changes.get(change.path, change)
            self.changes[change.path] = FileChange(change.path, first.before, change.after)


def choose(findings: Sequence[Finding], *, unsafe: bool) -> tuple[list[Finding], list[Edit]]:
    """Return the findings that can be mended together, and their edits: the first of two that overlap wins."""
    taken: list[Finding] = []
    edits: dict[Edit, None] = {}
    spans: dict[str, list[tuple[int, int]]] = {}
    for finding in fixable(findings, unsafe=unsafe):
        assert finding.fix is not None  # fixable() returns no others
        new = [edit for edit in finding.fix.edits if edit not in edits]
        if any(_overlaps(edit, spans.get(edit.path, [])) for edit in new):
            continue
        taken.append(finding)
        for edit in new:
            edits[edit] = None
            spans.setdefault(edit.path, []).append((edit.start, edit.end))
    return taken, list(edits)


def _overlaps(edit: Edit, spans: list[tuple[int, int]]) -> bool:
    return any(
        (edit.start < end and start < edit.end) or (edit.start, edit.end) == (start, end) for start, end in spans
    )


def preview(session: Session, report: Report, *, unsafe: bool) -> list[FileChange]:
    """Return what fixing would change, without writing."""
    _, edits = choose(report.findings, unsafe=unsafe)
    return plan({edit.path: session.repository.file(edit.path).data for edit in edits}, edits)


def fix(session: Session, check: Callable[[], Report], *, unsafe: bool) -> tuple[Report, Fixed]:
    """Apply fixes until there is none left to apply; return the report of what remains, and what was mended.

    Raises ``WriteError`` where a file cannot be written; that round then changed nothing.
    """
    from owui_lint.fixing.transaction import write_all

    fixed = Fixed()
    report = check()
    for _ in range(_MAX_ROUNDS):
        taken, edits = choose(report.findings, unsafe=unsafe)
        changes = plan({edit.path: session.repository.file(edit.path).data for edit in edits}, edits)
        write_all(session.root, changes)
        if not changes:
            break
        fixed.add(taken, changes)
        session.reread()
        report = check()
    return report, fixed
