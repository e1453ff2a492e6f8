"""What a repository needs to be checked from now on: looked for, planned, and written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from owui_lint.adopting.accepting import refuse_crashed
from owui_lint.adopting.detection import settings_in_use
from owui_lint.adopting.files import PRE_COMMIT, WORKFLOW, configuration, hook, workflow
from owui_lint.baseline import NAME as BASELINE_NAME
from owui_lint.baseline import compare, dump, entries_of
from owui_lint.config import YAML_NAME
from owui_lint.errors import UsageError
from owui_lint.finding import Finding, Message
from owui_lint.repository.files import SourceFile
from owui_lint.session import Selection, Session
from owui_lint.states import is_below
from owui_lint.text import counted, printable


@dataclass
class Plan:
    """What ``init`` would write (path to text), what it leaves alone and why, and what it saw."""

    files: dict[str, str] = field(default_factory=dict)
    left: list[tuple[str, Message]] = field(default_factory=list)
    seen: list[Message] = field(default_factory=list)


def plan_files(session: Session, *, baseline: bool) -> Plan:
    """Return what a repository needs and does not have yet. Raises ``UsageError`` where no plugin is found, or a
    rule failed and a baseline is needed."""
    plan = Plan()
    settings = {} if session.config.file is not None else settings_in_use(session)
    for name, value in settings.items():
        session.config.override(name, value, "init")
    session.reread()
    profile, reason = session.profile()
    report = session.check(Selection())
    plan.seen.append(
        Message(
            f"{counted(report.plugins, 'plugin')}, profile {profile}: {printable(reason.en)}.",
            f"{report.plugins} 个插件，规则集 {profile}：{printable(reason.zh)}。",
        )
    )
    accept = baseline and bool(report.findings) and session.config["baseline"] is None
    root = session.root
    if session.config.file is not None:
        name = Path(session.config.file).name
        plan.left.append((name, Message("it configures owui-lint already", "已有 owui-lint 配置")))
    else:
        _add(plan, root, YAML_NAME, configuration(settings, profile, reason, accept=accept), None)
    if accept:
        refuse_crashed(report)
        _add_baseline(plan, session, report.findings)
    _add(plan, root, PRE_COMMIT, "repos:\n" + hook(), hook())
    if (root / ".gitlab-ci.yml").is_file() and not (root / ".github").is_dir():
        plan.left.append((WORKFLOW, Message("this repository is built by GitLab", "该仓库使用 GitLab CI")))
    else:
        _add(plan, root, WORKFLOW, workflow(), None)
    return plan


def _add(plan: Plan, root: Path, name: str, text: str, snippet: str | None) -> None:
    target = root / name
    if not (target.exists() or target.is_symlink()):
        plan.files[name] = text
    elif snippet is not None and b"owui-lint" not in SourceFile(root, name).data:
        why = Message(f"it exists; add this to it:\n{snippet}", f"文件已存在，请把下面的内容加进去：\n{snippet}")
        plan.left.append((name, why))
    else:
        plan.left.append((name, Message("it exists", "文件已存在")))


def _add_baseline(plan: Plan, session: Session, findings: Sequence[Finding]) -> None:
    entries = entries_of(findings, session.source)
    errors = compare(findings, entries, session.source).hidden_version_errors
    count = len(entries)
    _add(plan, session.root, BASELINE_NAME, dump(entries), None)
    plan.seen.append(
        Message(
            f"Into the baseline: {counted(count, 'finding')} of today; only new ones will fail.",
            f"现有 {count} 个问题写入基线，之后只有新问题会导致失败。",
        )
    )
    if errors:
        plan.seen.append(
            Message(
                f"Version errors among them: {errors}. Mend them with `owui-lint --fix-versions`, "
                "then `owui-lint baseline --prune`.",
                f"其中 {errors} 个是版本不一致错误：可用 `owui-lint --fix-versions` 修复，"
                "再运行 `owui-lint baseline --prune`。",
            )
        )


def write_plan(root: Path, plan: Plan) -> None:
    """Write the files of a plan, all or none, with the folders that they need.

    Raises ``UsageError`` or ``WriteError`` where that cannot be; then there are neither files nor new folders.
    """
    from owui_lint.fixing.edits import FileChange
    from owui_lint.fixing.transaction import write_all

    for name in plan.files:
        if not is_below((root / name).parent, root):
            shown = printable(name)
            raise UsageError(
                f"{shown} lies behind a link that leads out of the repository.", f"{shown} 经由链接指向仓库之外。"
            )
    made: list[Path] = []
    try:
        for name in plan.files:
            with suppress(OSError):  # why there can be no such folder is said by the writer, which names all such files
                _make_folders((root / name).parent, made)
        write_all(root, [FileChange(name, None, text.encode()) for name, text in plan.files.items()])
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):  # somebody else has put something into it
                folder.rmdir()
        raise


def _make_folders(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it that are not there, and note each in ``made``. Raises ``OSError``."""
    if not os.path.lexists(folder):
        _make_folders(folder.parent, made)
        folder.mkdir()
        made.append(folder)
