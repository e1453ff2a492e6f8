"""The server: documents in, diagnostics and code actions out.

Whole texts are exchanged (``TextDocumentSyncKind.Full``): editors and libraries split lines at different characters, and
a text that was put together from ranges can differ from the editor's.

One check runs at a time, in a thread of its own, when nothing has been typed for a moment. What it finds is published
for each open text that is still the one that was checked. A check that fails is logged; the server goes on.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from owui_lint import __version__
from owui_lint.server.checking import Checker, OpenText, Snapshot
from owui_lint.server.conversion import FIX_ALL, Client, Converter
from owui_lint.text import printable

QUIET_SECONDS = 0.3  # a check begins when nothing was typed for this long
LONGEST_WAIT_SECONDS = 2.0  # … or after this long, however fast somebody types
_STACK_BYTES = 64 * 1024 * 1024  # nested source needs as much stack in a thread as it does in a process
_WATCHED = ("**/*.py", "**/*.{md,MD,markdown}", "**/.owui-lint.yaml", "**/pyproject.toml", "**/.owui-lint/**")


class Service(LanguageServer):
    """A language server for repositories of OpenWebUI plugins."""

    def __init__(self) -> None:
        super().__init__("owui-lint", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.lang: str | None = None
        self.locale: str | None = None
        self.texts: dict[str, OpenText] = {}
        self.latest: dict[str, tuple[str, Converter]] = {}
        self._checker = Checker()
        self._changed: set[str] = set()
        self._due = 0.0
        self._latest_due = 0.0
        self._forget_roots = False
        self._running: asyncio.Task[None] | None = None
        self._told: set[str] = set()
        threading.stack_size(_STACK_BYTES)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="owui-lint-check")

    @property
    def client(self) -> Client:
        """What the editor said it understands."""
        capabilities = self.client_capabilities
        workspace, document = capabilities.workspace, capabilities.text_document
        edit = workspace.workspace_edit if workspace else None
        publish = document.publish_diagnostics if document else None
        encoding = self.server_capabilities.position_encoding or types.PositionEncodingKind.Utf16
        return Client(
            encoding=str(getattr(encoding, "value", encoding)),
            document_changes=bool(edit and edit.document_changes),
            related_information=bool(publish and publish.related_information),
        )

    def remember(self, uri: str) -> None:
        """Take the present text of a document; what is not a file has no place in a repository."""
        document = self.workspace.get_text_document(uri)
        path = to_fs_path(uri)
        if path is not None:
            self.texts[uri] = OpenText(uri, Path(path), document.version, document.source)

    def forget(self, uri: str) -> None:
        """Let go of a document that was closed."""
        self.texts.pop(uri, None)
        self.latest.pop(uri, None)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri=uri, diagnostics=[]))

    def recheck(self, uris: set[str], *, quiet: float = QUIET_SECONDS, roots: bool = False) -> None:
        """Check the repositories of documents, when it has been quiet for ``quiet`` seconds.

        ``roots``: which repository a document belongs to may have changed too.
        """
        now = asyncio.get_running_loop().time()
        if not self._changed:
            self._latest_due = now + LONGEST_WAIT_SECONDS
        self._changed |= uris & self.texts.keys()
        self._forget_roots |= roots
        self._due = min(now + quiet, self._latest_due)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._changed:
            while (wait := self._due - loop.time()) > 0:
                await asyncio.sleep(wait)
            changed, self._changed = self._changed, set()
            if self._forget_roots:
                self._checker.forget_roots()
                self._forget_roots = False
            texts = list(self.texts.values())
            try:
                snapshots = await loop.run_in_executor(
                    self._executor, self._checker.check, texts, changed, self.lang, self.locale
                )
            except Exception as error:  # the next change may be one that can be checked
                self.log(f"{type(error).__name__}: {error}")
                continue
            for snapshot in snapshots:
                try:
                    self._publish(snapshot)
                except Exception as error:
                    self.log(f"{type(error).__name__}: {error}")

    def _publish(self, snapshot: Snapshot) -> None:
        if snapshot.problem is not None:
            self._tell(snapshot.problem.to(snapshot.lang))
        converter = Converter(snapshot, self.client)
        for path, text in snapshot.texts.items():
            if self.texts.get(text.uri) != text:
                continue  # typed on, or closed: the check that follows speaks for it
            self.latest[text.uri] = (path, converter)
            found = converter.diagnostics(path) if snapshot.problem is None else []
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri=text.uri, version=text.version, diagnostics=found)
            )

    def _tell(self, message: str) -> None:
        if message not in self._told:  # not again at every key
            self._told.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"owui-lint: {message}"))

    def log(self, message: str) -> None:
        """Write a line to the editor's log."""
        text = f"owui-lint: {printable(message)[:1000]}"
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, text))

    def close(self) -> None:
        """Let no check keep the process alive."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def make_service() -> Service:
    """Return a server with its handlers."""
    service = Service()

    @service.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        options: Any = params.initialization_options
        asked = options.get("lang") if isinstance(options, dict) else getattr(options, "lang", None)
        service.lang = asked if asked in ("en", "zh") else None
        locale = (params.locale or "").casefold()
        service.locale = ("zh" if locale.startswith("zh") else "en") if locale else None

    @service.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        workspace = service.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching is None or not watching.dynamic_registration:
            return
        service.client_register_capability(
            types.RegistrationParams(
                [
                    types.Registration(
                        id="owui-lint-files",
                        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                        register_options=types.DidChangeWatchedFilesRegistrationOptions(
                            [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
                        ),
                    )
                ]
            )
        )

    @service.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(params: types.DidOpenTextDocumentParams) -> None:
        service.remember(params.text_document.uri)
        service.recheck({params.text_document.uri}, quiet=0.05)  # an editor opens its files one after the other

    @service.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(params: types.DidChangeTextDocumentParams) -> None:
        service.remember(params.text_document.uri)
        service.recheck({params.text_document.uri})

    @service.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(params: types.DidSaveTextDocumentParams) -> None:
        service.recheck(set(service.texts), roots=True)

    @service.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(params: types.DidCloseTextDocumentParams) -> None:
        service.forget(params.text_document.uri)
        service.recheck(set(service.texts))

    @service.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def did_change_files(params: types.DidChangeWatchedFilesParams) -> None:
        service.recheck(set(service.texts), roots=True)

    @service.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL]),
    )
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        known = service.latest.get(params.text_document.uri)
        if known is None:
            return []
        path, converter = known
        only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
        return list(converter.actions(path, params.range, only, service.texts))

    return service
