"""Lists: the plugins of a repository, and the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from owui_lint.finding import APPLICABILITY_WORDS, SEVERITY_WORDS, Message, Severity
from owui_lint.language import brackets, listed
from owui_lint.reporting.github import for_log
from owui_lint.reporting.style import SEVERITY_COLOURS, Style
from owui_lint.reporting.table import Cell, table
from owui_lint.repository import Plugin, Repository
from owui_lint.rulebook import Profile, Rule
from owui_lint.session import Session
from owui_lint.text import counted, printable

_MOST_NAMED = 3  # files that are left out of a list


def hint_without_plugins(session: Session, lang: str) -> str:
    """Return what is said beside a list that is empty because there is no plugin; else nothing."""
    return "" if session.repository.plugins else for_log(f"owui-lint: {session.nothing_here.to(lang)}\n")


def describe_plugins(repository: Repository, plugins: Sequence[Plugin]) -> list[dict[str, Any]]:
    """Return some plugins as the JSON contract has them. Outside of the standard layout: only what OpenWebUI accepts."""
    found = []
    for plugin in plugins:
        if not plugin.code.is_accepted and not repository.is_standard_layout:
            continue
        found.append(
            {
                "id": plugin.id,
                "type": plugin.type,
                "name": plugin.name,
                "path": plugin.path,
                "class": plugin.code.module.plugin_class.name
                if plugin.code.module.plugin_class
                else plugin.code.class_name,
                "title": plugin.code.values.get("title"),
                "version": plugin.version,
                "frontmatter": plugin.code.values,
                "valves": [valve.name for valve in plugin.valves if valve.owner == "Valves"],
                "user_valves": [valve.name for valve in plugin.valves if valve.owner == "UserValves"],
            }
        )
    return found


def left_out(repository: Repository, plugins: Sequence[Plugin], lang: str) -> str:
    """Return what is said beside a list that leaves out plugins whose title OpenWebUI cannot read; else nothing."""
    paths = [one.path for one in plugins if not one.code.is_accepted and not repository.is_standard_layout]
    if not paths:
        return ""
    names = [printable(path) for path in paths[:_MOST_NAMED]]
    more = len(paths) - len(names)
    named = (
        Message(f"{listed(names).en} and {counted(more, 'more file')}", "、".join(names) + f" 等 {len(paths)} 个文件")
        if more
        else listed(names)
    )
    told = Message(
        f"OpenWebUI reads no title from {named.en}: `owui-lint` says why.",
        f"OpenWebUI 读不到以下文件的标题：{named.zh}。原因可用 `owui-lint` 查看。",
    )
    return for_log(f"owui-lint: {told.to(lang)}\n")


def render_plugins(found: list[dict[str, Any]], lang: str, style: Style) -> str:
    """Return the plugins as a table."""
    if not found:
        return "没有找到插件。\n" if lang == "zh" else "No plugin found.\n"
    header = (
        ["插件", "类", "版本", "标题", "文件", "Valves"]
        if lang == "zh"
        else ["plugin", "class", "version", "title", "file", "valves"]
    )
    rows = [header]
    for entry in found:
        count = len(entry["valves"]) + len(entry["user_valves"])
        rows.append(
            [
                printable(entry["id"]),
                entry["class"] or "—",
                printable(entry["version"] or "—"),
                printable(entry["title"] or "—"),
                printable(entry["path"]),
                str(count),
            ]
        )
    total = f"{len(found)} 个插件。\n" if lang == "zh" else f"{counted(len(found), 'plugin')}.\n"
    return table(rows, style) + total


def describe_rules(rules: Sequence[Rule], lang: str, profile: str | None) -> list[dict[str, Any]]:
    """Return the rules for JSON, with the severities that they have in a profile."""
    return [
        {
            "code": rule.code,
            "name": rule.name,
            "family": rule.family,
            "severity": rule.severity_in(profile).label,
            "profiles": list(rule.profiles),
            "standard": list(rule.clauses),
            "fix": rule.applicability,
            "summary": rule.summary.to(lang),
        }
        for rule in rules
    ]


def describe_profile(profile: Profile, lang: str, style: Style) -> str:
    """Return the head of a list of rules: what the profile holds and what it is for."""
    head = profile.id + brackets(profile.name.to(lang), lang)
    return f"{style(head, 'bold')}\n{profile.summary.to(lang)}\n{profile.purpose.to(lang)}\n\n"


def render_rules(rules: Sequence[Rule], lang: str, style: Style, profile: str | None) -> str:
    """Return the rules as a table, with the severities that they have in a profile."""
    rows: list[list[str | Cell]] = [
        ["编号", "名称", "级别", "修复", "条款", "说明"]
        if lang == "zh"
        else ["code", "name", "severity", "fix", "clauses", "summary"]
    ]
    rows += [
        [
            rule.code,
            rule.name,
            _severity(rule.severity_in(profile), lang),
            APPLICABILITY_WORDS[rule.applicability].to(lang) if rule.applicability else "",
            ",".join(rule.clauses),
            rule.summary.to(lang),
        ]
        for rule in rules
    ]
    return table(rows, style)


def _severity(severity: Severity, lang: str) -> Cell:
    return Cell(SEVERITY_WORDS[severity].to(lang), (SEVERITY_COLOURS[severity],))
