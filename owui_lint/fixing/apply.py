"""From findings to written files: choose fixes that do not get in each other's way, look again as if they were written,
and write all of it at once when nothing is left."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from owui_lint.engine import Report
from owui_lint.finding import Edit, Finding
from owui_lint.fixing.edits import FileChange, plan
from owui_lint.fixing.errors import Reason, WriteError
from owui_lint.repository.files import CONFLICT
from owui_lint.session import Session, fixable

_MAX_ROUNDS = 10  # fixes that wait for each other settle in two or three


@dataclass
class Fixed:
    """What was mended: the findings, in order, and the files with their first and last content.

    ``left`` says which files still need fixes that cannot be written to them, and why.
    """

    findings: list[Finding] = field(default_factory=list)
    changes: dict[str, FileChange] = field(default_factory=dict)
    left: list[WriteError] = field(default_factory=list)

    def with_first(self, changes: Sequence[FileChange]) -> list[FileChange]:
        """Return the changes of a round, each from what its file holds on disk."""
        return [
            change._replace(before=self.changes[change.path].before) if change.path in self.changes else change
            for change in changes
        ]

    def add(self, findings: Sequence[Finding], changes: Sequence[FileChange]) -> None:
        """Add a round."""
        self.findings += findings
        self.changes.update((change.path, change) for change in self.with_first(changes))


def choose(
    findings: Sequence[Finding], *, unsafe: bool, without: Collection[str] = ()
) -> tuple[list[Finding], list[Edit]]:
    """Return the findings that can be mended together, and their edits: the first of two that overlap wins.

    A finding is left alone as a whole where one of its edits is in a file of ``without``.
    """
    taken: list[Finding] = []
    edits: dict[Edit, None] = {}
    spans: dict[str, list[tuple[int, int]]] = {}
    for finding in fixable(findings, unsafe=unsafe):
        assert finding.fix is not None  # fixable() returns no others
        new = [edit for edit in finding.fix.edits if edit not in edits]
        if _edits_any(finding, without) or any(_overlaps(edit, spans.get(edit.path, [])) for edit in new):
            continue
        taken.append(finding)
        for edit in new:
            edits[edit] = None
            insort(spans.setdefault(edit.path, []), (edit.start, edit.end))
    return taken, list(edits)


def _overlaps(edit: Edit, spans: list[tuple[int, int]]) -> bool:
    """Tell whether an edit is in the way of ``spans``, which are in order and not in each other's: neighbours decide."""
    at = bisect_left(spans, (edit.start, edit.end))
    for start, end in spans[max(at - 1, 0) : at + 2]:
        if (edit.start < end and start < edit.end) or (edit.start, edit.end) == (start, end):
            return True
    return False


def _edits_any(finding: Finding, paths: Collection[str]) -> bool:
    return finding.fix is not None and any(edit.path in paths for edit in finding.fix.edits)


@dataclass(frozen=True)
class _Round:
    findings: list[Finding]
    changes: list[FileChange]
    left: list[WriteError]


def _plan(session: Session, report: Report, fixed: Fixed, *, unsafe: bool, is_preview: bool) -> _Round:
    """Plan the fixes of a report, besides what is ``fixed`` already, without those of files that cannot be written.

    A link, a read-only file or a merge conflict is no reason to leave all other files wrong: it is known before anything
    is written, so what is written is still all or nothing. A preview needs no leave to write: it
    names read-only files, and shows what would be changed there.
    """
    from owui_lint.fixing.transaction import unwritable

    left: dict[str, WriteError] = {}
    while True:
        taken, edits = choose(report.findings, unsafe=unsafe, without=left)
        changes = plan(session.repository.content, edits)
        errors = _conflicts(session, changes) or unwritable(session.root, fixed.with_first(changes))
        in_the_way = [error for error in errors if not (is_preview and error.reason is Reason.READ_ONLY)]
        if not in_the_way:
            return _Round(taken, changes, [*left.values(), *errors])
        left.update((error.path, error) for error in in_the_way)


def _conflicts(session: Session, changes: Sequence[FileChange]) -> list[WriteError]:
    """Which changes are of files that hold both sides of a merge: an edit could make them one before anybody chose."""
    paths = (change.path for change in changes)
    return [WriteError(path, Reason.CONFLICT) for path in paths if session.repository.file(path).problem == CONFLICT]


def preview(session: Session, check: Callable[[], Report], *, unsafe: bool) -> tuple[Report, Fixed]:
    """Do as ``fix`` does without writing: return the report of now, and what would be mended, in read-only files too."""
    found: list[Report] = []

    def check_and_keep() -> Report:
        found.append(check())
        return found[-1]

    _, fixed = _mend(session, check_and_keep, unsafe=unsafe, is_preview=True)
    return found[0], fixed


def fix(session: Session, check: Callable[[], Report], *, unsafe: bool) -> tuple[Report, Fixed]:
    """Apply fixes until there is none left to apply; return the report of what remains, and what was mended.

    All rounds are written together. Files that cannot be written are left as they are, and their findings remain, with no
    fix. Raises ``WriteError`` where writing fails; nothing was changed then.
    """
    from owui_lint.fixing.transaction import write_all

    report, fixed = _mend(session, check, unsafe=unsafe)
    write_all(session.root, list(fixed.changes.values()))
    if fixed.changes:
        session.reread()
        report = check()
    return without_left(report, fixed), fixed


def _mend(
    session: Session, check: Callable[[], Report], *, unsafe: bool, is_preview: bool = False
) -> tuple[Report, Fixed]:
    """Plan, look again as if it were written, until a round has nothing to write; return the last report."""
    fixed = Fixed()
    with session.imagining():
        report = check()
        for _ in range(_MAX_ROUNDS):
            planned = _plan(session, report, fixed, unsafe=unsafe, is_preview=is_preview)
            # What a preview has shown of a read-only file is not planned again.
            known = [error for error in fixed.left if is_preview and error.reason is Reason.READ_ONLY]
            fixed.left = list({error.path: error for error in (*known, *planned.left)}.values())
            if not planned.changes:
                break
            session.imagine({change.path: change.after for change in planned.changes})
            fixed.add(planned.findings, planned.changes)
            report = check()
    return report, fixed


def without_left(report: Report, fixed: Fixed) -> Report:
    """Return a report in which findings in files that cannot be written have no fix."""
    left = {error.path for error in fixed.left}
    return report._replace(
        findings=[finding._replace(fix=None) if _edits_any(finding, left) else finding for finding in report.findings]
    )
