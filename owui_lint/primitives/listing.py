"""Pages and index entries that belong to no plugin, or to two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Place
from owui_lint.language import listed
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Document, Plugin, Repository
from owui_lint.repository.documents.entries import resolve_link
from owui_lint.repository.pages import NO_PLUGIN

if TYPE_CHECKING:
    from owui_lint.repository.documents.entries import IndexEntry
    from owui_lint.repository.versions.inventory import Inventory, Statement


@primitive("pages-claimed-once", scope="repository", reads="names")
def pages_claimed_once(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report pages that two plugins claim with equal right."""
    for page in repository.pages.all:
        owners = page.owners
        if len(owners) > 1:
            values = {
                "plugins": listed(owner.id for owner in owners),
                "setting": repository.config.entry("pages", page.key, "TYPE/NAME"),
            }
            yield Hit(Place(page.document.path), values=values)


@primitive("pages-have-plugins", scope="repository", reads="shared")
def pages_have_plugins(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report pages that state a plugin's version in the way a plugin's page does, although there is no such plugin;
    ``renamed`` where one plugin of their type has no page, and no other page there is left.

    A guide or a case study is no orphan: it states no version, its name says what it is, or continues a plugin's name.
    """
    for page in repository.left_over.pages:
        stated = repository.finder.statements.as_plugin_page(page.document)
        renamed = repository.left_over.renamed.get(page.type)
        values = {"type": page.type, "stem": page.stem}
        if renamed is not None:
            values |= {"plugin": renamed.plugin.id, "setting": renamed.setting(repository)}
        yield Hit(stated[0].place(), "default" if renamed is None else "renamed", values)


@primitive("readmes-assigned", scope="repository")
def readmes_assigned(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report READMEs that state a version which is compared with no plugin, where there is one plugin whose it could be
    and which has no README. Titles do not count: what is in them may be part of a name."""
    for plugin in repository.plugins:
        if plugin.release is None or plugin.readmes:
            continue
        document, stated = next(_unassigned(repository, plugin), (None, None))
        if document is not None and stated is not None:
            entry = partial(repository.config.entry, "pages", document.path)
            values = {
                "found": stated.value,
                "plugin": plugin.id,
                "setting": entry(plugin.id),
                "other": entry(NO_PLUGIN),
            }
            yield Hit(stated.place(), values=values, plugin=plugin.id)


def _unassigned(repository: Repository, plugin: Plugin) -> Iterator[tuple[Document, Statement]]:
    for document in repository.readmes_possibly_of(plugin):
        if document.file.problem:
            continue
        finder, titles = repository.finder, repository.inventory.titles
        compared = {one.parts for location in finder.in_file(document.path) for one in location.statements}
        for one in finder.statements.of_readme(document):
            if (
                one.form not in titles
                and one.parts not in compared
                and not finder.is_about_another(document, one, plugin)
            ):
                yield document, one


@primitive("entries-have-plugins", scope="repository", reads="shared")
def entries_have_plugins(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report entries of an index that state a version and belong to no plugin: the plugin is gone (``default``), or
    has another name (``renamed``), or the page that is linked does not exist (``page``). A guide has a version of its own."""
    if not repository.is_standard_layout:
        return
    for kind in repository.types:
        if kind in repository.types_with_unjudged_code:
            continue
        for suffix, lang in (("", "en"), (repository.config["docs-zh-suffix"], "zh")):
            document = repository.pages.index(f"{repository.docs_dir}/{kind}/index{suffix}.md", lang)
            if document is None:
                continue
            entries = repository.indexes.entries(document)
            versioned = document.file.facts.plain(
                "entries with versions", partial(_versioned, document, entries, repository.inventory)
            )
            for entry in entries:
                if entry.block.start not in versioned or repository.indexes.owner_of_entry(entry) is not None:
                    continue
                if repository.indexes.could_be_about(entry):
                    continue  # of two plugins with one title: that is the fault
                if entry.targets and entry.targets[0] in repository.left_over.guides:
                    continue
                missing = [target for target in entry.targets if not repository.exists(target)]
                if any(map(repository.is_unjudged, missing)):
                    continue
                place = document.file.line_place(entry.block.line)
                name = entry.lead or next(iter(entry.names), "")
                if missing:
                    yield Hit(place, "page", {"name": name, "path": missing[0]})
                elif (plugin := repository.left_over.plugin_for(entry, kind)) is not None:
                    yield Hit(place, "renamed", {"name": name, "title": plugin.title, "plugin": plugin.id})
                else:
                    yield Hit(place, values={"name": name})


@primitive("entries-lead-home", scope="repository", reads="shared")
def entries_lead_home(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report links of an index that an entry gives for its documentation and that lead to another plugin's page, where the
    entry is called like one plugin, which has a page of its own, and leads nowhere to that plugin."""
    if not repository.pages.are_by_type:
        return
    repository.pages.link()
    for kind in repository.types:
        for suffix, lang in (("", "en"), (repository.config["docs-zh-suffix"], "zh")):
            document = repository.pages.index(f"{repository.docs_dir}/{kind}/index{suffix}.md", lang)
            for entry in repository.indexes.entries(document) if document is not None else ():
                yield from _leading_away(repository, entry, kind)


def _leading_away(repository: Repository, entry: IndexEntry, kind: str) -> Iterator[Hit]:
    called = repository.indexes.called_like(entry, kind)
    own = [page for page in called.pages if page.lang == entry.document.lang] if called is not None else []
    if called is None or not own:
        return
    owners = {target: repository.pages.owner_of_target(target) for target in entry.targets}
    given = [target for target in entry.targets[entry.named : entry.sure] if repository.pages.is_page(target)]
    others = {target: owners[target] for target in given}
    if called in owners.values() or len(others) != 1:
        return
    target, other = next(iter(others.items()))
    markdown, file = entry.document.markdown, entry.document.file
    links = markdown.text_links_in(entry.block.start, entry.block.end)
    link = next((link for link in links if resolve_link(entry.document.path, link.target) == target), None)
    if other is not None and link is not None:
        values = {"title": called.title, "path": target, "plugin": other.id, "expected": own[0].path}
        yield Hit(file.place(link.start, link.end), values=values, plugin=called.id)


def _versioned(document: Document, entries: Iterable[IndexEntry], inventory: Inventory) -> list[int]:
    """Where the entries start that state a version; in some forms only entries that lead to a page: others may tell of
    anything."""
    certain = inventory.forms_with("orphan", "entry")
    of_pages = certain | inventory.forms_with("orphan", "linked-entry")
    return [
        entry.block.start
        for entry in entries
        if (
            entry.targets
            or (entry.lead and not entry.is_section and not inventory.expression("{label}").match(entry.lead))
        )
        and any(
            inventory.pattern(form).search(line)
            for form in (certain if not entry.targets else of_pages)
            for line in document.markdown.masked[entry.block.start : entry.block.end].splitlines()
        )
    ]
