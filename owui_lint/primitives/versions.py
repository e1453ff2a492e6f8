"""Versions: what every location says, compared with the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Message, Place, Related
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.insertion import insertion
from owui_lint.repository.locations import MISMATCH, NEWER, Location, LocationKind
from owui_lint.text import slug
from owui_lint.versions import is_semver

if TYPE_CHECKING:
    from owui_lint.repository.module import Module


def _locations(plugin: Plugin, context: Context) -> list[Location]:
    return [
        location
        for location in context.repository.locations_by_plugin.get(plugin.id, ())
        if not location.present or not context.repository.file(location.path).problem
    ]


def _is_held(locations: list[Location]) -> bool:
    """Whether a place is newer than the code, so that nothing may be brought in line with the code."""
    return any(location.status(statement) == NEWER for location in locations for statement in location.statements)


def _name(kind: LocationKind) -> Message:
    return Message(kind.names["en"], kind.names["zh"])


def _code_related(plugin: Plugin) -> tuple[Related, ...]:
    entry = plugin.code.version
    if entry is None:
        return ()
    place = plugin.code.file.place(entry.start, entry.end)
    return (Related(place, Message(f"the code says {entry.value}", f"代码中的版本是 {entry.value}")),)


@primitive("versions-agree", scope="plugin")
def versions_agree(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report every statement that differs from the code's version (``mismatch``), or is newer than it (``newer``).

    While any place is newer, none of the plugin's places is rewritten: a forgotten change of the code must not be
    undone everywhere else. ``allow_downgrade`` lifts that.
    """
    truth = plugin.version
    if truth is None:
        return
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
        wrong = statement.wrong_parts(truth)[0]
        values = {
            "found": wrong.value,
            "expected": truth,
            "kind": _name(location.kind),
            "plugin": plugin.id,
            "path": plugin.path,
            "line": line,
        }
        case = "newer" if status == NEWER else "held" if held else "mismatch"
        edits = () if held else statement.edits(truth)
        yield Hit(statement.place(truth), case, values, edits, _code_related(plugin))


@primitive("versions-present", scope="plugin")
def versions_present(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report locations that must state the version and do not: the page does not exist (``page``), the index has no
    entry (``entry``) or an entry without a version (``entry-version``), the page states none (``default``).

    Where the form of the page leaves no doubt about the place, the version is written there, unless another place is
    newer than the code: then the code's version is not settled.
    """
    locations = _locations(plugin, context)
    truth = plugin.version if context.options.allow_downgrade or not _is_held(locations) else None
    for location in locations:
        if location.statements or not location.kind.single or location.kind.finder == "code":
            continue
        values = {
            "kind": _name(location.kind),
            "plugin": plugin.id,
            "title": plugin.title,
            "version": plugin.version or "?",
        }
        edit = insertion(context.repository, location, truth) if truth is not None else None
        edits = (edit,) if edit is not None else ()
        if location.kind.finder == "entries":
            if location.present:
                case = "entry" if location.anchor.span == (1, 1, 1, 1) else "entry-version"
                yield Hit(location.anchor, case, values, edits)
        elif location.present:
            yield Hit(location.anchor, values=values, edits=edits)
        elif location.kind.finder == "pages":
            yield Hit(location.anchor, "page", {**values, "path": location.path})


@primitive("version-known", scope="plugin")
def version_known(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a plugin whose code states no version that OpenWebUI reads, while other places state one."""
    places = sum(len(location.statements) for location in _locations(plugin, context) if location.kind.finder != "code")
    if plugin.version is None and places:
        yield Hit(Place(plugin.path), values={"plugin": plugin.id, "count": places})


@primitive("versions-once", scope="plugin")
def versions_once(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report every statement beyond the first at a location that needs one."""
    for location in _locations(plugin, context):
        if location.kind.single and len(location.statements) > 1:
            first = location.statements[0]
            line = first.place().span.line
            for statement in location.statements[1:]:
                related = Related(first.place(), Message("the first one", "第一处"))
                yield Hit(
                    statement.place(), values={"line": line, "count": len(location.statements)}, related=(related,)
                )


@primitive("version-form", scope="plugin", reads="code")
def version_form(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a version in the code that is not MAJOR.MINOR.PATCH."""
    for code in (plugin.code, *plugin.copies):
        entry = code.version
        if entry is not None and not is_semver(entry.value):
            place = code.file.place(entry.start, entry.end)
            yield Hit(place, values={"found": entry.value})


_IN_TEXT = lazy_pattern(r"(?<![\w./+-])v?(\d{1,4}\.\d{1,4}\.\d{1,4})(?![\w+]|[.-]\w)", re.IGNORECASE)
_NO_WORD = lazy_pattern(r"[\W_]+")
_MAX_TEXT = 200  # characters; what is longer is a page or a prompt, and may tell of anything


@primitive("versions-in-code", scope="plugin", reads="code")
def versions_in_code(
    plugin: Plugin, context: Context, *, constants: str, generic: list[str], unless: str
) -> Iterator[Hit]:
    """Report versions that the code states besides its front matter: ``stale`` ones, and others (``repeated``).

    These are constants of the module called like ``constants`` (a pattern), and one-line texts that name the plugin and
    one version, but nothing like ``unless``. ``generic``: file names that are no plugin's name.
    """
    truth = plugin.version
    if truth is None or not is_semver(truth):
        return
    module, called, other = plugin.code.module, compiled(constants, re.IGNORECASE), compiled(unless, re.IGNORECASE)
    keys = {_words(text) for text in (plugin.title, plugin.code.stem, slug(plugin.title), slug(plugin.code.stem))}
    names = [f" {key} " for key in keys if len(key) > 3 and key not in generic]
    for text, nodes in module.index.texts.items():
        if len(text) > _MAX_TEXT or text.count(".") < 2 or "\n" in text:
            continue
        found = _IN_TEXT.findall(text)
        if len(found) != 1:
            continue
        is_told = not other.search(text) and any(name in f" {_words(text)} " for name in names)
        for node in nodes:
            if is_told or (len(text) <= len(found[0]) + 1 and called.fullmatch(_constant(module, node))):
                values = {"found": found[0], "expected": truth}
                if found[0] == truth:
                    yield Hit(module.place(node), "repeated", values)
                else:
                    yield Hit(module.place(node), "stale", values, _rewritten(module, node, found[0], truth))


def _rewritten(module: Module, node: ast.Constant, found: str, truth: str) -> tuple[Edit, ...]:
    """The edit that writes another version into a literal; none in f-strings, whose parts ``ast`` misplaces before 3.12."""
    if isinstance(module.index.parent(node), ast.JoinedStr):
        return ()
    start = module.offset(node.lineno, node.col_offset)
    end = module.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    if module.file.text.count(found, start, end) != 1:
        return ()
    start = module.file.text.find(found, start, end)
    return (module.file.edit(start, start + len(found), truth),)


def _words(text: str) -> str:
    return _NO_WORD.sub(" ", text.casefold()).strip()


def _constant(module: Module, node: ast.Constant) -> str:
    """The name that a statement of the module's body gives a literal; "" for none."""
    above = module.index.parent(node)
    if not isinstance(above, ast.Assign | ast.AnnAssign) or module.index.parent(above) is not module.tree:
        return ""
    target = above.targets[0] if isinstance(above, ast.Assign) else above.target
    return getattr(target, "id", "")
