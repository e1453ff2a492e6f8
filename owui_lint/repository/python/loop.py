"""Which plain functions of a module run on the event loop: those that ``async`` ones call, also through others."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping

from owui_lint.repository.python.calls import Calls
from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.flow import yields
from owui_lint.repository.python.syntax import last_name
from owui_lint.tuples import NamedTuple

# Decorators that leave a function where it is called; any other one may move it to a thread.
_STAYING = frozenset({"staticmethod", "classmethod", "cache", "lru_cache"})
#: What takes all items of an iterator, or the next one, and cannot await.
CONSUMERS = frozenset(
    f"builtins.{name}"
    for name in ("all", "any", "dict", "frozenset", "list", "max", "min", "next", "set", "sorted", "sum", "tuple")
)
_LAZY = frozenset(f"builtins.{name}" for name in ("enumerate", "filter", "iter", "map", "zip"))
_MAX_BELOW = 3  # functions from a plain hook down to what waits
_MAX_LAZY = 8  # iterators over iterators that are followed


class Way(NamedTuple):
    """How a function comes to run on the loop: ``call``, in an ``async`` function or (``below``) in a plain hook, is one of
    ``function``, which is it or leads to it. ``streams``: ``function`` is a generator, which cannot be handed to a thread
    as a function can."""

    call: ast.Call
    function: Scope
    streams: bool
    below: bool = False


def is_moved(scope: Scope) -> bool:
    """Tell whether a decorator may have a function run elsewhere than where it is called."""
    decorators = getattr(scope.node, "decorator_list", [])
    return any(last_name(one.func if isinstance(one, ast.Call) else one) not in _STAYING for one in decorators)


class EventLoop:
    """What runs on the event loop. OpenWebUI calls ``hooks`` on it, and iterates over what those of ``streaming`` return;
    the ``async`` functions ``elsewhere`` run on other loops."""

    def __init__(
        self, calls: Calls, streaming: Iterable[Scope], elsewhere: Collection[Scope] = (), hooks: Iterable[Scope] = ()
    ) -> None:
        self._calls = calls
        self._index = calls.index
        self._streaming = frozenset(streaming)
        self._elsewhere = elsewhere
        self._hooks = [hook for hook in hooks if not hook.is_async]

    def ways(self) -> dict[Scope, Way]:
        """Return the plain functions that run on the loop, each with the shortest way to it."""
        ways: dict[Scope, Way] = {}
        callees: dict[Scope, dict[Scope, Way]] = defaultdict(dict)
        for function, found in self._calls.by_local.items():
            if not isinstance(function.node, ast.FunctionDef) or is_moved(function):
                continue
            # What is handed to a thread elsewhere is called here for certain; beside that, or by others, on purpose perhaps.
            threads = {self._index.scope(call) for call in self._calls.in_thread.get(function, ())}
            is_generator = yields(self._index, function.node)
            for call in found:
                if self._calls.is_awaited(call) or (is_generator and not self._is_iterated(call)):
                    continue
                caller = self._index.scope(call)
                if caller in self._elsewhere or (threads and (caller in threads or not caller.is_async)):
                    continue
                if not caller.is_async:
                    callees[caller].setdefault(function, Way(call, function, is_generator, below=True))
                elif function not in ways:
                    ways[function] = Way(call, function, is_generator)
        waiting = deque(ways)
        while waiting:
            caller = waiting.popleft()
            way = ways[caller]
            for function in callees.get(caller, ()):
                if function not in ways:
                    ways[function] = way
                    waiting.append(function)
        reached: list[tuple[Scope, Way | None]] = [(hook, None) for hook in self._hooks]
        for _ in range(_MAX_BELOW):
            reached = list(_one_below(reached, callees, ways))
        return ways

    def _is_iterated(self, call: ast.Call) -> bool:
        """Whether the generator that a call makes certainly runs where it is called: a call alone runs none of it, and
        what is given to others may run in a thread."""
        target = self._index.target_of(call)
        if not isinstance(target, ast.Name):
            return self._takes(call)
        scope = self._index.scope(call)
        if self._index.sole_binding(target) is not target:
            return False
        return any(
            self._index.scope(use) is scope and self._takes(use) for use in self._index.reads_of(target.id, scope)
        )

    def _takes(self, iterator: ast.expr) -> bool:
        """Whether the code around an iterator iterates over it, or OpenWebUI does because it is returned."""
        child: ast.AST = iterator
        for _ in range(_MAX_LAZY):
            above = self._index.parent(child)
            if isinstance(above, ast.For):
                return above.iter is child
            if isinstance(above, ast.comprehension):
                made = self._index.parent(above)
                if above.iter is not child or above.is_async or made is None:
                    return False
                if not isinstance(made, ast.GeneratorExp):
                    return True
                child = made
                continue
            if isinstance(above, ast.YieldFrom):
                return True
            if isinstance(above, ast.Return):
                return self._index.scope(above) in self._streaming
            if not isinstance(above, ast.Call) or above.func is child:
                return False
            names = self._index.names_of(above.func)
            if len(names) != 1 or names[0] not in _LAZY:
                is_joined = isinstance(above.func, ast.Attribute) and above.func.attr == "join"
                return is_joined or (len(names) == 1 and names[0] in CONSUMERS)
            child = above
        return False


def _one_below(
    reached: Iterable[tuple[Scope, Way | None]], callees: Mapping[Scope, Mapping[Scope, Way]], ways: dict[Scope, Way]
) -> Iterator[tuple[Scope, Way | None]]:
    """Note and yield what plain functions call that has no way yet; without one of their own, it is that of the call."""
    for caller, way in reached:
        for function, own in callees.get(caller, {}).items():
            if function not in ways:
                ways[function] = way or own
                yield function, ways[function]


def consumer_of(index: CodeIndex, generator: ast.GeneratorExp) -> str:
    """Return what goes through a generator expression and cannot await: ``join``, ``list``; "" where nothing does."""
    above = index.parent(generator)
    if isinstance(above, ast.For) or (isinstance(above, ast.comprehension) and not above.is_async):
        return "for"
    if isinstance(above, ast.Call) and above.args[:1] == [generator] and not isinstance(index.parent(above), ast.Await):
        if isinstance(above.func, ast.Attribute) and above.func.attr == "join":
            return "join"
        if index.name_of(above.func) in CONSUMERS:
            return last_name(above.func)
    return ""
