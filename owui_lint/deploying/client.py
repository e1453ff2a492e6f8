"""JSON over HTTP with limits: time, size, retries of what is safe to repeat. Redirects are never followed."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from owui_lint.deploying.access import Access, is_loopback
from owui_lint.deploying.problems import READING, Kind, Problem
from owui_lint.errors import UsageError
from owui_lint.finding import Message
from owui_lint.text import printable

if TYPE_CHECKING:
    import httpx

READ_SECONDS = 30.0
#: A save runs pip on the server before it answers.
WRITE_SECONDS = 300.0
MAX_BYTES = 32 * 1024 * 1024
_DETAIL = 600  # characters of a server's text that are shown
_ATTEMPTS = 3
_PAUSES = (0.5, 2.0)
_PASSING = frozenset({429, 502, 503, 504})
_BY_STATUS = {
    401: Kind.UNAUTHORIZED,
    403: Kind.FORBIDDEN,
    404: Kind.NOT_FOUND,
    405: Kind.NOT_FOUND,
    422: Kind.INVALID,
    429: Kind.RATE_LIMITED,
}


def import_httpx() -> Any:
    """Return the ``httpx`` module. Raises ``UsageError`` that says how to install it."""
    try:
        import httpx
    except ImportError:
        raise UsageError(
            "Talking to a server needs httpx: install it with `pip install 'owui-lint[deploy]'`.",
            "连接服务器需要 httpx：请用 `pip install 'owui-lint[deploy]'` 安装。",
        ) from None
    return httpx


class Client:
    """One server. Every failure is a ``Problem``; none of them, and nothing else, shows the key."""

    def __init__(
        self,
        access: Access,
        *,
        timeout: float = READ_SECONDS,
        write_timeout: float = WRITE_SECONDS,
        max_bytes: int = MAX_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._httpx = import_httpx()
        self.access = access
        self.timeout = timeout
        self.write_timeout = max(timeout, write_timeout)
        self.max_bytes = max_bytes
        self._sleep = sleep
        # A proxy has no business between this program and this machine, and would be given the key.
        local = is_loopback(urlsplit(access.url).hostname or "")
        secure = access.url.startswith("https:")
        self._client: httpx.Client = self._httpx.Client(
            headers={
                "Authorization": f"Bearer {access.key.reveal()}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": "owui-lint",
            },
            follow_redirects=False,
            trust_env=not local,
            # Loading the authorities takes a while and http needs none: a context of its own trusts nobody.
            verify=self._httpx.create_ssl_context() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str) -> Any:
        """Return the JSON of ``GET path``; tried up to three times where the failure may pass, all within the limit.

        Raises ``Problem``, which says that nothing but reading was asked for.
        """
        deadline = time.monotonic() + self.timeout
        for attempt in range(_ATTEMPTS):
            try:
                return self._send("GET", path, None, self.timeout, deadline)
            except Problem as problem:
                passing = problem.kind in (Kind.UNREACHABLE, Kind.TIMEOUT) or problem.status in _PASSING
                is_last = attempt == _ATTEMPTS - 1 or time.monotonic() + _PAUSES[attempt] >= deadline
                if not passing or is_last:
                    raise Problem(problem.kind, {**problem.values, READING: True}) from None
            self._sleep(_PAUSES[attempt])
        raise AssertionError("unreachable")  # pragma: no cover

    def post(self, path: str, body: Any) -> Any:
        """Return the JSON of ``POST path``. Sent once: repeating it could do a thing twice. Raises ``Problem``."""
        return self._send("POST", path, body, self.write_timeout, time.monotonic() + self.write_timeout)

    def delete(self, path: str) -> Any:
        """Return the JSON of ``DELETE path``. Sent once. Raises ``Problem``."""
        return self._send("DELETE", path, None, self.write_timeout, time.monotonic() + self.write_timeout)

    def _send(self, method: str, path: str, body: Any, limit: float, deadline: float) -> Any:
        """Send one request that ends by a time of the monotonic clock; ``limit`` is what is said of it in seconds."""
        httpx = self._httpx
        try:
            return self._exchange(method, path, body, limit, deadline)
        except httpx.TimeoutException:
            raise self._problem(Kind.TIMEOUT, f"{limit:g} s") from None
        except httpx.TransportError as error:
            reason = _ssl_reason(error)
            if reason is not None:
                raise self._problem(Kind.TLS, reason) from None
            raise self._problem(Kind.UNREACHABLE, str(error) or type(error).__name__) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._problem(Kind.UNEXPECTED, str(error) or type(error).__name__) from None

    def _exchange(self, method: str, path: str, body: Any, limit: float, deadline: float) -> Any:
        seconds = max(deadline - time.monotonic(), 0.001)
        timeout = self._httpx.Timeout(seconds, connect=min(seconds, 10.0))
        content = None if body is None else json.dumps(body, ensure_ascii=True).encode()
        headers = {} if content is None else {"Content-Type": "application/json"}
        url = self.access.url + path
        with self._client.stream(method, url, content=content, headers=headers, timeout=timeout) as response:
            data = bytearray()
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > self.max_bytes:
                    raise self._problem(Kind.TOO_LARGE, f"{self.max_bytes // 1024} KiB")
                if time.monotonic() > deadline:
                    raise self._problem(Kind.TIMEOUT, f"{limit:g} s")
            return self._answer(response, bytes(data))

    def _answer(self, response: httpx.Response, data: bytes) -> Any:
        status = response.status_code
        if 300 <= status < 400:
            raise self._problem(Kind.REDIRECT, response.headers.get("location") or "?", status)
        try:
            answer = json.loads(data)
            is_json = True
        except (ValueError, RecursionError):
            answer, is_json = None, False
        if 200 <= status < 300:
            if not is_json:
                media = response.headers.get("content-type", "").split(";")[0].strip() or "?"
                problem = self._problem(Kind.NOT_JSON, media, status)
                if "json" in media.casefold():
                    shown = problem.detail
                    called = Message(f"text that is only called {shown}", f"{shown} 标头下的其他内容")
                    problem.values["detail"] = called
                raise problem
            return answer
        kind = Kind.SERVER_ERROR if status >= 500 else _BY_STATUS.get(status, Kind.REJECTED)
        raise self._problem(kind, _detail(answer) or response.reason_phrase or "?", status)

    def _problem(self, kind: Kind, detail: str, status: int | None = None) -> Problem:
        safe = printable(self.access.key.redact(detail)).strip().rstrip(".")
        values: dict[str, object] = {"url": self.access.url, "detail": safe[:_DETAIL]}
        if status is not None:
            values["status"] = status
        return Problem(kind, values)


def _detail(answer: Any) -> str:
    """What a FastAPI application says about a failure: a text, or a list of ``{loc, msg}`` (422)."""
    detail = answer.get("detail") if isinstance(answer, dict) else None
    if isinstance(detail, list):
        items = [item for item in detail[:5] if isinstance(item, dict)]
        return "; ".join(f"{'.'.join(map(str, _list(item.get('loc'))))}: {item.get('msg', '')}" for item in items)
    return detail if isinstance(detail, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _ssl_reason(error: BaseException) -> str | None:
    """The reason of a failed TLS handshake, found in the chain of causes; ``None`` if it is something else."""
    seen: BaseException | None = error
    for _ in range(8):
        if seen is None:
            return None
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message
        if isinstance(seen, ssl.SSLError):
            return seen.reason or str(seen)
        seen = seen.__cause__ or seen.__context__
    return None
