import importlib.util
import io
import json
import sys
import tarfile
from pathlib import Path

import pytest

from owui_lint.icons import lucide_data

TOOL = Path(__file__).resolve().parents[2] / "tools" / "lucide_drawings.py"
SVG = '<!-- @license x -->\n<svg\n  class="lucide"\n  xmlns="http://www.w3.org/2000/svg"\n>\n  {}\n</svg>\n'


@pytest.fixture(scope="module")
def tool():
    sys_path = list(sys.path)  # the tool puts the repository on the path
    spec = importlib.util.spec_from_file_location("lucide_drawings", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = sys_path
    del sys.modules[spec.name]


@pytest.fixture
def release(tool):
    def make(version, drawings, canonical=None):
        return tool.Release(version, drawings, frozenset(drawings if canonical is None else canonical))

    return make


ONE, MOVED, TWO, THREE = ('<path d="M1 1h9"/>', '<path d="M1 1h9.01"/>', '<path d="M1 1v9"/>', '<path d="M1 1l3 9"/>')


def test_history_of_a_renamed_redrawn_icon(tool, release):
    releases = [
        release("1.0.0", {"a": ONE, "gone": TWO}),
        release("1.1.0", {"a": MOVED}),
        release("1.2.0", {"a": TWO, "b": TWO}, {"b"}),
        release("1.3.0", {"b": THREE}),
    ]
    uses = {(name, first, last) for _, name, first, last in tool.drawing_uses(releases)}
    assert uses == {("a", 0, 1), ("gone", 0, 0), ("b", 2, 2), ("b", 3, 3)}
    assert tool.current_names(releases) == {"a": "b", "b": "b", "gone": None}


def test_rename_without_an_alias(tool, release):
    releases = [
        release("1.0.0", {"a": ONE, "c": TWO}),
        release("1.1.0", {"b": '<line x1="1" y1="1" x2="10" y2="1"/>', "c": TWO}),
    ]
    assert tool.current_names(releases) == {"a": "b", "b": "b", "c": "c"}


def test_names_that_swapped_do_not_hang(tool, release):
    releases = [release("1.0.0", {"a": ONE, "b": ONE}), release("1.1.0", {"c": TWO})]
    assert tool.current_names(releases) == {"a": None, "b": None, "c": "c"}


def test_order_of_releases(tool):
    versions = ["1.0.0", "0.100.0", "0.16.19-rc.0", "0.20.0", "0.16.19"]
    assert sorted(versions, key=tool.release_key) == ["0.16.19-rc.0", "0.16.19", "0.20.0", "0.100.0", "1.0.0"]


def test_reading_a_packed_release(tool, tmp_path):
    archive = tmp_path / "x.tgz"
    files = {
        "package/icons/a.svg": SVG.format(ONE.replace("/>", " />")),
        "package/icons/alias.svg": SVG.format(ONE),
        "package/other/b.svg": SVG.format(TWO),
        "package/icon-nodes.json": json.dumps({"a": []}),
        "package/LICENSE": "ISC",
    }
    with tarfile.open(archive, "w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    read = tool.read_release(archive, "1.0.0")
    assert (read.drawings, read.canonical, read.licence) == ({"a": ONE, "alias": ONE}, {"a"}, "ISC")


def test_what_is_written_is_what_is_read(tool):
    table, current = lucide_data.table(), lucide_data.current()
    assert lucide_data.parse_table(tool.dump_table(table)) == table
    assert lucide_data.parse_current(tool.dump_current(current)) == current
