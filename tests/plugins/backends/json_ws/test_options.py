"""Options that can't work are refused with the key that is wrong, before anything is asked."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from plugins.backends.json_ws.conftest import URL, create
from xivo_dird.backend import InvalidSource
from xivo_dird_backends.json_ws.backend import JsonWsBackend
from xivo_dird_backends.json_ws.listed import JsonWsSnapshotBackend
from xivo_dird_backends.json_ws.options import JsonWsOptions
from xivo_dird_backends.json_ws.queried import JsonWsQueryBackend, JsonWsUserQueryBackend

LIST: dict[str, Any] = {"path": "people"}
SEARCH: dict[str, Any] = {"path": "people", "query": {"q": "{term}"}}
REVERSE: dict[str, Any] = {"path": "people", "query": {"tel": "{number.e164}"}}
GET: dict[str, Any] = {"path": "people/{id}"}


def listed(**paging: Any) -> dict[str, Any]:
    return {"list": {**LIST, "paging": paging}}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "list: one of list, search and reverse"),
    ({"url": "ftp://crm.example.org", "list": LIST}, "url: no http"),
    ({"url": "https://crm.example.org/?key=7", "list": LIST}, "url: its parameters"),
    ({"url": "https://user:s3cret@crm.example.org/", "list": LIST}, "url: its account"),
    ({"list": LIST, "search": SEARCH}, "list: a source with search"),
    ({"list": LIST, "get": GET}, "get: a source with a list"),
    ({"search": {"path": "people"}}, "search: its request has no {term}"),
    ({"reverse": {"path": "people"}}, "reverse: its request has no {number}"),
    ({"reverse": {"path": "{number.mobile}"}}, "reverse: unknown variable {number.mobile}"),
    ({"search": SEARCH, "get": {"path": "people"}, "unique_column": "id"}, "get: its request has no {id}"),
    ({"search": SEARCH, "get": GET}, "unique_column: the operation get"),
    ({"search": {"path": "{trem}"}}, "search: unknown variable {trem}; known are limit, tenant, term, user"),
    ({"list": {"path": "{user}"}}, "list: unknown variable {user}"),
    ({"list": {"path": "{secret.key}"}}, "list: unknown variable {secret.key}"),
    ({"list": {"path": "{session.token}"}}, "list: unknown variable {session.token}"),
    ({"list": {"path": "x", "method": "GET", "body": {}}}, "list.method: a body or a form"),
    ({"list": {"path": "x", "method": "POST", "body": {}, "form": {}}}, "list.form: there is a body"),
    ({"list": {"path": "x", "method": "POST", "body": {"a": ["{"]}}}, "list.body.a: a single brace"),
    ({"list": {**LIST, "headers": {"X-Key": "s3cret {"}}}, "list.headers.X-Key: a single brace"),
    ({"list": LIST, "headers": {"X-Key": '{"key":"s3cret"}'}}, "list.headers.X-Key: unknown escape; double"),
    ({"list": LIST, "headers": {"X-Key": "{s3cret}"}}, "list.headers: unknown variable; known are"),
    ({"search": {**SEARCH, "headers": {"X-Term": "{term}"}}}, "search.headers: {term} can't be"),
    (listed(kind="page"), "list.paging: page needs {page} in"),
    (listed(kind="offset"), "list.paging: offset needs {offset} or {last} in"),
    (listed(kind="cursor", cursor="next"), "list.paging: cursor needs {cursor}"),
    (listed(kind="next_url"), "list.paging.cursor: next_url needs it"),
    ({**listed(kind="link_header"), "etag": True}, "etag: the ETag of a page"),
    ({"list": {"path": "{since}"}}, "changed: {since}"),
    ({"list": LIST, "deleted": "deleted"}, "changed: {since}"),
    ({"list": LIST, "changed": "changed", "unique_column": "id"}, "list: the option changed needs {since}"),
    ({"list": {"path": "{since}"}, "changed": "changed"}, "unique_column: the option changed"),
    ({"search": SEARCH, "etag": True}, "etag: it belongs to"),
    ({"search": SEARCH, "changed": "x"}, "changed: it belongs to"),
    ({"list": LIST, "auth": {"type": "basic", "username": "u"}}, "auth.password: it is needed for basic"),
    ({"list": LIST, "auth": {"type": "oauth2"}}, "auth.url: it is needed for oauth2"),
    (
        {"list": LIST, "auth": {"type": "oauth2", "url": URL, "grant_type": "refresh_token"}},
        "auth.refresh_token: it is needed",
    ),
    ({"list": LIST, "auth": {"type": "login"}}, "auth.steps: it is needed for login"),
    (
        {"list": LIST, "auth": {"type": "login", "steps": [{"query": {"t": "{session.later}"}}]}},
        "auth.steps.0: unknown variable {session.later}",
    ),
    (
        {"list": LIST, "fields": {"name": "name"}, "unique_column": "id"},
        "unique_column: 'id' is not in fields",
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_options_that_can_not_work_are_named(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidSource) as raised:
        create(tmp_path, options)
    assert raised.value.message.startswith(message)
    assert "s3cret" not in raised.value.message


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"items": "["}, "items"),
        ({"items": "[@,@]"}, "items"),
        ({"fields": {"name": "a..b"}}, "fields"),
        ({"search": {"path": "{term:shell}"}}, "search.path"),
        ({"search": {"path": "x", "qurey": {}}}, "search.qurey"),
        ({"list": {"path": "x", "paging": {"kind": "guess"}}}, "list.paging.kind"),
        ({"list": {"path": "x", "paging": {"kind": "page", "max_pages": 0}}}, "list.paging.max_pages"),
        ({"headers": {"X Key": "s3cret"}}, "headers"),
        ({"headers": {"X-Key": ["s3cret"]}}, "headers"),
        ({"numbers": [{"path": "phone", "kind": "satellite"}]}, "numbers"),
        ({"limit": True}, "limit"),
    ],
)
def test_values_of_the_wrong_kind_are_named(options: dict[str, Any], key: str) -> None:
    with pytest.raises(ValidationError) as raised:
        JsonWsOptions.model_validate({"name": "crm", "url": URL, "list": LIST, **options})
    places = [".".join(map(str, error["loc"])) for error in raised.value.errors()]
    assert any(place.startswith(key) for place in places), places


def test_the_operations_select_the_class_of_the_backend() -> None:
    for options, expected in (
        ({"list": LIST}, JsonWsSnapshotBackend),
        ({"search": SEARCH}, JsonWsQueryBackend),
        ({"reverse": REVERSE}, JsonWsQueryBackend),
        ({"search": {"path": "users", "query": {"q": "{term}"}}}, JsonWsQueryBackend),
        ({"search": {"path": "{user}", "query": {"q": "{term}"}}}, JsonWsUserQueryBackend),
        ({"search": SEARCH, "headers": {"X-User": "{tenant+user}"}}, JsonWsUserQueryBackend),
    ):
        parsed = JsonWsOptions.model_validate({"name": "crm", "url": URL, **options})
        assert JsonWsBackend.of_options(parsed) is expected


def test_secrets_are_in_no_text_of_the_options() -> None:
    options = {
        "auth": {
            "type": "oauth2",
            "client_secret": "s3cret",
            "password": "s3cret",
            "refresh_token": "s3cret",
        },
        "secrets": {"key": "s3cret"},
        "headers": {"X-Key": "s3cret"},
        "list": {"path": "x", "headers": {"X-Key": "s3cret"}},
    }
    parsed = JsonWsOptions.model_validate({"name": "crm", "url": URL, **options})
    assert "s3cret" not in repr(parsed) + parsed.model_dump_json()
    assert str(parsed.stored()).count("s3cret") == 6
