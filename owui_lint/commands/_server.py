"""What the commands that talk to a server share: the connection, and output in which the key cannot appear."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:  # the command line is put together at every start: what only these commands need is imported by them
    from owui_lint.deploying.access import Access, Secret
    from owui_lint.deploying.server import Server
    from owui_lint.session import Session


class Output:
    """Writes to the streams; the key is blotted out of everything."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def write(self, text: str, stream: TextIO | None = None) -> None:
        """Write text, at once: what was done stays told if the run is cut short."""
        target = stream or sys.stdout
        target.write(self._key.redact(text))
        target.flush()


@contextmanager
def connect(
    session: Session, url: str | None, env_file: str | None, timeout: float | None, allow_http: bool, lang: str
) -> Iterator[tuple[Access, Server, Output]]:
    """Yield access, server and output.

    Raises ``UsageError`` where httpx, the URL or the key is missing, and for a problem with the server as a whole.
    """
    from owui_lint.deploying.access import find_access
    from owui_lint.deploying.client import READ_SECONDS, WRITE_SECONDS, Client, import_httpx
    from owui_lint.deploying.problems import Problem
    from owui_lint.deploying.server import Server
    from owui_lint.errors import UsageError
    from owui_lint.finding import Message

    import_httpx()
    access = find_access(session.root, url, env_file, allow_http=allow_http)
    if access.warning is not None:
        sys.stderr.write(access.warning.to(lang) + "\n")
    client = Client(access, timeout=timeout or READ_SECONDS, write_timeout=timeout or WRITE_SECONDS)
    try:
        yield access, Server(client), Output(access.key)
    except Problem as problem:
        message, advice = problem.message, problem.advice
        raise UsageError(*message, Message(*(f"    {text}" for text in advice))) from None
    finally:
        client.close()
