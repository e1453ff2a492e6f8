"""What OpenWebUI, and what runs in it, is called: the platform, the classes of plugins, and words for kinds of plugins."""

from __future__ import annotations

#: The platform's name in all its spellings, as an expression for texts whose case is ignored.
PLATFORM = r"(?:open[ \t_-]?web[ \t_-]?ui|owui)"

#: Words for a kind of plugin, in the singular. Not "event": names end in that which are of no such plugin.
KINDS = ("action", "filter", "pipe", "pipeline", "tool", "plugin", "function")
#: One of them, in an expression.
KIND = f"(?:{'|'.join(KINDS)})"

# The class the newest OpenWebUI looks for, in its order, and the folder such a plugin lives in. Typed, not read from
# the facts, which would cost every start their loading; tests/openwebui/test_facts.py compares the two. Pipelines are
# served by a separate server; their class is listed so that the folder's files are recognised.
PLUGIN_CLASSES = {
    "Pipe": "pipes",
    "Filter": "filters",
    "Action": "actions",
    "Event": "events",
    "Tools": "tools",
    "Pipeline": "pipelines",
}
VALVE_CLASSES = ("Valves", "UserValves")
_FOLDERS = {folder.rstrip("s"): folder for folder in PLUGIN_CLASSES.values()}

#: The class of a tool: the only one that the platform looks for where a file is saved as a tool.
TOOL_CLASS = "Tools"
# The methods that the platform calls, by the classes of functions; typed for the same reason, and compared as well.
HOOKS = {
    "Pipe": ("pipe",),
    "Filter": ("inlet", "outlet", "request", "stream"),
    "Action": ("action",),
    "Event": ("event",),
}

#: The Pythons that the platform runs on (``Requires-Python`` in its metadata).
PYTHONS = ((3, 11), (3, 12))


def type_of_folder(path: str) -> str | None:
    """Return the folder name of the type of plugins (``filters``) that the nearest folder above a path is called after, in
    the singular or the plural and in any case; ``None`` where none is."""
    above = (part.rstrip("s") for part in reversed(path.casefold().split("/")[:-1]))
    return next((_FOLDERS[part] for part in above if part in _FOLDERS), None)
