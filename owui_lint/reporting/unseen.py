"""What a summary says of what its findings do not show: not compared, not judged, or hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from owui_lint.days import datetime
from owui_lint.engine import Report
from owui_lint.finding import Message
from owui_lint.repository.tree import FILES, HISTORY, LINKS
from owui_lint.repository.versions.dates import DateJudgement
from owui_lint.session import Session
from owui_lint.text import counted, printable

#: What is said where a release day was asked for and there is nowhere to set it. No badge, or one served by an endpoint, is
#: no fault.
NO_DATE_BADGE = Message(
    "The root READMEs have no date badge that --release-date could set.",
    "根目录 README 中没有可供 --release-date 设置的日期徽章。",
)
#: What is said of a release day that a run without --release-date will not let stand.
DAY_TO_COME = Message(
    "The given release day is in the future: until then, a run without --release-date reports the date badges.",
    "指定的发布日期还没到：在那之前，不带 --release-date 的检查会报告日期徽章。",
)
DAY_TOO_OLD = Message(
    "The given release day is older than the newest change of a version: a run without --release-date reports the date "
    "badges.",
    "指定的发布日期早于最近一次版本变更：不带 --release-date 的检查会报告日期徽章。",
)
_NOWHERE = Message("There are no files to check at the given paths.", "指定的路径中没有需要检查的文件。")
_NO_REVISION = Message(
    "The selected rules compare with a revision, so nothing was checked: add --since REF.",
    "所选规则需要用 --since REF 指定比较对象，因此没有检查任何内容。",
)
_SHALLOW = Message(
    "Git's history is incomplete (a shallow clone), so date badges were not compared with it: fetch all of it (`fetch-depth: 0`).",
    "git 历史不完整（浅克隆），未能据此检查日期徽章：请获取完整历史（`fetch-depth: 0`）。",
)
_NO_GIT = Message(
    "git is not installed, so date badges were not compared with history.",
    "未安装 git，未能根据提交历史检查日期徽章。",
)
_MOST_SHOWN = 100  # characters of a path


def unseen(report: Report) -> Iterator[Message]:
    """Yield a sentence for each thing that is not among a report's findings."""
    counts = report.hidden
    if counts.paths_without_files and not report.findings:
        yield _NOWHERE
    if counts.rules_without_since:
        yield _NO_REVISION
    if counts.dates_not_compared:
        yield _SHALLOW
    if counts.dates_without_git:
        yield _NO_GIT
    yield from _untold_by_git(report)
    if counts.files_left_out:
        yield Message(
            f"{counted(counts.files_left_out, 'file')} could not be judged, as this sparse checkout leaves "
            f"{'it' if counts.files_left_out == 1 else 'them'} out.",
            f"有 {counts.files_left_out} 个文件未检出（稀疏检出），因此无法判断。",
        )
    if counts.date_badges_missing:
        yield NO_DATE_BADGE
    if counts.dates_to_come:
        yield DAY_TO_COME
    if counts.dates_too_old:
        yield DAY_TOO_OLD
    if counts.unjudged:
        # What is accepted would not be shown either.
        command = "owui-lint --no-baseline" if report.has_baseline else "owui-lint"
        which, which_zh = _first_of(report.unjudged)
        yield Message(
            f"{counted(counts.unjudged, 'file')} could not be judged ({which}): `{command}` (without --select and --ignore) "
            "says why.",
            f"有 {counts.unjudged} 个文件无法判断（{which_zh}）：运行 `{command}`（不带 --select 和 --ignore）可查看原因。",
        )
    if counts.suppressed:
        yield Message(
            f"{counted(counts.suppressed, 'finding')} suppressed by comments.",
            f"已因注释忽略 {counts.suppressed} 个问题。",
        )
    if counts.baseline:
        yield _in_baseline(counts.baseline, counts.baseline_version_errors)
    if counts.baseline_gone:
        yield Message(
            f"{counts.baseline_gone} baseline {'entry no longer occurs' if counts.baseline_gone == 1 else 'entries no longer occur'}: "
            "remove with `owui-lint baseline --prune`.",
            f"基线中有 {counts.baseline_gone} 个问题不再出现，可用 `owui-lint baseline --prune` 移除。",
        )


def _untold_by_git(report: Report) -> Iterator[Message]:
    """Yield what git could not tell, with its reason."""
    counts, why = report.hidden, report.untold
    if counts.files_not_listed:
        reason = why[FILES]
        yield Message(
            f"git could not list the files, so those that it ignores were looked at too: {_sentence(reason.en)}.",
            f"git 无法列出文件，因此也检查了被忽略的文件：{_sentence(reason.zh)}。",
        )
    if counts.dates_without_history:
        reason = why[HISTORY]
        yield Message(
            f"git could not read its history, so date badges were not compared with it: {_sentence(reason.en)}.",
            f"git 无法读取提交历史，未能据此检查日期徽章：{_sentence(reason.zh)}。",
        )
    if counts.links_unjudged:
        reason, (which, which_zh) = why[LINKS], _first_of(report.unjudged_links)
        yield Message(
            f"Links to {counted(counts.links_unjudged, 'path')} ({which}) were not judged, as git did not tell in time whether "
            f"it ignores {'it' if counts.links_unjudged == 1 else 'them'}: {_sentence(reason.en)}. See the patterns in "
            ".gitignore.",
            f"有 {counts.links_unjudged} 个路径（{which_zh}）的链接未能判断，因为 git 没有及时给出它们是否被忽略："
            f"{_sentence(reason.zh)}。请检查 .gitignore 中的模式。",
        )


def _sentence(text: str) -> str:
    return text.rstrip(".。")


def _first_of(paths: Sequence[str]) -> tuple[str, str]:
    """Return the first of several paths in words, in English and Chinese, with how many more there are."""
    first, more = printable(paths[0]), len(paths) - 1
    first = first if len(first) <= _MOST_SHOWN else f"{first[:_MOST_SHOWN]}…"
    return (f"{first} and {more} more", f"{first} 等") if more else (first, first)


def doubt_of_day(session: Session, day: datetime.date) -> Message | None:
    """Return what is to be said of the release day of versions that are raised now, ``None`` for nothing."""
    judgement = DateJudgement(session.repository, session.options.today, None)
    if not judgement.own:
        return NO_DATE_BADGE
    if judgement.is_to_come(day):
        return DAY_TO_COME
    return DAY_TOO_OLD if day < session.options.today else None


def _in_baseline(count: int, errors: int) -> Message:
    """A release that is inconsistent must not look consistent because somebody once wrote a baseline."""
    kind = "a version error" if errors == 1 else "version errors"
    return Message(
        f"{counted(count, 'finding')} hidden by the baseline" + (f", {errors} of them {kind}." if errors else "."),
        f"{count} 个问题被基线隐藏" + (f"，其中 {errors} 个是版本不一致错误。" if errors else "。"),
    )
