"""What is there without being judged: excluded, left out by a sparse checkout, ignored by git. It is not said to be missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from owui_lint.session import Session
from tests.release.example import write_example
from tests.support import commit, found, git, open_repo, run, run_json, write_files

PLUGIN = '"""\ntitle: {}\nversion: 1.0.0\n"""\n\n\nclass Filter: ...\n'
FILES: dict[str, str | bytes] = {
    "README.md": "# Box\n",
    "README_CN.md": "# 盒子\n",
    "docs/plugins/filters/index.md": "# Filters\n\n- [Echo](echo.md) (v1.0.0)\n- [Loud](loud.md) (v1.0.0)\n",
    "docs/plugins/filters/index.zh.md": "# 过滤器\n\n- [Echo](echo.zh.md) (v1.0.0)\n- [Loud](loud.zh.md) (v1.0.0)\n",
}
for _name in ("echo", "loud"):
    _folder, _page = f"plugins/filters/{_name}", f"docs/plugins/filters/{_name}"
    FILES[f"{_folder}/{_name}.py"] = PLUGIN.format(_name.capitalize())
    FILES[f"{_folder}/README.md"] = FILES[f"{_page}.md"] = f"# {_name.capitalize()}\n\n**Version:** 1.0.0\n"
    FILES[f"{_folder}/README_CN.md"] = FILES[f"{_page}.zh.md"] = f"# {_name.capitalize()}\n\n**版本：** 1.0.0\n"
MISSING = "readme-missing", "docs-missing", "version-missing", "page-pair", "page-orphan", "index-orphan", "broken-link"


def _findings(root: Path) -> list[str]:
    from owui_lint.session import Selection

    return found(open_repo(root).check(Selection(select=MISSING)))


@pytest.mark.parametrize(
    "pattern",
    [
        *("docs/plugins/filters/*", "docs", "docs/plugins/filters/loud*", "*.zh.md", "*/README_CN.md"),
        *("plugins/filters/loud", "plugins/filters/loud/loud.py", "docs/plugins/filters/index.md"),
    ],
)
def test_what_is_excluded_is_not_missing(tmp_path: Path, pattern: str) -> None:
    root = write_files(tmp_path, {**FILES, ".owui-lint.yaml": f'exclude: ["{pattern}"]\n'})
    assert _findings(root) == []


def test_what_was_never_there_is_still_missing(tmp_path: Path) -> None:
    gone = {"plugins/filters/echo/README_CN.md", "docs/plugins/filters/echo.md", "docs/plugins/filters/index.zh.md"}
    files = {path: text for path, text in FILES.items() if path not in gone}
    root = write_files(tmp_path, {**files, ".owui-lint.yaml": 'exclude: ["docs/plugins/filters/loud.md"]\n'})
    assert {line.split(":")[0] for line in _findings(root)} >= gone


def test_excluded_files_lack_nothing_in_the_matrix(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, {**FILES, ".owui-lint.yaml": 'exclude: ["docs/plugins/filters/echo*"]\n'})
    places = run_json(capsys, "versions", str(root))[1]["plugins"][0]["locations"]
    assert {place["status"] for place in places} == {"ok"}


@pytest.mark.parametrize("folders", [["plugins"], ["plugins", "docs/plugins/other"], ["docs", "plugins/filters/echo"]])
def test_what_a_sparse_checkout_leaves_out_is_not_missing(tmp_path: Path, capsys: Any, folders: list[str]) -> None:
    write_files(
        tmp_path / "whole", {**FILES, "docs/plugins/other/a.md": "# A\n", "docs/plugins/other/a.zh.md": "# 甲\n"}
    )
    commit(tmp_path / "whole")
    git(tmp_path, "clone", "-q", "--no-local", str(tmp_path / "whole"), "sparse")
    root = tmp_path / "sparse"
    git(root, "sparse-checkout", "set", *folders)
    assert _findings(root) == []
    for _ in range(2):  # also from what was kept
        code, out, _ = run(capsys, "check", "--select", ",".join(MISSING), str(root))
        assert code == 0 and "this sparse checkout leaves them out" in out, out
    assert "稀疏检出" in run(capsys, "check", "--lang", "zh", str(root))[1]
    assert run_json(capsys, "check", str(root))[1]["summary"]["hidden"]["files-left-out"] > 0
    assert run(capsys, "check", "--since", "HEAD", str(root))[0] == 0
    git(root, "sparse-checkout", "disable")
    assert "sparse" not in run(capsys, "check", str(root))[1]


def test_a_file_that_was_deleted_is_missing_in_a_sparse_checkout(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    commit(tmp_path)
    git(tmp_path, "sparse-checkout", "set", "plugins/filters", "docs/plugins/filters")
    (tmp_path / "docs/plugins/filters/echo.md").unlink()
    assert any(line.startswith("docs/plugins/filters/echo.md:1") for line in _findings(tmp_path))


def test_a_file_that_git_ignores_is_not_missing(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, {**FILES, ".gitignore": "echo.md\n"})
    commit(tmp_path)
    assert run(capsys, "check", "--select", ",".join(MISSING), str(tmp_path))[0] == 0
    (tmp_path / "docs/plugins/filters/echo.md").unlink()
    code, out, _ = run(capsys, "check", "--select", "version-missing", str(tmp_path))
    assert code == 1 and "docs/plugins/filters/echo.md" in out


def test_settings_may_name_a_plugin_that_is_excluded(tmp_path: Path, capsys: Any) -> None:
    settings = (
        'exclude: ["plugins/filters/loud"]\npages: {filters/loud: filters/loud}\nopenwebui-ids: {filters/loud: loud}\n'
    )
    root = write_files(tmp_path, {**FILES, ".owui-lint.yaml": settings})
    assert run(capsys, "check", "--select", ",".join(MISSING), str(root))[:1] == (0,)


def test_nothing_is_left_out_of_a_whole_checkout(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    commit(root)
    (root / next(iter(open_repo(root).repository.paths))).unlink()
    session: Session = open_repo(root)
    assert not session.repository.left_out and not session.repository.unjudged_files
