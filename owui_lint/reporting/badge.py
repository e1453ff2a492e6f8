"""A badge that says how many of the version places agree, as a small SVG file of its own."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from owui_lint.errors import UsageError
from owui_lint.repository.versions.matrix import PluginRow
from owui_lint.repository.versions.statuses import OK
from owui_lint.text import display_width, printable

#: By this an earlier badge is known.
MARK = b'<clipPath id="r"><rect'
_GREEN, _YELLOW, _RED = "#2da44e", "#bf8700", "#cf222e"
_CELL = 6.6  # pixels that one terminal cell of text takes at 11 px
_PAD = 6


def render_badge(rows: Sequence[PluginRow], lang: str) -> str:
    """Return the SVG for the rows of the version matrix (``repository.matrix``): green where all places agree."""
    places = [place for row in rows for place in row["locations"]]
    agree = sum(place["status"] == OK for place in places)
    label = "版本一致性" if lang == "zh" else "versions"
    if agree == len(places):
        value, colour = ("全部一致" if lang == "zh" else "consistent"), _GREEN
    else:
        value = f"{agree}/{len(places)} 一致" if lang == "zh" else f"{agree} of {len(places)} agree"
        colour = _YELLOW if agree >= 0.9 * len(places) else _RED
    return _svg(label, value, colour)


def svg_path(path: str) -> str:
    """Return ``path``. Raises ``UsageError`` where its suffix is another format's."""
    suffix = Path(path).suffix
    if suffix and suffix.lower() != ".svg":
        raise UsageError(
            f"--badge: the badge is an SVG: call the file *.svg, not *{printable(suffix)}.",
            f"--badge：徽章是 SVG 图片，文件名应为 *.svg，而不是 *{printable(suffix)}。",
        )
    return path


def _svg(label: str, value: str, colour: str) -> str:
    left, right = (round(display_width(text) * _CELL) + 2 * _PAD for text in (label, value))
    label, value = html.escape(label), html.escape(value)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{label}: {value}">
  <title>{label}: {value}</title>
  <clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{left}" height="20" fill="#444d56"/>
    <rect x="{left}" width="{right}" height="20" fill="{colour}"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Noto Sans CJK SC,sans-serif" font-size="11">
    <text x="{left / 2}" y="14">{label}</text>
    <text x="{left + right / 2}" y="14">{value}</text>
  </g>
</svg>
"""
