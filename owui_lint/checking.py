"""``owui-lint check``: from the options' values to the exit code. Knows nothing of how a command line is read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from owui_lint import TYPE_CHECKING, cache, lazypattern
from owui_lint.config import selectors
from owui_lint.days import parse_day
from owui_lint.engine import Report
from owui_lint.errors import UsageError
from owui_lint.finding import Severity
from owui_lint.language import choose_language, listed
from owui_lint.primitives import Options
from owui_lint.progress import Progress
from owui_lint.reporting import Format, Rendering, render
from owui_lint.reporting.style import Style
from owui_lint.session import Selection, Session, open_session

if TYPE_CHECKING:
    from owui_lint.config import Config
    from owui_lint.fixing.apply import Fixed
    from owui_lint.fixing.errors import WriteError

_DATES = ("date-badge-mismatch", "date-badge-stale")
EXIT_CLEAN, EXIT_FINDINGS, EXIT_USAGE, EXIT_INTERNAL = 0, 1, 2, 3


def check(
    *,
    paths: list[str] | None,
    fix: bool,
    unsafe_fixes: bool,
    fix_versions: bool,
    diff: bool,
    release_date: str | None,
    plugin: list[str] | None,
    allow_downgrade: bool,
    icon: str | None,
    select: list[str] | None,
    ignore: list[str] | None,
    profile: str | None,
    since: str | None,
    fail_on: str | None,
    output_format: str,
    output: list[str] | None,
    baseline: str | None,
    no_baseline: bool,
    statistics: bool,
    show_config: bool,
    quiet: bool,
    lang: str | None,
    jobs: int | None,
    no_cache: bool,
    exit_zero: bool,
) -> int:
    """Check a repository as the options of the same names ask for, print the report, and return the exit code.

    Raises ``UsageError`` for what cannot be done, ``WriteError`` where files to fix could not be written.
    """
    if unsafe_fixes and not (fix or fix_versions or diff):
        raise UsageError(
            "--unsafe-fixes needs --fix, which applies them, or --diff, which shows them.",
            "--unsafe-fixes 需要与 --fix（应用修复）或 --diff（查看改动）一起使用。",
        )
    options = Options(
        release_date=parse_day(release_date) if release_date is not None else None,
        allow_downgrade=allow_downgrade,
        icon=_parse_icon(icon, plugin) if icon is not None else None,
    )
    session = open_session(paths or (), options)
    select, ignore = selectors(select or ()), selectors(ignore or ())
    _override(session.config, profile=profile, select=select, ignore=ignore, fail_on=fail_on, lang=lang)
    if baseline is not None:
        session.config.override("baseline", baseline, "--baseline")
    session.since = since
    session.keep = not no_cache
    session.jobs = jobs or min(os.cpu_count() or 1, 4)
    language = choose_language(lang, session.config["lang"])
    if show_config:
        _show_config(session, language, Format(output_format))
        return EXIT_CLEAN
    if not no_baseline:
        session.use_baseline(baseline)
    outputs = [_parse_output(item) for item in output or ()]
    chosen = tuple(select)
    if fix_versions and release_date is not None:
        chosen = (*_DATES, *chosen)  # who names the day wants it set, whatever the profile
    selection = Selection(("versions",) if fix_versions else (), chosen, plugins=tuple(plugin or ()), profile=profile)
    progress = Progress(sys.stderr, language)
    session.progress = None if quiet else progress.tell
    if diff or fix or fix_versions:
        # A release must be consistent, whatever was accepted when the linter was adopted.
        accepted = not fix_versions or baseline is not None
        report, fixed = (_preview if diff else _fix)(session, selection, unsafe=unsafe_fixes, accepted=accepted)
    else:
        report, fixed = session.check(selection), None
    progress.clear()
    form = Format(output_format)
    shown: str | None = None
    if diff:
        assert fixed is not None  # the preview has been made
        shown = _show_diff(fixed, form)
        if not quiet and not fixed.changes and report.findings:
            _say_nothing_to_change(len(report.findings), language)
    elif fixed is not None and not quiet:
        _say_fixed(fixed, language, to_error=form is not Format.text)
    style = Style.of(sys.stdout)
    rendering = Rendering(report, language, style, session, statistics=statistics, quiet=quiet, diff=shown)
    text = _render(rendering, form, outputs)
    _say_left(fixed.left if fixed is not None else (), language)
    sys.stdout.write(text)
    session.repository.facts.save()
    lazypattern.keep()
    code = _exit_code(report, Severity.parse(session.config["fail-on"]), exit_zero=exit_zero)
    # An answer in the github format is more than its text: the step summary has to be written each time.
    if code != EXIT_INTERNAL and not no_cache and baseline is None and form is not Format.github:
        cache.finish(session.repository.root, (code, text, ""), session.repository.listed, session.read_besides)
    return code


def _override(config: Config, *, ignore: Sequence[str], **given: object) -> None:
    """Let options that were given take the place of settings; ``ignore`` adds to its one."""
    given["ignore"] = [*config["ignore"], *ignore] if ignore else None
    for name, value in given.items():
        if value:
            setting = name.replace("_", "-")
            config.override(setting, value, f"--{setting}")


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


def _render(rendering: Rendering, form: Format, outputs: Sequence[tuple[Format, str]]) -> str:
    """Return the report as text in one format, and write it to files in others."""
    text = render(form, rendering)
    plain = rendering.without_colour()
    for name, path in outputs:
        write_output(path, render(name, plain), rendering.session.repository.root)
    if form is Format.github:
        from owui_lint.reporting.github import append_step_summary

        append_step_summary(plain)
    return text


def _exit_code(report: Report, threshold: Severity, *, exit_zero: bool) -> int:
    if report.crashed:
        return EXIT_INTERNAL  # also with --exit-zero: what was not checked is not clean
    worst = report.worst()
    return EXIT_FINDINGS if worst is not None and worst >= threshold and not exit_zero else EXIT_CLEAN


def _parse_icon(name: str, plugins: list[str] | None) -> str:
    if not plugins:
        raise UsageError(
            "--icon needs --plugin: each plugin has an icon of its own.",
            "--icon 需要与 --plugin 一起使用：每个插件都应有自己的图标。",
        )
    from owui_lint.icons.names import current_name

    return current_name(name)


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


def write_output(path: str, text: str, root: str | os.PathLike[str], option: str = "--output") -> None:
    """Write a report about the repository at ``root`` to a file. Raises ``UsageError``, naming ``option``, where that fails."""
    from owui_lint.reporting.writing import write_report

    write_report(path, text, root, option)


def _say_fixed(fixed: Fixed, lang: str, *, to_error: bool) -> None:
    from owui_lint.text import counted, printable

    stream = sys.stderr if to_error else sys.stdout
    if not fixed.findings:
        return
    from owui_lint.reporting.github import defuse

    for finding in fixed.findings:
        assert finding.fix is not None  # it was applied
        span = finding.place.span
        description = printable(finding.fix.description.to(lang))
        line = f"{printable(finding.path)}:{span.line}:{span.column}: {finding.name}: {description}"
        stream.write(f"{defuse(line)}\n")
    places, files = len(fixed.findings), len(fixed.changes)
    if lang == "zh":
        stream.write(f"已修复 {places} 处，涉及 {files} 个文件。\n\n")
    else:
        stream.write(f"Fixed {counted(places, 'place')} in {counted(files, 'file')}.\n\n")


def _show_config(session: Session, lang: str, form: Format) -> None:
    from owui_lint.reporting.settings import render_settings, settings_to_json

    as_json = form is Format.json
    sys.stdout.write(
        settings_to_json(session, lang) if as_json else render_settings(session, lang, Style.of(sys.stdout))
    )


def _show_diff(fixed: Fixed, form: Format) -> str:
    """Return what would be changed as a diff; where a report in ``form`` has no place for it, people read it beside that."""
    from owui_lint.fixing.diff import unified_diff
    from owui_lint.reporting.github import for_log

    shown = unified_diff(fixed.changes[path] for path in sorted(fixed.changes))
    if form not in (Format.text, Format.json):
        sys.stderr.write(for_log(shown))
    return shown


def _say_nothing_to_change(findings: int, lang: str) -> None:
    """Explain an empty diff to people, who would take it for all being well."""
    from owui_lint.text import counted

    sys.stderr.write(
        f"owui-lint: 没有可自动修复的内容；还有 {findings} 个问题，去掉 --diff 可查看。\n"
        if lang == "zh"
        else f"owui-lint: nothing here that a fix would change; {counted(findings, 'finding')} left: see them without --diff.\n"
    )


def _say_left(errors: Sequence[WriteError], lang: str) -> None:
    if errors:
        from owui_lint.fixing.messages import describe_left
        from owui_lint.reporting.github import defuse

        for error in errors:
            sys.stderr.write(defuse(f"owui-lint: {describe_left(error).to(lang)}") + "\n")
