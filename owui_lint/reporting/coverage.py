"""Which rule checks which clause of the standard."""

from __future__ import annotations

from typing import Any

from owui_lint.language import listed
from owui_lint.reporting.style import Style
from owui_lint.reporting.table import table
from owui_lint.rulebook import Clause, RuleBook


def describe_coverage(book: RuleBook, lang: str) -> dict[str, Any]:
    """Return the clauses with their rules, and the counts, for JSON."""
    clauses = [
        {
            "id": clause.id,
            "decidable": clause.decidable,
            "heuristic": clause.heuristic,
            "text": clause.text.to(lang),
            "rules": [rule.name for rule in book.citing(clause.id)],
        }
        for clause in book.clauses.values()
    ]
    decidable = [clause for clause in clauses if clause["decidable"]]
    return {
        "clauses": clauses,
        "summary": {
            "clauses": len(clauses),
            "decidable": len(decidable),
            "covered": sum(bool(clause["rules"]) for clause in decidable),
            "rules": len(book.rules),
        },
    }


def render_coverage(book: RuleBook, lang: str, style: Style) -> str:
    """Return the table of clauses and rules, with the counts below it."""
    zh = lang == "zh"
    rows = [["条款", "类型", "规则", "内容"] if zh else ["clause", "kind", "rules", "text"]]
    for clause in book.clauses.values():
        names = listed(rule.name for rule in book.citing(clause.id)).to(lang)
        missing = ("缺少规则" if zh else "no rule") if clause.decidable else "—"
        rows.append([clause.id, _kind(clause, zh), names or missing, clause.text.to(lang)])
    counts = describe_coverage(book, lang)["summary"]
    if zh:
        total = f"{counts['decidable']} 条可判定条款中已覆盖 {counts['covered']} 条；共 {counts['rules']} 条规则。"
    else:
        total = f"{counts['covered']} of {counts['decidable']} decidable clauses have a rule; {counts['rules']} rules."
    return table(rows, style) + total + "\n"


def _kind(clause: Clause, zh: bool) -> str:
    if clause.heuristic:
        return "启发式" if zh else "heuristic"
    if clause.decidable:
        return "可判定" if zh else "decidable"
    return "由工具实现" if zh else "by the tool"
