"""The edits that rename a valve: in the code, in the tests beside it, in tables of documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.files import SourceFile
from owui_lint.repository.markdown import Cell
from owui_lint.repository.plugin import Document

if TYPE_CHECKING:
    from owui_lint.repository.valve_uses import ValveUses

_MAX_RENAMES = 200  # per plugin, far above any; each is a search through the plugin's files
_MARKS = lazy_pattern(r"[*_`]*")


class Renaming:
    """Renames valves of one module; what was found out about each file is used for all of them.

    ``others`` are files whose code may use the valves, ``documents`` those whose tables may name them.
    """

    def __init__(self, file: SourceFile, others: Iterable[SourceFile], documents: Iterable[Document]) -> None:
        self.file = file
        self.others = list(others)
        self.documents = list(documents)
        self._uses: dict[SourceFile, ValveUses | None] = {}
        self._count = 0

    def edits(self, old: str, new: str) -> tuple[Edit, ...]:
        """Return the edits that make the valve ``old`` be called ``new``; none if a use of it is uncertain."""
        self._count += 1
        if self._count > _MAX_RENAMES:
            return ()
        edits: list[Edit] = []
        for file in (self.file, *self.others):
            role = "of its own" if file is self.file else "of another's"
            found = file.facts.plain(f"the valve {old} {role}, to be {new}", partial(self._places, file, old, new))
            if found is None:
                return ()
            edits += [file.edit(start, start + len(old), new) for start in found]
        return (*edits, *self._in_tables(old, new))

    def _places(self, file: SourceFile, old: str, new: str) -> list[int] | None:
        """Where a file's code names the valve; ``None`` where that is uncertain."""
        if file is not self.file and not (old in file.text and re.search(rf"\b{re.escape(old)}\b", file.text)):
            return []
        from owui_lint.repository.module import Module  # with ast, which few runs need here
        from owui_lint.repository.valve_uses import Uncertain, ValveUses

        if file not in self._uses:
            # The trees of other files are of no use to anybody else.
            module = file.module if file is self.file else Module(file)
            self._uses[file] = ValveUses(module) if module.tree is not None else None
        uses = self._uses[file]
        try:
            return uses.places(old, new) if uses is not None else None
        except Uncertain:
            return None

    def _in_tables(self, old: str, new: str) -> list[Edit]:
        """The edits in the first cells of tables; generated blocks are left alone."""
        return [
            document.file.edit(start, start + len(old), new)
            for document in self.documents
            if not document.file.problem
            for start in document.file.facts.plain(f"cells that name {old}", partial(_cells_naming, document, old))
        ]


def _cells_naming(document: Document, name: str) -> list[int]:
    """Return where a name stands in the first cells of tables."""
    if name not in document.file.text:
        return []
    markdown = document.markdown
    starts = [_named(row[0], name) for table in markdown.tables for row in table.rows if row]
    return [start for start in starts if start is not None and not markdown.is_generated(start)]


def _named(cell: Cell, name: str) -> int | None:
    """Return the offset of a name that is all a cell holds, marks of emphasis and code aside."""
    lead = _MARKS.match(cell.text)
    at = lead.end() if lead else 0
    rest = cell.text[at:]
    return cell.start + at if rest.startswith(name) and not rest[len(name) :].strip("*_` ") else None
