"""What plugins need from PyPI, compared with what the target release of OpenWebUI brings along.

OpenWebUI loads all functions and tools into its own process, so all of them share one environment: the packages that
it installs itself and whatever the plugins' ``requirements`` add. Pipelines run on a server of their own and are left out.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable
from functools import cached_property

from owui_lint.finding import Edit, Place
from owui_lint.openwebui.facts import (
    PlatformFacts,
    Shipped,
    distributions_for_import,
    is_known_distribution,
    is_known_import,
    is_owned,
    normalise,
)
from owui_lint.openwebui.frontmatter import next_line
from owui_lint.openwebui.requirements import (
    INDEXED,
    Part,
    PartKind,
    leading_name,
    parse_requirements,
    standard_library_names,
)
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.demands import contradict, contrary_pairs, demands_by_name
from owui_lint.repository.python.code import Import
from owui_lint.tuples import NamedTuple

OPENWEBUI = "open-webui"


class Requirement(NamedTuple):
    """One part of a ``requirements`` line, at its place."""

    part: Part
    place: Place

    @property
    def names_package(self) -> bool:
        """Whether it names a distribution that pip looks up."""
        return self.part.kind in INDEXED and not self.part.is_standard_library


class Missing(NamedTuple):
    """An import that nothing known provides. ``name`` is what says whose it is: of ``from google import genai`` the whole;
    ``distributions`` are those known to provide it."""

    found: Import
    name: str
    distributions: tuple[str, ...]
    #: The extras of ``open-webui`` that would install it.
    extras: tuple[str, ...]


class Stray(NamedTuple):
    """An import of which no distribution is known. ``kind``: ``relative``; ``local``, a module beside the plugin;
    ``unknown``, a name that nothing read from wheels has."""

    found: Import
    kind: str
    #: What is not there: a package, or the module of one that several distributions share.
    name: str


class Conflict(NamedTuple):
    """Two demands on one distribution that no single version meets, as far as that can be told."""

    name: str
    #: Who demands (a plugin's id, ``open-webui``), and the specifiers, in the same order.
    owners: tuple[str, str]
    specifiers: tuple[str, str]


class Needs:
    """What one plugin declares and imports. ``local`` are the modules beside it in the repository, ``elsewhere`` the names
    of all its modules and folders."""

    def __init__(self, plugin: Plugin, target: PlatformFacts, local: Container[str], elsewhere: Container[str]) -> None:
        self.plugin = plugin
        self.target = target
        self._local = local
        self._elsewhere = elsewhere

    @cached_property
    def requirements(self) -> list[Requirement]:
        """The parts of the ``requirements`` line, blank ones included."""
        code = self.plugin.code
        entry = code.frontmatter.get("requirements")
        if entry is None:
            return []
        start = entry.value_span.start
        return [
            Requirement(part, code.file.place(start + part.start, start + part.end))
            for part in parse_requirements(entry.value)
        ]

    def meant_by(self, requirement: Requirement) -> tuple[str, ...]:
        """The distributions that provide the module by whose name a requirement asks for one: ``cv2``, ``PIL``; none where
        it may be the name of a distribution."""
        part = requirement.part
        if not requirement.names_package or is_known_distribution(part.name) or self.shipped(requirement):
            return ()
        name = leading_name(part.text)
        imports = self.plugin.code.module.index.imports
        if not any(one.top_level.lower() == name.lower() for one in imports):
            return ()  # a package of that name with another module
        known = next((one for one in (name, name.lower()) if is_known_import(one)), None)
        found = distributions_for_import(known) if known is not None else ()
        return () if part.name in found else found

    def renaming(self, requirement: Requirement, name: str) -> tuple[Edit, ...]:
        """The edit that asks for another distribution in the place of one part of the line."""
        code = self.plugin.code
        entry = code.frontmatter.get("requirements")
        assert entry is not None  # it has parts
        start = entry.value_span.start
        return (code.file.edit(start + requirement.part.start, start + requirement.part.end, name),)

    def without(self, requirement: Requirement) -> tuple[Edit, ...]:
        """The edit that takes one part out of the line, with what a comma cut off of it; the whole line where no other
        part is left."""
        code = self.plugin.code
        entry = code.frontmatter.get("requirements")
        assert entry is not None  # it has parts
        parts = [one.part for one in self.requirements]
        first = behind = parts.index(requirement.part)
        behind += 1
        while behind < len(parts) and parts[behind].kind in (PartKind.SPECIFIER_REST, PartKind.BLANK):
            behind += 1
        others = [part for part in (*parts[:first], *parts[behind:]) if part.kind is not PartKind.BLANK]
        if not others:
            span = entry.line_span
            following = next_line(code.file.text, span.end)
            if any(line.line_span.start == following for line in code.frontmatter.unread):
                return ()  # what the author takes for the rest of the line would become another one's
            return (code.file.edit(span.start, following, ""),)
        if behind < len(parts):
            start, end = parts[first].start, parts[behind].start
        else:
            start, end = parts[first - 1].end, parts[-1].end
        return (code.file.edit(entry.value_span.start + start, entry.value_span.start + end, ""),)

    def shipped(self, requirement: Requirement) -> Shipped | None:
        """What OpenWebUI installs of a required distribution."""
        return self.target.shipped(requirement.part.name) if requirement.names_package else None

    @cached_property
    def to_install(self) -> list[Requirement]:
        """Requirements that pip has to fetch: not shipped, and nothing that pip would refuse."""
        addressed = (PartKind.URL, PartKind.VCS, PartKind.COMMIT)
        return [
            one
            for one in self.requirements
            if (one.names_package and self.shipped(one) is None) or one.part.kind in addressed
        ]

    @cached_property
    def _unguarded(self) -> list[Import]:
        """Imports that are executed and whose failure nothing expects, here or where the package is imported elsewhere."""
        imports = self.plugin.code.module.index.imports
        guarded = {one.top_level for one in imports if one.guarded and not one.level}
        return [
            one
            for one in imports
            if not (one.guarded or one.type_checking or (not one.level and one.top_level in guarded))
        ]

    @cached_property
    def missing(self) -> list[Missing]:
        """Imports, the first of each package, that are neither standard library, shipped, declared, local nor guarded.

        Only names whose distribution is known from data count: that a package is called like its module is a guess.
        """
        declared = {one.part.name for one in self.requirements if one.part.name}
        declared.update(name for one in self.requirements for name in self.meant_by(one))  # which is another fault
        unread = [one for one in declared if not is_known_distribution(one)]
        found: dict[tuple[str, ...], Missing] = {}
        for one in self._unguarded:
            top = one.top_level
            if not top or _is_always_there(top) or top in self._local:
                continue
            # ``from google import genai``: only the whole name says which of the packages under ``google`` is meant.
            name = one.module if isinstance(one.node, ast.Import) else one.target
            if not is_known_import(name):
                continue
            distributions = distributions_for_import(name)
            if declared.intersection(distributions) or any(self.target.shipped(each) for each in distributions):
                continue
            if any(normalise(top) in one for one in unread):
                continue  # a fork, or a former name: ``pinecone-client``
            extras = tuple(sorted({extra for each in distributions for extra in self.target.optional(each)}))
            is_shared = not is_owned(one.module)
            found.setdefault(distributions, Missing(one, name if is_shared else one.module, distributions, extras))
        return list(found.values())

    @cached_property
    def strays(self) -> list[Stray]:
        """Imports, the first of each module, that OpenWebUI cannot resolve: it gets the plugin's file alone.

        Guarded ones are left out; unknown names also where a requirement may be what provides them, or the repository
        has something of that name. Code that changes ``sys.path`` knows what it does.
        """
        index = self.plugin.code.module.index
        if any(index.names_of(one) == ("sys.path",) for one in index.mentions.get("path", ())):
            return []
        declared = {one.part.name for one in self.to_install}
        is_open = any(not is_known_distribution(name) for name in declared)
        found: dict[str, Stray] = {}
        for one in self._unguarded:
            top = one.top_level
            if self._is_rewritten(one):
                continue
            if one.level:
                found.setdefault(one.target, Stray(one, "relative", one.module))
            elif _is_always_there(top) or self._is_installed(one, declared, is_open):
                continue
            elif top in self._local:
                found.setdefault(top, Stray(one, "local", top))
            elif top not in self._elsewhere and not top.startswith("_"):  # those are not read from wheels
                name = one.module if is_known_import(top) else top
                found.setdefault(name, Stray(one, "unknown", name))
        return list(found.values())

    def _is_installed(self, one: Import, declared: set[str], is_open: bool) -> bool:
        """Whether pip may install a module, because its distribution is known, or because a requirement's modules are not."""
        return is_known_import(one.module) or is_open or normalise(one.top_level) in declared

    def _is_rewritten(self, one: Import) -> bool:
        """Whether OpenWebUI makes an import of its own modules out of one: where that fails is another rule's business."""
        text = f"from {one.module} "
        return isinstance(one.node, ast.ImportFrom) and not one.level and self.target.rewrite_imports(text) != text


def _is_always_there(top: str) -> bool:
    return top in ("open_webui", "pip") or top in standard_library_names()


def needs_of(plugin: Plugin, repository: Repository) -> Needs:
    """Return what a plugin needs on the repository's target release."""
    folder = plugin.path.rpartition("/")[0]
    return Needs(plugin, repository.target, repository.importable.beside(folder), repository.importable.anywhere)


def all_needs(repository: Repository) -> dict[str, Needs]:
    """Return what each plugin that OpenWebUI itself loads needs, by the plugin's id."""
    return {plugin.id: needs_of(plugin, repository) for plugin in repository.plugins if plugin.runs_in_process}


def find_conflicts(repository: Repository) -> list[Conflict]:
    """Return the demands that no single version meets: of two plugins, each pair once, then of a plugin and OpenWebUI
    itself; both by the package's name."""
    by_name = demands_by_name(repository.plugins)
    found: dict[tuple[str, str, str], Conflict] = {}
    for (one, first), (other, second) in contrary_pairs(by_name):
        conflict = Conflict(first.name, (one.id, other.id), (first.specifier, second.specifier))
        found.setdefault((first.name, one.id, other.id), conflict)
    own = own_demands(repository.target, by_name)
    refused = {
        (name, specifier)
        for name, shipped in own.items()
        for specifier in {demand.specifier for _, demand in by_name[name]}
        if contradict(specifier, shipped.specifier)
    }
    with_openwebui = [
        Conflict(name, (plugin.id, OPENWEBUI), (demand.specifier, own[name].specifier))
        for name in sorted(own)
        for plugin, demand in by_name[name]
        if (name, demand.specifier) in refused
    ]
    return [*sorted(found.values(), key=lambda conflict: conflict.name), *with_openwebui]


def own_demands(target: PlatformFacts, names: Iterable[str]) -> dict[str, Shipped]:
    """Return what OpenWebUI itself requires of distributions, always and with a version; by normalised name."""
    found = {}
    for name in sorted({normalise(name) for name in names}):
        shipped = target.shipped(name)
        if shipped is not None and shipped.specifier and not shipped.marker:
            found[name] = shipped
    return found
