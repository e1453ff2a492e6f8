"""What fixes would change as a patch, also in the log of a CI run: whoever asks for it pipes it into a program."""

from __future__ import annotations

from owui_lint.reporting import Rendering
from owui_lint.reporting.fixes import render_diff
from owui_lint.reporting.style import Reader


def render(rendering: Rendering) -> str:
    """Return the changes as a patch; on a terminal, where control characters would act and no program reads, as a diff
    to be read."""
    reader = rendering.reader if rendering.reader is Reader.TERMINAL else Reader.PROGRAM
    return render_diff(rendering.changes or (), reader)
