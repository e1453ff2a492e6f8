"""The edits that rename a valve: in the code and its copies, in tests, in tables of documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Message
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.files import SourceFile
from owui_lint.repository.markdown import Cell
from owui_lint.repository.plugin import Document
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository.valve_uses import ValveUses

_MAX_RENAMES = 200  # per plugin, far above any; each is a search through the plugin's files
_MARKS = lazy_pattern(r"[*_`]*")


#: Why a valve is not renamed; ``{new}`` is what it would be called, ``{path}`` the file in question.
REASONS = {
    "computed": Message(
        "the code computes names of fields, or hands the valves on as a whole",
        "代码会动态拼出字段名，或把 valves 整体传给别处",
    ),
    "shared": Message("other classes have this field, too", "其他类也有此字段"),
    "taken": Message("`{new}` is taken already", "`{new}` 已被占用"),
    "twice": Message("two valves would be called `{new}`", "会有两个字段同名为 `{new}`"),
    "many": Message("the plugin has too many valves", "插件的字段过多"),
    "unclear": Message("a use of this name cannot be followed", "无法确定此名称的某处用法"),
    "elsewhere": Message("{path} may use it, which cannot be followed", "{path} 可能使用了它，无法确定"),
}


class Refusal(NamedTuple):
    """Why a valve is not renamed: one of ``REASONS``, and the file that is in the way."""

    reason: str
    path: str = ""

    def told(self, new: str) -> Message:
        """Return the reason in words."""
        text = REASONS[self.reason]
        return Message(text.en.format(new=new, path=self.path), text.zh.format(new=new, path=self.path))


class Renaming:
    """Renames valves of one module; what was found out about each file is used for all of them.

    ``own`` are the module's file and its copies, which have the valves themselves, ``others`` files whose code may use
    them, ``doubtful`` those that may use them or another plugin's, ``documents`` those whose tables may name them.
    """

    def __init__(
        self,
        own: Sequence[SourceFile],
        others: Iterable[SourceFile],
        documents: Iterable[Document],
        doubtful: Iterable[SourceFile] = (),
    ) -> None:
        self.own = list(own)
        self.others = list(others)
        self.documents = list(documents)
        self.doubtful = list(doubtful)
        self._uses: dict[SourceFile, ValveUses | None] = {}
        self._count = 0

    def edits(self, old: str, new: str) -> tuple[Edit, ...] | Refusal:
        """Return the edits that make the valve ``old`` be called ``new``; where a use of it is uncertain, why."""
        self._count += 1
        if self._count > _MAX_RENAMES:
            return Refusal("many")
        edits: list[Edit] = []
        for file in (*self.own, *self.others):
            role = "of its own" if file in self.own else "of another's"
            found = file.facts.plain(
                f"where the valve {old} {role}, to be {new}", partial(self._places, file, old, new)
            )
            if isinstance(found, str):
                return Refusal(found) if file is self.own[0] else Refusal("elsewhere", file.path)
            edits += [file.edit(start, start + len(old), new) for start in found]
        for file in self.doubtful:
            if file.facts.plain(f"names {old}", partial(_names, file, old)):
                return Refusal("elsewhere", file.path)
        return (*edits, *self._in_tables(old, new))

    def _places(self, file: SourceFile, old: str, new: str) -> list[int] | str:
        """Where a file's code names the valve; where that is uncertain, the reason."""
        if file is not self.own[0] and not _names(file, old):
            return []
        from owui_lint.repository.module import Module  # with ast, which few runs need here
        from owui_lint.repository.valve_uses import Uncertain, ValveUses

        if file not in self._uses:
            # The trees of other files are of no use to anybody else.
            module = file.module if file in self.own else Module(file)
            self._uses[file] = ValveUses(module) if module.tree is not None else None
        uses = self._uses[file]
        try:
            return uses.places(old, new) if uses is not None else "unclear"
        except Uncertain as doubt:
            return doubt.kind

    def _in_tables(self, old: str, new: str) -> list[Edit]:
        """The edits in the first cells of tables; generated blocks are left alone."""
        return [
            document.file.edit(start, start + len(old), new)
            for document in self.documents
            if not document.file.problem
            for start in document.file.facts.plain(f"cells that name {old}", partial(_cells_naming, document, old))
        ]


def _names(file: SourceFile, name: str) -> bool:
    """Whether a word of a file is a name."""
    return name in file.text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", file.text) is not None


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
