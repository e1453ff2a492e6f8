"""What a repository needs to be checked from now on: looked for, planned, and written."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from owui_lint.adopting.accepting import refuse_crashed
from owui_lint.adopting.detection import default_branches, settings_in_use
from owui_lint.adopting.files import PRE_COMMIT, WORKFLOW, baseline_line, configuration, hook, workflow, workflow_steps
from owui_lint.baseline import NAME as BASELINE_NAME
from owui_lint.baseline import dump, entries_of, is_version_error
from owui_lint.config import YAML_NAME
from owui_lint.errors import UsageError
from owui_lint.finding import Finding, Message, Severity
from owui_lint.repository.files import SourceFile
from owui_lint.session import Selection, Session, fixable
from owui_lint.states import is_below
from owui_lint.text import counted, printable


@dataclass
class Plan:
    """What ``init`` would write (path to text), what it leaves alone and why, and what it saw. ``baseline`` is the path of
    the baseline among the files, if any."""

    files: dict[str, str] = field(default_factory=dict)
    baseline: str | None = None
    left: list[tuple[str, Message]] = field(default_factory=list)
    seen: list[Message] = field(default_factory=list)


def plan_files(session: Session, lang: str, *, baseline: bool) -> Plan:
    """Return what a repository needs and does not have yet, with comments in ``lang``. Raises ``UsageError`` where no
    plugin is found, or a rule failed and a baseline is needed."""
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
            f"{report.plugins} 个插件，规则集：{profile}（{printable(reason.zh)}）。",
        )
    )
    configured = session.configured_baseline()
    accept = baseline and bool(report.findings) and configured is None
    awaited = configured is not None and not os.path.lexists(configured)
    root, file = session.root, session.config.file
    if file is None:
        _add(plan, root, YAML_NAME, configuration(settings, profile, reason, lang, accept=accept), None)
    else:
        why = Message("it configures owui-lint already", "已有 owui-lint 配置")
        if accept:  # a baseline that no configuration names would hide nothing
            line = baseline_line(session.config)
            why = Message(
                f"{why.en}; for the baseline to count, add this to it:\n{line}",
                f"{why.zh}；要使基线生效，请加入下面的内容：\n{line}",
            )
        elif awaited and not baseline:
            shown = printable(str(session.config["baseline"]))
            why = Message(
                f"{why.en}, with the baseline {shown}, which does not exist: `owui-lint baseline` writes it",
                f"{why.zh}，但其中指定的基线 {shown} 不存在：可用 `owui-lint baseline` 生成",
            )
        plan.left.append((Path(file).name, why))
    if accept or (awaited and baseline):
        refuse_crashed(report)
        # One that the configuration names and that is not there would end every run, also if nothing is to be accepted.
        name = posixpath.normpath(str(session.config["baseline"])) if awaited else BASELINE_NAME
        _add_baseline(plan, session, name, report.findings)
    _add(plan, root, PRE_COMMIT, "repos:\n" + hook(lang), hook(lang))
    if (root / ".gitlab-ci.yml").is_file() and not (root / ".github").is_dir():
        plan.left.append((WORKFLOW, Message("this repository is built by GitLab", "该仓库使用 GitLab CI")))
    else:
        must_raise = _must_raise(session, profile)
        whole = workflow(lang, default_branches(session.root), must_raise=must_raise)
        steps = workflow_steps(lang, must_raise=must_raise)
        _add(plan, root, WORKFLOW, whole, steps)
    return plan


def _must_raise(session: Session, profile: str) -> bool:
    """Whether a profile takes it as an error that a change does not raise the version."""
    book = session.rulebook
    return all(book.rules[name].severity_in(profile) is Severity.ERROR for name in book.in_role("revision"))


def _add(plan: Plan, root: Path, name: str, text: str, snippet: str | None) -> bool:
    """Plan a file, and return whether it is to be written: one that exists is left, with the ``snippet`` to add to it."""
    target = root / name
    if not (target.exists() or target.is_symlink()):
        plan.files[name] = text
        return True
    if snippet is not None and b"owui-lint" not in SourceFile(root, name).data:
        why = Message(f"it exists; add this to it:\n{snippet}", f"文件已存在，请把下面的内容加进去：\n{snippet}")
    else:
        why = Message("it exists", "文件已存在")
    plan.left.append((name, why))
    return False


def _add_baseline(plan: Plan, session: Session, name: str, findings: Sequence[Finding]) -> None:
    """Plan the baseline, and say what is in it: nothing of today's where there is one already."""
    entries = entries_of(findings, session.source)
    if not _add(plan, session.root, name, dump(entries), None):
        return
    plan.baseline = name
    count = len(entries)
    plan.seen.append(
        Message(
            f"Into the baseline: {counted(count, 'finding')} of today; where it counts, only new ones fail.",
            f"现有 {count} 个问题写入基线；基线生效后，只有新问题会导致失败。",
        )
        if session.config.file is not None and session.config["baseline"] is None
        else Message(
            f"Into the baseline: {counted(count, 'finding')} of today; only new ones will fail.",
            f"现有 {count} 个问题写入基线，之后只有新问题会导致失败。",
        )
    )
    errors = [finding for finding in findings if is_version_error(finding)]
    mended = len(fixable(errors, unsafe=False))
    if errors:
        how = Message(
            f" `owui-lint --fix-versions` fixes {mended} of them; then run `owui-lint baseline --prune`.",
            f"其中 {mended} 个可用 `owui-lint --fix-versions` 修复，之后运行 `owui-lint baseline --prune`。",
        )
        plan.seen.append(
            Message(
                f"Version errors among them: {len(errors)}.{how.en if mended else ''}",
                f"有 {len(errors)} 个是版本不一致错误。{how.zh if mended else ''}",
            )
        )


def write_plan(root: Path, plan: Plan) -> None:
    """Write the files of a plan, all or none, with the folders that they need.

    Raises ``UsageError`` or ``WriteError`` where that cannot be; then there are neither files nor new folders.
    """
    from owui_lint.fixing.edits import FileChange
    from owui_lint.fixing.errors import WriteError, from_os_error
    from owui_lint.fixing.transaction import write_all

    for name in plan.files:
        if not is_below((root / name).parent, root):
            shown = printable(name)
            raise UsageError(
                f"{shown} lies behind a link that leads out of the repository.", f"{shown} 经由链接指向仓库之外。"
            )
    made: list[Path] = []
    refused: dict[str, WriteError] = {}
    try:
        for name in plan.files:
            try:
                _make_folders((root / name).parent, made)
            except OSError as error:  # told with all the other files that cannot be written
                refused[name] = from_os_error(name, error)
        try:
            write_all(root, [FileChange(name, None, text.encode()) for name, text in plan.files.items()])
        except WriteError as error:
            first, *others = (refused.get(one.path, one) for one in (error, *error.others))
            first.others = tuple(others)
            raise first from None
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
