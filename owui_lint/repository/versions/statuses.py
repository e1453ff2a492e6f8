"""How what a place states compares with the truth: for version locations, and for date badges."""

from __future__ import annotations

OK, MISMATCH, MISSING, NEWER = "ok", "mismatch", "missing", "newer"
UNKNOWN = "unknown"  # not compared: the code states nothing to compare with
