"""OpenWebUI's routers for functions and tools: what they take, what they answer, and what their refusals mean.

Read from ``routers/functions.py``, ``routers/tools.py``, ``utils/plugin.py`` and ``utils/auth.py`` of the published
wheels of 0.5.20, 0.6.18, 0.8.12, 0.9.6 and 0.12.4, and tried on a real 0.12.4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import quote
from uuid import uuid4

from owui_lint.deploying.problems import Kind, Problem
from owui_lint.lazypattern import lazy_pattern
from owui_lint.openwebui.frontmatter import read_frontmatter

FUNCTION, TOOL = "function", "tool"

# ERROR_MESSAGES in open_webui/constants.py, the same in all releases read.
_NOT_FOUND = "We could not find what"
_ID_TAKEN = "This id is already registered"
_PROHIBITED = ("You do not have permission", "401 Unauthorized")
_MISSING_ON_UPDATE = ("Function not found", "Error updating function")
_NO_FUNCTION_CLASS = "No Function class found"
_VALVES = "Current Valves are incompatible with this code"
# From about 0.10 on, create says only this much of an exception; update says what it was.
_HIDDEN = lazy_pattern(r"(?:\[ERROR: )?Error creating (?:function|tools?)\]?|Something went wrong :/?")
_PIP = lazy_pattern(r"'-m', 'pip', 'install'|\bpip\b.*\bexit status\b")
_MAX_DETAIL = 10_000  # characters: a search for words behind each other takes time in proportion to the square
_WRAPPED = lazy_pattern(r"\[ERROR: (.*)\]", re.DOTALL)


class Transport(Protocol):
    """What is needed of a client: see ``client.Client``."""

    def get(self, path: str) -> Any:
        """Return the JSON of a GET."""

    def post(self, path: str, body: Any) -> Any:
        """Return the JSON of a POST."""

    def delete(self, path: str) -> Any:
        """Return the JSON of a DELETE."""


@dataclass(frozen=True)
class Listed:
    """A plugin as a server lists it. ``active`` is ``None`` for tools, which cannot be switched off."""

    id: str
    kind: str
    type: str
    name: str
    title: str
    active: bool | None


@dataclass(frozen=True)
class Remote:
    """A plugin as a server has it. ``access`` is what a tool's sharing is called in that release, to be sent back."""

    id: str
    kind: str
    type: str
    name: str
    content: str
    meta: Mapping[str, Any]
    active: bool | None
    access: Mapping[str, Any]
    updated_at: int | None

    @cached_property
    def version(self) -> str | None:
        """The version that the code on the server states."""
        return read_frontmatter(self.content).values.get("version") or None

    def payload(self) -> dict[str, Any]:
        """Return what a create or an update must send for the server to have exactly this."""
        return {
            "id": self.id,
            "name": self.name,
            "content": self.content,
            "meta": dict(self.meta),
            **self.access,
        }


class Server:
    """The calls. Every one raises ``Problem`` where it fails."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def release(self) -> str | None:
        """Return the server's release, or ``None`` where its answer names none."""
        answer = self._transport.get("/api/version")
        version = answer.get("version") if isinstance(answer, dict) else None
        return version if isinstance(version, str) and re.fullmatch(r"[0-9A-Za-z.+-]{1,40}", version) else None

    def listing(self, kind: str) -> dict[str, Listed]:
        """Return the plugins of a kind by id, without their code."""
        # Without a trailing slash the web interface answers. /tools/ also lists tool servers, /tools/list does not.
        answer = self._transport.get("/api/v1/functions/" if kind == FUNCTION else "/api/v1/tools/list")
        if not isinstance(answer, list):
            raise Problem(Kind.UNEXPECTED, {"url": f"/api/v1/{kind}s/", "detail": "no list"})
        found = [_listed(kind, item) for item in answer if isinstance(item, dict)]
        return {item.id: item for item in found if item is not None}

    def read(self, kind: str, plugin_id: str) -> Remote | None:
        """Return a plugin with its code, or ``None`` where the server has none of that id."""
        try:
            answer = self._transport.get(_path(kind, plugin_id))
        except Problem as problem:
            # Functions answer 401 for an id they do not have, tools 401 up to 0.6 and 404 later.
            if problem.status in (401, 404) and _NOT_FOUND in problem.detail:
                return None
            raise
        return _remote(kind, plugin_id, answer)

    def valves(self, kind: str, plugin_id: str) -> Any:
        """Return the saved values, to be compared and never kept: they hold secrets."""
        return self._transport.get(_path(kind, plugin_id, "/valves"))

    def create(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Create a plugin."""
        try:
            self._transport.post(f"/api/v1/{kind}s/create", payload)
        except Problem as problem:
            raise self._meaning(kind, problem, payload) from None

    def update(self, kind: str, plugin_id: str, payload: Mapping[str, Any]) -> None:
        """Update a plugin that is there."""
        try:
            self._transport.post(_path(kind, plugin_id, "/update"), payload)
        except Problem as problem:
            raise self._meaning(kind, problem, payload) from None

    def delete(self, kind: str, plugin_id: str) -> None:
        """Delete a plugin."""
        self._transport.delete(_path(kind, plugin_id, "/delete"))

    def _meaning(self, kind: str, problem: Problem, payload: Mapping[str, Any]) -> Problem:
        """The problem that a refused save stands for."""
        detail = problem.detail
        values = {**problem.values, "id": str(payload["id"])}
        if problem.status in (401, 403) and any(text in detail for text in _PROHIBITED):
            return Problem(Kind.NOT_ADMIN, values)
        if problem.status != 400:
            return problem
        if _ID_TAKEN in detail:
            return Problem(Kind.ID_TAKEN, values)
        if "alphanumeric characters and underscores" in detail:
            return Problem(Kind.REJECTED, values)
        if _HIDDEN.fullmatch(detail):
            cause = self._cause(kind, payload)
            if cause is None:
                return Problem(Kind.LOAD_ERROR_HIDDEN, values)
            detail = cause
        elif any(text in detail for text in _MISSING_ON_UPDATE):
            return Problem(Kind.REJECTED, values)
        wrapped = _WRAPPED.fullmatch(detail)
        values["detail"] = wrapped[1] if wrapped else detail
        if _VALVES in detail:
            return Problem(Kind.VALVES, {**values, "detail": detail.partition(_VALVES)[2].lstrip(": ")})
        return Problem(Kind.PIP if _PIP.search(detail[:_MAX_DETAIL]) else Kind.LOAD_ERROR, values)

    def _cause(self, kind: str, payload: Mapping[str, Any]) -> str | None:
        """Why the code does not load, where create hides it; ``None`` if that cannot be found out.

        The functions router loads the code of an update before it looks for the id, and answers with the exception's
        text. Under an id that nothing can have, it has nothing to write to.
        """
        probe = f"owui_lint_probe_{uuid4().hex}"
        body = {**payload, "id": probe}
        try:
            self._transport.post(_path(FUNCTION, probe, "/update"), body)
        except Problem as problem:
            # A tool has no class of a function: that much says that the text itself runs.
            silent = _MISSING_ON_UPDATE if kind == FUNCTION else (*_MISSING_ON_UPDATE, _NO_FUNCTION_CLASS)
            if problem.status == 400 and not any(text in problem.detail for text in silent):
                return problem.detail
        return None


def _path(kind: str, plugin_id: str, rest: str = "") -> str:
    return f"/api/v1/{kind}s/id/{quote(plugin_id, safe='')}{rest}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _listed(kind: str, item: dict[str, Any]) -> Listed | None:
    plugin_id = item.get("id")
    if not isinstance(plugin_id, str) or not plugin_id:
        return None
    title = _text(_mapping(_mapping(item.get("meta")).get("manifest")).get("title"))
    shown_type = _text(item.get("type")) if kind == FUNCTION else TOOL
    return Listed(plugin_id, kind, shown_type, _text(item.get("name")), title, _flag(item.get("is_active")))


def _remote(kind: str, plugin_id: str, answer: Any) -> Remote:
    item = _mapping(answer)
    content, found = item.get("content"), item.get("id")
    if not isinstance(content, str) or found != plugin_id:
        what = "no code in it" if found == plugin_id else "another id"
        raise Problem(Kind.UNEXPECTED, {"url": _path(kind, plugin_id), "detail": what})
    updated = item.get("updated_at")
    access: dict[str, Any] = {}
    if kind == TOOL:
        # Up to 0.7 an update without `access_control` makes a private tool public.
        access = {name: item[name] for name in ("access_control", "access_grants") if name in item}
    return Remote(
        id=plugin_id,
        kind=kind,
        type=_text(item.get("type")) if kind == FUNCTION else TOOL,
        name=_text(item.get("name")),
        content=content,
        meta=_mapping(item.get("meta")),
        active=_flag(item.get("is_active")),
        access=access,
        updated_at=updated if isinstance(updated, int) else None,
    )
