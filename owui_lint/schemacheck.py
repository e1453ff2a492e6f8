"""Checks data against the part of JSON Schema that our own schemas use, and says where it is wrong.

The library ``jsonschema`` would do the same with five more packages to install and a tenth of a second to import; a
test compares the two on our schemas. Keywords that are not known here are an error of the schema, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message
from owui_lint.language import listed
from owui_lint.text import nearest, printable
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

Path = tuple[str | int, ...]


class Problem(NamedTuple):
    """``path`` leads to the offending element; of an unknown key, to that key."""

    path: Path
    message: Message


_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}
_ANNOTATIONS = frozenset({"$schema", "title", "description", "default", "then"})
_NAMES = {
    "string": ("text (in quotes)", "字符串（加引号）"),
    "integer": ("a whole number", "整数"),
    "number": ("a number", "数字"),
    "boolean": ("true or false", " true 或 false"),
    "null": ("empty", "空"),
    "array": ("a list", "列表"),
    "object": ("keys and values", "键值结构"),
}


def problems(data: Any, schema: Mapping[str, Any], path: Path = ()) -> Iterator[Problem]:
    """Yield what is wrong with ``data``, in the order of the schema. Raises ``ValueError`` for an unknown keyword."""
    for keyword, argument in schema.items():
        if keyword in _ANNOTATIONS:
            continue
        check = _KEYWORDS.get(keyword)
        if check is None:
            raise ValueError(f"unknown keyword {keyword!r}")
        yield from check(data, argument, schema, path)


def _is(data: Any, name: str) -> bool:
    # In Python a truth value is a number; in JSON it is none.
    return isinstance(data, _TYPES[name]) and not (isinstance(data, bool) and name in ("integer", "number"))


def _type(data: Any, name: str, _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if not _is(data, name):
        en, zh = _NAMES[name]
        yield Problem(path, Message(f"must be {en}", f"必须是{zh}"))


def _equal(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _enum(data: Any, values: list[Any], _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if not any(_equal(data, value) for value in values):
        words = [str(value) for value in values if value is not None]
        shown = printable(str(data))[:60]
        near = nearest(str(data), words)
        if near:
            yield Problem(
                path, Message(f"{shown!r} is not known, did you mean {near!r}?", f"{shown!r} 不存在，是不是 {near!r}？")
            )
        else:
            choices = listed(words)
            yield Problem(
                path, Message(f"{shown!r} is not one of {choices.en}", f"{shown!r} 无效，只能是 {choices.zh} 之一")
            )


def _const(data: Any, value: Any, _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if not _equal(data, value):
        yield Problem(path, Message(f"must be {value!r}", f"必须是 {value!r}"))


def _pattern(data: Any, pattern: str, _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if isinstance(data, str) and not re.search(pattern, data):
        yield Problem(path, Message(f"must match {pattern}", f"必须匹配 {pattern}"))


def _min_length(data: Any, least: int, _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if isinstance(data, str) and len(data) < least:
        yield Problem(path, Message("must not be empty", "不能为空"))


def _max_length(data: Any, most: int, _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if isinstance(data, str) and len(data) > most:
        yield Problem(path, Message(f"is longer than {most} characters", f"超过 {most} 个字符"))


def _required(data: Any, names: list[str], _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if isinstance(data, dict):
        for name in names:
            if name not in data:
                yield Problem(path, Message(f"{name!r} is missing", f"缺少 {name!r}"))


def _properties(data: Any, schemas: Mapping[str, Any], _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if isinstance(data, dict):
        for name, schema in schemas.items():
            if name in data:
                yield from problems(data[name], schema, (*path, name))


def _additional(data: Any, rest: Any, schema: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if not isinstance(data, dict):
        return
    known = schema.get("properties", {})
    for name, value in data.items():
        if name in known:
            continue
        if rest is not False:
            yield from problems(value, rest, (*path, name))
            continue
        shown = printable(str(name))[:60]
        near = nearest(str(name), list(known))
        hint, hint_zh = (f", did you mean {near!r}?", f"，是不是 {near!r}？") if near else ("", "")
        yield Problem((*path, name), Message(f"unknown key {shown!r}{hint}", f"未知的键 {shown!r}{hint_zh}"))


def _property_names(data: Any, schema: Mapping[str, Any], _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if isinstance(data, dict):
        for name in data:
            yield from problems(name, schema, (*path, name))


def _min_properties(data: Any, least: int, _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if isinstance(data, dict) and len(data) < least:
        yield Problem(path, Message("must not be empty", "不能为空"))


def _items(data: Any, schema: Mapping[str, Any], _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from problems(item, schema, (*path, index))


def _min_items(data: Any, least: int, _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if isinstance(data, list) and len(data) < least:
        yield Problem(path, Message("must not be empty", "不能为空"))


def _any_of(data: Any, schemas: list[Mapping[str, Any]], _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    found = [list(problems(data, schema, path)) for schema in schemas]
    if all(found):
        # The form whose problem lies deepest is the one that was meant.
        yield from max(found, key=lambda group: len(group[0].path))


def _all_of(data: Any, schemas: list[Mapping[str, Any]], _: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    for schema in schemas:
        yield from problems(data, schema, path)


def _if(data: Any, condition: Mapping[str, Any], schema: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if next(problems(data, condition, path), None) is None:
        yield from problems(data, schema.get("then", {}), path)


_KEYWORDS: dict[str, Callable[[Any, Any, Mapping[str, Any], Path], Iterator[Problem]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minLength": _min_length,
    "maxLength": _max_length,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _property_names,
    "minProperties": _min_properties,
    "items": _items,
    "minItems": _min_items,
    "anyOf": _any_of,
    "allOf": _all_of,
    "if": _if,
}
