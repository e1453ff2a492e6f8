"""Whether files can be read at all, and whether code parses."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from owui_lint.finding import Place, Span
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin, Repository


@primitive("file-problem", scope="repository")
def file_problem(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report files that rules would read but that are no readable UTF-8 text, or hold both sides of a merge; the case is
    the problem's name."""
    seen: set[str] = set()
    for path in repository.relevant_paths:
        file = repository.file(path)
        if file.problem and file.problem != "missing" and path not in seen:
            seen.add(path)
            yield Hit(file.problem_place, file.problem, plugin=repository.owner_id(path))


@primitive("syntax", scope="plugin", reads="code")
def syntax(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report plugin code that Python cannot parse, where the parser stopped, or cannot compile (``compiled``)."""
    for code in plugin.codes:
        if code.file.problem:
            continue
        parsed = code.module.syntax_error
        error = parsed or code.module.compile_error
        if error is not None:
            message, line, column = error
            column = min(column, len(code.file.line_text(line)) + 1)
            # Newer ones may: their syntax is more.
            values = {"error": message, "python": f"{sys.version_info.major}.{sys.version_info.minor}"}
            case = "default" if parsed else "compiled"
            yield Hit(Place(code.path, Span(line, column, line, column)), case, values)
