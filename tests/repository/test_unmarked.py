"""Plugins that have lost their front matter, and code that only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from owui_lint.openwebui.facts import facts
from owui_lint.repository.unmarked import CALLED
from tests.support import open_repo, write_files

KNOWN = '"""\ntitle: Known\nversion: 1.0.0\n"""\nclass Pipe:\n    def pipe(self, body):\n        return ask(body)\n'
FILTER = (
    "from pydantic import BaseModel\n\n\nclass Filter:\n    class Valves(BaseModel):\n        limit: int = 1\n\n"
    "    def inlet(self, body):\n        body['x'] = 1\n        return body\n"
)
PIPE = "from open_webui.models.users import Users\n\n\nclass Pipe:\n    def pipe(self, body):\n        return Users.get(body)\n"
ACTION = "class Action:\n    async def action(self, body: dict, __event_emitter__=None):\n        await show(body)\n"
TOOLS = (
    "class Tools:\n    async def weather(self, city: str, __user__: dict) -> str:\n        return ask(city, __user__)\n"
)


def _found(tmp_path: Path, files: dict[str, str | bytes], known: str = "functions/known.py") -> list[str]:
    repository = open_repo(write_files(tmp_path, {known: KNOWN, **files})).repository
    return [plugin.path for plugin in repository.plugins if plugin.path != known]


@pytest.mark.parametrize(
    "text", [FILTER, PIPE, ACTION, TOOLS, "#!/usr/bin/env python\n" + FILTER, f'"""Says it."""\n{PIPE}']
)
@pytest.mark.parametrize("path", ["functions/echo.py", "echo.py", "filters/echo/main.py"])
@pytest.mark.parametrize("known", ["functions/known.py", "plugins/pipes/known/known.py"])
def test_what_openwebui_would_load_is_a_plugin(tmp_path: Path, text: str, path: str, known: str) -> None:
    assert _found(tmp_path, {path: text}, known) == [path]


def test_without_a_plugin_nothing_says_that_it_is_a_repository_of_plugins(tmp_path: Path) -> None:
    assert _found(tmp_path, {"functions/known.py": "x = 1\n", "functions/echo.py": FILTER}) == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("nothing of OpenWebUI", "class Filter:\n    def inlet(self, body):\n        return clean(body)\n"),
        ("no hook", FILTER.replace("inlet", "apply")),
        ("a hook that OpenWebUI cannot call", FILTER.replace("self, body", "self, text")),
        ("a base class", FILTER.replace("class Filter:", "class Filter(ABC):")),
        ("another's heir", FILTER.replace("class Filter:", "class Filter(Base):")),
        ("an abstract method", FILTER + "\n    @abstractmethod\n    def name(self): ...\n"),
        ("nothing done", FILTER.replace("        body['x'] = 1\n", "")),
        ("left to others", FILTER.replace("body['x'] = 1", "raise NotImplementedError").replace("return body", "pass")),
        ("a part of a package", "from .base import clean\n" + FILTER),
        ("code of the repository", "from cleaning import clean\n" + FILTER),
        ("code of the repository in a folder", "import helping.words\n" + FILTER),
        ("no Python", FILTER + "\n)"),
        ("private methods", TOOLS.replace("weather", "_weather")),
        ("valves of another kind", FILTER.replace("(BaseModel)", "(Enum)")),
        ("nested", "class Outer:\n    " + FILTER.partition("\n\n\n")[2].replace("\n", "\n    ")),
    ],
)
def test_a_class_that_is_only_called_so(tmp_path: Path, what: str, text: str) -> None:
    besides: dict[str, str | bytes] = {"functions/cleaning.py": "x = 1\n", "helping/words.py": "x = 1\n"}
    assert _found(tmp_path, {"functions/echo.py": text, **besides}) == [], what


@pytest.mark.parametrize(
    "path",
    [
        *("functions/base.py", "functions/filter_base.py", "functions/echo_old.py", "lib/echo.py", "shared/echo.py"),
        *("tests/echo.py", "functions/test_echo.py", "examples/echo.py", "functions/FILTER_TEMPLATE.py"),
        *("scripts/echo.py", "docs/echo.py", "old/echo.py", "plugins/debug/echo/echo.py", "functions/mock_echo.py"),
        *("dist/known.py", "build/echo.py", "pipes/known/main.py"),
        *("functions/other copy.py", "functions/Other - Copy.py", "functions/other (1).py", "functions/other.orig.py"),
        *("functions/other_dev.py", "functions/debug.py", "functions/run_local.py", "functions/other_min.py"),
        *("functions/other_impl.py", "notebooks/echo.py", "dev/echo.py", "functions/_echo.py", "a/tmp/echo.py"),
        # Beside a plugin with its name and something more.
        *("functions/known_v1.py", "functions/known2.py", "functions/known_class.py", "functions/new_known.py"),
    ],
)
def test_what_its_name_says_to_be_something_else(tmp_path: Path, path: str) -> None:
    assert _found(tmp_path, {path: PIPE}) == []


@pytest.mark.parametrize(
    "importing",
    [
        "from echo import Filter\n",
        "import functions.echo as e\n",
        "from . import (\n    known,\n    echo,\n)\n",
        "def late():\n    from .echo import Filter\n",
    ],
)
@pytest.mark.parametrize(
    ("path", "is_plugin"), [("app/run.py", False), ("functions/__init__.py", False), ("tests/run.py", True)]
)
def test_what_other_code_imports(tmp_path: Path, importing: str, path: str, is_plugin: bool) -> None:
    found = _found(tmp_path, {"functions/echo.py": FILTER, path: importing})
    assert found == (["functions/echo.py"] if is_plugin else [])


def test_a_word_is_no_import(tmp_path: Path) -> None:
    said = "x = 1  # echo\nimport os  # not echo\necho = from_here\n"
    assert _found(tmp_path, {"functions/echo.py": FILTER, "app/run.py": said}) == ["functions/echo.py"]


@pytest.mark.parametrize(("folder", "is_plugin"), [("filters", False), ("functions", True)])
def test_a_package_without_plugins_is_there_to_be_imported(tmp_path: Path, folder: str, is_plugin: bool) -> None:
    found = _found(tmp_path, {f"{folder}/echo.py": FILTER, f"{folder}/__init__.py": ""})
    assert bool(found) == is_plugin


def test_a_plugin_may_be_called_like_a_package(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"functions/openai.py": KNOWN, "functions/echo.py": "import openai\n" + FILTER}
    assert _found(tmp_path, files, "functions/openai.py") == ["functions/echo.py"]


@pytest.mark.parametrize(
    "path", ["functions/localize.py", "functions/debugger.py", "functions/devices.py", "local_llm.py"]
)
def test_a_name_that_holds_such_a_word_says_nothing(tmp_path: Path, path: str) -> None:
    assert _found(tmp_path, {path: PIPE}) == [path]


@pytest.mark.parametrize(("class_name", "is_plugin"), [("Pipe", False), ("Filter", True)])
def test_what_lies_in_a_plugins_own_folder(tmp_path: Path, class_name: str, is_plugin: bool) -> None:
    text = PIPE if class_name == "Pipe" else FILTER
    found = _found(tmp_path, {"pipes/known/part.py": text}, "pipes/known/known.py")
    assert found == (["pipes/known/part.py"] if is_plugin else [])


@pytest.mark.parametrize(
    ("path", "source", "text"),
    [
        ("src/pipe.py", "build.py", 'write("dist/x.py", read("src/header.txt") + read("src/pipe.py"))\n'),
        ("src/pipe.py", "scripts/build.py", 'SOURCE = Path("src") / "pipe.py"\n'),
        ("src/pipe.py", "scripts/build.py", 'parts = sorted(Path("src").glob("*.py"))\n'),
        ("src/pipe.py", "build.sh", "cat src/*.py > functions/known.py\n"),
        ("src/pipe.py", "build.ps1", "Get-Content .\\src\\pipe.py\n"),
        ("body/pipe.py", "Makefile", "known.py: header.txt body/pipe.py\n\tcat header.txt body/pipe.py > known.py\n"),
        ("functions/pipe_body.py", "justfile", "build:\n    cat pipe_body.py\n"),
        ("functions/pipe_body.py", "build.json", '{"body": "pipe_body.py"}'),
        ("functions/pipe_body.py", "pyproject.toml", '[tool.join]\nbody = "functions/pipe_body.py"\n'),
        ("app/loud.py", "app/run.py", 'importlib.import_module("app.loud")\n'),
        ("functions/loud.py", "app/run.py", "PARTS = ['loud']\n"),
        ("functions/loud/main.py", "app/run.py", "load('functions.loud.main')\n"),
        ("functions/loud.py", "functions/known.py", KNOWN + "spec_from_file_location('x', f'{here}/loud.py')\n"),
        ("functions/loud.py", "functions/loud.json", '{"meta": {"manifest": {"title": "Loud"}}}'),
    ],
)
def test_what_other_files_name(tmp_path: Path, path: str, source: str, text: str) -> None:
    assert _found(tmp_path, {path: PIPE, source: text}) == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("build.py", 'read("functions/other.py")\n'),
        ("build.py", 'read("src/echo.py")\n'),
        ("build.py", "echo = 1  # echo\n"),
        ("build.py", 'read("functions/")\n'),
        ("Makefile", "echo:\n\techo functions/my_echo.py\n"),
        ("config.json", '{"plugin": "echo"}'),
        ("tests/load.py", 'load("functions/echo.py")\n'),
        ("functions/test_all.py", 'load("functions/echo.py")\n'),
        ("README.md", "Install functions/echo.py\n"),
        ("functions/known.py", KNOWN + 'X = "echo"\n'),
        ("functions/echo.py", PIPE + 'X = "functions/echo.py"\n'),
    ],
)
def test_what_names_something_else(tmp_path: Path, source: str, text: str) -> None:
    assert _found(tmp_path, {"functions/echo.py": PIPE, source: text}) == ["functions/echo.py"]


@pytest.mark.parametrize("source", ["filters/echo/server/Dockerfile", "serve.sh"])
def test_a_name_may_be_that_of_a_file_beside_who_says_it(tmp_path: Path, source: str) -> None:
    beside = f"{source.rpartition('/')[0]}/main.py".lstrip("/")
    files = {"filters/echo/main.py": FILTER, source: "python main.py\n", beside: "x = 1\n"}
    assert _found(tmp_path, {**files}) == ["filters/echo/main.py"]


def test_a_name_that_plugins_have_as_well_says_nothing_of_one(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"filters/echo/main.py": FILTER, "upload.sh": 'upload "$1/main.py"\n'}
    assert _found(tmp_path, files, "pipes/known/main.py") == ["filters/echo/main.py"]


def test_a_copy_of_a_plugin_and_what_it_is_made_of(tmp_path: Path) -> None:
    front, changed = '"""\ntitle: Known\n"""\n', PIPE.replace("return ", "return 1 + ")
    files: dict[str, str | bytes] = {"functions/one.py": front + PIPE + "\n" * 3, "a/loud.py": "\n# Mine\n" + PIPE}
    assert _found(tmp_path / "same", files) == ["functions/one.py"]
    files["a/loud.py"] = changed.replace("Users", "Models").replace("models.users", "models.models")
    assert _found(tmp_path / "other", files) == ["a/loud.py", "functions/one.py"]


def test_the_hooks_are_those_of_openwebui() -> None:
    kinds = {name: kind for kind, name in facts().plugin_classes().items()}
    for name, hooks in CALLED.items():
        for hook, given in hooks.items():
            assert given in facts().reserved_arguments(kinds[name], hook)
