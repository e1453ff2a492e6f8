"""Comments that suppress findings: where they are read, what they cover, and that they do nothing else."""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owui_lint.engine import Hidden
from owui_lint.openwebui.frontmatter import read_frontmatter
from owui_lint.repository.files import SourceFile
from owui_lint.rulebook import load_rulebook
from owui_lint.suppressions import Suppression, find_suppressions
from tests.support import check, commit, found, run, run_json, write_files

HEAD = '"""\ntitle: Echo\nversion: 1.1.0\n"""\n'


def read(tmp_path: Path, text: str, name: str = "x.py") -> list[tuple[tuple[str, ...], int, str | None]]:
    """Return names, covered line and problem of each comment."""
    (tmp_path / name).write_bytes(text.encode())
    return [
        (tuple(part.text for part in one.names), one.line, one.problem)
        for one in find_suppressions(SourceFile(tmp_path, name))
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = 1  # owui-lint: ignore[valve-name] reason", [(("valve-name",), 5, None)]),
        ("x = 1  #owui-lint:ignore[valve-name,OWL301 , valves]", [(("valve-name", "OWL301", "valves"), 5, None)]),
        ("x = 1  # noqa: E501  # owui-lint: ignore[a]", [(("a",), 5, None)]),
        ("x = 1  # owui-lint: ignore[a] why  # noqa", [(("a",), 5, None)]),
        ("x = 1  # owui-lint: ignore-next-line[a]\ny = 2", [(("a",), 6, None)]),
        ("# owui-lint: ignore[a]\n\n\ny = 2", [(("a",), 8, None)]),
        ("# owui-lint: ignore[a]\n# owui-lint: ignore[b]\ny = 2", [(("a",), 7, None), (("b",), 7, None)]),
        ("# owui-lint: ignore-file[a]", [(("a",), 0, None)]),
        ("# owui-lint: ignore", [((), 0, "malformed")]),
        ("# owui-lint: ignore[]", [((), 0, "malformed")]),
        ("# owui-lint: ignore[ , ]", [((), 0, "malformed")]),
        ("# owui-lint: ignore[all]", [((), 0, "malformed")]),
        ("# owui-lint: ignore[a", [((), 0, "malformed")]),
        ("# owui-lint: ignore-line[a]", [((), 0, "malformed")]),
        ("# owui-lint: disable[a]", [((), 0, "malformed")]),
        ("# a word on owui-lint: ignore[a]", []),
        ("x = '# owui-lint: ignore[a]'", []),
        ('x = "a" "# owui-lint: ignore[a]"', []),
        ('x = """\n# owui-lint: ignore[a]\n"""', []),
        ("x = 'it\\'s # owui-lint: ignore[a]'", []),
        ('x = ("a"  # owui-lint: ignore[a]\n     "b")', [(("a",), 5, None)]),
        ("x = f'{y!r} # owui-lint: ignore[a]'", []),
        ("x = r'\\'  # owui-lint: ignore[a]'", []),  # a raw string cannot end in one backslash
        ("x = 'open # owui-lint: ignore[a]\n# owui-lint: ignore[b]\ny", [(("b",), 7, None)]),
        ("def f(:  # owui-lint: ignore[a]", [(("a",), 5, None)]),  # a syntax error hides no comment
        ('x = "\\\n# owui-lint: ignore[a]"', []),
    ],
)
def test_python(tmp_path: Path, line: str, expected: list[Any]) -> None:
    assert read(tmp_path, HEAD + line + "\n") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n<!-- owui-lint: ignore[a] why -->\n\nText", [(("a",), 4, None)]),
        ("Text <!-- owui-lint: ignore[a, b] -->", [(("a", "b"), 1, None)]),
        ("<!--owui-lint:ignore-file[a]-->", [(("a",), 0, None)]),
        ("<!--\n  owui-lint: ignore[a]\n-->\nText", [(("a",), 4, None)]),
        ("<!-- owui-lint: ignore -->", [((), 0, "malformed")]),
        ("- <!-- owui-lint: todo --> What does it bring?", []),
        ("```\n<!-- owui-lint: ignore[a] -->\n```\n", []),
        ("    ```\n    <!-- owui-lint: ignore[a] -->\n    ```\n", []),
        ("`<!-- owui-lint: ignore[a] -->` shows how", []),
        ("<!-- see owui-lint: ignore[a] -->", []),
        ("<!-- owui-lint: ignore[a] `code` -->", [(("a",), 1, None)]),
        ("<!-- owui-lint: ignore[a]", []),
        ("# owui-lint: ignore[a]", []),
    ],
)
def test_markdown(tmp_path: Path, text: str, expected: list[Any]) -> None:
    assert read(tmp_path, text, "x.md") == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_front_matter(tmp_path: Path, newline: str) -> None:
    text = (
        '"""\n# owui-lint: ignore[a] reason: it is so\n  # owui-lint: ignore-file[b]\n'
        'title: Echo # owui-lint: ignore[c]\nprose on owui-lint: ignore[d]\n"""\n'
    ).replace("\n", newline)
    assert read(tmp_path, text) == [(("a",), 4, None), (("b",), 0, None), ((), 0, "in-value")]
    assert set(read_frontmatter(text).values) == {"title"}  # OpenWebUI takes none of these lines for a key


def test_comments_are_those_of_the_tokenizer(tmp_path: Path) -> None:
    """On this project's own code, each comment that Python sees is found, and no other."""
    for path in sorted(Path(__file__).parent.glob("**/*.py")):
        text = path.read_text(encoding="utf-8").replace("owui-lint:", "someone:")
        lines = text.splitlines()
        comments = set()
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                comments.add(token.start[0])
        for number in comments:
            lines[number - 1] += "  # owui-lint: ignore[a]"
        (tmp_path / "x.py").write_text("\n".join(lines), encoding="utf-8")
        seen = {one.place.span.line for one in find_suppressions(SourceFile(tmp_path, "x.py"))}
        assert seen == comments, path


_PIECES = [
    *("# owui-lint: ignore[a]", "# owui-lint: ignore-file[b, c] why", "<!-- owui-lint: ignore[d] -->"),
    *("<!-- owui-lint: ignore-next-line[e] why -->", "# owui-lint: ignore", "<!-- owui-lint: ignore[", "# note", "-->"),
    *("\n", "\r\n", "\r", " ", "\t", "\\", "'", '"', '"""', "x = 1", "f'{y}'", "`", "```", "- ", "\u3000", "语"),
]


_TEXTS = st.one_of(
    st.lists(st.sampled_from(_PIECES), max_size=30).map("".join),
    st.text(alphabet="\"'\\#\n\r xf[]{}owui-lint:gre,<!->`", max_size=200).map(
        lambda text: text + " owui-lint: ignore[a]"
    ),
)


@settings(deadline=None)
@given(_TEXTS, st.sampled_from(["any.py", "any.md"]))
def test_a_removal_takes_one_comment_away(tmp_path_factory: pytest.TempPathFactory, text: str, name: str) -> None:
    """Whatever stands around a comment: removing it leaves all the others, and loses nothing but it and blanks."""
    folder = tmp_path_factory.getbasetemp()
    (folder / name).write_bytes(text.encode())
    comments = find_suppressions(SourceFile(folder, name))
    for number, one in enumerate(comments):
        data, edit = one.file.data, one.removal()
        assert 0 <= edit.start <= edit.end <= len(data)
        removed = data[edit.start : edit.end].decode()
        assert removed.strip(" \t\r\n") == one.file.text[one.start : one.end].strip(" \t\r\n")
        (folder / name).write_bytes(data[: edit.start] + data[edit.end :])
        left = find_suppressions(SourceFile(folder, name))
        others = [*comments[:number], *comments[number + 1 :]]
        assert [_told(two) for two in left] == [_told(two) for two in others]


def _told(comment: Suppression) -> tuple[str, ...]:
    return tuple(part.text for part in comment.names)


@pytest.mark.usefixtures("ends_in_time")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# owui-lint: ignore[a]\n" * 60_000 + "x = 1", {(("a",), 60_001, None): 60_000}),
        ("x = 1 # owui-lint: ignore[a" + "," * 500_000, {((), 0, "malformed"): 1}),
        ("x = 1 # owui-lint: ignore[a" + "," * 500_000 + "]", {(("a",), 1, None): 1}),
        ("'" * 500_001 + "# owui-lint: ignore[a]", {}),  # in a string that does not end
        ('"\\' * 300_000 + "# owui-lint: ignore[a]", {}),
        (("# owui-lint: ignore[a]\n" + "\n" * 20) * 20_000 + "x = 1", {(("a",), 420_001, None): 20_000}),
        ("x = 1 " + "# owui-lint: ignore[a] " * 20_000 + "\n" * 200_000 + "y = 1\n", {(("a",), 1, None): 20_000}),
        (
            "x = 1 " + "# owui-lint: ignore-next-line[a] " * 20_000 + "\n" * 200_000 + "y = 1\n",
            {(("a",), 200_001, None): 20_000},
        ),
    ],
    ids=["stacked", "unclosed", "commas", "quotes", "escapes", "blank lines", "in one line", "for one line"],
)
def test_long_input(tmp_path: Path, text: str, expected: dict[tuple[tuple[str, ...], int, str | None], int]) -> None:
    assert Counter(read(tmp_path, text)) == expected  # in quadratic time each of these would take minutes


FILES: dict[str, str | bytes] = {
    "plugins/filters/echo/echo.py": HEAD,
    "plugins/filters/echo/README.md": "# Echo\n\n**Version:** 1.0.0\n",
    "plugins/filters/echo/README_CN.md": "# 回声\n\n**版本:** 1.0.0\n",
}


@pytest.mark.parametrize("name", ["version-mismatch", "OWL601", "versions", "6", "OWL6"])
def test_names_codes_and_families(tmp_path: Path, name: str) -> None:
    text = f"# Echo\n\n**Version:** 1.0.0 <!-- owui-lint: ignore[{name}] -->\n"
    write_files(tmp_path, {**FILES, "plugins/filters/echo/README.md": text})
    report = check(tmp_path, "version-mismatch", "suppression-unused", profile="standard")
    assert found(report) == ["plugins/filters/echo/README_CN.md:3:9 version-mismatch"]
    assert report.hidden == Hidden(suppressed=1)


def test_unused_does_not_depend_on_selection(tmp_path: Path, capsys: Any) -> None:
    """A comment for a rule that a run leaves out is not unused: the rule is asked all the same."""
    text = "# Echo\n\n<!-- owui-lint: ignore[version-mismatch] -->\n**Version:** 1.0.0\n"
    write_files(tmp_path, {**FILES, "plugins/filters/echo/README.md": text})
    for select in ("tool", "suppression-unused"):
        code, data = run_json(capsys, "check", str(tmp_path), "--select", select, "--profile", "standard")
        assert (code, data["findings"]) == (0, [])


@pytest.mark.parametrize(
    "names",
    [
        "version-not-raised",
        "OWL901",
        "release",
        "date-badge-stale",
        "date-badge-mismatch",
        "versions",
        "icon-not-chosen",
    ],
)
def test_what_other_runs_find_is_not_called_unused(tmp_path: Path, capsys: Any, names: str) -> None:
    """Without --since, --release-date, --icon or all of git's history nobody knows whether a comment hides something."""
    code = f'"""\ntitle: Echo\n# owui-lint: ignore-next-line[{names}]\nversion: 1.1.0\n"""\n'
    text = f"# Echo\n\n<!-- owui-lint: ignore-file[{names}, readme-missing] -->\n"
    files = {"plugins/filters/echo/echo.py": code, "README.md": text}
    write_files(tmp_path, files)
    _, data = run_json(capsys, "check", str(tmp_path), "--select", "tool", "--profile", "strict")
    assert [finding["message"] for finding in data["findings"]] == [
        "readme-missing finds nothing here and need not be suppressed."
    ]
    for more in ((), ("--release-date", "2026-11-22")):
        run(capsys, "check", str(tmp_path), "--select", "tool", "--profile", "strict", "--fix", *more)
        assert (tmp_path / "plugins/filters/echo/echo.py").read_text() == code
        assert (tmp_path / "README.md").read_text() == text.replace(", readme-missing", "")


def test_a_comment_that_a_comparison_needs_outlives_other_bases(tmp_path: Path, capsys: Any) -> None:
    code = '"""\ntitle: Echo\n# owui-lint: ignore-next-line[version-not-raised] layout\nversion: 1.1.0\n"""\nX = 1\n'
    file = write_files(tmp_path, {"plugins/filters/echo/echo.py": code}) / "plugins/filters/echo/echo.py"
    base = commit(tmp_path)
    file.write_text(code.replace("X = 1", "X = 2"))
    commit(tmp_path)
    for since in ((), ("--since", "HEAD"), ("--since", base)):
        code_of_run, out, _ = run(capsys, "check", str(tmp_path), "--select", "release,tool", "--fix", *since)
        assert code_of_run == 0 and "version-not-raised" not in out.replace("[version-not-raised]", "")
    assert "ignore-next-line" in file.read_text()


@pytest.mark.parametrize("profile", ["openwebui", "standard"])
@pytest.mark.parametrize("end", ["", "    def broken(self:\n"])
def test_what_this_run_could_not_ask_is_not_called_unused(tmp_path: Path, capsys: Any, profile: str, end: str) -> None:
    """Neither where a rule could not be asked (a syntax error), nor where it speaks in other profiles only."""
    code = (
        HEAD + "from pydantic import BaseModel\n\n\nclass Filter:\n    class Valves(BaseModel):\n"
        f"        foo: int = 0  # owui-lint: ignore[valve-name] kept\n{end}"
    )
    write_files(tmp_path, {"plugins/filters/echo/echo.py": code})
    _, data = run_json(capsys, "check", str(tmp_path), "--select", "tool", "--profile", profile)
    assert {finding["name"] for finding in data["findings"]} <= {"syntax-error"}


@pytest.mark.parametrize("name", ["tools/rain/README.md", "tools/rain/readme.md", "readme.md"])
def test_readmes_of_other_layouts_are_heard(tmp_path: Path, capsys: Any, name: str) -> None:
    comment = "<!-- owui-lint: ignore-next-line[version-mismatch] of the server -->"
    line = "- **Rain** (v0.1.0)" if name == "readme.md" else "**Version:** 0.1.0"
    code = '"""\ntitle: Rain\nversion: 1.0.0\n"""\n\n\nclass Tools:\n    pass\n'
    root = write_files(tmp_path, {"tools/rain/rain.py": code, name: f"# Rain\n\n{comment}\n{line}\n"})
    _, data = run_json(capsys, "check", str(root), "--select", "versions")
    assert data["findings"] == [] and data["summary"]["hidden"] == {"suppressed": 1}


def test_a_suppressed_place_is_not_fixed(tmp_path: Path, capsys: Any) -> None:
    text = "# Echo\n\n**Version:** 1.0.0 <!-- owui-lint: ignore[version-mismatch] -->\n"
    write_files(tmp_path, {**FILES, "plugins/filters/echo/README.md": text})
    run(capsys, "--fix-versions", str(tmp_path), "--profile", "standard")
    assert (tmp_path / "plugins/filters/echo/README.md").read_text() == text
    assert "1.1.0" in (tmp_path / "plugins/filters/echo/README_CN.md").read_text()


def test_removal_keeps_line_ends_and_indentation(tmp_path: Path, capsys: Any) -> None:
    code = (
        b'"""\r\ntitle: Echo\r\nversion: 1.1.0\r\n"""\r\n'
        b"class Filter:\r\n    # owui-lint: ignore[valve-name]\r\n    x = 1  # owui-lint: ignore[valve-name] x\r\n"
        b"    y = '\xe5\x9b\x9e'  # owui-lint: ignore[nonsense, valve-name]"
    )
    text = b"# Echo\n\nA <!-- owui-lint: ignore[version-mismatch] --> b\n<!-- owui-lint: ignore[all] --> **c**\n"
    write_files(tmp_path, {"plugins/filters/echo/echo.py": code, "plugins/filters/echo/README.md": text})
    run(capsys, "--fix", str(tmp_path), "--select", "tool")
    assert (tmp_path / "plugins/filters/echo/echo.py").read_bytes() == (
        b'"""\r\ntitle: Echo\r\nversion: 1.1.0\r\n"""\r\nclass Filter:\r\n    x = 1\r\n    y = \'\xe5\x9b\x9e\''
    )
    assert (tmp_path / "plugins/filters/echo/README.md").read_bytes() == b"# Echo\n\nA b\n**c**\n"


def test_a_crash_is_never_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from owui_lint import primitives

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("boom")

    write_files(tmp_path, {**FILES, "plugins/filters/echo/echo.py": HEAD + "# owui-lint: ignore-file[tool, valves]\n"})
    registry = primitives.registry()
    used = load_rulebook().rules["valve-name"].primitive
    monkeypatch.setitem(registry, used, primitives.Primitive(used, registry[used].scope, broken))
    report = check(tmp_path, "valve-name", profile="standard")
    assert report.crashed and [finding.name for finding in report.findings] == ["rule-crashed"]
