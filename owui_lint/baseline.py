"""The baseline: findings a repository had when it adopted the linter. They are counted, new ones are reported.

A finding is known again by what it says, not by where it stands: rule, file, plugin, the text of its line with
white space evened out and without versions, its message without line numbers and what other files may alter (``Finding``),
and, where several are equal in all of that, by its number among them. So lines may move freely, and a release, which rewrites the versions of many lines,
renews nothing; a line that changed otherwise, or a version that differs from a newer one, is a new finding.

Where a rule yields to another one, a run of both has only the other's finding: accepting that one accepts both.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from owui_lint import TYPE_CHECKING
from owui_lint.errors import UsageError, reason_of
from owui_lint.finding import NEVER_HIDDEN, START_OF_FILE, Finding, Severity
from owui_lint.lazypattern import lazy_pattern
from owui_lint.text import printable
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.rulebook import Rule

NAME = ".owui-lint-baseline.json"
SCHEMA = 1
_MAX_BYTES = 64 * 1024 * 1024
_MAX_LINE = 1_000  # characters of a line that are part of a key as they are
_VERSION = lazy_pattern(rf"(?<!\d){VERSION}")
_KEYS = ("fingerprint", "rule", "path", "plugin", "message")

Source = Callable[[str, int], str]
"""From a path and a line number (from 1) to that line's text."""


class AcceptedFinding(NamedTuple):
    """One accepted finding. Only ``fingerprint`` decides; the rest tells a reader of the file what it is."""

    fingerprint: str
    rule: str
    path: str
    plugin: str | None
    message: str

    @property
    def sort_key(self) -> tuple[str, str, str, str]:
        """The order in the file: a change of one finding changes one line."""
        return (self.path, self.rule, self.message, self.fingerprint)


class BaselineSplit(NamedTuple):
    """What a baseline does to a run's findings."""

    new: list[Finding]
    known: list[Finding]
    gone: list[AcceptedFinding]

    @property
    def hidden_version_errors(self) -> int:
        """How many of the hidden findings say that a release is inconsistent (errors of family 6)."""
        return sum(is_version_error(finding) for finding in self.known)


def is_version_error(finding: Finding) -> bool:
    """Tell whether a finding says that a release is inconsistent."""
    return finding.severity is Severity.ERROR and finding.family == "versions"


def fingerprints(findings: Iterable[Finding], source: Source) -> list[str]:
    """Return a key for each finding (32 hexadecimal digits), in the order given; equal findings are numbered."""
    from hashlib import sha256

    seen: Counter[str] = Counter()
    keys: list[str] = []
    lines: dict[tuple[str, int], str] = {}

    def normal(path: str, number: int) -> str:
        """A line without its blanks and versions; what stands for it where it is long: it may hold thousands of findings."""
        line = lines.get((path, number))
        if line is None:
            # What a line says of a version, the message repeats.
            line = _VERSION.sub("0", " ".join(source(path, number).split()))
            if len(line) > _MAX_LINE:
                line = sha256(line.encode("utf-8", "surrogatepass")).hexdigest()
            lines[path, number] = line
        return line

    for finding in findings:
        # A finding about the whole file stands at its start; what line 1 says has nothing to do with it.
        whole_file = finding.place.span == START_OF_FILE
        line = "" if whole_file else normal(finding.path, finding.place.span.line)
        text = "\0".join((finding.name, finding.path, finding.plugin or "", line, _identity(finding)))
        number = seen[text]
        seen[text] += 1
        digest = sha256(f"{text}\0{number}".encode("utf-8", "surrogatepass"))
        keys.append(digest.hexdigest()[:32])
    return keys


def _identity(finding: Finding) -> str:
    return finding.identity or finding.message.en


def entries_of(findings: Sequence[Finding], source: Source) -> list[AcceptedFinding]:
    """Return the entries that make a baseline of these findings, sorted; none for what nothing may hide."""
    findings = [finding for finding in findings if finding.name not in NEVER_HIDDEN]
    found = [
        AcceptedFinding(key, finding.name, printable(finding.path), finding.plugin, printable(_identity(finding)))
        for key, finding in zip(fingerprints(findings, source), findings, strict=True)
    ]
    return sorted(found, key=lambda entry: entry.sort_key)


class _StandingIn:
    """Accepted findings that a run does not report, for those that rules yielding to theirs find in a run without them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {rule.name: rule for rule in rules}
        #: By rule and path, and by rule, path and line: whether all that the rule finds there is accepted.
        self._in_files: dict[tuple[str, str], bool] = {}
        self._in_lines: dict[tuple[str, str, int], bool] = {}

    def note(self, finding: Finding, *, is_accepted: bool) -> None:
        """Take in a finding that is not reported."""
        file = (finding.name, finding.path)
        line = (*file, finding.place.span.line)
        self._in_files[file] = is_accepted and self._in_files.get(file, True)
        self._in_lines[line] = is_accepted and self._in_lines.get(line, True)

    def stand_for(self, finding: Finding) -> bool:
        """Tell whether accepted ones see a finding's fault better: in its file, or in its line, as its rule yields."""
        rule = self._rules.get(finding.name)
        if rule is None or not self._in_files:
            return False
        path, line = finding.path, finding.place.span.line
        return any(self._in_files.get((name, path)) for name in rule.yields_to) or any(
            self._in_lines.get((name, path, line)) for name in rule.yields_at
        )


def split_accepted(
    findings: Sequence[Finding],
    entries: Iterable[AcceptedFinding],
    source: Source,
    rules: Iterable[Rule] = (),
    unreported: Sequence[Finding] = (),
) -> BaselineSplit:
    """Split findings into new and known ones; entries that match nothing any more are ``gone``.

    ``rules`` are those that were reported. Some yield to others that see the same fault better, and a run that does not
    report these finds what they would silence: that is known where all of theirs (``unreported``) is accepted.
    """
    accepted = {entry.fingerprint: entry for entry in entries}
    better = _StandingIn(rules)
    for key, finding in zip(fingerprints(unreported, source), unreported, strict=True):
        better.note(finding, is_accepted=key in accepted)
    new: list[Finding] = []
    known: list[Finding] = []
    for key, finding in zip(fingerprints(findings, source), findings, strict=True):
        is_known = finding.name not in NEVER_HIDDEN and accepted.pop(key, None) is not None
        (known if is_known or better.stand_for(finding) else new).append(finding)
    return BaselineSplit(new, known, list(accepted.values()))


def dump(entries: Iterable[AcceptedFinding]) -> str:
    """Return the text of a baseline file: one line per finding, always in the same order."""
    import json

    rows = []
    for entry in sorted(entries, key=lambda entry: entry.sort_key):
        data = {key: getattr(entry, key) for key in _KEYS if getattr(entry, key) is not None}
        text = json.dumps(data, ensure_ascii=False)
        rows.append("    " + text.encode("utf-8", "backslashreplace").decode())
    body = "[\n" + ",\n".join(rows) + "\n  ]" if rows else "[]"
    return f'{{\n  "schema": {SCHEMA},\n  "findings": {body}\n}}\n'


def load(path: str | os.PathLike[str]) -> list[AcceptedFinding]:
    """Return the entries of a baseline file.

    Raises ``UsageError``, naming the file and the line, where it is missing, unreadable or no baseline.
    """
    import json

    shown = printable(os.fspath(path))
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{shown} is not a file.", f"{shown} 不是文件。")
        if status.st_size > _MAX_BYTES:
            raise UsageError(f"{shown} is larger than 64 MiB.", f"{shown} 超过 64 MiB。")
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
    except FileNotFoundError:
        raise UsageError(
            f"The baseline {shown} does not exist. `owui-lint baseline` writes one.",
            f"基线文件 {shown} 不存在，可用 `owui-lint baseline` 生成。",
        ) from None
    except OSError as error:
        raise UsageError(
            f"{shown} cannot be read: {reason_of(error).en}.", f"无法读取 {shown}：{reason_of(error).zh}。"
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UsageError(f"{shown}:{line}: not UTF-8.", f"{shown}:{line}：不是 UTF-8 编码。") from error
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{shown}:{error.lineno}: not valid JSON ({error.msg}). Restore the file from git and run "
            "`owui-lint baseline --prune`, or write a new one with `owui-lint baseline`.",
            f"{shown}:{error.lineno}：不是合法的 JSON（{error.msg}）。请从 git 恢复该文件后运行 "
            "`owui-lint baseline --prune`，或用 `owui-lint baseline` 重新生成。",
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise UsageError(f"{shown}:1: not a baseline.", f"{shown}:1：不是基线文件。") from error
    except RecursionError as error:
        raise UsageError(f"{shown}:1: nested too deeply.", f"{shown}:1：嵌套过深。") from error
    return _entries(data, text, shown)


def _entries(data: Any, text: str, shown: str) -> list[AcceptedFinding]:
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list):
        raise _not_a_baseline(shown, 1, 'expected {"schema": 1, "findings": [..]}')
    if data.get("schema") != SCHEMA:
        raise _not_a_baseline(shown, _line_of(text, ("schema",)), f'"schema" must be {SCHEMA}')
    entries = []
    for index, item in enumerate(data["findings"]):
        problem = _problem(item)
        if problem:
            raise _not_a_baseline(shown, _line_of(text, ("findings", index)), problem)
        entries.append(AcceptedFinding(*(item.get(key) for key in _KEYS)))
    return entries


def _problem(item: Any) -> str | None:
    if not isinstance(item, dict):
        return "expected an object"
    unknown = next((key for key in item if key not in _KEYS), None)
    if unknown is not None:
        return f"unknown key {printable(str(unknown))!r}"
    for key in _KEYS:
        value = item.get(key)
        if not isinstance(value, str) and not (key == "plugin" and value is None):
            return f'"{key}" must be text'
    return None


def _not_a_baseline(shown: str, line: int, problem: str) -> UsageError:
    return UsageError(f"{shown}:{line}: not a baseline: {problem}.", f"{shown}:{line}：不是基线文件：{problem}。")


def _line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line of an element. JSON is YAML, and our YAML reader knows its lines; asked only when something is wrong."""
    from owui_lint.yamlfile import YamlError, load_with_lines

    try:
        return load_with_lines(text)[1].get(path, 1)
    except YamlError as error:
        return error.line
