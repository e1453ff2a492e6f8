"""What ``init`` and ``baseline`` say they did."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint.adopting.accepting import Accepted
from owui_lint.adopting.plan import Plan
from owui_lint.finding import Message
from owui_lint.language import colon
from owui_lint.text import counted, printable

_WROTE = Message("wrote", "已写入")
_WOULD_WRITE = Message("would write", "将写入")
_LEFT = Message("left", "保留")
_NEXT = Message("Next: `owui-lint`", "下一步：`owui-lint`")


def render_seen(plan: Plan, lang: str) -> str:
    """Return what was seen in the repository, line by line."""
    return "".join(f"{line.to(lang)}\n" for line in plan.seen)


def render_files(plan: Plan, lang: str, *, dry_run: bool) -> str:
    """Return which files were written, with ``dry_run`` what would be written, and which ones were left alone."""
    return "".join(f"{line}\n" for line in _files(plan, lang, dry_run=dry_run))


def _files(plan: Plan, lang: str, *, dry_run: bool) -> Iterator[str]:
    verb = (_WOULD_WRITE if dry_run else _WROTE).to(lang)
    for name, text in plan.files.items():
        yield f"{verb} {printable(name)}"
        if dry_run and name != plan.baseline:
            yield from (f"    {line}" for line in text.splitlines())
    for name, why in plan.left:
        yield f"{_LEFT.to(lang)} {name}{colon(lang)}{why.to(lang)}"
    if not dry_run:
        yield _NEXT.to(lang)


def render_accepted(accepted: Accepted, name: str, lang: str, *, command: str, setting: str) -> str:
    """Return what the baseline ``name`` holds now.

    ``command`` reports only what is new beside it, ``setting`` makes every run do so (empty where a configuration cannot
    name that file); both are empty where the configuration has it already.
    """
    kept, gone, stale = accepted
    shown = printable(name)
    lines = [
        Message(
            f"{shown}: {counted(kept, 'finding')}" + (f", {gone} gone" if gone else "") + ".",
            f"{shown}：{kept} 个问题" + (f"，移除了 {gone} 个不再出现的" if gone else "") + "。",
        )
    ]
    if stale:
        lines.append(
            Message(
                f"Version errors among them: {stale}. Better run `owui-lint --fix-versions` first.",
                f"其中 {stale} 个是版本不一致错误：建议先运行 `owui-lint --fix-versions`。",
            )
        )
    if command:
        setting = printable(setting)
        lines.append(
            Message(
                f"Report only new findings with `{command}`"
                + (f", or with `{setting}` in the configuration." if setting else "."),
                f"用 `{command}`" + (f"，或在配置中写 `{setting}`" if setting else "") + "，即只报告新问题。",
            )
        )
    return "".join(f"{line.to(lang)}\n" for line in lines)
