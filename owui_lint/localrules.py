"""A repository's own rules: ``.owui-lint/rules/*.yaml``, the same data as the tool's rules, and data only.

They have codes of their own (``LOC001`` to ``LOC999``, family ``local``), so that no later rule of the tool can take
their place, and are selected, ignored, suppressed and explained like any other. No code of the repository ever runs;
regular expressions are run by ``patterns``, which they cannot stall.
"""

from __future__ import annotations

import os
import re
import time
import warnings

from owui_lint import TYPE_CHECKING
from owui_lint.errors import UsageError, reason_of
from owui_lint.finding import LOCAL_FAMILY
from owui_lint.rulebook import LOCAL_RULES, PROFILES, Rule, RuleBook, local_rule_names, rule_from
from owui_lint.states import is_below
from owui_lint.text import nearest, printable
from owui_lint.wording import SLOT

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.yamlfile import Lines

_MAX_FILES = 200
_MAX_BYTES = 256 * 1024
_MAX_PATTERN = 2000  # characters
_COMPILE_SECONDS = 2.0  # processor time, for all patterns; one takes less than a thousandth


def with_local_rules(book: RuleBook, root: str | os.PathLike[str]) -> RuleBook:
    """Return the rule book with the own rules of the repository at ``root``; the same one where it has none.

    Raises ``UsageError``, naming file and line, for a file that is no rule, or a name or code that is taken.
    """
    folder = os.path.join(root, LOCAL_RULES)
    if not os.path.isdir(folder):
        return book
    if not is_below(folder, root):  # what an error says of a file is seen by whoever made the link
        raise UsageError(
            f"{LOCAL_RULES} is a link that leads out of the repository.", f"{LOCAL_RULES} 是指向仓库之外的链接。"
        )
    try:
        names = local_rule_names(folder)
    except OSError as error:
        raise UsageError(
            f"{LOCAL_RULES} cannot be read: {reason_of(error).en}.", f"无法读取 {LOCAL_RULES}：{reason_of(error).zh}。"
        ) from error
    if len(names) > _MAX_FILES:
        raise UsageError(
            f"{LOCAL_RULES}: more than {_MAX_FILES} rule files.", f"{LOCAL_RULES}：规则文件超过 {_MAX_FILES} 个。"
        )
    rules = dict(book.rules)
    left = _COMPILE_SECONDS
    for name in names:
        relative = f"{LOCAL_RULES}/{name}"
        data, lines = _read(root, relative)
        rule = _rule(data, lines, relative, os.path.join(folder, name))
        if rule.primitive == "pattern":
            left = _check_pattern(data["params"]["pattern"], _line(lines, ("params", "pattern")), relative, left)
            _check_slots(data, lines, relative)
        for other in rules.values():
            for key, taken in (("name", other.name == rule.name), ("code", other.code == rule.code)):
                if taken:
                    raise _error(relative, lines.get((key,), 1), *_taken(data[key], other))
        rules[rule.name] = rule
    _check_requirements(rules, book)
    return RuleBook(rules, book.data, book.primitives)


def _taken(value: str, other: Rule) -> tuple[str, str]:
    return f"{value!r} is taken by {other.code} {other.name}", f"{value!r} 已被 {other.code} {other.name} 占用"


def _read(root: str | os.PathLike[str], relative: str) -> tuple[Any, Lines]:
    from owui_lint.repository.files import SourceFile
    from owui_lint.yamlfile import YamlError, load_with_lines

    file = SourceFile(root, relative)
    if file.problem is not None or len(file.data) > _MAX_BYTES:
        what = file.problem or "too-large"
        raise _error(relative, 1, f"the file cannot be used ({what})", f"无法使用该文件（{what}）")
    try:
        return load_with_lines(file.text)
    except YamlError as error:
        raise _error(relative, error.line, printable(error.message.en), printable(error.message.zh)) from error


def _rule(data: Any, lines: Lines, relative: str, path: str) -> Rule:
    from owui_lint.schemacheck import problems
    from owui_lint.schemas import rule_schema

    problem = next(problems(data, rule_schema()), None)
    if problem is not None:
        where = ".".join(printable(str(part)) for part in problem.path)
        prefix, prefix_zh = (f"{where}: ", f"{where}：") if where else ("", "")
        raise _error(relative, _line(lines, problem.path), prefix + problem.message.en, prefix_zh + problem.message.zh)
    if "default" not in data["cases"]:
        raise _error(relative, lines[("cases",)], "cases: 'default' is missing", "cases：缺少 'default'")
    # Other repositories' rules are read by people on terminals: what could act there is shown instead.
    data = shown(data)
    texts = {key: _both(data[key]) for key in ("summary", "why", "fix") if key in data}
    entry = {
        "profiles": list(PROFILES),
        "why": texts["summary"],
        **data,
        **texts,
        "cases": {name: _both(case) for name, case in data["cases"].items()},
        "family": LOCAL_FAMILY,
        "origin": path,
    }
    return rule_from(entry)


def shown(data: dict[str, Any]) -> dict[str, Any]:
    """Return rule data with every text made printable, but for the parameters, which are no text to read."""

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return printable(value, keep_newlines=True)
        if isinstance(value, list):
            return [plain(item) for item in value]
        return {plain(key): plain(item) for key, item in value.items()} if isinstance(value, dict) else value

    return {key: value if key == "params" else plain(value) for key, value in data.items()}


def _both(text: str | dict[str, str]) -> dict[str, str]:
    """One text stands for both languages where a repository has only one."""
    if isinstance(text, str):
        return {"en": text, "zh": text}
    return {"zh": text["en"], **text}


def _check_pattern(pattern: str, line: int, relative: str, seconds: float) -> float:
    """Raise ``UsageError`` for what is no pattern, or takes longer than ``seconds`` to compile; return what is left of them.

    Large sets of characters that ignore case take a hundredth of a second each.
    """
    from owui_lint.timelimit import TimeIsUp, time_limit

    problem, problem_zh, start = "", "", time.process_time()
    if len(pattern) > _MAX_PATTERN:
        problem = f"longer than {_MAX_PATTERN} characters"
        problem_zh = f"超过 {_MAX_PATTERN} 个字符"
    else:
        try:
            with warnings.catch_warnings(), time_limit(max(seconds, 0.01)):  # zero would be no limit
                warnings.simplefilter("ignore")
                re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            problem = printable(str(error))
            problem_zh = f"正则表达式无效（{problem}）"
        except TimeIsUp:
            problem = f"the patterns take more than {_COMPILE_SECONDS:.0f} seconds to compile"
            problem_zh = f"编译这些正则表达式耗时超过 {_COMPILE_SECONDS:.0f} 秒"
    if problem:
        raise _error(relative, line, f"params.pattern: {problem}", f"params.pattern：{problem_zh or problem}")
    return seconds - (time.process_time() - start)


def _check_slots(data: dict[str, Any], lines: Lines, relative: str) -> None:
    """Raise ``UsageError`` for a slot that the primitive ``pattern`` has no value for: it would be shown as it is written."""
    params = data["params"]
    groups = re.compile(params["pattern"]).groupindex if params.get("must") != "match" else {}
    known = ["found", *groups]
    for name, case in data["cases"].items():
        texts = {"": case} if isinstance(case, str) else {lang: case[lang] for lang in ("en", "zh") if lang in case}
        for lang, text in texts.items():
            unknown = next((slot for slot in SLOT.findall(text) if slot not in known), None)
            if unknown is None:
                continue
            path = ("cases", name, *([lang] if lang else ()))
            where = ".".join(printable(part) for part in path)
            shown = printable(f"{{{unknown}}}")[:60]
            # One of few: where no name is near, all are worth naming.
            near = nearest(unknown, known)
            options = printable(", ".join(f"{{{slot}}}" for slot in ([near] if near else known)))[:200]
            raise _error(
                relative,
                _line(lines, path),
                f"{where}: pattern has no value {shown}, "
                + (f"did you mean {options}?" if near else f"only {options}"),
                f"{where}：pattern 不提供值 {shown}，" + (f"是不是 {options}？" if near else f"只提供 {options}"),
            )


def _check_requirements(rules: dict[str, Rule], book: RuleBook) -> None:
    from owui_lint.rulebook import RuleError

    merged = RuleBook(rules, book.data, book.primitives)
    for rule in rules.values():
        if rule.family != LOCAL_FAMILY:
            continue
        relative = f"{LOCAL_RULES}/{os.path.basename(rule.origin)}"
        missing = next((name for name in rule.requires if name not in rules), None)
        if missing is not None:
            shown = printable(missing)
            raise _error(relative, 1, f"requires: no rule is called {shown!r}", f"requires：没有名为 {shown!r} 的规则")
        try:
            merged.closure([rule])
        except RuleError as error:
            raise _error(relative, 1, str(error), str(error)) from error


def _line(lines: Lines, path: tuple[str | int, ...]) -> int:
    """The line of an element, or of the nearest one around it that has a line."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _error(relative: str, line: int, en: str, zh: str) -> UsageError:
    shown = printable(relative)
    en, zh = (text if text.endswith(("?", "？")) else text + mark for text, mark in ((en, "."), (zh, "。")))
    return UsageError(f"{shown}:{line}: {en}", f"{shown}:{line}：{zh}")
