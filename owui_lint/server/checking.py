"""Checks over open texts: which repository each belongs to, and what is found in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from owui_lint.errors import UsageError
from owui_lint.finding import Finding, Message
from owui_lint.language import choose_language
from owui_lint.repository import Repository, SourceFile, find_root, is_repository
from owui_lint.session import Selection, open_session

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class OpenText:
    """A text as an editor has it. ``path`` is absolute; ``version`` is the editor's number for this state."""

    uri: str
    path: Path
    version: int | None
    text: str

    @property
    def shows_bom(self) -> bool:
        """Whether the editor counts a byte order mark as a character; most hide it."""
        return self.text.startswith(_BOM)


@dataclass(frozen=True)
class Snapshot:
    """What was found in one repository at one time. ``texts`` are the open ones by path, relative to the root.

    ``problem`` says why nothing could be checked, e.g. a mistake in the configuration. ``idle`` are the rules whose
    findings are text that does nothing.
    """

    root: Path
    texts: Mapping[str, OpenText]
    lang: str = "en"
    repository: Repository | None = None
    findings: Mapping[str, list[Finding]] = field(default_factory=dict)
    problem: Message | None = None
    idle: frozenset[str] = frozenset()


class Checker:
    """Finds the repository of each text and checks it. Used by one thread at a time."""

    def __init__(self) -> None:
        self._roots: dict[Path, Path] = {}

    def forget_roots(self) -> None:
        """Look for roots anew: a configuration may have come or gone."""
        self._roots.clear()

    def root_of(self, folder: Path) -> Path:
        """Return the root of the repository that a folder lies in; asking git costs a process, so it is kept."""
        if folder not in self._roots:
            there = folder
            while not there.is_dir() and there != there.parent:
                there = there.parent
            self._roots[folder] = Path(find_root(there))
        return self._roots[folder]

    def check(
        self, texts: Iterable[OpenText], changed: Iterable[str], asked: str | None, locale: str | None
    ) -> list[Snapshot]:
        """Check each repository that holds a text whose URI is in ``changed``.

        ``asked`` is the language that the editor's settings ask for, ``locale`` the editor's own.
        """
        groups: dict[Path, dict[str, OpenText]] = defaultdict(dict)
        wanted = set(changed)
        roots: set[Path] = set()
        for text in texts:
            try:
                folder = text.path.parent.resolve()
                root = self.root_of(folder)
            except (OSError, ValueError):
                continue  # a path that no file can have
            if not folder.is_relative_to(root):
                continue
            groups[root][(folder / text.path.name).relative_to(root).as_posix()] = text
            if text.uri in wanted:
                roots.add(root)
        return [_check(root, groups[root], asked, locale) for root in sorted(roots)]


def _check(root: Path, texts: Mapping[str, OpenText], asked: str | None, locale: str | None) -> Snapshot:
    try:
        # Of a lone file, what else lies in its folder is none of ours.
        files = list(texts) if not is_repository(root) else None
        overlays = {path: _bytes(root, path, text) for path, text in texts.items()}
        session = open_session([str(root)], overlays=overlays, files=files)
        lang = choose_language(asked, session.config["lang"] or locale)
        session.use_baseline(None)
        if not session.repository.plugins:
            return Snapshot(root, texts, lang, session.repository)
        report = session.check(Selection())
    except UsageError as error:
        return Snapshot(root, texts, choose_language(asked, locale), problem=error.message)
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        findings[finding.path].append(finding)
    idle = session.rulebook.in_role("idle-text")
    return Snapshot(root, texts, lang, session.repository, dict(findings), idle=idle)


def _bytes(root: Path, path: str, text: OpenText) -> bytes:
    """Return what saving the text would write: with the byte order mark that editors hide."""
    data = text.text.encode("utf-8", "replace")  # a lone surrogate is no text; it stays one position long
    if not text.shows_bom and SourceFile(root, path).has_bom:
        data = _BOM.encode() + data
    return data
