"""Which files are READMEs, in which language, and which of them a folder has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern

if TYPE_CHECKING:
    from owui_lint.repository.tree import Tree


# Usual names. What lies beside a README in another language is called English.
_NAME = lazy_pattern(
    r"readme(?:[._-]?(?:(?P<zh>zh|cn|zh[_-]?cn|zh[_-]?hans|chinese|中文)|(?P<en>en|en[_-]?us|en[_-]?gb|english|英文)))?"
    r"\.(?:md|markdown)",
    re.IGNORECASE,
)


def named_language(name: str) -> str | None:
    """Return the language, ``en`` or ``zh``, that the usual name of a README states: "" for ``README.md``, ``None`` for
    files that are called otherwise."""
    match = _NAME.fullmatch(name)
    return match and (match.lastgroup or "")


class Readmes:
    """READMEs by folder and language."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._found: dict[str, Mapping[str, str]] = {}
        #: The configured names by language.
        self.names = {"en": tree.config["readme"], "zh": tree.config["readme-zh"]}

    def is_readme(self, path: str) -> bool:
        """Tell whether a path is that of a README, in English or Chinese, by its name: a configured or a usual one."""
        name = path.rpartition("/")[2]
        return name in self.names.values() or named_language(name) is not None

    def of(self, folder: str, lang: str) -> str | None:
        """Return the path of a folder's README in a language, if it has one."""
        return self.by_lang(folder).get(lang)

    def by_lang(self, folder: str) -> Mapping[str, str]:
        """Return the paths of a folder's READMEs by their languages, English first."""
        if folder not in self._found:
            self._found[folder] = dict(sorted(self._find(folder).items()))
        return self._found[folder]

    def _find(self, folder: str) -> dict[str, str]:
        """The READMEs of a folder by language: those of the configured names, else of any usual name.

        Where one has a name for English ones, a Chinese ``README.md`` beside it is not another: it is the Chinese one,
        unless that has a name of its own, too. An English ``README.md`` is what it always was.
        """
        named = self._usual(folder)
        found: dict[str, str] = {}
        for lang, name in self.names.items():
            path = posixpath.join(folder, name)
            other = path if self.tree.exists(path) else named.get("zh" if lang == "zh" else "")
            if other is not None:
                found[lang] = other
        english = named.get("en")
        if english is None or not self.tree.exists(english):
            return found
        if "en" not in found:
            found["en"] = english
        elif "zh" not in found and self._is_chinese(found["en"]):
            found = {"en": english, "zh": found["en"]}
        return found

    def _usual(self, folder: str) -> dict[str, str]:
        """The first file of a folder for each language that a usual name states, without those of the configured names."""
        found: dict[str, str] = {}
        for path in self.tree.by_folder.get(folder, ()):
            match = _NAME.fullmatch(path, path.rfind("/") + 1)
            if match and match[0] not in self.names.values():
                found.setdefault(match.lastgroup or "", path)
        return found

    def language_of(self, path: str) -> str:
        """Return the language of a README: the one that its name states, else that of its text."""
        name = path.rpartition("/")[2]
        if name == self.names["zh"]:
            return "zh"
        return named_language(name) or ("zh" if self._is_chinese(path) else "en")

    def _is_chinese(self, path: str) -> bool:
        from owui_lint.repository.documents.languages import letters_of

        return letters_of(self.tree.file(path)).are_chinese
