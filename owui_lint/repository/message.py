"""A commit message as git will record it: comments, and all below the scissors, are not part of it.

Sources: git-commit(1) ("--cleanup"), Conventional Commits 1.0.0.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from owui_lint.finding import Place
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.files import SourceFile
from owui_lint.tuples import NamedTuple

_SCISSORS = lazy_pattern(r".{1,16} -{8,} >8 -{8,}")
# Written by git and its hosts, not by a person: there is nothing to ask of them.
_GENERATED = lazy_pattern(
    r"(?:Merge (?:branch|branches|tag|commit|remote-tracking branch|remote branch|pull request|request)\b"
    r"|Merge .* into \S+$|Merged in \S+|Auto-?merge\b|Revert \"|Reapply \"|fixup! |squash! |amend! "
    r"|Squashed commit of the following:|Notes added by 'git notes |WIP on |index on |untracked files on )"
)
_HEADER = lazy_pattern(
    r"([A-Za-z][A-Za-z0-9_/-]*+)?[ \t]*+(\([^()\r\n]*+\))?[ \t]*+(!)?[ \t]*+[:：](?!//)([ \t]*+)(.*)"
)
_FOOTER = lazy_pattern(r"(?:[A-Za-z][\w-]*|BREAKING CHANGE)(?:: | #)\S")
_BULLET = lazy_pattern(r"[ \t]{0,3}(?:[-*+•]|\d{1,2}[.)])[ \t]+\S")
_BREAKING = lazy_pattern(r"BREAKING[ -]CHANGE(?:: |:$)")
_MIGRATION = lazy_pattern(r"[ \t]{0,3}(?:[-*+•][ \t]+)?Migrat(?:ion|e|ing)\b.*[:\w]", re.IGNORECASE)
# A label has nothing before its colon; a sentence ("Migrate your valves") is the note itself.
_MIGRATION_LEAD = lazy_pattern(
    r"[ \t]{0,3}(?:[-*+•][ \t]+)?(?:\*\*)?(?=Migrat(?:ion|e|ing)\b)(?:Migration(?:[ \t]+(?:notes?|guide|steps?))?"
    r"(?:\*\*)?[ \t]*[:：](?:\*\*)?)?[ \t]*(.*)",
    re.IGNORECASE,
)


class MessageFile(SourceFile):
    """A commit message on disk or from a pipe. Bytes that are not UTF-8 are shown as replaced; git asks only for text."""

    def __init__(self, path: str, data: bytes, *, is_of_merge: bool = False) -> None:
        super().__init__(Path(), path, content=(data, None))
        #: Whether git is at a merge, whatever its message says.
        self.is_of_merge = is_of_merge

    @cached_property
    def is_utf8(self) -> bool:
        """Whether the message is UTF-8, which git and its hosts take it for."""
        return self.problem != "not-utf8"

    @cached_property
    def text(self) -> str:
        """The text without a byte order mark."""
        return self.data.decode("utf-8-sig", "replace")


class Header(NamedTuple):
    """The first line in its parts; a part that is not there is empty. ``subject_start`` counts characters from 0."""

    type: str
    scope: str
    breaking: bool
    subject: str
    subject_start: int


class CommitMessage:
    """A message in lines: (number from 1, text without its end). ``comment`` is what starts a comment line."""

    def __init__(self, file: MessageFile, comment: str) -> None:
        self.file = file
        self.comment = comment

    @property
    def path(self) -> str:
        """The message's path, for findings."""
        return self.file.path

    @cached_property
    def lines(self) -> list[tuple[int, str]]:
        """The lines that git records, without empty ones at either end."""
        found: list[tuple[int, str]] = []
        for number in range(1, len(self.file.line_starts) + 1):
            text = self.file.line_text(number).rstrip()
            if _SCISSORS.fullmatch(text):
                break
            if not text.startswith(self.comment):
                found.append((number, text))
        written = [index for index, (_, text) in enumerate(found) if text.strip()]
        return found[written[0] : written[-1] + 1] if written else []

    @property
    def first(self) -> tuple[int, str]:
        """The first line; (1, "") for an empty message."""
        return self.lines[0] if self.lines else (1, "")

    @cached_property
    def is_generated(self) -> bool:
        """Whether git or a host of git wrote it, or it is that of a merge, which tells of no change of its own."""
        return self.file.is_of_merge or _GENERATED.match(self.first[1]) is not None

    @cached_property
    def header(self) -> Header | None:
        """The parts of the first line, or ``None`` where it has no ``type: subject``."""
        match = _HEADER.fullmatch(self.first[1])
        if match is None:
            return None
        scope = (match[2] or "")[1:-1]
        return Header(match[1] or "", scope, bool(match[3]), match[5].rstrip(), match.start(5))

    @cached_property
    def body(self) -> list[tuple[int, str]]:
        """The lines after the first, without trailing footers (``Refs: #1``, ``Co-authored-by: ..``)."""
        rest = list(self.lines[1:])
        blank = max((index for index, (_, text) in enumerate(rest) if not text), default=-1)
        last = rest[blank + 1 :]
        if blank >= 0 and last and _FOOTER.match(last[0][1]) and not _MIGRATION.match(last[0][1]):
            rest = rest[:blank]
        return [(number, text) for number, text in rest if text.strip()]

    @cached_property
    def bullets(self) -> list[tuple[int, str]]:
        """The body's list items, without a migration note."""
        return [line for line in self.body if _BULLET.match(line[1]) and not _MIGRATION.match(line[1])]

    @cached_property
    def breaking_note(self) -> tuple[int, str] | None:
        """The line of the ``BREAKING CHANGE:`` footer."""
        return next((line for line in self.lines[1:] if _BREAKING.match(line[1])), None)

    @cached_property
    def migration_notes(self) -> list[str]:
        """What the message says that users have to do, without what leads to it: migration notes, and the text of a
        ``BREAKING CHANGE:``, which may go on in the next lines."""
        found = []
        for index, (_, text) in enumerate(self.lines[1:], 2):
            if match := _MIGRATION_LEAD.match(text):
                below = self.lines[index][1] if index < len(self.lines) else ""
                found.append(match[1] or (below.strip() if below[:1] in (" ", "\t") else ""))
        note = self.breaking_note
        if note is not None:
            after = [text for number, text in self.lines if number > note[0]]
            found.append(_BREAKING.sub("", note[1], count=1).strip() or (after[0].strip() if after else ""))
        return found

    def place(self, line: tuple[int, str], start: int = 0, end: int | None = None) -> Place:
        """Return the place of characters ``start:end`` of a line."""
        offset = self.file.line_starts[line[0] - 1]
        return self.file.place(offset + start, offset + (len(line[1]) if end is None else end))
