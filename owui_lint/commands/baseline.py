"""``owui-lint baseline``: accept what is found today, so that only what is new fails."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from owui_lint.baseline import NAME, Entry, compare, dump, entries_of, load
from owui_lint.errors import UsageError
from owui_lint.options import LangOption, ProfileOption, RepositoryArgument
from owui_lint.session import Selection, Session, open_session
from owui_lint.text import counted


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

    session = open_session([str(path)] if path else ())
    target = file.resolve() if file else session.configured_baseline() or session.root / NAME
    kept, gone, version_errors = write_baseline(session, target, prune=prune, profile=profile)
    zh = choose_language(lang, session.config["lang"]) == "zh"
    sys.stdout.write(_told(target.name, kept, gone, version_errors, prune=prune, zh=zh))
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

    Returns how many entries it has, how many it lost, and how many of them are errors of family 6. Raises
    ``UsageError`` where the old one is damaged or a rule failed, ``WriteError`` where the file cannot be written.
    """
    from owui_lint.fixing.edits import FileChange
    from owui_lint.fixing.transaction import write_all

    session.baseline = None
    report = session.check(Selection(profile=profile))
    if report.crashed:
        raise UsageError("A rule failed: see `owui-lint check`.", "有规则执行失败，请先运行 `owui-lint check` 查看。")
    gone: set[Entry] = set()
    if prune:
        old = load(target)
        gone = set(compare(report.findings, old, session.source).gone)
        entries = [entry for entry in old if entry not in gone]
    else:
        entries = entries_of(report.findings, session.source)
    before = target.read_bytes() if target.is_file() else None
    # Below the root the writer follows no link; a file that was named on the command line may lie anywhere.
    root = session.root if target.is_relative_to(session.root) else target.parent
    name = target.relative_to(root).as_posix()
    write_all(root, [FileChange(name, before, dump(entries).encode())])
    hidden = compare(report.findings, entries, session.source)
    return len(entries), len(gone), hidden.hidden_version_errors


def _told(name: str, kept: int, gone: int, version_errors: int, *, prune: bool, zh: bool) -> str:
    if zh:
        text = f"{name}：{kept} 个问题" + (f"，清理了 {gone} 个已修复的" if gone else "") + "。\n"
        if version_errors:
            text += f"其中 {version_errors} 个是版本不一致错误：建议先运行 `owui-lint --fix-versions`。\n"
        return text
    text = f"{name}: {counted(kept, 'finding')}" + (f", {gone} gone" if gone else "") + ".\n"
    if version_errors:
        text += f"Version errors among them: {version_errors}. Better run `owui-lint --fix-versions` first.\n"
    return text
