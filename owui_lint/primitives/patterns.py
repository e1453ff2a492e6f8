"""Patterns that text must, or must not, match."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint import TYPE_CHECKING
from owui_lint.patterns import Match, Matcher, PatternTooSlow
from owui_lint.primitives import TOO_SLOW, Context, Hit, RuleStopped, primitive
from owui_lint.repository import Plugin, Repository, SourceFile

if TYPE_CHECKING:
    from typing import Literal


@primitive("pattern", scope="repository")
def pattern(
    repository: Repository,
    context: Context,
    *,
    where: Literal["code", "readme", "page", "frontmatter"],
    pattern: str,
    must: Literal["match", "not-match"] = "not-match",
    key: str | None = None,
    lang: Literal["en", "zh"] | None = None,
    types: list[str] | None = None,
) -> Iterator[Hit]:
    """Report text that matches a regular expression, or with ``must: match`` text that does not.

    ``where``: the plugins' code, their READMEs, their pages, or the front-matter value of ``key`` (a key that is not there
    is the empty text). ``lang`` and ``types`` limit it to documents of a language and plugins of types. The pattern is
    searched in the whole text, per Python's ``re``; begin it with ``(?m)`` for ``^`` and ``$`` at each line. The values for
    messages are ``found`` (what matched) and the pattern's named groups.
    """
    matcher = Matcher(pattern)
    for plugin in repository.plugins:
        if types is not None and plugin.type not in types:
            continue
        for file, start, text in _texts(plugin, where, key, lang):
            try:
                matches = matcher.search(text)
            except PatternTooSlow as error:
                raise RuleStopped(TOO_SLOW) from error
            if must == "not-match":
                for match in matches:
                    place = file.place(start + match.start, start + match.end)
                    yield Hit(place, values=_values(match, text), plugin=plugin.id)
            elif not matches:
                end = start + len(text) if where == "frontmatter" else start
                yield Hit(file.place(start, end), values={"found": text[:100]}, plugin=plugin.id)


def _texts(plugin: Plugin, where: str, key: str | None, lang: str | None) -> Iterator[tuple[SourceFile, int, str]]:
    """Yield files, where in them a text starts, and that text."""
    file = plugin.code.file
    if where == "code":
        yield file, 0, file.text
    elif where == "frontmatter":
        entry = plugin.code.frontmatter.get(key or "")
        yield (file, entry.value_span.start, entry.value) if entry is not None else (file, 0, "")
    else:
        documents = plugin.readmes.values() if where == "readme" else plugin.pages
        for document in documents:
            if lang in (None, document.lang):
                yield document.file, 0, document.file.text


def _values(match: Match, text: str) -> dict[str, str]:
    return {"found": text[match.start : match.end][:100], **match.groups}
