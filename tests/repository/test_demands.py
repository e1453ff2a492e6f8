"""Demands that exclude each other, as the rule, ``deps`` and ``checklist`` are told of them."""

from __future__ import annotations

from pathlib import Path

from owui_lint.repository.dependencies import find_conflicts
from tests.support import check, open_repo, write_files

CODE = '"""\ntitle: {}\nrequirements: {}\n"""\nclass Tools:\n    def go(self): ...\n'


def conflicts(root: Path, **requirements: str) -> list[tuple[str, tuple[str, str], tuple[str, str]]]:
    write_files(root, {f"tools/{name}.py": CODE.format(name, line) for name, line in requirements.items()})
    return [(one.name, one.owners, one.specifiers) for one in find_conflicts(open_repo(root).repository)]


def test_each_pair_is_named_once(tmp_path: Path) -> None:
    found = conflicts(
        tmp_path,
        a="foo==1.0, bar>=2, baz",
        b="Foo==2.0, foo==3.0, bar==1",
        c="foo==1.0.0; python_version<'4', baz==3, foo==1, =1",
    )
    assert found == [
        ("bar", ("tools/a", "tools/b"), (">=2", "==1")),
        ("foo", ("tools/a", "tools/b"), ("==1.0", "==2.0")),
        ("foo", ("tools/b", "tools/c"), ("==2.0", "==1")),
    ]


def test_openwebui_itself_demands_too(tmp_path: Path) -> None:
    (found,) = conflicts(tmp_path, a="fastapi==0.1.0", b="fastapi")
    assert found[:2] == ("fastapi", ("tools/a", "open-webui"))


def test_everyone_who_is_at_odds_is_named(tmp_path: Path) -> None:
    """Pairs are limited; that the last ones are in order too would be a lie."""
    count = 100
    found = conflicts(tmp_path, **{f"t{n:03}": f"foo=={1 + (n >= count)}.0" for n in range(2 * count)})
    assert {owner for _, owners, _ in found for owner in owners} == {f"tools/t{n:03}" for n in range(2 * count)}
    assert len(found) < count * 40
    report = check(tmp_path, "requirement-conflict")
    assert len({finding.path for finding in report.findings}) == 2 * count
