"""Addresses of the repository's own files on GitHub."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repository.test_plugins import plugin_file
from tests.support import check, commit, found, git, write_files

OWN = "https://github.com/Ada/Plugins"
FILES: dict[str, str | bytes] = {"plugins/filters/echo/echo.py": plugin_file()}


def _found(root: Path, text: str, origin: str = f"{OWN}.git", branch: str = "main") -> list[str]:
    commit(write_files(root, {**FILES, "README.md": f"# Plugins\n\n{text}\n"}))
    git(root, "checkout", "-q", "-B", branch)
    if origin:
        git(root, "config", "remote.origin.url", origin)
    return found(check(root, "broken-link"))


@pytest.mark.parametrize(
    "origin",
    [
        *(OWN, f"{OWN}.git", f"{OWN}/", "git@github.com:ada/plugins.git", "ssh://git@github.com/Ada/Plugins.git"),
        "https://x-access-token:secret@github.com/Ada/Plugins",
    ],
)
def test_a_plugin_that_is_gone(tmp_path: Path, origin: str) -> None:
    row = f"| [Loud]({OWN}/tree/main/plugins/filters/loud) | [code]({OWN}/blob/main/plugins/filters/loud/loud.py#L3) |"
    assert _found(tmp_path, row, origin) == ["README.md:3:10 broken-link", "README.md:3:82 broken-link"]


@pytest.mark.parametrize(
    "link",
    [
        f"[Echo]({OWN}/tree/main/plugins/filters/echo)",
        f"[Echo]({OWN}/tree/main/plugins/filters/echo/)",
        f"[Echo]({OWN}/blob/main/plugins/filters/echo/echo.py?plain=1#L3)",
        f"[Echo]({OWN.lower()}/blob/main/plugins/filters/echo/echo.py)",
        # Another branch, a release, or all of one.
        f"[Loud]({OWN}/tree/next/plugins/filters/loud)",
        f"[Loud]({OWN}/blob/v1.0.0/plugins/filters/loud/loud.py)",
        f"[Loud]({OWN}/blob/next/main/plugins/filters/loud/loud.py)",
        f"[Loud]({OWN}/tree/main)",
        # Another repository, another page, a placeholder, code.
        "[Loud](https://github.com/eve/plugins/tree/main/plugins/filters/loud)",
        "[Loud](https://github.com/ada/plugins2/tree/main/plugins/filters/loud)",
        f"[Loud]({OWN}/issues/main/loud)",
        f"[Loud]({OWN}/tree/main/plugins/{{type}}/loud)",
        f"`[Loud]({OWN}/tree/main/plugins/filters/loud)`",
        f"[CI]({OWN}/blob/main/.github/workflows/ci.yml)",
        # Too many slashes, and a way out of the repository.
        f"[Echo]({OWN}/blob/main//plugins/filters//echo/echo.py)",
        f"[Issues]({OWN}/blob/main/../../issues)",
    ],
)
def test_what_is_there_or_not_ours_to_judge(tmp_path: Path, link: str) -> None:
    assert _found(tmp_path, link) == []


@pytest.mark.parametrize(
    ("origin", "branch", "is_found"),
    [
        (f"{OWN}.git", "main", True),
        (f"{OWN}.git", "feature/x", False),
        ("", "main", False),
        ("https://github.com/fork/plugins.git", "main", False),
        ("https://example.org/Ada/Plugins.git", "main", False),
        ("https://evil.example/github.com/Ada/Plugins", "main", False),
        ("/srv/git/Ada/Plugins", "main", False),
    ],
)
def test_whose_repository_this_is(tmp_path: Path, origin: str, branch: str, is_found: bool) -> None:
    assert bool(_found(tmp_path, f"[Loud]({OWN}/tree/main/plugins/filters/loud)", origin, branch)) is is_found


def test_a_branch_with_a_slash(tmp_path: Path) -> None:
    text = f"[a]({OWN}/blob/feature/x/gone.md) [b]({OWN}/blob/feature/x/README.md)"
    assert _found(tmp_path, text, branch="feature/x") == ["README.md:3:5 broken-link"]


def test_a_detached_head_is_no_branch(tmp_path: Path) -> None:
    text = f"[Loud]({OWN}/tree/main/plugins/filters/loud)"
    assert _found(tmp_path, text)
    git(tmp_path, "checkout", "-q", "--detach")
    assert found(check(tmp_path, "broken-link")) == []


def test_a_repository_in_a_folder_of_another(tmp_path: Path) -> None:
    assert _found(tmp_path, f"[Loud]({OWN}/tree/main/plugins/filters/loud)")
    inner = write_files(tmp_path / "inner", {**FILES, "README.md": f"# P\n\n[a]({OWN}/tree/main/gone)\n"})
    assert found(check(inner, "broken-link")) == []


def test_a_path_that_git_refuses_hides_no_ignored_one(tmp_path: Path) -> None:
    other = write_files(tmp_path / "other", {"a.md": "x"})
    commit(other)
    root = write_files(tmp_path / "own", {"notes/a.md": "x", ".gitignore": "build/\n"})
    (root / "link").symlink_to("notes")
    git(root, "init", "-q", "-b", "main")
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "sub")
    git(root, "submodule", "deinit", "-f", "-q", "sub")
    links = ["/sub/a.md", "sub/b.md", "sub/c/d.md", "/link/gone.md", "build/out.md", "notes/gone.md"]
    text = "\n".join(f"[a]({link})" for link in links)
    assert _found(root, f"{text}\n[b]({OWN}/blob/main//build/x.md)") == ["README.md:8:5 broken-link"]


def test_many_paths_that_git_refuses(tmp_path: Path) -> None:
    root = write_files(tmp_path, {"notes/a.md": "x"})
    for number in range(12):
        (root / f"link{number}").symlink_to("notes")
    text = " ".join(f"[a](link{number}/gone.md)" for number in range(12))
    assert _found(root, text) == []


_AWAY = [
    "tree/main/other",
    "blob/main/other/deep/f.md",
    "blob/main/shots/a.png",
    "blob/main/gone.md",
    "tree/main/other/dee",
]


def _sparse(root: Path, patterns: str) -> list[str]:
    text = "".join(f"[a]({OWN}/{link})\n" for link in _AWAY) + "[b](other/deep/f.md)\n[c](other/gone.md)"
    write_files(root, {"other/deep/f.md": "x", "shots/a.png": "x", "another/deep/f.md": "x"})
    assert _found(root, text) == [f"README.md:{line}:5 broken-link" for line in (6, 7, 9)]
    git(root, "sparse-checkout", "set", *patterns.split())
    assert not (root / "other").exists()
    return found(check(root, "broken-link"))


@pytest.mark.parametrize(
    ("patterns", "lines"),
    [
        ("--no-cone /* !/other/ !/shots/", [6, 7, 9]),
        ("plugins", [6, 7, 9]),
        ("--sparse-index plugins", [6]),  # of what lies in a folder that is left out whole nothing is known
    ],
)
def test_what_a_sparse_checkout_leaves_out(tmp_path: Path, patterns: str, lines: list[int]) -> None:
    assert _sparse(tmp_path, patterns) == [f"README.md:{line}:5 broken-link" for line in lines]


def test_a_sparse_checkout_whose_index_does_not_write_out_its_paths(tmp_path: Path) -> None:
    assert _sparse(tmp_path, "plugins")
    git(tmp_path, "update-index", "--index-version", "4")
    assert found(check(tmp_path, "broken-link")) == []
    (tmp_path / ".git/info/sparse-checkout").unlink()
    assert found(check(tmp_path, "broken-link"))


def test_a_sparse_checkout_of_a_folder_that_is_checked(tmp_path: Path) -> None:
    files = {f"inner/{path}": text for path, text in FILES.items()}
    inner = {"inner/README.md": "# P\n\n[a](other/f.md) [b](other/gone.md)\n", "inner/other/f.md": "x"}
    commit(write_files(tmp_path, {**files, **inner}))
    git(tmp_path, "sparse-checkout", "set", "inner/plugins")
    assert found(check(tmp_path / "inner", "broken-link")) == ["README.md:3:21 broken-link"]


def test_files_that_need_not_be_there(tmp_path: Path) -> None:
    write_files(tmp_path, {"shots/a.png": "x", "shots/b.png": "x"})
    assert _found(tmp_path, "![a](shots/a.png)\n![b](shots/b.png)") == []
    git(tmp_path, "update-index", "--assume-unchanged", "shots/a.png")
    for name in "ab":
        (tmp_path / f"shots/{name}.png").unlink()
    assert found(check(tmp_path, "broken-link")) == ["README.md:4:6 broken-link"]
    git(tmp_path, "config", "remote.origin.promisor", "true")
    assert found(check(tmp_path, "broken-link")) == []


def test_addresses_with_blanks_backslashes_and_entities(tmp_path: Path) -> None:
    names = ["two words.md", "my_file.md", "a&b.md", "a;b.md"]
    write_files(tmp_path, {f"notes/{name}": "# A\n\n## my_part\n" for name in names})
    links = ["notes/two words.md", "notes/my\\_file.md", "notes/a&amp;b.md", "notes/a&semi;b.md"]
    gone = ["notes/no words.md", "notes/no\\_file.md", "notes/no&amp;b.md"]
    shown = "".join(f"[a](<{OWN}/blob/main/{link}>)\n[a](<{link}>)\n![a](<{link}?raw=1>)\n" for link in (*links, *gone))
    more = f'[b](notes/my\\_file.md#my\\_part)\n<a href="notes/a&amp;b.md">c</a>\n\n[d]: <{OWN}/blob/main/notes/two words.md>\n'
    expected = [f"README.md:{line}:{7 if line % 3 == 2 else 6} broken-link" for line in range(15, 24)]
    assert _found(tmp_path, shown + more) == expected
    said = [finding.message.en for finding in check(tmp_path, "broken-link").findings]
    assert said[0].endswith("leads nowhere: notes/no words.md does not exist.")
    assert said[3].endswith("leads nowhere: notes/no_file.md does not exist.")
