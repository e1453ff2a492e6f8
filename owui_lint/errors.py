"""Errors that end a run with exit code 2 and a message a person can act on."""

from __future__ import annotations

from owui_lint.finding import Message


class UsageError(Exception):
    """The command line, the configuration or the repository leaves nothing sensible to do.

    ``message`` is shown to the user in their language; it names the file and the line where there is one.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.message = Message(en, zh)
