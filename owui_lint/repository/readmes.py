"""Which READMEs a folder has, in which language."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.repository.plugin import ENGLISH_README_NAME, README_NAME

if TYPE_CHECKING:
    from owui_lint.repository.tree import Tree


class Readmes:
    """READMEs by folder and language."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._found: dict[str, Mapping[str, str]] = {}

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
        found: dict[str, str] = {}
        known = {"en": self.tree.config["readme"], "zh": self.tree.config["readme-zh"]}
        for lang, name in known.items():
            path = posixpath.join(folder, name)
            other = path if self.tree.exists(path) else self._other(folder, lang)
            if other is not None:
                found[lang] = other
        names = ((posixpath.basename(path), path) for path in self.tree.by_folder.get(folder, ()))
        english = next((path for name, path in names if ENGLISH_README_NAME.fullmatch(name)), None)
        if english is None or posixpath.basename(english) in known.values() or not self.tree.exists(english):
            return found
        if "en" not in found:
            found["en"] = english
        elif "zh" not in found and self._is_chinese(found["en"]):
            found = {"en": english, "zh": found["en"]}
        return found

    def _is_chinese(self, path: str) -> bool:
        from owui_lint.repository.languages import letters_of

        file = self.tree.file(path)
        return file.facts.plain("is Chinese", lambda: letters_of(file.markdown).are_chinese)

    def _other(self, folder: str, lang: str) -> str | None:
        """A README of a folder that has another name than the configured ones, if there is one."""
        known = (self.tree.config["readme"], self.tree.config["readme-zh"])
        for path in self.tree.by_folder.get(folder, ()):
            name = posixpath.basename(path)
            match = README_NAME.fullmatch(name)
            if match and name not in known and bool(match["lang"]) == (lang == "zh"):
                return path
        return None
