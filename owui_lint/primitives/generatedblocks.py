"""Generated blocks: closed, and alike in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from owui_lint import TYPE_CHECKING
from owui_lint.language import first_of
from owui_lint.lazypattern import lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Document, Repository
from owui_lint.repository.documents.badges import Badge, badges
from owui_lint.repository.documents.entries import resolve_link
from owui_lint.repository.documents.markdown import plain_text
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository.documents.markdown import Link

_MAX_NAMES = 5  # of rows in one message
# What tells the Chinese file of a pair from the English one.
_CHINESE = lazy_pattern(r"(?:_CN|[._-]zh(?:[_-]CN)?)(?=\.\w+$)", re.IGNORECASE)


@primitive("generated-closed", scope="repository")
def generated_closed(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report generated blocks that are never closed, in any READMEs, pages and indexes: where one ends is then a guess."""
    for path in repository.relevant_paths:
        if not path.endswith(".md"):
            continue
        file = repository.file(path)
        for block in file.markdown.generated_blocks:
            if block.missing:
                values = {"opening": file.text[block.start : block.marked], "closing": block.missing}
                yield Hit(file.place(block.start, block.marked), values=values)


@primitive("generated-agree", scope="repository", reads="shared")
def generated_agree(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report badges in generated blocks of the root READMEs that differ between the languages, row by row; rows that only
    one of them certainly has (``rows``), and blocks with rows about plugins that only one of them has (``block``)."""
    documents = repository.root_documents
    if len(documents) < 2:
        return
    rows = {lang: _generated_badges(repository, lang) for lang in documents}
    for key, badge in rows["zh"].items():
        other = rows["en"].get(key)
        if other is not None and other.message != badge.message:
            file = documents["zh"].file
            values = {"found": badge.message, "expected": other.message, "path": documents["en"].path}
            yield Hit(file.place(badge.start, badge.end), values=values)
    blocks = {lang: _blocks(repository, document) for lang, document in documents.items()}
    for lang, other_lang in (("en", "zh"), ("zh", "en")):
        for name, block in blocks[lang].items():
            there = blocks[other_lang].get(name)
            file = documents[lang].file
            place = file.place(block.start, block.marked)
            values = {"path": documents[other_lang].path, "name": name}
            if there is None:
                # Where the other one has blocks of its own, this may be one of them under the name that its language gives
                # it; and a snippet that is marked in small letters need not be a generator's.
                is_only_here = blocks[other_lang].keys() <= blocks[lang].keys()
                is_generators = file.text[block.start : block.marked].isupper()
                if is_only_here and is_generators and any(row.plugin is not None for row in block.rows):
                    yield Hit(place, "block", values)
                continue
            lacking = [row.name for row in _rows_without_match(there, block)]
            if lacking and block.is_closed and there.is_closed:
                yield Hit(place, "rows", {**values, "rows": first_of(lacking, _MAX_NAMES, "行")})


class _Row(NamedTuple):
    """A row of a block: what it links first, the same in both languages, and the plugin that it is about."""

    name: str
    target: str
    plugin: str | None

    @property
    def keys(self) -> set[str]:
        """What a row of the other language about the same thing has one of."""
        return {self.name.casefold(), self.target, f"plugin {self.plugin}" if self.plugin else self.target}


class _Block(NamedTuple):
    """All generated blocks of a name in a document, and where the first is marked. ``links`` are the keys of all that they
    link."""

    start: int
    marked: int
    is_closed: bool
    rows: list[_Row]
    links: set[str]


def _blocks(repository: Repository, document: Document) -> dict[str, _Block]:
    markdown = document.markdown
    badged = {markdown.line_number(badge.start) for badge in badges(markdown) if markdown.is_generated(badge.start)}
    found: dict[str, _Block] = {}
    for block in markdown.generated_blocks:
        known = found.setdefault(block.name, _Block(block.start, block.marked, True, [], set()))
        if block.missing:
            found[block.name] = known._replace(is_closed=False)
        lines: set[int] = set()
        for link in markdown.text_links_in(block.start, block.end):
            if link.target.startswith("#"):
                continue
            row = _row(repository, document, link)
            known.links.update(row.keys)
            line = markdown.line_number(link.start)
            if line not in lines and (line in badged or row.plugin is not None):
                known.rows.append(row)
            lines.add(line)
    return found


def _row(repository: Repository, document: Document, link: Link) -> _Row:
    path = resolve_link(document.path, link.target)
    name = plain_text(link.text)
    owner = repository.pages.plugin_named([name], [path] if path is not None else [])
    neutral = _CHINESE.sub("", path) if path is not None else link.target
    return _Row(name, neutral, owner.id if owner is not None else None)


def _rows_without_match(block: _Block, others: _Block) -> list[_Row]:
    """Return the rows of a block that ``others``, the same in the other language, certainly lacks. What is left over on
    both sides may be the same thing under two names and addresses, unless it is known what all of it is about."""
    alone = [row for row in block.rows if row.keys.isdisjoint(others.links)]
    opposite = [row for row in others.rows if row.keys.isdisjoint(block.links)]
    if not opposite:
        return alone
    return [row for row in alone if row.plugin is not None] if all(row.plugin for row in opposite) else []


def _generated_badges(repository: Repository, lang: str) -> dict[tuple[str, str, int], Badge]:
    """Static badges in generated blocks, by the row's first link, the badge's alt text and its count in the row."""
    document = repository.root_documents[lang]
    markdown = document.markdown
    found: dict[tuple[str, str, int], Badge] = {}
    for badge in badges(markdown):
        if not markdown.is_generated(badge.start):
            continue
        links = links_beside(document, badge.start)
        if not links:
            continue  # without a link that both languages share, rows cannot be told apart
        number = 0
        while (key := (links[0].target, badge.label, number)) in found:
            number += 1
        found[key] = badge
    return found


def links_beside(document: Document, offset: int) -> list[Link]:
    """Return the links (no images) of the line that holds an offset."""
    return document.markdown.text_links_in(*document.markdown.line_around(offset))
