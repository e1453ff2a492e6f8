"""Which server, and with which key: from the command line, the environment, a ``.env`` file or a prompt.

The key never comes from the command line, where other users of the machine and the shell's history see it.
"""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from owui_lint.errors import UsageError, reason_of
from owui_lint.finding import Message
from owui_lint.lazypattern import lazy_pattern
from owui_lint.text import printable

KEY_NAMES = ("OPENWEBUI_API_KEY", "api_key")
URL_NAMES = ("OPENWEBUI_URL", "OPENWEBUI_BASE_URL", "url")
_MAX_ENV_BYTES = 64 * 1024
_LINE = lazy_pattern(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")
_KEY = lazy_pattern(r"[\x21-\x7e]{1,4096}")


class Secret:
    """An API key that shows itself to nobody who does not ask for it by :meth:`reveal`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the key, for the header of a request."""
        return self._value

    def redact(self, text: str) -> str:
        """Return ``text`` with every occurrence of the key blotted out: a server may repeat what it was sent."""
        return text.replace(self._value, "***")

    def __repr__(self) -> str:
        return "Secret(***)"


@dataclass(frozen=True)
class Access:
    """A server (``url`` without a trailing slash) and the key for it; ``warning`` says what is risky about them."""

    url: str
    key: Secret
    warning: Message | None = None


def read_env(path: Path) -> dict[str, str]:
    """Return the ``NAME=value`` lines of a ``.env`` file; empty where there is none.

    ``export``, quotes and comments are understood. Nothing is expanded and nothing is executed.
    Raises ``UsageError`` for a file that cannot be read, is too large or is not UTF-8.
    """
    shown = printable(path.name)
    try:
        if not path.is_file():
            return {}
        with path.open("rb") as stream:
            data = stream.read(_MAX_ENV_BYTES + 1)
        if len(data) > _MAX_ENV_BYTES:
            raise UsageError(f"{shown} is larger than 64 KiB.", f"{shown} 超过 64 KiB。")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{shown} is not UTF-8.", f"{shown} 不是 UTF-8 编码。") from None
    except OSError as error:
        raise UsageError(
            f"{shown} cannot be read: {reason_of(error).en}.", f"无法读取 {shown}：{reason_of(error).zh}。"
        ) from None
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match:
            found[match[1]] = _unquoted(match[2].strip())
    return found


def _unquoted(value: str) -> str:
    if value[:1] in ("'", '"'):
        end = value.find(value[0], 1)
        if end > 0:
            return value[1:end]
    return re.split(r"(?<!\s)\s+#", value, maxsplit=1)[0]


def _first(names: tuple[str, ...], values: Mapping[str, str]) -> str | None:
    return next((values[name] for name in names if values.get(name)), None)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_url(text: str, *, allow_http: bool = False) -> str:
    """Return a server's URL without its trailing slash.

    Raises ``UsageError`` for what is no http(s) URL, for one with a user, a query or a fragment, and, unless
    ``allow_http``, for plain http to another machine: the key would travel readable.
    """
    shown = printable(re.sub(r"//[^/@]*@", "//***@", text))[:200]
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\\\x00-\x1f]", text.strip()):
        raise UsageError(
            f"{shown!r} is not the URL of a server, such as https://openwebui.example.com.",
            f"{shown!r} 不是服务器地址，正确的写法如 https://openwebui.example.com。",
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError(
            "The URL must not hold a user, a password, a query or a fragment.",
            "服务器地址中不能包含用户名、密码、查询参数或片段。",
        )
    if parts.scheme == "http" and not is_loopback(host) and not allow_http:
        raise UsageError(
            f"{shown}: over plain http the key can be read on its way. Use https, or --allow-http in a network you trust.",
            f"{shown}：使用明文 http 时密钥可能被窃听。请使用 https；如在可信网络内，可加 --allow-http。",
        )
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{f':{port}' if port is not None else ''}{parts.path.rstrip('/')}"


def find_access(root: Path, url: str | None, env_file: str | None, *, allow_http: bool = False) -> Access:
    """Return server and key: ``--url``, else the environment, else ``.env`` in ``root`` (or ``env_file``), else a prompt.

    A ``.env`` file of a repository may come from strangers: its URL is used only with the key of the same file or one
    typed at a prompt that names the server; a key of the environment is never sent to an address out of a file.
    Raises ``UsageError`` where one of the two is missing or malformed.
    """
    path = Path(env_file) if env_file else root / ".env"
    if env_file and not path.is_file():
        shown = printable(env_file)
        raise UsageError(f"{shown} does not exist.", f"{shown} 不存在。")
    in_file = read_env(path)
    known_url = url or _first(URL_NAMES[:2], os.environ)
    file_url = _first(URL_NAMES, in_file)
    if not known_url and not file_url:
        raise UsageError(
            "No server given: use --url, or OPENWEBUI_URL in the environment or in .env.",
            "没有指定服务器：请使用 --url，或在环境变量、.env 中设置 OPENWEBUI_URL。",
        )
    server = parse_url(known_url or file_url or "", allow_http=allow_http)
    key = os.environ.get(KEY_NAMES[0])
    if key and not known_url:
        raise UsageError(
            f"The key is in the environment, but the server only in {path.name}: say --url, or keep both together.",
            f"密钥来自环境变量，而服务器地址只写在 {path.name} 中：请用 --url 指定，或将二者放在一起。",
        )
    stored = None if key else _first(KEY_NAMES, in_file)
    key = key or stored or _ask(server)
    if not _KEY.fullmatch(key):
        raise UsageError(
            "The API key holds blanks or other characters that no key has.", "API 密钥中含有空格或其他非法字符。"
        )
    return Access(server, Secret(key), _tracked(root, path) if stored else None)


def _tracked(root: Path, path: Path) -> Message | None:
    """A warning where git tracks the file that holds the key."""
    from owui_lint.repository.git import Git, GitError

    try:
        listed = Git(root).run("ls-files", "-z", "--cached", "--", os.path.relpath(path, root))
    except (GitError, ValueError):
        return None
    shown = printable(path.name)
    return (
        Message(
            f"WARNING: git tracks {shown}, so the API key in it is part of the repository. Remove it, create a new key.",
            f"警告：git 正在跟踪 {shown}，其中的 API 密钥已进入仓库。请移除该文件并重新生成密钥。",
        )
        if listed
        else None
    )


def _ask(url: str) -> str:
    if sys.stdin is not None and sys.stdin.isatty():
        import getpass

        typed = getpass.getpass(f"API key for {url}: ").strip()
        if typed:
            return typed
    raise UsageError(
        "No API key: put it into OPENWEBUI_API_KEY, in the environment or in .env. It is never taken from the command line.",
        "没有 API 密钥：请在环境变量或 .env 中设置 OPENWEBUI_API_KEY。出于安全考虑，不接受命令行参数形式的密钥。",
    )
