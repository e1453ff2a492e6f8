"""Where links of a Markdown document point, and which anchors a document has.

A heading's anchor depends on who renders the page. Both renderers that these pages meet are known: GitHub (keeps
letters of every script, ``-1`` for a repeated heading) and Python-Markdown as MkDocs uses it (ASCII only unless a
Unicode slug function is configured, ``_1`` for a repeated or an empty one). An anchor of either is accepted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.documents.markdown import Markdown, named_text
from owui_lint.repository.documents.rendering import decoded, destination, without_attributes, without_shortcodes
from owui_lint.text import unquoted
from owui_lint.tuples import NamedTuple

_ATTRIBUTES = lazy_pattern(r"\{([^{}]*)\}\s*$")
_EXPLICIT = lazy_pattern(r".*#([^\s{}]+)", re.DOTALL)
_ATTRIBUTE = lazy_pattern(r"\{:?[^{}\r\n]{0,200}?#([^\s{}]{1,200})[^{}\r\n]{0,200}\}")
_SHORTCODE = lazy_pattern(r":[a-z0-9_+-]{2,60}:")
_HTML_ID = lazy_pattern(r"<[a-zA-Z][^<>\r\n]{0,500}?\b(?:id|name)\s*=\s*[\"']([^\"'\r\n]{1,200})[\"']")
_HTML_HEADING = lazy_pattern(r"<h[1-6]\b[^<>\r\n]{0,500}>([^\r\n]{0,500}?)</h[1-6]>", re.IGNORECASE)
_HTML_LINK = lazy_pattern(
    r"<(a|img|source)\b[^<>\r\n]{0,1000}?\b(?:href|src)\s*=\s*[\"']([^\"'<>\r\n]{1,2000})[\"']", re.IGNORECASE
)
# Lines in which a site puts other text: snippets, includes, macros, documentation of code.
_PUT_IN = lazy_pattern(r"^[ \t]*(?:-{1,}8<-{1,}|\{[!%{]|;-{2,}8<|:::[ \t])", re.MULTILINE)
_INDENTED = lazy_pattern(r"^(?: {4}|\t)[ \t]*#{1,6}[ \t]+(\S[^\r\n]*)", re.MULTILINE)
_TAG = lazy_pattern(r"<[^<>\r\n]{0,500}>")
_IN_NAMES = lazy_pattern(r"`[^`\r\n]{1,300}`|(?<=\w)_+(?=\w)")
_MARKS = lazy_pattern("[\u200d\ufe0e\ufe0f]")


class Reference(NamedTuple):
    """Something that a document links to: ``start:end`` are the target's offsets; ``html``: written as a tag."""

    target: str
    start: int
    end: int
    image: bool
    html: bool

    @property
    def destination(self) -> str:
        """The target as it is read: a tag knows no backslashes."""
        return decoded(self.target) if self.html else destination(self.target)


def references(markdown: Markdown) -> Iterator[Reference]:
    """Yield inline links, images, reference definitions and HTML links outside of code and comments."""
    for link in markdown.inline_links:
        yield Reference(link.target, link.target_start, link.target_start + len(link.target), link.image, False)
    for _, target, start in markdown.definitions:
        yield Reference(target, start, start + len(target), False, False)
    for match in _HTML_LINK.finditer(markdown.masked):
        yield Reference(match[2], match.start(2), match.end(2), match[1].casefold() != "a", True)


def built_anchors(markdown: Markdown) -> frozenset[str] | None:
    """Return the anchors that only a site gives a document, in normal form: of headings within its tabs and admonitions,
    which are indented. ``None`` where it puts other text in, which may bring any."""
    found = markdown.facts.plain("built anchors", lambda: _built_anchors(markdown))
    return None if found is None else frozenset(found)


def _built_anchors(markdown: Markdown) -> list[str] | None:
    text = markdown.without_any_code
    if _PUT_IN.search(text):
        return None
    headings = (named_text(match[1]) for match in _INDENTED.finditer(text))
    return sorted({slug(heading) for heading in headings for slug in (github_slug, _ascii_slug, _unicode_slug)})


def normal_anchor(anchor: str) -> str:
    """Return an anchor as it is compared: decoded, lower case, without emoji selectors and GitHub's own prefix."""
    return _MARKS.sub("", unquoted(anchor)).casefold().removeprefix("user-content-")


def anchors(markdown: Markdown) -> frozenset[str]:
    """Return every anchor of a document, in normal form, as either renderer would make it."""
    return frozenset(markdown.facts.plain("anchors", lambda: sorted(_anchors(markdown))))


def _anchors(markdown: Markdown) -> set[str]:
    found: set[str] = set()
    counts: dict[tuple[int, str], int] = {}
    titles = [(heading.start, heading.content) for heading in markdown.headings]
    lines = {heading.line for heading in markdown.headings}
    tags = _HTML_HEADING.finditer(markdown.masked)
    titles += [(tag.start(), tag[1]) for tag in tags if markdown.line_number(tag.start()) not in lines]
    empty = 0
    for _, content in sorted(titles):
        attributes = _ATTRIBUTES.search(content)
        explicit = _EXPLICIT.match(attributes[1]) if attributes else None
        if attributes and explicit:
            found.add(normal_anchor(explicit[1]))
        shown = content[: attributes.start()] if attributes and explicit else without_attributes(content)
        text = named_text(_TAG.sub("", shown))
        slugs = [github_slug(text), _ascii_slug(text), _unicode_slug(text)]
        if (bare := without_shortcodes(text)) != text:
            slugs += [github_slug(_SHORTCODE.sub("⭐", text)), _ascii_slug(bare), _unicode_slug(bare)]
        if shown != content:  # which GitHub shows as it is written
            slugs.append(github_slug(named_text(_TAG.sub("", content))))
        if "_" in shown:  # a mark of emphasis, or a part of a name or of code
            kept = _IN_NAMES.sub(lambda match: match[0].replace("_", "\0"), _TAG.sub("", shown))
            slugs.append(github_slug(named_text(kept).replace("\0", "_")))
        for style, slug in enumerate(slugs):
            if not slug:
                empty += 1
                found |= {f"_{empty}"}
                continue
            number = counts.get((style, slug), 0)
            counts[style, slug] = number + 1
            found |= {f"{slug}-{number}", f"{slug}_{number}"} if number else {slug}
    for pattern in (_HTML_ID, _ATTRIBUTE):
        found |= {normal_anchor(match[1]) for match in pattern.finditer(markdown.masked)}
    return found


def github_slug(text: str) -> str:
    """Return GitHub's anchor of a heading, without emoji selectors."""
    kept = "".join(c for c in _MARKS.sub("", text).strip().casefold() if c in "-_ " or _is_word(c))
    return kept.replace(" ", "-")


def _is_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _ascii_slug(text: str) -> str:
    """The default of Python-Markdown's ``toc``."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return compiled(r"[-\s]+").sub("-", compiled(r"[^\w\s-]").sub("", ascii_text).strip().casefold())


def _unicode_slug(text: str) -> str:
    """The Unicode variants: ``toc``'s ``slugify_unicode`` and ``pymdownx.slugs``."""
    plain = unicodedata.normalize("NFKC", _MARKS.sub("", text))
    return compiled(r"[-\s]+").sub("-", compiled(r"[^\w\s-]").sub("", plain).strip().casefold())
