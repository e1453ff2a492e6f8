"""From findings and fixes to the Language Server Protocol: positions, diagnostics, code actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from lsprotocol import types

from owui_lint.finding import CRASH_NAME, LOCAL_FAMILY, Edit, Finding, Place, Severity
from owui_lint.fixing.apply import choose
from owui_lint.links import rule_url
from owui_lint.repository import Repository, SourceFile
from owui_lint.server.checking import OpenText, Snapshot

SOURCE = "owui-lint"
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.owui-lint"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


@dataclass(frozen=True)
class Client:
    """What the editor understands. ``encoding``: the unit in which it counts columns."""

    encoding: str = types.PositionEncodingKind.Utf16.value
    document_changes: bool = True
    related_information: bool = True


def units(text: str, encoding: str) -> int:
    """Return how many positions an editor counts for ``text``: UTF-16 code units, bytes or characters."""
    if text.isascii() or encoding == types.PositionEncodingKind.Utf32.value:
        return len(text)
    if encoding == types.PositionEncodingKind.Utf8.value:
        return len(text.encode())
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True)
class Converter:
    """Turns what a snapshot holds into what an editor gets."""

    snapshot: Snapshot
    client: Client

    @cached_property
    def repository(self) -> Repository:
        """The model that the findings are about."""
        assert self.snapshot.repository is not None  # a snapshot without one has no findings to convert
        return self.snapshot.repository

    def uri(self, path: str) -> str:
        """Return a file's URI: the editor's own where the file is open."""
        text = self.snapshot.texts.get(path)
        return text.uri if text is not None else (self.snapshot.root / path).as_uri()

    def position(self, file: SourceFile, line: int, column: int) -> types.Position:
        """Return a position (line and column from 1, in characters) as the editor counts."""
        character = units(file.line_text(line)[: column - 1], self.client.encoding)
        text = self.snapshot.texts.get(file.path)
        if line == 1 and text is not None and text.shows_bom:
            character += units("\ufeff", self.client.encoding)
        return types.Position(line - 1, character)

    def range(self, place: Place) -> types.Range:
        """Return the range of a place."""
        file, span = self.repository.file(place.path), place.span
        return types.Range(
            self.position(file, span.line, span.column), self.position(file, span.end_line, span.end_column)
        )

    def diagnostic(self, finding: Finding) -> types.Diagnostic:
        """Return the diagnostic for a finding."""
        related = None
        if finding.related and self.client.related_information:
            related = [
                types.DiagnosticRelatedInformation(
                    types.Location(self.uri(item.place.path), self.range(item.place)),
                    item.message.to(self.snapshot.lang),
                )
                for item in finding.related
            ]
        # A repository's own rules, and a rule that failed, have no page.
        has_page = finding.family != LOCAL_FAMILY and finding.name != CRASH_NAME
        return types.Diagnostic(
            range=self.range(finding.place),
            message=finding.message.to(self.snapshot.lang),
            severity=_SEVERITIES[finding.severity],
            code=finding.name,
            code_description=types.CodeDescription(rule_url(finding.name, self.snapshot.lang)) if has_page else None,
            source=SOURCE,
            tags=[types.DiagnosticTag.Unnecessary] if finding.name in self.snapshot.idle else None,
            related_information=related,
        )

    def diagnostics(self, path: str) -> list[types.Diagnostic]:
        """Return the diagnostics of a file."""
        return [self.diagnostic(finding) for finding in self.snapshot.findings.get(path, ())]

    def actions(
        self, path: str, asked: types.Range, only: Sequence[str], now: dict[str, OpenText]
    ) -> Iterator[types.CodeAction]:
        """Yield what can be done about the findings of a file in a range.

        ``only`` limits the kinds (empty: all). ``now`` are the open texts by URI as they are at present: a fix that was
        made for another state of a text is not offered.
        """
        findings = [finding for finding in self.snapshot.findings.get(path, ()) if finding.fix is not None]
        zh = self.snapshot.lang == "zh"
        if _is_wanted(types.CodeActionKind.QuickFix.value, only):
            for finding in findings:
                found = self.range(finding.place)
                if not _touch(found, asked) or finding.fix is None:
                    continue
                edit = self._workspace_edit(finding.fix.edits, now)
                if edit is None:
                    continue
                safe = finding.fix.applicability == "safe"
                note = "" if safe else ("（请人工确认）" if zh else " (look at it before you save)")
                yield types.CodeAction(
                    title=f"{finding.name}: {finding.fix.description.to(self.snapshot.lang)}{note}",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[self.diagnostic(finding)],
                    edit=edit,
                    is_preferred=safe,
                )
        if _is_wanted(FIX_ALL, only):
            here = [
                finding for finding in findings if finding.fix and {edit.path for edit in finding.fix.edits} == {path}
            ]
            _, edits = choose(here, unsafe=False)
            edit = self._workspace_edit(edits, now) if edits else None
            if edit is not None:
                title = "修复本文件中所有可安全修复的问题" if zh else "Fix all that is safe to fix in this file"
                yield types.CodeAction(title=f"owui-lint: {title}", kind=FIX_ALL, edit=edit)

    def _workspace_edit(self, edits: Iterable[Edit], now: dict[str, OpenText]) -> types.WorkspaceEdit | None:
        """Return edits for the editor; ``None`` where a file is not as it was, or an edit cannot be said in characters."""
        by_path: dict[str, list[Edit]] = defaultdict(list)
        for edit in edits:
            by_path[edit.path].append(edit)
        changes: list[types.TextDocumentEdit] = []
        for path, group in by_path.items():
            file, text = self.repository.file(path), self.snapshot.texts.get(path)
            if file.problem is not None:
                return None
            if text is None:
                if any(other.path == self.snapshot.root / path for other in now.values()):
                    return None  # opened since
                if SourceFile(self.snapshot.root, path).data != file.data:
                    return None  # changed on disk since
            elif now.get(text.uri) != text:
                return None
            try:
                converted = [self._text_edit(file, edit) for edit in sorted(group, key=lambda edit: edit.start)]
            except ValueError:
                return None
            version = text.version if text is not None else None
            identifier = types.OptionalVersionedTextDocumentIdentifier(uri=self.uri(path), version=version)
            changes.append(types.TextDocumentEdit(identifier, list(converted)))
        if self.client.document_changes:
            return types.WorkspaceEdit(document_changes=list(changes))
        plain: dict[str, list[types.TextEdit]] = {}
        for change in changes:
            plain[change.text_document.uri] = [item for item in change.edits if isinstance(item, types.TextEdit)]
        return types.WorkspaceEdit(changes=plain)

    def _text_edit(self, file: SourceFile, edit: Edit) -> types.TextEdit:
        """Return a byte edit in positions. Raises ``ValueError`` where it cuts a character or the byte order mark."""
        mark = 3 if file.has_bom else 0
        if edit.start < mark:
            raise ValueError("the byte order mark has no position")
        start = len(file.data[mark : edit.start].decode())
        end = start + len(file.data[edit.start : edit.end].decode())
        return types.TextEdit(
            types.Range(self.position(file, *file.position(start)), self.position(file, *file.position(end))),
            edit.replacement.decode(),
        )


def _touch(one: types.Range, other: types.Range) -> bool:
    def key(position: types.Position) -> tuple[int, int]:
        return position.line, position.character

    return key(one.start) <= key(other.end) and key(other.start) <= key(one.end)


def _is_wanted(kind: str, only: Sequence[str]) -> bool:
    return not only or any(kind == wanted or kind.startswith(f"{wanted}.") or not wanted for wanted in only)
