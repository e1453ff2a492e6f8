"""Uses of valves that cannot be followed by their names: where one is, no valve, or none of that name, is renamed.

A valve may be named in a text, bound a second time, or given by keyword to what may be its class under another name; and
the valves as a whole may be handed to what is out of sight.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from owui_lint.lazypattern import lazy_pattern
from owui_lint.openwebui.names import VALVE_CLASSES
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.syntax import last_name, targets_of

# A name in a text as code, a template or JSON has it, not prose that uses the word.
_WORD_OF_CODE = lazy_pattern(r"(?:[.'\"$]|\{\s?|%\()(\w+)")
_LIST_OF_NAMES = lazy_pattern(r"\s*\w+(?:\s*[,;|/]\s*\w+)+\s*")
_WORD = lazy_pattern(r"\w+")
_NAMES = ("valves", "user_valves")
#: What is given valves, or their class, and asks no field of them by its name.
_HARMLESS = frozenset(
    {
        *("print", "isinstance", "issubclass", "str", "repr", "bool", "id", "callable", "copy", "deepcopy", "cast"),
        *("debug", "info", "warning", "error", "exception", "critical", "getattr", "hasattr", "setattr", "delattr"),
        *("Field", "get"),
    }
)
#: What an expression is that may hold valves; the most of what displays hold are texts and numbers.
_HOLDERS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.BoolOp, ast.IfExp)
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_MAX_NAMESAKES = 20  # functions of one name
_MAX_PARAMETERS = 50
_OF_THE_CLASS = frozenset({"cls", "__class__", "__init__"})
_DUMPS = frozenset(
    {
        *("model_dump", "model_dump_json", "dict", "json", "model_copy", "copy", "items", "keys", "values", "update"),
        *("model_fields", "__fields__", "model_fields_set", "__dict__", "model_construct", "construct"),
        *(
            "model_validate",
            "parse_obj",
            "model_validate_json",
            "parse_raw",
            "from_orm",
            "__class__",
            "__annotations__",
        ),
    }
)


class Doubts:
    """What one module's code does with valves beyond naming them.

    ``models`` are the classes that have the valves as fields, ``names`` what these are called, ``own`` the classes that the
    plugin is made of, whose attributes are not the valves'. ``is_valves`` tells whether an expression certainly holds
    valves; ``descriptions`` are texts for users.
    """

    def __init__(
        self,
        index: CodeIndex,
        models: Iterable[ast.ClassDef],
        names: frozenset[str],
        own: Iterable[ast.ClassDef],
        is_valves: Callable[[ast.expr], bool],
        descriptions: frozenset[ast.Constant] = frozenset(),
    ) -> None:
        self.index = index
        self.models = frozenset(models)
        self.names = names
        self.own = frozenset(own)
        self.is_valves = is_valves
        self.descriptions = descriptions

    def about(self, old: str, new: str, known: Iterable[ast.Name]) -> str | None:
        """Return what makes it uncertain that ``old``, to be ``new``, can be followed; ``known`` are its declarations."""
        if self._is_in_texts(old):
            return f"a text names {old}"
        if any(old in pattern.kwd_attrs for pattern in self.index.of(ast.MatchClass)):
            return f"a pattern names {old}"
        if old in self._fields_of_others:
            return f"{old} is a field of another class"
        if self._is_bound_otherwise(old, {*known}) or self._in_bodies(new):
            return f"a body of a class of valves names {old} or {new}"
        return None

    # -- names ---------------------------------------------------------------------------------------------------

    def _is_in_texts(self, name: str) -> bool:
        """Whether a text holds a name as code does, or lists it. A text that is a name and nothing else is looked at where
        it stands (``ValveUses``)."""
        for text, nodes in self.index.texts.items():
            if name in text and name != text:
                read = [node for node in nodes if node not in self.descriptions]
                if read and self._may_name(text, read, name):
                    return True
        return False

    def _may_name(self, text: str, nodes: Iterable[ast.AST], name: str) -> bool:
        above = [self.index.parent(node) for node in nodes]
        if all(isinstance(one, ast.Expr) for one in above):
            return False  # a docstring
        is_split = any(isinstance(one, ast.Attribute) and one.attr == "split" for one in above)
        words = _WORD if is_split or _LIST_OF_NAMES.fullmatch(text) else _WORD_OF_CODE
        return name in words.findall(text)

    @cached_property
    def _fields_of_others(self) -> frozenset[str]:
        """What bodies of other classes bind: an instance of theirs may be taken for the valves."""
        return frozenset(
            name
            for node in self.index.of(ast.ClassDef)
            if node not in self.models and node not in self.own
            for name, bound in self.index.scopes[node].bound.items()
            if any(isinstance(one, ast.Name) for one in bound)
        )

    def _is_bound_otherwise(self, name: str, known: set[ast.Name]) -> bool:
        """Whether a class of valves uses a name in its body, or binds it to anything but a field."""
        if any(use not in known for use in self._in_bodies(name)):
            return True
        scopes = (self.index.scopes[model] for model in self.models)
        return any(name in scope.imports or not known.issuperset(scope.bound.get(name, ())) for scope in scopes)

    def _in_bodies(self, name: str) -> list[ast.Name]:
        """Where bodies of the classes of valves, not their methods, name something."""
        return [
            use
            for use in self.index.mentions.get(name, ())
            if isinstance(use, ast.Name) and self.index.scope(use).node in self.models
        ]

    # -- keywords ------------------------------------------------------------------------------------------------

    def is_anothers(self, keyword: ast.keyword) -> bool:
        """Tell whether a keyword of a call that is not made by a valve class's name certainly gives no valve."""
        call = self.index.parent(keyword)
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name | ast.Attribute):
            return False
        if last_name(call.func) in _OF_THE_CLASS or self._class_has_other_names or self._gives_them(call):
            return False
        return not (isinstance(call.func, ast.Name) and self.is_parameter(call.func))

    @cached_property
    def _class_has_other_names(self) -> bool:
        """Whether a class of valves can be reached otherwise than by its name."""
        if any(name in self.index.texts for name in self.names):
            return True
        return any(not self._is_plain_use(use) for name in self.names for use in self.index.mentions.get(name, ()))

    def _is_plain_use(self, use: ast.Name | ast.Attribute) -> bool:
        """Whether a class is called, inherited from in sight, asked for something, bound as ``Valves``, or said to be a type."""
        if not isinstance(use.ctx, ast.Load):
            return use.attr in VALVE_CLASSES if isinstance(use, ast.Attribute) else use.id in VALVE_CLASSES
        below: ast.AST = use
        for above in self.index.ancestors(use):
            if isinstance(above, ast.Call):
                return below is above.func or last_name(above.func) in _HARMLESS
            if isinstance(above, ast.Attribute):
                return True
            if isinstance(above, ast.ClassDef):
                return above in self.models
            if isinstance(above, ast.AnnAssign):
                return below is above.annotation or last_name(above.target) in VALVE_CLASSES
            if isinstance(above, ast.Assign):
                return below is use and all(last_name(target) in VALVE_CLASSES for target in above.targets)
            if isinstance(above, ast.arg) or (
                isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef) and below is above.returns
            ):
                return True
            if not isinstance(above, ast.Subscript | ast.BinOp | ast.Tuple | ast.List):
                return False
            below = above
        return False

    # -- the valves as a whole -----------------------------------------------------------------------------------

    @cached_property
    def all_may_be_named(self) -> bool:
        """Whether all valves are taken at once, or handed to what is out of sight, where they may be asked by their names."""
        if self._have_namesakes or any(
            self.may_be_valves(node) for node in self._gone_through() if isinstance(node, _HOLDERS)
        ):
            return True
        if any(
            self.may_be_valves(node.value) or last_name(node.value) in self.names
            for name in _DUMPS
            for node in self.index.mentions.get(name, ())
            if isinstance(node, ast.Attribute)
        ):
            return True
        return any(
            any(self._is_given(given) for given in _given(call) if isinstance(given, _HOLDERS))
            for call in self.index.of(ast.Call)
            if last_name(call.func) not in _HARMLESS and not self._is_in_sight(call.func)
        )

    def may_be_valves(self, node: ast.expr) -> bool:
        """Tell whether an expression holds valves, or may: as a parameter of a function, or what a function returns."""
        if self.is_valves(node):
            return True
        if isinstance(node, ast.Name):
            parameter = self._parameter(node)
            if parameter is not None:
                return parameter in self._handed_on
            value = self.index.sole_value(node)
            return isinstance(value, ast.Call | ast.Attribute) and self._is_passed(value)
        return isinstance(node, ast.Call | ast.Attribute) and self._is_passed(node)

    def _is_passed(self, node: ast.Call | ast.Attribute) -> bool:
        """Whether an expression asks for what may give valves: a function, a property, an attribute that was set to them,
        ``getattr`` with a name of valves."""
        if isinstance(node, ast.Attribute):
            return node.attr in self._returning or node.attr in self._set_to_them
        texts = (given.value for given in node.args if isinstance(given, ast.Constant))
        return last_name(node.func) in self._returning or any(text in _NAMES for text in texts)

    @cached_property
    def _set_to_them(self) -> frozenset[str]:
        """The attributes that valves are assigned to, under another name."""
        targets = (
            target
            for node in self.index.assignments(self.index.root.node)
            if node.value is not None and self.is_valves(node.value)
            for target in targets_of(node)
        )
        return frozenset(target.attr for target in targets if isinstance(target, ast.Attribute))

    @cached_property
    def _handed_on(self) -> frozenset[ast.AST]:
        """The parameters that calls give valves to, or a parameter that already holds them."""
        found: list[ast.AST] = []
        steps: dict[ast.AST, list[ast.AST]] = {}
        for call in self.index.of(ast.Call):
            named = self._functions.get(last_name(call.func), ())
            for function in named:
                for given, parameters in _matched(call, function):
                    if self.is_valves(given):
                        found += parameters
                    elif isinstance(given, ast.Name) and (one := self._parameter(given)) is not None:
                        steps.setdefault(one, []).extend(parameters)
        reached = set(found)
        while found:
            new = [step for step in steps.get(found.pop(), ()) if step not in reached]
            reached.update(new)
            found += new
        return frozenset(reached)

    @cached_property
    def _functions(self) -> dict[str, list[_Function]]:
        """Functions by the names that calls know them by: of ``__init__``, the class's. Where many have one name, or one has
        many parameters, they are not followed."""
        found: dict[str, list[_Function]] = {}
        for scope in self.index.functions:
            if isinstance(scope.node, _Function):
                name = scope.owner.name if scope.name == "__init__" and scope.owner is not None else scope.name
                found.setdefault(name, []).append(scope.node)
        return {
            name: functions
            for name, functions in found.items()
            if len(functions) <= _MAX_NAMESAKES
            and all(len([*one.args.args, *one.args.kwonlyargs]) <= _MAX_PARAMETERS for one in functions)
        }

    @property
    def _have_namesakes(self) -> bool:
        """Whether another class bears the name of one of these: ``valves`` may be its instance, and calls may make one."""
        classes = (node for node in self.index.of(ast.ClassDef) if node.name in self.names)
        calls = (call for name in self.names for call in self.index.calls_by_name.get(name, ()))
        return bool(self.models) and (
            any(node not in self.models for node in classes) or any(self.index.names_of(call.func) for call in calls)
        )

    @cached_property
    def _returning(self) -> frozenset[str]:
        """The functions that return valves."""
        returns = (node for node in self.index.of(ast.Return) if node.value is not None and self.is_valves(node.value))
        return frozenset(self.index.scope(node).name for node in returns)

    @cached_property
    def _defined(self) -> frozenset[str]:
        """What the file has the code of: functions that are followed, and classes, of which attributes are told."""
        return frozenset({*self._functions, *(node.name for node in self.index.of(ast.ClassDef))})

    def _is_in_sight(self, called: ast.expr) -> bool:
        """Whether the file has the code of what is called: by its own name, or as a method of ``self`` or of a class."""
        owner = called.value if isinstance(called, ast.Attribute) else None
        known = owner is None or getattr(owner, "id", "") in ("self", "cls") or last_name(owner) in self._defined
        return known and last_name(called) in self._defined

    def _is_given(self, given: ast.expr) -> bool:
        return self.may_be_valves(given) or (
            isinstance(given, ast.Name | ast.Attribute) and last_name(given) in self.names
        )

    def _gives_them(self, call: ast.Call) -> bool:
        return any(self.is_valves(given) for given in _given(call))

    def _gone_through(self) -> Iterator[ast.expr]:
        """What loops go through, what is unpacked, and what lists, tuples and dictionaries hold."""
        yield from (loop.iter for loop in self.index.of(ast.For))
        yield from (loop.iter for loop in self.index.of(ast.AsyncFor))
        yield from (loop.iter for loop in self.index.of(ast.comprehension))
        yield from (one for display in self.index.of(ast.List) for one in display.elts)
        yield from (one for display in self.index.of(ast.Tuple) for one in display.elts)
        for table in self.index.of(ast.Dict):
            yield from table.values
        for keyword in self.index.of(ast.keyword):
            if keyword.arg is None:
                yield keyword.value

    def is_parameter(self, node: ast.Name) -> bool:
        """Tell whether a name is a parameter, other than ``self``."""
        return self._parameter(node) is not None

    def _parameter(self, node: ast.Name) -> ast.arg | None:
        scope = self.index.binding(node.id, self.index.scope(node))
        bound = scope.bound.get(node.id, []) if scope is not None else []
        return next((one for one in bound if isinstance(one, ast.arg)), None) if node.id != "self" else None


def _given(call: ast.Call) -> Iterator[ast.expr]:
    """What a call is given, unpacked or not."""
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        yield value.value if isinstance(value, ast.Starred) else value


def _matched(call: ast.Call, function: _Function) -> Iterator[tuple[ast.expr, list[ast.arg]]]:
    """What a call gives, with the parameters that may take it. Whether an instance comes first is not asked: either is told."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    rest = [one for one in (function.args.vararg, function.args.kwarg) if one is not None]
    by_name = {one.arg: one for one in (*parameters, *function.args.kwonlyargs)}
    for number, given in enumerate(call.args):
        if isinstance(given, ast.Starred):
            yield given.value, [*parameters, *rest]
        else:
            yield given, [*parameters[number : number + 2], *rest]
    for keyword in call.keywords:
        if keyword.arg is None:
            yield keyword.value, [*by_name.values(), *rest]
        else:
            yield keyword.value, [by_name[keyword.arg]] if keyword.arg in by_name else rest
