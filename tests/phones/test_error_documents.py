"""`phones.errors_as_documents`: errors of the requests of phones are documents that the phones show."""

import re
from xml.etree import ElementTree as ET

import pytest

from api.conftest import TENANT, USER, Daemon
from phones.golden_files import golden_configuration
from phones.people import CREW, phone_configuration
from phones.test_errors import HAVE_ROUTE, PHONE, QUERY, path
from phones.vendors import VENDORS
from servers.ports import ReservedPort
from xivo_dird.phone_documents.error_documents import MESSAGES
from xivo_dird.phones.languages import LANGUAGES, labels

OUTSIDE = {"REMOTE_ADDR": "192.0.2.7"}
SUBNETS = [{"subnet": "10.20.0.0/16", "tenant_uuid": TENANT}]
NETWORK = {"default": {"methods": ["network"], "authorized_subnets": SUBNETS}}
PASSWORDS = {"default": {"methods": ["basic"]}, "max_failures_per_minute": 1}
KEEP_ERRORS = {"fanvil-v2", "grandstream", "htek", "yealink"}
"""Vendors whose phones would store the document as their phonebook."""

SHOW_ERRORS = sorted(VENDORS.keys() - KEEP_ERRORS)
WITHOUT_TEXT = {"gigaset", "panasonic"}
SHOWN = [(vendor, step) for vendor, step in HAVE_ROUTE if vendor not in KEEP_ERRORS]
KEPT = [(vendor, step) for vendor, step in HAVE_ROUTE if vendor in KEEP_ERRORS]


def new_daemon(folder, access=NETWORK, **changes):
    return Daemon(
        phone_configuration(folder, CREW, phones={"errors_as_documents": True}, access=access, **changes)
    )


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with new_daemon(tmp_path_factory.mktemp("daemon")) as daemon:
        yield daemon


def ask(daemon, url, peer=PHONE, token=None, headers=None, **arguments):
    return daemon.request("GET", f"/0.1{url}", token, headers, environ_base=peer, **arguments)


def assert_shows(response, vendor, status, language="en"):
    """Check that a response is a document of the vendor with the message of a status."""
    assert (response.status_code, response.headers["X-Directory-Status"]) == (200, str(status))
    assert response.content_type == VENDORS[vendor].document.content_type
    texts = [text.strip() for text in ET.fromstring(response.data).itertext() if text.strip()]
    message = labels(language)(MESSAGES[status])
    assert (texts[-1:] or [message]) == [message]
    assert bool(texts) == (vendor not in WITHOUT_TEXT)


@pytest.mark.parametrize(("vendor", "step"), SHOWN)
def test_a_request_of_a_wrong_url_shows_why(daemon, vendor, step):
    query = QUERY.get(step)
    assert_shows(ask(daemon, path(vendor, step, "nowhere"), query_string=query), vendor, 404)
    assert_shows(ask(daemon, f"/directories/{step}/default/{vendor}", query_string=query), vendor, 400)
    assert_shows(ask(daemon, path(vendor, step), OUTSIDE, query_string=query), vendor, 403)


@pytest.mark.parametrize("vendor", SHOW_ERRORS)
def test_a_wrong_parameter_is_an_invalid_request(daemon, vendor):
    query = {"term": "crew", "limit": "<script>"}
    response = ask(daemon, path(vendor, "lookup"), query_string=query)
    assert_shows(response, vendor, 400)
    assert b"script" not in response.data


@pytest.mark.parametrize(("vendor", "step"), SHOWN)
def test_a_success_has_no_other_status(daemon, vendor, step):
    response = ask(daemon, path(vendor, step), query_string=QUERY.get(step))
    assert response.status_code == 200
    assert "X-Directory-Status" not in response.headers


@pytest.mark.parametrize(("vendor", "step"), KEPT)
def test_a_phone_that_downloads_its_phonebook_keeps_it(daemon, vendor, step):
    response = ask(daemon, path(vendor, step, "nowhere"), query_string=QUERY.get(step))
    assert response.status_code == 404
    assert response.is_json
    assert "X-Directory-Status" not in response.headers


@pytest.mark.parametrize("vendor", SHOW_ERRORS)
def test_a_phone_is_asked_for_its_password_until_it_has_guessed_enough(tmp_path, vendor):
    with new_daemon(tmp_path, PASSWORDS) as daemon:
        url = path(vendor, "lookup")
        for auth in (None, ("ann", "wrong")):
            response = ask(daemon, url, query_string={"term": "crew"}, auth=auth)
            assert response.status_code == 401
            assert response.is_json
            assert response.headers["WWW-Authenticate"].startswith("Basic ")
        response = ask(daemon, url, query_string={"term": "crew"})
        assert_shows(response, vendor, 429)
        assert int(response.headers["Retry-After"]) > 0


def test_a_server_that_does_not_answer_is_an_unavailable_directory(tmp_path):
    port = ReservedPort()
    auth = {"method": "wazo_auth", "host": "127.0.0.1", "port": port.number}
    with new_daemon(tmp_path, {"default": {"methods": ["token"]}}, auth=auth) as daemon:
        for vendor in SHOW_ERRORS:
            response = ask(daemon, path(vendor, "lookup"), token="any", query_string={"term": "crew"})
            assert_shows(response, vendor, 503)
            assert str(port.number) not in response.text
    port.release()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_is_in_the_language_of_the_phone(daemon, language):
    headers = {"Accept-Language": language}
    url = path("cisco", "lookup", "nowhere")
    response = ask(daemon, url, headers=headers, query_string=QUERY["lookup"])
    assert_shows(response, "cisco", 404, language)
    assert (f">{MESSAGES[404]}<" in response.text) == (language == "en")


def test_a_phone_of_another_language_gets_the_default(tmp_path):
    config = golden_configuration(tmp_path)
    config["phones"]["default_language"] = "nl"
    with Daemon(config) as daemon:
        response = daemon.get(path("snom", "lookup", "nowhere"), headers={"Accept-Language": "tlh"}, term="x")
        assert_shows(response, "snom", 404, "nl")


def test_an_unknown_path_stays_an_error(daemon):
    assert ask(daemon, f"/directories/lookup/default/{USER}/nokia").status_code == 404
    assert ask(daemon, path("cisco", "lookup") + "/more").status_code == 404


def test_the_documents_of_the_api_describe_both(daemon):
    document = daemon.get("/api/openapi.json").json
    operations = {url: item["get"]["responses"] for url, item in document["paths"].items() if "get" in item}
    for vendor in VENDORS:
        (url,) = (
            each for each in operations if re.fullmatch(rf"/directories/lookup/.*user_uuid}}/{vendor}", each)
        )
        described = operations[url].keys()
        if vendor in KEEP_ERRORS:
            assert described == {"200", "400", "401", "403", "404", "429", "503"}
        else:
            assert described == {"200", "401"}
            header = operations[url]["200"]["headers"]["X-Directory-Status"]
            assert header["schema"]["enum"] == sorted(MESSAGES)
