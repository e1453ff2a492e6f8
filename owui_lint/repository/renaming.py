"""The edits that rename a valve: in the code and its copies, in tests, in documents."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, partial

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Message
from owui_lint.repository.documents.sections import SectionBook
from owui_lint.repository.files import SourceFile
from owui_lint.repository.plugin import Document
from owui_lint.sealed import digest_of
from owui_lint.text import is_like_code
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository.documents.valvementions import ValveMentions
    from owui_lint.repository.python.valve_uses import ValveUses

_MAX_RENAMES = 200  # per plugin, far above any; each is a search through the plugin's files


#: Why a valve is not renamed; ``{new}`` is what it would be called, ``{path}`` the file in question.
REASONS = {
    "computed": Message(
        "the code computes names of fields, or hands the valves on as a whole",
        "代码会动态拼出字段名，或把 Valves 整体传给别处",
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
    them, ``doubtful`` those that may use them or another plugin's, ``documents`` those that may name them; ``valves``: the
    names of all.
    """

    def __init__(
        self,
        own: Sequence[SourceFile],
        others: Iterable[SourceFile],
        documents: Iterable[Document],
        valves: Collection[str],
        book: SectionBook,
        doubtful: Iterable[SourceFile] = (),
    ) -> None:
        self.own = list(own)
        self.others = list(others)
        self.documents = list(documents)
        self.doubtful = list(doubtful)
        self._valves = valves
        self._book = book
        self._named: dict[Document, ValveMentions] = {}
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
        return (*edits, *self._in_documents(old, new))

    def _places(self, file: SourceFile, old: str, new: str) -> list[int] | str:
        """Where a file's code names the valve, in its documentation and messages too where it is its own; where that is
        uncertain, the reason."""
        found = self._uses_in(file, old, new)
        uses = self._uses.get(file)
        if isinstance(found, str) or uses is None or file not in self.own:
            return found
        return [*found, *uses.in_texts(old, new, found)]

    def _uses_in(self, file: SourceFile, old: str, new: str) -> list[int] | str:
        """Where a file's code uses the valve; where that is uncertain, the reason."""
        if file is not self.own[0] and not _names(file, old):
            return []
        from owui_lint.repository.python.module import Module  # with ast, which few runs need here
        from owui_lint.repository.python.valve_uses import Uncertain, ValveUses

        if file not in self._uses:
            # The trees of other files are of no use to anybody else.
            module = file.module if file in self.own else Module(file)
            self._uses[file] = ValveUses(module) if module.tree is not None else None
        uses = self._uses[file]
        try:
            return uses.places(old, new) if uses is not None else "unclear"
        except Uncertain as doubt:
            return doubt.kind

    def _is_alone(self, old: str, new: str) -> bool:
        """Whether nothing else in the plugin's code is called ``old``."""
        places = self._uses_in(self.own[0], old, new)
        uses = self._uses.get(self.own[0])
        return isinstance(places, list) and uses is not None and uses.is_alone(old, places)

    def left(self, old: str, new: str, edits: Iterable[Edit]) -> list[int]:
        """Return the lines in which texts and comments of the module still say ``old`` after ``edits``; none for what may be
        a word of a language."""
        file = self.own[0]
        if not is_like_code(old):
            return []
        changed = {edit.start for edit in edits if edit.path == file.path}
        number = file.facts.plain(f"how often {old} is in it", lambda: file.text.count(old))
        if number == len(changed):
            return []
        places = file.facts.plain(f"where {old} is written", partial(self._written, old, new))
        return sorted({file.position(at)[0] for at in places if file.edit(at, at, "").start not in changed})

    def _written(self, old: str, new: str) -> list[int]:
        self._uses_in(self.own[0], old, new)
        uses = self._uses.get(self.own[0])
        return uses.written(old) if uses is not None else []

    def _in_documents(self, old: str, new: str) -> list[Edit]:
        """The edits in documents, where they certainly name the valve; generated blocks are left alone."""
        return [
            document.file.edit(*mention)
            for document in self.documents
            if not document.file.problem
            and document.file.facts.plain(f"the name {old} is in it", partial(_is_named, document, old))
            for mention in self._named_in(document, old, new)
        ]

    def _named_in(self, document: Document, old: str, new: str) -> list[tuple[int, int, str]]:
        """Where a document names a valve, and what is to be written there. Most changes of code rename none."""
        is_alone = self._alone(old, new)
        asked = old, new, is_alone, self._digest_of_valves
        found: list[tuple[int, int, str]] = document.file.facts.entry(
            "valves named", asked, lambda: [(*one,) for one in self._mentions(document).of(old, new, is_alone)]
        )
        return found

    @cached_property
    def _digest_of_valves(self) -> bytes:
        return digest_of(sorted(self._valves))

    def _alone(self, old: str, new: str) -> bool:
        return self.own[0].facts.plain(f"only a valve is called {old}", partial(self._is_alone, old, new))

    def _mentions(self, document: Document) -> ValveMentions:
        if document not in self._named:
            from owui_lint.repository.documents.valvementions import ValveMentions

            self._named[document] = ValveMentions(document, self._book, self._valves)
        return self._named[document]


def _names(file: SourceFile, name: str) -> bool:
    """Whether a word of a file is a name."""
    return name in file.text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", file.text) is not None


def _is_named(document: Document, name: str) -> bool:
    """Whether a document names something so; it may escape underscores."""
    return name in document.file.text or ("_" in name and name.replace("_", "\\_") in document.file.text)
