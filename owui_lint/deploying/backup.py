"""What a server had before: one JSON file per run, written before the first change, readable only by its owner.

Saved are code, name, metadata and sharing. Saved values (valves) are not: the server keeps them itself, and they hold
secrets.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from owui_lint import sealed
from owui_lint.deploying.server import FUNCTION, TOOL, Remote
from owui_lint.errors import UsageError, reason_of
from owui_lint.replacing import refuse_git_directory
from owui_lint.text import printable

FOLDER = ".owui-lint/backups"
_MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One plugin in a backup. ``before`` is ``None`` for one that the server did not have.

    ``deployed`` is the SHA-256 of the code that the run was about to send. ``arrived`` says whether the server has taken
    it: not where it refused, and ``None`` where that is not known, as after a run that was cut short.
    """

    plugin: str
    kind: str
    server_id: str
    before: Remote | None
    deployed: str
    version: str | None
    restored: bool = False
    arrived: bool | None = None

    @property
    def can_be_undone(self) -> bool:
        """Whether the run may have replaced something that is not brought back yet."""
        return not self.restored and self.arrived is not False


@dataclass(frozen=True)
class Backup:
    """One run. ``purpose`` is ``deploy`` or ``rollback``."""

    url: str
    time: str
    openwebui: str | None
    purpose: str
    entries: tuple[Entry, ...]


def digest(content: str) -> str:
    """Return the SHA-256 of code, in hexadecimal."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def now() -> str:
    """Return the time in UTC, to the microsecond, in a form that file names take and that sorts."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def backup_folder(root: Path, asked: str | None) -> Path:
    """Return the folder of backups: ``asked``, else one in the repository that git ignores.

    Raises ``UsageError`` where the default one is a link: a repository must not choose where files are written; and for one
    in git's own folder.
    """
    if asked:
        refuse_git_directory(asked, "--backup")
        return Path(asked)
    folder = root / FOLDER
    if folder.is_symlink() or folder.parent.is_symlink():
        raise UsageError(f"{FOLDER} is a link: say --backup DIR.", f"{FOLDER} 是符号链接：请用 --backup DIR 指定目录。")
    return folder


def save(folder: Path, backup: Backup) -> Path:
    """Write a backup as a new file and return its path. Raises ``UsageError`` where that fails."""
    try:
        made = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if made:
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        path = folder / f"{backup.time}-{backup.purpose}.json"
        _write(path, backup)
    except OSError as error:
        shown = printable(str(folder))
        raise UsageError(
            f"No backup can be written to {shown} ({reason_of(error).en}), so nothing was deployed. See --backup DIR.",
            f"无法在 {shown} 中写入备份（{reason_of(error).zh}），因此没有部署。请用 --backup DIR 指定目录。",
        ) from None
    return path


def _write(path: Path, backup: Backup) -> None:
    """Write the whole file or nothing, to be read by its owner alone."""
    data = json.dumps(_to_json(backup), ensure_ascii=True, indent=1).encode()
    sealed.replace(str(path), data, sync=True)


def mark_restored(path: Path, backup: Backup, plugins: Sequence[str]) -> None:
    """Note in a backup file which of its plugins have been brought back, so that the next rollback goes further."""
    entries = tuple(replace(entry, restored=entry.restored or entry.plugin in plugins) for entry in backup.entries)
    with contextlib.suppress(OSError):  # the rollback itself has been done
        _write(path, replace(backup, entries=entries))


def mark_arrived(path: Path, backup: Backup, arrived: Mapping[str, bool | None]) -> None:
    """Note in a backup file which of its plugins the server has taken: what it refused has replaced nothing."""
    entries = tuple(replace(entry, arrived=arrived.get(entry.plugin)) for entry in backup.entries)
    with contextlib.suppress(OSError):  # the deployment itself has been done
        _write(path, replace(backup, entries=entries))


def load(path: Path) -> Backup:
    """Return a backup. Raises ``UsageError`` for a file that is none."""
    shown = printable(path.name)
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
        return _from_json(json.loads(data))
    except OSError as error:
        raise UsageError(
            f"{shown} cannot be read: {reason_of(error).en}.", f"无法读取 {shown}：{reason_of(error).zh}。"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(f"{shown} is no backup of owui-lint.", f"{shown} 不是 owui-lint 的备份文件。") from None


def backups(folder: Path, url: str | None) -> Iterator[tuple[Path, Backup]]:
    """Yield the deployments saved in a folder, newest first (those of one server, where ``url`` says which)."""
    for path in sorted(folder.glob("*-deploy.json"), reverse=True):
        backup = load(path)
        if url is None or backup.url == url:
            yield path, backup


def find(folder: Path, url: str, plugins: Sequence[str] | None) -> tuple[Path, Backup, list[Entry]]:
    """Return the newest deployment to a server that can still be undone, with the entries to restore.

    ``plugins`` limits it to these ids; ``folder`` may be one backup file. Raises ``UsageError`` where there is none.
    """
    if folder.is_file():
        backup = load(folder)
        if backup.url != url:
            raise UsageError(
                f"That backup is of {printable(backup.url)}, not of {url}.",
                f"该备份属于 {printable(backup.url)}，而不是 {url}。",
            )
        found = [(folder, backup)]
    else:
        found = list(backups(folder, url))
    for path, backup in found:
        entries = [
            entry
            for entry in backup.entries
            if (plugins is None or entry.plugin in plugins) and (entry.can_be_undone or path == folder)
        ]
        if entries:
            return path, backup, entries
    shown = printable(str(folder))
    raise UsageError(
        f"No deployment to {url} that could be undone is saved in {shown}.",
        f"{shown} 中没有可以回滚的、对 {url} 的部署记录。",
    )


def _to_json(backup: Backup) -> dict[str, Any]:
    return {
        "schema": 1,
        "url": backup.url,
        "time": backup.time,
        "openwebui": backup.openwebui,
        "purpose": backup.purpose,
        "plugins": [
            {
                "plugin": entry.plugin,
                "kind": entry.kind,
                "server_id": entry.server_id,
                "deployed": entry.deployed,
                "version": entry.version,
                "restored": entry.restored,
                "arrived": entry.arrived,
                "before": _remote_to_json(entry.before),
            }
            for entry in backup.entries
        ],
    }


def _remote_to_json(remote: Remote | None) -> dict[str, Any] | None:
    if remote is None:
        return None
    return {
        "type": remote.type,
        "name": remote.name,
        "version": remote.version,
        "content": remote.content,
        "meta": dict(remote.meta),
        "access": dict(remote.access),
        "active": remote.active,
        "updated_at": remote.updated_at,
    }


def _from_json(data: Any) -> Backup:
    if data["schema"] != 1:
        raise ValueError
    return Backup(
        url=_str(data["url"]),
        time=_str(data["time"]),
        openwebui=data["openwebui"],
        purpose=_str(data["purpose"]),
        entries=tuple(_entry(item) for item in data["plugins"]),
    )


def _entry(item: Any) -> Entry:
    if item["kind"] not in (FUNCTION, TOOL):
        raise ValueError
    server_id, before = _str(item["server_id"]), item["before"]
    remote = None
    if before is not None:
        remote = Remote(
            id=server_id,
            kind=item["kind"],
            type=_str(before["type"]),
            name=_str(before["name"]),
            content=_str(before["content"]),
            meta=dict(before["meta"]),
            active=before["active"],
            access=dict(before["access"]),
            updated_at=before["updated_at"],
        )
    arrived = item.get("arrived")
    return Entry(
        plugin=_str(item["plugin"]),
        kind=item["kind"],
        server_id=server_id,
        before=remote,
        deployed=_str(item["deployed"]),
        version=item["version"],
        restored=bool(item["restored"]),
        arrived=arrived if isinstance(arrived, bool) else None,
    )


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
