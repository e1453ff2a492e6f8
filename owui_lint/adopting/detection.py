"""In what a repository differs from the settings' defaults."""

from __future__ import annotations

import posixpath
import re
from collections import Counter

from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.readmes import named_language
from owui_lint.session import Session

_CHINESE_PAGE = lazy_pattern(r".+?([._-](?:zh|cn|zh[_-]?cn|zh[_-]?hans))\.md", re.IGNORECASE)


def settings_in_use(session: Session) -> dict[str, str]:
    """Return the settings in which the repository differs from the defaults: names and folders in use."""
    repository, config = session.repository, session.config
    found: dict[str, str] = {}
    if not repository.is_standard_layout:
        folders = Counter(
            posixpath.dirname(posixpath.dirname(folder))
            for folder in repository.folders
            if posixpath.basename(posixpath.dirname(folder)) in repository.types
        )
        folders.pop("", None)
        if folders:
            found["plugins-dir"] = folders.most_common(1)[0][0]
    names = map(posixpath.basename, repository.paths)
    readmes = Counter(name for name in names if named_language(name) == "zh")
    if readmes and config["readme-zh"] not in readmes:
        found["readme-zh"] = readmes.most_common(1)[0][0]
    pages = (path for path in repository.paths if path.startswith(repository.docs_dir + "/"))
    suffixes = Counter(match[1] for path in pages if (match := _CHINESE_PAGE.fullmatch(posixpath.basename(path))))
    if suffixes and config["docs-zh-suffix"] not in suffixes:
        found["docs-zh-suffix"] = suffixes.most_common(1)[0][0]
    return found
