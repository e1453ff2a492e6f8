"""What a plugin opens and holds: databases, secrets, results that may be missing."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence

from owui_lint.finding import Message
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import CodeIndex, Scope, instance_of
from owui_lint.repository.python.flow import returns
from owui_lint.repository.python.guards import Guards
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.syntax import last_name
from owui_lint.repository.python.translations import bind
from owui_lint.text import looks_generated


@primitive("forbidden-calls", scope="plugin", reads="code")
def forbidden_calls(
    plugin: Plugin,
    context: Context,
    *,
    calls: list[str],
    unless: str | None = None,
    settings: list[str] | None = None,
    addresses: list[str] | None = None,
    variables: str | None = None,
) -> Iterator[Hit]:
    """Report calls of functions by their dotted names, through imports and aliases.

    ``unless``: a pattern; a call whose arguments, or what these are bound to, hold a literal text like it is allowed (one by
    keyword is looked at as ``keyword=text``, too).
    ``settings``: attributes under which settings lie; a call is allowed whose address (its first argument, or one of the
    ``addresses`` by keyword) is one of them, or is given to the function by whoever calls it. ``variables``: a pattern of
    those of the environment that count as settings.
    """
    module = plugin.code.module
    allowed = compiled(unless) if unless else None
    outside = compiled(variables) if variables else None
    for call, name in module.calls.of(calls):
        if allowed is not None and any(map(allowed.search, _texts_of(module.index, call))):
            continue
        given = [*call.args[:1], *(one.value for one in call.keywords if one.arg in (None, *(addresses or ())))]
        if settings and any(_is_from_outside(module.calls, one, frozenset(settings), outside) for one in given):
            continue
        yield Hit(module.place(call.func), values={"name": name})


def _texts_of(index: CodeIndex, call: ast.Call) -> Iterator[str]:
    yield from index.texts_given(call)
    for one in call.keywords:
        if isinstance(one.value, ast.Constant) and isinstance(one.value.value, str):
            yield f"{one.arg}={one.value.value}"


_MAX_SOURCES = 60  # values that are looked at for one call
_ENVIRONMENT = frozenset({"os.environ", "os.getenv"})


def _is_from_outside(
    calls: Calls, value: ast.expr, settings: frozenset[str], variables: re.Pattern[str] | None
) -> bool:
    """Whether a setting, one of ``variables`` of the environment, or an argument that the file itself does not give, is
    part of a value, or whether that cannot be told."""
    index, waiting = calls.index, [value]
    seen: set[tuple[Scope, str]] = set()
    asked: set[str] = set()
    for _ in range(_MAX_SOURCES):
        if not waiting:
            return False
        one = waiting.pop()
        attributes: list[ast.Attribute] = index.within(one, ast.Attribute)
        if any(part.attr in settings or last_name(part.value) in settings for part in attributes):
            return True
        texts = (text.value for text in index.within(one, ast.Constant) if isinstance(text.value, str))
        if variables is not None and any(map(variables.fullmatch, texts)) and _asks_environment(index, attributes):
            return True
        for part in attributes:
            if index.is_instance(part.value) and part.attr not in asked:
                asked.add(part.attr)
                waiting += _sources_of_attribute(index, part)
        for name in index.within(one, ast.Name):
            where = index.binding(name.id, index.scope(name))
            if where is None or not where.is_function or (where, name.id) in seen:
                continue
            seen.add((where, name.id))
            sources = _sources(calls, where, name.id)
            if sources is None:
                return True
            waiting += sources
    return True


def _asks_environment(index: CodeIndex, attributes: list[ast.Attribute]) -> bool:
    return any(name in _ENVIRONMENT for one in attributes for name in index.names_of(one))


def _sources_of_attribute(index: CodeIndex, attribute: ast.Attribute) -> list[ast.expr]:
    """What an attribute of ``self`` is set to, or what the method or property of that name returns."""
    found: list[ast.expr] = []
    for use in index.self_attributes.get(attribute.attr, ()):
        above = index.parent(use) if isinstance(use.ctx, ast.Store) else None
        if isinstance(above, ast.Assign | ast.AnnAssign) and above.value is not None:
            found.append(above.value)
    method = index.scope(attribute).method
    owner = method.owner if method is not None else None
    function = index.method_of(owner, attribute.attr) if owner is not None else None
    if function is not None and isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef):
        found += [one.value for one in returns(index, function.node) if one.value is not None]
    return found


def _sources(calls: Calls, function: Scope, name: str) -> list[ast.expr] | None:
    """What a name of a function is bound to, a parameter to what callers give; ``None`` where it comes from outside: from
    OpenWebUI or a model."""
    found: list[ast.expr] = []
    for bound in function.bound.get(name, ()):
        above = calls.index.parent(bound)
        if isinstance(above, ast.Assign | ast.AnnAssign) and above.value is not None:
            found.append(above.value)
        if not isinstance(bound, ast.arg) or name in ("cls", "self", instance_of(function.node)):
            continue
        callers = calls.by_local.get(function, [])
        if not callers or not isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        given = (bind(function.node, call, name) for call in callers)
        found += [one for one in given if one is not None]
    return found


@primitive("literal-secrets", scope="plugin", reads="code")
def literal_secrets(
    plugin: Plugin,
    context: Context,
    *,
    secrets: Mapping[str, Mapping[str, str]],
    placeholder: str,
    sequence: str,
    names: str,
) -> Iterator[Hit]:
    """Report secrets in a plugin's code and its copies. ``secrets``: what it is (``zh``: in Chinese), to its ``prefix`` and
    ``pattern``.

    Case ``valve``: it stands where a valve has its default. Case ``named``, in the plugin itself: a literal of any form
    that looks generated and is given to something called like ``names``. Texts like ``placeholder``, and those of few different characters, are examples; texts with a
    ``sequence`` in them are too, unless they are all of a literal. A message never repeats a secret.
    """
    example, typed = compiled(placeholder, re.IGNORECASE), compiled(sequence, re.IGNORECASE)
    for code in plugin.codes:
        text, data = code.file.text, code.file.data
        found: list[tuple[int, int]] = []
        for kind, secret in secrets.items():
            prefix = secret["prefix"]
            if prefix.encode() not in data:
                continue  # far faster than a search for the pattern, and nearly always the end of it
            pattern = compiled(secret["pattern"])
            start = text.find(prefix)
            while start >= 0:
                match = pattern.match(text, start)
                is_real = match and len(set(match[0])) >= 10 and not example.search(match[0])
                if (
                    match
                    and is_real
                    and not _overlaps(found, start, match.end())
                    and (not typed.search(match[0]) or _is_value(text, start, match.end()))
                ):
                    insort(found, (start, match.end()))
                    case = "valve" if code is plugin.code and _is_default(code.module, start) else "default"
                    values = {"kind": Message(kind, secret["zh"]), "start": match[0][:4]}
                    yield Hit(code.file.place(start, match.end()), case, values)
                start = text.find(prefix, match.end() if match else start + len(prefix))
        if code is not plugin.code:
            continue  # copies are not parsed for this
        for name, given, node in _named_texts(code.module.index, compiled(names, re.IGNORECASE)):
            first = code.module.offset(node.lineno, node.col_offset)
            behind = first + len(given) + 2
            if not example.search(given) and not _overlaps(found, first + 1, behind):
                yield Hit(code.module.place(node), "named", {"name": name})


def _is_default(module: Module, offset: int) -> bool:
    """Whether a place in the text is within the default of a valve."""
    defaults = (valve.default for valve in module.declared_valves if valve.default is not None)
    return any(
        module.offset(one.lineno, one.col_offset) <= offset < module.offset(one.end_lineno, one.end_col_offset)
        for one in defaults
        if one.end_lineno is not None and one.end_col_offset is not None
    )


_EXPLAINING = lazy_pattern(r"(?:placeholder|example|description|title|help|hint)s?\W{1,10}$", re.IGNORECASE)


def _is_value(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is all of a literal, and that of no placeholder or explanation."""
    quote = text[start - 1 : start]
    return (
        quote in ("'", '"')
        and text[end : end + 1] == quote
        and not _EXPLAINING.search(text[max(0, start - 40) : start])
    )


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of some spans, which are in order and do not overlap, has something of ``start:end``."""
    behind = bisect_left(spans, (end,))
    return behind > 0 and spans[behind - 1][1] > start


def _named_texts(index: CodeIndex, names: re.Pattern[str]) -> Iterator[tuple[str, str, ast.Constant]]:
    """Yield literals that look generated and are bound or passed under a name like ``names``, with that name and
    their text.

    Fields of classes (valves among them) are left out: what they default to is another rule's business.
    """
    keys: dict[ast.Dict, dict[ast.expr, ast.expr | None]] = {}
    for text, nodes in index.texts.items():
        # Most texts are words or sentences: the cheapest questions first.
        if not 8 <= len(text) <= 200 or " " in text or "/" in text or not looks_generated(text, 8):
            continue
        for node in nodes:
            name = _name_given(index, node, keys)
            if names.search(name) and looks_generated(text, 8 if "pass" in name.casefold() else 16):
                yield name, text, node


def _name_given(index: CodeIndex, value: ast.Constant, keys: dict[ast.Dict, dict[ast.expr, ast.expr | None]]) -> str:
    """The name that a literal is bound to, passed as, or stands under in a dictionary; "" for none and fields of classes.

    ``keys`` keeps the keys of each dictionary by their values.
    """
    above = index.parent(value)
    if isinstance(above, ast.Assign | ast.AnnAssign) and not index.scope(above).is_class:
        return last_name(above.targets[0] if isinstance(above, ast.Assign) else above.target)
    if isinstance(above, ast.keyword):
        return above.arg or ""
    if isinstance(above, ast.Dict):
        if above not in keys:
            keys[above] = dict(zip(above.values, above.keys, strict=True))
        key = keys[above].get(value)
        return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
    return ""


@primitive("results-checked", scope="plugin", reads="code")
def results_checked(plugin: Plugin, context: Context, *, methods: str, unless: list[str]) -> Iterator[Hit]:
    """Report attributes of results that may be ``None`` and are not checked: calls of those of OpenWebUI's ``methods`` (a
    pattern) that say so.

    ``unless``: methods whose result is there in practice. Cases: ``default`` by a name, ``chained`` at the call itself.
    """
    module = plugin.code.module
    index = module.index
    pattern = compiled(methods)
    in_thread = {call for call, _ in module.calls.of(("asyncio.to_thread",))}

    def called(expression: ast.expr) -> str | None:
        if isinstance(expression, ast.Await):
            expression = expression.value
        if not isinstance(expression, ast.Call):
            return None
        function = expression.func
        if expression in in_thread and expression.args:
            function = expression.args[0]
        if not isinstance(function, ast.Attribute) or not pattern.fullmatch(function.attr) or function.attr in unless:
            return None
        names = index.names_of(function)
        return function.attr if names and all(map(context.repository.target.may_be_none, names)) else None

    likely = {call for name, calls in index.calls_by_name.items() if pattern.fullmatch(name) for call in calls}
    sources = [call for call in index.in_order(likely | in_thread) if called(call)]
    for function in {index.scope(call).node for call in sources}:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        guards = Guards(index, function, (), lambda value: called(value) is not None)
        seen: set[str] = set()
        for use in sorted(guards.uses, key=lambda one: (one.node.lineno, one.node.col_offset)):
            if isinstance(use.node, ast.Attribute) and use.name not in seen:
                seen.add(use.name)
                yield Hit(module.place(use.node), values={"name": use.name})
    for call in sources:
        above = index.parent(call)
        above = index.parent(above) if isinstance(above, ast.Await) else above
        if isinstance(above, ast.Attribute):
            yield Hit(module.place(above), "chained", {"method": called(call)})
