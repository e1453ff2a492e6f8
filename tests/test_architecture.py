"""The way of the data (docs/architecture.md) has no step back: who may import whom, and who may ask the disk."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import owui_lint
from owui_lint.rulebook import ROLES, load_rulebook

PACKAGE = Path(owui_lint.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
PRIMITIVES = sorted(name for name in MODULES if name.startswith("owui_lint.primitives."))
#: Modules and names through which a module could look at the disk, or have git look.
READING = {
    *("subprocess", "pathlib", "io", "glob", "shutil", "tempfile", "owui_lint.states.walk", "owui_lint.repository.git"),
    *(f"os.{name}" for name in ("stat", "lstat", "listdir", "scandir", "walk", "open", "readlink", "access", "popen")),
    *(
        f"os.path.{name}"
        for name in ("exists", "lexists", "isfile", "isdir", "islink", "realpath", "getsize", "getmtime")
    ),
}


def _used(name: str) -> Iterator[str]:
    """The modules that a module imports, the names it imports from them, and what it takes of ``os`` and built-ins."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Attribute):
            yield ast.unparse(node)
            yield f"*.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield "open"


def _imported(name: str) -> set[str]:
    """The modules that a module imports when it runs, so without those that only type checkers see."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    hints = {
        below
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for below in ast.walk(node)
    }
    return {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module and node not in hints
    }


@pytest.mark.parametrize("layer", ["documents", "python"])
def test_what_one_text_says_knows_nothing_of_the_repository(layer: str) -> None:
    package = f"owui_lint.repository.{layer}"
    names = [name for name in MODULES if name.startswith(f"{package}.")]
    assert names
    for name in names:
        asked = {used for used in _imported(name) if used.startswith("owui_lint.repository")}
        assert all(used.startswith(f"{package}.") for used in asked), f"{name} imports {asked}"


def test_who_owns_what_is_known_without_the_versions() -> None:
    """Versions are looked for in pages whose owner is known; only the repository itself has them looked for."""
    for name in MODULES:
        if name.startswith("owui_lint.repository.") and not name.startswith("owui_lint.repository.versions."):
            asked = {used for used in _imported(name) if used.startswith("owui_lint.repository.versions.")}
            assert not asked, f"{name} imports {asked}"


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_rule_never_reads_a_file(name: str) -> None:
    assert not set(_used(name)) & {*READING, "open", "*.git"}


def test_nothing_imports_the_command_line() -> None:
    for name in MODULES:
        if name not in ("owui_lint.__main__", "owui_lint.cli") and not name.startswith("owui_lint.commands"):
            asked = {used for used in _used(name) if used.startswith(("owui_lint.cli", "owui_lint.commands"))}
            assert not asked, f"{name} imports {asked}"


def test_rules_are_known_by_their_roles_and_families() -> None:
    """What general code does with a rule stands in the rule's file: a new rule, or a new name, needs no change of code."""
    book = load_rulebook()
    # A setting of the name of a rule, one of the name of a primitive; a word of regular expressions and JSON Schema, which
    # is also what rules of a repository's own ask for, in a process of their own (``patterns``).
    others = {"support-sentence", "header-form", "pattern", *ROLES}
    single = {*book.rules, *book.by_code, *book.primitives} - others
    for name in sorted(set(MODULES) - set(PRIMITIVES)):
        tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
        named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in single}
        assert not named, f"{name} knows {named}"


def test_each_role_is_played() -> None:
    book = load_rulebook()
    assert {role for rule in book.rules.values() for role in rule.roles} == set(ROLES)


def test_what_is_shown_is_worked_out_elsewhere() -> None:
    working = ("primitives", "repository", "releasing", "deploying", "fixing", "adopting")
    for name in MODULES:
        if name.startswith(tuple(f"owui_lint.{folder}" for folder in working)):
            asked = {used for used in _used(name) if used.startswith("owui_lint.reporting")}
            assert not asked, f"{name} imports {asked}"
