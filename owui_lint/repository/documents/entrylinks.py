"""How the links of an entry stand in it: as its name, as the way to its documentation, by themselves, or in running text.

What an entry is about, it names or leads to on purpose. A link in a sentence ("pairs with …") mentions something, and is
what the entry is about only where nothing else says that.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.documents.markdown import Link, Markdown, plain_text
from owui_lint.tuples import NamedTuple
from owui_lint.versions import VERSION

#: How a link stands, what counts most first. ``DOCUMENTATION``: its text says so, ``LABELLED``: other entries have a link
#: with that text, which leads elsewhere; ``ALONE``: no words stand beside it in its sentence, cell or part of the line.
NAME, DOCUMENTATION, LABELLED, ALONE, MENTION = range(5)

# No words of a name: an icon, a tag, a tick, the start of a version.
ICON = lazy_pattern(r":[\w+-]{1,80}:(?:[ \t]{0,4}\{[^{}]{0,200}\})?|<[^<>]{1,200}>|\[[xX]\]|v\d")
_DOCUMENTATION = lazy_pattern(
    r"\W*(?:(?:view|read|see|open|full|the|plugin|to|detailed)[ \t]+)*"
    r"(?:documentation|docs?|doc(?:umentation)?[ \t]+page|page|details|read[ \t]+more|learn[ \t]+more|more(?:[ \t]+info(?:rmation)?)?"
    r"|(?:查看|阅读)?(?:完整|详细|插件)?(?:文档|详情|说明|更多))\W*"
    r"|\W*(?:documentation|docs|文档)[ \t]*[:：].{0,200}",
    re.IGNORECASE,
)
# Pages that go with a plugin's, by what links call them.
_GUIDE = lazy_pattern(
    r"(?<![^\W_])(?:tutorials?|guides?|faqs?|how[ \t_-]?to|walk[ \t_-]?through|case[ \t_-]stud(?:y|ies)|recipes?|cookbook"
    r"|trouble[ \t_-]?shooting|change[ \t_-]?log|release[ \t_-]notes|quick[ \t_-]?start|getting[ \t_-]started)(?![^\W_])"
    r"|教程|指南|案例|常见问题|更新日志|快速(?:入门|上手|开始)",
    re.IGNORECASE,
)
# Where a part of a line ends: a cell, a sentence, what separates fields.
_PART = lazy_pattern(
    r"[|｜·•→;；]|<br[ \t]?/?>|[.!?][*_]{0,2}(?:[ \t]|$)|[。！？]|(?:^|[ \t])[-–—]{1,2}(?:[ \t]|$)|——|[\r\n]"
)
_VERSION = lazy_pattern(rf"(?<!\d)v?{VERSION}|\b(?:version|ver)\b|版本号?", re.IGNORECASE)
_NEAR = 300  # characters beside a link that tell how it stands


class EntryLink(NamedTuple):
    """A link of an entry, and how it stands there."""

    link: Link
    role: int
    is_guide: bool


def standing(
    markdown: Markdown, links: Sequence[Link], block: tuple[int, int], name_end: int, labels: Collection[str]
) -> list[EntryLink]:
    """Return the links of an entry, what counts most first, in their order else. ``block``: where the entry stands;
    ``name_end``: up to where a link is its name; ``labels``: texts of links that recur from entry to entry."""
    found = [
        EntryLink(link, _role(markdown, link, block, name_end, labels), names_guide(plain_text(link.text)))
        for link in links
    ]
    return sorted(found, key=lambda one: (one.role, one.is_guide and one.role != NAME))


def says_documentation(link: Link) -> bool:
    """Tell whether the text of a link says that it leads to the documentation of what it stands with."""
    return _DOCUMENTATION.fullmatch(plain_text(link.text)) is not None


def label_of(link: Link) -> str:
    """Return the text of a link as it is compared with that of others."""
    return " ".join(plain_text(link.text).casefold().split())


def _role(markdown: Markdown, link: Link, block: tuple[int, int], name_end: int, labels: Collection[str]) -> int:
    if link.start < name_end:
        return NAME
    if says_documentation(link):
        return DOCUMENTATION
    if not _is_alone(markdown, link, *block):
        return MENTION
    return LABELLED if label_of(link) in labels else ALONE


def _is_alone(markdown: Markdown, link: Link, start: int, end: int) -> bool:
    text = markdown.text
    before = _PART.split(text[max(start, link.start - _NEAR) : link.start])[-1]
    after = _PART.split(text[link.end : min(end, link.end + _NEAR)], 1)[0]
    return not any(any(map(str.isalpha, _VERSION.sub("", ICON.sub("", part)))) for part in (before, after))


def names_guide(text: str) -> bool:
    """Tell whether a text, or a page's name, is that of what goes with a plugin's documentation: a tutorial, questions."""
    return _GUIDE.search(text) is not None
