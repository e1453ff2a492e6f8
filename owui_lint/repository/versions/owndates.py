"""Which date badges of a root README show the day of its newest release (R2).

Others tell of a release in the past, are about one plugin, or are one of many such: a table of plugins has one in each row,
a list of news one in each item. What they say is nobody's to compare or to rewrite.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.spans import is_in

if TYPE_CHECKING:
    from owui_lint.repository import Repository
    from owui_lint.repository.documents.markdown import Markdown
    from owui_lint.repository.plugin import Document
    from owui_lint.repository.versions.dates import DateBadge

_ROW_OF_HTML = lazy_pattern(r"<(/?)(?:tr|li)\b", re.IGNORECASE)
_LONGEST_ROW = 2000  # characters of a row in HTML before what stands in it
_MOST_FORGOTTEN = 2  # badges of one label that differ: of more, each has a day of its own


def own_dates(repository: Repository, document: Document, found: Sequence[DateBadge]) -> list[DateBadge]:
    """Return those of the date badges of a root README that stand for the repository, and those in generated blocks."""
    own, uses = [], Counter[int]()
    for alone, of_the_whole in _own(repository, document, [badge for badge in found if not badge.generated]):
        own += of_the_whole
        uses.update(badge.shown.start for badge in alone)  # what a badge of the head says is said again further down
    places = {badge.at: badge._replace(is_shared=badge.uses > uses[badge.shown.start]) for badge in own}
    return [badge if badge.generated else places[badge.at] for badge in found if badge.generated or badge.at in places]


def _own(
    repository: Repository, document: Document, found: Sequence[DateBadge]
) -> Iterator[tuple[list[DateBadge], list[DateBadge]]]:
    """Yield, for each label, the badges that are about nothing smaller than a README, and those of them that count."""
    if not found:
        return
    finder = repository.finder
    by_label: dict[str, list[DateBadge]] = defaultdict(list)
    for badge in found:
        by_label[badge.label].append(badge)
    heads = finder.statements.heads(document)
    for badges in by_label.values():
        entries = [entry_around(document.markdown, badge.at) for badge in badges]
        are_several = len({entry for entry in entries if entry is not None}) > 1  # each row or item has its own
        alone = [
            badge
            for badge, entry in zip(badges, entries, strict=True)
            if not (are_several and entry is not None)
            and not finder.statements.is_told(document, badge.at)
            and not finder.owners.is_about_a_plugin(document, badge.at, entry)
        ]
        yield alone, _of_the_whole(alone, heads)


def _of_the_whole(badges: list[DateBadge], heads: Sequence[tuple[int, int]]) -> list[DateBadge]:
    """Badges of one label that are about all of a README: those of its head, else all, where they do not differ."""
    in_head = [badge for badge in badges if is_in(badge.at, heads)]
    differ = len({badge.shown.days for badge in in_head or badges}) > 1
    most = _MOST_FORGOTTEN if in_head else 1
    return [] if differ and len(in_head or badges) > most else in_head or badges


def entry_around(markdown: Markdown, offset: int) -> tuple[int, int] | None:
    """Return where the list item or row that holds an offset starts and ends, in Markdown or in HTML, if one does."""
    above = bisect_right(markdown.entries, offset, key=lambda block: block.start)
    if above and offset < markdown.entries[above - 1].end:
        return markdown.entries[above - 1][1:]
    first = max(0, offset - _LONGEST_ROW)
    tags = list(_ROW_OF_HTML.finditer(markdown.masked, first, offset))
    return (tags[-1].start(), markdown.line_end(offset)) if tags and not tags[-1][1] else None
