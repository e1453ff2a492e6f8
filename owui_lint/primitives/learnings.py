"""Notes that follow a template which their folder's README shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from owui_lint.finding import Place
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Repository
from owui_lint.repository.documents.markdown import Markdown

_NAME = lazy_pattern(r"[a-z0-9]+(?:-[a-z0-9]+)*\.md")
_FENCED = lazy_pattern(r"^(`{3,}|~{3,})[ \t]*+(?:(?:markdown|md)[ \t]*+)?\r?\n(.*?)^\1", re.MULTILINE | re.DOTALL)

_DAY = lazy_pattern(
    r"^>[ \t]*(?:\*\*)?([^\W\d_]{2,20})(?:\*\*)?[ \t]*[:：][ \t*]*(?:YYYY-MM-DD|\d{4}-\d\d-\d\d)", re.MULTILINE
)


@primitive("notes-form", scope="repository")
def notes_form(
    repository: Repository, context: Context, *, folder: str, headings: list[str], date: str
) -> Iterator[Hit]:
    """Report notes in ``folder`` whose name is not kebab-case (``name``), without a title (``title``), without the line
    that starts with ``date`` and a day (``date``), or without a section (``heading``).

    The sections and the line's name are those of the template in the folder's README, else ``headings`` and ``date``.
    """
    readme = f"{folder}/{repository.config['readme']}"
    wanted, label = _template(repository.file(readme).text) if repository.exists(readme) else ([], "")
    date = label or date
    for path in repository.by_folder.get(folder, []):
        name = path.rpartition("/")[2]
        file = repository.file(path)
        if not name.endswith(".md") or path == readme or file.problem:
            continue
        if not _NAME.fullmatch(name):
            yield Hit(Place(path), "name", {"name": name})
        markdown = file.markdown
        if markdown.title is None:
            yield Hit(Place(path), "title")
        pattern = (
            rf"^>?[ \t]*(?:\*\*)?{re.escape(date)}(?:\*\*)?[ \t]*[:：][ \t]*(?:\*\*)?[ \t]*\d{{4}}-\d{{2}}-\d{{2}}"
        )
        if not compiled(pattern, re.MULTILINE | re.IGNORECASE).search(markdown.masked):
            yield Hit(Place(path), "date", {"date": date})
        present = {heading.plain.casefold() for heading in markdown.headings}
        for heading in wanted or headings:
            if heading.casefold() not in present:
                yield Hit(Place(path), "heading", {"heading": heading})


def _template(text: str) -> tuple[list[str], str]:
    """Return the second-level headings of the first fenced block that has some, and what its line with the day is called."""
    for match in _FENCED.finditer(text):
        found = [heading.plain for heading in Markdown(match[2]).headings if heading.level == 2]
        if found:
            day = _DAY.search(match[2])
            return found, day[1] if day else ""
    return [], ""
