"""The repository as it was at a base revision, read from git's objects, and what changed since.

Nothing is checked out and no program of the repository's configuration runs (no ``git diff``, which would call
filters): git lists the base tree, and files are compared by the hash that git gives their content.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from owui_lint.errors import UsageError
from owui_lint.finding import Finding
from owui_lint.fixing.diff import changed_spans
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.files import MAX_FILE_BYTES, SourceFile
from owui_lint.repository.git import Git, GitError, GitSaysNo, blob_name
from owui_lint.repository.tree import HISTORY, Tree
from owui_lint.text import printable

_SYMLINK, _SUBMODULE = "120000", "160000"
_MAX_LINK_BYTES = 4096  # no system makes longer ones
# Not the digits of a name (`gpt4`); those of `v1.2`.
_NUMBER = re.compile(r"(?<![A-Za-uw-z_])\d+")


class BaseFile(SourceFile):
    """A file as a commit has it."""

    def __init__(self, tree: Tree, path: str, data: bytes, problem: str | None) -> None:
        super().__init__(tree.root, path, marks=tree.marks, content=(data, problem), is_markdown=tree.is_markdown(path))


class BaseRepository(Repository):
    """The model of a commit's tree. Unchanged files are those of the work tree, so that they are read once."""

    def __init__(self, current: Repository, commit: str, tree: dict[str, tuple[str, str]]) -> None:
        # What the work tree was not given has not changed there.
        self.tree = {path: entry for path, entry in tree.items() if path not in current.left_out}
        super().__init__(current.root, current.config, current.data, paths=self.tree)
        self.current = current
        self.commit = commit
        self.git = Git(current.root, commit)
        self._others_by_ending: dict[str, dict[str, bytes]] = {}

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The files that nothing is known of."""
        return self.current.left_out

    @cached_property
    def changed(self) -> frozenset[str]:
        """Texts of the base that are other, or no more, in the work tree."""
        return frozenset(path for path in self.tree if self.is_text(path) and self._has_changed(path))

    def _has_changed(self, path: str) -> bool:
        mode, name = self.tree[path]
        return mode != _SYMLINK and not _has_hash(self.current.file(path), name)

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        """The base's content of all changed texts by the names of their blobs, from one call of git."""
        return self.git.blobs((self.tree[path][1] for path in self.changed), MAX_FILE_BYTES)

    def _others(self, ending: str) -> dict[str, bytes]:
        """The same of what is no text and has this ending: of all such files, only those are compared that are asked for."""
        if ending not in self._others_by_ending:
            paths = (path for path in self.tree if _ending(path) == ending and not self.is_text(path))
            names = (self.tree[path][1] for path in paths if self._has_changed(path))
            try:
                self._others_by_ending[ending] = self.git.blobs(names, MAX_FILE_BYTES)
            except GitError as error:
                self.current.note_untold(HISTORY, error)
                self._others_by_ending[ending] = {}
        return self._others_by_ending[ending]

    def _content(self, path: str) -> bytes | None:
        """The base's content of a changed file; ``None`` where git does not have it, or it is too large."""
        contents = self._texts if self.is_text(path) else self._others(_ending(path))
        return contents.get(self.tree[path][1])

    @cached_property
    def _links(self) -> dict[str, bytes]:
        """What the base's links lead to, by the names of their blobs, from one call of git."""
        return self.git.blobs((name for mode, name in self.tree.values() if mode == _SYMLINK), _MAX_LINK_BYTES)

    def fetch(self) -> None:
        """Read from git what is compared, before rules ask for it. Raises ``GitError``: a partial clone may not have it."""
        _ = self._texts, self._links

    def file(self, path: str) -> SourceFile:
        """Return a file as the base has it."""
        found = self._files.get(path)
        if found is None:
            found = self._files[path] = self._open(path)
        return found

    def _open(self, path: str) -> SourceFile:
        entry = self.tree.get(path)
        if entry is None:
            return BaseFile(self, path, b"", "missing")
        mode, name = entry
        if mode != _SYMLINK and not (path in self.changed if self.is_text(path) else self._has_changed(path)):
            return self.current.file(path)
        data = self._links.get(name) if mode == _SYMLINK else self._content(path)
        if data is not None and mode == _SYMLINK:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), data.decode("utf-8", "replace")))
            inner = self.file(target) if self.tree.get(target, (_SYMLINK,))[0] != _SYMLINK else None
            return BaseFile(self, path, inner.data if inner else b"", inner.problem if inner else "link-outside")
        return BaseFile(self, path, data or b"", None if data is not None else "unreadable")


def _ending(path: str) -> str:
    return posixpath.splitext(path)[1]


def _has_hash(file: SourceFile, name: str) -> bool:
    """Tell whether a file holds the blob called ``name``, also after git made its line ends the platform's."""
    if file.problem in ("missing", "not-a-file", "link-outside", "unreadable", "too-large"):
        return False
    data = file.data
    plain = data.replace(b"\r\n", b"\n")
    return blob_name(data, name) == name or (plain != data and blob_name(plain, name) == name)


class Comparison:
    """The work tree against the base: which files, lines and plugins changed, and what the change is answerable for."""

    def __init__(self, current: Repository, base: BaseRepository) -> None:
        self.current = current
        self.base = base

    @cached_property
    def changed_paths(self) -> frozenset[str]:
        """Texts that were added, removed or changed."""
        added = (path for path in self.current.paths if self.current.is_text(path) and path not in self.base.tree)
        return self.base.changed | frozenset(added)

    @cached_property
    def changed_plugins(self) -> frozenset[str]:
        """Ids of the plugins of which a file (code, README, page, any text in the folder) changed."""
        found = {each.owner_id(path) for path in self.changed_paths for each in (self.current, self.base)}
        return frozenset(owner for owner in found if owner is not None)

    def base_of(self, plugin: Plugin) -> Plugin | None:
        """Return what a plugin was in the base: the one with its path, its id, or its type and title."""
        found = self._base_by_path.get(plugin.path) or self.base.plugin_by_id.get(plugin.id)
        if found is None:
            gone = self._gone.get((plugin.type, plugin.title), [])
            found = gone[0] if len(gone) == 1 else None  # renamed
        return found

    @cached_property
    def _base_by_path(self) -> dict[str, Plugin]:
        return {plugin.path: plugin for plugin in self.base.plugins}

    @cached_property
    def _gone(self) -> dict[tuple[str, str], list[Plugin]]:
        """The base's plugins whose files are no more, by type and title."""
        found: dict[tuple[str, str], list[Plugin]] = defaultdict(list)
        for plugin in self.base.plugins:
            if plugin.path not in self.current.path_set:
                found[plugin.type, plugin.title].append(plugin)
        return found

    def is_changed_line(self, path: str, line: int, end_line: int) -> bool:
        """Tell whether one of a file's lines (from 1, both included) was added or changed."""
        if path not in self.changed_paths:
            return False
        if path not in self.base.tree:
            return True
        blocks = self._changed_lines(path)
        # The first block that does not end above the lines: none behind it starts earlier, or ends earlier.
        at = bisect_left(blocks, line, key=lambda block: block[1])
        return at < len(blocks) and blocks[at][0] <= end_line

    def _changed_lines(self, path: str) -> list[tuple[int, int]]:
        cached = self._lines.get(path)
        if cached is None:
            old = self.base.file(path).data.splitlines()
            new = self.current.file(path).data.splitlines()
            # Where lines were only removed, the line that now stands there changed its place in the text.
            cached = [(start + 1, max(end, start + 1)) for _, _, start, end in changed_spans(old, new)]
            self._lines[path] = cached
        return cached

    @cached_property
    def _lines(self) -> dict[str, list[tuple[int, int]]]:
        return {}

    def responsible(
        self, findings: Iterable[Finding], base_findings: Callable[[set[str]], list[Finding]]
    ) -> list[Finding]:
        """Return the findings that the change is answerable for: on changed lines, of changed plugins, and those
        that the base does not have. ``base_findings`` gives those of some rules, by name; it is asked only for rules
        of which that has to be known."""
        found: list[Finding] = []
        others: list[Finding] = []
        for finding in findings:
            span = finding.place.span
            mine = (
                finding.path == "."
                or finding.plugin in self.changed_plugins
                or self.is_changed_line(finding.path, span.line, span.end_line)
            )
            (found if mine else others).append(finding)
        if others:
            of_base = base_findings({other.name for other in others})
            numbers: dict[str, int] = {}
            known = Counter(_identities(of_base, self.base, numbers))
            for finding, key in zip(others, _identities(others, self.current, numbers), strict=True):
                if known[key]:
                    known[key] -= 1
                else:
                    found.append(finding)
        return sorted(found, key=lambda finding: finding.sort_key)


def _identities(
    findings: Iterable[Finding], repository: Repository, numbers: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    """Yield what makes two findings of two trees the same: not the line's number, nor the numbers in the message or
    what other files may alter of it.

    A line may be megabytes long and have thousands of findings, so that it is taken from its file once, and a number
    stands for its text: ``numbers``, to which lines are added, gives equal lines of both trees the same.
    """
    lines: dict[tuple[str, int], int] = {}
    for finding in findings:
        where = finding.path, finding.place.span.line
        if where not in lines:
            lines[where] = numbers.setdefault(repository.file(finding.path).line_text(where[1]), len(numbers))
        said = _NUMBER.sub("#", finding.identity or finding.message.en)
        yield finding.name, finding.path, finding.plugin, said, lines[where]


def compare_with_base(repository: Repository, revision: str) -> Comparison:
    """Return the comparison of a work tree with the commit where its history left that of ``revision``
    (``git merge-base REVISION HEAD``, as in ``REVISION...HEAD``), uncommitted changes included.

    Raises ``UsageError`` outside of git, for a revision that does not exist (here: a shallow clone may lack it), and
    where the histories do not meet. ``revision`` is text of strangers: it never becomes an option of git.
    """
    git = Git(repository.root)
    shown = printable(revision)[:200]
    if git.is_missing():
        raise UsageError("--since needs git, which is not installed.", "--since 需要 git，但系统中没有安装。")
    if git.top_level() is None:
        raise UsageError(
            "--since needs a git repository; there is none here.", "--since 需要 git 仓库，但当前目录不在 git 仓库中。"
        )
    try:
        commit = git.resolve(revision)
    except GitError as error:
        raise _refused(git, shown, error) from error
    shallow = git.is_shallow()
    if commit is None:
        raise _not_there(shown, shallow)
    try:
        base = git.text("merge-base", commit, "HEAD").strip()
    except GitSaysNo:
        base = ""
    except GitError as error:
        raise _refused(git, shown, error) from error
    if not base:
        if shallow:
            raise _not_there(shown, shallow)
        raise UsageError(
            f"--since: {shown!r} and HEAD have no commit in common, so there is nothing to compare with.",
            f"--since：{shown!r} 与 HEAD 没有共同的提交，无从比较。",
        )
    try:
        compared = BaseRepository(repository, base, git.tree(base))
        compared.fetch()
    except GitError as error:
        raise _refused(git, shown, error) from error
    return Comparison(repository, compared)


def _refused(git: Git, shown: str, error: GitError) -> UsageError:
    reason = git.why(error)
    return UsageError(
        f"--since: git cannot tell what changed since {shown!r}: {reason.en}",
        f"--since：git 无法得知自 {shown!r} 以来的变化：{reason.zh}",
    )


def _not_there(shown: str, shallow: bool) -> UsageError:
    if shallow:
        return UsageError(
            f"--since: {shown!r}, or the commit where this branch left it, is not in this shallow clone. Fetch the whole "
            "history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab, or `git fetch --unshallow` "
            "(a branch also needs its remote's name: origin/main).",
            f"--since：此浅克隆中没有 {shown!r}，或没有当前分支与它的分叉点。请拉取完整历史：actions/checkout 设置 "
            "`fetch-depth: 0`，GitLab 设置 `GIT_DEPTH: 0`，或执行 `git fetch --unshallow`（分支需带远程名：origin/main）。",
        )
    return UsageError(
        f"--since: git knows no revision {shown!r} here. A branch that was only fetched is called origin/NAME.",
        f"--since：git 在此处找不到提交或分支 {shown!r}。仅拉取过的分支应写作 origin/NAME。",
    )
