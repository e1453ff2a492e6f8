"""Deploying and going back: plan everything, save what was there, then change one plugin after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from owui_lint.deploying import backup as backups
from owui_lint.deploying.access import Access
from owui_lint.deploying.backup import Backup, Entry, digest
from owui_lint.deploying.problems import PLANNING, READING, UNCERTAIN, Kind, Problem, places_of
from owui_lint.deploying.server import Remote, Server
from owui_lint.deploying.state import PluginState, Status, Survey, problem_json
from owui_lint.finding import CRASH_NAME, Finding, Severity
from owui_lint.openwebui.facts import known_releases
from owui_lint.repository import Plugin
from owui_lint.session import Selection, Session


class DeployOutcome(StrEnum):
    """What was done with a plugin, or (in a dry run) would be."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    RESTORED = "restored"
    DELETED = "deleted"
    REFUSED = "refused"  # before anything was sent
    FAILED = "failed"  # the server did not take it


@dataclass(frozen=True)
class Result:
    """What became of one plugin. ``active`` is how it stands on the server now."""

    plugin: str
    outcome: DeployOutcome
    server_id: str | None = None
    before: str | None = None
    after: str | None = None
    active: bool | None = None
    problem: Problem | None = None

    @property
    def arrived(self) -> bool | None:
        """Whether the server took what was sent; ``None`` where that cannot be told."""
        if self.problem is None:
            return True
        is_of_reading = self.problem.values.get(READING)
        if is_of_reading is not None:
            return False if is_of_reading else None  # before the save, or reading back
        return None if self.problem.kind in (*UNCERTAIN, Kind.NOT_APPLIED) else False

    @property
    def failed(self) -> bool:
        """Whether it did not get where it should."""
        return self.outcome in (DeployOutcome.REFUSED, DeployOutcome.FAILED)

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the result as the JSON report has it."""
        return {
            "id": self.plugin,
            "outcome": self.outcome.value,
            "server_id": self.server_id,
            "version_before": self.before,
            "version_after": self.after,
            "active": self.active,
            "problem": problem_json(self.problem, lang),
        }


@dataclass(frozen=True)
class Choices:
    """What the command line allows beyond the usual. ``folder`` of backups, ``None`` for none."""

    verify: bool = True
    allow_downgrade: bool = False
    dry_run: bool = False
    folder: Path | None = None


class Tell(Protocol):
    """Is told of each step as it is done, so that a run that is cut short has said what it did."""

    def saved(self, path: Path) -> None:
        """A backup has been written; what follows changes the server."""

    def result(self, result: Result) -> None:
        """One plugin is done."""


def release_problems(session: Session, release: str | None) -> dict[str, Problem]:
    """Return why plugins must not be released: the errors that the rules find in each, its version places included.

    ``release`` is the server's: it is the target that the rules check against, where anything is known of it.
    """
    if release in known_releases():
        session.config.override("target-openwebui", release, "--url")
    report = session.check(Selection())
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.severity is Severity.ERROR and finding.plugin is not None:
            found.setdefault(finding.plugin, []).append(finding)
    problems = {plugin: _findings_problem(plugin, errors) for plugin, errors in found.items()}
    if report.crashed:
        for plugin in session.repository.plugins:
            problems.setdefault(plugin.id, Problem(Kind.FINDINGS, {"id": plugin.id, "detail": CRASH_NAME}))
    return problems


def _findings_problem(plugin: str, errors: list[Finding]) -> Problem:
    return Problem(Kind.FINDINGS, {"id": plugin, "detail": places_of(errors, 1)})


def deploy(
    session: Session, survey: Survey, access: Access, plugins: Sequence[Plugin], choices: Choices, tell: Tell
) -> list[Result]:
    """Bring plugins onto the server, one after the other; a failure of one does not stop the others.

    Raises ``UsageError`` where no backup can be written: then nothing was changed.
    """
    problems = release_problems(session, survey.release) if choices.verify else {}
    plans = [_plan(survey, access, plugin, problems.get(plugin.id), choices) for plugin in plugins]
    writing = [state for state, result in plans if result is None]
    saved: tuple[Path, Backup] | None = None
    if writing and choices.folder is not None and not choices.dry_run:
        backup = _backup(access, survey, "deploy", [_entry(state) for state in writing])
        saved = backups.save(choices.folder, backup), backup
        tell.saved(saved[0])
    results: list[Result] = []
    try:
        for state, planned in plans:
            results.append(planned or _send(survey.server, state, choices))
            tell.result(results[-1])
    finally:
        if saved is not None:
            backups.mark_arrived(*saved, {result.plugin: result.arrived for result in results})
    return results


def _plan(
    survey: Survey, access: Access, plugin: Plugin, found: Problem | None, choices: Choices
) -> tuple[PluginState, Result | None]:
    """The state of a plugin, and its result where nothing is to be sent. ``found``: what the release checks say."""
    state = survey.state(plugin)
    before = state.remote.version if state.remote else None

    def stop(outcome: DeployOutcome, problem: Problem | None = None) -> tuple[PluginState, Result]:
        active = state.remote.active if state.remote else None
        return state, Result(plugin.id, outcome, state.server_id, before, before, active, problem)

    if state.problem is not None or state.local is None:
        ours = state.problem is None or state.problem.kind in PLANNING
        return stop(DeployOutcome.REFUSED if ours else DeployOutcome.FAILED, state.problem)
    if found is not None:
        return stop(DeployOutcome.REFUSED, found)
    if access.key.reveal() in state.local.content or (state.remote and access.key.reveal() in state.remote.content):
        return stop(DeployOutcome.REFUSED, Problem(Kind.KEY_IN_CODE, {"id": plugin.id}))
    if state.status is Status.NEWER and not choices.allow_downgrade:
        return stop(DeployOutcome.REFUSED, Problem(Kind.DOWNGRADE, {"id": plugin.id, "detail": before or "?"}))
    if state.remote is not None and _is_there(state, state.remote):
        return stop(DeployOutcome.UNCHANGED)
    return state, None


def _is_there(state: PluginState, remote: Remote) -> bool:
    """Whether the server has exactly what would be sent."""
    assert state.local is not None
    return (
        remote.content == state.local.content
        and remote.name == state.local.plugin.title
        and remote.meta.get("description", "") == state.local.description
    )


def _entry(state: PluginState) -> Entry:
    assert state.local is not None
    assert state.server_id is not None
    return Entry(
        plugin=state.plugin.id,
        kind=state.local.kind,
        server_id=state.server_id,
        before=state.remote,
        deployed=digest(state.local.content),
        version=state.local.version,
    )


def _backup(access: Access, survey: Survey, purpose: str, entries: Sequence[Entry]) -> Backup:
    return Backup(access.url, backups.now(), survey.release, purpose, tuple(entries))


def _send(server: Server, state: PluginState, choices: Choices) -> Result:
    local, remote, server_id = state.local, state.remote, state.server_id
    assert local is not None
    assert server_id is not None
    before = remote.version if remote else None
    outcome = DeployOutcome.UPDATED if remote else DeployOutcome.CREATED
    if choices.dry_run:
        return Result(state.plugin.id, outcome, server_id, before, local.version, remote.active if remote else None)
    try:
        now = _put(server, local.kind, local.payload(server_id, remote), remote)
    except Problem as problem:
        return Result(
            state.plugin.id, DeployOutcome.FAILED, server_id, before, before, None, _with_id(problem, state.plugin.id)
        )
    return Result(state.plugin.id, outcome, server_id, before, now.version, now.active)


def _with_id(problem: Problem, plugin: str) -> Problem:
    return problem if "id" in problem.values else Problem(problem.kind, {**problem.values, "id": plugin})


def _put(server: Server, kind: str, payload: dict[str, Any], before: Remote | None) -> Remote:
    """Create or update, then read back. Returns what the server has now; raises ``Problem``.

    A request whose answer was lost may have been carried out: reading back decides, it is not sent again.
    """
    server_id = payload["id"]
    valves = server.valves(kind, server_id) if before else None
    lost: Problem | None = None
    try:
        if before:
            server.update(kind, server_id, payload)
        else:
            server.create(kind, payload)
    except Problem as problem:
        if problem.kind not in UNCERTAIN:
            raise
        lost = problem
    try:
        now = server.read(kind, server_id)
        wrong = _difference(now, payload, before)
        if wrong is None and before and server.valves(kind, server_id) != valves:
            wrong = "valves"
    except Problem as problem:  # the save before it may have been carried out
        raise (lost or Problem(problem.kind, {**problem.values, READING: False})) from None
    if wrong is not None or now is None:
        raise lost or Problem(Kind.NOT_APPLIED, {"id": server_id, "detail": wrong or "missing"})
    return now


def _difference(now: Remote | None, payload: dict[str, Any], before: Remote | None) -> str | None:
    """Which part of what was sent the server does not have; ``None`` if all is there."""
    if now is None:
        return "missing"
    if now.content != payload["content"]:
        return "content"
    if now.name != payload["name"]:
        return "name"
    if before is not None and before.active is not None and now.active != before.active:
        return "active"
    return None


def rollback(
    survey: Survey, access: Access, folder: Path, plugins: Sequence[str] | None, dry_run: bool, tell: Tell
) -> list[Result]:
    """Bring back what the newest deployment to this server replaced: version, code, metadata and sharing.

    A plugin that the deployment created is deleted, unless it was changed since. What the server has now is saved
    first. Raises ``UsageError`` where nothing is saved that could be restored.
    """
    path, backup, entries = backups.find(folder, access.url, plugins)
    server = survey.server
    current: dict[str, Remote | None] = {}
    failed: dict[str, Result] = {}
    for entry in entries:
        try:
            current[entry.plugin] = server.read(entry.kind, entry.server_id)
        except Problem as problem:
            failed[entry.plugin] = Result(entry.plugin, DeployOutcome.FAILED, entry.server_id, problem=problem)
    if not dry_run and current:
        safety = [_safety_entry(entry, current[entry.plugin]) for entry in entries if entry.plugin in current]
        target = folder.parent if folder.is_file() else folder
        tell.saved(backups.save(target, _backup(access, survey, "rollback", safety)))
    results = []
    for entry in entries:
        results.append(failed.get(entry.plugin) or _restore(server, entry, current[entry.plugin], dry_run))
        tell.result(results[-1])
    if not dry_run:
        backups.mark_restored(path, backup, [result.plugin for result in results if not result.failed])
    return results


def _safety_entry(entry: Entry, now: Remote | None) -> Entry:
    replacement = digest(entry.before.content) if entry.before else ""
    return Entry(
        entry.plugin, entry.kind, entry.server_id, now, replacement, entry.before.version if entry.before else None
    )


def _restore(server: Server, entry: Entry, now: Remote | None, dry_run: bool) -> Result:
    before = entry.before
    now_version = now.version if now else None

    def result(outcome: DeployOutcome, after: Remote | None, problem: Problem | None = None) -> Result:
        version, active = (after.version, after.active) if after else (None, None)
        return Result(entry.plugin, outcome, entry.server_id, now_version, version, active, problem)

    try:
        if before is None:
            if now is None:
                return result(DeployOutcome.UNCHANGED, None)
            if digest(now.content) != entry.deployed:
                return result(DeployOutcome.REFUSED, now, Problem(Kind.EDITED_SINCE, {"id": entry.plugin}))
            if not dry_run:
                server.delete(entry.kind, entry.server_id)
                if server.read(entry.kind, entry.server_id) is not None:
                    raise Problem(Kind.NOT_APPLIED, {"id": entry.plugin, "detail": "still there"})
            return result(DeployOutcome.DELETED, None)
        if now is not None and (now.content, now.name, now.meta) == (before.content, before.name, before.meta):
            return result(DeployOutcome.UNCHANGED, now)
        if dry_run:
            return result(DeployOutcome.RESTORED, before)
        return result(DeployOutcome.RESTORED, _put(server, entry.kind, before.payload(), now))
    except Problem as problem:
        return result(DeployOutcome.FAILED, now, _with_id(problem, entry.plugin))
