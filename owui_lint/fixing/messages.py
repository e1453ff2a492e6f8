"""Why a file was not written, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from owui_lint.finding import Message
from owui_lint.fixing.errors import Reason, WriteError
from owui_lint.language import brackets, listed
from owui_lint.text import counted, printable

_TEXTS = {
    Reason.SYMLINK: Message(
        "it is, or lies behind, a symbolic link, and nothing is written through links: put a file in its place, or change "
        "what it points to",
        "它是符号链接或位于符号链接之后，不会通过链接写入：请换成普通文件，或修改它指向的文件",
    ),
    Reason.OUTSIDE: Message("it lies outside of the repository", "它位于仓库之外"),
    Reason.CHANGED: Message(
        "it was changed meanwhile by another program; run again", "它刚刚被其他程序修改，请重新运行"
    ),
    Reason.READ_ONLY: Message("it or its folder is read-only: make it writable", "它或所在目录是只读的：请改为可写"),
    Reason.NO_SPACE: Message("there is no space left on the disk", "磁盘空间不足"),
    Reason.NOT_REGULAR: Message("it is not a regular file", "它不是普通文件"),
    Reason.LOCKED: Message("another owui-lint is writing in this repository", "另一个 owui-lint 正在写入此仓库"),
    Reason.MISSING: Message("it is gone", "它已不存在"),
    Reason.EXISTS: Message("it exists already", "它已经存在"),
    Reason.BROKEN: Message(
        "its code could not be parsed any more, which is a fault of owui-lint: please report it",
        "写入后它的代码将无法解析，这是 owui-lint 的缺陷，请反馈",
    ),
    Reason.CONFLICT: Message("it holds a merge conflict: resolve it first", "它含有合并冲突：请先解决"),
    Reason.OS: Message("the system refused", "系统拒绝了操作"),
}


def _why(error: WriteError) -> Message:
    text = _TEXTS[error.reason]
    detail = printable(error.detail)
    pid = f"pid {error.pid}" if error.pid else ""
    extra = detail if error.reason is Reason.OS and detail else pid
    return Message(text.en + brackets(extra, "en"), text.zh + brackets(extra, "zh")) if extra else text


def describe(error: WriteError) -> Message:
    """Return what a ``WriteError`` says to a user: each file, why, and that nothing was changed."""
    state = Message("Nothing was changed.", "没有改动任何文件。")
    if error.not_restored:
        left = listed(printable(item) for item in error.not_restored)
        state = Message(f"These files could not be put back: {left.en}.", f"以下文件未能恢复：{left.zh}。")
    files = [(printable(each.path), _why(each)) for each in (error, *error.others)]
    between = "\n" if error.others else " "
    return Message(
        between.join([*(f"{path} was not written: {why.en}." for path, why in files), state.en]),
        between.strip(" ").join([*(f"未写入 {path}：{why.zh}。" for path, why in files), state.zh]),
    )


def describe_written(paths: Sequence[str]) -> Message:
    """Return what is said behind the word that a run was interrupted when its files were written already."""
    names = listed(printable(path) for path in paths)
    return Message(
        f"; all changes were already written, to {counted(len(paths), 'file')}: {names.en}",
        f"；此前所有改动均已写入，共 {len(paths)} 个文件：{names.zh}",
    )


def describe_left(error: WriteError) -> Message:
    """Return what is said of a file that was left as it is while others were fixed."""
    path, why = printable(error.path), _why(error)
    return Message(f"{path} was left as it is: {why.en}.", f"未修改 {path}：{why.zh}。")
