"""The order in which findings are reported, and that each is reported once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from owui_lint import engine
from owui_lint.finding import Finding, Message, Place, Related, Severity, Span
from owui_lint.primitives import Context, Hit, registry
from owui_lint.repository import Plugin
from owui_lint.rulebook import load_rulebook
from owui_lint.session import Selection
from tests.support import check, found, open_repo, write_files

ROOT = Path(__file__).parent.parent


def _finding(plugin: str | None, related: str) -> Finding:
    told = (Related(Place(related), Message("there", "那里")),)
    return Finding("OWL001", "rule", Severity.ERROR, Place("a.py"), Message("text", "文字"), plugin, (), told)


def test_the_order_does_not_depend_on_the_order_in_which_rules_spoke() -> None:
    findings = [_finding(None, "x"), _finding("a", "x"), _finding("a", "y"), _finding("b", "x")]
    for given in permutations([*findings, findings[0]]):
        assert engine.in_order(given) == findings


def test_the_order_does_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    code = '"""\ntitle: {0}\nversion: 1.0.0\nrequirements: {1}\n"""\nclass Filter:\n    pass\n'
    write_files(
        tmp_path,
        {
            "plugins/filters/a/a.py": code.format("A", "zzz==1, zzz==1"),
            "plugins/filters/b/b.py": code.format("B", "zzz==2"),
        },
    )
    command = [sys.executable, "-m", "owui_lint", "check", str(tmp_path), "--no-cache", "--output-format", "json"]
    command += ["--select", "requirement-conflict"]
    outputs = {
        subprocess.run(
            command, capture_output=True, cwd=ROOT, check=False, env={**os.environ, "PYTHONHASHSEED": str(seed)}
        ).stdout
        for seed in range(6)
    }
    assert len(outputs) == 1
    # One at each of the three demands for each one that contradicts it: B's demand contradicts both of A's. And A's
    # second one is said to be a repetition.
    assert outputs.pop().count(b'"code": "OWL806"') == 5


def test_what_a_required_rule_requires_is_required_too(tmp_path: Path) -> None:
    """Nothing is known of the front matter of a file that is no text: not even that it lacks something."""
    path = "plugins/actions/a/a.py"
    write_files(tmp_path, {path: '"""\ntitle: 计\n"""\nclass Action:\n    pass\n'.encode("gb18030")})
    names = ("file-unreadable", "icon-missing", "frontmatter-missing-field")
    assert found(check(tmp_path, *names)) == [f"{path}:1:1 file-unreadable"]


FRONT_MATTER = [
    f"frontmatter-{name}" for name in ("missing-field", "misspelt-key", "dropped-line", "placeholder", "url")
]
MISSPELT = '"""\ntitle: Echo\nauther: Ada\nauthor-url: ada.example\nfunding_url: todo\nverison: 1.0.0\ndescription: Repeats.\n"""\n'


def test_a_line_is_reported_by_the_rule_that_sees_its_fault_best(tmp_path: Path) -> None:
    """One finding per line; a version that is missing is an error, so what is in its place is one as well."""
    path = "plugins/filters/a/a.py"
    write_files(tmp_path, {path: MISSPELT + "class Filter: ...\n"})
    assert found(check(tmp_path, *FRONT_MATTER)) == [
        f"{path}:3:1 frontmatter-misspelt-key",
        f"{path}:4:1 frontmatter-dropped-line",
        f"{path}:5:14 frontmatter-placeholder",
        f"{path}:6:1 frontmatter-misspelt-key",
    ]
    severities = [finding.severity.label for finding in check(tmp_path, *FRONT_MATTER).findings]
    assert severities == ["warning", "warning", "warning", "error"]
    (alone,) = [finding for finding in check(tmp_path, FRONT_MATTER[1]).findings if finding.place.span.line == 6]
    assert alone.severity.label == "warning"  # no rule of this profile says that it weighs more
    assert found(check(tmp_path, "frontmatter-missing-field")) == [
        f"{path}:{line}:1 frontmatter-missing-field" for line in (3, 4, 6)
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        {".owui-lint.yaml": 'per-path-ignores:\n  "**": [frontmatter-dropped-line]\n'},
        {"plugins/filters/echo/echo.py": "# owui-lint: ignore-file[frontmatter-dropped-line]\n"},
    ],
    ids=["by the configuration", "by a comment"],
)
def test_what_is_hidden_sees_nothing_better(tmp_path: Path, hidden: dict[str, str]) -> None:
    """A rule is silent in a line for one that somebody hears."""
    path = "plugins/filters/echo/echo.py"
    code = '"""\ntitle: Echo\n**author**: Ada\n"""\nclass Filter: ...\n'
    files = {path: code, "plugins/filters/echo/README_CN.md": "# 回声\n"}
    assert f"{path}:3:1 frontmatter-missing-field" not in found(check(write_files(tmp_path / "a", files)))
    files = {**files, **hidden, path: code + hidden.get(path, "")}
    assert f"{path}:3:1 frontmatter-missing-field" in found(check(write_files(tmp_path / "b", files)))


DROPPED = '"""\ntitle: Echo\nauthor: Ada\ndescription: d\nversion = 1.2.3\n"""\nclass Filter: ...\n'


@pytest.mark.parametrize(
    ("files", "ignored"),
    [
        ({".owui-lint.yaml": 'per-path-ignores:\n  "plugins/*": [frontmatter-missing-field]\n'}, ()),
        ({".owui-lint.yaml": "ignore: [frontmatter-missing-field]\n"}, ()),
        ({}, ("frontmatter-missing-field",)),
        ({"plugins/filters/echo/echo.py": "# owui-lint: ignore-file[frontmatter-missing-field]\n"}, ()),
    ],
    ids=["in a path", "in the configuration", "for a run", "by a comment"],
)
@pytest.mark.parametrize("select", [(), ("frontmatter-dropped-line", "suppression-unused")])
def test_what_is_hidden_makes_nothing_more_severe(
    tmp_path: Path, files: dict[str, str], ignored: tuple[str, ...], select: tuple[str, ...]
) -> None:
    path = "plugins/filters/echo/echo.py"
    write_files(tmp_path, {**files, path: DROPPED + files.get(path, "")})
    session = open_repo(tmp_path)
    session.config.override("ignore", [*session.config["ignore"], *ignored], "--ignore")
    report = session.check(Selection(select=select, profile="standard"))
    of_line = [(one.name, one.severity.label) for one in report.findings if one.place.span.line == 5]
    assert of_line == [("frontmatter-dropped-line", "warning")]
    assert "suppression-unused" not in {finding.name for finding in report.findings}


@pytest.mark.parametrize("profile", ["openwebui", "standard", "strict"])
def test_a_fault_is_as_severe_whatever_else_a_run_reports(tmp_path: Path, profile: str) -> None:
    write_files(
        tmp_path, {"plugins/filters/echo/echo.py": DROPPED, "plugins/filters/a/a.py": MISSPELT + "class Filter: ...\n"}
    )
    whole = check(tmp_path, profile=profile)
    for name in {finding.name for finding in whole.findings}:
        alone = [(one.path, one.place, one.severity) for one in check(tmp_path, name, profile=profile).findings]
        both = {(one.path, one.place, one.severity) for one in whole.findings if one.name == name}
        assert both <= set(alone), name


def test_every_finding_that_speaks_of_a_line_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that began in a line before, and those of several rules."""
    path = "plugins/filters/echo/echo.py"
    spans = {
        "frontmatter-dropped-line": (4, 6),
        "frontmatter-misspelt-key": (5, 5),
        "frontmatter-missing-field": (5, 5),
    }
    for name, (first, last) in spans.items():
        primitive = load_rulebook().rules[name].primitive

        def told(
            plugin: Plugin, context: Context, first: int = first, last: int = last, **params: object
        ) -> Iterator[Hit]:
            if params.get("keys", True) == []:
                return  # ``icon-missing``
            case = {"keys": "version", "aliases": "default"}
            known = next((case[key] for key in case if key in params), "space")
            yield Hit(Place(path, Span(first, 1, last, 2)), known, {"key": "version", "meant": "version"})

        monkeypatch.setitem(registry(), primitive, registry()[primitive]._replace(check=told))
    write_files(tmp_path, {path: DROPPED})
    report = check(tmp_path, *spans, profile="standard")
    assert [(one.name, one.severity.label) for one in report.findings] == [
        ("frontmatter-dropped-line", "error"),
        ("frontmatter-misspelt-key", "error"),
    ]


def test_a_rule_that_was_not_asked_stands_in_for_none(tmp_path: Path) -> None:
    """Nothing is known of the front matter, so whoever requires it is silent; that the versions cannot be compared is said
    by the rule that would have left it to them."""
    path = "plugins/filters/echo/echo.py"
    files: dict[str, str | bytes] = {path: f"#!\n{MISSPELT}class Filter: ...\n"}
    files["plugins/filters/echo/README.md"] = "# Echo\n**Version:** 1.0.0\n"
    write_files(tmp_path, files)
    report = check(tmp_path, "version-unknown", "version-not-semver")
    assert found(report) == [f"{path}:1:1 version-unknown"]


def test_one_fault_is_one_finding(tmp_path: Path) -> None:
    """A wrapped icon, a second version that differs, an empty README, a character before the quotes that nobody sees."""
    icon = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="
    front = '"""\ntitle: {}\nversion: 1.0.0\n{}"""\n'
    action = "plugins/actions/card/card.py"
    code = "plugins/filters/echo/echo.py"
    readme = "# Echo\n\n**Author:** [A](b) | **Version:** 1.0.0\n"
    other = "\n**Author:** [A](b) | **Version:** 0.9.0 | **Project:** [x](y)\n"
    files: dict[str, str | bytes] = {
        action: front.format("Card", f"icon_url: {icon[:40]}\n  {icon[40:]}\n") + "class Action:\n    pass\n",
        code: front.format("Echo", "") + "class Filter:\n    pass\n",
        "plugins/filters/echo/README.md": readme + other,
        "plugins/filters/echo/README_CN.md": "",
        "plugins/filters/loud/loud.py": "\u200b" + front.format("Loud", "") + "class Filter:\n    pass\n",
    }
    report = check(write_files(tmp_path, files), profile="strict")

    def at(path: str, *lines: int) -> list[str]:
        here = [one for one in report.findings if one.path == path and one.place.span.line in lines]
        return [finding.name for finding in here]

    assert at(action, 4, 5) == ["icon-invalid"]
    assert at("plugins/filters/echo/README.md", 5) == ["version-mismatch"]
    assert at("plugins/filters/echo/README_CN.md", 1) == ["readme-missing"]
    assert at("plugins/filters/loud/loud.py", 1) == ["syntax-error"]
