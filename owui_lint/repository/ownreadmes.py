"""Whose README is whose in repositories without ``plugins/{type}/``: where a plugin's own one lies.

The configuration's ``pages`` decide. Else a README is about what lies beside it or below; what was put aside (old
versions, tests, examples) does not count.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property, partial

from owui_lint import TYPE_CHECKING
from owui_lint.repository.aside import folder_put_aside, is_for_authors, is_no_part
from owui_lint.repository.documents.entries import without_version
from owui_lint.repository.plugin import meant
from owui_lint.repository.readmes import named_language
from owui_lint.repository.tree import parents
from owui_lint.text import is_named_in, title_keys, type_words, without_platform

if TYPE_CHECKING:
    from owui_lint.repository.plugin import Plugin
    from owui_lint.repository.readmes import Readmes
    from owui_lint.repository.tree import Tree

_SOURCES = (
    *(".py", ".js", ".mjs", ".ts", ".tsx", ".vue", ".svelte", ".go", ".rs", ".java", ".kt"),
    *(".c", ".cc", ".cpp", ".cs", ".swift", ".rb", ".php", ".lua", ".dart", ".scala", ".ex", ".tf"),
)


class OwnReadmes:
    """Tells which READMEs are a plugin's own.

    ``plugins`` are asked about; ``others`` lie in folders of types, so that the root's README is none of a plugin's.
    """

    def __init__(self, tree: Tree, readmes: Readmes, plugins: list[Plugin], others: list[Plugin]) -> None:
        self.tree = tree
        self.readmes = readmes
        self.plugins = plugins
        self._has_others = bool(others)
        # Where there is nothing else, what lies in such a folder is not put aside.
        self._is_all_aside = all(folder_put_aside(plugin.path) is not None for plugin in (*plugins, *others))
        #: How many plugins lie in a folder or below, and how many directly in it.
        self._below = Counter(folder for plugin in (*plugins, *others) for folder in self._around(plugin))
        self._beside = Counter(posixpath.dirname(plugin.path) for plugin in (*plugins, *others))

    def of(self, plugin: Plugin) -> list[tuple[str, str]]:
        """Return the READMEs that are a plugin's own, each with its language: the configured ones, then the nearest ones
        around the plugin, then those further up that are headed with its name and nothing else. One of them that is a link
        to another in its language says nothing of its own."""
        found = [(self._lang_of(path), path) for path, owner in self._mapped.items() if owner is plugin]
        is_nearest = True
        for folder in self._around(plugin):
            free = self._free(folder)
            if free and self._is_about(folder, plugin) and (is_nearest or self._names(folder, plugin, exactly=True)):
                found += free.items()
                is_nearest = False
        if len(found) < 2:
            return found
        beside = {one: [path for lang, path in found if lang == one] for one, _ in found}
        return [(lang, path) for lang, path in found if not self.tree.is_link_to(path, beside[lang])]

    @cached_property
    def _mapped(self) -> dict[str, Plugin | None]:
        """What the configuration says of READMEs: a plugin's, or nobody's. A Chinese one without an entry of its own goes
        with the English one beside it, as pages do."""
        found: dict[str, Plugin | None] = {}
        for path, selector in self.tree.config["pages"].items():
            if self.readmes.is_readme(path) and self.tree.exists(path):
                found[path] = next(iter(meant(self.plugins, selector)), None)
        for path, owner in list(found.items()):
            beside = self.readmes.by_lang(posixpath.dirname(path))
            if path == beside.get("en") and "zh" in beside:
                found.setdefault(beside["zh"], owner)
        return found

    def _lang_of(self, path: str) -> str:
        beside = self.readmes.by_lang(posixpath.dirname(path)).items()
        return next((lang for lang, one in beside if one == path), named_language(posixpath.basename(path)) or "en")

    def _free(self, folder: str) -> dict[str, str]:
        """The READMEs of a folder, by language, of which the configuration says nothing."""
        return {lang: path for lang, path in self.readmes.by_lang(folder).items() if path not in self._mapped}

    def possible_folders(self, plugin: Plugin) -> Iterator[str]:
        """Yield the folders, the nearest first, whose READMEs could be a plugin's and are not: it is all that is there, or
        the only one beside a README that names it, and nothing says whose README that is."""
        is_aside = not self._is_all_aside and folder_put_aside(plugin.path) is not None
        if plugin.readmes or is_aside or plugin.code.class_name is None:
            return
        for folder in self._around(plugin):
            if not self._free(folder):
                continue
            is_alone = self._below[folder] == 1 and holds_all_code(self.tree, folder, [plugin])
            is_possible = is_alone or (
                folder == posixpath.dirname(plugin.path) and self._beside[folder] == 1 and self._names(folder, plugin)
            )
            if is_possible and not self._is_of_project(folder):
                yield folder

    def _around(self, plugin: Plugin) -> Iterator[str]:
        """Yield the folders whose READMEs may be about a plugin, the nearest first: of what was put aside those up to the
        folder that says so."""
        aside = None if self._is_all_aside else folder_put_aside(plugin.path)
        for folder in parents(plugin.path):
            yield folder
            if folder == aside:
                return
        if not self._has_others:
            yield ""

    def _is_about(self, folder: str, plugin: Plugin) -> bool:
        """Whether the README of a folder is about a plugin: the only one there, or the only one beside it and the one
        that it is headed with. Further up, and in the root, it has to name the plugin at least.

        A project of another kind may bring a plugin along; the version in its README is then the project's.
        """
        is_beside = posixpath.dirname(plugin.path) == folder
        if self._below[folder] > 1:
            return is_beside and self._beside[folder] == 1 and self._names(folder, plugin, exactly=True)
        if is_beside:
            return bool(folder) or self._names(folder, plugin)
        # Any module may have front matter; what is no plugin belongs to a project.
        is_plugin = plugin.code.class_name is not None
        if not (is_plugin and self._names(folder, plugin) and holds_all_code(self.tree, folder, [plugin])):
            return False
        # What has a manifest may be called like the plugin, and have a version of its own.
        return self._names(folder, plugin, with_type=True) or not self._is_of_project(folder)

    def _is_of_project(self, folder: str) -> bool:
        """Whether a manifest says that a folder holds a project with a version of its own."""
        from owui_lint.repository.manifests import holds_manifest  # few READMEs come so far

        return holds_manifest(self.tree, folder, is_no_part)

    def _names(self, folder: str, plugin: Plugin, *, exactly: bool = False, with_type: bool = False) -> bool:
        """Whether a README's heading names a plugin; ``with_type``: by its title with the type word, and nothing else."""
        # A Chinese README.md beside an English README_EN.md names it no less.
        usual = posixpath.join(folder, self.tree.config["readme"])
        paths = {path for path in (self.readmes.of(folder, "en"), usual) if path and self.tree.exists(path)}
        titles = (self.tree.file(path).markdown.title for path in paths)
        heads = _heads_with_type if with_type else partial(_heads, exactly=exactly)
        return any(heads(title.plain, plugin) for title in titles if title is not None)


def holds_all_code(tree: Tree, folder: str, plugins: Iterable[Plugin], theirs: tuple[str, ...] = ()) -> bool:
    """Tell whether all code in a folder, but what is for authors only, lies beside some plugins, or in folders (with their
    slashes) that are ``theirs``."""
    beside = {posixpath.dirname(plugin.path) for plugin in plugins}
    paths = tree.paths_below(f"{folder}/") if folder else tree.paths
    code = (path for path in paths if path.endswith(_SOURCES) and not path.endswith("/__init__.py"))
    return all(posixpath.dirname(path) in beside or path.startswith(theirs) or is_for_authors(path) for path in code)


def _heads_with_type(heading: str, plugin: Plugin) -> bool:
    """Whether a heading is a plugin's title, with a type word at its end."""
    said, title = without_platform(heading).strip(), without_platform(plugin.title)
    return bool(type_words(said)) and not title_keys(said, drop_type=False).isdisjoint(
        title_keys(title, drop_type=False)
    )


def _heads(heading: str, plugin: Plugin, *, exactly: bool) -> bool:
    """Whether a heading names a plugin; ``exactly``: and nothing else, with or without its type word."""
    said = without_platform(heading)
    if plugin.is_called(said) or plugin.is_called(without_version(said).strip()):
        return True
    # Without its type word, or the platform, a name may be any word: then the heading has to be nothing else.
    whole = [key for name in plugin.names_in_code for key in title_keys(name, drop_type=False)]
    return not exactly and (is_named_in(said, whole) or is_named_in(heading, whole))
