"""``owui-lint commit-msg``: check a commit message, as git's hook of that name is called."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Annotated

import typer

from owui_lint.errors import UsageError, reason_of
from owui_lint.options import LangOption, TableFormat, TableFormatOption
from owui_lint.text import printable


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""

    @app.command("commit-msg")
    def commit_msg(
        file: Annotated[str, typer.Argument(metavar="FILE", help="File with the message, or - for standard input.")],
        output_format: TableFormatOption = TableFormat.text,
        lang: LangOption = None,
    ) -> None:
        """Check a commit message: Conventional Commits, English, one to three bullets (for a commit-msg hook)."""
        from owui_lint.reporting import Rendering
        from owui_lint.reporting.jsonreport import render as render_json
        from owui_lint.reporting.style import Style
        from owui_lint.reporting.text import render as render_text
        from owui_lint.repository.message import MessageFile
        from owui_lint.session import Selection, open_session

        # Beside the message git notes what is merged, while it is at a merge.
        is_of_merge = file != "-" and (Path(file).parent / "MERGE_HEAD").is_file()
        message = MessageFile(*_read(file), is_of_merge=is_of_merge)
        session = open_session()
        language = session.language(lang)
        report = session.check_message(message, Selection())
        rendering = Rendering(report, language, Style.of(sys.stdout), session, quiet=True)
        if output_format is TableFormat.json:
            sys.stdout.write(render_json(rendering))
        else:
            sys.stdout.write(render_text(rendering))
        raise typer.Exit(session.exit_code(report))


def _read(file: str) -> tuple[str, bytes]:
    """Return the path to show and the bytes. Raises ``UsageError`` for a file that cannot be read."""
    if file == "-":
        return "-", sys.stdin.buffer.read()
    from owui_lint.repository.files import MAX_FILE_BYTES

    shown = printable(file)
    try:
        status = Path(file).stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for whoever writes to it
            raise UsageError(
                f"{shown} is not a regular file. Standard input is read as -.",
                f"{shown} 不是普通文件。要读取标准输入请写 -。",
            )
        if status.st_size > MAX_FILE_BYTES:
            raise UsageError(f"{shown} is larger than 8 MiB.", f"{shown} 超过 8 MiB。")
        return Path(file).as_posix(), Path(file).read_bytes()
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(f"{shown} cannot be read: {reason.en}.", f"无法读取 {shown}：{reason.zh}。") from error
