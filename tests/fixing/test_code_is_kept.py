"""What fixes of code leave alone, as a parser sees it that had no part in them.

The tool's own edits go by the positions of ``ast``, which knows no comments and no blanks. ``libcst`` keeps both, so it is
asked here what each fixed example of the rules has kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst
import pytest
from libcst import matchers

from owui_lint.reporting.explain import examples_of
from owui_lint.rulebook import load_rulebook

_ABOUT_COMMENTS = "tool"  # the family whose fixes are of comments


def _fixed_code() -> Iterator[Any]:
    for rule in load_rulebook().rules.values():
        for example in examples_of(rule) if rule.family != _ABOUT_COMMENTS else ():
            for path, after in example.get("fixed", {}).items():
                before = example["files"].get(path)
                if path.endswith(".py") and before is not None and before != after:
                    name = f"{rule.name}: {example['name']} {path}"
                    yield pytest.param(_bytes(before), _bytes(after), id=name)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _comments(module: libcst.Module) -> list[str]:
    return [node.value for node in matchers.findall(module, matchers.Comment()) if isinstance(node, libcst.Comment)]


def _definitions(module: libcst.Module) -> list[str]:
    kinds = matchers.FunctionDef() | matchers.ClassDef()
    found = matchers.findall(module, kinds)
    return [node.name.value for node in found if isinstance(node, libcst.FunctionDef | libcst.ClassDef)]


@pytest.mark.parametrize(("before", "after"), list(_fixed_code()))
def test_fixed_code(before: bytes, after: bytes) -> None:
    try:
        old = libcst.parse_module(before)
    except libcst.ParserSyntaxError:
        pytest.skip("the example is no Python on purpose")
    new = libcst.parse_module(after)
    assert new.bytes == after
    assert _comments(new) == _comments(old)
    assert _definitions(new) == _definitions(old)
    assert (new.encoding, new.default_newline) == (old.encoding, old.default_newline)
    assert new.has_trailing_newline == old.has_trailing_newline
