"""Requirements and imports, compared with what the target release of OpenWebUI installs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from owui_lint.language import listed
from owui_lint.openwebui.facts import normalise
from owui_lint.openwebui.requirements import INDEXED, PartKind, are_compatible, leading_name
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.dependencies import Requirement, needs_of, own_demands


@primitive("requirement-parts", scope="plugin", reads="code")
def requirement_parts(
    plugin: Plugin, context: Context, *, kinds: list[str], nothing: list[str] | None = None
) -> Iterator[Hit]:
    """Report the parts of ``requirements`` that are of these kinds (``PartKind``); the case is the kind's name,
    ``nothing`` for a name alone that is one of these words, or ``comma`` where full-width ones keep parts together.

    What OpenWebUI installs itself is left to ``requirement-shipped``: such a part should go, not get a version. Of
    versions that a comma cuts in two, only the part behind it is reported.
    """
    needs = needs_of(plugin, context.repository)
    rest = {one.part.start for one in needs.requirements if one.part.kind is PartKind.SPECIFIER_REST}
    behind = dict(pairwise(one.part.start for one in needs.requirements))
    for requirement in needs.requirements:
        part = requirement.part
        if part.kind.value not in kinds or part.is_standard_library or behind.get(part.start) in rest:
            continue
        if needs.meant_by(requirement):
            continue  # another name is asked for first
        means_nothing = part.kind is PartKind.UNPINNED and part.name in (nothing or ())
        case: str = "nothing" if means_nothing else part.kind.value
        wide = next((mark for mark in part.text if mark in _WIDE_COMMAS), "")
        if wide and part.kind in (PartKind.INVALID, PartKind.SPACE_SEPARATED):
            case = "comma"
        if not (plugin.runs_in_process and needs.shipped(requirement)):
            yield Hit(requirement.place, case, {"part": part.text, "name": part.name, "mark": wide})


_WIDE_COMMAS = frozenset("\uff0c\u3001\uff1b")  # of input methods: OpenWebUI does not split there


@primitive("requirement-misnamed", scope="plugin", reads="code")
def requirement_misnamed(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report requirements that name a module, where pip installs what provides it under another name. The edit writes
    that name, where there is one only."""
    needs = needs_of(plugin, context.repository)
    for requirement in needs.requirements:
        found = needs.meant_by(requirement)
        if not found:
            continue
        name = leading_name(requirement.part.text)
        # A version or an extra is the other package's.
        is_name = requirement.part.text == name and len(found) == 1
        edits = needs.renaming(requirement, found[0]) if is_name else ()
        yield Hit(requirement.place, values={"name": name, "packages": " / ".join(found[:3])}, edits=edits)


@primitive("requirement-standard-library", scope="plugin", reads="code")
def requirement_standard_library(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report required names that are modules of the standard library."""
    needs = needs_of(plugin, context.repository)
    for requirement in needs.requirements:
        if requirement.part.is_standard_library:
            values = {"name": requirement.part.name, "part": requirement.part.text}
            yield Hit(requirement.place, values=values, edits=needs.without(requirement))


@primitive("requirement-shipped", scope="plugin", reads="code")
def requirement_shipped(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report what OpenWebUI installs itself: required by it (``default``), or indirectly (``indirect``).

    What contradicts OpenWebUI's own requirement is left to ``requirement-outside-range``; who asks for extras that
    OpenWebUI does not ask for needs the requirement.
    """
    if not plugin.runs_in_process:
        return
    needs = needs_of(plugin, context.repository)
    for requirement in needs.requirements:
        shipped = needs.shipped(requirement)
        if shipped is None or shipped.marker or _contradicts(requirement, shipped.specifier):
            continue
        if not {normalise(one) for one in requirement.part.extras} <= {normalise(one) for one in shipped.extras}:
            continue
        values = {
            "name": requirement.part.name,
            "part": requirement.part.text,
            "version": shipped.specifier.removeprefix("==") or shipped.installed_version or "?",
            "by": listed(shipped.required_by[:3]),
            "release": needs.target.release,
        }
        # What comes along with something else is the author's to decide on.
        case, edits = ("default", needs.without(requirement)) if shipped.direct else ("indirect", ())
        yield Hit(requirement.place, case, values, edits)


def _contradicts(requirement: Requirement, specifier: str) -> bool:
    part = requirement.part
    return bool(part.specifier and specifier) and are_compatible(part.specifier, specifier) is False


@primitive("requirement-outside-range", scope="plugin", reads="code")
def requirement_outside_range(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report requirements that no version which OpenWebUI itself accepts can meet."""
    if not plugin.runs_in_process:
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


@primitive("imports-provided", scope="plugin", reads="code")
def imports_provided(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report imports that neither the standard library, OpenWebUI nor ``requirements`` provide.

    Cases: ``default`` where the import is executed when the plugin loads; ``later`` inside a function; ``optional``
    where an extra of OpenWebUI installs it; ``transitive`` where another requirement of the plugin may bring it along;
    ``relative`` (in a function ``relative-later``) and ``local``, which need files that OpenWebUI does not get;
    ``unknown`` (``unknown-later`` in a function or where a requirement may bring it along) for names of which nothing
    is known.
    """
    if not plugin.runs_in_process:
        return
    needs = needs_of(plugin, context.repository)
    module = plugin.code.module
    for missing in needs.missing:
        values = {
            "module": missing.name,
            "package": " / ".join(missing.distributions[:3]),
            "release": needs.target.release,
            "extras": listed(missing.extras),
        }
        case = "default" if not missing.found.scope.is_in_function else "later"
        if missing.extras:
            case = "optional"
        elif needs.to_install:
            case = "transitive"
        yield Hit(module.place(missing.found.alias), case, values)
    for found, kind, name in needs.strays:
        values = {"module": "." * found.level + found.module, "top": name, "release": needs.target.release}
        is_later = found.scope.is_in_function or (kind == "unknown" and bool(needs.to_install))
        case = f"{kind}-later" if is_later and kind != "local" else kind
        yield Hit(module.place(found.node if kind == "relative" else found.alias), case, values)
