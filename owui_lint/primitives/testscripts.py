"""Scripts that try an SDK out: which models they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Place, Span
from owui_lint.language import listed
from owui_lint.lazypattern import compiled
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Repository, SourceFile
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:  # scripts that were read before are not parsed again
    import ast

    from owui_lint.repository.python.code import CodeIndex


@primitive("test-models", scope="repository")
def test_models(
    repository: Repository, context: Context, *, package: str, names: str, allowed: list[str]
) -> Iterator[Hit]:
    """Report literal models that test scripts of an SDK (files like ``names`` that import ``package``) use.

    A model is what is given as ``model``, by keyword, in a dictionary or by assignment.
    """
    pattern = compiled(names)
    for path in repository.paths:
        if not path.endswith(".py") or not pattern.search(path):
            continue
        file = repository.file(path)
        for model in _models(file, package):
            if model.name not in allowed:
                values = {"found": model.name, "allowed": listed(allowed)}
                yield Hit(Place(path, Span(*model.span)), values=values, plugin=repository.owner_id(path))


class _Model(NamedTuple):
    """A model's name in a test script, and where it stands."""

    name: str
    span: tuple[int, ...]


def _models(file: SourceFile, package: str) -> list[_Model]:
    def make() -> list[tuple[object, ...]]:
        if file.problem or package not in file.text or "model" not in file.text:
            return []
        module = file.module
        if not any(one.top_level == package for one in module.index.imports):
            return []
        return [(str(node.value), tuple(module.place(node).span)) for node in _model_texts(module.index)]

    return list(map(_Model._make, file.facts.plain(f"models given to {package}", make)))


def _model_texts(index: CodeIndex) -> Iterator[ast.Constant]:
    import ast

    from owui_lint.repository.python.syntax import entries, targets_of

    pairs: list[tuple[str, ast.expr | None]] = [(one.arg or "", one.value) for one in index.of(ast.keyword)]
    for display in index.of(ast.Dict):
        pairs += entries(display).items()
    for assignment in index.assignments(index.root.node):
        pairs += [(one.id, assignment.value) for one in targets_of(assignment) if isinstance(one, ast.Name)]
    for name, value in pairs:
        named = name.casefold() in ("model", "model_id", "default_model")
        if named and isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value
