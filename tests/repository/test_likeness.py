"""Whether two files hold the same code, whatever language their texts are in."""

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

    def inlet(self, body):
        # louder
        body["x"] = f"{body['name']} says hello" + "!"
        return body
'''
CHINESE = '''"""
title: 回声
version: 1.0.0
"""


class Filter:
    def inlet(self, body):
        body["x"] = f"你好，{body['name']}！" + "！"  # 更响
        return body
'''


def _are_alike(tmp_path: Path, one: str, other: str) -> bool:
    repository = open_repo(write_files(tmp_path, {"a.py": one, "b.py": other})).repository
    return Code(repository.file("a.py")).does_the_same(Code(repository.file("b.py")))


def test_texts_remarks_and_layout_make_no_other_code(tmp_path: Path) -> None:
    assert _are_alike(tmp_path, ENGLISH, CHINESE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("inlet", "outlet"),
        ("self, body", "self, body, __user__"),
        ('+ "！"', "+ 1"),
        ("        return body\n", "        return body\n\n    def outlet(self, body):\n        return body\n"),
        ("        return body\n", "        return\n"),
        ("class Filter", "class Filter(Base)"),
        ("return body", "return ("),
    ],
)
def test_other_code(tmp_path: Path, old: str, new: str) -> None:
    assert not _are_alike(tmp_path, ENGLISH, CHINESE.replace(old, new))


def test_what_is_no_python_is_like_nothing(tmp_path: Path) -> None:
    assert not _are_alike(tmp_path, "(", "(")


def test_deep_code_is_compared(tmp_path: Path) -> None:
    deep = "x = " + "(" * 80 + "1" + ",)" * 80 + "\n"
    assert _are_alike(tmp_path, deep, deep.replace("\n", "  # deep\n"))
