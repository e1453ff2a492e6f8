"""``owui-lint baseline``: accept what is found today, so that only what is new fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from owui_lint.baseline import NAME, Entry, compare, dump, entries_of, is_version_error, load
from owui_lint.errors import UsageError
from owui_lint.options import LangOption, ProfileOption, RepositoryArgument
from owui_lint.session import Selection, Session, fixable, open_whole
from owui_lint.text import counted, printable


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(baseline)


def baseline(
    path: RepositoryArgument = None,
    prune: Annotated[bool, typer.Option("--prune", help="Only take out what is not found any more.")] = False,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help=f"The baseline; {NAME} without it.")
    ] = None,
    profile: ProfileOption = None,
    lang: LangOption = None,
) -> None:
    """Write the findings of today to a baseline; `check` then reports new ones only."""
    from owui_lint.language import choose_language

    session = open_whole(path)
    target = file.resolve() if file else session.configured_baseline() or session.root / NAME
    kept, gone, stale = write_baseline(session, target, prune=prune, profile=profile)
    zh = choose_language(lang, session.config["lang"]) == "zh"
    sys.stdout.write(_told(target.name, kept, gone, stale, zh=zh))
    if file is None and session.config["baseline"] is None:
        hint = f"`owui-lint --baseline {target.name}`"
        setting = f"baseline: {target.name}"
        sys.stdout.write(
            f"用 {hint}，或在配置中写 `{setting}`，即只报告新问题。\n"
            if zh
            else f"Report only new findings with {hint}, or with `{setting}` in the configuration.\n"
        )


def write_baseline(
    session: Session, target: Path, *, prune: bool = False, profile: str | None = None
) -> tuple[int, int, int]:
    """Write the baseline of a session to ``target``: all findings of now, or with ``prune`` those of them that it had.

    Returns how many entries it has, how many it lost, and how many of them are errors that ``--fix-versions`` mends.
    Raises ``UsageError`` where the old one is damaged, its folder does not exist or a rule failed, ``WriteError`` where
    the file cannot be written.
    """
    from owui_lint.fixing.edits import FileChange
    from owui_lint.fixing.transaction import write_all

    if not target.parent.is_dir():
        shown = printable(os.fspath(target.parent))
        raise UsageError(f"The folder {shown} does not exist.", f"目录 {shown} 不存在。")
    session.baseline = None
    selection = Selection(profile=profile)
    report = session.check(selection)
    if report.crashed:
        raise UsageError("A rule failed: see `owui-lint check`.", "有规则执行失败，请先运行 `owui-lint check` 查看。")
    gone: set[Entry] = set()
    if prune:
        old = load(target)
        gone = set(session.no_longer_found(compare(report.findings, old, session.source), selection))
        entries = [entry for entry in old if entry not in gone]
    else:
        entries = entries_of(report.findings, session.source)
    before = target.read_bytes() if target.is_file() else None
    # Below the root the writer follows no link; a file that was named on the command line may lie anywhere.
    root = session.root if target.is_relative_to(session.root) else target.parent
    name = target.relative_to(root).as_posix()
    write_all(root, [FileChange(name, before, dump(entries).encode())])
    known = compare(report.findings, entries, session.source).known
    stale = [finding for finding in fixable(known, unsafe=False) if is_version_error(finding)]
    return len(entries), len(gone), len(stale)


def _told(name: str, kept: int, gone: int, stale: int, *, zh: bool) -> str:
    if zh:
        text = f"{name}：{kept} 个问题" + (f"，移除了 {gone} 个不再出现的" if gone else "") + "。\n"
        if stale:
            text += f"其中 {stale} 个是版本不一致错误：建议先运行 `owui-lint --fix-versions`。\n"
        return text
    text = f"{name}: {counted(kept, 'finding')}" + (f", {gone} gone" if gone else "") + ".\n"
    if stale:
        text += f"Version errors among them: {stale}. Better run `owui-lint --fix-versions` first.\n"
    return text
