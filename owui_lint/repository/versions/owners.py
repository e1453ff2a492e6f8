"""Whose version it is that a page states: the plugin's whose name stands before it, in its line, its item or its heading."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property, lru_cache, partial

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.documents.entries import (
    IndexEntry,
    as_names,
    heads_before,
    heads_with,
    linked_paths,
    resolve_link,
    without_version,
)
from owui_lint.repository.documents.entrylinks import says_documentation
from owui_lint.repository.documents.markdown import Link, plain_text
from owui_lint.repository.plugin import Document, Plugin
from owui_lint.repository.versions.company import Company
from owui_lint.repository.versions.inventory import Inventory, Statement
from owui_lint.repository.versions.statements import ITEM_MARK, NEAR, Statements, without_history, without_lesser
from owui_lint.spans import is_in, united
from owui_lint.text import is_same_name, is_type_word, without_emoji, without_platform
from owui_lint.versions import looks_like_day

if TYPE_CHECKING:
    from owui_lint.repository import Repository

_BEFORE_VERSION = " \t(（"
_AROUND_LABEL = " \t:：-–—*_"
_MODULE = lazy_pattern(r"`?\w{1,100}(?:_\w{1,100}|\.py)`?")
# Where the name of another thing begins behind a version in the same line.
_SIBLING = lazy_pattern(r"\d[)）`*]{0,3}[ \t]{0,4}[,，、|·•/][ \t]{1,4}(?=\*\*|\[)")
_TAG = lazy_pattern(r"<[^<>]{1,200}>")
_MORE = lazy_pattern(
    r"[^\w(（+&]*+(?:[^\w(（]*+(?:\b(?:for|with|using|via|on|in|and|plus|by)\b|适用于|用于|基于)|[+&])\W*+\w",
    re.IGNORECASE,
)
_STATE = r"(?<![a-z])(?:{label}|{state}|release|v)(?![a-z])|版本?|稳定|测试|最新"
# What stands before a day as well as before a version, in text and in the address of a badge.
_RELEASED = lazy_pattern(r"(?:release|latest)(?:&(?:amp;)?message=|[\W_]){1,12}v?$", re.IGNORECASE)
_NO_LEVEL = 7  # more than headings have
_NEXT = 40  # characters before a version that ask for it
_LABEL = 40  # characters in which such a label stands
_LABELLED = r"[(（]{label}[ \t:：]{0,8}v?$"
_LABEL_AT_END = r"(?<![a-z]){label}[ \t:：]{0,8}v?$"
_OPENED = lazy_pattern(r"[(（\[`]([^()（）\[\]`]*)$")


class Owners:
    """Tells which plugin a statement is about."""

    def __init__(self, repository: Repository, statements: Statements) -> None:
        self.repository = repository
        self.inventory = repository.inventory
        self.statements = statements
        self._named: dict[tuple[str, int, int], Plugin | None] = {}
        self.company = Company(repository, statements, self._leads_home)
        self.mentions_of = lru_cache(maxsize=None)(self._mentions_of)
        self._asides = lru_cache(maxsize=None)(self._find_asides)
        self._linked_in = lru_cache(maxsize=None)(self._find_linked)  # a line may have thousands of badges

    def is_beside_another(self, document: Document, statement: Statement, plugin: Plugin) -> bool:
        """Tell whether the line of a statement that may stand anywhere on a page names another plugin."""
        start = statement.start
        if self._is_badge_beside(document, statement, plugin):
            return True
        if "zone" in self.inventory.forms[statement.form] or is_in(start, self.statements.heads(document)):
            return False
        named = self._named_in(document, *document.markdown.line_around(start))
        return named is not None and named is not plugin

    def _is_badge_beside(self, document: Document, statement: Statement, plugin: Plugin) -> bool:
        """Whether a statement is a badge directly behind the name of another plugin."""
        is_badge = self.inventory.forms[statement.form]["reader"] == "badge"
        return is_badge and self.company.is_beside(document, statement, plugin)

    def is_of_another(self, entry: IndexEntry, statement: Statement, plugin: Plugin) -> bool:
        """Tell whether a version in an entry of an index that is about a plugin is another thing's all the same: one whose
        name, link or label it follows, or whose row it stands in.

        The name before it has to be the plugin's or the entry's own. A link does not lead to a page which is another's or
        nobody's; out of the repository it has the plugin's name.
        """
        document = entry.document
        if statement.form in self.inventory.columns:
            return not self._is_in_own_row(entry, statement)
        if statement.form not in self.inventory.after_name:
            is_beside = self._is_badge_beside(document, statement, plugin)
            return is_beside or not self.company.may_be_of(document, statement, plugin)
        if self.company.is_behind_versions(document, statement):
            return True
        link = self._link_before(document, statement)
        if link is None:
            start = document.markdown.line_start(statement.start)
            named = self._names_before(document, statement, start)
            if named is None or not named[0]:
                return named is None  # in HTML, names stand in cells of their own
            stripped = (self.inventory.expression(_LABEL_AT_END).sub("", name) for name in named[0])
            names = [*named[0], *filter(None, stripped)]
            return self._is_former(named[0], plugin) or not (
                self._are_labels(names) or self._is_called(entry, plugin, names)
            )
        if self._is_former([link.text], plugin):
            return True
        target = resolve_link(document.path, link.target)
        pages = self.repository.pages
        is_in_link = self.inventory.forms[statement.form].get("name") == "in-link"
        if target is not None and is_in_link and statement.value in target:
            return True  # it leads to that release, kept under its version
        if target is None:
            return pages.plugin_named(as_names([plain_text(link.text)]), []) is not plugin
        if self._is_related(document, link, max(entry.block.start, document.markdown.line_start(link.start))):
            return True
        owner = pages.owner_of_target(target)
        if owner is not None or pages.is_page(target):
            return owner is not plugin
        if self.repository.exists(target):
            return False
        names = list(as_names([plain_text(link.text)]))  # moved, or misspelt: its text alone tells what it means
        return not (self._are_labels(names) or says_documentation(link) or self._is_called(entry, plugin, names))

    def _is_related(self, document: Document, link: Link, start: int) -> bool:
        """Whether what stands before a link says that this is what something was made of, needs or was tried with."""
        before = document.markdown.text[max(start, link.start - _NEXT) : link.start]
        return self.inventory.others.are_related_by(before)

    def _is_former(self, names: list[str], plugin: Plugin) -> bool:
        """Whether what is called like a plugin says in its name that it is what there was before that."""
        others = self.inventory.others
        return any(map(others.are_former, names)) and not others.are_former(plugin.title)

    def _are_labels(self, names: list[str]) -> bool:
        """Whether what stands before a version says only that it is one, or of which kind of plugin."""
        shown = (without_emoji(name).strip(_AROUND_LABEL).casefold() for name in names)
        return any(self.inventory.states_versions(name) or is_type_word(name) for name in shown)

    def _is_called(self, entry: IndexEntry, plugin: Plugin, names: list[str]) -> bool:
        """Whether one of some names is that of a plugin, or of the entry that is about it."""
        if self.repository.pages.plugin_named(names, []) is plugin:
            return True
        about = entry if self.repository.indexes.is_named(entry) else self.repository.indexes.section_of(entry)
        # What only mentions the plugin in its text may be headed with another thing.
        is_about = about is not None and (about.own > 0 or not about.targets)
        own = about.lead if about is not None and is_about else None
        return own is not None and any(is_same_name(own, name) for name in names)

    def _is_in_own_row(self, entry: IndexEntry, statement: Statement) -> bool:
        """Whether the row of a table says itself whose it is, or the table tells only facts of the plugin that its section
        is about: first comes the version, or who made it."""
        if entry.is_section or self.repository.indexes.is_named(entry):
            return True
        markdown, line = entry.document.markdown, entry.block.line
        first = markdown.table_rows[line][0]
        if first.start <= statement.start < first.end:
            return True
        table = next(one for one in markdown.tables if one.line < line <= one.line + 1 + len(one.rows))
        return self.inventory.others.tell_of_the_plugin(plain_text(table.header[0].text))

    def is_no_version(self, statement: Statement, plugin: Plugin) -> bool:
        """Tell whether what looks like a plugin's version is part of a name, the day of a release, or what the code requires
        of Open WebUI."""
        return (
            self._is_in_name(statement, plugin)
            or _is_a_day(statement, plugin)
            or self._is_required(statement, plugin)
            or self._is_of_another_kind(statement, plugin)
        )

    def _is_of_another_kind(self, statement: Statement, plugin: Plugin) -> bool:
        """Whether its label says that it is the version of another kind of plugin than this is."""
        if statement.form not in self.inventory.of_kind:
            return False
        text, start = statement.file.text, statement.start
        return not self.inventory.labels_kind(text[statement.file.markdown.line_start(start) : start], plugin.type)

    def _is_required(self, statement: Statement, plugin: Plugin) -> bool:
        """Whether it is the version that the code says it needs, in a line that names another thing."""
        required = plugin.code.values.get("required_open_webui_version")
        if statement.value != required or required == plugin.release:
            return False
        start, markdown = statement.start, statement.file.markdown
        first, last = max(markdown.line_start(start), start - NEAR), min(markdown.line_end(start), start + NEAR)
        return self.inventory.others.are_named_in(statement.file.text[first:last])

    def _is_in_name(self, statement: Statement, plugin: Plugin) -> bool:
        """Whether the number beside the plugin's name is part of that: one for "DeepSeek v3.1" has a version of its own."""
        if statement.form not in self.inventory.beside_name:
            return False
        inventory = self.inventory
        is_going_on = statement.form in inventory.titles & inventory.going_on
        if is_going_on and not _follows_name(statement, plugin, inventory):
            return True
        if statement.value == plugin.release:
            return False
        return statement.value in plugin.title_versions or (
            statement.form in inventory.titles and _names_more(statement, plugin.title, inventory)
        )

    def _mentions_of(self, document: Document, forms: tuple[str, ...]) -> dict[str, list[Statement]]:
        """Statements of a root README by the plugin (its id) each is about.

        Sections that tell of releases are left out, and so is a plugin that several lines give several versions: that
        is a history, whatever its heading.
        """
        found: dict[str, list[Statement]] = defaultdict(list)
        stories = self.statements.stories(document)
        for statement in self.statements.all_of(document, forms):
            is_told = is_in(statement.start, stories)
            if is_told and not self._called_like_stories:
                continue
            owner = self._owner_of(document, statement)
            if is_told and not (owner is not None and self._heads(document, statement, owner)):
                continue
            if owner is None or self.is_no_version(statement, owner):
                continue
            if not self._may_be_a_namesakes(document, statement, owner):
                found[owner.id].append(statement)
        told, sole = self.inventory.told, self.inventory.sole
        return {one: without_history(without_lesser(statements, sole), told) for one, statements in found.items()}

    @cached_property
    def _called_like_stories(self) -> frozenset[str]:
        """The ids of plugins whose titles hold what opens a story in a heading: "Echo (deprecated)"."""
        return frozenset(
            plugin.id for plugin in self.repository.plugins if self.statements.opens_story(plugin.title, "en")
        )

    def _heads(self, document: Document, statement: Statement, plugin: Plugin) -> bool:
        """Whether a statement stands in a heading that is nothing but the plugin's title, so that this alone made a story of
        what stands below it."""
        if plugin.id not in self._called_like_stories:
            return False
        start, headings = statement.start, document.markdown.headings
        above = bisect_right(headings, start, key=lambda heading: heading.start) - 1
        if above < 0 or headings[above].end < start or not plugin.is_called(without_version(headings[above].plain)):
            return False
        return all(first == headings[above].start for first in self.statements.stories_around(document, start))

    def _owner_of(self, document: Document, statement: Statement) -> Plugin | None:
        """The plugin that a statement is about: by the name before it, its line, its item, or its heading."""
        markdown = document.markdown
        start, end = markdown.line_around(statement.start)
        if statement.form in self.inventory.after_name:
            is_open = self.company.is_behind_versions(document, statement)
            return None if is_open else self._named_before(document, statement, start)
        if statement.form not in self.inventory.columns:
            is_shared, owner = self.company.owner_of(document, statement, start, end)
            if is_shared:
                return owner
        owner = self._named_in(document, start, end)
        if owner is not None and statement.form in self.inventory.columns:
            row = markdown.table_rows.get(markdown.line_number(start), ())
            return None if self._is_former([plain_text(cell.text) for cell in row[:1]], owner) else owner
        if statement.form not in self.inventory.below_name:
            return owner
        if owner is not None and not self.company.comes_first(document, statement):
            return owner
        above = self._named_above(document, start, end)
        if owner is not None and above is not None:
            return owner if above is owner else None
        owner = owner or above
        return owner if owner is not None and self.company.may_be_of(document, statement, owner) else None

    def _named_above(self, document: Document, start: int, end: int) -> Plugin | None:
        """The plugin that is named above a line: at the head of its item, else in its heading."""
        markdown = document.markdown
        owner = self._named_by_item(document, start)
        headings = markdown.headings
        above = bisect_right(headings, end, key=lambda heading: heading.start)
        if owner is None and above and headings[above - 1].level > 1:
            heading = headings[above - 1]
            owner = self._named_in(document, heading.start, heading.end)
        return owner

    def is_about_a_plugin(self, document: Document, offset: int, entry: tuple[int, int] | None) -> bool:
        """Tell whether what stands at an offset of a root README is about one plugin: its line names it, its list item or row
        (``entry``), or the heading above. In the head of the page only an item or a row is; a plugin's own README is about
        that as a whole."""
        markdown = document.markdown
        in_head = offset < markdown.header_end
        if in_head and entry is None:
            return False
        line = markdown.lines[markdown.line_number(offset) - 1]
        owner = self._named_in(document, line.start, line.end)
        if owner is None and entry is not None and entry[0] < line.start:
            first = markdown.lines[markdown.line_number(entry[0]) - 1]
            owner = self._named_in(document, first.start, first.end) or self._named_in(document, *entry)
        if owner is None and not in_head:
            heading = markdown.headings[bisect_right(markdown.headings, line.end, key=lambda one: one.start) - 1]
            owner = self._named_in(document, heading.start, heading.end) if heading.level > 1 else None
        return owner is not None and all(one.path != document.path for one in owner.own_readmes)

    def subject_at(self, document: Document, offset: int) -> Plugin | None:
        """Return the plugin that a page about several tells of at an offset: the one that its line names, else its list item,
        else the nearest of the headings around it that names one."""
        markdown = document.markdown
        start, end = markdown.line_around(offset)
        owner = self._named_in(document, start, end) or self._named_by_item(document, start)
        level = _NO_LEVEL
        for heading in reversed([one for one in markdown.headings if one.start <= offset]):
            if owner is None and 1 < heading.level < level:
                level = heading.level
                owner = self._named_in(document, heading.start, heading.end)
        return owner

    def _may_be_a_namesakes(self, document: Document, statement: Statement, plugin: Plugin) -> bool:
        """Whether a version may be that of another thing which the plugin is called like, such as the service that it wraps:
        no link in its line leads to the plugin, and it stands where things are told of that a plugin needs."""
        start, markdown = statement.start, document.markdown
        if self._linked_in(document, *markdown.line_around(start)) is plugin:
            return False
        if plugin.readmes.get(document.lang) is document and start >= markdown.header_end:
            return True  # its README has said of itself what there is to say
        return is_in(start, self._asides(document)) or self.statements.is_among_others(document, start)

    def _find_asides(self, document: Document) -> list[tuple[int, int]]:
        """The parts of a page that tell of how to install, use or mend things; their headings are not a part of them."""
        markdown, pages = document.markdown, self.repository.pages
        return united(
            (heading.end, markdown.section_end(heading))
            for heading in markdown.headings
            if heading.level > 1
            and self.inventory.aside_heading.search(heading.plain)
            and pages.plugin_named([heading.plain], []) is None
        )

    def _link_before(self, document: Document, statement: Statement) -> Link | None:
        """The last link of the line before a statement."""
        links, start = document.markdown.links, statement.start
        index = bisect_left(links, start, key=lambda link: link.start)
        if not index:
            return None
        line, other = (document.file.place(offset).span.line for offset in (start, links[index - 1].start))
        return links[index - 1] if line == other else None

    def _named_before(self, document: Document, statement: Statement, start: int) -> Plugin | None:
        """The plugin whose link, bold name or heading stands directly before a version in its line."""
        named = self._names_before(document, statement, start)
        owner = self.repository.pages.plugin_named(*named) if named is not None else None
        if named is None or owner is None or self._is_former(named[0], owner):
            return None
        # In the text of what is told of another plugin it may be the version that this was made for.
        return None if self._is_told_of_another(document, statement, start, owner) else owner

    def _is_told_of_another(self, document: Document, statement: Statement, start: int, plugin: Plugin) -> bool:
        """Whether a version stands behind a link in the text of a line, from ``start``, that heads with another plugin."""
        link = self._link_before(document, statement)
        if link is None or link.start < start or _SIBLING.search(document.markdown.text, link.end, statement.start):
            return False  # no link names it
        head = document.file.facts.entry(
            "heads of mentions", (start, link.start), partial(heads_before, document, start, link)
        )
        if head is None:
            return False
        target, keys = head
        about = self.repository.pages.owner_of_target(target) if target is not None else None
        about = about or self._only_called(keys)
        return about is not None and about is not plugin

    def _only_called(self, keys: tuple[tuple[str, ...], tuple[str, ...]] | None) -> Plugin | None:
        named = self.repository.pages.plugins_of(None).with_keys(keys) if keys is not None else []
        return named[0][1] if len({plugin.id for _, plugin in named}) == 1 else None

    def _names_before(self, document: Document, statement: Statement, start: int) -> tuple[list[str], list[str]] | None:
        """The names that stand directly before a version in its line, which begins at ``start``, and what the link there
        leads to; ``None`` where that is another thing's for certain."""
        raw = document.markdown.text[start : statement.start]
        sibling = max((match.end() for match in _SIBLING.finditer(raw, max(0, len(raw) - NEAR))), default=0)
        start, raw = start + sibling, raw[sibling:]
        if self.inventory.others.is_required_after(raw[-_NEXT:]):
            return None
        link = self._link_before(document, statement)
        name_in = self.inventory.forms[statement.form].get("name")
        if link is None or link.start < start:
            bold = raw.split("**")
            texts = [plain_text(self._named_by(bold[1]))] if len(bold) > 1 else []
            if name_in == "line":
                texts.append(plain_text(self._named_by(_TAG.sub(" ", raw.replace("`", " ")).lstrip("#> \t"))))
            elif name_in == "item":
                texts.append(plain_text(self._named_by(ITEM_MARK.sub("", raw))))
            return [text for text in texts if text], []
        if self._is_related(document, link, start):
            return None
        target = resolve_link(document.path, link.target)
        if target is not None and name_in == "in-link" and statement.value in target:
            return None  # it leads to that release, kept under its version
        if target is None and (name_in == "target" or not self._leads_home(link.target)):
            return None
        text = self._named_by(raw.rpartition("[")[2]) if name_in == "in-link" else link.text
        return [plain_text(text)], [target] if target else []

    def _named_by(self, text: str) -> str:
        return _without_v(text, self.inventory)

    def _leads_home(self, address: str) -> bool:
        """Whether an address out of the repository may be a plugin's: on OpenWebUI's site, of somebody whom the code of one
        names, or of a file of the repository."""
        others = self.inventory.others
        if others.are_linked_by(address):
            return False
        home = others.home_in(address)
        return home in self._homes or any(path in f"{address}/" for path in self._paths_elsewhere(address))

    @cached_property
    def _homes(self) -> frozenset[str | None]:
        """The homes of those who the code of plugins says made them, and OpenWebUI's own site."""
        values = (
            value for plugin in self.repository.plugins for value in plugin.code.values.values() if "://" in value
        )
        return frozenset((*map(self.inventory.others.home_in, values), *self.inventory.others.homes_of_all)) - {None}

    def _paths_elsewhere(self, address: str) -> Iterator[str]:
        """What addresses of the plugins' files end in, where an address is one of a file in a repository."""
        if self.inventory.others.is_of_a_file(address):
            for plugin in self.repository.plugins:
                yield f"/{plugin.folder or plugin.path}/"

    def _named_by_item(self, document: Document, line_start: int) -> Plugin | None:
        """The plugin that the first line of a list item names, for what stands in a line below it."""
        markdown = document.markdown
        entries = markdown.entries
        index = bisect_right(entries, line_start, key=lambda block: block.start) - 1
        if index < 0 or not entries[index].start < line_start < entries[index].end:
            return None
        first = entries[index].start
        return self._named_in(document, markdown.line_start(first), markdown.line_end(first))

    def _named_in(self, document: Document, start: int, end: int) -> Plugin | None:
        key = (document.path, start, end)  # a line may have thousands of badges
        if key not in self._named:
            self._named[key] = self._find_named(document, start, end)
        return self._named[key]

    def _find_named(self, document: Document, start: int, end: int) -> Plugin | None:
        links, pages = document.markdown.text_links_in(start, end), self.repository.pages
        texts = document.file.facts.entry("names in lines", (start, end), partial(_names_in, document, start, end))
        owner = self._heading_with(document, start, end) or pages.plugin_named(texts, linked_paths(document, links))
        # Who is named by a link that leads to another's home is that one.
        elsewhere = [link for link in links if "//" in link.target and not self._leads_home(link.target)]
        namesakes = [pages.plugin_named([plain_text(link.text)], []) for link in elsewhere] if owner else []
        return (
            None if owner in namesakes and owner is not None and not self._is_linked(document, links, owner) else owner
        )

    def _heading_with(self, document: Document, start: int, end: int) -> Plugin | None:
        """The plugin whose name a line or an item begins with, where its links do not say what it is about: those in its
        text are of other things."""
        head = document.file.facts.entry("heads of lines", (start, end), partial(heads_with, document, start, end))
        return self._only_called(head)

    def _find_linked(self, document: Document, start: int, end: int) -> Plugin | None:
        return self.repository.pages.plugin_named(
            (), linked_paths(document, document.markdown.text_links_in(start, end))
        )

    def _is_linked(self, document: Document, links: list[Link], plugin: Plugin) -> bool:
        return self.repository.pages.plugin_named((), linked_paths(document, links)) is plugin


def _names_in(document: Document, start: int, end: int) -> list[str]:
    """Return what may be names of plugins in a line, an item or a heading: texts of links, cells, what is bold, all of it."""
    markdown = document.markdown
    texts = [plain_text(link.text) for link in markdown.text_links_in(start, end)]
    raw = markdown.text[start:end]
    cells = [cell.strip() for cell in raw.strip(" |").split("|")] if raw.lstrip().startswith("|") else []
    if not cells and "|" in raw:
        cells = [cell.text for cell in markdown.table_rows.get(document.file.place(start).span.line, ())]
    # A module behind the first cell is what the row's subject is for, or is used by.
    texts += [plain_text(cell) for number, cell in enumerate(cells) if not (number and _MODULE.fullmatch(cell))]
    texts += [plain_text(part) for part in raw.split("**")[1::2]][:2]
    texts.append(plain_text(raw.lstrip("# ")))
    return [text for text in texts if text]


def _is_a_day(statement: Statement, plugin: Plugin) -> bool:
    """Whether a plugin whose version is none says here when it was released."""
    if not looks_like_day(statement.value) or looks_like_day(plugin.release or ""):
        return False
    text = statement.file.text
    return any(_RELEASED.search(text[max(0, part.start - _LABEL) : part.start]) for part in statement.parts)


def _without_v(text: str, inventory: Inventory) -> str:
    """Return a name without the blanks, the parenthesis, the label and the ``v`` that lead on to its version."""
    text = inventory.expression(_LABELLED).sub("", text)
    if text[-1:] in ("v", "V") and text[-2:-1] and text[-2] in _BEFORE_VERSION:
        text = text[:-1]
    return text.rstrip(_BEFORE_VERSION)


def _follows_name(statement: Statement, plugin: Plugin, inventory: Inventory) -> bool:
    """Whether nothing but the plugin's name stands before a version in a title."""
    start = statement.start
    first = statement.file.markdown.line_start(start)
    if start - first > NEAR:
        return False
    lead = _TAG.sub(" ", statement.file.text[first:start].replace("`", " "))
    name = plain_text(_without_v(lead.lstrip("#> \t"), inventory))
    return plugin.is_called(inventory.expression(_LABEL_AT_END).sub("", name))


def _names_more(statement: Statement, name: str, inventory: Inventory) -> bool:
    """Whether a title goes on about something else behind the plugin's name: the version is that one's then."""
    start = statement.start
    line = statement.file.markdown.line_start(start)
    _, found, rest = statement.file.text[line:start].casefold().partition(name.casefold())
    rest = without_platform(rest)
    opened = _OPENED.search(rest)
    if opened:  # a version in brackets is that of what is named in them, or of all
        return any(map(str.isalpha, inventory.expression(_STATE).sub("", opened[1])))
    return bool(found) and _MORE.match(rest) is not None
