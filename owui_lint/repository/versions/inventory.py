"""The inventory of version locations (``rules/locations.yaml``), and what it is made of: locations, statements, their parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Message, Place
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.names import KIND, PLATFORM
from owui_lint.repository.documents.badges import escape, normal_label
from owui_lint.repository.documents.markdown import Table, plain_text
from owui_lint.repository.files import SourceFile
from owui_lint.repository.plugin import Plugin
from owui_lint.repository.versions.others import Others
from owui_lint.repository.versions.statuses import MISMATCH, NEWER, OK, UNKNOWN
from owui_lint.text import with_platform, without_emoji
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION, is_newer, is_same

if TYPE_CHECKING:
    from typing import Any

_PARTS = lazy_pattern(
    r"(?:(?<![ \t])[ \t]++)?[/／|·()（）]+[ \t]*|(?<=[a-z.])[ \t]+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[ \t]+(?=[a-z])"
)
FRAGMENT = lazy_pattern(r"\{([a-z][a-z-]*)\}")  # what counts repetitions holds digits
_GIVEN = {"version": rf"(?P<version>{VERSION})", "platform": PLATFORM, "kind": KIND}
#: The names of fragments that the data need not define.
GIVEN_FRAGMENTS = frozenset(_GIVEN)


class Part(NamedTuple):
    """One spelling of the version at a statement: a badge has several, text, title and addresses. Offsets are in the file; ``form`` is
    that of the URL (see ``badges``)."""

    start: int
    end: int
    value: str
    form: str = ""


class Statement(NamedTuple):
    """A place that states a version. ``bound`` is the address of its link where that names the version too and is not
    rewritten (a page or a heading of that release, a comparison): the two are left to go together.

    A badge whose address is defined elsewhere is ``shown`` at an offset of its own, else -1; ``uses`` is how many images
    have that address. While it is not certain that all of them state this version, it is not rewritten.
    """

    file: SourceFile
    form: str
    parts: tuple[Part, ...]
    bound: str = ""
    shown: int = -1
    uses: int = 0

    @property
    def start(self) -> int:
        """The offset at which it stands in the page: that tells what it is about."""
        return self.shown if self.shown >= 0 else self.parts[0].start

    @property
    def defined(self) -> Part | None:
        """The part in a definition that other images use, too; ``None`` where there is none."""
        return next((part for part in self.parts if part.form), None) if self.uses > 1 else None

    @property
    def value(self) -> str:
        """The version as stated."""
        return self.parts[0].value

    def wrong_parts(self, truth: str) -> list[Part]:
        """Return the parts that do not say ``truth``."""
        return [part for part in self.parts if part.value != truth]

    def is_shared(self, truth: str) -> bool:
        """Tell whether what would have to say ``truth`` is shown in other places, too."""
        return self.defined is not None and self.defined.value != truth

    def place(self, truth: str | None = None) -> Place:
        """Return where the version stands: the first part that differs from ``truth``, else the first."""
        part = next(iter(self.wrong_parts(truth)), self.parts[0]) if truth is not None else self.parts[0]
        return self.file.place(part.start, part.end)

    def edits(self, truth: str) -> tuple[Edit, ...]:
        """Return the edits that make every part say ``truth``; parts of pages begin behind the "v", which stays. There are
        none where an address that stays names the version, or one that is shown in other places, too."""
        if self.bound or self.is_shared(truth):
            return ()
        edits = []
        for part in self.wrong_parts(truth):
            edits.append(self.file.edit(part.start, part.end, escape(truth, part.form)))
        return tuple(edits)


class LocationKind(NamedTuple):
    """One row of the inventory, as the data has it."""

    kind: str
    name: Message
    #: The title of its column in the matrix.
    column: Message
    finder: str
    lang: str
    forms: tuple[str, ...]
    single: bool
    path: str | None


class Location(NamedTuple):
    """A place where a plugin's version belongs, with the statements found there (none: missing).

    ``path`` is the file; where that file does not exist, ``present`` is false. ``entry`` is the file and
    line of the entry that a statement belongs to. ``by_name``: nothing but its name makes that file the plugin's.
    """

    kind: LocationKind
    plugin: Plugin
    path: str
    present: bool
    statements: tuple[Statement, ...]
    entry: tuple[SourceFile, int] | None = None
    by_name: bool = False

    @property
    def anchor(self) -> Place:
        """Where a missing statement is reported: the entry it belongs to, else the file."""
        return self.entry[0].line_place(self.entry[1]) if self.entry is not None else Place(self.path)

    @property
    def truth(self) -> str | None:
        """What is to be stated here: in the code itself, its value as it is, elsewhere the version in that. ``None`` where
        it holds none."""
        return self.plugin.version if self.plugin.release and self.kind.finder == "code" else self.plugin.release

    @property
    def is_apart(self) -> bool:
        """Whether it may well be at a version of its own: a copy of the code that offers something else, or a page that is
        the plugin's by its name alone and newer than the code."""
        if self.by_name:
            return any(self.status(statement) == NEWER for statement in self.statements)
        copies = [code for code in self.plugin.copies if code.path == self.path] if self.kind.finder == "copies" else []
        return any(not code.offers_the_same(self.plugin.code) for code in copies)

    @property
    def is_lacking(self) -> bool:
        """Whether it states nothing, and a rule may ask that it does. The code is the truth, so that is another matter."""
        return not self.statements and self.kind.finder != "code"

    def status(self, statement: Statement) -> str:
        """Return how a statement compares with the code: ``ok``, ``mismatch``, ``newer``, or ``unknown`` where the code
        states no version."""
        truth = self.truth
        if truth is None:  # there is nothing to accuse
            code = self.plugin.version
            return OK if code is not None and is_same(statement.value, code) else UNKNOWN
        # That the code's version is no SemVer is said there, not of those who write it as one.
        wrong = [part for part in statement.wrong_parts(truth) if not is_same(part.value, truth)]
        if not wrong:
            return OK
        # What is defined for several images may be newer for the sake of another plugin.
        return NEWER if any(is_newer(part.value, truth) for part in wrong if part != statement.defined) else MISMATCH


class Inventory:
    """The data of ``rules/locations.yaml``; expressions are compiled when they are first asked for."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.forms: dict[str, Mapping[str, Any]] = dict(data["forms"])
        self._data = data
        self._expressions: dict[tuple[str, str], re.Pattern[str] | None] = {}
        self._own: dict[str, re.Pattern[str]] = {}
        self.kinds = tuple(
            LocationKind(
                entry["kind"],
                Message(**entry["name"]),
                Message(**entry["column"]),
                entry["in"],
                entry["lang"],
                tuple(data["form-sets"][entry["forms"]]),
                entry["expected"] == "one",
                entry.get("path"),
            )
            for entry in data["locations"]
        )

    def pattern(self, form: str) -> re.Pattern[str]:
        """Return the expression of a form whose reader is ``pattern``; its group ``version`` is what is compared."""
        found = self._expression(form, "pattern")
        assert found is not None  # what its reader needs
        return found

    def beside(self, form: str) -> re.Pattern[str] | None:
        """Return the expression that the line of a form must match somewhere, if there is one."""
        return self._expression(form, "beside")

    def below(self, form: str) -> re.Pattern[str] | None:
        """Return the expression that the line above that of a form must match somewhere, if there is one."""
        return self._expression(form, "below")

    def expression(self, text: str) -> re.Pattern[str]:
        """Return an expression of the code, with the fragments that it names: labels of versions are spelled in the data."""
        found = self._own.get(text)
        if found is None:
            found = self._own[text] = compiled(self._written(text), re.IGNORECASE)
        return found

    def _expression(self, form: str, key: str) -> re.Pattern[str] | None:
        asked = (form, key)
        if asked not in self._expressions:
            parts = self.forms[form].get(key)
            self._expressions[asked] = compiled(self._written(parts), re.IGNORECASE) if parts is not None else None
        return self._expressions[asked]

    def _written(self, parts: str | list[str]) -> str:
        """Return an expression whole: its parts follow each other, with the fragments that they name in their places."""
        whole = parts if isinstance(parts, str) else "".join(parts)
        return FRAGMENT.sub(lambda match: self._fragments[match[1]], whole)

    @cached_property
    def _fragments(self) -> dict[str, str]:
        found = dict(_GIVEN)

        def written(name: str) -> str:
            if name not in found:
                parts = self._data["fragments"][name]
                found[name] = FRAGMENT.sub(lambda match: written(match[1]), "".join(parts))
            return found[name]

        for name in self._data["fragments"]:
            written(name)
        return found

    def forms_with(self, key: str, value: object) -> frozenset[str]:
        """Return the forms that say ``value`` under a key."""
        return frozenset(name for name, form in self.forms.items() if form.get(key) == value)

    @cached_property
    def of_plugin_pages(self) -> dict[str, re.Pattern[str]]:
        """The forms that only pages of plugins have, with what the line must match for that."""
        told = {name: form["orphan-page"] for name, form in self.forms.items() if "orphan-page" in form}
        return {name: compiled(self._written(parts), re.IGNORECASE | re.MULTILINE) for name, parts in told.items()}

    @cached_property
    def after_name(self) -> frozenset[str]:
        """The forms in which a version belongs to the name before it."""
        return self.forms_with("owner", "before")

    @cached_property
    def columns(self) -> frozenset[str]:
        """The forms that are read in the columns of tables."""
        return self.forms_with("reader", "column")

    @cached_property
    def below_name(self) -> frozenset[str]:
        """The forms in which a version may be that of what stands above it."""
        return self.forms_with("owner", "above")

    @cached_property
    def told(self) -> frozenset[str]:
        """The forms in which releases are told of, too."""
        return self.forms_with("history", True)

    @cached_property
    def series(self) -> frozenset[str]:
        """The forms in which lists of releases are written, too."""
        return self.forms_with("series", True)

    @cached_property
    def sole(self) -> frozenset[str]:
        """The forms in which a version is the plugin's only where nothing else states one."""
        return self.forms_with("sole", True)

    @cached_property
    def going_on(self) -> frozenset[str]:
        """The forms in which the line goes on behind the version."""
        return self.forms_with("goes-on", True)

    @cached_property
    def facts(self) -> frozenset[str]:
        """The forms in which the version is one of several facts."""
        return self.forms_with("facts", True)

    @cached_property
    def of_kind(self) -> frozenset[str]:
        """The forms whose label names a kind of plugin."""
        return self.forms_with("of-kind", True)

    def labels_kind(self, text: str, plugin_type: str) -> bool:
        """Tell whether a text, such as a label, begins with a word for plugins of a type."""
        label = text.casefold().lstrip(" \t>*_+-")
        return any(
            label.startswith((f"{word} ", f"{word}\t", f"{word}版")) for word in self._kind_words.get(plugin_type, ())
        )

    @property
    def _kind_words(self) -> Mapping[str, Sequence[str]]:
        words: Mapping[str, Sequence[str]] = self._data["kind-words"]
        return words

    @cached_property
    def beside_name(self) -> frozenset[str]:
        """The forms in which the version stands beside the plugin's name."""
        return self.after_name | self.titles

    @cached_property
    def titles(self) -> frozenset[str]:
        """The forms in which the version stands in a page's title."""
        return self.forms_with("name", "title")

    @cached_property
    def story_heading(self) -> re.Pattern[str]:
        """What headings of root READMEs have below which versions tell a story."""
        return compiled(self._written("|".join(self._data["story-headings"])), re.IGNORECASE)

    @cached_property
    def _title(self) -> re.Pattern[str]:
        words = self._written(self._data["title-words"])
        return compiled(rf"(?:(?:{words})[ \t:：,，、/&|·()（）–—-]*+)++", re.IGNORECASE)

    @cached_property
    def _past_lead(self) -> re.Pattern[str]:
        return compiled(self._written("|".join(self._data["past-leads"])), re.IGNORECASE)

    def leads_to_past(self, text: str) -> bool:
        """Tell whether a line that introduces a list says that this tells of what was once, or of what was new at a time."""
        return self._past_lead.search(text) is not None

    def is_title(self, text: str) -> bool:
        """Tell whether a text, as headings are compared, is a title of what is told of releases or needs, and nothing more."""
        return self._title.fullmatch(text) is not None

    @cached_property
    def aside_heading(self) -> re.Pattern[str]:
        """What headings have below which a name alone may be that of another thing than a plugin."""
        return compiled(self._written("|".join(self._data["aside-headings"])), re.IGNORECASE)

    @cached_property
    def language_heading(self) -> re.Pattern[str]:
        """What a heading is, with signs around it, that says nothing but in which language a page goes on."""
        words = "|".join(self._data["language-headings"])
        return compiled(rf"[\W_]{{0,20}}(?:{words})(?:[\W_]{{1,4}}(?:{words}))?[\W_]{{0,20}}", re.IGNORECASE)

    @cached_property
    def own_heading(self) -> re.Pattern[str]:
        """What a heading is, with signs around it, below which nothing is told but what the page is about."""
        words = self._written("|".join(self._data["own-headings"]))
        # The sign for information is a letter to an expression.
        return compiled(rf"[\W_\u2139]{{0,20}}(?:{words})[\W_]{{0,20}}", re.IGNORECASE)

    @cached_property
    def column_headers(self) -> frozenset[str]:
        """The headers of table columns that state versions, lower case."""
        return frozenset(self._data["column-headers"])

    @cached_property
    def _neighbours(self) -> dict[str, frozenset[str]]:
        keys = ("column-neighbours", "column-neighbours-of-author", "author-headers")
        return {key: frozenset(self._data[key]) for key in keys}

    def are_of_one(self, headers: Sequence[str]) -> bool:
        """Tell whether the headers of a table above the first section of a page, in lower case, are those of what is said of
        one plugin there."""
        usual = self._neighbours["column-neighbours"]
        more = [name for name in headers if name not in usual and not self.states_versions(name)]
        if not more:
            return True
        has_author = not self._neighbours["author-headers"].isdisjoint(headers)
        return has_author and self._neighbours["column-neighbours-of-author"].issuperset(more)

    def version_column(self, table: Table) -> tuple[list[str], int | None]:
        """Return a table's headers, as they are compared, and which column states versions, if one does."""
        names = [
            with_platform(" ".join(without_emoji(plain_text(cell.text)).casefold().split())) for cell in table.header
        ]
        return names, next((index for index, name in enumerate(names) if self.states_versions(name)), None)

    def states_versions(self, header: str) -> bool:
        """Tell whether a header of a table, in lower case, says of its column that it states versions."""
        if header in self.column_headers or header.isascii():
            return header in self.column_headers
        parts = [part for part in _PARTS.split(header) if part]  # in two languages
        return len(parts) > 1 and all(part in self.column_headers for part in parts)

    @cached_property
    def foreign_headers(self) -> frozenset[str]:
        """The first headers of tables that are not about plugins as they are now, lower case."""
        return frozenset(self._data["foreign-headers"])

    def is_foreign(self, header: str) -> bool:
        """Tell whether a header, in lower case, is that of a column of other things than plugins, such as "docker image"."""
        if header in self.foreign_headers or header.rpartition(" ")[2] in self.foreign_headers:
            return True
        return not header.isascii() and header.endswith(self._foreign_ends)

    @cached_property
    def _foreign_ends(self) -> tuple[str, ...]:
        """Those of ``foreign_headers`` that are Chinese, where words follow each other without blanks."""
        return tuple(header for header in self.foreign_headers if not header.isascii())

    @cached_property
    def record_headers(self) -> frozenset[str]:
        """The headers of columns that tell of what was once, lower case."""
        return frozenset(self._data["record-headers"])

    @cached_property
    def name_headers(self) -> frozenset[str]:
        """The headers of columns that name what a row is about, lower case."""
        return frozenset(self._data["name-headers"])

    @cached_property
    def first_name_headers(self) -> frozenset[str]:
        """Those of ``name_headers`` that do so in the first column only, lower case."""
        return frozenset(self._data["first-name-headers"])

    @cached_property
    def others(self) -> Others:
        """What tells that a version is another thing's."""
        return Others(self._data["others"], self._written)

    @cached_property
    def date_labels(self) -> dict[str, bool]:
        """The labels of a date badge, normal forms, and whether they tell of a date alone."""
        data = self._data["date-badge"]
        labels = {"labels": True, "shared-labels": False}
        return {normal_label(str(label)): alone for key, alone in labels.items() for label in data[key]}

    @cached_property
    def badge_labels(self) -> frozenset[str]:
        """The labels of a version badge, normal forms."""
        return frozenset(
            normal_label(str(label))
            for form in self.forms.values()
            if form["reader"] == "badge"
            for label in form["labels"]
        )
