"""The command line: options in, exit codes out. What is done lies in the modules that the commands call."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from owui_lint import __version__, cache, checking
from owui_lint.checking import Request
from owui_lint.commandline import COMMANDS
from owui_lint.errors import UsageError
from owui_lint.finding import Severity
from owui_lint.language import choose_language, listed
from owui_lint.options import (
    LangOption,
    ListedPathsArgument,
    PathsArgument,
    PluginOption,
    ProfileOption,
    TableFormat,
    TableFormatOption,
)
from owui_lint.reporting import Format
from owui_lint.reporting.style import Style
from owui_lint.rulebook import RuleBook
from owui_lint.session import language_of_run, open_session

app = typer.Typer(
    name="owui-lint",
    help="Linter and release-consistency checker for repositories of OpenWebUI plugins.",
    epilog="Exit codes: 0 clean, 1 findings, 2 usage or configuration error, 3 internal error.",
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Level(StrEnum):
    """Severities."""

    info = "info"
    warning = "warning"
    error = "error"


@app.command()
def check(
    paths: PathsArgument = None,
    fix: Annotated[bool, typer.Option("--fix", help="Apply safe fixes.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="With --fix or --diff: include fixes that need review.")
    ] = False,
    fix_versions: Annotated[
        bool,
        typer.Option("--fix-versions", help="Set every stated version to the code's; report only versions (family 6)."),
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what fixes would change without writing it.")] = False,
    release_date: Annotated[
        str | None,
        typer.Option("--release-date", metavar="YYYY-MM-DD|today", help="The date that date badges must show."),
    ] = None,
    plugin: PluginOption = None,
    allow_downgrade: Annotated[
        bool, typer.Option("--allow-downgrade", help="Also rewrite versions that are newer than the code's.")
    ] = False,
    icon: Annotated[
        str | None,
        typer.Option("--icon", metavar="NAME", help="The Lucide icon that --plugin must have; --fix sets it."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="RULE,...", help="Rules to run: codes, names or families, comma-separated."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="RULE,...", help="Rules to skip (same syntax as --select).")
    ] = None,
    profile: ProfileOption = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="REF",
            help="Report only findings that the changes since REF (REF...HEAD and the work tree) introduced or touched.",
        ),
    ] = None,
    fail_on: Annotated[
        Level | None, typer.Option("--fail-on", help="The lowest severity that gives exit code 1.")
    ] = None,
    output_format: Annotated[Format, typer.Option("--output-format", help="The format of the report.")] = Format.text,
    output: Annotated[
        list[str] | None, typer.Option("--output", metavar="FORMAT:PATH", help="Also write the report to a file.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", metavar="FILE", help="Hide the findings that this file accepts.")
    ] = None,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Ignore the baseline.")] = False,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count findings per rule, as text or json.")] = False,
    show_config: Annotated[
        bool, typer.Option("--show-config", help="Print each setting and where it comes from, without checking.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only findings.")] = False,
    lang: LangOption = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", "-j", min=1, max=64, help="Number of processes (default: up to 4, fewer for small changes)."
        ),
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Do not use or write .owui-lint-cache.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even if there are findings.")] = False,
) -> None:
    """Check the repository (the default command)."""
    request = Request(
        paths=paths,
        fix=fix,
        unsafe_fixes=unsafe_fixes,
        fix_versions=fix_versions,
        diff=diff,
        release_date=release_date,
        plugin=plugin,
        allow_downgrade=allow_downgrade,
        icon=icon,
        select=select,
        ignore=ignore,
        profile=_text(profile),
        since=since,
        fail_on=_text(fail_on),
        output_format=output_format.value,
        output=output,
        baseline=baseline,
        no_baseline=no_baseline,
        statistics=statistics,
        show_config=show_config,
        quiet=quiet,
        lang=_text(lang),
        jobs=jobs,
        no_cache=no_cache,
        exit_zero=exit_zero,
    )
    _refuse_mistyped_command(paths or ())
    cache.keep_command_line(request._asdict())
    raise typer.Exit(checking.check(request))


def _text(value: StrEnum | None) -> str | None:
    """Return an option's value without the type that typer read it as: requests are kept as plain data."""
    return str(value) if value is not None else None


def _refuse_mistyped_command(paths: Sequence[str]) -> None:
    """Say so where the first path is none and looks like a command: ``check`` is what any other word is given to."""
    from owui_lint.text import nearest, printable

    if not paths or Path(paths[0]).exists():
        return
    if paths[0] in COMMANDS:
        raise UsageError(
            f"A command comes before its options: `owui-lint {paths[0]} ...`.",
            f"命令须写在选项之前：`owui-lint {paths[0]} …`。",
        )
    if "/" in paths[0] or "." in paths[0]:
        return
    command: Any = typer.main.get_command(app)
    options = {name for option in command.commands["check"].params for name in option.opts} | {"--help", "--version"}
    near = f"--{paths[0]}" if f"--{paths[0]}" in options else nearest(paths[0], COMMANDS)
    shown, hint, hint_zh = printable(paths[0]), "", ""
    if near is not None:
        hint, hint_zh = f" Did you mean `owui-lint {near}`?", f"是不是 `owui-lint {near}`？"
    raise UsageError(
        f"{shown} is neither a path nor a command.{hint} See `owui-lint -h`.",
        f"{shown} 既不是路径，也不是命令。{hint_zh}请查看 `owui-lint -h`。",
    )


@app.command()
def versions(
    paths: ListedPathsArgument = None,
    plugin: PluginOption = None,
    badge: Annotated[
        str | None, typer.Option("--badge", metavar="FILE.svg", help="Also write a badge of how many locations agree.")
    ] = None,
    output_format: TableFormatOption = TableFormat.text,
    lang: LangOption = None,
) -> None:
    """Show each plugin's version at every location as a matrix, and the date badges."""
    from owui_lint.reporting.github import for_log
    from owui_lint.reporting.inventory import hint_without_plugins
    from owui_lint.reporting.jsonreport import dump
    from owui_lint.reporting.matrix import doubts_of, kind_names, render
    from owui_lint.repository.versions.matrix import dates_of, rows_of, rows_to_json

    session = open_session(paths or ())
    language = choose_language(lang, session.config["lang"])
    repository = session.repository
    chosen = session.plugins(plugin) if plugin else session.asked_plugins()
    sys.stderr.write(hint_without_plugins(session, language))
    rows = rows_of(repository, chosen, with_lacking=session.wants_all_places())
    dates = dates_of(repository, session.options.today, session.options.release_date, spelled=session.spells_dates)
    for doubt in doubts_of(repository, chosen):
        sys.stderr.write(for_log(f"owui-lint: {doubt.to(language)}\n"))
    if badge is not None:
        from owui_lint.replacing import holding, refuse_foreign
        from owui_lint.reporting.badge import MARK, render_badge, svg_path
        from owui_lint.reporting.writing import write_report

        refuse_foreign(session, svg_path(badge), "--badge", holding(MARK), anywhere=True)
        write_report(badge, render_badge(rows, language), repository.root, "--badge")
    if output_format is TableFormat.json:
        sys.stdout.write(dump({"schema": 1, "plugins": rows_to_json(rows), "dates": dates}))
        return
    sys.stdout.write(render(rows, dates, kind_names(repository), language, Style.of(sys.stdout)))


@app.command()
def plugins(
    paths: ListedPathsArgument = None,
    output_format: TableFormatOption = TableFormat.text,
    lang: LangOption = None,
) -> None:
    """List the plugins that were found: type, class, title, version and valves."""
    from owui_lint.reporting.inventory import describe_plugins, hint_without_plugins, left_out, render_plugins
    from owui_lint.reporting.jsonreport import dump

    session = open_session(paths or ())
    language = choose_language(lang, session.config["lang"])
    sys.stderr.write(hint_without_plugins(session, language))
    chosen = session.asked_plugins()
    sys.stderr.write(left_out(session.repository, chosen, language))
    found = describe_plugins(session.repository, chosen)
    if output_format is TableFormat.json:
        sys.stdout.write(dump({"schema": 1, "plugins": found}))
    else:
        sys.stdout.write(render_plugins(found, language, Style.of(sys.stdout)))


@app.command()
def rules(
    profile: ProfileOption = None,
    family: Annotated[str | None, typer.Option("--family", help="Only rules of this family (name or number).")] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="List the clauses of the standard with the rules that check them.")
    ] = False,
    severity: Annotated[Level | None, typer.Option("--severity", help="Only rules of this severity.")] = None,
    fixable: Annotated[bool, typer.Option("--fixable", help="Only rules that can fix what they find.")] = False,
    clause: Annotated[
        str | None, typer.Option("--clause", metavar="ID", help="Only rules that check this clause of the standard.")
    ] = None,
    output_format: TableFormatOption = TableFormat.text,
    lang: LangOption = None,
) -> None:
    """List the rules."""
    from owui_lint.reporting.inventory import describe_profile, describe_rules, render_rules
    from owui_lint.reporting.jsonreport import dump
    from owui_lint.session import open_rulebook

    book = open_rulebook()
    if coverage:
        others = {"--profile": profile, "--family": family, "--severity": severity, "--clause": clause}
        given = [option for option, value in {**others, "--fixable": fixable or None}.items() if value is not None]
        if given:
            raise UsageError(
                f"--coverage lists all clauses and all rules: {listed(given).en} would have no effect.",
                f"--coverage 列出全部条款和规则，{listed(given).zh} 不起作用。",
            )
        _print_coverage(book, output_format, language_of_run(lang))
        return
    of_profile = profile.value if profile is not None else None
    chosen = book.matching(
        profile=of_profile,
        family=family,
        severity=Severity.parse(severity.value) if severity is not None else None,
        clause=clause,
        fixable=fixable,
    )
    language = language_of_run(lang)
    if output_format is TableFormat.json:
        sys.stdout.write(dump({"schema": 1, "rules": describe_rules(chosen, language, of_profile)}))
    else:
        if profile is not None:
            sys.stdout.write(describe_profile(book.profiles[profile.value], language, Style.of(sys.stdout)))
        sys.stdout.write(render_rules(chosen, language, Style.of(sys.stdout), of_profile))


def _print_coverage(book: RuleBook, output_format: TableFormat, lang: str) -> None:
    from owui_lint.reporting.coverage import describe_coverage, render_coverage
    from owui_lint.reporting.jsonreport import dump

    if output_format is TableFormat.json:
        sys.stdout.write(dump({"schema": 1, **describe_coverage(book, lang)}))
    else:
        sys.stdout.write(render_coverage(book, lang, Style.of(sys.stdout)))


@app.command()
def rule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A rule's name or code.")],
    lang: LangOption = None,
) -> None:
    """Explain a rule: what it checks, why, and examples."""
    from owui_lint.reporting.explain import explain
    from owui_lint.session import open_rulebook

    book = open_rulebook()
    language = language_of_run(lang)
    for found in book.find(name):
        sys.stdout.write(explain(found, book, language, Style.of(sys.stdout)))


for _module in sorted(Path(__file__).with_name("commands").glob("[a-z]*.py")):
    importlib.import_module(f"owui_lint.commands.{_module.stem}").register(app)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"owui-lint {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass
