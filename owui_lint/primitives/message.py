"""Commit messages. These run with ``owui-lint commit-msg`` only."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint.language import listed
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository.message import CommitMessage
from owui_lint.text import count_cjk, nearest

# Cyrillic, Hebrew, Arabic, scripts of India, Thai, kana and Hangul. Greek is not among them: formulas use it.
_FOREIGN = lazy_pattern("[\u0400-\u052f\u0590-\u05ff\u0620-\u06ff\u0900-\u0dff\u0e01-\u0e5b\u3041-\u30fa\uac00-\ud7a3]")
_QUOTED = lazy_pattern(r"\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|‘[^’]*’|「[^」]*」|『[^』]*』|《[^》]*》")


@primitive("message-subject", scope="message")
def message_subject(
    message: CommitMessage, context: Context, *, types: list[str], longest: int, vague: list[str], fillers: list[str]
) -> Iterator[Hit]:
    """Report a first line that is no ``type(scope): subject`` in English that says what changed: more than one of ``vague``,
    and more than words that fit any change (``fillers``).

    Cases: ``empty``, ``encoding``, ``form``, ``type``, ``scope``, ``colon``, ``space``, ``subject``, ``language``, ``vague``,
    ``long``, ``period``.
    """
    line = message.first
    if not line[1]:
        yield Hit(message.place(line), "empty")
        return
    if not message.file.is_utf8:
        yield Hit(message.place(line), "encoding")
    header = message.header
    if header is None or not header.type:
        yield Hit(message.place(line), "form")
        return
    values = {"type": header.type, "types": listed(types), "longest": longest, "length": len(line[1])}
    if header.type not in types:
        near = nearest(header.type.casefold(), types)
        where = message.place(line, 0, len(header.type))
        yield Hit(where, "type", {**values, "near": near}) if near else Hit(where, "unknown-type", values)
    if "()" in line[1][: header.subject_start]:
        yield Hit(message.place(line, 0, header.subject_start), "scope", values)
    subject = header.subject
    place = message.place(line, header.subject_start)
    if not subject:
        yield Hit(message.place(line), "subject", values)
        return
    lead = line[1][: header.subject_start]
    if "\uff1a" in lead:
        yield Hit(message.place(line, lead.index("\uff1a"), lead.index("\uff1a") + 1), "colon", values)
    elif not lead.endswith(": ") or " (" in lead or " !" in lead or lead.endswith(" : "):
        yield Hit(message.place(line, 0, header.subject_start), "space", values)
    plain = _QUOTED.sub("", subject)  # a label of the interface is quoted as users see it
    if _count_foreign(plain) or (_count_foreign(subject) and not compiled(r"[A-Za-z]{2}").search(plain)):
        yield Hit(place, "language", values)
    elif _is_vague(subject.casefold().rstrip(".!").split(), vague, fillers):
        yield Hit(place, "vague", {**values, "subject": subject})
    if len(line[1]) > longest:
        yield Hit(message.place(line, longest), "long", values)
    if subject.endswith(".") and not subject.endswith("..."):
        yield Hit(message.place(line, len(line[1]) - 1), "period", values)


def _count_foreign(text: str) -> int:
    """Return the number of letters that no English word is written with: Han, and those of other scripts."""
    return count_cjk(text) + len(_FOREIGN.findall(text))


def _is_vague(words: list[str], vague: list[str], fillers: list[str]) -> bool:
    return " ".join(words) in vague or {word.strip(",;:") for word in words} <= {*fillers}


@primitive("message-body", scope="message")
def message_body(message: CommitMessage, context: Context, *, most: int, exempt: list[str]) -> Iterator[Hit]:
    """Report a body that is not one to ``most`` bullets; types in ``exempt`` need none. Cases: ``blank``, ``none``,
    ``prose``, ``many``, ``language``, ``unwritten`` (a bullet that is still to be written)."""
    if len(message.lines) > 1 and message.lines[1][1]:
        yield Hit(message.place(message.lines[1]), "blank")
    header = message.header
    values = {"most": most, "count": len(message.bullets)}
    if not message.body:
        if header is not None and header.type not in exempt:
            yield Hit(message.place(message.first), "none", values)
    elif not message.bullets:
        yield Hit(message.place(message.body[0]), "prose", values)
    elif len(message.bullets) > most:
        yield Hit(message.place(message.bullets[most]), "many", values)
    foreign = next((line for line in message.body if _count_foreign(line[1]) * 2 > len("".join(line[1].split()))), None)
    if foreign is not None:
        yield Hit(message.place(foreign), "language", values)
    for line in message.bullets:
        text = line[1].lstrip(" \t-*+•").strip()
        if context.repository.sections.is_unwritten(text):
            yield Hit(message.place(line), "unwritten", {**values, "text": text})


@primitive("message-breaking", scope="message")
def message_breaking(message: CommitMessage, context: Context) -> Iterator[Hit]:
    """Report a breaking change that does not tell users what to do (``default``; a note that is still to be written says
    nothing), and a footer without the ``!`` in the first line (``mark``)."""
    header = message.header
    if header is None:
        return
    is_breaking = header.breaking or message.breaking_note is not None
    if is_breaking and all(map(context.repository.sections.is_unwritten, message.migration_notes)):
        yield Hit(message.place(message.first), values={"type": header.type})
    if message.breaking_note is not None and not header.breaking:
        yield Hit(message.place(message.breaking_note), "mark", {"type": header.type})
