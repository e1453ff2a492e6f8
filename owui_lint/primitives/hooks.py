"""The class that OpenWebUI picks, its hooks, and what they take and return."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from owui_lint.language import listed
from owui_lint.openwebui.facts import PlatformFacts
from owui_lint.openwebui.names import PLUGIN_CLASSES
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.python.aliases import names_of_parameter
from owui_lint.repository.python.bodies import alternatives, written_once
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.flow import Function, can_fall_through, never_returning, returns, yields
from owui_lint.repository.python.hooks import TOOL, PluginClass, entry_of, gets_arguments, parameters, required
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.purpose import classes_of_plugins, family_of, is_hook, may_have_hook
from owui_lint.repository.python.syntax import Try, ends_any_error, is_none, last_name
from owui_lint.text import is_slip


@primitive("plugin-class", scope="plugin", reads="code")
def plugin_class(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a file in which OpenWebUI finds no class (``none``; ``misnamed`` where one is nearly called so, or has the
    hooks of one; ``stray`` where only its docstring has the looks of a
    plugin's), an imported name in place of the plugin's own class
    (``imported``), another class than the folder says (``folder``) or than the one with hooks (``helper``), or two
    classes with hooks (``several``)."""
    module = plugin.code.module
    if module.tree is None or plugin.type == "pipelines" or "Pipeline" in module.classes or module.is_tool:
        return
    root, target = module.index.root, context.repository.target
    if "*" in root.imports:
        return  # any name may come from there
    kinds = {name: kind for kind, name in target.plugin_classes().items() if kind != TOOL}
    tools = target.plugin_classes()[TOOL]
    imports = {one.bound: one for one in reversed(module.index.imports) if one.scope is root and not one.type_checking}
    if tools in imports and imports[tools].top_level == "open_webui":
        del imports[tools]  # the table of tools, which is no class of a plugin
    there = [name for name in (*kinds, tools) if name in root.bound or name in imports]
    values = {"release": target.release, "order": listed(kinds)}
    if not there:
        is_meant = _is_meant_as_plugin(
            plugin, {*kinds.values(), TOOL, *(h for kind in kinds.values() for h in target.hooks(kind))}
        )
        misnamed = _misnamed(plugin, module, target) if is_meant else []
        if len(misnamed) == 1:
            node, wanted = misnamed[0]
            yield Hit(module.place(node), "misnamed", {**values, "name": node.name, "meant": wanted})
        else:
            yield Hit(plugin.code.file.line_place(1), "none" if is_meant else "stray", values)
        return
    picked = there[0]
    own = [name for name in kinds if name in module.classes]
    if picked not in root.bound:
        if own and picked != tools:
            yield Hit(module.place(imports[picked].node), "imported", {**values, "picked": picked, "own": own[0]})
        return
    # A class that only happens to be called Action, such as a data model, is no rival: it has no hook.
    rivals = [
        name
        for name in own
        if name != picked and any(is_hook(node, target.hooks(kinds[name])) for node in module.classes[name].body)
    ]
    if picked not in own or not rivals:
        return
    place = module.place(module.classes[picked])
    meant = next((name for name in rivals if PLUGIN_CLASSES[name] == plugin.type), None)
    values |= {"picked": picked, "own": meant or rivals[0], "type": plugin.type}
    if meant is not None and context.repository.is_standard_layout and not plugin.is_misplaced:
        yield Hit(place, "folder", values)
    elif not _has_hook(module, module.classes[picked], target.hooks(kinds[picked])) and not may_have_hook(
        module.classes[picked], module.classes
    ):
        yield Hit(place, "helper", values)
    else:
        yield Hit(place, "several", values)


def _misnamed(plugin: Plugin, module: Module, target: PlatformFacts) -> list[tuple[ast.ClassDef, str]]:
    """Return the classes that are meant for a plugin's, each with the name that OpenWebUI looks for: they have one of its
    hooks, or are called like it but for one letter or the case. What the folder is for goes before both; where it says
    another type than the hooks, they may be a helper's, unless its name tells of them too."""
    wanted = target.plugin_classes()
    classes = classes_of_plugins(module.classes)
    hooked = [
        (node, meant)
        for node in classes.values()
        for kind, meant in wanted.items()
        if kind != TOOL and any(_has_hook(module, one, target.hooks(kind)) for one in family_of(node, module.classes))
    ]
    nearly = [
        (node, meant)
        for name, node in classes.items()
        for meant in wanted.values()
        if is_slip(name.casefold(), meant.casefold()) or name.casefold() == meant.casefold()
    ]
    of_folder = [[pair for pair in pairs if PLUGIN_CLASSES[pair[1]] == plugin.type] for pairs in (hooked, nearly)]
    has_type = plugin.type in PLUGIN_CLASSES.values()
    others = [pair for pair in hooked if not has_type or pair[1].casefold() in pair[0].name.casefold()]
    return next(filter(None, (*of_folder, others)), nearly)


_PLACES = frozenset({*PLUGIN_CLASSES.values(), "function", "functions", "plugins"})
_KEYS_OF_PLUGINS = ("icon_url", "required_open_webui_version", "requirements", "funding_url")


def _is_meant_as_plugin(plugin: Plugin, words: Collection[str]) -> bool:
    """Whether more than a title says that a file is a plugin: where it lies, a key that only plugins have, or a class or
    method called like those of one (``words``)."""
    module = plugin.code.module
    if (plugin.folder is not None and not plugin.is_misplaced) or any(map(plugin.code.values.get, _KEYS_OF_PLUGINS)):
        return True
    if not _PLACES.isdisjoint(plugin.path.casefold().split("/")[:-1]):
        return True
    classes = module.index.of(ast.ClassDef)
    names = {name for node in classes for name in (node.name, *module.index.scopes[node].bound)}
    return any(word in name.casefold() for name in names for word in words)


def _has_hook(module: Module, node: ast.ClassDef, hooks: tuple[str, ...]) -> bool:
    """Whether a class has a method, whatever it takes, that is called like one of some hooks."""
    methods = module.index.methods(node)
    return any(hook in methods for hook in hooks)


@primitive("hooks-defined", scope="plugin", reads="code")
def hooks_defined(plugin: Plugin, context: Context, *, mistaken: Mapping[str, list[str]]) -> Iterator[Hit]:
    """Report a class without any method that OpenWebUI would call (``default``, ``filter``, ``tool``); ``near`` where it has a method whose
    name is one of ``mistaken`` (hook -> wrong names); ``misspelt`` for each method that nobody calls and whose name is
    that of a hook but for a slip, other hooks there or not."""
    entry = entry_of(plugin, context.repository.target)
    if entry is None or not entry.is_whole:
        return
    slips = _misspelt_hooks(entry)
    for name, hook in slips.items():
        told = {"found": name, "hook": hook, "release": entry.target.release}
        yield Hit(plugin.code.module.place(entry.methods[name].node), "misspelt", told)
    if entry.hooks or slips:
        return
    names = entry.index.scopes[entry.node].bound
    hooks = entry.target.hooks(entry.kind)
    if any(name in names for name in hooks) or (
        entry.kind == TOOL and any(not name.startswith("_") for name in entry.index.methods(entry.node))
    ):
        return  # bound by an assignment
    values = {
        "class": entry.node.name,
        "hooks": listed(f"`{hook}`" for hook in hooks),
        "release": entry.target.release,
    }
    for name, scope in entry.methods.items():
        meant = next((hook for hook in hooks if name in mistaken.get(hook, ())), None)
        if meant:
            yield Hit(plugin.code.module.place(scope.node), "near", {**values, "found": name, "hook": meant})
            return
    case = entry.kind if entry.kind in (TOOL, "filter") else "default"
    yield Hit(plugin.code.module.place(entry.node), case, values)


_BESIDE_HOOKS = frozenset({"pipes"})  # what OpenWebUI looks at, and passes nothing to


def _misspelt_hooks(entry: PluginClass) -> dict[str, str]:
    """Return methods that a slip keeps from being a hook, with the hook: nothing else in the file names them."""
    index = entry.index
    bound = index.scopes[entry.node].bound
    if entry.kind == TOOL or "__getattr__" in bound or "setattr" in index.mentions:
        return {}
    lacking = [
        hook for hook in entry.target.hooks(entry.kind) if hook not in bound and hook not in index.self_attributes
    ]
    return {
        name: hook
        for hook in lacking
        for name, method in entry.methods.items()
        if is_slip(name, hook)
        and name not in _BESIDE_HOOKS
        and name not in index.mentions
        and not getattr(method.node, "decorator_list", None)  # somebody else's to call
    }


@primitive("hook-arguments", scope="plugin", reads="code")
def hook_arguments(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report parameters that OpenWebUI does not pass: without a default, so that the call fails (``required``), or with
    one, so that they never hold anything else (``never``); and hooks without the argument that it always passes
    (``missing``), or with it under another name (``renamed``). ``self`` and ``no-self`` (of tools with ``-tool``): hooks
    whose first parameter, which gets the plugin, is meant for something else, and those without any. ``start``: parameters
    of ``__init__``, which gets no argument at all. The models of a pipe (``pipes``) are asked for without any argument."""
    entry = entry_of(plugin, context.repository.target)
    if entry is None:
        return
    for name, hook in entry.hooks.items():
        if gets_arguments(entry.index, hook):
            lacking = _lacks_self(entry, name, hook)
            if lacking is None:
                yield from _arguments(plugin, entry, name, hook)
            else:
                first = next(iter(_all_parameters(hook)), "")
                yield Hit(plugin.code.module.place(hook.node), lacking, {"hook": name, "name": first})
    start = entry.methods.get("__init__")
    if start is not None and not entry.index.changing(start.node):
        for parameter in parameters(start):
            if parameter.arg in required(start):
                values = {"class": entry.node.name, "name": parameter.arg, "release": entry.target.release}
                yield Hit(plugin.code.module.place(parameter), "start", values)
    models = entry.methods.get("pipes") if entry.kind == "pipe" else None
    if models is not None and not entry.index.changing(models.node):
        for parameter in parameters(models):  # OpenWebUI asks for the models without any argument
            if parameter.arg in required(models):
                values = {"hook": "pipes", "name": parameter.arg, "release": entry.target.release}
                yield Hit(plugin.code.module.place(parameter), "required", values)
        if _takes_nothing(models):
            yield Hit(plugin.code.module.place(models.node), "no-self", {"hook": "pipes"})


def _all_parameters(hook: Scope) -> list[str]:
    """Return the names of a function's parameters that can be given by position."""
    given = hook.node.args  # type: ignore[attr-defined]
    return [one.arg for one in (*given.posonlyargs, *given.args)]


def _lacks_self(entry: PluginClass, name: str, hook: Scope) -> str | None:
    """Return the case of a hook that has no parameter for the plugin, as its first one is named like an argument of
    OpenWebUI, or described to models as one that they give; ``None`` where it has one."""
    positional, is_tool = _all_parameters(hook), entry.kind == TOOL
    if not positional:
        return ("no-self-tool" if is_tool else "no-self") if _takes_nothing(hook) else None
    first = positional[0]
    if first in entry.target.reserved_arguments(entry.kind, None if is_tool else name):
        return "self-tool" if is_tool else "self"
    node = hook.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    if is_tool and "self" not in positional and f":param {first}:" in (ast.get_docstring(node, clean=False) or ""):
        return "self-tool"
    return None


def _takes_nothing(function: Scope) -> bool:
    """Whether a function takes nothing by position, so that it cannot be a method."""
    return not _all_parameters(function) and not function.node.args.vararg  # type: ignore[attr-defined]


def _arguments(plugin: Plugin, entry: PluginClass, name: str, hook: Scope) -> Iterator[Hit]:
    module = plugin.code.module
    passed = entry.target.reserved_arguments(entry.kind, None if entry.kind == TOOL else name)
    needed = required(hook)
    values = {"hook": name, "release": entry.target.release, "kind": entry.kind}
    always = _always_passed(entry, hook, passed, needed)
    first = next(iter(parameters(hook)), None)
    is_renamed = first is not None and len(always) == 1 and first.arg in needed - passed and first.arg[:2] != "__"
    for parameter in parameters(hook):
        if parameter.arg in passed:
            continue
        if is_renamed and parameter is first:
            yield Hit(module.place(parameter), "renamed", {**values, "name": parameter.arg, "near": min(always)})
            continue
        reserved = parameter.arg.startswith("__") and parameter.arg.endswith("__")
        if entry.kind == TOOL and not reserved:
            continue  # the model fills these in
        near = _near(parameter.arg, passed)
        case = "required" if parameter.arg in needed else "never"
        if case == "never" and not reserved and not near:
            continue  # a default that nobody overrides is the author's own business
        if entry.kind == TOOL:
            case = "tool"
        yield Hit(
            module.place(parameter), f"{case}-near" if near else case, {**values, "name": parameter.arg, "near": near}
        )
    if always and not is_renamed:
        yield Hit(module.place(hook.node), "missing", {**values, "name": min(always)})


def _always_passed(entry: PluginClass, hook: Scope, passed: frozenset[str], needed: set[str]) -> set[str]:
    """Return what OpenWebUI always passes by name and a hook does not take."""
    # An event plugin gets its event only where it asks for it, as any other argument.
    always = {"body", "event"} & passed if entry.kind not in (TOOL, "event") else set()
    arguments = hook.node.args  # type: ignore[attr-defined]
    by_position = {one.arg for one in arguments.posonlyargs}
    missing = always - ({parameter.arg for parameter in parameters(hook)} - by_position)
    # What goes to **kwargs is not given to the parameter of that name.
    return missing & by_position & needed if arguments.kwarg else missing


def _near(name: str, passed: frozenset[str]) -> str:
    """The reserved argument that is meant: the same word with other underscores, or one wrong letter or two."""
    word = name.strip("_")
    same = next((one for one in sorted(passed) if one.strip("_") == word), None)
    if same or not name.startswith("__"):
        return same or ""
    import difflib

    return next(iter(difflib.get_close_matches(name, sorted(passed), n=1, cutoff=0.9)), "")


_ASKING = frozenset({"isinstance", "hasattr", "getattr", "type"})
_OF_DICTIONARIES = frozenset(dir(dict))


@primitive("dictionaries-as-objects", scope="plugin", reads="code")
def dictionaries_as_objects(
    plugin: Plugin, context: Context, *, arguments: list[str], helpers: Mapping[str, list[str]] | None = None
) -> Iterator[Hit]:
    """Report attributes that no dictionary has of what OpenWebUI passes to hooks as dictionaries (``arguments``);
    ``helper`` where one of ``helpers`` (a function and what it reads of the user) is there to read it, ``method`` where it is
    called. Nothing where the hook gives the name another value, or code asks what it is."""
    entry = entry_of(plugin, context.repository.target)
    if entry is None:
        return
    index = entry.index
    defined = {function.name for function in index.functions}
    given = {name: helper for helper, names in (helpers or {}).items() if helper in defined for name in names}
    for argument in arguments:
        hooks = [
            hook
            for hook in (entry.hooks.values() if argument in index.mentions else ())
            if gets_arguments(index, hook)
            and argument in entry.target.reserved_arguments(entry.kind, None if entry.kind == TOOL else hook.name)
        ]
        for hook in hooks:
            known = names_of_parameter(index, hook, argument)
            uses = [use for name, scope in known for use in _attributes_of(index, hook, name, scope)]
            names = {name for name, _ in known}
            if not uses or _asks_for_type(index, hook.node, names):
                continue
            for use in index.in_order(uses):
                if any(_is_asked_of(index, text, names) for text in index.texts.get(use.attr, ())):
                    continue
                helper = given.get(use.attr, "") if argument == "__user__" else ""
                values = {"argument": last_name(use.value), "name": use.attr, "hook": hook.name}
                values |= {"release": entry.target.release, "helper": helper}
                above = index.parent(use)
                is_called = isinstance(above, ast.Call) and above.func is use
                case = "method" if is_called else "helper" if helper else "default"
                yield Hit(plugin.code.module.place(use), case, values)


def _attributes_of(index: CodeIndex, hook: Scope, name: str, scope: Scope) -> Iterator[ast.Attribute]:
    """Yield attributes that no dictionary has of a name that ``scope`` binds, also in functions that the hook defines;
    not where an error is provided for, there or where such a function is called."""
    provided: dict[Scope, bool] = {hook: False}
    for use in index.reads_of(name, scope):
        above = index.parent(use)
        if not isinstance(above, ast.Attribute) or above.attr in _OF_DICTIONARIES or _is_handled(index, use):
            continue
        inner = index.scope(use)
        if inner not in provided:
            names = (one.name for one in inner.chain() if one.is_function and one.method is hook and one is not hook)
            provided[inner] = any(
                _is_handled(index, call) for one in names for call in index.calls_by_name.get(one, ())
            )
        if not provided[inner]:
            yield above


def _is_handled(index: CodeIndex, node: ast.AST) -> bool:
    return any(isinstance(one, Try) and ends_any_error(one) for one in index.ancestors(node))


def _asks_for_type(index: CodeIndex, hook: ast.AST, known: Collection[str]) -> bool:
    """Whether a hook reckons with another kind of object in an argument: it asks for the type, be it under another
    name than those ``known``."""
    asked = (call.args[0] for call in index.within(hook, ast.Call) if last_name(call.func) in _ASKING and call.args)
    subjects = (match.subject for match in index.within(hook, ast.Match))
    names = set(known)
    for one in index.within(hook, ast.Assign):
        if any(isinstance(value, ast.Name) and value.id in known for value in _either(one.value)):
            names.update(target.id for target in one.targets if isinstance(target, ast.Name))
    return any(isinstance(one, ast.Name) and one.id in names for one in (*asked, *subjects))


def _either(value: ast.expr) -> list[ast.expr]:
    """The values of which ``x or y`` and ``x if test else y`` give one; any other one alone."""
    if isinstance(value, ast.BoolOp):
        return value.values
    return [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]


def _is_asked_of(index: CodeIndex, text: ast.AST, names: Collection[str]) -> bool:
    """Whether a text is given to a function together with an argument, which may ask for an attribute of that name."""
    call = index.parent(text)
    given = call.args if isinstance(call, ast.Call) else ()
    return any(isinstance(one, ast.Name) and one.id in names for one in given)


@primitive("models-of-pipes", scope="plugin", reads="code")
def models_of_pipes(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report what ``pipes`` returns, or is, where it is written out and no list of dictionaries with ``id`` and ``name``:
    another value (``list``), an item that is none (``item``), or lacks one of them (``key``). ``none``: a ``return`` of
    nothing among others, ``end``: the end is reached without any."""
    entry = entry_of(plugin, context.repository.target)
    if entry is None or entry.kind != "pipe":
        return
    function = entry.methods.get("pipes")
    given: list[ast.expr] = []
    if function is not None and isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef):
        if entry.index.changing(function.node) or yields(entry.index, function.node):
            return
        found = returns(entry.index, function.node)
        given = [one.value for one in found if one.value is not None]
        yield from _lists_of_nothing(plugin.code.module, function.node, found)
    for value in given:
        if (
            isinstance(value, ast.Dict | ast.Constant | ast.JoinedStr)
            and not is_none(value)
            and getattr(value, "keys", True)
        ):
            yield Hit(plugin.code.module.place(value), "list")
    told = set[str]()
    for item in dict.fromkeys(item for value in given for item in _items_of(entry.index, value, told, 0)):
        if isinstance(item, ast.Constant | ast.JoinedStr | ast.List | ast.Tuple):
            yield Hit(plugin.code.module.place(item), "item")
        else:
            keys = _all_keys(entry.index, item)
            missing = [key for key in ("id", "name") if key not in keys] if keys is not None else []
            if missing:
                yield Hit(plugin.code.module.place(item), "key", {"key": missing[0]})


def _all_keys(index: CodeIndex, item: ast.expr) -> set[object] | None:
    """The keys of a dictionary that is written out, with ``dict(...)`` too; ``None`` where one of them is not in sight."""
    if isinstance(item, ast.Dict):
        keys: set[object] = {key.value for key in item.keys if isinstance(key, ast.Constant)}
        return keys if len(keys) == len(item.keys) else None
    if isinstance(item, ast.Call) and not item.args and index.name_of(item.func) == "builtins.dict":
        named = {keyword.arg for keyword in item.keywords}
        return None if None in named else {*named}
    return None


def _lists_of_nothing(module: Module, pipes: Function, found: list[ast.Return]) -> Iterator[Hit]:
    """Report where ``pipes`` gives None: always, or in place of a list that it returns elsewhere."""
    empty = [one for one in found if one.value is None or is_none(one.value)]
    ends = can_fall_through(pipes.body, never_returning(module.calls))
    if len(empty) == len(found):
        if empty or ends:
            yield Hit(module.place(pipes), "list")
        return
    for one in empty:
        yield Hit(module.place(one), "none")
    if ends:
        yield Hit(module.place(pipes), "end")


_MAX_LISTS = 8  # lists that are put into lists


def _items_of(index: CodeIndex, value: ast.expr, told: set[str], depth: int) -> list[ast.expr]:
    """Return what is written for the items of a list, or of either of two: one by one, by a comprehension, or where they
    are put into the list that a local name stands for, if nothing else is done with it. ``told``: names whose items were
    returned before; ``depth``: the lists that this one is put into."""
    if depth > _MAX_LISTS:
        return []
    if isinstance(value, ast.BoolOp | ast.IfExp):
        either = value.values if isinstance(value, ast.BoolOp) else [value.body, value.orelse]
        return [
            item
            for one in either
            if not isinstance(one, ast.BoolOp | ast.IfExp)
            for item in _items_of(index, one, told, depth)
        ]
    if isinstance(value, ast.List | ast.Tuple):
        return [item for one in value.elts for item in alternatives(one) if item is not None]
    if isinstance(value, ast.ListComp):
        first = value.generators[0]
        is_same = isinstance(value.elt, ast.Name) and value.elt.id == getattr(first.target, "id", "")
        if is_same and len(value.generators) == 1 and isinstance(first.iter, ast.List | ast.Tuple):
            # Which of the items a condition lets through is not followed.
            return [] if first.ifs else _items_of(index, first.iter, told, depth + 1)
        return [item for item in alternatives(value.elt) if item is not None]
    start = written_once(index, value)
    if not isinstance(value, ast.Name) or not isinstance(start, ast.List | ast.ListComp):
        return []
    if value.id in told:
        return []
    told.add(value.id)
    items = _items_of(index, start, told, depth)
    for use in index.reads_of(value.id, index.scope(value)):
        above = index.parent(use)
        call = index.parent(above) if isinstance(above, ast.Attribute) else None
        if isinstance(above, ast.Attribute) and isinstance(call, ast.Call) and call.func is above and call.args:
            if above.attr == "append":
                items += [item for item in alternatives(call.args[0]) if item is not None]
                continue
            if above.attr == "extend":
                items += _items_of(index, call.args[0], told, depth + 1)
                continue
        is_counted = isinstance(above, ast.Call) and last_name(above.func) == "len"
        if not (is_counted or isinstance(above, ast.Return | ast.If | ast.UnaryOp | ast.BoolOp | ast.IfExp)):
            return []  # what is done with the items there cannot be told
    return items
