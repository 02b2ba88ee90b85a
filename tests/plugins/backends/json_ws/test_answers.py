"""What is read from answers, also from hostile ones, and what their errors say."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from plugins.backends.json_ws.conftest import OpenSource
from servers.faulty_http import FaultyHttp, HttpAnswer
from xivo_dird.backend import SourceUnavailable

SEARCH = {"path": "people", "query": {"q": "{term}"}}
COMMON: dict[str, Any] = {
    "search": SEARCH,
    "items": "items",
    "unique_column": "id",
    "searched_columns": ["name"],
    "first_matched_columns": ["number"],
}


class Answering:
    """A server that gives the same answer to all requests."""

    def __init__(self) -> None:
        self.answer = HttpAnswer()
        self.http = FaultyHttp(lambda _: self.answer)

    def say(self, content: object, status: int = 200) -> None:
        """Set the answer: JSON, or bytes as they are."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.answer = HttpAnswer(status, body, "application/json")


@pytest.fixture
def server() -> Iterator[Answering]:
    answering = Answering()
    with answering.http:
        yield answering


def fields_of(opened: OpenSource, server: Answering, item: object, **options: Any) -> Any:
    """Return the fields of the entry of an item."""
    server.say({"items": [item]})
    with opened({**COMMON, "url": server.http.url, **options}) as source:
        (found,) = source.search("x")
    return found.fields


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"total": 0, "list": []},
            "no such path in the answer: items; it is an object with the keys total, list",
        ),
        ([{"id": 1}], "no such path in the answer: items; it is a list"),
        ({"items": {"id": 1}}, "the answer has no list at items, but an object with the keys id"),
        ({"items": "Rosalind"}, "the answer has no list at items, but a text"),
        ({"items": None}, "no such path"),
        ({"items": [], "error": {"code": "ACCESS_DENIED"}}, "reports an error at error.code: ACCESS_DENIED"),
        ({"items": [], "error": {"code": "no access for Rosalind"}}, "reports an error at error.code"),
        ({"items": [], "error": {"code": "Rosalind"}}, "reports an error at error.code"),
        ({"items": [], "error": {"code": "s3cret"}}, "reports an error at error.code"),
        ({"items": [], "error": {"code": 7}}, "reports an error at error.code: 7"),
        (b'{"items": [NaN]}', "answered no JSON"),
        (b'{"items": [1e999]}', "answered no JSON"),
        (b"", "answered no JSON"),
    ],
)
def test_an_answer_without_items_says_why(
    opened: OpenSource, server: Answering, content: object, message: str
) -> None:
    server.say(content)
    options = {**COMMON, "url": server.http.url, "error": "error.code", "secrets": {"key": "s3cret"}}
    with opened(options) as source, pytest.raises(SourceUnavailable) as raised:
        source.search("Rosalind")
    assert message in str(raised.value)
    assert "Rosalind" not in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "is_empty"), [(204, True), (404, True), (410, False), (401, False), (500, False), (400, False)]
)
def test_statuses_that_mean_nothing_are_options(
    opened: OpenSource, server: Answering, status: int, is_empty: bool
) -> None:
    server.say(b"", status)
    with opened({**COMMON, "url": server.http.url, "empty_statuses": [204, 404]}) as source:
        if is_empty:
            assert source.search("x") == ()
        else:
            with pytest.raises(SourceUnavailable, match=str(status)):
                source.search("x")


def test_items_that_are_no_objects_and_repeated_keys_are_no_error(
    opened: OpenSource, server: Answering
) -> None:
    server.say(b'{"items": [7, null, "Ada", [], {"id": 1, "id": 2, "name": "Ada"}]}')
    with opened({**COMMON, "url": server.http.url}) as source:
        assert [contact.fields for contact in source.search("x")] == [{"id": 2, "name": "Ada"}]


def test_an_item_that_is_nested_too_deep_is_an_error_or_left_out(
    opened: OpenSource, server: Answering
) -> None:
    deep = b"[" * 900 + b"]" * 900
    server.say(b'{"items": [{"id": 1, "name": "Ada", "deep": ' + deep + b"}]}")
    with opened({**COMMON, "url": server.http.url}) as source, pytest.raises(SourceUnavailable):
        source.search("x")
    options = {**COMMON, "fields": {"id": "id", "name": "deep"}, "numbers": [{"path": "deep"}]}
    with opened({**options, "url": server.http.url}) as source, pytest.raises(SourceUnavailable):
        source.search("x")
    listed = {**COMMON, "search": None, "list": {"path": "people"}, "url": server.http.url}
    with opened(listed) as source:
        assert source.search("ada") == ()


def test_fields_are_what_their_options_say(opened: OpenSource, server: Answering) -> None:
    item = {
        "id": 7,
        "first": "Ada",
        "last": "Stern",
        "tags": ["a", None, "b"],
        "note": "<p>Tea &amp; <b>milk</b></p>",
        "mails": [{"type": "home", "mail": "a@h"}, {"type": "work", "mail": "a@w"}],
        "empty": "",
    }
    fields = {
        "id": "id",
        "name": {"path": ["first", "middle", "last"], "join": " "},
        "tags": "tags",
        "tag_text": {"path": "tags", "join": ", "},
        "note": {"path": "note", "strip_html": True},
        "raw": "note",
        "mail": "mails[?type=='work'].mail | [0]",
        "company": {"constant": "Acme"},
        "city": {"path": "empty", "default": "Berlin"},
        "missing": "address.street",
    }
    assert fields_of(opened, server, item, fields=fields) == {
        "id": 7,
        "name": "Ada Stern",
        "tags": ["a", None, "b"],
        "tag_text": "a, b",
        "note": "Tea & milk",
        "raw": "<p>Tea &amp; <b>milk</b></p>",
        "mail": "a@w",
        "company": "Acme",
        "city": "Berlin",
        "missing": None,
    }


def test_numbers_at_several_paths_have_their_kinds(opened: OpenSource, server: Answering) -> None:
    item = {"id": 1, "fax": "9", "desk": ["2045", 2046], "cell": False, "odd": {"a": 1}}
    numbers = [
        {"path": path, "kind": kind} for path, kind in (("fax", "fax"), ("desk", "work"), ("cell", "mobile"))
    ]
    found = fields_of(opened, server, item, fields={"id": "id"}, numbers=[*numbers, {"path": "odd"}])
    assert found["numbers"] == ["9", "2045", "2046"]
    assert (found["number"], found["fax"], found["work"], found["work_2"]) == ("2045", "9", "2045", "2046")
    assert "mobile" not in found


def test_a_refused_login_is_an_error_that_names_the_step(opened: OpenSource, server: Answering) -> None:
    steps = [
        {"path": "login", "form": {"key": "{secret.key}"}, "method": "POST", "keep": {"t": "result.token"}}
    ]
    options = {
        **COMMON,
        "url": server.http.url,
        "secrets": {"key": "s3cret"},
        "auth": {"type": "login", "steps": steps},
    }
    for content, status, message in (
        ({}, 401, "the login failed: auth.steps.0: answered 401"),
        ({"success": False, "error": "s3cret"}, 200, "no result.token in the answer, which is an object"),
        ({"result": {"token": ["t"]}}, 200, "no result.token"),
        ({"result": {"token": "a\r\nX-Evil: 1"}}, 200, "not printable"),
        (b"<html>", 200, "answered no JSON"),
    ):
        server.say(content, status)
        with opened(options) as source, pytest.raises(SourceUnavailable) as raised:
            source.search("Rosalind")
        assert message in str(raised.value)
        assert "s3cret" not in str(raised.value)


def test_a_service_that_refuses_each_new_session_is_asked_twice(opened: OpenSource) -> None:
    def respond(request: Any) -> HttpAnswer:
        if request.path == "/login":
            return HttpAnswer(body=b'{"token": 7}')
        return HttpAnswer(401)

    steps = [{"path": "login", "keep": {"token": "token"}}]
    with FaultyHttp(respond) as server:
        options = {
            **COMMON,
            "url": server.url,
            "auth": {"type": "login", "steps": steps},
            "query": {"s": "{session.token}"},
        }
        with opened(options) as source, pytest.raises(SourceUnavailable, match="401"):
            source.search("x")
        assert [request.path for request in server.requests] == ["/login", "/people"] * 2


def test_fields_that_no_item_has_are_an_error_with_the_keys_of_an_item(
    opened: OpenSource, server: Answering
) -> None:
    options = {**COMMON, "url": server.http.url, "fields": {"id": "uid", "name": "attributes.name"}}
    with opened(options) as source:
        server.say({"items": [{"type": "person", "id": 1}, {"attributes": {"name": "Ada"}}]})
        assert [contact.fields for contact in source.search("x")][1] == {"id": None, "name": "Ada"}
        server.say({"items": [{"type": "person", "id": 1}]})
        with pytest.raises(SourceUnavailable, match="the items: uid, "):
            source.search("x")
        server.say({"items": []})
        assert source.search("x") == ()
