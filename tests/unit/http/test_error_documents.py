"""Errors that are sent as documents, with the status 200 and the true status in a header."""

import logging

import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator
from werkzeug.test import Client

from unit.http.test_operation import TwoTokenAuthenticator
from xivo_dird.authenticator import AuthenticatorSettings, TenantTree
from xivo_dird.config.schema import RestApi
from xivo_dird.exceptions import Conflict, TooBusy, UnknownProfile
from xivo_dird.http.application import create_application
from xivo_dird.http.identity import Identity
from xivo_dird.http.routes import BaseResource
from xivo_dird.view import ErrorDocuments, TextResponse, operation

ERRORS = {
    "busy": TooBusy("Too busy", 7),
    "unknown": UnknownProfile("desk"),
    "conflict": Conflict("in use", {}),
    "defect": ValueError("a secret"),
}
DESCRIBED = {"type": "integer", "enum": [404, 503]}


class Page(TextResponse):
    content_type = "text/page; charset=utf-8"


class Failing(BaseResource):
    error_documents = ErrorDocuments(
        frozenset({404, 503}), lambda status, language: Page(f"{status} in {language}")
    )

    @operation("Fail", acl="dird.fail", errors=(400, 404, 409))
    def get(self, error: str) -> TextResponse:
        raise ERRORS[error]


def fail(status, language):
    raise KeyError(status)


class Broken(Failing):
    error_documents = ErrorDocuments(frozenset({404}), fail)


@pytest.fixture
def counted():
    return []


@pytest.fixture
def web(counted, tmp_path):
    identity = Identity(TwoTokenAuthenticator(AuthenticatorSettings(), TenantTree({})))
    settings = RestApi(access_log=tmp_path / "access.log")
    web = create_application(settings, identity, lambda _endpoint, status, _seconds: counted.append(status))
    web.routes.add("/failing/<error>", Failing())
    web.routes.add("/broken/<error>", Broken())
    return web


@pytest.fixture
def get(web):
    client = Client(web.wsgi)

    def get(path, token="user"):
        return client.get(f"/0.1{path}", headers={"X-Auth-Token": token, "Accept-Language": "fr-CA"})

    return get


@pytest.mark.parametrize(("error", "status"), [("busy", "503"), ("unknown", "404")])
def test_an_error_becomes_a_document_with_its_true_status(get, error, status):
    response = get(f"/failing/{error}")
    assert (response.status_code, response.headers["X-Directory-Status"]) == (200, status)
    assert (response.text, response.content_type) == (f"{status} in fr-CA", "text/page; charset=utf-8")
    assert response.content_length == len(response.data)


def test_a_document_keeps_the_header_that_asks_to_wait(get):
    assert get("/failing/busy").headers["Retry-After"] == "7"


@pytest.mark.parametrize(("path", "token", "status"), [("conflict", "user", 409), ("busy", "unknown", 401)])
def test_an_error_of_another_status_stays_as_it_is(get, path, token, status):
    response = get(f"/failing/{path}", token)
    assert response.status_code == status
    assert response.is_json
    assert "X-Directory-Status" not in response.headers


def test_a_defect_stays_an_internal_error(get):
    response = get("/failing/defect")
    assert (response.status_code, response.json) == (500, {"message": "Internal Server Error"})


def test_a_document_that_can_not_be_made_is_an_internal_error(get, caplog):
    response = get("/broken/unknown")
    assert (response.status_code, response.json) == (500, {"message": "Internal Server Error"})
    assert "GET /0.1/broken/unknown failed" in caplog.text


def test_metrics_and_the_access_log_have_the_true_status(get, counted, caplog):
    with caplog.at_level(logging.INFO, "xivo_dird.access"):
        get("/failing/unknown")
        get("/failing/conflict")
    assert counted == [404, 409]
    assert ['" 404 ' in message for message in caplog.messages] == [True, False]


def test_the_descriptions_have_the_header_in_place_of_the_statuses(web):
    document = web.routes.describe("")
    OpenAPIV31SpecValidator(document).validate()
    responses = document["paths"]["/failing/{error}"]["get"]["responses"]
    assert responses.keys() == {"200", "400", "401", "409", "429"}
    assert responses["200"]["headers"]["X-Directory-Status"]["schema"] == DESCRIBED
    swagger = web.routes.describe_in_swagger("")
    OpenAPIV2SpecValidator(swagger).validate()
    described = swagger["paths"]["/failing/{error}"]["get"]["responses"]["200"]["headers"]
    assert described["X-Directory-Status"].items() > DESCRIBED.items()
