"""A small tree to write in, and a way to step in at every call of the operating system."""

import os
import shutil
import stat
from contextlib import contextmanager

import pytest

from owui_lint.fixing import folders
from owui_lint.fixing.edits import FileChange

BEFORE = {
    "plugins/filters/a/a.py": b'"""\nversion: 1.0.0\n"""\n',
    "plugins/filters/a/README.md": b"\xef\xbb\xbf**Version:** 1.0.0\r\n",
    "docs/a.md": "**版本：** 1.0.0".encode(),
    "README.md": b"v1.0.0\rx\n\xff",
}
AFTER = {path: data.replace(b"1.0.0", b"1.10.0") for path, data in BEFORE.items()}
NEW = "docs/v1.10.0.md"
MODES = {"plugins/filters/a/a.py": 0o755, "README.md": 0o640}

# Every call that `write_all` makes to look at or change the file system.
CALLS = ("open", "stat", "lstat", "access", "write", "fsync", "link", "replace", "unlink", "fchmod", "ftruncate")


def planned():
    """The changes from BEFORE to AFTER, with one new file."""
    changes = [FileChange(path, BEFORE[path], AFTER[path]) for path in BEFORE]
    return [*changes, FileChange(NEW, None, b"# 1.10.0\n")]


def rest(root):
    """The changes that a rerun plans: from what the files hold now."""
    changes = [FileChange(path, (root / path).read_bytes(), AFTER[path]) for path in BEFORE]
    if not (root / NEW).exists():
        changes.append(FileChange(NEW, None, b"# 1.10.0\n"))
    return changes


def snapshot(root):
    """All files below `root` but the git directory: path to mode and content."""
    found = {}
    for folder, names, files in os.walk(root):
        if ".git" in names:
            names.remove(".git")
        for name in files:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, root)] = (stat.S_IMODE(os.lstat(path).st_mode), file.read())
    return found


def make_tree(root):
    """Write BEFORE below `root`, with a folder that passes for a git directory."""
    (root / ".git").mkdir(parents=True)
    (root / ".git/HEAD").write_text("ref: refs/heads/main\n")
    for path, data in BEFORE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        (root / path).chmod(MODES.get(path, 0o644))
    return root


@contextmanager
def short_lived_tree(root):
    """A tree that is gone after the block: hundreds are made, and few of them ever have to reach the disk."""
    yield make_tree(root)
    shutil.rmtree(root)


def goal():
    """What `snapshot` shows when all of `planned` is written."""
    umask = os.umask(0)
    os.umask(umask)
    found = {path: (MODES.get(path, 0o644), data) for path, data in AFTER.items()}
    return {**found, NEW: (0o666 & ~umask, b"# 1.10.0\n")}


class Steps:
    """Counts the calls in CALLS and runs `action(name, call)` in place of call number `at`, or of all from there on.

    `call` does what was asked for. Without `at` it only counts.
    """

    def __init__(self, monkeypatch, action=None, at=None, *, onwards=False, names=CALLS):
        self.count = 0
        self._action, self._at, self._onwards = action, at, onwards
        for name in names:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def _wrap(self, name, function):
        def wrapped(*arguments, **options):
            number = self.count
            self.count += 1
            if self._at is not None and (number == self._at or (self._onwards and number > self._at)):
                return self._action(name, lambda: function(*arguments, **options))
            return function(*arguments, **options)

        return wrapped


@pytest.fixture(autouse=True)
def private_cache(tmp_path, monkeypatch):
    """Keep lock files out of the user's own cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(params=["descriptors", "paths"])
def access(request, monkeypatch):
    """Both ways of reaching files: by folder descriptors, and by paths as on Windows."""
    if request.param == "paths":
        monkeypatch.setattr(folders, "_BY_DESCRIPTOR", False)
    elif not folders._BY_DESCRIPTOR:
        pytest.skip("no folder descriptors on this platform")
    return request.param


@pytest.fixture
def tree(tmp_path):
    return make_tree(tmp_path / "tree")
