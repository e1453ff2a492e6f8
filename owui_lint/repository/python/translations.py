"""The texts that a plugin carries per language: its tables, the map of fallbacks, and the keys its code asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.statics import StaticDict, StaticNames, dictionaries
from owui_lint.repository.python.syntax import targets_of
from owui_lint.tuples import NamedTuple

TABLE_NAME = "TRANSLATIONS"
_LANGUAGE = lazy_pattern(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_FALLBACK = lazy_pattern(r"_*fallback_?map", re.IGNORECASE)
_MAX_ROUNDS = 5  # functions that pass a key on to functions that pass it on


class Table:
    """Texts by language and key. ``owner`` is the class it is an attribute of, ``None`` at module level."""

    def __init__(self, name: str, owner: str | None, content: StaticDict) -> None:
        self.name = name
        self.owner = owner
        self.content = content

    @cached_property
    def languages(self) -> dict[str, StaticDict]:
        """The languages whose texts are known."""
        found = ((name, value) for name, (_, value) in self.content.items.items())
        return {name: value for name, value in found if isinstance(value, StaticDict)}

    @property
    def is_known(self) -> bool:
        """Whether all languages with all their keys are known."""
        return (
            not self.content.open
            and len(self.languages) == len(self.content.items)
            and not any(language.open for language in self.languages.values())
        )

    @cached_property
    def reference(self) -> str:
        """The language that the others are compared with: English where there is one, else the first."""
        names = list(self.languages)
        return next((name for name in names if name.casefold().startswith("en")), names[0])


class Fallback(NamedTuple):
    """A map from a language to the one whose texts serve it."""

    name: str
    content: StaticDict


class Question(NamedTuple):
    """A literal key that the code asks the table for."""

    key: str
    node: ast.expr


class Translations:
    """What a module knows of languages. Tables are found by their name, or by their shape: texts by language codes."""

    def __init__(self, module: Module) -> None:
        self.module = module

    @cached_property
    def _bodies(self) -> list[tuple[str | None, StaticNames]]:
        index = self.module.index
        outer = StaticNames(self.module.body, index)
        found: list[tuple[str | None, StaticNames]] = [(None, outer)]
        if self.module.plugin_class is not None:
            found.append(
                (
                    self.module.plugin_class.name,
                    StaticNames(self.module.plugin_class.body, index, outer),
                )
            )
        return found

    @cached_property
    def tables(self) -> list[Table]:
        """All tables; one called ``TRANSLATIONS`` first."""
        found: list[Table] = []
        for owner, names in self._bodies:
            for name, content in dictionaries(names):
                table = Table(name, owner, content)
                if table.languages and (name == TABLE_NAME or _looks_like_texts(table)):
                    found.append(table)
        return sorted(found, key=lambda table: table.name != TABLE_NAME)

    @cached_property
    def main(self) -> Table | None:
        """The table called ``TRANSLATIONS``."""
        return next((table for table in self.tables if table.name == TABLE_NAME), None)

    @cached_property
    def fallbacks(self) -> list[Fallback]:
        """Maps called ``FALLBACK_MAP`` (in any case): of the module, the class, or set on ``self``."""
        found = [
            Fallback(name, content)
            for _, names in self._bodies
            for name, content in dictionaries(names)
            if _FALLBACK.fullmatch(name)
        ]
        for name, uses in self.module.index.self_attributes.items():
            for use in uses if _FALLBACK.fullmatch(name) else ():
                assignment = self.module.index.parent(use)
                if isinstance(assignment, ast.Assign | ast.AnnAssign) and assignment.value is not None:
                    content = self._bodies[0][1].evaluate(assignment.value)
                    if isinstance(content, StaticDict):
                        found.append(Fallback(f"self.{name}", content))
        return found

    @cached_property
    def has_fallback(self) -> bool:
        """Whether there is anything called ``FALLBACK_MAP``, readable or not."""
        index = self.module.index
        return (
            bool(self.fallbacks)
            or any(_FALLBACK.fullmatch(name) for _, names in self._bodies for name in names.names)
            or any(_FALLBACK.fullmatch(name) for name in index.self_attributes)
        )

    def questions(self, table: Table) -> list[Question]:
        """Return the literal keys that calls of the plugin's own lookup functions ask for."""
        index = self.module.index
        askers = _Askers(index, table.name, index.mentions.get(table.name, []))
        return [
            Question(text.value, text)
            for call, argument in askers.arguments()
            for text in _literals(argument)
            if isinstance(text.value, str)
        ]


class _Askers:
    """Functions that look a key up in a table by one of their parameters."""

    def __init__(self, index: CodeIndex, table: str, named: Sequence[ast.AST]) -> None:
        """``named`` are the nodes that are called like the table."""
        self.index = index
        self.table = table
        #: Function node to the name of the parameter that is the key.
        self.keys: dict[ast.AST, str] = {}
        self.direct: list[tuple[ast.AST, ast.expr]] = []
        for scope in dict.fromkeys(scope for node in named for scope in index.scope(node).chain() if scope.is_function):
            if not isinstance(scope.node, ast.Lambda):
                self._read(scope)
        for _ in range(_MAX_ROUNDS):
            if not self._pass_on():
                break

    def _read(self, scope: Scope) -> None:
        node = scope.node
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        # Local names that hold the texts of one language.
        local: set[str] = set()
        for assignment in self.index.assignments(node):
            targets = targets_of(assignment)
            target = targets[0] if len(targets) == 1 else None
            if (
                isinstance(target, ast.Name)
                and assignment.value is not None
                and self._level(assignment.value, local) == 1
            ):
                local.add(target.id)
        parameters = _parameters(node)
        for part in self.index.within(node, ast.Subscript, ast.Call):
            asked = _asked(part)
            if asked is None or self._level(asked[0], local) != 1:
                continue
            key = asked[1]
            if isinstance(key, ast.Name) and key.id in parameters:
                self.keys.setdefault(node, key.id)
            elif isinstance(key, ast.Constant):
                self.direct.append((part, key))

    def _level(self, expression: ast.expr, local: set[str]) -> int | None:
        """0 for the table, 1 for the texts of one language."""
        asked = 0
        while asked <= 1:
            if _is_named(expression, self.table):
                return asked
            if isinstance(expression, ast.Name):
                return 1 if expression.id in local and not asked else None
            if isinstance(expression, ast.BoolOp):
                expression = expression.values[0]
            elif isinstance(expression, ast.IfExp):
                expression = expression.body
            else:
                question = _asked(expression)
                if question is None:
                    return None
                expression = question[0]
                asked += 1
        return None

    def _pass_on(self) -> bool:
        before = len(self.keys)
        for call, argument in list(self.arguments(direct=False)):
            if not isinstance(argument, ast.Name) or self._is_conditional(call):
                continue
            scope = self.index.scope(call)
            function = scope.node
            if (
                isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
                and argument.id in _parameters(function)
                and len(scope.bound.get(argument.id, [])) == 1  # not assigned to on the way
            ):
                self.keys.setdefault(function, argument.id)
        return len(self.keys) != before

    def _is_conditional(self, call: ast.AST) -> bool:
        """Whether a function may return without making a call: then its own callers may pass what is no key."""
        for above in self.index.ancestors(call):
            if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
                return False
            if isinstance(above, ast.If | ast.IfExp | ast.BoolOp | ast.Lambda | ast.comprehension):
                return True
        return True

    def arguments(self, *, direct: bool = True) -> Iterator[tuple[ast.AST, ast.expr]]:
        """Yield each question with the expression that is the key."""
        if direct:
            yield from self.direct
        names: dict[str, list[ast.AST]] = {}
        for function in self.keys:
            names.setdefault(function.name, []).append(function)  # type: ignore[attr-defined]
        for name, functions in names.items():
            for call in self.index.calls_by_name.get(name, ()) if len(functions) == 1 else ():
                argument = bind(functions[0], call, self.keys[functions[0]]) if self._is_own(call.func) else None
                if argument is not None:
                    yield call, argument

    @staticmethod
    def _is_own(function: ast.expr) -> bool:
        return isinstance(function, ast.Name) or (
            isinstance(function, ast.Attribute)
            and isinstance(function.value, ast.Name)
            and function.value.id in ("self", "cls", "filter_self", "tool_self")
        )


def bind(function: ast.AST, call: ast.Call, parameter: str) -> ast.expr | None:
    """Return the argument that a call gives for a parameter; ``None`` where it gives none or it cannot be told."""
    for keyword in call.keywords:
        if keyword.arg == parameter:
            return keyword.value
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(call.func, ast.Attribute) and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    position = names.index(parameter) if parameter in names else -1
    if 0 <= position < len(call.args) and not any(
        isinstance(argument, ast.Starred) for argument in call.args[: position + 1]
    ):
        return call.args[position]
    return None


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = function.args
    return {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def _is_named(node: ast.AST, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)


def _asked(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """Return what is asked and for which key, of ``x[key]`` and ``x.get(key, ...)``."""
    if isinstance(node, ast.Subscript):
        return node.value, node.slice
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return node.func.value, node.args[0]
    return None


def _literals(expression: ast.expr) -> list[ast.Constant]:
    """Return the literals that an expression can be: itself, or the ends of ``a if x else b if y else c``."""
    found: list[ast.Constant] = []
    waiting = [expression]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, ast.Constant):
            found.append(one)
        elif isinstance(one, ast.IfExp):
            waiting += [one.body, one.orelse]
    return found


def _looks_like_texts(table: Table) -> bool:
    """Whether a dictionary of another name holds texts by language: language codes, English or Chinese among them."""
    languages = table.languages
    return (
        len(languages) > 1
        and len(languages) == len(table.content.items)
        and all(_LANGUAGE.fullmatch(name) for name in languages)
        and any(name.casefold().startswith(("en", "zh")) for name in languages)
        and all(isinstance(value, str) for texts in languages.values() for _, value in texts.items.values())
    )


def placeholders(text: str) -> frozenset[str] | None:
    """Return the names of ``{placeholders}``; ``None`` for a text that is no format (CSS, JSON, a lone brace)."""
    if "{" not in text and "}" not in text:
        return frozenset()
    import string

    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]
    except ValueError:
        return None
    names = {compiled(r"[.\[]").split(field, maxsplit=1)[0] for field in fields}
    return frozenset(names) if all(name.isidentifier() or name.isdigit() or not name for name in names) else None
