"""What of a file runs only where it is started as a script."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cached_property

from owui_lint.repository.python.code import CodeIndex, Scope
from owui_lint.repository.python.syntax import is_script


class MainPart:
    """What of one module stands below ``if __name__ == "__main__"``, with the functions that nothing else calls."""

    def __init__(self, index: CodeIndex) -> None:
        self._index = index

    def holds(self, node: ast.AST) -> bool:
        """Tell whether a node runs only where the file is started as a script: below ``if __name__ == "__main__"``, or
        in functions that nothing else calls."""
        if not self._is_there:
            return False
        if any(map(is_script, self._index.ancestors(node))):
            return True
        function = self._module_function(node)
        return function is not None and function in self._of_scripts

    @cached_property
    def _is_there(self) -> bool:
        return any(map(is_script, self._index.of(ast.If)))

    @cached_property
    def _of_scripts(self) -> set[Scope]:
        """The functions of the module's body that only a script reaches."""
        called_by: dict[Scope, list[Scope]] = defaultdict(list)
        started, elsewhere = set[Scope](), set[Scope]()
        functions = [scope for scope in self._index.functions if self._is_module_function(scope)]
        for function in functions:
            for use in self._index.reads_of(function.name, self._index.root):
                if any(map(is_script, self._index.ancestors(use))):
                    started.add(function)
                elif (caller := self._module_function(use)) is not None:
                    called_by[caller].append(function)
                else:
                    elsewhere.add(function)
        # A function that nothing calls is not a script's: somebody else may, or it is left over.
        reached = _reached(started, called_by)
        others = elsewhere | (set(functions) - reached)
        return reached - _reached(others, called_by)

    def _module_function(self, node: ast.AST) -> Scope | None:
        """The function of the module's body that a node stands in, where nothing else has its name."""
        outer = next((one for one in self._index.scope(node).chain() if one.parent is self._index.root), None)
        return outer if outer is not None and self._is_module_function(outer) else None

    def _is_module_function(self, scope: Scope) -> bool:
        is_sole = scope.parent is self._index.root and scope.parent.bound.get(scope.name) == [scope.node]
        return is_sole and scope.is_function and not getattr(scope.node, "decorator_list", True)


def _reached(start: set[Scope], called_by: dict[Scope, list[Scope]]) -> set[Scope]:
    """Return functions and those that they call, directly or by way of others."""
    found, waiting = set(start), list(start)
    while waiting:
        for function in called_by.get(waiting.pop(), ()):
            if function not in found:
                found.add(function)
                waiting.append(function)
    return found
