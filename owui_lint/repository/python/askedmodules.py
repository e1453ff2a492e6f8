"""What a file asks the modules that it imports for: plainly, as ``config.X``, or with a test, as ``hasattr(config, "X")``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cached_property

from owui_lint.repository.python.code import CodeIndex, Import
from owui_lint.repository.python.nodes import Scope
from owui_lint.repository.python.syntax import last_name

_WITH_DEFAULT = frozenset({"getattr", "getattr_static"})
_TELLING_ALL = frozenset({"__dict__", "__all__"})
_HANDING_ON = (
    *(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Return),
    *(ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Starred),
)


class AskedModules:
    """The modules below one package that a file imports, with what it asks them for.

    ``exists`` tells of a dotted name whether it is a module.
    """

    def __init__(self, index: CodeIndex, package: str, exists: Callable[[str], bool]) -> None:
        self.index = index
        self._package = package
        self._exists = exists

    def attributes(self) -> Iterator[tuple[ast.Attribute, str]]:
        """Yield what is read of modules that a name certainly stands for, with the dotted name of the module."""
        for group in self._groups:
            uses = self.index.reads_of(group[0].bound, group[0].scope)
            if not uses or all(one.guarded for one in group) or len(self.index.names_of(uses[0])) != 1:
                continue
            for use in uses:
                asked, holder = self._last_module(use, group[0].target)
                if isinstance(asked, ast.Attribute) and isinstance(asked.ctx, ast.Load):
                    yield asked, holder

    def is_tested(self, module: str) -> bool:
        """Tell whether something asks a module, or may, which names it has: ``hasattr``, ``getattr`` with nothing in its
        place, or where it is handed on. A plugin that does so provides for releases without what it names plainly, in
        ways that need not stand around it."""
        return module in self._tested

    @cached_property
    def _groups(self) -> list[list[Import]]:
        """The imports of modules by the name that they bind, each name once: ``import a.b`` and ``import a.c`` bind ``a``."""
        found: dict[tuple[str, Scope], list[Import]] = {}
        for one in self.index.imports:
            if one.top_level == self._package:
                found.setdefault((one.bound, one.scope), []).append(one)
        return [group for group in found.values() if self._exists(group[0].target)]

    @cached_property
    def _tested(self) -> set[str]:
        found: set[str] = set()
        for group in self._groups:
            for use in self.index.reads_of(group[0].bound, group[0].scope):
                for target in dict.fromkeys(one.target for one in group):
                    above, holder = self._last_module(use, target)
                    if holder not in found and _may_test(self.index, above):
                        found.add(holder)
        return found

    def _last_module(self, use: ast.expr, holder: str) -> tuple[ast.AST | None, str]:
        """What is done with the last module that a dotted name means, as far as there are modules, and that module."""
        above = self.index.parent(use)
        while isinstance(above, ast.Attribute) and self._exists(f"{holder}.{above.attr}"):
            holder, above = f"{holder}.{above.attr}", self.index.parent(above)
        return above, holder


def _may_test(index: CodeIndex, above: ast.AST | None) -> bool:
    """Whether what is done with a module may tell which names it has."""
    if isinstance(above, ast.keyword):
        above = index.parent(above)
    if isinstance(above, ast.Call):
        # ``getattr(config, "NAME", "Open WebUI")`` has a value to go on with: it decides nothing else.
        is_value = last_name(above.func) in _WITH_DEFAULT and len(above.args) > 2
        return not is_value or (isinstance(above.args[2], ast.Constant) and not above.args[2].value)
    return isinstance(above, _HANDING_ON) or (isinstance(above, ast.Attribute) and above.attr in _TELLING_ALL)
