"""Raising versions: every place of a plugin through the one inventory, in one transaction, the code last.

The code states the truth, so its files are replaced after all others: a run that was killed before finds the old
version in the code and computes the same again.
"""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from owui_lint.errors import UsageError
from owui_lint.finding import Edit, Message, Place
from owui_lint.fixing.edits import FileChange, plan
from owui_lint.releasing.docstrings import story_in_docstring
from owui_lint.releasing.headings import new_heading
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.documents.sections import PLACEHOLDER, SectionBook, release_named
from owui_lint.repository.files import CONFLICT
from owui_lint.repository.git import GitError
from owui_lint.repository.plugin import Document
from owui_lint.repository.versions.changelogs import find_changelog
from owui_lint.repository.versions.dates import versions_in
from owui_lint.repository.versions.inventory import Location, Statement
from owui_lint.repository.versions.notes import find_notes, note_path
from owui_lint.repository.versions.stories import stories
from owui_lint.repository.versions.unread import repeated_in_lists
from owui_lint.rulebook import PROFILES
from owui_lint.session import Selection, Session
from owui_lint.text import argument, counted, printable
from owui_lint.versions import PART_NAMES, is_named_in, is_newer, is_same, raise_version, version_key


@dataclass(frozen=True)
class Step:
    """One thing that a bump does, for the user to read; ``place`` is where."""

    place: Place
    text: Message


@dataclass
class Bump:
    """A planned bump: the file changes in the order in which they are to be written, what they do, what is left to
    a person, and the versions by plugin (old, new)."""

    changes: list[FileChange] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    left: list[Step] = field(default_factory=list)
    versions: dict[str, tuple[str, str]] = field(default_factory=dict)


def next_version(plugin: Plugin, change: str, *, allow_downgrade: bool) -> str:
    """Return the version that ``change`` (``major``, ``minor``, ``patch`` or a version) makes of a plugin's.

    Raises ``UsageError`` where there is none to raise, for a version that is not SemVer, and for one that is not
    higher, unless ``allow_downgrade``.
    """
    current = plugin.version
    shown, name = printable(change), printable(plugin.id)
    if current is None:
        raise UsageError(
            f"{name} states no version in its code ({printable(plugin.path)}): there is nothing to raise.",
            f"{name} 的代码（{printable(plugin.path)}）没有写明版本，无从提升。",
        )
    if change in PART_NAMES and version_key(current) is None:
        raise UsageError(
            f"{name}: {printable(current)!r} is no version that can be raised; say which version it should be.",
            f"{name}：{printable(current)!r} 不是可以提升的版本，请直接写明目标版本。",
        )
    try:
        target = raise_version(current, change)
    except ValueError:
        raise UsageError(
            f"{shown!r} is neither major, minor or patch nor a version such as 1.2.3.",
            f"{shown!r} 既不是 major、minor、patch，也不是形如 1.2.3 的版本。",
        ) from None
    if target == current and not allow_downgrade:
        raise UsageError(
            f"{name} is at {target} already: `owui-lint --fix-versions` brings the other places in line. "
            "(With --allow-downgrade, bump does so and prepares What's New.)",
            f"{name} 已经是 {target}：可用 `owui-lint --fix-versions` 使其他位置与之一致。"
            "（加上 --allow-downgrade，bump 会一并完成，并准备“最新更新”。）",
        )
    if version_key(current) is not None and not is_newer(target, current) and not allow_downgrade:
        raise UsageError(
            f"{name} is at {printable(current)}: {target} is not higher. (--allow-downgrade lifts this.)",
            f"{name} 当前为 {printable(current)}，{target} 并不更高。（可用 --allow-downgrade 放开限制。）",
        )
    return target


def plan_bump(session: Session, plugins: Sequence[Plugin], change: str, date: datetime.date) -> Bump:
    """Return what raising the versions of ``plugins`` changes; nothing is written.

    ``date`` is what the date badges of the root READMEs are set to. Raises ``UsageError`` as ``next_version`` does,
    for places that are newer than the version to be, where an unfinished bump would be done twice, and for a merge
    conflict in a file to be changed.
    """
    repository = session.repository
    _refuse_conflicts(repository, plugins)
    allow_downgrade = session.options.allow_downgrade
    targets = {plugin.id: next_version(plugin, change, allow_downgrade=allow_downgrade) for plugin in plugins}
    all_of = {plugin.id: repository.locations_in_sight(plugin) for plugin in plugins}
    locations = {name: [item for item in found if not item.is_apart] for name, found in all_of.items()}
    if not allow_downgrade:
        if change in PART_NAMES:
            _refuse_raised(repository, plugins, targets)
        _refuse_newer(plugins, targets, locations)
        _refuse_half_done(plugins, targets, locations)
    wants_all_places = session.wants_all_places()
    bump = Bump()
    edits: list[Edit] = []
    code: list[Edit] = []
    created: list[FileChange] = []
    for plugin in plugins:
        target = targets[plugin.id]
        assert plugin.version is not None  # next_version() has looked
        bump.versions[plugin.id] = (plugin.version, target)
        for location in locations[plugin.id]:
            is_code = location.path == plugin.path
            (code if is_code else edits).extend(_raise(location, target, bump))
            if location.is_lacking and location.kind.single and wants_all_places:
                name, why = location.kind.name, _why_silent(location)
                bump.left.append(Step(location.anchor, Message(f"{name.en}: {why.en}", f"{name.zh}：{why.zh}")))
        bump.left += [_left_apart(location) for location in all_of[plugin.id] if location.is_apart]
        apart = {location.path for location in all_of[plugin.id] if location.is_apart}
        edits += _tell(session, plugin, target, bump, apart)
        created += _notes(repository, plugin, target, bump)
        bump.left += _left_to_tell(repository, plugin, target)
        bump.left += _left_unread(repository, plugin)
        bump.left += _left_in_code(session, plugin)
        bump.left += _left_in_docstring(repository, plugin, target)
    edits += _date(repository, date, bump)
    bump.changes = [*plan(repository.content, edits), *created, *plan(repository.content, code)]
    return bump


def _left_apart(location: Location) -> Step:
    name = location.kind.name
    by_name = Message(
        "it is found by its name alone and newer than the code, so its version stays",
        "版本比代码更新，且仅凭名称被认作该插件的页面，版本保持不变",
    )
    why = (
        by_name
        if location.by_name
        else Message(
            "it has other valves or functions than the plugin, so its version stays",
            "Valves 字段或函数与插件不一致，版本保持不变",
        )
    )
    return Step(location.statements[0].place(), Message(f"{name.en}: {why.en}", f"{name.zh}：{why.zh}"))


def _left_linked(statement: Statement) -> Step:
    address, value = printable(statement.bound), printable(statement.value)
    why = f"{value} and its link {address} go together: change both", f"{value} 与其链接 {address} 需要一并修改"
    return Step(statement.place(), Message(*why))


def _left_shared(statement: Statement) -> Step:
    value, others = printable(statement.value), statement.uses - 1
    why = Message(
        f"the address of the badge {value} is that of {counted(others, 'other image')} too: give this one its own",
        f"徽章 {value} 的地址另有 {others} 处图片在用：请为此处单独写一个地址",
    )
    return Step(statement.place(), why)


def _refuse_conflicts(repository: Repository, plugins: Sequence[Plugin]) -> None:
    """Refuse to write into files that hold both sides of a merge: neither is the version to raise."""
    paths = [location.path for plugin in plugins for location in repository.finder.of_plugin(plugin)]
    for path in (*paths, *(badge.place.path for badge in repository.dates)):
        file = repository.file(path)
        if file.problem == CONFLICT:
            where = f"{printable(path)}:{file.problem_place.span.line}"
            raise UsageError(
                f"{where}: a merge conflict starts here. Resolve it first.", f"{where}：此处有合并冲突，请先解决。"
            )


def _refuse_raised(repository: Repository, plugins: Sequence[Plugin], targets: Mapping[str, str]) -> None:
    """Refuse to raise by a part what the last commit has at a lower version: a second run would skip a version. Who means
    it says which version it should be. Where git knows nothing of the code, nothing is said."""
    git = repository.git
    try:
        blobs = {path: blob for path, (_, blob) in git.tree("HEAD", *(plugin.path for plugin in plugins)).items()}
        committed = versions_in(git, blobs.values())
    except (GitError, ValueError):
        return
    for plugin in plugins:
        old, now = committed.get(blobs.get(plugin.path)), plugin.version
        if old is not None and now is not None and version_key(old) is not None and is_newer(now, old):
            name, shown, before = printable(plugin.id), printable(now), printable(old)
            command = f"owui-lint bump {argument(plugin.id)} {targets[plugin.id]}"
            raise UsageError(
                f"{name} is raised already: its code is at {shown}, and the last commit at {before}. Commit that first; to "
                f"raise it once more, say the version: `{command}`.",
                f"{name} 已经提升过：代码为 {shown}，而上次提交为 {before}。请先提交；如确需再次提升，请写明版本：`{command}`。",
            )


def _refuse_newer(
    plugins: Sequence[Plugin], targets: Mapping[str, str], locations: Mapping[str, list[Location]]
) -> None:
    for plugin in plugins:
        target, name = targets[plugin.id], printable(plugin.id)
        newer: dict[str, str] = {}
        for location in locations[plugin.id]:
            for statement in location.statements:
                for part in statement.parts:
                    if part != statement.defined and is_newer(part.value, target):
                        place = statement.file.place(part.start)
                        newer.setdefault(f"{printable(location.path)}:{place.span.line}", printable(part.value))
        if len(newer) == 1:
            where, stated = next(iter(newer.items()))
            raise UsageError(
                f"{where} says {stated}, which is newer than {target}: settle the version of "
                f"{name} first. (--allow-downgrade lifts this.)",
                f"{where} 写的是 {stated}，比 {target} 更新：请先确定 {name} 的版本。"
                "（可用 --allow-downgrade 放开限制。）",
            )
        if newer:
            raise UsageError(
                f"{len(newer)} places are newer than {target}: "
                f"{', '.join(f'{where} ({stated})' for where, stated in newer.items())}. "
                f"Settle the version of {name} first. (--allow-downgrade lifts this.)",
                f"有 {len(newer)} 处比 {target} 更新："
                f"{'、'.join(f'{where}（{stated}）' for where, stated in newer.items())}。"
                f"请先确定 {name} 的版本。（可用 --allow-downgrade 放开限制。）",
            )


def _refuse_half_done(
    plugins: Sequence[Plugin], targets: Mapping[str, str], locations: Mapping[str, list[Location]]
) -> None:
    """Refuse several plugins of which one looks half raised: another may be done, and would be raised twice."""
    if len(plugins) < 2:
        return
    for plugin in plugins:
        values = [
            part.value
            for location in locations[plugin.id]
            if location.path != plugin.path
            for statement in location.statements
            for part in statement.parts
        ]
        target = targets[plugin.id]
        if values and target in values and target != plugin.version:
            name, current = printable(plugin.id), printable(plugin.version or "")
            raise UsageError(
                f"{name} states {target} in places while its code is at {current}: a bump was interrupted, "
                "or the code was forgotten. Bump it on its own first; the others may be done already.",
                f"{name} 的部分位置已是 {target}，而代码仍是 {current}：可能是上次提升中断，"
                "或漏改了代码。请先单独提升它；其他插件可能已经完成。",
            )


def _raise(location: Location, target: str, bump: Bump) -> list[Edit]:
    edits: dict[Edit, None] = {}  # badges may have their address from one definition
    for statement in location.statements:
        if statement.wrong_parts(target) and (statement.bound or statement.is_shared(target)):
            bump.left.append(_left_linked(statement) if statement.bound else _left_shared(statement))
            continue
        for part in statement.wrong_parts(target):
            place = statement.file.place(part.start, part.end)
            shown = f"{printable(part.value)} → {target}"
            bump.steps.append(Step(place, Message(shown, shown)))
        edits |= dict.fromkeys(statement.edits(target))
    return list(edits)


def _why_silent(location: Location) -> Message:
    if not location.present:
        return Message("does not exist", "不存在")
    if location.kind.finder == "entries" and location.entry is None:
        return Message("does not list the plugin", "没有列出该插件")
    return Message("states no version", "没有写明版本")


def _left_to_tell(repository: Repository, plugin: Plugin, target: str) -> list[Step]:
    """The changelog of a plugin that tells nothing of the version to be: whoever keeps it writes it."""
    changelog = find_changelog(repository, plugin)
    if changelog is None or changelog.tells_of(target):
        return []
    why = Message(
        f"say what {target} brings: bump leaves this file alone", f"写明 {target} 的变化：bump 不会改动此文件"
    )
    return [Step(changelog.place, why)]


def _left_unread(repository: Repository, plugin: Plugin) -> list[Step]:
    """Where root READMEs tell of a plugin with the version that it had, in a form in which nothing is written."""
    old = plugin.version or ""
    shown = printable(old)
    why = Message(
        f"{shown} stands here in a form that is not read: change it if it is this version",
        f"此处的 {shown} 写法无法识别：如果指的是这个版本，请自行修改",
    )
    found = repeated_in_lists(repository, plugin, old)
    return [Step(document.file.place(one.start, one.end), why) for document, one in found]


def _left_in_code(session: Session, plugin: Plugin) -> list[Step]:
    """Where the code states the version besides its front matter."""
    roles = session.rulebook.in_role("version-repeats")
    chosen = session.rulebook.choose(PROFILES[-1], (), session.config["ignore"])
    asked = tuple(rule.name for rule in chosen if rule.name in roles)
    if not asked:
        return []
    report = session.check(Selection(select=asked, plugins=(plugin.id,), profile=PROFILES[-1]))
    why = Message(
        "the code states a version here, too: drop it, or bring it in line",
        "代码在此处也写明了版本：请去掉，或改为一致",
    )
    return [Step(one.place, why) for one in report.findings if one.name in roles]


def _left_in_docstring(repository: Repository, plugin: Plugin, target: str) -> list[Step]:
    """Where the docstring that holds the front matter tells what is new in another release, in words that head that."""
    found = story_in_docstring(plugin.code, repository.sections)
    if found is None or is_same(found[0], target):
        return []
    told, place = printable(found[0]), found[1]
    why = Message(
        f"the docstring tells what is new in {told}: bring it up to {target}",
        f"模块文档字符串介绍的仍是 {told} 的更新：请改为 {target} 的内容",
    )
    return [Step(place, why)]


def _left_in_histories(document: Document, book: SectionBook, target: str) -> list[Step]:
    """The Changelog of a page that has What's New as well: an entry of its own is a person's to write."""
    if not stories(document, book):
        return []  # bump continues the Changelog itself
    left = []
    for start, end in book.histories(document.markdown, document.lang):
        listed = [one for one in document.markdown.headings if start <= one.start < end and release_named(one.plain)]
        if listed and not any(is_named_in(one.plain, target) for one in listed):
            why = Message(f"the Changelog has no entry for {target} yet", f"更新日志中还没有 {target} 的条目")
            left.append(Step(document.file.place(listed[0].start, listed[0].end), why))
    return left


def _tell(session: Session, plugin: Plugin, target: str, bump: Bump, apart: set[str]) -> list[Edit]:
    """Prepare the story of a version in the plugin's documents, but for those that are at a version of their own."""
    repository, edits = session.repository, list[Edit]()
    only_latest, is_due = session.asks("one-release"), session.asks("story-due")
    for document in plugin.documents:
        if document.path in apart:
            continue
        # Only READMEs of which the standard is asked must have the section; others get a heading where they have had one.
        required = is_due and document.kind == "readme" and plugin.folder is not None
        book, others = repository.sections, repository.inventory.others
        bump.left += _left_in_histories(document, book, target)
        heading = new_heading(document, book, others, target, create=required, only_latest=only_latest)
        if heading is None:
            continue
        shown = printable(heading.text)
        if heading.instead_of is None:
            text = Message(f"new heading: {shown}", f"新增标题：{shown}")
        elif heading.instead_of == target:
            text = Message(f"heading of what is no longer to come: {shown}", f"标题（去掉“待发布”类说明）：{shown}")
        else:
            text = Message(f"heading, of which nothing was told yet: {shown}", f"标题（尚无内容）：{shown}")
        bump.steps.append(Step(heading.place, text))
        if heading.instead_of != target:
            bump.left.append(Step(heading.place, Message(f"say what {target} brings", f"写明 {target} 的变化")))
        edits += heading.edits
    return edits


def _notes(repository: Repository, plugin: Plugin, target: str, bump: Bump) -> list[FileChange]:
    kept = find_notes(repository, plugin)
    if not kept:
        return []
    changes = []
    for lang in ("en", "zh"):
        path = note_path(plugin, target, lang)
        if lang in kept.get(target, {}) or repository.file(path).problem != "missing":
            continue
        changes.append(FileChange(path, None, _note(repository, plugin, target, lang).encode()))
        bump.steps.append(Step(Place(path), Message("new file", "新建文件")))
        bump.left.append(Step(Place(path), Message("write the release note", "撰写发布说明")))
    return changes


def _note(repository: Repository, plugin: Plugin, target: str, lang: str) -> str:
    import jinja2

    folder = Path(__file__).parent / "templates"
    # Markdown, not HTML: what a title holds is shown as it is. Templates are the tool's own, values are never compiled.
    environment = jinja2.Environment(  # noqa: S701
        loader=jinja2.FileSystemLoader(folder), keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    document = plugin.readmes.get(lang)
    text: str = environment.get_template(f"note_{lang}.md.j2").render(
        title=printable(plugin.title),
        version=target,
        previous=plugin.version,
        readme=posixpath.basename(document.path) if document else repository.config["readme"],
        mark=PLACEHOLDER,
    )
    return text


def _date(repository: Repository, date: datetime.date, bump: Bump) -> list[Edit]:
    edits: dict[Edit, None] = {}  # badges may have their address from one definition
    for badge in repository.dates:
        for edit, part in zip(badge.edits(date), badge.wrong_parts(date), strict=False) if not badge.generated else ():
            if edit not in edits:
                text = f"{printable(part.value)} → {date.isoformat()}"
                bump.steps.append(Step(badge.place_of(part), Message(text, text)))
            edits[edit] = None
    return list(edits)
