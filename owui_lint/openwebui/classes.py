"""The names by which OpenWebUI knows the classes of a plugin."""

from __future__ import annotations

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
