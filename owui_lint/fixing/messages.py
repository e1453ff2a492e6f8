"""Why a file was not written, in both languages."""

from __future__ import annotations

from owui_lint.finding import Message
from owui_lint.fixing.errors import Reason, WriteError
from owui_lint.text import printable

_TEXTS = {
    Reason.SYMLINK: Message(
        "it is, or lies behind, a symbolic link; nothing is written through links",
        "它是符号链接或位于符号链接之后，不会通过链接写入",
    ),
    Reason.OUTSIDE: Message("it lies outside of the repository", "它位于仓库之外"),
    Reason.CHANGED: Message(
        "it was changed meanwhile by another program; run again", "它刚刚被其他程序修改，请重新运行"
    ),
    Reason.READ_ONLY: Message("it is read-only", "它是只读的"),
    Reason.NO_SPACE: Message("there is no space left on the disk", "磁盘空间不足"),
    Reason.NOT_REGULAR: Message("it is no regular file", "它不是普通文件"),
    Reason.LOCKED: Message("another owui-lint is writing in this repository", "另一个 owui-lint 正在写入此仓库"),
    Reason.MISSING: Message("it is gone", "它已不存在"),
    Reason.EXISTS: Message("it exists already", "它已经存在"),
    Reason.OS: Message("the system refused", "系统拒绝了操作"),
}


def describe(error: WriteError) -> Message:
    """Return what a ``WriteError`` says to a user: the file, why, and that nothing was changed."""
    text = _TEXTS[error.reason]
    path = printable(error.path)
    detail = printable(error.detail)
    pid = f" (pid {error.pid})" if error.pid else ""
    extra_en = f" ({detail})" if error.reason is Reason.OS and detail else pid
    left = ", ".join(printable(item) for item in error.not_restored)
    state_en = f"These files could not be put back: {left}." if left else "Nothing was changed."
    state_zh = f"以下文件未能恢复：{left}。" if left else "没有改动任何文件。"
    return Message(
        f"{path} was not written: {text.en}{extra_en}. {state_en}",
        f"未写入 {path}：{text.zh}{extra_en}。{state_zh}",
    )
