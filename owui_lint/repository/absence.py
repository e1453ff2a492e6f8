"""Why there may be no plugin in a repository that should have some: they lie where nothing is looked at."""

from __future__ import annotations

import re
from pathlib import Path

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message
from owui_lint.gitdirectory import is_git_directory
from owui_lint.language import listed
from owui_lint.repository.aside import is_candidate
from owui_lint.text import counted, printable

if TYPE_CHECKING:
    from owui_lint.repository import Repository

_SUBMODULE = re.compile(r"^[ \t]*path[ \t]*=[ \t]*(\S.*)", re.MULTILINE)
_MOST_READ = 65_536  # bytes of .gitmodules
_MOST_NAMED = 3


def why_none(repository: Repository) -> Message | None:
    """Return a sentence that says where the plugins may be; ``None`` where nothing tells."""
    if is_git_directory(repository.root):
        return Message(
            "This is a bare git repository, which has no files to check: clone it.",
            "这是裸 git 仓库，其中没有可检查的文件：请先克隆。",
        )
    unjudged = sum(map(is_candidate, repository.unjudged_files))
    if unjudged:
        them = "is" if unjudged == 1 else "are"
        return Message(
            f"{counted(unjudged, 'Python file')} {them} excluded by the configuration, or left out by a sparse checkout.",
            f"有 {unjudged} 个 Python 文件被配置排除，或未检出（稀疏检出）。",
        )
    submodules = _submodules(repository.root)
    if submodules:
        names = listed(map(printable, submodules[:_MOST_NAMED]))
        return Message(
            f"A submodule is a repository of its own, and checked there: {names.en}.",
            f"子模块是独立的仓库，需在其目录中检查：{names.zh}。",
        )
    return None


def _submodules(root: str) -> list[str]:
    """The paths of submodules, as ``.gitmodules`` has them."""
    path = Path(root, ".gitmodules")
    try:
        if path.is_symlink() or not path.is_file():
            return []
        with path.open("rb") as stream:
            return list(map(str.strip, _SUBMODULE.findall(stream.read(_MOST_READ).decode("utf-8", "replace"))))
    except OSError:
        return []
