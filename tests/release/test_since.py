"""``--since``: what a change is responsible for, and what it is asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from owui_lint.errors import UsageError
from owui_lint.releasing.comparison import Comparison, compare_with_base
from owui_lint.repository.git import Git
from owui_lint.session import Selection, Session
from tests.release.example import FILES, write_example
from tests.support import commit, found, git, open_repo, run, write_files

CODE = '"""\ntitle: Echo\nversion: 1.1.0\n"""\n\nLIMIT = 3\n\n\nclass Filter:\n    """Echoes."""\n'
ECHO = "plugins/filters/echo/echo.py"


def _session(root: Path, since: str = "HEAD", **options: Any) -> Session:
    session = open_repo(root, **options)
    session.since = since
    return session


def _since(root: Path, *select: str, since: str = "HEAD") -> list[str]:
    return found(_session(root, since).check(Selection(select=select)))


def _repository(root: Path, extra: dict[str, str | bytes] | None = None) -> Path:
    write_files(root, {ECHO: CODE, **(extra or {})})
    commit(root)
    return root


@pytest.mark.parametrize(
    "after",
    [
        CODE.replace("LIMIT = 3", "LIMIT = (3)  # times"),
        CODE.replace("\n\n\n", "\n\n# A class\n\n\n"),
        CODE.replace("title: Echo", "title: Echo\ndescription: Repeats."),
        CODE.replace("\n", "\r\n"),
        "\ufeff" + CODE,
    ],
    ids=["comment", "whitespace", "front matter", "line ends", "byte order mark"],
)
def test_changes_that_ask_for_no_version(tmp_path: Path, after: str) -> None:
    write_files(_repository(tmp_path), {ECHO: after})
    assert _since(tmp_path, "version-not-raised") == []


@pytest.mark.parametrize(
    "after",
    [
        CODE.replace("LIMIT = 3", "LIMIT = 4"),
        CODE.replace("Echoes.", "Echoes twice."),
        CODE + "x = 1\n",
        CODE + "def broken(:\n",
        CODE.replace("1.1.0", "1.1") + "x = 1\n",
        CODE + "x = " + "(" * 150 + "1" + ")" * 150 + "\n",
    ],
    ids=["value", "docstring of a class", "statement", "broken", "equal version", "nested"],
)
def test_changes_that_ask_for_a_version(tmp_path: Path, after: str) -> None:
    write_files(_repository(tmp_path), {ECHO: after})
    assert _since(tmp_path, "version-not-raised") == [f"{ECHO}:3:10 version-not-raised"]


def test_a_raised_version_asks_for_nothing_and_a_lowered_one_is_found(tmp_path: Path) -> None:
    _repository(tmp_path)
    write_files(tmp_path, {ECHO: CODE.replace("1.1.0", "1.2.0") + "x = 1\n"})
    assert _since(tmp_path, "version-not-raised") == []
    write_files(tmp_path, {ECHO: CODE.replace("1.1.0", "1.0.9")})
    report = _session(tmp_path).check(Selection(select=("version-not-raised",)))
    assert [finding.message.en for finding in report.findings] == [
        "The version of filters/echo went down from 1.1.0 to 1.0.9."
    ]


def test_a_renamed_plugin_is_still_compared(tmp_path: Path) -> None:
    _repository(tmp_path)
    (tmp_path / ECHO).unlink()
    write_files(tmp_path, {"plugins/filters/parrot/parrot.py": CODE + "x = 1\n"})
    assert _since(tmp_path, "version-not-raised") == ["plugins/filters/parrot/parrot.py:3:10 version-not-raised"]


def test_a_version_raised_in_the_code_only_is_one_finding_per_place(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    commit(root)
    path = "plugins/pipes/bridge/bridge.py"
    write_files(root, {path: str(FILES[path]).replace("0.12.0", "0.13.0")})
    lines = _since(root, "versions", "release")
    mismatches = [line for line in lines if line.endswith("version-mismatch")]
    assert len(mismatches) == 9 and all("bridge" in line or "pipes/index" in line for line in mismatches)
    assert {line.split()[1] for line in lines} <= {"version-mismatch", "date-badge-stale"}


def test_a_new_plugin_needs_its_pages(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    commit(root)
    write_files(root, {"plugins/tools/new/new.py": '"""\ntitle: New\nversion: 0.1.0\n"""\n'})
    lines = _since(root, "versions", "readme-missing", "docs-missing")
    assert lines == [
        "README.md:3:41 date-badge-stale",
        "README_CN.md:3:41 date-badge-stale",
        "docs/plugins/tools/index.md:1:1 version-missing",
        "docs/plugins/tools/index.zh.md:1:1 version-missing",
        "docs/plugins/tools/new.md:1:1 version-missing",
        "docs/plugins/tools/new.zh.md:1:1 version-missing",
        "plugins/tools/new/README.md:1:1 readme-missing",
        "plugins/tools/new/README_CN.md:1:1 readme-missing",
    ]


def test_a_removed_plugin_leaves_orphans(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    commit(root)
    shutil.rmtree(root / "plugins/pipes/bridge")
    lines = _since(root, "versions")
    assert "docs/plugins/pipes/index.md:3:1 index-orphan" in lines
    assert "docs/plugins/pipes/index.zh.md:3:1 index-orphan" in lines


def test_what_was_there_before_is_not_reported(tmp_path: Path) -> None:
    broken = {"README.md": "# A\n**Version:** 1.0.0\n", "README_CN.md": "# A\n**版本：** 1.0.0\n"}
    files = {f"plugins/filters/{name}/{path}": text for name in ("echo", "loud") for path, text in broken.items()}
    loud = {"plugins/filters/loud/loud.py": CODE.replace("Echo", "Loud")}
    root = _repository(tmp_path, {**files, **loud})
    assert _since(root, "version-mismatch") == []
    # A line above moves the old finding; another plugin's change does not bring it back.
    write_files(root, {ECHO: CODE + "# a comment\n"})
    assert [line.split(":")[0] for line in _since(root, "version-mismatch")] == [
        "plugins/filters/echo/README.md",
        "plugins/filters/echo/README_CN.md",
    ]


def test_changed_lines_of_files_that_belong_to_nobody(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    stale = "- [Gone](gone.md) (v0.1.0)\n"
    index = "docs/plugins/pipes/index.md"
    write_files(root, {index: str(FILES[index]) + stale})
    commit(root)
    assert _since(root, "index-orphan") == []
    write_files(root, {index: "\n" + str(FILES[index]) + stale + stale.replace("one", "ood")})
    assert _since(root, "index-orphan") == [f"{index}:6:1 index-orphan"]


def test_the_merge_base_counts_and_uncommitted_changes_too(tmp_path: Path) -> None:
    root = _repository(tmp_path)
    git(root, "checkout", "-q", "-b", "feature")
    write_files(root, {ECHO: CODE + "x = 1\n"})
    commit(root)
    git(root, "checkout", "-q", "main")
    write_files(root, {"plugins/filters/loud/loud.py": CODE.replace("Echo", "Loud")})
    commit(root)
    git(root, "checkout", "-q", "feature")
    assert _since(root, "version-not-raised", since="main") == [f"{ECHO}:3:10 version-not-raised"]
    assert compare_with_base(open_repo(root).repository, "main").changed_paths == {ECHO}
    write_files(root, {"plugins/tools/t/t.py": CODE, "plugins/tools/t/logo.png": b"\x89PNG"})
    assert compare_with_base(open_repo(root).repository, "main").changed_paths == {ECHO, "plugins/tools/t/t.py"}


def test_a_root_below_the_top_of_the_work_tree(tmp_path: Path) -> None:
    root = tmp_path / "owui"
    write_files(root, {ECHO: CODE, "pyproject.toml": '[tool.owui-lint]\nprofile = "standard"\n'})
    write_files(tmp_path, {"other.py": "x = 1\n"})
    commit(tmp_path)
    write_files(root, {ECHO: CODE + "x = 1\n"})
    write_files(tmp_path, {"other.py": "x = 2\n"})
    assert _since(root, "version-not-raised") == [f"{ECHO}:3:10 version-not-raised"]
    assert compare_with_base(open_repo(root).repository, "HEAD").changed_paths == {ECHO}


def test_names_and_contents_that_git_treats_specially(tmp_path: Path) -> None:
    names = ["plugins/filters/回声/a b.py", "plugins/filters/tab\tx/y.py", 'plugins/filters/q"uote/z.py']
    files: dict[str, str | bytes] = {name: CODE.replace("Echo", f"T{index}") for index, name in enumerate(names)}
    files |= {"docs/plugins/filters/big.md": b"x" * 9_000_000, "docs/plugins/filters/bin.md": b"\xff\0"}
    root = _repository(tmp_path, files)
    (root / "plugins/link.md").symlink_to("filters/echo/echo.py")
    git(root, "add", "-A")
    commit(root)
    # A filter that .gitattributes asks for must not run, nor change what is compared.
    marker = tmp_path.parent / f"{tmp_path.name}-ran"
    git(root, "config", "filter.evil.clean", f"touch '{marker}'; cat")
    git(root, "config", "diff.external", f"touch '{marker}'")
    write_files(root, {".gitattributes": "*.py filter=evil diff=evil\n"})
    for name in names:
        path = root / name
        path.write_text(path.read_text() + "x = 1\n")
    assert {line.split(":")[0] for line in _since(root, "version-not-raised")} == set(names)
    assert not marker.exists()


def test_line_ends_that_git_converts_are_no_change(tmp_path: Path) -> None:
    root = _repository(tmp_path)
    (root / ECHO).write_bytes(CODE.replace("\n", "\r\n").encode())
    assert compare_with_base(open_repo(root).repository, "HEAD").changed_paths == frozenset()


@pytest.mark.parametrize(
    "revision", ["nothing", "--output=x", "-h", "HEAD^{tree}", "a b", "$(touch x)", "HEAD..HEAD", "\x1b[31m", ":/x"]
)
def test_a_revision_that_is_none(tmp_path: Path, capsys: Any, revision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_repository(tmp_path))
    before = sorted(path.name for path in tmp_path.iterdir())
    code, out, err = run(capsys, "check", f"--since={revision}")
    assert (code, out) == (2, "") and "--since: git knows no revision" in err and "\x1b" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_outside_of_git(tmp_path: Path) -> None:
    write_files(tmp_path, {ECHO: CODE})
    with pytest.raises(UsageError, match="needs a git repository"):
        _since(tmp_path)


def test_histories_that_do_not_meet(tmp_path: Path) -> None:
    root = _repository(tmp_path)
    git(root, "checkout", "-q", "--orphan", "other")
    commit(root, "test: another root", date="2026-05-02T12:00:00+00:00")
    with pytest.raises(UsageError, match="no commit in common"):
        _since(root, since="main")


def test_a_shallow_clone(tmp_path: Path) -> None:
    """As CI has it: a base that is there works; one that is not says what to fetch."""
    source = _repository(tmp_path / "source")
    first = git(source, "rev-parse", "HEAD").strip()
    write_files(source, {ECHO: CODE + "x = 1\n"})
    commit(source)
    write_files(source, {ECHO: CODE + "x = 2\n"})
    commit(source)
    git(tmp_path, "clone", "-q", "--depth=2", f"file://{source}", "clone")
    clone = tmp_path / "clone"
    assert _since(clone, "version-not-raised", since="HEAD^") == [f"{ECHO}:3:10 version-not-raised"]
    for missing in (first, "origin/nothing", "HEAD~2"):
        with pytest.raises(UsageError, match="fetch-depth: 0") as caught:
            _since(clone, since=missing)
        assert "fetch-depth: 0" in caught.value.message.zh
    # Both ends are there, but not where they met.
    git(source, "checkout", "-q", "-b", "feature", first)
    write_files(source, {"x.md": "x\n"})
    commit(source)
    git(clone, "fetch", "-q", "--depth=1", "origin", "feature:refs/remotes/origin/feature")
    with pytest.raises(UsageError, match="where this branch left it"):
        _since(clone, since="origin/feature")


def test_objects_that_are_not_here(tmp_path: Path) -> None:
    """A partial clone whose blobs were never fetched: the base file is unreadable, the run goes on."""
    root = _repository(tmp_path)
    name = git(root, "rev-parse", f"HEAD:{ECHO}").strip()
    (root / ".git/objects" / name[:2] / name[2:]).unlink()
    write_files(root, {ECHO: CODE + "x = 1\n"})
    assert _since(root, "version-not-raised") == []


def test_fixes_and_path_limits_work_with_it(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_example(tmp_path)
    commit(root)
    monkeypatch.chdir(root)
    path = "plugins/pipes/bridge/bridge.py"
    write_files(root, {path: str(FILES[path]).replace("0.12.0", "0.13.0")})
    code, out, _ = run(capsys, "check", "--since", "HEAD", "--select", "version-mismatch", "docs")
    assert code == 1 and "docs/plugins/pipes/index.md" in out and "plugins/pipes/bridge/README.md:" not in out
    code, out, _ = run(capsys, "--fix-versions", "--since", "HEAD", "--ignore", "date-badge-stale")
    assert code == 0 and "Fixed 9 places" in out
    assert f"Only findings that the changes since {git(root, 'rev-parse', 'HEAD')[:10]} brought" in out


def test_links_of_the_base_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of git for each would let a commit of thousands of links take minutes."""
    root = _repository(tmp_path)
    (root / "docs").mkdir()
    for number in range(20):
        (root / f"docs/a{number}.md").symlink_to("../plugins/filters/echo/echo.py")
    commit(root)
    session = _session(root)
    asked = 0
    blobs = Git.blobs

    def counted(self: Git, names: Iterable[str], limit: int) -> dict[str, bytes]:
        nonlocal asked
        asked += 1
        return blobs(self, names, limit)

    monkeypatch.setattr(Git, "blobs", counted)
    comparison = session.repository.comparison
    assert comparison is not None
    assert {comparison.base.file(f"docs/a{number}.md").text for number in range(20)} == {CODE}
    assert asked == 2  # once for all files that changed, once for all links


def test_renamed_plugins_are_found_in_linear_time() -> None:
    looked_at = 0

    class Renamed:
        type = "filters"

        def __init__(self, folder: str, number: int) -> None:
            self.path = self.id = f"{folder}/{number}.py"
            self.number = number

        @property
        def title(self) -> str:
            nonlocal looked_at
            looked_at += 1
            return f"Title {self.number}"

    before, after = ([Renamed(folder, number) for number in range(200)] for folder in ("old", "new"))
    base: Any = SimpleNamespace(plugins=before, plugin_by_id={one.id: one for one in before})
    current: Any = SimpleNamespace(path_set={one.path for one in after})
    comparison = Comparison(current, base)
    renamed: Any = after
    assert [comparison.base_of(plugin) for plugin in renamed] == before
    assert looked_at <= 3 * len(after)
