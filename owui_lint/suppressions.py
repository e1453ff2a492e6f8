"""Suppressions: comments in the linted files that say which findings are meant to be there.

    # owui-lint: ignore[name] reason               <!-- owui-lint: ignore[name] reason -->
    # owui-lint: ignore-next-line[name, OWL601]    <!-- owui-lint: ignore-next-line[name] -->
    # owui-lint: ignore-file[readme]               <!-- owui-lint: ignore-file[name] reason -->

``ignore`` behind code or text covers its own line; alone on a line it covers the next line that is neither blank nor
such a comment, as ``ignore-next-line`` always does. In front matter, which OpenWebUI reads line by line, only a comment
on a line of its own is one: behind a value it would be part of the value. A line that begins with ``#`` never matches
OpenWebUI's pattern for a key.

What looks like a comment in a Python string or in Markdown code is none. Python text is split into comments and strings
by one pass of a regular expression without backtracking: the tokenizer of the running Python refuses files with a syntax
error and f-strings of a newer Python, and a syntax tree has no comments and joins the strings around them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from owui_lint.finding import NEVER_HIDDEN, Edit, Finding, Place
from owui_lint.lazypattern import lazy_pattern
from owui_lint.openwebui.frontmatter import read_frontmatter
from owui_lint.repository.documents.sections import PLACEHOLDER
from owui_lint.repository.files import SourceFile
from owui_lint.tuples import NamedTuple

MARKER = "owui-lint:"
_MARKER_BYTES = MARKER.encode()
_MARKER = lazy_pattern(MARKER, re.ASCII | re.IGNORECASE)  # in another case it is a slip, which is said

# Strings and comments of Python. Possessive quantifiers: each character is looked at once, closed or not.
_PYTHON = lazy_pattern(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)"
    r'|"(?:[^"\\\r\n]|\\(?:\r\n|.))*+(?:"|(?=[\r\n])|\Z)'
    r"|'(?:[^'\\\r\n]|\\(?:\r\n|.))*+(?:'|(?=[\r\n])|\Z)"
    r"|(?P<comment>#[^\r\n]*+)",
    re.DOTALL,
)
_HASH = lazy_pattern(rf"#[ \t]*+(?P<marker>{MARKER})[^#\r\n]*+", re.ASCII | re.IGNORECASE)
_FORM = rf"{MARKER}[ \t]*+(?P<kind>ignore(?:-next-line|-file)?+)(?P<open>[ \t]*+\[)(?P<names>[^\[\]\r\n]*+)\]"
_DIRECTIVE = lazy_pattern(_FORM)
_LIKE_DIRECTIVE = lazy_pattern(_FORM, re.ASCII | re.IGNORECASE)
_NAME = lazy_pattern(r"[^,\s]+")
_WHITE = " \t"


class Name(NamedTuple):
    """One name between the brackets; ``start:end`` are its offsets in the file."""

    text: str
    start: int
    end: int


class Suppression:
    """One comment. ``start:end`` are its offsets; ``line`` is the line it covers (0: the whole file).

    ``problem``: ``malformed`` for a comment that names no rule or is not understood, ``case`` for one that is understood
    but for its capital letters, ``in-value`` for one that OpenWebUI reads as part of a value; such a comment hides nothing.
    ``used`` are the names that hid a finding.
    """

    def __init__(
        self,
        file: SourceFile,
        start: int,
        end: int,
        names: tuple[Name, ...] = (),
        problem: str | None = None,
    ) -> None:
        self.file = file
        self.start = start
        self.end = end
        self.names = names
        self.line = 0
        self.problem = problem
        self.used: set[str] = set()

    @property
    def place(self) -> Place:
        """Where the comment stands."""
        return self.file.place(self.start, self.end)

    def place_of(self, name: Name) -> Place:
        """Where one of its names stands."""
        return self.file.place(name.start, name.end)

    def without(self, names: Iterable[Name]) -> Edit:
        """Return the edit that removes names, and with the last name the comment, and with that its empty line."""
        gone = {name.start for name in names}
        kept = [name.text for name in self.names if name.start not in gone]
        if kept:
            return self.file.edit(self.names[0].start, self.names[-1].end, ", ".join(kept))
        return self.removal()

    def removal(self) -> Edit:
        """Return the edit that removes the comment, and its line where nothing else stands on it."""
        text, start, end = self.file.text, self.start, self.end
        while start > 0 and text[start - 1] in _WHITE:
            start -= 1
        after = end
        while after < len(text) and text[after] in _WHITE:
            after += 1
        starts_line = start == 0 or text[start - 1] in "\r\n"
        ends_line = after == len(text) or text[after] in "\r\n"
        if starts_line and ends_line:
            if text.startswith("\r\n", after):
                after += 2
            elif after < len(text):
                after += 1
            return self.file.edit(start, after, "")
        # Between two words one blank stays, and an indentation stays as it is.
        return self.file.edit(self.start if starts_line else start, after if starts_line or ends_line else end, "")


def find_suppressions(file: SourceFile) -> list[Suppression]:
    """Return the suppressions of a Python or Markdown file, in the order of the file. Takes linear time."""
    if not file.facts.plain(
        "names the tool", lambda: _MARKER_BYTES in file.data.lower()
    ):  # most files are not even decoded
        return []
    if file.path.endswith(".py"):
        found = list(_in_python(file))
    elif file.is_markdown:
        found = list(_in_markdown(file))
    else:
        return []
    # From the end, so that each stretch of blank lines and comments is walked once.
    below: dict[int, int] = {}
    targets: dict[int, int] = {}
    for suppression in reversed(found):
        is_alone = _is_alone(suppression)
        if not is_alone and suppression.line != _NEXT:
            continue
        span = suppression.place.span
        if span.end_line not in targets:
            targets[span.end_line] = _next_line(file, span.end_line, below)
        target = targets[span.end_line]
        if is_alone:
            below[span.line] = target
        if suppression.line == _NEXT:
            suppression.line = target
    return found


_NEXT = -1  # a line that is found once all comments of the file are known


def _in_python(file: SourceFile) -> Iterator[Suppression]:
    text = file.text
    position = 0
    front = read_frontmatter(text)
    if front.closing_line is not None and not file.has_bom:
        position = text.find('"""', front.closing_line.start) + 3
        in_front = 0
        while (marker := _MARKER.search(text, in_front, front.closing_line.start)) is not None:
            at = marker.start()
            line_start, line_end = _line_around(file, at)
            in_front = line_end
            hash_at = text.rfind("#", line_start, at)
            if hash_at < 0 or text[hash_at + 1 : at].strip(_WHITE):
                continue  # prose that speaks of the linter
            suppression = _parsed(file, hash_at, line_end, at)
            if suppression is None:
                continue
            if text[line_start:hash_at].strip(_WHITE):
                yield Suppression(file, hash_at, suppression.end, problem="in-value")
            else:
                yield suppression
    for match in _PYTHON.finditer(text, position):
        if match["comment"] is None:
            continue
        for part in _HASH.finditer(text, match.start(), match.end()):
            suppression = _parsed(file, part.start(), part.end(), part.start("marker"))
            if suppression is not None:
                yield suppression


def _in_markdown(file: SourceFile) -> Iterator[Suppression]:
    shown = file.markdown.without_any_code
    position = 0
    while (start := shown.find("<!--", position)) >= 0:
        close = shown.find("-->", start + 4)
        if close < 0:
            return
        position = close + 3
        at = start + 4
        while at < close and shown[at].isspace():
            at += 1
        # What `bump` prepared is marked likewise: release-placeholder speaks of it, and only its author takes it out.
        if _MARKER.match(shown, at, close) and shown[start:position] != PLACEHOLDER:
            suppression = _parsed(file, start, position, at)
            if suppression is not None:
                yield suppression


def _parsed(file: SourceFile, start: int, end: int, at: int) -> Suppression | None:
    """Read the directive at ``at`` of the comment ``start:end``; ``None`` for prose that begins with the linter's name."""
    match = _DIRECTIVE.match(file.text, at, end)
    is_like_one = match is None and _LIKE_DIRECTIVE.match(file.text, at, end) is not None
    if file.path.endswith(".py"):
        end = start + len(file.text[start:end].rstrip())
    if is_like_one:
        return Suppression(file, start, end, problem="case")
    if match is None:
        is_meant = file.text.startswith(MARKER, at)
        return Suppression(file, start, end, problem="malformed") if is_meant else None
    offset = match.start("names")
    names = tuple(Name(m[0], offset + m.start(), offset + m.end()) for m in _NAME.finditer(match["names"]))
    if not names or any(name.text == "all" for name in names):
        return Suppression(file, start, end, problem="malformed")
    suppression = Suppression(file, start, end, names)
    if match["kind"] == "ignore-file":
        suppression.line = 0
    elif match["kind"] == "ignore-next-line" or _is_alone(suppression):
        suppression.line = _NEXT
    else:
        suppression.line = suppression.place.span.line
    return suppression


def _line_around(file: SourceFile, at: int) -> tuple[int, int]:
    """The offsets at which the line of an offset starts and ends."""
    line, column = file.position(at)
    start = at - column + 1
    return start, start + len(file.line_text(line))


def _is_alone(suppression: Suppression) -> bool:
    """Whether nothing else stands on its line: looked for from the comment, since a line may hold thousands of them."""
    text, start, end = suppression.file.text, suppression.start, suppression.end
    while start > 0 and text[start - 1] not in "\r\n":
        start -= 1
        if not text[start].isspace():
            return False
    while end < len(text) and text[end] not in "\r\n":
        if not text[end].isspace():
            return False
        end += 1
    return True


def _next_line(file: SourceFile, line: int, below: dict[int, int]) -> int:
    """The first line below ``line`` with something on it; ``below`` says what suppressions further down cover."""
    for number in range(line + 1, len(file.line_starts) + 1):
        if number in below:
            return below[number]
        if file.line_text(number).strip():
            return number
    return line


class Suppressions:
    """All suppressions of a repository, and what they hid.

    ``means`` tells which rules a name stands for: a name, a code or a family gives their names, anything else none.
    ``known`` are the words it knows, for a "did you mean".
    """

    def __init__(
        self, files: Iterable[SourceFile], means: Callable[[str], frozenset[str]], known: frozenset[str]
    ) -> None:
        self.means = means
        self.known = known
        #: Where rules were not asked, or not in full: by the rule's name, paths; ``None`` is everywhere.
        self.unjudged: dict[str, set[str | None]] = defaultdict(set)
        self.by_path: dict[str, list[Suppression]] = {}
        #: By path and line, for each rule: the names that it is hidden by there, with their comments.
        self._by_line: dict[tuple[str, int], dict[str, list[tuple[Suppression, str]]]] = defaultdict(dict)
        for file in files:
            found = find_suppressions(file)
            if found:
                self.by_path[file.path] = found
            for suppression in found:
                rules = self._by_line[file.path, suppression.line]
                for name in suppression.names:
                    for rule in means(name.text):
                        rules.setdefault(rule, []).append((suppression, name.text))

    @property
    def all(self) -> list[Suppression]:
        """Every suppression, by path and place."""
        return [suppression for path in sorted(self.by_path) for suppression in self.by_path[path]]

    @property
    def rules(self) -> frozenset[str]:
        """The names of all rules that some suppression stands for."""
        return frozenset().union(*(self.means(name.text) for one in self.all for name in one.names))

    def is_unused(self, suppression: Suppression, name: str) -> bool:
        """Tell whether a name of a comment certainly hides nothing: all rules that it stands for were asked in full."""
        if name in suppression.used:
            return False
        path = suppression.file.path
        unjudged = (self.unjudged[rule] for rule in self.means(name) if rule in self.unjudged)
        return not any(None in paths or path in paths for paths in unjudged)

    def apply(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
        """Split findings into those to report and those hidden, and remember which names hid something."""
        if not self._by_line:
            return list(findings), []
        shown: list[Finding] = []
        hidden: list[Finding] = []
        for finding in findings:
            (hidden if self.hides(finding) else shown).append(finding)
        return shown, hidden

    def hides(self, finding: Finding) -> bool:
        """Tell whether a comment hides a finding, and remember by which name it does."""
        if finding.name in NEVER_HIDDEN:
            return False
        hides = False
        # A finding is covered on its first line, or on its last; the whole file is line 0.
        for line in {0, finding.place.span.line, finding.place.span.end_line}:
            found = self._by_line.get((finding.path, line), {}).get(finding.name)
            if found is not None:
                hides = True
                while found:  # once is enough: a line may hold thousands of findings and of comments
                    suppression, name = found.pop()
                    suppression.used.add(name)
        return hides
