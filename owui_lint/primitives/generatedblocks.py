"""Generated blocks: closed, and alike in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint import TYPE_CHECKING
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Document, Repository
from owui_lint.repository.documents.badges import Badge, badges

if TYPE_CHECKING:
    from owui_lint.repository.documents.markdown import Link


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


@primitive("generated-agree", scope="repository")
def generated_agree(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report badges in generated blocks of the root READMEs that differ between the languages, row by row."""
    documents = repository.root_documents
    if len(documents) < 2:
        return
    rows = {lang: _generated_rows(repository, lang) for lang in documents}
    for key, badge in rows["zh"].items():
        other = rows["en"].get(key)
        if other is not None and other.message != badge.message:
            file = documents["zh"].file
            values = {"found": badge.message, "expected": other.message, "path": documents["en"].path}
            yield Hit(file.place(badge.start, badge.end), values=values)


def _generated_rows(repository: Repository, lang: str) -> dict[tuple[str, str, int], Badge]:
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
