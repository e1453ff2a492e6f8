"""Which folders hold a project that has a name or a version of its own, by the manifests of package managers."""

from __future__ import annotations

import posixpath
import re

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from owui_lint.repository.tree import Tree

# Larger than any manifest that people write; what is generated says nothing of a project.
_MOST = 1_000_000
# Asked of the text before it is parsed: whether the keys are the object's own is another question.
_JSON = r'"(?:name|version)"\s{0,20}:'
_KEYS = ("name", "version")
_YAML = r"^version:[ \t]*+\S"


def _toml(*tables: str) -> str:
    """An expression for a version, or one that is found elsewhere, in one of some tables."""
    names = "|".join(map(re.escape, tables))
    return rf"^\[(?:{names})\][ \t\r]*+$(?:\n(?!\[).*+)*?\n(?:version\b|dynamic\b.*\bversion\b)"


#: What stands in a manifest, by its file's name, where it is one of a project: many hold nothing but settings of tools.
_STATED = {
    "Chart.yaml": _YAML,
    "galaxy.yml": _YAML,
    "pubspec.yaml": _YAML,
    "package.json": _JSON,
    "composer.json": _JSON,
    "manifest.json": _JSON,
    "deno.json": _JSON,
    "pyproject.toml": _toml("project", "tool.poetry"),
    "Cargo.toml": _toml("package", "workspace.package"),
    "setup.cfg": _toml("metadata"),
    "setup.py": r"\bversion[ \t]*+=",
}
_NAMES = tuple(_STATED)


def holds_manifest(tree: Tree, folder: str, is_aside: Callable[[str], bool]) -> bool:
    """Tell whether a manifest of a project lies in a folder or below it, but for folders (with their slash) of which
    ``is_aside`` says that they are no part of it."""
    paths = tree.paths_below(f"{folder}/") if folder else tree.paths
    found = (path for path in paths if path.endswith(_NAMES))
    return any(not is_aside(f"{posixpath.dirname(path)}/") and _is_of_project(tree, path) for path in found)


def _is_of_project(tree: Tree, path: str) -> bool:
    stated = _STATED.get(posixpath.basename(path))
    if stated is None:
        return False
    file = tree.file(path)

    def says_so() -> bool:
        found = compiled(stated, re.MULTILINE).search(file.text) is not None
        return found and (stated is not _JSON or _has_own_key(file.text))

    return file.facts.plain("is a project's", says_so)


def _has_own_key(text: str) -> bool:
    """Whether the object that a text in JSON is has a name or a version itself; what cannot be read may have one."""
    import json  # few repositories have such a file beside their plugins

    if len(text) > _MOST:
        return True
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return True
    return isinstance(value, dict) and any(value.get(key) for key in _KEYS)
