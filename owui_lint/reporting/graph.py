"""The dependency graph: plugin -> packages -> shipped, to install, or in conflict; as data, text and Mermaid."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from owui_lint.language import brackets, colon, listed
from owui_lint.openwebui.requirements import FATAL
from owui_lint.reporting.github import for_log
from owui_lint.reporting.style import Style
from owui_lint.repository import Repository
from owui_lint.repository.dependencies import Needs, Requirement, all_needs, find_conflicts
from owui_lint.text import counted, printable

SHIPPED, INSTALL, CONFLICT, STDLIB, INVALID, OTHER = (
    "shipped",
    "install",
    "conflict",
    "standard-library",
    "invalid",
    "other",
)
_COLOURS = {SHIPPED: "green", INSTALL: "cyan", CONFLICT: "red", STDLIB: "red", INVALID: "red", OTHER: "yellow"}
_WORDS = {
    SHIPPED: ("shipped", "OpenWebUI 自带"),
    INSTALL: ("to install", "需安装"),
    CONFLICT: ("conflict", "冲突"),
    STDLIB: ("standard library", "标准库"),
    INVALID: ("refused by pip", "pip 无法识别"),
    OTHER: ("not a package", "不是包名"),
}
_MAX_LABEL = 120
_Rivals = dict[tuple[str, str, str], dict[str, None]]
"""Whose demands exclude one, by its package, plugin and specifier."""


def describe_dependencies(repository: Repository) -> dict[str, Any]:
    """Return the graph as data (``schema`` 1).

    ``plugins``: id, path, requirements (text, package, specifier, status, what OpenWebUI requires, with whom it
    clashes) and imports that nothing provides. ``install``: what is left to install; ``pip``: the same as one command.
    """
    needs = all_needs(repository)
    clashes: list[dict[str, Any]] = [
        {"package": one.name, "plugins": list(one.owners), "specifiers": list(one.specifiers)}
        for one in find_conflicts(repository)
    ]
    in_conflict = {str(clash["package"]) for clash in clashes}
    rivals: _Rivals = {}
    for clash in clashes:
        for index, owner in enumerate(clash["plugins"]):
            asked = (clash["package"], owner, clash["specifiers"][index])
            rivals.setdefault(asked, {})[clash["plugins"][1 - index]] = None
    install = _to_install(needs, in_conflict)
    return {
        "schema": 1,
        "openwebui": repository.target.release,
        "plugins": [_plugin(each, rivals) for each in needs.values() if each.requirements or each.missing],
        "without": [plugin for plugin, each in needs.items() if not each.requirements and not each.missing],
        "conflicts": clashes,
        "install": install,
        "pip": "pip install " + shlex.join(install) if install else None,
    }


def _plugin(needs: Needs, rivals: _Rivals) -> dict[str, Any]:
    plugin = needs.plugin
    return {
        "id": plugin.id,
        "path": plugin.path,
        "requirements": [
            _requirement(one, needs, list(rivals.get((one.part.name, plugin.id, one.part.specifier), ())))
            for one in needs.requirements
            if one.part.text
        ],
        "undeclared": [
            {
                "module": one.found.module,
                "packages": list(one.distributions),
                "line": one.found.node.lineno,
                "extras": list(one.extras),
            }
            for one in needs.missing
        ],
    }


def _requirement(one: Requirement, needs: Needs, rivals: list[str]) -> dict[str, Any]:
    part, shipped = one.part, needs.shipped(one)
    if part.kind in FATAL:
        status = INVALID
    elif part.is_standard_library:
        status = STDLIB
    elif rivals:
        status = CONFLICT
    elif shipped is not None:
        status = SHIPPED
    else:
        status = INSTALL if one in needs.to_install else OTHER
    return {
        "requirement": part.text,
        "package": part.name or None,
        "specifier": part.specifier,
        "status": status,
        "openwebui": (shipped.specifier or shipped.installed_version) if shipped else None,
        "conflicts_with": rivals,
    }


def _to_install(needs: Mapping[str, Needs], in_conflict: set[str]) -> list[str]:
    """The parts to install, once each; where a package is also demanded with a version, not without one."""
    by_name: dict[str, dict[str, bool]] = {}
    for each in needs.values():
        for one in each.to_install:
            if one.part.name not in in_conflict:
                by_name.setdefault(one.part.name or one.part.text, {})[one.part.text] = bool(one.part.specifier)
    found: list[str] = []
    for texts in by_name.values():
        versioned = [text for text, has_version in texts.items() if has_version]
        found += versioned or list(texts)
    return sorted(found, key=str.casefold)


def render_text(graph: Mapping[str, Any], lang: str, style: Style) -> str:
    """Return the graph for a terminal: a tree per plugin, then conflicts, then one line for pip."""
    zh = lang == "zh"
    lines = [style(f"OpenWebUI {graph['openwebui']}", "bold")]
    for plugin in graph["plugins"]:
        lines.append(style(printable(plugin["id"]), "bold"))
        for entry in plugin["requirements"]:
            word = _WORDS[entry["status"]][zh]
            note = ""
            if entry["openwebui"]:
                version = entry["openwebui"].removeprefix("==")
                note = brackets(version if "OpenWebUI" in word else f"OpenWebUI{colon(lang)}{version}", lang)
            if entry["conflicts_with"]:
                names = printable(listed(entry["conflicts_with"]).to(lang))
                note += f"，与 {names} 冲突" if zh else f" with {names}"
            lines.append(f"  {printable(entry['requirement'])}  {style(word, _COLOURS[entry['status']])}{note}")
        for entry in plugin["undeclared"]:
            package = " / ".join(entry["packages"][:3])
            text = (
                f"第 {entry['line']} 行导入了 {entry['module']}（{package}），但未声明"
                if zh
                else f"imports {entry['module']} ({package}) in line {entry['line']}, which nothing declares"
            )
            lines.append(f"  {style(printable(text), 'yellow')}")
    count = len(graph["without"])
    if count:
        lines.append(
            f"{count} 个插件没有额外依赖。"
            if zh
            else f"{counted(count, 'plugin')} need{'s' if count == 1 else ''} nothing more."
        )
    for clash in graph["conflicts"]:
        sides = "  ×  ".join(
            f"{owner}{colon(lang)}{clash['package']}{specifier}"
            for owner, specifier in zip(clash["plugins"], clash["specifiers"], strict=True)
        )
        lines.append(style(("冲突" if zh else "conflict") + colon(lang) + printable(sides), "red"))
    if graph["pip"]:
        lines.append(printable(graph["pip"]))
    else:
        lines.append("无需安装任何包。" if zh else "Nothing to install.")
    return for_log("\n".join(lines) + "\n")


def render_mermaid(graph: Mapping[str, Any], lang: str) -> str:
    """Return the graph as a Mermaid flow chart; names are quoted labels, never syntax."""
    lines = ["graph LR"]
    packages: dict[tuple[str, str], str] = {}
    styles: dict[str, list[str]] = {}
    for number, plugin in enumerate(graph["plugins"]):
        lines.append(f"  p{number}[{_label(plugin['id'])}]")
        for entry in plugin["requirements"]:
            key = (entry["requirement"], entry["status"])
            if key not in packages:
                packages[key] = f"r{len(packages)}"
                word = _WORDS[entry["status"]][lang == "zh"]
                lines.append(f"  {packages[key]}([{_label(f'{key[0]} · {word}')}])")
                styles.setdefault(entry["status"], []).append(packages[key])
            lines.append(f"  p{number} --> {packages[key]}")
    for status, colour in ((SHIPPED, "#2da44e"), (INSTALL, "#0969da"), (CONFLICT, "#cf222e"), (INVALID, "#cf222e")):
        if status in styles:
            lines.append(f"  classDef {status} stroke:{colour},stroke-width:2px")
            lines.append(f"  class {','.join(styles[status])} {status}")
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    """A quoted Mermaid label: everything that could end it or be read as markup is an entity."""
    text = printable(text)
    text = text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1] + "…"
    escaped = "".join(f"#{ord(c)};" if c in '"#;<>&`\\[]{}|' else c for c in text)
    return f'"{escaped}"'
