"""What the docstring of a plugin, which holds its front matter, tells of releases."""

from __future__ import annotations

import ast

from owui_lint.finding import Place
from owui_lint.repository.documents.markdown import plain_text
from owui_lint.repository.documents.sections import STORY, SectionBook, release_named
from owui_lint.repository.plugin import Code

_LONGEST = 200  # characters of a line that heads what is told


def story_in_docstring(code: Code, book: SectionBook) -> tuple[str, Place] | None:
    """Return the first release that a line of the docstring names in the words of a What's New, and where; ``None`` where
    there is none, or the code is no Python."""
    tree = code.module.tree
    if tree is None or ast.get_docstring(tree, clean=False) is None:
        return None
    first, file = tree.body[0], code.file
    for number in range(first.lineno, (first.end_lineno or first.lineno) + 1):
        text = plain_text(file.line_text(number).strip().lstrip("#-* "))
        kind = book.classify(text, "en") if len(text) <= _LONGEST else None
        named = release_named(text) if kind is not None and kind.id == STORY else None
        if named is not None:
            return named.version, file.line_place(number)
    return None
