"""Tables that document valves, and what a written default means."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from owui_lint.finding import Message
from owui_lint.repository.markdown import Table, plain_text

_COLUMN_TITLES = {
    "name": Message("the name", "参数名"),
    "default": Message("the default", "默认值"),
    "description": Message("the description", "描述"),
}
_PARENTHESES = re.compile(r"[(（][^()（）]{0,80}[)）]")


class Columns:
    """Which column of a table is which, by the words of ``rules/words.yaml``."""

    names = ("name", "default", "description")

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._by_word = {
            str(word).casefold(): column
            for column, languages in words["valve-columns"].items()
            for listed in languages.values()
            for word in listed
        }

    @staticmethod
    def title(name: str) -> Message:
        """Return how a column is called in a text for people."""
        return _COLUMN_TITLES[name]

    def of(self, table: Table) -> dict[str, int]:
        """Return the index of each known column; the first of two wins."""
        found: dict[str, int] = {}
        for index, cell in enumerate(table.header):
            text = " ".join(_PARENTHESES.sub(" ", plain_text(cell.text)).casefold().split())
            column = self._by_word.get(text)
            if column is not None:
                found.setdefault(column, index)
        return found
