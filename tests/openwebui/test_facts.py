"""The generated facts: that they load, agree with each other, and say what was read by hand in the wheels."""

import json
import re
from pathlib import Path

import pytest

from owui_lint.openwebui import facts as module
from owui_lint.openwebui.facts import FunctionKind, distributions_for_import, facts, is_known_import, known_releases
from owui_lint.openwebui.names import HOOKS, PLUGIN_CLASSES, PYTHONS, TOOL_CLASS

DATA = Path(module.__file__).with_name("data")


def test_every_file_covers_the_same_releases() -> None:
    heads = {path.name: json.loads(path.read_text("utf-8")) for path in DATA.glob("*.json")}
    assert set(heads) == {
        f"{name}.json" for name in ("distributions", "functions", "imports", "modules", "names", "plugins")
    }
    covered = {json.dumps(head["releases"]) for head in heads.values()}
    assert len(covered) == 1
    assert all(head["generated_by"] and head["regenerate"] for head in heads.values())
    assert sum(path.stat().st_size for path in DATA.glob("*.json")) < 600_000
    days = [day for _, day in heads["plugins.json"]["releases"]]
    # What counts as the standard library (requirements.py) is that of these two.
    assert heads["distributions.json"]["python"] == {"python": [["0.5.0", "<3.13.0a1,>=3.11"]]}
    assert all(day and re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days)
    assert days == sorted(days)


def test_releases() -> None:
    known = known_releases()
    assert known[0] == "0.5.0"
    assert len(known) > 90
    assert facts().release == facts(None).release == known[-1]
    assert facts("0.6.18").release == "0.6.18"
    assert facts("0.6").release == facts("0.6.x").release == facts(" 0.6.* ").release == "0.6.43"
    assert facts("0.6") is facts("0.6.43")


@pytest.mark.parametrize(
    ("release", "nearest"),
    [
        ("0.6.17", "0.6.16"),
        ("0.4.8", "0.5.0"),
        ("9.0.0", known_releases()[-1]),
        ("9", "not a release"),
        ("v0.6.1", "not a release"),
        ("", "not a release"),
    ],
)
def test_unknown_release_names_the_nearest(release: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=re.escape(nearest)):
        facts(release)


def test_shipped() -> None:
    newest = facts("0.12.4")
    aiohttp = newest.shipped("AioHTTP")
    assert aiohttp is not None
    assert (aiohttp.specifier, aiohttp.direct, aiohttp.installed_version) == ("==3.14.5", True, "3.14.5")
    before = facts("0.12.3").shipped("aiohttp")
    assert before is not None
    assert before.specifier == "==3.14.3"
    indirect = newest.shipped("numpy")
    assert indirect is not None
    assert not indirect.direct
    assert "pandas" in indirect.required_by
    assert newest.shipped("no-such-package") is None
    assert newest.shipped("psycopg2-binary") is None
    assert newest.optional("psycopg2_binary") == ("all", "postgres")
    httpx = newest.shipped("httpx")
    assert httpx is not None
    assert "http2" in httpx.extras
    assert newest.shipped("h2") is not None  # by an extra of httpx


def test_every_direct_requirement_was_seen_installed() -> None:
    shipped = facts()._all
    assert all(one.installed_version for one in shipped.values())
    assert len(shipped) > 200


@pytest.mark.parametrize(
    ("name", "distributions"),
    [
        ("bs4", ("beautifulsoup4",)),
        ("PIL.Image", ("pillow",)),
        ("sklearn", ("scikit-learn",)),
        ("yaml", ("pyyaml",)),
        ("cv2", ("opencv-contrib-python", "opencv-python", "opencv-python-headless")),
        ("docx.shared", ("python-docx",)),
        ("pptx", ("python-pptx",)),
        ("dotenv", ("python-dotenv",)),
        ("jwt", ("pyjwt",)),
        ("google.cloud.storage.blob", ("google-cloud-storage",)),
        ("google.protobuf", ("protobuf",)),
        ("azure.identity", ("azure-identity",)),
        ("some_thing.x", ("some-thing",)),
    ],
)
def test_distributions_for_import(name: str, distributions: tuple[str, ...]) -> None:
    assert distributions_for_import(name) == distributions
    assert is_known_import(name) is (name != "some_thing.x")


def test_shared_namespace_gives_all() -> None:
    assert {"protobuf", "google-auth", "google-cloud-storage"} <= set(distributions_for_import("google"))


def test_functions() -> None:
    name = "open_webui.models.users.Users.get_user_by_id"
    assert facts("0.8.12").is_async(name) is False
    assert facts("0.9.0").is_async(name) is True
    assert facts("0.8.12").changed_to_async_in(name) is None
    assert facts().changed_to_async_in(name) == "0.9.0"
    assert facts().is_async("open_webui.storage.provider.Storage.get_file") is False
    assert facts().is_async("open_webui.models.users.Users.no_such") is None
    assert facts().is_async("nothing") is None
    assert facts().is_async("") is None
    assert facts().is_async("open_webui.utils.misc.get_last_user_message") is False
    assert facts().is_async("open_webui.models.config.Config.get") is True
    assert facts("0.8").is_async("open_webui.models.config.Config.get") is None
    chat = "open_webui.utils.chat.generate_chat_completion"
    assert facts("0.5.0").is_async(chat) is True
    assert facts().changed_to_async_in(chat) is None
    assert facts().function_kind("open_webui.internal.db.get_async_db_context") is FunctionKind.ASYNC_CONTEXT
    assert facts().function_kind("open_webui.internal.db.get_db") is FunctionKind.SYNC


def test_modules() -> None:
    assert facts().module_exists("open_webui")
    assert facts().module_exists("open_webui.models.users")
    assert facts().module_exists("open_webui.models")
    assert not facts().module_exists("open_webui.apps.webui.models.users")
    assert not facts("0.5.0").module_exists("open_webui.utils.filter")
    assert facts("0.6.0").module_exists("open_webui.utils.filter")
    assert facts().module_exists("open_webui.migrations.env")
    assert not facts().module_exists("open_webui.no_such")
    assert facts().module_releases("open_webui.no_such") == ()


def test_modules_that_came_and_went() -> None:
    known = {name for _, names in json.loads((DATA / "modules.json").read_text("utf-8"))["since"] for name in names}
    for name in known:
        changes = facts().module_releases(name)
        assert facts(changes[0]).module_exists(name)
        if len(changes) > 1:
            assert not facts(changes[1]).module_exists(name)


def test_plugins() -> None:
    newest, oldest = facts("0.12.4"), facts("0.5.0")
    assert list(newest.plugin_classes().items()) == [
        ("pipe", "Pipe"),
        ("filter", "Filter"),
        ("action", "Action"),
        ("event", "Event"),
        ("tool", "Tools"),
    ]
    assert "event" not in oldest.plugin_classes()
    assert set(oldest.hooks("filter")) == {"inlet", "outlet"}
    assert set(newest.hooks("filter")) == {"inlet", "outlet", "stream", "request"}
    assert newest.hooks("tool") == ()
    assert newest.reserved_arguments("action") == frozenset(
        {"body", "__model__", "__id__", "__event_emitter__", "__event_call__", "__request__", "__user__"}
    )
    assert "__chat_id__" in newest.reserved_arguments("pipe")
    assert "__chat_id__" not in oldest.reserved_arguments("pipe")
    assert "__oauth_token__" not in newest.reserved_arguments("filter", "outlet")
    assert "event" in newest.reserved_arguments("filter", "stream")
    assert "body" not in newest.reserved_arguments("filter", "stream")
    assert newest.reserved_arguments("tool") == newest.reserved_arguments("tool", "any_method")
    assert newest.reserved_arguments("filter", "no_such") == frozenset()
    assert newest.rewrite_imports("from utils.misc import x") == "from open_webui.utils.misc import x"
    assert newest.rewrite_imports("from configparser import x") == "from open_webui.configparser import x"


def test_tables_that_another_module_imports() -> None:
    get = "routers.users.Users.get_user_by_id"
    assert facts().origin(f"open_webui.{get}") == "open_webui.models.users.Users.get_user_by_id"
    assert facts("0.8.12").is_async(f"open_webui.{get}") is False
    assert facts().is_async(f"open_webui.{get}") is True
    assert facts().changed_to_async_in(f"open_webui.{get}") == "0.9.0"
    assert facts().never_had("open_webui.routers.users.Users.no_such")
    for other in (
        "open_webui.models.users.Users.get_user_by_id",  # made here
        "open_webui.routers.users.Prompts.x",  # not imported there
        "open_webui.config.Config.get",  # called like a table, and another thing
        "users.Users.get_user_by_id",
        "",
    ):
        assert facts().origin(other) == other
    gone = "open_webui.routers.skills.Skills.get_skills_by_user_id"
    assert facts("0.12.4").removed_in(gone) == "0.11.1"


def test_removed_in() -> None:
    gone = "open_webui.models.skills.Skills.get_skills_by_user_id"
    assert facts("0.12.4").removed_in(gone) == "0.11.1"
    assert facts("0.9.6").removed_in(gone) is None
    assert facts("0.12.4").removed_in("open_webui.models.users.Users.get_user_by_id") is None
    assert facts("0.12.4").removed_in("open_webui.models.users.Users.nothing") is None


def test_the_classes_by_which_plugins_are_found_are_those_of_the_newest_release() -> None:
    pipelines = {"Pipeline": "pipelines"}  # of a server of their own
    known = {name: f"{kind}s" for kind, name in facts().plugin_classes().items()}
    assert list(PLUGIN_CLASSES.items()) == list({**known, **pipelines}.items())


def test_the_hooks_by_which_plugins_are_told_apart_are_those_of_the_newest_release() -> None:
    kinds = facts().plugin_classes()
    assert {kinds[kind]: facts().hooks(kind) for kind in kinds if kind != "tool"} == HOOKS
    assert kinds["tool"] == TOOL_CLASS


def test_the_pythons_that_conditions_are_read_for_are_those_of_all_releases() -> None:
    asked = json.loads((DATA / "distributions.json").read_text("utf-8"))["python"]["python"]
    assert asked == [["0.5.0", "<3.13.0a1,>=3.11"]] and PYTHONS == ((3, 11), (3, 12))


@pytest.mark.parametrize(
    ("name", "may_be"),
    [
        ("models.files.Files.get_file_by_id", True),
        ("routers.users.Users.get_user_by_email", True),  # which only imports the table
        ("models.groups.Groups.get_groups_by_member_ids", False),
        ("models.messages.Messages.get_thread_reply_counts_by_message_ids", False),  # None is far inside
        ("utils.misc.get_last_user_message", True),
        ("models.files.Files.nothing", False),
    ],
)
def test_what_may_return_none(name: str, may_be: bool) -> None:
    assert facts().may_be_none(f"open_webui.{name}") is may_be


def test_since_when_annotations_are_text() -> None:
    assert facts().annotations_are_text and facts("0.9.6").annotations_are_text
    assert not facts("0.9.5").annotations_are_text and not facts("0.5.0").annotations_are_text


@pytest.mark.parametrize(
    ("release", "module", "name", "lacks", "since"),
    [
        ("0.12.4", "open_webui.config", "PERSISTENT_CONFIG_REGISTRY", True, "0.10.0"),
        ("0.9.6", "open_webui.config", "PERSISTENT_CONFIG_REGISTRY", False, None),
        ("0.12.4", "open_webui.models.users", "UserTable", True, None),
        ("0.12.4", "open_webui.models.users", "UserModel", False, None),
        ("0.12.4", "open_webui.models.users", "Users", False, None),
        ("0.12.4", "open_webui.utils", "chat", False, None),  # a module
        ("0.12.4", "open_webui.utils", "chunk", True, None),  # of a package with nothing but modules
        ("0.12.4", "open_webui.utils", "__path__", False, None),
        ("0.12.4", "open_webui.routers.audio", "router", False, None),  # of one that has names of its own
        ("0.12.4", "open_webui.models", "skills", False, None),
        ("0.6.18", "open_webui.models", "skills", True, None),
        ("0.12.4", "open_webui", "nobody_has_read_this", False, None),
        ("0.12.4", "open_webui.internal", "migrations", False, None),
        ("0.12.4", "open_webui.nowhere", "x", False, None),  # of which nothing is known
    ],
)
def test_names_of_modules(release: str, module: str, name: str, lacks: bool, since: str | None) -> None:
    found = facts(release)
    assert found.lacks_name(module, name) is lacks
    assert found.name_removed_in(module, name) == since


def test_names_of_packages() -> None:
    assert {"misc", "chat", "plugin"} <= set(facts().names_of("open_webui.utils"))
    assert "users" in facts("0.6.18").names_of("open_webui.models")
    assert "skills" not in facts("0.6.18").names_of("open_webui.models")
    assert not any("." in name for name in facts().names_of("open_webui.utils"))
