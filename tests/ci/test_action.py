"""The step of the GitHub Action, run as a script: inputs are data, whatever they hold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from owui_lint.cli import Level
from owui_lint.options import Profile

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the step is a bash script")

# A Python that makes environments in which pip and owui_lint only write down how they were called.
FAKE = """#!/usr/bin/env bash
if [[ "$*" == "-I -m venv "* ]]; then
  mkdir -p "$4/bin"
  cp "$0" "$4/bin/python"
elif [[ "$3" == pip ]]; then
  printf '%s\\0' "$@" >"$RECORD/pip"
  exit "${PIP_CODE:-0}"
elif [[ "$3" == owui_lint ]]; then
  printf '%s\\0' "$@" >"$RECORD/lint"
  exit "${LINT_CODE:-0}"
else
  exit "${PYTHON_CODE:-0}"
fi
"""


class Step:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "checkout"
        self.work.mkdir()
        programs = folder / "programs"
        programs.mkdir()
        (programs / "python3").write_text(FAKE)
        (programs / "python3").chmod(0o755)
        self.environment = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "RECORD": str(folder),
            "RUNNER_TEMP": str(folder),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(folder / "output"),
        }

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", str(ROOT / "tools/action.sh")],
            env={**self.environment, **inputs},
            cwd=self.work,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def recorded(self, name: str) -> list[str]:
        return (self.folder / name).read_text().split("\0")[:-1]


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return Step(tmp_path)


def test_nothing_given(step: Step) -> None:
    assert step.run().returncode == 0
    assert step.recorded("lint") == ["-I", "-m", "owui_lint", "check", "--no-cache", "--output-format=github", "--"]
    assert step.recorded("pip")[-1] == str(ROOT)
    assert (step.folder / "output").read_text() == "exit-code=0\n"


def test_inputs_become_arguments(step: Step) -> None:
    done = step.run(
        INPUT_PATHS="plugins/a b\r\n\n  docs  ",
        INPUT_ARGS="--select=versions\n--exit-zero\n",
        INPUT_PROFILE="standard",
        INPUT_FAIL_ON="warning",
        INPUT_VERSION="0.1.0",
    )
    assert done.returncode == 0, done.stderr
    assert step.recorded("lint")[5:] == [
        *("--output-format=github", "--select=versions", "--exit-zero", "--profile=standard", "--fail-on=warning"),
        *("--", "plugins/a b", "docs"),
    ]
    assert step.recorded("pip")[-1] == "owui-lint==0.1.0"


@pytest.mark.parametrize("text", ["$(touch pwned)", "`touch pwned`", "; touch pwned", "a' || touch pwned #", "*", "~"])
def test_no_input_reaches_a_shell(step: Step, text: str) -> None:
    done = step.run(INPUT_PATHS=text, INPUT_ARGS=f"--select={text}", INPUT_PROFILE=text, INPUT_FAIL_ON=text)
    assert done.returncode == 0
    assert not list(step.folder.rglob("pwned"))
    assert step.recorded("lint")[-1] == text
    assert f"--select={text}" in step.recorded("lint") and f"--profile={text}" in step.recorded("lint")


@pytest.mark.parametrize("path", ["--fix", "-h", "--output=html:/etc/x"])
def test_a_path_is_never_an_option(step: Step, path: str) -> None:
    assert step.run(INPUT_PATHS=path).returncode == 0
    assert step.recorded("lint")[-2:] == ["--", path]


@pytest.mark.parametrize("version", ["git+https://example.org/x", "0.1.0 evil", "--index-url=x", "./here", "0.1.0;x"])
def test_a_version_is_a_version(step: Step, version: str) -> None:
    assert step.run(INPUT_VERSION=version).returncode == 2
    assert not (step.folder / "pip").exists()


def test_args_are_options(step: Step) -> None:
    assert step.run(INPUT_ARGS="--select versions\nplugins").returncode == 2


def test_the_exit_code_is_handed_on_and_nothing_is_left(step: Step) -> None:
    step.environment["LINT_CODE"] = "1"
    assert step.run().returncode == 1
    assert (step.folder / "output").read_text() == "exit-code=1\n"
    assert not list(step.folder.glob("owui-lint.*"))
    assert not list(step.work.iterdir())


def test_an_installation_that_fails_is_no_finding(step: Step) -> None:
    step.environment["PIP_CODE"] = "1"
    done = step.run()
    assert done.returncode == 3 and "could not be installed" in done.stderr
    assert (step.folder / "output").read_text() == "exit-code=3\n"
    assert not list(step.folder.glob("owui-lint.*"))


def test_a_refused_input_is_told_and_nothing_is_left(step: Step) -> None:
    assert step.run(INPUT_ARGS="plugins").returncode == 2
    assert (step.folder / "output").read_text() == "exit-code=2\n"
    assert not list(step.folder.glob("owui-lint.*"))


def test_an_old_python_is_named(step: Step) -> None:
    step.environment["PYTHON_CODE"] = "1"
    done = step.run()
    assert done.returncode == 2 and "3.11" in done.stderr


def test_modules_of_the_repository_are_not_imported(tmp_path: Path) -> None:
    (tmp_path / "owui_lint.py").write_text("open('pwned', 'w')")
    (tmp_path / "typer.py").write_text("open('pwned', 'w')")
    subprocess.run([sys.executable, "-I", "-m", "owui_lint", "--version"], cwd=tmp_path, capture_output=True)
    assert not (tmp_path / "pwned").exists()


def test_inputs_of_the_action_are_those_of_the_script() -> None:
    (run,) = ACTION["runs"]["steps"]
    assert set(run["env"]) == {f"INPUT_{name.upper().replace('-', '_')}" for name in ACTION["inputs"]}
    assert "${{" not in run["run"]
    for name in run["env"]:
        assert name in (ROOT / "tools/action.sh").read_text()
    for choice in Profile:
        assert choice.value in ACTION["inputs"]["profile"]["description"]
    for level in Level:
        assert level.value in ACTION["inputs"]["fail-on"]["description"]


def test_workflows_are_read_only_and_pinned() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        workflow = yaml.safe_load(path.read_text())
        assert workflow["permissions"] == {}
        assert "pull_request_target" not in path.read_text()
        for job in workflow["jobs"].values():
            assert job["permissions"] == {"contents": "read"}
            for item in job["steps"]:
                assert "${{" not in item.get("run", "")
                used = item.get("uses", "./")
                assert used == "./" or len(used.partition("@")[2]) == 40


def test_gitlab_template_keeps_variables_quoted() -> None:
    job = yaml.safe_load((ROOT / "templates/gitlab-ci.yml").read_text())["owui-lint"]
    (script,) = job["script"]
    done = subprocess.run(
        ["bash", "-c", script.replace("/tmp/owui-lint/bin/python", "printf '%s\\n'")],
        env={"PATH": os.environ["PATH"], "OWUI_LINT_FAIL_ON": "a b; touch x", "OWUI_LINT_PROFILE": "$(touch x)"},
        capture_output=True,
        text=True,
    )
    assert "--fail-on=a b; touch x" in done.stdout.splitlines()
    assert "--profile=$(touch x)" in done.stdout.splitlines()
    assert job["artifacts"]["reports"]["codequality"] in script and job["artifacts"]["reports"]["junit"] in script
