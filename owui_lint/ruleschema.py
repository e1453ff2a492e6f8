"""The JSON Schema of rule files, made from the registry of primitives, and the check of a file against it.

``rule_schema`` is plain JSON Schema (2020-12) for editors and other tools. ``problems`` understands the part of it
that is used here, so that a rule file is checked without a library that only development needs.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Union

from owui_lint.primitives import Primitive

Schema = Mapping[str, Any]
Path = tuple[Any, ...]

_SEVERITIES = ["error", "warning", "info"]
_TEXT: Schema = {"type": "string", "minLength": 1}
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def rule_schema(primitives: Mapping[str, Primitive], families: tuple[str, ...], profiles: tuple[str, ...]) -> Schema:
    """Return the schema of one rule file: ``params`` are what the primitive named in ``primitive`` takes."""
    texts = {"en": _TEXT, "zh": _TEXT}
    message = _closed(texts, required=["en", "zh"])
    names = {"type": "array", "items": {"enum": list(profiles)}, "minItems": 1}
    case = _closed({**texts, "severity": {"enum": _SEVERITIES}, "profiles": names}, ["en", "zh"])
    example = _closed(
        {
            "name": _TEXT,
            "files": {"type": "object"},
            "findings": {"type": "array", "items": {"type": "string"}},
            "fixed": {"type": "object"},
            "profile": {"enum": list(profiles)},
            "release-date": {},
            "icon": _TEXT,
        },
        required=["name", "files", "findings"],
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "owui-lint rule",
        **_closed(
            {
                "code": {"type": "string", "pattern": rf"^OWL[0-{len(families) - 1}][0-9][0-9]$"},
                "name": {"type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"},
                "severity": {"enum": _SEVERITIES},
                "profiles": {
                    "anyOf": [
                        names,
                        _closed({profile: {"enum": [*_SEVERITIES, None]} for profile in profiles}),
                    ]
                },
                "standard": {"type": "array", "items": {"type": "string"}},
                "primitive": {"enum": sorted(primitives)},
                "params": {"type": "object"},
                "requires": {"type": "array", "items": {"type": "string"}},
                "yields-to": {"type": "array", "items": {"type": "string"}},
                "summary": message,
                "why": message,
                "cases": {
                    "type": "object",
                    "additionalProperties": case,
                },
                "fix": _closed({**texts, "applicability": {"enum": ["safe", "unsafe"]}}, ["applicability", "en", "zh"]),
                "examples": {"type": "array", "items": example},
            },
            required=["code", "name", "severity", "profiles", "primitive", "summary", "why", "cases"],
        ),
        "allOf": [
            {
                "if": {"properties": {"primitive": {"const": name}}},
                "then": {"properties": {"params": _params(primitives[name])}, **_needs_params(primitives[name])},
            }
            for name in sorted(primitives)
        ],
    }


def _closed(properties: Mapping[str, Schema], required: list[str] | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    if required:
        schema["required"] = required
    return schema


def _params(primitive: Primitive) -> Schema:
    hints = typing.get_type_hints(primitive.check)
    return _closed({name: _of_type(hints[name]) for name in primitive.parameters}, _required(primitive))


def _required(primitive: Primitive) -> list[str]:
    return [name for name, parameter in primitive.parameters.items() if parameter.default is parameter.empty]


def _needs_params(primitive: Primitive) -> dict[str, Any]:
    return {"required": ["params"]} if _required(primitive) else {}


def _of_type(hint: Any) -> Schema:
    """Return the schema of a parameter's type: plain types, lists, mappings from text, and unions of them."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if hint is type(None):
        return {"type": "null"}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of_type(argument) for argument in arguments]}
    if origin is list:
        return {"type": "array", "items": _of_type(arguments[0])}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of_type(arguments[1])}
    return {}


_TYPES: Mapping[str, Any] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def problems(data: Any, schema: Schema, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield what in ``data`` does not fit ``schema``: the path of keys and indexes, and what is wrong there."""
    kind = schema.get("type")
    if kind is not None and not _TYPES[kind](data):
        yield path, f"must be of type {kind}"
        return
    if "const" in schema and data != schema["const"]:
        yield path, f"must be {schema['const']!r}"
    if "enum" in schema and data not in schema["enum"]:
        yield path, f"{data!r} is none of {', '.join(str(item) for item in schema['enum'])}"
    if isinstance(data, str):
        if "pattern" in schema and not re.search(schema["pattern"], data):
            yield path, f"{data!r} does not have the form {schema['pattern']}"
        if len(data) < schema.get("minLength", 0):
            yield path, "must not be empty"
    if isinstance(data, list):
        if len(data) < schema.get("minItems", 0):
            yield path, "must not be empty"
        for index, item in enumerate(data):
            yield from problems(item, schema.get("items", {}), (*path, index))
    if isinstance(data, dict):
        yield from _object_problems(data, schema, path)
    alternatives = schema.get("anyOf")
    if alternatives:
        found = [list(problems(data, alternative, path)) for alternative in alternatives]
        if all(found):
            # The alternative that was meant is the one that fits furthest down.
            yield from max(found, key=lambda alternative: len(alternative[0][0]))
    for part in schema.get("allOf", []):
        if not any(problems(data, part["if"], path)):
            yield from problems(data, part["then"], path)


def _object_problems(data: Mapping[Any, Any], schema: Schema, path: Path) -> Iterator[tuple[Path, str]]:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for key, value in data.items():
        if key in known:
            yield from problems(value, known[key], (*path, key))
        elif others is False:
            yield (*path, key), f"unknown key {key!r}"
        elif isinstance(others, Mapping):
            yield from problems(value, others, (*path, key))
    for key in schema.get("required", []):
        if key not in data:
            yield path, f"the key {key!r} is missing"
