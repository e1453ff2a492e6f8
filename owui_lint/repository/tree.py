"""The files and folders of the linted repository, by path, and what the configuration says that folders are for."""

from __future__ import annotations

import fnmatch
import os
import posixpath
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from owui_lint import TYPE_CHECKING, cache
from owui_lint.config import Config
from owui_lint.facts import FactStore
from owui_lint.finding import Message
from owui_lint.repository.files import SourceFile, is_called_markdown, list_files
from owui_lint.repository.git import Git, GitError
from owui_lint.repository.readmes import Readmes

if TYPE_CHECKING:
    from owui_lint.repository.documents.generatedblocks import GeneratedMarks

#: What git is asked for: which files there are, of the past, and whether it ignores what a link leads to.
FILES, HISTORY, LINKS = "files", "history", "links"


_WILD = "*?["  # what makes a path a pattern


class Tree:
    """All files, each read once. ``overlays`` are contents by path that stand for those on disk; one that is not on disk
    yet is part of the repository, one that git ignores stays outside.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        config: Config,
        paths: Iterable[str] | None = None,
        overlays: Mapping[str, bytes] | None = None,
        keep: bool = False,
    ) -> None:
        """``paths``: all files there are, where that is known. ``keep``: use and keep facts of files between runs."""
        self.root = os.fspath(root)
        self.config = config
        self._files: dict[str, SourceFile] = {}
        self._given = list(paths) if paths is not None else None
        self._overlays = overlays or {}
        self.facts = FactStore(self.root, config, keep=keep)
        #: Why git could not tell what it was asked, by ``FILES``, ``HISTORY`` and ``LINKS``; and which linked paths it could
        #: not judge.
        self.untold: dict[str, Message] = {}
        self.unjudged_links: set[str] = set()

    def note_untold(self, what: str, error: GitError) -> None:
        """Take note of what git could not tell: a report says so."""
        self.untold.setdefault(what, self.git.why(error))

    @cached_property
    def marks(self) -> GeneratedMarks | None:
        """What marks generated blocks; a tree of files knows of none."""
        return None

    @cached_property
    def readmes(self) -> Readmes:
        """The READMEs of folders."""
        return Readmes(self)

    def is_markdown(self, path: str) -> bool:
        """Tell whether a file is read as Markdown: by its ending, or as a README, which the configuration may call
        anything."""
        return not path.endswith(".py") and (is_called_markdown(path) or self.readmes.is_readme(path))

    def is_text(self, path: str) -> bool:
        """Tell whether a file is of a kind that findings can be in, and comments that suppress them: Python or Markdown.

        Whoever asks which files rules judge (suppressions, what changed since a commit, what belongs to a plugin) asks
        this; rules may look into more, such as manifests and scripts, to learn what those files are.
        """
        return path.endswith(".py") or self.is_markdown(path)

    @cached_property
    def git(self) -> Git:
        """Git in the root."""
        return Git(self.root)

    @cached_property
    def listed(self) -> list[str]:
        """All files on disk, sorted."""
        if self._given is not None:
            return sorted(self._given)
        known = cache.listing(self.root) if self.facts.keep else None
        if known is not None:
            return known
        return self._listed_now[0]

    @cached_property
    def _listed_now(self) -> tuple[list[str], list[str]]:
        """The files on disk, and those that git's index has besides."""
        absent: list[str] = []
        found = list_files(self.root, self.git, lambda error: self.note_untold(FILES, error), absent)
        return found, absent

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The files that git has and the work tree was not given: those that a sparse checkout leaves out."""
        if self._given is not None:
            return frozenset()
        _ = self.listed  # which says whether it is known
        return frozenset(self.facts.of_all.plain("left out", self._find_left_out))

    def _find_left_out(self) -> list[str]:
        absent = self._listed_now[1]
        if not absent:
            return []
        from owui_lint.repository.outside import left_out

        return sorted(left_out(self, absent))

    @property
    def texts_left_out(self) -> list[str]:
        """Those of them that findings could be in."""
        return [path for path in self.left_out if self.is_text(path)]

    @cached_property
    def unjudged_files(self) -> frozenset[str]:
        """The files that are there and no part of what is judged: the configuration excludes them, or they were left out."""
        return self.left_out.union(self.listed).difference(self.path_set)

    def is_unjudged(self, path: str) -> bool:
        """Tell whether the configuration excludes a path, or a sparse checkout leaves out what lies there."""
        return path in self.left_out or matches_any(path, self.config["exclude"])

    def is_out_of_sight(self, path: str) -> bool:
        """Tell whether nothing can be said of what is, or is not, at a path that is none of the repository's: the
        configuration excludes it, a sparse checkout leaves it out, or a file lies there that is not listed, as git ignores
        it."""
        if path in self.path_set:
            return False
        if self.is_unjudged(path):
            return True
        from owui_lint.repository.outside import holds_file

        return holds_file(self, path)

    @cached_property
    def paths(self) -> list[str]:
        """All files, sorted, without those that the configuration excludes."""
        found = self.listed
        if self._overlays:
            new = (path for path in self._overlays if not os.path.exists(os.path.join(self.root, path)))
            found = sorted({*found, *new})
        patterns = self.config["exclude"]
        return [path for path in found if not matches_any(path, patterns)] if patterns else found

    @cached_property
    def path_set(self) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.paths)

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders that hold files, and their parents."""
        found: set[str] = set()
        for path in self.paths:
            for folder in parents(path):
                if folder in found:
                    break
                found.add(folder)
        return frozenset(found)

    @cached_property
    def by_folder(self) -> dict[str, list[str]]:
        """Files by the folder they lie in directly."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            found[path.rpartition("/")[0]].append(path)
        return dict(found)

    @cached_property
    def subfolders(self) -> dict[str, set[str]]:
        """The names of the folders that lie directly in a folder."""
        found: dict[str, set[str]] = defaultdict(set)
        for folder in self.folders:
            parent, name = posixpath.split(folder)
            found[parent].add(name)
        return dict(found)

    def paths_below(self, prefix: str) -> list[str]:
        """Return the files whose paths start with ``prefix``, a folder with its slash."""
        first = bisect_left(self.paths, prefix)
        # What starts with the prefix stands together; "0" is the character behind the slash.
        return self.paths[first : bisect_left(self.paths, prefix[:-1] + "0", first)]

    def file(self, path: str) -> SourceFile:
        """Return a file by its path; the same object each time, also for a path that is not there."""
        found = self._files.get(path)
        if found is None:
            overlay, is_markdown = self._overlays.get(path), self.is_markdown(path)
            found = SourceFile(self.root, path, overlay, self.facts, self.marks, is_markdown=is_markdown)
            self._files[path] = found
        return found

    def content(self, path: str) -> bytes:
        """Return the bytes of a file, as its model was made from; what edits to it are planned on."""
        return self.file(path).data

    def add(self, file: SourceFile) -> None:
        """Take in a file that is not in the tree, such as a commit message, so that reports can show its lines."""
        self._files[file.path] = file

    def exists(self, path: str) -> bool:
        """Tell whether a file is part of the repository and can be a text: listed, and not deleted since."""
        return path in self.path_set and not self.file(path).is_missing

    def lies_there(self, path: str) -> bool:
        """Tell whether anything lies at a path on disk, be it part of the repository or not."""
        return os.path.lexists(os.path.join(self.root, path))

    def has_folder(self, path: str) -> bool:
        """Tell whether a folder lies at a path, also one that holds no file of the repository."""
        from owui_lint.repository.outside import has_folder

        return has_folder(self, path)

    def is_link_to(self, path: str, others: Iterable[str]) -> bool:
        """Tell whether a file is a symbolic link to one of some others: what it says is theirs."""
        from owui_lint.repository.outside import is_link_to

        return is_link_to(self, path, others)

    def link_target(self, path: str) -> str | None:
        """Return what a symbolic link says that it leads to; ``None`` for a file that is none."""
        from owui_lint.repository.outside import link_target

        return link_target(self, path)

    def ignored(self, paths: Iterable[str]) -> set[str]:
        """Return those of some paths that git ignores or the configuration excludes, that exist without being part of the
        repository, or that a sparse checkout leaves out."""
        from owui_lint.repository.outside import ignored

        return ignored(self, paths)

    @cached_property
    def plugins_dir(self) -> str:
        """The folder of the plugins."""
        return _folder(self.config["plugins-dir"])

    @cached_property
    def docs_dir(self) -> str:
        """The folder that plugins' pages belong in: the configured one, else the standard's; where there is neither that
        nor a folder of a type of plugins, the one that documentation mostly lies in."""
        types = (f"{self.plugins_dir}/{kind}/" for kind in self.types)
        return _folder(self.config["docs-dir"]) if any(map(self.paths_below, types)) else self.pages_dir

    @cached_property
    def pages_dir(self) -> str:
        """The folder that plugins' pages are looked for in: the configured one, else the standard's; where that does not
        exist, the one that documentation mostly lies in."""
        found = _folder(self.config["docs-dir"])
        if self.config.is_written("docs-dir") or self.paths_below(f"{found}/"):
            return found
        above = posixpath.dirname(found)
        return above if above and self.paths_below(f"{above}/") else found

    @cached_property
    def debug_dir(self) -> str:
        """The folder among those of the plugins that is free: no rule for plugins applies there (A6)."""
        return f"{self.plugins_dir}/debug"

    @cached_property
    def types(self) -> list[str]:
        """The folders of plugin types."""
        return list(self.config["plugin-types"])


def _folder(setting: str) -> str:
    """Return a folder as paths of the repository name it: ``./plugins/`` is ``plugins``."""
    return posixpath.normpath(setting.strip("/") or ".")


def parents(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, the nearest first; not the root."""
    while (end := path.rfind("/")) > 0:
        path = path[:end]
        yield path


def stem_of(path: str) -> str:
    """Return what a Python file is called without ``.py``, as its module would be; never empty: ``.py`` is called that."""
    name = path[path.rfind("/") + 1 :]
    return name.removesuffix(".py") or name


def matches_any(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether a path matches a pattern: ``*`` within and across folders, a folder means all below it."""
    return any(_matcher(pattern)(path) for pattern in patterns)


def beginning_of(pattern: str) -> str:
    """Return the file or folder that a pattern for ``matches_any`` begins with; empty where that is open, too."""
    pattern = pattern.removeprefix("./")
    at = min((at for mark in _WILD if (at := pattern.find(mark)) >= 0), default=-1)
    return pattern.rstrip("/") if at < 0 else pattern[:at].rpartition("/")[0]


def has_open_bracket(pattern: str) -> bool:
    """Tell whether a pattern for ``matches_any`` begins a set of characters and does not end it: ``[`` is itself there."""
    at = pattern.find("[")
    while at >= 0:
        start = at + 2 if pattern.startswith("!", at + 1) else at + 1
        end = pattern.find("]", start + 1)  # one at the start belongs to the set
        if end < 0:
            return True
        at = pattern.find("[", end)
    return False


def _matcher(pattern: str) -> Callable[[str], bool]:
    pattern = pattern.removeprefix("./")
    if any(mark in pattern for mark in _WILD):
        return lambda path: fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(path, pattern.rstrip("/") + "/*")
    folder = pattern.rstrip("/") + "/"
    return lambda path: path == pattern or path.startswith(folder)
