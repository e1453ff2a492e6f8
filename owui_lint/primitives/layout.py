"""Where files lie, which must exist, and in which language they are written."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message, Place, Related
from owui_lint.language import first_of, in_turn
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Document, Plugin, Repository, slug
from owui_lint.repository.documents.languages import FEWEST_LETTERS, letters_of
from owui_lint.repository.pagelanguages import named
from owui_lint.repository.plugin import is_named_by_language, without_language
from owui_lint.repository.versions.notes import is_blank
from owui_lint.text import has_cjk

if TYPE_CHECKING:
    from owui_lint.repository.python.writtenvalue import ValveDifferences

_MAX_NAMES = 3  # of valves, and defaults, that one message names


@primitive("own-folder", scope="plugin", reads="names")
def own_folder(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a plugin that has no folder of its own, so that no README can be its own.

    Cases: ``shared`` (two in one folder), ``other`` (the same, and the folder is called like this one, but its README is
    the other one's), ``elsewhere`` (outside of the types' folders, where the others lie).
    """
    if plugin.folder is not None or not context.repository.is_standard_layout:
        return
    owner = context.repository.plugin_by_folder.get(posixpath.dirname(plugin.path))
    if owner is not None and not plugin.is_misplaced and _is_named_like_folder(plugin):
        folder = f"{context.repository.plugins_dir}/{owner.type}/{owner.code.stem}"
        values = {"title": owner.title, "name": posixpath.basename(owner.path), "folder": folder}
        yield Hit(Place(plugin.path), "other", values)
        return
    parts = plugin.path.split("/")
    depth = len(context.repository.plugins_dir.split("/")) + 2
    case = "elsewhere" if plugin.is_misplaced else "default" if len(parts) <= depth else "shared"
    yield Hit(
        Place(plugin.path),
        case,
        {"folder": f"{context.repository.plugins_dir}/{plugin.type}/{plugin.code.stem}", "stem": plugin.code.stem},
    )


def _is_named_like_folder(plugin: Plugin) -> bool:
    """Whether the module is called like the folder that it lies in."""
    return slug(posixpath.basename(posixpath.dirname(plugin.path))) == slug(plugin.code.stem)


@primitive("readme-exists", scope="plugin")
def readme_exists(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report each language in which a plugin with a folder has no README. Cases ``en`` and ``zh``, ``other-name``, ``folder``,
    ``empty``."""
    repository = context.repository
    if plugin.folder is None:
        return
    for lang, key in (("en", "readme"), ("zh", "readme-zh")):
        name = repository.config[key]
        path = f"{plugin.folder}/{name}"
        readme = plugin.readmes.get(lang)
        if readme is not None and readme.path == path:
            if is_blank(readme.file):
                yield Hit(Place(path), "empty", {"name": name})
        elif repository.has_folder(path):
            yield Hit(Place(path), "folder", {"name": name})
        elif readme is not None:
            yield Hit(Place(path), "other-name", {"name": name, "found": posixpath.basename(readme.path)})
        else:
            yield Hit(Place(path), lang, {"name": name, "plugin": plugin.id})


@primitive("document-language", scope="readme", reads="text")
def document_language(document: Document, context: Context, *, zh_below: int, en_above: int) -> Iterator[Hit]:
    """Report a README written in the other language: Chinese with less than ``zh_below`` percent Han among its
    letters, English with more than ``en_above`` percent. Code, links' targets and markup do not count."""
    letters = letters_of(document.file)
    if letters.all < FEWEST_LETTERS:
        return
    percent = letters.percent
    if document.lang == "zh" and percent < zh_below:
        yield Hit(Place(document.path), "zh", {"percent": percent})
    elif document.lang == "en" and percent > en_above:
        yield Hit(Place(document.path), "en", {"percent": percent})


@primitive("docs-exist", scope="repository", reads="names")
def docs_exist(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report a repository without the documentation folder (``folder``; ``by-name`` where pages of plugins are found elsewhere),
    or a plugin type without an index (``index``)."""
    if not repository.is_standard_layout:
        return
    docs = repository.docs_dir
    if docs not in repository.folders:
        if any(path.startswith(f"{docs}/") for path in repository.unjudged_files):
            return
        readmes = (repository.config["readme"], repository.config["readme-zh"])
        # Nothing can be shown in what is not there: the README tells of the repository.
        place = Place(next(filter(repository.exists, readmes), docs))
        page = next(iter(repository.pages.found_by_name), None)
        if page is not None:
            yield Hit(place, "by-name", {"path": docs, "page": page.document.path})
        else:
            yield Hit(place, "folder", {"path": docs})
        return
    types = sorted({plugin.type for plugin in repository.plugins if not plugin.is_misplaced})
    for kind in types:
        for suffix in ("", repository.config["docs-zh-suffix"]):
            path = f"{docs}/{kind}/index{suffix}.md"
            if not repository.exists(path):
                yield Hit(Place(path), "index", {"path": path, "type": kind})


@primitive("language-copies", scope="plugin", reads="names")
def language_copies(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report code that is another plugin's code in another language (``default``; ``valves`` where its valves are no
    longer those of the code, ``folder`` where it lies in a folder of its own) or with its title (``same``), and Chinese
    module names (``name``)."""
    for copy in plugin.copies:
        related = Related(Place(plugin.path), Message("the plugin itself", "插件本身"))
        values: dict[str, str | Message] = {"path": plugin.path}
        case = "default" if is_named_by_language(copy.stem) else "same"
        differences = _differences(copy.valves_unlike(plugin.code)) if case == "default" else []
        if differences:
            case, values["differences"] = "valves", in_turn(differences)
        yield Hit(Place(copy.path), case, values, related=(related,))
    base = without_language(plugin.code.stem)
    if base != plugin.code.stem and plugin.folder is not None:
        other = next((one for one in context.repository.plugins if _is_original(one, plugin, base)), None)
        if other is not None:
            related = Related(Place(other.path), Message("the plugin itself", "插件本身"))
            yield Hit(Place(plugin.path), "folder", {"path": other.path}, related=(related,))
    if context.repository.is_standard_layout and has_cjk(plugin.code.stem):
        yield Hit(Place(plugin.path), "name", {"name": plugin.code.stem})


def _differences(found: ValveDifferences) -> list[Message]:
    """Return what is said of a copy's valves; nothing where they are those of the code."""
    said = [
        Message(f"the default of `{name}` is `{here}`, not `{there}`", f"`{name}` 的默认值为 `{here}`，不是 `{there}`")
        for name, here, there in found.defaults[:_MAX_NAMES]
    ]
    more = len(found.defaults) - _MAX_NAMES
    if more > 0:
        said.append(Message(f"{more} more defaults differ", f"另有 {more} 个默认值不同"))
    lacking, added = (first_of([f"`{name}`" for name in names], _MAX_NAMES) for names in (found.lacking, found.added))
    if found.lacking:
        said.append(Message(f"it lacks {lacking.en}", f"缺少 {lacking.zh}"))
    if found.added:
        said.append(Message(f"it alone has {added.en}", f"多出 {added.zh}"))
    return said


def _is_original(other: Plugin, plugin: Plugin, base: str) -> bool:
    """Whether a plugin is the one that ``plugin`` is named after: of its type and class, and its folder is too."""
    return (
        other is not plugin
        and (other.type, other.code.class_name) == (plugin.type, plugin.code.class_name)
        and slug(other.code.stem) == slug(base)
        and other.folder is not None
        and slug(posixpath.basename(other.folder)) == slug(without_language(posixpath.basename(plugin.folder or "")))
    )


@primitive("module-name", scope="plugin", reads="names")
def module_name(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a plugin whose module and folder are named differently; kebab and snake case are the same. Where the folder is
    called like another plugin in it, one of them is to be moved. Case ``folder``: no module can be called like the folder."""
    if plugin.folder is None:
        return
    beside = context.repository.plugins_in.get(plugin.folder, ())
    if any(one is not plugin and _is_named_like_folder(one) for one in beside):
        return
    folder = plugin.folder.rpartition("/")[2]
    if slug(folder) != slug(plugin.code.stem) and not has_cjk(plugin.code.stem):
        suggestion = folder.replace("-", "_").casefold()
        is_name = suggestion.isascii() and suggestion.replace("_", "").isalnum()
        values = {"folder": folder, "module": plugin.code.stem, "suggestion": suggestion}
        yield Hit(Place(plugin.path), "default" if is_name else "folder", values)


@primitive("misplaced-files", scope="repository", reads="names")
def misplaced_files(
    repository: Repository, context: Context, *, places: Mapping[str, list[str]], allowed: list[str]
) -> Iterator[Hit]:
    """Report files where none belong: ``places`` are path patterns by case, ``allowed`` file names that may lie there.

    ``*`` in a pattern stays within a folder; ``{plugins}`` is the folder of the plugins.
    """
    if not repository.is_standard_layout:
        return
    for case, patterns in places.items():
        for pattern in patterns:
            folder, _, name = pattern.replace("{plugins}", repository.plugins_dir).rpartition("/")
            for path in repository.by_folder.get(folder, []):
                base = path.rpartition("/")[2]
                if fnmatchcase(base, name) and not any(fnmatchcase(base, other) for other in allowed):
                    yield Hit(Place(path), case, {"name": base, "folder": repository.plugins_dir})


@primitive("pages-paired", scope="repository", reads="names")
def pages_paired(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report pages below the documentation folder that lack their counterpart in the other language, at its path.

    Cases ``zh`` and ``en`` say which language is missing.
    """
    suffix = repository.config["docs-zh-suffix"]
    prefix = repository.docs_dir + "/"
    if not suffix or not repository.is_standard_layout or repository.pages.are_translated_elsewhere:
        return
    for path in repository.paths_below(prefix):
        if not path.endswith(".md") or repository.pages.is_translation(path) or repository.pages.is_of_third(path):
            continue
        folder, _, name = path.rpartition("/")
        stem, lang = repository.pages.split_language(name)
        meant = named(stem) if lang == "en" else None
        if meant and meant[1] == "zh" and repository.exists(f"{folder}/{meant[0]}.md"):
            continue  # it is Chinese by another name: that one is told what is missing
        places = repository.pages.counterparts(path)
        is_there = any(repository.exists(place) or place in repository.unjudged_files for place in places)
        if not is_there and not repository.pages.is_paired_by_name(path):
            case = "zh" if repository.pages.language_of(path) == "en" else "en"
            yield Hit(Place(places[0]), case, {"path": path}, plugin=repository.owner_id(path))
