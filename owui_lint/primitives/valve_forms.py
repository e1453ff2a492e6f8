"""How valves are declared, which the standard expects, and what they default to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from owui_lint.finding import Edit
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.facts import PlatformFacts
from owui_lint.openwebui.names import VALVE_CLASSES
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.primitives.events import emitter_reads
from owui_lint.repository import Plugin
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.fields import constant_of, is_field
from owui_lint.repository.python.module import Module, Valve, written
from owui_lint.repository.python.rewriting import adding_argument
from owui_lint.repository.python.syntax import last_name, with_defaults
from owui_lint.text import looks_generated

_TEXT_TYPES = frozenset(
    {"str", "Optional[str]", "str | None", "None | str", "Union[str, None]", "typing.Optional[str]"}
)


@primitive("valve-forms", scope="plugin", reads="code")
def valve_forms(plugin: Plugin, context: Context, *, ordered: list[str] | None = None) -> Iterator[Hit]:
    """Report fields that are not ``NAME: type = Field(default=..., description=...)``.

    Cases: ``annotation`` and ``private`` (pydantic refuses the class), ``field`` (a bare default), ``description``, and
    ``priority`` (a text or None, where OpenWebUI sorts the plugins of ``ordered`` types by numbers).
    """
    module = plugin.code.module
    refusing = [owner for owner in VALVE_CLASSES if (node := module.valve_class(owner)) is not None and node.bases]
    private = {target: owner for owner in reversed(refusing) for target in _private_fields(module, owner)}
    for target, owner in private.items():
        yield Hit(module.place(target), "private", {"name": target.id, "owner": owner})
    for valve in module.declared_valves:
        place = module.place(valve.target)
        values = {"name": valve.name, "owner": valve.owner}
        if (
            valve.name == "priority"
            and valve.owner == "Valves"
            and plugin.type in (ordered or ())
            and _is_no_number(valve)
        ):
            yield Hit(place, "priority", values)
        if valve.annotation is None:
            # Functions, properties and classes are no fields for pydantic; a literal or a Field(...) is one.
            value = valve.node.value
            if valve.owner not in refusing:
                continue  # a plain class takes it, which another rule reports
            if valve.said is not None or isinstance(value, ast.Constant | ast.List | ast.Dict | ast.JoinedStr):
                yield Hit(place, "annotation", values)
        elif valve.said is None:
            if not (
                valve.is_open or isinstance(valve.node.value, ast.Call) or "Annotated" in written(valve.annotation)
            ):
                yield Hit(place, "field", values)
        elif not (valve.is_open or _describes(valve.said.get("description"))):
            yield Hit(place, "description", values)


def _is_no_number(valve: Valve) -> bool:
    """Whether a valve holds a text or None, by what its author declares or as long as nobody has saved a value."""
    is_text = valve.type is not None and written(valve.type) in _TEXT_TYPES
    default = valve.default.value if isinstance(valve.default, ast.Constant) else 0
    return is_text or default is None or isinstance(default, str)


def _describes(description: ast.expr | None) -> bool:
    """Whether something is said as the description of a field; an empty text says nothing."""
    value = description.value if isinstance(description, ast.Constant) else description
    return bool(value) and not (isinstance(value, str) and not value.strip())


def _private_fields(module: Module, name: str) -> Iterator[ast.Name]:
    """Yield names with a leading underscore that are given a ``Field``: pydantic raises NameError for them."""
    owner = module.valve_class(name)
    lineage = module.lineage(owner) if owner is not None else None
    models = [one for one in lineage.classes if one not in lineage.plain] if lineage is not None else []
    for node in (node for model in models for node in model.body):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.Call) and is_field(lambda: module.index, value.func):
            yield from (one for one in targets if isinstance(one, ast.Name) and one.id.startswith("_"))


@primitive("valve-options", scope="plugin", reads="code")
def valve_options(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report fields whose ``options`` name a method that OpenWebUI cannot ask for them, as it has nothing but the class.

    Cases: ``missing`` the class has none, ``async`` it gives a coroutine, ``instance`` it needs an object or other arguments.
    """
    module = plugin.code.module
    for valve in module.declared_valves:
        named = _named_options(valve)
        owner = module.valve_class(valve.owner) if named is not None else None
        if named is None or owner is None or module.may_hide_valves(valve.owner):
            continue
        name = str(named.value)
        scopes = [module.index.scopes[one] for one in module.lineage(owner).classes]
        found = ([*scope.bound.get(name, ()), *scope.imports.get(name, ())] for scope in scopes)
        bound = next(filter(None, found), [])
        case = "missing" if not bound else None
        method = module.index.scopes.get(bound[0]) if len(bound) == 1 and isinstance(bound[0], ast.AST) else None
        if method is not None and isinstance(method.node, ast.FunctionDef | ast.AsyncFunctionDef):
            case = _unusable(method.node)
        if case is not None:
            yield Hit(module.place(named), case, {"name": name, "valve": valve.name, "owner": valve.owner})


def _named_options(valve: Valve) -> ast.Constant | None:
    """Return the text of ``json_schema_extra={"input": {"options": "..."}}``."""
    extra = (valve.said or {}).get("json_schema_extra")
    if extra is None:
        return None
    found = [extra]
    for key in ("input", "options"):
        found = [
            value
            for display in found
            if isinstance(display, ast.Dict)
            for name, value in zip(display.keys, display.values, strict=True)
            if isinstance(name, ast.Constant) and name.value == key
        ]
    text = found[0] if len(found) == 1 else None
    return text if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value else None


_GIVEN_FOR_OPTIONS = frozenset({"__user__", "user"})


def _unusable(method: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """Return the case of a method that gives no options when it is called on the class; ``None`` for one that may."""
    decorators = [last_name(one) for one in method.decorator_list]
    if any(name not in ("classmethod", "staticmethod") for name in decorators):
        return None
    if isinstance(method, ast.AsyncFunctionDef):
        return "async"
    needed = [one for one, default in with_defaults(method.args) if default is None]
    if "classmethod" in decorators:
        needed = needed[1:]
    return "instance" if any(one.arg not in _GIVEN_FOR_OPTIONS for one in needed) else None


@primitive("valves-nested", scope="plugin", reads="code")
def valves_nested(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report ``Valves`` and ``UserValves`` that OpenWebUI does not find, or that are no pydantic models.

    Cases: ``module`` (at module level only; OpenWebUI asks the plugin's instance), ``base`` (no base class),
    ``undefined`` (``self.Valves()`` is called, and there is none), ``kind`` (a ``TypedDict`` or ``NamedTuple``),
    ``bare`` (``Valves()`` is called in a method, which does not see what is nested in its class), ``renamed`` (what
    ``self.valves`` holds is of another class).
    """
    module = plugin.code.module
    owner = module.plugin_class
    if owner is None:
        return
    for name in VALVE_CLASSES:
        node = module.valve_class(name)
        values = {"name": name, "class": owner.name}
        if node is not None and node is not module.classes.get(name):
            for call in _called_bare(module.index, owner, name):
                yield Hit(module.place(call.func), "bare", values)
        kind = _other_kind(module, node) if node is not None else ""
        if node is not None and not node.bases:
            yield Hit(module.place(node), "base", values)
        elif node is not None and kind:
            yield Hit(module.place(node), "kind", {**values, "kind": kind})
        elif node is module.classes.get(name) and _lacks(module.index, owner, name):
            place = node or _made(module.index, owner, name)
            if place is not None:
                yield Hit(module.place(place), "module" if node is not None else "undefined", values)
            elif name == "Valves":
                for other in _held_models(module.index, owner):
                    yield Hit(module.place(other), "renamed", {**values, "found": other.name})


_NO_MODELS = ("typing.NamedTuple", "typing.TypedDict", "typing_extensions.NamedTuple", "typing_extensions.TypedDict")


def _other_kind(module: Module, owner: ast.ClassDef) -> str:
    """``TypedDict`` or ``NamedTuple`` for a class that certainly is one; "" for any other."""
    origins = {module.index.name_of(base) for base in module.lineage(owner).others}
    origin = origins.pop() if len(origins) == 1 else None
    return origin.rpartition(".")[2] if origin in _NO_MODELS else ""


def _lacks(index: CodeIndex, owner: ast.ClassDef, name: str) -> bool:
    """Whether a class certainly has no such attribute: not in its body, inherited, added or put on the instance."""
    scope = index.scopes[owner]
    assigned = any(not isinstance(use.ctx, ast.Load) for use in index.self_attributes.get(name, []))
    known = name in scope.bound or name in scope.imports or assigned
    return not (known or owner.decorator_list or _foreign_base(owner))


def _made(index: CodeIndex, owner: ast.ClassDef, name: str) -> ast.Attribute | None:
    """The first ``self.Valves()`` in a class."""
    for use in index.self_attributes.get(name, []):
        call, method = index.parent(use), index.scope(use).method
        if isinstance(call, ast.Call) and call.func is use and method is not None and method.owner is owner:
            return use
    return None


def _called_bare(index: CodeIndex, owner: ast.ClassDef, name: str) -> Iterator[ast.Call]:
    """Yield ``Valves()`` in methods of a class where nothing but the class's body binds the name."""
    if "*" in index.root.imports or "globals" in index.mentions:
        return
    for call in index.calls_by_name.get(name, ()):
        scope = index.scope(call)
        method = scope.method
        if not isinstance(call.func, ast.Name) or method is None or method.owner is not owner:
            continue
        if index.binding(name, scope) is None and not index.is_handled(call, "NameError"):
            yield call


def _held_models(index: CodeIndex, owner: ast.ClassDef) -> list[ast.ClassDef]:
    """The models in a class of which it makes its ``valves``: ``self.valves = self.Valve()``. A class that is made for
    something else as well is not meant to be ``Valves``."""
    models = {
        node.name: node
        for node in owner.body
        if isinstance(node, ast.ClassDef) and [last_name(base) for base in node.bases] == ["BaseModel"]
    }
    made = []
    for use in index.self_attributes.get("valves", []) if models else ():
        statement, method = index.parent(use), index.scope(use).method
        value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        if isinstance(use.ctx, ast.Store) and method is not None and method.owner is owner:
            made.append(last_name(value.func) if isinstance(value, ast.Call) and not value.args else "")
    return [models[made[0]]] if len(made) == 1 and made[0] in models else []


def _foreign_base(owner: ast.ClassDef) -> bool:
    """Whether a class inherits from anything but ``object``: what it inherits is not read."""
    return any(not (isinstance(base, ast.Name) and base.id == "object") for base in owner.bases)


# -- expected valves and their defaults ------------------------------------------------------------------------


@primitive("valves-expected", scope="plugin", reads="code")
def valves_expected(
    plugin: Plugin, context: Context, *, expected: Mapping[str, object], where: str, exist: bool = True
) -> Iterator[Hit]:
    """Report valves that the standard wants and that are missing (``missing``) or default to something else (``default``).

    ``expected``: name to default, ``null`` for any. ``where``: ``emitter`` (a hook takes an emitter) or ``export`` (an
    action whose title or module says that it exports, or whose code makes a document and hands it to the browser as a
    download; the defaults of all actions). With ``exist: false`` only those that are there are looked at.
    """
    module = plugin.code.module
    owner = module.valve_class("Valves")
    if module.plugin_class is None:
        return
    if not _applies(plugin, where, context.repository.target):
        if where != "export" or plugin.type != "actions":
            return
        exist = False  # an action that has such a valve exports, whatever it is called
    own = {valve.name.casefold(): valve for valve in plugin.valves if valve.owner == "Valves"}
    place = module.place(owner if owner is not None else module.plugin_class)
    for name, default in expected.items():
        valve = own.get(name.casefold())
        if valve is None:
            if exist and not module.may_hide_valves("Valves"):
                yield Hit(place, "missing", {"name": name, "default": repr(default)})
        elif default is not None and isinstance(valve.default, ast.Constant) and valve.default.value != default:
            values = {
                "name": valve.name,
                "default": repr(default),
                "found": repr(valve.default.value) if written(valve.default) else "…",
            }
            yield Hit(module.place(valve.default), "default", values)


def _applies(plugin: Plugin, where: str, target: PlatformFacts) -> bool:
    if where == "emitter":
        return next(emitter_reads(plugin, target), None) is not None
    is_named = _EXPORT.search(f"{plugin.title} {plugin.code.stem}") is not None
    return plugin.type == "actions" and (is_named or _hands_out_document(plugin.code.module))


# Packages that write documents.
_WRITERS = frozenset(
    {"docx", "ebooklib", "fpdf", "odf", "openpyxl", "pptx", "reportlab", "weasyprint", "xlsxwriter", "xlwt"}
)
_DOWNLOAD = lazy_pattern(r"\.download\s*=(?!=)|setAttribute\(\s*['\"]download['\"]")


def _hands_out_document(module: Module) -> bool:
    """Whether code makes a document, encodes it, and has a script that names the download: any one of these may serve
    something else, all three do not."""
    index = module.index
    return (
        any(one.top_level in _WRITERS and not one.level for one in index.imports)
        and any(True for _ in module.calls.of(("base64.b64encode",)))
        and any(_DOWNLOAD.search(text) for text in index.texts)
    )


_EXPORT = lazy_pattern(
    r"(?:\b|_)export(?:s|er|ing)?(?:\b|_)|导出"
    r"|(?:save|download)[ _-]as[ _-](?:word|docx?|pdf|excel|xlsx|csv|pptx?|markdown)(?:\b|_)"
    r"|(?:另存为|保存为|下载为)[ ]?(?:word|pdf|excel|markdown|文件|文档|表格)",
    re.IGNORECASE,
)


@primitive("model-defaults", scope="plugin", reads="code")
def model_defaults(
    plugin: Plugin, context: Context, *, classes: list[str], names: str, neutral: list[str]
) -> Iterator[Hit]:
    """Report valves for a model (``names``, a pattern) of plugins of ``classes`` that default to one model's id.

    ``neutral``: words that name no model. An id has a digit or one of ``-/:`` in it.
    """
    module = plugin.code.module
    if module.plugin_class is None or module.plugin_class.name not in classes:
        return
    pattern = compiled(names, re.IGNORECASE)
    for valve in module.declared_valves:
        is_named = valve.default is not None and pattern.search(valve.name)
        text = _text(constant_of(module.index, valve.default)) if is_named and valve.default is not None else ""
        if text and text.casefold() not in neutral and compiled(r"[\d/:-]").search(text):
            assert valve.default is not None  # it has a text
            if not compiled(r"[\s,;]").search(text):
                yield Hit(module.place(valve.default), values={"name": valve.name, "found": text})


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@primitive("valve-secrets", scope="plugin", reads="code")
def valve_secrets(
    plugin: Plugin, context: Context, *, names: str, marker_names: str, marker_texts: str
) -> Iterator[Hit]:
    """Report text valves for secrets (``names``, a pattern) with a literal default, or that are no password inputs.

    Cases: ``default`` (looks like a real secret), ``placeholder`` (another text), ``input``. The tokens that a model
    writes are none: valves called like ``marker_names``, or whose whole default is like ``marker_texts``.
    """
    module = plugin.code.module
    pattern = compiled(names, re.IGNORECASE)
    for valve in module.declared_valves:
        is_hidden = valve.type is not None and last_name(valve.type) == "SecretStr"  # whatever its input shows
        if not pattern.search(valve.name) or not (is_hidden or _is_text(valve)):
            continue
        values = {"name": valve.name, "owner": valve.owner}
        text = _text(_hidden(valve.default))
        is_marker = compiled(marker_names, re.IGNORECASE).search(valve.name) and not _looks_real(text)
        if is_marker or compiled(marker_texts).fullmatch(text.strip()):
            continue
        if text.strip() and valve.default is not None:
            yield Hit(module.place(valve.default), "default" if _looks_real(text) else "placeholder", values)
        if not is_hidden and not _is_password(valve):
            yield Hit(module.place(valve.target), "input", values, _as_password(module, valve))


def _hidden(default: ast.expr | None) -> ast.expr | None:
    """Return the text in ``SecretStr("…")``; any other default as it is."""
    if isinstance(default, ast.Call) and last_name(default.func) == "SecretStr" and len(default.args) == 1:
        return default.args[0]
    return default


_HIDDEN_INPUT = 'json_schema_extra={"input": {"type": "password"}}'


def _as_password(module: Module, valve: Valve) -> tuple[Edit, ...]:
    """Edits that make a field's input one for passwords; none where it says something about its input already."""
    value, call = valve.node.value, valve.field_call
    if valve.said is not None:
        is_said = "json_schema_extra" in valve.said or "input" in valve.said
        return adding_argument(module, call, _HIDDEN_INPUT) if call is not None and not is_said else ()
    if not (_has_field(module, valve) and isinstance(value, ast.Constant) and valve.annotation is not None):
        return ()
    place = (value.lineno, value.col_offset), (value.end_lineno or value.lineno, value.end_col_offset or 0)
    start, end = (module.offset(*position) for position in place)
    return (module.file.edit(start, start, "Field(default="), module.file.edit(end, end, f", {_HIDDEN_INPUT})"))


def _has_field(module: Module, valve: Valve) -> bool:
    """Whether ``Field`` certainly is pydantic's where a valve stands: imported above it for all of the module."""
    index = module.index
    imports = index.root.imports.get("Field", [])
    others = (scope for scope in index.scopes.values() if scope is not index.root)
    if "Field" in index.root.bound or any("Field" in scope.bound or "Field" in scope.imports for scope in others):
        return False
    return bool(imports) and all(
        one.target == "pydantic.Field" and index.parent(one.node) is module.tree and one.node.lineno < valve.node.lineno
        for one in imports
    )


def _is_text(valve: Valve) -> bool:
    return valve.type is None or written(valve.type) in _TEXT_TYPES


def _is_password(valve: Valve) -> bool:
    """Whether a field asks for a password input, or says something about its input that cannot be read."""
    if valve.is_open or valve.said is None:
        return valve.is_open
    said = valve.said.get("json_schema_extra", valve.said.get("input"))
    if not isinstance(said, ast.Dict):
        return said is not None
    return any(isinstance(part, ast.Constant) and part.value == "password" for part in ast.walk(said))


def _looks_real(text: str) -> bool:
    """Whether a text is like a generated secret, and none that stands for one."""
    return looks_generated(text) and not compiled(r"your|example|placeholder|change|xxx|here", re.IGNORECASE).search(
        text
    )
