"""Where texts in code certainly name a valve, for renaming it: documentation, and messages for users and logs.

Texts may name anything. In documentation of the module and of classes, a name is the valve's where its default follows it,
and in a list of nothing but valves; for the rest, nothing else in the file may be called so, and the word must look like no
word of a language. What is told of earlier releases keeps the names of its time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from itertools import islice

from owui_lint.lazypattern import lazy_pattern
from owui_lint.openwebui.frontmatter import KNOWN_KEYS
from owui_lint.repository.python.module import Module
from owui_lint.repository.python.syntax import entries, last_name
from owui_lint.spans import is_in
from owui_lint.text import is_like_code

_LEAD = lazy_pattern(r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?[*_`\"']{0,3}\Z")
_DEFAULT_BEHIND = lazy_pattern(r"[*_`\"']{0,3}[ \t]*[(（][^()（）\n]{0,60}?(?:\bdefault|默认|缺省)", re.IGNORECASE)
_NOTHING_BEHIND = lazy_pattern(
    r"[*_`\"']{0,3}[ \t]*+(?:[:：][ \t]*+)?\r?\n[ \t]++(?:[-*•][ \t]++)?(?:default|默认|缺省)", re.IGNORECASE
)
_TOLD = lazy_pattern(
    r"\bwhat'?s new\b|\bchange ?log\b|\b(?:migrat|upgrad|deprecat|renam)\w*|\bv?\d+\.\d+\.\d+|更新|迁移|升级|弃用|改名|重命名",
    re.IGNORECASE,
)
# What an item, or a line, of a list of settings begins with.
_HEAD = lazy_pattern(
    r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?[*_`\"']{0,3}([A-Za-z]\w*)[*_`\"']{0,3}[ \t]*(?:\([^()\n]{0,60}\)[ \t]*)?(?:[:：=]|[-–—][ \t]|\r?$)",
    re.MULTILINE,
)
_KEY = lazy_pattern(r"[ \t]*([a-z_]{1,60}):")
_PARAGRAPH = lazy_pattern(r"(?<![^\S\n])(?:[^\S\n]*+\S[^\n]*+\n?)++")
_RULER = lazy_pattern(r"[ \t]*[=~*_\u2500-\u257f-]{3,}\s*\Z")
_ENDS = (".", "。", "!", "?", "！", "？")  # of sentences
_ITEM = lazy_pattern(r"\s|[-*+•]|\d{1,3}[.)]")
_PART_BEFORE = tuple("./#$@\\-:{")  # of a path, an address, a slot
_PART_BEHIND = lazy_pattern(r"[/(\[@\\{-]|[.:=?&][\w/]|[\"'][ \t]*:")
_SLOT_BEFORE = "%("
_MESSAGES = lazy_pattern(
    r"\A(?:debug|info|warn|warning|error|critical|exception|log|print)\Z|emit|notif|status|toast|\A_log|_log\Z|(?:Error|Exception)\Z"
)
_MOST_STEPS = 50  # from a text outwards, and uses of a name
_WIDEST_LEAD = 40  # characters
_LONGEST_LIST = 8000  # characters
_SHOWN = frozenset({"content", "description", "title"})


class ValveTexts:
    """The texts of one module. ``apart`` are those that are looked at otherwise, such as descriptions of valves;
    ``valves``: the names of all."""

    def __init__(self, module: Module, apart: Collection[ast.Constant], valves: Collection[str]) -> None:
        self._module = module
        self._index = module.index
        self._valves = valves
        self._apart = {id(text) for text in apart}

    def places(self, old: str, new: str, is_alone: bool) -> list[int]:
        """Return the offsets at which texts name the valve ``old``, which is to be ``new``; ``is_alone``: nothing else in the
        file is called so."""
        word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(old)}(?![A-Za-z0-9_])")
        is_sure = is_alone and is_like_code(old)
        found: set[int] = set()
        for text in self._texts(old):
            start, end = self._span(text)
            above = self._index.parent(text)
            if isinstance(above, ast.Expr):
                kept = self._kept_lines(start, end, new)
                may_list = isinstance(self._index.parent(above), ast.Module | ast.ClassDef)  # a function has parameters
                for match in word.finditer(self._module.file.text, start, end):
                    if is_in(match.start(), kept):
                        continue
                    if (may_list and self._is_listed(match)) or (is_sure and self._stands_alone(match)):
                        found.add(match.start())
            elif is_sure and self._is_message(text):
                matches = word.finditer(self._module.file.text, start, end)
                found.update(match.start() for match in matches if self._stands_alone(match))
        return sorted(found)

    def _texts(self, name: str) -> Iterator[ast.expr]:
        """Yield the texts in which a name stands, f-strings as a whole; in nested ones, positions do not hold."""
        seen: set[int] = set()
        for content, nodes in self._index.texts.items():
            for node in nodes if name in content and name != content else ():
                above = self._index.parent(node)
                whole: ast.expr = above if isinstance(above, ast.JoinedStr) else node
                if id(node) in self._apart or id(whole) in seen:
                    continue
                seen.add(id(whole))
                if not any(isinstance(one, ast.JoinedStr) for one in islice(self._index.ancestors(whole), _MOST_STEPS)):
                    yield whole

    def _span(self, node: ast.expr) -> tuple[int, int]:
        start = self._module.offset(node.lineno, node.col_offset)
        return start, self._module.offset(node.end_lineno or 0, node.end_col_offset or 0)

    def _kept_lines(self, start: int, end: int, new: str) -> list[tuple[int, int]]:
        """The spans of paragraphs that tell of a release or a migration, or stand below a heading that does so, and of lines
        that have the new name, or are metadata."""
        kept: list[tuple[int, int]] = []
        is_told = False
        for paragraph in _PARAGRAPH.finditer(self._module.file.text, start, end):
            lines = paragraph[0].splitlines(keepends=True)
            first = lines[0].strip()
            is_ruled = len(lines) > 1 and _RULER.match(lines[1]) is not None
            is_alone = len(lines) == 1 and not first.endswith(_ENDS) and not _ITEM.match(lines[0])
            if is_ruled or is_alone or first.startswith("#") or first.endswith((":", "：")):
                is_told = _TOLD.search(first) is not None
            if is_told or _TOLD.search(paragraph[0]) is not None:
                kept.append(paragraph.span())
                continue
            at = paragraph.start()
            for line in lines:
                key = _KEY.match(line)
                if new in line or (key is not None and key[1] in KNOWN_KEYS):
                    kept.append((at, at + len(line)))
                at += len(line)
        return kept

    def _is_listed(self, match: re.Match[str]) -> bool:
        """Whether a name begins a line or an item, and its default follows, or all lines around begin with valves."""
        text = match.string
        line = text.rfind("\n", max(0, match.start() - _WIDEST_LEAD), match.start()) + 1
        if not line or not _LEAD.match(text, line, match.start()):
            return False
        if _DEFAULT_BEHIND.match(text, match.end()) or _NOTHING_BEHIND.match(text, match.end()):
            return True
        first = max(text.rfind(blank, max(0, line - _LONGEST_LIST), line) for blank in ("\n\n", "\n\r\n"))
        ends = [text.find(blank, line, line + _LONGEST_LIST) for blank in ("\n\n", "\n\r\n", '"""', "'''")]
        last = min((end for end in ends if end >= 0), default=-1)
        if first < 0 or last < 0:
            return False
        lines = [one for one in text[first:last].splitlines() if one.strip()]
        heads = [_HEAD.match(one) for one in lines]
        if (heads and heads[0] is None) or lines[0].rstrip().endswith((":", "：")):
            heads = heads[1:]  # what the list is of
        names = [head[1] for head in heads if head is not None]
        return len(names) == len(heads) and len(names) > 1 and {*names} <= {*self._valves}

    @staticmethod
    def _stands_alone(match: re.Match[str]) -> bool:
        """Whether a word is not a part of a path, an address, a call, a slot or data."""
        text = match.string
        before = text[max(0, match.start() - 2) : match.start()]
        is_part = before.endswith(_PART_BEFORE) or before == _SLOT_BEFORE
        return not is_part and not _PART_BEHIND.match(text, match.end())

    def _is_message(self, text: ast.expr, depth: int = 0) -> bool:
        """Whether a text is what people read: an argument of a call that logs, shows or raises it, or what an event shows,
        by a local name too that serves nothing else."""
        child: ast.AST = text
        for above in islice(self._index.ancestors(text), _MOST_STEPS):
            if isinstance(above, ast.Dict):
                items = entries(above)
                return "role" not in items and any(items.get(key) is child for key in _SHOWN)
            if isinstance(above, ast.Call):
                return child is not above.func and _MESSAGES.search(last_name(above.func)) is not None
            if isinstance(above, ast.Assign | ast.AugAssign) and not depth:
                target = above.target if isinstance(above, ast.AugAssign) else above.targets[0]
                if isinstance(above, ast.Assign) and len(above.targets) > 1:
                    return False
                scope = self._index.scope(target)
                uses = self._index.reads_of(target.id, scope) if isinstance(target, ast.Name) else []
                return (
                    scope.is_function and 0 < len(uses) <= _MOST_STEPS and all(self._is_message(use, 1) for use in uses)
                )
            if not isinstance(above, ast.BinOp | ast.FormattedValue | ast.IfExp | ast.JoinedStr | ast.keyword):
                return False
            child = above
        return False
