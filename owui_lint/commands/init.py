"""``owui-lint init``: look at the repository, and write what it needs to be checked from now on."""

from __future__ import annotations

import json
import posixpath
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from owui_lint import __version__
from owui_lint.baseline import NAME as BASELINE_NAME
from owui_lint.config import YAML_NAME
from owui_lint.errors import UsageError
from owui_lint.finding import Message
from owui_lint.language import colon
from owui_lint.lazypattern import lazy_pattern
from owui_lint.options import LangOption, RepositoryArgument
from owui_lint.repository.plugin import README_NAME
from owui_lint.session import Selection, Session, open_whole
from owui_lint.states import is_below
from owui_lint.text import counted, printable

PRE_COMMIT = ".pre-commit-config.yaml"
WORKFLOW = ".github/workflows/owui-lint.yml"
_CHINESE_PAGE = lazy_pattern(r".+?([._-](?:zh|cn|zh[_-]?cn|zh[_-]?hans))\.md", re.IGNORECASE)


@dataclass
class Plan:
    """What ``init`` would write (path to text), what it leaves alone and why, and what it saw."""

    files: dict[str, str] = field(default_factory=dict)
    left: list[tuple[str, Message]] = field(default_factory=list)
    seen: list[Message] = field(default_factory=list)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    path: RepositoryArgument = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Do not accept what is found today.")] = False,
    lang: LangOption = None,
) -> None:
    """Write configuration, a pre-commit hook and a GitHub workflow; existing files stay as they are."""
    from owui_lint.language import choose_language

    session = open_whole(path)
    language = choose_language(lang, session.config["lang"])
    plan = plan_files(session, baseline=not no_baseline)
    for line in plan.seen:
        sys.stdout.write(f"{line.to(language)}\n")
    if not dry_run:
        write_plan(session.root, plan)
    zh = language == "zh"
    for name, text in plan.files.items():
        verb = ("将写入" if dry_run else "已写入") if zh else ("would write" if dry_run else "wrote")
        sys.stdout.write(f"{verb} {name}\n")
        if dry_run and name != BASELINE_NAME:
            sys.stdout.write("".join(f"    {line}\n" for line in text.splitlines()))
    for name, why in plan.left:
        sys.stdout.write(f"{'保留' if zh else 'left'} {name}{colon(language)}{why.to(language)}\n")
    if not dry_run:
        sys.stdout.write("下一步：`owui-lint`\n" if zh else "Next: `owui-lint`\n")


def plan_files(session: Session, *, baseline: bool) -> Plan:
    """Return what a repository needs and does not have yet. Raises ``UsageError`` where no plugin is found."""
    plan = Plan()
    settings = {} if session.config.file is not None else _detect(session)
    for name, value in settings.items():
        session.config.override(name, value, "init")
    session.reread()
    profile, reason = session.profile(None if session.config.file is not None else settings.get("profile"))
    report = session.check(Selection())
    plan.seen.append(
        Message(
            f"{counted(report.plugins, 'plugin')}, profile {profile}: {printable(reason.en)}.",
            f"{report.plugins} 个插件，规则集 {profile}：{printable(reason.zh)}。",
        )
    )
    accept = baseline and bool(report.findings) and session.config["baseline"] is None
    root = session.root
    if session.config.file is not None:
        name = Path(session.config.file).name
        plan.left.append((name, Message("it configures owui-lint already", "已有 owui-lint 配置")))
    else:
        _add(plan, root, YAML_NAME, "\n".join(_configuration(settings, profile, reason, accept=accept)) + "\n", None)
    if accept:
        _add_baseline(plan, session, report.findings)
    _add(plan, root, PRE_COMMIT, "repos:\n" + _hook(), _hook())
    if (root / ".gitlab-ci.yml").is_file() and not (root / ".github").is_dir():
        plan.left.append((WORKFLOW, Message("this repository is built by GitLab", "该仓库使用 GitLab CI")))
    else:
        _add(plan, root, WORKFLOW, _WORKFLOW.replace("{version}", __version__), None)
    return plan


def _add(plan: Plan, root: Path, name: str, text: str, snippet: str | None) -> None:
    from owui_lint.repository.files import SourceFile

    target = root / name
    if not (target.exists() or target.is_symlink()):
        plan.files[name] = text
    elif snippet is not None and b"owui-lint" not in SourceFile(root, name).data:
        why = Message(f"it exists; add this to it:\n{snippet}", f"文件已存在，请把下面的内容加进去：\n{snippet}")
        plan.left.append((name, why))
    else:
        plan.left.append((name, Message("it exists", "文件已存在")))


def _add_baseline(plan: Plan, session: Session, findings: Any) -> None:
    from owui_lint.baseline import compare, dump, entries_of

    entries = entries_of(findings, session.source)
    errors = compare(findings, entries, session.source).hidden_version_errors
    count = len(entries)
    _add(plan, session.root, BASELINE_NAME, dump(entries), None)
    plan.seen.append(
        Message(
            f"Into the baseline: {counted(count, 'finding')} of today; only new ones will fail.",
            f"现有 {count} 个问题写入基线，之后只有新问题会导致失败。",
        )
    )
    if errors:
        plan.seen.append(
            Message(
                f"Version errors among them: {errors}. Mend them with `owui-lint --fix-versions`, "
                "then `owui-lint baseline --prune`.",
                f"其中 {errors} 个是版本不一致错误：可用 `owui-lint --fix-versions` 修复，"
                "再运行 `owui-lint baseline --prune`。",
            )
        )


def _detect(session: Session) -> dict[str, str]:
    """Return the settings in which the repository differs from the defaults: names and folders in use."""
    repository, config = session.repository, session.config
    found: dict[str, str] = {}
    if not repository.is_standard_layout:
        folders = Counter(
            posixpath.dirname(posixpath.dirname(folder))
            for folder in repository.folders
            if posixpath.basename(posixpath.dirname(folder)) in repository.types
        )
        folders.pop("", None)
        if folders:
            found["plugins-dir"] = folders.most_common(1)[0][0]
    names = map(posixpath.basename, repository.paths)
    readmes = Counter(name for name in names if (match := README_NAME.fullmatch(name)) and match["lang"])
    if readmes and config["readme-zh"] not in readmes:
        found["readme-zh"] = readmes.most_common(1)[0][0]
    pages = (path for path in repository.paths if path.startswith(repository.docs_dir + "/"))
    suffixes = Counter(match[1] for path in pages if (match := _CHINESE_PAGE.fullmatch(posixpath.basename(path))))
    if suffixes and config["docs-zh-suffix"] not in suffixes:
        found["docs-zh-suffix"] = suffixes.most_common(1)[0][0]
    return found


def _configuration(settings: dict[str, str], profile: str, reason: Message, *, accept: bool) -> Iterator[str]:
    yield "# Configuration of owui-lint: `owui-lint check --show-config` lists all settings, `owui-lint schema` describes them."
    yield f"profile: {profile}  # {printable(reason.en)}"
    for name, value in settings.items():
        yield f"{name}: {json.dumps(value)}"
    if accept:
        yield f"baseline: {BASELINE_NAME}  # findings that were accepted at the start; `owui-lint baseline --prune` shortens it"


def _hook() -> str:
    return f"""\
  - repo: local
    hooks:
      - id: owui-lint
        name: owui-lint
        entry: owui-lint
        language: python
        additional_dependencies: ["owui-lint=={__version__}"]
        # Versions agree across files or they do not: always the whole repository, whatever a commit touches.
        pass_filenames: false
        always_run: true
"""


# Safe on pull requests from forks: no secrets, a token that can only read, nothing of the pull request in a shell line, and
# the checker installs from the index, not from the repository that it checks.
_WORKFLOW = """\
name: owui-lint

on:
  push:
    branches: [main, master]
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
          fetch-depth: 0  # date badges are compared with history
          persist-credentials: false
      - name: Check plugins
        run: pipx run --spec "owui-lint=={version}" owui-lint check --output-format github
"""


def write_plan(root: Path, plan: Plan) -> None:
    """Write the files of a plan, all or none. Raises ``UsageError`` or ``WriteError`` where that cannot be."""
    from owui_lint.fixing.edits import FileChange
    from owui_lint.fixing.transaction import write_all

    for name in plan.files:
        folder = (root / name).parent
        if not is_below(folder, root):
            shown = printable(name)
            raise UsageError(
                f"{shown} lies behind a link that leads out of the repository.", f"{shown} 经由链接指向仓库之外。"
            )
        folder.mkdir(parents=True, exist_ok=True)
    write_all(root, [FileChange(name, None, text.encode()) for name, text in plan.files.items()])
