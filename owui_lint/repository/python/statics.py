"""Dictionaries that a module builds while it is imported, read without running it.

The statements of a module (or of a class body) are followed in order: displays, ``{**A, ...}``, ``A | B``,
``X["k"] = ...``, ``X.update(...)``. Where something else may have changed a dictionary, it is marked open: what is in
it is then certain, what is not in it is not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.syntax import last_name

_MUTATORS = frozenset({"update", "setdefault", "pop", "popitem", "clear", "__setitem__"})
_COPIES = frozenset({"dict", "copy", "deepcopy"})
_MAX_TEXT = 100_000  # characters
_MAX_DEPTH = 50  # nesting of displays that is followed; deeper ones count as unknown


class StaticDict:
    """A dictionary: each key with the node that put it there, and its value."""

    def __init__(self, node: ast.AST) -> None:
        self.node = node
        self.items: dict[str, tuple[ast.expr, StaticValue]] = {}
        #: Something that cannot be followed may have added or removed keys.
        self.open = False

    def merge(self, other: StaticValue) -> None:
        """Add the items of another dictionary; an unknown one leaves this one open."""
        if isinstance(other, StaticDict):
            self.items.update(other.items)
            self.open = self.open or other.open
        else:
            self.open = True

    def get(self, key: str) -> StaticValue:
        """Return a value; ``None`` where it is unknown or not there."""
        return self.items[key][1] if key in self.items else None


#: A dictionary, a text, or ``None`` for what the text of the module does not make certain.
StaticValue = StaticDict | str | None


def _changes(index: CodeIndex) -> dict[ast.AST, list[ast.AST]]:
    """What may change a dictionary (assignments to items, methods that change, global names), by definition around it."""
    items = [node for node in index.of(ast.Subscript) if not isinstance(node.ctx, ast.Load)]
    methods = [node for name in _MUTATORS for node in index.mentions.get(name, ()) if isinstance(node, ast.Attribute)]
    found: dict[ast.AST, list[ast.AST]] = {}
    for node in index.in_order([*items, *methods, *index.of(ast.Global)]):
        for scope in index.scope(node).chain():
            found.setdefault(scope.node, []).append(node)
    return found


class StaticNames:
    """The names of one module or class body, after its statements have run."""

    def __init__(self, body: list[ast.stmt], index: CodeIndex, outer: StaticNames | None = None) -> None:
        self.index = index
        self.outer = outer
        self._changes: dict[ast.AST, list[ast.AST]] = outer._changes if outer is not None else _changes(index)
        self.names: dict[str, StaticValue] = {}
        for statement in body:
            self._run(statement)

    def lookup(self, name: str) -> StaticValue:
        """Return what a name stands for."""
        if name in self.names:
            return self.names[name]
        return self.outer.lookup(name) if self.outer else None

    def _run(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign):
            value = self.evaluate(statement.value)
            for target in statement.targets:
                self._assign(target, value)
        elif isinstance(statement, ast.AnnAssign):
            if statement.value is not None:
                self._assign(statement.target, self.evaluate(statement.value))
        elif isinstance(statement, ast.AugAssign):
            changed = self.evaluate(statement.target)
            if isinstance(changed, StaticDict) and isinstance(statement.op, ast.BitOr):
                changed.merge(self.evaluate(statement.value))
            elif isinstance(statement.target, ast.Name):
                self.names[statement.target.id] = None
        elif isinstance(statement, ast.Expr):
            self._expression(statement.value)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._open_mutated(statement)
            self.names[statement.name] = None
        elif not isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass):
            self._open_all(statement)

    def _assign(self, target: ast.expr, value: StaticValue) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, ast.Subscript):
            owner, key = self.evaluate(target.value), self.evaluate(target.slice)
            if isinstance(owner, StaticDict):
                if isinstance(key, str):
                    owner.items[key] = (target.slice, value)
                else:
                    owner.open = True
        else:
            self._open_all(target)

    def _expression(self, call: ast.expr) -> None:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            owner = self.evaluate(call.func.value)
            if isinstance(owner, StaticDict):
                if call.func.attr == "update" and len(call.args) <= 1:
                    for argument in call.args:
                        owner.merge(self.evaluate(argument))
                    owner.merge(self._keywords(call))
                elif call.func.attr in _MUTATORS:
                    owner.open = True
                return
        self._open_all(call)  # a function that is given a dictionary may do anything to it

    def _keywords(self, call: ast.Call) -> StaticDict:
        made = StaticDict(call)
        for keyword in call.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is None:
                made.merge(value)
            else:
                made.items[keyword.arg] = (keyword.value, value)
        return made

    def _open_all(self, node: ast.AST) -> None:
        """Mark every dictionary that is named somewhere below ``node``: it may be changed there."""
        for part in self.index.within(node, ast.Name):
            if isinstance(part.ctx, ast.Store):
                self.names[part.id] = None
            else:
                _open(self.lookup(part.id))

    def _open_mutated(self, definition: ast.AST) -> None:
        """Mark dictionaries that a function changes: it may be called before anybody reads them."""
        for part in self._changes.get(definition, ()):
            if isinstance(part, ast.Subscript | ast.Attribute):
                _open(self._named(part.value))
            elif isinstance(part, ast.Global):
                for name in part.names:
                    _open(self.lookup(name))

    def _named(self, expression: ast.expr) -> StaticValue:
        while isinstance(expression, ast.Subscript):
            expression = expression.value
        if isinstance(expression, ast.Name):
            return self.lookup(expression.id)
        if isinstance(expression, ast.Attribute):  # self.TRANSLATIONS, cls.TRANSLATIONS, Filter.TRANSLATIONS
            return self.lookup(expression.attr)
        return None

    def evaluate(self, expression: ast.expr, depth: int = 0) -> StaticValue:
        """Return the dictionary or text that an expression makes, or ``None``."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(expression, ast.Constant):
            return expression.value if isinstance(expression.value, str) else None
        if isinstance(expression, ast.Name):
            return self.lookup(expression.id)
        if isinstance(expression, ast.Dict):
            return self._display(expression, depth)
        if isinstance(expression, ast.Subscript):
            owner, key = self.evaluate(expression.value, depth + 1), self.evaluate(expression.slice, depth + 1)
            return owner.get(key) if isinstance(owner, StaticDict) and isinstance(key, str) else None
        if isinstance(expression, ast.BinOp):
            left, right = self.evaluate(expression.left, depth + 1), self.evaluate(expression.right, depth + 1)
            if isinstance(expression.op, ast.Add) and isinstance(left, str) and isinstance(right, str):
                # Names of names double with each line: sixty lines would fill any memory.
                return left + right if len(left) + len(right) <= _MAX_TEXT else None
            if isinstance(expression.op, ast.BitOr) and isinstance(left, StaticDict):
                made = StaticDict(expression)
                made.merge(left)
                made.merge(right)
                return made
            return None
        if isinstance(expression, ast.Call):
            return self._call(expression, depth)
        return None

    def _display(self, display: ast.Dict, depth: int) -> StaticDict:
        made = StaticDict(display)
        for key, value in zip(display.keys, display.values, strict=True):
            content = self.evaluate(value, depth + 1)
            name = None if key is None else self.evaluate(key, depth + 1)
            if key is None:
                made.merge(content)
            elif isinstance(name, str):
                made.items[name] = (key, content)
            else:
                made.open = True
        return made

    def _call(self, call: ast.Call, depth: int) -> StaticValue:
        if last_name(call.func) not in _COPIES:
            return None
        made = StaticDict(call)
        source = call.args[0] if call.args else None
        if source is None and isinstance(call.func, ast.Attribute):  # X.copy()
            source = call.func.value
        if source is not None:
            made.merge(self.evaluate(source, depth + 1))
        made.merge(self._keywords(call))
        return made


def _open(value: StaticValue) -> None:
    """Mark a dictionary and those inside it."""
    waiting: list[StaticValue] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, StaticDict) and not one.open:
            one.open = True
            waiting += [inner for _, inner in one.items.values()]


def dictionaries(names: StaticNames) -> Iterator[tuple[str, StaticDict]]:
    """Yield the dictionaries that a body binds, by name."""
    for name, value in names.names.items():
        if isinstance(value, StaticDict):
            yield name, value
