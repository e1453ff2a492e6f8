"""Names in the configuration that mean nothing: a setting without effect is a mistake that nobody would notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from owui_lint.config import Config
from owui_lint.errors import UsageError
from owui_lint.finding import Message
from owui_lint.language import did_you_mean, listed
from owui_lint.repository import Repository
from owui_lint.repository.aside import is_candidate
from owui_lint.repository.pages import NO_PLUGIN
from owui_lint.repository.plugin import meant
from owui_lint.repository.tree import beginning_of, has_open_bracket, matches_any, parents
from owui_lint.rulebook import RuleBook
from owui_lint.text import is_slip, nearest, printable

_MOST_NAMED = 5
_RULES = ("select", "ignore")
_RULE = Message("rule, code or family", "规则、编号或规则族")
_PLUGIN = Message("plugin (TYPE/NAME, see `owui-lint plugins`)", "插件（TYPE/NAME，见 `owui-lint plugins`）")
_PAGE = Message("page below docs-dir or README", "文档页（相对 docs-dir 的路径）或 README")
_SECTION = Message("section", "章节")
_Path = tuple[str | int, ...]


def check_names(config: Config, rulebook: RuleBook, repository: Repository) -> None:
    """Raise ``UsageError``, naming the setting's place and the nearest name that there is, where the configuration file
    names a rule, section, plugin or folder that does not exist, or misspells a page."""
    for name in filter(config.is_written, _RULES):
        _known(config, name, _RULE, _items(config[name]), rulebook.names_of, rulebook.selectors)
    _check_folders(config, repository)
    if config.is_written("per-path-ignores"):
        by_pattern = config["per-path-ignores"].items()
        items = [((pattern, *path), one) for pattern, names in by_pattern for path, one in _items(names)]
        _known(config, "per-path-ignores", _RULE, items, rulebook.names_of, rulebook.selectors)
    for name in filter(config.is_written, ("exclude", "per-path-ignores")):
        _check_patterns(config, name, repository)
    if config.is_written("section-aliases"):
        sections = repository.sections.by_id
        _known(config, "section-aliases", _SECTION, _keys(config["section-aliases"]), sections.get, sections)
    _check_plugins(config, repository)


def _check_folders(config: Config, repository: Repository) -> None:
    if config.is_written("plugins-dir"):  # documentation may be yet to come
        _has_folder(config.where("plugins-dir"), repository.plugins_dir, repository)
    if config.is_written("docs-dir"):
        # Unless something like it, or the usual folder, is there: then pages would silently not be compared.
        there = repository.folders
        if config.usual("docs-dir") in there or nearest(repository.docs_dir, set(there)):
            _has_folder(config.where("docs-dir"), repository.docs_dir, repository)
    if config.is_written("plugin-types"):  # so may plugins of one type, but not all
        _check_types(config, repository)
        folders = [f"{repository.plugins_dir}/{kind}" for kind in config["plugin-types"]]
        if not any(folder in repository.folders or _is_unjudged(folder, repository) for folder in folders):
            _has_folder(config.where("plugin-types"), next(iter(folders), ""), repository)


def _check_types(config: Config, repository: Repository) -> None:
    """Raise ``UsageError`` for a type without a folder whose name is that of a folder but for a slip: any name may be one,
    and its plugins may be yet to come."""
    kinds, below = config["plugin-types"], f"{repository.plugins_dir}/"
    there = [folder.removeprefix(below) for folder in repository.folders if folder.startswith(below)]
    others = [name for name in there if "/" not in name and name not in kinds]
    for number, kind in enumerate(kinds):
        folder = below + kind
        is_usual = kind in config.usual("plugin-types")  # of which a repository need not have all
        if folder in repository.folders or is_usual or _is_unjudged(folder, repository):
            continue
        near = next((name for name in others if is_slip(kind, name) or kind.casefold() == name.casefold()), None)
        if near is not None:
            where, hint = config.where("plugin-types", number), did_you_mean(printable(near))
            shown = printable(folder)
            raise UsageError(
                f"{where}: the repository has no folder {shown!r}.{hint.en}",
                f"{where.replace(': ', '：')}：仓库中没有目录 {shown!r}。{hint.zh}",
            )


def _check_patterns(config: Config, name: str, repository: Repository) -> None:
    """Raise ``UsageError`` for a pattern of paths whose beginning is nothing that is there, but for a slip. Others may
    match nothing: they are for files that are to come, or that are made now and then."""
    patterns, there = list(config[name]), list[str]()
    for number, pattern in enumerate(patterns):
        if has_open_bracket(pattern) and not any(matches_any(path, [pattern]) for path in repository.listed):
            where = config.where(name, *((number,) if name == "exclude" else (pattern,)))
            shown = printable(pattern)
            raise UsageError(
                f"{where}: {shown!r} has a [ without its ], and matches no file. The character itself is written [[].",
                f"{where.replace(': ', '：')}：{shown!r} 中的 [ 没有对应的 ]，不匹配任何文件。要匹配 [ 字符本身请写 [[]。",
            )
        beginning = beginning_of(pattern)
        if not beginning or repository.lies_there(beginning):
            continue
        if not there:
            files = repository.listed
            there = sorted({*files, *(folder for path in files for folder in parents(path))})
        near = next((path for path in there if _is_meant(beginning, path, patterns)), None)
        if near is not None:
            where = config.where(name, *((number,) if name == "exclude" else (pattern,)))
            shown, meant_here = printable(pattern), printable(near)
            raise UsageError(
                f"{where}: {shown!r} matches no file. Did you mean {meant_here}?",
                f"{where.replace(': ', '：')}：{shown!r} 不匹配任何文件。是不是 {meant_here}？",
            )


def _is_meant(beginning: str, path: str, patterns: Iterable[str]) -> bool:
    """Whether the beginning of a pattern is a path but for a slip. Who names that, too, means both; and another number is
    another release."""
    if not is_slip(beginning, path) or path in map(beginning_of, patterns):
        return False
    words, others = ("".join(mark for mark in text if not mark.isdigit()) for text in (beginning, path))
    return words != others


def _check_plugins(config: Config, repository: Repository) -> None:
    plugins = [plugin.id for plugin in repository.plugins]
    # What is not known may be a plugin that is excluded, or was not checked out.
    is_whole = not any(map(is_candidate, repository.unjudged_files))
    if config.is_written("pages"):
        value = config["pages"]
        named = [((key,), one) for key, one in value.items() if one != NO_PLUGIN and is_whole]
        _known(config, "pages", _PLUGIN, named, repository.select_plugins, plugins)
        # A page that is gone, or yet to come, does no harm; one that is called otherwise gets no plugin.
        pages = {*filter(repository.readmes.is_readme, repository.relevant_paths), *repository.pages.names}
        misspelt = [key for key in value if key not in pages and nearest(key, pages)]
        _known(config, "pages", _PAGE, _keys(misspelt), pages.__contains__, pages)
        for key, selector in value.items():
            _has_one_meaning(config, key, selector, repository)
    if config.is_written("openwebui-ids") and is_whole:
        _known(config, "openwebui-ids", _PLUGIN, _keys(config["openwebui-ids"]), repository.select_plugins, plugins)


def _has_one_meaning(config: Config, key: str, selector: str, repository: Repository) -> None:
    """Raise ``UsageError`` where an entry of ``pages`` could mean several plugins, or has no effect on a file that is there."""
    plugins = meant(repository.plugins, selector) if selector != NO_PLUGIN else []
    where = config.where("pages", key)
    where_zh = where.replace(": ", "：")
    if len(plugins) > 1:
        names, shown = listed(printable(plugin.id) for plugin in plugins[:_MOST_NAMED]), printable(selector)
        raise UsageError(
            f"{where}: {shown!r} could be one of several plugins. Name the one that is meant: {names.en}.",
            f"{where_zh}：{shown!r} 可能指多个插件，请写明是哪一个：{names.zh}。",
        )
    if key in repository.pages.names or not _is_there(key, repository):
        return
    if not repository.readmes.is_readme(key):
        raise UsageError(
            f"{where}: {printable(key)} is no page or README in Markdown that is compared, so the entry has no effect.",
            f"{where_zh}：{printable(key)} 不是参与版本比较的文档页，也不是 Markdown 格式的 README，此项设置不起作用。",
        )
    if not repository.can_assign(key, plugins):
        folder = printable(repository.plugins_dir)
        raise UsageError(
            f"{where}: in {folder}/TYPE/ its place says whose a README is, so the entry has no effect.",
            f"{where_zh}：{folder}/TYPE/ 中的 README 按所在位置归属插件，此项设置不起作用。",
        )


def _is_there(key: str, repository: Repository) -> bool:
    below = f"{repository.pages_dir}/{key}"
    return any(map(repository.exists, (key, below, f"{key}.md", f"{below}.md")))


def _items(names: Iterable[str]) -> list[tuple[_Path, str]]:
    return [((index,), name) for index, name in enumerate(names)]


def _keys(names: Iterable[str]) -> list[tuple[_Path, str]]:
    return [((name,), name) for name in names]


def _has_folder(where: str, folder: str, repository: Repository) -> None:
    if folder not in repository.folders and not _is_unjudged(folder, repository):
        raise UsageError(
            f"{where}: the repository has no folder {printable(folder)!r}.",
            f"{where.replace(': ', '：')}：仓库中没有目录 {printable(folder)!r}。",
        )


def _is_unjudged(folder: str, repository: Repository) -> bool:
    """Whether something lies in a folder that is excluded, or was not checked out."""
    return any(path.startswith(f"{folder}/") for path in repository.unjudged_files)


def _known(
    config: Config,
    setting: str,
    kind: Message,
    names: Iterable[tuple[_Path, str]],
    find: Callable[[str], object],
    known: Iterable[str],
) -> None:
    """Raise ``UsageError`` for a name, with its path within the setting, that ``find`` does not find."""
    for path, name in names:
        if find(name):
            continue
        where = config.where(setting, *path)
        near = nearest(name, set(known))
        hint, hint_zh = (f" Did you mean {printable(near)}?", f"是不是 {printable(near)}？") if near else ("", "")
        shown = printable(name)
        raise UsageError(
            f"{where}: there is no {kind.en} {shown!r}.{hint}",
            f"{where.replace(': ', '：')}：没有名为 {shown!r} 的{kind.zh}。{hint_zh}",
        )
