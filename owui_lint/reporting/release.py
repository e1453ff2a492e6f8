"""The release draft as text for a terminal, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

from owui_lint.finding import Message
from owui_lint.language import brackets, colon
from owui_lint.releasing.draft import Draft
from owui_lint.reporting.github import for_log
from owui_lint.reporting.jsonreport import dump
from owui_lint.reporting.markdown import escape
from owui_lint.reporting.style import Style
from owui_lint.reporting.table import Cell, columns
from owui_lint.text import printable

_TEXT = {
    "message": Message("Commit message", "提交信息"),
    "changes": Message("Changes", "变更列表"),
    "en": Message("English", "英文"),
    "zh": Message("Chinese", "中文"),
    "none": Message("(nothing told)", "（未写明）"),
    "locations": Message("Version locations", "版本位置"),
    "dates": Message("Date badges", "日期徽章"),
    "notes": Message("Release notes", "发布说明"),
    "missing": Message("Still missing", "尚待处理"),
    "complete": Message("Nothing is missing.", "没有遗漏。"),
    "served": Message("none in the files", "文件中没有"),
    "kept": Message("none for this version", "没有此版本的说明"),
    "kind": Message("location", "位置"),
    "place": Message("place", "文件与行"),
    "value": Message("version", "版本"),
    "status": Message("status", "状态"),
}
_STATUS = {
    "ok": ("green", Message("ok", "一致")),
    "mismatch": ("red", Message("differs", "不一致")),
    "missing": ("red", Message("missing", "缺失")),
    "newer": ("yellow", Message("newer than the code", "比代码新")),
    "unknown": ("yellow", Message("not compared", "未比较")),
    "invalid": ("red", Message("no such day, or in the future", "日期无效或在未来")),
}


def render(draft: Draft, form: str, lang: str, style: Style) -> str:
    """Return the draft as ``text``, ``markdown`` or ``json``."""
    if form == "json":
        return dump(draft.to_json(lang))
    lines = _markdown(draft, lang) if form == "markdown" else _text(draft, lang, style)
    return for_log("\n".join(lines) + "\n")


def _title(draft: Draft, lang: str) -> str:
    before = f"{printable(draft.previous)} → " if draft.previous else ""
    return f"{printable(draft.plugin.id)}{colon(lang)}{before}{printable(draft.version) or '?'}"


def _rows(draft: Draft, lang: str) -> list[tuple[str, str, str, str]]:
    """Kind, place, value and status of each location."""
    return [
        (
            draft.kinds[row["kind"]].to(lang),
            f"{printable(row['path'])}:{row['line']}",
            printable(row["value"] or "—"),
            _STATUS[row["status"]][1].to(lang),
        )
        for row in draft.locations
    ]


def _text(draft: Draft, lang: str, style: Style) -> Iterator[str]:
    def head(name: str) -> str:
        return style(_TEXT[name].to(lang), "bold")

    yield style(_title(draft, lang), "bold")
    yield ""
    yield head("message")
    yield from (f"  {line}".rstrip() for line in draft.commit_message.splitlines())
    for code, changes in draft.changes.items():
        yield ""
        yield f"{head('changes')}{brackets(_TEXT[code].to(lang), lang)}"
        yield from (f"  - {text}" for text in changes or [_TEXT["none"].to(lang)])
    yield ""
    yield head("locations")
    rows = [
        (*row[:3], Cell(row[3], (_STATUS[source["status"]][0],)))
        for row, source in zip(_rows(draft, lang), draft.locations, strict=True)
    ]
    yield from (f"  {line}" for line in columns(rows, style))
    yield ""
    yield head("dates")
    for date in draft.dates:
        colour, label = _STATUS[date["status"]]
        yield f"  {printable(date['path'])}:{date['line']}  {printable(date['value'])}  {style(label.to(lang), colour)}"
    if not draft.dates:
        yield f"  {_TEXT['served'].to(lang)}"
    yield ""
    yield head("notes")
    yield from (f"  {printable(path)}" for path in draft.notes.values() or [_TEXT["kept"].to(lang)])
    yield ""
    if not draft.missing:
        yield style(_TEXT["complete"].to(lang), "green")
        return
    yield style(f"{_TEXT['missing'].to(lang)}{brackets(len(draft.missing), lang)}", "bold", "red")
    for item in draft.missing:
        span = item.place.span
        yield f"  {printable(item.place.path)}:{span.line}:{span.column}: {printable(item.text.to(lang))}"


def _markdown(draft: Draft, lang: str) -> Iterator[str]:
    yield f"## {escape(_title(draft, lang))}"
    yield ""
    yield f"### {_TEXT['message'].to(lang)}"
    yield ""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", draft.commit_message)), 3)
    yield fence + "text"
    yield draft.commit_message.rstrip()
    yield fence
    for code, changes in draft.changes.items():
        yield ""
        yield f"### {_TEXT['changes'].to(lang)}{brackets(_TEXT[code].to(lang), lang)}"
        yield ""
        yield from (f"- {escape(text)}" for text in changes or [_TEXT["none"].to(lang)])
    yield ""
    yield f"### {_TEXT['locations'].to(lang)}"
    yield ""
    yield f"| {' | '.join(_TEXT[name].to(lang) for name in ('kind', 'place', 'value', 'status'))} |"
    yield "| --- | --- | --- | --- |"
    for row, source in zip(_rows(draft, lang), draft.locations, strict=True):
        mark = "✅" if source["status"] == "ok" else "❌"
        yield f"| {' | '.join(escape(cell) for cell in row[:3])} | {mark} {row[3]} |"
    yield ""
    yield f"### {_TEXT['dates'].to(lang)}"
    yield ""
    for date in draft.dates:
        place = escape(f"{date['path']}:{date['line']}")
        yield f"- {place} · {escape(date['value'])} · {_STATUS[date['status']][1].to(lang)}"
    if not draft.dates:
        yield f"- {_TEXT['served'].to(lang)}"
    yield ""
    yield f"### {_TEXT['notes'].to(lang)}"
    yield ""
    yield from (f"- {escape(path)}" for path in draft.notes.values() or [_TEXT["kept"].to(lang)])
    yield ""
    yield f"### {_TEXT['missing'].to(lang)}"
    yield ""
    if not draft.missing:
        yield _TEXT["complete"].to(lang)
    for item in draft.missing:
        place = escape(f"{item.place.path}:{item.place.span.line}")
        yield f"- [ ] {place} · {escape(item.text.to(lang))}"
