"""The linted repository: files, plugins, documents and version locations, each read and parsed once."""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from owui_lint import TYPE_CHECKING, cache
from owui_lint.config import TOML_NAME, YAML_NAME, Config
from owui_lint.facts import FactStore
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.classes import PLUGIN_CLASSES
from owui_lint.repository.files import SourceFile, list_files
from owui_lint.repository.git import Git
from owui_lint.repository.plugin import (
    ENGLISH_README_NAME,
    README_NAME,
    Code,
    Document,
    Plugin,
    group_folder,
    is_candidate,
)
from owui_lint.repository.sections import SectionBook
from owui_lint.states import upwards, walk
from owui_lint.text import is_named_in, slug, title_keys

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.openwebui.facts import Facts
    from owui_lint.releasing.comparison import Comparison
    from owui_lint.repository.dates import DateBadge
    from owui_lint.repository.inventory import Inventory, Location
    from owui_lint.repository.locations import Finder
    from owui_lint.repository.message import CommitMessage
    from owui_lint.repository.pages import Pages

DEBUG_FOLDER = "debug"  # plugins/debug/** is free: no rule for plugins applies there (A6)
_MAX_TOML = 1024 * 1024  # bytes; the configuration is not read from a larger file either
# Beside plugins in the standard's folders, what lies here is not for users (nor in hidden folders).
_ASIDE = lazy_pattern(r"(?:^|/)(?:\.[^/]*|tests?|fixtures|testdata|examples?|templates?|scripts)/", re.IGNORECASE)
_TYPE_FOLDERS = frozenset({"", "functions", "plugins", "src", *PLUGIN_CLASSES.values()})
_MAIN_STEMS = frozenset({"main", "plugin", "index", "function", "tool", "filter", "pipe", "action", "app"})


def find_root(start: str | os.PathLike[str]) -> str:
    """Return the root, an absolute path without links, of the repository that ``start`` (a folder) is in.

    The nearest folder with our configuration; else git's top level if it has plugins; else the nearest folder
    whose ``plugins/`` holds Python files of a plugin type; else git's top level; else ``start``.
    """
    start = os.path.realpath(start)
    top = Git(start).top_level()
    chain = list(upwards(start))
    if top is not None:
        chain = chain[: chain.index(top) + 1]
    for folder in chain:
        if _is_configured(folder):
            return folder
    candidates = [chain[-1], *chain] if top is not None else chain
    for folder in candidates:
        if _has_plugins(folder):
            return folder
    return chain[-1] if top is not None else start


def _folder(setting: str) -> str:
    """Return a folder as paths of the repository name it: ``./plugins/`` is ``plugins``."""
    return posixpath.normpath(setting.strip("/") or ".")


def _names(heading: str, plugin: Plugin) -> bool:
    """Whether a heading names a plugin."""
    said = compiled(r"\b(?:for[ ]+)?open[ -]?webui\b", re.IGNORECASE).sub(" ", heading)
    whole = [name for text in (plugin.title, plugin.code.stem) for name in title_keys(text, drop_type=False)]
    # Without its type word a name may be any word: then the heading has to be nothing else.
    names = title_keys(plugin.title) | title_keys(plugin.code.stem)
    return not title_keys(said).isdisjoint(names) or is_named_in(said, whole)


def _is_called_like(folder: str, plugin: Plugin) -> bool:
    """Whether the name of a folder is that of a plugin, and neither a type's nor the platform's."""
    name = slug(folder)
    if folder in _TYPE_FOLDERS or name.replace("-", "") == "openwebui":
        return False
    return name == slug(plugin.code.stem) or set(name.split("-")) <= set(slug(plugin.title).split("-"))


def is_repository(folder: str | os.PathLike[str]) -> bool:
    """Tell whether anything marks ``folder`` as a repository: configuration, plugins or git.

    ``find_root`` also returns folders that nothing marks; what lies in them need not belong together.
    """
    folder = os.fspath(folder)
    return _is_configured(folder) or _has_plugins(folder) or Git(folder).top_level() is not None


def _is_configured(folder: str) -> bool:
    if os.path.isfile(os.path.join(folder, YAML_NAME)):
        return True
    path = os.path.join(folder, TOML_NAME)
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as stream:
            return b"[tool.owui-lint" in stream.read(_MAX_TOML)
    except OSError:
        return False


def _has_plugins(folder: str) -> bool:
    """Whether a folder of ``plugins/`` that is called as a type of plugin holds Python files, or a folder in it does."""
    for kind in set(PLUGIN_CLASSES.values()):
        top = os.path.join(folder, "plugins", kind)
        for below, names, files in walk(top):
            if any(name.endswith(".py") for name in files):
                return True
            if below != top:
                names.clear()
    return False


class Repository:
    """One repository and what is in it. Rules read it; nothing here judges.

    ``data`` are the rule book's data files by name (``locations``, ``sections``): what is searched for is data.
    ``comparison`` is what it is compared with (``--since``), ``message`` a commit message about it (``commit-msg``).
    ``overlays`` are contents by path that stand for those on disk; one that is not on disk yet is part of the
    repository, one that git ignores stays outside.
    """

    comparison: Comparison | None = None
    message: CommitMessage | None = None

    def __init__(
        self,
        root: str | os.PathLike[str],
        config: Config,
        data: dict[str, Any],
        paths: Iterable[str] | None = None,
        overlays: Mapping[str, bytes] | None = None,
        keep: bool = False,
    ) -> None:
        """``keep``: use and keep facts of files between runs."""
        self.root = os.fspath(root)
        self.config = config
        self.data = data
        self._files: dict[str, SourceFile] = {}
        self._given = list(paths) if paths is not None else None
        self._overlays = overlays or {}
        self.facts = FactStore(self.root, config, keep=keep)

    @cached_property
    def git(self) -> Git:
        """Git in the root."""
        return Git(self.root)

    @cached_property
    def listed(self) -> list[str]:
        """All files on disk, sorted."""
        if self._given is not None:
            return sorted(self._given)
        known = cache.listing(self.root) if self.facts.keep else None
        return list_files(self.root) if known is None else known

    @cached_property
    def paths(self) -> list[str]:
        """All files, sorted, without those that the configuration excludes."""
        found = self.listed
        if self._overlays:
            new = (path for path in self._overlays if not os.path.exists(os.path.join(self.root, path)))
            found = sorted({*found, *new})
        patterns = self.config["exclude"]
        return [path for path in found if not matches_any(path, patterns)] if patterns else found

    @cached_property
    def path_set(self) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.paths)

    @cached_property
    def relevant_paths(self) -> list[str]:
        """The files that rules read: plugin code and candidates for it, READMEs, pages, indexes, root READMEs."""
        names = {self.config["readme"], self.config["readme-zh"]}
        plugins, docs, is_standard = f"{self.plugins_dir}/", f"{self.docs_dir}/", self.is_standard_layout
        debug = f"{plugins}{DEBUG_FOLDER}/"
        codes = {plugin.path for plugin in self.plugins}
        found = []
        for path in self.paths:
            name = path[path.rfind("/") + 1 :]
            if path.startswith(debug):
                continue
            if path.startswith(plugins):
                relevant = is_candidate(path) or name in names
            elif path.startswith(docs):
                relevant = path.endswith(".md")
            else:
                relevant = path in names
            if not relevant and path.endswith(".py"):
                relevant = not is_standard or path in codes
            if not relevant and README_NAME.fullmatch(name):
                relevant = posixpath.dirname(path) in self._around_plugins
            if not relevant and ENGLISH_README_NAME.fullmatch(name):
                folder = posixpath.dirname(path)
                relevant = folder in self._around_plugins and self._readme_in(folder, "en") == path
            if relevant:
                found.append(path)
        return found

    @cached_property
    def _around_plugins(self) -> frozenset[str]:
        """The folders that plugins lie in, at any depth; the root is one."""
        return frozenset(folder for plugin in self.plugins for folder in (*_parents(plugin.path), ""))

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders that hold files, and their parents."""
        found: set[str] = set()
        for path in self.paths:
            for folder in _parents(path):
                if folder in found:
                    break
                found.add(folder)
        return frozenset(found)

    @cached_property
    def by_folder(self) -> dict[str, list[str]]:
        """Files by the folder they lie in directly."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            found[path.rpartition("/")[0]].append(path)
        return dict(found)

    @cached_property
    def subfolders(self) -> dict[str, set[str]]:
        """The names of the folders that lie directly in a folder."""
        found: dict[str, set[str]] = defaultdict(set)
        for folder in self.folders:
            parent, name = posixpath.split(folder)
            found[parent].add(name)
        return dict(found)

    def modules_in(self, folder: str) -> frozenset[str]:
        """Return the names that what lies directly in a folder could be imported by; plugins are no modules of others."""
        if folder not in self._modules_in:
            files = (path for path in self.by_folder.get(folder, ()) if path not in self._plugin_files)
            names = (path.rpartition("/")[2].removesuffix(".py") for path in files if path.endswith(".py"))
            above = f"{folder}/" if folder else ""
            folders = (name for name in self.subfolders.get(folder, ()) if above + name not in self._plugin_folders)
            self._modules_in[folder] = frozenset([*names, *folders])
        return self._modules_in[folder]

    @cached_property
    def _modules_in(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def module_names(self) -> frozenset[str]:
        """The names that Python files and folders anywhere in the repository could be imported by, plugins left out."""
        files = (path for path in self.paths if path.endswith(".py") and path not in self._plugin_files)
        names = (path.rpartition("/")[2].removesuffix(".py") for path in files)
        return frozenset([*names, *(one.rpartition("/")[2] for one in self.folders if one not in self._plugin_folders)])

    @cached_property
    def _plugin_files(self) -> frozenset[str]:
        """The code files of plugins: each is loaded alone, and often called like the package that it uses."""
        return frozenset(code.path for plugin in self.plugins for code in (plugin.code, *plugin.copies))

    @cached_property
    def _plugin_folders(self) -> frozenset[str]:
        """The folders that are called like the plugin in them and hold no code besides."""
        folders: set[str] = set()
        for path in self._plugin_files:
            folder, _, name = path.rpartition("/")
            if folder.rpartition("/")[2] == name.removesuffix(".py"):
                folders.add(folder)
        others = (path for path in self.paths if path.endswith(".py") and path not in self._plugin_files)
        for path in others if folders else ():
            folders.difference_update(_parents(path))
        return frozenset(folders)

    def paths_below(self, prefix: str) -> list[str]:
        """Return the files whose paths start with ``prefix``, a folder with its slash."""
        first = bisect_left(self.paths, prefix)
        # What starts with the prefix stands together; "0" is the character behind the slash.
        return self.paths[first : bisect_left(self.paths, prefix[:-1] + "0", first)]

    def file(self, path: str) -> SourceFile:
        """Return a file by its path; the same object each time, also for a path that is not there."""
        found = self._files.get(path)
        if found is None:
            found = self._files[path] = SourceFile(self.root, path, self._overlays.get(path), self.facts)
        return found

    def content(self, path: str) -> bytes:
        """Return the bytes of a file, as its model was made from; what edits to it are planned on."""
        return self.file(path).data

    def add(self, file: SourceFile) -> None:
        """Take in a file that is not in the tree, such as a commit message, so that reports can show its lines."""
        self._files[file.path] = file

    def exists(self, path: str) -> bool:
        """Tell whether a file is part of the repository and can be a text: listed, and not deleted since."""
        return path in self.path_set and self.file(path).problem != "missing"

    def has_folder(self, path: str) -> bool:
        """Tell whether a folder lies at a path, also one that holds no file of the repository."""
        from owui_lint.repository.outside import has_folder

        return has_folder(self, path)

    def ignored(self, paths: Iterable[str]) -> set[str]:
        """Return those of some paths that git ignores, or that exist without being part of the repository."""
        from owui_lint.repository.outside import ignored

        return ignored(self, paths)

    # -- plugins ---------------------------------------------------------------------------------------------

    @property
    def plugins_dir(self) -> str:
        """The folder of the plugins."""
        return _folder(self.config["plugins-dir"])

    @property
    def docs_dir(self) -> str:
        """The folder of the plugins' pages."""
        return _folder(self.config["docs-dir"])

    @cached_property
    def types(self) -> list[str]:
        """The folders of plugin types."""
        return list(self.config["plugin-types"])

    @cached_property
    def is_standard_layout(self) -> bool:
        """Whether plugins lie in ``plugins/{type}/``; else any accepted Python file is a plugin."""
        return any(self._standard_groups)

    @cached_property
    def _standard_groups(self) -> dict[tuple[str, str | None], list[Code]]:
        """Plugin files by type and own folder (``None`` for a file directly in the type's folder)."""
        groups: dict[tuple[str, str | None], list[Code]] = defaultdict(list)
        for kind in self.types:
            prefix = f"{self.plugins_dir}/{kind}/"
            for path in self.paths_below(prefix):
                if not is_candidate(path):
                    continue
                rest = path[len(prefix) :].split("/")
                code = Code(self.file(path))
                # A file that cannot be read, named like its folder, is a plugin too: that it is broken is one finding.
                broken = code.file.problem is not None and len(rest) == 2 and slug(code.stem) == slug(rest[0])
                own_class = PLUGIN_CLASSES.get(code.class_name or "") == kind
                if (len(rest) <= 2 and (code.is_meant or own_class or broken)) or code.is_accepted:
                    groups[kind, "/".join(rest[:-1]) or None].append(code)
        return groups

    @cached_property
    def plugins(self) -> list[Plugin]:
        """All plugins, sorted by id."""
        if self.is_standard_layout:
            found = self._standard_plugins()
            found += self._misplaced_plugins(found)
        else:
            found = self._loose_plugins()
        return sorted(found, key=lambda plugin: plugin.id)

    def _standard_plugins(self) -> list[Plugin]:
        plugins: list[Plugin] = []
        taken: set[str] = set()
        for (kind, folder), found in self._standard_groups.items():
            copied = self._titles_above(kind, folder) if folder is not None and "/" in folder else frozenset()
            codes = [code for code in found if code.values.get("title", "").casefold() not in copied]
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
                    plugin.folder = f"{self.plugins_dir}/{kind}/{folder}"
                    self._attach_readmes(plugin, plugin.folder)
                plugins.append(plugin)
        return plugins

    def _titles_above(self, kind: str, folder: str) -> frozenset[str]:
        """The titles (folded) of the plugins whose folders a folder lies in: files with these are copies of them."""
        groups = self._standard_groups
        above = [folder[:end] for end, letter in enumerate(folder) if letter == "/"]
        titles = {code.values.get("title", "").casefold() for one in above for code in groups.get((kind, one), ())}
        return frozenset(titles - {""})

    def _owner_of_folder(self, kind: str, folder: str, groups: list[tuple[Code, list[Code]]]) -> Code:
        """The plugin that a folder belongs to: where it holds several, the one that its README's title names."""
        if len(groups) > 1:
            for key in ("readme", "readme-zh"):
                path = f"{self.plugins_dir}/{kind}/{folder}/{self.config[key]}"
                title = Document(self.file(path), "en", "readme").markdown.title if self.exists(path) else None
                keys = title_keys(title.plain) if title else frozenset()
                named = [code for code, _ in groups if keys & title_keys(code.values.get("title", ""))]
                if len(named) == 1:
                    return named[0]
        return groups[0][0]

    def _attach_readmes(self, plugin: Plugin, folder: str) -> None:
        for lang in ("en", "zh"):
            path = self._readme_in(folder, lang)
            if path is not None:
                document = Document(self.file(path), lang, "readme")
                document.plugin = plugin
                plugin.readmes[lang] = document

    def _readme_in(self, folder: str, lang: str) -> str | None:
        """The README of a folder in a language, if it has one."""
        if folder not in self._readmes:
            self._readmes[folder] = self._find_readmes(folder)
        return self._readmes[folder].get(lang)

    @cached_property
    def _readmes(self) -> dict[str, dict[str, str]]:
        return {}

    def _find_readmes(self, folder: str) -> dict[str, str]:
        """The READMEs of a folder by language: those of the configured names, else of any usual name.

        Where one has a name for English ones, a Chinese ``README.md`` beside it is not another: it is the Chinese one,
        unless that has a name of its own, too. An English ``README.md`` is what it always was.
        """
        found: dict[str, str] = {}
        known = {"en": self.config["readme"], "zh": self.config["readme-zh"]}
        for lang, name in known.items():
            path = posixpath.join(folder, name)
            other = path if self.exists(path) else self._other_readme(folder, lang)
            if other is not None:
                found[lang] = other
        names = ((posixpath.basename(path), path) for path in self.by_folder.get(folder, ()))
        english = next((path for name, path in names if ENGLISH_README_NAME.fullmatch(name)), None)
        if english is None or posixpath.basename(english) in known.values() or not self.exists(english):
            return found
        if "en" not in found:
            found["en"] = english
        elif "zh" not in found and self._is_chinese(found["en"]):
            found = {"en": english, "zh": found["en"]}
        return found

    def _is_chinese(self, path: str) -> bool:
        from owui_lint.repository.languages import letters_of

        file = self.file(path)
        return file.facts.plain("is Chinese", lambda: letters_of(file.markdown).are_chinese)

    def _other_readme(self, folder: str, lang: str) -> str | None:
        """A README of a folder that has another name than the configured ones, if there is one."""
        known = (self.config["readme"], self.config["readme-zh"])
        for path in self.by_folder.get(folder, ()):
            name = posixpath.basename(path)
            match = README_NAME.fullmatch(name)
            if match and name not in known and bool(match["lang"]) == (lang == "zh"):
                return path
        return None

    def _misplaced_plugins(self, placed: list[Plugin]) -> list[Plugin]:
        """Plugins outside of the folders of types. Another plugin's title says that a file is a copy of it."""
        titles = {
            code.values.get("title", "").casefold() for plugin in placed for code in (plugin.code, *plugin.copies)
        }
        types = tuple(f"{self.plugins_dir}/{kind}/" for kind in (*self.types, DEBUG_FOLDER))
        codes = []
        for path in self.paths:
            if path.endswith(".py") and is_candidate(path) and not path.startswith(types) and not _ASIDE.search(path):
                code = Code(self.file(path))
                if code.class_name and code.is_meant and code.values.get("title", "").casefold() not in titles:
                    codes.append(code)
        return self._named(codes, placed)

    def _loose_plugins(self) -> list[Plugin]:
        codes = []
        for path in self.paths:
            if path.startswith(f"{self.plugins_dir}/{DEBUG_FOLDER}/"):
                continue
            if path.endswith(".py") and "template" not in posixpath.basename(path).casefold():
                code = Code(self.file(path))
                if code.is_accepted or (is_candidate(path) and code.is_meant):
                    codes.append(code)
        return self._named(codes, [])

    def _named(self, codes: list[Code], others: list[Plugin]) -> list[Plugin]:
        """Return plugins by class and file name, with the READMEs beside them. ``others`` lie in folders of types: where
        there are any, these are misplaced."""
        taken = {plugin.id for plugin in others}
        names: dict[str, list[tuple[Code, str, str]]] = defaultdict(list)
        for code in codes:
            kind = PLUGIN_CLASSES.get(code.class_name or "", "") or self._type_of_folder(code.path)
            folder = posixpath.basename(posixpath.dirname(code.path))
            name = folder if code.stem.casefold() in _MAIN_STEMS and folder else code.stem
            names[f"{kind}/{name}"].append((code, kind, name))
        plugins = []
        for group in names.values():
            for code, kind, name in group:
                if len(group) > 1 or f"{kind}/{name}" in taken:  # the same name twice: the path makes it unique
                    name = posixpath.splitext(code.path)[0]
                    if f"{kind}/{name}" in taken:  # by one in a folder of a folder of the type's
                        name = code.path
                plugins.append(Plugin(f"{kind}/{name}", kind, name, code, is_misplaced=bool(others)))
        # The README beside a plugin is about it where no other plugin lies in that folder or below.
        originals = _originals(plugins)
        living = Counter(folder for plugin in (*originals, *others) for folder in _parents(plugin.path))
        for plugin in originals:
            folder = posixpath.dirname(plugin.path)
            if folder and living[folder] == 1:
                self._attach_readmes(plugin, folder)
        if len(originals) == 1 and not others and self._is_all_about(originals[0]):
            self._attach_readmes(originals[0], "")
        return plugins

    def _is_all_about(self, plugin: Plugin) -> bool:
        """Whether the only plugin is what the repository is for: the README in the root names it, and all code lies with it.

        A project of another kind may bring a plugin along; the version in its README is then the project's.
        """
        # A Chinese README.md beside an English README_EN.md names it no less.
        readmes = {path for path in (self._readme_in("", "en"), self.config["readme"]) if path and self.exists(path)}
        folder = posixpath.dirname(plugin.path)
        if not readmes or "/" in folder:
            return False
        if folder and (self._readme_in(folder, "en") is not None or not self._holds_all_code(folder)):
            return False
        titles = (self.file(path).markdown.title for path in readmes)
        return any(_names(title.plain, plugin) for title in titles if title is not None)

    def _holds_all_code(self, folder: str) -> bool:
        """Whether all Python files but tests lie directly in a folder."""
        code = (path for path in self.paths if path.endswith(".py"))
        return all(posixpath.dirname(path) == folder or path.startswith(("test/", "tests/")) for path in code)

    def _type_of_folder(self, path: str) -> str:
        for part in reversed(path.casefold().split("/")[:-1]):
            for kind in PLUGIN_CLASSES.values():
                if part.rstrip("s") == kind.rstrip("s"):
                    return kind
        return "unknown"

    @cached_property
    def plugin_by_id(self) -> dict[str, Plugin]:
        """Plugins by id."""
        return {plugin.id: plugin for plugin in self.plugins}

    @cached_property
    def plugins_by_type(self) -> dict[str, list[Plugin]]:
        """Plugins by the folder of their type, in their order."""
        found: dict[str, list[Plugin]] = defaultdict(list)
        for plugin in self.plugins:
            found[plugin.type].append(plugin)
        return dict(found)

    @cached_property
    def plugin_by_file(self) -> dict[str, Plugin]:
        """The plugin that a file belongs to: code, copies, READMEs and pages."""
        owners: dict[str, Plugin] = {}
        for plugin in self.plugins:
            for path in [plugin.path, *(copy.path for copy in plugin.copies), *(doc.path for doc in plugin.documents)]:
                owners[path] = plugin
        return owners

    def owner_of(self, path: str) -> Plugin | None:
        """Return the plugin a path belongs to: one of its files, or anything in its folder."""
        self.pages.link()
        owner = self.plugin_by_file.get(path)
        if owner is not None:
            return owner
        folder = posixpath.dirname(path)
        while folder:
            if folder in self.plugin_by_folder:
                return self.plugin_by_folder[folder]
            folder = posixpath.dirname(folder)
        return None

    def owner_id(self, path: str) -> str | None:
        """Return the id of the plugin that a path belongs to."""
        owner = self.owner_of(path)
        return owner.id if owner else None

    @cached_property
    def plugin_by_folder(self) -> dict[str, Plugin]:
        """Plugins by the folder of their own."""
        return {plugin.folder: plugin for plugin in self.plugins if plugin.folder}

    @cached_property
    def plugin_alone_in(self) -> dict[str, Plugin]:
        """Plugins by the folder that they lie in, where they share it with no other and it is called like them: each word
        of its name is one of the plugin's title, or it is the file's name."""
        found: dict[str, list[Plugin]] = defaultdict(list)
        for plugin in self.plugins:
            found[posixpath.dirname(plugin.path)].append(plugin)
        return {
            folder: plugins[0]
            for folder, plugins in found.items()
            if len(plugins) == 1 and _is_called_like(posixpath.basename(folder), plugins[0])
        }

    def select_plugins(self, selector: str) -> list[Plugin]:
        """Return the plugins that ``TYPE/NAME`` means: the one with that id, else all that match loosely."""
        exact = self.plugin_by_id.get(selector)
        return [exact] if exact else [plugin for plugin in self.plugins if plugin.matches(selector)]

    @cached_property
    def target(self) -> Facts:
        """The OpenWebUI release that plugins must run on: ``target-openwebui``, or the newest known one."""
        from owui_lint.openwebui.facts import facts

        return facts(self.config["target-openwebui"])

    # -- documents, locations, dates ---------------------------------------------------------------------------

    @cached_property
    def sections(self) -> SectionBook:
        """The sections of the README standard, with the configuration's aliases."""
        return SectionBook(self.data["sections"], self.config["section-aliases"])

    @cached_property
    def pages(self) -> Pages:
        """Documentation pages and indexes, and what belongs to whom."""
        from owui_lint.repository.pages import Pages

        return Pages(self)

    @cached_property
    def inventory(self) -> Inventory:
        """Where versions stand and how they are written, per ``rules/locations.yaml``."""
        from owui_lint.repository.inventory import Inventory

        return Inventory(self.data["locations"])

    @cached_property
    def finder(self) -> Finder:
        """What finds version locations."""
        from owui_lint.repository.locations import Finder

        return Finder(self)

    @cached_property
    def locations(self) -> list[Location]:
        """Every version location of every plugin, per ``rules/locations.yaml``."""
        return self.finder.find()

    @cached_property
    def locations_by_plugin(self) -> dict[str, list[Location]]:
        """Version locations by the id of the plugin."""
        return _grouped(self.locations, lambda location: location.plugin.id)

    @cached_property
    def locations_by_path(self) -> dict[str, list[Location]]:
        """Version locations by the file that they are in."""
        return _grouped(self.locations, lambda location: location.path)

    @cached_property
    def forms_in_use(self) -> dict[tuple[str, str], Counter[str]]:
        """How often each form states a version, by the kind of the location and the file."""
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for location in self.locations:
            if location.statements:
                found[location.kind.kind, location.path].update(statement.form for statement in location.statements)
        return dict(found)

    @cached_property
    def dates(self) -> list[DateBadge]:
        """The date badges of the root READMEs."""
        from owui_lint.repository.dates import find_dates

        return find_dates(self)

    @cached_property
    def root_documents(self) -> dict[str, Document]:
        """The root READMEs by language; where they are a plugin's own, as that."""
        own = {document.path: document for plugin in self.plugins for document in plugin.readmes.values()}
        found = {}
        for lang in ("en", "zh"):
            path = self._readme_in("", lang)
            if path is not None:
                found[lang] = own.get(path) or Document(self.file(path), lang, "root")
        return found

    @cached_property
    def folder_documents(self) -> dict[tuple[str, str], Document]:
        """By folder and language, the READMEs of other layouts that are about several plugins; not those of the root."""
        if self.is_standard_layout:
            return {}
        own = {document.path for plugin in self.plugins for document in plugin.readmes.values()}
        found = {}
        for folder in self._around_plugins - {""}:
            for lang in ("en", "zh"):
                path = self._readme_in(folder, lang)
                if path is not None and path not in own:
                    found[folder, lang] = Document(self.file(path), lang, "root")
        return found

    @cached_property
    def looks_bilingual(self) -> tuple[str, str] | None:
        """Why the repository looks like one that follows the bilingual standard (English, Chinese), or ``None``."""
        if not self.is_standard_layout:
            return None
        if self.docs_dir in self.folders:
            return f"{self.docs_dir}/ exists", f"存在 {self.docs_dir}/"
        zh, root = self.config["readme-zh"], self.root_documents.get("zh")
        if root is not None and root.path != self.config["readme"]:
            return f"{root.path} exists", f"存在 {root.path}"
        for plugin in self.plugins:
            if "zh" in plugin.readmes and plugin.readmes["zh"].path == f"{plugin.folder}/{zh}":
                return f"{plugin.folder}/{zh} exists", f"存在 {plugin.folder}/{zh}"
        return None


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


def _grouped(locations: Iterable[Location], key: Callable[[Location], str]) -> dict[str, list[Location]]:
    found: dict[str, list[Location]] = defaultdict(list)
    for location in locations:
        found[key(location)].append(location)
    return dict(found)


def _parents(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, the nearest first; not the root."""
    while (end := path.rfind("/")) > 0:
        path = path[:end]
        yield path


def matches_any(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether a path matches a pattern: ``*`` within and across folders, a folder means all below it."""
    return any(_matcher(pattern)(path) for pattern in patterns)


def _matcher(pattern: str) -> Callable[[str], bool]:
    pattern = pattern.removeprefix("./")
    if any(mark in pattern for mark in "*?["):
        return lambda path: fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(path, pattern.rstrip("/") + "/*")
    folder = pattern.rstrip("/") + "/"
    return lambda path: path == pattern or path.startswith(folder)


__all__ = [
    "Code",
    "Document",
    "Plugin",
    "Repository",
    "SourceFile",
    "find_root",
    "is_repository",
    "matches_any",
    "slug",
]
