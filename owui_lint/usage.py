"""What is wrong with a command line, in both languages. Typer finds it, and would say it in English only."""

from __future__ import annotations

import re
from typing import Any

from owui_lint.finding import Message
from owui_lint.language import did_you_mean, listed
from owui_lint.text import printable

_EXTRA = re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", re.DOTALL)
_VALUE = re.compile(r"(?:'(?P<quoted>.*)'|(?P<bare>\S+)) is not ", re.DOTALL)


def describe(error: Any, command: str) -> Message:
    """Return what one of typer's usage errors says, and where help is.

    ``command`` is the command that was asked for; empty for none. Errors are known by the names of their classes: typer
    brings click's along, as a dependency or as a copy of its own, depending on its version.
    """
    said = _said(error, {base.__name__ for base in type(error).__mro__})
    help_ = f"`owui-lint {command} -h`" if command else "`owui-lint -h`"
    return Message(f"{said.en} See {help_}.", f"{said.zh}请查看 {help_}。")


def _said(error: Any, kinds: set[str]) -> Message:
    if "NoSuchOption" in kinds:
        return _no_such_option(printable(error.option_name), next(iter(error.possibilities or ()), None))
    if "MissingParameter" in kinds:
        name, usage = _name(error), " ".join(error.ctx.get_usage().partition(":")[2].split())
        return Message(f"{name} is missing: `{usage}`.", f"缺少 {name}：`{usage}`。")
    if "BadParameter" in kinds:
        return _bad_value(error)
    if "BadOptionUsage" in kinds:
        name = printable(error.option_name)
        if "does not take" in error.message:
            return Message(f"{name} takes no value.", f"{name} 不接受值。")
        return Message(f"{name} needs a value.", f"{name} 需要一个值。")
    extra = _EXTRA.fullmatch(error.message)
    if extra:
        words = printable(extra[1])
        return Message(f"Unexpected argument: {words}.", f"多余的参数：{words}。")
    text = printable(error.format_message())
    return Message(text, text)


def _no_such_option(name: str, near: str | None) -> Message:
    option, blank, value = name.partition(" ")
    if blank:  # a line of a script, quoted as a whole
        return Message(
            f"{name!r} is one argument: write {option}={value}, or option and value as two.",
            f"{name!r} 是一个参数：请写成 {option}={value}，或把选项和值分成两个参数。",
        )
    hint = did_you_mean(near)
    return Message(f"There is no option {name}.{hint.en}", f"没有选项 {name}。{hint.zh}")


def _name(error: Any) -> str:
    """How an option or argument is called: its longest name, or its place in the line."""
    parameter = error.param
    names = [name for name in getattr(parameter, "opts", ()) if name.startswith("-")]
    return printable(max(names, key=len) if names else parameter.human_readable_name)


def _bad_value(error: Any) -> Message:
    name, type_ = _name(error), error.param.type
    given = _VALUE.match(error.message)
    value = repr(printable(given["quoted"] or given["bare"] or "")) if given else ""
    choices = getattr(type_, "choices", None)
    if given and choices:
        allowed = listed(printable(str(getattr(choice, "value", choice))) for choice in choices)
        return Message(f"{name}: {value} is not one of {allowed.en}.", f"{name}：{value} 不是以下之一：{allowed.zh}。")
    lowest, highest = getattr(type_, "min", None), getattr(type_, "max", None)
    if given and lowest is not None and highest is not None:
        return Message(
            f"{name}: {value} is not a number from {lowest} to {highest}.",
            f"{name}：{value} 不是 {lowest} 到 {highest} 之间的数。",
        )
    if given and "valid" in error.message:
        return Message(f"{name}: {value} is not a number.", f"{name}：{value} 不是数字。")
    text = printable(error.message)
    return Message(f"{name}: {text}", f"{name}：{text}")
