"""What a file with classes of a tool and of a function is: who saves it says so, and the file shows what it was written for.

OpenWebUI asks a tool for nothing but ``Tools``, whatever else the file defines, and a function for its own classes: a tool may
well have a data model that is called ``Event``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from owui_lint.openwebui.names import HOOKS, PLUGIN_CLASSES, TOOL_CLASS, type_of_folder
from owui_lint.repository.python.syntax import last_name

# Bases of data and of errors: no class has a hook from one of them.
_OF_DATA = frozenset(
    {
        "BaseModel",
        "Enum",
        "StrEnum",
        "IntEnum",
        "Flag",
        "IntFlag",
        "NamedTuple",
        "TypedDict",
        "Protocol",
        "Generic",
        "ABC",
    }
    | {"object", "str", "int", "dict", "list", "tuple", "Exception", "ValueError", "RuntimeError"}
)
_ABSTRACT = frozenset({"Protocol", "Generic", "ABC", "object"})  # which a plugin's class may have
_ENDS_OF_DATA = ("Error", "Exception", "Warning", "Enum", "Flag", "Model")
_MAX_BASES = 50


def is_meant_as_tool(path: str, classes: Mapping[str, ast.ClassDef]) -> bool:
    """Tell whether a file with ``Tools`` and classes of functions is a tool: it has methods for models, and no hook. Where it
    has both or neither, the folder decides; without one that does, it is a function.

    ``classes``: those of the module, by name.
    """
    has_hook = any(name in classes and may_have_hook(classes[name], classes) for name in HOOKS)
    offers = any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
        for node in classes[TOOL_CLASS].body
    )
    return offers if has_hook != offers else type_of_folder(path) == PLUGIN_CLASSES[TOOL_CLASS]


def may_have_hook(owner: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> bool:
    """Tell whether OpenWebUI may find one of its hooks in a class called as those of functions are: a method that takes what
    it is given (a field of that name is none), something else that is assigned to the name, or what a base out of sight has."""
    family = [owner]
    for current in family:  # grows as it goes
        if any(is_hook(node, HOOKS[owner.name]) for node in current.body):
            return True
        for base in current.bases:
            name = last_name(base.value if isinstance(base, ast.Subscript) else base)
            above = classes.get(name)
            if above is not None and above not in family and len(family) < _MAX_BASES:
                family.append(above)
            elif above is None and name not in _OF_DATA:
                return True
    return False


def family_of(owner: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """Return a class and the classes of the module that it has its methods from."""
    family = [owner]
    for current in family:  # grows as it goes
        above = (classes.get(name) for name in _bases(current))
        family += [one for one in above if one is not None and one not in family][: _MAX_BASES - len(family)]
    return family


def classes_of_plugins(classes: Mapping[str, ast.ClassDef]) -> dict[str, ast.ClassDef]:
    """Return the classes of a module that can be meant for a plugin's: no data, no errors, and no bases of others."""
    above = {name for node in classes.values() for name in _bases(node)}
    return {name: node for name, node in classes.items() if name not in above and not _is_data(node, classes)}


def _is_data(owner: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> bool:
    names = {name for one in family_of(owner, classes) for name in _bases(one)}
    return any(name in _OF_DATA - _ABSTRACT or name.endswith(_ENDS_OF_DATA) for name in names)


def _bases(owner: ast.ClassDef) -> list[str]:
    return [last_name(base.value if isinstance(base, ast.Subscript) else base) for base in owner.bases]


def is_hook(node: ast.AST, hooks: tuple[str, ...]) -> bool:
    """Tell whether a statement of a class defines one of some hooks, which are always given an argument."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        takes = node.args
        given = len(takes.posonlyargs) + len(takes.args) > 1 or takes.kwonlyargs or takes.vararg or takes.kwarg
        return node.name in hooks and bool(given)
    if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant):
        return any(isinstance(target, ast.Name) and target.id in hooks for target in node.targets)
    return False
