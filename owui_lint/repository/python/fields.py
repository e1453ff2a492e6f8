"""What pydantic reads as a model's field: ``Field(...)`` by whatever name, as a value or in ``Annotated``, and what a function
of the file returns that calls it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable

from owui_lint import TYPE_CHECKING
from owui_lint.repository.python.syntax import last_name, with_defaults
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository.python.code import CodeIndex, Scope

_FIELDS = frozenset({"pydantic.Field", "pydantic.fields.Field", "pydantic.v1.Field"})
# Names of types that certainly stand for no ``Annotated[...]``.
_PLAIN_TYPES = frozenset({"Any", "bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple"})
_MAX_CALLS = 50  # in a function that are looked at
_MAX_STEPS = 4  # functions that return what functions return, names of types that stand for names
_MARKING = frozenset({"annotated_doc", "annotated_types", "typing_extensions"})  # packages of what ``Annotated`` adds
# Packages whose other functions make values, and no fields.
_OTHERS = frozenset({"builtins", "pydantic"}) | sys.stdlib_module_names

#: Gives the index of the module: it is made where names have to be looked up, which most fields do without.
Index = Callable[[], "CodeIndex"]
_Said = dict[str, ast.expr]


class Field(NamedTuple):
    """What is said of a field.

    ``said``: by the keywords of ``Field``; ``None`` where none is called. ``call``: the ``Field(...)`` that stands at the
    field itself, to which something can be added. ``is_open``: more may be said than is in sight, the default too.
    """

    type: ast.expr | None
    said: _Said | None
    call: ast.Call | None
    default: ast.expr | None
    is_open: bool


def field_of(index: Index, annotation: ast.expr | None, value: ast.expr | None) -> Field:
    """Return what the annotation and the value of a field say of it."""
    type_, added = _annotated(index, annotation)
    calls = [one for one in added if isinstance(one, ast.Call) and is_field(index, one.func)]
    found = [_of_call(one) for one in calls]
    is_open = any(one not in calls and not _only_tells(index, one) for one in added)
    is_value = value is not None
    if isinstance(value, ast.Call):
        if is_field(index, value.func):
            calls.append(value)
            made: tuple[_Said, bool] | None = _of_call(value)
        else:
            made = _of_helper(index(), value)
            is_open = is_open or (made is None and _may_give_field(index(), value.func))
        is_value = made is None
        found += [made] if made is not None else []
    said = {name: one for own, _ in found for name, one in own.items()}
    default = value if is_value else said.get("default", said.get("default_factory"))
    is_open = is_open or any(more for _, more in found)
    return Field(type_, said if found else None, calls[-1] if calls else None, default, is_open)


def _only_tells(index: Index, metadata: ast.expr) -> bool:
    """Whether what ``Annotated`` adds to a type is certain to have no default: a text, or a mark of a package of marks."""
    if not isinstance(metadata, ast.Call):
        return isinstance(metadata, ast.Constant)
    names = index().names_of(metadata.func)
    return bool(names) and all(name.partition(".")[0] in _MARKING for name in names)


def is_field(index: Index, function: ast.expr) -> bool:
    """Tell whether what is called is pydantic's ``Field``, by that name or by another one."""
    name = last_name(function)
    if name == "Field" or not name:
        return bool(name)
    names = index().names_of(function)
    return bool(names) and _FIELDS.issuperset(names)


def constant_of(index: CodeIndex, expression: ast.expr) -> ast.expr:
    """Return what an expression says: for a name that the module's body binds once, what it is bound to."""
    for _ in range(_MAX_STEPS):
        target = index.sole_binding(expression) if isinstance(expression, ast.Name) else None
        value = index.value_of(target) if target is not None and index.scope(target) is index.root else None
        if value is None:
            break
        expression = value
    return expression


def _annotated(index: Index, annotation: ast.expr | None) -> tuple[ast.expr | None, list[ast.expr]]:
    """Return the type that an annotation names, and what ``Annotated`` adds to it, by another name for all of it too."""
    added: list[ast.expr] = []
    for _ in range(_MAX_STEPS):
        if isinstance(annotation, ast.Name) and annotation.id not in _PLAIN_TYPES:
            behind = index().sole_value(annotation)
            if not (isinstance(behind, ast.Subscript | ast.Name) and _names_annotated(behind)):
                break
            annotation = behind
        if not (isinstance(annotation, ast.Subscript) and _names_annotated(annotation)):
            break
        parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        annotation, added = parts[0], [*parts[1:], *added]
    return annotation, added


def _names_annotated(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Name) or (
        isinstance(expression, ast.Subscript) and last_name(expression.value) == "Annotated"
    )


def _of_call(call: ast.Call, known: ast.keyword | None = None) -> tuple[_Said, bool]:
    """Return what a call of ``Field`` says by keyword, and whether there may be more than that and what the ``**more`` of
    ``known`` stands for; ``...`` says that there is no default."""
    said = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    more = _says_more(call, known)
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Starred):
        more = True
    elif first is not None and said.keys().isdisjoint(("default", "default_factory")):
        said |= {} if isinstance(first, ast.Constant) and first.value is ... else {"default": first}
    return said, more


def _says_more(call: ast.Call, known: ast.keyword | None) -> bool:
    """Whether a call is given keywords that are not in sight, besides ``known``."""
    return any(one.arg is None and one is not known for one in call.keywords)


def _of_helper(
    index: CodeIndex, call: ast.Call, known: ast.keyword | None = None, depth: int = 0
) -> tuple[_Said, bool] | None:
    """Return what a function of the file says of the field that it returns, with what a call gives it (as ``_of_call``);
    ``None`` where it is not certain that it returns one."""
    function = index.sole_binding(call.func) if isinstance(call.func, ast.Name) else None
    made = _returned(index, function) if isinstance(function, ast.FunctionDef) else None
    if not isinstance(function, ast.FunctionDef) or made is None or depth > _MAX_STEPS:
        return None
    passed = _passed_on(index, function, made)
    is_last = is_field(lambda: index, made.func)
    inner = _of_call(made, passed) if is_last else _of_helper(index, made, passed, depth + 1)
    if inner is None:
        return None
    said, more = inner
    arguments = _arguments(function, call)
    if passed is not None:
        # ``Field(default=default, **more)``: what the function has no name for goes on.
        said |= {one.arg: one.value for one in call.keywords if one.arg is not None and one.arg not in arguments}
        more = more or _says_more(call, known)
    values = {name: _with_arguments(index, index.scopes[function], arguments, value) for name, value in said.items()}
    found = {name: value for name, value in values.items() if value is not None}
    return found, more or len(found) < len(values)


def _passed_on(index: CodeIndex, function: ast.FunctionDef, made: ast.Call) -> ast.keyword | None:
    """Return the ``**more`` of a call in a function that hands on the ``**more`` which the function is given, where nothing
    else is done with it: it then stands for what a call of the function gives, no more and no less."""
    passed, scope = function.args.kwarg, index.scopes[function]
    if passed is None or len(scope.bound.get(passed.arg, ())) != 1:
        return None
    uses = index.reads_of(passed.arg, scope)
    above = index.parent(uses[0]) if len(uses) == 1 else None
    return above if isinstance(above, ast.keyword) and above.arg is None and above in made.keywords else None


def _returned(index: CodeIndex, function: ast.FunctionDef) -> ast.Call | None:
    """Return the call whose value is all that a function returns; looked for once, as thousands of fields may use it."""
    if function not in index.returned_calls:
        from owui_lint.repository.python.flow import returns, yields  # few fields are made by functions

        given = [one.value for one in returns(index, function)]
        is_plain = len(given) == 1 and not function.decorator_list and not yields(index, function)
        index.returned_calls[function] = given[0] if is_plain and isinstance(given[0], ast.Call) else None
    return index.returned_calls[function]


def _arguments(function: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr | None]:
    """Return what the parameters of a function stand for in a call of it, by their names: what it is given, else the
    default; ``None`` where that is not in sight."""
    arguments = function.args
    positional = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    by_name = {one.arg for one in (*arguments.args, *arguments.kwonlyargs)}
    found = dict.fromkeys((*positional, *(one.arg for one in arguments.kwonlyargs)))
    if not _says_more(call, None):
        found |= {one.arg: default for one, default in with_defaults(arguments)}
    found |= {one.arg: one.value for one in call.keywords if one.arg is not None and one.arg in by_name}
    found |= zip(positional, call.args, strict=False)
    return dict.fromkeys(found) if any(isinstance(one, ast.Starred) for one in call.args) else found


def _with_arguments(
    index: CodeIndex, scope: Scope, arguments: dict[str, ast.expr | None], value: ast.expr
) -> ast.expr | None:
    """Return what an expression of a function stands for in one call of it: itself where it has nothing to do with the
    function's names, what a parameter stands for; ``None`` for all else."""
    if not any(index.binding(name.id, index.scope(name)) is scope for name in index.within(value, ast.Name)):
        return value
    is_bound_once = isinstance(value, ast.Name) and len(scope.bound.get(value.id, ())) == 1
    return arguments.get(value.id) if isinstance(value, ast.Name) and is_bound_once else None


def _may_give_field(index: CodeIndex, function: ast.expr) -> bool:
    """Whether what is called may return a field: not the classes of the file, nor what Python and pydantic have besides."""
    names = index.names_of(function)
    if names:
        return any(name.partition(".")[0] not in _OTHERS for name in names)
    if not isinstance(function, ast.Name):
        return isinstance(function, ast.Attribute) and not isinstance(function.value, ast.Constant)
    definition = index.sole_binding(function)
    if isinstance(definition, ast.ClassDef):
        return False
    if not isinstance(definition, ast.FunctionDef):
        return True
    called = [call.func for call in index.within(definition, ast.Call)[:_MAX_CALLS]]
    may_call = (is_field(lambda: index, one) or _is_of_file(index, one) for one in called)
    return len(called) == _MAX_CALLS or any(may_call)


def _is_of_file(index: CodeIndex, function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and isinstance(index.sole_binding(function), ast.FunctionDef)
