"""A plugin's Python code as a syntax tree: parsed once with ``ast``, never imported, never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Place, Span
from owui_lint.lazypattern import lazy_pattern
from owui_lint.openwebui.names import HOOKS, PLUGIN_CLASSES, TOOL_CLASS, VALVE_CLASSES
from owui_lint.repository.python.syntax import UNPARSABLE, Try, last_name, parse
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository.files import SourceFile
    from owui_lint.repository.python.calls import Calls
    from owui_lint.repository.python.code import CodeIndex
    from owui_lint.repository.python.coroutines import Coroutines
    from owui_lint.repository.python.models import Lineage
    from owui_lint.repository.python.translations import Translations


_DEFINITION = lazy_pattern(r"(?:async[\s\\]{1,99})?(?:def|class)[\s\\]{1,99}(?P<name>\w+)")


class Valve(NamedTuple):
    """A field of ``Valves`` or ``UserValves``; ``default`` is the expression behind it, ``None`` where there is none.

    ``type``, ``said``, ``field_call`` and ``is_open`` are what ``fields.Field`` has, the first without ``Annotated``.
    """

    name: str
    owner: str
    node: ast.AnnAssign | ast.Assign
    target: ast.Name
    annotation: ast.expr | None
    type: ast.expr | None
    said: dict[str, ast.expr] | None
    field_call: ast.Call | None
    default: ast.expr | None
    is_open: bool


class Module:
    """The syntax tree of one file and what rules ask of it."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file

    @cached_property
    def _parsed(self) -> tuple[ast.Module | None, tuple[str, int, int] | None]:
        try:
            return parse(self.file.text), None
        except SyntaxError as error:
            return None, (error.msg or "invalid syntax", max(error.lineno or 1, 1), max(error.offset or 1, 1))
        except UNPARSABLE as error:
            return None, (str(error) or "nested too deeply", 1, 1)

    @cached_property
    def compile_error(self) -> tuple[str, int, int] | None:
        """Message, line and column (from 1) of what Python refuses though it can be parsed, or ``None``."""
        from owui_lint.repository.python.compiling import compile_error

        error = compile_error(self.file.text, self.index) if self.tree is not None else None
        return (error.msg, max(error.lineno or 1, 1), max(error.offset or 1, 1)) if error is not None else None

    def let_go(self) -> None:
        """Forget the tree and all that was made of it, a hundred times the size of the text. Asking again parses again."""
        if "coroutines" in vars(self):
            self.coroutines.let_go()
        if "index" in vars(self):
            self.index.let_go()
        file = self.file
        vars(self).clear()
        self.file = file

    @property
    def tree(self) -> ast.Module | None:
        """The tree, or ``None`` where the file is not valid Python."""
        return self._parsed[0]

    @property
    def syntax_error(self) -> tuple[str, int, int] | None:
        """Message, line and column (from 1) of the syntax error, or ``None``."""
        return self._parsed[1]

    @cached_property
    def body(self) -> list[ast.stmt]:
        """The module's statements; empty for a file that does not parse."""
        return self.tree.body if self.tree else []

    @cached_property
    def index(self) -> CodeIndex:
        """Nodes by type, scopes, imports and names, for rules about code."""
        from owui_lint.repository.python.code import CodeIndex

        return CodeIndex(self.tree)

    @cached_property
    def calls(self) -> Calls:
        """What the module's calls reach and what takes their results."""
        from owui_lint.repository.python.calls import Calls

        return Calls(self.index)

    @cached_property
    def coroutines(self) -> Coroutines:
        """What becomes of the coroutines that the module's calls give."""
        from owui_lint.repository.python.coroutines import Coroutines

        return Coroutines(self.calls)

    @cached_property
    def translations(self) -> Translations:
        """Texts per language, and what the code asks of them."""
        from owui_lint.repository.python.translations import Translations

        return Translations(self)

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """Classes at module level, also behind ``if`` and ``try``; the last definition of a name wins, as at run time."""
        return {node.name: node for node in _statements(self.body) if isinstance(node, ast.ClassDef)}

    @cached_property
    def plugin_class(self) -> ast.ClassDef | None:
        """The class that makes the file a plugin: a tool's own, else the first in OpenWebUI's order."""
        if self.is_tool:
            return self.classes[TOOL_CLASS]
        return next((self.classes[name] for name in PLUGIN_CLASSES if name in self.classes), None)

    @cached_property
    def is_tool(self) -> bool:
        """Whether the file is to be saved as a tool, which decides what OpenWebUI looks for: then nothing but ``Tools``."""
        if TOOL_CLASS not in self.classes:
            return False
        if HOOKS.keys().isdisjoint(self.classes):
            return True
        from owui_lint.repository.python.purpose import is_meant_as_tool  # few files have both

        return is_meant_as_tool(self.file.path, self.classes)

    def lineage(self, owner: ast.ClassDef) -> Lineage:
        """Return a class and those of the file that it inherits from."""
        from owui_lint.repository.python.models import Lineage, lineage_of

        is_common = all(isinstance(base, ast.Name) and base.id == "BaseModel" for base in owner.bases)
        if is_common and "BaseModel" not in self.classes:  # which is known without the index
            return Lineage((owner,), tuple(owner.bases), frozenset() if owner.bases else frozenset({owner}))
        return lineage_of(self.index, owner)

    @cached_property
    def _valve_classes(self) -> dict[str, tuple[ast.ClassDef | None, bool]]:
        """``Valves`` and ``UserValves``, each with whether there may be another one, or more of it, out of sight."""
        return {name: self._find_valves(name) for name in VALVE_CLASSES}

    def _find_valves(self, name: str) -> tuple[ast.ClassDef | None, bool]:
        above = self.lineage(self.plugin_class) if self.plugin_class is not None else None
        for owner in above.classes if above is not None else ():
            bound = _bindings(owner, name)
            if bound:
                found = self._class_bound(bound)
                return found, found is None or not self._is_whole(found)
        found = self.classes.get(name)
        inherits = above is not None and bool(above.others)
        return found, inherits or (found is not None and not self._is_whole(found))

    def _class_bound(self, bound: list[ast.AST]) -> ast.ClassDef | None:
        """The class of the file among or behind the bindings of a name; ``None`` where it may be another one."""
        for node in bound:
            if isinstance(node, ast.ClassDef):
                return node
        from owui_lint.repository.python.models import class_named

        return class_named(self.index, bound[0]) if len(bound) == 1 and isinstance(bound[0], ast.expr) else None

    def _is_whole(self, owner: ast.ClassDef) -> bool:
        return all(map(self.is_base_model, self.lineage(owner).others))

    def is_base_model(self, base: ast.expr) -> bool:
        """Tell whether a base is pydantic's ``BaseModel``, by that name or by another one."""
        if last_name(base) == "BaseModel":
            return True
        from owui_lint.repository.python.models import BASE_MODELS

        return self.index.name_of(base) in BASE_MODELS

    def valve_class(self, name: str) -> ast.ClassDef | None:
        """Return what ``Valves`` or ``UserValves`` of the plugin's class is: nested in it or bound there to a class of the
        file, also in a class of the file that it inherits from. Else the one at module level, which OpenWebUI does not find.
        """
        return self._valve_classes[name][0]

    def may_hide_valves(self, name: str) -> bool:
        """Tell whether ``Valves`` or ``UserValves``, or some of its fields, may come from another file."""
        return self._valve_classes[name][1]

    def makes_valves(self, value: ast.AST | None, name: str) -> bool:
        """Tell whether an expression calls what :meth:`valve_class` returns: as ``self.Valves`` or ``Filter.Valves``, by its
        own name or by another one for it. A class of that name elsewhere is another one."""
        owner, called = self.valve_class(name), value.func if isinstance(value, ast.Call) else None
        if owner is None or not isinstance(called, ast.Name | ast.Attribute):
            return False
        from owui_lint.repository.python.models import class_named

        if class_named(self.index, called) is owner:
            return True
        if not isinstance(called, ast.Attribute) or not self._is_plugin(called.value):
            return False
        inner = self.index.scopes[self.plugin_class].bound if self.plugin_class is not None else {}
        return called.attr == name or inner.get(called.attr) == [owner]

    def _is_plugin(self, expression: ast.expr) -> bool:
        """Whether an expression is the plugin or its class: ``self``, ``type(self)``, ``self.__class__``, ``Filter``."""
        if isinstance(expression, ast.Call) and last_name(expression.func) == "type" and len(expression.args) == 1:
            expression = expression.args[0]
        elif isinstance(expression, ast.Attribute) and expression.attr == "__class__":
            expression = expression.value
        if not isinstance(expression, ast.Name):
            return False
        if expression.id in ("self", "cls") or self.index.is_instance(expression):
            return True
        return self.index.sole_binding(expression) is self.plugin_class is not None

    @cached_property
    def valves(self) -> list[Valve]:
        """Fields of ``Valves`` and then ``UserValves`` in pydantic's order: what is inherited from classes of the file comes
        first. A field that both inherit is there for each of them."""
        found: list[Valve] = []
        for owner in VALVE_CLASSES:
            node = self.valve_class(owner)
            if node is not None:
                found += _all_fields(self, self.lineage(node), owner)
        return found

    @property
    def declared_valves(self) -> list[Valve]:
        """The valves, each declaration once: for rules about how it is written."""
        found: dict[ast.stmt, Valve] = {}
        for valve in self.valves:
            found.setdefault(valve.node, valve)
        return list(found.values())

    def char_column(self, line: int, byte_column: int) -> int:
        """Return the column (from 1, in characters) of an ``ast`` column (from 0, in UTF-8 bytes)."""
        file, starts = self.file, self.file.line_starts
        if line < len(starts) and starts[line] - starts[line - 1] > _LONG_LINE:
            start = starts[line - 1]
            return file.character_offset(file.byte_offset(start) + byte_column) - start + 1
        text = file.line_text(line)
        if text.isascii():
            return byte_column + 1
        return len(text.encode()[:byte_column].decode("utf-8", "replace")) + 1

    def offset(self, line: int, byte_column: int) -> int:
        """Return the character offset in the file of an ``ast`` position."""
        return self.file.line_starts[line - 1] + self.char_column(line, byte_column) - 1

    def place(self, node: ast.AST) -> Place:
        """Return where a node stands; a definition is placed at its name, not over its whole body."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            head = _DEFINITION.match(self.file.text, self.offset(line, column))
            if head is not None:
                return self.file.place(*head.span("name"))
        end_line = getattr(node, "end_lineno", None) or line
        end_column = getattr(node, "end_col_offset", None)
        return Place(
            self.file.path,
            Span(
                line,
                self.char_column(line, column),
                end_line,
                self.char_column(end_line, column if end_column is None else end_column),
            ),
        )

    def is_placed(self, node: ast.AST) -> bool:
        """Tell whether a node's position can be relied on: before Python 3.12, ``ast`` misplaces what is inside of f-strings."""
        return not any(isinstance(above, ast.JoinedStr) for above in self.index.ancestors(node))

    def edit(self, node: ast.AST, replacement: str) -> Edit:
        """Return the edit that replaces a node's text."""
        start = self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        end = self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
        return self.file.edit(start, end, replacement)


_LONG_LINE = 2_000  # characters; a line may hold thousands of places, so it is neither copied nor encoded for each
_MAX_WRITTEN = 100  # levels


def written(expression: ast.AST) -> str:
    """Return an expression as code; "" where it is nested too deeply, or holds what cannot be written out."""
    level = [expression]
    for _ in range(_MAX_WRITTEN):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            break
    else:
        return ""  # ``ast.unparse`` takes several frames of the stack for each level
    try:
        return ast.unparse(expression)
    except ValueError:  # an integer of too many digits
        return ""


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, looking into ``if``, ``try`` and ``with``, not into functions and classes."""
    waiting = body[::-1]  # a stack: each ``elif`` lies inside of the one before
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If | Try | ast.With):
            for part in ("handlers", "finalbody", "orelse", "body"):
                for child in reversed(getattr(node, part, [])):
                    waiting += child.body[::-1] if isinstance(child, ast.ExceptHandler) else [child]


def _bindings(owner: ast.ClassDef, name: str) -> list[ast.AST]:
    """What a class's body binds a name to: nested classes, expressions, and imports as ``alias``."""
    found: list[ast.AST] = []
    for node in _statements(owner.body):
        if isinstance(node, ast.ClassDef) and node.name == name:
            found.append(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += [alias for alias in node.names if (alias.asname or alias.name) == name]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [node.value for target in targets if isinstance(target, ast.Name) and target.id == name]
    return found


def _all_fields(module: Module, lineage: Lineage, name: str) -> list[Valve]:
    """Return the fields of a class, inherited ones first; one that is declared again stays where it was."""
    if len(lineage.classes) == 1:
        return fields_of(module, lineage.classes[0], name)
    found: dict[str, list[Valve]] = {}
    for owner in reversed(lineage.classes):
        own: dict[str, list[Valve]] = {}
        for valve in fields_of(module, owner, name):
            # What a class that is no model binds without an annotation is no field of those that inherit it.
            if valve.annotation is not None or owner not in lineage.plain or owner is lineage.classes[0]:
                own.setdefault(valve.name, []).append(valve)
        found |= own
        for node in owner.body:
            if _is_class_variable(node):
                found.pop(node.target.id, None)  # type: ignore[attr-defined]
    return [valve for valves in found.values() for valve in valves]


def _is_class_variable(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and "ClassVar" in written(node.annotation)
    )


def fields_of(module: Module, owner: ast.ClassDef, name: str) -> list[Valve]:
    """Return the fields that a class itself declares; ``name`` says whose they are."""
    from owui_lint.repository.python.fields import field_of

    found: list[Valve] = []
    for node in owner.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            target, annotation = node.target, node.annotation
            if _is_class_variable(node):
                continue
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            target, annotation = node.targets[0], None
        else:
            continue
        if target.id.startswith("_") or target.id in ("model_config", "Config"):
            continue  # private attributes and pydantic's own settings are no fields
        one = field_of(lambda: module.index, annotation, node.value)
        found.append(
            Valve(target.id, name, node, target, annotation, one.type, one.said, one.call, one.default, one.is_open)
        )
    return found
