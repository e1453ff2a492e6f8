"""Tests that lie apart from the plugins that they try, and which of these they name."""

from __future__ import annotations

import posixpath
import re

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.aside import is_test
from owui_lint.repository.tree import parents, stem_of

if TYPE_CHECKING:
    from owui_lint.repository import Plugin, Repository
    from owui_lint.repository.files import SourceFile

_FOLDERS = frozenset({"test", "tests"})
_IMPORT = lazy_pattern(r"^[ \t]*(?:from|import)[ \t]([^\r\n#]*)", re.MULTILINE)
_TEXT = lazy_pattern(r"""["']([\w./\\-]{1,200})["']""")
_WORD = lazy_pattern(r"\w+")


def tests_apart(repository: Repository) -> list[str]:
    """Return the paths of tests that lie in no plugin's folder."""
    codes = {code.path for plugin in repository.plugins for code in plugin.codes}
    folders = repository.plugin_by_folder
    return [
        path
        for path in repository.paths
        if path.endswith(".py")
        and path not in codes
        and (is_test(path) or not _FOLDERS.isdisjoint(path.split("/")[:-1]))
        and not any(folder in folders for folder in parents(path))
    ]


def tests_of(repository: Repository, plugin: Plugin) -> tuple[list[SourceFile], list[SourceFile]]:
    """Return the tests apart from a plugin that name its module and no other plugin's; and those of which nobody can tell
    whose valves they use: they name several, or nothing where something that prepares tests (``conftest``) names it."""
    modules = {stem_of(code.path) for code in plugin.codes}
    others = {stem_of(code.path) for one in repository.plugins if one is not plugin for code in one.codes}
    own: list[SourceFile] = []
    doubtful: list[SourceFile] = []
    unsaid: list[SourceFile] = []
    prepared: list[str] = []
    for path in repository.tests_apart:
        file = repository.file(path)
        if file.problem:
            continue
        named = frozenset(file.facts.plain("modules named in a test", lambda file=file: _modules(file)))  # type: ignore[misc]
        if not modules.isdisjoint(named):
            (own if others.isdisjoint(named) else doubtful).append(file)
            if posixpath.basename(path) == "conftest.py":
                prepared.append(posixpath.dirname(path))
        elif others.isdisjoint(named):
            unsaid.append(file)
    return own, doubtful + [file for file in unsaid if any(_is_below(file.path, folder) for folder in prepared)]


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _modules(file: SourceFile) -> list[str]:
    """What may be names of modules in a file: words of imports, and the ends of texts that are a path or a dotted name."""
    found = {word for match in _IMPORT.finditer(file.text) for word in _WORD.findall(match[1])}
    for match in _TEXT.finditer(file.text):
        words = _WORD.findall(match[1].removesuffix(".py"))
        found.update(words[-1:])
    return sorted(found)
