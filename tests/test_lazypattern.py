"""Expressions that are kept as code are those that would be compiled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fuzz.growth import modules
from owui_lint import cache, lazypattern, sealed
from owui_lint.lazypattern import LazyPattern, compiled, lazy_pattern


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    _forget(monkeypatch)


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazypattern._Kept, "known", None)
    monkeypatch.setattr(lazypattern._Kept, "new", {})
    monkeypatch.setattr(lazypattern, "_compiled", {})


def _all() -> list[LazyPattern]:
    return [value for module in modules() for value in vars(module).values() if isinstance(value, LazyPattern)]


def _code_of(pattern: re.Pattern[str]) -> tuple[Any, ...]:
    return pattern.pattern, pattern.flags, pattern.groups, dict(pattern.groupindex)


def test_every_expression_survives_being_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = _all()
    assert len(patterns) > 100
    for pattern in patterns:
        compiled(pattern.pattern, pattern._flags)
    lazypattern.keep()
    _forget(monkeypatch)
    text = Path(__file__).read_text(encoding="utf-8") + "# 标题 v1.2.3\n\n[x](y.md) **版本：** 1.2.3 | `a`\n"
    for pattern in patterns:
        kept, fresh = compiled(pattern.pattern, pattern._flags), re.compile(pattern.pattern, pattern._flags)
        assert _code_of(kept) == _code_of(fresh)
        assert kept == fresh  # which compares their code
        assert [match.regs for match in kept.finditer(text)] == [match.regs for match in fresh.finditer(text)]
    assert not lazypattern.new_ones()  # nothing had to be compiled


def test_names_of_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        match = compiled(r"(?P<a>x)|(y)(?P<b>z)?", re.IGNORECASE).fullmatch("YZ")
        assert match is not None and match.groupdict() == {"a": None, "b": "Z"} and match.lastgroup == "b"
        lazypattern.keep()
        _forget(monkeypatch)


@pytest.mark.parametrize("code", [b"", b"\0" * 8, b"\xff" * 40, b"abc"])
def test_damaged_code_is_compiled_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: bytes) -> None:
    compiled("a+b")
    lazypattern.keep()
    (store,) = (path.name for path in tmp_path.rglob("expressions-*"))
    kept: Any = sealed.load_of_user(store)
    kept["expressions"] = {key: (flags, code, *rest) for key, (flags, _, *rest) in kept["expressions"].items()}
    sealed.store_of_user(store, kept)
    _forget(monkeypatch)
    assert compiled("a+b").fullmatch("aab")
    assert [key for key, _ in lazypattern.new_ones()] == [("a+b", 0)]


def test_another_version_of_the_tool_compiles_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled("a+b")
    lazypattern.keep()
    _forget(monkeypatch)
    monkeypatch.setattr(cache, "_tool", b"another")
    assert compiled("a+b").fullmatch("aab")
    assert lazypattern._Kept.known == {}


def test_a_bad_expression_is_an_error_where_it_is_used() -> None:
    pattern = lazy_pattern("(")
    with pytest.raises(re.error):
        pattern.search("x")
