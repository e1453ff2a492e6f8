"""Tools: those that OpenWebUI makes of public methods, and those defined for the Copilot SDK."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from owui_lint.language import listed
from owui_lint.lazypattern import lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.hooks import TOOL, entry_of, parameters
from owui_lint.repository.python.module import written
from owui_lint.repository.python.syntax import is_none, last_name

_PARAM = lazy_pattern(r":param\s+(\w+)\s*:")
# As OpenWebUI reads a line of a docstring (``parse_docstring``).
_DESCRIBED = lazy_pattern(r":param (\w+):\s*(.*)")
_MODELS = frozenset({"BaseModel", "pydantic.BaseModel"})


@primitive("tools-documented", scope="plugin", reads="code")
def tools_documented(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report public methods of ``Tools`` without a docstring (``default``), or without ``:param x:`` lines (``parameters``).

    ``underscore``: a parameter such as ``_raw`` has one. With a description OpenWebUI makes a field of it, which pydantic refuses
    for that name; without one it is left out of what models are told."""
    module = plugin.code.module
    entry = entry_of(plugin, context.repository.target)
    if entry is None or entry.kind != TOOL:
        return
    for tool in entry.hooks.values():
        function = tool.node
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        if any(last_name(one) in ("property", "setter", "cached_property") for one in function.decorator_list):
            continue
        text = ast.get_docstring(function)
        if not text:
            yield Hit(module.place(function), values={"name": function.name})
            continue
        taken = parameters(tool)
        refused = [one for one in taken if one.arg.startswith("_") and not one.arg.startswith("__")]
        if refused and not entry.index.changing(function):
            described = _descriptions(text)
            for one in refused:
                if described.get(one.arg):
                    yield Hit(module.place(one), "underscore", {"tool": function.name, "name": one.arg})
        named = set(_PARAM.findall(text))
        missing = [one.arg for one in taken if not one.arg.startswith("_") and one.arg not in named]
        if missing:
            values = {"name": function.name, "names": listed(f"`{name}`" for name in missing)}
            yield Hit(module.place(function), "parameters", values)


def _descriptions(docstring: str) -> dict[str, str]:
    """The parameters that a docstring describes, as OpenWebUI reads it, with what it says: also in the lines below."""
    found: dict[str, str] = {}
    current = ""
    for line in map(str.strip, docstring.splitlines()):
        match = _DESCRIBED.match(line)
        if match is not None:
            current = match.group(1)
            found[current] = match.group(2)
        elif line.startswith(":"):
            current = ""
        elif current:
            found[current] += line
    return found


@primitive("defined-tools", scope="plugin", reads="code")
def defined_tools(plugin: Plugin, context: Context, *, functions: list[str]) -> Iterator[Hit]:
    """Report calls of ``functions`` (dotted names) whose parameters no pydantic model describes.

    Cases: ``missing`` no ``params_type``, ``model`` a class that is no ``BaseModel``, ``field`` a field of it without a
    description.
    """
    module = plugin.code.module
    index = module.index
    for call, _ in module.calls.of(functions):
        if any(one.arg is None for one in call.keywords):
            continue
        given = next((one.value for one in call.keywords if one.arg == "params_type"), None)
        if given is None or is_none(given):
            yield Hit(module.place(call.func), "missing")
            continue
        model = index.sole_binding(given) if isinstance(given, ast.Name) else None
        if not isinstance(model, ast.ClassDef):
            continue
        if not model.bases:
            yield Hit(module.place(given), "model", {"name": model.name})
        elif all(written(base) in _MODELS for base in model.bases):
            for field in model.body:
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and not _is_described(field):
                    yield Hit(module.place(field), "field", {"name": model.name, "field": field.target.id})


def _is_described(field: ast.AnnAssign) -> bool:
    if "Annotated" in written(field.annotation) or "ClassVar" in written(field.annotation):
        return True
    value = field.value
    if not isinstance(value, ast.Call):
        return False
    return last_name(value.func) != "Field" or any(keyword.arg in ("description", None) for keyword in value.keywords)
