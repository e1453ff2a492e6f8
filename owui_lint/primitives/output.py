"""What a plugin writes into an answer: merged HTML, tags that the frontend parses, debug text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from owui_lint.language import listed
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.searches import Searches
from owui_lint.repository.python.syntax import Assignment, entries, targets_of

_PATTERN_MARKS = lazy_pattern(r"\\[sSdDwWb]|\(\?|\.\*|\[\^|\.\+\?")
_SLOT = "\x00"  # stands for an interpolated value in the text of an f-string


@primitive("html-wrapper", scope="plugin", reads="code")
def html_wrapper(plugin: Plugin, context: Context, *, marker: str, points: list[str]) -> Iterator[Hit]:
    """Report HTML wrappers (texts of the module called ``HTML_WRAPPER...``, or holding the marker) that cannot be merged.

    Cases: ``marker`` is missing, ``points`` at which further runs insert are missing.
    """
    module = plugin.code.module
    for statement in module.body:
        target = next(iter(targets_of(statement)), None)
        value = statement.value if isinstance(statement, Assignment) else None
        if not (isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str)):
            continue
        text = value.value
        if "<html" not in text.casefold() or not ("HTML_WRAPPER" in target.id.upper() or marker in text):
            continue
        values = {"name": target.id, "marker": marker}
        if marker not in text:
            yield Hit(module.place(target), "marker", values)
        missing = [point for point in points if point not in text]
        if missing:
            yield Hit(module.place(target), "points", {**values, "points": listed(missing)})


def _written(module: Module) -> Iterator[tuple[ast.Constant | ast.JoinedStr, str, list[ast.FormattedValue]]]:
    """Yield literal texts that are not searched for, not patterns and not documentation: text and interpolated values."""
    index = module.index
    if not any("<details" in text for text in index.texts):
        return
    searches = Searches(module.calls)
    texts: list[tuple[ast.Constant | ast.JoinedStr, str, list[ast.FormattedValue]]] = []
    inside: set[ast.expr] = set()
    for joined in index.of(ast.JoinedStr):
        inside.update(joined.values)
        parts = [_SLOT if isinstance(part, ast.FormattedValue) else _content(part) for part in joined.values]
        slots = [part for part in joined.values if isinstance(part, ast.FormattedValue)]
        texts.append((joined, "".join(parts), slots))
    texts += [(node, text, []) for text, nodes in index.texts.items() for node in nodes if node not in inside]
    for node, text, slots in texts:
        if "<details" in text and not _PATTERN_MARKS.search(text) and not searches.holds(node):
            yield node, text, slots


def _content(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


# Bounded repetitions: a text of a stranger must cost linear time.
_OPENING = lazy_pattern(r"(?:^|\n)[ \t]{0,20}<details\b")
_REASONING = lazy_pattern(r"\btype=[\"']reasoning[\"']")
_TOOL_CALLS = lazy_pattern(r"\btype=[\"']tool_calls[\"']")
_MAX_TAG = 8000  # characters; the values of a tag are interpolated, so what is written is short
_ATTRIBUTE = lazy_pattern(rf"(?P<name>[\w-]{{1,40}})=\"(?P<value>[^\"]*{_SLOT}[^\"]*)\"")


@primitive("details-tags", scope="plugin", reads="code")
def details_tags(plugin: Plugin, context: Context, *, escaped: list[str]) -> Iterator[Hit]:
    """Report ``<details>`` blocks that the frontend does not parse as meant, in texts that are written.

    Cases: ``reasoning`` a hand-made block of thoughts, ``break`` no line break after the tag of a tool call, ``quote``
    one of its attributes (``escaped``) holds JSON or other text whose quotes are certainly not escaped.
    """
    module = plugin.code.module
    for node, text, slots in _written(module):
        for opening in _OPENING.finditer(text):
            end = text.find(">", opening.end(), opening.end() + _MAX_TAG)
            if end < 0:
                continue
            if _REASONING.search(text, opening.end(), end):
                yield Hit(module.place(node), "reasoning")
            if not _TOOL_CALLS.search(text, opening.end(), end):
                continue
            if text[end + 1 : end + 2] not in ("", "\r", "\n", _SLOT):
                yield Hit(module.place(node), "break")
            for attribute in _ATTRIBUTE.finditer(text, opening.end(), end):
                if attribute["name"] not in escaped:
                    continue
                first = text.count(_SLOT, 0, attribute.start("value"))
                for slot in slots[first : first + attribute["value"].count(_SLOT)]:
                    if _has_raw_quotes(module.index, slot.value):
                        yield Hit(module.place(node), "quote", {"name": attribute["name"]})


def _has_raw_quotes(index: CodeIndex, value: ast.expr) -> bool:
    """Whether a value is JSON text that nothing escapes: ``json.dumps`` itself, or a name that is bound to it only."""
    if isinstance(value, ast.Name):
        value = index.sole_value(value) or value
    return isinstance(value, ast.Call) and "json.dumps" in index.names_of(value.func)


@primitive("streamed-text", scope="plugin", reads="code")
def streamed_text(plugin: Plugin, context: Context, *, pattern: str) -> Iterator[Hit]:
    """Report literal texts that start like ``pattern`` and become part of the answer: by ``yield``, or as the ``content``
    of a message that is made."""
    module = plugin.code.module
    expression = compiled(pattern, re.IGNORECASE)
    written: list[tuple[ast.expr, ast.expr | None]] = [(node, node.value) for node in module.index.of(ast.Yield)]
    for made in module.index.of(ast.Dict):
        content = entries(made).get("content")
        if content is not None:
            written.append((content, content))
    for node, value in written:
        if isinstance(value, ast.JoinedStr) and value.values:
            value = value.values[0] if isinstance(value.values[0], ast.Constant) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and expression.match(value.value):
            yield Hit(module.place(node), values={"text": value.value.strip()[:40]})


@primitive("message-roles", scope="plugin", reads="code")
def message_roles(plugin: Plugin, context: Context, *, about: str, role: str, classes: list[str]) -> Iterator[Hit]:
    """Report messages that plugins of ``classes`` make with a literal role other than ``role`` and a content ``about`` it.

    ``about`` is a pattern for the names and texts of the content.
    """
    module = plugin.code.module
    if module.plugin_class is None or module.plugin_class.name not in classes:
        return
    expression = compiled(about, re.IGNORECASE)
    for message in module.index.of(ast.Dict):
        fields = entries(message)
        found, content = fields.get("role"), fields.get("content")
        if not isinstance(found, ast.Constant) or content is None or found.value == role:
            continue
        names = [content.id] if isinstance(content, ast.Name) else []
        if isinstance(content, ast.JoinedStr):
            names = [str(part.value) for part in content.values if isinstance(part, ast.Constant)][:1]
        if any(expression.search(name) for name in names):
            yield Hit(module.place(found), values={"found": found.value, "role": role})


@primitive("prompts-say", scope="plugin", reads="code")
def prompts_say(plugin: Plugin, context: Context, *, names: str, say: str, longer_than: int) -> Iterator[Hit]:
    """Report prompts (texts of the module called like ``names``, of some length) in which nothing matches ``say``."""
    module = plugin.code.module
    named, expected = compiled(names, re.IGNORECASE), compiled(say, re.IGNORECASE)
    for statement in module.body:
        target = next(iter(targets_of(statement)), None)
        value = statement.value if isinstance(statement, Assignment) else None
        if value is None or not (isinstance(target, ast.Name) and named.search(target.id)):
            continue
        text = _content(value)
        if len(text) > longer_than and not expected.search(text):
            yield Hit(module.place(target), values={"name": target.id})
