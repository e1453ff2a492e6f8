"""In what a repository differs from what is usual: settings, and the branch that work goes into."""

from __future__ import annotations

import os
import posixpath
import re
from collections import Counter

from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.git import Git, GitError
from owui_lint.repository.readmes import named_language
from owui_lint.session import Session

_CHINESE_PAGE = lazy_pattern(r".+?([._-](?:zh|cn|zh[_-]?cn|zh[_-]?hans))\.md", re.IGNORECASE)

_USUAL_BRANCHES = ("main", "master")
# Nothing that is a pattern to GitHub, or more than a word to YAML.
_BRANCH = lazy_pattern(r"[A-Za-z][\w.-]*(?:/[\w.-]+)*", re.ASCII)


def default_branches(root: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the branch that a repository's work goes into: the one that its remote names, else the one that is checked out
    where there is none of the usual names; both usual names where that is not known."""
    git = Git(root)
    remote, here = (_branch(git, name) for name in ("refs/remotes/origin/HEAD", "HEAD"))
    if remote is None:
        places = [f"{place}/{name}" for place in ("refs/heads", "refs/remotes/origin") for name in _USUAL_BRANCHES]
        try:
            has_usual = bool(git.run("for-each-ref", "--format=%(refname)", *places).strip())
        except GitError:
            has_usual = True
        remote = None if has_usual else here
    if remote is None or remote in _USUAL_BRANCHES or not _BRANCH.fullmatch(remote):
        return _USUAL_BRANCHES
    return (remote,)


def _branch(git: Git, name: str) -> str | None:
    """The branch that a symbolic reference leads to."""
    try:
        target = git.text("symbolic-ref", "--quiet", name).strip()
    except GitError:
        return None
    return next(
        (target.removeprefix(own) for own in ("refs/remotes/origin/", "refs/heads/") if target.startswith(own)), None
    )


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
