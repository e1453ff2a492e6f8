"""Comments that suppress findings: whether each of them does."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint.finding import NEVER_HIDDEN
from owui_lint.language import listed
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.suppressions import Suppression, Suppressions
from owui_lint.text import MAX_HINTS, nearest

_MAX_MENDED = 100  # names of one comment; the fix of each one writes out all others


@primitive("suppression-unused", scope="suppressions")
def suppression_unused(suppressions: Suppressions, context: Context) -> Iterator[Hit]:
    """Report names of rules that hid nothing: all names of a comment (``default``), or some of them (``some``).

    Of a rule that was not asked there, or that finds other things in other runs, nobody knows: its name stays.
    """
    for suppression in suppressions.all:
        known = [name for name in suppression.names if suppressions.means(name.text)]
        first: dict[str, int] = {}
        for name in suppression.names:
            first.setdefault(name.text, name.start)
        unused = [
            name for name in known if first[name.text] < name.start or suppressions.is_unused(suppression, name.text)
        ]
        if unused:
            every = len(unused) == len(suppression.names)
            yield Hit(
                suppression.place if every else suppression.place_of(unused[0]),
                "default" if every else "some",
                {"names": listed(name.text for name in unused)},
                (suppression.without(unused),),
                plugin=_owner(suppression, context),
            )


@primitive("suppression-unknown", scope="suppressions")
def suppression_unknown(suppressions: Suppressions, context: Context) -> Iterator[Hit]:
    """Report names that are no rule, code or family (``default``; ``near`` where one is much like it), and the rule
    that cannot be suppressed (``never``). A name that is like one is not taken out."""
    hints = MAX_HINTS
    for suppression in suppressions.all:
        for name in suppression.names:
            if suppressions.means(name.text):
                continue
            near = nearest(name.text, suppressions.known) if hints else None
            hints -= hints > 0
            case = "never" if name.text in NEVER_HIDDEN else "near" if near else "default"
            # A slip is for its author to mend: without the name what it was meant to hide would come up.
            is_mended = case != "near" and len(suppression.names) <= _MAX_MENDED
            yield Hit(
                suppression.place_of(name),
                case,
                {"names": name.text, "near": near or ""},
                (suppression.without([name]),) if is_mended else (),
                plugin=_owner(suppression, context),
            )


@primitive("suppression-malformed", scope="suppressions")
def suppression_malformed(suppressions: Suppressions, context: Context) -> Iterator[Hit]:
    """Report comments that name no rule or are not understood (``malformed``), those that would be but for their capital
    letters (``case``), and those inside a front-matter value (``in-value``)."""
    for suppression in suppressions.all:
        if suppression.problem is not None:
            # Inside a value the comment is what OpenWebUI shows: taking it out changes the plugin, so that is no fix. A slip
            # is for its author to mend.
            edits = (suppression.removal(),) if suppression.problem == "malformed" else ()
            yield Hit(suppression.place, suppression.problem, {}, edits, plugin=_owner(suppression, context))


def _owner(suppression: Suppression, context: Context) -> str | None:
    return context.repository.owner_id(suppression.file.path)
