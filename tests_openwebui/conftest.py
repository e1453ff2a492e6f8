"""A real OpenWebUI on loopback, with a temporary data folder. Run by ``make test-openwebui``, never by ``make test``.

``OPENWEBUI_VENV`` names an environment in which open-webui is installed.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

START_SECONDS = 240
ROOT = Path(__file__).parents[1]


@dataclass
class OpenWebUI:
    """A running server: its address, a key of its administrator, and plain calls that bypass owui-lint."""

    url: str
    key: str
    session: str
    log: Path

    def call(self, method: str, path: str, body: Any = None, *, session: bool = False) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.session if session else self.key}"}
        return httpx.request(method, self.url + path, json=body, headers=headers, timeout=120, trust_env=False)

    def get(self, kind: str, name: str) -> dict[str, Any] | None:
        answer = self.call("GET", f"/api/v1/{kind}s/id/{name}")
        return answer.json() if answer.status_code == 200 else None

    def create(self, kind: str, name: str, content: str) -> httpx.Response:
        body = {"id": name, "name": name, "content": content, "meta": {"description": "", "manifest": {}}}
        return self.call("POST", f"/api/v1/{kind}s/create", body)

    def delete(self, kind: str, name: str) -> None:
        self.call("DELETE", f"/api/v1/{kind}s/id/{name}/delete")

    def edit(self, kind: str, name: str, old: str, new: str) -> None:
        """Change code as somebody in the web interface would."""
        item = self.get(kind, name)
        assert item is not None
        assert old in item["content"]
        body = {key: item[key] for key in ("id", "name", "meta")} | {"content": item["content"].replace(old, new)}
        answer = self.call("POST", f"/api/v1/{kind}s/id/{name}/update", body)
        assert answer.status_code == 200, answer.text


def _program() -> Path:
    folder = Path(os.environ.get("OPENWEBUI_VENV", ROOT / ".venv-openwebui"))
    program = folder / "bin" / "open-webui"
    if not program.exists():
        pytest.exit(f"{program} is not there: `make test-openwebui` installs it", returncode=2)
    return program


@pytest.fixture(scope="session")
def openwebui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenWebUI]:
    folder = tmp_path_factory.mktemp("openwebui")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "DATA_DIR": str(folder / "data"),
        "WEBUI_SECRET_KEY": "only-for-tests",
        "ENABLE_API_KEYS": "True",
        "ENABLE_OLLAMA_API": "False",
        "ENABLE_OPENAI_API": "False",
        "ENABLE_VERSION_UPDATE_CHECK": "False",
        "BYPASS_EMBEDDING_AND_RETRIEVAL": "True",
        "RAG_EMBEDDING_ENGINE": "openai",
        "HF_HUB_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
        # pip runs, and finds nothing that is not installed: a failure as real as without a network, and quick.
        "PIP_PACKAGE_INDEX_OPTIONS": "--no-index",
    }
    (folder / "data").mkdir()
    log = folder / "server.log"
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [_program(), "serve", "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(url, server, log)
        person = {"name": "Ada", "email": "ada@example.com", "password": "only-for-tests"}
        signup = httpx.post(f"{url}/api/v1/auths/signup", json=person, timeout=60, trust_env=False)
        assert signup.status_code == 200, signup.text
        running = OpenWebUI(url, "", signup.json()["token"], log)
        made = running.call("POST", "/api/v1/auths/api_key", session=True)
        assert made.status_code == 200, made.text
        running.key = made.json()["api_key"]
        yield running
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/api/version", timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    tail = log.read_text("utf-8", "replace")[-3000:]
    pytest.exit(f"OpenWebUI did not start:\n{tail}", returncode=2)


@dataclass
class Tool:
    """owui-lint as people run it, in a repository."""

    root: Path
    server: OpenWebUI

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "owui_lint", *arguments, "--url", self.server.url]

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**inherited, "PYTHONPATH": str(ROOT), "OPENWEBUI_API_KEY": self.server.key, **more}

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert self.server.key not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def json(self, *arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
        """Exit code, and the plugins of the JSON report by id."""
        done = self.run(*arguments, "--output-format", "json")
        assert done.stdout, done.stderr
        return done.returncode, {plugin["id"]: plugin for plugin in json.loads(done.stdout)["plugins"]}

    def statuses(self, *plugins: str) -> dict[str, str]:
        return {name: plugin["status"] for name, plugin in self.json("deployed", *plugins)[1].items()}

    def outcomes(self, *arguments: str) -> tuple[int, dict[str, str]]:
        code, plugins = self.json("deploy", *arguments)
        return code, {name: plugin["outcome"] for name, plugin in plugins.items()}

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


@pytest.fixture
def tool(openwebui: OpenWebUI, tmp_path: Path) -> Iterator[Tool]:
    yield Tool(tmp_path, openwebui)
    for kind, listing in (("function", "/api/v1/functions/"), ("tool", "/api/v1/tools/list")):
        for item in openwebui.call("GET", listing).json():
            openwebui.delete(kind, item["id"])
