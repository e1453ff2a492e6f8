"""Plugins that state nothing about themselves: what only the code tells to be one, since the front matter is gone.

OpenWebUI would load it, without a name or a version, and without its requirements. But any module may have a class called
``Filter``; so a file is such a plugin only where OpenWebUI could build its class and call it, where it was written for
OpenWebUI, and where no other code of the repository takes it for a module of its own.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections import defaultdict
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.openwebui.names import VALVE_CLASSES
from owui_lint.repository.aside import is_for_others, is_no_part, is_test
from owui_lint.repository.mentions import Mentions
from owui_lint.repository.plugin import Code, named_for
from owui_lint.repository.python.likeness import is_made_of
from owui_lint.repository.python.syntax import last_name
from owui_lint.text import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from owui_lint.repository.files import SourceFile
    from owui_lint.repository.tree import Tree

#: The hooks by the class that OpenWebUI calls them of, each with what it is always given; a tool may be called anything.
CALLED = {
    "Pipe": {"pipe": "body"},
    "Filter": {"inlet": "body", "outlet": "body", "stream": "event"},
    "Action": {"action": "body"},
}
_TOOLS = "Tools"
#: Arguments that nothing but OpenWebUI gives.
_GIVEN = frozenset({"__user__", "__event_emitter__", "__event_call__", "__request__", "__metadata__", "__model__"})
# Asked of the text before it is parsed: what was written for OpenWebUI holds one of these.
_WRITTEN_FOR_IT = lazy_pattern(
    rf"\bopen_webui\b|^[ \t]+class (?:{'|'.join(VALVE_CLASSES)})\b|{'|'.join(_GIVEN)}", re.MULTILINE
)
# What a module imports, up to the end of the line or of the brackets.
_IMPORTED = lazy_pattern(r"^[ \t]*+(?:from|import)[ \t][^\n(#]*+(?:\([^()]{0,999}\))?", re.MULTILINE)
_WORD = lazy_pattern(r"\w+")


def unmarked(tree: Tree, unknown: Iterable[Code], known: Sequence[Code]) -> list[Code]:
    """Return those of ``unknown`` files, candidates with a plugin's class, that are plugins all the same.

    ``known`` are the plugins of the repository: where OpenWebUI accepts none, nothing says that it is one of plugins.
    """
    known = [code for code in known if code.is_accepted and code.class_name]
    if not known:
        return []
    loadable = [code for code in unknown if not is_for_others(code.path) and _is_loadable(code)]
    if not loadable:
        return []
    surroundings = _Surroundings(tree, known)
    return [code for code in loadable if not surroundings.say_otherwise(code)]


def _is_loadable(code: Code) -> bool:
    """Whether OpenWebUI could load a file, and whether it was written for that."""
    return code.file.facts.plain(
        "is loadable", lambda: bool(_WRITTEN_FOR_IT.search(code.file.text)) and _serves(code.module.tree)
    )


def _serves(tree: ast.Module | None) -> bool:
    """Whether a module's plugin class is whole, has a hook that does something, and is made for OpenWebUI."""
    nodes = tree.body if tree is not None else []
    classes = {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}
    owner = next((classes[name] for name in (*CALLED, _TOOLS) if name in classes), None)
    if tree is None or owner is None or not _is_whole(owner):
        return False
    imports = _imports(tree)
    hooks = [node for node in owner.body if _is_hook(node, owner.name)]
    return (
        "" not in imports  # relative to a package, which a plugin is not loaded in
        and any(map(_does_something, hooks))
        and ("open_webui" in imports or _has_valves(owner) or any(not _GIVEN.isdisjoint(_names(one)) for one in hooks))
    )


def _is_whole(owner: ast.ClassDef) -> bool:
    """Whether a class inherits from nothing and leaves nothing to others: it is no base class."""
    is_alone = not owner.keywords and all(isinstance(base, ast.Name) and base.id == "object" for base in owner.bases)
    decorators = (one for node in owner.body for one in getattr(node, "decorator_list", []))
    return is_alone and not any("abstract" in last_name(one) for one in decorators)


def _is_hook(node: ast.stmt, name: str) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    if name == _TOOLS:
        return not node.name.startswith("_")
    given = CALLED[name].get(node.name)
    return given is not None and given in _names(node)


def _names(node: ast.stmt) -> set[str]:
    arguments = node.args  # type: ignore[attr-defined]
    return {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def _does_something(node: ast.stmt) -> bool:
    """Whether a hook is more than a place for what others do."""
    return any(
        not isinstance(one, ast.Pass | ast.Raise)
        and not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        and not (isinstance(one, ast.Return) and (one.value is None or isinstance(one.value, ast.Name | ast.Constant)))
        for one in node.body  # type: ignore[attr-defined]
    )


def _has_valves(owner: ast.ClassDef) -> bool:
    nested = (node for node in owner.body if isinstance(node, ast.ClassDef) and node.name in VALVE_CLASSES)
    return any(last_name(base) == "BaseModel" for node in nested for base in node.bases)


def _imports(tree: ast.Module) -> set[str]:
    """The packages that a module imports from; "" for the one that it lies in itself."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add("" if node.level else (node.module or "").partition(".")[0])
    return found


class _Surroundings:
    """What the rest of a repository says of a file: it is a plugin's copy, or a module of a program. Worked out once."""

    def __init__(self, tree: Tree, known: Sequence[Code]) -> None:
        self.tree = tree
        plugins = {code.path for code in known}
        self._known = known
        self._mentions = Mentions(tree, plugins)
        self._folders = {posixpath.dirname(path) for path in plugins}
        self._plugins = {(code.class_name, _is_called(code.path)) for code in known}
        # Plugins are often called like the package that they use, and are no modules of others.
        self._modules = [path for path in tree.paths if path.endswith(".py") and path not in plugins]
        self._roots = {path.partition("/")[0] for path in self._modules if "/" in path}
        self._beside: dict[str, set[str]] = defaultdict(set)
        for path in self._modules:
            folder, name = posixpath.split(path)
            self._beside[folder].add(name.removesuffix(".py"))

    def say_otherwise(self, code: Code) -> bool:
        """Tell whether a file is no plugin, by what there is beside it."""
        return (
            (code.class_name, _is_called(code.path)) in self._plugins  # what that one is made of, or a copy of it
            or self._is_in_package(code.path)
            or self._belongs_to_one_beside(code)
            or self._imports_others(code)
            or self._is_imported(code)
            or f"{code.path.removesuffix('.py')}.json"
            in self.tree.path_set  # as OpenWebUI exports it, with its metadata
            or self._mentions.name(code.path)
            or (posixpath.dirname(code.path) not in self._folders and self._mentions.name_folder(code.path))
            or any(is_made_of(code.module, one.module) for one in self._known if one.class_name == code.class_name)
        )

    def _belongs_to_one_beside(self, code: Code) -> bool:
        """Whether a file seems to be there for a plugin beside it: that one's folder, or its name and something more."""
        folder, own = posixpath.dirname(code.path), slug(code.stem)
        for plugin in self._known:
            if posixpath.dirname(plugin.path) == folder and plugin.class_name == code.class_name:
                name = _is_called(plugin.path)
                if name == slug(posixpath.basename(folder)) or (name and _is_more_than(own, name)):
                    return True
        return False

    def _is_in_package(self, path: str) -> bool:
        """Whether a file lies in a package of Python, with no plugin beside it: then it is there to be imported."""
        folder = posixpath.dirname(path)
        return folder not in self._folders and "__init__" in self._beside[folder]

    def _imports_others(self, code: Code) -> bool:
        """Whether a file seems to import code of the repository: OpenWebUI has no file but the plugin's own."""
        beside = self._beside[posixpath.dirname(code.path)] - {code.stem}
        return not (beside | self._roots).isdisjoint(_packages(code))

    def _is_imported(self, code: Code) -> bool:
        """Whether other code seems to import a file."""
        folder = posixpath.basename(posixpath.dirname(code.path))
        names = {code.stem, folder} if _is_called(code.path) != slug(code.stem) else {code.stem}
        return any(self._importing.get(name, code.path) != code.path for name in names)

    @cached_property
    def _importing(self) -> dict[str, str]:
        """By the words of statements that import, a file with such a statement; "" for several. Tests import plugins."""
        found: dict[str, str] = {}
        for path in self._modules:
            if not is_no_part(path) and not is_test(path):
                for word in _imported_words(self.tree.file(path)):
                    found[word] = path if found.get(word, path) == path else ""
        return found


def _is_more_than(one: str, name: str) -> bool:
    """Whether a file's name is another one with a word or a number more: ``echo-v1``, ``echo2``, ``new-echo``."""
    return (
        one.startswith(f"{name}-")
        or one.endswith(f"-{name}")
        or (one.startswith(name) and one[len(name) :].isdecimal())
    )


def _is_called(path: str) -> str:
    """What a file is called: a file such as ``main.py`` like its folder."""
    return slug(named_for(path))


def _imported_words(file: SourceFile) -> list[str]:
    """The words of a file's statements that import."""

    def make() -> list[str]:
        return sorted({word for statement in _IMPORTED.findall(file.text) for word in _WORD.findall(statement)})

    return file.facts.plain("imported words", make)


def _packages(code: Code) -> list[str]:
    """The packages that a file imports from."""
    return code.file.facts.plain("packages", lambda: sorted(_imports(code.module.tree or ast.Module([], []))))
