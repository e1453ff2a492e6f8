"""What fixes of code leave alone, as a parser sees it that had no part in them.

The tool's own edits go by the positions of ``ast``, which knows no comments and no blanks. ``libcst`` keeps both, so it is
asked here what each fix has kept: of the examples of the rules, and of the same code written in other ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import libcst
import pytest
from libcst import matchers

from owui_lint.config import load_config
from owui_lint.fixing.apply import fix
from owui_lint.primitives import Options
from owui_lint.reporting.explain import examples_of
from owui_lint.rulebook import Rule, load_rulebook
from owui_lint.session import Selection, Session
from tests.support import TODAY, write_files

BOOK = load_rulebook()
_ABOUT_COMMENTS = "tool"  # the family whose fixes are of comments


def _with_tabs(code: str) -> str:
    """Each four blanks at the start of a line as a tab; what is in texts of several lines stays a text, and shifts as well."""
    return re.sub(r"(?m)^(?: {4})+", lambda blank: "\t" * (len(blank[0]) // 4), code)


def _with_decorators(code: str) -> str:
    """A decorator and a comment above every function, and a comment behind it."""
    return re.sub(
        r"(?m)^( *)((?:async )?def )",
        r"\1@(lambda one: one)  # 装饰器 def x(\n\1# 'before\n\1\2",
        code,
    )


def _with_neighbours(code: str) -> str:
    """Texts that look like code, with characters of several bytes, nested f-strings and continued lines, in every method."""
    nested = '''f"{f'{1:>{2}}' + '中文🙂'}"'''
    return re.sub(
        r"(?m)^( *)return body$",
        lambda found: (
            f"{found[1]}odd = {nested}; even = (  # print(\n{found[1]}      'print(x)',\n{found[1]}  )\n"
            f"{found[1]}more = 1 + \\\n{found[1]}   2\n{found[1]}return body"
        ),
        code,
    )


def _crlf(code: str) -> str:
    return code.replace("\n", "\r\n")


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda code: code,
    "CRLF": _crlf,
    "tabs": _with_tabs,
    "decorators": _with_decorators,
    "neighbours": _with_neighbours,
    "all": lambda code: _crlf(_with_tabs(_with_decorators(_with_neighbours(code)))),
}


def _fixed_code() -> Iterator[Any]:
    for rule in BOOK.rules.values():
        for example in examples_of(rule) if rule.family != _ABOUT_COMMENTS else ():
            paths = [
                path
                for path, after in example.get("fixed", {}).items()
                if path.endswith(".py") and example["files"].get(path, after) != after
            ]
            if paths and "base" not in example and "message" not in example:
                for form in FORMS:
                    yield pytest.param(rule, example, paths, form, id=f"{rule.name}: {example['name']}, {form}")


def _bytes(text: str | bytes, form: str) -> bytes:
    return text if isinstance(text, bytes) else FORMS[form](text).encode()


def _comments(module: libcst.Module) -> list[str]:
    return [node.value for node in matchers.findall(module, matchers.Comment()) if isinstance(node, libcst.Comment)]


def _definitions(module: libcst.Module) -> list[str]:
    kinds = matchers.FunctionDef() | matchers.ClassDef()
    found = matchers.findall(module, kinds)
    return [node.name.value for node in found if isinstance(node, libcst.FunctionDef | libcst.ClassDef)]


def _decorators(module: libcst.Module) -> int:
    return len(matchers.findall(module, matchers.Decorator()))


def _blanks(module: libcst.Module) -> list[str]:
    """The indentation that each block adds."""
    blocks = (node for node in matchers.findall(module, matchers.IndentedBlock()))
    return [node.indent or "" for node in blocks if isinstance(node, libcst.IndentedBlock)]


def _mended(root: Path, rule: Rule, example: dict[str, Any], paths: list[str], form: str) -> None:
    files = {path: _bytes(text, form if path in paths else "as it is") for path, text in example["files"].items()}
    write_files(root, files)
    session = Session(root, load_config(root), BOOK, (), Options(today=TODAY, icon=example.get("icon")))
    selection = Selection(select=(rule.name,), profile=example.get("profile"))
    report, _ = fix(session, lambda: session.check(selection), unsafe=True)
    assert not report.crashed


@pytest.mark.parametrize(("rule", "example", "paths", "form"), list(_fixed_code()))
def test_a_fix_keeps_what_it_does_not_mend(
    rule: Rule, example: dict[str, Any], paths: list[str], form: str, tmp_path: Path
) -> None:
    before = {path: _bytes(example["files"][path], form) for path in paths if path in example["files"]}
    _mended(tmp_path, rule, example, paths, form)
    for path, code in before.items():
        try:
            old = libcst.parse_module(code)
        except libcst.ParserSyntaxError:
            continue  # the example is no Python on purpose
        after = (tmp_path / path).read_bytes()
        assert form not in ("as it is", "CRLF") or after == _bytes(example["fixed"][path], form)
        new = libcst.parse_module(after)
        assert _comments(new) == _comments(old)
        assert _definitions(new) == _definitions(old)
        assert _decorators(new) == _decorators(old)
        assert set(_blanks(new)) <= set(_blanks(old))
        assert (new.encoding, new.default_newline) == (old.encoding, old.default_newline)
        assert new.has_trailing_newline == old.has_trailing_newline
