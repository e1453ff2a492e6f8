"""Where the repository is that a folder lies in."""

from __future__ import annotations

import os

from owui_lint.config import TOML_NAME, YAML_NAME
from owui_lint.openwebui.names import PLUGIN_CLASSES
from owui_lint.repository.git import Git
from owui_lint.states import upwards, walk

_MAX_TOML = 1024 * 1024  # bytes; the configuration is not read from a larger file either


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
