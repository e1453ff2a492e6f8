from __future__ import annotations

import json
import stat

import pytest

from owui_lint.deploying.server import Server
from tests.deploying.conftest import FILTER, TOOL
from tests.deploying.fake import Answer
from tests.deploying.test_deploy import ABACUS, ECHO, backup_files, deploy, deployed, problems, switch_on, write_echo
from tests.support import run, write_files


@pytest.fixture(autouse=True)
def use_key(key):
    return key


@pytest.fixture
def shop(each_release, repo, capsys):
    """A server with version 1.0.0, switched on, and then 1.1.0 deployed over it."""
    deploy(capsys, each_release, ECHO, ABACUS)
    switch_on(each_release)
    before = json.loads(json.dumps(each_release.items))
    write_echo(
        repo,
        FILTER.format(version="1.1.0").replace("Repeats.", "Repeats louder.").replace("title: Echo", "title: Echo 2"),
    )
    write_files(repo, {"plugins/tools/abacus/abacus.py": TOOL.replace("0.2.0", "0.3.0")})
    assert deploy(capsys, each_release, ECHO, ABACUS)[1] == {ECHO: "updated", ABACUS: "updated"}
    return each_release, before


def without_time(items):
    return [
        {name: {key: value for key, value in item.items() if key != "updated_at"} for name, item in group.items()}
        for group in items.values()
    ]


def test_version_code_and_metadata_come_back(shop, repo, capsys):
    fake, before = shop
    fake.saved["echo"] = {"MARK": "?"}
    code, outcomes, data = deploy(capsys, fake, "--rollback")
    assert (code, outcomes) == (0, {ECHO: "restored", ABACUS: "restored"})
    assert data["plugins"][0]["version_after"] == "1.0.0"
    assert without_time(fake.items) == without_time(before)
    assert fake.saved["echo"] == {"MARK": "?"}
    assert deployed(capsys, fake)[1] == {ECHO: "outdated", ABACUS: "outdated"}


def test_each_rollback_goes_one_deployment_further(shop, repo, capsys):
    fake, _ = shop
    deploy(capsys, fake, "--rollback")
    code, outcomes, _ = deploy(capsys, fake, "--rollback")
    assert (code, outcomes) == (0, {ECHO: "deleted", ABACUS: "deleted"})
    assert fake.items == {"functions": {}, "tools": {}}
    assert run(capsys, "deploy", "--rollback", "--url", fake.url)[0] == 2


def test_only_one_plugin(shop, repo, capsys):
    fake, before = shop
    assert deploy(capsys, fake, "--rollback", ECHO)[1] == {ECHO: "restored"}
    assert "0.3.0" in fake.items["tools"]["abacus"]["content"]
    assert deploy(capsys, fake, "--rollback")[1] == {ABACUS: "restored"}
    assert without_time(fake.items) == without_time(before)


def test_a_rollback_can_be_undone(shop, repo, capsys):
    fake, _ = shop
    after = json.loads(json.dumps(fake.items))
    _, _, data = deploy(capsys, fake, "--rollback")
    assert deploy(capsys, fake, "--rollback", "--backup", data["backup"])[1] == {ECHO: "restored", ABACUS: "restored"}
    assert without_time(fake.items) == without_time(after)


def test_dry_run(shop, repo, capsys):
    fake, _ = shop
    writes, files = len(fake.writes()), backup_files(repo)
    assert deploy(capsys, fake, "--rollback", "--dry-run")[1] == {ECHO: "restored", ABACUS: "restored"}
    assert (len(fake.writes()), backup_files(repo)) == (writes, files)


def test_what_was_created_and_changed_since_is_not_deleted(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO, ABACUS)
    openwebui.items["functions"]["echo"]["content"] += "# hours of work\n"
    code, outcomes, data = deploy(capsys, openwebui, "--rollback")
    assert (code, outcomes) == (1, {ECHO: "refused", ABACUS: "deleted"})
    assert problems(data) == {ECHO: "edited-since"}
    assert "echo" in openwebui.items["functions"]


def test_what_was_edited_since_is_saved_before_it_is_replaced(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    write_echo(repo, FILTER.format(version="1.1.0"))
    deploy(capsys, openwebui, ECHO)
    openwebui.items["functions"]["echo"]["content"] += "# hours of work\n"
    _, _, data = deploy(capsys, openwebui, "--rollback")
    with open(data["backup"]) as stream:
        assert "# hours of work" in stream.read()


def test_what_was_deleted_since_is_created_again(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    write_echo(repo, FILTER.format(version="1.1.0"))
    deploy(capsys, openwebui, ECHO)
    openwebui.items["functions"].clear()
    assert deploy(capsys, openwebui, "--rollback")[1] == {ECHO: "restored"}
    assert "1.0.0" in openwebui.items["functions"]["echo"]["content"]


def test_killed_between_two_plugins(each_release, repo, capsys, monkeypatch):
    """What went out is what `deployed` shows, and the backup, written before, brings it back."""
    real = Server.create

    def killed(self, kind, payload):
        if payload["id"] == "abacus":
            raise KeyboardInterrupt
        real(self, kind, payload)

    monkeypatch.setattr(Server, "create", killed)
    code, out, _ = run(capsys, "deploy", ECHO, ABACUS, "--url", each_release.url)
    assert code == 130
    assert f"{ECHO}: created" in out
    switch_on(each_release)
    assert deployed(capsys, each_release) == (1, {ECHO: "same", ABACUS: "missing"})
    monkeypatch.undo()
    monkeypatch.setenv("OPENWEBUI_API_KEY", "sk-0123456789abcdef")
    monkeypatch.chdir(repo)
    assert deploy(capsys, each_release, "--rollback")[1] == {ECHO: "deleted", ABACUS: "unchanged"}


def test_a_failure_while_going_back_does_not_stop_the_others_and_can_be_repeated(shop, repo, capsys):
    fake, before = shop
    fake.fault("POST", "/functions/id/echo/update", Answer(500, b"x"))
    code, outcomes, _ = deploy(capsys, fake, "--rollback")
    assert (code, outcomes) == (1, {ECHO: "failed", ABACUS: "restored"})
    assert deploy(capsys, fake, "--rollback")[1] == {ECHO: "restored"}
    assert without_time(fake.items) == without_time(before)


def test_backups_are_private_and_ignored_by_git(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    (path,) = backup_files(repo)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (path.parent / ".gitignore").read_text() == "*\n"


def test_values_saved_on_the_server_are_in_no_backup(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    openwebui.saved["echo"] = {"MARK": "a secret of theirs"}
    write_echo(repo, FILTER.format(version="1.1.0"))
    deploy(capsys, openwebui, ECHO)
    assert all("a secret of theirs" not in path.read_text() for path in backup_files(repo))


def test_backup_of_another_server(openwebui, repo, capsys):
    deploy(capsys, openwebui, ECHO)
    (path,) = backup_files(repo)
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, "url": "https://other.example.com"}))
    assert run(capsys, "deploy", "--rollback", "--url", openwebui.url)[0] == 2
    assert run(capsys, "deploy", "--rollback", "--backup", str(path), "--url", openwebui.url)[0] == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "[]",
        "{}",
        '{"schema": 2}',
        '{"schema": 1, "url": "x", "time": "", "openwebui": 1, "purpose": "", "plugins": [3]}',
        "[" * 100_000,
    ],
)
def test_file_that_is_no_backup(openwebui, repo, capsys, text):
    path = repo / "backup.json"
    path.write_text(text)
    code, _, err = run(capsys, "deploy", "--rollback", "--backup", str(path), "--url", openwebui.url)
    assert code == 2
    assert "backup.json" in err


def test_nothing_is_deployed_where_no_backup_can_be_written(openwebui, repo, capsys):
    (repo / "file").write_text("")
    code, _, err = run(capsys, "deploy", ECHO, "--backup", str(repo / "file" / "x"), "--url", openwebui.url)
    assert code == 2
    assert "nothing was deployed" in err
    assert openwebui.writes() == []


def test_default_folder_that_is_a_link(openwebui, repo, capsys, tmp_path_factory):
    target = tmp_path_factory.mktemp("elsewhere")
    (repo / ".owui-lint").symlink_to(target)
    assert run(capsys, "deploy", ECHO, "--url", openwebui.url)[0] == 2
    assert list(target.iterdir()) == []
    assert openwebui.writes() == []


def test_without_a_backup(openwebui, repo, capsys):
    code, _, data = deploy(capsys, openwebui, ECHO, "--no-backup")
    assert (code, data["backup"]) == (0, None)
    assert not (repo / ".owui-lint").exists()


BROKEN = FILTER.format(version="1.2.0") + 'raise RuntimeError("no")\n'


def test_a_deployment_that_the_server_refused_is_not_the_newest(shop, repo, capsys):
    fake, before = shop
    write_echo(repo, BROKEN)
    assert deploy(capsys, fake, ECHO)[1] == {ECHO: "failed"}
    assert deploy(capsys, fake, "--rollback")[1] == {ECHO: "restored", ABACUS: "restored"}
    assert without_time(fake.items) == without_time(before)


def test_of_a_deployment_only_what_was_taken_is_brought_back(shop, repo, capsys):
    fake, _ = shop
    write_echo(repo, BROKEN)
    write_files(repo, {"plugins/tools/abacus/abacus.py": TOOL.replace("0.2.0", "0.4.0")})
    assert deploy(capsys, fake, ECHO, ABACUS)[1] == {ECHO: "failed", ABACUS: "updated"}
    assert deploy(capsys, fake, "--rollback")[1] == {ABACUS: "restored"}
    assert "0.3.0" in fake.items["tools"]["abacus"]["content"]
    assert "1.1.0" in fake.items["functions"]["echo"]["content"]


def test_what_may_have_arrived_counts(shop, repo, capsys):
    fake, _ = shop
    write_echo(repo, FILTER.format(version="1.2.0"))
    fake.fault("POST", "/functions/id/echo/update", Answer(500, b"x"))
    assert deploy(capsys, fake, ECHO)[1] == {ECHO: "failed"}
    fake.items["functions"]["echo"]["content"] = FILTER.format(version="1.2.0")  # it was only slow
    assert deploy(capsys, fake, "--rollback")[1] == {ECHO: "restored"}
    assert "1.1.0" in fake.items["functions"]["echo"]["content"]


def test_a_backup_of_an_earlier_release_of_this_tool_can_be_brought_back(shop, repo, capsys):
    fake, before = shop
    for path in backup_files(repo):
        data = json.loads(path.read_text())
        for entry in data["plugins"]:
            del entry["arrived"]
        path.write_text(json.dumps(data))
    assert deploy(capsys, fake, "--rollback")[1] == {ECHO: "restored", ABACUS: "restored"}
    assert without_time(fake.items) == without_time(before)


def test_what_could_not_be_read_back_counts(shop, repo, capsys):
    fake, _ = shop
    write_echo(repo, FILTER.format(version="1.2.0"))
    refuse_at(fake, "/functions/id/echo", 4)  # its state, its values, the save; then reading back
    _, outcomes, data = deploy(capsys, fake, ECHO)
    assert outcomes == {ECHO: "failed"}, data
    assert "1.2.0" in fake.items["functions"]["echo"]["content"]
    assert deploy(capsys, fake, "--rollback")[1] == {ECHO: "restored"}
    assert "1.1.0" in fake.items["functions"]["echo"]["content"]


def refuse_at(fake, path, number):
    """Refuse the so many-th request for a path."""
    real, seen = fake.take_fault, []

    def take(method, asked):
        if path in asked:
            seen.append(asked)
        if len(seen) == number and path in asked:
            return Answer(403, b'{"detail": "no"}')
        return real(method, asked)

    fake.take_fault = take
