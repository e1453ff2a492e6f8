"""A plugin of the repository as it would be sent: kind, id and payload."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from owui_lint.config import Config
from owui_lint.deploying.problems import Kind, Problem
from owui_lint.deploying.server import FUNCTION, TOOL, Remote
from owui_lint.openwebui.facts import PlatformFacts
from owui_lint.repository import Plugin

# Files named after nothing: OpenWebUI's import from a URL takes the folder's name for these
# (``load_function_from_url`` in ``routers/functions.py``).
_NAMELESS = ("main", "index", "__init__")


@dataclass(frozen=True)
class Local:
    """What the repository has of a plugin. ``ids`` are those it may have on a server, the first one for a new one.

    ``mapped``: the configuration says which id it is, so that nothing is guessed.
    """

    plugin: Plugin
    kind: str
    ids: tuple[str, ...]
    mapped: bool
    #: As the server stores it, after OpenWebUI's own rewriting of imports.
    content: str

    @property
    def id(self) -> str:
        """``TYPE/NAME``."""
        return self.plugin.id

    @property
    def version(self) -> str | None:
        """The version in the code."""
        return self.plugin.version

    @property
    def function_type(self) -> str | None:
        """``filter``, ``pipe`` …: what OpenWebUI makes of the class; ``None`` where the text does not show it."""
        if self.kind == TOOL:
            return TOOL
        name = self.plugin.code.class_name
        return name.lower() if name else None

    @property
    def description(self) -> str:
        """The description in the code."""
        return self.plugin.code.values.get("description", "")

    def payload(self, server_id: str, remote: Remote | None) -> dict[str, Any]:
        """Return what is sent, for a create and an update alike.

        The metadata is the code's. What else the server keeps (sharing, further metadata) goes back as it was; a new
        tool is private, as in OpenWebUI's own editor.
        """
        kept = dict(remote.meta) if remote else {}
        access: Mapping[str, Any] = {}
        if self.kind == TOOL:
            # access_control up to 0.7, access_grants since 0.8: each release ignores the other's.
            access = remote.access if remote else {"access_control": {}, "access_grants": []}
        return {
            "id": server_id,
            "name": self.plugin.title,
            "content": self.content,
            "meta": {**kept, "description": self.description, "manifest": dict(self.plugin.code.values)},
            **access,
        }


def kind_of(plugin: Plugin) -> str | None:
    """Return which router a plugin belongs to: ``function`` or ``tool``; ``None`` for a pipeline."""
    if plugin.code.class_name == "Pipeline" or (plugin.type == "pipelines" and plugin.code.class_name is None):
        return None
    return TOOL if plugin.code.class_name == "Tools" else FUNCTION


def make_id(name: str) -> str:
    """Return the id that OpenWebUI would take for a name: lower case, an identifier; empty where nothing is left."""
    text = re.sub(r"\W+", "_", name.casefold()).strip("_")
    text = re.sub(r"_+", "_", text)
    if text[:1].isdigit():
        text = f"_{text}"
    return text if text.isidentifier() else ""


def read_local(plugin: Plugin, config: Config, facts: PlatformFacts) -> Local:
    """Return the plugin as it would be sent.

    Raises ``Problem`` for a pipeline and for code that cannot be read.
    """
    kind = kind_of(plugin)
    if kind is None:
        raise Problem(Kind.NOT_DEPLOYABLE, {"id": plugin.id})
    if plugin.code.file.problem:
        raise Problem(Kind.UNREADABLE, {"id": plugin.id, "detail": plugin.code.file.problem})
    content = facts.rewrite_imports(plugin.code.file.text)
    mapped = config["openwebui-ids"].get(plugin.id)
    if mapped is not None:
        return Local(plugin, kind, (mapped,), True, content)
    stated = make_id(plugin.code.values.get("id", ""))
    names = [plugin.name, plugin.title]
    if plugin.code.stem not in _NAMELESS:
        names.insert(0, plugin.code.stem)
    guesses = [stated] if stated else [make_id(name) for name in names]
    ids = tuple(dict.fromkeys(guess for guess in guesses if guess))
    if not ids:
        raise Problem(Kind.UNREADABLE, {"id": plugin.id, "detail": "no id follows from its name; see openwebui-ids"})
    return Local(plugin, kind, ids, False, content)


def same_program(first: str, second: str) -> bool:
    """Tell whether two texts are the same program: line endings, blanks, quotes and comments do not count.

    OpenWebUI's editor runs a formatter over what is saved with it: the text changes and the program does not.
    """
    if _lines(first) == _lines(second):
        return True
    from owui_lint.repository.python.syntax import UNPARSABLE

    try:
        return _tree(first) == _tree(second)
    except UNPARSABLE:
        return False


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _tree(text: str) -> str:
    import ast
    import inspect

    from owui_lint.repository.python.syntax import parse

    tree = parse(text)
    for node in ast.walk(tree):
        # A formatter moves docstrings; their meaning, OpenWebUI's front matter included, stays.
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value.value = inspect.cleandoc(node.value.value)
    return ast.dump(tree)


def clashes(locals_: Iterable[Local]) -> dict[str, list[str]]:
    """Return, for each plugin whose first id another one has too, all plugins with that id."""
    by_id: dict[tuple[str, str], list[str]] = {}
    for local in locals_:
        by_id.setdefault((local.kind, local.ids[0]), []).append(local.id)
    return {plugin: owners for owners in by_id.values() if len(owners) > 1 for plugin in owners}
