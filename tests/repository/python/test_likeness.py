"""Whether a copy of the code offers what the plugin does, whatever language it is written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from owui_lint.repository.plugin import Code
from tests.support import open_repo, write_files

ENGLISH = '''"""
title: Echo
version: 1.1.0
"""
class Filter:
    """Says it again."""

    class Valves(BaseModel):
        SHOW_STATUS: bool = True

    def inlet(self, body):
        body["x"] = self.greet(body["name"])
        return body

    def greet(self, name):
        return f"{name} says hello" + "!"
'''
CHINESE = '''"""
title: 回声
version: 1.0.0
"""


class Filter:
    class Valves(BaseModel):
        显示状态: bool = True

    def inlet(self, body):
        body["x"] = self.问候(body["name"])
        return body

    def 问候(self, name):
        if not name:
            return "你好"
        return f"你好，{name}！"  # 更响
'''


def _are_alike(tmp_path: Path, one: str, other: str) -> bool:
    repository = open_repo(write_files(tmp_path, {"a.py": one, "b.py": other})).repository
    return Code(repository.file("a.py")).offers_the_same(Code(repository.file("b.py")))


def test_texts_names_and_what_functions_do_are_of_no_account(tmp_path: Path) -> None:
    assert _are_alike(tmp_path, ENGLISH, CHINESE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        显示状态: bool = True\n", "        显示状态: bool = True\n        静音: bool = False\n"),
        ("    def 问候", "    def outlet(self, body):\n        return body\n\n    def 问候"),
        ("    def 问候", "    def _一():\n        pass\n\n    async def 问候"),
        ("    class Valves(BaseModel):\n        显示状态: bool = True\n", ""),
        ("class Filter:", "def 辅助():\n    pass\n\n\nclass Filter:"),
        ("class Filter:", "class Action:"),
        ("        return body\n", "        return (\n"),
    ],
)
def test_a_copy_that_was_left_behind_offers_something_else(tmp_path: Path, old: str, new: str) -> None:
    assert old in CHINESE and not _are_alike(tmp_path, ENGLISH, CHINESE.replace(old, new))


def test_what_is_no_python_is_like_nothing(tmp_path: Path) -> None:
    assert not _are_alike(tmp_path, "(", "(")
