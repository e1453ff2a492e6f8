"""``owui-lint deps`` and the release that it compares with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import run, run_json, write_files


def plugin(title: str, requirements: str = "", code: str = "") -> str:
    line = f"requirements: {requirements}\n" if requirements else ""
    return f'"""\ntitle: {title}\n{line}"""\n{code}\nclass Tools:\n    def go(self): ...\n'


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return write_files(
        tmp_path,
        {
            "tools/one.py": plugin("One", "aiohttp, wikipedia-api==0.8.1, json, a b, dash", "import discord"),
            "tools/two.py": plugin("Two", "wikipedia-api==0.7.0, aiohttp==3.8.0, x @ https://example.org/x.whl"),
            "tools/three.py": plugin("Three", "dash==2.0"),
            "tools/none.py": plugin("None"),
        },
    )


def test_json(capsys: Any, repo: Path) -> None:
    code, graph = run_json(capsys, "deps", str(repo), "--target", "0.12.4")
    assert code == 0 and graph["schema"] == 1 and graph["openwebui"] == "0.12.4"
    by_id = {entry["id"]: entry for entry in graph["plugins"]}
    assert {entry["requirement"]: entry["status"] for entry in by_id["tools/one"]["requirements"]} == {
        "aiohttp": "shipped",
        "wikipedia-api==0.8.1": "conflict",
        "json": "standard-library",
        "a b": "invalid",
        "dash": "install",
    }
    assert by_id["tools/one"]["undeclared"][0]["module"] == "discord"
    two = {entry["package"]: entry for entry in by_id["tools/two"]["requirements"]}
    assert two["wikipedia-api"]["conflicts_with"] == ["tools/one"]
    assert two["aiohttp"]["conflicts_with"] == ["open-webui"]
    assert graph["without"] == ["tools/none"]
    assert graph["install"] == ["dash==2.0", "x @ https://example.org/x.whl"]
    assert graph["pip"] == "pip install dash==2.0 'x @ https://example.org/x.whl'"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_text(capsys: Any, repo: Path, lang: str) -> None:
    code, out, _ = run(capsys, "deps", str(repo), "--lang", lang)
    assert code == 0
    assert "pip install dash==2.0" in out
    assert ("冲突" if lang == "zh" else "conflict") in out


def test_nothing_to_install(capsys: Any, tmp_path: Path) -> None:
    write_files(tmp_path, {"tools/one.py": plugin("One")})
    assert "Nothing to install." in run(capsys, "deps", str(tmp_path), "--lang", "en")[1]


def test_mermaid_labels_are_inert(capsys: Any, tmp_path: Path) -> None:
    write_files(tmp_path, {"tools/one.py": plugin("One", 'a"]; click x "javascript:alert(1)", <img>`|end|')})
    code, out, _ = run(capsys, "deps", str(tmp_path), "--output-format", "mermaid")
    assert code == 0 and out.startswith("graph LR\n")
    for line in out.splitlines()[1:]:
        label = line.partition('"')[2].rpartition('"')[0]
        assert not set(label) & set('"<>`|[]{}'), line


def test_shell_text_is_quoted(capsys: Any, tmp_path: Path) -> None:
    write_files(tmp_path, {"tools/one.py": plugin("One", "x @ https://example.org/$(touch${IFS}y)'")})
    _, graph = run_json(capsys, "deps", str(tmp_path))
    assert graph["pip"] == "pip install 'x @ https://example.org/$(touch${IFS}y)'\"'\"''"


@pytest.mark.parametrize(("target", "release"), [("0.9", "0.9.6"), ("0.6.x", "0.6.43"), ("0.5.0", "0.5.0")])
def test_target(capsys: Any, repo: Path, target: str, release: str) -> None:
    assert run_json(capsys, "deps", str(repo), "--target", target)[1]["openwebui"] == release


@pytest.mark.parametrize("target", ["banana", "0.4.1", "99", "", "0.9.0.0.1", "latest"])
def test_unknown_target(capsys: Any, repo: Path, target: str) -> None:
    code, out, error = run(capsys, "deps", str(repo), "--target", target)
    assert (code, out) == (2, "") and "--target" in error and "0.12" in error and "Traceback" not in error


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_unknown_target_in_the_configuration(capsys: Any, repo: Path, lang: str) -> None:
    write_files(repo, {".owui-lint.yaml": 'lang: en\ntarget-openwebui: "1.x"\n'})
    code, out, error = run(capsys, "check", str(repo), "--lang", lang)
    assert (code, out) == (2, "") and ".owui-lint.yaml:2: target-openwebui" in error
