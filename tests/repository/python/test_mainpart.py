"""What of a file runs only where it is started as a script."""

from __future__ import annotations

import ast

import pytest

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.mainpart import MainPart

MAIN = 'if __name__ == "__main__":\n    main()\n'


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ('if __name__ == "__main__":\n    print()\n', True),
        ("def main():\n    print()\n" + MAIN, True),
        ("def main():\n    show()\ndef show():\n    print()\n" + MAIN, True),
        ("def main():\n    def show():\n        print()\n    show()\n" + MAIN, True),
        ("def main():\n    show()\ndef show():\n    print()\nclass A:\n    f = show\n" + MAIN, False),
        ("def main():\n    pass\ndef show():\n    print()\n" + MAIN, False),
        ("@command\ndef main():\n    print()\n" + MAIN, False),
        ("def main():\n    print()\ndef main():\n    pass\n" + MAIN, False),
        ("def main():\n    print()\nmain()\n", False),
        ("print()\n" + MAIN, False),
    ],
)
def test_what_only_a_script_runs(source: str, held: bool) -> None:
    index = CodeIndex(ast.parse(source))
    assert MainPart(index).holds(index.calls_by_name["print"][0]) is held
