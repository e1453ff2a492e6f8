"""How code and valves fit together: what OpenWebUI replaces, what is read but not declared, and the reverse."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping

from owui_lint.language import listed
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.names import VALVE_CLASSES
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.fields import constant_of
from owui_lint.repository.python.hooks import TOOL, PluginClass, entry_of, parameters
from owui_lint.repository.python.models import BASE_MODELS, models_of
from owui_lint.repository.python.module import Module, Valve, fields_of, written
from owui_lint.repository.python.syntax import Assignment, is_none, last_name, targets_of
from owui_lint.text import MAX_HINTS, nearest

# Attributes of every pydantic model, of version 1 and 2, besides ``model_*``.
_MODEL_ATTRIBUTES = frozenset(
    [
        "dict",
        "json",
        "copy",
        "construct",
        "parse_obj",
        "parse_raw",
        "parse_file",
        "from_orm",
        "schema",
        "schema_json",
        "validate",
    ]
)
_WHOLE_MODEL = frozenset({"model_dump", "model_dump_json", "dict", "json", "__dict__", "model_fields", "__fields__"})


def _entry(plugin: Plugin, context: Context) -> PluginClass | None:
    return entry_of(plugin, context.repository.target)


@primitive("valves-kept", scope="plugin", reads="code")
def valves_kept(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report what ``__init__``, or a method that nothing else calls, puts into ``self.valves``, also by a local name, and
    OpenWebUI replaces: values read from the environment
    (``environment``), other arguments (``arguments``), later assignments (``assignment``). Case ``missing``: there is
    a ``Valves`` class and never a ``self.valves``, so that OpenWebUI applies no saved value."""
    entry = _entry(plugin, context)
    if entry is None:
        return
    module, index = plugin.code.module, entry.index
    nested = module.valve_class("Valves")
    if nested is None or "Valves" not in index.scopes[entry.node].bound:
        return
    stored = [node for node in index.self_attributes.get("valves", []) if isinstance(node.ctx, ast.Store)]
    own = [node for node in stored if entry.belongs(node)]
    is_set = own or not entry.is_whole or "valves" in index.scopes[entry.node].bound
    if not is_set and _may_have_fields(module, nested):
        yield Hit(module.place(nested), "missing", {"class": entry.node.name})
    start = _Start(entry, module)
    for node in own:
        assignment = index.parent(node)
        value = getattr(assignment, "value", None)
        value = (index.sole_value(value) if isinstance(value, ast.Name) else None) or value
        if not isinstance(value, ast.Call) or not start.holds(node) or "valves_by_id" in plugin.code.file.text:
            continue  # that text: the saved values
        given = _given_to_valves(module, value)
        if given is not None and (given.args or given.keywords) and not _are_defaults(module, given):
            yield Hit(module.place(value), "environment" if _reads_environment(index, value) else "arguments")
    for use in _valves_named(module):
        field = index.parent(use)
        if not (start.holds(use) and entry.belongs(use)):
            continue
        if isinstance(field, ast.Attribute) and field.value is use and isinstance(field.ctx, ast.Store):
            yield Hit(module.place(field), "assignment", {"name": field.attr})
        elif isinstance(field, ast.Call) and field.args[:1] == [use] and len(field.args) == 3:
            name = getattr(field.args[1], "value", None)
            if index.name_of(field.func) == "builtins.setattr" and isinstance(name, str):
                yield Hit(module.place(field), "assignment", {"name": name})


class _Start:
    """What runs when a plugin is made: ``__init__``, and methods that nothing but it calls."""

    def __init__(self, entry: PluginClass, module: Module) -> None:
        self._entry = entry
        self._module = module
        self._known: dict[Scope, bool] = {}

    def holds(self, node: ast.AST) -> bool:
        """Tell whether a node is evaluated at the start only."""
        scope = self._entry.index.scope(node)
        if scope.name == "__init__":
            return True
        if scope not in self._known:
            self._known[scope] = self._is_part(scope)
        return self._known[scope]

    def _is_part(self, scope: Scope) -> bool:
        index, calls = self._entry.index, self._module.calls
        if scope.owner is not self._entry.node or scope.is_async or scope in self._entry.hooks.values():
            return False
        called = calls.by_local.get(scope, [])
        named = index.mentions.get(scope.name, ())
        is_sole = bool(called) and len(named) == len(called) and scope.name not in index.texts
        return (
            is_sole
            and calls.sole_function(called[0].func) is scope
            and all(index.scope(call).name == "__init__" for call in called)
        )


def _given_to_valves(module: Module, value: ast.Call) -> ast.Call | None:
    """Return the call that gives ``Valves`` its values, as ``Valves(...)`` would have them; ``None`` where none is made."""
    if module.makes_valves(value, "Valves"):
        return value
    made = value.func
    if not isinstance(made, ast.Attribute):
        return None
    makes_one = made.attr in ("model_validate", "parse_obj") and len(value.args) == 1 and not value.keywords
    if makes_one and module.makes_valves(ast.Call(made.value, [], []), "Valves"):
        return ast.Call(made.value, [], [ast.keyword(None, value.args[0])])
    if made.attr in ("model_copy", "copy") and module.makes_valves(made.value, "Valves"):
        updates = [ast.keyword(None, one.value) for one in value.keywords if one.arg == "update"]
        return ast.Call(made.value, [], updates)
    return None


@primitive("valves-copied", scope="plugin", reads="code")
def valves_copied(
    plugin: Plugin, context: Context, *, read_by_openwebui: Mapping[str, list[str]] | None = None
) -> Iterator[Hit]:
    """Report attributes that ``__init__``, or a method that nothing else calls, makes of ``self.valves``, and nothing else sets: they keep what the defaults
    made of them. ``default`` a valve, ``made`` something that a valve goes into. Those that nobody reads are left out,
    but for the attributes that OpenWebUI reads of an instance (``read_by_openwebui``, by the kind of plugin)."""
    entry = _entry(plugin, context)
    if entry is None or "valves_by_id" in plugin.code.file.text:
        return
    module, index = plugin.code.module, entry.index
    told: set[str] = set()
    names = {valve.name for valve in module.valves if valve.owner == "Valves"}
    read_outside = (read_by_openwebui or {}).get(entry.kind, ())
    if any(name in index.mentions for name in ("setattr", "__dict__", "vars")):
        return
    start = _Start(entry, module)
    for node in _valves_named(module):
        field = index.parent(node)
        if not (isinstance(field, ast.Attribute) and isinstance(field.ctx, ast.Load) and field.attr in names):
            continue
        if field.value is not node or not (start.holds(node) and entry.belongs(node)):
            continue
        statement = next((above for above in index.ancestors(node) if isinstance(above, ast.stmt)), None)
        target = next(iter(targets_of(statement)), None)
        if not isinstance(statement, Assignment) or not isinstance(target, ast.Attribute):
            continue
        uses = index.self_attributes.get(target.attr, [])
        if target not in uses or target.attr in told or any(_is_changed(index, use) for use in uses):
            continue
        stored = [use for use in uses if not isinstance(use.ctx, ast.Load)]
        is_read = target.attr in read_outside or any(
            isinstance(use.ctx, ast.Load) and not start.holds(use) for use in uses
        )
        is_lazy = bool(index.within(statement, ast.Lambda))  # it reads the valve when it is called
        if stored == [target] and is_read and not is_lazy:
            told.add(target.attr)
            case = "default" if statement.value is field else "made"
            yield Hit(module.place(target), case, {"name": target.attr, "valve": field.attr})


def _is_changed(index: CodeIndex, use: ast.Attribute) -> bool:
    """Whether something of what an attribute holds is set: an item, an attribute, or all by ``update``."""
    above = index.parent(use)
    if isinstance(above, ast.Attribute) and above.attr in ("update", "configure", "set"):
        return True
    return isinstance(above, ast.Attribute | ast.Subscript) and not isinstance(above.ctx, ast.Load)


def _may_have_fields(module: Module, owner: ast.ClassDef) -> bool:
    """Whether a class of valves has anything to be set: fields of its own or inherited ones, or bases out of sight."""
    models = models_of(module.index, owner)
    return not models or any(fields_of(module, model, owner.name) for model in models)


def _are_defaults(module: Module, call: ast.Call) -> bool:
    """Whether the values that a call of ``Valves`` gives are the defaults of its fields anyway."""
    given: list[tuple[ast.expr | str | None, ast.expr]] = []
    for keyword in call.keywords:
        if keyword.arg is not None:
            given.append((keyword.arg, keyword.value))
        elif isinstance(keyword.value, ast.Dict):
            given += zip(keyword.value.keys, keyword.value.values, strict=True)
        else:
            return False
    defaults = {valve.name: valve.default for valve in module.valves if valve.owner == "Valves"}
    for key, value in given:
        name = key.value if isinstance(key, ast.Constant) else key
        default = defaults.get(name) if isinstance(name, str) else None
        default = default.body if isinstance(default, ast.Lambda) else default  # of a default_factory
        if default is None or not written(value) or written(default) != written(value):
            return False
    return not call.args


def _reads_environment(index: CodeIndex, value: ast.AST) -> bool:
    return any(
        (index.name_of(node) or "").startswith(("os.getenv", "os.environ"))
        for node in index.within(value, ast.Name, ast.Attribute)
    )


@primitive("valve-required", scope="plugin", reads="code")
def valve_required(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report fields without a default, those that are inherited from models of the file included; case ``user`` for those
    of ``UserValves``."""
    entry = _entry(plugin, context)
    if entry is None:
        return
    module = plugin.code.module
    seen: set[ast.Name] = set()
    for name in VALVE_CLASSES:
        hidden: set[str] = set()
        models = models_of(entry.index, module.valve_class(name))
        for model in models if not any(_fills_fields(entry.index, one) for one in models) else ():
            for valve in fields_of(module, model, name):
                known = valve.name in hidden or valve.target in seen
                if not known and valve.annotation is not None and _is_required(valve):
                    seen.add(valve.target)
                    case = "user" if name == "UserValves" else "default"
                    yield Hit(module.place(valve.target), case, {"name": valve.name})
            hidden |= entry.index.scopes[model].bound.keys()


def _fills_fields(index: CodeIndex, model: ast.ClassDef) -> bool:
    """Whether a model has code of its own between what it is given and its fields, which may add what is not given."""
    methods = index.methods(model)
    decorators = (one for scope in methods.values() for one in getattr(scope.node, "decorator_list", []))
    names = {last_name(one.func if isinstance(one, ast.Call) else one) for one in decorators}
    return "__init__" in methods or not names.isdisjoint(("model_validator", "root_validator"))


def _is_required(valve: Valve) -> bool:
    if valve.default is None and valve.is_open:
        return False  # as Field(**options), which may hold a default
    if valve.default is None and valve.type is not None:
        # What Annotated adds to the whole of it is known; Optional[Annotated[int, Field(default=1)]] may state a default.
        return not any(_may_hold_default(node) for node in ast.walk(valve.type))
    return isinstance(valve.default, ast.Constant) and valve.default.value is ...


def _may_hold_default(node: ast.AST) -> bool:
    """Whether a part of an annotation may be ``Annotated`` with a default among what it adds: known are texts, numbers and
    ``Field`` without one."""
    if not isinstance(node, ast.Subscript) or last_name(node.value) != "Annotated":
        return False
    added = node.slice.elts[1:] if isinstance(node.slice, ast.Tuple) else []
    return not added or not all(
        isinstance(one, ast.Constant)
        or (
            isinstance(one, ast.Call)
            and last_name(one.func) == "Field"
            and not one.args
            and all(keyword.arg not in (None, "default", "default_factory") for keyword in one.keywords)
        )
        for one in added
    )


@primitive("valve-declared", scope="plugin", reads="code")
def valve_declared(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report ``self.valves.X``, also by a local name for ``self.valves``, where ``Valves`` has no such field: read
    (``default``) or assigned (``assigned``)."""
    entry = _entry(plugin, context)
    if entry is None:
        return
    module, index = plugin.code.module, entry.index
    owner = module.valve_class("Valves")
    known = _attributes(module, owner) if owner is not None else None
    if known is None:
        return
    asked = _asked_for(index)
    hints = MAX_HINTS
    for node in _valves_named(module):
        field = index.parent(node)
        if not isinstance(field, ast.Attribute) or field.value is not node:
            continue
        name = field.attr
        if name in known or name in _MODEL_ATTRIBUTES or name.startswith(("model_", "__")) or name in asked:
            continue
        if not entry.belongs(node) or index.is_handled(node, "AttributeError", named=True):
            continue
        values = {"name": name, "near": (nearest(name, known) or "") if hints else ""}
        hints -= hints > 0
        case = "assigned" if isinstance(field.ctx, ast.Store) else "near" if values["near"] else "default"
        yield Hit(module.place(field), case, values)


def _valves_named(module: Module) -> list[ast.expr]:
    """``self.valves``, and the reads of local names that are bound to it, or to new ``Valves`` that are put there, and to
    nothing else."""
    index = module.index
    found: list[ast.expr] = []
    for node in index.self_attributes.get("valves", []):
        found.append(node)
        above, scope = index.parent(node), index.scope(node)
        target = index.sole_target(above)
        if target is not None and scope.is_function:
            found += index.reads_of(target.id, scope)
        elif isinstance(above, ast.Assign) and above.targets == [node] and isinstance(above.value, ast.Name):
            made = index.sole_value(above.value)
            if scope.is_function and module.makes_valves(made, "Valves"):
                found += index.reads_of(above.value.id, scope)
    return index.in_order(found)


def _attributes(module: Module, owner: ast.ClassDef) -> set[str] | None:
    """Names that a model class has, its bases in the same file included; ``None`` where a base is out of sight."""
    index = module.index
    lineage = module.lineage(owner)
    if any(index.name_of(base) not in BASE_MODELS for base in lineage.others):
        return None
    names: set[str] = set()
    for model in lineage.classes:
        given = [node.arg for node in index.within(model, ast.keyword)]
        if "extra" in given or any(node.value == "extra" for node in index.within(model, ast.Constant)):
            return None  # extra="allow" lets any name in
        if _has_open_config(index, model):
            return None
        names |= index.scopes[model].bound.keys()
    return names if names.isdisjoint(_OPENING) else None


# Names by which a class answers for others: a model whose setting lets any in, a class that finds them itself.
_OPENING = frozenset({"extra", "__getattr__", "__getattribute__", "__setattr__"})


def _has_open_config(index: CodeIndex, owner: ast.ClassDef) -> bool:
    """Whether a model's ``class Config`` may let any name in: it sets ``extra``, or inherits what is out of sight."""
    configs = (node for node in index.scopes[owner].bound.get("Config", ()) if isinstance(node, ast.ClassDef))
    return any("extra" in index.scopes[config].bound or config.bases for config in configs)


def _asked_for(index: CodeIndex) -> set[str]:
    """Names that ``hasattr``, ``getattr`` or ``setattr`` is called with: their absence is provided for."""
    return {
        argument.value
        for name in ("hasattr", "getattr", "setattr")
        for call in index.calls_by_name.get(name, ())
        for argument in call.args[1:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


@primitive("valve-read", scope="plugin", reads="code")
def valve_read(plugin: Plugin, context: Context, *, exempt: list[str]) -> Iterator[Hit]:
    """Report fields whose name comes nowhere in the code, neither as an attribute nor as text; attributes of Python's own
    modules, and those that the plugin gives itself, are other things.

    Nothing is reported where fields are read by computed names, or as a whole.
    """
    entry = _entry(plugin, context)
    if entry is None or not plugin.has_valves:
        return
    index = entry.index
    whole = (node for name in _WHOLE_MODEL for node in index.mentions.get(name, ()))
    if any(isinstance(node, ast.Attribute) and "valves" in written(node.value).casefold() for node in whole):
        return
    if any(_is_dynamic(call) for name in _COMPUTING for call in index.calls_by_name.get(name, ())):
        return
    for valve in plugin.code.module.declared_valves:
        named = [node for node in index.mentions.get(valve.name, ()) if isinstance(node, ast.Attribute)]
        used = not all(_is_of_another(entry, node) for node in named)
        if not used and valve.name not in index.texts and valve.name not in exempt:
            yield Hit(plugin.code.module.place(valve.target), values={"name": valve.name, "owner": valve.owner})


def _is_of_another(entry: PluginClass, node: ast.Attribute) -> bool:
    """Whether an attribute certainly is none of valves: ``logging.DEBUG``, or ``self.x`` that the plugin sets to something."""
    index = entry.index
    names = index.names_of(node)
    if names:
        return all(name.partition(".")[0] in sys.stdlib_module_names for name in names)
    if not (index.is_instance(node.value) and entry.belongs(node)):
        return False
    stores = (one for one in index.self_attributes.get(node.attr, ()) if isinstance(one.ctx, ast.Store))
    return any(entry.belongs(one) for one in stores)


_COMPUTING = ("vars", "getattr", "setattr")


def _is_dynamic(call: ast.Call) -> bool:
    return last_name(call.func) == "vars" or (len(call.args) > 1 and not isinstance(call.args[1], ast.Constant))


@primitive("user-valves-yield", scope="plugin", reads="code")
def user_valves_yield(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report ``UserValves`` fields that are admin valves too: with a default that is not None (``default``; ``empty``
    where code can take it for unset, as ``""`` and ``False``), or of another type (``type``). Case ``shared``, at the class:
    those with such defaults that it has in common with ``Valves`` because it inherits them."""
    module = plugin.code.module
    entry = _entry(plugin, context)
    if entry is None:
        return
    admin = {valve.name: valve for valve in module.valves if valve.owner == "Valves"}
    shared: list[str] = []
    for valve in module.valves:
        other = admin.get(valve.name)
        if valve.owner != "UserValves" or other is None:
            continue
        if valve.node is other.node:
            if _overriding(entry.index, valve) == "default":
                shared.append(valve.name)
            continue
        place = module.place(valve.target)
        case = _overriding(entry.index, valve)
        if case and valve.default is not None:
            yield Hit(place, case, {"name": valve.name, "value": written(valve.default)[:80]})
        one, two = _plain_type(valve.type), _plain_type(other.type)
        is_plain = not (_is_renamed(entry.index, valve.type) or _is_renamed(entry.index, other.type))
        if one and two and not _compatible(one, two) and is_plain:
            yield Hit(place, "type", {"name": valve.name, "user": one, "admin": two})
    users = module.valve_class("UserValves")
    if shared and users is not None:
        more = ["…"] if len(shared) > _MAX_NAMES else []
        names = listed([*(f"`{name}`" for name in shared[:_MAX_NAMES]), *more])
        yield Hit(module.place(users), "shared", {"names": names})


_MAX_NAMES = 8  # of inherited valves in one message


def _overriding(index: CodeIndex, valve: Valve) -> str:
    """The case of a user's valve whose default is not None; "" where it is, or may be."""
    if valve.default is None or (valve.is_open and isinstance(valve.default, ast.Call)):
        return ""
    default = constant_of(index, valve.default)
    return "" if is_none(default) else "empty" if _is_empty(default) else "default"


def _is_renamed(index: CodeIndex, annotation: ast.expr | None) -> bool:
    """Whether a type is told by a name of the file's own for it: ``Optional as Opt``, ``Mode = Literal["a", "b"]``."""
    for name in index.within(annotation, ast.Name) if annotation is not None else ():
        bound = index.sole_binding(name)
        origin = index.name_of(name)
        if isinstance(bound, ast.Name) or (origin is not None and origin.rpartition(".")[2] != name.id):
            return True
    return False


def _is_empty(default: ast.expr) -> bool:
    """Whether ``x or y`` goes on to ``y``: an empty text or collection, zero, False."""
    if isinstance(default, ast.Name):
        return default.id in ("list", "dict", "set", "str")  # as a default_factory
    try:
        return not ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False


_NUMBERS = frozenset({"int", "float"})
_OPAQUE = lazy_pattern(r"\b(?:Any|Literal|Annotated|Union)\b|[|'\"]")


def _plain_type(annotation: ast.expr | None) -> str:
    """An annotation without ``Optional`` and ``| None``."""
    if annotation is None:
        return ""
    text = compiled(r"\btyping\.").sub("", written(annotation))
    text = compiled(r" ?\| ?None\b|\bNone ?\| ?").sub("", text)
    while text.startswith("Optional[") and text.endswith("]"):
        text = text[len("Optional[") : -1]
    return text


def _compatible(one: str, two: str) -> bool:
    if one == two or {one, two} == _NUMBERS or _OPAQUE.search(one) or _OPAQUE.search(two):
        return True
    return one.partition("[")[0].casefold() == two.partition("[")[0].casefold()


@primitive("user-valves-arrive", scope="plugin", reads="code")
def user_valves_arrive(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a ``UserValves`` class whose values never arrive, because no hook takes ``__user__``."""
    entry = _entry(plugin, context)
    module = plugin.code.module
    owner = module.valve_class("UserValves")
    if entry is None or owner is None or not entry.hooks or not entry.is_whole:
        return
    if "UserValves" not in entry.index.scopes[entry.node].bound or "user_valves_by" in plugin.code.file.text:
        return
    if not _may_have_fields(module, owner):
        return
    if not any(_takes(hook, "__user__") for hook in entry.hooks.values()):
        what = "tool" if entry.kind == TOOL else listed(entry.hooks)
        yield Hit(module.place(owner), values={"hooks": what})


def _takes(hook: Scope, name: str) -> bool:
    return any(parameter.arg == name for parameter in parameters(hook))
