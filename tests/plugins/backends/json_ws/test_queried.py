"""What the service is asked, and which of its answers is used."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from plugins.backends.json_ws.conftest import OpenSource
from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest
from xivo_dird.backend import MatchRank, QuestionRefused
from xivo_dird.testing import CALLER, HOSTILE_TERMS, OTHER_CALLER

PEOPLE = [
    {"id": 1, "name": "Ada", "number": "+49 30 23125040"},
    {"id": 2, "name": "Ivo", "number": "2045"},
    {"id": 3, "name": "Zoë"},
]
COLUMNS = {"searched_columns": ["name"], "first_matched_columns": ["number"], "unique_column": "id"}


@pytest.fixture
def server() -> Iterator[FaultyHttp]:
    """Run a server that answers all people, whatever it is asked."""
    with FaultyHttp(lambda _: HttpAnswer(body=json.dumps(PEOPLE).encode())) as server:
        yield server


def reverse(server: FaultyHttp, **query: str) -> dict[str, Any]:
    return {**COLUMNS, "url": server.url, "reverse": {"path": "people", "query": query}}


def asked(server: FaultyHttp) -> list[dict[str, str]]:
    return [dict(request.query) for request in server.requests]


def test_the_forms_of_a_number_are_asked_once(server: FaultyHttp, opened: OpenSource) -> None:
    query = {form: f"{{number.{form}}}" for form in ("e164", "digits", "national", "last9")}
    with opened(reverse(server, **query)) as source:
        found = source.first_match("0049 30 23125040")
        assert found is not None
        assert (found.fields["id"], found.match_rank) == (1, MatchRank.DIALLED)
        assert source.first_match("2045") is not None
        assert source.first_match("anonymous") is None
    assert asked(server) == [
        {
            "e164": "+493023125040",
            "digits": "00493023125040",
            "national": "03023125040",
            "last9": "023125040",
        },
        {"e164": "2045", "digits": "2045", "national": "2045", "last9": "2045"},
    ]


def test_spellings_are_asked_one_after_the_other(opened: OpenSource) -> None:
    def respond(request: ReceivedRequest) -> HttpAnswer:
        found = [PEOPLE[0]] if dict(request.query)["tel"] == "00493023125040" else []
        return HttpAnswer(200 if found else 404, json.dumps(found).encode())

    with FaultyHttp(respond) as server, opened(reverse(server, tel="{number}")) as source:
        found = source.first_match("03023125040")
        assert found is not None
        assert found.fields["id"] == 1
        assert [each["tel"] for each in asked(server)] == ["03023125040", "+493023125040", "00493023125040"]
        with pytest.raises(QuestionRefused):
            source.first_match("03099999999")


def test_an_entry_without_numbers_is_the_one_that_the_service_found(opened: OpenSource) -> None:
    with (
        FaultyHttp(lambda _: HttpAnswer(body=json.dumps(PEOPLE[2:]).encode())) as server,
        opened(reverse(server, tel="{number}")) as source,
    ):
        found = source.first_match("7777")
        assert found is not None
        assert found.fields["name"] == "Zoë"


def test_values_are_encoded_for_their_place(opened: OpenSource) -> None:
    received: list[ReceivedRequest] = []

    def respond(request: ReceivedRequest) -> HttpAnswer:
        received.append(request)
        return HttpAnswer(body=b"[]")

    body = {"q": "{term}", "limit": "{limit}", "nested": [{"like": "%{term:sql_like}%"}, True, 1.5, None]}
    places: Mapping[str, dict[str, Any]] = {
        "path": {"path": "find/{term}/x"},
        "query": {"path": "find", "query": {"q[0]": ["{term}", "b"], "n": "{limit}"}},
        "form": {"path": "find", "method": "POST", "form": {"q": "{term}"}},
        "body": {"path": "find", "method": "POST", "body": body},
    }
    with FaultyHttp(respond) as server:
        for search in places.values():
            with opened({**COLUMNS, "url": f"{server.url}/api/", "search": search}) as source:
                source.search('a&b=c/%_"#?+é')
    path, query, form, sent = received
    assert path.path == "/api/find/a%26b%3Dc%2F%25_%22%23%3F%2B%C3%A9/x"
    assert query.query == (("q[0]", 'a&b=c/%_"#?+é'), ("q[0]", "b"), ("n", "100"))
    assert form.body == b"q=a%26b%3Dc%2F%25_%22%23%3F%2B%C3%A9"
    assert form.headers["content-type"] == "application/x-www-form-urlencoded"
    assert json.loads(sent.body) == {
        "q": 'a&b=c/%_"#?+é',
        "limit": 100,
        "nested": [{"like": '%a&b=c/\\%\\_"#?+é%'}, True, 1.5, None],
    }


def test_no_hostile_term_is_an_error_of_the_source_in_any_place(
    server: FaultyHttp, opened: OpenSource
) -> None:
    for search in (
        {"path": "find/{term}"},
        {"path": "find", "method": "POST", "form": {"q": "{term}"}},
        {"path": "find", "method": "POST", "body": {"q": "{term:lucene}"}},
    ):
        with opened({**COLUMNS, "url": server.url, "search": search}) as source:
            for term in HOSTILE_TERMS:
                if term not in {".", ".."}:
                    assert source.search(term)
    assert {request.path.split("/")[1] for request in server.requests} == {"find"}


@pytest.mark.parametrize("term", [".", ".."])
def test_no_term_leads_to_another_path(server: FaultyHttp, opened: OpenSource, term: str) -> None:
    options = {**COLUMNS, "url": server.url, "search": {"path": "find/{term}"}}
    with opened(options) as source, pytest.raises(QuestionRefused):
        source.search(term)
    assert server.requests == []


def test_the_user_who_asks_is_a_variable(opened: OpenSource) -> None:
    def respond(request: ReceivedRequest) -> HttpAnswer:
        return HttpAnswer(body=json.dumps([{"id": 1, "name": dict(request.query)["user"]}]).encode())

    query = {"q": "{term}", "user": "{user}", "tenant": "{tenant}"}
    with FaultyHttp(respond) as server:
        options = {
            **COLUMNS,
            "url": server.url,
            "search": {"path": "find", "query": query},
            "cache_seconds": 60,
        }
        with opened(options) as source:
            for caller in (CALLER, OTHER_CALLER, CALLER):
                (found,) = source.search("x", caller)
                assert found.fields["name"] == caller.user_uuid
        assert {each["tenant"] for each in asked(server)} == {CALLER.tenant_uuid}


def test_an_error_for_one_id_costs_no_other_favorite(opened: OpenSource) -> None:
    def respond(request: ReceivedRequest) -> HttpAnswer:
        key = request.path.rpartition("/")[2]
        found = [person for person in PEOPLE if str(person["id"]) == key]
        if not key.isdigit():
            return HttpAnswer(body=b'{"error": {"code": 22}}')
        return HttpAnswer(body=json.dumps({"items": found}).encode())

    with FaultyHttp(respond) as server:
        options = {
            **COLUMNS,
            "url": server.url,
            "items": "items",
            "error": "error.code",
            "search": {"path": "{term}"},
            "get": {"path": "people/{id}"},
        }
        with opened(options) as source:
            assert [found.fields["name"] for found in source.fetch(["2", "none", "9"])] == ["Ivo"]
            with pytest.raises(QuestionRefused, match="reports an error at"):
                source.fetch(["none"])


def test_headers_have_variables_that_do_not_come_from_outside(opened: OpenSource) -> None:
    def respond(request: ReceivedRequest) -> HttpAnswer:
        return HttpAnswer(206, json.dumps([{"id": 1, "name": request.headers["range"]}]).encode())

    with FaultyHttp(respond) as server:
        listed = {"path": "people", "headers": {"Range": "{offset}-{last}"}}
        with opened({**COLUMNS, "url": server.url, "limit": 50, "list": listed}) as source:
            assert [found.fields["name"] for found in source.search("0")] == ["0-49"]
        headers = {"Accept": "text/json", "X-User": "{user}"}
        search = {"path": "find", "query": {"q": "{term}"}, "headers": headers}
        other = replace(CALLER, user_uuid="a\r\nX-Evil: 1")
        with (
            opened({**COLUMNS, "url": server.url, "search": search}) as source,
            pytest.raises(QuestionRefused, match="no header"),
        ):
            source.search("x", other)
        assert [request.headers["accept"] for request in server.requests] == ["application/json"]
