"""MkDocs hook: adds the generated pages to the site and fills the generated parts of the written ones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).resolve().parent))

import generate_docs


@event_priority(100)  # before the plugin that sorts files by language
def on_files(files: Files, config: Any) -> Files:
    """Add a page for each rule and language."""
    for path, text in generate_docs.rule_pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Fill the marks of a page in its language."""
    return generate_docs.fill_page(markdown, "zh" if page.file.src_uri.endswith(".zh.md") else "en")
