"""``init``: what it writes after a look at the repository, and that it leaves alone what is there."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from owui_lint import __version__
from owui_lint.adopting.files import PRE_COMMIT, WORKFLOW
from owui_lint.baseline import NAME
from owui_lint.fixing.errors import Reason, WriteError
from tests.support import commit, git, run, write_files

FILES: dict[str, str | bytes] = {
    "plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.1.0\n"""\n',
    "plugins/filters/echo/README.md": "# Echo\n\n**Version:** 1.0.0\n",
    "plugins/filters/echo/README_CN.md": "# 回声\n\n**版本:** 1.1.0\n",
}


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_from_nothing_to_a_run_that_fails_on_a_new_drift(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, FILES)
    code, out, _ = run(capsys, "init", str(tmp_path))
    assert code == 0 and "profile standard: plugins/filters/echo/README_CN.md exists" in out
    assert "Version errors among them: 1. `owui-lint --fix-versions` fixes 1 of them" in out
    config = yaml.safe_load((tmp_path / ".owui-lint.yaml").read_text(encoding="utf-8"))
    assert config == {"profile": "standard", "baseline": NAME}
    code, out, _ = run(capsys, "check", str(tmp_path))
    assert code == 0 and "1 of them a version error" in out
    (tmp_path / "plugins/filters/echo/README_CN.md").write_text("# 回声\n\n**版本:** 0.9.0\n", encoding="utf-8")
    assert run(capsys, "check", str(tmp_path))[0] == 1
    before = files(tmp_path)
    code, out, _ = run(capsys, "init", str(tmp_path))
    assert code == 0 and out.count("left ") == 3 and "wrote" not in out
    assert files(tmp_path) == before


def test_dry_run_writes_nothing(tmp_path: Path, capsys: Any) -> None:
    before = files(write_files(tmp_path, FILES))
    code, out, _ = run(capsys, "init", str(tmp_path), "--dry-run")
    assert code == 0 and f"would write {WORKFLOW}" in out and "pass_filenames: false" in out
    assert files(tmp_path) == before
    assert "将写入" in run(capsys, "init", str(tmp_path), "--dry-run", "--lang", "zh")[1]


@pytest.mark.parametrize("name", [".owui-lint.yaml", NAME, PRE_COMMIT, WORKFLOW])
@pytest.mark.parametrize("link", [False, True])
def test_never_overwrites(tmp_path: Path, capsys: Any, name: str, link: bool) -> None:
    root = write_files(tmp_path / "repo", FILES)
    content = b"lang: en\n"
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    if link:
        outside = tmp_path / "outside"
        outside.write_bytes(content)
        (root / name).symlink_to(outside)
    else:
        (root / name).write_bytes(content)
    code, out, _ = run(capsys, "init", str(root))
    if link and name == ".owui-lint.yaml":
        assert code == 2  # what lies outside is not read either
    else:
        assert code == 0 and f"left {name}" in out
    assert (root / name).read_bytes() == content
    if name == PRE_COMMIT:
        assert "      - id: owui-lint\n" in out  # what to add by hand


def test_a_folder_that_leads_out_is_refused(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path / "repo", FILES)
    (tmp_path / "outside").mkdir()
    (root / ".github").symlink_to(tmp_path / "outside")
    code, out, err = run(capsys, "init", str(root))
    assert code == 2 and "leads out of the repository" in err
    assert out == "", "nothing is said to be in a baseline that was not written"
    assert files(tmp_path / "outside") == {}
    assert not (root / ".owui-lint.yaml").exists()


def test_a_refused_write_leaves_no_folders(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(write_files(tmp_path, FILES))

    def refuse(*_: object) -> None:
        raise WriteError(".owui-lint.yaml", Reason.READ_ONLY, "its folder is read-only")

    monkeypatch.setattr("owui_lint.fixing.transaction.write_all", refuse)
    assert run(capsys, "init", str(tmp_path))[0] == 2
    assert files(tmp_path) == before and not (tmp_path / ".github").exists()
    (tmp_path / ".github").mkdir()
    assert run(capsys, "init", str(tmp_path))[0] == 2
    assert list((tmp_path / ".github").iterdir()) == []


def test_a_file_where_a_folder_should_be(tmp_path: Path, capsys: Any) -> None:
    before = files(write_files(tmp_path, {**FILES, ".github": "x"}))
    code, _, err = run(capsys, "init", str(tmp_path))
    assert code == 2 and WORKFLOW in err
    assert files(tmp_path) == before


def test_why_a_profile_was_chosen_is_shown_without_what_acts(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, {path.replace("echo/", "echo\x1b[2J/"): text for path, text in FILES.items()})
    for lang in ("en", "zh"):
        code, out, _ = run(capsys, "init", str(tmp_path), "--dry-run", "--lang", lang)
        assert code == 0 and "echo\\x1b" in out and "\x1b" not in out


def test_pyproject_is_left(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, {**FILES, "pyproject.toml": '[tool.owui-lint]\nprofile = "openwebui"\n'})
    out = run(capsys, "init", str(tmp_path))[1]
    assert "left pyproject.toml" in out and not (tmp_path / ".owui-lint.yaml").exists()


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (".owui-lint.yaml", "fail-on: info\n", f"baseline: {NAME}\n"),
        ("pyproject.toml", '[tool.owui-lint]\nfail-on = "info"\n', f'baseline = "{NAME}"  # in [tool.owui-lint]\n'),
    ],
)
def test_how_the_baseline_counts_is_shown_where_a_configuration_is(
    tmp_path: Path, capsys: Any, name: str, text: str, line: str
) -> None:
    write_files(tmp_path, {**FILES, name: text})
    _, out, _ = run(capsys, "init", str(tmp_path))
    assert f"left {name}: it configures owui-lint already; for the baseline to count, add this to it:\n{line}" in out
    assert "where it counts, only new ones fail" in out and "will fail" not in out
    assert run(capsys, "check", str(tmp_path))[0] == 1
    (tmp_path / name).write_text(text + line, encoding="utf-8")
    assert run(capsys, "check", str(tmp_path))[0] == 0
    assert "add this" not in run(capsys, "init", str(tmp_path))[1]


def test_a_baseline_that_is_there_gets_nothing_of_today(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, {**FILES, NAME: '{"schema": 1, "findings": []}'})
    _, out, _ = run(capsys, "init", str(tmp_path))
    assert "Into the baseline" not in out and f"left {NAME}: it exists" in out


@pytest.mark.parametrize("drifted", [True, False])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".owui-lint.yaml", "baseline: ./accepted/findings.json\n"),
        ("pyproject.toml", '[tool.owui-lint]\nbaseline = "accepted/findings.json"\n'),
    ],
)
def test_a_baseline_that_the_configuration_awaits_is_written(
    tmp_path: Path, capsys: Any, name: str, text: str, drifted: bool
) -> None:
    if not drifted:
        text += "select: file-unreadable\n" if name.endswith("yaml") else 'select = "file-unreadable"\n'
    write_files(tmp_path, {**FILES, name: text})
    assert run(capsys, "check", str(tmp_path))[0] == 2
    code, out, _ = run(capsys, "init", "--no-baseline", "--dry-run", str(tmp_path))
    assert code == 0 and "which does not exist: `owui-lint baseline` writes it" in out
    shown = run(capsys, "init", "--dry-run", str(tmp_path))[1]
    assert "would write accepted/findings.json" in shown and "fingerprint" not in shown
    code, out, _ = run(capsys, "init", str(tmp_path))
    assert code == 0 and "wrote accepted/findings.json" in out and "add this to it" not in out.partition("wrote")[0]
    assert "only new ones will fail" in out
    assert run(capsys, "check", str(tmp_path))[0] == 0
    assert "left accepted/findings.json" not in run(capsys, "init", str(tmp_path))[1]


def test_a_workflow_without_the_linter_is_told_the_steps(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, {**FILES, WORKFLOW: "name: lint\n"})
    _, out, _ = run(capsys, "init", str(tmp_path))
    assert f"left {WORKFLOW}: it exists; add this to it:" in out and "owui-lint check --output-format github" in out


def test_only_what_can_be_mended_is_said_to_be(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, {**FILES, "plugins/filters/echo/README_CN.md": "# 回声\n\n**版本:** 9.0.0\n"})
    _, out, _ = run(capsys, "init", str(tmp_path))
    assert "Version errors among them: " in out and "fixes" not in out


def test_names_in_use_are_found(tmp_path: Path, capsys: Any) -> None:
    names = {"README_CN.md": "README.zh.md", "plugins/": "src/ext: #1/"}
    moved = {}
    for path, text in FILES.items():
        for old, new in names.items():
            path = path.replace(old, new)
        moved[path] = text
    write_files(
        tmp_path, {**moved, "docs/plugins/filters/echo.md": "# Echo", "docs/plugins/filters/echo_cn.md": "# 回声"}
    )
    assert run(capsys, "init", str(tmp_path))[0] == 0
    config = yaml.safe_load((tmp_path / ".owui-lint.yaml").read_text(encoding="utf-8"))
    assert config["plugins-dir"] == "src/ext: #1"
    assert (config["readme-zh"], config["docs-zh-suffix"]) == ("README.zh.md", "_cn")
    assert "filters/echo" in run(capsys, "plugins", str(tmp_path))[1]


def test_comments_are_in_the_language_of_the_run(tmp_path: Path, capsys: Any) -> None:
    run(capsys, "init", str(write_files(tmp_path, FILES)), "--lang", "zh")
    for name in (".owui-lint.yaml", PRE_COMMIT, WORKFLOW):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert yaml.safe_load(text) and any("\u4e00" < character < "\u9fff" for character in text)


def test_the_hook_is_not_run_for_messages(tmp_path: Path, capsys: Any) -> None:
    run(capsys, "init", str(write_files(tmp_path, FILES)))
    (hook,) = yaml.safe_load((tmp_path / PRE_COMMIT).read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert hook["always_run"] is True and hook["stages"] == ["pre-commit"]
    for one in yaml.safe_load((Path(__file__).parents[1] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")):
        assert ("commit-msg" in one["stages"]) == ("commit-msg" in one["id"])


def test_workflow_is_safe_for_forks(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, FILES)
    run(capsys, "init", str(tmp_path), "--no-baseline")
    assert not (tmp_path / NAME).exists()
    text = (tmp_path / WORKFLOW).read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    triggers = workflow[True]  # YAML 1.1 reads the key `on` as true
    assert "pull_request" in triggers and "pull_request_target" not in triggers
    assert "${{" not in text and "secrets" not in text
    steps = workflow["jobs"]["check"]["steps"]
    assert steps[0]["with"]["persist-credentials"] is False
    assert all(len(step["uses"].split("@")[1]) == 40 for step in steps if "uses" in step)


def _printed(root: Path, script: str, **environment: str) -> list[str]:
    done = subprocess.run(["bash", "-ec", script], cwd=root, env=environment, capture_output=True, check=True)
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize("branch", ["main", "release $(touch x);y"])
def test_workflow_asks_a_pull_request_for_what_it_changed(tmp_path: Path, capsys: Any, branch: str) -> None:
    """The step as a shell runs it, with what stands in for pipx printing its arguments, one a line."""
    write_files(tmp_path, FILES)
    for lang in ("en", "zh"):
        run(capsys, "init", str(tmp_path), "--no-baseline", "--lang", lang)
        text = (tmp_path / WORKFLOW).read_text(encoding="utf-8")
        (tmp_path / WORKFLOW).unlink()
        checkout, step = yaml.safe_load(text)["jobs"]["check"]["steps"]
        assert checkout["with"]["fetch-depth"] == 0
        assert ("PR 只检查它改动的部分" if lang == "zh" else "Pull requests: only what they change") in text
        script = "pipx() { printf '%s\\n' \"$@\"; }\n" + step["run"]

        whole = ["run", "--spec", f"owui-lint=={__version__}", "owui-lint", "check", "--output-format", "github"]
        assert _printed(tmp_path, script) == _printed(tmp_path, script, GITHUB_BASE_REF="") == whole
        assert _printed(tmp_path, script, GITHUB_BASE_REF=branch) == [*whole, f"--since=origin/{branch}"]
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(("profile", "must_raise"), [("openwebui", False), ("standard", True), ("strict", True)])
def test_workflow_says_whether_an_unraised_version_fails(
    tmp_path: Path, capsys: Any, profile: str, must_raise: bool
) -> None:
    """Of the profile that the configuration chooses, as a run with --since then does."""
    code = '"""\ntitle: Echo\nversion: 1.1.0\n"""\nLIMIT = 3\nclass Filter: ...\n'
    commit(write_files(tmp_path, {"filters/echo/echo.py": code, ".owui-lint.yaml": f"profile: {profile}\n"}))
    run(capsys, "init", str(tmp_path), "--no-baseline")
    assert ("does not fail here" not in (tmp_path / WORKFLOW).read_text(encoding="utf-8")) is must_raise
    since = ("--since", "HEAD", "--select", "version-not-raised", str(tmp_path))
    write_files(tmp_path, {"filters/echo/echo.py": code.replace("3", "4")})
    assert run(capsys, *since)[0] == must_raise
    write_files(tmp_path, {"filters/echo/echo.py": code.replace("1.1.0", "1.0.9")})
    assert run(capsys, *since)[0] == 1


def test_gitlab_gets_no_github_workflow(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, {**FILES, ".gitlab-ci.yml": "stages: []\n"})
    assert f"left {WORKFLOW}" in run(capsys, "init", str(tmp_path))[1]
    assert not (tmp_path / WORKFLOW).exists()


def test_nothing_to_check(tmp_path: Path, capsys: Any) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert run(capsys, "init", str(tmp_path))[0] == 2
    assert not (tmp_path / ".owui-lint.yaml").exists()


@pytest.mark.parametrize(
    ("branch", "others", "remote", "expected"),
    [
        ("develop", (), None, "[develop]"),
        ("release/2.x", (), None, "[release/2.x]"),
        ("topic", ("main",), None, "[main, master]"),
        ("topic", (), "develop", "[develop]"),
        ("topic", (), "main", "[main, master]"),
        ("a+b", (), None, "[main, master]"),
        ("trunk", ("main",), "trunk", "[trunk]"),
    ],
)
def test_the_workflow_runs_on_the_default_branch(
    tmp_path: Path, capsys: Any, branch: str, others: tuple[str, ...], remote: str | None, expected: str
) -> None:
    commit(write_files(tmp_path, FILES))
    git(tmp_path, "branch", "-m", branch)
    for other in others:
        git(tmp_path, "branch", other)
    if remote is not None:
        git(tmp_path, "symbolic-ref", "refs/remotes/origin/HEAD", f"refs/remotes/origin/{remote}")
    run(capsys, "init", str(tmp_path))
    text = (tmp_path / WORKFLOW).read_text()
    assert f"    branches: {expected}\n" in text and yaml.safe_load(text)["jobs"]


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, FILES)

    mkdir = Path.mkdir

    def refuse(self: Path, *given: Any, **named: Any) -> None:
        if self.name == ".github":
            raise OSError(errno.EROFS, "Read-only file system")
        mkdir(self, *given, **named)

    monkeypatch.setattr(Path, "mkdir", refuse)
    code, _, err = run(capsys, "init", str(tmp_path))
    assert code == 2 and f"{WORKFLOW} was not written: it or its folder is read-only: make it writable." in err
    assert "gone" not in err
