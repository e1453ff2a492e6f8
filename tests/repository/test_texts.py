"""Which files are texts that rules judge: one answer, whoever asks and whatever a README is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from owui_lint.repository import Repository
from owui_lint.server.service import _WATCHED
from tests.repository.test_plugins import plugin_file
from tests.support import commit, git, open_repo, run, run_json, write_files

CODE = "plugins/filters/echo/echo.py"
HEADER = "**Author:** [a](https://a.b) | **Version:** {} | **Project:** [p](https://a.b)\n"
SPELLINGS = ["README.md", "README.markdown", "README.MD", "ReadMe.Markdown", "README.txt", "LIESMICH"]


def _repository(root: Path, name: str, version: str, comment: str = "") -> Path:
    """A plugin of version 1.0.0 whose README is called ``name`` and states ``version``."""
    if name in SPELLINGS[4:]:
        write_files(root, {".owui-lint.yaml": f"readme: {name}\n"})
    return write_files(
        root,
        {CODE: plugin_file("Echo"), f"plugins/filters/echo/{name}": f"# Echo\n\n{comment}{HEADER.format(version)}"},
    )


def _versions(capsys: Any, root: Path, *more: str) -> tuple[int, list[str]]:
    code, data = run_json(capsys, str(root), "--profile", "openwebui", "--select", "versions", *more)
    return code, [f"{one['path']} {one['name']}" for one in data["findings"]]


@pytest.mark.parametrize("name", SPELLINGS)
def test_what_is_read_as_a_text(tmp_path: Path, name: str) -> None:
    repository = open_repo(_repository(tmp_path, name, "1.0.0")).repository
    path = f"plugins/filters/echo/{name}"
    assert repository.is_text(path) and repository.is_markdown(path) and repository.file(path).is_markdown
    assert repository.is_text(CODE) and not repository.is_markdown(CODE)
    for other in ("plugins/filters/echo/icon.svg", "pyproject.toml", "md"):
        assert not repository.is_text(other)


@pytest.mark.parametrize("name", SPELLINGS)
def test_suppressions_are_heard(tmp_path: Path, capsys: Any, name: str) -> None:
    comment = "<!-- owui-lint: ignore-next-line[version-mismatch] on purpose -->\n"
    root = _repository(tmp_path, name, "0.9.0", comment)
    before = (root / f"plugins/filters/echo/{name}").read_bytes()
    assert _versions(capsys, root) == (0, [])
    run(capsys, "--fix-versions", str(root), "--profile", "openwebui")
    assert (root / f"plugins/filters/echo/{name}").read_bytes() == before


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_change_is_answerable_for_what_it_breaks(tmp_path: Path, capsys: Any, name: str) -> None:
    root = _repository(tmp_path, name, "1.0.0")
    commit(root)
    _repository(root, name, "0.9.0")
    broken = (1, [f"plugins/filters/echo/{name} version-mismatch"])
    assert _versions(capsys, root) == broken
    assert _versions(capsys, root, "--since", "HEAD") == broken
    commit(root)
    assert _versions(capsys, root, "--since", "HEAD") == (0, [])


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_conflict_that_a_sample_shows_is_none(tmp_path: Path, name: str) -> None:
    sample = "```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n```\n"
    path = f"plugins/filters/echo/{name}"
    repository = open_repo(write_files(_repository(tmp_path, name, "1.0.0"), {path: sample})).repository
    assert repository.file(path).problem is None


@pytest.mark.parametrize("name", SPELLINGS)
def test_links_are_looked_at(tmp_path: Path, capsys: Any, name: str) -> None:
    root = _repository(tmp_path, name, "1.0.0", "[gone](gone.png)\n\n")
    _, data = run_json(capsys, str(root), "--select", "broken-link")
    assert [one["line"] for one in data["findings"]] == [3]


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_text_is_among_what_belongs_to_a_plugin(tmp_path: Path, name: str) -> None:
    """What rules that read all of a plugin's own found is asked anew when such a text changes."""

    def digest() -> bytes:
        session = open_repo(tmp_path)
        session.keep = True
        from owui_lint.primitives import Context
        from owui_lint.units import Units

        units = Units(session.repository, Context(session.repository, session.options), keep=True, jobs=1)
        return units._digest_of_own(session.repository.plugins[0])

    write_files(_repository(tmp_path, name, "1.0.0"), {f"plugins/filters/echo/more/{name}": "# More\n"})
    before = digest()
    write_files(tmp_path, {f"plugins/filters/echo/more/{name}": "# Less\n"})
    assert digest() != before


def test_the_base_has_what_is_no_text_as_it_was(tmp_path: Path) -> None:
    """Rules look into manifests and scripts, too: those of the base must not be those of the work tree."""
    from owui_lint.releasing.comparison import compare_with_base

    root = _repository(tmp_path, "README.md", "1.0.0")
    write_files(root, {"package.json": '{"name": "a"}\n', "tools/run": "echo.py\n", "logo.json": "{}\n"})
    commit(root)
    write_files(root, {"package.json": '{"name": "b"}\n'})
    (root / "tools/run").unlink()
    base = compare_with_base(open_repo(root).repository, "HEAD").base
    assert base.file("package.json").data == b'{"name": "a"}\n'
    assert base.file("tools/run").data == b"echo.py\n"
    assert base.file("logo.json") is base.current.file("logo.json")
    assert base.changed == frozenset()


def test_editors_tell_of_the_usual_names() -> None:
    assert any("{md,MD,markdown}" in pattern for pattern in _WATCHED)


def test_a_generated_block_of_the_base_is_one(tmp_path: Path) -> None:
    """What the base has is read as the work tree is: else what stands in a generated block would count as known."""
    from owui_lint.releasing.comparison import compare_with_base

    root = _repository(tmp_path, "README.md", "1.0.0")
    commit(root)
    write_files(root, {"plugins/filters/echo/README.md": "# Other\n"})
    current: Repository = open_repo(root).repository
    base = compare_with_base(current, "HEAD").base
    path = "plugins/filters/echo/README.md"
    assert base.file(path) is not current.file(path)
    assert base.file(path)._marks is not None and git(root, "show", f"HEAD:{path}") == base.file(path).text
