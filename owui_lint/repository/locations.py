"""The version locations of every plugin: one inventory for check, fix, matrix and bump (``rules/locations.yaml``)."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Place
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.badges import Badge, badges, escape
from owui_lint.repository.files import SourceFile
from owui_lint.repository.markdown import Cell, Heading, Line, Link, Markdown, Table, plain_text
from owui_lint.repository.others import Others
from owui_lint.repository.pages import as_names, resolve_link
from owui_lint.repository.plugin import Code, Document, Plugin
from owui_lint.text import is_named_in, title_keys, without_emoji
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION, is_newer, is_semver, version_key

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.repository import Repository
    from owui_lint.repository.pages import IndexEntry

OK, MISMATCH, MISSING, NEWER = "ok", "mismatch", "missing", "newer"
_STORY_SECTIONS = frozenset({"whats-new", "changelog"})  # they tell of releases; never compared, never rewritten


class Part(NamedTuple):
    """One spelling of the version at a statement: a badge has two, alt text and URL. Offsets are in the file; ``form`` is
    that of the URL (see ``badges``)."""

    start: int
    end: int
    value: str
    form: str = ""


class Statement(NamedTuple):
    """A place that states a version."""

    file: SourceFile
    form: str
    parts: tuple[Part, ...]

    @property
    def value(self) -> str:
        """The version as stated."""
        return self.parts[0].value

    def wrong_parts(self, truth: str) -> list[Part]:
        """Return the parts that do not say ``truth``."""
        return [part for part in self.parts if part.value != truth]

    def place(self, truth: str | None = None) -> Place:
        """Return where the version stands: the first part that differs from ``truth``, else the first."""
        part = next(iter(self.wrong_parts(truth)), self.parts[0]) if truth is not None else self.parts[0]
        return self.file.place(part.start, part.end)

    def edits(self, truth: str) -> tuple[Edit, ...]:
        """Return the edits that make every part say ``truth``; a "v" stays as it is written here."""
        edits = []
        for part in self.wrong_parts(truth):
            edits.append(self.file.edit(part.start, part.end, escape(self.as_written(truth), part.form)))
        return tuple(edits)

    def as_written(self, truth: str) -> str:
        """Return what every part is to say: parts of pages begin behind the "v", the front matter's value is taken as it is."""
        return truth if self.form == "front-matter" else truth.removeprefix("v")


class LocationKind(NamedTuple):
    """One row of the inventory, as the data has it."""

    kind: str
    names: Mapping[str, str]
    column: Mapping[str, str]
    finder: str
    lang: str
    forms: tuple[str, ...]
    single: bool
    path: str | None


class Location(NamedTuple):
    """A place where a plugin's version belongs, with the statements found there (none: missing).

    ``path`` is the file; where that file does not exist, ``present`` is false. ``entry`` is the file and
    line of the entry that a statement belongs to.
    """

    kind: LocationKind
    plugin: Plugin
    path: str
    present: bool
    statements: tuple[Statement, ...]
    entry: tuple[SourceFile, int] | None = None

    @property
    def anchor(self) -> Place:
        """Where a missing statement is reported: the entry it belongs to, else the file."""
        return self.entry[0].line_place(self.entry[1]) if self.entry is not None else Place(self.path)

    @property
    def truth(self) -> str | None:
        """What is to be stated here; ``None`` where the code states no version, or something else in its place."""
        return self.plugin.version if self.plugin.release and "front-matter" in self.kind.forms else self.plugin.release

    def status(self, statement: Statement) -> str:
        """Return how a statement compares with the code: ``ok``, ``mismatch`` or ``newer``."""
        truth = self.truth
        if truth is None:
            return OK  # without a truth there is nothing to accuse; the code's own rule speaks
        wrong = statement.wrong_parts(truth)
        if not is_semver(truth):
            # 0.3.0 and 0.3 are one version, written differently: that the code's is no SemVer is said there.
            wrong = [part for part in wrong if version_key(part.value) != version_key(truth)]
        if not wrong:
            return OK
        return NEWER if any(is_newer(part.value, truth) for part in wrong) else MISMATCH


class Inventory:
    """The data of ``rules/locations.yaml``; expressions are compiled when they are first asked for."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.forms: dict[str, Mapping[str, Any]] = dict(data["forms"])
        self._data = data
        self.kinds = tuple(
            LocationKind(
                entry["kind"],
                entry["name"],
                entry["column"],
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
        pattern: str = self.forms[form]["pattern"]
        return compiled(pattern.replace("{version}", rf"(?P<version>{VERSION})"), re.IGNORECASE)

    def forms_with(self, key: str, value: object) -> frozenset[str]:
        """Return the forms that say ``value`` under a key."""
        return frozenset(name for name, form in self.forms.items() if form.get(key) == value)

    @cached_property
    def after_name(self) -> frozenset[str]:
        """The forms in which a version belongs to the name before it."""
        return self.forms_with("owner", "before")

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
        return compiled("|".join(self._data["story-headings"]), re.IGNORECASE)

    @cached_property
    def column_headers(self) -> frozenset[str]:
        """The headers of table columns that state versions, lower case."""
        return frozenset(self._data["column-headers"])

    @cached_property
    def column_neighbours(self) -> frozenset[str]:
        """The headers beside such a column above the first section of a page, lower case."""
        return frozenset(self._data["column-neighbours"])

    def version_column(self, table: Table) -> tuple[list[str], int | None]:
        """Return a table's headers, as they are compared, and which column states versions, if one does."""
        names = [" ".join(without_emoji(plain_text(cell.text)).casefold().split()) for cell in table.header]
        return names, next((index for index, name in enumerate(names) if name in self.column_headers), None)

    @cached_property
    def foreign_headers(self) -> frozenset[str]:
        """The first headers of tables that are not about plugins as they are now, lower case."""
        return frozenset(self._data["foreign-headers"])

    @cached_property
    def others(self) -> Others:
        """What tells that a version is another thing's."""
        return Others(self._data["others"])

    def beside(self, form: str) -> re.Pattern[str] | None:
        """Return the expression that the line of a form must match somewhere, if there is one."""
        pattern: str | None = self.forms[form].get("beside")
        return compiled(pattern, re.IGNORECASE) if pattern is not None else None

    @cached_property
    def date_labels(self) -> frozenset[str]:
        """The labels of a date badge, lower case."""
        return frozenset(str(label).casefold() for label in self._data["date-badge"]["labels"])

    @cached_property
    def badge_labels(self) -> frozenset[str]:
        """The labels of a version badge, lower case."""
        return frozenset(
            str(label).casefold()
            for form in self.forms.values()
            if form["reader"] == "badge"
            for label in form["labels"]
        )


_NEAR = 400  # characters of a line around a version that tell whose it is
_VERSION_TEXT = lazy_pattern(rf"v?({VERSION})", re.IGNORECASE)


class Finder:
    """Finds version locations, and what is stated there."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.inventory = repository.inventory
        self.statements_of = lru_cache(maxsize=None)(self._statements_of)
        self.all_of = lru_cache(maxsize=None)(self._all_of)
        self._badges: dict[str, list[Badge]] = {}
        self._named: dict[tuple[str, int, int], Plugin | None] = {}
        self.mentions_of = lru_cache(maxsize=None)(self._mentions_of)

    def find(self) -> list[Location]:
        """Return every location of every plugin, by plugin, in the order of the inventory."""
        self.repository.pages.link()
        found: list[Location] = []
        for plugin in self.repository.plugins:
            for kind in self.inventory.kinds:
                found += getattr(self, f"_in_{kind.finder}")(kind, plugin)
        return found

    # -- where to look ---------------------------------------------------------------------------------------

    def _in_code(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        yield self._code_location(kind, plugin, plugin.code)

    def _in_copies(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        for copy in plugin.copies:
            if copy.version is not None:
                yield self._code_location(kind, plugin, copy)

    def _code_location(self, kind: LocationKind, plugin: Plugin, code: Code) -> Location:
        entry = code.version
        statements: tuple[Statement, ...] = ()
        if entry is not None:
            part = Part(entry.start, entry.end, entry.value)
            statements = (Statement(code.file, "front-matter", (part,)),)
        return Location(kind, plugin, code.path, True, statements)

    def _in_readme(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        document = plugin.readmes.get(kind.lang)
        if plugin.folder is None:
            # Without a folder of its own the plugin need not have a README, nor a version there; the layout rule speaks.
            if document is not None and self.statements_of(document, kind.forms):
                yield self._page_location(kind, plugin, document.path, document)
            return
        name = self.repository.config["readme-zh" if kind.lang == "zh" else "readme"]
        path = document.path if document is not None else f"{plugin.folder}/{name}"
        yield self._page_location(kind, plugin, path, document)

    def _in_pages(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        if not self._has_docs or not self.repository.is_standard_layout:
            return
        pages = [page for page in plugin.pages if page.lang == kind.lang]
        for page in pages:
            yield self._page_location(kind, plugin, page.path, page)
        if not pages and _is_due(kind, plugin):
            suffix = self.repository.config["docs-zh-suffix"] if kind.lang == "zh" else ""
            others = [page.path for page in plugin.pages]
            if others:
                stem, _ = self.repository.pages.split_language(others[0])
                path = f"{stem}{suffix}.md"
            else:
                path = f"{self.repository.docs_dir}/{plugin.type}/{plugin.name}{suffix}.md"
            yield self._page_location(kind, plugin, path, None)

    @cached_property
    def _has_docs(self) -> bool:
        return self.repository.docs_dir in self.repository.folders

    def _page_location(self, kind: LocationKind, plugin: Plugin, path: str, document: Document | None) -> Location:
        if document is None:
            return Location(kind, plugin, path, False, ())
        stated = [
            one
            for one in self.statements_of(document, kind.forms)
            if not self._is_in_name(one, plugin) and not self._is_beside_another(document, one, plugin)
        ]
        return Location(kind, plugin, path, True, tuple(stated))

    def _is_beside_another(self, document: Document, statement: Statement, plugin: Plugin) -> bool:
        """Whether the line of a statement that may stand anywhere on a page names another plugin."""
        if "zone" in self.inventory.forms[statement.form]:
            return False
        start = statement.parts[0].start
        named = self._named_in(document, document.markdown.line_start(start), document.markdown.line_end(start))
        return named is not None and named is not plugin

    def _in_entries(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        assert kind.path is not None
        if not self.repository.is_standard_layout or (kind.single and not self._has_docs):
            return
        path = self._expand(kind.path, plugin)
        document = self.repository.pages.index(path, kind.lang, "index" if kind.single else "listing")
        if document is None:
            if _is_due(kind, plugin):
                yield Location(kind, plugin, path, False, ())
            return
        stories = self._stories(document)
        entries = self.repository.pages.entries_of(document, plugin)
        now = [entry for entry in entries if not _is_in(entry.block.start, stories)]
        # An item below such a heading is all that some indexes have, which have to have one.
        entries = now or [entry for entry in entries if kind.single and not entry.is_section]
        passages = self.repository.pages.passages_of(document, plugin) if not entries and kind.single else []
        entries += [entry for entry in passages if not _is_in(entry.block.start, stories)]
        statements = [
            statement
            for entry in entries
            for statement in self._within_entry(entry, kind.forms)
            if not self._is_of_another(document, statement, plugin) and not self._is_in_name(statement, plugin)
        ]
        if passages:
            statements = _without_history(statements, self.inventory.told)
        if statements or _is_due(kind, plugin):
            yield Location(
                kind, plugin, path, True, tuple(statements), (document.file, entries[0].block.line) if entries else None
            )

    def _is_of_another(self, document: Document, statement: Statement, plugin: Plugin) -> bool:
        """Whether a version follows the name of something that is not the plugin: it is that thing's then.

        That is a page which is another's or nobody's, and what a link out of the repository leads to.
        """
        if statement.form not in self.inventory.after_name:
            return False
        link = self._link_before(document, statement)
        if link is None:
            return False
        target = resolve_link(document.path, link.target)
        pages = self.repository.pages
        is_in_link = self.inventory.forms[statement.form].get("name") == "in-link"
        if target is not None and is_in_link and statement.value in target:
            return True  # it leads to that release, kept under its version
        if target is None:
            return pages.plugin_named(as_names([plain_text(link.text)]), []) is not plugin
        return pages.is_page(target) and self.repository.plugin_by_file.get(target) is not plugin

    def _is_in_name(self, statement: Statement, plugin: Plugin) -> bool:
        """Whether the number beside the plugin's name is part of that: one for "DeepSeek v3.1" has a version of its own."""
        if statement.form not in self.inventory.beside_name or statement.value == plugin.release:
            return False
        return statement.value in plugin.title_versions or (
            statement.form in self.inventory.titles and _names_more(statement, plugin.title)
        )

    def _link_before(self, document: Document, statement: Statement) -> Link | None:
        """The last link of the line before a statement."""
        links, start = document.markdown.links, statement.parts[0].start
        index = bisect_left(links, start, key=lambda link: link.start)
        if not index:
            return None
        line, other = (document.file.place(offset).span.line for offset in (start, links[index - 1].start))
        return links[index - 1] if line == other else None

    def _in_mentions(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        document = self.repository.root_documents.get(kind.lang)
        if document is None:
            return
        statements = self.mentions_of(document, kind.forms).get(plugin.id, [])
        if document is plugin.readmes.get(kind.lang):  # what it says there of itself is the README's location
            own = {statement.parts for statement in self.of_readme(document)}
            statements = [statement for statement in statements if statement.parts not in own]
        if statements:
            yield Location(kind, plugin, document.path, True, tuple(statements))

    def _in_folders(self, kind: LocationKind, plugin: Plugin) -> Iterator[Location]:
        folder = plugin.path
        while folder := posixpath.dirname(folder):
            document = self.repository.folder_documents.get((folder, kind.lang))
            statements = self.mentions_of(document, kind.forms).get(plugin.id) if document is not None else None
            if document is not None and statements:
                yield Location(kind, plugin, document.path, True, tuple(statements))

    def _expand(self, template: str, plugin: Plugin) -> str:
        config = self.repository.config
        return template.format(
            plugins=self.repository.plugins_dir,
            docs=self.repository.docs_dir,
            type=plugin.type,
            readme=config["readme"],
            readme_zh=config["readme-zh"],
            zh=config["docs-zh-suffix"],
        )

    # -- what is stated there --------------------------------------------------------------------------------

    def of_readme(self, document: Document) -> tuple[Statement, ...]:
        """Return what a README says of its plugin's version."""
        kind = next(kind for kind in self.inventory.kinds if kind.finder == "readme" and kind.lang == document.lang)
        return self.statements_of(document, kind.forms)

    def _statements_of(self, document: Document, forms: tuple[str, ...]) -> tuple[Statement, ...]:
        """Statements of a page about itself: everywhere but in the sections that tell of releases."""

        def make() -> Iterable[Statement]:
            markdown = document.markdown
            stories = [
                (section.heading.start, markdown.section_end(section.heading))
                for section in self.repository.sections.sections(markdown, document.lang)
                if section.kind.id in _STORY_SECTIONS
            ]
            stories = [*stories, *self._stories(document)]
            return _without_history(_outside(self.all_of(document, forms), stories), self.inventory.series)

        return _kept_statements(document, f"statements about itself: {','.join(forms)}", make)

    def _all_of(self, document: Document, forms: tuple[str, ...]) -> tuple[Statement, ...]:
        """All statements of a document, in order, generated blocks left out, each place once."""

        def make() -> Iterable[Statement]:
            found: dict[int, Statement] = {}
            for name in forms:
                for statement in self._read(name, document):
                    position = statement.parts[-1].start
                    if not document.markdown.is_generated(position):
                        found.setdefault(position, statement)
            return (found[position] for position in sorted(found))

        return _kept_statements(document, f"statements: {','.join(forms)}", make)

    def _within(self, document: Document, forms: tuple[str, ...], start: int, end: int) -> list[Statement]:
        """Statements in ``start:end`` of a document."""
        found = self.all_of(document, forms)
        first = bisect_left(found, start, key=_position)
        return list(found[first : bisect_left(found, end, lo=first, key=_position)])

    def _within_entry(self, entry: IndexEntry, forms: tuple[str, ...]) -> list[Statement]:
        """Statements of an entry of an index; those of entries within it are not its own."""
        found = self._within(entry.document, forms, entry.block.start, entry.block.end)
        if not found or not entry.is_section:
            return found
        items = [(item.block.start, item.block.end) for item in self.repository.pages.items_in(entry)]
        return _without_history(_outside(found, items), self.inventory.series)

    def _read(self, name: str, document: Document) -> Iterator[Statement]:
        """Yield the statements in one form."""
        form = self.inventory.forms[name]
        markdown = document.markdown
        zone = form.get("zone", "page")
        if form.get("has", "") not in markdown.folded:
            return
        start, end = 0, len(markdown.text)
        lines = markdown.front_matter if zone == "front-matter" else markdown.lines_with_versions
        if zone == "title":
            if markdown.title is None:
                return
            start, end = markdown.title.start, markdown.title.end
        elif zone == "header" and document.kind in ("readme", "docs"):
            end = next((heading.start for heading in markdown.headings if self._ends_header(heading, document)), end)
        if form["reader"] == "badge":
            for badge in self._version_badges(document):
                if start <= badge.shown_at < end:
                    yield from _badge_statements(document.file, name, badge)
        elif form["reader"] == "column":
            for statement in _columns(document, name, self.inventory, in_head=zone == "header"):
                if start <= _position(statement) < end:
                    yield statement
        else:
            pattern, beside = self.inventory.pattern(name), self.inventory.beside(name)
            title = markdown.title.plain if markdown.title is not None else ""
            for line in lines:
                if line.end < start or line.start >= end:
                    continue
                raw = markdown.text[line.start : line.end]
                if beside is not None and not (beside.search(raw) and self._is_of_the_page(document, line)):
                    continue
                for match in _matches(pattern, raw if zone == "front-matter" else markdown.masked_line(line), raw):
                    at = match.start("version")
                    lead, tail = raw[max(0, at - _NEAR) : at], raw[match.end("version") : match.end("version") + _NEAR]
                    if zone in ("header", "title") and self.inventory.others.claim(
                        lead, tail, title=title, is_field=zone == "header"
                    ):
                        continue
                    if zone == "header" and any(
                        self.inventory.others.claim_from_above(above, raw, title=title)
                        for above in _lines_above(markdown, line)
                    ):
                        continue
                    part = Part(line.start + at, line.start + match.end("version"), match["version"])
                    if start <= part.start < end:
                        linked = _linked(raw, match.end("version"), part.value)
                        parts = [part]
                        if linked is not None:
                            parts.append(Part(line.start + linked, line.start + linked + len(part.value), part.value))
                        yield Statement(document.file, name, tuple(parts))

    def _is_of_the_page(self, document: Document, line: Line) -> bool:
        """Whether a line is about what the page is about: not one that is quoted, or about what a part of it is about."""
        markdown = document.markdown
        headings = markdown.headings
        above = bisect_right(headings, line.start, key=lambda heading: heading.start)
        in_head = not above or not self._ends_header(headings[above - 1], document)
        return in_head or (headings[above - 1].level <= 2 and not markdown.text.startswith(">", line.start))

    def _ends_header(self, heading: Heading, document: Document) -> bool:
        """Whether what is said of the plugin as a whole ends here: at any heading but the title."""
        title = document.markdown.opening
        return title is None or heading.start != title.start

    def _version_badges(self, document: Document) -> list[Badge]:
        if document.path not in self._badges:
            self._badges[document.path] = self._read_badges(document)
        return self._badges[document.path]

    def _read_badges(self, document: Document) -> list[Badge]:
        labels = self.inventory.badge_labels
        return [
            badge
            for badge in badges(document.markdown)
            if badge.label.casefold() in labels
            and _VERSION_TEXT.fullmatch(badge.message)
            and not self.inventory.others.are_named_in(badge.alt)
            and not self.inventory.others.are_linked_by(badge.link)
        ]

    def _mentions_of(self, document: Document, forms: tuple[str, ...]) -> dict[str, list[Statement]]:
        """Statements of a root README by the plugin (its id) each is about: by the name before it, its line, its cell's
        row, or its heading.

        Sections that tell of releases are left out, and so is a plugin that several lines give several versions: that
        is a history, whatever its heading.
        """
        found: dict[str, list[Statement]] = defaultdict(list)
        markdown = document.markdown
        stories = self._stories(document)
        headings = [heading for heading in markdown.headings if heading.level > 1]
        for statement in self.all_of(document, forms):
            if statement.form in self.inventory.told and _is_in(statement.parts[0].start, stories):
                continue
            line = markdown.lines[document.file.position(statement.parts[0].start)[0] - 1]
            if statement.form in self.inventory.after_name:
                owner = self._named_before(document, statement, line.start)
            else:
                owner = self._named_in(document, line.start, line.end)
            if owner is None and statement.form in self.inventory.below_name:
                owner = self._named_by_item(document, line)
            if owner is None and statement.form in self.inventory.below_name:
                above = bisect_right(headings, line.end, key=lambda heading: heading.start)
                if above:
                    heading = headings[above - 1]
                    owner = self._named_in(document, heading.start, heading.end)
            if owner is not None and not self._is_in_name(statement, owner):
                found[owner.id].append(statement)
        told = self.inventory.told
        return {plugin_id: _without_history(statements, told) for plugin_id, statements in found.items()}

    def _stories(self, document: Document) -> list[tuple[int, int]]:
        """The offsets of the sections of a page that tell of releases."""
        markdown = document.markdown
        return document.file.facts.plain(
            f"stories ({document.lang})",
            lambda: _united(
                (heading.start, markdown.section_end(heading))
                for heading in markdown.headings
                if heading.level > 1 and self._opens_story(heading, document.lang)
            ),
        )

    def _opens_story(self, heading: Heading, lang: str) -> bool:
        kind = self.repository.sections.classify(heading.plain, lang)
        told = kind is not None and kind.id in _STORY_SECTIONS
        return told or self.inventory.story_heading.search(heading.plain) is not None

    def _named_before(self, document: Document, statement: Statement, start: int) -> Plugin | None:
        """The plugin whose link, bold name or heading stands directly before a version in its line."""
        raw = document.markdown.text[start : statement.parts[0].start]
        link = self._link_before(document, statement)
        name_in = self.inventory.forms[statement.form].get("name")
        if link is None:
            bold = raw.split("**")
            texts = [plain_text(_without_v(bold[1]))] if len(bold) > 1 else []
            if name_in == "line":
                texts.append(plain_text(_without_v(_TAG.sub(" ", raw.replace("`", " ")).lstrip("#> \t"))))
            elif name_in == "item":
                texts.append(plain_text(_without_v(_ITEM_MARK.sub("", raw))))
            return self.repository.pages.plugin_named([text for text in texts if text], [])
        target = resolve_link(document.path, link.target)
        if target is not None and name_in == "in-link" and statement.value in target:
            return None  # it leads to that release, kept under its version
        text = _without_v(raw.rpartition("[")[2]) if name_in == "in-link" else link.text
        return self.repository.pages.plugin_named([plain_text(text)], [target] if target else [])

    def _named_by_item(self, document: Document, line: Line) -> Plugin | None:
        """The plugin that the first line of a list item names, for what stands below it."""
        entries = document.markdown.entries
        index = bisect_right(entries, line.start, key=lambda block: block.start) - 1
        if index < 0 or not entries[index].start < line.start < entries[index].end:
            return None
        first = document.markdown.lines[entries[index].line - 1]
        return self._named_in(document, first.start, first.end)

    def _named_in(self, document: Document, start: int, end: int) -> Plugin | None:
        key = (document.path, start, end)  # a line may have thousands of badges
        if key not in self._named:
            self._named[key] = self._find_named(document, start, end)
        return self._named[key]

    def _find_named(self, document: Document, start: int, end: int) -> Plugin | None:
        markdown = document.markdown
        links = [link for link in markdown.links_in(start, end) if not link.image]
        texts = [plain_text(link.text) for link in links]
        raw = markdown.text[start:end]
        texts += (
            [plain_text(cell.strip()) for cell in raw.strip(" |").split("|")] if raw.lstrip().startswith("|") else []
        )
        texts += [plain_text(part) for part in raw.split("**")[1::2]][:2]
        texts.append(plain_text(raw.lstrip("# ")))
        targets = [target for link in links if (target := resolve_link(document.path, link.target)) is not None]
        return self.repository.pages.plugin_named([text for text in texts if text], targets)


def _is_due(kind: LocationKind, plugin: Plugin) -> bool:
    """Whether a location has to state the version: not that of a plugin which is to be moved first."""
    return kind.single and not plugin.is_misplaced


class _Stated(NamedTuple):
    """A statement as plain data."""

    form: str
    parts: tuple[tuple[Any, ...], ...]


def _kept_statements(document: Document, name: str, make: Callable[[], Iterable[Statement]]) -> tuple[Statement, ...]:
    """Return statements that depend on nothing but a document's text, language and kind: they are among its facts."""
    file = document.file

    def rows() -> list[_Stated]:
        return [_Stated(one.form, tuple(tuple(part) for part in one.parts)) for one in make()]

    found = file.facts.rows(f"{name} ({document.kind}, {document.lang})", _Stated, rows)
    return tuple(Statement(file, row.form, tuple(Part(*part) for part in row.parts)) for row in found)


_LINKED = lazy_pattern(r"[`*_]{0,3}\]\([ \t]*(https?://[^()\s]{1,1000})\)")


def _linked(line: str, end: int, version: str) -> int | None:
    """Where the address that a version links to, as that of its release, names the same version; ``None`` for nowhere."""
    link = _LINKED.match(line, end)
    found = compiled(rf"(?<![\w.])v?({VERSION})(?![\w.]*\d)", re.IGNORECASE).search(link[1]) if link else None
    return link.start(1) + found.start(1) if link and found and found[1] == version else None


def _position(statement: Statement) -> int:
    return statement.parts[-1].start


_BEFORE_VERSION = " \t(（"
_TAG = lazy_pattern(r"<[^<>]{1,200}>")
_ITEM_MARK = lazy_pattern(r"^[ \t>]*(?:[-*+]|\d{1,3}[.)])[ \t]+")


def _without_v(text: str) -> str:
    """Return a name without the blanks, the parenthesis and the ``v`` that lead on to its version."""
    if text[-1:] in ("v", "V") and text[-2:-1] and text[-2] in _BEFORE_VERSION:
        text = text[:-1]
    return text.rstrip(_BEFORE_VERSION)


def _outside(statements: Iterable[Statement], spans: Iterable[tuple[int, int]]) -> tuple[Statement, ...]:
    united = _united(spans)
    return tuple(statement for statement in statements if not _is_in(statement.parts[0].start, united))


def _without_history(found: Sequence[Statement], forms: Collection[str]) -> list[Statement]:
    """Statements without those of some forms that differ within one form: that is a history, whatever stands above it."""
    values: dict[str, set[str]] = defaultdict(set)
    for statement in found:
        values[statement.form].add(statement.value)
    return [statement for statement in found if statement.form not in forms or len(values[statement.form]) == 1]


def _united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _is_in(offset: int, united: Sequence[tuple[int, int]]) -> bool:
    index = bisect_right(united, offset, key=lambda span: span[0])
    return index > 0 and offset < united[index - 1][1]


def _matches(pattern: re.Pattern[str], shown: str, raw: str) -> Iterator[re.Match[str]]:
    """Matches in a line with code blanked out; also those of which nothing but the version itself is code."""
    yield from pattern.finditer(shown)
    if "`" in raw:
        for match in pattern.finditer(raw):
            lead = raw[match.start() : match.start("version")]
            before = lead.rstrip("vV")
            if before.endswith("`") and shown.startswith(before[:-1], match.start()):
                yield match


def _badge_statements(file: SourceFile, form: str, badge: Badge) -> Iterator[Statement]:
    """The text and the address of a badge: one statement, or two where the address is defined in another line."""
    message = _VERSION_TEXT.fullmatch(badge.message)
    assert message is not None  # only version badges come here
    lead = len(badge.message) - len(message[1])  # a "v" before the number is never escaped
    parts = [Part(badge.start + lead, badge.end, message[1], badge.form)]
    alt = compiled(rf"((?:version|ver|v|版本)?[ \t]*[:：]?[ \t]*v?)({VERSION})", re.IGNORECASE).fullmatch(badge.alt)
    if alt:
        parts.append(Part(badge.alt_start + alt.start(2), badge.alt_start + alt.end(2), alt[2]))
    release = _RELEASE.fullmatch(badge.link)
    if release and release["version"] == message[1]:
        start = badge.link_start + release.start("version")
        parts.append(Part(start, start + len(message[1]), message[1]))
    parts.sort()
    if file.position(parts[0].start)[0] == file.position(parts[-1].start)[0]:
        yield Statement(file, form, tuple(parts))
    else:
        yield from (Statement(file, form, (part,)) for part in parts)


def _columns(document: Document, form: str, inventory: Inventory, *, in_head: bool) -> Iterator[Statement]:
    """Versions in columns that say so, of tables about plugins.

    ``in_head``: of a page about one thing: the table says nothing else of it than what usually stands there, and names it
    where it names something.
    """
    most = inventory.forms[form].get("rows")
    for table in document.markdown.tables:
        names, column = inventory.version_column(table)
        if column is None or (most is not None and len(table.rows) > most) or names[0] in inventory.foreign_headers:
            continue
        if in_head and not all(
            name in inventory.column_neighbours or name in inventory.column_headers for name in names
        ):
            continue
        for row in table.rows:
            if column < len(row) and not (in_head and _names_another(names, row, document)):
                cell = row[column]
                match = _CELL.fullmatch(cell.text)
                if match:
                    value = match["version"]
                    part = Part(cell.start + match.start("version"), cell.start + match.end("version"), value)
                    yield Statement(document.file, form, (part, *_release_links(document, row, value)))


_CELL = lazy_pattern(
    rf"[*_`]{{0,3}}v?(?P<version>{VERSION})[*_`]{{0,3}}(?:[ \t]*[(（][^()（）]{{1,80}}[)）])?", re.IGNORECASE
)
_NAME_HEADERS = frozenset({"name", "plugin", "title", "id", "project", "名称", "插件", "标题", "项目"})


_MORE = lazy_pattern(
    r"[^\w(（]*(?:\b(?:for|with|using|via|on|in|and|plus|by)\b|适用于|用于|基于|[+&])\W*\w", re.IGNORECASE
)
_PLATFORM = lazy_pattern(r"(?:\b(?:for|on|in)[ \t]+)?\bopen[ \t-]?webui\b", re.IGNORECASE)
_STATE = lazy_pattern(
    r"\b(?:version|ver|release|stable|beta|alpha|latest|current|v)\b|版本?|稳定|测试|最新", re.IGNORECASE
)
_OPENED = lazy_pattern(r"[(（\[`]([^()（）\[\]`]*)$")


def _names_more(statement: Statement, name: str) -> bool:
    """Whether a title goes on about something else behind the plugin's name: the version is that one's then."""
    start = statement.parts[0].start
    line = statement.file.markdown.line_start(start)
    _, found, rest = statement.file.text[line:start].casefold().partition(name.casefold())
    rest = _PLATFORM.sub("", rest)
    opened = _OPENED.search(rest)
    if opened:  # a version in brackets is that of what is named in them, or of all
        return any(map(str.isalpha, _STATE.sub("", opened[1])))
    return bool(found) and _MORE.match(rest) is not None


_MOST_LINES = 20  # that may stand between what is nested in a list item and its first line


def _lines_above(markdown: Markdown, line: Line) -> Iterator[str]:
    """The line before one in its paragraph, and the list item that it is nested in: what it may go on about."""
    lines, text = markdown.lines, markdown.text
    shown = text[line.start : line.end]
    indentation = len(shown) - len(shown.lstrip())
    for above in reversed(lines[max(line.number - 1 - _MOST_LINES, 0) : line.number - 1]):
        found = markdown.masked_line(above)
        if above.code or markdown.is_heading(above):
            return
        is_nested = bool(found.strip()) and len(found) - len(found.lstrip()) < indentation
        is_next = bool(found.strip()) and above.number == line.number - 1 and not _ITEM_MARK.match(shown)
        if is_nested or is_next:
            yield found
        if is_nested or not indentation:
            return


def _names_another(headers: Sequence[str], row: Sequence[Cell], document: Document) -> bool:
    """Whether a row names something else than its page's title does."""
    title = document.markdown.title
    index = next((index for index, name in enumerate(headers) if name in _NAME_HEADERS), None)
    if title is None or index is None or index >= len(row):
        return False
    name = plain_text(row[index].text)
    return not is_named_in(title.plain, title_keys(name)) and title_keys(name).isdisjoint(title_keys(title.plain))


def _release_links(document: Document, row: Sequence[Cell], version: str) -> Iterator[Part]:
    """Where links of a row lead to the same version's release: they go along with it."""
    for cell in row:
        for link in compiled(r"\]\(([^()\s]{1,1000})\)").finditer(cell.text):
            release = _RELEASE.fullmatch(link[1])
            if release and release["version"] == version:
                start = cell.start + link.start(1) + release.start("version")
                yield Part(start, start + len(version), version)


_RELEASE = lazy_pattern(
    rf"[^()\s]{{1,400}}?/(?:releases/(?:tag|download)|archive/refs/tags)/[^()\s/]{{0,100}}?v?(?P<version>{VERSION})(?:(?:\.zip|\.tar\.gz)?|/[^()\s]{{0,400}})",
    re.IGNORECASE,
)


__all__ = [
    "MISMATCH",
    "MISSING",
    "NEWER",
    "OK",
    "Finder",
    "Inventory",
    "Location",
    "LocationKind",
    "Part",
    "Statement",
]
