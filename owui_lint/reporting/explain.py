"""A rule explained: from its own file, offline, with its examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from owui_lint.cache import rules_folder
from owui_lint.finding import APPLICABILITY_WORDS, LOCAL_FAMILY, SEVERITY_WORDS
from owui_lint.language import brackets, colon, listed
from owui_lint.primitives import registry
from owui_lint.reporting.github import for_log
from owui_lint.reporting.style import SEVERITY_COLOURS, Style
from owui_lint.rulebook import Case, Rule, RuleBook, read_yaml
from owui_lint.scopes import MESSAGE
from owui_lint.text import printable


def examples_of(rule: Rule) -> list[dict[str, Any]]:
    """Return the examples of a rule's file: ``name``, ``files``, ``findings``, and ``fixed`` where it fixes."""
    data = read_yaml(Path(rules_folder(), rule.origin))
    if rule.family == LOCAL_FAMILY:
        from owui_lint.localrules import shown

        data = shown(data)
    examples: list[dict[str, Any]] = data.get("examples", [])
    return examples


def severities(rule: Rule, lang: str, case: Case | None = None) -> str:
    """Return in words how much a rule (one of its cases) weighs, and in which profiles it weighs more or less."""
    own = rule.severity if case is None else rule.severity_of(case)
    others = [f"{name}{colon(lang)}{SEVERITY_WORDS[level].to(lang)}" for name, level in rule.differing(case).items()]
    return ("；" if lang == "zh" else "; ").join([SEVERITY_WORDS[own].to(lang), *others])


def explain(rule: Rule, book: RuleBook, lang: str, style: Style) -> str:
    """Return what a rule checks, why, what it says, how it is suppressed, and its examples."""
    return for_log("\n".join(_lines(rule, book, lang, style)) + "\n")


def _lines(rule: Rule, book: RuleBook, lang: str, style: Style) -> Iterator[str]:
    zh = lang == "zh"
    yield (
        style(f"{rule.code} {rule.name}", "bold")
        + ("" if zh else " ")
        + brackets(style(severities(rule, lang), SEVERITY_COLOURS[rule.severity]), lang)
    )
    yield ""
    yield rule.summary.to(lang)
    yield rule.why.to(lang)
    yield ""
    yield f"{'规则集' if zh else 'Profiles'}{colon(lang)}{listed(rule.profiles).to(lang)}"
    if rule.clauses:
        yield f"{'规范条款' if zh else 'Clauses'}{colon(lang)}{listed(rule.clauses).to(lang)}"
    if rule.fix is not None and rule.applicability is not None:
        kind = APPLICABILITY_WORDS[rule.applicability].to(lang)
        yield f"{'修复' if zh else 'Fix'}{brackets(kind, lang)}{colon(lang)}{rule.fix.to(lang)}"
    others = book.speaking_at(rule)
    if others:
        names = listed(others).to(lang)
        yield (
            f"替代：若 {names} 也会报告同一行，则只报告本规则，级别取两者中较高的"
            if zh
            else f"Stands for: {names}, in a line that these would report too; with the higher severity of the two"
        )
    yield _suppression(rule, zh=zh)
    yield ""
    yield style("消息内容" if zh else "Messages", "bold")
    for case in rule.cases.values():
        only = f"{'；仅 ' if zh else '; only in '}{listed(case.profiles).to(lang)}" if case.profiles is not None else ""
        yield f"  [{severities(rule, lang, case)}{only}] {case.message.to(lang)}"
    for example in examples_of(rule):
        yield ""
        bad = bool(example["findings"])
        mark = ("反例" if zh else "Bad") if bad else ("正例" if zh else "Good")
        # What an example shows is told in English only: in Chinese its code and the findings in it speak.
        caption = "" if zh else f"{colon(lang)}{printable(example['name'])}"
        yield style(f"{mark}{caption}", "red" if bad else "green")
        if "base" in example:
            yield f"  {'之前：' if zh else 'Before:'}"
            yield from _files(example["base"], style)
            yield f"  {'之后：' if zh else 'After:'}"
        if "message" in example:
            yield from _files({"COMMIT_EDITMSG": example["message"]}, style)
        yield from _files(example.get("files", {}), style)
        if bad:
            yield f"  → {printable(listed(example['findings']).to(lang))}"


def _files(files: dict[str, Any], style: Style) -> Iterator[str]:
    for path, content in files.items():
        yield f"  {style(printable(path), 'bold')}"
        text = content if isinstance(content, str) else repr(content)
        yield from (f"    {line}".rstrip() for line in text.splitlines())


def _suppression(rule: Rule, *, zh: bool) -> str:
    """How a rule is silenced: by a comment; what looks at commit messages, which have none, by the configuration."""
    if registry()[rule.primitive].scope is MESSAGE:
        setting = f"`ignore: [{rule.name}]`"
        return f"停用：在配置中写 {setting}" if zh else f"Switch off: {setting} in the configuration"
    mark = f"owui-lint: ignore[{rule.name}]"
    if zh:
        return f"忽略：`# {mark} 原因`，Markdown 中 `<!-- {mark} 原因 -->`"
    return f"Suppress: `# {mark} reason`, in Markdown `<!-- {mark} reason -->`"
