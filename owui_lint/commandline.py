"""What a command line says before it is read: that takes typer, which a kept answer does not wait for.

Imports nothing.
"""

from __future__ import annotations

#: The commands; what comes first and is none of them is given to ``check``.
COMMANDS = frozenset(
    {
        *("baseline", "bump", "check", "checklist", "commit-msg", "deploy", "deployed", "deps", "icon", "init"),
        *("plugins", "release", "rule", "rules", "schema", "server", "versions"),
    }
)
#: Options that stand without a command.
TOP_LEVEL_OPTIONS = frozenset({"-h", "--help", "--version", "--install-completion", "--show-completion"})


def with_command(arguments: list[str]) -> list[str]:
    """Return arguments with their command first: ``check`` where they begin with none."""
    is_complete = bool(arguments) and (arguments[0] in COMMANDS or arguments[0] in TOP_LEVEL_OPTIONS)
    return arguments if is_complete else ["check", *arguments]


def last_value(arguments: list[str], option: str) -> str | None:
    """Return the value of an option: the last one that is given, before ``--``, which ends options; ``None`` for none."""
    found = None
    for argument, after in zip(arguments, [*arguments[1:], None], strict=True):
        if argument == "--":
            break
        name, is_joined, value = argument.partition("=")
        if name == option and (is_joined or after is not None):
            found = value if is_joined else after
    return found
