"""Versions: what every location says, compared with the code."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, LineNumber, Message, Place, Related
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.files import CONFLICT
from owui_lint.repository.versions.inventory import Location, Part, Statement
from owui_lint.repository.versions.statuses import MISMATCH, NEWER, UNKNOWN
from owui_lint.text import counted
from owui_lint.versions import is_same, is_semver, may_be_spread, version_in

if TYPE_CHECKING:
    from owui_lint.repository.documents.entries import IndexEntry
    from owui_lint.repository.versions.unread import Unread

_MOST_SHOWN = 3  # versions of those that a page states


def _locations(plugin: Plugin, context: Context) -> list[Location]:
    """The locations that can be judged: none while the code holds both sides of a merge, which may differ in the version."""
    if plugin.code.file.problem == CONFLICT:
        return []
    return [
        location
        for location in context.repository.finder.of_plugin(plugin)
        if not location.present or not context.repository.file(location.path).problem
    ]


def _is_held(locations: list[Location]) -> bool:
    """Whether a place is newer than the code, so that nothing may be brought in line with the code."""
    newer = (one for one in locations if any(one.status(statement) == NEWER for statement in one.statements))
    return any(not location.is_apart for location in newer)


def _code_related(plugin: Plugin) -> tuple[Related, ...]:
    entry = plugin.code.version
    if entry is None:
        return ()
    place = plugin.code.file.place(entry.start, entry.end)
    return (Related(place, Message(f"the code says {entry.value}", f"代码中的版本是 {entry.value}")),)


@primitive("versions-agree", scope="plugin", reads="shared")
def versions_agree(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report every statement that differs from the code's version (``mismatch``), or is newer than it (``newer``). A copy
    of the code in another language that offers something else is at a version of its own (``copy``), and so may be a page
    that is newer and the plugin's by its name alone (``page``): they are never rewritten, nor is a statement whose link names the version in an address that stays (``linked``), nor a badge whose address is
    defined for images of other plugins, too (``shared``). What has more parts than MAJOR.MINOR.PATCH is the code's to mend, and written nowhere (``form``).

    While any place is newer, none of the plugin's places is rewritten: a forgotten change of the code must not be
    undone everywhere else. ``allow_downgrade`` lifts that.
    """
    found = [
        (location, statement, status)
        for location in _locations(plugin, context)
        for statement in location.statements
        if (status := location.status(statement)) in (MISMATCH, NEWER)
    ]
    if not found:
        return
    held = _is_held(_locations(plugin, context)) and not context.options.allow_downgrade
    code = plugin.code
    line = code.file.place(code.version.start).span.line if code.version else 1
    for location, statement, status in found:
        truth = location.truth
        assert truth is not None  # it differs from something
        values = {
            "expected": truth,
            "kind": location.kind.name,
            "plugin": plugin.id,
            "path": plugin.path,
            "line": LineNumber(line),
            "page": location.path,
        }
        is_apart = location.is_apart
        if status == NEWER or (is_apart and not location.by_name):
            case = "newer" if not is_apart else "page" if location.by_name else "copy"
        else:
            case = "held" if held or is_apart else "mismatch" if may_be_spread(plugin.release or truth) else "form"
        if case == "mismatch" and statement.bound:
            case, values["address"] = "linked", statement.bound
        elif case == "mismatch" and statement.is_shared(truth):
            case, values["others"] = (
                "shared",
                Message(counted(statement.uses - 1, "other image"), str(statement.uses - 1)),
            )
        edits = () if held or is_apart or case == "form" else statement.edits(truth)
        for first, own in _by_line(statement, truth, edits):
            place = statement.file.place(first.start, first.end)
            yield Hit(place, case, {**values, "found": first.value}, own, _code_related(plugin))


def _by_line(statement: Statement, truth: str, edits: tuple[Edit, ...]) -> list[tuple[Part, tuple[Edit, ...]]]:
    """Return the first wrong part of a statement in each line that holds one, with the edits of all in that line: the
    address of a badge may be defined far from where it is shown."""
    wrong = statement.wrong_parts(truth)
    lines = [statement.file.place(part.start, part.end).span.line for part in wrong]
    found = []
    for line in dict.fromkeys(lines):
        own = [at for at, other in enumerate(lines) if other == line]
        found.append((wrong[own[0]], tuple(edits[at] for at in own) if edits else ()))
    return found


def _states(unread: list[Unread], release: str | None) -> bool:
    """Whether one of the versions in forms that are not read is the code's: the place states it, in a form of its own."""
    return release is not None and any(is_same(one.value, release) for one in unread)


@primitive("versions-present", scope="plugin", reads="shared")
def versions_present(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report locations that must state the version and do not: the page does not exist (``page``), or the configuration
    says that it is not the plugin's (``page-given``), or is there under a name that it may have had (``page-renamed``), the
    index has no entry (``entry``, ``entry-renamed``) or an entry without a version (``entry-version``), or with one in a form that is not read, other than
    the code's (``entry-unread``; on a page ``unread``), the page states none (``default``), or several in
    lines of one form, as a list of releases does (``several``).

    Where the form of the page leaves no doubt about the place, the version is written there, unless another place is
    newer than the code: then the code's version is not settled.
    """
    from owui_lint.repository.versions.insertion import example, insertion
    from owui_lint.repository.versions.unread import doubtful_in, unread_in

    locations = _locations(plugin, context)
    release = plugin.release
    may_be_written = release is not None and may_be_spread(release)
    truth = release if may_be_written and (context.options.allow_downgrade or not _is_held(locations)) else None
    code = Message(f" (the code: {release})", f"（代码：{release}）") if release else Message("", "")
    for location in locations:
        if location.statements or not location.kind.single or location.kind.finder == "code":
            continue
        values = {
            "kind": location.kind.name,
            "plugin": plugin.id,
            "title": plugin.title,
            "version": release or "?",
            "code": code,
            "example": example(context.repository, location, release or "1.0.0"),
        }
        edit = insertion(context.repository, location, truth) if truth is not None else None
        edits = (edit,) if edit is not None else ()
        unread = unread_in(context.repository, location) if location.present else []
        values["found"] = ", ".join(dict.fromkeys(one.value for one in unread[:_MOST_SHOWN]))
        if location.kind.finder == "entries":
            if location.present:
                if _states(unread, release):
                    continue  # it is there, in a form of its own
                case = "entry-unread" if unread else "entry-version" if location.entry is not None else "entry"
                old = _entry_of_old(context.repository, location) if case == "entry" else None
                if old is not None:
                    case, values["name"] = "entry-renamed", old.lead or next(iter(old.names), "")
                yield Hit(location.anchor, case, values, edits)
        elif differing := context.repository.finder.differing_in(location) if location.present else ():
            found = ", ".join(one.value for one in differing[:_MOST_SHOWN])
            yield Hit(differing[0].place(), "several", {**values, "found": found})
        elif location.present:
            if _states(unread, release):
                continue
            # Where a line speaks of the version without doubt, that none counts there is not that there is none.
            unread = unread or doubtful_in(context.repository, location)
            if unread:
                file = context.repository.file(location.path)
                values["found"] = ", ".join(dict.fromkeys(one.value for one in unread[:_MOST_SHOWN]))
                yield Hit(file.place(unread[0].start, unread[0].end), "unread", values)
            else:
                yield Hit(location.anchor, values=values, edits=edits)
        elif location.kind.finder == "pages":
            # What the configuration says of a page that is there is not what its place says.
            case = "page-given" if context.repository.exists(location.path) else "page"
            old_page = context.repository.left_over.page_for(plugin, location.kind.lang) if case == "page" else None
            if old_page is not None:
                case, values["found"] = "page-renamed", old_page.document.path
                values["setting"] = context.repository.config.entry("pages", old_page.key, plugin.id)
            yield Hit(location.anchor, case, {**values, "path": location.path})


def _entry_of_old(repository: Repository, location: Location) -> IndexEntry | None:
    """The entry of an index that may be a plugin's under a name that it had."""
    document = repository.pages.index(location.path, location.kind.lang)
    return repository.left_over.entry_for(location.plugin, document) if document is not None else None


@primitive("versions-read", scope="plugin", reads="shared")
def versions_read(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report READMEs of a plugin that state no version in a form that is read, and certainly another one than the code below
    their head, or in it, in a form that is not read (``form``): nothing compares that. One that states several there, as of releases, or the code's, is left alone."""
    release, repository = plugin.release, context.repository
    if release is None:
        return
    from owui_lint.repository.versions.insertion import labelled
    from owui_lint.repository.versions.unread import unread_on

    stated = {location.path for location in _locations(plugin, context) if location.statements}
    for document in plugin.own_readmes:
        if document.path in stated or document.file.problem:
            continue
        unread = unread_on(repository, document, plugin)
        sure = [one for one in unread if one.sure]
        if not sure or _states(unread, release) or len({one.value for one in sure}) > 1:
            continue
        values = {
            "plugin": plugin.id,
            "found": sure[0].value,
            "version": release,
            "example": labelled(document.lang, release),
        }
        place = document.file.place(sure[0].start, sure[0].end)
        case = "form" if sure[0].start < document.markdown.header_end else "default"
        yield Hit(place, case, values, related=_code_related(plugin))


@primitive("versions-readable", scope="repository")
def versions_readable(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report files that are left out of the comparison, for each plugin that has a location there: they cannot be read, or
    hold both sides of a merge (``conflict``). A README that is nobody's may state anything, so it is reported once."""
    for path in repository.relevant_paths:
        file = repository.file(path)
        if file.problem in (None, "missing") or path in _not_compared(repository):
            continue
        owners = sorted({location.plugin.id for location in repository.finder.in_file(path)})
        case = CONFLICT if file.problem == CONFLICT else "default"
        for plugin in owners:
            yield Hit(file.problem_place, case, {"whose": Message(f" of {plugin}", f" {plugin} ")}, plugin=plugin)
        if not owners and not path.endswith(".py"):
            yield Hit(file.problem_place, case, {"whose": Message("", "")})


def _not_compared(repository: Repository) -> frozenset[str]:
    """The indexes above the pages, where no versions are looked for."""
    return repository.overviews.difference(document.path for document in repository.pages.lists_by_place)


@primitive("version-known", scope="plugin", reads="shared")
def version_known(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a plugin whose code states no version that OpenWebUI reads, or something else in its place (``other``), or has
    front matter that OpenWebUI cannot read at all (``unreadable``), while other places state one."""
    if plugin.release is not None:
        return
    statuses = (location.status(one) for location in _locations(plugin, context) for one in location.statements)
    count = sum(status == UNKNOWN for status in statuses)
    if not count:
        return
    values = {"plugin": plugin.id, "places": Message(counted(count, "place"), f"{count} 处")}
    code, entry = plugin.code, plugin.code.version
    if entry is not None:
        yield Hit(code.file.place(entry.start, entry.end), "other", {**values, "found": entry.value})
    elif code.frontmatter.empty_reason is not None:
        yield Hit(Place(plugin.path), "unreadable", values)
    else:
        from owui_lint.primitives.frontmatter import where_meant  # a module for what is wrong there

        span, _ = where_meant(code, "version")
        yield Hit(code.file.place(span.start, span.end), values=values)


@primitive("versions-once", scope="plugin", reads="shared")
def versions_once(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report every statement beyond the first at a location that needs one; a page in two languages has one in each."""
    for location in _locations(plugin, context):
        if not location.kind.single or len(location.statements) < 2:
            continue
        for first, *again in context.repository.finder.parts_by_language(location):
            line = first.place().span.line
            for statement in again:
                related = Related(first.place(), Message("the first one", "第一处"))
                yield Hit(
                    statement.place(),
                    values={"line": LineNumber(line), "count": len(location.statements)},
                    related=(related,),
                )


@primitive("version-form", scope="plugin", reads="code")
def version_form(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a version in the code that is not MAJOR.MINOR.PATCH."""
    for code in plugin.codes:
        entry = code.version
        if entry is not None and not is_semver(entry.value):
            place = code.file.place(entry.start, entry.end)
            yield Hit(place, values={"found": entry.value})


@primitive("version-value", scope="plugin", reads="code")
def version_value(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a value that holds a version and more: quotes, a remark. The edit leaves the version."""
    for code in plugin.codes:
        entry = code.version
        version = version_in(entry.value) if entry is not None else None
        if entry is not None and version is not None and version != entry.value:
            place = code.file.place(entry.start, entry.end)
            edits = (code.file.edit(entry.start, entry.end, version),)
            yield Hit(place, values={"found": entry.value, "version": version}, edits=edits)
