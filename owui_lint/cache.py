"""The result cache: an unchanged repository is answered from a stat check, without reading or parsing anything.

The answer of a run is kept together with the state of everything it depended on: each file and folder of the
repository, git's index and head, the configuration's and the rule files' state, the tool's own modules, the
interpreter, the day, the terminal and the arguments. Any difference, and the answer is forgotten.

What did not change is known then, too: where only files have other contents, the list of files is still that of the
run before.

Command lines that have been read once are kept, too: reading them again would import typer, a fifth of a short run.

This module is imported before everything else and imports next to nothing itself.
"""

from __future__ import annotations

import os
import sys
import time

from owui_lint import TYPE_CHECKING, sealed, states

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from owui_lint.states import State

    T = TypeVar("T")

_RESULTS = "results"
_COMMAND_LINES = "command-lines"
_KEEP = 8  # answers kept side by side: a hook, a terminal and an editor ask differently
_KEEP_COMMAND_LINES = 64
_MAX_PATHS = 60_000
#: The variables that an answer depends on.
ENVIRONMENT = (
    *("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS"),
    *("HOME", "XDG_CACHE_HOME", "PATH", "GITHUB_STEP_SUMMARY", "GITHUB_ACTIONS", "CI"),
)
# Which files there are depends on what git reads of it.
_ENVIRONMENT_OF_GIT = ("HOME", "USERPROFILE", "PATH")
_WATCHED_ABOVE = (".git", ".owui-lint.yaml", "pyproject.toml", "plugins")
_CONFIGURATION = (".owui-lint.yaml", "pyproject.toml")
_HERE = os.path.dirname(os.path.realpath(__file__))

Answer = tuple[int, str, str]


class _Run:
    """What this run was asked, when it started (nanoseconds since the epoch), and what it knows from runs before."""

    def __init__(self, arguments: list[str], started: int) -> None:
        self.arguments = arguments
        self.started = started
        #: The root and the store of answers of a run before; empty where there is none.
        self.root = ""
        self.kept: dict[str, Any] = {}
        #: Only contents of files changed since: which files there are has not.
        self.same_files = False


_run: _Run | None = None


def begin(arguments: list[str], started: int) -> None:
    """Remember what this run is asked, and when it started (nanoseconds since the epoch)."""
    global _run
    _run = _Run(arguments, started)
    states.forget()


def distrust() -> None:
    """Look at everything anew: what this run was found to be asked needs more than ``lookup`` knows, or changes it."""
    if _run is not None:
        _run.root, _run.kept, _run.same_files = "", {}, False
    states.forget()


def end() -> None:
    """Forget this run, and the states that it saw."""
    global _run
    _run = None
    states.forget()


def question(arguments: list[str]) -> bytes:
    """Return a key for what is asked, from where, and what the answer's looks depend on."""
    streams = tuple(bool(stream and stream.isatty()) for stream in (sys.stdout, sys.stderr))
    environment = tuple(os.environ.get(name) for name in ENVIRONMENT)
    encoding = getattr(sys.stdout, "encoding", None)
    asked = (sys.version, sys.executable, os.getcwd(), tuple(arguments), environment, streams, encoding)
    return sealed.digest_of(asked)


def _names(path: str) -> object:
    """What lies in a folder, and whether each is a file, a folder or a link: the root's own time of change moves when the
    cache's folder is made."""
    try:
        with os.scandir(path) as entries:
            return tuple(
                sorted(
                    (entry.name, entry.is_symlink(), entry.is_dir(follow_symlinks=False))
                    for entry in entries
                    if entry.name != sealed.FOLDER
                )
            )
    except OSError:
        return None


def _above(*folders: str) -> list[str]:
    """Paths whose coming or going at or above folders decides which repository they belong to."""
    around = dict.fromkeys(above for folder in folders for above in states.upwards(folder))
    return [os.path.join(folder, name) for folder in around for name in _WATCHED_ABOVE]


def _state_of_all(root: str, found: list[State | None], exists: list[str]) -> tuple[bytes, object]:
    """A digest of everything, and what of it is about neither files nor the tool."""
    others = (time.strftime("%Y-%m-%d"), _names(root), [os.path.exists(path) for path in exists])
    return sealed.digest_of((others, found)), others


def _digest_of_around(others: object, found: list[State | None]) -> bytes:
    return sealed.digest_of((others, [os.environ.get(name) for name in _ENVIRONMENT_OF_GIT], found))


def find(start: str) -> str | None:
    """Return the nearest folder at or above ``start`` that has a cache."""
    folder = os.path.abspath(start)
    while True:
        if os.path.isdir(os.path.join(folder, sealed.FOLDER)):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def known_command_line(arguments: list[str]) -> dict[str, Any] | None:
    """Return the options that these arguments were read as before, by the same tool; else ``None``."""
    kept = sealed.load_of_user(_COMMAND_LINES)
    if kept is None or kept["tool"] != state_of_tool():
        return None
    found: dict[str, Any] | None = kept["lines"].get(tuple(arguments))
    return found


def keep_command_line(options: Mapping[str, object]) -> None:
    """Keep what the arguments of this run (see ``begin``) were read as."""
    if _run is None:
        return
    kept = sealed.load_of_user(_COMMAND_LINES)
    lines: dict[tuple[str, ...], object] = {}
    if kept is not None and kept["tool"] == state_of_tool():
        lines = kept["lines"]
        while len(lines) >= _KEEP_COMMAND_LINES:
            del lines[next(iter(lines))]
    lines[tuple(_run.arguments)] = dict(options)
    sealed.store_of_user(_COMMAND_LINES, {"tool": state_of_tool(), "lines": lines})


def lookup() -> Answer | None:
    """Return exit code, output and error output of the same run before, if nothing has changed since; else ``None``.

    What was found about the repository then serves ``listing``, ``state_of_tool`` and ``states``, unless the run is one
    that must ``distrust`` it. Which answers are kept is not decided here: what is asked of none finds none.
    """
    if _run is None:
        return None
    paths = [argument for argument in _run.arguments[1:] if not argument.startswith("-") and os.path.exists(argument)]
    start = paths[0] if paths else os.getcwd()
    root = find(start if os.path.isdir(start) else os.path.dirname(start) or ".")
    kept: dict[str, Any] | None = sealed.load(root, _RESULTS) if root is not None else None
    if kept is None or root is None:
        return None
    states.remember()
    found = [states.state(path) for path in (*kept["files"], *kept["around"], *kept["tool"])]
    state, others = _state_of_all(root, found, kept["exists"])
    if state == kept["state"]:
        answer = kept["answers"].get(question(_run.arguments))
        if answer is not None:
            return tuple(answer)
    _run.root, _run.kept = root, kept
    first, last = len(kept["files"]), len(kept["files"]) + len(kept["around"])
    _run.same_files = _digest_of_around(others, found[first:last]) == kept["state of around"]
    if kept["here"] == _HERE and _digest_of_tool(found[last:]) == kept["state of tool"]:
        global _tool
        _tool = kept["state of tool"]
    return None


def state_of_files(root: str) -> bytes | None:
    """Return a key for which files a repository has and which ones git ignores, if it is that of the run before."""
    if _run is None or not _run.same_files or _run.root != root:
        return None
    key: bytes = _run.kept["state of around"]
    return key


def listing(root: str) -> list[str] | None:
    """Return the files of a repository relative to ``root``, if they are known to be those of the run before."""
    if _run is None or state_of_files(root) is None:
        return None
    inside = len(os.path.join(root, ""))
    return [path[inside:] for path in _run.kept["files"]]


def finish(root: str, answer: Answer, listed: list[str], besides: list[str]) -> None:
    """Keep the answer of the run that ``begin`` announced.

    ``listed`` are the repository's files relative to ``root``, ``besides`` further files that were read. What changed
    since the run's start, or so shortly before that it could change again unseen, is not kept. Whether an answer may be
    kept at all is for its giver to say.
    """
    if _run is None:
        return
    root = os.path.abspath(root)
    is_known = listing(root) == listed
    files = _run.kept["files"] if is_known else [os.path.join(root, path) for path in listed]
    around = _run.kept["around"] if is_known else [*_folders(root), *_git_paths(root)]
    exists = _above(os.getcwd(), root)
    # A file without a table of ours is not the configuration, until somebody writes one into it.
    configuring = [path for path in exists if path.endswith(_CONFIGURATION) and os.path.isfile(path)]
    around = [*around, *(path for path in (*besides, *configuring) if path not in around)]
    tool = _own_paths()
    if len(files) + len(around) + len(tool) > _MAX_PATHS:
        return
    found = [states.state(path) for path in (*files, *around, *tool)]
    if not all(states.is_settled(state, _run.started) for state in found if state is not None):
        return
    state, others = _state_of_all(root, found, exists)
    kept: dict[str, Any] = (_run.kept if _run.root == root else sealed.load(root, _RESULTS)) or {}
    answers: dict[bytes, Answer] = {}
    if kept.get("state") == state:
        answers = kept["answers"]
        while len(answers) >= _KEEP:
            del answers[next(iter(answers))]
    answers[question(_run.arguments)] = answer
    content = {
        "files": files,
        "around": around,
        "tool": tool,
        "here": _HERE,
        "exists": exists,
        "state": state,
        "state of around": _digest_of_around(others, found[len(files) : len(files) + len(around)]),
        "state of tool": _digest_of_tool(found[len(files) + len(around) :]),
        "answers": answers,
    }
    sealed.store(root, _RESULTS, content)


def _folders(root: str) -> list[str]:
    """All folders but those that never hold a listed file, and the ignore files in them."""
    found: list[str] = []
    for folder, names, others in states.walk(root):
        if "node_modules" in names:  # a page may link what it holds
            found.append(os.path.join(folder, "node_modules"))
        if ".git" in names and folder != root:  # an empty one may become a repository, whose files are not ours
            found.append(os.path.join(folder, ".git", "HEAD"))
        names[:] = [name for name in names if name not in states.SKIPPED_FOLDERS]
        if folder != root:
            found.append(folder)
        if ".gitignore" in others:
            found.append(os.path.join(folder, ".gitignore"))
        if len(found) > _MAX_PATHS:
            break
    return found


def _git_paths(root: str) -> list[str]:
    """What git's answers depend on: head, the branch it names, index and ignore files."""
    from owui_lint.gitdirectory import git_directory  # which a kept answer does without

    home = os.path.expanduser("~")
    settings = [
        os.path.join(os.sep, "etc", "gitconfig"),
        os.path.join(home, ".gitconfig"),
        os.path.join(home, ".config", "git", "config"),
    ]
    found = [os.path.join(home, ".config", "git", "ignore"), *settings, *_ignore_files(settings, home)]
    folder = next((around for around in states.upwards(root) if os.path.exists(os.path.join(around, ".git"))), None)
    if folder is None:
        return found
    git = git_directory(folder) or os.path.join(folder, ".git")  # one that is not git's may become so
    common = os.path.join(git, _line(os.path.join(git, "commondir")))
    found += [os.path.join(git, name) for name in ("HEAD", "index", "config.worktree")]
    found += [os.path.join(common, name) for name in ("packed-refs", "config", "shallow", "info/exclude")]
    found.append(os.path.join(common, _line(os.path.join(git, "HEAD")).partition("ref:")[2].strip() or "HEAD"))
    found += _ignore_files([os.path.join(common, "config"), os.path.join(git, "config.worktree")], folder)
    # Between a repository in a subfolder and git's top level, ignore files count too.
    above = root
    while above != folder:
        above = os.path.dirname(above)
        found.append(os.path.join(above, ".gitignore"))
    return found


def _ignore_files(settings: list[str], folder: str) -> list[str]:
    """The files that git's settings name as ``core.excludesFile``; relative names are relative to ``folder``.

    What git would not take for one is watched in vain: a setting may stand behind its section, and a comment behind it.
    """
    found: list[str] = []
    for path in settings:
        for line in os.fsdecode(sealed.read_file(path) or b"").splitlines():
            name, _, value = line.partition("=")
            if name.rpartition("]")[2].strip().casefold() == "excludesfile":
                for text in {value, value.partition(";")[0], value.partition("#")[0]}:
                    named = os.path.expanduser(text.strip().strip('"').replace("\0", ""))
                    found.append(os.path.join(folder, named))
    return found


def _line(path: str) -> str:
    """The first line of one of git's small files; empty where there is none. What it names need not be there."""
    return os.fsdecode((sealed.read_file(path) or b"")[:4096].partition(b"\n")[0].strip().replace(b"\0", b""))


def of_tool(name: str, make: Callable[[], T]) -> T:
    """Return plain data that the tool's own files decide, from what is kept of them for the user, where these are the very
    files; else ``make`` reads them."""
    place = f"{name}-{sealed.digest(os.fsencode(rules_folder())).hex()[:8]}"  # several versions may be installed
    kept = sealed.load_of_user(place)
    if kept is not None and kept.get("key") == state_of_tool():
        found: T = kept["data"]
        return found
    found = make()
    sealed.store_of_user(place, {"key": state_of_tool(), "data": found})
    return found


def _own_paths() -> list[str]:
    """The tool itself: modules, data and rule files; a tool that changes gives new answers."""
    if _run is not None and _run.kept and _tool == _run.kept["state of tool"]:
        paths: list[str] = _run.kept["tool"]
        return paths
    rules = rules_folder()
    return states.paths_below((_HERE,) if states.is_below(rules, _HERE) else (_HERE, rules))


def rules_folder() -> str:
    """Return the folder of the rule files: inside the installed package, or beside it in a source tree."""
    packaged = os.path.join(_HERE, "rules")
    return packaged if os.path.isdir(packaged) else os.path.join(os.path.dirname(_HERE), "rules")


_tool: bytes | None = None


def _digest_of_tool(found: list[State | None]) -> bytes:
    return sealed.digest_of((sys.version, sys.executable, found))


def state_of_tool() -> str:
    """Return a key for the tool's own modules, data and rule files, and the interpreter, as they were at the start."""
    global _tool
    if _tool is None:
        _tool = _digest_of_tool([states.state(path) for path in _own_paths()])
    return _tool.hex()
