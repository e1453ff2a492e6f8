"""``owui-lint server``: diagnostics and quick fixes for editors."""

from __future__ import annotations

import typer

from owui_lint.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(server)


def server() -> None:
    """Run a language server for editors on standard input and output."""
    import gc
    import os
    import sys

    try:
        from owui_lint.server.service import make_service
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise UsageError(
            "The editor server needs pygls: pip install 'owui-lint[server]'.",
            "编辑器服务需要 pygls：pip install 'owui-lint[server]'。",
        ) from None
    gc.enable()  # a run of the command line does without; a server lives for days
    service = make_service()
    # The protocol has the output to itself: anything else that is printed goes to the editor's log.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        service.start_io(sys.stdin.buffer, output)
    finally:
        service.close()
