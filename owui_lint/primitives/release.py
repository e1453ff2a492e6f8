"""Releases: what a change asks for against its base, release notes, and text that is still to be written."""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import partial

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message, Place, Related
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Code, Document, Plugin
from owui_lint.repository.documents.languages import FEWEST_LETTERS, letters_of
from owui_lint.repository.documents.sections import PLACEHOLDER, release_named
from owui_lint.repository.files import SourceFile
from owui_lint.repository.versions.notes import find_notes, is_blank, note_path
from owui_lint.versions import is_newer, version_key

if TYPE_CHECKING:
    import ast

    from owui_lint.repository.python.module import Module


@primitive("version-raised", scope="plugin")
def version_raised(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report code that changed since the base although its version was not raised (``same``), what it has OpenWebUI install
    likewise (``requirements``), and a version that went down (``lowered``). Without a base to compare with there is nothing
    to say.

    Syntax trees are compared: comments, layout and the rest of the front matter ask for no version.
    """
    comparison = context.repository.comparison
    entry = plugin.code.version
    before = comparison.base_of(plugin) if comparison is not None else None
    if before is None or before.code.version is None or entry is None:
        return
    old = before.code.version.value
    place = plugin.code.file.place(entry.start, entry.end)
    values = {"plugin": plugin.id, "version": entry.value, "old": old}
    if is_newer(old, entry.value):
        yield Hit(place, "lowered", values)
        return
    equal = version_key(old) == version_key(entry.value) if version_key(old) else old == entry.value
    if not equal or before.code.file is plugin.code.file:
        return
    if not _same_code(before.code.module, plugin.code.module):
        yield Hit(place, "same", values)
    elif _installed_by(before.code) != _installed_by(plugin.code):
        yield Hit(place, "requirements", values)


def _installed_by(code: Code) -> set[str]:
    """What a plugin's code has OpenWebUI install, however it is set."""
    parts = code.values.get("requirements", "").split(",")
    return {"".join(part.split()).casefold() for part in parts if part.strip()}


def _same_code(old: Module, new: Module) -> bool:
    if old.file.text == new.file.text:
        return True
    if old.tree is None or new.tree is None:
        return False
    try:
        return _dump(old.tree) == _dump(new.tree)
    except RecursionError:
        return False


def _dump(tree: ast.Module) -> str:
    """The tree without positions and without the module's docstring."""
    import ast  # for runs that compare with a base

    body = tree.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return ast.dump(ast.Module(body, []))


@primitive("release-notes", scope="plugin")
def release_notes(plugin: Plugin, context: Context, *, zh_below: int, en_above: int) -> Iterator[Hit]:
    """Report a note of the current version that lacks a language (``en``, ``zh``), is ``empty``, tells of another release
    (``foreign``) or in the other language (``english``: less than ``zh_below`` percent Han among its letters, ``chinese``:
    more than ``en_above``); against a base: a raised version without a note (``none``) of a plugin that keeps notes."""
    version = plugin.version
    kept = find_notes(context.repository, plugin)
    if version is None or not kept:
        return
    have = kept.get(version, {})
    for lang, path in have.items():
        other = "zh" if lang == "en" else "en"
        if other not in have:
            related = Related(Place(path), Message("the note in the other language", "另一种语言的说明"))
            missing = note_path(plugin, version, other)
            yield Hit(Place(missing), other, {"version": version, "path": missing, "plugin": plugin.id}, (), (related,))
        yield from _wrong_note(Document(context.repository.file(path), lang, "note"), version, kept, zh_below, en_above)
    comparison = context.repository.comparison
    before = comparison.base_of(plugin) if comparison is not None else None
    if not have and before is not None and before.version is not None and is_newer(version, before.version):
        missing = note_path(plugin, version, "en")
        yield Hit(Place(missing), "none", {"version": version, "path": missing, "plugin": plugin.id})


def _wrong_note(note: Document, version: str, kept: Container[str], zh_below: int, en_above: int) -> Iterator[Hit]:
    """What is wrong with a note of ``version`` that is there; ``kept``: the versions that the plugin has notes of."""
    if note.file.problem:
        return
    if is_blank(note.file):
        yield Hit(Place(note.path), "empty", {"version": version})
        return
    named = release_named(note.heading) if note.heading is not None else None
    # A copy of another release's note: one that names its own version anywhere may compare the two.
    is_of_another = named is not None and named.version != version and named.version in kept
    if named is not None and is_of_another and version not in note.file.text:
        title = note.markdown.title
        assert title is not None  # the heading is its
        yield Hit(note.file.place(title.start, title.end), "foreign", {"found": named.version, "version": version})
    letters = letters_of(note.file)
    if letters.all >= FEWEST_LETTERS:
        if note.lang == "zh" and letters.percent < zh_below:
            yield Hit(Place(note.path), "english", {"percent": letters.percent})
        elif note.lang == "en" and letters.percent > en_above:
            yield Hit(Place(note.path), "chinese", {"percent": letters.percent})


@primitive("placeholders", scope="plugin")
def placeholders(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report text that ``bump`` prepared and that nobody has written yet: READMEs, pages, release notes."""
    repository = context.repository
    paths = [document.path for document in plugin.documents]
    paths += [path for languages in find_notes(repository, plugin).values() for path in languages.values()]
    for path in paths:
        file = repository.file(path)
        starts = [] if file.problem else file.facts.plain("placeholders", partial(_placeholders, file))
        for start in starts:
            yield Hit(file.place(start, start + len(PLACEHOLDER)))


def _placeholders(file: SourceFile) -> list[int]:
    found = []
    start = file.text.find(PLACEHOLDER)
    while start >= 0:
        found.append(start)
        start = file.text.find(PLACEHOLDER, start + 1)
    return found
