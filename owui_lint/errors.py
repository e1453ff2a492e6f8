"""Errors that end a run with exit code 2 and a message a person can act on."""

from __future__ import annotations

import errno

from owui_lint.finding import Message
from owui_lint.text import printable

_IN_CHINESE = {
    errno.ENOENT: "文件或目录不存在",
    errno.EACCES: "权限不足",
    errno.EPERM: "不允许的操作",
    errno.EISDIR: "这是一个目录",
    errno.ENOTDIR: "路径中有一级不是目录",
    errno.EEXIST: "已存在",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件过大",
    errno.EROFS: "文件系统只读",
    errno.ELOOP: "符号链接层级过多",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.EBUSY: "文件正被占用",
    errno.EIO: "读写出错",
    errno.EBADF: "输出已关闭",
    errno.EPIPE: "管道已关闭",
    errno.EINVAL: "参数无效",
    errno.ECONNREFUSED: "连接被拒绝",
    errno.ETIMEDOUT: "连接超时",
}


def reason_of(error: OSError) -> Message:
    """Return why the system refused, in both languages; in the system's words where we have none."""
    said = error.strerror or str(error)
    return Message(said, _IN_CHINESE.get(error.errno or 0, said))


def is_interrupt(error: BaseException) -> bool:
    """Tell whether an error is what became of an interrupt.

    Until Python 3.12, whatever is raised while a class is made (and modules are imported in the middle of a run) comes
    out as a ``RuntimeError``.
    """
    found: BaseException | None = error
    while found is not None and not isinstance(found, KeyboardInterrupt):
        found = found.__cause__ or found.__context__
    return found is not None


class UsageError(Exception):
    """The command line, the configuration or the repository leaves nothing sensible to do.

    ``message`` is shown to the user in their language; it names the file and the line where there is one. Whatever names
    of the repository stand in it, it is one line; ``advice`` is a further one.
    """

    def __init__(self, en: str, zh: str, advice: Message | None = None) -> None:
        lines = [Message(en, zh), *([advice] if advice is not None else [])]
        self.message = Message(*("\n".join(map(printable, texts)) for texts in zip(*lines, strict=True)))
        super().__init__(self.message.en)
