"""Every scenario of deploying, from the command line against a real server."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from tests_openwebui.conftest import Tool

ECHO, ABACUS = "filters/echo", "tools/abacus"


def plugin(title: str, version: str, body: str, **fields: str) -> str:
    lines = {
        "title": title,
        "author": "Ada",
        "author_url": "https://example.com",
        "funding_url": "https://example.com",
        "version": version,
        "description": f"{title} 说明 é 😀",
        **fields,
    }
    return '"""\n' + "".join(f"{key}: {value}\n" for key, value in lines.items()) + '"""\n\n' + body


VALVES = """from pydantic import BaseModel, Field


class Filter:
    class Valves(BaseModel):
        MARK: str = Field(default="!", description="The mark.")

    def __init__(self):
        self.valves = self.Valves()

    async def inlet(self, body: dict) -> dict:
        return body
"""
ADD = '''class Tools:
    async def add(self, first: int, second: int) -> int:
        """
        Add two numbers.
        :param first: the first
        :param second: the second
        """
        return first + second
'''


def files(version: str = "1.0.0", body: str = VALVES, **fields: str) -> dict[str, str]:
    return {
        "plugins/filters/echo/echo.py": plugin("Echo", version, body, **fields),
        "plugins/tools/abacus/abacus.py": plugin("Abacus", version, ADD),
    }


@pytest.fixture
def shop(tool: Tool) -> Tool:
    """Version 1.0.0 of both is on the server, the filter switched on."""
    tool.write(files())
    assert tool.outcomes(ECHO, ABACUS) == (0, {ECHO: "created", ABACUS: "created"})
    assert tool.server.call("POST", "/api/v1/functions/id/echo/toggle").status_code == 200
    return tool


def test_create_shows_missing_before_and_inactive_after(tool: Tool) -> None:
    tool.write(files())
    assert tool.statuses() == {ECHO: "missing", ABACUS: "missing"}
    assert tool.outcomes(ECHO, ABACUS, "--dry-run") == (0, {ECHO: "created", ABACUS: "created"})
    assert tool.statuses() == {ECHO: "missing", ABACUS: "missing"}
    assert tool.outcomes(ECHO, ABACUS) == (0, {ECHO: "created", ABACUS: "created"})
    assert tool.statuses() == {ECHO: "inactive", ABACUS: "same"}
    item = tool.server.get("function", "echo")
    assert item is not None
    assert item["content"] == files()["plugins/filters/echo/echo.py"]
    assert (item["name"], item["type"], item["meta"]["manifest"]["version"]) == ("Echo", "filter", "1.0.0")
    assert item["meta"]["description"] == "Echo 说明 é 😀"


def test_update_then_nothing_is_left_to_do(shop: Tool) -> None:
    shop.write(files("1.1.0"))
    assert shop.statuses() == {ECHO: "outdated", ABACUS: "outdated"}
    assert shop.outcomes(ECHO, ABACUS) == (0, {ECHO: "updated", ABACUS: "updated"})
    assert shop.json("deployed")[0] == 0
    before = [shop.server.get("function", "echo"), shop.server.get("tool", "abacus")]
    assert shop.outcomes(ECHO, ABACUS) == (0, {ECHO: "unchanged", ABACUS: "unchanged"})
    assert [shop.server.get("function", "echo"), shop.server.get("tool", "abacus")] == before


def test_saved_values_are_kept(shop: Tool) -> None:
    saved = shop.server.call("POST", "/api/v1/functions/id/echo/valves/update", {"MARK": "?"})
    assert saved.status_code == 200, saved.text
    shop.write(files("1.1.0"))
    assert shop.outcomes(ECHO)[1] == {ECHO: "updated"}
    assert shop.server.call("GET", "/api/v1/functions/id/echo/valves").json() == {"MARK": "?"}
    assert shop.statuses(ECHO) == {ECHO: "same"}  # and it is still switched on
    for path in (shop.root / ".owui-lint/backups").glob("*.json"):
        assert '"?"' not in path.read_text()


def test_values_that_no_longer_fit_are_named(shop: Tool) -> None:
    shop.server.call("POST", "/api/v1/functions/id/echo/valves/update", {"MARK": "?"})
    shop.write(files("1.1.0", VALVES.replace('MARK: str = Field(default="!"', "MARK: int = Field(default=1")))
    code, plugins = shop.json("deploy", ECHO)
    assert (code, plugins[ECHO]["problem"]["kind"]) == (1, "valves")
    assert shop.statuses(ECHO) == {ECHO: "outdated"}


def test_edited_on_the_server(shop: Tool) -> None:
    shop.server.edit("function", "echo", "return body", "return dict(body)")
    assert shop.statuses() == {ECHO: "edited", ABACUS: "same"}
    assert shop.json("deployed")[0] == 1


def test_reformatted_on_the_server(shop: Tool) -> None:
    shop.server.edit("function", "echo", "\n", "\r\n")
    assert shop.statuses(ECHO) == {ECHO: "formatted"}


def test_newer_on_the_server(shop: Tool) -> None:
    shop.server.edit("function", "echo", "version: 1.0.0", "version: 2.0.0")
    assert shop.statuses(ECHO) == {ECHO: "newer"}
    code, plugins = shop.json("deploy", ECHO)
    assert (code, plugins[ECHO]["problem"]["kind"]) == (1, "downgrade")
    assert shop.outcomes(ECHO, "--allow-downgrade") == (0, {ECHO: "updated"})


def test_switched_off(shop: Tool) -> None:
    shop.server.call("POST", "/api/v1/functions/id/echo/toggle")
    assert shop.statuses(ECHO) == {ECHO: "inactive"}
    assert shop.run("deployed", ECHO, "--allow", "inactive").returncode == 0


def test_under_another_id(tool: Tool) -> None:
    tool.write(files())
    assert tool.server.create("function", "my_echo", files()["plugins/filters/echo/echo.py"]).status_code == 200
    assert tool.statuses(ECHO) == {ECHO: "other-id"}
    assert tool.outcomes(ECHO) == (1, {ECHO: "refused"})
    tool.write({".owui-lint.yaml": "openwebui-ids:\n  filters/echo: my_echo\n"})
    assert tool.outcomes(ECHO) == (0, {ECHO: "updated"})  # the name


def test_rollback_brings_back_version_code_and_metadata(shop: Tool) -> None:
    before = [shop.server.get("function", "echo"), shop.server.get("tool", "abacus")]
    shop.write(files("1.1.0", VALVES.replace('"!"', '"#"')))
    shop.write({"plugins/tools/abacus/abacus.py": plugin("Abacus Two", "1.1.0", ADD)})
    assert shop.outcomes(ECHO, ABACUS)[0] == 0
    assert shop.outcomes("--rollback") == (0, {ECHO: "restored", ABACUS: "restored"})
    after = [shop.server.get("function", "echo"), shop.server.get("tool", "abacus")]
    for old, new in zip(before, after, strict=True):
        assert old is not None
        assert new is not None
        for name in ("content", "name", "meta", "is_active", "access_grants"):
            assert old.get(name) == new.get(name), name
    # the deployment before that one created them
    assert shop.outcomes("--rollback") == (0, {ECHO: "deleted", ABACUS: "deleted"})
    assert shop.statuses() == {ECHO: "missing", ABACUS: "missing"}


def test_sharing_of_a_tool_is_kept(shop: Tool) -> None:
    grants = [{"principal_type": "user", "principal_id": "*", "permission": "read"}]
    answer = shop.server.call("POST", "/api/v1/tools/id/abacus/access/update", {"access_grants": grants})
    assert answer.status_code == 200, answer.text
    before = shop.server.get("tool", "abacus")
    shop.write(files("1.1.0"))
    assert shop.outcomes(ABACUS)[0] == 0
    after = shop.server.get("tool", "abacus")
    assert before is not None
    assert after is not None
    assert before["access_grants"]
    assert after["access_grants"] == before["access_grants"]


@pytest.mark.parametrize("key", ["sk-0000000000000000", "not-a-key"])
def test_wrong_key(shop: Tool, key: str) -> None:
    done = shop.run("deployed", OPENWEBUI_API_KEY=key)
    assert done.returncode == 2
    assert "does not accept the key" in done.stderr
    assert key not in done.stdout + done.stderr
    shop.write(files("1.1.0"))
    assert shop.run("deploy", ECHO, OPENWEBUI_API_KEY=key).returncode == 2
    assert shop.statuses(ECHO) == {ECHO: "outdated"}


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        (VALVES + '\nraise RuntimeError("boom on load")\n', "boom on load"),
        (VALVES.replace("from pydantic", "import no_such_module\nfrom pydantic"), "no_such_module"),
        (VALVES.replace("self.valves = self.Valves()", "self.valves = self.Nothing()"), "Nothing"),
        (VALVES.replace("class Filter", "class Filtre"), "No Function class found"),
        ("class Filter(:\n    pass\n", "invalid syntax"),
    ],
)
def test_broken_plugin_is_named_and_does_not_hide_the_other(tool: Tool, body: str, text: str, there: bool) -> None:
    tool.write(files())
    if there:
        tool.outcomes(ECHO, ABACUS)
    tool.write(files("1.1.0", body))
    code, plugins = tool.json("deploy", ECHO, ABACUS, "--no-verify")
    assert code == 1
    assert plugins[ECHO]["outcome"] == "failed"
    assert plugins[ECHO]["problem"]["kind"] == "load-error"
    assert text in plugins[ECHO]["problem"]["message"]
    assert plugins[ABACUS]["outcome"] == ("updated" if there else "created")
    item = tool.server.get("function", "echo")
    assert (item is None) is not there
    assert item is None or "1.0.0" in item["content"]


def test_broken_tool_is_named_too(tool: Tool) -> None:
    tool.write({"plugins/tools/abacus/abacus.py": plugin("Abacus", "1.0.0", ADD + '\nraise RuntimeError("boom")\n')})
    _, plugins = tool.json("deploy", ABACUS)
    assert plugins[ABACUS]["problem"]["kind"] == "load-error"
    assert "boom" in plugins[ABACUS]["problem"]["message"]
    broken = ADD.replace("class Tools:", "class Tools:\n    def __init__(self):\n        raise RuntimeError('late')\n")
    tool.write({"plugins/tools/abacus/abacus.py": plugin("Abacus", "1.0.0", broken)})
    _, plugins = tool.json("deploy", ABACUS)
    assert plugins[ABACUS]["problem"]["kind"] == "load-error-hidden"  # OpenWebUI keeps this one to its log
    assert "late" in tool.server.log.read_text("utf-8", "replace")


def test_pip_failure(tool: Tool) -> None:
    tool.write(files(requirements="owui-lint-no-such-distribution==1.0"))
    _, plugins = tool.json("deploy", ECHO, "--no-verify")
    assert plugins[ECHO]["problem"]["kind"] == "pip"
    assert "owui-lint-no-such-distribution" in plugins[ECHO]["problem"]["message"]


def test_release_checks_stop_what_is_not_ready(shop: Tool) -> None:
    shop.write(files("1.1"))
    shop.write({".owui-lint.yaml": "profile: standard\nignore: [layout, readme]\n"})
    assert shop.outcomes(ECHO) == (1, {ECHO: "refused"})
    assert shop.statuses(ECHO) == {ECHO: "outdated"}


def test_address_that_is_not_the_server_itself(shop: Tool) -> None:
    done = subprocess.run(
        [*shop.command("deployed")[:-1], shop.server.url + "/chat"],
        cwd=shop.root,
        env=shop.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "in place of JSON" in done.stderr


def test_killed_between_two_plugins(tool: Tool) -> None:
    """`deployed` shows exactly what went out, and the backup written before brings the server back."""
    slow = "import time\n\ntime.sleep(3)\n\n\n" + VALVES
    names = ["filters/first", "filters/second", "filters/third"]
    for name in names:
        stem = name.partition("/")[2]
        code = plugin(stem.title(), "1.0.0", slow if stem == "second" else VALVES)
        tool.write({f"plugins/{name}/{stem}.py": code})
    running = subprocess.Popen(
        tool.command("deploy", *names), cwd=tool.root, env=tool.environment(), stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    for line in running.stdout:
        if "filters/first" in line:
            break
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    time.sleep(6)  # the server finishes what it was sent, if it was sent
    arrived = {name for name in names if tool.server.get("function", name.partition("/")[2])}
    assert names[0] in arrived
    assert names[2] not in arrived
    assert tool.statuses() == {name: "inactive" if name in arrived else "missing" for name in names}
    code, outcomes = tool.outcomes("--rollback")
    assert (code, outcomes) == (0, {name: "deleted" if name in arrived else "unchanged" for name in names})
    assert set(tool.statuses().values()) == {"missing"}
