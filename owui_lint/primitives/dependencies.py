"""Requirements and imports, compared with what the target release of OpenWebUI installs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement, permutations

from owui_lint.finding import Message, Related
from owui_lint.openwebui.requirements import INDEXED, are_compatible
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.code import Import
from owui_lint.repository.dependencies import Needs, Requirement, all_needs, in_process, needs_of, own_demands


@primitive("requirement-parts", scope="plugin", reads="code")
def requirement_parts(plugin: Plugin, context: Context, *, kinds: list[str]) -> Iterator[Hit]:
    """Report the parts of ``requirements`` that are of these kinds (``PartKind``); the case is the kind's name.

    What OpenWebUI installs itself is left to ``requirement-shipped``: such a part should go, not get a version.
    """
    needs = needs_of(plugin, context.repository)
    for requirement in needs.requirements:
        part = requirement.part
        if part.kind.value not in kinds or part.is_standard_library:
            continue
        if not (in_process(plugin) and needs.shipped(requirement)):
            yield Hit(requirement.place, part.kind.value, {"part": part.text, "name": part.name})


@primitive("requirement-standard-library", scope="plugin", reads="code")
def requirement_standard_library(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report required names that are modules of the standard library."""
    for requirement in needs_of(plugin, context.repository).requirements:
        if requirement.part.is_standard_library:
            yield Hit(requirement.place, values={"name": requirement.part.name, "part": requirement.part.text})


@primitive("requirement-shipped", scope="plugin", reads="code")
def requirement_shipped(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report what OpenWebUI installs itself: required by it (``default``), or indirectly (``indirect``).

    What contradicts OpenWebUI's own requirement is left to ``requirement-outside-range``.
    """
    if not in_process(plugin):
        return
    needs = needs_of(plugin, context.repository)
    for requirement in needs.requirements:
        shipped = needs.shipped(requirement)
        if shipped is None or shipped.marker or _contradicts(requirement, shipped.specifier):
            continue
        values = {
            "name": requirement.part.name,
            "part": requirement.part.text,
            "version": shipped.specifier.removeprefix("==") or shipped.installed_version or "?",
            "by": ", ".join(shipped.required_by[:3]),
            "release": needs.target.release,
        }
        yield Hit(requirement.place, "default" if shipped.direct else "indirect", values)


def _contradicts(requirement: Requirement, specifier: str) -> bool:
    part = requirement.part
    return bool(part.specifier and specifier) and are_compatible(part.specifier, specifier) is False


@primitive("requirement-outside-range", scope="plugin", reads="code")
def requirement_outside_range(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report requirements that no version which OpenWebUI itself accepts can meet."""
    if not in_process(plugin):
        return
    needs = needs_of(plugin, context.repository)
    own = own_demands(needs.target, (one.part.name for one in needs.requirements if one.part.kind in INDEXED))
    for requirement in needs.requirements:
        shipped = own.get(requirement.part.name)
        if shipped is not None and not requirement.part.marker and _contradicts(requirement, shipped.specifier):
            values = {
                "part": requirement.part.text,
                "name": requirement.part.name,
                "own": f"{shipped.name}{shipped.specifier}",
                "release": needs.target.release,
            }
            yield Hit(requirement.place, values=values)


@primitive("requirement-conflicts", scope="repository")
def requirement_conflicts(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report, at each of two plugins, demands on one package that no single version meets."""
    by_name: dict[str, list[tuple[Needs, Requirement]]] = {}
    for needs in all_needs(repository).values():
        for requirement in needs.requirements:
            part = requirement.part
            if part.kind in INDEXED and part.specifier and not part.marker:
                by_name.setdefault(part.name, []).append((needs, requirement))
    for name, demands in by_name.items():
        # Plugins are many, what they write of one package are few texts: those are compared.
        one_of_each = {requirement.part.specifier: requirement for _, requirement in demands}.values()
        clashes = {
            (specifiers[0], specifiers[1])
            for one, other in combinations_with_replacement(one_of_each, 2)
            if _contradicts(one, other.part.specifier)
            for specifiers in permutations((one.part.specifier, other.part.specifier))
        }
        for one, other in combinations(demands, 2) if clashes else ():
            if one[0] is not other[0] and (one[1].part.specifier, other[1].part.specifier) in clashes:
                yield _conflict(name, one, other)
                yield _conflict(name, other, one)


def _conflict(name: str, here: tuple[Needs, Requirement], there: tuple[Needs, Requirement]) -> Hit:
    other = there[0].plugin.id
    values = {"name": name, "part": here[1].part.text, "other": there[1].part.text, "plugin": other}
    related = Related(there[1].place, Message(f"{other} asks for this", f"{other} 的要求"))
    return Hit(here[1].place, values=values, related=(related,), plugin=here[0].plugin.id)


@primitive("imports-provided", scope="plugin", reads="code")
def imports_provided(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report imports that neither the standard library, OpenWebUI nor ``requirements`` provide.

    Cases: ``default`` where the import is executed when the plugin loads; ``later`` inside a function; ``optional``
    where an extra of OpenWebUI installs it; ``transitive`` where another requirement of the plugin may bring it along.
    """
    if not in_process(plugin):
        return
    needs = needs_of(plugin, context.repository)
    module = plugin.code.module
    for missing in needs.missing:
        values = {
            "module": missing.found.module,
            "package": " / ".join(missing.distributions[:3]),
            "release": needs.target.release,
            "extras": ", ".join(missing.extras),
        }
        case = "default" if not _in_function(missing.found) else "later"
        if missing.extras:
            case = "optional"
        elif needs.to_install:
            case = "transitive"
        yield Hit(module.place(missing.found.alias), case, values)


def _in_function(found: Import) -> bool:
    return any(scope.is_function for scope in found.scope.chain())
