"""Errors that end a run with exit code 2 and a message a person can act on."""

from __future__ import annotations

from owui_lint.finding import Message


def is_interrupt(error: BaseException) -> bool:
    """Tell whether an error is what became of an interrupt.

    Until Python 3.12, whatever is raised while a class is made (and modules are imported in the middle of a run) comes
    out as a ``RuntimeError``.
    """
    found: BaseException | None = error
    while found is not None and not isinstance(found, KeyboardInterrupt):
        found = found.__cause__ or found.__context__
    return found is not None


class UsageError(Exception):
    """The command line, the configuration or the repository leaves nothing sensible to do.

    ``message`` is shown to the user in their language; it names the file and the line where there is one.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.message = Message(en, zh)
