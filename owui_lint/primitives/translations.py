"""Texts per language: that there are any, that the languages agree, and that what is asked for exists."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.finding import LineNumber, Message, Related
from owui_lint.language import listed
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.sentevents import calls_of, fields, followed, type_of
from owui_lint.repository.python.statics import StaticDict
from owui_lint.repository.python.translations import Table, placeholders

_SHOWN = 6  # names in one message


def _first(names: list[str]) -> Message:
    """Return names for a message, the first few of many."""
    shown = listed(f"`{name}`" for name in names[:_SHOWN])
    rest = len(names) - _SHOWN
    return Message(f"{shown.en}, +{rest}", f"{shown.zh}（另有 {rest} 个）") if rest > 0 else shown


@primitive("translations-exist", scope="plugin", reads="code")
def translations_exist(plugin: Plugin, context: Context, *, shown_by: list[str]) -> Iterator[Hit]:
    """Report a plugin that shows literal text to users without a table of translations.

    ``shown_by``: names of functions whose text users read. Cases: ``default`` no table, ``name`` a table of another
    name, ``class`` a table that is no module-level name, ``fallback`` no map of fallbacks.
    """
    module = plugin.code.module
    owner = module.plugin_class
    if owner is None:
        return
    translations = module.translations
    table = translations.main
    if table is None and (module.index.root.bound.get("TRANSLATIONS") or module.index.root.imports.get("TRANSLATIONS")):
        return  # built in a way that cannot be read
    if table is None:
        other = translations.tables[0] if translations.tables else None
        if other is not None:
            yield Hit(module.place(other.content.node), "name", {"name": other.name})
            return
        text = next(_shown_texts(plugin, shown_by), None)
        if text is not None:
            related = Related(module.place(text), Message("text in one language", "只有一种语言的文本"))
            line = getattr(text, "lineno", 1)
            yield Hit(module.place(owner), values={"class": owner.name, "line": LineNumber(line)}, related=(related,))
        return
    if table.owner is not None:
        yield Hit(module.place(table.content.node), "class", {"class": table.owner})
    if not translations.has_fallback:
        yield Hit(module.place(table.content.node), "fallback")


def _shown_texts(plugin: Plugin, shown_by: list[str]) -> Iterator[ast.expr]:
    """Yield literal texts with letters that users read: arguments of wrappers, ``description`` and ``content`` of events."""
    index = plugin.code.module.index
    for call in calls_of(index, shown_by):
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            if _has_words(argument):
                yield argument
                break
            found = _event_text(index, argument)
            if found is not None:
                yield found
                break


def _event_text(index: CodeIndex, event: ast.expr) -> ast.expr | None:
    kind, data = type_of(index, event), (fields(index, event) or {}).get("data")
    if kind is None or kind.value not in ("status", "notification") or data is None:
        return None
    told = (fields(index, data) or {}).items()
    texts = (followed(index, value) for key, value in told if key in ("description", "content"))
    return next(filter(_has_words, texts), None)


def _has_words(expression: ast.expr) -> bool:
    """Whether an expression is a literal text with two words or Han characters: an identifier or a mark is no text."""
    if isinstance(expression, ast.JoinedStr):
        text = " {} ".join(str(part.value) for part in expression.values if isinstance(part, ast.Constant))
    elif isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        text = expression.value
    else:
        return False
    words = [word for word in text.split() if sum(character.isalpha() for character in word) > 1]
    return len(words) > 1 or any(not word.isascii() for word in words)


@primitive("translations-complete", scope="plugin", reads="code")
def translations_complete(plugin: Plugin, context: Context, *, languages: list[str]) -> Iterator[Hit]:
    """Report languages that are missing (``language``), and keys that one language lacks or has alone.

    Cases: ``missing`` and ``superfluous`` keys, each named per language. What was not read for certain is not accused.
    """
    module = plugin.code.module
    for table in module.translations.tables:
        if table is module.translations.main and not table.content.open:
            for language in languages:
                if language not in table.content.items:
                    yield Hit(module.place(table.content.node), "language", {"language": language})
        if len(table.languages) < 2:
            continue
        expected = _expected(table)
        for name, texts in table.languages.items():
            key_node = table.content.items[name][0]
            other = table.reference if name != table.reference else next(one for one in table.languages if one != name)
            missing = [key for key in expected if key not in texts.items]
            values = {"language": name, "reference": other, "table": table.name}
            if missing and not texts.open:
                related = _related(plugin, table, other, missing[0])
                yield Hit(
                    module.place(key_node),
                    "missing",
                    {**values, "keys": _first(missing), "count": len(missing)},
                    related=related,
                )
            alone = [key for key in texts.items if key not in expected]
            if alone and not table.languages[table.reference].open:
                node = texts.items[alone[0]][0]
                yield Hit(module.place(node), "superfluous", {**values, "keys": _first(alone), "count": len(alone)})


def _expected(table: Table) -> list[str]:
    """Return the keys that every language should have: those of the reference, and those all the others have."""
    reference = table.languages[table.reference]
    others = [texts for name, texts in table.languages.items() if name != table.reference]
    common = [key for key in others[0].items if len(others) > 1 and all(key in texts.items for texts in others)]
    return list(dict.fromkeys([*reference.items, *common]))


def _related(plugin: Plugin, table: Table, language: str, key: str) -> tuple[Related, ...]:
    texts = table.languages[language]
    if key not in texts.items:
        return ()
    place = plugin.code.module.place(texts.items[key][0])
    return (Related(place, Message(f"here in {language}", f"{language} 中的定义")),)


@primitive("translation-placeholders", scope="plugin", reads="code")
def translation_placeholders(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report texts whose ``{placeholders}`` differ from those of the same key in the reference language.

    Cases: ``missing`` (a value is not shown), ``unknown`` (``format`` raises ``KeyError``), ``other`` (both, of one).
    """
    module = plugin.code.module
    for table in module.translations.tables:
        if len(table.languages) < 2:
            continue
        reference = table.languages[table.reference]
        seen: set[StaticDict] = {reference}
        for name, texts in table.languages.items():
            if texts in seen:
                continue
            seen.add(texts)
            for key, (_, text) in texts.items.items():
                original = reference.get(key)
                if not isinstance(text, str) or not isinstance(original, str):
                    continue
                mine, theirs = placeholders(text), placeholders(original)
                if mine is None or theirs is None or mine == theirs:
                    continue
                values = {"language": name, "key": key, "reference": table.reference}
                related = _related(plugin, table, table.reference, key)
                place = module.place(texts.items[key][0])
                lacking, alone = theirs - mine, mine - theirs
                if len(lacking) == len(alone) == 1:
                    names = {"names": _first(sorted(alone)), "expected": _first(sorted(lacking))}
                    yield Hit(place, "other", {**values, **names}, related=related)
                    continue
                for case, found in (("missing", lacking), ("unknown", alone)):
                    if found:
                        yield Hit(place, case, {**values, "names": _first(sorted(found))}, related=related)


@primitive("translation-keys-exist", scope="plugin", reads="code")
def translation_keys_exist(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report literal keys that the plugin's own lookup functions are asked for and that no language has."""
    module = plugin.code.module
    for table in module.translations.tables:
        if not table.is_known:
            continue
        known = {key for texts in table.languages.values() for key in texts.items}
        for question in module.translations.questions(table):
            if question.key not in known:
                yield Hit(module.place(question.node), values={"key": question.key, "table": table.name})


@primitive("fallback-targets-exist", scope="plugin", reads="code")
def fallback_targets_exist(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report languages that a map of fallbacks leads to and that have no texts."""
    translations = plugin.code.module.translations
    table = translations.main
    if table is None or table.content.open:
        return
    known = {name.casefold() for name in table.content.items}
    for fallback in translations.fallbacks:
        for source, (node, target) in fallback.content.items.items():
            if isinstance(target, str) and target.casefold() not in known:
                values = {"name": fallback.name, "source": source, "target": target}
                yield Hit(plugin.code.module.place(node), values=values)
