"""What the files of a repository say of modules without importing them: a build joins one into a plugin, a program loads one
by its path or its name.

Tests load plugins, too; and documents list them. What these say is no matter here.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.aside import folder_put_aside, is_test
from owui_lint.text import is_type_word

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from owui_lint.repository.files import SourceFile
    from owui_lint.repository.tree import Tree

# What runs, and what tells it what to do.
_RUNS = (".py", ".sh", ".bash", ".zsh", ".fish", ".ps1", ".bat", ".cmd", ".mk", ".js", ".mjs", ".cjs", ".ts", ".ipynb")
_SETS = (".toml", ".cfg", ".ini", ".json", ".yml", ".yaml", ".in", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl")
_RECIPE = lazy_pattern(
    r"(?:^|/)(?:(?:gnu)?makefile|[.]?justfile|rakefile|(?:docker|task|proc|jenkins|vagrant|caddy)file)$", re.IGNORECASE
)
_FILE_NAME = lazy_pattern(r"[\w./\\-]+")
# A text that may be the name of a module, a file or a folder.
_NAME = lazy_pattern(r"""(?<=["'`])[\w./\\-]{1,200}(?=["'`])""")
_LONGEST = 200
# Names of folders that plugins lie in, which say nothing of what else lies there.
_OF_PLUGINS = frozenset({"openwebui", "open-webui", "open_webui", "owui"})


class Mentions:
    """What is said of modules, by every file that runs or sets something. ``plugins`` are the paths of those that are known:
    of them only the names of files count, since any word may stand in their texts."""

    def __init__(self, tree: Tree, plugins: AbstractSet[str]) -> None:
        self.tree = tree
        self._plugins = plugins

    def name(self, path: str) -> bool:
        """Tell whether another file names a module: its file, its path or a part of that, or its name as a text."""
        stem = path.removesuffix(".py")
        return any(
            source != path
            and any(_is_of(name, one) for one in (path, stem))
            and not self._is_another(source, name, path)
            for word in (posixpath.basename(path), posixpath.basename(stem))
            for source, name in self._by_last.get(word, ())
        )

    def _is_another(self, source: str, name: str, path: str) -> bool:
        """Whether a name means another file than that at ``path``: one beside who says it, or any plugin as well."""
        file = name if name.endswith(".py") else f"{name}.py"
        near = [one for one in (posixpath.join(posixpath.dirname(source), file), file) if one in self.tree.path_set]
        return path not in near and (bool(near) or any(_is_of(file, plugin) for plugin in self._plugins))

    def name_folder(self, path: str) -> bool:
        """Tell whether something that runs names the folder of a module."""
        folder = posixpath.basename(posixpath.dirname(path))
        if not folder or is_type_word(folder.casefold()) or folder.casefold() in _OF_PLUGINS:
            return False
        return any(source != path for source in self._folders.get(folder, ()))

    @cached_property
    def _said(self) -> list[tuple[str, list[str]]]:
        """What each file says."""
        found = []
        for path in self.tree.paths:
            is_said = path.casefold().endswith((*_RUNS, *_SETS)) or _RECIPE.search(path)
            if is_said and not is_test(path) and folder_put_aside(path) is None:
                found.append((path, _names_in(self.tree.file(path))))
        return found

    @cached_property
    def _by_last(self) -> dict[str, list[tuple[str, str]]]:
        """Names by their last parts, each with the file that says it."""
        found: dict[str, list[tuple[str, str]]] = {}
        for path, names in self._said:
            for name in names:
                last = posixpath.basename(name)
                if last.endswith(".py") or (path.endswith((".py", ".ipynb")) and path not in self._plugins):
                    found.setdefault(last, []).append((path, name))
        return found

    @cached_property
    def _folders(self) -> dict[str, list[str]]:
        """The files that name a folder, or a file in it, by the folder's name."""
        found: dict[str, list[str]] = {}
        for path, names in self._said:
            if path not in self._plugins and not path.casefold().endswith(_SETS):
                for part in {part for name in names for part in name.split("/")}:
                    found.setdefault(part, []).append(path)
        return found


def _is_of(name: str, path: str) -> bool:
    """Whether a name, as far as it goes, is that of a path, or ends in it: whoever says it may stand elsewhere."""
    return f"/{path}".endswith(f"/{name}") or name.endswith(f"/{path}")


def _names_in(file: SourceFile) -> list[str]:
    """What may be the names of files, folders and modules in a text, with slashes between their parts."""

    def make() -> list[str]:
        text = file.text
        is_setting = file.path.casefold().endswith(_SETS)
        found = set(_NAME.findall(text)) if file.path.endswith((".py", ".ipynb")) else set()
        if ".py" in text or (not is_setting and "/" in text):
            words = (word for word in _FILE_NAME.findall(text) if len(word) <= _LONGEST)  # what is longer is data
            found.update(word for word in words if ".py" in word or (not is_setting and "/" in word))
        return sorted({name for one in found if (name := _in_parts(one))})

    return file.facts.plain("names of files", make)


def _in_parts(name: str) -> str:
    """A path, or a dotted name, with slashes between its parts."""
    name = name.replace("\\", "/").strip("./-")
    if name.endswith(".py"):
        return name
    return name.replace(".", "/").strip("/")
