"""A run from start to report: what the commands of the command line share, without any printing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from owui_lint.config import Config, load_config
from owui_lint.engine import Engine, Report, decide_profile, limit
from owui_lint.errors import UsageError
from owui_lint.finding import Finding, Message
from owui_lint.primitives import Options
from owui_lint.repository import Plugin, Repository, find_root
from owui_lint.rulebook import RuleBook, load_rulebook
from owui_lint.text import printable


@dataclass(frozen=True)
class Selection:
    """What a run is limited to; empty means no limit."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    profile: str | None = None


@dataclass
class Session:
    """One repository, opened: configuration, rule book and model. ``limits`` are the paths that are reported.

    ``overlays`` stand for files on disk; ``paths``, where given, are all files that the repository is made of.
    """

    root: Path
    config: Config
    rulebook: RuleBook
    limits: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    overlays: Mapping[str, bytes] = field(default_factory=dict)
    paths: Sequence[str] | None = None

    @cached_property
    def repository(self) -> Repository:
        """The model of the files as they are now."""
        return Repository(self.root, self.config, dict(self.rulebook.data), self.paths, self.overlays)

    def reread(self) -> None:
        """Forget the model, after files have been written."""
        self.__dict__.pop("repository", None)

    def profile(self, asked: str | None = None) -> tuple[str, Message]:
        """Return the profile and why it was taken."""
        return decide_profile(self.repository, asked or self.config["profile"])

    def plugins(self, selectors: Sequence[str]) -> list[Plugin]:
        """Return the plugins that ``TYPE/NAME`` selectors mean.

        Raises ``UsageError`` where one means none, or several.
        """
        found: dict[str, Plugin] = {}
        for selector in selectors:
            matches = self.repository.select_plugins(selector)
            if len(matches) != 1:
                raise _not_one(selector, matches, self.repository)
            found[matches[0].id] = matches[0]
        return list(found.values())

    def check(self, selection: Selection) -> Report:
        """Run the rules and return the report. Raises ``UsageError`` where there is no plugin to check."""
        repository = self.repository
        if not repository.plugins:
            raise UsageError(
                f"No OpenWebUI plugin found in {printable(str(self.root))}: nothing to check. A plugin is a .py file whose "
                'first line is """ and whose docstring has a title.',
                f'在 {printable(str(self.root))} 中没有找到 OpenWebUI 插件，无可检查。插件是第一行为 """、'
                "文档字符串中写有 title 的 .py 文件。",
            )
        profile, reason = self.profile(selection.profile)
        rules = self.rulebook.choose(
            profile,
            selection.select or self.config["select"],
            (*selection.ignore, *self.config["ignore"]),
        )
        engine = Engine(repository, self.rulebook, rules, profile, self.options)
        findings = engine.run()
        only = self.plugins(selection.plugins) if selection.plugins else None
        return Report(
            findings=limit(findings, self.limits, only),
            files=len(repository.relevant_paths),
            plugins=len(repository.plugins),
            locations=sum(max(len(location.statements), 1) for location in repository.locations),
            crashed=engine.crashed,
            profile=profile,
            profile_reason=reason,
        )


def _not_one(selector: str, matches: list[Plugin], repository: Repository) -> UsageError:
    shown = printable(selector)
    if matches:
        names = ", ".join(plugin.id for plugin in matches)
        return UsageError(f"{shown!r} could be {names}: say which.", f"{shown!r} 可能是 {names}，请写明是哪一个。")
    from owui_lint.text import nearest

    near = nearest(
        selector, {plugin.id for plugin in repository.plugins} | {plugin.name for plugin in repository.plugins}
    )
    hint, hint_zh = (f" Did you mean {near}?", f"是不是 {near}？") if near else ("", "")
    return UsageError(
        f"No plugin is called {shown!r}.{hint} See `owui-lint plugins`.",
        f"没有名为 {shown!r} 的插件。{hint_zh}请查看 `owui-lint plugins`。",
    )


def open_session(paths: Sequence[str] = (), options: Options | None = None) -> Session:
    """Open the repository that ``paths`` (or the current folder) lie in.

    Raises ``UsageError`` for a path that does not exist, paths in different repositories, and bad configuration.
    """
    given = [Path(path) for path in paths] or [Path.cwd()]
    roots: dict[Path, None] = {}
    for path in given:
        if not path.exists():
            shown = printable(str(path))
            raise UsageError(f"{shown} does not exist.", f"{shown} 不存在。")
        folder = path if path.is_dir() else path.parent
        roots[find_root(folder)] = None
    if len(roots) > 1:
        shown = ", ".join(printable(str(root)) for root in roots)
        raise UsageError(f"The paths lie in different repositories: {shown}.", f"这些路径属于不同的仓库：{shown}。")
    root = next(iter(roots))
    limits: list[str] = []
    for path in given if paths else ():
        relative = os.path.relpath(path.resolve(), root).replace(os.sep, "/")
        if relative == ".":
            limits = []
            break
        limits.append(relative)
    return Session(root, load_config(root), load_rulebook(), tuple(limits), options or Options())


def fixable(findings: Sequence[Finding], *, unsafe: bool) -> list[Finding]:
    """Return the findings whose fix may be applied."""
    return [finding for finding in findings if finding.fix and (unsafe or finding.fix.applicability == "safe")]
