"""Run the fuzz targets: ``make fuzz SECONDS=60``, or ``python -m fuzz [--seconds N] [TARGET ...]``.

Coverage guides the mutations where atheris is installed; else hypothesis makes texts of the same words. Each target runs
in a process of its own, so that a hang or a crash of the interpreter is a result and not the end. Inputs that fail are
kept in ``build/fuzz``; the exit code is 1 if there are any.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

FOLDER = Path("build/fuzz")
LONGEST = 4096  # bytes of an input; growth with length is measured by ``fuzz.growth``
SLOW = 5.0  # processor seconds for one input of that length: a failure
HANG = 60  # seconds after which a process that says nothing is ended


class Runner:
    """Gives a target inputs until its time is up, and keeps account of them."""

    def __init__(self, name: str, seconds: float) -> None:
        from fuzz.targets import TARGETS

        self.target = next(target for target in TARGETS if target.name == name)
        self.seconds = seconds
        self.started = time.monotonic()
        self.cases = 0
        self.slowest = 0.0
        self.failures: dict[str, str] = {}
        self._told = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self.started >= self.seconds

    def case(self, data: bytes) -> None:
        """Try one input. What goes wrong is noted once per place in the code, with the input that showed it."""
        self.cases += 1
        before = time.process_time()
        try:
            self.target.run(data)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self._fail(_where(error), data)
        taken = time.process_time() - before
        self.slowest = max(self.slowest, taken)
        if taken > SLOW:
            self._fail(f"slow: more than {SLOW} s", data)
        if time.monotonic() - self._told > 1:
            self.tell()

    def _fail(self, what: str, data: bytes) -> None:
        if what not in self.failures:
            path = FOLDER / f"{self.target.name}-{hashlib.sha256(data).hexdigest()[:12]}.bin"
            path.write_bytes(data)
            self.failures[what] = str(path)

    def tell(self) -> None:
        """Write the account to a file, for the process that prints the table."""
        self._told = time.monotonic()
        account = {
            "cases": self.cases,
            "seconds": self._told - self.started,
            "slowest": self.slowest,
            "failures": self.failures,
        }
        (FOLDER / f"{self.target.name}.json").write_text(json.dumps(account), encoding="utf-8")


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "owui_lint" in frame.filename] or frames
    text = str(error).split("\n")[0][:100] if isinstance(error, AssertionError) else ""
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
    return f"{type(error).__name__} at {place} {text}".strip()


def _work(name: str, seconds: float) -> None:
    """Be the process of one target."""
    try:
        import atheris
    except ImportError:
        atheris = None
    if atheris is None:
        from fuzz import targets

        runner = Runner(name, seconds)
        _generate(runner)
    else:
        with atheris.instrument_imports(include=["owui_lint"], enable_loader_override=False):
            from fuzz import targets

            runner = Runner(name, seconds)
        _guide(atheris, runner)
    runner.tell()
    targets.clean()


def _generate(runner: Runner) -> None:
    """Texts of words, seeds and arbitrary characters, without guidance."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    from fuzz.tokens import encoded

    pieces = st.one_of(
        st.sampled_from(encoded()), st.sampled_from([*runner.target.seeds(), b""]), st.binary(max_size=30)
    )
    made = st.lists(pieces, max_size=40).map(lambda parts: b"".join(parts)[:LONGEST])

    @settings(
        max_examples=200,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(made)
    def go(data: bytes) -> None:
        if not runner.is_over:
            runner.case(data)

    while not runner.is_over:
        go()


def _guide(atheris: Any, runner: Runner) -> None:
    """Mutations by libFuzzer, kept where they reach new code."""
    from fuzz.targets import clean
    from fuzz.tokens import write_dictionary

    corpus = FOLDER / "corpus" / runner.target.name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in runner.target.seeds():
        (corpus / hashlib.sha256(seed[:LONGEST]).hexdigest()[:16]).write_bytes(seed[:LONGEST])
    dictionary = FOLDER / f"{runner.target.name}.dict"
    write_dictionary(dictionary)

    def one(data: bytes) -> None:
        runner.case(data)
        if runner.is_over:  # libFuzzer ends a process without running its ``finally``
            runner.tell()
            clean()
            os._exit(0)

    # Not longer than our texts; memory and time of one input are bounded too.
    options = [
        f"-max_len={LONGEST}",
        f"-dict={dictionary}",
        "-rss_limit_mb=2048",
        f"-timeout={HANG // 2}",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={FOLDER}/{runner.target.name}-", str(corpus)], one)
    atheris.Fuzz()


def main() -> int:
    """Run all targets, or those asked for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=float, default=60, help="for all targets together")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    if arguments.work:
        _work(arguments.targets[0], arguments.seconds)
        return 0
    from fuzz.targets import TARGETS  # not before: in the processes of targets, atheris has to import it

    known = {target.name: target.share for target in TARGETS}
    names = arguments.targets or list(known)
    if not set(names) <= known.keys():
        parser.error(f"targets are {', '.join(known)}")
    print(f"{'target':24}{'cases':>9}{'seconds':>9}{'cases/s':>9}{'slowest':>10}{'crashes':>9}", flush=True)
    second = arguments.seconds / sum(known[name] for name in names)
    return max([_run(name, second * known[name]) for name in names], default=0)


def _run(name: str, seconds: float) -> int:
    """Run one target in a process of its own and print its line; return 1 where something went wrong."""
    account = FOLDER / f"{name}.json"
    account.unlink(missing_ok=True)
    command = [sys.executable, "-m", "fuzz", "--work", "--seconds", str(seconds), name]
    with (FOLDER / f"{name}.log").open("wb") as log:
        try:
            code = subprocess.run(command, stdout=log, stderr=log, timeout=seconds + HANG, check=False).returncode
        except subprocess.TimeoutExpired:
            code = -9
    told = json.loads(account.read_text(encoding="utf-8")) if account.is_file() else {}
    failures = dict(told.get("failures", {}))
    if code:
        failures[f"the process ended with {code}"] = str(FOLDER / f"{name}.log")
    cases, taken = told.get("cases", 0), max(told.get("seconds", 0.0), 0.001)
    print(
        f"{name:24}{cases:9}{taken:9.0f}{cases / taken:9.0f}{told.get('slowest', 0) * 1000:8.0f}ms{len(failures):9}",
        flush=True,
    )
    for what, path in failures.items():
        print(f"    {what}: {path}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
