"""Addresses of the documentation site."""

from __future__ import annotations

DOCS_URL = "https://owui-lint.github.io/owui-lint"


def rule_url(name: str, lang: str) -> str:
    """Return the address of a rule's page in ``lang`` (``"en"`` or ``"zh"``)."""
    return f"{DOCS_URL}/{'zh/' if lang == 'zh' else ''}rules/{name}/"
