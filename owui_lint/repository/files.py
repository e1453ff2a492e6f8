"""Files of the linted repository: listed once, read once, addressed by character and byte offsets."""

from __future__ import annotations

import os
import re
import stat
from bisect import bisect_right
from functools import cached_property, lru_cache
from itertools import accumulate

from owui_lint import TYPE_CHECKING, sealed, states
from owui_lint.facts import Facts, FactStore, Known
from owui_lint.finding import Edit, Place, Span
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.documents.markdown import Markdown
from owui_lint.repository.git import Git, GitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from owui_lint.repository.documents.generatedblocks import GeneratedMarks
    from owui_lint.repository.python.module import Module

MAX_FILE_BYTES = 8 * 1024 * 1024  # far above any plugin or page; keeps a hostile file from filling the memory
MAX_FILES = 200_000
_MAX_SHOWN = 1000  # characters of a line that are kept for the next report
_ANCHOR_DISTANCE = 2000  # characters
_LINE_END = lazy_pattern(r"\r\n|\n|\r")
#: The problem of a file in which git left both sides of a merge. Its text can be read, but not taken for anything.
CONFLICT = "conflict"
_CONFLICT_MARKERS = (  # in their order; git writes a name behind the first and the last one
    lazy_pattern(r"^<{7} \S", re.MULTILINE),
    lazy_pattern(r"^={7}\r?$", re.MULTILINE),
    lazy_pattern(r"^>{7} \S", re.MULTILINE),
)
_MARKDOWN = (".md", ".markdown")
_SKIPPED_FOLDERS = states.SKIPPED_FOLDERS | {".venv", "venv", ".tox"}  # where no git says what is ignored


def is_called_markdown(path: str) -> bool:
    """Tell whether the ending of a file's name is one of Markdown; a README can be Markdown under any other name, see
    ``Tree.is_markdown``."""
    return path.casefold().endswith(_MARKDOWN)


def _digest_of(data: bytes, problem: str | None) -> bytes:
    return sealed.digest(data + repr(problem).encode())


_MISSING = _digest_of(b"", "missing")


class SourceFile:
    """One text file. ``problem`` says why it cannot be used; then ``text`` is empty, but for a ``conflict``: what the file
    is about can be told all the same.

    Problems: ``missing``, ``not-a-file``, ``link-outside``, ``too-large``, ``unreadable``, ``not-utf8``, ``nul``,
    ``conflict``.
    ``overlay`` are bytes that stand for those on disk: a text that an editor has not saved yet. ``content`` are bytes that
    come from elsewhere, whatever is on disk, with the problem that there was in getting them.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        path: str,
        overlay: bytes | None = None,
        store: FactStore | None = None,
        marks: GeneratedMarks | None = None,
        content: tuple[bytes, str | None] | None = None,
        *,
        is_markdown: bool | None = None,
    ) -> None:
        """``marks``: what marks generated blocks in it. ``is_markdown``: whether it is read as Markdown; its ending says
        so where nothing is known of the repository."""
        self._marks = marks
        self.is_markdown = is_called_markdown(path) if is_markdown is None else is_markdown
        self.root = os.fspath(root)
        self.path = path
        self._overlay = overlay
        self._content = content
        self._store = store
        self._text: str | None = None
        self._shown: tuple[int, str] | None = None  # the long line that was asked for last

    @cached_property
    def _known(self) -> Known | None:
        if self._store is None or self._overlay is not None:
            return None
        return self._store.of(self.path, os.path.join(self.root, self.path), self._digest_of_bytes)

    @cached_property
    def facts(self) -> Facts:
        """What is known of the file's content."""
        return self._known.facts if self._known is not None else Facts()

    @cached_property
    def _read(self) -> tuple[bytes, str | None]:
        if self._content is not None:
            return self._content
        if self._overlay is not None:
            return (b"", "too-large") if len(self._overlay) > MAX_FILE_BYTES else (self._overlay, None)
        target = os.path.join(self.root, self.path)
        try:
            status = os.lstat(target)
            self._compare(status)
            if not _lies_below(os.path.dirname(target), self.root):
                return b"", "link-outside"
            if stat.S_ISLNK(status.st_mode):
                if not states.is_below(target, self.root):
                    return b"", "link-outside"
                status = os.stat(target)
            if not stat.S_ISREG(status.st_mode):
                return b"", "not-a-file"
            if status.st_size > MAX_FILE_BYTES:
                return b"", "too-large"
            # O_NONBLOCK: should a FIFO take the file's place in between, opening it must not wait for a writer.
            descriptor = os.open(target, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
            with os.fdopen(descriptor, "rb") as stream:
                # No more than is there: each buffer of the largest size leaves a hole in the memory.
                data = stream.read(status.st_size + 1)
                if len(data) > status.st_size:  # it has grown meanwhile
                    data += stream.read(MAX_FILE_BYTES + 1 - len(data))
            return (b"", "too-large") if len(data) > MAX_FILE_BYTES else (data, None)
        except (FileNotFoundError, NotADirectoryError):
            return b"", "missing"
        except (OSError, ValueError):
            return b"", "unreadable"

    @property
    def is_missing(self) -> bool:
        """Whether nothing lies at the path, or a link that leads to nothing."""
        return self._known.digest == _MISSING if self._known is not None else self._read[1] == "missing"

    @property
    def data(self) -> bytes:
        """The bytes on disk, or those of the overlay; empty where they could not be read."""
        return self._read[0]

    @property
    def size(self) -> int:
        """The number of bytes."""
        state = self._known.state if self._known is not None else None
        return len(self.data) if state is None else state[states.SIZE]

    def _compare(self, status: os.stat_result) -> None:
        """Take note where a file whose digest was known without reading it is another one when it is read."""
        known = vars(self).get("_known")
        if known is not None and known.state is not None and known.state != states.of_status(status):
            assert self._store is not None  # who knew it
            self._store.is_spoiled = True

    def _digest_of_bytes(self) -> bytes:
        return _digest_of(*self._read)

    @cached_property
    def digest(self) -> bytes:
        """A digest of the bytes, and of why there are none."""
        return self._known.digest if self._known is not None else self._digest_of_bytes()

    @cached_property
    def problem(self) -> str | None:
        """Why the file cannot be used, or ``None``."""
        return self.facts.plain("problem", self._find_problem)

    def _find_problem(self) -> str | None:
        data, problem = self._read
        if problem:
            return problem
        if b"\0" in data:
            return "nul"
        try:
            self._text = _decoded(data)
        except UnicodeDecodeError:
            return "not-utf8"
        return CONFLICT if self._conflict_in(self._text) is not None else None

    @property
    def problem_place(self) -> Place:
        """Where the problem stands: at the first marker of a conflict, else the file as a whole."""
        start = self.facts.plain(CONFLICT, lambda: self._conflict_in(self.text)) if self.problem == CONFLICT else None
        return Place(self.path) if start is None else self.line_place(self.place(start).span.line)

    def _conflict_in(self, text: str) -> int | None:
        return _conflict_in(text, is_markdown=self.is_markdown)

    @cached_property
    def has_bom(self) -> bool:
        """Whether the file starts with a UTF-8 byte order mark (which ``text`` leaves out)."""
        return self.data.startswith(b"\xef\xbb\xbf")

    @cached_property
    def text(self) -> str:
        """The decoded text without its byte order mark; line endings are as in the file."""
        if self.problem and self.problem != CONFLICT:
            return ""
        return _decoded(self.data) if self._text is None else self._text

    @cached_property
    def line_starts(self) -> list[int]:
        """Character offsets at which lines start; ``\\n``, ``\\r\\n`` and a lone ``\\r`` end a line."""
        text = self.text
        if "\r" in text:
            return [0, *[match.end() for match in _LINE_END.finditer(text)]]
        return list(accumulate([len(line) + 1 for line in text.split("\n")[:-1]], initial=0))

    @cached_property
    def markdown(self) -> Markdown:
        """The text as Markdown, parsed once however many models of the repository hold the file."""
        return Markdown(lambda: self.text, self.facts, self._marks)

    @cached_property
    def module(self) -> Module:
        """The text as Python, parsed once however many models of the repository hold the file."""
        from owui_lint.repository.python.module import Module

        return Module(self)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column (both from 1) of a character offset."""
        index = bisect_right(self.line_starts, offset) - 1
        return index + 1, offset - self.line_starts[index] + 1

    def place(self, start: int, end: int | None = None) -> Place:
        """Return the place of the characters ``start:end`` (one position where ``end`` is left out)."""
        last = start if end is None else end
        span = self.facts.entry("places", (start, last), lambda: (*self.position(start), *self.position(last)))
        return Place(self.path, Span(*span))

    def line_text(self, line: int) -> str:
        """Return a line's text without its ending; empty beyond the end of the file."""
        if not 1 <= line <= len(self.line_starts):
            return ""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def shown_line(self, line: int) -> str:
        """Return ``line_text`` to be shown in a report: the next report is likely to show it again."""
        if self._shown is not None and self._shown[0] == line:
            return self._shown[1]
        found = self.facts.entry("shown", line, lambda: self._worth_keeping(line))
        if found is None:
            found = self.line_text(line)
            self._shown = line, found  # a long line may hold thousands of findings, one after the other
        return found

    def _worth_keeping(self, line: int) -> str | None:
        text = self.line_text(line)
        return text if len(text) <= _MAX_SHOWN else None

    def line_place(self, line: int) -> Place:
        """Return the place of a whole line."""
        length = self.facts.entry("lengths", line, lambda: len(self.line_text(line)))
        return Place(self.path, Span(line, 1, line, length + 1))

    def byte_offset(self, offset: int) -> int:
        """Return the byte offset in ``data`` of a character offset in ``text``."""
        return self.facts.entry("bytes", offset, lambda: self._byte_offset(offset))

    def _byte_offset(self, offset: int) -> int:
        characters, offsets = self._anchors
        nearest = bisect_right(characters, offset) - 1
        found = offsets[nearest] + len(self.text[characters[nearest] : offset].encode())
        if offset - characters[nearest] > _ANCHOR_DISTANCE:
            characters.insert(nearest + 1, offset)
            offsets.insert(nearest + 1, found)
        return found

    def character_offset(self, offset: int) -> int:
        """Return the character offset in ``text`` of a byte offset in ``data``."""
        characters, offsets = self._anchors
        nearest = max(bisect_right(offsets, offset) - 1, 0)
        found = characters[nearest] + len(self.data[offsets[nearest] : offset].decode("utf-8", "replace"))
        if offset - offsets[nearest] > _ANCHOR_DISTANCE:
            characters.insert(nearest + 1, found)
            offsets.insert(nearest + 1, offset)
        return found

    @cached_property
    def _anchors(self) -> tuple[list[int], list[int]]:
        """Character offsets whose byte offsets are known, and those; asking for more adds to them."""
        return [0], [3 if self.has_bom else 0]

    def edit(self, start: int, end: int, replacement: str) -> Edit:
        """Return the edit that replaces the characters ``start:end``."""
        return Edit(self.path, self.byte_offset(start), self.byte_offset(end), replacement.encode())

    @cached_property
    def newline(self) -> str:
        """The line ending to use for inserted lines: the one the file uses first."""
        match = _LINE_END.search(self.text)
        return match[0] if match else "\n"


def _decoded(data: bytes) -> str:
    return data.decode().removeprefix("\ufeff")  # the codec that does both is a module of its own, and slower


def _conflict_in(text: str, *, is_markdown: bool) -> int | None:
    """Return where the first conflict of a merge starts that nobody has resolved, or ``None``.

    Code that Python takes shows one in a text at most, unless that is the front matter; Markdown in a fence.
    """
    if "<<<<<<< " not in text:
        return None
    end, is_shown = 0, None
    while True:
        found = []
        for marker in _CONFLICT_MARKERS:
            match = marker.search(text, end)
            if match is None:
                return None
            found.append(match)
            end = match.end()
        is_shown = is_shown or _samples(text, is_markdown=is_markdown)  # read once, as a file may hold thousands
        if not is_shown(found[0].start(), found[-1].start()):
            return found[0].start()


def _samples(text: str, *, is_markdown: bool) -> Callable[[int, int], bool]:
    """Return what tells whether a conflict between two offsets is the text's own: a sample, a prompt."""
    if is_markdown:
        lines = Markdown(text).lines
        return lambda *ends: all(lines[bisect_right(lines, at, key=lambda line: line.start) - 1].code for at in ends)
    from owui_lint.repository.python.syntax import parse_or_none  # almost no file comes here

    tree = parse_or_none(text)
    if tree is None:
        return lambda *ends: False
    behind = 0  # the first statement, which is the front matter
    for _ in range(tree.body[0].end_lineno or 1 if tree.body else 0):
        behind = text.find("\n", behind) + 1 or len(text)
    return lambda start, last: start >= behind


def _lies_below(folder: str, root: str) -> bool:
    """Tell whether a folder lies in the root, links on the way to it followed."""
    status = os.stat(folder)
    return _leads_below(folder, root, status.st_dev, status.st_ino)


@lru_cache(maxsize=4096)
def _leads_below(folder: str, root: str, _device: int, _inode: int) -> bool:
    # Worked out once per folder, which takes as long as to read a file; one that became a link is another one.
    return states.is_below(folder, root)


def _walk(root: str) -> list[str]:
    found: list[str] = []
    for folder, names, files in states.walk(root):
        names[:] = sorted(name for name in names if name not in _SKIPPED_FOLDERS)
        relative = os.path.relpath(folder, root)
        prefix = "" if relative == "." else relative.replace(os.sep, "/") + "/"
        found += [prefix + name for name in files]
        if len(found) > MAX_FILES:
            break
    return found


def _is_out_of_reach(path: str) -> bool:
    """Whether the system does not let us look what lies at a path that git knows: in a folder that may not be entered."""
    try:
        os.lstat(path)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def list_files(
    root: str,
    git: Git | None = None,
    refused: Callable[[GitError], None] | None = None,
    absent: list[str] | None = None,
) -> list[str]:
    """Return the repository's files, sorted, relative to ``root``, POSIX.

    In a git work tree: tracked files and untracked ones that are not ignored, without those that were deleted and are
    still in git's index; elsewhere a plain walk. Nothing below ``states.SKIPPED_FOLDERS``.
    Names that cannot be printed as UTF-8 keep their undecodable bytes (``surrogateescape``). ``git`` is that of the root;
    ``refused`` is told why it could not list a work tree; to ``absent`` is added what git's index has and does not lie there.
    """
    git = git if git is not None else Git(root)
    try:
        inside = os.path.join(root, "")
        found, others = list[str](), list[str]()
        for name in git.files():
            (found if os.path.lexists(inside + name) or _is_out_of_reach(inside + name) else others).append(name)
        if absent is not None:
            absent += others
    except GitError as error:
        if refused is not None and git.top_level() is not None and not git.is_missing():
            refused(error)
        found = _walk(root)
    return sorted(found)[:MAX_FILES]
