"""Release notes that plugins keep beside their code: ``v{version}.md`` and ``v{version}_CN.md``."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.finding import LANGUAGES
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.plugin import Plugin
from owui_lint.versions import VERSION

if TYPE_CHECKING:
    from owui_lint.repository import Repository
    from owui_lint.repository.files import SourceFile

_NAME = lazy_pattern(rf"v({VERSION})(_CN)?\.md", re.IGNORECASE)


def note_path(plugin: Plugin, version: str, lang: str) -> str:
    """Return where the note of a release belongs. The plugin must have a folder of its own."""
    return f"{plugin.folder}/v{version}{'_CN' if lang == 'zh' else ''}.md"


def find_notes(repository: Repository, plugin: Plugin) -> Mapping[str, Mapping[str, str]]:
    """Return the notes in a plugin's folder: version to language to path. Empty where it keeps none."""
    found: dict[str, dict[str, str]] = {}
    for path in repository.by_folder.get(plugin.folder, []) if plugin.folder else []:
        match = _NAME.fullmatch(posixpath.basename(path))
        if match and repository.exists(path):
            found.setdefault(match[1], {})["zh" if match[2] else "en"] = path
    return found


def missing_notes(repository: Repository, plugin: Plugin, *, bilingual: bool) -> list[str]:
    """Return the paths of the current version's notes that are not there, or hold nothing: of a plugin that keeps notes,
    English first. Without ``bilingual`` they are asked for in the languages of its other notes."""
    notes, version = find_notes(repository, plugin), plugin.version
    if not notes or not version:
        return []
    kept = set(LANGUAGES) if bilingual else {lang for languages in notes.values() for lang in languages}
    have = notes.get(version, {})
    written = {lang for lang, path in have.items() if not is_blank(repository.file(path))}
    return [have.get(lang, note_path(plugin, version, lang)) for lang in LANGUAGES if lang in kept - written]


def is_blank(file: SourceFile) -> bool:
    """Tell whether a file that can be read holds no text."""
    return not file.problem and file.facts.plain("blank", lambda: not file.text.strip())
