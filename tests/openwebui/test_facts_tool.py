"""The readers of ``tools/openwebui_facts.py`` on small sources: what they read, and that they refuse what they do not know."""

import ast
import sys
import zipfile
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
if not TOOLS.is_dir():
    pytest.skip("the generators are not part of a source distribution", allow_module_level=True)
sys.path.insert(0, str(TOOLS))

import openwebui_facts as generator  # noqa: E402
import openwebui_packages as packages  # noqa: E402
import openwebui_source as source  # noqa: E402
import openwebui_wheels as wheels  # noqa: E402


def release(tmp_path: Path, **files: str) -> source.Release:
    for name, text in files.items():
        path = tmp_path / "open_webui" / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return source.Release(tmp_path)


def keys(tmp_path: Path, text: str) -> set[str]:
    """The keys of the argument of the call ``use(...)`` in a text."""
    one = release(tmp_path, m=text)
    module = one.module("open_webui.m")
    (call,) = (c for c in module.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    return source.Keys(one).of(module, call.args[0])


def test_kinds_of_functions(tmp_path: Path) -> None:
    text = """
class Table:
    def a(self): ...
    async def b(self): ...
    async def c(self):
        yield 1
    async def d(self):
        def inner():
            yield 1
    @property
    def e(self): ...
    def _f(self): ...
class Model(BaseModel):
    @classmethod
    def check(cls): ...
class Config:
    @staticmethod
    async def get(key): ...
Things = Table()
if True:
    def late(): ...
@asynccontextmanager
async def session():
    yield
get_db = contextmanager(late)
"""
    assert source.module_functions(release(tmp_path, m=text).module("open_webui.m")) == {
        "Things.a": "sync",
        "Things.b": "async",
        "Things.c": "asyncgen",
        "Things.d": "async",
        "Config.get": "async",
        "late": "sync",
        "session": "asynccm",
        "get_db": "sync",
    }


def test_keys_follow_names_calls_parameters_and_loops(tmp_path: Path) -> None:
    text = """
def params(extra):
    found = {'body': 1} | {k: v for k, v in extra.items() if k in sig}
    if '__user__' in found:
        found['__user__']['valves'] = 1
    return found
def main(flag):
    extra = {'not this': 0}
    extra = {'__a__': 1, **({'__b__': 2} if flag else {})}
    extra['__c__'] = {**extra}
    other = {}
    for key, value in extra.items():
        other[key] = value
    other['__d__'] = 1
    def inner():
        use(params(other))
    extra['__late__'] = 1
"""
    assert keys(tmp_path, text) == {"body", "__a__", "__b__", "__c__", "__d__"}


@pytest.mark.parametrize(
    "text", ["use(unknown)", "x = make()\nuse(x)", "x = {}\nx[name()] = 1\nuse(x)", "def f(*a):\n    use(a)"]
)
def test_unknown_shapes_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(source.ShapeError):
        keys(tmp_path, text)


def test_state_of_the_application(tmp_path: Path) -> None:
    text = """
app.state.MODELS = {}
def cache(request, name):
    setattr(request.app.state, name, {})
def tools(request):
    return cache(request, "TOOLS")
def mark(request):
    request.state.internal = True
    request.app.state.seen: bool = True
"""
    assert source.app_state(release(tmp_path, main=text)) == {"MODELS", "TOOLS", "seen"}
    with pytest.raises(source.ShapeError, match="cannot be read"):
        source.app_state(release(tmp_path, main=text + "for name in names:\n    setattr(app.state, name, 1)\n"))


def test_changed_front_matter_reader_is_refused(tmp_path: Path) -> None:
    one = release(tmp_path, utils__plugin="def extract_frontmatter(content):\n    return {}\n")
    with pytest.raises(source.ShapeError, match="extract_frontmatter changed"):
        source.front_matter(one)


def test_what_says_that_it_may_return_none(tmp_path: Path) -> None:
    text = """
from typing import Optional, Union
class Table:
    def a(self) -> Optional[int]: ...
    async def b(self) -> "int | None": ...
    def c(self) -> Union[int, None]: ...
    def d(self) -> dict[str, int | None]: ...
    def e(self) -> None: ...
    def f(self): ...
Rows = Table()
def g() -> str | None: ...
"""
    said = source.module_functions(release(tmp_path, m=text).module("open_webui.m"), source.may_be_none)
    assert {name for name, value in said.items() if value} == {"Rows.a", "Rows.b", "Rows.c", "g"}


def test_packages_with_nothing_but_modules_are_known_to_have_no_names() -> None:
    existing = ["open_webui", "open_webui.utils", "open_webui.utils.misc", "open_webui.static", "open_webui.models"]
    table = {"open_webui.utils.misc": {"x": 0}}
    found = generator.with_empty(table, existing)
    assert found == {"open_webui.models": {}, "open_webui.utils": {}, "open_webui.utils.misc": {"x": 0}}


def test_import_names() -> None:
    files = [
        "yaml/__init__.py",
        "yaml/cyaml.py",
        "_yaml/__init__.py",
        "tests/__init__.py",
        "six.py",
        "x.cpython-311-y.so",
    ]
    assert packages.import_names(files) == ("six", "x", "yaml")
    assert packages.import_names(["google/cloud/storage/__init__.py", "google/cloud/storage/blob.py"]) == (
        "google.cloud.storage",
    )
    assert packages.import_names(["google/__init__.py", "google/auth/__init__.py"]) == ("google.auth",)
    namespace = ["google/rpc/status_pb2.py", "google/rpc/sub/a.py", "google/cloud/_helpers/__init__.py"]
    assert packages.import_names(namespace) == ("google.cloud._helpers", "google.rpc.status_pb2", "google.rpc.sub.a")
    assert packages.import_names(["x.dist-info/METADATA", "../bin/x", "README.py/x.txt"]) == ()


def test_extract_keeps_sources_and_refuses_to_leave_the_folder(tmp_path: Path) -> None:
    wheel = tmp_path / "w.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("open_webui/utils/plugin.py", "x = 1\n")
        archive.writestr("open_webui/frontend/a.py", "")
        archive.writestr("open_webui-1.dist-info/METADATA", "Name: open-webui\n")
        archive.writestr("open_webui-1.dist-info/RECORD", "")
    wheels.extract(wheel, tmp_path / "1.0")
    found = {path.relative_to(tmp_path / "1.0").as_posix() for path in (tmp_path / "1.0").rglob("*") if path.is_file()}
    assert found == {"METADATA", "open_webui/utils/plugin.py"}
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("open_webui/../../evil.py", "")
    with pytest.raises(wheels.WheelError, match="unsafe"):
        wheels.extract(wheel, tmp_path / "2.0")
    assert not (tmp_path / "2.0").exists()
