"""What a plugin writes into an answer: merged HTML, tags that the frontend parses, debug text."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
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
    """Report HTML wrappers that cannot be merged: pages in texts of the module that are called ``HTML_WRAPPER...``, or hold
    the marker or a point at which is inserted.

    Cases: ``marker`` is missing, ``points`` at which further runs insert are missing.
    """
    module = plugin.code.module
    for statement in module.body:
        target = next(iter(targets_of(statement)), None)
        value = statement.value if isinstance(statement, Assignment) else None
        if not (isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str)):
            continue
        text = value.value
        is_wrapper = "HTML_WRAPPER" in target.id.upper() or any(mark in text for mark in (marker, *points))
        if "<html" not in text.casefold() or not is_wrapper:
            continue
        values = {"name": target.id, "marker": marker}
        if marker not in text:
            yield Hit(module.place(target), "marker", values)
        missing = [point for point in points if point not in text]
        if missing:
            yield Hit(module.place(target), "points", {**values, "points": listed(missing)})


class _Text:
    """A text that is put together of ``terms``: what is written of it, with a slot for each of the values between."""

    def __init__(self, terms: list[ast.expr]) -> None:
        self.values: list[ast.expr] = []
        self._terms = terms
        self._starts: list[int] = []
        pieces: list[str] = []
        length = 0
        for term in terms:
            self._starts.append(length)
            for part in term.values if isinstance(term, ast.JoinedStr) else [term]:
                is_literal = isinstance(part, ast.Constant) and isinstance(part.value, str)
                pieces.append(_content(part) if is_literal else _SLOT)
                length += len(pieces[-1])
                if not is_literal:
                    self.values.append(part.value if isinstance(part, ast.FormattedValue) else part)
        self.text = "".join(pieces)

    def term(self, offset: int) -> ast.expr:
        """Return the term in which an offset lies."""
        return self._terms[bisect_right(self._starts, offset) - 1]

    def is_line_start(self, offset: int) -> bool:
        """Tell whether a line starts at an offset; one may where a term begins: what stands before may end with a break."""
        begins = self._starts[bisect_right(self._starts, offset) - 1] == offset
        return begins or self.text[offset - 1] == "\n"


def _written(module: Module) -> Iterator[_Text]:
    """Yield texts that are not searched for, not patterns and not documentation: literal ones, f-strings and sums."""
    index = module.index
    if not any("<details" in text for text in index.texts):
        return
    searches = Searches(module.calls)
    inside: set[ast.AST] = set()
    groups: list[list[ast.expr]] = []
    for node in index.of(ast.BinOp):
        if isinstance(node.op, ast.Add) and node not in inside:
            terms = _terms(node, inside)
            groups += [terms] if any(isinstance(one, ast.JoinedStr) or _content(one) for one in terms) else []
    inside.update(one for terms in groups for one in terms)
    groups += [[joined] for joined in index.of(ast.JoinedStr) if joined not in inside]
    inside.update(part for joined in index.of(ast.JoinedStr) for part in joined.values)
    groups += [[node] for nodes in index.texts.values() for node in nodes if node not in inside]
    for terms in groups:
        text = _Text(terms)
        start = text.text.find("<details")
        if start >= 0 and not _PATTERN_MARKS.search(text.text) and not searches.holds(text.term(start)):
            yield text


def _terms(total: ast.BinOp, inside: set[ast.AST]) -> list[ast.expr]:
    """Return what a sum is made of, from left to right; sums in it are put ``inside``."""
    found: list[ast.expr] = []
    waiting: list[ast.expr] = [total]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            inside.add(node)
            waiting += [node.right, node.left]
        else:
            found.append(node)
    return found


def _content(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


# Bounded repetitions: a text of a stranger must cost linear time.
_OPENING = lazy_pattern(r"[ \t]{0,20}<details\b")
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
    for written in _written(module):
        text = written.text
        for opening in _OPENING.finditer(text):
            if not written.is_line_start(opening.start()):
                continue
            node = written.term(opening.start())
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
                for value in written.values[first : first + attribute["value"].count(_SLOT)]:
                    if _has_raw_quotes(module.index, value):
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
