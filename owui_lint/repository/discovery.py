"""From files to plugins: which Python files are plugins, what they are called, which READMEs are theirs."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.openwebui.names import PLUGIN_CLASSES, type_of_folder
from owui_lint.repository.aside import is_acceptable, is_candidate, is_no_part, may_be_called_test
from owui_lint.repository.plugin import Code, Document, Plugin, group_folder, named_for
from owui_lint.text import is_same_name, slug
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from owui_lint.repository.ownreadmes import OwnReadmes
    from owui_lint.repository.readmes import Readmes
    from owui_lint.repository.tree import Tree


class Found(NamedTuple):
    """Plugins, and whose READMEs are whose of those outside of the folders of types; ``None`` where there are none."""

    plugins: list[Plugin]
    own_readmes: OwnReadmes | None


class Discovery:
    """Finds the plugins of a repository."""

    def __init__(self, tree: Tree, readmes: Readmes) -> None:
        self.tree = tree
        self.readmes = readmes

    @cached_property
    def is_standard_layout(self) -> bool:
        """Whether plugins lie in ``plugins/{type}/``; else any accepted Python file is a plugin."""
        return any(self._standard_groups)

    @cached_property
    def _standard_groups(self) -> dict[tuple[str, str | None], list[Code]]:
        """Plugin files by type and own folder (``None`` for a file directly in the type's folder)."""
        groups: dict[tuple[str, str | None], list[Code]] = defaultdict(list)
        for kind in self.tree.types:
            prefix = f"{self.tree.plugins_dir}/{kind}/"
            for path in self.tree.paths_below(prefix):
                called_test = not is_candidate(path)
                if called_test and not may_be_called_test(path[len(prefix) :]):
                    continue
                rest = path[len(prefix) :].split("/")
                code = Code(self.tree.file(path))
                if called_test and not (code.is_accepted and code.class_name):
                    continue
                # A file that cannot be read, or holds nothing although there is a README, named like its folder, is a plugin
                # too: that it is broken is one finding.
                named = len(rest) == 2 and slug(code.stem) == slug(rest[0])
                broken = named and (code.file.problem is not None or self._is_emptied(code, prefix + rest[0]))
                own_class = PLUGIN_CLASSES.get(code.class_name or "") == kind
                if (len(rest) <= 2 and (code.is_meant or own_class or broken)) or code.is_accepted:
                    groups[kind, "/".join(rest[:-1]) or None].append(code)
        return groups

    def _is_emptied(self, code: Code, folder: str) -> bool:
        """Whether nothing is left in a file whose folder has a README."""
        return code.holds_nothing and bool(self.readmes.by_lang(folder))

    @cached_property
    def found(self) -> Found:
        """All plugins, sorted by id, each with its READMEs."""
        placed = self._standard_plugins() if self.is_standard_layout else []
        codes = self._misplaced(placed) if self.is_standard_layout else self._loose()
        others = self._named(codes, placed) if codes else Found([], None)
        return Found(sorted(placed + others.plugins, key=lambda plugin: plugin.id), others.own_readmes)

    def _standard_plugins(self) -> list[Plugin]:
        plugins: list[Plugin] = []
        taken: set[str] = set()
        for (kind, folder), found in self._standard_groups.items():
            copied = self._titles_above(kind, folder) if folder is not None and "/" in folder else frozenset()
            codes = [code for code in found if code.title.casefold() not in copied]
            if not codes:
                continue
            if folder is None:
                groups = group_folder(codes, "")
            else:
                groups = group_folder(codes, posixpath.basename(folder), is_own=True)
            owner = self._owner_of_folder(kind, folder, groups) if folder else None
            for code, copies in groups:
                owns_folder = code is owner
                name = folder if owns_folder and folder is not None else code.stem
                if f"{kind}/{name}" in taken:
                    name = f"{folder}/{code.stem}" if folder else f"{code.stem}.py"
                taken.add(f"{kind}/{name}")
                plugin = Plugin(f"{kind}/{name}", kind, name, code, copies=copies)
                if owns_folder:
                    plugin.folder = f"{self.tree.plugins_dir}/{kind}/{folder}"
                    self._attach_readmes(plugin, self.readmes.by_lang(plugin.folder).items())
                plugins.append(plugin)
        return plugins

    def _titles_above(self, kind: str, folder: str) -> frozenset[str]:
        """The titles (folded) of the plugins whose folders a folder lies in: files with these are copies of them."""
        groups = self._standard_groups
        above = [folder[:end] for end, letter in enumerate(folder) if letter == "/"]
        titles = {code.title.casefold() for one in above for code in groups.get((kind, one), ())}
        return frozenset(titles - {""})

    def _owner_of_folder(self, kind: str, folder: str, groups: list[tuple[Code, list[Code]]]) -> Code:
        """The plugin that a folder belongs to: where it holds several, the one that its README's title names."""
        if len(groups) > 1:
            for path in self.readmes.by_lang(f"{self.tree.plugins_dir}/{kind}/{folder}").values():
                title = self.tree.file(path).markdown.title
                named = [code for code, _ in groups if title is not None and is_same_name(title.plain, code.title)]
                if len(named) == 1:
                    return named[0]
        return groups[0][0]

    def _attach_readmes(self, plugin: Plugin, readmes: Iterable[tuple[str, str]]) -> None:
        for lang, path in readmes:
            document = Document(self.tree.file(path), lang, "readme")
            document.plugin = plugin
            if plugin.readmes.setdefault(lang, document) is not document:
                plugin.other_readmes.append(document)

    def _misplaced(self, placed: list[Plugin]) -> list[Code]:
        """The code of plugins outside of the folders of types. Another plugin's title says that a file is a copy of it."""
        titles = {code.title.casefold() for plugin in placed for code in plugin.codes}
        types = (f"{self.tree.debug_dir}/", *(f"{self.tree.plugins_dir}/{kind}/" for kind in self.tree.types))
        codes, unknown = [], []
        for path in self.tree.paths:
            if is_candidate(path) and not path.startswith(types) and not is_no_part(path):
                code = Code(self.tree.file(path))
                if code.class_name is None:
                    continue
                if not code.is_meant:
                    unknown.append(code)
                elif code.title.casefold() not in titles:
                    codes.append(code)
        return codes + self._unmarked(unknown, [*codes, *(code for plugin in placed for code in plugin.codes)])

    def _loose(self) -> list[Code]:
        """The code of plugins where there are no folders of types."""
        codes, unknown = [], []
        debug = f"{self.tree.debug_dir}/"
        for path in self.tree.paths:
            if path.startswith(debug):
                continue
            if is_acceptable(path):
                code = Code(self.tree.file(path))
                if code.is_accepted or (is_candidate(path) and code.is_meant):
                    codes.append(code)
                elif code.class_name is not None and is_candidate(path):
                    unknown.append(code)
        return codes + self._unmarked(unknown, codes)

    def _unmarked(self, unknown: list[Code], known: list[Code]) -> list[Code]:
        """Those of files with a plugin's class, not known to be plugins, that OpenWebUI would load all the same."""
        if not unknown or not known:
            return []
        from owui_lint.repository.unmarked import unmarked  # few repositories have such files

        return unmarked(self.tree, unknown, known)

    def _named(self, codes: list[Code], others: list[Plugin]) -> Found:
        """Return plugins by class and file name, with their own READMEs. ``others`` lie in folders of types: where
        there are any, these are misplaced."""
        from owui_lint.repository.ownreadmes import OwnReadmes  # the standard's layout does without

        taken = {plugin.id for plugin in others}
        names: dict[str, list[tuple[Code, str, str]]] = defaultdict(list)
        for code in codes:
            kind = PLUGIN_CLASSES.get(code.class_name or "", "") or type_of_folder(code.path) or "unknown"
            name = named_for(code.path)
            names[f"{kind}/{name}"].append((code, kind, name))
        plugins = []
        for group in names.values():
            for code, kind, name in group:
                if len(group) > 1 or f"{kind}/{name}" in taken:  # the same name twice: the path makes it unique
                    name = posixpath.splitext(code.path)[0]
                    if f"{kind}/{name}" in taken:  # by one in a folder of a folder of the type's
                        name = code.path
                plugins.append(Plugin(f"{kind}/{name}", kind, name, code, is_misplaced=bool(others)))
        originals = _originals(plugins)
        own_readmes = OwnReadmes(self.tree, self.readmes, originals, others)
        for plugin in originals:
            self._attach_readmes(plugin, own_readmes.of(plugin))
        return Found(plugins, own_readmes)


def _originals(plugins: list[Plugin]) -> list[Plugin]:
    """Leave out plugins that are another one of their folder in another language: READMEs there are the other one's."""
    by_folder: dict[str, list[Plugin]] = defaultdict(list)
    for plugin in plugins:
        by_folder[posixpath.dirname(plugin.path)].append(plugin)
    copies = set()
    for folder, beside in by_folder.items():
        for _, group in group_folder((plugin.code for plugin in beside), posixpath.basename(folder)):
            copies |= {code.path for code in group}
    return [plugin for plugin in plugins if plugin.path not in copies]
