"""Every failure of a connection has its own kind, and none of them shows the key."""

from __future__ import annotations

import builtins
import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from owui_lint.deploying.access import Access, Secret
from owui_lint.deploying.client import Client
from owui_lint.deploying.problems import Kind, Problem
from owui_lint.errors import UsageError
from tests.deploying.fake import KEY, Answer, FakeOpenWebUI

PATH = "/api/v1/functions/"


def client(url, **limits):
    pauses = []
    made = Client(Access(url, Secret(KEY)), **{"timeout": 5.0, "sleep": pauses.append, **limits})
    made.pauses = pauses
    return made


def problem_of(call, *arguments):
    with pytest.raises(Problem) as caught:
        call(*arguments)
    problem = caught.value
    for text in (*problem.message, *problem.advice, str(problem), repr(problem.values)):
        assert KEY not in text
    assert problem.message.en != problem.message.zh
    return problem


def test_answer(openwebui):
    assert client(openwebui.url).get("/api/version") == {"version": "0.12.4"}


def test_unreachable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one = client(f"http://127.0.0.1:{port}")
    assert problem_of(one.get, PATH).kind is Kind.UNREACHABLE
    assert len(one.pauses) == 2


def test_connection_dropped_without_an_answer(openwebui):
    openwebui.fault("GET", PATH, Answer(drop=True), times=3)
    assert problem_of(client(openwebui.url).get, PATH).kind is Kind.UNREACHABLE
    assert len(openwebui.requests) == 3


def test_time_out(openwebui):
    openwebui.fault("GET", PATH, Answer(hang=True), times=3)
    problem = problem_of(client(openwebui.url, timeout=0.05, write_timeout=0.05).get, PATH)
    assert problem.kind is Kind.TIMEOUT
    assert len(openwebui.requests) == 1  # the limit is for all attempts


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_who_only_reads_is_told_nothing_of_saving(openwebui, lang):
    one = client(openwebui.url, timeout=0.05, write_timeout=0.05)
    for answer in (Answer(hang=True), Answer(500)):
        openwebui.fault("GET", PATH, answer)
        openwebui.fault("POST", "/create", answer)
        reading, saving = problem_of(one.get, PATH), problem_of(one.post, "/api/v1/functions/create", {})
        assert "owui-lint deployed" not in reading.advice.to(lang) and "pip" not in reading.advice.to(lang)
        assert "owui-lint deployed" in saving.advice.to(lang)


def test_other_attempts_are_made_within_the_limit(openwebui, monkeypatch):
    monkeypatch.setattr("owui_lint.deploying.client._PAUSES", (0.5, 2.0))
    openwebui.fault("GET", PATH, Answer(503), times=3)
    one = client(openwebui.url, timeout=1.0)
    assert problem_of(one.get, PATH).kind is Kind.SERVER_ERROR
    assert one.pauses == [0.5]


def test_what_is_only_called_json(openwebui):
    openwebui.fault("GET", PATH, Answer(200, b"<!doctype html>", {"Content-Type": "application/json; charset=utf-8"}))
    message = problem_of(client(openwebui.url).get, PATH).message
    assert "answered with text that is only called application/json in place of JSON." in message.en
    assert "返回的是 application/json 标头下的其他内容，而不是 JSON。" in message.zh


def test_what_writes_is_sent_once(openwebui):
    openwebui.fault("POST", "/create", Answer(hang=True))
    one = client(openwebui.url, timeout=0.05, write_timeout=0.05)
    assert problem_of(one.post, "/api/v1/functions/create", {}).kind is Kind.TIMEOUT
    openwebui.fault("POST", "/create", Answer(503))
    assert problem_of(one.post, "/api/v1/functions/create", {}).kind is Kind.SERVER_ERROR
    assert len(openwebui.requests) == 2


def test_reading_is_tried_again_where_the_failure_passes(openwebui):
    openwebui.fault("GET", PATH, Answer(503), times=2)
    assert client(openwebui.url).get(PATH) == []
    openwebui.fault("GET", PATH, Answer(500))
    assert problem_of(client(openwebui.url).get, PATH).kind is Kind.SERVER_ERROR


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'{"detail": "Invalid token"}', Kind.UNAUTHORIZED),
        (403, b'{"detail": "Use of API key is not enabled in the environment."}', Kind.FORBIDDEN),
        (404, b'{"detail": "Not Found"}', Kind.NOT_FOUND),
        (405, b'{"detail": "Method Not Allowed"}', Kind.NOT_FOUND),
        (409, b"conflict", Kind.REJECTED),
        (422, b'{"detail": [{"loc": ["body", "name"], "msg": "Field required"}]}', Kind.INVALID),
        (500, b"Internal Server Error", Kind.SERVER_ERROR),
        (504, b"<html>gateway</html>", Kind.SERVER_ERROR),
        (200, b"<!doctype html>", Kind.NOT_JSON),
        (200, b"", Kind.NOT_JSON),
        (200, b"\xff\xfe", Kind.NOT_JSON),
        (200, b"[" * 200_000, Kind.NOT_JSON),
        (200, b"9" * 10_000, Kind.NOT_JSON),
    ],
)
def test_status_and_body(openwebui, status, body, kind):
    openwebui.fault("GET", PATH, Answer(status, body), times=3)
    problem = problem_of(client(openwebui.url).get, PATH)
    assert problem.kind is kind
    assert problem.status == status


def test_422_names_the_field(openwebui):
    openwebui.fault("GET", PATH, Answer(422, b'{"detail": [{"loc": ["body", "name"], "msg": "Field required"}, 7]}'))
    assert "body.name: Field required" in problem_of(client(openwebui.url).get, PATH).message.en


def test_redirect_is_not_followed_and_gets_no_key(openwebui):
    with FakeOpenWebUI() as other:
        openwebui.fault("GET", PATH, Answer(307, headers={"Location": f"{other.url}{PATH}"}))
        problem = problem_of(client(openwebui.url).get, PATH)
        assert problem.kind is Kind.REDIRECT
        assert other.url in problem.message.en
        assert other.requests == []


def test_huge_answer_is_not_read_to_its_end(openwebui):
    openwebui.fault("GET", PATH, Answer(200, b" " * 3_000_000))
    assert problem_of(client(openwebui.url, max_bytes=65536).get, PATH).kind is Kind.TOO_LARGE


def test_text_of_a_server_is_made_printable_and_the_key_is_blotted_out(openwebui):
    detail = '{"detail": "\\u001b[2J you sent ' + KEY + ' \\u202e"}'
    openwebui.fault("GET", PATH, Answer(400, detail.encode()))
    shown = problem_of(client(openwebui.url).get, PATH).message.en
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "***" in shown


def test_tls_where_the_server_speaks_none(openwebui):
    problem = problem_of(client(openwebui.url.replace("http:", "https:")).get, PATH)
    assert problem.kind is Kind.TLS


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_certificate_that_nobody_vouches_for(tmp_path):
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", "key.pem", "-out", "cert.pem", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            for _ in range(3):
                try:
                    connection, _ = listening.accept()
                    with context.wrap_socket(connection, server_side=True):
                        pass
                except OSError:
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        problem = problem_of(client(f"https://127.0.0.1:{listening.getsockname()[1]}").get, PATH)
    assert problem.kind is Kind.TLS
    assert "SSL_CERT_FILE" in problem.advice.en


def test_proxies_of_the_environment_are_not_asked_for_this_machine(openwebui, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert client(openwebui.url).get("/api/version")


def test_without_httpx_the_message_says_how_to_install(monkeypatch):
    real = builtins.__import__

    def fail(name, *arguments, **more):
        if name == "httpx":
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", fail)
    with pytest.raises(UsageError, match=r"owui-lint\[deploy\]"):
        client("http://127.0.0.1:1")


def test_every_kind_has_its_texts():
    from owui_lint.finding import Message

    for kind in Kind:
        problem = Problem(kind, {"detail": "x", "url": "u", "status": 1, "id": "i", "suggestion": "s"})
        for message in (problem.message, problem.advice):
            assert isinstance(message, Message)
            assert "{" not in message.en
            assert "{" not in message.zh
            assert message.en != message.zh
