"""JSON Schemas (draft 2020-12) of the data files in ``rules/``: locations, sections, words, profiles and the standard.

What reads a data file asks it for keys that may be left out, so a misspelt one would silently lift a restriction of
what is compared and rewritten: these schemas allow no key that is not known. They are asked when the files are
compiled, and not on the way of every run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from owui_lint.finding import Message
from owui_lint.repository.versions.inventory import FRAGMENT, GIVEN_FRAGMENTS
from owui_lint.rulebook import PROFILES
from owui_lint.schemacheck import Path, Problem

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
_TEXTS: Mapping[str, Any] = {"type": "array", "minItems": 1, "items": _TEXT}
#: A long expression is a list of its parts, in their order.
_EXPRESSION: Mapping[str, Any] = {"anyOf": [_TEXT, _TEXTS]}
_BOTH: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["en", "zh"],
    "properties": {"en": _TEXT, "zh": _TEXT},
}
_ID: Mapping[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"}
_LABELS: Mapping[str, Any] = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "string"},
}  # a badge may have an empty one
_BOOLEAN: Mapping[str, Any] = {"type": "boolean"}
#: What of a form is an expression.
_EXPRESSIONS = ("pattern", "beside", "below", "orphan-page")


def data_schema(name: str) -> dict[str, Any] | None:
    """Return the schema of the data file ``rules/NAME.yaml``; ``None`` where no file is called so."""
    schemas = {
        "locations": _locations,
        "sections": _sections,
        "words": _words,
        "profiles": _profiles,
        "standard": _standard,
    }
    return {"$schema": _DRAFT, "title": f"owui-lint {name}", **schemas[name]()} if name in schemas else None


def undefined_names(name: str, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield where a data file that keeps to its schema names a form, a set of forms or a fragment that it does not define:
    a check would fail there, or find nothing."""
    if name != "locations":
        return
    forms, sets, fragments = data["forms"], data["form-sets"], {*data["fragments"], *GIVEN_FRAGMENTS}
    for number, location in enumerate(data["locations"]):
        yield from _undefined(("locations", number, "forms"), location["forms"], sets)
    for key, members in sets.items():
        for number, member in enumerate(members):
            yield from _undefined(("form-sets", key, number), member, forms)
    expressions: list[tuple[Path, str | list[str]]] = [
        *((("fragments", key), parts) for key, parts in data["fragments"].items()),
        *((("forms", form, key), said[key]) for form, said in forms.items() for key in _EXPRESSIONS if key in said),
    ]
    for path, parts in expressions:
        texts = [(path, parts)] if isinstance(parts, str) else [((*path, at), part) for at, part in enumerate(parts)]
        for where, text in texts:
            for fragment in FRAGMENT.findall(text):
                yield from _undefined(where, fragment, fragments)


def _undefined(path: Path, name: str, known: Collection[str]) -> Iterator[Problem]:
    if name not in known:
        yield Problem(path, Message(f"{name!r} is not defined", f"{name!r} 没有定义"))


def _object(properties: Mapping[str, Any], optional: Iterable[str] = (), description: str = "") -> dict[str, Any]:
    """An object with these keys and no other; all but the optional ones are required."""
    left_out = frozenset(optional)
    return {
        **({"description": description} if description else {}),
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in properties if name not in left_out],
        "properties": dict(properties),
    }


def _map(value: Mapping[str, Any], description: str = "") -> dict[str, Any]:
    """An object with keys of its own choice."""
    told = {"description": description} if description else {}
    return {**told, "type": "object", "minProperties": 1, "propertyNames": _ID, "additionalProperties": value}


def _list(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": item}


def _one_of(description: str, *values: str) -> dict[str, Any]:
    return {"description": description, "enum": list(values)}


def _set(description: str) -> dict[str, Any]:
    """A key that says something by being there: what it would say as ``false`` is so without it."""
    return {"description": description, "const": True}


def _expression(description: str) -> dict[str, Any]:
    return {"description": description, **_EXPRESSION}


# -- locations -------------------------------------------------------------------------------------------------

_FORM: Mapping[str, Any] = {
    "reader": _one_of(
        "pattern: a regular expression. front-matter: the value of the key `version`. badge: a static badge of shields.io "
        "or badgen.net (its alt text and address). column: the cell below a table's header that is one of the "
        "column-headers.",
        *("pattern", "front-matter", "badge", "column"),
    ),
    "shown": {"description": "How it looks, for the documentation.", **_TEXTS},
    "pattern": _expression(
        "Searched in single lines in which code and comments are blanked out. {version} stands for a version token and "
        'becomes the group that is compared and rewritten; a leading "v" is not part of it.'
    ),
    "labels": {"description": "Of badges: those behind which a version stands.", **_LABELS},
    "rows": {"description": "A table with more rows than this is about more than the plugin.", "type": "integer"},
    "has": {"description": "A text, in lower case, without which a page, or a line, is not searched.", **_TEXT},
    "beside": _expression("Must match in the same line, too: the line is about the plugin as a whole then."),
    "below": _expression("Must match the line above; no further cell stands below."),
    "facts": _set("The version is one of several facts, in lines of their own: none of them is about another thing."),
    "zone": _one_of(
        "Where on a page it counts. Without it: anywhere but in What's New and Changelog. title: the first heading. "
        "header: above the first heading behind the title. front-matter: that of the page, which site generators read.",
        *("title", "header", "front-matter"),
    ),
    "owner": _one_of(
        "Whose version it is on a page about several. before: that of what the link or the bold name before it names. "
        "above: that of what its list item or heading names, where its own line names nothing.",
        *("before", "above"),
    ),
    "name": _one_of(
        "Where that name stands, if not directly before the version. in-link: in the text of the link that holds the "
        "version. target: nowhere, the link leads to what is the plugin's. line: also in all of the line before the "
        "version. item: in the text of the list item before it. title: in the title.",
        *("in-link", "target", "line", "item", "title"),
    ),
    "history": _set(
        "Releases of the past are told of in this form, too: it does not count in a story, nor where one plugin has "
        "several versions."
    ),
    "series": _set("Several lines of this form that differ are a list of releases."),
    "sole": _set("Counts only where nothing in another form states a version: beside one, it tells of something else."),
    "goes-on": _set(
        "The line goes on behind the version: it is not about a release, and in a title what stands before the version is "
        "the plugin's name."
    ),
    "attributes": _set('Texts of the tag before it that are a version (title="v1.2.3") state it again.'),
    "of-kind": _set(
        "The label begins with a word for a kind of plugin (kind-words): the version is that of one of this kind."
    ),
    "orphan": _one_of(
        "An entry of an index that states a version in this form and belongs to no plugin is reported. linked-entry: only "
        "one that leads to a page, as others may tell of anything.",
        *("entry", "linked-entry"),
    ),
    "orphan-page": {
        "description": "An expression. In lines that match it only pages of plugins state a version in this form: one that "
        "belongs to no plugin is reported.",
        "type": "string",
    },
    "insert": _one_of(
        "How the version is written into an entry whose neighbours have this form. line: in a line of its own, with the "
        "label.",
        *("line", "behind-link"),
    ),
}
# Beside `reader` and `shown`: what a reader needs, and what others have no use for.
_OF_READER: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pattern": (("pattern",), ("labels", "rows")),
    "badge": (("labels",), ("pattern", "beside", "below", "rows")),
    "column": ((), ("pattern", "beside", "below", "labels")),
    "front-matter": ((), tuple(key for key in _FORM if key not in ("reader", "shown"))),
}

_OTHERS = (
    *("names", "pages", "labels", "platforms", "own-labels", "links", "author-labels", "first", "former", "kinds"),
    *("kinds-zh", "facts", "facts-of-any", "facts-of-needs", "nothing", "makers", "homes", "home", "homes-of-all"),
    *("file", "asking", "heads", "alt-words", "alt-words-zh", "no-logos", "relations", "words"),
)


def _locations() -> dict[str, Any]:
    form = _object(_FORM, _FORM.keys() - {"reader", "shown"})
    form["allOf"] = [_of_reader(reader, *keys) for reader, keys in _OF_READER.items()]
    headers = (
        "column-headers",
        "foreign-headers",
        "record-headers",
        "column-neighbours",
        "column-neighbours-of-author",
    )
    headings = ("story-headings", "past-leads", "title-words", "aside-headings", "language-headings", "own-headings")
    words = (*headers, "author-headers", "name-headers", "first-name-headers", *headings)
    return _object(
        {
            "fragments": _map(
                _EXPRESSION,
                "Parts of expressions: {name} in a pattern, or in another fragment, stands for one of these. Besides "
                "{version} the code knows {platform}, the name of Open WebUI in all its spellings, and {kind}, a word for "
                "a kind of plugin.",
            ),
            "forms": _map(form, "How a version is written."),
            **dict.fromkeys(words, _TEXTS),
            "others": _object(dict.fromkeys(_OTHERS, _TEXT)),
            "kind-words": _map(_TEXTS, "What plugins of a folder are called in labels."),
            "form-sets": _map(
                _TEXTS,
                "What is looked for at a kind of place; of two forms that read the same place the first counts.",
            ),
            "locations": _list(_location()),
            "generated-marks": _object(dict.fromkeys(("opens", "closes", "names", "for-tools", "plain-words"), _TEXT)),
            "date-badge": _object(
                {
                    "shown": _TEXT,
                    "labels": {
                        "description": "What tells that a badge's date is this day, in whichever way it is spelled.",
                        **_TEXTS,
                    },
                    "shared-labels": {
                        "description": "The same on badges that start with the year and are no version: these labels stand "
                        "before versions and days of other things, too.",
                        **_LABELS,
                    },
                }
            ),
        }
    )


def _of_reader(reader: str, needed: tuple[str, ...], useless: tuple[str, ...]) -> dict[str, Any]:
    known: dict[str, Any] = {key: {} for key in _FORM if key not in useless}
    return {
        "if": {"required": ["reader"], "properties": {"reader": {"const": reader}}},
        "then": {"additionalProperties": False, "required": list(needed), "properties": known},
    }


def _location() -> dict[str, Any]:
    return _object(
        {
            "kind": {"description": "What it is called in JSON.", **_ID},
            "name": {"description": "What it is called in messages.", **_BOTH},
            "column": {"description": "The title of its column in the matrix.", **_BOTH},
            "in": _one_of(
                "code. copies: a copy of the code per language. readme. pages: all that belong. entries: list items and "
                "table rows of an index that are about the plugin. mentions: what the root README says of the plugin by "
                "its name. folders: the same in READMEs of folders with several plugins, in other layouts. lists: the same "
                "in indexes of the documentation folder and those around it, in other layouts.",
                *("code", "copies", "readme", "pages", "entries", "mentions", "folders", "lists"),
            ),
            "path": {
                "description": "{type} is the folder of the plugin's type, {folder} the plugin's own; the layout is "
                "configuration.",
                **_TEXT,
            },
            "lang": {"enum": ["en", "zh"]},
            "forms": {"description": "One of the form-sets.", **_ID},
            "expected": _one_of("one: none or several is a finding. any: what is there must agree.", "one", "any"),
        },
        ["path"],
    )


# -- the other files -------------------------------------------------------------------------------------------


def _sections() -> dict[str, Any]:
    section = _object(
        {
            "id": _ID,
            "name": _BOTH,
            "required": {"description": "The section must exist.", **_BOOLEAN},
            "ordered": {"description": "As false: it may stand anywhere.", **_BOOLEAN},
            "whole": {"description": "Its names as a whole: expressions for a whole heading.", **_TEXTS},
            "en": _TEXTS,
            "zh": _TEXTS,
        },
        ["required", "ordered", "whole"],
    )
    return _object(
        {
            "traditional": _TEXT,
            "one-language": _TEXTS,
            "told": _object(dict.fromkeys(("unwritten", "kinds", "breaking", "verbs", "past"), _TEXT)),
            "joints": _TEXT,
            "releases": _object({"words": _TEXTS, "before": _TEXT, "behind": _TEXTS, "coming": _TEXT}),
            "sections": _list(section),
        }
    )


def _words() -> dict[str, Any]:
    column = _object({"en": _TEXTS, "zh": _TEXTS})
    return _object(
        {
            "valve-columns": _object(dict.fromkeys(("name", "default", "description"), column)),
            "flags": _list(_TEXTS),
            "nothing": _TEXTS,
            "not-said": _TEXTS,
            "paired-comments": _object(dict.fromkeys(("opens", "closes", "single"), _TEXTS)),
        }
    )


def _profiles() -> dict[str, Any]:
    profile = _object(
        {"id": {"enum": list(PROFILES)}, "bilingual": _BOOLEAN, "name": _BOTH, "summary": _BOTH, "for": _BOTH}
    )
    return _object({"profiles": _list(profile)})


def _standard() -> dict[str, Any]:
    clause = _object(
        {
            "id": {"type": "string", "pattern": "^[A-Z][0-9]+$"},
            "decidable": {"description": "The files alone tell whether it holds; it needs a rule then.", **_BOOLEAN},
            "heuristic": {"description": "Only a guess is possible; rules for it are advice at most.", **_BOOLEAN},
            "en": _TEXT,
            "zh": _TEXT,
        }
    )
    return _object({"clauses": _list(clause)})
