"""The plugin: the entity that gathers code, READMEs, documentation pages and index entries."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from functools import cached_property

from owui_lint import TYPE_CHECKING, sealed
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.frontmatter import KNOWN_KEYS, FrontMatter, read_frontmatter
from owui_lint.openwebui.names import KINDS, PLUGIN_CLASSES, TOOL_CLASS, VALVE_CLASSES
from owui_lint.repository.aside import without_put_aside
from owui_lint.repository.documents.markdown import Markdown
from owui_lint.repository.files import SourceFile
from owui_lint.repository.tree import stem_of
from owui_lint.text import has_cjk, is_platform, is_same_name, is_type_word, slug, title_keys, without_platform
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION, version_in, without_v

if TYPE_CHECKING:
    from typing import Literal

    from owui_lint.repository.python.icon import CodeIcon
    from owui_lint.repository.python.module import Module, Valve
    from owui_lint.repository.python.writtenvalue import ValveDifferences, WrittenValve

    DocumentKind = Literal["readme", "docs", "index", "root", "note"]

_COPY_SUFFIX = lazy_pattern(
    r"[_-](?:cn|zh|zh[_-]?cn|zh[_-]?hans|zh[_-]?tw|en|en[_-]?us|chinese|english|ja|jp|ko)$", re.IGNORECASE
)
# Searched for in the text with a line end before it: what starts with one is found at the speed of C.
_CLASS = lazy_pattern(rf"\nclass[ \t]+({'|'.join(PLUGIN_CLASSES)})\b")
# Any module may say who wrote it, and have a class called Filter.
_INSIDE_A_PLUGIN = lazy_pattern(
    r"^[ \t]+(?:class (?:User)?Valves\b|(?:async )?def (?:pipes?|inlet|outlet|stream|action|event)\()", re.MULTILINE
)
_LOOKS_LIKE_FRONT_MATTER = lazy_pattern(
    r"^[ \t]*+(?:[rbuf]{0,2}(?:\"{3}|'{3})[ \t]*+)?title:[ \t]*\S", re.IGNORECASE | re.MULTILINE
)
_MAIN_STEMS = frozenset({"main", "index", "app", *KINDS})
_HEAD = 4000  # characters in which front matter that OpenWebUI cannot read is still recognised as meant


class StatedValue(NamedTuple):
    """A value that front matter states; ``start:end`` are its offsets in the file."""

    value: str
    start: int
    end: int


class Code:
    """One Python file: its front matter as OpenWebUI reads it, and its syntax tree."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file

    @property
    def module(self) -> Module:
        """The syntax tree."""
        return self.file.module

    @property
    def path(self) -> str:
        """The file's path."""
        return self.file.path

    @property
    def stem(self) -> str:
        """The module name."""
        return stem_of(self.path)

    @cached_property
    def frontmatter(self) -> FrontMatter:
        """The front matter; with a byte order mark OpenWebUI sees a first line that is not exactly quotes."""
        return read_frontmatter("\ufeff" + self.file.text if self.file.has_bom else self.file.text)

    @cached_property
    def values(self) -> dict[str, str]:
        """Front-matter keys and values, as OpenWebUI has them."""
        return self.file.facts.plain("front matter", lambda: self.frontmatter.values)

    @cached_property
    def version(self) -> StatedValue | None:
        """What states the version, or ``None``."""
        return self.stated("version")

    def stated(self, key: str) -> StatedValue | None:
        """Return the value of a front-matter key, and where it stands; ``None`` where it has none, or an empty one."""
        if not self.values.get(key):
            return None

        def make() -> list[StatedValue]:
            entry = self.frontmatter.get(key)
            assert entry is not None  # there is a value
            return [StatedValue(entry.value, *entry.value_span)]

        return self.file.facts.rows(f"stated {key}", StatedValue, make)[0]

    @cached_property
    def class_name(self) -> str | None:
        """The plugin class that the text defines at module level (found without parsing, where it has one of them)."""

        def make() -> str | None:
            found = set(_CLASS.findall("\n" + self.file.text))
            if TOOL_CLASS in found and len(found) > 1 and self.module.is_tool:
                return TOOL_CLASS
            return next((name for name in PLUGIN_CLASSES if name in found), None)

        return self.file.facts.plain("class", make)

    @property
    def holds_nothing(self) -> bool:
        """Whether the file can be read and there is nothing in it but blanks and comments."""

        def make() -> bool:
            lines = map(str.strip, self.file.text.splitlines())
            return self.file.problem is None and all(not line or line.startswith("#") for line in lines)

        return self.file.facts.plain("holds nothing", make)

    @cached_property
    def head_text(self) -> str:
        """The text up to the end of the front matter; all of it where nothing ends that."""
        closing = self.frontmatter.closing_line
        return self.file.text[: closing.end] if closing is not None else self.file.text

    @cached_property
    def head(self) -> bytes:
        """A digest of what the file says of itself: its front matter, its class, and why it cannot be used."""

        def make() -> bytes:
            said = (self.file.has_bom, self.file.problem, self.head_text, self.class_name, self.is_meant)
            return sealed.digest(repr(said).encode("utf-8", "surrogateescape"))

        return self.file.facts.plain("head", make)

    def offers_the_same(self, other: Code) -> bool:
        """Tell whether a copy of the code offers as much: then it is the same plugin in another language."""
        return bool(self._shape) and self._shape == other._shape

    @cached_property
    def _shape(self) -> str:
        def make() -> str:
            from owui_lint.repository.python.likeness import shape_of  # which a kept fact does without

            return shape_of(self.module)

        return self.file.facts.plain("shape", make)

    def valves_unlike(self, other: Code) -> ValveDifferences:
        """Return how the valves of a copy differ from those of the code ``other``; no names where some may be out of sight."""
        from owui_lint.repository.python.writtenvalue import valve_differences

        found = valve_differences(self.written_valves, other.written_valves)
        hidden = self.may_have_more_valves or other.may_have_more_valves
        return found._replace(lacking=[], added=[]) if hidden else found

    @cached_property
    def may_have_more_valves(self) -> bool:
        """Whether there may be other valves than those in sight."""

        def make() -> bool:
            return any(self.module.may_hide_valves(name) for name in VALVE_CLASSES)

        return self.file.facts.plain("some valves are out of sight", make)

    @cached_property
    def written_valves(self) -> list[WrittenValve]:
        """The valves as documents tell of them."""
        from owui_lint.repository.python.writtenvalue import WrittenValve

        def make() -> list[WrittenValve]:
            from owui_lint.repository.python.valvevalues import find_valves

            return find_valves(self.module)

        return self.file.facts.rows("valves", WrittenValve, make)

    @cached_property
    def icon(self) -> CodeIcon | None:
        """The icon, as OpenWebUI finds it; ``None`` where there is none."""
        from owui_lint.repository.python.icon import find_icon  # for runs that look at icons

        return find_icon(self)

    @property
    def title(self) -> str:
        """The title as OpenWebUI reads it; "" where it reads none."""
        return self.values.get("title", "")

    @property
    def is_accepted(self) -> bool:
        """Whether OpenWebUI would take the file for a plugin: readable front matter with a title."""
        return bool(self.title)

    @property
    def _looks_like_a_plugin(self) -> bool:
        return self.class_name == "Tools" or _INSIDE_A_PLUGIN.search(self.file.text) is not None

    @property
    def is_meant(self) -> bool:
        """Whether the author meant a plugin: accepted, or a plugin class behind something like front matter, be it one
        that has lost its title."""
        return self.is_accepted or self.file.facts.plain("is meant", self._seems_meant)

    def _seems_meant(self) -> bool:
        return self.class_name is not None and (
            (len(KNOWN_KEYS & self.values.keys()) > 1 and self._looks_like_a_plugin)
            or _LOOKS_LIKE_FRONT_MATTER.search(self.file.text[:_HEAD]) is not None
        )


def named_for(path: str) -> str:
    """Return what a plugin is called by its path alone: its file, or the folder of one that is called ``main.py``."""
    folder, stem = posixpath.dirname(path), stem_of(path)
    return posixpath.basename(folder) if stem.casefold() in _MAIN_STEMS and folder else stem


class Document:
    """A Markdown file in one language.

    ``kind``: ``readme`` (of a plugin), ``docs`` (a page of the documentation), ``index`` (one that lists plugins), ``root``
    (a README about several plugins, not only that of the root), or ``note`` (about a release, or what was learned). Plain
    text, as digests of what was read hold it; mypy refuses any other.
    """

    def __init__(self, file: SourceFile, lang: str, kind: DocumentKind) -> None:
        self.file = file
        self.lang = lang
        self.kind = kind
        self.plugin: Plugin | None = None
        #: Whether nothing but its name and its heading make it a plugin's page.
        self.is_by_name = False

    @property
    def is_of_one_plugin(self) -> bool:
        """Whether it is of a kind that is about one plugin: a README of its own, or a page."""
        return self.kind in ("readme", "docs")

    @property
    def path(self) -> str:
        """The file's path."""
        return self.file.path

    @property
    def markdown(self) -> Markdown:
        """The parsed text."""
        return self.file.markdown

    @cached_property
    def heading(self) -> str | None:
        """What the title says, without markup; ``None`` where there is no title."""

        def make() -> str | None:
            title = self.markdown.title
            return title.plain if title is not None else None

        return self.file.facts.plain("heading", make)


class Plugin:
    """One plugin. ``type`` is the folder of its type (``filters``); ``id`` is ``type/name``.

    ``is_misplaced``: others of the repository lie in folders of their types, this one does not (A1).
    """

    def __init__(
        self,
        id: str,
        type: str,
        name: str,
        code: Code,
        copies: list[Code] | None = None,
        is_misplaced: bool = False,
    ) -> None:
        self.id = id
        self.type = type
        self.name = name
        self.code = code
        #: The folder of its own, which holds nothing else's code; ``None`` where it has none.
        self.folder: str | None = None
        self.copies: list[Code] = copies if copies is not None else []
        self.is_misplaced = is_misplaced
        self.readmes: dict[str, Document] = {}
        #: More READMEs that state its version, and need not be like those.
        self.other_readmes: list[Document] = []
        self.pages: list[Document] = []

    @property
    def path(self) -> str:
        """The path of the code file."""
        return self.code.path

    @property
    def title(self) -> str:
        """The title as OpenWebUI reads it; the plugin's name where it reads none."""
        return self.code.title or self.name

    @property
    def names_in_code(self) -> list[str]:
        """What the code calls the plugin: its titles, also those of copies, and its name, that of its file or folder."""
        return [self.title, *(copy.title for copy in self.copies), posixpath.basename(self.name)]

    @cached_property
    def _forms_in_code(self) -> frozenset[str]:
        """The forms of these names, with and without type words and the platform; not what is nothing but a type word then."""
        names = self.names_in_code
        bare = frozenset().union(*(title_keys(without_platform(name)) for name in names))
        return frozenset().union(*map(title_keys, names), (form for form in bare if not is_type_word(form)))

    def is_called(self, text: str) -> bool:
        """Tell whether a text is a name that the code has for the plugin, and nothing else."""
        return not title_keys(text).isdisjoint(self._forms_in_code)

    @cached_property
    def title_versions(self) -> frozenset[str]:
        """The numbers in the title that could be taken for versions, and are part of the name."""
        return frozenset(compiled(VERSION, re.IGNORECASE).findall(self.title))

    @property
    def version(self) -> str | None:
        """The version that the code states: the truth for all other places."""
        return self.code.version.value if self.code.version else None

    @cached_property
    def release(self) -> str | None:
        """The version as other places are to state it: without quotes, a remark or a "v" that stand in the code's value."""
        found = version_in(self.version) if self.version is not None else None
        return without_v(found) if found is not None else None

    @property
    def codes(self) -> list[Code]:
        """The code and its copies."""
        return [self.code, *self.copies]

    @property
    def copies_compared(self) -> list[tuple[bool, tuple[object, ...]]]:
        """Of each copy, as plain data: whether it offers the same as the code, and how its valves differ."""
        return [(copy.offers_the_same(self.code), (*copy.valves_unlike(self.code),)) for copy in self.copies]

    @property
    def files(self) -> list[str]:
        """The paths of what belongs to the plugin: code, copies, READMEs and pages."""
        return [*(code.path for code in self.codes), *(document.path for document in self.documents)]

    @property
    def valves(self) -> list[Valve]:
        """Fields of ``Valves`` and ``UserValves``."""
        return self.code.module.valves

    @property
    def has_valves(self) -> bool:
        """Whether there is a field in ``Valves`` or ``UserValves``."""
        return self.code.file.facts.plain("has valves", lambda: bool(self.valves))

    @property
    def own_readmes(self) -> list[Document]:
        """All READMEs whose version is the plugin's."""
        return [*self.readmes.values(), *self.other_readmes]

    @property
    def documents(self) -> list[Document]:
        """READMEs and pages that belong to the plugin."""
        return [*self.readmes.values(), *self.pages]

    @property
    def runs_in_process(self) -> bool:
        """Whether OpenWebUI itself loads the plugin; a pipeline is loaded by the pipelines server."""
        return self.type != "pipelines" and self.code.class_name != "Pipeline"

    @cached_property
    def names(self) -> tuple[frozenset[str], frozenset[str]]:
        """Normal forms of the names the plugin goes by: those that say it exactly, and those without a type word."""
        exact: set[str] = set()
        loose: set[str] = set()
        for title in (self.title, *(copy.title for copy in self.copies), *self._headings):
            exact |= title_keys(title, drop_type=False)
            loose |= title_keys(title)
        # The name of its module too, as lists of flat repositories have it; one word may be that of anything.
        exact |= {key for key in title_keys(self.code.stem, drop_type=False) if " " in key and not is_platform(key)}
        return frozenset(exact), frozenset(loose)

    @property
    def _headings(self) -> list[str]:
        """The titles of the READMEs."""
        return [readme.heading for readme in self.readmes.values() if readme.heading is not None]

    @cached_property
    def is_called_by_title(self) -> bool:
        """Whether a README's heading, the folder or the file's name says what the title says: where two plugins have one
        title, nothing else calls the one so that has it from the other."""
        others = (posixpath.basename(self.name), self.code.stem, *self._headings)
        return any(is_same_name(self.title, other) for other in others)

    def matches(self, selector: str) -> bool:
        """Tell whether ``TYPE/NAME`` (or a bare name) as a person types it means this plugin."""
        if selector == self.id:
            return True
        kind, _, name = selector.strip("/").rpartition("/")
        kind = posixpath.basename(kind)
        return slug(name) in {slug(self.name), slug(self.code.stem)} and (
            not kind or slug(kind + "-x")[:-2].rstrip("s") == self.type.rstrip("s")
        )


def selected(plugins: Iterable[Plugin], selector: str) -> list[Plugin]:
    """Return the plugins that ``TYPE/NAME`` means: the one with that id, else all that match loosely."""
    found = list(plugins)
    return [plugin for plugin in found if plugin.id == selector] or [one for one in found if one.matches(selector)]


def meant(plugins: Iterable[Plugin], selector: str) -> list[Plugin]:
    """Return the plugins that ``TYPE/NAME`` means in the configuration: what was put aside only where nothing else is."""
    return without_put_aside(selected(plugins, selector))


def is_named_by_language(stem: str) -> bool:
    """Tell whether a module's name says in which language the plugin speaks: ``name_cn``, or a Chinese name."""
    return _COPY_SUFFIX.search(stem) is not None or has_cjk(stem)


def without_language(stem: str) -> str:
    """Return a module's name without the language that it ends in."""
    return _COPY_SUFFIX.sub("", stem)


def group_folder(codes: Iterable[Code], folder_name: str, is_own: bool = False) -> list[tuple[Code, list[Code]]]:
    """Split the plugin files of one folder into plugins, each with its copies per language (A2): ``name_cn.py``, or a
    Chinese file name. In a plugin's own folder (``is_own``), what has its class and its title is a copy too: ``name_old.py``.

    The file named like the folder comes first, then files without a language suffix or a Chinese name; of these, the
    shortest name: what is put aside has a word more.
    """

    def rank(code: Code) -> tuple[bool, bool, bool, int, str]:
        stem = code.stem
        is_other = slug(stem) != slug(folder_name)
        return (is_named_by_language(stem), is_other, not code.is_accepted, len(stem), stem)

    groups: list[tuple[Code, list[Code]]] = []
    # What a file can be a copy of: by name, and for Chinese names all others. A folder may have thousands of files.
    by_name: dict[str, list[tuple[Code, list[Code]]]] = {}
    without_cjk: list[tuple[Code, list[Code]]] = []
    by_title: dict[tuple[str | None, str], tuple[Code, list[Code]]] = {}
    for code in sorted(codes, key=rank):
        base = without_language(code.stem)
        is_cjk = has_cjk(code.stem)
        owners = by_name.get(slug(base), []) if base != code.stem else without_cjk if is_cjk else []
        if len(owners) == 1 or (owners and not is_cjk):
            owners[0][1].append(code)
            continue
        group: tuple[Code, list[Code]] = (code, [])
        title = code.title.casefold()
        if is_own and title:
            first = by_title.setdefault((code.class_name, title), group)
            if first is not group:
                first[1].append(code)
                continue
        groups.append(group)
        for name in {slug(code.stem), slug(base)}:
            by_name.setdefault(name, []).append(group)
        if not is_cjk:
            without_cjk.append(group)
    return groups
