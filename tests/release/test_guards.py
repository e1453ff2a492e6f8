"""Places newer than the code, orphans both ways, pages claimed twice, missing versions: through the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.release.example import FILES, write_example
from tests.support import check, found, run, run_json, write_files

NEWER = {"plugins/filters/echo_filter/README_CN.md": "# 回声\n\n**版本：** 1.2.0\n"}
STALE = {"docs/plugins/filters/echo-filter.md": "# Echo\n\n**Version:** 1.0.0\n"}


def _read(root: Path) -> dict[str, bytes]:
    return {path: (root / path).read_bytes() for path in FILES}


def test_a_forgotten_code_bump_is_not_undone(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_example(tmp_path)
    write_files(root, {**NEWER, **STALE, "plugins/pipes/bridge/README.md": "# Bridge\n\n**Version:** 0.11.0\n"})
    monkeypatch.chdir(root)
    before = _read(root)
    code, out, _ = run(capsys, "--fix-versions", "--ignore", "date-badge-stale")
    assert code == 1
    assert "1.2.0 is newer than the code's 1.1.0" in out and "another place of filters/echo_filter is newer" in out
    changed = [path for path, data in before.items() if (root / path).read_bytes() != data]
    assert changed == ["plugins/pipes/bridge/README.md"], "the other plugins are still brought in line"
    _, matrix = run_json(capsys, "versions", "--plugin", "filters/echo_filter")
    status = {row["kind"]: row["status"] for row in matrix["plugins"][0]["locations"] if row["status"] != "ok"}
    assert status == {"readme-zh": "newer", "docs": "mismatch"}
    code, out, _ = run(capsys, "--fix-versions", "--allow-downgrade", "--ignore", "date-badge-stale")
    assert code == 0
    assert found(check(root, "version-mismatch")) == []
    done = _read(root)
    assert "Fixed" not in run(capsys, "--fix-versions", "--ignore", "date-badge-stale")[1]
    assert _read(root) == done


def test_nothing_is_inserted_while_a_place_is_newer(tmp_path: Path) -> None:
    root = write_files(write_example(tmp_path), dict(NEWER))
    write_files(root, {"plugins/filters/echo_filter/README.md": "# Echo\n\n**Author:** [Ada](https://example.org)\n"})
    held = check(root, "version-missing").findings
    assert [finding.fix for finding in held] == [None]
    freed = check(root, "version-missing", allow_downgrade=True).findings
    assert freed[0].fix is not None and freed[0].fix.applicability == "unsafe"


def test_missing_versions_are_shown_and_inserted_only_on_request(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking the version out where its place is certain and putting it back gives the same bytes, CRLF and BOM too."""
    root = write_example(tmp_path)
    cuts = {
        "plugins/actions/card/README.md": " · v0.2.4",
        "plugins/actions/card/README_CN.md": " · v0.2.4",
        "plugins/filters/echo_filter/README_CN.md": " | **版本：** 1.1.0",
        "docs/plugins/filters/index.md": "    **Version:** 1.1.0\n\n",
        "docs/plugins/pipes/index.zh.md": " (v0.12.0)",
    }
    before = _read(root)
    for path, text in cuts.items():
        assert text.encode() in before[path]
        (root / path).write_bytes(before[path].replace(text.encode(), b"", 1))
    cut = _read(root)
    assert sorted({line.split(":")[0] for line in found(check(root, "version-missing"))}) == sorted(cuts)
    monkeypatch.chdir(root)
    code, out, _ = run(capsys, "--select", "version-missing", "--diff", "--fix", "--unsafe-fixes")
    assert code == 1 and all(f"+++ b/{path}" in out for path in cuts)
    run(capsys, "--fix-versions")
    assert _read(root) == cut, "an unsafe fix is never applied unasked"
    code, _, _ = run(capsys, "--select", "version-missing", "--fix", "--unsafe-fixes")
    assert code == 0 and _read(root) == before


@pytest.mark.parametrize(
    "text",
    [
        "# Echo\n\nProse about **Author:** and so on.\n",
        "# Echo\n\n**Author:** Ada\n**Project:** Echo\n",
        "# Echo\n\n**Author:** Ada  \n**License:** MIT\n",
        "# Echo\n\n## Usage\n\n**Author:** Ada | **Project:** Echo\n",
        "# Echo\n\n```\n**Author:** Ada | **Project:** Echo\n```\n",
        "# Echo\n\n<!-- **Author:** Ada | **Project:** Echo -->\n",
        "# Echo\n\n<!-- META_START -->\n**Author:** Ada | **Project:** Echo\n<!-- META_END -->\n",
        "# Echo\n\n**Author:** Ada | **Project:** Echo\n\n**Author:** Bob | **Project:** Echo\n",
        "# Echo\n\n- **Author:** Ada\n- **Project:** Echo\n",
    ],
)
def test_nothing_is_inserted_where_the_place_is_not_certain(tmp_path: Path, text: str) -> None:
    code = '"""\ntitle: Echo\nversion: 1.1.0\n"""\n'
    write_files(tmp_path, {"plugins/filters/echo/echo.py": code, "plugins/filters/echo/README.md": text})
    assert [finding.fix for finding in check(tmp_path, "version-missing").findings] == [None]


def test_a_version_that_is_none_is_not_inserted(tmp_path: Path) -> None:
    code = '"""\ntitle: Echo\nversion: latest\n"""\n'
    readme = "# Echo\n\n**Author:** Ada | **Project:** Echo\n"
    write_files(tmp_path, {"plugins/filters/echo/echo.py": code, "plugins/filters/echo/README.md": readme})
    assert [finding.fix for finding in check(tmp_path, "version-missing").findings] == [None]


def test_orphans_both_ways(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    for name in ("bridge.py", "README.md", "README_CN.md"):
        (root / "plugins/pipes/bridge" / name).unlink()
    write_files(
        root,
        {
            "plugins/pipes/other/other.py": '"""\ntitle: Other\nversion: 1.0.0\n"""\n',
            "docs/plugins/pipes/bridge.md": '# Bridge\n<span class="version-badge">v0.12.0</span>\n',
        },
    )
    lines = found(check(root, "versions"))
    assert "docs/plugins/pipes/index.md:3:1 index-orphan" in lines
    assert "docs/plugins/pipes/index.zh.md:3:1 index-orphan" in lines
    assert "docs/plugins/pipes/bridge.md:2:30 page-orphan" in lines
    assert "docs/plugins/pipes/index.md:1:1 version-missing" in lines, "a new plugin is in every index"


def test_a_page_claimed_twice_is_neither_compared_nor_written(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "plugins/filters/echo-filter/a.py": '"""\ntitle: A\nversion: 1.0.0\n"""\n',
        "plugins/filters/echo_tool/b.py": '"""\ntitle: B\nversion: 2.0.0\n"""\n',
        "docs/plugins/filters/echo.md": "# Echo\n**Version:** 0.9.0\n",
    }
    write_files(tmp_path, dict(files))
    monkeypatch.chdir(tmp_path)
    _, data = run_json(capsys, "check", "--fix-versions", "--select", "page-claimed-twice")
    twice = [finding for finding in data["findings"] if finding["name"] == "page-claimed-twice"]
    assert [finding["path"] for finding in twice] == ["docs/plugins/filters/echo.md"]
    assert "filters/echo-filter, filters/echo_tool" in twice[0]["message"]
    assert (tmp_path / "docs/plugins/filters/echo.md").read_text() == files["docs/plugins/filters/echo.md"]
    write_files(tmp_path, {".owui-lint.yaml": "pages: {filters/echo: filters/echo_tool}\n"})
    run(capsys, "check", "--fix-versions")
    assert (tmp_path / "docs/plugins/filters/echo.md").read_text() == "# Echo\n**Version:** 2.0.0\n"


def test_a_version_behind_a_link_to_another_page_is_that_pages(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    index = "docs/plugins/pipes/index.md"
    write_files(root, {index: "# Pipes\n\n- [Bridge](bridge.md) (v0.12.0), see [a guide](guide.md) (v0.3.0)\n"})
    write_files(root, {"docs/plugins/pipes/guide.md": "# A guide\n"})
    assert found(check(root, "version-mismatch")) == []
    assert not any(index in line for line in found(check(root, "version-repeated")))
