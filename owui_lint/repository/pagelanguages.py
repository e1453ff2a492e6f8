"""In which language a page is by the folder that it lies in, and where its page in the other language may lie.

The standard's pages say it by their names (``echo.zh.md``). Others lie in a folder of each language (``docs/zh/echo.md``
beside ``docs/en/echo.md``), or those of one language do (``docs/zh/echo.md`` beside ``docs/echo.md``).
"""

from __future__ import annotations

import re

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_OTHER = {"en": "zh", "zh": "en"}
_FOLDER = lazy_pattern(
    r"(?:^|(?<=/))(?:(?P<zh>zh|cn|zh[_-]cn|zh[_-]hans|chinese|中文)|(?P<en>en|en[_-]us|en[_-]gb|english|英文))(?=/)",
    re.IGNORECASE,
)


class Placed(NamedTuple):
    """Where a path names a language: ``before`` and ``behind`` are what is around the folder that does, without it."""

    before: str
    lang: str
    behind: str

    @property
    def path(self) -> str:
        """The path as it would be without that folder: the same for a page in both languages."""
        return self.before + self.behind


def placed(path: str) -> Placed | None:
    """Return the first folder of a path that is called like a language, if there is one."""
    match = _FOLDER.search(path)
    return match and Placed(path[: match.start()], match.lastgroup or "en", path[match.end() + 1 :])


def counterparts(path: str, lang: str, by_name: str, subfolders: Mapping[str, set[str]], docs: str) -> list[str]:
    """Return where the page in the other language may lie, the place where it belongs first.

    ``lang`` is the language that the page's own name states, ``by_name`` where the other one lies by that. ``docs`` is the
    folder of all pages.
    """
    inner = path.removeprefix(f"{docs}/")
    own = placed(inner)
    before, behind = (own.before, own.behind) if own is not None else ("", inner)
    if own is not None and lang == "en":
        lang = own.lang
    parent = f"{docs}/{before}"
    folders = sorted(name for name in subfolders.get(parent[:-1], ()) if _says(name, _OTHER[lang]))
    others = [f"{parent}{name}/{behind}" for name in folders]
    if own is None:
        return [by_name, *others]
    above = f"{parent}{behind}"
    return [*others, above] if own.lang == "zh" else [*others, by_name, above]


def _says(folder: str, lang: str) -> bool:
    found = placed(f"{folder}/")
    return found is not None and found.lang == lang
