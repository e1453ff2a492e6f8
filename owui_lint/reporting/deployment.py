"""How deployments and their comparison are shown: tables and lines for people, in both languages, and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from owui_lint.deploying.deploy import DeployOutcome, Result
from owui_lint.deploying.problems import Problem
from owui_lint.deploying.state import PluginState, Status
from owui_lint.finding import Message
from owui_lint.language import brackets, colon
from owui_lint.reporting.github import for_log
from owui_lint.reporting.style import Style
from owui_lint.reporting.table import Cell, table
from owui_lint.text import argument, counted, printable

_STATUS = {
    Status.SAME: Message("same", "一致"),
    Status.FORMATTED: Message("same program, other layout", "代码等价，仅格式不同"),
    Status.OUTDATED: Message("older on the server ↓", "服务器版本较旧 ↓"),
    Status.NEWER: Message("newer on the server ↑", "服务器版本较新 ↑"),
    Status.EDITED: Message("edited: same version, other code ✗", "版本相同但代码不同 ✗"),
    Status.INACTIVE: Message("switched off ✗", "未启用 ✗"),
    Status.MISSING: Message("missing —", "缺失 —"),
    Status.OTHER_ID: Message("under another id ✗", "使用了别的 id ✗"),
    Status.FAILED: Message("not compared ✗", "无法比较 ✗"),
    Status.SKIPPED: Message("a pipeline, not for OpenWebUI", "pipeline，不在 OpenWebUI 中运行"),
}
_OUTCOME = {
    DeployOutcome.CREATED: Message("created", "已创建"),
    DeployOutcome.UPDATED: Message("updated", "已更新"),
    DeployOutcome.UNCHANGED: Message("already there", "无需改动"),
    DeployOutcome.RESTORED: Message("restored", "已恢复"),
    DeployOutcome.DELETED: Message("deleted again", "已删除（恢复为部署前的状态）"),
    DeployOutcome.REFUSED: Message("refused", "已拒绝"),
    DeployOutcome.FAILED: Message("failed", "失败"),
}
_PLANNED = {
    DeployOutcome.CREATED: Message("would be created", "将创建"),
    DeployOutcome.UPDATED: Message("would be updated", "将更新"),
    DeployOutcome.RESTORED: Message("would be restored", "将恢复"),
    DeployOutcome.DELETED: Message("would be deleted again", "将删除（恢复为部署前的状态）"),
}
_HEADER = (
    Message("plugin", "插件"),
    Message("repository", "仓库"),
    Message("server", "服务器"),
    Message("active", "启用"),
    Message("state", "状态"),
)


def render_states(states: Sequence[PluginState], url: str, release: str | None, lang: str, style: Style) -> str:
    """Return the comparison as a table, with what keeps plugins from being compared below it."""
    rows: list[list[str | Cell]] = [[title.to(lang) for title in _HEADER]]
    for state in states:
        remote = state.remote
        active = {True: "✓", False: "✗"}.get(remote.active, "·") if remote and remote.active is not None else "·"
        texts = [state.plugin.id, state.plugin.version or "·", (remote.version if remote else None) or "·"]
        shown = [*(printable(text)[:60] for text in texts), active, _STATUS[state.status].to(lang)]
        rows.append([Cell(text, ("red" if state.drifts else "green",)) for text in shown])
    lines = [table(rows, style, ruled=True)]
    for state in states:
        if state.problem is not None and state.status is not Status.SKIPPED:
            lines += problem_lines(state.plugin.id, state.problem, lang, style)
    drifting = sum(state.drifts for state in states)
    where = printable(url) + brackets(f"OpenWebUI {release or '?'}", lang)
    if lang == "zh":
        total = f"{where}：{len(states)} 个插件，{drifting} 个与仓库不一致。"
    else:
        count = counted(len(states), "plugin")
        total = f"{where}: {count}, {drifting} differ{'s' if drifting == 1 else ''} from the repository."
    lines.append(style(total, "bold", "red" if drifting else "green"))
    return for_log("\n".join(lines) + "\n")


def states_to_json(states: Sequence[PluginState], url: str, release: str | None, lang: str) -> dict[str, Any]:
    """Return the comparison for JSON (``schema`` 1); ``release`` is the server's of OpenWebUI."""
    return {
        "schema": 1,
        "url": url,
        "openwebui": release,
        "plugins": [state.to_json(lang) for state in states],
        "summary": {"plugins": len(states), "drifting": sum(state.drifts for state in states)},
    }


def results_to_json(
    results: Sequence[Result],
    url: str,
    release: str | None,
    lang: str,
    *,
    dry_run: bool,
    verified: bool,
    backup: Path | None,
) -> dict[str, Any]:
    """Return a deployment or a rollback for JSON (``schema`` 1). ``verified``: after release checks; ``backup`` is where
    what the server had is saved."""
    return {
        "schema": 1,
        "url": url,
        "openwebui": release,
        "dry_run": dry_run,
        "verified": verified,
        "backup": str(backup) if backup else None,
        "plugins": [result.to_json(lang) for result in results],
    }


def problem_lines(subject: str, problem: Problem, lang: str, style: Style) -> list[str]:
    """Return a problem as lines: what happened, and what to do."""
    return [
        style(f"{printable(subject)}{colon(lang)}{problem.message.to(lang)}", "red"),
        f"    {problem.advice.to(lang)}",
    ]


def result_lines(result: Result, dry_run: bool, lang: str, style: Style) -> Iterable[str]:
    """Yield the lines for one plugin of a deployment or a rollback."""
    texts = {**_OUTCOME, **_PLANNED} if dry_run else _OUTCOME
    versions = f" {result.before or '—'} → {result.after or '—'}" if result.before != result.after else ""
    if not versions and result.after:
        versions = f" {result.after}"
    colour = "red" if result.failed else "green"
    yield style(f"{printable(result.plugin)}{colon(lang)}{texts[result.outcome].to(lang)}{printable(versions)}", colour)
    if result.problem is not None:
        yield f"    {result.problem.message.to(lang)}"
        yield f"    {result.problem.advice.to(lang)}"
    elif result.active is False and not dry_run and result.outcome is not DeployOutcome.DELETED:
        yield "    " + Message(
            "It is switched off: switch it on in Admin Panel > Functions.",
            "该插件未启用：请在“管理员面板 > 函数”中启用。",
        ).to(lang)


def total_line(results: Sequence[Result], dry_run: bool, lang: str, style: Style) -> str:
    """Return the last line of a run: how many of each outcome."""
    texts = {**_OUTCOME, **_PLANNED} if dry_run else _OUTCOME
    counts = [(outcome, sum(result.outcome is outcome for result in results)) for outcome in DeployOutcome]
    text = ("，" if lang == "zh" else ", ").join(
        f"{texts[outcome].to(lang)} {count}" if lang == "zh" else f"{count} {texts[outcome].to(lang)}"
        for outcome, count in counts
        if count
    )
    end = "。" if lang == "zh" else "."
    return style(text + end, "bold", "red" if any(result.failed for result in results) else "green")


def saved_line(path: Path, lang: str, *, rollback: bool) -> str:
    """Return the line that names the backup, and how to get back to it."""
    shown = printable(str(path))
    option = f" --backup {argument(str(path))}" if rollback else ""
    return Message(
        f"What the server had is saved in {shown}; `owui-lint deploy --rollback{option}` brings it back.",
        f"服务器原有内容已保存到 {shown}；可用 `owui-lint deploy --rollback{option}` 恢复。",
    ).to(lang)
