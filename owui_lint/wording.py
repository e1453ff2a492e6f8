"""Hits in words: the texts of a rule, filled with what was found."""

from __future__ import annotations

import re
from collections.abc import Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, LineNumber, Message, Place, Related
from owui_lint.lazypattern import lazy_pattern
from owui_lint.text import argument, printable
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.primitives import Hit
    from owui_lint.rulebook import Rule

SLOT = lazy_pattern(r"\{(\w+)\}")
#: A command that a text tells to run: what fills a slot in it is one argument.
_COMMAND_OR_SLOT = lazy_pattern(rf"`owui-lint [^`]*`|{SLOT.pattern}")
_MAX_VALUE = 200  # characters
# Data that no person reads, such as that of an image within an address: as much of it as tells it from others.
# A path has points, signs or slashes, and no name is as long.
_OPAQUE = lazy_pattern(r"(base64,[A-Za-z0-9+/]{12})[A-Za-z0-9+/=]{28,}|([A-Za-z0-9+]{12})[A-Za-z0-9+=]{60,}")
_LEAST_OPAQUE = 40
MAX_READ = 2000  # characters of a value
#: Slots that tell of the release of OpenWebUI that a run asks about: with the next one the finding is the same.
_OF_TARGET = ("release", "history")
#: The value that says why nothing is mended: it changes with the rest of the code, and the finding is the same.
KEPT = "kept"


class WordedHit(NamedTuple):
    """A hit in words. ``identity`` is the English text without its line numbers, and without what other files may alter (see
    ``Case``); ``fix`` describes what ``edits`` do."""

    place: Place
    case: str
    message: Message
    identity: str
    fix: Message | None = None
    edits: tuple[Edit, ...] = ()
    related: tuple[Related, ...] = ()
    plugin: str | None = None


def tell(rule: Rule, hit: Hit) -> WordedHit:
    """Return a hit in the words of its rule."""
    case = rule.cases.get(hit.case) or rule.cases["default"]  # a repository's own rule may say one thing for all
    message = fill_both(case.message, hit.values)
    known = rule.cases[case.known_as] if case.known_as is not None else case
    shown_only = {slot for slot in (*known.incidental, *_OF_TARGET) if slot in hit.values}
    left_out = {**_placeless(hit.values), **dict.fromkeys(shown_only, "…")}
    is_whole = known is case and not left_out and "…" not in message.en
    return WordedHit(
        hit.place,
        hit.case,
        message,
        message.en if is_whole else fill(known.message, {**hit.values, **left_out}, "en", cuts=False),
        fill_both(rule.fix, hit.values) if hit.edits and rule.fix is not None else None,
        hit.edits,
        hit.related,
        hit.plugin,
    )


def fill(
    template: Message, values: Mapping[str, object], lang: str, *, cuts: bool = True, most: int = _MAX_VALUE
) -> str:
    """Return a text with its ``{slots}`` filled. Values come from strangers: they are data, made printable, never formats.

    A value that is a ``Message`` is taken in the language of the text. ``cuts``: of data that nobody reads, the beginning
    is shown. ``most``: so many characters of a value are shown.
    """

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1], match[0])
        try:
            return value.to(lang) if isinstance(value, Message) else str(value)
        except ValueError:
            return "…"  # an integer of more digits than Python writes out

    def slot(match: re.Match[str]) -> str:
        text = printable(value_of(match))
        if cuts and len(text) > _LEAST_OPAQUE:
            text = _OPAQUE.sub(_beginning, text[:MAX_READ])
        return text if len(text) <= most else text[: most - 1] + "…"

    def command(match: re.Match[str]) -> str:
        return SLOT.sub(lambda found: argument(value_of(found)[:MAX_READ]), match[0])

    text = template.to(lang)
    if "{" not in text:
        return text
    if "`owui-lint " not in text:
        return SLOT.sub(slot, text)
    # In one pass, so that a value that reads like a command or a slot is none.
    return _COMMAND_OR_SLOT.sub(lambda match: command(match) if match[0][0] == "`" else slot(match), text)


def _beginning(match: re.Match[str]) -> str:
    return f"{match[1] or match[2]}…"


def fill_both(template: Message, values: Mapping[str, object], *, most: int = _MAX_VALUE) -> Message:
    """Return a text filled in both languages, with ``most`` characters of each value."""
    return Message(fill(template, values, "en", most=most), fill(template, values, "zh", most=most))


def _placeless(values: Mapping[str, object]) -> dict[str, object]:
    """The values that say where something is, and why it is not mended: they change when lines move, or other code, so an
    identity leaves them out."""
    return {name: "" for name, value in values.items() if name == KEPT or isinstance(value, LineNumber)}
