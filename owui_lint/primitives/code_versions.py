"""Versions that a plugin's code states besides its front matter. Apart from `versions`, which most runs ask: this needs trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from owui_lint.finding import Edit
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.names import PLATFORM
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.syntax import targets_of
from owui_lint.text import has_cjk, is_named_in, is_type_word, title_keys
from owui_lint.versions import is_newer, is_semver

_IN_TEXT = lazy_pattern(r"(?<![\w./+-])v?(\d{1,4}\.\d{1,4}\.\d{1,4})(?![\w+]|[.-]\w)", re.IGNORECASE)
_MAX_TEXT = 200  # characters; what is longer is a page or a prompt, and may tell of anything


@primitive("versions-in-code", scope="plugin", reads="code")
def versions_in_code(
    plugin: Plugin, context: Context, *, constants: str, generic: list[str], unless: str
) -> Iterator[Hit]:
    """Report versions that the code states besides its front matter: ``stale`` and ``newer`` ones, and others
    (``repeated``).

    These are constants of the module and of the plugin's class called like ``constants`` (a pattern), and one-line
    texts that name the plugin and one version, but nothing like ``unless``. ``generic``: file names that are no
    plugin's name.
    """
    truth = plugin.release
    if truth is None or not is_semver(truth):
        return
    module, called, other = (
        plugin.code.module,
        compiled(constants, re.IGNORECASE),
        compiled(rf"{PLATFORM}|{unless}", re.IGNORECASE),
    )
    keys = title_keys(plugin.title) | title_keys(plugin.code.stem)
    names = [key for key in keys if (len(key) > 3 or has_cjk(key)) and key not in generic and not is_type_word(key)]
    for text, nodes in module.index.texts.items():
        if len(text) > _MAX_TEXT or text.count(".") < 2 or "\n" in text:
            continue
        found = _IN_TEXT.findall(text)
        if len(found) != 1:
            continue
        is_told = not other.search(text) and is_named_in(text, names)
        for node in nodes:
            if is_told or (len(text) <= len(found[0]) + 1 and called.fullmatch(_constant(module, node))):
                values = {"found": found[0], "expected": truth}
                if found[0] == truth:
                    yield Hit(module.place(node), "repeated", values)
                elif is_newer(found[0], truth):
                    yield Hit(module.place(node), "newer", values)
                else:
                    yield Hit(module.place(node), "stale", values, _rewritten(module, node, found[0], truth))


def _rewritten(module: Module, node: ast.Constant, found: str, truth: str) -> tuple[Edit, ...]:
    """The edit that writes another version into a literal."""
    if not module.is_placed(node):
        return ()
    start = module.offset(node.lineno, node.col_offset)
    end = module.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    if module.file.text.count(found, start, end) != 1:
        return ()
    start = module.file.text.find(found, start, end)
    return (module.file.edit(start, start + len(found), truth),)


def _constant(module: Module, node: ast.Constant) -> str:
    """The name that the module's body, that of the plugin's class or its ``__init__`` (``self.version``) gives a literal;
    "" for none."""
    index, owner = module.index, module.plugin_class
    above = index.parent(node)
    target = next(iter(targets_of(above)), None)
    if above is None or target is None:
        return ""
    if isinstance(target, ast.Name) and (
        index.parent(above) is module.tree or (owner and index.parent(above) is owner)
    ):
        return target.id
    if isinstance(target, ast.Attribute) and index.is_instance(target.value):
        method = index.scope(target).method
        if owner is not None and method is not None and method.owner is owner and method.name == "__init__":
            return target.attr
    return ""
