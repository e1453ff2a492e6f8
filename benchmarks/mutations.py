"""Change each place that states a version, alone and in pairs: is it found at its line, and mended byte for byte?

    python benchmarks/mutations.py REPOSITORY [--no-pairs]

REPOSITORY is copied (Python and Markdown files only), brought in line with `--fix-versions` first, and mutated in the
copy. What is changed is a single spelling of a version: of a badge, the alt text and the URL are two. The code's own
version is the truth and stays.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from owui_lint.config import load_config
from owui_lint.finding import Edit
from owui_lint.fixing.apply import fix
from owui_lint.fixing.edits import plan
from owui_lint.primitives import Options
from owui_lint.repository.documents.badges import escape
from owui_lint.rulebook import load_rulebook
from owui_lint.session import Selection, Session

RULE = "version-mismatch"


@dataclass(frozen=True)
class Mutation:
    """One spelling of a version to overwrite: whose, where, and the edit that does it."""

    plugin: str
    kind: str
    path: str
    line: int
    edit: Edit


def open_session(root: Path, *, allow_downgrade: bool = False) -> Session:
    """Open a repository for the versions family."""
    return Session(root, load_config(root), load_rulebook(), (), Options(allow_downgrade=allow_downgrade))


def mutations(session: Session, version: str) -> list[Mutation]:
    """Return the mutations that write ``version`` at each place of each plugin, one by one; but for copies of the code that
    offer something else, which are told of and never rewritten."""
    found = []
    for location in session.repository.locations:
        if location.path == location.plugin.path or location.plugin.version is None or location.is_apart:
            continue
        for statement in location.statements:
            for part in statement.parts:
                text = escape(version, part.form)
                line = statement.file.position(part.start)[0]
                edit = statement.file.edit(part.start, part.end, text)
                found.append(Mutation(location.plugin.id, location.kind.kind, location.path, line, edit))
    return found


def pairs(single: Iterable[Mutation]) -> Iterator[tuple[Mutation, Mutation]]:
    """Yield all pairs of mutations of the same plugin."""
    ordered = sorted(single, key=lambda mutation: mutation.plugin)
    for _, group in itertools.groupby(ordered, key=lambda mutation: mutation.plugin):
        yield from itertools.combinations(group, 2)


def survives(root: Path, mutated: tuple[Mutation, ...], *, allow_downgrade: bool = False) -> str | None:
    """Apply mutations to the files at ``root``, check and fix; return what went wrong, or ``None``. The files are as
    before afterwards."""
    edits = [mutation.edit for mutation in mutated]
    before = {edit.path: (root / edit.path).read_bytes() for edit in edits}
    for change in plan(before.__getitem__, edits):
        (root / change.path).write_bytes(change.after)
    try:
        session = open_session(root, allow_downgrade=allow_downgrade)
        selection = Selection(select=(RULE,), profile="standard")
        report = session.check(selection)
        found = {(finding.plugin, finding.path, finding.place.span.line) for finding in report.findings}
        expected = {(mutation.plugin, mutation.path, mutation.line) for mutation in mutated}
        if found != expected:
            return f"found {sorted(found - expected)}, missed {sorted(expected - found)}"
        left, _ = fix(session, lambda: session.check(selection), unsafe=False)
        if left.findings:
            return f"left {[finding.path for finding in left.findings]}"
        wrong = [path for path, data in before.items() if (root / path).read_bytes() != data]
        return f"not restored: {wrong}" if wrong else None
    finally:
        for path, data in before.items():
            (root / path).write_bytes(data)


def main() -> int:
    """Mutate and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--no-pairs", action="store_true")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path in open_session(arguments.repository.resolve()).repository.relevant_paths:
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(arguments.repository / path, target)
        session = open_session(root, allow_downgrade=True)
        selection = Selection(select=("versions",), profile="standard")
        fix(session, lambda: session.check(selection), unsafe=False)
        single = mutations(open_session(root), "0.0.1")
        plugins = len({mutation.plugin for mutation in single})
        print(f"{plugins} plugins, {len(single)} spellings in {len({m.path for m in single})} files")
        sets: list[tuple[str, list[tuple[Mutation, ...]]]] = [("alone", [(mutation,) for mutation in single])]
        if not arguments.no_pairs:
            sets.append(("in pairs", list(pairs(single))))
        failures = 0
        for label, cases in sets:
            problems = [(case, problem) for case in cases if (problem := survives(root, case)) is not None]
            failures += len(problems)
            print(f"{label}: {len(cases) - len(problems)} of {len(cases)} found at their line and restored", flush=True)
            for case, problem in problems[:20]:
                print(f"  {[f'{m.path}:{m.line}' for m in case]}: {problem}")
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
