"""The example repository does what `make demo` promises."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support import check, run, run_json

EXAMPLE = Path(__file__).parents[1] / "examples" / "bilingual"


def copy_example(target: Path) -> Path:
    """Copy the example repository, without what runs on it have kept (`make demo` is one)."""
    return Path(shutil.copytree(EXAMPLE, target, ignore=shutil.ignore_patterns(".owui-lint-cache")))


def _copy(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "bilingual")


@pytest.mark.usefixtures("on_a_fixed_day")
def test_planted_defects_are_found_and_mended(tmp_path: Path, capsys: Any) -> None:
    root = _copy(tmp_path)
    code, data = run_json(capsys, "check", str(root))
    assert code == 1
    assert data["summary"]["errors"] == 9 and data["summary"]["fixable"] >= 9
    assert run(capsys, "--fix-versions", str(root))[0] == 0
    assert run(capsys, "check", str(root))[0] == 0
    _, matrix = run_json(capsys, "versions", str(root))
    assert {row["status"] for plugin in matrix["plugins"] for row in plugin["locations"]} == {"ok"}
    assert {date["status"] for date in matrix["dates"]} == {"ok"}


def test_every_form_is_in_it() -> None:
    from owui_lint.rulebook import load_rulebook
    from tests.support import open_repo

    forms = set(load_rulebook().data["locations"]["forms"])
    used = {statement.form for location in open_repo(EXAMPLE).repository.locations for statement in location.statements}
    # The standard has forms of its own; these are those of other layouts.
    others = {
        "plain-metadata",
        "header-line",
        "header-row",
        "header-column",
        "header-alone",
        "in-link",
        "after-heading",
        "html-title",
        "metadata-line",
        "after-plain-name",
        "bare-after-link",
        "page-front-matter",
        "after-html-link",
        "html-cell",
        "title-goes-on",
        "heading-goes-on",
        "author-line",
        "header-html",
        "entry-row",
        "html-row",
        "header-cells",
        "header-icon",
        "kind-line",
    }
    assert used == forms - others


def test_one_raised_version_takes_all_its_places_along(tmp_path: Path, capsys: Any) -> None:
    root = _copy(tmp_path)
    run(capsys, "--fix-versions", str(root))
    code = root / "plugins/pipes/relay-pipe/relay_pipe.py"
    code.write_text(code.read_text().replace("version: 2.0.0", "version: 2.1.0"))
    run(capsys, "--fix-versions", str(root))
    assert not check(root, "version-mismatch").findings
    _, matrix = run_json(capsys, "versions", str(root), "--plugin", "pipes/relay-pipe")
    assert {row["value"] for row in matrix["plugins"][0]["locations"]} == {"2.1.0"}
