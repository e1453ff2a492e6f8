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
_CHINESE = r"zh(?:[_-]?(?:cn|sg|tw|hk|mo|hans|hant)){0,2}|cn|chinese|中文"
_ENGLISH = r"en(?:[_-]?(?:us|gb))?|english|英文"
_FOLDER = lazy_pattern(rf"(?:^|(?<=/))(?:(?P<zh>{_CHINESE})|(?P<en>{_ENGLISH}))(?=/)", re.IGNORECASE)
_NAME = lazy_pattern(rf"(?P<stem>.+?)[._-](?:(?P<zh>{_CHINESE})|(?P<en>{_ENGLISH}))", re.IGNORECASE)
# Languages that are not compared; by their codes, those that documentation is mostly translated into.
_THIRD = lazy_pattern(
    r"(?:^|/)(?:(?:ar|bg|ca|cs|da|de|el|es|et|eu|fa|fi|fr|gl|he|hi|hr|hu|id|it|ja|ka|kk|ko|lt|lv|ms|nb|nl|nn|no|pl|pt|ro|ru"
    r"|sk|sl|sr|sv|ta|th|tr|uk|ur|uz|vi)(?:[_-][a-z]{2,4})?|jp|kr|japanese|korean|german|french|spanish|portuguese|russian"
    r"|italian|日本語|日文|한국어|韩文)/",
    re.IGNORECASE,
)
# What people and site generators call the folder that holds all translations.
_TRANSLATIONS = ("i18n", "l10n", "locale", "locales", "translations")


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


def is_language(folder: str) -> bool:
    """Tell whether a folder is called like a language that is compared."""
    return placed(f"{folder}/") is not None


def named(stem: str) -> tuple[str, str] | None:
    """Return what a page's name (without extension) is without the language that it ends in, and that language."""
    match = _NAME.fullmatch(stem)
    return match and (match["stem"], match.lastgroup or "en")


def is_in_third(path: str) -> bool:
    """Tell whether a page lies in a folder of a language that is not compared (``docs/ja/echo.md``)."""
    return _THIRD.search(path) is not None


def is_among_translations(path: str) -> bool:
    """Tell whether a page lies in a folder that holds translations, whatever the order in it."""
    return not {*path.split("/")[:-1]}.isdisjoint(_TRANSLATIONS)


def holds_translations(subfolders: Mapping[str, set[str]], folder: str) -> bool:
    """Tell whether a folder (``""``: the root) has one beside its pages that holds those in Chinese."""
    prefix = f"{folder}/" if folder else ""
    return any(
        _says(name, "zh")
        for translations in _TRANSLATIONS
        if translations in subfolders.get(folder, ())
        for name in subfolders.get(prefix + translations, ())
    )


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
