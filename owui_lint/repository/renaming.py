"""The edits that rename a valve: in the code, in the tests beside it, in documents."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import partial

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit
from owui_lint.repository.files import SourceFile
from owui_lint.repository.plugin import Document
from owui_lint.repository.sections import SectionBook

if TYPE_CHECKING:
    from owui_lint.repository.valve_uses import ValveUses
    from owui_lint.repository.valvementions import ValveMentions

_MAX_RENAMES = 200  # per plugin, far above any; each is a search through the plugin's files


class Renaming:
    """Renames valves of one module; what was found out about each file is used for all of them.

    ``others`` are files whose code may use the valves, ``documents`` those that may name them; ``valves``: the names of all.
    """

    def __init__(
        self,
        file: SourceFile,
        others: Iterable[SourceFile],
        documents: Iterable[Document],
        valves: Collection[str],
        book: SectionBook,
    ) -> None:
        self.file = file
        self.others = list(others)
        self.documents = list(documents)
        self._valves = valves
        self._book = book
        self._named: dict[Document, ValveMentions] = {}
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
        return (*edits, *self._in_documents(old, new))

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

    def _is_alone(self, old: str, new: str) -> bool:
        """Whether nothing else in the plugin's code is called ``old``."""
        places = self._places(self.file, old, new)
        uses = self._uses.get(self.file)
        return places is not None and uses is not None and uses.is_alone(old, places)

    def _in_documents(self, old: str, new: str) -> list[Edit]:
        """The edits in documents, where they certainly name the valve; generated blocks are left alone."""
        return [
            document.file.edit(mention.start, mention.end, mention.text)
            for document in self.documents
            if not document.file.problem
            and document.file.facts.plain(f"the name {old} is in it", partial(_is_named, document, old))
            for mention in self._mentions(document).of(old, new, self._alone(old, new))
        ]

    def _alone(self, old: str, new: str) -> bool:
        return self.file.facts.plain(f"only a valve is called {old}", partial(self._is_alone, old, new))

    def _mentions(self, document: Document) -> ValveMentions:
        if document not in self._named:
            from owui_lint.repository.valvementions import ValveMentions

            self._named[document] = ValveMentions(document, self._book, self._valves)
        return self._named[document]


def _is_named(document: Document, name: str) -> bool:
    """Whether a document names something so; it may escape underscores."""
    return name in document.file.text or ("_" in name and name.replace("_", "\\_") in document.file.text)
