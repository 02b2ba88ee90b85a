"""Two operations of one URL, for JSON and for plain text, and errors without a body."""

import pytest
from werkzeug.test import Client

from unit.http.test_operation import NumberQuery, TwoTokenAuthenticator
from xivo_dird.authenticator import AuthenticatorSettings, TenantTree
from xivo_dird.config.schema import RestApi
from xivo_dird.exceptions import DirdError, InvalidArgument, NotFound, StoreUnavailable, TooManyRequests
from xivo_dird.http.application import create_application
from xivo_dird.http.identity import Identity
from xivo_dird.http.routes import BaseResource
from xivo_dird.view import ErrorFamily, Query, TextResponse, operation

TEXT = {"Accept": "text/plain"}


class TextQuery(NumberQuery):
    """The parameter of both forms, and one of the text."""

    width: int = 8


class JsonForm(BaseResource):
    """The number in JSON."""

    @operation("Get a number", acl="dird.number", errors=(400,))
    def get(self, query: NumberQuery) -> dict[str, int]:
        return {"number": query.number}

    @operation("Remove it", acl="dird.number")
    def delete(self) -> None: ...


class TextForm(BaseResource):
    """The number as text."""

    error_family = ErrorFamily.EMPTY

    @operation("Get a text", acl="dird.number")
    def get(self, query: TextQuery) -> TextResponse:
        return TextResponse(f"{query.number:{query.width}}")


@pytest.fixture
def web():
    web = create_application(
        RestApi(), Identity(TwoTokenAuthenticator(AuthenticatorSettings(), TenantTree({})))
    )
    web.routes.add("/number", JsonForm(), text=TextForm())
    return web


@pytest.fixture
def send(web):
    client = Client(web.wsgi)

    def send(path, method="GET", token="user", headers=TEXT):
        return client.open(f"/0.1{path}", method=method, headers={"X-Auth-Token": token, **headers})

    return send


def test_the_header_accept_chooses_the_operation(send):
    assert send("/number?number=5&width=3").text == "  5"
    assert send("/number?number=5&width=x", headers={}).json == {"number": 5}
    for headers in (TEXT, {}):
        assert send("/number?number=5", headers=headers).headers["Vary"] == "Accept"
        assert send("/number", headers=headers).headers["Vary"] == "Accept"


NEGOTIATED = [
    ("", "json"),
    ("*/*", "json"),
    ("text/plain", "text"),
    ("Text/Plain", "text"),
    ("text/plain; charset=utf-8", "text"),
    ("text/*", "text"),
    ("text/plain, */*;q=0.1", "text"),
    ("text/plain;q=0.5, application/json;q=0.4", "text"),
    ("application/json;q=0, text/plain;q=0.1", "text"),
    ("text/plain, */*", "json"),
    ("application/json, text/plain, */*", "json"),  # the default of several libraries
    ("text/plain;q=0.4, application/json;q=0.5", "json"),
    ("text/plain;q=0", "json"),
    ("text/plain;q=0, text/*", "json"),
    ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "json"),
    ("text/csv", "json"),
    ("text/plain;q=nan", "json"),
    ("text/plain;;;,,,", "text"),
    ("text/" * 1000, "json"),
]


@pytest.mark.parametrize(("accept", "form"), NEGOTIATED, ids=lambda value: value[:40])
def test_json_is_the_form_unless_plain_text_is_preferred(send, accept, form):
    response = send("/number?number=5", headers={"Accept": accept} if accept else {})
    types = {"json": "application/json", "text": "text/plain; charset=utf-8"}
    assert (response.headers["Content-Type"], response.headers["Vary"]) == (types[form], "Accept")


def test_an_operation_without_a_text_form_is_always_that_of_json(send):
    response = send("/number", "DELETE")
    assert (response.status_code, response.headers.get("Vary")) == (204, None)


def test_both_forms_are_described_as_one_operation(web):
    described = web.routes.describe("")["paths"]["/number"]["get"]
    assert described["summary"] == "Get a number"
    assert {each["name"]: each["required"] for each in described["parameters"]} == {
        "number": True,
        "width": False,
    }
    assert described["responses"]["200"]["content"].keys() == {"application/json", "text/plain"}
    swagger = web.routes.describe_in_swagger("")["paths"]["/number"]["get"]
    assert swagger["produces"] == ["application/json", "text/plain"]


ERRORS = [
    (InvalidArgument("wrong", {"exten": "Field required"}), 400),
    (NotFound("there"), 404),
    (TooManyRequests("often", 7), 429),
    (StoreUnavailable("gone"), 503),
    (DirdError("odd"), 500),
    (ZeroDivisionError("canary"), 500),
]


@pytest.mark.parametrize(("error", "status"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_error_of_the_empty_family_has_its_status_and_no_body(web, send, error, status):
    class Failing(BaseResource):
        error_family = ErrorFamily.EMPTY

        @operation("Fail", acl="dird.failing")
        def get(self, query: Query) -> TextResponse:
            raise error

    web.routes.add("/failing", Failing())
    response = send("/failing")
    assert (response.status_code, response.data) == (status, b"")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert send("/failing", token="unknown").data == b""
