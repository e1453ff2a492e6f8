"""Names of Lucide icons as people give them."""

from __future__ import annotations

from owui_lint.errors import UsageError
from owui_lint.language import did_you_mean, listed
from owui_lint.text import printable


def current_name(name: str) -> str:
    """Return the name in the newest Lucide release of the icon that ``name`` means: a name, a former one, an alias.

    Raises ``UsageError``, with the names most like it, for a name that Lucide never had, and for a removed icon.
    """
    from owui_lint.icons.lucide import newest_release, resolve

    found = resolve(name)
    if found.name is not None:
        return found.name
    shown, release = printable(name[:60]), newest_release()
    if found.removed:
        raise UsageError(
            f"Lucide has removed the icon {shown!r}; {release} has none in its place.",
            f"Lucide 已移除图标 {shown!r}，{release} 中没有替代图标。",
        )
    hint = did_you_mean(listed(found.suggestions) if found.suggestions else None)
    raise UsageError(
        f"Lucide {release} has no icon {shown!r}.{hint.en} All names: lucide.dev/icons.",
        f"Lucide {release} 中没有图标 {shown!r}。{hint.zh}全部名称见 lucide.dev/icons。",
    )
