"""How long a run takes, as ratios measured in one sitting: `make bench REPOSITORY=path`.

Whole processes, interleaved, the median of at least seven rounds each. Without a repository, synthetic ones of 10, 100
and 1,000 plugins show how the cost grows. The yardstick is the repository's own scripts/check_version_consistency.py,
where it has one; else a bare start of Python.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.generate import generate

TOOL = [sys.executable, "-m", "owui_lint", "check", "--exit-zero"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1]), "LANG": "en_US.UTF-8"}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation has compiled modules; a source tree gets them here


def timed(command: list[str], folder: Path) -> tuple[float, int]:
    """Return seconds and peak memory (KiB) of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT
    )
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - start, usage.ru_maxrss


def measure(
    rows: dict[str, tuple[list[str], Callable[[], None]]], folder: Path, rounds: int
) -> dict[str, tuple[float, int]]:
    """Return the median time and the highest memory of each command; rounds are interleaved against drift."""
    times: dict[str, list[float]] = {name: [] for name in rows}
    memory: dict[str, int] = dict.fromkeys(rows, 0)
    for _ in range(rounds):
        for name, (command, prepare) in rows.items():
            prepare()
            seconds, peak = timed(command, folder)
            times[name].append(seconds)
            memory[name] = max(memory[name], peak)
    return {name: (statistics.median(times[name]), memory[name]) for name in rows}


def touch_readme(folder: Path) -> None:
    """Change one README: a line at its end."""
    _append(sorted(folder.glob("plugins/*/*/README.md"))[0], "<!-- x -->\n")


def touch_code(folder: Path) -> None:
    """Change the code of the plugin of median size: a line at its end."""
    found = [path for path in folder.glob("plugins/*/*/*.py") if b"\ntitle:" in path.read_bytes()[:200]]
    _append(sorted(found, key=lambda path: (path.stat().st_size, path))[len(found) // 2], "# x\n")


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(line)
    settle()


def settle() -> None:
    """Wait until files are old enough for the cache to trust their time of change."""
    time.sleep(0.12)


def tenfold(folder: Path, target: Path) -> None:
    """Make ``target`` a repository with each plugin and page of ``folder`` ten times, under other names."""
    shutil.copytree(folder, target, symlinks=True, ignore=shutil.ignore_patterns(".git", ".owui-lint-cache"))
    found = [*target.glob("plugins/*/*"), *(page for page in target.glob("docs/plugins/*/*.md"))]
    for path in [path for path in found if path.is_dir() or path.suffix == ".md"]:
        stem, dot, rest = path.name.partition(".") if path.is_file() else (path.name, "", "")
        if stem in ("index", "README", "README_CN", "debug") or path.parent.name == "debug":
            continue
        for number in range(2, 11):
            copy = path.with_name(f"{stem}-{number}{dot}{rest}")
            shutil.copytree(path, copy, symlinks=True) if path.is_dir() else shutil.copy(path, copy)
    subprocess.run(["git", "init", "-q", str(target)], check=True)


def table(folder: Path, rounds: int) -> None:
    """Print the table for one repository."""
    script = folder / "scripts" / "check_version_consistency.py"
    yardstick = [sys.executable, str(script)] if script.is_file() else [sys.executable, "-c", "pass"]
    rows: dict[str, tuple[list[str], Callable[[], None]]] = {
        "yardstick": (yardstick, lambda: None),
        "cold, all rules": ([*TOOL, "--no-cache"], lambda: None),
        "one README changed": (TOOL, lambda: touch_readme(folder)),
        "one plugin's code": (TOOL, lambda: touch_code(folder)),
        "unchanged": (TOOL, settle),
    }
    for name, command in {
        "ruff check plugins": ["ruff", "check", "plugins", "--no-cache"],
        "flake8 plugins": ["flake8", "plugins"],
        "markdownlint-cli2": ["markdownlint-cli2", "**/*.md"],
    }.items():
        if shutil.which(command[0]):
            rows[name] = (command, lambda: None)
    measure({name: row for name, row in rows.items() if name != "yardstick"}, folder, 1)
    found = measure(rows, folder, rounds)
    base = found["yardstick"][0]
    print(f"{'':24}{'ms':>8}{'ratio':>8}{'MiB':>7}   (yardstick: {Path(yardstick[1]).name})")
    for name, (seconds, peak) in found.items():
        print(f"{name:24}{seconds * 1000:8.0f}{seconds / base:8.2f}{peak / 1024:7.0f}")
    with tempfile.TemporaryDirectory() as scratch:
        large = Path(scratch) / "tenfold"
        tenfold(folder, large)
        settle()
        times, peaks = zip(*(timed([*TOOL, "--no-cache"], large) for _ in range(3)), strict=True)
    cold = found["cold, all rules"][0]
    ratio = statistics.median(times) / cold
    print(
        f"{'ten times, cold':24}{statistics.median(times) * 1000:8.0f}{'':8}{max(peaks) / 1024:7.0f}   ({ratio:.1f} times cold)"
    )


def profile(folder: Path) -> None:
    """Print where a cold run spends its time."""
    code = (
        "import cProfile,pstats,sys,os\nfrom owui_lint.__main__ import main\nout=sys.stdout\nsys.stdout=open(os.devnull,'w')\n"
        "p=cProfile.Profile()\np.runcall(main,['check','--exit-zero','--no-cache'])\nsys.stdout=out\n"
        "pstats.Stats(p).sort_stats('tottime').print_stats(15)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    print("\n".join(done.stdout.splitlines()[6:]))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 100, 1000])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if arguments.repository:
            copy = Path(scratch) / "copy"
            shutil.copytree(arguments.repository, copy, symlinks=True)
            settle()
            table(copy, arguments.rounds)
            profile(copy)
        for size in arguments.sizes:
            folder = Path(scratch) / str(size)
            generate(size, folder)
            settle()
            seconds, peak = min(timed([*TOOL, "--no-cache"], folder) for _ in range(3 if size < 1000 else 1))
            print(
                f"{size:5} plugins, cold: {seconds * 1000:7.0f} ms {seconds * 1000 / size:6.1f} ms each {peak / 1024:5.0f} MiB"
            )


if __name__ == "__main__":
    main()
