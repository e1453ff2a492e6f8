"""The front door: ``owui-lint`` and ``python -m owui_lint``."""

from __future__ import annotations

import errno
import gc
import os
import sys
import time

from owui_lint import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERNAL, EXIT_USAGE, TYPE_CHECKING, cache
from owui_lint.commandline import COMMANDS, TOP_LEVEL_OPTIONS, last_value, with_command

if TYPE_CHECKING:  # an answer that is kept does not wait for typing
    from typing import Any

_COMPLETION = "_OWUI_LINT_COMPLETE"  # set by a shell that asks typer how the line could go on
# What writing to standard output fails with: a full disk or quota, a broken device, nobody there.
_UNWRITTEN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.EPIPE, errno.EINVAL})
_WRITING = "owui_lint.fixing.transaction"  # which knows what was written


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0 clean, 1 findings, 2 usage, 3 internal error, 130 interrupted,
    141 where the reader of the output went away.

    No traceback reaches a user; an error that nobody foresaw is named in one line, with exit code 3.
    """
    if _WRITING in sys.modules:
        sys.modules[_WRITING].WRITTEN.clear()  # by a command before, in the same process
    arguments = with_command(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return _interrupted(arguments)
    except BrokenPipeError:
        # Whoever read the output has seen enough; what they closed is not our failure.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except OSError as error:
        return _cannot_write(error, arguments)
    finally:
        cache.end()


def _is_for_programs(arguments: list[str]) -> bool:
    """Whether the output is in a format that programs read, which is UTF-8 whatever the console's encoding is."""
    form = last_value(arguments, "--output-format")
    return form not in (None, "text", "github") or arguments[0] == "schema"


def _prepare_streams(*, for_programs: bool) -> None:
    """Have both streams take any text: a closed one takes it nowhere, and a terminal that cannot show a character shows
    its number. ``for_programs``: standard output becomes UTF-8, and its line ends stay."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure"):
            if for_programs and name == "stdout":
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
            else:
                stream.reconfigure(errors="backslashreplace")


def _cannot_write(error: OSError, arguments: list[str]) -> int:
    """Say that the output did not arrive: whoever reads only the exit code must not take what is missing for clean."""
    from owui_lint.errors import reason_of
    from owui_lint.language import colon

    language = _language(arguments, is_over=True)
    text = "无法写入标准输出" if language == "zh" else "the output cannot be written"
    sys.stderr.write(f"owui-lint: {text}{colon(language)}{reason_of(error).to(language)}\n")
    return EXIT_USAGE


def _interrupted(arguments: list[str]) -> int:
    language = _language(arguments, is_over=True)
    text = "已中断" if language == "zh" else "interrupted"
    sys.stderr.write(f"owui-lint: {text}{_written(language)}\n")
    return 130


def _written(language: str) -> str:
    """What to say of files that a run which did not come to its end has written."""
    writing = sys.modules.get(_WRITING)
    if writing is None or not writing.WRITTEN:
        return ""
    from owui_lint.fixing.messages import describe_written

    return describe_written(writing.WRITTEN).to(language)


def _run(arguments: list[str]) -> int:
    started = time.time_ns()
    _prepare_streams(for_programs=_is_for_programs(arguments))
    known = None
    try:
        os.getcwd()  # noqa: PTH109 - pathlib takes longer to import than a kept answer to find
    except OSError:
        zh = _language(arguments) == "zh"
        _complain(
            "当前目录已不存在，请切换到其他目录。" if zh else "The current folder is gone: change to another one."
        )
        return EXIT_USAGE
    cache.begin(arguments, started)
    if arguments[0] == "check" and _COMPLETION not in os.environ:
        kept = cache.lookup()
        if kept is not None:
            code, out, err = kept
            sys.stdout.write(out)
            sys.stderr.write(err)
            return code
        known = cache.known_command_line(arguments)
    gc.disable()  # a run makes syntax trees and ends: looking for garbage in them costs a third of it

    from owui_lint.errors import UsageError
    from owui_lint.language import note_language

    note_language(None)
    try:
        if known is not None:
            from owui_lint.checking import Request, check

            return check(Request(**known))
        return _read_and_run(arguments)
    except UsageError as error:
        _complain(error.message.to(_language(arguments)))
        return EXIT_USAGE
    except Exception as error:
        return _fail(error, arguments)


def _fail(error: Exception, arguments: list[str]) -> int:
    """Say what ended a run and return the exit code; raise what is not to be told like that."""
    from owui_lint.errors import is_interrupt
    from owui_lint.fixing.errors import WriteError

    if isinstance(error, WriteError):
        from owui_lint.fixing.messages import describe

        _complain(describe(error).to(_language(arguments)))
        return EXIT_USAGE
    if isinstance(error, OSError) and error.filename is None and error.errno in _UNWRITTEN:
        raise error
    if is_interrupt(error):
        raise KeyboardInterrupt from error
    if os.environ.get("OWUI_LINT_TRACEBACK"):
        raise error
    if isinstance(error, MemoryError):
        language = _language(arguments)
        _complain(("内存不足" if language == "zh" else "not enough memory") + _written(language))
        return EXIT_INTERNAL
    from owui_lint.text import printable

    what = printable(f"{type(error).__name__}: {error}")[:500]
    sys.stderr.write(
        f"owui-lint: 内部错误：{what}\n请报告此问题；设置 OWUI_LINT_TRACEBACK=1 可查看出错位置。\n"
        if _language(arguments) == "zh"
        else f"owui-lint: internal error: {what}\nPlease report it; OWUI_LINT_TRACEBACK=1 shows where.\n"
    )
    return EXIT_INTERNAL


def _complain(text: str) -> None:
    """Say why a run ended, in which names of files may stand."""
    text = f"owui-lint: {text}\n"
    if "GITHUB_ACTIONS" in os.environ:
        from owui_lint.reporting.github import for_log

        text = for_log(text)
    sys.stderr.write(text)


def _read_and_run(arguments: list[str]) -> int:
    """Have typer read the command line, and run the command."""
    import typer

    from owui_lint import cli

    # typer brings click's classes along, as a dependency or as its own copy, depending on its version.
    click_exception = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
    try:
        run: Any = cli.app
        if "--help" in arguments or "-h" in arguments:
            run, arguments = _help_in_its_language(cli.app, arguments)
        result = run(arguments, prog_name="owui-lint", standalone_mode=False)
        if result == 130:
            raise KeyboardInterrupt  # what typer makes of an interrupt
    except typer.Exit as error:
        return error.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):  # which typer takes for an end with exit code 1
            raise error.__context__ from None
        raise
    except Exception as error:
        if not isinstance(error, click_exception):
            raise
        from owui_lint.usage import describe

        _complain(describe(error, arguments[0] if arguments[0] in COMMANDS else "").to(_language(arguments)))
        return EXIT_USAGE
    return result if isinstance(result, int) else 0


def _help_in_its_language(app: Any, arguments: list[str]) -> tuple[Any, list[str]]:
    """Return the command that explains itself in the language of the run, and the arguments for it.

    Only help has to say something before the options are looked at. The application itself takes no ``--lang``.
    """
    import typer

    from owui_lint.helptexts import translate

    command = typer.main.get_command(app)
    if _language(arguments) == "zh":
        translate(command)
    return command, ["--help"] if arguments[0] in TOP_LEVEL_OPTIONS else arguments


def _language(arguments: list[str], *, is_over: bool = False) -> str:
    """The language of an error that ended the run before the options were looked at. ``is_over``: nothing is read any more."""
    from owui_lint.language import choose_language, noted_language

    asked = last_value(arguments, "--lang")
    asked = asked if asked in ("en", "zh") else None
    if is_over:
        return choose_language(asked, noted_language())
    from owui_lint.session import language_of_run

    return language_of_run(asked)


def entry() -> None:
    """Run as a process: a termination signal unwinds like an interrupt, and nothing is torn down at the end.

    Freeing the syntax trees of a large repository one by one takes as long as a fifth of the run.
    """
    import signal

    def terminate(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    def ignore_further() -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)

    show = sys.unraisablehook

    def again(lost: Any) -> None:
        # Python swallows an interrupt that arrives while a generator is put away: it is delivered a moment later.
        if lost.exc_type is KeyboardInterrupt and hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0.001)
        else:
            show(lost)

    try:
        signal.signal(signal.SIGTERM, terminate)
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, terminate)
        sys.unraisablehook = again
        code = main()
        ignore_further()
    except KeyboardInterrupt:
        ignore_further()
        code = _interrupted(sys.argv[1:])
    patterns = sys.modules.get("owui_lint.patterns")
    if patterns is not None:
        patterns.stop()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = 141 if code in (EXIT_CLEAN, EXIT_FINDINGS) else code
    except OSError as error:
        code = code if code == EXIT_USAGE else _cannot_write(error, sys.argv[1:])
    os._exit(code)


if __name__ == "__main__":
    entry()
