"""What a refusal of the routers means, release by release."""

from __future__ import annotations

import pytest

from owui_lint.deploying.access import Access, Secret
from owui_lint.deploying.client import Client
from owui_lint.deploying.problems import Kind, Problem
from owui_lint.deploying.server import FUNCTION, TOOL, Server
from tests.deploying.conftest import FILTER
from tests.deploying.conftest import TOOL as TOOL_CODE
from tests.deploying.fake import KEY, Answer

BROKEN = FILTER.format(version="1.0.0") + '\nraise RuntimeError("boom on load")\n'
BROKEN_TOOL = TOOL_CODE + '\nraise RuntimeError("boom on load")\n'


def server(fake, key=KEY):
    return Server(Client(Access(fake.url, Secret(key)), timeout=5, sleep=lambda _: None))


def payload(content, name="echo", **more):
    return {"id": name, "name": "Echo", "content": content, "meta": {"description": "", "manifest": {}}, **more}


def kind_of(call, *arguments):
    with pytest.raises(Problem) as caught:
        call(*arguments)
    return caught.value


def test_missing_is_none_and_no_wrong_key(each_release):
    assert server(each_release).read(FUNCTION, "none") is None
    assert server(each_release).read(TOOL, "none") is None


@pytest.mark.parametrize("key", ["sk-wrong", "wrong"])
def test_wrong_key_is_not_missing(each_release, key):
    for kind in (FUNCTION, TOOL):
        assert kind_of(server(each_release, key).read, kind, "none").kind is Kind.UNAUTHORIZED
        assert kind_of(server(each_release, key).listing, kind).kind is Kind.UNAUTHORIZED


def test_no_administrator(each_release):
    each_release.admin = False
    assert kind_of(server(each_release).create, FUNCTION, payload(FILTER)).kind is Kind.NOT_ADMIN


def test_api_keys_switched_off(each_release):
    each_release.api_keys = False
    assert kind_of(server(each_release).listing, FUNCTION).kind is Kind.FORBIDDEN


@pytest.mark.parametrize(("kind", "code"), [(FUNCTION, BROKEN), (TOOL, BROKEN_TOOL)])
def test_load_error_is_named_on_create_and_on_update(each_release, kind, code):
    problem = kind_of(server(each_release).create, kind, payload(code))
    assert problem.kind is Kind.LOAD_ERROR
    assert problem.detail == "boom on load"
    assert each_release.items == {"functions": {}, "tools": {}}
    server(each_release).create(kind, payload(code.replace("raise", "# raise")))
    problem = kind_of(server(each_release).update, kind, "echo", payload(code))
    assert (problem.kind, problem.detail) == (Kind.LOAD_ERROR, "boom on load")


def test_tool_without_its_class(each_release):
    problem = kind_of(server(each_release).create, TOOL, payload('"""\ntitle: x\n"""\nx = 1\n'))
    # From 0.10 on create says nothing, and the functions router has no word on the class of a tool.
    assert problem.kind in (Kind.LOAD_ERROR, Kind.LOAD_ERROR_HIDDEN)
    assert "log" in problem.advice.en or "Tools class" in problem.detail


def test_pip_failure(each_release):
    code = FILTER.format(version="1.0.0").replace("description:", "requirements: no-such-thing==1\ndescription:")
    problem = kind_of(server(each_release).create, FUNCTION, payload(code))
    assert problem.kind is Kind.PIP
    assert "no-such-thing==1" in problem.detail


def test_id_taken(each_release):
    server(each_release).create(FUNCTION, payload(FILTER))
    problem = kind_of(server(each_release).create, FUNCTION, payload(FILTER))
    assert problem.kind is Kind.ID_TAKEN


def test_id_that_is_no_identifier(each_release):
    problem = kind_of(server(each_release).create, FUNCTION, payload(FILTER, name="a-b"))
    assert problem.kind is Kind.REJECTED
    assert "alphanumeric" in problem.message.en


def test_update_of_what_is_not_there(each_release):
    assert kind_of(server(each_release).update, FUNCTION, "none", payload(FILTER)).kind is Kind.REJECTED
    assert kind_of(server(each_release).update, TOOL, "none", payload(TOOL_CODE)).status == 401


@pytest.mark.parametrize(
    "body",
    [b"null", b"[]", b'{"id": "other", "content": ""}', b'{"id": "echo"}', b'{"id": "echo", "content": 7}', b"7"],
)
def test_answers_of_another_shape(openwebui, body):
    openwebui.fault("GET", "/id/echo", Answer(200, body))
    assert kind_of(server(openwebui).read, FUNCTION, "echo").kind is Kind.UNEXPECTED


@pytest.mark.parametrize("body", [b'{"a": 1}', b"7", b"null"])
def test_listing_of_another_shape(openwebui, body):
    openwebui.fault("GET", "/functions/", Answer(200, body))
    assert kind_of(server(openwebui).listing, FUNCTION).kind is Kind.UNEXPECTED


def test_listing_with_strange_members(openwebui):
    body = b'[7, {"id": 3}, {"id": ""}, {"id": "a", "meta": {"manifest": [1]}, "is_active": "yes", "name": null}]'
    openwebui.fault("GET", "/functions/", Answer(200, body))
    (item,) = server(openwebui).listing(FUNCTION).values()
    assert (item.id, item.title, item.active, item.name) == ("a", "", None, "")


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"version": 3}', b'{"version": "\\u001b[2J"}'])
def test_release_that_is_none(openwebui, body):
    openwebui.fault("GET", "/api/version", Answer(200, body))
    assert server(openwebui).release() is None
