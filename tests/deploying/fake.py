"""A small OpenWebUI: the functions and tools routers, answering as the published releases do.

Status codes and texts are those of ``routers/functions.py``, ``routers/tools.py``, ``utils/auth.py`` and
``constants.py`` in the wheels of 0.5.20, 0.6.18, 0.8.12, 0.9.6 and 0.12.4. Code is never run: a text that raises is
recognised by its ``raise RuntimeError("...")``.
"""

from __future__ import annotations

import ast
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from owui_lint.openwebui.facts import facts
from owui_lint.openwebui.frontmatter import read_frontmatter

RELEASES = ("0.5.20", "0.6.18", "0.8.12", "0.9.6", "0.12.4")
KEY = "sk-0123456789abcdef"

NOT_FOUND = "We could not find what you're looking for :/"
ID_TAKEN = "Uh-oh! This id is already registered. Please choose another id string."
INVALID_TOKEN = "Your session has expired or the token is invalid. Please sign in again."
PROHIBITED = "You do not have permission to access this resource. Please contact your administrator for assistance."
NO_API_KEYS = "Use of API key is not enabled in the environment."
PIP_FAILURE = "Command '['/usr/bin/python3', '-m', 'pip', 'install', '{}']' returned non-zero exit status 1."


@dataclass
class Answer:
    """A response out of line: ``hang`` waits until the server closes, ``drop`` closes the connection unanswered."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    drop: bool = False
    after: bool = False  # only after the request has been carried out


class Refusal(Exception):
    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class FakeOpenWebUI:
    """Runs on loopback from ``with`` to its end."""

    def __init__(self, release: str = "0.12.4") -> None:
        self.release = release
        self.numbers = tuple(int(part) for part in release.split("."))
        self.items: dict[str, dict[str, dict[str, Any]]] = {"functions": {}, "tools": {}}
        self.saved: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str, str | None]] = []
        self.faults: list[tuple[str, str, Answer]] = []
        self.admin = True
        self.api_keys = True
        self.clock = 1_790_000_000
        self.closing = threading.Event()
        self.lock = threading.Lock()

    def __enter__(self) -> FakeOpenWebUI:
        fake = self

        class Handler(_Handler):
            openwebui = fake

        self._http = _Listener(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def fault(self, method: str, path: str, answer: Answer, times: int = 1) -> None:
        """Answer requests whose path holds ``path`` with something else."""
        self.faults += [(method, path, answer)] * times

    def take_fault(self, method: str, path: str) -> Answer | None:
        for entry in self.faults:
            if entry[0] == method and entry[1] in path:
                self.faults.remove(entry)
                return entry[2]
        return None

    def writes(self) -> list[tuple[str, str]]:
        """The requests that could change something, in order."""
        return [(method, path) for method, path, _ in self.requests if method != "GET"]

    # what the routers do

    def since(self, *numbers: int) -> bool:
        return self.numbers >= numbers

    def authenticate(self, header: str | None) -> None:
        if not header:
            raise Refusal(401 if self.since(0, 8) else 403, "Not authenticated")
        token = header.removeprefix("Bearer ")
        if token != KEY:
            raise Refusal(401, INVALID_TOKEN if token.startswith("sk-") else "401 Unauthorized")
        if not self.api_keys:
            raise Refusal(403, NO_API_KEYS)
        if not self.admin:
            raise Refusal(401, PROHIBITED)

    def wrapped(self, text: str) -> str:
        """``ERROR_MESSAGES.DEFAULT`` of an exception, on update."""
        return text if self.since(0, 10) else f"[ERROR: {text}]"

    def load(self, router: str, content: str) -> tuple[str, dict[str, str], str]:
        content = facts(self.release).rewrite_imports(content)
        manifest = read_frontmatter(content).values
        for part in manifest.get("requirements", "").split(","):
            if "no-such" in part:
                raise RuntimeError(PIP_FAILURE.format(part.strip()))
        ast.parse(content)
        raised = re.search(r'^raise RuntimeError\("(.*)"\)', content, re.MULTILINE)
        if raised:
            raise RuntimeError(raised[1].encode().decode("unicode_escape"))
        names = ("Tools",) if router == "tools" else ("Pipe", "Filter", "Action", "Event")
        for name in names:
            if re.search(rf"^class {name}\b", content, re.MULTILINE):
                return name.lower(), manifest, content
        raise RuntimeError(f"No {'Tools' if router == 'tools' else 'Function'} class found in the module")

    def meta(self, router: str, form: dict[str, Any], manifest: dict[str, str]) -> dict[str, Any]:
        extra = form["meta"] if self.since(0, 8 if router == "functions" else 10) else {}
        return {**extra, "description": form["meta"].get("description"), "manifest": manifest}

    def access(self, form: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
        if not self.since(0, 8):
            return {"access_control": form.get("access_control")}
        grants = form.get("access_grants")
        if before is not None and (grants is None or self.since(0, 10)):
            grants = before["access_grants"]
        return {"access_grants": grants or []}

    def create(self, router: str, form: dict[str, Any]) -> dict[str, Any]:
        if not form["id"].isidentifier():
            raise Refusal(400, "Only alphanumeric characters and underscores are allowed in the id")
        name = form["id"].lower()
        items = self.items[router]
        if name in items:
            raise Refusal(400, ID_TAKEN)
        try:
            kind, manifest, content = self.load(router, form["content"])
        except Exception as error:
            text = "Error creating function" if router == "functions" else "Error creating tool"
            raise Refusal(400, f"[ERROR: {text if self.since(0, 10) else error}]") from None
        self.clock += 1
        item = {"id": name, "user_id": "u1", "name": form["name"], "content": content, "updated_at": self.clock}
        item |= {"created_at": self.clock, "meta": self.meta(router, form, manifest)}
        if router == "functions":
            item |= {"type": kind, "is_active": False, "is_global": False}
        else:
            item |= {"specs": [], **self.access(form, None)}
        items[name] = item
        return {key: value for key, value in item.items() if key != "content"}

    def update(self, router: str, name: str, form: dict[str, Any]) -> dict[str, Any]:
        item = self.items[router].get(name)
        if router == "tools" and item is None:
            raise Refusal(401, NOT_FOUND)
        try:
            kind, manifest, content = self.load(router, form["content"])
        except Exception as error:
            raise Refusal(400, self.wrapped(str(error))) from None
        if item is None:
            missing = "Function not found" if self.since(0, 10) else "[ERROR: 400: [ERROR: Error updating function]]"
            raise Refusal(400, missing)
        if self.since(0, 10) and "MARK: int" in content and isinstance(self.saved.get(name, {}).get("MARK"), str):
            raise Refusal(400, "Current Valves are incompatible with this code: MARK: Input should be a valid integer")
        self.clock += 1
        item |= {"name": form["name"], "content": content, "updated_at": self.clock}
        item["meta"] = self.meta(router, form, manifest)
        item |= {"type": kind} if router == "functions" else self.access(form, item)
        return item

    def answer(self, method: str, path: str, form: Any) -> Any:
        parts = [unquote(part) for part in path.split("/")]
        if path == "/api/version":
            return {"version": self.release}
        match parts[1:]:
            case ["api", "v1", "functions", ""] | ["api", "v1", "tools", "list"] if method == "GET":
                items = self.items[parts[3]].values()
                return [{key: value for key, value in item.items() if key != "content"} for item in items]
            case ["api", "v1", ("functions" | "tools") as router, "create"] if method == "POST":
                return self.create(router, form)
            case ["api", "v1", ("functions" | "tools") as router, "id", name, *rest]:
                return self.one(method, router, name, rest, form)
        return None

    def one(self, method: str, router: str, name: str, rest: list[str], form: Any) -> Any:
        item = self.items[router].get(name)
        if method == "POST" and rest == ["update"]:
            return self.update(router, name, form)
        if item is None:
            raise Refusal(404 if router == "tools" and self.since(0, 8) else 401, NOT_FOUND)
        if method == "GET" and not rest:
            return item
        if method == "GET" and rest == ["valves"]:
            return self.saved.get(name)
        if method == "DELETE" and rest == ["delete"]:
            del self.items[router][name]
            return True
        return None


class _Listener(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        pass  # clients that hang up early are part of the tests


class _Handler(BaseHTTPRequestHandler):
    openwebui: FakeOpenWebUI
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.handle_one("GET")

    def do_POST(self) -> None:
        self.handle_one("POST")

    def do_DELETE(self) -> None:
        self.handle_one("DELETE")

    def handle_one(self, method: str) -> None:
        fake = self.openwebui
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key = self.headers.get("Authorization")
        fake.requests.append((method, self.path, key))
        fault = fake.take_fault(method, self.path)
        if fault is not None and not fault.after:
            self.misbehave(fault)
            return
        try:
            if self.path != "/api/version":
                fake.authenticate(key)
            with fake.lock:
                answer = fake.answer(method, self.path, json.loads(body) if body else None)
        except Refusal as refusal:
            self.send(refusal.status, json.dumps({"detail": refusal.detail}).encode())
            return
        if fault is not None:
            self.misbehave(fault)
        elif answer is None and not self.path.endswith("/valves"):
            self.send(200, b"<!doctype html><title>Open WebUI</title>", "text/html")
        else:
            self.send(200, json.dumps(answer).encode())

    def misbehave(self, fault: Answer) -> None:
        if fault.hang:
            self.openwebui.closing.wait(10)
        if fault.hang or fault.drop:
            self.close_connection = True
            return
        self.send(fault.status, fault.body, "application/json", fault.headers)

    def send(
        self, status: int, body: bytes, media: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # the client has seen enough
            self.close_connection = True
