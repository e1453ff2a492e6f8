"""The eighth location: what a server runs, compared with the repository."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from owui_lint.config import Config
from owui_lint.deploying.local import Local, clashes, read_local, same_program
from owui_lint.deploying.problems import Kind, Problem
from owui_lint.deploying.server import FUNCTION, TOOL, Listed, Remote, Server
from owui_lint.language import listed
from owui_lint.openwebui.facts import PlatformFacts, facts
from owui_lint.repository import Plugin
from owui_lint.versions import is_newer, version_key


class Status(StrEnum):
    """How a server's copy of a plugin relates to the repository's."""

    SAME = "same"
    FORMATTED = "formatted"  # the same program in another layout
    OUTDATED = "outdated"  # an older version
    NEWER = "newer"
    EDITED = "edited"  # the same version, another program
    INACTIVE = "inactive"  # the same, but switched off
    MISSING = "missing"
    OTHER_ID = "other-id"
    FAILED = "failed"  # could not be compared
    SKIPPED = "skipped"  # a pipeline: nothing of OpenWebUI's


#: What does not count as drift.
IN_ORDER = frozenset({Status.SAME, Status.FORMATTED, Status.SKIPPED})


@dataclass(frozen=True)
class PluginState:
    """One plugin on one server. ``remote`` is what the server has, ``server_id`` under which id."""

    plugin: Plugin
    status: Status
    server_id: str | None = None
    local: Local | None = None
    remote: Remote | None = None
    problem: Problem | None = None

    @property
    def drifts(self) -> bool:
        """Whether the server differs from the repository."""
        return self.status not in IN_ORDER

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the state as the JSON report has it."""
        remote = self.remote
        return {
            "id": self.plugin.id,
            "path": self.plugin.path,
            "kind": self.local.kind if self.local else None,
            "server_id": self.server_id,
            "status": self.status.value,
            "repository_version": self.plugin.version,
            "server_version": remote.version if remote else None,
            "active": remote.active if remote else None,
            "updated_at": remote.updated_at if remote else None,
            "problem": problem_json(self.problem, lang),
        }


def problem_json(problem: Problem | None, lang: str) -> dict[str, Any] | None:
    """Return a problem as JSON reports have it."""
    if problem is None:
        return None
    return {
        "kind": problem.kind.value,
        "status": problem.status,
        "message": problem.message.to(lang),
        "advice": problem.advice.to(lang),
    }


def facts_of(release: str | None) -> PlatformFacts:
    """Return the facts of a server's release; of the newest known one for a release that is not known."""
    try:
        return facts(release)
    except ValueError:
        return facts()


class Survey:
    """Looks plugins up on one server; each listing is asked for once."""

    def __init__(self, server: Server, config: Config, plugins: Iterable[Plugin]) -> None:
        """``plugins`` are all of the repository: ids must differ between all of them."""
        self.server = server
        self.config = config
        self.release = server.release()
        self.facts = facts_of(self.release)
        self._listings: dict[str, dict[str, Listed]] = {}
        self._locals: dict[str, Local | Problem] = {}
        for plugin in plugins:
            try:
                self._locals[plugin.id] = read_local(plugin, config, self.facts)
            except Problem as problem:
                self._locals[plugin.id] = problem
        self._clashes = clashes(local for local in self._locals.values() if isinstance(local, Local))

    def connect(self, plugins: Iterable[Plugin]) -> None:
        """Ask for the listings that ``plugins`` need, so that a wrong key or address is told once.

        Raises ``Problem``.
        """
        found = (self._locals[plugin.id] for plugin in plugins)
        for kind in sorted({local.kind for local in found if isinstance(local, Local)}):
            self.listing(kind)

    def listing(self, kind: str) -> Mapping[str, Listed]:
        """Return what the server lists of a kind. Raises ``Problem``."""
        if kind not in self._listings:
            self._listings[kind] = self.server.listing(kind)
        return self._listings[kind]

    def state(self, plugin: Plugin) -> PluginState:
        """Return how a plugin stands. A problem with one plugin is part of its state, never raised."""
        local = self._locals[plugin.id]
        if isinstance(local, Problem):
            status = Status.SKIPPED if local.kind is Kind.NOT_DEPLOYABLE else Status.FAILED
            return PluginState(plugin, status, problem=local)
        try:
            return self._compare(local)
        except Problem as problem:
            return PluginState(plugin, Status.FAILED, local.ids[0], local, problem=problem)

    def _compare(self, local: Local) -> PluginState:
        plugin = local.plugin
        if plugin.id in self._clashes:
            raise Problem(Kind.SAME_ID, {"id": plugin.id, "detail": listed(self._clashes[plugin.id])})
        listing = self.listing(local.kind)
        there = [server_id for server_id in local.ids if server_id in listing]
        if not there:
            other = [] if local.mapped else [item for item in listing.values() if _is_like(item, local)]
            if other:
                return self._other_id(local, other)
            return PluginState(plugin, Status.MISSING, local.ids[0], local)
        if len(there) > 1:
            return self._other_id(local, [listing[server_id] for server_id in there])
        server_id = there[0]
        remote = self.server.read(local.kind, server_id)
        if remote is None:
            return PluginState(plugin, Status.MISSING, server_id, local)
        if local.kind == FUNCTION and remote.type and local.function_type and remote.type != local.function_type:
            raise Problem(Kind.WRONG_TYPE, {"id": plugin.id, "detail": f"{server_id} ({remote.type})"})
        return PluginState(plugin, self._status(local, remote), server_id, local, remote)

    def _other_id(self, local: Local, found: list[Listed]) -> PluginState:
        values = {"id": local.id, "detail": listed(item.id for item in found[:5]), "suggestion": found[0].id}
        return PluginState(local.plugin, Status.OTHER_ID, found[0].id, local, problem=Problem(Kind.OTHER_ID, values))

    def _status(self, local: Local, remote: Remote) -> Status:
        stored = self.facts.rewrite_imports(remote.content)
        if stored == local.content:
            status = Status.SAME
        elif same_program(stored, local.content):
            status = Status.FORMATTED
        elif local.version and remote.version and is_newer(remote.version, local.version):
            return Status.NEWER
        elif local.version and remote.version and version_key(remote.version) == version_key(local.version):
            return Status.EDITED
        else:
            return Status.OUTDATED
        return Status.INACTIVE if remote.active is False else status


def _is_like(item: Listed, local: Local) -> bool:
    """Whether a plugin on the server looks like this one under another id: same title and same type."""
    titles = {title.strip().casefold() for title in (item.title, item.name) if title.strip()}
    if item.kind == TOOL:
        return local.plugin.title.strip().casefold() in titles
    same_type = not local.function_type or not item.type or item.type == local.function_type
    return same_type and local.plugin.title.strip().casefold() in titles
