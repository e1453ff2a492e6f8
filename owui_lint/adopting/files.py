"""The files that a repository is given: configuration, a hook for pre-commit, a GitHub workflow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from owui_lint import __version__
from owui_lint.baseline import NAME as BASELINE_NAME
from owui_lint.config import TOML_NAME, TOML_TABLE, Config
from owui_lint.finding import Message
from owui_lint.text import printable

PRE_COMMIT = ".pre-commit-config.yaml"
WORKFLOW = ".github/workflows/owui-lint.yml"


def configuration(settings: Mapping[str, str], profile: str, reason: Message, lang: str, *, accept: bool) -> str:
    """Return a configuration: settings by name, the profile and why it was chosen, and, with ``accept``, a baseline."""
    return "".join(f"{line}\n" for line in _configuration(settings, profile, reason, lang, accept=accept))


_ABOUT = Message(
    "Configuration of owui-lint: `owui-lint check --show-config` lists all settings, `owui-lint schema` describes them.",
    "owui-lint 的配置：`owui-lint check --show-config` 列出全部设置，`owui-lint schema` 输出其说明。",
)
_ACCEPTED = Message(
    "findings accepted at the start; `owui-lint baseline --prune` removes those that no longer occur",
    "接入时已接受的问题；可用 `owui-lint baseline --prune` 缩减",
)
_WHOLE = Message(
    "Versions have to agree across files, so the whole repository is always checked, whatever a commit touches.",
    "版本是否一致要看所有文件：无论提交改动了什么，总是检查整个仓库。",
)
_HISTORY = Message(
    "date badges and the base of a pull request are compared with history",
    "日期徽章和 PR 的基准都要与提交历史比较",
)
_ANSWERABLE = Message(
    "Pull requests: only what they change (was the version raised?). Pushes: everything.",
    "PR 只检查它改动的部分（例如是否提升了版本），推送则检查全部。",
)
#: The same for a profile in which it is no error that a version was not raised.
_ANSWERABLE_WITHOUT_RAISING = Message(
    "Pull requests: only what they change. Pushes: everything. A version that was not raised is reported but "
    "does not fail here; with `--fail-on warning`, it does.",
    "PR 只检查它改动的部分，推送则检查全部。未提升版本在此只会报告，不会失败；加上 `--fail-on warning` 才会失败。",
)


def _configuration(
    settings: Mapping[str, str], profile: str, reason: Message, lang: str, *, accept: bool
) -> Iterator[str]:
    yield f"# {_ABOUT.to(lang)}"
    yield f"profile: {profile}  # {printable(reason.to(lang))}"
    for name, value in settings.items():
        yield f"{name}: {json.dumps(value)}"
    if accept:
        yield f"baseline: {BASELINE_NAME}  # {_ACCEPTED.to(lang)}"


def baseline_line(config: Config, name: str = BASELINE_NAME) -> str:
    """Return what makes the baseline ``name`` (relative to the root) count, as the configuration's own file has it."""
    line = config.line("baseline", name)
    return f"{line}  # in [{TOML_TABLE}]" if Path(config.file or "").name == TOML_NAME else line


def hook(lang: str) -> str:
    """Return the hook as an entry of pre-commit's list of repositories, with comments in a language."""
    return f"""\
  - repo: local
    hooks:
      - id: owui-lint
        name: owui-lint
        entry: owui-lint
        language: python
        additional_dependencies: ["owui-lint=={__version__}"]
        # {_WHOLE.to(lang)}
        pass_filenames: false
        always_run: true
        stages: [pre-commit]
"""


def workflow(lang: str, branches: Sequence[str], *, must_raise: bool) -> str:
    """Return the GitHub workflow for pushes to ``branches`` (plain names), with comments in a language. ``must_raise``: a
    version that was not raised is an error."""
    answerable = _ANSWERABLE if must_raise else _ANSWERABLE_WITHOUT_RAISING
    return (
        _WORKFLOW.replace("{version}", __version__)
        .replace("{history}", _HISTORY.to(lang))
        .replace("{answerable}", answerable.to(lang))
        .replace("{branches}", ", ".join(branches))
    )


def workflow_steps(lang: str, *, must_raise: bool) -> str:
    """Return the steps of the workflow, for one that is there already."""
    return workflow(lang, (), must_raise=must_raise).partition("    steps:\n")[2]


# Safe on pull requests from forks: no secrets, a token that can only read, nothing of the pull request in a shell line, and
# the checker installs from the index, not from the repository that it checks. The runner sets GITHUB_BASE_REF for pull
# requests alone: a branch of the repository itself, which stays one argument whatever it is called.
_WORKFLOW = """\
name: owui-lint

on:
  push:
    branches: [{branches}]
  pull_request:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1  # v7.0.1
        with:
          fetch-depth: 0  # {history}
          persist-credentials: false
      - name: Check plugins
        # {answerable}
        run: >-
          pipx run --spec "owui-lint=={version}" owui-lint check --output-format github
          ${GITHUB_BASE_REF:+"--since=origin/$GITHUB_BASE_REF"}
"""
