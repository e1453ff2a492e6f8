"""Whether a version in a line is that of the line's subject, or of another thing that is named there.

"Works with Open WebUI · v0.6.0" is no statement about the plugin; "By Name · v1.2.0" is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from owui_lint.lazypattern import compiled, lazy_pattern

_LABEL = lazy_pattern(
    r"(?:(?:plugin|current|latest|stable)[ \t]+)?(?:version|ver\.?|release|latest|(?:插件|当前|最新)?版本号?)"
    r"(?:[ \t:：=*_→–—|-]|</?[a-z]{1,10}>){0,10}[\[`(（]?v?$|[*_`\[]{0,4}v?$",
    re.IGNORECASE,
)
_SEPARATOR = lazy_pattern(r"[|·•;；]|[,，][ \t]")
_WORD = lazy_pattern(r"[^\W_]")
# What makes a part of a line a field of its own: a label, an author, a link, markup.
_FIELD = lazy_pattern(
    r"[:：@*\[<]|^[ \t>*-]*(?:by|作者)\b|\b(?:MIT|Apache|BSD|GPL|AGPL|MPL|licen[sc]ed?)\b|许可", re.IGNORECASE
)
# A field that tells of the plugin, whatever its value says.
_OWN = lazy_pattern(
    r"^[\W_]*(?:by|authors?|maintainers?|licen[sc]e|project|repo(?:sitory)?|plugin|name|title|updated|date|作者|维护者|许可|项目|插件|名称|更新)\b",
    re.IGNORECASE,
)
_TARGET = lazy_pattern(r"\]\([^()]*\)|<[^<>]*>")


class Others:
    """Words that make a version another thing's, as ``rules/locations.yaml`` has them."""

    def __init__(self, data: Mapping[str, str]) -> None:
        self._data = data

    @cached_property
    def _words(self) -> re.Pattern[str]:
        return compiled(self._data["words"], re.IGNORECASE)

    @cached_property
    def _word_before(self) -> re.Pattern[str]:
        return compiled(rf"(?:{self._data['words']})(?:[ \t]+(?:with|on|for|by))?[ \t(（]*$", re.IGNORECASE)

    @cached_property
    def _named(self) -> re.Pattern[str]:
        return compiled(rf"(?:{self._data['names']})[ \t]*[*_`]{{0,3}}[ \t]*$", re.IGNORECASE)

    @cached_property
    def _name(self) -> re.Pattern[str]:
        return compiled(rf"\b(?:{self._data['names']})\b", re.IGNORECASE)

    def are_named_in(self, text: str) -> bool:
        """Tell whether a short text, such as that of an image, names another thing."""
        return self._name.search(text) is not None

    def claim(self, lead: str, tail: str = "", *, title: str, is_field: bool) -> bool:
        """Tell whether the version between ``lead`` and ``tail``, the texts of its line, is another thing's.

        ``is_field``: it may be one field of several in the line. What stands before it there is then a field too, or the
        page's ``title``: bare words would be what the version belongs to.
        """
        lead = _LABEL.sub("", _TARGET.sub(lambda match: "]" if match[0].startswith("]") else "<", lead))
        parts = _SEPARATOR.split(lead)
        here = parts[-1]
        if _WORD.search(here):
            aside = here[max(here.rfind("("), here.rfind("（")) + 1 :] if here.count("(") + here.count("（") else ""
            return (
                self._named.search(here) is not None
                or self._word_before.search(here) is not None
                or self._words.search(aside) is not None
            )
        if not is_field:
            return False
        before = next((part for part in reversed(parts[:-1]) if _WORD.search(part)), "")
        if not before:
            after = _SEPARATOR.split(tail)[1:2]
            return bool(after) and self._words.search(after[0]) is not None and ":" not in after[0]
        if _OWN.match(before):
            return False
        if self._words.search(before) or self._named.search(before):
            return True
        return not _FIELD.search(before) and before.strip(" \t>*_-#").casefold() != title.casefold()
