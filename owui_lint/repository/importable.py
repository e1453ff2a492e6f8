"""The names that code of the repository could be imported by."""

from __future__ import annotations

from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.repository.tree import parents, stem_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from owui_lint.repository.plugin import Plugin
    from owui_lint.repository.tree import Tree


class Importable:
    """Names of modules in the repository. Plugins are no modules of others: each is loaded alone."""

    def __init__(self, tree: Tree, plugins: Sequence[Plugin]) -> None:
        self.tree = tree
        self.plugins = plugins
        self._beside: dict[str, frozenset[str]] = {}

    def beside(self, folder: str) -> frozenset[str]:
        """Return the names that what lies directly in a folder could be imported by."""
        if folder not in self._beside:
            files = (path for path in self.tree.by_folder.get(folder, ()) if path not in self._plugin_files)
            names = (stem_of(path) for path in files if path.endswith(".py"))
            above = f"{folder}/" if folder else ""
            folders = (
                name for name in self.tree.subfolders.get(folder, ()) if above + name not in self._plugin_folders
            )
            self._beside[folder] = frozenset([*names, *folders])
        return self._beside[folder]

    @cached_property
    def anywhere(self) -> frozenset[str]:
        """The names that Python files and folders anywhere in the repository could be imported by."""
        names = (stem_of(path) for path in self._other_files)
        folders = (folder.rpartition("/")[2] for folder in self.tree.folders if folder not in self._plugin_folders)
        return frozenset([*names, *folders])

    @cached_property
    def _plugin_files(self) -> frozenset[str]:
        """The code files of plugins: often called like the package that they use."""
        return frozenset(code.path for plugin in self.plugins for code in plugin.codes)

    @cached_property
    def _other_files(self) -> list[str]:
        """Python files that are no plugin's."""
        return [path for path in self.tree.paths if path.endswith(".py") and path not in self._plugin_files]

    @cached_property
    def _plugin_folders(self) -> frozenset[str]:
        """The folders that are called like the plugin in them and hold no code besides."""
        found: set[str] = set()
        for path in self._plugin_files:
            folder = path.rpartition("/")[0]
            if folder.rpartition("/")[2] == stem_of(path):
                found.add(folder)
        for path in self._other_files if found else ():
            found.difference_update(parents(path))
        return frozenset(found)
