"""Lists in pages: every way to ask for the next one, when a list ends, and lists without an end."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from plugins.backends.json_ws.conftest import OpenSource
from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest
from waiting import assert_prompt
from xivo_dird.backend import SourceUnavailable
from xivo_dird_backends.json_ws.paging import next_link

PEOPLE = [{"id": number, "name": f"person {number}"} for number in range(1, 6)]
SIZE = 2
COMMON = {
    "unique_column": "id",
    "searched_columns": ["name"],
    "first_matched_columns": ["name"],
    "items": "items",
}

Respond = Callable[[Mapping[str, str], str], tuple[Any, dict[str, str]]]


def page_from(start: int, **others: Any) -> dict[str, Any]:
    return {"items": PEOPLE[start : start + SIZE], **others}


def by_page(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    number = int(query["page"])
    return page_from((number - 1) * SIZE, more=number < 3), {}


def by_offset(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    return page_from(int(query["offset"]), total=5), {}


def by_range(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    start, _, end = query["range"].partition("-")
    return {"items": PEOPLE[int(start) : int(end) + 1]}, {}


def by_cursor(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    start = int(query.get("after", "0"))
    return page_from(start, next=start + SIZE if start + SIZE < 5 else None), {}


def by_link(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    start = int(query.get("skip", "0"))
    following = {"@odata.nextLink": f"{url}/people?skip={start + SIZE}"} if start + SIZE < 5 else {}
    return page_from(start, **following), {}


def by_relative_link(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    start = int(query.get("skip", "0"))
    return page_from(start, next=f"/people?skip={start + SIZE}" if start + SIZE < 5 else ""), {}


def by_header(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    start = int(query.get("skip", "0"))
    links = f'<{url}/people?skip=0>; rel="first"'
    if start + SIZE < 5:
        links += f', <{url}/people?skip={start + SIZE}>; rel="next"'
    return page_from(start), {"Link": links}


def by_last_id(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    return page_from(int(query["above"])), {}


KINDS: Mapping[str, tuple[Respond, dict[str, str], dict[str, Any], int]] = {
    "page, more": (by_page, {"page": "{page}"}, {"kind": "page", "start": 1, "more": "more"}, 3),
    "page": (by_page, {"page": "{page}"}, {"kind": "page", "start": 1}, 4),
    "page, short": (by_page, {"page": "{page}"}, {"kind": "page", "start": 1, "short_page_ends": True}, 3),
    "offset, total": (by_offset, {"offset": "{offset}"}, {"kind": "offset", "total": "total"}, 3),
    "offset": (by_offset, {"offset": "{offset}"}, {"kind": "offset"}, 4),
    "range": (by_range, {"range": "{offset}-{last}"}, {"kind": "offset"}, 4),
    "cursor": (by_cursor, {"after": "{cursor}"}, {"kind": "cursor", "cursor": "next"}, 3),
    "next_url": (by_link, {}, {"kind": "next_url", "cursor": '"@odata.nextLink"'}, 3),
    "relative": (by_relative_link, {}, {"kind": "next_url", "cursor": "next"}, 3),
    "link_header": (by_header, {}, {"kind": "link_header"}, 3),
    "last_id": (by_last_id, {"above": "{cursor}"}, {"kind": "last_id", "cursor": "id"}, 4),
}


def server_of(respond: Respond) -> FaultyHttp:
    """Return a server that answers each request with what a function returns, if it has the key."""

    def answer(request: ReceivedRequest) -> HttpAnswer:
        query = dict(request.query)
        assert query["key"] == "k"
        assert request.headers["x-token"] == "t"
        content, headers = respond(query, server.url)
        return HttpAnswer(body=json.dumps(content).encode(), headers=headers)

    server = FaultyHttp(answer)
    return server


def options_of(server: FaultyHttp, query: Mapping[str, str], paging: Mapping[str, Any]) -> dict[str, Any]:
    listed = {"path": "people", "query": query, "paging": {"size": SIZE, **paging}}
    return {**COMMON, "url": server.url, "headers": {"X-Token": "t"}, "query": {"key": "k"}, "list": listed}


@pytest.mark.parametrize(("respond", "query", "paging", "requests"), KINDS.values(), ids=KINDS)
def test_all_pages_are_read(
    opened: OpenSource, respond: Respond, query: dict[str, str], paging: dict[str, Any], requests: int
) -> None:
    with server_of(respond) as server, opened(options_of(server, query, paging)) as source:
        assert len(source.search("person")) == len(PEOPLE)
        assert len(server.requests) == requests


def test_a_relative_link_follows_a_path_with_variables(opened: OpenSource) -> None:
    def bare_link(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
        start = int(query.get("skip", "0"))
        return page_from(start, next=f"?skip={start + SIZE}" if start + SIZE < 5 else ""), {}

    with server_of(bare_link) as server:
        options = options_of(server, {}, {"kind": "next_url", "cursor": "next"})
        options["list"]["path"] = "{secret.site}/people"
        with opened({**options, "secrets": {"site": "north"}}) as source:
            assert len(source.search("person")) == len(PEOPLE)
        assert [request.path for request in server.requests] == ["/north/people"] * 3


def again(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    return page_from(0, next="same"), {"Link": f"<{url}/people?skip=2>; rel=next"}


def endless(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    start = int(query.get("at", query.get("skip", "0"))) + 1
    item = {"id": start, "name": f"person {start}"}
    return {"items": [item], "next": str(start)}, {"Link": f"<{url}/people?skip={start}>; rel=next"}


WITHOUT_END: Mapping[str, tuple[dict[str, str], dict[str, Any]]] = {
    "page": ({"at": "{page}"}, {"kind": "page"}),
    "offset": ({"at": "{offset}"}, {"kind": "offset"}),
    "cursor": ({"at": "{cursor}"}, {"kind": "cursor", "cursor": "next"}),
    "last_id": ({"at": "{cursor}"}, {"kind": "last_id", "cursor": "id"}),
    "link_header": ({}, {"kind": "link_header"}),
}


@pytest.mark.parametrize(("query", "paging"), WITHOUT_END.values(), ids=WITHOUT_END)
def test_a_list_without_an_end_is_an_error(
    opened: OpenSource, query: dict[str, str], paging: dict[str, Any]
) -> None:
    for respond, limits, expected in (
        (again, {}, "same page twice"),
        (endless, {"max_pages": 5}, "more than 5 pages"),
        (endless, {"max_items": 7}, "more than 7 items"),
    ):
        with server_of(respond) as server:
            options = options_of(server, query, {**paging, **limits})
            with opened(options) as source, assert_prompt(), pytest.raises(SourceUnavailable, match=expected):
                source.search("person")
            assert len(server.requests) <= 8


CUT: Mapping[str, tuple[dict[str, Any], object]] = {
    "a cursor that is an object": ({"kind": "cursor", "cursor": "next"}, {"id": 5}),
    "a cursor that is a list": ({"kind": "cursor", "cursor": "next"}, [5]),
    "a cursor that is no whole number": ({"kind": "cursor", "cursor": "next"}, 5.5),
    "a cursor that is true": ({"kind": "cursor", "cursor": "next"}, True),
    "no cursor, but more items": ({"kind": "cursor", "cursor": "next", "more": "items"}, None),
    "an empty cursor, but more items": ({"kind": "cursor", "cursor": "next", "more": "items"}, ""),
    "a last item without an id": ({"kind": "last_id", "cursor": "key"}, None),
}


@pytest.mark.parametrize(("paging", "following"), CUT.values(), ids=CUT)
def test_a_list_that_can_t_be_continued_is_an_error(
    opened: OpenSource, paging: dict[str, Any], following: object
) -> None:
    """It would end too early, and who is on the next pages would be removed."""
    with server_of(lambda query, url: (page_from(0, next=following), {})) as server:
        options = options_of(server, {"at": "{cursor}"}, paging)
        with opened(options) as source, pytest.raises(SourceUnavailable, match="leads to the next page, is"):
            source.search("person")


@pytest.mark.parametrize("following", [None, "", False, [], {}])
def test_a_list_ends_without_a_cursor(opened: OpenSource, following: object) -> None:
    with server_of(lambda query, url: (page_from(0, next=following), {})) as server:
        options = options_of(server, {"at": "{cursor}"}, {"kind": "cursor", "cursor": "next"})
        with opened(options) as source:
            assert len(source.search("person")) == SIZE


def test_a_link_to_another_server_is_not_followed(opened: OpenSource) -> None:
    with server_of(by_page) as other:

        def foreign(query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
            return page_from(0, next=f"{other.url}/people?page=2"), {}

        with server_of(foreign) as server:
            options = options_of(server, {}, {"kind": "next_url", "cursor": "next"})
            with opened(options) as source, pytest.raises(SourceUnavailable, match="on another server"):
                source.search("person")
        assert other.connections == 0


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "ftp://127.0.0.1/", "//user@example.org:80", "http://[::1"]
)
def test_a_link_that_is_no_url_of_the_server_is_an_error(opened: OpenSource, link: str) -> None:
    with server_of(lambda query, url: (page_from(0, next=link), {})) as server:
        options = options_of(server, {}, {"kind": "next_url", "cursor": "next"})
        with opened(options) as source, pytest.raises(SourceUnavailable):
            source.search("person")
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ('<https://h/a?x=1,2>; rel="next"', "https://h/a?x=1,2"),
        ('<a>; rel="prev", <b>; title="x"; rel=next', "b"),
        ('<a>; rel="last next"', "a"),
        ('<a>; rel="nextly"', None),
        ("", None),
        ("<" * 10_000, None),
        ('<a>; rel="' + "next " * 100_000, None),
        ("<a>" + '; rel="x' * 50_000, None),
    ],
)
def test_the_next_link_of_a_header_is_found(header: str, link: str | None) -> None:
    with assert_prompt():
        assert next_link(header) == link
