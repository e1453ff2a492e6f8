"""What a run imports: on the way of every commit, starting takes longer than checking."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.test_plugins import plugin_file
from tests.support import write_files

FILES: dict[str, str | bytes] = {
    "plugins/filters/echo/echo.py": plugin_file(),
    "plugins/filters/echo/README.md": "# E\n**Version:** 0.9.0 [%E4%B8%AD](%E4%B8%AD.md)\n",
    "plugins/filters/echo/README_CN.md": "# 回声\n**版本：** 1.0.0\n",
}
SLOW = {
    *("typing", "pathlib", "urllib.parse", "json", "ast", "dataclasses", "inspect", "subprocess", "tomllib", "logging"),
    *("hashlib", "argparse", "yaml", "jinja2", "typer", "libcst"),
}
# Tests edit faster than clocks tick: recent files are trusted.
SCRIPT = """
import sys
before = set(sys.modules)
from owui_lint import states
states._CLOCK_STEP = states._COARSE_CLOCK_STEP = -(10**15)
from owui_lint.__main__ import main
sys.stdout = sys.stderr
main(sys.argv[1:])
after = sorted(set(sys.modules) - before)
import json
sys.__stdout__.write(json.dumps(after))
"""


def _imported(root: Path, *arguments: str) -> set[str]:
    asked = arguments or ("check", "--exit-zero", str(root))
    done = subprocess.run([sys.executable, "-c", SCRIPT, *asked], cwd=root, capture_output=True, check=True)
    return set(json.loads(done.stdout))


def test_a_run_after_a_change_of_a_page_imports_nothing_slow(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    _imported(root)
    readme = root / "plugins/filters/echo/README.md"
    for _ in range(2):
        readme.write_text(readme.read_text() + "More.\n")
        imported = _imported(root)
    assert "owui_lint.engine" in imported
    assert not imported & SLOW


@pytest.mark.parametrize("arguments", [(), (".",), ("plugins/filters",), ("check", "."), ("--exit-zero", ".")])
def test_a_run_that_changes_nothing_imports_next_to_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    root = write_files(tmp_path, FILES)
    asked = arguments or ("--exit-zero",)
    _imported(root, *asked)
    imported = _imported(root, *asked)
    assert {name for name in imported if name.startswith("owui_lint.")} == {
        *("owui_lint.__main__", "owui_lint.cache", "owui_lint.commandline", "owui_lint.sealed", "owui_lint.states"),
    }
    assert not imported & {*SLOW, "re", "enum"}
