"""The HTML report in a real browser, where there is one: it filters, and its policy lets no other script run."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from owui_lint.finding import Severity
from owui_lint.reporting import Format, render
from tests.reporting.conftest import Render, finding

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium")
_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
]


def dom(page: str, folder: Path) -> tuple[str, str]:
    """Return the page as it is once its script has run, and what the browser logged."""
    target = folder / "page.html"
    target.write_text(page, encoding="utf-8")
    assert BROWSER is not None
    done = subprocess.run(
        [BROWSER, *_OPTIONS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", target.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout, done.stderr


def page(rendering: Render) -> str:
    hostile = "</script><script>document.title='forged'</script><img src=x onerror=\"document.title='forged'\">"
    given = [
        finding("one"),
        finding("two", severity=Severity.WARNING),
        finding(hostile, path="docs/x.md", plugin="b/c"),
    ]
    return render(Format.html, rendering(given))


def test_script_runs_under_its_policy(rendering: Render, tmp_path: Path) -> None:
    found, log = dom(page(rendering), tmp_path)
    assert '<small id="shown">3 / 3</small>' in found
    assert '<div id="filters" class="filters">' in found
    assert "<title>repo · owui-lint</title>" in found
    assert "Content Security Policy" not in log and "CONSOLE" not in log


@pytest.mark.parametrize(
    ("filter_", "value", "shown"),
    [
        ("severity", "warning", 1),
        ("plugin", "b/c", 1),
        ("rule", "version-mismatch", 3),
        ("text", "TWO", 1),
        ("text", "zzz", 0),
    ],
)
def test_filters(rendering: Render, tmp_path: Path, filter_: str, value: str, shown: int) -> None:
    act = (
        f"const c = document.querySelector('[data-filter={filter_}]'); c.value = {value!r};"
        "c.dispatchEvent(new Event('input', {bubbles: true}));"
    )
    # The policy would refuse this script, as it should: it is taken out for the test.
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page(rendering))
    found, _ = dom(open_page.replace("</body>", f"<script>{act}</script></body>"), tmp_path)
    assert f'<small id="shown">{shown} / 3</small>' in found
    assert len(re.findall(r'<li class="finding"[^>]* hidden="">', found)) == 3 - shown
    assert ('<p id="none" hidden="">' in found) == (shown > 0)


def test_a_foreign_script_is_refused(rendering: Render, tmp_path: Path) -> None:
    found, _ = dom(page(rendering).replace("</body>", "<script>document.title='forged'</script></body>"), tmp_path)
    assert "<title>repo · owui-lint</title>" in found
