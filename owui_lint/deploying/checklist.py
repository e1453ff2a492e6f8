"""The list to go through before a release (clause V3), as checks that run.

Nothing here needs the network, unless a ``PluginState`` of a server is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from owui_lint.deploying.backup import Backup, Entry, backups
from owui_lint.deploying.problems import places_of
from owui_lint.deploying.state import IN_ORDER, PluginState, Status
from owui_lint.finding import LANGUAGES, Finding, Message, Severity
from owui_lint.language import in_turn, listed
from owui_lint.openwebui.facts import PlatformFacts
from owui_lint.openwebui.requirements import FATAL, Part, parse_requirements
from owui_lint.releasing.readiness import absent_notes, against_the_past, untold
from owui_lint.repository import Plugin
from owui_lint.repository.dependencies import find_conflicts
from owui_lint.repository.versions.changelogs import find_changelog
from owui_lint.repository.versions.notes import find_notes
from owui_lint.session import Selection, Session
from owui_lint.versions import version_key
from owui_lint.wording import MAX_READ, fill_both

_DEPENDENCIES, _CODE = "dependencies", "code"
_READMES = {"en": Message("README (en)", "英文 README"), "zh": Message("README (zh)", "中文 README")}


class Mark(StrEnum):
    """How an item stands. ``unknown``: it cannot be told from here, and says what would tell."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CheckItem:
    """One line of the list."""

    name: str
    mark: Mark
    title: Message
    detail: Message

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the item as the JSON report has it."""
        return {
            "name": self.name,
            "status": self.mark.value,
            "title": self.title.to(lang),
            "detail": self.detail.to(lang),
        }


def checklist(
    session: Session,
    plugin: Plugin,
    *,
    state: PluginState | None = None,
    url: str | None = None,
    folder: Path | None = None,
) -> list[CheckItem]:
    """Return the list for one plugin, in the order in which a release goes.

    Args:
        session: the repository.
        plugin: what is to be released.
        state: how the plugin stands on a server, if one was asked.
        url: the server that ``state`` is of; limits which backups count.
        folder: where backups are; ``None`` if nothing was ever deployed from here.

    Raises:
        UsageError: a backup cannot be read.
    """
    report = session.check(Selection(plugins=(plugin.id,)))
    findings = [*report.findings, *(finding for finding, _ in against_the_past(session, plugin))]
    target = session.repository.target
    saved = list(backups(folder, url)) if folder is not None and folder.is_dir() else []
    return [
        _resolved(plugin, findings),
        _without_conflict(session, plugin, target),
        _compatible(plugin, findings, target),
        _versions(session, plugin, findings),
        _notes(session, plugin, findings),
        _errors(findings, report.crashed),
        _deployed_before(plugin, state, saved),
        _way_back(plugin, state, saved),
    ]


def _item(name: str, good: bool | None, title: Message, detail: Message, **values: object) -> CheckItem:
    mark = Mark.UNKNOWN if good is None else Mark.OK if good else Mark.FAILED
    return CheckItem(name, mark, title, fill_both(detail, values, most=MAX_READ))  # several paths are one value


def _parts(plugin: Plugin) -> tuple[Part, ...]:
    return parse_requirements(plugin.code.values.get("requirements", ""))


def _resolved(plugin: Plugin, findings: list[Finding]) -> CheckItem:
    title = Message("Dependencies are what pip gets", "依赖可由 pip 正确安装")
    wrong = [item for item in findings if item.family == _DEPENDENCIES and item.severity is Severity.ERROR]
    bad = [part.text for part in _parts(plugin) if part.text and (part.kind in FATAL or part.is_standard_library)]
    if wrong or bad:
        text = places_of(wrong, 3) if wrong else listed(bad[:3])
        return _item("dependencies-resolved", False, title, Message("{what}", "{what}"), what=text)
    count = sum(bool(part.text) for part in _parts(plugin))
    return _item(
        "dependencies-resolved",
        True,
        title,
        Message("{count} named in the front matter", "元数据中声明了 {count} 个依赖"),
        count=count,
    )


def _without_conflict(session: Session, plugin: Plugin, target: PlatformFacts) -> CheckItem:
    title = Message("No conflict with other plugins or with OpenWebUI", "与其他插件及 OpenWebUI 的依赖没有冲突")
    found = find_conflicts(session.repository)
    clashing = [conflict for conflict in found if plugin.id in conflict.owners]
    if not clashing:
        return _item(
            "dependencies-agree",
            True,
            title,
            Message("OpenWebUI {release}", "OpenWebUI {release}"),
            release=target.release,
        )
    texts = [
        " / ".join(f"{owner}: {item.name}{spec}" for owner, spec in zip(item.owners, item.specifiers, strict=True))
        for item in clashing[:3]
    ]
    return _item("dependencies-agree", False, title, Message("{what}", "{what}"), what=in_turn(texts))


def _compatible(plugin: Plugin, findings: list[Finding], target: PlatformFacts) -> CheckItem:
    title = Message("Compatible with the target release", "与目标版本兼容")
    required = plugin.code.values.get("required_open_webui_version", "")
    needed, has = version_key(required), version_key(target.release)
    if required and (needed is None or (has is not None and needed > has)):
        return _item(
            "compatible",
            False,
            title,
            Message(
                "it asks for OpenWebUI {required}; the target is {release}",
                "要求 OpenWebUI {required}，而目标是 {release}",
            ),
            required=required,
            release=target.release,
        )
    wrong = [item for item in findings if item.family == _CODE and item.severity is Severity.ERROR]
    if wrong:
        return _item("compatible", False, title, Message("{what}", "{what}"), what=places_of(wrong, 3))
    return _item(
        "compatible", True, title, Message("OpenWebUI {release}", "OpenWebUI {release}"), release=target.release
    )


def _versions(session: Session, plugin: Plugin, findings: list[Finding]) -> CheckItem:
    title = Message("The version agrees everywhere", "各处版本一致")
    asked = session.rulebook.in_role("versions-agree")
    wrong = [item for item in findings if item.name in asked]
    if wrong or not plugin.version:
        what = places_of(wrong, 3) if wrong else plugin.path
        return _item("versions-agree", False, title, Message("{what}", "{what}"), what=what)
    return _item("versions-agree", True, title, Message("{version}", "{version}"), version=plugin.version)


def _notes(session: Session, plugin: Plugin, findings: list[Finding]) -> CheckItem:
    # What the standard asks for in both languages, other repositories have in those that they are written in.
    bilingual = session.rulebook.profiles[session.profile()[0]].is_bilingual
    title = (
        Message("Release notes in both languages", "中英文发布说明齐全")
        if bilingual
        else Message("Release notes", "发布说明齐全")
    )
    asked = session.rulebook.in_role("release-notes")
    wrong = [item for item in findings if item.name in asked]
    missing = [lang for lang in LANGUAGES if bilingual and lang not in plugin.readmes]
    absent = absent_notes(session, plugin)
    wrong = [item for item in wrong if item.path not in absent]
    late = untold(session, plugin)
    if late is not None:
        where = f"{late[0].path}:{late[0].span.line}"
        detail = Message(f"{{where}}: {late[1].en}", f"{{where}}：{late[1].zh}")
        return _item("notes", False, title, detail, where=where)
    if not wrong and not missing and not absent and not find_notes(session.repository, plugin):
        changelog = find_changelog(session.repository, plugin)
        if changelog is not None and changelog.tells_of(plugin.version or ""):
            where = changelog.document.path
            detail = Message("{version}: {where}", "{version}：{where}")
            return _item("notes", True, title, detail, version=plugin.version or "?", where=where)
        detail = Message("{version}; no files of notes are kept", "{version}；此插件没有单独的发布说明文件")
        return _item("notes", True, title, detail, version=plugin.version or "?")
    if not wrong and not missing and not absent:
        return _item("notes", True, title, Message("{version}", "{version}"), version=plugin.version or "?")
    if wrong:
        return _item("notes", False, title, Message("{what}", "{what}"), what=in_turn([places_of(wrong, 3), *absent]))
    names = listed([*(_READMES[lang] for lang in missing), *absent])
    return _item("notes", False, title, Message("missing: {what}", "缺少{what}"), what=names)


def _errors(findings: list[Finding], crashed: bool) -> CheckItem:
    title = Message("No errors left", "没有未解决的错误")
    wrong = [item for item in findings if item.severity is Severity.ERROR]
    if crashed and not wrong:
        return _item("no-errors", False, title, Message("a rule failed", "有规则执行失败"))
    if wrong:
        return _item("no-errors", False, title, Message("{what}", "{what}"), what=places_of(wrong, 3))
    if not findings:
        return _item("no-errors", True, title, Message("nothing else either", "没有其他问题"))
    return _item(
        "no-errors",
        True,
        title,
        Message("{count} less serious ones", "另有 {count} 个较轻的问题"),
        count=len(findings),
    )


def _deployed_before(plugin: Plugin, state: PluginState | None, saved: list[tuple[Path, Backup]]) -> CheckItem:
    title = Message("Deployed before", "曾经部署过")
    if state is not None and state.status is not Status.FAILED:
        there = state.remote.version or "?" if state.remote else None
        same = state.status in IN_ORDER
        if there is None:
            return _item("deployed", None, title, Message("not on the server yet", "服务器上还没有"))
        if same:
            return _item(
                "deployed", True, title, Message("the server has {version}", "服务器上是 {version}"), version=there
            )
        text = Message("the server has {version} ({status})", "服务器上是 {version}（{status}）")
        good = None if state.status is not Status.NEWER else False
        return _item("deployed", good, title, text, version=there, status=state.status.value)
    for path, backup in saved:
        for entry in backup.entries:
            if entry.plugin == plugin.id and entry.arrived and entry.can_be_undone:
                same = entry.version == plugin.version
                text = Message("{version} went to {url} ({file})", "{version} 已部署到 {url}（{file}）")
                return _item(
                    "deployed", same or None, title, text, version=entry.version or "?", url=backup.url, file=path.name
                )
    return _item("deployed", None, title, Message("no record; --url asks a server", "没有记录；可用 --url 查询服务器"))


def _way_back(plugin: Plugin, state: PluginState | None, saved: list[tuple[Path, Backup]]) -> CheckItem:
    title = Message("A way back is saved", "有可用于回滚的备份")
    for path, backup in saved:
        for entry in backup.entries:
            if entry.plugin == plugin.id and entry.can_be_undone and not _runs(entry, state):
                old = entry.before.version if entry.before else None
                text = Message("back to {version} ({file})", "可回滚到 {version}（{file}）")
                return _item("way-back", True, title, text, version=old or "—", file=path.name)
    if state is not None and state.remote is not None:
        text = Message("deploying will save {version} first", "部署时会先备份 {version}")
        return _item("way-back", True, title, text, version=state.remote.version or "?")
    if state is not None and state.status is Status.MISSING:
        return _item(
            "way-back", True, title, Message("nothing to go back to: it would be deleted again", "尚未部署，回滚即删除")
        )
    return _item("way-back", None, title, Message("no backup; `deploy` saves one", "没有备份；`deploy` 会自动保存"))


def _runs(entry: Entry, state: PluginState | None) -> bool:
    """Whether what is saved is what the server has now: that is no way back."""
    remote = state.remote if state is not None else None
    return remote is not None and entry.before is not None and entry.before.content == remote.content
