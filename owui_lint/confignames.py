"""Names in the configuration that mean nothing: a setting without effect is a mistake that nobody would notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from owui_lint.config import Config
from owui_lint.errors import UsageError
from owui_lint.repository import Repository
from owui_lint.repository.pages import NO_PLUGIN
from owui_lint.rulebook import RuleBook
from owui_lint.text import nearest, printable

_RULES = ("select", "ignore")
_SETTINGS = (*_RULES, "plugins-dir", "per-path-ignores", "section-aliases", "pages", "openwebui-ids")


def check_names(config: Config, rulebook: RuleBook, repository: Repository) -> None:
    """Raise ``UsageError``, naming the setting's place and the nearest name that there is, where the configuration file
    names a rule, section, plugin or folder that does not exist."""
    written = [name for name in _SETTINGS if config.is_written(name)]
    for name in written:
        value, where = config[name], f"{config.origins[name]}: {name}"
        if name == "plugins-dir":  # documentation may be yet to come
            folder = repository.plugins_dir
            if folder not in repository.folders and folder != ".":
                raise UsageError(
                    f"{where}: the repository has no folder {printable(folder)!r}.",
                    f"{where}：仓库中没有目录 {printable(folder)!r}。",
                )
        elif name in _RULES:
            _known(where, value, rulebook.names_of, rulebook.selectors)
        elif name == "per-path-ignores":
            _known(where, (one for names in value.values() for one in names), rulebook.names_of, rulebook.selectors)
        elif name == "section-aliases":
            sections = repository.sections.by_id
            _known(where, value, sections.get, sections)
        else:
            named = value if name == "openwebui-ids" else [one for one in value.values() if one != NO_PLUGIN]
            _known(where, named, repository.select_plugins, [plugin.id for plugin in repository.plugins])


def _known(where: str, names: Iterable[str], find: Callable[[str], object], known: Iterable[str]) -> None:
    for name in names:
        if find(name):
            continue
        near = nearest(name, set(known))
        hint, hint_zh = (f" Did you mean {printable(near)}?", f"是不是 {printable(near)}？") if near else ("", "")
        shown = printable(name)
        raise UsageError(
            f"{where}: nothing is called {shown!r}.{hint}", f"{where}：没有名为 {shown!r} 的对象。{hint_zh}"
        )
