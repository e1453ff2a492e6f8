"""A small editor: JSON-RPC over the standard streams of a real ``owui-lint server``."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

SECONDS = 60  # far above any answer: a test that waits this long has failed
ROOT = Path(__file__).resolve().parents[2]


class Editor:
    def __init__(self, folder: Path | None, *, locale: str = "en", **capabilities: Any) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "owui_lint", "server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=folder or Path("/"),
        )
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.notifications: list[dict[str, Any]] = []
        self._number = 0
        self.texts: dict[str, tuple[int, str]] = {}
        threading.Thread(target=self._read, daemon=True).start()
        workspace = {"workspaceEdit": {"documentChanges": True}, **capabilities.pop("workspace", {})}
        self.server = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": folder.as_uri() if folder else None,
                "workspaceFolders": [{"uri": folder.as_uri(), "name": "x"}] if folder else None,
                "locale": locale,
                "capabilities": {
                    "workspace": workspace,
                    "textDocument": {"publishDiagnostics": {"relatedInformation": True}},
                    **capabilities,
                },
            },
        )["result"]
        self.notify("initialized", {})

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                header = stream.readline()
            self._messages.put(json.loads(stream.read(length)))
        self._messages.put(None)

    def send_raw(self, body: bytes) -> None:
        stream = self.process.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()

    def _send(self, message: dict[str, Any]) -> None:
        self.send_raw(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == number and "method" not in message:
                return message

    def _next(self) -> dict[str, Any]:
        message = self._messages.get(timeout=SECONDS)
        if message is None:
            assert self.process.stderr is not None
            raise AssertionError(f"the server ended: {self.process.stderr.read().decode()}")
        if "method" in message:
            self.notifications.append(message)
            if "id" in message:
                self._send({"id": message["id"], "result": None})
        return message

    def open(self, path: Path, text: str | None = None) -> str:
        uri = path.as_uri()
        shown = path.read_bytes().decode("utf-8-sig") if text is None else text
        self.texts[uri] = (1, shown)
        self.notify(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": shown}},
        )
        return uri

    def type(self, uri: str, text: str) -> None:
        version = self.texts[uri][0] + 1
        self.texts[uri] = (version, text)
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]},
        )

    def close(self, uri: str) -> None:
        del self.texts[uri]
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def save(self, uri: str) -> None:
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def diagnostics(self, uri: str, version: int | None = None) -> list[dict[str, Any]]:
        """Wait for the next diagnostics of a document (of a version, where one is given)."""
        version = self.texts[uri][0] if version is None and uri in self.texts else version
        while True:
            message = self._next()
            if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != uri:
                continue
            if version is None or message["params"].get("version") == version:
                return list(message["params"]["diagnostics"])

    def message(self, method: str) -> dict[str, Any]:
        """Wait for the next message of a method."""
        while True:
            message = self._next()
            if message.get("method") == method:
                return dict(message["params"])

    def actions(self, uri: str, where: dict[str, Any], only: list[str] | None = None) -> list[dict[str, Any]]:
        context: dict[str, Any] = {"diagnostics": []}
        if only is not None:
            context["only"] = only
        params = {"textDocument": {"uri": uri}, "range": where, "context": context}
        return list(self.request("textDocument/codeAction", params)["result"] or [])

    def end(self) -> int:
        self.request("shutdown", None)
        self.notify("exit", None)
        try:
            return self.process.wait(timeout=SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with contextlib.suppress(OSError):
                stream.close()


def slice_of(text: str, where: dict[str, Any]) -> tuple[int, int]:
    """Return the character offsets of a range in UTF-16 positions: lines end at CRLF, CR or LF, as editors have it."""

    def offset(position: dict[str, int]) -> int:
        starts = [0]
        index = 0
        while index < len(text):
            if text.startswith("\r\n", index):
                index += 2
            elif text[index] in "\r\n":
                index += 1
            else:
                index += 1
                continue
            starts.append(index)
        start = starts[position["line"]]
        return start + len(text[start:].encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le"))

    return offset(where["start"]), offset(where["end"])


def apply(text: str, edits: list[dict[str, Any]]) -> str:
    for edit in sorted(edits, key=lambda edit: slice_of(text, edit["range"]), reverse=True):
        start, end = slice_of(text, edit["range"])
        text = text[:start] + edit["newText"] + text[end:]
    return text
