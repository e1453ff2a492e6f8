"""Walk the releases of a repository: what was inconsistent at each, beside what its own checking script said.

    python benchmarks/history_walk.py REPOSITORY [--commits N] [--findings FILE]

For every tag (and, with --commits, the newest N commits that changed a version) the Python and Markdown files are
written to a temporary folder, the rules of the family `versions` run on them, and the repository's own
scripts/check_version_consistency.py where it exists. Blobs that are not there are left out. A table goes to standard
output, the single findings as tab-separated lines to FILE.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from owui_lint.config import load_config
from owui_lint.finding import Finding
from owui_lint.repository.files import MAX_FILE_BYTES
from owui_lint.repository.git import Git
from owui_lint.rulebook import load_rulebook
from owui_lint.session import Selection, Session

OWN_SCRIPT = "scripts/check_version_consistency.py"
DRIFT = ("version-mismatch", "version-missing")


def revisions(git: Git, commits: int) -> list[tuple[str, str]]:
    """Return (label, commit) of all tags by date, then of the newest commits that changed a version."""
    tags = git.text("tag", "--sort=creatordate").split()
    found = {git.resolve(tag) or "": tag for tag in tags}
    if commits:
        log = git.text("log", f"-{commits}", "--format=%H %cs", "-G", r"^version:", "--", "plugins")
        for line in log.splitlines():
            commit, day = line.split()
            found.setdefault(commit, f"{day} {commit[:8]}")
    return [(label, commit) for commit, label in found.items() if commit]


def write_tree(git: Git, commit: str, folder: Path) -> None:
    """Write the Python and Markdown files of a commit."""
    tree = {path: name for path, (mode, name) in git.tree(commit).items() if mode != "120000"}
    wanted = {path: name for path, name in tree.items() if path.endswith((".py", ".md"))}
    blobs = git.blobs(wanted.values(), MAX_FILE_BYTES)
    for path, name in wanted.items():
        if name in blobs:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(blobs[name])


def own_verdict(folder: Path) -> str:
    """Return what the repository's own script says: the number of issues, or why there is none."""
    if not (folder / OWN_SCRIPT).is_file():
        return "—"
    done = subprocess.run([sys.executable, OWN_SCRIPT], cwd=folder, capture_output=True, text=True, timeout=120)
    match = re.search(r"Found (\d+) version", done.stdout)
    if match:
        return match[1]
    return "0" if "consistent" in done.stdout else f"exit {done.returncode}"


def main() -> None:
    """Walk and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--commits", type=int, default=0)
    parser.add_argument("--findings", type=Path)
    arguments = parser.parse_args()
    git = Git(arguments.repository.resolve())
    book = load_rulebook()
    total: Counter[str] = Counter()
    lines: list[str] = []
    print("| revision | plugins | places | drifts | mismatch | missing | other | own script |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for label, commit in revisions(git, arguments.commits):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_tree(git, commit, folder)
            session = Session(folder, load_config(folder), book)
            if not session.repository.plugins:
                print(f"| {label} | 0 | | | | | | |")
                continue
            report = session.check(Selection(select=("versions",), profile="standard"))
            assert not report.crashed, report.findings
            counts = Counter(finding.name for finding in report.findings)
            own = own_verdict(folder)
            drifts = sum(counts[name] for name in DRIFT)
            other = sum(counts.values()) - drifts
            total.update(trees=1, drifts=drifts, own=int(own) if own.isdigit() else 0, with_own=own.isdigit())
            total.update(drifting=drifts > 0, own_clean=own == "0" and drifts > 0)
            print(
                f"| {label} | {report.plugins} | {report.locations} | {drifts} | {counts[DRIFT[0]]} | {counts[DRIFT[1]]} "
                f"| {other} | {own} |",
                flush=True,
            )
            lines += [_line(label, finding, session) for finding in report.findings]
    print(
        f"\n{total['trees']} trees, {total['drifting']} with drifts, {total['drifts']} drifts; the own script ran on "
        f"{total['with_own']}, named {total['own']}, and called {total['own_clean']} drifting trees consistent."
    )
    if arguments.findings:
        arguments.findings.write_text("".join(lines), encoding="utf-8")


def _line(label: str, finding: Finding, session: Session) -> str:
    source = session.repository.file(finding.path).line_text(finding.place.span.line)
    place = f"{finding.path}:{finding.place.span.line}"
    return f"{label}\t{finding.name}\t{place}\t{finding.message.en}\t{source.strip()[:160]}\n"


if __name__ == "__main__":
    main()
