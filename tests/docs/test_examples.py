"""What the documents show: commands print it, names in it exist, and both READMEs have the same parts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from owui_lint.adopting.files import workflow
from owui_lint.deploying import state
from owui_lint.reporting import deployment
from owui_lint.repository import matches_any
from owui_lint.rulebook import load_rulebook
from tests.support import run, run_json, write_files
from tests.test_example_repository import copy_example

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "README_CN.md"]
ADOPTING = [DOCS / "adopting.md", DOCS / "adopting.zh.md"]


def _blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}[^\n]*\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("on_a_fixed_day")
@pytest.mark.parametrize(
    ("page", "lang"),
    [
        ("README.md", "en"),
        ("README_CN.md", "zh"),
        ("docs/getting-started.md", "en"),
        ("docs/getting-started.zh.md", "zh"),
    ],
)
def test_samples_are_what_commands_print(
    page: str, lang: str, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `make demo` prepares it; parts that a sample leaves out are marked with an ellipsis on a line of its own."""
    monkeypatch.chdir(copy_example(tmp_path / "bilingual"))
    outputs = {
        "check": run(capsys, "check", "--lang", lang)[1],
        "versions": run(capsys, "versions", "--lang", lang)[1],
    }
    samples = [block for block in _blocks(ROOT / page, "text") if "word-counter" in block]
    assert len(samples) == (2 if page.startswith("README") else 1)
    for sample in samples:
        command = re.match(r"\$ owui-lint (\w+).*\n", sample)
        rest = outputs[command[1] if command else "check"]
        parts = (sample[command.end() :] if command else sample).split("…\n")
        for part in parts:
            assert part in rest, part
            rest = rest.partition(part)[2]
        assert rest == "", "the sample ends before the output does"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_suppressed_rules_exist(path: Path) -> None:
    known = load_rulebook()
    for names in re.findall(r"owui-lint: ignore(?:-next-line|-file)?\[([^\]]+)\]", path.read_text(encoding="utf-8")):
        for name in names.split(","):
            assert known.find(name.strip())


@pytest.mark.parametrize("path", ADOPTING, ids=lambda path: path.name)
def test_shown_suppressions_hide_what_they_name(path: Path, tmp_path: Path, capsys: Any) -> None:
    (block,) = _blocks(path, "python")
    head = '"""\ntitle: Echo\nversion: 1.0.0\n"""\nfrom pydantic import BaseModel, Field\n\n\n'
    code = "plugins/filters/echo/echo.py"
    write_files(tmp_path, {code: head + block})
    arguments = ("check", str(tmp_path), "--profile", "standard", "--select", "tool,valve-name,print-call")
    assert run_json(capsys, *arguments)[1]["findings"] == []
    bare = re.sub(r"# owui-lint: .*", "", block)
    write_files(tmp_path, {code: head + bare})
    found = run_json(capsys, *arguments)[1]["findings"]
    assert sorted(one["name"] for one in found) == ["print-call", "valve-name"]


@pytest.mark.parametrize("name", ["own-rules.md", "own-rules.zh.md"])
def test_the_shown_rule_works(name: str, tmp_path: Path, capsys: Any) -> None:
    (rule,) = _blocks(DOCS / name, "yaml")
    code = '"""\ntitle: Echo\nversion: 1.0.0\n"""\nURL = "https://wiki.internal/a"\n'
    write_files(tmp_path, {"plugins/filters/echo/echo.py": code, ".owui-lint/rules/own.yaml": rule})
    (found,) = run_json(capsys, "check", str(tmp_path), "--select", "local")[1]["findings"]
    assert found["message"] == "https://wiki.internal cannot be reached from outside."


def _parts(text: str) -> dict[str, list[str]]:
    """What is the same in every language: headings by depth, blocks by kind with their commands and keys, names in code."""
    text = text.partition("<!-- RULES_START -->")[0] + text.partition("<!-- RULES_END -->")[2]
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    code = [re.sub(r"\s+#.*", "", line) for kind, block in blocks if kind != "text" for line in block.splitlines()]
    addresses = re.findall(r"\]\(([^)]+)\)", prose)
    return {
        "headings": re.findall(r"^#+", prose, re.MULTILINE),
        "blocks": [kind for kind, _ in blocks],
        "code": [line for line in code if line.strip() and not line.strip().startswith("#")],
        "comments": [line.split()[3] for line in text.splitlines() if line.strip().startswith("# - id:")],
        "rows": re.findall(r"^\| (`[^|]*`)", prose.replace("、", ", "), re.MULTILINE),
        "names": sorted(set(re.findall(r"`([^`\n]+)`", prose)) - {"owui-lint --lang zh"}),
        "addresses": sorted(
            {one.replace("/owui-lint/zh/", "/owui-lint/").replace(".zh.md", ".md") for one in addresses}
            - set(_COUNTERPARTS)
        ),
    }


_COUNTERPARTS = ("./README.md", "./README_CN.md")


def test_the_readmes_have_the_same_parts() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README_CN.md"))
    here, there = _parts(english), _parts(chinese)
    assert all(here.values())
    for kind, parts in here.items():
        assert parts == there[kind], kind
    lucide = "owui_lint/icons/data/LICENSE-lucide.txt"
    assert lucide in english and lucide in chinese and (ROOT / lucide).is_file()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("owui-lint --fix-versions     #", "owui-lint --fix-version     #"),
        ("rev: v0.1.0", "rev: v0.2.0"),
        ("- id: owui-lint-commit-msg ", "- id: owui-lint-commit-message "),
        ("| `owui-lint deps` |", "| `owui-lint dep` |"),
        ("](CONTRIBUTING.md)", "](CHANGELOG.md)"),
    ],
)
def test_a_part_that_differs_is_seen(old: str, new: str) -> None:
    """Of two READMEs that are the same but for one command, revision, hook or link, that is told."""
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    assert old in english
    assert _parts(english) != _parts(english.replace(old, new))


def test_workflows_check_out_as_init_does() -> None:
    (pinned,) = re.findall(r"uses: (actions/checkout@.*)", workflow("en", ("main", "master"), must_raise=True))
    for path in PAGES:
        for shown in re.findall(r"uses: (actions/checkout@.*)", path.read_text(encoding="utf-8")):
            assert shown == pinned, path
        # Without history, date badges cannot be compared with it.
        text = path.read_text(encoding="utf-8")
        assert text.count("fetch-depth: 0") >= text.count("uses: actions/checkout@"), path


def test_pull_requests_are_checked_as_init_has_it() -> None:
    """What is told in three places is one command."""
    command = " ".join(workflow("en", ("main", "master"), must_raise=True).partition("run: >-\n")[2].split())
    for path in (ROOT / "README.md", ROOT / "README_CN.md", DOCS / "ci.md", DOCS / "ci.zh.md"):
        assert command in " ".join(path.read_text(encoding="utf-8").split()), path


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_states_on_a_server_are_named_as_they_are_printed(lang: str) -> None:
    page = (DOCS / ("deploying.zh.md" if lang == "zh" else "deploying.md")).read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| `([\w-]+)` \|", page, re.MULTILINE)
    assert rows == [(deployment._STATUS[status].to(lang), status.value) for status in state.Status]


def test_path_patterns_match_as_documented() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    patterns = ["plugins/vendored", "docs/plugins/*.zh.md", "plugins/*/draft-?", "plugins/[ab]*"]
    assert all(f"| `{pattern}` |" in text for pattern in patterns)
    folder, text_pattern, one, some = ([pattern] for pattern in patterns)
    assert matches_any("plugins/vendored/a/b.py", folder) and not matches_any("plugins/vendored2/b.py", folder)
    assert matches_any("docs/plugins/tools/echo.zh.md", text_pattern)
    assert not matches_any("Docs/plugins/tools/echo.zh.md", text_pattern)
    assert matches_any("plugins/tools/draft-1/x.py", one) and not matches_any("plugins/tools/draft-12", one)
    assert matches_any("plugins/a/x.py", some) and not matches_any("plugins/c/x.py", some)
    assert not matches_any("docs/echo.md", ["echo.md"]) and matches_any("docs/echo.md", ["*/echo.md"])


def test_hooks_run_whatever_changed() -> None:
    """pre-commit counts no file of a commit that only deletes some, and would pass a hook over that asks for files."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    checking = [hook for hook in hooks if hook["stages"] != ["commit-msg"]]
    assert len(checking) == 2
    for hook in checking:
        assert hook["always_run"] is True and hook["pass_filenames"] is False and "files" not in hook
