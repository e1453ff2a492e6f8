"""`deployed` and `deploy` from the command line, against a server that answers as each release does."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.deploying.conftest import ECHO_PATH, FILTER, TOOL
from tests.deploying.fake import KEY, Answer
from tests.support import run, run_json, write_files

ECHO, ABACUS = "filters/echo", "tools/abacus"


@pytest.fixture(autouse=True)
def use_key(key):
    return key


def deployed(capsys, fake, *more):
    code, data = run_json(capsys, "deployed", "--url", fake.url, *more)
    return code, {plugin["id"]: plugin["status"] for plugin in data["plugins"]}


def deploy(capsys, fake, *arguments):
    code, data = run_json(capsys, "deploy", *arguments, "--url", fake.url)
    return code, {plugin["id"]: plugin["outcome"] for plugin in data["plugins"]}, data


def problems(data):
    return {plugin["id"]: plugin["problem"]["kind"] for plugin in data["plugins"] if plugin["problem"]}


def switch_on(fake):
    for item in fake.items["functions"].values():
        item["is_active"] = True


def write_echo(repo, text):
    write_files(repo, {ECHO_PATH: text})


def backup_files(repo):
    return sorted((repo / ".owui-lint/backups").glob("*.json"))


def test_a_tool_with_data_called_like_the_class_of_a_function_goes_to_the_tools(each_release, repo, capsys):
    data = "from enum import Enum\n\n\nclass Action(Enum):\n    ADD = 1\n\n\nclass Tools:"
    write_files(repo, {"plugins/tools/abacus/abacus.py": TOOL.replace("class Tools:", data)})
    assert deploy(capsys, each_release, ABACUS)[:2] == (0, {ABACUS: "created"})
    assert set(each_release.items["tools"]) == {"abacus"} and not each_release.items["functions"]


def test_the_whole_way(each_release, repo, capsys):
    assert deployed(capsys, each_release) == (1, {ECHO: "missing", ABACUS: "missing"})
    code, outcomes, _ = deploy(capsys, each_release, ECHO, ABACUS)
    assert (code, outcomes) == (0, {ECHO: "created", ABACUS: "created"})
    assert deployed(capsys, each_release) == (1, {ECHO: "inactive", ABACUS: "same"})
    assert deployed(capsys, each_release, "--allow", "inactive")[0] == 0
    switch_on(each_release)
    assert deployed(capsys, each_release) == (0, {ECHO: "same", ABACUS: "same"})

    write_echo(repo, FILTER.format(version="1.1.0"))
    assert deployed(capsys, each_release)[1][ECHO] == "outdated"
    each_release.saved["echo"] = {"MARK": "?"}
    code, outcomes, data = deploy(capsys, each_release, ECHO, ABACUS)
    assert (code, outcomes) == (0, {ECHO: "updated", ABACUS: "unchanged"})
    assert data["plugins"][0]["version_before"] == "1.0.0"
    assert data["plugins"][0]["version_after"] == "1.1.0"
    assert each_release.saved["echo"] == {"MARK": "?"}
    assert each_release.items["functions"]["echo"]["is_active"] is True
    assert deployed(capsys, each_release) == (0, {ECHO: "same", ABACUS: "same"})


def test_twice_changes_nothing(each_release, repo, capsys):
    deploy(capsys, each_release, ECHO, ABACUS)
    before = json.dumps(each_release.items), len(each_release.writes()), len(backup_files(repo))
    code, outcomes, data = deploy(capsys, each_release, ECHO, ABACUS)
    assert (code, outcomes) == (0, {ECHO: "unchanged", ABACUS: "unchanged"})
    assert data["backup"] is None
    assert (json.dumps(each_release.items), len(each_release.writes()), len(backup_files(repo))) == before


def test_metadata_is_taken_from_the_code(each_release, repo, capsys):
    deploy(capsys, each_release, ECHO)
    item = each_release.items["functions"]["echo"]
    assert item["name"] == "Echo"
    assert item["meta"]["description"] == "Repeats."
    assert item["meta"]["manifest"]["version"] == "1.0.0"


def test_sharing_of_a_tool_stays_as_it_was(each_release, repo, capsys):
    deploy(capsys, each_release, ABACUS)
    item = each_release.items["tools"]["abacus"]
    name = "access_grants" if "access_grants" in item else "access_control"
    assert not item[name]
    assert item[name] is not None  # None would be public up to 0.7
    item[name] = shared = [{"principal_type": "user", "principal_id": "*", "permission": "read"}]
    write_files(repo, {"plugins/tools/abacus/abacus.py": TOOL.replace("0.2.0", "0.3.0")})
    assert deploy(capsys, each_release, ABACUS)[1] == {ABACUS: "updated"}
    assert item[name] == shared


def test_further_metadata_of_the_server_stays(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    openwebui.items["functions"]["echo"]["meta"]["i18n"] = {"zh": "回声"}
    write_echo(repo, FILTER.format(version="1.1.0"))
    deploy(capsys, openwebui, ECHO)
    assert openwebui.items["functions"]["echo"]["meta"]["i18n"] == {"zh": "回声"}


def test_imports_are_compared_as_the_server_rewrites_them(each_release, repo, capsys):
    write_echo(repo, FILTER.format(version="1.0.0") + "\n# from utils import x; from main import y\n")
    deploy(capsys, each_release, ECHO)
    assert "from open_webui.utils import x" in each_release.items["functions"]["echo"]["content"]
    switch_on(each_release)
    assert deployed(capsys, each_release, ECHO) == (0, {ECHO: "same"})
    assert deploy(capsys, each_release, ECHO)[1] == {ECHO: "unchanged"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda text: text.replace("return body", "return dict(body)"), "edited"),
        (lambda text: text.replace("1.0.0", "1.0.1"), "newer"),
        (lambda text: text.replace("1.0.0", "0.9.0"), "outdated"),
        (lambda text: text.replace("version: 1.0.0\n", ""), "outdated"),
        (lambda text: text.replace("\n", "\r\n"), "formatted"),
        (lambda text: text.replace('"!"', "'!'").replace("\n\n\n", "\n\n"), "formatted"),
        (lambda text: text + "# a note\n", "formatted"),
        (lambda text: "not python (", "outdated"),
    ],
)
def test_what_a_server_may_have(openwebui, repo, capsys, change, status):
    deploy(capsys, openwebui, ECHO)
    switch_on(openwebui)
    item = openwebui.items["functions"]["echo"]
    item["content"] = change(item["content"])
    assert deployed(capsys, openwebui, ECHO) == (0 if status == "formatted" else 1, {ECHO: status})


def test_a_newer_version_on_the_server_is_not_undone(openwebui, repo, capsys):
    write_echo(repo, FILTER.format(version="2.0.0"))
    deploy(capsys, openwebui, ECHO)
    write_echo(repo, FILTER.format(version="1.9.9"))
    code, outcomes, data = deploy(capsys, openwebui, ECHO)
    assert (code, outcomes, problems(data)) == (1, {ECHO: "refused"}, {ECHO: "downgrade"})
    assert deploy(capsys, openwebui, ECHO, "--allow-downgrade")[1] == {ECHO: "updated"}


def test_dry_run_changes_nothing(openwebui, repo, capsys):
    code, outcomes, _ = deploy(capsys, openwebui, ECHO, ABACUS, "--dry-run")
    assert (code, outcomes) == (0, {ECHO: "created", ABACUS: "created"})
    assert openwebui.writes() == []
    assert not (repo / ".owui-lint").exists()


def test_release_checks_come_first(openwebui, repo, capsys):
    write_echo(repo, FILTER.format(version="1.0"))
    write_files(repo, {".owui-lint.yaml": "profile: standard\nignore: [readme, layout]\n"})
    code, outcomes, data = deploy(capsys, openwebui, ECHO, ABACUS)
    assert (code, outcomes) == (1, {ECHO: "refused", ABACUS: "created"})
    assert "version-not-semver" in data["plugins"][0]["problem"]["message"]
    code, _, err = run(capsys, "deploy", ECHO, "--no-verify", "--url", openwebui.url)
    assert code == 0
    assert "WARNING" in err
    assert "echo" in openwebui.items["functions"]


def test_one_failure_does_not_hide_the_others(each_release, repo, capsys):
    write_echo(repo, FILTER.format(version="1.0.0") + '\nraise RuntimeError("boom")\n')
    code, outcomes, data = deploy(capsys, each_release, ECHO, ABACUS)
    assert (code, outcomes) == (1, {ECHO: "failed", ABACUS: "created"})
    assert problems(data) == {ECHO: "load-error"}
    assert "boom" in data["plugins"][0]["problem"]["message"]
    assert each_release.items["functions"] == {}


def test_saved_values_that_the_new_code_cannot_take(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    openwebui.saved["echo"] = {"MARK": "?"}
    write_echo(
        repo, FILTER.format(version="1.1.0").replace('MARK: str = Field(default="!"', "MARK: int = Field(default=1")
    )
    code, outcomes, data = deploy(capsys, openwebui, ECHO)
    assert (code, outcomes, problems(data)) == (1, {ECHO: "failed"}, {ECHO: "valves"})
    assert "1.0.0" in openwebui.items["functions"]["echo"]["content"]


@pytest.mark.parametrize(
    "fault", [Answer(502, after=True), Answer(drop=True, after=True), Answer(200, b"<html>", after=True)]
)
def test_an_answer_that_was_lost_is_looked_up_not_repeated(openwebui, repo, capsys, fault):
    openwebui.fault("POST", "/create", fault)
    code, outcomes, _ = deploy(capsys, openwebui, ECHO)
    assert (code, outcomes) == (0, {ECHO: "created"})
    assert len(openwebui.writes()) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Answer(500, b"oops"), "server-error"),
        (Answer(drop=True), "unreachable"),
        (Answer(422, b'{"detail": []}'), "invalid"),
        (Answer(302, headers={"Location": "https://login.example.com"}), "redirect"),
        (Answer(429, b"{}"), "rate-limited"),
    ],
)
def test_a_save_that_failed_is_told_with_its_cause(openwebui, repo, capsys, fault, kind):
    openwebui.fault("POST", "/create", fault)
    code, outcomes, data = deploy(capsys, openwebui, ECHO)
    assert (code, outcomes, problems(data)) == (1, {ECHO: "failed"}, {ECHO: kind})


def test_a_server_that_takes_something_else_than_it_says(openwebui, repo, capsys):
    openwebui.fault("POST", "/create", Answer(200, b"{}"))
    _, outcomes, data = deploy(capsys, openwebui, ECHO)
    assert (outcomes, problems(data)) == ({ECHO: "failed"}, {ECHO: "not-applied"})


def test_under_another_id_it_is_found_and_not_doubled(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    functions = openwebui.items["functions"]
    functions["my_echo"] = {**functions.pop("echo"), "id": "my_echo"}
    assert deployed(capsys, openwebui, ECHO) == (1, {ECHO: "other-id"})
    code, outcomes, data = deploy(capsys, openwebui, ECHO)
    assert (code, outcomes, problems(data)) == (1, {ECHO: "refused"}, {ECHO: "other-id"})
    assert "my_echo" in data["plugins"][0]["problem"]["advice"]
    write_files(repo, {".owui-lint.yaml": "openwebui-ids:\n  filters/echo: my_echo\n"})
    switch_on(openwebui)
    assert deployed(capsys, openwebui, ECHO) == (0, {ECHO: "same"})


def test_id_of_the_front_matter(openwebui, repo, capsys):
    write_echo(repo, FILTER.format(version="1.0.0").replace("title: Echo", "id: Echo-Box\ntitle: Echo"))
    deploy(capsys, openwebui, ECHO)
    assert list(openwebui.items["functions"]) == ["echo_box"]


def test_id_where_all_files_are_called_main(openwebui, repo, capsys):
    shutil.rmtree(repo / "plugins")
    write_files(repo, {f"functions/filters/{name}/main.py": FILTER.format(version="1.0.0") for name in ("one", "two")})
    write_files(repo, {"functions/filters/two/main.py": FILTER.format(version="1.0.0").replace("Echo", "Two")})
    code, data = run_json(capsys, "deployed", "--url", openwebui.url)
    assert code == 1
    assert {plugin["server_id"] for plugin in data["plugins"]} == {"one", "two"}


@pytest.mark.parametrize("bad", ["my-echo", "Echo", "1st", "a/../b"])
def test_id_that_openwebui_does_not_take(openwebui, repo, capsys, bad):
    write_files(repo, {".owui-lint.yaml": f"openwebui-ids:\n  filters/echo: {bad!r}\n"})
    code, _, err = run(capsys, "deployed", "--url", openwebui.url)
    assert code == 2
    assert ".owui-lint.yaml" in err


def test_two_plugins_with_one_id(openwebui, repo, capsys):
    write_files(
        repo, {"plugins/pipes/echo/echo.py": FILTER.format(version="1.0.0").replace("class Filter", "class Pipe")}
    )
    code, outcomes, data = deploy(capsys, openwebui, ECHO, "pipes/echo", ABACUS)
    assert code == 1
    assert outcomes == {ECHO: "refused", "pipes/echo": "refused", ABACUS: "created"}
    assert set(problems(data).values()) == {"same-id"}


def test_the_id_of_another_type(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    openwebui.items["functions"]["echo"]["type"] = "pipe"
    _, outcomes, data = deploy(capsys, openwebui, ECHO)
    assert (outcomes, problems(data)) == ({ECHO: "refused"}, {ECHO: "wrong-type"})


def test_pipelines_do_not_belong_to_openwebui(openwebui, repo, capsys):
    write_files(
        repo, {"plugins/pipelines/flow.py": FILTER.format(version="1.0.0").replace("class Filter", "class Pipeline")}
    )
    assert deployed(capsys, openwebui, "pipelines/flow") == (0, {"pipelines/flow": "skipped"})
    _, outcomes, _ = deploy(capsys, openwebui, "pipelines/flow")
    assert outcomes == {"pipelines/flow": "refused"}


def test_code_that_cannot_be_read(openwebui, repo, capsys):
    with (repo / ECHO_PATH).open("ab") as stream:
        stream.write(b"\xff")
    code, out, err = run(capsys, "deploy", ECHO, "--no-verify", "--url", openwebui.url)
    assert code in (1, 2)
    assert "Traceback" not in out + err
    assert openwebui.writes() == []


def test_key_in_the_code_is_neither_sent_nor_saved(openwebui, repo, capsys):
    write_echo(repo, FILTER.format(version="1.0.0") + f'\nKEY = "{KEY}"\n')
    _, outcomes, data = deploy(capsys, openwebui, ECHO, "--no-verify")
    assert (outcomes, problems(data)) == ({ECHO: "refused"}, {ECHO: "key-in-code"})
    assert not (repo / ".owui-lint").exists()


def test_key_appears_nowhere(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    item = openwebui.items["functions"]["echo"]
    item["content"] = item["content"].replace("1.0.0", f"0.1.{KEY}\x1b[31m")
    item["name"] = KEY
    openwebui.fault("POST", "/update", Answer(400, json.dumps({"detail": f"no {KEY} \x1b[2J"}).encode()))
    for arguments in (["deployed"], ["deploy", ECHO], ["deploy", ECHO, "--output-format", "json"]):
        _, out, err = run(capsys, *arguments, "--url", openwebui.url)
        assert KEY not in out + err
        assert "\x1b" not in out + err
    for path in (repo / ".owui-lint").rglob("*"):
        assert path.is_dir() or KEY not in path.read_text()


@pytest.mark.parametrize("command", [["deployed"], ["deploy", ECHO], ["deploy", "--rollback"]])
def test_server_wide_problems_end_the_run_with_2(openwebui, repo, capsys, command, monkeypatch):
    code, _, err = run(capsys, *command, "--url", "http://127.0.0.1:9", "--lang", "zh")
    assert code == 2
    assert "无法连接" in err
    openwebui.fault("GET", "/api/version", Answer(200, b"<html>"))
    code, _, err = run(capsys, *command, "--url", openwebui.url)
    assert code == 2
    if "--rollback" not in command:
        monkeypatch.setenv("OPENWEBUI_API_KEY", "sk-wrong")
        code, _, err = run(capsys, *command, "--url", openwebui.url)
        assert code == 2
        assert "does not accept the key" in err
        assert "sk-wrong" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["deploy"],
        ["deploy", "filters/none"],
        ["deploy", ECHO, "--no-backup", "--backup", "x"],
        ["deploy", "--rollback", "--no-backup"],
        ["deploy", ECHO, "--timeout", "0"],
        ["deployed", "--allow", "everything"],
        ["deployed", "--url", "ftp://x"],
    ],
)
def test_usage(openwebui, repo, capsys, arguments):
    url = [] if "--url" in arguments else ["--url", openwebui.url]
    assert run(capsys, *arguments, *url)[0] == 2
    assert openwebui.writes() == []


def test_the_key_is_no_option(openwebui, repo, capsys):
    code, out, _ = run(capsys, "deploy", "--help")
    assert code == 0
    for name in ("--token", "--api-key", "--key"):
        assert name not in out
        assert run(capsys, "deployed", name, "sk-1", "--url", openwebui.url)[0] == 2


def test_text_reports_in_both_languages(openwebui, repo, capsys):
    _, english, _ = run(capsys, "deploy", ECHO, "--url", openwebui.url, "--lang", "en")
    assert "created" in english
    assert "switched off" in english
    _, chinese, _ = run(capsys, "deployed", "--url", openwebui.url, "--lang", "zh")
    assert "未启用" in chinese
    assert "缺失" in chinese
