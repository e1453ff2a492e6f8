"""MkDocs hook: builds the site from ``docs/`` and what is generated, put together in a folder of their own.

The plugin for languages takes only pages that are files below ``docs_dir``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import generate_docs

BUILD = generate_docs.ROOT / ".cache" / "docs"


def on_config(config: Any) -> Any:
    """Put the pages together, and build from there."""
    source = Path(config.docs_dir)
    if source != BUILD:
        generate_docs.write_site(source, BUILD)
        config.docs_dir = str(BUILD)
    return config
