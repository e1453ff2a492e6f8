"""JSON Schemas (draft 2020-12) of what people write: the configuration and rule files.

Both are generated from what reads those files, ``config.SETTINGS`` and the signatures of the primitives, so that they
allow nothing of a kind that the program refuses. In keys of the configuration the program takes ``_`` for ``-`` besides.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

from owui_lint.config import SETTINGS, Setting
from owui_lint.primitives import Primitive, registry
from owui_lint.rulebook import PROFILES, ROLES

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_STRINGS = {"type": "array", "items": {"type": "string"}}
_LEVELS = ["error", "warning", "info"]


def config_schema(lang: str = "en") -> dict[str, Any]:
    """Return the schema of ``.owui-lint.yaml`` and of ``[tool.owui-lint]``; descriptions in ``lang``."""
    return {
        "$schema": _DRAFT,
        "title": "owui-lint configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": {setting.name: _setting_schema(setting, lang) for setting in SETTINGS},
    }


def _setting_schema(setting: Setting, lang: str) -> dict[str, Any]:
    text = {"type": "string", "pattern": r"\S"}
    texts = {"type": "array", "items": text, **({"minItems": 1} if setting.name == "plugin-types" else {})}
    listed = {"anyOf": [texts, {"type": "string", "pattern": r"[^\s,]"}]}  # several in one text, with commas between
    kinds: dict[str, dict[str, Any]] = {
        "str": text,
        "list": listed,
        "map": {"type": "object", "propertyNames": text, "additionalProperties": text},
        "map-list": {"type": "object", "propertyNames": text, "additionalProperties": listed},
        "aliases": {
            "type": "object",
            "propertyNames": text,
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"en": texts, "zh": texts},
            },
        },
    }
    found: dict[str, Any] = {"description": setting.zh if lang == "zh" else setting.en, **kinds[setting.kind]}
    if setting.pattern:
        found["pattern"] = setting.pattern
    if setting.choices:
        found["enum"] = list(setting.choices)
    if setting.default is not None:
        found["default"] = setting.default
    return found


def rule_schema(*, builtin: bool = False) -> dict[str, Any]:
    """Return the schema of a rule file: of a repository's own in ``.owui-lint/rules/``, and with ``builtin`` of the
    tool's, which says more: everything in both languages, with a reason and its profiles."""
    level = {"enum": _LEVELS}
    names = {"type": "array", "minItems": 1, "items": {"enum": list(PROFILES)}}
    texts = {"en": {"type": "string", "minLength": 1}, "zh": {"type": "string", "minLength": 1}}

    def text_of(properties: dict[str, Any]) -> dict[str, Any]:
        both = {
            "type": "object",
            "additionalProperties": False,
            "required": ["en", "zh"] if builtin else ["en"],
            "properties": properties,
        }
        return both if builtin else {"anyOf": [{"type": "string", "minLength": 1}, both]}

    text = text_of(texts)
    content = {"description": "Path to text, or to YAML's !!binary for bytes.", "type": "object"}
    of_the_tool = {"standard": _STRINGS, "incidental": _STRINGS, "known-as": {"type": "string"}}
    case = text_of({**texts, "severity": level, "profiles": names, **(of_the_tool if builtin else {})})
    roles = {
        "description": " ".join(
            ["What it is to the tool besides.", *(f"{name}: {text}" for name, text in ROLES.items())]
        ),
        "type": "array",
        "items": {"enum": list(ROLES)},
    }
    primitives = dict(sorted(registry().items()))
    return {
        "$schema": _DRAFT,
        "title": "owui-lint rule",
        "type": "object",
        "additionalProperties": False,
        "required": [
            *("code", "name", "severity", "primitive", "summary", "cases"),
            *(("profiles", "why", "examples") if builtin else ()),
        ],
        "properties": {
            "code": {
                "description": "Three digits behind LOC for a repository's own rules, behind OWL for the tool's.",
                "type": "string",
                "pattern": "^OWL[0-9]{3}$" if builtin else "^LOC[0-9]{3}$",
            },
            "name": {"type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "maxLength": 60},
            "severity": level,
            "profiles": {
                "description": "The profiles it belongs to, each with a severity of its own where it differs; all without it.",
                "anyOf": [
                    names,
                    {
                        "type": "object",
                        "minProperties": 1,
                        "propertyNames": {"enum": list(PROFILES)},
                        "additionalProperties": {"enum": [*_LEVELS, None]},
                    },
                ],
            },
            "standard": {"description": "Clauses of the standard that it checks.", **_STRINGS},
            "primitive": {"description": "What looks for it.", "enum": list(primitives)},
            "params": {"description": "Parameters of the primitive.", "type": "object"},
            "requires": {
                "description": "Rules that, where they found something, make it impossible for this one to judge: it is silent.",
                **_STRINGS,
            },
            "yields-to": {
                "description": "Rules that see the same fault better: where they found something and are reported, this one is silent.",
                **_STRINGS,
            },
            "yields-at": {
                "description": "Rules that see the same fault of a line better: this one is silent in lines that they have "
                "reported, which then have the higher severity of the two.",
                **_STRINGS,
            },
            **({"roles": roles} if builtin else {}),
            "summary": text,
            "why": text,
            "cases": {
                "description": "What to say, per case of the primitive; {slots} are filled with its values.",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": case,
            },
            "fix": {
                "type": "object",
                "additionalProperties": False,
                "required": ["applicability", "en"],
                "properties": {
                    "applicability": {"enum": ["safe", "unsafe"]},
                    "en": {"type": "string"},
                    "zh": {"type": "string"},
                },
            },
            "examples": {
                "description": "Small repositories: path to text, and the places (path:line) of the findings expected.",
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name", "findings"],
                    "properties": {
                        "name": {"type": "string"},
                        "files": content,
                        "findings": _STRINGS,
                        "base": {"description": "The tree to compare with, as --since does.", "type": "object"},
                        "message": {"description": "A commit message, in place of files.", "type": "string"},
                        "fixed": content,
                        "profile": {"enum": list(PROFILES)},
                        "icon": {"description": "The name of --icon.", "type": "string"},
                        "release-date": {"description": "The day of --release-date; YAML reads it as a date."},
                    },
                },
            },
        },
        "allOf": [_primitive_schema(one) for one in primitives.values()],
    }


def _primitive_schema(one: Primitive) -> dict[str, Any]:
    parameters = one.parameters
    # Only these: the annotations of the subjects may be names that exist for type checkers alone, as those of typing.
    annotated = types.SimpleNamespace(__annotations__={name: item.annotation for name, item in parameters.items()})
    hints = typing.get_type_hints(annotated, globalns={**vars(typing), **one.check.__globals__})
    required = [name for name, parameter in parameters.items() if parameter.default is parameter.empty]
    then: dict[str, Any] = {
        "properties": {
            "params": {
                "description": one.summary,
                "type": "object",
                "additionalProperties": False,
                "required": required,
                "properties": {name: _type_schema(hints[name]) for name in parameters},
            }
        }
    }
    if required:
        then["required"] = ["params"]
    return {"if": {"required": ["primitive"], "properties": {"primitive": {"const": one.name}}}, "then": then}


def _type_schema(hint: Any) -> dict[str, Any]:
    """The schema of a parameter's type. Raises ``TypeError`` for one that YAML has no like of."""
    simple = {str: "string", int: "integer", bool: "boolean", float: "number", type(None): "null"}
    if hint in (Any, object):
        return {}
    if hint in simple:
        return {"type": simple[hint]}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_type_schema(argument) for argument in arguments]}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _type_schema(arguments[1])}
    if origin is not None and issubclass(origin, typing.Iterable):
        return {"type": "array", "items": _type_schema(arguments[0])}
    raise TypeError(f"no schema for a parameter of type {hint!r}")
