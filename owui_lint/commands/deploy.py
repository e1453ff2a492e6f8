"""``owui-lint deploy``: bring plugins onto a server, and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from owui_lint import EXIT_CLEAN, EXIT_FINDINGS
from owui_lint.commands._server import Output
from owui_lint.options import (
    AllowHttpOption,
    BackupOption,
    EnvFileOption,
    LangOption,
    TableFormat,
    TableFormatOption,
    TimeoutOption,
    UrlOption,
)

if TYPE_CHECKING:
    from owui_lint.deploying.deploy import Result


class _Teller:
    """Prints each step as it is done; with JSON on stdout, people read it on stderr."""

    def __init__(self, output: Output, *, dry_run: bool, rollback: bool, lang: str, to_error: bool) -> None:
        from owui_lint.reporting.style import Style

        self._output = output
        self._dry_run = dry_run
        self._rollback = rollback
        self._lang = lang
        self._stream = sys.stderr if to_error else sys.stdout
        self._style = Style.of(self._stream)
        self.backup: Path | None = None

    def saved(self, path: Path) -> None:
        """Name the backup."""
        from owui_lint.reporting.deployment import saved_line

        self.backup = path
        self._output.write(saved_line(path, self._lang, rollback=self._rollback) + "\n", self._stream)

    def result(self, result: Result) -> None:
        """Say what became of a plugin."""
        from owui_lint.reporting.deployment import result_lines

        for line in result_lines(result, self._dry_run, self._lang, self._style):
            self._output.write(line + "\n", self._stream)

    def total(self, results: list[Result]) -> None:
        """Say what became of all."""
        from owui_lint.reporting.deployment import total_line

        self._output.write(total_line(results, self._dry_run, self._lang, self._style) + "\n", self._stream)


def deploy(
    plugins: Annotated[list[str] | None, typer.Argument(metavar="TYPE/NAME...", help="The plugins.")] = None,
    url: UrlOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done without doing it.")] = False,
    no_verify: Annotated[
        bool, typer.Option("--no-verify", help="Deploy even if the release checks find errors.")
    ] = False,
    allow_downgrade: Annotated[
        bool, typer.Option("--allow-downgrade", help="Also replace a newer version on the server.")
    ] = False,
    backup: BackupOption = None,
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Save no backup; you cannot roll back.")] = False,
    rollback: Annotated[
        bool,
        typer.Option("--rollback", help="Restore what the latest deployment replaced (--backup: folder or file)."),
    ] = False,
    env_file: EnvFileOption = None,
    timeout: TimeoutOption = None,
    allow_http: AllowHttpOption = False,
    output_format: TableFormatOption = TableFormat.text,
    lang: LangOption = None,
) -> None:
    """Deploy plugins to an OpenWebUI server: run the release checks, update or create, read back. Undo with --rollback."""
    from owui_lint.commands._server import connect
    from owui_lint.deploying.backup import backup_folder
    from owui_lint.deploying.deploy import Choices
    from owui_lint.deploying.deploy import deploy as run_deploy
    from owui_lint.deploying.deploy import rollback as run_rollback
    from owui_lint.deploying.state import Survey
    from owui_lint.errors import UsageError
    from owui_lint.reporting.deployment import results_to_json
    from owui_lint.reporting.jsonreport import dump
    from owui_lint.session import open_session

    session = open_session()
    language = session.language(lang)
    if not plugins and not rollback:
        raise UsageError(
            "Say what to deploy: TYPE/NAME, as `owui-lint plugins` lists them.",
            "请指定要部署的插件：TYPE/NAME，可用 `owui-lint plugins` 查看。",
        )
    if no_backup and (backup or rollback):
        raise UsageError(
            "--no-backup does not go with --backup or --rollback.",
            "--no-backup 不能与 --backup 或 --rollback 同时使用。",
        )
    chosen = session.plugins(plugins or ())
    folder = backup_folder(session.root, backup)
    if no_verify and not rollback:
        typer.echo(
            "警告：已跳过发布检查（--no-verify），有错误的插件也会被部署。"
            if language == "zh"
            else "WARNING: release checks are off (--no-verify): plugins are deployed whatever is wrong with them.",
            err=True,
        )
    with connect(session, url, env_file, timeout, allow_http, language) as (access, server, output):
        teller = _Teller(
            output, dry_run=dry_run, rollback=rollback, lang=language, to_error=output_format is TableFormat.json
        )
        survey = Survey(server, session.config, session.repository.plugins)
        if rollback:
            ids = [plugin.id for plugin in chosen] or None
            results = run_rollback(survey, access, folder, ids, dry_run, teller)
        else:
            survey.connect(chosen)
            choices = Choices(not no_verify, allow_downgrade, dry_run, None if no_backup else folder)
            results = run_deploy(session, survey, access, chosen, choices, teller)
        teller.total(results)
        if output_format is TableFormat.json:
            data = results_to_json(
                results,
                access.url,
                survey.release,
                language,
                dry_run=dry_run,
                verified=not no_verify,
                backup=teller.backup,
            )
            output.write(dump(data))
    raise typer.Exit(EXIT_FINDINGS if any(result.failed for result in results) else EXIT_CLEAN)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(deploy)
