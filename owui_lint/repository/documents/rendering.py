"""What renderers make of inline text: entities of HTML, shortcodes of emoji and icons, lists of attributes.

A heading written in these is read as one that is written without them. Code stays as it is.
"""

from __future__ import annotations

import re

from owui_lint.lazypattern import lazy_pattern

_NAMED = r"&(?:#(?P<decimal>\d{1,7})|#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));"
_ENTITY = lazy_pattern(rf"`[^`]*+`|{_NAMED}")
_ESCAPED = lazy_pattern(rf"\\(?P<mark>[!-/:-@\[-`{{-~])|{_NAMED}")
_SHORTCODE = lazy_pattern(
    r"`[^`]*+`|(?<![\w:/])(?P<code>:(?:(?=[a-z0-9_+-]{0,59}[a-z])[a-z0-9_+-]{2,60}|[+-]1|100):(?:\{[^{}]{0,200}\})?)(?![\w:/])"
)
# At the end of a heading, as attr_list has it: an id, classes, pairs of a key and a value.
_ATTRIBUTES = lazy_pattern(
    r"\{:?[ \t]*+(?:[#.][\w:.-]{1,100}|[\w:-]{1,60}=(?:\"[^\"{}]{0,200}\"|'[^'{}]{0,200}'|[^\s\"'{}]{1,200}))"
    r"(?:[ \t]++(?:[#.][\w:.-]{1,100}|[\w:-]{1,60}=(?:\"[^\"{}]{0,200}\"|'[^'{}]{0,200}'|[^\s\"'{}]{1,200}))){0,20}+[ \t]*+\}\Z"
)
_COMMON = {"amp": "&", "apos": "'", "gt": ">", "lt": "<", "nbsp": "\u00a0", "quot": '"'}
_HIGHEST = 0x10FFFF


def decoded(text: str) -> str:
    """Return inline text with its entities as the characters that they show; unknown ones stay."""
    return _ENTITY.sub(_character, text) if "&" in text and ";" in text else text


def destination(target: str) -> str:
    """Return where a link leads, as it is written in Markdown: without backslashes before marks, and without entities."""
    if "\\" not in target and "&" not in target:
        return target
    return _ESCAPED.sub(lambda match: match["mark"] or _character(match), target)


def _character(match: re.Match[str]) -> str:
    if match["name"]:
        common = _COMMON.get(match["name"])
        return common if common is not None else _rare(match[0])
    if match["decimal"] or match["hex"]:
        code = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
        return chr(code) if 0 < code <= _HIGHEST and not 0xD800 <= code <= 0xDFFF else match[0]
    return match[0]


def _rare(entity: str) -> str:
    import html  # a long table, which few pages need

    return html.unescape(entity)


def has_shortcode(text: str) -> bool:
    """Tell whether inline text shows an emoji or an icon by its name: ``:rocket:``."""
    return text.count(":") > 1 and any(match["code"] for match in _SHORTCODE.finditer(text))


def without_shortcodes(text: str) -> str:
    """Return inline text without emoji and icons that are written by their names: ``:rocket:``."""
    return _SHORTCODE.sub(lambda match: " " if match["code"] else match[0], text) if text.count(":") > 1 else text


def without_attributes(heading: str) -> str:
    """Return a heading without the list of attributes at its end: ``{ #id .class }``. Other text in braces stays."""
    if not heading.endswith("}"):
        return heading
    start = heading.rfind("{")
    return heading[:start].rstrip(" \t") if start >= 0 and _ATTRIBUTES.match(heading, start) else heading
