"""Read facts from the source of one open-webui release by ``ast``: nothing of it is imported or run.

Every reader checks that it recognised the shape of the code it reads and raises :class:`ShapeError` otherwise: a new
release that is written differently must be read by a person, not half understood.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
#: Digests of ``extract_frontmatter`` (``ast.dump`` without positions) that a person has read and found to behave as
#: ``owui_lint/openwebui/frontmatter.py`` does. They differ in a log call only.
KNOWN_FRONTMATTER_READERS = frozenset({"53e8879e7256", "fc006ce2220a"})


class ShapeError(Exception):
    """The code of a release is not of a shape that this tool understands."""


@dataclass
class Module:
    """One module of a release: its dotted name and its tree, every node knowing its parent."""

    name: str
    tree: ast.Module

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Each node -> the node that holds it."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def scopes(self, node: ast.AST) -> Iterator[Function | ast.Module]:
        """The functions around a node, innermost first, then the module."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, Function | ast.Module):
                yield node

    @cached_property
    def functions(self) -> dict[str, list[Function]]:
        """All functions by name, nested ones too, methods not."""
        found: dict[str, list[Function]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, Function) and not isinstance(self.parents[node], ast.ClassDef):
                found.setdefault(node.name, []).append(node)
        return found

    def function(self, *names: str) -> Function:
        """The one function that has one of the names; ShapeError if there is none or several."""
        found = [function for name in names for function in self.functions.get(name, [])]
        if len(found) != 1:
            raise ShapeError(f"{self.name}: {len(found)} functions called {' or '.join(names)}")
        return found[0]

    @cached_property
    def calls(self) -> list[ast.Call]:
        """All calls in the order of the file."""
        return sorted(
            (n for n in ast.walk(self.tree) if isinstance(n, ast.Call)), key=lambda n: (n.lineno, n.col_offset)
        )


class Release:
    """The modules of one release, parsed when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._modules: dict[str, Module] = {}

    @cached_property
    def module_names(self) -> dict[str, Path]:
        """Dotted name of each module -> its file. Tests that some wheels carry are left out."""
        names = {}
        for path in sorted((self.folder / "open_webui").rglob("*.py")):
            parts = path.relative_to(self.folder).with_suffix("").parts
            if "test" not in parts:
                names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        return names

    def module(self, name: str) -> Module:
        """A parsed module; KeyError if the release has none of that name."""
        if name not in self._modules:
            self._modules[name] = Module(name, ast.parse(self.module_names[name].read_bytes()))
        return self._modules[name]

    def has(self, name: str) -> bool:
        """Whether the release has a module of that dotted name."""
        return name in self.module_names


# --- what a module can be asked for ---


ANY = "*"  # a module that may have names which nobody can read in its text


def importable_names(module: Module) -> set[str]:
    """The names that ``from module import`` finds, as far as the text says; with ``ANY`` where it does not say all."""
    found: set[str] = set()
    todo: list[ast.AST] = list(module.tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            for below in ast.walk(node):  # what a function declares ``global`` may come to be
                found.update(below.names if isinstance(below, ast.Global) else ())
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.update((alias.asname or alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.Call) and _last_name(node.func) in ("globals", "setattr", "vars", "exec"):
            found.add(ANY)
        todo += ast.iter_child_nodes(node)
    return found | ({ANY} if "__getattr__" in found else set())


# --- sync or async ---------------------------------------------------------------------------------------------------


def kind(function: Function) -> str:
    """``sync``; ``async`` (a call must be awaited); ``asyncgen`` (async for); ``asynccm`` (async with)."""
    decorators = {_last_name(decorator) for decorator in function.decorator_list}
    if "asynccontextmanager" in decorators:
        return "asynccm"
    if isinstance(function, ast.FunctionDef):
        return "sync"
    return "asyncgen" if _yields(function) else "async"


def _yields(function: Function) -> bool:
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            todo.extend(ast.iter_child_nodes(node))
    return False


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a module or class, also those inside ``if`` and ``try``."""
    for statement in body:
        yield statement
        for name in ("body", "orelse", "finalbody"):
            if isinstance(statement, ast.If | ast.Try):
                yield from _top_level(getattr(statement, name, []))


def may_be_none(function: Function) -> str:
    """``none`` where what the function says it returns has None among its choices; else "", also where it says nothing."""
    waiting = [function.returns]
    for node in waiting:  # grows as it goes
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            waiting.append(ast.parse(node.value, mode="eval").body)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            waiting += [node.left, node.right]
        elif isinstance(node, ast.Subscript) and _last_name(node.value) == "Union":
            waiting += node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        else:
            is_optional = isinstance(node, ast.Subscript) and _last_name(node.value) == "Optional"
            is_none = isinstance(node, ast.Constant) and node.value is None
            if is_optional or (is_none and node is not function.returns):
                return "none"
    return ""


def module_functions(module: Module, say: Callable[[Function], str] = kind) -> dict[str, str]:
    """Public callables of a module -> kind: functions, methods of module-level instances, static and class methods.

    Methods are named ``Instance.method`` (``Users.get_user_by_id``). Of several definitions the last one counts. ``say`` is what
    to tell of each, if not its kind.
    """
    found: dict[str, str] = {}
    classes: dict[str, ast.ClassDef] = {}
    for node in _top_level(module.tree.body):
        if isinstance(node, Function) and not node.name.startswith("_"):
            found[node.name] = say(node)
        elif isinstance(node, ast.ClassDef):
            classes[node.name] = node
            methods = _methods(node, classes, unbound=True, say=say)
            found |= {f"{node.name}.{name}": value for name, value in methods.items()}
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            made = _last_name(node.value.func)
            for target in targets:
                if not isinstance(target, ast.Name):
                    continue
                if made in classes and not _is_data(classes[made], classes):
                    methods = _methods(classes[made], classes, say=say)
                    found |= {f"{target.id}.{name}": value for name, value in methods.items()}
                elif made in {"contextmanager", "asynccontextmanager"}:
                    found[target.id] = "sync" if made == "contextmanager" else "asynccm"
    return found


def _is_data(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> bool:
    """Pydantic classes: their methods (validators, mostly) are not called by plugins."""
    names = {_last_name(base) for base in node.bases}
    return bool(names & {"BaseModel", "BaseSettings", "Enum", "TypedDict"}) or any(
        name in classes and _is_data(classes[name], classes) for name in names
    )


def _methods(
    node: ast.ClassDef,
    classes: dict[str, ast.ClassDef],
    unbound: bool = False,
    say: Callable[[Function], str] = kind,
) -> dict[str, str]:
    if unbound and _is_data(node, classes):
        return {}
    found: dict[str, str] = {}
    for base in node.bases:
        if (name := _last_name(base)) in classes and name != node.name:
            found |= _methods(classes[name], classes, unbound, say)
    for item in _top_level(node.body):
        if isinstance(item, Function) and not item.name.startswith("_"):
            decorators = {_last_name(decorator) for decorator in item.decorator_list}
            if "property" in decorators or "cached_property" in decorators:
                continue
            if not unbound or decorators & {"staticmethod", "classmethod"}:
                found[item.name] = say(item)
    return found


def storage_functions(module: Module) -> dict[str, str]:
    """``Storage`` is chosen at run time among the provider classes: all must agree on each method's kind."""
    merged: dict[str, set[str]] = {}
    classes: dict[str, ast.ClassDef] = {}
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef):
            classes[node.name] = node
            if node.name.endswith("StorageProvider"):
                for name, value in _methods(node, classes).items():
                    merged.setdefault(name, set()).add(value)
    if not merged or any(len(kinds) != 1 for kinds in merged.values()):
        raise ShapeError(f"{module.name}: storage providers not found, or they disagree: {merged}")
    return {f"Storage.{name}": kinds.pop() for name, kinds in merged.items()}


# --- which keys a dictionary of arguments can have -------------------------------------------------------------------


class Keys:
    """Finds the string keys that a dictionary expression can have, following names, calls and parameters.

    Flow is not followed beyond the order of lines: the answer is the union over all branches. That is what a check
    for "this argument is never passed" needs.
    """

    def __init__(self, release: Release, empty: frozenset[str] = frozenset()) -> None:
        """``empty``: parameter names that count as having no keys of their own."""
        self.release = release
        self.empty = empty
        self._active: set[ast.Name] = set()

    def of(self, module: Module, node: ast.expr) -> set[str]:
        """The keys of an expression; what is stored into a dictionary counts only above the line that uses it."""
        match node:
            case ast.Await(value=value):
                return self.of(module, value)
            case ast.Constant(value=None):
                return set()
            case ast.Dict(keys=keys, values=values):
                found: set[str] = set()
                for key, value in zip(keys, values, strict=True):
                    found |= self.of(module, value) if key is None else {_text(module, key)}
                return found
            case ast.IfExp(body=body, orelse=orelse):
                return self.of(module, body) | self.of(module, orelse)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self.of(module, left) | self.of(module, right)
            case ast.DictComp(
                generators=[ast.comprehension(iter=ast.Call(func=ast.Attribute(value=value, attr="items")))]
            ):
                return self.of(module, value)
            case ast.Call(func=ast.Name(id="getattr")):
                return set()  # the arguments a tool was bound to before: they are read where they were bound
            case ast.Call(func=ast.Name(id=name)) if name in module.functions:
                function = module.function(name)
                returns = [n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value]
                return set().union(*(self.of(module, value) for value in returns))
            case ast.Name(id=name):
                return self._of_name(module, node, name)
        raise ShapeError(f"{module.name}:{node.lineno}: cannot tell the keys of {ast.unparse(node)[:80]}")

    def _of_name(self, module: Module, use: ast.Name, name: str) -> set[str]:
        if use in self._active:
            return set()
        self._active.add(use)
        try:
            for scope in module.scopes(use):
                found = self._in_scope(module, scope, use, name)
                if found is not None:
                    return found
        finally:
            self._active.discard(use)
        raise ShapeError(f"{module.name}:{use.lineno}: nothing is known of {name}")

    def _in_scope(self, module: Module, scope: Function | ast.Module, use: ast.Name, name: str) -> set[str] | None:
        """The keys that a scope gives to a name above its use; None if the name is not bound there."""
        around = set(_ancestors(module, use))
        assigned: list[ast.Assign] = []
        stored: list[ast.Assign] = []
        for node in ast.walk(scope):
            if not isinstance(node, ast.Assign) or node in around or node.lineno >= use.lineno:
                continue
            if next(module.scopes(node), None) is not scope:
                continue
            match node.targets:
                case [ast.Name(id=target)] if target == name:
                    assigned.append(node)
                case [ast.Subscript(value=ast.Name(id=target))] if target == name:
                    stored.append(node)
        # An assignment in a block that also holds the use replaces what came before it.
        start = max((node.lineno for node in assigned if module.parents[node] in around), default=0)
        found: set[str] = set()
        for node in assigned:
            if node.lineno >= start:
                found |= self.of(module, node.value)
        for node in stored:
            if node.lineno >= start:
                found |= self._of_store(module, node)
        parameters: list[str] = []
        if isinstance(scope, Function):
            arguments = (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)
            parameters = [parameter.arg for parameter in arguments]
        if name in parameters and not start and name not in self.empty:
            found |= self._of_parameter(module, scope, name, parameters.index(name))
        return found if assigned or name in parameters else None

    def _of_store(self, module: Module, node: ast.Assign) -> set[str]:
        """The keys of ``name[key] = value``; of a key that runs over ``other.items()`` those of ``other``."""
        target = node.targets[0]
        if not isinstance(target, ast.Subscript):
            raise ShapeError(f"{module.name}:{node.lineno}: no subscript")
        if not isinstance(target.slice, ast.Name):
            return {_text(module, target.slice)}
        for loop in _ancestors(module, node):
            match loop:
                case ast.For(iter=ast.Call(func=ast.Attribute(value=value, attr="items"))):
                    return self.of(module, value)
        raise ShapeError(f"{module.name}:{node.lineno}: a key that is not constant")

    def _of_parameter(self, module: Module, function: Function, name: str, position: int) -> set[str]:
        """The keys at every call of the function by its plain name: here, or in modules that import it from here."""
        found: set[str] = set()
        for caller in self.callers(module, function.name):
            for call in caller.calls:
                if isinstance(call.func, ast.Name) and call.func.id == function.name:
                    value = argument(call, name, position)
                    if value is not None:
                        found |= self.of(caller, value)
        return found

    def callers(self, module: Module, name: str) -> Iterator[Module]:
        """The module itself and those that import a function of that name from it."""
        yield module
        needle = name.encode()
        for other, path in self.release.module_names.items():
            if other == module.name or needle not in path.read_bytes():
                continue
            for node in ast.walk(self.release.module(other).tree):
                imports = isinstance(node, ast.ImportFrom) and node.module == module.name
                if imports and any(alias.name == name for alias in node.names):
                    yield self.release.module(other)
                    break


def argument(call: ast.Call, name: str, position: int) -> ast.expr | None:
    """The expression that a call passes for a parameter, or None."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position] if position < len(call.args) else None


def _ancestors(module: Module, node: ast.AST) -> Iterator[ast.AST]:
    while node in module.parents:
        node = module.parents[node]
        yield node


def _text(module: Module, node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ShapeError(f"{module.name}:{node.lineno}: expected a string, found {ast.unparse(node)[:80]}")


# --- hooks -----------------------------------------------------------------------------------------------------------


def _starred(module: Module, *names: str) -> list[tuple[ast.Call, ast.expr]]:
    """Calls ``NAME(**expression)`` with one of the names, and their expressions."""
    found = []
    for call in module.calls:
        match call:
            case ast.Call(func=ast.Name(id=name), args=[], keywords=[ast.keyword(arg=None, value=value)]) if (
                name in names
            ):
                found.append((call, value))
    return found


def _union(release: Release, module: Module, name: str) -> set[str]:
    calls = _starred(module, name)
    if not calls:
        raise ShapeError(f"{module.name}: no call {name}(**...)")
    return set().union(*(Keys(release).of(module, value) for call, value in calls))


def hooks(release: Release) -> dict[str, list[str]]:
    """``kind.hook`` -> sorted names of the arguments that OpenWebUI passes when the hook's signature asks for them.

    Where a hook is called from several places, the union. ``body`` and ``event`` are among them where they are passed.
    For a tool, the model's own arguments come on top.
    """
    found = {"pipe.pipe": _union(release, release.module("open_webui.functions"), "pipe")}
    actions = "open_webui.utils.actions" if release.has("open_webui.utils.actions") else "open_webui.utils.chat"
    found["action.action"] = _union(release, release.module(actions), "action")
    found |= _filter_hooks(release)
    if "event" in plugin_classes(release)["function"]:
        found["event.event"] = _union(release, release.module("open_webui.events"), "handler")
    found["tool.*"] = _tool_arguments(release)
    for name, keys in found.items():
        own = {"body", "event"}
        if not keys or any(not (key.startswith("__") and key.endswith("__")) for key in keys - own):
            raise ShapeError(f"{name}: unexpected arguments {sorted(keys)}")
        if name != "tool.*" and (("__user__" not in keys and name != "event.event") or not keys & own):
            raise ShapeError(f"{name}: __user__ or the body is missing: {sorted(keys)}")
    return {name: sorted(keys) for name, keys in sorted(found.items())}


def _filter_hooks(release: Release) -> dict[str, set[str]]:
    if not release.has("open_webui.utils.filter"):
        middleware, chat = (release.module(f"open_webui.utils.{name}") for name in ("middleware", "chat"))
        return {"filter.inlet": _union(release, middleware, "inlet"), "filter.outlet": _union(release, chat, "outlet")}
    module = release.module("open_webui.utils.filter")
    (call, value), *others = _starred(module, "handler")
    own = Keys(release, empty=frozenset({"extra_params"})).of(module, value)
    for _, expression in others:
        own |= Keys(release, empty=frozenset({"extra_params"})).of(module, expression)
    if own - {"body", "event"} != {"__id__"} and own - {"body", "event"} != {"__id__", "__user__"}:
        raise ShapeError(f"{module.name}: a filter gets {sorted(own)} by itself")
    function = module.function("process_filter_functions")
    parameters = [parameter.arg for parameter in function.args.args]
    found: dict[str, set[str]] = {}
    for caller in Keys(release).callers(module, function.name):
        for call in caller.calls:
            if not (isinstance(call.func, ast.Name) and call.func.id == function.name):
                continue
            hook, extra = (argument(call, name, parameters.index(name)) for name in ("filter_type", "extra_params"))
            if hook is None or extra is None:
                raise ShapeError(f"{caller.name}:{call.lineno}: a filter is called without its type or arguments")
            name = _text(caller, hook)
            keys = found.setdefault(f"filter.{name}", {"event" if name == "stream" else "body", "__id__"})
            keys |= Keys(release).of(caller, extra)
    if not {"filter.inlet", "filter.outlet"} <= set(found):
        raise ShapeError(f"filters are called for {sorted(found)} only")
    return found


def _tool_arguments(release: Release) -> set[str]:
    """What is bound to the functions of a tool: when the tools are collected, and again at each call."""
    module = release.module("open_webui.utils.tools")
    bind = module.function("get_async_tool_function_and_apply_extra_params", "apply_extra_params_to_tool_function")
    found: set[str] = set()
    places = set()
    for name in ("get_tools", "get_updated_tool_function"):
        for function in module.functions.get(name, []):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == bind.name:
                    value = argument(node, "extra_params", 1)
                    if value is None:
                        raise ShapeError(f"{module.name}:{node.lineno}: no arguments are bound")
                    found |= Keys(release).of(module, value)
                    places.add(name)
    if "get_tools" not in places:
        raise ShapeError(f"{module.name}: get_tools binds nothing")
    return found


# --- loading ---------------------------------------------------------------------------------------------------------


def plugin_classes(release: Release) -> dict[str, dict[str, str]]:
    """``{"function": {"pipe": "Pipe", ...}, "tool": {"tool": "Tools"}}``, in the order in which classes are looked for."""
    module = release.module("open_webui.utils.plugin")
    found: dict[str, str] = {}
    tests = []
    for node in ast.walk(module.function("load_function_module_by_id")):
        if isinstance(node, ast.If) and (name := _hasattr(node.test)):
            tests.append((node.lineno, name, node.body[0]))
    for _, name, body in sorted(tests, key=lambda test: test[0]):
        match body:
            case ast.Return(
                value=ast.Tuple(elts=[ast.Call(func=ast.Attribute(attr=made)), ast.Constant(value=str(kind_)), *_])
            ):
                if made != name:
                    raise ShapeError(f"{module.name}: asks for {name}, makes {made}")
                found[kind_] = name
            case _:
                raise ShapeError(f"{module.name}:{body.lineno}: no (instance, type, ...) is returned")
    if list(found)[:3] != ["pipe", "filter", "action"]:
        raise ShapeError(f"{module.name}: classes {found}")
    loader = module.function("load_tool_module_by_id", "load_tools_module_by_id")
    tools = [name for node in ast.walk(loader) if isinstance(node, ast.If) and (name := _hasattr(node.test))]
    if tools != ["Tools"]:
        raise ShapeError(f"{module.name}: tools need {tools}")
    return {"function": found, "tool": {"tool": "Tools"}}


def _hasattr(node: ast.expr) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id="hasattr"), args=[ast.Name(id="module"), ast.Constant(value=str(name))]):
            return name
    return None


LOADERS = (("load_tool_module_by_id", "load_tools_module_by_id"), ("load_function_module_by_id",))


def annotations(release: Release) -> str:
    """What annotations are in a plugin that says nothing of it: ``text`` or ``value``.

    ``exec`` passes the ``__future__`` imports of the module that calls it on to the code that it is given as text.
    """
    module = release.module("open_webui.utils.plugin")
    for loader in LOADERS:
        calls = [
            node
            for node in ast.walk(module.function(*loader))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "exec"
        ]
        if [ast.unparse(call) for call in calls] != ["exec(content, module.__dict__)"]:
            raise ShapeError(f"{module.name}: {loader[0]} runs plugins in a new way")
    passed_on = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in module.tree.body
    )
    return "text" if passed_on else "value"


def tool_types(release: Release) -> str:
    """How the types of a tool's parameters become its description for models. Only ``resolved`` is known:
    ``typing.get_type_hints`` of the function, whose errors reach whoever saves the tool."""
    module = release.module("open_webui.utils.tools")
    function = module.function("convert_function_to_pydantic_model", "function_to_pydantic_model")
    asked = [node for node in ast.walk(function) if isinstance(node, ast.Call) and _last_name(node) == "get_type_hints"]
    if [ast.unparse(call) for call in asked] != ["get_type_hints(func)"]:
        raise ShapeError(f"{module.name}: types of tools are read in a new way")
    if any(isinstance(above, ast.Try) for above in _ancestors(module, asked[0])):
        raise ShapeError(f"{module.name}: errors in types of tools are caught")
    return "resolved"


def import_rewriting(release: Release) -> dict[str, str]:
    """The table of ``replace_imports``: each key is replaced by its value, everywhere in the text, in this order."""
    module = release.module("open_webui.utils.plugin")
    function = module.function("replace_imports")
    tables = [node for node in ast.walk(function) if isinstance(node, ast.Dict)]
    replaced = [n for n in ast.walk(function) if isinstance(n, ast.Call) and _last_name(n.func) == "replace"]
    if len(tables) != 1 or len(replaced) != 1:
        raise ShapeError(f"{module.name}: replace_imports is not one table and one replacement")
    pairs = zip(tables[0].keys, tables[0].values, strict=True)
    return {_text(module, key): _text(module, value) for key, value in pairs if key is not None}


def front_matter(release: Release) -> dict[str, object]:
    """Pattern, flags and delimiter of ``extract_frontmatter``, whose code must be one of the known ones."""
    module = release.module("open_webui.utils.plugin")
    function = module.function("extract_frontmatter")
    digest = hashlib.sha256(ast.dump(function).encode()).hexdigest()[:12]
    if digest not in KNOWN_FRONTMATTER_READERS:
        raise ShapeError(f"{module.name}: extract_frontmatter changed (digest {digest}): read it, then add the digest")
    compiled = [n for n in ast.walk(function) if isinstance(n, ast.Call) and _last_name(n.func) == "compile"]
    if len(compiled) != 1 or len(compiled[0].args) != 2:
        raise ShapeError(f"{module.name}: no single pattern in extract_frontmatter")
    pattern, flags = compiled[0].args
    delimiters = {n.value for n in ast.walk(function) if isinstance(n, ast.Constant) and n.value == '"""'}
    if len(delimiters) != 1:
        raise ShapeError(f"{module.name}: the delimiter is not triple double quotes")
    return {"pattern": _text(module, pattern), "flags": [_last_name(flags)], "delimiter": delimiters.pop()}


def valves(release: Release) -> dict[str, str]:
    """How valves reach a plugin.

    ``filter_priority`` and ``action_priority``: ``class`` if the default of ``priority`` in ``Valves`` counts, ``stored``
    if only a saved value does. ``applied_if``: the attributes without which no valves are set.
    ``pipe_none``: ``dropped`` if stored values of None give way to the default.
    """
    found: dict[str, str] = {}
    filters = "open_webui.utils.filter" if release.has("open_webui.utils.filter") else "open_webui.utils.middleware"
    found["filter_priority"] = _priority(release.module(filters), "get_priority")
    found["action_priority"] = _priority(release.module("open_webui.utils.models"), "get_action_priority")
    module = release.module("open_webui.functions")
    getter = module.function("get_function_module_by_id")
    asked = sorted(
        {
            node.args[1].value
            for node in ast.walk(getter)
            if isinstance(node, ast.Call) and _last_name(node) == "hasattr" and isinstance(node.args[1], ast.Constant)
        }
    )
    if asked != ["Valves", "valves"]:
        raise ShapeError(f"{module.name}: valves depend on {asked}")
    found["applied_if"] = "valves and Valves"
    found["pipe_none"] = "dropped" if any(isinstance(n, ast.DictComp) for n in ast.walk(getter)) else "kept"
    return found


def _priority(module: Module, name: str) -> str:
    functions = module.functions.get(name, [])
    if not functions:
        return "none"
    source = "\n".join(ast.unparse(function) for function in functions)
    if "getattr(valves, 'priority', 0)" in source:
        return "class"
    if ".get('priority', 0)" in source:
        return "stored"
    raise ShapeError(f"{module.name}: {name} reads priority in a new way")


def app_state(release: Release) -> set[str]:
    """The attributes that are set on ``app.state``, the application's own or a request's (``request.app.state``)."""
    found: set[str] = set()
    for name, path in release.module_names.items():
        if b".state" not in path.read_bytes():
            continue
        module = release.module(name)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and _is_app_state(node.value):
                found.add(node.attr)
        for call in module.calls:
            if _last_name(call.func) == "setattr" and len(call.args) == 3 and _is_app_state(call.args[0]):
                keys = [call.args[1], *_given_for(module, call, call.args[1])]
                texts = {one.value for one in keys if isinstance(one, ast.Constant) and isinstance(one.value, str)}
                if not texts:
                    raise ShapeError(f"{release.folder.name}: {name}:{call.lineno}: what is set cannot be read")
                found |= texts
    if "MODELS" not in found:
        raise ShapeError(f"{release.folder.name}: the application's state was not found")
    return found


def _given_for(module: Module, call: ast.Call, value: ast.expr) -> list[ast.expr]:
    """What a module gives for a parameter of the function that a call stands in."""
    function = next(
        (n for n in _ancestors(module, call) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)), None
    )
    if function is None or not isinstance(value, ast.Name):
        return []
    names = [one.arg for one in function.args.args]
    if value.id not in names:
        return []
    given = (argument(one, value.id, names.index(value.id)) for one in module.calls if _last_name(one) == function.name)
    return [one for one in given if one is not None]


def _is_app_state(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "state" and _last_name(node.value) == "app"


def requirement_splitting(release: Release) -> str:
    """How ``requirements`` becomes arguments of pip. Only ``comma`` (strip each part, drop none silently) is known."""
    module = release.module("open_webui.utils.plugin")
    function = module.function("install_frontmatter_requirements")
    if "[req.strip() for req in requirements.split(',')]" not in ast.unparse(function):
        raise ShapeError(f"{module.name}: requirements are split in a new way")
    return "comma"
