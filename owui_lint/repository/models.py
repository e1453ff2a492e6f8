"""Pydantic models of a file, and what they inherit from."""

from __future__ import annotations

import ast

from owui_lint.repository.code import CodeIndex

BASE_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})
_MAX_MODELS = 8  # models that inherit from each other


def models_of(index: CodeIndex, owner: ast.ClassDef | None) -> list[ast.ClassDef]:
    """Return a model and those above it, up to pydantic's own; none where one of them is out of sight."""
    found: list[ast.ClassDef] = []
    while owner is not None and owner not in found and len(found) < _MAX_MODELS:
        found.append(owner)
        if any(index.name_of(base) in BASE_MODELS for base in owner.bases):
            return found
        base = owner.bases[0] if len(owner.bases) == 1 else None
        above = index.sole_binding(base) if isinstance(base, ast.Name) else None
        owner = above if isinstance(above, ast.ClassDef) else None
    return []
