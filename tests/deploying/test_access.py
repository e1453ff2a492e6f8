from __future__ import annotations

import subprocess
import sys

import pytest

from owui_lint.deploying import access
from owui_lint.deploying.access import Secret, find_access, parse_url, read_env
from owui_lint.errors import UsageError


def test_env_file_is_read_and_nothing_in_it_is_executed(tmp_path):
    marker = tmp_path / "executed"
    (tmp_path / ".env").write_text(
        "# comment\n"
        "export OPENWEBUI_URL = https://owui.example.com  # where\n"
        "OPENWEBUI_API_KEY='sk-a#b'\n"
        f'TOUCH="$(touch {marker})"\n'
        "HOME_TOO=$HOME\n"
        "no equals sign\n"
        "OPENWEBUI_API_KEY=sk-last\n"
    )
    found = read_env(tmp_path / ".env")
    assert found["OPENWEBUI_URL"] == "https://owui.example.com"
    assert found["OPENWEBUI_API_KEY"] == "sk-last"
    assert found["HOME_TOO"] == "$HOME"
    assert not marker.exists()


@pytest.mark.parametrize("data", [b"\xff\xfe=", b"A=" + b"x" * 70_000])
def test_env_file_that_cannot_be_one(tmp_path, data):
    (tmp_path / ".env").write_bytes(data)
    with pytest.raises(UsageError):
        read_env(tmp_path / ".env")


def test_no_env_file(tmp_path):
    assert read_env(tmp_path / ".env") == {}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://owui.example.com/", "https://owui.example.com"),
        ("https://example.com:8443/chat/", "https://example.com:8443/chat"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.9", "http://127.0.0.9"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_urls(given, expected):
    assert parse_url(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        "owui.example.com",
        "ftp://example.com",
        "https://",
        "https://a:b@example.com",
        "https://example.com/?token=x",
        "https://example.com/#x",
        "https://exa mple.com",
        "https://example.com:99999",
        "https://[::1",
        "http://owui.example.com",
        "http://127.0.0.1.example.com",
        "http://192.168.1.10:3000",
        "",
    ],
)
def test_urls_that_are_refused(given):
    with pytest.raises(UsageError) as caught:
        parse_url(given)
    assert "a:b" not in str(caught.value)


def test_plain_http_elsewhere_only_if_asked():
    assert parse_url("http://192.168.1.10:3000", allow_http=True) == "http://192.168.1.10:3000"


def test_key_of_the_environment_is_never_sent_to_an_address_out_of_a_file(repo, monkeypatch):
    (repo / ".env").write_text("OPENWEBUI_URL=https://evil.example.com\n")
    monkeypatch.setenv("OPENWEBUI_API_KEY", "sk-1")
    with pytest.raises(UsageError, match="--url"):
        find_access(repo, None, None)
    assert find_access(repo, "https://good.example.com", None).url == "https://good.example.com"


def test_names_of_other_deploy_scripts_work_in_the_file(repo):
    (repo / ".env").write_text("url=https://owui.example.com\napi_key=sk-2\n")
    found = find_access(repo, None, None)
    assert (found.url, found.key.reveal()) == ("https://owui.example.com", "sk-2")


def test_another_file(repo, tmp_path):
    (tmp_path / "other.env").write_text("OPENWEBUI_API_KEY=sk-3\n")
    assert find_access(repo, "https://x.example.com", str(tmp_path / "other.env")).key.reveal() == "sk-3"
    with pytest.raises(UsageError):
        find_access(repo, "https://x.example.com", str(tmp_path / "none.env"))


def test_key_in_a_file_that_git_tracks(repo):
    (repo / ".env").write_text("OPENWEBUI_API_KEY=sk-4\n")
    for command in (["init", "-q"], ["add", "plugins"]):
        subprocess.run(["git", *command], cwd=repo, check=True)
    assert find_access(repo, "https://x.example.com", None).warning is None
    subprocess.run(["git", "add", "-f", ".env"], cwd=repo, check=True)
    warning = find_access(repo, "https://x.example.com", None).warning
    assert warning is not None
    assert "sk-4" not in warning.en + warning.zh


def test_nothing_given(repo, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UsageError, match="OPENWEBUI_URL"):
        find_access(repo, None, None)
    with pytest.raises(UsageError, match="OPENWEBUI_API_KEY"):
        find_access(repo, "https://x.example.com", None)


def test_prompt(repo, monkeypatch):
    class Terminal:
        def isatty(self):
            return True

    monkeypatch.setattr(access.sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: "sk-typed" if "x.example.com" in prompt else "")
    assert find_access(repo, "https://x.example.com", None).key.reveal() == "sk-typed"


@pytest.mark.parametrize("key", ["sk-1 2", "sk-1\nX-Header: y", "sk-é"])
def test_key_that_could_break_a_header(repo, monkeypatch, key):
    monkeypatch.setenv("OPENWEBUI_API_KEY", key)
    with pytest.raises(UsageError) as caught:
        find_access(repo, "https://x.example.com", None)
    assert key not in str(caught.value)


def test_secret_does_not_show_itself():
    secret = Secret("sk-hidden")
    assert "sk-hidden" not in f"{secret} {secret!r} {[secret]}"
    assert secret.redact("key sk-hidden!") == "key ***!"
