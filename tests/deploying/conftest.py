from __future__ import annotations

import pytest

from tests.deploying.fake import KEY, RELEASES, FakeOpenWebUI
from tests.support import write_files

FILTER = '''"""
title: Echo
author: Ada
author_url: https://example.com
funding_url: https://example.com
version: {version}
description: Repeats.
"""

from pydantic import BaseModel, Field


class Filter:
    class Valves(BaseModel):
        MARK: str = Field(default="!", description="The mark.")

    def __init__(self):
        self.valves = self.Valves()

    async def inlet(self, body: dict) -> dict:
        return body
'''
TOOL = '''"""
title: Abacus
author: Ada
author_url: https://example.com
funding_url: https://example.com
version: 0.2.0
description: Adds.
"""


class Tools:
    async def add(self, first: int, second: int) -> int:
        """
        Add two numbers.
        :param first: the first
        :param second: the second
        """
        return first + second
'''
ECHO_PATH = "plugins/filters/echo/echo.py"
FILES = {ECHO_PATH: FILTER.format(version="1.0.0"), "plugins/tools/abacus/abacus.py": TOOL}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("owui_lint.deploying.client._PAUSES", (0, 0))


@pytest.fixture(params=RELEASES)
def each_release(request):
    with FakeOpenWebUI(request.param) as fake:
        yield fake


@pytest.fixture
def openwebui():
    with FakeOpenWebUI() as fake:
        yield fake


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """A repository as the current folder, with a filter and a tool."""
    write_files(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    for name in ("OPENWEBUI_URL", "OPENWEBUI_BASE_URL", "OPENWEBUI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def key(repo, monkeypatch):
    monkeypatch.setenv("OPENWEBUI_API_KEY", KEY)
    return KEY
