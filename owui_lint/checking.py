"""``owui-lint check``: from the options' values to the exit code. Knows nothing of how a command line is read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from owui_lint import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERNAL, TYPE_CHECKING, cache, lazypattern
from owui_lint.config import selectors
from owui_lint.days import parse_day
from owui_lint.engine import Report
from owui_lint.errors import UsageError
from owui_lint.language import listed
from owui_lint.primitives import Options
from owui_lint.progress import Progress
from owui_lint.reporting import STATISTICS, Format, Rendering, render
from owui_lint.reporting.style import Reader, Style
from owui_lint.session import Selection, Session, open_session
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.config import Config
    from owui_lint.fixing.apply import Fixed
    from owui_lint.fixing.edits import FileChange
    from owui_lint.rulebook import RuleBook


class Request(NamedTuple):
    """What a check is asked for: the values of the options of the same names, as plain data."""

    paths: list[str] | None
    fix: bool
    unsafe_fixes: bool
    fix_versions: bool
    diff: bool
    release_date: str | None
    plugin: list[str] | None
    allow_downgrade: bool
    icon: str | None
    select: list[str] | None
    ignore: list[str] | None
    profile: str | None
    since: str | None
    fail_on: str | None
    output_format: str
    output: list[str] | None
    baseline: str | None
    no_baseline: bool
    statistics: bool
    show_config: bool
    quiet: bool
    lang: str | None
    jobs: int | None
    no_cache: bool
    exit_zero: bool

    @property
    def form(self) -> Format:
        """The format of the report on standard output."""
        return Format(self.output_format)

    @property
    def is_plain(self) -> bool:
        """Whether all findings are asked for, one by one, of the profile that ``init`` takes."""
        return not (self.select or self.since or self.statistics or self.no_baseline or self.profile)

    @property
    def mends(self) -> bool:
        """Whether fixes are applied or shown."""
        return self.diff or self.fix or self.fix_versions

    @property
    def is_lasting(self) -> bool:
        """Whether the answer stays the same as long as the repository and the tool do, and is all that the run gives: it
        writes nothing, and looks at nothing that the cache does not watch (git's history, a file named by an option)."""
        writes = self.mends or self.output or self.form is Format.github  # whose step summary is written each time
        looks_further = self.since or self.icon or self.baseline is not None
        return not (writes or looks_further or self.show_config or self.no_cache)


def check(request: Request) -> int:
    """Check a repository as asked for, print the report, and return the exit code.

    Raises ``UsageError`` for what cannot be done, ``WriteError`` where files to fix could not be written.
    """
    if not request.is_lasting:
        cache.distrust()
    session = _open(request)
    language = session.language(request.lang)
    if request.show_config:
        _show_config(session, language, request.form)
        return EXIT_CLEAN
    if not request.no_baseline:
        session.use_baseline(request.baseline)
    outputs = _outputs(request)
    if Format.patch in [form for form, _ in outputs] and not request.diff:
        raise UsageError(
            "--output patch:PATH needs --diff: a patch shows what fixes would change.",
            "--output patch:PATH 需要与 --diff 一起使用：补丁的内容是修复会做的改动。",
        )
    if outputs:
        from owui_lint.replacing import refuse_foreign

        for form, path in outputs:  # before anything is fixed
            refuse_foreign(session, path, "--output", _tells_ours(form))
    report, fixed = _carry_out(request, session, language)
    text = _tell(request, session, language, report, fixed, outputs)
    session.repository.facts.save()
    lazypattern.keep()
    code = session.exit_code(report)
    if code == EXIT_FINDINGS and request.exit_zero:
        code = EXIT_CLEAN
    # Nothing that is kept would notice that git was installed, or can tell now what it could not.
    can_tell = not report.hidden.dates_without_git and not report.untold
    if request.is_lasting and code != EXIT_INTERNAL and can_tell:
        cache.finish(session.repository.root, (code, text, ""), session.repository.listed, session.read_besides)
    return code


# -- what is checked -------------------------------------------------------------------------------------------


def _open(request: Request) -> Session:
    """Return the session that a request asks for. Raises ``UsageError`` where options contradict each other."""
    _refuse_empty(request)
    if request.unsafe_fixes and not request.mends:
        raise UsageError(
            "--unsafe-fixes needs --fix, which applies them, or --diff, which shows them.",
            "--unsafe-fixes 需要与 --fix（应用修复）或 --diff（查看改动）一起使用。",
        )
    if request.allow_downgrade and not request.mends:
        raise UsageError(
            "--allow-downgrade needs --fix-versions, which writes versions, or --diff, which shows them.",
            "--allow-downgrade 需要与 --fix-versions（改写版本）或 --diff（查看改动）一起使用。",
        )
    if request.form is Format.patch and not request.diff:
        raise UsageError(
            "--output-format patch needs --diff: a patch shows what fixes would change.",
            "--output-format patch 需要与 --diff 一起使用：补丁的内容是修复会做的改动。",
        )
    if request.show_config and request.form not in (Format.text, Format.json):
        raise UsageError(
            f"--show-config prints text or json, not {request.form}.",
            f"--show-config 只能输出 text 或 json，不能输出 {request.form}。",
        )
    if request.baseline is not None and request.no_baseline:
        raise UsageError(
            "--baseline and --no-baseline contradict each other.", "--baseline 与 --no-baseline 互相矛盾，请只用一个。"
        )
    if request.statistics and not STATISTICS.intersection([request.form, *(form for form, _ in _outputs(request))]):
        known = listed(sorted(STATISTICS))
        raise UsageError(
            f"--statistics needs a report in one of the formats that have a place for counts: {known.en}.",
            f"--statistics 需要能显示统计的报告格式：{known.zh}。",
        )
    options = Options(
        release_date=parse_day(request.release_date) if request.release_date is not None else None,
        allow_downgrade=request.allow_downgrade,
        icon=_parse_icon(request.icon, request.plugin) if request.icon is not None else None,
    )
    session = open_session(
        request.paths or (),
        options,
        since=request.since,
        keep=not request.no_cache,
        jobs=request.jobs or min(os.cpu_count() or 1, 4),
    )
    _override(
        session.config,
        profile=request.profile,
        ignore=selectors(request.ignore or ()),
        fail_on=request.fail_on,
        lang=request.lang,
    )
    if request.baseline is not None:
        session.config.override("baseline", request.baseline, "--baseline")
    return session


def _refuse_empty(request: Request) -> None:
    """Raise ``UsageError`` for a path or an option that is given as nothing, such as by a variable that is not set."""
    for name, value in request._asdict().items():
        if value == "" or (isinstance(value, list) and "" in value):
            option = "PATH" if name == "paths" else f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} must not be empty.", f"{option} 不能为空。")


def _selection(request: Request, book: RuleBook) -> Selection:
    chosen = tuple(selectors(request.select or ()))
    if request.fix_versions and request.release_date is not None:
        chosen = (*book.in_role("release-day"), *chosen)  # who names the day wants it set, whatever the profile
    return Selection(
        ("versions",) if request.fix_versions else (),
        chosen,
        plugins=tuple(request.plugin or ()),
        profile=request.profile,
    )


def _override(config: Config, *, ignore: Sequence[str], **given: object) -> None:
    """Let options that were given take the place of settings; ``ignore`` adds to its one. What ``--select`` names is the
    selection's alone: what faults weigh is told by the rules of a run without it."""
    given["ignore"] = [*config["ignore"], *ignore] if ignore else None
    for name, value in given.items():
        if value:
            setting = name.replace("_", "-")
            config.override(setting, value, f"--{setting}")


def _parse_icon(name: str, plugins: list[str] | None) -> str:
    if not plugins:
        raise UsageError(
            "--icon needs --plugin: each plugin has an icon of its own.",
            "--icon 需要与 --plugin 一起使用：每个插件都应有自己的图标。",
        )
    from owui_lint.icons.names import current_name

    return current_name(name)


def _outputs(request: Request) -> list[tuple[Format, str]]:
    """Return the formats and paths of reports to files. Raises ``UsageError`` for what is none of both."""
    return [_parse_output(item) for item in request.output or ()]


def _parse_output(item: str) -> tuple[Format, str]:
    name, colon, path = item.partition(":")
    if not colon or not path or name not in set(Format):
        known = listed(Format)
        raise UsageError(
            f"--output: {item!r} is not FORMAT:PATH with a format out of {known.en}.",
            f"--output：{item!r} 不是 FORMAT:PATH，格式只能是 {known.zh} 之一。",
        )
    if path == "-":
        raise UsageError(
            f"--output writes files: what goes to standard output is chosen with --output-format {name}.",
            f"--output 用于写入文件；输出到标准输出请用 --output-format {name}。",
        )
    return Format(name), path


def _tells_ours(form: Format) -> Callable[[str, bytes], bool]:
    """Return what tells earlier reports, by path and content, where one in a format is to be written. A patch does not say
    who made it: one that git has is somebody's."""
    from owui_lint.replacing import is_tracked
    from owui_lint.reporting.earlier import is_report, may_be_patch

    def is_ours(path: str, data: bytes) -> bool:
        of_patches = form in (Format.patch, Format.text) and may_be_patch(data)
        return is_report(data) or (of_patches and not is_tracked(path))

    return is_ours


# -- carrying it out -------------------------------------------------------------------------------------------


def _carry_out(request: Request, session: Session, language: str) -> tuple[Report, Fixed | None]:
    """Check, and fix or preview fixes where that is asked for; return the report, and what was or would be mended."""
    selection = _selection(request, session.rulebook)
    progress = Progress(sys.stderr, language)
    session.progress = None if request.quiet else progress.tell
    report: Report
    fixed: Fixed | None = None
    if request.mends:
        # A release must be consistent, whatever was accepted when the linter was adopted.
        accepted = not request.fix_versions or request.baseline is not None
        mend = _preview if request.diff else _fix
        report, fixed = mend(session, selection, unsafe=request.unsafe_fixes, accepted=accepted)
    else:
        report = session.check(selection)
    progress.clear()
    return report, fixed


def _fix(session: Session, selection: Selection, *, unsafe: bool, accepted: bool) -> tuple[Report, Fixed]:
    """Apply fixes; return the report of what remains, and what was mended.

    ``accepted``: what the baseline accepts is left alone. Where it is not, what could not be fixed stays accepted all the
    same.
    """
    from owui_lint.fixing.apply import fix, without_left

    with _seeing(session, accepted=accepted):
        report, fixed = fix(session, lambda: session.check(selection), unsafe=unsafe)
    if session.baseline is not None and not accepted:
        report = without_left(session.check(selection), fixed)
    return report, fixed


def _preview(session: Session, selection: Selection, *, unsafe: bool, accepted: bool) -> tuple[Report, Fixed]:
    """Return the report, and what ``_fix`` would mend."""
    from owui_lint.fixing.apply import preview

    with _seeing(session, accepted=accepted):
        return preview(session, lambda: session.check(selection), unsafe=unsafe)


@contextmanager
def _seeing(session: Session, *, accepted: bool) -> Iterator[None]:
    """Hide what the baseline accepts only where it is ``accepted`` here."""
    baseline = session.baseline
    if not accepted:
        session.baseline = None
    try:
        yield
    finally:
        session.baseline = baseline


# -- telling ---------------------------------------------------------------------------------------------------


def _tell(
    request: Request,
    session: Session,
    language: str,
    report: Report,
    fixed: Fixed | None,
    outputs: Sequence[tuple[Format, str]],
) -> str:
    """Print what became of fixes and the report, write the other ``outputs``, and return the report as it was
    printed."""
    if fixed is not None:
        _tell_of_fixes(request, language, report, fixed)
    rendering = Rendering(
        report,
        language,
        Style.of(sys.stdout),
        session,
        statistics=request.statistics,
        quiet=request.quiet,
        changes=_in_order(fixed) if fixed is not None and request.diff else None,
        reader=Reader.of(sys.stdout),
        is_first_look=fixed is None and request.is_plain and not report.has_baseline and not report.is_limited,
    )
    text = _render(rendering, request.form, outputs)
    if fixed is not None and fixed.left:
        from owui_lint.reporting.fixes import render_left

        sys.stderr.write(render_left(fixed.left, language))
    if rendering.changes is not None and request.form is Format.text:
        from owui_lint.reporting.fixes import write_diff

        write_diff(text, sys.stdout, rendering.reader)
    else:
        sys.stdout.write(text)
    return text


def _in_order(fixed: Fixed) -> list[FileChange]:
    return [fixed.changes[path] for path in sorted(fixed.changes)]


def _tell_of_fixes(request: Request, language: str, report: Report, fixed: Fixed) -> None:
    """Say what was mended. Where a report has no place for what would be, people read that beside it."""
    from owui_lint.reporting.fixes import render_diff, render_fixed, render_nothing_to_change, write_diff

    if not request.diff:
        if not request.quiet:
            stream = sys.stdout if request.form is Format.text else sys.stderr
            stream.write(render_fixed(fixed, language))
        return
    if request.form not in (Format.text, Format.json, Format.patch):
        reader = Reader.of(sys.stderr)
        write_diff(render_diff(_in_order(fixed), reader), sys.stderr, reader)
    if not request.quiet and not fixed.changes and report.findings:
        sys.stderr.write(render_nothing_to_change(len(report.findings), language))


def _render(rendering: Rendering, form: Format, outputs: Sequence[tuple[Format, str]]) -> str:
    """Return the report as text in one format, and write it to files in others."""
    text = render(form, rendering)
    plain = rendering.for_file()
    if outputs:
        from owui_lint.reporting.writing import write_report

        for name, path in outputs:
            write_report(path, render(name, plain), rendering.session.repository.root, "--output")
    if form is Format.github:
        from owui_lint.reporting.github import append_step_summary

        append_step_summary(plain)
    return text


def _show_config(session: Session, lang: str, form: Format) -> None:
    from owui_lint.reporting.settings import render_settings, settings_to_json

    as_json = form is Format.json
    sys.stdout.write(
        settings_to_json(session, lang) if as_json else render_settings(session, lang, Style.of(sys.stdout))
    )
