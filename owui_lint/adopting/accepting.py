"""Accepting what is found today: writing the baseline."""

from __future__ import annotations

import os
from pathlib import Path

from owui_lint.baseline import NAME as BASELINE_NAME
from owui_lint.baseline import AcceptedFinding, dump, entries_of, is_version_error, load, split_accepted
from owui_lint.engine import Report
from owui_lint.errors import UsageError
from owui_lint.replacing import refuse_foreign, refuse_git_directory
from owui_lint.session import Selection, Session, fixable
from owui_lint.states import is_below
from owui_lint.text import argument, printable
from owui_lint.tuples import NamedTuple


class Accepted(NamedTuple):
    """A baseline that was written: how many entries it has, how many it lost, and how many of them are errors that
    ``--fix-versions`` mends."""

    kept: int
    gone: int
    stale: int


def _is_baseline(path: str, data: bytes) -> bool:
    """Whether a file is an earlier baseline, be it a damaged one."""
    return data.lstrip().startswith(b"{") and b'"findings"' in data


def refuse_crashed(report: Report) -> None:
    """Raise ``UsageError`` where a rule failed: a baseline of what the others found would not be all there is."""
    if report.crashed:
        raise UsageError("A rule failed: see `owui-lint check`.", "有规则执行失败，请先运行 `owui-lint check` 查看。")


def write_baseline(session: Session, target: Path, *, prune: bool, profile: str | None) -> Accepted:
    """Write the baseline of a session to ``target``: all findings of now, or with ``prune`` those of them that it had.

    Raises ``UsageError`` where the old one is damaged, its folder does not exist, ``target`` is a file of another kind
    or a rule failed, ``WriteError`` where the file cannot be written.
    """
    from owui_lint.fixing.edits import FileChange
    from owui_lint.fixing.transaction import write_all

    if not target.parent.is_dir():
        shown = printable(os.fspath(target.parent))
        raise UsageError(f"The folder {shown} does not exist.", f"目录 {shown} 不存在。")
    if target.name != BASELINE_NAME:  # by its own name also a damaged one is known
        refuse_foreign(session, target, "baseline", _is_baseline, anywhere=True)
    refuse_git_directory(target, "baseline")
    session.baseline = None
    selection = Selection(profile=profile)
    report = session.check(selection)
    refuse_crashed(report)
    gone: set[AcceptedFinding] = set()
    if prune:
        old = load(target)
        gone = set(session.no_longer_found(split_accepted(report.findings, old, session.source), selection))
        entries = [entry for entry in old if entry not in gone]
    else:
        entries = entries_of(report.findings, session.source)
    before = target.read_bytes() if target.is_file() else None
    # Below the root the writer follows no link; a file that was named on the command line may lie anywhere.
    root = session.root if target.is_relative_to(session.root) else target.parent
    name = target.relative_to(root).as_posix()
    write_all(root, [FileChange(name, before, dump(entries).encode())])
    known = split_accepted(report.findings, entries, session.source).known
    stale = [finding for finding in fixable(known, unsafe=False) if is_version_error(finding)]
    return Accepted(len(entries), len(gone), len(stale))


def how_to_use(session: Session, path: str | os.PathLike[str] | None, name: str, target: Path) -> tuple[str, str]:
    """Return the command that reports only what is new beside a baseline, and the setting that makes every run do so.

    ``path`` is where the repository was said to be, if it was said; ``name`` is the baseline's path as it is called from
    the current folder. The setting is empty for a file outside of the repository, which a configuration cannot name.
    """
    where = f"check {argument(os.fspath(path))} " if path is not None else ""
    command = f"owui-lint {where}--baseline {argument(name)}"
    if not is_below(target, session.root):
        return command, ""
    below = Path(os.path.relpath(os.path.realpath(target), os.path.realpath(session.root))).as_posix()
    return command, session.config.line("baseline", below)
